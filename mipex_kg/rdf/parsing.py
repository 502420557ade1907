"""Reading RDF files into quads, with errors that say where and what to do.

Oxigraph parses all formats but JSON-LD, which PyLD parses: each is the one that passes more of
the W3C's tests.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from mipex_kg.rdf import formats, mislabelled, nesting, preserving
from mipex_kg.rdf.formats import Format
from mipex_kg.rdf.locate import Located, LocateError, Position, Span
from mipex_kg.rdf.losses import Loss
from mipex_kg.rdf.namespaces import RDF
from mipex_kg.rdf.quads import QuadColumns, TermTable
from mipex_kg.rdf.terms import Term
from mipex_kg.system import log, reading
from mipex_kg.system.errors import SourceError
from mipex_kg.system.snapshot import Reader

# Imported where it is used: most files are not JSON-LD.
if TYPE_CHECKING:
    from mipex_kg.rdf.jsonld.known_contexts import KnownContexts

# Oxigraph repeats the place in its message; ours is in front of it already.
_PLACE = re.compile(
    r"^Parser error(?: at line \d+ (?:column \d+|between columns \d+ and \d+)"
    r"| between line .*? and line .*?)?: "
)

# How a file says what its relative IRIs are resolved against.
_BASES = {
    formats.TURTLE: "Begin the file with @base <https://…/> . or name one with --base.",
    formats.TRIG: "Begin the file with @base <https://…/> . or name one with --base.",
    formats.RDFXML: 'Add xml:base="https://…/" to the first element, or name one with --base.',
}


# What the engine says in few words.
_IN_WORDS = {
    "Only UTF-8 is supported by the RDF/XML parser": (
        "The file is UTF-8, and its first line names another encoding.",
        'Write encoding="UTF-8" there.',
    ),
}


@dataclass(frozen=True)
class ParsedFile:
    """A file's text, and its quads in the order in which they are in it.

    :param prefixes: that the file declares; none for JSON-LD
    :param losses: what it says and no quad does
    :param tags: language tags in lower case, as quads have them, to how they are written first
    :param positions: of the quads, if reading the file has told them
    """

    path: Path
    format: Format
    text: str
    quads: QuadColumns
    prefixes: Mapping[str, str]
    losses: tuple[Loss, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    positions: Sequence[Position] | None = None

    def locate(self) -> Sequence[Position] | None:
        """Tell where each quad stands; None where that can't be told.

        It takes about as long as to read the file.
        """
        if self.positions is not None:
            return self.positions
        try:
            if self.format is formats.RDFXML:
                # Imported here: hardly a file is RDF/XML.
                from mipex_kg.rdf.locate_xml import locate_xml

                return locate_xml(self.text, self.quads)
            found = Located(self.text)
        except LocateError:
            return None
        return found if len(found) == len(self.quads) else None


def parse_file(
    path: Path,
    *,
    base: str | None = None,
    contexts: KnownContexts | None = None,
    reader: Reader = reading,
    terms: TermTable | None = None,
) -> ParsedFile:
    """Read a file in the format that its name's suffix tells.

    Blank nodes get labels that no other file's have.

    :param path: the file
    :param base: what relative IRIs are resolved against, if the file doesn't say; without one they
        are refused: where the file is on this machine names nothing
    :param contexts: JSON-LD contexts that may be named, besides schema.org's; no other is loaded
    :param reader: reads it
    :param terms: the table of the terms that it shares with other files
    :raises SourceError: when it can't be read or doesn't parse, with the place
    """
    format = format_of(path)
    if format is formats.HTML:
        return _parse_html(path, base, contexts, reader, terms)
    text = reader.read_text(path)
    file = parse_text(text, format, path, base=base, contexts=contexts, terms=terms)
    log.info(f"{path}: {len(file.quads):,} quads.")
    return file


def format_of(path: Path) -> Format:
    """Tell a file's RDF format by its name.

    :raises SourceError: when the suffix is not one of RDF
    """
    if format := formats.of_file(path):
        return format
    ending = f"suffix {path.suffix}" if path.suffix else "name without a suffix"
    raise SourceError(
        f"The {ending} doesn't say which RDF format this is.",
        path=path,
        hint=f"Rename it so that it ends in {formats.USUAL_SUFFIXES} or the like, "
        f"or in one of these and {formats.COMPRESSED}.",
    )


def parse_text(
    text: str,
    format: Format,
    path: Path,
    *,
    base: str | None = None,
    contexts: KnownContexts | None = None,
    terms: TermTable | None = None,
) -> ParsedFile:
    """Parse text that has been read already.

    :param path: the file that errors name
    :param base: what relative IRIs are resolved against; without one they are refused
    :param contexts: JSON-LD contexts that may be named, besides schema.org's
    :param terms: the table of the terms that it shares with other texts
    :raises SourceError: when it doesn't parse, with the place
    """
    try:
        return _parse_text(text, format, path, base, contexts, terms)
    except SourceError as error:
        raise mislabelled.with_format_that_is_meant(error, text, format) from None


def _parse_text(
    text: str,
    format: Format,
    path: Path,
    base: str | None,
    contexts: KnownContexts | None,
    terms: TermTable | None,
) -> ParsedFile:
    if format is formats.JSONLD:
        return _parse_jsonld(text, path, base, contexts, terms)
    is_xml = format is formats.RDFXML
    if not is_xml and (at := nesting.too_deep(text)) is not None:
        raise _too_deep(text, at, path)
    prepared = _prepare_xml(text, path) if is_xml else preserving.prepare(text)
    try:
        parsed = ox.parse(
            prepared.text,
            format=format.rdf_format,
            base_iri=base,
            rename_blank_nodes=True,
        )
        quads = QuadColumns(_restored(parsed) if is_xml else parsed, terms)
    except SyntaxError as error:
        raise _syntax_error(error, format, path, text, base) from None
    except MemoryError:
        raise SourceError(
            "A single text, IRI or name in it is longer than 16 MB.", path=path
        ) from None
    file = ParsedFile(path, format, text, quads, parsed.prefixes, tags=prepared.tags)
    _refuse_newer_terms(file)
    return file


def _refuse_newer_terms(file: ParsedFile) -> None:
    """Refuse what RDF 1.2 has and RDF 1.1 has not.

    :raises SourceError: for the first such term, with its place
    """
    if not any(map(_is_newer, file.quads.all_of("object"))):
        return
    for number, quad in enumerate(file.quads):
        if isinstance(quad.object, ox.Triple):
            message = f"a triple term of RDF 1.2 ({quad.object}), which SHACL and most tools"
            hint = "Write the fact in a named graph instead, and describe that graph."
        elif isinstance(quad.object, ox.Literal) and quad.object.direction:
            message = f"a text with a direction of RDF 1.2 ({quad.object}), which most tools"
            hint = "Write the language alone, such as @ar."
        else:
            continue
        place = _place_of_value(file, number)
        raise SourceError(
            f"It has {message} don't know yet.",
            path=file.path,
            line=place and place.line,
            column=place and place.column,
            hint=hint,
        )


def _is_newer(term: Term) -> bool:
    return isinstance(term, ox.Triple) or (isinstance(term, ox.Literal) and bool(term.direction))


def _place_of_value(file: ParsedFile, number: int) -> Span | None:
    """Tell where the value of a quad is, or what of RDF 1.2 is before it."""
    if file.format is formats.RDFXML:
        positions = file.locate()
        return positions[number].object if positions else None
    try:
        return Located(file.text)[number].object
    except LocateError as error:
        return error.place


def _too_deep(text: str, at: int, path: Path) -> SourceError:
    line, column = reading.place_behind(text[:at])
    return SourceError(
        f"Triple terms of RDF 1.2 are nested in it more than {nesting.MOST} deep.",
        path=path,
        line=line,
        column=column,
        hint="Write each fact in a named graph instead, and describe that graph.",
    )


def _prepare_xml(text: str, path: Path) -> preserving.Prepared:
    from mipex_kg.rdf import xml_text  # imported here: hardly a file is RDF/XML

    return xml_text.prepare(text, path)


def _restored(quads: Iterable[ox.Quad]) -> Iterable[ox.Quad]:
    from mipex_kg.rdf import xml_text

    return xml_text.restored(quads)


def _syntax_error(
    error: SyntaxError, format: Format, path: Path, text: str, base: str | None
) -> SourceError:
    if error.msg.endswith("No scheme found in an absolute IRI"):
        return _relative_iri(error, format, path, text)
    message = _PLACE.sub("", error.msg).rstrip(".")
    hint = None
    line, column = error.lineno, error.offset
    if format is formats.RDFXML and not line:
        from mipex_kg.rdf.xml_errors import place_of_error  # hardly a file is RDF/XML

        line, column = place_of_error(text, error, base) or (None, None)
    if format is formats.RDFXML and RDF not in text:
        message = "It is XML, and not RDF: nothing in it is of RDF's namespace."
        hint = "Move it out of the folder, or give its root element the name rdf:RDF."
    elif message == "XML namespaces are required in RDF/XML":
        from mipex_kg.rdf.xml_errors import explain_names

        message = "An element or an attribute has no namespace."
        hint = explain_names(text, line, column)
    elif message in _IN_WORDS:
        message, hint = _IN_WORDS[message]
    elif ".n3" in path.suffixes:
        message = f"{message[:1].upper()}{message[1:]}."
        hint = "Of N3, only the part that is Turtle is read."
    elif format in (formats.TURTLE, formats.NTRIPLES) and _opens_graph(error, text):
        other = formats.TRIG if format is formats.TURTLE else formats.NQUADS
        message = f"A graph begins here, and {format.label} has none."
        hint = f"Rename the file to {path.stem}{other.suffix}: {other.label} has named graphs."
    elif format is not formats.RDFXML and line and column:
        from mipex_kg.rdf.turtle_mistakes import explain  # hardly a file has any

        message, hint = explain(message, text, line, column)
    else:
        message = f"{message[:1].upper()}{message[1:]}."
    return SourceError(message, path=path, line=line, column=column, hint=hint)


def _relative_iri(error: SyntaxError, format: Format, path: Path, text: str) -> SourceError:
    """Say which IRI is relative, in a format that may have some, or in one that may not."""
    line, column = error.lineno, error.offset
    if line and column:
        iri = reading.lines(text)[line - 1][column:].partition(">")[0]
    else:  # the engine tells no place in XML
        iri = error.msg.partition("'")[2].rpartition("'")[0]
        line, column = _place_in_xml(iri, text)
    if format in (formats.NTRIPLES, formats.NQUADS):
        message, hint = f"The IRI <{iri}> is relative, which {format.label} doesn't know.", None
    else:
        message = f"The IRI <{iri}> is relative, and nothing says what to resolve it against."
        hint = _BASES.get(format)
    return SourceError(message, path=path, line=line, column=column, hint=hint)


def _place_in_xml(iri: str, text: str) -> tuple[int | None, int | None]:
    """Find an IRI that is the value of an attribute; of rdf:ID, the value has no #."""
    for value in dict.fromkeys((iri, iri.removeprefix("#"))):
        if found := re.search(rf"""=\s*(["']){re.escape(value)}\1""", text):
            return reading.place_behind(text[: found.start(1)])
    return None, None


