"""``check`` lets CKAN's parser and udata look, and its own rules say what they say."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from rdflib import DCAT, DCTERMS, RDFS, Graph, Literal

from tests.conftest import Run
from tests.harvest.conftest import Found, python_of
from tests.harvest.test_traps import FACTS, LICENCE, ONTOLOGY, TURTLE

Change = Callable[[Graph], None]
Check = Callable[..., Found]


@pytest.fixture
def copied(site: Path, tmp_path: Path) -> Path:
    """Give what portals read of the site, which the test may spoil."""
    folder = tmp_path / "site"
    (folder / "dataset").mkdir(parents=True)
    names = [f"catalog.{suffix}" for suffix in ("ttl", "rdf", "jsonld")]
    for name in (*names, "index.html", "manifest.json"):
        shutil.copy(site / name, folder / name)
    return folder


@pytest.fixture
def check(run: Run, copied: Path) -> Check:
    """Let one portal look, its tool included."""

    def call(name: str, python: Path, code: int = 0) -> Found:
        arguments = ("check", copied, "--only", name, "--tool", f"{name}={python}", "-f", "json")
        told: Found = json.loads(run(*arguments, code=code).text)
        return told

    return call


def rewrite(folder: Path, change: Change) -> None:
    graph = Graph().parse(folder / "catalog.ttl", format="turtle")
    change(graph)
    for suffix, format in (("ttl", "turtle"), ("rdf", "xml"), ("jsonld", "json-ld")):
        graph.serialize(folder / f"catalog.{suffix}", format=format)


@pytest.mark.parametrize(("name", "tool"), [("ckan", "ckanext-dcat"), ("udata", "udata")])
def test_ours_arrives_whole(check: Check, name: str, tool: str) -> None:
    told = check(name, python_of(name))
    assert told["findings"] == []
    assert told["readers"][0]["sees"] == f"2 datasets, 16 resources, by {tool}"


def with_one_identifier_for_both(graph: Graph) -> None:
    for dataset in (FACTS, ONTOLOGY):
        graph.set((dataset, DCTERMS.identifier, Literal("the-same")))


def without_identifier(graph: Graph) -> None:
    graph.remove((FACTS, DCTERMS.identifier, None))


def with_a_label_on_the_licence(graph: Graph) -> None:
    graph.add((LICENCE, RDFS.label, Literal("Attribution, which is a fine thing", lang="en")))


def with_an_apostrophe_in_a_keyword(graph: Graph) -> None:
    graph.add((FACTS, DCAT.keyword, Literal("migrants' rights", lang="en")))


def without_an_address(graph: Graph) -> None:
    graph.remove((TURTLE, DCAT.downloadURL, None))
    graph.remove((TURTLE, DCAT.accessURL, None))


def without_a_title(graph: Graph) -> None:
    graph.remove((FACTS, DCTERMS.title, None))


def without_a_description(graph: Graph) -> None:
    graph.remove((FACTS, DCTERMS.description, None))


@pytest.mark.parametrize(
    ("name", "change", "rule"),
    [
        ("ckan", with_an_apostrophe_in_a_keyword, "keyword-refused"),
        ("ckan", without_an_address, "no-address"),
        ("ckan", without_a_title, "refused"),
        ("ckan", without_a_description, "refused"),
        ("udata", with_one_identifier_for_both, "identifier"),
        ("udata", without_identifier, "identifier"),
        ("udata", with_a_label_on_the_licence, "licence-label"),
        ("udata", without_a_title, "refused"),
    ],
)
def test_rules_say_what_the_tool_says(
    check: Check,
    copied: Path,
    harvesters: Callable[[str], Path],
    name: str,
    change: Change,
    rule: str,
) -> None:
    rewrite(copied, change)
    found = check(name, harvesters(name), code=1)["findings"]
    grave = {f["check"] for f in found if f["severity"] == "violation"}
    assert grave == {f"{name}/{rule}", f"{name}/tool"}
    assert all(f["hint"] for f in found)
