"""Random data and shapes, small enough to be read, with all that SHACL Core has.

``python -m tests.random_shapes SEED`` prints a pair.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from typing import TypeVar

PREFIXES = """@prefix e: <http://e.test/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
T = TypeVar("T")

NODES = [f"e:n{number}" for number in range(7)]
PROPERTIES = ["e:p", "e:q", "e:r"]
CLASSES = ["e:C", "e:D", "e:E"]
LITERALS = [
    *("1", "2", "01", "2.0", "2.50", '"2"^^xsd:byte', '"1.0E0"^^xsd:double', '"NaN"^^xsd:double'),
    *("true", '"a"', '"b"', '"ab"', '""', '"A\\n"', '"a"@en', '"a"@de', '"b"@en-GB', '"x"^^e:own'),
    *('"2020-01-01"^^xsd:date', '"2020-01-01Z"^^xsd:date', '"2021-02-29"^^xsd:date'),
    *('"2020-01-01T00:00:00"^^xsd:dateTime', '"2020-01-01T12:00:00Z"^^xsd:dateTime'),
    *('"x"^^xsd:integer', '"300"^^xsd:unsignedByte', '"2020"^^xsd:gYear', '"0999"^^xsd:gYear'),
]
DATATYPES = [
    "xsd:string",
    "xsd:integer",
    "xsd:decimal",
    "xsd:date",
    "xsd:boolean",
    "rdf:langString",
]
KINDS = ["sh:IRI", "sh:Literal", "sh:BlankNode", "sh:BlankNodeOrIRI", "sh:IRIOrLiteral"]
PATTERNS = ["^a", "b$", "^[a-z]+$", "^\\\\p{L}*$", "n[0-3]", "a|b", "^.$"]
RANGES = ["minExclusive", "minInclusive", "maxExclusive", "maxInclusive"]
BOUNDS = ["1", "2", "1.5", '"2020-01-01"^^xsd:date', '"2020-01-01T06:00:00Z"^^xsd:dateTime', '"ab"']
PAIRS = ["equals", "disjoint", "lessThan", "lessThanOrEquals"]


