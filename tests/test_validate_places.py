"""The faults that editors make: what ``validate`` finds, and at which line and column.

A fault is a change of a file. In it ⟦ ⟧ stand around each place where something is found, and
behind it in ⟨ ⟩ what that is: so lines and columns are counted here, and not by the engine.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest

from mipex_kg import cli
from mipex_kg.api.graph import KnowledgeGraph
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.rdf.namespaces import KG, RDF, TYPE
from mipex_kg.validation.judging import validate_files
from mipex_kg.validation.report import Report
from tests.conftest import Run
from tests.test_explain import copy_of_project

TEAM = "data/who-produces-mipex/team.trig"
ISO = "data/reference/countries-iso-3166.trig"
M49 = "data/reference/countries-un-m49.trig"
COVERAGE = "data/who-produces-mipex/coverage.trig"
RESULTS = "data/who-produces-mipex/results.trig"
MAP = "pages/map.txt"
QUERY = "queries/wrong.rq"

# What an editor may get wrong: the file, what occurs, and what is written instead.
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
    "and its place on the map": (MAP, "CL AR", "CL ⟦A⟧⟨violation syntax⟩R"),
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
        'schema:affiliation post:giacomo-solano-mpg ; rdfs:comment "é … 𝒳", ⟦"2020-01-01"⟧⟨'
        "violation date⟩ .",
    ),
    "a link to nothing, a name unfit for a file, and a property nobody described": (
        TEAM,
        "# ---- Principal Investigators",
        "says:solano {\n\tperson:giacomo-solano schema:affiliation\t⟦organisation:mgp⟧⟨"
        "violation undescribed⟩;\n"
        "\t⟦schema:alternatName⟧⟨warning unknown-term⟩ ⟦<person/jane%00doe>⟧⟨"
        "violation undescribed; violation unsafe-iri⟩ .\n}\n# ---- Principal Investigators",
    ),
    "a fact in no graph, and the same in a graph that is based on nothing": (
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
    "since the graph on it is based on another": (
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
    "undescribed": "Did you mean organisation:mpg? Add at least",
    "unknown-term": "Did you mean schema:alternateName?",
    "unsafe-iri": "letters, digits, hyphens",
    "date": '"2020-01-01"^^xsd:date',
    "fact-outside-graph": "Move it into the graph",
    "graph-rests-on-nothing": "says:nothing a kg:StatedGraph",
    "passage-without-facts": "kg:DismissedPassage",
    "schema-https": "http://schema.org/",
    "Country-isoNumeric": "Keep the zeros in front",
}
MARK = re.compile("⟦(?P<token>.*?)⟧⟨(?P<found>.*?)⟩")


class Found(NamedTuple):
    """What is to be found, and where: lines and columns from 1, the end exclusive."""

    file: str
    line: int
    column: int
    end_column: int
    what: str


def marked_places(text: str) -> list[tuple[int, int, int, str]]:
    """Give the line, the column, the end and what is to be found, for each mark in a text."""
    found = []
    for number, line in enumerate(text.split("\n"), start=1):
        removed = 0
        for mark in MARK.finditer(line):
            start = mark.start() - removed + 1
            removed += len(mark[0]) - len(mark["token"])
            found.append((number, start, start + len(mark["token"]), mark["found"]))
    return found


def unmarked(text: str) -> str:
    return MARK.sub(lambda mark: mark["token"], text)


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
        for line, start, end, found in marked_places(text):
            expected += [Found(file, line, start, end, what) for what in found.split("; ")]
        (project / file).write_bytes(change(unmarked(text)).encode())
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
    """The project with all faults, what is to be found, and what was found, as it was written."""

    folder: Path
    expected: list[Found]
    written: bytes

    @property
    def document(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.written)
        return document


@pytest.fixture(scope="module")
def faulty(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Faulty:
    folder = copy_of_project(tmp_path_factory.mktemp("faulty"))
    expected = seed(folder)
    return Faulty(folder, expected, run("validate", "-f", "json", cwd=folder, code=1).out)


Call = Callable[..., str]


@pytest.fixture
def call(capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Call:
    """Call ``mipex-kg validate`` in this process, which has loaded pySHACL already."""

    def call(*arguments: str | Path, cwd: Path, code: int = 1) -> str:
        monkeypatch.chdir(cwd)
        monkeypatch.delenv("MIPEX_KG_PROJECT", raising=False)
        assert cli.run(["validate", *map(str, arguments)]) == code
        out, err = capsysbinary.readouterr()
        assert not err
        return out.decode()

    return call


@pytest.fixture(scope="module")
def reports() -> list[Report]:
    """Keep the report on the project with all faults."""
    return []


@pytest.fixture
def say(faulty: Faulty, call: Call, reports: list[Report], monkeypatch: pytest.MonkeyPatch) -> Call:
    """Call ``mipex-kg validate`` on the project with all faults, which is judged once for all."""
    validate = KnowledgeGraph.validate

    def judged(graph: KnowledgeGraph, shapes: Sequence[str] = ()) -> Report:
        if not reports:
            reports.append(validate(graph, shapes))
        return reports[0]

    monkeypatch.setattr(KnowledgeGraph, "validate", judged)
    return partial(call, cwd=faulty.folder)


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
        "Add at least a type and a name.",
        "Did you mean organisation:mpg? Add at least a type and a name.",
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


def test_text_shows_the_line_and_marks_the_token(faulty: Faulty, say: Call) -> None:
    text = say()
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


def test_a_hint_of_several_lines_stays_in_its_column(say: Call) -> None:
    text = say()
    assert (
        "  hint   Keep one name and remove its language tag (e.g. @en):\n         person:" in text
    )


def test_carriage_returns_and_a_byte_order_mark_move_nothing(call: Call, tmp_path: Path) -> None:
    project = copy_of_project(tmp_path)
    expected = seed(project, lambda text: "\ufeff" + text.replace("\n", "\r\n"))
    assert places(json.loads(call("--format", "json", cwd=project))) == expected


def test_sarif_has_the_regions(faulty: Faulty, say: Call) -> None:
    """Of the form that OASIS' JSON schema of SARIF 2.1.0 asks for; places in code points."""
    document = json.loads(say("-f", "sarif"))
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


