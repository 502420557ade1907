"""Start-up is a feature: a query imports none of the libraries that only other commands need."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands import HUNG
from tests.conftest import Run

HEAVY = {"jinja2", "pyld", "pyshacl", "rdflib", "rich", "starlette"}
# Notes every module that is looked for, also in the child process in which a query runs.
WATCHED = """
import os, sys

class Watch:
    log = os.open(sys.argv.pop(1), os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def find_spec(self, name, path=None, target=None):
        os.write(self.log, f"{name}\\n".encode())

sys.meta_path.insert(0, Watch())
from mipex_kg.cli import main
main()
"""

Imported = Callable[..., set[str]]


@pytest.fixture
def imported(environment: dict[str, str], tmp_path: Path) -> Imported:
    """Call the command line, and name the modules that it imports."""

    def call(*arguments: str | Path) -> set[str]:
        log = tmp_path / "imported"
        command = [sys.executable, "-c", WATCHED, log, *arguments]
        done = subprocess.run(
            list(map(str, command)),
            capture_output=True,
            cwd=tmp_path,
            env=environment,
            timeout=HUNG,
        )
        assert done.returncode == 0, done.stderr.decode()
        assert done.stdout
        return set(log.read_text().split())

    return call


@pytest.mark.parametrize(
    "arguments",
    [
        ["people"],
        ["people", "--format", "json"],
        ["SELECT ?name { ?person a schema:Person ; schema:name ?name }"],
        ["CONSTRUCT { ?person schema:name ?name } WHERE { ?person schema:name ?name }"],
        ["DESCRIBE person:anna-busquets"],
        ["SELECT ?nobody { ?nobody a schema:Persn }"],
        ["--list"],
    ],
    ids=["named", "json", "select", "construct", "describe", "hint", "list"],
)
def test_a_query_imports_no_heavy_library(imported: Imported, arguments: list[str]) -> None:
    assert HEAVY.isdisjoint(imported("query", *arguments))


@pytest.mark.parametrize("suffix", [".ttl", ".trig", ".nq", ".nt", ".rdf"])
def test_a_query_of_a_file_imports_what_it_needs(
    imported: Imported, tmp_path: Path, suffix: str
) -> None:
    data = tmp_path / f"data{suffix}"
    data.write_text(
        '<http://e/s> <http://e/p> "o" .\n'
        if suffix != ".rdf"
        else '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>\n'
    )
    found = imported("query", "--data", data, "SELECT * { ?s ?p ?o }")
    assert "mipex_kg.dataset" in found
    assert HEAVY.isdisjoint(found)
    assert {"mipex_kg.project", "mipex_kg.dataset.rules", "tomllib", "ctypes"}.isdisjoint(found)


def test_the_watch_sees_what_the_child_imports(imported: Imported) -> None:
    """Without this the tests above would pass if nothing was seen at all."""
    found = imported("query", "people", "--format", "table")
    assert "rich" in found
    assert HEAVY.isdisjoint(found - {"rich"})


@pytest.mark.parametrize("format", ["turtle", "trig", "nquads", "rdfxml"])
def test_an_export_imports_nothing_for_other_formats(
    run: Run, imported: Imported, format: str
) -> None:
    run("export")  # so that the data are known to be valid, and nobody has to judge
    found = imported("export", "-f", format)
    assert "mipex_kg.rdf.turtle" in found
    assert HEAVY.isdisjoint(found)
    assert "urllib.request" not in found
