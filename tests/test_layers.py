"""A package imports only from those above it in the flow of data, so that there are no cycles."""

from __future__ import annotations

import ast
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "mipex_kg"

# In the order of the flow: each imports from those before it.
ROOMS = (
    "system",
    "rdf",
    "sparql",
    "project",
    "dataset",
    "validation",
    "adoption",
    "site",
    "checks",
    "remote",
    "serving",
    "api",
    "cli",
)


@cache
def modules() -> dict[str, Path]:
    found = {}
    for path in PACKAGE.rglob("*.py"):
        name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")
        if {"template", "node_modules", "_bundled"}.isdisjoint(path.parts):
            found[name] = path
    return found


@cache
def imports(path: Path) -> set[str]:
    """Name the modules of the package that a module imports, inside functions too."""
    known = modules()
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        names = []
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("mipex_kg"):
            module = (node.module or "").removeprefix("mipex_kg").lstrip(".")
            names = [f"{module}.{alias.name}".lstrip(".") for alias in node.names]
            names = [name if name in known else module for name in names]
        elif isinstance(node, ast.Import):
            names = [alias.name.removeprefix("mipex_kg.") for alias in node.names]
        found |= {name for name in names if name in known}
    return found


def room(module: str) -> str:
    return module.partition(".")[0]


def test_every_room_is_in_the_flow() -> None:
    assert {room(module) for module in modules()} - {"__init__", "__main__"} == set(ROOMS)


@pytest.mark.parametrize("name", ROOMS)
def test_imports_point_upwards(name: str) -> None:
    allowed = set(ROOMS[: ROOMS.index(name) + 1])
    back = {
        (module, other)
        for module, path in modules().items()
        if room(module) == name
        for other in imports(path)
        if room(other) not in allowed
    }
    assert not back


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = {module: imports(path) - {module} for module, path in modules().items()}
    assert list(TopologicalSorter(graph).static_order())


def test_every_package_says_what_it_alone_knows() -> None:
    for name, path in modules().items():
        if path.name == "__init__.py" and name not in ("__init__", "cli", "checks.harvesters"):
            docstring = ast.get_docstring(ast.parse(path.read_text())) or ""
            assert "It alone " in docstring, name


def test_no_two_classes_have_one_name() -> None:
    """A name means one thing: who looks for a class finds one."""
    places: dict[str, list[str]] = {}
    for module, path in modules().items():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                places.setdefault(node.name, []).append(module)
    assert {name: found for name, found in places.items() if len(set(found)) > 1} == {}
