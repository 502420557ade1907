"""Sending a file, or ranges of it (RFC 9110, 14), and telling a client that has it already.

What Starlette's `FileResponse` and `StaticFiles` can do is left to them; what they can't, and is
done here and in `documents`, is described in docs/decisions/0020.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import stat
from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import FileResponse
from starlette.staticfiles import StaticFiles
from starlette.types import Message, Receive, Scope, Send

from mipex_kg.serving.site import OpenFile
from mipex_kg.site.hosting.rules import EVERYWHERE

_LOGGER = logging.getLogger(__name__)
_CONDITIONS = StaticFiles(check_dir=False)
# No two parts of it match the same text, so that it takes no more time than there is text.
_RANGE = re.compile(r"\s*(?:([0-9]{1,18})\s*-\s*(?:([0-9]{1,18})\s*)?|-\s*[0-9]{1,18}\s*)")


def is_unchanged(sent: Mapping[str, str], headers: Mapping[str, str]) -> bool:
    """Tell whether the client has just this version already.

    :param sent: the headers that it would be sent with
    :param headers: of the request, by their names in lower case

    >>> is_unchanged({"ETag": '"b"'}, {"if-none-match": 'W/"a", "b"'})
    True
    """
    if "if-none-match" not in headers and "if-modified-since" not in headers:
        return False
    return _CONDITIONS.is_not_modified(Headers(sent), Headers(headers))


def wants_ranges(headers: Headers) -> bool:
    """Tell whether the client asks for ranges of bytes, in a way that makes sense.

    What doesn't is answered with everything, as RFC 9110 wants it where the unit is unknown.

    >>> wants_ranges(Headers({"range": "bytes=0-9, -5"})), wants_ranges(Headers({"range": "x=1-2"}))
    (True, False)
    """
    unit, _, ranges = headers.get("range", "").partition("=")
    return unit.strip().lower() == "bytes" and all(map(_is_range, ranges.split(",")))


def _is_range(text: str) -> bool:
    match = _RANGE.fullmatch(text)
    return match is not None and not (match[2] and int(match[1]) > int(match[2]))


class OpenFileResponse(FileResponse):
    """A file, or ranges of it, from where it was opened: nothing that takes its place meanwhile.

    :param opened: closed in the end
    :param headers: with the ``ETag`` of what is open
    """

    chunk_size = 1 << 18

    def __init__(self, opened: OpenFile, headers: Mapping[str, str]) -> None:
        self._opened = opened
        found = (stat.S_IFREG, 0, 0, 1, 0, 0, opened.size, 0, int(opened.changed), 0)
        super().__init__(
            f"/dev/fd/{opened.descriptor}",
            headers=headers,
            media_type="",
            stat_result=os.stat_result(found),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send what is wanted of the file."""
        with contextlib.closing(self._opened):
            if not wants_ranges(Headers(scope=scope)):
                others = [pair for pair in scope["headers"] if pair[0] != b"range"]
                scope = {**scope, "headers": others}

            async def also_refused(message: Message) -> None:
                """Send what is said of a range behind the end with the headers of all answers."""
                if message["type"] == "http.response.start":
                    MutableHeaders(scope=message).update(EVERYWHERE)
                await send(message)

            try:
                await super().__call__(scope, receive, also_refused)
            except RuntimeError:
                if not self._opened.has_changed:
                    raise
                # The connection is closed, so that nobody takes a part for the whole.
                _LOGGER.warning("%s has changed while it was being sent.", scope["path"])
