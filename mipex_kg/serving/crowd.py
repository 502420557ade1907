"""Who is connected: no client keeps all others out, however many connections it makes."""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from collections.abc import Iterator
from typing import Protocol

# Of an IPv6 address, what a client is given, and may vary as it likes.
_IPV6 = 64


class Guest(Protocol):
    """A client's connection."""

    @property
    def is_idle(self) -> bool:
        """Whether no answer is being made or sent."""


class Crowd:
    """Connections by the address of their client, up to a limit.

    Where it is reached, one of the client that has the most makes room: the one that has been idle
    for the longest, else, for another client, the oldest.

    :param most: connections at the same time

    >>> Crowd(2).client(("2001:db8::1:2:3", 80)), Crowd(2).client(("192.0.2.7", 80))
    ('2001:db8::/64', '192.0.2.7')
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._guests: dict[str, OrderedDict[Guest, None]] = {}
        self._clients: dict[Guest, str] = {}

    def __len__(self) -> int:
        return len(self._clients)

    def __iter__(self) -> Iterator[Guest]:
        return iter(self._clients)

    def enter(self, guest: Guest, address: tuple[str, int] | None) -> Guest | None:
        """Take a connection in.

        :param address: of its client
        :returns: the one that has to leave, if there are too many: it may be the new one
        """
        client = self.client(address)
        self._clients[guest] = client
        self._guests.setdefault(client, OrderedDict())[guest] = None
        if len(self) <= self.most:
            return None
        largest = max(self._guests, key=lambda name: len(self._guests[name]))
        others = [other for other in self._guests[largest] if other is not guest]
        idle = next((other for other in others if other.is_idle), None)
        if idle is not None or largest == client or not others:
            return idle or guest
        return others[0]

    def stir(self, guest: Guest) -> None:
        """Note that a connection is in use."""
        if (client := self._clients.get(guest)) is not None:
            self._guests[client].move_to_end(guest)

    def leave(self, guest: Guest) -> None:
        """Let a connection go; one that isn't there needs no leave."""
        if (client := self._clients.pop(guest, None)) is not None:
            guests = self._guests[client]
            del guests[guest]
            if not guests:
                del self._guests[client]

    @staticmethod
    def client(address: tuple[str, int] | None) -> str:
        """Name a client by its address; of IPv6, by the network that it has for itself."""
        host = address[0] if address else ""
        if ":" not in host:
            return host
        return str(ipaddress.ip_network((host.partition("%")[0], _IPV6), strict=False))
