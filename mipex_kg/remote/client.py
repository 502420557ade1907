"""Asking a store over HTTP: again when it is busy, never elsewhere, never without an end."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib import metadata
from typing import Self
from urllib.parse import urlsplit

import httpx

from mipex_kg.remote.credentials import PASSWORD, USER, Answering, find_credentials
from mipex_kg.system.deadlines import Limits
from mipex_kg.system.errors import RemoteError, UsageError
from mipex_kg.system.transport import MOST, BoundedTransport, reason

# A store may be silent for long while it works, and a graph may be large; but all ends some day.
LIMITS = Limits(
    connect=20.0,
    silent=600.0,
    answer=3600.0,
    size=4_000_000_000,
    seconds=4 * 3600.0,
    requests=100_000,
)
# Of an endpoint that answers one query.
ANSWER_LIMITS = replace(LIMITS, size=500_000_000, seconds=3600.0, requests=20)
# How often something is asked, and the seconds before it is asked again: each time twice as many,
# unless the server says how many, within reason.
ATTEMPTS, PAUSE, LONGEST_PAUSE = 5, 0.5, 60.0
# By these Virtuoso says that it has cut off an answer.
_PARTIAL = ("x-sql-state", "x-sparql-maxrows")
_FINAL = frozenset({501, 505})
_MOST_SHOWN = 300


def is_busy(status: int) -> bool:
    """Tell whether a status means that the same may be answered later.

    >>> is_busy(503), is_busy(429), is_busy(404)
    (True, True, False)
    """
    return status == 429 or (status >= 500 and status not in _FINAL)


class BusyError(RemoteError):
    """A host can't answer now, and perhaps later."""

    # Seconds after which it wants to be asked again, as it puts it.
    wanted = ""
    # What it has answered; 0 is nothing.
    status = 0


class SilentError(BusyError):
    """A host has said nothing for so long that to ask again is in vain."""


class PartialError(RemoteError):
    """An answer is a part of what there is."""


