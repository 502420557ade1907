"""A project's things may have names of several bases; what is outside of all is counted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from mipex_kg.project.names import Names
from tests.commands import Commands
from tests.conftest import Run
from tests.hosting.servers import Server
from tests.serving.conftest import serving

SITE = "https://e.test/"
SETTINGS = """
[project]
name = "bases"
title = "Bases"
base = "https://e.test/terms#"
more_bases = ["https://e.test/id/", "https://e.test/q?n=", "urn:x:", "https://old.test/"]
ignore_scheme = true
"""
THINGS = (
    *("https://e.test/terms", "https://e.test/terms#a", "http://e.test/terms#b"),
    *("http://e.test/id/x", "https://e.test/id", "https://e.test/q?n=5", "https://e.test/q?n=6"),
    *("urn:x:7", "urn:x:", "https://old.test/id/x", "https://old.test/", "https://old.test/terms"),
)
OUTSIDE = ("https://other.test/1", "https://e.test/terminal", "urn:y:1")


def make(folder: Path, settings: str, iris: tuple[str, ...]) -> Path:
    (folder / "data").mkdir(parents=True)
    (folder / "mipex-kg.toml").write_text(settings)
    lines = (f'<{iri}> <http://schema.org/name> "At {iri} it is"@en .\n' for iri in iris)
    (folder / "data" / "facts.ttl").write_text("".join(lines))
    return folder


@pytest.fixture(scope="module")
def served(
    run: Run, commands: Commands, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    work = tmp_path_factory.mktemp("bases")
    project = make(work / "project", SETTINGS, (*THINGS, *OUTSIDE))
    run("--project", project, "build", "-o", work / "site")
    with serving(work, commands, project=project) as found:
        yield found


def test_the_things_of_each_base_have_pages(served: Server) -> None:
    pages = list((served.work / "site").rglob("*.html"))
    texts = [page.read_text().replace("<wbr>", "") for page in pages if "class" not in page.parts]
    for iri in THINGS:
        assert any(f'<p class="address">{iri}</p>' in text or iri in text for text in texts), iri
    for iri in OUTSIDE:
        assert not any(f'<p class="address">{iri}</p>' in text for text in texts)


@pytest.mark.parametrize("iri", [iri for iri in THINGS if "//e.test/" in iri])
def test_what_lies_on_the_sites_host_is_found_there(served: Server, iri: str) -> None:
    path = "/" + iri.partition("#")[0].partition("//e.test/")[2]
    answer = served.ask(path, "text/turtle")
    assert answer.status == 303
    assert f"<{iri}>".encode() in served.ask(answer.headers["location"]).body


@pytest.mark.parametrize(
    ("iris", "told"),
    [
        (OUTSIDE, "3 subjects outside of the bases have no page, for instance <https://other"),
        (OUTSIDE[:1], "1 subject outside of the bases has no page, for instance <https://other"),
    ],
)
def test_what_is_outside_is_counted(
    run: Run, tmp_path: Path, iris: tuple[str, ...], told: str
) -> None:
    project = make(tmp_path / "project", SETTINGS, (*THINGS, *iris))
    outcome = run("--project", project, "validate", "-f", "json")
    findings = json.loads(outcome.text)["findings"]
    (finding,) = (finding for finding in findings if finding["check"] == "outside-bases")
    assert finding["message"].startswith(told)
    for _ in range(2):
        assert f"Note: {told}" in run("--project", project, "build", "-o", tmp_path / "site").err


def test_nothing_is_said_where_nothing_is_outside_or_nobody_wants_it(
    run: Run, tmp_path: Path
) -> None:
    all_inside = make(tmp_path / "inside", SETTINGS, THINGS)
    off = make(tmp_path / "off", f'{SETTINGS}[checks]\noutside-bases = "off"\n', OUTSIDE)
    for project in (all_inside, off):
        assert "outside" not in run("--project", project, "validate").text
        assert "outside" not in run("--project", project, "build", "-o", project / "site").err


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            '[] a s:Event ; s:name "A fair" .',
            "1 thing without an IRI has no page, for instance “A fair”.",
        ),
        (
            "[] a s:Event ; s:url <b> . [] a s:Event ; s:url <c> .",
            "2 things without an IRI have no page, for instance one of the class Event",
        ),
        ("<e> s:location [ a s:Place ] .", ""),
        (
            "[] a owl:AllDisjointClasses . [] a owl:Axiom, rdf:Statement . [] s:name 'no class' .",
            "",
        ),
    ],
)
def test_what_has_no_iri_and_no_place_is_counted(
    run: Run, tmp_path: Path, text: str, told: str
) -> None:
    head = "@base <https://e.test/> . @prefix s: <http://schema.org/> ."
    head += "@prefix owl: <http://www.w3.org/2002/07/owl#> ."
    rdf = "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> ."
    (tmp_path / "fairs.ttl").write_text(f"{head} {rdf} <https://e.test/a> s:name 'A' . {text}")
    project = tmp_path / "project"
    notes = run("init", project, "--from", tmp_path / "fairs.ttl", "--base", "https://e.test/").err
    findings = json.loads(run("--project", project, "validate", "-f", "json").text)["findings"]
    messages = [f["message"] for f in findings if f["check"] == "nameless"]
    notes += run("--project", project, "build", "-o", tmp_path / "site").err
    assert notes.count("without an IRI") == (2 if told else 0)
    assert [message.startswith(told) for message in messages] == ([True] if told else [])


def test_http_and_https_are_two_unless_the_project_says_so() -> None:
    assert not Names((SITE,), SITE).covers("http://e.test/a")
    names = Names((SITE,), SITE, ignores_scheme=True)
    assert names.address("http://e.test/a") == names.address("https://e.test/a")


@pytest.mark.parametrize("base", ["https://e.test", "https:", "terms#", "urn:", ""])
def test_what_can_be_no_base_is_refused(run: Run, tmp_path: Path, base: str) -> None:
    project = make(tmp_path / "p", SETTINGS.replace('"urn:x:"', f'"{base}"'), THINGS)
    outcome = run("--project", project, "validate", code=2)
    assert "project.more_bases" in outcome.err


@pytest.mark.parametrize("name", ["id/x", "q?n=5", "7"])
def test_a_thing_is_named_below_any_base(run: Run, tmp_path: Path, name: str) -> None:
    settings = SETTINGS.replace("https://e.test/terms#", "https://e.test/")
    project = make(tmp_path / "p", settings, THINGS)
    assert "name" in run("--project", project, "describe", name).text
