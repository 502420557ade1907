"""Writing JSON-LD 1.1 with PyLD, without ever asking another host for a context."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pyoxigraph as ox

from mipex_kg.rdf.jsonld.contexts import pruned
from mipex_kg.rdf.jsonld.expanded import Json, expanded
from mipex_kg.rdf.jsonld.pretty import pretty
from mipex_kg.rdf.jsonld.processor import JsonLdError, check_context, compacted, first_cause, framed
from mipex_kg.rdf.namespaces import TYPE
from mipex_kg.rdf.terms import Node, text_of
from mipex_kg.system import reading
from mipex_kg.system.errors import SourceError
from mipex_kg.system.snapshot import Reader


def load_context(path: Path, reader: Reader = reading) -> Json:
    """Read a context file.

    :param reader: reads it
    :raises SourceError: when it is not JSON with an ``@context``
    """
    try:
        context = json.loads(reader.read_text(path))["@context"]
    except (json.JSONDecodeError, KeyError, TypeError):
        raise SourceError("It is not a JSON object with an @context.", path=path) from None
    except RecursionError:
        raise SourceError("It is nested too deeply.", path=path) from None
    if not isinstance(context, dict):
        raise SourceError("Its @context must be one object, with all terms in it.", path=path)
    try:
        check_context(context)
    except JsonLdError as error:
        raise SourceError(f"Its @context is not valid: {first_cause(error)}", path=path) from None
    return context


def write_dataset(
    quads: Sequence[ox.Quad], context: Json, tags: Mapping[str, str] | None = None
) -> bytes:
    """Write quads with their named graphs, compacted.

    :param quads: with canonical blank node labels, sorted
    :param context: terms and prefixes; those that are needed are written into the document
    :param tags: language tags in lower case, to how they are to be written
    """
    context = pruned(context, quads)
    return encode(compacted(expanded(quads, tags), context))


def write_thing(quads: Sequence[ox.Quad], thing: Node, context: Json) -> bytes:
    """Write the merge of quads as a tree that starts at a thing, as framing makes it.

    What the thing doesn't reach follows it, so that nothing is lost.

    :param quads: in the default graph, with canonical blank node labels, sorted
    :param context: terms and prefixes; those that are needed are written into the document
    """
    context = pruned(context, quads)
    reached = _reachable(quads, thing)
    inside = [quad for quad in quads if quad.subject in reached]
    outside = [quad for quad in quads if quad.subject not in reached]
    if _blank_nodes(inside) & _blank_nodes(outside):
        return write_dataset(quads, context)
    tree = framed(expanded(inside), {"@context": context, "@id": text_of(thing)})
    if outside:
        others = compacted(expanded(outside), context)
        del tree["@context"]
        tree = {"@context": context, "@graph": [tree, *others["@graph"]]}
    return encode(tree)


def _blank_nodes(quads: Iterable[ox.Quad]) -> set[object]:
    terms = (term for quad in quads for term in (quad.subject, quad.object))
    return {term for term in terms if isinstance(term, ox.BlankNode)}


def _reachable(quads: Iterable[ox.Quad], start: Node) -> set[object]:
    """Find what framing embeds: all that is linked, but for classes."""
    links: dict[object, list[object]] = {}
    for quad in quads:
        if quad.predicate != TYPE:
            links.setdefault(quad.subject, []).append(quad.object)
    reached: set[object] = set()
    waiting: list[object] = [start]
    while waiting:
        node = waiting.pop()
        if node not in reached:
            reached.add(node)
            waiting += links.get(node, [])
    return reached


def encode(document: Json) -> bytes:
    """Write JSON for people to read, too."""
    return f"{pretty(document)}\n".encode()
