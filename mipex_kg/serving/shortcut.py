"""The short way of a question in SPARQL: what the layers of the application do, done at once.

Each layer looks at each message of an answer, as it may come in pieces. The answer to a question is
whole. So it is made and finished here by the same functions, without the layers, which takes the
server half the time. A test compares both ways, byte for byte.
"""

from __future__ import annotations

import time

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from mipex_kg.serving.answering import Refused
from mipex_kg.serving.application import (
    OF_PROGRAMS,
    is_for_programs,
    keep_from_search_engines,
    tell,
)
from mipex_kg.serving.cycle import WHOLE
from mipex_kg.serving.host import HostCheck
from mipex_kg.serving.log import AccessLog, add_timing, timing_since
from mipex_kg.serving.operation import BadRequest, read_address, read_request
from mipex_kg.serving.protocol import SparqlService, Whole, refusal, write


class Shortcut:
    """Answers questions, and passes on all else.

    :param layers: around the application, which answers questions too
    :param check: the one among them that checks the host
    :param service: answers the questions
    :param path: at which it does
    """

    def __init__(
        self, layers: AccessLog, check: HostCheck, service: SparqlService, path: str
    ) -> None:
        self._layers, self._check, self._service, self._path = layers, check, service, path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if not self._is_question(scope):
            await self._layers(scope, receive, send)
            return
        began = time.perf_counter()
        scope.setdefault("state", {})
        status = size = 0
        try:
            answer = await self._answer(scope, receive)
            if answer is not None:
                message = _message(answer, scope, began)
                status, size = message["status"], len(answer.body)
                await send(message)
                if message["type"] != WHOLE:
                    await send({"type": "http.response.body", "body": answer.body})
        finally:
            self._layers.note(scope, status, size, time.perf_counter() - began)

    def _is_question(self, scope: Scope) -> bool:
        """Tell whether a request can be about nothing but a question, or what is wrong with it."""
        if scope["type"] != "http" or scope["path"] != self._path:
            return False
        method = scope["method"]
        is_asked = method == "POST" or (
            method == "GET" and scope["query_string"].startswith(b"query=")
        )
        is_known = WHOLE in scope.get("extensions", ())
        return is_asked and is_known and self._check.refused(scope) is None

    async def _answer(self, scope: Scope, receive: Receive) -> Whole | Response | None:
        """Answer a question, or say what is wrong with it; None if the client has gone away."""
        try:
            is_safe = scope["method"] == "GET"
            asked = read_address(scope) if is_safe else await read_request(Request(scope, receive))
            # Of lines of the same name, the first counts.
            lines = reversed(scope["headers"])
            headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in lines}
            question = self._service.question(asked, scope, headers.get("accept"))
            answered = await self._service.ask(question, scope, receive)
            if isinstance(answered.reply, Refused):
                return refusal(answered.reply)
            return await write(answered.reply, headers, is_safe=is_safe)
        except BadRequest as error:
            return error.response
        except ClientDisconnect:
            return None
        except Exception as bug:  # noqa: BLE001 - whatever it is, it is logged
            return tell(bug, scope)


def _message(answer: Whole | Response, scope: Scope, began: float) -> Message:
    """Finish the head of an answer."""
    if isinstance(answer, Response):
        headers = answer.raw_headers
        start = {"type": "http.response.start", "status": answer.status_code, "headers": headers}
        keep_from_search_engines(start)
        add_timing(start, scope, began)
        return start
    status, kind, head, body = answer
    search = OF_PROGRAMS if is_for_programs(kind) else ""
    more = f"{search}server-timing: {timing_since(began, scope)}\r\n"
    return {"type": WHOLE, "status": status, "head": head + more.encode(), "body": body}
