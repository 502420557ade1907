"""``describe``, ``why``, ``cite`` and ``coverage``: what a thing is, and where facts come from."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest

from mipex_kg.dataset import things
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.dataset.provenance import ground
from mipex_kg.project.project import Project
from mipex_kg.rdf.quads import Quad
from mipex_kg.system.errors import UsageError
from tests.conftest import ROOT, Run, shared_file

SOLANO = "https://w3id.org/mipex-kg/person/giacomo-solano"


@pytest.mark.parametrize(
    "name",
    [SOLANO, f"<{SOLANO}>", "person:giacomo-solano", "Giacomo Solano", "giacomo solano"],
)
def test_a_thing_is_found_by_iri_curie_and_label(dataset: Dataset, name: str) -> None:
    assert things.find_thing(name, dataset).value == SOLANO


@pytest.mark.parametrize(
    ("name", "code"), [("Alemanya", "DE"), ("UK", "GB"), ("south korea", "KR")]
)
def test_labels_in_any_language_and_printed_forms_find(
    dataset: Dataset, name: str, code: str
) -> None:
    assert things.find_thing(name, dataset).value.endswith(f"/country/{code}")


def test_an_ambiguous_label_lists_the_candidates(dataset: Dataset) -> None:
    with pytest.raises(UsageError) as error:
        things.find_thing("MIPEX 2020", with_twin(dataset))
    assert "edition:mipex-2020" in error.value.message
    assert "http://twin/" in error.value.message


def with_twin(dataset: Dataset) -> Dataset:
    twin = Quad(
        ox.NamedNode("http://twin/"),
        ox.NamedNode("http://schema.org/name"),
        ox.Literal("MIPEX 2020", language="en"),
        ox.NamedNode("http://twin/g"),
    )
    return Dataset((*dataset.quads, twin), (), dataset.prefixes)


def test_an_unknown_name_suggests_near_ones(run: Run) -> None:
    assert "Did you mean 'Giacomo Solano'" in run("describe", "Giacomo Solanno", code=2).err


def test_describe_shows_facts_and_what_points_here(run: Run) -> None:
    text = run("describe", "Giacomo Solano").text
    facts, pointing = text.split("What points here")
    assert SOLANO in facts
    assert "Statistical and policy researcher" in facts
    assert "[inferred]" in facts
    assert "Principal Investigator" in pointing
    assert "← contributor: MIPEX 2020" in pointing
    assert "edition:mipex-2020" not in pointing
    assert "edition:mipex-2020" in run("describe", "Giacomo Solano", "--all").text


def test_describe_speaks_the_language_asked_for(run: Run) -> None:
    assert run("describe", "country:DE", "--language", "ca").text.startswith("Alemanya\n")
    assert run("describe", "country:DE").text.startswith("Germany\n")


def test_describe_cuts_long_lists_unless_told_not_to(run: Run) -> None:
    short = run("describe", "edition:mipex-2020").text
    assert "(--all)" in short
    assert "country:ZA" not in short
    assert run("describe", "edition:mipex-2020", "--all").text.count("country:") == 52


def test_why_shows_source_section_position_and_quote(run: Run) -> None:
    text = " ".join(run("why", "Giacomo Solano", "name").text.split())
    assert "stated in says:solano" in text
    assert "Who Produces MIPEX <https://www.mipex.eu/who-produces-mipex>" in text
    assert "Principal Investigators" in text
    assert "characters 2741–2755: “Giacomo Solano”" in text


def test_why_says_a_type_as_it_says_all_else(run: Run) -> None:
    # No article stands before a name, which may begin with any letter.
    assert "MIPEX 2020, type: Edition\n" in run("why", "MIPEX 2020").text


def test_why_shows_the_reasoning_of_a_conclusion(run: Run) -> None:
    text = " ".join(run("why", "organisation:vu-amsterdam", "name").text.split())
    assert "concluded in editorial:vu-amsterdam" in text
    assert "reasoning:" in text


def test_why_names_the_authority_and_its_licence(run: Run) -> None:
    text = " ".join(run("why", "country:DE", "mipex:isoAlpha2").text.split())
    assert "looked up in reference:iso-3166" in text
    assert "authority:" in text
    assert "rights:" in text
    assert "licence: Unicode License v3" in " ".join(run("why", "country:DE", "name").text.split())


def test_why_follows_a_rule_down_to_the_passages(run: Run) -> None:
    text = " ".join(run("why", "country:DE", "mipex:inGroup", "region:europe").text.split())
    assert "inferred by the rule" in text
    assert "in-group-upwards.rq" in text
    assert "concluded in editorial:eu-28" in text
    assert "defined in graph:ontology" in text


def test_why_says_what_there_is_when_asked_for_what_is_not(run: Run) -> None:
    assert "schema:name" in run("why", "Giacomo Solano", "shoeSize", code=2).err
    wrong = run("why", "country:DE", "mipex:isoAlpha2", "XX", code=2).err
    assert "The values are: DE" in wrong


def test_every_fact_has_a_ground(project: Project, dataset: Dataset) -> None:
    """Each quad has a passage, an authority, a rule with premises, or is the project's own."""
    own = {"recorded", "defined"}
    for quad in dataset.quads:
        found = ground(project, dataset, quad)
        rests = found.passages or found.authorities or found.premises
        assert rests or found.kind in own, f"{quad} is based on nothing"
        if found.kind == "concluded":
            assert found.reasoning


