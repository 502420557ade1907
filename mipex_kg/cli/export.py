"""``mipex-kg export``: the validated dataset, or a part of it, in an RDF format."""

from __future__ import annotations

from pathlib import Path

import click

from mipex_kg.cli.output import emit, output_option
from mipex_kg.dataset import things
from mipex_kg.project.project import find_project
from mipex_kg.rdf import formats
from mipex_kg.rdf.formats import Format
from mipex_kg.site.documents import Publication
from mipex_kg.validation.validated import validated


@click.command("export", short_help="Write the graph, or a part of it, as RDF.")
@click.option(
    "-f",
    "--format",
    type=click.Choice(list(formats.BY_NAME)),
    help="RDF format. Without it: as the output file's suffix says, else trig.",
)
@click.option("--graph", metavar="GRAPH", help="Only this named graph.")
@click.option("--thing", metavar="THING", help="Only the document of this thing.")
@click.option("--class", "cls", metavar="CLASS", help="Only the members of this class.")
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
    """Write the dataset, or a part of it, in an RDF format: same facts, same bytes.

    TriG, N-Quads and JSON-LD keep the named graphs; the other formats have their merge. What is
    not valid is not written.

    \b
    Examples:
      mipex-kg export -f turtle
      mipex-kg export -o graph.nq
      mipex-kg export --thing "Ada Brook" -f jsonld
      mipex-kg export --class schema:Library -f turtle
    """
    if sum(part is not None for part in (graph, thing, cls)) > 1:
        raise click.UsageError("Choose one of --graph, --thing and --class.")
    publication = Publication(validated(find_project(project)))
    chosen = _format(format, output)
    wanted = graph or thing or cls
    if wanted is None:
        emit(publication.write(publication.dataset.quads, chosen), output)
        return
    node = things.find_thing(wanted, publication.dataset)
    if thing is not None:
        emit(publication.write_thing([node], publication.document([node]), chosen), output)
    else:
        quads = publication.of_graph(node) if graph else publication.of_class(node)
        emit(publication.write(quads, chosen), output)


def _format(name: str | None, output: Path | None) -> Format:
    if name is not None:
        return formats.BY_NAME[name]
    if output is None or not output.suffix:
        return formats.TRIG
    found = formats.by_suffix(output)
    if found is None:
        raise click.UsageError(
            f"{output.suffix} is no suffix of an RDF format; name one with --format."
        )
    return found
