"""The page of the API, made of the docstrings of what ``mipex_kg`` offers."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import mipex_kg

# What the page describes, in the order in which one meets it.
GROUPS: dict[str, tuple[str, ...]] = {
    "Opening a graph": ("open", "KnowledgeGraph"),
    "Publishing a graph": ("ValidGraph", "Built", "Change", "EmbeddedPage"),
    "Answers": ("Table", "Row", "Graph", "Answer", "NamedQuery", "IRI", "Text", "Value"),
    "Things": ("Description", "PropertyValues", "DescribedValue"),
    "Reasons": ("Explanation", "ExplainedFact", "Basis", "CitedPassage", "Passage", "Origin"),
    "Findings": ("Report", "Finding", "Severity", "Place"),
    "Errors": (
        "KgError",
        "UsageError",
        "SourceError",
        "QueryError",
        "FindingsError",
        "RemoteError",
        "OutputError",
    ),
}
# Aliases have no docstring of their own.
ALIASES = {
    "Value": "A term as a value of Python: a text, an `IRI`, a `Text`, a number, a truth value, a "
    "date, a time, or `None` for what is unbound.",
}
_FIELD = re.compile(r"^:(?P<kind>\w+)(?: (?P<name>[\w*]+))?: *(?P<text>.*)$")
_WIDTH = 88


class Docstring(NamedTuple):
    """A docstring taken apart.

    :param text: paragraphs
    :param fields: of each the kind, the name and the text
    :param example: as a Python session
    """

    text: str
    fields: list[tuple[str, str, str]]
    example: str


def parse(docstring: str) -> Docstring:
    """Take a docstring apart.

    >>> parse("Do it.\\n\\n:param x: what\\n    to do\\n\\n>>> 1\\n1").fields
    [('param', 'x', 'what to do')]
    """
    text: list[str] = []
    fields: list[tuple[str, str, str]] = []
    example: list[str] = []
    for line in inspect.cleandoc(docstring).splitlines():
        if example or line.startswith(">>>"):
            example.append(line)
        elif found := _FIELD.match(line):
            fields.append((found["kind"], found["name"] or "", found["text"]))
        elif fields and line.startswith(" "):
            kind, name, before = fields[-1]
            fields[-1] = kind, name, f"{before} {line.strip()}"
        else:
            text.append(line)
    return Docstring(_inline("\n".join(text).strip()), fields, "\n".join(example).strip())


def _inline(text: str) -> str:
    return text.replace("``", "`")


def groups() -> Iterator[str]:
    """Write the page's parts: a heading for each group, and all that belongs to it."""
    told = {name for names in GROUPS.values() for name in names}
    if told != set(mipex_kg.__all__) - {"__version__"}:
        raise LookupError(f"Not told, or not there: {told ^ set(mipex_kg.__all__)}")
    for title, names in GROUPS.items():
        yield f"## {title}"
        for name in names:
            yield from _entry(name)


def _entry(name: str) -> Iterator[str]:
    found = getattr(mipex_kg, name)
    if name in ALIASES:
        yield f"### {name}"
        yield ALIASES[name]
    elif inspect.isclass(found):
        yield f"### {name}"
        yield from _class(found)
    else:
        yield f"### {name}()"
        yield from _function(f"mipex_kg.{name}", found)


def _class(cls: type) -> Iterator[str]:
    doc = parse(cls.__doc__ or "")
    yield doc.text
    types = getattr(cls, "__annotations__", {})
    told = {name: text for kind, name, text in doc.fields if kind == "param"}
    if "KgError" in (base.__name__ for base in cls.__mro__):
        types = {}
    names = [name for name in types if not name.startswith("_")]
    if names:
        rows = [(f"`{name}`", f"`{types[name]}`", _inline(told.get(name, ""))) for name in names]
        yield _table(("attribute", "type", "what it is"), rows)
    if doc.example:
        yield _session(doc.example)
    inherited = (base for base in reversed(cls.__mro__) if base.__module__.startswith("mipex_kg"))
    members = {name: member for base in inherited for name, member in vars(base).items()}
    for name, member in members.items():
        if name.startswith("_") or not inspect.getdoc(member):
            continue
        if isinstance(member, property) or type(member).__name__ == "cached_property":
            yield from _property(cls, name, member)
        elif inspect.isfunction(member):
            yield f"#### {cls.__name__}.{name}()"
            yield from _function(name, member)


def _property(cls: type, name: str, member: Any) -> Iterator[str]:
    function = member.fget if isinstance(member, property) else member.func
    yield f"#### {cls.__name__}.{name}"
    doc = parse(function.__doc__ or "")
    yield f"A property of type `{function.__annotations__.get('return', 'object')}`. {doc.text}"
    yield from _fields(doc)


def _function(name: str, function: Callable[..., Any]) -> Iterator[str]:
    yield f"```python\n{_signature(name, function)}\n```"
    doc = parse(function.__doc__ or "")
    yield doc.text
    yield from _fields(doc)


def _fields(doc: Docstring) -> Iterator[str]:
    lines = []
    for kind, name, text in doc.fields:
        head = {"param": f"`{name}`", "returns": "Returns", "raises": f"Raises `{name}`"}[kind]
        lines.append(f"- {head}: {_inline(text)}")
    if lines:
        yield "\n".join(lines)
    if doc.example:
        yield _session(doc.example)


def _signature(name: str, function: Callable[..., Any]) -> str:
    signature = inspect.signature(inspect.unwrap(function))
    parts = []
    kinds = [parameter.kind for parameter in signature.parameters.values()]
    for number, parameter in enumerate(signature.parameters.values()):
        if parameter.name == "self":
            continue
        starts_keywords = parameter.kind is parameter.KEYWORD_ONLY
        if starts_keywords and not {parameter.VAR_POSITIONAL} & set(kinds) and "*" not in parts:
            parts.append("*")
        parts.append(_parameter(parameter))
        is_last = number + 1 == len(kinds) or kinds[number + 1] is not parameter.kind
        if parameter.kind is parameter.POSITIONAL_ONLY and is_last:
            parts.append("/")
    returned = signature.return_annotation
    line = f"{name}({', '.join(parts)}) -> {returned}"
    if len(line) <= _WIDTH:
        return line
    return f"{name}(\n    " + ",\n    ".join(parts) + f",\n) -> {returned}"


def _parameter(parameter: inspect.Parameter) -> str:
    stars = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}.get(parameter.kind, "")
    text = f"{stars}{parameter.name}: {parameter.annotation}"
    if parameter.default is parameter.empty:
        return text
    default = "…" if callable(parameter.default) else repr(parameter.default)
    return f"{text} = {default}"


def _session(example: str) -> str:
    return f"```pycon\n{example}\n```"


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines
    )
