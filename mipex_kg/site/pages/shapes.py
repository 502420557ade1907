"""The page of the rules that are checked: SHACL shapes, told in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import pyoxigraph as ox

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.rdf.namespaces import KG, RDFS, SH, TYPE
from mipex_kg.rdf.quads import Quad
from mipex_kg.rdf.terms import Node, Term, text_of
from mipex_kg.site.pages.wording import TaggedText, Wording, preferred


class ShapeRule(NamedTuple):
    """What one shape asks for.

    :param anchor: its place on the page; where it is told once more, there is none
    :param message: what it says where it doesn't hold; made of its constraints if it says nothing
    :param severity: by the names of SHACL, in lower case
    """

    anchor: str
    shape: Node
    message: TaggedText
    severity: str
    hint: TaggedText | None


class RuleGroup(NamedTuple):
    """The rules for the members of a class."""

    title: str
    cls: Term | None
    rules: tuple[ShapeRule, ...]


def rule_groups(shapes: Iterable[Quad], wording: Wording) -> list[RuleGroup]:
    """Tell the rules of some shapes, by the class that they are about.

    :param shapes: the quads of the shapes graph
    """
    graph = Dataset(tuple(shapes), (), wording.dataset.prefixes, wording.dataset.languages)
    teller = _Teller(graph, wording)
    groups: dict[str, tuple[Term | None, dict[Node, ShapeRule]]] = {}
    for shape in sorted(graph.by_subject, key=str):
        if graph.values(shape, SH.term("deactivated")) == [ox.Literal(True)]:
            continue
        for cls, title in teller.targets(shape):
            rules = groups.setdefault(title, (cls, {}))[1]
            rules.update((rule.shape, rule) for rule in teller.rules(shape))
    ordered = sorted(groups.items(), key=lambda item: item[0].casefold())
    taken: set[str] = set()
    return [
        RuleGroup(title, cls, tuple(_place(rules.values(), taken)))
        for title, (cls, rules) in ordered
        if rules
    ]


def _place(rules: Iterable[ShapeRule], taken: set[str]) -> Iterator[ShapeRule]:
    """Sort rules, and give each a place of its own: the first of those with one name has it.

    Shapes without a name come last, by what they say: their labels are others in each build.
    """
    for rule in sorted(rules, key=lambda rule: (not rule.anchor, rule.anchor, rule.message)):
        yield rule._replace(anchor="" if rule.anchor in taken else rule.anchor)
        taken.add(rule.anchor)


class _Teller:
    """Tells shapes in words."""

    def __init__(self, graph: Dataset, wording: Wording) -> None:
        self.graph, self.wording = graph, wording

    def targets(self, shape: Node) -> Iterator[tuple[Term | None, str]]:
        """Name what a shape is about: a class, a property, or a thing; of a part, nothing."""
        for cls in self.graph.values(shape, SH.term("targetClass")):
            yield cls, self.wording.plural(cls)
        if RDFS.term("Class") in self.graph.values(shape, TYPE):
            yield shape, self.wording.plural(shape)
        for target in ("targetSubjectsOf", "targetObjectsOf"):
            for predicate in self.graph.values(shape, SH.term(target)):
                key = f"rule-{target}"
                text = self.wording.interface[key].format(property=self._property(predicate))
                yield None, text
        for node in self.graph.values(shape, SH.term("targetNode")):
            yield None, self.wording.label(node).value
        if self.graph.values(shape, SH.term("target")):
            name = self._text(shape, "name")
            yield None, name.value if name else self.wording.curie(shape)

    def rules(self, shape: Node) -> Iterator[ShapeRule]:
        """Tell what a shape asks for by itself, and by each of its properties."""
        properties = self.graph.values(shape, SH.term("property"))
        own = self._text(shape, "message") or TaggedText(self._constraints(shape))
        if own.value:
            yield self._rule(shape, own)
        for part in properties:
            if not isinstance(part, ox.Literal):
                said = self._text(part, "message") or TaggedText(self._in_words(part))
                yield self._rule(part, said)
        for constraint in self.graph.values(shape, SH.term("sparql")):
            if isinstance(constraint, ox.Literal):
                continue
            if message := self._text(constraint, "message"):
                yield self._rule(constraint, message)

    def _rule(self, shape: Node, message: TaggedText) -> ShapeRule:
        severity = self.graph.text(shape, SH.term("severity")) or "Violation"
        is_named = isinstance(shape, ox.NamedNode)
        anchor = text_of(shape).replace("#", "/").rpartition("/")[2] if is_named else ""
        hint = preferred(self.graph, shape, KG.term("hint"))
        name = severity.rpartition("#")[2].casefold()
        return ShapeRule(anchor, shape, message, name, hint)

    def _text(self, shape: Node, name: str) -> TaggedText | None:
        return preferred(self.graph, shape, SH.term(name))

    def _property(self, predicate: Term) -> str:
        if isinstance(predicate, ox.NamedNode):
            return self.wording.property(predicate)
        return self.wording.interface["rule-path"]

    def _in_words(self, part: Node) -> str:
        path = next(iter(self.graph.values(part, SH.term("path"))), None)
        name = self._text(part, "name")
        of = name.value if name else self._property(path) if path else ""
        return f"{of}: {self._constraints(part) or self.wording.interface['rule-any']}"

    def _constraints(self, shape: Node) -> str:
        parts = [
            self.wording.interface[f"rule-{name}"].format(value=self._shown(value))
            for name in _CONSTRAINTS
            for value in self.graph.values(shape, SH.term(name))
        ]
        return "; ".join(parts)

    def _shown(self, value: Term) -> str:
        return self.wording.label(value).value


# The constraints that have words of their own, in the order in which they are told.
_CONSTRAINTS = (
    "minCount",
    "maxCount",
    "class",
    "datatype",
    "nodeKind",
    "pattern",
    "minLength",
    "maxLength",
    "minInclusive",
    "maxInclusive",
    "hasValue",
    "in",
)
