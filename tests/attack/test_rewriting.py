"""Files of other people: all stays but the content that was to change, or nothing changes."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
import struct
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from mipex_kg.site.embedding import EmbeddedPage, Plan, State, change_pages
from mipex_kg.system import kernel, writing
from mipex_kg.system.child_process import run_isolated
from mipex_kg.system.errors import OutputError, SourceError
from mipex_kg.system.rewriting import clear, read_original, rewrite
from tests.attack.disk import KILL, attempt

ACCESS, DEFAULT = "system.posix_acl_access", "system.posix_acl_default"
# The owner and user 1000 may read and write, everybody else may read.
ENTRIES = ((1, 6, -1), (2, 6, 1000), (4, 4, -1), (16, 6, -1), (32, 4, -1))
LIST = struct.pack("<I", 2) + b"".join(struct.pack("<HHi", *entry) for entry in ENTRIES)
IS_ROOT = os.geteuid() == 0


@pytest.fixture(params=["exchanged", "renamed", "named", "named and renamed"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Choose a system: with files that have no name or without, with an exchange or without."""

    def no_exchange(*_names: str, **_folders: int) -> None:
        raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))

    way: str = request.param
    if "renamed" in way:
        monkeypatch.setattr(kernel, "exchange", no_exchange)
    if "named" in way.split():
        monkeypatch.setattr(writing, "_NAMELESS", 0)
    return way


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """Make a page in a folder of its own."""
    path = tmp_path / "www" / "page.html"
    path.parent.mkdir()
    path.write_bytes(b"old")
    return path


def change(path: Path, data: bytes = b"new") -> None:
    rewrite(path, read_original(path, 1000), data)


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def set_attribute(path: Path, name: str, value: bytes) -> None:
    try:
        os.setxattr(path, name, value)
    except (AttributeError, OSError):
        pytest.skip(f"no {name} here")


# ---- What stays ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o600, 0o4755, 0o2755, 0o1644, 0o6775, 0o666])
def test_the_mode_stays(page: Path, mode: int) -> None:
    page.chmod(mode)
    change(page)
    assert page.read_bytes() == b"new"
    assert stat.S_IMODE(page.stat().st_mode) == mode
    assert names_in(page.parent) == ["page.html"]


@pytest.mark.usefixtures("way")
@pytest.mark.skipif(not IS_ROOT, reason="only the administrator gives files away")
def test_the_owner_and_the_group_stay(page: Path) -> None:
    os.chown(page, 1234, 2345)
    page.chmod(0o6755)
    change(page)
    found = page.stat()
    assert (found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)) == (1234, 2345, 0o6755)


@pytest.mark.usefixtures("way")
def test_attributes_and_access_lists_stay(page: Path) -> None:
    set_attribute(page, "user.author", b"Ada")
    set_attribute(page, ACCESS, LIST)
    before = {name: os.getxattr(page, name) for name in os.listxattr(page)}
    mode = page.stat().st_mode
    change(page)
    assert {name: os.getxattr(page, name) for name in os.listxattr(page)} == before
    assert page.stat().st_mode == mode


@pytest.mark.usefixtures("way")
def test_a_page_gets_no_access_list_from_its_folder(page: Path) -> None:
    set_attribute(page.parent, DEFAULT, LIST)
    change(page)
    assert os.listxattr(page) == []
    assert stat.S_IMODE(page.stat().st_mode) == 0o644


@pytest.mark.usefixtures("way")
def test_links_stay(page: Path) -> None:
    first, second = page.with_name("first.html"), page.parent.parent / "second.html"
    first.symlink_to("page.html")
    second.symlink_to(first)
    change(second)
    assert second.is_symlink()
    assert first.readlink() == Path("page.html")
    assert page.read_bytes() == b"new"
    assert names_in(page.parent) == ["first.html", "page.html"]


@pytest.mark.usefixtures("way")
def test_times_tell_the_truth(page: Path) -> None:
    """Nobody has read the page, and its content is new: caches and rsync go by that."""
    os.utime(page, (86_400, 86_400))
    read = page.stat().st_atime_ns
    change(page)
    assert page.stat().st_atime_ns == read
    assert page.stat().st_mtime > 86_400


