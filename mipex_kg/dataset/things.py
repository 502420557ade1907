"""Finding the thing that a person means by an IRI, a CURIE or a label."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet

import pyoxigraph as ox

from mipex_kg.dataset.class_expressions import ClassExpressions, words_of_expressions
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.dataset.list_items import list_items
from mipex_kg.rdf.local_names import in_words, local_name
from mipex_kg.rdf.namespaces import (
    DCT,
    OBO_IN_OWL,
    SCHEMA,
    SCHEMA_HTTPS,
    SKOS,
    TYPE,
    expand,
    shorten,
)
from mipex_kg.rdf.quads import Quad
from mipex_kg.rdf.terms import Node, Term, is_iri, text_of
from mipex_kg.system.errors import UsageError, nearest, nearest_few

_UNNAMED = "unnamed item"
# So many names are suggested.
_MOST = 3
# So many things are listed of which one must be chosen.
_MOST_LISTED = 12
# Lists in lists that are deeper are for programs, and may be without an end.
_DEEPEST = 8
# Properties whose values are other names of things, by which they are found.
_OTHER_NAMES = frozenset(
    {
        *(SKOS.term("altLabel"), SKOS.term("hiddenLabel"), DCT.term("alternative")),
        *(space.term("alternateName") for space in (SCHEMA, SCHEMA_HTTPS)),
        OBO_IN_OWL.term("hasExactSynonym"),
    }
)


def find_thing(text: str, dataset: Dataset) -> ox.NamedNode:
    """Find a thing.

    :param text: an IRI, with or without angle brackets; a CURIE; the end of an IRI, below the base;
        or a label in any language, else another name or the local name of an IRI, whose case
        matters only when it tells two things apart; a thing below a base comes before others
    :raises UsageError: when there is none, or more than one: then they are listed
    """
    iri = text.removeprefix("<").removesuffix(">")
    expanded = expand(text, dataset.prefixes)
    below = [base + text for base in dataset.bases if text]
    for candidate in (iri, expanded, *below):
        if candidate and is_iri(candidate):
            node = ox.NamedNode(candidate)
            if node in dataset.by_subject or node in dataset.by_object:
                return node
    if found := _called(text, dataset):
        return _only(text, found, dataset)
    if expanded or "://" in iri:
        iris = {node.value for node in dataset.by_subject if isinstance(node, ox.NamedNode)}
        near = nearest(expanded or iri, sorted(iris), cutoff=0.8)
        hint = f"Did you mean {shorten(near, dataset.prefixes)}?" if near else None
        raise UsageError(f"There is no {text} in this graph.", hint=hint)
    if holders := _holders(text, dataset):
        curie = shorten(holders[0].value, dataset.prefixes)
        raise UsageError(
            f"{text!r} is an unnamed item (a blank node), which can't be named here.",
            hint=f"It belongs to {curie}: describe that. Give it an IRI to describe it by itself.",
        )
    known = {*_by_label(dataset), *_by_other_name(dataset), *_by_local_name(dataset)}
    raise UsageError(f"No item found for {text!r}.", hint=_nearest_names(text, known))


def _called(text: str, dataset: Dataset) -> set[ox.NamedNode]:
    """Find things by a label, else by another name, else by the end of an IRI without a label."""
    said = dataset.saying(text)
    for predicates in (_naming(dataset), _OTHER_NAMES):
        names = _by_value(said, predicates)
        if found := names.get(text) or set[ox.NamedNode]().union(*names.values()):
            return found
    named = [node for node in dataset.of_local_name(text) if dataset.label(node) is None]
    found = {node for node in named if local_name(node) == text}
    return (found or set(named)) if text else set()


def _holders(text: str, dataset: Dataset) -> list[ox.NamedNode]:
    """Find things with an IRI to which blank nodes with a name belong, directly or not."""
    naming = _naming(dataset) | _OTHER_NAMES
    said = (quad for quad in dataset.saying(text) if quad.predicate in naming)
    waiting: list[Node] = [q.subject for q in said if isinstance(q.subject, ox.BlankNode)]
    reached = set(waiting)
    for node in waiting:  # which grows meanwhile
        above = [quad.subject for quad in dataset.pointing_to(node)]
        if named := [each for each in above if isinstance(each, ox.NamedNode)]:
            return named
        waiting += [each for each in dict.fromkeys(above) if each not in reached]
        reached.update(above)
    return []


def _only(text: str, found: set[ox.NamedNode], dataset: Dataset) -> ox.NamedNode:
    """Give the one thing that there is, or the only one below the bases.

    :raises UsageError: when there are more
    """
    own = {node for node in found if node.value.startswith(dataset.bases)} or found
    if len(own) > 1:
        shown = sorted(listed(own, dataset))[:_MOST_LISTED]
        left = [f"… and {len(own) - len(shown)} more"] if len(own) > len(shown) else []
        lines = "".join(f"\n  {line}" for line in (*shown, *left))
        raise UsageError(
            f"{text!r} may be any of {len(own)} things:{lines}",
            hint="Name one by its CURIE, or by its IRI.",
        )
    return next(iter(own))


def _nearest_names(text: str, names: Iterable[str]) -> str:
    """Suggest names that have the text in them, at the start of a word, and those most like it."""
    folded, known = text.casefold(), {name.casefold(): name for name in sorted(names)}
    within = re.compile(rf"\b{re.escape(folded)}")
    has = sorted(filter(within.search, known), key=len)
    near = dict.fromkeys([*has[:_MOST], *nearest_few(folded, known, cutoff=0.7)])
    near = near or dict.fromkeys(sorted(name for name in known if folded in name))
    if shown := [repr(known[name]) for name in near][:_MOST]:
        return f"Did you mean {' or '.join(shown)}?"
    return "Named queries show what there is: `mipex-kg query --list`."


def labels_of(dataset: Dataset) -> dict[ox.NamedNode, set[str]]:
    """Collect what each thing that has an IRI is called."""
    labels: dict[ox.NamedNode, set[str]] = defaultdict(set)
    for label, nodes in _by_label(dataset).items():
        for node in nodes:
            labels[node].add(label)
    return labels


def _by_label(dataset: Dataset) -> dict[str, set[ox.NamedNode]]:
    """Collect things by what they are called."""
    return _by_value(dataset.quads, _naming(dataset))


def _naming(dataset: Dataset) -> AbstractSet[ox.NamedNode]:
    return dataset.naming.union(dataset.also_labels)


def _by_other_name(dataset: Dataset) -> dict[str, set[ox.NamedNode]]:
    """Collect things by what they are also called, or looked for by."""
    return _by_value(dataset.quads, _OTHER_NAMES)


def _by_value(
    quads: Iterable[Quad], predicates: AbstractSet[ox.NamedNode]
) -> dict[str, set[ox.NamedNode]]:
    called: dict[str, set[ox.NamedNode]] = defaultdict(set)
    for quad in quads:
        is_name = quad.predicate in predicates and isinstance(quad.object, ox.Literal)
        if is_name and isinstance(quad.subject, ox.NamedNode):
            called[text_of(quad.object)].add(quad.subject)
    return called


def _by_local_name(dataset: Dataset) -> dict[str, set[ox.NamedNode]]:
    """Collect things that have no label by the end of their IRIs."""
    called: dict[str, set[ox.NamedNode]] = defaultdict(set)
    for node in dataset.by_subject:
        if isinstance(node, ox.NamedNode) and dataset.label(node) is None:
            called[local_name(node)].add(node)
    called.pop("", None)
    return called


def listed(nodes: Iterable[ox.NamedNode], dataset: Dataset) -> Iterator[str]:
    """Write things one a line: CURIE and label."""
    for node in nodes:
        yield f"{shorten(node.value, dataset.prefixes)}  {dataset.label(node) or ''}".rstrip()


def find_property(text: str, quads: Iterable[Quad], dataset: Dataset) -> ox.NamedNode:
    """Find a property among those of some quads, by IRI, CURIE, label or local name.

    :raises UsageError: when none of the quads has it, with those that they have
    """
    predicates = {quad.predicate for quad in quads}
    wanted = {text.removeprefix("<").removesuffix(">"), expand(text, dataset.prefixes)}
    if text == "a":
        wanted.add(TYPE.value)
    folded = text.casefold()
    for predicate in sorted(predicates, key=str):
        names = {property_name(predicate, dataset).casefold(), local_name(predicate).casefold()}
        if predicate.value in wanted or folded in names:
            return predicate
    known = ", ".join(
        sorted(
            f"{property_name(p, dataset)} ({shorten(p.value, dataset.prefixes)})"
            for p in predicates
        )
    )
    raise UsageError(f"Unknown property: {text!r}.", hint=f"Its properties are: {known}.")


def property_name(
    predicate: ox.NamedNode, dataset: Dataset, languages: Sequence[str] | None = None
) -> str:
    """Name a property in words: by its label, else by its local name taken apart.

    :param languages: to prefer for the label, instead of the project's

    >>> property_name(ox.NamedNode("http://schema.org/spatialCoverage"), Dataset((), (), {}))
    'spatial coverage'
    """
    label = dataset.label(predicate, languages)
    if label:
        return label
    # Names of other schemes, such as urn:, have colons instead of slashes.
    return in_words(local_name(predicate).rpartition(":")[2]) or predicate.value


def name(term: Term, dataset: Dataset, depth: int = 0) -> str:
    """Name a term for people: its label or value, else its CURIE.

    A blank node is named by what it is: by its label, as a class expression, by the items of a
    list.

    :param depth: how many terms this one is within; those deeper than a few are left out
    """
    if isinstance(term, ox.Literal):
        return term.value
    if isinstance(term, ox.NamedNode):
        return dataset.label(term) or shorten(term.value, dataset.prefixes)
    return dataset.label(term) or meaning(term, dataset, depth) or _UNNAMED


def meaning(term: Term, dataset: Dataset, depth: int = 0) -> str:
    """Say what a blank node means, as a class expression or by the items of a list; else nothing.

    :param depth: how many terms this one is within
    """
    if depth > _DEEPEST:
        return "…"

    said = expression(term, dataset, depth)
    return said or ", ".join(name(n, dataset, depth + 1) for n in list_items(term, dataset))


def expression(term: Term, dataset: Dataset, depth: int = 0) -> str | None:
    """Say in words what a class expression means; None of anything else.

    :param depth: how many terms this one is within
    """
    if not isinstance(term, ox.BlankNode):
        return None

    def inner(other: Term) -> str:
        return name(other, dataset, depth + 1)

    def property_(predicate: ox.NamedNode) -> str:
        return property_name(predicate, dataset)

    return ClassExpressions(dataset, words_of_expressions(), inner, property_).say(term)
