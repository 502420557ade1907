"""The JSON-LD in pages: it parses, and it is what the graph says in the terms of schema.org."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import pyoxigraph as ox

from mipex_kg.checks.references import Spot
from mipex_kg.checks.site import BuiltSite
from mipex_kg.project import layout
from mipex_kg.project.names import address_of_file
from mipex_kg.rdf.canonicalization import with_canonical_labels
from mipex_kg.rdf.namespaces import SCHEMA, shorten
from mipex_kg.rdf.terms import Node
from mipex_kg.site.crawler import BlockReading
from mipex_kg.site.documents import Publication
from mipex_kg.site.structured_data import StructuredData, as_http
from mipex_kg.system.errors import AlikeError
from mipex_kg.validation.report import Finding, Place, Severity, unreadable

CHECK = "jsonld"


def check_json_ld(site: BuiltSite, publication: Publication) -> Iterator[Finding]:
    """Hold what each page describes its things against the graph.

    What a page describes itself and of the site is left aside, for the graph says nothing of them.
    """
    structured = StructuredData(publication.project, publication.dataset)
    shown = publication.thing_pages.values()
    things = {layout.page(page.name): page.things for page in shown}
    for name, page in site.pages.items():
        if page.has_json_ld or name in things:
            yield from _check_page(name, things.get(name), site, structured)


def _check_page(
    name: str, things: Sequence[Node] | None, site: BuiltSite, structured: StructuredData
) -> Iterator[Finding]:
    readings = site.blocks(name)
    errors = [reading.error for reading in readings if reading.error is not None]
    yield from unreadable(errors).findings
    if things is None or errors or name not in site.built:
        return
    place, prefixes = place_of_blocks(name, readings, site), structured.dataset.prefixes
    expected = _canonical(structured.projection(things))
    try:
        told = _canonical(_of_things(readings, address_of_file(site.address, name), site.address))
    except AlikeError as error:
        yield Finding(Severity.VIOLATION, CHECK, error.message, error.hint, place=place)
        return
    for quad in sorted(expected - told, key=str):
        yield _finding("The page leaves out what the graph says.", quad, place, prefixes)
    for quad in sorted(told - expected, key=str):
        yield _finding("The page says what the graph doesn't.", quad, place, prefixes)


def _of_things(readings: Iterable[BlockReading], page: str, address: str) -> Iterator[ox.Triple]:
    """Give what the blocks say, but for what they say of the page and of the site."""
    own = {ox.NamedNode(page), ox.NamedNode(f"{address}#website")}
    main = SCHEMA.term("mainEntityOfPage")
    for reading in readings:
        for quad in reading.quads:
            triple = as_http(quad.triple)
            of_page = triple.predicate == main and triple.object in own
            if triple.subject not in own and not of_page:
                yield triple


def _canonical(triples: Iterable[ox.Triple]) -> set[ox.Quad]:
    """Give blank nodes names that depend on what is said of them alone."""
    return set(with_canonical_labels(ox.Quad(*triple) for triple in triples))


def place_of_blocks(name: str, readings: list[BlockReading], site: BuiltSite) -> Place:
    """Give the place of a page's first block."""
    if not readings:
        return Place(site.path(name))
    script = readings[0].script
    return site.place(name, Spot(script.line, script.column, script.line, script.column + 1))


def _finding(message: str, quad: ox.Quad, place: Place, prefixes: Mapping[str, str]) -> Finding:
    return Finding(
        Severity.VIOLATION,
        CHECK,
        message,
        "Rebuild the site from this project.",
        quad.subject,
        path=shorten(quad.predicate.value, prefixes),
        value=quad.object,
        place=place,
    )
