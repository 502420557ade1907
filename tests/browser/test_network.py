"""The network's filters: pictures and tables follow them, and the address has them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import WIDTHS, SiteOf, Stroller, Visitor, violations
from tests.browser.serving import Site

PATH = "network.html"
STATUS = ".network-filter [role=status]"
# What is shown: names in the pictures, and rows of the tables.
SHOWN = """() => {
  const seen = (selector) =>
    [...document.querySelectorAll(selector)].filter((each) => each.getClientRects().length);
  const texts = (selector) =>
    [...new Set(seen(selector).map((each) => each.textContent.trim()))].sort();
  return {
    names: texts('.picture .name'),
    cells: texts('tbody tr :is(th, td:last-child)'),
    rows: seen('tbody tr').length,
  };
}"""
# How far a line is from the boxes between which it is drawn, at its ends, and above and below.
APART = """() => {
  const [picture] = document.querySelectorAll('.wide-pictures .picture');
  const place = (element) => element.getBoundingClientRect();
  const [one, other] = ['Maurice Crul', 'Vrije Universiteit'].map((name) => place(
    [...picture.querySelectorAll('.knot')].find((knot) => knot.textContent.includes(name))
      .querySelector('.box')));
  const lines = [...picture.querySelectorAll('.ties path:not(.out)')].map(place);
  const line = lines.sort((a, b) => b.x - a.x)[0];
  return [
    Math.abs(line.left - one.right), Math.abs(line.right - other.left),
    Math.max(one.bottom, other.bottom) - line.bottom, line.top - Math.min(one.top, other.top),
  ];
}"""


def shown(page: Page) -> tuple[list[str], int]:
    """Tell which things are shown, in the pictures as in the tables, and how many rows."""
    found = page.evaluate(SHOWN)
    assert found["names"] == found["cells"]
    return found["names"], found["rows"]


@pytest.fixture
def visitor(stroller: Stroller) -> Stroller:
    """Go on in one tab: nothing that is done here stays in the browser."""
    return stroller


@pytest.fixture(scope="module")
def page(chromium: Browser, site: Site) -> Iterator[Page]:
    """One page for all tests that begin with the whole network."""
    opened = chromium.new_page()
    opened.goto(site.url(PATH))
    yield opened
    opened.close()


@pytest.fixture
def whole(page: Page) -> Page:
    """The page with all of the network."""
    if (all_of_it := page.locator(".network-status button")).is_visible():
        all_of_it.click()
    expect(page.locator(STATUS)).to_have_text("Shown: 33 of 33 items, 39 of 39 connections.")
    assert "?" not in page.url
    return page


def test_a_name_is_found_whatever_its_case_and_accents(whole: Page) -> None:
    whole.get_by_label("Name or role").fill("SOLÁNO")
    expect(whole.locator(STATUS)).to_have_text("Shown: 3 of 33 items, 2 of 39 connections.")
    names = ["Giacomo Solano", "MIPEX Coordination Team", "Migration Policy Group"]
    assert shown(whole) == (names, 2)
    assert whole.url.endswith("?name=SOL%C3%81NO")
    # A role is found like a name.
    whole.get_by_label("Name or role").fill("research dir")
    assert shown(whole) == (["Migration Policy Group", "Thomas Huddleston"], 1)


def test_kinds_are_chosen_with_the_keyboard(whole: Page) -> None:
    whole.get_by_label("Groups", exact=True).focus()
    whole.keyboard.press("Space")
    expect(whole.locator(STATUS)).to_have_text("Shown: 31 of 33 items, 21 of 39 connections.")
    assert whole.locator("table:visible caption").all_inner_texts() == ["People – Organisations"]
    heads = whole.locator(".wide-pictures [data-column]:not(.out)")
    assert heads.all_text_contents() == ["People", "Organisations"]
    assert whole.url.endswith("?kind=schema:Person&kind=schema:Organization")
    whole.keyboard.press("Tab")
    whole.keyboard.press("Space")
    expect(whole.locator(STATUS)).to_have_text("Shown: 0 of 33 items, 0 of 39 connections.")
    assert shown(whole) == ([], 0)
    whole.get_by_role("button", name="Show all").focus()
    whole.keyboard.press("Enter")
    expect(whole.locator(STATUS)).to_contain_text("39 of 39")
    assert whole.evaluate("document.activeElement.name") == "name"


def test_links_are_chosen_too(whole: Page) -> None:
    whole.get_by_label("Position").uncheck()
    expect(whole.locator(STATUS)).to_contain_text("18 of 39")
    assert whole.url.endswith("?link=schema:Role")


def test_what_is_shown_is_drawn_close_together(whole: Page) -> None:
    height = "document.querySelector('.picture:not(.out)').getBoundingClientRect().height"
    before = whole.evaluate(height)
    whole.get_by_label("Name or role").fill("maurice crul")
    expect(whole.locator(STATUS)).to_contain_text("2 of 39")
    assert whole.evaluate(height) < before / 4
    # Each line still ends at the boxes that it is between.
    left, right, below, above = whole.evaluate(APART)
    assert max(left, right) < 2
    assert min(below, above) > 0


@pytest.mark.parametrize("width", WIDTHS)
def test_an_address_shows_what_it_was_sent_for(
    visitor: Visitor, translated: Site, axe: str, width: int
) -> None:
    query = "?name=barcelona&kind=schema:Person&kind=schema:Organization&kind=gone:Class"
    page = visitor.open(translated.url(PATH + query), width=width, site=translated)
    expect(page.locator(STATUS)).to_contain_text("3 of 39")
    names, rows = shown(page)
    assert (names[1], rows) == ("Barcelona Centre for International Affairs", 3)
    assert not page.get_by_label("Groups", exact=True).is_checked()
    assert violations(page, axe) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    # The page in another language shows the same.
    page.get_by_role("link", name="Deutsch").click()
    expect(page.locator(STATUS)).to_have_text(
        "Angezeigt: 4 von 33 Einträgen, 3 von 39 Verbindungen."
    )


def test_what_nobody_knows_filters_nothing(visitor: Visitor) -> None:
    page = visitor.open(visitor.site.url(f"{PATH}?kind=gone:Class&link=x"))
    expect(page.locator(STATUS)).to_contain_text("39 of 39")


def test_a_finger_shows_the_ties_first_and_then_opens(chromium: Browser, site: Site) -> None:
    context = chromium.new_context(has_touch=True, viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.goto(site.url(PATH))
    name = page.locator(".narrow-pictures .knot a", has_text="Anna Busquets").first
    name.tap()
    expect(name.locator("xpath=..").locator(".trail")).to_be_visible()
    assert page.url == site.url(PATH)
    name.tap()
    page.wait_for_url(site.url("person/anna-busquets.html"))
    context.close()


def test_without_javascript_all_is_shown_and_no_filter(chromium: Browser, site: Site) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.url(f"{PATH}?name=solano"))
    expect(page.locator(".network-filter")).to_be_hidden()
    expect(page.locator("tbody tr:visible")).to_have_count(39)
    context.close()


def test_another_project_has_filters_in_its_language(visitor: Visitor, site_of: SiteOf) -> None:
    page = visitor.open(PATH, site=site_of("lighthouses"))
    page.get_by_label("Name oder Funktion").fill("oberwärterin")
    expect(page.locator(STATUS)).to_contain_text("2 von 4 Einträgen, 1 von 3 Verbindungen")
    assert shown(page) == (["Geesche Tammen", "Graue Möwe"], 1)
