"""Whose output it is: nothing is written over another project's, or without a project."""

from __future__ import annotations

import hashlib
import json
from importlib import metadata
from pathlib import Path

import pytest

from mipex_kg import cli
from mipex_kg.project.project import bundled_directory, load_project
from tests.conftest import Run

OTHER = "https://example.org/hall/"
MIPEX = load_project(bundled_directory()).base


def hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def place(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make two projects, of which one is built; nothing below changes anything."""
    place = tmp_path_factory.mktemp("place")
    run("init", place / "room")
    run("init", place / "hall")
    run("build", cwd=place / "hall")
    return place


def test_the_manifest_names_the_project_and_the_version(place: Path) -> None:
    told = json.loads((place / "hall" / "site" / "manifest.json").read_bytes())
    assert told["project"] == OTHER
    assert told["version"] == metadata.version("mipex-kg")


@pytest.mark.parametrize("command", ["build", "serve", "bundled build", "bundled serve"])
def test_the_output_of_another_project_is_refused(run: Run, place: Path, command: str) -> None:
    site = place / "hall" / "site"
    before = hashes(place)
    bundled, _, name = command.rpartition(" ")
    project: list[str | Path] = ["--bundled"] if bundled else ["--project", place / "room"]
    output: list[str | Path] = ["-o", site] if name == "build" else [site, "--port", "0"]
    outcome = run(*project, name, *output, code=2)
    base = MIPEX if bundled else "https://example.org/room/"
    assert f"{site} holds the site of {OTHER}, and this project is {base}." in outcome.err
    hint = " ".join(outcome.err.split("Hint: ")[1].split())
    assert hint.startswith("If that was this project's base before, delete the folder, or move it")
    assert "Else choose another folder" in hint
    assert hashes(place) == before


def test_pages_of_another_project_are_refused_one_by_one(run: Run, place: Path) -> None:
    page = place / "hall" / "site" / "person" / "ada-brook.html"
    mine = page.with_name("mine.html")
    mine.write_text("<title>Mine</title>")
    before = hashes(place)
    named = ("--project", place / "room")
    outcome = run(*named, "embed", "--thing", "Ada Brook", page, mine, code=2)
    assert f"holds the site of {OTHER}" in outcome.err
    assert {name for name, hash in hashes(place).items() if before[name] != hash} == {
        mine.relative_to(place).as_posix()
    }
    mine.unlink()


def test_a_manifest_that_names_no_project_is_nobodys(run: Run, tmp_path: Path) -> None:
    run("init", tmp_path / "room")
    run("build", cwd=tmp_path / "room")
    manifest = tmp_path / "room" / "site" / "manifest.json"
    told = json.loads(manifest.read_bytes())
    del told["project"]
    manifest.write_text(json.dumps(told))
    outcome = run("build", cwd=tmp_path / "room", code=2)
    assert "contains files not created by mipex-kg" in outcome.err


# Without a project

WRITING = {
    "build": ["build"],
    "serve": ["serve", "--port", "0"],
    "embed": ["embed", "--thing", "Migration Policy Group", "page.html"],
    "push": ["push", "http://127.0.0.1:9/"],
    "hosting": ["hosting", "apache", "-o", "rules"],
}
READING = {
    "query": ["query", "people", "-o", "people.csv"],
    "export": ["export", "-f", "nquads"],
    "embed": ["embed", "--thing", "Migration Policy Group", "--check", "page.html"],
    "hosting": ["hosting", "apache"],
}
# What judges, or quotes, would do so with another graph than is meant.
NEEDING_ITS_OWN = {
    **WRITING,
    "validate": ["validate"],
    "cite": ["cite", "page.html", "Page"],
}


@pytest.mark.parametrize("command", NEEDING_ITS_OWN)
def test_nothing_is_published_or_judged_without_a_project(
    run: Run, tmp_path: Path, command: str
) -> None:
    (tmp_path / "page.html").write_text("<title>Page</title>")
    before = hashes(tmp_path)
    outcome = run(*NEEDING_ITS_OWN[command], cwd=tmp_path, code=2)
    assert "There is no project here" in outcome.err
    assert "--bundled" in outcome.err
    assert hashes(tmp_path) == before


@pytest.mark.parametrize("command", READING)
def test_the_bundled_graph_is_read_without_a_project(
    run: Run, tmp_path: Path, command: str
) -> None:
    (tmp_path / "page.html").write_text("<title>Page</title>")
    run(*READING[command], cwd=tmp_path, code=1 if command == "embed" else 0)


def test_files_need_no_project(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("<http://e/s> a <http://e/T> .")
    assert "no findings" in run("validate", "a.ttl", cwd=tmp_path).text


def test_the_bundled_graph_is_published_when_it_is_asked_for(run: Run, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<title>Page</title>")
    run(*WRITING["embed"], "--bundled", cwd=tmp_path)
    assert MIPEX in (tmp_path / "page.html").read_text()


def test_how_to_build_what_is_checked_is_told(run: Run, tmp_path: Path, place: Path) -> None:
    (tmp_path / "nowhere").mkdir()
    told = run("check", cwd=tmp_path / "nowhere", code=2).err
    assert "`mipex-kg --bundled build`" in told
    told = run("check", "--project", place / "room", cwd=tmp_path / "nowhere", code=2).err
    assert "`mipex-kg build`" in told


def test_only_one_project_can_be_asked_for(run: Run, place: Path) -> None:
    outcome = run("--project", place / "room", "query", "--list", "--bundled", code=2)
    assert "Choose one of --project and --bundled." in outcome.err


@pytest.mark.parametrize("arguments", [["--bundled", "query"], ["query", "--bundled"], ["query"]])
def test_what_is_asked_for_goes_before_the_environment(
    place: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
) -> None:
    monkeypatch.setenv("MIPEX_KG_PROJECT", str(place / "room"))
    assert cli.run([*arguments, "--list"]) == 0
    assert ("keepers" in capsys.readouterr().out) == ("--bundled" not in arguments)
