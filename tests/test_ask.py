"""The SPARQL page's settings, its files, and how these are fetched and shipped."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hatchling.builders.wheel import WheelBuilder

from mipex_kg.dataset.assembly import load_project_dataset
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.dataset.words import english
from mipex_kg.project.project import Project, load_project
from mipex_kg.site.pages.ask import Ask, make_ask
from mipex_kg.site.pages.assets import Assets, load_assets
from mipex_kg.site.pages.wording import Wording
from mipex_kg.sparql import named_queries, query_text
from tests.conftest import LIGHTHOUSES, ROOT, absent

BROWSER = ROOT / "mipex_kg" / "site" / "browser"
ASSETS = ROOT / "mipex_kg" / "site" / "_assets"
# What the tests of the page's settings need of the bundled files, which may not have been made.
TINY = Assets(
    "page.js",
    "worker.js",
    "engine.wasm.gz",
    "1.2.3",
    "LICENCES.txt",
    dict.fromkeys(("page.js", "worker.js", "engine.wasm.gz", "LICENCES.txt"), b"x"),
)


def ask_page(project: Project, dataset: Dataset) -> Ask:
    page = make_ask(project, dataset, Wording(dataset, english()), TINY)
    assert page is not None
    return page


def settings(page: Ask) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(page.settings()[1])
    return document


def test_without_the_bundled_files_there_is_no_page(project: Project, dataset: Dataset) -> None:
    assert make_ask(project, dataset, Wording(dataset, english()), None) is None


def test_all_that_the_script_loads_is_there(project: Project, dataset: Dataset) -> None:
    page = ask_page(project, dataset)
    told, files = settings(page), dict(page.files())
    assert {told["worker"], told["engine"]["path"], "assets/sparql.css"} <= files.keys()
    assert told["engine"]["bytes"] == len(files[told["engine"]["path"]])
    assert told["dump"] == "mipex-kg.nq"
    assert told["base"] == project.base
    assert told["prefixes"] == dict(project.prefixes)


def test_named_queries_are_ready_to_ask(project: Project, dataset: Dataset) -> None:
    library = named_queries.load_queries(project.query_files)
    ready = {query.name: query for query in ask_page(project, dataset).queries}
    assert ready.keys() == library.keys()
    text = ready["countries-of-group"].text
    assert text.startswith("SELECT")
    assert "mipex:inGroup region:europe ;" in text
    for name, query in ready.items():
        bound = named_queries.bind(library[name], {}, dataset.prefixes)
        assert meaning(query.text, dataset) == meaning(bound, dataset), name


def meaning(text: str, dataset: Dataset) -> list[str]:
    """Give the tokens of a query, IRIs in full."""
    query = query_text.Query(text, dataset.prefixes)
    iris = iter(query.iris())
    names = ("iri", "pname")
    return [next(iris) if token.kind in names else token.text for token in query.tokens]


def test_queries_are_in_groups_and_by_their_titles(project: Project, dataset: Dataset) -> None:
    groups = dict(ask_page(project, dataset).groups)
    assert list(groups) == sorted(groups)
    assert len(groups) > 5
    assert all(groups), "each query of MIPEX is in a group"
    for queries in groups.values():
        titles = [query.title.casefold() for query in queries]
        assert titles == sorted(titles)


def test_parameters_have_a_form_that_does_what_binding_does(
    project: Project, dataset: Dataset
) -> None:
    library = named_queries.load_queries(project.query_files)
    ready = {query.name: query for query in ask_page(project, dataset).queries}
    for name, query in library.items():
        assert len(ready[name].fields) == len(query.parameters), name
    field, *others = ready["group-members"].fields
    assert not others
    assert (field.name, field.type, field.default) == ("group", "iri", "group:coordination-team")
    assert ("group:experts", "Group of experts") in field.choices
    assert "org:organization <param:group> ;" in ready["group-members"].pattern
    told = {query["name"]: query for query in settings(ask_page(project, dataset))["queries"]}
    assert {"value": "group:experts", "label": "Group of experts"} in told["group-members"][
        "fields"
    ][0]["choices"]


@pytest.mark.parametrize(
    ("type", "text", "is_ready"),
    [
        ("iri", "ASK { ?x ?y ?z }", True),
        ("string", "ASK { ?s ?p ?o FILTER (STR(?o) = ?x) }", True),
        ("integer", "SELECT ?x { ?s ?p ?x }", True),
        ("string", "ASK { GRAPH ?x { ?s ?p ?o } }", False),
        ("string", 'SELECT ?x { VALUES ?x { "sample" "other" } }', False),
    ],
)
def test_a_query_that_needs_a_value_has_a_form_if_one_can_put_it_in(
    project: Project, dataset: Dataset, type: str, text: str, is_ready: bool
) -> None:
    needed = named_queries.Parameter("x", type, None, "What")
    needy = named_queries.NamedQuery("needy", "Needy", "", (needed,), text)
    wording = Wording(dataset, english())
    queries = Ask(project, dataset, (needy,), wording, TINY).queries
    assert [query.name for query in queries] == (["needy"] if is_ready else [])
    assert [query.text for query in queries] == ([text] if is_ready else [])


def test_the_terms_of_the_graph_are_offered_by_their_labels(
    project: Project, dataset: Dataset
) -> None:
    terms = dict(settings(ask_page(project, dataset))["terms"])
    assert terms["https://w3id.org/mipex-kg/ontology#inGroup"] == dataset.label(
        next(q.predicate for q in dataset.quads if q.predicate.value.endswith("#inGroup"))
    )
    assert "http://schema.org/Country" in terms
    assert "https://w3id.org/mipex-kg/country/ES" not in terms, "things come with the graph"


def test_a_project_of_another_domain_has_its_own() -> None:
    other = load_project(LIGHTHOUSES)
    told = settings(ask_page(other, load_project_dataset(other)))
    assert told["base"] == other.base
    assert told["language"] == "de"
    assert {query["name"] for query in told["queries"]} <= {p.stem for p in other.query_files}
    assert "mipex-kg/ontology#" not in json.dumps(told)


def test_every_text_that_the_script_asks_for_is_there(project: Project, dataset: Dataset) -> None:
    texts = settings(ask_page(project, dataset))["texts"]
    sources = "\n".join(path.read_text() for path in (BROWSER / "src").glob("*.js"))
    said = set(re.findall(r"(?:\bsay\(|QueryProblem\(|code: |code = |\?\? )'([a-z-]+)'", sources))
    reasons = sources[sources.index("const REASONS") :].partition("}")[0]
    said |= set(re.findall(r"': '(\w+)'", reasons))
    counted = set(re.findall(r"counted\('([a-z]+)'", sources))
    said |= counted | {f"{code}-one" for code in counted}
    assert {"misspelt", "too-slow", "rows-one", "absent-term", "unbound"} <= said
    assert said <= texts.keys()


def test_the_packages_are_pinned_with_their_hashes_and_no_registry() -> None:
    package = json.loads((BROWSER / "package.json").read_text())
    wanted = {**package["dependencies"], **package["devDependencies"]}
    assert package["private"] is True
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    lock = json.loads((BROWSER / "package-lock.json").read_text())["packages"]
    fetched = {name: entry for name, entry in lock.items() if name}
    assert {name.removeprefix("node_modules/") for name in fetched} >= wanted.keys()
    for name, entry in fetched.items():
        assert entry["integrity"].startswith("sha512-"), name
        assert "resolved" not in entry, name


def test_the_engine_is_the_one_of_the_command_line() -> None:
    """Tell when one of the two is moved on to another series, in which answers may differ."""
    package = json.loads((BROWSER / "package.json").read_text())
    here = package["dependencies"]["oxigraph"].rpartition(".")[0]
    there = re.search(r'"pyoxigraph>=(\d+\.\d+)', (ROOT / "pyproject.toml").read_text())
    assert there is not None
    assert here == there[1]


@pytest.fixture
def assets() -> Assets:
    made = load_assets()
    if made is None:
        absent("The SPARQL page's files (make assets)")
    return made


def test_the_bundle_is_whole(assets: Assets) -> None:
    named = {assets.page, assets.worker, assets.engine, assets.licences}
    assert named <= assets.files.keys()
    assert {path.name for path in ASSETS.iterdir()} == {*assets.files, "assets.json"}
    scripts = b"".join(data for name, data in assets.files.items() if name.endswith(".js"))
    assert b"https://unpkg" not in scripts
    assert b"https://cdn" not in scripts
    assert assets.version == oxigraph_in_lock()


def oxigraph_in_lock() -> str:
    lock = json.loads((BROWSER / "package-lock.json").read_text())
    version: str = lock["packages"]["node_modules/oxigraph"]["version"]
    return version


def test_all_that_is_bundled_has_its_licence(assets: Assets) -> None:
    text = assets.files[assets.licences].decode()
    parts = text.split("-" * 72)
    held = {part.split()[0] for part in parts[1:]}
    lock = json.loads((BROWSER / "package-lock.json").read_text())["packages"]
    bundled = {
        name.removeprefix("node_modules/")
        for name, entry in lock.items()
        if name and not entry.get("dev") and not entry.get("optional")
    }
    # Types are left behind, and what nothing calls.
    assert {"oxigraph", "@codemirror/view", "@lezer/common", "style-mod"} <= held <= bundled
    assert all("Permission is hereby granted" in part for part in parts[1:])


def test_the_wheel_ships_the_bundle_and_not_its_sources(assets: Assets) -> None:
    shipped = {
        Path(file.distribution_path).as_posix()
        for file in WheelBuilder(str(ROOT)).recurse_included_files()
    }
    assert {f"mipex_kg/site/_assets/{name}" for name in assets.files} <= shipped
    assert not [name for name in shipped if name.startswith("mipex_kg/site/browser")]
    assert not [name for name in shipped if "node_modules" in name]
