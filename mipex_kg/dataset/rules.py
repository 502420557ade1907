"""Inference: CONSTRUCT queries run until they add nothing, each into a graph of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from mipex_kg.rdf.terms import Term, text_of
from mipex_kg.sparql import query_text
from mipex_kg.sparql.guard import guard
from mipex_kg.sparql.lexical import LexicalForms, decoded_triple
from mipex_kg.sparql.rewriting import rewritten
from mipex_kg.system import reading
from mipex_kg.system.child_process import Isolation
from mipex_kg.system.errors import QueryError, SourceError
from mipex_kg.system.snapshot import Reader

# A rule is run again as long as rules add anything: a chain of a thousand links ends, and a rule
# that counts on and on does not.
MAX_ROUNDS = 1_000
# Seconds that one run of a rule may take, and all runs of all rules; bytes that a run may take.
ONE_RUN, ALL_RUNS = 60.0, 600.0
MEMORY = 4 << 30


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

    :raises SourceError: when one can't be read, is not a CONSTRUCT query, or has no title
    """
    return [_load(path, reader) for path in paths]


def _load(path: Path, reader: Reader) -> Rule:
    text = reader.read_text(path)
    header = query_text.header(text)
    query = query_text.Query(text, {})
    if query.form != "CONSTRUCT":
        raise SourceError("A rule must be a CONSTRUCT query.", path=path)
    try:
        guard(query)
    except QueryError as error:
        message = error.message.replace("The query", "The rule")
        raise SourceError(message, path=path, hint=error.hint) from None
    if query.calls_service:
        raise SourceError(
            "A rule infers from the graph alone, and SERVICE asks another.", path=path
        )
    if "title" not in header:
        raise SourceError("The rule has no title.", path=path, hint="Begin it with `# title: …`.")
    description = " ".join(header.get("description", []))
    return Rule(path.stem, path, header["title"][0], description, text)


def infer(
    load: Callable[[], ox.Store],
    rules: Sequence[Rule],
    prefixes: dict[str, str],
    forms: LexicalForms | None = None,
    *,
    isolated: bool = True,
) -> dict[str, list[ox.Triple]]:
    """Run rules on a store's default graph until none adds a triple that isn't there.

    Rules build on what each other adds.

    :param load: gives the store whose default graph is what the rules see; they add to it, in the
        process that they run in
    :param isolated: whether they run in a child process, which Ctrl-C can end, and which dies of a
        rule that is too deep for the engine; else this one does
    :param forms: under which literals are in the store
    :returns: for each rule's name, what it was the first to add, sorted
    :raises SourceError: when a rule doesn't parse, makes a blank node or a new subject, takes too
        long or too much memory, or when rules don't come to an end; it names the rule
    """
    known = forms or LexicalForms()
    if not isolated:
        return _to_fixpoint(load, rules, prefixes, known, lambda: None)
    isolation = Isolation(ONE_RUN, MEMORY)
    try:
        return isolation.run(partial(_to_fixpoint, load, rules, prefixes, known))
    except QueryError as error:
        rule = rules[(isolation.steps - 1) % len(rules)]
        raise SourceError(
            error.message.replace("The query", "The rule"),
            path=rule.path,
            hint="Nest it less deeply, or match fewer facts at once.",
        ) from None


def _to_fixpoint(
    load: Callable[[], ox.Store],
    rules: Sequence[Rule],
    prefixes: dict[str, str],
    forms: LexicalForms,
    begin: Callable[[], None],
) -> dict[str, list[ox.Triple]]:
    """Run rules until none adds anything.

    :param begin: called before each run of a rule
    """
    store = load()
    texts = {rule: rewritten(query_text.Query(rule.text, prefixes), forms) for rule in rules}
    added: dict[str, list[ox.Triple]] = {rule.name: [] for rule in rules}
    spent = dict.fromkeys(added, 0.0)
    adding: list[Rule] = []
    for _ in range(MAX_ROUNDS):
        adding = []
        for rule in rules:
            begin()
            start = time.monotonic()
            fresh = _run(store, rule, texts[rule], prefixes)
            store.extend(ox.Quad(*triple) for triple in fresh)
            added[rule.name] += fresh
            adding += [rule] if fresh else []
            spent[rule.name] += time.monotonic() - start
            if sum(spent.values()) > ALL_RUNS:
                raise _endless(rules, spent)
        if not adding:
            return {
                name: sorted(map(decoded_triple, triples), key=str)
                for name, triples in added.items()
            }
    names = ", ".join(rule.path.name for rule in adding)
    raise SourceError(
        f"Rules still add triples after {MAX_ROUNDS:,} rounds: {names}.",
        path=adding[0].path,
        hint="Does it make a new value from each value that it has made, or do two rules feed "
        "each other?",
    )


def _endless(rules: Sequence[Rule], spent: Mapping[str, float]) -> SourceError:
    """Name the rule on which most of the time was spent."""
    slowest = max(rules, key=lambda rule: spent[rule.name])
    seconds = spent[slowest.name]
    return SourceError(
        f"The rules take more than {ALL_RUNS:g} seconds, and this one {seconds:.0f} of them.",
        path=slowest.path,
        hint="Match less at once, or write down what it infers.",
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
    """Tell whether a term is in the graph already, or is in the rule's own text."""
    if isinstance(term, ox.Literal) or text_of(term) in written:
        return True
    if isinstance(term, ox.Triple):
        return False
    as_subject = store.quads_for_pattern(term, None, None, None)
    as_object = store.quads_for_pattern(None, None, term, None)
    return next(as_subject, None) is not None or next(as_object, None) is not None
