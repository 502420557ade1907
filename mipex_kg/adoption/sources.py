"""Reading files that are to be adopted: which they are, and what each of them is for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from mipex_kg.project.files import Walk, walk
from mipex_kg.rdf import formats, parsing
from mipex_kg.rdf.jsonld.known_contexts import (
    KnownContexts,
    UnknownContextError,
    name_by_option,
)
from mipex_kg.rdf.namespaces import OWL, RDF, RDFS, SH, TYPE
from mipex_kg.rdf.parsing import ParsedFile
from mipex_kg.rdf.terms import Term
from mipex_kg.system import log, reading
from mipex_kg.system.errors import SourceError

TERMS = frozenset(
    {
        *(OWL.term(name) for name in ("Class", "DataRange", "Restriction")),
        *(OWL.term(f"{kind}Property") for kind in ("Object", "Datatype", "Annotation", "Ontology")),
        *(RDFS.term(name) for name in ("Class", "Datatype")),
        RDF.term("Property"),
    }
)
"""The classes of what an ontology defines."""
_ONTOLOGY = OWL.term("Ontology")
_SHAPES = frozenset(SH.term(name) for name in ("NodeShape", "PropertyShape"))


class UnreadableFilesError(SourceError):
    """Several files that are named can't be read.

    :param errors: of each, what is wrong with it
    """

    def __init__(self, errors: Sequence[SourceError]) -> None:
        first = errors[0]
        super().__init__(first.message, path=first.path, line=first.line, column=first.column)
        self.errors = tuple(errors)

    def __str__(self) -> str:
        """Write a line for each, with what to do about it."""
        lines = (f"  {error}{f' {error.hint}' if error.hint else ''}" for error in self.errors)
        return "\n".join([f"{len(self.errors)} of the files named can't be read:", *lines])


@dataclass(frozen=True)
class AdoptedFile:
    """A file that is to be adopted.

    :param given: the file or folder by which it was named
    :param roles: what it is read for: ``data``, ``ontology``, ``shapes``
    """

    given: Path
    file: ParsedFile
    roles: tuple[str, ...]


@dataclass(frozen=True)
class AdoptedFiles:
    """The files that are to be adopted.

    :param left_out: files with the reason why each is not read
    """

    given: tuple[Path, ...]
    read: tuple[AdoptedFile, ...]
    left_out: tuple[SourceError, ...]


def read_sources(
    given: Sequence[Path], base: str, contexts: Mapping[str, Path] | None = None
) -> AdoptedFiles:
    """Read files, and all files in folders whose names tell a format of RDF.

    Of a folder, what is a context is left out: documents name it, and it says nothing itself.

    :param base: what relative IRIs are resolved against
    :param contexts: files of remote contexts, by the IRIs with which documents name them
    :raises SourceError: when something that is named isn't there, when files that are named can't
        be read, with all of them, or none of a folder, or nothing in them is a statement
    """
    contexts = contexts or {}
    known = KnownContexts(contexts, advice=name_by_option)
    for iri in contexts:
        known.read(iri)
    named = {path.resolve() for path in contexts.values()}
    read: dict[Path, tuple[Path, ParsedFile]] = {}
    left_out: list[SourceError] = []
    refused: list[SourceError] = []
    for place in given:
        try:
            files, unread = _read_place(place, base, known, named)
        except SourceError as error:
            refused.append(error)
            continue
        left_out += unread
        for file in files:
            read.setdefault(file.path.resolve(), (place, file))
    if refused:
        raise refused[0] if len(refused) == 1 else UnreadableFilesError(refused)
    if given and not any(file.quads for _, file in read.values()):
        raise SourceError(
            "No statement was found, so there is nothing to make a project of.",
            path=given[0],
            hint="For a project without data, use --empty instead of --from.",
        )
    types = _types(file for _, file in read.values())
    adopted = (AdoptedFile(place, file, _roles(file, types)) for place, file in read.values())
    return AdoptedFiles(tuple(given), tuple(adopted), tuple(left_out))


def _read_place(
    place: Path, base: str, contexts: KnownContexts, without: AbstractSet[Path]
) -> tuple[list[ParsedFile], list[SourceError]]:
    """Read a file that is named, or the files of a folder; and tell which of these are left out.

    :raises SourceError: when the file can't be read, or none of the folder
    """
    is_folder = place.is_dir()
    if not is_folder:
        reading.require_file(place)
    paths = list(_files(place, without)) if is_folder else [place]
    files: list[ParsedFile] = []
    left_out: list[SourceError] = []
    for path in paths:
        try:
            file = _parsed(path, base, contexts)
        except SourceError as error:
            if not is_folder:
                raise
            left_out.append(error)
            continue
        if _is_context_alone(file):
            left_out.append(_unnamed_context(path))
        else:
            files.append(file)
    if is_folder and not files:
        raise _nothing_in(place, left_out)
    return files, left_out


def _is_context_alone(file: ParsedFile) -> bool:
    if file.quads or file.format is not formats.JSONLD:
        return False
    document = json.loads(file.text)
    return isinstance(document, dict) and document.keys() == {"@context"}


def _unnamed_context(path: Path) -> SourceError:
    return SourceError(
        "There is nothing but a context in it.",
        path=path,
        hint=f"If documents name it by its IRI, say so: --context IRI={path}",
    )


def _parsed(path: Path, base: str, contexts: KnownContexts) -> ParsedFile:
    """Read a file, but not a page without JSON-LD.

    :raises SourceError: when it can't be read, or is such a page
    """
    file = parsing.parse_file(path, base=base, contexts=contexts)
    if file.format is formats.HTML and not file.quads and file.losses:
        loss = file.losses[0]
        line, column = loss.span.line, loss.span.column
        raise SourceError(loss.message, path=path, line=line, column=column, hint=loss.hint)
    return file


def _files(folder: Path, without: AbstractSet[Path]) -> Iterator[Path]:
    walked: Walk = walk(folder, once=True)
    for path in walked.files:
        if path.resolve() in without:
            log.info(f"{path}: skipped, since it is a context.")
        elif formats.of_file(path):
            yield path
        else:
            log.info(f"{path}: skipped, since its name tells no format of RDF.")


def _nothing_in(folder: Path, errors: Sequence[SourceError]) -> SourceError:
    if errors:
        first = errors[0]
        unknown = (error for error in errors if isinstance(error, UnknownContextError))
        hints = dict.fromkeys(error.hint for error in unknown if error.hint)
        return SourceError(
            f"None of the files in {folder} can be read. {first.message}",
            path=first.path,
            line=first.line,
            column=first.column,
            hint="\n".join(hints) or first.hint,
        )
    return SourceError(
        "No file in it has a name that tells a format of RDF.",
        path=folder,
        hint=f"Names end in {formats.USUAL_SUFFIXES} or the like, or in one of these and "
        f"{formats.COMPRESSED}.",
    )


def _types(files: Iterable[ParsedFile]) -> dict[Term, set[Term]]:
    types: dict[Term, set[Term]] = {}
    for quad in (quad for file in files for quad in file.quads):
        if quad.predicate == TYPE:
            types.setdefault(quad.subject, set()).add(quad.object)
    return types


def _roles(file: ParsedFile, known: Mapping[Term, set[Term]]) -> tuple[str, ...]:
    """Tell what a file is read for: as what most of the things are of which it says something.

    An ontology may have shapes of its classes in it. A file of labels in another language may have
    no classes but that of its head, by which editors of ontologies begin whatever they write.

    :param known: the classes that all files give to things
    """
    own = _types([file])
    about = [node for node in file.quads.all_of("subject") if isinstance(node, ox.NamedNode)]
    named = [known[node] for node in about if node in known]
    shapes = _count(own.values(), _SHAPES)
    terms, heads = _count(named, TERMS), _count(named, {_ONTOLOGY})
    is_head = 0 < heads == len(named) and 2 * heads >= len(about)
    if (terms or is_head) and 2 * (terms + heads) >= len(named) - _count(named, _SHAPES):
        return ("ontology", "shapes") if shapes else ("ontology",)
    return ("shapes",) if shapes and 2 * shapes >= len(named) else ("data",)


def _count(things: Iterable[set[Term]], classes: AbstractSet[ox.NamedNode]) -> int:
    return sum(1 for each in things if not classes.isdisjoint(each))
