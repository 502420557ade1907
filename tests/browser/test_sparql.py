"""The SPARQL page answers in the browser what the command line answers, and nothing leaves it."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import rdflib
from playwright.sync_api import Browser, Page, Playwright
from rdflib.compare import isomorphic

from mipex_kg.dataset import querying
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.project.project import Project
from mipex_kg.site.hosting.rules import POLICY
from mipex_kg.sparql import named_queries
from tests.asking import answer as own_answer
from tests.browser.conftest import (
    WIDTHS,
    Visitor,
    file_address,
    program,
    running,
    violations,
)
from tests.browser.serving import Site, serve
from tests.conftest import absent
from tests.mistaken_queries import MISTAKES

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER (?a != ?d) }"
FIRST_ROWS = 200


class Asking:
    """The page, as a visitor uses it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.wait_for_selector("#ask-run:enabled")
        page.hover("#ask-run")
        page.wait_for_selector("#ask-code .cm-content")

    def write(self, text: str) -> None:
        """Put a query into the editor, by a link to it."""
        self.page.evaluate("hash => { location.hash = hash }", f"query={quote(text)}")

    def run(self) -> str:
        """Run it; tell the status, once there is an answer or a problem."""
        self.page.click("#ask-run")
        return self.wait()

    def wait(self) -> str:
        self.page.wait_for_selector("#ask[aria-busy=false]")
        return self.page.inner_text("#ask-status")

    @property
    def problem(self) -> str:
        return self.page.inner_text("#ask-problem")

    def rows(self) -> list[list[str]]:
        found: list[list[str]] = self.page.locator("#ask-shown tbody tr").evaluate_all(
            "rows => rows.map(row => [...row.querySelectorAll('td')].map(cell => cell.innerText))"
        )
        return found

    def save(self, format: str) -> str:
        with self.page.expect_download() as waiting:
            self.page.click(f"#ask-save button:has-text('{format}')")
        return Path(waiting.value.path()).read_bytes().decode()

    def written(self) -> str:
        """Read the query in the editor."""
        return "\n".join(self.page.locator("#ask-code .cm-line").all_text_contents())


@pytest.fixture
def asking(visitor: Visitor) -> Asking:
    return Asking(open_page(visitor))


@pytest.fixture(scope="module")
def same_page(chromium: Browser, site: Site) -> Iterator[Asking]:
    """Open the page once for many queries, as a visitor would."""
    visitor = Visitor(chromium, site)
    yield Asking(open_page(visitor))
    assert visitor.close() == []


def open_page(visitor: Visitor, fragment: str = "", **options: Any) -> Page:
    if not (visitor.site.folder / "sparql.html").is_file():
        absent("The SPARQL page (make assets)")
    return visitor.open(f"sparql.html{fragment}", **options)


def answer(text: str, dataset: Dataset, format: str) -> str:
    return own_answer(text, dataset, format=format).text


def test_every_named_query_has_the_answer_of_the_command_line(
    same_page: Asking, project: Project, dataset: Dataset
) -> None:
    library = named_queries.load_queries(project.query_files)
    differing = []
    for name, query in library.items():
        same_page.page.select_option("#ask-named", name)
        same_page.run()
        text = named_queries.bind(query, {}, dataset.prefixes)
        if querying.makes_graph(text):
            same = same_graph(same_page.save("Turtle"), answer(text, dataset, "turtle"))
        elif same_page.page.is_visible("#ask-save button:has-text('CSV')"):
            same = same_page.save("CSV") == answer(text, dataset, "csv")
        else:
            same = json.loads(same_page.save("JSON")) == json.loads(answer(text, dataset, "json"))
        if not same:
            differing.append(name)
    assert len(library) > 40
    assert not differing


