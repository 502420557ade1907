"""``mipex-kg.toml``: whatever is wrong in it is said before anything is read or written."""

from __future__ import annotations

from pathlib import Path

import pytest

from mipex_kg import cli
from mipex_kg.project.project import find_project, load_project
from mipex_kg.system.errors import KgError, SourceError, UsageError
from tests.conftest import Run

GOOD = """[project]
name = "room"
title = "Room"
base = "https://example.org/room/"
languages = ["en"]

[prefixes]
person = "https://example.org/room/person/"
"""


def load(folder: Path, text: str | bytes) -> None:
    path = folder / "mipex-kg.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    load_project(folder)


def changed(before: str, after: str) -> str:
    assert before in GOOD
    return GOOD.replace(before, after)


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        b"\xef\xbb\xbf" + GOOD.encode(),
        GOOD.replace("\n", "\r\n"),
        changed('"Room"', '"Der \\"Raum\\" 🏠"'),
        changed("[prefixes]", '[prefixes]\n"" = "https://example.org/room/#"'),
        changed("[prefixes]", '[prefixes]\nschema = "http://schema.org/"'),
        changed('["en"]', '["de-AT", "gsw"]'),
        changed("languages", 'site = "http://localhost:8000/a/"\nlanguages'),
    ],
)
def test_what_is_allowed(tmp_path: Path, text: str | bytes) -> None:
    load(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "project.name is missing"),
        ("project = 3", "project has to be a table"),
        (f"prefixes = []\n{GOOD.partition('[prefixes]')[0]}", "prefixes has to be a table"),
        (f"{GOOD}[labls]\n", "labls is not a setting"),
        (changed("title", "titel"), "Did you mean project.title?"),
        (changed('"room"', "3"), "project.name has to be text in quotes"),
        (changed('"room"', '""'), "project.name can't be ''"),
        (changed('"room"', '".."'), "project.name can't be '..'"),
        (changed('"room"', '"../../../tmp/evil"'), "project.name can't be"),
        (changed('"room"', '"a/b"'), "project.name can't be 'a/b'"),
        (changed('"room"', '"a\\nb"'), "project.name can't be"),
        (changed('["en"]', "[]"), "project.languages can't be []"),
        (changed('["en"]', '"en"'), "project.languages has to be a list of texts"),
        (changed('["en"]', "[1]"), "project.languages has to be a list of texts"),
        (changed('["en"]', '["e n"]'), "project.languages can't be ['e n']"),
        (changed("example.org/room/", "example.org/room"), "project.base can't be"),
        (changed("https://example.org/room/", "room/"), "project.base can't be"),
        (changed("https://example.org/room/", "https://[/"), "is not a valid IRI"),
        (changed('base = "https://example.org/', 'base = "https://ex ample.org/'), "valid IRI"),
        (changed("languages", 'site = "www.example.org"\nlanguages'), "project.site can't be"),
        (changed("person =", "person = 1 #"), "[prefixes] maps prefixes to IRIs"),
        (changed("person =", 'person = "" #'), "'person'"),
        (changed("person =", 'person = "no IRI" #'), "'person'"),
        (changed("person =", 'person = "https://example.org/>" #'), "'person'"),
        (changed("person =", '"a b" ='), "'a b'"),
        (changed("person =", '"1a" ='), "'1a'"),
        (changed("person =", "kg ="), "kg: is <https://w3id.org/mipex-kg/kg#> in every project"),
        (changed("person =", "schema ="), "schema: is <http://schema.org/> in every project"),
        (f'{GOOD}[labels]\nalso = ["name"]\n', "'name' is no CURIE with a known prefix"),
        (f'{GOOD}[labels]\nalso = ["nix:name"]\n', "'nix:name' is no CURIE with a known prefix"),
        (f'{GOOD}[labels]\nalso = ["person:a b"]\n', "'person:a b' is no CURIE"),
        (f'{GOOD}[documents]\nnested = ["Role"]\n', "'Role' is no CURIE with a known prefix"),
    ],
)
def test_a_wrong_setting(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(UsageError) as error:
        load(tmp_path, text)
    assert words in f"{error.value} {error.value.hint}"
    assert str(tmp_path / "mipex-kg.toml") in str(error.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[[", "It is not valid TOML"),
        (f"{GOOD}[project]\n", "It is not valid TOML"),
        ("a = " + "[" * 100_000, "It is not valid TOML"),
        ("a = " + "9" * 5000, "It is not valid TOML"),
        ("a = 1\0", "It is not valid TOML"),
        (GOOD.replace("Room", "Lesesäle").encode("latin-1"), "It is not UTF-8."),
        (GOOD.encode("utf-16"), "It is not UTF-8."),
    ],
)
def test_what_is_no_toml(tmp_path: Path, text: str | bytes, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        load(tmp_path, text)


def test_a_directory_is_no_settings_file(tmp_path: Path) -> None:
    (tmp_path / "mipex-kg.toml").mkdir()
    with pytest.raises(SourceError, match="It can't be read: Is a directory"):
        load_project(tmp_path)


def test_language_tags_match_whatever_their_case(tmp_path: Path) -> None:
    load(tmp_path, changed('["en"]', '["de-AT", "EN"]'))
    assert load_project(tmp_path).languages == ("de-at", "en")


@pytest.mark.parametrize("value", ["nowhere", "mipex-kg.toml", "/dev/null"])
def test_a_place_without_a_project(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, value: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mipex-kg.toml").write_text(GOOD)
    monkeypatch.setenv("MIPEX_KG_PROJECT", value)
    with pytest.raises(KgError) as error:
        find_project()
    assert error.value.exit_code in (2, 3)
    monkeypatch.setenv("MIPEX_KG_PROJECT", "")
    assert find_project().name == "room"


COMMANDS = (
    ["build"],
    ["validate"],
    ["query", "--list"],
    ["export"],
    ["describe", "a"],
    ["why", "a"],
    ["cite", "a.txt", "a"],
    ["coverage", "a.txt"],
)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_every_command_says_so_and_writes_nothing(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    command: list[str],
) -> None:
    (tmp_path / "mipex-kg.toml").write_text(changed("title", "titel"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MIPEX_KG_PROJECT", raising=False)
    assert cli.run(command) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(
        f"Error: {tmp_path}/mipex-kg.toml: project.titel is not a setting"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["mipex-kg.toml"]


def test_dumps_stay_in_the_output_folder(run: Run, tmp_path: Path) -> None:
    room = tmp_path / "a" / "b" / "room"
    run("init", room)
    settings = room / "mipex-kg.toml"
    settings.write_text(settings.read_text().replace('name = "room"', 'name = "../../dump"'))
    run("build", cwd=room, code=2)
    assert not list(tmp_path.rglob("dump*"))
