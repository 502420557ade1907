"""IRIs that are CURIEs still: JSON-LD lets a prefix pass that its context doesn't have."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

import pyoxigraph as ox

from mipex_kg.rdf.jsonld.schema_org_context import COMMON_PREFIXES
from mipex_kg.rdf.namespaces import shorten
from mipex_kg.rdf.parsing import ParsedFile
from mipex_kg.validation.places import Places
from mipex_kg.validation.report import Finding, Severity

CHECK = "unexpanded-curie"


def find_unexpanded(
    files: Iterable[ParsedFile], prefixes: Mapping[str, str], places: Places
) -> Iterator[Finding]:
    """Find each IRI once that begins with a prefix, as if that were a scheme.

    :param prefixes: those that a file may have been meant to declare, besides common ones
    """
    prefixes = {**COMMON_PREFIXES, **prefixes}
    names = "|".join(map(re.escape, filter(None, prefixes)))
    # What an IRI or a name in JSON begins with, in any format: most files have none.
    suspect = re.compile(rf"""["'<](?:{names}):(?!//)""")
    seen = set()
    for quad in (q for file in files if suspect.search(file.text) for q in file.quads):
        for term in (quad.subject, quad.predicate, quad.object, quad.graph_name):
            if not isinstance(term, ox.NamedNode) or term in seen:
                continue
            seen.add(term)
            prefix, _, rest = term.value.partition(":")
            if prefix in prefixes and not rest.startswith("//"):
                yield Finding(
                    Severity.VIOLATION,
                    CHECK,
                    f"{term} is an IRI of its own here: the prefix is not known in this file.",
                    f'Add it to the context: "{prefix}": "{prefixes[prefix]}"',
                    quad.subject,
                    path=shorten(quad.predicate.value, prefixes),
                    value=quad.object,
                    place=places.of_quad(quad, term),
                )