QUERIES = {
    "columns in the order of the text": "SELECT * { ?z a schema:Country ; schema:name ?a }",
    "graphs": "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g",
    "the merge has each triple once": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "FROM merges": "SELECT ?s ?p ?o FROM graph:ontology FROM graph:record { ?s ?p ?o }",
    "FROM NAMED": "SELECT (COUNT(*) AS ?n) FROM NAMED graph:record { GRAPH ?g { ?s ?p ?o } }",
    "only FROM NAMED": "SELECT * FROM NAMED graph:record { ?s ?p ?o }",
    "escapes": r'\u0053ELECT ?c { ?c schema:name "Espa\u00F1a"@es }',
    "a prefix of its own": "PREFIX s: <http://schema.org/> SELECT ?c { ?c a s:Country }",
    "a base": "BASE <http://schema.org/> SELECT ?c { ?c a <Country> }",
    "yes": "ASK { ?s a schema:Person }",
    "no": "ASK { ?s a schema:Nonsense }",
    "values of all kinds": """SELECT * { VALUES (?a ?b) { (1.5 "x"@en-GB) (UNDEF "a,\\"b\\"\\n")
        (true "2020-01-01"^^xsd:date) ("1"^^<http://x/y> <javascript:alert(1)>) } }""",
    "functions": 'SELECT (SHA256("x") AS ?h) (STRLEN("🙂") AS ?n) {}',
    "a path": "SELECT DISTINCT ?x { region:europe (^mipex:inGroup/schema:name)+ ?x }",
}


@pytest.mark.parametrize("text", QUERIES.values(), ids=QUERIES)
def test_a_query_means_what_it_means_on_the_command_line(
    same_page: Asking, dataset: Dataset, text: str
) -> None:
    same_page.write(text)
    same_page.run()
    found, expected = json.loads(same_page.save("JSON")), json.loads(answer(text, dataset, "json"))
    assert found.get("boolean") == expected.get("boolean")
    assert found["head"] == expected["head"]
    assert multiset(found) == multiset(expected)


def multiset(document: dict[str, Any]) -> Counter[str]:
    rows = document.get("results", {"bindings": []})["bindings"]
    return Counter(json.dumps(row, sort_keys=True) for row in rows)


@pytest.mark.parametrize(
    "text",
    [
        "DESCRIBE country:ES person:anna-busquets",
        "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }",
        """CONSTRUCT { ?c schema:geo [ rdfs:label ?name ; rdf:value 1.50, true, "tab\\t\\"'" ] }
        WHERE { ?c a schema:Country ; mipex:isoAlpha2 ?name FILTER (?name < "CA") }""",
        "CONSTRUCT { ?s a schema:Nothing } WHERE { ?s a schema:Nothing }",
    ],
)
def test_a_graph_is_turtle_that_says_the_same(
    same_page: Asking, dataset: Dataset, text: str
) -> None:
    same_page.write(text)
    status = same_page.run()
    turtle = same_page.save("Turtle")
    assert same_page.page.inner_text("#ask-shown pre").strip() == turtle.strip()
    assert same_graph(turtle, answer(text, dataset, "turtle"))
    count = len(rdflib.Graph().parse(data=turtle, format="turtle"))
    assert status.startswith(f"{count:,} triple")


def same_graph(one: str, other: str) -> bool:
    graphs = [rdflib.Graph().parse(data=text, format="turtle") for text in (one, other)]
    return isomorphic(*graphs)


def test_it_answers_with_the_network_cut_off(visitor: Visitor, site: Site) -> None:
    visitor.expected.append("icon.svg")  # the browser asks for it anew with each address
    with serve(site.folder) as local:
        page = open_page(visitor, site=local)
        asking = Asking(page)
        page.click("#ask-load")
        page.wait_for_selector("#ask-load", state="hidden")
        assert "Ready to use offline" in page.inner_text("#ask-status")
        page.context.set_offline(True)
    page.select_option("#ask-named", "countries")
    assert asking.run().startswith("52 rows.")
    assert [row[1] for row in asking.rows()][:2] == ["Albania en", "Argentina en"]


def test_nothing_of_a_query_is_sent(visitor: Visitor) -> None:
    page = open_page(visitor)
    asking = Asking(page)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(f"{request.url} {request.post_data}"))
    asking.write('SELECT ?s { ?s ?p "secret-4711" }')
    asking.run()
    assert any(".nq" in said for said in sent), "the graph is fetched"
    assert not [said for said in sent if "secret" in said]


UNDERLINED = """
document.querySelector('#ask-code').shadowRoot.querySelector('.cm-problem').textContent
"""


