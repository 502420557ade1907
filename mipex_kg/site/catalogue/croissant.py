"""Croissant: the files of the graph and the fields of its tables, as tools for learning load them.

Conforms to version 1.1 of MLCommons' format. This, and no other description, has the hashes of the
files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import pyoxigraph as ox

from mipex_kg.dataset.catalogue.codes import MEDIA_TYPES
from mipex_kg.dataset.catalogue.tables import CatalogueTable
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.project.media_types import media_type
from mipex_kg.project.names import file_at
from mipex_kg.project.project import Project
from mipex_kg.rdf.namespaces import DCAT, DCT
from mipex_kg.rdf.terms import Term
from mipex_kg.site.catalogue.citing import is_citable
from mipex_kg.site.catalogue.measured import Catalogue
from mipex_kg.site.catalogue.summary import Agent, summary_of
from mipex_kg.sparql.named_queries import SEPARATOR, Column

Json: TypeAlias = dict[str, Any]

VERSION = "http://mlcommons.org/croissant/1.1"
# A year is a whole number here: readers would make a day of a date that has none.
_DATATYPES = {
    "iri": "sc:URL",
    "string": "sc:Text",
    "integer": "sc:Integer",
    "decimal": "sc:Float",
    "boolean": "sc:Boolean",
    "date": "sc:Date",
    "year": "sc:Integer",
}
# The context that the format prescribes, but for the language.
_CONTEXT: Json = {
    "@vocab": "https://schema.org/",
    "arrayShape": "cr:arrayShape",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "description": {"@container": "@language"},
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isArray": "cr:isArray",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "name": {"@container": "@language"},
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}


def is_loadable(node: Term, dataset: Dataset) -> bool:
    """Tell whether a dataset of the catalogue can be described: the format wants a licence, too.

    :param dataset: all that is known
    """
    return is_citable(node, dataset) and bool(dataset.values(node, DCT.term("license")))


def describe_in_croissant(
    dataset: ox.NamedNode,
    catalogue: Catalogue,
    tables: Sequence[CatalogueTable],
    project: Project,
    hashes: Mapping[str, str],
) -> Json:
    """Describe the dataset that the dumps and tables are files of.

    :param hashes: SHA-256 of the files, by their names relative to the site
    """
    told = summary_of(dataset, catalogue, project)
    files = list(_files(dataset, catalogue, project, hashes))
    offered = {file["@id"] for file in files}
    by_name = {table.query.name: table for table in tables if table.path in offered}
    document = {
        "@context": {"@language": project.languages[0], **_CONTEXT},
        "@type": "Dataset",
        "@id": told.iri,
        "conformsTo": VERSION,
        "name": told.title,
        "description": told.description,
        "url": told.page,
        "license": told.licence,
        "creator": list(map(_agent, told.creators)),
        "publisher": _agent(told.publisher) if told.publisher else None,
        "citeAs": _citation(told.title, told.creators, told.version, told.iri),
        "version": told.version,
        "datePublished": told.issued,
        "dateModified": told.modified,
        "keywords": list(told.keywords),
        "inLanguage": project.languages[0],
        "distribution": files,
        "recordSet": [_record_set(table, by_name) for table in by_name.values()],
    }
    return {key: value for key, value in document.items() if value}


def _agent(agent: Agent) -> Json:
    return {"@type": "Person" if agent.is_person else "Organization", "name": agent.name}


def _citation(title: str, creators: Sequence[Agent], version: str, iri: str) -> str:
    names = ", ".join(agent.name for agent in creators)
    return ". ".join(part for part in (names, title, version and f"Version {version}", iri) if part)


def _files(
    dataset: Term, catalogue: Catalogue, project: Project, hashes: Mapping[str, str]
) -> Iterator[Json]:
    """Describe the files of a dataset that the build has written, each once."""
    names = set()
    for file in catalogue.values(dataset, DCAT.term("distribution")):
        for address in catalogue.texts(file, DCAT.term("downloadURL")):
            name = file_at(project.site, address)
            if name is None or name not in hashes or name in names:
                continue
            names.add(name)
            described = catalogue.in_language(file, DCT.term("description"), project.languages)
            kinds = catalogue.texts(file, DCAT.term("mediaType"))
            yield {
                "@type": "cr:FileObject",
                "@id": name,
                "name": name.rpartition("/")[2],
                **({"description": min(described)} if described else {}),
                "contentUrl": address,
                "contentSize": f"{min(catalogue.texts(file, DCAT.term('byteSize')))} B",
                "encodingFormat": min(kinds, default=media_type(name).name).removeprefix(
                    MEDIA_TYPES
                ),
                "sha256": hashes[name],
            }


def _record_set(table: CatalogueTable, tables: Mapping[str, CatalogueTable]) -> Json:
    name = table.query.name
    told: Json = {"@type": "cr:RecordSet", "@id": name, "name": name}
    told["description"] = table.query.description or table.query.title
    if table.keys:
        told["key"] = [{"@id": f"{name}/{key}"} for key in table.keys]
    told["field"] = [_field(column, table, tables) for column in table.columns]
    return told


def _field(column: Column, table: CatalogueTable, tables: Mapping[str, CatalogueTable]) -> Json:
    source: Json = {"fileObject": {"@id": table.path}, "extract": {"column": column.name}}
    told: Json = {
        "@type": "cr:Field",
        "@id": f"{table.query.name}/{column.name}",
        "name": column.name,
        "description": column.description or column.name,
        "dataType": _DATATYPES[column.type],
        "source": source,
    }
    if column.is_list:
        source["transform"] = {"separator": SEPARATOR}
        told |= {"isArray": True, "arrayShape": "-1"}
    if other := tables.get(column.table):
        key = f"{other.query.name}/{other.keys[0]}"
        told["references"] = {"field": {"@id": key}}
    return told
