"""Content negotiation: which of a thing's documents a client prefers, by its ``Accept`` header.

It is written twice: in Python, and as two regular expressions for servers that can do no more than
match. Both take the header apart in the same way, weights (RFC 9110, 12.4.2) included.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from mipex_kg.rdf import formats


class Variant(NamedTuple):
    """One of the documents about a thing.

    :param name: its suffix, without the dot
    :param accepted: the media types under which clients ask for it
    """

    name: str
    media_type: str
    accepted: tuple[str, ...]


# Where a client likes several the same, the first is sent: people's browsers come before programs.
VARIANTS = (
    Variant("html", "text/html", ("text/html", "application/xhtml+xml")),
    *(
        Variant(format.suffix[1:], format.media_type, (format.media_type,))
        for format in (formats.TURTLE, formats.TRIG)
    ),
    # Programs that know JSON only are served too.
    Variant("jsonld", formats.JSONLD.media_type, (formats.JSONLD.media_type, "application/json")),
    *(
        Variant(format.suffix[1:], format.media_type, (format.media_type,))
        for format in (formats.RDFXML, formats.NTRIPLES)
    ),
)
DEFAULT = VARIANTS[0]

# An item of the header's list: a comma in quotes doesn't end it. The repeats are possessive, since
# servers have little memory to come back to them. Nothing ends in two ways, so it makes no
# difference to what matches.
_ITEM = r'(?:[^",]++|"[^"]*+")*+'
_PARAMETERS = r'(?:\s*+;(?!\s*+q\s*+=)\s*+[^\s=;,"]*+(?:\s*+=\s*+(?:"[^"]*+"|[^\s;,"]*+))?)*+'
_WEIGHT = r"(?:\s*+;\s*+q\s*+=\s*+({group}\d?\.?\d*+))?"
_RANGE = r"\s*+([^\s;,]++)\s*+(?=[;,]|\Z)" + _PARAMETERS + _WEIGHT.format(group="")


def _greedy(pattern: str) -> str:
    """Write a pattern for Python, of which 3.11.2 is wrong about possessive repeats."""
    return re.sub(r"(?<=[*+])\+", "", pattern)


_ONE_ITEM = re.compile(_greedy(_ITEM))
_IN_ITEM = re.compile(_greedy(_RANGE), re.IGNORECASE)


def choose(accept: str | None, variants: Iterable[Variant] = VARIANTS) -> Variant | None:
    """Choose the variant that a client prefers; None if it takes none of them.

    A media type's weight is that of the most specific range that it is in. Where a range has no
    weight that makes sense, it is 1. Without the header, or with an empty one, everything is fine.

    >>> choose("text/turtle;q=0.9, text/html;q=0.5").name
    'ttl'
    >>> choose("*/*").name, choose(None).name, choose("image/png")
    ('html', 'html', None)
    """
    offered = list(variants)
    if not accept:
        return offered[0]
    ranges: dict[str, int] = {}
    for range, weight in _ranges(accept):
        ranges.setdefault(range, weight)
    best = max(offered, key=lambda variant: _weight(variant, ranges))
    return best if _weight(best, ranges) else None


def _ranges(accept: str) -> Iterator[tuple[str, int]]:
    for item in _items(accept):
        if match := _IN_ITEM.match(item):
            yield match[1].lower().replace("*/*", "*"), _thousandths(match[2])


def _items(accept: str) -> Iterator[str]:
    """Take a list apart; a quote that doesn't end ends the list."""
    start = 0
    while True:
        match = _ONE_ITEM.match(accept, start)
        end = match.end() if match else start
        yield accept[start:end]
        if not accept.startswith(",", end):
            return
        start = end + 1


def _thousandths(weight: str | None) -> int:
    """Read a weight; more than 1 makes no sense, and is none."""
    if not weight or weight.startswith("1"):
        return 1000
    match = re.match(r"0?\.(\d+)", weight)
    return int(match[1].ljust(3, "0")[:3]) if match else 0


def _weight(variant: Variant, ranges: dict[str, int]) -> int:
    return max(_weight_of(media_type, ranges) for media_type in variant.accepted)


def _weight_of(media_type: str, ranges: dict[str, int]) -> int:
    kind = media_type.partition("/")[0]
    return next((ranges[r] for r in (media_type, f"{kind}/*", "*") if r in ranges), 0)


def weight_pattern(media_type: str, group: str = "") -> str:
    """Write the regular expression that finds the weight of a media type in an ``Accept`` header.

    It is in the syntax of PCRE, and matches when the header has a range that the media type is in.
    Its third group captures the weight of the most specific one: nothing where none is given. The
    first two are only defined, to be used by their numbers.

    :param group: what the third group begins with, to give it a name
    """
    kind = media_type.partition("/")[0]
    ranges = (re.sub(r"([.+])", r"\\\1", media_type), rf"{kind}/\*", r"\*(?:/\*)?")
    weight = _WEIGHT.format(group=group)
    found = "|".join(rf"(?1)*?\s*+{range}\s*+(?=[;,]|$)(?2){weight}" for range in ranges)
    return f"^(?:({_ITEM},)({_PARAMETERS})){{0}}(?|{found})"


def entry(variant: Variant, weight: str) -> str:
    """Write what is known of a media type: a variant that has it, and the captured weight.

    To two zeros behind it, a weight has at least three digits behind its point, and none is told
    from 0.
    """
    return f"{variant.name}={weight}00;"


# What entries are followed by, so that one digit can be told to be greater than another.
LADDER = "|0123456789"


def best_patterns(group: str = "") -> tuple[str, str]:
    r"""Write the regular expressions that find the best variant in a row of entries.

    The first finds the first one with a weight of 1; if there is none, the second finds the first
    one of which it isn't true that one behind it has a greater weight, which is the greatest. A
    digit is greater than another if it stands behind it on the ladder.

    >>> import re
    >>> row = entry(VARIANTS[0], "0.5") + entry(VARIANTS[1], "0.75") + LADDER
    >>> re.search(best_patterns()[1], row)[1]
    'ttl'
    """
    whole = rf"({group}\w+)=(?:1|00;)"
    greater = "|".join(
        (
            r"(?!\2)(\d)(?=.*\|\d*\2\d*\5)",
            r"\2(?!\3)(\d)(?=.*\|\d*\3\d*\6)",
            r"\2\3(\d)(?=.*\|\d*\4\d*\7)",
        )
    )
    return whole, rf"({group}\w+)=0?\.(?!000)(\d)(\d)(\d)\d*;(?!.*=0?\.(?:{greater}))"
