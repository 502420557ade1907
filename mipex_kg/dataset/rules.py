"""Inference: CONSTRUCT queries run until they add nothing, each into a graph of its own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from mipex_kg.rdf.terms import Term, text_of
from mipex_kg.sparql import query_text
from mipex_kg.sparql.lexical import LexicalForms, decoded_triple
from mipex_kg.sparql.rewriting import rewritten
from mipex_kg.system import reading
from mipex_kg.system.child_process import run_isolated
from mipex_kg.system.errors import QueryError, SourceError
from mipex_kg.system.snapshot import Reader

# A chain of rules longer than this is a loop, as far as a curated graph goes.
MAX_ROUNDS = 50


class Rule(NamedTuple):
    """A CONSTRUCT query that infers.

    :param name: the file's name without the suffix; the rule's graph is named after it
    """

    name: str
    path: Path
    title: str
    description: str
    text: str


def load_rules(paths: Sequence[Path], reader: Reader = reading) -> list[Rule]:
    """Read rules from their files.

    :raises SourceError: when one can't be read, is no CONSTRUCT query, or has no title
    """
    return [_load(path, reader) for path in paths]


def _load(path: Path, reader: Reader) -> Rule:
    text = reader.read_text(path)
    header = query_text.header(text)
    if query_text.Query(text, {}).form != "CONSTRUCT":
        raise SourceError("A rule has to be a CONSTRUCT query.", path=path)
    if query_text.Query(text, {}).calls_service:
        raise SourceError(
            "A rule infers from the graph alone, and SERVICE asks another.", path=path
        )
    if "title" not in header:
        raise SourceError("The rule has no title.", path=path, hint="Begin it with `# title: …`.")
    description = " ".join(header.get("description", []))
    return Rule(path.stem, path, header["title"][0], description, text)


def infer(
    store: ox.Store,
    rules: Sequence[Rule],
    prefixes: dict[str, str],
    forms: LexicalForms | None = None,
    *,
    isolated: bool = True,
) -> dict[str, list[ox.Triple]]:
    """Run rules on a store's default graph until none adds a triple that isn't there.

    Rules build on what each other adds.

    :param store: its default graph is what the rules see; in this process, they add to it
    :param isolated: whether they run in a child process, which Ctrl-C can end, and which dies of a
        rule that is too deep for the engine; else this one does
    :param forms: under which literals are in the store
    :returns: for each rule's name, what it was the first to add, sorted
    :raises SourceError: when a rule doesn't parse, makes a blank node or a new subject, is too
        deep for the engine, or when the rules don't come to an end
    """
    known = forms or LexicalForms()
    if not isolated:
        return _to_fixpoint(store, rules, prefixes, known)
    try:
        return run_isolated(lambda: _to_fixpoint(store, rules, prefixes, known))
    except QueryError:
        if len(rules) == 1:
            raise SourceError(
                "The rule is more than the engine can take: it ran out of stack or memory.",
                path=rules[0].path,
                hint="Nest it less deeply, or match less at once.",
            ) from None
        for rule in rules:  # one of them can't be run, and that one is to be named
            infer(store, [rule], prefixes, forms)
        raise


def _to_fixpoint(
    store: ox.Store, rules: Sequence[Rule], prefixes: dict[str, str], forms: LexicalForms
) -> dict[str, list[ox.Triple]]:
    texts = {rule: rewritten(query_text.Query(rule.text, prefixes), forms) for rule in rules}
    added: dict[str, list[ox.Triple]] = {rule.name: [] for rule in rules}
    for _ in range(MAX_ROUNDS):
        before = len(store)
        for rule in rules:
            fresh = _run(store, rule, texts[rule], prefixes)
            store.extend(ox.Quad(*triple) for triple in fresh)
            added[rule.name] += fresh
        if len(store) == before:
            return {
                name: sorted(map(decoded_triple, triples), key=str)
                for name, triples in added.items()
            }
    raise SourceError(
        f"The rules still add triples after {MAX_ROUNDS} rounds.",
        path=rules[0].path.parent,
        hint="Look for two rules that feed each other.",
    )


def _run(store: ox.Store, rule: Rule, text: str, prefixes: dict[str, str]) -> list[ox.Triple]:
    """Run a rule once.

    :param text: its query, as the engine is to answer it
    """
    try:
        result = store.query(text, prefixes=prefixes)
        assert isinstance(result, ox.QueryTriples)  # noqa: S101 - load_rules made sure of it
        fresh = {triple for triple in result if ox.Quad(*triple) not in store}
    except (SyntaxError, RuntimeError) as error:
        raise SourceError(f"The rule doesn't run: {error}.", path=rule.path) from None
    written = set(query_text.Query(rule.text, prefixes).iris())
    for triple in fresh:
        for node in (triple.subject, triple.object):
            if not _is_known(store, node, written):
                raise SourceError(
                    f"The rule makes a new node ({node}).",
                    path=rule.path,
                    hint="A rule may only link what is there: no blank nodes, no new IRIs.",
                )
    return list(fresh)


def _is_known(store: ox.Store, term: Term, written: set[str]) -> bool:
    """Tell whether a term is in the graph already, or stands in the rule's own text."""
    if isinstance(term, ox.Literal) or text_of(term) in written:
        return True
    if isinstance(term, ox.Triple):
        return False
    as_subject = store.quads_for_pattern(term, None, None, None)
    as_object = store.quads_for_pattern(None, None, term, None)
    return next(as_subject, None) is not None or next(as_object, None) is not None