def test_github_has_the_lines_and_escapes_what_it_has_to(faulty: Faulty, say: Call) -> None:
    text = say("-f", "github")
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
    assert "remove its language tag (e.g. @en):%0Aperson:jane-doe" in text
    assert "jane%2500doe" in text


def test_turtle_has_a_place_for_each_result(faulty: Faulty, say: Call) -> None:
    report = say("-f", "turtle")
    store = ox.Store()
    store.load(report.encode(), format=ox.RdfFormat.TURTLE)
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


def test_another_process_says_the_same(faulty: Faulty, run: Run, say: Call) -> None:
    assert say("-f", "json").encode() == faulty.written
    report = run("validate", "-f", "turtle", cwd=faulty.folder, code=1).text
    assert say("-f", "turtle") == report


# --- Syntax ------------------------------------------------------------------------------------


def test_all_files_with_errors_are_named_at_once(call: Call, tmp_path: Path) -> None:
    project = copy_of_project(tmp_path)
    # What is written at the end of each file, where the error is, and what the hint says.
    broken = {
        TEAM: ("person:x a schema:Person ; nope:x 1 .", "nope:x", "@prefix nope:"),
        "ontology/schemes.ttl": ("kind:a { kind:a a kind:a }", "{", "Rename the file to"),
        "data/reference/people.trig": ('<é> <𝒳>\t"é 𝒳" é:x 1 .', "é:x", ""),
    }
    for file, (fault, _, _) in broken.items():
        path = project / file
        path.write_text(f"{path.read_text()}{fault}\n")
    document = json.loads(call("-f", "json", cwd=project, code=3))
    findings = {finding["file"]: finding for finding in document["findings"]}
    assert findings.keys() == broken.keys()
    for file, (fault, token, hint) in broken.items():
        finding = findings[file]
        assert finding["check"] == "syntax"
        assert finding["line"] == (project / file).read_text().count("\n")
        assert finding["column"] == fault.index(token) + 1, finding
        assert hint in (finding["hint"] or "")
    text = call(cwd=project, code=3)
    assert text.count(": violation: ") == 3
    assert "3 violations.\n" in text


