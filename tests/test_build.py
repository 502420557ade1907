"""``mipex-kg build``: everything or nothing, the same bytes, and nothing touched in vain."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mipex_kg.project.project import load_project
from mipex_kg.site.build import build
from mipex_kg.site.pages.pages import Pages
from mipex_kg.system import kernel
from mipex_kg.system.errors import FindingsError, OutputError
from mipex_kg.system.folder import Folder
from mipex_kg.system.plain_path import PlainPath
from mipex_kg.system.replacement import locked, private_folder
from mipex_kg.system.tree import Tree
from mipex_kg.validation.validated import validated, validating
from tests.conftest import Run


@pytest.fixture
def room(run: Run, tmp_path: Path) -> Path:
    """Make a small project."""
    run("init", tmp_path / "room")
    return tmp_path / "room"


def hashes(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def identities(folder: Path) -> dict[str, tuple[int, int]]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_ino, path.stat().st_mtime_ns)
        for path in files
    }


def test_each_thing_has_a_document_in_each_format(room: Path, run: Run) -> None:
    run("build", cwd=room)
    for suffix in ("ttl", "trig", "jsonld", "rdf", "nt"):
        assert (room / "site" / "person" / f"ada-brook.{suffix}").stat().st_size
    for suffix in ("ttl", "trig", "jsonld", "rdf", "nt", "nq"):
        assert (room / "site" / f"room.{suffix}").stat().st_size


def test_unchanged_files_are_not_touched(room: Path, run: Run) -> None:
    run("build", cwd=room)
    before = identities(room / "site")
    assert "0 files written" in run("build", cwd=room).text
    assert identities(room / "site") == before


def test_a_changed_fact_touches_only_what_shows_it(room: Path, run: Run) -> None:
    run("build", cwd=room)
    before = identities(room / "site")
    notice = room / "data" / "notice.trig"
    notice.write_text(notice.read_text().replace('openingHours "Sa"', 'openingHours "Su"'))
    run("build", cwd=room)
    after = identities(room / "site")
    changed = {name for name in after if after[name] != before.get(name)}
    assert "place/reading-room.ttl" in changed
    assert "person/ada-brook.ttl" not in changed


def test_what_is_not_valid_leaves_the_last_output(room: Path, run: Run) -> None:
    run("build", cwd=room)
    before = hashes(room / "site")
    notice = room / "data" / "notice.trig"
    notice.write_text(notice.read_text().replace('schema:name "Ada Brook"', "schema:age 7"))
    assert "not valid" in run("build", cwd=room, code=1).err
    assert hashes(room / "site") == before
    assert sorted(path.name for path in room.iterdir() if path.name.startswith(".")) == []


@pytest.mark.parametrize("is_valid", [True, False])
def test_what_goes_wrong_with_data_that_are_not_valid_is_that_they_are_not(
    room: Path, monkeypatch: pytest.MonkeyPatch, is_valid: bool
) -> None:
    """Pages are written while the data are judged, and may expect what isn't there."""
    if not is_valid:
        notice = room / "data" / "notice.trig"
        notice.write_text(notice.read_text().replace('schema:name "Ada Brook"', "schema:name 7"))

    def fail(*_arguments: object) -> bytes:
        raise LookupError("no name")

    monkeypatch.setattr(Pages, "thing", fail)
    monkeypatch.setenv("XDG_CACHE_HOME", str(room / "cache"))
    with (
        pytest.raises(LookupError if is_valid else FindingsError),
        validating(load_project(room)) as candidate,
    ):
        build(candidate, room / "site")
    assert not (room / "site").exists()
    assert not list(room.glob(".site.*"))


def test_data_that_are_not_valid_end_a_build_as_soon_as_that_is_known(room: Path) -> None:
    """Pages of such data may take for ever."""

    def refuse(wait: bool) -> None:
        looks.append(wait)
        if len(looks) == 2:
            raise FindingsError("Not valid.")

    looks: list[bool] = []
    candidate = validated(load_project(room))
    with pytest.raises(FindingsError):
        build(replace(candidate, confirm=refuse), room / "site")
    assert looks == [False, False, True]
    assert not (room / "site").exists()


def test_files_of_others_stay(room: Path, run: Run) -> None:
    run("build", cwd=room)
    (room / "site" / "CNAME").write_text("example.org")
    (room / "site" / "images").mkdir()
    (room / "site" / "images" / "logo.svg").write_text("<svg/>")
    run("build", cwd=room)
    assert (room / "site" / "CNAME").read_text() == "example.org"
    assert (room / "site" / "images" / "logo.svg").read_text() == "<svg/>"


