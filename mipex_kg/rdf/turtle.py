"""Writing Turtle and TriG for people: grouped by subject, types and labels first, stable.

Conforms to RDF 1.1 Turtle and TriG. Blank nodes that only one triple points to are written in
brackets, well-formed lists in parentheses.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import TypeAlias

import pyoxigraph as ox

from mipex_kg.rdf.namespaces import LABELS, RDF, SCHEMA_HTTPS, TYPE, XSD, compact
from mipex_kg.rdf.statements import Statement, Word, Words, by_graph

_FIRST, _REST, _NIL = RDF.term("first"), RDF.term("rest"), RDF.term("nil")
# Lexical forms that Turtle reads back as just this datatype, and rdflib in just this form: it
# reads integers and decimals as numbers.
_SHORTHANDS = {
    XSD.term("integer"): re.compile(r"(0|-?[1-9][0-9]{,17})\Z"),
    XSD.term("decimal"): re.compile(r"-?(0|[1-9][0-9]*)\.(?!0{6})[0-9]+\Z"),
    XSD.term("double"): re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)[eE][+-]?[0-9]+\Z"),
    XSD.term("boolean"): re.compile(r"(true|false)\Z"),
}
_Properties: TypeAlias = dict[Word, list[Word]]
# Deeper brackets are for no reader, and for no parser's stack.
_MAX_DEPTH = 12

# What names a thing comes first.
_NAMES = (LABELS[0], SCHEMA_HTTPS.term("name"), *LABELS[1:])


class CurieNames(dict[Word, tuple[str, str | None]]):
    """How each word is written, and which prefix that takes; made when first asked for.

    :param prefixes: those that occur in a document are declared in it
    :param words: the words for terms
    """

    def __init__(self, prefixes: Mapping[str, str], words: Words) -> None:
        super().__init__()
        self.prefixes, self.words = prefixes, words
        self.type, self.nil = words[TYPE], words[_NIL]
        self.first, self.rest = words[_FIRST], words[_REST]
        self.ranks = {words[term]: rank for rank, term in enumerate((TYPE, *_NAMES))}

    def __missing__(self, word: Word) -> tuple[str, str | None]:
        written = self[word] = self._written(word)
        return written

    def _written(self, word: Word) -> tuple[str, str | None]:
        term = word.term
        if isinstance(term, ox.NamedNode):
            curie = compact(term.value, self.prefixes)
            return (curie, curie.partition(":")[0]) if curie else (word.text, None)
        if not isinstance(term, ox.Literal) or term.language or word.is_plain:
            return word.text, None
        if _is_shorthand(term):
            return term.value, None
        datatype, prefix = self[self.words[term.datatype]]
        return f"{ox.Literal(term.value)}^^{datatype}", prefix

    def key(self, predicate: Word) -> tuple[int, str]:
        """Sort types first, then labels, then all else by how it is written."""
        rank = self.ranks.get(predicate)
        return (len(self.ranks), self[predicate][0]) if rank is None else (rank, "")


def write(ordered: Sequence[Statement], names: CurieNames) -> Iterator[str]:
    """Write statements as TriG, which is Turtle if they are all in the default graph.

    :param ordered: canonical and sorted
    :returns: the document in pieces

    >>> from mipex_kg.rdf.statements import canonical, spelled
    >>> quad = ox.Quad(ox.NamedNode("http://e/s"), TYPE, ox.NamedNode("http://e/T"))
    >>> names = CurieNames({"e": "http://e/", "x": "http://x/"}, words := Words())
    >>> print("".join(write(canonical(spelled([quad], words), words), names)))
    @prefix e: <http://e/> .
    <BLANKLINE>
    e:s
      a e:T .
    <BLANKLINE>
    """
    shared = _shared_blank_nodes(ordered)
    used: set[str | None] = set()
    blocks: deque[str] = deque()
    for graph, members in by_graph(ordered):
        subjects = _GraphWriter(members, names, shared, used).subjects()
        if graph.is_default:
            blocks.extend(subjects)
            continue
        name, prefix = names[graph]
        used.add(prefix)
        indented = re.sub(r"^(?=.)", "  ", "\n".join(subjects), flags=re.MULTILINE)
        blocks.append(f"{name} {{\n{indented}}}\n")
    declared = sorted(prefix for prefix in used if prefix is not None)
    head = "".join([f"@prefix {name}: <{names.prefixes[name]}> .\n" for name in declared])
    between = ""
    if head:
        blocks.appendleft(head)
    while blocks:
        yield between
        yield blocks.popleft()
        between = "\n"


def _shared_blank_nodes(ordered: Sequence[Statement]) -> set[Word]:
    """Find the blank nodes that are in more than one graph, or name one: they need a label."""
    names = {statement.graph for statement in ordered if statement.graph.is_blank}
    graphs = defaultdict(set)
    for subject, _, object, graph in ordered:
        for word in (subject, object):
            if word.is_blank:
                graphs[word].add(graph)
    return names | {node for node, where in graphs.items() if len(where) > 1}


def _by_subject(members: Iterable[Statement]) -> Iterator[tuple[Word, Iterator[Statement]]]:
    return groupby(members, key=attrgetter("subject"))


def _properties_of(members: Iterable[Statement]) -> _Properties:
    found: _Properties = {}
    for _, predicate, object, _ in members:
        found.setdefault(predicate, []).append(object)
    return found


class _GraphWriter:
    """Writes the subjects of one graph.

    :param members: its statements, sorted
    :param shared: blank nodes that need a label
    :param used: takes the prefixes that were needed
    """

    def __init__(
        self,
        members: Sequence[Statement],
        names: CurieNames,
        shared: set[Word],
        used: set[str | None],
    ) -> None:
        self.members, self.names, self.used = members, names, used
        # Those of blank nodes, which may be written within others.
        self.properties: dict[Word, _Properties] = {
            node: _properties_of(own) for node, own in _by_subject(members) if node.is_blank
        }
        pointers = Counter(statement.object for statement in members if statement.object.is_blank)
        self.nestable = {node for node, count in pointers.items() if count == 1} - shared
        self.written: set[Word] = set()

    def subjects(self) -> Iterator[str]:
        """Give one block of text for each subject that stands by itself."""
        for subject, members in _by_subject(self.members):
            if subject not in self.nestable:
                yield self._block(subject, _properties_of(members))
        # Whatever is left after these points to itself in a circle, or was too deep to nest.
        for node, own in self.properties.items():
            if node in self.nestable and node not in self.written:
                self.written.add(node)
                yield self._block(node, own)

    def _block(self, subject: Word, own: _Properties) -> str:
        return f"{self._word(subject)}\n{self._properties(own, 1)} .\n"

    def _word(self, word: Word) -> str:
        text, prefix = self.names[word]
        self.used.add(prefix)
        return text

    def _properties(self, own: _Properties, depth: int) -> str:
        lines, indent = [], "  " * depth
        for predicate in sorted(own, key=self.names.key):
            verb = "a" if predicate is self.names.type else self._word(predicate)
            values = ", ".join([self._object(value, depth) for value in own[predicate]])
            lines.append(f"{indent}{verb} {values}")
        return " ;\n".join(lines)

    def _object(self, word: Word, depth: int) -> str:
        if word is self.names.nil:
            return "()"
        if not word.is_blank:
            return self._word(word)
        if word not in self.nestable or word in self.written or depth > _MAX_DEPTH:
            return word.text
        items = self._list_items(word)
        if items is not None:
            return " ".join(["(", *(self._object(item, depth + 1) for item in items), ")"])
        self.written.add(word)
        if word not in self.properties:
            return "[]"
        return f"[\n{self._properties(self.properties[word], depth + 1)}\n{'  ' * depth}]"

    def _list_items(self, head: Word) -> list[Word] | None:
        """Read a list that is written in parentheses: each cell has a first and a rest, no more."""
        items: list[Word] = []
        cells: dict[Word, None] = {}
        cell = head
        while cell is not self.names.nil:
            properties = self.properties.get(cell, {}) if cell.is_blank else {}
            firsts = properties.get(self.names.first, [])
            rests = properties.get(self.names.rest, [])
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
