"""The structured data of a page: exactly what the graph says in schema.org's terms, and safe."""

from __future__ import annotations

import dataclasses
import json
import re
import shutil
import time
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any
from unittest import mock
from xml.etree import ElementTree as ET

import extruct
import html5lib
import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from pyld import jsonld as pyld

from mipex_kg.dataset.assembly import load_project_dataset
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.project.project import Project, at_site, load_project
from mipex_kg.rdf import formats
from mipex_kg.rdf.jsonld.expanded import expanded
from mipex_kg.rdf.jsonld.frames import Frame, load_frames
from mipex_kg.rdf.jsonld.framing import Root, framed
from mipex_kg.rdf.namespaces import TYPE
from mipex_kg.rdf.quads import Quad
from mipex_kg.rdf.serialization import canonical
from mipex_kg.rdf.terms import Node, text_of
from mipex_kg.site.documents import Publication
from mipex_kg.site.structured_data import PageNode, StructuredData, script_safe
from mipex_kg.system.errors import SourceError
from mipex_kg.validation.validated import ValidatedDataset
from tests.conftest import LIGHTHOUSES, shared_file

S = "http://schema.org/"
BASE = "https://w3id.org/mipex-kg/"
XSD = "http://www.w3.org/2001/XMLSchema#"
Triples = set[tuple[str, ...]]


def structured(project: Project, dataset: Dataset) -> StructuredData:
    return StructuredData(project, dataset)


@pytest.fixture(scope="session")
def bundled(project: Project, dataset: Dataset) -> StructuredData:
    return structured(project, dataset)


@pytest.fixture(scope="session")
def lighthouses() -> StructuredData:
    project = load_project(LIGHTHOUSES)
    return structured(project, load_project_dataset(project))


@pytest.fixture(params=["bundled", "lighthouses"])
def any_project(request: pytest.FixtureRequest) -> StructuredData:
    found: StructuredData = request.getfixturevalue(request.param)
    return found


def page_of(data: StructuredData, name: str) -> PageNode:
    return PageNode(data.project.site + name + ".html", "A page", description="About something.")


# ---- Three readers -------------------------------------------------------------------------------


def by_oxigraph(text: str) -> Iterator[ox.Triple]:
    return (quad.triple for quad in ox.parse(text, ox.RdfFormat.JSON_LD))


def by_rdflib(text: str) -> Iterator[ox.Triple]:
    # It warns of what it does itself, and writes numbers anew unless told not to.
    with warnings.catch_warnings(), mock.patch("rdflib.NORMALIZE_LITERALS", False):
        warnings.simplefilter("ignore")
        graph = rdflib.Graph().parse(data=text, format="json-ld")
    nt = graph.serialize(format="nt")
    return (quad.triple for quad in ox.parse(nt, ox.RdfFormat.N_TRIPLES))


def by_pyld(text: str) -> Iterator[ox.Triple]:
    nq = pyld.to_rdf(json.loads(text), {"format": "application/n-quads"})
    return (quad.triple for quad in ox.parse(nq, ox.RdfFormat.N_QUADS))


READERS = {"oxigraph": by_oxigraph, "rdflib": by_rdflib, "pyld": by_pyld}
reader = pytest.mark.parametrize("read", READERS.values(), ids=READERS)
Read = Callable[[str], Iterator[ox.Triple]]


def comparable(triples: Iterable[ox.Triple]) -> list[str]:
    """Name blank nodes canonically; language tags have no case."""
    return sorted(str(quad) for quad in canonical(ox.Quad(*map(_lowered, t)) for t in triples))


def _lowered(term: Any) -> Any:
    if isinstance(term, ox.Literal) and term.language:
        return ox.Literal(term.value, language=term.language.lower())
    return term


# ---- The projection, by SPARQL -------------------------------------------------------------------

# What is said of ?inner in schema.org's terms, and what of that leads on.
_SAID = """
  ?inner ?p ?o .
  FILTER ( ?p IN (rdf:first, rdf:rest)
        || REGEX(STR(?p), "^http://schema\\\\.org/[A-Za-z0-9]+$")
        || (?p = rdf:type && REGEX(STR(?o), "^http://schema\\\\.org/[A-Za-z0-9]+$")) )
"""
_STEP = """
  ?from ?link ?inner .
  FILTER (?link IN (rdf:first, rdf:rest) || REGEX(STR(?link), "^http://schema\\\\.org/[A-Za-z0-9]+$"))
"""
_PROLOGUE = f"""
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX schema: <{S}>
"""

