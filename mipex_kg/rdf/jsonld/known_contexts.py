"""Remote contexts that are known: each is in a file, and none is ever fetched."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from mipex_kg.rdf.jsonld.json_text import JsonText, Object
from mipex_kg.rdf.terms import is_iri
from mipex_kg.system import reading
from mipex_kg.system.errors import SourceError
from mipex_kg.system.snapshot import Reader

_ON_THE_WEB = re.compile("https?://[^/?#]")
_LONGEST_NAME = 100
_ASK = "Save what its address gives to those who ask for application/ld+json."
_INSTEAD = "Put the context's terms into the document itself, under @context."


class UnknownContextError(SourceError):
    """A document names a remote context that isn't known."""


class KnownContexts:
    """Remote contexts that documents may name, besides schema.org's.

    :param files: by the IRIs of the contexts, which are compared exactly
    :param reader: reads them
    :param advice: says how a context becomes known, for its IRI
    """

    def __init__(
        self,
        files: Mapping[str, Path] | None = None,
        reader: Reader = reading,
        advice: Callable[[str], str] | None = None,
    ) -> None:
        self._files, self._reader, self._advice = files or {}, reader, advice
        self._read: dict[Path, JsonText] = {}

    def having(self, files: Mapping[str, Path]) -> KnownContexts:
        """Know more contexts, or others by the same IRIs."""
        return KnownContexts({**self._files, **files}, self._reader, self._advice)

    def read(self, iri: str) -> JsonText | None:
        """Read the document that has a context, each file once; None if it isn't known.

        :raises SourceError: when it can't be read, or has no context
        """
        path = self._files.get(iri)
        if path is None:
            return None
        if path not in self._read:
            self._read[path] = _read(path, self._reader)
        return self._read[path]

    def hint(self, iri: str) -> str:
        """Say what to do about a context that isn't known."""
        if self._advice is None or not is_context_iri(iri):
            return _INSTEAD
        if near := next((known for known in self._files if _is_near(known, iri)), None):
            return (
                f"Known is {near}, and IRIs are compared exactly: name this one too, with the "
                "same file."
            )
        return self._advice(iri)


def name_by_option(iri: str) -> str:
    """Say how a context becomes known to a command: by its option."""
    return f"Download it, and name the file: --context {iri}=FILE"


def is_context_iri(text: str) -> bool:
    """Tell whether a text is the IRI of something on the web, as remote contexts are.

    >>> is_context_iri("https://w3id.org/ro/crate/1.1/context"), is_context_iri("context.jsonld")
    (True, False)
    """
    return _ON_THE_WEB.match(text) is not None and is_iri(text)


def file_name(iri: str) -> str:
    """Suggest what the file of a context may be called.

    >>> file_name("https://w3id.org/ro/crate/1.1/context"), file_name("http://e.org/a.jsonld")
    ('w3id.org-ro-crate-1.1-context.jsonld', 'e.org-a.jsonld')
    """
    address = re.sub(r"\.json(ld)?\Z", "", iri.partition("://")[2])
    return re.sub(r"[^A-Za-z0-9.]+", "-", address)[:_LONGEST_NAME].strip("-.") + ".jsonld"


def _read(path: Path, reader: Reader) -> JsonText:
    text = reader.read_text(path)
    if text.lstrip().startswith("<"):
        raise SourceError("It is a page, and not a JSON-LD context.", path=path, hint=_ASK)
    found = JsonText(text, path)
    if not isinstance(found.root, Object) or "@context" not in found.root:
        raise found.error(
            "It is not a JSON-LD context: that is an object with @context.",
            found.extent,
            _ASK,
        )
    return found


def _is_near(known: str, iri: str) -> bool:
    """Tell whether two IRIs differ in http and https alone, or in what ends them."""
    one, other = (each.partition("://")[2].rstrip("/#") for each in (known, iri))
    return one == other
