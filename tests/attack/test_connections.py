"""Clients that send too much, too slowly, too far ahead, or that leave: the others don't notice."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from typing import NamedTuple

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.server import ServerState

from mipex_kg.serving import connection
from mipex_kg.serving.connection import MOST_AHEAD, MOST_HEAD, MOST_LINES
from mipex_kg.serving.crowd import Crowd
from tests.serving.conftest import listening, play


class Client(NamedTuple):
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def answers(self) -> list[tuple[int, bytes]]:
        """Take in whole answers, with their lengths, until the server closes the connection."""
        found = []
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = await self.reader.readuntil(b"\r\n\r\n")
                lines = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:] if line)
                body = await self.reader.readexactly(int(lines[b"content-length"]))
                found.append((int(head.split()[1]), body))
        return found


@contextlib.asynccontextmanager
async def client(port: int) -> AsyncIterator[Client]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield Client(reader, writer)
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the path, after a moment, and with how long the body was."""
    await asyncio.sleep(0)
    size = len(await Request(scope, receive).body()) if scope["method"] == "POST" else 0
    await Response(f"{scope['path']} {size}")(scope, receive, send)


async def nobody_is_left(state: ServerState) -> None:
    """Wait until all connections are closed, and all that was asked has ended."""
    while state.connections or state.tasks:  # noqa: ASYNC110 - uvicorn reports neither
        await asyncio.sleep(0.01)


def exchange(said: list[bytes], application: ASGIApp = echo) -> list[tuple[int, bytes]]:
    """Say something, piece by piece, and give what is answered until the connection is closed."""

    async def attempt() -> list[tuple[int, bytes]]:
        async with listening(application) as (port, state):
            async with client(port) as one:
                for piece in said:
                    if one.reader.at_eof():
                        break
                    one.writer.write(piece)
                    with contextlib.suppress(ConnectionError):
                        await one.writer.drain()
                    await asyncio.sleep(0)
                answers = await one.answers()
            await nobody_is_left(state)
            return answers

    return play(attempt())


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "PATIENCE", 0.3)


LAST = b"GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


def head(size: int, lines: int = 2) -> bytes:
    """Write a head of so many bytes of address and lines."""
    texts = [b"Host: x", b"Connection: close"]
    texts += [b"A: b"] * (lines - 2)
    path = b"/" + b"p" * (size - sum(len(text) + 2 for text in texts) - 1)
    return b"GET " + path + b" HTTP/1.1\r\n" + b"\r\n".join(texts) + b"\r\n\r\n"


@pytest.mark.parametrize("piece", [1 << 20, 1000])
@pytest.mark.parametrize(
    ("said", "status"),
    [
        (head(MOST_HEAD), 200),
        (head(MOST_HEAD + 1), 431),
        (head(MOST_HEAD * 3), 431),
        (head(5000, MOST_LINES), 200),
        (head(5000, MOST_LINES + 1), 431),
        (b"GET / HTTP/1.1\r\nA: " + b"b" * MOST_HEAD * 8, 431),
        (b"GET /" + b"b" * MOST_HEAD * 8, 431),
        (b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * MOST_HEAD, 431),
    ],
)
def test_the_limit_of_a_head_is_a_limit(said: bytes, status: int, piece: int) -> None:
    pieces = [said[start : start + piece] for start in range(0, len(said), piece)]
    assert [found for found, _ in exchange(pieces)] == [status]


def test_what_comes_before_a_head_is_no_part_of_it() -> None:
    body = b"x" * (MOST_HEAD * 2)
    first = b"POST /first HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body)
    answers = exchange([first + body + LAST[:20], LAST[20:]])
    assert answers == [(200, b"/first %d" % len(body)), (200, b"/last 0")]


def test_requests_ahead_are_answered_in_their_order() -> None:
    said = b"".join(b"GET /%d HTTP/1.1\r\nHost: x\r\n\r\n" % n for n in range(MOST_AHEAD))
    answers = exchange([said + LAST])
    assert answers == [*((200, b"/%d 0" % n) for n in range(MOST_AHEAD)), (200, b"/last 0")]


def test_there_is_an_end_to_requests_ahead() -> None:
    said = b"".join(b"GET /%d HTTP/1.1\r\nHost: x\r\n\r\n" % n for n in range(50_000))
    answers = exchange([said[start : start + 60_000] for start in range(0, len(said), 60_000)])
    assert answers == [(200, b"/%d 0" % n) for n in range(len(answers))]
    assert MOST_AHEAD <= len(answers) < 5000


