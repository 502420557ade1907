"""Explaining in words: what is said of a thing, and what each fact is based on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import pyoxigraph as ox

from mipex_kg.dataset import provenance, things
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.dataset.passages import Passage
from mipex_kg.dataset.provenance import FileSource
from mipex_kg.dataset.rules import Rule
from mipex_kg.project.project import Project
from mipex_kg.rdf.namespaces import TYPE
from mipex_kg.rdf.quads import Quad
from mipex_kg.rdf.terms import Node, Term, as_json, text_of
from mipex_kg.system.errors import UsageError

# What is nearest to the source comes first.
_ORDER = [*provenance.KINDS.values(), "unexplained"]


class Origin(NamedTuple):
    """A source, or an authority.

    :param address: at which people find it
    """

    node: Term
    name: str
    address: str


class CitedPassage(NamedTuple):
    """A passage, and the source that it is of."""

    passage: Passage
    source: Origin


@dataclass(frozen=True)
class Basis:
    """What a fact is based on.

    :param graph: in which it is
    :param kind: how the graph came by it: stated, concluded, looked up, inferred …
    :param reasoning: the editors' sentence, of what was concluded
    :param authorities: who says so, of what was looked up
    :param licence: under which the authority lets it be used
    :param rights: what else is to be said about its use
    :param file_source: where the file comes from, of what was given
    :param rule: that inferred it
    :param premises: from which it was inferred
    """

    graph: Node
    kind: str
    passages: tuple[CitedPassage, ...] = ()
    reasoning: str = ""
    authorities: tuple[Origin, ...] = ()
    licence: str = ""
    rights: str = ""
    file_source: FileSource | None = None
    rule: Rule | None = None
    premises: tuple[ExplainedFact, ...] = ()

    def in_words(self) -> str:
        """Sum it up in a line."""
        quotes = (f"{source.name}: “{' '.join(p.exact.split())}”" for p, source in self.passages)
        authorities = (authority.name for authority in self.authorities)
        rules = [f"the rule “{self.rule.title}”"] if self.rule else []
        premises = (premise.text for premise in self.premises)
        files = [self.file_source.in_words()] if self.file_source else []
        found = [self.reasoning, *quotes, *authorities, *files, self.rights, *rules, *premises]
        return "; ".join(filter(None, found))


@dataclass(frozen=True)
class ExplainedFact:
    """A fact in words, and what it is based on; of a premise, that is without its own premises."""

    triple: ox.Triple
    text: str
    basis: Basis


@dataclass(frozen=True, repr=False)
class Explanation:
    """The facts that were asked about, those that are nearest to the source first.

    :param thing: that they are about
    :param label: its name
    """

    thing: ox.NamedNode
    label: str
    facts: tuple[ExplainedFact, ...]

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON has it, with terms as in the results of SPARQL."""
        facts = [_fact_as_dict(fact) for fact in self.facts]
        return {"thing": self.thing.value, "label": self.label, "facts": facts}

    def __repr__(self) -> str:
        return f"<Explanation: {len(self.facts)} of the facts about {self.label}>"

    def _repr_html_(self) -> str:
        """Show it in a notebook."""
        from mipex_kg.sparql import html

        rows = [[fact.text, fact.basis.kind, fact.basis.in_words()] for fact in self.facts]
        return html.table(["fact", "how we know", "what it is based on"], rows)


def explain(
    project: Project,
    dataset: Dataset,
    thing: str,
    property: str | None = None,
    value: str | None = None,
) -> Explanation:
    """Explain the facts about a thing, or those with one property, or one value.

    :param thing: an IRI, a CURIE or a label
    :param property: an IRI, a CURIE, a label or a local name
    :param value: a text as it is in the data, or the name of a thing
    :raises UsageError: when there is no such thing, property or value
    :raises SourceError: when a rule can't be read any more
    """
    node = things.find_thing(thing, dataset)
    quads = _asked(dataset, node, property, value)
    name = things.name(node, dataset)
    if not quads:
        raise UsageError(f"Nothing is said about {name}; it is only pointed to.")
    explainer = _Explainer(project, dataset)
    facts = (explainer.fact(quad) for quad in quads)
    ordered = sorted(
        facts, key=lambda fact: (_ORDER.index(fact.basis.kind), text_of(fact.basis.graph))
    )
    return Explanation(node, name, tuple(ordered))


