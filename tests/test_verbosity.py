"""How much commands say: less with -q, more with -v, and the same wherever those options stand."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from mipex_kg import cli
from mipex_kg.cli import COMMANDS
from tests.commands import HUNG
from tests.conftest import Run

# What a command says beside its result, on either stream, is gone with -q.
TALKATIVE = (["build"], ["init", "other"], ["embed", "--thing", "Ada Brook", "ada.html"])


@pytest.fixture
def room(run: Run, tmp_path: Path) -> Path:
    folder = tmp_path / "room"
    run("init", folder)
    (folder / "ada.html").write_text("<!doctype html><title>Ada</title>")
    return folder


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_each_command_shows_the_version(
    command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIPEX_KG_VERSION", "1")  # which is no way to ask for it
    assert cli.run([*command.split(), "-V"]) == 0
    assert capsys.readouterr().out == f"mipex-kg, version {metadata.version('mipex-kg')}\n"


@pytest.mark.parametrize("arguments", TALKATIVE, ids=" ".join)
def test_quiet_commands_say_nothing(run: Run, room: Path, arguments: list[str]) -> None:
    outcome = run("-q", *arguments, cwd=room)
    assert (outcome.text, outcome.err) == ("", "")


@pytest.mark.parametrize("arguments", TALKATIVE, ids=" ".join)
def test_commands_say_how_it_went(run: Run, room: Path, arguments: list[str]) -> None:
    assert run(*arguments, cwd=room).text


def test_quiet_keeps_results_and_leaves_out_notes(run: Run, room: Path) -> None:
    query = "SELECT ?s { ?s a schema:Persn }"
    loud, quiet = run("query", query, cwd=room), run("-q", "query", query, cwd=room)
    assert "Note: schema:Persn occurs nowhere" in loud.err
    assert quiet.err == ""
    assert quiet.out == loud.out == b"s\r\n"


def test_quiet_keeps_errors_and_their_hints(run: Run, room: Path) -> None:
    err = run("--quiet", "describe", "Ada Brok", cwd=room, code=2).err
    assert err == "Error: No item found for 'Ada Brok'.\nHint: Did you mean 'Ada Brook'?\n"


def test_quiet_shows_no_bar_on_a_terminal(room: Path, environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "mipex_kg", "build", "-o"]
    loud = on_terminal([*command, "loud"], room, environment)
    quiet = on_terminal([*command, "quiet", "--quiet"], room, environment)
    assert "Writing" in loud
    assert quiet == ""


def on_terminal(command: list[str], cwd: Path, environment: dict[str, str]) -> str:
    """Run a command whose standard error is a terminal, and give what that shows."""
    terminal, end = os.openpty()
    subprocess.run(command, cwd=cwd, env=environment, stderr=end, check=True, timeout=HUNG)
    os.close(end)
    shown = b""
    while True:
        try:
            chunk = os.read(terminal, 4096)
        except OSError:  # how Linux says that nobody writes any more
            chunk = b""
        if not chunk:
            os.close(terminal)
            return shown.decode()
        shown += chunk


@pytest.mark.parametrize(
    "arguments", [["-v", "query", "keepers"], ["query", "keepers", "--verbose"]], ids=" ".join
)
def test_verbose_names_the_project_and_its_files(
    run: Run, room: Path, arguments: list[str]
) -> None:
    outcome = run(*arguments, cwd=room)
    assert outcome.err.startswith(f"The project is {room}.\n")
    assert f"{room / 'data' / 'notice.trig'}: " in outcome.err
    assert "1 triple inferred." in outcome.err
    assert outcome.text == run("query", "keepers", cwd=room).text


def test_verbose_names_what_is_skipped_and_why(run: Run, room: Path) -> None:
    (room / "data" / "notice.trig~").write_text("")
    said = f"{room / 'data' / 'notice.trig~'}: skipped, since an editor or another program left it"
    assert said in run("-v", "query", "keepers", cwd=room).err
    assert run("query", "keepers", cwd=room).err == ""


def test_verbose_says_the_same_from_a_process_of_its_own(
    room: Path, environment: dict[str, str]
) -> None:
    """Nothing has imported logging there before the command line does."""
    command = [sys.executable, "-m", "mipex_kg", "-v", "query", "keepers"]
    done = subprocess.run(command, cwd=room, env=environment, capture_output=True, check=True)
    assert b"notice.trig: " in done.stderr


def test_what_verbose_shows_can_not_steer_the_terminal(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "a\x1b[2Jb"
    run("init", folder, "--name", "room")
    assert "a\\x1b[2Jb" in run("-v", "query", "keepers", cwd=folder).err


def test_quiet_and_verbose_exclude_each_other(run: Run, room: Path) -> None:
    for arguments in (["-q", "-v", "query", "keepers"], ["-q", "query", "keepers", "-v"]):
        err = run(*arguments, cwd=room, code=2).err
        assert "Choose one of --quiet and --verbose." in err


def test_the_project_may_be_named_after_the_command(run: Run, room: Path, tmp_path: Path) -> None:
    before = run("--project", room, "query", "keepers", cwd=tmp_path).text
    assert run("query", "keepers", "--project", room, cwd=tmp_path).text == before
    assert "Ada Brook" in before


def test_the_version_is_told_by_a_letter_too(run: Run) -> None:
    assert run("-V").text == run("--version").text != ""


def test_a_misspelt_command_gets_the_nearest(run: Run) -> None:
    assert "No such command: bild. Did you mean build?" in run("bild", code=2).err
    assert "No such command: frobnicate.\n" in run("frobnicate", code=2).err


# What a command says of the graph that it takes where there is no project, if it takes one.
ADA = "<http://e/a> <http://e/b> 1 ."
SHAPES = """@prefix sh: <http://www.w3.org/ns/shacl#> .
<http://e/s> a sh:NodeShape ; sh:targetNode <http://e/a> ."""
SHOWN = (
    (["describe", "MIPEX 2020"], "--project"),
    (["why", "MIPEX 2020"], "--project"),
    (["export", "--thing", "MIPEX 2020"], "--project"),
    (["query", "ASK {}"], "--project, or files with --data"),
    (["query", "--list"], "--project"),
)
ASKED_ELSEWHERE = (
    ["query", "--data", "ada.ttl", "ASK {}"],
    ["query", "--data", "ada.ttl", "totals"],
    ["validate", "ada.ttl"],
    ["validate", "ada.ttl", "--shapes", "shapes.ttl"],
    ["embed", "--extract", "ada.html"],
)


