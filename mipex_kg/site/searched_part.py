"""The part of a page that Pagefind reads, so that it need not look through all of it.

Most of a page is not searched: its head, menus, notes on reuse and the foot. What is handed to
Pagefind instead of the page gives the same index, byte for byte.
"""

from __future__ import annotations

import re

# The beginning of a page up to its title, which names the language; the rest before what is
# searched; and the tag with which that begins. Nothing before it is open but the page's own frame.
_BEGINNING = re.compile(
    r"""(?P<kept><!doctype\ html>\n<html\ [^>]*>\n<head>\n.*?</title>)
    (?P<before>.*?</head>\n<body>\n.*?
    <header\ class="site-header"\ data-pagefind-ignore>.*?</header>\n
    <main\ id="[^"]*"\ class="[^"]*">\s*)
    <(?P<tag>article|div)\ [^>]*?\bdata-pagefind-body\b[^>]*>""",
    re.DOTALL | re.VERBOSE,
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
    found = _BEGINNING.match(page)
    if not found:
        return page
    closing = "</article>" if found["tag"] == "article" else ""
    end = page.rfind(closing or "</main>") + len(closing)
    if end < found.end() or _is_heeded(found["before"]) or _is_heeded(page[end:]):
        return page
    return f"{found['kept']}</head><body>{page[found.start('tag') - 1 : end]}</body></html>"


def _is_heeded(text: str) -> bool:
    """Tell whether something in it matters wherever it stands: a title, a picture, an attribute."""
    attributes = text.count("data-pagefind-") - text.count("data-pagefind-ignore")
    return bool(attributes) or "<h1" in text or "<img" in text or text.count("<header") > 1
