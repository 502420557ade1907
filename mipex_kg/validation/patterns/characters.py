"""Sets of characters, as a pattern's classes name them: XML Schema 1.1, part 2, appendix G."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib import resources

from mipex_kg.validation.datatypes.lexical import NAME_CHARACTERS, NAME_STARTS

Characters = Callable[[str], bool]
"""Says whether a character is in a set."""

_GROUPS = {
    "L": ("Lu", "Ll", "Lt", "Lm", "Lo"),
    "M": ("Mn", "Mc", "Me"),
    "N": ("Nd", "Nl", "No"),
    "P": ("Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po"),
    "Z": ("Zs", "Zl", "Zp"),
    "S": ("Sm", "Sc", "Sk", "So"),
    "C": ("Cc", "Cf", "Co", "Cn"),
}
_CATEGORIES = frozenset(category for group in _GROUPS.values() for category in group)


def negated(characters: Characters) -> Characters:
    """Give all characters that are not in a set."""
    return lambda character: not characters(character)


def union(sets: Iterable[Characters]) -> Characters:
    """Give the characters that are in any of some sets."""
    members = tuple(sets)
    return lambda character: any(member(character) for member in members)


def difference(characters: Characters, other: Characters) -> Characters:
    """Give the characters of one set that are not in the other."""
    return lambda character: characters(character) and not other(character)


def span(first: str, last: str, *, ignore_case: bool = False) -> Characters:
    """Give the characters from one to another.

    :param ignore_case: whether a character is taken for its forms in upper and in lower case
    """
    if not ignore_case:
        return lambda character: first <= character <= last
    return lambda character: any(first <= form <= last for form in cases(character))


def cases(character: str) -> frozenset[str]:
    """Give a character's forms in upper and in lower case.

    >>> sorted(cases("a")), sorted(cases("ß")), sorted(cases("1"))
    (['A', 'a'], ['ß'], ['1'])
    """
    upper, lower = character.upper(), character.lower()
    forms = {character, upper, lower, upper.lower(), lower.upper()}
    return frozenset(form for form in forms if len(form) == 1)


def category(name: str) -> Characters | None:
    r"""Give the characters of a category or block, by the name in ``\p{…}``; None if there is none.

    >>> lu, arrows = category("Lu"), category("IsArrows")
    >>> lu and lu("Ä"), arrows and arrows("→"), category("Lx")
    (True, True, None)
    """
    if name.startswith("Is"):
        block = blocks().get(name[2:])
        return None if block is None else span(*block)
    members = _GROUPS.get(name) or ((name,) if name in _CATEGORIES else None)
    if members is None:
        return None
    return lambda character: unicodedata.category(character) in members


@cache
def blocks() -> Mapping[str, tuple[str, str]]:
    """Read the blocks of Unicode: the first and the last character of each."""
    text = (resources.files("mipex_kg.validation.patterns") / "blocks.txt").read_text("utf-8")
    lines = (line.split() for line in text.splitlines() if not line.startswith("#"))
    return {name: (chr(int(first, 16)), chr(int(last, 16))) for first, last, name in lines}


def _is_word(character: str) -> bool:
    return unicodedata.category(character)[0] not in "PZC"


def _is_digit(character: str) -> bool:
    return unicodedata.category(character) == "Nd"


def _is_space(character: str) -> bool:
    return character in " \t\n\r"


def is_line_end(character: str) -> bool:
    """Tell whether a dot leaves a character out."""
    return character in "\n\r"


_ESCAPES: Mapping[str, Characters] = {
    "s": _is_space,
    "i": lambda character: NAME_STARTS.fullmatch(character) is not None,
    "c": lambda character: NAME_CHARACTERS.fullmatch(character) is not None,
    "d": _is_digit,
    "w": _is_word,
}
ESCAPES: Mapping[str, Characters] = {
    **_ESCAPES,
    **{letter.upper(): negated(characters) for letter, characters in _ESCAPES.items()},
}
"""The sets that a letter after a backslash stands for."""
