"""The SPARQL service: how questions are answered over HTTP (SPARQL 1.1 Protocol, read only)."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
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
    async with _as_long_as_waited_for(request):
        answered = await answers.ask(question)
    timings: dict[str, float] = request.scope.setdefault("state", {}).setdefault("timings", {})
    timings |= {"queue": answered.waited, "query": answered.took}
    request.scope["state"]["query"] = question.text
    return answered


@asynccontextmanager
async def _as_long_as_waited_for(request: Request) -> AsyncIterator[None]:
    """Stop what is done for a client that goes away.

    :raises ClientDisconnect: when it does
    """
    working = asyncio.current_task()
    watch: asyncio.Task[None] | None = None

    async def stop_when_gone() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        if working:
            working.cancel()

    def begin() -> None:
        nonlocal watch
        watch = asyncio.ensure_future(stop_when_gone())

    # Most are answered before it would make sense to check that they are still there.
    later = asyncio.get_running_loop().call_later(_SOON, begin)
    try:
        yield
    except asyncio.CancelledError:
        if watch is not None and watch.done():
            raise ClientDisconnect from None
        raise
    finally:
        later.cancel()
        if watch is not None:
            watch.cancel()


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
    hash = hashlib.sha256(reply.body).hexdigest()[:32]
    tag = f'"{hash}-gzip"' if packed else f'"{hash}"'
    sent = {
        **EVERYWHERE,
        "Content-Type": reply.media_type,
        "Vary": "Accept, Accept-Encoding",
        "ETag": tag,
        "Cache-Control": REVALIDATE if is_safe else "no-store",
    }
    if is_safe and is_unchanged(sent, headers):
        return Response(None, HTTPStatus.NOT_MODIFIED, sent)
    body = reply.body
    if packed:
        sent["Content-Encoding"] = "gzip"
        body = await compress(body)
    return Response(body, HTTPStatus.OK, sent)
