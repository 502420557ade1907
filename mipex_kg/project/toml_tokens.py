"""The tokens of TOML, also of what is not quite TOML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?(?:"{3,5}(?!")|\Z)'
    r"|'''.*?(?:'{3,5}(?!')|\Z)"
    r'|"(?:\\.|[^"\\\n])*"?'
    r"|'[^'\n]*'?"
    r"|#[^\n]*"
    r"|[ \t\r]+"
    r"|[\[\]{}=,.\n]"
    r"""|[^\s\[\]{}=,.#"']+""",
    re.DOTALL,
)
_SPACE = (" ", "\t", "\r", "#")
_MARKS = ('"""', "'''", '"', "'")


class TomlToken(NamedTuple):
    """A token, and the offset at which it begins."""

    text: str
    start: int

    @property
    def mark(self) -> str:
        """The quotation mark with which it begins; empty if it has none."""
        return next((mark for mark in _MARKS if self.text.startswith(mark)), "")

    @property
    def is_open(self) -> bool:
        """Whether it is a text in quotes that has no end."""
        length = len(self.mark)
        if not length:
            return False
        inner = self.text[length:-length]
        backslashes = len(inner) - len(inner.rstrip("\\")) if self.mark[0] == '"' else 0
        is_long_enough = len(self.text) >= 2 * length
        return not (is_long_enough and self.text.endswith(self.mark)) or backslashes % 2 == 1


def tokens(text: str) -> Iterator[TomlToken]:
    r"""Give the tokens of a text, without blanks and comments; ends of lines are some.

    >>> [token.text for token in tokens('a = "b"  # c\n')]
    ['a', '=', '"b"', '\n']
    """
    for match in _TOKEN.finditer(text):
        if not match[0].startswith(_SPACE):
            yield TomlToken(match[0], match.start())
