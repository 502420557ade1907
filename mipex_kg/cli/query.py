"""``mipex-kg query``: ask the graph in SPARQL."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mipex_kg.cli import terminal
from mipex_kg.cli.base import base_option
from mipex_kg.cli.output import emit, output_option
from mipex_kg.dataset import querying
from mipex_kg.dataset.assembly import load_files, load_project_dataset
from mipex_kg.rdf import formats
from mipex_kg.rdf.namespaces import PREFIXES
from mipex_kg.sparql import named_queries, query_text, results
from mipex_kg.sparql.named_queries import NamedQuery
from mipex_kg.system import reading
from mipex_kg.system.child_process import Isolation
from mipex_kg.system.errors import UsageError

if TYPE_CHECKING:
    from mipex_kg.project.project import Project

_FORMATS = list(dict.fromkeys([*querying.formats_for("SELECT"), *querying.formats_for("DESCRIBE")]))

_SUFFIXES = {".tsv": "tsv", ".json": "json", ".xml": "xml", ".md": "markdown", ".txt": "table"}


@click.command("query", short_help="Ask the graph in SPARQL.")
@click.argument("query", required=False)
@click.option(
    "--list", "listing", is_flag=True, help="List the named queries and their parameters."
)
@click.option(
    "-p",
    "--param",
    "parameters",
    multiple=True,
    metavar="NAME=VALUE",
    help="Give a variable of the query a value; may be repeated.",
)
@click.option(
    "-f",
    "--format",
    type=click.Choice(_FORMATS),
    help="How to write the answer. Without it: as the output file's suffix says; else table on a "
    "terminal and csv elsewhere, and turtle for graphs.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="End the query after so many seconds.",
)
@click.option(
    "--data",
    "data",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Query this RDF file in place of the project; may be repeated.",
)
@base_option
@click.option(
    "--endpoint",
    metavar="URL",
    help="Ask the SPARQL endpoint there in place of the graph here.",
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
    endpoint: str | None,
    allow_remote: bool,
    output: Path | None,
) -> None:
    """Ask the graph in SPARQL.

    QUERY is - for standard input, the name of a file that ends in .rq, SPARQL itself (it has a {
    in it), or the name of a query in queries/. The project's prefixes need no declaration. The
    default graph is the merge of all graphs; GRAPH ?g { … } tells which graph says what.

    \b
    Examples:
      mipex-kg query --list
      mipex-kg query keepers
      mipex-kg query keepers --param day=Sa -f csv
      mipex-kg query 'SELECT ?name { ?p a schema:Person ; schema:name ?name }'
    """
    if listing:
        listed = _project(project)
        emit(_listing(named_queries.load_queries(listed.query_files, listed.files)), output)
        return
    if query is None:
        raise click.UsageError("Give a query, or --list to see the named ones.")
    if endpoint is not None and data:
        raise click.UsageError("Ask either the files of --data or the store at --endpoint.")
    own = _project(project) if _is_name(query) or not data else None
    given = _pairs(parameters)
    width = terminal.columns() if sys.stdout.isatty() else results.UNLIMITED

    def work(begin: Callable[[], None]) -> querying.Answer:
        if endpoint is not None and own is not None:
            text = _text(query, own, given, own.prefixes)
            chosen = format or _format(text, output)
            begin()
            return _ask(endpoint, own, text, chosen, allow_remote, width)
        if data or own is None:
            prefixes = PREFIXES if own is None else own.prefixes
            dataset = load_files(data, prefixes, base=base or (own.base if own else None))
        else:
            dataset = load_project_dataset(own)
        text = _text(query, own, given, dataset.prefixes)
        dataset.store  # noqa: B018 - made when it is first asked for, which takes a while
        begin()
        return querying.answer_here(
            text,
            dataset,
            format=format or _format(text, output),
            allow_remote=allow_remote,
            width=width,
        )

    # In the child from the beginning: what it loads is neither copied nor taken apart in the end.
    answer = Isolation(timeout).run(work)
    emit(answer.text.encode(), output)
    for warning in answer.warnings:
        terminal.note(warning)


def _project(directory: Path | None) -> Project:
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
    """Choose a format: by the output's suffix if it tells, else by where the answer goes."""
    suffix = "" if output is None else output.suffix.lower()
    if querying.makes_graph(text):
        found = formats.by_suffix(Path(f"answer{suffix}"))
        return (found or formats.TURTLE).name
    if suffix in _SUFFIXES:
        return _SUFFIXES[suffix]
    return "table" if output is None and sys.stdout.isatty() else "csv"


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


def _is_name(query: str) -> bool:
    """Tell whether QUERY names a query of the project."""
    return not (query == "-" or _is_file(query) or "{" in query or len(query.split()) > 1)


def _is_file(query: str) -> bool:
    return query.endswith(query_text.SUFFIX) and "{" not in query


def _text(
    query: str, own: Project | None, given: Mapping[str, str], prefixes: Mapping[str, str]
) -> str:
    """Find what was meant by QUERY, and bind its parameters."""
    if own is not None and _is_name(query):
        known = named_queries.load_queries(own.query_files, own.files)
        named = named_queries.find_query(query, known)
        return named_queries.bind(named, given, prefixes)
    text = query
    if query == "-":
        if (stdin := getattr(sys, "stdin", None)) is None:
            raise UsageError("Standard input is closed, so there is no query to read.")
        text = reading.decode(stdin.buffer.read(), Path("standard input"))
    elif _is_file(query):
        text = reading.read_text(Path(query))
        if "title" in query_text.header(text):
            return named_queries.bind(named_queries.load_query(Path(query)), given, prefixes)
    return named_queries.bind_freely(text, given, prefixes)


def _listing(known: Mapping[str, NamedQuery]) -> str:
    blocks = []
    for query in known.values():
        lines = [f"{query.name}: {query.title}"]
        if query.description:
            lines.append(f"    {query.description}")
        for parameter in query.parameters:
            default = "" if parameter.default is None else f" = {parameter.default}"
            lines.append(
                f"    --param {parameter.name}: {parameter.type}{default}  {parameter.description}"
            )
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks) or "This project has no named queries.\n"
