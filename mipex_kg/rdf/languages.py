"""Languages of texts: which one will do where another is wanted."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def covers(wanted: str, language: str) -> bool:
    """Tell whether a text in a language is in the one that is wanted.

    A tag is in each range that it begins with (RFC 4647, 3.3.1): ``en-GB`` is English.

    :param wanted: a language range, such as ``en``
    :param language: a language tag; case does not matter

    >>> covers("pt", "pt-BR"), covers("pt-BR", "pt"), covers("pt", "pth"), covers("pt", "")
    (True, False, False, False)
    """
    return f"{language}-".lower().startswith(f"{wanted}-".lower())


def wider_tags(language: str | None) -> list[str]:
    """Give the ranges that a language is in besides its own, the nearest first, in lower case.

    >>> wider_tags("sr-Latn-RS"), wider_tags("en")
    (['sr-latn', 'sr'], [])
    """
    parts = (language or "").lower().split("-")
    return ["-".join(parts[:end]) for end in range(len(parts) - 1, 0, -1)]


def conventional(language: str) -> str:
    """Write a language tag as people do (RFC 5646, 2.1.1): case means nothing to programs.

    >>> [conventional(tag) for tag in ("en-us", "sr-latn-rs", "EN", "en-x-us")]
    ['en-US', 'sr-Latn-RS', 'en', 'en-x-us']
    """
    first, *rest = language.lower().split("-")
    private = next((n for n, part in enumerate(rest) if len(part) == 1), len(rest))
    cased = (
        {2: part.upper(), 4: part.title()}.get(len(part), part) if n < private else part
        for n, part in enumerate(rest)
    )
    return "-".join([first, *cased])


def preference(language: str, wanted: Sequence[str]) -> tuple[int, int]:
    """Give the place of a language in an order: the smallest is the most welcome.

    Texts without a language are taken for ones in the first that is wanted, but come after those
    that say so.

    :param language: a language tag, or an empty text
    :param wanted: language ranges, the preferred one first

    >>> tags = ["fr", "", "de", "en-GB", "en"]
    >>> sorted(tags, key=lambda tag: preference(tag, ["en", "de"]))
    ['en', 'en-GB', '', 'de', 'fr']
    """
    if not language:
        return 0, sys.maxsize
    for place, each in enumerate(wanted):
        if covers(each, language):
            return place, len(language)
    return len(wanted) + 1, 0
