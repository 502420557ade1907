"""The pool of workers: each answers one question at a time, and is replaced when it is ended.

What has been answered already is answered without them. Those who find no worker free wait in a
queue that has an end. While they wait, nobody else's query may go on for long.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import time
from collections import deque
from http import HTTPStatus
from typing import NamedTuple, Protocol, Self

from mipex_kg.dataset import querying
from mipex_kg.serving.answer_cache import AnswerCache
from mipex_kg.serving.answering import Found, Question, Refused
from mipex_kg.serving.fork_server import Setup
from mipex_kg.serving.worker import Ended, ForkServer, Worker, start_fork_server
from mipex_kg.system.errors import OutputError

_LOGGER = logging.getLogger(__name__)
# Seconds after which one who waits wants others to hurry, and how long they may go on then.
_WAITED, _FAIR = 0.5, 3.0
# Seconds after which it is worthwhile to ask again.
_AGAIN = 2
# Seconds between two attempts to start what is ended again and again, and how many to begin with.
_PAUSE, _ATTEMPTS = 0.2, 5


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


class _Busy(Exception):  # noqa: N818 - it is answered as a matter of course
    """There is no worker, and no place to wait for one."""


class Pool:
    """Answers questions with workers.

    :param setup: what the workers know
    """

    def __init__(self, setup: Setup, limits: PoolLimits) -> None:
        self.setup, self._limits = setup, limits
        self._kept = AnswerCache(limits.kept)
        self._idle: list[Worker] = []
        self._busy: list[Worker] = []
        self._waiting: deque[asyncio.Future[Worker]] = deque()
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
        began = time.monotonic()
        waited = 0.0
        try:
            # A worker that ends may have been ended by someone else: one more is asked.
            for _ in range(2):
                worker = await self._take()
                waited = waited or time.monotonic() - began
                try:
                    reply = await self._answered_by(worker, question)
                except Ended as ended:
                    reason = ended.reason
                else:
                    return TimedAnswer(reply, waited, time.monotonic() - began - waited)
        except _Busy:
            detail = "Server busy: too many queries are waiting."
            reply = Refused(HTTPStatus.SERVICE_UNAVAILABLE, detail, retry=_AGAIN)
            return TimedAnswer(reply, time.monotonic() - began)
        reply = Refused(HTTPStatus.SERVICE_UNAVAILABLE, *reason)
        return TimedAnswer(reply, waited, time.monotonic() - began - waited)

    async def _answered_by(self, worker: Worker, question: Question) -> Found | Refused:
        """Ask a worker, which is ended if it doesn't answer in time, or isn't waited for."""
        now = asyncio.get_running_loop().time
        seconds = self._limits.seconds
        worker.began = now()
        try:
            async with asyncio.timeout(seconds) as worker.limit:
                reply = await worker.ask(question)
            if isinstance(reply, Found):
                self._kept.keep(question, reply)
            elif reply.cause:
                _LOGGER.warning(reply.cause)
            return reply
        except TimeoutError:
            worker.end()
            took = now() - worker.began
            if took < seconds:
                detail = f"Query stopped after {took:.0f} seconds because others are waiting."
                return Refused(HTTPStatus.SERVICE_UNAVAILABLE, detail, retry=_AGAIN)
            detail = f"The query was stopped at the time limit of {seconds:g} seconds."
            hint = "Narrow the query, or download the dataset and query it on your own machine."
            return Refused(HTTPStatus.SERVICE_UNAVAILABLE, detail, hint)
        except BaseException:
            worker.end()
            raise
        finally:
            worker.limit = None
            self._give_back(worker)

    async def _take(self) -> Worker:
        """Take a worker that is idle, or wait for one."""
        while True:
            worker = self._idle.pop() if self._idle and not self._waiting else await self._wait()
            if worker.is_usable:
                # It may have become one on its way from one who didn't need it any more.
                worker.is_last = worker.is_last or worker.is_orphan
                self._busy.append(worker)
                return worker

    async def _wait(self) -> Worker:
        if len(self._waiting) >= self._limits.waiting:
            raise _Busy
        place: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
        self._waiting.append(place)
        try:
            done, _ = await asyncio.wait([place], timeout=_WAITED)
            if not done:
                self._hurry()
                done, _ = await asyncio.wait([place], timeout=self._limits.seconds)
            if not done:
                raise _Busy
            return place.result()
        except BaseException:
            if place.done() and not place.cancelled():
                self._hand_over(place.result())  # it came just as nobody wanted it any more
            raise
        finally:
            place.cancel()
            with contextlib.suppress(ValueError):
                self._waiting.remove(place)

    def _hurry(self) -> None:
        """Let the query that has gone on for the longest end soon."""
        for worker in self._busy:
            if worker.limit is not None and not worker.limit.expired():
                until = worker.began + _FAIR
                when = worker.limit.when()
                if when is not None and when > until:
                    worker.limit.reschedule(until)
                    return

    def _give_back(self, worker: Worker) -> None:
        self._busy.remove(worker)
        if worker.is_usable:
            self._hand_over(worker)

    def _replace_later(self, worker: Worker) -> None:
        """Put another in the place of a worker that has ended, whatever it was doing."""
        with contextlib.suppress(ValueError):
            self._idle.remove(worker)
        if not self._is_closed:
            task = asyncio.get_running_loop().create_task(self._replace())
            self._replacing.add(task)
            task.add_done_callback(self._replacing.discard)

    def _hand_over(self, worker: Worker) -> None:
        while self._waiting:
            place = self._waiting.popleft()
            if not place.done():
                place.set_result(worker)
                return
        if worker.is_orphan:
            worker.end()
        else:
            self._idle.append(worker)

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
                    return await self._fork_server.fork(self._replace_later)
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
