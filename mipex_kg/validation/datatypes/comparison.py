"""Comparing literals by their values, as SPARQL's ``<`` and ``=`` do.

SPARQL 1.1 (17.3) compares numbers, strings, booleans and points in time. Here the other ordered
datatypes of XML Schema 1.1 are compared too, by the order that it gives them: a partial one, in
which a date with a time zone and one without may be neither before nor after one another.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from mipex_kg.rdf.namespaces import XSD
from mipex_kg.validation.datatypes.calendar import days_since_epoch
from mipex_kg.validation.datatypes.lexical import INTEGERS, is_well_typed

_EXACT, _FLOAT, _DOUBLE = "decimal", "float", "double"
_STRINGS = ("string", "normalizedString", "token", "language", "Name", "NCName", "NMTOKEN")
_DAY = 24 * 60 * 60
# The offset from UTC is at most 14 hours either way.
_LARGEST_OFFSET = 14 * 60 * 60
# The months to whose first day a duration is added to compare it with another (XSD 1.1, 3.3.6).
_REFERENCES = ((1696, 9), (1697, 2), (1903, 3), (1903, 7))

_INSTANT = re.compile(
    r"(?:(?P<year>-?[0-9]{4,}))?(?P<rest>.*?)(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?\Z", re.DOTALL
)
_DURATION = re.compile(
    r"(?P<sign>-?)P(?:(?P<years>[0-9]+)Y)?(?:(?P<months>[0-9]+)M)?(?:(?P<days>[0-9]+)D)?"
    r"(?:T(?:(?P<hours>[0-9]+)H)?(?:(?P<minutes>[0-9]+)M)?(?:(?P<seconds>[0-9.]+)S)?)?\Z"
)


class _Instant(NamedTuple):
    """A point on the time line.

    :param seconds: since the year 1, in UTC if the offset is known
    """

    seconds: Fraction
    has_zone: bool


class _Duration(NamedTuple):
    months: int
    seconds: Fraction


class _Number(NamedTuple):
    """A number, and the type in which it is kept."""

    value: Decimal | float
    kind: str


_Value = _Instant | _Duration | _Number | str | bool


def compare(first: tuple[str, str], second: tuple[str, str]) -> int | None:
    """Compare two literals by value.

    :param first: a literal's lexical form, and the IRI of its datatype
    :param second: the other's
    :returns: -1, 0 or 1 as the first is less, equal or greater; None if they can't be compared:
        of kinds that have no common order, ill-typed, or in no order to one another

    >>> compare(("9", XSD + "integer"), ("1e1", XSD + "double"))
    -1
    >>> compare(("true", XSD + "boolean"), ("1", XSD + "integer")) is None
    True
    >>> day = ("2020-01-01", XSD + "date")
    >>> compare(day, ("2020-01-01Z", XSD + "date")) is None
    True
    >>> compare(day, ("2020-01-03Z", XSD + "date"))
    -1
    """
    if not have_common_order(first[1], second[1]):
        return None
    first_order, second_order = _ORDERS[first[1]], _ORDERS[second[1]]
    if not (is_well_typed(*first) and is_well_typed(*second)):
        return None
    return first_order.compare(first_order.read(first[0]), second_order.read(second[0]))


def have_common_order(first: str, second: str) -> bool:
    """Tell whether values of two datatypes can be compared at all.

    >>> have_common_order(XSD + "byte", XSD + "double")
    True
    >>> have_common_order(XSD + "date", XSD + "gYear")
    False
    """
    first_order, second_order = _ORDERS.get(first), _ORDERS.get(second)
    return (
        first_order is not None
        and second_order is not None
        and (first_order.name == second_order.name)
    )


class _Order(NamedTuple):
    """How the values of a datatype are read and compared.

    :param name: values whose orders have the same name can be compared
    """

    name: str
    read: Callable[[str], _Value]
    compare: Callable[..., int | None]


def _by_size(first: Any, second: Any) -> int:
    return int(first > second) - int(first < second)


def _number(kind: str) -> Callable[[str], _Number]:
    def read(lexical: str) -> _Number:
        if kind == _EXACT:
            return _Number(Decimal(lexical), kind)
        return _Number(_as_float(lexical.replace("INF", "inf"), kind), kind)

    return read


def _as_float(value: str | Decimal, kind: str) -> float:
    number = float(value)
    if kind == _DOUBLE:
        return number
    try:
        return float(struct.unpack("f", struct.pack("f", number))[0])
    except OverflowError:
        return float("inf") if number > 0 else float("-inf")


def _compare_numbers(first: _Number, second: _Number) -> int | None:
    """Compare numbers in the wider of their types (XPath, B.1)."""
    kinds = {first.kind, second.kind}
    if kinds == {_EXACT}:
        return _by_size(first.value, second.value)
    kind = _DOUBLE if _DOUBLE in kinds else _FLOAT
    left, right = (
        _as_float(n.value, kind) if isinstance(n.value, Decimal) else n.value
        for n in (first, second)
    )
    return None if left != left or right != right else _by_size(left, right)  # NaN equals nothing


def _matched(pattern: re.Pattern[str], lexical: str) -> re.Match[str]:
    """Take a lexical form apart.

    :raises ValueError: when it is not well typed, which was to be made sure of before
    """
    if match := pattern.match(lexical):
        return match
    raise ValueError(lexical)


def _instant(lexical: str) -> _Instant:
    """Read a date or time, or a part of one; XSD 1.1 says what stands for the parts it lacks."""
    match = _matched(_INSTANT, lexical)
    date, _, clock = match["rest"].partition("T")
    if ":" in date:  # xsd:time
        date, clock = "", date
    seconds = _clock(clock)
    if not match["year"] and clock:
        seconds %= _DAY  # the end of a day is its beginning where there are no days
    year, month, day = _date(match["year"], date)
    zone = match["zone"]
    total = days_since_epoch(year, month, day) * _DAY + seconds - _offset(zone)
    return _Instant(total, zone is not None)


def _date(year: str | None, rest: str) -> tuple[int, int, int]:
    if year is not None:
        month, day = (int(part) if part else 1 for part in f"{rest}--".split("-")[1:3])
        return _whole(year), month, day
    if rest.startswith("---"):
        return 1972, 12, int(rest[3:])
    if rest.startswith("--"):
        month, day = (int(part) if part else 1 for part in f"{rest}-".split("-")[2:4])
        return 1972, month, day
    return 1972, 12, 31


def _whole(digits: str) -> int:
    """Read an integer of any number of digits: ``int`` refuses thousands."""
    sign, number = (-1, digits[1:]) if digits.startswith("-") else (1, digits)
    value = 0
    for start in range(0, len(number), 4000):
        chunk = number[start : start + 4000]
        value = value * 10 ** len(chunk) + int(chunk)
    return sign * value


def _clock(text: str) -> Fraction:
    if not text:
        return Fraction(0)
    hours, minutes, seconds = text.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + _fraction(seconds)


def _fraction(digits: str) -> Fraction:
    whole, _, decimals = digits.partition(".")
    return Fraction(_whole(whole + decimals), 10 ** len(decimals))


def _offset(zone: str | None) -> int:
    if zone is None or zone == "Z":
        return 0
    size = int(zone[1:3]) * 3600 + int(zone[4:6]) * 60
    return -size if zone.startswith("-") else size


def _compare_instants(first: _Instant, second: _Instant) -> int | None:
    """Compare by XSD 1.1, appendix D.2.1: an offset that isn't said may be any of 28 hours."""
    if first.has_zone == second.has_zone:
        return _by_size(first.seconds, second.seconds)
    difference = first.seconds - second.seconds
    if abs(difference) > _LARGEST_OFFSET:
        return 1 if difference > 0 else -1
    return None


