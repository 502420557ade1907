"""The tile map: a tile of the same size for each member of a class, placed by the project."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.dataset.words import MAP_TITLE
from mipex_kg.project.project import Project
from mipex_kg.project.settings import FILE_NAME
from mipex_kg.rdf.namespaces import SKOS, shorten
from mipex_kg.rdf.terms import Node, Term, text_of
from mipex_kg.site.pages.trees import reached
from mipex_kg.site.pages.wording import Name, TaggedText, Wording
from mipex_kg.system import reading
from mipex_kg.system.errors import SourceError, UsageError, nearest
from mipex_kg.system.snapshot import Snapshot

# Twelve tiles side by side on a phone are just large enough for a finger. The stylesheet has a
# class for each place up to these.
MAX_COLUMNS, MAX_ROWS, MAX_ABREAST = 12, 40, 40
# So many colours has the stylesheet; where there are more groups, the last ones share the last.
COLOURS = 8


class TilePlace(NamedTuple):
    """Where a code is drawn: row and column in its part, line and character in the file, from 1."""

    code: str
    row: int
    column: int
    line: int
    character: int


class DrawnPart(NamedTuple):
    """A part of the drawing."""

    title: str
    places: tuple[TilePlace, ...]


@dataclass(frozen=True)
class Group:
    """Tiles that have one colour.

    :param colour: its number, from 0
    :param size: how many tiles there are
    """

    node: Term
    label: TaggedText
    colour: int
    size: int


@dataclass(frozen=True)
class Tile:
    """A member of the class, and where it is in its part of the map."""

    node: Node
    code: str
    label: TaggedText
    group: Group | None
    row: int
    column: int


@dataclass(frozen=True)
class MapPart:
    """A part of the map, such as a continent."""

    title: str
    tiles: tuple[Tile, ...]

    @property
    def columns(self) -> int:
        """How many columns it has."""
        return max(tile.column for tile in self.tiles)


@dataclass(frozen=True)
class TileMap:
    """The map.

    :param cls: of which the tiles are the members
    :param kind: what one tile is
    :param kinds: what the tiles are, in the plural
    :param groups: the largest first
    """

    cls: ox.NamedNode
    kind: str
    kinds: str
    parts: tuple[MapPart, ...]
    groups: tuple[Group, ...]

    @property
    def tiles(self) -> list[Tile]:
        """All tiles by their labels."""
        tiles = (tile for part in self.parts for tile in part.tiles)
        return sorted(tiles, key=lambda tile: (tile.label.value.casefold(), tile.code))

    @property
    def widest(self) -> MapPart:
        """The part that takes the full width where there is little of it."""
        return max(self.parts, key=lambda part: part.columns)

    @property
    def columns_abreast(self) -> int:
        """How many columns the parts have side by side, one between two parts left empty."""
        return min(sum(part.columns + 1 for part in self.parts) - 1, MAX_ABREAST)


def make_tile_map(project: Project, dataset: Dataset, wording: Wording) -> TileMap | None:
    """Make the map of a project; it has none unless the settings name a class.

    :raises UsageError: when the settings don't fit the data
    :raises SourceError: when the drawing doesn't
    """
    if not project.map_class:
        return None
    cls = dataset.node(project.map_class)
    members = _members(cls, project, dataset)
    drawing = read_drawing(project.map_file, project.files)
    _check_drawing(drawing, members, project.map_file, dataset)
    groups = _group(members.values(), project, dataset, wording)

    def tile(place: TilePlace) -> Tile:
        node = members[place.code]
        label = wording.label(node)
        return Tile(node, place.code, label, groups.get(node), place.row, place.column)

    def title(part: DrawnPart) -> Name:
        said = wording.interface.get(MAP_TITLE + part.title)
        return Name(said, wording.lang) if said else Name(part.title, project.languages[0])

    parts = (MapPart(title(part), tuple(map(tile, part.places))) for part in drawing)
    by_colour = sorted(set(groups.values()), key=lambda g: (-g.size, *_name(g.label), str(g.node)))
    return TileMap(
        cls, wording.class_name(cls), wording.plural(cls), tuple(parts), tuple(by_colour)
    )


def _name(label: TaggedText) -> tuple[str, str]:
    return label.value.casefold(), label.value


# ---- The drawing


def read_drawing(path: Path, files: Snapshot) -> tuple[DrawnPart, ...]:
    """Read a drawing: rows of codes between blanks, with a dot where nothing is.

    A line that begins with ``=`` begins a part and gives its title; one that begins with ``#`` is
    a remark. A blank in a code is written as ``_``.

    :raises SourceError: when there is no drawing, or it is too large, or a code is in it twice
    """
    if not files.holds(path):
        raise SourceError(
            "The map has no drawing.",
            path=path,
            hint="Write rows of codes with blanks between them, and a dot where nothing is.",
        )
    parts: list[tuple[str, list[TilePlace]]] = [("", [])]
    row = 0
    for number, line in enumerate(reading.lines(files.read_text(path)), start=1):
        written = line.strip()
        if written.startswith("="):
            parts.append((written.lstrip("= "), []))
            row = 0
        elif written and not written.startswith("#"):
            row += 1
            parts[-1][1].extend(_places(line, row, number))
    drawing = tuple(DrawnPart(title, tuple(places)) for title, places in parts if places)
    _check_size(drawing, path)
    return drawing


def _places(line: str, row: int, number: int) -> Iterator[TilePlace]:
    for column, found in enumerate(re.finditer(r"\S+", line), start=1):
        if found[0] != ".":
            yield TilePlace(found[0].replace("_", " "), row, column, number, found.start() + 1)


def _check_size(drawing: Sequence[DrawnPart], path: Path) -> None:
    if not drawing:
        raise SourceError("Nothing is drawn.", path=path, hint="Write rows of codes.")
    first: dict[str, TilePlace] = {}
    for place in (place for part in drawing for place in part.places):
        if place.column > MAX_COLUMNS or place.row > MAX_ROWS:
            raise _wrong(
                f"A part of the map has at most {MAX_COLUMNS} columns and {MAX_ROWS} rows.",
                place,
                path,
                "Parts are parted by lines such as `= Europe`; on wide screens they stand side "
                "by side.",
            )
        if place.code in first:
            raise _wrong(
                f"{place.code} is on the map already, in line {first[place.code].line}.",
                place,
                path,
                "Leave one of the two out.",
            )
        first[place.code] = place


def _check_drawing(
    drawing: Iterable[DrawnPart], members: Mapping[str, Node], path: Path, dataset: Dataset
) -> None:
    """Make sure that the codes of the drawing and of the data are the same."""
    drawn = {place.code: place for part in drawing for place in part.places}
    for code, place in drawn.items():
        if code not in members:
            near = nearest(code, sorted(members.keys() - drawn.keys()))
            hint = f"Did you mean {near}?" if near else "Write a dot where nothing is."
            raise _wrong(f"Nothing in the data has the code {code}.", place, path, hint)
    if missing := sorted(members.keys() - drawn.keys()):
        named = (f"{code} ({dataset.label(members[code]) or members[code]})" for code in missing)
        raise SourceError(
            f"{', '.join(named)} {'is' if len(missing) == 1 else 'are'} not on the map.",
            path=path,
            hint="Write each code where it belongs, instead of a dot.",
        )


def _wrong(message: str, place: TilePlace, path: Path, hint: str) -> SourceError:
    return SourceError(message, path=path, line=place.line, column=place.character, hint=hint)


# ---- The members


def _members(cls: ox.NamedNode, project: Project, dataset: Dataset) -> dict[str, Node]:
    """Give the members of the class by their codes.

    :raises UsageError: unless each member has exactly one, and no two have the same
    """
    settings = project.root / FILE_NAME
    if not project.map_code:
        raise UsageError(
            f"{settings}: map.class needs map.code.",
            hint="Name the property whose value is on a tile.",
        )
    nodes = dataset.members(cls)
    if not nodes:
        raise UsageError(f"{settings}: map.class: nothing has the type {project.map_class}.")
    members: dict[str, Node] = {}
    for node in sorted(nodes, key=text_of):
        codes = dataset.texts(node, dataset.node(project.map_code))
        name = shorten(text_of(node), dataset.prefixes)
        if len(codes) != 1:
            raise UsageError(
                f"{name} has {len(codes) or 'no'} values of {project.map_code}, and a tile needs "
                "exactly one.",
                hint=f"Change the data, or map.code in {settings}.",
            )
        if other := members.get(codes[0]):
            raise UsageError(
                f"{name} and {shorten(text_of(other), dataset.prefixes)} have the same "
                f"{project.map_code}, {codes[0]}.",
                hint="A tile needs a code of its own.",
            )
        members[codes[0]] = node
    return members


# ---- The groups


def _group(
    nodes: Iterable[Node], project: Project, dataset: Dataset, wording: Wording
) -> dict[Node, Group]:
    """Put each node into the most specific of its groups; the largest group gets colour 0."""
    if not project.map_group:
        return {}
    predicate = dataset.node(project.map_group)
    chosen = {node: _narrowest(dataset.values(node, predicate), dataset) for node in nodes}
    of_node = {node: group for node, group in chosen.items() if group is not None}
    sizes = Counter(of_node.values())
    ordered = sorted(sizes, key=lambda g: (-sizes[g], *_name(wording.label(g)), str(g)))
    groups = {
        group: Group(group, wording.label(group), min(number, COLOURS - 1), sizes[group])
        for number, group in enumerate(ordered)
    }
    return {node: groups[group] for node, group in of_node.items()}


def _narrowest(groups: Iterable[Term], dataset: Dataset) -> Term | None:
    """Choose a group that is not a broader one of another; of several, the first by its name."""
    above = partial(dataset.values, predicate=SKOS.term("broader"))
    given = sorted(groups, key=lambda group: (dataset.label(group) or "", str(group)))
    nodes = (group for group in given if not isinstance(group, ox.Literal | ox.Triple))
    broader = set().union(*(reached(node, above) for node in nodes))
    return next((group for group in given if group not in broader), next(iter(given), None))
