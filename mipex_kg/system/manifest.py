"""The manifest of a built folder: what each file's content is, and the day it last changed."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from mipex_kg.system.errors import UsageError
from mipex_kg.system.plain_path import fault_of

NAME = "manifest.json"
_GENERATOR = "mipex-kg"
_VARIABLE = "SOURCE_DATE_EPOCH"


@dataclass(frozen=True)
class Manifest:
    """What a build wrote.

    :param hashes: the SHA-256 of each file, by its name relative to the folder
    :param modified: the day on which each file's content last changed
    :param project: whose output it is: what the names of its things begin with
    :param version: of what wrote it
    :param indexed: stands for the pages that the index for searching was made of
    """

    hashes: Mapping[str, str] = field(default_factory=dict)
    modified: Mapping[str, str] = field(default_factory=dict)
    project: str = ""
    version: str = ""
    indexed: str = ""

    @property
    def names(self) -> set[str]:
        """The names of all files, the manifest's own among them."""
        return {NAME, *self.hashes}

    def dates(self, hashes: Mapping[str, str], day: str) -> dict[str, str]:
        """Tell when files last changed: on the day known for the same content, else today.

        :param hashes: of the files as they are now
        :param day: today

        >>> before = Manifest({"a": "12", "b": "34"}, {"a": "2026-01-31", "b": "2026-01-31"})
        >>> before.dates({"a": "12", "b": "56"}, "2026-02-01")
        {'a': '2026-01-31', 'b': '2026-02-01'}
        """
        known = (name for name, hash in hashes.items() if self.hashes.get(name) == hash)
        return dict.fromkeys(hashes, day) | {name: self.modified.get(name, day) for name in known}

    def encode(self) -> bytes:
        """Write the manifest's file."""
        document = {
            "generator": _GENERATOR,
            "version": self.version,
            "project": self.project,
            "indexed": self.indexed,
            "sha256": dict(sorted(self.hashes.items())),
            "modified": dict(sorted(self.modified.items())),
        }
        return (json.dumps(document, indent=1) + "\n").encode()


def read_manifest(folder: Path) -> Manifest | None:
    """Read the manifest of a folder; None if no build wrote one there."""
    try:
        document = json.loads((folder / NAME).read_bytes())
        if document["generator"] != _GENERATOR:
            return None
        hashes, days = _hashes(document["sha256"]), _days(document.get("modified", {}))
        project, version = str(document["project"]), str(document["version"])
        return Manifest(hashes, days, project, version, str(document.get("indexed", "")))
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return None


def hash_of(data: bytes) -> str:
    """Hash content as the manifest gives it."""
    return hashlib.sha256(data).hexdigest()


def require_own(folder: Path, project: str) -> Manifest | None:
    """Refuse a folder that was built from another project.

    :param project: what the names of its things begin with
    :returns: its manifest; None if no build wrote one there
    :raises UsageError: when it names another project
    """
    found = read_manifest(folder)
    if found is not None and found.project != project:
        raise UsageError(
            f"{folder} holds the site of {found.project}, and this project is {project}.",
            hint="If that was this project's base before, delete the folder, or move it away. Else "
            "choose another folder, or the other project with --project.",
        )
    return found


def _hashes(table: dict[str, Any]) -> dict[str, str]:
    # A name that leads out of the folder is of no build.
    return {_plain(name): str(value) for name, value in dict(table).items()}


def _plain(name: str) -> str:
    if fault_of(name):
        raise ValueError(name)
    return name


def _days(table: dict[str, Any]) -> dict[str, str]:
    return {name: date.fromisoformat(value).isoformat() for name, value in dict(table).items()}


def today() -> str:
    """Tell the day in UTC: that of ``SOURCE_DATE_EPOCH``, if it is set, else the clock's.

    :raises UsageError: when ``SOURCE_DATE_EPOCH`` is not a number of seconds
    """
    given = os.environ.get(_VARIABLE)
    if not given:
        return datetime.now(UTC).date().isoformat()
    try:
        if not given.isascii() or not given.isdigit():
            raise ValueError(given)
        return datetime.fromtimestamp(int(given), UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        raise UsageError(
            f"{_VARIABLE} is {given!r}, which is not a time.",
            hint="It counts the seconds since 1970 began: 1767225600 is 1 January 2026.",
        ) from None
