"""The files beside the pages of things: what search engines read, lists, texts, templates."""

from __future__ import annotations

import csv
import io
import re
import shutil
import threading
from collections import Counter
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urljoin

import pyoxigraph as ox
import pytest
from lxml import etree, html
from rdflib.plugins.sparql import prepareQuery
from usp.tree import sitemap_tree_for_homepage

from mipex_kg.site.pages.answers import column_titles
from tests.conftest import ROOT, Run
from tests.translations import parted

SITE = "https://mipex-kg.example.org/"
SITEMAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
PRIVATE = {
    "anna-busquets",
    "carlota-cumella-de-montserrat",
    "khaddija-jobe",
    "marco-paron-trivellato",
    "sara-bortoletti",
}


@pytest.fixture(scope="module")
def site(bundled_site: Path) -> Path:
    return bundled_site


@pytest.fixture
def room(run: Run, tmp_path: Path) -> Path:
    run("init", tmp_path / "room")
    return tmp_path / "room"


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, html.HtmlElement]:
    return {
        path.relative_to(site).as_posix(): html.fromstring(path.read_bytes())
        for path in site.rglob("*.html")
    }


def listed(site: Path) -> dict[str, str]:
    document = etree.parse(site / "sitemap.xml")
    return {
        url.findtext("s:loc", namespaces=SITEMAP): url.findtext("s:lastmod", namespaces=SITEMAP)
        for url in document.iterfind("s:url", SITEMAP)
    }


def test_the_sitemap_lists_every_page_that_is_for_search_engines(
    site: Path, pages: dict[str, html.HtmlElement]
) -> None:
    wanted = {
        SITE + name
        for name, page in pages.items()
        if name != "404.html" and not page.cssselect('meta[name="robots"][content="noindex"]')
    }
    assert set(listed(site)) == wanted
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", day) for day in listed(site).values())


def test_private_persons_are_left_out(site: Path, pages: dict[str, html.HtmlElement]) -> None:
    """Their pages, and those of their roles, posts, graphs and passages, ask not to be listed."""
    hidden = {
        name
        for name, page in pages.items()
        if page.cssselect('meta[name="robots"][content="noindex"]')
    }
    for person in PRIVATE:
        assert f"person/{person}.html" in hidden
        assert any(name.startswith(f"role/{person}") for name in hidden)
        assert any(name.startswith(f"post/{person}") for name in hidden)
    assert not any(name.startswith(("organisation/", "country/", "edition/")) for name in hidden)
    assert "person/giacomo-solano.html" not in hidden
    for name in hidden:
        page = html.fromstring((site / name).read_bytes())
        assert not page.cssselect("[data-pagefind-body]"), f"search would find {name}"
    for person in PRIVATE:
        text = (site / "sitemap.xml").read_text()
        assert person not in text


