"""What each command costs as data grow, beside what it cost before and the aims, with curves.

``python -m bench.performance`` measures generated projects of growing size, and rdflib beside them,
keeps the figures in ``bench/figures/``, and writes ``docs/performance.md`` and its curves. What has
been measured stays when a run is ended, and ``--only`` measures some of it again.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

from bench import generate, thesaurus
from bench.measure import MIPEX_KG, TOOLS, Command, Run, environment, note, run, table, workplace
from mipex_kg import __version__

ROOT = Path(__file__).parents[1]
FIGURES = ROOT / "bench" / "figures"
SIZES, CONCEPTS = (1_000, 10_000), 8_000
_WARMING = 100
# Processor seconds, or None where it wasn't measured, by the number of things.
Costs = Mapping[str, float]
_IN_RDFLIB = """
import sys, rdflib
data = rdflib.Dataset(default_union=True)
data.parse(sys.argv[1])
print(list(data.query(sys.argv[2])))
"""
_INTRODUCTION = """\
# Performance

What each command costs on generated projects of growing size, in seconds of processor time, which
other programs on the machine change less than the clock. *Was* is what it cost at first, on quiet
cores. *Is* was measured on 1 December 2026, on two cores without other work, in the same run as
rdflib. A dash is what has not been measured.

`python -m bench.performance` measures them again and writes this page; what was measured for each
release is in `bench/figures/`. How other programs compare is in [`bench/`](../bench/README.md).

![Curves of processor time by the number of things](performance.svg)

"""


class Row(NamedTuple):
    """Something that is measured.

    :param aim: processor seconds that it may take with 10,000 things; None if there is no aim
    """

    name: str
    aim: float | None = None


class Workload(NamedTuple):
    """What is measured: a generated project, and what is asked of it and changed in it.

    :param name: before the names of its rows; empty for the first
    :param write: makes a project of a size in a new folder
    :param file: the file of its data, in the project
    :param thing: a thing in it, as a CURIE
    :param query: asks for its name
    :param renamed: texts of the file, each with what it is changed to
    """

    name: str
    write: Callable[[Path, int], None]
    file: str
    thing: str
    query: str
    renamed: tuple[tuple[str, str], ...]


STAFF = Workload(
    "",
    generate.write_project,
    "data/list.trig",
    "person:p7",
    "PREFIX schema: <http://schema.org/> "
    "SELECT ?name { <https://example.org/staff/person/p7> schema:name ?name }",
    tuple((f'schema:name "Person {n}"', f'schema:name "Parson {n}"') for n in (6, 7, 8)),
)
THESAURUS = Workload(
    "thesaurus: ",
    thesaurus.write_thesaurus,
    "data/places.ttl",
    "concept:7",
    "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
    "SELECT ?name { <https://example.org/thesaurus/concept/7> skos:prefLabel ?name }",
    tuple((f' {n}"@en', f' {n} or so"@en') for n in (36, 37, 38)),
)
ROWS = (
    Row("query, the first time"),
    Row("query, later", 0.15),
    Row("describe", 0.5),
    Row("why", 0.5),
    Row("rdflib: read and query"),
    Row("validate", 1.0),
    Row("build, the first time", 20.0),
    Row("build, nothing changed", 1.0),
    Row("build, one name changed", 3.0),
    Row("build, one more, --keep-index"),
    Row("serve, until it is ready", 2.0),
    Row("push, the first time"),
    Row("push, one fact", 1.0),
)
LARGEST = 10_000


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, keep the figures, and write the page."""
    parser = argparse.ArgumentParser(prog="python -m bench.performance", description=__doc__)
    parser.add_argument("--things", type=int, nargs="*", default=SIZES, help="sizes to measure")
    parser.add_argument(
        "--only", nargs="+", help="the rows to measure, by the start of their names"
    )
    parser.add_argument(
        "--concepts", type=int, nargs="*", default=[CONCEPTS], help="sizes of a thesaurus"
    )
    options = parser.parse_args(arguments)
    path = FIGURES / f"{__version__}.json"
    figures: dict[str, dict[str, float]] = json.loads(path.read_text()) if path.exists() else {}
    wanted = tuple(options.only or [""])
    with workplace() as work:
        for _ in measured(STAFF, _WARMING, wanted, work):  # so that Python has its bytecode
            pass
        sizes = [(STAFF, size) for size in options.things]
        sizes += [(THESAURUS, size) for size in options.concepts]
        for workload, size in sizes:
            for row, done in measured(workload, size, wanted, work):
                name = workload.name + row
                note(f"{size:,}, {name}: {done.processor:.2f} of {done.seconds:.2f} s")
                figures.setdefault(name, {})[str(size)] = round(done.processor, 2)
                path.write_text(json.dumps(figures, indent=1) + "\n")
                write(figures)