def _asked(
    dataset: Dataset, node: ox.NamedNode, property: str | None, value: str | None
) -> list[Quad]:
    quads = sorted(dataset.about(node), key=lambda quad: (quad.predicate != TYPE, str(quad)))
    if property is None:
        return quads
    predicate = things.find_property(property, quads, dataset)
    quads = [quad for quad in quads if quad.predicate == predicate]
    if value is None:
        return quads
    wanted = _with_value(dataset, quads, value)
    if not wanted:
        known = ", ".join(dict.fromkeys(things.name(quad.object, dataset) for quad in quads))
        raise UsageError(f"No such value: {value!r}.", hint=f"The values are: {known}.")
    return wanted


def _with_value(dataset: Dataset, quads: list[Quad], value: str) -> list[Quad]:
    texts = [quad for quad in quads if text_of(quad.object) == value]
    named = [
        quad for quad in quads if things.name(quad.object, dataset).casefold() == value.casefold()
    ]
    if texts or named:
        return texts or named
    try:
        thing = things.find_thing(value, dataset)
    except UsageError:
        return []
    return [quad for quad in quads if quad.object == thing]


class _Explainer(NamedTuple):
    project: Project
    dataset: Dataset

    def fact(self, quad: Quad, *, with_premises: bool = True) -> ExplainedFact:
        """Explain one fact."""
        ground = provenance.ground(self.project, self.dataset, quad, with_premises=with_premises)
        passages = (
            CitedPassage(passage, self._origin(ox.NamedNode(passage.source)))
            for passage in ground.passages
        )
        premises = (self.fact(premise, with_premises=False) for premise in ground.premises)
        basis = Basis(
            ground.graph,
            ground.kind,
            tuple(passages),
            ground.reasoning.value if ground.reasoning else "",
            tuple(map(self._origin, ground.authorities)),
            ground.licence,
            ground.rights,
            ground.file_source,
            ground.rule,
            tuple(premises),
        )
        return ExplainedFact(quad.triple, statement(quad.triple, self.dataset), basis)

    def _origin(self, node: Term) -> Origin:
        address = provenance.address(self.dataset, node)
        return Origin(node, things.name(node, self.dataset), address)


def statement(triple: ox.Triple, dataset: Dataset) -> str:
    """Say a fact in words.

    >>> ada, knows = ox.NamedNode("e:ada"), ox.NamedNode("e:knows")
    >>> statement(ox.Triple(ada, knows, ox.Literal("Zoë", language="de")), Dataset((), (), {}))
    '<e:ada>, knows: Zoë (de)'
    >>> statement(ox.Triple(ada, TYPE, ox.NamedNode("e:Agent")), Dataset((), (), {}))
    '<e:ada>, type: <e:Agent>'
    """
    object = things.name(triple.object, dataset)
    property = things.property_name(triple.predicate, dataset)
    language = ""
    if isinstance(triple.object, ox.Literal) and triple.object.language:
        language = f" ({triple.object.language})"
    return f"{things.name(triple.subject, dataset)}, {property}: {object}{language}"


def _fact_as_dict(fact: ExplainedFact) -> dict[str, Any]:
    subject, predicate, object = fact.triple
    return {
        "statement": fact.text,
        "subject": as_json(subject),
        "property": predicate.value,
        "value": as_json(object),
        "basis": _basis_as_dict(fact.basis),
    }


def _basis_as_dict(basis: Basis) -> dict[str, Any]:
    """Leave out what doesn't apply to the kind of basis."""
    rule = basis.rule and {"name": basis.rule.name, "title": basis.rule.title}
    found = {
        "graph": text_of(basis.graph),
        "kind": basis.kind,
        "passages": [_passage_as_dict(cited) for cited in basis.passages],
        "reasoning": basis.reasoning,
        "authorities": _origins_as_dicts(basis.authorities),
        "licence": basis.licence,
        "rights": basis.rights,
        "source": basis.file_source and basis.file_source._asdict(),
        "rule": rule,
        "premises": [_fact_as_dict(premise) for premise in basis.premises],
    }
    return {name: value for name, value in found.items() if value}


def _passage_as_dict(cited: CitedPassage) -> dict[str, Any]:
    passage = cited.passage
    (source,) = _origins_as_dicts([cited.source])
    return {
        "passage": passage.iri,
        "source": source,
        "section": passage.section,
        "start": passage.start,
        "end": passage.end,
        "quote": passage.exact,
        "notes": [note.value for note in passage.notes],
    }


def _origins_as_dicts(origins: Iterable[Origin]) -> list[dict[str, str]]:
    return [
        {"iri": text_of(origin.node), "name": origin.name, "address": origin.address}
        for origin in origins
    ]
