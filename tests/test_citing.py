"""How to cite: CITATION.cff and DataCite's metadata say what the catalogue says, and are valid."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from mipex_kg.project.project import Project, load_project
from tests.catalogues import ask, set_up, store, write_catalogue, written
from tests.conftest import ROOT, Run

FACTS = "https://w3id.org/mipex-kg/dataset/facts"


@pytest.fixture(scope="module")
def files(project: Project) -> dict[str, bytes]:
    return written(project)


def read_citation(files: dict[str, bytes]) -> dict[str, Any]:
    found: dict[str, Any] = YAML(typ="safe", pure=True).load(files["CITATION.cff"])
    return found


def check(document: dict[str, Any], package: str, schema: str) -> None:
    """Validate by a schema that a package brings along; to import the package takes longer."""
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    text = (Path(spec.origin).parent / "schemas" / schema).read_text(encoding="utf-8")
    jsonschema.Draft7Validator(json.loads(text)).validate(document)


def check_citation(document: dict[str, Any]) -> None:
    check(document, "cffconvert", "1.2.0/schema.json")


def check_datacite(document: dict[str, Any]) -> None:
    """Validate by the newest schema that DataCite's own library has: 4.6 keeps all of 4.5."""
    check(document, "datacite", "datacite-v4.5.json")


def said(files: dict[str, bytes], pattern: str) -> list[tuple[str, ...]]:
    names = " ".join(f"?{name}" for name in ("a", "b", "c", "d", "e", "f") if f"?{name}" in pattern)
    return ask(store(files), f"SELECT {names} {{ {pattern} }}")


# ---- CITATION.cff --------------------------------------------------------------------------------


def test_the_citation_file_is_valid(files: dict[str, bytes]) -> None:
    check_citation(read_citation(files))


def test_a_wrong_citation_file_is_not(files: dict[str, bytes]) -> None:
    for key, value in (("authors", []), ("license", "CC BY"), ("date-released", "in May")):
        with pytest.raises(jsonschema.ValidationError):
            check_citation({**read_citation(files), key: value})


def test_the_citation_file_says_what_the_catalogue_says(
    files: dict[str, bytes], project: Project
) -> None:
    cff = read_citation(files)
    told = said(
        files,
        f"<{FACTS}> dct:title ?a ; dct:description ?b ; dcat:version ?c ; dct:issued ?d ; "
        "dcat:landingPage ?e ; dct:publisher/foaf:name ?f",
    )
    keys = ("title", "abstract", "version", "date-released")
    # Where the site is, and where its editors answer, only stands for an address so far.
    page = f"{project.site}dataset/facts.html"
    assert told == [(*(cff[key] for key in keys), page, cff["authors"][0]["name"])]
    assert {"url", "contact"}.isdisjoint(cff)
    assert said(files, f"<{FACTS}> dcat:keyword ?a") == sorted((word,) for word in cff["keywords"])
    assert cff["type"] == "dataset"
    assert cff["license"] == "CC-BY-4.0"
    assert [each["value"] for each in cff["identifiers"]] == [FACTS]


def test_the_repositorys_own_citation_file_names_the_same_data(files: dict[str, bytes]) -> None:
    """The catalogue is the source; what the repository says of the data is held against it."""
    text = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    own = YAML(typ="safe", pure=True).load(text)
    check_citation(own)
    (data,) = own["references"]
    assert data.pop("type") == "data"
    site = read_citation(files)
    assert data == {
        key: site[key] for key in ("title", "authors", "version", "date-released", "license")
    } | {"url": site["identifiers"][0]["value"]}
    assert own["authors"] == site["authors"]


# ---- DataCite ------------------------------------------------------------------------------------


def test_datacites_metadata_are_valid(files: dict[str, bytes]) -> None:
    document = json.loads(files["datacite.json"])
    check_datacite(document)
    for key in ("creators", "titles", "publisher", "publicationYear", "types"):
        wrong = {name: value for name, value in document.items() if name != key}
        with pytest.raises(jsonschema.ValidationError):
            check_datacite(wrong)


