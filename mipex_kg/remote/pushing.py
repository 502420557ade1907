"""Bringing the graphs of a store to what a project's are, and nothing else in it.

What a graph lacks and has too much is sent as an update, where that is less than all of it and the
store takes it so; what isn't there yet is lacking as a whole. Any other graph is loaded beside the
one that it replaces, and counted. All of that takes effect at once, as far as the store takes it at
once: anyone who asks meanwhile sees the old graphs or the new ones.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Literal

import pyoxigraph as ox

from mipex_kg.rdf import formats, serialization
from mipex_kg.remote.difference import difference
from mipex_kg.remote.graph_store import GraphStore
from mipex_kg.remote.stores import MERGED, Store
from mipex_kg.system.errors import RemoteError, UsageError
from mipex_kg.system.phases import phase
from mipex_kg.validation.validated import ValidatedDataset

_GRAPHS, _LOADING = "graph/", "graph/loading/"
# Triples by which a graph that is there may differ, to be sent as an update.
_MOST_MENDED = 10_000
Progress = Callable[[int, int], None]
Kind = Literal["new", "changed", "same", "removed", "left"]


@dataclass(frozen=True)
class Change:
    """What happens to a graph.

    :param kind: ``left`` is one of the project's that it no longer has, and that stays all the same
    :param added: triples that the store doesn't have yet
    :param removed: triples that only the store has
    """

    graph: str
    kind: Kind
    added: int = 0
    removed: int = 0


@dataclass(frozen=True)
class Push:
    """A project's graphs, and a store to bring them to.

    :param merged: whether their merge is pushed too; None for: unless the store's default graph is
        their merge anyway
    :param prunes: whether graphs are dropped that the project no longer has
    :raises UsageError: when a graph can't be told by its name
    """

    source: ValidatedDataset
    store: GraphStore
    merged: bool | None = None
    prunes: bool = False

    @cached_property
    def graphs(self) -> Mapping[str, Sequence[ox.Triple]]:
        """What the store is to hold."""
        dataset, project = self.source.dataset, self.source.project
        found: dict[str, list[ox.Triple]] = defaultdict(list)
        for quad in dataset.quads:
            if not isinstance(quad.graph_name, ox.NamedNode):
                raise UsageError(
                    "A graph without a name of its own can't be pushed.",
                    hint="Name it by an IRI instead of a blank node.",
                )
            found[quad.graph_name.value].append(quad.triple)
        if self.merged or (self.merged is None and not self.store.kind.has_union):
            if (name := project.iri(MERGED)) in found:
                raise UsageError(
                    f"<{name}> is the name of the merge of all graphs, and the data has it already."
                )
            found[name] = list(dict.fromkeys(chain.from_iterable(found.values())))
        return dict(sorted(found.items()))

    @phase("Comparing with the store")
    def plan(self, progress: Progress = lambda _done, _total: None) -> list[Change]:
        """Compare both sides, by what the graphs hold.

        :param progress: called with the number of graphs that are compared, and of all
        :raises RemoteError: when the store can't be asked
        """
        wanted, there = self.graphs, self._there()
        found: dict[str, Change] = {}
        sizes = {name: there.get(name, 0) for name in wanted}
        for number, (name, held) in enumerate(self.store.fetch_all(sizes), start=1):
            if len(held) < sizes[name]:  # a part, which some give without a word
                found[name] = Change(name, "changed", len(wanted[name]), sizes[name])
            else:
                found[name] = self._compare(name, held)
            progress(number, len(wanted))
        changes = [found[name] for name in wanted]
        kind: Kind = "removed" if self.prunes else "left"
        changes += [
            Change(name, kind, removed=size)
            for name, size in sorted(there.items())
            if name not in wanted
        ]
        return changes

    @cached_property
    def _mended(self) -> dict[str, tuple[list[str], int]]:
        """Updates that make graphs the same, where that is less than to load, and their sizes."""
        return {}

    def _compare(self, name: str, held: Sequence[ox.Triple]) -> Change:
        wanted, kind = self.graphs[name], self.store.kind
        found = difference(wanted, held, kind) if kind.keeps_terms else None
        if found is None and not held:
            return Change(name, "new", len(_contents(wanted, kind)))
        if found is None:
            ours, theirs = _contents(wanted, kind), _contents(held, kind)
            added, removed = len(ours - theirs), len(theirs - ours)
        else:
            added, removed = len(found.added), len(found.removed)
            if not held or len(found) <= min(len(wanted), _MOST_MENDED):
                with suppress(ValueError):  # else it is loaded
                    self._mended[name] = found.as_updates(name), found.size
        if not held:
            return Change(name, "new", added)
        return Change(name, "changed" if added or removed else "same", added, removed)

    def _there(self) -> dict[str, int]:
        """Count what the store has under the project's names."""
        prefix = self.source.project.iri(_GRAPHS)
        others = [name for name in self.graphs if not name.startswith(prefix)]
        return {**self.store.sizes(prefix), **self.store.sizes_of(others)}

    @phase("Sending what has changed")
    def apply(
        self, changes: Iterable[Change], progress: Progress = lambda _done, _total: None
    ) -> None:
        """Make the changes.

        :param progress: called with the number of graphs that are loaded, and of all
        :raises RemoteError: when the store can't be asked, or hasn't kept all; what was there stays
        """
        changes = list(changes)
        differing = [change.graph for change in changes if change.kind in ("new", "changed")]
        mended = {name: self._mended[name] for name in differing if name in self._mended}
        loaded = [name for name in differing if name not in mended]
        dropped = [change.graph for change in changes if change.kind == "removed"]
        # Nobody else's, should another push be under way.
        folder = f"{self.source.project.iri(_LOADING)}{secrets.token_hex(8)}/"
        beside = {name: f"{folder}{number}" for number, name in enumerate(loaded)}
        sizes = {name: len(_contents(self.graphs[name], self.store.kind)) for name in loaded}
        try:
            contents = {beside[name]: self.graphs[name] for name in loaded}
            for number, _ in enumerate(self.store.load_all(contents), start=1):
                progress(number, len(loaded))
            self._require(sizes, beside)
            moves = [(beside[name], name) for name in loaded]
            updates = [part for parts, _ in mended.values() for part in parts]
            self.store.replace(moves, dropped, updates)
        except BaseException:
            self._forget(beside.values())
            raise
        sizes |= {name: size for name, (_, size) in mended.items()}
        self._require(sizes, {name: name for name in sizes})

    def _require(self, sizes: Mapping[str, int], places: Mapping[str, str]) -> None:
        """Make sure that graphs are whole where they are now."""
        found = self.store.sizes_of(list(places.values()))
        for name, place in places.items():
            if (size := found.get(place, 0)) != sizes[name]:
                raise RemoteError(
                    f"The store holds {size} triples of <{name}>, and {sizes[name]} were sent.",
                    hint="Push again if someone else writes there. docs/remote-stores.md says "
                    "which values a store takes for one.",
                )

    def _forget(self, graphs: Iterable[str]) -> None:
        """Drop what was loaded in vain, if the store still answers."""
        try:
            self.store.replace((), graphs)
        except RemoteError:
            return


def _contents(triples: Iterable[ox.Triple], kind: Store) -> frozenset[str]:
    """Give triples as canonical lines, with each value as a store would give it back.

    What the embedded engine changes, as it loads, is what any store may change.
    """
    engine = ox.Store()
    engine.extend(ox.Quad(*triple) for triple in triples)
    quads = [_kept(quad, kind) for quad in engine]
    lines = serialization.write(quads, formats.NTRIPLES, {}).decode().split("\n")
    return frozenset(lines) - {""}


def _kept(quad: ox.Quad, kind: Store) -> ox.Quad:
    if not isinstance(quad.object, ox.Literal):
        return quad
    return ox.Quad(quad.subject, quad.predicate, kind.kept(quad.object))
