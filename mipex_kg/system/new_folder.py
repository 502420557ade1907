"""Writing a folder that isn't there yet, or is empty: all of it, or nothing."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path

from mipex_kg.system.errors import UsageError, cannot_write
from mipex_kg.system.folder import Folder
from mipex_kg.system.plain_path import PlainPath, folders_of
from mipex_kg.system.replacement import locked, put_right, replaced
from mipex_kg.system.writing import write_atomically


def write_new_folder(
    folder: Path, files: Mapping[PlainPath, bytes], last: PlainPath, *, is_shared: bool = False
) -> None:
    """Write files into a new folder, or into an empty one.

    A new folder comes into being as a whole. One that is there may be where someone stands, so it
    is not replaced: its files are written one after the other.

    :param last: the file that makes the folder what it is, which is written last
    :param is_shared: whether there may be other files in the folder
    :raises UsageError: when there is something else in the folder, or one of the files
    :raises OutputError: when it can't be written; then it is as it was
    """
    output = Path(os.path.realpath(folder))
    try:
        if output.is_dir():
            (_add if is_shared else _fill)(output, files, last)
            return
        if output.exists():
            raise UsageError(f"{folder} is a file, and not a folder.", hint="Name a new folder.")
        output.parent.mkdir(parents=True, exist_ok=True)
        with locked(output) as private:
            put_right(output, private)
            with replaced(output, private) as tree:
                tree.plan(files)
                for path, data in files.items():
                    tree.write(path, data)
    except OSError as error:
        raise cannot_write(Path(error.filename or folder), error) from None


def _fill(output: Path, files: Mapping[PlainPath, bytes], last: PlainPath) -> None:
    with Folder.open(output) as opened:
        if not _is_begun(opened, files):
            raise UsageError(f"{output} is not an empty folder.", hint="Name a new one.")
    try:
        for path in sorted(files, key=lambda path: path == last):
            (output / path).parent.mkdir(parents=True, exist_ok=True)
            write_atomically(output / path, files[path])
    except BaseException:
        for path in files:
            (output / path).unlink(missing_ok=True)
        for inner in sorted(folders_of(files) - {""}, reverse=True):
            with contextlib.suppress(OSError):
                (output / inner).rmdir()
        raise


def _add(output: Path, files: Mapping[PlainPath, bytes], last: PlainPath) -> None:
    """Write files beside those that are there, none of which is replaced."""
    there = sorted(path for path in files if os.path.lexists(output / path))
    if there:
        raise UsageError(
            f"{output} has {', '.join(there)} already, and nothing is overwritten.",
            hint="Name another folder, or move what is there.",
        )
    created: list[Path] = []
    try:
        for path in sorted(files, key=lambda path: path == last):
            (output / path.folder).mkdir(parents=True, exist_ok=True)
            with Folder.open(output / path.folder) as opened:
                opened.create(path.step, files[path])
            created.append(output / path)
    except BaseException:
        for each in created:
            each.unlink(missing_ok=True)
        raise


def _is_begun(folder: Folder, files: Mapping[PlainPath, bytes]) -> bool:
    """Tell whether there is nothing but what a process that was killed has written before."""
    paths = [""]
    for path in paths:  # which grows meanwhile
        with folder.below(path) as inner:
            for name, is_folder in inner.entries():
                entry = f"{path}/{name}" if path else name
                if is_folder:
                    paths.append(entry)
                    continue
                found = inner.read(name)
                if found is None or entry not in files or found[0] != files[PlainPath(entry)]:
                    return False
    return set(paths) <= folders_of(files)
