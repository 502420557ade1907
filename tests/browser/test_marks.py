"""A mark shows the words that it leads to, however one comes to it, and is in no copied name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.serving import Site

PATH = "person/giacomo-solano.html"
QUOTE = "Statistical and policy researcher, MPG"


@pytest.fixture(scope="module")
def page(chromium: Browser, site: Site) -> Iterator[Page]:
    """One page for all tests, with a finger for those that touch."""
    context = chromium.new_context(has_touch=True, permissions=["clipboard-read"])
    opened = context.new_page()
    opened.goto(site.url(PATH))
    yield opened
    context.close()


@pytest.fixture
def mark(page: Page) -> Locator:
    """A mark in a table, with nothing shown and nothing in focus."""
    page.mouse.move(0, 0)
    page.evaluate("getSelection().empty(); document.activeElement.blur()")
    page.keyboard.press("Escape")
    expect(page.locator("#quoted")).to_have_count(0)
    assert page.url.endswith(PATH)
    return page.locator("a.mark[href='#note-2']").first


def test_the_pointer_shows_the_words_and_takes_them_away(page: Page, mark: Locator) -> None:
    mark.hover()
    expect(page.locator("#quoted")).to_contain_text(QUOTE)
    assert mark.get_attribute("aria-describedby") == "quoted"
    box = page.locator("#quoted").bounding_box()
    assert box is not None
    # Its links can be reached with the pointer.
    page.mouse.move(box["x"] + 20, box["y"] + 10, steps=4)
    link = page.locator("#quoted a").first
    link.hover()
    expect(link).to_have_attribute("href", "../graph/who-produces-mipex/solano-post.html")
    page.mouse.move(0, 0)
    expect(page.locator("#quoted")).to_have_count(0)
    assert mark.get_attribute("aria-describedby") is None


def test_the_keyboard_shows_them_and_escape_hides_them(page: Page, mark: Locator) -> None:
    page.locator("tbody a").nth(4).focus()
    while not mark.evaluate("each => each === document.activeElement"):
        page.keyboard.press("Tab")
    expect(page.locator("#quoted")).to_contain_text(QUOTE)
    page.keyboard.press("Escape")
    expect(page.locator("#quoted")).to_have_count(0)
    assert mark.evaluate("each => each === document.activeElement")
    # What has the focus next is what follows on the page, not what is in the words.
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    expect(page.locator("#quoted")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator("#quoted")).to_have_count(0)


@pytest.mark.usefixtures("mark")
def test_they_stay_where_the_focus_moves_the_page(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 300})
    last = page.locator("a.mark[href='#note-L1']").first
    page.locator("a[href='../edition/mipex-2020.html']").first.focus()
    page.evaluate("scrollTo(0, 0)")
    while not last.evaluate("each => each === document.activeElement"):
        page.keyboard.press("Tab")
    page.wait_for_function("scrollY > 0")
    page.evaluate("new Promise(requestAnimationFrame)")
    expect(page.locator("#quoted")).to_contain_text("The website of MIPEX")
    page.set_viewport_size({"width": 1280, "height": 720})


def test_a_finger_shows_them_and_follows_the_mark_at_the_next_touch(
    page: Page, mark: Locator
) -> None:
    mark.tap()
    expect(page.locator("#quoted")).to_contain_text(QUOTE)
    assert page.url.endswith(PATH)
    mark.tap()
    page.wait_for_url(f"**/{PATH}#note-2")
    page.evaluate("history.replaceState(null, '', location.pathname)")


def test_a_copied_name_has_no_marks(page: Page, mark: Locator) -> None:
    mark.hover()
    expect(page.locator("#quoted")).to_be_visible()
    page.evaluate("getSelection().selectAllChildren(document.querySelector('.named'))")
    page.keyboard.press("Control+C")
    assert page.evaluate("navigator.clipboard.readText()").strip() == "Giacomo Solano"
    assert page.get_by_role("heading", level=1).inner_text() == "Giacomo Solano"