def test_mistakes_are_said_in_plain_words_and_underlined(same_page: Asking) -> None:
    for text, (problem, (line, column), token) in MISTAKES.items():
        same_page.write(text)
        same_page.run()
        assert problem in same_page.problem, text
        place = re.search(r"Line (\d+), column (\d+)\.$", same_page.problem)
        assert place is not None, text
        if token != "<rel>" and "GROUP" not in problem:
            assert tuple(map(int, place.groups())) == (line, column), text
            assert same_page.page.evaluate(UNDERLINED) == token, text
            same_page.page.keyboard.type("¤")
            assert same_page.written().split("\n")[line - 1].index("¤") == column - 1, text


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("INSERT DATA { <http://x/> a <http://x/> }", "read-only"),
        ("PREFIX x: <http://x/>", "A query must contain"),
        ("SELECT * { SERVICE <http://x/> { ?s ?p ?o } }", "this page sends nothing"),
        ("SELECT * {\n  ?s nope:a ?o }", "The prefix nope: is not declared."),
    ],
)
def test_what_cannot_be_answered_is_refused_and_the_next_query_is_answered(
    same_page: Asking, text: str, problem: str
) -> None:
    same_page.write(text)
    same_page.run()
    assert problem in same_page.problem
    same_page.write("ASK {}")
    assert same_page.run().startswith("Yes")
    assert not same_page.page.is_visible("#ask-problem")


def test_a_query_that_breaks_the_engine_is_told_and_the_next_is_answered(
    playwright: Playwright, site: Site
) -> None:
    # The Chromium without windows has so small a stack that the whole page breaks.
    with running(playwright, program("chromium")) as browser:
        visitor = Visitor(browser, site)
        asking = Asking(open_page(visitor))
        asking.write("SELECT * " + "{" * 20000 + "}" * 20000)
        asking.run()
        assert "ran out of memory" in asking.problem
        asking.write("ASK {}")
        assert asking.run().startswith("Yes")
        assert not asking.page.is_visible("#ask-problem")
        assert visitor.close() == []


def test_a_query_that_finds_nothing_says_what_occurs_nowhere(same_page: Asking) -> None:
    same_page.write("SELECT * FROM graph:nope { ?s a schema:Persn }")
    assert same_page.run().startswith("0 rows.")
    notes = same_page.page.inner_text("#ask-notes")
    assert "There is no graph <https://w3id.org/mipex-kg/graph/nope>" in notes
    assert "schema:Persn does not appear in the data." in notes


def test_a_running_query_can_be_stopped_and_another_run(asking: Asking) -> None:
    asking.page.click("#ask-load")
    asking.page.wait_for_selector("#ask-load", state="hidden")
    asking.write(ENDLESS)
    asking.page.click("#ask-run")
    asking.page.wait_for_selector("#ask[aria-busy=true]")
    asking.page.click("#ask-stop")
    asking.wait()
    assert asking.problem == "Stopped."
    asking.write("ASK {}")
    assert asking.run().startswith("Yes")


def test_a_query_is_stopped_when_its_time_is_up(visitor: Visitor, site: Site) -> None:
    settings = json.loads((site.folder / "assets" / "sparql.json").read_bytes())
    page = visitor.open("index.html")
    page.route("**/sparql.json", lambda route: route.fulfill(json={**settings, "limit": 1}))
    page.goto(site.url("sparql.html"))
    asking = Asking(page)
    asking.write(ENDLESS)
    asking.run()
    assert "Stopped after 1 seconds" in asking.problem


def test_many_rows_are_shown_when_asked_for(same_page: Asking, dataset: Dataset) -> None:
    text = "SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?s ?p ?o"
    same_page.write(text)
    status = same_page.run()
    total = len(list(csv.reader(io.StringIO(answer(text, dataset, "csv"))))) - 1
    assert status.startswith(f"{total:,} rows.")
    count = "document.querySelectorAll('#ask-shown tbody tr').length"
    assert same_page.page.evaluate(count) == FIRST_ROWS
    same_page.page.click(f"text=Show all {total:,} rows")
    assert same_page.page.evaluate(count) == total


