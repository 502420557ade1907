"""What a page says is what SPARQL says of the thing: no more, no less, in words, with its grounds.

Nothing here uses the code that makes the pages: the graph is read from the dump that was built,
and asked in SPARQL.
"""

from __future__ import annotations

import posixpath
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from urllib.parse import unquote

import pyoxigraph as ox
import pytest
from lxml import html

from mipex_kg.dataset.words import PageWords, load_words
from tests.conftest import LIGHTHOUSES, ROOT, Run

LABELS = "schema:name|skos:prefLabel|rdfs:label|dct:title"
DCAT = "http://www.w3.org/ns/dcat#"
# Ours until it is at home, which no page shows.
STAND_INS = {"https://mipex-kg.example.org/", "mailto:maintainers@mipex-kg.example.org"}
PREFIXES = {
    "dct": "http://purl.org/dc/terms/",
    "kg": "https://w3id.org/mipex-kg/kg#",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "http://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
}
SKOS = PREFIXES["skos"]
# What the engine calls a property of a common vocabulary, as seen from its value.
COMMON = tomllib.loads((ROOT / "mipex_kg/site/pages/vocabularies.toml").read_text())
# What SKOS says in two directions stands on both pages as a fact.
SAME_TURNED = {
    "broader": "narrower",
    "narrower": "broader",
    "topConceptOf": "hasTopConcept",
    "hasTopConcept": "topConceptOf",
    "closeMatch": "closeMatch",
    "exactMatch": "exactMatch",
}
# Passages have a page that shows their selectors as a quote, and ontologies one of terms.
SPECIAL = ("passage/", "ontology", "kg", "rule/", "graph/")


@dataclass(frozen=True)
class Site:
    """A built site, and the graph of its dump."""

    folder: Path
    base: str
    store: ox.Store
    words: PageWords

    def ask(self, query: str, **bound: ox.NamedNode | ox.Literal) -> Iterator[ox.QuerySolution]:
        for name, term in bound.items():
            query = re.sub(rf"\?{name}\b", str(term), query)
        found = self.store.query(query, prefixes=PREFIXES)
        assert isinstance(found, ox.QuerySolutions)
        return found

    def page(self, name: str) -> html.HtmlElement:
        return html.fromstring((self.folder / f"{name}.html").read_bytes())

    def things(self) -> list[str]:
        """Name the documents, as the dump has them."""
        rows = self.ask("SELECT DISTINCT ?s { ?s ?p ?o }")
        iris = (row["s"].value for row in rows if isinstance(row["s"], ox.NamedNode))
        return sorted({i.removeprefix(self.base) for i in iris if i.startswith(self.base)})

    def name(self, term: object) -> set[str]:
        """Give what a term may be called: its labels, its value, its address."""
        if isinstance(term, ox.Literal):
            return {squeezed(term.value)}
        assert isinstance(term, ox.NamedNode)
        rows = self.ask(f"SELECT ?label {{ ?thing {LABELS} ?label }}", thing=term)
        labels = {squeezed(row["label"].value) for row in rows}
        curies = {
            f"{prefix}:{term.value.removeprefix(namespace)}"
            for prefix, namespace in PREFIXES.items()
            if term.value.startswith(namespace)
        }
        bare = term.value.partition("://")[2].removeprefix("www.").rstrip("/")
        local = term.value.rstrip("/").replace("#", "/").rpartition("/")[2]
        known = {
            name
            for curie, name in COMMON["name"].items()
            if term.value == COMMON["prefixes"][curie.partition(":")[0]] + curie.partition(":")[2]
        }
        if said := self.words.term("name", term.value):
            known |= {said}
        return labels or known or {bare, local, words(local), *curies}

    def predicate_names(self, predicate: ox.NamedNode) -> set[str]:
        rows = list(self.ask("SELECT ?label { ?p rdfs:label ?label }", p=predicate))
        local = predicate.value.replace("#", "/").rpartition("/")[2]
        labels = {row["label"].value for row in rows}
        said = self.words.term("property", predicate.value)
        return labels | ({said} if said else set()) or {words(local)}

    def inverse_names(self, predicate: ox.NamedNode) -> set[str]:
        rows = list(self.ask("SELECT ?label { ?p kg:inverseLabel ?label }", p=predicate))
        if not rows and (said := self.words.term("inverse", predicate.value)):
            return {said}
        for prefix, namespace in COMMON["prefixes"].items():
            local = predicate.value.removeprefix(namespace)
            if not rows and (name := COMMON["inverse"].get(f"{prefix}:{local}")):
                return {name}
        named = {row["label"].value for row in rows}
        inverse = self.words.texts["inverse"]
        return named or {inverse.format(property=n) for n in self.predicate_names(predicate)}


