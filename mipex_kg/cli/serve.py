"""``mipex-kg serve``: the built site as linked data."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

import click

from mipex_kg.cli.choices import NamedChoice
from mipex_kg.cli.ranges import Number, WholeNumber
from mipex_kg.cli.terminal import note
from mipex_kg.dataset import querying
from mipex_kg.project import layout
from mipex_kg.project.project import Project, find_project
from mipex_kg.site.build import Built
from mipex_kg.site.build_cache import rebuild
from mipex_kg.system.child_process import MAX_TIMEOUT, run_together
from mipex_kg.system.errors import OutputError, UsageError
from mipex_kg.system.manifest import read_manifest
from mipex_kg.system.replacement import recover
from mipex_kg.validation.validated import validating


@click.command("serve", short_help="Serve the built site as linked data.")
@click.argument(
    "directory",
    metavar="[DIR]",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("site"),
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Address to listen on; 0.0.0.0 listens on all of this machine's.",
)
@click.option(
    "--port",
    type=WholeNumber(0, 65535),
    default=8000,
    show_default=True,
    help="Port to listen on; 0 picks a free port.",
)
@click.option(
    "--allow-host",
    "allowed_hosts",
    multiple=True,
    metavar="NAME",
    help="Also accept this host name while listening on this machine only, as behind a proxy that "
    "keeps the name. Repeatable.",
)
@click.option("--open", "opens", is_flag=True, help="Open the site in a browser.")
@click.option(
    "--endpoint",
    metavar="URL",
    help="Pass queries on to this SPARQL endpoint instead of the local graph.",
)
@click.option(
    "--timeout",
    type=Number(min=0, min_open=True, max=MAX_TIMEOUT),
    default=querying.TIMEOUT,
    show_default=True,
    metavar="SECONDS",
    help="Stop a query after SECONDS; after 3 seconds if others are waiting.",
)
@click.option(
    "--workers",
    type=WholeNumber(1, 256),
    default=lambda: max(4, 2 * (os.cpu_count() or 1)),
    show_default="twice the cores, at least 4",
    help="Number of queries to answer at the same time.",
)
@click.option(
    "--memory",
    type=WholeNumber(16, 1 << 20),
    default=querying.MEMORY >> 20,
    show_default=True,
    metavar="MIB",
    help="Memory limit per query (Linux only).",
)
@click.option(
    "--max-rows",
    "rows",
    type=WholeNumber(min=1),
    default=1_000_000,
    show_default=True,
    metavar="ROWS",
    help="Maximum number of rows or triples in an answer.",
)
@click.option(
    "--cache",
    type=WholeNumber(min=0),
    default=64,
    show_default=True,
    metavar="MIB",
    help="Size of the response cache; 0 disables it.",
)
@click.option(
    "--log",
    type=NamedChoice(["text", "json", "none"]),
    default="text",
    show_default=True,
    help="Format of the access log, which goes to standard error.",
)
@click.option(
    "--reload",
    "reloads",
    is_flag=True,
    help="Rebuild when a project file changes and show validation errors in the browser.",
)
@click.pass_obj
def command(
    project: Path | None,
    directory: Path,
    host: str,
    port: int,
    allowed_hosts: tuple[str, ...],
    opens: bool,
    endpoint: str | None,
    timeout: float,
    workers: int,
    memory: int,
    rows: int,
    cache: int,
    log: str,
    reloads: bool,
) -> None:
    """Serve the site that `build` writes into DIR (default: "site"); build it first if needed.

    A DIR that isn't there is refused if a site of the project is beside it: it may be misspelt.

    The address of a thing leads to the document that the client prefers: a page, Turtle, TriG,
    JSON-LD, RDF/XML or N-Triples. SPARQL queries are answered at /sparql, named queries at
    /query/NAME.csv and so on; the data is read-only. With --endpoint, queries are passed on to a
    store that has the graphs from `push`, within the same limits, and nothing else there can be
    read. The server can only be reached from this machine, unless --host is set. Ctrl-C stops it
    after all open requests have been answered.

    \b
    Examples:
      mipex-kg serve
      mipex-kg serve site --port 8080 --open
      mipex-kg serve --reload
      mipex-kg serve --endpoint http://127.0.0.1:7878/query
    """
    # Imported here: no other command needs a web server, and it takes a while.
    from mipex_kg.serving.application import make_application
    from mipex_kg.serving.host import HostCheck, is_loopback
    from mipex_kg.serving.log import AccessLog
    from mipex_kg.serving.pool import PoolLimits
    from mipex_kg.serving.reloading import Reloading
    from mipex_kg.serving.renewal import Allowance, Renewal, open_served
    from mipex_kg.serving.server import address_of, listen, run
    from mipex_kg.serving.shortcut import Shortcut

    if endpoint is not None:
        _check(endpoint)
    recover(directory)
    found = find_project(project, needs_own=True)
    if not directory.exists():
        _refuse_misspelt(directory, found)
        note(f"{directory} isn't there: the site is built there first.")
    listening = listen(host, port)
    _build(found, directory)
    allowance = Allowance(PoolLimits(timeout, workers, kept=cache << 20), memory << 20, rows=rows)
    served = open_served(directory, found, allowance, endpoint)
    address = address_of(listening) + served.site.rules.path
    passed_on = f", queries passed on to {endpoint}" if endpoint else ""

    def started() -> None:
        asked = f"with SPARQL at {address}{layout.SERVICE}{passed_on}"
        click.echo(f"Serving {found.title} at {address} {asked} (Ctrl-C ends it)")
        if opens:
            click.launch(address)

    reloading = Reloading(served, found.root) if reloads else None
    renewal = Renewal(served, allowance, reloading.watch if reloading else None)
    application = make_application(served, renewal)
    known = [urlsplit(found.site).hostname or "", host, *allowed_hosts]
    check = HostCheck(
        reloading.around(application) if reloading else application,
        known if is_loopback(host) else None,
    )
    layers = AccessLog(check, log)
    path = f"{served.site.rules.path}{layout.SERVICE}"
    # What reloads changes answers, too.
    shortcut = None if reloading else Shortcut(layers, check, application.sparql, path)
    run(shortcut or layers, listening, started)


def _refuse_misspelt(directory: Path, project: Project) -> None:
    """Refuse a folder that isn't there where another beside it is the project's site.

    :raises UsageError: naming that one, and how to build this one
    """
    beside = directory.parent.glob(f"*/{layout.MANIFEST}")
    built = {path.parent: read_manifest(path.parent) for path in beside}
    sites = [path for path, made in built.items() if made and made.project == project.base]
    if sites:
        raise UsageError(
            f"{directory} isn't there, and {min(sites)} is a site of this project.",
            hint=f"Serve that one, or run: mipex-kg build -o {directory}",
        )


def _check(endpoint: str) -> None:
    """Find out before anything else whether a store can be asked in this way.

    :raises UsageError: when it can't
    """
    # Imported here: only other hosts need an HTTP client, and it takes a while.
    from mipex_kg.remote.client import StoreClient

    with StoreClient(endpoint):
        pass


def _build(project: Project, directory: Path) -> None:
    """Build in a child process: what building needs is not kept by a server that runs for long."""
    killed = OutputError("The build process was killed.")

    def work() -> Built:
        with validating(project) as candidate:
            return rebuild(candidate, directory)

    [built] = run_together([work], killed, idle=lambda: None)
    for omission in built.omitted:
        note(f"omitted {omission}")
