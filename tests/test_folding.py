"""What a person reads first: in the project's order and groups, without what is said already."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest
from lxml import html

from mipex_kg.dataset.arrangement import Arrangement
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.dataset.folding import Folding
from mipex_kg.rdf.namespaces import PREFIXES
from tests.conftest import Run

HEAD = """@prefix : <https://e.test/> . @prefix kg: <https://w3id.org/mipex-kg/kg#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix prov: <http://www.w3.org/ns/prov#> .
@prefix schema: <http://schema.org/> . @prefix schemas: <https://schema.org/> .
:rule a kg:InferredGraph .
"""
# What is said of :a, or points to it, and how much of it is folded: by property and other end.
CASES = {
    "a general class beside another": (":a a schema:Person, foaf:Agent .", {"type Agent"}),
    "a general class alone": (":a a foaf:Agent .", set()),
    "general classes alone": (":a a foaf:Agent, prov:Agent .", set()),
    "a broader class": (
        ":a a :Poet, :Writer . :Poet rdfs:subClassOf :Author . :Author rdfs:subClassOf :Writer .",
        {"type Writer"},
    ),
    "classes that mean the same": (
        ":a a :Poet, :Bard . :Bard owl:equivalentClass :Poet .",
        {"type Bard"},
    ),
    "classes in a circle": (
        ":a a :X, :Y . :X rdfs:subClassOf :Y . :Y rdfs:subClassOf :X .",
        {"type Y"},
    ),
    "two classes": (":a a :Poet, :Baker .", set()),
    "an inferred class": (":a a :Poet . :rule { :a a :Human . }", {"type Human"}),
    "inferred classes alone": (":rule { :a a :Human . }", set()),
    "an inferred link to what is linked": (
        ":a :teaches :b . :rule { :a :knows :b . }",
        {"knows b"},
    ),
    "an inferred link from what is linked": (
        ":a :teaches :b . :rule { :b :knows :a . }",
        {"knows b"},
    ),
    "an inferred link to what nothing else links": (":rule { :a :knows :b . }", set()),
    "an inferred link to what a role links": (
        ":r a :Role ; :who :a ; :at :b . :rule { :a :memberOf :b . }",
        {"memberOf b"},
    ),
    "an inferred text that a role has": (
        ':r a :Role ; :who :a ; :title "Cook"@en . :rule { :a :job "cook" . }',
        {"job cook"},
    ),
    "an inferred number": (":a :rooms 3 . :rule { :a :floors 3 . }", set()),
    "the same, stated and inferred": (":a :knows :b . :rule { :a :knows :b . }", set()),
    "a link to a role": (":r a :Role . :rule { :a :has :r . }", set()),
    "a wider property": (
        ":a :teaches :b ; :knows :b . :teaches rdfs:subPropertyOf :knows .",
        {"knows b"},
    ),
    "a wider property of something else": (
        ":a :teaches :b ; :knows :c . :teaches rdfs:subPropertyOf :knows .",
        set(),
    ),
    "properties that mean the same": (
        ":a :site :b ; :page :b . :page owl:equivalentProperty :site .",
        {"page b"},
    ),
    "the inverse": (
        ":a :teaches :b . :b :taughtBy :a . :taughtBy owl:inverseOf :teaches .",
        {"taughtBy b"},
    ),
    "an inverse that says something new": (
        ":a :teaches :b . :c :taughtBy :a . :taughtBy owl:inverseOf :teaches .",
        set(),
    ),
    "a symmetric property": (
        ":a :near :b . :b :near :a . :near a owl:SymmetricProperty .",
        {"near b"},
    ),
    "what the project folds": (':a :code "x" . :b :code :a .', {"code x", "code b"}),
    "a text in a kind of its language": (
        ':a :is "A"@en, "A"@en-GB, "Aye"@en-AU, "A"@de-AT ; :was "A"@en-US .',
        {'is "A"@en-gb'},
    ),
    "a class that the project folds": (":a a :Listed, :Poet .", {"type Listed"}),
    "a class that the project folds, alone": (":a a :Listed .", set()),
}


def local(term: object) -> str:
    if isinstance(term, ox.Literal) and term.language:
        return str(term)
    return str(getattr(term, "value", term)).replace("#", "/").rpartition("/")[2]


@pytest.mark.parametrize(("said", "folded"), CASES.values(), ids=CASES)
def test_what_is_said_already_is_folded(said: str, folded: set[str]) -> None:
    quads = tuple(ox.parse(HEAD + said, format=ox.RdfFormat.TRIG))
    e = "https://e.test/"
    arrangement = Arrangement(folded=frozenset({ox.NamedNode(e + n) for n in ("code", "Listed")}))
    nested = frozenset({ox.NamedNode(e + "Role")})
    dataset = Dataset(quads, (), PREFIXES, nested_classes=nested, arrangement=arrangement)
    thing = ox.NamedNode(e + "a")
    found = Folding(dataset).of(dataset.about(thing), dataset.pointing_to(thing))
    ends = ((q, q.object if q.subject == thing else q.subject) for q in found)
    assert {f"{local(q.predicate)} {local(end)}" for q, end in ends} == folded


SETTINGS = """[project]
name = "school"
title = "School"
base = "https://e.test/"

[prefixes]
e = "https://e.test/"

[documents]
nested = ["e:Role", "e:Post"]

[pages]
classes = ["e:Teacher"]

[pages.facts."e:Teacher"]
"Work" = ["e:Role", "e:Post", "^e:ledBy"]
"" = ["e:room", "e:born"]

