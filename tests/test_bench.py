"""The benchmarks measure what they say: valid projects, and peers that answer the same."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest

from bench import generate, performance, query, thesaurus
from bench.engines import engines, read_csv, read_kurra
from bench.measure import memory_of
from tests.conftest import ROOT, Run


def test_a_generated_project_is_valid_and_covered(run: Run, tmp_path: Path) -> None:
    generate.write_project(tmp_path / "staff", 100)
    report = json.loads(run("--project", tmp_path / "staff", "validate", "-f", "json").out)
    assert report["findings"] == []
    listed = tmp_path / "staff/sources/list.txt"
    assert "100.0%" in run("--project", tmp_path / "staff", "coverage", listed).text


def test_a_generated_thesaurus_is_valid_and_has_names_of_its_own(run: Run, tmp_path: Path) -> None:
    thesaurus.write_thesaurus(tmp_path / "places", 40)
    report = json.loads(run("--project", tmp_path / "places", "validate", "-f", "json").out)
    assert report["findings"] == []
    assert len({thesaurus.name(n, tag) for tag in thesaurus.LANGUAGES for n in range(40)}) > 150


@pytest.mark.parametrize("workload", [performance.STAFF, performance.THESAURUS])
def test_what_is_measured_is_there(workload: performance.Workload, tmp_path: Path) -> None:
    workload.write(tmp_path / "project", 100)
    text = (tmp_path / "project" / workload.file).read_text()
    assert all(before in text for before, _after in workload.renamed)


def test_a_generated_graph_has_about_the_size_asked_for(tmp_path: Path) -> None:
    generate.write_graph(tmp_path / "data.ttl", 7000)
    assert 7000 <= len(list(ox.parse(path=tmp_path / "data.ttl"))) < 7700


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bench")
    generate.write_graph(folder / "data.ttl", 400)
    return folder


@pytest.mark.parametrize("path", query.QUERIES, ids=lambda path: str(path.stem))
def test_mipex_kg_and_rdflib_answer_the_same(work: Path, path: Path) -> None:
    ours = [engine for engine in engines(work) if engine.name.startswith(("mipex", "rdflib"))]
    table = query.compare(ours, work / "data.ttl", path, 1, work)
    assert table.count("| same, ") == 2
    assert "same, 0 rows" not in table


def test_the_page_of_figures_names_what_is_missed_and_draws_what_is_there() -> None:
    figures = {"describe": {"1000": 0.1, "10000": 0.2}, "push, one fact": {"10000": 2.0}}
    told = performance.page({"describe": {"10000": 1.5}}, figures)
    assert "| describe | – | 0.1 | 1.5 | 0.2 | 0.5 |\n" in told
    assert told.endswith("- push, one fact: 2 s, and the aim is 1 s.\n")
    drawn = ET.fromstring(performance.curves(figures))
    assert len(drawn.findall("{http://www.w3.org/2000/svg}circle")) == 3
    assert {*figures} <= {row.name for row in performance.ROWS}


def test_other_answers_are_told() -> None:
    two, one = read_csv(b"a\r\n1\r\n2\r\n"), read_csv(b"a\r\n1\r\n")
    assert query.verdict(two, two) == "same, 2 rows"
    assert "differs" in query.verdict(one, two)
    assert "differs" in query.verdict(read_csv(b"a\r\n1\r\n1\r\n"), two)
    assert "none" in query.verdict(None, two)
    assert read_kurra(b"{'results': {'bindings': [{'a': 1}, {}]}, 'head': {'vars': ['a']}}") == {
        ("1",): 1,
        ("",): 1,
    }


TWO_PROCESSES = """
import os, time
held = b"x" * (30 << 20)
os.fork()
more = b"y" * (60 << 20)
time.sleep(3)
"""
# The system counts the memory of whoever starts a process as the process's: it must be small.
MEASURE = """
import sys
from pathlib import Path
from bench.measure import run

command, work = [sys.executable, "-c", sys.argv[1]], Path(sys.argv[2])
together, one = run([command], work, with_children=True), run([command], work)
print(together.code, together.peak, one.peak)
"""


def test_the_memory_of_a_process_is_told_in_three_ways() -> None:
    memory = memory_of(Path("/proc/self"))
    assert memory.whole >= memory.divided >= memory.own > 1 << 12
    assert memory_of(Path("/proc/0")) == (0, 0, 0)


def test_memory_is_that_of_all_processes_and_what_they_share_counts_once(tmp_path: Path) -> None:
    command = [sys.executable, "-c", MEASURE, TWO_PROCESSES, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    code, together, one = map(float, done.stdout.split())
    assert code == 0
    assert 150 < together < 195
    assert 90 < one < 130
