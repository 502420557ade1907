"""The hierarchy of concepts as a graph: its circles, and what is above what, in linear time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TypeAlias

from mipex_kg.rdf.terms import Node

Pair: TypeAlias = tuple[Node, Node]
# So many pairs are asked for at once: each is a bit of the numbers that go up the hierarchy.
_AT_ONCE = 2048


@dataclass(frozen=True)
class Hierarchy:
    """Concepts, and those that are directly broader.

    :param broader: by the narrower one
    """

    broader: Mapping[Node, Sequence[Node]]

    def circles(self) -> Iterator[list[Node]]:
        """Give the concepts that are each broader than themselves, those of one circle together."""
        for group in self._groups:
            if len(group) > 1 or group[0] in self.broader.get(group[0], ()):
                yield group

    def above(self, pairs: Iterable[Pair]) -> Iterator[Pair]:
        """Choose the pairs of which the second is broader than the first, by however many steps."""
        waiting = iter(pairs)
        while some := list(islice(waiting, _AT_ONCE)):
            yield from self._above(some)

    def _above(self, pairs: Sequence[Pair]) -> Iterator[Pair]:
        """Let a bit for each pair go up from its first, and see whether it comes by its second."""
        passing: dict[int, int] = {}
        for bit, (low, _high) in enumerate(pairs):
            if (number := self._group_of.get(low)) is not None:
                passing[number] = passing.get(number, 0) | 1 << bit
        for number in range(len(self._groups) - 1, -1, -1):
            if bits := passing.get(number):
                for upper in self._upper(number):
                    passing[upper] = passing.get(upper, 0) | bits
        for bit, (low, high) in enumerate(pairs):
            if low != high and passing.get(self._group_of.get(high, -1), 0) >> bit & 1:
                yield low, high

    def _upper(self, number: int) -> set[int]:
        near = (self._group_of[b] for n in self._groups[number] for b in self.broader.get(n, ()))
        return set(near) - {number}

    @cached_property
    def _group_of(self) -> Mapping[Node, int]:
        return {node: number for number, group in enumerate(self._groups) for node in group}

    @cached_property
    def _groups(self) -> Sequence[list[Node]]:
        """Part the concepts into those of one circle each, the broader ones first."""
        search = _Search(self.broader)
        for start in self.broader:
            search.visit(start)
        return search.groups


class _Search:
    """Tarjan's search for strongly connected components, without recursion."""

    def __init__(self, above: Mapping[Node, Sequence[Node]]) -> None:
        self.groups: list[list[Node]] = []
        self._above = above
        self._index: dict[Node, int] = {}
        self._lowest: dict[Node, int] = {}
        self._open: dict[Node, None] = {}

    def visit(self, start: Node) -> None:
        way = [] if start in self._index else [self._enter(start)]
        while way:
            node, rest = way[-1]
            upper = next(rest, None)
            if upper is None:
                way.pop()
                self._leave(node, way[-1][0] if way else None)
            elif upper not in self._index:
                way.append(self._enter(upper))
            elif upper in self._open:
                self._lowest[node] = min(self._lowest[node], self._index[upper])

    def _enter(self, node: Node) -> tuple[Node, Iterator[Node]]:
        self._index[node] = self._lowest[node] = len(self._index)
        self._open[node] = None
        return node, iter(self._above.get(node, ()))

    def _leave(self, node: Node, below: Node | None) -> None:
        lowest = self._lowest[node]
        if below is not None:
            self._lowest[below] = min(self._lowest[below], lowest)
        if lowest == self._index[node]:
            group: list[Node] = []
            while node not in group[-1:]:
                group.append(self._open.popitem()[0])
            self.groups.append(group[::-1])
