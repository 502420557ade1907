"""Writing RDF/XML: an element per subject, and in it an element per property.

Oxigraph's own writer takes any class for an element's name, and most readers refuse what comes out.
"""

from __future__ import annotations

import html
import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from itertools import count, groupby
from xml.parsers import expat  # only ever reads names that are in quads

import pyoxigraph as ox

from mipex_kg.rdf.namespaces import RDF, TYPE
from mipex_kg.rdf.statements import Statement, Word
from mipex_kg.system.errors import UsageError

# XML 1.0's Char lacks these, and no escape brings them in.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# An IRI's end that can be an element's name; which other letters are fine, the parser says.
# What names consist of, and what they begin with.
_NAMES = tuple(
    (re.compile(r"[\w.-]*", flags), re.compile(r"[^\W\d]", flags)) for flags in (0, re.ASCII)
)
_PREFIX = re.compile(r"(?!xml)[a-z][\w.-]*\Z", re.ASCII | re.IGNORECASE)
# Names that RDF/XML's grammar (section 7.2.2) takes for its own.
_SYNTAX = {
    RDF + name
    for name in ("RDF", "ID", "about", "parseType", "resource", "nodeID", "datatype", "li")
} | {RDF + name for name in ("Description", "aboutEach", "aboutEachPrefix", "bagID")}


class ElementNames(dict[Word, tuple[str, str] | None]):
    """The namespace and the name of the element that stands for a word; not each can be one.

    :param prefixes: those that occur in a document are declared in it
    """

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        super().__init__()
        fitting = sorted(name for name in prefixes if _PREFIX.match(name) and name != "rdf")
        self.prefixes = {**{prefixes[name]: name for name in reversed(fitting)}, RDF: "rdf"}
        self.forms = _Forms()

    def __missing__(self, word: Word) -> tuple[str, str] | None:
        iri = word.term.value if isinstance(word.term, ox.NamedNode) else None
        split = self[word] = None if iri is None or iri in _SYNTAX else self._split(iri)
        return split

    def _split(self, iri: str) -> tuple[str, str] | None:
        """Split an IRI into a namespace and a name, at the longest prefix if there is one."""
        known = sorted((ns for ns in self.prefixes if iri.startswith(ns)), key=len, reverse=True)
        splits = ((iri[:at], iri[at:]) for at in (*map(len, known), *_name_starts(iri)))
        return next((split for split in splits if _is_name(*split)), None)


def _name_starts(iri: str) -> Iterator[int]:
    """Tell where the name begins with which an IRI ends, in the letters of all scripts or ours."""
    backwards = iri[::-1]
    for characters, first in _NAMES:
        run = characters.match(backwards)
        if run and (start := first.search(iri, len(iri) - run.end())):
            yield start.start()


class _Forms(dict[Word, str | None]):
    """How an element goes on after its name, for each value; made when first asked for."""

    def __missing__(self, word: Word) -> str | None:
        value = self[word] = self._value(word)
        return value

    def _value(self, word: Word) -> str | None:
        literal = word.term
        if not isinstance(literal, ox.Literal):
            return f"{_reference(word, 'resource')}/>"
        if _NOT_XML.search(literal.value):
            return None
        if literal.language:
            # The word has the tag as it is to be written.
            attribute = f' xml:lang="{word.text.rpartition("@")[2]}"'
        else:
            attribute = "" if word.is_plain else f" rdf:datatype={_quoted(literal.datatype.value)}"
        return f"{attribute}>{_escaped(literal.value)}</"


