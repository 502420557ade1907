"""A page in several languages: which file it is in each of them."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import NamedTuple

from mipex_kg.dataset.words import PageWords, load_words
from mipex_kg.project import layout
from mipex_kg.project.names import address_of_file
from mipex_kg.project.project import Project


class PageLanguage(NamedTuple):
    """A language in which a site has pages.

    :param tag: of the language in which names are preferred
    :param folder: of its pages; empty for those at the root
    :param words: of the interface
    """

    tag: str
    folder: str
    words: PageWords

    @property
    def is_first(self) -> bool:
        """Whether its pages are at the root, and the link sets beside them."""
        return not self.folder


class Translation(NamedTuple):
    """A page in a language, be it its own.

    :param tag: of the language
    :param name: what the language calls itself
    :param path: of the page, relative to the site
    :param url: its address
    :param is_same: whether it says the same; else it is the front page, as there is no such page
    """

    tag: str
    name: str
    path: str
    url: str
    is_same: bool


def page_languages(project: Project) -> list[PageLanguage]:
    """Give the languages in which a project's site has pages, the first one first.

    :raises SourceError: when words of the project can't be used
    """
    folders = project.language_folders.items()
    return [PageLanguage(tag, folder, load_words(tag, project)) for tag, folder in folders]


@dataclass(frozen=True)
class Translations:
    """The pages of a site in its languages.

    :param own: names of the pages that there are in one language only, by its tag
    """

    site: str
    languages: tuple[PageLanguage, ...]
    own: Mapping[str, AbstractSet[str]] = field(default_factory=dict)

    def of(self, name: str) -> tuple[Translation, ...]:
        """Give a page in each language; nothing if there is only one.

        :param name: of the page, without a suffix and relative to the folder of its language
        """
        if len(self.languages) < 2:
            return ()
        has_it = {tag for tag, names in self.own.items() if name in names}
        return tuple(self._in(each, name, has_it) for each in self.languages)

    def _in(self, language: PageLanguage, name: str, only: AbstractSet[str]) -> Translation:
        is_same = name != layout.NOT_FOUND and (not only or language.tag in only)
        path = language.folder + layout.page(name if is_same else layout.FRONT)
        is_named = language.words.language == language.tag
        own = language.words.texts["language-own"] if is_named else language.tag
        return Translation(language.tag, own, path, address_of_file(self.site, path), is_same)


def make_translations(project: Project) -> Translations:
    """Find out which pages there are in which language."""
    first, *others = project.language_folders
    texts = project.text_files
    own = {tag: texts[tag].keys() - texts[first].keys() for tag in others}
    return Translations(project.site, tuple(page_languages(project)), own)