def test_a_crawler_finds_all_pages_from_the_home_page(room: Path, run: Run) -> None:
    """ultimate-sitemap-parser reads robots.txt, and the sitemap that it names, over HTTP."""
    folder = room / "site"
    handler = partial(SimpleHTTPRequestHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        home = f"http://127.0.0.1:{server.server_port}/"
        run("build", "--site", home, cwd=room)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        found = sitemap_tree_for_homepage(home, use_known_paths=False)
        dates = {page.url: page.last_modified for page in found.all_pages()}
        server.shutdown()
    assert {url: str(date.date()) for url, date in dates.items() if date} == listed(folder)
    assert home + "person/ada-brook.html" in dates


def test_robots_names_the_sitemap(site: Path) -> None:
    assert f"Sitemap: {SITE}sitemap.xml" in (site / "robots.txt").read_text()


def test_each_page_tells_machines_what_it_is(pages: dict[str, html.HtmlElement]) -> None:
    for name, page in pages.items():
        (title,) = page.cssselect("head title")
        assert title.text
        assert len(page.cssselect("h1")) == 1, name
        assert page.get("lang") == (parted(name)[0] or "en")
        wanted = {"og:title", "og:type", "og:url", "og:site_name"}
        assert wanted <= {meta.get("property") for meta in page.cssselect("meta[property]")}
        canonical = [link.get("href") for link in page.cssselect('link[rel="canonical"]')]
        assert canonical == ([] if name == "404.html" else [SITE + name])


def test_no_two_pages_of_a_kind_have_one_title(pages: dict[str, html.HtmlElement]) -> None:
    titles = Counter(
        (parted(name)[0], parted(name)[1].split("/")[0], page.cssselect("title")[0].text)
        for name, page in pages.items()
    )
    assert not {title for title, count in titles.items() if count > 1}


def test_links_within_the_site_lead_somewhere(
    site: Path, pages: dict[str, html.HtmlElement]
) -> None:
    anchors = {
        name: {element.get("id") for element in page.cssselect("[id]")}
        for name, page in pages.items()
    }
    for name, page in pages.items():
        from_the_root = set(re.findall(r'([\w-]+)="/', (site / name).read_text()))
        for element, attribute, relative, _ in page.iterlinks():
            link = urljoin(f"{SITE}{name}", relative)
            if not link.startswith(SITE) or element.tag == "meta":
                continue
            path, _, fragment = link.removeprefix(SITE).partition("#")
            # That page is shown at any address, and its links begin at the top of the site.
            if name != "404.html":
                assert attribute not in from_the_root, f"{name} has a link from the root"
            assert (site / (path or "index.html")).is_file(), f"{name} links {link}"
            if fragment and not fragment.startswith(("query=", "named=")):
                assert fragment in anchors[path], f"{name} links {link}"


def test_nothing_is_loaded_from_elsewhere(site: Path, pages: dict[str, html.HtmlElement]) -> None:
    for name, page in pages.items():
        for element in page.cssselect("[src], link[rel=stylesheet], link[rel=icon]"):
            assert "//" not in (element.get("src") or element.get("href")), name
        assert not page.cssselect("style, [style], [onclick]"), name
        for script in page.cssselect("script:not([src])"):
            assert script.get("type") in ("application/ld+json", "application/json"), name
    for sheet in (site / "assets").glob("*.css"):
        for name in re.findall(r"url\((.*?)\)", sheet.read_text()):
            assert (sheet.parent / name).is_file(), name
        assert "@import" not in sheet.read_text()


def test_the_front_page_has_the_figures(site: Path, run: Run) -> None:
    page = html.fromstring((site / "index.html").read_bytes())
    shown = {
        a.text_content().split(maxsplit=1)[1]: int(a.text_content().split()[0])
        for a in page.cssselect(".figures a")
    }
    row = run("query", "totals", "-f", "csv").text.splitlines()[1].split(",")
    assert (shown["People"], shown["Organisations"], shown["Countries"]) == tuple(map(int, row[:3]))


def test_the_answers_are_those_of_the_command_line(site: Path, run: Run) -> None:
    for name in ("people", "countries", "funding", "group-members"):
        assert (site / "query" / f"{name}.csv").read_bytes() == run("query", name).out
        page = html.fromstring((site / "query" / f"{name}.html").read_bytes())
        shown = [[cell.text_content() for cell in row] for row in page.cssselect("tbody tr")]
        names = [cell.text_content() for cell in page.cssselect("thead th")]
        rows = list(csv.reader(io.StringIO(run("query", name).text)))
        # A column with the names of the things in one before it is left out.
        kept = [n for n, title in enumerate(column_titles(rows[0])) if title in names]
        assert len(kept) == len(names)
        assert len(shown) == len(rows) - 1
        for cells, whole in zip(shown, rows[1:], strict=True):
            row = [whole[n] for n in kept]
            # A thing is shown by its name, instead of its address.
            pairs = zip(cells, row, strict=True)
            assert all(cell == value.replace("; ", "") or "://" in value for cell, value in pairs)


def test_a_downloaded_query_needs_no_prefixes_of_ours(site: Path) -> None:
    store = ox.Store()
    for dump in ("mipex-kg.nt", "mipex-kg.nq"):  # the merge, and the graphs
        store.load(path=str(site / dump))
    tables = {path.stem: path for path in (site / "query").glob("*.csv")}
    assert len(tables) > 10
    for name, table in tables.items():
        text = (site / "query" / f"{name}.rq").read_text()
        # Of rdflib only the parser: it takes a minute for what the engine has in milliseconds.
        prepareQuery(text)
        found = store.query(text)
        assert isinstance(found, ox.QuerySolutions)
        with table.open(newline="") as file:
            assert len(list(found)) == len(list(csv.reader(file))) - 1, name


def test_texts_of_the_project_make_pages(room: Path, run: Run) -> None:
    (room / "pages" / "about.md").write_text(
        "# About us\n\nWe keep *books*. <b>Not bold.</b> ![x](https://example.com/x.png)\n"
    )
    (room / "pages" / "index.md").write_text("# Welcome\n\nAbove.\n\n## More\n\nBelow.\n")
    run("build", cwd=room)
    about = (room / "site" / "about.html").read_text()
    assert "<em>books</em>" in about
    assert "&lt;b&gt;Not bold." in about
    assert "<img" not in about
    front = html.fromstring((room / "site" / "index.html").read_bytes())
    assert front.cssselect("h1")[0].text == "Welcome"
    text = front.cssselect("main")[0].text_content()
    assert text.index("Above.") < text.index("People" if "People" in text else "Person")
    assert text.index("Person") < text.index("Below.")
    assert 'href="about.html"' in (room / "site" / "index.html").read_text()
    assert 'href="../about.html"' in (room / "site" / "person" / "ada-brook.html").read_text()


def test_a_text_without_a_title_is_refused(room: Path, run: Run) -> None:
    (room / "pages" / "about.md").write_text("No title.\n")
    outcome = run("build", cwd=room, code=3)
    assert "about.md:1: The text has no title." in outcome.err
    assert not (room / "site").exists()


def test_a_template_of_the_project_is_for_a_class(room: Path, run: Run) -> None:
    folder = room / "pages" / "templates"
    folder.mkdir()
    (folder / "Person.html").write_text(
        '{% extends "thing.html" %}\n'
        '{% block picture %}<p id="mine">{{ about.label }}</p>{% endblock %}'
    )
    run("build", cwd=room)
    person = html.fromstring((room / "site" / "person" / "ada-brook.html").read_bytes())
    assert person.cssselect("#mine")[0].text == "Ada Brook"
    place = html.fromstring((room / "site" / "place" / "reading-room.html").read_bytes())
    assert not place.cssselect("#mine")


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{% if %}", "Person.html:1: The template does not parse"),
        ("{{ nothing_of_that_name }}", "Person.html:1: The template can't be rendered"),
        ('{{ "".__class__.__mro__[1].__subclasses__() }}', "Person.html:1: The template can't be"),
        ("{{ cycler.__init__.__globals__.os }}", "Person.html:1: The template can't be"),
    ],
    ids=["syntax", "unknown", "escape", "globals"],
)
def test_a_template_that_is_wrong_or_hostile_is_refused(
    room: Path, run: Run, template: str, words: str
) -> None:
    folder = room / "pages" / "templates"
    folder.mkdir()
    (folder / "Person.html").write_text(template)
    assert words in run("build", cwd=room, code=3).err
    assert not (room / "site").exists()


