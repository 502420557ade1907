"""``mipex-kg describe``: what is known of a thing."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import click
import pyoxigraph as ox

from mipex_kg.cli.completing import complete_things
from mipex_kg.cli.examples import CommandWithExamples
from mipex_kg.cli.opening import open_graph
from mipex_kg.cli.output import as_json, emit, format_option, output_option
from mipex_kg.cli.terminal import width
from mipex_kg.dataset.description import DescribedValue, Description, PropertyValues
from mipex_kg.rdf.namespaces import shorten
from mipex_kg.rdf.terms import visible

_COLUMN = 24
_MANY = 12


@click.command(
    "describe", cls=CommandWithExamples, short_help="Show everything known about an item."
)
@click.argument("thing", shell_complete=complete_things)
@click.option(
    "-l", "--language", metavar="TAG", help="Show labels and texts in this language, such as de."
)
@click.option(
    "--all",
    "complete",
    is_flag=True,
    help=f"Show all statements: also those that others say already, and more than {_MANY} values.",
)
@format_option
@output_option
@click.pass_obj
def command(
    project: Path | None,
    thing: str,
    language: str | None,
    complete: bool,
    format: str,
    output: Path | None,
) -> None:
    """Show everything known about a THING, and what links to it.

    THING is an IRI, a CURIE such as person:ada-brook, the end of an IRI such as person/ada-brook,
    or a label such as "Ada Brook".
    Facts that are not stated in the source are marked: concluded, looked up, inferred.

    \b
    Examples:
      mipex-kg describe "Ada Brook"
      mipex-kg describe place:reading-room --language de
    """
    kg = open_graph(project)
    description = kg.describe(thing, language=language)
    if format == "json":
        emit(as_json(description.as_dict()), output)
    else:
        emit(_Writer(kg.prefixes, None if complete else _MANY).text(description), output)


class _Writer(NamedTuple):
    """Writes descriptions for a terminal.

    :param prefixes: for CURIEs
    :param many: so many values of a property are shown; None for all
    """

    prefixes: Mapping[str, str]
    many: int | None

    def text(self, description: Description) -> str:
        """Write a description; without ``--all``, no statements that others say already."""
        left = description.folded if self.many is not None else 0
        if left:
            description = description.without_folded()
        types, iri = ", ".join(description.types), description.thing.value
        curie, label = shorten(iri, self.prefixes), visible(description.label)
        # What has no CURIE is written as its IRI, and once.
        named = types if curie == f"<{iri}>" else f"{curie}  {types}".rstrip()
        lines = [click.style(label, bold=True), *([named] if named else [])]
        lines += ["" if label.strip("<>") == iri else f"{iri}\n"]
        if not (description.facts or types):
            lines.append("Nothing is said about it here.")
        for fact in description.facts:
            lines += self._rows(fact.name, fact)
        if description.pointing:
            lines += ["", click.style("What points here", bold=True)]
            for fact in description.pointing:
                lines += self._rows(f"← {fact.name}", fact)
        if left:
            others = f"{left} more that repeat or follow from these: --all"
            lines += ["", f"… and {others}"]
        return "\n".join(lines) + "\n"

    def _rows(self, name: str, fact: PropertyValues) -> list[str]:
        rows = []
        shown = fact.values[: self.many]
        for position, value in enumerate(shown):
            rows += _row(visible(name) if position == 0 else "", value, self.prefixes)
        if len(shown) < len(fact.values):
            rows.append(f"{'':<{_COLUMN}}  … and {len(fact.values) - len(shown)} more (--all)")
        return rows


def _row(column: str, value: DescribedValue, prefixes: Mapping[str, str]) -> list[str]:
    """Write a value beside its property, wrapped, with its CURIE and what kind of fact it is."""
    text = visible(value.text)
    if isinstance(value.term, ox.NamedNode):
        curie = shorten(value.term.value, prefixes)
        text += "" if curie == text else f"  {curie}"
    # What is known in another way needs no rule to be inferred once more.
    kinds = [kind for kind in value.kinds if kind != "inferred"] or value.kinds
    if "stated" not in kinds:
        text += f"  [{', '.join(kinds)}]"
    room = max(width() - _COLUMN - 2, 30)
    wrapped = textwrap.wrap(text, room, break_long_words=False, break_on_hyphens=False) or [""]
    head = [column] if len(column) <= _COLUMN else []
    wrapped += [
        line for name, detail in value.details for line in _detail(visible(name), visible(detail))
    ]
    lines = [f"{(head or [''])[0]:<{_COLUMN}}  {wrapped[0]}"]
    lines += [f"{'':<{_COLUMN}}  {line}" for line in wrapped[1:]]
    return lines if head or not column else [column, *lines]


def _detail(name: str, text: str) -> list[str]:
    room = max(width() - _COLUMN - 2, 30)
    return textwrap.wrap(f"{name}: {text}", room, initial_indent="    ", subsequent_indent="      ")
