"""Terms of well-known vocabularies that are nearly right: to others, such a term means nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

import pyoxigraph as ox

from mipex_kg.rdf.declared_prefixes import declared
from mipex_kg.rdf.namespaces import SCHEMA_HTTPS, TYPE, shorten
from mipex_kg.rdf.parsing import ParsedFile
from mipex_kg.rdf.quads import Quad, QuadColumns
from mipex_kg.rdf.terms import Term
from mipex_kg.rdf.vocabularies import WELL_KNOWN, vocabulary_of
from mipex_kg.validation.places import Places
from mipex_kg.validation.report import Finding, Severity

CHECK = "misspelt-namespace"
# Two of them are written both with http and with https.
_RIGHT = (*WELL_KNOWN.values(), SCHEMA_HTTPS, "https://ogp.me/ns#")


def _host(iri: str) -> str:
    return iri.partition("://")[2].partition("/")[0].partition("#")[0].lower().removeprefix("www.")


_HOSTS = tuple({_host(namespace) for namespace in WELL_KNOWN.values()})


def find_misspelt(
    files: Iterable[ParsedFile], prefixes: Mapping[str, str], places: Places
) -> Iterator[Finding]:
    """Find the first term of each spelling of a namespace that is nearly a well-known one.

    It is another scheme or host, or another sign at its end; or a file declares a well-known prefix
    for something else on the same host.

    :param prefixes: for CURIEs
    """
    seen: set[tuple[str, str]] = set()
    for file in files:
        suspect = [iri for iri in _used(file.quads) if _is_suspect(iri)]
        near = _Near(declared(file) if suspect else {})
        meant = {iri: known for iri in suspect if (known := near.meant(iri))}
        for quad in file.quads if meant else ():
            for term, iri in _terms(quad):
                known = meant.get(iri)
                spelling = vocabulary_of(iri)
                if known is None or (known, spelling) in seen:
                    continue
                seen.add((known, spelling))
                yield Finding(
                    Severity.WARNING,
                    CHECK,
                    f"<{iri}> is not a term of any well-known vocabulary.",
                    f"Its namespace is <{known}>: correct it, or the prefix for it in the file.",
                    quad.subject,
                    path=shorten(quad.predicate.value, prefixes),
                    value=quad.object,
                    place=places.of_quad(quad, term),
                )


def _terms(quad: Quad) -> Iterator[tuple[Term, str]]:
    """Give the property, the class and the datatype in a quad, each with its IRI."""
    yield quad.predicate, quad.predicate.value
    if isinstance(quad.object, ox.Literal):
        yield quad.object, quad.object.datatype.value
    elif quad.predicate == TYPE and isinstance(quad.object, ox.NamedNode):
        yield quad.object, quad.object.value


def _used(quads: QuadColumns) -> set[str]:
    """Give the IRIs of all properties, classes and datatypes, each once."""
    _, predicates, objects, _ = quads.columns
    of_type = quads.terms.get(TYPE)
    classes = {value for p, value in zip(predicates, objects, strict=True) if p == of_type}
    literals = (term for term in quads.all_of("object") if isinstance(term, ox.Literal))
    nodes = (*quads.all_of("predicate"), *map(quads.terms.all.__getitem__, classes))
    named = {term.value for term in nodes if isinstance(term, ox.NamedNode)}
    return named | {literal.datatype.value for literal in literals}


def _is_suspect(iri: str) -> bool:
    """Tell whether an IRI is on the host of a known namespace, and not in one."""
    return not iri.startswith(_RIGHT) and _host(iri).startswith(_HOSTS)


class _Near:
    """Says which namespace is meant by one that is nearly it.

    :param declared: the prefixes of a file
    """

    def __init__(self, declared: Mapping[str, str]) -> None:
        self._declared = {
            iri: WELL_KNOWN[prefix]
            for prefix, iri in declared.items()
            if prefix in WELL_KNOWN
            and iri not in _RIGHT
            and _host(iri) == _host(WELL_KNOWN[prefix])
        }

    def meant(self, iri: str) -> str | None:
        """Give the namespace that is meant by one which isn't known; None if there is none."""
        for wrong, known in self._declared.items():
            if iri.startswith(wrong):
                return known
        found = _nearly().fullmatch(iri)
        return _stems()[found[1].casefold()] if found else None


@cache
def _stems() -> Mapping[str, str]:
    """Give the known namespaces by what they are without scheme, ``www.`` and their last sign."""
    return {re.sub(r"https?://(?:www\.)?", "", n)[:-1].casefold(): n for n in WELL_KNOWN.values()}


@cache
def _nearly() -> re.Pattern[str]:
    stems = "|".join(map(re.escape, sorted(_stems(), key=len, reverse=True)))
    return re.compile(rf"https?://(?:www\.)?({stems})[#/:]?[^#/:-]*", re.IGNORECASE)
