"""Search: it finds pages by their words, narrows by class, and works with the keyboard."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import WIDTHS, Stroller, Visitor, file_address, violations
from tests.browser.serving import Site, serve
from tests.conftest import LIGHTHOUSES, Run, absent


@pytest.fixture
def page(stroller: Stroller) -> Page:
    return open_page(stroller)


def open_page(visitor: Visitor, query: str = "", *, width: int = 1280) -> Page:
    if not (visitor.site.folder / "pagefind").is_dir():
        absent("The search index (Pagefind)")
    page = visitor.open(f"search.html{query}", width=width)
    page.wait_for_selector("#search:not([hidden])")
    return page


def look_for(page: Page, words: str) -> list[str]:
    page.fill("#search-words", words)
    return titles(page)


def titles(page: Page) -> list[str]:
    """Wait for the answer, and read the titles of what was found."""
    page.wait_for_selector("#search-results[aria-busy=false]", state="attached")
    return page.locator("#search-results > li > a").all_inner_texts()


@pytest.mark.parametrize(
    ("words", "title", "path"),
    [
        ("Solano", "Giacomo Solano", "person/giacomo-solano.html"),
        ("malta", "Malta", "country/MT.html"),
        ("European Union", "European Union", "organisation/european-union.html"),
        ("UK", "United Kingdom", "country/GB.html"),
        ("Hudleston", "Thomas Huddleston", "person/thomas-huddleston.html"),
    ],
)
def test_the_page_that_is_meant_comes_first_and_the_link_leads_to_it(
    page: Page, site: Site, words: str, title: str, path: str
) -> None:
    assert look_for(page, words)[0] == title
    page.click("#search-results a")
    assert page.url == site.url(path)
    assert title in page.inner_text("h1")


def test_an_excerpt_shows_the_words(page: Page) -> None:
    look_for(page, "malta")
    assert "Malta" in page.inner_text("#search-results li:first-child mark")
    assert page.inner_text("#search-results li:first-child span") == "Countries"


def test_what_is_found_by_name_is_not_shown_again(page: Page) -> None:
    look_for(page, "solano")
    count = int(page.inner_text("#search-status").partition(" ")[0])
    links = page.locator("#search-results > li > a")
    page.click("#search-more", click_count=2)
    expect(links).to_have_count(count)
    addresses = links.evaluate_all("all => all.map((link) => link.href)")
    assert len(set(addresses)) == count > 10


def test_excerpts_are_without_the_headings_of_every_page(page: Page) -> None:
    look_for(page, "policies of integration")
    excerpts = page.locator("#search-results p").all_inner_texts()
    assert len(excerpts) > 5
    assert not [text for text in excerpts if "Facts. Type" in text]


def test_the_number_of_pages_is_announced(page: Page) -> None:
    assert page.get_attribute("#search-status", "role") == "status"
    look_for(page, "xyzzyplugh")
    assert page.inner_text("#search-status") == "No results for “xyzzyplugh”."
    look_for(page, "solano")
    page.wait_for_function(
        "document.getElementById('search-status').textContent.endsWith('pages.')"
    )


def test_classes_narrow_what_is_found(page: Page) -> None:
    everything = look_for(page, "solano")
    box = page.locator("#search-boxes label", has_text="People")
    count = int(box.locator("small").inner_text())
    box.locator("input").check()
    assert titles(page) == ["Giacomo Solano"]
    assert count == 1 < len(everything)
    assert "class=People" in page.url
    hidden = page.locator("#search-boxes label", has_text="Grants")
    assert not hidden.is_visible(), "a class that has nothing of it is left out"


def test_the_address_brings_the_search_back(visitor: Visitor) -> None:
    page = open_page(visitor, "?class=Countries&q=united")
    assert "United Kingdom" in titles(page)
    assert page.input_value("#search-words") == "united"
    assert page.is_checked("#search-boxes input[value=Countries]")


def test_more_are_shown_when_asked_for_and_the_focus_goes_to_them(page: Page) -> None:
    first = look_for(page, "mipex")
    assert len(first) == 10
    page.focus("#search-more")
    page.keyboard.press("Enter")
    expect(page.locator("#search-results > li")).to_have_count(20)
    focused = page.evaluate("document.activeElement.textContent")
    assert focused == titles(page)[10]
    assert titles(page)[:10] == first


def test_the_keyboard_is_enough(page: Page, site: Site) -> None:
    page.focus("#search-words")
    page.keyboard.type("malta")
    page.keyboard.press("Enter")
    titles(page)
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('#search-results') !== null"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url(site.url("country/MT.html"))


def test_what_is_private_is_not_found(page: Page, site: Site) -> None:
    private = [
        path.stem
        for path in (site.folder / "person").glob("*.html")
        if 'name="robots" content="noindex"' in path.read_text(encoding="utf-8")
    ]
    assert private, "the project marks some people as private"
    for slug in private:
        look_for(page, slug.replace("-", " "))
        links = page.locator("#search-results > li > a")
        targets = links.evaluate_all("all => all.map(link => link.getAttribute('href'))")
        assert not [target for target in targets if slug in target]


def test_a_site_without_an_index_says_so(visitor: Visitor, site: Site, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    shutil.copytree(site.folder, folder, ignore=shutil.ignore_patterns("pagefind", "names*"))
    visitor.expected += ["Failed to load resource", "pagefind"]
    with serve(folder) as bare:
        page = visitor.open("search.html", site=bare)
        expect(page.locator("#search-status")).to_contain_text("search index is unavailable")
        assert page.is_hidden("#search")
        page.context.close()


@pytest.fixture(scope="session")
def textless(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve the bundled site without the index of its texts, as where there is no Pagefind."""
    folder = tmp_path_factory.mktemp("textless") / "site"
    shutil.copytree(site.folder, folder, ignore=shutil.ignore_patterns("pagefind"))
    with serve(folder) as served:
        yield served


