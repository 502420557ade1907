"""The service holds: bombs end, workers are replaced, and everybody else is answered."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyoxigraph as ox
import pytest
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from mipex_kg.serving import connection, pool
from mipex_kg.serving.answering import Found, Question, Refused, has_more_rows
from mipex_kg.serving.fork_server import Setup
from mipex_kg.serving.frames import read_answer
from mipex_kg.serving.pool import Pool, PoolLimits
from mipex_kg.serving.worker import Worker
from tests.asking import UNSORTED
from tests.commands import Commands
from tests.hosting.servers import Answer
from tests.serving.conftest import SMALL, Serving, alone, children, listening, play, until

EVERYTHING = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
DOUBLING = " ".join(f"BIND(CONCAT(?x{n}, ?x{n}, ?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(20))
BOMBS = {
    "count": f"SELECT (COUNT(*) AS ?n) {{ {EVERYTHING} }}",
    "rows": f"SELECT * {{ {EVERYTHING} }}",
    "groups": f"SELECT ?a (COUNT(*) AS ?n) {{ {EVERYTHING} }} GROUP BY ?a",
    "order": f"SELECT * {{ {EVERYTHING} }} ORDER BY ?c",
    "distinct": f"SELECT DISTINCT * {{ {EVERYTHING} }}",
    "construct": f"CONSTRUCT {{ ?a ?b ?f }} WHERE {{ {EVERYTHING} }}",
    "path": "SELECT * { ?a (!<u:x>|^!<u:x>)* ?b . ?c (!<u:x>)* ?d . ?e (!<u:x>)* ?f }",
    "steps": "ASK { ?s " + "/".join(["<u:p>"] * 3900) + " ?o }",
    "concat": f"SELECT (STRLEN(?x20) AS ?z) {{ BIND('0123456789' AS ?x0) {DOUBLING} }}",
    "group_concat": f"SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?f))) AS ?x) {{ {EVERYTHING} }}",
    "regex": f"SELECT * {{ {EVERYTHING} FILTER(REGEX(STR(?a), '(a*)*(a*)*b$')) }}",
    "optional": "SELECT * { "
    + " ".join(f"OPTIONAL {{ ?s{n} ?p{n} ?o{n} }}" for n in range(300))
    + "}",
    "in": "ASK { ?s ?p ?o FILTER(STR(?s) IN (" + ", ".join(["'2'"] * 60_000) + ")) }",
    "values": "SELECT * { VALUES ?x { " + "1 " * 300_000 + "} ?a ?b ?c . ?d ?e ?f }",
}
# All others are answered, or run out of memory or of room for their answer.
ENDLESS = {"count", "groups", "construct", "steps", "group_concat", "in", "values"}
DEEP = {
    "braces": "ASK { " + "{ " * 5000 + "}" * 5000 + " }",
    "brackets": "ASK { FILTER(" + "(" * 20_000 + "1" + ")" * 20_000 + " = 1) }",
    "not": "ASK { FILTER(" + "!" * 20_000 + "true) }",
    "union": "ASK { " + " UNION ".join(["{ ?s ?p ?o }"] * 5_000) + " }",
    "lists": "ASK { ?s ?p " + "( " * 20_000 + ")" * 20_000 + " }",
    "exists": "ASK { " + "FILTER EXISTS { ?s ?p ?o " * 5000 + "}" * 5000 + " }",
}
POINT = "SELECT ?o { <u:n7> <u:q> ?o }"


def is_point(answer: Answer) -> bool:
    bindings = json.loads(answer.body)["results"]["bindings"]
    return answer.status == 200 and [row["o"]["value"] for row in bindings] == ["7"]


@pytest.fixture(scope="module")
def impatient(tmp_path_factory: pytest.TempPathFactory, commands: Commands) -> Iterator[Serving]:
    """Serve the same graph for those who ask what no second more would answer."""
    work = tmp_path_factory.mktemp("impatient")
    (work / "small.nq").write_text(SMALL)
    with alone(work, commands, work / "small.nq", 0.5) as started:
        yield started


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_ends_in_an_answer_or_a_sentence(
    endpoint: Serving, impatient: Serving, name: str
) -> None:
    server = impatient if name in ENDLESS else endpoint
    answer = server.post(BOMBS[name].encode())
    if answer.status != 200:
        assert (answer.status, json.loads(answer.body)["status"]) == (503, 503)
    assert is_point(server.query(POINT))


@pytest.mark.parametrize("name", DEEP)
def test_depth_is_refused(endpoint: Serving, name: str) -> None:
    answer = endpoint.post(DEEP[name].encode())
    assert answer.status == 400
    assert " are allowed." in json.loads(answer.body)["detail"]


def test_others_are_answered_while_all_workers_have_bombs(
    tmp_path: Path, commands: Commands
) -> None:
    (tmp_path / "small.nq").write_text(SMALL)
    with (
        alone(tmp_path, commands, tmp_path / "small.nq", 60, 2, 32, 1) as server,
        ThreadPoolExecutor(8) as threads,
    ):
        bombs = [threads.submit(server.query, BOMBS["count"]) for _ in range(2)]
        time.sleep(0.5)
        # Those who wait make the others hurry, long before their time is over.
        answers = list(threads.map(lambda _: server.query(POINT), range(6)))
        assert all(map(is_point, answers))
        ended = [bomb.result() for bomb in bombs]
        assert [answer.status for answer in ended] == [503, 503]
        assert any("others are waiting" in answer.body.decode() for answer in ended)
        assert any(answer.headers.get("retry-after") for answer in ended)


def test_the_queue_has_an_end(tmp_path: Path, commands: Commands) -> None:
    (tmp_path / "small.nq").write_text(SMALL)
    with (
        alone(tmp_path, commands, tmp_path / "small.nq", 1, 1, 2) as server,
        ThreadPoolExecutor(8) as threads,
    ):
        asked = [threads.submit(server.query, BOMBS["count"]) for _ in range(8)]
        answers = [one.result() for one in asked]
        refused = [a for a in answers if b"too many queries are waiting" in a.body]
        assert len(refused) >= 5
        for answer in refused:
            assert answer.status == 503
            assert int(answer.headers["retry-after"]) > 0
        assert is_point(server.query(POINT))


def test_a_client_that_leaves_frees_its_worker(tmp_path: Path, commands: Commands) -> None:
    (tmp_path / "small.nq").write_text(SMALL)
    with alone(tmp_path, commands, tmp_path / "small.nq", 60, 1, 1) as server:
        before = children(server.process.pid)
        with socket.create_connection(("127.0.0.1", server.port)) as client:
            body = BOMBS["count"].encode()
            head = f"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n"
            client.sendall(f"{head}Content-Type: application/sparql-query\r\n\r\n".encode() + body)
            time.sleep(0.5)
        until(lambda: len(children(server.process.pid)) == len(before) != 0)
        until(lambda: children(server.process.pid) != before)
        assert is_point(server.query(POINT))


def test_a_large_answer_is_no_half_of_one(endpoint: Serving) -> None:
    text = "SELECT * { ?a <u:q> ?c . ?d <u:q> ?f } LIMIT %d"
    whole = endpoint.query(text % 10_000)
    assert whole.status == 200
    assert len(json.loads(whole.body)["results"]["bindings"]) == 10_000
    answer = endpoint.query(text % 1_000_000)
    assert answer.status == 503
    assert "The answer is larger than 4 MiB." in answer.body.decode()


@pytest.mark.parametrize(
    ("format", "text", "words"),
    [
        ("tsv", "SELECT (1 AS ?x) { ?a <u:q> ?c . ?d <u:q> ?f }", "50,000 rows"),
        ("nt", "CONSTRUCT { ?a <u:r> ?d } { ?a <u:q> ?c . ?d <u:q> ?f }", "50,000 triples"),
    ],
)
def test_an_answer_has_an_end_in_rows_too(
    tmp_path: Path, commands: Commands, format: str, text: str, words: str
) -> None:
    (tmp_path / "small.nq").write_text(SMALL)
    asked = [("format", format)]
    # A busy machine takes long for so many rows.
    with alone(tmp_path, commands, tmp_path / "small.nq", 60, 1) as server:
        assert server.query(f"{text} LIMIT 50000", parameters=asked).status == 200
        answer = server.query(f"{text} LIMIT 50001", parameters=asked)
    assert answer.status == 503
    assert f"The answer has more than {words}." in answer.body.decode()


@pytest.mark.parametrize("format", ["json", "xml", "csv", "tsv"])
@pytest.mark.parametrize("rows", [0, 1, 2, 3, 4])
def test_rows_are_told_from_what_looks_like_one(format: str, rows: int) -> None:
    values = ["'},{\"'", "'<result>'", "'\\r\\n\\r\\n\"\\r\\n\"'", "UNDEF"][:rows]
    found = ox.Store().query(f"SELECT ?x ?y {{ VALUES ?x {{ {' '.join(values)} }} }}")
    assert isinstance(found, ox.QuerySolutions)
    table = found.serialize(format=getattr(ox.QueryResultsFormat, format.upper()))
    assert table is not None
    for most in range(1, 6):
        assert has_more_rows(table, format, most) == (rows > most)


def test_workers_end_with_the_server(tmp_path: Path, commands: Commands) -> None:
    (tmp_path / "small.nq").write_text(SMALL)
    with alone(tmp_path, commands, tmp_path / "small.nq", 60) as server:
        started = children(server.process.pid)
        assert len(started) == 1 + 4  # the process from which they come, and the workers
        threading.Thread(target=quietly, args=(server, BOMBS["count"]), daemon=True).start()
        time.sleep(0.5)
        server.process.kill()
        until(lambda: not any(is_alive(pid) for pid in started))


def quietly(server: Serving, text: str) -> None:
    """Ask, whatever comes of it."""
    try:
        server.query(text)
    except OSError:
        return


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_not_one_answer_is_wrong_while_workers_are_killed(
    tmp_path: Path, commands: Commands
) -> None:
    """Ask many things at once, bombs among them, and end workers and their source at random."""
    (tmp_path / "small.nq").write_text(SMALL)
    questions = [f"SELECT ?o {{ <u:n{n}> <u:q> ?o }}" for n in range(40)]
    questions += [f"SELECT * {{ ?s <u:q> ?o }} ORDER BY ?s LIMIT {n}" for n in (10, 500, 2000)]
    questions += ["CONSTRUCT { ?s :r ?o } WHERE { ?s :p ?o }", "ASK { :s :p 3 }"]
    with alone(tmp_path, commands, tmp_path / "small.nq", 1, 4, 64) as server:
        expected = {text: server.query(text).body for text in questions}
        assert len(set(expected.values())) == len(questions)
        made = random.Random(5)
        over = threading.Event()
        right: list[str] = []

        def ask(seed: int) -> None:
            chosen = random.Random(seed)
            while not over.is_set():
                text = chosen.choice(questions)
                if chosen.random() < 0.02:
                    text = chosen.choice([BOMBS["count"], BOMBS["rows"], BOMBS["concat"]])
                answer = server.query(text)
                if text not in expected or answer.status == 503:
                    assert answer.status == 503
                    assert json.loads(answer.body)["status"] == 503
                else:
                    assert (answer.status, answer.body) == (200, expected[text])
                    right.append(text)

        with ThreadPoolExecutor(6) as threads:
            asking = [threads.submit(ask, seed) for seed in range(6)]
            try:
                for killed in range(1, 11):
                    until(lambda enough=20 * killed: len(right) >= enough)  # type: ignore[misc]
                    until(lambda: children(server.process.pid))
                    # One of them, or all, may have just ended.
                    with contextlib.suppress(ProcessLookupError, IndexError):
                        os.kill(made.choice(children(server.process.pid)), signal.SIGKILL)
            finally:
                over.set()
            for one in asking:
                one.result()
        until(lambda: len(children(server.process.pid)) == 5)
        assert {text: server.query(text).body for text in questions} == expected
        assert "Traceback" not in server.log


# Slow clients


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "PATIENCE", 0.3)


@pytest.mark.usefixtures("hasty")
def test_a_slow_head_and_a_slow_reader_are_let_go() -> None:
    async def attempt(said: bytes) -> bool:
        """Tell whether the connection was closed by the server."""
        async with listening(Response(b"x" * (32 << 20))) as (port, state):
            with socket.create_connection(("127.0.0.1", port)) as client:
                client.sendall(said)
                await asyncio.sleep(1.5)
                return not state.connections

    for said in (b"", b"GET / HTTP/1.1\r\nHost:", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"):
        assert play(attempt(said)), said


def test_one_too_many_takes_the_place_of_who_is_idle() -> None:
    async def ask() -> None:
        async with listening(Response(b"here"), 2) as (port, state):
            clients = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
            assert await clients[0][0].read() == b""
            for reader, writer in clients[1:]:
                writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                assert (await reader.readuntil(b"\r\n\r\n")).split()[1] == b"200"
            assert len(state.connections) == 2
            for _, writer in clients:
                writer.close()

    play(ask())


def test_one_too_many_is_told_to_come_again() -> None:
    is_over = asyncio.Event()

    async def patient(scope: Scope, receive: Receive, send: Send) -> None:
        await is_over.wait()
        await Response(b"here")(scope, receive, send)

    async def ask() -> None:
        async with listening(patient, 4) as (port, _):
            clients = []
            for _ in range(5):
                clients.append(await asyncio.open_connection("127.0.0.1", port))
                clients[-1][1].write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                await asyncio.sleep(0.1)
            head = await clients[4][0].readuntil(b"\r\n\r\n")
            assert head.split()[1] == b"503"
            assert b"\r\nretry-after: 5\r\n" in head
            assert json.loads(await clients[4][0].read())["detail"] == "Too many connections."
            # Another client takes the place of one of the client that has the most.
            other = await asyncio.open_connection("127.0.0.1", port, local_addr=("127.0.0.2", 0))
            assert await clients[0][0].read() == b""
            other[1].write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            is_over.set()
            for reader, _ in (*clients[1:4], other):
                assert (await reader.readuntil(b"\r\n\r\n")).split()[1] == b"200"
            for _, writer in (*clients, other):
                writer.close()

    play(ask())


# The pool by itself


@pytest.fixture
def setup(tmp_path: Path) -> Setup:
    (tmp_path / "small.nq").write_text(SMALL)
    return Setup(tmp_path / "small.nq", {"": "u:"}, 256 << 20, 1 << 20, 10_000)


def test_a_query_that_is_interrupted_is_asked_once_more(
    setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "_WAITED", 0.1)

    before = children(os.getpid())

    async def ask() -> None:
        async with Pool(setup, PoolLimits(20, 1)) as started:
            first = await started.ask(Question(POINT))
            assert isinstance(first.reply, Found)
            fork_server, worker = (pid for pid in children(os.getpid()) if pid not in before)
            assert worker in children(fork_server)
            os.kill(worker, signal.SIGKILL)
            second = await started.ask(Question(POINT))
            assert second.reply == first.reply

    play(ask())


def test_a_worker_under_way_does_not_outlive_where_it_comes_from(setup: Setup) -> None:
    """Neither in the hands of who no longer needs it, nor of who asks it one thing more."""
    before = children(os.getpid())

    async def ended(worker: Worker) -> None:
        (fork_server,) = (
            pid for pid in children(os.getpid()) if children(pid) and pid not in before
        )
        os.kill(fork_server, signal.SIGKILL)
        while not worker.is_orphan:  # noqa: ASYNC110 - the pool has no event for it
            await asyncio.sleep(0.01)
        assert worker.is_usable, "nobody had it when all others were let go"

    async def ask() -> None:
        async with Pool(setup, PoolLimits(20, 1)) as started:
            worker = started._idle.pop()
            await ended(worker)
            started._hand_over(worker)
            assert not worker.is_usable
            assert isinstance((await started.ask(Question(POINT))).reply, Found)

            worker = started._idle.pop()
            await ended(worker)
            waiting = asyncio.ensure_future(started.ask(Question(POINT)))
            while not started._waiting:  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.01)
            started._hand_over(worker)
            assert isinstance((await waiting).reply, Found)
            assert not worker.is_usable
            assert isinstance((await started.ask(Question(POINT))).reply, Found)

    play(ask())


def test_an_engine_that_ends_twice_is_the_querys_fault(setup: Setup) -> None:
    async def ask() -> None:
        async with Pool(setup._replace(memory=64 << 20), PoolLimits(20, 1)) as started:
            answered = await started.ask(Question(BOMBS["concat"]))
            assert isinstance(answered.reply, Refused)
            assert "ran out of stack or memory" in answered.reply.detail
            assert isinstance((await started.ask(Question(POINT))).reply, Found)

    play(ask())


def test_what_the_engine_fails_at_is_not_called_too_large(setup: Setup) -> None:
    async def ask() -> None:
        async with Pool(setup, PoolLimits(20, 1)) as started:
            replies = [(await started.ask(Question(query))).reply for query in UNSORTED]
            refused = {reply.detail for reply in replies if isinstance(reply, Refused)}
            [detail] = refused
            assert detail == "The query can't be answered: the engine fails to sort these values."
            assert isinstance((await started.ask(Question(POINT))).reply, Found)

    play(ask())


def test_memory_is_given_back(setup: Setup) -> None:
    """A worker that has grown is replaced, so that memory stays level."""
    pairs = "SELECT DISTINCT (CONCAT(STR(?a), STR(?d)) AS ?x) { ?a <u:q> ?c . ?d <u:q> ?f }"
    text = f"SELECT (COUNT(?x) AS ?n) {{ {{ {pairs} LIMIT 700000 }} }}"

    async def ask() -> None:
        async with Pool(setup._replace(memory=1 << 30), PoolLimits(60, 1)) as started:
            before = children(os.getpid())
            answered = await started.ask(Question(text))
            assert isinstance(answered.reply, Found)
            assert isinstance((await started.ask(Question(POINT))).reply, Found)
            assert children(os.getpid()) != before

    play(ask())


def test_what_takes_little_takes_turns(setup: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    """No more workers are asked at once than there are processors, as long as all takes little."""
    monkeypatch.setattr(pool, "processors", lambda: 1)
    monkeypatch.setattr(pool, "_LITTLE", 600)
    busy = []

    async def ask() -> None:
        async with Pool(setup, PoolLimits(20, 3, 5)) as started:
            begin = Worker.ask

            def noted(worker: Worker, question: Question) -> None:
                busy.append(len(started._busy))
                begin(worker, question)

            monkeypatch.setattr(Worker, "ask", noted)
            answers = await asyncio.gather(*(started.ask(Question(POINT)) for _ in range(5)))
            assert all(isinstance(answer.reply, Found) for answer in answers)
            assert set(busy) == {1}
            # Where no more may wait, all workers are asked.
            answers = await asyncio.gather(*(started.ask(Question(POINT)) for _ in range(8)))
            assert all(isinstance(answer.reply, Found) for answer in answers)
            assert set(busy) == {1, 2, 3}
            refused = await asyncio.gather(*(started.ask(Question(POINT)) for _ in range(9)))
            assert isinstance(refused[-1].reply, Refused)
            assert not started._waiting

    play(ask())


def test_what_takes_much_keeps_nobody_waiting(
    setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "processors", lambda: 1)

    async def ask() -> None:
        async with Pool(setup, PoolLimits(600, 2)) as started:
            bomb = asyncio.ensure_future(started.ask(Question(BOMBS["count"])))
            await asyncio.sleep(0)
            assert isinstance((await started.ask(Question(POINT))).reply, Found)
            assert len(started._busy) == 1, "the bomb goes on"
            bomb.cancel()
            await asyncio.wait([bomb])
            assert not started._busy

    play(ask())


def test_who_leaves_the_queue_takes_no_worker_along(setup: Setup) -> None:
    async def ask() -> None:
        async with Pool(setup, PoolLimits(20, 1)) as started:
            (worker,) = started._idle
            asked = [asyncio.ensure_future(started.ask(Question(POINT))) for _ in range(4)]
            while not started._waiting:  # noqa: ASYNC110 - the pool has no event for it
                await asyncio.sleep(0)
            for one in asked[1:3]:
                one.cancel()
            done, _ = await asyncio.wait(asked)
            assert len([one for one in done if one.cancelled()]) == 2
            assert started._idle == [worker]

    play(ask())


@pytest.mark.parametrize("said", [b"", b"\0", b"\0\0\0\0\0\0\5nothi", b"\7\0\0\0\0\0\0"])
def test_what_a_worker_sends_is_an_answer_or_nothing(said: bytes) -> None:
    for told in (said, b"\1\0\0\0\0\0\2[]", b"\1\0\0\0\0\0\2{}", b"\1\0\0\0\0\0\1\xff"):
        with pytest.raises(ValueError, match=r"."):
            read_answer(told)
