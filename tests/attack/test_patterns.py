"""Every regular expression of the package takes a time that grows as the text does."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mipex_kg.site.embedding import covering
from mipex_kg.site.path_patterns import fits
from mipex_kg.system.child_process import Begin, Isolation, run_isolated
from mipex_kg.system.errors import QueryError
from tests.attack.growth import require_linear
from tests.attack.patterns import PACKAGE, Use, attacks, is_slow, rooms, uses
from tests.commands import HUNG

pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
# By module and a part of the pattern: why it never sees a long text of someone else's.
SHORT: Mapping[tuple[str, str], str] = {
    ("rdf.jsonld.deserialization", "E"): "It sees the digits of a double, which are few.",
}


def slow_text(use: Use) -> tuple[str, str, str] | None:
    """Find a text that takes a pattern much longer than it is long."""
    return next((attack for attack in attacks(use) if is_slow(use, *attack)), None)


def is_short(use: Use) -> bool:
    module, written = use.where.partition(":")[0], str(use.pattern)
    return any(module == name and part in written for name, part in SHORT)


@pytest.mark.parametrize("room", rooms())
def test_no_pattern_takes_longer_than_its_text(room: str) -> None:
    # What is put to texts in one way at several places is tried at one of them.
    tried = {use[1:]: use for use in uses(room) if not is_short(use)}

    def work(begin: Begin) -> list[tuple[Use, tuple[str, str, str]]]:
        slow = []
        for use in tried.values():
            begin(f"{use.where}: {use.pattern!r}")
            if attack := slow_text(use):
                slow.append((use, attack))
        return slow

    assert Isolation(HUNG).run(work) == []


def test_the_exceptions_are_there() -> None:
    for name, part in SHORT:
        found = uses(name.partition(".")[0])
        assert any(u.where.startswith(f"{name}:") and part in str(u.pattern) for u in found)


def test_all_uses_are_looked_at() -> None:
    assert sum(len(uses(room)) for room in rooms()) > 120
    outside = [path.name for path in PACKAGE.glob("*.py")]
    assert sorted(outside) == ["__init__.py", "__main__.py"]


# Patterns of paths, from the settings, and paths that they nearly fit.
PATHS: Mapping[str, Callable[[int], tuple[str, str]]] = {
    "any folders": lambda n: ("**/" * 20 + "x", "/" + "a/" * n + "b"),
    "folders between": lambda n: ("**/a/" * 20 + "x", "/" + "a/" * n + "b"),
    "any characters": lambda n: ("*a" * 20 + "x", "/" + "a" * n + "b"),
    "many stars": lambda n: ("*" * 50 + "x", "/" + "a" * n + "b"),
    "characters in folders": lambda n: ("**/*a*a*/" * 20 + "x", "/" + "aa/" * n + "b"),
    "a long pattern": lambda n: ("**/*?" * n + "x", "/a/b"),
}


@pytest.mark.parametrize("what", PATHS)
def test_a_pattern_of_paths_takes_no_longer_than_its_path(what: str) -> None:
    def work(made: tuple[str, str]) -> None:
        pattern, path = made
        assert covering({pattern: 0}, Path(path)) == ""

    require_linear(work, PATHS[what], start=20)


@given(st.text("*?/ab", max_size=9), st.text("/ab", max_size=9))
def test_patterns_of_paths_say_what_they_mean(pattern: str, path: str) -> None:
    """Held against the plainest way to say it."""
    steps = pattern.removeprefix("./").split("/")

    def fit(steps: list[str], parts: list[str]) -> bool:
        if not steps:
            return not parts
        if steps[0] == "**":
            return any(fit(steps[1:], parts[n:]) for n in range(len(parts) + 1))
        name = "".join({"*": ".*", "?": "."}.get(c, re.escape(c)) for c in steps[0])
        return bool(parts) and bool(re.fullmatch(name, parts[0])) and fit(steps[1:], parts[1:])

    assert fits(pattern, path) == fit(["**", *steps], path.split("/"))


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
        found = run_isolated(lambda: slow_text(use), timeout=0.3)
    except QueryError:
        return  # it has hung
    assert found
