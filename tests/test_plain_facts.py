"""Anybody's files become facts as they are: no house rule keeps them from being published."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from mipex_kg.checks.registry import CHECKS
from mipex_kg.dataset.assembly import load_project_dataset
from mipex_kg.project import levels
from mipex_kg.project.project import load_project
from mipex_kg.system.errors import SettingsError
from mipex_kg.validation.lints import LINTS
from tests.conftest import ROOT, Run

BASE = "https://lights.example/"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
SETTINGS = f"""[project]
name = "lights"
title = "Lights"
base = "{BASE}"
"""
FACTS = f"""@base <{BASE}> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix s: <http://schema.org/> .
<keeper/ada> a foaf:Person ; s:name "Ada"@fr ; s:birthDate "1901-02-03" ; s:knows <keeper/bo> ;
  s:address [ a s:PostalAddress ; s:streetAddress "Mill Lane" ] .
"""
ANNOTATION = f"""@base <{BASE}> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<a/1> a oa:Annotation ; oa:hasTarget <a/2> ; prov:wasAttributedTo "Ada" .
<a/2> a oa:SpecificResource ; oa:hasSource <a/3> ; oa:hasSelector [ a oa:TextQuoteSelector ] .
"""


@pytest.fixture
def lights(tmp_path: Path) -> Path:
    folder = tmp_path / "lights"
    (folder / "data").mkdir(parents=True)
    (folder / "mipex-kg.toml").write_text(SETTINGS)
    (folder / "data" / "keepers.ttl").write_text(FACTS)
    return folder


def configure(folder: Path, text: str) -> None:
    (folder / "mipex-kg.toml").write_text(SETTINGS + text)


def found(run: Run, folder: Path, code: int = 0) -> list[dict[str, Any]]:
    outcome = run("validate", "-f", "json", cwd=folder, code=code)
    findings: list[dict[str, Any]] = json.loads(outcome.text)["findings"]
    return findings


def graded(findings: list[dict[str, Any]]) -> dict[str, str]:
    return {finding["check"]: finding["severity"] for finding in findings}


def test_what_is_taste_is_a_warning(run: Run, lights: Path) -> None:
    assert graded(found(run, lights)) == {
        "date": "warning",
        "undescribed": "warning",
        "unlabelled": "warning",
    }


def test_a_version_an_identifier_or_a_name_is_no_date(run: Run, lights: Path) -> None:
    terms = {
        "http://purl.org/dc/elements/1.1/date": False,
        "http://www.w3.org/2002/07/owl#versionInfo": False,
        "http://schema.org/version": False,
        "http://purl.org/dc/terms/identifier": False,
        f"{BASE}docId": False,
        "http://purl.org/dc/terms/valid": True,
        f"{BASE}day": True,
    }
    said = "".join(f'<{BASE}e> <{term}> "2017-01-02" .\n' for term in terms)
    (lights / "data" / "dates.ttl").write_text(said)
    told = {f["path"] for f in found(run, lights) if f["check"] == "date" and "e>" in f["focus"]}
    assert len(told) == sum(terms.values())
    configure(lights, 'facts = "strict"\n')
    assert sum(f["check"] == "date" for f in found(run, lights, 1)) == len(told) + 1


def test_pages_on_the_web_need_no_description(run: Run, lights: Path) -> None:
    (lights / "data" / "contact.ttl").write_text(
        f"@base <{BASE}> . @prefix v: <http://www.w3.org/2006/vcard/ns#> ."
        "@prefix s: <http://schema.org/> . @prefix foaf: <http://xmlns.com/foaf/0.1/> ."
        "<keeper/ada> v:hasURL <contact> ; s:url <ada.html> ; foaf:weblog <log> ; s:spouse <cy> ."
    )
    told = {f["value"] for f in found(run, lights) if f["check"] == "undescribed"}
    assert told == {f"<{BASE}keeper/bo>", f"<{BASE}cy>"}


def test_terms_of_others_need_no_description(run: Run, lights: Path) -> None:
    (lights / "ontology").mkdir()
    (lights / "ontology" / "own.ttl").write_text(
        "<http://xmlns.com/foaf/0.1/name> <http://www.w3.org/2000/01/rdf-schema#label> 'name'@en ."
    )
    (lights / "data" / "more.ttl").write_text(
        "<https://lights.example/keeper/bo> <http://xmlns.com/foaf/0.1/nick> 'Bo' ;"
        " <http://xmlns.com/foaf/0.1/nmae> 'Bo' ."
    )
    told = [f["message"] for f in found(run, lights) if f["check"] == "unknown-term"]
    assert [message for message in told if "nmae" in message] == told
    assert told


def test_strict_facts_are_as_strict_as_ever(run: Run, lights: Path) -> None:
    configure(lights, 'facts = "strict"\n')
    assert graded(found(run, lights, 1)) == {
        "date": "violation",
        "undescribed": "violation",
        "unlabelled": "violation",
        "fact-outside-graph": "violation",
        "blank-node": "warning",
    }


def test_annotations_of_others_need_not_be_passages(run: Run, lights: Path) -> None:
    (lights / "data" / "notes.ttl").write_text(ANNOTATION)
    assert not [f for f in found(run, lights) if f["severity"] == "violation"]
    configure(lights, 'facts = "strict"\n')
    assert [f for f in found(run, lights, 1) if f["shape"]]


# The vocabularies in which a passage is written, as others use them: blank nodes, sources without
# an address or none at all, and graphs that are derived from what is no passage.
OF_OTHERS = {
    "a target without a name": "<a/1> oa:hasTarget [ a oa:SpecificResource ; oa:hasSource <b> ] .",
    "a source without a name": "<a/1> oa:hasTarget <a/2> . <a/2> a oa:SpecificResource ; "
    "oa:hasSource [ a oa:TextualBody ] .",
    "a source that is a text": '<a/1> oa:hasTarget <a/2> . <a/2> oa:hasSource "A book" ; '
    "a oa:SpecificResource .",
    "no source": "<a/1> oa:hasTarget <a/2> . <a/2> a oa:SpecificResource .",
    "a graph from anything": '<g> { <a/1> a oa:Annotation } <g> prov:wasDerivedFrom <b>, "c", [] .',
}


@pytest.mark.parametrize("notes", OF_OTHERS.values(), ids=OF_OTHERS)
def test_annotations_and_derivations_of_others_are_published(
    run: Run, lights: Path, notes: str
) -> None:
    head = ANNOTATION.partition("<a/1>")[0]
    (lights / "data" / "notes.trig").write_text(f'{head}<a/1> rdfs:label "A note" .\n{notes}')
    assert "passage-without-facts" not in graded(found(run, lights))
    run("build", cwd=lights)
    assert "given in" in run("why", "A note", cwd=lights).text


def test_a_graph_with_a_passage_is_held_to_it(run: Run, lights: Path) -> None:
    (lights / "data" / "stated.trig").write_text(
        f"@base <{BASE}> . @prefix kg: <https://w3id.org/mipex-kg/kg#> .\n"
        "<graph/x> a kg:StatedGraph . <graph/x> { <keeper/bo> a <http://schema.org/Person> }"
    )
    shapes = {f["shape"] for f in found(run, lights, 1) if f["shape"]}
    assert any("StatedGraphSourceShape" in shape for shape in shapes)


def test_each_file_is_a_graph_and_says_where_it_is_from(run: Run, lights: Path) -> None:
    configure(
        lights,
        '[sources."data/keepers.ttl"]\ntitle = "The list"\nauthor = "The guild"\n'
        'licence = "https://creativecommons.org/publicdomain/zero/1.0/"\n'
        'address = "https://guild.example/list.ttl"\n',
    )
    (lights / "data" / "more").mkdir()
    (lights / "data" / "more" / "old list.nt").write_text(f"<{BASE}k/bo> <{TYPE}> <{BASE}T> .")
    (lights / "data" / "keepers.nt").write_text(f"<{BASE}k/cy> <{TYPE}> <{BASE}T> .")
    (lights / "data" / "named.trig").write_text(f"<{BASE}g> {{ <{BASE}keeper/di> a <{BASE}T> }}")
    rows = run("query", "SELECT DISTINCT ?g { GRAPH ?g { ?s a ?t } }", cwd=lights).text.split()
    names = {row.removeprefix(BASE) for row in rows[1:]}
    assert names == {
        "graph/file/keepers-ttl",
        "graph/file/keepers-nt",
        "graph/file/more/old-list",
        "g",
        "graph/record",
    }
    why = run("why", f"{BASE}keeper/ada", "name", cwd=lights)
    assert f"given in <{BASE}graph/file/keepers-ttl>" in why.text
    wanted = "source: “The list” by The guild <https://guild.example/list.ttl>; licence: https://"
    assert wanted in " ".join(why.text.split())
    assert f"given in <{BASE}g>" in run("why", f"{BASE}keeper/di", cwd=lights).text


def test_a_source_that_is_no_file_is_said(run: Run, lights: Path) -> None:
    configure(lights, '[sources."data/keepres.ttl"]\ntitle = "x"\n')
    told = run("query", "ASK {}", cwd=lights, code=2).err
    assert "[sources]: 'data/keepres.ttl' is not a file of data." in told
    assert "Did you mean data/keepers.ttl?" in told


def test_a_site_has_the_owner_s_facts_and_no_marks(run: Run, lights: Path) -> None:
    run("build", cwd=lights)
    page = (lights / "site" / "keeper" / "ada.html").read_text()
    assert "1901-02-03" in page
    assert "note-" not in page
    assert "looked up" not in page.lower()
    dump = list(ox.parse(path=lights / "site" / "lights.nq"))
    assert not any("mipex-kg/kg#StatedGraph" in str(quad) for quad in dump), "our vocabulary"
    facts = {str(q.triple) for q in dump if "graph/file/keepers" in str(q.graph_name)}
    own = ox.parse(FACTS, format=ox.RdfFormat.TURTLE)
    assert len(facts) == len(list(own))


def test_files_may_be_anywhere(run: Run, lights: Path, tmp_path: Path) -> None:
    (lights / "data" / "keepers.ttl").rename(tmp_path / "keepers.ttl")
    (tmp_path / "more" / "inner").mkdir(parents=True)
    (tmp_path / "more" / "inner" / "x.nt").write_text(f"<{BASE}x> <{BASE}p> <{BASE}y> .")
    (tmp_path / "more" / "x.bak").write_text("")
    (tmp_path / "shapes.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        "<#S> a sh:NodeShape ; sh:targetClass <http://xmlns.com/foaf/0.1/Person> ; sh:property [\n"
        "  sh:path <http://schema.org/jobTitle> ; sh:minCount 1 ; sh:message 'job' ] ."
    )
    configure(
        lights,
        f'[files]\ndata = ["../keepers.ttl", "{tmp_path}/more"]\nshapes = ["../shapes.ttl"]\n'
        '[sources."../keepers.ttl"]\ntitle = "K"\n',
    )
    findings = found(run, lights, 1)
    (job,) = (f for f in findings if f["message"] == "job")
    assert job["file"] == str(tmp_path / "keepers.ttl")
    rows = run("query", "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }", cwd=lights).text
    assert f"{BASE}graph/file/keepers\n" in rows.replace("\r", "")
    assert f"{BASE}graph/file/inner/x\n" in rows.replace("\r", "")
    assert [path.name for path, _ in load_project(lights).skipped_files] == ["x.bak"]
    run("build", cwd=lights, code=1)
    configure(lights, '[files]\ndata = ["../nowhere.ttl"]\n')
    assert "nowhere.ttl: There is no such file." in run("query", "ASK {}", cwd=lights, code=3).err
    configure(lights, '[files]\ndata = [".."]\n')
    told = run("query", "ASK {}", cwd=lights, code=2).err
    assert "the folder '..' holds the project itself" in told


def test_a_file_that_is_named_twice_is_read_once(lights: Path) -> None:
    configure(lights, '[files]\ndata = ["data/keepers.ttl", "../lights/data"]\n')
    assert len(load_project(lights).data_files) == 1


# ---- Levels --------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", ["off", "info", "warning", "violation"])
def test_a_check_is_as_grave_as_the_project_has_it(run: Run, lights: Path, level: str) -> None:
    configure(lights, f'[checks]\ndate = "{level}"\nundescribed = "off"\nunlabelled = "off"\n')
    wanted = {} if level == "off" else {"date": level}
    assert graded(found(run, lights, int(level == "violation"))) == wanted
    run("build", cwd=lights, code=int(level == "violation"))


def test_a_shape_is_as_grave_as_the_project_has_it(run: Run, tmp_path: Path) -> None:
    room = tmp_path / "room"
    run("init", room)
    notice = room / "data" / "notice.trig"
    notice.write_text(notice.read_text().replace("schema:employee person:ada-brook", "a schema:X"))
    assert [f["severity"] for f in found(run, room, 1)] == ["violation"]
    settings = room / "mipex-kg.toml"
    text = settings.read_text().replace("[prefixes]", f'[prefixes]\nmy = "{room_base(room)}shape/"')
    for name in ("my:Library-employee", "sh:MinCountConstraintComponent"):
        settings.write_text(f'{text}\n[checks]\n"{name}" = "warning"\n')
        assert [f["severity"] for f in found(run, room)] == ["warning"], name
    settings.write_text(f'{text}\n[checks]\n"my:Library-employee" = "off"\n')
    assert found(run, room) == []


def room_base(room: Path) -> str:
    return load_project(room).base


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('dates = "off"', "has no check 'dates'. Did you mean date?"),
        ('date = "of"', "can't be 'of'"),
        ("date = 1", "must be a table of texts in quotes"),
        ('"x:y" = "off"', "names a shape by 'x:y', whose prefix is not known."),
    ],
)
def test_what_is_set_must_be_known(lights: Path, line: str, words: str) -> None:
    configure(lights, f"[checks]\n{line}\n")
    with pytest.raises(SettingsError) as error:
        load_project(lights)
    assert words in error.value.message
    assert error.value.line in (5, 6)


def test_every_check_has_a_default() -> None:
    of_lints = {name for lint in LINTS for name in lint.finds}
    assert of_lints <= set(levels.OF_VALIDATE)
    text = "".join(path.read_text() for path in (ROOT / "mipex_kg" / "rdf").rglob("*.py"))
    text += "".join(path.read_text() for path in (ROOT / "mipex_kg" / "validation").rglob("*.py"))
    for name in set(levels.OF_VALIDATE) - of_lints:
        assert f'"{name}"' in text, name
    assert [check.name for check in CHECKS] == list(levels.OF_CHECK)


def test_the_checks_of_a_site_are_graded(run: Run, lights: Path) -> None:
    (lights / "data" / "keepers.ttl").write_text(FACTS.replace("s:knows", "s:sameAs"))
    run("build", cwd=lights)
    (lights / "site" / "keeper" / "ada.html").write_text("<a href='nowhere.html'>x</a>")
    assert "violation" in run("check", "--only", "links", cwd=lights, code=1).text
    for level, words in {"warning": "1 warning", "info": "1 info", "off": "not asked"}.items():
        configure(lights, f'[checks]\nlinks = "{level}"\n')
        assert words in run("check", "--only", "links", cwd=lights).text
    configure(lights, '[checks]\nlinks = "violation"\n')
    run("check", "--only", "links", cwd=lights, code=1)


# ---- Many findings of one kind -------------------------------------------------------------------


def test_many_findings_of_one_kind_are_grouped(run: Run, lights: Path) -> None:
    lines = [f'<{BASE}k/{n}> <{BASE}born> "1901-01-01" ; <{BASE}name> "k" .' for n in range(1234)]
    (lights / "data" / "keepers.ttl").write_text("\n".join(lines))
    configure(lights, '[checks]\nunlabelled = "off"\nundescribed = "off"\n')
    short = run("validate", cwd=lights).text
    assert "\nwarning: 1,234 × date, for instance:\n" in f"\n{short}"
    assert short.count("looks like a date") == 3
    assert short.endswith("1,234 warnings. --all shows each of them.\n")
    whole = run("validate", "--all", cwd=lights).text
    assert whole.count("looks like a date") == 1234
    assert "--all" not in whole
    assert len(found(run, lights)) == 1234
    assert run("validate", "-f", "github", cwd=lights).text.count("looks like a date") == 1234


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("data/facts.xlsx", "x", "Nothing reads this file"),
        ("data/facts.ttl.bak", FACTS, "is skipped, since an editor or another program left it"),
        ("data/.facts.ttl", FACTS, "is skipped, since it is hidden"),
        ("data/facts.json", "[]", "There is no statement in this file"),
        ("data/facts.ttl", "# Nothing yet.\n", "There is no statement in this file"),
        ("more/README.md", "", "Nothing"),
    ],
)
def test_a_site_without_its_data_is_never_built(
    run: Run, tmp_path: Path, name: str, text: str, words: str
) -> None:
    path = tmp_path / name
    path.parent.mkdir()
    path.write_text(text)
    more = '[files]\ndata = ["empty"]\n' if name.startswith("more") else ""
    (tmp_path / "empty").mkdir()
    (tmp_path / "mipex-kg.toml").write_text(SETTINGS + more)
    outcome = run("validate", "-f", "json", cwd=tmp_path, code=1)
    violations = [f for f in json.loads(outcome.text)["findings"] if f["severity"] == "violation"]
    assert [finding["check"] for finding in violations] == ["nothing-read"]
    assert words in violations[0]["message"] or more
    run("build", cwd=tmp_path, code=1)
    assert not (tmp_path / "site").exists()


def test_what_is_hidden_beside_facts_is_nobody_s_business(run: Run, lights: Path) -> None:
    for name in (".gitkeep", ".keepers.ttl", "keepers.ttl~", "empty.ttl"):
        (lights / "data" / name).write_text("")
    assert {f["check"] for f in found(run, lights) if "read" in f["check"]} == set()
    assert "no-statement" in graded(found(run, lights))


def test_a_folder_with_nothing_but_a_placeholder_is_empty(run: Run, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / ".gitkeep").write_text("")
    (tmp_path / "mipex-kg.toml").write_text(SETTINGS)
    assert found(run, tmp_path) == []


def test_graphs_of_files_are_called_after_them_and_kept_apart(
    run: Run, lights: Path, tmp_path: Path
) -> None:
    ours = "<https://w3id.org/mipex-kg/kg#pluralLabel>"
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "list.nt").write_text(f"<{BASE}{name}> <{BASE}p> <{BASE}y> .")
    (tmp_path / "terms").mkdir()
    (tmp_path / "terms" / "ontology.nt").write_text(f'<{BASE}T> {ours} "Ts"@en .')
    configure(
        lights,
        '[files]\ndata = ["../one", "../two"]\nontology = ["../terms/ontology.nt"]\n'
        '[sources."../terms/ontology.nt"]\nauthor = "The guild"\n',
    )
    graph = load_project_dataset(load_project(lights))
    files = graph.members(ox.NamedNode("https://w3id.org/mipex-kg/kg#FileGraph"))
    assert {graph.label(node) for node in files} == {"keepers.ttl", "one/list.nt", "two/list.nt"}
    schema = ox.NamedNode(f"{BASE}graph/ontology")
    assert {str(q.subject) for q in graph.quads if q.graph_name == schema} == {f"<{BASE}T>"}
    assert graph.label(schema) == "Ontology and concept schemes"
    creator = ox.NamedNode("http://purl.org/dc/elements/1.1/creator")
    assert graph.texts(schema, creator) == ["The guild"]
    assert graph.label(ox.NamedNode(f"{BASE}graph/vocabulary")) == "The engine's vocabulary"
    run("build", cwd=lights)
    for page in ("class/index.html", "search.html"):
        text = (lights / "site" / page).read_text()
        assert "class/person.html" in text
        assert "graph.html" not in text
    page = (lights / "site" / "graph" / "file" / "keepers.html").read_text()
    assert "<h1>" in page
    assert "data-pagefind-body" not in page


@pytest.mark.parametrize("name", ["data/.facts.ttl", "data/facts.ttl.bak", "data/facts.ttl~"])
def test_a_project_that_was_valid_without_data_is_not_with_data_that_are_skipped(
    run: Run, tmp_path: Path, name: str
) -> None:
    (tmp_path / "mipex-kg.toml").write_text(SETTINGS)
    run("build", cwd=tmp_path)
    (tmp_path / "data").mkdir()
    (tmp_path / name).write_text(FACTS)
    run("validate", cwd=tmp_path, code=1)
    run("build", cwd=tmp_path, code=1)
