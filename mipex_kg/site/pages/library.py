"""The library of named queries: each with its answer, as a page and as files."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from mipex_kg.dataset import querying
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.project.project import Project
from mipex_kg.rdf.terms import Term
from mipex_kg.site.pages.texts import Wanted
from mipex_kg.site.pages.wording import Wording
from mipex_kg.sparql import named_queries, query_text
from mipex_kg.sparql.named_queries import NamedQuery
from mipex_kg.system.child_process import InProcess, Isolation
from mipex_kg.system.errors import QueryError, SourceError, UsageError, nearest

_HINT = "Correct the query, or ask for less: a query in queries/ is answered with each build."
# A page with more rows is for no reader; the files have them all.
MOST_ROWS = 200


@dataclass(frozen=True)
class AnsweredQuery:
    """A named query and its answer, if it can be asked as it stands.

    :param text: the query with its prefixes and the defaults of its parameters filled in
    :param columns: of a table
    :param rows: of a table, each term or None
    :param truth: the answer to an ASK query
    :param files: the answer's files, by suffix
    """

    query: NamedQuery
    text: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Term | None, ...], ...] = ()
    truth: bool | None = None
    files: Mapping[str, bytes] | None = None

    @property
    def is_answered(self) -> bool:
        """Whether there is an answer: a query may need to be asked for something."""
        return self.files is not None


def answer_library(
    project: Project, dataset: Dataset, *, isolated: bool = True
) -> list[AnsweredQuery]:
    """Ask all named queries; those that need a value are left open.

    :param isolated: whether they run in a child process, where each may take as much time and
        memory as `serve` allows a query
    :raises SourceError: when a query can't be answered
    """
    library = named_queries.load_queries(project.query_files, project.files)
    isolation = Isolation(querying.TIMEOUT, querying.MEMORY) if isolated else InProcess()

    def answer_all(begin: Callable[[], None]) -> list[AnsweredQuery]:
        dataset.store  # noqa: B018 - made when it is first asked for, and not at a query's expense
        answered = []
        for query in library.values():
            begin()
            answered.append(_answer(query, dataset))
        return answered

    try:
        return isolation.run(answer_all)
    except QueryError as error:
        if not isolation.steps:
            raise
        name = list(library)[isolation.steps - 1]
        path = next(path for path in project.query_files if path.stem == name)
        raise SourceError(error.message, path=path, hint=_HINT) from None


def first_values(
    project: Project,
    dataset: Dataset,
    wording: Wording,
    wanted: Sequence[Wanted],
    *,
    isolated: bool = True,
) -> list[str]:
    """Give the values that texts take from the graph.

    :param isolated: whether queries run in a child process
    :raises SourceError: when there is no such query, it can't be asked, or it gives nothing
    """
    library = named_queries.load_queries(project.query_files, project.files)
    isolation = Isolation(querying.TIMEOUT, querying.MEMORY) if isolated else InProcess()

    def answer_all(begin: Callable[[], None]) -> list[str]:
        dataset.store  # noqa: B018 - made when it is first asked for, and not at a query's expense
        values = []
        for each in wanted:
            begin()
            values.append(_first_value(each, library, dataset, wording))
        return values

    try:
        return isolation.run(answer_all)
    except QueryError as error:
        at = wanted[max(isolation.steps - 1, 0)]
        raise SourceError(error.message, path=at.path, line=at.line, hint=_HINT) from None


def _first_value(
    wanted: Wanted, library: Mapping[str, NamedQuery], dataset: Dataset, wording: Wording
) -> str:
    try:
        if wanted.query not in library:
            near = nearest(wanted.query, sorted(library))
            hint = f"Did you mean {near}?" if near else "Queries are the files in queries/."
            raise UsageError(f"There is no query {wanted.query}.", hint=hint)
        text = named_queries.bind(library[wanted.query], wanted.parameters, dataset.prefixes)
        answer = json.loads(querying.answer(text, dataset, format="json").text)
        columns = [wanted.column] if wanted.column else answer.get("head", {}).get("vars", [])
        rows = answer.get("results", {}).get("bindings", [])
        row: Mapping[str, Any] = rows[0] if rows else {}
        term = next((_term(row[column]) for column in columns if column in row), None)
        if term is None:
            raise UsageError(f"The query {wanted.query} gives no value.")
    except UsageError as error:
        at = wanted.path, wanted.line
        raise SourceError(error.message, path=at[0], line=at[1], hint=error.hint) from None
    text = wording.label(term).value
    return f"{int(text):,}" if text.isascii() and text.isdigit() and len(text) < 19 else text


def _answer(query: NamedQuery, dataset: Dataset) -> AnsweredQuery:
    if any(parameter.default is None for parameter in query.parameters):
        return AnsweredQuery(query, query.text)
    text = named_queries.bind(query, {}, dataset.prefixes)
    if querying.makes_graph(text):
        turtle = querying.answer(text, dataset, format="turtle").text
        return AnsweredQuery(query, text, files={".ttl": turtle.encode()})
    files = {
        f".{format}": querying.answer(text, dataset, format=format).text.encode()
        for format in ("csv", "json")
    }
    document = json.loads(files[".json"])
    if "boolean" in document:
        return AnsweredQuery(query, text, truth=document["boolean"], files=files)
    columns = tuple(document["head"]["vars"])
    rows = tuple(
        tuple(_term(row.get(column)) for column in columns)
        for row in document["results"]["bindings"]
    )
    return AnsweredQuery(query, text, columns, rows, files=files)


def _term(binding: Mapping[str, str] | None) -> Term | None:
    """Read a term of a result in JSON (SPARQL 1.1 Query Results JSON Format, section 3.2.2)."""
    if binding is None:
        return None
    value = binding["value"]
    if binding["type"] == "uri":
        return ox.NamedNode(value)
    if binding["type"] == "bnode":
        return ox.BlankNode(value)
    if language := binding.get("xml:lang"):
        return ox.Literal(value, language=language)
    datatype = binding.get("datatype")
    return ox.Literal(value, datatype=ox.NamedNode(datatype)) if datatype else ox.Literal(value)


def with_prologue(text: str, prefixes: Mapping[str, str]) -> str:
    """Declare the prefixes that a query uses, so that any other tool can ask it.

    >>> with_prologue("ASK { ?s a x:Y }", {"x": "http://x/", "z": "http://z/"})
    'PREFIX x: <http://x/>\\n\\nASK { ?s a x:Y }'
    """
    used = _used_prefixes(text, prefixes)
    lines = "".join(f"PREFIX {name}: <{prefixes[name]}>\n" for name in used)
    return f"{lines}\n{text}" if lines else text


def _used_prefixes(text: str, prefixes: Mapping[str, str]) -> Sequence[str]:
    declared = query_text.Query(text, {}).declared_prefixes
    names = {
        token.text.partition(":")[0] for token in query_text.tokens(text) if token.kind == "pname"
    }
    return sorted(name for name in names if name in prefixes and name not in declared)
