"""``mipex-kg embed``: JSON-LD in web pages that exist already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import click

from mipex_kg.cli.output import emit, output_option
from mipex_kg.cli.terminal import say, show_error
from mipex_kg.project.project import Project, find_project
from mipex_kg.rdf.namespaces import shorten
from mipex_kg.rdf.terms import visible
from mipex_kg.site import crawler, embedding
from mipex_kg.site.documents import Publication
from mipex_kg.site.embedding import Embedding, Plan, State
from mipex_kg.site.webpage import read_page
from mipex_kg.system import reading
from mipex_kg.system.errors import FindingsError, KgError
from mipex_kg.system.writing import write_atomically
from mipex_kg.validation.validated import validated

_HINTS = {
    State.UNKNOWN: "Name a thing with --thing, in the page, or under [embed] in mipex-kg.toml.",
    State.LEFT_OVER: "Take its block out with --remove, or name what the page is about.",
}
_PROBLEMS = {
    State.UNKNOWN: "Nothing says what this page is about.",
    State.LEFT_OVER: "It has a block, but nothing says any more what the page is about.",
}


@click.command("embed", short_help="Put JSON-LD into web pages that exist already.")
@click.argument("pages", nargs=-1, metavar="[PAGE]...")
@click.option(
    "--thing",
    "things",
    multiple=True,
    metavar="THING",
    help="What the pages are about: an IRI, CURIE or label; once for each thing.",
)
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if a page is stale.")
@click.option("--remove", is_flag=True, help="Take the blocks out again.")
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
    """Put JSON-LD about things into HTML pages, one marked block each, and keep it fresh.

    A PAGE is a file, a folder with pages, or a pattern in quotes. What a page is about is told by
    --thing; else by the page, in <link rel="about" href="IRI"> or <meta name="about"
    content="LABEL">; else by [embed] in mipex-kg.toml. All other bytes of a page stay as they
    are.

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
        emit(Embedding(Publication(validated(find_project(project))), things).snippet(), output)
        return 0
    listed = embedding.find_pages(pages)
    if extract:
        return _extract(list(listed), find_project(project), output)
    tally = Tally(listed, is_check=check, done="removed" if remove else "written")
    if remove:
        tally.go(embedding.removal)
    else:
        own = find_project(project, is_written=not check)
        found = Embedding(Publication(validated(own)), things)
        tally.prefixes.update(found.publication.dataset.prefixes)
        tally.go(found.plan)
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
    """The pages one after the other: what was done with each, and what that comes to.

    :param pages: with whether they were named themselves
    :param done: what has been done with a page that was changed
    """

    pages: dict[Path, bool]
    is_check: bool
    done: str
    prefixes: dict[str, str] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    code: int = 0

    def go(self, plan: Callable[[Path], Plan]) -> None:
        """Do what the plans say. A page that can't be helped is reported, and the others go on."""
        for path, is_named in self.pages.items():
            try:
                self._settle(plan(path), is_named=is_named)
            except KgError as error:
                self._report(error)

    def _settle(self, plan: Plan, *, is_named: bool) -> None:
        about = ", ".join(shorten(thing.value, self.prefixes) for thing in plan.things)
        if plan.state is State.LEFT_OVER or (plan.state is State.UNKNOWN and is_named):
            problem = f"{plan.path}: {_PROBLEMS[plan.state]}"
            self._report(FindingsError(problem, hint=_HINTS[plan.state]), plan.state.value)
            return
        done = plan.state.value
        if plan.data is not None and self.is_check:
            self.code = max(self.code, FindingsError.exit_code)
        elif plan.data is not None:
            write_atomically(plan.path, plan.data)
            done = self.done
        self.counts[done] += 1
        if plan.data is not None:
            say(visible(f"{plan.path}: {done}{about and f' ({about})'}"))

    def _report(self, error: KgError, kind: str = "with an error") -> None:
        show_error(error)
        self.counts[kind] += 1
        self.code = max(self.code, error.exit_code)

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
            page = read_page(reading.read_bytes(path), path)
        except KgError as error:
            errors.append(error)
            continue
        blocks = list(crawler.read_blocks(page))
        errors += (block.error for block in blocks if block.error)
        texts += (crawler.as_turtle(b, page, project.prefixes) for b in blocks if not b.error)
        texts += [] if blocks else [f"# {path}: no JSON-LD\n"]
    emit(visible("\n".join(texts)), output)
    for found in errors:
        show_error(found)
    return max((found.exit_code for found in errors), default=0)