# --- Any data, any shapes ------------------------------------------------------------------------

SHAPES = """\
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix x: <http://x/> .
x:S a sh:NodeShape ; sh:targetClass x:T ; sh:nodeKind sh:IRI ;
  sh:property
    [ sh:path x:p ; sh:datatype <http://www.w3.org/2001/XMLSchema#integer> ; sh:message "No p." ],
    [ sh:path x:name ; sh:uniqueLang true ; sh:message "Twice in one language." ],
    [ sh:path [ sh:inversePath x:of ] ; sh:maxCount 1 ; sh:message "Of two." ],
    [ sh:path ( x:to x:to ) ; sh:class x:T ; sh:message "To no T." ],
    [ sh:path x:label ; sh:minCount 1 ; sh:severity sh:Info ; sh:message "No label." ] .
"""
# Each with the very tokens at which something is found.
DATA = {
    "behind tabs": "x:a ok: ;\n\t\tx:p\t⟦'é'⟧⟨No p.⟩ .",
    "behind characters beyond the BMP": "x:a ok: ; x:q '𝒳😀', 'é' ; x:p ⟦'𝒳😀'@fr⟧⟨No p.⟩ .",
    "behind lines that are none": "x:a ok: ; x:q '''\u2028\x0b\x85''' ; x:p ⟦'x'⟧⟨No p.⟩ .",
    "with escapes": "x:a ok: ; x:p ⟦'\\u00e9\\n'⟧⟨No p.⟩ .",
    "of white space that rdflib collapses": "x:a ok: ; x:p ⟦' a  b'^^xsd:token⟧⟨No p.⟩ .",
    "ill-typed": "x:a ok: ; x:p ⟦'01x'^^xsd:integer⟧⟨No p.⟩, 01, '+1'^^xsd:integer .",
    "in lists and brackets": "x:a ok: ; x:q ( 1 [ x:q 2 ] ) ; x:p ⟦'x'⟧⟨No p.⟩ .",
    "of a blank node": "[] x:q ⟦[⟧⟨IRI⟩ ok: ] .",
    "the last in the language": (
        "x:a ok: ; x:name 'a'@en, ⟦'b'@en⟧⟨Twice in one language.⟩, 'c'@fr ."
    ),
    "at the last that points here": "x:a ok: . x:b x:of x:a . x:c x:of ⟦x:a⟧⟨Of two.⟩ .",
    "at the end of a path": "x:a ok: ; x:to x:b . x:b x:to ⟦x:c⟧⟨To no T.⟩ .",
    "at the subject of what is missing": "x:b x:q x:a . ⟦x:a⟧⟨No label.⟩ x:q 1 ; a x:T .",
    "in the second statement of a thing": "x:a ok: .\nx:a x:p ⟦false⟧⟨No p.⟩ .",
}
HEADS = "@prefix x: <http://x/> .\n@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
ENDS = {"lf": "\n", "crlf": "\r\n", "cr": "\r"}


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("case", DATA)
def test_the_column_counts_characters(case: str, end: str, shapes: Path) -> None:
    text = HEADS + DATA[case].replace("ok:", "a x:T ; x:label 1")
    data = shapes.with_name("data.ttl")
    data.write_bytes(unmarked(text).replace("\n", ENDS[end]).encode())
    findings = validate_files([data], [shapes]).findings
    found = [(f.place, f.message) for f in findings if f.place]
    expected = marked_places(text)
    assert len(found) == len(findings) == len(expected)
    for (place, message), (line, column, end_column, what) in zip(found, expected, strict=True):
        assert (place.line, place.column, place.end_column) == (line, column, end_column)
        assert place.snippet == unmarked(text).split("\n")[line - 1]
        assert what in message