class Maker:
    """Makes pairs of data and shapes.

    :param seed: the same seed gives the same pair
    :param with_sparql: whether some shapes have constraints in SPARQL too
    """

    def __init__(self, seed: int | str, *, with_sparql: bool = False) -> None:
        self.chance = random.Random(seed)
        self.with_sparql = with_sparql
        self.named: list[str] = []

    def data(self) -> str:
        """Make some triples."""
        lines = [f"{c} rdfs:subClassOf {d} ." for c, d in (("e:D", "e:C"),) if self.is_so(0.6)]
        for node in [*NODES, "_:b0", "_:b1"]:
            lines += [f"{node} a {cls} ." for cls in CLASSES if self.is_so(0.3)]
            for _ in range(self.chance.randrange(5)):
                lines.append(f"{node} {self.pick(PROPERTIES)} {self.value()} .")
        return PREFIXES + "\n".join(lines) + "\n"

    def value(self) -> str:
        """Choose what a property may have for a value."""
        return self.pick([*NODES, "_:b0", "_:b1"] if self.is_so(0.4) else LITERALS)

    def shapes(self) -> str:
        """Make some shapes."""
        self.named = [f"e:S{number}" for number in range(self.chance.randrange(1, 4))]
        texts = []
        for number, name in enumerate(self.named):
            # A shape refers to those after it alone, so that none refers to itself.
            body = self.constraints(number, 0)
            texts.append(f"{name} a sh:NodeShape ; {self.targets()} ; {body} .")
        return PREFIXES + "\n".join(texts) + "\n"

    def targets(self) -> str:
        """Make the targets of a shape."""
        kinds: list[Callable[[], str]] = [
            lambda: f"sh:targetClass {self.pick(CLASSES)}",
            lambda: f"sh:targetNode {self.pick([*NODES, '1', 'e:none'])}",
            lambda: f"sh:targetSubjectsOf {self.pick(PROPERTIES)}",
            lambda: f"sh:targetObjectsOf {self.pick(PROPERTIES)}",
        ]
        return " ; ".join(self.pick(kinds)() for _ in range(self.chance.randrange(1, 3)))

    def constraints(self, after: int, depth: int, *, of_property: bool = False) -> str:
        """Make the constraints of a shape, each component at most once."""
        kinds = [self.of_values, self.of_strings, self.of_terms, self.of_logic, self.of_shapes]
        if of_property:
            kinds += [self.of_counts, self.of_pairs, self.of_languages, self.of_qualified]
        else:
            kinds += [self.of_properties, self.of_properties, self.of_properties, self.of_closed]
        if self.with_sparql and not of_property:
            kinds.append(self.of_sparql)
        number = self.chance.randrange(1, 3)
        chosen = self.chance.sample(list(dict.fromkeys(kinds)), number)
        return " ; ".join(kind(after, depth) for kind in chosen)

    def of_values(self, _after: int, _depth: int) -> str:
        if self.is_so(0.5):
            return f"sh:{self.pick(RANGES)} {self.pick(BOUNDS)}"
        return f"sh:datatype {self.pick(DATATYPES)}"

    def of_strings(self, _after: int, _depth: int) -> str:
        if self.is_so(0.6):
            flags = ' ; sh:flags "i"' if self.is_so(0.2) else ""
            return f'sh:pattern "{self.pick(PATTERNS)}"{flags}'
        return f"sh:{self.pick(['minLength', 'maxLength'])} {self.chance.randrange(4)}"

    def of_terms(self, _after: int, _depth: int) -> str:
        match self.chance.randrange(4):
            case 0:
                return f"sh:class {self.pick(CLASSES)}"
            case 1:
                return f"sh:nodeKind {self.pick(KINDS)}"
            case 2:
                return f"sh:in ( {' '.join(self.value_term() for _ in range(3))} )"
        return f"sh:hasValue {self.value_term()}"

    def value_term(self) -> str:
        return self.pick([*NODES, *LITERALS])

    def of_logic(self, after: int, depth: int) -> str:
        if depth > 1:
            return "sh:not [ sh:in () ]"
        if self.is_so(0.3):
            return f"sh:not {self.shape(after, depth)}"
        members = " ".join(self.shape(after, depth) for _ in range(self.pick([2, 2, 2, 1, 0])))
        return f"sh:{self.pick(['and', 'or', 'xone'])} ( {members} )"

    def of_shapes(self, after: int, depth: int) -> str:
        later = self.named[after + 1 :]
        if later and self.is_so(0.7):
            return f"sh:node {self.pick(later)}"
        return (
            f"sh:node [ {self.constraints(after, depth + 1)} ]"
            if depth < 2
            else "sh:not [ sh:in () ]"
        )

    def shape(self, after: int, depth: int) -> str:
        """Make a shape within another."""
        if self.is_so(0.3):
            inner = self.constraints(after, depth + 1, of_property=True)
            return f"[ sh:path {self.path()} ; {inner} ]"
        return f"[ {self.constraints(after, depth + 1)} ]"

    def of_properties(self, after: int, depth: int) -> str:
        inner = self.constraints(after, depth + 1, of_property=True)
        severity = " ; sh:severity sh:Warning" if self.is_so(0.2) else ""
        return f"sh:property [ sh:path {self.path()} ; {inner}{severity} ]"

    def of_closed(self, _after: int, _depth: int) -> str:
        ignored = f" ; sh:ignoredProperties ( rdf:type {self.pick(PROPERTIES)} )"
        return "sh:closed true" + (ignored if self.is_so(0.7) else "")

    def of_counts(self, _after: int, _depth: int) -> str:
        return f"sh:{self.pick(['minCount', 'maxCount'])} {self.chance.randrange(3)}"

    def of_pairs(self, _after: int, _depth: int) -> str:
        return f"sh:{self.pick(PAIRS)} {self.pick(PROPERTIES)}"

    def of_languages(self, _after: int, _depth: int) -> str:
        return self.pick(["sh:uniqueLang true", 'sh:languageIn ( "en" "fr" )'])

    def of_qualified(self, after: int, depth: int) -> str:
        disjoint = " ; sh:qualifiedValueShapesDisjoint true" if self.is_so(0.3) else ""
        bound = f"sh:qualified{self.pick(['Min', 'Max'])}Count {self.chance.randrange(3)}"
        inner = self.constraints(after, depth + 2)
        return f"sh:qualifiedValueShape [ {inner} ] ; {bound}{disjoint}"

    def of_sparql(self, _after: int, _depth: int) -> str:
        """Make a constraint in SPARQL."""
        where = self.pick(
            [
                "$this e:p ?value FILTER(?value > 1)",
                "$this e:q ?value FILTER(!isIRI(?value))",
                "$this ?path ?value FILTER(isLiteral(?value) && STR(?value) = 'a')",
                "$this e:p/e:q ?value",
                "$this e:p ?value FILTER NOT EXISTS { ?value a e:C }",
            ]
        )
        select = f"PREFIX e: <http://e.test/> SELECT $this ?value WHERE {{ {where} }}"
        return f'sh:sparql [ sh:select "{select}" ]'

    def path(self) -> str:
        """Make a property path."""
        match self.chance.randrange(9):
            case 0:
                return f"[ sh:inversePath {self.step()} ]"
            case 1:
                return f"( {self.step()} {self.step()} )"
            case 2:
                return f"[ sh:alternativePath ( {self.step()} {self.step()} ) ]"
            case 3:
                kind = self.pick(["zeroOrMore", "oneOrMore", "zeroOrOne"])
                return f"[ sh:{kind}Path {self.step()} ]"
        return self.pick(PROPERTIES)

    def step(self) -> str:
        return self.path() if self.is_so(0.2) else self.pick(PROPERTIES)

    def is_so(self, probability: float) -> bool:
        return self.chance.random() < probability

    def pick(self, things: list[T]) -> T:
        return self.chance.choice(things)


if __name__ == "__main__":
    maker = Maker(int(sys.argv[1]))
    print(maker.data(), maker.shapes(), sep="\n# --- shapes\n")
