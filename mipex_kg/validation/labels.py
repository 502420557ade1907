"""Labels that are missing: in the languages that the project promises, and in those it shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pyoxigraph as ox

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.project.project import Project
from mipex_kg.project.settings import FILE_NAME
from mipex_kg.rdf.languages import covers
from mipex_kg.rdf.namespaces import KG, shorten
from mipex_kg.rdf.terms import Node, Term, text_of
from mipex_kg.system.errors import FindingsError
from mipex_kg.validation.places import Places
from mipex_kg.validation.report import Finding, Place, Severity

CHECK = "labels"
# What the engine describes, in English whatever the project's languages.
_OURS = tuple(KG.term(f"{kind}Graph") for kind in ("Schema", "Record", "Inferred"))


def require_labels(dataset: Dataset, project: Project) -> None:
    """Refuse to go on where the project wants no gaps and has some.

    :raises FindingsError: when a label of ``labels.complete`` is missing and ``labels.strict`` set
    """
    if project.strict_labels and (gaps := missing_labels(dataset, project)):
        things = "1 thing" if len(gaps) == 1 else f"{len(gaps)} things"
        raise FindingsError(
            f"Labels of {things} are missing, so nothing was written.",
            hint="`mipex-kg check --only labels` shows each. Without labels.strict in "
            f"{FILE_NAME}, the site is built all the same.",
        )


def missing_labels(dataset: Dataset, project: Project) -> list[Finding]:
    """Find members of the classes in ``labels.complete`` without a label in one of the languages.

    A label without a language is one in all of them, and one in ``pt-BR`` is one in ``pt``.
    """
    found = []
    for curie, languages in project.complete_labels.items():
        for thing in sorted(dataset.members(dataset.node(curie)), key=text_of):
            labels = _labels(thing, dataset)
            lacking = [tag for tag in languages if not any(_is_in(tag, each) for each in labels)]
            if lacking:
                found.append(_gap(thing, labels, lacking, dataset))
    return _placed(found, dataset)


def foreign_labels(dataset: Dataset, project: Project) -> list[Finding]:
    """Find things whose label is shown in a language that is not in ``project.languages``."""
    ours = set(dataset.members(*_OURS))
    found = []
    for thing in sorted(dataset.by_subject, key=text_of):
        if not isinstance(thing, ox.NamedNode) or thing in ours or thing.value.startswith(KG):
            continue
        labels = _labels(thing, dataset)
        if labels and not any(_is_in(tag, each) for tag in project.languages for each in labels):
            found.append(_foreign(thing, labels, dataset))
    return _placed(found, dataset)


def _labels(thing: Term, dataset: Dataset) -> dict[str, ox.NamedNode]:
    """Give the languages in which a thing has a label, with the property that has it."""
    return {
        value.language or "": predicate
        for predicate in reversed(dataset.labels)
        for value in dataset.values(thing, predicate)
        if isinstance(value, ox.Literal)
    }


def _is_in(wanted: str, language: str) -> bool:
    """Tell whether a text in a language will do where another is wanted.

    >>> _is_in("pt", "pt-br"), _is_in("pt-br", "pt"), _is_in("pt", "")
    (True, False, True)
    """
    return not language or covers(wanted, language)


def _gap(
    thing: Node, labels: dict[str, ox.NamedNode], lacking: Sequence[str], dataset: Dataset
) -> Finding:
    name = shorten(text_of(thing), dataset.prefixes)
    # The property that its other labels have; where it has none, the first that is looked at.
    best = min(labels.values(), key=dataset.labels.index, default=dataset.labels[0])
    property_ = shorten(best.value, dataset.prefixes)
    return Finding(
        Severity.VIOLATION,
        CHECK,
        f"{name} has no label in {_listed(lacking)}.",
        f"Add {' and '.join(_example(property_, tag) for tag in lacking)}.",
        thing,
        path=property_,
    )


def _example(property_: str, language: str) -> str:
    return f'{property_} "…"@{language}'


def _foreign(thing: Node, labels: dict[str, ox.NamedNode], dataset: Dataset) -> Finding:
    name = shorten(text_of(thing), dataset.prefixes)
    shown = min(labels, key=lambda tag: (dataset.labels.index(labels[tag]), tag))
    property_ = shorten(labels[shown].value, dataset.prefixes)
    wanted = dataset.languages
    return Finding(
        Severity.WARNING,
        CHECK,
        f"{name} is shown by its label in {shown}, for want of one in {_listed(wanted, 'or')}.",
        f"Add {_example(property_, wanted[0])}, or add the language to project.languages.",
        thing,
        path=property_,
    )


def _listed(languages: Sequence[str], word: str = "and") -> str:
    """List languages.

    >>> _listed(["fr", "es", "ca"])
    'fr, es and ca'
    """
    *most, last = languages
    return f"{', '.join(most)} {word} {last}" if most else last


def _placed(findings: list[Finding], dataset: Dataset) -> list[Finding]:
    """Give each finding a place: a label that there is, else where the thing is described."""
    if not findings:  # to look through the files takes a while
        return []
    places = Places(dataset.files, dataset.prefixes)
    return [replace(finding, place=_place(finding, dataset, places)) for finding in findings]


def _place(finding: Finding, dataset: Dataset, places: Places) -> Place | None:
    assert finding.focus is not None  # noqa: S101 - each is about a thing
    labels = (quad for quad in dataset.about(finding.focus) if quad.predicate in dataset.naming)
    found = [places.of_quad(quad) for quad in labels] + [places.of_subject(finding.focus)]
    known = [place for place in found if place is not None]
    return next((place for place in known if place.line), next(iter(known), None))
