"""The programs that answer a query over a file, and how each is called."""

from __future__ import annotations

import ast
import csv
import io
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.measure import MIPEX_KG, TOOLS, Command

HERE = Path(__file__).parent
Rows = Counter[tuple[str, ...]]


def read_csv(output: bytes) -> Rows:
    r"""Read SPARQL's CSV as a bag of rows.

    >>> read_csv(b"a,b\r\n1,\r\n1,\r\n")
    Counter({('1', ''): 2})
    """
    rows = csv.reader(io.StringIO(output.decode(), newline=""))
    next(rows, None)
    return Counter(tuple(row) for row in rows)


def read_kurra(output: bytes) -> Rows:
    """Read what kurra calls JSON: a Python value, as it is printed."""
    found = ast.literal_eval(output.decode())
    names = found["head"]["vars"]
    return Counter(
        tuple(str(binding.get(name, "")) for name in names)
        for binding in found["results"]["bindings"]
    )


@dataclass(frozen=True)
class Engine:
    """A program that answers a query.

    :param commands: what to run, given the data and the query; all of it is timed
    :param program: what must be installed
    :param read: reads the rows from the output
    """

    name: str
    program: Path | None
    commands: Callable[[Path, Path], Sequence[Command]]
    read: Callable[[bytes], Rows] = read_csv


def find(name: str, peers: Path) -> Path | None:
    """Look for a program among the peers, then where the shell would."""
    for folder in (peers / "bin", peers / "node_modules/.bin", HERE / "node_modules/.bin"):
        if (folder / name).exists():
            return folder / name
    found = shutil.which(name)
    return Path(found) if found else None


def engines(peers: Path) -> list[Engine]:
    """List the programs; the first is what the others are compared with.

    :param peers: where they are installed: a virtual environment, ``node_modules``, or both
    """
    kurra, comunica, roqet, oxigraph = (
        find(name, peers) for name in ("kurra", "comunica-sparql-file", "roqet", "oxigraph")
    )
    python = TOOLS / "python"
    script = HERE / "peers/rdflib_query.py"
    return [
        Engine(
            "mipex-kg query --data",
            MIPEX_KG,
            lambda data, query: [[MIPEX_KG, "query", "--data", data, query, "-f", "csv"]],
        ),
        Engine("rdflib, a script", python, lambda data, query: [[python, script, data, query]]),
        Engine(
            "kurra sparql",
            kurra,
            lambda data, query: [[kurra or "", "sparql", data, query.read_text(), "-f", "json"]],
            read_kurra,
        ),
        Engine(
            "Comunica, file engine",
            comunica,
            lambda data, query: [[comunica or "", data, "-f", query, "-t", "text/csv"]],
        ),
        Engine(
            "roqet",
            roqet,
            lambda data, query: [
                [roqet or "", "-q", "-i", "sparql", "-D", data.as_uri(), "-r", "csv", query]
            ],
        ),
        Engine(
            "oxigraph load + query",
            oxigraph,
            lambda data, query: _load_and_query(oxigraph or Path(), data, query),
        ),
    ]


def bundled() -> Engine:
    """Describe the query of the bundled project, whose facts are read and inferred again."""
    return Engine(
        "mipex-kg query (bundled)",
        MIPEX_KG,
        lambda _, query: [[MIPEX_KG, "query", query, "-f", "csv"]],
    )


def _load_and_query(oxigraph: Path, data: Path, query: Path) -> list[Command]:
    place = tempfile.mkdtemp(prefix="oxigraph-", dir=data.parent)
    return [
        [oxigraph, "load", "--location", place, "--file", data],
        [oxigraph, "query", "--location", place, "--query-file", query, "--results-format", "csv"],
    ]
