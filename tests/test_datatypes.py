"""Random literals of every datatype are judged by us and by xmlschema, and agree."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import elementpath.datatypes as values
import pytest
import xmlschema

from mipex_kg.rdf.namespaces import XSD
from mipex_kg.validation.datatypes import DATATYPES, compare, is_well_typed

NAMES = sorted(iri.removeprefix(XSD) for iri in DATATYPES)
# Forms from which random ones are made, by changing a character here and there.
SEEDS = {
    "dateTime": ["2020-02-29T23:59:59.5Z", "-0044-03-15T24:00:00", "12020-12-31T00:00:00-14:00"],
    "dateTimeStamp": ["2020-02-29T23:59:59.5Z", "0000-01-01T24:00:00+05:30"],
    "date": ["2020-02-29", "-0044-03-15Z", "12020-12-31+14:00", "2100-02-28"],
    "time": ["23:59:59", "24:00:00", "00:00:00.000Z", "12:30:00-05:00"],
    "gYear": ["2020", "-0044", "12020Z", "0000"],
    "gYearMonth": ["2020-12", "-0044-03Z"],
    "gMonth": ["--12", "--01Z"],
    "gMonthDay": ["--02-29", "--12-31Z", "--04-30"],
    "gDay": ["---31", "---01-05:00"],
    "duration": ["P1Y2M3DT4H5M6.7S", "-P1M", "PT0S", "P12D"],
    "yearMonthDuration": ["P1Y2M", "-P12M"],
    "dayTimeDuration": ["P1DT2H", "-PT5M0.1S"],
    "boolean": ["true", "false", "0", "1"],
    "decimal": ["-1.50", "+.5", "10.", "007"],
    "float": ["1.5E-3", "-INF", "NaN", "+1e5"],
    "double": ["1.5E-3", "INF", "-0.0", ".5e1"],
    "string": ["a b"],
    "normalizedString": ["a  b"],
    "token": ["a b"],
    "language": ["en", "de-CH-1996", "x-klingon"],
    "Name": ["a:b", "_x1", "é·"],
    "NCName": ["ab", "_x1"],
    "ID": ["a1"],
    "IDREF": ["a1"],
    "ENTITY": ["a1"],
    "NMTOKEN": ["1a", "-a.b:c"],
    "anyURI": ["http://e.test/a#b"],
    "hexBinary": ["0FB8", ""],
    "base64Binary": ["AAAA", "AA==", "AAE=", "A A A A"],
}
CHARACTERS = "0123456789+-:.TZPYMDHSEeINFaNtrue/= _é"
BORDERS = (0, 1, 127, 128, 255, 256, 32767, 32768, 65535, 65536, 2**31, 2**32, 2**63, 2**64)


def is_different(name: str, text: str) -> bool:
    """Tell whether xmlschema goes by something else than the standard, and by what."""
    if name == "anyURI":  # by the pattern of URIs, where XML Schema 1.1 allows for any text
        return True
    if name == "decimal" or name.lower().endswith(EXACT):  # by what Python reads as a number
        return "_" in text or " " in text or not text.isascii()
    if name.startswith("date"):  # by Python's calendar, which ends with the year 9999
        return "-02-29" in text and len(text.lstrip("-").partition("-")[0]) > 4
    return False


EXACT = ("integer", "int", "long", "short", "byte")


def forms(name: str, number: int) -> Iterator[str]:
    """Make lexical forms, right ones and wrong ones."""
    chance = random.Random(name)
    integers = [f"{sign}{n + step}" for n in BORDERS for step in (-1, 0, 1) for sign in ("", "-")]
    seeds = SEEDS.get(name, [*integers, "+007", "-0"])
    yield from seeds
    for _ in range(number):
        text = list(chance.choice(seeds))
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            where = chance.randrange(len(text) + 1)
            what = chance.choice(CHARACTERS)
            match chance.randrange(3):
                case 0 if where < len(text):
                    del text[where]
                case 1 if where < len(text):
                    text[where] = what
                case _:
                    text.insert(where, what)
        yield "".join(text)


@cache
def schema_type(name: str) -> Any:
    return xmlschema.XMLSchema11.builtin_types()[name]


def collapses(text: str) -> bool:
    """XML schema takes away white space before it looks at a text, and RDF doesn't."""
    return " ".join(text.split()) != text


