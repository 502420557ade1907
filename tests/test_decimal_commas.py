"""Numbers with a decimal comma are two values in Turtle, and `validate` says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from mipex_kg.rdf.parsing import format_of, parse_text
from mipex_kg.validation.decimal_commas import find_decimal_commas
from mipex_kg.validation.report import Finding
from tests.conftest import Run, processor_time

HEAD = "@prefix e: <http://e/> .\n"


def found(text: str, name: str = "a.ttl") -> list[Finding]:
    path = Path(name)
    return list(find_decimal_commas([parse_text(HEAD + text, format_of(path), path)]))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1,5", "1.5"),
        ("-1,5", "-1.5"),
        ("0,05", "0.05"),
        ("12,50", "12.50"),
        ("1.000,50", "1000.50"),
        ("1,000", "1000"),
        ("1,000,000", "1000000"),
        ("1,000.50", "1000.50"),
    ],
)
@pytest.mark.parametrize("around", [" {} .", "\t{};e:q 1 .", " [ e:r {} ] .", " '1,5' ; e:q {}. #"])
def test_what_looks_like_one_number_is_told(written: str, meant: str, around: str) -> None:
    line = f"e:a e:p{around.format(written)}"
    (finding,) = found(f"# 1,5\n{line}\n")
    assert finding.hint is not None
    assert f"write {meant}." in finding.hint
    assert written.replace(",", ", ") in finding.hint
    place = finding.place
    assert place is not None
    assert (place.line, place.snippet) == (3, line)
    assert place.column is not None
    assert place.end_column is not None
    assert line[place.column - 1 : place.end_column - 1] == written


@pytest.mark.parametrize(
    "text",
    [
        "e:a e:p 1, 5 .",
        "e:a e:p 1 ,5 .",
        "e:a e:p 1,2,3 .",
        "e:a e:p 840,276,250 .",
        "e:a e:p 1.5,2.5 .",
        "e:a e:p 1,5, 7 .",
        "e:a e:p 7, 1,5 .",
        "e:a e:p 1,5 , 2,7 .",
        "e:a e:p 1,e:b .",
        "e:a e:p 1,-5 .",
        "e:a e:p e:1,5 .",
        'e:a e:p "of 1,5 or", """\n 1,5 ""\n 1,5 .""" .',
        "e:a e:p ''' 1,5 ' 1,5 ''', ' 1,5 ' .",
        "e:a e:p 1 . # 1,5 .",
        "e:a e:p\\#b 1 .\n#  1,5 .",
    ],
)
def test_a_list_and_what_is_no_number_are_left_alone(text: str) -> None:
    assert found(text) == []


def test_a_sign_in_a_name_does_not_hide_what_follows() -> None:
    assert len(found("e:a e:p\\#b\\'c 1,5 .")) == 1


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_each_is_told_in_its_line(end: str) -> None:
    text = end.join(["", "e:a e:p 1,5 .", "", "e:a e:q 1 ; e:r", "2,5 ."])
    assert [(f.place.line, f.place.column) for f in found(text) if f.place] == [(3, 9), (6, 1)]


def test_formats_whose_texts_have_no_numbers_are_left_alone() -> None:
    assert found("e:g { e:a e:p 1,5 }", "a.trig")
    triples = parse_text('<u:a> <u:b> " 1,5 " .\n', format_of(Path("a.nt")), Path("a.nt"))
    assert not list(find_decimal_commas([triples]))


def test_files_and_projects_are_told_so(run: Run, tmp_path: Path) -> None:
    facts = tmp_path / "facts.ttl"
    facts.write_text(f"{HEAD}e:a e:price 1,5 .\n")
    run("init", tmp_path / "new", "--from", facts)
    for arguments in (("validate", facts), ("--project", tmp_path / "new", "validate")):
        said = run(*arguments).text
        assert f"{facts}:2:13: warning: 1,5 is more than one value here" in said
        assert "decimal-comma" in said


def test_time_grows_as_the_text_does() -> None:
    whole = "".join(f"e:x{n} e:p 1,5 ; e:q '1,5' .\n" for n in range(10_000))
    blank = "e:a e:p 1,5 . " + " " * 300_000
    with processor_time(4):
        assert len(found(whole)) == 10_000
        assert len(found(blank)) == 1
