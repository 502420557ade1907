"""The SPARQL service: how questions are answered over HTTP (SPARQL 1.1 Protocol, read only)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from mipex_kg.project import layout
from mipex_kg.rdf.negotiation import DEFAULT, Variant, choose
from mipex_kg.serving.answering import GRAPHS, TABLES, Question, Refused
from mipex_kg.serving.coding import SMALLEST, compress, takes_gzip
from mipex_kg.serving.documents import Documents
from mipex_kg.serving.file_response import is_unchanged
from mipex_kg.serving.host import host_of
from mipex_kg.serving.operation import Operation, read_request
from mipex_kg.serving.pool import Answers, TimedAnswer
from mipex_kg.serving.problem import problem
from mipex_kg.serving.site import ServedSite
from mipex_kg.site.hosting.rules import EVERYWHERE, REVALIDATE

METHODS = ("GET", "HEAD", "POST", "OPTIONS")
_EVERYWHERE = [(name.lower().encode(), value.encode()) for name, value in EVERYWHERE.items()]
_VARY = (b"vary", b"Accept, Accept-Encoding")
_KEEP, _FORGET = (b"cache-control", REVALIDATE.encode()), (b"cache-control", b"no-store")
# Seconds in which most queries are answered.
_SOON = 0.1
# A browser takes the page before a description in RDF.
_PAGE_OR_RDF = (Variant("page", DEFAULT.media_type, DEFAULT.accepted), *GRAPHS, *TABLES)


class SparqlService(Operation):
    """The SPARQL service.

    :param site: gives the site as it is now
    :param answers: answers the questions
    :param documents: sends the page on which people ask
    """

    def __init__(
        self, site: Callable[[], ServedSite], answers: Callable[[], Answers], documents: Documents
    ) -> None:
        self._site, self._answers, self._documents = site, answers, documents

    async def answer(self, request: Request) -> Response:
        """Answer a request.

        :raises BadRequest: when it can't be answered
        :raises ClientDisconnect: when nobody waits for the answer any more
        """
        asked = await read_request(request)
        accept = request.headers.get("accept")
        site = self._site()
        if asked.text is None and asked.format is None and accept and "html" in accept:
            chosen = choose(accept, _PAGE_OR_RDF)
            is_page = chosen is not None and chosen.name == "page"
            if is_page and (
                page := await self._documents.file(site, layout.ASK_PAGE, request.headers)
            ):
                page.headers["Vary"] = "Accept, Accept-Encoding"
                return page
        address = _address(request, site)
        question = Question(asked.text, asked.graphs, accept, asked.format, address)
        answered = await ask(self._answers(), question, request)
        return await respond(answered, request.headers, is_safe=request.method != "POST")


def _address(request: Request, site: ServedSite) -> str:
    """Tell where the service is: where the client has found it."""
    path = f"{site.rules.path}{layout.SERVICE}"
    if host_of(request.scope) is None:
        return f"{site.rules.site}{layout.SERVICE}"
    return f"{request.scope['scheme']}://{request.headers['host']}{path}"


async def ask(answers: Answers, question: Question, request: Request) -> TimedAnswer:
    """Ask, as long as the client waits for the answer.

    :raises ClientDisconnect: when it doesn't
    """
    with _Waiting(request):
        answered = await answers.ask(question)
    state = request.scope.setdefault("state", {})
    state["timings"] = {"queue": answered.waited, "query": answered.took}
    state["query"] = question.text
    return answered


class _Waiting:
    """Stops what is done for a client that goes away.

    :raises ClientDisconnect: at the end, when it does
    """

    def __init__(self, request: Request) -> None:
        self._request, self._working = request, asyncio.current_task()
        self._watch: asyncio.Task[None] | None = None

    def __enter__(self) -> None:
        # Most are answered before it would make sense to check that they are still there.
        self._later = asyncio.get_running_loop().call_later(_SOON, self._begin)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._later.cancel()
        if self._watch is None:
            return
        is_gone = self._watch.done()
        self._watch.cancel()
        if is_gone and kind is asyncio.CancelledError:
            raise ClientDisconnect from None

    def _begin(self) -> None:
        self._watch = asyncio.ensure_future(self._stop_when_gone())

    async def _stop_when_gone(self) -> None:
        while (await self._request.receive())["type"] != "http.disconnect":
            pass
        if self._working:
            self._working.cancel()


async def respond(answered: TimedAnswer, headers: Headers, *, is_safe: bool) -> Response:
    """Send an answer: all of it, or a problem.

    :param is_safe: whether the same may be asked again, and the answer be kept
    """
    reply = answered.reply
    if isinstance(reply, Refused):
        again = {} if reply.retry is None else {"Retry-After": str(reply.retry)}
        return problem(
            reply.status,
            reply.detail,
            headers={**again, "Vary": "Accept"},
            hint=reply.hint,
            line=reply.line,
            column=reply.column,
        )
    packed = len(reply.body) > SMALLEST and takes_gzip(headers)
    tag = f'"{reply.tag}-gzip"' if packed else f'"{reply.tag}"'
    sent = [
        *_EVERYWHERE,
        (b"content-type", reply.media_type.encode()),
        _VARY,
        (b"etag", tag.encode()),
        _KEEP if is_safe else _FORGET,
    ]
    if is_safe and is_unchanged({"etag": tag}, headers):
        return _Written(HTTPStatus.NOT_MODIFIED, sent, b"")
    body = reply.body
    if packed:
        sent.append((b"content-encoding", b"gzip"))
        body = await compress(body)
    sent.append((b"content-length", b"%d" % len(body)))
    return _Written(HTTPStatus.OK, sent, body)


class _Written(Response):
    """A response whose headers are written already."""

    def __init__(self, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        self.status_code, self.raw_headers, self.body = status, headers, body
        self.background = None
