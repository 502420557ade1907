"""Writing RDF/XML: an element per subject, and in it an element per property.

Oxigraph's own writer takes any class for an element's name, and most readers refuse what comes out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import count, groupby
from xml.parsers import expat  # only ever reads names that stand in quads
from xml.sax.saxutils import escape, quoteattr

import pyoxigraph as ox

from mipex_kg.errors import UsageError
from mipex_kg.namespaces import RDF, TYPE, XSD
from mipex_kg.terms import Term

# XML 1.0's Char lacks these, and no escape brings them in.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# An IRI's end that can be an element's name; which other letters are fine, the parser says.
_NAMES = (re.compile(r"[^\W\d][\w.-]*\Z"), re.compile(r"[^\W\d][\w.-]*\Z", re.ASCII))
_PREFIX = re.compile(r"(?!xml)[a-z][\w.-]*\Z", re.ASCII | re.IGNORECASE)
# Names that RDF/XML's grammar (section 7.2.2) takes for its own.
_SYNTAX = {
    RDF + name
    for name in ("RDF", "ID", "about", "parseType", "resource", "nodeID", "datatype", "li")
} | {RDF + name for name in ("Description", "aboutEach", "aboutEachPrefix", "bagID")}


def write(quads: Sequence[ox.Quad], prefixes: Mapping[str, str]) -> str:
    """Write quads of the default graph as RDF/XML.

    :param quads: with canonical blank node labels, sorted
    :param prefixes: those that occur are declared
    :raises UsageError: for the first quad that RDF/XML can't express

    >>> quad = ox.Quad(ox.NamedNode("http://e/s"), ox.NamedNode("http://e/p"), ox.Literal("v"))
    >>> print(write([quad], {"e": "http://e/"}))
    <?xml version="1.0" encoding="UTF-8"?>
    <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
        xmlns:e="http://e/">
      <rdf:Description rdf:about="http://e/s">
        <e:p>v</e:p>
      </rdf:Description>
    </rdf:RDF>
    <BLANKLINE>
    """
    names = _Names(prefixes)
    by_subject = groupby(quads, key=lambda quad: quad.subject)
    lines = [line for _, group in by_subject for line in _description(list(group), names)]
    namespaces = {"rdf": RDF, **{names.used[iri]: iri for iri in sorted(names.used)}}
    declared = "\n    ".join(f"xmlns:{name}={quoteattr(iri)}" for name, iri in namespaces.items())
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF {declared}>'
    return "\n".join([head, *lines, "</rdf:RDF>", ""])


def _description(quads: Sequence[ox.Quad], names: _Names) -> Iterator[str]:
    classes = (quad for quad in quads if quad.predicate == TYPE)
    named = ((quad, names.element(quad.object)) for quad in classes)
    typed, element = next((pair for pair in named if pair[1]), (None, "rdf:Description"))
    yield f"  <{element}{_reference(quads[0].subject, 'about')}>"
    for quad in quads:
        if quad is not typed:
            yield f"    {_property(quad, names)}"
    yield f"  </{element}>"


def _reference(term: Term, attribute: str) -> str:
    if isinstance(term, ox.NamedNode):
        return f" rdf:{attribute}={quoteattr(term.value)}"
    assert isinstance(term, ox.BlankNode)  # noqa: S101 - literals are no references
    return f' rdf:nodeID="{term.value}"'


def _property(quad: ox.Quad, names: _Names) -> str:
    element = names.element(quad.predicate)
    if element is None:
        raise UsageError(
            f"RDF/XML can't express the property {quad.predicate}: its IRI doesn't end in a name "
            "that XML allows.",
            hint="Use another format, such as turtle.",
        )
    literal = quad.object
    if not isinstance(literal, ox.Literal):
        return f"<{element}{_reference(literal, 'resource')}/>"
    if _NOT_XML.search(literal.value):
        raise UsageError(
            f"RDF/XML can't express {literal}: XML has no such control character.",
            hint="Use another format, such as turtle.",
        )
    if literal.language:
        attribute = f' xml:lang="{literal.language}"'
    elif literal.datatype != XSD.term("string"):
        attribute = f" rdf:datatype={quoteattr(literal.datatype.value)}"
    else:
        attribute = ""
    # A carriage return that isn't escaped is read as a line feed.
    text = escape(literal.value, {"\r": "&#xD;"})
    return f"<{element}{attribute}>{text}</{element}>"


class _Names:
    """Names elements after IRIs, and remembers which prefixes that took."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        fitting = sorted(name for name in prefixes if _PREFIX.match(name) and name != "rdf")
        self.prefixes = {**{prefixes[name]: name for name in reversed(fitting)}, RDF: "rdf"}
        self.used: dict[str, str] = {}
        self._elements: dict[Term, str | None] = {}

    def element(self, term: Term) -> str | None:
        """Name the element that stands for a property or a class; not every IRI can be one."""
        if term not in self._elements:
            split = None
            if isinstance(term, ox.NamedNode) and term.value not in _SYNTAX:
                split = self._split(term.value)
            self._elements[term] = split and f"{self._prefix(split[0])}:{split[1]}"
        return self._elements[term]

    def _split(self, iri: str) -> tuple[str, str] | None:
        """Split an IRI into a namespace and a name, at the longest prefix if there is one."""
        known = sorted((ns for ns in self.prefixes if iri.startswith(ns)), key=len, reverse=True)
        ends = (match.start() for pattern in _NAMES if (match := pattern.search(iri)))
        splits = ((iri[:at], iri[at:]) for at in (*map(len, known), *ends))
        return next((split for split in splits if _is_name(*split)), None)

    def _prefix(self, namespace: str) -> str:
        prefix = self.prefixes.get(namespace)
        if prefix is None:
            made = (f"ns{number}" for number in count(1))
            prefix = next(name for name in made if name not in self.prefixes.values())
            self.prefixes[namespace] = prefix
        self.used[namespace] = prefix
        return prefix


def _is_name(namespace: str, name: str) -> bool:
    """Tell whether an element can have this name, in all editions of XML 1.0."""
    try:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.Parse(f"<p:{name} xmlns:p={quoteattr(namespace)}/>", True)
    except expat.ExpatError:
        return False
    return True
