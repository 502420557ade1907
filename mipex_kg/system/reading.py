"""Reading text files: UTF-8 and nothing else, with errors that name the byte."""

from __future__ import annotations

import re
from pathlib import Path

from mipex_kg.system.errors import SourceError

_BYTE_ORDER_MARKS = {
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}


# What is unpacked at once, and how much a file may come to.
_CHUNK, _MOST_UNPACKED = 2**20, 2**30


def read_text(path: Path) -> str:
    """Read a text file as UTF-8, line ends and all; a byte order mark is dropped.

    A file that ends in ``.gz`` is unpacked.

    :raises SourceError: when it is missing, a directory, unreadable, not UTF-8, or holds a NUL
    """
    return decode(read_bytes(path), path)


def read_bytes(path: Path) -> bytes:
    """Read a file as it is.

    :raises SourceError: when it is missing, a directory, or unreadable
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise SourceError("There is no such file.", path=path) from None
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
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig", "replace")
        line, column = _place(before)
        raise SourceError(
            f"The byte 0x{data[error.start]:02X} is not UTF-8.",
            path=path,
            line=line,
            column=column,
            hint="Save the file as UTF-8; it looks like Latin-1 or Windows-1252.",
        ) from None
    if "\0" in text:
        line, column = _place(text[: text.index("\0")])
        raise SourceError(
            "There is a NUL character, which no text file has.",
            path=path,
            line=line,
            column=column,
            hint="Remove it, or restore the file from a copy.",
        )
    return text


def unpacked(data: bytes, path: Path) -> bytes:
    """Unpack what a file holds if its name ends in ``.gz``.

    :raises SourceError: when it is not gzip, not whole, or comes to more than 1 GiB
    """
    if path.suffix.lower() != ".gz":
        return data
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
        raise SourceError(
            f"It can't be unpacked: {error}.",
            path=path,
            hint="A file that ends in .gz is one that gzip wrote.",
        ) from None
    return bytes(found)


def _place(before: str) -> tuple[int, int]:
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def lines(text: str) -> list[str]:
    r"""Split a text into lines as editors count them, without their ends.

    ``str.splitlines`` also splits at characters that a line can hold, such as U+2028.

    >>> lines("a\r\nb\u2028c\n")
    ['a', 'b\u2028c', '']
    """
    return re.split(r"\r\n|\n|\r", text)
