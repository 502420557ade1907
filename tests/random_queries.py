"""Random queries over a dataset, of names and values that are in it, and of some that aren't."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pyoxigraph as ox

from mipex_kg.rdf.quads import AnyQuad
from mipex_kg.rdf.terms import Term

_FILTERS = (
    "isLITERAL({v})",
    "STRLEN(STR({v})) > 3",
    "{v} = {t}",
    "{v} != {t}",
    "{v} < {t}",
    'LANG({v}) = "en"',
    "DATATYPE({v}) = DATATYPE({t})",
    "sameTerm({v}, {t})",
    "{v} IN ({t}, {u})",
    "EXISTS {{ {v} ?any ?thing }}",
)
_SELECTED = (
    "*",
    "(COUNT(*) AS ?count)",
    "(COUNT(DISTINCT ?o) AS ?count) (MIN(STR(?o)) AS ?least)",
    "DISTINCT ?s (STR(?o) AS ?text) (DATATYPE(?o) AS ?type)",
    "?s ?o (?o AS ?same)",
)


class Asker:
    """Makes queries.

    :param quads: that they are asked of
    :param seed: the same seed makes the same queries
    """

    def __init__(self, quads: Sequence[AnyQuad], seed: int) -> None:
        self._quads = [q for q in quads if not isinstance(q.subject, ox.BlankNode)]
        self._chance = random.Random(seed)

    def query(self) -> str:
        """Make one, of a single form: SELECT."""
        chance = self._chance
        patterns = [
            self._pattern(f"?s{n or ''}", f"?o{n or ''}") for n in range(chance.choice((1, 2)))
        ]
        if len(patterns) > 1:
            patterns[1] = patterns[1].replace("?s1", chance.choice(("?s", "?o")))
        where = " ".join(patterns)
        if chance.random() < 0.3:
            where = f"GRAPH ?g {{ {where} }}"
        if chance.random() < 0.3:
            where += f" OPTIONAL {{ {self._pattern('?s', '?more')} }}"
        if chance.random() < 0.6:
            written = chance.choice(_FILTERS)
            where += f" FILTER({written.format(v='?o', t=self._literal(), u=self._literal())})"
        return f"SELECT {chance.choice(_SELECTED)} WHERE {{ {where} }}"

    def _pattern(self, subject: str, object: str) -> str:
        quad = self._chance.choice(self._quads)
        kind = self._chance.random()
        if kind < 0.4:
            return f"{subject} {quad.predicate} {object} ."
        if kind < 0.6:
            return f"{quad.subject} ?p {object} . {subject} {quad.predicate} {object} ."
        if kind < 0.8 and not isinstance(quad.object, ox.BlankNode):
            return f"{subject} ?p {quad.object} ; {quad.predicate} {object} ."
        return f"{subject} {quad.predicate}/^{quad.predicate} {object} ."

    def _literal(self) -> Term:
        literals = [q.object for q in self._quads if isinstance(q.object, ox.Literal)]
        return self._chance.choice([*literals[:200], ox.Literal(1), ox.Literal("nowhere")])
