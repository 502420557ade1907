"""``mipex-kg validate``: what it finds, where, and in which formats it says so."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest

from mipex_kg.validation.report import Finding, Severity, make_report
from mipex_kg.validation.text_writer import write_text
from tests.conftest import LIGHTHOUSES, Run
from tests.test_explain import copy_of_project

SH = "http://www.w3.org/ns/shacl#"
TEAM = "data/who-produces-mipex/team.trig"
PAPER = "data/hafenbote.trig"


def changed(project: Path, file: str, old: str, new: str) -> Path:
    """Write something else into a copy of a project."""
    path = project / file
    text = path.read_text()
    assert old in text, f"{file} has no {old!r} any more"
    path.write_text(text.replace(old, new, 1))
    return project


def copy_of_lighthouses(folder: Path) -> Path:
    return Path(shutil.copytree(LIGHTHOUSES, folder / "lighthouses"))


def place(project: Path, file: str, needle: str) -> tuple[int, int]:
    text = (project / file).read_text()
    start = text.index(needle)
    return text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)


# What someone writes instead of something else in a file, and what is found where.
WRONG = [
    (
        TEAM,
        'schema:name "Giacomo Solano" .',
        'schema:name "Giacomo Solano", "G. Solano" .',
        '"G. Solano"',
        "exactly one name",
    ),
    (
        TEAM,
        'schema:name "Thomas Huddleston" .',
        'schema:alternateName "Thomas Huddleston" .',
        "person:thomas-huddleston a schema:Person",
        "exactly one name",
    ),
    (
        "data/who-produces-mipex/coverage.trig",
        "mipex:statedCountryCount 52",
        "mipex:statedCountryCount 53",
        "53",
        "53",
    ),
    (
        TEAM,
        "schema:contributor person:david-ingleby",
        "schema:contributor person:david-inglebby",
        "person:david-inglebby",
        "is referenced but not described",
    ),
    (
        TEAM,
        'schema:name "Francesco Pasetti" .',
        'schema:name "Francesco Pasetti" ; schema:birthDate "1980-01-01" .',
        '"1980-01-01"',
        "looks like a date",
    ),
    (
        TEAM,
        'schema:name "Sara Bortoletti" .',
        'schema:name "Sara Bortoletti" ; schema:knows <person/a%20b> .',
        "<person/a%20b>",
        "is referenced but not described",
    ),
    (
        TEAM,
        "# ---- The headings",
        'person:x a schema:Person ; schema:name "X" .\n# ---- The headings',
        "schema:Person ; schema:name",
        "is in no named graph",
    ),
    (
        TEAM,
        "# ---- The headings",
        'says:nothing { person:y a schema:Person ; schema:name "Y" . }\n# ---- The headings',
        "says:nothing {",
        "contains facts but has no source",
    ),
]


@pytest.fixture(scope="module")
def wrong(run: Run, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Write all that is wrong into a copy of the bundled project, and validate it."""
    project = copy_of_project(tmp_path_factory.mktemp("wrong"))
    for file, old, new, _at, _words in WRONG:
        changed(project, file, old, new)
    return project, run("validate", cwd=project, code=1).text


def require_place(project: Path, text: str, file: str, at: str, words: str) -> None:
    line, column = place(project, file, at)
    blocks = [block for block in text.split("\n\n") if f"{file}:{line}:{column}: " in block]
    assert blocks, text
    assert any(words in block for block in blocks), blocks
    snippet = (project / file).read_text().splitlines()[line - 1]
    assert f"{line} | {snippet}"[:80] in text
    assert f"\n  {' ' * len(str(line))} | {' ' * (column - 1)}^" in text


@pytest.mark.parametrize(
    ("file", "at", "words"), [(file, at, words) for file, _old, _new, at, words in WRONG]
)
def test_a_finding_shows_the_very_place(
    wrong: tuple[Path, str], file: str, at: str, words: str
) -> None:
    require_place(*wrong, file, at, words)


def test_an_error_of_syntax_shows_the_very_place(run: Run, tmp_path: Path) -> None:
    project = changed(copy_of_project(tmp_path), TEAM, "@prefix foaf:", "@prefix faof:")
    text = run("validate", cwd=project, code=3).text
    require_place(project, text, TEAM, "foaf:Group", "The prefix foaf: has not been")


