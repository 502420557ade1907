"""The limits that `docs/security.md` promises are those of the code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import reduce
from importlib import import_module
from typing import Any, NamedTuple

import pytest

from mipex_kg.checks import client as site_client
from mipex_kg.remote.client import LIMITS
from tests.conftest import ROOT

_ROW = re.compile(
    r"^\| (?P<what>.+) \| (?P<told>[\d,]+)(?: (?P<unit>\w+))? \| `(?P<name>[\w.]+)` \|$"
)
_UNITS = {
    "": 1,
    "seconds": 1,
    "minutes": 60,
    "hour": 3600,
    "hours": 3600,
    "KiB": 1 << 10,
    "MiB": 1 << 20,
    "GiB": 1 << 30,
    "MB": 10**6,
    "GB": 10**9,
}


class Row(NamedTuple):
    """A limit as the page has it: how much, and where it is in the code."""

    value: int
    name: str


def rows() -> Iterator[Row]:
    for line in (ROOT / "docs" / "security.md").read_text(encoding="utf-8").splitlines():
        if match := _ROW.match(line):
            value = int(match["told"].replace(",", "")) * _UNITS[match["unit"] or ""]
            yield Row(value, match["name"])


def in_code(name: str) -> Any:
    """Find a constant, the default of a field, or an attribute of a constant."""
    *modules, last = name.split(".")
    path = ["mipex_kg", *modules]
    for length in range(len(path), 0, -1):
        try:
            found = import_module(".".join(path[:length]))
        except ModuleNotFoundError:
            continue
        owner = reduce(getattr, path[length:], found)
        return getattr(owner, "_field_defaults", {}).get(last) or getattr(owner, last)
    raise AssertionError(name)


@pytest.mark.parametrize("row", list(rows()), ids=lambda row: row.name)
def test_a_limit_is_as_the_page_says(row: Row) -> None:
    assert in_code(row.name) == row.value


def test_every_limit_of_a_client_is_told() -> None:
    named = {row.name for row in rows()}
    assert named >= {f"remote.client.LIMITS.{name}" for name in vars(LIMITS)}
    ours = {name for name in vars(site_client) if re.fullmatch(r"[A-Z]+(_[A-Z]+)?", name)}
    assert named >= {f"checks.client.{name}" for name in ours - {"CONNECT", "PACKED", "ORIGIN"}}
    assert len(named) > 50


def test_every_row_with_a_number_is_compared() -> None:
    text = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    numbers = text.partition("## The limits in numbers")[2].partition("\n## ")[0]
    lines = [line for line in numbers.splitlines() if line.startswith("| ")]
    heads = [line for line in lines if line.endswith("| how much | in the code |")]
    rules = [line for line in lines if line.startswith("| --- ")]
    assert len(list(rows())) == len(lines) - len(heads) - len(rules)
