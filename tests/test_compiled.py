"""What is compiled answers as what is read does, and whatever is wrong with it costs time alone."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import pyoxigraph as ox
import pytest

import mipex_kg
from bench.generate import write_project
from mipex_kg.api.graph import KnowledgeGraph
from mipex_kg.dataset import compiled, querying
from mipex_kg.dataset.assembly import load_project_dataset
from mipex_kg.dataset.compiled import CompiledDataset
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.dataset.description import describe
from mipex_kg.dataset.explanation import explain
from mipex_kg.dataset.things import find_thing
from mipex_kg.project.project import Project, load_project
from mipex_kg.rdf.terms import text_of
from mipex_kg.sparql.named_queries import load_queries
from mipex_kg.system import known_hashes
from mipex_kg.system.child_process import run_isolated
from mipex_kg.system.errors import KgError
from mipex_kg.system.folder_cache import FolderCache
from mipex_kg.system.known_hashes import KnownHashes
from mipex_kg.system.snapshot import Snapshot
from tests.conftest import LIGHTHOUSES
from tests.random_queries import Asker
from tests.test_lexical_forms import TERMS

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
ALL = "SELECT * { GRAPH ?g { ?s ?p ?o } }"
NAMES = "SELECT ?name { ?p a schema:Person ; schema:name ?name } ORDER BY ?name"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("MIPEX_KG_NO_CACHE", raising=False)
    return tmp_path / "cache" / "mipex-kg"


@pytest.fixture
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compile small projects too."""
    monkeypatch.setattr(compiled, "_SMALL", 0)


@pytest.fixture
def staff(_small: None, tmp_path: Path) -> Path:
    """Give a small project that is compiled."""
    write_project(tmp_path / "staff", 100)
    return tmp_path / "staff"


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Note whenever a project is read from its files."""
    found: list[Path] = []

    def noting(project: Project, **options: bool) -> Dataset:
        found.append(project.root)
        return load_project_dataset(project, **options)

    monkeypatch.setattr(compiled, "load_project_dataset", noting)
    return found


def answers(root: Path, *queries: str) -> list[str]:
    graph = mipex_kg.open(root, isolated=True)
    return [graph.answer(query, format="csv").text for query in queries]


def entries(cache: Path) -> list[Path]:
    return list((cache / "compiled").iterdir())


# What is published


def published(root: Path) -> dict[str, object]:
    """Publish in all ways that need no store, from what is found valid before."""
    page = root.parent / "page.html"
    page.write_text("<html><head><title>P</title></head><body>P</body></html>")
    graph = mipex_kg.open(root, isolated=True).validated()
    formats = ("trig", "nquads", "turtle", "jsonld", "rdfxml")
    found: dict[str, object] = {name: graph.export(format=name) for name in formats}
    found["thing"] = graph.export(format="turtle", thing="person:p7")
    found["class"] = graph.export(format="trig", of_class="schema:Organization")
    found["snippet"] = graph.snippet("person:p7")
    graph.embed(page, things=["person:p7"])
    return {**found, "page": page.read_text()}


@pytest.mark.usefixtures("_small")
def test_what_was_compiled_is_published_as_what_is_read(
    odd: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mipex_kg.validation.validity_cache.knows", lambda _key: True)
    read = published(odd)
    answers(odd, COUNT)

    def refuse(_project: Project, **_options: bool) -> Dataset:
        raise AssertionError("The files are read.")

    monkeypatch.setattr("mipex_kg.dataset.assembly.load_project_dataset", refuse)
    assert published(odd) == read


def test_what_has_changed_is_not_published_as_it_was_compiled(staff: Path) -> None:
    mipex_kg.open(staff).validated()
    answers(staff, COUNT)
    data = staff / "data" / "list.trig"
    text, was = data.read_text(), data.stat()
    data.write_text(text.replace('"Person 7"', '"Parson 7"'))
    # Of the same size, and of the same time.
    os.utime(data, ns=(was.st_atime_ns, was.st_mtime_ns))
    assert "Parson 7" in mipex_kg.open(staff, isolated=True).validated().export(thing="person:p7")


# The same answers


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a project with literals that the engine would change, in two graphs that overlap."""
    root = tmp_path_factory.mktemp("odd") / "staff"
    write_project(root, 100)
    lines = [f"<https://e.org/{n % 7}> <https://e.org/p{n % 3}> {t} ." for n, t in enumerate(TERMS)]
    tagged = '<https://e.org/1> <https://e.org/p1> "colour"@en-GB, "Farbe"@DE-at, "" .'
    nameless = "_:a <https://e.org/p1> _:b . _:b <https://e.org/p2> 01 ."
    half = len(lines) // 2
    graphs = [
        f"<https://example.org/staff/graph/odd{n}> {{ {' '.join(part)} }}"
        for n, part in enumerate(([*lines[: half + 5], tagged], [*lines[half:], nameless]))
    ]
    (root / "data" / "odd.trig").write_text("\n".join(graphs))
    return root


