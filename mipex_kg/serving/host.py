"""Which host a request is for (RFC 9110, 7.2): a server on this machine answers for no other.

A web page can have its own host's name lead to this machine (DNS rebinding): the browser then takes
what is served here for the page's own, and lets it be read. It sends the page's name as `Host`.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from functools import lru_cache
from http import HTTPStatus

from starlette.types import ASGIApp, Receive, Scope, Send

from mipex_kg.serving.problem import problem

_HOST = re.compile(r"(?:([\w.-]+)|\[([0-9A-Fa-f:.]+)\])(?::[0-9]*)?", re.ASCII)
_HERE = "localhost"
# Hosts of which it is remembered what they are; a client may name one of 64 KiB.
_KNOWN = 50


def host_of(scope: Scope) -> str | None:
    """Give the name or the address that a request is for, in lower case; None if it is malformed.

    >>> host_of({"headers": [(b"host", b"Example.org:80")]}), host_of({"headers": []})
    ('example.org', None)
    """
    found = [value for name, value in scope["headers"] if name == b"host"]
    return _named(found[0]) if len(found) == 1 else None


@lru_cache(_KNOWN)
def _named(value: bytes) -> str | None:
    match = _HOST.fullmatch(value.decode("latin-1"))
    return (match[1] or match[2]).lower().rstrip(".") if match else None


class HostCheck:
    """Passes on what is asked of this host, and refuses what is for another.

    :param allowed: the hosts' names; None allows any
    """

    def __init__(self, application: ASGIApp, allowed: Iterable[str] | None) -> None:
        self._application = application
        self._allowed = None if allowed is None else frozenset(map(str.lower, allowed))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "http" and (refused := self.refused(scope)):
            status, detail = refused
            await problem(status, detail)(scope, receive, send)
        else:
            await self._application(scope, receive, send)

    def refused(self, scope: Scope) -> tuple[HTTPStatus, str] | None:
        """Say why a request is refused; None if it isn't."""
        host = host_of(scope)
        if host is None:
            is_old = scope["http_version"] == "1.0"
            if is_old and all(name != b"host" for name, _ in scope["headers"]):
                return None
            return HTTPStatus.BAD_REQUEST, "The request doesn't say, in Host, which host it is for."
        if self._allowed is None or host in self._allowed or _is_here(host):
            return None
        detail = f"This server doesn't answer for {host}: --allow-host lets it."
        return HTTPStatus.MISDIRECTED_REQUEST, detail


@lru_cache(_KNOWN)
def _is_here(host: str) -> bool:
    """Tell whether a host is not a name that someone else may let lead here."""
    return host == _HERE or host.endswith(f".{_HERE}") or _address(host) is not None


def is_loopback(host: str) -> bool:
    """Tell whether only programs on this machine reach a server that listens there.

    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("localhost"), is_loopback("::")
    (True, True, True, False)
    """
    address = _address(host)
    return host.lower() == _HERE if address is None else address.is_loopback


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
