"""``mipex-kg query``: query the graph with SPARQL."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mipex_kg.api.graph import KnowledgeGraph
from mipex_kg.api.questions import is_name
from mipex_kg.cli import terminal
from mipex_kg.cli.base import base_option
from mipex_kg.cli.choices import NamedChoice
from mipex_kg.cli.completing import complete_parameters, complete_queries
from mipex_kg.cli.contexts import contexts_for, contexts_option
from mipex_kg.cli.examples import CommandWithExamples
from mipex_kg.cli.opening import open_project
from mipex_kg.cli.output import emit, output_option
from mipex_kg.cli.ranges import Number
from mipex_kg.dataset import querying
from mipex_kg.rdf import formats
from mipex_kg.sparql import results
from mipex_kg.sparql.named_queries import find_query
from mipex_kg.system import reading
from mipex_kg.system.child_process import run_isolated
from mipex_kg.system.errors import UsageError, suggestion

if TYPE_CHECKING:
    from mipex_kg.project.project import Project
    from mipex_kg.sparql.named_queries import NamedQuery

_FORMATS = list(dict.fromkeys([*querying.formats_for("SELECT"), *querying.formats_for("DESCRIBE")]))

_SUFFIXES = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".json": "json",
    ".xml": "xml",
    ".md": "markdown",
    ".txt": "table",
}


@click.command("query", cls=CommandWithExamples, short_help="Query the graph with SPARQL.")
@click.argument("query", required=False, shell_complete=complete_queries)
@click.option(
    "--list",
    "listing",
    is_flag=True,
    help="List the named queries in their groups; with QUERY, say all about that one.",
)
@click.option(
    "-p",
    "--param",
    "parameters",
    multiple=True,
    metavar="NAME=VALUE",
    shell_complete=complete_parameters,
    help="Set a parameter of the query. Repeatable.",
)
@click.option(
    "-f",
    "--format",
    type=NamedChoice(_FORMATS),
    help="Output format. Default: from the file suffix; otherwise table (terminal), csv (pipe) or "
    "turtle (graphs).",
)
@click.option(
    "--timeout",
    type=Number(min=0, min_open=True),
    metavar="SECONDS",
    help="Stop the query after SECONDS.",
)
@click.option(
    "--data",
    "data",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Query this RDF file instead of the project. Repeatable.",
)
@base_option
@contexts_option("A copy of a remote context that JSON-LD in FILEs names by its IRI.")
@click.option(
    "--endpoint",
    metavar="URL",
    help="Query this SPARQL endpoint instead of the local graph.",
)
@click.option("--allow-remote", is_flag=True, help="Let SERVICE call other hosts.")
@output_option
@click.pass_obj
def command(
    project: Path | None,
    query: str | None,
    listing: bool,
    parameters: tuple[str, ...],
    format: str | None,
    timeout: float | None,
    data: tuple[Path, ...],
    base: str | None,
    contexts: Mapping[str, Path],
    endpoint: str | None,
    allow_remote: bool,
    output: Path | None,
) -> None:
    """Query the graph with SPARQL.

    QUERY is the name of a query in queries/, SPARQL itself (anything with a { in it), a file that
    ends in .rq, or - for standard input. The project's prefixes need no declaration. The default
    graph is the merge of all graphs; use GRAPH ?g { … } to see which graph a fact comes from.

    \b
    Examples:
      mipex-kg query --list
      mipex-kg query --list keepers
      mipex-kg query keepers
      mipex-kg query keepers --param day=Sa -f csv
      mipex-kg query 'SELECT ?name { ?p a schema:Person ; schema:name ?name }'
    """
    if listing:
        _list(KnowledgeGraph(open_project(project)).queries, query, format, output)
        return
    if query is None:
        raise click.UsageError("Give a query, or --list to see the named ones.")
    if endpoint is not None and data:
        raise click.UsageError("Ask either the files of --data or the store at --endpoint.")
    own = None
    if endpoint is None and not data:
        own = open_project(project, instead="--project, or files with --data")
    elif not data or (is_name(query) and query != "-"):
        own = _names_of(project)
    known = contexts_for(project, data, contexts)
    graph = KnowledgeGraph(own, data, base=base, contexts=known, isolated=True)
    text = graph.sparql(_standard_input() if query == "-" else query, _pairs(parameters))
    chosen = format or _format(text, output)
    width = terminal.columns() if sys.stdout.isatty() else results.UNLIMITED
    if endpoint is not None and own is not None:
        answer = run_isolated(
            lambda: _ask(endpoint, own, text, chosen, allow_remote, width), timeout=timeout
        )
    else:
        answer = graph.answer(
            text, format=chosen, timeout=timeout, allow_remote=allow_remote, width=width
        )
    emit(answer.text.encode(), output)
    for warning in answer.warnings:
        terminal.note(warning)


def _names_of(directory: Path | None) -> Project:
    """Find the project whose prefixes and named queries are used for what is asked elsewhere."""
    # Imported here: `--data` needs no project, and starts in less time without.
    from mipex_kg.project.project import find_project

    return find_project(directory)


def _ask(
    address: str, project: Project, text: str, format: str, allow_remote: bool, width: int
) -> querying.Answer:
    # Imported here: only other hosts need an HTTP client, and it takes a while.
    from mipex_kg.remote.client import ANSWER_LIMITS, StoreClient
    from mipex_kg.remote.endpoint import Endpoint

    with StoreClient(address, limits=ANSWER_LIMITS) as client:
        return Endpoint(client, project).answer(
            text, format=format, allow_remote=allow_remote, width=width
        )


def _format(text: str, output: Path | None) -> str:
    """Choose a format: by the output's suffix if it tells, else by where the answer goes.

    :raises UsageError: when the answer can't be written as the suffix has it
    """
    suffix = "" if output is None else output.suffix.lower()
    if not suffix:
        if querying.makes_graph(text):
            return formats.TURTLE.name
        return "table" if output is None and sys.stdout.isatty() else "csv"
    if querying.makes_graph(text):
        what, known = "A graph", {f.suffix: f.name for f in formats.FORMATS}
        found = formats.by_suffix(Path(f"answer{suffix}"))
        chosen = found and found.name
    else:
        what, known = "A table", _SUFFIXES
        chosen = known.get(suffix)
    if chosen is None:
        raise UsageError(
            f"{what} can't be written as {suffix}.",
            hint=f"{suggestion(suffix, known)} Use {', '.join(known)}, or choose a format with "
            "--format.".lstrip(),
        )
    return chosen


def _standard_input() -> str:
    if (stdin := getattr(sys, "stdin", None)) is None:
        raise UsageError("Standard input is closed, so there is no query to read.")
    # A line end makes it SPARQL, whatever it is: the name of a query has none.
    return reading.decode(stdin.buffer.read(), Path("standard input")) + "\n"


def _pairs(parameters: tuple[str, ...]) -> dict[str, str]:
    pairs = {}
    for parameter in parameters:
        name, equals, value = parameter.partition("=")
        if not equals:
            raise UsageError(f"--param {parameter} has no value.", hint="Write NAME=VALUE.")
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise UsageError(f"The value of {name} is not UTF-8.")
        pairs[name.lstrip("?$")] = value
    return pairs


def _list(
    queries: Mapping[str, NamedQuery], name: str | None, format: str | None, output: Path | None
) -> None:
    """List the named queries, or say all about one."""
    # Imported here: only a list needs it.
    from mipex_kg.cli import query_list

    if format not in (None, "json"):
        raise click.UsageError("The list is written as text, or as JSON with --format json.")
    one = None if name is None else find_query(name, queries)
    if format == "json":
        emit(query_list.as_documents([one] if one else queries.values()), output)
    elif one:
        emit(query_list.whole(one), output)
    else:
        is_seen = output is None and sys.stdout.isatty()
        emit(query_list.lines(queries.values(), terminal.columns() if is_seen else None), output)
        if queries:
            terminal.note(query_list.FURTHER)
