"""What SHACL can't see, since it sees one graph and no text: our own checks of a project.

Each lint is a function from what is to be checked to findings, listed in ``LINTS``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox

from mipex_kg.dataset.catalogue.ranges import RANGES
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.rdf import formats
from mipex_kg.rdf.canonicalization import find_alike
from mipex_kg.rdf.namespaces import (
    DCAT,
    KG,
    LABELS,
    OA,
    PROV,
    RDF,
    SCHEMA_HTTPS,
    SH,
    TYPE,
)
from mipex_kg.rdf.terms import Term
from mipex_kg.sparql import query_text
from mipex_kg.system import reading
from mipex_kg.system.errors import nearest
from mipex_kg.validation.linted_project import LintedProject
from mipex_kg.validation.literals import literals_are_well_typed
from mipex_kg.validation.report import Finding, Place, Severity

_GRAPH_KINDS = frozenset(
    KG.term(f"{kind}Graph")
    for kind in ("Stated", "Editorial", "Reference", "Schema", "Record", "Inferred")
)
_SELECTORS = frozenset({OA.term("TextPositionSelector"), OA.term("TextQuoteSelector")})
# What the engine itself describes, in English whatever the project's language.
_OURS = frozenset(KG.term(f"{kind}Graph") for kind in ("Schema", "Record", "Inferred"))
# What a data file's default graph may describe: graphs, passages, and the catalogue.
_RECORD_CLASSES = (
    _GRAPH_KINDS
    | _SELECTORS
    | {
        OA.term("SpecificResource"),
        KG.term("DismissedPassage"),
    }
    | {
        DCAT.term(name)
        for name in ("Catalog", "Dataset", "DatasetSeries", "Distribution", "DataService")
    }
)
# It may also describe what those lead to: sources, authorities, licences, coverage and the like.
_BEHIND = {
    OA.term("hasSource"): PROV.term("Entity"),
    PROV.term("wasAttributedTo"): PROV.term("Agent"),
    **RANGES,
}
_SPARQL = {SH.term(name) for name in ("select", "ask", "construct", "namespace")}
_SAFE_PATH = re.compile(r"[A-Za-z0-9._~-]+(/[A-Za-z0-9._~-]+)*(#[A-Za-z0-9._~-]*)?\Z")


def graphs_rest_on_something(linted: LintedProject) -> Iterator[Finding]:
    """Find graphs of no kind; what each kind has to rest on, the engine's shapes check."""
    for graph in sorted(linted.dataset.graph_names, key=str):
        if not _GRAPH_KINDS & set(linted.dataset.values(graph, TYPE)):
            quad = next(quad for quad in linted.dataset.quads if quad.graph_name == graph)
            name = linted.shown(graph)
            yield linted.finding(
                "graph-rests-on-nothing",
                f"The graph {name} holds facts, but nothing says what they rest on.",
                "Describe it in the file's default graph, for example: "
                f'{name} a kg:StatedGraph ; rdfs:label "…"@en ; prov:wasDerivedFrom <a passage> . '
                "`mipex-kg cite` prints such a block.",
                at=quad,
                term=graph,
            )


def graphs_hold_facts(linted: LintedProject) -> Iterator[Finding]:
    """Find graphs that are described but empty, and passages that nothing rests on."""
    dataset = linted.dataset
    for graph in sorted(dataset.members(*_GRAPH_KINDS), key=str):
        if graph not in dataset.graph_names and not dataset.is_a(graph, KG.term("InferredGraph")):
            yield linted.finding(
                "graph-without-facts",
                f"The graph {linted.shown(graph)} is described, but holds no fact.",
                "Write its facts, or remove the description.",
                at=graph,
                severity=Severity.WARNING,
            )
    used = {quad.object for quad in dataset.quads if quad.predicate == PROV.term("wasDerivedFrom")}
    for passage in sorted(dataset.members(OA.term("SpecificResource")), key=str):
        if passage not in used and not dataset.is_a(passage, KG.term("DismissedPassage")):
            yield linted.finding(
                "passage-without-facts",
                f"No graph rests on the passage {linted.shown(passage)}.",
                "Write down what it says, or type it kg:DismissedPassage with a kg:reasoning.",
                at=passage,
                severity=Severity.WARNING,
            )


