"""Answering a query, guarded, over the merge of all graphs or of some."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from typing import NamedTuple, TypeAlias

import pyoxigraph as ox

from mipex_kg.dataset.dataset import Dataset, load_store
from mipex_kg.rdf import formats
from mipex_kg.rdf.quads import Quad, QuadColumns
from mipex_kg.rdf.terms import Term, is_iri
from mipex_kg.sparql import query_text, results
from mipex_kg.sparql.guard import guard
from mipex_kg.sparql.lexical import LexicalForms, decoded, decoded_triple
from mipex_kg.sparql.query_text import FORMS, Query
from mipex_kg.sparql.rewriting import rewritten
from mipex_kg.sparql.syntax import syntax_error
from mipex_kg.system.errors import QueryError, UsageError, nearest

Found: TypeAlias = ox.QuerySolutions | ox.QueryBoolean | Iterable[ox.Triple]
# Seconds that a query may take where nobody waits who could end it, and bytes beyond the dataset.
TIMEOUT, MEMORY = 30, 512 << 20
# Among so many tokens, a misspelt form is looked for.
_HEAD = 100
# Half a character, which no text in UTF-8 has.
_SURROGATE = re.compile("[\ud800-\udfff]")
GRAPH_FORMS = frozenset({"CONSTRUCT", "DESCRIBE"})


class Graphs(NamedTuple):
    """The dataset that a query is asked of: which graphs make its default graph, which have names.

    :param default: IRIs of the graphs of which the default graph is the merge
    """

    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


class Answer(NamedTuple):
    """What a query found, as text.

    :param warnings: what the asker should know: a graph that isn't there, a likely slip
    """

    text: str
    warnings: tuple[str, ...] = ()
    is_found: bool = True


class Solutions(NamedTuple):
    """The solutions of a SELECT query, as terms; None is what is unbound."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]


Result: TypeAlias = Solutions | bool | tuple[ox.Triple, ...]


class Solved(NamedTuple):
    """What a query found, as terms.

    :param warnings: what the asker should know: a graph that isn't there, a likely slip
    """

    result: Result
    warnings: tuple[str, ...] = ()
    is_found: bool = True


def makes_graph(text: str) -> bool:
    """Tell whether a query's answer is a graph: that of CONSTRUCT and DESCRIBE is."""
    return Query(text, {}).form in GRAPH_FORMS


def formats_for(form: str | None) -> tuple[str, ...]:
    """List the formats in which a query of this form can be answered, the default first."""
    if form in GRAPH_FORMS:
        return tuple(format.name for format in formats.FORMATS)
    return results.FORMATS


def answer(
    text: str,
    dataset: Dataset,
    *,
    format: str | None = None,
    allow_remote: bool = False,
    width: int = results.UNLIMITED,
) -> Answer:
    """Answer a SPARQL 1.1 query over a dataset, in this process, which it may end or hold for good.

    Without ``FROM`` the default graph is the merge of all graphs.

    :param text: the query; the dataset's prefixes need no declaration
    :param format: one of ``formats_for`` its form
    :param allow_remote: whether ``SERVICE`` may call other hosts
    :param width: of the terminal, for tables
    :raises UsageError: when the format doesn't fit the form of the query
    :raises QueryError: when the query is malformed or refused
    """
    query = _accepted(text, dataset, allow_remote=allow_remote)
    chosen = require_format(query, format)
    with engine_errors(query):
        output, is_found = write(
            run(query, dataset),
            chosen,
            dataset.prefixes,
            width=width,
            language=dataset.languages[0],
            tags=dataset.tags,
        )
    return Answer(output, is_found=is_found)


def solve(text: str, dataset: Dataset, *, allow_remote: bool = False) -> Solved:
    """Find what a query asks for, as terms, in this process, which it may end or hold for good.

    :param text: the query; the dataset's prefixes need no declaration
    :param allow_remote: whether ``SERVICE`` may call other hosts
    :raises QueryError: when the query is malformed or refused
    """
    query = _accepted(text, dataset, allow_remote=allow_remote)
    with engine_errors(query):
        result = _terms_of(run(query, dataset))
    is_found = bool(result.rows if isinstance(result, Solutions) else result)
    return Solved(result, is_found=is_found)


