"""Tables of what is between a thing and others, such as the roles and positions of a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import pyoxigraph as ox

from mipex_kg.rdf.namespaces import TYPE
from mipex_kg.rdf.terms import Node, Term
from mipex_kg.site.pages.columns import telling_columns
from mipex_kg.site.pages.facts import Between, BetweenRow, ThingValue
from mipex_kg.site.pages.notes import Notes
from mipex_kg.site.pages.values import Values, by_value

# What a node between things says, by the name of the property.
_Cells: TypeAlias = Mapping[str, dict[Term, list[ox.Quad]]]


class Kin(NamedTuple):
    """Nodes of some classes, and the properties by which a thing and they are linked."""

    classes: list[Term]
    nodes: dict[Node, None]
    links: set[tuple[ox.NamedNode, bool]]


@dataclass(frozen=True)
class Betweens:
    """Makes the tables of a thing.

    :param nested: the classes of nodes that are between things, in the order of their tables
    """

    values: Values
    nested: Sequence[ox.NamedNode]

    def kins(
        self,
        thing: Node,
        about: Sequence[ox.Quad],
        towards: Sequence[ox.Quad],
        files: AbstractSet[Node],
    ) -> list[Kin]:
        """Find the nodes of each class; those that are linked with the thing alike are together.

        :param files: the files of a dataset, which are shown by themselves with all that is in them
        """
        near = [(q.object, (q.predicate, False)) for q in about]
        near += [(q.subject, (q.predicate, True)) for q in towards]
        of_files = (quad for file in files for quad in self.values.dataset.about(file))
        drawn = self._drawn([*about, *of_files]) | files
        # Of what is between things itself, the tables are on the pages of its ends.
        is_between = self.values.dataset.is_nested(thing)
        found: dict[Term | None, Kin] = {}
        for node, link in near:
            if isinstance(node, ox.Literal) or node == thing or node in drawn:
                continue
            if is_between and not isinstance(node, ox.BlankNode):
                continue
            if self.values.is_between(node):
                cls = self._nested_class(node)
                kin = found.setdefault(cls, Kin([cls] if cls else [], {}, set()))
                kin.nodes[node] = None
                kin.links.add(link)
        return _joined(found[cls] for cls in (*self.nested, None) if cls in found)

    def _drawn(self, about: Iterable[ox.Quad]) -> set[Term]:
        """Give the nodes that are drawn within a thing, by what is said of it."""
        drawn: set[Term] = set()
        waiting = [quad.object for quad in about]
        while waiting:
            node = waiting.pop()
            if node not in drawn and self.values.is_inner(node):
                drawn.add(node)
                waiting += [quad.object for quad in self.values.dataset.about(node)]
        return drawn

    def _nested_class(self, node: Node) -> Term | None:
        types = self.values.dataset.values(node, TYPE)
        return next((cls for cls in self.nested if cls in types), None)

    def table(self, thing: Node, kin: Kin, notes: Notes) -> Between:
        """Write a table of nodes, one row for each."""
        wording, dataset = self.values.wording, self.values.dataset
        order: dict[Term | None, int] = {cls: n for n, cls in enumerate(kin.classes)}
        nodes = sorted(kin.nodes, key=lambda node: (wording.name_order(node), str(node)))
        said = [self._said(thing, node) for node in nodes]
        columns = telling_columns(said, wording)
        head = next((name for name in columns if _tells_apart(said, columns, name)), None)
        columns = [name for name in columns if name != head]

        def place(row: tuple[Node, _Cells]) -> tuple[int, str]:
            node, cells = row
            words = wording.name_order(*cells[head]) if head else ""
            return order.get(self._nested_class(node), 0), words

        ordered = sorted(zip(nodes, said, strict=True), key=place)
        rows = []
        for node, cells in ordered:
            first = [q for q in dataset.about(node) if q.predicate in dataset.naming]
            if head is None:
                name = self.values.value(node, first, notes)
            else:
                [(term, quads)] = cells[head].items()
                name = ThingValue(wording.label(term), node, notes.marks([*first, *quads]))
            written = (
                self.values.values(cells.get(name, {}), notes, path=(thing, node))
                for name in columns
            )
            rows.append(BetweenRow(name, tuple(written)))
        title = " · ".join(wording.plural(cls) for cls in kin.classes)
        named = wording.interface["named"]
        return Between(
            tuple(kin.classes),
            title or wording.interface["details"],
            head or named,
            tuple(columns),
            tuple(rows),
        )

    def _said(self, thing: Node, node: Node) -> _Cells:
        """Collect what a node between says, but its names and what leads back to the thing."""
        wording, dataset = self.values.wording, self.values.dataset
        cells: dict[str, list[tuple[ox.Quad, Term]]] = defaultdict(list)
        for quad in dataset.about(node):
            if quad.predicate not in {*dataset.naming, TYPE} and quad.object != thing:
                cells[wording.property(quad.predicate)].append((quad, quad.object))
        for quad in dataset.pointing_to(node):
            if quad.subject != thing and not self.values.is_between(quad.subject):
                name = wording.property(quad.predicate, inward=True)
                cells[name].append((quad, quad.subject))
        return {name: by_value(pairs) for name, pairs in cells.items()}


def _joined(kins: Iterable[Kin]) -> list[Kin]:
    """Join the nodes of classes that are linked to the thing by the same property."""
    found: list[Kin] = []
    for kin in kins:
        like = next((k for k in found if k.classes and kin.classes and k.links & kin.links), None)
        if like:
            like.classes.extend(kin.classes)
            like.nodes.update(kin.nodes)
            like.links.update(kin.links)
        else:
            found.append(kin)
    return found


def _tells_apart(rows: Sequence[_Cells], columns: Sequence[str], name: str) -> bool:
    """Tell whether a column has one text in each row, and rows differ without another name."""
    cells = [list(row.get(name, ())) for row in rows]
    has_texts = all(len(cell) == 1 and isinstance(cell[0], ox.Literal) for cell in cells)
    said = {tuple(frozenset(row.get(column, ())) for column in columns) for row in rows}
    return has_texts and len(said) == len(rows)
