"""What is in a quad: the types of nodes and terms, and their text."""

from __future__ import annotations

import re
from typing import TypeAlias

import pyoxigraph as ox

# Oxigraph's types allow for the triple terms of RDF 1.2, which parsing refuses.
Node: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Triple
Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

_STRING = ox.NamedNode("http://www.w3.org/2001/XMLSchema#string")
# What a terminal may take for a command (tabs and line ends are none), separators of lines that
# only some programs know, and what makes text read in another order than it is written (Unicode
# Technical Report 36, 2.6).
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def text_of(term: Term) -> str:
    """Give a term's lexical form, IRI or blank node label."""
    return str(term) if isinstance(term, ox.Triple) else term.value


def as_json(term: Term) -> dict[str, str]:
    """Write a term for JSON, as in the results of SPARQL (SPARQL 1.1 Query Results JSON, 3.2.2).

    >>> as_json(ox.Literal("Ada", language="en"))
    {'type': 'literal', 'value': 'Ada', 'xml:lang': 'en'}
    """
    match term:
        case ox.NamedNode():
            return {"type": "uri", "value": term.value}
        case ox.BlankNode():
            return {"type": "bnode", "value": term.value}
        case ox.Literal() if term.language:
            return {"type": "literal", "value": term.value, "xml:lang": term.language}
        case ox.Literal() if term.datatype != _STRING:
            return {"type": "literal", "value": term.value, "datatype": term.datatype.value}
    return {"type": "literal", "value": text_of(term)}


def is_iri(text: str) -> bool:
    """Tell whether a text is an absolute IRI.

    >>> is_iri("https://example.org/a"), is_iri("https://example.org/a b"), is_iri("a")
    (True, False, False)
    """
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return True


def visible(text: str) -> str:
    r"""Write control characters as escapes: no value may steer the reader's terminal, or its order.

    >>> visible("a\x1b[2J"), visible("a\u202ecba")
    ('a\\x1b[2J', 'a\\u202ecba')
    """
    return CONTROLS.sub(lambda match: _escape(ord(match[0])), text)


def _escape(code: int) -> str:
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
