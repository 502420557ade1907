"""Making a new project that builds and validates at once."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path, PurePosixPath
from string import Template

from mipex_kg.project.settings import FILE_NAME
from mipex_kg.rdf.terms import is_iri
from mipex_kg.system.errors import UsageError
from mipex_kg.system.new_folder import write_new_folder
from mipex_kg.system.plain_path import PlainPath

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\Z")
_BASE = re.compile(r"https?://[^\s<>\"{}|\\^`$]+/\Z")
# Those that neither TOML nor a title page can hold, and halves of characters.
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_HERE = PurePosixPath()
_SOURCE = PurePosixPath("sources/notice.txt")


def scaffold(
    directory: Path,
    *,
    name: str | None,
    title: str | None,
    base: str | None,
    is_empty: bool = False,
) -> list[Path]:
    """Write a new project with an example of everything.

    :param directory: a new or an empty folder
    :param name: of the project; the folder's if not given
    :param title: of the graph; made of the name if not given
    :param base: IRI that the names of things begin with; under example.org if not given
    :param is_empty: whether the example is left out
    :returns: the files written
    :raises UsageError: when the folder isn't empty, or the name or base can't be used
    :raises OutputError: when the files can't be written
    """
    name = name_of(directory, name)
    base = base_of(name, base)
    require_title(title)
    folder = resources.files("mipex_kg.project") / ("empty" if is_empty else "template")
    files = dict(read_template(folder))
    source = files.get(_SOURCE, "")
    values = {
        "name": name,
        "title": json.dumps(title or titled(name), ensure_ascii=False)[1:-1],
        "base": base,
        "sha256": hashlib.sha256(source.encode()).hexdigest(),
        "points": str(len(source)),
    }
    written = {
        PlainPath(str(path)): Template(text).substitute(values).encode()
        for path, text in files.items()
    }
    # Half a project is none.
    write_new_folder(directory, written, PlainPath(FILE_NAME))
    return [directory / path for path in written]


def name_of(directory: Path, name: str | None) -> str:
    """Name a project: as is wanted, or like its folder.

    :raises UsageError: when that can't be a name
    """
    name = name or directory.absolute().name
    if not _NAME.match(name):
        raise UsageError(
            f"{name!r} can't be a project's name.",
            hint="Give another with --name: of the letters a–z and A–Z, digits, dots, hyphens and "
            "underscores, with a letter or a digit first.",
        )
    return name


def base_of(name: str, base: str | None) -> str:
    """Give the base of a project: the one that is wanted, or one under example.org.

    :raises UsageError: when it can't be one
    """
    base = base or f"https://example.org/{name}/"
    if not (_BASE.match(base) and is_iri(base)):
        raise UsageError(
            f"{base!r} can't be a base.", hint="It is an http(s) IRI that ends with /."
        )
    return base


def require_title(title: str | None) -> None:
    """Make sure that a title is one that TOML and a page can hold.

    :raises UsageError: when it isn't
    """
    if title and _CONTROLS.search(title):
        raise UsageError(
            "The title has characters that no text has.", hint="Use --title with others."
        )


def titled(name: str) -> str:
    """Make a title of a project's name.

    >>> titled("reading-room")
    'Reading room'
    """
    return name.replace("-", " ").capitalize()


def read_template(
    folder: Traversable, path: PurePosixPath = _HERE
) -> Iterator[tuple[PurePosixPath, str]]:
    """Read the files of a template, with their names in the project."""
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from read_template(entry, path / entry.name)
        else:
            yield path / entry.name, entry.read_text(encoding="utf-8")