@pytest.mark.parametrize(
    "garbage", [b"\x00\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/1.1\r\nA" + b"b" * MOST_HEAD * 2]
)
@pytest.mark.parametrize("number", [1, 3])
def test_garbage_spoils_no_answer_to_what_came_before(garbage: bytes, number: int) -> None:
    said = b"".join(b"GET /%d HTTP/1.1\r\nHost: x\r\n\r\n" % n for n in range(number))
    answers = exchange([said + garbage, b"b" * MOST_HEAD])
    assert answers == [(200, b"/%d 0" % n) for n in range(number)]


BAD_BODY = b"POST /bad HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"


async def heedless(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer without a look at the body."""
    await Response(scope["path"])(scope, receive, send)


def test_nothing_is_said_of_a_body_after_it_was_refused(caplog: pytest.LogCaptureFixture) -> None:
    answers = exchange([BAD_BODY], heedless)
    assert [status for status, _ in answers] == [400]
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def test_a_body_that_makes_no_sense() -> None:
    assert [status for status, _ in exchange([BAD_BODY])] == [400]
    answers = exchange([b"GET /1 HTTP/1.1\r\nHost: x\r\n\r\n" + BAD_BODY])
    assert answers == [(200, b"/1 0")]
    # To a document, nobody reads it.
    answers = exchange([BAD_BODY.replace(b"POST", b"GET")])
    assert [status for status, _ in answers] in ([400], [200])


@pytest.mark.parametrize("number", [1, 2, 50])
def test_who_asks_ahead_and_leaves_takes_all_along(
    number: int, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[str] = []

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        told.append(scope["path"])
        await Response(b"in vain")(scope, receive, send)

    async def attempt() -> None:
        async with listening(slow) as (port, state):
            async with client(port) as one:
                for n in range(number):
                    one.writer.write(b"GET /%d HTTP/1.1\r\nHost: x\r\n\r\n" % n)
                await asyncio.sleep(0.1)
                one.writer.transport.abort()
            await nobody_is_left(state)

    with caplog.at_level(logging.WARNING):
        play(attempt())
    assert told == ["/0"]
    assert not caplog.records


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize(
    ("begun", "drop"),
    [
        (b"", b"\r\n"),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\r\n"),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nA: b", b"c"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n", b"d"),
    ],
    ids=["ends of lines", "after an answer", "a head", "a body that nobody reads"],
)
def test_who_sends_a_drop_now_and_then_is_let_go(begun: bytes, drop: bytes) -> None:
    async def attempt() -> None:
        async with listening(echo) as (port, state), client(port) as one:
            one.writer.write(begun)
            for _ in range(500):
                with contextlib.suppress(ConnectionError):
                    one.writer.write(drop)
                    await one.writer.drain()
                await asyncio.sleep(0.02)
                if not state.connections:
                    return
            raise AssertionError("It is still there.")

    play(attempt())


class Guest:
    is_idle = True


def test_the_one_that_has_the_most_makes_room() -> None:
    crowd, hog, others = Crowd(10), [Guest() for _ in range(8)], [Guest() for _ in range(4)]
    for number, guest in enumerate(hog):
        assert crowd.enter(guest, ("192.0.2.1", number)) is None
    for guest in others[:2]:
        assert crowd.enter(guest, ("192.0.2.2", 1)) is None
    crowd.stir(hog[0])
    assert crowd.enter(others[2], ("192.0.2.3", 1)) is hog[1]
    crowd.leave(hog[1])
    # Of those that are all in use, another client gets the oldest, and the same one none.
    for guest in hog:
        guest.is_idle = False
    assert crowd.enter(others[3], ("192.0.2.4", 1)) is hog[2]
    crowd.leave(hog[2])
    one_more = Guest()
    assert crowd.enter(one_more, ("192.0.2.1", 99)) is one_more
    crowd.leave(one_more)
    assert len(crowd) == 10


def test_a_network_is_one_client() -> None:
    assert Crowd.client(("2001:db8::1", 1)) == Crowd.client(("2001:db8::ffff:1", 2))
    assert Crowd.client(("2001:db8:0:1::1", 1)) != Crowd.client(("2001:db8::1", 1))
    assert Crowd.client(None) == ""
