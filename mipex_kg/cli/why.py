"""``mipex-kg why``: where a fact comes from."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path

import click
import pyoxigraph as ox

from mipex_kg.cli.output import emit, output_option
from mipex_kg.cli.terminal import width
from mipex_kg.dataset import provenance, things
from mipex_kg.dataset.assembly import load_project_dataset
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.dataset.passages import Passage
from mipex_kg.dataset.provenance import Ground
from mipex_kg.project.project import Project, find_project
from mipex_kg.rdf.namespaces import TYPE, shorten
from mipex_kg.rdf.terms import Node, text_of, visible
from mipex_kg.system.errors import UsageError


@click.command("why", short_help="Show what the facts about a thing rest on.")
@click.argument("thing")
@click.argument("property", required=False)
@click.argument("value", required=False)
@output_option
@click.pass_obj
def command(
    project: Path | None, thing: str, property: str | None, value: str | None, output: Path | None
) -> None:
    """Show what the facts about a THING rest on, or those with one PROPERTY, or one VALUE.

    For each fact: the source, its section, the position and the quote; or the reasoning of the
    editors; or the authority; or the rule and the facts from which it follows.

    \b
    Examples:
      mipex-kg why "Ada Brook"
      mipex-kg why place:reading-room employee
      mipex-kg why "Ada Brook" "works for" "Reading Room"
    """
    found = find_project(project)
    dataset = load_project_dataset(found)
    node = things.find_thing(thing, dataset)
    quads = _asked(dataset, node, property, value)
    if not quads:
        raise UsageError(
            f"Nothing is said about {things.name(node, dataset)}; it is only pointed to."
        )
    emit("\n".join(_blocks(found, dataset, quads)), output)


def _asked(
    dataset: Dataset, node: ox.NamedNode, property: str | None, value: str | None
) -> list[ox.Quad]:
    quads = sorted(dataset.about(node), key=lambda quad: (quad.predicate != TYPE, str(quad)))
    if property is None:
        return quads
    predicate = things.find_property(property, quads, dataset)
    quads = [quad for quad in quads if quad.predicate == predicate]
    if value is None:
        return quads
    wanted = _with_value(dataset, quads, value)
    if not wanted:
        known = ", ".join(dict.fromkeys(things.name(quad.object, dataset) for quad in quads))
        raise UsageError(f"It has no such value: {value!r}.", hint=f"The values are: {known}.")
    return wanted


def _with_value(dataset: Dataset, quads: list[ox.Quad], value: str) -> list[ox.Quad]:
    texts = [quad for quad in quads if text_of(quad.object) == value]
    named = [
        quad for quad in quads if things.name(quad.object, dataset).casefold() == value.casefold()
    ]
    if texts or named:
        return texts or named
    try:
        thing = things.find_thing(value, dataset)
    except UsageError:
        return []
    return [quad for quad in quads if quad.object == thing]


def _statement(triple: ox.Triple, dataset: Dataset) -> str:
    object = things.name(triple.object, dataset)
    verb = (
        "is a"
        if triple.predicate == TYPE
        else f"{things.property_name(triple.predicate, dataset)}:"
    )
    language = (
        f" ({triple.object.language})"
        if isinstance(triple.object, ox.Literal) and triple.object.language
        else ""
    )
    return visible(f"{things.name(triple.subject, dataset)}, {verb} {object}{language}")


def _blocks(project: Project, dataset: Dataset, quads: list[ox.Quad]) -> Iterator[str]:
    """Write the facts graph by graph, and below them what the graph rests on."""
    by_graph: dict[Node, list[ox.Quad]] = {}
    for quad in quads:
        by_graph.setdefault(_graph(quad), []).append(quad)
    kinds = list(provenance.KINDS.values())

    def order(graph: Node) -> tuple[int, str]:
        return [*kinds, "unexplained"].index(provenance.kind_of(dataset, graph)), text_of(graph)

    for graph in sorted(by_graph, key=order):
        lines = [
            click.style(_statement(quad.triple, dataset), bold=True) for quad in by_graph[graph]
        ]
        for depth, line in _grounds(project, dataset, by_graph[graph], set(by_graph)):
            lines += textwrap.wrap(
                visible(line),
                width(),
                initial_indent="  " * depth,
                subsequent_indent="  " * (depth + 1),
                break_long_words=False,
                break_on_hyphens=False,
            )
        yield "\n".join([*lines, ""])


def _graph(quad: ox.Quad) -> Node:
    assert not isinstance(quad.graph_name, ox.DefaultGraph)  # noqa: S101 - a project's have names
    return quad.graph_name


def _grounds(
    project: Project, dataset: Dataset, quads: list[ox.Quad], shown: set[Node]
) -> Iterator[tuple[int, str]]:
    """Say what the facts of one graph rest on, as lines with their depth."""
    grounds = [provenance.ground(project, dataset, quad) for quad in quads]
    if grounds[0].rule is None:
        yield from _asserted(dataset, grounds[0], 1)
        return
    yield 1, f"inferred by the rule “{grounds[0].rule.title}” ({grounds[0].rule.path.name}), from:"
    premises = dict.fromkeys(premise for ground in grounds for premise in ground.premises)
    for premise in premises:
        yield 2, f"- {_statement(premise.triple, dataset)}"
    below = {_graph(premise): premise for premise in premises if _graph(premise) not in shown}
    if len(below) < len({_graph(premise) for premise in premises}):
        yield 2, "of which some are above, with what they rest on"
    if below:
        yield 2, "which rests on:"
    for premise in below.values():
        yield from _asserted(dataset, provenance.ground(project, dataset, premise), 3)


def _asserted(dataset: Dataset, ground: Ground, depth: int) -> Iterator[tuple[int, str]]:
    if ground.rule:
        yield depth, f"inferred by the rule “{ground.rule.title}” ({ground.rule.path.name})"
        return
    yield depth, f"{ground.kind} in {shorten(text_of(ground.graph), dataset.prefixes)}"
    if ground.reasoning:
        yield depth, f"reasoning: {ground.reasoning}"
    for passage in ground.passages:
        yield from ((depth, line) for line in _passage_lines(dataset, passage))
    for authority in ground.authorities:
        name, address = things.name(authority, dataset), provenance.address(dataset, authority)
        licence = f"; licence: {ground.licence}" if ground.licence else ""
        yield depth, f"authority: {name} <{address}>{licence}"
    if ground.rights:
        yield depth, f"rights: {ground.rights}"


def _passage_lines(dataset: Dataset, passage: Passage) -> Iterator[str]:
    source = ox.NamedNode(passage.source)
    section = f", section “{passage.section}”" if passage.section else ""
    yield (
        f"source: {things.name(source, dataset)} <{provenance.address(dataset, source)}>{section}, "
        f"characters {passage.start}–{passage.end}: “{' '.join(passage.exact.split())}”"
    )
    for note in passage.notes:
        yield f"note: {note}"
