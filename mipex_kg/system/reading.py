"""Reading text files: UTF-8 and nothing else, with errors that name the byte."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from mipex_kg.system.errors import SourceError

_BYTE_ORDER_MARKS = {
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}


# An address, also as a path has it, in which slashes are never two.
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")
# How a packed file begins, and one in XML that names its encoding.
_GZIP = b"\x1f\x8b"
_XML_ENCODING = re.compile(rb"<\?xml[^>]*\sencoding\s*=")
# What is unpacked at once, and how much a file may come to.
_CHUNK, _MOST_UNPACKED = 2**20, 2**30


def read_text(path: Path) -> str:
    """Read a text file as UTF-8, line ends and all; a byte order mark is dropped.

    A file that ends in ``.gz`` is unpacked.

    :raises SourceError: when it is missing, a directory, unreadable, not UTF-8, or holds a NUL
    """
    return decode(read_bytes(path), path)


def read_bytes(path: Path, most: int = -1) -> bytes:
    """Read a file as it is.

    :param most: so many bytes are read, and one more if there are more; all of them if negative
    :raises SourceError: when it is missing, a directory, or unreadable
    """
    with explained(path), path.open("rb") as file:
        return file.read(most + 1 if most >= 0 else -1)


def require_file(path: Path) -> None:
    """Make sure that a file that someone named is there, without reading it: it may be a pipe.

    :raises SourceError: when it is missing, a directory, or out of reach
    """
    with explained(path):
        if stat.S_ISDIR(path.stat().st_mode):
            raise IsADirectoryError


def _missing(path: Path) -> SourceError:
    """Say that a file isn't there; of an address, that nothing is fetched."""
    if _ADDRESS.match(str(path)):
        return SourceError(
            "This is an address, and nothing is fetched from the network.",
            path=path,
            hint="Download it, and name the file.",
        )
    if path.is_symlink():
        return SourceError(
            f"It is a link that leads nowhere: there is no {path.readlink()}.",
            path=path,
            hint="Let it lead to a file, or delete it.",
        )
    return SourceError("There is no such file.", path=path)


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Say of a path what the system says of it.

    :raises SourceError: when it can't be read
    """
    try:
        yield
    except FileNotFoundError:
        raise _missing(path) from None
    except IsADirectoryError:
        raise SourceError(
            "This is a directory, not a file.", path=path, hint="Name the files in it."
        ) from None
    except OSError as error:
        raise SourceError(f"It can't be read: {error.strerror}.", path=path) from None


def decode(data: bytes, path: Path) -> str:
    """Decode UTF-8 with or without a byte order mark, of a file that ends in ``.gz`` unpacked.

    :raises SourceError: at the first byte that is not UTF-8, and at the first NUL
    """
    data = unpacked(data, path)
    if encoding := _BYTE_ORDER_MARKS.get(data[:2]):
        raise SourceError(f"This is {encoding}, not UTF-8.", path=path, hint="Save it as UTF-8.")
    if _is_wide(data[:_CHUNK]):
        message = "It looks like UTF-16, and must be UTF-8."
        raise SourceError(message, path=path, hint="Save it as UTF-8.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig", "replace")
        line, column = place_behind(before)
        raise SourceError(
            f"The byte 0x{data[error.start]:02X} is not UTF-8.",
            path=path,
            line=line,
            column=column,
            hint="Save the file as UTF-8; it looks like Latin-1 or Windows-1252."
            + (' Then write encoding="UTF-8" on line 1.' if _XML_ENCODING.match(data) else ""),
        ) from None
    if "\0" in text:
        line, column = place_behind(text[: text.index("\0")])
        raise SourceError(
            "There is a NUL character, which no text file has.",
            path=path,
            line=line,
            column=column,
            hint="Remove it, or restore the file from a copy.",
        )
    return text


def _is_wide(data: bytes) -> bool:
    r"""Tell whether so many bytes are zero as in UTF-16, where each letter of ours has one.

    >>> _is_wide("@base <x:> .".encode("utf-16-le")), _is_wide(b"one\0 in a text"), _is_wide(b"")
    (True, False, False)
    """
    return bool(data) and 3 * data.count(0) >= len(data)


def unpacked(data: bytes, path: Path) -> bytes:
    """Unpack what a file holds if its name ends in ``.gz``.

    :raises SourceError: when it is not gzip, not whole, or comes to more than 1 GiB
    """
    if path.suffix.lower() != ".gz":
        return data
    if not data.startswith(_GZIP):
        raise SourceError(
            "Its name ends in .gz, and it is not packed.",
            path=path,
            hint="Take .gz off its name, or pack it with gzip.",
        )
    # Imported here: hardly a file is compressed.
    import gzip
    import io
    import zlib

    found = bytearray()
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
            while chunk := file.read(_CHUNK):
                found += chunk
                if len(found) > _MOST_UNPACKED:
                    raise SourceError("It comes to more than 1 GiB, unpacked.", path=path)
    except (OSError, EOFError, zlib.error) as error:
        why = "it ends too soon" if isinstance(error, EOFError) else "it is damaged"
        hint = "Download or pack it again."
        raise SourceError(f"It can't be unpacked: {why}.", path=path, hint=hint) from None
    return bytes(found)


def lines(text: str, *, keeps_ends: bool = False) -> list[str]:
    r"""Split a text into lines as editors count them.

    ``str.splitlines`` also splits at characters that a line can hold, such as U+2028.

    :param keeps_ends: whether each line keeps its end, so that together they are the text

    >>> lines("a\r\nb\u2028c\n")
    ['a', 'b\u2028c', '']
    >>> lines("a\r\nb\u2028c\n", keeps_ends=True)
    ['a\r\n', 'b\u2028c\n', '']
    """
    if keeps_ends:
        return re.split(r"(?<=\n)|(?<=\r)(?!\n)", text)
    return re.split(r"\r\n|\n|\r", text)


def place_behind(text: str) -> tuple[int, int]:
    r"""Tell the line and the column, from 1, of what follows a text.

    >>> place_behind("a\r\nbc")
    (2, 3)
    """
    before = lines(text)
    return len(before), len(before[-1]) + 1


class FileLines:
    """Lines of files, to show what a finding is about.

    Findings come file by file, so only the last file is kept: each is read once, and never two are
    in memory.
    """

    def __init__(self) -> None:
        self._lines = lru_cache(maxsize=1)(_lines_of)

    def line(self, path: Path, number: int) -> str:
        """Give a line without its end, counted from 1; nothing where the file has none."""
        lines = self._lines(path)
        return lines[number - 1] if 0 < number <= len(lines) else ""


def _lines_of(path: Path) -> list[str]:
    try:
        data = unpacked(read_bytes(path), path)
    except SourceError:
        return []
    return lines(data.decode("utf-8-sig", "replace"))
