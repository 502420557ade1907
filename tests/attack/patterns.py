"""The regular expressions of the package, how each is used, and texts that would make each slow.

The texts are made of the pattern's own parts: what it begins with, a few characters again and
again, and an end that it can't match.
"""

from __future__ import annotations

import ast
import importlib
import re
import time
import warnings
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from re import _constants as sre  # type: ignore[attr-defined]
    from re import _parser as parser  # type: ignore[attr-defined]

PACKAGE = Path(__file__).parents[2] / "mipex_kg"
_METHODS = ("match", "fullmatch", "search", "findall", "finditer", "sub", "subn", "split")
_MOST_LETTERS, _MOST_STARTS = 9, 8


class Use(NamedTuple):
    """A pattern, and how it is put to a text."""

    where: str
    method: str
    pattern: str | bytes
    flags: int

    def run(self, text: str) -> None:
        compiled = re.compile(self.pattern, self.flags)
        subject: Any = text.encode("utf-8") if isinstance(self.pattern, bytes) else text
        method = self.method
        if method in ("sub", "subn"):
            compiled.sub(subject[:0], subject)
        elif method == "finditer":
            for _ in compiled.finditer(subject):
                pass
        else:
            getattr(compiled, method)(subject)


def rooms() -> list[str]:
    """Name the folders of the package."""
    return sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))


def modules(room: str) -> Iterator[tuple[ModuleType, ast.Module]]:
    for path in sorted((PACKAGE / room).rglob("*.py")):
        if {"_bundled", "node_modules", "harvesters", "template"}.isdisjoint(path.parts):
            name = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
            name = name.removesuffix(".__init__")
            if not name.endswith("__main__"):
                yield importlib.import_module(name), ast.parse(path.read_text())


@cache
def uses(room: str) -> list[Use]:
    """Find each place in a folder of the package where a pattern is put to a text."""
    found: dict[Use, None] = {}
    for module, tree in modules(room):
        short = module.__name__.removeprefix("mipex_kg.")
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                for pattern in _patterns(node, module):
                    where = f"{short}:{node.lineno}"
                    flags = pattern.flags & ~re.UNICODE
                    found[Use(where, node.func.attr, pattern.pattern, flags)] = None
    return list(found)


def _patterns(call: ast.Call, module: ModuleType) -> Iterator[re.Pattern[Any]]:
    """Give the patterns that a call puts to a text, if it does."""
    assert isinstance(call.func, ast.Attribute)
    if call.func.attr not in _METHODS:
        return
    is_function = isinstance(call.func.value, ast.Name) and call.func.value.id == "re"
    value = call.args[0] if is_function else call.func.value
    flags = next((_value(k.value, module) for k in call.keywords if k.arg == "flags"), 0)
    if is_function and len(call.args) > 2 and call.func.attr in ("match", "fullmatch", "search"):
        flags = _value(call.args[2], module)
    for found in _all(_value(value, module)):
        if isinstance(found, re.Pattern):
            yield found
        elif is_function and isinstance(found, str | bytes):
            yield re.compile(found, flags)


