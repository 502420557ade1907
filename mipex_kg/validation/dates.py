"""What is a date: by XML Schema, and by its looks."""

from __future__ import annotations

import re
from calendar import monthrange

import pyoxigraph as ox

from mipex_kg.rdf.namespaces import XSD

_DATE_LIKE = re.compile(r"-?[0-9]{4}-[0-9]{2}(-[0-9]{2})?(T[0-9:.]+(Z|[+-][0-9:]+)?)?\Z")
_DATES = {
    XSD.term("date"): re.compile(
        r"-?[0-9]{4,}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])(Z|[+-][0-9]{2}:[0-9]{2})?\Z"
    ),
    XSD.term("gYear"): re.compile(r"-?[0-9]{4,}(Z|[+-][0-9]{2}:[0-9]{2})?\Z"),
    XSD.term("gYearMonth"): re.compile(r"-?[0-9]{4,}-(0[1-9]|1[0-2])(Z|[+-][0-9]{2}:[0-9]{2})?\Z"),
    XSD.term("dateTime"): re.compile(
        r"-?[0-9]{4,}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T"
        r"([01][0-9]|2[0-4]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?\Z"
    ),
}


def is_date(literal: ox.Literal) -> bool | None:
    """Tell whether a literal of a date's type is one; None if it is of another type.

    >>> is_date(ox.Literal("2021-02-29", datatype=XSD.term("date")))
    False
    """
    form = _DATES.get(literal.datatype)
    if form is None:
        return None
    return form.match(literal.value) is not None and _is_in_calendar(literal.value)


def looks_like_date(literal: ox.Literal) -> bool:
    """Tell whether a literal is text alone that looks like a date.

    >>> looks_like_date(ox.Literal("2021-02-28")), looks_like_date(ox.Literal("2021"))
    (True, False)
    """
    is_text = literal.language is not None or literal.datatype == XSD.term("string")
    return is_text and _DATE_LIKE.match(literal.value) is not None


def _is_in_calendar(date: str) -> bool:
    """Tell whether the month has such a day; a date without a day passes.

    >>> _is_in_calendar("2020-02-29"), _is_in_calendar("2021-02-29T12:00:00Z")
    (True, False)
    """
    match = re.match(r"(-?[0-9]{4,})-([0-9]{2})-([0-9]{2})", date)
    # Any 400 years have the same leap years.
    return match is None or int(match[3]) <= monthrange(int(match[1]) % 400 + 400, int(match[2]))[1]
