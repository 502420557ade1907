"""Watching what a build reads: the project's folder, and whatever else it reads from elsewhere."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

from mipex_kg.project.files import skipped_name
from mipex_kg.project.project import load_project
from mipex_kg.system.errors import KgError


class InputWatch:
    """A watch over all that a project reads.

    Which places those are, the settings say, and links; so it is looked up at each change. A file
    is watched by the folder that it is in, as editors put a new file in the place of the old one;
    what isn't there, by the nearest folder in which it would be.

    :param root: of the project
    :param without: folders that are written by builds
    """

    def __init__(self, root: Path, without: Sequence[Path]) -> None:
        self._root, self._without = root.resolve(), tuple(without)
        self._places: frozenset[Path] = frozenset()
        self._changed = asyncio.Event()

    async def changes(self) -> AsyncGenerator[None, None]:
        """Tell that something has changed, once for what has changed at about the same time."""
        folders: frozenset[tuple[Path, bool]] = frozenset()
        watchers: list[asyncio.Task[None]] = []
        try:
            while True:
                with contextlib.suppress(KgError):  # as a build will say: what is known still is
                    self._places = load_project(self._root).places_beyond
                if folders != (folders := self._folders()):
                    # The new ones are there before the old ones end, so that nothing is missed.
                    before, watchers = watchers, self._start(folders)
                    await asyncio.sleep(0)
                    _end(before)
                await self._changed.wait()
                self._changed.clear()
                yield
        finally:
            _end(watchers)

    def _folders(self) -> frozenset[tuple[Path, bool]]:
        """Give the folders to watch, each with whether those in it are, too."""
        beyond = {
            (place, True)
            if place.is_dir()
            else (next(folder for folder in place.parents if folder.is_dir()), False)
            for place in self._places
        }
        return frozenset({(self._root, True), *beyond})

    def _start(self, folders: frozenset[tuple[Path, bool]]) -> list[asyncio.Task[None]]:
        deep = [folder for folder, is_deep in folders if is_deep]
        shallow = [folder for folder, is_deep in folders if not is_deep]
        found = [(paths, paths is deep) for paths in (deep, shallow) if paths]
        return [asyncio.create_task(self._look(paths, is_deep)) for paths, is_deep in found]

    async def _look(self, folders: Sequence[Path], is_deep: bool) -> None:
        # Imported here: only this needs it.
        from watchfiles import awatch

        changes = awatch(
            *folders, watch_filter=self._counts, recursive=is_deep, ignore_permission_denied=True
        )
        async for _ in changes:
            self._changed.set()

    def _counts(self, _change: object, name: str) -> bool:
        """Tell whether a build may read what has changed."""
        path = Path(name)
        if any(map(path.is_relative_to, self._without)):
            return False
        if path.is_relative_to(self._root):
            return _is_kept(path.relative_to(self._root))
        return any(
            place.is_relative_to(path)
            or (path.is_relative_to(place) and _is_kept(path.relative_to(place)))
            for place in self._places
        )


def _is_kept(path: Path) -> bool:
    """Tell whether a path is of a project's file by the names on it."""
    return not any(map(skipped_name, path.parts)) and "node_modules" not in path.parts


def _end(watchers: Sequence[asyncio.Task[None]]) -> None:
    for watcher in watchers:
        watcher.cancel()
