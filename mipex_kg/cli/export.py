"""``mipex-kg export``: the validated dataset, or a part of it, in an RDF format."""

from __future__ import annotations

from pathlib import Path

import click

from mipex_kg.cli.choices import NamedChoice
from mipex_kg.cli.completing import complete_classes, complete_graphs, complete_things
from mipex_kg.cli.examples import CommandWithExamples
from mipex_kg.cli.opening import open_graph
from mipex_kg.cli.output import emit, output_option
from mipex_kg.rdf import formats


@click.command(
    "export", cls=CommandWithExamples, short_help="Write the graph, or a part of it, as RDF."
)
@click.option(
    "-f",
    "--format",
    type=NamedChoice(list(formats.BY_NAME)),
    help="RDF format. Default: from the file suffix, otherwise trig.",
)
@click.option(
    "--graph", metavar="GRAPH", shell_complete=complete_graphs, help="Only this named graph."
)
@click.option(
    "--thing",
    metavar="THING",
    shell_complete=complete_things,
    help="Only the document of this thing.",
)
@click.option(
    "--class",
    "cls",
    metavar="CLASS",
    shell_complete=complete_classes,
    help="Only the members of this class.",
)
@output_option
@click.pass_obj
def command(
    project: Path | None,
    format: str | None,
    graph: str | None,
    thing: str | None,
    cls: str | None,
    output: Path | None,
) -> None:
    """Write the graph, or a part of it, in an RDF format: same facts, same bytes.

    TriG, N-Quads and JSON-LD keep the named graphs; the other formats contain their merge. Nothing
    is written if the data are not valid.

    \b
    Examples:
      mipex-kg export -f turtle
      mipex-kg export -o graph.nq
      mipex-kg export --thing "Ada Brook" -f jsonld
      mipex-kg export --class schema:Library -f turtle
    """
    if sum(part is not None for part in (graph, thing, cls)) > 1:
        raise click.UsageError("Choose one of --graph, --thing and --class.")
    with open_graph(project).validating() as valid:
        if output is not None:
            valid.export(output, format=format, graph=graph, thing=thing, of_class=cls)
        else:
            text = valid.export(format=format, graph=graph, thing=thing, of_class=cls)
            emit(text.encode(), None)
