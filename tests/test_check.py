"""The checks find what is wrong in a project's labels and in a built site, and nothing else."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from mipex_kg.checks.references import references, style_references
from mipex_kg.checks.registry import CHECKS, CheckedSite, run_checks
from mipex_kg.checks.site import BuiltSite, Target
from mipex_kg.cli import cli
from mipex_kg.project.project import Project, at_site, load_project
from mipex_kg.rdf.html.webpage import read_page
from mipex_kg.site.pages.sitemap import robots, sitemaps
from mipex_kg.system.errors import FindingsError
from mipex_kg.validation.writers import write_json
from tests.conftest import LIGHTHOUSES, PEBBLES, Ask, Outcome, Run

ADDRESS = "https://example.org/graph/"
NAMES = [
    *("dcat-ap", "ckan", "udata", "quality", "google", "croissant", "void"),
    *("signposting", "sitemap", "links", "local", "labels", "licences", "jsonld", "server"),
]


@pytest.fixture(scope="session")
def built(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site of the second project."""
    folder = tmp_path_factory.mktemp("built") / "site"
    run("--project", LIGHTHOUSES, "build", "-o", folder)
    return folder


@pytest.fixture
def site(built: Path, tmp_path: Path) -> Path:
    """Give a copy of the site that the test may spoil."""
    return Path(shutil.copytree(built, tmp_path / "site"))


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """Give a copy of the second project that the test may change."""
    return Path(shutil.copytree(LIGHTHOUSES, tmp_path / "project"))


Check = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="session")
def settings() -> Project:
    return load_project(LIGHTHOUSES)


@pytest.fixture
def check(settings: Project, site: Path) -> Check:
    """Run one check on a site, and give its findings as their JSON has them."""

    def call(name: str, folder: Path = site) -> list[dict[str, Any]]:
        report = run_checks(CheckedSite(at_site(settings, settings.site), folder), [name])
        found: list[dict[str, Any]] = json.loads(write_json(report, {}))["findings"]
        assert report.is_valid == (not found)
        return found

    return call


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert text.count(old) >= 1, f"{old!r} is not in {path}"
    path.write_text(text.replace(old, new, 1))


def add(path: Path, html: str) -> None:
    replace(path, "</main>", f"{html}\n</main>")


def line_of(path: Path, text: str) -> int:
    return 1 + next(n for n, line in enumerate(path.read_text().splitlines()) if text in line)


# ---- The command


def test_a_site_as_it_was_built_has_no_findings(run: Run, built: Path) -> None:
    names = [check.name for check in CHECKS if check.name != "licences"]
    only = [part for name in names for part in ("--only", name)]
    outcome = run("--project", LIGHTHOUSES, "check", built, *only)
    assert outcome.text.endswith("\n\nno findings.\n")


def test_a_project_without_a_licence_is_told_so(run: Run, built: Path) -> None:
    outcome = run("--project", LIGHTHOUSES, "check", built, "--only", "licences")
    assert "mipex-kg.toml: warning: Without a licence nobody may use" in outcome.text


def test_the_list_names_every_check(run: Run) -> None:
    lines = run("check", "--list").text.splitlines()
    assert [line.split()[0] for line in lines] == NAMES
    assert [line.split(maxsplit=1)[1] for line in lines] == [check.title for check in CHECKS]


def test_the_help_names_every_check() -> None:
    text = CliRunner().invoke(cli, ["check", "--help"], prog_name="mipex-kg").output
    for check in CHECKS:
        assert check.name in text


def test_without_a_site_the_checks_that_need_one_say_so(run: Run, tmp_path: Path) -> None:
    outcome = run("--project", LIGHTHOUSES, "check", tmp_path / "none", code=2)
    assert "There is no site in" in outcome.err
    assert "mipex-kg build" in outcome.err
    run("--project", LIGHTHOUSES, "check", tmp_path / "none", "--only", "labels")


