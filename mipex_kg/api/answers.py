"""Answers of queries as values of Python: tables of rows, and graphs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

import pyoxigraph as ox

from mipex_kg.rdf.terms import Term
from mipex_kg.rdf.values import Value, value_of
from mipex_kg.system.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd
    import rdflib

# A notebook shows so many rows; the rest is counted.
_SHOWN = 60


class Row:
    """A row of a table: its values by column, as attributes, by name or by position.

    >>> row = Row(("name", "count"), ("Ada", 2))
    >>> row.name, row["count"], row[0], tuple(row)
    ('Ada', 2, 'Ada', ('Ada', 2))
    """

    __slots__ = ("_columns", "_values")

    def __init__(self, columns: tuple[str, ...], values: tuple[Value, ...]) -> None:
        self._columns, self._values = columns, values

    def __getattr__(self, name: str) -> Value:
        try:
            return self[name]
        except KeyError as error:
            raise AttributeError(str(error)) from None

    def __getitem__(self, key: int | str) -> Value:
        if isinstance(key, int):
            return self._values[key]
        if key not in self._columns:
            raise KeyError(f"There is no column {key!r}; there are: {', '.join(self._columns)}.")
        return self._values[self._columns.index(key)]

    def __iter__(self) -> Iterator[Value]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Row):
            return (self._columns, self._values) == (other._columns, other._values)
        return NotImplemented

    def __hash__(self) -> int:
        return hash(self._values)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._columns]

    def __repr__(self) -> str:
        return f"Row({', '.join(f'{name}={value!r}' for name, value in self._asdict().items())})"

    def _asdict(self) -> dict[str, Value]:
        """Give the values by column, as named tuples do."""
        return dict(zip(self._columns, self._values, strict=True))

    def __reduce__(self) -> tuple[Any, ...]:
        return Row, (self._columns, self._values)


@dataclass(frozen=True, repr=False)
class Table(Sequence[Row]):
    """The answer of a SELECT query.

    :param columns: names of the variables
    :param terms: the rows as terms; None is what is unbound
    :param warnings: what the asker should know: a graph that isn't there, a likely slip
    :param prefixes: with which IRIs are shown

    >>> table = Table(("name",), ((ox.Literal("Ada", language="en"),),))
    >>> len(table), table[0].name, table.column("name")
    (1, 'Ada', ['Ada'])
    """

    columns: tuple[str, ...]
    terms: tuple[tuple[Term | None, ...], ...]
    warnings: tuple[str, ...] = ()
    prefixes: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.terms)

    def __repr__(self) -> str:
        return f"<Table: {len(self):,} rows of {', '.join(self.columns)}>"

    def __str__(self) -> str:
        """Write it as a terminal shows it."""
        from mipex_kg.sparql.results import table_text

        return table_text(self.columns, self.terms, self.prefixes)

    @overload
    def __getitem__(self, index: int) -> Row: ...

    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...

    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        if isinstance(index, slice):
            return [self._row(terms) for terms in self.terms[index]]
        return self._row(self.terms[index])

    def _row(self, terms: tuple[Term | None, ...]) -> Row:
        return Row(self.columns, tuple(map(value_of, terms)))

    def column(self, name: str) -> list[Value]:
        """Give the values of a column.

        :raises KeyError: when there is no such column
        """
        return [row[name] for row in self]

    @overload
    def to_csv(self, path: None = None) -> str: ...

    @overload
    def to_csv(self, path: str | Path) -> None: ...

    def to_csv(self, path: str | Path | None = None) -> str | None:
        """Write the table as CSV, safe to open in a spreadsheet, as `mipex-kg query -f csv` does.

        :param path: a file to replace
        :returns: the text, if no file is named
        :raises OutputError: when the file can't be written

        >>> Table(("name",), ((ox.Literal("Brook, Ada"),),)).to_csv()
        'name\\r\\n"Brook, Ada"\\r\\n'
        """
        from mipex_kg.sparql.results import csv_text

        return _written(csv_text(self.columns, self.terms), path)

    def to_pandas(self) -> pd.DataFrame:
        """Give the table as a data frame of pandas, each column of the type that fits.

        :raises UsageError: when pandas is not installed
        """
        try:
            import pandas as pd  # imported here, as it is an extra
        except ImportError:
            raise UsageError(
                "pandas is not installed.", hint="Install it with: pip install pandas"
            ) from None
        rows = [tuple(map(_plain, row)) for row in self]
        return pd.DataFrame(rows, columns=list(self.columns)).convert_dtypes()

    def _repr_html_(self) -> str:
        """Show the first rows in a notebook, and what the asker should know."""
        from mipex_kg.sparql import html

        shown = [[html.cell_of(term, self.prefixes) for term in row] for row in self.terms[:_SHOWN]]
        parts = [html.table(self.columns, shown)]
        if len(self) > _SHOWN:
            parts.append(html.paragraph(f"… and {len(self) - _SHOWN:,} more rows"))
        return "\n".join([*parts, *map(html.paragraph, self.warnings)])


def _plain(value: Value) -> Value:
    """Give texts as Python's own, which is what pandas makes its texts of."""
    return str(value) if isinstance(value, str) else value


