"""Every kind of page, in two projects: axe finds nothing, and no page is wider than a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import THIN, WIDTHS, Stroller, Visitor, heard, violations
from tests.browser.kinds import ELSEWHERE, KINDS, ONE_OF_EACH, PAGES, SECOND
from tests.conftest import ROOT

TEMPLATES = ROOT / "mipex_kg" / "site" / "pages" / "templates"
STATIC = TEMPLATES.parent / "static"
# What a sheet of A4 has between its margins, in CSS pixels.
PAPER = 718
# What readers may set for themselves, by WCAG's criterion 1.4.12.
SPACED = """() => {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
    word-spacing: 0.16em !important } p { margin-bottom: 2em !important }`)
  document.adoptedStyleSheets = [sheet]
}"""
TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth
  if (document.documentElement.scrollWidth <= width) return []
  const wide = [...document.body.querySelectorAll('*')]
    .filter(element => element.getBoundingClientRect().right > width + 1)
  return wide.map(element => element.outerHTML.slice(0, 120)).slice(0, 3)
}"""
# Headings with nothing before the next one of their rank, or of a higher one.
BARE = """() => {
  const seen = [...document.body.querySelectorAll('h2, h3, p, li, dt, table, pre, svg, summary')]
    .filter(element => element.checkVisibility())
  const rank = element => /^H\\d$/.test(element.tagName) ? +element.tagName[1] : 9
  const ends = (heading, next) =>
    !next || rank(next) <= rank(heading) || next.closest('footer') !== heading.closest('footer')
  return seen.filter((element, at) => rank(element) < 9 && ends(element, seen[at + 1]))
    .map(element => element.innerText)
}"""
# What is cut off where nobody can scroll.
CUT = """() => [...document.body.querySelectorAll('*')]
  .filter(element => element.checkVisibility() && element.scrollWidth > element.clientWidth + 1 &&
    /auto|scroll|hidden|clip/.test(getComputedStyle(element).overflowX) && element.clientWidth > 1)
  .map(element => element.outerHTML.slice(0, 120))"""


def test_the_kinds_are_all_that_there_are() -> None:
    written = {path.stem for path in TEMPLATES.glob("[!_]*.html")} - {"base"}
    assert {*KINDS, *SECOND, *ELSEWHERE} == written


class Opened(NamedTuple):
    """A page that is open, and its place in a project's site."""

    page: Page
    project: str
    path: str


# What is asked of a page is asked one after the other, before the next is opened.
@pytest.fixture(scope="module", params=PAGES, ids="-".join)
def opened(request: pytest.FixtureRequest, _stroller: Stroller) -> Iterator[Opened]:
    """Open a page of each kind once, for all tests of it."""
    project, path = request.param
    site = request.getfixturevalue({"mipex": "site", "lighthouses": "lighthouses"}[project])
    assert (site.folder / path).is_file(), f"{path} was not built"
    with heard(_stroller):
        yield Opened(_stroller.open(path, site=site), project, path)


def test_it_prints_dark_on_white_without_what_only_a_screen_can_use(opened: Opened) -> None:
    page = opened.page
    page.emulate_media(media="print", color_scheme="dark")
    background = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(background) == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert page.is_visible("h1")
    assert not page.is_visible("header nav")
    assert not page.is_visible(".downloads a")
    assert page.evaluate(BARE) == []
    page.set_viewport_size({"width": PAPER, "height": 900})
    assert page.evaluate(CUT) == []


def test_no_page_is_wider_than_its_window(opened: Opened) -> None:
    page = opened.page
    page.emulate_media(media="screen", color_scheme="light")
    for width in (*WIDTHS, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(TOO_WIDE) == [], width
    page.evaluate(SPACED)
    wide = page.evaluate(TOO_WIDE)
    page.evaluate("document.adoptedStyleSheets = []")
    assert wide == [], "with wide spacing"


def test_axe_finds_nothing(opened: Opened, axe: str) -> None:
    page = opened.page
    page.emulate_media(media="screen", color_scheme="light")
    narrow, wide = WIDTHS
    page.set_viewport_size({"width": narrow, "height": 900})
    found = [f"{narrow}: {violation}" for violation in violations(page, axe)]
    # Of more pages of a kind little is another: they are looked at where there is least room.
    if (opened.project, opened.path) in ONE_OF_EACH:
        # Of what is made alike, all has been looked at. In the dark only colours differ: the test
        # below sees to that.
        page.evaluate(THIN)
        page.set_viewport_size({"width": wide, "height": 900})
        found += [f"{wide}: {violation}" for violation in violations(page, axe, dark=True)]
    assert not found, "\n".join(found)


def test_the_dark_differs_in_colours_alone() -> None:
    (declared,) = re.findall(
        r"^:root \{(.*?)\}\s*\Z", (STATIC / "dark.css").read_text(), re.MULTILINE | re.DOTALL
    )
    lines = [line.strip() for line in declared.split(";") if line.strip()]
    assert all(re.fullmatch(r"--[\w-]+: #[0-9a-f]{6}|color-scheme: dark", line) for line in lines)
    others = [path.read_text() for path in STATIC.glob("*.css") if path.name != "dark.css"]
    assert not [text for text in others if "prefers-color-scheme" in text]
    light = {name for text in others for name in re.findall(r"(--[\w-]+):", text)}
    assert set(re.findall(r"(--[\w-]+):", declared)) <= light


def test_the_dark_is_a_choice_that_is_remembered_and_never_printed(visitor: Visitor) -> None:
    colour = "getComputedStyle(document.body).backgroundColor"
    light, night = "rgb(251, 250, 246)", "rgb(19, 24, 27)"
    page = visitor.open("about.html")
    assert page.evaluate(colour) == light
    page.get_by_label("Colours").select_option("dark")
    assert page.evaluate(colour) == night
    page.goto(visitor.site.url("data.html"))
    assert page.evaluate(colour) == night
    assert page.get_by_label("Colours").input_value() == "dark"
    page.emulate_media(media="print")
    assert page.evaluate(colour) == "rgb(255, 255, 255)"
    page.emulate_media(media="screen", color_scheme="dark")
    page.get_by_label("Colours").select_option("light")
    assert page.evaluate(colour) == light
    page.get_by_label("Colours").select_option("")
    assert page.evaluate(colour) == night
    assert page.evaluate("localStorage.length") == 0
