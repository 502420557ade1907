"""Help shows examples that work in the project in which one is."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.conftest import LIGHTHOUSES, ROOT, Run


@pytest.mark.parametrize("project", [ROOT, LIGHTHOUSES], ids=lambda project: project.name)
@pytest.mark.parametrize("command", ["query", "describe", "why"])
def test_examples_work_where_one_is(run: Run, project: Path, command: str) -> None:
    shown = run(command, "--help", cwd=project).text
    examples = re.findall(r"^ +mipex-kg (.+)$", shown, re.MULTILINE)
    assert len(examples) > 1
    assert "Ada Brook" not in shown.partition("Examples:")[2]
    for example in examples:
        assert run(*shlex.split(example), cwd=project).text, example


def test_help_is_shown_where_no_project_can_be_read(run: Run, tmp_path: Path) -> None:
    run("init", tmp_path / "room")
    shown = run("describe", "--help", cwd=tmp_path / "room").text
    for name, text in (("data/notice.trig", "nonsense"), ("mipex-kg.toml", "nonsense")):
        (tmp_path / "room" / name).write_text(text)
        assert (
            'mipex-kg describe "Ada Brook"' in run("describe", "--help", cwd=tmp_path / "room").text
        )
    assert "Usage: mipex-kg describe" in shown
