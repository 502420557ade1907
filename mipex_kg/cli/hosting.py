"""``mipex-kg hosting``: how a server is to serve the site, in its own language."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from mipex_kg.cli.choices import NamedChoice
from mipex_kg.cli.opening import open_project
from mipex_kg.cli.output import emit
from mipex_kg.cli.terminal import note
from mipex_kg.project.project import at_site
from mipex_kg.site.documents import Publication
from mipex_kg.site.hosting.capacity import excesses, limits, of_bytes, sizes_in
from mipex_kg.site.hosting.hosts import HOSTS, host_files
from mipex_kg.site.pages.pages import Pages
from mipex_kg.system import manifest
from mipex_kg.system.errors import UsageError, cannot_write
from mipex_kg.system.writing import write_atomically
from mipex_kg.validation.validated import validated

_NAMES = f"There are: {', '.join(HOSTS)}."


@click.command("hosting", short_help="Generate web-server configuration for the built site.")
@click.argument("host", type=NamedChoice(list(HOSTS)), required=False)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write the files into this folder instead of standard output.",
)
@click.option(
    "--site",
    metavar="URL",
    help="Public URL of the site, overriding project.site. Must end with a slash.",
)
@click.option(
    "--built",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("site"),
    show_default=True,
    metavar="DIR",
    help="Without HOST: the folder that a build wrote.",
)
@click.pass_obj
def command(
    project: Path | None, host: str | None, output: Path | None, site: str | None, built: Path
) -> None:
    """Generate the configuration with which HOST serves the built site as linked data.

    For nginx there are two files to include; for w3id.org, the folder that redirects the IRIs of
    things to the site. The files for the others go in the site's folder; `build` writes them there
    if `hosting.files` in mipex-kg.toml names the host.

    Without HOST, list how much each host takes, and whether it takes the site that was built.

    \b
    Examples:
      mipex-kg hosting nginx -o rules
      mipex-kg hosting apache
      mipex-kg hosting --built site
    """
    if host is None:
        if output or site:
            raise UsageError("Name the host whose rules are to be written.", hint=_NAMES)
        emit("".join(f"{line}\n" for line in _capacities(built)), None)
        return
    found = open_project(project, needs_own=output is not None)
    published = found if site is None else at_site(found, site)
    files = host_files(host, Pages(Publication(validated(published))))
    if output is None:
        parts = (f"# {name}\n\n".encode() + data for name, data in files.items())
        emit(b"\n".join(parts), None)
        return
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(output, error) from None
    for name, data in files.items():
        write_atomically(output / name, data)


def _capacities(built: Path) -> Iterator[str]:
    """Say how much each host takes that a site can be on, and whether it takes this one."""
    is_there = manifest.read_manifest(built) is not None
    sizes = sizes_in(built) if is_there else {}
    if is_there:
        yield f"{built}: {len(sizes):,} files, {of_bytes(sum(sizes.values()))}."
    else:
        note(f"{built} was not built: run `mipex-kg build -o {built}` to see who takes it.")
    for name, host in HOSTS.items():
        if not host.is_for_names:
            yield f"{host.title}: {limits(name)}"
            yield from (f"  too much: {excess}" for excess in excesses(name, sizes))
