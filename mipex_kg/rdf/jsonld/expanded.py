"""Making expanded JSON-LD of quads, without any loss.

The conversion that JSON-LD 1.1 defines (API, section 8.4) loses something: it parses JSON literals,
and forgets the type of a list's cells and their names in other graphs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

import pyoxigraph as ox

from mipex_kg.rdf.namespaces import RDF, TYPE, XSD
from mipex_kg.rdf.terms import Term

Json: TypeAlias = dict[str, Any]

_DEFAULT = ox.DefaultGraph()
_STRING = XSD.term("string")
_FIRST, _REST, _NIL = RDF.term("first"), RDF.term("rest"), RDF.term("nil")
# Processors read lists within lists by recursion.
_MAX_DEPTH = 12


def expanded(quads: Sequence[ox.Quad], tags: Mapping[str, str] | None = None) -> list[Json]:
    """Make expanded JSON-LD of quads, every literal with its lexical form, lists as ``@list``.

    :param quads: each once; the nodes and their properties keep this order
    :param tags: language tags in lower case, to how they are to be written

    >>> quad = ox.Quad(ox.NamedNode("http://e/s"), ox.NamedNode("http://e/p"), ox.Literal(1))
    >>> expanded([quad])[0]["http://e/p"]
    [{'@value': '1', '@type': 'http://www.w3.org/2001/XMLSchema#integer'}]
    """
    lists = _find_lists(quads)._replace(tags=tags or {})
    graphs: dict[Term | ox.DefaultGraph, dict[str, Json]] = {_DEFAULT: {}}
    for quad in quads:
        if quad.subject in lists.cells:
            continue
        nodes = graphs.setdefault(quad.graph_name, {})
        node = nodes.setdefault(_id(quad.subject), {"@id": _id(quad.subject)})
        if quad.predicate == TYPE and not isinstance(quad.object, ox.Literal):
            node.setdefault("@type", []).append(_id(quad.object))
        else:
            node.setdefault(quad.predicate.value, []).append(_value(quad.object, lists))
    top = graphs.pop(_DEFAULT)
    for name, nodes in graphs.items():
        top.setdefault(_id(name), {"@id": _id(name)})["@graph"] = list(nodes.values())
    return list(top.values())


def _id(term: Term | ox.DefaultGraph) -> str:
    return term.value if isinstance(term, ox.NamedNode) else str(term)


class _Lists(NamedTuple):
    """The lists that ``@list`` can hold: what is in them, by their first cell."""

    items: dict[Term, list[Term]]
    cells: set[Term]
    tags: Mapping[str, str] = {}


def _value(term: Term, lists: _Lists) -> Json:
    if term in lists.items:
        return {"@list": [_value(item, lists) for item in lists.items[term]]}
    if term == _NIL:
        return {"@list": []}
    if not isinstance(term, ox.Literal):
        return {"@id": _id(term)}
    if term.language:
        return {"@value": term.value, "@language": lists.tags.get(term.language, term.language)}
    if term.datatype == _STRING:
        return {"@value": term.value}
    return {"@value": term.value, "@type": term.datatype.value}


class _ListCell(NamedTuple):
    pointer: ox.Quad
    first: Term
    rest: Term


def _find_lists(quads: Sequence[ox.Quad]) -> _Lists:
    """Find the lists of whose cells nothing else is said, in any graph."""
    if not any(isinstance(quad.object, ox.BlankNode) for quad in quads):
        return _Lists({}, set())
    cells = _find_cells(quads)
    items: dict[Term, list[Term]] = {}
    heads: dict[Term, Term] = {}
    for last in (node for node, cell in cells.items() if cell.rest == _NIL):
        members = [last]
        while (before := cells[members[-1]].pointer).predicate == _REST and before.subject in cells:
            members.append(before.subject)
        items[members[-1]] = [cells[node].first for node in reversed(members)]
        heads |= dict.fromkeys(members, members[-1])

    def stands_somewhere(head: Term | None) -> bool:
        """Tell whether it is in no list, or in one that is: lists can hold each other."""
        for _ in range(_MAX_DEPTH):
            if head is None:
                return True
            head = heads.get(cells[head].pointer.subject)
        return False

    held = {head: found for head, found in items.items() if stands_somewhere(head)}
    return _Lists(held, {node for node, head in heads.items() if head in held})


def _find_cells(quads: Sequence[ox.Quad]) -> dict[Term, _ListCell]:
    """Find the blank nodes that have a first and a rest and are some value, all of it once."""
    about: dict[Term, list[ox.Quad]] = defaultdict(list)
    pointers: dict[Term, list[ox.Quad]] = defaultdict(list)
    for quad in quads:
        about[quad.subject].append(quad)
        pointers[quad.object].append(quad)
    # What names a graph, and what is under @type, needs a name.
    names: set[object] = {quad.graph_name for quad in quads}
    names |= {quad.object for quad in quads if quad.predicate == TYPE}
    cells: dict[Term, _ListCell] = {}
    for node, own in about.items():
        said = {quad.predicate: quad.object for quad in own}
        graphs = {quad.graph_name for quad in (*own, *pointers[node])}
        once = len(own) == 2 and len(pointers[node]) == len(graphs) == 1
        unnamed = isinstance(node, ox.BlankNode) and node not in names
        if unnamed and once and said.keys() == {_FIRST, _REST}:
            cells[node] = _ListCell(pointers[node][0], said[_FIRST], said[_REST])
    return cells
