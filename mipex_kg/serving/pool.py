"""The pool of workers: each answers one question at a time, and is replaced when it is ended.

What has been answered already is answered without them. Those who find no worker free wait in a
queue that has an end. While they wait, nobody else's query may go on for long.

Workers that take turns on a processor put out each other's caches, and take twice the time for a
query that takes little. So no more are asked at once than there are processors, until it is known
that one of the queries takes more: within hundredths of a second, the next worker is asked.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import os
import time
from collections import deque
from dataclasses import dataclass
from http import HTTPStatus
from typing import NamedTuple, Protocol, Self

from mipex_kg.dataset import querying
from mipex_kg.serving.answer_cache import AnswerCache
from mipex_kg.serving.answering import Found, Question, Refused
from mipex_kg.serving.fork_server import Elsewhere, Setup
from mipex_kg.serving.frames import Bug, Sent
from mipex_kg.serving.worker import ForkServer, Worker, start_fork_server
from mipex_kg.system.errors import OutputError
from mipex_kg.system.last_words import Reason

_LOGGER = logging.getLogger(__name__)
# Seconds after which one who waits wants others to hurry, and how long they may go on then.
_WAITED, _FAIR = 0.5, 3.0
# Seconds in which a query that takes little is answered.
_LITTLE = 0.02
# Seconds after which it is worthwhile to ask again.
_AGAIN = 2
# Seconds between two attempts to start what is ended again and again, and how many to begin with.
_PAUSE, _ATTEMPTS = 0.2, 5


def processors() -> int:
    """Tell how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class PoolLimits(NamedTuple):
    """What queries may take.

    :param seconds: for a query
    :param workers: how many are answered at the same time
    :param waiting: how many may wait
    :param kept: bytes of answers that are kept, to be sent again
    """

    seconds: float = querying.TIMEOUT
    workers: int = 8
    waiting: int = 128
    kept: int = 0


class TimedAnswer(NamedTuple):
    """An answer, and the seconds that were spent on it."""

    reply: Found | Refused
    waited: float = 0
    took: float = 0


class Answers(Protocol):
    """What answers questions."""

    async def ask(self, question: Question) -> TimedAnswer:
        """Answer a question, or say why not."""


_BUSY = Refused(
    HTTPStatus.SERVICE_UNAVAILABLE, "Server busy: too many queries are waiting.", retry=_AGAIN
)


@dataclass(eq=False, slots=True)
class _Job:
    """A question, from when it is asked to when it is answered.

    :param until: when it has waited for long, and then for too long; or has been worked on for that
    :param reply: what came of it: a reason, if the worker has ended
    :param worker: who works on it
    """

    question: Question
    asked: float
    until: float
    reply: asyncio.Future[Found | Refused | Bug | Reason]
    has_hurried: bool = False
    worker: Worker | None = None
    began: float = 0.0

    @property
    def waited(self) -> float:
        """The seconds for which nobody worked on it."""
        return (self.began or time.monotonic()) - self.asked

    def settle(self, reply: Found | Refused | Bug | Reason) -> None:
        """Say what came of it, if anyone still wants to know."""
        if not self.reply.done():
            self.reply.set_result(reply)


