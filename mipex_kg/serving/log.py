"""The access log: a line for each request, in words or as JSON, and slow queries by name.

Requests are written to the log and, but for the query itself, to the client as ``Server-Timing``.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FORMATS = ("text", "json", "none")
# Seconds from which on a query is called slow, and characters that are told of it.
SLOW, _SHOWN = 1.0, 500
# What a log line shows of an address.
_LONGEST = 200


class AccessLog:
    """Passes requests on, and notes what became of them.

    :param format: one of ``FORMATS``
    :param write: takes each line
    """

    def __init__(
        self, application: ASGIApp, format: str, write: Callable[[str], object] | None = None
    ) -> None:
        self._application, self._format = application, format
        self._write = write or _to_stderr

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        began = time.perf_counter()
        scope.setdefault("state", {})
        status = size = 0

        async def noted(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                add_timing(message, scope, began)
            else:
                size += len(message.get("body", b""))
            await send(message)

        try:
            await self._application(scope, receive, noted)
        finally:
            self.note(scope, status, size, time.perf_counter() - began)

    def note(self, scope: Scope, status: int, size: int, seconds: float) -> None:
        """Note what became of a request.

        :param status: 0 if there was no answer
        :param size: bytes of its body
        """
        # Pages that reload themselves ask once a second, and checks of health as often.
        if self._format == "none" or scope["path"].startswith("/-/"):
            return
        told = _told(scope, status, size, seconds)
        if self._format == "json":
            self._write(json.dumps(told, ensure_ascii=False))
            return
        self._write(
            f"{told['time']} {told['client']} {told['method']} {told['path']} {status or '-'} "
            f"{size} {told['ms']}ms"
        )
        if "slow" in told:
            self._write(f"{told['time']} slow query, {told['query_ms']}ms: {told['slow']}")


def add_timing(start: Message, scope: Scope, began: float) -> None:
    """Tell the client what took how long.

    :param start: of the answer
    :param began: when the request came, by the counter of performance
    """
    start["headers"] = [*start["headers"], (b"server-timing", timing_since(began, scope).encode())]


def timing_since(began: float, scope: Scope) -> str:
    """Write what took how long.

    :param began: when the request came, by the counter of performance
    """
    total = time.perf_counter() - began
    return server_timing({**scope["state"].get("timings", {}), "total": total})


def server_timing(timings: dict[str, float]) -> str:
    """Write seconds as the value of ``Server-Timing``, which has milliseconds.

    >>> server_timing({"queue": 0.0021, "total": 1.5})
    'queue;dur=2.1, total;dur=1500.0'
    """
    return ", ".join(f"{name};dur={seconds * 1000:.1f}" for name, seconds in timings.items())


def _told(scope: Scope, status: int, size: int, seconds: float) -> dict[str, Any]:
    """Say what there is to say of a request."""
    state, client = scope["state"], scope.get("client")
    asked = scope.get("query_string", b"")
    address = scope.get("raw_path", b"") + (b"?" + asked if asked else b"")
    told = {
        "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
        "client": client[0] if client else "-",
        "method": scope["method"],
        "path": _line(address.decode("latin-1"), _LONGEST),
        "status": status,
        "bytes": size,
        "ms": round(seconds * 1000, 1),
        "agent": _line(Headers(scope=scope).get("user-agent", ""), _LONGEST),
    }
    if timings := state.get("timings"):
        told |= {f"{name}_ms": round(spent * 1000, 1) for name, spent in timings.items()}
        if timings["query"] >= SLOW:
            told["slow"] = _line(state["query"] or "", _SHOWN)
    return told


def _line(text: str, most: int) -> str:
    """Put a text on one line that nobody can break, and cut what is too long."""
    shown = " ".join(text.split())
    if not shown.isprintable():
        shown = "".join(sign if sign.isprintable() else "\ufffd" for sign in shown)
    return shown if len(shown) <= most else f"{shown[:most]}…"


def _to_stderr(line: str) -> None:
    sys.stderr.write(f"{line}\n")
