"""Trees of concepts, classes and properties, and the ways from their tops, as pages have room."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from mipex_kg.rdf.terms import Node, Term

# So many are a page that loads quickly; what is below them is on the pages of the last.
MOST_BRANCHES = 600
# What has several broader ones is at several places; all of them may be very many.
_MOST_WAYS = 4


@dataclass
class Branch:
    """A concept, a class or a property in a tree.

    :param below: the number of narrower ones, or of members, if its own page has them
    :param anchor: its place on the page itself, if it has no page
    """

    concept: Node
    branches: list[Branch] = field(default_factory=list)
    below: int = 0
    anchor: str = ""
    is_deprecated: bool = False


def find_ways(node: Node, broader: Callable[[Node], Iterable[Node]]) -> list[tuple[Node, ...]]:
    """Give the ways from the top down to a node, without itself; the shortest first.

    Where it is broader than itself, by however many steps, a way ends before it.
    """
    found: list[tuple[Node, ...]] = []
    waiting: deque[tuple[Node, ...]] = deque([(node,)])
    # Where there are many broader ones each, ways multiply: no more are followed than this.
    for _step in range(100 * _MOST_WAYS):
        if not waiting or len(found) == _MOST_WAYS:
            break
        way = waiting.popleft()
        above = [upper for upper in broader(way[0]) if upper not in way]
        waiting.extend((upper, *way) for upper in above)
        if not above and len(way) > 1:
            found.append(way[:-1])
    return found


def reached(node: Node, near: Callable[[Node], Iterable[Term]]) -> set[Node]:
    """Give all that leads on from a node, at any distance, without itself.

    :param near: gives what a node leads to directly; texts lead nowhere

    >>> a, b, c = (ox.NamedNode(f"e:{name}") for name in "abc")
    >>> reached(a, {a: [b], b: [c, ox.Literal("x")], c: [a]}.get) == {b, c}
    True
    """
    found: set[Node] = set()
    waiting = [node]
    while waiting:
        near_ones = (n for n in near(waiting.pop()) if isinstance(n, ox.NamedNode | ox.BlankNode))
        new = {*near_ones} - found
        found |= new
        waiting += new
    return found - {node}


def grow(top: Sequence[Node], narrower: Callable[[Node], Iterable[Node]]) -> list[Branch]:
    """Give a tree, level by level, as much of it as a page has room for.

    :param narrower: what is directly below a node, in order
    :returns: nothing if even the top has no room
    """
    room = MOST_BRANCHES - len(top)
    if room < 0:
        return []
    branches = [*map(Branch, top)]
    waiting: deque[tuple[Branch, tuple[Node, ...]]] = deque(
        (branch, (branch.concept,)) for branch in branches
    )
    while waiting:
        branch, way = waiting.popleft()
        below = [node for node in narrower(branch.concept) if node not in way]
        if len(below) > room:
            branch.below = len(below)
            continue
        room -= len(below)
        branch.branches = [*map(Branch, below)]
        waiting.extend((child, (*way, child.concept)) for child in branch.branches)
    return branches
