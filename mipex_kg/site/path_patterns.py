"""Patterns of paths, as the settings have them: matched in a time that grows as both lengths do."""

from __future__ import annotations

from collections.abc import Callable, Sequence

_ANY_STEPS, _ANY_CHARACTERS, _ANY_CHARACTER = "**", "*", "?"


def fits(pattern: str, path: str) -> bool:
    """Tell whether the end of a path, by whole folders, is as a pattern says.

    :param pattern: ``*`` and ``?`` are any characters, or one, within a name; ``**`` instead of a
        name is any number of folders
    :param path: with slashes

    >>> fits("en/*.html", "/www/en/team.html"), fits("**/en/**/t?am.html", "/en/team.html")
    (True, True)
    >>> fits("en/*.html", "/www/en/a/team.html"), fits("am.html", "/www/team.html")
    (False, False)
    """
    steps = pattern.removeprefix("./").split("/")
    return _fits([_ANY_STEPS, *steps], path.split("/"), _ANY_STEPS, _fits_name)


def _fits_name(pattern: str, name: str) -> bool:
    return _fits(pattern, name, _ANY_CHARACTERS, _fits_character)


def _fits_character(pattern: str, character: str) -> bool:
    return pattern in (_ANY_CHARACTER, character)


def _fits(
    pattern: Sequence[str], parts: Sequence[str], star: str, is_fit: Callable[[str, str], bool]
) -> bool:
    """Match parts by a pattern, in which a star is any number of them.

    If parts don't fit, only the last star needs to take one more: what an earlier one could take,
    the last one can take as well.
    """
    place = done = 0
    last, taken = -1, 0
    while done < len(parts):
        if place < len(pattern) and pattern[place] == star:
            last, taken = place, done
            place += 1
        elif place < len(pattern) and is_fit(pattern[place], parts[done]):
            place += 1
            done += 1
        elif last >= 0:
            taken += 1
            place, done = last + 1, taken
        else:
            return False
    return all(part == star for part in pattern[place:])
