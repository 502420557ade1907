"""``mipex-kg export``: the dataset and its parts, in every format."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest

import mipex_kg
from mipex_kg.rdf import formats
from mipex_kg.system.errors import UsageError
from tests.conftest import PEBBLES, Run

SCHEMA = "http://schema.org/"


def quads(data: bytes, format: str) -> list[ox.Quad]:
    return list(ox.parse(data, format=formats.BY_NAME[format].rdf_format))


@pytest.mark.parametrize("format", list(formats.BY_NAME))
def test_the_whole_dataset_in_every_format(run: Run, format: str) -> None:
    exported = quads(run("export", "-f", format).out, format)
    graphs = {quad.graph_name for quad in exported}
    assert (len(graphs) > 50) is formats.BY_NAME[format].quads
    name = ox.NamedNode(f"{SCHEMA}name")
    assert any(q.predicate == name and q.object == ox.Literal("Anna Busquets") for q in exported)


def test_the_suffix_of_the_output_tells_the_format(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "all.nq"
    run("export", "-o", file)
    assert file.read_bytes() == run("export", "-f", "nquads").out
    assert "not a suffix of an RDF format" in run("export", "-o", tmp_path / "a.doc", code=2).err


@pytest.mark.parametrize("name", ["data/all.trig", "data/more/all.nq.gz", "ontology/all.ttl"])
def test_a_project_reads_no_export_of_its_own(run: Run, tmp_path: Path, name: str) -> None:
    root = Path(shutil.copytree(PEBBLES, tmp_path / "pebbles"))
    (root / name).parent.mkdir(exist_ok=True)
    told = run("export", "-o", name, "-f", "trig", cwd=root, code=2).err
    assert f"{name} would be one of the files that" in told
    with pytest.raises(UsageError, match="read its own export"):
        mipex_kg.open(root).validated().export(root / name, format="trig")
    assert not (root / name).exists()
    run("export", "-o", "all.trig", cwd=root)
    run("validate", cwd=root)


def test_one_graph(run: Run) -> None:
    exported = quads(run("export", "--graph", "says:solano", "-f", "nquads").out, "nquads")
    assert {str(q.graph_name) for q in exported} == {
        "<https://w3id.org/mipex-kg/graph/who-produces-mipex/solano>"
    }
    assert "no graph" in run("export", "--graph", "person:anna-busquets", code=2).err


def test_one_thing_with_its_roles_and_what_points_to_it(run: Run) -> None:
    text = run("export", "--thing", "Giacomo Solano", "-f", "turtle").text
    assert "role:giacomo-solano-principal-investigator\n" in text
    assert "post:giacomo-solano-mpg\n" in text
    assert "group:coordination-team\n" in text
    assert "thomas-huddleston" not in text


def test_turtle_is_written_for_people(run: Run) -> None:
    text = run("export", "--thing", "Giacomo Solano", "-f", "turtle").text
    block = text[text.index("person:giacomo-solano\n") :]
    assert block.splitlines()[1].startswith("  a ")
    assert block.splitlines()[2] == '  schema:name "Giacomo Solano" ;'
    declared = {line.split()[1] for line in text.splitlines() if line.startswith("@prefix")}
    body = text[text.rindex("@prefix") :].partition("\n")[2]
    assert all(prefix in body for prefix in declared)


def test_the_trig_of_a_thing_shows_the_passages_it_rests_on(run: Run) -> None:
    text = run("export", "--thing", "Giacomo Solano", "-f", "trig").text
    assert "says:solano {" in text
    assert "prov:wasDerivedFrom page:" in text
    assert 'oa:exact "Giacomo Solano"' in text


def test_json_ld_of_a_thing_is_a_tree_with_its_context_inside(run: Run) -> None:
    document = json.loads(run("export", "--thing", "Giacomo Solano", "-f", "jsonld").text)
    assert isinstance(document["@context"], dict)
    person = document["@graph"][0]
    assert person["@id"].endswith("person/giacomo-solano")
    posts = [value for value in person["affiliation"] if "roleName" in value]
    assert posts[0]["roleName"] == {"en": "Statistical and policy researcher"}


def test_one_class(run: Run) -> None:
    text = run("export", "--class", "schema:Country", "-f", "turtle").text
    assert text.count("a schema:Country") == 52
    assert "schema:Person" not in text
    assert "Nothing has the type <" in run("export", "--class", "person:anna-busquets", code=2).err


def test_parts_exclude_each_other(run: Run) -> None:
    assert "Choose one" in run("export", "--graph", "a", "--thing", "b", code=2).err
