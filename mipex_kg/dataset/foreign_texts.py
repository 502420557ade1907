"""Facts in the language of a page, and those in others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import pyoxigraph as ox

from mipex_kg.rdf.languages import preference
from mipex_kg.rdf.quads import Quad


def part_languages(
    quads: Iterable[Quad],
    wanted: Sequence[str],
    is_name: Callable[[ox.NamedNode], bool] = lambda _predicate: False,
) -> tuple[list[Quad], list[Quad]]:
    """Part the facts about a thing that its page shows as its own from those in other languages.

    Of each property those are its own that are in the language of the page, or else in the first
    one that is wanted in which it has any; and what has no language. Names in another language are
    always that.

    :param wanted: languages, that of the page first
    :param is_name: decides whether the values of a property are names

    >>> name, note = ox.NamedNode("e:name"), ox.NamedNode("e:note")
    >>> said = [(name, "Ada", "fr"), (name, "Adele", "en"), (note, "A poet", "en")]
    >>> about = [ox.Quad(name, p, ox.Literal(text, language=tag)) for p, text, tag in said]
    >>> own, foreign = part_languages(about, ["fr", "en"])
    >>> [quad.object.value for quad in own], [quad.object.value for quad in foreign]
    (['Ada', 'A poet'], ['Adele'])
    """
    quads = list(quads)
    ranks = [_rank(quad.object, wanted) for quad in quads]
    best: dict[ox.NamedNode, int] = {}
    for quad, rank in zip(quads, ranks, strict=True):
        if rank is not None and rank < (1 if is_name(quad.predicate) else len(wanted)):
            best[quad.predicate] = min(rank, best.get(quad.predicate, rank))
    own: list[Quad] = []
    foreign: list[Quad] = []
    for quad, rank in zip(quads, ranks, strict=True):
        is_own = rank is None or rank == best.get(quad.predicate)
        (own if is_own else foreign).append(quad)
    return own, foreign


def _rank(value: object, wanted: Sequence[str]) -> int | None:
    """Give the place of a text's language in an order; None for what has no language."""
    language = value.language if isinstance(value, ox.Literal) else None
    return preference(language, wanted)[0] if language else None
