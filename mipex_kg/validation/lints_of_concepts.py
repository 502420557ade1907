"""Lints of concepts: the conditions that SKOS sets (SKOS Reference, "Integrity Conditions").

Each looks at every statement once. What SKOS says by domains and ranges counts as well: what is
broader than something is a concept (S19), what a concept is in is a scheme (S4).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

import pyoxigraph as ox

from mipex_kg.rdf.namespaces import SKOS, TYPE
from mipex_kg.rdf.quads import Quad
from mipex_kg.rdf.terms import Node, Term
from mipex_kg.validation.concept_hierarchy import Hierarchy
from mipex_kg.validation.linted_project import LintedProject
from mipex_kg.validation.report import Finding

_Pair: TypeAlias = tuple[Node, Node]


def _terms(*names: str) -> tuple[ox.NamedNode, ...]:
    return tuple(map(SKOS.term, names))


_BROADER = frozenset(_terms("broader", "broaderTransitive", "broadMatch"))
_NARROWER = frozenset(_terms("narrower", "narrowerTransitive", "narrowMatch"))
_RELATED = frozenset(_terms("related", "relatedMatch"))
_EXACT = SKOS.term("exactMatch")
_OTHER_MATCHES = frozenset(_terms("broadMatch", "narrowMatch", "relatedMatch"))
_LABELS = _terms("prefLabel", "altLabel", "hiddenLabel")
_CONCEPT, _SCHEME, _COLLECTION = "concept", "concept scheme", "collection"
_CLASSES: Mapping[Term, str] = {
    SKOS.term("Concept"): _CONCEPT,
    SKOS.term("ConceptScheme"): _SCHEME,
    SKOS.term("Collection"): _COLLECTION,
    SKOS.term("OrderedCollection"): _COLLECTION,
}
_SUBJECTS: Mapping[ox.NamedNode, str] = {
    **dict.fromkeys((*_BROADER, *_NARROWER, *_RELATED, *_terms("topConceptOf")), _CONCEPT),
    **dict.fromkeys(_terms("closeMatch", "exactMatch", "semanticRelation"), _CONCEPT),
    SKOS.term("hasTopConcept"): _SCHEME,
    **dict.fromkeys(_terms("member", "memberList"), _COLLECTION),
}
_OBJECTS: Mapping[ox.NamedNode, str] = {
    **{term: kind for term, kind in _SUBJECTS.items() if kind == _CONCEPT},
    SKOS.term("hasTopConcept"): _CONCEPT,
    **dict.fromkeys(_terms("inScheme", "topConceptOf"), _SCHEME),
}
# What a thing can't be besides: the name of the check, and SKOS's number of the condition.
_DISJOINT = (
    ("skos-scheme", _CONCEPT, _SCHEME, "S9"),
    ("skos-collection", _CONCEPT, _COLLECTION, "S37"),
    ("skos-collection", _SCHEME, _COLLECTION, "S37"),
)
_KINDS_HINT = "Nothing may be both (SKOS, {number}): name one of them by another IRI."
# So many concepts of a circle are named.
_NAMED = 4
_CIRCLE_HINT = "Remove the statement that is wrong: nothing is at the top of a circle."


def _has(linted: LintedProject, properties: Iterable[ox.NamedNode]) -> bool:
    """Tell whether any statement has one of some properties: few graphs are thesauri."""
    return not linted.dataset.predicates.isdisjoint(properties)


def things_are_of_one_kind(linted: LintedProject) -> Iterator[Finding]:
    """Find concepts that are schemes or collections as well, and schemes that are collections."""
    kinds: dict[Term, dict[str, Quad]] = defaultdict(dict)
    uses = _has(linted, _SUBJECTS) or _has(linted, _OBJECTS) or linted.dataset.members(*_CLASSES)
    for quad in linted.dataset.quads if uses else ():
        if quad.predicate == TYPE:
            if kind := _CLASSES.get(quad.object):
                kinds[quad.subject].setdefault(kind, quad)
            continue
        if kind := _SUBJECTS.get(quad.predicate):
            kinds[quad.subject].setdefault(kind, quad)
        if kind := _OBJECTS.get(quad.predicate):
            kinds[quad.object].setdefault(kind, quad)
    for node, found in kinds.items():
        for check, one, other, number in _DISJOINT:
            if one in found and other in found:
                # A type says what was meant: what follows from a use is the slip, else the later.
                told = [quad for kind, quad in found.items() if kind in (one, other)][::-1]
                yield linted.finding(
                    check,
                    f"{linted.shown(node)} is used as a {one} and as a {other}.",
                    _KINDS_HINT.format(number=number),
                    at=max(told, key=lambda quad: quad.predicate != TYPE),
                    term=node,
                )


def labels_are_apart(linted: LintedProject) -> Iterator[Finding]:
    """Find labels of a thing that are of two kinds, and two preferred ones in a language."""
    # Several graphs may state the same.
    by_subject: dict[Node, dict[tuple[Term, Term], Quad]] = defaultdict(dict)
    for quad in linted.dataset.quads if _has(linted, _LABELS) else ():
        if quad.predicate in _LABELS and isinstance(quad.object, ox.Literal):
            by_subject[quad.subject].setdefault((quad.predicate, quad.object), quad)
    for quads in by_subject.values():
        yield from _labels_of_two_kinds(linted, list(quads.values()))
        yield from _two_preferred(linted, list(quads.values()))


def _labels_of_two_kinds(linted: LintedProject, quads: Sequence[Quad]) -> Iterator[Finding]:
    first: dict[tuple[str, str], Quad] = {}
    for quad in sorted(quads, key=lambda quad: _LABELS.index(quad.predicate)):
        other = first.setdefault(_text(quad), quad)
        if other.predicate != quad.predicate:
            names = " and ".join(linted.shown(each.predicate) for each in (other, quad))
            yield linted.finding(
                "skos-labels",
                f"{quad.object} is both {names} of {linted.shown(quad.subject)}.",
                "A label is of one kind (SKOS, S13): remove one of the two.",
                at=quad,
            )


def _two_preferred(linted: LintedProject, quads: Sequence[Quad]) -> Iterator[Finding]:
    first: dict[str, Quad] = {}
    for quad in quads:
        if quad.predicate != _LABELS[0]:
            continue
        text, language = _text(quad)
        other = first.setdefault(language, quad)
        if _text(other)[0] != text:
            where = f"in the language {language!r}" if language else "without a language"
            yield linted.finding(
                "skos-preferred-label",
                f"{linted.shown(quad.subject)} has two preferred labels {where}: "
                f"{other.object} and {quad.object}.",
                "There may be one in each language (SKOS, S14): "
                "keep the better one, and write the other as skos:altLabel.",
                at=quad,
            )


def _text(quad: Quad) -> tuple[str, str]:
    """Give a label's text and its language, whose case doesn't matter."""
    assert isinstance(quad.object, ox.Literal)  # noqa: S101 - of others nobody asks
    return quad.object.value, (quad.object.language or "").lower()


def hierarchies_have_a_top(linted: LintedProject) -> Iterator[Finding]:
    """Find concepts that are broader than themselves, and related ones of which one is broader."""
    if not _has(linted, _BROADER | _NARROWER):
        return
    links = _links(linted.dataset.quads)
    broader: dict[Node, list[Node]] = defaultdict(list)
    for low, high in links:
        broader[low].append(high)
    hierarchy = Hierarchy(broader)
    for circle in hierarchy.circles():
        own = set(circle)
        at = next(links[low, high] for low in circle for high in broader[low] if high in own)
        yield linted.finding("skos-circle", _told(linted, circle), _CIRCLE_HINT, at=at)
    related: dict[_Pair, Quad] = {}
    for quad in linted.dataset.quads:
        if quad.predicate in _RELATED and not isinstance(quad.object, ox.Literal):
            for pair in ((quad.subject, quad.object), (quad.object, quad.subject)):
                related.setdefault(pair, quad)
    told: set[frozenset[Node]] = set()
    for low, high in hierarchy.above(related):
        if (both := frozenset((low, high))) not in told:
            told.add(both)
            yield linted.finding(
                "skos-related",
                f"{linted.shown(low)} and {linted.shown(high)} are related, though the second is "
                "broader than the first.",
                "Concepts are one or the other (SKOS, S27): remove one of the two statements.",
                at=related[low, high],
            )


def _links(quads: Sequence[Quad]) -> dict[_Pair, Quad]:
    """Collect what is directly broader, with the first statement of each, narrower ones first."""
    links: dict[_Pair, Quad] = {}
    for quad in quads:
        if isinstance(quad.object, ox.Literal):
            continue
        if quad.predicate in _BROADER:
            links.setdefault((quad.subject, quad.object), quad)
        elif quad.predicate in _NARROWER:
            links.setdefault((quad.object, quad.subject), quad)
    return links


def _told(linted: LintedProject, circle: Sequence[Node]) -> str:
    names = [linted.shown(node) for node in circle]
    if len(names) == 1:
        return f"{names[0]} is broader than itself."
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"These concepts are each broader than themselves: {', '.join(names[:_NAMED])}{more}."


def matches_are_apart(linted: LintedProject) -> Iterator[Finding]:
    """Find concepts that match exactly and are broader, narrower or related as well."""
    others: dict[frozenset[Term], Quad] = {}
    exact: dict[frozenset[Term], Quad] = {}
    for quad in linted.dataset.quads if _has(linted, [_EXACT]) else ():
        if quad.predicate == _EXACT:
            exact.setdefault(frozenset((quad.subject, quad.object)), quad)
        elif quad.predicate in _OTHER_MATCHES:
            others.setdefault(frozenset((quad.subject, quad.object)), quad)
    for quad in (others[pair] for pair in exact if pair in others):
        yield linted.finding(
            "skos-exact-match",
            f"{linted.shown(quad.subject)} has {linted.shown(quad.object)} as skos:exactMatch and "
            f"as {linted.shown(quad.predicate)}.",
            "What matches exactly is neither broader, narrower nor related (SKOS, S46): "
            "remove one of the two.",
            at=quad,
        )
