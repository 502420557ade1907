"""data.europa.eu's quality score of a dataset's description: 405 points, by its published method.

The method assumes that all files of a dataset hold the same: only the best of them counts. What a
file or a dataset must have for each indicator is in ``INDICATORS``, one row for each row of the
method's tables.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import pyoxigraph as ox

from mipex_kg.checks.catalogue.graph import CatalogueGraph
from mipex_kg.dataset.catalogue.codes import Codes
from mipex_kg.rdf.namespaces import DCAT, DCT
from mipex_kg.rdf.terms import Term, text_of

HIGHEST = 405
# From how many points a description is called so.
RATINGS = ((351, "excellent"), (221, "good"), (121, "sufficient"), (0, "bad"))


@dataclass(frozen=True)
class Judge:
    """What indicators are judged with.

    :param answers: says whether something is there at an address
    :param is_compliant: whether the catalogue conforms to DCAT-AP
    """

    graph: CatalogueGraph
    codes: Codes
    answers: Callable[[str], bool]
    is_compliant: bool

    def has(self, node: Term, predicate: ox.NamedNode) -> bool:
        """Tell whether something has a property."""
        return bool(self.graph.values(node, predicate))

    def reaches(self, node: Term, predicate: ox.NamedNode) -> bool:
        """Tell whether one of the addresses of a property answers."""
        return any(map(self.answers, self.graph.texts(node, predicate)))

    def file_types(self, node: Term) -> list[str]:
        """Give the codes of a file's format, as far as they are codes."""
        start = self.codes.tables["file-type"].start
        formats = self.graph.texts(node, DCT.term("format"))
        return [iri.removeprefix(start) for iri in formats if iri.startswith(start)]

    def has_type_in(self, node: Term, known: Collection[str]) -> bool:
        """Tell whether a file's format is one of a list."""
        return any(name in known for name in self.file_types(node))


Test: TypeAlias = Callable[[Judge, Term], bool]


class Indicator(NamedTuple):
    """A row of the method.

    :param properties: that decide, as CURIEs
    :param of_dataset: what the dataset must be like; None where it has no say
    :param of_file: what the best file must be like; None where files have no say
    """

    dimension: str
    name: str
    points: int
    properties: tuple[str, ...]
    of_dataset: Test | None = None
    of_file: Test | None = None


def _has(predicate: ox.NamedNode) -> Test:
    return lambda judge, node: judge.has(node, predicate)


def _reaches(predicate: ox.NamedNode) -> Test:
    return lambda judge, node: judge.reaches(node, predicate)


def _has_known_format(judge: Judge, file: Term) -> bool:
    """Tell whether all that a file says of its format comes from the vocabularies."""
    types = judge.graph.texts(file, DCT.term("format"))
    media = judge.graph.texts(file, DCAT.term("mediaType"))
    names = judge.codes.tables["file-type"].names
    known = [name in names for name in judge.file_types(file)]
    known += [iri.partition("media-types/")[2] in judge.codes.quality.media_types for iri in media]
    return bool(known) and len(known) == len(types) + len(media) and all(known)


def _is_open(judge: Judge, file: Term) -> bool:
    return judge.has_type_in(file, judge.codes.quality.non_proprietary)


def _is_machine_readable(judge: Judge, file: Term) -> bool:
    return judge.has_type_in(file, judge.codes.quality.machine_readable)


def _has_known_licence(judge: Judge, file: Term) -> bool:
    licences = judge.graph.texts(file, DCT.term("license"))
    return any(iri in judge.codes.quality.licences for iri in licences)


def _has_known_access(judge: Judge, dataset: Term) -> bool:
    table = judge.codes.tables["access-right"]
    found = judge.graph.texts(dataset, DCT.term("accessRights"))
    return any(iri.removeprefix(table.start) in table.names for iri in found)


def _is_compliant(judge: Judge, _dataset: Term) -> bool:
    return judge.is_compliant


_ISSUED, _MODIFIED = _has(DCT.term("issued")), _has(DCT.term("modified"))
_FORMAT = ("dct:format",)

