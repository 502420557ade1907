"""The application: which part of the server answers which address, and what becomes of bugs."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mipex_kg.hosting.rules import EVERYWHERE
from mipex_kg.serving.documents import Documents
from mipex_kg.serving.problem import problem
from mipex_kg.serving.site import Site

HEALTH = "/-/health"
_LOGGER = logging.getLogger(__name__)


@dataclass
class Served:
    """What is served at present.

    :param site: the built folder
    """

    site: Site


class Application:
    """The whole server, as an ASGI application.

    :param parts: what answers, by the path at which it does
    :param others: answers at all other paths
    """

    def __init__(self, parts: Mapping[str, ASGIApp], others: ASGIApp) -> None:
        self._parts, self._others = parts, others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or take part in the start and the end of the server."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        has_begun = False

        async def noted(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        part = self._parts.get(scope["path"], self._others)
        try:
            await part(scope, receive, noted)
        except Exception:  # a bug of ours, which is logged and must not end the server
            _LOGGER.exception("A bug, at %s", scope["path"])
            if has_begun:
                raise  # the connection is closed, so that nobody takes a half for the whole
            detail = "This is a bug of the server, and it was logged."
            await problem(HTTPStatus.INTERNAL_SERVER_ERROR, detail)(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return


def make_application(served: Served) -> ASGIApp:
    """Put the parts together."""
    root = served.site.rules.path
    healthy = Response(b"ok\n", HTTPStatus.OK, {"Cache-Control": "no-store"}, "text/plain")
    parts: dict[str, ASGIApp] = {HEALTH: healthy}
    if root != "/":
        parts["/"] = RedirectResponse(root, HTTPStatus.TEMPORARY_REDIRECT, EVERYWHERE)
    return Application(parts, Documents(lambda: served.site))
