"""Pages load without a complaint, and every link in the site leads to what is there."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from lxml import html
from playwright.sync_api import Browser

from tests.browser.conftest import SiteOf, Stroller, Visitor, file_address
from tests.browser.kinds import ONE_OF_EACH, PAGES
from tests.browser.serving import Site
from tests.translations import parted

# The pages are shared out, so that several processes can open them.
SHARES = 2
# Pages whose scripts write words, which are others in each language.
WRITTEN = {
    *("index.html", "network.html", "search.html", "sparql.html"),
    *("person/david-ingleby.html", "query/countries.html"),
}
# Attributes that make a browser fetch or follow an address.
LEADING = ("href", "src", "srcset", "poster", "data", "action", "data-settings")


def pages_of(site: Site) -> list[str]:
    """Name all pages of a site; where it is in several languages, one of each kind in the others.

    What is in the first language is on the site that has no other.
    """
    paths = [path.relative_to(site.folder).as_posix() for path in site.folder.rglob("*.html")]
    kinds = {path for _, path in ONE_OF_EACH}
    others = {path for path in paths for other, same in [parted(path)] if other and same in kinds}
    return sorted(others or paths)


def loaded(site: Site) -> list[str]:
    """Name the pages that are loaded: of many in one folder, which are alike, every fifth.

    Those beside the home page are of a kind each.
    """
    folders: dict[str, list[str]] = {}
    for path in pages_of(site):
        folders.setdefault(posixpath.dirname(path), []).append(path)
    alike = (paths[:: 5 if at and len(paths) > 10 else 1] for at, paths in folders.items())
    return [path for paths in alike for path in paths]


def in_turn(paths: list[str]) -> list[str]:
    """Leave of translated pages one of each kind, in each language in turn, or all with WRITTEN.

    What else a page could complain of is of its kind or of its language, not of both at once.
    """
    kinds = sorted({parted(path)[1] for path in paths})
    languages = sorted({parted(path)[0] for path in paths})
    chosen = {(languages[place % len(languages)], kind) for place, kind in enumerate(kinds)}
    return [path for path in paths if parted(path) in chosen or parted(path)[1] in WRITTEN]


@pytest.mark.parametrize(
    ("project", "share"), [*(("mipex", share) for share in range(SHARES)), ("translated", 0)]
)
def test_pages_load_without_a_complaint(
    stroller: Stroller, site_of: SiteOf, project: str, share: int
) -> None:
    site = site_of(project)
    if project == "mipex":
        # test_accessibility.py opens PAGES, and listens too.
        paths = [path for path in loaded(site) if (project, path) not in PAGES][share::SHARES]
    else:
        paths = in_turn(loaded(site))
    assert len(paths) > 30
    page = stroller.open(paths[0], site=site)
    for path in paths[1:]:
        answer = page.goto(site.url(path))
        assert answer, path
        assert answer.ok, path


# Pages of a kind load the same, and what they link to is looked for below, relative to them. The
# page for what isn't there begins its links at the top of the site, as it is shown anywhere.
OPENED = [(project, path) for project, path in ONE_OF_EACH if path != "404.html"]


@pytest.mark.parametrize(("project", "path"), OPENED)
def test_it_opens_from_a_folder(
    stroller: Stroller, site_of: SiteOf, project: str, path: str
) -> None:
    site = site_of(project)
    if path in ("search.html", "sparql.html"):  # which say so, and are tested by themselves
        stroller.expected.append("from origin 'null' has been blocked by CORS policy")
        stroller.expected.append("net::ERR_FAILED")
    page = stroller.open(file_address(site.folder / path), site=site)
    # The stylesheet is found: without one, the page would be white and in a serif.
    assert page.evaluate("getComputedStyle(document.body).margin") == "0px"


@pytest.mark.parametrize("project", ["mipex", "translated", "lighthouses"])
def test_every_link_leads_to_what_is_there(site_of: SiteOf, project: str) -> None:
    site = site_of(project)

    @cache
    def places(path: str) -> frozenset[str]:
        tree = html.fromstring((site.folder / path).read_bytes())
        return frozenset(tree.xpath("//@id"))

    broken, followed = [], 0
    for path in pages_of(site):
        for address in leading(site.folder / path):
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                continue
            followed += 1
            target = resolved(parts.path, path)
            if not (site.folder / target).is_file():
                broken.append(f"{path}: {address}")
            elif is_place(target, parts.fragment) and unquote(parts.fragment) not in places(target):
                broken.append(f"{path}: {address} has no such place")
    assert followed > 1000
    assert not broken, "\n".join(broken[:20])


def leading(path: Path) -> Iterator[str]:
    """Give all addresses to which a page leads."""
    tree = html.fromstring(path.read_bytes())
    for name in LEADING:
        yield from tree.xpath(f"//@{name}")


def resolved(target: str, path: str) -> str:
    """Find the file of the site to which a link leads, relative to the site."""
    if target.startswith("/"):
        return unquote(target.lstrip("/")) or "index.html"
    joined = posixpath.join(posixpath.dirname(path), unquote(target)) if target else path
    return posixpath.normpath(joined)


def is_place(target: str, fragment: str) -> bool:
    """Tell whether a fragment is a place on a page, and not a query for the SPARQL page."""
    is_query = parted(target)[1] == "sparql.html" and fragment.startswith(("query=", "named="))
    return bool(fragment) and target.endswith(".html") and not is_query


def test_a_page_that_complains_is_noticed(chromium: Browser, site: Site, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(
        '<!doctype html><title>x</title><img src="http://192.0.2.1/x.png" alt="">'
    )
    visitor = Visitor(chromium, site)
    visitor.open(file_address(tmp_path / "page.html"))
    assert "asked another host: http://192.0.2.1/x.png" in visitor.close()
