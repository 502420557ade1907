"""What a newcomer comes for takes as many clicks as ``docs/ten-tasks.md`` says."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Stroller, Visitor
from tests.browser.serving import Site
from tests.conftest import ROOT

TABLE = (ROOT / "docs" / "ten-tasks.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (.+?) \|.*\| (\d+) \|$", TABLE, re.MULTILINE)
CLICKS = {task: int(clicks) for task, clicks in ROWS}


class Newcomer:
    """Someone who starts at the front page, and counts the clicks."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks = page, 0

    def click(self, place: Locator) -> None:
        place.click()
        self.clicks += 1

    def follow(self, name: str) -> None:
        self.click(self.page.get_by_role("link", name=name, exact=True).first)

    def find(self, text: str) -> None:
        """Type into the search box, and take the first that is suggested."""
        self.page.fill(".find input", text)
        expect(self.page.locator(".find-list [role=option]").first).to_be_visible()
        self.page.keyboard.press("ArrowDown")
        self.page.keyboard.press("Enter")
        self.page.wait_for_url("**/*.html")
        self.clicks += 1

    def copy(self, summary: str, what: str) -> str:
        self.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        self.click(self.page.locator("summary", has_text=summary))
        self.click(self.page.get_by_role("button", name=f"Copy: {what}"))
        expect(self.page.locator(".copy", has_text="Copied").first).to_be_visible()
        copied: str = self.page.evaluate("navigator.clipboard.readText()")
        return copied


@pytest.fixture
def visitor(stroller: Stroller) -> Stroller:
    """Go on in one tab: nothing that is done here stays in the browser."""
    return stroller


def at_cidob(newcomer: Newcomer) -> None:
    newcomer.find("CIDOB")
    expect(newcomer.page.locator("table.between")).to_contain_text(["Leading", "Francesco Pasetti"])


def known_from(newcomer: Newcomer) -> None:
    newcomer.find("CIDOB")
    row = newcomer.page.locator("tr", has_text="Francesco Pasetti")
    newcomer.click(row.locator("a.mark").first)
    expect(newcomer.page.locator(".note:target")).to_contain_text("Research Fellow CIDOB")


def spain(newcomer: Newcomer) -> None:
    newcomer.click(newcomer.page.locator('.tile a[href="country/ES.html"]').first)
    expect(newcomer.page.locator("h1")).to_have_text("Spain")
    expect(newcomer.page.locator("main")).to_contain_text("MIPEX 2020")


def paid(newcomer: Newcomer) -> None:
    newcomer.follow("Queries")
    newcomer.follow("Funding")
    expect(newcomer.page.locator("main table")).to_contain_text(
        "Centre for Global Development Europe"
    )


def take_home(newcomer: Newcomer) -> None:
    newcomer.follow("Countries")
    with newcomer.page.expect_download() as download:
        newcomer.click(newcomer.page.get_by_role("button", name="Save as CSV").first)
    assert b"Spain" in download.value.path().read_bytes()


def cite(newcomer: Newcomer) -> None:
    newcomer.find("Giacomo Solano")
    assert "Giacomo Solano" in newcomer.copy("BibTeX", "APA")


def put_on_my_page(newcomer: Newcomer) -> None:
    newcomer.find("Giacomo Solano")
    assert "Giacomo Solano" in newcomer.copy("Use this in your page", "A card")


def ask(newcomer: Newcomer) -> None:
    newcomer.follow("Query with SPARQL")
    newcomer.click(newcomer.page.locator("#ask-run:enabled"))
    expect(newcomer.page.locator("main table").first).to_be_visible()


def behind(newcomer: Newcomer) -> None:
    newcomer.follow("About")
    expect(newcomer.page.locator("main")).to_contain_text("not run by MIPEX")


def in_german(newcomer: Newcomer) -> None:
    newcomer.follow("Deutsch")
    expect(newcomer.page.locator("html")).to_have_attribute("lang", "de")


TASKS: dict[str, Callable[[Newcomer], None]] = {
    "Who at CIDOB works on MIPEX?": at_cidob,
    "Where is that known from?": known_from,
    "Is Spain covered?": spain,
    "Who paid for MIPEX 2020?": paid,
    "Take the table home.": take_home,
    "Cite a page.": cite,
    "Put it on my page.": put_on_my_page,
    "Ask a question of my own.": ask,
    "Who is behind this site?": behind,
    "Read it in German.": in_german,
}


def test_all_tasks_of_the_table_are_done() -> None:
    assert list(CLICKS) == list(TASKS)


@pytest.mark.parametrize("task", TASKS)
def test_a_task_takes_as_many_clicks_as_the_table_says(
    visitor: Visitor, translated: Site, task: str
) -> None:
    newcomer = Newcomer(visitor.open("index.html", site=translated))
    TASKS[task](newcomer)
    assert newcomer.clicks == CLICKS[task]
