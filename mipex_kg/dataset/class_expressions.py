"""Class expressions of OWL in words: restrictions, unions, and what else a blank node may mean.

Conforms to the mapping of OWL 2 to RDF graphs (OWL 2 Web Ontology Language, 3.2, tables 12 to 15).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

import pyoxigraph as ox

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.dataset.list_items import list_items
from mipex_kg.rdf.terms import Term, text_of

_OWL = "http://www.w3.org/2002/07/owl#"
_XSD = "http://www.w3.org/2001/XMLSchema#"
# Properties of an expression whose values are lists of expressions.
_LISTS = {"unionOf": "or", "intersectionOf": "and", "oneOf": "or"}
# Properties of a restriction whose value is a class, or a thing.
_QUANTIFIERS = ("someValuesFrom", "allValuesFrom")
_NUMBERS = {
    name: kind
    for kind, names in {
        "at-least": ("minCardinality", "minQualifiedCardinality"),
        "at-most": ("maxCardinality", "maxQualifiedCardinality"),
        "exactly": ("cardinality", "qualifiedCardinality"),
    }.items()
    for name in names
}
# What a value has to do with its facet; in braces are the keys of words.
_FACETS = {
    "minInclusive": "≥",
    "minExclusive": ">",
    "maxInclusive": "≤",
    "maxExclusive": "<",
    "length": "{length}",
    "minLength": "{length} ≥",
    "maxLength": "{length} ≤",
    "pattern": "{pattern}",
    "totalDigits": "{digits} ≤",
    "fractionDigits": "{fraction-digits} ≤",
}
_SIGN = re.compile(r"\{([a-z-]+)\}")
# Expressions nested deeper are for programs, and may be without an end.
_DEEPEST = 8


@cache
def words_of_expressions() -> Mapping[str, str]:
    """Read the words in which class expressions are said, by their keys."""
    # Imported here: most questions to a dataset need none of them.
    import tomllib

    file = resources.files("mipex_kg.dataset") / "class_expressions.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


@dataclass(frozen=True)
class ClassExpressions:
    """Says class expressions in words.

    :param words: by their keys, such as those of ``words_of_expressions``
    :param label: names a thing or a class
    :param property: names a property
    """

    dataset: Dataset
    words: Mapping[str, str]
    label: Callable[[Term], str]
    property: Callable[[ox.NamedNode], str]

    def say(self, node: Term) -> str | None:
        """Say what a blank node means.

        :returns: words for a class expression, a data range or an inverse property, else None
        """
        if not isinstance(node, ox.BlankNode):
            return None
        said = self._restriction(node, 0)
        return self._word("only", of=said) if said else self._other(node, 0)

    def _word(self, key: str, **values: object) -> str:
        return self.words[f"owl-{key}"].format(**values)

    def _operand(self, node: Term, depth: int) -> str:
        """Say an expression that is part of another."""
        if not isinstance(node, ox.BlankNode):
            return self.label(node)
        if depth > _DEEPEST:
            return "…"
        said = self._restriction(node, depth) or self._other(node, depth)
        return self.label(node) if said is None else said

    def _item(self, node: Term, depth: int) -> str:
        """Say an expression that is one of several."""
        said = self._operand(node, depth)
        return f"({said})" if isinstance(node, ox.BlankNode) else said

    def _one(self, node: Term, depth: int) -> str:
        """Say that something is of an expression."""
        said = self._operand(node, depth)
        is_restriction = isinstance(node, ox.BlankNode) and self._value(node, "onProperty")
        return self._word("one", of=said) if is_restriction else self._with_article(said)

    def _with_article(self, name: str) -> str:
        """Put an indefinite article before a name, but not before what has several."""
        if not name[:1].isalpha():
            return name
        return self._word("an" if name[0] in "aeiouAEIOU" else "a", of=name)

    def _value(self, node: ox.BlankNode, name: str) -> Term | None:
        return next(iter(self.dataset.values(node, ox.NamedNode(_OWL + name))), None)

    def _restriction(self, node: ox.BlankNode, depth: int) -> str | None:
        on = self._value(node, "onProperty")
        if on is None:
            return None
        name = self._property(on)
        for kind in _QUANTIFIERS:
            if (filler := self._value(node, kind)) is not None:
                return self._word(kind, property=name, filler=self._one(filler, depth + 1))
        if (value := self._value(node, "hasValue")) is not None:
            return self._word("hasValue", property=name, filler=self.label(value))
        if self._value(node, "hasSelf") is not None:
            return self._word("hasSelf", property=name)
        return self._number(node, name, depth)

    def _number(self, node: ox.BlankNode, name: str, depth: int) -> str | None:
        for predicate, kind in _NUMBERS.items():
            if (number := self._value(node, predicate)) is not None:
                count = self._word(kind, n=text_of(number))
                filler = self._value(node, "onClass") or self._value(node, "onDataRange")
                if filler is None:
                    return self._word("number", count=count, property=name)
                said = self._operand(filler, depth + 1)
                return self._word("number-of", count=count, property=name, filler=said)
        return None

    def _property(self, node: Term) -> str:
        if isinstance(node, ox.BlankNode) and (turned := self._value(node, "inverseOf")):
            return self._word("inverse", property=self._property(turned))
        return self.property(node) if isinstance(node, ox.NamedNode) else self.label(node)

    def _other(self, node: ox.BlankNode, depth: int) -> str | None:
        for name, conjunction in _LISTS.items():
            if (start := self._value(node, name)) is not None:
                items = [self._item(item, depth + 1) for item in list_items(start, self.dataset)]
                return f" {self.words[f'owl-{conjunction}']} ".join(items) or None
        if other := self._value(node, "complementOf") or self._value(node, "datatypeComplementOf"):
            return self._word("not", of=self._one(other, depth + 1))
        if (datatype := self._value(node, "onDatatype")) is not None:
            facets = ", ".join(self._facets(node))
            return f"{self.label(datatype)} ({facets})" if facets else self.label(datatype)
        if self._value(node, "inverseOf") is not None:
            return self._property(node)
        return None

    def _facets(self, node: ox.BlankNode) -> Iterator[str]:
        start = self._value(node, "withRestrictions")
        for item in list_items(start, self.dataset) if start is not None else ():
            for name, sign in _FACETS.items():
                for value in self.dataset.texts(item, ox.NamedNode(_XSD + name)):
                    yield f"{_SIGN.sub(self._facet_word, sign)} {value}"

    def _facet_word(self, key: re.Match[str]) -> str:
        return self._word(key[1])