def rows(text: str) -> list[str]:
    """Give the rows of an answer in CSV or JSON, sorted."""
    if text.startswith("{") and "results" in (found := json.loads(text)):
        return sorted(map(json.dumps, found["results"]["bindings"]))
    return sorted(text.splitlines())


def compiled_from(plain: Dataset, project: Project, folder: Path) -> CompiledDataset:
    folder.mkdir()
    run_isolated(lambda: compiled._write(plain, folder))
    found = compiled._opened(folder, project)
    assert isinstance(found, CompiledDataset)
    return found


def compared(project: Project, folder: Path, queries: list[str], *formats: str) -> None:
    """Ask both the dataset that is read and the one that is compiled from it."""
    asked = [(query, format) for format in formats for query in queries]
    plain = load_project_dataset(project)
    empty = compiled_from(plain, project, folder)

    def ask(dataset: Dataset) -> list[str]:
        found = []
        for query, format in asked:
            try:
                found.append(querying.answer(query, dataset, format=format).text)
            except KgError as error:
                found.append(str(error))
        return found

    ours = run_isolated(lambda: ask(empty))
    theirs = run_isolated(lambda: ask(plain))
    for (query, _format), mine, other in zip(asked, ours, theirs, strict=True):
        # Without ORDER BY, rows come in whichever order.
        assert mine == other or ("ORDER BY" not in query and rows(mine) == rows(other)), query
    assert ours == run_isolated(lambda: ask(empty))
    assert list(empty.quads) == list(plain.quads)
    assert (empty.graph_names, empty.tags, empty.lost) == (
        plain.graph_names,
        plain.tags,
        plain.lost,
    )


def test_bundled_queries_are_answered_as_before(project: Project, tmp_path: Path) -> None:
    queries = load_queries(project.query_files, project.files).values()
    texts = [q.text for q in queries if querying.makes_graph(q.text) is False]
    assert len(texts) > 10
    compared(project, tmp_path / "folder", texts, "csv", "json")


def test_random_queries_over_odd_literals_are_answered_as_before(odd: Path, tmp_path: Path) -> None:
    project = load_project(odd)
    quads = load_project_dataset(project).quads
    strange = [q for q in quads if q.predicate.value.startswith("https://e.org/")]
    queries = [Asker(strange, seed).query() for seed in range(120)]
    queries += [Asker(quads, seed).query() for seed in range(50)]
    queries += [
        f"SELECT ?s ?p ?g {{ GRAPH ?g {{ ?s ?p {term} }} }} ORDER BY ?s ?p ?g" for term in TERMS
    ]
    queries += [
        "SELECT * { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g ?s ?p STR(?o) DATATYPE(?o)",
        "SELECT * FROM <https://example.org/staff/graph/odd0> "
        "FROM NAMED <https://example.org/staff/graph/odd1> { { ?s ?p ?o } UNION "
        "{ GRAPH ?g { ?s ?p ?o } } }",
        "SELECT ?s ?o { ?s <https://e.org/p1> ?o } ORDER BY STR(?o) DATATYPE(?o) ?s",
    ]
    compared(project, tmp_path / "folder", queries, "json")


