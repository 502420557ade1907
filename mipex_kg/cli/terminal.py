"""What the commands that write for people share: the width, and text that steers no terminal."""

from __future__ import annotations

import re

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def columns() -> int:
    """Tell how many columns the terminal has."""
    # Imported here: what is piped has no width, and it takes a while.
    import shutil

    return shutil.get_terminal_size().columns


def width() -> int:
    """Tell how wide lines may be: the terminal's width, but no wider than one reads with ease."""
    return min(columns(), 100)


def plain(text: str) -> str:
    r"""Write control characters as escapes: no value may steer the reader's terminal.

    >>> plain("a\x1b[2J")
    'a\\x1b[2J'
    """
    return _CONTROLS.sub(lambda match: f"\\x{ord(match[0]):02x}", text)
