"""Signs of classes: which class has which, and that all of them are seen and told apart."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.dataset.words import english
from mipex_kg.project.project import Project
from mipex_kg.site.pages.classes import SIGNS, find_classes
from mipex_kg.site.pages.wording import Wording
from tests.conftest import ROOT

STATIC = ROOT / "mipex_kg" / "site" / "pages" / "static"
STYLE, DARK = ((STATIC / name).read_text() for name in ("style.css", "dark.css"))


def signed(project: Project, dataset: Dataset) -> list[str]:
    wording = Wording(dataset, english())
    classes = find_classes(project, dataset, [quad.subject for quad in dataset.quads], wording)
    return [wording.curie(cls) for cls in classes.signed]


def test_signs_go_by_the_order_of_the_settings(project: Project, dataset: Dataset) -> None:
    assert signed(project, dataset) == list(project.page_classes)
    few = replace(project, page_classes=("schema:Country", "schema:Grant"))
    assert signed(few, dataset) == [
        "schema:Country",
        "schema:Grant",
        "mipex:Group",
        "schema:Person",
        "schema:Organization",
    ]


def test_without_settings_those_that_are_shown_first_have_signs(
    project: Project, dataset: Dataset
) -> None:
    bare = replace(project, page_classes=(), network_classes=(), map_class="")
    found = signed(bare, dataset)
    assert len(found) == 6
    assert "schema:Country" in found


def test_more_classes_than_signs_share_none(project: Project, dataset: Dataset) -> None:
    many = ("schema:Role", "mipex:Series", "skos:Concept", *project.page_classes)
    assert len(signed(replace(project, page_classes=many), dataset)) == SIGNS


def test_a_page_a_list_and_the_search_have_the_same_sign(translated_site: Path) -> None:
    sign = '<span class="sign sign-0"></span>'
    person, browse, front = (
        (translated_site / path).read_text()
        for path in ("person/giacomo-solano.html", "class/index.html", "de/index.html")
    )
    assert f'{sign}<a href="../class/person.html"' in person
    assert f"{sign}People</a>" in browse
    assert f"{sign}Personen</a>" in front
    names = translated_site / "assets" / "names.json"
    if names.is_file():
        told = json.loads(names.read_text())
        assert told["signs"][told["kinds"]["en"].index(["Person", "People"])] == 0


def luminance(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("styles", [STYLE, DARK], ids=["light", "dark"])
def test_each_colour_is_seen_on_each_ground(styles: str) -> None:
    colours = dict(re.findall(r"--([\w-]+): #([0-9a-f]{6});", styles))
    grounds = [luminance(colours[name]) for name in ("bg", "surface", "wash")]
    for number in range(SIGNS):
        sign = luminance(colours[f"sign-{number}"])
        for ground in grounds:
            light, dark = max(sign, ground), min(sign, ground)
            assert (light + 0.05) / (dark + 0.05) >= 3, number


def test_each_sign_has_a_shape_of_its_own() -> None:
    shapes = re.findall(r"\.sign-\d \{ --sign: var\(--sign-\d\); clip-path: ([^;]+);", STYLE)
    assert len(set(shapes)) == len(shapes) == SIGNS
