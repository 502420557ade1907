"""The links of a site: each leads somewhere, and nothing is loaded from another host."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

import pyoxigraph as ox

from mipex_kg.checks.references import Located, Reference, references, style_references
from mipex_kg.checks.site import BuiltSite
from mipex_kg.rdf.iris import to_uri
from mipex_kg.system import reading
from mipex_kg.system.errors import Guesses, SourceError
from mipex_kg.validation.report import Finding, Severity, unreadable

CHECK = "links"
# A browser takes these for the top of the page, or for words to look for in it.
_ANYWHERE = ("", "top")
# What is wrong with a file below the site that the data name and no build writes.
UNSEEN = (
    "No build writes this, so that it can't be seen from here whether it is there.",
    "Make sure that the server has it.",
)
_UNDESCRIBED = (
    "The data name this, but say nothing of it, so that it has no page.",
    "Describe it in data/: give it at least a type and a name.",
)


def check_links(site: BuiltSite) -> Iterator[Finding]:
    """Find what leads nowhere, what leads out of the folder, and what another host would see."""
    yield from unreadable(site.unreadable).findings
    links = _Links(site)
    for name, page in site.pages.items():
        yield from links.check(page.references, name, page.base)
    for name in site.named(".css"):
        yield from links.check_styles(name)


@dataclass(frozen=True)
class _Links:
    """The links of a site that are checked, and the guesses of what is meant by wrong ones."""

    site: BuiltSite
    guesses: Guesses = field(default_factory=Guesses)

    def check_styles(self, name: str) -> Iterator[Finding]:
        """Check what a stylesheet refers to."""
        try:
            styles = reading.read_text(self.site.path(name))
        except SourceError as error:
            yield from unreadable([error]).findings
            return
        yield from self.check((reference for reference, _ in style_references(styles)), name, "")

    def check(self, found: Iterable[Reference], name: str, base: str) -> Iterator[Finding]:
        """Check addresses in a file, and show each place where a wrong one stands."""
        wrong = {
            reference: told
            for reference in dict.fromkeys(found)
            if (told := self._wrong(reference, name, base))
        }
        for reference, spot in self._located(name) if wrong else ():
            if reference in wrong:
                is_in_data = wrong[reference] in (UNSEEN, _UNDESCRIBED)
                yield Finding(
                    Severity.WARNING if is_in_data else Severity.VIOLATION,
                    CHECK,
                    *wrong[reference],
                    path=reference.attribute,
                    value=ox.Literal(reference.address),
                    place=self.site.place(name, spot),
                )

    def _located(self, name: str) -> Iterator[Located]:
        """Find the places of all references, by reading the file once more."""
        if name in self.site.pages:
            return references(self.site.page(name).document)
        return style_references(reading.read_text(self.site.path(name)))

    def _wrong(self, reference: Reference, name: str, base: str) -> tuple[str, str] | None:
        """Tell what is wrong with an address and what to do.

        What it leads to on other hosts nobody can tell from here.
        """
        site = self.site
        try:
            target = site.target(reference.address, name, base)
        except ValueError:
            return "It is not an address.", "Correct it."
        if site.names_nothing(reference.address):
            return self._nameless(to_uri(reference.address))
        if target is None:
            runs = reference.address.lower().startswith("javascript:")
            return ("A link runs a script.", "Use a button, or a link.") if runs else None
        if target.name is None:
            message = "It is loaded from another host, which then knows who reads the page."
            hint = "Put the file into the site, and refer to it there."
            return (message, hint) if reference.is_loaded else None
        if not target.is_inside:
            return "It leads out of the site's folder.", "Refer to a file of the site."
        if site.is_unseen(target.name):
            return UNSEEN
        if not site.has(target.name):
            meant = self._meant(target.name, site.beside(target.name))
            hint = meant or "Add the file, or take the link out."
            return f"There is no {target.name} in the site.", hint
        page = site.pages.get(target.name)
        if page and not _has(target.fragment, page.anchors):
            place = unquote(target.fragment)
            hint = self._meant(place, page.anchors) or "Give an element there that id."
            return f"{target.name} has no place #{place}.", hint
        return None

    def _nameless(self, address: str) -> tuple[str, str]:
        """Say of the name of a thing below the base that it has no page."""
        if self.site.is_stated(address):
            return UNSEEN
        if self.site.is_mentioned(address):
            return _UNDESCRIBED
        return "It names a thing that nothing describes.", "Name another, or take the link out."

    def _meant(self, name: str, known: Collection[str]) -> str | None:
        near = self.guesses.nearest(name, known, cutoff=0.8, most_apart=2)
        return f"Did you mean {near}?" if near else None


def _has(fragment: str, anchors: frozenset[str]) -> bool:
    """Tell whether a page has a place; `#query=…` is not a place, but something for a script.

    Browsers look for an element whose id is the fragment as it is sent, then as it is decoded.
    """
    sent = to_uri(fragment.partition(":~:")[0])
    place = unquote(sent)
    return place in _ANYWHERE or not anchors.isdisjoint((sent, place)) or "=" in place
