"""What `mipex-kg serve` takes of memory: for the server, for the graph, and for each worker."""

from __future__ import annotations

import argparse
import contextlib
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

from bench import generate
from bench.measure import MIPEX_KG, memory_of, note, processes, run, table, workplace
from bench.serve import HOST, Peer, Started, Words, play, requests_of, running, workloads

SIZES = (1_000, 10_000, 30_000)
HEADER = (
    "documents",
    "quads",
    "the site on disk",
    "server",
    "graph",
    "a worker, at first",
    "a worker, later",
    "all, at first",
    "all, later",
)


class Held(NamedTuple):
    """What the processes of a server have in memory.

    :param server: what the server has for itself
    :param graph: all that the process has which has loaded the graph, and which workers share
    :param workers: what each has for itself
    :param total: of all of them
    """

    server: int
    graph: int
    workers: list[int]
    total: int


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure with projects of growing size, and print a table."""
    parser = argparse.ArgumentParser(prog="python -m bench.memory", description=__doc__)
    parser.add_argument("--things", type=int, nargs="+", default=SIZES, help="sizes to build")
    parser.add_argument("--workers", type=int, default=4, help="of the server (default: 4)")
    parser.add_argument("--seconds", type=float, default=5, help="of questions (default: 5)")
    parser.add_argument("--limit", type=float, default=1800, help="seconds for one build")
    options = parser.parse_args(arguments)
    rows = []
    for things in options.things:
        note(f"{things:,} things …")
        with workplace() as work:
            rows.append(measure(things, options, work))
    print(f"## Memory of `serve` with {options.workers} workers\n")
    print(table(HEADER, rows))


def measure(things: int, options: argparse.Namespace, work: Path) -> list[str]:
    """Build a project of some size, and serve it: look before and after questions are asked."""
    project, site = work / "project", work / "site"
    generate.write_project(project, things)
    built = run([[MIPEX_KG, "--project", project, "build", "-o", site]], work, options.limit)
    if built.code:
        sys.exit(f"The build of {things} things failed:\n{(work / 'errors').read_text()}")
    command: Words = [MIPEX_KG, "--project", project, "serve", site, "--log", "none"]
    command += ["--workers", str(options.workers), "--cache", "0", "--port"]
    path = urlsplit(generate.BASE).path
    peer = Peer("mipex-kg serve", lambda port: [*command, str(port)], f"{path}sparql", True)
    with running(peer, work) as server:
        wait(server.port, options.limit)
        first = look(server)
        asked = workloads(site, "staff")
        asked["documents"] = [path[1:] + file for file in asked["documents"]]
        for kind in ("documents", "point", "count"):
            requests = requests_of(kind, asked[kind], peer) or []
            play(server.port, requests, options.workers, options.seconds)
        later = look(server)
    with (site / "staff.nq").open("rb") as dump:
        quads = sum(1 for _ in dump)
    files = [path.stat() for path in site.rglob("*") if path.is_file()]
    return [
        f"{sum(1 for _ in site.glob('*/**/*.nt')):,}",
        f"{quads:,}",
        f"{sum(file.st_blocks for file in files) / 2048:,.0f} MiB",
        *map(_mib, (later.server, first.graph, max(first.workers), max(later.workers))),
        *map(_mib, (first.total, later.total)),
    ]


def wait(port: int, limit: float) -> None:
    """Wait until a server is ready."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        with contextlib.suppress(URLError, OSError):
            urlopen(f"http://{HOST}:{port}/-/health", timeout=5).close()
            return
        time.sleep(0.05)
    sys.exit("The server is not ready.")


def look(server: Started) -> Held:
    """Look at the memory of a server's processes."""
    found = {int(process.name): process for process in processes(server.session)}
    parents = {pid: _parent(process) for pid, process in found.items()}
    [fork_server] = [pid for pid, parent in parents.items() if parent == server.session]
    held = {pid: memory_of(process) for pid, process in found.items()}
    workers = [held[pid].own for pid, parent in parents.items() if parent == fork_server]
    total = sum(memory.divided for memory in held.values())
    return Held(held[server.session].own, held[fork_server].whole, workers, total)


def _parent(process: Path) -> int:
    # Behind the name in brackets: state, parent.
    return int((process / "stat").read_text().rpartition(")")[2].split()[1])


def _mib(kib: int) -> str:
    return f"{kib / 1024:,.0f} MiB"


if __name__ == "__main__":
    main()
