"""The index of a site: the things and pages that a visitor may find by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import partial

from mipex_kg.project import layout
from mipex_kg.rdf.terms import Node
from mipex_kg.site.finding.entries import (
    FEATURED,
    OTHERS,
    RECORDS,
    ClassNames,
    Entries,
    Findable,
    PageKind,
)
from mipex_kg.site.finding.shards import index_files
from mipex_kg.site.pages.pages import Pages
from mipex_kg.sparql import named_queries


def names_index(languages: Sequence[Pages], unlisted: AbstractSet[str]) -> Mapping[str, bytes]:
    """Write the index of a site; nothing where there is no script that reads it.

    :param languages: the pages in each language, those in the first one first
    :param unlisted: paths of the pages that ask search engines to leave them out
    :returns: the files by their names, relative to the site
    """
    pages = languages[0]
    if pages.finder is None:
        return {}
    entries = Entries(
        pages.dataset, pages.wording, pages.addresses, pages.classes, pages.privacy, unlisted
    )
    things = entries.of(dict.fromkeys(_things(pages)))
    found = [*things, *_classes(languages), *_texts(languages), *_queries(pages, unlisted)]
    kinds = {each.language.tag: partial(_words_of, each) for each in languages}
    return index_files(found, kinds, partial(_sign_of, pages))


def _words_of(pages: Pages, kind: PageKind) -> ClassNames:
    """Say in the language of some pages what is found."""
    if kind is None:
        return ClassNames("", "")
    if isinstance(kind, str):
        return ClassNames(pages.interface[kind], pages.interface[kind])
    return ClassNames(pages.wording.class_name(kind), pages.wording.plural(kind))


def _sign_of(pages: Pages, kind: PageKind) -> int | None:
    return None if kind is None or isinstance(kind, str) else pages.classes.sign(kind)


def _things(pages: Pages) -> Iterator[Node]:
    """Give the things that have a page, or a section or an entry on one, if that is searched."""
    for page in pages.publication.thing_pages.values():
        if pages.is_searched(page.subject):
            yield from pages.shown_on(page)


def _classes(languages: Sequence[Pages]) -> Iterator[Findable]:
    pages, *others = languages
    for cls, name in pages.classes.names.items():
        plural = pages.wording.plural(cls)
        if not pages.privacy.is_named_in(plural):
            yield Findable(
                layout.page(layout.class_page(name)),
                "browse",
                FEATURED if cls in pages.classes.featured else OTHERS,
                plural,
                {each.language.tag: each.wording.plural(cls) for each in others},
                (pages.wording.class_name(cls),),
            )


def _texts(languages: Sequence[Pages]) -> Iterator[Findable]:
    pages, *others = languages
    for name, text in pages.texts.items():
        if text.is_own_page and not pages.privacy.is_named_in(text.title):
            titles = {each.language.tag: each.texts[name].title for each in others}
            yield Findable(layout.page(name), "about-site", OTHERS, text.title, titles)


def _queries(pages: Pages, unlisted: AbstractSet[str]) -> Iterator[Findable]:
    project = pages.project
    for query in named_queries.load_queries(project.query_files, project.files).values():
        path = layout.page(layout.query(query.name))
        if path not in unlisted:
            yield Findable(path, "queries", RECORDS, query.title)
