"""Mappings of concepts to those of other vocabularies, by the vocabulary into which they lead."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from urllib.parse import urlsplit

import pyoxigraph as ox

from mipex_kg.dataset.account import Said
from mipex_kg.rdf.iris import to_uri
from mipex_kg.rdf.namespaces import SKOS
from mipex_kg.rdf.terms import Node, Term
from mipex_kg.site.pages.wording import TaggedText, Wording


def by_vocabulary(
    said: Iterable[Said], wording: Wording
) -> list[tuple[Node | None, TaggedText, list[Said]]]:
    """Group mappings by the scheme that their concepts are in, else by the host that names them.

    :returns: of each group the scheme, if it is known, and the name
    """
    groups: dict[Node | str, list[Said]] = defaultdict(list)
    for each in said:
        groups[_vocabulary(each.end, wording)].append(each)
    named = [
        (None, TaggedText(key), group) if isinstance(key, str) else (key, wording.label(key), group)
        for key, group in groups.items()
    ]
    return sorted(named, key=lambda each: (each[1].value.casefold(), str(each[0])))


def _vocabulary(term: Term, wording: Wording) -> Node | str:
    schemes = wording.dataset.values(term, SKOS.term("inScheme"))
    if nodes := [scheme for scheme in schemes if not isinstance(scheme, ox.Literal)]:
        return min(nodes, key=str)
    host = urlsplit(to_uri(term.value)).hostname if isinstance(term, ox.NamedNode) else None
    return (host or wording.interface["vocabulary-unknown"]).removeprefix("www.")
