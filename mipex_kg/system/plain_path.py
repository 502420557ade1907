"""Plain paths: names of files below a folder, such that no way leads out of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Self

from mipex_kg.system.errors import UsageError

# What file systems take, in bytes: of a step, and of a path that has some room before it.
LONGEST_STEP, LONGEST = 255, 2048
# Most paths are like this, and need no closer look.
_USUAL = re.compile(r"(?:\w[\w.~%-]{0,99}/){0,9}\w[\w.~%-]{0,99}", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f\\\ud800-\udfff]")


class PlainPath(str):
    """The path of a file below a folder: steps with slashes between them, and none leads upwards.

    There is no other way to make one than this check, so that what takes one need not check again.

    :raises UsageError: when the text is not such a path

    >>> PlainPath("person/ada.ttl")
    'person/ada.ttl'
    >>> try:
    ...     PlainPath("../data/catalogue.trig")
    ... except UsageError as error:
    ...     print(error.message)
    '../data/catalogue.trig' can't name a file: '..' leads away.
    """

    __slots__ = ()

    def __new__(cls, path: str) -> Self:
        """Check a text, and make it a path."""
        if fault := fault_of(path):
            raise UsageError(
                f"{path!r} can't name a file: {fault}.",
                hint="Rename what the file would be about.",
            )
        return super().__new__(cls, path)

    @property
    def folder(self) -> str:
        """The path of the folder that it is in; empty for the outermost."""
        return self.rpartition("/")[0]

    @property
    def step(self) -> str:
        """Its last step: the name of the file itself."""
        return self.rpartition("/")[2]


def fault_of(path: str) -> str | None:
    """Tell why a text is not a plain path; None if it is one.

    >>> fault_of("a//b"), fault_of("a/b")
    ('a step is empty', None)
    """
    if _USUAL.fullmatch(path):
        return None
    if control := _CONTROL.search(path):
        return f"it has the character U+{ord(control[0]):04X}"
    for step in path.split("/"):
        if not step:
            return "a step is empty"
        if step in (".", ".."):
            return f"{step!r} leads away"
        if len(step.encode()) > LONGEST_STEP:
            return f"a step has more than {LONGEST_STEP} bytes"
    return f"it has more than {LONGEST} bytes" if len(path.encode()) > LONGEST else None


def folders_of(paths: Iterable[str]) -> set[str]:
    """Name all folders in which some files are, the outermost with an empty name.

    >>> sorted(folders_of(["a/b/c", "d"]))
    ['', 'a', 'a/b']
    """
    found = {""}
    for path in paths:
        while (path := path.rpartition("/")[0]) not in found:
            found.add(path)
    return found
