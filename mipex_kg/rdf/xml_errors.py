"""Where an RDF/XML file is wrong, and what to do: the engine says what, and not where.

It is asked again, and given the file piece by piece, in the end byte by byte: what it was given
last is where the fault is.
"""

from __future__ import annotations

import re
from xml.parsers import expat

import pyoxigraph as ox

from mipex_kg.system.reading import lines, place_behind

_PIECE = 1 << 16
_WITHOUT_PREFIX = re.compile(r"""\s(?!xmlns)([^\s=:"'<>]+)\s*=\s*["']""")
_OF_XML = {"lang": "xml:lang", "base": "xml:base"}
_OF_RDF = ("about", "ID", "resource", "nodeID", "datatype", "parseType")
# What stands before the place where an XML parser gives up, and what to do.
_SLIPS = (
    (re.compile(r"&[^\s;&<>]*\Z"), "Write &amp; for an & that stands for itself."),
    (re.compile(r"<\Z|<[^<>]*=\s*(?:\"[^\"]*|'[^']*)\Z"), "Write &lt; for a < that begins no tag."),
)
_OF_CODES = {
    expat.errors.XML_ERROR_UNDEFINED_ENTITY: "XML knows only &amp;, &lt;, &gt;, &quot; and &apos;: "
    "write the character itself.",
    expat.errors.XML_ERROR_TAG_MISMATCH: "What is opened last must be closed first: "
    "<a><b>…</b></a>.",
    expat.errors.XML_ERROR_UNBOUND_PREFIX: "Declare the prefix in the root element: "
    'xmlns:dct="http://purl.org/dc/terms/".',
}


class _Pieces:
    """A file of which each read gives some bytes.

    :cvar given: how many bytes were given
    """

    def __init__(self, data: bytes) -> None:
        self._data, self.given = data, 0
        # From here on, a byte at a time.
        self.slow_from = len(data)

    def read(self, size: int) -> bytes:
        # The engine ends the whole process when it is given more than it asked for.
        fast = min(self.given + min(_PIECE, size), self.slow_from)
        end = fast if fast > self.given else self.given + 1
        piece = self._data[self.given : end]
        self.given += len(piece)
        return piece


def place_of_error(text: str, error: SyntaxError, base: str | None) -> tuple[int, int] | None:
    """Find the tag or the text at which the engine gives up: its line and its column.

    :returns: None if it gives up elsewhere for another reason

    >>> text = '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\\n <p/></r:RDF>'
    >>> fault = SyntaxError("XML namespaces are required in RDF/XML")
    >>> place_of_error(text, fault, None)
    (2, 2)
    """
    data = text.encode()
    pieces = _Pieces(data)
    if _error(pieces, base) != error.msg:
        return None
    slow = _Pieces(data)
    slow.slow_from = max(0, pieces.given - _PIECE)
    _error(slow, base)
    # A tag is read to its end, and a text to the tag behind it.
    last = data.rfind(b"<", 0, slow.given)
    if last == slow.given - 1:
        last = data.rfind(b">", 0, last) + 1
    return place_behind(data[:last].decode())


def explain_names(text: str, line: int | None, column: int | None) -> str:
    """Say what to write for the names of a tag that have no namespace.

    >>> explain_names('<d:title lang="pl">', 1, 1)
    'Write xml:lang for lang.'
    >>> explain_names('<d:a about="x" b="y">', 1, 1), explain_names("<p>", 1, 1)
    ('Write rdf:about for about. Give b a prefix.', 'Give p a prefix.')
    """
    if not line or not column:
        return "Write rdf:about for about, and give other names a prefix."
    start = len("".join(lines(text, keeps_ends=True)[: line - 1])) + column - 1
    tag = text[start:].partition(">")[0]
    names = _WITHOUT_PREFIX.findall(tag) or re.findall(r"[^\s<>/]+", tag)[:1]
    right = {**_OF_XML, **{name: f"rdf:{name}" for name in _OF_RDF}}
    hints = (f"Write {right[n]} for {n}." if n in right else f"Give {n} a prefix." for n in names)
    return " ".join(dict.fromkeys(hints))


def explain_xml(said: str, before: str) -> str | None:
    """Say what to do about a text that is not XML.

    :param said: by the XML parser
    :param before: what stands before the place at which it gives up

    >>> explain_xml("not well-formed (invalid token)", "<a>Q &")
    'Write &amp; for an & that stands for itself.'
    """
    if said == expat.errors.XML_ERROR_INVALID_TOKEN:
        return next((hint for slip, hint in _SLIPS if slip.search(before)), None)
    return _OF_CODES.get(said)


def _error(pieces: _Pieces, base: str | None) -> str | None:
    try:
        for _ in ox.parse(pieces, format=ox.RdfFormat.RDF_XML, base_iri=base):  # type: ignore[arg-type]
            pass
    except SyntaxError as error:
        return error.msg
    return None
