"""The menus of every page: at its head what most visitors look for, at its foot all else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from mipex_kg.project import layout
from mipex_kg.project.project import Project
from mipex_kg.site.pages.classes import Classes
from mipex_kg.site.pages.listings import Listings
from mipex_kg.site.pages.texts import ProjectText
from mipex_kg.site.pages.wording import TaggedText

# So many classes have a place of their own at the head.
_FEATURED = 3


class PageLink(NamedTuple):
    """A link to a page of the site."""

    path: str
    title: str | TaggedText


@dataclass(frozen=True)
class Menus:
    """The menus of the pages in one language.

    :param interface: the words of the pages, by their keys
    :param texts: the project's, by their names
    """

    project: Project
    interface: Mapping[str, str]
    classes: Classes
    listings: Listings
    texts: Mapping[str, ProjectText]
    has_network: bool
    can_ask: bool

    def navigation(self) -> list[PageLink]:
        """Give the menu at the head."""
        featured = [
            PageLink(
                layout.page(layout.class_page(self.classes.names[cls])),
                self.listings.of_class[cls].title,
            )
            for cls in self.classes.featured[:_FEATURED]
        ]
        return [
            *featured,
            self._link(layout.CLASSES, "browse"),
            *([self._link(layout.NETWORK, "network")] if self.has_network else []),
            *([self._link(layout.QUERIES, "queries")] if self.project.query_files else []),
            self._link(layout.DATA, "data"),
        ]

    def foot(self, ontologies: Mapping[str, TaggedText]) -> list[PageLink]:
        """Give the menu at the foot.

        :param ontologies: names of the ontologies, by their pages' names
        """
        texts = (text for text in self.texts.values() if text.is_own_page)
        asking = [PageLink(layout.ASK_PAGE, self.interface["ask"])] if self.can_ask else []
        return [
            self._link(layout.ABOUT, "about"),
            *(PageLink(layout.page(text.name), text.heading) for text in texts),
            *(PageLink(layout.page(name), title) for name, title in ontologies.items()),
            self._link(layout.RULES, "rules"),
            *asking,
        ]

    def _link(self, page: str, key: str) -> PageLink:
        return PageLink(layout.page(page), self.interface[key])


def lit(menu: Sequence[PageLink], path: str, listed: str | None) -> str:
    """Give the path of the item of a menu to which a page belongs; nothing if it does to none.

    :param path: of the page
    :param listed: path of the page with the list that leads to it, if it is in one

    >>> menu = [PageLink("class/person.html", ""), PageLink("class/index.html", "")]
    >>> lit(menu, "person/ada.html", "class/person.html"), lit(menu, "a/b.html", "class/c.html")
    ('class/person.html', 'class/index.html')
    """
    below = layout.QUERIES if path.startswith(layout.QUERY) else None
    above = (listed, layout.page(layout.CLASSES) if listed else None, below and layout.page(below))
    paths = {entry.path for entry in menu}
    return next((each for each in (path, *above) if each in paths), "")
