"""Rude clients: slow, greedy, lying and leaving ones, each as a coroutine that pays one visit."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from urllib.parse import quote

from bench.exchange import Question, Reply, connected

# They come from other addresses than valid clients: of one client, a server may close connections.
_RUDE, _HOG = "127.0.0.2", "127.0.0.3"
_CONNECTIONS = 1200
_ENDLESS = (
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }",
    "SELECT (STRLEN(CONCAT(STR(?a), STR(?d), STR(?g))) AS ?x) "
    "{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?x",
    "ASK { ?a (!<u:x>|^!<u:x>)* ?b . ?c (!<u:x>|^!<u:x>)* ?d FILTER(?a = <u:nothing>) }",
)
_RANGES = (
    *("bytes=-0", "bytes=9-1", "bytes=999999999-", "bytes=a-b", "lines=1-2", "bytes=--1"),
    "bytes=" + "0-," * 2000,
    "bytes=" + " " * 30_000 + "0-",
    "bytes=" + ",".join(f"{n}-{n + 5}" for n in range(0, 900, 3)),
)

Role = Callable[[int, random.Random, Sequence[Question]], Awaitable[Reply | None]]


async def _slow_reader(port: int, made: random.Random, asked: Sequence[Question]) -> Reply | None:
    large = next(question for question in asked if question.path.endswith(".nq"))
    async with connected(port, _RUDE) as client:
        await client.say(large.written() * 3)
        for _ in range(20):
            if not await client.reader.read(made.randint(1, 200)):
                break
            await asyncio.sleep(0.25)
    return None


async def _slow_writer(port: int, made: random.Random, asked: Sequence[Question]) -> Reply | None:
    said = made.choice(asked).written()
    async with connected(port, _RUDE) as client:
        await client.say(*(said[n : n + 1] for n in range(min(len(said) - 1, 60))), pause=0.05)
    return None


async def _leaves_ahead(port: int, made: random.Random, asked: Sequence[Question]) -> Reply | None:
    async with connected(port, _RUDE) as client:
        await client.say(b"".join(q.written() for q in made.choices(asked, k=made.randint(2, 150))))
        if made.random() < 0.7:
            await client.reader.read(made.randint(1, 5000))
    return None


async def _huge_head(port: int, made: random.Random, asked: Sequence[Question]) -> Reply | None:
    line = made.choice(("A: " + "b" * 100_000, "\r\n".join(["A: b"] * 5000)))
    async with connected(port, _RUDE) as client:
        with contextlib.suppress(ConnectionError):
            await client.say(made.choice(asked).written("1.1", line))
        return await client.read()


async def _bad_range(port: int, made: random.Random, asked: Sequence[Question]) -> Reply | None:
    file = made.choice([q for q in asked if q.path.endswith((".ttl", ".nq"))])
    async with connected(port, _RUDE) as client:
        await client.say(Question("GET", file.path, (("Range", made.choice(_RANGES)),)).written())
        return await client.read()


def _bomb(made: random.Random) -> bytes:
    return Question("GET", f"/sparql?query={quote(made.choice(_ENDLESS))}").written()


async def _endless_query(port: int, made: random.Random, _: Sequence[Question]) -> Reply | None:
    async with connected(port, _RUDE) as client:
        await client.say(_bomb(made))
        return await client.read()


async def _cancelled_query(port: int, made: random.Random, _: Sequence[Question]) -> Reply | None:
    async with connected(port, _RUDE) as client:
        await client.say(_bomb(made))
        await asyncio.sleep(made.random())
    return None


async def _garbage(port: int, made: random.Random, asked: Sequence[Question]) -> Reply | None:
    said = bytearray(made.choice(asked).written())
    for _ in range(made.randint(1, 5)):
        said[made.randrange(len(said))] = made.randrange(256)
    async with connected(port, _RUDE) as client:
        await client.say(made.choice((bytes(said), made.randbytes(500) + b"\r\n\r\n")))
        client.writer.write_eof()
        return await client.read()


async def _half_body(port: int, made: random.Random, _: Sequence[Question]) -> Reply | None:
    text = "POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
    length = made.choice(("Content-Length: 500", "Transfer-Encoding: chunked"))
    async with connected(port, _RUDE) as client:
        await client.say(
            f"{text}{length}\r\n\r\n".encode(), made.choice((b"ASK", b"3\r\nASK\r\nzz"))
        )
        await asyncio.sleep(made.random())
    return None


async def _many(port: int, made: random.Random, asked: Sequence[Question]) -> Reply | None:
    """Take more connections than there may be, and ask on some of them."""
    async with contextlib.AsyncExitStack() as stack:
        for number in range(_CONNECTIONS):
            with contextlib.suppress(OSError):
                client = await stack.enter_async_context(connected(port, _HOG))
                if number % 5 == 0:
                    await client.say(made.choice(asked).written())
        await asyncio.sleep(3)
    return None


ROLES: Mapping[str, Role] = {
    "slow readers": _slow_reader,
    "slow writers": _slow_writer,
    "ask ahead and leave": _leaves_ahead,
    "huge heads": _huge_head,
    "bad ranges": _bad_range,
    "endless queries": _endless_query,
    "cancelled queries": _cancelled_query,
    "garbage": _garbage,
    "half a body": _half_body,
    "1,200 connections": _many,
}
