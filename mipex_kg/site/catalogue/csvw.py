"""CSVW: what the columns of the tables mean, for programs that read them.

Conforms to W3C's "Metadata Vocabulary for Tabular Data". Each table has its metadata beside it, at
the name where the standard looks first; one more file describes all tables together, since only
there may a table refer to another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias
from urllib.parse import quote

from mipex_kg.dataset.catalogue.tables import CatalogueTable
from mipex_kg.project import layout
from mipex_kg.project.project import Project
from mipex_kg.rdf.namespaces import expand
from mipex_kg.sparql.named_queries import SEPARATOR, Column

Json: TypeAlias = dict[str, Any]

# The file that describes all tables; the standard looks there too.
# What the answers of SPARQL are written in as CSV (RFC 4180): the standard's defaults, said aloud.
_DIALECT = {
    "encoding": "utf-8",
    "delimiter": ",",
    "quoteChar": '"',
    "doubleQuote": True,
    "header": True,
    "lineTerminators": ["\r\n", "\n"],
}
# What mipex_kg/sparql/spreadsheet.py does.
_GUARD = {
    "@value": "A text that begins with =, +, -, @, a tab or a line break has an apostrophe in "
    "front, so that spreadsheets don't run it; one that has apostrophes before such a character "
    "has one more. To read what was written, remove one apostrophe from these cells.",
    "@language": "en",
}
_DATATYPES = {"iri": "anyURI", "year": "gYear"}


def describe_table(table: CatalogueTable, project: Project) -> Json:
    """Describe one table."""
    return {"@context": _context(project), **_table(table, project)}


def describe_tables(tables: Sequence[CatalogueTable], project: Project) -> Json:
    """Describe all tables, and which values of one are looked up in another."""
    by_name = {table.query.name: table for table in tables}
    described = []
    for table in tables:
        told = _table(table, project)
        if references := list(_references(table, by_name)):
            told["tableSchema"]["foreignKeys"] = references
        described.append(told)
    return {"@context": _context(project), "tables": described}


def _context(project: Project) -> list[object]:
    return ["http://www.w3.org/ns/csvw", {"@language": project.languages[0]}]


def _table(table: CatalogueTable, project: Project) -> Json:
    query = table.query
    schema: Json = {"columns": [_column(column, project) for column in table.columns]}
    if table.keys:
        schema["primaryKey"] = list(map(_name, table.keys))
    if subject := _subject(table):
        schema["aboutUrl"] = _template(subject)
    return {
        "url": table.path.rpartition("/")[2],
        "dc:title": query.title,
        **({"dc:description": query.description} if query.description else {}),
        **({"dc:publisher": project.publisher} if project.publisher else {}),
        **({"dc:license": {"@id": project.licence}} if project.licence else {}),
        "dc:source": {"@id": project.site + layout.query_source(query.name)},
        "dialect": _DIALECT,
        "null": "",
        **({"rdfs:comment": _GUARD} if any(map(_is_text, table.columns)) else {}),
        "tableSchema": schema,
    }


def _subject(table: CatalogueTable) -> Column | None:
    """Tell what the rows are about: what the one key names, if it names things."""
    keys = [column for column in table.columns if column.is_key]
    return keys[0] if len(keys) == 1 and keys[0].type == "iri" else None


def _column(column: Column, project: Project) -> Json:
    told: Json = {"name": _name(column.name), "titles": column.name}
    if column.description:
        told["dc:description"] = column.description
    told["datatype"] = _DATATYPES.get(column.type, column.type)
    if column.language:
        told["lang"] = column.language
    if column.is_list:
        told["separator"] = SEPARATOR
    if column.is_key:
        told["required"] = True
    if column.property:
        told["propertyUrl"] = expand(column.property, project.prefixes)
    # Of a list, an address would be made of all its values together.
    if column.type == "iri" and not column.is_list:
        told["valueUrl"] = _template(column)
    return told


def _is_text(column: Column) -> bool:
    return column.type == "string"


def _name(name: str) -> str:
    """Write a name so that it can be in a template of addresses (RFC 6570)."""
    return quote(name, safe="")


def _template(column: Column) -> str:
    return f"{{+{_name(column.name)}}}"


def _references(table: CatalogueTable, tables: Mapping[str, CatalogueTable]) -> Iterable[Json]:
    for column in table.columns:
        if column.table and not column.is_list:
            other = tables[column.table]
            yield {
                "columnReference": _name(column.name),
                "reference": {
                    "resource": other.path.rpartition("/")[2],
                    "columnReference": _name(other.keys[0]),
                },
            }
