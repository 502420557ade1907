"""The tile map shows each member of the class once, in its group's colour, and says so in words."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from math import dist
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest

from mipex_kg.dataset.assembly import load_project_dataset
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.dataset.words import english
from mipex_kg.project.project import Project, load_project
from mipex_kg.rdf.quads import Quad
from mipex_kg.site.pages import tiles
from mipex_kg.site.pages.tiles import TileMap, make_tile_map
from mipex_kg.site.pages.wording import Wording
from mipex_kg.system.errors import SourceError, UsageError
from mipex_kg.system.snapshot import Snapshot
from tests.conftest import LIGHTHOUSES, Ask
from tests.pictures import DARK, STYLES, check_classes, render, words

# The narrowest group of each country, asked without the code that makes the map.
GROUPS = """
PREFIX mipex: <https://w3id.org/mipex-kg/ontology#>
PREFIX schema: <http://schema.org/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?country ?code ?name ?group {
  ?country a schema:Country ; mipex:isoAlpha2 ?code ; schema:name ?name ; mipex:inGroup ?in .
  ?in skos:prefLabel ?group .
  FILTER (lang(?name) = "en" && lang(?group) = "en")
  FILTER NOT EXISTS { ?country mipex:inGroup/skos:broader ?in }
}
"""
Row = tuple[str, ...]
TOWERS = "NF_0711 .\n. NF_0712\n"


@pytest.fixture(scope="module")
def tile_map(project: Project, dataset: Dataset) -> TileMap:
    found = make_tile_map(project, dataset, Wording(dataset, english()))
    assert found is not None
    return found


@pytest.fixture(scope="module")
def figure(tile_map: TileMap, dataset: Dataset) -> ET.Element:
    return render("tile_map", tile_map, Wording(dataset, english()))


@pytest.fixture(scope="module")
def expected(ask: Ask) -> set[Row]:
    return set(ask(GROUPS))


@pytest.fixture(scope="module")
def lighthouses() -> tuple[Project, Dataset]:
    project = load_project(LIGHTHOUSES)
    return project, load_project_dataset(project)


@pytest.fixture
def towers(lighthouses: tuple[Project, Dataset], tmp_path: Path) -> Callable[..., TileMap | None]:
    """Make a map of the other project, with a drawing and settings of the test's own."""
    project, dataset = lighthouses
    (tmp_path / "pages").mkdir()

    def make(drawing: str | None, dataset: Dataset = dataset, **settings: Any) -> TileMap | None:
        chosen: dict[str, Any] = {
            "map_class": "lh:Lighthouse",
            "map_code": "lh:lightNumber",
            **settings,
        }
        if drawing is not None:
            (tmp_path / "pages" / "map.txt").write_text(drawing)
        changed = replace(project, root=tmp_path, **chosen)
        return make_tile_map(changed, dataset, Wording(dataset, english()))

    return make


def test_each_country_is_on_the_map_once(tile_map: TileMap, expected: set[Row]) -> None:
    assert len(expected) == 52
    shown = [
        (tile.node.value, tile.code, str(tile.label), str(tile.group and tile.group.label))
        for tile in tile_map.tiles
        if isinstance(tile.node, ox.NamedNode)
    ]
    assert set(shown) == expected
    assert len(shown) == 52


def test_no_two_tiles_have_the_same_place(tile_map: TileMap) -> None:
    places = [(part.title, tile.row, tile.column) for part in tile_map.parts for tile in part.tiles]
    assert len(set(places)) == len(places)


def test_a_phone_has_room_for_the_widest_part(tile_map: TileMap) -> None:
    assert tile_map.widest.title == "Europe"
    assert tile_map.widest.columns == 7
    # Beside each other: all parts, with an empty column between two of them.
    assert tile_map.columns_abreast == sum(part.columns for part in tile_map.parts) + 2


def test_the_largest_group_has_the_first_colour(tile_map: TileMap) -> None:
    assert [(str(group.label), group.colour, group.size) for group in tile_map.groups] == [
        ("EU Member States (including the UK)", 0, 28),
        ("Other European countries", 1, 10),
        ("Asia", 2, 6),
        ("North America", 3, 3),
        ("South America", 4, 3),
        ("Oceania", 5, 2),
    ]


def test_a_tile_links_and_says_its_code_its_name_and_its_group(
    figure: ET.Element, expected: set[Row]
) -> None:
    links = {link.get("href"): words(link) for link in figure.findall(".//li[@class]/a")}
    for country, code, name, group in expected:
        assert links[country] == f"{code} {name}, {group}"


