"""PyLD, and all that we overrule of it: nothing else here touches its private parts.

Their names and parameters are pinned by a test, and the library to its minor version.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from c14n.Canonicalize import canonicalize
from pyld import jsonld as pyld
from pyld.context_resolver import ContextResolver

from mipex_kg.rdf.jsonld.json_text import Object, PlacedText

JsonLdError = pyld.JsonLdError
LoadContext = Callable[[str], str | Mapping[str, object]]


class Traced(dict[str, Any]):
    """A part of expanded JSON-LD that knows from what it was made.

    :param key: the name under which that is in the document; not of the parts of a list
    :param source: what was expanded
    """

    def __init__(self, made: Mapping[str, Any], key: PlacedText | None, source: object) -> None:
        super().__init__(made)
        self.key, self.source = key, source


class Meaning:
    """What the names in one object of a document stand for.

    :param source: the object
    :param names: each name, to the keyword or IRI that it stands for; None if for neither
    :param relative: of the types, those that no term, prefix or vocabulary makes an IRI
    """

    def __init__(
        self, source: Object, names: dict[str, str | None], relative: list[PlacedText]
    ) -> None:
        self.source, self.names, self.relative = source, names, relative

    def key_of(self, meaning: str) -> PlacedText | None:
        """Give the name that stands for a keyword or an IRI."""
        found = (name for name, stands_for in self.names.items() if stands_for == meaning)
        return next((name for name in found if isinstance(name, PlacedText)), None)


class TracingProcessor(pyld.JsonLdProcessor):  # type: ignore[misc]  # PyLD has no types
    """PyLD's expansion, which also says what became of each part of a document.

    PyLD calls a handler for the keys that it drops, but says neither where they are nor what else
    it drops; and what it makes of a value doesn't tell from which it was made.

    :param load: gives a context by its IRI: as text, or as a document that is not changed
    """

    def __init__(self, load: LoadContext) -> None:
        super().__init__()
        self._load = load
        self.meanings: dict[int, Meaning] = {}
        # What was dropped as a whole, by the name under which it was.
        self.dropped: list[tuple[object, PlacedText | None]] = []
        self.failed_at: object = None
        self.failed_term: str | None = None

    def expanded(self, document: object, base: str) -> list[Any]:
        """Expand a document, whose parts know their places.

        :raises JsonLdError: when it is not valid; ``failed_at`` is the part, and ``failed_term``
            the term whose definition is wrong
        """
        with warnings.catch_warnings():
            # Names that look like keywords are told as what they are: dropped.
            warnings.simplefilter("ignore", SyntaxWarning)
            found: list[Any] = self.expand(document, {"base": base, **offline(self._load)})
        return found

    def _expand(
        self, active_ctx: Any, active_property: Any, element: Any, *args: Any, **options: Any
    ) -> Any:
        try:
            made = super()._expand(active_ctx, active_property, element, *args, **options)
        except (pyld.JsonLdError, TypeError, AttributeError, LookupError, ValueError):
            if self.failed_at is None:
                self.failed_at = element
            raise
        key = active_property if isinstance(active_property, PlacedText) else None
        if made is None and element is not None:
            self.dropped.append((element, key))
        return Traced(made, key, element) if isinstance(made, dict) else made

    def _create_term_definition(
        self, active_ctx: Any, local_ctx: Any, term: str, *args: Any, **options: Any
    ) -> None:
        try:
            super()._create_term_definition(active_ctx, local_ctx, term, *args, **options)
        except (pyld.JsonLdError, TypeError, AttributeError, LookupError, ValueError):
            if self.failed_term is None:
                self.failed_term = term
            raise

    def _expand_object(self, active_ctx: Any, *args: Any, **options: Any) -> None:
        element = args[2]
        if isinstance(element, Object):
            self._note(active_ctx, options.get("type_scoped_ctx") or args[-1], element)
        super()._expand_object(active_ctx, *args, **options)

    def _note(self, active_ctx: Any, type_scoped_ctx: Any, element: Object) -> None:
        names = {name: self._stands_for(active_ctx, name) for name in element if name != "@context"}
        relative = [
            text
            for name, stands_for in names.items()
            if stands_for == "@type" and "@value" not in names.values()
            for text in self.arrayify(element[name])
            if isinstance(text, PlacedText) and _is_relative(text, type_scoped_ctx)
        ]
        self.meanings[id(element)] = Meaning(element, names, relative)

    def _stands_for(self, active_ctx: Any, name: str) -> str | None:
        """Give the keyword or the IRI that a name stands for."""
        meaning = self._expand_iri(active_ctx, name, vocab=True)
        is_known = isinstance(meaning, str) and (meaning.startswith("@") or ":" in meaning)
        return str(meaning) if is_known else None


def _is_relative(text: PlacedText, context: Any) -> bool:
    is_bare = ":" not in text and not text.startswith("@") and text not in context["mappings"]
    return is_bare and "@vocab" not in context and not context.get("@base")


class OneContextProcessor(pyld.JsonLdProcessor):  # type: ignore[misc]  # PyLD has no types
    """PyLD's compaction, but reading its one context once: that takes longer than an example."""

    def process_context(self, *arguments: Any) -> Any:
        """Give what came of the context the first time."""
        if not hasattr(self, "_active"):
            self._active = super().process_context(*arguments)
        return self._active


def check_context(context: Mapping[str, Any]) -> None:
    """Make sure that a context is valid.

    :raises JsonLdError: when it is not
    """
    pyld.expand({"@context": context}, offline())


def compacted(nodes: Sequence[Any], context: Mapping[str, Any]) -> dict[str, Any]:
    """Compact expanded JSON-LD, with its nodes in one array."""
    options = {"graph": True, "skipExpansion": True, **offline()}
    found: dict[str, Any] = pyld.compact(nodes, context, options)
    return found


def framed(nodes: Sequence[Any], frame: Mapping[str, Any]) -> dict[str, Any]:
    """Write expanded JSON-LD as a tree, each node within the first that links it."""
    options = {"embed": "@once", "omitGraph": True, **offline()}
    found: dict[str, Any] = pyld.frame(nodes, frame, options)
    return found


def first_cause(error: BaseException) -> str:
    """Tell what was the first to go wrong."""
    while error.__cause__ is not None:
        error = error.__cause__
    cause = str(error.args[0] if error.args else error)
    return cause.removeprefix("Invalid JSON-LD syntax; ")


def named_in_circle(error: BaseException) -> str | None:
    """Give the IRI of a context that leads back to itself, if that is what went wrong."""
    found: BaseException | None = error
    while found is not None:
        if isinstance(found, JsonLdError) and found.type == "jsonld.ContextUrlError":
            return str(found.details["url"]) if "url" in found.details else None
        found = found.__cause__
    return None


def canonical_json(value: object) -> str:
    """Write JSON by the JSON Canonicalization Scheme (RFC 8785), as PyLD does JSON literals."""
    written: bytes = canonicalize(value)
    return written.decode()


def offline(load: LoadContext | None = None) -> dict[str, Any]:
    """Give the options by which PyLD asks no other host, and remembers no context.

    :param load: gives a context by its IRI: as text, or as a document that is not changed
    """

    def loader(iri: str, _options: object) -> dict[str, Any]:
        if load is None:
            raise LookupError(f"a context that is written into a document names another: {iri}")
        return {"contextUrl": None, "documentUrl": iri, "document": load(iri), "contentType": None}

    return {"documentLoader": loader, "contextResolver": ContextResolver({}, loader)}
