"""Examples in the help of commands: with names of the project in which the user is."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import click

# Each is imported where it is used: a command that is run shows no examples.
if TYPE_CHECKING:
    import pyoxigraph as ox

    from mipex_kg.dataset.dataset import Dataset
    from mipex_kg.project.project import Project

_EXAMPLE = re.compile(r"^ +mipex-kg .*$", re.MULTILINE)


class CommandWithExamples(click.Command):
    """A command whose examples are written for the project that ``mipex-kg init`` makes.

    Where there is another project, they are shown with its names instead, so that they work there.
    """

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the text of the help."""
        written = self.help
        try:
            if written and not ctx.resilient_parsing:
                names = _names(ctx)
                self.help = _EXAMPLE.sub(lambda match: _renamed(match[0], names), written)
            super().format_help_text(ctx, formatter)
        finally:
            self.help = written


def _renamed(example: str, names: dict[str, str]) -> str:
    if not names:
        return example
    known = re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))))
    return known.sub(lambda match: names[match[0]], example)


def _names(ctx: click.Context) -> dict[str, str]:
    """Find what the project has for each name in the examples; nothing where it can't be read."""
    from mipex_kg.dataset.assembly import stated_dataset
    from mipex_kg.project.project import find_project
    from mipex_kg.system.errors import KgError

    try:
        project = find_project(ctx.obj)
        return {**dict(_of_queries(project)), **dict(_of_things(stated_dataset(project), project))}
    except KgError:
        return {}


def _of_queries(project: Project) -> Iterator[tuple[str, str]]:
    from mipex_kg.sparql.named_queries import load_queries

    queries = load_queries(project.query_files, project.files).values()
    asked = [each for each in queries if all(p.default is not None for p in each.parameters)]
    asked.sort(key=lambda query: not query.parameters)
    if asked:
        first = asked[0]
        yield "query --list keepers", f"query --list {first.name}"
        yield "query keepers", f"query {first.name}"
        given = [f"--param {_quoted(f'{p.name}={p.default}')}" for p in first.parameters[:1]]
        yield "query keepers --param day=Sa", " ".join([f"query {first.name}", *given])


class _Fact(NamedTuple):
    """A thing of a class with a name of its own, and what is said of it."""

    cls: str
    thing: ox.NamedNode
    label: str
    predicate: ox.NamedNode
    value: str


def _of_things(dataset: Dataset, project: Project) -> Iterator[tuple[str, str]]:
    from mipex_kg.dataset.things import property_name
    from mipex_kg.rdf.local_names import local_name
    from mipex_kg.rdf.namespaces import shorten

    found = next(_facts(dataset, project), None)
    if found is None:
        return
    naming = next(p for p in dataset.labels if dataset.values(found.thing, p))
    thing, value = _quoted(found.label), _quoted(found.value)
    yield (
        '"Ada Brook" "works for" "Reading Room"',
        (f"{thing} {_quoted(property_name(found.predicate, dataset))} {value}"),
    )
    yield '"Ada Brook"', thing
    name = _quoted(shorten(found.thing.value, dataset.prefixes))
    yield "place:reading-room employee", f"{name} {local_name(found.predicate)}"
    yield "place:reading-room", name
    yield "schema:Library", found.cls
    yield "schema:Person", found.cls
    yield "schema:name", shorten(naming.value, dataset.prefixes)


def _facts(dataset: Dataset, project: Project) -> Iterator[_Fact]:
    """Find facts that link two things with names, of the classes that visitors browse by first."""
    import pyoxigraph as ox

    from mipex_kg.rdf.namespaces import TYPE, expand, shorten
    from mipex_kg.rdf.terms import text_of

    listed = filter(None, (expand(cls, project.prefixes) for cls in project.page_classes))
    types = {quad.object for quad in dataset.quads if quad.predicate == TYPE}
    for cls in (*map(ox.NamedNode, listed), *sorted(types, key=text_of)):
        for thing in dataset.members(cls):
            label = dataset.label(thing)
            if not isinstance(thing, ox.NamedNode) or not label or not _names_one(label, dataset):
                continue
            for quad in dataset.about(thing):
                value = dataset.label(quad.object)
                if quad.predicate != TYPE and value and isinstance(quad.object, ox.NamedNode):
                    yield _Fact(
                        shorten(text_of(cls), dataset.prefixes), thing, label, quad.predicate, value
                    )


def _names_one(label: str, dataset: Dataset) -> bool:
    from mipex_kg.dataset.things import find_thing
    from mipex_kg.system.errors import UsageError

    try:
        return bool(find_thing(label, dataset))
    except UsageError:
        return False


def _quoted(text: str) -> str:
    """Write a word as a shell takes it, in double quotes where that is enough.

    >>> _quoted("Ada Brook"), _quoted("day=Sa"), _quoted('an "Ada"')
    ('"Ada Brook"', 'day=Sa', '\\'an "Ada"\\'')
    """
    if re.fullmatch(r"[\w.:/=@%+-]+", text, re.ASCII):
        return text
    return shlex.quote(text) if re.search(r'["$`\\!\n]', text) else f'"{text}"'
