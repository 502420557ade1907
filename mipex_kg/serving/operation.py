"""Reading requests of the SPARQL 1.1 Protocol (section 2.1): which question they ask."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote_to_bytes

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from mipex_kg.dataset.querying import Graphs
from mipex_kg.rdf.terms import is_iri
from mipex_kg.serving.problem import problem

# Bytes of a request's body, and seconds in which it must be here.
_LARGEST, _PATIENCE = 1 << 20, 15
# Up to so many bytes are taken in even so, since a client that is cut off doesn't read why.
_READ = 16 << 20
_FORM, _QUERY = "application/x-www-form-urlencoded", "application/sparql-query"
_MOST_PARAMETERS = 1000
_NOT_UTF8 = "The parameters are not UTF-8."
# With which an address begins that has nothing but a query.
_ALONE = b"query="

Parameters = Sequence[tuple[str, str]]


class BadRequest(Exception):  # noqa: N818 - HTTP's own name for it
    """A request that can't be answered.

    :param headers: of the answer
    """

    def __init__(
        self, status: int, detail: str, *, hint: str | None = None, **headers: str
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.hint = status, detail, hint
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}

    @property
    def response(self) -> Response:
        """What the client is told."""
        return problem(self.status, self.detail, headers=self.headers, hint=self.hint)


class Operation(ABC):
    """A part of the server that answers requests, or says what is wrong with them."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, as long as someone waits for the answer."""
        request = Request(scope, receive)
        try:
            response = await self.answer(request)
        except BadRequest as error:
            response = error.response
        except ClientDisconnect:
            return
        await response(scope, receive, send)

    @abstractmethod
    async def answer(self, request: Request) -> Response:
        """Answer a request.

        :raises BadRequest: when it can't be answered
        :raises ClientDisconnect: when nobody waits for the answer any more
        """


class Asked(NamedTuple):
    """What a request asks.

    :param text: of the query, if there is one
    """

    text: str | None
    graphs: Graphs | None
    format: str | None


async def read_request(request: Request) -> Asked:
    """Find the question in a request.

    :raises BadRequest: when it isn't put as the protocol wants it
    """
    if request.method != "POST":
        return read_address(request.scope)
    in_address = parameters(request.scope["query_string"])
    media_type, charset = _content_type(request.headers)
    if media_type not in (_FORM, _QUERY):
        detail = f"A query is posted as {_QUERY} or as {_FORM}, not as {media_type or 'nothing'}."
        hint = "The data is read-only." if "update" in media_type else None
        status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
        raise BadRequest(status, detail, hint=hint, Accept_Post=f"{_QUERY}, {_FORM}")
    if charset not in ("utf-8", "utf8", "us-ascii"):
        detail = f"SPARQL is written in UTF-8, not in {charset}."
        raise BadRequest(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail)
    body = await _body(request)
    if media_type == _FORM:
        asked = _asked([*parameters(body), *in_address])
        if asked.text is None:
            detail = "The form has no parameter called query."
            raise BadRequest(HTTPStatus.BAD_REQUEST, detail)
        return asked
    if any(name == "query" for name, _ in in_address):
        detail = "There is a query in the body, and one in the address."
        raise BadRequest(HTTPStatus.BAD_REQUEST, detail)
    return _asked([("query", _decoded(body)), *in_address])


def read_address(scope: Scope) -> Asked:
    """Find the question in a request's address.

    :raises BadRequest: when it isn't put as the protocol wants it
    """
    data = scope["query_string"]
    if data.startswith(_ALONE) and b"&" not in data and data.isascii():
        # What most ask, which takes a third of the time.
        return Asked(_unquoted(data[len(_ALONE) :]), None, None)
    return _asked(parameters(data))


def _unquoted(value: bytes) -> str:
    """Read the value of a parameter.

    :raises BadRequest: when it is not UTF-8
    """
    try:
        return unquote_to_bytes(value.replace(b"+", b" ")).decode()
    except UnicodeDecodeError:
        raise BadRequest(HTTPStatus.BAD_REQUEST, _NOT_UTF8) from None


def parameters(data: bytes) -> list[tuple[str, str]]:
    """Read the parameters of an address or a form.

    :raises BadRequest: when there are too many, or they are not UTF-8

    >>> parameters(b"query=ASK%20%7B%7D&x=")
    [('query', 'ASK {}'), ('x', '')]
    """
    try:
        return parse_qsl(
            data.decode(),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MOST_PARAMETERS,
        )
    except UnicodeDecodeError:
        raise BadRequest(HTTPStatus.BAD_REQUEST, _NOT_UTF8) from None
    except ValueError:
        detail = f"There are more than {_MOST_PARAMETERS} parameters."
        raise BadRequest(HTTPStatus.BAD_REQUEST, detail) from None


def _asked(given: Parameters) -> Asked:
    values: dict[str, list[str]] = {}
    for name, value in given:
        values.setdefault(name, []).append(value)
    if "update" in values:
        detail = "SPARQL updates are not allowed: the data is read-only."
        raise BadRequest(HTTPStatus.BAD_REQUEST, detail)
    default, named = (_iris(f"{which}-graph-uri", values) for which in ("default", "named"))
    graphs = Graphs(default, named) if default or named else None
    text = _one("query", values)
    if text is None and graphs is not None:
        raise BadRequest(HTTPStatus.BAD_REQUEST, "Graphs are named, but no query is asked of them.")
    return Asked(text, graphs, _one("format", values))


def _iris(wanted: str, values: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    found = tuple(values.get(wanted, ()))
    if wrong := [text for text in found if not is_iri(text)]:
        detail = f"{wanted} must be an absolute IRI, not {wrong[0]!r}."
        raise BadRequest(HTTPStatus.BAD_REQUEST, detail)
    return found


def _one(wanted: str, values: Mapping[str, Sequence[str]]) -> str | None:
    found = values.get(wanted, ())
    if len(found) > 1:
        detail = f"The parameter {wanted} occurs {len(found)} times."
        raise BadRequest(HTTPStatus.BAD_REQUEST, detail)
    return found[0] if found else None


def _content_type(headers: Headers) -> tuple[str, str]:
    """Read the media type of what is posted, and in which encoding it is."""
    media_type, *rest = headers.get("content-type", "").split(";")
    given = dict(part.strip().lower().partition("=")[::2] for part in rest)
    return media_type.strip().lower(), given.get("charset", "utf-8").strip("\"'")


async def _body(request: Request) -> bytes:
    """Receive what is posted.

    :raises BadRequest: when it is too large, or takes too long
    """
    detail = f"A query may have {_LARGEST} bytes."
    too_large = BadRequest(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail, Connection="close")
    length = request.headers.get("content-length", "0")
    if length.isdecimal() and int(length[:19]) > _READ:
        raise too_large
    data, received = bytearray(), 0
    try:
        async with asyncio.timeout(_PATIENCE):
            async for piece in request.stream():
                received += len(piece)
                if received <= _LARGEST:
                    data += piece
                elif received > _READ:
                    raise too_large
    except TimeoutError:
        detail = f"The query was not here after {_PATIENCE} seconds."
        raise BadRequest(HTTPStatus.REQUEST_TIMEOUT, detail, Connection="close") from None
    if received > _LARGEST:
        raise too_large
    return bytes(data)


def _decoded(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        detail = f"The query is not UTF-8: its byte {error.start + 1} is {data[error.start]:#04x}."
        raise BadRequest(HTTPStatus.BAD_REQUEST, detail) from None
