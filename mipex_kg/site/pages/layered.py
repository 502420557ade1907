"""Drawing things in columns, with lines between them that cross as little as can be.

Which thing is where within its column is worked out by graphlay; boxes, letters and lines are ours.
The same things give the same drawing on every machine.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from mipex_kg.rdf.terms import Node
from mipex_kg.site.pages.letters import leading, width_of, wrapped
from mipex_kg.site.pages.wording import TaggedText

# What is before the head of a column, for the sign of its class.
_SIGN = 16
# Between a box, the title beside it, and the line that begins there.
_AWAY = 8


class End(NamedTuple):
    """A thing in a column; the same thing may be in two."""

    column: int
    node: Node


class Heading(NamedTuple):
    """What is over a column: what its things are, in words, and their class."""

    text: str
    cls: Node


class Edge(NamedTuple):
    """A line from a thing to one in the next column, and what is written at it.

    :param number: what the line and all that belongs to it are known by
    """

    left: End
    right: End
    titles: tuple[TaggedText, ...] = ()
    number: int = 0

    @property
    def language(self) -> str:
        """The language of the titles; empty where they have none, or several."""
        languages = {title.language for title in self.titles}
        return languages.pop() if len(languages) == 1 else ""


@dataclass(frozen=True)
class DrawingSizes:
    """Sizes of a drawing, in pixels.

    :param width: of a column whose boxes hold names alone
    :param roomy: of a column at whose boxes titles are written
    :param gap: between two columns
    :param name: size of the letters of a name
    :param title: size of the letters of a title
    :param beside: how wide a title may be beside its box; 0 if it is in the box
    """

    width: int
    roomy: int
    gap: int
    name: int
    title: int
    beside: int = 0
    head: int = 30
    padding: int = 8
    between: int = 10


# Three columns fill the site's full width; two fill a phone of 360 pixels but for its margins.
WIDE = DrawingSizes(width=190, roomy=190, gap=250, name=14, title=12, beside=140)
NARROW = DrawingSizes(width=116, roomy=170, gap=42, name=12, title=11)


class Written(NamedTuple):
    """A text, line by line: where its first line begins or ends, and how far apart lines are.

    :param edge: the number of the line at which it is written, if it is at one
    :param language: in which it is; empty if it is in several, or nothing says it
    """

    x: int
    y: int
    lines: tuple[str, ...]
    leading: int
    ends_here: bool = False
    edge: int | None = None
    language: str = ""


class Line(NamedTuple):
    """A line that is drawn, and the number of its edge."""

    path: str
    edge: int


class Rectangle(NamedTuple):
    """A rectangle."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Box:
    """A thing in the drawing.

    :param reached: the boxes at the other ends of its lines
    """

    node: Node
    label: TaggedText
    outline: Rectangle
    name: Written
    titles: tuple[Written, ...]
    lines: tuple[Line, ...]
    reached: tuple[Rectangle, ...]


@dataclass(frozen=True)
class Drawing:
    """A drawing.

    :param classes: of the things in each column
    """

    title: str
    width: int
    height: int
    heads: tuple[Written, ...]
    classes: tuple[Node, ...]
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


def draw(
    heads: Sequence[Heading],
    lines: Sequence[Edge],
    labels: Mapping[Node, TaggedText],
    format: DrawingSizes,
) -> Drawing:
    """Draw things in columns; a thing without a line is left out.

    :param heads: what stands over each column
    :param lines: between neighbouring columns
    """
    sizes = _Sizes(tuple(lines), labels, format)
    plan = _Plan(sizes, _arranged(sizes))
    drawn = {line: Line(plan.path(line), line.number) for line in lines}
    lefts = [sizes.left(column) for column in range(len(heads))]
    return Drawing(
        " – ".join(head.text for head in heads),
        lefts[-1] + sizes.width(len(heads) - 1) + 1,
        max(box.y + box.height for box in plan.outlines.values()) + 2,
        tuple(Written(x + _SIGN, 15, (h.text,), 0) for x, h in zip(lefts, heads, strict=True)),
        tuple(head.cls for head in heads),
        tuple(_box(end, plan, drawn) for end in sizes.ends),
        tuple(drawn.values()),
    )


