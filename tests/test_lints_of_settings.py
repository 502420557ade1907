"""What settings name is there, and what a thing lacks is asked for as its vocabulary has it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mipex_kg.project.settings import SETTINGS
from tests.conftest import Run

TERMS = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<https://e.test/t/a> a skos:Concept ; skos:prefLabel "A"@en .
"""
HEAD = """[project]
name = "room"
title = "Room"
base = "https://e.test/"
"""
WRONG = "skos:Koncept"
# By the key of the setting: how it names a class.
CLASSES = {
    "pages.classes": f'[pages]\nclasses = ["skos:Concept", "{WRONG}"]\n',
    "documents.nested": f'[documents]\nnested = ["{WRONG}"]\n',
    "map.class": f'[map]\nclass = "{WRONG}"\ncode = "skos:notation"\n',
    "network.classes": f'[network]\nclasses = ["{WRONG}", "skos:Concept"]\n',
    "pages.facts": f'[pages.facts."{WRONG}"]\n"" = ["skos:notation"]\n',
    "pages.columns": f'[pages.columns]\n"{WRONG}" = ["^skos:broader"]\n',
    "labels.complete": f'[labels.complete]\n"{WRONG}" = ["en"]\n',
}


def findings(
    run: Run, folder: Path, settings: str, data: str, check: str, code: int = 0
) -> list[dict[str, Any]]:
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "terms.ttl").write_text(data)
    (folder / "mipex-kg.toml").write_text(settings)
    report = run("--project", folder, "validate", "-f", "json", code=code).text
    found = json.loads(report)["findings"]
    return [finding for finding in found if finding["check"] == check]


def test_each_setting_that_names_classes_is_looked_at() -> None:
    assert set(CLASSES) == {setting.key for setting in SETTINGS if setting.is_class}


@pytest.mark.parametrize("key", CLASSES)
def test_a_class_that_nothing_is_of(run: Run, tmp_path: Path, key: str) -> None:
    settings = HEAD + CLASSES[key]
    # Without any tile there is no map, and a project that asks for one is refused.
    code = 1 if key == "map.class" else 0
    (finding,) = findings(run, tmp_path / "room", settings, TERMS, "unused-class", code)
    assert finding["severity"] == "warning"
    assert finding["message"] == f"{key} names {WRONG}, and nothing is of this class."
    assert finding["hint"] == "Did you mean skos:Concept?"
    line = next(n for n, text in enumerate(settings.splitlines(), 1) if WRONG in text)
    assert (finding["file"][-13:], finding["line"]) == ("mipex-kg.toml", line)


def test_a_source_of_a_file_whose_facts_have_their_own(run: Run, tmp_path: Path) -> None:
    settings = f'{HEAD}facts = "strict"\n[sources."data/terms.ttl"]\ntitle = "T"\n'
    (tmp_path / "room").mkdir()
    (tmp_path / "room" / "mipex-kg.toml").write_text(settings)
    report = run("--project", tmp_path / "room", "validate").text
    assert "mipex-kg.toml:6:10: warning: sources names data/terms.ttl, which says nothing" in report


def test_a_project_without_statements_lacks_no_class(run: Run, tmp_path: Path) -> None:
    run("init", tmp_path / "room", "--empty")
    with (tmp_path / "room/mipex-kg.toml").open("a") as file:
        file.write(CLASSES["network.classes"])
    assert "unused-class" not in run("--project", tmp_path / "room", "validate").text


@pytest.mark.parametrize(
    ("tag", "meant"),
    [
        ("english", "en"),
        ("German", "de"),
        ("frensh", "fr"),
        ("zzzzzzz", None),
        ("gsw", ""),
        ("pt-BR", ""),
    ],
)
@pytest.mark.parametrize("where", ["languages", "complete"])
def test_a_tag_that_no_language_has(
    run: Run, tmp_path: Path, tag: str, meant: str | None, where: str
) -> None:
    settings = {
        "languages": f'{HEAD}languages = ["en", "{tag}"]\n',
        "complete": f'{HEAD}[labels.complete]\n"skos:Concept" = ["{tag}"]\n',
    }[where]
    found = findings(run, tmp_path / "room", settings, TERMS, "unknown-language")
    if meant == "":
        assert not found
        return
    (finding,) = found
    wanted = f"Did you mean {meant}?" if meant else "Write a code of two or three letters"
    assert finding["hint"].startswith(wanted)
    assert finding["line"] == len(settings.splitlines())


def test_what_is_wrong_with_the_settings_comes_first(run: Run, tmp_path: Path) -> None:
    """Else the cause of all other findings is told at their end."""
    settings = f'{HEAD}languages = ["english"]\n'
    (tmp_path / "room" / "data").mkdir(parents=True)
    (tmp_path / "room" / "mipex-kg.toml").write_text(settings)
    (tmp_path / "room" / "data" / "terms.ttl").write_text(TERMS)
    told = run("--project", tmp_path / "room", "validate", "-f", "json").text
    checks = [finding["check"] for finding in json.loads(told)["findings"]]
    assert checks[0] == "unknown-language"
    assert "unlabelled" in checks


@pytest.mark.parametrize(
    ("cls", "asked"),
    [
        ("http://www.w3.org/2002/07/owl#Class", "rdfs:label"),
        ("http://www.w3.org/2004/02/skos/core#Concept", "skos:prefLabel"),
        ("http://www.w3.org/ns/dcat#Resource", "dct:title"),
        ("http://xmlns.com/foaf/0.1/Person", "foaf:name"),
        ("http://xmlns.com/foaf/0.1/Organization", "foaf:name"),
        ("http://schema.org/Person", "schema:name"),
        ("http://schema.org/Library", "schema:name"),
        ("https://e.test/Boat", "schema:name"),
    ],
)
def test_a_name_is_asked_for_in_the_vocabulary_of_the_class(
    run: Run, tmp_path: Path, cls: str, asked: str
) -> None:
    data = f'<https://e.test/t/a> a <{cls}> ; <https://e.test/p> "x" .'
    settings = f'{HEAD}[prefixes]\nfoaf = "http://xmlns.com/foaf/0.1/"\n'
    (finding,) = findings(run, tmp_path / "room", settings, data, "unlabelled")
    assert f'such as {asked} "…"@en' in finding["hint"]
    assert ("a person's name" in finding["hint"]) == cls.endswith("Person")
