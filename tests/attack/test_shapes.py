"""Shapes that would hang whoever judges by them, or eat the machine: each is named, with a line."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

from mipex_kg.project.project import load_project
from mipex_kg.system.errors import SourceError
from mipex_kg.validation.judging import validate_files
from mipex_kg.validation.validated import validated
from tests.conftest import Run

# The package gives the function of that name.
judging = importlib.import_module("mipex_kg.validation.shacl.judge")
PREFIXES = "@prefix e: <http://e/> .\n@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
# Each node leads to each other: along as many paths as there are orders of them.
WEB = PREFIXES + "".join(
    f"e:n{n} e:p {', '.join(f'e:n{m}' for m in range(12) if m != n)} .\n" for n in range(12)
)
TRIPLES = " . ".join(f"?a{n} ?b{n} ?c{n}" for n in range(5))
DOUBLING = " ".join(f"BIND(CONCAT(?x{n}, ?x{n}, ?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(20))


def asking(query: str) -> str:
    return f'sh:sparql [ sh:message "m" ; sh:select """{query}""" ]'


LONG = "longer than 0.5 seconds"
BOMBS = {
    "a join": (asking(f"SELECT $this {{ {TRIPLES} FILTER(?a0 = 'x') }}"), LONG),
    "no triples": (
        asking(
            "SELECT $this { $this e:p ?z "
            + " ".join(
                f"{{ SELECT $this ?x{n} {{ $this ?p ?y . ?x{n} ?q{n} ?r{n} }} }}" for n in range(5)
            )
            + " FILTER(?z = 'x') }"
        ),
        LONG,
    ),
    "memory": (
        asking(f"SELECT $this {{ BIND('0123456789' AS ?x0) {DOUBLING} FILTER(STRLEN(?x20) > 1) }}"),
        "ran out of stack or memory.",
    ),
    "many solutions": (asking(f"SELECT $this ?a0 ?c1 ?c2 ?c3 {{ {TRIPLES} }}"), LONG),
    "recursion": ("sh:property [ sh:path e:p ; sh:node e:Bomb ]", LONG),
    "a path": (
        "sh:property [ sh:path (" + "e:p " * 8 + ") ; sh:maxCount 1 ; sh:node e:Bomb ]",
        LONG,
    ),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_shape_that_is_too_much_is_named(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    constraint, message = BOMBS[name]
    # The other limit is far away, however busy the machine is.
    seconds, memory = (0.5, 4 << 30) if message == LONG else (120.0, 512 << 20)
    monkeypatch.setattr(judging, "ONE_NODE", seconds)
    monkeypatch.setattr(judging, "MEMORY", memory)
    (tmp_path / "data.ttl").write_text(WEB)
    shape = f"e:Bomb a sh:NodeShape ;\n  sh:targetSubjectsOf e:p ;\n  {constraint} .\n"
    (tmp_path / "shapes.ttl").write_text(f"{PREFIXES}\n{shape}")
    with pytest.raises(SourceError, match=re.escape(message)) as error:
        validate_files([tmp_path / "data.ttl"], [tmp_path / "shapes.ttl"], isolated=True)
    assert "To judge a node by the shape <http://e/Bomb>" in str(error.value)
    assert (error.value.path, error.value.line) == (tmp_path / "shapes.ttl", 4)


@pytest.mark.parametrize("isolated", [True, False])
def test_all_judging_has_an_end(
    tmp_path: Path, isolated: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nodes that take a while each, and are many."""
    monkeypatch.setattr(judging, "ALL_NODES", 0.0)
    (tmp_path / "data.ttl").write_text(WEB)
    shape = "[] sh:targetSubjectsOf e:p ; sh:property [ sh:path e:p ; sh:minCount 1 ] .\n"
    (tmp_path / "shapes.ttl").write_text(PREFIXES + shape)
    with pytest.raises(SourceError, match="takes more than 0 seconds, and by this shape") as error:
        validate_files([tmp_path / "data.ttl"], [tmp_path / "shapes.ttl"], isolated=isolated)
    assert error.value.line == 3


def test_a_build_names_it_too(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "ONE_NODE", 1.0)
    room = tmp_path / "room"
    run("init", room)
    constraint = asking(f"SELECT $this {{ {TRIPLES} FILTER(?a0 = 'x') }}")
    text = "e:Bomb a sh:NodeShape ; sh:targetSubjectsOf <http://schema.org/name> ; "
    (room / "shapes" / "bomb.ttl").write_text(f"{PREFIXES}{text}{constraint} .\n")
    with pytest.raises(SourceError, match="by the shape <http://e/Bomb> took longer") as error:
        validated(load_project(room))
    assert error.value.path == room / "shapes" / "bomb.ttl"
