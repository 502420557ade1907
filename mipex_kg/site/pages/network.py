"""The network: who is tied to whom, and as what."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations, count
from typing import NamedTuple, TypeAlias

import pyoxigraph as ox

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.project.project import Project
from mipex_kg.rdf.namespaces import RDF, TYPE, XSD
from mipex_kg.rdf.terms import Node, Term, text_of
from mipex_kg.site.pages import layered
from mipex_kg.site.pages.layered import Drawing, Edge, End, Heading
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
    :param key: what addresses and scripts call it, the same in all languages
    """

    cls: ox.NamedNode
    kind: str
    kinds: str
    nodes: tuple[Node, ...]
    key: str


@dataclass(frozen=True)
class LinkKind:
    """What ties are made of: a class of what stands between, or a property.

    :param key: what addresses and scripts call it, the same in all languages
    :param size: how many ties are of this kind
    """

    name: str
    key: str
    size: int


class Tie(NamedTuple):
    """Two things, and as what the one is tied to the other.

    :param left: the one whose column comes first
    :param number: among all ties, from 0
    :param links: the keys of the kinds of links that it is made of
    """

    left: Node
    right: Node
    titles: tuple[TaggedText, ...]
    number: int = 0
    links: tuple[str, ...] = ()


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
    :param links: the kinds of links, by their names
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
    links: tuple[LinkKind, ...] = ()

    @property
    def tied(self) -> list[NetworkColumn]:
        """The columns with things that are tied."""
        ends = {id(column) for pair in self.pairs for column in (pair.left, pair.right)}
        return [column for column in self.columns if id(column) in ends]

    @property
    def size(self) -> int:
        """How many things are tied."""
        return len({node for pair in self.pairs for tie in pair.ties for node in tie[:2]})


def make_network(project: Project, dataset: Dataset, wording: Wording) -> Network | None:
    """Make the network of a project; it has none unless the settings name classes."""
    columns = _columns(project, dataset, wording)
    found = _find_ties(columns, dataset, wording)
    pairs = _pairs(columns, found, wording)
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
        _link_kinds(found.values(), wording),
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
            names = wording.class_name(cls), wording.plural(cls)
            columns.append(NetworkColumn(cls, *names, tuple(nodes), _key(cls, wording)))
    return tuple(columns)


def _key(term: Term, wording: Wording) -> str:
    """Call a class or a property by what has no blanks, and is the same in all languages."""
    return wording.curie(term) or text_of(term)


def _order(label: TaggedText, node: Term) -> tuple[str, str, str]:
    return label.value.casefold(), label.value, str(node)


# ---- Ties


@dataclass
class _TieFacts:
    """What is found between two things: titles, and kinds of links with their names."""

    titles: dict[TaggedText, None] = field(default_factory=dict)
    links: dict[Term, str] = field(default_factory=dict)


_Pair: TypeAlias = tuple[Node, Node]


def _find_ties(
    columns: Iterable[NetworkColumn], dataset: Dataset, wording: Wording
) -> dict[_Pair, _TieFacts]:
    """Find the pairs of things that are tied, in the order of their columns, and by what.

    A node between things, such as a role, makes a tie; a direct link only where there is none.
    """
    rank = {node: n for n, node in enumerate(node for column in columns for node in column.nodes)}
    ties: dict[_Pair, _TieFacts] = defaultdict(_TieFacts)
    direct: dict[_Pair, _TieFacts] = defaultdict(_TieFacts)
    for node, place in rank.items():
        for quad in (*dataset.about(node), *dataset.pointing_to(node)):
            other = quad.object if quad.subject == node else quad.subject
            if isinstance(other, ox.Literal):
                continue
            if dataset.is_nested(other):
                for pair in _ends(other, rank, dataset):
                    ties[pair].titles.update(dict.fromkeys(_titles(other, dataset)))
                    ties[pair].links.update(_link_between(other, quad.predicate, dataset, wording))
            elif other in rank and place < rank[other]:
                name = wording.property(quad.predicate, inward=quad.object == node)
                direct[node, other].titles[TaggedText(name)] = None
                direct[node, other].links[quad.predicate] = wording.property(quad.predicate)
    return {**direct, **ties}


def _link_between(
    node: Node, predicate: ox.NamedNode, dataset: Dataset, wording: Wording
) -> dict[Term, str]:
    """Name the kind of what stands between things: its class, else what leads to it."""
    classes = sorted(dataset.values(node, TYPE), key=str)
    cls = min(classes, key=lambda each: each not in dataset.nested_classes, default=None)
    return {cls: wording.class_name(cls)} if cls else {predicate: wording.property(predicate)}


def _link_kinds(found: Iterable[_TieFacts], wording: Wording) -> tuple[LinkKind, ...]:
    links = [link for each in found for link in each.links.items()]
    kinds = (LinkKind(name, _key(term, wording), n) for (term, name), n in Counter(links).items())
    return tuple(sorted(kinds, key=lambda kind: (kind.name.casefold(), kind.key)))


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


def _pairs(
    columns: tuple[NetworkColumn, ...], ties: Mapping[_Pair, _TieFacts], wording: Wording
) -> tuple[Ties, ...]:
    """Sort ties by the columns that they are between."""
    rank = {node: n for n, node in enumerate(node for column in columns for node in column.nodes)}
    column_of = {node: n for n, column in enumerate(columns) for node in column.nodes}
    between: dict[tuple[int, int], list[_Pair]] = defaultdict(list)
    for left, right in sorted(ties, key=lambda pair: (rank[pair[0]], rank[pair[1]])):
        between[column_of[left], column_of[right]].append((left, right))
    number = count()

    def tie(pair: _Pair) -> Tie:
        found = ties[pair]
        titles = sorted(found.titles, key=lambda text: (text.value.casefold(), text))
        links = sorted(_key(link, wording) for link in found.links)
        return Tie(*pair, tuple(titles), next(number), tuple(links))

    return tuple(
        Ties(columns[a], columns[b], tuple(map(tie, pairs)))
        for (a, b), pairs in sorted(between.items())
    )


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
        yield layered.draw(_heads(columns), lines, labels, layered.WIDE)
    yield from (_narrow(pair, labels) for pair in pairs if pair not in abreast)


def _narrow(pair: Ties, labels: Mapping[Node, TaggedText]) -> Drawing:
    """Draw a pair of columns; where both are one, it is on the left and on the right."""
    heads = _heads((pair.left, pair.right))
    return layered.draw(heads, list(_lines(pair, 0, 1)), labels, layered.NARROW)


def _heads(columns: Iterable[NetworkColumn]) -> list[Heading]:
    return [Heading(column.kinds, column.cls) for column in columns]


def _lines(pair: Ties, left: int, right: int) -> Iterator[Edge]:
    for tie in pair.ties:
        yield Edge(End(left, tie.left), End(right, tie.right), tie.titles, tie.number)
