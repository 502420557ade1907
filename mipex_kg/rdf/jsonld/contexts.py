"""JSON-LD contexts: which of their terms a document needs, and which IRIs they would confuse."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping

import pyoxigraph as ox

from mipex_kg.rdf.jsonld.expanded import Json

# What a prefix ends in, if documents are to keep it.
PREFIX_ENDS = ("/", "#", ":")


def prefix_context(prefixes: Mapping[str, str]) -> Json:
    """Make a context of nothing but prefixes; JSON-LD has no empty one.

    >>> prefix_context({"schema": "http://schema.org/"})["schema"]
    {'@id': 'http://schema.org/', '@prefix': True}
    """
    terms = {name: {"@id": iri, "@prefix": True} for name, iri in prefixes.items() if name}
    return {"@version": 1.1, **terms}


class Terms:
    """The terms of a context, and what they stand for.

    >>> terms = Terms({"s": "http://schema.org/", "url": {"@id": "s:url", "@type": "@id"}})
    >>> terms.iris["url"]
    'http://schema.org/url'
    >>> sorted(terms.needed("http://schema.org/url"))
    ['s', 'url']
    """

    def __init__(self, context: Json) -> None:
        self.context = context
        self.iris = {term: self._iri(term) for term in context if not term.startswith("@")}
        self._by_iri: dict[str, list[str]] = defaultdict(list)
        for term, iri in self.iris.items():
            self._by_iri[iri].append(term)
        self._prefixes = [it for it in self.iris.items() if it[1].endswith(PREFIX_ENDS)]

    def _iri(self, term: str) -> str:
        """Expand what a term of the context stands for."""
        definition = self.context[term]
        if isinstance(definition, dict):
            definition = definition.get("@id") or definition.get("@reverse") or term
        prefix, _, name = str(definition).partition(":")
        if prefix in self.context and prefix != term and not name.startswith("//"):
            return self._iri(prefix) + name
        return str(definition)

    def is_ambiguous(self, iri: str) -> bool:
        """Tell whether an IRI, as compaction leaves it, would be read as another: rare, but a loss.

        A term can have the name of the IRI's scheme; and what has // behind a
        prefix is not a CURIE.
        """
        scheme, _, rest = iri.partition(":")
        return scheme in self.iris or (
            "//" in rest.removeprefix("//")
            and any(iri.startswith(f"{namespace}//") for namespace in self.iris.values())
        )

    def needed(self, iri: str, unfit: Container[str] = ()) -> set[str]:
        """Name the terms for an IRI, the prefixes that it begins with, and those that define them.

        :param unfit: terms that can't be used
        """
        found = {term for term in self._by_iri.get(iri, ()) if term not in unfit}
        found |= {prefix for prefix, namespace in self._prefixes if iri.startswith(namespace)}
        definitions = [self.context[term] for term in found]
        for definition in definitions:
            values = definition.values() if isinstance(definition, dict) else [definition]
            prefixes = {str(value).partition(":")[0] for value in values}
            found |= prefixes & self.iris.keys()
        return found


def pruned(context: Json, quads: Iterable[ox.Quad]) -> Json:
    """Leave out of a context what no quad needs, so that a document begins with what it is about.

    Terms are kept for the properties, classes and datatypes that occur, prefixes for all IRIs.

    >>> name = ox.NamedNode("http://schema.org/name")
    >>> context = {"s": "http://schema.org/", "name": "s:name", "url": "s:url", "f": "http://f/"}
    >>> pruned(context, [ox.Quad(name, name, name)])
    {'s': 'http://schema.org/', 'name': 's:name'}
    """
    iris, terms = _iris(quads), Terms(context)
    if any(map(terms.is_ambiguous, iris)):
        return {"@version": 1.1}
    if "@vocab" in context:
        return context
    several = _with_several_values(quads)
    unfit = {
        term for term, iri in terms.iris.items() if iri in several and holds_one_list(context[term])
    }
    kept = {term for iri in iris for term in terms.needed(iri, unfit)}
    return {key: value for key, value in context.items() if key in kept or key.startswith("@")}


def _iris(quads: Iterable[ox.Quad]) -> set[str]:
    terms = {term for quad in quads for term in quad}
    datatypes = {term.datatype.value for term in terms if isinstance(term, ox.Literal)}
    return datatypes | {term.value for term in terms if isinstance(term, ox.NamedNode)}


def _with_several_values(quads: Iterable[ox.Quad]) -> set[str]:
    uses = Counter((quad.subject, quad.predicate, quad.graph_name) for quad in quads)
    return {predicate.value for (_, predicate, _), count in uses.items() if count > 1}


def holds_one_list(definition: object) -> bool:
    """Tell whether a term's values all go into one list: two lists would become one."""
    return isinstance(definition, dict) and "@list" in (definition.get("@container") or ())