def test_where_the_texts_are_not_there_names_are_found(visitor: Visitor, textless: Site) -> None:
    visitor.expected += ["Failed to load resource", "pagefind"]
    page = visitor.open("search.html?q=solano", site=textless)
    assert titles(page)[0] == "Giacomo Solano"


def test_of_many_names_it_is_said_that_they_are_the_closest(
    visitor: Visitor, textless: Site
) -> None:
    visitor.expected += ["Failed to load resource", "pagefind"]
    page = visitor.open("search.html?q=m", site=textless)
    expect(page.locator("#search-status")).to_have_text("The 100 closest names.")


@pytest.fixture(scope="session")
def large(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Build and serve a site that has more pages than the text is searched of."""
    project = tmp_path_factory.mktemp("large") / "project"
    shutil.copytree(LIGHTHOUSES, project)
    settings = project / "mipex-kg.toml"
    settings.write_text(settings.read_text() + "\n[pages]\nsearched = 1\n")
    folder = project.parent / "site"
    told = run("--project", project, "build", "-o", folder).err
    assert "Search finds names, not text: there are " in told
    with serve(folder) as served:
        yield served


def test_of_a_large_site_names_alone_are_found(visitor: Visitor, large: Site) -> None:
    assert not (large.folder / "pagefind").exists()
    page = visitor.open("search.html", site=large)
    page.wait_for_selector("#search:not([hidden])")
    assert page.inner_text(".lead") == "Dinge und Seiten nach Name, Abkürzung oder Code finden."
    assert "Alter Finger" in look_for(page, "alter")
    count = int(page.inner_text("#search-status").partition(" ")[0])
    assert count == len(titles(page)) > 0
    page.click("#search-results a")
    expect(page.locator("h1")).to_contain_text("Alter")
    page.fill(".site-header .find input", "alter")
    expect(page.locator(".find-all")).to_have_text("Alle Namen ähnlich wie „alter“ anzeigen")


def test_names_are_narrowed_by_class(visitor: Visitor, large: Site) -> None:
    page = visitor.open("search.html?q=a", site=large)
    everything = titles(page)
    box = page.locator("#search-boxes label:visible").first
    count = int(box.locator("small").inner_text())
    box.locator("input").check()
    assert len(titles(page)) == count < len(everything)


def test_from_a_file_the_page_says_what_to_do(visitor: Visitor, site: Site) -> None:
    visitor.expected += ["CORS policy", "net::ERR_FAILED"]
    page = visitor.open(file_address(site.folder / "search.html"))
    page.wait_for_timeout(2500)
    assert "opened from disk" in page.inner_text("#search-start")
    links = "all => all.map((a) => a.href)"
    offered = page.locator("#search-start a").evaluate_all(links)
    page.click("#search-start a")
    assert page.url == offered[0]
    page.goto(file_address(site.folder / "class" / "index.html"))
    assert page.locator("main .class-list a").evaluate_all(links) == offered


@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing(visitor: Visitor, axe: str, width: int) -> None:
    page = open_page(visitor, width=width)
    dark = width == WIDTHS[-1]
    assert violations(page, axe, dark=dark) == []
    look_for(page, "solano")
    page.click("#search-classes summary")
    assert violations(page, axe, dark=dark) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
