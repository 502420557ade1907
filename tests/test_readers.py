"""What each reader of a site sees: a site as it was built is fine, and each fault is found."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest

from mipex_kg.checks import tools
from mipex_kg.checks.catalogue.checked_catalogue import shown
from mipex_kg.checks.catalogue.profile import MANDATORY
from mipex_kg.checks.registry import CHECKS, CheckedSite, run_checks
from mipex_kg.project.project import Project, load_project
from mipex_kg.rdf import formats, serialization
from mipex_kg.rdf.namespaces import DCAT, DCT, FOAF, XSD
from mipex_kg.rdf.terms import Term
from mipex_kg.site.build import build
from mipex_kg.validation.report import Finding, ReaderReport, Severity
from mipex_kg.validation.validated import validated
from tests.catalogues import set_up
from tests.conftest import Run, absent

SITE = "https://reading-room.org/"
SETTINGS = f"""
site = "{SITE}"
publisher = "The readers"
contact = "mailto:readers@reading-room.org"
licence = "https://creativecommons.org/licenses/by/4.0/"
"""
COVERAGE = """
<catalog> dct:spatial <https://sws.geonames.org/6295630/> .
<dataset/facts> dct:spatial <https://sws.geonames.org/6295630/> ;
  dct:accessRights <http://publications.europa.eu/resource/authority/access-right/PUBLIC> ;
  dct:rights <catalog#rights> ; dct:temporal <catalog#years> ;
  dcat:version "1" ; dct:creator <person/ada-brook> .
<catalog#rights> a dct:RightsStatement ; <http://www.w3.org/2000/01/rdf-schema#label> "Free"@en .
<catalog#years> a dct:PeriodOfTime ; <http://www.w3.org/2000/01/rdf-schema#label> "1901"@en ;
  dcat:startDate "1901-01-01"^^<http://www.w3.org/2001/XMLSchema#date> ;
  dcat:endDate "1902-01-01"^^<http://www.w3.org/2001/XMLSchema#date> .
<https://sws.geonames.org/6295630/> a dct:Location ;
  <http://www.w3.org/2004/02/skos/core#prefLabel> "World"@en ;
  dcat:bbox "POLYGON((-180 -90,180 -90,180 90,-180 90,-180 -90))"^^
    <http://www.opengis.net/ont/geosparql#wktLiteral> .
"""
CATALOGUE = ("catalog.ttl", "catalog.rdf", "catalog.jsonld")
# Of which class each of these is an example, by the last part of its name.
EXAMPLES = {
    "Catalog": "/catalog",
    "Dataset": "/dataset/facts",
    "Distribution": "#turtle",
    "DataService": "#sparql",
}


@pytest.fixture(scope="module")
def room(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Make a new project, and tell of it what portals ask for."""
    root = tmp_path_factory.mktemp("readers") / "room"
    run("init", root)
    set_up(root, SETTINGS)
    catalogue = root / "data" / "catalogue.trig"
    catalogue.write_text(catalogue.read_text() + COVERAGE)
    with (root / "mipex-kg.toml").open("a") as settings:
        settings.write(f'\n[catalogue]\nendpoint = "{SITE}sparql"\n')
    return load_project(root)


