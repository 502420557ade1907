"""`serve --reload` watches all that a build reads, wherever it is, and nothing that it writes."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from mipex_kg.serving.watching import InputWatch
from tests.commands import HUNG, Commands
from tests.conftest import Run
from tests.serving.conftest import play, serving, until

ADA = '<https://example.org/ada> <http://schema.org/name> "Ada" .\n'
SETTINGS = """\
[project]
name = "room"
title = "Room"
base = "https://example.org/"
[files]
data = ["../beside/one.ttl", "../folder", "../linked.ttl"]
[contexts]
"https://example.org/c" = "contexts/c.jsonld"
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with a project, and with all kinds of things that it reads from elsewhere."""
    for name in ("beside/one.ttl", "folder/inner/two.ttl", "real/three.ttl", "far/four.ttl"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(ADA)
    (tmp_path / "beside/other.ttl").write_text(ADA)
    (tmp_path / "linked.ttl").symlink_to("real/three.ttl")
    (tmp_path / "room/data").mkdir(parents=True)
    (tmp_path / "room/contexts").mkdir()
    (tmp_path / "room/contexts/c.jsonld").write_text("{}")
    (tmp_path / "room/site").mkdir()
    (tmp_path / "room/data/far").symlink_to(tmp_path / "far")
    (tmp_path / "room/mipex-kg.toml").write_text(SETTINGS)
    return tmp_path


def replace(path: Path) -> None:
    """Save as editors do: a new file takes the place of the old one."""
    (new := path.with_name("new")).write_text(f"# {ADA}")
    new.rename(path)


async def is_told(place: Path, *edits: Callable[[], object], seconds: float = HUNG) -> bool:
    """Tell whether the last of some edits is told of in time; the others are, all of them."""
    changes = InputWatch(place / "room", [place / "room/site"]).changes()
    try:
        for edit in edits:
            told = asyncio.ensure_future(anext(changes))
            for _ in range(3):  # until it is watched
                await asyncio.sleep(0)
            edit()
            done, _ = await asyncio.wait({told}, timeout=seconds)
            if not done:
                told.cancel()
                await asyncio.wait({told})
                return False
        return True
    finally:
        await changes.aclose()


@pytest.mark.parametrize(
    ("name", "edit"),
    [
        ("room/mipex-kg.toml", Path.touch),
        ("room/data/new.ttl", Path.touch),
        ("room/contexts/c.jsonld", Path.touch),
        ("room/contexts/c.jsonld", Path.unlink),
        ("room/contexts/c.jsonld", replace),
        ("beside/one.ttl", Path.touch),
        ("beside/one.ttl", Path.unlink),
        ("beside/one.ttl", replace),
        ("beside", shutil.rmtree),
        ("folder/inner/two.ttl", Path.unlink),
        ("folder/new.ttl", Path.touch),
        ("folder", shutil.rmtree),
        ("linked.ttl", Path.unlink),
        ("real/three.ttl", replace),
        ("far/four.ttl", Path.unlink),
        ("far/new.ttl", Path.touch),
    ],
)
def test_what_is_read_is_watched(place: Path, name: str, edit: Callable[[Path], object]) -> None:
    assert play(is_told(place, lambda: edit(place / name)))


@pytest.mark.parametrize("name", ["beside", "folder"])
def test_what_is_gone_is_seen_when_it_comes_back(place: Path, name: str) -> None:
    kept = place / "kept"
    shutil.copytree(place / name, kept)
    away, back = (lambda: shutil.rmtree(place / name)), (lambda: shutil.move(kept, place / name))
    assert play(is_told(place, away, back))


def test_files_that_are_named_later_are_watched(place: Path) -> None:
    (place / "later").mkdir()
    (file := place / "later/five.ttl").write_text(ADA)
    settings = place / "room/mipex-kg.toml"
    name = lambda: settings.write_text(SETTINGS.replace("../folder", "../later/five.ttl"))  # noqa: E731
    assert play(is_told(place, name, file.unlink))


def test_nothing_else_is_watched(place: Path) -> None:
    def edit() -> None:
        for name in ("room/site/index.html", "beside/other.ttl", "folder/two.ttl~"):
            (place / name).touch()

    assert not play(is_told(place, edit, seconds=4))


def test_a_file_elsewhere_that_goes_is_told_of(
    tmp_path: Path, commands: Commands, run: Run
) -> None:
    (file := tmp_path / "terms.ttl").write_text(ADA)
    run("init", tmp_path / "room", "--from", file, "--base", "https://example.org/")
    with serving(tmp_path, commands, "--reload", project=tmp_path / "room") as server:
        assert b"Ada" in server.ask("/ada.html").body
        file.write_text(ADA.replace('"Ada"', '"Grace"'))
        until(lambda: b"Grace" in server.ask("/ada.html").body)
        file.unlink()
        until(lambda: server.ask("/").status == 500)
        assert "terms.ttl" in server.ask("/").body.decode()