def _terms_of(found: Found) -> Result:
    if isinstance(found, ox.QueryBoolean):
        return bool(found)
    if isinstance(found, ox.QuerySolutions):
        columns = tuple(variable.value for variable in found.variables)
        rows = (tuple(term and decoded(term) for term in solution) for solution in found)
        return Solutions(columns, tuple(rows))
    return tuple(found)


def _accepted(text: str, dataset: Dataset, *, allow_remote: bool) -> Query:
    query = Query(query_text.resolve(text), dataset.prefixes)
    refuse(query, allow_remote=allow_remote)
    return query


def refuse(query: Query, *, allow_remote: bool = False) -> None:
    """Refuse what is not a query, what is too much for an engine, and what reaches further.

    :raises QueryError: when it is refused
    """
    if _SURROGATE.search(query.text):
        raise QueryError("The query is not UTF-8.", hint="Save it as UTF-8.")
    if query.is_update:
        raise QueryError(
            "SPARQL updates are not allowed: the data is read-only.",
            hint="Change the files in data/.",
        )
    if query.form is None:
        head = islice(query.tokens, _HEAD)
        words = (token.text.upper() for token in head if token.kind == "word")
        near = next((near for word in words if (near := nearest(word, FORMS, cutoff=0.8))), None)
        raise QueryError(
            "A query must contain SELECT, ASK, CONSTRUCT or DESCRIBE.",
            hint=near and f"Did you mean {near}?",
        )
    if query.calls_service and not allow_remote:
        line, column = query.place_of(lambda token: "SERVICE" in token.text.upper())
        raise QueryError(
            "SERVICE would send a part of this query to another host.",
            line=line,
            column=column,
            hint="Only `mipex-kg query --allow-remote` sends it.",
        )
    guard(query)
    if unknown := query.unknown_prefixes:
        near = nearest(unknown[0], query.default_prefixes)
        line, column = query.place_of(
            lambda token: token.kind == "pname" and token.text.startswith(f"{unknown[0]}:")
        )
        raise QueryError(
            f"The prefix {unknown[0]}: is not declared.",
            line=line,
            column=column,
            hint=f"Did you mean the prefix {near}?" if near else f"Add PREFIX {unknown[0]}: <…>",
        )


def require_format(query: Query, format: str | None) -> str:
    """Choose the format of an answer.

    :param format: one of ``formats_for`` the form of the query; None for the first of them
    :raises UsageError: when the format doesn't fit the form of the query
    """
    known = formats_for(query.form)
    if format is not None and format not in known:
        raise UsageError(
            f"A query by {query.form} can't be answered as {format}.",
            hint=f"Use {', '.join(known)}. RDF formats are for CONSTRUCT and DESCRIBE, "
            "the others for SELECT and ASK.",
        )
    return format or known[0]


def write(
    found: Found,
    format: str,
    prefixes: Mapping[str, str],
    *,
    width: int = results.UNLIMITED,
    language: str = "",
    tags: Mapping[str, str] | None = None,
) -> tuple[str, bool]:
    """Write what a query has found.

    :param format: one that ``require_format`` gives for it
    :param tags: language tags in lower case, to how they are to be written
    :returns: the text, and whether anything was found
    """
    if isinstance(found, ox.QueryBoolean):
        return results.write_boolean(found, format), bool(found)
    if isinstance(found, ox.QuerySolutions):
        return results.write_solutions(
            found, format, prefixes, width=width, language=language, tags=tags
        )
    quads = [ox.Quad(*triple) for triple in found]
    # Imported here: only graphs need it, and it takes a while.
    from mipex_kg.rdf import serialization

    text = serialization.write(quads, formats.BY_NAME[format], prefixes, tags).decode()
    return text, bool(quads)


