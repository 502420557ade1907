"""Remembering what was found valid, by the hash of everything that went in."""

from __future__ import annotations

import contextlib
import hashlib
from importlib import metadata, resources
from pathlib import Path

import platformdirs

from mipex_kg.project.project import Project
from mipex_kg.project.settings import FILE_NAME
from mipex_kg.system import reading

# A new version of any of these may judge otherwise.
_JUDGES = ("mipex-kg", "pyoxigraph", "pyshacl", "rdflib", "pyld")


def key(project: Project) -> str:
    """Hash all that decides whether a project is valid: its files, and the versions that judge.

    :returns: a SHA-256 in hexadecimal
    :raises SourceError: when a file can't be read
    """
    digest = hashlib.sha256()
    for name in _JUDGES:
        _add(digest, name, metadata.version(name).encode())
    package = Path(str(resources.files("mipex_kg")))
    for path in sorted([*package.rglob("*.py"), *package.rglob("*.ttl")]):
        _add(digest, path.relative_to(package).as_posix(), path.read_bytes())
    for path in (
        project.root / FILE_NAME,
        *project.data_files,
        *project.ontology_files,
        *project.rule_files,
        *project.shapes_files,
        *project.query_files,
        *([project.context_file] if project.context_file.is_file() else []),
    ):
        _add(digest, path.relative_to(project.root).as_posix(), reading.read_bytes(path))
    return digest.hexdigest()


def _add(digest: hashlib._Hash, name: str, data: bytes) -> None:
    # Lengths keep "ab" + "c" apart from "a" + "bc".
    digest.update(f"{len(name)} {name} {len(data)} ".encode())
    digest.update(data)


def knows(key: str) -> bool:
    """Tell whether this was found valid before."""
    with contextlib.suppress(OSError):
        return (_folder() / key).exists()
    return False


def remember(key: str) -> None:
    """Note that this is valid; where nothing can be noted, it is judged again next time."""
    with contextlib.suppress(OSError):
        _folder().mkdir(parents=True, exist_ok=True)
        (_folder() / key).touch()


def _folder() -> Path:
    return platformdirs.user_cache_path("mipex-kg") / "valid"