def test_a_misspelt_link_gets_a_suggestion(wrong: tuple[Path, str]) -> None:
    assert "Did you mean person:david-ingleby?" in wrong[1]


def test_schema_org_with_https_is_a_violation_anywhere(run: Run, tmp_path: Path) -> None:
    project = copy_of_lighthouses(tmp_path)
    query = project / "queries" / "wrong.rq"
    query.write_text("# title: Wrong\nSELECT * { ?s a <https://schema.org/Person> }\n")
    text = run("validate", cwd=project, code=1).text
    assert "queries/wrong.rq:2:18: violation: https://schema.org/" in text


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    return changed(
        copy_of_lighthouses(tmp_path), PAPER, '"1871"^^xsd:gYear', '"1871"^^xsd:gYear, "50%, a:b"'
    )


def test_json_has_the_place_and_the_terms(run: Run, faulty: Path) -> None:
    document = json.loads(run("validate", "-f", "json", cwd=faulty, code=1).text)
    assert document["valid"] is False
    (finding,) = (f for f in document["findings"] if f["check"].endswith("MaxCount" + COMPONENT))
    assert finding["file"] == PAPER
    assert (finding["line"], finding["column"]) == place(faulty, PAPER, '"50%, a:b"')
    assert finding["endColumn"] - finding["column"] == len('"50%, a:b"')
    assert finding["focus"] == "<https://lighthouses.example/tower/graue-moewe>"
    assert finding["path"] == "lh:builtIn"
    assert finding["hint"]


COMPONENT = "ConstraintComponent"


def test_sarif_is_what_code_scanning_reads(run: Run, faulty: Path) -> None:
    document = json.loads(run("validate", "-f", "sarif", cwd=faulty, code=1).text)
    assert document["version"] == "2.1.0"
    (scan,) = document["runs"]
    assert scan["columnKind"] == "unicodeCodePoints"
    rules = [rule["id"] for rule in scan["tool"]["driver"]["rules"]]
    for result in scan["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note")
        (location,) = result["locations"]
        physical = location["physicalLocation"]
        assert physical["artifactLocation"]["uri"] == PAPER
        assert physical["region"]["startLine"] > 0


def test_junit_is_xml_with_a_failure_each(run: Run, faulty: Path) -> None:
    root = ET.fromstring(run("validate", "-f", "junit", cwd=faulty, code=1).text)
    suites = root.findall("testsuite")
    assert PAPER in [suite.get("name") for suite in suites]
    for suite in suites:
        assert int(suite.get("failures", "")) == len(suite.findall("testcase/failure"))
    valid = ET.fromstring(run("--bundled", "validate", "-f", "junit").text)
    assert valid.findall("testsuite/testcase")
    assert not valid.findall(".//failure")


def test_github_annotates_the_line(run: Run, faulty: Path) -> None:
    text = run("validate", "-f", "github", cwd=faulty, code=1).text
    line, column = place(faulty, PAPER, '"50%, a:b"')
    assert f"::error file={PAPER},title=violation,line={line},endLine={line},col={column}," in text
    assert all(row.startswith("::") for row in text.splitlines())


def test_turtle_is_a_shacl_report_with_places(run: Run, faulty: Path) -> None:
    report = run("validate", "-f", "turtle", cwd=faulty, code=1).out
    triples = {quad.triple for quad in ox.parse(report, format=ox.RdfFormat.TURTLE)}
    conforms = [t.object for t in triples if t.predicate.value == f"{SH}conforms"]
    assert [str(value.value) for value in conforms if isinstance(value, ox.Literal)] == ["false"]
    places = [t.object for t in triples if t.predicate.value.endswith("kg#place")]
    line, column = place(faulty, PAPER, '"50%, a:b"')
    assert ox.Literal(f"{PAPER}:{line}:{column}") in places
    valid = run("--bundled", "validate", "-f", "turtle").text
    assert "sh:conforms true" in valid


