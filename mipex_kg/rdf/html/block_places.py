"""Where in a page a block could stand: at the end of its head, and where else it is read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from turbohtml import Document, Element, SourceLocation

# Of the ends of elements in a head that has none itself, how many are tried.
_MAX_TRIES = 20
# What runs on a server: HTML that is in it is not what it seems to be.
_SERVER_CODE = re.compile(
    r"<\?(?:php|=).*?(?:\?>|\Z)|<%.*?(?:%>|\Z)|\{\{[^{}\r\n]*\}\}|\{%[^{}\r\n]*%\}", re.DOTALL
)


def propose(document: Document, view: str, *, is_declared: bool) -> Iterator[int]:
    """Propose places for a block, the best first: the end of the head, then the body's.

    :param document: the page, parsed with places
    :param view: its text
    :param is_declared: whether a byte order mark gives its encoding; else no place is before what
        declares it
    """
    server_code = [match.span() for match in _SERVER_CODE.finditer(view)]
    declared = 0 if is_declared else _end_of_declaration(document)
    for place in _proposed(document, len(view)):
        is_code = any(start < place < end for start, end in server_code)
        if not is_code and place >= declared:
            yield place


def _proposed(document: Document, length: int) -> Iterator[int]:
    head = document.find("head")
    body = document.find("body") or document.find("frameset")
    head_tags = head.source_location if head is not None else None
    body_tags = body.source_location if body is not None else None
    if head_tags and head_tags.end_tag:
        yield head_tags.end_tag.start_offset
    children = [] if head is None else [c for c in head.children if isinstance(c, Element)]
    for child in reversed(children[-_MAX_TRIES:]):
        if child.source_location:
            yield _end(child.source_location)
    if head_tags:
        yield head_tags.start_tag.end_offset
    for child in children[:1]:
        if child.source_location:
            yield child.source_location.start_tag.start_offset
    if body is not None and body.tag == "body" and body_tags and body_tags.end_tag:
        yield body_tags.end_tag.start_offset
    if body_tags:
        yield body_tags.start_tag.start_offset
    for element in document.iter_elements():
        if element.source_location:
            yield element.source_location.start_tag.start_offset
            break
    yield length


def _end_of_declaration(document: Document) -> int:
    """Find the end of what declares the encoding: browsers look for it in the first 1,024 bytes."""
    declared = 0
    for meta in document.iter_elements("meta"):
        is_type = value_of(meta, "http-equiv").lower() == "content-type"
        if ("charset" in meta.attrs or is_type) and meta.source_location:
            declared = _end(meta.source_location)
    return declared


def _end(location: SourceLocation) -> int:
    return (location.end_tag or location.start_tag).end_offset


def value_of(element: Element, attribute: str) -> str:
    """Give the value of an attribute as a text, empty if there is none."""
    value = element.attrs.get(attribute)
    return value if isinstance(value, str) else " ".join(value or ())