@pytest.fixture
def nowhere(tmp_path: Path) -> Path:
    (tmp_path / "ada.ttl").write_text(ADA)
    (tmp_path / "shapes.ttl").write_text(SHAPES)
    (tmp_path / "ada.html").write_text("<!doctype html><title>Ada</title>")
    return tmp_path


@pytest.mark.parametrize(("arguments", "instead"), SHOWN)
def test_a_graph_that_nobody_named_is_named(
    run: Run, nowhere: Path, arguments: list[str], instead: str
) -> None:
    told = run(*arguments, cwd=nowhere)
    assert (
        "Note: There is no project here, so the bundled “MIPEX knowledge graph” is used. Name "
        f"another with {instead}; --bundled hides this note.\n"
    ) in told.err
    for option in ("--bundled", "--quiet"):
        silent = run(*arguments, option, cwd=nowhere)
        assert "There is no project here" not in silent.err
        assert silent.out == told.out


@pytest.mark.parametrize("arguments", ASKED_ELSEWHERE, ids=" ".join)
def test_a_graph_that_is_not_asked_is_not_named(
    run: Run, nowhere: Path, arguments: list[str]
) -> None:
    assert "There is no project here" not in run(*arguments, cwd=nowhere).err


def test_a_project_of_the_users_own_needs_no_note(run: Run, room: Path) -> None:
    assert run("describe", "Ada Brook", cwd=room / "data").err == ""
    assert run("describe", "Ada Brook", "--project", room).err == ""
