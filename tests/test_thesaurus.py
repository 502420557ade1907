"""Concept schemes: the way from the top, the tree, and what is said in two directions."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import pyoxigraph as ox
import pytest
from lxml import html

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.dataset.words import english
from mipex_kg.rdf.collation import initial, sort_key
from mipex_kg.rdf.formats import TURTLE
from mipex_kg.rdf.namespaces import PREFIXES, SKOS
from mipex_kg.rdf.parsing import parse_text
from mipex_kg.rdf.terms import Node, text_of
from mipex_kg.site.pages import trees
from mipex_kg.site.pages.thesaurus import Thesaurus
from mipex_kg.site.pages.trees import Branch
from mipex_kg.site.pages.wording import Wording
from tests.conftest import Run

HEAD = "@prefix : <https://e.org/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> . "
THESAURUS = """
<{base}scheme> a skos:ConceptScheme ; skos:prefLabel "Trades"@en, "Gewerbe"@de, "Oficios"@es .
<{base}{food}> a skos:Concept ; skos:inScheme <{base}scheme> ; skos:topConceptOf <{base}scheme> ;
  skos:notation "1" ; skos:prefLabel "Food"@en, "Nahrung"@de, "Alimentos"@es .
<{base}{bread}> a skos:Concept ; skos:inScheme <{base}scheme> ; skos:broader <{base}{food}> ;
  skos:notation "1.10" ; skos:prefLabel "Bread"@en, "Brot"@de, "Pan"@es ;
  skos:altLabel "Loaf"@en ; skos:hiddenLabel "Bred"@en ; skos:exactMatch <https://o.example/b> .
<{base}{cake}> a skos:Concept ; skos:inScheme <{base}scheme> ; skos:notation "1.9" ;
  skos:prefLabel "Cake"@en, "Kuchen"@de, "Tarta"@es .
