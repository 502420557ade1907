"""The lexical spaces of the datatypes of XML Schema 1.1 that RDF uses.

RDF knows no white space processing: ``" 1"`` is not a lexical form of xsd:integer. What a datatype
allows is told by its pattern, by the calendar, and by the bounds of the integers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from mipex_kg.rdf.namespaces import XSD
from mipex_kg.validation.datatypes.calendar import days_in_month

_YEAR = r"-?(?:[1-9][0-9]{3,}|0[0-9]{3})"
_MONTH = r"(?:0[1-9]|1[0-2])"
_DAY = r"(?:0[1-9]|[12][0-9]|3[01])"
_TIME = r"(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?|24:00:00(?:\.0+)?)"
_ZONE = r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))"
_INTEGER = r"[+-]?[0-9]+"
_DECIMAL = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
_FLOAT = rf"{_DECIMAL}(?:[Ee][+-]?[0-9]+)?|[+-]?INF|NaN"
_YEARS_MONTHS = r"(?:[0-9]+Y(?:[0-9]+M)?|[0-9]+M)"
_CLOCK = (
    r"T(?:[0-9]+H(?:[0-9]+M)?(?:[0-9]+(?:\.[0-9]+)?S)?"
    r"|[0-9]+M(?:[0-9]+(?:\.[0-9]+)?S)?|[0-9]+(?:\.[0-9]+)?S)"
)
_DAYS_CLOCK = rf"(?:[0-9]+D(?:{_CLOCK})?|{_CLOCK})"
_BASE64 = "[A-Za-z0-9+/]"
# Name characters of XML 1.0, fifth edition.
_NAME_START = (
    ":A-Z_a-z\xc0-\xd6\xd8-\xf6\xf8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME_CHARACTER = _NAME_START + ".0-9\xb7\u0300-\u036f\u203f\u2040-"
NAME_STARTS, NAME_CHARACTERS = (re.compile(f"[{c}]") for c in (_NAME_START, _NAME_CHARACTER))
_NCNAME = f"[{_NAME_START.removeprefix(':')}][{_NAME_CHARACTER.removeprefix(':')}]*"
_ANYTHING = r"(?s:.*)"

_PATTERNS: Mapping[str, str] = {
    "string": _ANYTHING,
    "normalizedString": r"[^\t\n\r]*",
    "token": r"(?:[^\t\n\r ]+(?: [^\t\n\r ]+)*)?",
    "language": r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*",
    "Name": f"[{_NAME_START}][{_NAME_CHARACTER}]*",
    "NCName": _NCNAME,
    "ID": _NCNAME,
    "IDREF": _NCNAME,
    "ENTITY": _NCNAME,
    "NMTOKEN": f"[{_NAME_CHARACTER}]+",
    "anyURI": _ANYTHING,
    "boolean": "true|false|1|0",
    "decimal": _DECIMAL,
    "float": _FLOAT,
    "double": _FLOAT,
    "duration": rf"-?P(?:{_YEARS_MONTHS}(?:{_DAYS_CLOCK})?|{_DAYS_CLOCK})",
    "yearMonthDuration": rf"-?P{_YEARS_MONTHS}",
    "dayTimeDuration": rf"-?P{_DAYS_CLOCK}",
    "dateTime": rf"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}{_ZONE}?",
    "dateTimeStamp": rf"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}{_ZONE}",
    "date": rf"{_YEAR}-{_MONTH}-{_DAY}{_ZONE}?",
    "time": rf"{_TIME}{_ZONE}?",
    "gYear": rf"{_YEAR}{_ZONE}?",
    "gYearMonth": rf"{_YEAR}-{_MONTH}{_ZONE}?",
    "gMonth": rf"--{_MONTH}{_ZONE}?",
    "gMonthDay": rf"--{_MONTH}-{_DAY}{_ZONE}?",
    "gDay": rf"---{_DAY}{_ZONE}?",
    "hexBinary": "(?:[0-9a-fA-F]{2})*",
    "base64Binary": (
        rf"(?:(?:{_BASE64} ?){{4}})*(?:(?:{_BASE64} ?){{3}}{_BASE64}"
        rf"|(?:{_BASE64} ?){{2}}[AEIMQUYcgkosw048] ?=|{_BASE64} ?[AQgw] ?= ?=)|"
    ),
}
# The least and the greatest value of each integer type; None where there is none.
INTEGERS: Mapping[str, tuple[int | None, int | None]] = {
    "integer": (None, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-(2**7), 2**7 - 1),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedByte": (0, 2**8 - 1),
}
DATATYPES: frozenset[str] = frozenset(XSD + name for name in (*_PATTERNS, *INTEGERS))
"""The IRIs of the datatypes whose lexical space is known."""

_DATED = re.compile(rf"(?P<year>{_YEAR}|-)-(?P<month>{_MONTH})-(?P<day>{_DAY})")


def is_well_typed(lexical: str, datatype: str) -> bool | None:
    """Tell whether a literal's lexical form belongs to its datatype.

    :param lexical: the literal's lexical form
    :param datatype: the IRI of its datatype
    :returns: None if the datatype is not one of XML Schema's (see ``DATATYPES``)

    >>> is_well_typed("-0043-03-15", XSD + "date"), is_well_typed("2021-02-29", XSD + "date")
    (True, False)
    >>> is_well_typed("5.0E-1", XSD + "decimal"), is_well_typed("1", "urn:example:d")
    (False, None)
    """
    check = _CHECKS.get(datatype)
    return None if check is None else check(lexical)


def _matches(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda lexical: compiled.fullmatch(lexical) is not None


def _is_in_range(least: int | None, greatest: int | None) -> Callable[[str], bool]:
    is_integer = _matches(_INTEGER)

    def check(lexical: str) -> bool:
        return is_integer(lexical) and is_between(lexical, least, greatest)

    return check


def is_between(lexical: str, least: int | None, greatest: int | None) -> bool:
    """Tell whether an integer of any number of digits is within bounds.

    >>> is_between("-" + "9" * 100_000, None, 0), is_between("+0128", -128, 127)
    (True, False)
    """
    digits = lexical.lstrip("+-0") or "0"
    # Python refuses to convert thousands of digits, and no bound has more than twenty.
    magnitude = int(digits) if len(digits) <= 20 else 10**20
    value = -magnitude if lexical.startswith("-") else magnitude
    return (least is None or value >= least) and (greatest is None or value <= greatest)


def _is_in_calendar(pattern: str) -> Callable[[str], bool]:
    matches = _matches(pattern)

    def check(lexical: str) -> bool:
        dated = _DATED.match(lexical) if matches(lexical) else None
        if dated is None:
            return False
        # The day of a month in no year may be that of a leap year.
        year = "4" if dated["year"] == "-" else dated["year"]
        # Any 400 years have the same leap years, and 10,000 is a multiple of 400.
        return int(dated["day"]) <= days_in_month(int(year[-4:]), int(dated["month"]))

    return check


def _checks() -> dict[str, Callable[[str], bool]]:
    dated = {"date", "dateTime", "dateTimeStamp", "gMonthDay"}
    patterns = {
        name: _is_in_calendar(pattern) if name in dated else _matches(pattern)
        for name, pattern in _PATTERNS.items()
    }
    integers = {name: _is_in_range(*bounds) for name, bounds in INTEGERS.items()}
    return {XSD + name: check for name, check in {**patterns, **integers}.items()}


_CHECKS = _checks()
