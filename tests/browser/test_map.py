"""A tile of the map says what it stands for where the pointer, the focus or a finger is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import violations
from tests.browser.serving import Site

NAME = ".tile-bubble"


@pytest.fixture(scope="module")
def page(chromium: Browser, site: Site) -> Iterator[Page]:
    """One page for all tests: as narrow as a phone, with a finger."""
    context = chromium.new_context(has_touch=True, viewport={"width": 360, "height": 740})
    opened = context.new_page()
    opened.goto(site.url("index.html"))
    yield opened
    context.close()


@pytest.fixture(autouse=True)
def _calm(page: Page, site: Site) -> None:
    page.mouse.move(0, 0)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Escape")
    expect(page.locator(NAME)).to_have_count(0)
    assert page.url == site.url("index.html")


def tile(code: str) -> str:
    return f".tile > a[href='country/{code}.html']"


@pytest.mark.parametrize("code", ["PT", "MD", "CA", "NZ"])
def test_the_pointer_shows_a_name_within_the_page(page: Page, code: str) -> None:
    page.hover(tile(code))
    name, box = page.locator(NAME).bounding_box(), page.locator(tile(code)).bounding_box()
    assert name is not None
    assert box is not None
    assert name["x"] >= 0
    assert name["x"] + name["width"] <= 360
    assert min(abs(name["y"] + name["height"] - box["y"]), abs(name["y"] - box["y"])) < 40
    said = ", ".join(page.locator(NAME).inner_text().splitlines())
    assert said in (page.locator(tile(code)).text_content() or "")
    # The words below the map are for those without a script.
    below = page.locator(f"{tile(code)} .tile-name").bounding_box()
    assert below is not None
    assert below["width"] < 2
    # One may go to the name, and it stays.
    page.locator(NAME).hover()
    expect(page.locator(NAME)).to_be_visible()
    page.mouse.move(0, 0)
    expect(page.locator(NAME)).to_have_count(0)


def test_the_focus_shows_it_and_escape_hides_it(page: Page, axe: str) -> None:
    page.locator(tile("GB")).focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    lines = page.locator(NAME).inner_text().splitlines()
    assert lines == ["United Kingdom", "EU Member States (including the UK)"]
    assert violations(page, axe) == []
    page.keyboard.press("Escape")
    expect(page.locator(NAME)).to_have_count(0)
    assert page.evaluate("document.activeElement.matches('.tile a')")


def test_a_finger_shows_it_first_and_then_opens_the_page(page: Page, site: Site) -> None:
    page.tap(tile("MT"))
    expect(page.locator(NAME)).to_contain_text("Malta")
    page.tap(tile("GR"))
    expect(page.locator(NAME)).to_contain_text("Greece")
    assert page.url == site.url("index.html")
    page.tap(tile("GR"))
    page.wait_for_url(site.url("country/GR.html"))
    page.goto(site.url("index.html"))


def test_without_javascript_it_is_below_the_map(chromium: Browser, site: Site) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.url("index.html"))
    page.hover(tile("MT"))
    box = page.locator(f"{tile('MT')} .tile-name").bounding_box()
    assert box is not None
    assert box["width"] > 40
    context.close()
