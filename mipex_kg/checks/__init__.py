"""Checks of a project, and of the site that was built from it.

Each check is a row of ``CHECKS``, from which the command line and the documentation take it. What
it needs it takes from its subject, where nothing is read before it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from mipex_kg import validation
from mipex_kg.checks.json_ld import check_json_ld
from mipex_kg.checks.links import check_links
from mipex_kg.checks.site import Site, open_site
from mipex_kg.checks.sitemap import check_sitemap
from mipex_kg.dataset import Dataset, load_project_dataset
from mipex_kg.documents import Publication
from mipex_kg.project import Project
from mipex_kg.validation.labels import foreign_labels, missing_labels
from mipex_kg.validation.report import Finding, Report, make_report


@dataclass(frozen=True)
class Subject:
    """What is checked.

    :param folder: where the site lies
    """

    project: Project
    folder: Path

    @cached_property
    def dataset(self) -> Dataset:
        """The project's dataset, valid or not."""
        return load_project_dataset(self.project)

    @cached_property
    def publication(self) -> Publication:
        """What is published; only a valid dataset is."""
        return Publication(validation.validated(self.project))

    @cached_property
    def site(self) -> Site:
        """The built site."""
        return open_site(self.folder, self.project.site)


class Check(NamedTuple):
    """A check.

    :param title: what it makes sure of, a sentence
    :param needs_site: whether it looks at the built site, and not at the project alone
    """

    name: str
    title: str
    run: Callable[[Subject], Iterable[Finding]]
    needs_site: bool = True


def _labels(subject: Subject) -> Iterator[Finding]:
    yield from missing_labels(subject.dataset, subject.project)
    yield from foreign_labels(subject.dataset, subject.project)


CHECKS = (
    Check(
        "labels",
        "Things have labels in every language that the project promises and shows.",
        _labels,
        needs_site=False,
    ),
    Check(
        "links",
        "Every link inside the site leads somewhere, and nothing is loaded from another host.",
        lambda subject: check_links(subject.site),
    ),
    Check(
        "jsonld",
        "Each page's JSON-LD is the graph's schema.org projection, no more and no less.",
        lambda subject: check_json_ld(subject.site, subject.publication),
    ),
    Check(
        "sitemap",
        "The sitemap lists each page that may be found, once, with a true date.",
        lambda subject: check_sitemap(subject.site),
    ),
)


def run_checks(subject: Subject, names: Iterable[str] = ()) -> Report:
    """Run checks, and put what they find into one report.

    :param names: of the checks; all of them unless some are named
    :raises UsageError: when there is no site, and one of the checks needs it
    :raises SourceError: when the project can't be read
    """
    wanted = set(names) or {check.name for check in CHECKS}
    chosen = [check for check in CHECKS if check.name in wanted]
    if any(check.needs_site for check in chosen):
        _ = subject.site  # a wrong folder is told before anything that takes long
    return make_report((finding for check in chosen for finding in check.run(subject)), 0)