def test_the_table_says_what_the_picture_says(figure: ET.Element, expected: set[Row]) -> None:
    rows = [
        (row[0][0].get("href"), words(row[1]), words(row[0]), words(row[2]))
        for row in figure.findall(".//tbody/tr")
    ]
    assert sorted(rows) == sorted(expected)
    assert [words(head) for head in figure.findall(".//thead/tr/th")] == [
        "Country",
        "Code",
        "Group",
    ]


def test_the_legend_counts_the_tiles(figure: ET.Element) -> None:
    legend = figure.findall(".//ul[@class='tile-legend']/li")
    assert words(legend[0]) == "EU Member States (including the UK) 28"
    for item in legend:
        colour = item.get("class")
        shown = [tile for tile in figure.iter("li") if f" {colour}" in (tile.get("class") or "")]
        assert words(item).rpartition(" ")[2] == str(len(shown))


def test_nothing_is_styled_in_the_page_and_every_class_has_a_style(figure: ET.Element) -> None:
    check_classes(figure, "table")


def test_the_stylesheet_has_a_class_for_every_number_that_can_occur() -> None:
    for kind, last in (
        ("across", tiles.MAX_COLUMNS),
        ("cols", tiles.MAX_COLUMNS),
        ("col", tiles.MAX_COLUMNS),
        ("row", tiles.MAX_ROWS),
        ("abreast", tiles.MAX_ABREAST),
    ):
        found = {int(number) for number in re.findall(rf"\.{kind}-(\d+) ", STYLES)}
        assert found == set(range(1, last + 1)), kind
    assert set(re.findall(r"^\.group-(\d) ", STYLES, re.MULTILINE)) == set(
        map(str, range(tiles.COLOURS))
    )


# ---- Colours


Linear = tuple[float, ...]
# How eyes without one of the three kinds of cones see linear RGB (Machado and others, 2009).
VISIONS = {
    "all cones": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no red cones": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "no green cones": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "no blue cones": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def schemes() -> dict[str, dict[str, Linear]]:
    return {"light": colours(STYLES), "dark": colours(DARK)}


def colours(styles: str) -> dict[str, Linear]:
    found = re.findall(r"--((?:on-)?group-\d): #(\w+)", styles)
    assert len(found) == 2 * tiles.COLOURS
    return {name: linear(digits) for name, digits in found}


def linear(digits: str) -> Linear:
    digits = "".join(d * 2 for d in digits) if len(digits) == 3 else digits
    parts = (int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4))
    return tuple(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)


def luminance(colour: Linear) -> float:
    return 0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2]