def write(ordered: Sequence[Statement], names: ElementNames) -> Iterator[str]:
    """Write statements of the default graph as RDF/XML.

    :param ordered: canonical and sorted
    :returns: the document in pieces
    :raises UsageError: for the first one that RDF/XML can't express

    >>> quad = ox.Quad(ox.NamedNode("http://e/s"), ox.NamedNode("http://e/p"), ox.Literal("v"))
    >>> from mipex_kg.rdf.statements import Words, canonical, spelled
    >>> words = Words()
    >>> ordered = canonical(spelled([quad], words), words)
    >>> print("".join(write(ordered, ElementNames({"e": "http://e/"}))))
    <?xml version="1.0" encoding="UTF-8"?>
    <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
        xmlns:e="http://e/">
      <rdf:Description rdf:about="http://e/s">
        <e:p>v</e:p>
      </rdf:Description>
    </rdf:RDF>
    <BLANKLINE>
    """
    elements = _Elements(names)
    lines = deque(
        f"{line}\n"
        for subject, group in groupby(ordered, key=lambda statement: statement.subject)
        for line in _description(subject, list(group), elements)
    )
    declared = "\n    ".join([f"xmlns:{name}={_quoted(iri)}" for iri, name in elements.declared()])
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF {declared}>\n'
    while lines:
        yield lines.popleft()
    yield "</rdf:RDF>\n"


class _Elements:
    """Names the elements of one document, and remembers which prefixes that took."""

    def __init__(self, names: ElementNames) -> None:
        self.names = names
        self.used: dict[str, str] = {}

    def name(self, word: Word) -> str | None:
        """Name the element that stands for a property or a class; not every IRI can be one."""
        split = self.names[word]
        if split is None:
            return None
        namespace, local = split
        prefix = self.used.get(namespace) or self._use(namespace)
        return f"{prefix}:{local}"

    def _use(self, namespace: str) -> str:
        prefix = self.names.prefixes.get(namespace)
        if prefix is None:
            taken = {*self.names.prefixes.values(), *self.used.values()}
            prefix = next(name for n in count(1) if (name := f"ns{n}") not in taken)
        self.used[namespace] = prefix
        return prefix

    def declared(self) -> list[tuple[str, str]]:
        """Give the namespaces that were used, and their prefixes."""
        return [(RDF, "rdf"), *sorted((iri, p) for iri, p in self.used.items() if iri != RDF)]


def _description(subject: Word, ordered: Sequence[Statement], elements: _Elements) -> Iterator[str]:
    classes = (statement for statement in ordered if statement.predicate.term == TYPE)
    named = ((statement, elements.name(statement.object)) for statement in classes)
    typed, element = next((pair for pair in named if pair[1]), (None, "rdf:Description"))
    yield f"  <{element}{_reference(subject, 'about')}>"
    for statement in ordered:
        if statement is not typed:
            yield _property(statement, elements)
    yield f"  </{element}>"


def _reference(word: Word, attribute: str) -> str:
    if isinstance(word.term, ox.BlankNode):
        return f' rdf:nodeID="{word.term.value}"'
    assert isinstance(word.term, ox.NamedNode)  # noqa: S101 - literals are not references
    return f" rdf:{attribute}={_quoted(word.term.value)}"


def _property(statement: Statement, elements: _Elements) -> str:
    element = elements.name(statement.predicate)
    if element is None:
        raise UsageError(
            f"RDF/XML can't express the property {statement.predicate.text}: its IRI doesn't end "
            "in a name that XML allows.",
            hint="Use another format, such as turtle.",
        )
    value = elements.names.forms[statement.object]
    if value is None:
        raise UsageError(
            f"RDF/XML can't express {statement.object.text}: XML has no such control character.",
            hint="Use another format, such as turtle.",
        )
    end = f"{element}>" if statement.object.is_literal else ""
    return f"    <{element}{value}{end}"


def _is_name(namespace: str, name: str) -> bool:
    """Tell whether an element can have this name, in all editions of XML 1.0."""
    try:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.Parse(f"<p:{name} xmlns:p={_quoted(namespace)}/>", True)
    except expat.ExpatError:
        return False
    return True


def _quoted(iri: str) -> str:
    """Write an IRI, which holds no quotation marks, as an attribute's value."""
    return f'"{_escaped(iri)}"'


def _escaped(text: str) -> str:
    # A carriage return that isn't escaped is read as a line feed.
    return html.escape(text, quote=False).replace("\r", "&#xD;")
