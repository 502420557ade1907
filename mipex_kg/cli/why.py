"""``mipex-kg why``: where a fact comes from."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path

import click
import pyoxigraph as ox

from mipex_kg import provenance, things
from mipex_kg.cli.output import emit, output_option
from mipex_kg.cli.terminal import plain, width
from mipex_kg.dataset import Dataset, load_project_dataset
from mipex_kg.errors import UsageError
from mipex_kg.namespaces import TYPE, shorten
from mipex_kg.passages import Passage
from mipex_kg.project import Project, find_project
from mipex_kg.provenance import Ground


@click.command("why")
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
      mipex-kg why "Giacomo Solano"
      mipex-kg why edition:mipex-2020 funder
      mipex-kg why country:DE mipex:inGroup region:europe
    """
    found = find_project(project)
    dataset = load_project_dataset(found)
    node = things.find_thing(thing, dataset)
    quads = _asked(dataset, node, property, value)
    if not quads:
        raise UsageError(f"Nothing is said about {things.name(node, dataset)}; it is only pointed to.")
    by_triple: dict[ox.Triple, list[ox.Quad]] = {}
    for quad in quads:
        by_triple.setdefault(quad.triple, []).append(quad)
    blocks = [
        "\n".join([click.style(_statement(triple, dataset), bold=True), *_grounds(found, dataset, same)])
        for triple, same in by_triple.items()
    ]
    emit("\n\n".join(blocks) + "\n", output)


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
    texts = [quad for quad in quads if quad.object.value == value]
    named = [quad for quad in quads if things.name(quad.object, dataset).casefold() == value.casefold()]
    if texts or named:
        return texts or named
    try:
        thing = things.find_thing(value, dataset)
    except UsageError:
        return []
    return [quad for quad in quads if quad.object == thing]


def _statement(triple: ox.Triple, dataset: Dataset) -> str:
    object = things.name(triple.object, dataset)
    verb = "is a" if triple.predicate == TYPE else f"{things.property_name(triple.predicate, dataset)}:"
    language = f" ({triple.object.language})" if isinstance(triple.object, ox.Literal) and triple.object.language else ""
    return plain(f"{things.name(triple.subject, dataset)}, {verb} {object}{language}")


def _grounds(project: Project, dataset: Dataset, quads: list[ox.Quad]) -> Iterator[str]:
    for quad in quads:
        for line in _ground_lines(project, dataset, provenance.ground(project, dataset, quad)):
            yield from textwrap.wrap(
                plain(line), width(), initial_indent="  ", subsequent_indent="    ", break_long_words=False
            )


def _ground_lines(project: Project, dataset: Dataset, ground: Ground) -> Iterator[str]:
    graph = shorten(ground.graph.value, dataset.prefixes)
    if ground.rule:
        yield f"inferred by the rule “{ground.rule.title}” ({ground.rule.path.name}), from:"
        for premise in ground.premises:
            yield f"  {_statement(premise.triple, dataset)}"
            yield from (f"    {line}" for line in _short(project, dataset, premise))
        return
    yield f"{ground.kind} in {graph}"
    if ground.reasoning:
        yield f"reasoning: {ground.reasoning}"
    for passage in ground.passages:
        yield from _passage_lines(dataset, passage)
    for authority in ground.authorities:
        name, address = things.name(authority, dataset), provenance.address(dataset, authority)
        licence = f"; licence: {ground.licence}" if ground.licence else ""
        yield f"authority: {name} <{address}>{licence}"


def _passage_lines(dataset: Dataset, passage: Passage) -> Iterator[str]:
    source = ox.NamedNode(passage.source)
    section = f", section “{passage.section}”" if passage.section else ""
    yield (
        f"source: {things.name(source, dataset)} <{provenance.address(dataset, source)}>{section}, "
        f"characters {passage.start}–{passage.end}: “{' '.join(passage.exact.split())}”"
    )
    for note in passage.notes:
        yield f"note: {note}"


def _short(project: Project, dataset: Dataset, quad: ox.Quad) -> Iterator[str]:
    """Write a premise's own ground in a line or two."""
    ground = provenance.ground(project, dataset, quad)
    if ground.rule:
        yield f"inferred by the rule “{ground.rule.title}”"
    for passage in ground.passages:
        yield from list(_passage_lines(dataset, passage))[:1]
    if not ground.rule and not ground.passages:
        yield f"{ground.kind} in {shorten(ground.graph.value, dataset.prefixes)}"
