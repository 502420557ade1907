"""Bad input: one clear sentence, the right exit code, no traceback, nothing half-written."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.commands import HUNG
from tests.conftest import Run

ASK = "ASK { ?s ?p ?o }"
TRIPLE = '<http://e/s> <http://e/p> "é" .\n'


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("absent.ttl", None, "no such file"),
        ("latin.ttl", TRIPLE.encode("latin-1"), "1:28: The byte 0xE9 is not UTF-8"),
        ("mac.ttl", b"# a\r" + TRIPLE.encode("latin-1"), "2:28: The byte 0xE9 is not UTF-8"),
        ("wide.ttl", TRIPLE.encode("utf-16"), "This is UTF-16"),
        ("nul.ttl", b"<http://e/s> <http://e/p>\n\0 .", "2:1: There is a NUL"),
        ("facts.txt", TRIPLE.encode(), "Rename it so that it ends in .ttl"),
        ("facts", TRIPLE.encode(), "name without a suffix"),
        ("graphs.ttl", b"<http://e/g> { <http://e/s> a <http://e/T> }", "graphs.trig"),
        ("prefix.ttl", b"\n  x:s a x:T .", "2:3: The prefix x: has not been declared"),
        ("remote.jsonld", b'{"@context": "https://c.test/"}', "remote context https://c.test"),
        ("broken.jsonld", b'{\n  "a": ]}', "2:8: It is not JSON"),
        ("list.jsonld", b'{"@context": {"a": {"@id": 5}}}', "not valid JSON-LD"),
        ("broken.rdf", b"<rdf:RDF>", "broken.rdf"),
        ("junk.ttl", b"lorem ipsum " * 500_000, "1:1: "),
    ],
)
def test_a_file_that_cannot_be_read(
    run: Run, tmp_path: Path, name: str, content: bytes | None, words: str
) -> None:
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)
    outcome = run("query", ASK, "--data", file, code=3)
    assert words in outcome.err
    assert str(file) in outcome.err
    assert outcome.out == b""


def test_a_directory_is_no_file(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "data.ttl"
    folder.mkdir()
    assert "directory, not a file" in run("query", ASK, "--data", folder, code=3).err
    assert "directory" in run("export", "-o", folder, code=2).err


@pytest.mark.parametrize(
    "content",
    [b"\xef\xbb\xbf" + TRIPLE.encode(), TRIPLE.replace("\n", "\r\n").encode(), b""],
    ids=["byte order mark", "CRLF", "empty"],
)
def test_what_is_harmless_is_read(run: Run, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "facts.ttl"
    file.write_bytes(content)
    assert run("query", ASK, "--data", file).text == ("true\n" if content else "false\n")


def test_two_broken_files_are_both_shown(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("x:a a x:b .")
    (tmp_path / "b.ttl").write_text("<http://e/s> .")
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text("")
    outcome = run(
        "validate", tmp_path / "a.ttl", tmp_path / "b.ttl", "--shapes", shapes, code=3
    ).text
    assert "a.ttl:1:1: violation:" in outcome
    assert "b.ttl:1:14: violation:" in outcome
    assert "x:a a x:b ." in outcome


def test_ill_formed_shapes_are_the_users_mistake(run: Run, tmp_path: Path) -> None:
    data, shapes = tmp_path / "data.ttl", tmp_path / "shapes.ttl"
    data.write_text("<http://e/s> a <http://e/T> .")
    head = "@prefix sh: <http://www.w3.org/ns/shacl#> . <http://e/S> a sh:NodeShape ; "
    shapes.write_text(f"{head} sh:targetClass <http://e/T> ; sh:property [ sh:minCount 1 ] .")
    assert "not well-formed" in run("validate", data, "--shapes", shapes, code=3).err
    query = "SELECT $this WHERE { SERVICE <http://localhost:9/> { ?s ?p ?o } }"
    shapes.write_text(f'{head} sh:targetClass <http://e/T> ; sh:sparql [ sh:select "{query}" ] .')
    assert "SERVICE" in run("validate", data, "--shapes", shapes, code=3).err


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[project", "The head of a table has no end"),
        ("[projct]\n", "projct is not a setting"),
        ('[project]\nname = "a"\n', "project.title is missing"),
        ('[project]\nname = 1\ntitle = "a"\nbase = "http://e/"\n', "must be text"),
        ('[project]\nname = "a"\ntitle = "a"\nbase = "e"\n', "base"),
        ('[project]\nname = "a"\ntitle = "a"\nbase = "http://e/"\nbse = "x"\n', "project.base?"),
        ('[project]\nname = "../x"\ntitle = "a"\nbase = "http://e/"\n', "project.name"),
    ],
)
def test_a_wrong_setting(run: Run, tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "mipex-kg.toml").write_text(text)
    error = run("--project", tmp_path, "query", ASK, code=3 if text == "[project" else 2).err
    assert words in error


def test_a_folder_without_settings_is_no_project(run: Run, tmp_path: Path) -> None:
    assert "is not a project" in run("--project", tmp_path, "validate", code=2).err


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("SELECT * { ?s ?p ?o }", "CONSTRUCT"),
        ("CONSTRUCT { ?s <u:p> [] } WHERE { ?s ?p ?o }", "new node"),
        (
            'CONSTRUCT { ?n <u:p> 1 } WHERE { ?s ?p ?o BIND(IRI(CONCAT(STR(?s), "x")) AS ?n) }',
            "new node",
        ),
        ("CONSTRUCT { ?s <u:p> ?o } WHERE { ?s ?p }", "doesn't run"),
        ("CONSTRUCT { ?s <u:p> ?o } WHERE { SERVICE <u:x> { ?s ?p ?o } }", "SERVICE"),
        (
            "CONSTRUCT { ?s <u:n> ?m } WHERE { ?s <u:n> ?n BIND(?n + 1 AS ?m) }",
            "still add triples",
        ),
    ],
)
def test_a_bad_rule_is_named(run: Run, tmp_path: Path, rule: str, words: str) -> None:
    room = tmp_path / "room"
    run("init", room)
    (room / "ontology" / "rules" / "bad.rq").write_text(f"# title: Bad\n{rule}\n")
    start = "says:keeper { person:ada-brook <u:n> 1 . }\n"
    notice = room / "data" / "notice.trig"
    notice.write_text(notice.read_text() + start)
    error = run("--project", room, "query", ASK, code=3).err
    assert words in error
    assert "rules" in error


def test_a_bad_query_header_is_named(run: Run, tmp_path: Path) -> None:
    room = tmp_path / "room"
    run("init", room)
    query = room / "queries" / "bad.rq"
    query.write_text("SELECT * { ?s ?p ?o }")
    assert "has no title" in run("--project", room, "query", "--list", code=3).err
    # What keeps a project from being built is found where its files are judged.
    assert "has no title" in run("--project", room, "validate", code=3).text
    query.write_text("# title: Bad\n# param x: colour = red\nSELECT * { ?s ?p ?x }")
    assert "types are iri, string" in run("--project", room, "query", "--list", code=3).err


def test_a_closed_pipe_ends_without_a_word(environment: dict[str, str], tmp_path: Path) -> None:
    command = f"{sys.executable} -m mipex_kg --bundled export -f nquads; echo $? >code"
    done = subprocess.run(
        ["bash", "-c", f"({command}) | head -n 1"],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert len(done.stdout.splitlines()) == 1
    assert done.stderr == ""
    assert (tmp_path / "code").read_text() == "141\n"


def children(pid: int) -> list[str]:
    """Name a process's children: the query runs in one."""
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    if not listed.parent.exists():
        pytest.skip("Child processes can't be listed here.")
    return listed.read_text().split()


