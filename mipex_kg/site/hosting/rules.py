"""How a site is to be served: one description, from which every server's own rules are written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from mipex_kg.project import layout
from mipex_kg.project.media_types import media_type
from mipex_kg.project.project import Project
from mipex_kg.rdf.negotiation import DEFAULT, VARIANTS
from mipex_kg.site.signposting import uri
from mipex_kg.system.errors import UsageError

# Nothing inline, nothing from elsewhere; only WebAssembly may be compiled, to ask and to search.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
# Headers of every answer: anyone may read, and nothing is taken for what it isn't.
EVERYWHERE = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Link, ETag",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
}
# Headers of pages.
OF_PAGES = {"Content-Security-Policy": POLICY, "X-Frame-Options": "DENY"}
# Headers of the answer to a browser that asks whether it may ask.
OF_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Max-Age": "86400",
}
REVALIDATE = "public, max-age=0, must-revalidate"
FOR_EVER = "public, max-age=31536000, immutable"
# Names that tell a file's content: those of bundled scripts, and of the index for searching.
HASHED = r"(?:-[0-9A-Z]{8}\.(?:js|css|wasm\.gz)|_[0-9a-f]{7,}\.pf_[a-z]+)$"
# What is sent to a client that takes none of a thing's documents.
NOT_ACCEPTABLE = (
    "<!doctype html><html lang=en><title>Not acceptable</title>"
    "<p>This is described in: "
    + ", ".join(f"{variant.media_type} (.{variant.name})" for variant in VARIANTS)
    + ".</p></html>"
)


@dataclass(frozen=True)
class Rules:
    """How the site of a project is to be served.

    :param name: of the project
    :param contact: who publishes it, and where they are asked
    :param front: name of the document that programs get at the front, where people get a page
    :param things: names of the documents of things
    :param assets: paths of the files that pages load
    :param pages: names of all pages that have link sets
    """

    name: str
    base: str
    site: str
    contact: str = "none"
    front: str | None = None
    things: frozenset[str] = frozenset()
    assets: tuple[str, ...] = ()
    pages: frozenset[str] = frozenset()

    @property
    def path(self) -> str:
        """The path of the site on its host, with a slash at both ends."""
        return urlsplit(self.site).path or "/"

    @property
    def hashed(self) -> list[str]:
        """The paths of the assets whose names tell their content."""
        return [path for path in self.assets if is_hashed(path)]

    def headers(self, path: str) -> dict[str, str]:
        """Give the headers with which a file is served.

        :param path: relative to the site

        >>> rules = Rules("e", "http://e/", "http://e/", things=frozenset({"a"}))
        >>> rules.headers("a.html")["Link"]
        '</a.linkset.json>; rel="linkset"; type="application/linkset+json"'
        """
        kind = media_type(path)
        found = {
            "Content-Type": kind.header,
            "Cache-Control": FOR_EVER if is_hashed(path) else REVALIDATE,
            **EVERYWHERE,
        }
        if kind.name == "text/html":
            found |= OF_PAGES
        stem, _, suffix = path.rpartition(".")
        if path != layout.NOT_FOUND_PAGE and (
            suffix == DEFAULT.name or self._is_document(stem, suffix)
        ):
            found["Link"] = link_header(uri(self.path + stem))
        return found

    def _is_document(self, stem: str, suffix: str) -> bool:
        return stem in self.things and suffix in {variant.name for variant in VARIANTS}


def link_header(stem: str) -> str:
    """Write the ``Link`` header of a page or a document, which leads to its link set.

    :param stem: the path without a suffix, as it stands in an address
    """
    name = layout.linksets(stem)[0]
    return f'<{name}>; rel="linkset"; type="{media_type(name).name}"'


def is_hashed(path: str) -> bool:
    """Tell whether a file's name tells its content, so that it never changes.

    >>> is_hashed("assets/editor-FRECR3LP.js"), is_hashed("assets/style.css")
    (True, False)
    """
    return re.search(HASHED, path) is not None


def make_rules(
    project: Project,
    documents: Iterable[str],
    front: str | None,
    assets: Iterable[str],
    pages: Iterable[str],
) -> Rules:
    """Make the rules for a project's site.

    :param documents: their names, relative to the base and without a suffix
    :param front: name of the document that programs get at the front
    :param assets: paths of the files that pages load
    :param pages: names of all pages that have link sets
    :raises UsageError: when the site lies at a path that can't stand in a server's rules as it is
    """
    if not re.fullmatch(r"[\w.~/-]*", urlsplit(project.site).path, re.ASCII):
        raise UsageError(
            f"Rules for {project.site} can't be written.",
            hint="They can for a path of letters, digits, dots, hyphens and underscores.",
        )
    told = " ".join(f"{project.publisher} {project.contact}".split())
    return Rules(
        project.name,
        project.base,
        project.site,
        told or "none",
        front,
        frozenset(name for name in documents if name != layout.FRONT),
        tuple(assets),
        frozenset(pages),
    )
