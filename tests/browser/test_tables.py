"""Tables to work with: sorted, filtered, shown without columns, copied and saved."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import WIDTHS, Stroller, Visitor, file_address, violations
from tests.browser.serving import Site

PEOPLE = "query/people.html"
# What a column holds, and how it is sorted up and down: what is empty is last either way.
COLUMNS = {
    "numbers": (["10", "9", "", "-1.5", "1e3"], ["-1.5", "9", "10", "1e3", ""]),
    "dates": (["2020-10-01", "2020-09-30", "1999"], ["1999", "2020-09-30", "2020-10-01"]),
    "accents": (["Zoe", "élan", "Eva", "apple"], ["apple", "élan", "Eva", "Zoe"]),
    "numbers in texts": (["item 10", "item 9", "Item 1"], ["Item 1", "item 9", "item 10"]),
    "mixed": (["10", "x", "9"], ["9", "10", "x"]),
}
MAKE = """values => {
  const row = text => `<tr><th>${text}</th></tr>`;
  document.querySelector('main').innerHTML = `<data-table data-filter="f" data-shown="{n}/{total}">
    <table><thead>${row('Head')}</thead><tbody>${values.map(row).join('')}</tbody></table></data-table>`;
}"""
TEXTS = "[...document.querySelectorAll('data-table tbody tr')].map(row => row.textContent)"
SORT = "document.querySelector('data-table thead button').click()"


@pytest.fixture
def visitor(stroller: Stroller) -> Stroller:
    """Go on in one tab: nothing that is done here stays in the browser."""
    return stroller


def rows(page: Page) -> list[str]:
    return page.locator("tbody tr:visible").all_inner_texts()


def test_columns_are_sorted_by_what_they_hold(visitor: Visitor) -> None:
    page = visitor.open(PEOPLE)
    for name, (values, expected) in COLUMNS.items():
        page.evaluate(MAKE, values)
        page.evaluate(SORT)
        assert page.evaluate(TEXTS) == expected, name
        page.evaluate(SORT)
        filled = [value for value in expected if value]
        assert page.evaluate(TEXTS) == [*reversed(filled), *expected[len(filled) :]], name
        page.evaluate(SORT)
        assert page.evaluate(TEXTS) == values, f"{name}, as it was"


def test_a_table_is_filtered_narrowed_copied_and_saved(visitor: Visitor) -> None:
    page = visitor.open(PEOPLE)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("searchbox", name="Filter rows").fill("INGLÉBY amsterdam")
    assert page.inner_text(".table-tools [role=status]") == "1 of 17 rows"
    assert len(rows(page)) == 1
    page.click("summary:has-text('Columns')")
    for name in ("Profiles", "Reports"):
        page.get_by_role("checkbox", name=name).uncheck()
    page.keyboard.press("Escape")
    assert page.is_hidden("label:has-text('Profiles')")
    expected = ["David Ingleby", "Expert; Other researcher"]
    position = "Affiliated Researcher, University of Amsterdam"
    page.get_by_role("button", name="Copy").click()
    page.wait_for_selector("text=Copied")
    head, line = page.evaluate("navigator.clipboard.readText()").split("\n")
    assert head.split("\t") == ["Person", "Roles", "Posts", "Organisations"]
    assert line.split("\t") == [*expected, position, "University of Amsterdam"]
    with page.expect_download() as saving:
        page.get_by_role("button", name="Save as CSV").click()
    assert saving.value.suggested_filename == "people.csv"
    text = Path(saving.value.path()).read_bytes().decode()
    assert text.split("\r\n")[1] == f'{",".join(expected)},"{position}",University of Amsterdam'


def test_what_a_spreadsheet_would_run_is_a_text(visitor: Visitor) -> None:
    page = visitor.open(PEOPLE)
    page.evaluate(MAKE, ["=1+1", "-5", "'=a", "@x", "a,b"])
    with page.expect_download() as saving:
        page.evaluate("document.querySelector('data-table').save()")
    text = Path(saving.value.path()).read_bytes().decode()
    assert text.split("\r\n") == ["Head", "'=1+1", "-5", "''=a", "'@x", '"a,b"', ""]


@pytest.mark.parametrize("width", WIDTHS)
def test_a_wide_table_keeps_the_name_in_sight(visitor: Visitor, axe: str, width: int) -> None:
    page = visitor.open(PEOPLE, width=width)
    page.evaluate("document.querySelector('.table').scrollLeft = 300")
    box = page.locator("tbody tr").first.locator("th").bounding_box()
    assert box is not None
    assert 0 <= box["x"] < width / 4
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.click("summary:has-text('Columns')")
    page.get_by_role("button", name="Roles").focus()
    page.keyboard.press("Enter")
    assert page.get_attribute("thead th:nth-child(2)", "aria-sort") == "ascending"
    assert violations(page, axe) == []


def test_on_paper_no_column_is_cut_off(visitor: Visitor) -> None:
    page = visitor.open(PEOPLE, width=720)
    page.emulate_media(media="print")
    assert page.evaluate("document.querySelector('table').scrollWidth") <= 720
    assert page.is_hidden(".table-tools")


def test_it_works_from_a_disk_too(visitor: Visitor, site: Site) -> None:
    page = visitor.open(file_address(site.folder / PEOPLE))
    page.get_by_role("searchbox", name="Filter rows").fill("ingleby")
    assert len(rows(page)) == 1
