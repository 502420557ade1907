"""Named queries that can be asked: each is parsed when it is read, and none is run."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from mipex_kg.dataset.querying import MEMORY, TIMEOUT, refuse
from mipex_kg.sparql import query_text
from mipex_kg.sparql.named_queries import NamedQuery, bind, line_of_parameter, load_query
from mipex_kg.sparql.query_text import Query
from mipex_kg.sparql.syntax import SyntaxFault, find_fault
from mipex_kg.system import reading
from mipex_kg.system.child_process import InProcess, Isolation
from mipex_kg.system.errors import QueryError, SourceError, UsageError
from mipex_kg.system.snapshot import Reader

# A value of each type of parameters, for those without a default.
_EXAMPLES = {
    "iri": "http://example.org/",
    "string": "",
    "integer": "1",
    "decimal": "1.0",
    "boolean": "true",
    "date": "2000-01-01",
}


def find_unaskable(
    paths: Sequence[Path],
    reader: Reader,
    prefixes: Mapping[str, str],
    *,
    isolated: bool = True,
) -> list[SourceError]:
    """Find named queries that can't be asked, each with what is wrong with it.

    :param paths: of their files
    :param prefixes: those that need no declaration
    :param isolated: whether they are parsed in a child process, which dies alone of what is too
        deep for the parser
    """
    isolation = Isolation(TIMEOUT, MEMORY) if isolated else InProcess()

    def find_all(begin: Callable[[], None]) -> list[SourceError]:
        errors = []
        for path in paths:
            begin()
            try:
                require_askable(path, reader, prefixes)
            except SourceError as error:
                errors.append(error)
        return errors

    try:
        return isolation.run(find_all) if paths else []
    except QueryError as error:
        path = paths[max(isolation.steps - 1, 0)]
        return [SourceError(error.message, path=path, hint=error.hint)]


def require_askable(path: Path, reader: Reader, prefixes: Mapping[str, str]) -> None:
    """Make sure that a named query can be asked.

    :raises SourceError: when it can't be read, its header is wrong, a default is not of its type,
        it is refused (see `refuse`), or it doesn't parse
    """
    query = load_query(path, reader)
    asked = _with_values(query, path, prefixes)
    plain = Query(query_text.resolve(query.text), prefixes)
    try:
        refuse(plain)
        refuse(Query(query_text.resolve(asked), prefixes))
    except QueryError as error:
        raise SourceError(
            error.message, path=path, line=error.line, column=error.column, hint=error.hint
        ) from None
    if fault := find_fault(Query(query_text.resolve(asked), prefixes)):
        # Values move what follows them: the place is where the query as it is written is wrong.
        raise _unparsed(find_fault(plain) or SyntaxFault(fault.reason), query, plain, path)


def _with_values(query: NamedQuery, path: Path, prefixes: Mapping[str, str]) -> str:
    """Put a value into the query for each of its parameters."""
    values = {
        parameter.name: _EXAMPLES[parameter.type]
        for parameter in query.parameters
        if parameter.default is None
    }
    try:
        return bind(query, values, prefixes)
    except UsageError as error:
        named = (p.name for p in query.parameters if re.search(rf"\b{p.name}\b", error.message))
        line = next((line_of_parameter(name, query.text) for name in named), None)
        raise SourceError(error.message, path=path, line=line, hint=error.hint) from None


def _unparsed(fault: SyntaxFault, query: NamedQuery, plain: Query, path: Path) -> SourceError:
    if not fault.line:
        return SourceError(f"The query can't be asked: {fault.reason}", path=path)
    written, resolved = (reading.lines(text) for text in (query.text, plain.text))
    line = min(fault.line, len(resolved))
    # Where an escape was resolved, columns are others.
    is_same = written[line - 1 : line] == resolved[line - 1 : line]
    message = f"The query doesn't parse. {fault.reason}"
    return SourceError(message, path=path, line=line, column=fault.column if is_same else None)