def test_what_is_published_no_more_goes(room: Path, run: Run) -> None:
    run("build", cwd=room)
    notice = room / "data" / "notice.trig"
    notice.write_text(notice.read_text().replace("person:ada-brook", "person:ada"))
    run("build", cwd=room)
    assert not (room / "site" / "person" / "ada-brook.ttl").exists()
    assert (room / "site" / "person" / "ada.ttl").exists()


def test_a_folder_of_others_is_refused(room: Path, run: Run) -> None:
    other = room / "other"
    other.mkdir()
    (other / "diary.txt").write_text("mine")
    assert "not created by mipex-kg" in run("build", "-o", other, cwd=room, code=2).err
    assert hashes(other).keys() == {"diary.txt"}
    assert "not a folder" in run("build", "-o", other / "diary.txt", cwd=room, code=2).err


def failing(error: OSError, after: int) -> Callable[..., Any]:
    """Make a function that fails like a file system, at some call."""
    calls = 0
    write = Tree.write

    def fail(self: Tree, name: PlainPath, data: bytes) -> None:
        nonlocal calls
        calls += 1
        if calls > after:
            raise error
        write(self, name, data)

    return fail


def test_a_full_disk_leaves_the_last_output(
    room: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("build", cwd=room)
    before = hashes(room / "site")
    full = OSError(errno.ENOSPC, "No space left on device", "x")
    monkeypatch.setattr(Tree, "write", failing(full, after=20))
    with pytest.raises(OutputError, match="No space left") as error:
        build(validated(load_project(room)), room / "site")
    assert error.value.exit_code == 5
    assert hashes(room / "site") == before
    assert not list(room.glob(".site*"))


@pytest.mark.parametrize("failing", ["exchange", "first rename", "second rename"])
def test_a_failing_swap_is_undone(
    room: Path, run: Run, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    run("build", cwd=room)
    before = hashes(room / "site")
    move = Folder.move_to

    def exchange(*_names: str, **_folders: int) -> None:
        code = errno.EACCES if failing == "exchange" else errno.ENOTSUP
        raise OSError(code, os.strerror(code))

    def fail(self: Folder, name: str, target: Folder, target_name: str) -> None:
        names = {"first rename": name, "second rename": target_name}
        if names.get(failing) == "site":
            monkeypatch.setattr(Folder, "move_to", move)
            raise OSError(errno.EACCES, "Permission denied")
        move(self, name, target, target_name)

    monkeypatch.setattr(kernel, "exchange", exchange)
    monkeypatch.setattr(Folder, "move_to", fail)
    with pytest.raises(OutputError, match="Permission denied"):
        build(validated(load_project(room)), room / "site")
    assert hashes(room / "site") == before
    assert not list(room.glob(".site*"))


def test_an_interrupted_swap_is_recovered(room: Path, run: Run) -> None:
    """The moment between the two renames: the old tree is beside its place."""
    run("build", cwd=room)
    before = hashes(room / "site")
    private = private_folder(room / "site")
    private.mkdir()
    (room / "site").rename(private / "old")
    shutil.copytree(room / "data", private / "data")
    new = private / f"new-{(private / 'data').stat().st_ino}"
    (private / "data").rename(new)
    assert "0 files written" in run("build", cwd=room).text
    assert hashes(room / "site") == before
    assert not list(room.glob(".site*"))


def test_two_builds_at_once_are_one_too_many(room: Path, run: Run) -> None:
    run("build", cwd=room)
    notice = room / "data" / "notice.trig"
    notice.write_text(notice.read_text().replace('openingHours "Sa"', 'openingHours "Su"'))
    with locked(room / "site"):
        assert "Another build" in run("build", cwd=room, code=5).err


def test_a_link_to_the_folder_stays_a_link(room: Path, run: Run) -> None:
    (room / "www").mkdir()
    (room / "site").symlink_to("www")
    run("build", cwd=room)
    run("build", cwd=room)
    assert (room / "site").is_symlink()
    assert (room / "www" / "room.ttl").exists()


def test_an_output_that_cannot_be_made_is_said_to_be(room: Path, run: Run) -> None:
    (room / "file").write_text("")
    assert "can't be written" in run("build", "-o", room / "file" / "site", cwd=room, code=5).err
    if Path("/proc").is_dir():
        assert "can't be written" in run("build", "-o", "/proc/site", cwd=room, code=5).err
