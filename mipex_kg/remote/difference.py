"""What a graph of ours and the same graph in a store differ in, and the update that ends it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

import pyoxigraph as ox

from mipex_kg.remote.stores import Store
from mipex_kg.sparql.lexical import LexicalForms

# Triples in a part of an update.
_MOST = 10_000


class Difference(NamedTuple):
    """Triples that only one side has, as each side has them.

    :param size: how many triples the store will have when it is made the same
    """

    added: tuple[ox.Triple, ...]
    removed: tuple[ox.Triple, ...]
    size: int

    def __len__(self) -> int:
        return len(self.added) + len(self.removed)

    def as_updates(self, graph: str) -> list[str]:
        """Write the parts of an update that make the store's graph the same.

        What the store itself has said is in it: it may hold nothing but triples.

        :raises ValueError: when it holds something else
        """
        return [
            f"{word} DATA {{ GRAPH <{graph}> {{\n{_written(triples[start : start + _MOST])}}} }}"
            for word, triples in (("DELETE", self.removed), ("INSERT", self.added))
            for start in range(0, len(triples), _MOST)
        ]


def difference(
    wanted: Collection[ox.Triple], held: Collection[ox.Triple], kind: Store
) -> Difference | None:
    """Compare two sides, with each value as a store would give it back.

    :param wanted: what the graph is to hold
    :param held: what the store holds of it
    :returns: None where there are blank nodes to tell apart first
    """
    ours, theirs = dict.fromkeys(wanted), dict.fromkeys(held)
    only_ours = [triple for triple in ours if triple not in theirs]
    only_theirs = [triple for triple in theirs if triple not in ours]
    if any(map(_has_blank_node, (*only_ours, *only_theirs))):
        return None
    kept, already = _kept(only_ours, kind), _kept(only_theirs, kind)
    added = {
        new: triple for new, triple in kept.items() if new not in theirs and new not in already
    }
    removed = {
        old: triple for old, triple in already.items() if old not in ours and old not in kept
    }
    size = len(theirs) + len(added) - len(removed)
    return Difference(tuple(added.values()), tuple(removed.values()), size)


def _has_blank_node(triple: ox.Triple) -> bool:
    return isinstance(triple.subject, ox.BlankNode) or isinstance(triple.object, ox.BlankNode)


def _kept(triples: Iterable[ox.Triple], kind: Store) -> Mapping[ox.Triple, ox.Triple]:
    """Give each triple as a store would give it back, with what it was."""
    forms, found = LexicalForms(), {}
    for triple in triples:
        value = triple.object
        if isinstance(value, ox.Literal):
            is_changed = forms.encoded(value) is not value
            changed = forms.worth(value) if is_changed else value
            value = kind.kept(changed) if isinstance(changed, ox.Literal) else changed
        found[ox.Triple(triple.subject, triple.predicate, value)] = triple
    return found


def _written(triples: Collection[ox.Triple]) -> str:
    text = "".join(f"{triple.subject} {triple.predicate} {triple.object} .\n" for triple in triples)
    read = [quad.triple for quad in ox.parse(text, ox.RdfFormat.N_TRIPLES)]
    if read != list(triples):
        raise ValueError(text)
    return text
