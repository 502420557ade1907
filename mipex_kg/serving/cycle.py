"""A request and its answer: uvicorn's own, with the head of an answer sent together with its body.

To send them apart, as uvicorn does, takes the system twice the time, and the client too.
"""

from __future__ import annotations

from typing import Any

from starlette.types import Message
from uvicorn.protocols.http.httptools_impl import (
    HEADER_RE,
    HEADER_VALUE_RE,
    STATUS_LINE,
    RequestResponseCycle,
)

_WITHOUT_BODY = (204, 304)
# A message of our own: a whole answer to GET or POST, whose `head` has the lines of its headers. It
# may be sent where the extension of this name is.
WHOLE = "mipex_kg.response.whole"


class Cycle(RequestResponseCycle):
    """A request, and what is sent as an answer."""

    # What is to be sent with the beginning of the body.
    _head = b""

    async def send(self, message: Any) -> None:
        """Send a part of the answer, once the client has taken enough of what there was.

        :raises RuntimeError: when it can't be what comes next
        """
        if self.flow.write_paused and not self.disconnected:
            await self.flow.drain()
        if self.disconnected:
            return
        if message["type"] == WHOLE:
            self._send_whole(message)
            return
        wanted = "http.response.body" if self.response_started else "http.response.start"
        if message["type"] != wanted or self.response_complete:
            raise RuntimeError(f"{message['type']} is sent where {wanted} belongs, or nothing.")
        if self.response_started:
            self._send_body(message.get("body", b""), has_more=message.get("more_body", False))
        else:
            self.response_started, self.waiting_for_100_continue = True, False
            self._head = self._written(message)

    def _send_whole(self, message: Message) -> None:
        """Send a whole answer, which has a body and says how long it is."""
        if self.response_started:
            raise RuntimeError("An answer is sent after there was one.")
        self.response_started, self.waiting_for_100_continue = True, False
        content = [STATUS_LINE[message["status"]]]
        for name, value in self.default_headers:
            content += (name, b": ", value, b"\r\n")
        content.append(message["head"])
        if not self.keep_alive:
            content.append(b"connection: close\r\n")
        content += (b"\r\n", message["body"])
        self.transport.writelines(content)
        self._complete()

    def _written(self, start: Message) -> bytes:
        """Write the head of the answer."""
        status = start["status"]
        headers = [*self.default_headers, *start.get("headers", ())]
        if HEADER_RE.search(b"".join([name for name, _ in headers])):
            raise RuntimeError("Invalid HTTP header name.")
        if HEADER_VALUE_RE.search(b"".join([value for _, value in headers])):
            raise RuntimeError("Invalid HTTP header value.")
        content = [STATUS_LINE[status]]
        says_close = False
        for written, value in headers:
            name = written.lower()
            if name == b"content-length" and self.chunked_encoding is None:
                self.expected_content_length = int(value)
                self.chunked_encoding = False
            elif name == b"transfer-encoding" and value.lower() == b"chunked":
                self.expected_content_length = 0
                self.chunked_encoding = True
            elif name == b"connection" and b"close" in map(bytes.strip, value.lower().split(b",")):
                says_close, self.keep_alive = True, False
            content += (name, b": ", value, b"\r\n")
        if not self.keep_alive and not says_close:
            content.append(b"connection: close\r\n")
        has_body = self.scope["method"] != "HEAD" and status not in _WITHOUT_BODY
        if self.chunked_encoding is None and has_body:
            self.chunked_encoding = True
            content.append(b"transfer-encoding: chunked\r\n")
        content.append(b"\r\n")
        return b"".join(content)

    def _send_body(self, body: bytes, *, has_more: bool) -> None:
        """Send a part of the body; with the last, the answer is complete."""
        content, self._head = [self._head], b""
        if self.scope["method"] == "HEAD":
            self.expected_content_length = 0
        elif self.chunked_encoding:
            if body:
                content += (b"%x\r\n" % len(body), body, b"\r\n")
            if not has_more:
                content.append(b"0\r\n\r\n")
        else:
            self.expected_content_length -= len(body)
            if self.expected_content_length < 0:
                raise RuntimeError("Response content longer than Content-Length")
            content.append(body)
        self.transport.writelines([part for part in content if part])
        if has_more:
            return
        if self.expected_content_length != 0:
            raise RuntimeError("Response content shorter than Content-Length")
        self._complete()

    def _complete(self) -> None:
        self.response_complete = True
        self.message_event.set()
        if not self.keep_alive:
            self.transport.close()
        self.on_response()
