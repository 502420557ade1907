"""Answers are kept as long as they hold, and as long as there is room."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from mipex_kg.dataset.querying import Graphs
from mipex_kg.serving.answer_cache import AnswerCache
from mipex_kg.serving.answering import Found, Question, Refused
from mipex_kg.serving.fork_server import Setup
from mipex_kg.serving.pool import Pool, PoolLimits
from tests.serving.conftest import SMALL, children, play

POINT = Question("SELECT ?o { <u:n7> <u:q> ?o }")


@pytest.fixture
def setup(tmp_path: Path) -> Setup:
    (tmp_path / "small.nq").write_text(SMALL)
    return Setup(tmp_path / "small.nq", {"": "u:"}, 256 << 20, 1 << 20, 1000)


def test_what_was_answered_needs_no_worker(setup: Setup) -> None:
    async def ask() -> None:
        before = children(os.getpid())
        async with Pool(setup, PoolLimits(20, 1, kept=1 << 20)) as pool:
            first = await pool.ask(POINT)
            assert isinstance(first.reply, Found)
            started = set(children(os.getpid())) - set(before)
            for pid in started:
                os.kill(pid, signal.SIGSTOP)
            again = await pool.ask(POINT)
            # Else they would not notice their end.
            for pid in started:
                os.kill(pid, signal.SIGCONT)
            assert (again.reply, again.took) == (first.reply, 0)

    play(ask())


@pytest.mark.parametrize("function", ["NOW()", "RAND()", "UUID()", "STRUUID()", "u\\u0075id()"])
def test_what_goes_by_the_hour_or_by_chance_is_asked_again(setup: Setup, function: str) -> None:
    question = Question(f"SELECT ({function} AS ?x) {{}}", format="csv")

    async def ask() -> None:
        async with Pool(setup, PoolLimits(20, 1, kept=1 << 20)) as pool:
            replies = [(await pool.ask(question)).reply for _ in range(2)]
            assert isinstance(replies[0], Found)
            assert replies[0] != replies[1]

    play(ask())


def test_a_question_is_all_that_is_asked(setup: Setup) -> None:
    """Another format or graph is another question; what is refused is not kept."""
    text = "SELECT ?o { <u:s> <u:p> ?o }"
    questions = [Question(text, format=name) for name in ("csv", "json", "xml")]
    questions += [Question(text, Graphs(names), None, "csv") for names in ((), ("u:g",))]
    questions += [Question("SELECT ?o { ?s <u:q> ?o . ?a <u:q> ?b }"), Question("SELECT")]

    async def ask(kept: int) -> list[Found | Refused]:
        async with Pool(setup, PoolLimits(20, 2, kept=kept)) as pool:
            for question in questions:
                await pool.ask(question)
            return [(await pool.ask(question)).reply for question in questions]

    assert play(ask(1 << 20)) == play(ask(0))


def test_there_is_an_end_to_the_room() -> None:
    kept = AnswerCache(100_000)
    answers = [
        (Question(f"ASK {{ {n} }}"), Found("text/csv", bytes(9_000), "", lasts=True))
        for n in range(100)
    ]
    for question, found in answers:
        kept.keep(question, found)
        kept.keep(question, found)
        kept.find(answers[0][0])
    left = [number for number, (question, _) in enumerate(answers) if kept.find(question)]
    assert left[0] == 0
    assert left[1:] == list(range(100 - len(left) + 1, 100))
    assert 5 < len(left) < 12
    large = Question("ASK {}")
    kept.keep(large, Found("text/csv", bytes(50_000), "", lasts=True))
    assert kept.find(large) is None
    named = Question("ASK {}", Graphs(("u:" + "g" * 50_000,)))
    kept.keep(named, Found("text/csv", b"true", "", lasts=True))
    assert kept.find(named) is None
