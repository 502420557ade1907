"""VoID: the description of the graph is there, and its counts are those of the dump."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath

import pyoxigraph as ox

from mipex_kg.checks.catalogue.graph import CatalogueGraph
from mipex_kg.checks.catalogue.profile import WHERE
from mipex_kg.checks.checked_site import CheckedSite, View
from mipex_kg.project import layout
from mipex_kg.project.names import file_at
from mipex_kg.rdf import formats
from mipex_kg.rdf.namespaces import DCT, TYPE, VOID, shorten
from mipex_kg.rdf.terms import Term, text_of
from mipex_kg.site.catalogue.measured import whole_dataset
from mipex_kg.system.errors import SourceError
from mipex_kg.validation.places import Places
from mipex_kg.validation.report import Finding, Severity, plural, unreadable

_PREFIXES = {"void": VOID, "dct": DCT}
_HINT = "Rebuild the site and upload all files."
# What a description is expected to tell besides the counts.
_WANTED = (
    *(VOID.term(name) for name in ("uriSpace", "exampleResource", "dataDump", "vocabulary")),
    *(DCT.term(name) for name in ("title", "description", "license")),
)
# Formats that hold the merge of all graphs, the one that is read fastest first.
_OF_DUMPS = (formats.NTRIPLES, formats.TURTLE, formats.RDFXML)


def check_void(checked: CheckedSite) -> View:
    """Hold the description against the dump that it names."""
    if not checked.has_catalogue:
        return View(skipped="The project describes no dataset in data/catalogue.trig.")
    if whole_dataset(checked.project, checked.dataset) is None:
        return View(skipped="No dataset of the catalogue holds the whole graph (kg:holds).")
    try:
        file = checked.parsed(layout.VOID)
    except SourceError as error:
        return View("nothing", unreadable([error]).findings)
    described = _Described(CatalogueGraph(quad.triple for quad in file.quads))
    places = Places([file], _PREFIXES)
    found = [places.place(finding) for finding in described.findings(checked)]
    return View(described.sees(), found)


class _Described:
    """What a description says, and what the dump has."""

    def __init__(self, graph: CatalogueGraph) -> None:
        self.graph = graph
        dumps = graph.pairs(VOID.term("dataDump"))
        self.whole: Term | None = dumps[0][0] if dumps else None

    def sees(self) -> str:
        """Tell what a reader learns."""
        if self.whole is None:
            return "no dump"
        told = self.graph.texts(self.whole, VOID.term("triples"))
        numbers = [plural(int(text), "triple") for text in told if text.isdecimal()]
        linksets = len(self.graph.pairs(VOID.term("linkPredicate")))
        return f"{numbers[0] if numbers else 'nothing counted'}, {plural(linksets, 'linkset')}"

    def findings(self, checked: CheckedSite) -> Iterator[Finding]:
        site = checked.site
        if layout.WELL_KNOWN_VOID not in site.files or _differ(checked):
            there, here = layout.WELL_KNOWN_VOID, layout.VOID
            message = f"{there}, where readers look, doesn't say what {here} says."
            yield _finding(message, None)
        if self.whole is None:
            yield _finding("It names no dump.", None, VOID.term("dataDump"))
            return
        for predicate in _WANTED:
            if not self.graph.values(self.whole, predicate):
                message = f"It doesn't say {shorten(predicate.value, _PREFIXES)}."
                yield _finding(message, self.whole, predicate, severity=Severity.WARNING)
        dumps = self.graph.values(self.whole, VOID.term("dataDump"))
        for dump in dumps:
            if not site.answers(text_of(dump)):
                message = f"The dump {text_of(dump)} is not there."
                yield _finding(message, self.whole, VOID.term("dataDump"), dump)
        yield from self._counts(self.whole, checked, [text_of(dump) for dump in dumps])

    def _counts(self, whole: Term, checked: CheckedSite, dumps: Sequence[str]) -> Iterator[Finding]:
        found = (file_at(checked.site.address, address) for address in dumps)
        names = {name for name in found if name is not None} & checked.site.files
        by_format = {formats.by_suffix(PurePosixPath(name)): name for name in sorted(names)}
        name = next((by_format[f] for f in _OF_DUMPS if f in by_format), None)
        if name is None:
            return
        try:
            counted = _Counted(checked.triples(name))
        except SourceError as error:
            yield from unreadable([error]).findings
            return
        for node, local, number, what in [
            *((whole, key, value, "") for key, value in self._of_all(whole, counted).items()),
            *self._partitions(counted),
            *self._linksets(counted),
        ]:
            predicate = VOID.term(local)
            for told in self.graph.values(node, predicate):
                if text_of(told) != str(number):
                    message = f"void:{local}{what} is {text_of(told)}, and {number} in {name}."
                    yield _finding(message, whole, predicate, told)

    def _of_all(self, whole: Term, counted: _Counted) -> dict[str, int]:
        counts = counted.whole()
        if starts := tuple(self.graph.texts(whole, VOID.term("uriSpace"))):
            subjects = {t.subject for t in counted.triples}
            counts["entities"] = sum(text_of(s).startswith(starts) for s in subjects)
        return counts

    def _partitions(self, counted: _Counted) -> Iterator[tuple[Term, str, int, str]]:
        for part, cls in self.graph.pairs(VOID.term("class")):
            what = f" of the class {text_of(cls)}"
            yield part, "entities", len(counted.members.get(cls, ())), what
        for part, predicate in self.graph.pairs(VOID.term("property")):
            used = counted.used.get(predicate, [])
            what = f" of the property {text_of(predicate)}"
            for local, number in _sizes(used).items():
                yield part, local, number, what

    def _linksets(self, counted: _Counted) -> Iterator[tuple[Term, str, int, str]]:
        for linkset, predicate in self.graph.pairs(VOID.term("linkPredicate")):
            starts = [
                tuple(
                    text
                    for target in self.graph.values(linkset, VOID.term(end))
                    for text in self.graph.texts(target, VOID.term("uriSpace"))
                )
                for end in ("subjectsTarget", "objectsTarget")
            ]
            if all(starts):
                number = sum(
                    text_of(t.subject).startswith(starts[0])
                    and text_of(t.object).startswith(starts[1])
                    for t in counted.used.get(predicate, ())
                )
                yield linkset, "triples", number, f" of the links to {', '.join(starts[1])}"


class _Counted:
    """What a dump holds."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self.triples = set(triples)
        self.members: dict[Term, set[Term]] = defaultdict(set)
        self.used: dict[Term, list[ox.Triple]] = defaultdict(list)
        for triple in self.triples:
            self.used[triple.predicate].append(triple)
            if triple.predicate == TYPE:
                self.members[triple.object].add(triple.subject)

    def whole(self) -> dict[str, int]:
        """Count all of it."""
        return {
            **_sizes(self.triples),
            "properties": len(self.used),
            "classes": len(self.members),
        }


def _sizes(triples: Iterable[ox.Triple]) -> dict[str, int]:
    listed = list(triples)
    return {
        "triples": len(listed),
        "distinctSubjects": len({t.subject for t in listed}),
        "distinctObjects": len({t.object for t in listed}),
    }


def _differ(checked: CheckedSite) -> bool:
    path = checked.site.path
    return path(layout.VOID).read_bytes() != path(layout.WELL_KNOWN_VOID).read_bytes()


def _finding(
    message: str,
    focus: Term | None,
    predicate: ox.NamedNode | None = None,
    value: Term | None = None,
    *,
    severity: Severity = Severity.VIOLATION,
) -> Finding:
    path = shorten(predicate.value, _PREFIXES) if predicate else None
    hint = WHERE.get(predicate, _HINT) if predicate and value is None else _HINT
    return Finding(severity, "void", message, hint, focus, path, value)