@pytest.fixture(scope="module")
def built(run: Run, room: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("readers") / "site"
    run("--project", room.root, "build", "-o", folder)
    return folder


@pytest.fixture
def site(built: Path, tmp_path: Path) -> Path:
    """Give a copy of the site that the test may spoil."""
    return Path(shutil.copytree(built, tmp_path / "site"))


Ask = Callable[[str], ReaderReport]


@pytest.fixture
def ask(room: Project, site: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Ask one reader what it sees, by our rules alone."""
    monkeypatch.setattr(tools, "find_spec", lambda _module: None)

    def call(name: str) -> ReaderReport:
        [part] = run_checks(CheckedSite(room, site), [name]).parts
        return part

    return call


def grave(part: ReaderReport) -> list[Finding]:
    return [f for f in part.findings if f.severity is Severity.VIOLATION]


def read(site: Path) -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse(path=str(site / "catalog.ttl"))]


def write(site: Path, triples: list[ox.Triple]) -> None:
    """Write a catalogue in all formats, so that only its content is to blame."""
    quads = [ox.Quad(*triple) for triple in triples]
    for name in CATALOGUE:
        format = formats.by_suffix(Path(name))
        assert format is not None
        (site / name).write_bytes(serialization.write(quads, format, {}))


def node(site: Path, ending: str) -> ox.NamedNode:
    [found] = {
        t.subject
        for t in read(site)
        if isinstance(t.subject, ox.NamedNode) and t.subject.value.endswith(ending)
    }
    return found


def change(site: Path, subject: Term, predicate: ox.NamedNode, *values: Term) -> None:
    """Let a property of the catalogue have other values, or none."""
    assert isinstance(subject, ox.NamedNode)
    kept = [t for t in read(site) if (t.subject, t.predicate) != (subject, predicate)]
    write(site, [*kept, *(ox.Triple(subject, predicate, value) for value in values)])


def replaced(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """Let mlcroissant, which takes a second to load, find nothing wrong."""
    python = tmp_path_factory.mktemp("content") / "python"
    python.write_text("""#!/bin/sh\ncat > /dev/null\necho '{"errors": [], "warnings": []}'\n""")
    python.chmod(0o755)
    return "--tool", f"croissant={python}"


# ---- A site as it was built


@pytest.mark.parametrize(
    ("name", "sees"),
    [
        ("dcat-ap", "1 dataset, 6 files, 1 service"),
        ("ckan", r"1 dataset, 6 resources, by rule \(no ckanext-dcat\)"),
        ("udata", r"1 dataset, 6 resources, by rule \(no udata\)"),
        ("quality", "405 of 405 points: excellent"),
        ("google", "1 dataset with a name and a description"),
        ("croissant", r"6 files, 0 record sets, by rule \(no mlcroissant\)"),
        ("void", r"[\d,]+ triples, \d+ linksets?"),
        ("signposting", r"\d+ typed links on \d+ pages"),
        ("licences", "CC-BY-4.0"),
    ],
)
def test_a_site_as_it_was_built_is_seen_whole(ask: Ask, name: str, sees: str) -> None:
    part = ask(name)
    assert part.findings == ()
    assert part.result == "ok"
    assert re.fullmatch(sees, part.sees)


def test_the_bundled_site_has_all_that_readers_require(
    run: Run, bundled_site: Path, content: tuple[str, str]
) -> None:
    # What mlcroissant says of it is in test_croissant.py.
    told = json.loads(run("check", bundled_site, "-f", "json", *content).text)
    assert told["valid"]
    # Until the project is at home, addresses stand for others.
    checks = {f["check"] for f in told["findings"] if f["check"] != "google"}
    assert checks == {"dcat-ap/placeholder"}
    seen = {reader["name"]: reader["sees"] for reader in told["readers"]}
    assert seen["quality"] == "405 of 405 points: excellent"
    assert seen["dcat-ap"].startswith("2 datasets, 16 files")


def test_what_does_not_apply_is_not_asked(ask: Ask) -> None:
    part = ask("server")
    assert (part.result, part.findings) == ("not asked", ())
    assert part.skipped == "Give an address, to ask its server."


def test_a_catalogue_in_another_form_is_the_same(ask: Ask, site: Path) -> None:
    write(site, read(site))
    for name in ("dcat-ap", "ckan", "udata", "quality"):
        assert ask(name).findings == ()


# ---- A broken catalogue


MANDATED = [(name, predicate) for name in EXAMPLES for predicate in MANDATORY[name]]


@pytest.mark.parametrize(("name", "predicate"), MANDATED, ids=str)
def test_a_catalogue_without_a_mandatory_property(
    run: Run, room: Project, site: Path, name: str, predicate: ox.NamedNode
) -> None:
    focus = node(site, EXAMPLES[name])
    change(site, focus, predicate)
    arguments = ("check", site, "--only", "dcat-ap", "-f", "json")
    found = json.loads(run("--project", room.root, *arguments, code=1).text)["findings"]
    [finding] = [f for f in found if f["severity"] == "violation"]
    assert finding["check"] == "dcat-ap/incomplete"
    assert (finding["focus"], finding["path"]) == (str(focus), shown(predicate))
    assert finding["hint"]
    assert Path(finding["file"]).name == "catalog.ttl"
    line = (site / "catalog.ttl").read_text().splitlines()[finding["line"] - 1]
    assert line.startswith(str(focus))


def test_a_publisher_without_a_name(ask: Ask, site: Path) -> None:
    publisher = node(site, "#publisher")
    change(site, publisher, FOAF.term("name"))
    [finding] = grave(ask("dcat-ap"))
    assert (finding.focus, finding.path) == (publisher, "foaf:name")


def test_a_wrong_code(ask: Ask, site: Path) -> None:
    wrong = ox.NamedNode("http://publications.europa.eu/resource/authority/frequency/SOMETIMES")
    change(site, node(site, "/dataset/facts"), DCT.term("accrualPeriodicity"), wrong)
    [finding] = grave(ask("dcat-ap"))
    assert (finding.check, finding.value) == ("dcat-ap/code", wrong)
    assert finding.place is not None
    assert "SOMETIMES" in finding.place.snippet


def test_a_duplicate_identifier(ask: Ask, site: Path) -> None:
    facts, other = node(site, "/dataset/facts"), ox.NamedNode(f"{SITE}dataset/other")
    triples = read(site)
    copied = [ox.Triple(other, t.predicate, t.object) for t in triples if t.subject == facts]
    listed = ox.Triple(node(site, "/catalog"), DCAT.term("dataset"), other)
    write(site, [*triples, *copied, listed])
    part = ask("udata")
    assert {f.check for f in grave(part)} == {"udata/identifier"}
    assert {f.focus for f in grave(part)} == {facts, other}
    assert part.sees.startswith("0 of 2 datasets")
    assert grave(ask("ckan")) == []


def test_a_wrong_size(ask: Ask, site: Path) -> None:
    size = ox.Literal("7", datatype=XSD.term("nonNegativeInteger"))
    change(site, node(site, "#turtle"), DCAT.term("byteSize"), size)
    [finding] = grave(ask("dcat-ap"))
    true = (site / "room.ttl").stat().st_size
    assert (finding.check, finding.message) == (
        "dcat-ap/size",
        f"room.ttl has {true} bytes, not 7.",
    )


def test_a_made_up_format(ask: Ask, site: Path) -> None:
    wrong = ox.NamedNode("http://publications.europa.eu/resource/authority/file-type/PAPYRUS")
    change(site, node(site, "#turtle"), DCT.term("format"), wrong)
    found = grave(ask("dcat-ap"))
    assert "dcat-ap/format" in {f.check for f in found}
    assert {f.path for f in found} == {"dct:format"}


def test_a_file_that_is_offered_and_not_there(ask: Ask, site: Path) -> None:
    (site / "room.ttl").unlink()
    [finding] = grave(ask("dcat-ap"))
    assert finding.message == "room.ttl is listed but missing."
    # Of several files, the best counts.
    assert ask("quality").sees == "375 of 405 points: excellent"
    assert ask("quality").findings[0].hint == "Fix the dcat-ap findings first."


@pytest.mark.parametrize("name", CATALOGUE[1:])
def test_formats_that_say_something_else(ask: Ask, site: Path, name: str) -> None:
    before = (site / name).read_bytes()
    change(site, node(site, "/dataset/facts"), DCT.term("title"), ox.Literal("X", language="en"))
    (site / name).write_bytes(before)
    [finding] = grave(ask("dcat-ap"))
    assert finding.message == "It is not what catalog.ttl says: 1 statements more, 1 fewer."
    assert finding.place is not None
    assert finding.place.path == site / name


def test_a_catalogue_that_is_not_there(ask: Ask, site: Path) -> None:
    (site / "catalog.ttl").unlink()
    [finding] = grave(ask("dcat-ap"))
    assert finding.message == "There is no such file."
    assert ask("ckan").skipped == "There is no catalog.ttl that can be read."


def test_a_catalogue_that_does_not_parse(ask: Ask, site: Path) -> None:
    (site / "catalog.ttl").write_text("<a> <b> .\n")
    [finding] = grave(ask("dcat-ap"))
    assert finding.check == "dcat-ap/syntax"
    assert finding.place is not None
    assert finding.place.line == 1


def test_points_that_are_missing(ask: Ask, site: Path) -> None:
    change(site, node(site, "/dataset/facts"), DCAT.term("keyword"))
    part = ask("quality")
    assert part.sees == "375 of 405 points: excellent"
    [finding] = part.findings
    assert (finding.severity, finding.path) == (Severity.WARNING, "dcat:keyword")
    assert finding.message == "30 points are missing for findability: keywords."


# ---- Settings that stand for something else


@pytest.mark.parametrize(
    ("setting", "value", "placeholder"),
    [
        ("contact", "mailto:readers@example.org", True),
        ("contact", "https://readers.example.org/", True),
        ("contact", "mailto:readers@reading-room.org", False),
        ("site", "https://example.org/room/", True),
    ],
)
def test_placeholders_are_warned_of(
    run: Run, room: Project, tmp_path: Path, setting: str, value: str, placeholder: bool
) -> None:
    root = Path(shutil.copytree(room.root, tmp_path / "room"))
    replaced(
        root / "mipex-kg.toml", f'{setting} = "{getattr(room, setting)}"', f'{setting} = "{value}"'
    )
    found = validated(load_project(root))
    build(found, tmp_path / "site", processes=1, index=lambda _folder, _language: None)
    outcome = run("--project", root, "check", tmp_path / "site", "--only", "dcat-ap")
    assert ("dcat-ap/placeholder" in outcome.text) is placeholder
    if placeholder:
        assert f"{value} is a placeholder address." in outcome.text
        assert f"Set project.{setting} in mipex-kg.toml." in outcome.text


# ---- VoID


def test_counts_are_those_of_the_dump(ask: Ask, site: Path) -> None:
    dump = site / "room.nt"
    lines = dump.read_text().splitlines(keepends=True)
    # A person less.
    person = "<http://schema.org/Person>"
    gone = next(line for line in lines if person in line and "#type" in line)
    dump.write_text("".join(line for line in lines if line != gone))
    found = grave(ask("void"))
    assert all(f.place and f.place.path.name == "void.ttl" for f in found)
    paths = {f.path for f in found}
    assert {"void:triples", "void:entities"} <= paths
    assert any("of the class http://schema.org/Person is" in f.message for f in found)


def test_void_is_where_readers_look(ask: Ask, site: Path) -> None:
    (site / ".well-known" / "void").write_text("")
    [finding] = grave(ask("void"))
    assert finding.message.startswith(".well-known/void, where readers look, doesn't say")
    shutil.rmtree(site / ".well-known")
    assert len(grave(ask("void"))) == 1


def test_void_names_a_dump_that_is_there(ask: Ask, site: Path) -> None:
    for name in ("void.ttl", ".well-known/void"):
        text = (site / name).read_text()
        (site / name).write_text(text.replace("room.nt>", "gone.nt>"))
    [finding] = grave(ask("void"))
    assert finding.message == f"The dump {SITE}gone.nt is not there."
    assert finding.path == "void:dataDump"


# ---- Signposting


def test_a_page_without_its_name(ask: Ask, site: Path) -> None:
    page = site / "index.html"
    page.write_text(re.sub(r'<link rel="cite-as"[^>]*>\n', "", page.read_text()))
    [finding] = grave(ask("signposting"))
    assert finding.message == "The page has no name by which to cite it."
    assert (finding.path, finding.place and finding.place.path) == ("cite-as", page)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('type="text/turtle" href="catalog.ttl"', 'type="text/csv" href="catalog.ttl"', "is text/"),
        ('href="catalog.ttl"', 'href="gone.ttl"', "It leads to gone.ttl, which is not there."),
        ('rel="type" href="https://schema.org/', 'rel="type" href="https://e.org/', "what it is"),
        ('<link rel="linkset" type="application/linkset"', '<link rel="x"', "doesn't lead to"),
    ],
)
def test_typed_links_lead_to_what_they_say(
    ask: Ask, site: Path, old: str, new: str, message: str
) -> None:
    replaced(site / "data.html", old, new)
    found = grave(ask("signposting"))
    assert any(message in f.message for f in found)
    assert {f.place.path.name for f in found if f.place} <= {
        "data.html",
        "data.linkset.json",
        "data.linkset.txt",
    }