# What a catalogue says in DCAT, and what that is in schema.org: class by class.
_WORK = {"dct:title": "name", "dct:description": "description", "dct:license": "license"}
_WORK |= {"dct:issued": "datePublished", "dct:modified": "dateModified"}
_OF_ALL = {"dct:creator": "creator", "dct:publisher": "publisher", "dct:spatial": "spatialCoverage"}
_IN_SCHEMA_ORG: dict[tuple[str, str], dict[str, str]] = {
    ("dcat:Catalog", "DataCatalog"): {
        **_WORK,
        **_OF_ALL,
        "dcat:dataset": "dataset",
        "foaf:homepage": "url",
    },
    ("dcat:Dataset", "Dataset"): {
        **_WORK,
        **_OF_ALL,
        "dct:identifier": "identifier",
        "dct:subject": "about",
        "dcat:version": "version",
        "dcat:keyword": "keywords",
        "dcat:landingPage": "url",
        "dcat:distribution": "distribution",
        "^dcat:dataset": "includedInDataCatalog",
    },
    ("dcat:Distribution", "DataDownload"): {**_WORK, "dcat:downloadURL": "contentUrl"},
    ("dct:Location", "Place"): {"skos:prefLabel": "name"},
    ("foaf:Organization", "Organization"): {"foaf:name": "name", "foaf:homepage": "url"},
}
_COMPUTED = (
    """{ ?s schema:encodingFormat ?v } WHERE { ?s dcat:mediaType ?m .
      BIND (STRAFTER(STR(?m), "media-types/") AS ?v) """,
    """{ ?s schema:temporalCoverage ?v } WHERE { ?s dct:temporal ?t .
      ?t dcat:startDate ?from ; dcat:endDate ?to .
      BIND (CONCAT(STR(?from), "/", STR(?to)) AS ?v) """,
    """{ ?s schema:isAccessibleForFree true } WHERE { ?s dcat:distribution ?any ; dct:accessRights
      <http://publications.europa.eu/resource/authority/access-right/PUBLIC> .""",
)
_DCAT = """
PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX dct: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""


# What other vocabularies say, in schema.org: classes by their nearest, names and descriptions.
_CLASSES = {
    "dcat:Catalog": "DataCatalog", "dcat:Dataset": "Dataset", "dcat:Distribution": "DataDownload",
    "dct:LicenseDocument": "CreativeWork", "dct:Location": "Place", "prov:Activity": "Action",
    "dct:RightsStatement": "CreativeWork", "foaf:Group": "Organization", "foaf:Person": "Person",
    "foaf:Organization": "Organization", "foaf:Project": "Project", "rdfs:Class": "Class",
    "org:Organization": "Organization", "owl:Class": "Class", "owl:DatatypeProperty": "Property",
    "owl:ObjectProperty": "Property", "rdf:Property": "Property", "owl:Ontology": "DefinedTermSet",
    "oa:SpecificResource": "Quotation", "skos:Concept": "DefinedTerm",
    "skos:ConceptScheme": "DefinedTermSet",
    "vcard:Organization": "Organization", "skos:Collection": "DefinedTermSet",
}  # fmt: skip
_MORE = """
PREFIX kg: <https://w3id.org/mipex-kg/kg#> PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX org: <http://www.w3.org/ns/org#> PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX prov: <http://www.w3.org/ns/prov#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX vcard: <http://www.w3.org/2006/vcard/ns#>
"""
_IS_TYPED = """EXISTS { ?s a ?own .
  FILTER REGEX(STR(?own), "^http://schema\\\\.org/[A-Za-z0-9]+$") }"""


class ByQuery:
    """The projection as its definition reads, by queries over the dump, without our code."""

    def __init__(self, data: StructuredData) -> None:
        publication = Publication(ValidatedDataset(data.project, lambda: data.dataset))
        dump = publication.write(data.dataset.quads, formats.NTRIPLES)
        self.store = ox.Store()
        self.store.load(dump, ox.RdfFormat.N_TRIPLES)
        prefixes, self.languages = data.project.prefixes, data.project.languages
        classes = (curie.partition(":") for curie in data.project.nested_classes)
        self.nested = " ".join(f"<{prefixes[prefix]}{local}>" for prefix, _, local in classes)
        self.nested += " <http://www.w3.org/ns/dcat#Distribution>"
        self._add_catalogue(f"<{data.project.base}catalog>")
        self._add_equivalents()
        self.hidden = self._find_hidden()

    def _add_equivalents(self) -> None:
        pairs = " ".join(f"({cls} schema:{name})" for cls, name in _CLASSES.items())
        for depth in range(6):
            way = "/".join(["a", *["rdfs:subClassOf"] * depth])
            self.store.update(
                f"""{_PROLOGUE} {_DCAT} {_MORE} INSERT {{ ?s a ?class }} WHERE {{
                  {{ SELECT ?s (MIN(STR(?near)) AS ?first) {{
                    {{ VALUES (?near ?known) {{ {pairs} }} ?s {way} ?near }} UNION
                    {{ ?s {way} ?near FILTER STRSTARTS(STR(?near), STR(schema:)) }}
                    FILTER NOT {_IS_TYPED} FILTER NOT EXISTS {{ ?s rdf:first ?item }}
                  }} GROUP BY ?s }}
                  OPTIONAL {{ VALUES (?cls ?other) {{ {pairs} }} FILTER (STR(?cls) = ?first) }}
                  BIND (COALESCE(?other, IRI(?first)) AS ?class) }}"""
            )
        self.store.update(
            f"""{_PROLOGUE} INSERT {{ ?s a ?class }} WHERE {{
              {{ SELECT DISTINCT ?s {{ ?s ?p ?o FILTER NOT EXISTS {{ ?s rdf:first ?item }} }} }}
              FILTER NOT {_IS_TYPED}
              BIND (IF(STRSTARTS(STR(?s), STR(schema:)),
                IF(REGEX(STR(?s), "org/[A-Z]"), schema:Class, schema:Property),
                IF(EXISTS {{ ?member a ?s }}, schema:Class, schema:Thing)) AS ?class) }}"""
        )
        for name, others in (
            ("name", ("skos:prefLabel", "rdfs:label", "dct:title", "foaf:name")),
            ("description", ("dct:description", "skos:definition", "rdfs:comment")),
        ):
            for other in others:
                self.store.update(
                    f"""{_PROLOGUE} {_DCAT} {_MORE} INSERT {{ ?s schema:{name} ?text }} WHERE {{
                      ?s {other} ?text FILTER isLiteral(?text)
                      FILTER NOT EXISTS {{ ?s schema:{name} ?any }} }}"""
                )

    def _find_hidden(self) -> set[str]:
        rows = self.store.query(
            f"""{_PROLOGUE} {_MORE} SELECT DISTINCT ?hidden {{
              {{ ?hidden kg:noIndex true }} UNION {{
                ?person kg:noIndex true .
                {{ ?person ?p ?hidden }} UNION {{ ?hidden ?p ?person }}
                ?hidden a ?cls . VALUES ?cls {{ {self.nested} }} }} }}"""
        )
        return {str(row["hidden"]) for row in rows}  # type: ignore[union-attr]

    def _may_name(self, thing: ox.NamedNode) -> bool:
        found = self.store.query(
            f"""{_DCAT} {_MORE} ASK {{ {{ {thing} a/rdfs:subClassOf* foaf:Group }} UNION
              {{ ?passage oa:hasSource {thing} }} UNION {{ {thing} a kg:Rule }} UNION
              {{ {thing} a/rdfs:subClassOf* kg:StatedGraph }} }}"""
        )
        return str(thing) in self.hidden or bool(found) or "/graph/" in thing.value

    def _add_catalogue(self, catalogue: str) -> None:
        told = (
            f"{catalogue} a dcat:Catalog ; dcat:dataset? / "
            "(dcat:distribution|dct:creator|dct:publisher|dct:spatial)? ?s ."
        )
        updates = [f"INSERT {computed} {told} }}" for computed in _COMPUTED]
        for (cls, local), properties in _IN_SCHEMA_ORG.items():
            updates.append(f"INSERT {{ ?s a schema:{local} }} WHERE {{ ?s a {cls} . {told} }}")
            for path, name in properties.items():
                updates.append(
                    f"INSERT {{ ?s schema:{name} ?v }} WHERE {{ ?s a {cls} ; {path} ?v . {told} }}"
                )
        for update in updates:
            self.store.update(f"{_PROLOGUE} {_DCAT} {update}")

    def projection(self, things: Iterable[ox.NamedNode]) -> set[ox.Triple]:
        things = list(things)
        hidden = set() if any(map(self._may_name, things)) else self.hidden
        inner = " ".join(map(str, things))
        while (wider := self._wider(inner, hidden)) != inner:
            inner = wider
        seen = f"FILTER (?o NOT IN ({', '.join(sorted(hidden))}))" if hidden else ""
        about = self._construct(f"VALUES ?inner {{ {inner} }} {_SAID} {seen}", "?inner ?p ?o")
        near = self._construct(
            f"""VALUES ?from {{ {inner} }} {_STEP.replace("?inner", "?near")}
            FILTER (?near NOT IN ({", ".join([*inner.split(), *sorted(hidden)])}))
            ?near ?p ?o . FILTER (?p IN (schema:name, schema:url)
              || (?p = schema:description && EXISTS {{ ?near a schema:Dataset }})
              || (?p = rdf:type && REGEX(STR(?o), "^http://schema\\\\.org/[A-Za-z0-9]+$")))""",
            "?near ?p ?o",
        )
        page = self._language(things[0])
        return {untagged(t, page) for t in about} | set(one_name(near, [page, *self.languages]))

    def _language(self, thing: ox.NamedNode) -> str:
        """Tell the language of a page: the first of the project's that its thing has a name in."""
        rows = self.store.query(
            f"{_PROLOGUE} SELECT (LANG(?n) AS ?tag) {{ {thing} schema:name ?n }}"
        )
        tags = {row["tag"].value.split("-")[0] for row in rows}  # type: ignore[union-attr]
        named = (language for language in self.languages if language in tags)
        return self.languages[0] if "" in tags or not tags else next(named)

    def _wider(self, inner: str, hidden: set[str]) -> str:
        rows = self.store.query(
            f"""{_PROLOGUE} SELECT DISTINCT ?inner {{
              {{ VALUES ?inner {{ {inner} }} }} UNION
              {{ VALUES ?from {{ {inner} }} {_STEP}
                 ?inner rdf:type ?cls . VALUES ?cls {{ {self.nested} }} }} }} ORDER BY ?inner"""
        )
        assert isinstance(rows, ox.QuerySolutions)
        return " ".join(str(row[0]) for row in rows if str(row[0]) not in hidden)

    def _construct(self, where: str, template: str) -> set[ox.Triple]:
        triples = self.store.query(f"{_PROLOGUE} CONSTRUCT {{ {template} }} WHERE {{ {where} }}")
        assert isinstance(triples, ox.QueryTriples)
        return set(triples)