def test_ctrl_c_does_not_reach_a_child_that_is_being_forked(environment: dict[str, str]) -> None:
    """Python's own work after a fork would write a traceback."""
    code = (
        "import os, signal\n"
        "from mipex_kg.system.forking import fork_uninterruptible\n"
        "os.register_at_fork(after_in_child=lambda: os.kill(os.getpid(), signal.SIGINT))\n"
        "pid = fork_uninterruptible()\n"
        "if pid == 0:\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "    os._exit(7)\n"
        "assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 7\n"
        "try:\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "except KeyboardInterrupt:\n"
        "    print('interrupted')\n"
    )
    outcome = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, timeout=HUNG
    )
    assert (outcome.stdout, outcome.stderr) == (b"interrupted\n", b"")


def test_ctrl_c_ends_a_query_at_once(environment: dict[str, str], tmp_path: Path) -> None:
    text = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    process = subprocess.Popen(
        [sys.executable, "-m", "mipex_kg", "--bundled", "query", text],
        env=environment,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    while not children(process.pid):
        assert process.poll() is None
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=HUNG)
    assert (process.returncode, out, err.strip()) == (130, "", "Interrupted.")
    deadline = time.monotonic() + 60
    with contextlib.suppress(ProcessLookupError):  # the one below ends a moment later
        while time.monotonic() < deadline:
            os.killpg(process.pid, 0)
            time.sleep(0.05)
        pytest.fail("The process below is still there.")


