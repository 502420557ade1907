"""Frames: in which shape and order a web page's structured data describe the members of a class.

A frame is a JSON-LD frame in the terms of schema.org. As a block holds all that the projection
holds, a frame can't choose or add anything: it says what is at the top, what stands within
what, how often, and in which order.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

from mipex_kg.rdf.namespaces import SCHEMA, SCHEMA_HTTPS
from mipex_kg.system import reading
from mipex_kg.system.errors import SourceError
from mipex_kg.system.snapshot import Reader

Embed: TypeAlias = Literal["@once", "@always", "@never"]

MAIN_ENTITY = "mainEntity"
_CONTEXTS = tuple({"@vocab": str(space)} for space in (SCHEMA, SCHEMA_HTTPS))
_EMBEDS: tuple[Embed, ...] = ("@once", "@always", "@never")
_TERM = re.compile(r"[A-Za-z0-9]+\Z")


@dataclass(frozen=True)
class Frame:
    """How a node is written.

    :param types: local names of the classes that it is for; those of what is nested say nothing
    :param properties: by local name, in the order in which they are written: how what they link
        is written
    :param embed: whether a node that was written before is written again or only named, or is
        only named in any case
    """

    types: tuple[str, ...] = ()
    properties: Mapping[str, Frame] = field(default_factory=dict)
    embed: Embed = "@once"

    @property
    def entity(self) -> Frame:
        """The frame of the thing itself, which may stand within that of its page."""
        return self.properties.get(MAIN_ENTITY, self)

    def within(self, name: str) -> Frame:
        """Give the frame of what a property links; without one, it is written like the node."""
        return self.properties.get(name) or Frame(embed=self.embed)


GENERAL = Frame()


def load_frames(paths: Iterable[Path], reader: Reader = reading) -> dict[str, Frame]:
    """Read frames, by the classes whose members they shape.

    :raises SourceError: when a file is not a frame of this kind, or two are for the same class
    """
    frames: dict[str, Frame] = {}
    files: dict[str, Path] = {}
    for path in paths:
        frame = _read(path, reader)
        for name in frame.entity.types:
            if name in frames:
                raise SourceError(f"{files[name]} is for {name} already.", path=path)
            frames[name], files[name] = frame, path
    return frames


def _read(path: Path, reader: Reader) -> Frame:
    try:
        document = json.loads(reader.read_text(path), object_pairs_hook=_Object)
        frame = _top(document, path)
    except RecursionError:
        raise SourceError("It is nested too deeply.", path=path) from None
    except json.JSONDecodeError as error:
        raise SourceError(
            f"It is not valid JSON: {error.msg}.", path=path, line=error.lineno, column=error.colno
        ) from None
    if not frame.entity.types:
        raise SourceError(
            "It doesn't say for which class it is.",
            path=path,
            hint='Add "@type": "Person", say; within "mainEntity" if a page is at the top.',
        )
    return frame


def _top(document: object, path: Path) -> Frame:
    if not isinstance(document, _Object) or document.pop("@context", None) not in _CONTEXTS:
        raise SourceError(
            "A frame is a JSON object in the terms of schema.org.",
            path=path,
            hint=f'Begin it with "@context": {json.dumps(_CONTEXTS[0])}.',
        )
    return _frame(document, path)


class _Object(dict[str, Any]):
    """A JSON object that remembers that a key was there twice."""

    def __init__(self, pairs: Iterable[tuple[str, Any]]) -> None:
        pairs = list(pairs)
        super().__init__(pairs)
        self.is_ambiguous = len(self) < len(pairs)


def _frame(document: object, path: Path) -> Frame:
    if not isinstance(document, _Object) or document.is_ambiguous:
        raise SourceError("What is in a frame is an object, each key in it once.", path=path)
    rest = dict(document)
    types = tuple(_types(rest.pop("@type", []), path))
    embed = rest.pop("@embed", "@once")
    if embed not in _EMBEDS:
        raise SourceError(
            f"@embed can't be {json.dumps(embed)}.", path=path, hint=f"Use {' or '.join(_EMBEDS)}."
        )
    for name in rest:
        if not _TERM.match(name):
            raise SourceError(
                f"{name!r} can't be in a frame.",
                path=path,
                hint="It knows @type, @embed and the properties of schema.org, by their names: "
                "a block holds all there is to say, no more and no less.",
            )
    return Frame(types, {name: _frame(part, path) for name, part in rest.items()}, embed)


def _types(value: object, path: Path) -> Iterator[str]:
    for name in value if isinstance(value, list) else [value]:
        if not isinstance(name, str) or not _TERM.match(name):
            raise SourceError(
                f"@type can't be {json.dumps(name)}.", path=path, hint="Name classes of schema.org."
            )
        yield name
