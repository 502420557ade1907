"""Answering a query: guarded, in a child process, over the merge of all graphs or of some."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import NamedTuple, TypeAlias

import pyoxigraph as ox

from mipex_kg.dataset.dataset import Dataset, load_store
from mipex_kg.rdf import formats
from mipex_kg.rdf.namespaces import SCHEMA, SCHEMA_HTTPS, XSD, shorten
from mipex_kg.rdf.terms import Term, is_iri, text_of
from mipex_kg.sparql import query_text, results
from mipex_kg.sparql.lexical import LexicalForms, decoded, decoded_triple
from mipex_kg.sparql.query_text import Query
from mipex_kg.sparql.rewriting import literals_in, rewritten
from mipex_kg.system import reading
from mipex_kg.system.child_process import run_isolated
from mipex_kg.system.errors import QueryError, UsageError, nearest

Found: TypeAlias = ox.QuerySolutions | ox.QueryBoolean | Iterable[ox.Triple]
# Seconds that a query may take where nobody waits who could end it, and bytes beyond the dataset.
TIMEOUT, MEMORY = 30, 512 << 20
# Seconds for which likely slips are looked for once a query has found nothing.
SUGGESTING = 1.0
GRAPH_FORMS = frozenset({"CONSTRUCT", "DESCRIBE"})
_PLACE = re.compile(r"^error at (\d+):(\d+): (.*)", re.DOTALL)


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
    timeout: float | None = None,
    allow_remote: bool = False,
    width: int = results.UNLIMITED,
) -> Answer:
    """Answer a SPARQL 1.1 query over a dataset, in a child process.

    Without ``FROM`` the default graph is the merge of all graphs.

    :param text: the query; the dataset's prefixes need no declaration
    :param format: one of ``formats_for`` its form
    :param timeout: seconds
    :param allow_remote: whether ``SERVICE`` may call other hosts
    :param width: of the terminal, for tables
    :raises UsageError: when the format doesn't fit the form of the query
    :raises QueryError: when the query is malformed, refused, too deep, or too slow
    """
    found = run_isolated(
        lambda: answer_here(text, dataset, format=format, allow_remote=allow_remote, width=width),
        timeout=timeout,
    )
    return found._replace(warnings=warnings_of(text, dataset, is_found=found.is_found))


def answer_here(
    text: str,
    dataset: Dataset,
    *,
    format: str | None = None,
    allow_remote: bool = False,
    width: int = results.UNLIMITED,
) -> Answer:
    """Answer a query as ``answer`` does, but in this process, which it may end or hold for good.

    What the asker should know besides is for ``warnings_of`` to find, once there is an answer.
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


def solve_here(text: str, dataset: Dataset, *, allow_remote: bool = False) -> Solved:
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


def warnings_of(text: str, dataset: Dataset, *, is_found: bool) -> tuple[str, ...]:
    """Find what the asker should know: a graph that isn't there, a likely slip.

    This comes after the answer, which waits for nothing and which no search can cost: likely slips
    are looked for in a large dataset for as long as anybody would wait, and no longer.

    :param text: of a query that was answered
    :param is_found: whether its answer holds anything
    """
    query = Query(query_text.resolve(text), dataset.prefixes)
    found = [*_lost(dataset), *_absent_graphs(query, dataset)]
    if not is_found:
        found += _in_time(slips(query, dataset), SUGGESTING)
    return tuple(dict.fromkeys(found))


def _in_time(sentences: Iterator[str], seconds: float) -> Iterator[str]:
    """Give sentences for so many seconds; each takes as long as one look through the dataset."""
    end = time.monotonic() + seconds
    for sentence in sentences:
        yield sentence
        if time.monotonic() > end:
            return


def refuse(query: Query, *, allow_remote: bool = False) -> None:
    """Refuse what is no query, and what would reach beyond the dataset.

    :raises QueryError: when it is refused
    """
    if any("\ud800" <= character <= "\udfff" for character in query.text):
        raise QueryError("The query is not UTF-8.", hint="Save or type it as UTF-8.")
    if query.is_update:
        raise QueryError(
            "This is a SPARQL update, and the graph is only read here.",
            hint="Change the files in data/.",
        )
    if query.form is None:
        raise QueryError("This is no query: there is no SELECT, CONSTRUCT, DESCRIBE or ASK in it.")
    if query.calls_service and not allow_remote:
        raise QueryError(
            "SERVICE would send a part of this query to another host.",
            hint="Add --allow-remote if that is what you want.",
        )
    if unknown := query.unknown_prefixes:
        near = nearest(unknown[0], query.default_prefixes)
        raise QueryError(
            f"The prefix {unknown[0]}: is not declared.",
            hint=f"Did you mean {near}: ?" if near else f"Add PREFIX {unknown[0]}: <…>",
        )


