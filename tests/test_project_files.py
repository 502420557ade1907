"""The one walk over a project's files: what is read, what is skipped, and what is refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mipex_kg.project.files import walk
from mipex_kg.project.project import Project, load_project
from mipex_kg.system.errors import SourceError
from tests.conftest import Run

FACT = "<https://example.org/room/a> <http://schema.org/name> {0!r} ."
FOLDERS = {
    "data": ("trig", "data_files"),
    "ontology": ("ttl", "ontology_files"),
    "shapes": ("ttl", "shapes_files"),
    "queries": ("rq", "query_files"),
    "ontology/rules": ("rq", "rule_files"),
    "ontology/frames": ("jsonld", "frame_files"),
    "pages": ("md", "page_files"),
}
LEFT_BEHIND = (
    "a.{0}~",
    "#a.{0}#",
    ".#a.{0}",
    ".a.{0}.swp",
    ".a.{0}.kate-swp",
    "a.{0}.bak",
    "a.{0}.orig",
    "a.{0}.BAK",
    "a.{0}.tmp",
    "a.{0}___jb_tmp___",
    "~$a.{0}",
    "4913",
    ".DS_Store",
    "Thumbs.db",
    ".hidden.{0}",
    ".git/a.{0}",
    "__pycache__/a.{0}",
    "old.bak/a.{0}",
    "inner/.cache/a.{0}",
)


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """Make a project with nothing in it."""
    (tmp_path / "room").mkdir()
    settings = '[project]\nname = "r"\ntitle = "R"\nbase = "https://example.org/room/"\n'
    (tmp_path / "room" / "mipex-kg.toml").write_text(settings)
    return tmp_path / "room"


def write(path: Path, text: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def read(project: Project) -> list[str]:
    """Name all files that any part of the tool reads."""
    lists = (getattr(project, attribute) for _, attribute in FOLDERS.values())
    return sorted(path.relative_to(project.root).as_posix() for paths in lists for path in paths)


def skipped(project: Project) -> dict[str, str]:
    return {p.relative_to(project.root).as_posix(): why for p, why in project.skipped_files}


@pytest.mark.parametrize("folder", FOLDERS)
def test_what_editors_leave_behind_is_skipped_and_said(room: Path, folder: str) -> None:
    suffix = FOLDERS[folder][0]
    kept = [f"{folder}/{name}.{suffix}" for name in ("a", "b~c", "inner/49130", "bak")]
    for name in [*kept, *(f"{folder}/{name.format(suffix)}" for name in LEFT_BEHIND)]:
        write(room / name)
    project = load_project(room)
    assert sorted(set(read(project))) == sorted(kept)
    expected = [f"{folder}/{name.format(suffix)}" for name in LEFT_BEHIND]
    told = skipped(project)
    assert len(told) == len(LEFT_BEHIND)
    for name in expected:
        assert any(name == path or name.startswith(f"{path}/") for path in told), name
    assert set(told.values()) == {
        "it is hidden",
        "an editor or another program left it behind",
    }
    assert not project.unread_files


def test_a_linked_folder_is_read_once_and_loops_end(room: Path, tmp_path: Path) -> None:
    write(tmp_path / "elsewhere" / "far.trig")
    (tmp_path / "elsewhere" / "back").symlink_to(room / "data")
    write(room / "data" / "near" / "a.trig")
    for name, target in {
        "again": tmp_path / "elsewhere",
        "also": tmp_path / "elsewhere",
        "aaa": room / "data" / "near",
        "near/loop": room / "data",
        "up": room,
        "top": tmp_path,
    }.items():
        (room / "data" / name).symlink_to(target)
    project = load_project(room)
    assert read(project) == ["data/again/far.trig", "data/near/a.trig"]
    assert skipped(project) == {
        "data/aaa": f"it leads to {room}/data/near, which is read already",
        "data/again/back": f"it leads to {room}/data, in which it is",
        "data/also": f"it leads to {room}/data/again, which is read already",
        "data/near/loop": f"it leads to {room}/data, in which it is",
        "data/top": f"it leads to {tmp_path}, in which it is",
        "data/up": f"it leads to {room}, in which it is",
    }


def test_a_folder_may_be_a_link_itself(room: Path, tmp_path: Path) -> None:
    write(tmp_path / "elsewhere" / "far.trig")
    (room / "data").symlink_to(tmp_path / "elsewhere")
    assert read(load_project(room)) == ["data/far.trig"]


def test_facts_in_linked_files_are_read_once(room: Path, tmp_path: Path) -> None:
    write(room / "data" / "b.trig")
    write(tmp_path / "far.trig")
    (room / "data" / "a.trig").symlink_to("b.trig")
    (room / "data" / "c.trig").symlink_to(tmp_path / "far.trig")
    (room / "data" / "d.trig").symlink_to(tmp_path / "far.trig")
    project = load_project(room)
    assert read(project) == ["data/b.trig", "data/c.trig"]
    assert skipped(project) == {
        "data/a.trig": f"it leads to {room}/data/b.trig, which is read already",
        "data/d.trig": f"it leads to {room}/data/c.trig, which is read already",
    }


def test_a_query_may_have_two_names(room: Path) -> None:
    write(room / "queries" / "b.rq")
    (room / "queries" / "a.rq").symlink_to("b.rq")
    assert read(load_project(room)) == ["queries/a.rq", "queries/b.rq"]


def test_a_pipe_holds_nobody_up(room: Path) -> None:
    (room / "data").mkdir()
    os.mkfifo(room / "data" / "a.trig")
    (room / "data" / "b.trig").symlink_to("a.trig")
    project = load_project(room)
    assert read(project) == []
    assert skipped(project) == dict.fromkeys(
        ("data/a.trig", "data/b.trig"), "it is neither a file nor a folder"
    )


def test_a_link_that_leads_nowhere_is_an_error(room: Path) -> None:
    write(room / "data" / "c.trig")
    (room / "data" / "a.trig").symlink_to("a.trig")
    (room / "data" / "b.trig").symlink_to("nowhere")
    assert read(load_project(room)) == ["data/a.trig", "data/b.trig", "data/c.trig"]


def test_a_chain_of_folders_has_an_end(tmp_path: Path) -> None:
    deep = tmp_path
    for _ in range(700):
        deep /= "d"
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(700):
        os.mkdir("d", dir_fd=here)
        inner = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(os.open("a.trig", os.O_CREAT, dir_fd=here))
    os.close(here)
    assert walk(tmp_path).files == [deep / "a.trig"]


NAMED = {
    "queries": ("rq", "query"),
    "ontology/rules": ("rq", "rule"),
    "ontology/frames": ("jsonld", "frame"),
}


@pytest.mark.parametrize("folder", NAMED)
@pytest.mark.parametrize(
    ("first", "second"), [("a/x", "b/x"), ("A/x", "x"), ("X", "x"), ("x", "y/X")]
)
def test_two_files_of_one_name_are_refused(
    room: Path, folder: str, first: str, second: str
) -> None:
    suffix, what = NAMED[folder]
    paths = [write(room / folder / f"{name}.{suffix}") for name in (first, second)]
    if len(set(map(Path.stat, paths))) == 1:
        pytest.skip("names that differ in case only are one file here")
    with pytest.raises(SourceError) as error:
        getattr(load_project(room), FOLDERS[folder][1])
    assert f"There is another {what} named" in error.value.message
    assert all(str(path) in str(error.value) for path in paths)


def test_two_texts_of_one_page_are_refused(room: Path) -> None:
    write(room / "pages" / "a" / "x.md")
    write(room / "pages" / "x.md")
    assert len(load_project(room).page_files) == 2
    write(room / "pages" / "a" / "x.MD")
    with pytest.raises(SourceError, match="There is another page named 'a/x'"):
        load_project(room).page_files  # noqa: B018 - it is the question


def test_no_command_goes_on_with_two_queries_of_one_name(run: Run, tmp_path: Path) -> None:
    room = tmp_path / "room"
    run("init", room)
    for folder in "ab":
        write(room / "queries" / folder / "x.rq", "# title: X\nSELECT ?s { ?s ?p ?o }")
    for command in (["query", "x"], ["query", "--list"], ["validate"], ["build"]):
        told = run(*command, cwd=room, code=3).err
        assert f"{room}/queries/b/x.rq: There is another query named 'x'" in told
        assert f"{room}/queries/a/x.rq" in told
    assert not (room / "site").exists()
