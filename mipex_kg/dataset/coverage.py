"""Coverage: whether each quote stands where it says, and no line of the source is left out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from mipex_kg.dataset import things
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.dataset.passages import Passage, graphs_on, passages_of
from mipex_kg.rdf.namespaces import KG
from mipex_kg.rdf.terms import Term
from mipex_kg.system import reading
from mipex_kg.system.errors import UsageError


@dataclass(frozen=True)
class SourceLine:
    """A line of the source that isn't blank.

    :param number: from 1
    :param facts: how many triples are based on passages in it
    :param dismissed: why it states nothing, for each passage of it that is dismissed
    """

    number: int
    text: str
    passages: tuple[Passage, ...]
    facts: int
    dismissed: tuple[str, ...]

    @property
    def is_covered(self) -> bool:
        """Whether it has a fact, or is dismissed with a reason."""
        return bool(self.facts or self.dismissed)


@dataclass(frozen=True)
class Coverage:
    """What was found of a source.

    :param problems: what is off, a sentence each
    """

    source: ox.NamedNode
    lines: tuple[SourceLine, ...]
    problems: tuple[str, ...]

    @property
    def with_facts(self) -> int:
        """How many lines have facts."""
        return sum(bool(line.facts) for line in self.lines)

    @property
    def only_dismissed(self) -> int:
        """How many lines have no fact, but reasons."""
        return sum(not line.facts and bool(line.dismissed) for line in self.lines)


def sources_of(dataset: Dataset) -> list[ox.NamedNode]:
    """List the sources whose text is known by its hash."""
    hashed = {quad.subject for quad in dataset.quads if quad.predicate == KG.term("sha256")}
    return sorted((node for node in hashed if isinstance(node, ox.NamedNode)), key=str)


def find_source(dataset: Dataset, path: Path, digest: str) -> ox.NamedNode:
    """Find the source whose text a file is: by its hash, else by its name.

    :raises UsageError: when no source fits
    """
    known = sources_of(dataset)
    for source in known:
        if digest in dataset.texts(source, KG.term("sha256")):
            return source
    for source in known:
        if source.value.rpartition("/")[2] == path.stem:
            return source
    names = ", ".join(things.listed(known, dataset)) or "none"
    raise UsageError(
        f"{path} does not match any source in this project (SHA-256 {digest}).",
        hint=f"The sources are: {names}.",
    )


def check_coverage(dataset: Dataset, path: Path) -> Coverage:
    """Hold the passages against the text of their source.

    :param path: the text, as the project's editors had it
    :raises SourceError: when it can't be read
    :raises UsageError: when it is the text of no source
    """
    data = reading.read_bytes(path)
    text, digest = reading.decode(data, path), hashlib.sha256(data).hexdigest()
    source = find_source(dataset, path, digest)
    passages = passages_of(dataset, source)
    lines = tuple(_lines(dataset, text, passages))
    left = (line for line in lines if not line.is_covered)
    problems = (
        *_changed(dataset, source, text, digest),
        *_misquoted(text, passages),
        *(f"Line {line.number} has neither a fact nor a reason: “{line.text}”" for line in left),
    )
    return Coverage(source, lines, problems)


def _changed(dataset: Dataset, source: Term, text: str, digest: str) -> Iterator[str]:
    recorded = dataset.texts(source, KG.term("sha256"))
    if digest not in recorded:
        yield f"The text is not the one that was read: its SHA-256 is {digest}, not {recorded[0]}."
    for number in dataset.texts(source, KG.term("codePoints")):
        if number != str(len(text)):
            yield f"The text has {len(text)} code points, not {number}."


def _misquoted(text: str, passages: Sequence[Passage]) -> Iterator[str]:
    for passage in passages:
        there = text[passage.start : passage.end]
        if there != passage.exact:
            yield f"{passage.iri}: “{passage.exact}” is not at {passage.start}; “{there}” is."
        before = text[: passage.start][-len(passage.prefix) :] if passage.prefix else ""
        after = text[passage.end :][: len(passage.suffix)]
        if (before, after) != (passage.prefix, passage.suffix):
            yield f"{passage.iri}: the words before or after the quote are not those of the text."


def _lines(dataset: Dataset, text: str, passages: Sequence[Passage]) -> Iterator[SourceLine]:
    facts = {passage.iri: _facts(dataset, passage) for passage in passages}
    start = 0
    for number, line in enumerate(reading.lines(text, keeps_ends=True), start=1):
        end = start + len(line)
        inside = tuple(p for p in passages if p.start < end and p.end > start)
        start = end
        if line.strip():
            triples = {triple for passage in inside for triple in facts[passage.iri]}
            reasons = tuple(p.reason.value for p in inside if p.is_dismissed and p.reason)
            yield SourceLine(number, " ".join(line.split()), inside, len(triples), reasons)


def _facts(dataset: Dataset, passage: Passage) -> set[ox.Triple]:
    graphs = set(graphs_on(dataset, passage.iri))
    return {quad.triple for quad in dataset.quads if quad.graph_name in graphs}
