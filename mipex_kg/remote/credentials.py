"""Who we are to a store: from the environment or a netrc file, told to it alone, once it asks.

They are neither arguments, which every process can read, nor part of an address, which logs keep.
A password or token goes out in the clear (RFC 7617, RFC 6750) only over TLS or to this machine; a
digest (RFC 7616) doesn't give it away.
"""

from __future__ import annotations

import netrc
import os
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import NamedTuple

import httpx

from mipex_kg.system.errors import RemoteError, UsageError
from mipex_kg.system.transport import is_loopback

USER, PASSWORD, TOKEN = "MIPEX_KG_STORE_USER", "MIPEX_KG_STORE_PASSWORD", "MIPEX_KG_STORE_TOKEN"


class Credentials(NamedTuple):
    """A name with a password, or a token; ``repr`` shows neither secret.

    >>> Credentials("ada", "secret")
    Credentials(user='ada')
    """

    user: str = ""
    password: str = ""
    token: str = ""

    def __repr__(self) -> str:
        return f"Credentials(user={self.user!r})"


def find_credentials(host: str, environment: Mapping[str, str] = os.environ) -> Credentials | None:
    """Find out who we are to a host: by the environment, else by ``NETRC`` or ``~/.netrc``.

    :returns: None if nothing is said of this host
    :raises UsageError: when the environment says half of it, or the file can't be read

    >>> find_credentials("example.org", {USER: "ada", PASSWORD: "secret"})
    Credentials(user='ada')
    """
    if token := environment.get(TOKEN):
        return Credentials(token=token)
    user, password = environment.get(USER), environment.get(PASSWORD)
    if user or password:
        if not (user and password):
            raise UsageError(f"Only one of {USER} and {PASSWORD} is set.", hint="Set both.")
        return Credentials(user, password)
    return _from_netrc(host, environment.get("NETRC"))


def _from_netrc(host: str, named: str | None) -> Credentials | None:
    path = Path(named) if named else Path.home() / ".netrc"
    if not named and not path.is_file():
        return None
    try:
        found = netrc.netrc(str(path)).authenticators(host)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise UsageError(f"{path} can't be read: {reason}.") from None
    except netrc.NetrcParseError as error:
        # Its message may quote the file.
        raise UsageError(f"{path} is not a netrc file: see line {error.lineno}.") from None
    return Credentials(found[0], found[2]) if found and found[0] and found[2] else None


class Answering(httpx.Auth):
    """Says who we are once a server asks, in the way in which it asks, and from then on at once.

    :param credentials: None if there is nothing to say
    """

    def __init__(self, credentials: Credentials | None) -> None:
        self._credentials = credentials
        self._chosen: httpx.Auth | None = None

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Send a request, again if need be."""
        if self._chosen is None:
            response = yield request
            if response.status_code != 401 or self._credentials is None:
                return
            asked = response.headers.get("www-authenticate", "").lower()
            self._chosen = _way(self._credentials, asked, request.url)
        yield from self._chosen.auth_flow(request)


def _way(credentials: Credentials, asked: str, url: httpx.URL) -> httpx.Auth:
    if "digest" in asked and not credentials.token:
        return httpx.DigestAuth(credentials.user, credentials.password)
    if url.scheme != "https" and not is_loopback(url.host):
        raise RemoteError(
            f"{url.host} would be sent a password that all on the way can read.",
            hint="Use an https address.",
        )
    if credentials.token:
        return _Bearer(credentials.token)
    return httpx.BasicAuth(credentials.user, credentials.password)


class _Bearer(httpx.Auth):
    def __init__(self, token: str) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request
