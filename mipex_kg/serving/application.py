"""The application: which part of the server answers which address, and what becomes of bugs."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from functools import lru_cache, partial
from http import HTTPStatus

from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mipex_kg.project import layout
from mipex_kg.project.media_types import FOR_SEARCH_ENGINES
from mipex_kg.serving.documents import Documents
from mipex_kg.serving.methods import Allowing
from mipex_kg.serving.named import NamedQueries
from mipex_kg.serving.pool import Answers
from mipex_kg.serving.problem import problem
from mipex_kg.serving.protocol import METHODS, SparqlService
from mipex_kg.serving.renewal import Served
from mipex_kg.serving.site import ServedSite
from mipex_kg.site.hosting.rules import EVERYWHERE, OF_DATA

HEALTH = "/-/health"
((_NAME, _VALUE),) = OF_DATA.items()
_OF_DATA = (_NAME.lower().encode(), _VALUE.encode())
# The line of a head that says the same.
OF_PROGRAMS = f"{_NAME.lower()}: {_VALUE}\r\n"
# More kinds of answers than there are.
_KINDS = 100
_LOGGER = logging.getLogger(__name__)


class Application:
    """The whole server, as an ASGI application.

    :param parts: what answers, by the path at which it does, or with which its paths begin
    :param others: answers at all other paths
    :param life: what must be there as long as the server runs
    :param sparql: the part that answers questions
    """

    def __init__(
        self,
        parts: Mapping[str, ASGIApp],
        others: ASGIApp,
        life: AbstractAsyncContextManager[object],
        sparql: SparqlService,
    ) -> None:
        self._parts, self._others, self._life, self.sparql = parts, others, life, sparql

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or take part in the start and the end of the server."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        has_begun = False

        async def noted(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            if message["type"] == "http.response.start":
                keep_from_search_engines(message)
            await send(message)

        try:
            await self._part(scope["path"])(scope, receive, noted)
        except Exception as bug:  # it is logged, and must not end the server
            answer = tell(bug, scope)
            if has_begun:
                raise  # the connection is closed, so that nobody takes a half for the whole
            await answer(scope, receive, noted)

    def _part(self, path: str) -> ASGIApp:
        folder = path[: path.rfind("/") + 1]
        return self._parts.get(path) or self._parts.get(f"{folder}*") or self._others

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        async with self._life:
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})


def tell(bug: Exception, scope: Scope) -> Response:
    """Log a bug of ours, and answer that there is one."""
    _LOGGER.error("A bug, at %s", scope["path"], exc_info=bug)
    detail = "This is a bug of the server, and it was logged."
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, detail)


def keep_from_search_engines(start: Message) -> None:
    """Ask search engines to leave out an answer that is for programs, wherever it comes from."""
    headers = start["headers"]
    kind = next((value for name, value in headers if name == b"content-type"), b"")
    if kind and is_for_programs(kind.decode("latin-1")) and _OF_DATA not in headers:
        start["headers"] = [*headers, _OF_DATA]


@lru_cache(_KINDS)
def is_for_programs(kind: str) -> bool:
    """Tell whether search engines are asked to leave out what has a media type."""
    return not re.match(FOR_SEARCH_ENGINES, kind)


def make_application(served: Served, life: AbstractAsyncContextManager[object]) -> Application:
    """Put the parts together.

    :param life: what must be there as long as the server runs
    """
    root = served.site.rules.path

    def site() -> ServedSite:
        return served.site

    def answers() -> Answers:
        return served.answers

    async def moved(scope: Scope, receive: Receive, send: Send) -> None:
        """Lead to where the service is; whatever was posted is to be posted again."""
        asked = scope["query_string"].decode("latin-1")
        there = f"{root}{layout.SERVICE}?{asked}" if asked else f"{root}{layout.SERVICE}"
        response = RedirectResponse(there, HTTPStatus.PERMANENT_REDIRECT, EVERYWHERE)
        await response(scope, receive, send)

    documents = Documents(site)
    sparql = SparqlService(site, answers, documents)
    named = NamedQueries(site, answers, documents, lambda: (served.library, served.prefixes))
    healthy = Response(b"ok\n", HTTPStatus.OK, {"Cache-Control": "no-store"}, "text/plain")
    reading = partial(Allowing, posting=served.site.where_to_ask)
    parts: dict[str, ASGIApp] = {
        HEALTH: reading(healthy),
        f"{root}{layout.SERVICE}": Allowing(sparql, METHODS),
        f"{root}{layout.SERVICE}/": Allowing(moved, METHODS),
        f"{root}{layout.QUERY}*": reading(named),
        f"{root}{layout.OPENAPI}": reading(named.describe),
    }
    if root != "/":
        parts["/"] = reading(RedirectResponse(root, HTTPStatus.TEMPORARY_REDIRECT, EVERYWHERE))
    return Application(parts, reading(documents), life, sparql)
