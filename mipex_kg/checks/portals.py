"""What portals see: a catalogue by DCAT-AP, by CKAN, by udata, and by data.europa.eu's score."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import TypeAlias

import pyoxigraph as ox

from mipex_kg.checks.catalogue.faults import find_faults
from mipex_kg.checks.catalogue.graph import CatalogueGraph
from mipex_kg.checks.catalogue.portals import ckan_faults, udata_faults
from mipex_kg.checks.catalogue.quality import HIGHEST, Judge, Score, score_datasets
from mipex_kg.checks.checked_site import CATALOGUE, CatalogueFile, CheckedSite, View
from mipex_kg.checks.tools import Told, ask_tool, by_whom, on_loopback, problems, said
from mipex_kg.project import layout
from mipex_kg.rdf import formats
from mipex_kg.rdf.terms import Term, text_of
from mipex_kg.system.errors import SourceError
from mipex_kg.validation.report import Finding, Place, Severity, plural, unreadable

# The profile that CKAN's harvester has by default.
_PROFILE = "euro_dcat_ap_3"
_Check: TypeAlias = Callable[[CheckedSite], View]
_Tool: TypeAlias = Callable[[CheckedSite, CatalogueGraph], tuple[Told | None, list[Finding]]]
# What the same catalogue is read in besides.
_OTHERS = (formats.RDFXML, formats.JSONLD)


def check_dcat_ap(checked: CheckedSite) -> View:
    """Hold the catalogue against DCAT-AP 3.0.1, and against the files that it offers."""
    if not checked.has_catalogue:
        return View(skipped=checked.without_catalogue)
    try:
        catalogue = checked.catalogue()
    except SourceError as error:
        return View("nothing", unreadable([error]).findings)
    graph = catalogue.catalogued.graph
    counts = [
        plural(len(graph.members(name)), noun)
        for name, noun in (
            ("Dataset", "dataset"),
            ("Distribution", "file"),
            ("DataService", "service"),
        )
        if name != "DataService" or graph.members(name)
    ]
    return View(", ".join(counts), _dcat_ap_faults(checked, catalogue))


def _dcat_ap_faults(checked: CheckedSite, catalogue: CatalogueFile) -> Iterator[Finding]:
    yield from catalogue.placed(find_faults(catalogue.catalogued))
    for format in _OTHERS:
        yield from _differs(layout.catalogue(format), checked, catalogue)


def _differs(name: str, checked: CheckedSite, catalogue: CatalogueFile) -> Iterator[Finding]:
    """Tell whether a file says something else than the catalogue in Turtle.

    Blank nodes are taken for one another: to tell them apart could take for ever.
    """
    try:
        other = _nameless(checked.triples(name))
    except SourceError as error:
        yield from unreadable([error]).findings
        return
    ours = _nameless(quad.triple for quad in catalogue.file.quads)
    if other != ours:
        more, fewer = (other - ours).total(), (ours - other).total()
        yield Finding(
            Severity.VIOLATION,
            "formats",
            f"It is not what {CATALOGUE} says: {more} statements more, {fewer} fewer.",
            "Rebuild the site and upload all files.",
            place=Place(checked.site.path(name)),
        )


def _nameless(triples: Iterator[ox.Triple] | list[ox.Triple]) -> Counter[tuple[str, str, str]]:
    def text(term: Term) -> str:
        return "_:" if isinstance(term, ox.BlankNode) else str(term)

    return Counter((text(t.subject), text(t.predicate), text(t.object)) for t in set(triples))


def _by(check: str, faults: Callable[..., Iterator[Finding]], tool: _Tool) -> _Check:
    def run(checked: CheckedSite) -> View:
        if not checked.has_catalogue:
            return View(skipped=checked.without_catalogue)
        try:
            catalogue = checked.catalogue()
        except SourceError:
            return View(skipped=f"There is no {CATALOGUE} that can be read.")
        told, of_tool = tool(checked, catalogue.catalogued.graph)
        found = [*catalogue.placed(faults(catalogue.catalogued)), *of_tool]
        sees = f"{_taken(catalogue.catalogued.graph, found)}, {by_whom(check, told)}"
        return View(sees, [*found, *problems(check, told)])

    return run


def _in_ckan(checked: CheckedSite, graph: CatalogueGraph) -> tuple[Told | None, list[Finding]]:
    """Let CKAN's parser read what its harvester reads, in RDF/XML."""
    file = checked.site.path(layout.catalogue(formats.RDFXML))
    if not file.is_file():
        return None, []
    request = {"profile": _PROFILE, "forms": False, "files": [(str(file.absolute()), "xml")]}
    told = ask_tool("ckan", checked.pythons, request)
    if told is None or told.answer is None:
        return told, []
    [answer] = told.answer
    arrived = {
        extra["value"]: dataset
        for dataset in answer["datasets"]
        for extra in dataset["extras"]
        if extra["key"] == "uri"
    }
    messages = [f"the dataset is refused: {words}" for words in answer["complaints"]]
    for dataset in graph.members("Dataset"):
        taken = arrived.get(text_of(dataset))
        if taken is None:
            messages.append(f"{text_of(dataset)} doesn't arrive")
        elif len(taken["resources"]) != len(graph.files(dataset)):
            number = plural(len(taken["resources"]), "resource")
            messages.append(f"of {text_of(dataset)} {number} arrive, not all")
        elif not taken.get("license_id"):
            messages.append(f"the licence of {text_of(dataset)} isn't recognised")
    hint = "Check this property in data/catalogue.trig."
    return told, [said("ckan", text, Severity.VIOLATION, file, hint) for text in messages]