def test_things_link_to_their_pages_and_nothing_else_can_be_run(
    same_page: Asking, site: Site
) -> None:
    same_page.write(
        "SELECT ?x ?y { ?x a schema:Country BIND (IRI('javascript:alert(1)') AS ?y) } ORDER BY ?x"
    )
    same_page.run()
    links = same_page.page.locator("#ask-shown td a")
    targets = links.evaluate_all("all => all.map(link => link.getAttribute('href'))")
    assert len(targets) == len(same_page.rows())
    assert [target for target in targets if not (site.folder / target).is_file()] == []
    assert links.first.inner_text() == "Albania"
    assert same_page.rows()[0][0] == "Albania country:AL"
    assert targets[0] == "country/AL.html"


def test_a_link_brings_the_query_and_a_shared_one_its_answer(visitor: Visitor) -> None:
    text = 'SELECT ?s\n{ ?s schema:name "a+b & c#é" }'
    asking = Asking(open_page(visitor, f"#query={quote(text)}"))
    assert asking.written() == text
    assert "downloads the query engine" in asking.page.inner_text("#ask-status")
    asking.run()
    again = asking.page.get_attribute("#ask-permalink", "href")
    assert again is not None
    shared = visitor.open(again)
    shared.wait_for_selector("#ask-answer:not([hidden])")
    assert Asking(shared).written() == text
    named = Asking(visitor.open("sparql.html#named=countries"))
    assert "?isoAlpha2" in named.written()
    assert named.page.input_value("#ask-named") == "countries"


def test_the_values_of_a_query_are_a_form_and_part_of_its_link(visitor: Visitor) -> None:
    page = open_page(visitor, "#named=group-members")
    asking = Asking(page)
    field = page.get_by_label("The group whose members are listed")
    assert field.input_value() == "group:coordination-team"
    field.fill("group:experts")
    assert "org:organization group:experts ;" in asking.written()
    asking.run()
    experts = asking.rows()
    assert "named=group-members&$group=group%3Aexperts&run" in page.url
    field.fill("not a thing")
    page.click("#ask-run")
    assert page.evaluate("document.activeElement.id") == "ask-value-group", "it is refused"
    page.goto("about:blank")
    page.go_back()
    page.wait_for_selector("#ask-answer:not([hidden])")
    assert Asking(page).rows() == experts
    page.select_option("#ask-named", "country-names")
    page.get_by_label("The language").fill('x" . } #')
    assert r'"x\" . } #"' in Asking(page).written(), "a value stays one term"


def test_no_answer_is_left_beneath_another_query(same_page: Asking) -> None:
    page = same_page.page
    page.select_option("#ask-named", "countries")
    same_page.run()
    page.click("#ask-code .cm-content")
    page.keyboard.type("#")
    assert "answer to the one before" in page.inner_text("#ask-stale")
    page.keyboard.press("Backspace")
    assert page.is_hidden("#ask-stale")
    page.select_option("#ask-named", "people")
    assert page.is_hidden("#ask-answer")
    assert not page.inner_text("#ask-status")


def test_names_with_numbers_have_a_chart(same_page: Asking) -> None:
    page = same_page.page
    page.select_option("#ask-named", "countries-per-group")
    same_page.run()
    bars = page.query_selector_all("#ask-chart .ask-bars > div")
    assert len(bars) == len(same_page.rows())
    assert bars[0].inner_text().split("\n")[0].startswith("EU Member States")
    page.select_option("#ask-named", "people")
    same_page.run()
    assert page.is_hidden("#ask-chart")


def test_the_history_stays_in_the_browser_and_can_be_emptied(visitor: Visitor) -> None:
    page = open_page(visitor)
    asking = Asking(page)
    assert page.is_hidden("#ask-asked")
    asking.write("ASK { ?s a schema:Person }")
    asking.run()
    page.goto(visitor.site.url("sparql.html"))
    asking = Asking(page)
    page.click("#ask-asked summary")
    page.click("text=ASK { ?s a schema:Person }")
    assert asking.written() == "ASK { ?s a schema:Person }"
    page.click("text=Empty the history")
    assert page.is_hidden("#ask-asked")
    assert page.evaluate("localStorage.length") == 0


