"""Reading and writing JSON-LD 1.1 with PyLD, without ever asking another host for a context."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from pyld import jsonld as pyld

from mipex_kg.rdf.jsonld.contexts import pruned
from mipex_kg.rdf.jsonld.expanded import Json, expanded
from mipex_kg.rdf.jsonld.pretty import pretty
from mipex_kg.rdf.namespaces import TYPE, XSD
from mipex_kg.rdf.terms import Node, text_of
from mipex_kg.system import reading
from mipex_kg.system.errors import SourceError
from mipex_kg.system.snapshot import Reader

# Stands in the place of a base where there is none, so that what is relative can be told.
_NO_BASE = "x-relative://nowhere/"
_RELATIVE = re.compile(r"<x-relative:(?://nowhere/)?([^>]*)>")


def to_nquads(
    document: Any,
    path: Path,
    contexts: Mapping[str, Path],
    *,
    base: str | None = None,
    reader: Reader = reading,
) -> str:
    """Convert a JSON-LD document to N-Quads.

    :param document: parsed JSON
    :param path: the document's file, which errors name
    :param contexts: files of the contexts that the document may name by IRI
    :param base: what relative IRIs are resolved against, if the document doesn't say
    :param reader: reads the contexts
    :raises SourceError: when it is not valid JSON-LD, names another remote context, or has a
        relative IRI and there is no base
    """
    refused: list[str] = []

    def load(iri: str, _options: object) -> Json:
        if iri not in contexts:
            refused.append(iri)
            raise LookupError(iri)
        text = reader.read_text(contexts[iri])
        return {"contextUrl": None, "documentUrl": iri, "document": text, "contentType": None}

    options = {
        "base": base or _NO_BASE,
        "documentLoader": load,
        "format": "application/n-quads",
    }
    try:
        nquads: str = _LexicalProcessor().to_rdf(document, options)
    except RecursionError:
        raise SourceError("It is nested too deeply.", path=path) from None
    except (pyld.JsonLdError, TypeError, AttributeError, LookupError, ValueError) as error:
        if refused:
            named = refused[0].removeprefix(_NO_BASE)
            raise SourceError(
                f"It names the remote context {named}, which is not loaded.",
                path=path,
                hint="Put the context's terms into the document itself, under @context.",
            ) from None
        raise SourceError(f"It is not valid JSON-LD: {_first_cause(error)}", path=path) from None
    if relative := _RELATIVE.search(nquads):
        raise SourceError(
            f'The IRI "{relative[1]}" is relative, and nothing says what to resolve it against.',
            path=path,
            hint='Add "@base": "https://…/" to the @context, or name one with --base.',
        )
    return nquads


class _LexicalProcessor(pyld.JsonLdProcessor):  # type: ignore[misc]  # PyLD has no types
    """PyLD, but doubles that are written as strings keep their lexical form, as others do."""

    def _object_to_rdf(self, item: Json | str, *args: Any) -> Json:
        match item:
            case {"@value": str(value), "@type": str(datatype)} if datatype == XSD + "double":
                return {"type": "literal", "value": value, "datatype": datatype}
        found: Json = super()._object_to_rdf(item, *args)
        return found


def _first_cause(error: BaseException) -> str:
    while error.__cause__ is not None:
        error = error.__cause__
    return str(error.args[0] if error.args else error)


def load_context(path: Path, reader: Reader = reading) -> Json:
    """Read a context file.

    :raises SourceError: when it is not JSON with an ``@context``
    """
    try:
        context = json.loads(reader.read_text(path))["@context"]
    except (json.JSONDecodeError, KeyError, TypeError):
        raise SourceError("It is not a JSON object with an @context.", path=path) from None
    if not isinstance(context, dict):
        raise SourceError("Its @context has to be one object, with all terms in it.", path=path)
    try:
        pyld.expand({"@context": context}, {"documentLoader": _no})
    except pyld.JsonLdError as error:
        raise SourceError(f"Its @context is not valid: {_first_cause(error)}", path=path) from None
    return context


def write_dataset(quads: Sequence[ox.Quad], context: Json) -> bytes:
    """Write quads with their named graphs, compacted.

    :param quads: with canonical blank node labels, sorted
    :param context: terms and prefixes; those that are needed are written into the document
    """
    context = pruned(context, quads)
    return encode(pyld.compact(expanded(quads), context, {"graph": True, "documentLoader": _no}))


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
    frame = {"@context": context, "@id": text_of(thing)}
    options = {"embed": "@once", "omitGraph": True, "documentLoader": _no}
    tree = pyld.frame(expanded(inside), frame, options)
    if outside:
        others = pyld.compact(expanded(outside), context, {"graph": True, "documentLoader": _no})
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


def _no(iri: str, _options: object) -> Json:
    raise LookupError(f"a context that is written into a document names another: {iri}")


def encode(document: Json) -> bytes:
    """Write JSON for people to read, too."""
    return f"{pretty(document)}\n".encode()
