"""``mipex-kg embed``: JSON-LD in web pages that exist already."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import click

from mipex_kg.cli.completing import complete_things
from mipex_kg.cli.examples import CommandWithExamples
from mipex_kg.cli.opening import open_graph
from mipex_kg.cli.output import emit, output_option
from mipex_kg.cli.terminal import say, show_error
from mipex_kg.project.project import Project, find_project
from mipex_kg.rdf.html.webpage import MOST_BYTES, read_html
from mipex_kg.rdf.namespaces import shorten
from mipex_kg.rdf.terms import visible
from mipex_kg.site import crawler, embedding
from mipex_kg.site.embedding import EmbeddedPage, State
from mipex_kg.system import reading
from mipex_kg.system.errors import FindingsError, KgError


@click.command("embed", cls=CommandWithExamples, short_help="Embed JSON-LD in existing web pages.")
@click.argument("pages", nargs=-1, metavar="[PAGE]...")
@click.option(
    "--thing",
    "things",
    multiple=True,
    metavar="THING",
    shell_complete=complete_things,
    help="What the pages describe (IRI, CURIE or label). Repeatable.",
)
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if a page is stale.")
@click.option("--remove", is_flag=True, help="Remove the blocks.")
@click.option("--print", "prints", is_flag=True, help="Print the block, to paste it by hand.")
@click.option("--extract", is_flag=True, help="Show what a crawler reads in the pages, as Turtle.")
@output_option
@click.pass_obj
def command(
    project: Path | None,
    pages: tuple[str, ...],
    things: tuple[str, ...],
    check: bool,
    remove: bool,
    prints: bool,
    extract: bool,
    output: Path | None,
) -> int:
    """Embed JSON-LD in HTML pages, one marked block each, and keep it up to date.

    A PAGE is a file, a folder with pages, or a pattern in quotes. Only HTML is changed: a file's
    content decides, not its name. What a page describes comes from --thing; else from the page, in
    <link rel="about" href="IRI"> or <meta name="about" content="LABEL">; else from [embed] in
    mipex-kg.toml. All other bytes of a page stay as they are.

    \b
    Examples:
      mipex-kg embed --print --thing "Ada Brook"
      mipex-kg embed --thing "Ada Brook" ada.html
      mipex-kg embed website
      mipex-kg embed --check website
      mipex-kg embed --extract ada.html
    """
    _check_usage(pages, things, check, remove, prints, extract, output)
    if prints:
        emit(open_graph(project).validated().snippet(*things), output)
        return 0
    if extract:
        return _extract(list(embedding.find_pages(pages)), find_project(project), output)
    tally = Tally(done="removed" if remove else "written")
    if remove:
        for page in embedding.change_pages(
            embedding.find_pages(pages), embedding.removal, is_check=False
        ):
            tally.note(page)
    else:
        graph = open_graph(project, needs_own=not check)
        tally.prefixes.update(graph.prefixes)
        with graph.validating() as valid:
            valid.embed(*pages, things=things, check=check, on_page=tally.note)
    return tally.finish()


def _check_usage(
    pages: tuple[str, ...],
    things: tuple[str, ...],
    check: bool,
    remove: bool,
    prints: bool,
    extract: bool,
    output: Path | None,
) -> None:
    if sum((check, remove, prints, extract)) > 1:
        raise click.UsageError("Choose one of --check, --remove, --print and --extract.")
    if prints and (pages or not things):
        raise click.UsageError("--print prints a block for what --thing names, and takes no page.")
    if not prints and not pages:
        raise click.UsageError("Name a page, or a folder with pages.")
    if things and (remove or extract):
        raise click.UsageError("--thing says what to write: it has no use here.")
    if output and not (prints or extract):
        raise click.UsageError("-o is for --print and --extract: pages are changed in place.")


@dataclass
class Tally:
    """What was done with the pages, one after the other, and what that comes to.

    :param done: what has been done with a page that was changed
    """

    done: str
    prefixes: dict[str, str] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    code: int = 0

    def note(self, page: EmbeddedPage) -> None:
        """Say what was done with a page."""
        if page.error:
            show_error(page.error)
            self.counts[page.state.value if page.state else "with an error"] += 1
            self.code = max(self.code, page.error.exit_code)
            return
        found = page.state.value if page.state else ""
        done = self.done if page.is_changed else found
        self.counts[done] += 1
        if page.state is State.STALE:
            about = ", ".join(shorten(thing.value, self.prefixes) for thing in page.things)
            say(visible(f"{page.path}: {done}{about and f' ({about})'}"))
            self.code = max(self.code, 0 if page.is_changed else FindingsError.exit_code)

    def finish(self) -> int:
        """Say what it came to.

        :returns: the exit code
        """
        counts = ", ".join(f"{count} {what}" for what, count in self.counts.items())
        total = sum(self.counts.values())
        say(f"{total} {'page' if total == 1 else 'pages'}: {counts}.")
        return self.code


def _extract(pages: list[Path], project: Project, output: Path | None) -> int:
    texts: list[str] = []
    errors: list[KgError] = []
    for path in pages:
        try:
            page = read_html(reading.read_bytes(path, MOST_BYTES), path)
        except KgError as error:
            errors.append(error)
            continue
        blocks = list(crawler.read_blocks(page, project.contexts))
        errors += (block.error for block in blocks if block.error)
        texts += (crawler.as_turtle(b, page, project.prefixes) for b in blocks if not b.error)
        texts += [] if blocks else [f"# {path}: no JSON-LD\n"]
    emit(visible("\n".join(texts)), output)
    for found in errors:
        show_error(found)
    return max((found.exit_code for found in errors), default=0)
