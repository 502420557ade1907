"""The prefixes that a file declares, in whichever format it is, and names for namespaces."""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterator, Mapping
from itertools import count

from mipex_kg.rdf import formats
from mipex_kg.rdf.jsonld.contexts import PREFIX_ENDS
from mipex_kg.rdf.parsing import ParsedFile
from mipex_kg.rdf.terms import is_iri

_XMLNS = re.compile(r"""\sxmlns(?::([\w.-]+))?\s*=\s*["']([^"'&]*)["']""")

# A word that may be a prefix and is not the number of a version.
_NAME = re.compile(r"(?!v\d)[a-z][a-z0-9_-]*", re.IGNORECASE | re.ASCII)


def declared(file: ParsedFile) -> Mapping[str, str]:
    """Give the prefixes that a file declares, the first meaning of each.

    What has no prefix, such as a default namespace in XML, is that of the empty one.
    """
    found: dict[str, str] = {}
    for prefix, iri in _declared(file):
        if is_iri(iri):
            found.setdefault(prefix, iri)
    return found


def _declared(file: ParsedFile) -> Iterator[tuple[str, str]]:
    if file.format is formats.RDFXML:
        yield from ((match[1] or "", match[2]) for match in _XMLNS.finditer(file.text))
    elif file.format is formats.JSONLD:
        document = json.loads(file.text)
        for part in document if isinstance(document, list) else [document]:
            yield from _of_context(part.get("@context") if isinstance(part, dict) else None)
    else:
        yield from file.prefixes.items()


def _of_context(context: object) -> Iterator[tuple[str, str]]:
    if isinstance(context, list):
        for part in context:
            yield from _of_context(part)
    elif isinstance(context, dict):
        for term, meaning in context.items():
            iri = meaning.get("@id") if isinstance(meaning, dict) else meaning
            is_prefix = term == "@vocab" or not term.startswith("@")
            if isinstance(iri, str) and iri.endswith(PREFIX_ENDS) and is_prefix:
                yield term.removeprefix("@vocab"), iri


def name_prefix(iri: str, taken: Container[str]) -> str:
    """Choose a prefix for a namespace that has none: its last step, or what its host is called.

    >>> name_prefix("https://e.org/ont/Boats#", {}), name_prefix("https://e.org/boats/1.2/", {})
    ('boats', 'boats')
    >>> name_prefix("https://www.boats.org/", {}), name_prefix("https://e.org/dcat#", {"dcat"})
    ('boats', 'dcat2')
    """
    host, *steps = re.split("[/#:?]", iri.partition("://")[2].removeprefix("www.") or iri)
    words = (*reversed(steps), host.partition(".")[0])
    name = next((word.lower() for word in words if _NAME.fullmatch(word)), "own")
    names = (name if number == 1 else f"{name}{number}" for number in count(1))
    return next(each for each in names if each not in taken)
