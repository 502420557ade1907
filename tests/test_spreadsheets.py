"""CSV for people does nothing in a spreadsheet; CSV for programs is as its standard says."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mipex_kg.rdf.namespaces import XSD
from mipex_kg.sparql.results import csv_text
from mipex_kg.sparql.spreadsheet import guarded
from tests.commands import Commands
from tests.conftest import Run
from tests.serving.conftest import serving

FORMULAS = ("=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1", "\r=1", "\n=1", '=a,"b"', "'=1", "''@x", "-")
PLAIN = ("", "a", "a=b", "'", "it's", "'a", " =1", "a\n=b", "5", "-5", "+5.25e-3", "-.5", "-INF")
DATES = ("-0044", "-0044-03-15", "-0044-03-15T12:00:00Z", "-P1Y2M", "-10000-01-01+01:00")


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def unguarded(cell: str) -> str:
    """Read what was written, as the documentation says."""
    return cell[1:] if re.match(r"'+[=+\-@\t\r\n]", cell) else cell


@pytest.mark.parametrize("text", FORMULAS)
def test_what_a_spreadsheet_would_run_is_guarded(text: str) -> None:
    (_, cell, after) = rows(csv_text(["a", "b"], [[ox.Literal(text), None], [None, None]]))
    assert cell == [f"'{text}", ""]
    assert after == ["", ""]


@pytest.mark.parametrize("text", [*PLAIN, *DATES])
def test_all_else_stays(text: str) -> None:
    assert rows(csv_text(["a", "b"], [[None, ox.Literal(text)]]))[1] == ["", text]


@given(st.lists(st.lists(st.text("a'=+-@\t\r\n\",0 ", max_size=5), min_size=2, max_size=2)))
def test_what_was_written_can_be_read(cells: list[list[str]]) -> None:
    written = csv_text(["a", "b"], [[ox.Literal(cell) for cell in row] for row in cells])
    read = rows(written)[1:]
    assert not any(re.match(r"[@=\t\r\n]|[+-](?![\d.])", cell) for row in read for cell in row)
    values = [[unguarded(cell) for cell in row] for row in read]
    assert values == cells
    assert guarded(b"a,b\r\n") == b"a,b\r\n"


@pytest.fixture
def room(run: Run, tmp_path: Path) -> Path:
    """Make a project with a table of texts that are formulas, and of numbers."""
    folder = tmp_path / "room"
    run("init", folder)
    integer = XSD.term("integer").value
    values = " ".join(f"({json.dumps(text)} '-5'^^<{integer}>)" for text in FORMULAS)
    (folder / "queries" / "sly.rq").write_text(
        "# title: Sly\n# column text: string | a text\n# column number: integer | a number\n"
        f"# param least: integer = -9 | the least\n"
        f"SELECT ?text ?number {{ VALUES (?text ?number) {{ {values} }} "
        "FILTER(?number > ?least) }\n"
    )
    settings = folder / "mipex-kg.toml"
    settings.write_text(settings.read_text() + '\n[catalogue]\ntables = ["sly"]\n')
    return folder


def test_each_table_for_people_is_guarded_and_those_for_programs_are_not(
    run: Run, room: Path, tmp_path: Path, commands: Commands
) -> None:
    expected = [["text", "number"], *([f"'{text}", "-5"] for text in FORMULAS)]
    plain = [["text", "number"], *([text, "-5"] for text in FORMULAS)]
    run("query", "sly", "-o", "sly.csv", cwd=room)
    assert rows((room / "sly.csv").read_bytes().decode()) == expected
    assert rows(run("query", "sly", "-f", "csv", cwd=room).out.decode()) == expected
    found = json.loads(run("query", "sly", "-f", "json", cwd=room).text)["results"]["bindings"]
    assert [row["text"]["value"] for row in found] == list(FORMULAS)
    run("build", "-o", tmp_path / "site", cwd=room)
    folder = tmp_path / "site" / "query"
    assert rows((folder / "sly.csv").read_bytes().decode()) == expected
    described = json.loads((folder / "sly.csv-metadata.json").read_text())
    assert "remove one apostrophe" in described["rdfs:comment"]["@value"]
    with serving(tmp_path, commands, project=room) as served:
        for path in ("query/sly.csv", "query/sly.csv?least=-6"):
            assert rows(served.ask(f"/room/{path}").body.decode()) == expected
        text = (room / "queries" / "sly.rq").read_text().replace("?least", "-6")
        asked = served.ask(f"/room/sparql?{urlencode({'query': text})}", "text/csv")
        assert rows(asked.body.decode()) == plain
