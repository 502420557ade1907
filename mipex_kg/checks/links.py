"""The links of a site: each leads somewhere, and nothing is loaded from another host."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from mipex_kg.checks.references import Reference, Spot, references, style_references
from mipex_kg.checks.site import BuiltSite
from mipex_kg.system import reading
from mipex_kg.system.errors import SourceError, nearest
from mipex_kg.validation.report import Finding, Severity, unreadable

CHECK = "links"
# A browser takes these for the top of the page, or for words to look for in it.
_ANYWHERE = ("", "top")
_MOST_COMPARED = 500


def check_links(site: BuiltSite) -> Iterator[Finding]:
    """Find what leads nowhere, what leads out of the folder, and what another host would see."""
    yield from unreadable(site.unreadable).findings
    for name, page in site.pages.items():
        for reference in page.references:
            yield from _check(reference, name, page.base, site)
    for name in site.named(".css"):
        yield from _check_styles(name, site)


def _check_styles(name: str, site: BuiltSite) -> Iterator[Finding]:
    try:
        styles = reading.read_text(site.path(name))
    except SourceError as error:
        yield from unreadable([error]).findings
        return
    for reference in dict.fromkeys(reference for reference, _ in style_references(styles)):
        yield from _check(reference, name, "", site)


def _check(reference: Reference, name: str, base: str, site: BuiltSite) -> Iterator[Finding]:
    """Check one address, and show each place where it stands."""
    if wrong := _wrong(reference, name, base, site):
        message, hint = wrong
        for spot in _spots(reference, name, site):
            yield Finding(
                Severity.VIOLATION,
                CHECK,
                message,
                hint,
                path=reference.attribute,
                value=ox.Literal(reference.address),
                place=site.place(name, spot),
            )


def _wrong(reference: Reference, name: str, base: str, site: BuiltSite) -> tuple[str, str] | None:
    """Tell what is wrong with an address and what to do.

    What it leads to on other hosts nobody can tell from here.
    """
    try:
        target = site.target(reference.address, name, base)
    except ValueError:
        return "It is not an address.", "Write it anew."
    if site.names_nothing(reference.address):
        return "It names a thing that nothing describes.", "Name another, or take the link out."
    if target is None:
        runs = reference.address.lower().startswith("javascript:")
        return ("A link runs a script.", "Use a button, or a link.") if runs else None
    if target.name is None:
        message = "It is loaded from another host, which then knows who reads the page."
        hint = "Put the file into the site, and refer to it there."
        return (message, hint) if reference.is_loaded else None
    if not target.is_inside:
        return "It leads out of the site's folder.", "Refer to a file of the site."
    if not site.has(target.name):
        hint = (
            _meant(target.name, site.beside(target.name)) or "Add the file, or take the link out."
        )
        return f"There is no {target.name} in the site.", hint
    page = site.pages.get(target.name)
    if page and not _has(target.fragment, page.anchors):
        hint = _meant(target.fragment, page.anchors) or "Give an element there that id."
        return f"{target.name} has no place #{target.fragment}.", hint
    return None


def _spots(reference: Reference, name: str, site: BuiltSite) -> Iterator[Spot]:
    """Find the places of a reference, by reading the file once more."""
    if name in site.pages:
        located = references(site.page(name).document)
    else:
        located = style_references(reading.read_text(site.path(name)))
    return (spot for other, spot in located if other == reference)


def _has(fragment: str, anchors: frozenset[str]) -> bool:
    """Tell whether a page has a place; `#query=…` is no place, but something for a script."""
    place = fragment.partition(":~:")[0]
    return place in _ANYWHERE or place in anchors or "=" in place


def _meant(name: str, known: Iterable[str]) -> str | None:
    """Guess what a name was meant to be: among few only, since it takes long among many."""
    alike = sorted(other for other in known if abs(len(other) - len(name)) <= 2)
    near = nearest(name, alike, cutoff=0.8) if len(alike) <= _MOST_COMPARED else None
    return f"Did you mean {near}?" if near else None
