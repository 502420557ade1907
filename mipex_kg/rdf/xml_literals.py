"""The values of ``rdf:parseType="Literal"``: XML in its canonical form (RDF/XML, 7.2.17).

The engine writes every namespace that is declared anywhere above into them, those that the element
declares itself a second time, which is not XML. Comments it leaves out.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET  # nothing that it reads has a document type

_START_TAG = re.compile(r"""<[^\s<>/!?]+((?:\s+[^\s=]+\s*=\s*(?:"[^"]*"|'[^']*'))+)\s*/?>""")
_ATTRIBUTE = re.compile(r"""(?<!\s)\s+([^\s=]+)\s*=\s*(?:"[^"]*"|'[^']*')""")


def canonical(text: str) -> str:
    """Write XML in its canonical form: only the namespaces that it uses; as it is, if it is none.

    >>> canonical('<b xmlns="http://x/" xmlns:e="http://e/" xmlns="http://x/">z<i/></b>')
    '<b xmlns="http://x/">z<i></i></b>'
    """
    once = _START_TAG.sub(_with_attributes_once, text)
    try:
        written = ET.canonicalize(f"<r>{once}</r>")
    except ET.ParseError:
        return text
    return written.removeprefix("<r>").removesuffix("</r>")


def _with_attributes_once(tag: re.Match[str]) -> str:
    seen: dict[str, str] = {}
    for attribute in _ATTRIBUTE.finditer(tag[1]):
        seen.setdefault(attribute[1], attribute[0])
    start, end = tag.span(1)
    whole = tag[0]
    return whole[: start - tag.start()] + "".join(seen.values()) + whole[end - tag.start() :]