def test_severity_chooses_what_is_shown_and_what_fails(run: Run, tmp_path: Path) -> None:
    project = copy_of_lighthouses(tmp_path)
    notes = project / "data" / "notes.trig"
    notes.write_text(
        "@prefix kg: <https://w3id.org/mipex-kg/kg#> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        "@prefix prov: <http://www.w3.org/ns/prov#> .\n"
        "<https://lighthouses.example/graph/empty> a kg:StatedGraph ;\n"
        '  rdfs:label "Nichts"@de ;\n'
        "  prov:wasDerivedFrom <https://lighthouses.example/passage/hafenbote/hoehe> .\n"
    )
    assert "1 warning" in run("validate", cwd=project).text
    assert "1 warning" in run("validate", "--severity", "warning", cwd=project, code=1).text
    assert "no findings" in run("validate", "--severity", "violation", cwd=project).text


def test_other_data_against_other_shapes_only(run: Run, tmp_path: Path) -> None:
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n@prefix x: <http://x/> .\n"
        "x:S a sh:NodeShape ; sh:targetClass x:T ; sh:property [ sh:path x:p ; sh:minCount 1 ;\n"
        '  sh:message "No p." ; sh:description "Give it a p." ] .'
    )
    turtle = tmp_path / "data.ttl"
    turtle.write_text("@prefix x: <http://x/> .\r\n\r\n\tx:a a x:T . # 𐀀\r\n")
    text = run("validate", turtle, "--shapes", shapes, code=1).text
    assert "data.ttl:3:2: violation: No p." in text
    assert "Give it a p." in text
    assert "unlabelled" not in text
    jsonld = tmp_path / "data.jsonld"
    jsonld.write_text('{"@id": "http://x/a", "@type": "http://x/T"}')
    text = run("validate", jsonld, "--shapes", shapes, code=1).text
    assert "data.jsonld:1:9: violation: No p." in text
    assert "<http://x/a>" in text


def test_no_file_steers_the_terminal(run: Run, tmp_path: Path) -> None:
    shapes, data = tmp_path / "shapes.ttl", tmp_path / "data.ttl"
    shapes.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . <http://x/S> a sh:NodeShape ;\n"
        "  sh:targetSubjectsOf <http://x/p> ;\n"
        "  sh:property [ sh:path <http://x/p> ; sh:maxLength 1 ] ."
    )
    data.write_text('<http://x/a> <http://x/p> "\\u001B[31mred\x1b[0m" .')
    assert b"\x1b" not in run("validate", data, "--shapes", shapes, code=1).out


HEAD = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix x: <http://x/> .\n"


def judged(run: Run, folder: Path, shapes: str, *options: str, code: int) -> str:
    """Validate one thing with a p of 5 and a q with a control character against shapes for it."""
    data, rules = folder / "data.ttl", folder / "shapes.ttl"
    data.write_text('<http://x/a> <http://x/p> 5 ; <http://x/q> "\\u0001" .')
    rules.write_text(f"{HEAD}x:S a sh:NodeShape ; sh:targetNode x:a ; {shapes} .")
    outcome = run("validate", data, "--shapes", rules, *options, code=code)
    return outcome.text + outcome.err


def test_a_prefix_that_a_constraint_lacks_is_named(run: Run, tmp_path: Path) -> None:
    query = 'sh:sparql [ sh:select "SELECT $this { $this xyz:p ?value }" ]'
    assert "not declared: xyz:" in judged(run, tmp_path, query, code=3)
    own = 'sh:sparql [ sh:select "PREFIX xyz: <http://x/> SELECT $this { $this xyz:p ?value }" ]'
    assert "1 violation" in judged(run, tmp_path, own, code=1)


def test_the_details_of_a_result_are_no_findings(run: Run, tmp_path: Path) -> None:
    """What is grave within the shape that is only a warning is not grave."""
    shapes = (
        "sh:node x:T ; sh:severity sh:Warning . "
        'x:T a sh:NodeShape ; sh:property [ sh:path x:p ; sh:maxCount 0 ; sh:message "No p." ]'
    )
    text = judged(run, tmp_path, shapes, code=0)
    assert "1 warning." in text
    assert "No p." in text


