"""RDF as text: terms, formats, parsing with places, and writing that gives the same bytes.

It alone knows what a format's syntax is, and which format a client prefers.
"""

from contextlib import suppress

import pyoxigraph as ox

# Two threads that meet their first errors of syntax at once wait for each other forever in
# pyoxigraph 0.5 (docs/upstream/pyoxigraph-threads.md). The first one is made here, by one thread.
with suppress(SyntaxError):
    ox.parse_query_results(b"", format=ox.QueryResultsFormat.JSON)
