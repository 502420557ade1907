"""The keyboard reaches every link and control, in the order of the page, and shows where it is."""

from __future__ import annotations

from itertools import groupby
from typing import Any, Literal

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import THIN, SiteOf, Stroller
from tests.browser.kinds import ONE_OF_EACH

# Number what can be focused, in the order of the document; and before each key that is pressed,
# note where the focus is: its number, whether it can be seen, and what kind of element it is.
WATCH = """() => {
  const kinds = 'a[href], button, input, select, textarea, summary, [tabindex], [contenteditable]'
  const seen = element => element.checkVisibility({ visibilityProperty: true })
    && element.getClientRects().length > 0
  window.stops = [...document.querySelectorAll(kinds)]
    .filter(element => element.tabIndex >= 0 && !element.disabled && seen(element))
  window.where = () => {
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
  }
  window.elements = []
  window.noted = []
  addEventListener('keydown', () => {
    elements.push(document.activeElement)
    noted.push(where())
  }, true)
}"""
# Presses of a key before it is asked where the focus has been.
AT_ONCE = 10


@pytest.fixture(scope="module")
def kinds() -> set[str]:
    """Remember which kinds of elements were looked at: on each page they are the same."""
    return set()


def open_kind(stroller: Stroller, site_of: SiteOf, project: str, path: str) -> Page:
    page = stroller.open(path, site=site_of(project))
    if path in ("search.html", "sparql.html"):  # which load controls
        page.wait_for_load_state("networkidle")
    return page


def stops(page: Page, kinds: set[str]) -> list[dict[str, Any]]:
    """Press Tab until the focus leaves the page; tell all places where it was.

    Of each kind of element the first is looked at, whether it shows that it has the focus, in the
    light and in the dark.

    :param kinds: those that were looked at before
    """
    page.evaluate(THIN)
    page.evaluate(WATCH)
    noted: list[dict[str, Any] | None] = []
    while None not in noted[1:]:
        assert len(noted) < 2 * page.evaluate("stops.length") + 60, "it never leaves the page"
        for _ in range(AT_ONCE):
            page.keyboard.down("Tab")  # as a key that is held: what moves the focus
        noted = page.evaluate("noted")
    page.keyboard.up("Tab")
    if page.locator("#ask-query").count():
        page.wait_for_selector("#ask-code .cm-content")
    found = [where for where in noted[1 : noted.index(None, 1)] if where]
    assert len({stop["kind"] for stop in found}) > 3
    for place, stop in enumerate(found, 1):
        if stop["kind"] not in kinds:
            kinds.add(stop["kind"])
            schemes: tuple[Literal["dark", "light"], ...] = ("dark", "light")
            stop["shown"] = all(is_shown(page, scheme, place) for scheme in schemes)
    return found


def come_to(page: Page, place: int) -> dict[str, float]:
    """Come with the keyboard to a place where the focus was; tell its box."""
    beside = place - 1 or 2
    page.evaluate("place => elements[place].focus()", beside)
    page.keyboard.press("Tab" if beside < place else "Shift+Tab")
    box: dict[str, float] = page.evaluate("where().box")
    return box


@pytest.mark.parametrize(("project", "path"), ONE_OF_EACH)
def test_tab_reaches_all_in_the_order_of_the_page_and_is_seen(
    stroller: Stroller, site_of: SiteOf, kinds: set[str], project: str, path: str
) -> None:
    page = open_kind(stroller, site_of, project, path)
    found = stops(page, kinds)
    # Browsers also stop at what can be scrolled and has nothing else to stop at.
    assert [stop["html"] for stop in found if stop["number"] < 0 and not stop["scrolls"]] == []
    # The editor may come while its field has the focus, and then takes it.
    numbers = [number for number, _ in groupby(stop["number"] for stop in found) if number >= 0]
    assert numbers == list(range(page.evaluate("stops.length")))
    assert [stop["html"] for stop in found if stop["covered"]] == []
    assert [stop["html"] for stop in found if not stop.get("shown", True)] == []
    # The first link skips to the content.
    page.evaluate("elements[1].focus()")
    box = page.locator(".skip:focus").bounding_box()
    assert box is not None
    assert box["y"] >= 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    before = "!!document.activeElement.closest('.site-header, .skip')"
    assert not page.evaluate(before)


def is_shown(page: Page, scheme: Literal["dark", "light"], place: int) -> bool:
    """Tell whether what has the focus at a place looks different from what it is without."""
    page.emulate_media(color_scheme=scheme)
    box = come_to(page, place)
    size = page.viewport_size
    assert size is not None
    left, top = max(box["x"] - 8, 0), max(box["y"] - 8, 0)
    right = min(box["x"] + box["width"] + 8, size["width"])
    bottom = min(box["y"] + box["height"] + 8, size["height"])
    clip = {"x": left, "y": top, "width": right - left, "height": bottom - top}
    focused = page.screenshot(clip=clip, caret="hide")  # type: ignore[arg-type]
    page.evaluate("document.activeElement.blur()")
    blurred = page.screenshot(clip=clip, caret="hide")  # type: ignore[arg-type]
    return focused != blurred


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
