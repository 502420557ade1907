"""What needs no name is drawn within what it belongs to; pictures, markup and names of terms."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import Run

SETTINGS = """[project]
name = "house"
title = "Inn"
base = "https://inn.test/"
languages = ["en", "de"]
"""
FACTS = """@base <https://inn.test/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix geo: <http://www.opengis.net/ont/geosparql#> .
@prefix obo: <http://purl.obolibrary.org/obo/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix s: <https://schema.org/> .
<inn> a s:Place ; s:name "Colour Inn"@en-GB, "Gasthaus"@de-AT ;
  s:address [ a s:PostalAddress ; s:streetAddress "Mill Lane 1" ;
    s:addressCountry [ s:name "Utopia"@en ] ] ;
  s:openingHoursSpecification [ s:dayOfWeek "Monday" ], [ s:dayOfWeek "Tuesday" ] ;
  s:geo <geo> ; s:owns [ s:ownedBy <inn> ; s:memberOf [ s:member <inn> ] ] ;
  foaf:depiction <inn.jpg>, <https://other.test/inn.jpg> ;
  s:description "<p>An <b>inn</b><script>alert(1)</script> &amp; more</p>"^^rdf:HTML ;
  geo:asWKT "POINT(1 2)"^^geo:wktLiteral ; obo:BFO_0000053 "x" ; s:accessURL <https://x.test/> .
<geo> a s:GeoCoordinates ; s:latitude 1.5 .
<loop> a s:Thing ; s:name "Loop"@en ; s:knows _:a . _:a s:knows _:b . _:b s:knows _:a .
"""


@pytest.fixture(scope="module")
def inn(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inn")
    (folder / "data").mkdir()
    (folder / "mipex-kg.toml").write_text(SETTINGS)
    (folder / "data" / "facts.ttl").write_text(FACTS)
    run("build", cwd=folder)
    return folder


@pytest.fixture(scope="module")
def facts(inn: Path) -> str:
    page = (inn / "site" / "inn.html").read_text()
    found = re.search(r'<section class="facts".*?</section>', page, re.DOTALL)
    assert found
    return re.sub(r">\s+<", "><", found[0])


@pytest.mark.parametrize(
    "shown",
    [
        '<dt>address</dt><dd>Postal address<dl class="inner">',
        "<dt>street address</dt><dd>Mill Lane 1</dd>",
        "<dt>address country</dt><dd>Utopia</dd>",
        "<dt>day of week</dt><dd>Monday</dd></div></dl></dd><dd><dl",
        '<dt>geo</dt><dd><a href="geo.html">Geo coordinates</a><dl class="inner">',
        '<dt>owned by</dt><dd><span lang="en-gb">Colour Inn</span></dd>',
        "<dt>as WKT</dt>",
        "<dt>BFO 0000053</dt>",
        "<dt>access URL</dt>",
        '<img src="inn.jpg"',
        '<a href="https://other.test/inn.jpg" class="elsewhere">',
    ],
)
def test_is_shown_under_the_property_that_links_it(facts: str, shown: str) -> None:
    assert shown in facts


def test_nothing_is_called_without_a_name(inn: Path, facts: str) -> None:
    assert "without a name" not in facts
    assert "<h2>Details</h2>" not in (inn / "site" / "inn.html").read_text()


def test_nodes_in_a_circle_end(inn: Path) -> None:
    page = (inn / "site" / "loop.html").read_text()
    assert page.count('<dl class="inner">') == 2


def test_markup_of_somebody_is_text(inn: Path) -> None:
    page = (inn / "site" / "inn.html").read_text()
    assert '<p class="lead">An inn &amp; more</p>' in page
    # As a text it is in the structured data, and in what is offered to be pasted.
    assert "alert(1)" not in re.sub(r"(?s)<(script|pre) .*?</\1>", "", page)


def test_british_is_english_everywhere(run: Run, inn: Path) -> None:
    found = run("validate", cwd=inn).text
    assert "inn has no label" not in found
    assert "geo has no label" not in found, "coordinates need none"
    assert "inn.jpg" not in found, "a picture needs no description"
    assert "Colour Inn (en" not in run("describe", "inn", cwd=inn).text
    assert (
        '<h1><span data-pagefind-meta="title"><span lang="en-gb">Colour Inn'
        in (inn / "site" / "inn.html").read_text()
    )


def test_what_names_things_and_what_needs_no_name_are_settings(run: Run, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "mipex-kg.toml").write_text(
        SETTINGS + '[prefixes]\ne = "https://e.test/"\n[labels]\nproperties = ["e:called"]\n'
        'unneeded = ["e:Box"]\n'
    )
    (tmp_path / "data" / "x.ttl").write_text(
        "@prefix e: <https://e.test/> . @base <https://inn.test/> . <a> a e:Thing ; e:called 'Ay' ;"
        "<http://schema.org/name> 'No' ; e:in <box> . <box> a e:Box ; e:size 3 . <b> a e:Thing ;"
        "<http://schema.org/name> 'Bee' ."
    )
    found = run("validate", cwd=tmp_path).text
    assert "<https://inn.test/b> has no label" in found
    assert "box> has no label" not in found
    run("build", cwd=tmp_path)
    page = (tmp_path / "site" / "a.html").read_text()
    assert '"title">Ay<' in page
    assert re.search(r'Box</a><dl class="inner">\s*<div class="fact">\s*<dt>size</dt>', page)
