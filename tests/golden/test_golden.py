"""No fact of the bundled graph comes, goes or changes unnoticed, and no character of its source."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pyoxigraph as ox

from mipex_kg.dataset.coverage import check_coverage
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.project.project import Project
from tests.conftest import Run, shared_file

GOLDEN = Path(__file__).parent / "mipex-kg.nq"
SOURCE = "facts/who-produces-mipex.txt"


def test_the_export_is_the_expected_dataset(run: Run) -> None:
    expected = GOLDEN.read_text(encoding="utf-8").splitlines()
    found = run("export", "--format", "nquads").text.splitlines()
    lost = [f"- {line}" for line in sorted(set(expected) - set(found))]
    new = [f"+ {line}" for line in sorted(set(found) - set(expected))]
    changes = "\n".join([*lost, *new])
    assert not changes, f"If this is meant: make golden, and review the diff.\n{changes}"
    assert found == expected


def test_the_expected_dataset_is_canonical() -> None:
    lines = GOLDEN.read_bytes().decode().splitlines(keepends=True)
    assert lines == sorted(set(lines))
    quads = list(ox.parse("".join(lines), format=ox.RdfFormat.N_QUADS))
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    assert set(dataset) == set(quads)


def test_every_quad_of_the_data_is_expected(project: Project) -> None:
    expected = set(GOLDEN.read_text(encoding="utf-8").splitlines())
    record = ox.NamedNode(project.iri("graph/record"))
    for path in project.data_files:
        for quad in ox.parse(path=path, base_iri=path.as_uri()):
            graph = record if quad.graph_name == ox.DefaultGraph() else quad.graph_name
            assert f"{ox.Quad(quad.subject, quad.predicate, quad.object, graph)} ." in expected


def test_no_triple_is_stated_twice_in_a_graph(dataset: Dataset) -> None:
    """So whoever deletes one loses a quad of the dataset, and the tests above say which."""
    counts = Counter(quad for file in dataset.files for quad in file.quads)
    assert [str(quad) for quad, count in counts.items() if count > 1] == []


def copy_of(text: str, folder: Path) -> Path:
    path = folder / Path(SOURCE).name
    path.write_bytes(text.encode())
    return path


def test_the_source_is_covered_to_the_last_character(run: Run, tmp_path: Path) -> None:
    text = shared_file(SOURCE).read_bytes().decode()
    assert "problems: none" in run("coverage", copy_of(text, tmp_path)).text
    changed = text.replace("Solano", "Solana", 1)
    outcome = run("coverage", copy_of(changed, tmp_path), code=1)
    assert "Solana" in outcome.text
    assert "The text is not the one that was read" in outcome.text


def changes_of(text: str) -> list[str]:
    """Change one character here or there, and what an editor or a mail program changes."""
    swapped = [
        f"{text[:at]}{'x' if text[at] != 'x' else 'y'}{text[at + 1 :]}"
        for at in range(0, len(text), 251)
    ]
    return [
        *swapped,
        text[1:],
        text[:-1],
        f"{text} ",
        f" {text}",
        text.replace("\n", "\r\n"),
        text.replace("\xa0", " ", 1),
        text.replace("e", "e\u0301", 1),
    ]


def test_no_change_of_the_source_goes_unnoticed(dataset: Dataset, tmp_path: Path) -> None:
    text = shared_file(SOURCE).read_bytes().decode()
    assert not check_coverage(dataset, copy_of(text, tmp_path)).problems
    for changed in changes_of(text):
        assert changed != text
        assert check_coverage(dataset, copy_of(changed, tmp_path)).problems
