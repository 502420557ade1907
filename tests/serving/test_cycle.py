"""What is sent is what uvicorn would send, byte for byte, but the head goes with the body."""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pytest
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from mipex_kg.serving.cycle import WHOLE, Cycle
from tests.serving.conftest import play

HEADS: Sequence[Sequence[tuple[bytes, bytes]]] = (
    [],
    [(b"content-length", b"5")],
    [(b"Content-Length", b"5"), (b"connection", b"x, Close")],
    [(b"Connection", b"close"), (b"connection", b"keep-alive")],
    [(b"transfer-encoding", b"Chunked"), (b"content-length", b"5")],
    [(b"content-length", b"5"), (b"transfer-encoding", b"chunked")],
    [(b"content-length", b"x")],
    [(b"na me", b"a")],
    [(b"name", b"a\r\nb: c")],
    [(b"a", b"b"), (b"a", b"c\td\xe9")],
)
BODIES: Sequence[Sequence[bytes]] = (
    [b""],
    [b"12345"],
    [b"123", b"", b"45"],
    [b"1234"],
    [b"123456"],
)
NO_START = {"type": "http.response.body", "body": b"12345"}


class Transport(asyncio.Transport):
    """Takes what is sent."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[bytes] = []
        self.is_closed = False

    def write(self, data: bytes | bytearray | memoryview[Any]) -> None:
        self.pieces.append(bytes(data))

    def writelines(self, list_of_data: Iterable[bytes | bytearray | memoryview[Any]]) -> None:
        self.pieces.append(b"".join(list_of_data))

    def close(self) -> None:
        self.is_closed = True

    def is_closing(self) -> bool:
        return self.is_closed


def messages() -> Iterator[list[dict[str, Any]]]:
    """Give answers of all kinds, and what is none."""
    for status, headers, bodies in itertools.product((200, 204, 304, 404, 599), HEADS, BODIES):
        start = {"type": "http.response.start", "status": status, "headers": headers}
        parts = [{"type": "http.response.body", "body": b, "more_body": True} for b in bodies]
        yield [start, *parts[:-1], {**parts[-1], "more_body": False}]
    yield [{"type": "http.response.start", "status": 200}, {"type": "http.response.body"}]
    yield [NO_START]
    yield [start, start]
    yield [start, NO_START, NO_START]
    yield [start, {"type": "unheard-of"}]


def cycle_of(
    cls: type[RequestResponseCycle], method: str, *, keep_alive: bool
) -> tuple[RequestResponseCycle, Transport, list[bool]]:
    """Make the cycle of a request."""
    transport, completed = Transport(), list[bool]()
    logger = logging.getLogger(__name__)
    cycle = cls(
        scope={"method": method},  # type: ignore[typeddict-item]  # nothing else is looked at
        transport=transport,
        flow=FlowControl(transport),
        logger=logger,
        access_logger=logger,
        access_log=False,
        default_headers=[(b"date", b"today")],
        message_event=asyncio.Event(),
        expect_100_continue=False,
        keep_alive=keep_alive,
        on_response=lambda: completed.append(True),
    )
    return cycle, transport, completed


async def sent(
    cls: type[RequestResponseCycle], method: str, said: list[dict[str, Any]], *, keep_alive: bool
) -> tuple[list[bytes], object]:
    """Send an answer; give the pieces, and all else that came of it."""
    cycle, transport, completed = cycle_of(cls, method, keep_alive=keep_alive)
    error = None
    try:
        for message in said:
            await cycle.send(message)  # type: ignore[arg-type]
    except (RuntimeError, ValueError) as raised:
        error = type(raised)
    state = (cycle.response_started, cycle.response_complete, cycle.keep_alive)
    return transport.pieces, (error, state, transport.is_closed, completed)


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
@pytest.mark.parametrize("keep_alive", [True, False])
def test_what_is_sent_is_what_uvicorn_would_send(method: str, keep_alive: bool) -> None:
    async def compare() -> int:
        count = 0
        for said in messages():
            theirs, expected = await sent(RequestResponseCycle, method, said, keep_alive=keep_alive)
            ours, found = await sent(Cycle, method, said, keep_alive=keep_alive)
            assert found == expected, said
            if found[0] is None:  # type: ignore[index]
                assert b"".join(ours) == b"".join(theirs), said
                # The head is never alone, where there is more to come.
                assert len(ours) <= len([m for m in said if m["type"].endswith("body")])
                count += 1
            else:
                # Nobody takes a head for an answer.
                assert b"".join(theirs).startswith(b"".join(ours)), said
        return count

    assert play(compare()) > 100


def test_nothing_is_sent_to_who_has_left() -> None:
    async def send() -> list[bytes]:
        cycle, transport, _ = cycle_of(Cycle, "GET", keep_alive=True)
        cycle.disconnected = True
        await cycle.send(NO_START)  # type: ignore[arg-type]
        return transport.pieces

    assert play(send()) == []


@pytest.mark.parametrize("keep_alive", [True, False])
def test_a_whole_answer_is_sent_as_one_in_parts_would_be(keep_alive: bool) -> None:
    headers = [(b"a", b"b"), (b"content-length", b"5")]
    start = {"type": "http.response.start", "status": 200, "headers": headers}
    head = b"a: b\r\ncontent-length: 5\r\n"
    whole = {"type": WHOLE, "status": 200, "head": head, "body": b"12345"}
    expected = play(sent(Cycle, "GET", [start, NO_START], keep_alive=keep_alive))
    assert play(sent(Cycle, "GET", [whole], keep_alive=keep_alive)) == expected
    _, state = play(sent(Cycle, "GET", [whole, whole], keep_alive=keep_alive))
    assert state[0] is RuntimeError  # type: ignore[index]
