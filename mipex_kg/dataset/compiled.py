"""The compiled dataset: what was read and inferred, kept in the user's cache for the next question.

It is an Oxigraph store on disk, of the graphs and of their merge, and beside it the quads as they
were parsed, with indexes to find each. Its key is a hash of all that decides what is read and
inferred.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

import pyoxigraph as ox

from mipex_kg.dataset.assembly import dataset_of, load_project_dataset
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.dataset.quad_lines import Looked, QuadLines, indexes_of
from mipex_kg.project.settings import FILE_NAME
from mipex_kg.rdf.quads import Quad, QuadColumns, for_engine
from mipex_kg.rdf.terms import Node, Term
from mipex_kg.sparql import query_text
from mipex_kg.sparql.lexical import LexicalForms
from mipex_kg.system import log
from mipex_kg.system.cache import is_off, versions
from mipex_kg.system.child_process import run_isolated
from mipex_kg.system.errors import QueryError, SourceError
from mipex_kg.system.folder_cache import FolderCache
from mipex_kg.system.garbage import keeping_all
from mipex_kg.system.known_hashes import KnownHashes
from mipex_kg.system.phases import phase

if TYPE_CHECKING:
    from mipex_kg.project.project import Project

# Bytes of data and ontology below which to read them takes less time than to open a store.
_SMALL = 1 << 16
_MOST, _MOST_BYTES = 20, 2 << 30
# The folder of the store, the quads in the order of the files, and what else there is to know.
_OURS, _OTHERS = (".py", ".ttl", ".toml"), {"browser", "_assets", "_bundled", "template", "site"}
_STORE, _QUADS, _ABOUT = "store", "quads.nq", "about.json"
_INDEXES = ("subjects.index", "objects.index", "local-names.index")


@dataclass(frozen=True, kw_only=True)
class CompiledDataset(Dataset):
    """A dataset that was compiled: questions are answered by the store on disk.

    :param folder: where it is
    :param known: what is known of it without reading its quads
    :param isolated: whether the store is opened in child processes alone: it has threads, which
        processes that are forked later would lack
    """

    folder: Path
    known: Mapping[str, Any]
    isolated: bool = True

    @cached_property
    def store(self) -> ox.Store:
        """The graphs, and their merge as the default graph: on disk, where that can be."""
        return ox.Store.read_only(str(self.folder / _STORE)) if self.isolated else super().store

    def prepare(self) -> None:
        """Leave the store to the processes that ask it: what is open is not to be forked."""

    @property
    def columns(self) -> QuadColumns:
        """The quads as they are kept, each term once."""
        return self.quads.all if isinstance(self.quads, _Quads) else super().columns

    @cached_property
    def forms(self) -> LexicalForms:
        """Under which literals are in the store."""
        forms = LexicalForms()
        forms.is_needed = self.known["has_forms"]
        return forms

    @cached_property
    def graph_names(self) -> frozenset[Node]:
        """The named graphs that hold anything."""
        return frozenset(map(_node, self.known["graphs"]))

    @cached_property
    def predicates(self) -> frozenset[ox.NamedNode]:
        """The properties that any statement has."""
        return frozenset(map(ox.NamedNode, self.known["predicates"]))

    @cached_property
    def _lines(self) -> QuadLines | None:
        """The quads, to be read one by one; None if they are damaged."""
        try:
            data, *indexes = (self._read(name) for name in (_QUADS, *_INDEXES))
        except OSError:
            _cache().discard(self.folder.name)
            return None
        return QuadLines(data, indexes)

    def _read(self, name: str) -> bytes:
        data = (self.folder / name).read_bytes()
        if hashlib.sha256(data).hexdigest() != self.known["files"][name][1]:
            raise OSError(f"{name} is damaged.")
        return data

    @cached_property
    def by_subject(self) -> Mapping[Node, list[Quad]]:
        """The quads of each subject, which are read when they are asked for."""
        if self._lines is None:
            return self.columns.by_subject
        return Looked(self._lines.about, lambda: self.columns.by_subject)

    @cached_property
    def by_object(self) -> Mapping[Term, list[Quad]]:
        """The quads that point to each object, which are read when they are asked for."""
        if self._lines is None:
            return self.columns.by_object
        return Looked(self._lines.pointing_to, lambda: self.columns.by_object)

    def saying(self, text: str) -> list[Quad]:
        """Give the quads whose object is a literal with this text, whatever its case."""
        return self._lines.saying(text) if self._lines else super().saying(text)

    def of_local_name(self, name: str) -> list[ox.NamedNode]:
        """Give the subjects whose IRIs end in this, whatever its case."""
        return self._lines.of_local_name(name) if self._lines else super().of_local_name(name)

    @cached_property
    def lost(self) -> tuple[str, ...]:
        """What the files said and no quad does, each with its place."""
        return tuple(self.known["lost"])

    @cached_property
    def tags(self) -> Mapping[str, str]:
        """Language tags in lower case, as quads have them, to how the files write them first."""
        return dict(self.known["tags"])

    def is_whole(self) -> bool:
        """Look at each byte; what is damaged is forgotten."""
        files = self.known["files"].items()
        try:
            is_whole = all(_hash_of(self.folder / name) == hash for name, (_, hash) in files)
        except OSError:
            is_whole = False
        if not is_whole:
            _cache().discard(self.folder.name)
        return is_whole


class _Quads(Sequence[Quad]):
    """Quads that are read when they are first asked for.

    :param read: reads them
    """

    def __init__(self, read: Callable[[], QuadColumns]) -> None:
        self._read = read

    @cached_property
    def all(self) -> QuadColumns:
        """All of them."""
        return self._read()

    @overload
    def __getitem__(self, index: int) -> Quad: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Quad]: ...

    def __getitem__(self, index: int | slice) -> Quad | Sequence[Quad]:
        return self.all[index]

    def __iter__(self) -> Iterator[Quad]:
        return iter(self.all)

    def __len__(self) -> int:
        return len(self.all)


def load_for_questions(project: Project, *, isolated: bool = True) -> Dataset:
    """Give a project's dataset to be asked for this and that: compiled, if that is possible.

    :param isolated: whether rules and queries run in child processes; without them nothing is
        compiled, but what was compiled before is found
    :raises SourceError: for the first file that can't be read, or a rule that doesn't run
    """
    hashes = KnownHashes(project.root, project.files)
    if is_off() or (key := _key(project, hashes.hash)) is None:
        return load_project_dataset(project, isolated=isolated)
    if found := _find(key, project):
        hashes.remember()
        log.info(f"What was read before is in {found.folder}, and nothing has changed since.")
        return replace(found, isolated=isolated)
    dataset = load_project_dataset(project, isolated=isolated)
    hashes.remember()
    if not isolated:
        return dataset
    # What was read may be newer than what its hash was known for.
    if (key := _key(project, project.files.hash)) is None:
        return dataset
    _cache().make(key, partial(_compile, dataset))
    return _find(key, project) or dataset


def find_compiled(project: Project) -> Dataset | None:
    """Give a project's dataset as it was compiled, if it was and nothing has changed since.

    It is asked in this process, and knows nothing of its files. All of them are hashed again: what
    is published must be what they hold, whatever times a file system tells.
    """
    if is_off() or (key := _key(project, project.files.hash)) is None:
        return None
    if found := _find(key, project):
        log.info(f"What was read before is in {found.folder}, and nothing has changed since.")
        return replace(found, isolated=False)
    return None


@phase("Looking for changes")
def _key(project: Project, hash: Callable[[Path], str]) -> str | None:
    """Hash all that decides what is read and inferred.

    :param hash: gives the hash of a file
    :returns: a SHA-256 in hexadecimal; None where to compile doesn't pay, where the same might be
        inferred otherwise the next time, or where something can't be read
    """
    content = (*project.data_files, *project.ontology_files)
    others = (project.root / FILE_NAME, *project.rule_files, *project.query_files)
    try:
        if sum(path.stat().st_size for path in content) < _SMALL:
            return None
        if any(map(query_text.is_volatile, map(project.files.read_text, project.rule_files))):
            return None
        paths = (*content, *others, *project.context_files)
        files = [(str(path), hash(path)) for path in paths]
    except (OSError, SourceError):
        return None
    parts = [str(project.root.resolve()), *versions(), *_code(), *settings_of(project), *files]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def settings_of(project: Project) -> Iterator[str]:
    """Write the settings, wherever they come from."""
    for field in fields(project):
        if field.name not in ("root", "files"):
            yield f"{field.name} {getattr(project, field.name)!r}"


def _code() -> Iterator[str]:
    """Tell the state of our own code, without reading it: it changes by updates alone."""
    # importlib.resources would take longer to import than all of this takes.
    for folder, folders, names in os.walk(Path(__file__).parents[1]):
        folders[:] = sorted(set(folders) - _OTHERS)
        for name in sorted(names):
            if name.endswith(_OURS):
                path = Path(folder, name)
                found = path.stat()
                yield f"{path} {found.st_size} {found.st_mtime_ns} {found.st_ino}"


def _find(key: str, project: Project) -> CompiledDataset | None:
    """Open what was compiled; what is damaged is forgotten."""
    if (folder := _cache().find(key)) is None:
        return None
    if found := _opened(folder, project):
        return found
    _cache().discard(key)
    return None


def _opened(folder: Path, project: Project) -> CompiledDataset | None:
    try:
        hash, _, text = (folder / _ABOUT).read_bytes().partition(b"\n")
        if hashlib.sha256(text).hexdigest().encode() != hash:
            return None
        known = json.loads(text)
        files = known["files"].items()
        if any((folder / name).stat().st_size != size for name, (size, _) in files):
            return None
    except (OSError, ValueError):
        return None
    empty = dataset_of(project)
    given = {field.name: getattr(empty, field.name) for field in fields(empty)}
    quads = _Quads(partial(_read_quads, folder, known["files"][_QUADS][1], project))
    return CompiledDataset(**given | {"quads": quads}, folder=folder, known=known)


def _read_quads(folder: Path, hash: str, project: Project) -> QuadColumns:
    """Read the quads as they were parsed; if they are damaged, from the project's files again."""
    try:
        text = (folder / _QUADS).read_bytes()
    except OSError:
        text = b""
    if hashlib.sha256(text).hexdigest() != hash:
        return load_project_dataset(project).columns
    with keeping_all():
        return QuadColumns(ox.parse(text, format=ox.RdfFormat.N_QUADS))


