"""Sites and data with a finding in every line: what a report takes grows as they do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import mkdtemp

import pyoxigraph as ox
import pytest

from mipex_kg.checks.checked_site import CheckedSite
from mipex_kg.checks.registry import run_checks
from mipex_kg.project.project import Project, load_project
from mipex_kg.rdf.namespaces import PREFIXES
from mipex_kg.system.errors import Guesses, SourceError
from mipex_kg.validation.judging import validate_project
from mipex_kg.validation.report import Finding, Place, Report, Severity, unreadable
from mipex_kg.validation.writers import WRITERS
from tests.attack.growth import require_linear

pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
# Where a run costs something by itself, a hundred findings tell nothing.
MANY = 320
BASE = "https://findings.example/"
SETTINGS = f"""
[project]
name = "findings"
title = "Findings"
base = "{BASE}"
site = "{BASE}"
licence = "https://creativecommons.org/licenses/by/4.0/"
facts = "strict"
"""
SITEMAP = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
Files = Mapping[str, str]


def lines(number: int, line: str, between: str = "\n") -> str:
    return between.join(line.replace("N", str(index)) for index in range(number))


SITES: Mapping[str, tuple[str, Callable[[int], Files]]] = {
    "links": ("links", lambda n: {"a.html": lines(n, '<a href="N.html">x</a>')}),
    "links in a line": ("links", lambda n: {"a.html": lines(n, '<a href="N.html">x</a>', "")}),
    "the same link": ("links", lambda n: {"a.html": lines(n, '<a href="b.html">x</a>')}),
    "fragments": ("links", lambda n: {"a.html": lines(n, '<a href="#xN" id="yN">x</a>')}),
    "neighbours": (
        "links",
        lambda n: {
            "a.html": lines(n, '<a href="b/N.html">x</a>'),
            **{f"b/x{index}": "" for index in range(n // 4)},
        },
    ),
    "attributes": ("links", lambda n: {"a.html": f"<a {lines(n, 'aN')} href=b>x</a>"}),
    "an element of style": ("links", lambda n: {"a.html": f"<style>{lines(n, 'url(N)')}</style>"}),
    "a stylesheet": ("links", lambda n: {"a.html": "", "a.css": lines(n, "url(N)")}),
    "pages": ("links", lambda n: {f"{index}.html": "\0" for index in range(n // 4)}),
    "typed links": ("signposting", lambda n: {"a.html": lines(n, '<link rel=item href="N">')}),
    "licences": ("licences", lambda n: {"a.html": lines(n, '<link rel=license href="u:N">')}),
    "kinds of a link": (
        "signposting",
        lambda n: {"a.html": f'<link href=b rel="{lines(n, "item xN", " ")}">'},
    ),
    "a sitemap": (
        "sitemap",
        lambda n: sitemap(lines(n, f"<url><loc>{BASE}N</loc><lastmod>x</lastmod></url>")),
    ),
    "lines of an address": ("sitemap", lambda n: sitemap(f"<url><loc>{lines(n, 'a')}</loc></url>")),
    "a part that is named again and again": (
        "sitemap",
        lambda n: {
            **sitemap(lines(n, f"<sitemap><loc>{BASE}part.xml</loc></sitemap>")),
            "part.xml": f"<urlset {SITEMAP}>{lines(n, f'<url><loc>{BASE}N</loc></url>')}</urlset>",
        },
    ),
}


def sitemap(entries: str) -> Files:
    return {"a.html": "", "sitemap.xml": f"<urlset {SITEMAP}>{entries}</urlset>"}


def written(files: Files) -> Path:
    """Write files into a folder, which goes with the temporary folder of the test."""
    folder = Path(mkdtemp())
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.fixture(autouse=True)
def own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


@pytest.fixture
def fewer_guesses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have guesses end while there are few findings: up to their end, each is longer."""
    monkeypatch.setattr(Guesses.__init__, "__defaults__", (MANY * MANY,))


@pytest.mark.usefixtures("fewer_guesses")
@pytest.mark.parametrize("what", SITES)
def test_what_a_check_takes_grows_as_its_findings_do(what: str) -> None:
    check, make = SITES[what]

    def work(project: Project) -> None:
        checked = CheckedSite(project, project.root / "site")
        assert run_checks(checked, [check]).findings

    def project(number: int) -> Project:
        site = {f"site/{name}": text for name, text in make(number).items()}
        project = {"mipex-kg.toml": SETTINGS, "data/a.trig": "<a> { <a> <b> 1 }"}
        return load_project(written(project | site))

    require_linear(work, project, MANY)