class StoreClient:
    """Asks one host; in the end it must be closed.

    :param address: what all paths begin with
    :param sleep: waits for so many seconds
    :param limits: how much it may answer, and for how long
    """

    def __init__(
        self,
        address: str,
        *,
        sleep: Callable[[float], None] = time.sleep,
        limits: Limits = LIMITS,
    ) -> None:
        self.address, self._sleep = check_address(address), sleep
        # What it says that it is, once it has answered.
        self.server = ""
        self._transport = BoundedTransport(address, limits)
        self._http = httpx.Client(
            transport=self._transport,
            auth=Answering(find_credentials(urlsplit(address).hostname or "")),
            timeout=limits.silent,
            headers={
                "User-Agent": f"mipex-kg/{metadata.version('mipex-kg')}",
                "Accept-Encoding": "gzip, deflate",
            },
            event_hooks={"response": [_lead_nowhere]},
            trust_env=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._http.close()

    def send(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        content: bytes | None = None,
        form: Mapping[str, str | list[str]] | None = None,
        headers: Mapping[str, str] | None = None,
        allowed: frozenset[int] = frozenset(),
        attempts: int = ATTEMPTS,
        most: int | None = None,
    ) -> httpx.Response:
        """Ask for something, more than once if the store is busy.

        :param path: after the store's address
        :param form: to send instead of content
        :param allowed: statuses that are not failure, besides those of success
        :param attempts: 1 for what must not be done twice
        :param most: bytes that the answer may have, where they are fewer than for others
        :raises BusyError: when there is no answer, or one that says that there may be one later
        :raises RemoteError: when the answer says no
        """
        request = self._http.build_request(
            method,
            f"{self.address}{path}",
            params=params,
            content=content,
            data=form,
            headers=headers,
            extensions={} if most is None else {MOST: most},
        )
        for attempt in range(1, attempts):
            try:
                return self._send(request, allowed)
            except SilentError:
                raise
            except BusyError as error:
                self.pause(attempt, error.wanted)
        return self._send(request, allowed)

    def _send(self, request: httpx.Request, allowed: frozenset[int]) -> httpx.Response:
        try:
            response = self._http.send(request)
        except (httpx.TransportError, httpx.InvalidURL) as error:
            is_silent = isinstance(error, httpx.ReadTimeout | httpx.WriteTimeout)
            raise (SilentError if is_silent else BusyError)(
                f"{self.address} cannot be reached: {reason(error)}.",
                hint="Check that the store runs, and that the address is right.",
            ) from None
        self.server = response.headers.get("server", "")
        if response.is_success or response.status_code in allowed:
            return response
        refusal, hint = _refusal(response), _HINTS.get(response.status_code)
        if not is_busy(response.status_code):
            raise RemoteError(refusal, hint=hint)
        busy = BusyError(refusal, hint=hint)
        busy.status = response.status_code
        busy.wanted = response.headers.get("retry-after", "")
        raise busy

    def pause(self, attempt: int, wanted: str = "") -> None:
        """Wait before the next attempt.

        :param attempt: how many there were
        :param wanted: seconds, as the server put it
        """
        usual = PAUSE * 2 ** (attempt - 1)
        # More digits than a day has seconds say as much as ten of them.
        seconds = float(wanted[:10]) if wanted.isdecimal() else usual
        self._sleep(min(seconds, LONGEST_PAUSE, self._transport.left()))


def _lead_nowhere(response: httpx.Response) -> None:
    """Forget where a redirect leads: httpx would look at it, and nobody goes there."""
    response.headers.pop("location", None)


def _refusal(response: httpx.Response) -> str:
    """Say what a store has answered; pages for people say nothing that helps."""
    where = response.request.url.copy_with(query=None)
    is_page = "html" in response.headers.get("content-type", "")
    said = "" if is_page else " ".join(response.text.split())[:_MOST_SHOWN].rstrip(".")
    return f"{where} answers {response.status_code}{f': {said}' if said else ''}."


_HINTS = {
    401: f"Set {USER} and {PASSWORD}, or put the host into ~/.netrc.",
    403: "Use an account that may do that.",
    404: "Check that the address is right.",
    405: "The store may be one that is only read.",
    413: "The store takes less at once than it is sent: see docs/remote-stores.md.",
}


def require_whole(response: httpx.Response) -> None:
    """Make sure that an answer, which is a success otherwise, isn't a part of one.

    :raises PartialError: when the server says so
    """
    if any(name in response.headers for name in _PARTIAL):
        raise PartialError(
            f"{response.request.url.copy_with(query=None)} answers with a part of what there is.",
            hint="Ask for less at once, with LIMIT and OFFSET.",
        )


def require_end(response: httpx.Response) -> None:
    """Make sure that an answer said where it ends: of a graph in lines, nothing else tells.

    :raises PartialError: when it didn't
    """
    if not {"content-length", "transfer-encoding"} & set(response.headers):
        where = response.request.url.copy_with(query=None)
        raise PartialError(f"{where} answers without saying where the answer ends.")


def check_address(text: str) -> str:
    """Make sure that a text is the address of a store.

    :raises UsageError: when it is none that can be asked

    >>> check_address("http://127.0.0.1:7878/")
    'http://127.0.0.1:7878/'
    """
    try:
        parts = urlsplit(text)
        is_one = parts.scheme in ("http", "https") and bool(parts.hostname)
        is_one = is_one and (parts.port is None or parts.port > 0)
    except ValueError:
        is_one = False
    if is_one and parts.username is not None:
        raise UsageError(
            "A name or password in an address is seen by every process and kept by logs.",
            hint=f"Set {USER} and {PASSWORD}, or use ~/.netrc.",
        )
    if not is_one or parts.query or parts.fragment:
        raise UsageError(
            f"{text!r} is not a valid store URL.",
            hint="Use a URL such as https://example.org/store, without query or fragment.",
        )
    return text
