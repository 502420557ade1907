"""What the texts of the site say in prose is what the graph says: numbers, and names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import ROOT, Ask, Run

TEXTS = sorted((ROOT / "pages").glob("*.md"))
NUMBER = re.compile(
    r"\b(\d[\d,.]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|first|"
    r"second|third|fourth|fifth|both)\b",
    re.IGNORECASE,
)
LINK = re.compile(r"\[([^]]+)\]\(([^)]+)\)")
# Names of formats and of the index, which no query gives.
KNOWN = {
    *("C", "L", "I", "CSV", "CSVW", "JSON", "JSON-LD", "RDF", "Turtle", "N-Triples", "TriG"),
    *("N-Quads", "SPARQL", "MIPEX", "European", "Union", "Who", "Produces"),
}


def sentences(path: Path) -> list[str]:
    """Split a text, without its title, code, and the values that it takes from the graph."""
    text = re.sub(r"(?m)^(    .*|# .*)$", "", path.read_text())
    text = re.sub(r"`[^`]*`|\{\{[^}]*\}\}", "", text)
    return [part.strip() for part in re.split(r"(?<=[.:?!])\s+|\n+", text) if part.strip()]


@pytest.fixture(scope="module")
def names(ask: Ask) -> set[str]:
    rows = ask(
        "SELECT ?name { ?thing schema:name|skos:prefLabel|rdfs:label|schema:alternateName|"
        "mipex:printedAs|mipex:acronym ?name }"
    )
    return {row[0] for row in rows}


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_numbers_come_from_the_graph(path: Path, names: set[str]) -> None:
    for sentence in sentences(path):
        text = LINK.sub(r"\1", sentence)
        for name in sorted(names, key=len, reverse=True):
            text = text.replace(name, "")
        assert not NUMBER.search(text), f"{path.name}: a number that no query gives: {sentence}"


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_links_to_things_are_called_as_the_graph_calls_them(path: Path, ask: Ask) -> None:
    for words, target in LINK.findall(path.read_text()):
        if ":" in target or target.startswith("#") or "/" not in target:
            continue
        iri = "https://w3id.org/mipex-kg/" + target.removesuffix(".html")
        called = ask(
            "SELECT ?name { ?thing schema:name|schema:alternateName|mipex:acronym|(a/rdfs:label) "
            "?name }".replace("?thing", f"<{iri}>")
        )
        known = " ".join([*(row[0] for row in called), *target.split("/")]).casefold()
        plain = words.casefold().removeprefix("the ")
        assert plain in known, f"{path.name}: {words} is not what the graph calls {iri}"


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_names_are_names_in_the_graph(path: Path, names: set[str]) -> None:
    known = KNOWN | {word for name in names for word in re.findall(r"[\w’'-]+", name)}
    for sentence in sentences(path):
        text = re.sub(r"^[\s*_#“(-]*(\[|\*\*)?\w[\w'-]*", "", LINK.sub(r"\1", sentence))
        for word in re.findall(r"\b[A-Z][\w-]*(?:['’]s)?", text):
            bare = re.sub(r"['’]s$", "", word)
            assert bare in known, f"{path.name}: {word} is not in the graph: {sentence}"


def test_a_value_that_is_not_there_is_named(run: Run, tmp_path: Path) -> None:
    run("init", "room", cwd=tmp_path)
    text = tmp_path / "room" / "pages" / "index.md"
    for placeholder, word in (
        ("{{ keeprs }}", "index.md:3: There is no query keeprs."),
        ("{{ keepers:nothing }}", "index.md:3: The query keepers gives no value."),
        ("{{ keepers nobody=1 }}", "index.md:3: keepers has no parameter nobody"),
    ):
        text.write_text(f"# Room\n\nThere are {placeholder} people.\n")
        outcome = run("build", cwd=tmp_path / "room", code=3)
        assert word in outcome.err
        assert not (tmp_path / "room" / "site").exists()


def test_a_value_is_text_and_never_markup(run: Run, tmp_path: Path) -> None:
    run("init", "room", cwd=tmp_path)
    room = tmp_path / "room"
    (room / "queries" / "sly.rq").write_text(
        '# title: Sly\nSELECT ?x { VALUES ?x { "*a* [b](http://x/) <i>c</i> `d` 1234567" } }\n'
    )
    (room / "queries" / "many.rq").write_text("# title: Many\nSELECT ?x { VALUES ?x { 12345 } }\n")
    (room / "pages" / "index.md").write_text("# Room\n\n{{ sly }} and {{ many }}\n")
    run("build", cwd=room)
    page = (room / "site" / "index.html").read_text()
    assert "*a* [b](http://x/) &lt;i&gt;c&lt;/i&gt; `d` 1234567 and 12,345" in page
