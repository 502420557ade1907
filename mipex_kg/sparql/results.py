"""Writing the solutions of a query: tables for people, W3C's formats for programs."""

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence

import pyoxigraph as ox

from mipex_kg.rdf.namespaces import XSD, shorten
from mipex_kg.rdf.terms import Term, text_of, visible
from mipex_kg.sparql.lexical import decode_output, decoded
from mipex_kg.sparql.spreadsheet import guarded
from mipex_kg.system.errors import QueryError

# Datatypes whose values read well without their datatype.
_PLAIN = {
    XSD.term(name)
    for name in ("string", "integer", "decimal", "double", "boolean", "date", "gYear", "dateTime")
}
_W3C = {
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
}
FORMATS = ("table", "csv", "tsv", "json", "xml", "markdown")
# A value other than 0, which is what an aggregate makes of nothing; and what is none.
_VALUE = {
    "json": rb'"value":"(?!0")',
    "xml": rb"<(?:uri|bnode)>|<literal[^<>]*>(?!0<)",
}
_NO_VALUE = {"csv": b"\r\n,0", "tsv": b"\n\t0"}
_NOT_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
# A terminal wraps; a pipe has no width.
UNLIMITED = 1_000_000
# Columns narrower than this tear words apart.
_NARROWEST = 16
_GAP = 3


def write_solutions(
    solutions: ox.QuerySolutions,
    format: str,
    prefixes: Mapping[str, str],
    *,
    width: int = UNLIMITED,
    language: str = "",
    tags: Mapping[str, str] | None = None,
) -> tuple[str, bool]:
    """Write the solutions of a SELECT query.

    :param format: one of ``FORMATS``
    :param prefixes: for IRIs in the formats for people
    :param width: of the terminal, for ``table``
    :param language: in which texts need no language tag, in the formats for people
    :param tags: language tags in lower case, to how they are to be written
    :returns: the text, and whether any solution says something: neither nothing nor 0
    :raises QueryError: when XML can't hold a character of a value
    """
    if format in _W3C:
        output = decode_output(solutions.serialize(format=_W3C[format]) or b"", format, tags or {})
        output = guarded(output) if format == "csv" else output
        return _finished(output, format), _says_something(output, format)
    columns = [variable.value for variable in solutions.variables]
    rows = [
        [_cell(term and decoded(term), prefixes, language, tags or {}) for term in solution]
        for solution in solutions
    ]
    found = any(cell not in ("", "0") for row in rows for cell in row)
    return (
        _markdown(columns, rows) if format == "markdown" else _table(columns, rows, width)
    ), found


def table_text(
    columns: Sequence[str], rows: Iterable[Sequence[Term | None]], prefixes: Mapping[str, str]
) -> str:
    """Write rows of terms as a table for people, however wide.

    >>> print(table_text(["name"], [[ox.Literal("Ada")]], {}), end="")
    name
    ────
    Ada
    """
    cells = [[_cell(term, prefixes, "", {}) for term in row] for row in rows]
    return _table(columns, cells, UNLIMITED)


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[Term | None]]) -> str:
    r"""Write rows of terms as CSV (SPARQL 1.1 Query Results CSV and TSV Formats, section 3).

    Cells that a spreadsheet would take for formulas are guarded.

    >>> csv_text(["name"], [[ox.Literal("Brook, Ada")], [None]])
    'name\r\n"Brook, Ada"\r\n\r\n'
    """
    lines = [columns, *([_csv_field(term) for term in row] for row in rows)]
    return guarded("".join(",".join(line) + "\r\n" for line in lines).encode()).decode()


def _csv_field(term: Term | None) -> str:
    if term is None:
        return ""
    text = str(term) if isinstance(term, ox.BlankNode) else text_of(term)
    return '"' + text.replace('"', '""') + '"' if re.search('[",\r\n]', text) else text


def _says_something(output: bytes | bytearray, format: str) -> bool:
    """Tell whether a solution has a value that is neither nothing nor 0."""
    if format in _NO_VALUE:
        rows = output.partition(b"\n")[2]
        return bool(rows.translate(None, _NO_VALUE[format]))
    return re.search(_VALUE[format], output) is not None


def write_boolean(answer: ox.QueryBoolean, format: str) -> str:
    """Write the answer of an ASK query."""
    if format in ("json", "xml"):
        return _finished(answer.serialize(format=_W3C[format]) or b"", format)
    return "true\n" if answer else "false\n"


def require_xml(output: bytes | bytearray) -> None:
    """Make sure that an answer is XML, which the engine doesn't.

    :raises QueryError: when a value holds what XML can't express
    """
    if _NOT_XML.search(output):
        raise QueryError(
            "A value holds a control character, which XML can't express.", hint="Use json."
        )


def _finished(output: bytes, format: str) -> str:
    if format == "xml":
        require_xml(output)
    text = output.decode()
    return text if text.endswith("\n") else text + "\n"


def _cell(
    term: Term | None, prefixes: Mapping[str, str], language: str, tags: Mapping[str, str]
) -> str:
    match term:
        case None:
            return ""
        case ox.NamedNode():
            return shorten(term.value, prefixes)
        case ox.Literal() if term.language and term.language != language:
            return f"{term.value} @{tags.get(term.language, term.language)}"
        case ox.Literal() if term.language or term.datatype in _PLAIN:
            return term.value
        case _:
            return str(term)


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> str:
    shown = [[visible(cell) for cell in row] for row in rows]
    natural = [max(map(len, column)) for column in zip(columns, *shown, strict=True)]
    needed = sum(min(size, _NARROWEST) + _GAP for size in natural)
    return _records(columns, shown, width) if needed > width else _grid(columns, shown, width)


def _grid(columns: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> str:
    # Imported here: only tables need it, and it takes a while.
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column in columns:
        table.add_column(Text(column), overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    output = io.StringIO()
    Console(file=output, width=width, color_system=None, legacy_windows=False).print(table)
    return "".join(line.rstrip() + "\n" for line in output.getvalue().splitlines())


def _records(columns: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> str:
    """Write a table that is too wide for the terminal row by row, a line for each value."""
    margin = max(map(len, columns)) + _GAP
    blocks = []
    for row in rows:
        lines = []
        for column, cell in zip(columns, row, strict=True):
            wrapped = textwrap.wrap(cell, max(width - margin, _NARROWEST)) if cell else []
            for number, line in enumerate(wrapped):
                lines.append(f"{'' if number else column:<{margin}}{line}\n")
        blocks.append("".join(lines))
    return "\n".join(blocks)


def _markdown(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "".join("| " + " | ".join(map(_markdown_cell, line)) + " |\n" for line in lines)


def _markdown_cell(cell: str) -> str:
    escaped = re.sub(r"([\\|<*_`])", r"\\\1", visible(cell))
    return escaped.replace("\n", " ")