@pytest.mark.parametrize("name", ["data.linkset.json", "data.linkset.txt"])
def test_link_sets_say_what_the_page_says(ask: Ask, site: Path, name: str) -> None:
    replaced(site / name, "catalog.rdf", "other.rdf")
    [finding] = grave(ask("signposting"))
    assert finding.message == "It leaves out 1 of the page's links, such as describedby."
    assert finding.place is not None
    assert finding.place.path == site / name


@pytest.mark.parametrize("text", ["[", "[]", '{"linkset": 1}', '{"linkset": [1]}', "[" * 100_000])
def test_a_link_set_that_is_none(ask: Ask, site: Path, text: str) -> None:
    (site / "data.linkset.json").write_text(text)
    [finding] = grave(ask("signposting"))
    assert "It is not a link set" in finding.message


def test_a_page_that_is_cited_as_nothing(ask: Ask, site: Path) -> None:
    replaced(site / "data.html", 'room/data.html">', 'room/nothing">')
    found = grave(ask("signposting"))
    assert "It names a thing that nothing describes." in {f.message for f in found}


# ---- Links


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("person/ada-brook", True),
        ("catalog#publisher", True),
        ("", True),
        ("data.html", True),
        ("person/nobody", False),
        ("person/ada-brook.csv", False),
    ],
)
def test_names_of_things_name_something(ask: Ask, site: Path, name: str, is_one: bool) -> None:
    html = f'<a href="https://example.org/room/{name}">x</a></main>'
    replaced(site / "data.html", "</main>", html)
    found = grave(ask("links"))
    assert [f.message for f in found] == (
        [] if is_one else ["It names a thing that nothing describes."]
    )


