"""Every kind of page, in two projects: axe finds nothing, and no page is wider than a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import WIDTHS, SiteOf, Stroller, Visitor, violations
from tests.browser.kinds import ELSEWHERE, KINDS, ONE_OF_EACH, PAGES, SECOND
from tests.conftest import ROOT

TEMPLATES = ROOT / "mipex_kg" / "site" / "pages" / "templates"
STATIC = TEMPLATES.parent / "static"
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


def test_the_kinds_are_all_that_there_are() -> None:
    written = {path.stem for path in TEMPLATES.glob("[!_]*.html")} - {"base"}
    assert {*KINDS, *SECOND, *ELSEWHERE} == written


def open_kind(stroller: Stroller, site_of: SiteOf, project: str, path: str) -> Page:
    site = site_of(project)
    assert (site.folder / path).is_file(), f"{path} was not built"
    return stroller.open(path, site=site)


@pytest.mark.parametrize(("project", "path"), PAGES)
def test_axe_finds_nothing(
    stroller: Stroller, site_of: SiteOf, axe: str, project: str, path: str
) -> None:
    page = open_kind(stroller, site_of, project, path)
    found = []
    # Of more pages of a kind little is another: they are looked at where there is least room.
    for width in WIDTHS if (project, path) in ONE_OF_EACH else WIDTHS[:1]:
        page.set_viewport_size({"width": width, "height": 900})
        # In the dark only colours differ: the test below sees to that.
        said = violations(page, axe, dark=width == WIDTHS[-1])
        found += [f"{width}: {violation}" for violation in said]
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


@pytest.mark.parametrize(("project", "path"), PAGES)
def test_no_page_is_wider_than_its_window(
    stroller: Stroller, site_of: SiteOf, project: str, path: str
) -> None:
    page = open_kind(stroller, site_of, project, path)
    for width in (*WIDTHS, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(TOO_WIDE) == [], width
    page.evaluate(SPACED)
    assert page.evaluate(TOO_WIDE) == [], "with wide spacing"


@pytest.mark.parametrize(("project", "path"), ONE_OF_EACH)
def test_it_prints_dark_on_white_without_what_only_a_screen_can_use(
    stroller: Stroller, site_of: SiteOf, project: str, path: str
) -> None:
    page = open_kind(stroller, site_of, project, path)
    page.emulate_media(media="print", color_scheme="dark")
    background = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(background) == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert page.is_visible("h1")
    assert not page.is_visible("header nav")
    assert not page.is_visible(".downloads a")
