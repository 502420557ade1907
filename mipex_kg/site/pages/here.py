"""Here: the page that is being written, from which links lead, and at which marks stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox
from markupsafe import Markup, escape

from mipex_kg.project.names import address_of_file
from mipex_kg.rdf.iris import to_uri
from mipex_kg.rdf.prose import is_for_reading
from mipex_kg.rdf.terms import Node, Term
from mipex_kg.site.pages.addresses import Addresses
from mipex_kg.site.pages.classes import Classes
from mipex_kg.site.pages.facts import ThingValue
from mipex_kg.site.pages.menus import PageLink, lit
from mipex_kg.site.pages.notes import Mark
from mipex_kg.site.pages.translations import Translation
from mipex_kg.site.pages.wording import TaggedText, Wording
from mipex_kg.site.signposting import TypedLink

# A longer value that is meant for programs is folded; as much of it shows what kind it is of.
_LONG, _BEGINNING = 200, 60
_SYSTEM = re.compile(r"\A\s*<[^<>\s]*>\s*")


# Not shown as text: it would tell more than the page does.
@dataclass(frozen=True, repr=False)
class Here:
    """A page that is being written: its links lead from here.

    :param path: of the page, relative to the folder of its language
    :param root: how the way from the page to any file of the site begins
    :param unlisted: things that the site's own search does not find
    :param places: the names of places on it that things have
    :param folder: where the pages in its language lie
    :param translations: the page in each language, if there are several
    :param _marked: the anchors of the notes that marks so far lead to
    """

    path: str
    root: str
    addresses: Addresses
    classes: Classes
    wording: Wording
    unlisted: frozenset[Node] = frozenset()
    places: frozenset[str] = frozenset()
    folder: str = ""
    translations: tuple[Translation, ...] = ()
    _marked: set[str] = field(default_factory=set)

    @property
    def url(self) -> str:
        """Where the page lies."""
        return address_of_file(self.addresses.site, self.folder + self.path)

    @property
    def lang(self) -> str:
        """The language of the page."""
        return self.wording.lang

    @property
    def tag(self) -> str:
        """The language in which the page names things: that of the page, if there are words."""
        return self.wording.dataset.languages[0]

    @property
    def direction(self) -> str:
        """The direction in which the language of the page is written."""
        return self.wording.direction

    def to(self, path: str) -> str:
        """Link to a page in the language of this one, or to a file of the site, by its path."""
        is_here = self.folder and self.addresses.in_language(path, self.folder) != path
        return (self._way if is_here else self.root) + to_uri(path)

    @property
    def _way(self) -> str:
        """How the way to a page in the same language begins."""
        return self.root.removeprefix("../") if self.folder else self.root

    def to_folder(self, path: str) -> str:
        """Link to a folder with pages in the language of this one."""
        return (self._way + to_uri(path)) or "./"

    def to_language(self, translation: Translation) -> str:
        """Link to a page in another language."""
        return self.root + to_uri(translation.path)

    def own_id(self, name: str) -> str:
        """Name a place on the page that is of no thing."""
        return f"{name}-" if name in self.places else name

    def near(self, link: TypedLink) -> str:
        """Link to where a typed link leads: from here, if that is a file of the site."""
        is_own = not link.is_name and link.href.startswith(self.addresses.site)
        return self.to(link.href.removeprefix(self.addresses.site)) if is_own else link.href

    def href(self, term: Term) -> str | None:
        """Link to the page of a thing, or to its address elsewhere; to this page not at all."""
        page = self.addresses.place_of(term)
        if page is None:
            return self.addresses.elsewhere(term)
        return None if page == self.path else self.to(page)

    def class_href(self, cls: Term) -> str | None:
        """Link to the list of a class's members, else to what the class means."""
        page = self.classes.page(cls)
        return self.to(page) if page else self.href(cls)

    def sign(self, cls: Term) -> str:
        """Give the styles of a class's sign, which is beside its name."""
        number = self.classes.sign(cls)
        return f"sign sign-{'other' if number is None else number}"

    def lit(self, menu: Sequence[PageLink], cls: Term | None = None) -> str:
        """Give the path of the item of a menu to which the page belongs, if it does to one.

        :param cls: the class that the page lists, or that of the thing that it is about
        """
        listed = self.classes.page(cls) if cls is not None else None
        return lit(menu, self.path, listed)

    def is_elsewhere(self, term: Term) -> bool:
        """Tell whether a link leads to another site."""
        return self.addresses.place_of(term) is None

    def is_unlisted(self, term: Term) -> bool:
        """Tell whether a thing is not for search engines, and so not for the front page."""
        return term in self.unlisted

    def label(self, term: Term) -> TaggedText:
        """Name a thing."""
        return self.wording.label(term)

    def notation(self, term: Term) -> Markup:
        """Write the notation of a concept, to stand before its name; of other things nothing."""
        if not (notation := self.wording.notation(term)):
            return Markup()
        return Markup(f'<span class="notation">{escape(notation)}</span> ')  # noqa: S704 - escaped

    def link(self, term: Term, words: TaggedText | None = None) -> Markup:
        """Write the link to a thing, or its name alone where there is nowhere to go.

        A concept's notation is before its name.

        :param words: instead of the thing's name
        """
        notation, link = self.notation(term), self._link(term, words)
        return notation + link if notation else link

    def _link(self, term: Term, words: TaggedText | None) -> Markup:
        text = self.wording.write(words or self.label(term))
        page = self.addresses.place_of(term)
        if page == self.path:
            return text
        if page is not None:
            hidden = " data-pagefind-ignore" if term in self.unlisted else ""
            link = f'<a href="{escape(self.to(page))}"{hidden}>{text}</a>'
            return Markup(link)  # noqa: S704 - escaped
        address = self.addresses.elsewhere(term)
        if address is None:
            return text
        return Markup(f'<a href="{escape(address)}" class="elsewhere">{text}</a>')  # noqa: S704

    def block(self, value: ThingValue) -> Markup:
        """Write a value that has lines of its own: one that is long, and for programs, is folded.

        The search doesn't find numbers in it, which nobody looks for.
        """
        text = value.text.value
        if not _is_too_long(value):
            return self.value(value)
        return (
            Markup('<details class="long" data-pagefind-ignore><summary>{}</summary>').format(
                _cut(text)
            )
            + Markup('<pre tabindex="0">{}</pre></details>').format(text)
            + self.marks(value.marks)
        )

    def value(self, value: ThingValue) -> Markup:
        """Write a value, linked and marked; a picture that may be loaded, as one."""
        if _is_too_long(value):
            return escape(_cut(value.text.value)) + self.marks(value.marks)
        if value.is_picture and (address := self._own_file(value.term)):
            picture = f'<img src="{escape(address)}" alt="" loading="lazy">'
            return Markup(picture) + self.marks(value.marks)  # noqa: S704 - escaped
        return self.link(value.term, value.text) + self.marks(value.marks)

    def _own_file(self, term: Term) -> str | None:
        """Give the way to a file of this site that has no page: pages load from nowhere else."""
        if not isinstance(term, ox.NamedNode) or self.addresses.place_of(term) is not None:
            return None
        site = self.addresses.site
        return self.to(term.value.removeprefix(site)) if term.value.startswith(site) else None

    def marks(self, marks: Iterable[Mark]) -> Markup:
        """Write the marks of a fact, each with words for those who can't see it."""
        return Markup("").join(map(self._mark, marks))

    def _mark(self, mark: Mark) -> Markup:
        kind = mark.kind.replace(" ", "-")
        words = escape(self.wording.interface[f"mark-{kind}"].format(text=mark.text))
        # The first of the marks that lead to a note is where the note leads back to.
        place = "" if mark.anchor in self._marked else f' id="at-{mark.anchor}"'
        self._marked.add(mark.anchor)
        return Markup(  # noqa: S704 - the rest is our own
            f'<a class="mark {kind}"{place} href="#{mark.anchor}" aria-label="{words}">'
            f"{mark.text}</a>"
        )

    def back(self, mark: Mark) -> Markup:
        """Write the mark of a note, which leads back to the fact; to the first of several."""
        kind = mark.kind.replace(" ", "-")
        if mark.anchor not in self._marked:
            return Markup(f'<span class="mark {kind}">{mark.text}</span>')  # noqa: S704
        words = escape(self.wording.interface["back-to-fact"].format(text=mark.text))
        return Markup(  # noqa: S704
            f'<a class="mark {kind}" href="#at-{mark.anchor}" aria-label="{words}">{mark.text}</a>'
        )


def _is_too_long(value: ThingValue) -> bool:
    term = value.term
    if not isinstance(term, ox.Literal) or is_for_reading(term):
        return False
    return len(value.text.value) > _LONG


def _cut(text: str) -> str:
    # The reference system, which WKT has first, doesn't tell one shape from another.
    return f"{_SYSTEM.sub('', text, count=1)[:_BEGINNING].rstrip()}…"
