"""Shells complete commands, options, and the names of queries, things, properties and classes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import get_completion_class

from mipex_kg.cli import cli
from mipex_kg.cli.completion import _Bash
from mipex_kg.cli.names import COMPLETION, PROGRAM
from tests.commands import HUNG
from tests.conftest import ROOT, Run, absent

BREAKS = " \t\n\"'><=;|&(:"


@pytest.fixture(scope="module")
def room(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("completion") / "room"
    run("init", folder, "--name", "reading-room")
    return folder


@pytest.fixture
def in_room(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(room)
    monkeypatch.delenv("MIPEX_KG_PROJECT", raising=False)


def offered(line: str, shell: str = "zsh") -> dict[str, str | None]:
    """Drive click's completion: what is offered at the end of a line, each with its help."""
    words = line.split(" ")
    found = get_completion_class(shell)
    assert found is not None
    completion = found(cli, {}, PROGRAM, COMPLETION)
    items = completion.get_completions(words[1:-1], words[-1])
    return {item.value: item.help for item in items if item.type == "plain"}


@pytest.mark.usefixtures("in_room")
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("mipex-kg bu", ["build"]),
        ("mipex-kg build --si", ["--site"]),
        ("mipex-kg query kee", ["keepers"]),
        ("mipex-kg query -f csv kee", ["keepers"]),
        ("mipex-kg query keepers -f mark", ["markdown"]),
        ("mipex-kg query keepers --param ", ["day="]),
        ("mipex-kg query -p d", ["day="]),
        ("mipex-kg describe person/", ["person/ada-brook"]),
        ("mipex-kg -v describe person/", ["person/ada-brook"]),
        ("mipex-kg describe person:", ["person:ada-brook"]),
        ("mipex-kg describe https://example.org/reading-room/pers",
         ["https://example.org/reading-room/person/ada-brook"]),
        ("mipex-kg describe ada", ["person/ada-brook"]),
        ("mipex-kg describe nobody", []),
        ("mipex-kg why person/ada-brook na", ["name"]),
        ("mipex-kg why nobody na", []),
        ("mipex-kg export --thing person/", ["person/ada-brook"]),
        ("mipex-kg export --class schema:Li", ["schema:Library"]),
        ("mipex-kg export --graph graph/notice/k", ["graph/notice/keeper"]),
        ("mipex-kg embed --thing Ada", ["person/ada-brook"]),
        ("mipex-kg completion ", ["bash", "zsh", "fish"]),
    ],
)  # fmt: skip
def test_what_is_offered(line: str, expected: list[str]) -> None:
    assert list(offered(line)) == expected


@pytest.mark.usefixtures("in_room")
def test_what_is_offered_says_what_it_is() -> None:
    assert offered("mipex-kg query kee") == {"keepers": "Who keeps which place"}
    assert offered("mipex-kg describe person/") == {"person/ada-brook": "Ada Brook"}
    assert "abbreviates" in (offered("mipex-kg query keepers -p ")["day="] or "")


def test_the_project_that_is_named_is_the_one_that_is_looked_at(
    room: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "keepers" not in offered("mipex-kg query ")
    assert list(offered(f"mipex-kg --project {room} query ")) == ["keepers"]
    assert list(offered(f"mipex-kg query --project {room} ")) == ["keepers"]


def test_a_project_that_can_not_be_read_offers_nothing(
    room: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(room, copy)
    (copy / "data" / "notice.trig").write_text("nonsense")
    monkeypatch.chdir(copy)
    assert offered("mipex-kg describe per") == {}
    (copy / "mipex-kg.toml").write_text("nonsense")
    assert offered("mipex-kg query kee") == {}


@pytest.mark.usefixtures("in_room")
@pytest.mark.parametrize(
    ("line", "breaks", "given"),
    [
        ("mipex-kg describe person:a", BREAKS, "plain,ada-brook"),
        ("mipex-kg describe person:a", " ", "plain,person:ada-brook"),
        ("mipex-kg describe person/a", BREAKS, "plain,person/ada-brook"),
        ('mipex-kg describe "Ada B', BREAKS, "plain,person/ada-brook"),
        ("mipex-kg query ", BREAKS, "plain,keepers"),
    ],
)
def test_bash_takes_words_apart_at_colons(
    monkeypatch: pytest.MonkeyPatch, line: str, breaks: str, given: str
) -> None:
    monkeypatch.setenv("COMP_LINE", line)
    monkeypatch.setenv("COMP_WORDBREAKS", breaks)
    assert _Bash(cli, {}, PROGRAM, COMPLETION).complete() == given


# In the shells themselves


def in_shell(shell: str, script: str, room: Path, environment: dict[str, str]) -> list[str]:
    """Run a script in a shell that finds the command, and give what it prints."""
    if not shutil.which(shell):
        absent(shell)
    command = room.parent / "bin" / "mipex-kg"
    command.parent.mkdir(exist_ok=True)
    command.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m mipex_kg "$@"\n')
    command.chmod(0o755)
    path = f"{command.parent}{os.pathsep}{environment['PATH']}"
    done = subprocess.run(
        [shell, "-c", script],
        capture_output=True,
        text=True,
        cwd=room,
        env={**environment, "PATH": path, "HOME": str(room.parent)},
        timeout=HUNG,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split("\n")[:-1]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("mipex-kg describe person/", ["person/ada-brook"]),
        ("mipex-kg describe person:a", ["ada-brook"]),
        ("mipex-kg query k", ["keepers"]),
        ("mipex-kg buil", ["build"]),
    ],
)
def test_bash(room: Path, environment: dict[str, str], line: str, expected: list[str]) -> None:
    script = (
        f'eval "$(mipex-kg completion bash)"; COMP_LINE="{line}"; COMP_POINT=${{#COMP_LINE}}; '
        '_mipex_kg_completion mipex-kg; printf "%s\\n" "${COMPREPLY[@]}"; complete -p mipex-kg'
    )
    *found, registered = in_shell("bash", script, room, environment)
    assert found == expected
    assert registered == "complete -F _mipex_kg_completion mipex-kg"


def test_fish(room: Path, environment: dict[str, str]) -> None:
    script = "mipex-kg completion fish | source; complete -C 'mipex-kg describe person/'"
    assert in_shell("fish", script, room, environment) == ["person/ada-brook\tAda Brook"]


def test_zsh(room: Path, environment: dict[str, str]) -> None:
    script = (
        'autoload -Uz compinit; compinit -u; eval "$(mipex-kg completion zsh)"; '
        "print ${_comps[mipex-kg]}; whence -w _mipex_kg_completion"
    )
    found = in_shell("zsh", script, room, environment)
    assert found == ["_mipex_kg_completion", "_mipex_kg_completion: function"]


def test_a_shell_that_is_not_known_is_refused(run: Run) -> None:
    assert "'bash', 'zsh', 'fish'" in run("completion", "tcsh", code=2).err
