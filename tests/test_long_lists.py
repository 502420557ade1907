"""Lists of many things: each is on one page, a letter leads to its names, no page is large."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from urllib.parse import unquote

import pytest
from lxml import html

from mipex_kg.project.settings import FILE_NAME
from mipex_kg.rdf.collation import initial, sort_key
from mipex_kg.site.pages.long_lists import MOST_ENTRIES, divide
from tests.conftest import Run

# Three pages, each as full as they get.
NUMBER = 600
LETTERS = ("a", "É", "m", "Z", "7")
LARGE = 200_000


@pytest.fixture(scope="module")
def site(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("many")
    concepts = "".join(
        f'<c/{n}> a skos:Concept ; skos:inScheme <s> ; skos:definition "{"Long. " * 60}"@en ; '
        f'skos:prefLabel "{LETTERS[n % len(LETTERS)]} name {n}"@en .\n'
        for n in range(NUMBER)
    )
    (folder / "many.ttl").write_text(
        "@base <https://example.org/many/> .\n"
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        '<s> a skos:ConceptScheme ; skos:prefLabel "Many"@en .\n' + concepts
    )
    run("init", folder / "p", "--from", folder / "many.ttl")
    # What is looked at are pages.
    with (folder / "p" / FILE_NAME).open("a") as settings:
        settings.write('\n[documents]\nformats = ["turtle"]\nlinksets = false\n')
    at = ("--site", "https://example.org/many/")
    run("--project", folder / "p", "build", "-o", folder / "site", *at)
    return folder / "site"


def parts(site: Path) -> list[Path]:
    later = (site / "class" / "concept").glob("*.html")
    return [site / "class" / "concept.html", *sorted(later, key=lambda path: int(path.stem))]


def listed(page: Path) -> list[tuple[str, str]]:
    links = html.fromstring(page.read_bytes()).xpath("//ul[@class='members']/li/a")
    return [(link.text, link.get("href").rpartition("/")[2]) for link in links]


def test_each_member_is_on_one_page_in_the_order_of_names(site: Path) -> None:
    found = [entry for page in parts(site) for entry in listed(page)]
    assert Counter(path for _, path in found) == Counter(f"{n}.html" for n in range(NUMBER))
    names = [name for name, _ in found]
    assert names == sorted(names, key=sort_key)


def test_pages_lead_to_the_next_and_letters_to_their_names(site: Path) -> None:
    pages = parts(site)
    for page, after in zip(pages, [*pages[1:], None], strict=True):
        tree = html.fromstring(page.read_bytes())
        following = tree.xpath("//a[@rel='next']/@href")
        assert [(page.parent / link).resolve() for link in following] == ([after] if after else [])
        letters = {link.text: link.get("href") for link in tree.xpath("//nav[@class='letters']//a")}
        assert list(letters) == ["#", "A", "E", "M", "Z"]
        for letter, href in letters.items():
            path, _, anchor = href.partition("#")
            target = html.fromstring((page.parent / path).read_bytes())
            [name] = target.xpath("//li[@id=$anchor]/a/text()", anchor=unquote(anchor))
            assert letter == initial(name)


def test_no_page_is_large_and_all_are_in_the_sitemap(site: Path) -> None:
    sitemap = (site / "sitemap.xml").read_text()
    for page in parts(site):
        assert f"/{page.relative_to(site).as_posix()}<" in sitemap
    sizes = {page: page.stat().st_size for page in site.rglob("*.html")}
    assert not [page for page, size in sizes.items() if size > LARGE]


def test_a_page_says_how_many_values_it_leaves_to_the_downloads(site: Path) -> None:
    text = html.fromstring((site / "s.html").read_bytes()).text_content()
    assert f"and {NUMBER - MOST_ENTRIES} more" in text


@pytest.mark.parametrize("count", [0, 1, 2, 199, 200, 201, 400, 401, 8000])
def test_parts_hold_all_once_and_are_about_equal(count: int) -> None:
    entries = list(range(count))
    divided = divide(entries, [str(entry) for entry in entries])
    assert [entry for part in divided.parts for entry in part] == entries
    sizes = [len(part) for part in divided.parts]
    assert max(sizes) <= MOST_ENTRIES
    assert len(sizes) == max(1, -(-count // MOST_ENTRIES))
    assert max(sizes) - min(sizes) < len(sizes)


def test_there_is_no_index_by_letters_where_names_begin_with_too_many() -> None:
    names = [chr(0x4E00 + n) for n in range(500)]
    assert len(divide(names, names).parts) > 1
    assert not divide(names, names).letters
