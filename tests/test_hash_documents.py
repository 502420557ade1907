"""Things that share a document each have a place: a section of its page, or a page of their own."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from pathlib import Path
from urllib.parse import quote, unquote, unquote_to_bytes

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from mipex_kg.project.names import Address, Names
from mipex_kg.project.settings import BY_NAME
from mipex_kg.rdf.iris import to_uri
from mipex_kg.site.pages.addresses import Addresses
from mipex_kg.site.thing_pages import place_of, places_apart
from tests.conftest import Run

SETTINGS = '[project]\nname = "hash"\ntitle = "Hash"\nbase = "https://e.test/"\n'
HEAD = """@prefix s: <http://schema.org/> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@base <https://e.test/> .
"""
LIST = """
<list#a> a s:Person ; s:name "Ada"@en, "Adele"@de ; s:description "The first"@en ;
    s:knows <list#b> ; s:address [ s:streetAddress "Mill Road" ] .
<list#b> a s:Person ; s:name "Bert"@en ; s:knows <card#me> .
<card> a s:WebPage ; s:name "Card"@en ; s:about <card#me> ; s:identifier <card#part> .
<card#me> a s:Person ; s:name "Me"@en ; s:knows <list#a>, <solo#it> .
<card#part> s:value "nameless" .
<solo#it> a s:Person ; s:name "Solo"@en .
<#base> a s:Person ; s:name "Of the base"@en .
<page#content> a s:Person ; s:name "Con Tent"@en .
<page#facts> a s:Person ; s:name "Fac Ts"@en .
<port#catalogue> a dcat:Catalog ; dct:title "Port"@en ; dct:description "Ships"@en ;
    dct:publisher <port#office> .
