"""No fact of the bundled graph comes, goes or changes unnoticed."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

from mipex_kg import formats, serialization
from mipex_kg.dataset import Dataset, load_project_dataset
from mipex_kg.project import Project, load_project
from tests.conftest import Run
from tests.test_explain import copy_of_project

GOLDEN = Path(__file__).parent / "mipex-kg.nq"


def test_the_dataset_is_the_expected_one(dataset: Dataset) -> None:
    written = serialization.write(dataset.quads, formats.NQUADS, {})
    expected, found = set(GOLDEN.read_bytes().splitlines()), set(written.splitlines())
    assert found == expected, "if this is meant: make golden, and review the diff"


def test_the_export_is_the_dataset(run: Run) -> None:
    assert run("export", "-f", "nquads").out == GOLDEN.read_bytes()


def test_deleting_any_stated_triple_shows(project: Project, tmp_path: Path) -> None:
    """Each quad of each data file, left out, makes the dataset another one."""
    golden = set(GOLDEN.read_text().splitlines())
    copy = load_project(copy_of_project(tmp_path))
    for path in copy.data_files:
        quads = list(ox.parse(path=path, base_iri=path.as_uri()))
        left = [quad for quad in quads[1:] if quad != quads[0]]
        path.write_bytes(ox.serialize(left, format=ox.RdfFormat.TRIG) or b"")
        changed = serialization.write(load_project_dataset(copy).quads, formats.NQUADS, {})
        assert set(changed.decode().splitlines()) != golden, path
        path.write_bytes((project.root / path.relative_to(copy.root)).read_bytes())


def test_every_quad_of_the_data_is_expected(project: Project) -> None:
    expected = set(GOLDEN.read_text().splitlines())
    record = ox.NamedNode(project.iri("graph/record"))
    for path in project.data_files:
        for quad in ox.parse(path=path, base_iri=path.as_uri()):
            graph = record if quad.graph_name == ox.DefaultGraph() else quad.graph_name
            assert f"{ox.Quad(quad.subject, quad.predicate, quad.object, graph)} ." in expected
