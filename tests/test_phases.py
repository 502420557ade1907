"""What is being done is shown on a terminal once it takes long, and what it took to who asks."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from mipex_kg import cli
from mipex_kg.cli import terminal
from mipex_kg.system import phases
from mipex_kg.system.phases import phase
from tests.conftest import Run

ROW = re.compile(r"  (\S.*?) +(\d+\.\d\d) s +(\d+)%")


def test_phases_are_told_as_they_begin_and_end() -> None:
    told: list[tuple[str, ...]] = []
    phases.listen(told.append)
    try:
        with phase("a"), phase("b"):
            pass
        with pytest.raises(ValueError, match="x"), phase("c"):
            raise ValueError("x")
    finally:
        phases.forget(told.append)
    with phase("nobody listens"):
        pass
    assert told == [("a",), ("a", "b"), ("a",), (), ("c",), ()]


@pytest.fixture(scope="module")
def room(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("phases") / "room"
    run("init", folder)
    # So that nothing is remembered of it, for a project of the same files was judged elsewhere.
    with next((folder / "data").glob("*.trig")).open("a") as facts:
        facts.write(f"# {folder}\n")
    return folder


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (["query", "keepers", "--profile"], {"Reading the files", "Answering the query"}),
        (["--profile", "validate"], {"Reading the files", "Judging by shapes", "Inferring"}),
        (["build", "-o", "out", "-q", "--profile"], {"Writing pages and documents"}),
    ],
)
def test_a_profile_says_where_the_time_went(
    run: Run, room: Path, arguments: list[str], names: set[str]
) -> None:
    outcome = run(*arguments, cwd=room)
    head, *lines = outcome.err.splitlines()
    assert head == "Where the time went:"
    rows = [match.groups() for line in lines[:-1] if (match := ROW.fullmatch(line))]
    assert len(rows) == len(lines) - 1
    assert {"Starting", "Everything else", *names} <= {name for name, _, _ in rows}
    whole = re.fullmatch(r"  In all +(\d+\.\d\d) s", lines[-1])
    assert whole
    assert abs(sum(float(seconds) for _, seconds, _ in rows) - float(whole[1])) < 0.1
    assert abs(sum(int(share) for _, _, share in rows) - 100) <= len(rows)


def test_a_command_that_fails_has_a_profile_too(
    room: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(room)
    assert cli.run(["--profile", "describe", "Nobody"]) == 2
    assert "Where the time went:" in capsys.readouterr().err
    assert cli.run(["describe", "Nobody"]) == 2
    assert "Where the time went:" not in capsys.readouterr().err


# On a terminal

WATCHED = """
import sys
from mipex_kg.cli import status
from mipex_kg.system import phases
from mipex_kg.system.phases import phase
status._PATIENCE = status._PAUSE = 0.0
shown = status.Status()
phases.listen(shown)
with phase("Reading the files"):
    sys.stdin.read(1)
    with phase("Inferring"):
        sys.stdin.read(1)
shown.end()
print("the result")
"""


def test_what_is_being_done_is_shown_and_taken_away() -> None:
    own, end = os.openpty()
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", WATCHED]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=end) as process:
        os.close(end)
        assert process.stdin
        assert process.stdout
        shown = b""
        for name in (b"Reading the files", b"Inferring"):
            while name not in shown:
                shown += os.read(own, 4096)
            process.stdin.write(b"x")
            process.stdin.flush()
        assert process.stdout.read() == b"the result\n"
    assert process.returncode == 0
    while True:
        try:
            chunk = os.read(own, 4096)
        except OSError:  # how Linux says that nobody writes any more
            chunk = b""
        if not chunk:
            break
        shown += chunk
    os.close(own)
    assert shown.endswith(b"\r\x1b[K")


@pytest.mark.parametrize(
    ("environment", "is_terminal", "is_shown"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"CI": "true"}, True, False),
        ({"TERM": "dumb"}, True, False),
    ],
)
def test_only_those_who_watch_are_shown_anything(
    environment: Mapping[str, str],
    monkeypatch: pytest.MonkeyPatch,
    *,
    is_terminal: bool,
    is_shown: bool,
) -> None:
    for name in ("CI", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: is_terminal)
    terminal.show_phases()
    assert bool(terminal._shown) is is_shown
    terminal.clear()
    assert not terminal._shown
    assert not phases._listeners