INDICATORS: Sequence[Indicator] = (
    Indicator("findability", "keywords", 30, ("dcat:keyword",), _has(DCAT.term("keyword"))),
    Indicator("findability", "categories", 30, ("dcat:theme",), _has(DCAT.term("theme"))),
    Indicator("findability", "search by place", 20, ("dct:spatial",), _has(DCT.term("spatial"))),
    Indicator("findability", "search by time", 20, ("dct:temporal",), _has(DCT.term("temporal"))),
    Indicator(
        "accessibility",
        "access address answers",
        50,
        ("dcat:accessURL",),
        of_file=_reaches(DCAT.term("accessURL")),
    ),
    Indicator(
        "accessibility",
        "download address",
        20,
        ("dcat:downloadURL",),
        of_file=_has(DCAT.term("downloadURL")),
    ),
    Indicator(
        "accessibility",
        "download address answers",
        30,
        ("dcat:downloadURL",),
        of_file=_reaches(DCAT.term("downloadURL")),
    ),
    Indicator("interoperability", "format", 20, _FORMAT, of_file=_has(DCT.term("format"))),
    Indicator(
        "interoperability",
        "media type",
        10,
        ("dcat:mediaType",),
        of_file=_has(DCAT.term("mediaType")),
    ),
    Indicator(
        "interoperability",
        "format and media type known",
        10,
        ("dct:format", "dcat:mediaType"),
        of_file=_has_known_format,
    ),
    Indicator("interoperability", "not proprietary", 20, _FORMAT, of_file=_is_open),
    Indicator("interoperability", "machine-readable", 20, _FORMAT, of_file=_is_machine_readable),
    Indicator("interoperability", "conforms to DCAT-AP", 30, (), _is_compliant),
    Indicator("reusability", "licence", 20, ("dct:license",), of_file=_has(DCT.term("license"))),
    Indicator("reusability", "licence known", 10, ("dct:license",), of_file=_has_known_licence),
    Indicator(
        "reusability",
        "access rights",
        10,
        ("dct:accessRights",),
        _has(DCT.term("accessRights")),
    ),
    Indicator("reusability", "access rights known", 5, ("dct:accessRights",), _has_known_access),
    Indicator(
        "reusability", "contact", 20, ("dcat:contactPoint",), _has(DCAT.term("contactPoint"))
    ),
    Indicator("reusability", "publisher", 10, ("dct:publisher",), _has(DCT.term("publisher"))),
    Indicator("contextuality", "rights", 5, ("dct:rights",), of_file=_has(DCT.term("rights"))),
    Indicator("contextuality", "size", 5, ("dcat:byteSize",), of_file=_has(DCAT.term("byteSize"))),
    Indicator("contextuality", "date of issue", 5, ("dct:issued",), _ISSUED, _ISSUED),
    Indicator("contextuality", "date of change", 5, ("dct:modified",), _MODIFIED, _MODIFIED),
)


@dataclass(frozen=True)
class Score:
    """The points of a dataset.

    :param file: the distribution that counts; None if there is none
    :param missed: the indicators that gave no points
    """

    dataset: Term
    file: Term | None
    missed: tuple[Indicator, ...]

    @property
    def points(self) -> int:
        """The sum of the points."""
        return HIGHEST - sum(indicator.points for indicator in self.missed)

    @property
    def rating(self) -> str:
        """What data.europa.eu calls it: excellent, good, sufficient or bad."""
        return next(name for least, name in RATINGS if self.points >= least)

    @property
    def by_dimension(self) -> Mapping[str, int]:
        """The points of each dimension."""
        got = [indicator for indicator in INDICATORS if indicator not in self.missed]
        names = dict.fromkeys(indicator.dimension for indicator in INDICATORS)
        return {name: sum(i.points for i in got if i.dimension == name) for name in names}


def score_datasets(judge: Judge) -> list[Score]:
    """Score each dataset of a catalogue, by its best file."""
    return [_score(judge, dataset) for dataset in judge.graph.members("Dataset")]


def _score(judge: Judge, dataset: Term) -> Score:
    files: list[Term | None] = [*judge.graph.files(dataset)]
    scores = [Score(dataset, file, _missed(judge, dataset, file)) for file in files or [None]]
    return max(scores, key=lambda score: (score.points, text_of(score.file or dataset)))


def _missed(judge: Judge, dataset: Term, file: Term | None) -> tuple[Indicator, ...]:
    return tuple(i for i in INDICATORS if not _is_met(i, judge, dataset, file))


def _is_met(indicator: Indicator, judge: Judge, dataset: Term, file: Term | None) -> bool:
    if indicator.of_dataset and not indicator.of_dataset(judge, dataset):
        return False
    return indicator.of_file is None or (file is not None and indicator.of_file(judge, file))
