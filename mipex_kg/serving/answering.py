"""Answering a query of which someone unknown is waiting for the answer: in a worker's process.

What can't be answered is refused here, with a status and a sentence. What takes too long, or too
much memory, ends with the process.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import lru_cache
from http import HTTPStatus
from typing import NamedTuple, Protocol, Self, TypeAlias

import pyoxigraph as ox

from mipex_kg.dataset import querying
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.dataset.querying import Graphs
from mipex_kg.rdf import formats, serialization
from mipex_kg.rdf.negotiation import Variant, choose
from mipex_kg.rdf.terms import Node
from mipex_kg.serving.description import SD, describe
from mipex_kg.sparql import query_text, results
from mipex_kg.sparql.lexical import decode_output
from mipex_kg.sparql.query_text import Query
from mipex_kg.sparql.spreadsheet import guarded
from mipex_kg.system.errors import KgError, QueryError

# Formats of tables; the first is sent to clients that have no wish.
_OF_TABLES = (
    ("json", "application/sparql-results+json"),
    ("xml", "application/sparql-results+xml"),
    ("csv", "text/csv"),
    ("tsv", "text/tab-separated-values"),
    # Types under which programs ask for them too.
    ("json", "application/json"),
    ("xml", "application/xml"),
    ("xml", "text/xml"),
)
_ENGINE = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
# What parts rows, and how often it occurs besides.
_MARKS = {"json": (b"},{", -1), "xml": (b"<result>", 0), "csv": (b"\r\n", 1), "tsv": (b"\n", 1)}
_QUOTED = re.compile(rb'"[^"]*"')
_OF_GRAPHS = (
    formats.TURTLE,
    formats.NTRIPLES,
    formats.JSONLD,
    formats.RDFXML,
    formats.TRIG,
    formats.NQUADS,
)
_ALSO = (("jsonld", "application/json"), ("rdfxml", "application/xml"), ("rdfxml", "text/xml"))
TABLES = tuple(Variant(name, type, (type,)) for name, type in _OF_TABLES)
GRAPHS = tuple(
    Variant(name, type, (type,))
    for name, type in (*((format.name, format.media_type) for format in _OF_GRAPHS), *_ALSO)
)
# How people write a format's name, besides its own.
_SPELLINGS = {format.suffix[1:]: format.name for format in _OF_GRAPHS}
_KNOWN = 1000


class Question(NamedTuple):
    """What someone asks.

    :param text: SPARQL, or None to be told what the service is
    :param graphs: to be asked, instead of those that the query names
    :param accept: the ``Accept`` header
    :param format: the name of a format, instead of that
    :param address: where the service is
    :param is_for_people: whether a table in CSV is guarded against spreadsheets
    """

    text: str | None
    graphs: Graphs | None = None
    accept: str | None = None
    format: str | None = None
    address: str = ""
    is_for_people: bool = False


class Found(NamedTuple):
    """A whole answer.

    :param tag: another for every other body
    :param lasts: whether the same question would have the same answer again
    """

    media_type: str
    body: bytes
    tag: str
    lasts: bool


class Refused(NamedTuple):
    """Why there is none.

    :param line: where in the query, if that is known
    :param retry: seconds after which it may be worthwhile to ask again
    :param cause: what the log is told of it, and nobody else
    """

    status: int
    detail: str
    hint: str | None = None
    line: int | None = None
    column: int | None = None
    retry: int | None = None
    cause: str | None = None


class TooLargeError(Exception):
    """An answer is larger than it may be.

    :param how: that it is more than so much
    """

    def __init__(self, how: str) -> None:
        super().__init__(f"The answer {how}.")

    @classmethod
    def of_bytes(cls, most: int) -> Self:
        """Say that it has more bytes."""
        return cls(f"is larger than {most >> 20} MiB")


class NotAnsweredError(Exception):
    """There is no answer, for a reason on the side that was asked."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.cause)
        self.refused = refused


