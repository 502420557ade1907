"""Pages of ontologies: contents as trees, axioms in words, versions, deprecations, examples."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import html

from tests.conftest import Run

ONTOLOGY = """@base <{ontology}> .
@prefix : <{terms}> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix dct: <http://purl.org/dc/terms/> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix vs: <http://www.w3.org/2003/06/sw-vocab-status/ns#> .
<> a owl:Ontology ; rdfs:label "Kin"@en ; owl:imports <https://other.example/base> ;
  owl:versionIRI <{version}2.0> ; owl:versionInfo "2.0" ; owl:priorVersion <{version}1.0> ;
  owl:backwardCompatibleWith <{version}1.0> .
dct:title a owl:AnnotationProperty .
foaf:Agent a owl:Class ; rdfs:label "Agent"@en ; rdfs:comment "One that acts."@en .
:Being a owl:Class ; rdfs:label "Being"@en .
:Person a owl:Class ; rdfs:label "Person"@en ; rdfs:subClassOf :Being, foaf:Agent ;
  owl:equivalentClass :Human ; owl:hasKey ( :name :born ) .
:Human a owl:Class ; rdfs:label "Human"@en ; rdfs:subClassOf :Being .
:Child a owl:Class ; rdfs:label "Child"@en ; rdfs:subClassOf :Person .
:Adult a owl:Class ; rdfs:label "Adult"@en ; rdfs:subClassOf :Person .
:Elder a owl:Class ; rdfs:label "Elder"@en ; rdfs:subClassOf :Adult ; owl:deprecated true .
:Stone a owl:Class ; rdfs:label "Stone"@en ; owl:disjointWith :Being .
[] a owl:AllDisjointClasses ; owl:members ( :Child :Adult :Stone ) .
[] a owl:Axiom ; owl:annotatedSource :Child ; owl:annotatedProperty rdfs:subClassOf ;
  owl:annotatedTarget :Person ; rdfs:comment "Of any age below 18."@en .
:relative a owl:ObjectProperty, owl:SymmetricProperty ; rdfs:label "relative"@en ;
  rdfs:domain :Person ; rdfs:range :Person .
:parent a owl:ObjectProperty ; rdfs:label "parent"@en ; rdfs:subPropertyOf :relative ;
  owl:inverseOf :offspring .
:offspring a owl:ObjectProperty ; rdfs:label "offspring"@en ; rdfs:subPropertyOf :relative .
:brother a owl:ObjectProperty ; rdfs:label "brother"@en ; vs:term_status "archaic" .
:uncle a owl:ObjectProperty ; rdfs:label "uncle"@en ;
  owl:propertyChainAxiom ( :parent :brother ) .
:ancestor a owl:ObjectProperty, owl:TransitiveProperty ; rdfs:label "ancestor"@en .
:name a owl:DatatypeProperty, owl:FunctionalProperty ; rdfs:label "name"@en ;
  rdfs:range xsd:string .
