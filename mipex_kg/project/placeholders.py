"""Placeholders: addresses at which nothing can ever be, since their hosts are reserved."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

# Hosts that stand for another one, and what such names end in (RFC 2606 and RFC 6761).
_PLACEHOLDERS = re.compile(r"(^|[.@])(example(\.(org|com|net))?|invalid|test|localhost)\Z")


def is_placeholder(address: str) -> bool:
    """Tell whether nothing can ever be at an address, since its host is reserved for examples.

    >>> is_placeholder("mailto:someone@mail.example.org"), is_placeholder("https://w3.org/")
    (True, False)
    """
    parts = urlsplit(address)
    host = parts.path if parts.scheme == "mailto" else parts.hostname or ""
    return _PLACEHOLDERS.search(host.lower()) is not None