def test_cite_prints_a_block_that_validates_where_it_is_pasted(run: Run, tmp_path: Path) -> None:
    copy = copy_of_project(tmp_path)
    source = shared_file("facts/who-produces-mipex.txt")
    block = run("--project", copy, "cite", source, "four five", code=2)
    assert "was not found in" in block.err
    block = run("--project", copy, "cite", source, "and much more. Stay", "--name", "pasted")
    assert 'oa:exact "and much more. Stay"' in block.text
    fact = '  <https://w3id.org/mipex-kg/edition/mipex-2020> schema:description "more"@fr .\n}'
    pasted = block.text.replace("}\n", f"{fact}\n")
    file = copy / "data" / "pasted.trig"
    file.write_text(pasted)
    assert "no findings" in run("--project", copy, "validate").text
    assert run("--project", copy, "coverage", source).code == 0


def test_cite_asks_which_of_several_places(run: Run) -> None:
    source = shared_file("facts/who-produces-mipex.txt")
    answer = run("--bundled", "cite", source, "MIPEX 2020", code=2)
    assert "occurs" in answer.err
    assert "  1: " in answer.err
    second = run("--bundled", "cite", source, "MIPEX 2020", "--occurrence", "2").text
    assert "oa:start 1266 ;" in second
    assert (
        "only" in run("--bundled", "cite", source, "MIPEX 2020", "--occurrence", "99", code=2).err
    )


def test_cite_says_how_often_a_phrase_occurs(run: Run, tmp_path: Path) -> None:
    run("init", tmp_path / "room")
    source = tmp_path / "notice.txt"
    for text, words in (("a boat", "occurs only once."), ("boat, boat", "occurs only 2 times.")):
        source.write_text(text)
        options = ("cite", source, "boat", "--occurrence", "3")
        assert words in run(*options, cwd=tmp_path / "room", code=2).err


def test_cite_refuses_long_quotes_and_other_texts(run: Run, tmp_path: Path) -> None:
    source = shared_file("facts/who-produces-mipex.txt")
    assert (
        "1 to 12 words" in run("--bundled", "cite", source, " ".join("abcdefghijklm"), code=2).err
    )
    changed = tmp_path / "who-produces-mipex.txt"
    changed.write_bytes(source.read_bytes().replace(b"Intern", b"intern"))
    assert "SHA-256 differs" in run("--bundled", "cite", changed, "Leading Partners", code=2).err


def test_cite_describes_a_source_that_is_new(run: Run, tmp_path: Path) -> None:
    text = tmp_path / "Press release.txt"
    text.write_text("Scores rose in ten countries.\n")
    assert "--url" in run("--bundled", "cite", text, "ten countries", code=2).err
    block = run(
        "--bundled", "cite", text, "ten countries", "--url", "https://example.org/release"
    ).text
    assert "schema:url <https://example.org/release>" in block
    quads = list(ox.parse(block, format=ox.RdfFormat.TRIG))
    assert any(quad.subject.value.endswith("/source/press-release") for quad in quads)
    assert "kg:codePoints 30" in block


