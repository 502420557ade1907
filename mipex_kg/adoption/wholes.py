"""What stands for data as a whole: a scheme, an ontology or a catalogue of which all is part."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property

import pyoxigraph as ox

from mipex_kg.adoption.kinds import KINDS, OTHER, KindOfData
from mipex_kg.adoption.survey import Survey
from mipex_kg.rdf.namespaces import DCAT, DCT, RDFS, SCHEMA, SKOS, VOID, in_http
from mipex_kg.rdf.parsing import ParsedFile
from mipex_kg.rdf.terms import Node, Term

# What leads from a thing to the whole that it is part of, or back.
_UPWARDS = frozenset(
    {
        *(SKOS.term("inScheme"), SKOS.term("topConceptOf"), RDFS.term("isDefinedBy")),
        *(VOID.term("inDataset"), DCT.term("isPartOf"), SCHEMA.term("isPartOf")),
        SCHEMA.term("includedInDataCatalog"),
    }
)
_DOWNWARDS = frozenset(
    {
        *(DCAT.term(name) for name in ("catalog", "dataset", "record", "service")),
        *(SKOS.term("hasTopConcept"), DCT.term("hasPart"), SCHEMA.term("hasPart")),
        SCHEMA.term("dataset"),
    }
)
# Of the things in each file, so large a part may be without being part of the whole.
_FEW = 0.1
# Of the candidates, so many are looked at.
_MOST_TRIED = 5


class Wholes:
    """What may stand for the data, and whether it does.

    :param survey: of the data
    """

    def __init__(self, survey: Survey) -> None:
        self._survey = survey

    @cached_property
    def candidates(self) -> Sequence[ox.NamedNode]:
        """What may stand for the whole, the one with the most parts first.

        It is of the kind that the data are mostly about, or else what stands for data of another.
        """
        survey = self._survey
        of_kind = [n for n, own in survey.types.items() if not own.isdisjoint(survey.kind.heads)]
        found = [n for n in of_kind if self._base_of(n) is not None]
        found = found or [n for n in survey.all_heads if self._base_of(n) is not None]
        parts = Counter(head for heads in self._belonging.values() for head in heads)
        return sorted(found, key=lambda node: -parts[node])

    @cached_property
    def whole(self) -> ox.NamedNode | None:
        """The candidate of which nearly all that is in each file is part, if there is one."""
        return next((n for n in self.candidates[:_MOST_TRIED] if self._covers_all(n)), None)

    @property
    def parts(self) -> list[ox.NamedNode]:
        """What stands for a part, if nothing stands for the whole."""
        return [] if self.whole else list(self._heads)

    def agreed(self, what: str) -> str:
        """Give what is said of the whole, unless something else is said of another candidate.

        :param what: ``licence`` or ``publisher``
        """
        said = getattr(self._survey, what)
        values = {said(node) for node in self._heads} - {""}
        return str(said(self.whole)) if self.whole and len(values) == 1 else ""

    @cached_property
    def _bases(self) -> tuple[str, ...]:
        survey = self._survey
        return (survey.base.iri, *survey.more_bases) if survey.base else ("",)

    def _base_of(self, node: ox.NamedNode) -> str | None:
        return next((b for b in self._bases if self._survey.is_below(node.value, [b])), None)

    @cached_property
    def _belonging(self) -> defaultdict[Term, set[Term]]:
        """The wholes that things are said to be part of."""
        found: defaultdict[Term, set[Term]] = defaultdict(set)
        for quad in self._survey.dataset.quads:
            predicate = in_http(quad.predicate)
            if predicate in _UPWARDS:
                found[quad.subject].add(quad.object)
            elif predicate in _DOWNWARDS:
                found[quad.object].add(quad.subject)
        return found

    def _covers_all(self, head: ox.NamedNode) -> bool:
        return all(self._covers(head, file) for file in self._survey.dataset.files)

    def _covers(self, head: ox.NamedNode, file: ParsedFile) -> bool:
        """Tell whether nearly all things in a file are part of something.

        What a part leads to in the same file is, too, such as the publisher of a dataset.
        """
        about = file.quads.by_subject
        parts = {node for node in about if self._is_part(node, head, about)}
        unread = list(parts)
        while unread:
            for quad in about[unread.pop()]:
                led = quad.object
                if isinstance(led, ox.Literal) or led in parts or led not in about:
                    continue
                if not self._is_of_another(led, head, about):
                    parts.add(led)
                    unread.append(led)
        own: set[Node] = {
            n for n in about if isinstance(n, ox.NamedNode) and self._survey.is_own(n)
        }
        things = own or set(about)
        return len(things - parts) <= _FEW * len(things)

    def _is_part(self, node: Node, head: ox.NamedNode, about: Container[Node]) -> bool:
        """Tell whether a thing is part of something without asking what leads to it.

        :param about: the things that are described in the same file
        """
        if node == head or head in self._belonging[node]:
            return True
        kinds = _kinds_of(self._survey.types[head])
        is_of_document = any(kind.is_of_document for kind in kinds)
        if head in about and is_of_document and not (kinds == [OTHER] and self._is_used(head)):
            return True
        if not isinstance(node, ox.NamedNode):
            return False
        classes = self._survey.types[node]
        return (
            not all(classes.isdisjoint(kind.members | kind.heads) for kind in kinds)
            and self._base_of(node) == self._base_of(head)
            and not self._is_of_another(node, head, about)
        )

    def _is_of_another(self, node: Term, head: ox.NamedNode, about: Container[Node]) -> bool:
        """Tell whether a thing is part of another whole, which is described elsewhere."""
        wholes = {node, *self._belonging[node]} & self._heads.keys()
        return bool(wholes) and head not in wholes and head not in about

    @cached_property
    def _heads(self) -> dict[ox.NamedNode, None]:
        return dict.fromkeys((*self._survey.all_heads, *self.candidates))

    def _is_used(self, dataset: ox.NamedNode) -> bool:
        """Tell whether other things are about a dataset, or came to it, and are not in it."""
        pointing = self._survey.dataset.pointing_to(dataset)
        return any(in_http(quad.predicate) not in _UPWARDS for quad in pointing)


def _kinds_of(classes: AbstractSet[Term]) -> list[KindOfData]:
    """Tell of which kinds of data something is the head."""
    return [kind for kind in KINDS if not kind.heads.isdisjoint(classes)] or [OTHER]
