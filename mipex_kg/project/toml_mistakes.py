"""Mistakes in TOML, in words for those who write settings by hand, and what to do about each.

The parser tells little more than where it gave up, and each Python in words of its own. What was
meant shows in the characters there.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from mipex_kg.project.toml_tokens import TomlToken, tokens
from mipex_kg.system.reading import place_behind


class TomlMistake(NamedTuple):
    """What is wrong, what to do, and the offset of where."""

    message: str
    hint: str
    at: int


def explain(text: str, gave_up: int) -> TomlMistake | None:
    r"""Say what is wrong with a text that is not TOML.

    :param gave_up: the offset where the parser did
    :returns: None where there are no words for it

    >>> explain("name = Ada Brook\n", 7)
    TomlMistake(message='“Ada Brook” is not in quotes.', hint='Write "Ada Brook".', at=7)
    """
    read = [token for token in tokens(text) if token.start < gave_up]
    place = _Place(text, gave_up, *_open_statement(read))
    return (
        _wrong_escape(place)
        or _open_text(read)
        or _open_bracket(place)
        or _twice(place)
        or _bare_text(place)
        or next((kind.mistake(place) for kind in _MISTAKES if kind.fits(place)), None)
    )


class _Place(NamedTuple):
    """Where the parser gave up.

    :param statement: the tokens before it of one key with its value, or of the head of a table
    :param opened: the brackets of values in the statement that are not closed
    """

    text: str
    at: int
    statement: Sequence[TomlToken]
    opened: Sequence[TomlToken]

    @property
    def rest(self) -> str:
        """The rest of the line."""
        rest = self.text[self.at :].partition("\n")[0]
        return "" if rest == "\r" and self.text.startswith("\r\n", self.at) else rest

    @property
    def is_last(self) -> bool:
        """Whether nothing but a comment follows on the line."""
        return bool(re.fullmatch(r"[ \t]*(#.*)?", self.rest))

    @property
    def start(self) -> int:
        """Where the statement begins."""
        return self.statement[0].start if self.statement else self.at

    @property
    def role(self) -> str:
        """What could stand there, by the tokens before it."""
        words = [token.text for token in self.statement]
        if not words:
            return "statement"
        if words[0] == "[":
            return "behind" if "]" in words else "head"
        if self.opened and words[-1] in "[{,":
            return "item" if self.opened[-1].text == "[" else "key"
        if words[-1] == "=":
            return "value"
        return "behind" if "=" in words else "key"


def _open_statement(read: Sequence[TomlToken]) -> tuple[list[TomlToken], list[TomlToken]]:
    statement: list[TomlToken] = []
    opened: list[TomlToken] = []
    for token in read:
        if token.text == "\n" and not opened:
            statement = []
        elif token.text != "\n":
            is_value = bool(statement) and statement[0].text != "["
            if token.text in ("[", "{") and is_value:
                opened.append(token)
            elif token.text in ("]", "}") and opened:
                opened.pop()
            statement.append(token)
    return statement, opened


_ESCAPE = re.compile(r'\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[btnfr"\\]|[ \t]*\r?\n|)')
_SINGLE = "In single quotes a backslash stands for itself: 'C:\\data'. A path may have / as well."


def _wrong_escape(place: _Place) -> TomlMistake | None:
    """Find a backslash before what has no meaning with it, in the text that was being read."""
    if place.statement and place.statement[-1].mark in ('"', '"""'):
        for escape in _ESCAPE.finditer(place.text, place.statement[-1].start, place.at + 1):
            if not escape[1]:
                message = "In double quotes a backslash has a meaning, and none before this."
                return TomlMistake(message, _SINGLE, escape.start())
    return None


def _open_text(read: Sequence[TomlToken]) -> TomlMistake | None:
    """Find a text that has no end."""
    text = next((token for token in read if token.is_open), None)
    if text is None:
        return None
    hint = f"Close it with {text.mark}"
    if text.text.rstrip("\r").endswith('\\"'):
        hint = f"The backslash makes the last quotation mark a part of the text. {_SINGLE}"
    elif other := re.search(_CURLY, text.text):
        hint = f"Close it with the straight {text.mark}, and not with {other[0]}."
    elif len(text.mark) == 1:
        hint += f" on its line. A text of several lines has {text.mark * 3} at both ends."
    return TomlMistake("The text that begins here has no end.", hint, text.start)