def _box(end: End, plan: _Plan, drawn: Mapping[Edge, Line]) -> Box:
    mine = plan.sizes.lines_of[end]
    others = (line.right if line.left == end else line.left for line in mine)
    return Box(
        end.node,
        plan.sizes.labels[end.node],
        plan.outlines[end],
        plan.name(end),
        tuple(plan.title(line) for line in mine if line.titles and plan.sizes.owner(line) == end),
        tuple(drawn[line] for line in mine),
        tuple(plan.outlines[other] for other in others),
    )


@dataclass(frozen=True)
class _Sizes:
    """How large everything is."""

    lines: tuple[Edge, ...]
    labels: Mapping[Node, TaggedText]
    format: DrawingSizes

    @cached_property
    def ends(self) -> list[End]:
        """All things, column by column, by their names."""
        ends = {end for line in self.lines for end in (line.left, line.right)}
        return sorted(
            ends, key=lambda e: (e.column, self.labels[e.node].value.casefold(), str(e.node))
        )

    @cached_property
    def lines_of(self) -> Mapping[End, list[Edge]]:
        """The lines of each thing."""
        found: dict[End, list[Edge]] = {end: [] for end in self.ends}
        for line in self.lines:
            found[line.left].append(line)
            found[line.right].append(line)
        return found

    @cached_property
    def _titled(self) -> Mapping[int, int]:
        """The column at whose boxes titles stand: the one where fewer lines meet in a point.

        Known by the column to the left of the gap.
        """
        meeting = Counter((line.left.column, end) for line in self.lines for end in line[:2])
        most: dict[tuple[int, int], int] = {}
        for (gap, end), number in meeting.items():
            most[gap, end.column] = max(number, most.get((gap, end.column), 0))
        return {gap: min((gap, gap + 1), key=lambda column: most[gap, column]) for gap, _ in most}

    def owner(self, line: Edge) -> End:
        """Tell at which end of a line its titles stand."""
        return line.left if self._titled[line.left.column] == line.left.column else line.right

    def width(self, column: int) -> int:
        """Tell how wide the boxes of a column are."""
        return self.format.roomy if column in self._titled.values() else self.format.width

    def left(self, column: int) -> int:
        """Tell where a column begins."""
        return sum(self.width(before) + self.format.gap for before in range(column)) + 1

    def name(self, end: End) -> tuple[str, ...]:
        """Part a name into the lines that its box has room for."""
        room = self.width(end.column) - 2 * self.format.padding
        return wrapped(self.labels[end.node].value, room, self.format.name)

    def title(self, line: Edge) -> tuple[str, ...]:
        """Part the titles of a line into the lines that there is room for."""
        column = self.owner(line).column
        room = self.format.beside or self.width(column) - 2 * self.format.padding
        size = self.format.title
        return tuple(row for text in line.titles for row in wrapped(text.value, room, size))

    def slots(self, end: End, *, rightwards: bool) -> dict[Edge, int]:
        """Tell how high the titles on one side of a box are, line by line."""
        mine = [
            line
            for line in self.lines_of[end]
            if self.owner(line) == end and (line.left == end) == rightwards
        ]
        # Beside a box, a line without a title needs a place too, if another has one.
        least = 1 if self.format.beside and any(line.titles for line in mine) else 0
        row = leading(self.format.title)
        return {line: max(len(self.title(line)), least) * row for line in mine}

    def height(self, end: End) -> int:
        """Tell how high a box is, or what is beside it."""
        name = len(self.name(end)) * leading(self.format.name) + 2 * self.format.padding
        sides = [sum(self.slots(end, rightwards=side).values()) for side in (False, True)]
        return max(name, *sides) if self.format.beside else name + sum(sides)


def _arranged(sizes: _Sizes) -> dict[End, int]:
    """Let the library find the middle of each box, so that few lines cross and all are short."""
    import graphlay  # imported here for the time that it takes

    graph = graphlay.Graph()
    for end in sizes.ends:
        graph.node(
            end,
            width=sizes.width(end.column),
            height=sizes.height(end),
            rank={"fixed": end.column},
        )
    for line in sizes.lines:
        graph.edge(line.left, line.right)
    gap = sizes.format.between
    spacing = {"node_gap": gap, "isolated_gap": gap, "layer_gap": sizes.format.gap}
    options = {"direction": "leftright", "spacing": spacing, "routing": {"style": "diagonal"}}
    found = graphlay.layout(graph, options=options).positions()
    top = min(found[end][1] - sizes.height(end) / 2 for end in sizes.ends)
    return {end: round(found[end][1] - top) + sizes.format.head for end in sizes.ends}