def test_what_the_data_name_and_do_not_describe_is_no_fault_of_the_site(
    run: Run, tmp_path: Path
) -> None:
    facts = """@base <https://boats.test/> . @prefix schema: <http://schema.org/> .
    <boat/1> a <kind/Raft> ; schema:name "A" ; schema:url <shop/1.html> ; <near> <boat/2> .
    <person/1> a schema:Person ; schema:name "B" ."""
    (tmp_path / "boats.ttl").write_text(facts)
    run("init", "p", "--from", "boats.ttl", cwd=tmp_path)
    settings = tmp_path / "p" / "mipex-kg.toml"
    replaced(settings, '# site = "https://example.org/"', f'site = "{SITE}"')
    run("build", cwd=tmp_path / "p")
    project = load_project(tmp_path / "p")
    site = CheckedSite(project, tmp_path / "p" / "site")
    built = run_checks(site, ["signposting", "links"])
    assert Severity.VIOLATION not in {f.severity for f in built.findings}
    page = tmp_path / "p" / "site" / "boat" / "1.html"
    replaced(page, "</main>", '<a href="https://boats.test/boat/2">x</a></main>')
    replaced(page, "</main>", '<a href="https://boats.test/boat/3">x</a></main>')
    report = run_checks(CheckedSite(project, tmp_path / "p" / "site"), ["links"])
    told = {str(f.value): (f.severity, f.message) for f in report.findings if f.value}
    warned, faulty = Severity.WARNING, Severity.VIOLATION
    unseen = "No build writes this, so that it can't be seen from here whether it is there."
    unsaid = "The data name this, but say nothing of it, so that it has no page."
    assert told == {
        '"https://boats.test/shop/1.html"': (warned, unseen),
        '"https://boats.test/boat/2"': (warned, unsaid),
        '"https://boats.test/boat/3"': (faulty, "It names a thing that nothing describes."),
    }


