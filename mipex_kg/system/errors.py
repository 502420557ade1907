"""The errors a user can cause, each with what went wrong, where, and what to do.

The exit codes are a contract with scripts that call the command line: 0 fine, 1 findings,
2 usage or configuration, 3 unreadable source, 4 query or remote failure, 5 output can't be
written, 70 a bug of ours, 130 interrupted, 141 closed pipe.
"""

from __future__ import annotations

import copyreg
import errno
import re
import sys
from collections.abc import Collection, Iterable
from pathlib import Path

# What is longer is nobody's slip of the pen, and takes long to compare.
_LONGEST_GUESSED = 500
# So many names that differ in their digits alone are codes, among so many of the nearest.
_FEWEST_CODES, _MOST_LOOKED_AT = 3, 12
_DIGITS = re.compile("[0-9]")
# Shorter names are a letter apart, and right.
_SHORTEST_SLIP = 4
# In such a name two letters may be wrong.
_LONG_NAME = 10


class KgError(Exception):
    """A user's mistake or the world's: shown as one sentence, without a traceback.

    :param message: what is wrong, a sentence
    :param hint: what to do about it, a sentence
    """

    exit_code = 70

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        if hint:
            self.add_note(f"Hint: {hint}")  # which tracebacks show

    def __reduce__(self) -> tuple[object, ...]:
        # An error crosses from a child process with all that its class knows.
        made = copyreg.__newobj__  # type: ignore[attr-defined]  # typeshed leaves it out
        return made, (type(self), self.message), self.__dict__


class FindingsError(KgError):
    """What was to be published has findings: it is readable, but not valid."""

    exit_code = 1


class UsageError(KgError):
    """The command was called in a way that can't work, or the configuration is wrong."""

    exit_code = 2