@pytest.fixture
def shapes(tmp_path: Path) -> Path:
    path = tmp_path / "shapes.ttl"
    path.write_text(SHAPES)
    return path


OTHER_SYNTAXES = {
    "nt": '<http://x/a> <%stype> <http://x/T> .\n<http://x/a> <http://x/p> ⟦"x"⟧⟨No p.⟩ .\n',
    "nq": '<http://x/a> <%stype> <http://x/T> .\n<http://x/a> <http://x/p> ⟦"x"⟧⟨No p.⟩ <g:> .',
    "trig": "PREFIX x: <http://x/> <g:> {\n x:a a x:T ; x:p ⟦'x'⟧⟨No p.⟩ } # %s",
    "jsonld": '{"@id": "http://x/a", "@type": "http://x/T", "http://x/p": ⟦"x"⟧⟨No p.⟩} %s',
    "rdf": (
        '<rdf:RDF xmlns:rdf="%s" xmlns:x="http://x/"><x:T rdf:about="http://x/a">'
        "<x:p>⟦x⟧⟨No p.⟩</x:p></x:T>"
        "</rdf:RDF>"
    ),
}


@pytest.mark.parametrize("suffix", OTHER_SYNTAXES)
def test_every_syntax_has_places(suffix: str, shapes: Path, call: Call) -> None:
    text = OTHER_SYNTAXES[suffix] % ("" if suffix == "jsonld" else RDF)
    data = shapes.with_name(f"data.{suffix}")
    data.write_text(unmarked(text))

    def written(format: str) -> str:
        options = ("--shapes", shapes, "--severity", "violation", "-f", format)
        return call(data, *options, cwd=data.parent)

    (finding,) = json.loads(written("json"))["findings"]
    assert finding["file"] == data.name
    assert finding["focus"] == "<http://x/a>"
    shown = written("text")
    ((line, column, end, _),) = marked_places(text)
    assert (finding["line"], finding["column"], finding["endColumn"]) == (line, column, end)
    assert shown.startswith(f"{data.name}:{line}:{column}: violation: No p.\n")
    (result,) = json.loads(written("sarif"))["runs"][0]["results"]
    assert "region" in result["locations"][0]["physicalLocation"]
    assert f'kg:place "{shown.partition(": ")[0]}"' in written("turtle")


FORMATS = ("text", "json", "sarif", "junit", "github", "turtle")


@pytest.mark.parametrize("severity", [None, "violation", "warning", "info"])
def test_severity_says_what_is_shown_and_what_fails(
    severity: str | None, shapes: Path, call: Call
) -> None:
    data = shapes.with_name("data.ttl")
    data.write_text("@prefix x: <http://x/> . x:a a x:T .")
    options = ("--shapes", shapes, *(("--severity", severity) if severity else ()))
    code = 1 if severity == "info" else 0
    shown = severity in (None, "info")
    assert ("No label." in call(data, *options, cwd=data.parent, code=code)) is shown
    report = call(data, *options, "-f", "turtle", cwd=data.parent, code=code)
    assert ("sh:conforms false" in report) is shown
    data.write_text("@prefix x: <http://x/> . x:a a x:T ; x:label 1 ; x:p 1 .")
    for format in FORMATS:
        call(data, *options, "-f", format, cwd=data.parent, code=0)


