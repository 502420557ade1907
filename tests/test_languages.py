"""Pages in several languages: where they are, what they link, and what is marked as foreign."""

from __future__ import annotations

import json
import posixpath
import re
from collections import defaultdict
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pyoxigraph as ox
import pytest
from lxml import html

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.dataset.passages import read_passage
from mipex_kg.dataset.provenance import ground_of_graph
from mipex_kg.dataset.words import english
from mipex_kg.project.project import Project
from mipex_kg.rdf.namespaces import KG
from mipex_kg.rdf.quads import Quad
from mipex_kg.sparql.named_queries import load_query
from tests.conftest import Run, absent

BASE = "https://boats.example/"
DATA = f"""@prefix schema: <http://schema.org/> .
@base <{BASE}> .
<ada> a schema:Person ; schema:name "Ada"@en, "Ada Łódka"@pl, "آدا"@ar ;
  schema:jobTitle "sailor"@en ; schema:knows <ben> ; schema:birthPlace <quay> .
<ben> a schema:Person ; schema:name "Ben"@en .
<quay> a schema:Place ; schema:name "Quay"@en, "Nabrzeże"@pl, "رصيف"@ar .
<de/ada> a schema:Person ; schema:name "Another Ada"@en .
"""
SETTINGS = f"""[project]
name = "boats"
title = "All boats"
base = "{BASE}"
languages = ["en"]
[pages]
languages = ["en", "de", "pl", "ar"]
"""
POLISH = """home = "Start"
language-own = "Polski"
site-title = "Wszystkie łodzie"
search-many = "Strony: {n}."
[terms.plural]
"schema:Person" = "Osoby"
"""
TEXT = "# {title}\n\nOne [boat](ada.html), and [all of them](boats.ttl).\n"
LANGUAGES = {"": "en", "de/": "de", "pl/": "pl", "ar/": "ar"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, run: Run) -> Path:
    folder = tmp_path_factory.mktemp("boats")
    files = {
        "mipex-kg.toml": SETTINGS,
        "data/boats.ttl": DATA,
        "pages/index.md": TEXT.format(title="Boats"),
        "pages/method.md": TEXT.format(title="Method"),
        "pages/de/index.md": TEXT.format(title="Boote").replace("boats.ttl", "../boats.ttl"),
        "pages/de/nur.md": "# Nur hier\n\nEin Text.\n",
        "pages/words/pl.toml": POLISH,
        "pages/words/ar.toml": 'home = "الرئيسية"\nlanguage-own = "العربية"\n',
        "queries/all.rq": "# title: All people\nSELECT ?s { ?s a schema:Person }\n",
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    run("build", cwd=folder)
    return folder


@pytest.fixture(scope="module")
def page(folder: Path) -> Callable[[str], html.HtmlElement]:
    return lambda name: html.fromstring((folder / "site" / name).read_bytes())


def pages(folder: Path) -> list[str]:
    found = (path.relative_to(folder / "site") for path in (folder / "site").rglob("*.html"))
    return sorted(path.as_posix() for path in found)


def language_of(name: str) -> str:
    return next((tag for way, tag in LANGUAGES.items() if way and name.startswith(way)), "en")


def test_each_page_is_there_in_each_language_and_says_so(
    folder: Path, page: Callable[[str], html.HtmlElement]
) -> None:
    names = [name for name in pages(folder) if "nur" not in name and name != "404.html"]
    roots = [name for name in names if language_of(name) == "en"]
    assert len(names) == len(LANGUAGES) * len(roots)
    for name in names:
        tree, tag = page(name), language_of(name)
        assert tree.get("lang") == tag
        assert tree.get("dir", "ltr") == ("rtl" if tag == "ar" else "ltr")
        bare = name.removeprefix(f"{tag}/")
        links = tree.xpath("//link[@hreflang]")
        told = {link.get("hreflang"): urljoin(BASE + name, link.get("href")) for link in links}
        wanted = {tag: f"{BASE}{way}{bare}" for way, tag in LANGUAGES.items()}
        assert told == {**wanted, "x-default": f"{BASE}{bare}"}
        switch = tree.cssselect("nav.languages li > *")
        assert [one.text for one in switch] == ["English", "Deutsch", "Polski", "العربية"]
        assert [one.get("lang") for one in switch if one.get("aria-current")] == [tag]


def test_links_stay_in_the_language_and_lead_to_files_at_the_root(
    folder: Path, page: Callable[[str], html.HtmlElement]
) -> None:
    for name in pages(folder):
        if name == "404.html":
            continue
        tree = page(name)
        inner = [a for a in tree.xpath("//a[@href]") if a.get("hreflang") is None]
        for href in (a.get("href") for a in inner):
            parts = urlsplit(href)
            if parts.scheme or not parts.path:
                continue
            there = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(parts.path)))
            assert (folder / "site" / there).is_file(), (name, href)
            if there.endswith(".html"):
                assert language_of(there) == language_of(name), (name, href)
            else:
                assert language_of(there) == "en", (name, href)


