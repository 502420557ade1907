"""The links of a site: each leads somewhere, and nothing is loaded from another host."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from mipex_kg import reading
from mipex_kg.checks.references import Reference, style_references
from mipex_kg.checks.site import Site
from mipex_kg.errors import SourceError, nearest
from mipex_kg.validation.report import Finding, Severity, unreadable

CHECK = "links"
# A browser takes these for the top of the page, or for words to look for in it.
_ANYWHERE = ("", "top")


def check_links(site: Site) -> Iterator[Finding]:
    """Find what leads nowhere, what leads out of the folder, and what another host would see."""
    yield from unreadable(site.unreadable).findings
    for name, page in site.pages.items():
        for reference in page.references:
            yield from _check(reference, name, page.base, site)
    for name in site.named(".css"):
        yield from _check_styles(name, site)


def _check_styles(name: str, site: Site) -> Iterator[Finding]:
    try:
        styles = reading.read_text(site.path(name))
    except SourceError as error:
        yield from unreadable([error]).findings
        return
    for reference in style_references(styles):
        yield from _check(reference, name, "", site)


def _check(reference: Reference, name: str, base: str, site: Site) -> Iterator[Finding]:
    """Check one address; what it leads to on other hosts nobody can tell from here."""
    try:
        target = site.target(reference.address, name, base)
    except ValueError:
        yield _finding("It is not an address.", "Write it anew.", reference, name, site)
        return
    if target is None:
        if reference.address.lower().startswith("javascript:"):
            message = "A link runs a script."
            yield _finding(message, "Use a button, or a link.", reference, name, site)
    elif target.name is None:
        if reference.is_loaded:
            message = "It is loaded from another host, which then knows who reads the page."
            hint = "Put the file into the site, and refer to it there."
            yield _finding(message, hint, reference, name, site)
    elif not target.is_inside:
        message = "It leads out of the site's folder."
        yield _finding(message, "Refer to a file of the site.", reference, name, site)
    elif target.name not in site.files:
        hint = _meant(target.name, site.files) or "Add the file, or take the link out."
        yield _finding(f"There is no {target.name} in the site.", hint, reference, name, site)
    elif (page := site.pages.get(target.name)) and not _has(target.fragment, page.anchors):
        message = f"{target.name} has no place #{target.fragment}."
        hint = _meant(target.fragment, page.anchors) or "Give an element there that id."
        yield _finding(message, hint, reference, name, site)


def _has(fragment: str, anchors: frozenset[str]) -> bool:
    """Tell whether a page has a place; `#query=…` is no place, but something for a script."""
    place = fragment.partition(":~:")[0]
    return place in _ANYWHERE or place in anchors or "=" in place


def _meant(name: str, known: frozenset[str]) -> str | None:
    # Only names of about the same length are compared: a site may have thousands.
    alike = sorted(other for other in known if abs(len(other) - len(name)) <= 2)
    near = nearest(name, alike, cutoff=0.8)
    return f"Did you mean {near}?" if near else None


def _finding(message: str, hint: str, reference: Reference, name: str, site: Site) -> Finding:
    return Finding(
        Severity.VIOLATION,
        CHECK,
        message,
        hint,
        path=reference.attribute,
        value=ox.Literal(reference.address),
        place=site.place(name, reference.spot),
    )
