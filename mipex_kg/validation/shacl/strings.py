"""Constraints on texts: patterns, lengths and languages.

pySHACL takes a pattern for one of Python's, in which ``$`` allows for a line end, Unicode's
categories are unknown, and some never end; lets blank nodes pass a length of 0; and compares
languages by their first part or as a whole, where RFC 4647 goes part by part.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from pyshacl.constraints.core.string_based_constraints import (
    LanguageInConstraintComponent,
    MaxLengthConstraintComponent,
    MinLengthConstraintComponent,
    PatternConstraintComponent,
    StringBasedConstraintBase,
)
from pyshacl.errors import ConstraintLoadError
from rdflib import BNode, Literal
from rdflib.namespace import SH
from rdflib.term import Node

from mipex_kg.validation.patterns import Pattern, PatternError, compiled
from mipex_kg.validation.shacl.paths import PathError, list_items
from mipex_kg.validation.shacl.results import Reporting
from mipex_kg.validation.shacl.terms import in_order
from mipex_kg.validation.shacl.values import Evaluation, Values

_PATTERN = "https://www.w3.org/TR/shacl/#PatternConstraintComponent"
_LANGUAGE_IN = "https://www.w3.org/TR/shacl/#LanguageInConstraintComponent"


class _EachValue(Reporting, ABC):
    """A constraint that looks at each value alone."""

    @abstractmethod
    def fits(self, value: Node) -> bool:
        """Tell whether a value conforms."""

    def evaluate(self, _executor: Any, graph: Any, values: Values, _path: Any) -> Evaluation:
        """Find the values that don't conform."""
        found = [
            self.make_v_result(graph, focus, value_node=value)
            for focus, nodes in values.items()
            for value in nodes
            if not self.fits(value)
        ]
        return not found, found


class MatchesPattern(_EachValue, PatternConstraintComponent):
    """``sh:pattern``, one or several, each with the flags of ``sh:flags``."""

    def __init__(self, shape: Any) -> None:
        StringBasedConstraintBase.__init__(self, shape)
        self.patterns = read_patterns(shape)

    def fits(self, value: Node) -> bool:
        """Tell whether a text matches every pattern."""
        return not isinstance(value, BNode) and all(p.matches(str(value)) for p in self.patterns)

    def evaluate(self, _executor: Any, graph: Any, values: Values, _path: Any) -> Evaluation:
        """Find the values that don't match: a result for each pattern."""
        found = []
        for pattern in self.patterns:
            matches = pattern.matches
            found += [
                self.make_v_result(graph, focus, value_node=value)
                for focus, nodes in values.items()
                for value in nodes
                if isinstance(value, BNode) or not matches(str(value))
            ]
        return not found, found


def read_patterns(shape: Any) -> list[Pattern]:
    """Read the patterns of a shape.

    :raises ConstraintLoadError: when one is not a regular expression
    """
    flags = [str(flag) for flag in shape.objects(SH.flags)]
    if len(flags) > 1:
        raise ConstraintLoadError("sh:flags has more than one value.", _PATTERN)
    patterns = []
    for text in in_order(shape.objects(SH.pattern)):
        if not isinstance(text, Literal):
            raise ConstraintLoadError("sh:pattern must be a text.", _PATTERN)
        try:
            patterns.append(compiled(str(text), *flags))
        except PatternError as error:
            raise ConstraintLoadError(
                f'sh:pattern "{text}" is not a regular expression of XPath: {error}.', _PATTERN
            ) from None
    return patterns


class _Length(_EachValue):
    string_rules: list[Literal]
    allows: Callable[[int, int], bool]

    def fits(self, value: Node) -> bool:
        """Tell whether a text is long or short enough."""
        if isinstance(value, BNode):
            return False
        return self.allows(len(str(value)), int(self.string_rules[0].value))


class MinLength(_Length, MinLengthConstraintComponent):
    """``sh:minLength``."""

    allows = staticmethod(int.__ge__)


class MaxLength(_Length, MaxLengthConstraintComponent):
    """``sh:maxLength``."""

    allows = staticmethod(int.__le__)


class LanguageIn(_EachValue, LanguageInConstraintComponent):
    """``sh:languageIn``."""

    def __init__(self, shape: Any) -> None:
        super().__init__(shape)
        try:
            items = list_items(shape.sg.graph, self.string_rules[0])
        except PathError as error:
            raise ConstraintLoadError(f"sh:languageIn: {error}.", _LANGUAGE_IN) from None
        self.ranges = [str(item) for item in items]

    def fits(self, value: Node) -> bool:
        """Tell whether a text is in one of the languages."""
        language = value.language if isinstance(value, Literal) else None
        return bool(language) and any(in_range(language or "", each) for each in self.ranges)


def in_range(tag: str, language_range: str) -> bool:
    """Tell whether a language tag fits a basic language range (RFC 4647, 3.3.1).

    >>> in_range("de-CH-1996", "de-ch"), in_range("deu", "de"), in_range("fr", "*")
    (True, False, True)
    """
    wanted = language_range.lower()
    return wanted == "*" or f"{tag.lower()}-".startswith(f"{wanted}-")
