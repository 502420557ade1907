"""What dataset search engines read on the pages of datasets, held against Google's rules.

The pages are read with extruct, as crawlers do; what they say is compared with the catalogue.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import extruct
import pytest

from mipex_kg.project.project import Project
from tests.catalogues import ask, store
from tests.conftest import Run

NAMES = ("facts", "ontology")
dataset = pytest.mark.parametrize("name", NAMES)


@pytest.fixture(scope="module")
def site(bundled_site: Path) -> Path:
    return bundled_site


def block(site: Path, page: str) -> Any:
    html = (site / f"{page}.html").read_text(encoding="utf-8")
    (found,) = extruct.extract(html, syntaxes=["json-ld"], errors="strict")["json-ld"]
    return found


# ---- Google's rules ------------------------------------------------------------------------------


def is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def is_address(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"https?://[^\s]+", value) is not None


def is_date(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", value) is not None


def is_agent(value: Any) -> bool:
    return value["@type"] in ("Person", "Organization") and is_text(plain(value["name"]))


def is_place(value: Any) -> bool:
    return is_text(value) or (value["@type"] == "Place" and is_text(value["name"]))


def is_catalogue(value: Any) -> bool:
    return bool(value["@type"] == "DataCatalog" and is_text(value["name"]))


def is_interval(value: Any) -> bool:
    ends = str(value).split("/")
    return len(ends) <= 2 and all(end == ".." or is_date(end) for end in ends)


def are_files(value: Any) -> bool:
    return all(
        file["@type"] == "DataDownload"
        and is_address(file["contentUrl"])
        and re.fullmatch(r"[a-z]+/[a-z0-9.+-]+", file["encodingFormat"]) is not None
        for file in value
    )


def plain(value: Any) -> Any:
    return value["@value"] if isinstance(value, dict) and "@value" in value else value


class Rule(NamedTuple):
    property: str
    is_fine: Callable[[Any], bool]
    is_required: bool = False


# What Google's page on structured data for datasets lists. What it also lists can't apply: nothing
# is measured (variableMeasured, measurementTechnique), funded (funder) or known under another name
# or at another place (alternateName, sameAs); datasets here have no parts.
RULES = (
    Rule("name", is_text, is_required=True),
    Rule("description", lambda v: is_text(v) and 50 <= len(v) <= 5000, is_required=True),
    Rule("creator", is_agent),
    Rule("publisher", is_agent),
    Rule("identifier", is_address),
    Rule("url", is_address),
    Rule("license", is_address),
    Rule("keywords", lambda v: isinstance(v, list) and all(map(is_text, v))),
    Rule("version", is_text),
    Rule("datePublished", is_date),
    Rule("isAccessibleForFree", lambda v: v in (True, "true")),
    Rule("spatialCoverage", is_place),
    Rule("temporalCoverage", is_interval),
    Rule("includedInDataCatalog", is_catalogue),
    Rule("distribution", are_files),
)


@dataset
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.property)
def test_a_dataset_fulfils_googles_rules(site: Path, name: str, rule: Rule) -> None:
    found = block(site, f"dataset/{name}")
    assert found["@type"] == "Dataset"
    assert rule.is_fine(found[rule.property])


def nested(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield value
        for part in value.values():
            yield from nested(part)
    elif isinstance(value, list):
        for part in value:
            yield from nested(part)


@pytest.mark.parametrize("page", [*(f"dataset/{name}" for name in NAMES), "catalog"])
def test_every_dataset_on_the_page_has_what_is_required(site: Path, page: str) -> None:
    """Google takes those for datasets, too, that stand within others."""
    datasets = [node for node in nested(block(site, page)) if node.get("@type") == "Dataset"]
    assert len(datasets) == (1 if page == "dataset/ontology" else 2)
    for found in datasets:
        for rule in RULES:
            assert not rule.is_required or rule.is_fine(found[rule.property]), found["@id"]


def test_the_catalogue_lists_its_datasets(site: Path, project: Project) -> None:
    found = block(site, "catalog")
    assert found["@type"] == "DataCatalog"
    assert found["url"] == project.site
    assert is_agent(found["publisher"])
    assert is_text(found["description"])
    assert {each["url"] for each in found["dataset"]} == {
        f"{project.site}dataset/{name}.html" for name in NAMES
    }


# ---- It says what the catalogue says -------------------------------------------------------------

PROPERTIES = {
    "name": "dct:title",
    "description": "dct:description",
    "identifier": "dct:identifier",
    "url": "dcat:landingPage",
    "license": "dct:license",
    "keywords": "dcat:keyword",
    "version": "dcat:version",
    "datePublished": "dct:issued",
}


@dataset
def test_it_says_what_the_catalogue_says(site: Path, project: Project, name: str) -> None:
    found = block(site, f"dataset/{name}")
    files = {"catalog.ttl": (site / "catalog.ttl").read_bytes()}
    iri = f"<{project.base}dataset/{name}>"
    assert found["@id"] == iri[1:-1]
    for key, property in PROPERTIES.items():
        told = found[key] if isinstance(found[key], list) else [found[key]]
        assert ask(store(files), f"SELECT ?v {{ {iri} {property} ?v }}") == sorted(
            (text,) for text in told
        )
    rows = ask(
        store(files),
        f"SELECT ?url ?type {{ {iri} dcat:distribution ?f . ?f dcat:downloadURL ?url ; "
        "dcat:mediaType/rdfs:label ?type }",
    )
    told = [(file["contentUrl"], file["encodingFormat"]) for file in found["distribution"]]
    assert sorted(told) == rows
    for address, _ in told:
        assert (site / address.removeprefix(project.site)).is_file()


@dataset
def test_its_page_leads_to_its_files(site: Path, name: str) -> None:
    """A file has nothing to show but itself."""
    page = (site / "dataset" / f"{name}.html").read_text()
    paths = [
        f["contentUrl"].split("/", 3)[3] for f in block(site, f"dataset/{name}")["distribution"]
    ]
    assert paths
    for path in paths:
        assert f'<a href="../{path}">' in page, path


def test_the_mapping_adds_nothing_to_the_graph(site: Path) -> None:
    """Else the publisher would be one more organisation, and each question would count it."""
    dump = (site / "mipex-kg.nt").read_text()
    assert "schema.org/DataDownload" not in dump
    assert "schema.org/DataCatalog" not in dump
    assert not re.search(r"catalog#publisher> \S+ <http://schema.org", dump)


def test_what_is_embedded_elsewhere_has_the_files_too(run: Run) -> None:
    printed = run("embed", "--print", "--thing", "dataset:ontology").text
    assert printed.count('"contentUrl": "https://mipex-kg.example.org/ontology.') == 5


def test_the_check_of_a_site_agrees(run: Run, site: Path) -> None:
    """On the page of the catalogue, what is recommended of a dataset is left to its own page."""
    assert "warning" not in run("check", site, "--only", "google").text