Solutions: TypeAlias = ox.QuerySolutions | ox.QueryBoolean | Iterable[ox.Triple]


class Source(Protocol):
    """Where answers come from: a dataset that is loaded, or a store elsewhere."""

    @property
    def lasts(self) -> bool:
        """Whether it stays as it is."""

    @property
    def prefixes(self) -> Mapping[str, str]:
        """Those that need no declaration."""

    @property
    def tags(self) -> Mapping[str, str]:
        """Language tags in lower case, to how they are to be written."""

    @property
    def graph_names(self) -> Iterable[Node]:
        """The named graphs."""

    def find(
        self, query: Query, graphs: Graphs | None, base: str | None
    ) -> AbstractContextManager[Solutions]:
        """Find what is asked for, and take care of what goes wrong while it is read.

        :param graphs: instead of those that the query names
        :param base: what relative IRIs are resolved against, if the query doesn't say
        """


class Loaded:
    """A dataset that is loaded."""

    lasts = True

    def __init__(self, dataset: Dataset) -> None:
        self._dataset, self.prefixes, self.tags = dataset, dataset.prefixes, dataset.tags
        self.graph_names = dataset.graph_names
        # Made now, for all workers to share.
        dataset.store  # noqa: B018 - made when it is first asked for

    @contextmanager
    def find(self, query: Query, graphs: Graphs | None, base: str | None) -> Iterator[Solutions]:
        """Find what is asked for.

        :raises QueryError: when the engine can't
        """
        with querying.engine_errors(query):
            yield querying.run(query, self._dataset, graphs, base)


