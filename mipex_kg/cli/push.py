"""``mipex-kg push``: the graphs to a SPARQL store."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mipex_kg.cli.choices import NamedChoice
from mipex_kg.cli.opening import open_graph
from mipex_kg.cli.output import emit, output_option
from mipex_kg.cli.terminal import progress
from mipex_kg.remote.stores import STORES

if TYPE_CHECKING:
    from mipex_kg.remote.pushing import Change


@click.command("push", short_help="Upload the graphs to a SPARQL store.")
@click.argument("url")
@click.option(
    "--store",
    type=NamedChoice(list(STORES)),
    help="Store type. Default: detected from the server.",
)
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@click.option(
    "--merged/--no-merged",
    default=None,
    help="Also upload the merge of all graphs, as graph/merged. Default: only if the store's "
    "default graph is not that merge.",
)
@click.option(
    "--prune", is_flag=True, help="Delete graphs in the store that the project no longer has."
)
@click.option(
    "-f",
    "--format",
    type=NamedChoice(["text", "json"]),
    default="text",
    show_default=True,
    help="Output format of the changes.",
)
@output_option
@click.pass_obj
def command(
    project: Path | None,
    url: str,
    store: str | None,
    dry_run: bool,
    merged: bool | None,
    prune: bool,
    format: str,
    output: Path | None,
) -> None:
    """Upload the project's named graphs to the store at URL; other graphs there are not touched.

    Uses the SPARQL 1.1 Graph Store Protocol and SPARQL Update. Graphs that are the same on both
    sides are left alone. Of the others, only the triples that differ are sent, if the store takes
    them so; else the graph is loaded beside the one that it replaces. All changes take effect in
    one step. Nothing is uploaded if the data are not valid.

    The name and password, or the token, come from MIPEX_KG_STORE_USER and MIPEX_KG_STORE_PASSWORD,
    or from MIPEX_KG_STORE_TOKEN; otherwise from the entry for the host in ~/.netrc.

    \b
    Examples:
      mipex-kg push http://127.0.0.1:7878/ --dry-run
      mipex-kg push https://store.example.org/ --store oxigraph
    """
    with (
        open_graph(project, needs_own=not dry_run).validating() as graph,
        progress("Pushing") as show,
    ):
        changes = graph.push(
            url, store=store, merged=merged, prune=prune, dry_run=dry_run, progress=show
        )
    emit(_as_json(changes) if format == "json" else _as_text(changes, dry_run), output)


def _as_json(changes: Sequence[Change]) -> bytes:
    return (json.dumps([asdict(change) for change in changes], indent=2) + "\n").encode()


def _as_text(changes: Sequence[Change], is_trial: bool) -> str:
    """Write a line for each graph that isn't the same, and a summary."""
    lines = [
        f"{change.kind:<8} {f'+{change.added}':>7} {f'−{change.removed}':>7}  {change.graph}\n"
        for change in changes
        if change.kind != "same"
    ]
    counts = Counter(change.kind for change in changes)
    said = [f"{count} {_WORDS[kind]}" for kind, count in sorted(counts.items())]
    return "".join(lines) + f"{'Trial: ' if is_trial else ''}{', '.join(said)}.\n"


_WORDS = {
    "changed": "changed",
    "left": "left that the project no longer has (--prune drops them)",
    "new": "new",
    "removed": "removed",
    "same": "the same",
}
