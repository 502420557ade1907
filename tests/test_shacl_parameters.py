"""A parameter that SHACL doesn't have so is said, since it would let everything pass or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from mipex_kg.system.errors import SourceError
from tests.test_shacl import found, judged, on_value


@pytest.mark.parametrize(
    "slip",
    [
        *('sh:targetClass "Person"', "sh:targetClass []", "sh:targetSubjectsOf 1"),
        *("sh:targetNode []", 'sh:severity "Warning"', "sh:nodeKind sh:Iri", 'sh:class "A"'),
        *('sh:datatype "xsd:string"', "sh:equals 1", "sh:message 1", 'sh:pattern "a"@en'),
        *("sh:closed 1", "sh:uniqueLang 'yes'"),
    ],
)
def test_a_value_of_another_kind_is_a_fault_of_the_shapes(tmp_path: Path, slip: str) -> None:
    parameter = slip.split(maxsplit=1)[0]
    with pytest.raises(SourceError, match=f"not well-formed: {parameter} ") as error:
        judged(tmp_path, "e:x e:p 1 .", f"e:S a sh:NodeShape ; sh:targetNode e:n ; {slip} .")
    assert (error.value.path.name, error.value.line) == ("shapes.ttl", 7)


# What says nothing, or of nothing, and whether every node conforms to it or none does.
EMPTY = {
    "sh:and ()": True,
    "sh:or ()": False,
    "sh:xone ()": False,
    "sh:in ()": False,
    "sh:languageIn ()": False,
    "sh:not []": False,
    "sh:node []": True,
    "sh:and ( [] )": True,
    "sh:or ( [] )": True,
    "sh:xone ( [] )": True,
    "sh:and ( [] [ sh:or () ] )": False,
    "sh:or ( [ sh:xone () ] [ sh:and () ] )": True,
    "sh:not [ sh:or () ]": True,
    "sh:not [ sh:and () ]": False,
    "sh:and () ; sh:or ()": False,
    "sh:and (), ( [ sh:in () ] )": False,
    "sh:or (), ( [] )": False,
}


@pytest.mark.parametrize("constraint", EMPTY)
@pytest.mark.parametrize("value", ["1", "'a'@en", "e:o", "[]"])
def test_lists_and_shapes_may_be_empty(tmp_path: Path, constraint: str, value: str) -> None:
    """An empty list is a SHACL list (2.1), and each value node is judged by its members alone."""
    judgement = judged(tmp_path, f"e:x e:p {value} .", on_value(constraint))
    assert (not found(judgement)) is EMPTY[constraint]


@pytest.mark.parametrize("parameter", ["or", "xone", "in"])
def test_an_empty_list_is_told_as_one(tmp_path: Path, parameter: str) -> None:
    (finding,) = judged(tmp_path, "e:x e:p 1 .", on_value(f"sh:{parameter} ()")).findings
    assert finding.message.endswith("one of ()." if parameter != "or" else "any of ().")


def test_a_closed_shape_may_ignore_nothing(tmp_path: Path) -> None:
    shape = "e:S a sh:NodeShape ; sh:targetNode e:x ; sh:closed true ; sh:ignoredProperties () ."
    assert len(judged(tmp_path, "e:x a e:C ; e:p 1 .", shape).findings) == 2


@pytest.mark.parametrize("parameter", ["not", "node", "and", "or"])
def test_a_shape_with_a_name_has_to_be_there(tmp_path: Path, parameter: str) -> None:
    shape = "( e:Missing )" if parameter in ("and", "or") else "e:Missing"
    with pytest.raises(SourceError, match="referred to that is not there"):
        judged(tmp_path, "e:x e:p 1 .", on_value(f"sh:{parameter} {shape}"))


@pytest.mark.parametrize(
    "constraint", ["sh:hasValue", "sh:minInclusive", "sh:maxExclusive", "sh:defaultValue"]
)
def test_a_boolean_that_is_1_is_a_value_like_others(tmp_path: Path, constraint: str) -> None:
    shape = on_value(f'{constraint} "1"^^xsd:boolean')
    asks = constraint in ("sh:hasValue", "sh:minInclusive")
    assert bool(found(judged(tmp_path, "e:x e:p false .", shape))) is asks


def test_a_switch_that_is_1_is_said(tmp_path: Path) -> None:
    shape = 'e:S a sh:NodeShape ; sh:targetNode e:x ; sh:closed "1"^^xsd:boolean .'
    (finding,) = judged(tmp_path, "e:x e:p 1 .", shape).findings
    assert (finding.check, finding.hint) == ("not-true", "Write true, without quotes.")
    assert finding.place is not None
    assert finding.place.line == 7


def test_a_misspelt_value_is_said(tmp_path: Path) -> None:
    shape = "e:S a sh:NodeShape ; sh:targetNode e:x ; sh:severity sh:Warnin ; sh:nodeKind sh:IRI ."
    (finding,) = judged(tmp_path, "", shape).findings
    assert finding.hint == "Did you mean sh:Warning?"
