"""What a file says and no quad does: told, so that nothing vanishes in silence."""

from __future__ import annotations

from typing import NamedTuple

from mipex_kg.rdf.locate import Span


class Loss(NamedTuple):
    """Something that was read and isn't among the quads.

    :param kind: in one word, such as ``not-an-iri``
    :param path: the way to it in the document, as JSONPath
    :param is_grave: whether something that was meant as a statement is gone
    """

    kind: str
    message: str
    hint: str
    span: Span
    path: str
    is_grave: bool