def untagged(triple: ox.Triple, language: str) -> ox.Triple:
    """Drop the tag of a text in the language of the page."""
    text = triple.object
    if isinstance(text, ox.Literal) and (text.language or "").split("-")[0] == language:
        return ox.Triple(triple.subject, triple.predicate, ox.Literal(text.value))
    return triple


def one_name(triples: Iterable[ox.Triple], languages: list[str]) -> Iterator[ox.Triple]:
    """Leave one name to each neighbour, untagged: in the first language, else in no language."""
    names: dict[Any, list[Any]] = defaultdict(list)
    for triple in triples:
        if triple.predicate == ox.NamedNode(S + "name"):
            names[triple.subject].append(triple.object)
        else:
            yield untagged(triple, languages[0])
    ranks = {language: rank for rank, language in enumerate((*dict.fromkeys(languages), None))}
    for node, found in names.items():
        best = min(found, key=lambda name: (ranks.get(name.language, len(ranks)), name.value))
        yield ox.Triple(node, ox.NamedNode(S + "name"), ox.Literal(best.value))


def stored(triples: Iterable[ox.Triple]) -> set[ox.Triple]:
    """Write numbers as the store does, which forgets their lexical forms."""
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in triples)
    return {quad.triple for quad in store}


def documents(data: StructuredData) -> Mapping[str, list[Node]]:
    return Publication(ValidatedDataset(data.project, lambda: data.dataset)).things()


