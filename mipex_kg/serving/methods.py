"""Which methods an address allows: what it answers to all others, and to browsers that ask."""

from __future__ import annotations

from http import HTTPStatus

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from mipex_kg.serving.problem import problem
from mipex_kg.site.hosting.rules import EVERYWHERE, OF_PREFLIGHT

READING = ("GET", "HEAD", "OPTIONS")


class Allowing:
    """Passes on what is asked by a method that is allowed.

    :param application: answers that
    :param methods: the others are refused; to OPTIONS, they are listed
    :param posting: where things can be posted, if it is elsewhere
    """

    def __init__(
        self,
        application: ASGIApp,
        methods: tuple[str, ...] = READING,
        *,
        posting: str | None = None,
    ) -> None:
        self._application, self._methods, self._posting = application, methods, posting
        self._names = ", ".join(methods)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        method = scope["method"]
        if method not in self._methods:
            detail = f"{method} can't be done here, only {self._names}."
            allowed = {"Allow": self._names}
            hint = self._posting if method == "POST" else None
            answer: ASGIApp = problem(
                HTTPStatus.METHOD_NOT_ALLOWED, detail, headers=allowed, hint=hint
            )
        elif method == "OPTIONS":
            allowed = {"Access-Control-Allow-Methods": self._names, "Allow": self._names}
            headers = {**EVERYWHERE, **OF_PREFLIGHT, **allowed}
            answer = Response(None, HTTPStatus.NO_CONTENT, headers)
        else:
            answer = self._application
        await answer(scope, receive, send)
