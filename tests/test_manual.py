"""The manual: a page for each command, as `man` shows it."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from mipex_kg.cli import COMMANDS
from tests.conftest import ROOT, absent

MANUAL = ROOT / "docs" / "man"


def test_every_command_has_a_page() -> None:
    pages = {path.stem for path in MANUAL.iterdir()}
    assert pages == {"mipex-kg", *(f"mipex-kg-{name}" for name in COMMANDS)}


def shown(page: str) -> str:
    """Format a page as `man` does, with all that the formatter complains of as an error."""
    groff = shutil.which("groff") or absent("groff")
    command = [groff, "-man", "-ww", "-K", "utf8", "-T", "utf8", "-P-cbou", "-rLL=200n"]
    done = subprocess.run(
        [*command, str(MANUAL / f"{page}.1")], capture_output=True, encoding="utf-8", check=True
    )
    assert not done.stderr
    return done.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_a_page_shows_options_and_examples_as_they_are_typed(command: str) -> None:
    text = shown(f"mipex-kg-{command}")
    assert "\n       -h, --help\n" in text
    assert f"\n         mipex-kg {command}" in text
    assert "\b" not in text


def test_what_would_be_a_request_to_the_formatter_is_text() -> None:
    # These lines of the help begin with a dot and with a quotation mark.
    text = " ".join(shown("mipex-kg-query").split())
    assert "ends in .rq, or - for standard input" in text
    assert "'SELECT ?name { ?p a schema:Person ; schema:name ?name }'" in text