def test_the_projection_is_what_its_definition_reads(any_project: StructuredData) -> None:
    query = ByQuery(any_project)
    sizes = set()
    for things in documents(any_project).values():
        found = any_project.projection(things)
        assert len(found) == len(set(found))
        named = [thing for thing in things if isinstance(thing, ox.NamedNode)]
        assert stored(found) == query.projection(named), things
        sizes.add(len(found))
    assert len(sizes) > 4, "many kinds of things"


# ---- Blocks --------------------------------------------------------------------------------------


def without_page(triples: Iterable[ox.Triple], data: StructuredData, page: PageNode) -> list[str]:
    own = {ox.NamedNode(page.iri), ox.NamedNode(data.project.site + "#website")}
    main = ox.NamedNode(S + "mainEntityOfPage")
    return comparable(
        t for t in triples if t.subject not in own and not (t.predicate == main and t.object in own)
    )


@reader
def test_a_block_holds_the_projection_no_more_and_no_less(
    any_project: StructuredData, read: Read
) -> None:
    for name, things in documents(any_project).items():
        projection = comparable(any_project.projection(things))
        page = page_of(any_project, name)
        assert without_page(read(any_project.block(things, page)), any_project, page) == projection
        block = any_project.block(things)
        assert (comparable(read(block)) if block else []) == projection
        assert bool(block) == bool(projection)


def test_a_page_tells_where_it_is_what_it_is_part_of_and_what_it_is_about(
    bundled: StructuredData,
) -> None:
    person, country = ox.NamedNode(BASE + "person/dirk-jacobs"), ox.NamedNode(BASE + "country/DE")
    page = PageNode("https://x.example/p.html", "Name", "CollectionPage", "Words", "fr")
    bundled = StructuredData(at_site(bundled.project, bundled.project.site), bundled.dataset)
    for main, link in ((person, "mainEntity"), (country, "mainEntityOfPage")):
        triples = set(
            by_oxigraph(bundled.block([main, ox.NamedNode(BASE + "grant/crossmigration")], page))
        )
        said = said_of(page.iri, triples)
        assert said >= {
            (TYPE.value, S + "CollectionPage"),
            (S + "name", "Name"),
            (S + "description", "Words"),
            (S + "inLanguage", "fr"),
            (S + "url", page.iri),
            (S + "license", bundled.project.licence),
            (S + "about", BASE + "grant/crossmigration"),
            (S + "isPartOf", bundled.project.site + "#website"),
        }
        ends = [ox.NamedNode(page.iri), main]
        subject, object_ = ends if link == "mainEntity" else ends[::-1]
        assert ox.Triple(subject, ox.NamedNode(S + link), object_) in triples
        site = said_of(bundled.project.site + "#website", triples)
        assert site == {
            (TYPE.value, S + "WebSite"),
            (S + "name", bundled.project.title),
            (S + "url", bundled.project.site),
        }


def said_of(iri: str, triples: Iterable[ox.Triple]) -> set[tuple[str, str]]:
    own = (triple for triple in triples if triple.subject == ox.NamedNode(iri))
    return {(triple.predicate.value, text_of(triple.object)) for triple in own}


