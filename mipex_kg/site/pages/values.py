"""The values of properties on a page, each with its marks, and what is drawn within them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from mipex_kg.dataset.account import SaidRow, SaidValue
from mipex_kg.dataset.rows import Rows
from mipex_kg.rdf.namespaces import DCAT, PICTURES, in_http
from mipex_kg.site.pages.facts import Fact, ThingValue
from mipex_kg.site.pages.notes import Notes
from mipex_kg.site.pages.wording import TaggedText, Wording
from mipex_kg.site.privacy import Privacy

_SIZE = DCAT.term("byteSize")


@dataclass(frozen=True)
class Values:
    """Writes rows and values for pages.

    :param rows: makes them, in the words of the pages
    """

    rows: Rows
    wording: Wording
    privacy: Privacy

    def facts(self, rows: Iterable[SaidRow], notes: Notes) -> tuple[Fact, ...]:
        """Write rows."""
        return tuple(self.fact(row, notes) for row in rows)

    def fact(self, row: SaidRow, notes: Notes) -> Fact:
        """Write the values of a property."""
        return Fact(row.name, self.values(row.values, notes), row.left)

    def values(self, values: Iterable[SaidValue], notes: Notes) -> tuple[ThingValue, ...]:
        """Write values."""
        return tuple(self.value(value, notes) for value in values)

    def value(self, value: SaidValue, notes: Notes) -> ThingValue:
        """Write a value."""
        term, said = value.term, value.said
        marks = notes.marks(each.quad for each in said)
        if within := value.within:
            return ThingValue(
                TaggedText(*within.head), term, marks, inner=self.facts(within.rows, notes)
            )
        if value.items:
            items = self.values(value.items, notes)
            return ThingValue(self.wording.label(term), term, marks, items=items, left=value.left)
        is_size = bool(said) and all(each.predicate == _SIZE for each in said)
        if is_size and isinstance(term, ox.Literal) and term.value.isdecimal():
            return ThingValue(TaggedText(self.wording.numbers.size(int(term.value))), term, marks)
        is_picture = bool(said) and all(in_http(each.predicate) in PICTURES for each in said)
        return ThingValue(self.wording.label(term), term, marks, is_picture)