<{base}{food}> skos:narrower <{base}{cake}>, <{base}{bread}> .
"""


def of(text: str) -> Thesaurus:
    file = parse_text(HEAD + text, TURTLE, Path("thesaurus.ttl"))
    dataset = Dataset(tuple(file.quads), (file,), PREFIXES)
    return Thesaurus(dataset, Wording(dataset, english()))


def node(name: str) -> ox.NamedNode:
    return ox.NamedNode(f"https://e.org/{name}")


def name_of(concept: Node) -> str:
    return text_of(concept).rpartition("/")[2]


def drawn(branches: list[Branch]) -> dict[str, object]:
    """Write a tree as nested names; a number is of concepts that have no room."""
    return {name_of(branch.concept): branch.below or drawn(branch.branches) for branch in branches}


TREES = {
    "broader": (
        ":a skos:inScheme :s . :b skos:inScheme :s ; skos:broader :a .",
        {"a": {"b": {}}},
    ),
    "narrower": (
        ":a skos:inScheme :s ; skos:narrower :b . :b skos:inScheme :s .",
        {"a": {"b": {}}},
    ),
    "tops that are said": (
        ":s skos:hasTopConcept :a . :b skos:topConceptOf :s .",
        {"a": {}, "b": {}},
    ),
    "two broader": (
        ":s skos:hasTopConcept :a, :b . :c skos:broader :a, :b .",
        {"a": {"c": {}}, "b": {"c": {}}},
    ),
    "a circle below": (
        ":s skos:hasTopConcept :a . :b skos:broader :a . :a skos:broader :b .",
        {"a": {"b": {}}},
    ),
    "broader in another scheme": (
        ":a skos:inScheme :s ; skos:broader :x . :x skos:inScheme :t .",
        {"a": {}},
    ),
    "nothing": ("", {}),
}


@pytest.mark.parametrize("name", TREES)
def test_a_scheme_is_a_tree(name: str) -> None:
    text, expected = TREES[name]
    assert drawn(of(text).tree(node("s"))) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (":c skos:broader :b . :b skos:broader :a .", ["a/b"]),
        (":c skos:broader :b, :a . :b skos:broader :a .", ["a", "a/b"]),
        (":a skos:narrower :c .", ["a"]),
        (":c skos:broader :c .", []),
        (":c skos:broader :b . :b skos:broader :c .", ["b"]),
        ("", []),
    ],
)
def test_ways_lead_from_the_top(text: str, expected: list[str]) -> None:
    ways = of(text).ways(node("c"))
    assert [
        "/".join(str(n).rstrip(">").rpartition("/")[2] for n in way) for way in ways
    ] == expected


def test_what_has_no_room_in_a_tree_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trees, "MOST_BRANCHES", 4)
    text = (
        ":s skos:hasTopConcept :a, :b . :c skos:broader :a . "
        ":d skos:broader :c, :b . :e skos:broader :d ."
    )
    assert drawn(of(text).tree(node("s"))) == {"a": {"c": 1}, "b": {"d": 1}}


def test_many_broader_concepts_at_each_step_are_no_matter() -> None:
    layers = [
        f":n{layer}-{i} skos:broader {', '.join(f':n{layer + 1}-{j}' for j in range(9))} ."
        for layer in range(12)
        for i in range(9)
    ]
    assert len(of("\n".join(layers)).ways(node("n0-0"))) <= 4


@pytest.mark.parametrize(
    ("base", "names"),
    [
        ("https://e.org/trades/", ("food", "bread", "cake")),
        ("https://e.org/trades/all/", ("food/", "bread/", "cake/")),
    ],
    ids=["slash", "slash at the end"],
)
def test_a_thesaurus_is_shown_from_its_files(
    run: Run, tmp_path: Path, base: str, names: tuple[str, str, str]
) -> None:
    food, bread, cake = names
    text = THESAURUS.format(base=base, food=food, bread=bread, cake=cake)
    (tmp_path / "trades.ttl").write_text(HEAD + text)
    run("init", tmp_path / "p", "--from", tmp_path / "trades.ttl")
    run("--project", tmp_path / "p", "build", "-o", tmp_path / "site")

    scheme = html.fromstring((tmp_path / "site" / "scheme.html").read_bytes())
    assert [link.text for link in scheme.cssselect(".tree a")] == ["Food", "Cake", "Bread"]
    notations = [mark.text for mark in scheme.cssselect(".tree .notation")]
    assert notations == ["1", "1.9", "1.10"]
    pages = {
        link.text: html.fromstring((tmp_path / "site" / unquote(link.get("href"))).read_bytes())
        for link in scheme.cssselect(".tree a")
    }
    page = pages["Bread"]
    assert [link.text for link in page.cssselect("nav.ways a")] == ["Food"]
    facts = {
        fact.cssselect("dt")[0].text_content(): [dd.text_content() for dd in fact.cssselect("dd")]
        for fact in page.cssselect(".fact")
    }
    assert page.cssselect("h1")[0].text_content() == "1.10 Bread"
    assert facts["broader"] == ["1 Food"]
    assert facts["exact match"] == ["o.example/b"]
    assert "Brot" in facts["German"]
    assert "Bred" not in str(facts)
    assert [hidden.text for hidden in page.cssselect("p[hidden]")] == ["Bred"]
    narrower = [dd.text_content() for dd in pages["Food"].cssselect("section.facts dd")]
    assert [text for text in narrower if " " in text] == ["1.9 Cake", "1.10 Bread"]
    assert not pages["Food"].cssselect("section.pointing")


def test_concepts_that_share_a_document_are_in_its_tree(run: Run, tmp_path: Path) -> None:
    text = THESAURUS.format(base="https://e.org/trades#", food="food", bread="bread", cake="cake")
    (tmp_path / "trades.ttl").write_text(HEAD + text)
    run("init", tmp_path / "p", "--from", tmp_path / "trades.ttl")
    run("--project", tmp_path / "p", "build", "-o", tmp_path / "site")
    pages = [html.fromstring(path.read_bytes()) for path in (tmp_path / "site").glob("*.html")]
    [tree] = [
        found for page in pages for found in page.xpath("//ul[@class='tree'][not(ancestor::ul)]")
    ]
    links = {link.text: link.get("href") for link in tree.cssselect("a")}
    assert list(links) == ["Food", "Cake", "Bread"]
    assert links["Bread"].endswith("#bread")
    ways = [
        [link.text for link in way.cssselect("a")] for p in pages for way in p.cssselect(".ways")
    ]
    assert ways == [["Food"], ["Food"]]


def test_concepts_of_no_scheme_are_in_the_index_of_the_only_one(run: Run, tmp_path: Path) -> None:
    text = ':s a skos:ConceptScheme ; skos:prefLabel "S"@en ; skos:hasTopConcept :c0 .\n' + "".join(
        f':c{n} a skos:Concept ; skos:broader :c0 ; skos:prefLabel "Name {n}"@en .\n'
        for n in range(1, 60)
    )
    (tmp_path / "s.ttl").write_text(HEAD + text + ':c0 a skos:Concept ; skos:prefLabel "Top"@en .')
    run("init", tmp_path / "p", "--from", tmp_path / "s.ttl")
    run("--project", tmp_path / "p", "build", "-o", tmp_path / "site")
    page = html.fromstring((tmp_path / "site/s.html").read_bytes())
    assert [link.text for link in page.cssselect(".letters a")] == ["N", "T"]


def test_a_scheme_that_isnt_small_has_an_index_by_letters(run: Run, tmp_path: Path) -> None:
    """Two schemes: the index of each has its own concepts, on a page or on several."""
    names = ("Ångström", "ñu", "Zebra", "eel", "7 up", "École")
    text = "".join(
        f':s{s} a skos:ConceptScheme ; skos:prefLabel "Scheme {s}"@es . '
        + "".join(
            f':c{s}-{n} a skos:Concept ; skos:inScheme :s{s} ; skos:notation "{n % 7}.{n}" ; '
            f'skos:prefLabel "{names[n % 6]} {n}"@es .\n'
            for n in range(size)
        )
        for s, size in ((1, 250), (2, 60), (3, 20))
    )
    (tmp_path / "all.ttl").write_text(HEAD + text)
    run("init", tmp_path / "p", "--from", tmp_path / "all.ttl")
    site = tmp_path / "site"
    run("--project", tmp_path / "p", "build", "-o", site)

    def index(page: Path) -> dict[str, str]:
        tree = html.fromstring(page.read_bytes())
        return {link.text: link.get("href") for link in tree.cssselect(".letters a")}

    assert list(index(site / "s1.html")) == ["#", "A", "E", "Ñ", "Z"]
    assert index(site / "s3.html") == {}
    for scheme, pages in (("s1", ("in-scheme-1", "in-scheme-1/2")), ("s2", ("in-scheme-2",))):
        listed: list[str] = []
        for name in pages:
            page = site / f"class/{name}.html"
            tree = html.fromstring(page.read_bytes())
            listed += [link.text_content() for link in tree.cssselect(".members a")]
        assert listed == sorted(listed, key=lambda name: sort_key(name, "es"))
        assert len(listed) == len(set(listed)) == {"s1": 250, "s2": 60}[scheme]
        for letter, href in index(site / f"{scheme}.html").items():
            path, _, anchor = href.partition("#")
            [name] = html.fromstring((site / path).read_bytes()).xpath(
                "//li[@id=$anchor]/a", anchor=unquote(anchor)
            )
            assert initial(name.text_content(), "es") == letter
    first = html.fromstring((site / "class/in-scheme-2.html").read_bytes())
    assert first.cssselect("h1")[0].text_content() == "Conceptos de: Scheme 2"
    assert "60 Conceptos" in first.text_content()


COLLECTIONS = """
:s a skos:ConceptScheme ; skos:prefLabel "Sizes"@en .
:a a skos:Concept ; skos:inScheme :s ; skos:prefLabel "Large"@en .
:b a skos:Concept ; skos:inScheme :s ; skos:prefLabel "Small"@en ; skos:notation "c10" .
:c a skos:Concept ; skos:inScheme :s ; skos:prefLabel "Tiny"@en ; skos:notation "c2" .
:all a skos:Collection ; skos:prefLabel "All sizes"@en ; skos:member :a, :b, :c .
:few a skos:Collection ; skos:prefLabel "Few"@en ; skos:inScheme :s .
:up a skos:OrderedCollection ; skos:prefLabel "By size"@en ; skos:memberList ( :c :b :all :a ) .
:b skos:exactMatch <https://one.example/b>, <https://one.example/bb> ;
  skos:broadMatch <https://two.example/x>, :x . :x a skos:Concept ; skos:inScheme :t ;
  skos:prefLabel "Ex"@en ; skos:closeMatch :c .
