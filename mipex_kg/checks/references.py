"""What a web page or a stylesheet refers to: what it loads, and what it links to."""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from turbohtml import Document, Element

# Attributes whose value a browser loads by itself, and those that wait until someone follows them.
_LOADED = {
    "src": {"audio", "embed", "iframe", "img", "input", "script", "source", "track", "video"},
    "poster": {"video"},
    "data": {"object"},
    "background": {"body", "table", "td", "th"},
    "href": {"image", "use", "feimage"},
    "xlink:href": {"image", "use", "feimage", "script"},
}
_FOLLOWED = {
    "href": {"a", "area"},
    "xlink:href": {"a"},
    "action": {"form"},
    "formaction": {"button", "input"},
}
# All attributes in which there are addresses.
_TELLING = {"style", "srcset", "imagesrcset", *_LOADED, *_FOLLOWED}
# Of a link element's kinds, those for which something is loaded or a connection opened.
_LOADING_KINDS = frozenset(
    {
        "stylesheet",
        "icon",
        "apple-touch-icon",
        "mask-icon",
        "manifest",
        "preload",
        "modulepreload",
        "prefetch",
        "prerender",
        "preconnect",
        "dns-prefetch",
    }
)
# Those that name something: a thing or a class, and nothing that a static host has to have.
_NAMING_KINDS = frozenset({"cite-as", "type", "author"})
_URL = re.compile(
    r"""url\(\s*(?:(?:"([^"]*)"|'([^']*)'|([^"'()\s]+))\s*)?\)"""
    r"""|@import\s+(?:"([^"]*)"|'([^']*)')""",
    re.IGNORECASE,
)
_LINE_END = re.compile(r"\r\n|\n|\r")
# One without an end goes on to that of the file.
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
# The parts of a `srcset` (HTML, 4.8.4.2.1): what parts images, an address, and what is said of it.
_BETWEEN, _ADDRESS = re.compile(r"[\s,]*"), re.compile(r"\S+")
_DESCRIPTORS = re.compile(r"(?:[^,(]+|\([^)]*\)?)*")


class Spot(NamedTuple):
    """Where something stands: from 1, the end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class Reference(NamedTuple):
    """An address that a page or a stylesheet gives.

    :param attribute: where it stands, such as ``a/@href``
    :param is_loaded: whether a browser loads it by itself
    """

    address: str
    attribute: str
    is_loaded: bool


class LinkElement(NamedTuple):
    """A link element of a page, as it occurs: one of its kinds, address, media type, language."""

    rel: str
    href: str
    type: str = ""
    hreflang: str = ""


Located = tuple[Reference, Spot]


def references(document: Document) -> Iterator[Located]:
    """Give all that a page refers to, and where, in the order of the page."""
    for element in document.iter_elements():
        if element.tag == "link":
            yield from _of_link(element)
        elif element.tag == "style":
            yield from _of_style(element)
        for written, value in element.attrs.items():
            if (name := written.lower()) in _TELLING:
                yield from _of_attribute(element, name, _joined(value))


def typed_links(document: Document) -> Iterator[tuple[LinkElement, Spot]]:
    """Give the link elements of a page, one for each of their kinds, and where each stands."""
    for element in document.iter_elements("link"):
        href, kind, language = (
            _joined(element.attrs.get(name)).strip() for name in ("href", "type", "hreflang")
        )
        spot = _spot(element, "")
        for rel in _joined(element.attrs.get("rel")).lower().split():
            yield LinkElement(sys.intern(rel), href, sys.intern(kind), sys.intern(language)), spot


def _joined(value: object) -> str:
    """Give an attribute's value as text; the parser takes some apart into words."""
    return " ".join(map(str, value)) if isinstance(value, list) else str(value or "")


def _of_link(element: Element) -> Iterator[Located]:
    kinds = set(_joined(element.attrs.get("rel")).lower().split())
    address = _joined(element.attrs.get("href")).strip()
    if address and not kinds & _NAMING_KINDS:
        is_loaded = bool(kinds & _LOADING_KINDS)
        yield Reference(address, "link/@href", is_loaded), _spot(element, "href")


def _of_attribute(element: Element, name: str, value: str) -> Iterator[Located]:
    tag, is_loaded = element.tag.lower(), True
    if name == "style":
        addresses = [*_urls(value)]
    elif name in ("srcset", "imagesrcset"):
        addresses = [*_candidates(value)]
    elif tag in _LOADED.get(name, ()):
        addresses = [value.strip()]
    elif tag in _FOLLOWED.get(name, ()):
        addresses, is_loaded = [value.strip()], False
    else:
        return
    attribute, spot = f"{element.tag}/@{name}", _spot(element, name)
    for address in addresses:
        yield Reference(address, attribute, is_loaded), spot


def _candidates(srcset: str) -> Iterator[str]:
    """Give the addresses in a ``srcset``.

    >>> list(_candidates(",a.png, b.png 2x,c,d.png 3x"))
    ['a.png', 'b.png', 'c,d.png']
    """
    position = 0
    while True:
        between = _BETWEEN.match(srcset, position)
        found = _ADDRESS.match(srcset, between.end() if between else position)
        if found is None:
            return
        address = found[0].rstrip(",")
        yield address
        position = found.end()
        if address == found[0] and (said := _DESCRIPTORS.match(srcset, position)):
            position = said.end()


def _of_style(element: Element) -> Iterator[Located]:
    spot = _spot(element, "")
    for address in _urls(element.text):
        yield Reference(address, "style", is_loaded=True), spot


def _spot(element: Element, attribute: str) -> Spot:
    """Find an attribute in the text of the page, or the element that has it."""
    location = element.source_location
    if location is None:
        return Spot(1, 1, 1, 2)
    span = location.attrs.get(attribute, location.start_tag)
    return Spot(span.start_line, span.start_col + 1, span.end_line, span.end_col + 1)


def _urls(styles: str) -> Iterator[str]:
    r"""Give the addresses in a stylesheet.

    >>> list(_urls("@import 'a.css'; p { background: url( b.png ) } /* url(c.png) */"))
    ['a.css', 'b.png']
    """
    return (match[match.lastindex or 0] for match in _matches(styles))


def _matches(styles: str) -> Iterator[re.Match[str]]:
    plain = _COMMENT.sub(lambda found: re.sub(r"[^\r\n]", " ", found[0]), styles)
    return (match for match in _URL.finditer(plain) if any(match.groups()))


def style_references(styles: str) -> Iterator[Located]:
    """Give all that a stylesheet loads."""
    starts = [0]
    for line_end in _LINE_END.finditer(styles):
        starts.append(line_end.end())
    for match in _matches(styles):
        address = match[match.lastindex or 0]
        line = bisect_right(starts, match.start())
        column = match.start() - starts[line - 1] + 1
        spot = Spot(line, column, line, column + len(match[0]))
        yield Reference(address, "url()", is_loaded=True), spot
