"""The screen changes no report: what it clears is what pySHACL finds to conform."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mipex_kg.dataset.assembly import load_project_dataset, parse_project_file
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.project.project import Project
from mipex_kg.rdf.namespaces import SCHEMA, SH
from mipex_kg.rdf.parsing import ParsedFile, parse_file
from mipex_kg.rdf.quads import QuadColumns
from mipex_kg.validation.judging import engine_shapes
from mipex_kg.validation.report import ScreenedShape
from tests.catalogues import written
from tests.conftest import Run, absent, shared_file
from tests.random_corners import Judged, damaged, judged_twice, pair
from tests.test_shacl import PREFIXES
from tests.test_w3c_shacl import CASES


def screened_shapes(tmp_path: Path, data: str, shapes: str) -> dict[str, ScreenedShape]:
    """Judge data by shapes, both in Turtle without prefixes, and say how each shape was judged."""
    found = twice(tmp_path, data, shapes)
    assert found.judgement is not None, found.refusal
    return {str(s.shape).rpartition("/")[2].rstrip(">"): s for s in found.judgement.screened}


def twice(tmp_path: Path, data: str, shapes: str) -> Judged:
    files = []
    for name, text in (("data.trig", data), ("shapes.ttl", shapes)):
        (tmp_path / name).write_text(PREFIXES + text, encoding="utf-8")
        files.append(parse_file(tmp_path / name))
    found = judged_twice(Dataset(tuple(files[0].quads), (files[0],), {}), files[1:], "case")
    assert not found.difference
    return found


# --- No report is changed --------------------------------------------------------------------


def test_reports_on_random_pairs_are_the_same(tmp_path: Path) -> None:
    for seed in range(30):
        assert not judged_twice(*pair(seed, tmp_path), f"seed {seed}").difference


def test_reports_on_the_standards_cases_are_the_same() -> None:
    if not CASES:
        absent("the W3C's SHACL suite")
    for name, case in CASES.items():
        data, shapes = (parse_file(p, base=case.data.as_uri()) for p in (case.data, case.shapes))
        dataset = Dataset(tuple(data.quads), (data,), {})
        assert not judged_twice(dataset, [shapes], name).difference


def test_reports_on_damaged_copies_of_the_graph_are_the_same(project: Project) -> None:
    quads = load_project_dataset(project).quads
    shapes = [parse_project_file(path, project) for path in project.shapes_files]
    found = judged_twice(damaged(quads, 1), [*shapes, engine_shapes(SCHEMA)], "graph")
    assert not found.difference
    assert found.judgement is not None
    assert found.judgement.findings


def test_reports_on_damaged_catalogues_are_the_same(project: Project, tmp_path: Path) -> None:
    (tmp_path / "catalog.nt").write_bytes(written(project)["catalog.nt"])
    quads = parse_file(tmp_path / "catalog.nt").quads
    for number, name in enumerate(("shapes", "range", "dcat-ap-SHACL")):
        file = shared_file(f"harvest-data/dcat-ap-3.0.1/{name}.ttl", "MIPEX_KG_HARVEST_DATA")
        shapes = whole(parse_file(file))
        found = judged_twice(damaged(quads, number, one_in=20), [shapes], name)
        assert not found.difference
        assert found.judgement is not None, found.refusal


def whole(shapes: ParsedFile) -> ParsedFile:
    """Leave out links to shapes that are not there."""
    there = {quad.subject for quad in shapes.quads}
    linked = SH.term("property")
    kept = [q for q in shapes.quads if q.predicate != linked or q.object in there]
    return replace(shapes, quads=QuadColumns(kept))


# --- What is screened ------------------------------------------------------------------------

MANY = " ".join(f'e:n{number} a e:C ; e:p "{number}" .' for number in range(50))
CORE = "e:S a sh:NodeShape ; sh:targetClass e:C ; sh:property [ sh:path e:p ; sh:minCount 1 ]"


def test_of_targets_that_conform_one_is_judged(tmp_path: Path) -> None:
    shape = screened_shapes(tmp_path, MANY, f"{CORE} .")["S"]
    assert (shape.targets, shape.judged, shape.reason) == (50, 1, "")


def test_targets_that_do_not_conform_are_judged(tmp_path: Path) -> None:
    shape = screened_shapes(tmp_path, f"{MANY} e:m a e:C .", f"{CORE} .")["S"]
    assert (shape.targets, shape.judged) == (51, 2)


def test_a_shape_that_is_not_used_is_not_told(tmp_path: Path) -> None:
    assert not screened_shapes(tmp_path, "e:n a e:D .", f"{CORE} .")
    assert not screened_shapes(tmp_path, MANY, f"{CORE} ; sh:deactivated true .")


UNSURE = {
    "SPARQL": 'sh:sparql [ sh:select "SELECT $this { $this a <e:none> }" ]',
    "a part in SPARQL": (
        'sh:property [ sh:path e:p ; sh:sparql [ sh:select "SELECT $this { $this a <e:no> }" ] ]'
    ),
    "recursion": "sh:property [ sh:path e:q ; sh:node e:S ]",
    "disjoint": (
        "sh:property [ sh:path e:q ; sh:qualifiedMaxCount 1 ; sh:qualifiedValueShape [ sh:in () ] ;"
        " sh:qualifiedValueShapesDisjoint true ]"
    ),
    "an own component": "e:with 1",
}
COMPONENT = """
e:With a sh:ConstraintComponent ; sh:parameter [ sh:path e:with ] ;
  sh:validator [ a sh:SPARQLAskValidator ; sh:ask "ASK { FILTER(true) }" ] .