def test_what_has_nothing_in_terms_of_schema_org_gets_the_page_alone(
    bundled: StructuredData,
) -> None:
    thing = ox.NamedNode(BASE + "nobody/knows/this")
    assert bundled.block([thing]) == ""
    tree = json.loads(bundled.block([thing], PageNode("https://x.example/p", "expert")))
    assert tree["@type"] == "AboutPage"
    assert "mainEntity" not in tree
    assert tree["name"] == "expert"


# ---- What a search engine meets ------------------------------------------------------------------


def tree_of(data: StructuredData, path: str, *, page: bool = True) -> Any:
    block = data.block(
        [ox.NamedNode(data.project.base + path)], page_of(data, path) if page else None
    )
    return json.loads(block)


def test_a_person_stands_in_a_page_about_them(bundled: StructuredData) -> None:
    tree = tree_of(bundled, "person/giacomo-solano")
    assert tree["@type"] == "AboutPage"
    person = tree["mainEntity"]
    assert (person["@type"], person["name"]) == ("Person", "Giacomo Solano")
    post = next(a for a in person["affiliation"] if a["@type"] == "OrganizationRole")
    assert post["roleName"] == "Statistical and policy researcher"
    assert post["affiliation"]["name"] == "Migration Policy Group", "for simple readers"
    assert tree_of(bundled, "person/giacomo-solano", page=False)["@type"] == "Person"


@pytest.mark.parametrize(
    ("path", "cls", "name"),
    [
        ("edition/mipex-2020", "Dataset", "MIPEX 2020"),
        ("organisation/mpg", "Organization", "Migration Policy Group"),
        ("project/crossmigration", "ResearchProject", "CrossMigration"),
        ("grant/crossmigration", "Grant", "Grant agreement Ares (2017) 5627812–770121"),
        ("country/DE", "Country", "Germany"),
        ("series/mipex", "CreativeWorkSeries", "Migrant Integration Policy Index"),
    ],
)
def test_a_thing_stands_at_the_top_and_is_named_plainly(
    bundled: StructuredData, path: str, cls: str, name: str
) -> None:
    tree = tree_of(bundled, path)
    assert tree["@type"] == cls
    assert (tree["name"] if isinstance(tree["name"], str) else tree["name"][0]) == name
    assert tree["mainEntityOfPage"]["@type"] == "AboutPage"
    assert list(tree)[:4] == ["@context", "@id", "@type", "name"]
    assert "@graph" not in tree
    assert all(isinstance(url, str) for url in as_list(tree.get("url", [])))


def test_the_context_is_inline_and_holds_only_what_is_needed(any_project: StructuredData) -> None:
    for things in documents(any_project).values():
        block = any_project.block(things)
        if not block:
            continue
        tree = json.loads(block)
        context = tree.pop("@context")
        assert context.pop("@vocab") == S
        plain = set(plain_keys(tree))
        assert context.pop("@language", "en") in any_project.project.languages
        assert set(context) <= plain, things


def plain_keys(tree: Any) -> Iterator[str]:
    """Name the keys that have plain text somewhere as their value."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            if any(isinstance(item, str) for item in as_list(value)):
                yield key
            yield from plain_keys(value)
    elif isinstance(tree, list):
        for item in tree:
            yield from plain_keys(item)


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_numbers_keep_their_lexical_form(lighthouses: StructuredData) -> None:
    block = lighthouses.block([ox.NamedNode(lighthouses.project.base + "tower/alter-finger")])
    assert '"latitude": "54.60"' in block
    assert '"longitude": "08.300"' in block
    for read in READERS.values():
        values = {t.object for t in read(block) if t.predicate.value == S + "latitude"}
        assert values == {ox.Literal("54.60", datatype=ox.NamedNode(XSD + "decimal"))}


def test_no_block_holds_a_number_of_json(any_project: StructuredData) -> None:
    def fail(text: str) -> None:
        raise AssertionError(text)

    for things in documents(any_project).values():
        if block := any_project.block(things):
            json.loads(block, parse_int=fail, parse_float=fail, parse_constant=fail)


def test_the_same_data_give_the_same_block_in_any_order(
    project: Project, dataset: Dataset, bundled: StructuredData
) -> None:
    turned = dataclasses.replace(dataset, quads=dataset.quads[::-1])
    other = structured(project, turned)
    for path in ("edition/mipex-2020", "person/david-ingleby", "country/FR"):
        things = [ox.NamedNode(BASE + path)]
        assert other.block(things, page_of(other, path)) == bundled.block(
            things, page_of(bundled, path)
        )


# ---- The vocabulary ------------------------------------------------------------------------------

SUPERCLASSES = f"""PREFIX schema: <{S}> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
  SELECT ?class ?super {{ ?class a rdfs:Class . ?class rdfs:subClassOf* ?super }}"""
EXPECTED = f"""PREFIX schema: <{S}>
  SELECT ?property ?kind ?class {{ VALUES ?kind {{ schema:domainIncludes schema:rangeIncludes }}
    ?property ?kind ?class }}"""
# What schema.org's own types of data are written as.
DATATYPES = {
    "langString": {"Text"},
    "string": {"Text", "URL"},
    "date": {"Date"},
    "boolean": {"Boolean"},
    "gYear": {"Date"},  # a date of ISO 8601, which is what schema:Date means
    "decimal": {"Number"},
    "integer": {"Number", "Integer"},
}


class Vocabulary:
    """Schema.org's classes and properties, and what it expects of them."""

    def __init__(self, file: Path) -> None:
        text = file.read_text(encoding="utf-8").replace("https://schema.org/", S)
        store = ox.Store()
        store.load(text, ox.RdfFormat.JSON_LD)
        self.superclasses = defaultdict(set)
        for row in store.query(SUPERCLASSES):  # type: ignore[union-attr]
            self.superclasses[local(row[0])].add(local(row[1]))
        self.expected: dict[tuple[str, str], set[str]] = defaultdict(set)
        for row in store.query(EXPECTED):  # type: ignore[union-attr]
            self.expected[local(row[0]), local(row[1])].add(local(row[2]))

    def kinds(self, types: Iterable[str]) -> set[str]:
        return {"Thing"}.union(*(self.superclasses[name] for name in types))


