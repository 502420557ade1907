"""Asking a SPARQL endpoint elsewhere as the graph here is asked: SPARQL 1.1 Protocol.

Where `push` has left the merge of all graphs, that is the default graph, and the project's graphs
are the named ones, whatever else the store holds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

import pyoxigraph as ox

from mipex_kg.dataset import querying
from mipex_kg.dataset.provenance import KINDS
from mipex_kg.dataset.querying import Answer, Graphs
from mipex_kg.project.project import Project
from mipex_kg.rdf import formats
from mipex_kg.rdf.nesting import require_flat_json, require_flat_terms
from mipex_kg.remote.client import StoreClient, require_end, require_whole
from mipex_kg.remote.stores import MERGED
from mipex_kg.sparql import query_text, results
from mipex_kg.sparql.query_text import Query
from mipex_kg.system.errors import RemoteError

Found: TypeAlias = ox.QuerySolutions | ox.QueryBoolean | list[ox.Triple]
_JSON = "application/sparql-results+json"
# It is asked again when the endpoint is busy; a query's own failure shouldn't take long to tell.
_ATTEMPTS = 3
_AS_NAMED = Graphs()
# Virtuoso's labels of blank nodes are not labels elsewhere.
_NO_LABEL = re.compile(r"\W", re.ASCII)


@dataclass(frozen=True)
class Endpoint:
    """An endpoint that answers queries.

    :param client: whose address is the endpoint's
    :param project: whose prefixes need no declaration, and whose graphs are asked
    """

    client: StoreClient
    project: Project

    def answer(
        self,
        text: str,
        *,
        format: str | None = None,
        allow_remote: bool = False,
        width: int = results.UNLIMITED,
    ) -> Answer:
        """Answer a query, in the formats in which `querying.answer` does.

        :raises UsageError: when the format doesn't fit the form of the query
        :raises QueryError: when the query is refused
        :raises RemoteError: when the endpoint can't be asked, or doesn't answer as it should
        """
        query = Query(query_text.resolve(text), self.project.prefixes)
        querying.refuse(query, allow_remote=allow_remote)
        chosen = querying.require_format(query, format)
        with as_asked(self.client):
            output, _ = querying.write(
                ask(self.client, query, self._graphs(query), attempts=_ATTEMPTS),
                chosen,
                self.project.prefixes,
                width=width,
                language=self.project.languages[0],
            )
        return Answer(output)

    def _graphs(self, query: Query) -> Graphs:
        """Choose the graphs that stand for the project's: their merge, and those that it names."""
        if query.default_graphs or query.named_graphs:
            return _AS_NAMED
        merged = self.project.iri(MERGED)
        named = graph_names(self.client, merged, attempts=_ATTEMPTS)
        if not named:
            return _AS_NAMED
        asks_for_graphs = any(token.text.upper() == "GRAPH" for token in query.tokens)
        return Graphs((merged,), named if asks_for_graphs else ())


@contextmanager
def as_asked(client: StoreClient) -> Iterator[None]:
    """Take what can't be read for what it is: the endpoint's fault.

    :raises RemoteError: instead of what parsers raise
    """
    try:
        yield
    except (
        SyntaxError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        RecursionError,
    ) as error:
        # What a parser says helps; what Python says of an object without that key does not.
        is_said = isinstance(error, SyntaxError | ValueError)
        reason = f": {str(error).rstrip('.')}" if is_said else ""
        raise RemoteError(
            f"{client.address} answers with something else than was asked for{reason}.",
            hint="Check that the address is that of a SPARQL endpoint.",
        ) from None


