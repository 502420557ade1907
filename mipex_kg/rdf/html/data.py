"""Reading a web page as data: its blocks of JSON-LD, each statement with its place in the page."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import NamedTuple

from mipex_kg.rdf.html.webpage import Script, WebPage, read_html
from mipex_kg.rdf.jsonld.json_text import JsonText
from mipex_kg.rdf.jsonld.known_contexts import KnownContexts
from mipex_kg.rdf.jsonld.reading import Reading, read_json
from mipex_kg.rdf.locate import Span
from mipex_kg.rdf.losses import Loss
from mipex_kg.system import reading

# Other markup, and the attributes by which it is known: none that Open Graph has.
_OTHER_MARKUP = (("RDFa", ("typeof", "vocab")), ("microdata", ("itemscope",)))


class PageReading(NamedTuple):
    """What a page says.

    :param text: of the page, decoded
    """

    text: str
    found: Reading


def read_page_data(
    data: bytes,
    path: Path,
    contexts: KnownContexts | None,
    *,
    base: str | None = None,
) -> PageReading:
    """Read the JSON-LD of a page as JSON-LD 1.1 wants it: the blocks are one document.

    :param contexts: those that blocks may name by IRI, besides schema.org's
    :param base: where the page is, if it doesn't say; without one, relative IRIs are refused
    :raises SourceError: when it is not HTML, or what a block holds can't be read, with the place
    """
    page = read_html(data, path)
    text = _decoded(page)
    scripts = [script for script in page.json_ld if script.text.strip()]
    if not scripts:
        return PageReading(text, Reading([], [], (_unread(page),), {}))
    for script in scripts:  # what is wrong with one must not be taken for a part of the next
        JsonText(_placed([script], "", ""), path)
    whole = JsonText(_placed(scripts, "[", "]"), path)
    return PageReading(text, read_json(whole, contexts, page.base_iri(base)))


def _placed(scripts: list[Script], opening: str, closing: str) -> str:
    """Write blocks as one text in which each part has the line and column that it has in the page.

    :param opening: what stands before the first
    """
    parts: list[str] = []
    lines, column = 1, 1
    sign = opening
    for script in scripts:
        is_below = script.line > lines
        space = "\n" * (script.line - lines) + " " * (script.column - (1 if is_below else column))
        # The tag of the block is longer than a sign, and stands before its text.
        parts.append(space[: len(space) - len(sign)] + sign + script.text)
        ends = reading.lines(script.text)
        lines = script.line + len(ends) - 1
        column = len(ends[-1]) + (script.column if len(ends) == 1 else 1)
        sign = "," if opening else ""
    return "".join(parts) + closing


def _decoded(page: WebPage) -> str:
    encoding = page.document.encoding or "utf-8"
    try:
        codec = codecs.lookup(encoding).name
    except LookupError:
        codec = page.codec
    return page.data.removeprefix(page.mark).decode(codec, "replace")


def _unread(page: WebPage) -> Loss:
    """Say that a page has no JSON-LD, and what it has instead: where the first element is."""
    for name, attributes in _OTHER_MARKUP:
        for element in page.document.iter_elements():
            if any(attribute in element.attrs for attribute in attributes):
                message = f"The page has {name} and no JSON-LD, and of HTML only JSON-LD is read."
                hint = f"Convert the {name} to Turtle, and name that file instead."
                return _loss(message, hint, element.source_line or 1, element.source_col or 0)
    hint = 'It goes in <script type="application/ld+json">.'
    return _loss("There is no JSON-LD in this page, and of HTML only that is read.", hint, 1, 0)


def _loss(message: str, hint: str, line: int, offset: int) -> Loss:
    span = Span(line, offset + 1, line, offset + 2)
    return Loss("no-json-ld", message, hint, span, "", is_grave=True)
