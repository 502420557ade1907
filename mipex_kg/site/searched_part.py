"""The part of a page that Pagefind reads, so that it need not look through all of it.

Most of a page is not searched: its head, menus, notes on reuse and the foot. What is handed to
Pagefind instead of the page gives the same index, byte for byte.
"""

from __future__ import annotations

import re

# What the engine's pages begin with, and what is between their parts: where any of it is
# otherwise, a page is handed over whole. Each is looked for once, so that no page takes long.
_OPENING = re.compile(r"<!doctype html>\n<html [^>]*>\n<head>\n")
_TITLE_END, _BODY_START = "</title>", "</head>\n<body>\n"
_HEADER, _HEADER_END = '<header class="site-header" data-pagefind-ignore>', "</header>\n"
# The tag with which begins what is searched. Nothing before it is open but the page's own frame.
_SEARCHED = re.compile(
    r'<main id="[^"]*" class="[^"]*">\s*<(article|div) [^>]*\bdata-pagefind-body\b[^>]*>'
)
_BODY = "data-pagefind-body"
_LANGUAGE = re.compile(r'<html\b[^<>]*? lang="([^"]*)"')


def is_searched(page: str) -> bool:
    """Tell whether a page says what of it is searched: of a site that has such, others are not."""
    return _BODY in page


def language_of(page: str) -> str:
    """Tell in which language a page is, in lower case; empty where it can't be told for sure.

    >>> language_of('<!doctype html><html lang="en-GB">'), language_of("<html><p lang='fr'>")
    ('en-gb', '')
    """
    found = _LANGUAGE.search(page)
    return found[1].lower() if found else ""


def searched_part(page: str) -> str:
    """Leave out of a page what does not matter to Pagefind; all stays of one that is otherwise.

    >>> page = '''<!doctype html>
    ... <html lang="en">
    ... <head>
    ... <title>Ada</title>
    ... <meta name="description" content="A person.">
    ... </head>
    ... <body>
    ... <header class="site-header" data-pagefind-ignore>People</header>
    ... <main id="content" class="frame">
    ... <article data-pagefind-body><h1>Ada</h1></article>
    ... <aside data-pagefind-ignore>Cite</aside>
    ... </main>
    ... </body>
    ... </html>
    ... '''
    >>> print(searched_part(page))
    <!doctype html>
    <html lang="en">
    <head>
    <title>Ada</title></head><body><article data-pagefind-body><h1>Ada</h1></article></body></html>
    """
    opening = _OPENING.match(page)
    title = _after(page, _TITLE_END, opening.end() if opening else -1)
    header = _after(page, _HEADER, _after(page, _BODY_START, title))
    main = _after(page, _HEADER_END, header)
    found = _SEARCHED.match(page, main) if main >= 0 else None
    if not found:
        return page
    start = found.start(1) - 1
    closing = "</article>" if found[1] == "article" else ""
    end = page.rfind(closing or "</main>") + len(closing)
    if end < found.end() or _is_heeded(page[title:start]) or _is_heeded(page[end:]):
        return page
    return f"{page[:title]}</head><body>{page[start:end]}</body></html>"


def _after(page: str, text: str, start: int) -> int:
    """Find where a text ends that comes next; a negative number where none does, or none could."""
    found = page.find(text, start) if start >= 0 else -1
    return found + len(text) if found >= 0 else -1


def _is_heeded(text: str) -> bool:
    """Tell whether something in it matters wherever it stands: a title, a picture, an attribute."""
    attributes = text.count("data-pagefind-") - text.count("data-pagefind-ignore")
    return bool(attributes) or "<h1" in text or "<img" in text or text.count("<header") > 1
