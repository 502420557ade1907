"""The library of named queries: title, description, and typed parameters in each file's header."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from mipex_kg.rdf.collation import sort_key
from mipex_kg.rdf.namespaces import XSD, expand
from mipex_kg.rdf.terms import Term, is_iri
from mipex_kg.sparql import query_text
from mipex_kg.sparql.substitution import substitute
from mipex_kg.system import reading
from mipex_kg.system.errors import SourceError, UsageError, nearest
from mipex_kg.system.snapshot import Reader

# Patterns are compiled where they are used: a query without parameters uses none.
_LEXICAL_FORMS = {
    "integer": r"[+-]?[0-9]+",
    "decimal": r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)",
    "boolean": r"true|false|1|0",
    "date": r"-?[0-9]{4,}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])(Z|[+-][0-9]{2}:[0-9]{2})?",
}
TYPES = ("iri", "string", *_LEXICAL_FORMS)
# Of columns; what XML Schema calls gYear is a year to everybody else.
COLUMN_TYPES = (*TYPES, "year")
# Stands between the values of a cell that holds several.
SEPARATOR = "; "
_COLUMN = r"""(?x) (?P<type>\w+) (?:@(?P<language>[A-Za-z0-9-]+))?
    (?P<key>\s+key)? (?P<list>\s+list)? (?:\s+in\s+(?P<table>[\w.-]+))?
    (?:\s+(?P<property>[^\s|]*:[^\s|]+))? \s* (?:\|\s*(?P<description>.*))?"""
_PARAMETER = r"(?P<type>\w+)(?:\s*=\s*(?P<default>[^|]*?))?\s*(?:\|\s*(?P<description>.*))?"


class Parameter(NamedTuple):
    """A variable of a named query that the caller gives a value.

    :param type: one of ``TYPES``
    :param default: as the caller would write it; None if the caller has to give one
    """

    name: str
    type: str
    default: str | None
    description: str


class Column(NamedTuple):
    """A column of a named query's answer, as the query's header describes it.

    :param type: one of ``COLUMN_TYPES``
    :param language: of its texts; empty if they have none, or not all the same
    :param is_key: whether its value tells a row from all others, alone or with other keys
    :param is_list: whether a cell holds several values, with ``SEPARATOR`` between them
    :param table: the named query in whose column of keys each of its values stands
    :param property: what a cell says of the row's key, as a CURIE
    """

    name: str
    type: str = "string"
    language: str = ""
    is_key: bool = False
    is_list: bool = False
    table: str = ""
    property: str = ""
    description: str = ""


class NamedQuery(NamedTuple):
    """A query with a name, which is its file's without the suffix.

    :param columns: those that its header describes
    :param group: what it is listed under; empty if its header doesn't say
    """

    name: str
    title: str
    description: str
    parameters: tuple[Parameter, ...]
    text: str
    columns: tuple[Column, ...] = ()
    group: str = ""


class QueryGroup(NamedTuple):
    """Queries that are listed together.

    :param title: empty for those that their headers put under nothing
    """

    title: str
    queries: tuple[NamedQuery, ...]


def in_groups(queries: Iterable[NamedQuery]) -> list[QueryGroup]:
    """Sort queries by their titles within their groups; those without a group come last.

    >>> queries = [NamedQuery(n, n, "", (), "", group=g) for n, g in (("a", ""), ("b", "X"))]
    >>> [group.title for group in in_groups(queries)]
    ['X', '']
    """
    groups: dict[str, list[NamedQuery]] = {}
    for query in sorted(queries, key=lambda each: (sort_key(each.title), each.name)):
        groups.setdefault(query.group, []).append(query)
    ordered = sorted(groups, key=lambda title: (not title, sort_key(title)))
    return [QueryGroup(title, tuple(groups[title])) for title in ordered]


def load_queries(paths: Sequence[Path], reader: Reader = reading) -> dict[str, NamedQuery]:
    """Read named queries by their names.

    :raises SourceError: when a file can't be read or its header is wrong
    """
    return {path.stem: load_query(path, reader) for path in paths}


def load_query(path: Path, reader: Reader = reading) -> NamedQuery:
    """Read one named query.

    :raises SourceError: when it can't be read or its header is wrong
    """
    text = reader.read_text(path)
    header = query_text.header(text)
    if "title" not in header:
        raise SourceError("The query has no title.", path=path, hint="Begin it with `# title: …`.")
    parameters = tuple(
        _parameter(key.removeprefix("param "), values[0], path)
        for key, values in header.items()
        if key.startswith("param ")
    )
    columns = tuple(
        _column(key.removeprefix("column "), values[0], path)
        for key, values in header.items()
        if key.startswith("column ")
    )
    description = " ".join(header.get("description", []))
    group = header.get("group", [""])[0]
    return NamedQuery(path.stem, header["title"][0], description, parameters, text, columns, group)


def _parameter(name: str, declaration: str, path: Path) -> Parameter:
    match = re.fullmatch(_PARAMETER, declaration)
    if match is None or match["type"] not in TYPES:
        raise SourceError(
            f"The parameter {name} is declared as `{declaration}`, which is not understood.",
            path=path,
            hint=f"Write `# param {name}: TYPE = DEFAULT | what it is`; "
            f"types are {', '.join(TYPES)}.",
        )
    return Parameter(name, match["type"], match["default"], match["description"] or "")


def _column(name: str, declaration: str, path: Path) -> Column:
    match = re.fullmatch(_COLUMN, declaration)
    if match is None or match["type"] not in COLUMN_TYPES:
        raise SourceError(
            f"The column {name} is declared as `{declaration}`, which is not understood.",
            path=path,
            hint=f"Write `# column {name}: TYPE | what it is`; types are "
            f"{', '.join(COLUMN_TYPES)}. After the type may follow, in this order: key, list, "
            "in TABLE, and a property as a CURIE.",
        )
    return Column(
        name,
        match["type"],
        (match["language"] or "").lower(),
        match["key"] is not None,
        match["list"] is not None,
        match["table"] or "",
        match["property"] or "",
        match["description"] or "",
    )


def line_of_parameter(name: str, text: str) -> int | None:
    """Tell in which line of a query's text its header declares a parameter, from 1.

    >>> line_of_parameter("n", "# title: T\\n# param n: integer = x\\nASK {}")
    2
    """
    declaration = re.compile(rf"#[# ]*param {re.escape(name)}\s*:")
    lines = reading.lines(text)
    return next((n for n, line in enumerate(lines, 1) if declaration.match(line)), None)


def find_query(name: str, known: Mapping[str, NamedQuery]) -> NamedQuery:
    """Look a named query up.

    :raises UsageError: when there is none, with the name that comes nearest
    """
    if query := known.get(name):
        return query
    near = nearest(name, known)
    raise UsageError(
        f"There is no query named {name!r}.",
        hint=f"Did you mean {near}?"
        if near
        else "See `mipex-kg query --list`. SPARQL itself has a { in it; a file ends in .rq.",
    )


def bind(query: NamedQuery, given: Mapping[str, str], prefixes: Mapping[str, str]) -> str:
    """Put the parameters' values into a named query, as terms.

    :param given: parameter names to values as text; defaults are taken for the others
    :raises UsageError: for an unknown parameter, a missing one, or a value of the wrong type

    >>> query = NamedQuery("q", "Q", "", (Parameter("n", "integer", "1", ""),), "ASK { ?s ?p ?n }")
    >>> bind(query, {"n": "52"}, {})
    'ASK { ?s ?p "52"^^<http://www.w3.org/2001/XMLSchema#integer> }'
    """
    known = {parameter.name: parameter for parameter in query.parameters}
    for name in given:
        if name not in known:
            names = ", ".join(known) or "none"
            raise UsageError(f"{query.name} has no parameter {name}; it has: {names}.")
    terms: dict[str, Term] = {}
    for parameter in query.parameters:
        value = given.get(parameter.name, parameter.default)
        if value is None:
            raise UsageError(
                f"{query.name} needs a value for {parameter.name}: {parameter.description}",
                hint=f"Add --param {parameter.name}=…",
            )
        terms[parameter.name] = typed_term(value, parameter.type, prefixes, parameter.name)
    return substitute(query.text, terms, prefixes)


def typed_term(
    value: str, type: str, prefixes: Mapping[str, str], name: str
) -> ox.NamedNode | ox.Literal:
    """Make a term of a parameter's value.

    :param value: an IRI or a CURIE for the type ``iri``, else a lexical form
    :raises UsageError: when the value is not of the type
    """
    if type == "string":
        return ox.Literal(value)
    if type == "iri":
        iri = expand(value, prefixes) or value.removeprefix("<").removesuffix(">")
        if not is_iri(iri):
            raise UsageError(f"{name} must be an IRI or a CURIE, not {value!r}.")
        return ox.NamedNode(iri)
    if not re.fullmatch(_LEXICAL_FORMS[type], value):
        article = "an" if type[0] in "aeiou" else "a"
        raise UsageError(f"{name} must be {article} {type}, not {value!r}.")
    return ox.Literal(value, datatype=XSD.term(type))


def bind_freely(text: str, given: Mapping[str, str | Term], prefixes: Mapping[str, str]) -> str:
    """Put values into a query that declares no parameters: what looks like a type has it.

    :param given: variables to terms, or to text as on the command line

    An IRI in angle brackets or a CURIE with a known prefix is an IRI; a number, a truth value or a
    date is one; all else is a string.

    :raises UsageError: when the query has no such variable

    >>> bind_freely("ASK { ?s ?p ?o }", {"o": "5"}, {})
    'ASK { ?s ?p "5"^^<http://www.w3.org/2001/XMLSchema#integer> }'
    """
    text = query_text.resolve(text)
    variables = {token.text[1:] for token in query_text.tokens(text) if token.kind == "variable"}
    for name in given:
        if name not in variables:
            raise UsageError(f"The query has no variable ?{name}.")
    terms = {name: _guessed(value, prefixes) for name, value in given.items()}
    return substitute(text, terms, prefixes)


def _guessed(value: str | Term, prefixes: Mapping[str, str]) -> Term:
    if not isinstance(value, str):
        return value
    if value.startswith("<") or expand(value, prefixes):
        return typed_term(value, "iri", prefixes, value)
    fitting = (type for type, form in _LEXICAL_FORMS.items() if re.fullmatch(form, value))
    return typed_term(value, next(fitting, "string"), prefixes, value)
