"""What the graph says of its datasets: asked in SPARQL, without our code for catalogues."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

_PREFIXES = """
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX vcard: <http://www.w3.org/2006/vcard/ns#>
"""

# Paths from a dataset to what has one value, and to what has many.
_ONE = {
    "title": "dct:title",
    "description": "dct:description",
    "identifier": "dct:identifier",
    "publisher": "dct:publisher/foaf:name",
    "contact": "dcat:contactPoint/vcard:fn",
    "mail": "dcat:contactPoint/vcard:hasEmail",
    "licence": "dct:license",
    "start": "dct:temporal/dcat:startDate",
    "end": "dct:temporal/dcat:endDate",
    "box": "dct:spatial/dcat:bbox",
    "issued": "dct:issued",
    "modified": "dct:modified",
    "frequency": "dct:accrualPeriodicity",
    "page": "dcat:landingPage",
}
_MANY = {
    "themes": "dcat:theme",
    "theme_names": "dcat:theme/skos:prefLabel",
    "keywords": "dcat:keyword",
    "languages": "dct:language",
}
_OF_FILES = {
    "title": "dct:title",
    "description": "dct:description",
    "url": "dcat:downloadURL",
    "media_type": "dcat:mediaType/rdfs:label",
    "format": "dct:format",
    "format_label": "dct:format/rdfs:label",
    "size": "dcat:byteSize",
    "licence": "dct:license",
    "issued": "dct:issued",
    "modified": "dct:modified",
}


@dataclass
class Stated:
    """What is said of one dataset, as text.

    :param one: properties of one value
    :param many: properties of several values
    :param files: by their IRIs, properties of one value
    """

    one: dict[str, str] = field(default_factory=dict)
    many: dict[str, set[str]] = field(default_factory=dict)
    files: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def corners(self) -> list[list[float]]:
        """The corners of the box around the place: longitude and latitude."""
        numbers = [float(number) for number in re.findall(r"-?[\d.]+", self.one["box"])]
        return [list(pair) for pair in zip(numbers[::2], numbers[1::2], strict=True)]


def stated_in(*files: Path) -> dict[str, Stated]:
    """Ask all that is said of the datasets of a catalogue.

    :param files: in which it is said; Turtle
    """
    store = ox.Store()
    for file in files:
        store.load(path=str(file), format=ox.RdfFormat.TURTLE)
    pattern = "?catalogue a dcat:Catalog ; dcat:dataset ?thing ."
    datasets = {thing: Stated() for thing, _ in _ask(store, f"{pattern} BIND(1 AS ?value)")}
    for name, path in _ONE.items():
        for thing, value in _ask(store, f"{pattern} ?thing {path} ?value ."):
            assert datasets[thing].one.setdefault(name, value) == value, (thing, name)
    for name, path in _MANY.items():
        for dataset in datasets.values():
            dataset.many[name] = set()
        for thing, value in _ask(store, f"{pattern} ?thing {path} ?value ."):
            datasets[thing].many[name].add(value)
    for iri, dataset in datasets.items():
        dataset.files = _files(store, iri)
    return datasets


def _files(store: ox.Store, dataset: str) -> dict[str, dict[str, str]]:
    files: dict[str, dict[str, str]] = defaultdict(dict)
    for name, path in _OF_FILES.items():
        pattern = f"<{dataset}> dcat:distribution ?thing . ?thing {path} ?value ."
        for thing, value in _ask(store, pattern):
            assert files[thing].setdefault(name, value) == value, (thing, name)
    return dict(files)


def _ask(store: ox.Store, pattern: str) -> Iterator[tuple[str, str]]:
    solutions = store.query(f"{_PREFIXES} SELECT DISTINCT ?thing ?value WHERE {{ {pattern} }}")
    assert isinstance(solutions, ox.QuerySolutions)
    for solution in solutions:
        thing, value = solution["thing"], solution["value"]
        assert isinstance(thing, ox.NamedNode)
        assert isinstance(value, ox.NamedNode | ox.Literal)
        yield thing.value, value.value