def _open_bracket(place: _Place) -> TomlMistake | None:
    """Find a list, or a table in braces, that goes on with what can't be in it."""
    if not place.opened:
        return None
    bracket, rest = place.opened[-1], place.rest
    if bracket.text == "{":
        hint = "Write } before the line ends. A longer table has a head of its own: [pages]."
        message = "The braces that begin here are not closed on their line."
        return TomlMistake(message, hint, bracket.start) if place.is_last else None
    is_behind = place.role == "behind"
    # The head of the next table looks as if it were an item of the list.
    is_head = place.statement[-1].text == "[" and len(place.opened) > 1
    if (
        not place.text[place.at :].strip()
        or re.match(r"[\w.\"'-]+[ \t]*=", rest)
        or (is_behind and rest.startswith("["))
        or (is_head and re.fullmatch(r"[\w.]+\]\s*(#.*)?", rest))
    ):
        first = place.opened[0 if is_head else -1]
        return TomlMistake(
            "The list that begins here is not closed.", "Write ] at its end.", first.start
        )
    if is_behind and re.match(r"[\w\"'{+-]", rest):
        hint = 'Values have commas between them: ["a", "b"].'
        return TomlMistake("A comma is missing before this.", hint, place.at)
    return None


def _twice(place: _Place) -> TomlMistake | None:
    """Find a name that is there already: nothing else is wrong with what is complete."""
    written = place.text[place.start : place.at].strip("[ \t\r\n")
    above = place.text[: place.start]
    if place.role == "head" and place.rest.startswith("]"):
        found = _last(rf"\[+[ \t]*{re.escape(written)}[ \t]*\]", above)
        name, hint = f"[{written}]", "Write what is below this line below that one."
    elif place.role == "behind" and place.is_last:
        name, hint = written.partition("=")[0].strip(), "Remove one of the two."
        found = _last(rf"{re.escape(name)}[ \t]*=", above)
    else:
        return None
    if found is None:
        message = f"{name} is there already: as a table, or with a value of its own."
        return TomlMistake(message, "Only one of the two can stay.", place.start)
    line = place_behind(above[:found])[0]
    return TomlMistake(f"{name} is there already, in line {line}.", hint, place.start)


def _last(pattern: str, text: str) -> int | None:
    starts = [found.start() for found in re.finditer(rf"^[ \t]*{pattern}", text, re.MULTILINE)]
    return starts[-1] if starts else None


_NEXT_KEY = re.compile(r"[\w.-]+[ \t]*=")


def _bare_text(place: _Place) -> TomlMistake | None:
    """Find a text without quotes, also one that begins as a number does."""
    start, rest = place.at, place.rest
    if place.role == "behind" and not place.opened and place.statement[0].text != "[":
        value = next(token for token in place.statement[::-1] if token.text == "=").start + 1
        start = len(place.text) - len(place.text[value:].lstrip(" \t"))
        if not re.match(r"[+-]?\d", place.text[start:]) or _NEXT_KEY.match(rest):
            return None
        if re.match(r"[,;]?\s*(//|#|\Z)|[\r\]})]", rest):
            return None
        if re.fullmatch(r",\d+\s*", rest):
            right = f"{place.text[start : place.at]}.{rest[1:].strip()}"
            return TomlMistake("A number has a point, and no comma.", f"Write {right}.", start)
    elif place.role not in ("value", "item"):
        return None
    end = r"(?:(?!\s+#|[,\]\r\n]).)+" if place.role == "item" else r"(?:(?!\s+#)[^\r\n])+"
    found = re.match(end, place.text[start:])
    text = found[0].strip(" \t") if found else ""
    if not re.match(r"[\w<@/.~+*-]", text) or text.lower() in _WORDS:
        return None
    plain = text.strip("<>\"'“”„‘’ ")
    quoted = f"'{plain}'" if "\\" in plain or '"' in plain else f'"{plain}"'
    return TomlMistake(f"“{text}” is not in quotes.", f"Write {quoted}.", start)


class _TomlMistakeKind(NamedTuple):
    """A kind of mistake.

    :param roles: of the places where it is made; none for all
    :param rest: how the line goes on where the parser gave up, and what ``{found}`` stands for;
        ``{name}`` is the name of its first character
    :param last: how the token before that ends
    """

    roles: str
    rest: str
    message: str
    hint: str
    last: str = ""

    def fits(self, place: _Place) -> bool:
        """Tell whether this is it."""
        last = place.statement[-1].text if place.statement else ""
        return bool(
            (not self.roles or place.role in self.roles.split())
            and re.match(self.rest, place.rest)
            and re.search(self.last, last)
        )

    def mistake(self, place: _Place) -> TomlMistake:
        """Say what is wrong, in the words that stand there."""
        found = re.match(self.rest, place.rest)
        written = found[0].rstrip() if found else ""
        first = place.rest[:1] or " "
        name = unicodedata.name(first, "").lower() or f"U+{ord(first):04X}"
        message, hint = (
            text.replace("{found}", written).replace("{name}", name)
            for text in (self.message, self.hint)
        )
        return TomlMistake(message, hint, place.at)


