"""Types of files that catalogues name most, as the EU's table and IANA's registry have them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from mipex_kg.rdf import formats
from mipex_kg.rdf.namespaces import DCAT

# What leads to the file of a distribution.
FILE_LINKS = (DCAT.term("downloadURL"), DCAT.term("accessURL"))


class FileType(NamedTuple):
    """A type of files.

    :param code: in the table ``file-type``
    :param words: suffixes of such files, and what people call the type
    """

    code: str
    media_type: str
    words: tuple[str, ...]


_OFFICE = "application/vnd.openxmlformats-officedocument"
FILE_TYPES = (
    *(
        FileType(each.file_type, each.media_type, (each.suffix.strip("."), each.name, each.label))
        for each in formats.FORMATS
    ),
    FileType("CSV", "text/csv", ("csv",)),
    FileType("TSV", "text/tab-separated-values", ("tsv",)),
    FileType("JSON", "application/json", ("json",)),
    FileType("GEOJSON", "application/geo+json", ("geojson",)),
    FileType("XML", "application/xml", ("xml",)),
    FileType("HTML", "text/html", ("html", "htm")),
    FileType("TXT", "text/plain", ("txt", "text", "plain text")),
    FileType("PDF", "application/pdf", ("pdf",)),
    FileType("XLSX", f"{_OFFICE}.spreadsheetml.sheet", ("xlsx", "excel")),
    FileType("XLS", "application/vnd.ms-excel", ("xls",)),
    FileType("DOCX", f"{_OFFICE}.wordprocessingml.document", ("docx", "word")),
    FileType("ODS", "application/vnd.oasis.opendocument.spreadsheet", ("ods",)),
    FileType("KML", "application/vnd.google-earth.kml+xml", ("kml",)),
    FileType("PNG", "image/png", ("png",)),
    FileType("ZIP", "application/zip", ("zip",)),
    FileType("GZIP", "application/gzip", ("gz", "gzip")),
)
_BY_WORD: Mapping[str, FileType] = {
    word.casefold(): each
    for each in FILE_TYPES
    for word in (*each.words, each.media_type, each.code)
}
_MEDIA_TYPE = re.compile(r"(?:^|/)((?:application|text|image)/[\w.+-]+)(?:;.*)?\Z")
_SUFFIX = re.compile(r"\.([a-z0-9]+)(?:\.gz)?(?:[?#].*)?\Z")


def find_file_type(told: Iterable[str]) -> FileType | None:
    """Find the type of a file by what is told of it: words, media types and addresses.

    :returns: None where nothing tells, or it is none of those known here

    >>> [find_file_type([each]).code for each in ("Turtle", "text/csv", "https://e.org/a.pdf?b")]
    ['RDF_TURTLE', 'CSV', 'PDF']
    """
    for each in told:
        text = each.strip().casefold()
        media_type, suffix = _MEDIA_TYPE.search(text), _SUFFIX.search(text)
        words = (text, media_type and media_type[1], suffix and suffix[1])
        if found := next((_BY_WORD[word] for word in words if word and word in _BY_WORD), None):
            return found
    return None
