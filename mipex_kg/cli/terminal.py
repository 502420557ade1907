"""What the commands that write for people share: how wide they may write."""

from __future__ import annotations


def columns() -> int:
    """Tell how many columns the terminal has."""
    # Imported here: what is piped has no width, and it takes a while.
    import shutil

    return shutil.get_terminal_size().columns


def width() -> int:
    """Tell how wide lines may be: the terminal's width, but no wider than one reads with ease."""
    return min(columns(), 100)