def write(figures: Mapping[str, Costs]) -> None:
    """Write the page and its curves."""
    before = json.loads((FIGURES / "before.json").read_text())
    (ROOT / "docs" / "performance.md").write_text(page(before, figures))
    (ROOT / "docs" / "performance.svg").write_text(curves(figures))


def measured(
    workload: Workload, size: int, wanted: tuple[str, ...], work: Path
) -> Iterator[tuple[str, Run]]:
    """Measure a project of some size, row by row, in an order that each needs."""
    project, site = (work / f"{what}-{workload.thing[0]}{size}" for what in ("project", "site"))
    workload.write(project, size)
    names = iter(workload.renamed)

    def rename() -> None:
        path, (before, after) = project / workload.file, next(names)
        text = path.read_text()
        assert before in text
        path.write_text(text.replace(before, after, 1))

    def ours(*arguments: str | Path) -> Run:
        command: Command = [MIPEX_KG, "--project", project, *arguments]
        done = run([command], work, 3600)
        if done.code:
            sys.exit(f"{arguments} failed:\n{(work / 'errors').read_text()}")
        return done

    build = partial(ours, "build", "--output", site)
    serve = partial(ready, project, site, work)
    tasks: dict[str, Callable[[], Run]] = {
        "query, the first time": partial(ours, "query", workload.query),
        "query, later": partial(ours, "query", workload.query),
        "describe": partial(ours, "describe", workload.thing),
        "why": partial(ours, "why", workload.thing),
        "rdflib: read and query": lambda: run(
            [[sys.executable, "-c", _IN_RDFLIB, project / workload.file, workload.query]], work, 600
        ),
        "validate": partial(ours, "validate"),
    }
    for name, task in tasks.items():
        if name.startswith(wanted):
            yield name, least(task, 1 if "first" in name or name == "validate" else 3)
    if any("build".startswith(w) or w.startswith(("build", "serve")) for w in wanted):
        yield "build, the first time", build()
        yield "build, nothing changed", least(build, 2)
        yield "serve, until it is ready", least(serve, 2)
        rename()
        yield "build, one name changed", build()
        rename()
        yield "build, one more, --keep-index", build("--keep-index")
        shutil.rmtree(site)
    if any("push".startswith(w) or w.startswith("push") for w in wanted):
        with store(work) as address:
            yield "push, the first time", ours("push", address)
            rename()
            ours("export", "-o", work / "graph.nq")  # so that it is known to be valid
            yield "push, one fact", ours("push", address)


def least(task: Callable[[], Run], times: int) -> Run:
    """Run a task some times, and give the run that took least."""
    return min((task() for _ in range(times)), key=lambda done: done.processor)


def ready(project: Path, site: Path, work: Path) -> Run:
    """Serve, until the first line says that it is served."""
    command = [MIPEX_KG, "--project", project, "serve", site, "--port", "0", "--log", "none"]
    start = time.perf_counter()
    before = os.times()
    with (work / "errors").open("wb") as errors:
        process = subprocess.Popen(
            list(map(str, command)),
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd=work,
            env=environment(work),
        )
        assert process.stdout
        process.stdout.readline()
        seconds = time.perf_counter() - start
        process.terminate()
        process.wait()
        process.stdout.close()
    after = os.times()
    taken = after.children_user + after.children_system
    return Run(seconds, taken - before.children_user - before.children_system, 0, 0, b"")


@contextmanager
def store(work: Path) -> Iterator[str]:
    """Run Oxigraph's server, empty, as long as it is needed."""
    port = 7979
    with tempfile.TemporaryDirectory(dir=work) as folder:
        command = [TOOLS / "oxigraph", "serve", "--location", folder, "--bind", f"127.0.0.1:{port}"]
        process = subprocess.Popen(list(map(str, command)), stderr=subprocess.DEVNULL)
        try:
            time.sleep(2)
            yield f"http://127.0.0.1:{port}/"
        finally:
            process.terminate()
            process.wait()


