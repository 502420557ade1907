"""Serving what was built last: a site that somebody builds anew takes the old one's place.

Nobody notices but by what they get: who has asked already is answered from the site that there was.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mipex_kg.dataset import querying
from mipex_kg.project.project import Project, load_project
from mipex_kg.remote.stores import MERGED
from mipex_kg.serving.fork_server import Elsewhere, Setup
from mipex_kg.serving.pool import Limits, Pool
from mipex_kg.serving.site import ServedSite, identify, open_site
from mipex_kg.sparql.named_queries import NamedQuery, load_queries
from mipex_kg.system.errors import KgError

_LOGGER = logging.getLogger(__name__)
# Seconds between two looks at the folder.
_PAUSE = 1.0


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

    limits: Limits
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
        while True:
            await asyncio.sleep(_PAUSE)
            if identify(self.served.site.folder) not in ((0, 0), self.served.site.identity):
                # A build may be swapping folders just now; the next look will see it through.
                with contextlib.suppress(KgError, OSError):
                    await self._renew()

    async def _renew(self) -> None:
        served = self.served
        project = load_project(served.site.root)
        new = open_served(served.site.folder, project, self.allowance, served.endpoint)
        before = served.answers
        is_same = new.answers.setup == before.setup and (
            served.endpoint is not None or new.site.dump_tag == served.site.dump_tag
        )
        if is_same:
            new.answers = before
        else:
            await new.answers.__aenter__()
        served.site, served.answers = new.site, new.answers
        served.library, served.prefixes = new.library, new.prefixes
        if not is_same:
            self._start(before.retire())
        _LOGGER.warning("The site was built anew, and the new one is served now.")


def open_served(
    folder: Path, project: Project, allowance: Allowance, endpoint: str | None = None
) -> Served:
    """Look at what there is to serve. No worker is started yet.

    :param endpoint: the address of a store to ask, in place of the site's own graph
    :raises UsageError: when no build wrote the folder
    :raises SourceError: when a named query can't be read
    """
    site = open_site(folder, project)
    source = Elsewhere(endpoint, project.iri(MERGED)) if endpoint else site.dump
    setup = Setup(source, project.prefixes, allowance.memory, allowance.most, allowance.rows)
    pool = Pool(setup, allowance.limits)
    library = load_queries(project.query_files, project.files)
    return Served(site, pool, library, project.prefixes, endpoint)
