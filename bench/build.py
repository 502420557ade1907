"""Building projects of growing size: what a document costs in time, and what the whole in memory.

A document is a page for people and five files for programs. Where its cost stays the same, the
ratios stay at 1.
"""

from __future__ import annotations

import argparse
import shutil
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
    "documents a second",
    "processor per document",
    "time",
    "validated before",
    "again",
    "peak memory",
)


@dataclass(frozen=True)
class Measured:
    """A project of some size, built into a new folder.

    :param validated: with all that is done for the first time
    :param built: when it was known to be valid
    :param again: when all was there already
    """

    documents: int
    validated: Run
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
    """Generate a project, and build it three times."""
    generate.write_project(work / "project", things)
    site = work / "site"
    command: Command = [MIPEX_KG, "--project", work / "project", "build", "--output", site]
    runs = []
    for is_new in (True, True, False):
        if is_new:
            shutil.rmtree(site, ignore_errors=True)
        runs.append(run([command], work, limit, with_children=True))
        if runs[-1].code:
            sys.exit(f"The build of {things} things failed:\n{(work / 'errors').read_text()}")
    documents = sum(1 for _ in site.glob("*/**/*.nt"))
    return Measured(documents, *runs)


def row(one: Measured, smallest: Measured) -> list[str]:
    """Write a line of the table."""

    def ratio(cost: float, least: float) -> str:
        return f"{(cost / one.documents) / (least / smallest.documents):.2f}"

    return [
        f"{one.documents:,}",
        ratio(one.built.seconds, smallest.built.seconds),
        ratio(one.again.seconds, smallest.again.seconds),
        ratio(one.built.peak, smallest.built.peak),
        f"{one.documents / one.built.seconds:,.0f}",
        f"{one.built.processor / one.documents * 1000:.1f} ms",
        f"{one.built.seconds:,.1f} s",
        f"{one.validated.seconds:,.1f} s",
        f"{one.again.seconds:,.1f} s",
        f"{one.built.peak:,.0f} MiB",
    ]


if __name__ == "__main__":
    main()
