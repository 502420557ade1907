"""The tables of a catalogue: named queries whose answers are published, and their columns."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from mipex_kg.project import layout
from mipex_kg.project.project import Project
from mipex_kg.rdf.namespaces import expand
from mipex_kg.sparql import named_queries, query_text
from mipex_kg.sparql.named_queries import Column, NamedQuery
from mipex_kg.system.errors import SourceError, UsageError, nearest
from mipex_kg.system.snapshot import Reader

# What is added to a table's name for that of its metadata, where W3C's standard looks first.


class CatalogueTable(NamedTuple):
    """A named query whose answer is a table of the catalogue.

    :param columns: of the answer, in its order; one that the header doesn't describe has a name
        and is a text
    """

    query: NamedQuery
    columns: tuple[Column, ...]

    @property
    def path(self) -> str:
        """The file with the table, relative to the site.

        Named queries have their answers there, be they tables of the catalogue or not.
        """
        return layout.table(self.query.name)

    @property
    def metadata(self) -> str:
        """The file that describes its columns, relative to the site."""
        return layout.table_metadata(self.query.name)

    @property
    def keys(self) -> list[str]:
        """The names of the columns that together tell a row from all others."""
        return [column.name for column in self.columns if column.is_key]


def load_tables(project: Project) -> list[CatalogueTable]:
    """Read the tables that a project's settings name.

    :raises UsageError: when one is not a query that gives a table as it is
    :raises SourceError: when a query can't be read, or its header describes what isn't there
    """
    files = {path.stem: path for path in project.query_files}
    tables = {name: _load(name, files, project.files) for name in project.tables}
    for name, table in tables.items():
        for column in table.columns:
            _check(column, tables, project.prefixes, files[name])
    return list(tables.values())


def metadata_of(project: Project) -> dict[str, str]:
    """Name the file that describes each table, by that of the table; all relative to the site.

    >>> from mipex_kg.project.project import bundled_directory, load_project
    >>> metadata_of(load_project(bundled_directory()))["query/people.csv"]
    'query/people.csv-metadata.json'
    """
    return {layout.table(name): layout.table_metadata(name) for name in project.tables}


def _load(name: str, files: Mapping[str, Path], reader: Reader) -> CatalogueTable:
    if name not in files:
        near = nearest(name, files)
        raise UsageError(
            f"catalogue.tables: there is no query named {name!r}.",
            hint=f"Did you mean {near}?" if near else "Tables are named after files in queries/.",
        )
    query = named_queries.load_query(files[name], reader)
    if wanting := [p.name for p in query.parameters if p.default is None]:
        raise UsageError(
            f"catalogue.tables: the query {name} can't be a table, since it asks for "
            f"{', '.join(wanting)}.",
            hint="Give each of its parameters a default, or leave it out.",
        )
    names = query_text.Query(query.text, {}).columns
    if not names:
        raise UsageError(
            f"catalogue.tables: the query {name} can't be a table, since it names no columns.",
            hint="Begin it with SELECT and the variables that are to be its columns.",
        )
    described = {column.name: column for column in query.columns}
    for column in described:
        if column not in names:
            raise SourceError(
                f"The header describes a column {column}, which the query doesn't select.",
                path=files[name],
                hint=f"It selects {', '.join(names)}.",
            )
    return CatalogueTable(query, tuple(described.get(each, Column(each)) for each in names))


def _check(
    column: Column, tables: Mapping[str, CatalogueTable], prefixes: Mapping[str, str], path: Path
) -> None:
    if column.property and not expand(column.property, prefixes):
        raise SourceError(
            f"The column {column.name} has the property {column.property}, whose prefix is not "
            "known.",
            path=path,
            hint="Add it to [prefixes] in mipex-kg.toml.",
        )
    if column.table and (column.table not in tables or len(tables[column.table].keys) != 1):
        raise SourceError(
            f"The values of the column {column.name} can't be looked up in {column.table}.",
            path=path,
            hint="They can in a table of catalogue.tables that has one column marked as key.",
        )
