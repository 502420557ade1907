"""Random data and shapes from the corners of SHACL, for two ways of judging that must agree.

``python -m tests.random_corners 10000`` judges so many pairs with the screen and without, and
prints where the reports differ, or where the screen and pySHACL say other things of a node.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from difflib import unified_diff
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
from pyshacl.pytypes import SHACLExecutor

from mipex_kg.dataset.assembly import load_project_dataset, parse_project_file
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.project.project import load_project
from mipex_kg.rdf.namespaces import RDF, SCHEMA, XSD
from mipex_kg.rdf.parsing import ParsedFile, parse_file
from mipex_kg.rdf.quads import Quad
from mipex_kg.system.errors import KgError
from mipex_kg.validation.judging import engine_shapes
from mipex_kg.validation.report import ScreenedShape
from mipex_kg.validation.shacl import Judgement, judge
from mipex_kg.validation.shacl.conformance import Conformance
from mipex_kg.validation.shacl.graph import DataGraph, Index
from mipex_kg.validation.shacl.judge import shapes_graph
from mipex_kg.validation.shacl.nodes import NodeValues, UnsureError
from mipex_kg.validation.shacl.shapes import JudgedShapes
from mipex_kg.validation.shacl.terms import from_rdflib
from tests.random_shapes import BOUNDS, CLASSES, LITERALS, NODES, PREFIXES, PROPERTIES, Maker

MORE_LITERALS = [
    *('"a"@EN', '"A"@en', '"b"@en-gb', '"c"@de-CH-1996', '"c"@fr', '" "@en', '"1"', '"1"@en'),
    *('"abc"^^xsd:integer', '" 1 "^^xsd:integer', '"+1"^^xsd:integer', '"1.0"', "1e0", "-0"),
    *('"1"^^xsd:boolean', '"TRUE"^^xsd:boolean', '"true"', '"a"^^xsd:string', '"a b"^^xsd:token'),
    *(
        '" a"^^xsd:token',
        '"-0044-03-15"^^xsd:date',
        '"2020-02-30"^^xsd:date',
        '"P1Y"^^xsd:duration',
    ),
    *('"24:00:00"^^xsd:time', '"99999-01-01"^^xsd:date', '"INF"^^xsd:double', '"<a/>"^^rdf:HTML'),
    *('"a\\nb"', '"ä"', '"\\u0000"', '"日本"@ja', '"2020-01-01"', '"a"^^rdf:langString_'),
]
DATATYPES = [XSD.term("date"), XSD.term("integer"), XSD.term("string"), RDF.term("HTML")]
MORE_DATATYPES = ["xsd:string", "xsd:integer", "xsd:date", "rdf:langString", "xsd:token", "e:own"]
_SOME = 40  # nodes of which every shape is asked
MORE_PATTERNS = ["^A$", "a.b", "^\\\\s*(\\\\S+\\\\s+){0,2}\\\\S*$", "(.)\\\\1", "", "[", "^http:"]


class CornerMaker(Maker):
    """Makes pairs of data and shapes with what is rare: the same seed gives the same pair."""

    def data(self) -> str:
        """Make some triples."""
        lines = [super().data()]
        chance = self.chance
        for cls, other in (("e:E", "e:D"), ("e:C", "e:E"), ("e:S0", "e:C"), ("e:D", "e:S0")):
            if self.is_so(0.2):  # circles of classes among them
                lines.append(f"{cls} rdfs:subClassOf {other} .")
        for node in (*NODES[:3], "_:b2", "e:S0"):
            if self.is_so(0.3):
                lines.append(f"{node} a {self.pick(['e:S0', 'e:S1', '_:c', 'rdfs:Class'])} .")
            if self.is_so(0.3):
                lines.append(f"{node} rdf:value ( {self.value()} {self.value()} ) .")
        for _ in range(chance.randrange(3)):  # more triples about one node than are searched
            lines += [f'e:n0 {self.pick(PROPERTIES)} "{n}"^^xsd:int .' for n in range(20)]
            lines += [f"e:m{n} {self.pick(PROPERTIES)} e:n1 ." for n in range(20)]
        text = "\n".join(lines)
        if self.is_so(0.3):
            quoted = [line for line in text.splitlines() if line.startswith("e:n")]
            graph = "\n".join(chance.sample(quoted, len(quoted) // 2))
            text += f"\ne:g {{ {graph} }}\ne:h {{ {graph} }}\n"
        return text.replace('"a"^^rdf:langString_', '"a"@en')

    def value(self) -> str:
        return self.pick(MORE_LITERALS) if self.is_so(0.3) else super().value()

    def value_term(self) -> str:
        return self.pick(MORE_LITERALS) if self.is_so(0.3) else super().value_term()

    def shapes(self) -> str:
        """Make some shapes."""
        self.named = [f"e:S{number}" for number in range(self.chance.randrange(1, 5))]
        texts = [PREFIXES, "@prefix owl: <http://www.w3.org/2002/07/owl#> ."]
        for number, name in enumerate(self.named):
            kinds = ["sh:NodeShape"] * 4 + ["sh:NodeShape, rdfs:Class", "owl:Class, sh:NodeShape"]
            kind = f" a {self.pick(kinds)} ;" if self.is_so(0.9) else ""
            parts = [self.targets()] if self.is_so(0.9) else []
            parts += [self.constraints(number, 0) for _ in range(self.chance.randrange(1, 3))]
            parts += [part for part in self.rare(number) if part]
            texts.append(f"{name}{kind} {' ; '.join(parts)} .")
        if self.is_so(0.3):
            inner = self.constraints(len(self.named), 1, of_property=True)
            texts.append(f"e:P a sh:PropertyShape ; sh:path {self.path()} ; {inner} .")
            texts.append(f"e:P {self.targets()} . {self.pick(self.named)} sh:property e:P .")
        return "\n".join(texts) + "\n"

    def rare(self, number: int) -> list[str]:
        """Make what shapes have seldom: of some, one is enough to have them all judged."""
        chosen = [
            (0.08, "sh:deactivated true"),
            (0.1, f"sh:severity {self.pick(['sh:Info', 'sh:Warning', 'e:own'])}"),
            (0.1, 'sh:message "It is {$this}."@en, "Es ist so."@de'),
            (0.1, f"sh:node {self.pick(self.named)}"),  # itself, at times
            (0.05, f"sh:not {self.pick(self.named)}"),
            (0.01, f"sh:{self.pick(['minCount', 'lessThan', 'nodeKind', 'in', 'class'])} 1"),
            (0.01, "sh:property e:none"),
            (0.05, f"sh:or ( {self.pick(self.named)} )"),
            (0.05, f"sh:equals {self.pick(PROPERTIES)}"),
            (0.05, f"sh:in ( {' '.join(self.value_term() for _ in range(12))} )"),
            (0.05, self.of_sparql(number, 0)),
            (0.05, "sh:closed false"),
            (0.05, "sh:targetNode e:n0, e:n1, e:n2, _:nobody, true, 'x'@en"),
            (0.05, f"sh:targetClass {self.pick(CLASSES)}, e:S0, e:S1"),
        ]
        return [text for probability, text in chosen if self.is_so(probability)]

    def of_values(self, after: int, depth: int) -> str:
        if self.is_so(0.3):
            return f"sh:datatype {self.pick(MORE_DATATYPES)}"
        if self.is_so(0.2):
            ends = self.chance.sample(["min", "max"], 1)[0]
            return f"sh:{ends}Inclusive {self.pick(BOUNDS)}, {self.pick(BOUNDS)}"
        return super().of_values(after, depth)

    def of_strings(self, after: int, depth: int) -> str:
        if self.is_so(0.25):
            flags = f' ; sh:flags "{self.pick(["i", "m", "x", "s", "q", ""])}"'
            pattern = self.pick([*MORE_PATTERNS[:5] * 4, *MORE_PATTERNS])
            return f'sh:pattern "{pattern}"' + (flags if self.is_so(0.5) else "")
        return super().of_strings(after, depth)

    def of_terms(self, after: int, depth: int) -> str:
        if self.is_so(0.15):
            return f"sh:hasValue {self.value_term()}, {self.value_term()}"
        if self.is_so(0.1):
            return f"sh:class {', '.join(self.chance.sample([*CLASSES, 'e:S0'], 2))}"
        return super().of_terms(after, depth)

    def of_logic(self, after: int, depth: int) -> str:
        if self.is_so(0.1) and depth < 2:
            lists = (
                f"( {' '.join(self.shape(after, depth + 1) for _ in range(2))} )" for _ in range(2)
            )
            return f"sh:{self.pick(['and', 'or', 'xone'])} {', '.join(lists)}"
        if self.is_so(0.1) and depth < 2:
            return f"sh:not {self.shape(after, depth + 1)}, {self.shape(after, depth + 1)}"
        if self.is_so(0.1):
            one = self.pick(LITERALS)
            return f"sh:xone ( [ sh:in ( {one} ) ] [ sh:in ( {one} ) ] [ sh:nodeKind sh:IRI ] )"
        return super().of_logic(after, depth)

    def of_counts(self, after: int, depth: int) -> str:
        if self.is_so(0.3):
            return (
                f"sh:minCount {self.pick(['0', '1'])} ; sh:maxCount {self.pick(['1', '2', '25'])}"
            )
        return super().of_counts(after, depth)

    def of_pairs(self, after: int, depth: int) -> str:
        if self.is_so(0.1):
            return f"sh:lessThanOrEquals {self.pick(PROPERTIES)}, {self.pick(PROPERTIES)}"
        return super().of_pairs(after, depth)

    def of_languages(self, _after: int, _depth: int) -> str:
        kinds = ['"en" "FR"', '"de-ch"', '"*"', "", '"EN-GB" "de"', '""', "e:n0"]
        return self.pick(
            ["sh:uniqueLang true", "sh:uniqueLang false", 'sh:uniqueLang "1"^^xsd:boolean']
            + [f"sh:languageIn ( {each} )" for each in kinds[: 7 if self.is_so(0.1) else 5]]
        )

    def of_qualified(self, after: int, depth: int) -> str:
        if self.is_so(0.3):
            inner = self.constraints(after, depth + 2)
            bounds = "sh:qualifiedMinCount 1 ; sh:qualifiedMaxCount 2"
            return f"sh:qualifiedValueShape [ {inner} ] ; {bounds}"
        return super().of_qualified(after, depth)


class Judged(NamedTuple):
    """What came of judging a pair in both ways.

    :param difference: what differs between the two; an empty text if nothing does
    :param refusal: why it can't be judged
    """

    difference: str
    refusal: str = ""
    judgement: Judgement | None = None


def pair(seed: int, folder: Path) -> tuple[Dataset, list[ParsedFile]]:
    """Make a pair of data and shapes, and parse it: once, since blank nodes get other labels."""
    maker = CornerMaker(seed)
    files = []
    for name, text in (("data.trig", maker.data()), ("shapes.ttl", maker.shapes())):
        (folder / name).write_text(text, encoding="utf-8")
        files.append(parse_file(folder / name))
    return Dataset(tuple(files[0].quads), (files[0],), {}), files[1:]


def damaged(quads: Sequence[Quad], seed: int, *, one_in: int = 100) -> Dataset:
    """Make a copy of data in which some statements are missing, or have other terms."""
    chance = random.Random(seed)
    found: dict[Quad, None] = {}
    for quad in quads:
        if chance.randrange(one_in):
            found[quad] = None
            continue
        other, value = chance.choice(quads), quad.object
        text = value.value if isinstance(value, ox.NamedNode | ox.Literal) else "a"
        objects = [
            *(other.object, other.subject, ox.NamedNode(f"http://e.test/{chance.random()}")),
            *(ox.BlankNode(), ox.Literal(text), ox.Literal(f"{text} "), ox.Literal("")),
            *(ox.Literal(text, language=chance.choice(["en", "de-CH", "xx"])), ox.Literal("1e0")),
            ox.Literal(text, datatype=chance.choice(DATATYPES)),
        ]
        for each in chance.sample(objects, chance.randrange(3)):
            found[Quad(quad.subject, quad.predicate, each, other.graph_name)] = None
        if chance.random() < 0.3:
            found[Quad(other.subject, quad.predicate, value, quad.graph_name)] = None
    return Dataset(tuple(found), (), {})


def judged_twice(dataset: Dataset, shapes: Sequence[ParsedFile], name: str) -> Judged:
    """Judge data with the screen and without."""
    screened, judgement = written(dataset, shapes, screened=True)
    whole, _ = written(dataset, shapes, screened=False)
    if screened != whole:
        return Judged("\n".join([name, *unified_diff(whole, screened, n=0)]))
    if judgement is None:
        return Judged("", screened[-1])
    wrong = wrong_tests(dataset, shapes)
    return Judged("\n".join(f"{name}: {each}" for each in wrong), "", judgement)


def written(
    dataset: Dataset, shapes: Sequence[ParsedFile], *, screened: bool
) -> tuple[list[str], Judgement | None]:
    """Judge data by shapes, and write what is found, of which reports are made, or the refusal."""
    try:
        judgement = judge(dataset, shapes, {}, isolated=False, screened=screened)
    except KgError as error:
        return [type(error).__name__, str(error)], None
    return [*map(repr, judgement.findings), *map(str, judgement.report)], judgement


def wrong_tests(dataset: Dataset, files: Sequence[ParsedFile]) -> Iterator[str]:
    """Hold what the screen tells of a node, yes or no, against what judging it tells.

    Each shape, those within others too, is asked of its targets and of some nodes besides.
    """
    prefixes = {name: iri for file in files for name, iri in file.prefixes.items()}
    graph = DataGraph(Index(dataset), prefixes)
    shapes = JudgedShapes(shapes_graph(files, prefixes))
    conformance = Conformance(shapes, NodeValues(graph.index_store.index))
    terms = list(dict.fromkeys([*dataset.by_subject, *dataset.by_object]))
    some = random.Random(len(terms)).sample(terms, min(_SOME, len(terms)))
    for shape in shapes.shapes:
        with suppress(UnsureError):
            test = conformance.test(shape)
            for node in {*shape.targets(graph), *map(graph.index_store.seen, some)}:
                if test(from_rdflib(node)) != shape.validate(SHACLExecutor(), graph, node)[0]:
                    yield f"{shape.node}, {node!r}"


def cases(options: argparse.Namespace, folder: Path) -> Iterator[tuple[Dataset, list[ParsedFile]]]:
    """Make what the command line asks for."""
    seeds = range(options.first, options.first + options.number)
    if options.project is None:
        yield from (pair(seed, folder) for seed in seeds)
        return
    project = load_project(options.project)
    quads = load_project_dataset(project).quads
    shapes = [parse_project_file(path, project) for path in project.shapes_files]
    for seed in seeds:
        yield damaged(quads, seed, one_in=10 ** (1 + seed % 3)), [*shapes, engine_shapes(SCHEMA)]


def main() -> None:
    """Judge many pairs."""
    parser = argparse.ArgumentParser(prog="python -m tests.random_corners", description=__doc__)
    parser.add_argument("number", type=int)
    parser.add_argument("--first", type=int, default=0, help="the seed of the first")
    parser.add_argument("--project", type=Path, help="damaged copies of its data by its shapes")
    options = parser.parse_args()
    refused = valid = wrong = 0
    shapes: list[ScreenedShape] = []
    with tempfile.TemporaryDirectory() as folder:
        for number, case in enumerate(cases(options, Path(folder)), options.first):
            found = judged_twice(*case, f"seed {number}")
            if found.difference:
                wrong += 1
                print(found.difference, flush=True)
            refused += bool(found.refusal)
            if found.judgement:
                valid += not found.judgement.findings
                shapes += found.judgement.screened
    whole = [shape for shape in shapes if shape.reason]
    targets, judged = (
        sum(getattr(shape, name) for shape in shapes if not shape.reason)
        for name in ("targets", "judged")
    )
    print(
        f"{options.number} cases, {wrong} differ; {refused} refused, {valid} valid; of {targets} "
        f"targets of screened shapes, {judged} were judged; {len(whole)} shapes were judged whole."
    )
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