@dataclass(frozen=True, repr=False)
class Graph(Sequence[ox.Triple]):
    """The answer of a CONSTRUCT or DESCRIBE query: triples.

    :param warnings: what the asker should know: a graph that isn't there, a likely slip
    :param prefixes: with which it is written
    """

    triples: tuple[ox.Triple, ...]
    warnings: tuple[str, ...] = ()
    prefixes: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    @property
    def quads(self) -> tuple[ox.Quad, ...]:
        """The triples as quads of the default graph."""
        return tuple(ox.Quad(*triple) for triple in self.triples)

    def __len__(self) -> int:
        return len(self.triples)

    def __repr__(self) -> str:
        return f"<Graph: {len(self):,} triples>"

    def __str__(self) -> str:
        """Write it in Turtle."""
        return self.serialize()

    @overload
    def __getitem__(self, index: int) -> ox.Triple: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[ox.Triple, ...]: ...

    def __getitem__(self, index: int | slice) -> ox.Triple | tuple[ox.Triple, ...]:
        return self.triples[index]

    def serialize(self, format: str = "turtle") -> str:
        """Write the graph: the same triples give the same text.

        :param format: the name of an RDF format, such as ``turtle`` or ``jsonld``
        :raises UsageError: when there is no such format, or it can't express a triple

        >>> name = ox.NamedNode("http://schema.org/name")
        >>> Graph((ox.Triple(name, name, ox.Literal("name")),)).serialize("ntriples")
        '<http://schema.org/name> <http://schema.org/name> "name" .\\n'
        """
        from mipex_kg.rdf import formats, serialization

        return serialization.write(self.quads, formats.named(format), self.prefixes).decode()

    def to_rdflib(self) -> rdflib.Graph:
        """Give the graph as one of rdflib's."""
        from mipex_kg.api.in_rdflib import rdflib_graph

        return rdflib_graph(self.triples, self.prefixes)

    def _repr_html_(self) -> str:
        """Show the first triples in a notebook."""
        from mipex_kg.sparql import html

        shown = [[html.cell_of(t, self.prefixes) for t in triple] for triple in self[:_SHOWN]]
        parts = [html.table(["subject", "property", "value"], shown)]
        if len(self) > _SHOWN:
            parts.append(html.paragraph(f"… and {len(self) - _SHOWN:,} more triples"))
        return "\n".join([*parts, *map(html.paragraph, self.warnings)])


def _written(text: str, path: str | Path | None) -> str | None:
    if path is None:
        return text
    from mipex_kg.system.writing import write_atomically

    write_atomically(Path(path), text.encode())
    return None
