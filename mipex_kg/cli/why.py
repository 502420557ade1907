"""``mipex-kg why``: where a fact comes from."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click

from mipex_kg.cli.completing import complete_properties, complete_things
from mipex_kg.cli.examples import CommandWithExamples
from mipex_kg.cli.opening import open_graph
from mipex_kg.cli.output import as_json, emit, format_option, output_option
from mipex_kg.cli.terminal import width
from mipex_kg.dataset.explanation import Basis, CitedPassage, ExplainedFact, Explanation
from mipex_kg.dataset.rules import Rule
from mipex_kg.rdf.namespaces import shorten
from mipex_kg.rdf.terms import Node, text_of, visible


@click.command(
    "why", cls=CommandWithExamples, short_help="Show the sources behind an item's facts."
)
@click.argument("thing", shell_complete=complete_things)
@click.argument("property", required=False, shell_complete=complete_properties)
@click.argument("value", required=False)
@format_option
@output_option
@click.pass_obj
def command(
    project: Path | None,
    thing: str,
    property: str | None,
    value: str | None,
    format: str,
    output: Path | None,
) -> None:
    """Show the sources behind all facts about a THING, or those with one PROPERTY, or one VALUE.

    For each fact: the source, its section, the position and the quote; or the reasoning of the
    editors; or the external source; or the rule and the facts from which it follows.

    \b
    Examples:
      mipex-kg why "Ada Brook"
      mipex-kg why place:reading-room employee
      mipex-kg why "Ada Brook" "works for" "Reading Room"
    """
    kg = open_graph(project)
    explanation = kg.why(thing, property, value)
    if format == "json":
        emit(as_json(explanation.as_dict()), output)
    else:
        emit("\n".join(_blocks(explanation, kg.prefixes)), output)


def _blocks(explanation: Explanation, prefixes: Mapping[str, str]) -> Iterator[str]:
    """Write the facts graph by graph, and below them what the graph is based on."""
    by_graph: dict[Node, list[ExplainedFact]] = {}
    for fact in explanation.facts:
        by_graph.setdefault(fact.basis.graph, []).append(fact)
    for facts in by_graph.values():
        lines = [click.style(visible(fact.text), bold=True) for fact in facts]
        for depth, line in _based_on(facts, set(by_graph), prefixes):
            lines += textwrap.wrap(
                visible(line),
                width(),
                initial_indent="  " * depth,
                subsequent_indent="  " * (depth + 1),
                break_long_words=False,
                break_on_hyphens=False,
            )
        yield "\n".join([*lines, ""])


def _based_on(
    facts: Sequence[ExplainedFact], shown: set[Node], prefixes: Mapping[str, str]
) -> Iterator[tuple[int, str]]:
    """Say what the facts of one graph are based on, as lines with their depth."""
    basis = facts[0].basis
    if basis.rule is None:
        yield from _asserted(basis, 1, prefixes)
        return
    yield 1, f"{_rule(basis.rule)}, from:"
    found = {(p.triple, p.basis.graph): p for fact in facts for p in fact.basis.premises}
    premises = list(found.values())
    for premise in premises:
        yield 2, f"- {premise.text}"
    graphs = {premise.basis.graph: premise.basis for premise in premises}
    below = [basis for graph, basis in graphs.items() if graph not in shown]
    if len(below) < len(graphs):
        yield 2, "of which some are above, with what they are based on"
    if below:
        yield 2, "which is based on:"
    for basis in below:
        yield from _asserted(basis, 3, prefixes)


def _rule(rule: Rule) -> str:
    return f"inferred by the rule “{rule.title}” ({rule.path.name})"


def _asserted(basis: Basis, depth: int, prefixes: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    if basis.rule:
        yield depth, _rule(basis.rule)
        return
    yield depth, f"{basis.kind} in {shorten(text_of(basis.graph), prefixes)}"
    if basis.reasoning:
        yield depth, f"reasoning: {basis.reasoning}"
    for cited in basis.passages:
        yield from ((depth, line) for line in _passage_lines(cited))
    for authority in basis.authorities:
        licence = f"; licence: {basis.licence}" if basis.licence else ""
        yield depth, f"authority: {authority.name} <{authority.address}>{licence}"
    if basis.file_source:
        licence = f"; licence: {basis.licence}" if basis.licence else ""
        yield depth, f"source: {basis.file_source.in_words()}{licence}"
    if basis.rights:
        yield depth, f"rights: {basis.rights}"


def _passage_lines(cited: CitedPassage) -> Iterator[str]:
    passage, source = cited
    section = f", section “{passage.section}”" if passage.section else ""
    yield (
        f"source: {source.name} <{source.address}>{section}, "
        f"characters {passage.start}–{passage.end}: “{' '.join(passage.exact.split())}”"
    )
    for note in passage.notes:
        yield f"note: {note.value}"
