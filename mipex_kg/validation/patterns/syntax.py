r"""Parsing the regular expressions of XPath: XPath and XQuery Functions and Operators 3.1, 5.6.1.

They are those of XML Schema, with anchors, groups, back-references and reluctant quantifiers. They
differ from Python's: ``$`` is the very end, ``\d`` any decimal digit, ``[a-z-[aeiou]]`` subtracts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NoReturn, TypeAlias

from mipex_kg.validation.patterns import characters
from mipex_kg.validation.patterns.characters import Characters

_SINGLE_ESCAPES = {
    "n": "\n",
    "r": "\r",
    "t": "\t",
    **{c: c for c in r"\|.?*+(){}-[]^$"},
}
_QUANTIFIERS = {"?": (0, 1), "*": (0, None), "+": (1, None)}
_QUANTITY = re.compile(r"\{([0-9]+)(?:(,)([0-9]+)?)?\}")
_CATEGORY = re.compile(r"\{([A-Za-z0-9-]+)\}")
_DIGITS = re.compile(r"[0-9]+")
_WHITE_SPACE = "\t\n\r "
_FLAGS = "smixq"
_DEEPEST = 100


class PatternError(ValueError):
    """A text is not a regular expression."""


@dataclass(frozen=True)
class OneOf:
    """One character of a set."""

    members: Characters


@dataclass(frozen=True)
class Start:
    """``^``: the beginning of the text, or of a line."""


@dataclass(frozen=True)
class InputEnd:
    """``$``: the end of the text, or of a line."""


@dataclass(frozen=True)
class Sequence:
    """One expression after the other."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True)
class Choice:
    """Any of some expressions."""

    branches: tuple[Expression, ...]


@dataclass(frozen=True)
class Repeat:
    """An expression several times.

    :param most: None if there is no limit
    """

    part: Expression
    least: int
    most: int | None


@dataclass(frozen=True)
class PatternGroup:
    """An expression in parentheses, which a back-reference can name."""

    part: Expression
    number: int


@dataclass(frozen=True)
class BackReference:
    """What a group has matched, again."""

    number: int


Expression: TypeAlias = (
    OneOf | Start | InputEnd | Sequence | Choice | Repeat | PatternGroup | BackReference
)


def parse(pattern: str, flags: str = "") -> Expression:
    r"""Parse a regular expression.

    :param flags: of ``fn:matches``: s, m, i, x, q
    :raises PatternError: when it is none, or a flag is unknown

    >>> parse("(")
    Traceback (most recent call last):
    mipex_kg.validation.patterns.syntax.PatternError: a parenthesis is not closed, at its end
    """
    if unknown := set(flags) - set(_FLAGS):
        raise PatternError(f"the flag {min(unknown)!r} is not one of {', '.join(_FLAGS)}")
    ignore_case = "i" in flags
    if "q" in flags:
        spans = (characters.span(c, c, ignore_case=ignore_case) for c in pattern)
        return Sequence(tuple(map(OneOf, spans)))
    parser = _Parser(pattern, ignore_case, dot_is_all="s" in flags, skips_space="x" in flags)
    return parser.parse()


