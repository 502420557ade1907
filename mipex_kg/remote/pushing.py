"""Bringing the graphs of a store to what a project's are, and nothing else in it.

Each graph is loaded beside the one that it replaces, and counted, before all are put in their place
at once: whoever asks meanwhile sees the old graphs or the new ones.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import pyoxigraph as ox

from mipex_kg.rdf import formats, serialization
from mipex_kg.remote.graph_store import GraphStore
from mipex_kg.remote.stores import MERGED, Store
from mipex_kg.system.errors import RemoteError, UsageError
from mipex_kg.validation.validated import ValidatedDataset

_GRAPHS, _LOADING = "graph/", "graph/loading/"
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
                    hint="Name it by an IRI in place of a blank node.",
                )
            found[quad.graph_name.value].append(quad.triple)
        if self.merged or (self.merged is None and not self.store.kind.has_union):
            if (name := project.iri(MERGED)) in found:
                raise UsageError(
                    f"<{name}> is the name of the merge of all graphs, and the data has it already."
                )
            found[name] = list(dataset.merged())
        return dict(sorted(found.items()))

    def plan(self, progress: Progress = lambda _done, _total: None) -> list[Change]:
        """Compare both sides, by what the graphs hold.

        :param progress: called with the number of graphs that are compared, and of all
        :raises RemoteError: when the store can't be asked
        """
        wanted, there = self.graphs, self._there()
        changes = []
        for number, (name, triples) in enumerate(wanted.items(), start=1):
            held = self.store.fetch(name) if name in there else []
            if len(held) < there.get(name, 0):  # a part, which some give without a word
                changes.append(Change(name, "changed", len(triples), there[name]))
            else:
                changes.append(_compare(name, triples, held, self.store.kind))
            progress(number, len(wanted))
        kind: Kind = "removed" if self.prunes else "left"
        changes += [
            Change(name, kind, removed=size)
            for name, size in sorted(there.items())
            if name not in wanted
        ]
        return changes

    def _there(self) -> dict[str, int]:
        """Count what the store has under the project's names."""
        prefix = self.source.project.iri(_GRAPHS)
        others = [name for name in self.graphs if not name.startswith(prefix)]
        return {**self.store.sizes(prefix), **self.store.sizes_of(others)}

    def apply(
        self, changes: Iterable[Change], progress: Progress = lambda _done, _total: None
    ) -> None:
        """Make the changes.

        :param progress: called with the number of graphs that are loaded, and of all
        :raises RemoteError: when the store can't be asked, or hasn't kept all; what was there stays
        """
        changes = list(changes)
        loaded = [change.graph for change in changes if change.kind in ("new", "changed")]
        dropped = [change.graph for change in changes if change.kind == "removed"]
        # Nobody else's, should another push be under way.
        folder = f"{self.source.project.iri(_LOADING)}{secrets.token_hex(8)}/"
        beside = {name: f"{folder}{number}" for number, name in enumerate(loaded)}
        sizes = {name: len(_contents(self.graphs[name], self.store.kind)) for name in loaded}
        try:
            for number, name in enumerate(loaded, start=1):
                self.store.load(beside[name], self.graphs[name])
                progress(number, len(loaded))
            self._require(sizes, beside)
            self.store.replace([(beside[name], name) for name in loaded], dropped)
        except BaseException:
            self._forget(beside.values())
            raise
        self._require(sizes, {name: name for name in loaded})

    def _require(self, sizes: Mapping[str, int], places: Mapping[str, str]) -> None:
        """Make sure that graphs are whole where they are now."""
        found = self.store.sizes_of(list(places.values()))
        for name, place in places.items():
            if (size := found.get(place, 0)) != sizes[name]:
                raise RemoteError(
                    f"The store holds {size} triples of <{name}>, and {sizes[name]} were sent.",
                    hint="Push again if somebody else writes there. docs/remote-stores.md tells "
                    "which values a store takes for one.",
                )

    def _forget(self, graphs: Iterable[str]) -> None:
        """Drop what was loaded in vain, if the store still answers."""
        try:
            self.store.replace((), graphs)
        except RemoteError:
            return


def _compare(
    name: str, wanted: Iterable[ox.Triple], held: Iterable[ox.Triple], kind: Store
) -> Change:
    ours, theirs = _contents(wanted, kind), _contents(held, kind)
    if ours == theirs:
        return Change(name, "same")
    return Change(name, "changed" if theirs else "new", len(ours - theirs), len(theirs - ours))


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