def _all(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for item in value.values():
            yield from _all(item)
    elif isinstance(value, tuple | list):
        for item in value:
            yield from _all(item)
    else:
        yield value


def _value(node: ast.expr, module: ModuleType) -> Any:
    """Evaluate what is known at the level of the module."""
    if isinstance(node, ast.Subscript):  # an item of a table: any may be meant
        return _value(node.value, module)
    if isinstance(node, ast.Name) and node.id not in vars(module):
        return _local(node.id, module)
    try:
        code = compile(ast.Expression(node), module.__name__, "eval")
        return eval(code, dict(vars(module)))
    except Exception:  # noqa: BLE001 - it is made while the function runs
        return None


def _local(name: str, module: ModuleType) -> Any:
    """Evaluate a local variable that is made once, or runs over a table."""
    tree = ast.parse(Path(str(module.__file__)).read_text())
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            values = [node.value]
            if isinstance(targets[0], ast.Tuple) and isinstance(node.value, ast.Tuple):
                targets, values = list(targets[0].elts), list(node.value.elts)
            for target, value in zip(targets, values, strict=False):
                if isinstance(target, ast.Name) and target.id == name:
                    found.append(_value(value, module))
        elif isinstance(node, ast.For | ast.comprehension):
            names = [n.id for n in ast.walk(node.target) if isinstance(n, ast.Name)]
            if name in names:
                over = node.iter
                if isinstance(over, ast.Call) and isinstance(over.func, ast.Attribute):
                    over = over.func.value  # .items() and .values() of a table
                found.append(_value(over, module))
    return found


# ---- Texts that would make a pattern slow


def attacks(use: Use) -> Iterator[tuple[str, str, str]]:
    """Give beginnings, pieces to repeat, and ends."""
    pattern: Any = use.pattern.decode("latin-1") if isinstance(use.pattern, bytes) else use.pattern
    tree = parser.parse(pattern, use.flags & ~re.DEBUG)
    letters = list(dict.fromkeys(_letters(tree)))[:_MOST_LETTERS]
    pumps = [
        *letters,
        *("".join(pair) for pair in product(letters, repeat=2) if len(set(pair)) > 1),
    ]
    starts = list(dict.fromkeys(["", *_starts(tree)]))[:_MOST_STARTS]
    pairs = ("".join(pair) for pair in product(letters, repeat=2) if len(set(pair)) > 1)
    pumps = [*letters, *pairs]
    for start, pump in product(starts, pumps):
        yield start, pump, "\0"
    # What begins again and again, and doesn't come to its end.
    for start, letter in product(starts, ["", *letters]):
        if start:
            yield "", start + letter, ""


def is_slow(use: Use, start: str, pump: str, end: str) -> bool:
    """Tell whether the time for a text grows faster than the text, by more than chance."""

    def seconds(times: int) -> float:
        text = start + pump * times + end
        began = time.process_time()
        use.run(text)
        return time.process_time() - began

    few, many = 250, 1000
    if seconds(many) <= max(8 * seconds(few), 0.0005):
        return False
    # Eight times the text: eight times the time, or sixty-four times.
    ratios = min(seconds(2000) for _ in range(3)) / min(seconds(few) for _ in range(3))
    return ratios > 24


def _letters(tree: Any) -> Iterator[str]:
    """Give a character for each set, and each literal."""
    for code, argument in tree:
        if code in (sre.LITERAL, sre.NOT_LITERAL):
            yield chr(argument)
        elif code is sre.IN:
            yield _member(argument)
        elif code is sre.ANY:
            yield "x"
        elif inner := _inner(code, argument):
            for part in inner:
                yield from _letters(part)
        elif code in (sre.ASSERT, sre.ASSERT_NOT):
            yield from _letters(argument[1])
        elif code is getattr(sre, "ATOMIC_GROUP", None):
            yield from _letters(argument)


def _member(items: Any) -> str:
    """Choose a character of a set."""
    is_not = items[0][0] is sre.NEGATE
    for candidate in "a1 .-_:/,;\"'<>{}=\n\t#%\\\x80é\x00":
        code = ord(candidate)
        inside = False
        for kind, value in items:
            inside |= kind is sre.LITERAL and code == value
            inside |= kind is sre.RANGE and value[0] <= code <= value[1]
            inside |= kind is sre.CATEGORY and _is_of(candidate, value)
        if inside != is_not:
            return candidate
    return chr(items[0][1]) if items[0][0] is sre.LITERAL else "a"


def _is_of(character: str, category: Any) -> bool:
    classes = {
        sre.CATEGORY_DIGIT: r"\d",
        sre.CATEGORY_NOT_DIGIT: r"\D",
        sre.CATEGORY_SPACE: r"\s",
        sre.CATEGORY_NOT_SPACE: r"\S",
        sre.CATEGORY_WORD: r"\w",
        sre.CATEGORY_NOT_WORD: r"\W",
    }
    return re.match(classes[category], character) is not None


def _starts(tree: Any) -> Iterator[str]:
    """Give what a text that matches begins with, up to each repeat."""
    begun = ""
    for code, argument in tree:
        inner = _inner(code, argument)
        for part in inner:
            yield from (begun + start for start in _starts(part))
        if code in _REPEATS:
            yield begun
            begun += "".join(list(_letters(argument[2]))[:1]) * argument[0]
        elif inner:
            begun += "".join(_letters(inner[0]))
        else:
            begun += "".join(_letters([(code, argument)]))
    yield begun


_REPEATS = (sre.MAX_REPEAT, sre.MIN_REPEAT, getattr(sre, "POSSESSIVE_REPEAT", None))


def _inner(code: Any, argument: Any) -> list[Any]:
    """Give the parts of a group, a choice or a repeat."""
    if code in _REPEATS:
        return [argument[2]]
    if code is sre.SUBPATTERN:
        return [argument[3]]
    return list(argument[1]) if code is sre.BRANCH else []