def test_only_what_has_a_label_is_counted_with_labels(run: Run, tmp_path: Path) -> None:
    root = Path(shutil.copytree(PEBBLES, tmp_path / "pebbles"))

    def labels() -> int:
        told = run("check", "--only", "labels", cwd=root).text
        return int(re.search(r"labels of ([\d,]+) things?, in", told)[1])  # type: ignore[index]

    before = labels()
    with (root / "data" / "pebbles.ttl").open("a") as data:
        data.write("<pebble/one> a schema:Thing .\n")
    assert labels() == before


def test_an_unknown_check_is_refused_with_those_there_are(run: Run) -> None:
    outcome = run("check", "--only", "spelling", code=2)
    for check in CHECKS:
        assert check.name in outcome.err


@pytest.mark.parametrize("format", ["text", "json", "sarif", "junit", "github", "turtle"])
def test_findings_come_in_every_format(run: Run, site: Path, tmp_path: Path, format: str) -> None:
    (site / "index.html").write_text('<p><a href="gone.html">x</a>')
    file = tmp_path / "findings"
    arguments = ("check", site, "--only", "links", "-f", format, "-o", file)
    outcome = run("--project", LIGHTHOUSES, *arguments, code=1)
    assert outcome.out == b""
    assert "There is no gone.html in the site." in file.read_text()
    assert "index.html" in file.read_text()


# ---- Labels


def test_the_bundled_countries_have_names_in_five_languages(run: Run, ask: Ask) -> None:
    assert run("check", "--only", "labels").text.endswith("\n\nno findings.\n")
    counted = ask(
        """
        PREFIX schema: <http://schema.org/>
        SELECT (COUNT(DISTINCT ?country) AS ?n) {
          ?country a schema:Country .
          ?country schema:name ?en, ?fr, ?es, ?ca, ?de .
          FILTER (lang(?en) = "en" && lang(?fr) = "fr" && lang(?es) = "es")
          FILTER (lang(?ca) = "ca" && lang(?de) = "de")
        }
        """
    )
    assert counted == [("52",)]


COMPLETE = (
    '[labels.complete]\n"lh:Lighthouse" = ["de", "en", "da", "nds"]\n"schema:Person" = ["da"]\n'
)


def labels(run: Run, copied: Path, code: int) -> Outcome:
    return run("--project", copied, "check", "--only", "labels", "-f", "json", code=code)


def test_a_missing_label_is_found_where_the_others_are(run: Run, copied: Path) -> None:
    settings = copied / "mipex-kg.toml"
    settings.write_text(settings.read_text() + COMPLETE)
    found = json.loads(labels(run, copied, 1).text)["findings"]
    # Names of people have no language: they are the same in all of them.
    assert {(f["message"], f["hint"], f["path"]) for f in found} == {
        (
            f"tower:{tower} has no label in da and nds.",
            'Add schema:name "…"@da and schema:name "…"@nds.',
            "schema:name",
        )
        for tower in ("graue-moewe", "alter-finger")
    }
    assert len(found) == 2
    assert {f["severity"] for f in found} == {"violation"}
    for finding in found:  # they stand where the other names do
        line = Path(finding["file"]).read_text().splitlines()[finding["line"] - 1]
        assert line[finding["column"] - 1 : finding["endColumn"] - 1].startswith('"')
        assert "schema:name" in line


def test_a_label_in_a_kind_of_the_language_is_enough(run: Run, copied: Path) -> None:
    settings = copied / "mipex-kg.toml"
    settings.write_text(settings.read_text() + '[labels.complete]\n"lh:Lighthouse" = ["en"]\n')
    towers = [*copied.glob("data/*")]
    for path in towers:
        path.write_text(path.read_text().replace('"Old Finger"@en', '"Old Finger"@en-GB'))
    labels(run, copied, 0)
    settings.write_text(settings.read_text().replace('["en"]', '["en-US"]'))
    messages = [f["message"] for f in json.loads(labels(run, copied, 1).text)["findings"]]
    assert "tower:alter-finger has no label in en-us." in messages


