"""``mipex-kg.toml``: whatever is wrong in it is said before anything is read or written."""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mipex_kg import cli
from mipex_kg.project.project import find_project, load_project
from mipex_kg.project.setting import Setting
from mipex_kg.project.settings import SETTINGS
from mipex_kg.project.toml_places import TomlPath, TomlPlaces
from mipex_kg.system.errors import KgError, PlacedError, SourceError, UsageError
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
        ("project = 3", "project must be a table"),
        (f"prefixes = []\n{GOOD.partition('[prefixes]')[0]}", "prefixes must be a table"),
        (f"{GOOD}[labls]\n", "labls is not a setting"),
        (changed("title", "titel"), "Did you mean project.title?"),
        (changed('"room"', "3"), "project.name must be text in quotes"),
        (changed('"room"', '""'), "project.name can't be ''"),
        (changed('"room"', '".."'), "project.name can't be '..'"),
        (changed('"room"', '"../../../tmp/evil"'), "project.name can't be"),
        (changed('"room"', '"a/b"'), "project.name can't be 'a/b'"),
        (changed('"room"', '"a\\nb"'), "project.name can't be"),
        (changed('["en"]', "[]"), "project.languages can't be []"),
        (changed('["en"]', '"en"'), "project.languages must be a list of texts"),
        (changed('["en"]', "[1]"), "project.languages must be a list of texts"),
        (changed('["en"]', '["e n"]'), "project.languages can't be 'e n'"),
        (changed("example.org/room/", "example.org"), "project.base can't be"),
        (changed("https://example.org/room/", "room/"), "project.base can't be"),
        (changed("org/room/", "org/room"), "Did you mean 'https://example.org/room/'?"),
        (changed("https://example.org/room/", "urn:room"), "Did you mean 'urn:room:'?"),
        (changed("org/room/", "org/rööm"), "Did you mean 'https://example.org/rööm/'?"),
        (changed("https://example.org/room/", "https://[/"), "is not a valid IRI"),
        (changed('base = "https://example.org/', 'base = "https://ex ample.org/'), "valid IRI"),
        (changed("languages", 'site = "www.example.org"\nlanguages'), "project.site can't be"),
        (changed("person =", "person = 1 #"), "The prefix 'person' must stand for an IRI"),
        (changed("person =", 'person = "" #'), "'person'"),
        (changed("person =", 'person = "no IRI" #'), "'person'"),
        (changed("person =", 'person = "https://example.org/>" #'), "'person'"),
        (changed("person =", '"a b" ='), "'a b'"),
        (changed("person =", '"1a" ='), "'1a'"),
        (changed("person =", "kg ="), "kg: is <https://w3id.org/mipex-kg/kg#> in every project"),
        (changed("person =", "schema ="), "schema: is <http://schema.org/> in every project"),
        (f'{GOOD}[labels]\nalso = ["name"]\n', "'name' is not a CURIE with a known prefix"),
        (f'{GOOD}[labels]\nalso = ["nix:name"]\n', "'nix:name' is not a CURIE with a known prefix"),
        (f'{GOOD}[labels]\nalso = ["person:a b"]\n', "'person:a b' is not a CURIE"),
        (
            f'{GOOD}[checks]\ndate = "warn"\n',
            "checks.date can't be 'warn'. Did you mean 'warning'?",
        ),
        (f'{GOOD}[checks]\ndate = "warn"\n', "`off`, `info`, `warning` or `violation`"),
        (f'{GOOD}[checks]\n"person:a" = "x"\n', "checks.\"person:a\" can't be 'x'."),
        (changed("languages", 'facts = "strikt"\nlanguages'), "Did you mean 'strict'?"),
        (f'{GOOD}[documents]\nnested = ["Role"]\n', "'Role' is not a CURIE with a known prefix"),
    ],
)
def test_a_wrong_setting(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(UsageError) as error:
        load(tmp_path, text)
    assert words in f"{error.value} {error.value.hint}"
    assert str(tmp_path / "mipex-kg.toml") in str(error.value)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (changed("title", "titel"), "3:1"),
        (changed('"Room"', "3"), "3:9"),
        (changed('["en"]', '["en",\n  "e n"]'), "6:3"),
        (changed('["en"]', "[]"), "5:13"),
        (changed("[project]", "[project]\n[labls]"), "2:2"),
        (changed("person =", "kg ="), "8:6"),
        (changed("person =", '"a b" ='), "8:1"),
        (changed('title = "Room"\n', ""), "1:2"),
        (f'{GOOD}[labels.complete]\n"nix:a" = ["en"]\n', "10:1"),
        (f'{GOOD}[labels]\ncomplete."person:a" = ["en", "e n"]\n', "10:30"),
        (f"[labls]\n{changed('title', 'titel')}", "1:2"),
        ("[project]\nname = room\n", "2:8"),
        ("[project]\nname = ", "2:8"),
    ],
)
def test_the_place_is_told(tmp_path: Path, text: str, place: str) -> None:
    with pytest.raises(PlacedError) as error:
        load(tmp_path, text)
    assert str(error.value).startswith(f"{tmp_path / 'mipex-kg.toml'}:{place}: ")


