"""Validation beside pySHACL's own command line, on the same graph and shapes.

Of the bundled graph, and with ``--things`` of generated projects of these sizes. mipex-kg also
finds the file, line and column of every finding; so it is measured once more with things that
violate a shape, where there is something to place.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

import pyoxigraph as ox

from bench.generate import write_project
from bench.measure import (
    MIPEX_KG,
    TOOLS,
    Command,
    Run,
    in_turns,
    least_processor,
    median,
    note,
    run,
    table,
    workplace,
)
from mipex_kg.dataset.assembly import load_project_dataset
from mipex_kg.project.project import bundled_directory, load_project
from mipex_kg.rdf.namespaces import SCHEMA
from mipex_kg.rdf.parsing import parse_file
from mipex_kg.validation.judging import engine_shapes

# Seconds that a run may take.
LONGEST = 900
CONTENT = ("mipex-kg.toml", "data", "ontology", "shapes", "queries")
PYSHACL = TOOLS / "pyshacl"
NAME = ox.NamedNode("http://schema.org/name")
PROJECT, FILES, ALONE = "mipex-kg validate", "mipex-kg validate FILE --shapes", "pyshacl -s"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print a table for the graph as it is, and one with violations."""
    parser = argparse.ArgumentParser(prog="python -m bench.validate", description=__doc__)
    parser.add_argument("--times", type=int, default=7, help="runs of each (default: 7)")
    parser.add_argument("--things", type=int, nargs="+", help="sizes of generated projects")
    options = parser.parse_args(arguments)
    if options.things:
        print("## Validation of generated projects\n")
        for things in options.things:
            print(generated(things, options.times), flush=True)
        return
    print("## Validation of the bundled graph\n")
    with workplace() as work:
        project = work / "project"
        for name in CONTENT:
            path = bundled_directory() / name
            (shutil.copytree if path.is_dir() else shutil.copy)(path, _parent(project) / name)
        print(compare("As it is", project, options.times, work), flush=True)
        count = inject(project)
        title = f"With {count} things that have a number for a name besides"
        print(compare(title, project, options.times, work), flush=True)


def _parent(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder


def generated(things: int, times: int) -> str:
    """Measure on a generated project, as it is and with a hundredth of its names doubled."""
    with workplace() as work:
        project = work / "project"
        write_project(project, things)
        valid = compare(f"{things:,} things", project, times, work)
        inject(project, one_in=100)
        return f"{valid}\n{compare(f'{things:,} things, 1% damaged', project, times, work)}"


def inject(project: Path, *, one_in: int = 1) -> int:
    """Give what has a name a second one, which is a number.

    :param one_in: only one in so many things
    :returns: the number of things
    """
    quads = (quad for path in load_project(project).data_files for quad in parse_file(path).quads)
    named = sorted({str(quad.subject) for quad in quads if quad.predicate == NAME})[::one_in]
    facts = "".join(f"  {subject} {NAME} 7 .\n" for subject in named)
    (project / "data/injected.trig").write_text(f"<https://example.org/injected> {{\n{facts}}}\n")
    return len(named)


def compare(title: str, project: Path, times: int, work: Path) -> str:
    """Measure the three on one project."""
    note(f"{title} …")
    data, shapes = work / "data.ttl", work / "shapes.ttl"
    loaded = load_project(project)
    _write(load_project_dataset(loaded).merged(), data)
    files = [*map(parse_file, loaded.shapes_files), engine_shapes(SCHEMA)]
    _write((quad.triple for file in files for quad in file.quads), shapes)
    commands: dict[str, Command] = {
        PROJECT: [MIPEX_KG, "--project", project, "validate"],
        FILES: [MIPEX_KG, "validate", data, "--shapes", shapes],
        ALONE: [PYSHACL, "-s", shapes, data],
    }
    tasks = {
        name: partial(run, [command], work, LONGEST, with_children=True)
        for name, command in commands.items()
    }
    runs = in_turns(tasks, times)
    found = {name: _findings(name, command, runs, work) for name, command in commands.items()}
    rows = [
        [
            name,
            f"{median(runs[name]) / median(runs[ALONE]):.2f}",
            f"{least_processor(runs[name]) / least_processor(runs[ALONE]):.2f}",
            f"{median(runs[name]):,.2f} s",
            f"{least_processor(runs[name]):,.2f} s",
            f"{max(each.peak for each in runs[name]):,.0f} MiB",
            f"{found[name]}" + ("" if found[name] == found[ALONE] else " **differs**"),
        ]
        for name in commands
    ]
    header = ["program", "ratio (median)", "ratio (processor)", "median", "processor", "peak"]
    header.append("SHACL results")
    return f"**{title}**\n\n{table(header, rows)}"


def _write(triples: Iterable[ox.Triple], path: Path) -> None:
    path.write_bytes(ox.serialize(triples, format=ox.RdfFormat.TURTLE) or b"")


def _findings(name: str, command: Command, runs: dict[str, list[Run]], work: Path) -> int:
    """Count what the shapes found; what mipex-kg finds beyond SHACL doesn't count."""
    if name == ALONE:
        counted = re.search(rb"Results \((\d+)\)", runs[name][-1].output)
        return int(counted[1]) if counted else 0
    report = json.loads(run([[*command, "-f", "json"]], work, LONGEST).output)
    return sum(
        finding["check"].startswith("http://www.w3.org/ns/shacl#") for finding in report["findings"]
    )


if __name__ == "__main__":
    main()
