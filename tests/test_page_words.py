"""The words of pages fit any project: neutral, of one spelling, each said once."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pyoxigraph as ox
import pytest
from lxml import html

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.dataset.words import english
from mipex_kg.project.project import Project
from mipex_kg.site.pages.wording import TaggedText, Wording
from tests.conftest import ROOT, Run

COMMON = tomllib.loads((ROOT / "mipex_kg/site/pages/vocabularies.toml").read_text())
IRREGULAR = {
    "Person": "People",
    "Set of terms": "Sets of terms",
    "Dataset series": "Dataset series",
}
BASE = "https://boats.example/"
DATA = f"""@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@base <{BASE}> .
<list> a skos:ConceptScheme ; skos:prefLabel "All boats"@en .
<plain> a skos:Concept ; skos:prefLabel "Kahn", "Punt"@fr ; skos:inScheme <list> .
<arabic> a skos:Concept ; skos:prefLabel "قارب"@ar .
""" + "".join(f'<c{n}> a skos:Concept ; skos:prefLabel "boat {n}"@en .\n' for n in range(1200))
TERMS = f"""@prefix : <{BASE}terms#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<{BASE}terms> a owl:Ontology ; rdfs:label "Terms"@en .
:Vessel a owl:Class . :Boat a owl:Class ; rdfs:subClassOf :Vessel .
:Punt a owl:Class ; rdfs:subClassOf :Boat . :Raft a owl:Class .
:one a :Punt, owl:NamedIndividual .
"""
RECORD = f"""@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<{BASE}d> a dcat:Dataset ; dct:title "D"@en ; dct:description "One.\\n\\n* two"@en ;
  dct:license <http://creativecommons.org/licenses/by/4.0/> ;
  dcat:theme <http://publications.europa.eu/resource/authority/data-theme/ENVI> ;
  dct:accrualPeriodicity <http://publications.europa.eu/resource/authority/frequency/ANNUAL> ;
  dcat:distribution [ a dcat:Distribution ; dcat:byteSize "123456"^^xsd:nonNegativeInteger ;
    dcat:accessURL <https://boats.test/f> ; dct:title "F"@en ;
    dcat:mediaType <https://www.iana.org/assignments/media-types/text/csv> ] .
"""
SETTINGS = f"""[project]
name = "boats"
title = "All boats"
base = "{BASE}"
languages = ["en", "fr"]
[pages]
classes = ["skos:Concept"]
[prefixes]
t = "{BASE}terms#"
"""


@pytest.mark.parametrize("curie", COMMON["plural"])
def test_one_and_several_are_spelled_alike(curie: str) -> None:
    prefix, _, local = curie.partition(":")
    cls = ox.NamedNode(COMMON["prefixes"][prefix] + local)
    wording = Wording(Dataset((), (), {}), english())
    one, several = wording.class_name(cls), wording.plural(cls)
    regular = {f"{one}s", f"{one}es", re.sub("y$", "ies", one)}
    assert several in regular | {IRREGULAR.get(one)}


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        ("de", "German"),
        ("de-at", "German (de-AT)"),
        ("sr-latn-rs", "Serbian (sr-Latn-RS)"),
        ("qaa-x-us", "qaa-x-us"),
    ],
)
def test_a_kind_of_a_language_is_named_with_its_tag(tag: str, name: str) -> None:
    assert Wording(Dataset((), (), {}), english()).language(tag) == name


def test_the_interface_has_no_words_of_a_project(project: Project, dataset: Dataset) -> None:
    wording = Wording(dataset, english())
    own = {wording.plural(dataset.node(curie)).casefold() for curie in project.page_classes}
    own -= {"groups"}  # which the map of any project has
    texts = (text for key, text in english().texts.items() if not key.startswith("language-"))
    for text in texts:
        words = re.findall(r"\w+", text.casefold())
        assert own.isdisjoint(words), text


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, run: Run) -> Path:
    folder = tmp_path_factory.mktemp("boats")
    (folder / "data").mkdir()
    (folder / "data" / "boats.ttl").write_text(DATA, encoding="utf-8")
    (folder / "data" / "d.ttl").write_text(RECORD)
    (folder / "ontology").mkdir()
    (folder / "ontology" / "terms.ttl").write_text(TERMS)
    (folder / "mipex-kg.toml").write_text(SETTINGS)
    run("build", cwd=folder)
    return folder / "site"


def test_numbers_are_written_in_one_way(site: Path) -> None:
    for page in ("index.html", "class/index.html", "class/concept.html"):
        text = (site / page).read_text(encoding="utf-8")
        assert "1,202" in text
        assert not re.search(r">[^<]*\b1202\b", text)


def test_a_title_is_cited_once_and_addresses_break_between_words(site: Path) -> None:
    text = (site / "list.html").read_text(encoding="utf-8")
    address = "https://<wbr>boats.<wbr>example/<wbr>list"
    assert f'<p class="address">{address}</p>' in text
    assert f'<p class="citation">All boats. {address}</p>' in text


def test_names_are_in_the_first_language_if_not_said_otherwise(site: Path) -> None:
    assert "<h1>" in (site / "plain.html").read_text(encoding="utf-8")
    assert "<title>Kahn – " in (site / "plain.html").read_text(encoding="utf-8")
    assert '<span lang="ar" dir="rtl">قارب</span>' in (site / "arabic.html").read_text("utf-8")
    assert TaggedText("שלום!").__html__() == '<span dir="rtl">שלום!</span>'


def test_codes_and_sizes_are_in_words_and_lines_are_kept(site: Path) -> None:
    text = (site / "d.html").read_text(encoding="utf-8")
    shown = html.fromstring(text).text_content()
    for words in ("Creative Commons Attribution 4.0", "Environment", "annual", "text/csv"):
        assert words in shown
    assert "123 kB (123,456 bytes)" in shown
    assert '<span class="lines">One.\n\n* two</span>' in text
    assert '<meta name="description" content="One. * two">' in text


def test_terms_are_sorted_and_their_uses_told_once(site: Path) -> None:
    page = html.fromstring((site / "terms.html").read_text(encoding="utf-8"))
    sections = {
        one.cssselect("h2")[0].text_content(): [term.get("id") for term in one.cssselect(".term")]
        for one in page.cssselect(".terms")
    }
    assert sections == {"Classes": ["Boat", "Punt", "Raft", "Vessel"], "Individuals": ["one"]}
    told = {term.get("id"): term.text_content() for term in page.cssselect(".term")}
    for cls in ("Vessel", "Boat"):
        assert "used by subclasses: 1" in told[cls]
        assert "Not currently used" not in told[cls]
    assert "Not currently used" in told["Raft"]
    assert "whose type is this" not in told["Punt"]
    heading = page.cssselect("#Raft h3")[0].text_content()
    assert heading.count("Raft") == 1


def test_a_long_description_is_cut_where_it_is_to_be_short(run: Run, tmp_path: Path) -> None:
    text = '<https://e.test/t/a> <http://www.w3.org/2000/01/rdf-schema#label> "A"@en ; '
    text += f'<http://www.w3.org/2000/01/rdf-schema#comment> "{"Words. " * 900}"@en .'
    (tmp_path / "t.ttl").write_text(text)
    run("init", tmp_path / "p", "--from", tmp_path / "t.ttl")
    run("--project", tmp_path / "p", "build", "-o", tmp_path / "site")
    page = html.fromstring((tmp_path / "site/a.html").read_text(encoding="utf-8"))
    [meta] = page.xpath("//meta[@name='description']/@content")
    assert meta.endswith("…")
    assert len(meta) < 1100
    assert page.cssselect("p.lead")[0].text_content().count("Words.") == 900
