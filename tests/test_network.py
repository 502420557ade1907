"""The network shows who is tied to whom and as what, the same in pictures and in tables."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from dataclasses import replace
from itertools import combinations
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest

from mipex_kg.dataset.assembly import load_project_dataset
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.dataset.words import english
from mipex_kg.project.project import Project, load_project
from mipex_kg.rdf.namespaces import PREFIXES
from mipex_kg.rdf.quads import Quad
from mipex_kg.rdf.terms import Node
from mipex_kg.site.pages import layered, network
from mipex_kg.site.pages.layered import Box, Drawing, Edge, End, Heading
from mipex_kg.site.pages.letters import width_of, wrapped
from mipex_kg.site.pages.network import Network, make_network
from mipex_kg.site.pages.wording import TaggedText, Wording
from tests.conftest import LIGHTHOUSES, ROOT, Ask
from tests.pictures import check_classes, render, words

SVG = "{http://www.w3.org/2000/svg}"
# What stands between two things, asked without the code that makes the network.
POSTS = """
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX schema: <http://schema.org/>
SELECT ?left ?title ?right {
  ?post a schema:OrganizationRole ; org:member ?person ; org:organization ?organisation .
  ?person schema:name ?left . ?organisation schema:name ?right .
  OPTIONAL { ?post schema:roleName ?title }
  FILTER (lang(?right) IN ("", "en"))
}
"""
ROLES = """
PREFIX mipex: <https://w3id.org/mipex-kg/ontology#>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX schema: <http://schema.org/>
SELECT ?left ?title ?right {
  ?role org:member ?person ; org:organization ?group ; schema:roleName ?title .
  ?group a mipex:Group ; schema:name ?left . ?person schema:name ?right .
}
"""


def make(project: Project, dataset: Dataset, *classes: str) -> Network:
    chosen = replace(project, network_classes=classes or project.network_classes)
    found = make_network(chosen, dataset, Wording(dataset, english()))
    assert found is not None
    return found


@pytest.fixture(scope="module")
def found(project: Project, dataset: Dataset) -> Network:
    return make(project, dataset)


@pytest.fixture(scope="module")
def page(found: Network, dataset: Dataset) -> ET.Element:
    return render("network", found, Wording(dataset, english()))


@pytest.fixture(scope="module")
def lighthouses() -> tuple[Project, Dataset]:
    project = load_project(LIGHTHOUSES)
    return project, load_project_dataset(project)


def rows(element: ET.Element) -> list[list[tuple[str, ...]]]:
    """Read the tables: of each, its rows."""
    return [
        [tuple(map(words, row)) for row in table.findall("tbody/tr")]
        for table in element.iter("table")
    ]


def test_the_tables_hold_every_role_and_post(page: ET.Element, ask: Ask) -> None:
    roles, posts = rows(page)
    assert sorted(roles) == sorted(set(ask(ROLES)))
    assert sorted(posts) == sorted(set(ask(POSTS)))
    assert (len(roles), len(posts)) == (18, 21)


def test_a_direct_link_beside_a_role_is_no_second_tie(found: Network, ask: Ask) -> None:
    # The rules infer schema:affiliation from each post: it must not stand as a title.
    assert ask("ASK { ?s <http://schema.org/affiliation> ?o }") == [("true",)]
    titles = {str(title) for pair in found.pairs for tie in pair.ties for title in tie.titles}
    assert "affiliation" not in titles
    assert "member" not in titles


def test_each_tie_says_of_what_kind_it_is(found: Network, page: ET.Element) -> None:
    assert [(kind.key, kind.size) for kind in found.links] == [
        ("schema:OrganizationRole", 21),
        ("schema:Role", 18),
    ]
    assert [column.key for column in found.tied] == [
        "mipex:Group",
        "schema:Person",
        "schema:Organization",
    ]
    ticked = [box.get("value") for box in page.iter("input") if box.get("type") == "checkbox"]
    assert ticked == [*(column.key for column in found.tied), *(kind.key for kind in found.links)]
    kinds = {row.get("data-links") for row in page.iter("tr")}
    assert kinds == {None, "schema:Role", "schema:OrganizationRole"}


def test_what_is_drawn_of_a_tie_is_known_by_its_row(page: ET.Element) -> None:
    numbers = [row.get("data-tie") for row in page.iter("tr") if row.get("data-tie")]
    assert numbers == [str(n) for n in range(39)]
    wide, *narrow = page.iter("svg")
    for svgs in ([wide], narrow):
        lines = [path for svg in svgs for path in svg.findall("./g[@class='ties']/path")]
        assert sorted(path.get("data-tie") or "" for path in lines) == sorted(map(str, numbers))
        for svg in svgs:
            for trail in svg.iter("g"):
                if trail.get("class") == "trail":
                    ties = [each.get("data-tie") for each in trail]
                    assert ties[: len(ties) // 2] == ties[len(ties) // 2 :]


def test_things_without_a_tie_are_named(found: Network, ask: Ask) -> None:
    untied = ask(
        """
        PREFIX mipex: <https://w3id.org/mipex-kg/ontology#>
        PREFIX org: <http://www.w3.org/ns/org#>
        PREFIX schema: <http://schema.org/>
        SELECT ?thing {
          VALUES ?class { schema:Organization mipex:Group schema:Person } ?thing a ?class .
          FILTER NOT EXISTS { ?post org:organization ?thing ; org:member [] }
          FILTER NOT EXISTS { ?post org:member ?thing }
        }
        """
    )
    assert {node.value for node in found.untied if isinstance(node, ox.NamedNode)} == {
        row[0] for row in untied
    }
    assert untied


# ---- The picture


def links(svg: ET.Element) -> list[tuple[str, str]]:
    return [(link.get("href") or "", words(link)) for link in svg.iter("a")]


def test_a_picture_shows_what_the_tables_say(found: Network, page: ET.Element) -> None:
    wide, *narrow = page.iter("svg")
    tied = {node for pair in found.pairs for tie in pair.ties for node in tie[:2]}
    names = {
        (node.value, str(found.labels[node])) for node in tied if isinstance(node, ox.NamedNode)
    }
    assert set(links(wide)) == names
    assert {link for svg in narrow for link in links(svg)} == names
    number = sum(len(pair.ties) for pair in found.pairs)
    assert len(wide.findall("./g[@class='ties']/path")) == number
    assert sum(len(svg.findall("./g[@class='ties']/path")) for svg in narrow) == number
    for svgs in ([wide], narrow):
        shown = sorted(
            words(text)
            for svg in svgs
            for text in svg.iter("text")
            if "role" in text.attrib["class"]
        )
        assert shown == sorted(str(t) for p in found.pairs for tie in p.ties for t in tie.titles)


def test_each_thing_leads_its_lines_along(found: Network) -> None:
    for drawing in (*found.wide, *found.narrow):
        uses = [line for box in drawing.boxes for line in box.lines]
        assert sorted(uses) == sorted(2 * drawing.lines)
        outlines = {box.outline for box in drawing.boxes}
        for box in drawing.boxes:
            assert len(box.lines) == len(box.reached)
            assert set(box.reached) <= outlines - {box.outline}


def test_nothing_is_styled_in_the_page_and_every_class_has_a_style(page: ET.Element) -> None:
    check_classes(page, "table between item tally sign sign-0")


def boxes_by_column(drawing: Drawing) -> dict[int, list[Box]]:
    columns: dict[int, list[Box]] = {}
    for box in drawing.boxes:
        columns.setdefault(box.outline.x, []).append(box)
    return columns


def test_no_box_covers_another_and_all_texts_have_room(found: Network) -> None:
    for drawing, size in ((found.wide[0], 14), *((d, 12) for d in found.narrow)):
        assert len(boxes_by_column(drawing)) == len(drawing.heads)
        for column in boxes_by_column(drawing).values():
            for one, other in combinations(sorted(column, key=lambda b: b.outline.y), 2):
                assert one.outline.y + one.outline.height < other.outline.y
        for box in drawing.boxes:
            outline = box.outline
            assert 0 <= outline.x < outline.x + outline.width <= drawing.width
            assert 0 <= outline.y < outline.y + outline.height <= drawing.height
            bottom = box.name.y + (len(box.name.lines) - 1) * box.name.leading
            assert outline.y < box.name.y < bottom + 1 < outline.y + outline.height
            for line in box.name.lines:
                assert box.name.x + width_of(line, size) <= outline.x + outline.width


def test_titles_stand_clear_of_each_other(found: Network) -> None:
    for drawing in (*found.wide, *found.narrow):
        spots = [
            (title.x, title.ends_here, title.y + number * title.leading)
            for box in drawing.boxes
            for title in box.titles
            for number in range(len(title.lines))
        ]
        for one, other in combinations(spots, 2):
            assert one[:2] != other[:2] or abs(one[2] - other[2]) >= 13


def test_a_phone_has_room_for_the_narrow_pictures(found: Network) -> None:
    # 360 pixels less the margins: so nothing is made smaller, letters least of all.
    assert {drawing.width <= 330 for drawing in found.narrow} == {True}
    assert min(layered.NARROW.name, layered.NARROW.title) >= 11
    styles = (ROOT / "mipex_kg" / "site" / "pages" / "static" / "pictures.css").read_text()
    for kind, wide, narrow in (
        ("name", layered.WIDE.name, layered.NARROW.name),
        ("role", layered.WIDE.title, layered.NARROW.title),
    ):
        assert re.search(rf"\.picture \.{kind} {{ font-size: {wide}px", styles)
        assert re.search(rf"\.narrow-pictures \.{kind} {{ font-size: {narrow}px", styles)


def crossings(ties: list[tuple[int, int]]) -> int:
    return sum((a - c) * (b - d) < 0 for (a, b), (c, d) in combinations(ties, 2))


def test_lines_cross_far_less_than_in_the_order_of_names(found: Network) -> None:
    for drawing, pair in zip(found.narrow, found.pairs, strict=True):
        left, right = boxes_by_column(drawing).values()
        height = {(side, box.node): box.outline.y for side in (0, 1) for box in (left, right)[side]}
        drawn = crossings([(height[0, tie.left], height[1, tie.right]) for tie in pair.ties])
        lefts, rights = pair.left.nodes, pair.right.nodes
        named = crossings([(lefts.index(t.left), rights.index(t.right)) for t in pair.ties])
        assert drawn <= 1 < named


def test_the_same_network_gives_the_same_bytes_in_any_process_and_order(
    found: Network, project: Project, dataset: Dataset
) -> None:
    backwards = replace(dataset, quads=tuple(reversed(dataset.quads)))
    assert make(project, backwards) == found
    code = (
        "import hashlib\n"
        "from tests.test_network import *\n"
        "from mipex_kg.project.project import bundled_directory\n"
        "project = load_project(bundled_directory())\n"
        "found = make(project, load_project_dataset(project))\n"
        "print(hashlib.sha256(repr((found.wide, found.narrow)).encode()).hexdigest())\n"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert digests == {hashlib.sha256(repr((found.wide, found.narrow)).encode()).hexdigest()}


# ---- Other projects


def test_another_project_has_a_network_of_its_own(lighthouses: tuple[Project, Dataset]) -> None:
    found = make(*lighthouses, "schema:Person", "lh:Lighthouse")
    page = render("network", found, Wording(lighthouses[1], english()))
    assert rows(page) == [
        [
            ("Geesche Tammen", "Oberwärterin", "Graue Möwe"),
            ("Okke Brahms", "Wärter", "Alter Finger"),
            ("Okke Brahms", "Wärter", "Graue Möwe"),
        ]
    ]
    heads = [
        words(text) for text in next(page.iter("svg")).iter("text") if text.get("class") == "head"
    ]
    assert heads == ["People", "Leuchtturm"]


def test_a_direct_link_is_a_tie_where_nothing_stands_between(
    lighthouses: tuple[Project, Dataset],
) -> None:
    found = make(*lighthouses, "lh:Lighthouse", "schema:Landform")
    (pair,) = found.pairs
    assert [(str(found.labels[t.left]), str(found.labels[t.right])) for t in pair.ties] == [
        ("Alter Finger", "Süderhallig"),
        ("Graue Möwe", "Norderhallig"),
    ]
    assert {str(title) for tie in pair.ties for title in tie.titles} == {"Insel"}
    assert {link for tie in pair.ties for link in tie.links} == {"lh:onIsland"}
    # Seen from the island, it is said the other way round.
    (pair,) = make(*lighthouses, "schema:Landform", "lh:Lighthouse").pairs
    assert {str(title) for tie in pair.ties for title in tie.titles} == {
        "Items whose Insel is this"
    }


def test_without_classes_there_is_no_network(lighthouses: tuple[Project, Dataset]) -> None:
    project, dataset = lighthouses
    wording = Wording(dataset, english())
    assert make_network(project, dataset, wording) is None
    nobody = replace(project, network_classes=("lh:Beacon",))
    assert make_network(nobody, dataset, wording) is None


KNOWS, PERSON, NAME, TYPE = (
    ox.NamedNode("http://xmlns.com/foaf/0.1/knows"),
    ox.NamedNode("http://schema.org/Person"),
    ox.NamedNode("http://schema.org/name"),
    ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"),
)


def crowd(number: int, languages: tuple[str, ...] = ("en",)) -> Dataset:
    """Make people each of whom knows the next."""
    people = [ox.NamedNode(f"https://e.example/{n:03}") for n in range(number)]
    quads = [
        quad
        for n, person in enumerate(people)
        for quad in (
            Quad(person, TYPE, PERSON),
            Quad(person, NAME, ox.Literal(f"Person {n:03}")),
            Quad(person, KNOWS, people[(n + 1) % number]),
        )
    ]
    return Dataset(tuple(quads), (), PREFIXES, languages)


def test_ties_within_one_class_are_drawn_from_left_to_right(project: Project) -> None:
    found = make(project, crowd(3), "schema:Person")
    (pair,) = found.pairs
    assert pair.left == pair.right
    assert len(pair.ties) == 3
    (drawing,) = found.wide
    assert found.narrow == (drawing,)
    assert len(drawing.lines) == 3


def test_a_network_too_large_for_a_picture_is_a_table(project: Project) -> None:
    small, large = (make(project, crowd(n), "schema:Person") for n in (150, 151))
    assert network.MAX_DRAWN == 150
    assert small.narrow
    assert (large.wide, large.narrow) == ((), ())
    page = render("network", large, Wording(crowd(151), english()))
    assert not list(page.iter("svg"))
    assert "Too many items to draw (151)" in words(page)
    assert len(rows(page)[0]) == 151


def test_four_columns_are_drawn_in_pairs(project: Project, dataset: Dataset) -> None:
    classes = ("mipex:Group", "schema:Person", "schema:Organization", "schema:Country")
    found = make(project, dataset, *classes)
    assert found.wide == found.narrow


def test_a_pair_that_is_not_side_by_side_gets_a_picture_of_its_own(
    project: Project, dataset: Dataset
) -> None:
    found = make(project, dataset, "schema:Person", "schema:Organization", "mipex:Group")
    together, apart = found.wide
    assert [head.lines[0] for head in together.heads] == ["People", "Organisations"]
    assert [head.lines[0] for head in apart.heads] == ["People", "Groups"]


# ---- Letters and lines


def test_titles_stand_where_fewer_lines_meet() -> None:
    hub, *spokes = (ox.NamedNode(f"https://e.example/{n}") for n in range(4))
    labels: dict[Node, TaggedText] = {
        node: TaggedText(f"Name {node.value[-1]}") for node in (hub, *spokes)
    }
    lines = [Edge(End(0, hub), End(1, spoke), (TaggedText("chief"),)) for spoke in spokes]
    for format in (layered.WIDE, layered.NARROW):
        drawing = layered.draw([Heading("One", hub), Heading("Many", hub)], lines, labels, format)
        assert [len(box.titles) for box in drawing.boxes] == [0, 1, 1, 1]


def test_a_line_stays_level_as_far_as_titles_reach(found: Network) -> None:
    drawing = found.wide[0]
    ends = {box.outline.x for box in drawing.boxes} | {
        box.outline.x + box.outline.width for box in drawing.boxes
    }
    bends: dict[int, set[tuple[int, int]]] = {}
    for path, _ in drawing.lines:
        match = re.fullmatch(r"M(\d+) (\d+)H(\d+)C\d+ \2 \d+ (\d+) (\d+) \4H(\d+)", path)
        assert match, path
        x1, _, bend, _, arrival, x2 = map(int, match.groups())
        assert x1 <= bend <= arrival <= x2
        assert {x1, x2} & ends
        bends.setdefault(bend < 400, set()).add((bend, arrival))
    assert [len(spots) for spots in bends.values()] == [1, 1]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("Anna", ("Anna",)),
        ("", ()),
        (
            "Barcelona Centre for International Affairs",
            ("Barcelona Centre", "for International", "Affairs"),
        ),
        ("Donaudampfschifffahrtsgesellschaft", ("Donaudampfschifff", "ahrtsgesellschaft")),
        ("国際移民政策研究所東京大阪", ("国際移民政策研究所東", "京大阪")),
    ],
)
def test_texts_are_parted_where_the_room_ends(text: str, rows: tuple[str, ...]) -> None:
    assert wrapped(text, 100, 10) == rows
    assert all(width_of(row, 10) <= 100 for row in rows)