def require_format(query: Query, format: str | None) -> str:
    """Choose the format of an answer.

    :param format: one of ``formats_for`` the form of the query; None for the first of them
    :raises UsageError: when the format doesn't fit the form of the query
    """
    known = formats_for(query.form)
    if format is not None and format not in known:
        raise UsageError(
            f"A {query.form} query can't be answered as {format}.",
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

    :raises QueryError: in place of what the engine raises
    """
    try:
        yield
    except SyntaxError as error:
        raise _syntax_error(error, query) from None
    except (RuntimeError, OSError) as error:
        raise QueryError(f"The query failed: {error}.") from None


def run(
    query: Query, dataset: Dataset, graphs: Graphs | None = None, base: str | None = None
) -> Found:
    """Begin to evaluate a query, whose solutions are found as they are read.

    Where the engine doesn't do what SPARQL says, the query is rewritten. Solutions may have what
    stands for a literal in the store: ``write`` puts it back.

    :param graphs: in place of those that the query names
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

    :param graphs: in place of those that the query names

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
    encode = dataset.forms.encode_quads
    store = load_store(encode(quad for quad in dataset.quads if _name(quad) in default))
    store.extend(encode(quad for quad in dataset.quads if _name(quad) in named))
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
            # What is no IRI, the engine refuses with its place.
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


def _name(quad: ox.Quad) -> str | None:
    return quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else None


def _syntax_error(error: SyntaxError, query: Query) -> QueryError:
    place = _PLACE.match(str(error))
    if place is None:
        return QueryError(f"The query doesn't parse: {error}.")
    line, column = int(place[1]), int(place[2])
    lines = reading.lines(query.text)
    written = lines[min(line, len(lines)) - 1]
    reason = next(
        (sentence for said, sentence in _REASONS.items() if said in place[3]),
        "Something is missing or too much",
    )
    return QueryError(
        f"The query doesn't parse. {reason} at line {line}, column {column}:\n"
        f"  {written}\n  {' ' * (column - 1)}^",
        line=line,
        column=column,
    )


# What the engine's grammar says of the few mistakes that it has words for.
_REASONS = {
    "variable that is unbound": "A selected variable is neither grouped nor aggregated",
    "IRI parsing failed": "An IRI is relative, and there is no BASE,",
    "Prefix not found": "A prefix is not declared",
}


# Of more than so many, the number is told.
_MOST_LOST = 3


def _lost(dataset: Dataset) -> Iterator[str]:
    """Say what of the files got lost, since no query can find it."""
    lost = [(file.path, loss) for file in dataset.files for loss in file.losses]
    for path, loss in lost[:_MOST_LOST]:
        yield f"{path}:{loss.span.line}:{loss.span.column}: {loss.message}"
    if len(lost) > _MOST_LOST:
        yield (
            f"Of what the files say, {len(lost) - _MOST_LOST} more parts get lost. "
            "`mipex-kg validate` lists them."
        )


def _absent_graphs(query: Query, dataset: Dataset) -> list[str]:
    asked = dict.fromkeys([*query.default_graphs, *query.named_graphs])
    present = {text_of(graph) for graph in dataset.graph_names} if asked else set()
    return [
        f"There is no graph <{iri}>, so nothing was read from it.{_nearest(iri, present, dataset)}"
        for iri in asked
        if iri not in present
    ]


def slips(query: Query, dataset: Dataset) -> Iterator[str]:
    """Guess why a query found nothing: names in it that the dataset doesn't have.

    :returns: a sentence for each, with the name that was probably meant
    """
    for prefix, namespace in query.declared_prefixes.items():
        usual = dataset.prefixes.get(prefix)
        if usual not in (None, namespace):
            yield f"The query says {prefix}: is <{namespace}>; in this graph it is <{usual}>."
    yield from _language_slips(query, dataset)
    yield from _datatype_slips(query, dataset)
    terms = _terms(dataset)
    for iri in dict.fromkeys(query.iris()):
        if iri in terms or iri.startswith(XSD):
            continue
        if iri.startswith(SCHEMA_HTTPS):
            yield f"<{iri}> is not used: the graph has schema.org's terms as <{SCHEMA}…>."
        else:
            meant = _nearest(iri, terms, dataset)
            yield f"{_shown(iri, dataset)} occurs nowhere in the graph.{meant}"


def _language_slips(query: Query, dataset: Dataset) -> Iterator[str]:
    """Find strings that the dataset has with a language tag only."""
    tagged: dict[str, ox.Literal] = {}
    plain = set()
    for term in dataset.by_object:
        if isinstance(term, ox.Literal) and term.language:
            tagged.setdefault(term.value, term)
        elif isinstance(term, ox.Literal):
            plain.add(term.value)
    for text in query.plain_strings():
        if text in tagged and text not in plain:
            yield f'"{text}" is in the graph with a language only, such as {tagged[text]}.'


def _datatype_slips(query: Query, dataset: Dataset) -> Iterator[str]:
    """Find values that the dataset has in another form, or with another datatype."""
    asked = [literal for literal in literals_in(query) if literal not in dataset.by_object]
    if not asked:
        return
    worth = dataset.forms.worth
    for term in dataset.by_object:
        if isinstance(term, ox.Literal) and term.datatype.value.startswith(XSD):
            for literal in asked:
                if literal.datatype != XSD.term("string") and worth(term) == worth(literal):
                    yield f"{literal} is in the graph as {term}: FILTER(?x = …) compares by value."


def _terms(dataset: Dataset) -> set[str]:
    nodes = {
        term
        for quad in dataset.quads
        for term in (quad.subject, quad.predicate, quad.object, quad.graph_name)
    }
    return {node.value for node in nodes if isinstance(node, ox.NamedNode)}


def _nearest(iri: str, known: set[str], dataset: Dataset) -> str:
    near = nearest(iri, sorted(known), cutoff=0.8)
    return f" Did you mean {_shown(near, dataset)}?" if near else ""


def _shown(iri: str, dataset: Dataset) -> str:
    return shorten(iri, dataset.prefixes)
