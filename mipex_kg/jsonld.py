"""Reading and writing JSON-LD 1.1 with PyLD, without ever asking another host for a context."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import pyoxigraph as ox
from pyld import jsonld as pyld

from mipex_kg import reading
from mipex_kg.errors import SourceError
from mipex_kg.terms import Node, Term, text_of

Json: TypeAlias = dict[str, Any]


def to_nquads(document: Any, path: Path, contexts: Mapping[str, Path]) -> str:
    """Convert a JSON-LD document to N-Quads.

    :param document: parsed JSON
    :param path: the document's file, which errors name and relative IRIs are resolved against
    :param contexts: files of the contexts that the document may name by IRI
    :raises SourceError: when it is not valid JSON-LD, or names another remote context
    """
    refused: list[str] = []

    def load(iri: str, _options: object) -> Json:
        if iri not in contexts:
            refused.append(iri)
            raise LookupError(iri)
        text = reading.read_text(contexts[iri])
        return {"contextUrl": None, "documentUrl": iri, "document": text, "contentType": None}

    options = {
        "base": path.absolute().as_uri(),
        "documentLoader": load,
        "format": "application/n-quads",
    }
    try:
        nquads: str = pyld.to_rdf(document, options)
    except RecursionError:
        raise SourceError("It is nested too deeply.", path=path) from None
    except (pyld.JsonLdError, TypeError, AttributeError) as error:
        if refused:
            raise SourceError(
                f"It names the remote context {refused[0]}, which is not loaded.",
                path=path,
                hint="Put the context's terms into the document itself, under @context.",
            ) from None
        raise SourceError(f"It is not valid JSON-LD: {_first_cause(error)}", path=path) from None
    return nquads


def _first_cause(error: BaseException) -> str:
    while error.__cause__ is not None:
        error = error.__cause__
    return str(error.args[0] if error.args else error)


def load_context(path: Path) -> Json:
    """Read a context file.

    :raises SourceError: when it is not JSON with an ``@context``
    """
    try:
        context = json.loads(reading.read_text(path))["@context"]
    except (json.JSONDecodeError, KeyError, TypeError):
        raise SourceError("It is not a JSON object with an @context.", path=path) from None
    if not isinstance(context, dict):
        raise SourceError("Its @context has to be one object, with all terms in it.", path=path)
    return context


def prefix_context(prefixes: Mapping[str, str]) -> Json:
    """Make a context of nothing but prefixes; JSON-LD has no empty one.

    >>> prefix_context({"schema": "http://schema.org/"})["schema"]
    {'@id': 'http://schema.org/', '@prefix': True}
    """
    terms = {name: {"@id": iri, "@prefix": True} for name, iri in prefixes.items() if name}
    return {"@version": 1.1, **terms}


def pruned(context: Json, quads: Iterable[ox.Quad]) -> Json:
    """Leave out of a context what no quad needs, so that a document begins with what it is about.

    Terms are kept for the properties, classes and datatypes that occur, prefixes for all IRIs.

    >>> name = ox.NamedNode("http://schema.org/name")
    >>> context = {"s": "http://schema.org/", "name": "s:name", "url": "s:url", "f": "http://f/"}
    >>> pruned(context, [ox.Quad(name, name, name)])
    {'s': 'http://schema.org/', 'name': 's:name'}
    """
    if "@vocab" in context:
        return context
    iris = _iris(quads)
    iri_of = {term: _term_iri(context, term) for term in context if not term.startswith("@")}
    kept = {term for term, iri in iri_of.items() if iri in iris or _is_prefix_of(iri, iris)}
    for term in list(kept):
        definition = context[term]
        values = definition.values() if isinstance(definition, dict) else [definition]
        kept |= {prefix for prefix in map(_prefix, values) if prefix in iri_of}
    return {key: value for key, value in context.items() if key in kept or key.startswith("@")}


def _iris(quads: Iterable[ox.Quad]) -> set[str]:
    terms = {term for quad in quads for term in quad}
    datatypes = {term.datatype.value for term in terms if isinstance(term, ox.Literal)}
    return datatypes | {term.value for term in terms if isinstance(term, ox.NamedNode)}


def _is_prefix_of(iri: str, iris: set[str]) -> bool:
    return iri.endswith(("/", "#", ":")) and any(other.startswith(iri) for other in iris)


def _term_iri(context: Json, term: str) -> str:
    """Expand what a term of the context stands for."""
    definition = context[term]
    if isinstance(definition, dict):
        definition = definition.get("@id") or definition.get("@reverse") or term
    prefix = _prefix(definition)
    if prefix in context and prefix != term:
        return _term_iri(context, prefix) + str(definition).removeprefix(f"{prefix}:")
    return str(definition)


def _prefix(value: object) -> str:
    return str(value).partition(":")[0]


def write_dataset(quads: Sequence[ox.Quad], context: Json) -> bytes:
    """Write quads with their named graphs, compacted.

    :param quads: with canonical blank node labels, sorted
    :param context: terms and prefixes; those that are needed are written into the document
    """
    context = pruned(context, quads)
    return _encode(pyld.compact(_expanded(quads), context, {"graph": True, "documentLoader": _no}))


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
    if any(isinstance(quad.object, ox.BlankNode) and quad.object in reached for quad in outside):
        return write_dataset(quads, context)
    frame = {"@context": context, "@id": text_of(thing)}
    options = {"embed": "@once", "omitGraph": True, "documentLoader": _no}
    tree = pyld.frame(_expanded(inside), frame, options)
    if outside:
        others = pyld.compact(_expanded(outside), context, {"graph": True, "documentLoader": _no})
        del tree["@context"]
        tree = {"@context": context, "@graph": [tree, *others["@graph"]]}
    return _encode(tree)


def _reachable(quads: Sequence[ox.Quad], start: Node) -> set[object]:
    links: dict[object, list[object]] = {}
    for quad in quads:
        links.setdefault(quad.subject, []).append(quad.object)
    reached: set[object] = set()
    waiting: list[object] = [start]
    while waiting:
        node = waiting.pop()
        if node not in reached:
            reached.add(node)
            waiting += links.get(node, [])
    return reached


def _expanded(quads: Sequence[ox.Quad]) -> list[Json]:
    """Make expanded JSON-LD of quads, every literal with its lexical form."""
    dataset: dict[str, list[Json]] = {"@default": []}
    for quad in quads:
        default = isinstance(quad.graph_name, ox.DefaultGraph)
        graph = "@default" if default else _rdf_term(quad.graph_name)["value"]
        triple = {
            part: _rdf_term(getattr(quad, part)) for part in ("subject", "predicate", "object")
        }
        dataset.setdefault(graph, []).append(triple)
    expanded: list[Json] = pyld.from_rdf(dataset, {"useNativeTypes": False})
    return expanded


def _rdf_term(term: Term | ox.DefaultGraph) -> Json:
    """Write a term in the form that PyLD's algorithms take."""
    if isinstance(term, ox.NamedNode):
        return {"type": "IRI", "value": term.value}
    if isinstance(term, ox.BlankNode):
        return {"type": "blank node", "value": str(term)}
    assert isinstance(term, ox.Literal)  # noqa: S101 - parsing refuses triple terms
    literal = {"type": "literal", "value": term.value, "datatype": term.datatype.value}
    return {**literal, "language": term.language} if term.language else literal


def _no(iri: str, _options: object) -> Json:
    raise LookupError(f"a context that is written into a document names another: {iri}")


def _encode(document: Json) -> bytes:
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()
