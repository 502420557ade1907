"""Publish curated knowledge graphs: facts with their sources, checked, in every RDF format.

>>> import mipex_kg
>>> kg = mipex_kg.open("reading-room")
>>> kg.query("SELECT ?name { person:ada-brook schema:name ?name }")[0].name
'Ada Brook'
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mipex_kg.api.answers import Graph, Row, Table
    from mipex_kg.api.graph import KnowledgeGraph, open
    from mipex_kg.api.valid_graph import ValidGraph
    from mipex_kg.dataset.description import DescribedValue, Description, PropertyValues
    from mipex_kg.dataset.explanation import (
        Basis,
        CitedPassage,
        ExplainedFact,
        Explanation,
        Origin,
    )
    from mipex_kg.dataset.passages import Passage
    from mipex_kg.dataset.querying import Answer
    from mipex_kg.rdf.values import IRI, Text, Value
    from mipex_kg.remote.pushing import Change
    from mipex_kg.site.build import Built
    from mipex_kg.site.embedding import EmbeddedPage
    from mipex_kg.sparql.named_queries import NamedQuery
    from mipex_kg.system.errors import (
        FindingsError,
        KgError,
        OutputError,
        QueryError,
        RemoteError,
        SourceError,
        UsageError,
    )
    from mipex_kg.validation.report import Finding, Place, Report, Severity

    __version__: str

__all__ = [
    "IRI",
    "Answer",
    "Basis",
    "Built",
    "Change",
    "CitedPassage",
    "DescribedValue",
    "Description",
    "EmbeddedPage",
    "ExplainedFact",
    "Explanation",
    "Finding",
    "FindingsError",
    "Graph",
    "KgError",
    "KnowledgeGraph",
    "NamedQuery",
    "Origin",
    "OutputError",
    "Passage",
    "Place",
    "PropertyValues",
    "QueryError",
    "RemoteError",
    "Report",
    "Row",
    "Severity",
    "SourceError",
    "Table",
    "Text",
    "UsageError",
    "ValidGraph",
    "Value",
    "__version__",
    "open",
]

# Where each name is: it is imported when it is first asked for, since to start soon is a feature.
_HOMES = {
    "api.answers": ("Graph", "Row", "Table"),
    "api.graph": ("KnowledgeGraph", "open"),
    "api.valid_graph": ("ValidGraph",),
    "dataset.description": ("DescribedValue", "Description", "PropertyValues"),
    "dataset.explanation": ("Basis", "CitedPassage", "ExplainedFact", "Explanation", "Origin"),
    "dataset.passages": ("Passage",),
    "dataset.querying": ("Answer",),
    "rdf.values": ("IRI", "Text", "Value"),
    "remote.pushing": ("Change",),
    "site.build": ("Built",),
    "site.embedding": ("EmbeddedPage",),
    "sparql.named_queries": ("NamedQuery",),
    "system.errors": (
        "FindingsError",
        "KgError",
        "OutputError",
        "QueryError",
        "RemoteError",
        "SourceError",
        "UsageError",
    ),
    "validation.report": ("Finding", "Place", "Report", "Severity"),
}


def __getattr__(name: str) -> object:
    if name == "__version__":
        from importlib.metadata import version

        return version("mipex-kg")
    for module, names in _HOMES.items():
        if name in names:
            from importlib import import_module

            found: object = getattr(import_module(f"{__name__}.{module}"), name)
            return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