@contextmanager
def engine_errors(query: Query) -> Iterator[None]:
    """Say of the engine's errors what they mean for the query, and where.

    :raises QueryError: instead of what the engine raises
    """
    try:
        yield
    except SyntaxError as error:
        raise syntax_error(error, query) from None
    except (RuntimeError, OSError) as error:
        raise QueryError(f"The query failed: {error}.") from None


def run(
    query: Query, dataset: Dataset, graphs: Graphs | None = None, base: str | None = None
) -> Found:
    """Begin to evaluate a query, whose solutions are found as they are read.

    Where the engine doesn't do what SPARQL says, the query is rewritten. Solutions may have what
    stands for a literal in the store: ``write`` puts it back.

    :param graphs: instead of those that the query names
    :param base: what relative IRIs are resolved against, if the query doesn't say
    """
    asked = asked_graphs(query, graphs)
    store = _store(asked, dataset)
    try:
        found = _run(query, _rewritten(query, dataset.forms), store, asked, base)
    except SyntaxError:
        # What is wrong is to be said of what was written.
        found = _run(query, query.text, store, asked, base)
    return map(decoded_triple, found) if isinstance(found, ox.QueryTriples) else found


def run_as_written(
    query: Query, dataset: Dataset, graphs: Graphs | None = None, base: str | None = None
) -> Found:
    """Begin to evaluate a query by just its text, as another store is going to."""
    asked = asked_graphs(query, graphs)
    return _run(query, query.text, _store(asked, dataset), asked, base)


_MOST_REWRITTEN = 1000


def _rewritten(query: Query, forms: LexicalForms) -> str:
    """Rewrite a query for the engine, or remember how it was."""
    text = forms.rewritten_texts.get(query.text)
    if text is None:
        if len(forms.rewritten_texts) >= _MOST_REWRITTEN:
            forms.rewritten_texts.clear()
        text = forms.rewritten_texts[query.text] = rewritten(query, forms)
    return text


def asked_graphs(query: Query, graphs: Graphs | None = None) -> Graphs | None:
    """Tell of which graphs a query is asked; None for all that there are.

    :param graphs: instead of those that the query names

    >>> asked_graphs(Query("ASK FROM <u:a> { ?s ?p ?o }", {}))
    Graphs(default=('u:a',), named=())
    """
    named = Graphs(tuple(query.default_graphs), tuple(query.named_graphs))
    return graphs or (named if any(named) else None)


def _store(graphs: Graphs | None, dataset: Dataset) -> ox.Store:
    """Load the graphs that are asked, else all."""
    if graphs is None:
        return dataset.store
    default, named = set(graphs.default), set(graphs.named)
    # The engine repeats a row for each FROM graph that has it: their merge is made for it.

    def chosen(graphs: set[str]) -> QuadColumns:
        quads = (quad for quad in dataset.quads if _name(quad) in graphs)
        return QuadColumns(quads, dataset.columns.terms)

    store = load_store(chosen(default), dataset.forms)
    store.extend(dataset.forms.encode_quads(chosen(named)))
    return store


def _run(
    query: Query, text: str, store: ox.Store, graphs: Graphs | None, base: str | None
) -> Found:
    # Each prefix takes the engine a while, and hardly a query needs many.
    prefixes = query.lacking_prefixes
    if graphs is not None:
        found = store.query(
            text,
            prefixes=prefixes,
            base_iri=base,
            default_graph=ox.DefaultGraph(),
            # What is not an IRI, the engine refuses with its place.
            named_graphs=[ox.NamedNode(iri) for iri in graphs.named if is_iri(iri)],
        )
    else:
        found = store.query(text, prefixes=prefixes, base_iri=base)
    if isinstance(found, ox.QuerySolutions) and query.selects_all:
        selected = {variable.value for variable in found.variables}
        columns = [name for name in query.variables() if name in selected]
        if columns != [variable.value for variable in found.variables]:
            ordered = query_text.select(text, columns)
            return _run(replace(query, text=ordered), ordered, store, graphs, base)
    return found


def _name(quad: Quad) -> str | None:
    return quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else None