@pytest.mark.usefixtures("_small")
def test_a_graph_and_what_is_to_be_known_are_the_same(
    odd: Path, tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = shutil.copytree(odd, tmp_path / "odd")
    (root / "data" / "lossy.jsonld").write_text(
        '{"@context": {"@vocab": "https://e.org/"}, "@id": "https://e.org/l", "x:y z": 2}'
    )
    questions = (
        "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(STRSTARTS(STR(?s), 'https://e.org/')) }",
        "SELECT ?x { ?x schema:nmae ?y }",
        "SELECT ?x FROM <https://example.org/staff/graph/od0> { ?x ?y ?z }",
        "SELECT ?x { ?x ?y 'Institute 1' }",
    )

    def ask() -> list[tuple[str, ...]]:
        graph = mipex_kg.open(root, isolated=True)
        found = [graph.answer(question) for question in questions]
        return [("".join(sorted(a.text)), *a.warnings) for a in found]

    first, second = ask(), ask()
    assert entries(cache)
    monkeypatch.setenv("MIPEX_KG_NO_CACHE", "1")
    assert first == second == ask()
    assert all(warnings for _, *warnings in first[1:])


# Things, each looked up


XL = """@prefix xl: <http://www.w3.org/2008/05/skos-xl#> .
<https://e.org/xl> xl:prefLabel [ xl:literalForm "Großer Turm"@de ] ; <https://e.org/p1> [] .
<https://e.org/ﬁn#> <https://e.org/p1> "" , "a\\r\\nb" ."""


def asked_of(project: Project, dataset: Dataset, name: str) -> list[object]:
    """Describe a thing, and explain what is said of it; where that fails, give the reason."""
    try:
        node = find_thing(name, dataset)
        told = [describe(dataset, node, languages).as_dict() for languages in (None, ["de", "en"])]
        return [*told, explain(project, dataset, name).as_dict()]
    except KgError as error:
        return [str(error), error.hint]


@pytest.mark.parametrize("which", ["bundled", "lighthouses", "odd"])
def test_things_are_described_and_explained_as_before(
    which: str, project: Project, odd: Path, tmp_path: Path
) -> None:
    if which == "odd":
        root = shutil.copytree(odd, tmp_path / "odd")
        (root / "ontology" / "xl.ttl").write_text(XL)
        project = load_project(root)
    elif which == "lighthouses":
        project = load_project(LIGHTHOUSES)
    plain = load_project_dataset(project)
    subjects, objects = sorted(plain.by_subject, key=str), sorted(plain.by_object, key=str)
    names = [text_of(node) for node in subjects]
    names += [text_of(q.object) for q in plain.quads if q.predicate in plain.naming]
    names += [text_of(q.subject).rpartition("/")[2] for q in plain.quads]
    names = sorted({*names, *map(str.upper, names)})
    names = [*Random(which).sample(names, 40), "", "no such thing", "urn:x:none", "Nobdy", "a:b"]

    def told(dataset: Dataset) -> list[object]:
        found: list[object] = [[dataset.about(node) for node in subjects]]
        found += [[dataset.pointing_to(term) for term in objects]]
        found += [[dict(dataset.by_property[node]) for node in subjects]]
        found += [asked_of(project, dataset, name) for name in names]
        return [*found, dataset.predicates, list(dataset.by_subject), len(dataset.by_object)]

    compiled_one = compiled_from(plain, project, tmp_path / "folder")
    ours, theirs = run_isolated(lambda: told(compiled_one)), told(plain)
    for number, (mine, other) in enumerate(zip(ours, theirs, strict=True)):
        assert mine == other, names[number - 3] if number > 2 else number
    in_process = dataclasses.replace(compiled_one, isolated=False)
    assert [asked_of(project, in_process, name) for name in names] == theirs[3:-3]


def test_a_thing_is_looked_up_without_reading_the_rest(staff: Path, cache: Path) -> None:
    first = mipex_kg.open(staff, isolated=True)
    told = [first.describe("person/p7").as_dict(), first.why("person/p7").as_dict()]
    for isolated in (True, False):
        again = mipex_kg.open(staff, isolated=isolated)
        ours = [again.describe("person/p7").as_dict(), again.why("person/p7").as_dict()]
        assert ours == told
        asked = again._asked
        assert isinstance(asked, CompiledDataset)
        # In a process of one's own, what is inferred is explained by a store in memory.
        assert ("all" in vars(asked.quads)) is not isolated
    assert entries(cache)


# What is noticed


def test_the_second_question_reads_nothing(staff: Path, reads: list[Path], cache: Path) -> None:
    first = answers(staff, COUNT, NAMES)
    assert answers(staff, COUNT, NAMES) == first
    assert reads == [staff]
    [folder] = entries(cache)
    assert [path.stat().st_mode & 0o777 for path in (folder.parent, folder)] == [0o700, 0o700]


def appending(name: str, text: str) -> Callable[[Path], None]:
    def change(root: Path) -> None:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text((path.read_text() if path.exists() else "") + text)

    return change


def in_place(root: Path) -> None:
    """Change a letter, and give the file the times that it had."""
    path = root / "data" / "list.trig"
    before = path.stat()
    path.write_text(path.read_text().replace('"Person 7"', '"Parson 7"'))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size


# One after the other, each to what the ones before have left.
CHANGES: tuple[Callable[[Path], object], ...] = (
    in_place,
    appending("data/list.trig", "\n<https://e.org/a> <https://e.org/p> 1 ."),
    appending("data/more.ttl", "<https://e.org/a> <https://e.org/p> 1 ."),
    appending("ontology/own.ttl", "<https://e.org/a> <https://e.org/p> 1 ."),
    appending("ontology/rules/affiliation.rq", "# a comment"),
    appending("ontology/rules/more.rq", "# title: x\nCONSTRUCT { ?a a ?b } { ?a a ?b }"),
    appending("ontology/context.jsonld", "\n"),
    appending("queries/posts.rq", "# a comment"),
    appending("mipex-kg.toml", "# a comment"),
    lambda root: (root / "ontology" / "rules" / "affiliation.rq").unlink(),
    lambda root: (root / "data" / "list.trig").rename(root / "data" / "other.trig"),
)


def test_whatever_changes_is_read_again(staff: Path, reads: list[Path]) -> None:
    answers(staff, COUNT)
    for number, change in enumerate(CHANGES, start=1):
        change(staff)
        ours = answers(staff, COUNT, NAMES)
        assert len(reads) == 1 + number, number
        plain = load_project_dataset(load_project(staff))
        theirs = [querying.answer(q, plain, format="csv").text for q in (COUNT, NAMES)]
        assert ours == theirs, number


def outcome(root: Path) -> list[object]:
    """Ask all kinds of questions, whose answers may be that a file can't be read."""
    try:
        graph = mipex_kg.open(root, isolated=True)
        told: list[object] = [
            rows(graph.answer(query, format="csv").text) for query in (ALL, NAMES)
        ]
        told += [graph.describe("person/p7").as_dict(), graph.why("person/p7").as_dict()]
        return [*told, graph.query("posts").columns, *graph.prefixes]
    except KgError as error:
        return [str(error), error.hint]


@pytest.mark.usefixtures("_small")
def test_a_byte_of_any_input_changes_what_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    random, staff = Random(9), tmp_path / "staff"
    write_project(staff, 40)
    (staff / "ontology" / "own.ttl").write_text('<e:a> <e:b> "called", "named" .')
    (staff / "data" / "a.jsonld").write_text(
        '{"@context": "https://example.org/staff/context.jsonld", "@id": "person:p7", '
        '"schema:jobTitle": "cook", "schema:knows": {"@id": "person:p8"}}'
    )
    (staff / "ontology" / "context.jsonld").write_text(
        '{"@context": {"schema": "http://schema.org/", "person": "https://e.org/p/"}}'
    )
    names = ["mipex-kg.toml", "data/list.trig", "data/a.jsonld", "ontology/own.ttl"]
    names += ["ontology/context.jsonld", "ontology/rules/affiliation.rq"]
    changed, before = dict.fromkeys(names, 0), outcome(staff)
    for path in (staff / name for name in names for _ in range(2)):
        data = path.read_bytes()
        at = random.randrange(len(data))
        path.write_bytes(data[:at] + random.choice(b"8x.{").to_bytes() + data[at + 1 :])
        ours = outcome(staff)
        with monkeypatch.context() as without:
            without.setenv("MIPEX_KG_NO_CACHE", "1")
            assert outcome(staff) == ours, (path, at)
        changed[path.relative_to(staff).as_posix()] += ours != before
        path.write_bytes(data)
    assert outcome(staff) == before
    assert all(changed.values()), changed


def test_every_file_that_is_read_is_known_to_decide(staff: Path) -> None:
    appending("data/a.jsonld", '{"@context": "https://example.org/staff/context.jsonld"}')(staff)
    work = (
        "import sys\nfrom pathlib import Path\nroot, read = Path(sys.argv[1]), []\n"
        "sys.addaudithook(lambda e, a: e == 'open' and read.append(str(a[0])))\n"
        "from mipex_kg.project.project import load_project\n"
        "from mipex_kg.dataset.assembly import load_project_dataset\n"
        "load_project_dataset(load_project(root))\n"
        "print(*{p for p in read if p.startswith(str(root)) and Path(p).is_file()}, sep='\\n')"
    )
    command = [sys.executable, "-c", work, str(staff)]
    read = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    hashed: list[str] = []
    project = load_project(staff)
    compiled._key(project, lambda path: hashed.append(str(path)) or "")  # type: ignore[func-returns-value]
    assert {Path(name).name for name in read} >= {"list.trig", "a.jsonld", "affiliation.rq"}
    assert set(read) <= set(hashed)


@pytest.mark.parametrize("text", ["FILTER(YEAR(NOW()) > 2000)", "FILTER(RAND() < 2)"])
def test_what_is_inferred_by_the_hour_is_not_kept(staff: Path, cache: Path, text: str) -> None:
    where = f"{{ ?s a schema:Person {text} BIND(schema:Thing AS ?o) }}"
    rule = f"# title: x\nCONSTRUCT {{ ?s a ?o }} {where}"
    (staff / "ontology" / "rules" / "often.rq").write_text(rule)
    answers(staff, COUNT)
    assert not (cache / "compiled").exists()


def test_a_small_project_is_read_each_time(tmp_path: Path, cache: Path) -> None:
    write_project(tmp_path / "small", 20)
    answers(tmp_path / "small", COUNT)
    assert not (cache / "compiled").exists()


# Large files, whose hashes are remembered


@pytest.fixture
def large(tmp_path: Path) -> Path:
    path = tmp_path / "large.nt"
    path.write_text("# nothing\n" * (known_hashes.LARGE // 8))
    return path


def later(monkeypatch: pytest.MonkeyPatch, seconds: int) -> None:
    now = time.time_ns() + seconds * 10**9
    monkeypatch.setattr(time, "time_ns", lambda: now)


def hash_again(path: Path) -> tuple[str, bool]:
    """Hash a file, and tell whether it was read for that."""
    files = Snapshot()
    hashes = KnownHashes(path.parent, files)
    found = hashes.hash(path)
    hashes.remember()
    return found, files.has_read(path)


def test_a_large_file_is_hashed_once(large: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    later(monkeypatch, 3600)
    first, was_read = hash_again(large)
    assert was_read
    assert hash_again(large) == (first, False)
    text = large.read_text()
    before = large.stat()
    large.write_text(text.replace("nothing", "another", 1))
    os.utime(large, ns=(before.st_atime_ns, before.st_mtime_ns))
    second, was_read = hash_again(large)
    assert was_read
    assert second != first


def test_what_was_changed_just_now_may_be_changed_again(large: Path) -> None:
    assert hash_again(large)[1]
    assert hash_again(large)[1]


def test_what_was_read_before_says_nothing_of_the_file_now(
    large: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    later(monkeypatch, 3600)
    files = Snapshot()
    old = files.hash(large)
    large.write_text(large.read_text().replace("nothing", "another", 1))
    hashes = KnownHashes(large.parent, files)
    assert hashes.hash(large) == old
    hashes.remember()
    assert hash_again(large)[0] != old


@pytest.mark.parametrize("text", ["", "[]", "{", '{"%s": 1}', '{"%s": [1]}', '{"%s": "abcdef"}'])
def test_damaged_hashes_are_none(
    large: Path, cache: Path, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    later(monkeypatch, 3600)
    found = hash_again(large)
    [entry] = (cache / "hashes").iterdir()
    entry.write_text(text.replace("%s", str(large)))
    assert hash_again(large) == found


# What is damaged, or can't be kept


def spoiled(data: bytes, way: int) -> bytes:
    """Empty it, cut it off, or change a bit in its midst."""
    half = len(data) // 2
    return (b"", data[:half], data[:half] + bytes([data[half] ^ 1]) + data[half + 1 :])[way % 3]


def test_what_is_damaged_is_made_again(staff: Path, cache: Path, reads: list[Path]) -> None:
    queries = (COUNT, NAMES, "SELECT * { GRAPH ?g { ?s ?p ?o } }", "SELECT ?x { ?x schema:nmae 1 }")

    def answers(root: Path, *queries: str) -> list[object]:
        graph = mipex_kg.open(root, isolated=True)
        told = [graph.describe("person/p7").as_dict(), graph.why("person/p7").as_dict()]
        return [*told, *(graph.answer(query, format="csv").text for query in queries)]

    good = answers(staff, *queries)
    [folder] = entries(cache)
    names = ["about.json", "quads.nq", "about.json", "store/CURRENT"]
    names += [path.name for path in folder.glob("*.index")]
    names += [f"store/{path.name}" for path in folder.glob("store/MANIFEST*")]
    tables = sorted(folder.glob("store/*.sst"), key=lambda path: -path.stat().st_size)
    names += [f"store/{path.name}" for path in tables[:2]]
    for number, name in enumerate(names):
        kept = folder / name
        # Another table of the store has another name once it is made again.
        path = kept if kept.exists() else max(folder.glob(f"store/*{kept.suffix}"))
        path.write_bytes(spoiled(path.read_bytes(), number))
        assert answers(staff, *queries) == good, name
    shutil.rmtree(folder / "store")
    assert answers(staff, *queries) == good
    assert len(reads) > len(names) // 2


@pytest.mark.parametrize("is_there", [True, False])
def test_others_folders_are_not_trusted(
    staff: Path, cache: Path, reads: list[Path], *, is_there: bool
) -> None:
    answers(staff, COUNT)
    if not is_there:
        shutil.rmtree(cache / "compiled")
        (cache / "compiled").mkdir()
    (cache / "compiled").chmod(0o777)
    answers(staff, COUNT)
    assert len(reads) == 2


def test_where_nothing_can_be_kept_all_is_read(
    staff: Path, cache: Path, reads: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.parent.mkdir()
    cache.write_text("a file")
    first = answers(staff, NAMES)
    assert answers(staff, NAMES) == first
    assert len(reads) == 2
    cache.unlink()
    monkeypatch.setenv("MIPEX_KG_NO_CACHE", "1")
    assert answers(staff, NAMES) == first
    assert not cache.exists()


def test_what_fails_on_the_way_is_not_found(
    staff: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(_dataset: Dataset, folder: Path) -> None:
        (folder / "about.json").write_text("{}")
        raise OSError(28, "No space left on device")

    good = answers(staff, NAMES)
    shutil.rmtree(cache / "compiled")
    with monkeypatch.context() as patched:
        patched.setattr(compiled, "_write", failing)
        assert answers(staff, NAMES) == good
    assert not entries(cache)
    assert answers(staff, NAMES) == good
    assert len(entries(cache)) == 1


def test_processes_may_compile_at_the_same_time(tmp_path: Path, cache: Path) -> None:
    staff = tmp_path / "staff"
    write_project(staff, 400)  # large enough to be compiled
    work = (
        "import sys, mipex_kg\n"
        "print(mipex_kg.open(sys.argv[1], isolated=True).answer(sys.argv[2], format='csv').text)"
    )
    command = [sys.executable, "-c", work, str(staff), NAMES]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(3)]
    told = {process.communicate()[0] for process in running}
    assert [process.returncode for process in running] == [0, 0, 0]
    assert len(told) == 1
    assert len(entries(cache)) == 1


def test_the_oldest_go(cache: Path) -> None:
    folders = FolderCache("some", most=2, most_bytes=100)
    for number, name in enumerate("abcd"):
        path = folders.make(name, lambda folder: (folder / "file").write_bytes(bytes(40)))
        assert path
        os.utime(path, (number, number))
    assert sorted(path.name for path in (cache / "some").iterdir()) == ["c", "d"]
    assert folders.make("large", lambda folder: (folder / "file").write_bytes(bytes(200)))
    assert [path.name for path in (cache / "some").iterdir()] == ["large"]
    left = cache / "some" / ".new-left"
    left.mkdir()
    os.utime(left, (0, 0))
    assert folders.make("next", lambda folder: (folder / "file").write_bytes(bytes(40)))
    assert [path.name for path in (cache / "some").iterdir()] == ["next"]


def test_a_query_that_fails_is_not_taken_for_damage(staff: Path, reads: list[Path]) -> None:
    graph = KnowledgeGraph(load_project(staff), isolated=True)
    for _ in range(2):
        with pytest.raises(KgError, match="longer than"):
            graph.answer(
                "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }", timeout=0.2
            )
    assert reads == [staff]
    assert json.loads(graph.answer(COUNT, format="json").text)["results"]["bindings"]
    assert isinstance(graph.quads[0], ox.Quad)