def page(before: Mapping[str, Costs], figures: Mapping[str, Costs]) -> str:
    """Write the page: a table, and which aims are missed.

    :param before: what each row cost at first
    :param figures: what it costs now
    """
    staff = [figures.get(row.name, {}) for row in ROWS]
    sizes = sorted({int(size) for costs in staff for size in costs})
    header = ["", *(f"{size:,}: {when}" for size in sizes for when in ("was", "is"))]
    rows, missed = [], []
    for row in ROWS:
        was, now = before.get(row.name, {}), figures.get(row.name, {})
        costs = [shown(found.get(str(size))) for size in sizes for found in (was, now)]
        aim = "–" if row.aim is None else f"{row.aim:g}"
        rows.append([row.name, *costs, aim])
        if row.aim is not None and now.get(str(LARGEST), 0) > row.aim:
            missed.append(f"- {row.name}: {now[str(LARGEST)]:g} s, and the aim is {row.aim:g} s.")
    aims = "\n".join(missed) or "None of those that were measured."
    told = table([*header, f"aim for {LARGEST:,}"], rows)
    return f"{_INTRODUCTION}{told}\n## Aims that are missed\n\n{aims}\n{_of_thesaurus(figures)}"


def _of_thesaurus(figures: Mapping[str, Costs]) -> str:
    """Write what a thesaurus costs, if that was measured."""
    found = {row.name: figures.get(THESAURUS.name + row.name, {}) for row in ROWS}
    sizes = sorted({int(size) for costs in found.values() for size in costs})
    if not sizes:
        return ""
    rows = [
        [name, *(shown(costs.get(str(size))) for size in sizes)] for name, costs in found.items()
    ]
    told = table(["", *(f"{size:,} concepts" for size in sizes)], rows)
    return f"\n## A thesaurus in five languages\n\n`python -m bench.thesaurus` makes it.\n\n{told}"


def shown(cost: float | None) -> str:
    """Write processor time for the table."""
    return "–" if cost is None else f"{cost:g}"


def curves(figures: Mapping[str, Costs]) -> str:
    """Draw processor time by the number of things, both in powers of ten."""
    left, top, width, height = 60, 20, 420, 360
    colours = ("#0b5fa5", "#b3420a", "#1b7a3d", "#7a3db8", "#a0105a", "#4d4d4d")

    def at(things: float, seconds: float) -> tuple[float, float]:
        across, up = (math.log10(things) - 2.7) / 2.5, (math.log10(max(seconds, 0.05)) + 1.3) / 4
        return round(left + across * width, 1), round(top + (1 - up) * height, 1)

    parts = []
    for power in range(-1, 3):
        y = at(1000, 10.0**power)[1]
        parts.append(f'<path d="M{left} {y}h{width}" stroke="#ccc"/>')
        parts.append(f'<text x="{left - 8}" y="{y + 4}" text-anchor="end">{10.0**power:g} s</text>')
    for size in (1_000, 10_000, 100_000):
        x = at(size, 1)[0]
        parts.append(f'<text x="{x}" y="{top + height + 20}" text-anchor="middle">{size:,}</text>')
    names = sorted(figures.keys() & {row.name for row in ROWS})
    for number, (name, costs) in enumerate((name, figures[name]) for name in names):
        points = [
            at(int(size), cost) for size, cost in sorted(costs.items(), key=lambda c: int(c[0]))
        ]
        colour, dash = colours[number % 6], "" if number < 6 else ' stroke-dasharray="5 3"'
        path = " ".join(f"{x},{y}" for x, y in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}"{dash}/>')
        parts += [f'<circle cx="{x}" cy="{y}" r="3" fill="{colour}"/>' for x, y in points]
        y = top + 14 + number * 24
        parts.append(f'<path d="M500 {y - 4}h24" stroke="{colour}"{dash}/>')
        parts.append(f'<text x="530" y="{y}">{name}</text>')
    body = "\n".join(parts)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 420" role="img" font-size="13" '
        'font-family="sans-serif">\n<title>Processor time by the number of things</title>\n'
        f'<rect width="720" height="420" fill="#fff"/>\n{body}\n</svg>\n'
    )


if __name__ == "__main__":
    main()
