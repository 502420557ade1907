"""Who is left out of search engines, and where: one rule for all pages and structured data.

A person who is marked with ``kg:noIndex`` is named

- on their own page, which asks search engines to leave it out, and in its documents
- on the pages of the groups that they belong to, since the source names them there
- in lists, answers to queries, and the pages of sources, passages, graphs and rules: these ask
  search engines to leave them out as soon as they name such a person
- in the files of the whole graph, which are for programs

What is for programs is sent with a header that asks search engines to leave it out, whatever it
is about: see `hosting.rules`. They are named on no other page: the roles and posts that lead to
them are left out there, in descriptions and in structured data too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

import pyoxigraph as ox

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.rdf.namespaces import FOAF, KG, OA, PROV, RDFS, TYPE, XSD
from mipex_kg.rdf.terms import Node, Term

_TRUE = frozenset({ox.Literal(text, datatype=XSD.term("boolean")) for text in ("true", "1")})
_GROUP = FOAF.term("Group")
_HAS_SOURCE = OA.term("hasSource")


@dataclass(frozen=True)
class Privacy:
    """What the rule comes to in a dataset.

    :param marked: those who are marked
    :param unlisted: them, the roles and posts between them and others, the graphs that say
        something of them, and the passages that those are based on: the pages of all of these ask
        search engines to leave them out
    :param names: what the marked are called
    """

    dataset: Dataset
    marked: frozenset[Node]
    unlisted: frozenset[Node]
    names: frozenset[str] = field(repr=False)

    def concerns(self, values: Iterable[Term | None]) -> bool:
        """Tell whether any of some values is, or names, one of them."""
        return any(
            self.is_named_in(value.value)
            if isinstance(value, ox.Literal)
            else value in self.unlisted
            for value in values
        )

    def is_named_in(self, text: str) -> bool:
        """Tell whether a text names one of them."""
        return self._names is not None and self._names.search(text) is not None

    @cached_property
    def _names(self) -> re.Pattern[str] | None:
        if not self.names:
            return None
        return re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(self.names)))})\b")

    def is_unlisted(self, thing: Node) -> bool:
        """Tell whether the page of a thing asks search engines to leave it out."""
        if thing in self.unlisted:
            return True
        around = (quad.subject for quad in self.dataset.pointing_to(thing))
        return self._is_record(thing) and any(node in self.unlisted for node in around)

    def hidden_from(self, thing: Node) -> frozenset[Node]:
        """Give what the page of a thing must not name."""
        may_name = thing in self.unlisted or self._is_group(thing) or self._is_record(thing)
        return frozenset() if may_name else self.unlisted

    def _is_record(self, thing: Node) -> bool:
        """Tell whether a thing is a graph, a rule, or a source: its page lists what it says."""
        if self.dataset.is_graph(thing) or self.dataset.is_a(thing, KG.term("Rule")):
            return True
        return any(q.predicate == _HAS_SOURCE for q in self.dataset.pointing_to(thing))

    def _is_group(self, thing: Node) -> bool:
        seen: set[Term] = set()
        waiting = self.dataset.values(thing, TYPE)
        while waiting:
            cls = waiting.pop()
            if cls == _GROUP:
                return True
            if cls not in seen:
                seen.add(cls)
                waiting += self.dataset.values(cls, RDFS.term("subClassOf"))
        return False


def find_privacy(dataset: Dataset) -> Privacy:
    """Find those who are marked with ``kg:noIndex``, and what is about them."""
    marked = {
        quad.subject
        for quad in dataset.quads
        if quad.predicate == KG.term("noIndex") and quad.object in _TRUE
    }
    near = [q.object for node in marked for q in dataset.about(node)]
    near += [q.subject for node in marked for q in dataset.pointing_to(node)]
    between = {n for n in near if not isinstance(n, ox.Literal) and dataset.is_nested(n)}
    told = marked | between
    graphs = {
        quad.graph_name
        for node in told
        for quad in (*dataset.about(node), *dataset.pointing_to(node))
        if not isinstance(quad.graph_name, ox.DefaultGraph)
    }
    origins = {
        value
        for graph in graphs
        for value in dataset.values(graph, PROV.term("wasDerivedFrom"))
        if not isinstance(value, ox.Literal)
    }
    names = {
        text for node in marked for name in dataset.labels for text in dataset.texts(node, name)
    }
    return Privacy(dataset, frozenset(marked), frozenset(told | graphs | origins), frozenset(names))