def facts_are_in_graphs(linted: LintedProject) -> Iterator[Finding]:
    """Find facts in a data file's default graph, which only describes graphs and passages."""
    for file in linted.data_files:
        for quad in file.quads:
            outside = isinstance(quad.graph_name, ox.DefaultGraph)
            if outside and not _is_record(linted.dataset, quad.subject):
                yield linted.finding(
                    "fact-outside-graph",
                    f"This fact about {linted.shown(quad.subject)} is in no named graph, so "
                    "nothing says what it rests on.",
                    "Move it into the graph of the passage that states it: says:… { … }",
                    at=quad,
                )


def _is_record(dataset: Dataset, node: Term) -> bool:
    """Tell whether a default graph may describe a node: it is of the record, or behind it."""
    types = set(dataset.values(node, TYPE))
    if types & _RECORD_CLASSES:
        return True
    links = {quad.predicate for quad in dataset.pointing_to(node)}
    return any(_BEHIND.get(link) in types for link in links)


def linked_things_are_described(linted: LintedProject) -> Iterator[Finding]:
    """Find IRIs under the base that are linked but not described."""
    described = {term.value for term in linted.asserted if isinstance(term, ox.NamedNode)}
    base = linted.project.base
    # Without the base, which would make all of them alike.
    names = sorted(iri.removeprefix(base) for iri in described if iri.startswith(base))
    for iri, quad in sorted(linted.own_nodes.items()):
        node = ox.NamedNode(iri)
        # A fragment's document, such as an ontology's address, needs no description of its own;
        # what a graph lacks, another check says.
        if iri in described or iri.endswith(("#", "/")) or node in linted.dataset.graph_names:
            continue
        near = nearest(iri.removeprefix(base), names, cutoff=0.8)
        hint = f"Did you mean {linted.shown(ox.NamedNode(base + near))}? " if near else ""
        yield linted.finding(
            "undescribed",
            f"{linted.shown(node)} is linked, but nothing is said of it.",
            f"{hint}State at least its type and its name.",
            at=quad,
            term=node,
        )


def things_have_labels(linted: LintedProject) -> Iterator[Finding]:
    """Find things under the base without a label in the project's first language."""
    language = linted.project.languages[0]
    for iri in sorted(linted.own_nodes):
        thing = ox.NamedNode(iri)
        types = set(linted.dataset.values(thing, TYPE))
        if thing not in linted.asserted or types & (_SELECTORS | _OURS):
            continue
        if not linted.dataset.literal(thing, *LABELS, languages=[language], is_strict=True):
            yield linted.finding(
                "unlabelled",
                f"{linted.shown(thing)} has no label in the language {language!r}.",
                f'Add one, such as schema:name "…"@{language}; a person\'s name needs no language.',
                at=thing,
            )


def schema_org_is_http(linted: LintedProject) -> Iterator[Finding]:
    """Find https://schema.org/ in data, ontology, shapes, queries and rules."""
    hint = "Write http://schema.org/: PREFIX schema: <http://schema.org/>"
    message = "https://schema.org/ is not the namespace of schema.org's terms."
    for file in (*linted.own_files, *linted.shapes):
        quad = next(filter(_is_https, file.quads), None)
        if quad is not None:
            written = re.search(f"""(?<=[<"']){SCHEMA_HTTPS}""", file.text)
            place = (
                _place_in(file.path, file.text, written.start()) if written else Place(file.path)
            )
            yield Finding(
                Severity.VIOLATION, "schema-https", message, hint, quad.subject, place=place
            )
    for path in (*linted.project.query_files, *linted.project.rule_files):
        text, start = linted.project.files.read_text(path), 0
        for token in query_text.tokens(text):
            if token.kind == "iri" and token.text.startswith(f"<{SCHEMA_HTTPS}"):
                place = _place_in(path, text, start + 1)
                yield Finding(Severity.VIOLATION, "schema-https", message, hint, place=place)
                break
            start += len(token.text)


