"""What SHACL can't see is found in a project, at the place where an editor has to look."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run


def findings(run: Run, folder: Path, facts: str, *, code: int = 1) -> list[dict[str, Any]]:
    """Add facts to a new project, and give what validation finds."""
    run("init", folder)
    notice = folder / "data" / "notice.trig"
    notice.write_text(f"{notice.read_text()}{facts}\n")
    outcome = run("--project", folder, "validate", "--format", "json", code=code)
    found: list[dict[str, Any]] = json.loads(outcome.text)["findings"]
    return found


def test_a_day_that_its_month_does_not_have_is_no_date(run: Run, tmp_path: Path) -> None:
    date = '"1970-02-31"^^<http://www.w3.org/2001/XMLSchema#date>'
    facts = f"says:keeper {{ person:ada-brook schema:birthDate {date} . }}"
    (finding,) = findings(run, tmp_path / "room", facts)
    assert finding["check"] == "date"
    assert finding["message"] == "'1970-02-31' is not a valid xsd:date."
    assert finding["column"] == facts.index('"') + 1


def test_what_only_a_rule_describes_is_found_where_it_is_linked(run: Run, tmp_path: Path) -> None:
    facts = "says:keeper { place:reading-room schema:employee person:berta . }"
    found = findings(run, tmp_path / "room", facts)
    (finding,) = (finding for finding in found if finding["check"] == "undescribed")
    assert finding["value"].endswith("person/berta>")
    assert finding["file"].endswith("notice.trig")
    assert finding["column"] == facts.index("person:berta") + 1


def test_a_misspelt_property_is_named_where_the_ontology_describes_its_vocabulary(
    run: Run, tmp_path: Path
) -> None:
    folder = tmp_path / "room"
    run("init", folder)
    described = '<http://schema.org/openingHours> rdfs:label "open"@en .'
    prefix = "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
    (folder / "ontology" / "labels.ttl").write_text(prefix + described)
    notice = folder / "data" / "notice.trig"
    notice.write_text(notice.read_text().replace("openingHours", "openingHuors"))
    found = json.loads(run("--project", folder, "validate", "-f", "json").text)["findings"]
    hints = [f["hint"] for f in found if f["path"] == "schema:openingHuors"]
    assert any("schema:openingHours" in hint for hint in hints)


def test_a_blank_node_in_facts_is_a_warning(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "room"
    run("init", folder)
    notice = folder / "data" / "notice.trig"
    fact = 'says:keeper { person:ada-brook schema:address [ schema:name "Mill Lane" ] . }'
    notice.write_text(f"{notice.read_text()}{fact}\n")
    (finding,) = json.loads(run("--project", folder, "validate", "-f", "json").text)["findings"]
    assert (finding["check"], finding["severity"]) == ("blank-node", "warning")
    assert finding["column"] == fact.index("[") + 1


def test_a_thing_typed_as_an_agent_may_hold_no_facts_outside_graphs(
    run: Run, tmp_path: Path
) -> None:
    fact = 'person:tom a prov:Agent ; schema:name "Tom" .'
    found = findings(run, tmp_path / "room", fact)
    assert {f["check"] for f in found} == {"fact-outside-graph"}


def test_blank_nodes_that_nobody_can_tell_apart_are_found(run: Run, tmp_path: Path) -> None:
    """A few lines could hold a build for ever, and take all memory."""
    names = [f"_:n{number}" for number in range(12)]
    facts = " . ".join(f"{a} schema:knows {b}" for a in names for b in names if a != b)
    found = findings(run, tmp_path / "room", f"says:keeper {{ {facts} }}")
    (finding,) = (finding for finding in found if finding["check"] == "alike")
    assert finding["message"].startswith("12 blank nodes look alike")
    assert finding["column"] == len("says:keeper { ") + 1
    run("build", cwd=tmp_path / "room", code=1)
    query = "CONSTRUCT { ?a ?b ?c } WHERE { ?a ?b ?c FILTER (isBlank(?a)) }"
    assert "look alike" in run("query", query, cwd=tmp_path / "room", code=3).err


def test_a_label_in_a_kind_of_english_is_a_label_in_english(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "room"
    facts = 'says:keeper { place:hall a schema:Place ; schema:name "Colour Hall"@en-GB . }'
    run("init", folder)
    notice = folder / "data" / "notice.trig"
    notice.write_text(f"{notice.read_text()}{facts}\n")
    run("--project", folder, "validate")
    assert run("--project", folder, "describe", "place:hall").text.startswith("Colour Hall\n")


@pytest.mark.parametrize("text", ["1.2.2024", "01/02/2024", "31.12.1999", "2024/2/1"])
def test_a_date_as_people_write_it_is_no_date(run: Run, tmp_path: Path, text: str) -> None:
    facts = f'says:keeper {{ person:ada-brook schema:birthDate "{text}" . }}'
    (finding,) = findings(run, tmp_path / "room", facts)
    assert finding["message"] == f"'{text}' looks like a date, but is only text."
    assert "xsd:date" in finding["hint"]


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ('"2024-02-01"', '"2024-02-01"^^xsd:date'),
        ('"2024-02-01T10:30:00Z"', '"2024-02-01T10:30:00Z"^^xsd:dateTime'),
        ('"2024-02-01"^^xsd:dateTime', '"2024-02-01"^^xsd:date'),
        ('"2024-02-01T10:30Z"^^xsd:dateTime', '"2024-02-01T10:30:00Z"^^xsd:dateTime'),
        ('"2024-02"^^xsd:date', '"2024-02"^^xsd:gYearMonth'),
        ('"1.2.2024"', '"2024-02-01"^^xsd:date'),
        ('"10:30"^^xsd:time', '"10:30:00"^^xsd:time'),
        ('"12,5"^^xsd:decimal', '"12.5"^^xsd:decimal'),
        ('"12.0"^^xsd:integer', '"12"^^xsd:integer'),
        ('"yes"^^xsd:boolean', '"true"^^xsd:boolean'),
        ('"False"^^xsd:boolean', '"false"^^xsd:boolean'),
        # What is meant can't be told: only what it should look like.
        ('"1890-02-30"^^xsd:date', 'in the form "2020-12-31"^^xsd:date, or "2020"^^xsd:gYear'),
        ('"5/1/2024"', 'in the form "2020-12-31"^^xsd:date, or "2020"^^xsd:gYear'),
        (
            '"1,000"^^xsd:decimal',
            'in the form "0.5"^^xsd:decimal, or give it another datatype',
        ),
    ],
)
def test_a_hint_has_the_date_that_is_meant(
    run: Run, tmp_path: Path, value: str, meant: str
) -> None:
    head = "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>"
    facts = f"{head} says:keeper {{ person:ada-brook schema:birthDate {value} . }}"
    (finding,) = findings(run, tmp_path / "room", facts)
    is_form = meant.startswith("in the form")
    assert finding["hint"] == (f"Write it {meant}." if is_form else f"Write it as {meant}.")


def test_times_for_search_engines_are_texts(run: Run, tmp_path: Path) -> None:
    """The context of schema.org types some dates, and leaves others texts."""
    page = """<script type="application/ld+json">{"@context": "https://schema.org",
      "@id": "https://e.test/1", "@type": "Flight", "name": "To the isle",
      "departureTime": "2024-02-01T10:30:00Z", "arrivalTime": "1.2.2024"}</script>"""
    (tmp_path / "flight.html").write_text(page)
    run("init", "p", "--from", "flight.html", cwd=tmp_path)
    told = run("validate", "-f", "json", cwd=tmp_path / "p").text
    dates = [f["value"] for f in json.loads(told)["findings"] if f["check"] == "date"]
    assert dates == ['"1.2.2024"']


@pytest.mark.parametrize("space", ["http://schema.org/", "https://schema.org/"])
@pytest.mark.parametrize("name", ["Date", "DateTime", "Time"])
def test_the_dates_of_schema_org_are_dates(run: Run, tmp_path: Path, space: str, name: str) -> None:
    right = ["2022", "2022-05", "2022-05-01", "2022-05-01T10:30Z", "2022-05-01T10:30:00+0100"]
    right.append("10:30")
    wrong = {
        "1.5.2022": "Write it as 2022-05-01.",
        "2022-13-45": "Write it in the form ",
        "2022-02-30T25:00": "Write it in the form ",
        "Mai 2022": "Write it in the form ",
        "30": "Write it in the form ",
        "": "Write it in the form ",
    }
    texts = ", ".join(f'"{text}"^^s:{name}' for text in (*right, *wrong))
    facts = f"<https://e.test/a> s:name 'A'@en ; s:startDate {texts}"
    (tmp_path / "a.ttl").write_text(
        f"@prefix s: <{space}> . {facts} ; s:merchantReturnDays '30'^^s:{name} ."
    )
    run("init", "p", "--from", "a.ttl", cwd=tmp_path)
    told = json.loads(run("validate", "-f", "json", cwd=tmp_path / "p").text)["findings"]
    dates = {f["message"]: f["hint"] for f in told if f["check"] == "date"}
    assert list(dates) == [f"{text!r} is not a valid schema:{name}." for text in wrong]
    for hint, begin in zip(dates.values(), wrong.values(), strict=True):
        assert hint.startswith(begin)


def test_dates_that_the_context_of_schema_org_types_are_judged(run: Run, tmp_path: Path) -> None:
    facts = {"@id": "https://e.test/1", "@type": "Event", "name": "Race", "startDate": "1.5.2022"}
    (tmp_path / "a.jsonld").write_text(json.dumps({"@context": "https://schema.org", **facts}))
    run("init", "p", "--from", "a.jsonld", cwd=tmp_path)
    assert "Write it as 2022-05-01." in run("validate", cwd=tmp_path / "p").text


def test_what_two_files_state_is_found_in_each(run: Run, tmp_path: Path) -> None:
    head = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @base <https://e.test/> ."
    facts = '<c> a skos:Concept ; skos:prefLabel "A"@en, "B"@en ; <on> "2024-02-01" .'
    for name in ("a.ttl", "b.ttl"):
        (tmp_path / name).write_text(f"{head} {facts}")
    run("init", "p", "--from", "a.ttl", "b.ttl", cwd=tmp_path)
    told = run("validate", "-f", "json", cwd=tmp_path / "p").text
    found = json.loads(told)["findings"]
    assert len({json.dumps(f) for f in found}) == len(found)
    assert len([f for f in found if f["check"] == "date"]) == 2
    assert len([f for f in found if f["check"] == "skos-preferred-label"]) == 1


def test_names_in_one_folder_are_compared_without_it(run: Run, tmp_path: Path) -> None:
    head = "@base <https://example.org/room/> ."
    facts = """says:keeper { <some/kinds/c> a schema:Thing ; schema:name "C"@en .
      person:ada-brook schema:knows <some/kinds/uba>, <person/ada-broke> . }"""
    found = [f["hint"] for f in findings(run, tmp_path / "room", f"{head} {facts}")]
    assert [hint for hint in found if hint.startswith("Did you mean person:ada-brook?")]
    assert [hint for hint in found if hint.startswith("Add at least a type")]
    assert len(found) == 2


def test_what_only_has_dots_and_slashes_is_no_date(run: Run, tmp_path: Path) -> None:
    texts = '"1.2.3", "10.99.2024", "1.2.20245", "1.2/2024", "version 1.2.2024"'
    facts = f"says:keeper {{ person:ada-brook schema:award {texts} . }}"
    run("init", tmp_path / "room")
    notice = tmp_path / "room" / "data" / "notice.trig"
    notice.write_text(f"{notice.read_text()}{facts}\n")
    run("--project", tmp_path / "room", "validate")


def test_an_address_without_its_scheme_is_written_in_full(run: Run, tmp_path: Path) -> None:
    facts = "says:keeper { person:ada-brook schema:url <www.example.org/ada> . }"
    notice = "@base <https://example.org/room/> .\n"
    (finding,) = findings(run, tmp_path / "room", notice + facts)
    assert "<https://www.example.org/ada>" in finding["hint"]


PASSAGE = """<passage/notice/more> a oa:SpecificResource ; rdfs:label "More"@en ;
  oa:hasSource source:notice ; kg:section "Notice" ;
  oa:hasSelector <passage/notice/more#position>, <passage/notice/more#quote> .
