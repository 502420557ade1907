"""What a process wrote to standard error before the engine ended it, and what that means.

The engine ends a process where its stack or its memory has no room left, but also where it finds
itself in the wrong, as its sorting does with numbers so large that they are equal as doubles only.
"""

from __future__ import annotations

import os
from typing import NamedTuple

# So much of it is looked at.
_MOST = 10_000
_PANIC = b"panicked at "


class Reason(NamedTuple):
    """Why the engine ended a process, and what may be done."""

    message: str
    hint: str


_TOO_LARGE = Reason(
    "The query is too large for the engine: it ran out of stack or memory.",
    "Nest it less deeply, or add LIMIT.",
)
_UNSORTED = Reason(
    "The query can't be answered: the engine fails to sort these values.",
    "Sort them as text: ORDER BY STR(?x).",
)


def open_for_words() -> int:
    """Open a file without a name, which a process can write to as its standard error."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("last words")
    import tempfile  # imported here: only other systems need it, and it takes a while

    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


def reason_of(words: int) -> Reason:
    """Say why the engine ended a process.

    :param words: the file of its last words, which is still open
    """
    return explain(os.pread(words, _MOST, 0))


def explain(written: bytes) -> Reason:
    r"""Say what a process's last words mean.

    >>> explain(b"thread 'main' has overflowed its stack").hint
    'Nest it less deeply, or add LIMIT.'
    >>> explain(b"thread 'x' panicked at sort.rs:8:5:\nnot a total order\n").hint
    'Sort them as text: ORDER BY STR(?x).'
    >>> explain(b"thread 'x' panicked at store.rs:1:2:\nno entry found\n").message
    "The query can't be answered: the engine failed with “no entry found”."
    """
    # The place in its code is on the line of the panic, and what is wrong on the next.
    _, _, panic = written.partition(_PANIC)
    said = b"".join(panic.splitlines()[1:2]).decode(errors="replace")
    if not said:
        return _TOO_LARGE
    if "total order" in said:
        return _UNSORTED
    return Reason(
        f"The query can't be answered: the engine failed with “{said}”.",
        "This is a fault of the engine, Oxigraph. Try to ask in another way.",
    )