def test_files_are_judged_by_the_projects_shapes_where_none_are_named(
    faulty: Faulty, call: Call, tmp_path: Path
) -> None:
    """And by nothing else: no rules, no lints, no data of the project."""
    data = tmp_path / "data.ttl"
    data.write_text(
        "@prefix schema: <http://schema.org/> .\n<https://w3id.org/mipex-kg/person/Bad> "
        'a schema:Person ;\n  schema:url <https://schema.org/> ; schema:name "A B" .\n'
    )
    document = json.loads(call(data, "-f", "json", cwd=faulty.folder))
    assert document["triples"] == 3
    (found,) = (f for f in document["findings"] if f["severity"] == "violation")
    assert named(found) == "violation Pattern Person"
    assert (found["line"], found["column"]) == (2, 1)


def test_the_projects_data_are_judged_by_other_shapes(
    faulty: Faulty, shapes: Path, call: Call
) -> None:
    shapes.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix schema: <http://schema.org/> .\n"
        "schema:S a sh:NodeShape ; sh:targetClass schema:Person ;\n"
        "  sh:property [ sh:path schema:name ; sh:maxCount 1 ; sh:description 'One.' ] ."
    )
    document = json.loads(call("--shapes", shapes, "-f", "json", cwd=faulty.folder))
    (finding,) = document["findings"]
    (expected,) = (f for f in faulty.expected if f.what == "violation MaxCount Person-name")
    assert (finding["file"], finding["line"], finding["column"]) == expected[:3]
    assert finding["hint"] == "One."


