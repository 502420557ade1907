"""Telling what of a JSON-LD document gets lost, and why."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from mipex_kg.rdf.jsonld.json_text import Array, Extent, JsonText, Object, PlacedText
from mipex_kg.rdf.jsonld.processor import Meaning
from mipex_kg.rdf.losses import Loss

# Keywords under which null says something: that there is none of what would else be inherited.
_MAY_BE_NULL = {"@language", "@direction", "@context", "@type", "@value"}


class LossRecorder:
    """Notes losses, each with its place.

    :param source: the document
    """

    def __init__(self, source: JsonText) -> None:
        self._source = source
        self._losses: dict[tuple[str, Extent], Loss] = {}

    def note(
        self, kind: str, message: str, hint: str, extent: Extent, *, is_grave: bool = True
    ) -> None:
        """Note that something gets lost."""
        loss = Loss(
            kind,
            message,
            hint,
            self._source.span(extent),
            self._source.path_to(extent),
            is_grave,
        )
        self._losses.setdefault((kind, extent), loss)

    def sorted(self) -> list[Loss]:
        """Give the losses from top to bottom."""
        return sorted(self._losses.values(), key=lambda loss: (loss.span, loss.kind))

    def of_iri(self, iri: object, what: str, extent: Extent) -> None:
        """Note that something that should be an IRI is not."""
        self.note(
            "not-an-iri",
            f"{_shown(iri)} is not an IRI, so {what} gets lost.",
            "Write spaces and other characters that IRIs don't have as %20 and the like, and give "
            "relative IRIs an @base.",
            extent,
        )

    def of_names(self, meanings: Iterable[Meaning]) -> None:
        """Note the names that stand for nothing, the nulls, and the relative types."""
        for meaning in meanings:
            for name, stands_for in meaning.names.items():
                if stands_for is None:
                    self._of_name(name)
                else:
                    self._of_nulls(name, stands_for, meaning.source)
            for text in meaning.relative:
                self.note(
                    "relative-type",
                    f"The type {_shown(text)} is not a term of the context, so it is an IRI beside "
                    "this file.",
                    "Define it in the context, or set @vocab.",
                    text.extent,
                )

    def _of_name(self, name: str) -> None:
        assert isinstance(name, PlacedText)  # noqa: S101 - all names of a document are
        self.note(
            "dropped-key",
            f"The key {_shown(name)} stands for no property, so what it says gets lost.",
            "Define it in the context, or set @vocab; or remove it.",
            name.extent,
            is_grave=False,
        )

    def _of_nulls(self, name: str, stands_for: str, source: Object) -> None:
        if stands_for in _MAY_BE_NULL:
            return
        value = source[name]
        nulls = [source.values_at[name]] if value is None else []
        if isinstance(value, Array):
            nulls = [
                extent for item, extent in zip(value, value.values_at, strict=True) if item is None
            ]
        for extent in nulls:
            self.note(
                "null",
                f"The value of {_shown(name)} is null, which says nothing.",
                "Write a value, or remove it.",
                extent,
                is_grave=False,
            )

    def of_dropped(
        self, dropped: Iterable[tuple[object, PlacedText | None]], meanings: Mapping[int, Meaning]
    ) -> None:
        """Note the values that are about nothing."""
        for part, key in dropped:
            meaning = meanings.get(id(part))
            stand_for = set(meaning.names.values()) if meaning else set()
            # Other objects say nothing, or what gets lost in them is told by itself.
            if isinstance(part, Object) and not stand_for & {"@value", "@list"}:
                continue
            extent = getattr(part, "extent", None) or (key.extent if key else None)
            if extent is None:
                extent = self._source.extent
            if isinstance(part, Object) and "@value" in stand_for and _is_null(part, meaning):
                self.note(
                    "null",
                    "This value is null, which says nothing.",
                    "Write a value, or remove it.",
                    extent,
                    is_grave=False,
                )
                continue
            self.note(
                "free-value",
                "This value belongs to no property of any thing, so it gets lost.",
                "Put it under a property of an object.",
                extent,
            )


def _is_null(part: Object, meaning: Meaning | None) -> bool:
    key = meaning.key_of("@value") if meaning else None
    return key is not None and part[key] is None


def _shown(value: object) -> str:
    text = json.dumps(str(value), ensure_ascii=False)
    return text if len(text) <= 120 else f'{text[:118]}…"'
