"""What SHACL can't see, since it sees one graph and no text: our own checks of a project.

Each lint is a function from what is to be checked to findings, listed in ``LINTS``. How serious its
findings are, the project says, or the table of defaults.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from mipex_kg.dataset.catalogue.properties import TITLED
from mipex_kg.dataset.naming import PEOPLE, naming
from mipex_kg.dataset.outside import CHECK as OUTSIDE
from mipex_kg.dataset.outside import NAMELESS
from mipex_kg.project.levels import OFF
from mipex_kg.rdf.canonicalization import find_alike
from mipex_kg.rdf.namespaces import (
    DCT,
    KG,
    OWL,
    RDF,
    SCHEMA,
    SCHEMA_HTTPS,
    SH,
    TYPE,
)
from mipex_kg.rdf.quads import Quad
from mipex_kg.sparql import query_text
from mipex_kg.system import reading
from mipex_kg.system.errors import Guesses, nearest
from mipex_kg.validation.catalogue import CHECKS as CATALOGUE_CHECKS
from mipex_kg.validation.catalogue import catalogue_is_well_formed
from mipex_kg.validation.decimal_commas import CHECK as DECIMAL_COMMA
from mipex_kg.validation.decimal_commas import find_decimal_commas
from mipex_kg.validation.linted_project import LintedProject
from mipex_kg.validation.lints_of_concepts import (
    hierarchies_have_a_top,
    labels_are_apart,
    matches_are_apart,
    things_are_of_one_kind,
)
from mipex_kg.validation.lints_of_files import files_are_read, files_say_something
from mipex_kg.validation.lints_of_graphs import (
    facts_are_in_graphs,
    graphs_hold_facts,
    graphs_rest_on_something,
    quotes_are_as_long_as_they_say,
)
from mipex_kg.validation.lints_of_iris import (
    iris_are_of_no_machine,
    iris_are_safe,
    nameless_has_no_page,
    outside_has_no_page,
)
from mipex_kg.validation.lints_of_namespaces import CHECK as MISSPELT
from mipex_kg.validation.lints_of_namespaces import find_misspelt
from mipex_kg.validation.lints_of_settings import (
    languages_are_codes,
    settings_name_what_is_there,
    sources_are_of_plain_facts,
)
from mipex_kg.validation.lints_of_terms import terms_are_known
from mipex_kg.validation.lints_of_words import pages_have_words
from mipex_kg.validation.literals import literals_are_well_typed
from mipex_kg.validation.report import Finding, Place, Severity
from mipex_kg.validation.unexpanded import CHECK as UNEXPANDED
from mipex_kg.validation.unexpanded import find_unexpanded

# What the engine itself describes, in English whatever the project's language.
_OURS = frozenset(KG.term(f"{kind}Graph") for kind in ("File", "Schema", "Record", "Inferred"))
_SPARQL = {SH.term(name) for name in ("select", "ask", "construct", "namespace")}
# What these lead to is a version of an ontology, of which its own file says what there is to say.
_VERSIONS = frozenset(
    OWL.term(name)
    for name in ("versionIRI", "priorVersion", "backwardCompatibleWith", "incompatibleWith")
)


def linked_things_are_described(linted: LintedProject) -> Iterator[Finding]:
    """Find IRIs under the base that are linked but not described."""
    described = linted.described
    left = [(iri, quad) for iri, quad in linted.own_nodes.items() if iri not in described]
    if not left:
        return
    bases = (linted.project.base, *linted.project.more_bases)
    # Without the base, which would make all of them alike.
    known = {_below(iri, bases): iri for iri in sorted(described) if iri.startswith(bases)}
    names, guesses = list(known), Guesses()
    for iri, quad in sorted(left):
        # A fragment's document, such as an ontology's address, needs no description of its own;
        # what a graph lacks, another check says.
        node = ox.NamedNode(iri)
        if iri.endswith(("#", "/")) or node in linted.dataset.graph_names:
            continue
        if iri.startswith(linted.vocabularies_of_others):
            continue
        if quad.predicate in _VERSIONS and linted.dataset.is_a(quad.subject, OWL.term("Ontology")):
            continue
        name = _below(iri, bases)
        if name.startswith("www."):
            hint = f"If it is a page, write its whole address: <https://{name}>. "
        else:
            near = guesses.nearest(name, names, cutoff=0.8)
            near = near if near and _end_alike(name, near) else None
            hint = f"Did you mean {linted.shown(ox.NamedNode(known[near]))}? " if near else ""
        yield linted.finding(
            "undescribed",
            f"{linted.shown(node)} is referenced but not described.",
            f"{hint}Add at least a type and a name.",
            at=quad,
            term=node,
        )


def _end_alike(name: str, other: str) -> bool:
    """Tell whether two names are alike without the folders that they may share."""
    parts = [re.split("[/#]", each) for each in (name, other)]
    folders, ends = [each[:-1] for each in parts], [each[-1] for each in parts]
    return folders[0] != folders[1] or nearest(ends[0], ends[1:], cutoff=0.5) is not None


def _below(iri: str, bases: Iterable[str]) -> str:
    return next((iri.removeprefix(base) for base in bases if iri.startswith(base)), iri)


def things_have_labels(linted: LintedProject) -> Iterator[Finding]:
    """Find things under the base without a label in the project's first language."""
    language = linted.project.languages[0]
    dataset = linted.dataset
    # What is looked at one by one takes longer: with these, that is little.
    needless = dataset.labelled(language).union(dataset.members(*_OURS, *dataset.nameless_classes))
    for iri in sorted(linted.own_nodes):
        thing = ox.NamedNode(iri)
        if thing in needless or thing not in linted.own_subjects:
            continue
        if iri.startswith(linted.vocabularies_of_others):
            continue
        types = set(dataset.values(thing, TYPE))
        if types & TITLED and not dataset.values(thing, DCT.term("title")):
            continue  # the catalogue's own check says so
        if not dataset.literal(thing, *dataset.labels, languages=[language], is_strict=True):
            name = linted.shown(naming(types, dataset))
            of_people = "; a person's name needs no language" if types & PEOPLE else ""
            yield linted.finding(
                "unlabelled",
                f"{linted.shown(thing)} has no label in the language {language!r}.",
                f'Add one, such as {name} "…"@{language}{of_people}.',
                at=thing,
            )


