"""Literals that aren't what they look like: ill-typed ones, and dates that are only text."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pyoxigraph as ox

from mipex_kg.rdf import formats
from mipex_kg.rdf.namespaces import DC, RDF, SCHEMA, XSD, in_http, shorten
from mipex_kg.rdf.parsing import ParsedFile
from mipex_kg.rdf.quads import Quad
from mipex_kg.rdf.terms import text_of
from mipex_kg.system.errors import nearest
from mipex_kg.validation.datatypes import DATATYPES, is_well_typed
from mipex_kg.validation.linted_files import LintedFiles
from mipex_kg.validation.report import Finding

_DATE_LIKE = re.compile(
    r"-?[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?(?:T[0-9:.]+(?:Z|[+-][0-9:]+)?)?\Z"
    # As people write them, and spreadsheets.
    r"|(?:0?[1-9]|[12][0-9]|3[01])(?P<sign>[./])(?:0?[1-9]|[12][0-9]|3[01])(?P=sign)[12][0-9]{3}\Z"
    r"|[12][0-9]{3}/[01]?[0-9]/[0-3]?[0-9]\Z"
)
# A version, an identifier or a name may be a date, and is none.
_OF_TEXT = re.compile(
    r"(?:[vV]ersion(?:Info)?|(?<![a-z])id|Id|ID|[iI]dentifier|[lL]abel|[nN]ame|[tT]itle)\Z"
)
_TEXTS = frozenset({f"{XSD}string", f"{RDF}langString"})
_NAMES = sorted(iri.removeprefix(XSD) for iri in DATATYPES)
# Datatypes of points in time, the commonest first.
_OF_TIME = ("date", "dateTime", "gYear", "gYearMonth", "time")
_EXAMPLE = '"2020-12-31"^^xsd:date, or "2020"^^xsd:gYear'
# schema.org's own datatypes of them, with a value of each.
_OF_SCHEMA = {
    SCHEMA.term("Date"): "2020-12-31, or 2020",
    SCHEMA.term("DateTime"): "2020-12-31T23:59:59Z, or 2020-12-31",
    SCHEMA.term("Time"): "23:59:59",
}
# schema.org's context takes it for a date, and it may be a number of days.
_OF_DAYS = SCHEMA.term("merchantReturnDays")
_WITHOUT_SECONDS = re.compile(r"((?:T|\A)[0-9]{2}:[0-9]{2})(?![0-9:])")
_ZONE_WITHOUT_COLON = re.compile(r"(:[0-9]{2}[+-][0-9]{2})([0-9]{2})\Z")
# Dots stand between a day, its month and its year in this order wherever they do.
_WITH_DOTS = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
# Three digits may be thousands.
_WITH_COMMA = re.compile(r"([+-]?[0-9]+),([0-9]{1,2}|[0-9]{4,})")
_WITH_ZEROS = re.compile(r"([+-]?[0-9]+)\.0+")
_YES_OR_NO = {"yes": "true", "no": "false"}
# What values of the other datatypes look like.
_EXAMPLES = {
    "dateTime": "2020-12-31T23:59:59Z",
    "dateTimeStamp": "2020-12-31T23:59:59Z",
    "time": "23:59:59",
    "gMonth": "--12",
    "gDay": "---31",
    "gMonthDay": "--12-31",
    "gYearMonth": "2020-12",
    "boolean": "true",
    "decimal": "0.5",
    "float": "5.0E-1",
    "double": "5.0E-1",
    "duration": "P1Y2M",
    "yearMonthDuration": "P1Y2M",
    "dayTimeDuration": "P3DT12H",
    "language": "en",
    "hexBinary": "0FB7",
    "base64Binary": "D7c=",
    "unsignedByte": "255",
}


def literals_are_well_typed(linted: LintedFiles) -> Iterator[Finding]:
    """Find literals that are not of their datatype, and text that looks like a date."""
    for file in linted.own_files:
        for quad in file.quads:
            if isinstance(quad.object, ox.Literal) and (found := _fault(quad.object)):
                check, message, hint = found
                if not (_may_be_text if _is_text(quad.object) else _may_be_number)(quad, file):
                    yield linted.finding(check, message, hint, at=quad, file=file)


def _is_text(literal: ox.Literal) -> bool:
    """Tell whether a literal is of no datatype but that of texts."""
    return literal.datatype.value in _TEXTS


def _may_be_text(quad: Quad, file: ParsedFile) -> bool:
    """Tell whether a value is rightly a text, even where it looks like a date.

    In JSON-LD, schema.org's dates and times are texts where its context doesn't type them, and so
    search engines want them.
    """
    is_for_search = file.format in (formats.JSONLD, formats.HTML)
    if is_for_search and in_http(quad.predicate).value.startswith(SCHEMA):
        return _moment(text_of(quad.object)) is not None
    return _takes_text(quad.predicate.value)


def _may_be_number(quad: Quad, _file: ParsedFile) -> bool:
    """Tell whether a value is rightly a number, though its datatype is of dates."""
    return in_http(quad.predicate) == _OF_DAYS and text_of(quad.object).isdecimal()


def _takes_text(predicate: str) -> bool:
    """Tell whether a property's values are texts, even where one looks like a date.

    >>> [_takes_text(f"http://e.x/{name}") for name in ("versionInfo", "docId", "issued", "valid")]
    [True, True, False, False]
    """
    return predicate.startswith(DC) or bool(_OF_TEXT.search(predicate))


def _fault(literal: ox.Literal) -> tuple[str, str, str] | None:
    """Tell what is wrong with a literal: the check, a message and a hint."""
    datatype = literal.datatype.value
    if _is_text(literal) and _DATE_LIKE.match(literal.value):
        message = f"{literal.value!r} looks like a date, but is only text."
        return "date", message, _date_hint(literal.value)
    if form := _OF_SCHEMA.get(in_http(literal.datatype)):
        return _fault_for_schema(literal, form)
    if not datatype.startswith(XSD):
        return None
    name = datatype.removeprefix(XSD)
    is_right = is_well_typed(literal.value, datatype)
    if is_right is None and name not in ("QName", "NOTATION", "NMTOKENS", "IDREFS", "ENTITIES"):
        near = nearest(name, _NAMES, cutoff=0.6)
        meant = f"Did you mean xsd:{near}?" if near else "Check its spelling."
        return "unknown-datatype", f"XML Schema has no datatype xsd:{name}.", meant
    if is_right is False:
        is_date = name in ("date", "gYear")
        return (
            "date" if is_date else "ill-typed",
            f"{_shown(literal.value)} is not a valid xsd:{name}.",
            _date_hint(literal.value) if is_date else _hint(name, literal.value),
        )
    return None


def _fault_for_schema(literal: ox.Literal, form: str) -> tuple[str, str, str] | None:
    """Tell what is wrong with a date or time of schema.org's, which is written as ISO 8601 does."""
    if _moment(literal.value):
        return None
    meant = _moment(_with_hyphens(literal.value))
    name = shorten(in_http(literal.datatype).value, {"schema": SCHEMA})
    hint = f"Write it as {meant[0]}." if meant else f"Write it in the form {form}."
    return "date", f"{_shown(literal.value)} is not a valid {name}.", hint


