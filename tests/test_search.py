"""The index for searching: its pages come in the order of their names, and failures are told."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import cbor2
import pytest

from mipex_kg.project import layout
from mipex_kg.site import search
from mipex_kg.site.searched_part import searched_part
from mipex_kg.system.errors import OutputError

NAMES = ["zebra.html", "b/wolf.html", "b/ant.html", "a.html", "b.html", "é.html"]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    if search.find_indexer() is None:
        pytest.skip("Pagefind is not made for this machine.")
    for name in NAMES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        body = f'<body data-pagefind-body data-pagefind-filter="kind:k"><h1>{name}</h1>Some words.'
        (tmp_path / name).write_text(f'<!doctype html><html lang="en"><title>x</title>{body}')
    return tmp_path


def write_index(site: Path, language: str) -> bool:
    files = search.make_index(site, language)
    for name, data in (files or {}).items():
        path = site / layout.INDEX / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return files is not None


def content(path: Path) -> bytes:
    data = path.read_bytes()
    if data.startswith(b"\x1f\x8b"):
        data = gzip.decompress(data)
    return data.removeprefix(b"pagefind_dcd")


def test_pages_are_numbered_by_their_names(site: Path) -> None:
    """Whichever order the file system gives: another one would give other files."""
    assert write_index(site, "en")
    folder = site / layout.INDEX
    (meta,) = folder.glob("*.pf_meta")
    pages = [page[0] for page in cbor2.loads(content(meta))[1]]
    urls = [json.loads(content(folder / f"fragment/{page}.pf_fragment"))["url"] for page in pages]
    assert urls == ["/a.html", "/b/ant.html", "/b/wolf.html", "/b.html", "/zebra.html", "/é.html"]


def test_only_what_the_site_needs_is_kept(site: Path) -> None:
    assert write_index(site, "en")
    assert not [path for path in (site / layout.INDEX).rglob("*") if "-ui" in path.name]
    assert not list(site.glob(".pagefind*"))


def test_an_indexer_that_ends_is_told(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "find_indexer", lambda: Path("/bin/false"))
    with pytest.raises(OutputError, match="Pagefind has ended"):
        write_index(site, "en")
    assert not (site / layout.INDEX).exists()


def test_what_the_indexer_complains_of_is_told(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "_MARKS", 7)
    with pytest.raises(OutputError, match="The search index can't be made: "):
        write_index(site, "en")
    assert not (site / layout.INDEX).exists()


def test_without_an_indexer_there_is_no_index(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "find_indexer", lambda: None)
    assert not write_index(site, "en")
    assert not (site / layout.INDEX).exists()


PAGE = """<!doctype html>
<html lang="{language}">
<head>
<title>{title}</title>
<meta name="description" content="Said in the head.">{head}
</head>
<body>
<header class="site-header" data-pagefind-ignore><nav id="menu">A menu</nav>{header}</header>
<main id="content" class="frame">
{main}
</main>
<footer data-pagefind-ignore>A foot</footer>
</body>
</html>
"""
ARTICLE = (
    "<article data-pagefind-body><h1>Ada</h1><h2 id='facts'>Facts</h2>"
    "Words of hers.{more}</article>"
)
ASIDE = "<aside data-pagefind-ignore>Cite it<h2 id='cite'>Cite</h2></aside>"
PAGES = {
    "plain": {"main": ARTICLE + ASIDE},
    "not searched": {"main": '<article data-pagefind-ignore="all">Private.</article>' + ASIDE},
    "without a mark": {"main": "<article>A list of words.</article>"},
    "a part of the content": {"main": "<div data-pagefind-body><h1>Home</h1></div><p>Not this."},
    "two parts": {"main": ARTICLE + "<p>Not this.</p>" + ARTICLE},
    "parts of two kinds": {"main": ARTICLE + "<div data-pagefind-body>Further words</div>"},
    "nested": {"main": ARTICLE.replace("{more}", "<article>Inner</article> and on{more}")},
    "a picture in it": {"main": ARTICLE.replace("{more}", "<img src='a.png' alt='A'>{more}")},
    "a picture behind it": {"main": ARTICLE + "<img src='b.png' alt='B'>"},
    "a filter in the head": {"head": '<meta data-pagefind-filter="kind:of-head">', "main": ARTICLE},
    "a filter in the header": {"header": "<b data-pagefind-filter='kind'>x</b>", "main": ARTICLE},
    "a filter behind it": {"main": ARTICLE + "<p data-pagefind-filter='kind'>behind"},
    "a heading before it": {"header": "<h1>The site</h1>", "main": ARTICLE},
    "no heading": {"main": "<article data-pagefind-body>Words without one.</article>"},
    "another language": {"language": "de", "main": ARTICLE},
    "in capitals": {"language": "DE", "main": ARTICLE},
    "a list in a third language": {"language": "fr", "main": "<article>Rien.</article>"},
}


# Where the language of one is not told, it counts as that of most others.
UNTOLD = {"no language": {"language": "", "main": ARTICLE}}
IN_LANGUAGES = [name for name in PAGES if "language" in PAGES[name]]


@pytest.mark.parametrize(
    "names",
    [[name] for name in PAGES] + [IN_LANGUAGES, [*PAGES], [*PAGES, *UNTOLD]],
    ids=", ".join,
)
def test_what_is_left_out_of_pages_does_not_matter(
    names: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The index is that of the whole pages by one Pagefind, byte for byte."""
    if search.find_indexer() is None:
        pytest.skip("Pagefind is not made for this machine.")
    usual = {"language": "en", "title": "A title", "head": "", "header": "", "main": ""}
    for name in names:
        page = PAGE.format(**usual | (PAGES | UNTOLD)[name]).replace("{more}", "")
        (tmp_path / f"{name}.html").write_text(page)
    found = search.make_index(tmp_path, "")
    monkeypatch.setattr(search, "is_searched", lambda _page: True)
    monkeypatch.setattr(search, "language_of", lambda _page: "")
    monkeypatch.setattr(search, "searched_part", lambda page: page)
    assert found == search.make_index(tmp_path, "")


def test_most_of_a_page_is_left_out() -> None:
    usual = {"language": "en", "title": "A title", "head": "", "header": "", "main": ARTICLE}
    part = searched_part(PAGE.format(**usual))
    assert "Said in the head" not in part and "menu" not in part and "foot" not in part
    assert "Words of hers" in part