def local(term: Any) -> str:
    return str(term.value).removeprefix(S)


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    path = "harvest-data/schemaorg-30.0/schemaorg-all-https.jsonld"
    return Vocabulary(shared_file(path, "MIPEX_KG_HARVEST_DATA"))


def misuses(triples: Iterable[ox.Triple], vocabulary: Vocabulary) -> Iterator[str]:
    """Name the classes and properties that are not there, or stand where they don't belong."""
    triples = list(triples)
    types = defaultdict(set)
    for triple in triples:
        if triple.predicate == TYPE:
            types[triple.subject].add(local(triple.object))
            if local(triple.object) not in vocabulary.superclasses:
                yield f"no class {triple.object}"
    for triple in (t for t in triples if t.predicate != TYPE):
        name = local(triple.predicate)
        # The properties of an ontology are known by what is said of them.
        meta = {"Property"} if name in ("domainIncludes", "rangeIncludes") else set()
        domain = vocabulary.expected[name, "domainIncludes"]
        kinds = vocabulary.kinds(types[triple.subject]) | meta
        if not domain & kinds and "Role" not in kinds:
            yield f"domain: {triple}"
        if isinstance(triple.object, ox.Literal):
            found = DATATYPES[triple.object.datatype.value.rpartition("#")[2]]
        elif types[triple.object]:
            found = {"URL"} | vocabulary.kinds(types[triple.object])
        else:  # something of which nothing is told
            found = {"URL", "Text"} | vocabulary.expected[name, "rangeIncludes"]
        if not vocabulary.expected[name, "rangeIncludes"] & found and "Role" not in found:
            yield f"range: {triple}"


def test_every_term_is_of_schema_org_and_where_it_belongs(
    bundled: StructuredData, vocabulary: Vocabulary
) -> None:
    seen: Counter[str] = Counter()
    for name, things in documents(bundled).items():
        triples = list(by_oxigraph(bundled.block(things, page_of(bundled, name))))
        assert not list(misuses(triples, vocabulary)), things
        seen.update(local(triple.predicate) for triple in triples)
    assert len(seen) > 25
    assert seen["contentUrl"] > 10, "datasets with their files are among them"


@pytest.mark.parametrize(
    "triple",
    [
        ("a:b", "inventedProperty", ox.Literal("x")),
        ("a:b", "roleName", ox.Literal("x")),
        ("a:b", "name", ox.Literal("5", datatype=ox.NamedNode(XSD + "integer"))),
    ],
)
def test_a_misuse_is_noticed(vocabulary: Vocabulary, triple: tuple[str, str, ox.Literal]) -> None:
    subject, name, value = triple
    person = ox.Triple(ox.NamedNode(subject), TYPE, ox.NamedNode(S + "Person"))
    said = ox.Triple(ox.NamedNode(subject), ox.NamedNode(S + name), value)
    assert len(list(misuses([person, said], vocabulary))) >= 1
    assert not list(misuses([person], vocabulary))


# ---- Framing -------------------------------------------------------------------------------------


def test_pyld_frames_alike(any_project: StructuredData) -> None:
    """Our writer makes of a frame what the standard's algorithm makes of it."""
    frames = {path.stem: json.loads(path.read_text()) for path in any_project.project.frame_files}
    compared = 0
    for name, things in documents(any_project).items():
        page = page_of(any_project, name)
        block = any_project.block(things, page)
        ours = json.loads(block)
        if len(things) > 1 or "@graph" in ours:
            continue
        top = {**next((frames[t] for t in types_in(ours) if t in frames), {}), "@id": ours["@id"]}
        options = {"omitGraph": True, "omitDefault": True, "embed": "@once"}
        framed_by_pyld = pyld.frame(pyld.expand(ours), {"@context": {"@vocab": S}, **top}, options)
        assert plain(pyld.expand(framed_by_pyld)) == plain(pyld.expand(ours)), name
        compared += 1
    assert compared > 10


def types_in(tree: Any) -> list[str]:
    return sorted(as_list(tree.get("mainEntity", tree).get("@type", [])))


