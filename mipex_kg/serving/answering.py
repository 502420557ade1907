"""Answering a query of which somebody unknown is waiting for the answer: in a worker's process.

What can't be answered is refused here, with a status and a sentence. What takes too long, or too
much memory, ends with the process.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from http import HTTPStatus
from typing import NamedTuple

import pyoxigraph as ox

from mipex_kg import formats, querying, results, serialization, sparql
from mipex_kg.dataset import Dataset
from mipex_kg.errors import KgError, QueryError
from mipex_kg.hosting.negotiation import Variant, choose
from mipex_kg.querying import Graphs
from mipex_kg.serving.description import SD, describe
from mipex_kg.serving.guard import guard
from mipex_kg.sparql import Query

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
    """What somebody asks.

    :param text: SPARQL, or None to be told what the service is
    :param graphs: to be asked, in place of those that the query names
    :param accept: the ``Accept`` header
    :param format: the name of a format, in place of that
    :param address: where the service is
    """

    text: str | None
    graphs: Graphs | None = None
    accept: str | None = None
    format: str | None = None
    address: str = ""


class Found(NamedTuple):
    """A whole answer."""

    media_type: str
    body: bytes


class Refused(NamedTuple):
    """Why there is none.

    :param line: where in the query, if that is known
    """

    status: int
    detail: str
    hint: str | None = None
    line: int | None = None
    column: int | None = None


class TooLargeError(Exception):
    """An answer is larger than it may be."""


class _Output:
    """What is written piece by piece, up to a limit."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.data = bytearray()

    def write(self, piece: bytes) -> int:
        self.data += piece
        if len(self.data) > self.most:
            raise TooLargeError
        return len(piece)

    def flush(self) -> None:
        """Nothing is held back."""


class Answerer:
    """Answers questions about a dataset, one after the other.

    :param most: bytes that an answer may have
    """

    def __init__(self, dataset: Dataset, most: int) -> None:
        self._dataset, self._most = dataset, most
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
        except TooLargeError:
            return Refused(
                HTTPStatus.SERVICE_UNAVAILABLE,
                f"The answer is larger than {self._most >> 20} MiB.",
                "Ask for less at once, with LIMIT and OFFSET, or take the whole dataset.",
            )

    def _read_anew(self, text: str) -> Query:
        query = Query(sparql.resolve(text), self._dataset.prefixes)
        querying.refuse(query)
        guard(query)
        return query

    def _answer(self, query: Query, question: Question) -> Found | Refused:
        variants = GRAPHS if query.form in querying.GRAPH_FORMS else TABLES
        chosen = _chosen(question.accept, question.format, variants)
        if isinstance(chosen, Refused):
            return chosen
        with querying.engine_errors(query):
            found = querying.run(query, self._dataset, question.graphs, question.address or None)
            if isinstance(found, ox.QueryTriples):
                quads = self._bounded(found)
                return self._graph(quads, chosen, self._dataset.prefixes)
            return Found(_header(chosen), self._table(found, chosen.name))

    def _table(self, found: ox.QuerySolutions | ox.QueryBoolean, name: str) -> bytes:
        if isinstance(found, ox.QueryBoolean) and name in ("csv", "tsv"):
            return b"true\r\n" if found else b"false\r\n"
        output = _Output(self._most)
        found.serialize(output, format=_ENGINE[name])  # type: ignore[arg-type]
        if name == "xml":
            results.require_xml(output.data)
        return bytes(output.data)

    def _bounded(self, found: ox.QueryTriples) -> list[ox.Quad]:
        quads, size = [], 0
        for triple in found:
            size += len(str(triple))
            if size > self._most:
                raise TooLargeError
            quads.append(ox.Quad(*triple))
        return quads

    def _graph(self, quads: list[ox.Quad], chosen: Variant, prefixes: Mapping[str, str]) -> Found:
        format = formats.BY_NAME[chosen.name]
        return Found(_header(chosen), serialization.write(quads, format, prefixes))

    def _describe(self, question: Question) -> Found | Refused:
        chosen = _chosen(question.accept, question.format, GRAPHS)
        if isinstance(chosen, Refused):
            return chosen
        told = [format.rdf_format.iri for format in _OF_GRAPHS]
        told += [format.iri for format in _ENGINE.values()]
        quads = describe(question.address, self._dataset.graph_names, told)
        return self._graph(quads, chosen, {**self._dataset.prefixes, "sd": SD})


@lru_cache(_KNOWN)
def _chosen(
    accept: str | None, format: str | None, variants: tuple[Variant, ...]
) -> Variant | Refused:
    """Choose the format of an answer."""
    types = ", ".join(dict.fromkeys(variant.media_type for variant in variants))
    if format is None:
        chosen = choose(accept, variants)
        detail = f"There is none of what the client accepts. There is: {types}."
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
