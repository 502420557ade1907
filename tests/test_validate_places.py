"""The faults that editors make: what ``validate`` finds, and at which line and column.

A fault is a change of a file. In it ⟦ ⟧ stand around each place where something is found, and
behind it in ⟨ ⟩ what that is: so lines and columns are counted here, and not by the engine.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox
import pytest

from mipex_kg.dataset import Dataset
from mipex_kg.namespaces import KG, TYPE
from tests.conftest import Run
from tests.test_explain import copy_of_project

TEAM = "data/who-produces-mipex/team.trig"
ISO = "data/reference/countries-iso-3166.trig"
M49 = "data/reference/countries-un-m49.trig"
COVERAGE = "data/who-produces-mipex/coverage.trig"
RESULTS = "data/who-produces-mipex/results.trig"
QUERY = "queries/wrong.rq"

# What an editor may get wrong: the file, what stands there, and what is written instead.
FAULTS = {
    "two names": (
        TEAM,
        'schema:name "Giacomo Solano" .',
        'schema:name "Giacomo Solano", ⟦"G. Solano"⟧⟨violation MaxCount Person-name⟩ .',
    ),
    "no name": (
        TEAM,
        'person:thomas-huddleston a schema:Person ;\n    schema:name "Thomas Huddleston" .',
        "⟦person:thomas-huddleston⟧⟨violation MinCount Person-name; violation unlabelled⟩"
        " a schema:Person .",
    ),
    "a number that should be text": (
        ISO,
        'mipex:isoNumeric "008"',
        "mipex:isoNumeric ⟦8⟧⟨violation Datatype Country-isoNumeric; "
        "violation Pattern Country-isoNumeric⟩",
    ),
    "and what is then compared with it": (
        M49,
        'country:AL\n    mipex:m49 "008"',
        'country:AL\n    mipex:m49 ⟦"008"⟧⟨violation Equals Country-m49⟩',
    ),
    "and has no such value": (
        COVERAGE,
        "country:AL a schema:Country",
        "⟦country:AL⟧⟨violation Equals Country-m49⟩ a schema:Country",
    ),
    "a code that no country has": (ISO, 'mipex:isoAlpha2 "AR"', 'mipex:isoAlpha2 "XX"'),
    "and the country of that name": (
        COVERAGE,
        "      country:AR,",
        "      ⟦country:AR⟧⟨violation SPARQL CountryAddress⟩,",
    ),
    "a wrong count": (
        COVERAGE,
        "mipex:statedCountryCount 52",
        "mipex:statedCountryCount ⟦53⟧⟨violation SPARQL CountryCount⟩",
    ),
    "and the other count, which is the second": (
        RESULTS,
        "mipex:statedCountryCount 52",
        "mipex:statedCountryCount ⟦52⟧⟨violation MaxCount Edition-statedCountryCount⟩",
    ),
    "a date that is text, behind characters of two, three and four bytes": (
        TEAM,
        "schema:affiliation post:giacomo-solano-mpg .",
        'schema:affiliation post:giacomo-solano-mpg ; rdfs:seeAlso "é … 𝒳", ⟦"2020-01-01"⟧⟨'
        "violation date⟩ .",
    ),
    "a link to nothing, a name unfit for a file, and a property nobody described": (
        TEAM,
        "# ---- Principal Investigators",
        "says:solano {\n\tperson:giacomo-solano schema:affiliation\t⟦organisation:mgp⟧⟨"
        "violation undescribed⟩;\n"
        "\t⟦schema:alternatName⟧⟨warning unknown-term⟩ ⟦<person/jane%20doe>⟧⟨violation undescribed; "
        "violation unsafe-iri⟩ .\n}\n# ---- Principal Investigators",
    ),
    "a fact in no graph, and the same in a graph that rests on nothing": (
        TEAM,
        "# ---- The headings",
        "⟦<activity/x>⟧⟨violation MinCount Activity-name; violation MinCount Activity-forEdition; "
        "violation unlabelled⟩ a ⟦prov:Activity⟧⟨violation fact-outside-graph⟩ .\n"
        "⟦says:nothing⟧⟨violation graph-rests-on-nothing⟩ { <activity/x> a prov:Activity . }\n"
        "# ---- The headings",
    ),
    "a passage that nobody uses": (
        TEAM,
        "page:solano-post a oa:SpecificResource",
        "⟦page:solano-post⟧⟨warning passage-without-facts⟩ a oa:SpecificResource",
    ),
    "since the graph on it rests on another": (
        TEAM,
        "prov:wasDerivedFrom page:solano-post, ",
        "prov:wasDerivedFrom ",
    ),
    "a namespace with https": (
        QUERY,
        "",
        "# title: Wrong\n# schema.org, not https://schema.org/\n"
        "SELECT * { ?s a <⟦https://schema.org/⟧⟨violation schema-https⟩Person> }\n",
    ),
}
HINTS = {
    "Person-name": "Keep one name",
    "unlabelled": 'schema:name "…"@en',
    "undescribed": "Did you mean organisation:mpg? State at least",
    "unknown-term": "Did you mean schema:alternateName?",
    "unsafe-iri": "letters, digits, hyphens",
    "date": '"2020-12-31"^^xsd:date',
    "fact-outside-graph": "Move it into the graph",
    "graph-rests-on-nothing": "says:nothing a kg:StatedGraph",
    "passage-without-facts": "kg:DismissedPassage",
    "schema-https": "http://schema.org/",
    "Country-isoNumeric": "039",
}
MARK = re.compile("⟦(?P<token>.*?)⟧⟨(?P<found>.*?)⟩")


class Found(NamedTuple):
    """What is to be found, and where: lines and columns from 1, the end exclusive."""

    file: str
    line: int
    column: int
    end_column: int
    what: str


def seed(project: Path, change: Callable[[str], str] = str) -> list[Found]:
    """Write all faults into a copy of the project, and say what is to be found."""
    expected: list[Found] = []
    marked: dict[str, str] = {}
    for file, old, new in FAULTS.values():
        path = project / file
        text = marked.get(file) or (path.read_text() if path.exists() else "")
        assert old in text, (file, old)
        marked[file] = text.replace(old, new, 1) if old else new
    for file, text in marked.items():
        for number, line in enumerate(text.split("\n"), start=1):
            removed = 0
            for mark in MARK.finditer(line):
                start = mark.start() - removed + 1
                end = start + len(mark["token"])
                removed += len(mark[0]) - len(mark["token"])
                expected += [
                    Found(file, number, start, end, what) for what in mark["found"].split("; ")
                ]
        clean = MARK.sub(lambda mark: mark["token"], text)
        (project / file).write_bytes(change(clean).encode())
    return sorted(expected)


def named(finding: dict[str, Any]) -> str:
    """Name what was found as the faults do."""
    check = finding["check"].rpartition("#")[2].removesuffix("ConstraintComponent")
    shape = (finding["shape"] or "").rpartition("/")[2]
    return " ".join(part for part in (finding["severity"], check, shape) if part)


def places(document: dict[str, Any]) -> list[Found]:
    return sorted(
        Found(f["file"], f["line"], f["column"], f["endColumn"], named(f))
        for f in document["findings"]
    )


class Faulty(NamedTuple):
    """The project with all faults, what is to be found, and what was found."""

    folder: Path
    expected: list[Found]
    document: dict[str, Any]


@pytest.fixture(scope="module")
def faulty(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Faulty:
    folder = copy_of_project(tmp_path_factory.mktemp("faulty"))
    expected = seed(folder)
    outcome = run("validate", "--format", "json", cwd=folder, code=1)
    return Faulty(folder, expected, json.loads(outcome.text))


def test_each_fault_is_found_at_its_place_and_nothing_else_is(faulty: Faulty) -> None:
    assert places(faulty.document) == faulty.expected
    assert all(f["line"] == f["endLine"] for f in faulty.document["findings"])


def test_findings_come_in_the_order_of_the_files(faulty: Faulty) -> None:
    order = [(f["file"], f["line"], f["column"]) for f in faulty.document["findings"]]
    assert order == sorted(order)


def test_findings_say_what_to_do(faulty: Faulty) -> None:
    hints: dict[str, list[str]] = {}
    for finding in faulty.document["findings"]:
        assert finding["message"].endswith(".")
        hints.setdefault(named(finding).split()[-1], []).append(finding["hint"])
    for name, wanted in HINTS.items():
        assert any(wanted in hint for hint in hints[name]), hints[name]
    assert sorted(hints["undescribed"]) == [
        "Did you mean organisation:mpg? State at least its type and its name.",
        "State at least its type and its name.",
    ]


SCHEMA = {
    "severity": str,
    "message": str,
    "hint": str | None,
    "check": str,
    "shape": str | None,
    "focus": str | None,
    "path": str | None,
    "value": str | None,
    "file": str | None,
    "line": int | None,
    "column": int | None,
    "endLine": int | None,
    "endColumn": int | None,
}


def test_json_is_of_one_form(faulty: Faulty) -> None:
    assert list(faulty.document) == ["valid", "triples", "findings"]
    assert faulty.document["valid"] is False
    assert faulty.document["triples"] > 4000
    for finding in faulty.document["findings"]:
        assert list(finding) == list(SCHEMA)
        assert all(isinstance(finding[key], kind) for key, kind in SCHEMA.items()), finding
        assert finding["severity"] in ("violation", "warning", "info")


def test_text_shows_the_line_and_marks_the_token(faulty: Faulty, run: Run) -> None:
    text = run("validate", cwd=faulty.folder, code=1).text
    for found in faulty.expected:
        snippet = (faulty.folder / found.file).read_text().split("\n")[found.line - 1]
        start = max(found.column - 80, 0)
        before = "".join(c if c == "\t" else " " for c in snippet[start : found.column - 1])
        margin = " " * len(str(found.line))
        block = (
            f"\n  {found.line} | {snippet[start : start + 160]}"
            f"\n  {margin} | {before}{'^' * (found.end_column - found.column)}\n"
        )
        assert re.search(
            rf"^{re.escape(f'{found.file}:{found.line}:{found.column}: ')}"
            rf"{found.what.split()[0]}: .*{re.escape(block)}",
            text,
            re.MULTILINE,
        ), block
    severities = [found.what.split()[0] for found in faulty.expected]
    warnings = severities.count("warning")
    assert f"{len(severities) - warnings} violations, {warnings} warnings.\n" in text


def test_a_hint_of_several_lines_stays_in_its_column(faulty: Faulty, run: Run) -> None:
    text = run("validate", cwd=faulty.folder, code=1).text
    assert (
        "  hint   Keep one name and take away a language tag such as @en:\n         person:" in text
    )


def test_carriage_returns_and_a_byte_order_mark_move_nothing(run: Run, tmp_path: Path) -> None:
    project = copy_of_project(tmp_path)
    expected = seed(project, lambda text: "\ufeff" + text.replace("\n", "\r\n"))
    outcome = run("validate", "--format", "json", cwd=project, code=1)
    assert places(json.loads(outcome.text)) == expected


def test_sarif_has_the_regions(faulty: Faulty, run: Run) -> None:
    """Of the form that OASIS' JSON schema of SARIF 2.1.0 asks for; places in code points."""
    document = json.loads(run("validate", "-f", "sarif", cwd=faulty.folder, code=1).text)
    assert document.keys() == {"$schema", "version", "runs"}
    (scan,) = document["runs"]
    assert scan.keys() == {"tool", "columnKind", "results"}
    assert scan["columnKind"] == "unicodeCodePoints"
    rules = scan["tool"]["driver"]["rules"]
    found = []
    for result in scan["results"]:
        assert result.keys() == {"ruleId", "ruleIndex", "level", "message", "locations"}
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"].keys() == {"text"}
        (location,) = result["locations"]
        physical = location["physicalLocation"]
        region = physical["region"]
        uri = physical["artifactLocation"]["uri"]
        levels = {"error": "violation", "warning": "warning", "note": "info"}
        line, column, end = (region[key] for key in ("startLine", "startColumn", "endColumn"))
        found.append((uri, line, column, end, levels[result["level"]]))
    assert sorted(found) == [(*place[:4], place.what.split()[0]) for place in faulty.expected]
    assert all({"id", "shortDescription"} == rule.keys() for rule in rules)


