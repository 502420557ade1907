"""What leads to another site has an arrow, and the arrow is never alone on its line."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.serving import Site

# Links in prose, in values, in tables, in notes, in the foot of the page.
PAGES = (
    "index.html",
    "data.html",
    "about.html",
    "person/giacomo-solano.html",
    "country/DE.html",
    "query/organisations.html",
    "ontology.html",
)
UNMARKED = """() => [...document.querySelectorAll('main a[href], footer a[href]')]
  .filter((link) => link.host && link.host !== location.host && !link.matches('.elsewhere'))
  .map((link) => link.outerHTML.slice(0, 120))"""
# Where the last part of a link has no room but for an arrow, or an arrow is below what it is for.
ALONE = """() => [...document.querySelectorAll('.elsewhere')].filter((link) => {
  if (!link.checkVisibility()) return false;
  const last = [...link.getClientRects()].at(-1);
  if (link.textContent.trim() !== '↗') {
    return last.width < 1.1 * parseFloat(getComputedStyle(link).fontSize);
  }
  const before = [...link.previousElementSibling.getClientRects()].at(-1);
  return Math.abs(before.top + before.bottom - last.top - last.bottom) > 16;
}).map((link) => `${link.parentElement.textContent.trim().slice(0, 80)} at ${innerWidth}`)"""


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Iterator[Page]:
    """One page for all that are looked at."""
    opened = chromium.new_page()
    yield opened
    opened.close()


@pytest.mark.parametrize("path", PAGES)
def test_an_arrow_is_there_and_never_alone(page: Page, site: Site, path: str) -> None:
    page.goto(site.url(path))
    assert page.evaluate(UNMARKED) == []
    assert page.locator(".elsewhere").count()
    for width in range(320, 720, 16):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(ALONE) == []
