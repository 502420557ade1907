"""Closed shapes.

pySHACL refuses shapes that have ``sh:ignoredProperties`` and aren't closed, which by the standard
have no such constraint, and always allows for being an ``rdfs:Resource``.
"""

from __future__ import annotations

from typing import Any

from pyshacl.constraints.core.other_constraints import ClosedConstraintComponent
from pyshacl.errors import ConstraintLoadError
from rdflib.namespace import SH
from rdflib.term import Node

from mipex_kg.validation.shacl.paths import PathError, list_items
from mipex_kg.validation.shacl.results import Reporting

_LINK = "https://www.w3.org/TR/shacl/#ClosedConstraintComponent"


class Closed(Reporting, ClosedConstraintComponent):
    """``sh:closed``, with ``sh:ignoredProperties``."""

    ALWAYS_IGNORE: frozenset[tuple[Node, Node]] = frozenset()

    def __init__(self, shape: Any) -> None:
        super().__init__(shape)
        try:
            self.ignored_props = {
                item
                for head in shape.objects(SH.ignoredProperties)
                for item in list_items(shape.sg.graph, head)
            }
        except PathError as error:
            raise ConstraintLoadError(f"sh:ignoredProperties: {error}.", _LINK) from None