_TRUTH = ("true", "false", "yes", "no", "on", "off")
_NOTHING = ("null", "none", "nil")
_WORDS = {*_TRUTH, *_NOTHING}
_CURLY = "[“”„‟‘’‚‛«»‹›]"
_A_LINE = "A line has a name, = and a value. A comment begins with #."

_MISTAKES = (
    _TomlMistakeKind(
        "",
        r"[^\S \t\r\n]|[\x00-\x08\x0e-\x1f\x7f\u00ad\u200b-\u200f\u2060\ufeff]",
        "There is an invisible character here: {name}.",
        "Delete it, and type a space if there should be one. It may come with copied text.",
    ),
    _TomlMistakeKind(
        "",
        r"\r",
        "The line ends here with a character of old Macs (CR), which TOML has no use for.",
        "Save the file with line ends of Unix (LF) or Windows (CRLF).",
    ),
    _TomlMistakeKind(
        "statement behind",
        r"//|/\*|;(?=.*\S)|<!--|--",
        "This begins no comment.",
        "A comment begins with # and ends with its line.",
    ),
    _TomlMistakeKind(
        "",
        _CURLY,
        "{found} is not a quotation mark of TOML.",
        'Use the straight one: "…". Word processors turn it into others.',
    ),
    _TomlMistakeKind(
        "value item",
        rf"(?i:{'|'.join(_TRUTH)})\b",
        "“{found}” is not a truth value of TOML.",
        "Write true or false, in lower case.",
    ),
    _TomlMistakeKind(
        "value item",
        rf"(?i:{'|'.join(_NOTHING)})\b",
        "TOML has no empty value.",
        "Remove the line, or write # before it.",
    ),
    _TomlMistakeKind("value item", r"\s*(#|\Z)", "A value is missing.", "Write it behind the =."),
    _TomlMistakeKind(
        "value item",
        "[,=]",
        "A value is missing before “{found}”.",
        "Write it, or remove what is too much.",
    ),
    _TomlMistakeKind(
        "key",
        r":[\w-]+[ \t]*=",
        "A name with a colon must be in quotes.",
        'Write "schema:Person" = …, with its quotes.',
    ),
    _TomlMistakeKind(
        "key",
        ":",
        "Between a name and its value is =, and not a colon.",
        'Write name = "value".',
    ),
    _TomlMistakeKind(
        "statement",
        "{",
        "This is JSON, and not TOML.",
        'A line has a name, = and a value: name = "value". The head of a table is in brackets.',
    ),
    _TomlMistakeKind(
        "statement behind",
        r"[\]})]",
        "This {found} closes nothing.",
        "Remove it, or look for what should be open.",
    ),
    _TomlMistakeKind("statement", "=", "A name is missing before “=”.", _A_LINE),
    _TomlMistakeKind("key", "}", "There is a comma too many before “}”.", "Remove it."),
    _TomlMistakeKind(
        "statement head key",
        ".*[=\\]]",
        "A name has letters from A to Z, digits, - and _, or it must be in quotes.",
        'Write it without spaces, or as "my name".',
    ),
    _TomlMistakeKind(
        "head",
        "",
        "The head of a table has no end.",
        "Write ] at the end of its name.",
    ),
    _TomlMistakeKind(
        "key",
        r"[\"'\d\[{]|true\b|false\b",
        "An = is missing before the value.",
        _A_LINE,
    ),
    _TomlMistakeKind("key", "", "This line has no =.", _A_LINE),
    _TomlMistakeKind(
        "behind",
        r",\s*(#|\Z)",
        "No comma ends a line outside of brackets.",
        'Remove it. Several values are in brackets: ["a", "b"].',
    ),
    _TomlMistakeKind("behind", r",", "Several values must be in brackets.", 'Write ["a", "b"].'),
    _TomlMistakeKind("behind", r";", "No semicolon ends a line.", "Remove it."),
    _TomlMistakeKind(
        "behind",
        r"[\w.-]+[ \t]*=",
        "The value before this ends its line.",
        "Begin a new line here.",
    ),
    _TomlMistakeKind(
        "behind",
        "",
        "The text ended at the quotation mark before this.",
        'Within a text in double quotes, write \\" for a quotation mark.',
        last="[\"']$",
    ),
    _TomlMistakeKind(
        "behind", r"\S+", "“{found}” can't stand here.", "A line ends with its value. " + _A_LINE
    ),
)
