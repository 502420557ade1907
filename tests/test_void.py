"""VoID: each count is that of the dump, asked in SPARQL; nothing here uses the code that counts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pyoxigraph as ox
import pytest

from tests.conftest import Run

PREFIXES = {
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "kg": "https://w3id.org/mipex-kg/kg#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "schema": "http://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "void": "http://rdfs.org/ns/void#",
}
FORMATS = {
    ".ttl": "Turtle",
    ".trig": "TriG",
    ".nq": "N-Quads",
    ".nt": "N-Triples",
    ".jsonld": "JSON-LD",
    ".rdf": "RDF_XML",
}


@dataclass(frozen=True)
class Site:
    """A built site: its VoID, and the graph of its dump."""

    folder: Path
    name: str
    base: str
    address: str
    void: ox.Store
    dump: ox.Store

    def told(self, query: str) -> list[tuple[str, ...]]:
        return rows(self.void, query)

    def found(self, query: str) -> list[tuple[str, ...]]:
        return rows(self.dump, query)

    def counts(self, query: str) -> dict[str, tuple[int, ...]]:
        """Count in the dump: by the first column, the numbers in the others."""
        return {first: tuple(map(int, rest)) for first, *rest in self.found(query)}


def rows(store: ox.Store, query: str) -> list[tuple[str, ...]]:
    solutions = store.query(query, prefixes=PREFIXES)
    assert isinstance(solutions, ox.QuerySolutions)
    return sorted(tuple(term.value for term in row) for row in solutions)


@pytest.fixture(scope="module", params=["mipex-kg", "room"])
def site(
    request: pytest.FixtureRequest,
    run: Run,
    bundled_site: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Site:
    """Build the bundled project, and a new one."""
    folder = tmp_path_factory.mktemp("void")
    if request.param == "room":
        run("init", folder / "room")
        run("build", cwd=folder / "room")
        base, address, built = *["https://example.org/room/"] * 2, folder / "room" / "site"
    else:
        base, address = "https://w3id.org/mipex-kg/", "https://mipex-kg.example.org/"
        built = bundled_site
    void, dump = ox.Store(), ox.Store()
    void.load(path=str(built / "void.ttl"))
    dump.load(path=str(built / f"{request.param}.nt"))
    return Site(built, request.param, base, address, void, dump)


# ---- The whole -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("property", "pattern"),
    [
        ("triples", "(COUNT(*) AS ?n) { ?s ?p ?o }"),
        ("distinctSubjects", "(COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }"),
        ("distinctObjects", "(COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }"),
        ("properties", "(COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }"),
        ("classes", "(COUNT(DISTINCT ?c) AS ?n) { ?s a ?c }"),
        ("entities", "(COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o FILTER STRSTARTS(STR(?s), '%s') }"),
    ],
)
def test_counts_of_the_whole(site: Site, property: str, pattern: str) -> None:
    expected = site.found(f"SELECT {pattern.replace('%s', site.base)}")
    assert site.told(f"SELECT ?n {{ <{site.base}dataset/facts> void:{property} ?n }}") == expected
    assert int(expected[0][0]) > 10


def test_the_number_of_triples_is_that_of_the_lines(site: Site) -> None:
    ((told,),) = site.told("SELECT ?n { ?d a void:Dataset ; void:uriSpace ?s ; void:triples ?n }")
    assert int(told) == len((site.folder / f"{site.name}.nt").read_bytes().splitlines())


def test_vocabularies_are_those_of_its_terms(site: Site) -> None:
    terms = site.found("SELECT DISTINCT ?t { { ?s ?t ?o } UNION { ?s a ?t } }")
    spaces = {
        iri.partition("#")[0] + "#" if "#" in iri else iri.rpartition("/")[0] + "/"
        for (iri,) in terms
    }
    assert site.told("SELECT ?v { ?d void:vocabulary ?v }") == sorted((s,) for s in spaces)
    assert (PREFIXES["schema"],) in site.told("SELECT ?v { ?d void:vocabulary ?v }")


# ---- Parts ---------------------------------------------------------------------------------------


def test_each_class_has_its_number_of_members(site: Site) -> None:
    told = site.told(
        "SELECT ?c ?n { ?d void:classPartition ?p . ?p void:class ?c ; void:entities ?n }"
    )
    expected = site.counts("SELECT ?c (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c } GROUP BY ?c")
    assert {cls: (int(number),) for cls, number in told} == expected
    assert len(told) == len(expected) > 5
    assert expected["http://schema.org/Person"] > (0,)


def test_each_property_has_its_numbers(site: Site) -> None:
    told = site.told(
        "SELECT ?p ?t ?s ?o { ?d void:propertyPartition ?part . ?part void:property ?p ; "
        "void:triples ?t ; void:distinctSubjects ?s ; void:distinctObjects ?o }"
    )
    expected = site.counts(
        "SELECT ?p (COUNT(*) AS ?t) (COUNT(DISTINCT ?s) AS ?ss) (COUNT(DISTINCT ?o) AS ?os) "
        "{ ?s ?p ?o } GROUP BY ?p"
    )
    assert {property: tuple(map(int, numbers)) for property, *numbers in told} == expected
    assert len(told) == len(expected) > 10
    ((whole,),) = site.told("SELECT ?n { ?d a void:Dataset ; void:uriSpace ?s ; void:triples ?n }")
    assert sum(triples for triples, *_ in expected.values()) == int(whole)


def test_link_sets_count_the_links_to_each_host(site: Site) -> None:
    found = Counter(
        (link, urlsplit(target).netloc)
        for link, target in site.found(
            "SELECT ?link ?target { VALUES ?link { schema:sameAs owl:sameAs skos:exactMatch "
            "skos:closeMatch skos:broadMatch skos:narrowMatch } ?s ?link ?target . "
            f"FILTER (STRSTARTS(STR(?s), '{site.base}') && isIRI(?target) && "
            f"STRSTARTS(STR(?target), 'http') && !STRSTARTS(STR(?target), '{site.base}')) }}"
        )
    )
    told = site.told(
        f"SELECT ?link ?space ?n {{ <{site.base}dataset/facts> void:subset ?set . "
        "?set a void:Linkset ; void:linkPredicate ?link ; void:triples ?n ; "
        f"void:subjectsTarget <{site.base}dataset/facts> ; void:objectsTarget ?other . "
        "?other a void:Dataset ; void:uriSpace ?space }"
    )
    assert Counter({(p, urlsplit(space).netloc): int(n) for p, space, n in told}) == found
    if site.name == "mipex-kg":
        assert found[PREFIXES["schema"] + "sameAs", "www.wikidata.org"] > 50


# ---- Where things lie ----------------------------------------------------------------------------


def test_it_stands_at_both_addresses(site: Site) -> None:
    well_known = site.folder / ".well-known" / "void"
    assert well_known.read_bytes() == (site.folder / "void.ttl").read_bytes()


def test_dumps_are_there_and_their_formats_told(site: Site) -> None:
    dumps = site.told(f"SELECT ?f {{ <{site.base}dataset/facts> void:dataDump ?f }}")
    names = sorted(address.removeprefix(site.address) for (address,) in dumps)
    assert names == sorted(site.name + suffix for suffix in FORMATS)
    assert all((site.folder / name).is_file() for name in names)
    features = site.told("SELECT ?f { ?d void:feature ?f }")
    assert features == sorted((f"http://www.w3.org/ns/formats/{f}",) for f in FORMATS.values())


def test_examples_are_things_with_pages_that_may_be_found(site: Site) -> None:
    examples = site.told(f"SELECT ?e {{ <{site.base}dataset/facts> void:exampleResource ?e }}")
    assert examples
    for (example,) in examples:
        assert site.found(f"SELECT ?c {{ <{example}> a ?c }}")
        assert not site.found(f"SELECT ?v {{ <{example}> kg:noIndex ?v }}")
        assert (site.folder / f"{example.removeprefix(site.base)}.html").is_file()


def test_it_says_of_itself_what_it_describes(site: Site) -> None:
    assert site.told(
        "SELECT ?d ?topic { ?d a void:DatasetDescription ; foaf:primaryTopic ?topic }"
    ) == [(f"{site.address}void.ttl", f"{site.base}dataset/facts")]
    space = site.told(f"SELECT ?s {{ <{site.base}dataset/facts> void:uriSpace ?s }}")
    assert space == [(site.base,)]
    title = site.told(f"SELECT ?t {{ <{site.base}dataset/facts> dct:title ?t }}")
    assert title == site.found(f"SELECT ?t {{ <{site.base}dataset/facts> dct:title ?t }}")