def test_a_report_in_turtle_has_only_what_is_shown(run: Run, tmp_path: Path) -> None:
    shapes = (
        "sh:property [ sh:path x:p ; sh:maxCount 0 ] , "
        "[ sh:path x:q ; sh:maxCount 0 ; sh:severity sh:Warning ]"
    )
    options = ("--format", "turtle", "--severity", "violation")
    report = judged(run, tmp_path, shapes, *options, code=1)
    assert report.count("a sh:ValidationResult") == 1
    assert "sh:Warning" not in report


def test_junit_holds_no_control_characters(run: Run, tmp_path: Path) -> None:
    shapes = r'sh:property [ sh:path x:q ; sh:maxCount 0 ; sh:message "Not \u0001." ]'
    report = judged(run, tmp_path, shapes, "--format", "junit", code=1)
    assert "Not \\x01." in {case.get("message") for case in ET.fromstring(report).iter("failure")}


@pytest.mark.parametrize("place", ["outside", "project"])
def test_files_are_checked_where_there_are_no_shapes(run: Run, tmp_path: Path, place: str) -> None:
    """By no others, such as those of the graph that ships with the tool."""
    project = copy_of_project(tmp_path)
    for shapes in (project / "shapes").iterdir():
        shapes.unlink()
    (here := tmp_path / place).mkdir(exist_ok=True)
    file = tmp_path / "data.ttl"
    date = '"1890-02-30"^^<http://www.w3.org/2001/XMLSchema#date>'
    file.write_text(f"<urn:a> a <http://schema.org/Person> ; <http://schema.org/birthDate> {date}.")
    told = run("validate", file, cwd=here)
    assert "There are no shapes here" in told.err
    assert "no shapes" not in run("validate", cwd=project).err
    assert told.text.endswith("2 triples checked without shapes: 1 warning.\n")
    assert f"{file}:1:" in told.text
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:s> a sh:NodeShape ; "
        "sh:targetClass <http://schema.org/Person> ."
    )
    told = run("validate", file, "--shapes", shapes, cwd=here)
    assert (told.err, told.text) == ("", "2 triples checked: no findings.\n")


@pytest.mark.parametrize("others", [[], ["more.ttl"]])
def test_files_without_shapes_are_no_shapes(run: Run, tmp_path: Path, others: list[str]) -> None:
    facts = "<urn:a> a <http://www.w3.org/2000/01/rdf-schema#Class> ."
    for name in ("facts.ttl", "more.ttl"):
        (tmp_path / name).write_text(facts)
    (tmp_path / "shapes.ttl").write_text(
        "<urn:s> <http://www.w3.org/ns/shacl#targetNode> <urn:a> ."
    )
    given = [option for name in ["facts.ttl", *others] for option in ("--shapes", name)]
    told = run("validate", "facts.ttl", *given, cwd=tmp_path, code=3)
    assert "facts.ttl:" in told.err
    assert "no shapes" in told.err
    run("validate", "facts.ttl", *given, "--shapes", "shapes.ttl", cwd=tmp_path)


@pytest.mark.parametrize("sizes", [[3] * 30, [20] * 60, [1] * 99, [21, 1], [5] * 21, [2] * 300])
def test_of_many_findings_the_largest_kinds_are_counted(sizes: list[int]) -> None:
    """However many there are, a reader gets to the end; and whatever is left out is counted."""
    findings = [
        Finding(Severity.WARNING, f"kind{kind:03}", f"Number {number}.")
        for kind, size in enumerate(sizes)
        for number in range(size)
    ]
    report = make_report(findings, 0)
    text = write_text(report, {})
    counted = re.findall(r"(\d+) × kind\d+, for instance:", text)
    shown = text.count("Number ")
    left_out = sum(map(int, counted)) - 3 * len(counted)
    assert shown + left_out == len(findings)
    # What can't be shown in fewer, a kind of three or less, is not counted.
    assert shown <= max(100, 2 * len(sizes) if max(sizes) < 3 else 0) + 3 * len(counted)
    assert ("--all shows each of them." in text) == bool(counted) == bool(left_out)
    assert write_text(report, {}, is_whole=True).count("Number ") == len(findings)