def test_a_file_that_cannot_be_written_is_left_as_it_was(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "can't be written" in run("query", ASK, "-o", tmp_path / "file" / "x.csv", code=5).err
    assert "Make the folder" in run("query", ASK, "-o", tmp_path / "no" / "x.csv", code=5).err


def test_init_refuses_a_folder_that_is_not_empty(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    assert "not an empty folder" in run("init", tmp_path, code=2).err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    assert "can't be a base" in run("init", tmp_path / "a", "--base", "nowhere", code=2).err
    assert "can't be a project's name" in run("init", tmp_path / "a", "--name", "a b", code=2).err


RESULTS = {
    "export": ("export", "-f", "trig"),
    "query": ("query", "keepers", "-f", "csv"),
    "describe": ("describe", "Ada Brook"),
    "why": ("why", "Ada Brook"),
    "validate": ("validate",),
    "cite": ("cite", "data/notice.txt", "Ada Brook"),
}
OWN = (
    "data/notice.trig",
    "mipex-kg.toml",
    "queries/keepers.rq",
    "named.ttl",
    "../beside.ttl",
    "linked",
)


@pytest.fixture
def own(tmp_path: Path, run: Run) -> Path:
    """Make a project with files of every kind, in it and beside it."""
    folder = tmp_path / "room"
    run("init", folder)
    for name in ("named.ttl", "../beside.ttl"):
        (folder / name).write_text(TRIPLE)
    settings = folder / "mipex-kg.toml"
    named = '[files]\ndata = ["named.ttl", "../beside.ttl"]\n'
    settings.write_text(f"{settings.read_text()}\n{named}")
    (folder / "linked").symlink_to("data/notice.trig")
    return folder


@pytest.mark.parametrize("command", RESULTS)
@pytest.mark.parametrize("name", OWN)
def test_a_result_does_not_replace_what_the_project_is_made_of(
    own: Path, run: Run, command: str, name: str
) -> None:
    before = (own / name).read_bytes()
    told = run(*RESULTS[command], "-o", name, cwd=own, code=2).err
    assert f"is one of the files that {own} is made of." in told
    assert (own / name).read_bytes() == before


def test_from_elsewhere_a_project_is_as_safe(own: Path, run: Run, tmp_path: Path) -> None:
    """Whichever project is asked: the one in which the file is, and the one that is meant."""
    for output in ("room/data/notice.trig", "beside.ttl"):
        before = (tmp_path / output).read_bytes()
        run("--project", own, "query", ASK, "-f", "json", "-o", output, cwd=tmp_path, code=2)
        assert (tmp_path / output).read_bytes() == before
    run("query", "--bundled", ASK, "-f", "json", "-o", own / "named.ttl", cwd=tmp_path, code=2)


def test_settings_that_are_wrong_protect_what_is_beside_them(own: Path, run: Run) -> None:
    settings = own / "mipex-kg.toml"
    settings.write_text(f"nonsense = 1\n{settings.read_text()}")
    for name in ("mipex-kg.toml", "named.ttl", "data/notice.trig"):
        before = (own / name).read_bytes()
        asked = ("query", "--data", own.parent / "beside.ttl", ASK, "-f", "json", "-o", name)
        assert "nonsense is not a setting" in run(*asked, cwd=own, code=2).err
        assert (own / name).read_bytes() == before


def test_what_is_no_file_of_a_project_is_replaced(own: Path, run: Run) -> None:
    for _ in range(2):
        run("query", ASK, "-f", "json", "-o", "answer.json", cwd=own)
    assert (own / "answer.json").read_text().startswith("{")


def test_a_result_does_not_replace_what_was_read(tmp_path: Path, run: Run) -> None:
    data, query = tmp_path / "facts.ttl", tmp_path / "ask.rq"
    data.write_text(TRIPLE)
    query.write_text(ASK)
    asked = ("query", "--data", data, query, "-f", "json", "-o")
    for output in (data, query):
        before = output.read_bytes()
        assert f"{output} is what is read." in run(*asked, output, cwd=tmp_path, code=2).err
        assert output.read_bytes() == before
    assert f"{data} is what is read." in run("validate", data, "-o", data, code=2).err