def test_a_service_is_no_file(ask: Ask, site: Path, room: Project) -> None:
    assert room.endpoint == f"{SITE}sparql"
    page = (site / "graph" / "record.html").read_text()
    assert f'href="{room.endpoint}"' in page
    assert f'href="{room.endpoint}"' in (site / "data.html").read_text()
    assert ask("links").findings == ()


# ---- Licences


def test_a_page_with_another_licence(ask: Ask, site: Path) -> None:
    replaced(site / "data.html", "licenses/by/4.0/", "licenses/by-nc/4.0/")
    found = grave(ask("licences"))
    assert found
    assert found[0].place is not None
    assert found[0].place.path == site / "data.html"
    assert "licenses/by-nc/4.0/, and the settings" in found[0].message


def test_files_without_a_licence(ask: Ask, site: Path) -> None:
    focus = node(site, "#turtle")
    change(site, focus, DCT.term("license"))
    [finding] = grave(ask("licences"))
    assert (finding.focus, finding.path) == (focus, "dct:license")


@pytest.mark.parametrize("code", ["CC_BY_4_0", "CC0", "ODC_BL"])
def test_a_licence_may_be_a_code_of_the_eu(room: Project, site: Path, code: str) -> None:
    iri = f"http://publications.europa.eu/resource/authority/licence/{code}"
    [part] = run_checks(CheckedSite(replace(room, licence=iri), site), ["licences"]).parts
    assert part.sees != iri
    assert not [f for f in part.findings if "known to recognise" in f.message]


