"""Rules for the hosts on which a site may lie, each in the host's own language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

from mipex_kg.project import layout
from mipex_kg.project.names import FRONT_DOCUMENT
from mipex_kg.project.project import Project
from mipex_kg.site.catalogue.files import names_written
from mipex_kg.site.hosting import apache, headers_file, nginx
from mipex_kg.site.hosting.rules import Rules, make_rules
from mipex_kg.site.pages.assets import load_assets
from mipex_kg.site.pages.pages import Pages
from mipex_kg.system.errors import UsageError


class Host(NamedTuple):
    """A host, and what it makes of the rules.

    :param title: its name, for people
    :param files: writes its rules; their names are relative to the place where they belong
    :param is_in_site: whether that place is the site's own folder
    :param is_for_names: whether it only leads from names to the site, which is elsewhere
    :param beside: writes what goes in the server's own configuration, if it takes that
    """

    title: str
    files: Callable[[Rules], Mapping[str, bytes]]
    is_in_site: bool = False
    is_for_names: bool = False
    beside: Callable[[Rules], Mapping[str, bytes]] = lambda _rules: {}


HOSTS: Mapping[str, Host] = {
    "nginx": Host("nginx", nginx.files),
    "apache": Host("Apache", apache.site_files, True, beside=apache.server_files),
    "w3id": Host("w3id.org", apache.w3id_files, is_for_names=True),
    "netlify": Host("Netlify", headers_file.netlify_files, True),
    "cloudflare": Host("Cloudflare Pages", headers_file.cloudflare_files, True),
    # It does what it does; but without this file it leaves out names that begin with a dot.
    "github": Host("GitHub Pages", lambda _rules: {layout.NO_JEKYLL: b""}, True),
}


def rules_of(pages: Pages) -> Rules:
    """Make the rules for the site that some pages are of.

    :raises UsageError: when the site is at a path that can't be in a server's rules
    """
    publication, documents = pages.publication, pages.documents
    fronts = [name for name in (FRONT_DOCUMENT, *names_written(publication)) if name in documents]
    assets = load_assets()
    paths = [layout.ASSETS + name for name in assets.files] if assets else []
    front = fronts[0] if fronts else None
    return make_rules(
        publication.project, documents, publication.requests, front, paths, pages.names()
    )


def host_files(host: str, pages: Pages) -> Mapping[str, bytes]:
    """Write the rules for a host.

    :param host: one of `HOSTS`
    :param pages: of the site
    :returns: the files by their names, relative to the place where they belong
    :raises UsageError: when there is nothing to write, or it can't be written
    """
    project = pages.project
    if host == "w3id" and project.site.startswith(project.base):
        raise UsageError(
            f"The names of things begin with {project.base}, where the site is.",
            hint="A folder at w3id.org leads to a site elsewhere: set project.site, or give --site."
            if not project.is_placed
            else "A folder at w3id.org is for projects with a `project.base` that begins there.",
        )
    rules = rules_of(pages)
    return {**HOSTS[host].files(rules), **HOSTS[host].beside(rules)}


def site_files(pages: Pages) -> Mapping[str, bytes]:
    """Write the rules that the project wants to have in its site.

    :param pages: of the site
    :returns: the files by their names, relative to the site
    :raises UsageError: when they can't be written, or two hosts would read the same file
    """
    return _files_for(pages.project, partial(rules_of, pages))


def require_hosts(project: Project) -> None:
    """Make sure that the hosts whose rules the project wants can have them in one site.

    :raises UsageError: when they can't be written, or two hosts would read the same file
    """
    _files_for(project, lambda: make_rules(project, (), {}, None, (), ()))


def _files_for(project: Project, rules: Callable[[], Rules]) -> Mapping[str, bytes]:
    files: dict[str, bytes] = {}
    for host in dict.fromkeys(project.hosts):
        written = HOSTS[host].files(rules())
        if twice := sorted(files.keys() & written.keys()):
            raise UsageError(
                f"hosting.files: {host} and another of the hosts read the same file, {twice[0]}.",
                hint="A site can have the rules of one of them.",
            )
        files |= written
    return files
