"""The calendar of XML Schema 1.1: Gregorian, without end in both directions, with a year 0."""

from __future__ import annotations

_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def is_leap_year(year: int) -> bool:
    """Tell whether a year has a 29 February.

    >>> [year for year in (-4, 0, 1900, 2000, 2024) if is_leap_year(year)]
    [-4, 0, 2000, 2024]
    """
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def days_in_month(year: int, month: int) -> int:
    """Tell how many days a month has.

    >>> days_in_month(2021, 2), days_in_month(-44, 2)
    (28, 29)
    """
    return 29 if month == 2 and is_leap_year(year) else _LENGTHS[month - 1]


def days_since_epoch(year: int, month: int, day: int) -> int:
    """Count the days from 1 January of the year 1 to a day.

    >>> days_since_epoch(1, 1, 1), days_since_epoch(0, 12, 31), days_since_epoch(2000, 3, 1)
    (0, -1, 730179)
    """
    before = year - 1
    leap_days = before // 4 - before // 100 + before // 400
    of_months = sum(days_in_month(year, earlier) for earlier in range(1, month))
    return before * 365 + leap_days + of_months + day - 1