def _opens_graph(error: SyntaxError, text: str) -> bool:
    lines = reading.lines(text)
    line = lines[error.lineno - 1] if error.lineno and error.lineno <= len(lines) else ""
    return bool(re.match(r"\{|GRAPH\b.*\{", line[(error.offset or 1) - 1 :], re.IGNORECASE))


def _parse_html(
    path: Path,
    base: str | None,
    contexts: KnownContexts | None,
    reader: Reader,
    terms: TermTable | None,
) -> ParsedFile:
    # Imported here: hardly a file is a page.
    from mipex_kg.rdf.html.data import read_page_data

    data = reading.unpacked(reader.read_bytes(path), path)
    text, found = read_page_data(data, path, contexts, base=base)
    log.info(f"{path}: {len(found.quads):,} quads.")
    quads = QuadColumns(found.quads, terms)
    return ParsedFile(
        path, formats.HTML, text, quads, {}, found.losses, found.tags, found.positions
    )


def _parse_jsonld(
    text: str,
    path: Path,
    base: str | None,
    contexts: KnownContexts | None,
    terms: TermTable | None,
) -> ParsedFile:
    # Imported here: PyLD takes longer to load than a query takes to run.
    from mipex_kg.rdf.jsonld.reading import read

    found = read(text, path, contexts, base=base)
    quads = QuadColumns(found.quads, terms)
    return ParsedFile(
        path, formats.JSONLD, text, quads, {}, found.losses, found.tags, found.positions
    )