def _duration(lexical: str) -> _Duration:
    match = _matched(_DURATION, lexical)
    sign = -1 if match["sign"] else 1
    number = {name: _fraction(text) if text else Fraction(0) for name, text in _parts(match)}
    months = int(number["years"]) * 12 + int(number["months"])
    seconds = number["days"] * _DAY + number["hours"] * 3600 + number["minutes"] * 60
    return _Duration(sign * months, sign * (seconds + number["seconds"]))


def _parts(match: re.Match[str]) -> list[tuple[str, str | None]]:
    names = ("years", "months", "days", "hours", "minutes", "seconds")
    return [(name, match[name]) for name in names]


def _compare_durations(first: _Duration, second: _Duration) -> int | None:
    """Compare what comes of adding each to four points in time: they agree, or it isn't known."""
    found = {
        _by_size(_added(reference, first), _added(reference, second)) for reference in _REFERENCES
    }
    return found.pop() if len(found) == 1 else None


def _added(reference: tuple[int, int], duration: _Duration) -> Fraction:
    years, month = divmod(reference[1] - 1 + duration.months, 12)
    return days_since_epoch(reference[0] + years, month + 1, 1) * _DAY + duration.seconds


def _boolean(lexical: str) -> bool:
    return lexical in ("true", "1")


def _orders() -> Mapping[str, _Order]:
    orders = {
        name: _Order("number", _number(_EXACT), _compare_numbers) for name in ("decimal", *INTEGERS)
    }
    orders |= {
        name: _Order("number", _number(name), _compare_numbers) for name in (_FLOAT, _DOUBLE)
    }
    orders |= {name: _Order("string", str, _by_size) for name in _STRINGS}
    orders["boolean"] = _Order("boolean", _boolean, _by_size)
    for name in ("dateTime", "date", "time", "gYear", "gYearMonth", "gMonth", "gMonthDay", "gDay"):
        orders[name] = _Order(name, _instant, _compare_instants)
    orders["dateTimeStamp"] = orders["dateTime"]
    for name in ("duration", "yearMonthDuration", "dayTimeDuration"):
        orders[name] = _Order("duration", _duration, _compare_durations)
    return {XSD + name: order for name, order in orders.items()}


_ORDERS = _orders()
