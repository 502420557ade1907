"""Named queries of a project that would hang the build, or eat the machine."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mipex_kg.dataset import querying
from mipex_kg.dataset.assembly import load_project_dataset
from mipex_kg.project.project import load_project
from mipex_kg.site.pages.library import answer_library
from mipex_kg.system.errors import SourceError
from tests.conftest import Run

TRIPLES = " . ".join(f"?a{n} ?b{n} ?c{n}" for n in range(5))
DOUBLING = " ".join(f"BIND(CONCAT(?x{n}, ?x{n}, ?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(20))
BOMBS = {
    "time": (f"SELECT (COUNT(*) AS ?n) {{ {TRIPLES} }}", "longer than 1 seconds"),
    "memory": (
        f"SELECT (STRLEN(?x20) AS ?z) {{ BIND('0123456789' AS ?x0) {DOUBLING} }}",
        "ran out of stack or memory",
    ),
    "depth": ("ASK { " + "{ " * 5000 + "}" * 5000 + " }", "is nested 5001 levels deep"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_named_query_that_is_too_much_is_named(
    tmp_path: Path, run: Run, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What eats memory may take its time on a busy machine.
    monkeypatch.setattr(querying, "TIMEOUT", 1 if name == "time" else 120)
    room = tmp_path / "room"
    run("init", room)
    text, message = BOMBS[name]
    (room / "queries" / "bomb.rq").write_text(f"# title: Too much\n{text}\n")
    project = load_project(room)
    assert [path.stem for path in project.query_files] == ["bomb", "keepers"]
    with pytest.raises(SourceError, match=re.escape(message)) as error:
        answer_library(project, load_project_dataset(project))
    assert error.value.path == room / "queries" / "bomb.rq"