:born a owl:DatatypeProperty ; rdfs:label "born"@en .
:source a owl:AnnotationProperty ; rdfs:label "source"@en .
:Year a rdfs:Datatype ; rdfs:label "Year"@en .
:ada a owl:NamedIndividual, :Adult ; rdfs:label "Ada"@en ; :name "Ada" ; :parent :byron .
:byron a owl:NamedIndividual, :Adult ; rdfs:label "Byron"@en .
"""
WAYS = {
    "hash": ("https://e.test/kin", "https://e.test/kin#", "https://e.test/kin/"),
    "slash": ("https://e.test/kin/", "https://e.test/kin/", "https://e.test/kin/v"),
    "elsewhere": ("https://e.test/onto/kin.owl", "https://e.test/t/", "https://e.test/onto/"),
    "parted": ("https://e.test/kin", "https://e.test/kin#", "https://e.test/kin/"),
}


class Site:
    """A site of the ontology."""

    def __init__(self, folder: Path) -> None:
        pages = {path: html.fromstring(path.read_bytes()) for path in folder.rglob("*.html")}
        [self.page] = [page for page in pages.values() if page.cssselect("nav.contents")]
        self._pages = pages
        self.path = next(path for path, page in pages.items() if page is self.page)

    def term(self, name: str) -> html.HtmlElement:
        """Give the section of a term, or its own page."""
        if found := self.page.xpath("//section[@class='term'][@id=$name]", name=name):
            return found[0]
        [path] = [path for path in self._pages if path.stem == name]
        return self._pages[path].cssselect("article")[0]

    def said(self, name: str) -> dict[str, list[str]]:
        """Give what is said of a term, by property."""
        return {
            fact.cssselect("dt")[0].text_content(): [
                " ".join(value.text_content().split())
                for value in fact.cssselect("ol.items li") or fact.cssselect("dd")
            ]
            for fact in self.term(name).cssselect(".fact")
        }


@pytest.fixture(scope="module", params=WAYS)
def site(
    request: pytest.FixtureRequest, run: Run, tmp_path_factory: pytest.TempPathFactory
) -> Site:
    folder = tmp_path_factory.mktemp(request.param)
    ontology, terms, version = WAYS[request.param]
    text = ONTOLOGY.format(ontology=ontology, terms=terms, version=version)
    if request.param == "parted":
        more = (f":T{n} a owl:Class ; rdfs:subClassOf :Stone .\n" for n in range(70))
        text += "".join(more)
    (folder / "kin.ttl").write_text(text)
    run("init", folder / "p", "--from", folder / "kin.ttl")
    outcome = run("--project", folder / "p", "validate")
    assert "referenced but not described" not in outcome.text
    run("--project", folder / "p", "build", "-o", folder / "site")
    return Site(folder / "site")


def nested(tree: html.HtmlElement) -> dict[str, object]:
    """Give a tree as nested names."""
    return {
        item.xpath("string(./a|./text()[normalize-space()])").strip(): (
            nested(below[0]) if (below := item.xpath("./details/ul")) else {}
        )
        for item in tree.xpath("./li")
    }


def test_contents_are_trees_of_all_terms(site: Site) -> None:
    [contents] = site.page.cssselect("nav.contents")
    titles = [heading.text.strip() for heading in contents.cssselect("h3")]
    trees = dict(zip(titles, map(nested, contents.xpath("./ul")), strict=True))
    classes = trees["Classes"]
    assert isinstance(classes, dict)
    people: dict[str, object] = {"Adult": {"Elder": {}}, "Child": {}}
    assert classes["Agent"] == {"Person": people}
    assert classes["Being"] == {"Human": {}, "Person": people}
    assert trees["Object properties"] == {
        "ancestor": {},
        "brother": {},
        "relative": {"offspring": {}, "parent": {}},
        "uncle": {},
    }
    assert trees["Data properties"] == {"born": {}, "name": {}}
    assert list(trees["Annotation properties"])[-1] == "source"
    assert trees["Datatypes"] == {"Year": {}}
    assert trees["Individuals"] == {"Ada": {}, "Byron": {}}
    for link in contents.cssselect("a"):
        path, _, anchor = link.get("href").partition("#")
        if "://" not in path:
            there = html.parse(site.path.parent / path).getroot() if path else site.page
            assert not anchor or there.xpath("//*[@id=$id]", id=anchor), link.get("href")


def test_versions_and_imports_are_facts(site: Site) -> None:
    said = {
        fact.cssselect("dt")[0].text: fact.cssselect("dd")[0].text_content()
        for fact in site.page.cssselect("section.facts .fact")
    }
    assert said["version info"] == "2.0"
    assert said["imports"] == "other.example/base"
    assert said["version IRI"].endswith("2.0")
    assert said["prior version"] == said["backward compatible with"]
    prefixes = site.page.xpath("//section[h2='Namespaces']//dt")
    assert {"owl:", "rdfs:", "foaf:"} <= {prefix.text_content() for prefix in prefixes}


def test_axioms_are_facts_in_words(site: Site) -> None:
    person, child = site.said("Person"), site.said("Child")
    assert person["identified by"] == ["name", "born"]
    assert person["equivalent class"] == ["Human"]
    assert person["subclass of"] == ["Agent", "Being"]
    assert person["narrower classes"] == ["Adult", "Child"]
    assert person["properties of this class"] == ["relative"]
    assert person["properties with these values"] == ["relative"]
    assert site.said("Human")["equivalent class"] == ["Person"]
    assert child["disjoint with"] == ["Adult", "Stone"]
    assert child["comment, on “subclass of: Person”"] == ["Of any age below 18."]
    assert site.said("Being")["disjoint with"] == ["Stone"]
    assert site.said("uncle")["implied by the chain"] == ["parent", "brother"]
    assert site.said("brother")["in the chain that implies"] == ["uncle"]
    assert site.said("offspring")["inverse of"] == ["parent"]
    assert site.said("born")["identifies"] == ["Person"]
    types = site.said("name")["Type"]
    assert sorted(types) == ["Datatype property", "Functional property"]
    assert site.said("ancestor")["Type"] == ["Object property", "Transitive property"]
    assert "unnamed" not in site.term("Child").text_content()


def test_deprecated_terms_are_marked(site: Site) -> None:
    for name, is_deprecated in (("Elder", True), ("brother", True), ("Adult", False)):
        marks = [mark.text for mark in site.term(name).cssselect(".kicker")]
        assert ("Deprecated" in marks) is is_deprecated, name
    marked = site.page.xpath("//nav[@class='contents']//li[span[@class='tally']='Deprecated']/a")
    assert {link.text_content() for link in marked} == {"Elder", "brother"}


def test_every_term_has_examples_of_its_use(site: Site) -> None:
    assert site.said("Adult")["Examples of use"] == ["Ada", "Byron"]
    assert site.said("Being")["Examples of use"] == ["used by subclasses: 2"]
    assert site.said("parent")["Examples of use"] == ["Ada → Byron"]
    assert site.said("Stone")["Examples of use"] == ["Not currently used."]
    assert "items whose type is this" not in str(site.said("Adult")).casefold()


def test_terms_of_others_are_described_on_the_page_if_anything_is_said(site: Site) -> None:
    assert site.page.cssselect("#foaf-Agent p")[0].text_content() == "One that acts."
    assert not site.page.xpath("//*[@id='dct-title']")


def test_a_vocabulary_without_an_ontology_has_its_trees_on_the_lists(
    run: Run, tmp_path: Path
) -> None:
    text = """@prefix : <https://e.test/v/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix dc: <http://purl.org/dc/elements/1.1/> .
