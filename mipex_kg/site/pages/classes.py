"""The classes that visitors browse by: which is a thing's main one, and who its members are."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.dataset.traces import MAIN_CLASS, MEMBERS, TracedMapping
from mipex_kg.project import layout
from mipex_kg.project.project import Project
from mipex_kg.rdf.namespaces import KG, OA, OF_LITTLE, PROV, RDF, RDFS, SKOS, TYPE, in_http
from mipex_kg.rdf.terms import Node, Term, text_of
from mipex_kg.site.pages.wording import Wording

# Vocabularies that say how facts are recorded.
_RECORDING = (KG, OA, PROV, RDF, RDFS, SKOS, "http://www.w3.org/2002/07/owl#")
# Of little interest where a property is of another class as well.
_BESIDE = frozenset({RDF.term("Property"), *OF_LITTLE})
# How many classes are featured if the project doesn't say which.
_FEATURED = 6
# So many shapes, each with its colour, has the stylesheet.
SIGNS = 8


@dataclass(frozen=True)
class Classes:
    """The classes with a page of their own.

    :param members: of each class, the things of which it is the main one; the order is that of the
        project's settings, then that of the classes' names
    :param names: of the classes' pages, without folder and suffix
    :param main: the main class of each thing
    :param featured: those that visitors are led to first
    :param signed: those with a sign of their own, in the order of the signs
    """

    members: Mapping[Node, tuple[Node, ...]]
    names: Mapping[Node, str]
    main: Mapping[Node, Node]
    featured: tuple[Node, ...]
    signed: tuple[Node, ...] = ()

    def sign(self, cls: Term) -> int | None:
        """Give the number of a class's sign; those without one of their own share another."""
        return self.signed.index(cls) if cls in self.signed else None

    def page(self, cls: Term) -> str | None:
        """Name the page of a class, if it has one."""
        name = self.names.get(cls) if not isinstance(cls, ox.Literal) else None
        return layout.page(layout.class_page(name)) if name else None


def find_classes(
    project: Project,
    dataset: Dataset,
    things: Iterable[Node],
    wording: Wording,
    first: Classes | None = None,
) -> Classes:
    """Sort things by their main class.

    That is the first of ``pages.classes`` to which a thing belongs, else the asserted class with
    the fewest members: of a class and a broader one, the former. Where facts are plain, visitors
    don't browse by what the engine's own vocabulary describes, such as the graphs of files.

    :param first: the classes in the first language of the pages, whose names the pages have
    """
    listed = [dataset.node(curie) for curie in project.page_classes]
    asserted = _asserted_types(dataset)
    sizes = Counter(cls for types in asserted.values() for cls in types)
    main: dict[Node, Node] = {}
    for thing in things:
        types = asserted.get(thing, [])
        types = [cls for cls in types if cls not in _BESIDE] or types
        chosen = next((cls for cls in listed if cls in types), None)
        if not chosen and not project.is_strict:
            types = [cls for cls in types if not text_of(cls).startswith(KG)]
        if chosen or types:
            main[thing] = chosen or min(types, key=lambda cls: (sizes[cls], _known(cls)))
    members: dict[Node, list[Node]] = defaultdict(list)
    for thing, cls in main.items():
        members[cls].append(thing)
    rest = sorted(members.keys() - set(listed), key=lambda cls: (wording.plural(cls), str(cls)))
    ordered = [*(cls for cls in listed if cls in members), *rest]
    by_name = {
        cls: tuple(sorted(members[cls], key=lambda t: (wording.name_order(t), str(t))))
        for cls in ordered
    }
    by_size = sorted(by_name, key=lambda cls: (-len(by_name[cls]), wording.plural(cls)))
    telling = [cls for cls in by_size if is_telling(cls, dataset)][:_FEATURED]
    featured = tuple(cls for cls in listed or telling if cls in members)
    traced_members = TracedMapping(dataset.trace, MEMBERS, by_name)
    traced_main = TracedMapping(dataset.trace, MAIN_CLASS, main)
    if first:
        return Classes(traced_members, first.names, traced_main, first.featured, first.signed)
    # What the settings put first has the first signs, so that they stay as things are added.
    pictured = map(dataset.node, filter(None, (*project.network_classes, project.map_class)))
    signed = tuple(dict.fromkeys((*featured, *(cls for cls in pictured if dataset.members(cls)))))
    names = _page_names(ordered, wording)
    return Classes(traced_members, names, traced_main, featured, signed[:SIGNS])


def possible_names(dataset: Dataset, wording: Wording) -> set[str]:
    """Give all names that pages of classes may have: a site has pages for the main ones alone."""
    named: dict[str, set[Node]] = defaultdict(set)
    for types in _asserted_types(dataset).values():
        for cls in types:
            named[slug(wording.class_name(cls))].add(cls)
    several = (some for name, some in named.items() if len(some) > 1 or name in ("", "index"))
    return {*named, *(slug(wording.curie(cls)) for some in several for cls in some)}


def _known(cls: Node) -> str:
    """Order classes by the names that the engine knows them by."""
    return str(in_http(cls) if isinstance(cls, ox.NamedNode) else cls)


def is_telling(cls: Node, dataset: Dataset) -> bool:
    """Tell whether a class is one of what the facts are about, and not of how they are recorded."""
    return cls not in dataset.nested_classes and not text_of(cls).startswith(_RECORDING)


def _asserted_types(dataset: Dataset) -> dict[Node, list[Node]]:
    """Give the classes of things, without those that only a rule adds."""
    types: dict[Node, list[Node]] = defaultdict(list)
    inferred = set(dataset.members(KG.term("InferredGraph")))
    for quad in dataset.quads:
        is_class = quad.predicate == TYPE and not isinstance(quad.object, ox.Literal)
        if is_class and quad.graph_name not in inferred:
            assert not isinstance(quad.object, ox.Literal)  # noqa: S101 - is_class says so
            if quad.object not in types[quad.subject]:
                types[quad.subject].append(quad.object)
    return types


def _page_names(classes: Iterable[Node], wording: Wording) -> dict[Node, str]:
    """Name the pages after the classes' labels, and after their CURIEs where those are the same."""
    names: dict[Node, str] = {}
    for cls in classes:
        name = slug(wording.class_name(cls))
        taken = not name or name in names.values() or name == "index"
        names[cls] = slug(wording.curie(cls)) if taken else name
    return names


def slug(text: str) -> str:
    """Make a file's name of a text.

    >>> slug("Research project"), slug("schema:Person")
    ('research-project', 'schema-person')
    """
    return re.sub(r"[^\w]+", "-", text.casefold()).strip("-_")