def test_github_has_the_lines_and_escapes_what_it_has_to(faulty: Faulty, run: Run) -> None:
    text = run("validate", "-f", "github", cwd=faulty.folder, code=1).text
    pattern = re.compile(
        r"::(error|warning|notice) file=([^,:]+),title=(\w+),"
        r"line=(\d+),endLine=(\d+),col=(\d+),endColumn=(\d+)::(.+)"
    )
    matches = [pattern.fullmatch(line) for line in text.splitlines()]
    found = [
        (match[2], int(match[4]), int(match[6]), int(match[7]), match[3])
        for match in matches
        if match
    ]
    assert len(matches) == len(found)
    assert sorted(found) == [(*place[:4], place.what.split()[0]) for place in faulty.expected]
    assert "take away a language tag such as @en:%0Aperson:jane-doe" in text
    assert "jane%2520doe" in text


def test_turtle_has_a_place_for_each_result(faulty: Faulty, run: Run) -> None:
    report = run("validate", "-f", "turtle", cwd=faulty.folder, code=1).out
    store = ox.Store()
    store.load(report, format=ox.RdfFormat.TURTLE)
    rows = store.query(
        "PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX kg: <https://w3id.org/mipex-kg/kg#> "
        "SELECT ?place ?severity { ?report a sh:ValidationReport ; sh:conforms false ; "
        "sh:result ?result . ?result a sh:ValidationResult ; kg:place ?place ; "
        "sh:resultSeverity ?severity ; sh:resultMessage ?message ; "
        "sh:sourceConstraintComponent ?check }"
    )
    assert isinstance(rows, ox.QuerySolutions)
    found = sorted(
        (row["place"].value, row["severity"].value.rpartition("#")[2].lower()) for row in rows
    )
    assert found == sorted(
        (f"{place.file}:{place.line}:{place.column}", place.what.split()[0])
        for place in faulty.expected
    )


