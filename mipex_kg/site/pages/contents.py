"""What a long page of a thing begins with: links to its parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from mipex_kg.site.pages.facts import FactGroup, ThingDescription

# A page with fewer values and sources is seen at a glance.
_LONG = 60
# Of fewer parts there is nothing to choose from.
_FEW = 3


class PagePart(NamedTuple):
    """A link to a part of a page.

    :param place: its name on the page
    :param number: of what is in it; 0 where that says nothing
    :param is_own: whether the place is of the page, and not of a thing
    """

    place: str
    title: str
    number: int = 0
    is_own: bool = True


def contents_of(
    about: ThingDescription,
    sections: Iterable[tuple[str, str]],
    notes: int,
    words: Mapping[str, str],
) -> list[PagePart]:
    """List the parts of a page; nothing of a short one.

    :param sections: the places and names of other things on the page
    :param notes: how many there are
    :param words: of the interface
    """
    others = [PagePart(place, name, is_own=False) for place, name in sections]
    entries = [*_parts(about, words), *others]
    if notes:
        entries.append(PagePart("sources", words["sources"], notes))
    facts = [fact for part in (about.facts, about.pointing, about.translations) for fact in part]
    rows = sum(len(table.rows) for table in about.between)
    size = sum(len(fact.values) for fact in facts) + rows + notes + len(others)
    return entries if len(entries) >= _FEW and size >= _LONG else []


def _parts(about: ThingDescription, words: Mapping[str, str]) -> Iterator[PagePart]:
    for number, group in enumerate(about.groups, 1):
        yield from _of_group(group, number, words)
    for name, title, facts in (
        ("pointing", words["pointing"], about.pointing),
        ("translations", words["other-languages"], about.translations),
    ):
        if facts:
            yield PagePart(name, title, sum(len(fact.values) for fact in facts))


def _of_group(group: FactGroup, number: int, words: Mapping[str, str]) -> Iterator[PagePart]:
    if group.heading:
        yield PagePart(f"group-{number}", group.heading, sum(len(t.rows) for t in group.tables))
        return
    if group.facts:
        yield PagePart("facts", words["facts"])
    for n, table in enumerate(group.tables, 1):
        yield PagePart(f"table-{n}", table.title, len(table.rows))
