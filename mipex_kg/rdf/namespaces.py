"""Namespaces of the vocabularies that the engine itself reads or writes, and CURIEs.

A project's own prefixes are in its ``mipex-kg.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from pyoxigraph import NamedNode


class Namespace(str):
    """The IRI that the terms of a vocabulary begin with.

    >>> Namespace("http://schema.org/").term("name")
    <NamedNode value=http://schema.org/name>
    """

    __slots__ = ()

    def term(self, local: str) -> NamedNode:
        """Give the term with this local name."""
        return NamedNode(self + local)


DC = Namespace("http://purl.org/dc/elements/1.1/")
DCAT = Namespace("http://www.w3.org/ns/dcat#")
DCATAP = Namespace("http://data.europa.eu/r5r/")
DCT = Namespace("http://purl.org/dc/terms/")
FOAF = Namespace("http://xmlns.com/foaf/0.1/")
KG = Namespace("https://w3id.org/mipex-kg/kg#")
OA = Namespace("http://www.w3.org/ns/oa#")
# In which biomedical ontologies say what their terms mean, and what else they are called.
OBO = Namespace("http://purl.obolibrary.org/obo/")
OBO_IN_OWL = Namespace("http://www.geneontology.org/formats/oboInOwl#")
OWL = Namespace("http://www.w3.org/2002/07/owl#")
PROV = Namespace("http://www.w3.org/ns/prov#")
RDF = Namespace("http://www.w3.org/1999/02/22-rdf-syntax-ns#")
RDFS = Namespace("http://www.w3.org/2000/01/rdf-schema#")
SCHEMA = Namespace("http://schema.org/")
SH = Namespace("http://www.w3.org/ns/shacl#")
SKOS = Namespace("http://www.w3.org/2004/02/skos/core#")
SKOSXL = Namespace("http://www.w3.org/2008/05/skos-xl#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
VOID = Namespace("http://rdfs.org/ns/void#")
XSD = Namespace("http://www.w3.org/2001/XMLSchema#")

TYPE = RDF.term("type")

# The properties that name a thing: the first one that it has is its label.
LABELS = (
    SCHEMA.term("name"),
    SKOS.term("prefLabel"),
    RDFS.term("label"),
    DCT.term("title"),
    FOAF.term("name"),
    DC.term("title"),
    VCARD.term("fn"),
    SKOSXL.term("literalForm"),
)

# The properties whose values are the addresses of pictures.
PICTURES = frozenset(
    {
        *(FOAF.term(name) for name in ("depiction", "img", "logo", "thumbnail")),
        *(SCHEMA.term(name) for name in ("image", "logo", "photo", "thumbnailUrl")),
    }
)

# Classes that say little of what a thing is: all things are of them, or it is of others as well.
OF_LITTLE = frozenset(
    {
        *(OWL.term(name) for name in ("NamedIndividual", "Thing", "DeprecatedClass")),
        *(OWL.term(f"{how}Property") for how in ("Functional", "InverseFunctional", "Transitive")),
        *(OWL.term(f"{how}Property") for how in ("Symmetric", "Asymmetric", "Reflexive")),
        *(OWL.term(f"{how}Property") for how in ("Irreflexive", "Deprecated")),
        RDFS.term("Resource"),
    }
)

# schema.org is written with http: here, as schema.org's own JSON-LD context has it. A project whose
# prefix `schema:` stands for this writes it with https:.
SCHEMA_HTTPS = Namespace("https://schema.org/")

PREFIXES: Mapping[str, str] = {
    "dct": DCT,
    "kg": KG,
    "oa": OA,
    "prov": PROV,
    "rdf": RDF,
    "rdfs": RDFS,
    "schema": SCHEMA,
    "sh": SH,
    "skos": SKOS,
    "xsd": XSD,
}


def in_http(node: NamedNode) -> NamedNode:
    """Give the term by which the engine knows one of schema.org's; any other node as it is.

    >>> in_http(NamedNode("https://schema.org/name"))
    <NamedNode value=http://schema.org/name>
    """
    value = node.value
    return SCHEMA.term(value.removeprefix(SCHEMA_HTTPS)) if value.startswith(SCHEMA_HTTPS) else node


# The part of Turtle's PN_LOCAL that needs no escapes and that nobody has to think about.
_PLAIN_LOCAL = re.compile(r"\w(?:[\w.-]*[\w-])?\Z", re.ASCII)


def expand(curie: str, prefixes: Mapping[str, str]) -> str | None:
    """Expand a CURIE; the answer is None when its prefix is not known.

    >>> expand("schema:name", PREFIXES)
    'http://schema.org/name'
    """
    prefix, colon, local = curie.partition(":")
    namespace = prefixes.get(prefix) if colon else None
    return None if namespace is None else namespace + local


def node_named(name: str, prefixes: Mapping[str, str]) -> NamedNode:
    """Give the node that a CURIE, or else an IRI, names.

    :raises ValueError: when it is neither

    >>> node_named("schema:name", PREFIXES)
    <NamedNode value=http://schema.org/name>
    """
    return NamedNode(expand(name, prefixes) or name)


def compact(iri: str, prefixes: Mapping[str, str]) -> str | None:
    """Shorten an IRI to a CURIE that Turtle and SPARQL take without escapes, if there is one.

    The longest namespace that fits wins.

    >>> compact("http://schema.org/name", PREFIXES)
    'schema:name'
    >>> compact("http://schema.org/a/b", PREFIXES) is None
    True
    """
    best: tuple[int, str] | None = None
    for prefix, namespace in prefixes.items():
        if not iri.startswith(namespace):
            continue
        local = iri[len(namespace) :]
        if _PLAIN_LOCAL.match(local) and (best is None or len(namespace) > best[0]):
            best = len(namespace), f"{prefix}:{local}"
    return best and best[1]


def shorten(iri: str, prefixes: Mapping[str, str]) -> str:
    """Write an IRI for people: as a CURIE where one fits, else in angle brackets."""
    return compact(iri, prefixes) or f"<{iri}>"
