"""``mipex-kg init``: a new project."""

from __future__ import annotations

from pathlib import Path

import click

from mipex_kg.cli.terminal import say
from mipex_kg.project.scaffold import scaffold


@click.command("init", short_help="Make a new project.")
@click.argument("directory", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--name", help="Name of the project. Without it: the folder's.")
@click.option("--title", help="Title of the knowledge graph. Without it: made of the name.")
@click.option(
    "--base",
    metavar="IRI",
    help="What the names of things begin with. Without it: https://example.org/NAME/.",
)
def command(directory: Path, name: str | None, title: str | None, base: str | None) -> None:
    """Make a new project in DIR that builds and validates at once.

    It has an example of everything: a source, passages, facts, a rule, shapes and a query. Inside
    it, the commands find it by themselves.

    \b
    Example:
      mipex-kg init reading-room
    """
    written = scaffold(directory, name=name, title=title, base=base)
    say(f"{directory}: {len(written)} files written. Next:")
    say(f"  cd {directory}")
    for command in ("validate", 'why "Ada Brook"', "serve --open"):
        say(f"  mipex-kg {command}")
