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
from mipex_kg.cli.choices import NamedChoice
from mipex_kg.cli.opening import open_project
from mipex_kg.cli.output import emit, output_option
from mipex_kg.cli.reporting import all_option, emit_report
from mipex_kg.project.project import at_site
from mipex_kg.system.errors import UsageError
from mipex_kg.validation.writers import WRITERS

FINDINGS = 1


class _SiteFolderOrAddress(click.Path):
    """A folder, or the address of a site."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isinstance(value, str) and re.match(r"[\w+.-]+://", value):
            return check_address(value)
        return super().convert(value, param, ctx)


@click.command("check", short_help="Check the site as portals, search engines and visitors see it.")
@click.argument(
    "place",
    type=_SiteFolderOrAddress(path_type=Path, file_okay=False),
    default=Path("site"),
    metavar="[DIR|URL]",
)
@click.option(
    "--only",
    multiple=True,
    type=NamedChoice([check.name for check in CHECKS]),
    help="Run this check only. Repeatable.",
)
@click.option(
    "--site",
    metavar="URL",
    help="URL for which the site was built, overriding project.site. Must end with a slash.",
)
@click.option(
    "--names",
    "asks_names",
    is_flag=True,
    help="With URL: also query the host of the IRIs (project.base).",
)
@click.option(
    "--tool",
    "tools",
    multiple=True,
    metavar="CHECK=PYTHON",
    help="Also run the consumer's own tool, using the given Python interpreter: ckan "
    "(ckanext-dcat), udata, or croissant (mlcroissant). Not needed if it is installed "
    "beside mipex-kg.",
)
@click.option("--list", "is_listing", is_flag=True, help="List the checks without running them.")
@click.option(
    "-f",
    "--format",
    type=NamedChoice(list(WRITERS)),
    default="text",
    show_default=True,
    help="Output format of the findings.",
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
    """Check the built site in DIR (default: "site") as each of its readers sees it.

    Readers are portals, Google's Dataset Search, programs that follow typed links, and people. The
    folder is checked by the rules of each reader, without any network access. Each finding shows
    the file, the property, and what to do; a table at the end sums up each reader's view.

    With URL, the site is checked as its server delivers it: redirects, media types, CORS, caching,
    and what the usual clients get for a thing's address. All files are requested, from this host
    alone; with --names, also from the host of the IRIs.

    Exit codes: 0 fine, or warnings only; 1 something that a reader requires is missing.

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
    found = open_project(project)
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
