"""When the typeface comes, nothing moves."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route

from tests.browser.conftest import WIDTHS, Visitor
from tests.conftest import absent

# Whether the system has one of the fonts that are made as large as ours.
_SUBSTITUTED = """
  Promise.allSettled([...document.fonts].filter(f => f.family.endsWith("as Literata"))
    .map(f => f.load())).then(all => all.some(one => one.status == "fulfilled"))"""
_COME = """
  document.fonts.ready.then(fonts =>
    [...fonts].some(f => f.family == "Literata" && f.status == "loaded"))"""
_TOPS = "[...document.querySelectorAll('h2, q, aside, footer')].map(e => e.offsetTop)"


@pytest.mark.parametrize("width", WIDTHS)
def test_lines_stay_where_they_are(visitor: Visitor, width: int) -> None:
    if not list((visitor.site.folder / "assets").glob("literata-*")):
        absent("The typeface (make assets)")
    page = visitor.open("about.html", width=width)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/literata-*", hold)
    page.goto(visitor.site.url("organisation/mpg.html"), wait_until="domcontentloaded")
    if not page.evaluate(_SUBSTITUTED):
        absent("Georgia, Noto Serif or DejaVu Serif")
    before = page.evaluate(_TOPS)
    for route in held:
        route.continue_()
    assert page.evaluate(_COME)
    assert len(held) > 0
    assert len(before) > 10
    assert page.evaluate(_TOPS) == before