<port#office> a foaf:Agent ; foaf:name "Office"@en .
<anna%20maria> a s:Place ; s:name "With a space"@en ; s:containedInPlace <ل>, <list#nothing> .
<ل> a s:Place ; s:name "In another script"@en .
"""
MANY = BY_NAME["most_sections"].default + 1
LARGE = '<large> a s:DefinedTermSet ; s:name "Large"@en .\n' + "".join(
    f'<large#{name}> a s:DefinedTerm ; s:name "Term {name}"@en .\n'
    for name in (*(f"c{number}" for number in range(MANY)), "odd:name", "C1", "index")
)


@pytest.fixture(scope="module")
def site(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hash")
    (folder / "data").mkdir()
    (folder / "mipex-kg.toml").write_text(SETTINGS)
    (folder / "data" / "facts.ttl").write_text(f"{HEAD}{LIST}{LARGE}")
    run("--project", folder, "validate")
    at = ("--site", "https://e.test/")
    run("--project", folder, "build", "-o", folder / "site", *at)
    run("--project", folder, "check", folder / "site", *at)
    return folder / "site"


def text_of(page: Path) -> str:
    """Give the words of a page, in one line."""
    return " ".join(html.fromstring(page.read_bytes()).text_content().split())


def section(page: str, fragment: str) -> str:
    """Give the section of a page in which a place is."""
    parts = re.split('(?=<section class="term">)', page)
    (found,) = (part for part in parts if f'<h2 id="{fragment}">' in part)
    return found.partition("</section>")[0]


def test_each_thing_of_a_document_has_a_section_with_all_that_is_known(site: Path) -> None:
    page = (site / "list.html").read_text().replace("<wbr>", "")
    ada, bert = section(page, "a"), section(page, "b")
    for told in ("Ada", "Adele", "The first", "Bert", "Mill Road", "Me", "https://e.test/list#a"):
        assert told in ada, told
    assert 'href="list.html#b"' in ada
    assert 'href="card.html#me"' in bert
    assert 'href="class/person.html"' in ada


def test_each_is_in_the_pages_json_ld(site: Path) -> None:
    page = (site / "list.html").read_text()
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    named = re.findall(r'"@id": "(https://e.test/list#.)"', json.dumps(json.loads(block)))
    assert {"https://e.test/list#a", "https://e.test/list#b"} <= set(named)


def test_a_catalogue_is_described_by_the_document_that_it_is_in(site: Path) -> None:
    leads = re.findall('rel="describedby"[^>]*href="(port[^"]*)"', (site / "solo.html").read_text())
    assert sorted(leads) == ["port.jsonld", "port.rdf", "port.ttl"]
    assert all((site / name).is_file() for name in leads)


def test_each_is_in_lists_and_counted(site: Path) -> None:
    people = (site / "class" / "person.html").read_text()
    for place in ("list.html#a", "list.html#b", "card.html#me", "solo.html#it", "page.html#facts"):
        assert f'href="../{place}"' in people, place
    assert "7 People" in text_of(site / "index.html")


def test_a_document_that_is_described_comes_before_its_things(site: Path) -> None:
    page = (site / "card.html").read_text()
    assert '<h1><span data-pagefind-meta="title">Card</span></h1>' in page
    assert "Me" in section(page, "me")
    assert '<h2 id="part">' not in page
    assert 'id="part"' in page


def test_a_place_of_a_thing_is_the_only_one_of_its_name(site: Path) -> None:
    for page in site.rglob("*.html"):
        if "pagefind" not in page.parts:
            places = re.findall(r'\sid="([^"]*)"', page.read_text())
            assert len(set(places)) == len(places), page
    assert "Con Tent" in section((site / "page.html").read_text(), "content")


def test_a_large_document_is_divided_and_leads_on(site: Path) -> None:
    page = (site / "large.html").read_text()
    assert "assets/parts.js" in page
    leading = dict(re.findall(r'<li id="([^"]*)"><a href="([^"]*)">', page))
    assert len(leading) == MANY + 3
    assert leading["c7"] == "large/c7.html"
    for fragment, path in leading.items():
        part = (site / path).read_text().replace("<wbr>", "")
        assert f"https://e.test/large#{fragment}<" in part
        assert f'"@id": "https://e.test/large#{fragment}"' in part
        assert "large.ttl" in part
    assert len({path.casefold() for path in leading.values()}) == len(leading)
    sitemap = (site / "sitemap.xml").read_text()
    assert all(f"<loc>https://e.test/{path}</loc>" in sitemap for path in leading.values())
    assert not (site / "large" / "c7.ttl").exists()


def test_things_of_the_base_itself_are_led_to_from_the_front_page(site: Path) -> None:
    front = (site / "index.html").read_text()
    (path,) = re.findall('<li id="base"><a href="([^"#]*)#base">', front)
    assert "Of the base" in (site / path).read_text()
    assert "assets/parts.js" in front


def test_a_site_without_any_has_no_script_for_it(bundled_site: Path) -> None:
    assert not (bundled_site / "assets" / "parts.js").exists()


# Parts of fragments as IRIs may have them; an escape that is none is refused where it is read.
ODD: tuple[str, ...] = ("a", "Z", "ä", "ß", "語", "🗼", "é", "%20", "%c3%a4", "%C3%A4", "%22", "'")
ODD += ("!", "$", "(", ";", "=", "~", "/", "?", "-", ".", ":", "@", "%25", "&amp;", "%ff", "%2F")


def shown_at(link: str, ids: Collection[str]) -> str | None:
    """Find the element to which a browser goes: by HTML, 7.4.6.3, and what URLs escape."""
    fragment = link.partition("#")[2]
    escaped = "".join(quote(c) if not c.isascii() or c in ' "<>`' else c for c in fragment)
    decoded = unquote_to_bytes(escaped).decode(errors="replace")
    return next((each for each in (escaped, decoded) if each in ids), None)


@given(st.lists(st.lists(st.sampled_from(ODD), min_size=1, max_size=4).map("".join), max_size=8))
def test_a_link_leads_to_the_place_whatever_a_fragment_is(fragments: list[str]) -> None:
    things = [ox.NamedNode(f"https://e.test/n#{fragment}") for fragment in dict.fromkeys(fragments)]
    names = Names(("https://e.test/",), "https://e.test/")
    apart = places_apart(things)
    site = Addresses(names, "https://e.test/", {Address("n", "n"): "n"}, apart=apart)
    ids = {place_of(thing, apart): thing for thing in things}
    assert len(ids) == len(things)
    for thing in things:
        link = to_uri(site.page_of(thing) or "")
        found = shown_at(link, ids)
        assert found is not None, link
        assert ids[found] == thing
        # Who follows the name of the thing comes there too, unless it is a second one's.
        if thing not in apart:
            assert shown_at(thing.value, ids) == found


def test_the_pages_of_odd_fragments_have_no_link_to_nothing(run: Run, tmp_path: Path) -> None:
    fragments = ("ä%20", "%20", "ä", "🗼%C3%A4", "é%c3%a4", "a'b", "語%22")
    facts = [f'<n#{f}> a s:Place ; s:name "N{n}"@en .' for n, f in enumerate(fragments)]
    facts += [f'<from> a s:Person ; s:name "From"@en ; s:knows <n#{">, <n#".join(fragments)}> .']
    (tmp_path / "data").mkdir()
    (tmp_path / "mipex-kg.toml").write_text(SETTINGS)
    (tmp_path / "data" / "facts.ttl").write_text("\n".join([HEAD, *facts]))
    run("--project", tmp_path, "build", "-o", tmp_path / "site")
    run("--project", tmp_path, "check", tmp_path / "site", "--only", "links")


# IRIs that are different terms, and one address for clients.
ALIKE = {
    "escapes": ("Straße", "Stra%C3%9Fe"),
    "case of escapes": ("a%2fb", "a%2Fb"),
    "what needs no escape": ("%41da", "Ada"),
    "fragments": ("list#ß", "list#%C3%9F"),
    "an empty query": ("ada?", "ada"),
    "the base": ("https://e.test/", "https://e.test"),
    "three": ("ﺀ", "%EF%BA%80", "%ef%ba%80"),
}


@pytest.mark.parametrize(
    ("kind", "others"),
    [*((kind, 0) for kind in ALIKE), *((kind, MANY) for kind in ("escapes", "fragments", "three"))],
)
def test_terms_that_are_one_address_each_have_a_place(
    run: Run, tmp_path: Path, kind: str, others: int
) -> None:
    """Each is shown, listed, counted and linked by itself, and the finding names each but one."""
    alike = ALIKE[kind]
    document = alike[0].partition("#")[0]
    facts = [f'<{iri}> a s:Person ; s:name "Person {n}"@en .' for n, iri in enumerate(alike)]
    facts += [f'<{document}#o{n}> a s:Place ; s:name "Other {n}"@en .' for n in range(others)]
    facts += [f'<from> s:knows <{">, <".join(alike)}> ; s:name "From"@en ; a s:Place .']
    (tmp_path / "data").mkdir()
    (tmp_path / "mipex-kg.toml").write_text(SETTINGS)
    (tmp_path / "data" / "facts.ttl").write_text("\n".join([HEAD, *facts]))
    found = run("--project", tmp_path, "validate")
    assert len(re.findall("check +shared-address", found.text + found.err)) == len(alike) - 1
    site = tmp_path / "site"
    run("--project", tmp_path, "build", "-o", site)
    run("--project", tmp_path, "check", site)
    assert f"{len(alike)} People" in text_of(site / "index.html")
    for page, way in (("class/person.html", "../"), ("from.html", "")):
        text = (site / page).read_text()
        links = dict(re.findall(rf'<a href="{way}([^"]*)">(Person \d)</a>', text))
        assert sorted(links.values()) == [f"Person {n}" for n in range(len(alike))], page
        for link, name in links.items():
            path, _, place = link.partition("#")
            shown = (site / unquote(path)).read_text()
            told = section(shown, place) if f'<h2 id="{place}">' in shown else shown
            heading = re.search(r"<h[12][^>]*>(.*?)</h[12]>", told)
            assert heading and name in heading[1], link


@pytest.mark.parametrize(
    ("name", "is_taken"),
    [
        ("index.html", True),
        ("sitemap.xml", True),
        ("data.html", True),
        ("Void.ttl", True),
        ("index", False),
        ("ada.html", False),
    ],
)
def test_an_address_that_is_a_file_of_the_site_is_found(
    run: Run, tmp_path: Path, name: str, is_taken: bool
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "mipex-kg.toml").write_text(SETTINGS)
    (tmp_path / "data" / "facts.ttl").write_text(f'{HEAD}<{name}> a s:Place ; s:name "N"@en .')
    found = run("--project", tmp_path, "validate")
    assert ("site-file" in found.text + found.err) == is_taken
