"""Texts as others' files have them: wrapped, indented, in markup, in properties of their field."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

import pyoxigraph as ox
import pytest
from lxml import html

from mipex_kg.rdf.namespaces import OBO_IN_OWL, RDF
from mipex_kg.rdf.prose import prose_of, unwrapped
from tests.conftest import Run

BASE = "https://tides.example/"
# As an editor of ontologies writes it: indented, so that long texts have lines.
ONTOLOGY = f"""<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="{RDF}" xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#"
  xmlns:owl="http://www.w3.org/2002/07/owl#" xmlns:dct="http://purl.org/dc/terms/"
  xmlns:obo="http://purl.obolibrary.org/obo/" xmlns:in="{OBO_IN_OWL}"
  xmlns:skos="http://www.w3.org/2004/02/skos/core#">
<owl:Ontology rdf:about="https://tides.example"><dct:title xml:lang="en">Tides</dct:title>
  <dct:description rdf:parseType="Literal"><h:div xmlns:h="http://www.w3.org/1999/xhtml">
    <h:h2>Overview</h:h2><h:p>Tides are what the sea does twice a day,
      <h:b>nearly</h:b> everywhere.</h:p><h:p>More to come.</h:p></h:div></dct:description>
</owl:Ontology>
<owl:Class rdf:about="{BASE}T_1"><rdfs:label xml:lang="en">ebb tide</rdfs:label>
  <obo:IAO_0000115 xml:lang="en">The movement of the water of the sea away from the coast, between
      high water and low water.</obo:IAO_0000115>
  <in:hasExactSynonym xml:lang="en">outgoing tide</in:hasExactSynonym><in:id>T:1</in:id>
  <skos:changeNote rdf:parseType="Resource"><rdf:value>Made.</rdf:value></skos:changeNote>
  <rdfs:seeAlso rdf:resource="mailto:ada%40home@tides.example?subject=Tides"/>
  <rdfs:seeAlso rdf:resource="tel:+34-900"/><rdfs:label xml:lang="he">שפל</rdfs:label>
  <rdfs:subClassOf rdf:resource="{BASE}T_2"/></owl:Class>
<owl:Class rdf:about="{BASE}T_2"><rdfs:label xml:lang="en">tide</rdfs:label></owl:Class>
</rdf:RDF>
"""


@pytest.fixture(scope="module")
def tides(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tides")
    (folder / "tides.owl").write_text(ONTOLOGY)
    run("init", "site", "--from", "tides.owl", cwd=folder)
    run("build", cwd=folder / "site")
    return folder / "site"


def test_an_ontology_s_own_definition_leads_its_page(tides: Path) -> None:
    page = html.fromstring((tides / "site" / "T_1.html").read_text(encoding="utf-8"))
    lead = page.cssselect(".lead")[0]
    assert lead.text_content() == (
        "The movement of the water of the sea away from the coast, between high water and low "
        "water."
    )
    rows = [row.text_content().strip() for row in page.cssselect("#facts dt, main dl dt")]
    assert rows[0] == "has exact synonym"
    assert "subclass of" in rows
    assert [row for row in rows if row in ("subclass of", "change note")][-1] == "change note"
    data = json.loads(page.cssselect('script[type="application/ld+json"]')[0].text or "")
    assert "away from the coast" in json.dumps(data)


def test_mail_and_telephones_are_written_as_people_do(tides: Path) -> None:
    page = html.fromstring((tides / "site" / "T_1.html").read_text(encoding="utf-8"))
    links = {link.get("href"): link.text_content() for link in page.cssselect("main a")}
    assert links["mailto:ada%40home@tides.example?subject=Tides"] == "ada@home@tides.example"
    assert links["tel:+34-900"] == "+34-900"
    assert "Hebrew" in page.text_content()


def test_a_term_is_found_by_its_synonym(run: Run, tides: Path) -> None:
    assert "ebb tide" in run("describe", "outgoing tide", cwd=tides).text


def test_markup_is_told_in_paragraphs_and_its_first_one_is_the_lead(tides: Path) -> None:
    lead = "Tides are what the sea does twice a day, nearly everywhere."
    settings = (tides / "mipex-kg.toml").read_text(encoding="utf-8")
    assert f'description = "{lead}"' in settings
    assert 'title = "Tides"' in settings  # of https://tides.example, which is the base itself
    assert f'base = "{BASE}"' in settings
    pages = [path.read_text(encoding="utf-8") for path in (tides / "site").glob("*.html")]
    assert any(f"{lead}\n\nMore to come." in page for page in pages)
    assert not any("h:p&gt;" in page for page in pages)


LONG = "All that the harbour knows of ships, and of those who sail them"
MEANT = {
    "an address": "Mill Lane 3\nNorthport",
    "verses": "  The tide is high\n  and the moon is low\n\n  and ships may go",
    "a query": f"SELECT ?ship WHERE {{\n  ?ship a <{BASE}{'s' * 40}> ;\n    ?p ?o\n}}",
    "items": f"- {LONG}\n- none\n- {LONG}",
    "addresses on the web": f"See also\n   https://tides.example/{'x' * 50}",
}


@pytest.mark.parametrize("text", MEANT.values(), ids=MEANT)
def test_lines_that_are_meant_are_kept(text: str) -> None:
    assert unwrapped(text) == text


@pytest.mark.parametrize("indent", ["", "  ", "\t\t"])
@pytest.mark.parametrize("width", [60, 72, 100])
def test_lines_that_an_editor_broke_are_joined(indent: str, width: int) -> None:
    paragraphs = [" ".join([LONG] * 5) + ".", f"- {LONG}, {LONG}", LONG]
    wrapped = ["\n".join(textwrap.wrap(p, width, subsequent_indent=indent)) for p in paragraphs]
    assert unwrapped("\n\n".join(wrapped)) == "\n\n".join(paragraphs)


HTML = {
    '<p class="x">One &amp; two</p>': "One & two",
    "<div>One<br>two</div><script>three()</script>": "One\ntwo",
    "<p> begins a paragraph": "<p> begins a paragraph",
    "a <b>word</b>": "a <b>word</b>",
    "1 < 2": "1 < 2",
}


@pytest.mark.parametrize(("text", "shown"), HTML.items(), ids=HTML)
def test_a_text_that_is_html_is_read_as_such(text: str, shown: str) -> None:
    assert prose_of(ox.Literal(text)) == shown