def schema_org_is_one(linted: LintedProject) -> Iterator[Finding]:
    """Find schema.org's other namespace in data, ontology, shapes, queries and rules."""
    own = linted.dataset.schema_org
    other = SCHEMA if own == SCHEMA_HTTPS else SCHEMA_HTTPS
    hint = f"Write {own}: PREFIX schema: <{own}>"
    if other == SCHEMA_HTTPS:
        hint += f'; or set schema = "{other}" under [prefixes], if all of it is written so'
    message = f"{other} is not the namespace of schema.org's terms."
    if other == SCHEMA:
        message = f"{other} is not how this project writes the namespace of schema.org's terms."
    found = partial(Finding, Severity.VIOLATION, "schema-https", message, hint)
    is_used = any(iri.startswith(other) for iri in linted.iris)
    has_queries = not _SPARQL.isdisjoint(linted.dataset.predicates)
    own_files = linted.own_files if is_used or has_queries else []
    for file in (*own_files, *linted.shapes):
        quad = next((quad for quad in file.quads if _uses(quad, other)), None)
        if quad is not None:
            written = re.search(f"""(?<=[<"']){other}""", file.text)
            place = _place_in(file.path, file.text, written.span()) if written else Place(file.path)
            yield found(quad.subject, place=place)
    for path in (*linted.project.query_files, *linted.project.rule_files):
        text, start = linted.project.files.read_text(path), 0
        for token in query_text.tokens(text):
            if token.kind == "iri" and token.text.startswith(f"<{other}"):
                yield found(place=_place_in(path, text, (start + 1, start + 1 + len(other))))
                break
            start += len(token.text)


def _uses(quad: Quad, namespace: str) -> bool:
    """Tell whether a quad uses a namespace: in a term, or in SHACL's SPARQL."""
    if quad.predicate in _SPARQL and isinstance(quad.object, ox.Literal):
        return namespace in quad.object.value
    nodes = (term for term in quad if isinstance(term, ox.NamedNode))
    return any(node.value.startswith(namespace) for node in nodes)


def facts_are_about_names(linted: LintedProject) -> Iterator[Finding]:
    """Find blank nodes in facts: nothing can link to them, cite them, or say why.

    Those of which a list is made are none of them.
    """
    seen = set()
    for file in linted.data_files if linted.has_blank_nodes else ():
        for quad in file.quads:
            is_cell = quad.predicate in (RDF.term("first"), RDF.term("rest"))
            if isinstance(quad.subject, ox.BlankNode) and not is_cell and quad.subject not in seen:
                seen.add(quad.subject)
                yield linted.finding(
                    "blank-node",
                    "This fact is about an unnamed item, to which nothing can link.",
                    "Give it an IRI under the base.",
                    at=quad.subject,
                )


