"""``mipex-kg describe``: what is known of a thing."""

from __future__ import annotations

import textwrap
from pathlib import Path

import click
import pyoxigraph as ox

from mipex_kg.cli.output import emit, output_option
from mipex_kg.cli.terminal import width
from mipex_kg.dataset import things
from mipex_kg.dataset.assembly import load_project_dataset
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.dataset.description import Description, Value, describe
from mipex_kg.project.project import find_project
from mipex_kg.rdf.namespaces import shorten
from mipex_kg.rdf.terms import visible

_COLUMN = 24
_MANY = 12


@click.command("describe", short_help="Show what is known of a thing.")
@click.argument("thing")
@click.option(
    "-l", "--language", metavar="TAG", help="Show labels and texts in this language, such as de."
)
@click.option(
    "--all",
    "complete",
    is_flag=True,
    help=f"Show every value, also where there are more than {_MANY}.",
)
@output_option
@click.pass_obj
def command(
    project: Path | None, thing: str, language: str | None, complete: bool, output: Path | None
) -> None:
    """Show what is known of a THING, and what points to it.

    THING is an IRI, a CURIE such as person:ada-brook, or a label such as "Ada Brook".
    Facts that the source doesn't state as such are marked: concluded, looked up, inferred.

    \b
    Examples:
      mipex-kg describe "Ada Brook"
      mipex-kg describe place:reading-room --language de
    """
    found = find_project(project)
    dataset = load_project_dataset(found)
    node = things.find_thing(thing, dataset)
    languages = (language.lower(), *found.languages) if language else found.languages
    emit(_written(describe(dataset, node, languages), dataset, None if complete else _MANY), output)


def _written(description: Description, dataset: Dataset, many: int | None) -> str:
    types = ", ".join(description.types)
    lines = [
        click.style(visible(description.label), bold=True),
        f"{shorten(description.thing.value, dataset.prefixes)}  {types}".rstrip(),
        description.thing.value,
        "",
    ]
    for name, values in description.facts:
        lines += _rows(name, values, dataset, many)
    if description.pointing:
        lines += ["", click.style("What points here", bold=True)]
        for name, values in description.pointing:
            lines += _rows(f"← {name}", values, dataset, many)
    return "\n".join(lines) + "\n"


def _rows(name: str, values: tuple[Value, ...], dataset: Dataset, many: int | None) -> list[str]:
    rows = []
    shown = values if many is None or len(values) <= many else values[:many]
    for position, value in enumerate(shown):
        column = visible(name) if position == 0 else ""
        rows += _row(column, value, dataset)
    if len(shown) < len(values):
        rows.append(f"{'':<{_COLUMN}}  … and {len(values) - len(shown)} more (--all)")
    return rows


def _row(column: str, value: Value, dataset: Dataset) -> list[str]:
    """Write a value beside its property, wrapped, with its CURIE and what kind of fact it is."""
    text = visible(value.text)
    if isinstance(value.term, ox.NamedNode):
        curie = shorten(value.term.value, dataset.prefixes)
        text += "" if curie == text else f"  {curie}"
    if "stated" not in value.kinds:
        text += f"  [{', '.join(value.kinds)}]"
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