class Pool:
    """Answers questions with workers.

    :param setup: what the workers know
    """

    def __init__(self, setup: Setup, limits: PoolLimits) -> None:
        self.setup, self._limits = setup, limits
        self._kept = AnswerCache(limits.kept)
        # Those who ask elsewhere need no processor while they wait.
        self._at_once = limits.workers if isinstance(setup.source, Elsewhere) else processors()
        self._idle: list[Worker] = []
        # In the order in which they began.
        self._busy: dict[Worker, _Job] = {}
        self._waiting: deque[_Job] = deque()
        # One timer for all, and when it is due.
        self._timer: asyncio.TimerHandle | None = None
        self._due = 0.0
        self._replacing: set[asyncio.Task[None]] = set()
        self._fork_server: ForkServer | None = None
        self._asking = asyncio.Lock()
        self._is_closed = False

    async def __aenter__(self) -> Self:
        """Load what workers need, and start them.

        :raises OutputError: when that can't be done; nothing is left of it
        """
        try:
            for _ in range(self._limits.workers):
                self._idle.append(await self._new_worker(attempts=_ATTEMPTS))
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        """End all workers; who still waits for an answer gets none."""
        self._is_closed = True
        if self._timer is not None:
            self._timer.cancel()
        for task in self._replacing:
            task.cancel()
        for worker in (*self._idle, *self._busy):
            worker.end()
        await self._close_fork_server()

    async def retire(self) -> None:
        """End all workers once those are answered who have asked already."""
        try:
            while self._busy or self._waiting:  # noqa: ASYNC110 - once in a pool's life
                await asyncio.sleep(_PAUSE)
        finally:
            await self.__aexit__()

    async def ask(self, question: Question) -> TimedAnswer:
        """Have a question answered: at once, or after those who were there before."""
        if kept := self._kept.find(question):
            return TimedAnswer(kept)
        asked, waited = time.monotonic(), 0.0
        # A worker that ends may have been ended by someone else: one more is asked.
        for _ in range(2):
            job = self._enter(question)
            try:
                reply = await job.reply
            finally:
                self._leave(job)
            waited = waited or job.waited
            if not isinstance(reply, Reason):
                break
        took = time.monotonic() - asked - waited
        if isinstance(reply, Bug):
            raise RuntimeError(reply.traceback)  # noqa: TRY004 - a bug of ours, told elsewhere
        if isinstance(reply, Found):
            self._kept.keep(question, reply)
            return TimedAnswer(reply, waited, took)
        if isinstance(reply, Reason):
            reply = Refused(HTTPStatus.SERVICE_UNAVAILABLE, *reply)
        if reply.cause:
            _LOGGER.warning(reply.cause)
        return TimedAnswer(reply, waited, took)

    def _enter(self, question: Question) -> _Job:
        """Take in a question, for which there may be a worker now or later."""
        now = time.monotonic()
        job = _Job(question, now, now + _WAITED, asyncio.get_running_loop().create_future())
        self._waiting.append(job)
        self._serve(now)
        if job.worker is not None:
            return job
        if len(self._waiting) <= self._limits.waiting and not self._is_closed:
            self._wake(now, now + _LITTLE if self._idle else job.until)
        elif self._idle:
            self._begin(self._idle.pop(), now)
        else:
            self._waiting.pop()
            job.settle(_BUSY)
        return job

    def _leave(self, job: _Job) -> None:
        """Let go of a question; a worker that still works on it is ended."""
        if job.worker is None:
            with contextlib.suppress(ValueError):
                self._waiting.remove(job)
        elif self._busy.get(job.worker) is job:
            job.worker.end()

    def _serve(self, now: float) -> None:
        """Ask workers as long as there is something to ask, and a processor for it."""
        while self._waiting and self._idle and self._has_room(now):
            self._begin(self._idle.pop(), now)

    def _has_room(self, now: float) -> bool:
        if len(self._busy) < self._at_once:
            return True
        return sum(now - job.began < _LITTLE for job in self._busy.values()) < self._at_once

    def _hand_over(self, worker: Worker) -> None:
        """Have a worker that is free do what is next."""
        self._begin(worker, time.monotonic())

    def _begin(self, worker: Worker, now: float) -> None:
        """Ask a worker what has waited for longest, if anything waits."""
        while self._waiting:
            job = self._waiting.popleft()
            if job.reply.done():
                continue  # nobody wants to know any more
            # It may have become one on its way from one who didn't need it any more.
            worker.is_last = worker.is_last or worker.is_orphan
            job.worker, job.began, job.until = worker, now, now + self._limits.seconds
            self._busy[worker] = job
            worker.ask(job.question)
            self._wake(now, job.until)
            return
        if worker.is_orphan:
            worker.end()
        else:
            self._idle.append(worker)

    def take(self, worker: Worker, sent: Sent) -> None:
        """Take a worker's answer, and have it do what is next."""
        job = self._busy.pop(worker, None)
        if job is None or sent.is_tired or worker.is_last or isinstance(sent.reply, Bug):
            worker.end()
        else:
            self._hand_over(worker)
        if job is not None:
            job.settle(sent.reply)

    def miss(self, worker: Worker) -> None:
        """Put another in the place of a worker that has ended, whatever it was doing."""
        if job := self._busy.pop(worker, None):
            job.settle(worker.reason)
        with contextlib.suppress(ValueError):
            self._idle.remove(worker)
        if not self._is_closed:
            task = asyncio.get_running_loop().create_task(self._replace())
            self._replacing.add(task)
            task.add_done_callback(self._replacing.discard)

    def _wake(self, now: float, when: float) -> None:
        """Have the pool looked after at a time, or before."""
        if self._timer is not None:
            if self._due <= when:
                return
            self._timer.cancel()
        # The loop's clock goes by milliseconds.
        delay = max(when - now, 0) + 0.001
        self._due = when
        self._timer = asyncio.get_running_loop().call_later(delay, self._look)

    def _look(self) -> None:
        """End what has gone on for too long, and have others hurry for who has waited for long."""
        self._timer = None
        now = time.monotonic()
        for worker, job in tuple(self._busy.items()):
            if job.until <= now:
                self._stop(worker, job, now)
        for job in tuple(self._waiting):
            if job.until <= now:
                self._get_on(job)
        self._serve(now)
        due = [job.until for job in (*self._busy.values(), *self._waiting)]
        if self._waiting and self._idle:
            due.append(now + _LITTLE)
        if due:
            self._wake(now, min(due))

    def _stop(self, worker: Worker, job: _Job, now: float) -> None:
        """End a worker, and tell the client why."""
        took, seconds = now - job.began, self._limits.seconds
        status = HTTPStatus.SERVICE_UNAVAILABLE
        if took < seconds:
            detail = f"Query stopped after {took:.0f} seconds because others are waiting."
            job.settle(Refused(status, detail, retry=_AGAIN))
        else:
            detail = f"The query was stopped at the time limit of {seconds:g} seconds."
            hint = "Narrow the query, or download the dataset and query it on your own machine."
            job.settle(Refused(status, detail, hint))
        worker.end()

    def _get_on(self, job: _Job) -> None:
        """Do for who has waited for long what can be done: the first time, another has to hurry."""
        if job.has_hurried:
            self._waiting.remove(job)
            job.settle(_BUSY)
            return
        job.has_hurried, job.until = True, job.until + self._limits.seconds
        for other in self._busy.values():
            if other.until > other.began + _FAIR:
                other.until = other.began + _FAIR
                return

    async def _replace(self) -> None:
        while not self._is_closed:
            try:
                self._hand_over(await self._new_worker())
                return
            except OutputError as error:  # the others go on; perhaps it is being written just now
                _LOGGER.error("A worker can't be replaced: %s", error)
                await asyncio.sleep(_AGAIN)

    async def _new_worker(self, attempts: int | None = None) -> Worker:
        """Have a worker forked; where the fork server is gone, start another.

        :param attempts: after how many to give up
        :raises OutputError: when what workers need can't be loaded
        """
        async with self._asking:
            for attempt in itertools.count(1):
                try:
                    if self._fork_server is None:
                        self._fork_server = await start_fork_server(self.setup, self._renew)
                    return await self._fork_server.fork(self)
                except OSError as error:
                    _LOGGER.error("The process from which workers come has ended.")
                    await self._close_fork_server()
                    if attempt == attempts:
                        raise OutputError(f"There are no workers: {error}") from None
                    await asyncio.sleep(_PAUSE)
        raise AssertionError("There is no end to counting.")

    def _renew(self) -> None:
        """Let go of all workers, as those from another fork server share no memory with them."""
        for worker in self._busy:
            worker.is_last = True
        for worker in tuple(self._idle):
            worker.end()

    async def _close_fork_server(self) -> None:
        if self._fork_server is not None:
            closing, self._fork_server = self._fork_server, None
            await closing.close()
