"""How what is said of a thing is arranged for people: the order and groups that a project sets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import pyoxigraph as ox

from mipex_kg.rdf.namespaces import in_http, node_named

# How a property is written that is seen from its value, as in the paths of SPARQL.
INWARD = "^"


class Way(NamedTuple):
    """From a thing to what is said of it: by a property of it, or by one that points to it.

    >>> Way.read("^ex:member", {"ex": "http://example.org/"})
    Way(predicate=<NamedNode value=http://example.org/member>, is_inward=True)
    """

    predicate: ox.NamedNode
    is_inward: bool = False

    @classmethod
    def read(cls, text: str, prefixes: Mapping[str, str]) -> Way:
        """Read a way from the settings.

        :param text: a CURIE or an IRI, with a caret before it if it points to the thing
        :raises ValueError: when it is neither
        """
        name = text.removeprefix(INWARD)
        return cls(in_http(node_named(name, prefixes)), name != text)


@dataclass(frozen=True)
class Arrangement:
    """What a project sets for the pages and descriptions of its things.

    :param groups: for each class, under a heading or an empty text: what comes first, in order;
        classes of nodes between things are ways too, to the table of those nodes
    :param folded: classes and properties that are shown among all statements only
    :param columns: for each class, the columns of the list of its members
    """

    groups: Mapping[ox.NamedNode, Mapping[str, tuple[Way, ...]]] = field(default_factory=dict)
    folded: frozenset[ox.NamedNode] = frozenset()
    columns: Mapping[ox.NamedNode, tuple[Way, ...]] = field(default_factory=dict)

    def of(self, classes: Iterable[object]) -> Mapping[str, tuple[Way, ...]]:
        """Give the groups of a thing, by its classes: those of the first class in the settings."""
        own = {in_http(cls) for cls in classes if isinstance(cls, ox.NamedNode)}
        return next((groups for cls, groups in self.groups.items() if cls in own), {})


def read_arrangement(
    groups: Mapping[str, Mapping[str, Sequence[str]]],
    folded: Iterable[str],
    columns: Mapping[str, Sequence[str]],
    prefixes: Mapping[str, str],
) -> Arrangement:
    """Read what the settings say: names as CURIEs with these prefixes.

    >>> read_arrangement({}, ["ex:Agent"], {}, {"ex": "http://example.org/"}).folded
    frozenset({<NamedNode value=http://example.org/Agent>})
    """

    def node(curie: str) -> ox.NamedNode:
        return in_http(node_named(curie, prefixes))

    def ways(names: Iterable[str]) -> tuple[Way, ...]:
        return tuple(Way.read(name, prefixes) for name in names)

    return Arrangement(
        {node(cls): {h: ways(names) for h, names in own.items()} for cls, own in groups.items()},
        frozenset(map(node, folded)),
        {node(cls): ways(names) for cls, names in columns.items()},
    )
