"""Digests: numbers that show a later build whether what was read is still the same.

Both what was read and what it was are kept as numbers of 64 bits, so that a trace takes little
room, and nothing of the data is in it.
"""

from __future__ import annotations

import re
from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Any

import pyoxigraph as ox

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.dataset.skosxl import KINDS, LITERAL_FORM
from mipex_kg.dataset.traces import GRAPH, OBJECT, PREDICATE, SUBJECT, WHOLE
from mipex_kg.rdf.quads import Quad, QuadIndex
from mipex_kg.system.phases import phase

_LABELS = tuple(label for label, _plain in KINDS)
_BLANK_NODE = re.compile(r"<BlankNode value=([^ >]+)>")


def digest_of(*texts: str) -> int:
    """Give a number that stands for some texts.

    >>> digest_of("a", "b") == digest_of("a", "b"), digest_of("a", "b") == digest_of("ab")
    (True, False)
    """
    # Where one text ends and the next begins is told by their lengths.
    whole = ",".join((*map(str, map(len, texts)), *texts))
    data = whole.encode(errors="surrogatepass")
    return int.from_bytes(blake2b(data, digest_size=8).digest())


def _digest(data: bytes) -> int:
    return int.from_bytes(blake2b(data, digest_size=8).digest())


class Digests:
    """The digests of a dataset, and of what is known of its terms besides.

    :param known: by kind: terms, each with what is known of it
    """

    def __init__(
        self, dataset: Dataset, known: Mapping[str, Iterable[tuple[object, object]]]
    ) -> None:
        self._dataset, self._names = dataset, _names_of_blank_nodes(dataset)
        self._keys: dict[tuple[str, object], int] = {}
        self._found = self._find(known)

    def key(self, kind: str, term: object) -> int:
        """Give the number under which something is known."""
        found = self._keys.get((kind, term))
        if found is None:
            found = self._keys[kind, term] = digest_of(kind, self._text(term))
        return found

    def of(self, value: object) -> int:
        """Give a number for something that may hold terms: the same if only labels differ."""
        return digest_of(_BLANK_NODE.sub(self._named, repr(value)))

    def _named(self, found: re.Match[str]) -> str:
        return self._names.get(ox.BlankNode(found[1])) or found[0]

    def keys(self, reads: Iterable[tuple[str, object]]) -> list[int]:
        """Give the numbers of what was read, in order."""
        known = self._keys
        return sorted(known.get(read) or self.key(*read) for read in reads)

    def get(self, key: int) -> int:
        """Give what is known under a number: zero if that is nothing."""
        return self._found.get(key, 0)

    @phase("Comparing with the last build")
    def _find(self, known: Mapping[str, Iterable[tuple[object, object]]]) -> dict[int, int]:
        quads, found = self._dataset.columns, {}
        said = array("Q", (digest_of(self._line(quad)) for quad in quads))
        positions: Mapping[str, QuadIndex[Any]] = {
            SUBJECT: quads.by_subject,
            OBJECT: quads.by_object,
            PREDICATE: quads.by_predicate,
            GRAPH: quads.by_graph,
        }
        for kind, index in positions.items():
            for term, places in index.places_by_term():
                own = array("Q", map(said.__getitem__, places))
                found[self.key(kind, term)] = _digest(own.tobytes())
        self._add_labels(found)
        # The order in which things are said is part of it: what is of one graph has one.
        found[self.key(*WHOLE)] = digest_of(*map(str, found.values()))
        for kind, pairs in known.items():
            for term, value in pairs:
                key = self.key(kind, term)
                found[key] = digest_of(str(found.get(key, 0)), str(self.of(value)))
        return found

    def _add_labels(self, found: dict[int, int]) -> None:
        """Add to what is said of things how labels are written that are things (SKOS-XL)."""
        for predicate in _LABELS:
            for quad in self._dataset.with_property(predicate):
                key = self.key(SUBJECT, quad.subject)
                forms = map(repr, self._dataset.values(quad.object, LITERAL_FORM))
                found[key] = digest_of(str(found[key]), *forms)

    def _line(self, quad: Quad) -> str:
        if not self._names:
            return str(quad)
        return " ".join(map(self._text, quad))

    def _text(self, term: object) -> str:
        return self._names.get(term) or str(term)


def _names_of_blank_nodes(dataset: Dataset) -> Mapping[object, str]:
    """Name blank nodes by all that is said around them: their labels are others in each build.

    Those that are linked with each other are named together, in the order of the quads.
    """
    above: dict[ox.BlankNode, ox.BlankNode] = {}

    def top(node: ox.BlankNode) -> ox.BlankNode:
        while above[node] != node:
            above[node] = above[above[node]]
            node = above[node]
        return node

    def blank(quad: Quad) -> list[ox.BlankNode]:
        return [term for term in quad if isinstance(term, ox.BlankNode)]

    told = [(quad, nodes) for quad in dataset.quads if (nodes := blank(quad))]
    for _quad, nodes in told:
        for node in nodes:
            above.setdefault(node, node)
            above[top(node)] = top(nodes[0])
    groups: dict[ox.BlankNode, list[Quad]] = defaultdict(list)
    for quad, nodes in told:
        groups[top(nodes[0])].append(quad)
    names: dict[object, str] = {}
    for quads in groups.values():
        numbers: dict[object, str] = {}
        for quad in quads:
            for node in blank(quad):
                numbers.setdefault(node, f"_:{len(numbers)}")
        group = digest_of(*(numbers.get(term) or str(term) for quad in quads for term in quad))
        names |= {node: f"_:{group:x}.{number}" for node, number in numbers.items()}
    return names
