"""Building the published folder: everything, or nothing.

A new tree is written beside the old one and takes its place by two renames. Whatever stops it
leaves the old tree in place, or beside its place, from where the next build puts it back.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from mipex_kg import formats
from mipex_kg.documents import DOCUMENT_FORMATS, Publication
from mipex_kg.errors import OutputError, UsageError, cannot_write
from mipex_kg.pages import Pages
from mipex_kg.project import Project
from mipex_kg.validation import ValidatedDataset

MANIFEST = "manifest.json"
GENERATOR = "mipex-kg"


@dataclass(frozen=True)
class Built:
    """What a build did.

    :param omitted: what a format can't express, or can't be made here, with the reason
    """

    output: Path
    written: int
    unchanged: int
    removed: int
    omitted: tuple[str, ...]


def build(
    validated: ValidatedDataset,
    output: Path,
    *,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Built:
    """Write the validated dataset as a folder of files: dumps, and a document per thing.

    Files whose content did not change are not touched, nor are those that no build wrote.

    :param output: the folder; made if it isn't there
    :param progress: called with the number of documents done and of all
    :raises UsageError: when the folder holds something that no build wrote
    :raises OutputError: when it can't be written; the last good output stays
    """
    # A link to the folder stays one: what it leads to is replaced.
    output = Path(os.path.realpath(output))
    _refuse_place(validated.project, output)
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        with _locked(output):
            _recover(output)
            _refuse_foreign(output)
            return _replace(validated, output, progress)
    except OSError as error:
        raise cannot_write(Path(error.filename or output), error) from None


def recover(output: Path) -> None:
    """Put back the last good output, if a build was interrupted while it swapped the trees.

    A build does so itself; this is for when it may not come to that, as the data isn't valid.

    :raises OutputError: when it can't be put back
    """
    output = Path(os.path.realpath(output))
    if _is_ours(_beside(output, "old") / MANIFEST) and not output.exists():
        try:
            with _locked(output):
                _recover(output)
        except OSError as error:
            raise cannot_write(Path(error.filename or output), error) from None


def _beside(output: Path, what: str) -> Path:
    return output.parent / f".{output.name}.{GENERATOR}-{what}"


@contextlib.contextmanager
def _locked(output: Path) -> Iterator[None]:
    """Let no two builds write the same folder at once."""
    path = _beside(output, "lock")
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # The build that held it may have ended, and taken the file along, just now.
            is_held = path.exists() and path.stat().st_ino == os.fstat(lock.fileno()).st_ino
        except BlockingIOError:
            is_held = False
        if not is_held:
            raise OutputError(
                f"Another build is writing {output}.", hint="Wait until it has ended."
            )
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def _recover(output: Path) -> None:
    """Undo what an interrupted build left behind."""
    old = _beside(output, "old")
    if _is_ours(old / MANIFEST) and not output.exists():
        old.rename(output)
    for leftover in (old, _beside(output, "new")):
        if leftover.exists():
            shutil.rmtree(leftover)


def _refuse_place(project: Project, output: Path) -> None:
    root = project.root.resolve()
    content = [root / folder for folder in ("data", "ontology", "shapes", "queries")]
    if any(output.is_relative_to(folder) for folder in content):
        raise UsageError(
            f"{output} is where the project's own files lie.", hint="Use another folder."
        )
    if Path.cwd().is_relative_to(output):
        raise UsageError(
            f"You are in {output}, and a build puts a new folder in its place.",
            hint="Go to the folder above, or choose another with -o.",
        )


def _refuse_foreign(output: Path) -> None:
    if output.exists() and not output.is_dir():
        raise UsageError(f"{output} is a file, not a folder.", hint="Choose another with -o.")
    if output.is_dir() and any(output.iterdir()) and not _is_ours(output / MANIFEST):
        raise UsageError(
            f"{output} holds files that mipex-kg did not write, and a build would replace them.",
            hint="Choose an empty or a new folder with -o.",
        )


def _is_ours(manifest: Path) -> bool:
    return _names_in(manifest) is not None


def _names_in(manifest: Path) -> set[str] | None:
    """Name the files that a build wrote, its manifest among them; None if it is no such thing."""
    try:
        document = json.loads(manifest.read_bytes())
        names = {MANIFEST, *map(str, document["sha256"])}
        return names if document["generator"] == GENERATOR else None
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return None


def _replace(
    validated: ValidatedDataset, output: Path, progress: Callable[[int, int], None]
) -> Built:
    new, old = _beside(output, "new"), _beside(output, "old")
    tree = _Tree(new, output)
    try:
        new.mkdir()
        omitted = tuple(_write_all(Publication(validated), tree, progress))
        tree.write(MANIFEST, _manifest(tree.hashes))
        before = _names_in(output / MANIFEST) or set()
        tree.keep_foreign(before)
        if output.is_dir():
            output.rename(old)
        new.rename(output)
    except BaseException:
        if old.is_dir() and not output.exists():
            old.rename(output)
        shutil.rmtree(new, ignore_errors=True)
        raise
    # Without its manifest it is no tree to go back to, should its removal be interrupted.
    (old / MANIFEST).unlink(missing_ok=True)
    shutil.rmtree(old, ignore_errors=True)
    removed = len(before - tree.hashes.keys())
    return Built(output, tree.written, tree.unchanged, removed, omitted)


class _Tree:
    """A new tree of files beside an old one.

    A file that is the same in both is one file with two names, so that it keeps its time.
    """

    def __init__(self, new: Path, old: Path) -> None:
        self.new, self.old = new, old
        self.hashes: dict[str, str] = {}
        self.written = self.unchanged = 0

    def write(self, name: str, data: bytes) -> None:
        """Write a file; its name is relative to the tree."""
        if name in self.hashes:
            raise UsageError(f"Two documents would be written to {name}.", hint="Rename a thing.")
        self.hashes[name] = hashlib.sha256(data).hexdigest()
        path, before = self.new / name, self.old / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if before.is_file() and before.read_bytes() == data:
            self.unchanged += 1
            with contextlib.suppress(OSError):  # a file system without hard links
                path.hardlink_to(before)
                return
        else:
            self.written += 1
        path.write_bytes(data)

    def keep_foreign(self, ours: set[str]) -> None:
        """Take over what somebody else put into the old tree, such as a CNAME file."""
        for before in self.old.rglob("*"):
            path = self.new / before.relative_to(self.old)
            name = path.relative_to(self.new).as_posix()
            is_file = before.is_symlink() or not before.is_dir()
            if is_file and name not in ours and not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(before, path, follow_symlinks=False)


def _write_all(
    publication: Publication, tree: _Tree, progress: Callable[[int, int], None]
) -> list[str]:
    """Write the dumps and the documents.

    :returns: what a format couldn't express, or could not be made, with the reason
    """
    project, omitted = publication.project, []
    for format in formats.FORMATS:
        dump = partial(publication.write, publication.dataset.quads, format)
        omitted += _write_if_expressible(tree, f"{project.name}{format.suffix}", dump)
    if project.context_file.is_file():
        tree.write("context.jsonld", project.context_file.read_bytes())
    pages = Pages(publication)
    for name, data in pages.others():
        tree.write(name, data)
    omitted += pages.omitted()
    documents = publication.things()
    for done, (name, things) in enumerate(documents.items(), start=1):
        # The front page is none of a thing.
        if name != "index":
            tree.write(f"{name}.html", pages.thing(name, things))
        quads = publication.document(things)
        for format in DOCUMENT_FORMATS:
            document = partial(publication.write_thing, things, quads, format)
            omitted += _write_if_expressible(tree, f"{name}{format.suffix}", document)
        progress(done, len(documents))
    return omitted


def _write_if_expressible(tree: _Tree, name: str, write: Callable[[], bytes]) -> list[str]:
    try:
        data = write()
    except UsageError as error:
        return [f"{name}: {error.message}"]
    tree.write(name, data)
    return []


def _manifest(hashes: dict[str, str]) -> bytes:
    document = {"generator": GENERATOR, "sha256": dict(sorted(hashes.items()))}
    return (json.dumps(document, indent=1) + "\n").encode()