def test_a_label_outside_the_chain_of_languages_is_a_warning(run: Run, copied: Path) -> None:
    data = copied / "data" / "hafenbote.trig"
    data.write_text(
        data.read_text()
        + '\nsays:hoehe { <https://elsewhere.example/1> schema:name "Fyrtårn"@da . }\n'
    )
    (finding,) = json.loads(labels(run, copied, 0).text)["findings"]
    assert finding["severity"] == "warning"
    assert finding["message"] == (
        "<https://elsewhere.example/1> is shown by its label in da, for want of one in de or en."
    )
    assert finding["hint"].startswith('Add schema:name "…"@de,')
    assert finding["line"] == len(data.read_text().splitlines())


def test_a_strict_project_is_not_built_with_a_gap(run: Run, copied: Path, tmp_path: Path) -> None:
    settings = copied / "mipex-kg.toml"
    settings.write_text(settings.read_text() + COMPLETE)
    run("--project", copied, "build", "-o", tmp_path / "lenient")
    replace(settings, "[labels]\n", "[labels]\nstrict = true\n")
    outcome = run("--project", copied, "build", "-o", tmp_path / "strict", code=1)
    assert "Labels of 2 things are missing, so nothing was written." in outcome.err
    assert "mipex-kg check --only labels" in outcome.err
    assert not (tmp_path / "strict").exists()
    assert FindingsError.exit_code == 1


# ---- Links


# What is written into a page, what is found there, if anything, and with which hint.
LINKS = (
    ('<a href="nope.html">x</a>', "There is no nope.html in the site.", "Add the file"),
    ('<a href="dta.html">x</a>', "There is no dta.html", "Did you mean data.html?"),
    ('<a href="class/">x</a>', "", ""),
    ('<a href="data.html#nowhere">x</a>', "data.html has no place #nowhere.", "that id"),
    ('<a href="#contnet">x</a>', "index.html has no place #contnet.", "mean content?"),
    ('<a href="#content">x</a> <a href="#top">x</a> <a href="#">x</a>', "", ""),
    ('<a href="search.html#q=finger">x</a>', "", ""),
    ('<a href="../x.html">x</a>', "It leads out of the site's folder.", "of the site"),
    ('<a href="/x.html">x</a>', "There is no x.html", "Add the file"),
    ('<a href="https://lighthouses.example/x.html">x</a>', "There is no x.html", "Add"),
    ('<a href="https://lighthouses.example/data.html?a#content">x</a>', "", ""),
    ('<a href="https://elsewhere.example/">x</a> <a href="mailto:a@b.example">x</a>', "", ""),
    ('<a href="javascript:alert(1)">x</a>', "A link runs a script.", "Use a button"),
    ('<a href="http://[::1">x</a>', "It is not an address.", "Correct it"),
    ('<img src="nope.png" alt="">', "There is no nope.png", "Add the file"),
    ('<img src="https://cdn.example/a.png" alt="">', "from another host", "into the site"),
    ('<img src="//cdn.example/a.png" alt="">', "from another host", "into the site"),
    ('<img srcset="assets/icon.svg 1x, https://cdn.example/b.png 2x" alt="">', "another", "in"),
    ('<script src="https://cdn.example/a.js"></script>', "from another host", "into the site"),
    ('<iframe src="https://cdn.example/" title="x"></iframe>', "from another host", "into"),
    ('<svg><use href="https://cdn.example/a.svg#x"/></svg>', "from another host", "into"),
    ('<p style="background: url(https://cdn.example/a.png)">x</p>', "another host", "into"),
    ("<style>@import 'https://cdn.example/a.css';</style>", "from another host", "into"),
    ('<link rel="preconnect" href="https://cdn.example/">', "from another host", "into"),
    ('<link rel="license" href="https://elsewhere.example/by">', "", ""),
    ('<img src="data:image/png;base64,AAAA" alt="">', "", ""),
)


def test_each_kind_of_link_is_followed(check: Check, site: Path) -> None:
    page = site / "index.html"
    add(page, "\n".join(html for html, _, _ in LINKS))
    told = check("links")
    assert len(told) == len([message for _, message, _ in LINKS if message])
    found = {finding["line"]: finding for finding in told}
    for html, message, hint in LINKS:
        finding = found.pop(line_of(page, html), None)
        if not message:
            assert finding is None, html
            continue
        assert finding is not None, html
        assert message in finding["message"]
        assert hint in finding["hint"]
        assert Path(finding["file"]) == page
        assert finding["value"].strip('"').split("?")[0].strip() in html
    assert not found


