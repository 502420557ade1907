"""The prefixes that a file declares, in whichever format it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from mipex_kg.rdf import formats
from mipex_kg.rdf.jsonld.contexts import PREFIX_ENDS
from mipex_kg.rdf.parsing import ParsedFile
from mipex_kg.rdf.terms import is_iri

_XMLNS = re.compile(r"""\sxmlns(?::([\w.-]+))?\s*=\s*["']([^"'&]*)["']""")


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
