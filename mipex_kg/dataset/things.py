"""Finding the thing that a person means by an IRI, a CURIE or a label."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import pyoxigraph as ox

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.rdf.namespaces import LABELS, RDF, TYPE, expand, shorten
from mipex_kg.rdf.terms import Term, is_iri, text_of
from mipex_kg.system.errors import UsageError, nearest, nearest_few


def find_thing(text: str, dataset: Dataset) -> ox.NamedNode:
    """Find a thing.

    :param text: an IRI, with or without angle brackets; a CURIE; the end of an IRI, below the base;
        or a label in any language, whose case matters only when it tells two things apart
    :raises UsageError: when there is none, or more than one: then they are listed
    """
    iri = text.removeprefix("<").removesuffix(">")
    expanded = expand(text, dataset.prefixes)
    below = dataset.base + text if dataset.base and text else None
    for candidate in (iri, expanded, below):
        if candidate and is_iri(candidate):
            node = ox.NamedNode(candidate)
            if node in dataset.by_subject or node in dataset.by_object:
                return node
    labels = _by_label(dataset)
    if found := _called(text, labels):
        return _only(text, found, dataset)
    if expanded or "://" in iri:
        known = {node.value for node in dataset.by_subject if isinstance(node, ox.NamedNode)}
        near = nearest(expanded or iri, sorted(known), cutoff=0.8)
        hint = f"Did you mean {shorten(near, dataset.prefixes)}?" if near else None
        raise UsageError(f"There is no {text} in this graph.", hint=hint)
    raise UsageError(f"Nothing is called {text!r}.", hint=_nearest_labels(text, list(labels)))


def _called(text: str, labels: Mapping[str, set[ox.NamedNode]]) -> set[ox.NamedNode]:
    folded = {
        node for label in labels if label.casefold() == text.casefold() for node in labels[label]
    }
    return labels.get(text) or folded


def _only(text: str, found: set[ox.NamedNode], dataset: Dataset) -> ox.NamedNode:
    """Give the one thing that there is.

    :raises UsageError: when there are more
    """
    if len(found) > 1:
        lines = "".join(f"\n  {line}" for line in sorted(listed(found, dataset)))
        raise UsageError(
            f"{text!r} may be any of {len(found)} things:{lines}", hint="Name one by its CURIE."
        )
    return next(iter(found))


def _nearest_labels(text: str, labels: Sequence[str]) -> str:
    folded, known = text.casefold(), {label.casefold(): label for label in labels}
    near = [known[label] for label in nearest_few(folded, known, cutoff=0.7)]
    near = near or sorted(label for label in labels if folded in label.casefold())[:3]
    if near:
        return f"Did you mean {' or '.join(repr(label) for label in near)}?"
    return "Named queries show what there is: `mipex-kg query --list`."


def labels_of(dataset: Dataset) -> dict[ox.NamedNode, set[str]]:
    """Collect what each thing that has an IRI is called."""
    labels: dict[ox.NamedNode, set[str]] = defaultdict(set)
    naming = {*LABELS, *dataset.also_labels}
    for quad in dataset.quads:
        is_name = quad.predicate in naming and isinstance(quad.object, ox.Literal)
        if is_name and isinstance(quad.subject, ox.NamedNode):
            labels[quad.subject].add(text_of(quad.object))
    return labels


def _by_label(dataset: Dataset) -> dict[str, set[ox.NamedNode]]:
    """Collect by what things are called."""
    called: dict[str, set[ox.NamedNode]] = defaultdict(set)
    for node, labels in labels_of(dataset).items():
        for label in labels:
            called[label].add(node)
    return called


def listed(nodes: Iterable[ox.NamedNode], dataset: Dataset) -> Iterator[str]:
    """Write things one a line: CURIE and label."""
    for node in nodes:
        yield f"{shorten(node.value, dataset.prefixes)}  {dataset.label(node) or ''}".rstrip()


def find_property(text: str, quads: Iterable[ox.Quad], dataset: Dataset) -> ox.NamedNode:
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
    raise UsageError(f"There is no property {text!r} here.", hint=f"There are: {known}.")


def property_name(
    predicate: ox.NamedNode, dataset: Dataset, languages: Sequence[str] | None = None
) -> str:
    """Name a property in words: by its label, else by its local name taken apart.

    :param languages: to prefer for the label, in place of the project's

    >>> property_name(ox.NamedNode("http://schema.org/spatialCoverage"), Dataset((), (), {}))
    'spatial coverage'
    """
    label = dataset.label(predicate, languages)
    if label:
        return label
    words = "".join(f" {c.lower()}" if c.isupper() else c for c in local_name(predicate))
    return words.replace("_", " ").strip()


def local_name(node: ox.NamedNode) -> str:
    """Give the end of an IRI, behind the last slash or number sign.

    >>> local_name(ox.NamedNode("http://schema.org/name"))
    'name'
    """
    return node.value.rstrip("/#").replace("#", "/").rpartition("/")[2]


def name(term: Term, dataset: Dataset) -> str:
    """Name a term for people: its label or value, else its CURIE; of a list, its items."""
    if isinstance(term, ox.Literal):
        return term.value
    if isinstance(term, ox.NamedNode):
        return dataset.label(term) or shorten(term.value, dataset.prefixes)
    return ", ".join(name(item, dataset) for item in list_items(term, dataset)) or str(term)


def list_items(node: Term, dataset: Dataset) -> list[Term]:
    """Give the items of an RDF list in their order; none if the node begins no list."""
    items: list[Term] = []
    seen: set[Term] = set()
    while node not in seen and (first := dataset.values(node, RDF.term("first"))):
        seen.add(node)
        items += first
        node = next(iter(dataset.values(node, RDF.term("rest"))), node)
    return items