:A a rdfs:Class ; rdfs:label "A"@en . :B a rdfs:Class ; rdfs:label "B"@en ; rdfs:subClassOf :A .
:p a rdf:Property ; rdfs:label "p"@en ; dc:description "Which p."@en .
:q a rdf:Property ; rdfs:label "q"@en ; rdfs:subPropertyOf :p .
:r a owl:ObjectProperty, owl:FunctionalProperty ; rdfs:label "r"@en .
:note a rdf:Property ; rdfs:label "note"@en .
:B :note "<p>One <b>two</b></p>"^^rdf:XMLLiteral, "LONG" .
""".replace("LONG", "Long. " * 400)
    (tmp_path / "v.ttl").write_text(text)
    run("init", tmp_path / "p", "--from", tmp_path / "v.ttl")
    run("--project", tmp_path / "p", "build", "-o", tmp_path / "site")
    lists = {
        path.stem: html.parse(path).getroot()
        for path in (tmp_path / "site/class").iterdir()
        if path.suffix == ".html"
    }
    trees = {
        name: nested(page.xpath("//section[@aria-labelledby='tree']/ul")[0])
        for name, page in lists.items()
        if page.xpath("//section[@aria-labelledby='tree']")
    }
    assert trees == {"class": {"A": {"B": {}}}, "property": {"note": {}, "p": {"q": {}}}}
    assert "object-property" in lists
    assert "functional-property" not in lists
    [lead] = html.parse(tmp_path / "site/p.html").getroot().cssselect("p.lead")
    assert lead.text == "Which p."
    page = html.parse(tmp_path / "site/note.html").getroot()
    note = page.cssselect("article")[0].text_content()
    assert "One two" in note
    assert "<b>" not in note
    assert note.count("Long.") < 40
