"""Resolving and normalizing IRIs: RFC 3986, for IRIs of any scheme."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote, unquote

# RFC 3986, appendix B.
_PARTS = re.compile(r"(?:([^:/?#]+):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.DOTALL)


# What RFC 3986 allows in an address, and the sign of what is already escaped.
_ALLOWED = "!#$%&'()*+,/:;=?@[]~"
_ESCAPE = re.compile("%[0-9A-Fa-f]{2}")
PATH_SIGNS = "!$&'()*+,:;=@"
_ESCAPED_SIGN = re.compile("|".join(f"%{ord(sign):02X}" for sign in PATH_SIGNS), re.IGNORECASE)
# An IRI that is as normalized as it can be.
_NORMAL = re.compile(r"(?:[\w:?#@!$&'()*+,;=~-]|/(?!\.)|(?<!/)\.)*\Z", re.ASCII)
# Each page names the same addresses several times, and many name the same.
_MANY = 1 << 12


class _Parts(NamedTuple):
    scheme: str | None
    authority: str | None
    path: str
    query: str | None
    fragment: str | None

    @classmethod
    def of(cls, iri: str) -> _Parts:
        match = _PARTS.match(iri)
        assert match is not None  # noqa: S101 - all parts may be missing, so it always matches
        return cls(match[1], match[2], match[3] or "", match[4], match[5])

    def __str__(self) -> str:
        return "".join(
            [
                "" if self.scheme is None else f"{self.scheme}:",
                "" if self.authority is None else f"//{self.authority}",
                self.path,
                "" if self.query is None else f"?{self.query}",
                "" if self.fragment is None else f"#{self.fragment}",
            ]
        )


def resolve(iri: str, base: str) -> str:
    """Resolve an IRI against a base, whose own path may have dots in it.

    An absolute IRI is returned as it is written: Turtle, JSON-LD and SPARQL only resolve relative
    ones.

    :param base: an absolute IRI

    >>> resolve("../c", "http://e/a/b/")
    'http://e/a/c'
    >>> resolve("xyz", "http://example/a/../b/")
    'http://example/b/xyz'
    >>> resolve("http://e/a/../b", "http://e/")
    'http://e/a/../b'
    """
    given, other = _Parts.of(iri), _Parts.of(base)
    if given.scheme is not None:
        return iri
    if given.authority is not None:
        path = _without_dot_segments(given.path)
        return str(given._replace(scheme=other.scheme, path=path))
    if given.path:
        path, query = _without_dot_segments(_merged(given.path, other)), given.query
    else:
        path = _without_dot_segments(other.path)
        query = other.query if given.query is None else given.query
    return str(other._replace(path=path, query=query, fragment=given.fragment))


def _merged(path: str, base: _Parts) -> str:
    """Put a relative path behind all but the last segment of the base's."""
    if path.startswith("/"):
        return path
    if base.authority is not None and not base.path:
        return f"/{path}"
    return base.path[: base.path.rfind("/") + 1] + path


def _without_dot_segments(path: str) -> str:
    """Remove ``.`` and ``..`` from a path (section 5.2.4)."""
    if "." not in path:
        return path
    segments = path.split("/")
    kept: list[str] = []
    for segment in segments:
        if segment == "..":
            # The empty text before the first slash stays.
            del kept[max(len(kept) - 1, int(path.startswith("/"))) :]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/".join(kept)


def without_dots(iri: str) -> str:
    """Remove ``.`` and ``..`` from the path of a base, so that what is resolved has none.

    >>> without_dots("http://example/a/../b/./c?d=/../")
    'http://example/b/c?d=/../'
    """
    parts = _Parts.of(iri)
    # Without an authority, two slashes at the start would make one.
    path = _without_dot_segments(parts.path)
    return (
        iri if parts.authority is None and path.startswith("//") else str(parts._replace(path=path))
    )


@lru_cache(_MANY)
def to_uri(iri: str) -> str:
    """Escape what an IRI may hold and a URI may not (RFC 3987, 3.1).

    >>> to_uri("https://e.org/ä?b=%20")
    'https://e.org/%C3%A4?b=%20'
    """
    return quote(iri, safe=_ALLOWED)


def normalized(iri: str) -> str:
    """Write an IRI as the address that clients ask for: RFC 3986, 6.2.2, but for its fragment.

    >>> normalized("http://e/a/../%7Eö/%c3%b6?%2f#ö")
    'http://e/~%C3%B6/%C3%B6?%2F#ö'
    """
    if _NORMAL.match(iri):
        return iri
    address, hash_sign, fragment = iri.partition("#")
    return without_dots(_ESCAPE.sub(_escape, to_uri(address))) + hash_sign + fragment


def with_plain_signs(address: str) -> str:
    """Take the escapes from the signs that a path may hold as they are (RFC 3986, 3.3).

    To escape them changes an address. Programs do it nevertheless that escape each step of a path
    like the value of a parameter, such as ``encodeURIComponent``.

    >>> with_plain_signs("a%3A1%2F%C3?%3A")
    'a:1%2F%C3?%3A'
    """
    path, *query = address.partition("?")
    return _ESCAPED_SIGN.sub(lambda match: unquote(match[0]), path) + "".join(query)


def _escape(match: re.Match[str]) -> str:
    char = chr(int(match[0][1:], 16))
    is_unreserved = char.isascii() and (char.isalnum() or char in "-._~")
    return char if is_unreserved else match[0].upper()