def squeezed(text: str) -> str:
    return " ".join(text.split())


def words(local: str) -> str:
    return "".join(f" {c.lower()}" if c.isupper() else c for c in local).strip()


def text_of(element: html.HtmlElement) -> str:
    """Read an element's words, without its marks."""
    parts = []
    for part in element.iter():
        if part.text and not is_mark(part):
            parts.append(part.text)
        if part is not element and part.tail:
            parts.append(part.tail)
    return squeezed("".join(parts))


def is_mark(element: html.HtmlElement) -> bool:
    """Tell whether an element is no part of a name: a mark, a concept's notation, a number."""
    return not {"mark", "notation", "tally"}.isdisjoint(element.get("class", "").split())


def read(folder: Path, base: str) -> Site:
    (dump,) = folder.glob("*.nq")
    store = ox.Store()
    for quad in ox.parse(path=str(dump)):
        store.add(ox.Quad(*quad.triple))
        store.add(quad)
        if (name := quad.predicate.value.removeprefix(SKOS)) in SAME_TURNED:
            turned = ox.NamedNode(SKOS + SAME_TURNED[name])
            store.add(ox.Quad(quad.object, turned, quad.subject))
    language = html.fromstring((folder / "index.html").read_bytes()).get("lang")
    return Site(folder, base, store, load_words(str(language)))


