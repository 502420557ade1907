"""The keyboard reaches every link and control, in the order of the page, and shows where it is."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import SiteOf, Stroller
from tests.browser.kinds import ONE_OF_EACH

# Pages with every kind of link and control.
CONTROLS = ("index.html", "person/david-ingleby.html", "network.html", "search.html", "sparql.html")
# Number what can be focused, in the order of the document.
NUMBER = """() => {
  const kinds = 'a[href], button, input, select, textarea, summary, [tabindex], [contenteditable]'
  const seen = element => element.checkVisibility({ visibilityProperty: true })
    && element.getClientRects().length > 0
  window.stops = [...document.querySelectorAll(kinds)]
    .filter(element => element.tabIndex >= 0 && !element.disabled && seen(element))
  return window.stops.length
}"""
# Where the focus is: its number, whether it can be seen, and what kind of element it is.
WHERE = """() => {
  const element = document.activeElement
  if (element === document.body || element === null) return null
  // The editor takes the place of its field as soon as it is loaded, at any moment.
  const known = element.shadowRoot ? element.parentElement.querySelector('textarea') : element
  const box = element.getClientRects()[0]
  // A country's square on the map looks the same wherever it is.
  const parent = (element.parentElement.getAttribute('class') ?? '')
    .replace(/\\b(?:col|row)-\\d+ /g, '')
  const middle = [box.x + box.width / 2, box.y + Math.min(box.height / 2, innerHeight / 4)]
  const top = document.elementFromPoint(...middle)
  return {
    number: window.stops.indexOf(known),
    scrolls: element.scrollWidth > element.clientWidth
      || element.scrollHeight > element.clientHeight,
    covered: !top || !(element.contains(top) || top.contains(element)),
    kind: `${element.localName}.${element.getAttribute('class') ?? ''}`
      + ` in ${element.parentElement.localName}.${parent}`,
    html: element.outerHTML.slice(0, 120),
    box: { x: box.x, y: box.y, width: box.width, height: box.height },
  }
}"""


@pytest.fixture(scope="module")
def kinds() -> dict[str, set[str]]:
    """Remember by scheme which kinds of elements were looked at: on each page they are the same."""
    return {"light": set(), "dark": set()}


def open_kind(stroller: Stroller, site_of: SiteOf, project: str, path: str) -> Page:
    page = stroller.open(path, site=site_of(project))
    if path in ("search.html", "sparql.html"):  # which load controls
        page.wait_for_load_state("networkidle")
    return page


def stops(page: Page, kinds: set[str], most: int | None = None) -> list[dict[str, Any]]:
    """Press Tab until the focus leaves the page; tell all places where it was.

    Of each kind of element the first is looked at, whether it shows that it has the focus.

    :param kinds: those that were looked at before
    :param most: places to go to at the most
    """
    total = page.evaluate(NUMBER)
    found: list[dict[str, Any]] = []
    for _ in range(2 * total + 20):
        page.keyboard.press("Tab")
        where = page.evaluate(WHERE)
        if where is None or len(found) == most:
            assert len({stop["kind"] for stop in found}) > 3
            return found
        where["shown"] = where["kind"] in kinds or is_shown(page, where["box"])
        kinds.add(where["kind"])
        found.append(where)
    pytest.fail("The focus never leaves the page.")


@pytest.mark.parametrize(("project", "path"), ONE_OF_EACH)
def test_tab_reaches_all_in_the_order_of_the_page_and_is_seen(
    stroller: Stroller, site_of: SiteOf, kinds: dict[str, set[str]], project: str, path: str
) -> None:
    page = open_kind(stroller, site_of, project, path)
    found = stops(page, kinds["light"])
    # Browsers also stop at what can be scrolled and has nothing else to stop at.
    assert [stop["html"] for stop in found if stop["number"] < 0 and not stop["scrolls"]] == []
    # The editor may come while its field has the focus, and then takes it.
    numbers = [number for number, _ in groupby(stop["number"] for stop in found) if number >= 0]
    assert numbers == list(range(page.evaluate("window.stops.length")))
    assert [stop["html"] for stop in found if stop["covered"]] == []
    assert [stop["html"] for stop in found if not stop["shown"]] == []


@pytest.mark.parametrize("path", CONTROLS)
def test_the_focus_is_seen_in_the_dark(
    stroller: Stroller, kinds: dict[str, set[str]], path: str
) -> None:
    page = stroller.open(path, dark=True)
    page.wait_for_load_state("networkidle")
    found = stops(page, kinds["dark"], 80)
    assert [stop["html"] for stop in found if not stop["shown"]] == []


def is_shown(page: Page, box: dict[str, float]) -> bool:
    """Tell whether what has the focus looks different from what it is without."""
    size = page.viewport_size
    assert size is not None
    left, top = max(box["x"] - 8, 0), max(box["y"] - 8, 0)
    right = min(box["x"] + box["width"] + 8, size["width"])
    bottom = min(box["y"] + box["height"] + 8, size["height"])
    clip = {"x": left, "y": top, "width": right - left, "height": bottom - top}
    focused = page.screenshot(clip=clip, caret="hide")  # type: ignore[arg-type]
    page.evaluate("window.left = document.activeElement; window.left.blur()")
    blurred = page.screenshot(clip=clip, caret="hide")  # type: ignore[arg-type]
    page.evaluate("window.left.focus({ preventScroll: true })")
    return focused != blurred


@pytest.mark.parametrize(("project", "path"), ONE_OF_EACH)
def test_the_first_link_skips_to_the_content(
    stroller: Stroller, site_of: SiteOf, project: str, path: str
) -> None:
    page = open_kind(stroller, site_of, project, path)
    page.keyboard.press("Tab")
    box = page.locator(".skip:focus").bounding_box()
    assert box is not None
    assert box["y"] >= 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    before = "!!document.activeElement.closest('.site-header, .skip')"
    assert not page.evaluate(before)


def test_a_mark_leads_to_its_note_and_the_note_back(stroller: Stroller) -> None:
    page = stroller.open("person/david-ingleby.html")
    mark = page.locator("a.mark[id]").nth(2)
    note, place = mark.get_attribute("href"), mark.get_attribute("id")
    mark.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == note
    page.wait_for_function("document.querySelector(':target').getBoundingClientRect().top >= 0")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == f"#{place}"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == place
