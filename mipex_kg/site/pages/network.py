"""The network: who is tied to whom, and as what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

import pyoxigraph as ox

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.project.project import Project
from mipex_kg.rdf.namespaces import RDF, XSD
from mipex_kg.rdf.terms import Node, Term, text_of
from mipex_kg.site.pages import layered
from mipex_kg.site.pages.layered import Drawing, Edge, End
from mipex_kg.site.pages.wording import TaggedText, Wording, preferred

# Beyond so many things nobody can follow the lines, and only the table is shown.
MAX_DRAWN = 150
# Columns that stand side by side on a wide screen, with letters of a readable size.
MAX_ABREAST = 3
# A longer text is a remark about the tie, and not its title.
_MAX_TITLE = 80
_TEXTS = frozenset({XSD.term("string"), RDF.term("langString")})


@dataclass(frozen=True)
class NetworkColumn:
    """A class of things.

    :param kind: what one of them is
    :param kinds: what they are, in the plural
    """

    kind: str
    kinds: str
    nodes: tuple[Node, ...]


class Tie(NamedTuple):
    """Two things, and as what the one is tied to the other.

    :param left: the one whose column comes first
    """

    left: Node
    right: Node
    titles: tuple[TaggedText, ...]


@dataclass(frozen=True)
class Ties:
    """All ties between two columns, or within one."""

    left: NetworkColumn
    right: NetworkColumn
    ties: tuple[Tie, ...]


@dataclass(frozen=True)
class Network:
    """The network, as tables and as pictures.

    :param pairs: the ties, by the columns that they are between
    :param untied: things that have no tie
    :param wide: a picture of all columns side by side, and one for each pair that is not in it;
        none where there are too many things
    :param narrow: a picture of each pair
    """

    columns: tuple[NetworkColumn, ...]
    pairs: tuple[Ties, ...]
    labels: Mapping[Node, TaggedText]
    untied: tuple[Node, ...]
    wide: tuple[Drawing, ...]
    narrow: tuple[Drawing, ...]

    @property
    def size(self) -> int:
        """How many things are tied."""
        return len({node for pair in self.pairs for tie in pair.ties for node in tie[:2]})


def make_network(project: Project, dataset: Dataset, wording: Wording) -> Network | None:
    """Make the network of a project; it has none unless the settings name classes."""
    columns = _columns(project, dataset, wording)
    pairs = _pairs(columns, _find_ties(columns, dataset, wording))
    if not columns:
        return None
    labels = {node: wording.label(node) for column in columns for node in column.nodes}
    tied = {node for pair in pairs for tie in pair.ties for node in tie[:2]}
    untied = tuple(node for column in columns for node in column.nodes if node not in tied)
    is_drawn = 0 < len(tied) <= MAX_DRAWN
    return Network(
        columns,
        pairs,
        labels,
        untied,
        tuple(_wide(columns, pairs, labels)) if is_drawn else (),
        tuple(_narrow(pair, labels) for pair in pairs) if is_drawn else (),
    )


# ---- Things


def _columns(project: Project, dataset: Dataset, wording: Wording) -> tuple[NetworkColumn, ...]:
    """Sort things into columns; who is in several of the classes is in the column of the first."""
    seen: set[Node] = set()
    columns = []
    for curie in project.network_classes:
        cls = dataset.node(curie)
        members = set(dataset.members(cls))
        nodes = sorted(members - seen, key=lambda node: _order(wording.label(node), node))
        seen |= members
        if nodes:
            columns.append(
                NetworkColumn(wording.class_name(cls), wording.plural(cls), tuple(nodes))
            )
    return tuple(columns)


def _order(label: TaggedText, node: Term) -> tuple[str, str, str]:
    return label.value.casefold(), label.value, str(node)


# ---- Ties


_Titles = dict[tuple[Node, Node], dict[TaggedText, None]]


def _find_ties(columns: Iterable[NetworkColumn], dataset: Dataset, wording: Wording) -> _Titles:
    """Find the pairs of things that are tied, in the order of their columns, with the titles.

    A node between things, such as a role, makes a tie; a direct link only where there is none.
    """
    rank = {node: n for n, node in enumerate(node for column in columns for node in column.nodes)}
    ties: _Titles = defaultdict(dict)
    direct: _Titles = defaultdict(dict)
    for node, place in rank.items():
        for quad in (*dataset.about(node), *dataset.pointing_to(node)):
            other = quad.object if quad.subject == node else quad.subject
            if isinstance(other, ox.Literal):
                continue
            if dataset.is_nested(other):
                for pair in _ends(other, rank, dataset):
                    ties[pair].update(dict.fromkeys(_titles(other, dataset)))
            elif other in rank and place < rank[other]:
                name = wording.property(quad.predicate, inward=quad.object == node)
                direct[node, other][TaggedText(name)] = None
    return {**direct, **ties}


def _ends(between: Node, rank: Mapping[Node, int], dataset: Dataset) -> Iterator[tuple[Node, Node]]:
    """Give the pairs of things that a node stands between."""
    near = [quad.object for quad in dataset.about(between)]
    near += [quad.subject for quad in dataset.pointing_to(between)]
    known = {node for node in near if not isinstance(node, ox.Literal) and node in rank}
    yield from combinations(sorted(known, key=rank.__getitem__), 2)


def _titles(between: Node, dataset: Dataset) -> Iterator[TaggedText]:
    """Give what a node between things says in short texts, but for its name."""
    texts = {
        quad.predicate
        for quad in dataset.about(between)
        if isinstance(quad.object, ox.Literal) and quad.object.datatype in _TEXTS
    }
    for predicate in sorted(texts - dataset.naming, key=text_of):
        text = preferred(dataset, between, predicate)
        if text and len(text.value) <= _MAX_TITLE:
            yield text


def _pairs(columns: tuple[NetworkColumn, ...], titles: _Titles) -> tuple[Ties, ...]:
    """Sort ties by the columns that they are between."""
    rank = {node: n for n, node in enumerate(node for column in columns for node in column.nodes)}
    column_of = {node: n for n, column in enumerate(columns) for node in column.nodes}
    found: dict[tuple[int, int], list[Tie]] = defaultdict(list)
    for left, right in sorted(titles, key=lambda pair: (rank[pair[0]], rank[pair[1]])):
        texts = sorted(titles[left, right], key=lambda text: (text.value.casefold(), text))
        found[column_of[left], column_of[right]].append(Tie(left, right, tuple(texts)))
    return tuple(Ties(columns[a], columns[b], tuple(found[a, b])) for a, b in sorted(found))


# ---- Pictures


def _wide(
    columns: tuple[NetworkColumn, ...], pairs: Iterable[Ties], labels: Mapping[Node, TaggedText]
) -> Iterator[Drawing]:
    """Draw all columns side by side, then each pair whose columns are not neighbours."""
    place = {id(column): number for number, column in enumerate(columns)}
    abreast = [
        pair
        for pair in pairs
        if len(columns) <= MAX_ABREAST and place[id(pair.right)] == place[id(pair.left)] + 1
    ]
    if abreast:
        shown = {id(column) for pair in abreast for column in (pair.left, pair.right)}
        columns = tuple(column for column in columns if id(column) in shown)
        place = {id(column): number for number, column in enumerate(columns)}
        lines = [line for p in abreast for line in _lines(p, place[id(p.left)], place[id(p.right)])]
        yield layered.draw([column.kinds for column in columns], lines, labels, layered.WIDE)
    yield from (_narrow(pair, labels) for pair in pairs if pair not in abreast)


def _narrow(pair: Ties, labels: Mapping[Node, TaggedText]) -> Drawing:
    """Draw a pair of columns; where both are one, it is on the left and on the right."""
    heads = [pair.left.kinds, pair.right.kinds]
    return layered.draw(heads, list(_lines(pair, 0, 1)), labels, layered.NARROW)


def _lines(pair: Ties, left: int, right: int) -> Iterator[Edge]:
    for tie in pair.ties:
        titles = tuple(title.value for title in tie.titles)
        yield Edge(End(left, tie.left), End(right, tie.right), titles)
