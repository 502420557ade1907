"""Lints of graphs: each says what it is based on, and each fact is in one."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pyoxigraph as ox

from mipex_kg.dataset.catalogue.properties import AGENTS, CLASSES, PARTS
from mipex_kg.dataset.catalogue.ranges import RANGES
from mipex_kg.dataset.passages import PASSAGE_CLASSES, read_passage
from mipex_kg.rdf.namespaces import KG, OA, PROV, TYPE
from mipex_kg.rdf.quads import Quad
from mipex_kg.rdf.terms import Term
from mipex_kg.validation.linted_project import LintedProject
from mipex_kg.validation.report import Finding

_GRAPH_KINDS = frozenset(
    KG.term(f"{kind}Graph")
    for kind in ("Stated", "Editorial", "Reference", "File", "Schema", "Record", "Inferred")
)
SELECTORS = frozenset({OA.term("TextPositionSelector"), OA.term("TextQuoteSelector")})
# What a data file's default graph may describe: graphs, passages, and the catalogue.
_RECORD_CLASSES = (
    _GRAPH_KINDS | SELECTORS | CLASSES | {OA.term("SpecificResource"), KG.term("DismissedPassage")}
)
# It may also describe what those lead to: sources, authorities, licences, coverage and the like.
_BEHIND = {
    OA.term("hasSource"): PROV.term("Entity"),
    PROV.term("wasAttributedTo"): PROV.term("Agent"),
    **RANGES,
}
# Facts are based on a passage; annotations of others are about one, or say something in one.
_USES = frozenset({PROV.term("wasDerivedFrom"), OA.term("hasTarget"), OA.term("hasBody")})


def graphs_rest_on_something(linted: LintedProject) -> Iterator[Finding]:
    """Find graphs of no kind; what each kind must be based on, the engine's shapes check."""
    first: dict[object, Quad] = {}
    for graph in sorted(linted.dataset.graph_names, key=str):
        if not _GRAPH_KINDS & set(linted.dataset.values(graph, TYPE)):
            name = linted.shown(graph)
            first = first or {q.graph_name: q for q in reversed(linted.dataset.quads)}
            yield linted.finding(
                "graph-rests-on-nothing",
                f"The graph {name} contains facts but has no source.",
                "Describe it in the file's default graph, for example: "
                f'{name} a kg:StatedGraph ; rdfs:label "…"@en ; prov:wasDerivedFrom <a passage> . '
                "`mipex-kg cite` prints such a block.",
                at=first[graph],
                term=graph,
            )


def graphs_hold_facts(linted: LintedProject) -> Iterator[Finding]:
    """Find graphs that are described but empty, and passages that nothing is based on."""
    dataset = linted.dataset
    for graph in sorted(dataset.members(*_GRAPH_KINDS), key=str):
        if graph not in dataset.graph_names and not dataset.is_a(graph, KG.term("InferredGraph")):
            yield linted.finding(
                "graph-without-facts",
                f"The graph {linted.shown(graph)} is described, but holds no fact.",
                "Write its facts, or remove the description.",
                at=graph,
            )
    for passage in sorted(dataset.members(OA.term("SpecificResource")), key=str):
        is_used = any(quad.predicate in _USES for quad in dataset.pointing_to(passage))
        if not is_used and not dataset.is_a(passage, KG.term("DismissedPassage")):
            yield linted.finding(
                "passage-without-facts",
                f"No facts are recorded for the passage {linted.shown(passage)}.",
                "Write down what it says, or type it kg:DismissedPassage with a kg:reasoning.",
                at=passage,
            )


def quotes_are_as_long_as_they_say(linted: LintedProject) -> Iterator[Finding]:
    """Find quotes that are longer or shorter than what is between their start and their end."""
    dataset = linted.dataset
    for node in sorted(dataset.members(*PASSAGE_CLASSES), key=str):
        passage = read_passage(dataset, node)
        number, between = len(passage.exact), passage.end - passage.start
        if not number or between <= 0 or between == number:
            continue  # what is missing or in the wrong order, shapes find
        of_selectors = (dataset.about(s) for s in dataset.values(node, OA.term("hasSelector")))
        ends = (q for quads in of_selectors for q in quads if q.predicate == OA.term("end"))
        yield linted.finding(
            "quote-length",
            f"The quote has {number} characters, and from {passage.start} to {passage.end} there "
            f"are {between}.",
            f"If it starts at {passage.start}, it ends at {passage.start + number}. Copy the "
            "quote and its place from what `mipex-kg cite` prints.",
            at=next(ends, node),
        )


def facts_are_in_graphs(linted: LintedProject) -> Iterator[Finding]:
    """Find facts in a data file's default graph, which only describes graphs and passages."""
    records = set(linted.dataset.members(*_RECORD_CLASSES))
    is_record = cache(lambda node: node in records or _is_behind_record(linted, node))
    for file in linted.data_files:
        for quad in file.quads:
            outside = isinstance(quad.graph_name, ox.DefaultGraph)
            if outside and not is_record(quad.subject):
                yield linted.finding(
                    "fact-outside-graph",
                    f"This fact about {linted.shown(quad.subject)} is in no named graph, so "
                    "nothing says what it is based on.",
                    "Move it into the graph of the passage that states it: says:… { … }",
                    at=quad,
                    file=file,
                )


def _is_behind_record(linted: LintedProject, node: Term) -> bool:
    """Tell whether a default graph may describe a node that is behind the record."""
    types = set(linted.dataset.values(node, TYPE))
    return any(_is_behind(linted, quad, types) for quad in linted.dataset.pointing_to(node))


def _is_behind(linted: LintedProject, link: Quad, types: set[Term]) -> bool:
    """Tell whether a link from the record is one to what it may describe, too."""
    if link.subject in linted.catalogue_nodes and (
        link.predicate in AGENTS | PARTS or isinstance(link.object, ox.BlankNode)
    ):
        return True
    return _BEHIND.get(link.predicate) in types