def blank_nodes_can_be_told_apart(linted: LintedProject) -> Iterator[Finding]:
    """Find blank nodes for which no names could be found that are the same every time."""
    if linted.has_blank_nodes and (nodes := find_alike(linted.dataset.quads)):
        quads = (quad for file in linted.own_files for quad in file.quads)
        first = next(quad for quad in quads if quad.subject in nodes or quad.object in nodes)
        yield linted.finding(
            "alike",
            f"{len(nodes)} blank nodes look alike and cannot be told apart in reasonable time.",
            "Give them IRIs.",
            at=first,
            term=first.subject if first.subject in nodes else first.object,
        )


def curies_are_expanded(linted: LintedProject) -> Iterator[Finding]:
    """Find IRIs that are CURIEs still."""
    yield from find_unexpanded(linted.own_files, linted.project.prefixes, linted.places)


def namespaces_are_known(linted: LintedProject) -> Iterator[Finding]:
    """Find namespaces that are nearly those which everybody knows."""
    yield from find_misspelt(linted.own_files, linted.dataset.prefixes, linted.places)


def numbers_have_points(linted: LintedProject) -> Iterator[Finding]:
    """Find numbers with a decimal comma, which are two values."""
    yield from find_decimal_commas(linted.own_files)


class Lint(NamedTuple):
    """A lint, and the names of the checks that its findings have."""

    run: Callable[[LintedProject], Iterator[Finding]]
    finds: tuple[str, ...]


LINTS = (
    Lint(graphs_rest_on_something, ("graph-rests-on-nothing",)),
    Lint(graphs_hold_facts, ("graph-without-facts", "passage-without-facts")),
    Lint(quotes_are_as_long_as_they_say, ("quote-length",)),
    Lint(facts_are_in_graphs, ("fact-outside-graph",)),
    Lint(linked_things_are_described, ("undescribed",)),
    Lint(things_have_labels, ("unlabelled",)),
    Lint(schema_org_is_one, ("schema-https",)),
    Lint(terms_are_known, ("unknown-term",)),
    Lint(facts_are_about_names, ("blank-node",)),
    Lint(blank_nodes_can_be_told_apart, ("alike",)),
    Lint(curies_are_expanded, (UNEXPANDED,)),
    Lint(namespaces_are_known, (MISSPELT,)),
    Lint(iris_are_of_no_machine, ("local-iri",)),
    Lint(literals_are_well_typed, ("date", "ill-typed", "unknown-datatype")),
    Lint(numbers_have_points, (DECIMAL_COMMA,)),
    Lint(catalogue_is_well_formed, CATALOGUE_CHECKS),
    Lint(iris_are_safe, ("unsafe-iri", "case-collision", "shared-address", "site-file")),
    Lint(outside_has_no_page, (OUTSIDE,)),
    Lint(nameless_has_no_page, (NAMELESS,)),
    Lint(files_are_read, ("unread-file", "nothing-read")),
    Lint(files_say_something, ("no-statement", "nothing-read")),
    Lint(settings_name_what_is_there, ("unused-class",)),
    Lint(sources_are_of_plain_facts, ("unused-source",)),
    Lint(languages_are_codes, ("unknown-language",)),
    Lint(pages_have_words, ("words",)),
    Lint(things_are_of_one_kind, ("skos-scheme", "skos-collection")),
    Lint(labels_are_apart, ("skos-labels", "skos-preferred-label")),
    Lint(hierarchies_have_a_top, ("skos-circle", "skos-related")),
    Lint(matches_are_apart, ("skos-exact-match",)),
)


def lint(linted: LintedProject) -> Iterator[Finding]:
    """Run all lints that the project doesn't turn off."""
    levels = linted.project.levels
    for each in LINTS:
        if any(levels.of(name) != OFF for name in each.finds):
            yield from each.run(linted)


def _place_in(path: Path, text: str, span: tuple[int, int]) -> Place:
    """Give the place of a part of a line, by its offsets."""
    start, end = span
    line, column = reading.place_behind(text[:start])
    snippet = reading.lines(text)[line - 1]
    return Place(path, line, column, line, column + end - start, snippet)