def test_the_place_of_a_link_is_that_of_its_attribute(check: Check, site: Path) -> None:
    page = site / "index.html"
    add(page, '<p>Grüße 🗼 <a id="x" href="nope.html">x</a>')
    (finding,) = check("links")
    line = page.read_text().splitlines()[finding["line"] - 1]
    start, end = finding["column"] - 1, finding["endColumn"] - 1
    assert line[start:end] == 'href="nope.html"'
    assert finding["path"] == "a/@href"


def test_each_place_of_a_link_is_shown(check: Check, site: Path) -> None:
    page = site / "index.html"
    add(page, '<a href="nope.html">x</a>\n<p><a href="nope.html">x</a>')
    first, second = check("links")
    assert (second["line"], second["column"]) == (first["line"] + 1, first["column"] + 3)


def test_a_base_element_counts(check: Check, site: Path) -> None:
    page = site / "index.html"
    replace(page, "<title>", '<base href="class/"><title>')
    messages = {finding["message"] for finding in check("links")}
    assert "There is no class/data.html in the site." in messages


def test_stylesheets_load_nothing_from_elsewhere(check: Check, site: Path) -> None:
    styles = site / "assets" / "style.css"
    styles.write_text(
        "/* url(https://cdn.example/commented.png) */\n"
        'p { background: url("../assets/icon.svg"); }\n'
        "b { background: url(gone.png); }\n"
        "@font-face { src: url(https://cdn.example/a.woff2); }\n"
    )
    gone, font = check("links")
    assert (gone["message"], gone["line"], gone["column"]) == (
        "There is no assets/gone.png in the site.",
        3,
        17,
    )
    assert "from another host" in font["message"]
    assert font["line"] == 4


def test_a_page_that_cannot_be_read_is_a_finding(check: Check, site: Path) -> None:
    (site / "broken.html").write_bytes(b'<meta charset="utf-8"><p>\xff')
    (finding,) = check("links")
    assert "is not UTF-8" in finding["message"]
    assert Path(finding["file"]).name == "broken.html"


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("x.html", Target("person/x.html")),
        ("../x.html#a%20b", Target("x.html", "a%20b")),
        ("../", Target("index.html")),
        ("", Target("person/ada.html")),
        ("?q=1", Target("person/ada.html")),
        ("../../x", Target("../../x", is_inside=False)),
        ("/graph/x.ttl", Target("x.ttl")),
        ("/x.ttl", Target("/x.ttl", is_inside=False)),
        ("/graphs/x.ttl", Target("/graphs/x.ttl", is_inside=False)),
        ("https://example.org/graph/x", Target("x")),
        ("//example.org/graph/", Target("index.html")),
        ("https://example.org/other", Target(None)),
        ("http://other.example/", Target(None)),
        ("%C3%A4.html", Target("person/ä.html")),
        ("tel:1", None),
    ],
)
def test_where_an_address_leads(tmp_path: Path, address: str, target: Target | None) -> None:
    assert BuiltSite(tmp_path, ADDRESS).target(address, "person/ada.html") == target


def test_references_tell_what_is_loaded_from_what_is_followed(tmp_path: Path) -> None:
    html = (
        '<link rel="stylesheet icon" href="a"><link rel="canonical" href="b">'
        '<form action="c"><input type="image" src="d" formaction="e"></form>'
        '<video poster="f"><source src="g"></video><object data="h"></object>'
        '<svg><a xlink:href="i"/><image href="j"/></svg><area href="k">'
    )
    page = read_page(html.encode(), tmp_path / "x.html")
    found = [reference for reference, _ in references(page.document)]
    assert "".join(sorted(r.address for r in found if r.is_loaded)) == "adfghj"
    assert "".join(sorted(r.address for r in found if not r.is_loaded)) == "bceik"


def test_addresses_in_stylesheets_are_read_in_all_their_forms() -> None:
    styles = "@import 'a'; @import \"b\"; @import url(c); p{background:URL( 'd' ), url(e)} url()"
    assert [reference.address for reference, _ in style_references(styles)] == list("abcde")


