"""Building projects of growing size: what a document costs in time, and what the whole in memory.

Where the cost of one document stays the same, the ratios stay at 1.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import generate
from bench.measure import MIPEX_KG, Command, Run, note, run, table, workplace

SIZES = (100, 1_000, 10_000)
HEADER = (
    "documents",
    "time per document (ratio)",
    "built again, nothing changed (ratio)",
    "peak memory per document (ratio)",
    "time",
    "again",
    "peak memory",
)


@dataclass(frozen=True)
class Measured:
    """A project of some size, built into a new folder and then once more into the same."""

    documents: int
    built: Run
    again: Run


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print a table; ratios are to the smallest project."""
    parser = argparse.ArgumentParser(prog="python -m bench.build", description=__doc__)
    parser.add_argument("--things", type=int, nargs="+", default=SIZES, help="sizes to build")
    parser.add_argument("--limit", type=float, default=1800, help="seconds for one build")
    options = parser.parse_args(arguments)
    measured = []
    for things in options.things:
        note(f"{things:,} things …")
        with workplace() as work:
            measured.append(measure(things, options.limit, work))
    print("## Building generated projects\n")
    print(table(HEADER, [row(one, measured[0]) for one in measured]))


def measure(things: int, limit: float, work: Path) -> Measured:
    """Generate a project, and build it twice."""
    generate.write_project(work / "project", things)
    command: Command = [MIPEX_KG, "--project", work / "project", "build", "--output", work / "site"]
    built, again = (run([command], work, limit) for _ in range(2))
    if built.code or again.code:
        sys.exit(f"The build of {things} things failed:\n{(work / 'errors').read_text()}")
    documents = sum(1 for path in (work / "site").glob("*/**/*.nt"))
    return Measured(documents, built, again)


def row(one: Measured, smallest: Measured) -> list[str]:
    """Write a line of the table."""

    def ratio(cost: float, least: float) -> str:
        return f"{(cost / one.documents) / (least / smallest.documents):.2f}"

    return [
        f"{one.documents:,}",
        ratio(one.built.seconds, smallest.built.seconds),
        ratio(one.again.seconds, smallest.again.seconds),
        ratio(one.built.peak, smallest.built.peak),
        f"{one.built.seconds:,.1f} s",
        f"{one.again.seconds:,.1f} s",
        f"{one.built.peak:,.0f} MiB",
    ]


if __name__ == "__main__":
    main()
