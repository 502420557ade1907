"""The graphs of a store: what there is, what is in them, and putting others in their place.

By the SPARQL 1.1 Graph Store HTTP Protocol, and by SPARQL 1.1 Update for what has to happen at
once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import pyoxigraph as ox

from mipex_kg.rdf import formats, serialization
from mipex_kg.rdf.terms import is_iri
from mipex_kg.remote.client import (
    ATTEMPTS,
    BusyError,
    StoreClient,
    require_end,
    require_whole,
)
from mipex_kg.remote.depth import require_flat_json, require_flat_lines
from mipex_kg.remote.stores import STORES, Store, by_server
from mipex_kg.system.errors import RemoteError, UsageError

_JSON = "application/sparql-results+json"
# Names of graphs in a query.
_MOST_NAMES = 100


@dataclass(frozen=True)
class GraphStore:
    """The graphs of a store.

    :param kind: what the store does in ways of its own
    """

    client: StoreClient
    kind: Store

    def sizes(self, prefix: str) -> dict[str, int]:
        """Count the triples of each graph whose name begins in this way."""
        found = self._sizes(f'STRSTARTS(STR(?g), "{prefix}")')
        for name in found:
            if not name.startswith(prefix):
                raise self._no_solutions(f"<{name}> does not begin with {prefix}")
        return found

    def sizes_of(self, graphs: Sequence[str]) -> dict[str, int]:
        """Count the triples of those of the graphs that are there."""
        found: dict[str, int] = {}
        for start in range(0, len(graphs), _MOST_NAMES):
            names = ", ".join(f"<{name}>" for name in graphs[start : start + _MOST_NAMES])
            found |= self._sizes(f"?g IN ({names})")
        return found

    def _sizes(self, condition: str) -> dict[str, int]:
        query = (
            "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } "
            f"FILTER ({condition}) }} GROUP BY ?g"
        )
        answer = self.client.send(
            "POST", self.kind.query, form={"query": query}, headers={"Accept": _JSON}
        )
        require_whole(answer)
        try:
            require_flat_json(answer.content)
            rows = json.loads(answer.content)["results"]["bindings"]
            found = {row["g"]["value"]: int(row["n"]["value"]) for row in rows if "g" in row}
        except (ValueError, KeyError, TypeError, AttributeError):
            raise self._no_solutions() from None
        # They become part of what the store is asked next.
        for name in found:
            if not is_iri(str(name)):
                raise self._no_solutions(f"{name!r} is not the name of a graph")
        return found

    def _no_solutions(self, reason: str = "") -> RemoteError:
        return RemoteError(
            f"{self.client.address}{self.kind.query} answers a query with something else than "
            f"solutions{reason and f': {reason}'}.",
            hint="Check that --store says the right kind.",
        )

    def fetch(self, graph: str) -> list[ox.Triple]:
        """Read a graph; one that isn't there is empty."""
        answer = self.client.send(
            "GET",
            self.kind.graphs,
            params={"graph": graph},
            headers={"Accept": formats.NTRIPLES.media_type},
            allowed=frozenset({404}),
        )
        if answer.status_code == 404:
            return []
        require_end(answer)
        try:
            require_flat_lines(answer.content)
            return [quad.triple for quad in ox.parse(answer.content, ox.RdfFormat.N_TRIPLES)]
        except (SyntaxError, ValueError) as error:
            reason = str(error).rstrip(".")
            raise RemoteError(
                f"{self.client.address} gives for <{graph}> what is not N-Triples: {reason}."
            ) from None

    def load(self, graph: str, triples: Iterable[ox.Triple]) -> None:
        """Put triples into a graph, in place of what is there.

        In several requests, if they are many: nobody should look at it before all are there.
        """
        method = "PUT"
        for body in self._bodies([ox.Quad(*triple) for triple in triples]):
            self.client.send(
                method,
                self.kind.graphs,
                params={"graph": graph},
                content=body,
                headers={"Content-Type": self.kind.media_type},
            )
            method = "POST"

    def _bodies(self, quads: Sequence[ox.Quad]) -> Iterator[bytes]:
        """Split triples into what the store takes at once.

        A blank node is another one in each request, so that what has any stays together.
        """
        body = serialization.write(quads, formats.NTRIPLES, {})
        is_whole = any(isinstance(t, ox.BlankNode) for q in quads for t in (q.subject, q.object))
        while len(body) > self.kind.most_bytes and not is_whole:
            end = body.rfind(b"\n", 0, self.kind.most_bytes) + 1 or body.find(b"\n") + 1
            yield body[:end]
            body = body[end:]
        if body:
            yield body

    def replace(self, moves: Iterable[tuple[str, str]], dropped: Iterable[str] = ()) -> None:
        """Put graphs in the place of others, and drop some that need not be there.

        It is one update, so that a store with transactions shows all of it or nothing; a store that
        takes no more at once gets several.

        :param moves: from which graph to which
        :raises RemoteError: when the store doesn't do it
        """
        steps = [_Step(f"MOVE GRAPH <{old}> TO GRAPH <{new}>", old) for old, new in moves]
        steps += [_Step(f"DROP SILENT GRAPH <{name}>") for name in dropped]
        for start in range(0, len(steps), self.kind.most_operations):
            self._update(steps[start : start + self.kind.most_operations])

    def _update(self, steps: Sequence[_Step]) -> None:
        for attempt in range(1, ATTEMPTS + 1):
            update = " ;\n".join(step.text for step in steps)
            try:
                self.client.send("POST", self.kind.update, form={"update": update}, attempts=1)
                return
            except BusyError as error:
                if attempt == ATTEMPTS:
                    raise
                self.client.pause(attempt, error.wanted)
            # It may have been done all the same, and a graph that is moved twice is lost.
            left = self.sizes_of([step.moved for step in steps if step.moved])
            steps = [step for step in steps if not step.moved or step.moved in left]
            if not steps:
                return


class _Step(NamedTuple):
    """A part of an update.

    :param moved: the graph that is no longer there when it is done
    """

    text: str
    moved: str | None = None


def open_store(client: StoreClient, name: str | None) -> GraphStore:
    """Find out what kind of store answers at the client's address.

    :param name: of the kind, for a store that doesn't tell
    :raises UsageError: when it doesn't, and isn't named
    """
    if name is not None:
        return GraphStore(client, STORES[name])
    answer = client.send("GET", "", allowed=_ANY)
    header = answer.headers.get("server", "")
    if kind := by_server(header):
        return GraphStore(client, kind)
    said = f"says it is {header!r}" if header else "doesn't say what it is"
    raise UsageError(
        f"{client.address} {said}, which is no store that is known.",
        hint=f"Name the kind of store with --store: {', '.join(STORES)}.",
    )


# Any answer tells what has sent it, but for those of a store that is busy.
_ANY = frozenset(range(300, 500)) - {429}
