"""Sorting names as dictionaries do: numbers by their value, letters as their language has them.

A small part of the Unicode Collation Algorithm and of CLDR's rules for the languages of Europe:
what sorts behind what, for letters that are more than another one with a mark.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

# Letters that are no other letter with a mark to Unicode, but sort as one.
_LIKE = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ŧ": "t"})
_LIKE |= str.maketrans({"æ": "ae", "œ": "oe", "þ": "th"})
_NORDIC = "z æ ø å"
# By language: rows of letters, each of which comes directly behind the one before it.
_ROWS: Mapping[str, tuple[str, ...]] = {
    "az": ("c ç", "g ğ", "h ı", "o ö", "s ş", "u ü"),
    "bs": ("c č ć", "d dž đ", "l lj", "n nj", "s š", "z ž"),
    "cs": ("c č", "h ch", "r ř", "s š", "z ž"),
    "cy": ("c ch", "d dd", "f ff", "g ng", "l ll", "p ph", "r rh", "t th"),
    "da": (_NORDIC,),
    "es": ("n ñ",),
    "et": ("s š", "z ž", "w õ ä ö ü"),
    "eu": ("n ñ",),
    "fi": ("z å ä ö",),
    "fo": (_NORDIC,),
    "gl": ("n ñ",),
    "hr": ("c č ć", "d dž đ", "l lj", "n nj", "s š", "z ž"),
    "hu": ("c cs", "d dz dzs", "g gy", "l ly", "n ny", "o ö", "s sz", "t ty", "u ü", "z zs"),
    "is": ("a á", "d ð", "e é", "i í", "o ó", "u ú", "y ý", "z þ æ ö"),
    "lt": ("c č", "s š", "z ž"),
    "lv": ("c č", "g ģ", "k ķ", "l ļ", "n ņ", "s š", "z ž"),
    "mt": ("b ċ", "f ġ", "g għ", "h ħ", "y ż"),
    "nb": (_NORDIC,),
    "nn": (_NORDIC,),
    "no": (_NORDIC,),
    "pl": ("a ą", "c ć", "e ę", "l ł", "n ń", "o ó", "s ś", "z ź ż"),
    "ro": ("a ă â", "i î", "s ș", "t ț"),
    "sk": ("a ä", "c č", "h ch", "o ô", "s š", "z ž"),
    "sl": ("c č", "s š", "z ž"),
    "sq": ("c ç", "d dh", "e ë", "g gj", "l ll", "n nj", "r rr", "s sh", "t th", "x xh", "z zh"),
    "sr": ("c č ć", "d dž đ", "l lj", "n nj", "s š", "z ž"),
    "sv": ("z å ä ö",),
    "tr": ("c ç", "g ğ", "h ı", "o ö", "s ş", "u ü"),
}
# What follows a letter to sort what comes directly behind it: behind all words that begin with it.
_BEHIND = "\U0010fffd"
_NUMBER = re.compile(r"\d+")


def sort_key(name: str, language: str = "") -> str:
    """Give what a name is sorted by: accents, case, and signs at its beginning don't matter.

    Numbers are sorted by their value.

    :param language: its tag; letters that are letters of their own there sort as such

    >>> sorted(["Zürich", "École", "“Fairness”", "eel"], key=sort_key)
    ['École', 'eel', '“Fairness”', 'Zürich']
    >>> sorted(["concept 10", "Concept 2", "łan", "lot"], key=sort_key)
    ['Concept 2', 'concept 10', 'łan', 'lot']
    >>> sorted(["öra", "zon", "ost"], key=lambda name: sort_key(name, "sv"))
    ['ost', 'zon', 'öra']
    """
    own = _own_letters(language.partition("-")[0].lower())
    lower = unicodedata.normalize("NFC", name).casefold() if not own else _lower(name, language)
    if own:
        lower = _pattern(tuple(own)).sub(lambda found: own[found.group()], lower)
    parts = unicodedata.normalize("NFKD", lower.translate(_LIKE))
    folded = "".join(c for c in parts if not unicodedata.combining(c))
    bare = re.sub(r"^[^\w]+", "", folded) or folded
    return _NUMBER.sub(_by_value, bare)


def initial(name: str, language: str = "") -> str:
    """Give the letter under which a name is in an index, in upper case; else `#`.

    >>> initial("École"), initial("Öra"), initial("Öra", "sv"), initial("7 up")
    ('E', 'O', 'Ö', '#')
    """
    key = sort_key(name, language)
    for letter, its_key in _own_letters(language.partition("-")[0].lower()).items():
        if key.startswith(its_key):
            return letter[:1].upper() + letter[1:]
    return key[:1].upper() if key[:1].isalpha() else "#"


def _lower(name: str, language: str) -> str:
    """Write a name in lower case, where ß and other letters of one sign may be two."""
    if language.partition("-")[0].lower() in ("tr", "az"):
        name = name.replace("I", "ı").replace("İ", "i")
    return unicodedata.normalize("NFC", name.casefold())


@cache
def _own_letters(language: str) -> Mapping[str, str]:
    """Give the keys of letters of a language that sort behind others, the longest letter first."""
    keys = {
        letter: first + _BEHIND + chr(0xE000 + place)
        for first, *more in map(str.split, _ROWS.get(language, ()))
        for place, letter in enumerate(more)
    }
    return dict(sorted(keys.items(), key=lambda item: -len(item[0])))


@cache
def _pattern(letters: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, letters)))


def _by_value(found: re.Match[str]) -> str:
    """Write a number so that texts sort by its value: how many digits it has comes first."""
    digits = found.group().lstrip("0")
    return f"{min(len(digits), 999):03d}{digits}"