def test_a_files_name_is_escaped_where_it_has_to_be(shapes: Path, call: Call) -> None:
    name = "a b%é,:#\x1b[31m.ttl"
    data = shapes.with_name(name)
    data.write_text("@prefix x: <http://x/> . x:a a x:T ; x:p 'x' ; x:label 1 .")

    def written(format: str) -> str:
        return call(data, "--shapes", shapes, "-f", format, cwd=data.parent)

    assert written("text").startswith("a b%é,:#\\x1b[31m.ttl:1:42: violation: No p.\n")
    location = json.loads(written("sarif"))["runs"][0]["results"][0]["locations"][0]
    uri = location["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "a%20b%25%C3%A9%2C%3A%23%1B%5B31m.ttl"
    github = written("github")
    assert github.startswith("::error file=a b%25é%2C%3A#\x1b[31m.ttl,title=violation,line=1,")
    assert ET.fromstring(written("junit")).tag == "testsuites"
    assert json.loads(written("json"))["findings"][0]["file"] == name
    assert list(ox.parse(written("turtle"), format=ox.RdfFormat.TURTLE))


@pytest.mark.parametrize("format", FORMATS)
def test_a_files_name_that_is_no_utf8_is_shown_all_the_same(
    format: str, shapes: Path, call: Call
) -> None:
    data = shapes.with_name(os.fsdecode(b"na\xefve.ttl"))
    try:
        data.write_text("@prefix x: <http://x/> . x:a a x:T ; x:p 'x' ; x:label 1 .")
    except OSError:
        pytest.skip("This file system takes UTF-8 names only.")
    text = call(data, "--shapes", shapes, "-f", format, cwd=data.parent)
    assert re.search(r"na(\\+|%5C)udcefve\.ttl", text)


def test_what_xml_lacks_stands_in_junit_as_escapes(shapes: Path, call: Call) -> None:
    shapes.write_text(SHAPES.replace('"No p."', r'"No \u0007, \u001B or \uFFFE."'))
    data = shapes.with_name("data.ttl")
    data.write_text("@prefix x: <http://x/> . x:a a x:T ; x:p '\\u0000\\u001b\\uffff' .")
    report = call(data, "--shapes", shapes, "-f", "junit", cwd=data.parent)
    messages = [failure.get("message") or "" for failure in ET.fromstring(report).iter("failure")]
    assert "No \\x07, \\x1b or \\ufffe." in messages
    assert "\x1b" not in call(data, "--shapes", shapes, cwd=data.parent)


def test_literals_that_are_not_of_their_datatype_are_findings_and_no_noise(
    shapes: Path, run: Run
) -> None:
    shapes.write_text(
        SHAPES + "x:S sh:property [ sh:path x:h ; "
        "sh:hasValue '1x'^^<http://www.w3.org/2001/XMLSchema#integer> ] ."
    )
    data = shapes.with_name("data.ttl")
    data.write_text(
        "@prefix x: <http://x/> .\n@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
        "x:a a x:T ; x:label 1 ; x:p 'x'^^xsd:boolean, '2020-02-31'^^xsd:date ."
    )
    outcome = run("validate", data, "--shapes", shapes, "-f", "json", code=1)
    assert not outcome.err
    values = [finding["value"] for finding in json.loads(outcome.text)["findings"]]
    assert [value and value.partition("^^")[0] for value in values] == [None, '"x"', '"2020-02-31"']


def test_a_shape_that_refers_to_itself_is_a_warning(shapes: Path, run: Run) -> None:
    """Judging stops somewhere: anyone who reads that all is well has to know."""
    shapes.write_text(SHAPES + "x:S sh:node x:S .")
    data = shapes.with_name("data.ttl")
    data.write_text("@prefix x: <http://x/> . x:a a x:T ; x:label 1 .")
    outcome = run("validate", data, "--shapes", shapes, cwd=shapes.parent)
    assert not outcome.err
    assert re.match(r"shapes.ttl:\d+:\d+: warning: A shape refers to itself", outcome.text)


@pytest.mark.parametrize("suffix", ["ttl", "trig", "nt", "nq"])
def test_what_only_rdf_1_2_has_is_refused_and_not_lost(
    suffix: str, shapes: Path, call: Call
) -> None:
    data = shapes.with_name(f"data.{suffix}")
    data.write_text('<http://x/a> <http://x/p> "x"@ar--rtl .\n')
    options = ("--shapes", shapes)
    assert "a direction of RDF 1.2" in call(data, *options, cwd=data.parent, code=3)
    data.write_text("<http://x/a> <http://x/p> <<( <http://x/a> <http://x/b> <http://x/c> )>> .\n")
    assert "a triple term of RDF 1.2" in call(data, *options, cwd=data.parent, code=3)


HTTPS = {
    "shapes/https.ttl": (
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n# https://schema.org/\n"
        "<http://x/S> a sh:NodeShape ;\n sh:targetClass <⟦https://schema.org/⟧⟨⟩Person> ."
    ),
    "ontology/https.ttl": (
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        "@prefix s: <⟦https://schema.org/⟧⟨⟩> .\n<#x> rdfs:label 'x' ; s:name 'x' ."
    ),
    "data/https.jsonld": (
        '{"@context": {\n  "s": "⟦https://schema.org/⟧⟨⟩"},\n  "@id": "g:", "@graph": '
        '[{"@id": "e:x", "s:name": "x"}]}'
    ),
    "ontology/rules/https.rq": (
        "# title: https\nCONSTRUCT { ?s a <⟦https://schema.org/⟧⟨⟩T> }\n"
        "WHERE { ?s a <http://e/none> }"
    ),
    # Only spoken of: no term is used.
    "ontology/words.ttl": (
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        "<#y> rdfs:label 'y' ; rdfs:comment 'Not https://schema.org/ nor <https://schema.org/>' ."
    ),
}


def test_https_is_found_in_every_kind_of_file_and_not_where_it_is_only_spoken_of(
    run: Run, call: Call, tmp_path: Path
) -> None:
    project = tmp_path / "room"
    run("init", project)
    for file, text in HTTPS.items():
        (project / file).write_text(unmarked(text))
    findings = json.loads(call("-f", "json", cwd=project))["findings"]
    found = {
        (f["file"], f["line"], f["column"], f["endColumn"])
        for f in findings
        if f["check"] == "schema-https"
    }
    assert found == {
        (file, *place[:3]) for file, text in HTTPS.items() for place in marked_places(text)
    }
