"""What SHACL can't see, since it sees one graph and no text: our own checks of a project.

Each lint is a function from what is to be checked to findings, listed in ``LINTS``. How grave its
findings are, the project says, or the table of defaults.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from mipex_kg.dataset.catalogue.properties import TITLED
from mipex_kg.project.levels import OFF
from mipex_kg.rdf.canonicalization import find_alike
from mipex_kg.rdf.namespaces import (
    DCT,
    KG,
    LABELS,
    RDF,
    SCHEMA_HTTPS,
    SH,
    TYPE,
)
from mipex_kg.rdf.terms import Term
from mipex_kg.sparql import query_text
from mipex_kg.system import reading
from mipex_kg.system.errors import nearest
from mipex_kg.validation.catalogue import CHECKS as CATALOGUE_CHECKS
from mipex_kg.validation.catalogue import catalogue_is_well_formed
from mipex_kg.validation.linted_project import LintedProject
from mipex_kg.validation.lints_of_files import files_are_read, files_say_something
from mipex_kg.validation.lints_of_graphs import (
    SELECTORS,
    facts_are_in_graphs,
    graphs_hold_facts,
    graphs_rest_on_something,
)
from mipex_kg.validation.literals import literals_are_well_typed
from mipex_kg.validation.report import Finding, Place, Severity

# What the engine itself describes, in English whatever the project's language.
_OURS = frozenset(KG.term(f"{kind}Graph") for kind in ("File", "Schema", "Record", "Inferred"))
_SPARQL = {SH.term(name) for name in ("select", "ask", "construct", "namespace")}
_SAFE_PATH = re.compile(r"[A-Za-z0-9._~-]+(/[A-Za-z0-9._~-]+)*(#[A-Za-z0-9._~-]*)?\Z")


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
        if thing not in linted.own_subjects or types & (SELECTORS | _OURS):
            continue
        if types & TITLED and not linted.dataset.values(thing, DCT.term("title")):
            continue  # the catalogue's own check says so
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


class Lint(NamedTuple):
    """A lint, and the names of the checks that its findings have."""

    run: Callable[[LintedProject], Iterator[Finding]]
    finds: tuple[str, ...]


LINTS = (
    Lint(graphs_rest_on_something, ("graph-rests-on-nothing",)),
    Lint(graphs_hold_facts, ("graph-without-facts", "passage-without-facts")),
    Lint(facts_are_in_graphs, ("fact-outside-graph",)),
    Lint(linked_things_are_described, ("undescribed",)),
    Lint(things_have_labels, ("unlabelled",)),
    Lint(schema_org_is_http, ("schema-https",)),
    Lint(terms_are_known, ("unknown-term",)),
    Lint(facts_are_about_names, ("blank-node",)),
    Lint(blank_nodes_can_be_told_apart, ("alike",)),
    Lint(curies_are_expanded, ("unexpanded-curie",)),
    Lint(iris_are_of_no_machine, ("local-iri",)),
    Lint(literals_are_well_typed, ("date", "ill-typed", "unknown-datatype")),
    Lint(catalogue_is_well_formed, CATALOGUE_CHECKS),
    Lint(iris_are_safe, ("unsafe-iri", "case-collision")),
    Lint(files_are_read, ("unread-file", "nothing-read")),
    Lint(files_say_something, ("no-statement",)),
)


def lint(linted: LintedProject) -> Iterator[Finding]:
    """Run all lints that the project doesn't turn off."""
    levels = linted.project.levels
    for each in LINTS:
        if any(levels.of(name) != OFF for name in each.finds):
            yield from each.run(linted)


def _place_in(path: Path, text: str, start: int) -> Place:
    """Give the place of schema.org's https form, which begins at an offset."""
    before = reading.lines(text[:start])
    line, column = len(before), len(before[-1]) + 1
    snippet = reading.lines(text)[line - 1]
    return Place(path, line, column, line, column + len(SCHEMA_HTTPS), snippet)
