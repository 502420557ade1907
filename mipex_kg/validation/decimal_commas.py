"""Numbers with a decimal comma, which Turtle reads as two values: ``1,5`` is 1, and 5."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from mipex_kg.rdf import formats
from mipex_kg.rdf.parsing import ParsedFile
from mipex_kg.system.reading import place_behind
from mipex_kg.validation.report import Finding, Place, Severity

CHECK = "decimal-comma"

# Numbers with a comma and no blank between them, where a value begins. Nearly all files have none.
_JOINED = r"(?<=\s)[+-]?\d+(?:\.\d+)?(?:,\d+)+(?:\.\d+)?"
_SUSPECT = re.compile(_JOINED)
# Where a number can't be: escapes in names, texts, addresses and comments; else a number, and
# whether a list goes on around it. All of it was parsed before, so that each text has its end.
_TEXT = re.compile(
    r"\\."
    r'|"""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*"""'
    r"|'''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'''"
    r'|"(?:[^"\\]|\\.)*"'
    r"|'(?:[^'\\]|\\.)*'"
    r"|<[^<>\s]*>"
    r"|#[^\n\r]*"
    rf"|(?P<before>,)?(?<!\s)\s++(?P<number>{_JOINED})(?![\w:%\\-])(?=(?P<more>\s*+,)?)",
    re.DOTALL,
)


def find_decimal_commas(files: Iterable[ParsedFile]) -> Iterator[Finding]:
    """Find what looks like one number with a comma in it, and is two values or more."""
    for file in files:
        if file.format in (formats.TURTLE, formats.TRIG) and _SUSPECT.search(file.text):
            yield from _in_file(file)


def _in_file(file: ParsedFile) -> Iterator[Finding]:
    text, line, line_start = file.text, 1, 0
    for found in _TEXT.finditer(text):
        number = found["number"]
        # With other values beside it, it is a list.
        if not number or found["before"] or found["more"] or not (meant := _meant(number)):
            continue
        start = found.start("number")
        further, column = place_behind(text[line_start:start])
        line, line_start = line + further - 1, start - column + 1
        snippet = re.compile(r"[^\n\r]*").match(text, line_start)
        yield Finding(
            Severity.WARNING,
            CHECK,
            f"{number} is more than one value here: a comma stands between values.",
            f"For one number, write {meant}. For several, put a blank after each comma: "
            f"{number.replace(',', ', ')}",
            place=Place(
                file.path, line, column, line, column + len(number), snippet[0] if snippet else ""
            ),
        )


def _meant(number: str) -> str | None:
    """Tell which one number may be meant; None where it is rather a list.

    People write short lists without blanks, so that three numbers and more are a list: unless one
    begins with a zero as no number of its own does, or all are groups of three digits before a
    point. Two are not: a list of two is rare, and a blank says that it is one.

    >>> [_meant(each) for each in ("1,5", "1.000,50", "1,000,000", "1,000.50", "1,2,3", "7,12.5")]
    ['1.5', '1000.50', '1000000', '1000.50', None, None]
    """
    first, *others = number.split(",")
    last = others[-1]
    is_grouped = re.fullmatch(r"[+-]?\d{1,3}", first) and all(
        re.fullmatch(r"\d{3}", each.partition(".")[0]) for each in others
    )
    if is_grouped and ("." in last or any(each.startswith("0") for each in others)):
        return number.replace(",", "")
    if len(others) > 1 or "." in last:
        return None
    return f"{first.replace('.', '')}.{last}"
