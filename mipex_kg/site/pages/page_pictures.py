"""Which picture a page has when it is shared: one of its own, or that of the site."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mipex_kg.project import layout
from mipex_kg.project.project import Project
from mipex_kg.project.settings import EACH, NONE
from mipex_kg.site.pages.assets import Assets
from mipex_kg.site.pages.classes import Classes
from mipex_kg.site.pages.share_pictures import SCRIPTS, SharePicture, SharePictures
from mipex_kg.site.pages.wording import Wording
from mipex_kg.site.privacy import Privacy
from mipex_kg.site.thing_pages import ThingPage


@dataclass(frozen=True)
class PagePictures:
    """The pictures for sharing the pages in one language.

    :param pictures: those of names; None if the site has none
    """

    project: Project
    wording: Wording
    classes: Classes
    privacy: Privacy
    pictures: SharePictures | None

    @property
    def of_site(self) -> SharePicture | None:
        """The picture of pages that have none of their own."""
        return self.pictures.of_site if self.pictures else None

    def of(self, page: ThingPage, *, is_private: bool = False) -> SharePicture | None:
        """Give the picture of a page about things.

        :param is_private: whether it is known to ask search engines to leave it out
        """
        is_featured = self.classes.main.get(page.subject) in self.classes.featured
        if self.pictures is None or self.project.pictures != EACH or not is_featured:
            return self.of_site
        name = self.wording.label(page.subject).value
        # What a picture shows is seen far from the page.
        if is_private or self._concerns_private(page, name):
            return self.of_site
        return self.pictures.of(name)

    def _concerns_private(self, page: ThingPage, name: str) -> bool:
        return (
            any(map(self.privacy.is_unlisted, (page.subject, *page.sections)))
            or self.privacy.concerns(page.parts)
            or self.privacy.is_named_in(name)
        )

    def all(self, pages: Iterable[ThingPage]) -> Iterator[SharePicture]:
        """Give the pictures of some pages and of the site, some of them more than once."""
        yield from filter(None, (self.of_site, *map(self.of, pages)))

    def draw(self, picture: SharePicture) -> bytes:
        """Draw a picture, as PNG."""
        if self.pictures is None:
            raise LookupError(picture.path)
        return self.pictures.draw(picture)

    def omitted(self) -> Iterator[str]:
        """Say why the site has no pictures, if it was to have some."""
        if self.project.is_placed and self.project.pictures != NONE and not self.of_site:
            why = (
                "have no letters for the title of the site"
                if self.pictures
                else "are not in this installation (`make assets` makes them)"
            )
            yield f"{layout.PICTURES}: the fonts that pictures are drawn with {why}"


def make_page_pictures(
    project: Project,
    wording: Wording,
    classes: Classes,
    privacy: Privacy,
    titles: tuple[str, str],
    assets: Assets | None,
) -> PagePictures:
    """Prepare the pictures for sharing.

    There are none while nobody knows where the site is, since they are linked by their whole
    address.

    :param titles: of the site, in the language of the pages and in the first
    """
    fonts = assets.fonts if assets else {}
    has_none = project.pictures == NONE or not project.is_placed or SCRIPTS[0] not in fonts
    pictures = None if has_none else SharePictures(*titles, project.site, fonts)
    return PagePictures(project, wording, classes, privacy, pictures)