class _Output:
    """What is written piece by piece, up to a limit."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.data = bytearray()

    def write(self, piece: bytes) -> int:
        self.data += piece
        if len(self.data) > self.most:
            raise TooLargeError.of_bytes(self.most)
        return len(piece)

    def flush(self) -> None:
        """Nothing is held back."""


class Answerer:
    """Answers questions, one after the other.

    :param most: bytes that an answer may have
    :param rows: that it may have, or triples
    """

    def __init__(self, source: Source, most: int, rows: int) -> None:
        self._source, self._most, self._rows = source, most, rows
        self._read = lru_cache(_KNOWN)(self._read_anew)

    def answer(self, question: Question) -> Found | Refused:
        """Answer a question, or say why not."""
        try:
            if question.text is None:
                return self._describe(question)
            return self._answer(self._read(question.text), question)
        except QueryError as error:
            status = HTTPStatus.BAD_REQUEST
            return Refused(status, error.message, None, error.line, error.column)
        except KgError as error:  # a format that can't express what was found
            return Refused(HTTPStatus.NOT_ACCEPTABLE, error.message, error.hint)
        except TooLargeError as error:
            return Refused(
                HTTPStatus.SERVICE_UNAVAILABLE,
                str(error),
                "Ask for less at once, with LIMIT and OFFSET, or take the whole dataset.",
            )
        except NotAnsweredError as error:
            return error.refused

    def _read_anew(self, text: str) -> Query:
        query = Query(query_text.resolve(text), self._source.prefixes)
        querying.refuse(query)
        return query

    def _answer(self, query: Query, question: Question) -> Found | Refused:
        is_graph = query.form in querying.GRAPH_FORMS
        chosen = _chosen(question.accept, question.format, is_graph=is_graph)
        if isinstance(chosen, Refused):
            return chosen
        with self._source.find(query, question.graphs, question.address or None) as found:
            if isinstance(found, ox.QuerySolutions | ox.QueryBoolean):
                body = self._table(found, chosen.name)
                if question.is_for_people and chosen.name == "csv":
                    body = guarded(body)
            else:
                quads, source = self._bounded(found), self._source
                body = _graph(quads, chosen, source.prefixes, source.tags)
        return _found(chosen, body, lasts=self._source.lasts and not query.is_volatile)

    def _table(self, found: ox.QuerySolutions | ox.QueryBoolean, name: str) -> bytes:
        if isinstance(found, ox.QueryBoolean) and name in ("csv", "tsv"):
            return b"true\r\n" if found else b"false\r\n"
        output = _Output(self._most)
        # Any object that can write will do, whatever the types say.
        found.serialize(output, format=_ENGINE[name])  # type: ignore[arg-type]
        if has_more_rows(output.data, name, self._rows):
            raise TooLargeError(f"has more than {self._rows:,} rows")
        if name == "xml":
            results.require_xml(output.data)
        return decode_output(bytes(output.data), name, self._source.tags)

    def _bounded(self, found: Iterable[ox.Triple]) -> list[ox.Quad]:
        quads: list[ox.Quad] = []
        size = 0
        for triple in found:
            size += len(str(triple))
            if size > self._most:
                raise TooLargeError.of_bytes(self._most)
            if len(quads) == self._rows:
                raise TooLargeError(f"has more than {self._rows:,} triples")
            quads.append(ox.Quad(*triple))
        return quads

    def _describe(self, question: Question) -> Found | Refused:
        chosen = _chosen(question.accept, question.format, is_graph=True)
        if isinstance(chosen, Refused):
            return chosen
        told = [format.rdf_format.iri for format in _OF_GRAPHS]
        told += [format.iri for format in _ENGINE.values()]
        quads = describe(question.address, self._source.graph_names, told)
        body = _graph(quads, chosen, {**self._source.prefixes, "sd": SD})
        return _found(chosen, body, lasts=self._source.lasts)


def _found(chosen: Variant, body: bytes, *, lasts: bool) -> Found:
    # Made here, where a large one keeps nobody waiting.
    tag = hashlib.sha256(body).hexdigest()[:32]
    return Found(_header(chosen), body, tag, lasts)


def _graph(
    quads: list[ox.Quad],
    chosen: Variant,
    prefixes: Mapping[str, str],
    tags: Mapping[str, str] | None = None,
) -> bytes:
    return serialization.write(quads, formats.BY_NAME[chosen.name], prefixes, tags)


def has_more_rows(table: bytes | bytearray, format: str, most: int) -> bool:
    """Tell whether a table has more rows than it may.

    Looking for what parts rows takes no time; only where there is enough of it, the rows are told
    from texts that hold the same.

    >>> has_more_rows(b'a\\r\\n"1\\r\\n2"\\r\\n', "csv", 1)
    False
    """
    mark, others = _MARKS[format]
    if table.count(mark) - others <= most:
        return False
    if format == "csv":
        return _QUOTED.sub(b"", table).count(mark) - others > most
    if format == "json":
        found = ox.parse_query_results(bytes(table), format=ox.QueryResultsFormat.JSON)
        return isinstance(found, ox.QuerySolutions) and sum(1 for _ in found) > most
    return True


@lru_cache(_KNOWN)
def _chosen(accept: str | None, format: str | None, *, is_graph: bool) -> Variant | Refused:
    """Choose the format of an answer."""
    variants = GRAPHS if is_graph else TABLES
    types = ", ".join(dict.fromkeys(variant.media_type for variant in variants))
    if format is None:
        chosen = choose(accept, variants)
        detail = f"None of the requested formats is available. Available: {types}."
        return chosen or Refused(HTTPStatus.NOT_ACCEPTABLE, detail)
    name = format.lower()
    for variant in variants:
        # Where both have JSON or XML, the name means the one that fits the query.
        if name in (variant.name, variant.media_type, variant.media_type.rpartition("/")[2]):
            return variant
        if _SPELLINGS.get(name) == variant.name:
            return variant
    names = ", ".join(dict.fromkeys(variant.name for variant in variants))
    detail = f"This query can't be answered as {format!r}. It can as: {names}."
    return Refused(HTTPStatus.BAD_REQUEST, detail)


def _header(chosen: Variant) -> str:
    has_charset = chosen.media_type.startswith("text/") and chosen.media_type != "text/xml"
    return f"{chosen.media_type}; charset=utf-8" if has_charset else chosen.media_type