class _Parser:
    """Reads a pattern from left to right.

    :param dot_is_all: whether a dot stands for line ends too
    :param skips_space: whether white space outside of character classes means nothing
    """

    def __init__(
        self, text: str, ignore_case: bool, *, dot_is_all: bool, skips_space: bool
    ) -> None:
        self.text = text
        self.ignore_case = ignore_case
        self.dot_is_all = dot_is_all
        self.skips_space = skips_space
        self.position = 0
        self.depth = 0
        self.groups = 0
        self.closed: set[int] = set()

    def parse(self) -> Expression:
        expression = self._choice()
        if self.position < len(self.text):
            self._fail("a parenthesis is closed that was not opened")
        return expression

    def _fail(self, reason: str) -> NoReturn:
        at_end = self.position >= len(self.text)
        where = "its end" if at_end else f"character {self.position + 1}"
        raise PatternError(f"{reason}, at {where}")

    def _peek(self) -> str:
        """Give the next character outside of a class, or nothing at the end."""
        while self.skips_space and self._here() and self._here() in _WHITE_SPACE:
            self.position += 1
        return self._here()

    def _here(self) -> str:
        return self.text[self.position : self.position + 1]

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        match = pattern.match(self.text, self.position)
        if match:
            self.position = match.end()
        return match

    def _choice(self) -> Expression:
        self.depth += 1
        if self.depth > _DEEPEST:
            self._fail(f"parentheses are nested more than {_DEEPEST} deep")
        branches = [self._sequence()]
        while self._peek() == "|":
            self.position += 1
            branches.append(self._sequence())
        self.depth -= 1
        return branches[0] if len(branches) == 1 else Choice(tuple(branches))

    def _sequence(self) -> Expression:
        parts: list[Expression] = []
        while self._peek() not in ("", "|", ")"):
            parts.append(self._quantified(self._atom()))
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def _quantified(self, atom: Expression) -> Expression:
        sign = self._peek()
        if sign in _QUANTIFIERS:
            self.position += 1
            least, most = _QUANTIFIERS[sign]
        elif sign == "{":
            least, most = self._quantity()
        else:
            return atom
        if self._peek() == "?":  # reluctant: that changes what is matched, but not whether
            self.position += 1
        return Repeat(atom, least, most)

    def _quantity(self) -> tuple[int, int | None]:
        match = self._take(_QUANTITY)
        if match is None:
            self._fail("a brace doesn't begin a quantity such as {2,3}")
        if max(len(match[1]), len(match[3] or "")) > 6:
            self._fail("a quantity is too large")
        least = int(match[1])
        most = least if match[2] is None else int(match[3]) if match[3] else None
        if most is not None and most < least:
            self._fail("a quantity's maximum is less than its minimum")
        return least, most

    def _atom(self) -> Expression:
        character = self._here()
        self.position += 1
        match character:
            case ".":
                return OneOf(_is_any if self.dot_is_all else _is_no_line_end)
            case "^":
                return Start()
            case "$":
                return InputEnd()
            case "(":
                return self._group()
            case "[":
                return OneOf(self._class())
            case "\\":
                return self._escaped()
            case "?" | "*" | "+" | "{" | "}" | "]":
                self.position -= 1
                self._fail(f"{character} is not escaped by a backslash")
        return OneOf(self._span(character, character))

    def _group(self) -> Expression:
        number = 0
        if self.text.startswith("?:", self.position):
            self.position += 2
        else:
            self.groups += 1
            number = self.groups
        part = self._choice()
        if self._here() != ")":
            self._fail("a parenthesis is not closed")
        self.position += 1
        self.closed.add(number)
        return PatternGroup(part, number) if number else part

    def _escaped(self) -> Expression:
        if match := _DIGITS.match(self.text, self.position):
            return self._back_reference(match[0])
        return OneOf(self._escape())

    def _back_reference(self, digits: str) -> Expression:
        """Read as many digits as make the number of a group that there is."""
        while len(digits) > 1 and (len(digits) > 6 or int(digits) > self.groups):
            digits = digits[:-1]
        if int(digits) not in self.closed or digits.startswith("0"):
            self._fail(f"\\{digits} refers to a group that doesn't end before it")
        self.position += len(digits)
        return BackReference(int(digits))

    def _escape(self) -> Characters:
        """Read what follows a backslash: a set, or a single character."""
        letter = self._here()
        if letter in ("p", "P"):
            self.position += 1
            return self._category(letter)
        if letter and letter in characters.ESCAPES:
            self.position += 1
            return characters.ESCAPES[letter]
        single = self._single_escape()
        return self._span(single, single)

    def _single_escape(self) -> str:
        letter = self._here()
        if letter not in _SINGLE_ESCAPES:
            self._fail(f"\\{letter} is not an escape")
        self.position += 1
        return _SINGLE_ESCAPES[letter]

    def _category(self, letter: str) -> Characters:
        match = self._take(_CATEGORY)
        if match is None:
            self._fail(f"\\{letter} is not followed by a category in braces")
        found = characters.category(match[1])
        if found is None:
            self._fail(f"{match[1]} is not a category or block of Unicode")
        return found if letter == "p" else characters.negated(found)

    def _span(self, first: str, last: str) -> Characters:
        return characters.span(first, last, ignore_case=self.ignore_case)

    def _class(self) -> Characters:
        """Read a character class, after its bracket."""
        self.depth += 1
        if self.depth > _DEEPEST:
            self._fail(f"character classes are nested more than {_DEEPEST} deep")
        is_negated = self._here() == "^"
        self.position += is_negated
        sets: list[Characters] = []
        subtracted: Characters | None = None
        while self._here() != "]" and subtracted is None:
            if sets and self.text.startswith("-[", self.position):
                self.position += 2
                subtracted = self._class()
            else:
                sets.append(self._class_part())
        if not sets or self._here() != "]":
            self._fail("a character class is empty" if not sets else "a class is not closed")
        self.position += 1
        self.depth -= 1
        found = characters.union(sets)
        found = characters.negated(found) if is_negated else found
        return found if subtracted is None else characters.difference(found, subtracted)

    def _class_part(self) -> Characters:
        character = self._here()
        if character == "\\":
            self.position += 1
            letter = self._here()
            if letter in ("p", "P") or (letter and letter in characters.ESCAPES):
                return self._escape()
            first = self._single_escape()
        else:
            first = self._class_character()
        following = self.text[self.position : self.position + 2]
        if not following.startswith("-") or following in ("-]", "-[", "-"):
            return self._span(first, first)
        self.position += 1
        if self._here() == "\\":
            self.position += 1
            last = self._single_escape()
        else:
            last = self._class_character()
        if last < first:
            self._fail(f"the range {first}-{last} runs backwards")
        return self._span(first, last)

    def _class_character(self) -> str:
        character = self._here()
        if not character:
            self._fail("a character class is not closed")
        if character == "[":
            self._fail("[ is not escaped by a backslash within a character class")
        self.position += 1
        return character


def _is_any(_character: str) -> bool:
    return True


_is_no_line_end = characters.negated(characters.is_line_end)
