"""Writing Turtle and TriG for people: grouped by subject, types and labels first, stable.

Conforms to RDF 1.1 Turtle and TriG. Blank nodes that only one triple points to are written in
brackets, well-formed lists in parentheses.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

import pyoxigraph as ox

from mipex_kg.dataset import LABELS
from mipex_kg.namespaces import RDF, TYPE, XSD, compact
from mipex_kg.terms import Node, Term

_STRING = XSD.term("string")
_FIRST, _REST, _NIL = RDF.term("first"), RDF.term("rest"), RDF.term("nil")
# Lexical forms that Turtle reads back as just this datatype, and rdflib in just this form: it
# reads integers and decimals as numbers.
_SHORTHANDS = {
    XSD.term("integer"): re.compile(r"(0|-?[1-9][0-9]{,17})\Z"),
    XSD.term("decimal"): re.compile(r"-?(0|[1-9][0-9]*)\.(?!0{6})[0-9]+\Z"),
    XSD.term("double"): re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)[eE][+-]?[0-9]+\Z"),
    XSD.term("boolean"): re.compile(r"(true|false)\Z"),
}
# Deeper brackets are for no reader, and for no parser's stack.
_MAX_DEPTH = 12


def write(quads: Sequence[ox.Quad], prefixes: Mapping[str, str]) -> str:
    """Write quads as TriG, which is Turtle if they are all in the default graph.

    :param quads: with canonical blank node labels
    :param prefixes: those that occur are declared

    >>> quad = ox.Quad(ox.NamedNode("http://e/s"), TYPE, ox.NamedNode("http://e/T"))
    >>> print(write([quad], {"e": "http://e/", "x": "http://x/"}))
    @prefix e: <http://e/> .
    <BLANKLINE>
    e:s
      a e:T .
    <BLANKLINE>
    """
    names = _Names(prefixes)
    shared = _shared_blank_nodes(quads)
    blocks = []
    by_graph = groupby(sorted(quads, key=_graph_key), key=lambda quad: quad.graph_name)
    for graph, members in by_graph:
        body = "\n".join(_GraphWriter(members, names, shared).subjects())
        if not isinstance(graph, ox.DefaultGraph):
            indented = re.sub(r"^(?=.)", "  ", body, flags=re.MULTILINE)
            body = f"{names.term(graph)} {{\n{indented}}}\n"
        blocks.append(body)
    head = "".join(f"@prefix {name}: <{prefixes[name]}> .\n" for name in sorted(names.used))
    return "\n".join([head, *blocks] if head else blocks)


class _Names:
    """Writes terms, and remembers which prefixes that took."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self.prefixes = prefixes
        self.used: set[str] = set()
        self._written: dict[Term, str] = {}

    def term(self, term: Term) -> str:
        """Write a term as Turtle has it."""
        written = self._written.get(term)
        if written is None:
            written = self._written[term] = self._write(term)
        return written

    def _write(self, term: Term) -> str:
        if isinstance(term, ox.NamedNode):
            curie = compact(term.value, self.prefixes)
            if curie:
                self.used.add(curie.partition(":")[0])
            return curie or str(term)
        if not isinstance(term, ox.Literal) or term.language or term.datatype == _STRING:
            return str(term)
        if _is_shorthand(term):
            return term.value
        return f"{ox.Literal(term.value)}^^{self.term(term.datatype)}"


def _graph_key(quad: ox.Quad) -> tuple[bool, str]:
    return not isinstance(quad.graph_name, ox.DefaultGraph), str(quad.graph_name)


def _shared_blank_nodes(quads: Sequence[ox.Quad]) -> set[ox.BlankNode]:
    """Find the blank nodes that stand in more than one graph, or name one: they need a label."""
    names = {quad.graph_name for quad in quads if isinstance(quad.graph_name, ox.BlankNode)}
    graphs = defaultdict(set)
    for quad in quads:
        for term in (quad.subject, quad.object):
            if isinstance(term, ox.BlankNode):
                graphs[term].add(quad.graph_name)
    return names | {node for node, where in graphs.items() if len(where) > 1}


class _GraphWriter:
    """Writes the subjects of one graph."""

    def __init__(self, quads: Iterable[ox.Quad], names: _Names, shared: set[ox.BlankNode]) -> None:
        self.names = names
        self.properties: dict[Node, dict[ox.NamedNode, list[Term]]] = defaultdict(dict)
        pointers: Counter[Term] = Counter()
        for quad in quads:
            self.properties[quad.subject].setdefault(quad.predicate, []).append(quad.object)
            pointers[quad.object] += 1
        self.nestable = {
            node for node in pointers if isinstance(node, ox.BlankNode) and pointers[node] == 1
        } - shared
        self.written: set[Term] = set()

    def subjects(self) -> Iterator[str]:
        """Give one block of text for each subject that stands by itself."""
        ordered = sorted(
            self.properties, key=lambda node: (isinstance(node, ox.BlankNode), str(node))
        )
        own = [node for node in ordered if node not in self.nestable]
        # Whatever is left after these points to itself in a circle, or was too deep to nest.
        for node in [*own, *ordered]:
            if node not in self.written:
                self.written.add(node)
                yield f"{self.names.term(node)}\n{self._properties(node, 1)} .\n"

    def _properties(self, node: Node, depth: int) -> str:
        lines = []
        for predicate, objects in sorted(self.properties[node].items(), key=self._predicate_key):
            verb = "a" if predicate == TYPE else self.names.term(predicate)
            values = ", ".join(self._object(value, depth) for value in sorted(objects, key=str))
            lines.append(f"{'  ' * depth}{verb} {values}")
        return " ;\n".join(lines)

    def _predicate_key(self, item: tuple[ox.NamedNode, list[Term]]) -> tuple[int, str]:
        first = (TYPE, *LABELS)
        predicate = item[0]
        if predicate in first:
            return first.index(predicate), ""
        return len(first), self.names.term(predicate)

    def _object(self, term: Term, depth: int) -> str:
        if term == _NIL:
            return "()"
        if not isinstance(term, ox.BlankNode):
            return self.names.term(term)
        if term not in self.nestable or term in self.written or depth > _MAX_DEPTH:
            return str(term)
        items = self._list_items(term)
        if items is not None:
            return " ".join(["(", *(self._object(item, depth + 1) for item in items), ")"])
        self.written.add(term)
        if term not in self.properties:
            return "[]"
        return f"[\n{self._properties(term, depth + 1)}\n{'  ' * depth}]"

    def _list_items(self, head: ox.BlankNode) -> list[Term] | None:
        """Read a list that is written in parentheses: each cell has a first and a rest, no more."""
        items: list[Term] = []
        cells: dict[Term, None] = {}
        cell: Term = head
        while cell != _NIL:
            properties = self.properties.get(cell, {}) if isinstance(cell, ox.BlankNode) else {}
            firsts, rests = properties.get(_FIRST, []), properties.get(_REST, [])
            plain = len(properties) == 2 and len(firsts) == len(rests) == 1
            single = cell in self.nestable and cell not in self.written
            if not plain or not single or cell in cells:
                return None
            cells[cell] = None
            items.append(firsts[0])
            cell = rests[0]
        self.written.update(cells)
        return items


def _is_shorthand(literal: ox.Literal) -> bool:
    form = _SHORTHANDS.get(literal.datatype)
    return form is not None and form.match(literal.value) is not None