def ask(
    client: StoreClient, query: Query, graphs: Graphs = _AS_NAMED, *, attempts: int = 1
) -> Found:
    """Send a query, and read what is found.

    :param client: whose address is the endpoint's
    :param graphs: of which it is asked, instead of those that the query or the endpoint names
    :param attempts: how often, when the endpoint is busy
    :raises RemoteError: when the endpoint can't be asked, or gives a part of the answer
    """
    makes_graph = query.form in querying.GRAPH_FORMS
    response = client.send(
        "POST",
        "",
        form={
            "query": _declared(query),
            "default-graph-uri": list(graphs.default),
            "named-graph-uri": list(graphs.named),
        },
        headers={"Accept": formats.NTRIPLES.media_type if makes_graph else _JSON},
        attempts=attempts,
    )
    require_whole(response)
    if makes_graph:
        require_end(response)
        require_flat_terms(response.content)
        return [quad.triple for quad in ox.parse(response.content, ox.RdfFormat.N_TRIPLES)]
    return _solutions(response.content, query)


def graph_names(client: StoreClient, merged: str, *, attempts: int = 1) -> tuple[str, ...]:
    """Name the project's graphs in a store; there are none where `push` has left no merge.

    :param client: whose address is the endpoint's
    :param merged: the merge, which describes them all
    :param attempts: how often to ask, when the endpoint is busy
    :raises RemoteError: when the endpoint can't be asked
    """
    kinds = " ".join(f"<{kind.value}>" for kind in KINDS)
    described = f"GRAPH <{merged}> {{ ?g a ?kind }} VALUES ?kind {{ {kinds} }}"
    found = ask(client, Query(f"SELECT DISTINCT ?g {{ {described} }}", {}), attempts=attempts)
    rows = found if isinstance(found, ox.QuerySolutions) else ()
    nodes = [row["g"] for row in rows]
    for node in nodes:
        if not isinstance(node, ox.NamedNode):
            raise RemoteError(f"{client.address} names a graph {node}, which is not an IRI.")
    return tuple(sorted(node.value for node in nodes))


def _declared(query: Query) -> str:
    """Declare the prefixes that need no declaration here, in front of the first line.

    >>> _declared(Query("ASK { ?s a e:T }", {"e": "http://e/", "f": "http://f/"}))
    'PREFIX e: <http://e/> ASK { ?s a e:T }'
    """
    missing = Query(query.text, {}).unknown_prefixes
    declared = [f"PREFIX {prefix}: <{query.default_prefixes[prefix]}> " for prefix in missing]
    return "".join([*declared, query.text])


def _solutions(content: bytes, query: Query) -> ox.QuerySolutions | ox.QueryBoolean:
    """Read SPARQL results in JSON, with the columns of ``SELECT *`` as the query has them.

    What the engine reads as it is, Python need not: that takes several times as much memory.
    """
    require_flat_json(content)
    if query.form == "ASK":
        content = json.dumps({"head": {}, "boolean": _truth(json.loads(content))}).encode()
    elif query.selects_all or b"bnode" in content:
        content = _mended(json.loads(content), query)
    found = ox.parse_query_results(content, format=ox.QueryResultsFormat.JSON)
    if isinstance(found, ox.QueryBoolean) != (query.form == "ASK"):
        raise ValueError("solutions were expected")
    return found


def _mended(document: Any, query: Query) -> bytes:
    rows = document["results"]["bindings"]
    if query.selects_all:
        found = document["head"]["vars"]
        columns = [name for name in query.variables() if name in found]
        # Where there is none, Virtuoso makes one up.
        document["head"]["vars"] = columns
        rows[:] = [{name: row[name] for name in columns if name in row} for row in rows]
    for row in rows:
        for term in row.values():
            if term["type"] == "bnode":
                term["value"] = _NO_LABEL.sub("_", term["value"])
    return json.dumps(document).encode()


def _truth(document: Any) -> bool:
    """Read the answer of an ASK query, which Virtuoso gives as a solution, or none for false.

    >>> _truth({"head": {}, "boolean": True}), _truth({"results": {"bindings": []}})
    (True, False)
    """
    if "boolean" in document:
        return bool(document["boolean"])
    return any(row["__ASK_RETVAL"]["value"] == "1" for row in document["results"]["bindings"])