PREFIX = """
@prefix : <> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix schema: <http://schema.org/> .
"""
SHAPES = """
:S a sh:NodeShape ; sh:targetClass :T ;
  sh:property [ sh:path :number ; sh:datatype xsd:integer ] , [ sh:path :one ; sh:maxCount 1 ] ,
    [ sh:path :name ; sh:uniqueLang true ] ,
    [ sh:path [ sh:inversePath :of ] ; sh:nodeKind sh:BlankNode ] ,
    [ sh:path ( :of :kind ) ; sh:datatype xsd:integer ] .
"""
# What comes before the lines, a line, what is between lines, what comes after them, and how many
# findings a line has.
DATA: Mapping[str, tuple[str, str, str, str, int]] = {
    "values of a thing": (":a a :T ; :number ", '"N"', ", ", ".", 1),
    "properties of a thing": (":a ", ':pN "N"^^xsd:date', "; ", ".", 2),
    "things": ("", ":aN a :T ; :number true ; :one 1, 2 .", "", "", 3),
    "languages": (":a a :T ; :name ", '"a"@en-x-lN, "b"@en-x-lN', ", ", ".", 1),
    "things that lead to one": (":a a :T . ", ":bN :of :a .", "", "", 2),
    "things that one leads to": (":b :kind true . ", ":aN a :T ; :of :b .", "", "", 2),
    "the same fact": ("", ':a :born "2020-99-99"^^xsd:date .', "", "", 1),
    "graphs": ("} ", ":gN { :aN :b 1 }", "", ":h {", 2),
    "nameless things": ("", "[] :b N .", "", "", 1),
    "slips": ("", ":aN :b :xN .", "", "", 2),
    "slips of the ontology": ("", "<a> <ontology#tN> 1 .", "", "", 1),
    "facts outside a graph": ("} :a :b ", '"N"', ", ", ". :h {", 1),
}


@pytest.mark.usefixtures("fewer_guesses")
@pytest.mark.parametrize("what", DATA)
def test_what_validation_takes_grows_as_its_findings_do(what: str) -> None:
    before, line, between, after, findings = DATA[what]

    def project(number: int) -> Project:
        files = {
            "mipex-kg.toml": SETTINGS,
            "data/a.trig": f"{PREFIX} :g {{ {before}{lines(number, line, between)}{after} }}",
            "shapes/a.ttl": PREFIX + SHAPES,
            "ontology/a.ttl": lines(number, '<ontology#xN> <http://schema.org/name> "x"@en .'),
        }
        return load_project(written(files))

    def work(project: Project) -> None:
        report = validate_project(project, isolated=False)
        assert len(report.findings) >= findings * (MANY // findings)

    require_linear(work, project, MANY // findings)


@pytest.mark.parametrize("format", WRITERS)
def test_what_a_report_takes_grows_as_its_findings_do(format: str) -> None:
    def report(number: int) -> Report:
        findings = [
            Finding(
                Severity.VIOLATION,
                f"http://e/check/{index}",
                "It is wrong.",
                "Mend it.",
                ox.NamedNode(f"http://e/{index}"),
                path="schema:name",
                value=ox.Literal("x"),
                shape=f"http://e/shape/{index}",
                place=Place(Path(f"{index}.ttl"), 1, 2, 1, 3, "x" * 1000),
            )
            for index in range(number)
        ]
        return Report(tuple(findings), number)

    require_linear(lambda made: WRITERS[format](made, PREFIXES), report)


def test_files_that_cannot_be_read_are_read_once(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"

    def errors(number: int) -> list[SourceError]:
        path.write_text(lines(number, "line N"))
        numbers = range(1, number + 1)
        return [SourceError("No.", path=path, line=line, column=1) for line in numbers]

    def work(found: list[SourceError]) -> None:
        snippets = [f.place.snippet for f in unreadable(found).findings if f.place]
        assert snippets[-1] == f"line {len(found) - 1}"

    require_linear(work, errors)


def test_guesses_have_an_end() -> None:
    guesses = Guesses(most=5)
    known = ["people", "posts"]
    found = [guesses.nearest("poeple", known, cutoff=0.8) for _ in range(3)]
    assert found == ["people", "people", None]
    assert Guesses().nearest("x" * 1000, ["x" * 999], cutoff=0.8) is None