def _shown(text: str) -> str:
    return repr(text if len(text) <= 80 else f"{text[:79]}…")


def _date_hint(value: str) -> str:
    meant = _timed(value)
    return f"Write it as {meant}." if meant else f"Write it in the form {_EXAMPLE}."


def _timed(value: str) -> str:
    """Write a date or time with the datatype that it is of; empty if it is of none.

    >>> _timed("2024-02-01"), _timed("2024-02-01T10:30Z"), _timed("31.12.2024")
    ('"2024-02-01"^^xsd:date', '"2024-02-01T10:30:00Z"^^xsd:dateTime', '"2024-12-31"^^xsd:date')
    >>> _timed("31.2.2024"), _timed("31/12/2024")
    ('', '')
    """
    moment = _moment(_with_hyphens(value))
    return f'"{moment[0]}"^^xsd:{moment[1]}' if moment else ""


def _with_hyphens(value: str) -> str:
    """Write a day as ISO 8601 does, if it is written with dots.

    >>> _with_hyphens("1.5.2022"), _with_hyphens("5/1/2022")
    ('2022-05-01', '5/1/2022')
    """
    dotted = _WITH_DOTS.fullmatch(value)
    return f"{dotted[3]}-{dotted[2]:0>2}-{dotted[1]:0>2}" if dotted else value


def _moment(value: str) -> tuple[str, str] | None:
    """Write a date or time as XML Schema does, and tell the datatype that it is of."""
    whole = _WITHOUT_SECONDS.sub(r"\1:00", _ZONE_WITHOUT_COLON.sub(r"\1:\2", value))
    fitting = (name for name in _OF_TIME if is_well_typed(whole, f"{XSD}{name}"))
    name = next(fitting, None)
    return (whole, name) if name else None


def _hint(name: str, value: str) -> str:
    if name in _OF_TIME and (meant := _timed(value)):
        return f"Write it as {meant}."
    if corrected := _corrected(name, value):
        return f'Write it as "{corrected}"^^xsd:{name}.'
    example = _EXAMPLES.get(name, "12" if name.lower().endswith(("int", "integer")) else "")
    if not example:
        return "Correct it, or give it another datatype."
    return f'Write it in the form "{example}"^^xsd:{name}, or give it another datatype.'


def _corrected(name: str, value: str) -> str | None:
    """Write a value as its datatype has it, where that can be told from how others write it.

    >>> [_corrected("decimal", value) for value in ("12,5", "1,000", "twelve")]
    ['12.5', None, None]
    >>> _corrected("boolean", "Yes"), _corrected("boolean", "FALSE"), _corrected("integer", "12.0")
    ('true', 'false', '12')
    """
    lowered = value.strip().lower()
    written = [lowered, _YES_OR_NO.get(lowered, "")]
    if comma := _WITH_COMMA.fullmatch(value):
        written.append(f"{comma[1]}.{comma[2]}")
    if zeros := _WITH_ZEROS.fullmatch(value):
        written.append(zeros[1])
    return next((each for each in written if each and is_well_typed(each, f"{XSD}{name}")), None)
