"""Regular expressions: all of them work on the oldest Python that is promised.

Python 3.11.0 to 3.11.4 are wrong about possessive repeats (``*+``) and atomic groups (``(?>``).
"""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

MODULES = sorted((ROOT / "mipex_kg").rglob("*.py"))
# How either is written.
WRITTEN = re.compile(r"(?<!\\)[*+?}]\+|\(\?>")


def uses(pattern: str | bytes) -> bool:
    """Tell whether Python takes a repeat of the pattern for possessive, or a group for atomic."""
    from re import _parser  # type: ignore[attr-defined]

    parsed = str(_parser.parse(pattern).data)
    return "POSSESSIVE_REPEAT" in parsed or "ATOMIC_GROUP" in parsed


def patterns(tree: ast.Module) -> Iterator[ast.expr]:
    """Give the first argument of each call of ``re``."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="re"), attr=name)) if (
                name != "escape"
            ):
                yield (node.args or [word.value for word in node.keywords])[0]


def texts(tree: ast.Module) -> Iterator[str]:
    """Give all texts of a module, in pieces where something is put in."""
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str() | bytes() as text):
                yield str(text)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_pattern_is_possessive_or_atomic(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    arguments = list(patterns(tree))
    if not arguments:
        return
    names = path.relative_to(ROOT).with_suffix("").parts
    module = importlib.import_module(".".join(names).removesuffix(".__init__"))
    for argument in arguments:
        try:
            value = eval(ast.unparse(argument), vars(module).copy())
        except (NameError, LookupError):
            # It depends on what is known at run time only: any of the texts may be a part of it.
            assert not [text for text in texts(tree) if WRITTEN.search(text)]
        else:
            assert isinstance(value, re.Pattern) or not uses(value), ast.unparse(argument)


@pytest.mark.parametrize(
    "pattern", [r"a*+", r"[ab]++", r"(?:a|b)?+", r"a{1,2}+", r"(?>a)", rb"a*+"]
)
def test_such_patterns_are_seen(pattern: str | bytes) -> None:
    assert uses(pattern)
    assert WRITTEN.search(str(pattern))


@pytest.mark.parametrize("pattern", [r"[*+]", r"a*\+", r"\*+", r"a+?", r"(?=a)", rb"[*+]+"])
def test_and_no_others(pattern: str | bytes) -> None:
    assert not uses(pattern)
