"""What other SHACL engines say, in a process of their own: one of them hangs after a fork.

Reads pairs of data and shapes, a JSON array each line, and writes what each engine found.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import pyshacl_turbo
import shacl
from rdflib import Graph, Literal
from rdflib.namespace import RDF, SH
from rdflib.term import Node

Found = list[list[str]]


def by_shacl(data: Path, shapes: Path) -> Found:
    """Ask ``shacl``: the focus node, the component and the value of each result."""
    report: Any = shacl.Shapes.from_file(str(shapes)).validate_file(str(data))
    return sorted(
        [shown(r.focus_node), r.component.removesuffix("ConstraintComponent"), shown(r.value or "")]
        for r in report.results
    )


def by_turbo(data: Path, shapes: Path) -> Found:
    """Ask ``pyshacl-turbo``."""
    _, report, _ = pyshacl_turbo.validate(str(data), shacl_graph=str(shapes), inference="none")
    assert isinstance(report, Graph), report
    found = []
    details = set(report.objects(None, SH.detail))
    for result in report.subjects(RDF.type, SH.ValidationResult):
        if result not in details:
            focus, value = report.value(result, SH.focusNode), report.value(result, SH.value)
            component = str(report.value(result, SH.sourceConstraintComponent)).rpartition("#")[2]
            found.append(
                [shown(n3(focus)), component.removesuffix("ConstraintComponent"), shown(n3(value))]
            )
    return sorted(found)


def n3(node: Node | None) -> str:
    """Write a term as N-Triples does."""
    if isinstance(node, Literal) and "\n" in node:  # which Turtle writes with three quotes
        node = Literal(node.replace("\n", "\\n"), lang=node.language, datatype=node.datatype)
        return node.n3().replace("\\\\n", "\\n")
    return "" if node is None else node.n3()


def shown(term: str) -> str:
    """Write a term so that all engines write it alike."""
    if term.startswith("_:"):
        return "_:"
    return term.replace("^^<http://www.w3.org/2001/XMLSchema#string>", "").replace(
        "http://e.test/", ""
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        data, shapes = Path(folder) / "data.ttl", Path(folder) / "shapes.ttl"
        for line in sys.stdin:
            texts = json.loads(line)
            data.write_text(texts[0])
            shapes.write_text(texts[1])
            answers: dict[str, Found | str] = {}
            for name, engine in (("shacl", by_shacl), ("pyshacl-turbo", by_turbo)):
                try:
                    answers[name] = engine(data, shapes)
                except (ValueError, RuntimeError) as error:  # the answer may be that it can't
                    answers[name] = f"{type(error).__name__}: {error}"
            print(json.dumps(answers), flush=True)


if __name__ == "__main__":
    main()
