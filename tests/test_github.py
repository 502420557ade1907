"""What others use this repository by: its workflows, the action and the hook that validate."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.conftest import ROOT, Run

SHA = re.compile(r"[\w-]+/[\w-]+@[0-9a-f]{40}")


def read(name: str) -> Any:
    return YAML(typ="safe", pure=True).load((ROOT / name).read_text(encoding="utf-8"))


def steps(name: str) -> list[Any]:
    found = read(name)
    jobs = found["jobs"].values() if "jobs" in found else [found["runs"]]
    return [step for job in jobs for step in job["steps"]]


WORKFLOWS = sorted(str(p.relative_to(ROOT)) for p in (ROOT / ".github/workflows").iterdir())


@pytest.mark.parametrize("name", [*WORKFLOWS, "action.yml"])
def test_actions_of_others_are_pinned(name: str) -> None:
    used = [step["uses"] for step in steps(name) if "uses" in step]
    assert used
    assert [action for action in used if not SHA.fullmatch(action)] == []


@pytest.mark.parametrize("name", WORKFLOWS)
def test_what_make_is_asked_for_is_a_target(name: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    text = "\n".join(step.get("run", "") for step in steps(name))
    asked = re.findall(r"\bmake .*?([a-z]+)$", text, re.MULTILINE)
    assert asked
    assert set(asked) <= targets


def test_the_tests_run_on_each_python_that_is_promised() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    promised = re.findall(r'"Programming Language :: Python :: (3\.\d+)"', text)
    matrix = read(".github/workflows/test.yml")["jobs"]["test"]["strategy"]["matrix"]
    assert matrix["python"] == promised == ["3.11", "3.12", "3.13", "3.14"]
    assert any(entry["system"].startswith("macos") for entry in matrix["include"])


# ---- The action


@pytest.fixture
def broken(run: Run, tmp_path: Path) -> Path:
    """A new project with a fact that isn't valid."""
    run("init", "room", cwd=tmp_path)
    data = next(p for p in (tmp_path / "room" / "data").rglob("*.trig") if " a " in p.read_text())
    data.write_text(data.read_text() + "\n<https://example.org/x> a <https://example.org/Y> .\n")
    return tmp_path


def validate(folder: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """Run the action's last step, with this tree's command where the step before installs it."""
    installed = folder / "mipex-kg" / "bin"
    installed.mkdir(parents=True)
    command = installed / "mipex-kg"
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m mipex_kg "$@"\n')
    command.chmod(0o755)
    action = read("action.yml")
    step = action["runs"]["steps"][-1]
    values = {name: told["default"] for name, told in action["inputs"].items()} | inputs
    given = {
        name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda m: values[m[1]], text)
        for name, text in step["env"].items()
    }
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "RUNNER_TEMP": str(folder), **given},
        capture_output=True,
        text=True,
    )


def test_the_action_marks_a_finding_at_its_line(broken: Path) -> None:
    done = validate(broken, project="room")
    assert done.returncode == 1, done.stderr
    assert re.search(r"^::error .*file=room/data/\S+\.trig,.*line=\d+", done.stdout, re.MULTILINE)


def test_the_action_lets_a_valid_project_pass(run: Run, tmp_path: Path) -> None:
    run("init", "room", cwd=tmp_path)
    done = validate(tmp_path, project="room", severity="warning")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_action_installs_what_is_pinned() -> None:
    script = read("action.yml")["runs"]["steps"][1]["run"].replace("$GITHUB_ACTION_PATH", str(ROOT))
    for line in script.splitlines():
        if " install " in line:
            assert "--require-hashes" in line or "--no-deps" in line
        for name in re.findall(r"/constraints/\S+\.txt", line):
            assert Path(str(ROOT) + name).is_file()


# ---- The hook


def test_the_hook_validates_the_project_that_it_is_in(broken: Path, run: Run) -> None:
    (hook,) = read(".pre-commit-hooks.yaml")
    program, *arguments = hook["entry"].split()
    assert program == "mipex-kg"
    assert not hook["pass_filenames"]
    outcome = run(*arguments, cwd=broken / "room", code=1)
    assert "data/" in outcome.text


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("mipex-kg.toml", True),
        ("kg/mipex-kg.toml", True),
        ("data/a.trig", True),
        ("shapes/x.ttl", True),
        ("queries/q.rq", True),
        ("README.md", False),
        ("trig", False),
        ("pages/about.md", False),
    ],
)
def test_the_hook_looks_at_what_a_project_is_made_of(name: str, wanted: bool) -> None:
    (hook,) = read(".pre-commit-hooks.yaml")
    assert bool(re.search(hook["files"], name)) is wanted