# ---- What is refused -----------------------------------------------------------------------------


def refused(page: Path, message: str) -> None:
    """Make sure that a page is refused, and is as it was."""
    before = page.stat()
    with pytest.raises(OutputError) as caught:
        change(page)
    assert caught.value.message.startswith(f"{page} is left as it is: {message}")
    assert caught.value.hint
    assert page.read_bytes() == b"old"
    assert page.stat().st_ino == before.st_ino
    assert [name for name in names_in(page.parent) if name.startswith(".")] == []


@pytest.mark.usefixtures("way")
def test_a_page_with_two_names_is_refused(page: Path) -> None:
    other = page.with_name("other.html")
    other.hardlink_to(page)
    refused(page, "it has 2 names (hard links), and the others would keep the old content.")
    assert page.samefile(other)


def denied(*_: object) -> None:
    raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))


@pytest.mark.usefixtures("way")
@pytest.mark.skipif(not IS_ROOT, reason="only the administrator gives files away")
@pytest.mark.parametrize(
    ("ids", "what"), [((1234, -1), "owner"), ((-1, 2345), "group"), ((1, 2), "owner, group")]
)
def test_a_page_whose_owner_would_be_lost_is_refused(
    page: Path, ids: tuple[int, int], what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.chown(page, *ids)
    monkeypatch.setattr(os, "fchown", denied)
    refused(page, f"a new file in its place can't have its {what}.")


@pytest.mark.usefixtures("way")
def test_a_page_whose_mode_would_be_lost_is_refused(
    page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.chmod(0o4711)
    monkeypatch.setattr(os, "fchmod", lambda *_: None)  # as systems do with what one may not set
    refused(page, "a new file in its place can't have its mode.")


@pytest.mark.usefixtures("way")
def test_a_page_whose_attributes_would_be_lost_is_refused(
    page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_attribute(page, "user.author", b"Ada")
    monkeypatch.setattr(os, "setxattr", denied)
    refused(page, "a new file in its place can't have its extended attribute user.author.")


@pytest.mark.skipif(not IS_ROOT, reason="only the administrator becomes somebody else")
def test_a_page_that_one_may_not_write_to_is_refused() -> None:
    """Although its folder would let it be replaced."""

    def as_somebody_else() -> None:
        os.setgroups([])
        os.setresgid(1234, 1234, 1234)
        os.setresuid(1234, 1234, 1234)
        change(Path(folder, "page.html"))

    with tempfile.TemporaryDirectory() as folder:  # into which everybody may go
        Path(folder).chmod(0o777)
        page = Path(folder, "page.html")
        page.write_bytes(b"old")
        with pytest.raises(OutputError) as raised:
            run_isolated(as_somebody_else)
        assert raised.value.message == f"{page} is left as it is: you may not write to it."
        assert page.read_bytes() == b"old"


def test_what_is_not_a_file_is_not_read(page: Path) -> None:
    os.mkfifo(page.with_name("pipe"))
    for path in (page.with_name("pipe"), page.parent, Path("/dev/zero")):
        with pytest.raises(SourceError, match="It is not a file, but a folder, a pipe or a device"):
            read_original(path, 10)


def test_of_an_endless_file_only_so_much_is_read(page: Path) -> None:
    os.truncate(page, 1 << 40)
    assert len(read_original(page, 1000).data) == 1001


# ---- Somebody changes the page meanwhile ---------------------------------------------------------

EDITED = b"edited"


def edit(page: Path) -> None:
    page.write_bytes(EDITED)


def edit_and_keep_times(page: Path) -> None:
    before = page.stat()
    page.write_bytes(b"OLD")
    os.utime(page, ns=(before.st_atime_ns, before.st_mtime_ns))


def save_anew(page: Path) -> None:
    page.with_name("editor").write_bytes(EDITED)
    page.with_name("editor").rename(page)


def restrict(page: Path) -> None:
    page.chmod(0o600)


CHANGES: Mapping[str, Callable[[Path], None]] = {
    "edited": edit,
    "edited with the same time": edit_and_keep_times,
    "saved as a new file": save_anew,
    "restricted": restrict,
}


def embed(page: Path) -> EmbeddedPage:
    """Add to a page what it has not yet, as a block is put into one."""

    def plan(path: Path) -> Plan:
        original = read_original(path, 1000)
        is_done = original.data.endswith(b"+")
        state = State.FRESH if is_done else State.STALE
        return Plan(path, state, original, None if is_done else original.data + b"+")

    (found,) = change_pages({page: True}, plan, is_check=False)
    if found.error:
        raise found.error
    return found


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("what", CHANGES)
@pytest.mark.parametrize("way", ["exchanged", "named"], indirect=True)
def test_a_change_at_any_moment_is_kept(tmp_path: Path, what: str) -> None:
    def place(number: int) -> Path:
        path = tmp_path / str(number) / "page.html"
        path.parent.mkdir()
        path.write_bytes(b"old")
        path.chmod(0o644)
        return path

    first = place(-1)
    steps = attempt(lambda: embed(first)).steps
    assert first.read_bytes() == b"old+"
    assert "exchange" in steps
    for number in range(len(steps)):
        page = place(number)
        outcome = attempt(lambda: embed(page), number, lambda: CHANGES[what](page))  # noqa: B023
        where = f"{number}: {steps[number]}"
        assert outcome.error is None, where
        content = page.read_bytes()
        if what == "restricted":
            assert (content, stat.S_IMODE(page.stat().st_mode)) == (b"old+", 0o600), where
        else:
            data = EDITED if what != "edited with the same time" else b"OLD"
            # What is saved once the page is written replaces it.
            assert content in (data, data + b"+"), where
        assert names_in(page.parent) == ["page.html"], where
        embed(page)
        assert page.read_bytes().endswith(b"+")


@pytest.mark.usefixtures("way")
def test_a_page_that_changes_all_the_time_is_refused(page: Path) -> None:
    count = 0

    def plan(path: Path) -> Plan:
        nonlocal count
        count += 1
        original = read_original(path, 1000)
        page.write_bytes(b"edit %d" % count)
        return Plan(path, State.STALE, original, b"new")

    (found,) = change_pages({page: True}, plan, is_check=False)
    assert found.error is not None
    assert found.error.message == f"{page} is left as it is: another program changes it."
    assert found.error.hint
    assert count == 5
    assert page.read_bytes() == b"edit 5"
    assert names_in(page.parent) == ["page.html"]


# ---- Faults --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("fault", [errno.EIO, errno.EACCES, errno.ENOSPC, KILL], ids=str)
def test_whatever_fails_a_page_is_old_or_new_and_nothing_is_left(
    tmp_path: Path, fault: int | str
) -> None:
    def place(number: int) -> Path:
        path = tmp_path / str(number) / "page.html"
        path.parent.mkdir()
        path.write_bytes(b"old")
        path.chmod(0o640)
        return path

    first = place(-1)
    steps = attempt(lambda: embed(first)).steps
    for number in range(len(steps)):
        page = place(number)
        where = f"{number}: {steps[number]}"
        outcome = attempt(lambda: embed(page), number, fault)  # noqa: B023
        assert page.read_bytes() in (b"old", b"old+"), where
        assert stat.S_IMODE(page.stat().st_mode) == 0o640, where
        if not outcome.is_killed:
            assert names_in(page.parent) == ["page.html"], where
        embed(page)
        assert page.read_bytes() == b"old+", where
        assert names_in(page.parent) == ["page.html"], where


def test_what_is_not_a_leftover_stays(page: Path) -> None:
    """Another process that is at work, a folder, and files of any other name."""
    leftover = page.with_name(".page.html.mipex-kg")
    leftover.mkdir()
    page.with_name(".other.html.mipex-kg").write_bytes(b"x")
    clear(page)
    assert names_in(page.parent) == [".other.html.mipex-kg", ".page.html.mipex-kg", "page.html"]
    leftover.rmdir()
    leftover.write_bytes(b"x")
    with leftover.open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        clear(page)
        assert leftover.exists()
    clear(page)
    assert not leftover.exists()