def plain(value: Any) -> Any:
    """Make of expanded JSON-LD what can be compared: the order of values means nothing."""
    if isinstance(value, list):
        return sorted((plain(item) for item in value), key=repr)
    if isinstance(value, dict):
        return {key: plain(item) for key, item in sorted(value.items())}
    return value


START = '{"@context": {"@vocab": "http://schema.org/"}, '
BAD_FRAMES = {
    "[]": "A frame is a JSON object in the terms of schema.org.",
    "{": "It is not valid JSON",
    '{"n":' * 100_000: "It is nested too deeply.",
    '{"@context": "https://schema.org", "@type": "Person"}': "A frame is a JSON object in the",
    START + '"name": {}}': "It doesn't say for which class it is.",
    START + '"@type": {}}': "@type can't be {}.",
    START + '"@type": "ex:P"}': """@type can't be "ex:P".""",
    START + '"@type": "Person", "name": []}': "What is in a frame is an object",
    START + '"@type": "A", "@type": "B"}': "each key in it once",
    START + '"@type": "A", "@embed": 1}': "@embed can't be 1",
    START + '"@type": "A", "@explicit": true}': "'@explicit' can't be in a frame",
    START + '"@type": "A", "n": {"@default": 1}}': "'@default' can't be in a frame",
}


@pytest.mark.parametrize(("text", "message"), BAD_FRAMES.items())
def test_a_bad_frame_is_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "Person.jsonld"
    path.write_text(text)
    with pytest.raises(SourceError) as caught:
        load_frames([path])
    assert str(caught.value).startswith(str(path))
    assert message in str(caught.value)


def test_two_frames_for_one_class_are_refused(tmp_path: Path) -> None:
    text = '{"@context": {"@vocab": "http://schema.org/"}, "@type": ["Person", "Place"]}'
    paths = [tmp_path / "a.jsonld", tmp_path / "b.jsonld"]
    for path in paths:
        path.write_text(text)
    with pytest.raises(SourceError, match=r"a.jsonld is for Person already"):
        load_frames(paths)


def test_a_frame_can_leave_nothing_out(tmp_path: Path, project: Project, dataset: Dataset) -> None:
    """Whatever it says, the block holds the projection; what lies nowhere else follows."""
    never = '{"@context": {"@vocab": "http://schema.org/"}, "@type": "Person", "@embed": "@never"}'
    root = tmp_path / "project"
    shutil.copytree(LIGHTHOUSES, root)
    (root / "ontology" / "frames").mkdir()
    (root / "ontology" / "frames" / "Person.jsonld").write_text(never)
    data = structured(dataclasses.replace(project, root=root), dataset)
    things = [ox.NamedNode(BASE + "person/giacomo-solano")]
    block = data.block(things)
    assert len(json.loads(block)["@graph"]) == 4, "person, post, organisation, group"
    assert comparable(by_oxigraph(block)) == comparable(data.projection(things))


# ---- Any data ------------------------------------------------------------------------------------

hostile = st.sampled_from([
    "</script>", "</SCRIPT >", "<!--", "-->", "<script>", "]]>", "&lt;", "&amp;", "\u2028\u2029",
    "\\", '"', "\x00", "\x85", "\ufffe", "{{{ x }}}", "{% x %}", "${x}", "<?php ?>",
    "\r\n", "\ufeff", "👩‍🔬",
])  # fmt: skip
texts = st.lists(hostile | st.text(st.characters(exclude_categories=["Cs"])), max_size=3).map(
    "".join
)
languages = st.sampled_from(["en", "de", "en-gb", "ca"])
nodes = st.sampled_from(
    [ox.NamedNode(f"https://x.example/{name}") for name in ("a", "b?c=d&e", "é#f")]
    + [ox.NamedNode("urn:x:1"), ox.NamedNode("mailto:a@b.example")]
)
blanks = st.sampled_from([ox.BlankNode("p"), ox.BlankNode("q")])
literals = (
    st.builds(ox.Literal, texts)
    | st.builds(lambda text, tag: ox.Literal(text, language=tag), texts, languages)
    | st.builds(
        lambda text, name: ox.Literal(text, datatype=ox.NamedNode(XSD + name)),
        st.sampled_from(["1", "01", "1.50", "-0", "1e5", "true", "2020-02-30", "", "NaN"]),
        st.sampled_from(["integer", "decimal", "boolean", "date", "gYear", "float", "anyURI"]),
    )
)
properties = st.sampled_from([ox.NamedNode(S + name) for name in ("name", "url", "3d", "about")])
triples = st.builds(ox.Triple, nodes | blanks, properties, nodes | blanks | literals) | st.builds(
    lambda subject, name: ox.Triple(subject, TYPE, ox.NamedNode(S + name)),
    nodes | blanks,
    st.sampled_from(["Person", "name"]),
)
frames = st.recursive(
    st.builds(Frame, embed=st.sampled_from(["@once", "@always", "@never"])),
    lambda inner: st.builds(
        Frame,
        properties=st.dictionaries(st.sampled_from(["name", "url", "about"]), inner, max_size=3),
        embed=st.sampled_from(["@once", "@always", "@never"]),
    ),
    max_leaves=5,
)


