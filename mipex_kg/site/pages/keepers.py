"""Who stands behind a site: who keeps it, how to reach them, and when it last changed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

import pyoxigraph as ox

from mipex_kg.dataset.catalogue.record import catalogue_of
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.project import layout
from mipex_kg.project.names import root_of
from mipex_kg.project.placeholders import is_placeholder
from mipex_kg.project.project import Project
from mipex_kg.rdf.namespaces import DCAT, DCT
from mipex_kg.rdf.terms import Node
from mipex_kg.site.pages.texts import ProjectText
from mipex_kg.site.pages.wording import TaggedText

_MAIL = "mailto:"
# What of a tracker's address depends on the page.
_PART = re.compile(r"\{(page|title)\}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class Keepers:
    """Who keeps a site, as its pages say it.

    :param name: empty if nobody has said, as all texts may be
    :param contact: an address at which they can be reached
    :param tracker: where errors are reported, with `{page}` and `{title}` for the page's
    :param changed: the day on which the data last changed, as they themselves say
    :param notice: what the project says first of itself
    """

    name: str
    contact: str
    tracker: str
    changed: str
    notice: TaggedText

    @property
    def address(self) -> str:
        """The address as people read it.

        >>> Keepers("", "mailto:ada@brook.net?subject=Hello", "", "", TaggedText("")).address
        'ada@brook.net'
        """
        is_mail = self.contact.startswith(_MAIL)
        return self.contact.removeprefix(_MAIL).partition("?")[0] if is_mail else self.contact

    def report(self, title: str, page: str, words: Mapping[str, str]) -> str:
        """Give the address at which an error on a page is reported, or nothing.

        :param page: its address, or something else that identifies it
        :param words: the texts of the interface

        >>> keepers = Keepers("", "", "https://e.net/new?body={page}", "", TaggedText(""))
        >>> keepers.report("", "a b", {})
        'https://e.net/new?body=a%20b'
        """
        if self.tracker:
            values = {"title": title, "page": page}
            return _PART.sub(lambda part: quote(values[part[1]], ""), self.tracker)
        if not self.contact.startswith(_MAIL):
            return self.contact
        subject = words["report-subject"].format(title=title)
        body = words["report-body"].format(page=page).replace("\n", "\r\n")
        sign = "&" if "?" in self.contact else "?"
        return f"{self.contact}{sign}subject={quote(subject, '')}&body={quote(body, '')}"


def keepers_of(project: Project, dataset: Dataset, texts: Mapping[str, ProjectText]) -> Keepers:
    """Tell who keeps the site of a project; addresses that only stand for others are left out."""
    text = texts.get(layout.ABOUT)
    contact, tracker = (
        "" if is_placeholder(address) else address for address in (project.contact, project.report)
    )
    notice = TaggedText(text.summary, text.language) if text else TaggedText("")
    return Keepers(project.publisher, contact, tracker, _last_changed(project, dataset), notice)


def tell_unset(project: Project) -> str:
    """Say in a line which settings nobody has made yet, and what pages lack without them."""
    is_reached = any(a and not is_placeholder(a) for a in (project.contact, project.report))
    lacking = [
        *([] if project.is_placed else ["project.site (a sitemap, canonical addresses)"]),
        *([] if is_reached else ["project.contact (a link to report errors)"]),
    ]
    return f"Not set yet: {' and '.join(lacking)}." if lacking else ""


def stand_ins(project: Project) -> frozenset[Node]:
    """Give the addresses of the settings that stand for those that nobody knows yet.

    The base is none of them: whatever its host, it names a thing.
    """
    addresses = {project.home, project.contact} - {"", root_of(project.base)}
    return frozenset(map(ox.NamedNode, filter(is_placeholder, addresses)))


def _last_changed(project: Project, dataset: Dataset) -> str:
    """Tell the latest day on which something of the catalogue is said to have changed.

    The day of the build has no part in it: the same data give the same pages.
    """
    catalogue = catalogue_of(project)
    described = (catalogue, *dataset.values(catalogue, DCAT.term("dataset")))
    for property in (DCT.term("modified"), DCT.term("issued")):
        texts = (text for node in described for text in dataset.texts(node, property))
        if days := [found[0] for text in texts if (found := _DAY.match(text))]:
            return max(days)
    return ""
