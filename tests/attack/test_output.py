"""What others put into the output is theirs, and nothing is written anywhere else."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from mipex_kg.system.errors import OutputError, UsageError
from mipex_kg.system.plain_path import PlainPath
from mipex_kg.system.replacement import private_folder
from tests.attack.test_disk_faults import NEW, OLD, write_site


@pytest.fixture
def site(tmp_path: Path) -> Path:
    write_site(tmp_path / "site", OLD)
    return tmp_path / "site"


@pytest.mark.parametrize(
    "path",
    ["", ".", "..", "../a", "a/../b", "/a", "a//b", "a/", "a\0b", "a\\b", "\ud800", "a" * 256],
)
def test_a_path_that_is_not_plain_cannot_be_made(path: str) -> None:
    with pytest.raises(UsageError, match="can't name a file"):
        PlainPath(path)


def test_the_very_same_things_stay(site: Path) -> None:
    (site / "up" / "empty").mkdir(parents=True)
    os.mkfifo(site / "up" / "pipe")
    (site / "b" / "mine").write_text("mine")
    (site / "b" / "mine").chmod(0o604)
    (site / "link").symlink_to("nowhere")
    (site / "up").chmod(0o2751)
    (site / "b").chmod(0o2775)
    site.chmod(0o2710)
    names = ("up", "up/empty", "up/pipe", "b/mine", "link")
    before = {name: os.lstat(site / name) for name in names}
    write_site(site, NEW)
    for name in names:
        found = os.lstat(site / name)
        assert os.path.samestat(found, before[name])
        assert (found.st_mode, found.st_mtime) == (before[name].st_mode, before[name].st_mtime)
    assert stat.S_IMODE((site / "b").stat().st_mode) == 0o2775
    assert stat.S_IMODE(site.stat().st_mode) == 0o2710


def test_what_no_build_wrote_is_not_replaced(site: Path) -> None:
    (site / "f").mkdir()
    (site / "f" / "g.txt").write_text("mine")
    with pytest.raises(UsageError, match=r"No build wrote .*f/g\.txt"):
        write_site(site, NEW)
    assert (site / "f" / "g.txt").read_text() == "mine"
    assert (site / "a.txt").read_text() == "old"
    assert not private_folder(site).exists()


def test_what_was_changed_by_hand_is_not_deleted(site: Path) -> None:
    (site / "b" / "d" / "e.txt").write_text("mine")
    write_site(site, NEW)
    assert (site / "b" / "d" / "e.txt").read_text() == "mine"


def test_no_link_is_written_through(site: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("mine")
    (site / "a.txt").unlink()
    (site / "a.txt").symlink_to(outside)
    os.link(site / "b" / "c.txt", tmp_path / "second.txt")
    write_site(site, {**NEW, "b/c.txt": b"changed"})
    assert outside.read_text() == "mine"
    assert (tmp_path / "second.txt").read_text() == "same"
    assert (site / "a.txt").read_text() == "new"


def test_a_private_folder_that_is_a_link_is_refused(site: Path) -> None:
    private_folder(site).symlink_to("elsewhere")
    with pytest.raises(OutputError):
        write_site(site, NEW)
    assert (site / "a.txt").read_text() == "old"
