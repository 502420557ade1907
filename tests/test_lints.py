"""What SHACL can't see is found in a project, at the place where an editor has to look."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.conftest import Run


def findings(run: Run, folder: Path, facts: str) -> list[dict[str, Any]]:
    """Add facts to a new project, and give what validation finds."""
    run("init", folder)
    notice = folder / "data" / "notice.trig"
    notice.write_text(f"{notice.read_text()}{facts}\n")
    outcome = run("--project", folder, "validate", "--format", "json", code=1)
    found: list[dict[str, Any]] = json.loads(outcome.text)["findings"]
    return found


def test_a_day_that_its_month_does_not_have_is_no_date(run: Run, tmp_path: Path) -> None:
    date = '"1970-02-31"^^<http://www.w3.org/2001/XMLSchema#date>'
    facts = f"says:keeper {{ person:ada-brook schema:birthDate {date} . }}"
    (finding,) = findings(run, tmp_path / "room", facts)
    assert finding["check"] == "date"
    assert finding["message"] == "'1970-02-31' is no valid xsd:date."
    assert finding["column"] == facts.index('"') + 1


def test_what_only_a_rule_describes_is_found_where_it_is_linked(run: Run, tmp_path: Path) -> None:
    facts = "says:keeper { place:reading-room schema:employee person:berta . }"
    found = findings(run, tmp_path / "room", facts)
    (finding,) = (finding for finding in found if finding["check"] == "unlabelled")
    assert finding["focus"].endswith("person/berta>")
    assert finding["file"].endswith("notice.trig")
    assert finding["column"] == facts.index("person:berta") + 1
