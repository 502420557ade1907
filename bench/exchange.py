"""Asking a server over HTTP piece by piece, and taking in what it answers, however it does."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
from collections.abc import AsyncIterator, Mapping
from typing import NamedTuple

from bench.serve import HOST

# Seconds after which nobody waits for an answer any more.
_PATIENCE = 120


class Reply(NamedTuple):
    """What came as an answer; the body as it is once it is unpacked."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Question(NamedTuple):
    """What a valid client asks.

    :param told_to_wait: whether it may be told to come again
    """

    method: str
    path: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    told_to_wait: bool = False

    def written(self, version: str = "1.1", *more: str) -> bytes:
        """Write it as HTTP does."""
        lines = [f"{self.method} {self.path} HTTP/{version}", f"Host: {HOST}", *more]
        lines += [f"{name}: {value}" for name, value in self.headers]
        if self.body:
            lines.append(f"Content-Length: {len(self.body)}")
        return "\r\n".join([*lines, "", ""]).encode() + self.body


class Client(NamedTuple):
    """A connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def say(self, *pieces: bytes, pause: float = 0) -> None:
        """Send something, piece by piece."""
        for piece in pieces:
            self.writer.write(piece)
            await self.writer.drain()
            await asyncio.sleep(pause)

    async def read(self, is_head: bool = False) -> Reply | None:
        """Take in one answer; None where the connection ends before there is a whole one."""
        try:
            async with asyncio.timeout(_PATIENCE):
                head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                first, *lines = head.split("\r\n")[:-2]
                headers = {k.lower(): v.strip() for k, _, v in (x.partition(":") for x in lines)}
                status = int(first.split()[1])
                has_none = is_head or status in (204, 304)
                body = b"" if has_none else await self._body(headers)
        except (ConnectionError, asyncio.IncompleteReadError, TimeoutError):
            return None
        if headers.get("content-encoding") == "gzip" and body:
            body = gzip.decompress(body)
        return Reply(status, headers, body)

    async def _body(self, headers: Mapping[str, str]) -> bytes:
        if "chunked" not in headers.get("transfer-encoding", ""):
            return await self.reader.readexactly(int(headers["content-length"]))
        body = b""
        while size := int(await self.reader.readuntil(b"\r\n"), 16):
            body += (await self.reader.readexactly(size + 2))[:-2]
        await self.reader.readexactly(2)
        return body


@contextlib.asynccontextmanager
async def connected(port: int, address: str = HOST) -> AsyncIterator[Client]:
    """Connect from an address of this machine; what is left is dropped in the end."""
    reader, writer = await asyncio.open_connection(
        HOST, port, local_addr=(address, 0), limit=1 << 20
    )
    try:
        yield Client(reader, writer)
    finally:
        writer.transport.abort()