:t a skos:ConceptScheme ; skos:prefLabel "Other"@en .
"""


@pytest.fixture(scope="module")
def sizes(run: Run, tmp_path_factory: pytest.TempPathFactory) -> dict[str, html.HtmlElement]:
    """The pages of a thesaurus with collections and mappings."""
    folder = tmp_path_factory.mktemp("sizes")
    (folder / "sizes.ttl").write_text(HEAD + COLLECTIONS)
    run("init", folder / "p", "--from", folder / "sizes.ttl")
    run("--project", folder / "p", "build", "-o", folder / "site")
    return {
        page.stem: html.fromstring(page.read_bytes()) for page in (folder / "site").glob("*.html")
    }


def rows(tree: html.HtmlElement, within: str) -> dict[str, list[str]]:
    return {
        fact.cssselect("dt")[0].text_content(): [
            " ".join(dd.text_content().split()) for dd in fact.cssselect("dd")
        ]
        for fact in tree.cssselect(f"{within} .fact")
    }


def test_collections_are_on_the_page_of_their_scheme_and_of_their_members(
    sizes: dict[str, html.HtmlElement],
) -> None:
    listed = [" ".join(li.text_content().split()) for li in sizes["s"].cssselect(".collection li")]
    assert listed == ["All sizes 3 members", "By size 4 members", "Few"]
    assert [link.text for link in sizes["s"].cssselect(".tree a")] == ["Tiny", "Small", "Large"]
    assert rows(sizes["a"], "section.facts")["in collection"] == ["All sizes", "By size"]
    assert rows(sizes["all"], "section.facts")["in collection"] == ["By size"]
    assert not sizes["a"].cssselect("section.pointing")


def test_members_are_in_their_order_or_by_notation(sizes: dict[str, html.HtmlElement]) -> None:
    assert rows(sizes["all"], "section.facts")["member"] == ["c2 Tiny", "c10 Small", "Large"]
    ordered = [link.text for link in sizes["up"].cssselect("ol.items a")]
    assert ordered == ["Tiny", "Small", "All sizes", "Large"]


def test_mappings_are_by_vocabulary_in_a_section_of_their_own(
    sizes: dict[str, html.HtmlElement],
) -> None:
    parts = sizes["b"].cssselect(".mappings h3, .mappings dd")
    mapped = [part.text_content() for part in parts]
    assert mapped == [
        *("one.example", "one.example/b", "one.example/bb"),
        *("Other", "Ex"),
        *("two.example", "two.example/x"),
    ]
    assert "exact match" not in rows(sizes["b"], "section.facts")
    # What another concept says of this one counts.
    assert rows(sizes["c"], ".mapping") == {"close match": ["Ex"]}


def test_kinds_of_broader_that_others_have_make_the_tree() -> None:
    iso = "@prefix iso: <http://purl.org/iso25964/skos-thes#> . "
    own = "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . "
    text = ":s skos:hasTopConcept :a . :b iso:broaderGeneric :a . :b :parts :c . "
    text += ":parts rdfs:subPropertyOf :near . :near rdfs:subPropertyOf skos:narrower . "
    assert drawn(of(iso + own + text).tree(node("s"))) == {"a": {"b": {"c": {}}}}
    assert [len(way) for way in of(iso + own + text).ways(node("c"))] == [2]


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("en", ["Ångström", "concept 2", "Concept 10", "łan", "ñu 1", "Öl"]),
        ("sv", ["concept 2", "Concept 10", "łan", "ñu 1", "Ångström", "Öl"]),
        ("pl-PL", ["lot", "łan", "Öl", "sad", "śnieg", "zupa", "źle", "żaba"]),
        ("cs", ["cihla", "čaj", "hora", "chata", "iris"]),
        ("es", ["nube", "ñu 1", "Öl"]),
    ],
)
def test_names_are_sorted_as_their_language_does(language: str, names: list[str]) -> None:
    shuffled = sorted(names, key=lambda name: name[::-1])
    assert sorted(shuffled, key=lambda name: sort_key(name, language)) == names


def test_labels_that_are_things_name_concepts() -> None:
    text = (
        "@prefix xl: <http://www.w3.org/2008/05/skos-xl#> . :s skos:hasTopConcept :a, :b . "
        ':a xl:prefLabel :l . :l xl:literalForm "Zinc"@en . '
        ':b xl:prefLabel [ xl:literalForm "Brass"@en ] ; xl:altLabel :m . '
        ':m xl:literalForm "B"@en .'
    )
    found = of(text)
    assert found.wording.label(node("a")).value == "Zinc"
    assert found.wording.label(node("l")).value == "Zinc"
    assert found.dataset.texts(node("b"), SKOS.term("altLabel")) == ["B"]
    assert drawn(found.tree(node("s"))) == {"b": {}, "a": {}}
