"""Lists of the named queries, as a terminal shows them and as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import click

from mipex_kg.cli.output import as_json
from mipex_kg.sparql.named_queries import NamedQuery, QueryGroup, in_groups

FURTHER = "`mipex-kg query NAME` runs one; `mipex-kg query --list NAME` says what it can be asked."
# A longer name moves its own title only.
_LONGEST_NAME = 26
_NONE = "This project has no named queries.\n"
_OTHERS = "Other queries"


def lines(queries: Iterable[NamedQuery], width: int | None = None) -> str:
    """List queries in their groups, one on each line, with what must be given to them.

    :param width: of the terminal: longer titles are cut; None where nothing is
    """
    groups = _by_names(queries)
    names = [len(query.name) for group in groups for query in group.queries]
    column = max((length for length in names if length <= _LONGEST_NAME), default=0)
    blocks = []
    for group in groups:
        rows = [_cut(f"  {each.name:<{column}}  {_title(each)}", width) for each in group.queries]
        head = [click.style(group.title or _OTHERS, bold=True)] if len(groups) > 1 else []
        blocks.append("\n".join([*head, *rows]) + "\n")
    return "\n".join(blocks) or _NONE


def _title(query: NamedQuery) -> str:
    needed = [parameter.name for parameter in query.parameters if parameter.default is None]
    return f"{query.title} (needs {', '.join(needed)})" if needed else query.title


def _cut(line: str, width: int | None) -> str:
    return line if width is None or len(line) <= width else f"{line[: width - 1].rstrip()}…"


def whole(query: NamedQuery) -> str:
    """Say all about a query: what it answers, and what it can be asked."""
    text = [f"{query.name}: {query.title}"]
    if query.description:
        text.append(f"    {query.description}")
    for parameter in query.parameters:
        default = "" if parameter.default is None else f" = {parameter.default}"
        about = f"  {parameter.description}" if parameter.description else ""
        text.append(f"    --param {parameter.name}: {parameter.type}{default}{about}")
    return "\n".join(text) + "\n"


def as_documents(queries: Iterable[NamedQuery]) -> bytes:
    """Write queries as JSON, in the order of their groups."""
    return as_json([_document(query) for group in _by_names(queries) for query in group.queries])


def _by_names(queries: Iterable[NamedQuery]) -> list[QueryGroup]:
    """Sort queries into their groups, and by what one types to run them."""
    return [QueryGroup(title, tuple(sorted(each))) for title, each in in_groups(queries)]


def _document(query: NamedQuery) -> dict[str, Any]:
    return {
        "name": query.name,
        "title": query.title,
        "group": query.group,
        "description": query.description,
        "parameters": [parameter._asdict() for parameter in query.parameters],
        "columns": [column._asdict() for column in query.columns],
    }
