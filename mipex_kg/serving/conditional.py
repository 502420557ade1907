"""Conditional requests, ranges, and the encoding of what is sent (RFC 9110, 12.5.3 to 14)."""

from __future__ import annotations

import gzip
import re
from email.utils import parsedate_to_datetime

from starlette.datastructures import Headers

from mipex_kg.rdf.negotiation import Variant, choose

_TAG = re.compile(r'(?:W/)?("[^"]*")')
_RANGE = re.compile(r"bytes\s*=\s*([0-9]{0,18})\s*-\s*([0-9]{0,18})\s*", re.IGNORECASE)
_ENCODINGS = (Variant("gzip", "gzip", ("gzip",)), Variant("", "identity", ("identity",)))
# Less than this fits into one packet anyway.
SMALLEST = 1000
_LEVEL = 6


def is_unchanged(headers: Headers, tag: str, modified: str | None = None) -> bool:
    """Tell whether the client has just this version already.

    >>> is_unchanged(Headers({"if-none-match": 'W/"a", "b"'}), '"b"')
    True
    """
    if (known := headers.get("if-none-match")) is not None:
        return known.strip() == "*" or tag in _TAG.findall(known)
    since = headers.get("if-modified-since")
    if since is None or modified is None:
        return False
    try:
        return parsedate_to_datetime(modified) <= parsedate_to_datetime(since)
    except (ValueError, TypeError):
        return False


def takes_gzip(headers: Headers) -> bool:
    """Tell whether the client takes gzip, and likes it no less than what is not compressed.

    >>> takes_gzip(Headers({"accept-encoding": "gzip;q=0, *"})), takes_gzip(Headers({}))
    (False, False)
    """
    accepted = headers.get("accept-encoding")
    chosen = choose(accepted, _ENCODINGS) if accepted else None
    return chosen is not None and chosen.name == "gzip"


def compress(data: bytes) -> bytes:
    """Compress with gzip; the same data give the same bytes."""
    return gzip.compress(data, _LEVEL, mtime=0)


class Unsatisfiable(Exception):  # noqa: N818 - the word of RFC 9110
    """A range begins behind the end."""


def wanted_range(headers: Headers, size: int, tag: str, modified: str) -> tuple[int, int] | None:
    """Tell which bytes the client asks for, the end exclusive; None for all.

    Several ranges at once are answered with the whole, as RFC 9110 allows.

    :raises Unsatisfiable: when there are no such bytes

    >>> wanted_range(Headers({"range": "bytes=-3"}), 10, '"a"', "")
    (7, 10)
    """
    match = _RANGE.fullmatch(headers.get("range", ""))
    if match is None or not (match[1] or match[2]):
        return None
    if headers.get("if-range", tag) not in (tag, modified):
        return None
    start = int(match[1]) if match[1] else max(size - int(match[2]), 0)
    end = int(match[2]) + 1 if match[1] and match[2] else max(size, start + 1)
    if end <= start:
        return None
    if start >= size:
        raise Unsatisfiable
    return start, min(end, size)
