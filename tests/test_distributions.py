"""A distribution is shown whole on the page of its dataset, whoever wrote it and however."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import html

from tests.conftest import Run

DATA = """@base <https://data.test/> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix s: <https://schema.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<trees> a dcat:Dataset ; dct:title "Trees"@en ; dcat:distribution <trees/map>,
  <https://elsewhere.test/4>, <https://elsewhere.test/unknown>,
  [ a dcat:Distribution ; dct:title "A table"@en ;
    dct:format <http://publications.europa.eu/resource/authority/file-type/CSV> ;
    dcat:byteSize "123456"^^xsd:nonNegativeInteger ;
    dcat:accessURL <https://elsewhere.test/trees.csv> ; dct:modified "2024-02-03"^^xsd:date ;
    dct:license <http://creativecommons.org/licenses/by/4.0/> ],
  [ a dcat:Distribution ; dcat:mediaType <https://www.iana.org/assignments/media-types/text/n3> ;
    dcat:accessURL <https://elsewhere.test/trees.n3> ] .
<trees/map> a dcat:Distribution ; dct:title "A map"@en ;
  dcat:accessURL <https://elsewhere.test/wfs> ;
  dcat:accessService [ a dcat:DataService ; dct:title "By WFS"@en ; dcat:servesDataset <trees> ;
    dcat:endpointURL <https://elsewhere.test/wfs/endpoint> ] .
<https://elsewhere.test/4> a dcat:Distribution ; dct:title "Elsewhere"@en ;
  dcat:accessURL <https://elsewhere.test/4/page> ; dcat:accessService <service> .
<service> a dcat:DataService ; dct:title "A service"@en ; dcat:endpointURL <https://e.test/api> .
<birds> a s:Dataset ; s:name "Birds"@en ; s:distribution [ a s:DataDownload ;
  s:encodingFormat "text/csv" ; s:contentUrl <https://e.test/birds.csv> ; s:contentSize "3 MB" ] .
<list#x> a dcat:Dataset ; dct:title "X"@en ; dcat:distribution [ a dcat:Distribution ;
  dct:title "File of X"@en ; dcat:accessURL <https://e.test/x> ] .
<list#y> a dcat:Dataset ; dct:title "Y"@en .
<plain> a dcat:Dataset ; dct:title "Plain"@en .
"""
SETTINGS = '[project]\nname = "d"\ntitle = "D"\nbase = "https://data.test/"\n'


@pytest.fixture(scope="module")
def site(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("distributions")
    (folder / "data").mkdir()
    (folder / "data" / "catalogue.ttl").write_text(DATA)
    (folder / "mipex-kg.toml").write_text(SETTINGS)
    run("build", cwd=folder)
    return folder / "site"


def texts(element: html.HtmlElement, path: str) -> list[str]:
    return [" ".join(found.text_content().split()) for found in element.xpath(path)]


def distributions(site: Path, page: str) -> dict[str, dict[str, list[str]]]:
    """Read the distributions on a page: what each says, by its title and the property's name."""
    tree = html.fromstring((site / f"{page}.html").read_text("utf-8"))
    found = {}
    for section in tree.xpath("//section[@class='distribution']"):
        (title,) = texts(section, "./div/h3|./div/h4")
        facts = section.xpath("./dl/div[@class='fact']")
        found[title] = {texts(fact, "./dt")[0]: texts(fact, "./dd") for fact in facts}
    return found


def test_blank_and_named_ones_are_shown_with_all_that_is_said_of_them(site: Path) -> None:
    found = distributions(site, "trees")
    assert set(found) == {"A map", "A table", "Elsewhere", "Distribution (text/n3)"}
    table = found["A table"]
    assert table["format"] == ["CSV"]
    assert table["byte size"] == ["123 kB (123,456 bytes)"]
    assert table["modified"] == ["2024-02-03"]
    assert table["access URL"] == ["elsewhere.test/trees.csv"]
    assert table["license"] == ["Creative Commons Attribution 4.0 International"]
    assert found["Elsewhere"]["access URL"] == ["elsewhere.test/4/page"]


def test_a_service_is_shown_within_the_distribution_that_it_gives_access_to(site: Path) -> None:
    found = distributions(site, "trees")
    assert "elsewhere.test/wfs/endpoint" in found["A map"]["access service"][0]
    assert found["Elsewhere"]["access service"] == ["A service endpoint URL e.test/api"]
    page = (site / "trees.html").read_text("utf-8")
    assert "Details" not in page
    assert page.count("By WFS") == 1


def test_one_of_which_nothing_is_said_is_a_link(site: Path) -> None:
    tree = html.fromstring((site / "trees.html").read_text("utf-8"))
    facts = dict(
        zip(texts(tree, "//section[@class='facts']//dt"), texts(tree, "//dd"), strict=False)
    )
    assert facts["distribution"] == "elsewhere.test/unknown"


def test_those_of_schema_org_are_shown_alike(site: Path) -> None:
    (title, told), *others = distributions(site, "birds").items()
    assert (title, others) == ("Data download (text/csv)", [])
    assert told["content size"] == ["3 MB"]
    assert '<h2 id="distributions">Data downloads</h2>' in (site / "birds.html").read_text()


def test_a_dataset_that_shares_a_page_has_its_own(site: Path) -> None:
    assert list(distributions(site, "list")) == ["File of X"]
    assert distributions(site, "plain") == {}
