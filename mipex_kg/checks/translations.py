"""A page in several languages: each names all of them, and they name each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mipex_kg.checks.site import BuiltSite
from mipex_kg.validation.report import Finding, Place, Severity

CHECK = "links"
_DEFAULT = "x-default"


def check_translations(site: BuiltSite) -> Iterator[Finding]:
    """Find pages that don't name themselves, or a translation that doesn't name them in turn."""
    named = {name: _alternates(name, site) for name in site.pages if name in site.built}
    for name, languages in named.items():
        own = {language for language, other in languages.items() if other == name}
        if languages and not own:
            yield _finding(site, name, "The page leaves itself out of its translations.")
        elif languages and _DEFAULT not in languages:
            yield _finding(site, name, "No translation is named for all other languages.")
        for language, other in languages.items():
            # What leads nowhere, or elsewhere, is a finding of the links.
            if other in named and name not in named[other].values():
                message = f"{other} is named as its translation ({language}), and not in turn."
                yield _finding(site, name, message)


def _alternates(name: str, site: BuiltSite) -> Mapping[str, str]:
    """Give the files in which a page is said to be in each language."""
    found = {}
    for link in site.pages[name].links:
        if link.rel == "alternate" and link.hreflang:
            try:
                target = site.target(link.href, name)
            except ValueError:
                continue
            found[link.hreflang.lower()] = (target.name if target else None) or ""
    return found


def _finding(site: BuiltSite, name: str, message: str) -> Finding:
    return Finding(
        Severity.VIOLATION,
        CHECK,
        message,
        "Rebuild the site and upload all files.",
        path="link/@hreflang",
        place=Place(site.path(name)),
    )