def _in_udata(checked: CheckedSite, graph: CatalogueGraph) -> tuple[Told | None, list[Finding]]:
    """Let udata harvest the catalogue in JSON-LD from this machine."""
    name = layout.catalogue(formats.JSONLD)
    file = checked.site.path(name)
    if not file.is_file():
        return None, []
    with on_loopback(checked.site.folder) as address:
        told = ask_tool("udata", checked.pythons, {"portals": [[address + name]]})
    if told is None or told.answer is None:
        return told, []
    [[harvest]] = told.answer
    hint = "Check this property in data/catalogue.trig."
    messages = list(harvest["errors"])
    for item in harvest["items"]:
        if item["status"] != "done":
            reasons = "; ".join(item["errors"]) or item["status"]
            messages.append(f"{item['id'] or 'a dataset'} doesn't arrive: {reasons}")
    arrived = {dataset["harvest"]["uri"]: dataset for dataset in harvest["datasets"]}
    for dataset in graph.members("Dataset"):
        taken = arrived.get(text_of(dataset))
        if taken is None:
            messages.append(f"{text_of(dataset)} doesn't arrive")
        elif taken.get("license") in (None, "notspecified"):
            messages.append(f"the licence of {text_of(dataset)} isn't recognised")
    return told, [said("udata", text, Severity.VIOLATION, file, hint) for text in messages]


def _taken(graph: CatalogueGraph, findings: list[Finding]) -> str:
    """Tell how many datasets and resources arrive: those of which nothing is refused."""
    refused = {f.focus for f in findings if f.severity is Severity.VIOLATION}
    datasets = graph.members("Dataset")
    taken = [dataset for dataset in datasets if dataset not in refused]
    files = {file for dataset in taken for file in graph.files(dataset)} - refused
    of_all = "" if len(taken) == len(datasets) else f"{len(taken)} of "
    return f"{of_all}{plural(len(datasets), 'dataset')}, {plural(len(files), 'resource')}"


check_ckan = _by("ckan", ckan_faults, _in_ckan)
check_udata = _by("udata", udata_faults, _in_udata)


def check_quality(checked: CheckedSite) -> View:
    """Score each dataset as data.europa.eu does."""
    if not checked.has_catalogue:
        return View(skipped=checked.without_catalogue)
    try:
        catalogue = checked.catalogue()
    except SourceError:
        return View(skipped=f"There is no {CATALOGUE} that can be read.")
    faults = find_faults(catalogue.catalogued)
    is_compliant = not any(f.severity is Severity.VIOLATION for f in faults)
    judge = Judge(
        catalogue.catalogued.graph, catalogue.catalogued.codes, checked.site.answers, is_compliant
    )
    scores = score_datasets(judge)
    if not scores:
        return View("no dataset to score")
    worst = min(scores, key=lambda score: score.points)
    of_one = "" if len(scores) == 1 else " for the worst dataset"
    of_one = "" if worst.points == HIGHEST else of_one
    sees = f"{worst.points} of {HIGHEST} points{of_one}: {worst.rating}"
    return View(sees, catalogue.placed(f for score in scores for f in _missed(score)))


def _missed(score: Score) -> Iterator[Finding]:
    for indicator in score.missed:
        node = score.dataset if indicator.of_dataset or score.file is None else score.file
        named = ", ".join(indicator.properties)
        yield Finding(
            Severity.WARNING,
            "points",
            f"{indicator.points} points are missing for {indicator.dimension}: {indicator.name}.",
            f"Check {named} of the dataset or of its best file."
            if named
            else "Fix the dcat-ap findings first.",
            node,
            path=indicator.properties[0] if indicator.properties else None,
        )