class Written:
    """A TOML document that is written by chance, and where each of its values begins."""

    SCALARS = ("1", "1.5e3", "1979-05-27 07:32:00", "true", '"= [ # \\" \\\\"', "'a\\'")
    LONG = (r'"""\"x""]""""', "'''\n[a]\n''''")
    KEYS = (("k{0}", "k{0}"), ('"k {0}"', "k {0}"), ("'k.{0}'", "k.{0}"), ('"\\u00e9{0}"', "é{0}"))

    def __init__(self, draw: Callable[[st.SearchStrategy[Any]], Any]) -> None:
        self._draw, self._keys = draw, itertools.count()
        self.text, self.places = "", dict[TomlPath, int]()
        table: TomlPath = ()
        for _ in range(draw(st.integers(1, 5))):
            if draw(st.booleans()):
                self.text += draw(st.sampled_from(["[", " [ "]))
                table = self.key(())
                self.text += "] # [a]\n"
            self.pair(table, 2)
            self.text += draw(st.sampled_from(["\n", "\r\n", " # a = [\n", "\n\n\t"]))

    def key(self, table: TomlPath) -> TomlPath:
        written, plain = self._draw(st.sampled_from(self.KEYS))
        number = next(self._keys)
        self.text += written.format(number)
        path = (*table, plain.format(number))
        if not self._draw(st.booleans()):
            return path
        self.text += self._draw(st.sampled_from([".", " . "]))
        return self.key(path)

    def pair(self, table: TomlPath, depth: int) -> None:
        path = self.key(table)
        self.text += self._draw(st.sampled_from(["=", " = ", "\t="]))
        self.value(path, depth)

    def value(self, path: TomlPath, depth: int) -> None:
        kind = (
            self._draw(st.sampled_from(["scalar", "long", "array", "table"])) if depth else "scalar"
        )
        self.places[path] = len(self.text)
        if kind == "array":
            self.text += "["
            for number in range(self._draw(st.integers(0, 3))):
                self.text += self._draw(st.sampled_from(["", " ", "\n", " # ]\n\t"]))
                self.value((*path, number), depth - 1)
                self.text += " ,"
            self.text += "]"
        elif kind == "table":
            self.text += "{"
            for number in range(self._draw(st.integers(0, 3))):
                self.text += ", " if number else " "
                self.pair(path, 0)
            self.text += "}"
        else:
            known = self.LONG if kind == "long" else self.SCALARS
            self.text += self._draw(st.sampled_from(known))


@given(st.data())
def test_each_value_is_found_where_it_is(data: st.DataObject) -> None:
    written = Written(data.draw)
    tomllib.loads(written.text)
    places = TomlPlaces(written.text)
    for path, start in written.places.items():
        before = written.text[:start].split("\n")
        assert places.of_value(path) == (len(before), len(before[-1]) + 1), path


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[[", "The head of a table has no end"),
        (f"{GOOD}[project]\n", r"\[project\] is there already, in line 1\."),
        ("a = " + "[" * 100_000, "It is not valid TOML"),
        ("a = " + "9" * 5000, "It is not valid TOML"),
        ("a = 1\0", "There is a NUL character"),
        (GOOD.replace("Room", "Lesesäle").encode("latin-1"), "The byte 0xE4 is not UTF-8."),
        (GOOD.encode("utf-16"), "This is UTF-16, not UTF-8."),
    ],
)
def test_what_is_no_toml(tmp_path: Path, text: str | bytes, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        load(tmp_path, text)


def test_a_directory_is_no_settings_file(tmp_path: Path) -> None:
    (tmp_path / "mipex-kg.toml").mkdir()
    with pytest.raises(SourceError, match="This is a directory"):
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
        f"Error: {tmp_path}/mipex-kg.toml:3:1: project.titel is not a setting"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["mipex-kg.toml"]


def test_dumps_stay_in_the_output_folder(run: Run, tmp_path: Path) -> None:
    room = tmp_path / "a" / "b" / "room"
    run("init", room)
    settings = room / "mipex-kg.toml"
    settings.write_text(settings.read_text().replace('name = "room"', 'name = "../../dump"'))
    run("build", cwd=room, code=2)
    assert not list(tmp_path.rglob("dump*"))


@pytest.mark.parametrize("setting", [s for s in SETTINGS if s.form], ids=lambda s: s.key)
def test_what_has_a_form_is_shown_by_an_example(setting: Setting) -> None:
    examples = re.findall("`([^`]+)`", setting.help)
    assert any(re.fullmatch(setting.form, example) for example in examples), setting.help
