"""Writing the catalogue: catalog.* in each format, the description in VoID, and how to cite it all.

A pure function of what is published and of what was measured, so that the same facts, with the
same dates, give the same bytes.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping, Sequence

import pyoxigraph as ox

from mipex_kg.dataset.catalogue.codes import MEDIA_TYPES, load_codes
from mipex_kg.dataset.catalogue.tables import CatalogueTable, load_tables
from mipex_kg.project import layout
from mipex_kg.rdf import formats
from mipex_kg.rdf.formats import Format
from mipex_kg.rdf.jsonld.contexts import prefix_context
from mipex_kg.rdf.namespaces import DCAT, DCATAP, DCT, FOAF, PREFIXES, VCARD, VOID
from mipex_kg.rdf.serialization import Writer
from mipex_kg.site.catalogue import citing, croissant
from mipex_kg.site.catalogue.csvw import describe_table, describe_tables
from mipex_kg.site.catalogue.measured import Catalogue, describes_catalogue, make_catalogue
from mipex_kg.site.catalogue.summary import summary_of
from mipex_kg.site.catalogue.void import describe_in_void
from mipex_kg.site.documents import Publication
from mipex_kg.system.errors import UsageError

# The vocabularies of catalogues, for projects that have no prefixes for them.
_PREFIXES: Mapping[str, str] = {
    **PREFIXES,
    "dcat": DCAT,
    "dcatap": DCATAP,
    "dct": DCT,
    "foaf": FOAF,
    "geo": "http://www.opengis.net/ont/geosparql#",
    "vcard": VCARD,
    "void": VOID,
}
_RECORD = "graph/record"


def names_written(publication: Publication) -> frozenset[str]:
    """Name the documents that are written with the catalogue, and with no other thing."""
    has_one = describes_catalogue(publication.project, publication.dataset)
    return frozenset({layout.CATALOGUE} if has_one else ())


def catalogue_files(
    publication: Publication,
    sizes: Mapping[str, int],
    modified: Mapping[str, str],
    hashes: Mapping[str, str],
) -> Iterator[tuple[str, bytes]]:
    """Write what tells portals of the files that are published; nothing without a catalogue.

    :param sizes: of the other files, in bytes, by their names relative to the site
    :param modified: the day on which each of them last changed, such as ``2026-01-31``
    :param hashes: SHA-256 of each of them
    :returns: names relative to the site, and content
    """
    project, dataset = publication.project, publication.dataset
    if not describes_catalogue(project, dataset):
        return
    catalogue = make_catalogue(project, dataset, sizes, modified)
    writer = _CatalogueWriter({**_PREFIXES, **dataset.prefixes}, project.iri(_RECORD))
    for format in project.formats_of(layout.CATALOGUE):
        # What RDF/XML can't express is in the dumps too, of which the build says so.
        with contextlib.suppress(UsageError):
            yield layout.catalogue(format), writer.write(catalogue, format)
    void = writer.turtle(describe_in_void(publication, catalogue))
    yield layout.VOID, void
    yield layout.WELL_KNOWN_VOID, void
    tables = load_tables(project)
    if tables:
        for table in tables:
            yield table.metadata, _json(describe_table(table, project))
        yield layout.TABLES, _json(describe_tables(tables, project))
    if catalogue.whole is not None:
        yield from _of_whole(catalogue.whole, catalogue, tables, publication, hashes)


def _of_whole(
    whole: ox.NamedNode,
    catalogue: Catalogue,
    tables: Sequence[CatalogueTable],
    publication: Publication,
    hashes: Mapping[str, str],
) -> Iterator[tuple[str, bytes]]:
    """Write what loads and cites the dataset that the dumps and tables are files of."""
    project = publication.project
    if croissant.is_loadable(whole, publication.dataset):
        loading = croissant.describe_in_croissant(whole, catalogue, tables, project, hashes)
        yield layout.CROISSANT, _json(loading)
    if citing.is_citable(whole, publication.dataset):
        summary, codes = summary_of(whole, catalogue, project), load_codes()
        files = catalogue.values(whole, DCAT.term("distribution"))
        kinds = {kind for file in files for kind in catalogue.texts(file, DCAT.term("mediaType"))}
        media_types = sorted(kind.removeprefix(MEDIA_TYPES) for kind in kinds)
        yield layout.CITATION, citing.citation(summary, project, codes)
        yield layout.DATACITE, _json(citing.datacite(summary, media_types, project, codes))


def _json(document: Mapping[str, object]) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


class _CatalogueWriter:
    """Writes descriptions with prefixes for all that catalogues use.

    :param record: the graph in which they stand, in a format that has graphs
    """

    def __init__(self, prefixes: Mapping[str, str], record: str) -> None:
        self._prefixes, self._record = prefixes, ox.NamedNode(record)
        self._writer = Writer(prefixes)

    def write(self, catalogue: Catalogue, format: Format) -> bytes:
        """Write a catalogue; JSON-LD has prefixes for its only terms, so that all read it alike."""
        writer = self._writer
        quads = [
            ox.Quad(t.subject, t.predicate, t.object, self._record) for t in catalogue.triples()
        ]
        ordered = writer.canonical(writer.spelled(quads), merge=format is not formats.TRIG)
        if format is not formats.JSONLD:
            return writer.write(ordered, format)
        # Imported here: PyLD takes longer to load than most documents take to write.
        from mipex_kg.rdf.jsonld.compaction import Compactor

        compactor = Compactor(prefix_context(self._prefixes), writer.words)
        return compactor.write_thing(ordered, writer.words[catalogue.node])

    def turtle(self, triples: Sequence[ox.Triple]) -> bytes:
        """Write statements in Turtle."""
        quads = [ox.Quad(t.subject, t.predicate, t.object) for t in triples]
        writer = self._writer
        return writer.write(writer.canonical(writer.spelled(quads), merge=True), formats.TURTLE)