def test_a_licence_that_is_nearly_one_is_told_how_to_write(room: Project, site: Path) -> None:
    near = "http://www.opendatacommons.org/licenses/pddl/1.0/"
    [part] = run_checks(CheckedSite(replace(room, licence=near), site), ["licences"]).parts
    hints = [f.hint for f in part.findings if "known to recognise" in f.message]
    assert hints == ["Write https://opendatacommons.org/licenses/pddl/1-0/."]


def test_a_project_without_a_licence(room: Project, site: Path) -> None:
    [part] = run_checks(CheckedSite(replace(room, licence=""), site), ["licences"]).parts
    [finding] = part.findings
    assert finding.severity is Severity.WARNING
    assert "nobody may use" in finding.message


# ---- Google's Dataset Search


def block(**properties: object) -> str:
    facts = "https://example.org/room/dataset/facts"
    given = {"@id": facts, "name": "Facts", "description": "x" * 50, **properties}
    dataset = {"@context": "https://schema.org/", "@type": "Dataset", **given}
    return f'<script type="application/ld+json">{json.dumps(dataset)}</script></body>'


def show(site: Path, html: str) -> None:
    """Let the dataset's page say this, and nothing else, of datasets."""
    page = site / "dataset" / "facts.html"
    text = re.sub(
        r"<script type=.application/ld.*?</script>", "", page.read_text(), flags=re.DOTALL
    )
    page.write_text(text.replace("</body>", html))


def test_a_dataset_that_google_lists(ask: Ask, site: Path) -> None:
    show(site, block())
    part = ask("google")
    assert grave(part) == []
    assert part.sees == "1 dataset with a name and a description"
    assert {f.path for f in part.findings} >= {"schema:license", "schema:creator"}


def test_a_dataset_without_a_block(ask: Ask, site: Path) -> None:
    show(site, "")
    [finding] = grave(ask("google"))
    assert finding.message.startswith("The page of a dataset of the catalogue doesn't describe it")
    assert finding.place is not None
    assert finding.place.path == site / "dataset" / "facts.html"


@pytest.mark.parametrize(
    ("properties", "path", "message"),
    [
        ({"name": None}, "schema:name", "without a name"),
        ({"description": None}, "schema:description", "without a description"),
        ({"description": "short"}, "schema:description", "50 to 5000 characters, not 5."),
        ({"description": "x" * 5001}, "schema:description", "not 5001."),
        ({"distribution": {"@type": "DataDownload"}}, "schema:contentUrl", "needs the address"),
        (
            {"distribution": {"@type": "DataDownload", "contentUrl": f"{SITE}gone.ttl"}},
            "schema:contentUrl",
            "gone.ttl is not there",
        ),
        ({"isPartOf": {"@type": "Dataset", "url": SITE}}, "schema:name", "only mentioned"),
    ],
)
def test_what_google_requires(
    ask: Ask, site: Path, properties: dict[str, object], path: str, message: str
) -> None:
    show(site, block(**properties))
    [finding] = grave(ask("google"))
    assert finding.path == path
    assert message in finding.message


# ---- Croissant