def test_coverage_finds_every_line_covered(run: Run) -> None:
    answer = run("coverage", shared_file("facts/who-produces-mipex.txt"))
    assert "lines with facts: 35 of 35 (100.0%)" in answer.text
    assert "left: 0 (0.0%)" in answer.text
    assert "problems: none" in answer.text
    assert "no fact: " in answer.text
    document = json.loads(
        run("coverage", shared_file("facts/who-produces-mipex.txt"), "-f", "json").text
    )
    assert document["problems"] == []
    assert len(document["lines"]) == 35
    assert all(line["facts"] or line["dismissed"] for line in document["lines"])


def test_coverage_tells_a_line_without_facts_and_a_quote_that_moved(
    run: Run, tmp_path: Path
) -> None:
    original = shared_file("facts/who-produces-mipex.txt").read_bytes()
    changed = tmp_path / "who-produces-mipex.txt"
    changed.write_bytes(original + b"\nA new line.\n")
    answer = run("coverage", changed, code=1)
    assert "SHA-256" in answer.text
    assert "has neither a fact nor a reason: “A new line.”" in answer.text
    changed.write_bytes(original.replace(b"Research Fellow CIDOB", b"Research fellow CIDOB"))
    assert "is not at" in run("coverage", changed, code=1).text


def test_coverage_counts_lines_as_editors_do(run: Run, tmp_path: Path) -> None:
    r"""What parts no line, such as U+2028, is in one; and no control reaches the terminal."""
    run("init", tmp_path / "room")
    notice, data = (tmp_path / "room" / name for name in ("sources/notice.txt", "data/notice.trig"))
    before = notice.read_text()
    text = f"{before}One\u2028line\x0b of\x85 text\x1b[2J\u202e.\r\nAnother.\n"
    notice.write_text(text, newline="")
    recorded = data.read_text().replace(
        hashlib.sha256(before.encode()).hexdigest(), hashlib.sha256(text.encode()).hexdigest()
    )
    data.write_text(recorded)
    document = json.loads(run("coverage", notice, "-f", "json", cwd=tmp_path / "room", code=1).text)
    last = len(before.splitlines())
    assert [line["line"] for line in document["lines"]][-2:] == [last + 1, last + 2]
    shown = run("coverage", notice, cwd=tmp_path / "room", code=1)
    assert "One line of text\\x1b[2J\\u202e." in shown.text
    assert not re.search("[\x1b\x0b\x85\u2028\u202e]", shown.text + shown.err)


@pytest.mark.parametrize("thing", ["DE", "country:DE", "country/DE", "Germany", "Deutschland"])
def test_a_thing_is_found_by_its_code_and_by_each_of_its_names(run: Run, thing: str) -> None:
    assert run("describe", thing).text.splitlines()[1].startswith("country:DE  ")


def test_a_name_may_have_a_colon(run: Run, tmp_path: Path) -> None:
    run("init", tmp_path / "room")
    for name in ("Annex: the second room", "mailto: a play", "a:b", "schema:play"):
        (tmp_path / "room" / "data" / "annex.ttl").write_text(
            f'<https://example.org/room/place/annex> <http://schema.org/name> "{name}"@en .'
        )
        assert "place:annex" in run("describe", name, cwd=tmp_path / "room").text


def test_coverage_of_an_unknown_text_is_a_usage_error(run: Run, tmp_path: Path) -> None:
    text = tmp_path / "other.txt"
    text.write_text("Something else.")
    assert "does not match any source" in run("coverage", text, code=2).err


def test_cite_refuses_a_name_that_no_address_can_have(run: Run, tmp_path: Path) -> None:
    run("init", tmp_path / "room")
    project = ("--project", tmp_path / "room")
    notice = tmp_path / "room" / "sources" / "notice.txt"
    refused = run(*project, "cite", notice, "Ada Brook", "--name", "Ada Brook", code=2)
    assert "'Ada Brook' can't be the name of a passage" in refused.err
    assert "--name ada-brook" in refused.err
    assert "passage/notice/ada>" in run(*project, "cite", notice, "Ada", "--name", "ada").text


def copy_of_project(folder: Path) -> Path:
    copy = folder / "project"
    copy.mkdir()
    shutil.copy(ROOT / "mipex-kg.toml", copy)
    for name in ("data", "ontology", "queries", "shapes", "pages"):
        shutil.copytree(ROOT / name, copy / name)
    return copy
