"""The examples for Python in the documentation run, and show what they say that they show."""

from __future__ import annotations

import doctest
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands import HUNG
from tests.conftest import ROOT, Run

DOCS = ROOT / "docs"


def test_the_notebook_shows_what_its_cells_show(environment: dict[str, str]) -> None:
    """In a real kernel, which has threads; nothing may be written to standard error."""
    # Jupyter's own parts may warn of what they like.
    environment = {**environment, "PYTHONPATH": str(ROOT)}
    environment.pop("PYTHONWARNINGS")
    command = [sys.executable, str(DOCS / "run_notebook.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=HUNG)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_cell_that_writes_to_standard_error_is_noticed(
    environment: dict[str, str], tmp_path: Path
) -> None:
    script = (
        "import os, sys; sys.path.insert(0, 'docs'); import run_notebook, nbformat\n"
        "notebook = nbformat.v4.new_notebook()\n"
        "notebook.cells = [nbformat.v4.new_code_cell('import sys; print(1, file=sys.stderr)')]\n"
        f"nbformat.write(notebook, {str(tmp_path / 'a.ipynb')!r})\n"
        f"run_notebook.executed(run_notebook.Path({str(tmp_path / 'a.ipynb')!r}))\n"
    )
    environment = {k: v for k, v in environment.items() if k != "PYTHONWARNINGS"}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, env=environment
    )
    assert "It writes to standard error" in done.stderr


def test_the_guide_runs(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("init", tmp_path / "reading-room")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    blocks = re.findall(r"```pycon\n(.*?)```", (DOCS / "python.md").read_text(), re.DOTALL)
    example = doctest.DocTestParser().get_doctest("\n".join(blocks), {}, "guide", None, 0)
    results = doctest.DocTestRunner().run(example)
    assert results.attempted > 8
    assert not results.failed
