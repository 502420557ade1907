"""Who stands behind a site, how errors are reported, and what isn't known is not made up."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from lxml import html

from mipex_kg.project.project import Project, load_project
from mipex_kg.site.pages.keepers import tell_unset
from tests.conftest import Run

SITE = "https://brook.net/room/"
PERSON = "person/ada-brook.html"


def make(run: Run, folder: Path, *settings: str) -> Path:
    """Make a project with settings besides those of the template, and build its site."""
    run("init", folder)
    file = folder / "mipex-kg.toml"
    lines = "".join(f"{line}\n" for line in settings)
    file.write_text(file.read_text().replace("[prefixes]", f"{lines}[prefixes]", 1))
    return folder


@pytest.fixture(scope="module")
def bare(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a project of which nothing is known but what its data say."""
    room = make(run, tmp_path_factory.mktemp("bare") / "room", 'contact = "mailto:a@example.org"')
    told = run("build", cwd=room).err
    assert "Note: Not set yet: project.site (a sitemap, canonical addresses)" in told
    assert "project.contact (a link to report errors)." in told
    return room


@pytest.fixture(scope="module")
def kept(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a project that says who keeps it, and where."""
    room = make(
        run,
        tmp_path_factory.mktemp("kept") / "room",
        f'site = "{SITE}"',
        'publisher = "The readers & friends"',
        'contact = "mailto:readers@brook.net"',
    )
    (room / "pages").mkdir(exist_ok=True)
    (room / "pages" / "about.md").write_text("# The room\n\nNobody <else> runs it.\n\n## More\n")
    assert run("build", cwd=room).err == ""
    return room


def pages(room: Path) -> dict[str, html.HtmlElement]:
    site = room / "site"
    return {
        path.relative_to(site).as_posix(): html.fromstring(path.read_bytes())
        for path in site.rglob("*.html")
    }


def link(page: html.HtmlElement) -> str:
    """Give the address at which an error on a page is reported."""
    (found,) = page.cssselect(".site-footer p > a[href*='Error'], .site-footer p > a[href*='new?']")
    return str(found.get("href"))


def test_pages_need_no_site(run: Run, bare: Path) -> None:
    for name, page in pages(bare).items():
        assert not page.cssselect('link[rel="canonical"], meta[property="og:url"]'), name
        assert page.cssselect('meta[property="og:title"]'), name
    assert not (bare / "site" / "sitemap.xml").exists()
    assert "Sitemap" not in (bare / "site" / "robots.txt").read_text()
    told = run("check", "--only", "sitemap", cwd=bare).text
    assert re.search("sitemap +not asked +There is none: project.site is not set yet.", told)


def test_a_build_says_again_what_is_not_set(run: Run, bare: Path) -> None:
    assert "Not set yet: project.site" in run("build", cwd=bare).err


def test_a_site_that_is_given_later_is_known(run: Run, bare: Path) -> None:
    """Even the one that addresses began with before."""
    base = load_project(bare).base
    run("build", "-o", bare / "placed", "--site", base, cwd=bare)
    assert f'rel="canonical" href="{base}{PERSON}"' in (bare / "placed" / PERSON).read_text()
    assert f"{base}{PERSON}" in (bare / "placed" / "sitemap.xml").read_text()


def test_an_address_that_only_stands_for_another_is_not_shown(bare: Path) -> None:
    for page in pages(bare).values():
        assert not page.cssselect('a[href^="mailto:"]')
    about = html.fromstring((bare / "site" / "about.html").read_bytes())
    assert "No contact address has been published yet." in about.text_content()


def test_each_page_says_who_keeps_it_and_where_errors_are_reported(kept: Path) -> None:
    for name, page in pages(kept).items():
        foot = page.cssselect(".site-footer")[0]
        assert "The readers & friends" in foot.text_content()
        assert "Nobody <else> runs it." in foot.text_content(), name
        address = urlsplit(link(page))
        assert (address.scheme, address.path) == ("mailto", "readers@brook.net")
        asked = parse_qs(address.query)
        assert f"Page: {SITE}{name}\r\n" in asked["body"][0]
        (heading,) = page.cssselect("title")
        assert heading.text.partition(" – ")[0] in asked["subject"][0]


def test_the_page_about_the_site_says_how_to_reach_its_keepers(kept: Path) -> None:
    page = html.fromstring((kept / "site" / "about.html").read_bytes())
    assert page.cssselect("h1")[0].text == "The room"
    (contact,) = page.cssselect("#contact + p a")
    assert (contact.get("href"), contact.text) == ("mailto:readers@brook.net", "readers@brook.net")
    assert page.cssselect("#keepers + p")[0].text == "The readers & friends"
    assert f"{SITE}about.html" in (kept / "site" / "sitemap.xml").read_text()


def test_a_tracker_is_told_the_page_and_its_title(run: Run, tmp_path: Path) -> None:
    room = make(
        run,
        tmp_path / "room",
        'report = "https://brook.net/new?t={title}&b={page}"',
    )
    assert "project.contact" not in run("build", cwd=room).err
    address = urlsplit(link(pages(room)[PERSON]))
    # Nobody knows where the page is: the name of what it is about tells which one it is.
    thing = "https://example.org/room/person/ada-brook"
    assert parse_qs(address.query) == {"t": ["Ada Brook"], "b": [thing]}


@pytest.mark.parametrize(
    "address", ["ftp://brook.net/", "https://brook.net/{where}", "https://brook.net/ {page}"]
)
def test_a_tracker_is_an_address(run: Run, tmp_path: Path, address: str) -> None:
    room = make(run, tmp_path / "room", f'report = "{address}"')
    told = run("build", cwd=room, code=2).err
    assert "project.report" in told
    assert "`{page}` becomes the address" in told.replace("\n", " ")


def test_the_day_of_the_last_change_is_that_of_the_data(bundled_site: Path) -> None:
    for name in ("index.html", "about.html", "person/giacomo-solano.html"):
        page = html.fromstring((bundled_site / name).read_bytes())
        (time,) = page.cssselect(".site-footer time")
        assert time.text == time.get("datetime") == "2026-11-29"


def test_ours_makes_up_no_address(project: Project, bundled_site: Path) -> None:
    assert tell_unset(project).startswith("Not set yet: project.site")
    for name in ("catalog.html", "index.html", "about.html"):
        page = html.fromstring((bundled_site / name).read_bytes())
        (main,) = page.cssselect("main")
        # The site was built with its address, which a card to paste leads to.
        for pasted in main.cssselect("pre"):
            pasted.drop_tree()
        assert "example.org" not in html.tostring(main, encoding="unicode"), name


def test_an_announcement_says_when_it_was_made(bundled_site: Path) -> None:
    page = html.fromstring((bundled_site / "announcement" / "new-results.html").read_bytes())
    assert "before the end of 2020" in page.cssselect(".lead")[0].text_content()
