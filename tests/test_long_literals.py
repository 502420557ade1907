"""Literals for programs, such as polygons, are on pages without filling them."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from lxml import html

from mipex_kg.rdf.prose import prose_of
from tests.conftest import Run

WKT = "http://www.opengis.net/ont/geosparql#wktLiteral"
CRS84 = "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"
EPSG = "<http://www.opengis.net/def/crs/EPSG/0"
RING = ", ".join(f"{number}.5 60" for number in range(100))
FACTS = f"""@prefix e: <https://e.test/> .
@prefix g: <http://www.opengis.net/ont/geosparql#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
e:a a e:Place ; rdfs:label "A"@en ; g:asWKT "POINT(10.4 63.4)"^^g:wktLiteral .
e:b a e:Place ; rdfs:label "B"@en ; g:asWKT "{CRS84} POLYGON(({RING}))"^^g:wktLiteral .
e:c a e:Place ; rdfs:label "C"@en ; g:hasGeometry [ g:asGeoJSON "[{RING}]"^^g:geoJSONLiteral ] .
e:d a e:Place ; rdfs:label "D"@en ; e:story "{RING}", "{RING}"@en .
"""


@pytest.mark.parametrize(
    ("wkt", "shown"),
    [
        ("POINT(10.4 63.4)", "63.4, 10.4"),
        (f"{CRS84} Point ( -10 63.40 )", "63.40, -10"),
        (f"{EPSG}/4326> POINT(63.4 10.4)", "63.4, 10.4"),
        # whatever these mean, it is not ours to turn
        (f"{EPSG}/25832> POINT(500000 4649776)", f"{EPSG}/25832> POINT(500000 4649776)"),
        ("POINT Z (1 2 3)", "POINT Z (1 2 3)"),
        ("POINT EMPTY", "POINT EMPTY"),
        ("LINESTRING(1 2, 3 4)", "LINESTRING(1 2, 3 4)"),
    ],
)
def test_a_point_is_its_latitude_and_longitude(wkt: str, shown: str) -> None:
    assert prose_of(ox.Literal(wkt, datatype=ox.NamedNode(WKT))) == shown


def test_what_is_no_wkt_is_left_as_it_is() -> None:
    assert prose_of(ox.Literal("POINT(10.4 63.4)")) == "POINT(10.4 63.4)"


@pytest.fixture(scope="module")
def site(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("geo")
    (folder / "places.ttl").write_text(FACTS)
    run("init", folder / "new", "--from", folder / "places.ttl")
    run("--project", folder / "new", "build", "-o", folder / "site")
    return folder / "site"


@pytest.mark.parametrize(("page", "begins"), [("b", "POLYGON((0.5 60, "), ("c", "[0.5 60, ")])
def test_what_is_long_is_folded_whole(site: Path, page: str, begins: str) -> None:
    (folded,) = html.parse(site / f"{page}.html").xpath("//dd/details[@class='long']")
    summary, whole = folded.findtext("summary"), folded.findtext("pre")
    assert summary.startswith(begins)
    assert summary.endswith("…")
    assert len(summary) <= 61
    assert RING in whole
    # No search is for its numbers.
    assert "data-pagefind-ignore" in folded.attrib


def test_a_point_and_a_text_are_shown_as_they_are(site: Path) -> None:
    assert "<dd>63.4, 10.4</dd>" in (site / "a.html").read_text()
    page = (site / "d.html").read_text()
    assert page.count(RING) >= 2
    assert 'class="long"' not in page


def test_the_data_have_what_was_written(site: Path) -> None:
    assert "POINT(10.4 63.4)" in (site / "a.ttl").read_text()
    assert f"{CRS84} POLYGON(({RING}))" in (site / "b.nt").read_text()


def test_a_project_with_templates_of_its_own_folds_them_too(run: Run, tmp_path: Path) -> None:
    (tmp_path / "places.ttl").write_text(FACTS)
    run("init", tmp_path / "new", "--from", tmp_path / "places.ttl")
    own = tmp_path / "new" / "pages" / "templates" / "Place.html"
    own.parent.mkdir(parents=True)
    own.write_text('{% extends "thing.html" %}')
    run("--project", tmp_path / "new", "build", "-o", tmp_path / "site")
    assert '<details class="long"' in (tmp_path / "site" / "b.html").read_text()