[pages.columns]
"e:Teacher" = ["e:room", "^e:ledBy"]
"""
FACTS = """@prefix : <https://e.test/> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix oa: <http://www.w3.org/ns/oa#> . @prefix schema: <http://schema.org/> .
:Teacher rdfs:label "Teacher"@en . :Role rdfs:label "Role"@en . :Post rdfs:label "Post"@en .
:ada a :Teacher, foaf:Agent ; schema:name "Ada"@en ; :born "1990" ; :room :r1 ; :age 33 ;
   :zeal "great" ; :shares :r1 ; schema:alternateName "Ada B."@en .
:bo a :Teacher ; schema:name "Bo"@en ; :room :r2 .
:r1 a :Room ; schema:name "Room 1"@en ; :floor :f1 ; :window "north" .
:r2 a :Room ; schema:name "Room 2"@en ; :floor :f1 ; :window "south" .
:f1 a :Floor ; schema:name "Floor 1"@en .
:club a :Club ; schema:name "Chess"@en ; :ledBy :ada .
:head a :Role ; schema:name "Ada, head"@en ; :who :ada ; :title "Head" ; :of :club .
:maths a :Post ; schema:name "Ada at the school"@en ; :who :ada ; :title "Teacher of maths" .
:page a schema:WebPage ; schema:name "The page"@en .
"""
PASSAGES = "".join(
    f':p{start} a oa:SpecificResource ; rdfs:label "Passage {start}"@en ; oa:hasSource :page ;'
    f' oa:hasSelector [ oa:exact "{words}" ] , [ oa:start {start} ; oa:end {start + 9} ] .\n'
    for start, words in ((40, "Ada leads the club."), (5, "Our teachers"), (20, "Ada and Bo"))
)


@pytest.fixture(scope="module")
def school(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("school")
    (folder / "data").mkdir()
    (folder / "mipex-kg.toml").write_text(SETTINGS)
    (folder / "data" / "facts.ttl").write_text(FACTS + PASSAGES)
    run("build", cwd=folder)
    return folder


def page(school: Path, name: str) -> html.HtmlElement:
    return html.fromstring((school / "site" / f"{name}.html").read_bytes())


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def test_a_page_has_the_groups_and_the_order_of_the_settings(school: Path) -> None:
    ada = page(school, "ada")
    sections = ada.cssselect("article > section.facts")
    assert [words(s.cssselect("h2")[0]) for s in sections] == ["Work", "Facts"]
    work, facts = sections
    # What is linked in the same way is one table, whose rows are named by what tells them apart.
    (table,) = work.cssselect("table")
    assert [words(head) for head in table.cssselect("thead th")] == ["title", "of"]
    assert [words(head) for head in table.cssselect("tbody th")] == ["Head", "Teacher of maths"]
    assert [a.get("href") for a in table.cssselect("tbody th a")] == ["head.html", "maths.html"]
    assert [words(dd) for dd in work.cssselect("dd")] == ["Chess"]
    rows = [words(dt) for dt in facts.cssselect("dt")]
    # What the settings don't name follows: other names, then links, then texts and numbers.
    assert rows == ["room", "born", "alternate name", "shares", "age", "zeal"]


def test_what_a_page_folds_is_among_all_statements(school: Path) -> None:
    ada, bo = page(school, "ada"), page(school, "bo")
    assert "Agent" not in words(ada.cssselect("article > header")[0])
    (every,) = ada.cssselect("details.every")
    types = next(f for f in every.cssselect(".fact") if words(f.cssselect("dt")[0]) == "rdf:type")
    assert [words(dd) for dd in types.cssselect("dd")] == ["e:Teacher", "foaf:Agent"]
    listed = {words(dt) for dt in every.cssselect("dt")}
    assert {"schema:name", "e:born", "e:room", "e:age", "← e:who", "← e:ledBy"} <= listed
    assert not bo.cssselect("details.every")


def test_a_list_has_the_columns_of_the_settings(school: Path) -> None:
    (table,) = page(school, "class/teacher").cssselect("table.list")
    rows = [[words(cell) for cell in row] for row in table.cssselect("tr")]
    assert [row[0] for row in rows] == ["Name", "Ada", "Bo"]
    assert [row[1] for row in rows] == ["room", "Room 1", "Room 2"]
    assert [row[2] for row in rows[1:]] == ["Chess", ""]


def test_a_list_without_settings_has_what_tells_its_members_apart(school: Path) -> None:
    (table,) = page(school, "class/room").cssselect("table.list")
    # All rooms are on one floor, which tells nothing.
    rows = [[words(cell) for cell in row] for row in table.cssselect("tr")]
    assert rows == [["Name", "window"], ["Room 1", "north"], ["Room 2", "south"]]


def test_the_page_of_a_source_has_its_passages_in_its_order(school: Path) -> None:
    source = page(school, "page")
    quoted = [words(quote) for quote in source.cssselect(".reading blockquote")]
    assert quoted == ["Our teachers", "Ada and Bo", "Ada leads the club."]
    links = [a.get("href") for a in source.cssselect(".reading figcaption a")]
    assert links == ["p5.html", "p20.html", "p40.html"]
    assert not source.cssselect(".pointing")


def test_a_description_is_the_same_in_the_terminal(school: Path, run: Run) -> None:
    told = json.loads(run("describe", "Ada", "-f", "json", cwd=school).out)
    facts = page(school, "ada").cssselect("section.facts")[-1]
    rows = [words(dt) for dt in facts.cssselect("dt")]
    assert [(f["property"], f["group"]) for f in told["facts"]] == [
        (name, "") for name in ("name", *rows)
    ]
    assert [f["group"] for f in told["pointing"] if f["property"] == "led by"] == ["Work"]
    short = run("describe", "Ada", cwd=school).out.decode()
    assert "Agent" not in short
