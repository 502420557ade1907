"""The SPARQL service: how questions are answered over HTTP (SPARQL 1.1 Protocol, read only)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import NamedTuple

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope

from mipex_kg.project import layout
from mipex_kg.rdf.negotiation import DEFAULT, Variant, choose
from mipex_kg.serving.answering import GRAPHS, TABLES, Found, Question, Refused
from mipex_kg.serving.coding import SMALLEST, compress, takes_gzip
from mipex_kg.serving.documents import Documents
from mipex_kg.serving.file_response import is_unchanged
from mipex_kg.serving.host import host_of
from mipex_kg.serving.operation import Asked, Operation, read_request
from mipex_kg.serving.pool import Answers, TimedAnswer
from mipex_kg.serving.problem import problem
from mipex_kg.serving.site import ServedSite
from mipex_kg.site.hosting.rules import EVERYWHERE, REVALIDATE

METHODS = ("GET", "HEAD", "POST", "OPTIONS")
_HEAD = "".join(
    f"{name.lower()}: {value}\r\n"
    for name, value in (
        *EVERYWHERE.items(),
        ("content-type", "%s"),
        ("vary", "Accept, Accept-Encoding"),
        ("etag", "%s"),
        ("cache-control", "%s"),
    )
)
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
        question = self.question(asked, request.scope, accept)
        answered = await ask(self._answers(), question, request.scope, request.receive)
        return await respond(answered, request.headers, is_safe=request.method != "POST")

    def question(self, asked: Asked, scope: Scope, accept: str | None) -> Question:
        """Say what a request asks."""
        address = _address(scope, self._site())
        return Question(asked.text, asked.graphs, accept, asked.format, address)

    async def ask(self, question: Question, scope: Scope, receive: Receive) -> TimedAnswer:
        """Ask, as long as the client waits for the answer.

        :raises ClientDisconnect: when it doesn't
        """
        return await ask(self._answers(), question, scope, receive)


def _address(scope: Scope, site: ServedSite) -> str:
    """Tell where the service is: where the client has found it."""
    if host_of(scope) is None:
        return f"{site.rules.site}{layout.SERVICE}"
    host = next(value for name, value in scope["headers"] if name == b"host").decode("latin-1")
    return f"{scope['scheme']}://{host}{site.rules.path}{layout.SERVICE}"


async def ask(answers: Answers, question: Question, scope: Scope, receive: Receive) -> TimedAnswer:
    """Ask, as long as the client waits for the answer.

    :raises ClientDisconnect: when it doesn't
    """
    with _Waiting(receive):
        answered = await answers.ask(question)
    state = scope.setdefault("state", {})
    state["timings"] = {"queue": answered.waited, "query": answered.took}
    state["query"] = question.text
    return answered


class _Waiting:
    """Stops what is done for a client that goes away.

    :raises ClientDisconnect: at the end, when it does
    """

    def __init__(self, receive: Receive) -> None:
        self._receive, self._working = receive, asyncio.current_task()
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
        while (await self._receive())["type"] != "http.disconnect":
            pass
        if self._working:
            self._working.cancel()


class Whole(NamedTuple):
    """A whole answer, as it is sent.

    :param kind: its media type
    :param head: the lines of its headers
    """

    status: HTTPStatus
    kind: str
    head: bytes
    body: bytes


async def respond(answered: TimedAnswer, headers: Mapping[str, str], *, is_safe: bool) -> Response:
    """Send an answer: all of it, or a problem.

    :param is_safe: whether the same may be asked again, and the answer be kept
    """
    if isinstance(answered.reply, Refused):
        return refusal(answered.reply)
    whole = await write(answered.reply, headers, is_safe=is_safe)
    return _Written(whole)


def refusal(refused: Refused) -> Response:
    """Say why there is no answer."""
    again = {} if refused.retry is None else {"Retry-After": str(refused.retry)}
    return problem(
        refused.status,
        refused.detail,
        headers={**again, "Vary": "Accept"},
        hint=refused.hint,
        line=refused.line,
        column=refused.column,
    )


async def write(found: Found, headers: Mapping[str, str], *, is_safe: bool) -> Whole:
    """Write an answer, as the client wants it; if it has it already, say that.

    :param headers: of the request, by their names in lower case
    :param is_safe: whether the same may be asked again, and the answer be kept
    """
    packed = len(found.body) > SMALLEST and takes_gzip(headers)
    tag = f'"{found.tag}-gzip"' if packed else f'"{found.tag}"'
    keeping = REVALIDATE if is_safe else "no-store"
    head = _HEAD % (found.media_type, tag, keeping)
    if is_safe and is_unchanged({"etag": tag}, headers):
        return Whole(HTTPStatus.NOT_MODIFIED, found.media_type, head.encode(), b"")
    body = await compress(found.body) if packed else found.body
    coding = "content-encoding: gzip\r\n" if packed else ""
    head = f"{head}{coding}content-length: {len(body)}\r\n"
    return Whole(HTTPStatus.OK, found.media_type, head.encode(), body)


class _Written(Response):
    """A response whose headers are written already."""

    def __init__(self, whole: Whole) -> None:
        lines = (line.partition(b": ") for line in whole.head.splitlines())
        self.raw_headers = [(name, value) for name, _, value in lines]
        self.status_code, self.body, self.background = whole.status, whole.body, None