@phase("Keeping what was read")
def _compile(dataset: Dataset, folder: Path) -> None:
    """Write what is compiled, in a process of its own: the store leaves threads behind.

    :raises OSError: when there is too little room or memory for it
    """

    def told() -> str:
        try:
            _write(dataset, folder)
        except (OSError, RuntimeError) as error:  # the engine raises either
            return str(error)
        return ""

    try:
        reason = run_isolated(told)
    except QueryError as error:
        reason = str(error)
    if reason:
        raise OSError(reason)


def _write(dataset: Dataset, folder: Path) -> None:
    forms = LexicalForms()
    store = ox.Store(str(folder / _STORE))
    store.bulk_extend(forms.encode_quads(dataset.columns))
    store.bulk_extend(forms.encode_merge(dataset.columns.merged()))
    store.flush()
    del store
    quads = for_engine(dataset.quads)
    ox.serialize(quads, str(folder / _QUADS), format=ox.RdfFormat.N_QUADS)
    with (folder / _QUADS).open("rb") as lines:
        for name, index in zip(_INDEXES, indexes_of(dataset.quads, lines), strict=True):
            (folder / name).write_bytes(index)
    stored = (f"{_STORE}/{entry.name}" for entry in os.scandir(folder / _STORE))
    names = [_QUADS, *_INDEXES, *stored]
    about = {
        "has_forms": forms.is_needed,
        "graphs": sorted(map(str, dataset.graph_names)),
        "predicates": sorted(predicate.value for predicate in dataset.predicates),
        "lost": dataset.lost,
        "tags": dict(dataset.tags),
        "files": {
            name: [(folder / name).stat().st_size, _hash_of(folder / name)]
            for name in sorted(names)
        },
    }
    text = json.dumps(about).encode()
    hash = hashlib.sha256(text).hexdigest().encode()
    (folder / _ABOUT).write_bytes(hash + b"\n" + text)


def _node(text: str) -> Node:
    return ox.BlankNode(text[2:]) if text.startswith("_:") else ox.NamedNode(text[1:-1])


def _hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _cache() -> FolderCache:
    return FolderCache("compiled", _MOST, _MOST_BYTES)
