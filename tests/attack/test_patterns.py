"""Every regular expression of the package takes a time that grows as the text does."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from mipex_kg.system.child_process import run_isolated
from mipex_kg.system.errors import QueryError
from tests.attack.patterns import Use, attacks, is_slow, uses

pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
# After so many seconds a pattern has hung.
HUNG = 120
# By module and a part of the pattern: why it never sees a long text of somebody else's.
SHORT: Mapping[tuple[str, str], str] = {
    ("rdf.jsonld.deserialization", "E"): "It sees the digits of a double, which are few.",
}
USES = {
    f"{use.where.partition(':')[0]}-{use.method}-{number}": use for number, use in enumerate(uses())
}


def slow_text(use: Use) -> tuple[str, str, str] | None:
    """Find a text that takes a pattern much longer than it is long."""
    return next((attack for attack in attacks(use) if is_slow(use, *attack)), None)


def is_short(use: Use) -> bool:
    module, written = use.where.partition(":")[0], str(use.pattern)
    return any(module == name and part in written for name, part in SHORT)


@pytest.mark.parametrize("name", [name for name, use in USES.items() if not is_short(use)])
def test_no_pattern_takes_longer_than_its_text(name: str) -> None:
    use = USES[name]
    found = run_isolated(lambda: slow_text(use), timeout=HUNG)
    assert found is None, f"{use.where}: {use.pattern!r} is slow for {found}"


def test_the_exceptions_are_there() -> None:
    for name, part in SHORT:
        assert any(u.where.startswith(f"{name}:") and part in str(u.pattern) for u in USES.values())


def test_all_uses_are_looked_at() -> None:
    assert len(USES) > 120


@pytest.mark.parametrize(
    ("pattern", "method"),
    [
        (r"\s*,*\s*(\S*[^\s,])(?:\s[^,]*)?(?:,|\Z)", "findall"),
        (r"<loc>\s*([^<]+?)\s*</loc>", "findall"),
        (r"<([^>]*)>", "findall"),
        (r"/\*.*?\*/", "sub"),
        (r"\n[\r\n,0]*[^\r\n,0]", "search"),
        (r"bytes\s*=\s*([0-9]{0,18})\s*-", "fullmatch"),
        (r"(?:a|b|ab)+c", "match"),
        (r"(\w+\.?)*x", "match"),
        (r"\s+$", "search"),
        (r'"(?:[^"\\]|\\.)*"', "findall"),
    ],
)
def test_slow_patterns_are_seen_to_be(pattern: str, method: str) -> None:
    use = Use("here", method, pattern, re.DOTALL)
    try:
        found = run_isolated(lambda: slow_text(use), timeout=2)
    except QueryError:
        return  # it has hung
    assert found