def test_what_is_in_another_language_says_so(page: Callable[[str], html.HtmlElement]) -> None:
    polish = page("pl/ada.html")
    assert polish.cssselect("h1")[0].text_content() == "Ada Łódka"
    assert polish.cssselect(".site-title")[0].text_content() == "Wszystkie łodzie"
    assert [a.text_content() for a in polish.cssselect(".kicker a")][1:] == ["Person"]
    assert page("pl/class/person.html").cssselect("h1")[0].text_content() == "Osoby"
    english_title = polish.xpath("//dd/span[text()='sailor']")
    assert [span.get("lang") for span in english_title] == ["en"]
    assert polish.xpath("//a[@href='ben.html']/span[@lang='en']/text()") == ["Ben"]
    german = page("de/ada.html")
    assert german.xpath("//dt[text()='Stellenbezeichnung']")
    assert german.xpath("//dt/span[@lang='en']/text()") == ["birth place", "knows"]
    assert german.xpath("//h1//span[@lang='en']/text()") == ["Ada"]


def test_a_text_that_is_missing_is_lent_by_the_first_language(
    page: Callable[[str], html.HtmlElement],
) -> None:
    assert page("de/index.html").cssselect("h1")[0].text_content() == "Boote"
    lent = page("de/method.html")
    assert lent.cssselect("h1")[0].cssselect("span[lang=en]")
    assert lent.xpath("//div[@lang='en']//a/@href") == ["ada.html", "../boats.ttl"]
    own = page("de/nur.html")
    assert own.xpath("//link[@hreflang]/@hreflang") == ["de", "x-default"]
    assert own.xpath("//nav[@class='languages']//a/@href")[0] == "../index.html"


def test_data_are_there_once(folder: Path) -> None:
    files = [path.relative_to(folder / "site").as_posix() for path in folder.rglob("site/**/*")]
    below = [name for name in files if name.startswith(("de/", "pl/")) and "." in name]
    assert {name.rpartition(".")[2] for name in below} == {"html"}


def test_a_thing_below_the_name_of_a_language_has_another_file(folder: Path) -> None:
    names = [name for name in pages(folder) if re.match(r"de-ada~", name)]
    assert len(names) == 1
    assert "Another Ada" in (folder / "site" / names[0]).read_text(encoding="utf-8")


def test_the_site_is_right_for_its_readers(folder: Path, run: Run) -> None:
    found = run(
        "check", "--only", "links", "--only", "sitemap", "--only", "signposting", cwd=folder
    )
    assert "violation" not in found.text


def test_translations_that_do_not_name_each_other_are_found(folder: Path, run: Run) -> None:
    path = folder / "site" / "de" / "ben.html"
    whole = path.read_text(encoding="utf-8")
    try:
        path.write_text(re.sub(r'<link rel="alternate" hreflang="(en|x-default)"[^>]*>', "", whole))
        found = run("check", "--only", "links", cwd=folder, code=1)
        assert "de/ben.html is named as its translation (de), and not in turn." in found.text
    finally:
        path.write_text(whole, encoding="utf-8")


def test_words_that_are_missing_or_unknown_are_told(run: Run, folder: Path) -> None:
    told = run("validate", cwd=folder).text
    assert "pages/words/pl.toml" in told
    others = [key for key in english().texts if not key.startswith("language-")]
    assert f"Words that are missing are shown in English: {len(others) - 2} (" in told


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("home = 1\n", "home must be text in quotes."),
        ('count = "{m} of {plural}"\n', "count has a place {m}; what can be put in is: {n}"),
        ('count = "{n"\n', "count has a brace that is not of a place for a value"),
        ('[terms.name]\n"nope:X" = "X"\n', "'nope:X' is not a CURIE with a known prefix."),
        ('[terms.names]\n"schema:Person" = "X"\n', "terms.names is not one of the tables"),
        ("home = \n", "A value is missing"),
    ],
)
def test_words_that_cannot_be_used_are_refused(
    run: Run, tmp_path: Path, words: str, message: str
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "boats.ttl").write_text(DATA, encoding="utf-8")
    (tmp_path / "mipex-kg.toml").write_text(SETTINGS)
    (tmp_path / "pages" / "words").mkdir(parents=True)
    (tmp_path / "pages" / "words" / "pl.toml").write_text(words)
    found = run("validate", cwd=tmp_path, code=3)
    assert message in found.err
    assert "pl.toml:" in found.err


