"""Tables of what is between a thing and others, such as the roles and positions of a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import pyoxigraph as ox

from mipex_kg.dataset.account import Joined, Said
from mipex_kg.dataset.between import NodesBetween
from mipex_kg.dataset.rows import by_name
from mipex_kg.rdf.terms import Node, Term
from mipex_kg.site.pages.columns import telling_columns
from mipex_kg.site.pages.facts import Between, BetweenRow, ThingValue
from mipex_kg.site.pages.notes import Notes
from mipex_kg.site.pages.values import Values

# What a node between things says, by the name of the property.
_Cells: TypeAlias = Mapping[str, Sequence[Said]]


@dataclass(frozen=True)
class Betweens:
    """Makes the tables of a thing."""

    values: Values
    nodes: NodesBetween

    def table(self, thing: Node, joined: Joined, notes: Notes) -> Between:
        """Write a table of nodes, one row for each."""
        wording, rows, dataset = self.values.wording, self.values.rows, self.values.rows.dataset
        order: dict[Term | None, int] = {cls: n for n, cls in enumerate(joined.classes)}
        nodes = sorted(joined.nodes, key=lambda node: (wording.name_order(node), str(node)))
        said = [by_name(joined.nodes[node]) for node in nodes]
        columns = telling_columns([_ends(cells) for cells in said], wording)
        head = next((name for name in columns if _tells_apart(said, columns, name)), None)
        columns = [name for name in columns if name != head]

        def place(row: tuple[Node, _Cells]) -> tuple[int, str]:
            node, cells = row
            words = wording.name_order(cells[head][0].end) if head else ""
            return order.get(self.nodes.class_of(node), 0), words

        written = []
        for node, cells in sorted(zip(nodes, said, strict=True), key=place):
            quads = [q for q in dataset.about(node) if q.predicate in dataset.naming]
            named = wording.label(node)
            if head is not None:
                quads += [each.quad for each in cells[head]]
                named = wording.label(cells[head][0].end)
            name = ThingValue(named, node, notes.marks(quads))
            path = (thing, node)
            written.append(
                BetweenRow(
                    name,
                    tuple(
                        self.values.values(rows.values(cells.get(column, ()), path), notes)
                        for column in columns
                    ),
                )
            )
        title = " · ".join(wording.plural(cls) for cls in joined.classes)
        return Between(
            tuple(joined.classes),
            title or wording.interface["details"],
            head or wording.interface["named"],
            tuple(columns),
            tuple(written),
        )


def _ends(cells: _Cells) -> dict[str, dict[Term, None]]:
    return {name: dict.fromkeys(each.end for each in said) for name, said in cells.items()}


def _tells_apart(rows: Sequence[_Cells], columns: Sequence[str], name: str) -> bool:
    """Tell whether a column has one text in each row, and rows differ without another name."""
    cells = [{each.end for each in row.get(name, ())} for row in rows]
    has_texts = all(len(cell) == 1 and isinstance(next(iter(cell)), ox.Literal) for cell in cells)
    said = {
        tuple(frozenset(each.end for each in row.get(column, ())) for column in columns)
        for row in rows
    }
    return has_texts and len(said) == len(rows)