def test_the_front_page_of_a_small_project_lists_its_things(room: Path, run: Run) -> None:
    run("build", cwd=room)
    page = html.fromstring((room / "site" / "index.html").read_bytes())
    listed = {link.text: link.get("href") for link in page.cssselect(".members a")}
    assert listed["Ada Brook"] == "person/ada-brook.html"


def test_compiled_templates_are_kept_apart_from_those_of_the_sandbox(
    room: Path, run: Run, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(environment, "XDG_CACHE_HOME", str(room.parent / "own-cache"))
    folder = room / "pages" / "templates"
    for _ in range(2):
        folder.mkdir()
        (folder / "Person.html").write_text('{% extends "thing.html" %}')
        run("build", cwd=room)
        shutil.rmtree(folder)
        run("build", cwd=room)


def test_hostile_labels_stay_text(room: Path, run: Run) -> None:
    notice = room / "data" / "notice.trig"
    hostile = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'&"
    notice.write_text(
        notice.read_text().replace('schema:name "Ada Brook"', f"schema:name {repr_turtle(hostile)}")
    )
    run("build", cwd=room)
    for path in (room / "site").rglob("*.html"):
        page = html.fromstring(path.read_bytes())
        assert not page.cssselect("img"), path
        assert all(script.get("type") or script.get("src") for script in page.cssselect("script"))
    page = html.fromstring((room / "site" / "person" / "ada-brook.html").read_bytes())
    assert page.cssselect("h1 span")[0].text_content() == hostile


def repr_turtle(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def test_an_address_that_runs_something_is_no_link(room: Path, run: Run) -> None:
    notice = room / "data" / "notice.trig"
    text = notice.read_text()
    notice.write_text(
        text.replace(
            'schema:name "Ada Brook"', 'schema:name "Ada Brook" ; schema:url <javascript:alert(1)>'
        )
    )
    run("build", cwd=room)
    page = (room / "site" / "person" / "ada-brook.html").read_text()
    assert 'href="javascript' not in page
    assert "javascript:alert(1)" in page


def test_the_site_has_no_link_that_works_in_one_place_only(site: Path, tmp_path: Path) -> None:
    """Moved to another folder, every link but the 404 page's still leads where it led."""
    moved = tmp_path / "a" / "b"
    shutil.copytree(site, moved)
    for path in moved.rglob("*.html"):
        if path.name == "404.html":
            continue
        for link in re.findall(r'<a [^>]*href="([^"#]+)', path.read_text()):
            assert ":" in link or (path.parent / link).exists(), (path, link)


def test_the_interface_has_its_texts_in_one_file() -> None:
    """Templates hold no words of their own, but those of the file of texts."""
    for path in (ROOT / "mipex_kg" / "site" / "pages" / "templates").glob("*.html"):
        code = r"{% block main_class %}.*?{% endblock %}|{#.*?#}|{%.*?%}|{{.*?}}"
        text = re.sub(code, "", path.read_text(), flags=re.DOTALL)
        text = re.sub(r"<pre.*?</pre>|<[^>]*>|&\w+;", " ", text, flags=re.DOTALL)
        words = re.findall(r"[A-Za-z]{3,}", text)
        assert not words, f"{path.name}: {words}"


@pytest.mark.parametrize(
    ("page", "lit", "kind"),
    [
        ("class/person.html", "class/person.html", "page"),
        ("person/giacomo-solano.html", "class/person.html", "true"),
        ("role/giacomo-solano-principal-investigator.html", "class/index.html", "true"),
        ("query/people.html", "queries.html", "true"),
        ("queries.html", "queries.html", "page"),
        ("about.html", None, ""),
    ],
)
def test_the_item_of_the_menu_is_lit_to_which_a_page_belongs(
    bundled_site: Path, page: str, lit: str | None, kind: str
) -> None:
    text = (bundled_site / page).read_text()
    menu = text[text.index('aria-label="Main navigation"') :].partition("</nav>")[0]
    found = re.findall(r'href="(?:\.\./)*([^"]+)" aria-current="(\w+)"', menu)
    assert found == ([(lit, kind)] if lit else [])
