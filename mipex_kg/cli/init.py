"""``mipex-kg init``: a new project."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from mipex_kg.cli.contexts import contexts_option
from mipex_kg.cli.terminal import note, say
from mipex_kg.project.scaffold import scaffold
from mipex_kg.system.errors import UsageError


@click.command("init", short_help="Create a new project.")
@click.argument("directory", type=click.Path(path_type=Path), metavar="DIR")
@click.argument("more", nargs=-1, type=click.Path(path_type=Path), metavar="")
@click.option(
    "--from",
    "sources",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE...",
    help="RDF files, or folders of them, to start from. Repeatable.",
)
@contexts_option(
    "A copy of a remote context that JSON-LD among the files names by its IRI: it is copied into "
    "the project."
)
@click.option("--copy", is_flag=True, help="Copy the files into the project.")
@click.option("--empty", is_flag=True, help="Leave the example out.")
@click.option("--name", help="Project name. Default: the folder's name.")
@click.option(
    "--title",
    help="Title of the knowledge graph. Default: found in the files, or made from the name.",
)
@click.option(
    "--base",
    metavar="IRI",
    help="Base IRI: how the IRIs of things begin. Default: found in the files, or "
    "https://example.org/NAME/.",
)
def command(
    directory: Path,
    more: tuple[Path, ...],
    sources: tuple[Path, ...],
    contexts: Mapping[str, Path],
    copy: bool,
    empty: bool,
    name: str | None,
    title: str | None,
    base: str | None,
) -> None:
    """Create a project in DIR that validates and builds from the start.

    It has an example of everything: a source, passages, facts, a rule, shapes and a query. Commands
    that are run inside it work on it.

    With --from, it is made from existing files, in any RDF format. They stay where they are,
    unchanged; the settings name what was found in them. DIR may contain other files; none of them
    is overwritten.

    \b
    Examples:
      mipex-kg init reading-room
      mipex-kg init thesaurus --from terms.ttl more/*.rdf
    """
    if sources:
        if empty:
            raise UsageError("--empty leaves out the example, which --from has none of.")
        _adopt(
            directory,
            (*sources, *more),
            contexts=contexts,
            copy=copy,
            name=name,
            title=title,
            base=base,
        )
        return
    if more or copy or contexts:
        what = "--copy" if copy else "--context" if contexts else f"{more[0]}"
        raise UsageError(f"{what}: files are named with --from.", hint="See `mipex-kg init -h`.")
    written = scaffold(directory, name=name, title=title, base=base, is_empty=empty)
    example = ("build",) if empty else ('why "Ada Brook"', "serve --open")
    _say_next(directory, written, ("validate", *example))


def _adopt(
    directory: Path,
    sources: tuple[Path, ...],
    *,
    contexts: Mapping[str, Path],
    copy: bool,
    name: str | None,
    title: str | None,
    base: str | None,
) -> None:
    # Imported here: parsing and judging take a while to load.
    from mipex_kg.adoption.adopting import adopt

    adoption = adopt(
        directory, sources, copy=copy, name=name, title=title, base=base, contexts=contexts
    )
    for topic, found in adoption.decided:
        say(f"{topic:<11} {found}")
    for sentence in adoption.undecided:
        note(sentence)
    _say_next(directory, adoption.written, ("validate", "build", "serve --open"))


def _say_next(directory: Path, written: Sequence[Path], commands: Sequence[str]) -> None:
    """Say what was written, and what to do with it."""
    say(f"{directory}: {len(written)} files written. Next:")
    if directory.resolve() != Path.cwd():
        say(f"  cd {shlex.quote(str(directory))}")
    for command in commands:
        say(f"  mipex-kg {command}")
