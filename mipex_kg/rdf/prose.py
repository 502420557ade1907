"""Literals as people read them.

Markup without its tags, paragraphs without an editor's wraps, points by their coordinates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

import pyoxigraph as ox

from mipex_kg.rdf.namespaces import RDF, XSD

_MARKUP = frozenset({RDF.term("HTML"), RDF.term("XMLLiteral")})
_TEXTS = _MARKUP | {XSD.term("string"), RDF.term("langString"), RDF.term("dirLangString")}
_WKT = ox.NamedNode("http://www.opengis.net/ont/geosparql#wktLiteral")
_POINT = re.compile(
    r"\s*(?:<http://www\.opengis\.net/def/crs/(?P<crs>OGC/1\.3/CRS84|EPSG/0/4326)>\s*)?"
    r"POINT\s*\(\s*(?P<first>-?\d+(?:\.\d+)?)\s+(?P<second>-?\d+(?:\.\d+)?)\s*\)\s*",
    re.IGNORECASE,
)
# Where XML names the elements of HTML with a prefix.
_PREFIX = re.compile(r"(</?)[\w-]+:(?=\w)")
# A text that is HTML without saying so begins with one of its tags and closes one.
_BEGINS_AS_HTML = re.compile(r"\s*<(?:p|div|h[1-6]|ul|ol|span|b|i|em|strong|table)(?:\s[^<>]*)?>")
_CLOSES_A_TAG = re.compile(r"</[a-z][a-z0-9]*>")
_ITEM = re.compile(r"(?:[-*+•–]|\(?[0-9a-z]{1,3}[.)])\s")
_ENDS_CODE = re.compile(r"[{};]\s*\Z")
_GOES_ON = re.compile(r"\s+[(\[]?[^\W\d_A-ZÀ-ÖØ-Þ]")
_ADDRESS = re.compile(r"\s*\w+://")
_BEGINS_BEHIND_TAG = re.compile(r"\S")
# Who breaks lines that are shorter means it: verses, addresses.
_NARROWEST, _NARROW = 50, 40


def prose_of(literal: ox.Literal) -> str:
    """Give a literal as people read it.

    >>> prose_of(ox.Literal("<p>Fish &amp; chips</p>", datatype=RDF.term("HTML")))
    'Fish & chips'
    >>> prose_of(ox.Literal("POINT(10.4 63.4)", datatype=_WKT))
    '63.4, 10.4'
    """
    text = literal.value
    if literal.datatype == _WKT:
        return _coordinates(text)
    is_markup = literal.datatype in _MARKUP
    if is_markup or (_BEGINS_AS_HTML.match(text) and _CLOSES_A_TAG.search(text)):
        return _text_of_markup(_PREFIX.sub(r"\1", text) if is_markup else text)
    return unwrapped(text) if "\n" in text else text


def is_for_reading(literal: ox.Literal) -> bool:
    """Tell whether a literal is text or markup, and not made for programs, as a polygon is."""
    return literal.datatype in _TEXTS


def _coordinates(wkt: str) -> str:
    """Give latitude and longitude of a point, as maps take them; what is none as it is.

    Without a reference system, and in CRS84, the longitude is first; in EPSG:4326 the latitude.
    """
    point = _POINT.fullmatch(wkt)
    if point is None:
        return wkt
    is_turned = (point["crs"] or "").upper() != "EPSG/0/4326"
    return ", ".join(
        point.group("second", "first") if is_turned else point.group("first", "second")
    )


def _text_of_markup(markup: str) -> str:
    """Give the text of markup, without what it would load, link or run."""
    import turbohtml  # imported here: hardly a text is HTML

    return turbohtml.parse(markup).to_text()


def unwrapped(text: str) -> str:
    r"""Join the lines that an editor has broken for their length; others are meant.

    >>> unwrapped("A boat that carries goods and people along the coasts\n    of the north.")
    'A boat that carries goods and people along the coasts of the north.'
    >>> unwrapped("Mill Lane 3\nNorthport")
    'Mill Lane 3\nNorthport'
    """
    lines = text.split("\n")
    width = max(_NARROWEST, *(len(line.strip()) for line in lines))
    parts = [list(part) for part in _parts(lines)]
    if not all(_is_wrapped(part, width) for part in parts):
        return text
    return "\n".join(" ".join(line.strip() for line in part) for part in parts).strip()


def _parts(lines: Sequence[str]) -> Iterator[Sequence[str]]:
    """Part lines at blank ones, which are parts of their own, and before the items of lists."""
    start = 0
    for at in range(1, len(lines)):
        if not (lines[at].strip() and lines[at - 1].strip()) or _ITEM.match(lines[at].strip()):
            yield lines[start:at]
            start = at
    yield lines[start:]


def _is_wrapped(lines: Sequence[str], width: int) -> bool:
    """Tell whether all breaks between some lines are an editor's.

    A line is full where the next one's first word had no place in it. One that is not may end
    before a clause: then the next line is indented, and goes on with a small letter. The first is
    shorter where it began behind a tag. What ends as code does is code, and addresses have lines of
    their own.
    """
    return all(
        not _ENDS_CODE.search(line)
        and not _ADDRESS.match(after)
        and (
            len(line.strip()) + 1 + len(after.split()[0]) > width
            or (_GOES_ON.match(after) and (len(line) > _NARROW or _BEGINS_BEHIND_TAG.match(line)))
        )
        for line, after in pairwise(lines)
    )
