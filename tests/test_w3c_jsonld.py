"""W3C's JSON-LD 1.1 suite, `toRdf`: documents are read as the standard says, but for a list.

It is looked for as ``json-ld-api`` (https://github.com/w3c/json-ld-api) beside the repository in
``../shared/w3c``, or in ``MIPEX_KG_W3C_TESTS``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from mipex_kg.rdf.jsonld.known_contexts import KnownContexts
from mipex_kg.rdf.jsonld.reading import read
from mipex_kg.system.errors import SourceError
from tests.conftest import w3c_suite

BASE = "https://w3c.github.io/json-ld-api/tests/"
# What isn't read as the suite has it, and why.
_OF_1_0 = "It is for JSON-LD 1.0, or its mode: files are read as JSON-LD 1.1."
_NOTHING = "A document that says nothing is refused, and so is one of which nothing is left."
_OPTION = "It wants an option of the API that no file can ask for."
EXPECTED = {
    **dict.fromkeys(("tc029", "te014", "te026", "te071", "te115", "te116", "tep02"), _OF_1_0),
    **dict.fromkeys(("ter21", "ter24", "ter32", "ter42", "ttn01"), _OF_1_0),
    **dict.fromkeys(("te003", "te019", "te045", "te046"), _NOTHING),
    **dict.fromkeys(("twf01", "twf03", "twf05", "twf07"), _NOTHING),
    **dict.fromkeys(("tdi09", "tdi10", "tdi11", "tdi12", "te077"), _OPTION),
}
# Their blank nodes are predicates, which RDF doesn't have.
GENERALIZED = {"t0118", "te075"}


class Case(NamedTuple):
    """A test of the suite.

    :param expected: the file with what it says; None if it is only to be read, or refused
    """

    name: str
    document: Path
    base: str
    expected: Path | None
    is_bad: bool


def read_cases(folder: Path) -> Iterator[Case]:
    manifest = json.loads((folder / "toRdf-manifest.jsonld").read_text())
    for test in manifest["sequence"]:
        yield Case(
            test["@id"].removeprefix("#"),
            folder / test["input"],
            test.get("option", {}).get("base", BASE + test["input"]),
            folder / test["expect"] if "expect" in test else None,
            "jld:NegativeEvaluationTest" in test["@type"],
        )


def canonical(quads: list[ox.Quad]) -> list[str]:
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return sorted(map(str, dataset))


def failure(case: Case, contexts: KnownContexts) -> str | None:
    """Say in which way a test fails, if it does."""
    try:
        found = read(case.document.read_text(), case.document, contexts, base=case.base).quads
    except SourceError as error:
        return None if case.is_bad else error.message
    if case.is_bad:
        return "accepted"
    if case.expected is None:
        return None
    expected = list(ox.parse(path=case.expected, format=ox.RdfFormat.N_QUADS))
    return None if canonical(found) == canonical(expected) else "other quads"


def test_w3c_jsonld() -> None:
    folder = w3c_suite("json-ld-api/tests")
    contexts = KnownContexts(
        {
            BASE + path.relative_to(folder).as_posix(): path
            for path in folder.rglob("*context*.jsonld")
        }
    )
    cases = {case.name: case for case in read_cases(folder)}
    assert len(cases) >= 467
    failures = {
        name: told
        for name, case in cases.items()
        if name not in GENERALIZED and (told := failure(case, contexts))
    }
    assert failures.keys() == EXPECTED.keys()
