"""What breaks SKOS's integrity conditions is found, at its place, and in linear time."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from mipex_kg.dataset.assembly import load_project_dataset
from mipex_kg.project.project import load_project
from mipex_kg.rdf.terms import Node
from mipex_kg.validation.concept_hierarchy import Hierarchy
from mipex_kg.validation.linted_project import LintedProject
from mipex_kg.validation.lints import lint
from mipex_kg.validation.places import Places
from mipex_kg.validation.report import Finding
from tests.conftest import Run

HEAD = """@base <https://e.test/t/> .
@prefix : <https://e.test/t/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""
SOUND = """:s a skos:ConceptScheme ; skos:prefLabel "S"@en, "S"@de ; skos:hasTopConcept :a .
:a a skos:Concept ; skos:prefLabel "A"@en ; skos:altLabel "A"@de, "Ah"@en ; skos:related :x .
:b a skos:Concept ; skos:prefLabel "B"@en ; skos:broader :a ; skos:related :c .
:c a skos:Concept ; skos:prefLabel "C"@en ; skos:broader :a ; skos:closeMatch :x .
:x a skos:Concept ; skos:prefLabel "X"@en ; skos:exactMatch :y .
:y a skos:Concept ; skos:prefLabel "Y"@en .
:k a skos:Collection ; skos:prefLabel "K"@en ; skos:member :a, :b .
"""
# By the name of the check: what is added, which of it is to blame, and what is said.
WRONG = {
    "both types": (
        "skos-scheme",
        ":s a skos:Concept .",
        ":s",
        "<https://e.test/t/s> is used as a concept and as a concept scheme.",
    ),
    "a concept as a scheme": (
        "skos-scheme",
        ":b skos:inScheme :a .",
        ":a",
        "<https://e.test/t/a> is used as a concept and as a concept scheme.",
    ),
    "a collection as a concept": (
        "skos-collection",
        ":b skos:broader :k .",
        ":k",
        "<https://e.test/t/k> is used as a concept and as a collection.",
    ),
    "a collection as a scheme": (
        "skos-collection",
        ":b skos:inScheme :k .",
        ":k",
        "<https://e.test/t/k> is used as a concept scheme and as a collection.",
    ),
    "labels": (
        "skos-labels",
        ':a skos:hiddenLabel "A"@EN .',
        '"A"@EN',
        '"A"@en is both skos:prefLabel and skos:hiddenLabel of <https://e.test/t/a>.',
    ),
    "two preferred": (
        "skos-preferred-label",
        ':a skos:prefLabel "Other"@en .',
        '"Other"@en',
        "<https://e.test/t/a> has two preferred labels in the language 'en': "
        '"A"@en and "Other"@en.',
    ),
    "two preferred without a language": (
        "skos-preferred-label",
        ':a skos:prefLabel "One", "Two" .',
        '"Two"',
        '<https://e.test/t/a> has two preferred labels without a language: "One" and "Two".',
    ),
    "a circle of one": (
        "skos-circle",
        ":a skos:broader :a .",
        ":a .",
        "<https://e.test/t/a> is broader than itself.",
    ),
    "a circle of three": (
        "skos-circle",
        ":x skos:broader :d . :y skos:narrower :d ; skos:broader :z . :z skos:broadMatch :v ."
        " :v skos:broaderTransitive :x .",
        ":d .",
        "These concepts are each broader than themselves: "
        "<https://e.test/t/x>, <https://e.test/t/d>, <https://e.test/t/y>, "
        "<https://e.test/t/z> and 1 more.",
    ),
    "related and broader by two steps": (
        "skos-related",
        ":b skos:narrower :d . :a skos:relatedMatch :d .",
        ":d .",
        "<https://e.test/t/d> and <https://e.test/t/a> are related, though the second is broader "
        "than the first.",
    ),
    "exact and broad": (
        "skos-exact-match",
        ":y skos:broadMatch :x .",
        ":x",
        "<https://e.test/t/y> has <https://e.test/t/x> as skos:exactMatch and as skos:broadMatch.",
    ),
}


def findings(folder: Path, text: str, settings: str = "") -> list[Finding]:
    (folder / "data").mkdir()
    (folder / "data" / "terms.ttl").write_text(text)
    (folder / "mipex-kg.toml").write_text(
        f'[project]\nname = "t"\ntitle = "T"\nbase = "https://e.test/"\n{settings}'
    )
    project = load_project(folder)
    dataset = load_project_dataset(project, isolated=False)
    found = lint(LintedProject(dataset, Places(dataset.files, dataset.prefixes), project, []))
    return [finding for finding in found if finding.check.startswith("skos-")]


def test_a_sound_thesaurus_has_no_finding(tmp_path: Path) -> None:
    assert findings(tmp_path, HEAD + SOUND) == []


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_found_once_at_its_place(tmp_path: Path, name: str) -> None:
    check, added, blamed, message = WRONG[name]
    (finding,) = findings(tmp_path, f"{HEAD}{SOUND}{added}\n")
    assert finding.check == check
    assert finding.message == message
    assert finding.place
    assert finding.place.line == (HEAD + SOUND).count("\n") + 1
    assert added.startswith(blamed, finding.place.column - 1)


def test_many_of_a_kind_are_counted_and_a_project_says_how_grave_each_is(
    run: Run, tmp_path: Path
) -> None:
    labels = "".join(f':l{n} skos:prefLabel "L"@en ; skos:altLabel "L"@en .\n' for n in range(30))
    circle = ":a skos:broader :a . :k skos:broader :c .\n"
    settings = '[checks]\nskos-collection = "violation"\nskos-circle = "off"\n'
    assert len(findings(tmp_path, HEAD + SOUND + labels + circle, settings)) == 32
    text = run("--project", tmp_path, "validate", code=1).text
    assert "warning: 30 × skos-labels, for instance:" in text
    assert "violation: <https://e.test/t/k> is used" in text
    assert "skos-circle" not in text


def node(name: object) -> Node:
    return ox.NamedNode(f"https://e.test/{name}")


def test_a_large_hierarchy_is_looked_through_once() -> None:
    """A ladder: as many ways as there are, each concept is looked at once for each 2,048 pairs."""
    steps = 5000
    broader = {
        node(f"{side}{n}"): [node(f"{other}{n + 1}") for other in "ab"]
        for n in range(steps)
        for side in "ab"
    }
    hierarchy = Hierarchy(broader)
    pairs = [(node(f"a{n}"), node(f"b{steps}")) for n in range(steps)]
    apart = [(node(f"a{n}"), node(f"b{n}")) for n in range(steps)]
    assert list(hierarchy.above([*pairs, *apart])) == pairs
    assert list(hierarchy.circles()) == []


def test_what_is_above_is_found_through_circles_and_without_ends() -> None:
    a, b, c, d, e = map(node, "abcde")
    hierarchy = Hierarchy({a: [b], b: [c], c: [b, d]})
    assert [set(circle) for circle in hierarchy.circles()] == [{b, c}]
    pairs = [(a, d), (d, a), (b, c), (c, b), (a, e), (e, a), (a, a)]
    assert list(hierarchy.above(pairs)) == [(a, d), (b, c), (c, b)]
