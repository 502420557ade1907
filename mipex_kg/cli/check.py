"""``mipex-kg check``: what each reader would see of the project and of the built site."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from mipex_kg.checks.apart import check_served_site
from mipex_kg.checks.client import check_address
from mipex_kg.checks.registry import CHECKS, CheckedSite, run_checks
from mipex_kg.checks.tools import TOOLS
from mipex_kg.cli.output import emit, output_option
from mipex_kg.cli.reporting import all_option, emit_report
from mipex_kg.project.project import at_site, find_project
from mipex_kg.system.errors import UsageError
from mipex_kg.validation.writers import WRITERS

FINDINGS = 1


class _SiteFolderOrAddress(click.Path):
    """A folder, or the address of a site."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isinstance(value, str) and re.match(r"[\w+.-]+://", value):
            return check_address(value)
        return super().convert(value, param, ctx)


@click.command("check", short_help="Show what portals, search engines and people would see.")
@click.argument(
    "place",
    type=_SiteFolderOrAddress(path_type=Path, file_okay=False),
    default=Path("site"),
    metavar="[DIR|URL]",
)
@click.option(
    "--only",
    multiple=True,
    type=click.Choice([check.name for check in CHECKS]),
    help="Run this check alone; may be repeated.",
)
@click.option(
    "--site",
    metavar="URL",
    help="Address for which the site was built, in place of project.site; ends with a slash.",
)
@click.option(
    "--names",
    "asks_names",
    is_flag=True,
    help="With URL: ask the host where the names of things begin (project.base), too.",
)
@click.option(
    "--tool",
    "tools",
    multiple=True,
    metavar="CHECK=PYTHON",
    help="Let the reader's own tool look too, by a Python that has it: ckan (ckanext-dcat), udata, "
    "or croissant (mlcroissant). Not needed where it is installed beside mipex-kg.",
)
@click.option("--list", "is_listing", is_flag=True, help="List the checks, and run none.")
@click.option(
    "-f",
    "--format",
    type=click.Choice(list(WRITERS)),
    default="text",
    show_default=True,
    help="How to write the findings.",
)
@all_option
@output_option
@click.pass_obj
def command(
    project: Path | None,
    place: Path | str,
    only: tuple[str, ...],
    site: str | None,
    asks_names: bool,
    tools: tuple[str, ...],
    is_listing: bool,
    format: str,
    is_all: bool,
    output: Path | None,
) -> int:
    """Show what each reader would see of the site in DIR: "site", unless it is named.

    Readers are portals, Google's Dataset Search, programs that follow typed links, and people. A
    site is checked as it lies in its folder, by the rules of each reader. Nothing is fetched from
    anywhere. Each finding shows the file, the property, and what to do; a table at the end tells
    what each reader makes of it all.

    With URL the site is checked as its server gives it. All files are asked for, and no other host:
    redirects, media types, CORS, caching, and what the usual clients get for a thing's address.
    With --names, the host is asked too where the names of things begin.

    Exit codes: 0 fine, or warnings only; 1 something that a reader requires is not there.

    \b
    Examples:
      mipex-kg check
      mipex-kg check site --only links --only sitemap
      mipex-kg check --only labels -f json
      mipex-kg check https://example.org/reading-room/
    """
    if is_listing:
        width = max(len(check.name) for check in CHECKS)
        emit("".join(f"{check.name:<{width}}  {check.title}\n" for check in CHECKS), output)
        return 0
    found = find_project(project)
    pythons = dict(map(_tool, tools))
    checked = found if site is None else at_site(found, site)
    with _progress("Checking") as show:
        if isinstance(place, Path):
            report = run_checks(CheckedSite(checked, place, pythons=pythons), only, show)
        else:
            report = check_served_site(
                checked, place, only, show, asks_names=asks_names, pythons=pythons
            )
    emit_report(report, found.prefixes, format, output, is_whole=is_all)
    return 0 if report.is_valid else FINDINGS


def _tool(text: str) -> tuple[str, Path]:
    """Read which tool is run by which Python."""
    name, sign, python = text.partition("=")
    if name not in TOOLS or not sign or not python:
        raise UsageError(
            f"{text!r} names no tool and a Python.",
            hint=f"Write it as ckan=.venv/bin/python; there are: {', '.join(TOOLS)}.",
        )
    return name, Path(python)


@contextmanager
def _progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar on a terminal while something takes long."""
    hidden = not sys.stderr.isatty()
    with click.progressbar(length=1, label=label, file=sys.stderr, hidden=hidden) as bar:

        def show(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        yield show
