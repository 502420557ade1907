"""Copying what is taken from a page, and the day of access in what cites it."""

from __future__ import annotations

import gzip
import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import WIDTHS, Visitor, violations

PERSON = "person/giacomo-solano.html"
DAY = "2026-03-07T12:00:00"


def opened(visitor: Visitor, *, dark: bool = False, width: int = 1280) -> Page:
    """Open a page on a day that is known, with its boxes open."""
    page = visitor.open("about.html", dark=dark, width=width)
    page.clock.set_fixed_time(DAY)
    page.goto(visitor.site.url(PERSON))
    page.eval_on_selector_all("details.reuse", "boxes => boxes.forEach(box => box.open = true)")
    return page


def test_the_day_of_access_is_filled_in(visitor: Visitor) -> None:
    page = opened(visitor)
    shown = {
        name: page.inner_text(f'pre[aria-label="{name}"]') for name in ("APA", "BibTeX", "RIS")
    }
    assert "Retrieved March 7, 2026, from https://w3id.org/" in shown["APA"]
    assert "urldate = {2026-03-07}" in shown["BibTeX"]
    assert "Y2  - 2026/03/07/" in shown["RIS"]
    (item,) = json.loads(page.inner_text('pre[aria-label="CSL-JSON"]'))
    assert item["accessed"] == {"date-parts": [[2026, 3, 7]]}


def test_a_button_copies_what_is_above_it(visitor: Visitor) -> None:
    page = opened(visitor)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy: A card").click()
    expect(
        page.locator(".copy", has=page.get_by_role("button", name="Copy: A card"))
    ).to_contain_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator('pre[aria-label="A card"]').text_content()


@pytest.mark.parametrize("width", WIDTHS)
def test_the_boxes_are_for_everyone(visitor: Visitor, axe: str, width: int) -> None:
    page = opened(visitor, dark=width == WIDTHS[0], width=width)
    assert violations(page, axe) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_page_with_all_that_it_loads_is_small(visitor: Visitor) -> None:
    """As it is sent: every host compresses texts; fonts are compressed as they are."""
    sizes: dict[str, int] = {}
    page = visitor.open("about.html")
    page.on(
        "response",
        lambda got: sizes.update({got.url: len(gzip.compress(got.body()))}),
    )
    page.goto(visitor.site.url("organisation/mpg.html"))
    page.wait_for_load_state("networkidle")
    fonts = sum(size for url, size in sizes.items() if url.endswith(".woff2"))
    assert len(sizes) > 2
    assert sum(sizes.values()) - fonts < 30_000
    assert sum(sizes.values()) < 60_000
