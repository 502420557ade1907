"""What is remembered: a verdict or a build counts only for the very inputs that were read."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mipex_kg import cli
from mipex_kg.project.project import Project, at_site, load_project
from mipex_kg.rdf import parsing
from mipex_kg.site import build_cache, clean_reports
from mipex_kg.system import child_process, manifest
from mipex_kg.system.cache import Cache
from mipex_kg.system.snapshot import Snapshot
from mipex_kg.validation import judging, validity_cache
from mipex_kg.validation.report import Report
from mipex_kg.validation.validated import ValidatedDataset, validated
from tests.conftest import LIGHTHOUSES, Run, own_cache

BAD = 'schema:name "Ada Brook"', "schema:age 7"
INPUTS = ("data", "ontology", "shapes", "queries", "pages", "mipex-kg.toml")


@pytest.fixture
def room(run: Run, tmp_path: Path, shared: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a small project, with a cache of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(own_cache(tmp_path / "cache", shared)))
    run("init", tmp_path / "room")
    monkeypatch.chdir(tmp_path / "room")
    return tmp_path / "room"


def change(path: Path, before: str, after: str) -> None:
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))


def judgements(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Count how often something is judged."""
    found: list[object] = []
    judge = child_process.running

    def counted(*arguments: object, **options: object) -> object:
        found.append(arguments)
        return judge(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr("mipex_kg.validation.validated.running", counted)
    return found


def valid(root: Path, site: str | None = None) -> ValidatedDataset:
    project = load_project(root)
    return validated(at_site(project, site) if site else project)


# What was read is what counts


def reads_of(root: Path, arguments: list[str]) -> Counter[str]:
    """Build in a child process, and count how often it opens each file of a project."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        found: Counter[str] = Counter()

        def count(event: str, arguments: tuple[object, ...]) -> None:
            if event == "open" and isinstance(arguments[0], str | Path):
                path = Path(arguments[0]).absolute()
                if path.is_relative_to(root) and {*path.relative_to(root).parts[:1]} & {*INPUTS}:
                    found[path.relative_to(root).as_posix()] += 1

        sys.addaudithook(count)
        code = cli.run(arguments)
        os.write(writing, json.dumps({"code": code, **found}).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        told = json.load(pipe)
    os.waitpid(child, 0)
    assert told.pop("code") == 0
    return Counter(told)


@pytest.mark.parametrize("project", ["room", "lighthouses"])
@pytest.mark.parametrize("command", ["build", "export"])
def test_each_input_is_read_once(room: Path, tmp_path: Path, project: str, command: str) -> None:
    root = room if project == "room" else LIGHTHOUSES
    (room / "pages" / "templates").mkdir()
    (room / "pages" / "templates" / "thing.html").write_text('{% include "note.html" %}')
    (room / "pages" / "templates" / "note.html").write_text("A note.")
    output = tmp_path / ("site" if command == "build" else "graph.nq")
    reads = reads_of(root, ["--project", str(root), command, "-o", str(output)])
    assert set(reads.values()) == {1}
    read = {name.partition("/")[0] for name in reads}
    assert {"data", "shapes", "mipex-kg.toml"} <= read


def test_what_an_editor_does_meanwhile_is_not_published(
    room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Saved while the files are read, and undone before the build ends."""
    notice = room / "data" / "notice.trig"
    before = notice.read_text()
    parse = parsing.parse_file

    def saving(path: Path, **options: object) -> object:
        if path.name == notice.name:
            notice.write_text(before.replace(*BAD))
        return parse(path, **options)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(parsing, "parse_file", saving)
        assert cli.run(["build"]) == 0
    assert '"Ada Brook"' in (room / "site" / "person" / "ada-brook.ttl").read_text()
    assert cli.run(["build"]) == 1
    notice.write_text(before)
    assert cli.run(["build"]) == 0


def test_what_was_not_valid_when_it_was_read_is_not_remembered_as_valid(
    room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notice = room / "data" / "notice.trig"
    before = notice.read_text()
    notice.write_text(before.replace(*BAD))
    key = validity_cache.key

    def undoing(*arguments: object) -> str | None:
        found = key(*arguments)  # type: ignore[arg-type]
        notice.write_text(before)
        return found

    with monkeypatch.context() as patched:
        patched.setattr(validity_cache, "key", undoing)
        assert cli.run(["build"]) == 1
    notice.write_text(before.replace(*BAD))
    assert cli.run(["build"]) == 1


def test_a_file_that_is_added_meanwhile_is_not_part_of_the_build(room: Path) -> None:
    project = load_project(room)
    found = project.data_files
    (room / "data" / "more.trig").write_text("nonsense")
    assert project.data_files == found
    assert room / "data" / "more.trig" in load_project(room).data_files


def test_a_file_that_was_not_there_stays_so(tmp_path: Path) -> None:
    snapshot, path = Snapshot(), tmp_path / "a"
    assert not snapshot.holds(path)
    path.write_text("a")
    assert not snapshot.holds(path)
    assert Snapshot().holds(path)


# What decides whether a verdict counts


def test_another_address_is_judged_by_itself(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = judgements(monkeypatch)
    for site, count in (("https://a.org/", 1), ("https://b.org/", 2), ("https://a.org/", 2)):
        valid(room, site)
        assert len(found) == count


def test_what_is_valid_at_one_address_is_not_at_another(
    room: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A shape of the project says where its catalogue may lie."""
    (room / "shapes" / "home.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        "@prefix s: <https://example.org/room/shape/> .\n"
        "s:home a sh:NodeShape ; sh:targetClass <http://www.w3.org/ns/dcat#Catalog> ;\n"
        '  sh:property [ sh:path <http://xmlns.com/foaf/0.1/homepage> ; sh:pattern "^https://a" ;\n'
        '    sh:message "Not there."@en ] .\n'
    )
    assert cli.run(["build", "--site", "https://a.org/"]) == 0
    assert cli.run(["build", "--site", "https://b.org/"]) == 1
    assert cli.run(["build", "--site", "https://b.org/", "-o", "other"]) == 1
    assert not (room / "other").exists()
    assert "not valid" in capfd.readouterr().err
    assert cli.run(["build", "--site", "https://a.org/"]) == 0


# One after the other, each to what the ones before have left.
CHANGES: dict[str, Callable[[Path], object]] = {
    "a fact": lambda room: change(room / "data/notice.trig", '"Sa"', '"Su"'),
    "a shape": lambda room: change(room / "shapes/things.ttl", "exactly one", "just one"),
    "a rule": lambda room: change(room / "ontology/rules/works-for.rq", "Keepers", "All"),
    "a query": lambda room: change(room / "queries/keepers.rq", "title: ", "title: The "),
    "a setting": lambda room: change(room / "mipex-kg.toml", "[project]", "[project]\n"),
    "a context": lambda room: change(room / "ontology/context.jsonld", "{", "{ "),
    "a new file": lambda room: (room / "data" / "more.ttl").write_text(""),
    "a file that nothing reads": lambda room: (room / "data" / "more.csv").write_text(""),
}


def test_any_change_is_judged(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    valid(room)
    found = judgements(monkeypatch)
    valid(room)
    assert not found
    for number, (what, change_something) in enumerate(CHANGES.items(), start=1):
        change_something(room)
        for _ in range(2):
            valid(room)
            assert len(found) == number, what


def test_other_libraries_judge_again(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    valid(room)
    found = judgements(monkeypatch)
    (room.parent / "lib" / "owlrl-99.dist-info").mkdir(parents=True)
    monkeypatch.syspath_prepend(room.parent / "lib")
    valid(room)
    assert len(found) == 1


FUNCTIONS = ("NOW()", "now ( )", "RAND()", "UUID()", "STRUUID()", "NOW # the time\n()")


def rule(room: Path, function: str) -> None:
    (room / "ontology" / "rules" / "today.rq").write_text(
        f"# title: Nothing\nCONSTRUCT {{ ?s ?p ?s }} WHERE {{ ?s ?p ?s BIND({function} AS ?now) }}"
    )


def shape(room: Path, function: str) -> None:
    query = f"SELECT $this WHERE {{ $this $this $this BIND({function} AS ?now) }}"
    written = json.dumps(query).replace("N", r"\u004E")
    (room / "shapes" / "today.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        "<https://example.org/room/shape/today> a sh:NodeShape ;\n"
        "  sh:targetClass <http://schema.org/Person> ;\n"
        f'  sh:sparql [ sh:message "Late."@en ; sh:select {written} ] .\n'
    )


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("kind", [rule, shape])
def test_what_goes_by_the_hour_or_by_chance_is_never_remembered(
    room: Path, monkeypatch: pytest.MonkeyPatch, kind: Callable[[Path, str], None], function: str
) -> None:
    kind(room, function)
    project = load_project(room)
    assert validity_cache.key(project) is None
    if function == "NOW()":
        found = judgements(monkeypatch)
        for count in (1, 2):
            valid(room)
            assert len(found) == count
        assert not (room.parent / "cache" / "mipex-kg" / "valid").exists()


def test_a_word_that_only_looks_like_the_time_is_remembered(room: Path) -> None:
    change(room / "shapes" / "things.ttl", "A person needs", "A person now needs")
    rule(room, '"NOW()"')
    project = load_project(room)
    assert validity_cache.key(project)


def test_an_answer_that_goes_by_the_hour_is_built_again(room: Path) -> None:
    (room / "queries" / "now.rq").write_text("# title: The time\nSELECT (NOW() AS ?now) {}")
    assert cli.run(["build"]) == 0
    before = (room / "site" / "query" / "now.csv").read_text()
    assert cli.run(["build"]) == 0
    assert (room / "site" / "query" / "now.csv").read_text() != before


def test_what_is_noted_of_a_build_is_what_it_wrote(
    room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Someone writes into the new site as soon as it is there."""
    remember = build_cache.remember

    def late(*arguments: object) -> None:
        (room / "site" / "index.html").write_text("mine")
        found = manifest.read_manifest(room / "site")
        assert found
        remember(*arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(build_cache, "remember", late)
        assert cli.run(["build"]) == 0
    assert (room / "site" / "index.html").read_text() == "mine"
    assert cli.run(["build"]) == 0
    assert (room / "site" / "index.html").read_text() != "mine"


# The folder


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cache:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return Cache("things", 3)


def test_the_oldest_go(cache: Cache, tmp_path: Path) -> None:
    folder = tmp_path / "mipex-kg" / "things"
    for number, key in enumerate("abc"):
        cache.put(key, key.encode())
        os.utime(folder / key, (number, number))
    assert cache.get("a") == b"a"
    cache.put("d", b"d")
    assert [cache.get(key) for key in "abcd"] == [b"a", None, b"c", b"d"]
    assert len(list(folder.iterdir())) == 3


def test_a_folder_that_others_may_write_is_not_trusted(cache: Cache, tmp_path: Path) -> None:
    cache.put("a")
    folder = tmp_path / "mipex-kg" / "things"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert cache.get("a") == b""
    folder.chmod(0o777)
    assert cache.get("a") is None
    cache.put("b")
    assert [path.name for path in folder.iterdir()] == ["a"]


def test_a_folder_of_somebody_else_is_not_trusted(
    cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.put("a")
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    assert cache.get("a") is None


def test_what_cannot_be_remembered_is_found_out_again(cache: Cache, tmp_path: Path) -> None:
    (tmp_path / "mipex-kg").write_text("a file where the cache should be")
    cache.put("a")
    assert cache.get("a") is None


# What validation finds nothing in


@pytest.fixture(name="full")
def _full(room: Path) -> Path:
    """Make a project that has a file of each kind that validation looks at."""
    files = {
        "pages/more.md": "# More\n\n{{ keepers }}\n",
        "pages/templates/Person.html": '{% extends "thing.html" %}',
        "pages/words/en.toml": 'nothing-here = "x"\n',
        "pages/map.txt": "A\n",
        "ontology/context.jsonld": '{"@context": {"a": "http://e/a"}}',
        "ontology/frames/person.jsonld": '{"@context": {"@vocab": "http://schema.org/"}, '
        '"@type": "Person"}',
        "ontology/rules/knows.rq": "# title: R\nCONSTRUCT { ?a ?p ?b } { ?a ?p ?b FILTER(false) }",
    }
    for name, text in files.items():
        (room / name).parent.mkdir(parents=True, exist_ok=True)
        (room / name).write_text(text)
    return room


def looked(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Note whenever a project is judged."""
    found: list[object] = []
    judge = judging.validate_project

    def noting(project: Project, **options: Any) -> Report:
        found.append(project)
        return judge(project, **options)

    monkeypatch.setattr(judging, "validate_project", noting)
    return found


def test_where_nothing_is_found_and_nothing_changes_nothing_is_looked_for(
    room: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    done = looked(monkeypatch)
    told = []
    for arguments in (["-f", "turtle"], ["-f", "json"], ["--explain"]):
        for _ in range(2):
            assert cli.run(["validate", *arguments]) == 0
            told.append(capfd.readouterr())
    assert len(done) == 1
    monkeypatch.setenv("MIPEX_KG_NO_CACHE", "1")
    for number, arguments in enumerate((["-f", "turtle"], ["-f", "json"], ["--explain"])):
        assert cli.run(["validate", *arguments]) == 0
        assert capfd.readouterr() == told[2 * number] == told[2 * number + 1]
    assert len(done) == 4
    # And what is valid is judged by no other command either.
    monkeypatch.delenv("MIPEX_KG_NO_CACHE")
    judged = judgements(monkeypatch)
    valid(room)
    assert not judged


def test_every_file_that_validation_reads_is_known_to_decide(full: Path) -> None:
    (full / "pages" / "words" / "en.toml").write_text('site-title = "Room"\n')
    read = reads_of(full, ["validate"])
    assert {name.partition("/")[0] for name in read} == {*INPUTS}
    for name in read:
        path = full / name
        before, text = clean_reports.key(load_project(full)), path.read_bytes()
        path.write_bytes(text + b"\n")
        assert clean_reports.key(load_project(full)) != before, name
        path.write_bytes(text)
        assert clean_reports.key(load_project(full)) == before


@pytest.mark.usefixtures("full")
def test_what_is_found_is_found_again(monkeypatch: pytest.MonkeyPatch) -> None:
    done = looked(monkeypatch)
    for _ in range(2):
        assert cli.run(["validate"]) == 0  # with a warning of a word that nothing says
    assert len(done) == 2


def test_a_text_that_goes_wrong_later_is_found(room: Path) -> None:
    assert cli.run(["validate"]) == 0
    (room / "pages" / "late.md").write_text("No title.")
    assert cli.run(["validate"]) == 1


def test_what_a_query_says_by_the_hour_is_looked_at_again(room: Path) -> None:
    (room / "queries" / "day.rq").write_text("# title: Day\nSELECT (NOW() AS ?day) {}")
    assert clean_reports.key(load_project(room)) is None