def lab(colour: Linear) -> Linear:
    r, g, b = colour
    xyz = (
        (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047,
        luminance(colour),
        (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883,
    )
    x, y, z = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("number", range(tiles.COLOURS))
def test_a_code_is_readable_on_its_colour(scheme: str, number: int) -> None:
    found = schemes()[scheme]
    pair = [luminance(found[f"{name}-{number}"]) for name in ("group", "on-group")]
    assert (max(pair) + 0.05) / (min(pair) + 0.05) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("vision", VISIONS)
def test_the_first_six_colours_are_told_apart_by_all_eyes(scheme: str, vision: str) -> None:
    found = schemes()[scheme]
    seen = []
    for number in range(6):
        colour = found[f"group-{number}"]
        mixed = (sum(a * b for a, b in zip(row, colour, strict=True)) for row in VISIONS[vision])
        seen.append(lab(tuple(min(max(part, 0), 1) for part in mixed)))
    for (a, one), (b, other) in combinations(enumerate(seen), 2):
        assert dist(one, other) > 20, (a, b)


# ---- Another project


def test_another_project_draws_its_own_map(
    towers: Callable[..., TileMap | None], lighthouses: tuple[Project, Dataset]
) -> None:
    found = towers("= Halligen\n" + TOWERS, map_group="lh:onIsland")
    assert found is not None
    assert [(tile.code, str(tile.label), tile.row, tile.column) for tile in found.tiles] == [
        ("NF 0712", "Alter Finger", 2, 2),
        ("NF 0711", "Graue Möwe", 1, 1),
    ]
    assert [str(group.label) for group in found.groups] == ["Norderhallig", "Süderhallig"]
    figure = render("tile_map", found, Wording(lighthouses[1], english()))
    assert words(figure.findall(".//thead/tr/th")[0]) == "Leuchtturm"
    assert words(figure.findall(".//li[@class]/a")[0]) == "NF 0711 Graue Möwe, Norderhallig"


def test_without_groups_there_is_no_legend(
    towers: Callable[..., TileMap | None], lighthouses: tuple[Project, Dataset]
) -> None:
    found = towers(TOWERS)
    assert found is not None
    assert found.groups == ()
    figure = render("tile_map", found, Wording(lighthouses[1], english()))
    assert figure.find(".//ul[@class='tile-legend']") is None
    assert [words(head) for head in figure.findall(".//thead/tr/th")] == ["Leuchtturm", "Code"]


def test_without_a_class_there_is_no_map(towers: Callable[..., TileMap | None]) -> None:
    assert towers(None, map_class="") is None


def test_more_groups_than_colours_share_the_last_one(
    lighthouses: tuple[Project, Dataset], towers: Callable[..., TileMap | None]
) -> None:
    _, dataset = lighthouses
    base = "https://lighthouses.example/"
    kind, code, island = (
        ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"),
        ox.NamedNode(base + "ontology#lightNumber"),
        ox.NamedNode(base + "ontology#onIsland"),
    )
    quads = list(dataset.quads)
    for number in range(10):
        node = ox.NamedNode(f"{base}tower/{number}")
        quads += [
            Quad(node, kind, ox.NamedNode(base + "ontology#Lighthouse")),
            Quad(node, code, ox.Literal(f"X{number}")),
            Quad(node, island, ox.NamedNode(f"{base}island/{number}")),
        ]
    more = replace(dataset, quads=tuple(quads))
    drawing = TOWERS + " ".join(f"X{number}" for number in range(10))
    found = towers(drawing, more, map_group="lh:onIsland")
    assert found is not None
    assert [group.colour for group in found.groups] == [*range(8), 7, 7, 7, 7]


@pytest.mark.parametrize(
    ("drawing", "line", "column", "message", "hint"),
    [
        ("NF_0711 NF_0712 XX", 1, 17, "Nothing in the data has the code XX.", "a dot"),
        ("NF_0711\n\n  NF_0721", 3, 3, "has the code NF 0721.", "Did you mean NF 0712?"),
        ("NF_0711 NF_0712\n# x\n. NF_0711", 3, 3, "on the map already, in line 1.", "Leave one"),
        (". " * 12 + "NF_0711", 1, 25, "at most 12 columns and 40 rows", "side by side"),
        (".\n" * 40 + "NF_0711", 41, 1, "at most 12 columns and 40 rows", "side by side"),
        ("NF_0711", None, None, "NF 0712 (Alter Finger) is not on the map.", "instead of a dot"),
        ("# nothing\n= Halligen\n. .", None, None, "Nothing is drawn.", "rows of codes"),
        (None, None, None, "The map has no drawing.", "rows of codes"),
    ],
)
def test_a_drawing_that_does_not_fit_the_data_is_refused(
    towers: Callable[..., TileMap | None],
    tmp_path: Path,
    drawing: str | None,
    line: int | None,
    column: int | None,
    message: str,
    hint: str,
) -> None:
    with pytest.raises(SourceError) as caught:
        towers(drawing)
    error = caught.value
    assert error.path == tmp_path / "pages" / "map.txt"
    assert (error.line, error.column) == (line, column)
    assert message in error.message
    assert hint in (error.hint or "")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"map_code": ""}, "map.class needs map.code."),
        ({"map_class": "lh:Beacon"}, "map.class: nothing has the type lh:Beacon."),
        ({"map_code": "lh:rank"}, "tower:alter-finger has no values of lh:rank"),
        ({"map_code": "schema:name"}, "tower:alter-finger has 2 values of schema:name"),
        ({"map_class": "schema:Landform", "map_code": "rdf:type"}, "have the same rdf:type"),
    ],
)
def test_settings_that_do_not_fit_the_data_are_refused(
    towers: Callable[..., TileMap | None], settings: dict[str, str], message: str
) -> None:
    with pytest.raises(UsageError) as caught:
        towers(TOWERS, **settings)
    assert message in caught.value.message
    assert caught.value.hint or "nothing has the type" in message


def test_the_drawing_is_part_of_the_project(project: Project, tmp_path: Path) -> None:
    copy = tmp_path / "map.txt"
    shutil.copy(project.map_file, copy)
    assert {part.title for part in tiles.read_drawing(copy, Snapshot())} == {
        "Americas",
        "Europe",
        "Asia and Oceania",
    }


def test_a_link_skips_the_map(bundled_site: Path) -> None:
    for page in ("index.html", "class/country.html"):
        text = (bundled_site / page).read_text()
        skip, tiles_, end = (
            text.index(part)
            for part in ('href="#map-end">Skip the map', '<ul class="tiles"', 'id="map-end"')
        )
        assert skip < tiles_ < end
