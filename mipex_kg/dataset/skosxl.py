"""Labels that are things of their own, by SKOS-XL: what they say counts as SKOS's own labels.

Conforms to SKOS Reference, appendix B.3.4 (S55 to S57).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pyoxigraph as ox

from mipex_kg.rdf.namespaces import SKOS, SKOSXL
from mipex_kg.rdf.terms import Term

LITERAL_FORM = SKOSXL.term("literalForm")
KINDS = tuple((SKOSXL.term(k), SKOS.term(k)) for k in ("prefLabel", "altLabel", "hiddenLabel"))


def add_labels(
    values: dict[ox.NamedNode, tuple[Term, ...]], forms: Callable[[Term], Iterable[Term]]
) -> None:
    """Add the literal forms of labels to the labels of what they are of.

    :param values: of each property of a subject
    :param forms: gives the literal forms of a label
    """
    for kind, plain in KINDS:
        for label in values.get(kind, ()):
            values[plain] = tuple(dict.fromkeys((*values.get(plain, ()), *forms(label))))
