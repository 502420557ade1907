"""Web pages of other people: reading what they say, and changing one block and no other byte.

The page is parsed as browsers parse it. A change is made only if the parser finds the same document
before and after it, but for the block.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import turbohtml
from turbohtml import Document, Element, Namespace

from mipex_kg.rdf.html import block_places, sniffing
from mipex_kg.rdf.html.block_places import value_of
from mipex_kg.rdf.iris import resolve
from mipex_kg.rdf.terms import is_iri
from mipex_kg.system.errors import SourceError
from mipex_kg.system.reading import place_behind

MARKER = "data-mipex-kg"
OPENING = f'<script type="application/ld+json" {MARKER}="embed">'
CLOSING = "</script>"
JSON_LD = "application/ld+json"

# Byte order marks, and how the text behind them is decoded such that nothing is lost.
_MARKS = {
    b"\xef\xbb\xbf": "latin-1",
    b"\xff\xfe": "utf-16-le",
    b"\xfe\xff": "utf-16-be",
}
# In these, bytes that look like markup need not be.
_REFUSED = "replacement"  # what browsers read hz-gb-2312, iso-2022-kr and others as
_UNSAFE_ENCODINGS = ("ISO-2022-JP", _REFUSED)
# Search engines read the first 15 MB of a page. What has more tags than these takes a parser more
# memory than a page is worth.
_MOST_CHARACTERS, _MOST_TAGS = 15_000_000, 1_000_000
# More bytes than these are too much in any encoding.
MOST_BYTES = 2 * _MOST_CHARACTERS + 2
# The attributes of these go to one element, from however many tags; each time all are copied.
_REPEATED, _MOST_REPEATED = re.compile(r"<(?:html|body)", re.IGNORECASE), 500
_LINE_END = re.compile(r"\r\n|\n|\r")


class Mention(NamedTuple):
    """What a page says of itself, and where.

    :param line: from 1
    :param column: from 1
    """

    text: str
    line: int
    column: int


class Script(NamedTuple):
    """A block of JSON-LD in a page.

    :param is_ours: whether `embed` wrote it
    :param line: of its text, from 1
    :param column: of its text, from 1
    """

    text: str
    line: int
    column: int
    is_ours: bool


@dataclass(frozen=True)
class WebPage:
    """A page as it is in its file.

    :param mark: its byte order mark, if it has one
    :param codec: by which every byte behind the mark, whatever it means, becomes text and back.
        In all encodings that pages use, but for UTF-16, bytes below 0x80 are markup or text in
        ASCII; so for finding markup it is enough to take each byte for a character.
    :param view: that text
    """

    path: Path
    data: bytes
    mark: bytes
    codec: str
    view: str

    @cached_property
    def document(self) -> Document:
        """What the page says, read in its own encoding."""
        return turbohtml.parse(
            self.mark + self._markup(self.view).encode(self.codec),
            source_locations=True,
            scripting=True,
        )

    @cached_property
    def line_end(self) -> str:
        """The line end that the page uses, the first one if it uses several."""
        found = _LINE_END.search(self.view)
        return found[0] if found else "\n"

    @cached_property
    def _parsed(self) -> Document:
        """The view, parsed with places that are places in it: the parser counts CR LF as one."""
        markup = self._markup(self.view).replace("\r\n", " \n")
        return turbohtml.parse(markup, source_locations=True, scripting=True)

    @cached_property
    def _code_length(self) -> int:
        """How much of the page is code and the like before its first tag."""
        return sniffing.beginning_of(self.view).end

    @cached_property
    def _blanks(self) -> str:
        return sniffing.blanked(self.view[: self._code_length])

    def _markup(self, view: str) -> str:
        """Give the view as browsers see it, without front matter and code of a server above it."""
        return self._blanks + view[self._code_length :]

    def _live(self, *tags: str) -> Iterator[Element]:
        """Give elements, but for those in templates, which are inert until a script uses them."""
        return _outside_templates(self.document, tags)

    @cached_property
    def address(self) -> str | None:
        """Where the page says that it lies: its canonical address, else its base."""
        for tag, attribute in (("link", "href"), ("base", "href")):
            for element in self._live(tag):
                is_named = tag == "base" or "canonical" in value_of(element, "rel").lower().split()
                address = value_of(element, attribute).strip()
                if is_named and is_iri(address):
                    return address
        return None

    def base_iri(self, otherwise: str | None) -> str | None:
        """Tell what relative IRIs are resolved against: by its base, else by where it lies.

        :param otherwise: where it is taken to lie if it doesn't say
        """
        start = self.address or otherwise
        href = next((value_of(base, "href").strip() for base in self._live("base")), "")
        if not href:
            return start
        return resolve(href, start) if start else href if is_iri(href) else None

    @property
    def subjects(self) -> Iterator[Mention]:
        """What the page says it is about: link elements with rel="about", meta with that name."""
        for element in self._live("link", "meta"):
            is_link = element.tag == "link"
            kinds = value_of(element, "rel" if is_link else "name").lower()
            if "about" in (kinds.split() if is_link else [kinds.strip()]):
                text = value_of(element, "href" if is_link else "content").strip()
                yield Mention(text, element.source_line or 1, (element.source_col or 0) + 1)

    @property
    def json_ld(self) -> Iterator[Script]:
        """The blocks of JSON-LD that a crawler reads."""
        for script in self._live("script"):
            type_ = value_of(script, "type").partition(";")[0].strip().lower()
            location = script.source_location
            if type_ == JSON_LD and location and _is_html(script):
                end = location.start_tag
                place = end.end_line, end.end_col + 1
                yield Script(script.text, *place, MARKER in script.attrs)

    @cached_property
    def block(self) -> slice | None:
        """Where in the view our block stands.

        :raises SourceError: when there are two, or it has no end
        """
        scripts = _own_scripts(self._parsed)
        if len(scripts) > 1:
            raise self._error(
                f"There are {len(scripts)} blocks with {MARKER}.",
                scripts[1],
                hint="Take all of them out but one, which is then replaced.",
            )
        for script in scripts:
            location = script.source_location
            if location is None or location.end_tag is None:
                raise self._error("Its block has no </script>.", script, hint="Add it.")
            return slice(location.start_tag.start_offset, location.end_tag.end_offset)
        return None

    def _error(self, message: str, element: Element, hint: str) -> SourceError:
        line, column = element.source_line, (element.source_col or 0) + 1
        return SourceError(message, path=self.path, line=line, column=column, hint=hint)

    def with_block(self, json_text: str) -> bytes:
        """Give the page with our block, instead of the one it has or in the best place for one.

        :param json_text: safe within a script, in ASCII
        :raises SourceError: when there is no place for it
        """
        block = "\n".join((OPENING, json_text.strip("\n"), CLOSING))
        block = block.replace("\n", self.line_end)
        if self.block is not None:
            places = [self.block]
        else:
            proposed = block_places.propose(self._parsed, self.view, is_declared=bool(self.mark))
            places = [slice(place, place) for place in proposed]
        for place in places:
            if (changed := self._changed(place, block)) is not None:
                return changed
        raise SourceError(
            "There is no place in it where a script could go.",
            path=self.path,
            hint="Paste the block that --print gives you where it belongs; then it is kept fresh.",
        )

    def without_block(self) -> bytes:
        """Give the page without our block: as it was before it was written.

        :raises SourceError: when the rest would be read otherwise
        """
        if self.block is None:
            return self.data
        if (changed := self._changed(self.block, "")) is not None:
            return changed
        raise SourceError("Without its block the page would mean something else.", path=self.path)

    def _changed(self, place: slice, block: str) -> bytes | None:
        """Put a block in some place, unless that changes what else the page says."""
        view = self.view[: place.start] + block + self.view[place.stop :]
        markup = self._markup(view)
        for scripting, before in self._without_blocks.items():
            after = turbohtml.parse(markup, source_locations=True, scripting=scripting)
            scripts = _own_scripts(after)
            is_there = len(scripts) == bool(block) and all(map(_is_html, scripts))
            if not is_there or not before.equals(_cut(after)):
                return None
        return self.mark + view.encode(self.codec)

    @cached_property
    def _without_blocks(self) -> dict[bool, Document]:
        """What the page says besides our block, to browsers with scripts and to those without."""
        markup = self._markup(self.view)
        return {
            scripting: _cut(turbohtml.parse(markup, source_locations=True, scripting=scripting))
            for scripting in (True, False)
        }


def read_html(data: bytes, path: Path) -> WebPage:
    """Read a web page of someone else's, which a file is by what it holds and not by its name.

    :raises SourceError: when it is not HTML, or can't be read as a page
    """
    view = view_of(data)
    _refuse_excess(view, path)
    sniffing.require_html(view, path)
    return read_page(data, path)


def view_of(data: bytes) -> str:
    """Decode a page, or its beginning, such that all markup is seen, whatever its encoding."""
    mark, codec = _codec(data)
    return data.removeprefix(mark).decode(codec, "replace")


def _codec(data: bytes) -> tuple[bytes, str]:
    mark = next((mark for mark in _MARKS if data.startswith(mark)), b"")
    return mark, _MARKS.get(mark, "latin-1")


def read_page(data: bytes, path: Path) -> WebPage:
    """Take a file's bytes for a web page.

    :raises SourceError: when they are not in the encoding that they say, or more than a page
    """
    mark, codec = _codec(data)
    body = data.removeprefix(mark)
    _refuse_excess(body.decode(codec, "replace"), path)
    encoding = turbohtml.parse(data).encoding or ""
    if encoding in _UNSAFE_ENCODINGS:
        named = "an encoding that browsers refuse" if encoding == _REFUSED else encoding
        raise SourceError(
            f"It says that it is in {named}, in which markup can't be told from text.",
            path=path,
            hint="Save it as UTF-8.",
        )
    strict = "utf-8" if encoding == "UTF-8" else codec
    try:
        text = body.decode(strict)
    except UnicodeDecodeError as error:
        line, column = place_behind(body[: error.start].decode(strict, "replace"))
        byte = body[error.start]
        raise SourceError(
            f"The byte 0x{byte:02X} is not {encoding}.",
            path=path,
            line=line,
            column=column,
            hint="Save it in the encoding that it declares.",
        ) from None
    if "\0" in text:
        line, column = place_behind(text[: text.index("\0")])
        raise SourceError(
            "There is a NUL character, which no web page has.", path=path, line=line, column=column
        )
    return WebPage(path, data, mark, codec, body.decode(codec))


def _refuse_excess(view: str, path: Path) -> None:
    """Refuse what would take a parser too long, or too much memory.

    :raises SourceError: when it is too much
    """
    if len(view) > _MOST_CHARACTERS:
        most = _MOST_CHARACTERS // 1_000_000
        raise SourceError(
            f"It has more than {most} MB, and search engines read the first {most} MB of a page.",
            path=path,
            hint="Part it into several pages.",
        )
    tags = view.count("<")
    roots = len(_REPEATED.findall(view))
    if tags > _MOST_TAGS or roots > _MOST_REPEATED:
        what = f"{roots:,} html and body tags" if roots > _MOST_REPEATED else f"{tags:,} tags"
        raise SourceError(
            f"It has {what}, which is more than can be read as a page.",
            path=path,
            hint="Part it into several pages.",
        )


def _own_scripts(document: Document) -> list[Element]:
    scripts = _outside_templates(document, ("script",))
    return [script for script in scripts if MARKER in script.attrs]


def _outside_templates(document: Document, tags: tuple[str, ...]) -> Iterator[Element]:
    """Give elements that are in no template, of a document that was parsed with places."""
    end = 0
    for element in document.iter_elements(("template", *tags)):
        if (location := element.source_location) is None:
            continue
        start = location.start_tag.start_offset
        if element.tag != "template":
            if start >= end:
                yield element
        elif start >= end and _is_html(element):
            # Without an end tag, all that follows is in it.
            end = location.end_tag.start_offset if location.end_tag else sys.maxsize


def _is_html(element: Element) -> bool:
    """Tell HTML from what is in SVG or MathML, which crawlers don't look into."""
    return element.namespace == Namespace.HTML


def _cut(document: Document) -> Document:
    """Take our blocks out of a tree, and join the texts that they kept apart."""
    for script in _own_scripts(document):
        script.decompose()
    if document.root is not None:
        document.root.normalize()
    return document
