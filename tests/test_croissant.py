"""Croissant: MLCommons' own reader finds nothing wrong, and reads what the queries answer."""

from __future__ import annotations

import csv
import hashlib
import json
import logging
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from mipex_kg.dataset.catalogue.tables import load_tables
from mipex_kg.project.project import Project, load_project
from mipex_kg.site.build import build
from mipex_kg.validation.validated import validated
from tests.catalogues import ask, set_up, store, write_catalogue, written
from tests.conftest import BUNDLED_SITE, Run

# pandas and the reader warn of what they do themselves.
pytestmark = pytest.mark.filterwarnings("default")
TABLES = ["people", "organisations", "countries", "roles", "funding"]
# The reader takes codes of digits for numbers, since pandas does, whatever Croissant calls them.
READ_AS_NUMBERS = {"countries/isoNumeric", "countries/m49"}


class _Handler(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@dataclass(frozen=True)
class Site:
    folder: Path
    address: str

    @property
    def document(self) -> Any:
        return json.loads((self.folder / "croissant.json").read_bytes())


@pytest.fixture(scope="module")
def site(bundled_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve what is described of the bundled site, as if it had been built for that address."""
    folder = tmp_path_factory.mktemp("croissant") / "site"
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(folder)))
    address = f"http://127.0.0.1:{server.server_port}/"
    shutil.copytree(bundled_site / "query", folder / "query")
    for path in bundled_site.glob("*.*"):
        if path.name in ("croissant.json", "catalog.ttl"):
            text = path.read_text(encoding="utf-8").replace(BUNDLED_SITE, address)
            (folder / path.name).write_text(text, encoding="utf-8")
        elif path.is_file():
            shutil.copy(path, folder)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Site(folder, address)
    server.shutdown()
    server.server_close()


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Any:
    """Give the reader of MLCommons, which keeps what it downloads for this test alone."""
    from mlcroissant import Dataset
    from mlcroissant._src.core import constants

    monkeypatch.setattr(constants, "DOWNLOAD_PATH", type(constants.DOWNLOAD_PATH)(tmp_path))
    caplog.set_level(logging.WARNING)
    return Dataset


def warnings_of(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING]


# ---- MLCommons' reader ---------------------------------------------------------------------------


def test_nothing_is_wrong_with_it(site: Site, read: Any, caplog: pytest.LogCaptureFixture) -> None:
    found = read(f"{site.address}croissant.json")
    issues = found.metadata.ctx.issues
    assert (issues.errors, issues.warnings) == (set(), set())
    assert warnings_of(caplog) == []
    assert found.metadata.ctx.conforms_to.value == "http://mlcommons.org/croissant/1.1"
    assert [each.id for each in found.metadata.record_sets] == TABLES


def test_the_reader_would_find_what_is_wrong(
    site: Site, read: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    document = site.document
    del document["recordSet"][0]["field"][0]["dataType"]
    path = tmp_path / "croissant.json"
    path.write_text(json.dumps(document))
    with pytest.raises(Exception, match=r"RecordSet\(people\) > Field\(person\)"):
        read(path)
    document = site.document
    del document["license"], document["@context"]["md5"]
    path.write_text(json.dumps(document))
    assert "license" in str(read(path).metadata.ctx.issues.warnings)
    assert "md5" in str(warnings_of(caplog))


@pytest.mark.parametrize("name", TABLES)
def test_rows_are_the_answer_of_the_query(
    site: Site, read: Any, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    """Fetched over HTTP, with the hash of each file compared."""
    graph = ox.Store()
    graph.load(path=str(site.folder / "mipex-kg.nt"))
    solutions = graph.query((site.folder / "query" / f"{name}.rq").read_text(encoding="utf-8"))
    assert isinstance(solutions, ox.QuerySolutions)
    names = [variable.value for variable in solutions.variables]
    expected = [dict(zip(names, solution, strict=True)) for solution in solutions]
    found = list(read(f"{site.address}croissant.json").records(name))
    assert len(found) == len(expected) > 0
    for row, answer in zip(found, expected, strict=True):
        assert set(row) == {f"{name}/{column}" for column in names}
        for column, term in answer.items():
            value = text(row[f"{name}/{column}"])
            if f"{name}/{column}" in READ_AS_NUMBERS:
                assert value == str(int(term.value))
            else:
                assert value == (term.value if term else None), column
    assert warnings_of(caplog) == []


def text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, list):
        return "; ".join(str(text(item)) for item in value)
    return value.decode() if isinstance(value, bytes) else str(value)


def test_a_file_that_is_not_the_one_described_is_refused(site: Site, read: Any) -> None:
    file = site.folder / "query" / "funding.csv"
    before = file.read_bytes()
    try:
        file.write_bytes(before + b"x\r\n")
        with pytest.raises(Exception, match=r"Download\(query/funding.csv\)") as caught:
            list(read(f"{site.address}croissant.json").records("funding"))
        assert "hash" in str(caught.value.__cause__).lower()
    finally:
        file.write_bytes(before)


# ---- What it says is so --------------------------------------------------------------------------


def test_files_are_those_of_the_catalogue_with_true_sizes_and_hashes(site: Site) -> None:
    rows = ask(
        store({"catalog.ttl": (site.folder / "catalog.ttl").read_bytes()}),
        "SELECT ?file ?size ?type { <https://w3id.org/mipex-kg/dataset/facts> dcat:distribution ?d"
        " . ?d dcat:downloadURL ?file ; dcat:byteSize ?size ; dcat:mediaType/rdfs:label ?type }",
    )
    files = site.document["distribution"]
    told = [(f["contentUrl"], f["contentSize"], f["encodingFormat"]) for f in files]
    assert sorted(told) == [(address, f"{size} B", type) for address, size, type in rows]
    for file in files:
        data = (site.folder / file["contentUrl"].removeprefix(site.address)).read_bytes()
        assert file["sha256"] == hashlib.sha256(data).hexdigest(), file["name"]
        assert file["contentSize"] == f"{len(data)} B"


def test_it_says_what_the_catalogue_says(site: Site) -> None:
    rows = ask(
        store({"catalog.ttl": (site.folder / "catalog.ttl").read_bytes()}),
        "SELECT ?name ?description ?url ?license ?version ?issued ?modified ?by { "
        "<https://w3id.org/mipex-kg/dataset/facts> dct:title ?name ; dct:description ?description ;"
        " dcat:landingPage ?url ; dct:license ?license ; dcat:version ?version ; "
        "dct:issued ?issued ; dct:modified ?modified ; dct:publisher/foaf:name ?by }",
    )
    document = site.document
    keys = ("name", "description", "url", "license", "version", "datePublished", "dateModified")
    told = tuple(document[key] for key in keys)
    assert rows == [(*told, document["publisher"]["name"])]
    assert document["creator"] == [document["publisher"]]
    assert document["@id"] == "https://w3id.org/mipex-kg/dataset/facts"


def test_fields_are_the_columns_of_the_files(site: Site) -> None:
    for record_set in site.document["recordSet"]:
        with (site.folder / "query" / f"{record_set['name']}.csv").open(newline="") as file:
            header = next(csv.reader(file))
        assert [field["name"] for field in record_set["field"]] == header
        for field in record_set["field"]:
            assert field["source"]["extract"] == {"column": field["name"]}
            assert field["description"] != field["name"], "described"
    organisations = site.document["recordSet"][1]
    assert organisations["key"] == [{"@id": "organisations/organisation"}]
    fields = {field["@id"]: field for field in site.document["recordSet"][4]["field"]}
    expected = {"field": {"@id": "organisations/organisation"}}
    assert fields["funding/funder"]["references"] == expected


# ---- Any project ---------------------------------------------------------------------------------


OPEN = 'publisher = "The readers"\nlicence = "https://creativecommons.org/licenses/by/4.0/"'


@pytest.mark.parametrize("kept", [*OPEN.splitlines(), ""])
def test_without_a_publisher_or_a_licence_there_is_none(
    run: Run, tmp_path: Path, kept: str
) -> None:
    """The format demands both: a description without them would be refused."""
    run("init", tmp_path / "room")
    set_up(tmp_path / "room", kept)
    project = load_project(tmp_path / "room")
    assert "croissant.json" not in written(project)
    site = tmp_path / "room" / "site"
    build(validated(project), site, processes=1, index=lambda _folder, _language: None)
    for page in ("data", "dataset/facts"):
        assert "croissant" not in (site / f"{page}.html").read_text()


def test_a_project_without_tables_has_files_alone(run: Run, tmp_path: Path) -> None:
    run("init", tmp_path / "room")
    set_up(tmp_path / "room", OPEN)
    project = write_catalogue(
        tmp_path / "room",
        """<catalog> a dcat:Catalog ; dct:title "All"@en ; dcat:dataset <dataset/facts> .
           <dataset/facts> a dcat:Dataset ; dct:title "Faits"@fr, "Facts"@en ;
             dct:description "All the facts that there are about the reading room."@en ;
             dcat:keyword "lire"@fr, "reading"@en ; dct:creator <person/ada-brook> .
        """,
    )
    document = json.loads(written(project)["croissant.json"])
    assert document["name"] == "Facts"
    assert document["keywords"] == ["reading"]
    assert document["creator"] == [{"@type": "Person", "name": "Ada Brook"}]
    assert document["publisher"]["name"] == "The readers"
    assert "recordSet" not in document
    assert len(document["distribution"]) == 6


def test_files_that_the_project_describes_itself(run: Run, tmp_path: Path) -> None:
    """Twice the same file, and one whose type nobody tells."""
    run("init", tmp_path / "room")
    set_up(tmp_path / "room", OPEN)
    project = write_catalogue(
        tmp_path / "room",
        """<catalog> a dcat:Catalog ; dct:title "All"@en ; dcat:dataset <dataset/facts> .
           <dataset/facts> a dcat:Dataset ; dct:title "Facts"@en ; dct:description "Facts."@en ;
             kg:holds <> ;
             dcat:distribution <dataset/facts#own>, <dataset/facts#again> .
           <dataset/facts#own> a dcat:Distribution ; dct:title "Keepers"@en ;
             dcat:downloadURL <query/keepers.csv> .
           <dataset/facts#again> a dcat:Distribution ; dct:title "Keepers"@en ;
             dcat:downloadURL <query/keepers.csv> .
        """,
    )
    files = json.loads(written(project, {"query/keepers.csv": 5})["croissant.json"])["distribution"]
    assert [(f["@id"], f["encodingFormat"], f["contentSize"]) for f in files] == [
        ("query/keepers.csv", "text/csv", "5 B")
    ]


def test_a_catalogue_without_the_whole_has_none(run: Run, tmp_path: Path) -> None:
    run("init", tmp_path / "room")
    project = write_catalogue(
        tmp_path / "room", '<catalog> a dcat:Catalog ; dct:title "Everything"@en .'
    )
    files = written(project)
    assert "catalog.ttl" in files
    assert not {"croissant.json", "CITATION.cff", "datacite.json"} & set(files)


def test_a_table_whose_file_is_not_there_is_left_out(project: Project) -> None:
    tables = {table.path for table in load_tables(project)}
    kept = dict.fromkeys([f"{project.name}.ttl", "query/people.csv"], 1)
    document = json.loads(written(project, kept)["croissant.json"])
    assert {file["@id"] for file in document["distribution"]} == set(kept)
    assert [each["name"] for each in document["recordSet"]] == ["people"]
    assert len(tables) == len(TABLES)
