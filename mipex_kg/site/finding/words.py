"""The words of names, as they are compared: without case, accents, and signs between them.

The browser's script folds what is typed in the same way: see ``browser/src/finding/folding.js``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

# Letters that have no accent to be taken off.
_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
    | {"ς": "σ"}
)
# Dots within what is said letter by letter: U.K.
_DOT = re.compile(r"(?<!\w)([^\W\d_])\.(?=[^\W\d_](?!\w))")
# Scripts without blanks between words: each sign is one.
_SIGN = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_SIGN}]|[^\W_{_SIGN}]+")
# Words that are written as one by some: co-operation, O’Brien.
_JOINED = re.compile(rf"(?<![^\W_{_SIGN}])[^\W_{_SIGN}]+(?:[-‐'’][^\W_{_SIGN}]+)+")
_ARTICLE = re.compile(
    r"(?:the|der|die|das|le|la|les|el|los|las|els|il|lo|gli|de|het|os) +(?=\S)", re.IGNORECASE
)
# Acronyms, and codes of standards: in capitals, and short.
_MOST = 16


def fold(text: str) -> str:
    """Give a text as it is compared.

    >>> fold("Łódź, the U.K."), fold("Straße")
    ('lodz, the uk.', 'strasse')
    """
    lower = text.lower()
    if not lower.isascii():
        apart = unicodedata.normalize("NFKD", lower)
        plain = (letter for letter in apart if unicodedata.category(letter)[0] != "M")
        lower = "".join(plain).translate(_LETTERS)
    return _DOT.sub(r"\1", lower)


def words(text: str) -> Iterator[str]:
    """Give the words by which a name is found, those that may be written as one also so.

    >>> list(words("Côte d’Ivoire"))
    ['cote', 'd', 'ivoire', 'divoire']
    """
    folded = fold(text)
    yield from _WORD.findall(folded)
    for joined in _JOINED.findall(folded):
        yield "".join(_WORD.findall(joined))


def is_code(text: str) -> bool:
    """Tell whether a name is an acronym or a code: no blank, no small letter.

    >>> is_code("DKX"), is_code("008"), is_code("Beacon")
    (True, True, False)
    """
    letters = [sign for sign in text if sign.isalpha()]
    return len(text) <= _MOST and not re.search(r"\s", text) and all(map(str.isupper, letters))


def without_article(text: str) -> str:
    """Leave out the article before a name.

    >>> without_article("the Alps")
    'Alps'
    """
    return _ARTICLE.sub("", text, count=1) if _ARTICLE.match(text) else text