def test_the_keyboard_is_enough(visitor: Visitor) -> None:
    page = open_page(visitor)
    asking = Asking(page)
    page.focus("#ask-named")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+a")
    page.keyboard.type("ASK { ?s a schema:Pers", delay=5)
    page.keyboard.press("Control+Space")
    page.wait_for_selector("[role=listbox] [aria-selected=true]")
    assert "schema:Person" in page.inner_text("[role=listbox] [aria-selected=true]")
    page.wait_for_timeout(100)  # CodeMirror takes no choice in the first 75 ms
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    assert asking.wait().startswith("Yes")
    assert asking.written() == "ASK { ?s a schema:Person}"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "ask-run"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Save as JSON"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.id") == "ask-code"


def test_the_editor_comes_when_it_is_wanted_and_the_caret_stays(visitor: Visitor) -> None:
    page = open_page(visitor)
    page.wait_for_selector("#ask-run:enabled")
    page.wait_for_load_state("networkidle")
    assert page.is_visible("textarea#ask-query")
    loaded = "performance.getEntriesByType('resource').map(entry => entry.name).join()"
    assert "editor" not in page.evaluate(loaded)
    page.evaluate("document.getElementById('ask-query').setSelectionRange(2, 2)")
    page.focus("#ask-query")
    page.wait_for_selector("#ask-code .cm-content:focus")
    assert "editor" in page.evaluate(loaded)
    assert page.is_hidden("textarea#ask-query")
    page.keyboard.type("¤")
    assert Asking(page).written().startswith("# ¤What")


def test_things_are_completed_by_their_labels(asking: Asking) -> None:
    page = asking.page
    asking.run()
    page.click("#ask-code .cm-content")
    page.keyboard.press("Control+a")
    page.keyboard.type("DESCRIBE busquets", delay=5)
    page.keyboard.press("Control+Space")
    page.wait_for_selector("[role=listbox]")
    offered = page.locator("[role=option]").all_inner_texts()
    assert "person:anna-busquetsAnna Busquets" in offered
    assert all("busquets" in option.lower() for option in offered)


@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_whatever_the_page_shows(visitor: Visitor, axe: str, width: int) -> None:
    page = open_page(visitor, width=width)
    dark = width == WIDTHS[-1]
    asking = Asking(page)
    assert violations(page, axe, dark=dark) == []
    page.select_option("#ask-named", "countries-per-group")
    asking.run()
    page.click("#ask-asked summary")
    assert violations(page, axe, dark=dark) == []
    asking.write("DESCRIBE country:ES")
    asking.run()
    assert violations(page, axe, dark=dark) == []
    asking.write("SELECT * {\n  ?s sche }")
    asking.run()
    page.keyboard.press("Control+Space")
    page.wait_for_selector("[role=listbox]")
    assert violations(page, axe, dark=dark) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_policy_is_in_force(visitor: Visitor) -> None:
    visitor.expected.append("Content Security Policy")
    page = open_page(visitor)
    response = page.reload()
    assert response is not None
    assert response.headers["content-security-policy"] == POLICY
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<i style=\"color:red\">x</i>')")
    page.wait_for_timeout(50)
    assert any("Content Security Policy" in said for said in visitor.complaints)


def test_without_a_script_the_page_says_what_to_do(visitor: Visitor, site: Site) -> None:
    visitor.expected += ["CORS policy", "net::ERR_FAILED"]
    open_page(visitor)
    page = visitor.open(file_address(site.folder / "sparql.html"))
    page.wait_for_selector("#ask-start pre", state="visible")
    assert "mipex-kg query" in page.inner_text("#ask-start")
    assert page.is_visible("#ask-start li:last-child a")
    assert page.is_disabled("#ask-run")


def test_an_engine_that_cannot_be_fetched_is_named(visitor: Visitor) -> None:
    visitor.expected.append("Failed to load resource")
    page = open_page(visitor)
    page.route("**/*.nq", lambda route: route.fulfill(status=404, body=""))
    asking = Asking(page)
    asking.run()
    assert asking.problem == "That failed: mipex-kg.nq: 404 Not Found."
    page.unroute("**/*.nq")
    asking.run()
    assert page.is_visible("#ask-shown table")


@pytest.fixture(scope="module")
def plain_context(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_without_javascript_the_query_stands_in_a_plain_field(
    plain_context: Page, site: Site
) -> None:
    plain_context.goto(site.url("sparql.html"))
    assert "SELECT ?class" in plain_context.input_value("#ask-query")
    plain_context.wait_for_selector("#ask-start pre", state="visible", timeout=180_000)