def test_numbers_and_settings_of_the_script_are_in_the_language(folder: Path) -> None:
    settings = folder / "site" / "assets" / "sparql.de.json"
    if not settings.exists():
        absent("what `make assets` makes")
    told = json.loads(settings.read_text(encoding="utf-8"))
    assert told["language"] == "de"
    assert told["dump"].startswith("../")
    assert told["texts"]["run"] == "Ausführen"


def test_the_index_has_its_languages_in_one_order(folder: Path) -> None:
    entry = json.loads((folder / "site" / "pagefind" / "pagefind-entry.json").read_text())
    assert list(entry["languages"]) == sorted(entry["languages"])
    assert {"ar", "de", "pl"} <= entry["languages"].keys()


def test_no_markup_gets_into_an_attribute(folder: Path) -> None:
    """Names in other languages are marked up, which an attribute can't be."""
    for name in pages(folder):
        for element in html.parse(folder / "site" / name).iter("*"):
            for attribute, value in element.items():
                assert "<" not in value, (name, element.tag, attribute)


def test_quotes_are_in_the_language_of_their_source(translated_site: Path) -> None:
    """A page in another language says so, and screen readers read them well."""
    pages = {
        "source/who-produces-mipex.html": "section.reading blockquote",
        "person/giacomo-solano.html": ".passage q",
        "passage/who-produces-mipex/coverage-52.html": "blockquote p",
        "graph/who-produces-mipex/co-funder.html": ".passage q",
    }
    for path, quotes in pages.items():
        for folder, language in (("", None), ("de/", "en")):
            page = html.fromstring((translated_site / folder / path).read_bytes())
            found = {quote.get("lang") for quote in page.cssselect(quotes)}
            assert found == {language}, folder + path


def test_whatever_is_said_in_one_language_alone_is_marked_on_pages_in_another(
    translated_site: Path, project: Project, dataset: Dataset
) -> None:
    """Names, descriptions, reasons, messages of shapes, titles of queries, on each kind of page."""
    ours = [*project.shapes_files, resources.files("mipex_kg.validation") / "shapes.ttl"]
    shapes = (q.object for path in ours for q in ox.parse(path.read_bytes(), ox.RdfFormat.TURTLE))
    terms = [*(quad.object for quad in dataset.quads), *shapes]
    found = {t.value for t in terms if isinstance(t, ox.Literal) and t.language == "en"}
    for query in map(load_query, project.query_files):
        told = (query.title, query.description, *(p.description for p in query.parameters))
        found.update(filter(None, told))
    # What is in other languages too, or of a word or two, may be in the page's.
    other = {t.value for t in terms if isinstance(t, ox.Literal) and t.language != "en"}
    english = {" ".join(text.split()) for text in found - other if text.count(" ") > 1}
    seen: dict[str, set[str]] = defaultdict(set)
    for path in sorted((translated_site / "de").rglob("*.html")):
        kind = path.relative_to(translated_site / "de").parts[0]
        if kind == "index.html":  # whose text the editors have translated, but for names
            continue
        # A query may make texts in no language of those that are in one.
        passed_over = "ancestor::script" + (" or ancestor::td" if kind == "query" else "")
        for node in html.parse(path).xpath(f"//body//text()[not({passed_over})]"):
            if (text := " ".join(node.split())) not in english:
                continue
            element = node.getparent().getparent() if node.is_tail else node.getparent()
            (tag,) = element.xpath("ancestor-or-self::*[@lang][1]/@lang")
            assert tag == "en", (path, text)
            seen[kind].add(text)
    assert seen.keys() >= {"person", "passage", "graph", "rule", "query", "class", "shapes.html"}
    assert len(set().union(*seen.values())) > 1000
    people = html.parse(translated_site / "de/query/people.html")
    assert {th.get("lang") for th in people.xpath("//th[@scope='col']")} == {"en"}


def test_of_a_reason_in_several_languages_that_of_the_reader_is_given() -> None:
    graph, reasoning = ox.NamedNode(f"{BASE}concluded"), KG.term("reasoning")
    texts = (
        ox.Literal("Both say so.", language="en"),
        ox.Literal("Beide sagen es.", language="de"),
    )
    quads = tuple(Quad(graph, reasoning, text) for text in texts)
    for language, text in (("en", texts[0]), ("de", texts[1]), ("fr", texts[0])):
        dataset = Dataset(quads, (), {}, (language, "en"))
        assert ground_of_graph(dataset, graph).reasoning == text
        assert read_passage(dataset, graph).reason == text
