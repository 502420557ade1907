"""Licences: every dataset, file and page has one, portals know it, and it is the same for all."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mipex_kg.checks.catalogue.checked_catalogue import finding
from mipex_kg.checks.checked_site import CatalogueFile, CheckedSite, View
from mipex_kg.checks.signposts import links_of, places_of
from mipex_kg.dataset.catalogue.codes import load_codes
from mipex_kg.project import layout
from mipex_kg.project.settings import FILE_NAME
from mipex_kg.rdf.namespaces import DCT
from mipex_kg.rdf.terms import text_of
from mipex_kg.system.errors import SourceError
from mipex_kg.validation.report import Finding, Place, Severity

CHECK = "licences"
_PREDICATE = DCT.term("license")


def check_licences(checked: CheckedSite) -> View:
    """Compare what the settings, the catalogue, VoID and the pages say."""
    licence = checked.project.licence
    known = load_codes().licence(licence)
    sees = known.spdx if known else licence or "none"
    return View(sees, _findings(checked, licence, is_known=known is not None))


def _findings(checked: CheckedSite, licence: str, *, is_known: bool) -> Iterator[Finding]:
    settings = Place(checked.project.root / FILE_NAME)
    if not licence:
        message = "Without a licence nobody may use what is published."
        hint = "Set project.licence, such as https://creativecommons.org/licenses/by/4.0/."
        yield Finding(Severity.WARNING, CHECK, message, hint, place=settings)
        return
    if not is_known:
        message = f"{licence} is none of the licences that portals are known to recognise."
        known = sorted(load_codes().licences)
        meant = [iri for iri in known if _bare(iri) == _bare(licence)]
        hint = f"Write {meant[0]}." if meant else f"Take one of: {', '.join(known)}."
        yield Finding(Severity.WARNING, CHECK, message, hint, place=settings)
    yield from _of_pages(checked, licence)
    if checked.has_catalogue:
        try:
            yield from _of_files(checked.catalogue(), licence)
            yield from _of_void(checked, licence)
        except SourceError:
            return  # which other checks tell


def _bare(licence: str) -> str:
    """Write the address of a licence without what others write in another way.

    >>> _bare("http://www.o.org/by/1.0") == _bare("https://o.org/by/1-0/")
    True
    """
    return re.sub(r"\Ahttps?://(?:www\.)?|/\Z", "", licence.lower()).replace(".", "-")


def _of_pages(checked: CheckedSite, licence: str) -> Iterator[Finding]:
    site = checked.site
    for name in site.pages:
        links = links_of(name, site)
        others = [link for link in links if link.rel == "license" and link.href != licence]
        for link, place in places_of(others, name, site):
            yield Finding(
                Severity.VIOLATION,
                CHECK,
                f"The page names {link.href}, and the settings {licence}.",
                "Rebuild the site from this project.",
                path="link/@href",
                place=place,
            )


def _of_files(catalogue: CatalogueFile, licence: str) -> Iterator[Finding]:
    graph, found = catalogue.catalogued.graph, []
    for name in ("Dataset", "Distribution"):
        for node in graph.members(name):
            stated = graph.values(node, _PREDICATE)
            if not stated:
                message = f"A dcat:{name} without a licence may not be used by anybody."
                hint = catalogue.catalogued.how_to_state(
                    node, _PREDICATE, "Rebuild the site: the build adds that of the settings."
                )
                found.append(finding(CHECK, message, hint, node, _PREDICATE))
            for other in stated:
                if text_of(other) != licence:
                    message = f"It names {text_of(other)}, and the settings {licence}."
                    hint = "Make sure that both are meant."
                    found.append(
                        finding(
                            CHECK,
                            message,
                            hint,
                            node,
                            _PREDICATE,
                            value=other,
                            severity=Severity.WARNING,
                        )
                    )
    return catalogue.placed(found)


def _of_void(checked: CheckedSite, licence: str) -> Iterator[Finding]:
    stated = {text_of(t.object) for t in checked.triples(layout.VOID) if t.predicate == _PREDICATE}
    for other in sorted(stated - {licence}):
        yield Finding(
            Severity.VIOLATION,
            CHECK,
            f"It names {other}, and the settings {licence}.",
            "Rebuild the site from this project.",
            path="dct:license",
            place=Place(checked.site.path(layout.VOID)),
        )