def _is_https(quad: ox.Quad) -> bool:
    """Tell whether a quad uses schema.org's https form: as a term, or in SHACL's SPARQL."""
    if quad.predicate in _SPARQL and isinstance(quad.object, ox.Literal):
        return SCHEMA_HTTPS in quad.object.value
    nodes = (term for term in quad if isinstance(term, ox.NamedNode))
    return any(node.value.startswith(SCHEMA_HTTPS) for node in nodes)


def terms_are_known(linted: LintedProject) -> Iterator[Finding]:
    """Find properties and classes that are not described, where others of their vocabulary are."""
    described = {term.value for term in linted.asserted if isinstance(term, ox.NamedNode)}
    schema = ox.NamedNode(linted.project.iri("graph/ontology"))
    vocabularies = {
        _vocabulary(quad.subject.value)
        for quad in linted.dataset.quads
        if quad.graph_name == schema and isinstance(quad.subject, ox.NamedNode)
    }
    seen = set()
    for quad in (quad for file in linted.data_files for quad in file.quads):
        term = quad.object if quad.predicate == TYPE else quad.predicate
        if not isinstance(term, ox.NamedNode) or term in seen or term.value in described:
            continue
        if _vocabulary(term.value) in vocabularies and term.value not in linted.own_nodes:
            seen.add(term)
            near = nearest(term.value, sorted(described), cutoff=0.9)
            meant = f"Did you mean {linted.shown(ox.NamedNode(near))}? " if near else ""
            yield linted.finding(
                "unknown-term",
                f"{linted.shown(term)} is described nowhere, though other terms of its "
                "vocabulary are.",
                f"{meant}If it is meant, give it an rdfs:label in ontology/.",
                at=quad,
                term=term,
                severity=Severity.WARNING,
            )


def _vocabulary(iri: str) -> str:
    return iri[: max(iri.rfind("/"), iri.rfind("#")) + 1]


def facts_are_about_names(linted: LintedProject) -> Iterator[Finding]:
    """Find blank nodes in facts: nothing can link to them, cite them, or say why.

    Those of which a list is made are none of them.
    """
    seen = set()
    for file in linted.data_files:
        for quad in file.quads:
            is_cell = quad.predicate in (RDF.term("first"), RDF.term("rest"))
            if isinstance(quad.subject, ox.BlankNode) and not is_cell and quad.subject not in seen:
                seen.add(quad.subject)
                yield linted.finding(
                    "blank-node",
                    "This fact is about something without a name, to which nothing can link.",
                    "Give it an IRI under the base.",
                    at=quad.subject,
                    severity=Severity.WARNING,
                )


def blank_nodes_can_be_told_apart(linted: LintedProject) -> Iterator[Finding]:
    """Find blank nodes for which no names could be found that are the same every time."""
    if nodes := find_alike(linted.dataset.quads):
        quads = (quad for file in linted.own_files for quad in file.quads)
        first = next(quad for quad in quads if quad.subject in nodes or quad.object in nodes)
        yield linted.finding(
            "alike",
            f"{len(nodes)} blank nodes look alike and are tied to one another: to tell which is "
            "which could take for ever.",
            "Give them IRIs.",
            at=first,
            term=first.subject if first.subject in nodes else first.object,
        )


def curies_are_expanded(linted: LintedProject) -> Iterator[Finding]:
    """Find IRIs that are CURIEs still: JSON-LD lets a prefix pass that its context doesn't have."""
    prefixes = linted.project.prefixes
    seen = set()
    for quad in (quad for file in linted.own_files for quad in file.quads):
        for term in (quad.subject, quad.predicate, quad.object, quad.graph_name):
            if not isinstance(term, ox.NamedNode) or term in seen:
                continue
            seen.add(term)
            prefix, _, rest = term.value.partition(":")
            if prefix in prefixes and not rest.startswith("//"):
                yield linted.finding(
                    "unexpanded-curie",
                    f"{term} is an IRI of its own here: the prefix is not known in this file.",
                    f'Add it to the context: "{prefix}": "{prefixes[prefix]}"',
                    at=quad,
                    term=term,
                )