@pytest.mark.parametrize("name", NAMES)
def test_xmlschema_judges_a_lexical_form_as_we_do(name: str) -> None:
    right = wrong = 0
    for text in forms(name, 1500):
        if collapses(text) or is_different(name, text):
            continue
        ours = is_well_typed(text, XSD + name)
        assert ours is schema_type(name).is_valid(text), text
        right, wrong = right + bool(ours), wrong + (not ours)
    assert right > 20 or name == "anyURI"
    assert wrong > 20 or name in ("anyURI", "string", "normalizedString", "token")


TIMED: dict[str, Any] = {
    "dateTime": values.DateTime,
    "date": values.Date,
    "time": values.Time,
    "gYear": values.GregorianYear,
    "gYearMonth": values.GregorianYearMonth,
    "gMonth": values.GregorianMonth,
    "gMonthDay": values.GregorianMonthDay,
    "gDay": values.GregorianDay,
    "yearMonthDuration": values.YearMonthDuration,
    "dayTimeDuration": values.DayTimeDuration,
}


@pytest.mark.parametrize("name", TIMED)
def test_elementpath_compares_values_as_we_do(name: str) -> None:
    chance = random.Random(name)
    texts = [text for text in forms(name, 3000) if is_well_typed(text, XSD + name)]
    compared = 0
    for _ in range(1500):
        first, second = chance.choice(texts), chance.choice(texts)
        try:
            left, right = (TIMED[name].fromstring(text) for text in (first, second))
            theirs = (left > right) - (left < right)
        except ValueError:  # elementpath's calendar has other 29 Februaries before the year 1
            continue
        if (getattr(left, "tzinfo", None) is None) != (getattr(right, "tzinfo", None) is None):
            continue  # elementpath takes a zone that isn't said for UTC
        ours = compare((first, XSD + name), (second, XSD + name))
        assert ours == theirs, (first, second)
        compared += 1
    assert compared > 400


@pytest.mark.parametrize(
    ("name", "text", "right"),
    [
        ("integer", " 1", False),
        ("boolean", "true ", False),
        ("token", " a", False),
        ("normalizedString", "a\tb", False),
        ("normalizedString", "a  b ", True),
        ("string", "\t a\n", True),
        ("anyURI", "not a URI : at all", True),
        ("integer", "1" * 20_000, True),
        ("unsignedLong", "1" * 20_000, False),
        ("gYear", "1" * 20_000, True),
        ("date", f"{'1' * 20_000}-02-30", False),
    ],
)
def test_white_space_and_size(name: str, text: str, right: bool) -> None:
    assert is_well_typed(text, XSD + name) is right


def test_numbers_and_years_of_any_size_are_compared() -> None:
    large, larger = "1" * 20_000, "2" * 20_000
    for name in ("integer", "gYear", "decimal"):
        assert compare((large, XSD + name), (larger, XSD + name)) == -1
    assert compare((f"P{large}D", XSD + "duration"), (f"P{larger}D", XSD + "duration")) == -1
    assert compare(("1e400", XSD + "double"), ("INF", XSD + "double")) == 0
    assert compare(("16777217", XSD + "integer"), ("16777216", XSD + "float")) == 0
    assert compare(("16777217", XSD + "integer"), ("16777216", XSD + "double")) == 1
    assert compare(("0.1", XSD + "float"), ("0.1", XSD + "double")) == 1


def test_a_partial_order_contradicts_itself_nowhere() -> None:
    """Of three values, what is before and what is after are never the wrong way round."""
    chance = random.Random("order")
    literals = [
        (text, XSD + name)
        for name in ("dateTime", "date", "duration", "double", "time")
        for text in forms(name, 400)
        if is_well_typed(text, XSD + name)
    ]
    for _ in range(6000):
        first, second, third = (chance.choice(literals) for _ in range(3))
        order = compare(first, second)
        assert compare(second, first) == (None if order is None else -order)
        if order == -1 and compare(second, third) == -1:
            assert compare(first, third) == -1
