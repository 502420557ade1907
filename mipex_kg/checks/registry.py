"""Checks of a project, and of the site that was built from it: what each of its readers would see.

Each check is a row of ``CHECKS``, from which the command line and the documentation take it. What
it needs it takes from its subject, where nothing is read before it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import chain
from typing import NamedTuple
from urllib.parse import quote

from mipex_kg.checks.checked_site import CheckedSite, View
from mipex_kg.checks.croissant import check_croissant
from mipex_kg.checks.dataset_search import check_dataset_search
from mipex_kg.checks.json_ld import check_json_ld
from mipex_kg.checks.licences import check_licences
from mipex_kg.checks.links import check_links
from mipex_kg.checks.local_paths import check_local_paths, readable_files
from mipex_kg.checks.portals import check_ckan, check_dcat_ap, check_quality, check_udata
from mipex_kg.checks.served import check_served
from mipex_kg.checks.signposts import check_signposting
from mipex_kg.checks.sitemap import check_sitemap
from mipex_kg.checks.translations import check_translations
from mipex_kg.checks.void import check_void
from mipex_kg.project import layout
from mipex_kg.project.levels import LEVELS, OFF, Levels
from mipex_kg.project.settings import FILE_NAME
from mipex_kg.validation.labels import foreign_labels, missing_labels
from mipex_kg.validation.report import Finding, ReaderReport, Report, Severity, make_report, plural

__all__ = ["CHECKS", "Check", "CheckedSite", "View", "run_checks"]


class Check(NamedTuple):
    """A check.

    :param reader: for whom it looks, for people
    :param title: what it makes sure of, a sentence
    :param needs_site: whether it looks at the built site, and not at the project alone
    """

    name: str
    reader: str
    title: str
    run: Callable[[CheckedSite], View]
    needs_site: bool = True


def _labels(checked: CheckedSite) -> View:
    found = (
        missing_labels(checked.dataset, checked.project),
        foreign_labels(checked.dataset, checked.project),
    )
    languages = ", ".join(checked.project.languages)
    labelled = {
        quad.subject
        for label in checked.dataset.labels
        for quad in checked.dataset.with_property(label)
    }
    things = plural(len(labelled), "thing")
    return View(f"labels of {things}, in {languages}", chain(*found))


def _links(checked: CheckedSite) -> View:
    pages = checked.site.pages
    number = sum(len(page.references) for page in pages.values())
    sees = f"{plural(number, 'link')} on {plural(len(pages), 'page')}"
    return View(sees, chain(check_links(checked.site), check_translations(checked.site)))


def _local(checked: CheckedSite) -> View:
    files = readable_files(checked.site)
    return View(plural(len(files), "file"), check_local_paths(checked.site, files))


def _json_ld(checked: CheckedSite) -> View:
    pages = [page for page in checked.site.pages.values() if page.has_json_ld]
    found = check_json_ld(checked.site, checked.publication)
    return View(f"blocks on {plural(len(pages), 'page')}", found)


def _sitemap(checked: CheckedSite) -> View:
    if not checked.project.is_placed and layout.SITEMAP not in checked.site.files:
        return View(skipped="There is none: project.site is not set yet.")
    shown = [page for page in checked.site.pages.values() if not page.is_hidden]
    return View(f"{plural(len(shown), 'page')} that may be found", check_sitemap(checked.site))


CHECKS = (
    Check(
        "dcat-ap",
        "DCAT-AP",
        "The catalogue conforms to DCAT-AP 3.0.1, and its files are as it says.",
        check_dcat_ap,
    ),
    Check(
        "ckan",
        "CKAN",
        "CKAN takes in every dataset of the catalogue, whole.",
        check_ckan,
    ),
    Check(
        "udata",
        "udata",
        "udata takes in every dataset of the catalogue, whole.",
        check_udata,
    ),
    Check(
        "quality",
        "quality score",
        "Each dataset has all points of data.europa.eu's metadata quality score.",
        check_quality,
    ),
    Check(
        "google",
        "Google Dataset",
        "Pages describe datasets as Google's Dataset Search wants them.",
        check_dataset_search,
    ),
    Check(
        "croissant",
        "Croissant",
        "The files are described for machine learning, and are as described.",
        check_croissant,
    ),
    Check(
        "void",
        "VoID",
        "The description in VoID is where readers look, with the counts of the dump.",
        check_void,
    ),
    Check(
        "signposting",
        "Signposting",
        "Each page's typed links and link sets agree, and lead to what they say.",
        lambda checked: check_signposting(checked.site, has_linksets=checked.project.has_linksets),
    ),
    Check(
        "sitemap",
        "sitemap",
        "The sitemap lists each page that may be found, once, with a true date.",
        _sitemap,
    ),
    Check(
        "links",
        "links",
        "Every link inside the site leads somewhere, and nothing is loaded from another host.",
        _links,
    ),
    Check(
        "local",
        "local paths",
        "No file names a path of the machine on which the site was built.",
        _local,
    ),
    Check(
        "labels",
        "labels",
        "Things have labels in every language that the project promises and shows.",
        _labels,
        needs_site=False,
    ),
    Check(
        "licences",
        "licences",
        "Every dataset, file and page names the licence of the settings.",
        check_licences,
    ),
    Check(
        "jsonld",
        "JSON-LD",
        "Each page's JSON-LD is the graph's schema.org projection, no more and no less.",
        _json_ld,
    ),
    Check(
        "server",
        "HTTP clients",
        "The server gives each of the usual clients what it asks for, as what it is.",
        check_served,
    ),
)


def run_checks(
    checked: CheckedSite,
    names: Iterable[str] = (),
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Report:
    """Run checks, and put what they find into one report.

    :param names: of the checks; all of them unless some are named
    :param progress: called with what is done and what there is to do
    :raises UsageError: when there is no site, and one of the checks needs it
    :raises SourceError: when the project can't be read
    """
    wanted = set(names) or {check.name for check in CHECKS}
    chosen = [check for check in CHECKS if check.name in wanted]
    if any(check.needs_site for check in chosen):
        _ = checked.site  # a wrong folder is told before anything that takes long
    parts: list[ReaderReport] = []
    for check in chosen:
        progress(len(parts), len(chosen))
        is_off = checked.project.levels.most(check.name) == OFF
        view = View(skipped=f"{FILE_NAME} turns it off.") if is_off else check.run(checked)
        parts.append(_part(check, view, checked))
    progress(len(parts), len(chosen))
    report = make_report((finding for part in parts for finding in part.findings), 0)
    return replace(report, parts=tuple(parts))


def _part(check: Check, view: View, checked: CheckedSite) -> ReaderReport:
    named = (_addressed(_named(finding, check), checked) for finding in view.findings)
    kept = _graded(named, check, checked.project.levels)
    found = sorted(kept, key=lambda finding: finding.order)
    return ReaderReport(check.name, check.reader, view.sees, tuple(found), view.skipped)


def _graded(findings: Iterable[Finding], check: Check, levels: Levels) -> Iterator[Finding]:
    """Let findings be no graver than the project has their check; a kind of them may be set."""
    most = levels.most(check.name)
    for finding in findings:
        of_kind = levels.of(finding.check) if finding.check != check.name else None
        level = of_kind or min(finding.severity.value, most, key=LEVELS.index)
        if level != OFF:
            yield replace(finding, severity=Severity(level))


def _named(finding: Finding, check: Check) -> Finding:
    """Let a finding name the check that found it."""
    is_own = finding.check in (check.name, "")
    return replace(finding, check=check.name if is_own else f"{check.name}/{finding.check}")


def _addressed(finding: Finding, checked: CheckedSite) -> Finding:
    """Let a finding name the address of a file that was fetched."""
    place, mirror = finding.place, checked.mirror
    if place is None or mirror is None or place.address:
        return finding
    if not place.path.is_relative_to(mirror.folder):
        return finding
    name = place.path.relative_to(mirror.folder).as_posix()
    return replace(finding, place=replace(place, address=mirror.client.root + quote(name)))
