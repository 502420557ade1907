"""People who are marked as private: named where the rule says so, and nowhere else on the site."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import html

from mipex_kg.project.project import load_project
from mipex_kg.serving.site import open_site
from tests.conftest import ROOT, Ask, Run
from tests.private_people import TEAM, open_names
from tests.translations import parted


@pytest.fixture(scope="module")
def private(ask: Ask) -> dict[str, str]:
    """The addresses and names of the people who are marked."""
    rows = ask("SELECT ?person ?name { ?person kg:noIndex true ; schema:name ?name }")
    return {row[0]: row[1] for row in rows}


def pages(site: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(site.rglob("*.html")):
        yield path.relative_to(site).as_posix(), path.read_text(encoding="utf-8")


def is_indexed(page: str) -> bool:
    return '<meta name="robots" content="noindex">' not in page


def slug(iri: str) -> str:
    return iri.rpartition("/")[2]


def test_there_are_some(private: dict[str, str]) -> None:
    assert len(private) == 5


def test_no_page_for_search_engines_names_them(
    translated_site: Path, private: dict[str, str]
) -> None:
    """Neither in words nor in structured data, descriptions, links, or attributes."""
    seen = 0
    for name, page in pages(translated_site):
        if not is_indexed(page) or parted(name)[1] == TEAM:
            continue
        seen += 1
        for iri, person in private.items():
            assert person not in page, name
            assert slug(iri) not in page, name
    assert seen > 100


def test_each_has_a_page_that_is_not_for_search_engines(
    translated_site: Path, private: dict[str, str]
) -> None:
    for iri, person in private.items():
        page = (translated_site / "person" / f"{slug(iri)}.html").read_text()
        assert person in page
        assert not is_indexed(page)


def test_the_page_of_their_team_names_them(translated_site: Path, private: dict[str, str]) -> None:
    page = (translated_site / TEAM).read_text()
    assert is_indexed(page)
    assert all(person in page for person in private.values())
    described = re.findall(
        r'<meta (?:name|property)="(?:og:)?description" content="([^"]*)">', page
    )
    assert len(described) == 2
    assert not any(person in text for person in private.values() for text in described)


def test_lists_are_whole_and_not_for_search_engines(
    translated_site: Path, private: dict[str, str]
) -> None:
    for name in ("class/person", "network", "query/people", "query/group-members"):
        page = (translated_site / f"{name}.html").read_text()
        assert not is_indexed(page), name
        assert all(person in page for person in private.values()), name


def test_no_sitemap_lists_a_page_that_is_not_for_search_engines(translated_site: Path) -> None:
    listed = set(re.findall(r"<loc>[^<]*?//[^/<]*/([^<]*)</loc>", _sitemap(translated_site)))
    hidden = {name for name, page in pages(translated_site) if not is_indexed(page)}
    shown = {name for name, page in pages(translated_site) if is_indexed(page)} - {"404.html"}
    assert hidden
    assert listed == {"" if name == "index.html" else name for name in shown} or listed == shown


def _sitemap(site: Path) -> str:
    return "".join(path.read_text() for path in site.glob("sitemap*.xml"))


def test_the_search_of_the_site_does_not_find_them(
    translated_site: Path, private: dict[str, str]
) -> None:
    """What is indexed is marked in the page: nothing that names them is."""
    for name, text in pages(translated_site):
        page = html.fromstring(text.encode())
        for body in page.cssselect("[data-pagefind-body]"):
            for ignored in body.cssselect("[data-pagefind-ignore]"):
                ignored.drop_tree()
            words = body.text_content()
            assert not any(person in words for person in private.values()), name


def test_the_files_of_the_whole_graph_have_them(
    translated_site: Path, private: dict[str, str]
) -> None:
    for name in ("mipex-kg.ttl", "mipex-kg.nq", "mipex-kg.jsonld"):
        text = (translated_site / name).read_text()
        assert all(person in text for person in private.values()), name


def test_no_file_that_search_engines_may_show_names_them(
    translated_site: Path, private: dict[str, str]
) -> None:
    """Neither in what it holds nor in the headers that the rules of hosting say."""
    names = {*private.values(), *map(slug, private)}
    served = open_site(translated_site, load_project(ROOT))
    assert not list(open_names(translated_site, names, served.headers))
    # Without the header, there would be hundreds.
    assert len(list(open_names(translated_site, names, lambda _name: {}))) > 200


def test_a_marked_person_of_any_project_is_left_out(run: Run, tmp_path: Path) -> None:
    """The same rule where there is no team and no list of anybody else."""
    run("init", "room", cwd=tmp_path)
    notice = tmp_path / "room" / "data" / "notice.trig"
    text = notice.read_text()
    assert "person:ada-brook" in text
    graph = re.search(r"(?m)^says:\S+ \{\n(?=  person:ada-brook )", text)
    assert graph
    marked = graph[0] + "  person:ada-brook kg:noIndex true .\n"
    notice.write_text(text.replace(graph[0], marked))
    run("build", cwd=tmp_path / "room")
    for name, page in pages(tmp_path / "room" / "site"):
        assert "Ada Brook" not in page or not is_indexed(page), name
        for block in re.findall(
            r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL
        ):
            assert "Ada Brook" not in json.dumps(json.loads(block)) or not is_indexed(page)
