"""Pictures for sharing: whose name each shows, and that it is there."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from mipex_kg.project.project import Project, at_site
from mipex_kg.site.pages.assets import Assets, load_assets
from mipex_kg.site.pages.page_pictures import PagePictures, make_page_pictures
from mipex_kg.site.pages.share_pictures import SharePictures
from tests.conftest import BUNDLED_SITE, absent

SITE = "https://example.com/graph/"
SIZES = {"og:image:width": "1200", "og:image:height": "630", "og:image:type": "image/png"}


@pytest.fixture(scope="module")
def assets() -> Assets:
    return load_assets() or absent("The typeface (make assets)")


@pytest.fixture(scope="module")
def pictures(assets: Assets) -> SharePictures:
    return SharePictures("Lighthouses", "Lighthouses", SITE, assets.fonts)


def drawn(pictures: SharePictures, name: str) -> Image.Image:
    picture = pictures.of(name)
    assert picture is not None
    return Image.open(io.BytesIO(pictures.draw(picture)))


def test_a_picture_has_the_size_that_networks_want(pictures: SharePictures) -> None:
    picture = pictures.of("Ada Brook")
    assert picture is not None
    data = pictures.draw(picture)
    assert Image.open(io.BytesIO(data)).size == (1200, 630)
    assert 8_000 < len(data) < 16_000


def test_the_same_name_gives_the_same_bytes(assets: Assets, pictures: SharePictures) -> None:
    others = SharePictures("Faros", "Lighthouses", SITE, assets.fonts)
    ours, theirs = pictures.of("Ada  Brook"), others.of("Ada Brook")
    assert ours is not None
    assert ours == theirs
    assert pictures.draw(ours) == others.draw(ours)
    assert others.of_site != pictures.of_site
    elsewhere = SharePictures("Lighthouses", "Lighthouses", f"{SITE}b/", assets.fonts)
    assert elsewhere.of("Ada Brook") != ours


@pytest.mark.parametrize("name", ["Łukasz Żółć", "Ελλάδα", "Україна", "Việt Nam", "e\u0301"])
def test_scripts_that_the_typeface_has_are_drawn(pictures: SharePictures, name: str) -> None:
    picture = pictures.of(name)
    assert picture is not None
    assert not picture.is_of_site
    assert drawn(pictures, name).tobytes() != drawn(pictures, "").tobytes()


@pytest.mark.parametrize("name", ["中国", "ישראל", "Москва 🎉", "x\u0302", "a\u202eb", "", " "])
def test_a_name_that_would_become_boxes_has_the_picture_of_the_site(
    pictures: SharePictures, name: str
) -> None:
    assert pictures.of(name) == pictures.of_site


def test_a_title_that_would_become_boxes_has_none(assets: Assets) -> None:
    pictures = SharePictures("燈塔", "燈塔", SITE, assets.fonts)
    assert pictures.of_site is None
    assert pictures.of("中国") is None
    # What is at its head is left out.
    drawn(pictures, "Ada Brook")


def inked(image: Image.Image) -> tuple[int, int, int, int]:
    """Give the edges of what is drawn in white."""
    box = image.convert("L").point([255 * (value > 200) for value in range(256)]).getbbox()
    assert box is not None
    return box


@pytest.mark.parametrize("name", ["word " * 90, "Donaudampfschiff" * 9, "A", "Åg\u0301" * 40])
def test_every_name_stays_inside(pictures: SharePictures, name: str) -> None:
    left, top, right, bottom = inked(drawn(pictures, name))
    assert left > 60
    assert top > 60
    assert right < 1200 - 60
    assert bottom < 630 - 50


def test_a_word_is_not_parted_while_it_fits_in_a_smaller_size(pictures: SharePictures) -> None:
    middle = drawn(pictures, "MIPEX-Wissensgraph").crop((0, 190, 1200, 470))
    _left, top, _right, bottom = inked(middle)
    assert bottom - top < 110


def test_there_are_none_where_none_can_be(assets: Assets, project: Project) -> None:
    unused: Any = None

    def made(project: Project, title: str, assets: Assets | None) -> PagePictures:
        titles = (title, title)
        return make_page_pictures(project, unused, unused, unused, titles, assets)

    placed = at_site(project, SITE)
    assert made(placed, "A", assets).of_site
    assert list(made(placed, "A", assets).omitted()) == []
    for elsewhere in (project, replace(placed, pictures="none")):
        assert made(elsewhere, "A", assets).of_site is None
        assert list(made(elsewhere, "A", assets).omitted()) == []
    (unmade,) = made(placed, "A", None).omitted()
    assert "`make assets`" in unmade
    (undrawable,) = made(placed, "燈塔", assets).omitted()
    assert "have no letters for the title" in undrawable


def told(page: str) -> dict[str, str]:
    """Give what a page says in its head for those who share it."""
    return dict(re.findall(r'<meta \w+="(og:image[^"]*|twitter:card)" content="(.*?)">', page))


@pytest.fixture
def site(translated_site: Path) -> Path:
    if not (translated_site / "assets" / "pictures").is_dir():
        absent("The typeface (make assets)")
    return translated_site


def test_each_page_names_its_picture(site: Path) -> None:
    own = told((site / "person" / "giacomo-solano.html").read_text())
    assert own["og:image:alt"] == "Giacomo Solano"
    assert own["twitter:card"] == "summary_large_image"
    assert own.items() >= SIZES.items()
    assert told((site / "fr" / "person" / "giacomo-solano.html").read_text()) == own
    german = told((site / "de" / "country" / "DE.html").read_text())
    assert german["og:image:alt"] == "Deutschland"
    general = told((site / "data.html").read_text())
    assert general["og:image:alt"] == "MIPEX knowledge graph"
    assert (
        told((site / "role" / "giacomo-solano-principal-investigator.html").read_text()) == general
    )


def test_each_picture_is_there_and_shown_by_a_page(site: Path) -> None:
    named = {told(path.read_text())["og:image"] for path in site.rglob("*.html")}
    there = {
        f"{BUNDLED_SITE}assets/pictures/{path.name}" for path in site.glob("assets/pictures/*")
    }
    assert named == there
    assert len(there) > 100


def test_nobody_who_is_left_out_of_search_engines_is_drawn(site: Path) -> None:
    private = [
        page
        for path in site.rglob("*.html")
        if '<meta name="robots" content="noindex">' in (page := path.read_text())
    ]
    assert len(private) > 3
    for page in private:
        assert f'<meta property="og:site_name" content="{told(page)["og:image:alt"]}">' in page
