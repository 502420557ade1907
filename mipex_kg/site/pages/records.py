"""What the pages of passages, graphs and rules show besides: the facts that are based on each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import pyoxigraph as ox

from mipex_kg.dataset import passages
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.dataset.passages import Passage
from mipex_kg.dataset.rules import load_rules
from mipex_kg.rdf.namespaces import KG, PROV, RDF, TYPE
from mipex_kg.rdf.quads import Quad
from mipex_kg.rdf.terms import Node, Term, text_of
from mipex_kg.site.documents import Publication
from mipex_kg.site.pages.keepers import stand_ins
from mipex_kg.site.pages.notes import Grounds
from mipex_kg.site.pages.wording import Wording

_LIST = frozenset({RDF.term("first"), RDF.term("rest")})
# A page with more is for no reader; the downloads have them all.
MOST = 200


class FactRow(NamedTuple):
    """A fact as a row of a table."""

    subject: Term
    property: str
    value: Term


class Statements(NamedTuple):
    """The facts of a graph, or the first of them, with their number."""

    graph: Node
    rows: tuple[FactRow, ...]
    total: int


@dataclass(frozen=True)
class Records:
    """Looks up what is based on passages, graphs and rules."""

    publication: Publication
    wording: Wording
    grounds: Grounds
    _rule_texts: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        project = self.publication.project
        for rule in load_rules(project.rule_files, project.files):
            self._rule_texts[rule.name] = rule.text

    def _read(self, source: Node) -> list[Passage]:
        """List the passages of a source, in the order of its text; of anything else, none."""
        if not isinstance(source, ox.NamedNode):
            return []
        return passages.passages_of(self.dataset, source)

    @property
    def dataset(self) -> Dataset:
        """The dataset that is published."""
        return self.publication.dataset

    def kind(self, node: Node) -> str | None:
        """Tell whether a node is a passage, a graph, or a rule."""
        if self.dataset.is_graph(node):
            return "graph"
        types = self.dataset.values(node, TYPE)
        if KG.term("Rule") in types:
            return "rule"
        if passages.is_passage(self.dataset, node):
            return "passage"
        return "source" if self._read(node) else None

    def of(self, node: Node) -> dict[str, object]:
        """Give what the template of such a page needs besides the description."""
        match self.kind(node):
            case "graph":
                statements = [self._statements(node)]
                return {"ground": self.grounds.of(node), "statements": statements}
            case "rule":
                text = self._rule_texts.get(text_of(node).rpartition("/")[2], "")
                return {"text": text, "statements": [*map(self._statements, self._derived(node))]}
            case "source":
                return {"read": self._read(node)}
            case "passage":
                graphs = passages.graphs_on(self.dataset, text_of(node))
                return {
                    "passage": passages.read_passage(self.dataset, node),
                    "statements": [*map(self._statements, graphs)],
                }
        return {}

    def _derived(self, rule: Node) -> list[Node]:
        """List the graphs that come from a rule and hold anything."""
        quads = self.dataset.pointing_to(rule)
        found = {q.subject for q in quads if q.predicate == PROV.term("wasDerivedFrom")}
        return sorted((graph for graph in found if self.dataset.is_graph(graph)), key=str)

    def _statements(self, graph: Node) -> Statements:
        # The cells of lists are not facts of their own: the list is shown as the value that it is.
        hidden = stand_ins(self.publication.project)
        said = self.dataset.by_graph.get(graph, [])
        quads = (q for q in said if q.predicate not in _LIST and q.object not in hidden)
        rows = sorted(map(self._row, quads), key=self._order)
        return Statements(graph, tuple(rows[:MOST]), len(rows))

    def _row(self, quad: Quad) -> FactRow:
        name = self.wording.interface["is-a"] if quad.predicate == TYPE else None
        return FactRow(quad.subject, name or self.wording.property(quad.predicate), quad.object)

    def _order(self, row: FactRow) -> tuple[str, ...]:
        """Sort by what a page shows, whatever the order in the files and blank nodes' labels."""
        words = (self.wording.label(term) for term in (row.subject, row.value))
        subject, value = ((text.value.casefold(), text.language) for text in words)
        return *subject, row.property, *value
