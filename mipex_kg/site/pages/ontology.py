"""The page of an ontology: its terms as trees, and each with its meaning, its use and examples."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import NamedTuple

import pyoxigraph as ox

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.dataset.traces import Trace, TracedProperty
from mipex_kg.rdf.namespaces import KG, OWL, RDF, RDFS, TYPE, Namespace, compact
from mipex_kg.rdf.quads import Quad
from mipex_kg.rdf.terms import Node, Term, text_of
from mipex_kg.site.pages.addresses import Addresses
from mipex_kg.site.pages.facts import ThingDescription
from mipex_kg.site.pages.notes import Notes
from mipex_kg.site.pages.thing import Describer
from mipex_kg.site.pages.trees import Branch, find_ways, grow, reached

_ONTOLOGY = OWL.term("Ontology")
_CLASSES, _INDIVIDUALS = "classes", "individuals"
# The kinds of terms, in the order of the page, each with the classes that tell it.
_TELLING: Mapping[str, frozenset[ox.NamedNode]] = {
    _CLASSES: frozenset({RDFS.term("Class"), OWL.term("Class"), OWL.term("DeprecatedClass")}),
    "object-properties": frozenset(
        OWL.term(f"{kind}Property")
        for kind in (
            *("Object", "InverseFunctional", "Transitive", "Symmetric", "Asymmetric"),
            *("Reflexive", "Irreflexive"),
        )
    ),
    "data-properties": frozenset({OWL.term("DatatypeProperty")}),
    "annotation-properties": frozenset(map(OWL.term, ("AnnotationProperty", "OntologyProperty"))),
    "properties": frozenset(
        {RDF.term("Property"), *map(OWL.term, ("FunctionalProperty", "DeprecatedProperty"))}
    ),
    "datatypes": frozenset({RDFS.term("Datatype")}),
    _INDIVIDUALS: frozenset({OWL.term("NamedIndividual")}),
}
KINDS = (*_TELLING, "others")
_PROPERTIES = frozenset(kind for kind in KINDS if kind.endswith("properties"))
_ABOVE = {
    _CLASSES: RDFS.term("subClassOf"),
    "datatypes": RDFS.term("subClassOf"),
    **dict.fromkeys(_PROPERTIES, RDFS.term("subPropertyOf")),
}
_STATUS = Namespace("http://www.w3.org/2003/06/sw-vocab-status/ns#").term("term_status")
_OUTDATED = frozenset({"archaic", "deprecated", "obsolete"})
_EXAMPLES = 3
_LONG = 200
# So many terms of others are described on the page of an ontology.
_MOST_OTHERS = 60


class Example(NamedTuple):
    """A fact in which a term is used."""

    subject: Term
    value: Term


class TermEntry(NamedTuple):
    """A term, with how it is used.

    :param kind: one of ``KINDS``
    :param fragment: its place on its ontology's page
    :param uses: how many things are of the class, or how many facts have the property
    :param below: how many things are only of narrower classes
    :param ways: from the top of the tree down to it, without itself
    """

    kind: str
    fragment: str
    about: ThingDescription
    uses: int
    examples: tuple[Example, ...]
    below: int
    is_deprecated: bool
    ways: list[tuple[Node, ...]]

    @property
    def is_used(self) -> bool:
        """Whether anything may use it as facts do a class or a property."""
        return self.kind == _CLASSES or self.kind in _PROPERTIES


class Contents(NamedTuple):
    """The terms of a kind, as a tree; it is empty if the page has no room."""

    kind: str
    number: int
    tree: list[Branch]


class OntologyPage(NamedTuple):
    """What the page of an ontology shows besides its facts.

    :param entries: by kind, those terms that have no page of their own
    :param prefixes: of the namespaces that it uses
    """

    contents: list[Contents]
    entries: Mapping[str, list[TermEntry]]
    prefixes: list[tuple[str, str]]


def _shortened(value: Term) -> Term:
    """Cut a long text: of an example, its beginning will do."""
    if not isinstance(value, ox.Literal) or len(value.value) <= _LONG:
        return value
    return ox.Literal(f"{value.value[:_LONG].rstrip()}…", language=value.language)


def is_ontology(node: Node, dataset: Dataset) -> bool:
    """Tell whether a thing is an ontology."""
    return _ONTOLOGY in dataset.values(node, TYPE)


@dataclass(frozen=True)
class Ontologies:
    """The ontologies of a dataset, and their terms."""

    describer: Describer
    addresses: Addresses

    def page(self, ontology: Node, places: Mapping[str, Node], notes: Notes) -> OntologyPage:
        """Describe an ontology.

        :param places: the terms that are on its page, by the names of their places
        """
        terms = self._terms(ontology) | {t: self._kind(t) for t in places.values()}
        anchors = {term: place for place, term in places.items()} | self._without_page(terms)
        entries: dict[str, list[TermEntry]] = defaultdict(list)
        for term in self._ordered(anchors):
            about = self.describer.describe(term, notes, is_whole=True)
            entries[terms[term]].append(self.entry(term, about, anchors[term]))
        kinds: dict[str, list[Node]] = defaultdict(list)
        for term in self._ordered(terms):
            kinds[terms[term]].append(term)
        contents = [
            Contents(kind, len(kinds[kind]), self._tree(kind, kinds[kind], anchors))
            for kind in KINDS
            if kinds[kind]
        ]
        return OntologyPage(contents, entries, self._prefixes(ontology))

    def tree(self, terms: Iterable[Node]) -> list[Branch]:
        """Give terms of one kind as a tree; nothing if none is narrower, or they are too many."""
        ordered = self._ordered(terms)
        kinds = {self._kind(term) for term in ordered}
        tree = self._tree(kinds.pop(), ordered, {}) if len(kinds) == 1 else []
        return tree if any(branch.branches or branch.below for branch in tree) else []

    def entry(self, term: Node, about: ThingDescription, fragment: str = "") -> TermEntry:
        """Tell how a term is used; its members are examples, and nothing that points to it."""
        dataset, kind = self._dataset, self._kind(term)
        quads = self._uses(term, kind)
        below: set[Term] = set()
        if kind == _CLASSES:
            of_type = self.describer.wording.property(TYPE, inward=True)
            pointing = tuple(fact for fact in about.pointing if fact.name != of_type)
            about = replace(about, pointing=pointing)
            narrower = reached(term, lambda cls: dataset.subjects(cls, RDFS.term("subClassOf")))
            below = {member for cls in narrower for member in dataset.subjects(cls, TYPE)}
            below -= {quad.subject for quad in quads}
        concerns = self.describer.privacy.concerns
        shown = [quad for quad in quads if not concerns((quad.subject, quad.object))]
        examples = tuple(Example(q.subject, _shortened(q.object)) for q in shown[:_EXAMPLES])
        is_deprecated, ways = self._is_deprecated(term), self._ways(term, kind)
        return TermEntry(
            kind, fragment, about, len(quads), examples, len(below), is_deprecated, ways
        )

    def is_term(self, node: Node) -> bool:
        """Tell whether a thing is a class, a property or a datatype."""
        return self._kind(node) not in (_INDIVIDUALS, "others")

    @property
    def _dataset(self) -> Dataset:
        return self.describer.dataset

    def _kind(self, term: Node) -> str:
        types = set(self._dataset.values(term, TYPE))
        for kind, telling in _TELLING.items():
            if types & telling:
                return kind
        own = (cls for cls in types if not text_of(cls).startswith((OWL, RDF, RDFS)))
        return _INDIVIDUALS if any(own) else "others"

    def _terms(self, ontology: Node) -> dict[Node, str]:
        """Find the terms of an ontology, each with its kind.

        They say that it defines them, begin with its name, or are beside the only one there is.
        """
        beside = self._graphs(ontology) if len(self._ontologies) == 1 else frozenset()
        namespace = text_of(ontology).rstrip("/#")
        found: dict[Node, str] = {}
        for term, quads in self._dataset.by_subject.items():
            if isinstance(term, ox.BlankNode) or not any(q.predicate == TYPE for q in quads):
                continue
            kind = self._kind(term)
            is_beside = any(q.graph_name in beside for q in quads if q.predicate == TYPE)
            if kind == "others" or (kind == _INDIVIDUALS and not is_beside):
                continue
            begins = text_of(term).startswith((f"{namespace}#", f"{namespace}/"))
            defining = self._dataset.values(term, RDFS.term("isDefinedBy"))
            if ontology in defining or (not defining and begins) or is_beside:
                found[term] = kind
        return found

    @property
    def trace(self) -> Trace:
        """What is read of the dataset."""
        return self._dataset.trace

    @TracedProperty
    def _ontologies(self) -> list[Node]:
        found = self._dataset.members(_ONTOLOGY)
        return [node for node in found if not text_of(node).startswith(KG.rstrip("#"))]

    def _graphs(self, ontology: Node) -> AbstractSet[Node | ox.DefaultGraph]:
        quads = self._dataset.about(ontology)
        return {q.graph_name for q in quads if q.predicate == TYPE and q.object == _ONTOLOGY}

    def _without_page(self, terms: Iterable[Node]) -> dict[Node, str]:
        """Give places to terms of others of which something is said, unless they are many."""
        wording = self.describer.wording
        others = [
            term
            for term in terms
            if self.addresses.page_of(term) is None
            and any(quad.predicate != TYPE for quad in self._dataset.about(term))
        ]
        if len(others) > _MOST_OTHERS:
            return {}
        return {term: wording.curie(term).strip("<>").replace(":", "-") for term in others}

    def _tree(self, kind: str, terms: list[Node], anchors: Mapping[Node, str]) -> list[Branch]:
        own = set(terms)
        above = _ABOVE.get(kind)
        narrower: dict[Node, list[Node]] = defaultdict(list)
        for term in terms:  # which are in order
            for upper in self._dataset.values(term, above) if above else ():
                if upper in own and upper != term and not isinstance(upper, ox.Literal):
                    narrower[upper].append(term)
        below = {term for some in narrower.values() for term in some}
        top = [term for term in terms if term not in below]
        tree = grow(top or terms, lambda node: narrower[node])
        waiting = [*tree]
        while waiting:
            branch = waiting.pop()
            waiting += branch.branches
            if self.addresses.page_of(branch.concept) is None:
                branch.anchor = anchors.get(branch.concept, "")
            branch.is_deprecated = self._is_deprecated(branch.concept)
        return tree

    def _ways(self, term: Node, kind: str) -> list[tuple[Node, ...]]:
        above = _ABOVE.get(kind)
        if above is None:
            return []
        dataset = self._dataset

        def broader(node: Node) -> list[Node]:
            found = dataset.values(node, above)
            return self._ordered(n for n in found if isinstance(n, ox.NamedNode))

        return find_ways(term, broader)

    def _ordered(self, terms: Iterable[Node]) -> list[Node]:
        return sorted(terms, key=lambda t: (self.describer.wording.name_order(t), str(t)))

    def _is_deprecated(self, term: Node) -> bool:
        dataset = self._dataset
        types = {OWL.term("DeprecatedClass"), OWL.term("DeprecatedProperty")}
        return (
            not {"true", "1"}.isdisjoint(dataset.texts(term, OWL.term("deprecated")))
            or not types.isdisjoint(dataset.values(term, TYPE))
            or not _OUTDATED.isdisjoint(dataset.texts(term, _STATUS))
        )

    def _uses(self, term: Node, kind: str) -> list[Quad]:
        """Give the facts in which a term is used, each once."""
        if kind == _CLASSES:
            quads = [q for q in self._dataset.pointing_to(term) if q.predicate == TYPE]
        else:
            quads = self._dataset.with_property(term) if isinstance(term, ox.NamedNode) else []
        return list({quad.triple: quad for quad in quads}.values())

    def _prefixes(self, ontology: Node) -> list[tuple[str, str]]:
        """Give the prefixes of what is said beside an ontology."""
        graphs, prefixes = self._graphs(ontology), self._dataset.prefixes
        iris = {
            term.value
            for graph in graphs
            for quad in self._dataset.by_graph.get(graph, [])
            for term in (quad.subject, quad.predicate, quad.object)
            if isinstance(term, ox.NamedNode)
        }
        used = {curie.partition(":")[0] for iri in iris if (curie := compact(iri, prefixes))}
        return [(prefix, prefixes[prefix]) for prefix in sorted(used)]