"""


@pytest.mark.parametrize("constraint", UNSURE.values(), ids=UNSURE)
def test_what_is_not_known_in_full_is_judged_whole(tmp_path: Path, constraint: str) -> None:
    shapes = f"{CORE} ; {constraint} . {COMPONENT}"
    shape = screened_shapes(tmp_path, MANY, shapes)["S"]
    assert shape.judged == shape.targets == 50
    assert shape.reason.endswith(".")


def test_shapes_are_screened_each_by_itself(tmp_path: Path) -> None:
    unsure = f"e:U a sh:NodeShape ; sh:targetClass e:C ; {UNSURE['SPARQL']} ."
    found = screened_shapes(tmp_path, MANY, f"{CORE} . {unsure}")
    assert (found["S"].judged, found["U"].judged) == (1, 50)


def test_shapes_within_shapes_are_left_to_those_who_judge_from_some_depth_on(
    tmp_path: Path,
) -> None:
    links = "".join(f"e:T{n} a sh:NodeShape ; sh:node e:T{n + 1} .\n" for n in range(40))
    shapes = (
        f"{links} e:T40 sh:nodeKind sh:IRI . e:T0 sh:targetClass e:C . e:T30 sh:targetClass e:C ."
    )
    found = screened_shapes(tmp_path, MANY, shapes)
    assert (found["T0"].judged, found["T30"].judged) == (50, 1)


# --- Corners ---------------------------------------------------------------------------------

CORNERS = {
    "a literal is a target": (
        "e:n e:p 1, 'a'@en .",
        "sh:targetObjectsOf e:p ; sh:datatype xsd:int",
    ),
    "a target is not in the data": ("", "sh:targetNode e:none, 1 ; sh:minLength 2"),
    "tags in capitals": (
        "e:n e:p 'a'@EN, 'b'@en .",
        "sh:property [ sh:path e:p ; sh:uniqueLang true ]",
    ),
    "ranges of languages": (
        "e:n e:p 'a'@de-CH, 'b'@deu .",
        'sh:property [ sh:path e:p ; sh:languageIn ( "DE" "*-x" ) ]',
    ),
    "an ill-typed literal": (
        'e:n e:p "abc"^^xsd:integer .',
        "sh:property [ sh:path e:p ; sh:datatype xsd:integer ]",
    ),
    "dates without a zone": (
        'e:n e:p "2020-01-01"^^xsd:date ; e:q "2020-01-01Z"^^xsd:date .',
        "sh:property [ sh:path e:p ; sh:lessThanOrEquals e:q ]",
    ),
    "a class of classes": (
        "e:n a e:B . e:B rdfs:subClassOf e:A . e:A rdfs:subClassOf e:S, e:B .",
        "a rdfs:Class ; sh:nodeKind sh:Literal",
    ),
    "the same triple in two graphs": (
        "e:g { e:n e:p 1 . } e:h { e:n e:p 1 . }",
        "sh:property [ sh:path e:p ; sh:maxCount 1 ]",
    ),
    "a path through a circle": (
        "e:n e:p e:m . e:m e:p e:n . e:m e:q 1 .",
        "sh:property [ sh:path ( [ sh:zeroOrMorePath e:p ] e:q ) ; sh:maxCount 0 ]",
    ),
    "an inverse of a sequence": (
        "e:a e:p e:b . e:b e:q e:n . e:n e:p 1 .",
        "sh:property [ sh:path [ sh:inversePath ( e:p e:q ) ] ; sh:minCount 1 ]",
    ),
    "exactly one, of two that are alike": (
        "e:n e:p 1 .",
        "sh:xone ( [ sh:nodeKind sh:IRI ] [ sh:nodeKind sh:IRI ] )",
    ),
    "two kinds that it must not be": (
        "e:n e:p 1 .",
        "sh:not [ sh:nodeKind sh:IRI ], [ sh:nodeKind sh:Literal ]",
    ),
    "two choices": (
        "e:n e:p 1 .",
        "sh:or ( [ sh:nodeKind sh:IRI ] ), ( [ sh:nodeKind sh:Literal ] [ sh:minLength 99 ] )",
    ),
    "all of no shapes": ("e:n e:p 1 .", "sh:and ()"),
    "one of no shapes": ("e:n e:p 1 .", "sh:or ()"),
    "exactly one of no shapes": ("e:n e:p 1 .", "sh:property [ sh:path e:p ; sh:xone () ]"),
    "not one of no shapes": ("e:n e:p 1 .", "sh:not [ sh:or () ], [ sh:not [ sh:and () ] ]"),
    "not nothing at all": ("e:n e:p 1 .", "sh:not [] ; sh:node []"),
    "some values more than there may be": (
        "e:n e:p 1, 2 .",
        "sh:property [ sh:path e:p ; sh:maxCount 1 ]",
    ),
    "a closed shape with a path": (
        "e:n e:p 1 . e:m e:p e:n .",
        "sh:closed true ; sh:property [ sh:path [ sh:inversePath e:p ] ; sh:minCount 0 ]",
    ),
    "a warning within": (
        "e:n e:p 1 .",
        "sh:node [ sh:severity sh:Info ; sh:property [ sh:path e:q ; sh:minCount 1 ] ]",
    ),
    "a shape within that is off": (
        "e:n e:p 1 .",
        "sh:not [ sh:deactivated true ; sh:nodeKind sh:Literal ]",
    ),
    "a line end at the end": (
        'e:n e:p "DE\\n" .',
        'sh:property [ sh:path e:p ; sh:pattern "^[A-Z]{2}$" ; sh:flags "m" ]',
    ),
    "a number that is equal, written otherwise": (
        "e:n e:p 01, 1.0 .",
        "sh:property [ sh:path e:p ; sh:hasValue 1 ; sh:in ( 1 1.0 ) ]",
    ),
}


@pytest.mark.parametrize(("data", "shape"), CORNERS.values(), ids=CORNERS)
def test_corners_are_judged_alike(tmp_path: Path, data: str, shape: str) -> None:
    targets = "" if "target" in shape or "Class" in shape else "sh:targetSubjectsOf e:p ; "
    found = twice(tmp_path, data, f"e:S a sh:NodeShape ; {targets}{shape} .")
    assert found.judgement is not None
    assert [s.reason for s in found.judgement.screened] == [""]


def test_a_shape_that_can_not_be_judged_by_is_refused_all_the_same(tmp_path: Path) -> None:
    found = twice(tmp_path, MANY, f"{CORE} ; sh:property [ sh:path e:p ; sh:lessThan 'a' ] .")
    assert "not well-formed" in found.refusal


# --- What is said of it ----------------------------------------------------------------------


def test_the_command_explains_what_was_judged(run: Run, tmp_path: Path) -> None:
    (tmp_path / "data.ttl").write_text(PREFIXES + MANY)
    unsure = f"e:U a sh:NodeShape ; sh:targetClass e:C ; {UNSURE['SPARQL']} ."
    (tmp_path / "shapes.ttl").write_text(f"{PREFIXES} {CORE} . {unsure}")
    files = (tmp_path / "data.ttl", "--shapes", tmp_path / "shapes.ttl")
    plain, explained = run("validate", *files), run("validate", *files, "--explain")
    assert explained.out == plain.out
    assert explained.err.splitlines() == [
        "Of 100 targets of 2 shapes, 51 were judged one by one:",
        "   1 of 50  <http://e.test/S>",
        "  50 of 50  <http://e.test/U>: It has a constraint that is not of SHACL Core: "
        "sh:SPARQLConstraintComponent.",
    ]
