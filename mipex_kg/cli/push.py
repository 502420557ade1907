"""``mipex-kg push``: the graphs to a SPARQL store."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mipex_kg.cli.opening import open_graph
from mipex_kg.cli.output import emit, output_option
from mipex_kg.cli.terminal import progress
from mipex_kg.remote.stores import STORES

if TYPE_CHECKING:
    from mipex_kg.remote.pushing import Change


@click.command("push", short_help="Bring the graphs to a SPARQL store.")
@click.argument("url")
@click.option(
    "--store",
    type=click.Choice(list(STORES)),
    help="What kind of store it is. Without it: as the store says.",
)
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@click.option(
    "--merged/--no-merged",
    default=None,
    help="Push the merge of all graphs too, as graph/merged. Without it: unless the store's "
    "default graph is that merge.",
)
@click.option("--prune", is_flag=True, help="Drop the graphs there that the project no longer has.")
@click.option(
    "-f",
    "--format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to write what has changed.",
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
    """Bring the project's named graphs to the store at URL, and touch no other graph there.

    It is asked by SPARQL 1.1's Graph Store Protocol and Update. What is the same on both sides is
    left alone. The rest is loaded beside what it replaces, and put in its place at once. What is
    not valid is not pushed.

    A name and a password, or a token, are those of MIPEX_KG_STORE_USER and MIPEX_KG_STORE_PASSWORD
    or of MIPEX_KG_STORE_TOKEN; else those that ~/.netrc has for the host.

    \b
    Examples:
      mipex-kg push http://127.0.0.1:7878/ --dry-run
      mipex-kg push https://store.example.org/ --store oxigraph
    """
    with (
        open_graph(project, is_written=not dry_run).validating() as graph,
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
