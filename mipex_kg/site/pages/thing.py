"""What the page of a thing says: its facts in words, each with its marks, and what points to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

import pyoxigraph as ox

from mipex_kg.dataset.account import AccountGroup, Part, Said
from mipex_kg.dataset.accounts import Account, Accounts
from mipex_kg.dataset.rows import Path, Rows, by_name, is_text
from mipex_kg.dataset.words import GROUP_TITLE, known_prefixes
from mipex_kg.rdf.namespaces import OA, TYPE, shorten
from mipex_kg.rdf.quads import Quad
from mipex_kg.rdf.terms import Node, Term, text_of
from mipex_kg.site.documents import Publication
from mipex_kg.site.pages.between import Betweens
from mipex_kg.site.pages.distributions import class_of, told_apart
from mipex_kg.site.pages.facts import (
    AllStatements,
    Distributions,
    Fact,
    FactGroup,
    Mapping,
    ThingDescription,
    ThingValue,
)
from mipex_kg.site.pages.keepers import stand_ins
from mipex_kg.site.pages.list_columns import ListColumns
from mipex_kg.site.pages.long_lists import MOST_ENTRIES
from mipex_kg.site.pages.mappings import by_vocabulary
from mipex_kg.site.pages.notes import Grounds, Notes
from mipex_kg.site.pages.values import Values
from mipex_kg.site.pages.wording import TaggedText, Wording
from mipex_kg.site.privacy import Privacy


class Describer:
    """Describes the things of a publication for their pages."""

    def __init__(self, publication: Publication, wording: Wording, privacy: Privacy) -> None:
        self.project, self.dataset = publication.project, publication.dataset
        self.wording, self.grounds = wording, Grounds(publication.dataset)
        self.privacy, self._stand_ins = privacy, stand_ins(publication.project)
        self._prefixes = {**known_prefixes(), **self.dataset.prefixes}
        rows = Rows(self.dataset, wording, self.dataset.languages, self._hidden, MOST_ENTRIES)
        nested = tuple(map(self.dataset.node, self.project.nested_classes))
        # The passages of a source are on its page, in its order.
        self.accounts = Accounts(rows, nested, frozenset({OA.term("hasSource")}))
        self._values = Values(rows, wording, privacy)
        self._betweens = Betweens(self._values, self.accounts.between)
        self.columns = ListColumns(self._values, self.accounts.folding)

    def _hidden(self, thing: Node) -> AbstractSet[Term]:
        """Give what the page of a thing must not name."""
        return self.privacy.hidden_from(thing) | self._stand_ins

    def describe(self, thing: Node, notes: Notes, *, is_whole: bool = False) -> ThingDescription:
        """Describe a thing.

        :param notes: of the page, to which those of the thing's facts are added
        :param is_whole: whether nothing is folded
        """
        account = self.accounts.of(thing, is_whole=is_whole)
        own = [said.quad for said in account.said if said.quad.subject == thing]
        return ThingDescription(
            thing,
            self.wording.label(thing),
            notes.marks(quad for quad in own if is_text(quad.object, account.label)),
            self._lead(account, own, notes),
            self._kinds(account.of(Part.CLASS), notes),
            tuple(self._group(thing, group, notes) for group in account.groups),
            self._translations(account.of(Part.FOREIGN), notes),
            self._values.facts(account.pointing, notes),
            tuple(dict.fromkeys(text_of(said.end) for said in account.of(Part.SEARCHED))),
            self._mappings(account.of(Part.MAPPING), notes, (thing,)),
            self._distributions(account.of(Part.FILE), notes, (thing,)),
            account.is_folded,
        )

    def statements(self, thing: Node, notes: Notes) -> AllStatements:
        """List all statements about a thing: what is said of it, and what points to it."""
        about, towards = self.accounts.seen(thing)
        groups: dict[tuple[bool, str], list[Said]] = defaultdict(list)
        for quad in about:
            name = self._curie(quad.predicate)
            groups[False, name].append(Said(name, quad.predicate, quad, quad.object))
        for quad in towards:
            name = self._curie(quad.predicate)
            groups[True, name].append(Said(f"← {name}", quad.predicate, quad, quad.subject))
        rows = (
            self._values.fact(self._values.rows.row(said[0].name, said), notes)
            for _key, said in sorted(groups.items())
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

    def _group(self, thing: Node, group: AccountGroup, notes: Notes) -> FactGroup:
        heading = group.heading
        title = self.wording.interface.get(GROUP_TITLE + heading, heading) if heading else ""
        facts = self._values.facts(group.rows, notes)
        tables = (self._betweens.table(thing, joined, notes) for joined in group.joined)
        return FactGroup(title, facts, tuple(tables))

    def _distributions(
        self, files: Sequence[Said], notes: Notes, path: Path
    ) -> Distributions | None:
        """Describe the files of a dataset, each whole."""
        if not files:
            return None
        fact = self._values.fact(self._values.rows.row("", files, path), notes)
        told = (told_apart(file, self.dataset, self.wording) for file in fact.values)
        cls = class_of((said.end for said in files), self.dataset)
        return Distributions(self.wording.plural(cls), tuple(told), fact.left)

    def _lead(self, account: Account, own: Iterable[Quad], notes: Notes) -> ThingValue | None:
        if (lead := account.lead) is None:
            return None
        marks = notes.marks(quad for quad in own if quad.object == lead)
        return ThingValue(self.wording.label(lead), lead, marks)

    def _kinds(self, classes: Iterable[Said], notes: Notes) -> tuple[ThingValue, ...]:
        """Name the classes of a thing, those of the same name once."""
        named = by_name(said._replace(name=self.wording.class_name(said.end)) for said in classes)
        return tuple(
            ThingValue(
                self.wording.class_name(said[0].end).tagged,
                said[0].end,
                notes.marks(each.quad for each in said),
            )
            for said in named.values()
        )

    def _mappings(self, said: Iterable[Said], notes: Notes, path: Path) -> tuple[Mapping, ...]:
        return tuple(
            Mapping(scheme, name, self._values.facts(self._values.rows.ranked(group, path), notes))
            for scheme, name, group in by_vocabulary(said, self.wording)
        )

    def _translations(self, said: Iterable[Said], notes: Notes) -> tuple[Fact, ...]:
        """Group facts in other languages by the language."""
        groups: dict[str, list[Said]] = defaultdict(list)
        for each in said:
            assert isinstance(each.end, ox.Literal)  # noqa: S101 - others have no language
            groups[each.end.language or ""].append(each)
        return tuple(
            self._values.fact(self._values.rows.row(self.wording.language(tag), groups[tag]), notes)
            for tag in sorted(groups, key=self.wording.language)
        )
