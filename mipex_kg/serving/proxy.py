"""Answering from a store elsewhere, which may hold what is nobody's business here.

A query is first put to the engine here, over nothing: what it refuses never reaches the store. What
is sent is that query in plain SPARQL, and of which graphs it is asked is sent with it, in words of
our own. The client is told nothing of the store, and the log what there is to tell.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from http import HTTPStatus
from itertools import pairwise
from typing import Self

import pyoxigraph as ox

from mipex_kg.dataset import querying
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.dataset.querying import Graphs
from mipex_kg.rdf.terms import visible
from mipex_kg.remote.client import LIMITS, BusyError, PartialError, StoreClient
from mipex_kg.remote.endpoint import Found, as_asked, ask, graph_names
from mipex_kg.remote.plain import goes_far, plain
from mipex_kg.remote.stores import by_server
from mipex_kg.serving.answering import NotAnsweredError, Refused, TooLargeError
from mipex_kg.sparql import query_text
from mipex_kg.sparql.query_text import Query
from mipex_kg.system.deadlines import TooMuchError
from mipex_kg.system.errors import QueryError, RemoteError

# Seconds for which the names of graphs are known, and after which it is worthwhile to ask again.
_KNOWN_FOR, _AGAIN, _LONGEST = 60, 5, 60
# Characters that the log is told of what a store has said.
_MOST_TOLD = 500
# What a store, or a proxy in front of it, answers when it can't answer now.
_DOWN = frozenset({0, 429, 502, 503, 504})


class Proxy:
    """Passes queries on to a store; in the end it must be closed.

    :param address: of its endpoint
    :param merged: the graph in which `push` leaves the merge of the project's
    :param prefixes: which need no declaration
    :param most: bytes that the store may answer
    :param clock: tells seconds
    """

    # Anyone who pushes to it doesn't tell.
    lasts = False

    def __init__(
        self,
        address: str,
        merged: str,
        prefixes: Mapping[str, str],
        most: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        # It serves as long as it runs; a question has its own time.
        limits = replace(LIMITS, size=most, seconds=None, requests=None)
        self._client = StoreClient(address, limits=limits)
        self._merged, self._clock = merged, clock
        self._nothing, self._empty = Dataset((), (), prefixes), f"{merged}/nothing"
        self._names: tuple[str, ...] = ()
        self._asked = 0.0
        self._most = most
        self.prefixes = prefixes
        self.tags: Mapping[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._client.__exit__()

    @property
    def graph_names(self) -> tuple[ox.NamedNode, ...]:
        """The project's graphs.

        :raises NotAnsweredError: when the store can't be asked
        """
        with self._told():
            return tuple(map(ox.NamedNode, self._known()))

    @contextmanager
    def find(self, query: Query, graphs: Graphs | None, base: str | None) -> Iterator[Found]:
        """Have the store answer a query, and take care of what goes wrong while that is read.

        :raises QueryError: when the query is at fault
        :raises NotAnsweredError: when the store is
        """
        with querying.engine_errors(query):
            querying.run_as_written(query, self._nothing, graphs, base)
        with self._told():
            chosen = self._graphs(querying.asked_graphs(query, graphs))
        sent = self._sent(query, base, chosen)
        if all(token.text != "GRAPH" for token in sent.tokens):
            # Hundreds of names take a store a while.
            chosen = Graphs(chosen.default, (self._empty,))
        with self._told():
            yield ask(self._client, sent, chosen)

    def _graphs(self, asked: Graphs | None) -> Graphs:
        """Choose the graphs: the project's, and of these the ones that are asked.

        There is one that is empty among them, where the store may take none for all.
        """
        known = self._known()
        chosen = Graphs((self._merged,), known)
        if asked is not None:
            chosen = Graphs(*(tuple(name for name in known if name in names) for names in asked))
        named = chosen.named if self._keeps_graphs else (*chosen.named, self._empty)
        return Graphs(chosen.default or (self._empty,), named)

    @property
    def _keeps_graphs(self) -> bool:
        kind = by_server(self._client.server)
        return kind is not None and kind.keeps_graphs

    def _sent(self, query: Query, base: str | None, chosen: Graphs) -> Query:
        """Write a query so that it can be asked there of these graphs, and of no others.

        :raises QueryError: when it can't
        """

        def graph(name: str) -> str:
            return name if name in chosen.named else self._empty

        try:
            sent = Query(plain(query, base, graph), {})
            # Once more, so that it is this text, and no other, that has been understood.
            found = querying.run_as_written(sent, self._nothing)
        except SyntaxError:
            raise QueryError(
                "The query can be read in two ways: put spaces around < and >."
            ) from None
        if sent.selects_all and isinstance(found, ox.QuerySolutions) and found.variables:
            # Virtuoso has those too that are in filters alone.
            columns = [variable.value for variable in found.variables]
            sent = Query(query_text.select(sent.text, columns), {})
        if not self._keeps_graphs and goes_far(sent) and _ranges_over_graphs(sent):
            raise QueryError(
                "A path of any length, with * or +, can't be followed in GRAPH with a variable: "
                "name the graph."
            )
        return sent

    def _known(self) -> tuple[str, ...]:
        now = self._clock()
        if not self._names or now - self._asked >= _KNOWN_FOR:
            self._names, self._asked = graph_names(self._client, self._merged), now
        if not self._names:
            raise _refused(f"{self._client.address} has no graph <{self._merged}>.", _AGAIN)
        return self._names

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Say of what is wrong with the store what may be said.

        :raises NotAnsweredError: instead of it
        """
        try:
            with as_asked(self._client):
                yield
        except TooMuchError:
            raise TooLargeError.of_bytes(self._most) from None
        except PartialError:
            detail = "The store gives only a part of this answer."
            hint = "Ask for less at once, with LIMIT and OFFSET."
            refused = Refused(HTTPStatus.SERVICE_UNAVAILABLE, detail, hint)
            raise NotAnsweredError(refused) from None
        except BusyError as error:
            again = float(error.wanted[:10]) if error.wanted.isdecimal() else _AGAIN
            again = int(min(again, _LONGEST))
            raise _refused(error.message, again if error.status in _DOWN else None) from None
        except RemoteError as error:
            raise _refused(error.message) from None


def _ranges_over_graphs(query: Query) -> bool:
    pairs = pairwise(query.tokens)
    return any(one.text == "GRAPH" and other.kind == "variable" for one, other in pairs)


def _refused(cause: str, retry: int | None = None) -> NotAnsweredError:
    """Refuse an answer.

    :param cause: for the log
    :param retry: seconds after which there may be one
    """
    if retry is None:
        status, detail = HTTPStatus.BAD_GATEWAY, "The store doesn't answer this query."
    else:
        status, detail = HTTPStatus.SERVICE_UNAVAILABLE, "The store is unavailable."
    told = visible(cause[:_MOST_TOLD])
    return NotAnsweredError(Refused(status, detail, retry=retry, cause=told))
