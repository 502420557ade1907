"""Content codings of what is sent (RFC 9110, 8.4.1 and 12.5.3): gzip, or as it is."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from functools import lru_cache

from anyio.to_thread import run_sync

from mipex_kg.rdf.negotiation import Variant, choose

_CODINGS = (Variant("gzip", "gzip", ("gzip",)), Variant("", "identity", ("identity",)))
# Wishes of clients of which it is remembered what they come to.
_KNOWN = 50
# Less than this fits into one packet anyway.
SMALLEST = 1000
# What is smaller takes less time to compress than to hand over to a thread.
_SMALL = 1 << 16
_LEVEL = 6


def takes_gzip(headers: Mapping[str, str]) -> bool:
    """Tell whether the client takes gzip, and likes it no less than what is not compressed.

    :param headers: of the request, by their names in lower case

    >>> takes_gzip({"accept-encoding": "gzip;q=0, *"}), takes_gzip({})
    (False, False)
    """
    accepted = headers.get("accept-encoding")
    return accepted is not None and _is_gzip(accepted)


@lru_cache(_KNOWN)
def _is_gzip(accepted: str) -> bool:
    chosen = choose(accepted, _CODINGS) if accepted else None
    return chosen is not None and chosen.name == "gzip"


async def compress(data: bytes) -> bytes:
    """Compress with gzip; the same data give the same bytes."""
    return _compress(data) if len(data) < _SMALL else await run_sync(_compress, data)


def _compress(data: bytes) -> bytes:
    return gzip.compress(data, _LEVEL, mtime=0)