# ---- JSON-LD


def page_with_block(site: Path) -> tuple[Path, dict[str, object]]:
    page = site / "tower" / "graue-moewe.html"
    block = re.search(
        r'<script type="application/ld\+json">(.*?)</script>', page.read_text(), re.DOTALL
    )
    assert block
    document: dict[str, object] = json.loads(block[1])
    return page, document


def rewrite(page: Path, document: object) -> None:
    text = re.sub(
        r'(<script type="application/ld\+json">).*?(</script>)',
        lambda found: found[1] + json.dumps(document) + found[2],
        page.read_text(),
        flags=re.DOTALL,
    )
    page.write_text(text)


def entity(document: object, name: str) -> dict[str, object]:
    """Find the node with a name, wherever it stands."""
    if isinstance(document, dict):
        if name in json.dumps(document.get("name", ""), ensure_ascii=False):
            return document
        children: list[object] = list(document.values())
    else:
        children = document if isinstance(document, list) else []
    for child in children:
        if isinstance(child, dict | list):
            try:
                return entity(child, name)
            except LookupError:
                continue
    raise LookupError(name)


def test_a_fact_taken_out_of_a_page_is_missed(check: Check, site: Path) -> None:
    page, document = page_with_block(site)
    tower = entity(document, "Graue Möwe")
    assert tower.pop("latitude")
    rewrite(page, document)
    (finding,) = check("jsonld")
    assert finding["message"] == "The page leaves out what the graph says."
    assert finding["focus"] == "<https://lighthouses.example/tower/graue-moewe>"
    assert finding["path"] == "schema:latitude"
    assert finding["value"].startswith('"54.70"^^')
    assert Path(finding["file"]) == page
    assert finding["line"] == line_of(page, '<script type="application/ld+json">')


def test_a_fact_added_to_a_page_is_seen(check: Check, site: Path) -> None:
    page, document = page_with_block(site)
    entity(document, "Graue Möwe")["slogan"] = "Invented"
    rewrite(page, document)
    (finding,) = check("jsonld")
    assert finding["message"] == "The page says what the graph doesn't."
    assert (finding["path"], finding["value"]) == ("schema:slogan", '"Invented"')


def test_a_page_cannot_keep_the_check_busy(check: Check, site: Path) -> None:
    """Blank nodes that all look the same are not a riddle that must be solved."""
    page, document = page_with_block(site)
    names = [f"_:n{number}" for number in range(12)]
    entity(document, "Graue Möwe")["knows"] = [
        {"@id": name, "knows": [{"@id": other} for other in names if other != name]}
        for name in names
    ]
    rewrite(page, document)
    (finding,) = check("jsonld")
    assert finding["message"].startswith("12 blank nodes look alike")
    assert finding["line"] == line_of(page, '<script type="application/ld+json">')


def test_json_ld_that_does_not_parse_is_found_with_its_line(check: Check, site: Path) -> None:
    page, _ = page_with_block(site)
    replace(page, '"@context"', "'@context'")
    (finding,) = check("jsonld")
    assert "It is not JSON" in finding["message"]
    assert finding["line"] == line_of(page, "'@context'")


def test_a_page_without_its_block_lacks_all_of_it(check: Check, site: Path) -> None:
    page, _ = page_with_block(site)
    page.write_text(
        re.sub(r"<script type=.application/ld.*?</script>", "", page.read_text(), flags=re.DOTALL)
    )
    found = check("jsonld")
    assert len(found) > 3
    assert {finding["message"] for finding in found} == {"The page leaves out what the graph says."}


# ---- The sitemap