class PlacedError(KgError):
    """An error in a file.

    :param path: the file
    :param line: the line, from 1
    :param column: the column in code points, from 1
    """

    def __init__(
        self,
        message: str,
        *,
        path: Path,
        line: int | None = None,
        column: int | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.path = path
        self.line = line
        self.column = column

    def __str__(self) -> str:
        """Write the error as editors and compilers do: ``path:line:column: message``.

        >>> str(SourceError("A dot is missing.", path=Path("a.ttl"), line=3, column=7))
        'a.ttl:3:7: A dot is missing.'
        """
        place = ":".join(str(part) for part in (self.path, self.line, self.column) if part)
        return f"{place}: {self.message}"


class SourceError(PlacedError):
    """A file can't be read or does not parse."""

    exit_code = 3


class SettingsError(PlacedError, UsageError):
    """A setting is wrong, missing or unknown."""

    exit_code = UsageError.exit_code


class AlikeError(KgError):
    """Blank nodes can't be told apart in any reasonable time."""

    exit_code = 3


class QueryError(KgError):
    """A query is malformed, refused, too deep, or took too long.

    :param line: where in the query, from 1, if that is known
    :param column: in code points, from 1
    """

    exit_code = 4

    def __init__(
        self,
        message: str,
        *,
        line: int | None = None,
        column: int | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.line = line
        self.column = column


class RemoteError(KgError):
    """Another host can't be asked, or doesn't answer as it should."""

    exit_code = 4


class OutputError(KgError):
    """The output can't be written."""

    exit_code = 5


def nearest(name: str, known: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """Guess which of the known names was meant, for a hint.

    :param cutoff: how alike the two must be, from 0 to 1

    >>> nearest("poeple", ["people", "posts"])
    'people'
    """
    return next(iter(nearest_few(name, known, most=1, cutoff=cutoff)), None)


def suggestion(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """Suggest the known name that is nearest to a misspelt one, in a sentence for a hint.

    :param otherwise: what to say when none is near

    >>> suggestion(".tll", [".ttl", ".nq"])
    'Did you mean .ttl?'
    """
    near = nearest(name, known)
    return f"Did you mean {near}?" if near else otherwise


def nearest_few(
    name: str, known: Iterable[str], *, most: int = 3, cutoff: float = 0.6
) -> list[str]:
    """Give the known names that are most like one, the likest first.

    >>> nearest_few("pots", ["people", "posts", "spots"])
    ['posts', 'spots']
    """
    if len(name) > _LONGEST_GUESSED:
        return []
    # Imported here: it takes a while, and only mistakes need it.
    from rapidfuzz import fuzz, process

    found = process.extract(
        name, list(known), scorer=fuzz.ratio, limit=most, score_cutoff=cutoff * 100
    )
    return [match[0] for match in found]


def slip(name: str, known: Iterable[str]) -> str | None:
    """Give the known name of which another is a slip of the pen, if there is one.

    That is a letter too many, too few, wrong, or in the other's place, or two in long names; case
    makes no difference.

    >>> [slip(name, ["name", "Organization"]) for name in ("nmae", "Name", "same", "orgnizatoin")]
    ['name', 'name', 'name', 'Organization']
    >>> slip("unname", ["name"])
    """
    if not _SHORTEST_SLIP <= len(name) <= _LONGEST_GUESSED:
        return None
    # Imported here: it takes a while, and only mistakes need it.
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    found = process.extract(
        name, sorted(known), scorer=OSA.distance, processor=str.casefold, limit=1, score_cutoff=2
    )
    for other, apart, _ in found:
        begins_alike = name[0].casefold() == other[0].casefold()
        if apart < 2 or (begins_alike and len(name) >= _LONG_NAME):
            return str(other)
    return None


class Guesses:
    """Guesses for any number of findings, with an end: then there are no more hints.

    The end is told by what has been compared and not by the clock, so that the same project has the
    same findings everywhere.

    :param most: pairs of names that are compared in all
    """

    def __init__(self, most: int = 5_000_000) -> None:
        self._left = most

    def nearest(
        self, name: str, known: Collection[str], *, cutoff: float, most_apart: int = sys.maxsize
    ) -> str | None:
        """Guess which of the known names was meant.

        :param cutoff: how alike the two must be, from 0 to 1
        :param most_apart: how many characters one may be longer than the other

        >>> Guesses().nearest("poeple", {"people", "posts"}, cutoff=0.6)
        'people'
        >>> Guesses(most=1).nearest("poeple", {"people", "posts"}, cutoff=0.6)

        Where names are codes, one that differs in digits is another, unless two were swapped.

        >>> codes = {"RO_0012", "RO_0013", "RO_0024"}
        >>> Guesses().nearest("RO_0014", codes, cutoff=0.6)
        >>> Guesses().nearest("RO_0042", codes, cutoff=0.6)
        'RO_0024'
        """
        self._left -= len(known)
        if self._left < 0:
            return None
        alike = sorted(other for other in known if abs(len(other) - len(name)) <= most_apart)
        found = nearest_few(name, alike, most=_MOST_LOOKED_AT, cutoff=cutoff)
        shape, digits = _DIGITS.sub("", name), sorted(_DIGITS.findall(name))
        codes = [other for other in found if _DIGITS.sub("", other) == shape]
        if digits and len(codes) >= _FEWEST_CODES:
            found = [other for other in codes if sorted(_DIGITS.findall(other)) == digits]
        return next(iter(found), None)

    def slip(self, name: str, known: Collection[str]) -> str | None:
        """Guess of which of the known names another is a slip of the pen."""
        self._left -= len(known)
        return slip(name, known) if self._left >= 0 else None


def cannot_write(path: Path, error: OSError) -> OutputError:
    """Say why a path can't be written, and what to do."""
    hints = {
        errno.ENOSPC: "Free some space, and run it again.",
        errno.EACCES: "Choose another place, or change the permissions.",
        errno.EROFS: "Choose another place.",
        errno.ENOENT: "Make the folder first.",
    }
    reason = error.strerror or str(error)
    return OutputError(f"{path} can't be written: {reason}.", hint=hints.get(error.errno or 0))
