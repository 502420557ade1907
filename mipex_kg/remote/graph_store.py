"""The graphs of a store: what there is, what is in them, and putting others in their place.

By the SPARQL 1.1 Graph Store HTTP Protocol, and by SPARQL 1.1 Update for what has to happen at
once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import httpx
import pyoxigraph as ox

from mipex_kg.rdf import formats, serialization
from mipex_kg.rdf.nesting import require_flat_json, require_flat_terms
from mipex_kg.rdf.terms import is_iri
from mipex_kg.remote.client import (
    ATTEMPTS,
    BusyError,
    StoreClient,
    require_end,
    require_whole,
)
from mipex_kg.remote.stores import STORES, Store, by_server
from mipex_kg.system.errors import RemoteError, UsageError

_JSON = "application/sparql-results+json"
# Bytes that a store may answer when it is asked what it is, and how large its graphs are.
MOST_OF_FRONT, MOST_OF_SIZES = 16_000_000, 256_000_000
# Names of graphs in a query, and triples that are asked for at once if they are in several graphs.
_MOST_NAMES, _MOST_TRIPLES = 100, 20_000


@dataclass(frozen=True)
class GraphStore:
    """The graphs of a store.

    :param kind: what the store does in ways of its own
    """

    client: StoreClient
    kind: Store

    def sizes(self, prefix: str) -> dict[str, int]:
        """Count the triples of each graph whose name begins in this way."""
        found = self._sizes(f'FILTER (STRSTARTS(STR(?g), "{prefix}"))')
        for name in found:
            if not name.startswith(prefix):
                raise self._no_solutions(f"<{name}> does not begin with {prefix}")
        return found

    def sizes_of(self, graphs: Sequence[str]) -> dict[str, int]:
        """Count the triples of those of the graphs that are there."""
        found: dict[str, int] = {}
        for start in range(0, len(graphs), _MOST_NAMES):
            names = " ".join(f"<{name}>" for name in graphs[start : start + _MOST_NAMES])
            # FILTER would let some stores look at all that they hold.
            found |= self._sizes(f"VALUES ?g {{ {names} }}")
        return found

    def _sizes(self, condition: str) -> dict[str, int]:
        where = f"{condition} GRAPH ?g {{ ?s ?p ?o }}"
        query = f"SELECT ?g (COUNT(*) AS ?n) WHERE {{ {where} }} GROUP BY ?g"
        answer = self._ask(query)
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

    def _ask(self, query: str) -> httpx.Response:
        answer = self.client.send(
            "POST",
            self.kind.query,
            form={"query": query},
            headers={"Accept": _JSON},
            most=MOST_OF_SIZES,
        )
        require_whole(answer)
        return answer

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
            require_flat_terms(answer.content)
            return [quad.triple for quad in ox.parse(answer.content, ox.RdfFormat.N_TRIPLES)]
        except (SyntaxError, ValueError) as error:
            reason = str(error).rstrip(".")
            raise RemoteError(
                f"{self.client.address} gives for <{graph}> what is not N-Triples: {reason}."
            ) from None

    def fetch_all(self, sizes: Mapping[str, int]) -> Iterator[tuple[str, list[ox.Triple]]]:
        """Read graphs, small ones together where the store gives terms as they are.

        :param sizes: how many triples each has; of 0 it isn't there
        """
        batch: list[str] = []
        room = _MOST_TRIPLES
        for graph, size in sizes.items():
            if size == 0:
                yield graph, []
            elif size > _MOST_TRIPLES or not self.kind.keeps_terms:
                yield graph, self.fetch(graph)
            else:
                if len(batch) == _MOST_NAMES or size > room:
                    yield from self._together(batch).items()
                    batch, room = [], _MOST_TRIPLES
                batch.append(graph)
                room -= size
        if batch:
            yield from self._together(batch).items()

    def _together(self, graphs: Sequence[str]) -> dict[str, list[ox.Triple]]:
        names = " ".join(f"<{name}>" for name in graphs)
        query = f"SELECT ?g ?s ?p ?o {{ VALUES ?g {{ {names} }} GRAPH ?g {{ ?s ?p ?o }} }}"
        answer = self._ask(query)
        found: dict[str, list[ox.Triple]] = {name: [] for name in graphs}
        try:
            require_flat_json(answer.content)
            solutions = ox.parse_query_results(answer.content, ox.QueryResultsFormat.JSON)
            for g, s, p, o in solutions:  # type: ignore[union-attr]  # else TypeError
                found[g.value].append(ox.Triple(s, p, o))
        except (SyntaxError, ValueError, KeyError, TypeError, AttributeError):
            raise self._no_solutions() from None
        return found

    def load(self, graph: str, triples: Iterable[ox.Triple]) -> None:
        """Put triples into a graph, instead of what is there.

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

    def load_all(self, graphs: Mapping[str, Sequence[ox.Triple]]) -> Iterator[str]:
        """Put triples into graphs that aren't there yet, as many at once as the store takes.

        :returns: the names of the graphs, each once it is loaded
        """
        bodies: list[bytes] = []
        waiting: list[str] = []
        size = 0
        for graph, triples in graphs.items():
            is_own = any(
                isinstance(t, ox.BlankNode) for q in triples for t in (q.subject, q.object)
            )
            if is_own or not self.kind.keeps_terms or len(triples) > _MOST_TRIPLES:
                self.load(graph, triples)
                yield graph
                continue
            name = ox.NamedNode(graph)
            quads = [ox.Quad(t.subject, t.predicate, t.object, name) for t in triples]
            body = serialization.write(quads, formats.NQUADS, {})
            if size + len(body) > self.kind.most_bytes:
                yield from self._load(bodies, waiting)
                bodies, waiting, size = [], [], 0
            size += len(body)
            bodies.append(body)
            waiting.append(graph)
        yield from self._load(bodies, waiting)

    def _load(self, bodies: Sequence[bytes], graphs: Sequence[str]) -> Sequence[str]:
        if graphs:
            self.client.send(
                "POST",
                self.kind.graphs,
                content=b"".join(bodies),
                headers={"Content-Type": formats.NQUADS.media_type},
            )
        return graphs

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

    def replace(
        self,
        moves: Iterable[tuple[str, str]],
        dropped: Iterable[str] = (),
        changes: Iterable[str] = (),
    ) -> None:
        """Put graphs in the place of others, and drop some that need not be there.

        It is one update, so that a store with transactions shows all of it or nothing. More than a
        store takes at once is several.

        :param moves: from which graph to which
        :param changes: other parts of the update, which may be done twice
        :raises RemoteError: when the store doesn't do it
        """
        steps = [_Step(f"MOVE GRAPH <{old}> TO GRAPH <{new}>", old) for old, new in moves]
        steps += [_Step(change) for change in changes]
        steps += [_Step(f"DROP SILENT GRAPH <{name}>") for name in dropped]
        part: list[_Step] = []
        size = 0
        for step in steps:
            size += len(step.text)
            if len(part) == self.kind.most_operations or (part and size > self.kind.most_bytes):
                self._update(part)
                part, size = [], len(step.text)
            part.append(step)
        if part:
            self._update(part)

    def _update(self, steps: Sequence[_Step]) -> None:
        for attempt in range(1, ATTEMPTS + 1):
            update = " ;\n".join(step.text for step in steps)
            try:
                self._send(update)
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

    def _send(self, update: str) -> None:
        if self.kind.takes_updates:
            headers = {"Content-Type": "application/sparql-update"}
            data = update.encode()
            self.client.send("POST", self.kind.update, content=data, headers=headers, attempts=1)
        else:
            self.client.send("POST", self.kind.update, form={"update": update}, attempts=1)


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
    answer = client.send("GET", "", allowed=_ANY, most=MOST_OF_FRONT)
    header = answer.headers.get("server", "")
    if kind := by_server(header):
        return GraphStore(client, kind)
    said = f"says it is {header!r}" if header else "did not identify itself"
    raise UsageError(
        f"{client.address} {said}: unsupported store.",
        hint=f"Name the kind of store with --store: {', '.join(STORES)}.",
    )


# Any answer says what has sent it, but for those of a store that is busy.
_ANY = frozenset(range(300, 500)) - {429}