BASE = "https://lighthouses.example/"
ENTRY = f"<url><loc>{BASE}data.html</loc>"
PAGE = "<!doctype html><title>x</title>"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Make a site of three pages that may be found, and one that is not to be."""
    folder = tmp_path / "small"
    folder.mkdir()
    names = ["404.html", "data.html", "index.html", "search.html"]
    for name in names:
        (folder / name).write_text(PAGE)
    (folder / "manifest.json").write_text(json.dumps({"sha256": dict.fromkeys(names, "")}))
    (folder / "robots.txt").write_bytes(robots(BASE))
    listed = dict.fromkeys(["data.html", "index.html", "search.html"], "2026-01-31")
    for name, data in sitemaps(BASE, listed).items():
        (folder / name).write_bytes(data)
    return folder


def test_a_sitemap_with_all_pages_has_no_findings(check: Check, small: Path) -> None:
    assert check("sitemap", small) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (ENTRY, ENTRY.replace("data", "dada"), "It is not in the site."),
        (ENTRY, ENTRY.replace(BASE, ""), "It is not in the site."),
        (ENTRY, ENTRY.replace(BASE, BASE + "../"), "It is not in the site."),
        (ENTRY, ENTRY.replace("data", "search"), "search.html is listed already, in line 3."),
        ("2026-01-31", "2026-02-30", "'2026-02-30' is not a date."),
        ("</urlset>", "", "It is not well-formed XML: no element found."),
        ("<urlset", "<!DOCTYPE urlset><urlset", "A sitemap has no document type."),
    ],
)
def test_what_is_wrong_in_a_sitemap_is_found(
    check: Check, small: Path, old: str, new: str, message: str
) -> None:
    replace(small / "sitemap.xml", old, new)
    found = [f for f in check("sitemap", small) if f["file"].endswith("sitemap.xml")]
    assert [finding["message"] for finding in found] == [message]
    assert found[0]["line"]


def test_a_page_that_is_not_listed_is_found(check: Check, small: Path) -> None:
    replace(small / "sitemap.xml", f"{ENTRY}<lastmod>2026-01-31</lastmod></url>", "")
    (finding,) = check("sitemap", small)
    assert finding["message"] == "data.html is not in the sitemap."
    assert Path(finding["file"]) == small / "data.html"


def test_a_hidden_page_is_not_to_be_listed(check: Check, small: Path) -> None:
    replace(small / "data.html", "<title>", '<meta name="robots" content="noindex"><title>')
    (finding,) = check("sitemap", small)
    assert finding["message"] == "data.html is listed, and asks search engines to leave it out."
    replace(small / "sitemap.xml", f"{ENTRY}<lastmod>2026-01-31</lastmod></url>", "")
    assert check("sitemap", small) == []


def test_a_page_that_no_build_wrote_need_not_be_listed(check: Check, small: Path) -> None:
    (small / "google123.html").write_text(PAGE)
    assert check("sitemap", small) == []


def test_a_site_without_a_sitemap_lacks_one(check: Check, small: Path) -> None:
    (small / "sitemap.xml").unlink()
    (finding,) = check("sitemap", small)
    assert finding["message"] == "There is no such file."


def test_robots_say_where_the_sitemap_is(check: Check, small: Path) -> None:
    (small / "robots.txt").write_text("User-agent: *\nAllow: /\n")
    (finding,) = check("sitemap", small)
    assert finding["hint"] == f"Add the line `Sitemap: {BASE}sitemap.xml`."


def test_a_sitemap_in_parts_is_read_through(check: Check, small: Path) -> None:
    sitemap = small / "sitemap.xml"
    (small / "sitemap-1.xml").write_text(sitemap.read_text())
    sitemap.write_text(
        '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        f"<sitemap><loc>{BASE}sitemap-1.xml</loc></sitemap></sitemapindex>"
    )
    assert check("sitemap", small) == []
    replace(small / "sitemap-1.xml", ENTRY, ENTRY.replace("data", "dada"))
    found = check("sitemap", small)
    assert {Path(finding["file"]).name for finding in found} == {"sitemap-1.xml", "data.html"}


@pytest.mark.parametrize("manifest", ["nonsense", "[]", '{"sha256": 1}', "[" * 100_000], ids=len)
def test_a_manifest_that_is_none_is_an_error(run: Run, small: Path, manifest: str) -> None:
    (small / "manifest.json").write_text(manifest)
    outcome = run("--project", LIGHTHOUSES, "check", small, "--only", "sitemap", code=3)
    assert "It is not a manifest." in outcome.err
