"""The same query over the same file, cold: a new process for each run, all peers in turns."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench import generate
from bench.engines import HERE, Engine, Rows, bundled, engines
from bench.measure import (
    LIMIT,
    MIPEX_KG,
    Run,
    in_turns,
    least_processor,
    median,
    note,
    run,
    table,
    workplace,
)

QUERIES = sorted((HERE / "queries").glob("*.rq"))
PEERS = HERE / ".peers"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print a table for each query."""
    parser = argparse.ArgumentParser(prog="python -m bench.query", description=__doc__)
    parser.add_argument("--times", type=int, default=11, help="runs of each (default: 11)")
    parser.add_argument(
        "--size", type=int, help="query a generated file of about so many triples instead"
    )
    parser.add_argument("--peers", type=Path, default=PEERS, help="where the peers are installed")
    parser.add_argument("--query", type=Path, action="append", help="a query (default: all three)")
    options = parser.parse_args(arguments)
    with workplace() as work:
        data, programs = work / "data.ttl", engines(options.peers.absolute())
        if options.size:
            generate.write_graph(data, options.size)
            print(f"## Queries over a generated file of {options.size:,} triples\n")
        else:
            programs.insert(1, bundled())
            export(data, work)
            print("## Queries over the bundled graph\n")
        for query in options.query or QUERIES:
            print(compare(programs, data, query.absolute(), options.times, work), flush=True)


def export(data: Path, work: Path) -> None:
    """Write the merge of the bundled graph as a file."""
    done = run([[MIPEX_KG, "export", "-o", data]], work)
    if done.code:
        sys.exit(f"The bundled graph can't be exported:\n{(work / 'errors').read_text()}")


def compare(programs: Sequence[Engine], data: Path, query: Path, times: int, work: Path) -> str:
    """Measure all programs that are installed on one query."""
    note(f"{query.name} …")
    present = {engine.name: engine for engine in programs if engine.program}
    tasks = {
        name: lambda engine=engine: run(engine.commands(data, query), work)
        for name, engine in present.items()
    }
    runs = in_turns(tasks, times)
    title = query.read_text(encoding="utf-8").partition("\n")[0].lstrip("# ")
    lines = [f"**{query.stem}** — {title}\n\n", report(present, runs)]
    if absent := [engine.name for engine in programs if not engine.program]:
        lines.append(f"\nNot installed, and left out: {', '.join(absent)}.\n")
    return "".join(lines)


def report(present: Mapping[str, Engine], runs: Mapping[str, Sequence[Run]]) -> str:
    """Write the table: how many times as long as the first each takes, and what it answers."""
    first = next(iter(present))
    expected = rows_of(present[first], runs[first][-1])
    rows = []
    for name, engine in present.items():
        if runs[name][-1].is_stopped:
            rows.append([name, f"> {LIMIT / median(runs[first]):.0f}", "", f"> {LIMIT} s", "ended"])
            continue
        ratio = median(runs[name]) / median(runs[first])
        cost = least_processor(runs[name]) / least_processor(runs[first])
        answer = verdict(rows_of(engine, runs[name][-1]), expected)
        took = f"{median(runs[name]) * 1000:,.0f} ms"
        rows.append([name, f"{ratio:.2f}", f"{cost:.2f}", took, answer])
    return table(["program", "ratio (median)", "ratio (processor)", "median", "answer"], rows)


def rows_of(engine: Engine, done: Run) -> Rows | None:
    """Read a program's answer; None when it gave none.

    The exit code says nothing: roqet's is 2 after some answers that are complete.
    """
    try:
        return engine.read(done.output) if done.output else None
    except (ValueError, SyntaxError, KeyError):
        return None


def verdict(rows: Rows | None, expected: Rows | None) -> str:
    """Say whether an answer is the expected one, rows compared as a bag."""
    if rows is None or expected is None:
        return "**none**"
    if rows == expected:
        return f"same, {rows.total():,} rows"
    return f"**differs**: {rows.total():,} rows, {(rows - expected).total():,} not in ours"


if __name__ == "__main__":
    main()
