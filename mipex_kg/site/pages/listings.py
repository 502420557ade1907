"""Lists of things on pages of their own: the members of each class, the concepts of each scheme."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.dataset.traces import LISTING, TracedMapping
from mipex_kg.project import layout
from mipex_kg.rdf.namespaces import SKOS, TYPE
from mipex_kg.rdf.terms import Node, Term
from mipex_kg.site.pages.classes import Classes, slug
from mipex_kg.site.pages.long_lists import LongList, divide
from mipex_kg.site.pages.wording import Wording

_CONCEPT = SKOS.term("Concept")
_IN = frozenset(map(SKOS.term, ("inScheme", "topConceptOf")))
# A scheme is a tree on its own page: only where it is larger than this does it need an index.
_LARGE = 50


@dataclass(frozen=True, eq=False, repr=False)
class Listing:
    """A list of things of a class, on as many pages as it takes.

    :param name: of its first page, within the folder of such pages
    :param things: in the order in which they are listed
    :param most: so many are on one page
    """

    cls: Node
    name: str
    title: str
    things: tuple[Node, ...]
    wording: Wording
    most: int

    @cached_property
    def whole(self) -> LongList[Node]:
        """The list in its parts."""
        names = [self.wording.label(thing).value for thing in self.things]
        language = self.wording.dataset.languages[0]
        return divide(self.things, names, self.most, language=language)

    def names(self) -> list[str]:
        """Name its pages, relative to the site and without a suffix."""
        return [layout.class_page(self.name, n + 1) for n in range(len(self.whole.parts))]

    def letters(self) -> list[tuple[str, str]]:
        """Give the letters with which names begin, each with the path of the first such name."""
        paths = [layout.page(name) for name in self.names()]
        return [(x.letter, f"{paths[x.part - 1]}#{x.anchor}") for x in self.whole.letters]


@dataclass(frozen=True)
class Listings:
    """The lists of a site: by the class of which they have the members, and by scheme."""

    of_class: Mapping[Node, Listing]
    of_scheme: Mapping[Node, Listing]

    def all(self) -> list[Listing]:
        """Give each list once: that of a scheme may be that of the class of concepts."""
        return list(dict.fromkeys([*self.of_class.values(), *self.of_scheme.values()]))


def make_listings(
    classes: Classes, wording: Wording, most: int, first: Listings | None = None
) -> Listings:
    """Make the lists of a site.

    :param most: so many things are on one page
    :param first: those in the first language of the pages, whose names the pages have
    """
    titles = _titles(classes, wording)
    of_class = {
        cls: Listing(cls, classes.names[cls], titles[cls], things, wording, most)
        for cls, things in classes.members.items()
    }
    of_scheme = _of_schemes(classes, wording, of_class, most, first)
    return Listings(of_class, TracedMapping(wording.dataset.trace, LISTING, of_scheme))


def _titles(classes: Classes, wording: Wording) -> Mapping[Node, str]:
    """Give the heading of each class's list; those of the same name are told apart."""
    plurals = {cls: wording.plural(cls) for cls in classes.members}
    counts = Counter(plurals.values())
    return {
        cls: name if counts[name] == 1 else f"{name} ({wording.curie(cls)})"
        for cls, name in plurals.items()
    }


def _of_schemes(
    classes: Classes,
    wording: Wording,
    of_class: Mapping[Node, Listing],
    most: int,
    first: Listings | None,
) -> Mapping[Node, Listing]:
    """Make the lists of schemes; one that has all concepts has the list of their class."""
    found: dict[Node, Listing] = {}
    taken = {listing.name for listing in of_class.values()}
    same = {listing.things: listing for listing in of_class.values()}
    for scheme, concepts in sorted(_concepts(classes, wording.dataset).items(), key=str):
        things = tuple(sorted(concepts, key=lambda t: (wording.name_order(t), str(t))))
        if len(things) <= _LARGE or scheme not in classes.main:
            continue
        label = wording.label(scheme).value
        name = f"in-{slug(label)}"
        name = name if name not in taken else f"in-{slug(wording.curie(scheme))}"
        name = first.of_scheme[scheme].name if first else name
        taken.add(name)
        title = wording.interface["concepts-of"].format(scheme=label)
        found[scheme] = same.get(things) or Listing(_CONCEPT, name, title, things, wording, most)
    return found


def _concepts(classes: Classes, dataset: Dataset) -> Mapping[Node, dict[Node, None]]:
    """Collect the concepts of each scheme that have a page."""
    schemes: dict[Node, dict[Node, None]] = defaultdict(dict)
    if len(only := dataset.members(SKOS.term("ConceptScheme"))) == 1:
        # What is in no scheme is in the only one: that only some are at its top, is said often.
        concepts = (node for node in classes.main if _CONCEPT in dataset.values(node, TYPE))
        loose = (node for node in concepts if not dataset.values(node, SKOS.term("inScheme")))
        schemes[only[0]] = dict.fromkeys(loose)
    for quad in dataset.quads:
        pair: tuple[Term, Term] | None = None
        if quad.predicate in _IN:
            pair = quad.object, quad.subject
        elif quad.predicate == SKOS.term("hasTopConcept"):
            pair = quad.subject, quad.object
        if pair is None or any(isinstance(term, ox.Literal) for term in pair):
            continue
        scheme, concept = pair
        if concept in classes.main and _CONCEPT in dataset.values(concept, TYPE):
            schemes[scheme][concept] = None  # type: ignore[index]
    return schemes
