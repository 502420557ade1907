"""A crowd around `mipex-kg serve`: rude clients, and valid ones whose every answer is compared.

Nothing here is about speed. A valid client may be told to come again (503, Retry-After) when it
asks a query; all other answers are right, whole, and there.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from bench.exchange import Question, Reply, connected
from bench.measure import MIPEX_KG, memory_of, note, processes, run, table, workplace
from bench.rude import ROLES
from bench.serve import GROUP, JOIN, Peer, Words, running

_VALID, _RUDE_OF_EACH = 6, 2
# The order of rows is a part of the answer.
_NAMED = """SELECT ?thing ?name WHERE {{ ?thing <http://schema.org/name> ?name
  FILTER(STRLEN(STR(?name)) > {}) }} ORDER BY ?thing ?name"""
_QUERIES = (
    *(_NAMED.format(length) for length in range(10, 60, 5)),
    f"{JOIN} ORDER BY ?person ?organisation ?name",
    f"{GROUP} ORDER BY ?class",
)


@dataclass
class Tally:
    """What became of all that was asked.

    :param right: answers to valid clients, by kind of client
    :param wrong: questions that were answered wrongly, or not at all
    :param rude: what rude clients got, by their kind: statuses, and 0 for nothing
    """

    right: Counter[str] = field(default_factory=Counter)
    told_to_wait: int = 0
    wrong: list[str] = field(default_factory=list)
    rude: dict[str, Counter[int]] = field(default_factory=dict)

    def judge(self, kind: str, question: Question, got: Reply | None, expected: Reply) -> None:
        """Compare an answer with the right one."""
        if got is None:
            self.wrong.append(f"{kind}: {question.path}: no answer")
        elif got.status == 503 and question.told_to_wait and "retry-after" in got.headers:
            self.told_to_wait += 1
        elif (got.status, got.body) != (expected.status, expected.body):
            self.wrong.append(f"{kind}: {question.path}: {got.status} {got.body[:200]!r}")
        else:
            self.right[kind] += 1


def questions(site: Path, name: str) -> list[Question]:
    """Make what valid clients ask of a site: files, things, ranges, queries, and what isn't there.

    :param name: of the project
    """
    files = sorted(path.relative_to(site).as_posix() for path in site.glob("*/*.ttl"))
    found = [Question("GET", f"/{quote(file)}") for file in files[:: max(1, len(files) // 40)]]
    found.append(Question("GET", f"/{name}.nq"))
    for question in found[:10]:
        thing = question.path.removesuffix(".ttl")
        found += [
            question._replace(headers=(("Accept-Encoding", "gzip"),)),
            question._replace(headers=(("Range", "bytes=10-99"),)),
            question._replace(method="HEAD"),
            Question("GET", thing, (("Accept", "application/rdf+xml, text/html;q=0.5"),)),
            Question("GET", f"{thing}.html"),
            Question("GET", f"{thing}-that-is-not-there"),
            Question("GET", thing, (("Accept", "image/png"),)),
        ]
    for text in _QUERIES:
        found += [
            Question("GET", f"/sparql?format=csv&query={quote(text)}", told_to_wait=True),
            Question(
                "POST",
                "/sparql",
                (("Content-Type", "application/sparql-query"), ("Accept", "text/csv")),
                text.encode(),
                True,
            ),
        ]
    return found


async def _be_rude(
    name: str, port: int, made: random.Random, asked: Sequence[Question], tally: Tally, until: float
) -> None:
    got = tally.rude.setdefault(name, Counter())
    while time.monotonic() < until:
        reply = None
        with contextlib.suppress(OSError):
            reply = await ROLES[name](port, made, asked)
        got[reply.status if reply else 0] += 1
        # A bug, or a worker that nobody replaced, would be the server's fault for any client.
        if reply and reply.status >= 500 and reply.status != 503:
            tally.wrong.append(f"{name}: {reply.status} {reply.body[:200]!r}")


# ---- Valid clients -------------------------------------------------------------------------------


async def _one_after_another(port: int, asked: Sequence[Question]) -> list[Reply | None]:
    async with connected(port) as client:
        replies = []
        for question in asked:
            await client.say(question.written())
            replies.append(await client.read(question.method == "HEAD"))
        return replies


async def _ahead(port: int, asked: Sequence[Question]) -> list[Reply | None]:
    async with connected(port) as client:
        await client.say(b"".join(question.written() for question in asked))
        return [await client.read(question.method == "HEAD") for question in asked]


async def _of_old(port: int, asked: Sequence[Question]) -> list[Reply | None]:
    async with connected(port) as client:
        await client.say(asked[0].written("1.0"))
        replies = [await client.read(asked[0].method == "HEAD")]
        if await client.reader.read():
            raise AssertionError("There is more than one answer.")
        return replies


WAYS = {"one after another": _one_after_another, "ahead": _ahead, "HTTP/1.0": _of_old}


async def _be_valid(
    port: int, made: random.Random, expected: Mapping[Question, Reply], tally: Tally, until: float
) -> None:
    while time.monotonic() < until:
        way, asked = made.choice(list(WAYS)), made.choices(list(expected), k=made.randint(1, 8))
        try:
            replies = await WAYS[way](port, asked)
        except OSError as error:
            tally.wrong.append(f"{way}: {error}")
            continue
        for question, reply in zip(asked, replies, strict=False):
            tally.judge(way, question, reply, expected[question])


async def _half_closed(
    port: int, made: random.Random, expected: Mapping[Question, Reply], tally: Tally, until: float
) -> None:
    """Say that nothing more will be asked: the answer, if there is one, is the right one."""
    while time.monotonic() < until:
        question = made.choice([question for question in expected if question.method == "GET"])
        async with connected(port) as client:
            await client.say(question.written())
            client.writer.write_eof()
            if reply := await client.read():
                tally.judge("half-closed", question, reply, expected[question])
        await asyncio.sleep(0.05)


async def learn(port: int, asked: Sequence[Question], site: Path) -> dict[Question, Reply]:
    """Ask everything while nobody else does; files must be as they are on the disk.

    :raises AssertionError: when they aren't, or something has no answer
    """
    found = {}
    for question in asked:
        [reply] = await _one_after_another(port, [question])
        if reply is None:
            raise AssertionError(f"{question.path}: no answer")
        path = site / question.path[1:]
        is_whole = question.method == "GET" and reply.status == 200 and path.is_file()
        if is_whole and reply.body != path.read_bytes():
            raise AssertionError(f"{question.path} is another file.")
        found[question] = reply
    return found


async def crowd(port: int, site: Path, name: str, seconds: float, seed: int = 1) -> Tally:
    """Let the crowd in, and once it has left, ask everything once more.

    :param site: the folder that is served
    :param name: of the project
    :param seconds: for which the crowd comes again and again
    """
    expected = await learn(port, questions(site, name), site)
    tally, asked = Tally(), list(expected)
    until = time.monotonic() + seconds
    numbers = iter(range(seed * 1000, (seed + 1) * 1000))
    async with asyncio.TaskGroup() as group:
        for _ in range(_VALID):
            made = random.Random(next(numbers))
            group.create_task(_be_valid(port, made, expected, tally, until))
        made = random.Random(next(numbers))
        group.create_task(_half_closed(port, made, expected, tally, until))
        for role in ROLES:
            for _ in range(1 if role == "1,200 connections" else _RUDE_OF_EACH):
                made = random.Random(next(numbers))
                group.create_task(_be_rude(role, port, made, asked, tally, until))
    for question in asked:
        [reply] = await _one_after_another(port, [question])
        tally.judge("afterwards", question, reply, expected[question])
    return tally


def report(tally: Tally) -> str:
    """Write what became of it as Markdown."""
    valid = [[kind, f"{number:,}"] for kind, number in sorted(tally.right.items())]
    valid += [["told to come again (queries)", f"{tally.told_to_wait:,}"]]
    valid += [["wrong, or none", f"{len(tally.wrong):,}"]]
    statuses = sorted({status for got in tally.rude.values() for status in got} - {0})
    rude = [
        [role, f"{got.total():,}", *(f"{got[status] or ''}" for status in statuses)]
        for role, got in tally.rude.items()
    ]
    return (
        table(["right answers to valid clients", "number"], valid)
        + "\n"
        + table(["rude clients", "visits", *map(str, statuses)], rude)
    )


def allow_connections() -> None:
    """Have room for all connections of the crowd."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve the bundled graph to a crowd; the exit code is 1 if any answer was wrong."""
    parser = argparse.ArgumentParser(prog="python -m bench.crowd", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="(default: 60)")
    parser.add_argument("--seed", type=int, default=1, help="of all that is random (default: 1)")
    options = parser.parse_args(arguments)
    allow_connections()
    with workplace() as work:
        site, name = work / "site", "mipex-kg"
        if run([[MIPEX_KG, "--bundled", "build", "-o", site]], work).code:
            sys.exit(f"The bundled graph can't be built:\n{(work / 'errors').read_text()}")
        command: Words = [
            MIPEX_KG,
            "--bundled",
            "serve",
            site,
            "--cache",
            "0",
            "--timeout",
            "5",
            "--port",
        ]
        peer = Peer("mipex-kg serve", lambda port: [*command, str(port)])
        with running(peer, work) as server:
            note(f"A crowd of {len(ROLES)} kinds, for {options.seconds:g} seconds …")
            tally = asyncio.run(crowd(server.port, site, name, options.seconds, options.seed))
            held = sum(memory_of(process).divided for process in processes(server.session))
        log = (work / f"{peer.name}.log").read_text()
    print(report(tally))
    print(f"The server's processes have {held >> 10} MiB in the end.")
    for wrong in tally.wrong[:20]:
        note(wrong)
    if "Traceback" in log:
        note(log[log.index("Traceback") :][:4000])
    sys.exit(bool(tally.wrong) or "Traceback" in log)


if __name__ == "__main__":
    main()
