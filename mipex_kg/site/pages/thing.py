"""What the page of a thing says: its facts in words, each with its marks, and what points to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import pyoxigraph as ox

from mipex_kg.dataset.arrangement import Way
from mipex_kg.dataset.folding import Folding
from mipex_kg.dataset.leads import description_of
from mipex_kg.dataset.words import GROUP_TITLE, known_prefixes
from mipex_kg.rdf.namespaces import OA, RDF, SKOS, TYPE, in_http, shorten
from mipex_kg.rdf.terms import Node, Term
from mipex_kg.site.documents import Publication
from mipex_kg.site.pages.axioms import Axioms
from mipex_kg.site.pages.between import Betweens, Kin
from mipex_kg.site.pages.distributions import class_of, naming_files, told_apart
from mipex_kg.site.pages.facts import (
    AllStatements,
    Distributions,
    Fact,
    FactGroup,
    Mapping,
    Said,
    ThingDescription,
    ThingValue,
)
from mipex_kg.site.pages.inverses import INVERSES, is_turned
from mipex_kg.site.pages.keepers import stand_ins
from mipex_kg.site.pages.list_columns import ListColumns
from mipex_kg.site.pages.mappings import MAPPINGS, by_vocabulary
from mipex_kg.site.pages.notes import Grounds, Notes
from mipex_kg.site.pages.values import Path, Values, by_value, grouped, is_text
from mipex_kg.site.pages.wording import TaggedText, Wording
from mipex_kg.site.privacy import Privacy

_HIDDEN_LABEL = SKOS.term("hiddenLabel")
_HAS_SOURCE = OA.term("hasSource")
_LIST = frozenset({RDF.term("first"), RDF.term("rest")})


class _Told(NamedTuple):
    """What there is to tell of a thing, of which groups take their parts.

    :param own: said of the thing, in the language of the page or in none
    :param pointing: to the thing
    :param kins: the nodes between the thing and others
    """

    own: list[Said]
    pointing: list[ox.Quad]
    kins: list[Kin]


class Describer:
    """Describes the things of a publication for their pages."""

    def __init__(self, publication: Publication, wording: Wording, privacy: Privacy) -> None:
        self.project, self.dataset = publication.project, publication.dataset
        self.wording, self.grounds = wording, Grounds(publication.dataset)
        self.privacy, self._stand_ins = privacy, stand_ins(publication.project)
        self._axioms, self._folding = Axioms(wording), Folding(publication.dataset)
        self._prefixes = {**known_prefixes(), **self.dataset.prefixes}
        self._values = Values(self.dataset, wording, privacy)
        self.columns = ListColumns(self._values, self._folding)
        nested = tuple(map(self.dataset.node, self.project.nested_classes))
        self._betweens = Betweens(self._values, nested)

    def describe(self, thing: Node, notes: Notes, *, is_whole: bool = False) -> ThingDescription:
        """Describe a thing.

        Properties of the same name in words are one here, whichever vocabularies they are of.

        :param notes: of the page, to which those of the thing's facts are added
        :param is_whole: whether nothing is folded
        """
        about, towards = self._seen(thing)
        files = naming_files(about, self.dataset)
        about = [q for q in about if q not in files]
        facing = [q for q in towards if not is_turned(q)]
        folded = frozenset() if is_whole else self._folding.of(about, facing)
        # Its passages are on the page of a source, in its order.
        folded |= {q for q in facing if q.predicate == _HAS_SOURCE}
        label = self.wording.label(thing)
        naming = [q for q in about if is_text(q.object, label)]
        marks = notes.marks(naming)
        lead = self._lead(thing, notes)
        types = (q for q in about if q.predicate == TYPE and q not in folded)
        kinds = self._kinds(by_value((quad, quad.object) for quad in types), notes)
        # What the heading and the lead say is not said twice.
        said = {quad.object for quad in naming} | ({lead.term} if lead else set())
        plain = [q for q in about if q.predicate not in (TYPE, _HIDDEN_LABEL) and q not in folded]
        plain = [q for q in plain if q.object not in said and not self._is_only_between(q.object)]
        own, foreign = self._values.split_languages(plain)
        towards, by_axioms = self._axioms.part(thing, towards)
        pointing = [q for q in towards if not self._values.is_between(q.subject)]
        # What means the same in the other direction is a fact about the thing as well.
        turned = filter(is_turned, pointing)
        said_of_it = [*self._values.named(own), *self._turned(turned), *by_axioms]
        told = _Told(
            [said for said in said_of_it if said[1].predicate not in MAPPINGS],
            [q for q in pointing if not is_turned(q) and q not in folded],
            self._betweens.kins(thing, about, towards, {*files.values()}),
        )
        groups = self._groups(thing, told, notes)
        mapped = [said for said in said_of_it if said[1].predicate in MAPPINGS]
        return ThingDescription(
            thing,
            label,
            marks,
            lead,
            kinds,
            groups,
            self._translations(foreign, notes),
            self._pointing(told.pointing, notes),
            tuple(self.dataset.texts(thing, _HIDDEN_LABEL)),
            self._mappings(mapped, notes, (thing,)),
            self._distributions(files, notes),
            bool(folded),
        )

    def _seen(self, thing: Node) -> tuple[list[ox.Quad], list[ox.Quad]]:
        """Give what is said of a thing, and what points to it, that its page may show."""
        hidden = self.privacy.hidden_from(thing) | self._stand_ins
        about = [q for q in self.dataset.about(thing) if q.object not in hidden]
        return about, [q for q in self._towards(thing) if q.subject not in hidden]

    def statements(self, thing: Node, notes: Notes) -> AllStatements:
        """List all statements about a thing: what is said of it, and what points to it."""
        about, towards = self._seen(thing)
        groups: dict[tuple[bool, str], list[tuple[ox.Quad, Term]]] = defaultdict(list)
        for quad in about:
            groups[False, self._curie(quad.predicate)].append((quad, quad.object))
        for quad in towards:
            groups[True, self._curie(quad.predicate)].append((quad, quad.subject))
        rows = (
            self._values.fact(f"{'← ' * is_inward}{name}", by_value(groups[is_inward, name]), notes)
            for is_inward, name in sorted(groups)
        )
        return AllStatements(thing, tuple(map(self._with_curies, rows)))

    def _with_curies(self, fact: Fact) -> Fact:
        """Write classes by their CURIEs: those of several vocabularies have the same name."""
        if fact.name != self._curie(TYPE):
            return fact
        values = (v._replace(text=TaggedText(self._curie(v.term))) for v in fact.values)
        return fact._replace(values=tuple(values))

    def _curie(self, term: Term) -> str:
        if not isinstance(term, ox.NamedNode):
            return self.wording.label(term).value
        return shorten(term.value, self._prefixes)

    def _is_only_between(self, term: Term) -> bool:
        """Tell whether a value is shown in a table alone."""
        return self._values.is_between(term) and not self._values.is_inner(term)

    def _groups(self, thing: Node, told: _Told, notes: Notes) -> tuple[FactGroup, ...]:
        """Group what is told as the project has set; what it has not set is in the plain group."""
        set_groups = self.dataset.arrangement.of(self.dataset.values(thing, TYPE))
        parts = {heading: self._take(ways, told) for heading, ways in set_groups.items()}
        parts.setdefault("", _Told([], [], []))
        return tuple(
            group
            for heading, part in parts.items()
            if any((group := self._group(thing, heading, part, told, notes))[1:])
        )

    def _group(
        self, thing: Node, heading: str, part: _Told, told: _Told, notes: Notes
    ) -> FactGroup:
        """Write a group; the plain one, which has no heading, has all that is left as well."""
        taken = grouped(part.own)
        facts = [self._values.fact(n, by_value(taken[n]), notes, (thing,)) for n in taken]
        if heading:
            title = self.wording.interface.get(GROUP_TITLE + heading, heading)
            tables = [self._betweens.table(thing, kin, notes) for kin in part.kins]
            return FactGroup(title, tuple(facts), tuple(tables))
        facts += self._values.facts(told.own, notes, (thing,))
        kins = [*part.kins, *told.kins]
        tables = [self._betweens.table(thing, kin, notes) for kin in kins]
        return FactGroup("", tuple(facts), tuple(tables))

    def _take(self, ways: Sequence[Way], told: _Told) -> _Told:
        """Take from what there is to tell what is in a group, in its order."""
        taken = _Told([], [], [])
        for way in ways:
            own = [s for s in told.own if in_http(s[1].predicate) == way.predicate]
            towards = [q for q in told.pointing if in_http(q.predicate) == way.predicate]
            for said in own if not way.is_inward else ():
                told.own.remove(said)
                taken.own.append(said)
            for quad in towards if way.is_inward else ():
                told.pointing.remove(quad)
                taken.own.extend(self._said_towards(quad))
            for kin in [kin for kin in told.kins if way.predicate in kin.classes]:
                told.kins.remove(kin)
                taken.kins.append(kin)
        return taken

    def _distributions(self, files: dict[ox.Quad, Node], notes: Notes) -> Distributions | None:
        """Describe the files of a dataset, each whole."""
        if not files:
            return None
        path = (next(iter(files)).subject,)
        fact = self._values.fact("", by_value(files.items()), notes, path)
        told = (told_apart(file, self.dataset, self.wording) for file in fact.values)
        cls = class_of(files.values(), self.dataset)
        return Distributions(self.wording.plural(cls), tuple(told), fact.left)

    def _towards(self, node: Node) -> Iterator[ox.Quad]:
        """Give the quads that point to a node; from within a list, those that point to the list."""
        for quad in self.dataset.pointing_to(node):
            if quad.predicate in _LIST:
                yield from self._towards(quad.subject)
            else:
                yield quad

    def _lead(self, thing: Node, notes: Notes) -> ThingValue | None:
        text = description_of(thing, self.dataset)
        if text is None:
            return None
        quads = [quad for quad in self.dataset.about(thing) if quad.object == text]
        return ThingValue(self.wording.label(text), text, notes.marks(quads))

    def _kinds(self, kinds: dict[Term, list[ox.Quad]], notes: Notes) -> tuple[ThingValue, ...]:
        """Name the classes of a thing, those of the same name once."""
        named: dict[str, tuple[Term, list[ox.Quad]]] = {}
        for cls, quads in kinds.items():
            name = self.wording.class_name(cls)
            named[name] = (
                (named[name][0], [*named[name][1], *quads]) if name in named else (cls, quads)
            )
        return tuple(
            ThingValue(self.wording.class_name(cls).tagged, cls, notes.marks(quads))
            for cls, quads in named.values()
        )

    def _turned(self, quads: Iterable[ox.Quad]) -> Iterator[Said]:
        """Say what points to a thing as the thing itself would say it."""
        for quad in quads:
            inverse = INVERSES.get(quad.predicate)
            name = self.wording.property(inverse or quad.predicate, inward=inverse is None)
            yield name, quad, quad.subject

    def _mappings(self, said: Iterable[Said], notes: Notes, path: Path) -> tuple[Mapping, ...]:
        grouped = by_vocabulary(said, self.wording)
        return tuple(
            Mapping(scheme, name, self._values.facts(group, notes, path))
            for scheme, name, group in grouped
        )

    def _pointing(self, quads: Iterable[ox.Quad], notes: Notes) -> tuple[Fact, ...]:
        """Group what points to a thing by the property's name as seen from its value."""
        groups = grouped(said for quad in quads for said in self._said_towards(quad))
        ordered = sorted(groups, key=str.casefold)
        return tuple(self._values.fact(name, by_value(groups[name]), notes) for name in ordered)

    def _said_towards(self, quad: ox.Quad) -> Iterator[Said]:
        """Say what a fact that points to a thing says; of a class expression, who uses it."""
        if self.wording.expression(quad.subject) is None:
            yield self.wording.property(quad.predicate, inward=True), quad, quad.subject
            return
        name, seen, waiting = self.wording.interface["owl-used"], set(), [quad.subject]
        while waiting:
            node = waiting.pop()
            for use in self._towards(node):
                if not isinstance(use.subject, ox.BlankNode):
                    yield name, use, use.subject
                elif use.subject not in seen:
                    seen.add(use.subject)
                    waiting.append(use.subject)

    def _translations(self, quads: Iterable[ox.Quad], notes: Notes) -> tuple[Fact, ...]:
        """Group facts in other languages by the language."""
        groups: dict[str, list[ox.Quad]] = defaultdict(list)
        for quad in quads:
            assert isinstance(quad.object, ox.Literal)  # noqa: S101 - others have no language
            groups[quad.object.language or ""].append(quad)
        named = sorted(groups, key=self.wording.language)
        return tuple(
            self._values.fact(
                self.wording.language(tag),
                by_value((quad, quad.object) for quad in groups[tag]),
                notes,
            )
            for tag in named
        )
