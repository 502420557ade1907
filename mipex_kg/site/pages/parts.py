"""Where a page leads on to: the pages of things whose addresses lead to it, by their fragments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from mipex_kg.rdf.terms import Node, text_of
from mipex_kg.site.documents import Publication
from mipex_kg.site.pages.descriptions import summary
from mipex_kg.site.pages.wording import TaggedText, Wording
from mipex_kg.site.thing_pages import place_of

# A page with more links lists those alone that its script can't make of an address.
MOST_PARTS = 500


class PartEntry(NamedTuple):
    """A link to the place of a thing, in the place that its address names."""

    fragment: str
    thing: Node
    label: TaggedText
    summary: TaggedText | None


class PartList(NamedTuple):
    """The things of a document that are described elsewhere than on the page of its address.

    :param total: how many there are
    :param folder: where the pages of those lie that are not listed
    """

    total: int
    folder: str
    entries: tuple[PartEntry, ...]


def list_parts(
    publication: Publication, wording: Wording, things: Iterable[Node], folder: str
) -> PartList | None:
    """List the pages to which a page leads; of very many, those that its script can't tell.

    :param things: those that have a place in it are listed
    :param folder: of most of their pages
    :returns: None if there are none
    """
    places = {thing: place_of(thing, publication.apart) for thing in things}
    parts: Sequence[Node] = [thing for thing, place in places.items() if place]
    if not parts:
        return None
    names, is_whole = publication.parts, len(parts) <= MOST_PARTS
    shown = (p for p in parts if is_whole or names.get(p) != folder + places[p])
    entries = (
        PartEntry(places[p], p, wording.label(p), summary(publication.dataset, wording, p))
        for p in shown
    )
    ordered = sorted(entries, key=lambda e: (e.label.value.casefold(), text_of(e.thing)))
    return PartList(len(parts), folder, tuple(ordered))