def test_the_vocabulary_describes_what_reports_say(dataset: Dataset) -> None:
    for name in ("place", "hint"):
        kinds = dataset.values(KG.term(name), TYPE)
        assert ox.NamedNode("http://www.w3.org/2002/07/owl#DatatypeProperty") in kinds


def test_validating_twice_says_the_same(faulty: Faulty, run: Run) -> None:
    for format in ("json", "turtle"):
        first = run("validate", "-f", format, cwd=faulty.folder, code=1).out
        assert run("validate", "-f", format, cwd=faulty.folder, code=1).out == first


# --- Syntax ------------------------------------------------------------------------------------


def test_all_files_with_errors_are_named_at_once(run: Run, tmp_path: Path) -> None:
    project = copy_of_project(tmp_path)
    # What is written at the end of each file, where the error is, and what the hint says.
    broken = {
        TEAM: ("person:x a schema:Person ; nope:x 1 .", "nope:x", "@prefix nope:"),
        "ontology/schemes.ttl": ("kind:a { kind:a a kind:a }", "{", "rename the file to"),
        "data/reference/people.trig": ('<é> <𝒳>\t"é 𝒳" é:x 1 .', "é:x", ""),
    }
    for file, (fault, _, _) in broken.items():
        path = project / file
        path.write_text(f"{path.read_text()}{fault}\n")
    outcome = run("validate", "-f", "json", cwd=project, code=3)
    findings = {finding["file"]: finding for finding in json.loads(outcome.text)["findings"]}
    assert findings.keys() == broken.keys()
    for file, (fault, token, hint) in broken.items():
        finding = findings[file]
        assert finding["check"] == "syntax"
        assert finding["line"] == (project / file).read_text().count("\n")
        assert finding["column"] == fault.index(token) + 1, finding
        assert hint in (finding["hint"] or "")
    text = run("validate", cwd=project, code=3).text
    assert text.count(": violation: ") == 3
    assert "3 violations.\n" in text