<passage/notice/more#position> a oa:TextPositionSelector ; oa:start {start} ; oa:end {end} .
<passage/notice/more#quote> a oa:TextQuoteSelector ; oa:exact "{exact}" .
"""


@pytest.mark.parametrize(
    ("exact", "start", "end", "fits"),
    [
        ("é𝄞 a", 0, 4, True),  # in code points: neither bytes nor UTF-16
        ("é𝄞 a", 0, 5, False),
        ("é𝄞 a", 1, 4, False),
        ("a\\r\\nb", 7, 11, True),
        ("a\\r\\nb", 7, 10, False),
    ],
)
def test_a_quote_is_as_long_as_its_place(
    run: Run, tmp_path: Path, exact: str, start: int, end: int, fits: bool
) -> None:
    text = PASSAGE.format(exact=exact, start=start, end=end)
    found = findings(run, tmp_path / "room", text, code=0 if fits else 1)
    hints = [finding["hint"] for finding in found if finding["check"] == "quote-length"]
    told = f"If it starts at {start}, it ends at {start + 4}."
    assert [hint.startswith(told) for hint in hints] == ([] if fits else [True])


def test_a_passage_that_something_else_leads_to_is_still_without_facts(
    run: Run, tmp_path: Path
) -> None:
    passage = """<passage/unread> a oa:SpecificResource ; rdfs:label "Unread"@en ;
      oa:hasSource source:notice ;
      oa:hasSelector <passage/unread#position>, <passage/unread#quote> .
    <passage/unread#position> a oa:TextPositionSelector ; oa:start 0 ; oa:end 3 .
    <passage/unread#quote> a oa:TextQuoteSelector ; oa:exact "The" .
    source:notice rdfs:seeAlso <passage/unread> .
    """
    checks = {finding["check"] for finding in findings(run, tmp_path / "room", passage, code=0)}
    assert "passage-without-facts" in checks