@pytest.fixture(scope="module", params=["mipex", "lighthouses"])
def site(
    request: pytest.FixtureRequest,
    run: Run,
    bundled_site: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Site:
    if request.param == "mipex":
        return read(bundled_site, "https://w3id.org/mipex-kg/")
    folder = tmp_path_factory.mktemp("built") / "site"
    run("--project", LIGHTHOUSES, "build", "-o", folder)
    return read(folder, "https://lighthouses.example/")


@dataclass(frozen=True)
class Said:
    """What a page says: property, value, and the page that the value links to."""

    property: str
    value: str
    target: str


def said(page: html.HtmlElement, name: str, section: str) -> set[Said]:
    found = set()
    for fact in page.cssselect(f"{section} > dl > .fact"):
        (term,) = fact.xpath("./dt")
        values = fact.xpath("./dd/ul/li") or fact.xpath("./dd")
        for value in (value for value in values if not value.xpath("./dl")):
            links = [a for a in value.cssselect("a") if "mark" not in a.get("class", "")]
            target = links[0].get("href") if links else ""
            found.add(Said(text_of(term), text_of(value), resolved(target, name)))
    return found


def resolved(target: str, name: str) -> str:
    """Give the name of the page that a link leads to, or the address elsewhere."""
    if not target or "://" in target:
        return target
    path, _, fragment = unquote(target).partition("#")
    here = posixpath.normpath(posixpath.join(posixpath.dirname(name), path))
    return here.removesuffix(".html") + (f"#{fragment}" if fragment else "")


def is_among_all(
    every: set[Said], predicate: str, names: set[str], *, inward: bool = False
) -> bool:
    """Tell whether a statement is in the list of all statements, by the CURIE of its property."""
    local = predicate.replace("#", "/").rpartition("/")[2]
    return any(
        fact.property.startswith("← ") == inward
        and fact.property.endswith(f":{local}")
        and (fact.value in names or fact.target in names or fact.value.endswith(tuple(names)))
        for fact in every
    )


def ordinary(site: Site) -> list[str]:
    return [name for name in site.things() if "#" not in name and not name.startswith(SPECIAL)]


def nested(site: Site) -> set[str]:
    classes = "schema:Role, schema:OrganizationRole, <https://lighthouses.example/ontology#Service>"
    classes += ", dct:PeriodOfTime"  # which needs no name
    rows = site.ask(f"SELECT ?s {{ ?s a ?c FILTER (?c IN ({classes})) }}")
    return {row["s"].value for row in rows}


def test_every_thing_has_a_page(site: Site) -> None:
    for name in site.things():
        page = name.partition("#")[0]
        assert (site.folder / f"{page}.html").is_file(), name


def private_nodes(site: Site) -> set[str]:
    """The people who are marked as private, with the roles and posts between them and others."""
    rows = site.ask(
        "SELECT DISTINCT ?node ?other { ?node kg:noIndex true ; ?p ?other FILTER isIRI(?other) }"
    )
    found = [(row["node"].value, row["other"].value) for row in rows]
    inward = site.ask("SELECT DISTINCT ?other { ?node kg:noIndex true . ?other ?p ?node }")
    near = {other for _, other in found} | {row["other"].value for row in inward}
    return {node for node, _ in found} | (near & nested(site))


def is_left_out(site: Site, node: object, page: str) -> bool:
    """Tell whether a page must not name someone who is marked as private, or a role of theirs.

    Such people are named on their own pages, and on those of the groups that they belong to.
    """
    private, about = private_nodes(site), ox.NamedNode(site.base + page)
    if not isinstance(node, ox.NamedNode) or node.value not in private or about.value in private:
        return False
    groups = "?thing a ?class . ?class rdfs:subClassOf* <http://xmlns.com/foaf/0.1/Group>"
    return not any(True for _ in site.ask(f"SELECT ?class {{ {groups} }}", thing=about))


def distributions(page: html.HtmlElement) -> set[str]:
    """Name the files that the page of a dataset shows whole."""
    return {text_of(element) for element in page.cssselect("section.distribution h3")}


def test_a_page_says_what_the_graph_says_and_no_more(site: Site) -> None:
    between = nested(site)
    for name in ordinary(site):
        thing = ox.NamedNode(site.base + name)
        page = site.page(name)
        shown = {
            *said(page, name, "section.facts"),
            *said(page, name, "section.mappings"),
            *said(page, name, "section.translations"),
        }
        heading = text_of(page.cssselect("h1")[0])
        lead = [text_of(element) for element in page.cssselect("header .lead")]
        every = said(page, name, "details.every")
        kicker = {text_of(element) for element in page.cssselect(".kicker, .kicker a")}
        towards = [
            (row["s"].value.removeprefix(site.base), site.inverse_names(row["p"]))
            for row in site.ask("SELECT ?s ?p { ?s ?p ?o FILTER isIRI(?s) }", o=thing)
        ]
        unsaid = dict.fromkeys(
            fact
            for fact in shown
            if not any(fact.target == s and fact.property in names for s, names in towards)
        )
        for row in site.ask("SELECT DISTINCT ?p ?o { ?s ?p ?o }", s=thing):
            predicate, value = row["p"], row["o"]
            if value.value in {*STAND_INS, *between} or is_left_out(site, value, name):
                continue
            if isinstance(value, ox.BlankNode) and not listed(site, thing, predicate):
                continue  # which is drawn within the page
            is_told: object = False
            names = listed(site, thing, predicate) or site.name(value)
            if predicate.value.endswith("distribution") and names & distributions(page):
                continue
            is_own = isinstance(value, ox.Literal) and value.language in (None, first(site))
            if is_own and names & {heading, *lead}:
                continue
            fitting = {
                fact for fact in shown if is_written(value, fact.value) or fact.value in names
            }
            # A fact in another language is under the name of the language.
            if is_own or not isinstance(value, ox.Literal):
                called = (
                    {site.words.texts["is-a"]}
                    if predicate.value.endswith("ns#type")
                    else site.predicate_names(predicate)
                )
                fitting = {fact for fact in fitting if fact.property in called}
            if predicate.value.endswith("ns#type"):
                fitting = {
                    f
                    for f in shown
                    if f.property == site.words.texts["is-a"] and casefolded(f, names)
                }
                is_told = names & kicker
            assert fitting or is_told or every, f"{name}: {predicate} {value} is not on the page"
            for fact in fitting:
                unsaid.pop(fact, None)
            if isinstance(value, ox.NamedNode) and predicate.value.endswith("ns#type") is False:
                local = value.value.removeprefix(site.base)
                # Of a file there is nothing to show: a link to it downloads it.
                file = list(site.ask(f"SELECT ?f {{ ?o <{DCAT}downloadURL> ?f }}", o=value))
                path = "/".join(file[0]["f"].value.split("/")[3:]) if file else local
                assert (
                    local == name
                    or (every and not fitting)
                    or any(fact.target in (path, value.value) for fact in fitting)
                ), f"{name}: no link to {value}"
        assert not unsaid, f"{name} says what the graph doesn't: {unsaid}"


def test_what_is_folded_is_among_all_statements_with_all_others(site: Site) -> None:
    folded = 0
    for name in ordinary(site):
        page = site.page(name)
        every = said(page, name, "details.every")
        folded += bool(every)
        thing = ox.NamedNode(site.base + name)
        for row in site.ask("SELECT ?p ?o { ?s ?p ?o FILTER (!isBlank(?o)) }", s=thing):
            predicate, value = row["p"], row["o"]
            if not every or value.value in STAND_INS or is_left_out(site, value, name):
                continue
            if predicate.value.removeprefix(SKOS) in SAME_TURNED:
                continue
            local = value.value.replace("#", "/").rpartition("/")[2]
            written = {*site.name(value), value.value, value.value.removeprefix(site.base)}
            written |= {f":{local}"} if isinstance(value, ox.NamedNode) else set()
            written |= {fact.value for fact in every if is_written(value, fact.value)}
            assert is_among_all(every, predicate.value, written), f"{name}: {predicate} {value}"
        for row in site.ask("SELECT ?s ?p { ?s ?p ?o FILTER isIRI(?s) }", o=thing):
            source, predicate = row["s"], row["p"].value
            if not every or is_left_out(site, source, name):
                continue
            if predicate.removeprefix(SKOS) in SAME_TURNED:
                continue
            target = {*site.name(source), source.value.removeprefix(site.base)}
            assert is_among_all(every, predicate, target, inward=True), f"{name}: {source}"
    assert folded


def test_what_has_no_name_is_drawn_within_what_it_belongs_to(site: Site) -> None:
    query = (
        "SELECT ?s ?text { ?s ?p ?node . ?node ?q ?text FILTER (isIRI(?s) && isBlank(?node) && "
        "isLiteral(?text) && LANG(?text) IN ('', ?language)) }"
    )
    for row in site.ask(query, language=ox.Literal(first(site))):
        name = row["s"].value.removeprefix(site.base)
        if name in ordinary(site):
            drawn = site.page(name).cssselect("dl.inner dd") + site.page(name).cssselect(".fact dd")
            assert any(row["text"].value in text_of(dd) for dd in drawn), f"{name}: {row}"


def listed(site: Site, thing: ox.NamedNode, predicate: ox.NamedNode) -> set[str]:
    """Write the items of a list as a page does, if a property's value is one."""
    query = (
        "SELECT ?cell ?o (COUNT(?before) AS ?n) { ?s ?p ?head . ?head rdf:rest* ?before . "
        "?before rdf:rest* ?cell . ?cell rdf:first ?o } GROUP BY ?cell ?o ORDER BY ?n"
    )
    rows = list(site.ask(query, s=thing, p=predicate))
    return {", ".join(min(site.name(row["o"])) for row in rows)} if rows else set()


def is_written(value: object, text: str) -> bool:
    """Tell whether a text is a form of a number: the store keeps its value alone."""
    if not isinstance(value, ox.Literal) or "XMLSchema#" not in value.datatype.value:
        return False
    try:
        exact = re.sub(r"(?:.*\()?([\d,]+) bytes\)?", r"\1", text).replace(",", "")
        return Decimal(value.value) == Decimal(exact)
    except InvalidOperation:
        return False


def casefolded(fact: Said, names: set[str]) -> bool:
    return fact.value.casefold() in {name.casefold() for name in names}


def first(site: Site) -> str:
    return "de" if "lighthouses" in site.base else "en"


def test_what_points_to_a_thing_is_on_its_page(site: Site) -> None:
    between = nested(site)
    for name in ordinary(site):
        thing = ox.NamedNode(site.base + name)
        page = site.page(name)
        unsaid = dict.fromkeys(said(page, name, "section.pointing"))
        shown = {*unsaid, *said(page, name, "section.facts")}
        every = said(page, name, "details.every")
        for row in site.ask(
            "SELECT DISTINCT ?s ?p { { ?s ?p ?o } UNION "
            "{ ?s ?p ?list . ?list rdf:rest*/rdf:first ?o } }",
            o=thing,
        ):
            if row["s"].value in between or isinstance(row["s"], ox.BlankNode):
                continue
            if row["p"].value.removeprefix(SKOS) in SAME_TURNED:
                continue
            if is_left_out(site, row["s"], name):
                continue
            target = row["s"].value.removeprefix(site.base)
            called = site.inverse_names(row["p"])
            fitting = {f for f in shown if f.target == target and f.property in called}
            assert fitting or every, f"{name}: {row['s']} {row['p']} does not point here"
            for fact in fitting:
                unsaid.pop(fact, None)
        assert not unsaid, f"{name} says what the graph doesn't: {unsaid}"


def test_roles_and_posts_stand_on_the_pages_of_their_ends(site: Site) -> None:
    between = nested(site)
    rows = [
        (row["s"].value, row["o"])
        for row in site.ask("SELECT ?s ?o { ?s ?p ?o FILTER isIRI(?o) }")
        if row["s"].value in between and row["o"].value.startswith(site.base)
    ]
    assert rows
    for role, end in rows:
        name = end.value.removeprefix(site.base).partition("#")[0]
        is_shown = not is_left_out(site, ox.NamedNode(role), name)
        if name in ordinary(site) and end.value not in between and is_shown:
            links = {resolved(a.get("href"), name) for a in site.page(name).cssselect("table a")}
            assert role.removeprefix(site.base) in links, (role, name)


def test_every_fact_of_the_source_leads_to_its_words(site: Site) -> None:
    """A number at a fact leads to a note with the quotes of the passages behind it."""
    quotes = {
        (row["graph"].value, squeezed(row["exact"].value))
        for row in site.ask(
            "SELECT ?graph ?exact { ?graph a kg:StatedGraph ; prov:wasDerivedFrom ?passage . "
            "?passage oa:hasSelector/oa:exact ?exact }"
        )
    }
    for name in ordinary(site):
        page = site.page(name)
        thing = ox.NamedNode(site.base + name)
        rows = site.ask("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } ?g a kg:StatedGraph }", s=thing)
        graphs = {row["g"].value for row in rows}
        shown = {squeezed(text_of(q)) for q in page.cssselect(".note q")}
        for graph, quote in quotes:
            if graph in graphs:
                assert quote in shown, f"{name} lacks the words “{quote}”"
        for mark in page.cssselect("article a.mark"):
            (note,) = page.cssselect(mark.get("href"))
            assert mark.text in text_of_with_marks(note)


def text_of_with_marks(element: html.HtmlElement) -> str:
    return squeezed(element.text_content())


def test_a_note_leads_back_to_a_fact_that_has_its_mark(site: Site) -> None:
    notes = 0
    for name in ordinary(site):
        page = site.page(name)
        for note in page.cssselect(".note"):
            (back,) = note.cssselect("a.mark")
            (mark,) = page.cssselect(back.get("href"))
            assert mark.get("href") == f"#{note.get('id')}"
            assert mark.text == back.text
            assert mark not in page.cssselect(".sources .mark")
            notes += 1
    assert notes > 20


def test_a_mark_tells_the_kind_of_ground(site: Site) -> None:
    kinds = {
        "stated": "StatedGraph",
        "concluded": "EditorialGraph",
        "looked-up": "ReferenceGraph",
        "inferred": "InferredGraph",
    }
    seen = set()
    for name in ordinary(site):
        for note in site.page(name).cssselect(".note"):
            (mark,) = note.cssselect(".mark")
            kind = mark.get("class").split()[1]
            seen.add(kind)
            target = resolved(note.cssselect(".claim a")[0].get("href"), name)
            node = ox.NamedNode(site.base + target)
            cls = kinds[kind]
            rows = list(site.ask("SELECT ?c { ?g a ?c }", g=node))
            types = {row["c"].value.rpartition("#")[2] for row in rows}
            assert cls in types or (kind == "inferred" and "Rule" in types), (name, target)
    assert seen >= {"stated", "inferred", "looked-up"}


def test_passages_show_their_words_in_their_place(site: Site) -> None:
    rows = list(
        site.ask(
            "SELECT ?p ?start ?end ?exact ?source { ?p oa:hasSource/(schema:name|rdfs:label) "
            "?source ; oa:hasSelector/oa:start ?start ; oa:hasSelector/oa:end ?end ; "
            "oa:hasSelector/oa:exact ?exact }"
        )
    )
    assert rows
    for row in rows:
        page = site.page(row["p"].value.removeprefix(site.base))
        (figure,) = page.cssselect("figure")
        assert text_of(figure.cssselect("mark")[0]) == squeezed(row["exact"].value)
        place = text_of(figure.cssselect("figcaption")[0])
        span = {"start": row["start"].value, "end": row["end"].value}
        assert site.words.texts["characters"].format(**span) in place
        assert squeezed(row["source"].value) in place


def test_each_page_links_all_its_formats(site: Site) -> None:
    for name in ordinary(site):
        page = site.page(name)
        for links in (
            page.cssselect("head link[rel=alternate][type]"),
            page.cssselect(".downloads a"),
        ):
            assert {link.get("type") for link in links} == {
                "text/turtle",
                "application/trig",
                "application/ld+json",
                "application/rdf+xml",
                "application/n-triples",
            }
            for link in links:
                target = posixpath.join(posixpath.dirname(name), link.get("href"))
                assert (site.folder / posixpath.normpath(target)).is_file()


def test_each_page_gives_the_address_to_cite(site: Site) -> None:
    for name in ordinary(site):
        page = site.page(name)
        assert text_of(page.cssselect("aside .address")[0]) == site.base + name
        assert site.base + name in text_of(page.cssselect("aside .citation")[0])