# What the tools for Croissant want to have in the context.
CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    **{name: f"cr:{name}" for name in ("column", "extract", "field", "fileObject", "source")},
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "recordSet": "cr:recordSet",
    "sc": "https://schema.org/",
}
HEAD = {"@vocab": "https://schema.org/", "sc": "https://schema.org/"}
TABLE = b"name,born\r\nAda,1901\r\n"
CROISSANT: dict[str, Any] = {
    "@context": HEAD,
    "@type": "sc:Dataset",
    "conformsTo": "http://mlcommons.org/croissant/1.1",
    "name": "tables",
    "description": "Tables.",
    "url": SITE,
    "license": "https://creativecommons.org/licenses/by/4.0/",
    "creator": {"@type": "sc:Organization", "name": "The readers"},
    "datePublished": "2026-01-31",
    "distribution": [
        {
            "@type": "cr:FileObject",
            "@id": "people.csv",
            "name": "people.csv",
            "contentUrl": f"{SITE}query/people.csv",
            "encodingFormat": "text/csv",
            "sha256": hashlib.sha256(TABLE).hexdigest(),
        }
    ],
    "recordSet": [
        {
            "@type": "cr:RecordSet",
            "@id": "people",
            "field": [
                {
                    "@type": "cr:Field",
                    "@id": "people/name",
                    "dataType": "sc:Text",
                    "source": {
                        "fileObject": {"@id": "people.csv"},
                        "extract": {"column": "name"},
                    },
                }
            ],
        }
    ],
}


def describe(site: Path, document: object) -> None:
    (site / "query").mkdir(exist_ok=True)
    (site / "query" / "people.csv").write_bytes(TABLE)
    (site / "croissant.json").write_text(json.dumps(document))


def test_tables_as_they_are_described(ask: Ask, site: Path) -> None:
    describe(site, CROISSANT)
    part = ask("croissant")
    assert part.findings == ()
    assert part.sees == "1 file, 1 record set, by rule (no mlcroissant)"


def test_mlcroissant_looks_too(room: Project, site: Path) -> None:
    if find_spec("mlcroissant") is None:
        absent("mlcroissant")
    described: dict[str, Any] = {**CROISSANT, "@context": CONTEXT}
    describe(site, described)
    [part] = run_checks(CheckedSite(room, site), ["croissant"]).parts
    assert [f.message for f in grave(part)] == []
    assert re.search(r", by mlcroissant [\d.]+$", part.sees)
    del described["recordSet"][0]["field"][0]["dataType"]
    describe(site, described)
    [part] = run_checks(CheckedSite(room, site), ["croissant"]).parts
    finding = grave(part)[0]
    assert finding.check == "croissant/tool"
    assert finding.message.startswith("mlcroissant: ")
    assert "dataType" in finding.message


def test_a_tool_that_cannot_look_is_told(run: Run, room: Project, site: Path) -> None:
    arguments = ("--project", room.root, "check", site, "--only", "ckan", "--tool")
    outcome = run(*arguments, f"ckan={sys.executable}", code=1)
    assert "violation: ckanext-dcat could not look: ModuleNotFoundError" in outcome.text
    assert "1 dataset, 6 resources, by rule (ckanext-dcat failed)" in outcome.text
    outcome = run(*arguments, f"ckan={site}/no/python", code=1)
    assert "no/python can't be run: No such file or directory." in outcome.text
    for wrong in ("ckan", "ckan=", "google=python"):
        assert "names no tool and a Python." in run(*arguments, wrong, code=2).err


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        *((f'"{key}": ', f'"not-{key}": ', key) for key in ("url", "license", "creator")),
        *((f'"{key}": ', f'"not-{key}": ', key) for key in ("conformsTo", "datePublished")),
        ("croissant/1.1", "croissant/0.9", "conformsTo"),
        ('"https://schema.org/"', '"http://schema.org/"', "@context"),
        ('"sha256": "', '"sha256": "00', "sha256"),
        ('"sha256": ', '"sha1": ', "sha256"),
        ("query/people.csv", "query/gone.csv", "contentUrl"),
        ('"contentUrl": ', '"url": ', "contentUrl"),
        ('"encodingFormat": ', '"format": ', "encodingFormat"),
        ('"column": "name"', '"column": "nome"', "column"),
        ('"fileObject": {"@id": "people.csv"}', '"fileObject": {"@id": "other"}', "source"),
    ],
)
def test_tables_that_are_described_wrongly(
    ask: Ask, site: Path, old: str, new: str, path: str
) -> None:
    text = json.dumps(CROISSANT)
    assert old in text
    describe(site, json.loads(text.replace(old, new)))
    [finding] = grave(ask("croissant"))
    assert finding.path == path
    if path == "license":
        assert finding.hint == "Set project.licence in mipex-kg.toml."


