"""How a site is to be served: one description, from which every server's own rules are written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from mipex_kg.project import layout
from mipex_kg.project.media_types import media_type
from mipex_kg.project.names import has_hash
from mipex_kg.project.project import Project
from mipex_kg.rdf import formats
from mipex_kg.rdf.iris import PATH_SIGNS, to_uri
from mipex_kg.rdf.negotiation import DEFAULT, VARIANTS, Variant
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
        "form-action 'self'",
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
# Headers of what is for programs. It may name anybody; a page says by itself whether it does.
OF_DATA = {"X-Robots-Tag": "noindex"}
# Headers of the answer to a browser that asks whether it may ask.
OF_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Max-Age": "86400",
}
REVALIDATE = "public, max-age=0, must-revalidate"
FOR_EVER = "public, max-age=31536000, immutable"
# Names that tell a file's content: those of what npm makes, and of the index for searching.
HASHED = r"(?:-[0-9A-Z]{8}\.(?:js|css|woff2|wasm\.gz)|_[0-9a-f]{7,}\.pf_[a-z]+)$"
_ESCAPES = re.compile("(?:%[0-9A-Fa-f]{2})+")
_SIGNS = frozenset(PATH_SIGNS)
_SIGN = re.compile(f"([{re.escape(PATH_SIGNS)}])")
# What is much longer, neither nginx nor Apache reads.
_LONGEST = 3900


@dataclass(frozen=True)
class Rules:
    """How the site of a project is to be served.

    :param name: of the project
    :param contact: who publishes it, and where they are asked
    :param front: name of the document that programs get at the front, where people get a page
    :param things: names of the documents of things
    :param assets: paths of the files that pages load
    :param pages: names of all pages that have link sets
    :param led: names of the documents, by the path and query at which each is asked for
    :param variants: what the address of a thing may lead to
    :param has_linksets: whether pages have link sets
    :param folders: with the pages in other languages than the first, which have none
    """

    name: str
    base: str
    site: str
    contact: str = "none"
    front: str | None = None
    things: frozenset[str] = frozenset()
    assets: tuple[str, ...] = ()
    pages: frozenset[str] = frozenset()
    led: Mapping[str, str] = field(default_factory=dict)
    variants: tuple[Variant, ...] = VARIANTS
    has_linksets: bool = True
    folders: tuple[str, ...] = ()

    @property
    def data(self) -> tuple[Variant, ...]:
        """What the address of a thing may lead to besides its page."""
        return tuple(variant for variant in self.variants if variant is not DEFAULT)

    @property
    def mark(self) -> str:
        """The suffix that tells a thing: of a format that can express anything."""
        rdfxml = formats.RDFXML.suffix[1:]
        return next((v.name for v in self.data if v.name != rdfxml), rdfxml)

    @property
    def suffixes(self) -> str:
        """The suffixes of pages and documents, as an alternative of a regular expression."""
        return "|".join(variant.name for variant in self.variants)

    @property
    def not_acceptable(self) -> str:
        """What is sent to a client that takes none of a thing's documents."""
        offered = ", ".join(f"{v.media_type} (.{v.name})" for v in self.variants)
        return (
            "<!doctype html><html lang=en><title>Not acceptable</title>"
            f"<p>This is described in: {offered}.</p></html>"
        )

    @property
    def path(self) -> str:
        """The path of the site on its host, with a slash at both ends."""
        return urlsplit(self.site).path or "/"

    @property
    def unfound(self) -> dict[str, str]:
        """What servers don't find by the path alone: the more there is of an address, the first."""
        found = {path: name for path, name in self.led.items() if has_hash(name)}
        return {path: found[path] for path in sorted(found, key=lambda path: (-len(path), path))}

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
        if not kind.is_for_search_engines:
            found |= OF_DATA
        stem, _, suffix = path.rpartition(".")
        is_page = suffix == DEFAULT.name and not path.startswith(self.folders)
        is_linked = is_page or self._is_document(stem, suffix)
        if self.has_linksets and path != layout.NOT_FOUND_PAGE and is_linked:
            found["Link"] = link_header(to_uri(self.path + stem))
        return found

    def _is_document(self, stem: str, suffix: str) -> bool:
        return stem in self.things and suffix in {variant.name for variant in self.variants}


def pattern(address: str) -> str:
    """Write a path as it is sent, as a regular expression.

    Escapes may be in either case, and signs may be escaped that a path may hold as they are; in one
    that would be too long with that, they may not.

    >>> pattern("a%2F%C3b.c+?d+")
    'a(?i:%2F%C3)b[.]c(?:[+]|(?i:%2B))[?]d[+]'
    """
    path, question_mark, query = address.partition("?")
    parts = (_either(part) if part in _SIGNS else _verbatim(part) for part in _SIGN.split(path))
    found = "".join((*parts, _verbatim(question_mark + query)))
    return found if len(found) <= _LONGEST else _verbatim(address)


def _either(sign: str) -> str:
    return f"(?:{_verbatim(sign)}|{_verbatim(f'%{ord(sign):02X}')})"


def _verbatim(text: str) -> str:
    quoted = re.sub(r"[.+*?()\[\]$|^{}\\]", r"[\g<0>]", text)
    return _ESCAPES.sub(r"(?i:\g<0>)", quoted)


def link_header(stem: str) -> str:
    """Write the ``Link`` header of a page or a document, which leads to its link set.

    :param stem: the path without a suffix, as it is in an address
    """
    name = layout.linksets(stem)[0]
    return f'<{name}>; rel="linkset"; type="{media_type(name).name}"'


def is_hashed(path: str) -> bool:
    """Tell whether a file's name gives its content, so that it never changes.

    >>> is_hashed("assets/editor-FRECR3LP.js"), is_hashed("assets/style.css")
    (True, False)
    """
    return re.search(HASHED, path) is not None


def make_rules(
    project: Project,
    documents: Iterable[str],
    led: Mapping[str, str],
    front: str | None,
    assets: Iterable[str],
    pages: Iterable[str],
) -> Rules:
    """Make the rules for a project's site.

    :param led: names of the documents of things, by the path at which each is asked for
    :param front: name of the document that programs get at the front
    :param assets: paths of the files that pages load
    :param pages: names of all pages that have link sets
    :raises UsageError: when the site is at a path that can't be in a server's rules as it is
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
        frozenset(documents),
        tuple(assets),
        frozenset(pages),
        led,
        project.variants,
        project.has_linksets,
        tuple(filter(None, project.language_folders.values())),
    )