@dataclass(frozen=True)
class _Plan:
    """Where everything is.

    :param middles: of the boxes, from the top
    """

    sizes: _Sizes
    middles: Mapping[End, int]

    @cached_property
    def outlines(self) -> Mapping[End, Rectangle]:
        """The boxes; where titles are beside one, it is only as high as its name."""
        found = {}
        for end in self.sizes.ends:
            height = self.sizes.height(end)
            if self.sizes.format.beside:
                rows = len(self.sizes.name(end)) * leading(self.sizes.format.name)
                height = rows + 2 * self.sizes.format.padding
            top = self.middles[end] - height // 2
            width = self.sizes.width(end.column)
            found[end] = Rectangle(self.sizes.left(end.column), top, width, height)
        return found

    def name(self, end: End) -> Written:
        """Write a name into its box."""
        box, format = self.outlines[end], self.sizes.format
        base = box.y + format.padding + round(format.name * 0.95)
        return Written(box.x + format.padding, base, self.sizes.name(end), leading(format.name))

    def title(self, line: Edge) -> Written:
        """Write the titles of a line beside or into the box at its end."""
        end, format = self.sizes.owner(line), self.sizes.format
        box, rows = self.outlines[end], self.sizes.title(line)
        is_right = line.left == end
        x = box.x + format.padding
        if format.beside:
            x = box.x + box.width + _AWAY if is_right else box.x - _AWAY
        row = leading(format.title)
        base = self._slot_top(line) + round(row * 0.75)
        ends_here = bool(format.beside) and not is_right
        return Written(x, base, rows, row, ends_here, line.number, line.language)

    def _slot_top(self, line: Edge) -> int:
        """Tell where the titles of a line begin: in the order in which the lines fan out."""
        end, format = self.sizes.owner(line), self.sizes.format
        rightwards = line.left == end
        slots = self.sizes.slots(end, rightwards=rightwards)
        ordered = sorted(
            slots, key=lambda other: self.middles[other.right if rightwards else other.left]
        )
        before = sum(slots[other] for other in ordered[: ordered.index(line)])
        if format.beside:
            return self.middles[end] - sum(slots.values()) // 2 + before
        above = 0
        if rightwards:
            above = sum(self.sizes.slots(end, rightwards=False).values())
        name = len(self.sizes.name(end)) * leading(format.name)
        return self.outlines[end].y + format.padding + name + above + before

    def path(self, line: Edge) -> str:
        """Draw a line: level beside a box as far as titles reach, and between as a curve."""
        (x1, y1), (x2, y2) = self._point(line, line.left), self._point(line, line.right)
        reach = self._reach[line.left.column]
        is_left = self.sizes.owner(line) == line.left
        from_x = self._edge(line, line.left) + (reach if is_left else 0)
        to_x = self._edge(line, line.right) - (0 if is_left else reach)
        middle = (from_x + to_x) // 2
        return f"M{x1} {y1}H{from_x}C{middle} {y1} {middle} {y2} {to_x} {y2}H{x2}"

    @cached_property
    def _reach(self) -> Mapping[int, int]:
        """How far titles reach into each gap, so that no line of another box crosses them."""
        found: dict[int, int] = {}
        for line in self.sizes.lines:
            gap = line.left.column
            found[gap] = max(found.get(gap, 0), self._length(line))
        return found

    def _length(self, line: Edge) -> int:
        """Tell how much room the titles beside a box take, from its edge to the line."""
        rows = self.sizes.title(line) if self.sizes.format.beside else ()
        longest = max((width_of(row, self.sizes.format.title) for row in rows), default=0)
        return round(longest) + 2 * _AWAY if rows else 0

    def _edge(self, line: Edge, end: End) -> int:
        box = self.outlines[end]
        return box.x + box.width if line.left == end else box.x

    def _point(self, line: Edge, end: End) -> tuple[int, int]:
        """Tell where a line meets a box, or the title beside it."""
        box, format = self.outlines[end], self.sizes.format
        is_left = line.left == end
        x = self._edge(line, end)
        if self.sizes.owner(line) != end:
            return x, self.middles[end]
        if not line.titles and not format.beside:
            return x, box.y + format.padding + leading(format.name) // 2
        x += self._length(line) if is_left else -self._length(line)
        slot = self.sizes.slots(end, rightwards=is_left)[line]
        middle = slot // 2 if format.beside else leading(format.title) // 2
        return x, self._slot_top(line) + middle
