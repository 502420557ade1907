"""The box in the header: it suggests as one types, by keyboard or touch, and works without."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import WIDTHS, Stroller, Visitor, violations
from tests.browser.serving import Site
from tests.conftest import absent

FIELD, LIST, OPTION = ".find input", ".find-list", ".find-list [role=option]"


@pytest.fixture
def visitor(stroller: Stroller) -> Stroller:
    """Go on in one tab: nothing that is done here stays in the browser."""
    return stroller


def open_page(visitor: Visitor, path: str, *, width: int = 1280) -> Page:
    if not list((visitor.site.folder / "assets").glob("suggestions-*.js")):
        absent("The script that suggests names (make assets)")
    return visitor.open(path, width=width)


def look_for(page: Page, text: str) -> list[str]:
    """Type a text, and read the names that are suggested for it."""
    page.fill(FIELD, text)
    expect(page.locator(".find-all")).to_contain_text(f"“{text}”")
    return page.locator(f"{OPTION} b").all_inner_texts()


def test_a_stroke_leads_to_it_and_enter_to_what_is_chosen(visitor: Visitor, site: Site) -> None:
    page = open_page(visitor, "country/MT.html")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.matches('.site-header input')")
    assert page.input_value(FIELD) == ""
    assert look_for(page, "Solanno")[0] == "Giacomo Solano"
    page.keyboard.press("ArrowDown")
    chosen = page.get_attribute(FIELD, "aria-activedescendant")
    assert page.get_attribute(f"#{chosen}", "aria-selected") == "true"
    page.keyboard.press("Enter")
    page.wait_for_url(site.url("person/giacomo-solano.html"))


def test_a_stroke_in_a_field_is_a_stroke(visitor: Visitor) -> None:
    page = open_page(visitor, "index.html")
    page.fill(FIELD, "a")
    page.keyboard.press("/")
    assert page.input_value(FIELD) == "a/"


def test_a_stroke_in_the_editor_of_queries_is_a_stroke(visitor: Visitor) -> None:
    page = open_page(visitor, "sparql.html")
    page.wait_for_selector("#ask-run:enabled")
    page.focus("#ask-query")
    page.wait_for_selector("#ask-code .cm-content:focus")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "ask-code"
    assert page.inner_text("#ask-code .cm-line >> nth=0").startswith("/")


def test_nothing_is_fetched_before_someone_is_in_it(visitor: Visitor) -> None:
    page = open_page(visitor, "index.html")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_load_state("networkidle")
    assert not asked
    with page.expect_response("**/names.json"):
        page.focus(FIELD)
    assert [url.rpartition("/")[2].partition("-")[0] for url in asked] == [
        "suggestions",
        "names.json",
    ]


def test_arrows_go_round_and_escape_closes(visitor: Visitor) -> None:
    page = open_page(visitor, "index.html")
    count = len(look_for(page, "united")) + 1
    options = page.locator(OPTION)
    page.keyboard.press("ArrowUp")
    expect(options.nth(count - 1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    assert page.get_attribute(FIELD, "aria-activedescendant") is None
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert page.get_attribute(FIELD, "aria-expanded") == "true"
    page.keyboard.press("Escape")
    expect(page.locator(LIST)).to_be_hidden()
    assert page.get_attribute(FIELD, "aria-expanded") == "false"
    assert page.input_value(FIELD) == "united"
    page.keyboard.press("ArrowDown")
    expect(page.locator(LIST)).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator(LIST)).to_be_hidden()


def test_the_number_of_suggestions_is_announced(visitor: Visitor) -> None:
    page = open_page(visitor, "index.html")
    look_for(page, "Hudleston")
    status = page.locator(".find [role=status]")
    expect(status).to_contain_text("suggestions")
    look_for(page, "xyzzyplugh")
    expect(status).to_contain_text("No name matches.")


def test_enter_and_the_last_option_search_all_pages(visitor: Visitor, site: Site) -> None:
    page = open_page(visitor, "person/marc-helbling.html")
    look_for(page, "malta island")
    page.keyboard.press("Enter")
    page.wait_for_url(site.url("search.html?q=malta+island"))
    look_for(page, "malta")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url(site.url("search.html?q=malta"))


def test_a_suggestion_can_be_pressed_and_nothing_moves(visitor: Visitor, site: Site) -> None:
    page = open_page(visitor, "index.html", width=360)
    places = "document.querySelector('main').getBoundingClientRect().top"
    before = page.evaluate(places)
    look_for(page, "UK")
    assert page.evaluate(places) == before
    first = page.locator(OPTION).first
    assert first.locator(".sign").get_attribute("class") == "sign sign-2"
    box = first.bounding_box()
    assert box
    assert box["height"] >= 32
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    first.click()
    page.wait_for_url(site.url("country/GB.html"))


def test_without_javascript_the_form_leads_to_the_page_for_searching(
    visitor: Visitor, site: Site
) -> None:
    context = visitor.browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.url("country/MT.html"))
    page.fill(FIELD, "solano")
    page.click(".find button")
    page.wait_for_url(site.url("search.html?q=solano"))
    expect(page.locator("#search-start")).to_contain_text("needs JavaScript")
    context.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing(visitor: Visitor, axe: str, width: int) -> None:
    page = open_page(visitor, "country/DE.html", width=width)
    look_for(page, "DE")
    page.keyboard.press("ArrowDown")
    assert violations(page, axe, dark=width == WIDTHS[-1]) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