def iris_are_of_no_machine(linted: LintedProject) -> Iterator[Finding]:
    """Find IRIs of files on a machine: they mean nothing to others, and show how it is set up."""
    hint = "Name it by an IRI under the base, or by its address on the web."
    for file in (*linted.own_files, *linted.shapes):
        seen = set()
        for quad in file.quads:
            for term in (quad.subject, quad.predicate, quad.object, quad.graph_name):
                iri = _iri_of(term)
                if not iri.lower().startswith("file:") or iri in seen:
                    continue
                seen.add(iri)
                message = f"<{iri}> is a file on one machine, which nobody else can reach."
                finding = linted.finding("local-iri", message, hint, at=quad, term=term)
                place = finding.place or Place(file.path)
                yield replace(finding, place=place)


def _iri_of(term: Term | ox.DefaultGraph) -> str:
    """Give a term's IRI, of a literal its datatype's; of others, nothing."""
    if isinstance(term, ox.Literal):
        return term.datatype.value
    return term.value if isinstance(term, ox.NamedNode) else ""


def iris_are_safe(linted: LintedProject) -> Iterator[Finding]:
    """Find IRIs under the base that can't be file names and addresses as they stand."""
    seen: dict[str, str] = {}
    for iri, quad in sorted(linted.own_nodes.items()):
        path = iri.removeprefix(linted.project.base)
        steps = path.partition("#")[0].split("/")
        if path and (not _SAFE_PATH.match(path) or {".", ".."} & set(steps)):
            yield linted.finding(
                "unsafe-iri",
                f"{iri} has characters that don't survive as an address and a file name.",
                "Use letters, digits, hyphens and single slashes, such as person/ada-brook.",
                at=quad,
                term=ox.NamedNode(iri),
            )
        other = seen.setdefault(path.casefold(), iri)
        if other != iri:
            yield linted.finding(
                "case-collision",
                f"<{iri}> and <{other}> differ in case only; on many machines they are one file.",
                "Rename one of them.",
                at=quad,
                term=ox.NamedNode(iri),
            )


def files_are_read(linted: LintedProject) -> Iterator[Finding]:
    """Find files that are where facts, shapes or queries are, and that nothing reads.

    Where a folder has no others, the site would lack what it should be made of.
    """
    empty = linted.project.unread_folders
    for path in linted.project.unread_files:
        is_all = any(path.is_relative_to(folder) for folder in empty)
        yield Finding(
            Severity.VIOLATION if is_all else Severity.WARNING,
            "unread-file",
            "Nothing reads this file, as its name doesn't tell what it is.",
            f"Data end in one of {', '.join(formats.SUFFIXES)}, or in one of these and "
            f"{formats.COMPRESSED}; queries and rules in .rq. Rename it, or move it out of the "
            "project's folders.",
            place=Place(path),
        )


def files_say_something(linted: LintedProject) -> Iterator[Finding]:
    """Find files of statements in which there is none."""
    for file in linted.own_files:
        if not file.quads:
            yield Finding(
                Severity.WARNING,
                "no-statement",
                f"There is no statement in this file, read as {file.format.label}.",
                "Check that it is what you meant: JSON without an @context says nothing.",
                place=Place(file.path),
            )


LINTS: tuple[Callable[[LintedProject], Iterator[Finding]], ...] = (
    graphs_rest_on_something,
    graphs_hold_facts,
    facts_are_in_graphs,
    linked_things_are_described,
    things_have_labels,
    schema_org_is_http,
    terms_are_known,
    facts_are_about_names,
    blank_nodes_can_be_told_apart,
    curies_are_expanded,
    iris_are_of_no_machine,
    literals_are_well_typed,
    iris_are_safe,
    files_are_read,
    files_say_something,
)


def lint(linted: LintedProject) -> Iterator[Finding]:
    """Run all lints."""
    for check in LINTS:
        yield from check(linted)


def _place_in(path: Path, text: str, start: int) -> Place:
    """Give the place of schema.org's https form, which begins at an offset."""
    before = reading.lines(text[:start])
    line, column = len(before), len(before[-1]) + 1
    snippet = reading.lines(text)[line - 1]
    return Place(path, line, column, line, column + len(SCHEMA_HTTPS), snippet)
