"""The files that tell crawlers what there is: the sitemap and ``robots.txt``."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from mipex_kg.project import layout
from mipex_kg.project.names import address_of_file

# What the protocol allows in one file.
MOST = 50_000


def sitemaps(site: str, modified: Mapping[str, str]) -> dict[str, bytes]:
    """Write the sitemap, in several files with an index if there are too many pages for one.

    Conforms to the Sitemaps protocol 0.9.

    :param site: where the site lies
    :param modified: the day on which each page's content last changed, by its path
    :returns: the files by their names

    >>> print(sitemaps("https://e.org/", {"a.html": "2026-01-31"})[layout.SITEMAP].decode())
    <?xml version="1.0" encoding="UTF-8"?>
    <urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
    <url><loc>https://e.org/a.html</loc><lastmod>2026-01-31</lastmod></url>
    </urlset>
    <BLANKLINE>
    """
    pages = sorted(modified.items())
    parts = [dict(pages[start : start + MOST]) for start in range(0, len(pages), MOST)] or [{}]
    if len(parts) == 1:
        return {layout.SITEMAP: _document("urlset", "url", site, parts[0])}
    files = {layout.sitemap(number): part for number, part in enumerate(parts, start=1)}
    newest = {name: max(part.values()) for name, part in files.items()}
    index = {layout.SITEMAP: _document("sitemapindex", "sitemap", site, newest)}
    return index | {name: _document("urlset", "url", site, part) for name, part in files.items()}


def _document(root: str, element: str, site: str, entries: Mapping[str, str]) -> bytes:
    lines = [
        f"<{element}><loc>{escape(address_of_file(site, path), quote=False)}</loc>"
        f"<lastmod>{day}</lastmod></{element}>\n"
        for path, day in entries.items()
    ]
    namespace = "http://www.sitemaps.org/schemas/sitemap/0.9"
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{namespace}">\n'
    return f"{head}{''.join(lines)}</{root}>\n".encode()


def robots(site: str) -> bytes:
    """Write ``robots.txt``: everything may be read, and the sitemap says what there is.

    :param site: where the site lies; empty where that isn't known, and there is no sitemap
    """
    named = f"\nSitemap: {site}{layout.SITEMAP}\n" if site else ""
    return f"User-agent: *\nAllow: /\n{named}".encode()
