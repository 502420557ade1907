"""A catalogue as anybody may have written it: statements, to be asked by property."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import pyoxigraph as ox

from mipex_kg.rdf.namespaces import DCAT, TYPE
from mipex_kg.rdf.terms import Term, text_of


class CatalogueGraph:
    """The statements of a catalogue.

    :param triples: as they were read
    """

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._values: dict[Term, dict[ox.NamedNode, list[Term]]] = defaultdict(dict)
        self._members: dict[Term, list[Term]] = defaultdict(list)
        for triple in dict.fromkeys(triples):
            self._values[triple.subject].setdefault(triple.predicate, []).append(triple.object)
            if triple.predicate == TYPE:
                self._members[triple.object].append(triple.subject)

    def values(self, subject: Term, predicate: ox.NamedNode) -> list[Term]:
        """Give the values of a property."""
        return self._values.get(subject, {}).get(predicate, [])

    def texts(self, subject: Term, predicate: ox.NamedNode) -> list[str]:
        """Give the values of a property as plain text: lexical forms and IRIs."""
        return [text_of(value) for value in self.values(subject, predicate)]

    def properties(self, subject: Term) -> dict[ox.NamedNode, list[Term]]:
        """Give all that is said of something."""
        return self._values.get(subject, {})

    def pairs(self, predicate: ox.NamedNode) -> list[tuple[Term, Term]]:
        """Give all subjects and values of a property."""
        found = ((s, v) for s, said in self._values.items() for v in said.get(predicate, ()))
        return list(found)

    def members(self, name: str) -> list[Term]:
        """Give the members of a class of DCAT, by their names.

        :param name: its local name, such as ``Dataset``
        """
        return sorted(self._members.get(DCAT.term(name), []), key=text_of)

    def files(self, dataset: Term) -> list[Term]:
        """Give the distributions of a dataset."""
        return sorted(self.values(dataset, DCAT.term("distribution")), key=text_of)
