"""What the tests of the catalogue share: catalogues of projects, and ways to ask them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pyoxigraph as ox

from mipex_kg.project.project import Project, load_project
from mipex_kg.rdf import formats
from mipex_kg.rdf.serialization import canonical
from mipex_kg.site.catalogue.files import catalogue_files
from mipex_kg.site.documents import Publication
from mipex_kg.validation.validated import validated

DAY = "2026-02-03"

DATASETS = """@base <{base}> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dcatap: <http://data.europa.eu/r5r/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix kg: <https://w3id.org/mipex-kg/kg#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def names(project: Project) -> list[str]:
    """Name the files that a catalogue can list."""
    stems = [project.name, *(path.stem for path in project.ontology_files), "ontology"]
    graphs = [f"{stem}{format.suffix}" for stem in stems for format in formats.FORMATS]
    return [*graphs, *(f"query/{table}.csv" for table in project.tables)]


def written(
    project: Project,
    sizes: Mapping[str, int] | None = None,
    modified: Mapping[str, str] | None = None,
    hashes: Mapping[str, str] | None = None,
) -> dict[str, bytes]:
    """Write the catalogue of a project, with what is measured made up unless it is given."""
    publication = Publication(validated(project))
    sizes = dict.fromkeys(names(project), 1000) if sizes is None else sizes
    modified = dict.fromkeys(sizes, DAY) if modified is None else modified
    hashes = dict.fromkeys(sizes, "0" * 64) if hashes is None else hashes
    return dict(catalogue_files(publication, sizes, modified, hashes))


def store(files: Mapping[str, bytes], name: str = "catalog.ttl") -> ox.Store:
    """Load one of the files, to be asked."""
    found = ox.Store()
    found.load(files[name], format=ox.RdfFormat.TURTLE)
    return found


def ask(found: ox.Store, pattern: str) -> list[tuple[str, ...]]:
    """Give the rows of a query, as text and sorted."""
    prologue = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
    solutions = found.query(f"{prologue} {pattern}")
    assert isinstance(solutions, ox.QuerySolutions)
    rows = [tuple("" if v is None else getattr(v, "value", str(v)) for v in s) for s in solutions]
    return sorted(rows)


PREFIXES = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "http://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def write_catalogue(root: Path, text: str) -> Project:
    """Give a project a catalogue of its own."""
    project = load_project(root)
    (root / "data" / "catalogue.trig").write_text(DATASETS.format(base=project.base) + text)
    return load_project(root)


def set_up(root: Path, settings: str) -> None:
    """Add settings to the section of the project."""
    file = root / "mipex-kg.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("[project]\n", f"[project]\n{settings}\n", 1), encoding="utf-8")


def lines(nquads: str | bytes) -> list[str]:
    """Give statements in a canonical order, with canonical names of blank nodes."""
    text = nquads.decode() if isinstance(nquads, bytes) else nquads
    return [str(quad) for quad in canonical(ox.parse(text, format=ox.RdfFormat.N_QUADS))]
