"""The pages about things: those of one document share its page, or have one each if there are many.

Things share a document whose IRIs differ in their fragments only, such as ``list#a`` and
``list#b``, or are one address for clients, such as ``Straße`` and ``Stra%C3%9Fe``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import pyoxigraph as ox

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.project.names import hashed
from mipex_kg.rdf.iris import to_uri
from mipex_kg.rdf.terms import Node, Term, text_of


class ThingPage(NamedTuple):
    """A page about things.

    :param name: relative to the site and without a suffix
    :param document: name of the document that describes them
    :param subject: what the page is about; nothing may be said of it
    :param things: what it tells programs of, first what it is about
    :param sections: the things that have a section of their own on it
    :param parts: the things that have a page of their own each, to which this one leads
    """

    name: str
    document: str
    subject: Node
    things: tuple[Node, ...]
    sections: tuple[Node, ...] = ()
    parts: tuple[Node, ...] = ()


def places_apart(things: Sequence[Node]) -> Mapping[Term, str]:
    """Give places to the things of a document whose fragments are another's places.

    :param things: those of the document, first what it is about

    >>> places_apart([ox.NamedNode("http://e/%C3%A4#b"), ox.NamedNode("http://e/ä#b")])
    {<NamedNode value=http://e/ä#b>: 'http-e-b~2da6dd3194680751'}
    """
    first: dict[str, Node] = {}
    for thing in things:
        first.setdefault(to_uri(place_of(thing)), thing)
    return {t: hashed(text_of(t)) for t in things if first[to_uri(place_of(t))] != t}


def place_of(thing: Term, apart: Mapping[Term, str] = MappingProxyType({})) -> str:
    """Give the place that a thing has on the page of its document; empty for what that is about.

    Browsers escape what a URI may not hold, look for an element that is called so, and then for one
    that is called as the escapes stand for. A fragment that has both, such as ``ä%20``, is neither.

    :param apart: the places of things whose fragments are not theirs

    >>> [place_of(ox.NamedNode(f"http://e/#{name}")) for name in ("ä", "%20", "ä%20")]
    ['ä', '%20', '%C3%A4%20']
    """
    if place := apart.get(thing):
        return place
    fragment = text_of(thing).partition("#")[2] if isinstance(thing, ox.NamedNode) else ""
    return to_uri(fragment) if "%" in fragment else fragment


def find_sections(
    things: Sequence[Node], dataset: Dataset, apart: Mapping[Term, str]
) -> tuple[Node, ...]:
    """Choose the things of a document that are more than a part of what it is about.

    Such a part has no name, or is shown with what it links, and only its document points to it.

    :param things: those of the document, first what it is about
    :param apart: the places of things whose fragments are not theirs
    """
    subject = things[0]
    named = (thing for thing in things if place_of(thing, apart))
    others = tuple(thing for thing in named if not dataset.needs_no_name(thing))
    if place_of(subject):
        return others if len(others) > 1 else ()
    own = set(things)
    return tuple(
        thing
        for thing in others
        if not dataset.is_nested(thing)
        and (
            dataset.label(thing) is not None
            or not dataset.pointing_to(thing)
            or any(quad.subject not in own for quad in dataset.pointing_to(thing))
        )
    )


def pages_of(
    document: str,
    things: Sequence[Node],
    dataset: Dataset,
    names: Mapping[Term, str],
    apart: Mapping[Term, str],
    most: int,
) -> list[ThingPage]:
    """Tell which pages there are about the things of a document: its own, and those of its parts.

    :param document: its name
    :param things: first what it is about
    :param names: of the pages of things that have one of their own
    :param apart: the places of things whose fragments are not theirs
    :param most: so many sections share a page; of more, each has one
    """
    sections = find_sections(things, dataset, apart)
    subject: Node = things[0]
    if sections and place_of(subject):
        subject = ox.NamedNode(text_of(subject).partition("#")[0])
    if len(sections) <= most:
        return [ThingPage(document, document, subject, tuple(things), sections)]
    rest = tuple(thing for thing in things if thing not in set(sections))
    first = ThingPage(document, document, subject, rest, parts=sections)
    parts = (ThingPage(names[thing], document, thing, (thing,)) for thing in sections)
    return [first, *parts]
