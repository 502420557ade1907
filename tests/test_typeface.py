"""The typeface of headings and quotations ships with the site, and is small."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mipex_kg.site.hosting.rules import is_hashed
from mipex_kg.site.pages.assets import Assets, find_typeface
from tests.conftest import ROOT, absent


@pytest.fixture
def style(translated_site: Path) -> Path:
    found = list((translated_site / "assets").glob("type-*.css"))
    return found[0] if found else absent("The typeface (make assets)")


def test_pages_link_the_fonts_of_their_own_site(translated_site: Path, style: Path) -> None:
    page = (translated_site / "fr" / "person" / "giacomo-solano.html").read_text()
    assert f'<link rel="stylesheet" href="../../assets/{style.name}">' in page
    fonts = re.findall(r"url\((.*?)\)", style.read_text())
    assert {re.sub("-[0-9A-F]{8}", "", font) for font in fonts} == {
        f"literata-{script}.woff2"
        for script in ("latin", "latin-ext", "vietnamese", "greek", "cyrillic")
    }
    for name in (style.name, *fonts):
        assert (style.parent / name).is_file()
        # So that a browser fetches it once.
        assert is_hashed(f"assets/{name}")


def test_the_families_that_pages_ask_for_are_declared(translated_site: Path, style: Path) -> None:
    declared = set(re.findall(r'font-family:"?([^";]+)"?;', style.read_text()))
    sheet = (translated_site / "assets" / "style.css").read_text()
    asked = re.search("--serif: (.+);", sheet)
    assert asked is not None
    assert declared == {name.strip(' "') for name in asked[1].split(",")[: len(declared)]}


def test_a_font_of_the_system_is_shown_until_then(style: Path) -> None:
    rules = style.read_text().splitlines()
    assert all("font-display:swap" in rule for rule in rules if "url(" in rule)
    assert all("size-adjust" in rule for rule in rules if "local(" in rule)


def test_what_pages_in_latin_script_load_is_small(style: Path) -> None:
    (font,) = style.parent.glob("literata-latin-????????.woff2")
    assert font.stat().st_size + style.stat().st_size < 36_000


def test_without_the_files_pages_have_fonts_of_the_system() -> None:
    assert find_typeface(None) is None
    assert find_typeface(Assets("a", "b", "c", "1", "d", {"a": b""})) is None
    sheet = ROOT / "mipex_kg" / "site" / "pages" / "static" / "style.css"
    assert re.search("--serif: .*Georgia, serif;", sheet.read_text())