def test_datacites_metadata_say_what_the_catalogue_says(files: dict[str, bytes]) -> None:
    told = json.loads(files["datacite.json"])
    (title,), (abstract,), (rights,) = told["titles"], told["descriptions"], told["rightsList"]
    dates = {each["dateType"]: each["date"] for each in told["dates"]}
    assert said(
        files,
        f"<{FACTS}> dct:title ?a ; dct:description ?b ; dct:license ?c ; dct:issued ?d ; "
        "dct:modified ?e ; dcat:version ?f",
    ) == [
        (
            title["title"],
            abstract["description"],
            rights["rightsUri"],
            dates["Issued"],
            dates["Updated"],
            told["version"],
        )
    ]
    names = said(files, f"<{FACTS}> dct:publisher/foaf:name ?a ; dct:spatial/skos:prefLabel ?b")
    assert names == [(told["publisher"]["name"], told["geoLocations"][0]["geoLocationPlace"])]
    assert told["creators"] == [{"name": names[0][0], "nameType": "Organizational"}]
    assert told["publicationYear"] == dates["Issued"][:4]
    (identifier,) = told["alternateIdentifiers"]
    assert (identifier["alternateIdentifier"], identifier["alternateIdentifierType"]) == (
        FACTS,
        "URL",
    )
    keywords = said(files, f"<{FACTS}> dcat:keyword ?a")
    assert keywords == sorted((subject["subject"],) for subject in told["subjects"])
    media_types = said(files, f"<{FACTS}> dcat:distribution/dcat:mediaType/rdfs:label ?a")
    assert {(kind,) for kind in told["formats"]} == set(media_types)


# ---- Any project ---------------------------------------------------------------------------------


def test_without_a_publisher_nothing_can_be_cited(run: Run, tmp_path: Path) -> None:
    run("init", tmp_path / "room")
    project = load_project(tmp_path / "room")
    assert not project.publisher
    found = written(project)
    assert "void.ttl" in found
    assert not {"CITATION.cff", "datacite.json"} & set(found)
    run("build", cwd=tmp_path / "room")
    assert "CITATION.cff" not in (tmp_path / "room/site/dataset/facts.html").read_text()
    assert "CITATION.cff" not in (tmp_path / "room/site/data.html").read_text()


def test_people_texts_and_licences_of_any_kind(run: Run, tmp_path: Path) -> None:
    run("init", tmp_path / "room")
    set_up(
        tmp_path / "room",
        'publisher = "The: \\"readers\\" # & co"\ncontact = "https://brook.net/ask"\n'
        'licence = "https://example.org/own-terms"',
    )
    project = write_catalogue(
        tmp_path / "room",
        """<catalog> a dcat:Catalog ; dct:title "All"@en ; dcat:dataset <dataset/facts> .
           <dataset/facts> a dcat:Dataset ; dct:title "Facts: all"@en ;
             dct:description "Two\\nlines – and “quotes”."@en ; dct:creator <person/ada-brook> .
        """,
    )
    found = written(project)
    cff = read_citation(found)
    check_citation(cff)
    assert cff["title"] == "Facts: all"
    assert cff["abstract"] == "Two\nlines – and “quotes”."
    assert cff["authors"] == [{"name": "Ada Brook"}]
    assert cff["contact"] == [{"name": 'The: "readers" # & co', "website": "https://brook.net/ask"}]
    assert cff["license-url"] == "https://example.org/own-terms"
    assert "license" not in cff
    told = json.loads(found["datacite.json"])
    check_datacite(told)
    assert told["creators"] == [{"name": "Ada Brook", "nameType": "Personal"}]
    assert told["rightsList"] == [{"rightsUri": "https://example.org/own-terms"}]


def test_a_name_that_is_no_address(run: Run, tmp_path: Path) -> None:
    run("init", tmp_path / "room")
    set_up(tmp_path / "room", 'publisher = "The readers"\nsite = "https://example.org/room/"')
    for file in tmp_path.rglob("*"):
        if file.suffix in (".toml", ".trig", ".ttl", ".rq"):
            text = file.read_text()
            bare = text.replace('site = "https://example.org/room/"', "SITE")
            bare = bare.replace("https://example.org/room/", "urn:room:/")
            file.write_text(bare.replace("SITE", 'site = "https://example.org/room/"'))
    found = written(load_project(tmp_path / "room"))
    cff = read_citation(found)
    check_citation(cff)
    (name,) = cff["identifiers"]
    assert (name["type"], name["value"]) == ("other", "urn:room:/dataset/facts")
    told = json.loads(found["datacite.json"])
    check_datacite(told)
    assert told["alternateIdentifiers"][0]["alternateIdentifierType"] == "URN"
