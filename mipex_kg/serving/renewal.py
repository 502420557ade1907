"""Serving what was built last: a site that is rebuilt takes the old one's place.

Nobody notices but by what they get: who has asked already is answered from the site that there was.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from anyio.to_thread import run_sync

from mipex_kg.dataset import querying
from mipex_kg.project.project import Project, load_project
from mipex_kg.remote.stores import MERGED
from mipex_kg.serving.fork_server import Elsewhere, Setup
from mipex_kg.serving.pool import Pool, PoolLimits
from mipex_kg.serving.site import Identity, ServedSite, identify, open_site
from mipex_kg.sparql.named_queries import NamedQuery, load_queries
from mipex_kg.system.errors import KgError

_LOGGER = logging.getLogger(__name__)
# Seconds between two looks at the folder, and between attempts to serve what can't be served.
_PAUSE, _LONGEST_PAUSE = 1.0, 60.0


@dataclass
class Served:
    """What is served at present.

    :param site: the built folder
    :param answers: answers queries
    :param library: the named queries
    :param prefixes: for the values of their parameters
    :param endpoint: the address of the store that is asked, if it isn't the site's own graph
    """

    site: ServedSite
    answers: Pool
    library: Mapping[str, NamedQuery]
    prefixes: Mapping[str, str]
    endpoint: str | None = None


@dataclass
class Allowance:
    """What queries may take.

    :param memory: bytes for a query, beyond what all share
    :param most: bytes of an answer
    :param rows: of an answer, or triples
    """

    limits: PoolLimits
    memory: int = querying.MEMORY
    most: int = 64 << 20
    rows: int = 1_000_000


@dataclass
class Renewal:
    """Keeps what is served up to date, as long as the server runs.

    :param beside: what else goes on meanwhile, if anything
    """

    served: Served
    allowance: Allowance
    beside: Callable[[], Awaitable[None]] | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def __aenter__(self) -> None:
        """Start the workers, and begin to look."""
        await self.served.answers.__aenter__()
        self._start(self._watch())
        if self.beside:
            self._start(self.beside())

    async def __aexit__(self, *_: object) -> None:
        """End the workers."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.served.answers.__aexit__()

    def _start(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _watch(self) -> None:
        """Take up each new build; one that can't be served is tried again, less and less often."""
        refused, pause, again = Identity(), _PAUSE, 0.0
        now = asyncio.get_running_loop().time
        while True:
            await asyncio.sleep(_PAUSE)
            site = self.served.site
            found = await run_sync(identify, site.folder, site.rules.name)
            is_known = found == site.identity or (found == refused and now() < again)
            if not found.manifest or is_known:
                continue
            try:
                await self._renew()
            except Exception as error:  # noqa: BLE001 - whatever it is: the next build may be a good one
                if found != refused:
                    _tell(error)
                pause = min(pause * 2, _LONGEST_PAUSE) if found == refused else _PAUSE
                refused, again = found, now() + pause

    async def _renew(self) -> None:
        served = self.served
        new = await run_sync(self._open)
        before = served.answers
        is_same = new.answers.setup == before.setup and (
            served.endpoint is not None or new.site.identity.dump == served.site.identity.dump
        )
        if is_same:
            new.answers = before
        else:
            await new.answers.__aenter__()
        served.site, served.answers = new.site, new.answers
        served.library, served.prefixes = new.library, new.prefixes
        if not is_same:
            self._start(before.retire())
        _LOGGER.warning("The site was rebuilt, and the new one is served now.")

    def _open(self) -> Served:
        served = self.served
        project = load_project(served.site.root)
        return open_served(served.site.folder, project, self.allowance, served.endpoint)


def _tell(error: Exception) -> None:
    """Say in the log why a build isn't served."""
    told = "The new build can't be served, so the one before still is: %s"
    if isinstance(error, KgError | OSError):
        _LOGGER.error(told, error)
    else:
        _LOGGER.error(told, error, exc_info=error)


def open_served(
    folder: Path, project: Project, allowance: Allowance, endpoint: str | None = None
) -> Served:
    """Look at what there is to serve. No worker is started yet.

    :param endpoint: the address of a store to ask, instead of the site's own graph
    :raises UsageError: when no build wrote the folder
    :raises SourceError: when a named query can't be read
    """
    site = open_site(folder, project)
    source = Elsewhere(endpoint, project.iri(MERGED)) if endpoint else site.dump
    setup = Setup(source, project.prefixes, allowance.memory, allowance.most, allowance.rows)
    pool = Pool(setup, allowance.limits)
    library = load_queries(project.query_files, project.files)
    return Served(site, pool, library, project.prefixes, endpoint)
