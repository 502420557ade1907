"""FAIR Signposting: what a program learns of a page by its typed links alone."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

import pyoxigraph as ox

from mipex_kg.checks.checked_site import View
from mipex_kg.checks.references import LinkElement, typed_links
from mipex_kg.checks.site import BuiltSite
from mipex_kg.project import layout
from mipex_kg.project.media_types import media_type
from mipex_kg.rdf.iris import resolve, to_uri
from mipex_kg.system import reading
from mipex_kg.system.errors import SourceError
from mipex_kg.validation.report import Finding, Place, Severity, plural, unreadable

CHECK = "signposting"
RELS = (
    *("cite-as", "type", "author", "license"),
    *("describedby", "item", "collection", "linkset"),
)
# Links to files, which are served as declared; the others name something.
_TO_FILES = frozenset({"describedby", "item", "collection", "linkset"})
_UNLISTED = frozenset({layout.NOT_FOUND_PAGE})
_HINT = "Rebuild the site and upload all files."
_SCHEMA = re.compile(r"https?://schema\.org/\w+\Z")
_LINK = re.compile(r"<([^<>]*)>((?:\s*;\s*[\w-]+=(?:\"[^\"]*\"|[^\s;,\"]+))*)")
_PARAMETER = re.compile(r";\s*([\w-]+)=(?:\"([^\"]*)\"|([^\s;,\"]+))")


class AbsoluteLink(NamedTuple):
    """A typed link; its address is absolute."""

    rel: str
    href: str
    type: str = ""


def check_signposting(site: BuiltSite, *, has_linksets: bool = True) -> View:
    """Read the typed links of each page, and hold its link sets against them, if it has any."""
    pages = [name for name in site.pages if name in site.built and _has_links(name, site)]
    linked = {name: links_of(name, site) for name in pages}
    number = sum(map(len, linked.values()))
    found = [f for name, links in linked.items() for f in _check_page(name, links, site)]
    if has_linksets:
        found += (f for name, links in linked.items() for f in _check_sets(name, set(links), site))
    return View(f"{plural(number, 'typed link')} on {plural(len(pages), 'page')}", found)


def _has_links(name: str, site: BuiltSite) -> bool:
    """Tell whether a page leads to data: those in other languages than the first leave it to it."""
    is_translated = bool(site.names and site.names.is_translated(name))
    return name not in _UNLISTED and not is_translated


def links_of(name: str, site: BuiltSite) -> list[AbsoluteLink]:
    """Give the typed links of a page."""
    return [_absolute(link, name, site) for link in site.pages[name].links if link.rel in RELS]


def places_of(
    links: Collection[AbsoluteLink], name: str, site: BuiltSite
) -> Iterator[tuple[AbsoluteLink, Place]]:
    """Find where typed links of a page stand first, by reading the page once more."""
    sought = set(links)
    for link, spot in typed_links(site.page(name).document) if sought else ():
        absolute = _absolute(link, name, site)
        if absolute in sought:
            sought.remove(absolute)
            yield absolute, site.place(name, spot)


def _absolute(link: LinkElement, name: str, site: BuiltSite) -> AbsoluteLink:
    return AbsoluteLink(
        link.rel, to_uri(resolve(link.href, site.address + to_uri(name))), link.type
    )


def _check_page(name: str, links: Sequence[AbsoluteLink], site: BuiltSite) -> Iterator[Finding]:
    place = Place(site.path(name))
    names = [link.href for link in links if link.rel == "cite-as"]
    if len(names) != 1:
        count = f"{len(names)} names" if names else "no name"
        yield _finding(f"The page has {count} by which to cite it.", "cite-as", place)
    types = [link.href for link in links if link.rel == "type"]
    if not any(map(_SCHEMA.match, types)):
        yield _finding("The page doesn't say what it is in schema.org's classes.", "type", place)
    wrong = {link: message for link in links if (message := _wrong(link, site))}
    for link, found in places_of(wrong, name, site):
        yield _finding(wrong[link], link.rel, found, link.href)


def _wrong(link: AbsoluteLink, site: BuiltSite) -> str | None:
    """Tell what is wrong with a link to a thing or to a file."""
    if site.names_nothing(link.href) and not site.is_mentioned(link.href):
        return "It names a thing that nothing describes."
    if link.rel not in _TO_FILES:
        return None
    try:
        target = site.target(link.href, "")
    except ValueError:
        return "It is not an address."
    if target is None or target.name is None:
        return None
    if not site.answers(link.href):
        return f"It leads to {target.name}, which is not there."
    served = media_type(target.name).name
    if target.name in site.files and link.type and link.type != served:
        return f"{target.name} is {served}, not {link.type}."
    return None


def _check_sets(name: str, links: set[AbsoluteLink], site: BuiltSite) -> Iterator[Finding]:
    """Hold the link sets against the page: all that it says, they say of it."""
    anchor = to_uri(site.address + name)
    for file, read in zip(layout.linksets(name), (read_json, read_text), strict=True):
        place = Place(site.path(file))
        if not any(link.href == to_uri(site.address + file) for link in links):
            message = f"The page doesn't lead to its link set {file}."
            yield _finding(message, "linkset", Place(site.path(name)))
        try:
            said = read(reading.read_text(site.path(file))).get(anchor, set())
        except SourceError as error:
            yield from unreadable([error]).findings
            continue
        except ValueError as error:
            yield _finding(f"It is not a link set: {error}.", "linkset", place)
            continue
        if lacking := sorted(links - said):
            link = lacking[0]
            message = f"It leaves out {len(lacking)} of the page's links, such as {link.rel}."
            yield _finding(message, link.rel, place, link.href)


def read_json(text: str) -> dict[str, set[AbsoluteLink]]:
    """Read a link set in JSON (RFC 9264).

    :returns: the links by the address that they lead from
    :raises ValueError: when it is none

    >>> read_json('{"linkset": [{"anchor": "http://e/", "item": [{"href": "http://e/a"}]}]}')
    {'http://e/': {AbsoluteLink(rel='item', href='http://e/a', type='')}}
    """
    try:
        found: dict[str, set[AbsoluteLink]] = {}
        for context in json.loads(text)["linkset"]:
            links = found.setdefault(str(context.get("anchor", "")), set())
            for rel, targets in context.items():
                if rel != "anchor":
                    links |= {AbsoluteLink(rel, t["href"], t.get("type", "")) for t in targets}
    except json.JSONDecodeError as error:
        raise ValueError(f"{error.msg} in line {error.lineno}") from None
    except (KeyError, TypeError, AttributeError, RecursionError):
        raise ValueError('it must be {"linkset": [{"anchor": …}]}') from None
    return found


def read_text(text: str) -> dict[str, set[AbsoluteLink]]:
    """Read a link set in the syntax of HTTP's ``AbsoluteLink`` header (RFC 8288).

    :returns: the links by the address that they lead from

    >>> read_text('<http://e/a>; rel="item"; type="text/csv"; anchor="http://e/"')
    {'http://e/': {AbsoluteLink(rel='item', href='http://e/a', type='text/csv')}}
    """
    found: dict[str, set[AbsoluteLink]] = {}
    for href, parameters in _LINK.findall(text):
        given = {name.lower(): quoted or bare for name, quoted, bare in _given(parameters)}
        links = found.setdefault(given.get("anchor", ""), set())
        links |= {
            AbsoluteLink(rel, href, given.get("type", "")) for rel in given.get("rel", "").split()
        }
    return found


def _given(parameters: str) -> Iterable[tuple[str, str, str]]:
    found: list[tuple[str, str, str]] = _PARAMETER.findall(parameters)
    return found


def _finding(message: str, rel: str, place: Place, value: str = "") -> Finding:
    return Finding(
        Severity.VIOLATION,
        CHECK,
        message,
        _HINT,
        path=rel,
        value=ox.Literal(value) if value else None,
        place=place,
    )