@settings(max_examples=200, deadline=None)
@given(st.lists(triples, max_size=12), frames)
def test_any_triples_in_any_frame_are_read_as_they_were(
    said: list[ox.Triple], frame: Frame
) -> None:
    quads = canonical(ox.Quad(*triple) for triple in said)
    roots = [Root(str(quad.subject).strip("<>"), frame) for quad in quads[-1:]]
    text = script_safe(json.dumps(framed(expanded(quads), roots), ensure_ascii=False))
    for read in READERS.values():
        assert comparable(read(text)) == comparable(said), read
    assert script_texts(f"<p><script type=x>{text}</script></p><i>") == [text]
    ET.fromstring(f"<script>{text}</script>")


def script_texts(page: str) -> list[str]:
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    assert tree.find(".//i") is not None, "the page goes on behind the script"
    return [script.text or "" for script in tree.iter("script")]


def test_a_hostile_label_stays_in_its_script(project: Project, dataset: Dataset) -> None:
    person = ox.NamedNode(BASE + "person/x")
    label = "</script><!--<script>alert(1)</script>\u2028&amp;]]>{{{ x }}}{% y %}${z}"
    graph = ox.NamedNode(BASE + "graph/record")
    said = (
        Quad(person, TYPE, ox.NamedNode(S + "Person"), graph),
        Quad(person, ox.NamedNode(S + "name"), ox.Literal(label), graph),
    )
    quads = (*dataset.quads, *said)
    data = structured(project, dataclasses.replace(dataset, quads=quads))
    block = data.block([person], PageNode("https://x.example/", label))
    assert not set("<>&\u2028") & set(block)
    assert not re.search(r"[{$#@]\{|\{[%#]", block)
    assert script_texts(f"<script>{block}</script><i>") == [block]
    assert json.loads(block)["mainEntity"]["name"] == json.loads(block)["name"] == label


def test_extruct_reads_it(bundled: StructuredData) -> None:
    block = bundled.block([ox.NamedNode(BASE + "organisation/mpg")])
    page = f'<!doctype html><title>x</title><script type="application/ld+json">{block}</script>'
    found = extruct.extract(page, syntaxes=["json-ld"], errors="strict")["json-ld"]
    assert [(item["@type"], item["name"]) for item in found] == [
        ("Organization", "Migration Policy Group")
    ]


def test_nodes_nested_without_end_are_cut_into_pieces() -> None:
    """Readers go down by recursion, so no block is deep."""
    chain = [ox.NamedNode(f"https://x.example/{number:05}") for number in range(3_000)]
    about = ox.NamedNode(S + "about")
    said = [ox.Triple(one, about, other) for one, other in pairwise(chain)]
    quads = canonical(ox.Quad(*triple) for triple in said)
    text = json.dumps(framed(expanded(quads), [Root(chain[0].value, Frame())]))
    assert set(by_oxigraph(text)) == set(said)
    assert sum(1 for _ in by_pyld(text)) == len(said)


def test_time_grows_no_faster_than_the_links() -> None:
    def seconds(count: int) -> float:
        hub, about = ox.NamedNode("https://x.example/hub"), ox.NamedNode(S + "about")
        quads = [
            ox.Quad(hub, about, ox.NamedNode(f"https://x.example/{number}"))
            for number in range(count)
        ]
        nodes = expanded(quads)
        start = time.process_time()
        framed(nodes, [Root(hub.value, Frame())])
        return time.process_time() - start

    small, large = (min(seconds(count) for _ in range(5)) for count in (2_000, 16_000))
    assert large < 8 * 4 * small


def test_blank_nodes_and_lists_belong_to_what_leads_to_them(
    project: Project, dataset: Dataset
) -> None:
    turtle = f"""PREFIX schema: <{S}> PREFIX : <{BASE}x/>
      :report a schema:Report ; schema:author ( :a [ schema:name "B" ; :secret "c" ] ) ;
        schema:about [ a schema:Place, :Hill ; schema:geo [ schema:elevation "0450.0" ] ] .
      :a a schema:Person ; schema:name "A" ; schema:email "a@example.org" ."""
    graph = ox.NamedNode(BASE + "graph/record")
    parsed = [
        Quad(quad.subject, quad.predicate, quad.object, graph)
        for quad in ox.parse(turtle, ox.RdfFormat.TURTLE)
    ]
    data = structured(project, dataclasses.replace(dataset, quads=(*dataset.quads, *parsed)))
    block = data.block([ox.NamedNode(BASE + "x/report")])
    tree = json.loads(block)
    del tree["@context"]
    assert tree == {
        "@id": BASE + "x/report",
        "@type": "Report",
        "about": {"@type": "Place", "geo": {"@type": "Thing", "elevation": "0450.0"}},
        "author": {
            "@list": [
                {"@id": BASE + "x/a", "@type": "Person", "name": "A"},
                {"@type": "Thing", "name": "B"},
            ]
        },
    }
    for read in READERS.values():
        assert len(list(read(block))) == 15
