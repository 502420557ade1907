"""What a user of rdflib writes: ``python rdflib_query.py FILE QUERY.rq`` prints CSV."""

import sys
from pathlib import Path

from rdflib import Graph

graph = Graph()
graph.parse(sys.argv[1])
answer = graph.query(Path(sys.argv[2]).read_text(encoding="utf-8"))
sys.stdout.buffer.write(answer.serialize(format="csv") or b"")