@pytest.mark.parametrize("text", ["", "[]", "[" * 100_000])
def test_a_description_that_is_none(ask: Ask, site: Path, text: str) -> None:
    (site / "croissant.json").write_text(text)
    [finding] = grave(ask("croissant"))
    assert finding.message == "It is not a JSON object."


def test_files_without_a_description(ask: Ask, site: Path) -> None:
    (site / "croissant.json").unlink()
    part = ask("croissant")
    assert part.sees == "nothing"
    assert [f.severity for f in part.findings] == [Severity.WARNING]


# ---- How it is told


def test_the_table_has_a_row_for_each_reader(
    run: Run, room: Project, site: Path, content: tuple[str, str]
) -> None:
    lines = run("--project", room.root, "check", site, *content).text.splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("DCAT-AP"))
    rows = [line for line in lines[start:-2] if not line.startswith(" ")]
    assert [row[: len(c.reader)] for row, c in zip(rows, CHECKS, strict=True)] == [
        c.reader for c in CHECKS
    ]
    assert re.match(r"DCAT-AP +ok +1 dataset, 6 files, 1 service$", rows[0])
    assert re.match(r"CKAN +ok +1 dataset, 6 resources, by ", rows[1])
    assert max(map(len, lines[start:])) <= 100


def test_json_tells_what_each_reader_sees(
    run: Run, room: Project, site: Path, content: tuple[str, str]
) -> None:
    (site / "room.ttl").unlink()
    arguments = ("check", site, "-f", "json", *content)
    told = json.loads(run("--project", room.root, *arguments, code=1).text)
    readers = {reader["name"]: reader for reader in told["readers"]}
    assert list(readers) == [check.name for check in CHECKS]
    assert readers["dcat-ap"]["violations"] == 1
    assert readers["dcat-ap"]["sees"] == "1 dataset, 6 files, 1 service"
    assert (readers["server"]["asked"], readers["ckan"]["asked"]) == (False, True)
    assert not told["valid"]


def test_junit_has_a_suite_for_each_reader(
    run: Run, room: Project, site: Path, content: tuple[str, str]
) -> None:
    change(site, node(site, "/dataset/facts"), DCAT.term("keyword"))
    (site / "room.ttl").unlink()
    text = run("--project", room.root, "check", site, "-f", "junit", *content, code=1).text
    root = ET.fromstring(text)
    assert root.get("name") == "mipex-kg check"
    suites = {suite.get("name"): suite for suite in root}
    assert list(suites) == [check.reader for check in CHECKS]
    dcat = suites["DCAT-AP"]
    assert (dcat.get("tests"), dcat.get("failures")) == ("2", "1")
    assert len(dcat.findall("testcase/failure")) == 1
    [warning] = dcat.findall("testcase/system-out")
    assert (warning.text or "").startswith("warning\n")
    skipped = suites["HTTP clients"].findall("testcase/skipped")
    assert [s.get("message") for s in skipped] == ["Give an address, to ask its server."]
    [passed] = suites["CKAN"]
    assert str(passed.get("name")).startswith("1 dataset, 6 resources, by ")


def test_sarif_names_the_check_that_found_it(run: Run, room: Project, site: Path) -> None:
    (site / "room.ttl").unlink()
    arguments = ("check", site, "--only", "dcat-ap", "-f", "sarif")
    text = run("--project", room.root, *arguments, code=1).text
    [told] = json.loads(text)["runs"]
    rules = [rule["id"] for rule in told["tool"]["driver"]["rules"]]
    assert "dcat-ap/file" in rules
    [result] = [r for r in told["results"] if r["ruleId"] == "dcat-ap/file"]
    assert result["level"] == "error"
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"].endswith("catalog.ttl")
    assert place["region"]["startLine"] > 1


def test_warnings_alone_are_no_failure(run: Run, room: Project, site: Path) -> None:
    change(site, node(site, "/dataset/facts"), DCAT.term("keyword"))
    outcome = run("--project", room.root, "check", site, "--only", "dcat-ap", "--only", "quality")
    assert outcome.text.endswith("2 warnings.\n")
