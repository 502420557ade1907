"""Whatever call of the disk fails, and whenever a writer is killed: the old, or the new."""

from __future__ import annotations

import errno
import hashlib
import os
import random
import shutil
from collections.abc import Callable, Iterator
from importlib import resources
from pathlib import Path, PurePosixPath
from unittest.mock import patch

import pytest

from mipex_kg.cli.output import emit
from mipex_kg.project import scaffold as scaffolding
from mipex_kg.project.project import load_project
from mipex_kg.project.scaffold import scaffold
from mipex_kg.site import build as site_build
from mipex_kg.site.documents import Publication
from mipex_kg.site.embedding import Embedding, change_pages
from mipex_kg.system import kernel, manifest
from mipex_kg.system.cache import Cache
from mipex_kg.system.errors import KgError, OutputError
from mipex_kg.system.folder import Folder
from mipex_kg.system.manifest import Manifest
from mipex_kg.system.plain_path import PlainPath
from mipex_kg.system.replacement import locked, put_right, recover, replaced
from mipex_kg.validation.validated import ValidatedDataset, validated
from tests.attack.disk import KILL, LOOK, attempt
from tests.conftest import PEBBLES, Run

FAULTS = (errno.EIO, errno.EACCES, errno.ENOSPC, KILL)
# At each step that changes something it is killed, and fails in one of these ways. Of what only
# looks, each step fails in one way: to be killed there is to be killed before the next change, and
# a full disk can be read.
CHANGES_FAIL = (errno.EIO, errno.EACCES, errno.ENOSPC)
LOOKS = frozenset({LOOK, "stat", "fstat", "scandir", "listxattr", "getxattr"})
LOOKS_FAIL = (errno.EIO, errno.EACCES)

OLD = {"a.txt": b"old", "b/c.txt": b"same", "b/d/e.txt": b"goes"}
NEW = {"a.txt": b"new", "b/c.txt": b"same", "f/g.txt": b"comes"}
# What someone else has put there: a file, one among ours, a folder, and an empty one.
FOREIGN = {"CNAME": b"e.org", "b/mine.txt": b"mine", ".git/HEAD": b"ref", ".git/objects/": b""}


def failing_steps(steps: tuple[str, ...], fault: int | str) -> Iterator[int]:
    """Choose the steps that this fault is tried at."""
    for number, name in enumerate(steps):
        ways = LOOKS_FAIL if name in LOOKS else CHANGES_FAIL
        if fault == ways[number % len(ways)] or (fault == KILL and name not in LOOKS):
            yield number


def tree_of(folder: Path) -> dict[str, str]:
    """Tell all that is in a folder: contents of files, and folders with nothing in them."""
    found = {}
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.is_file():
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
        elif not any(path.iterdir()):
            found[f"{name}/"] = ""
    return found


def written(files: dict[str, bytes]) -> dict[str, str]:
    return {
        name: hashlib.sha256(d).hexdigest() if name[-1] != "/" else "" for name, d in files.items()
    }


def site_of(files: dict[str, bytes]) -> dict[str, str]:
    """Tell what the site is once some files are written, with all that is foreign."""
    told = Manifest(written(files), {}, "p", "1").encode()
    return written({**files, "manifest.json": told, **FOREIGN})


def write_site(output: Path, files: dict[str, bytes]) -> None:
    """Write a site as a build does, but of few files, so that each step can be tried."""
    try:
        with locked(output) as private:
            put_right(output, private)
            with replaced(output, private) as tree:
                tree.plan(files)
                for name, data in files.items():
                    tree.write(PlainPath(name), data)
                told = Manifest(dict(tree.hashes), {}, "p", "1").encode()
                tree.write(PlainPath(manifest.NAME), told)
    except OSError as error:
        raise OutputError(f"{error.filename}: {error.strerror}") from None


def add_foreign(site: Path) -> None:
    for name, data in FOREIGN.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        if name[-1] == "/":
            (site / name).mkdir()
        else:
            (site / name).write_bytes(data)


def no_exchange(*_names: str, **_folders: int) -> None:
    raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))


@pytest.fixture(params=["exchanged", "renamed", "copied"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Choose how folders change places: at once, by two renames, or as in a container's image."""
    way: str = request.param
    if way != "exchanged":
        monkeypatch.setattr(kernel, "exchange", no_exchange)
    if way == "copied":
        move = Folder.move_to

        def refused(self: Folder, name: str, target: Folder, target_name: str) -> None:
            if name == "site":
                raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
            move(self, name, target, target_name)

        monkeypatch.setattr(Folder, "move_to", refused)
    return way


@pytest.fixture
def before(tmp_path: Path) -> Path:
    """Make a site with all that is foreign, to be copied for each try."""
    write_site(tmp_path / "before", OLD)
    add_foreign(tmp_path / "before")
    return tmp_path / "before"


def fresh(before: Path, tmp_path: Path) -> Path:
    place = tmp_path / "place"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    return Path(shutil.copytree(before, place / "site"))


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_site_is_replaced_or_as_it_was(
    before: Path, tmp_path: Path, way: str, fault: int | str
) -> None:
    site = fresh(before, tmp_path)
    steps = attempt(lambda: write_site(site, NEW)).steps
    assert tree_of(site) == site_of(NEW)
    old, new = site_of(OLD), site_of(NEW)
    # Until folders change places, it doesn't matter in which way they will.
    first = 0 if way == "exchanged" else steps.index("exchange")
    for failing in failing_steps(steps, fault):
        if failing < first:
            continue
        site = fresh(before, tmp_path)
        outcome = attempt(lambda: write_site(site, NEW), failing, fault)  # noqa: B023
        where = f"{failing}: {steps[failing]}"
        private = site.with_name(".site.mipex-kg")
        if site.exists() and way != "copied":
            assert tree_of(site) in (old, new), where
        if outcome.is_killed:
            recover(site)
        if outcome.error is None and not outcome.is_killed:
            assert tree_of(site) == new, where
        assert tree_of(site) in (old, new), where
        write_site(site, NEW)
        assert tree_of(site) == new, where
        assert not private.exists(), where


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_first_site_is_there_or_is_not(tmp_path: Path, fault: int | str) -> None:
    steps = attempt(lambda: write_site(tmp_path / "0" / "site", NEW)).steps
    (tmp_path / "0").mkdir()
    steps = attempt(lambda: write_site(tmp_path / "0" / "site", NEW)).steps
    wanted = {name: hash for name, hash in site_of(NEW).items() if name not in FOREIGN}
    for failing in failing_steps(steps, fault):
        site = tmp_path / f"{failing}-" / "site"
        site.parent.mkdir()
        attempt(lambda: write_site(site, NEW), failing, fault)  # noqa: B023
        assert not site.exists() or tree_of(site) == wanted
        write_site(site, NEW)
        assert tree_of(site) == wanted
        assert [path.name for path in site.parent.iterdir()] == ["site"]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_what_stops_a_recovery_does_no_harm(
    before: Path, tmp_path: Path, way: str, fault: int | str
) -> None:
    """A build is killed, and what puts it right fails as well."""
    site = fresh(before, tmp_path)
    steps = attempt(lambda: write_site(site, NEW)).steps
    dice = random.Random(f"{way} {fault}")
    for killed in dice.sample([*failing_steps(steps, KILL)], 12):
        site = fresh(before, tmp_path)
        attempt(lambda: write_site(site, NEW), killed, KILL)  # noqa: B023
        attempt(lambda: recover(site), dice.randrange(40), fault)  # noqa: B023
        write_site(site, NEW)
        assert tree_of(site) == site_of(NEW)
        assert not site.with_name(".site.mipex-kg").exists()


def test_what_is_written_is_on_the_disk_before_it_takes_its_place(
    before: Path, tmp_path: Path
) -> None:
    site = fresh(before, tmp_path)
    steps = attempt(lambda: write_site(site, NEW)).steps
    exchanged = steps.index("exchange")
    assert "write" in steps[:exchanged]
    assert "flush" in steps[:exchanged]
    assert "fsync" in steps[exchanged:]
    steps = attempt(lambda: export(tmp_path / "new")).steps
    assert steps.index("write") < steps.index("fsync") < steps.index("link")


# One file

Writer = Callable[[Path], object]


def export(path: Path) -> None:
    emit(b"new", path)


def remember(path: Path) -> None:
    with patch.dict(os.environ, XDG_CACHE_HOME=str(path.parents[2])):
        Cache(path.parent.name, 5).put(path.name, b"new")


@pytest.mark.parametrize("fault", FAULTS, ids=str)
@pytest.mark.parametrize("is_new", [False, True], ids=["replaced", "new"])
@pytest.mark.parametrize("writer", [export, remember])
def test_a_file_is_replaced_or_as_it_was(
    tmp_path: Path, writer: Writer, is_new: bool, fault: int | str
) -> None:
    def place(number: int) -> Path:
        path = tmp_path / str(number) / "mipex-kg" / "things" / "file"
        path.parent.mkdir(parents=True)
        path.parent.chmod(0o700)
        if not is_new:
            path.write_bytes(b"old")
            path.chmod(0o640)
        return path

    first = place(-1)
    steps = attempt(lambda: writer(first)).steps
    assert first.read_bytes() == b"new"
    for failing in failing_steps(steps, fault):
        path = place(failing)
        outcome = attempt(lambda: writer(path), failing, fault)  # noqa: B023
        assert path.exists() or is_new
        if path.exists():
            assert path.read_bytes() in ((b"new",) if is_new else (b"old", b"new"))
            assert is_new or path.stat().st_mode & 0o777 == 0o640
        if not outcome.is_killed:
            assert {entry.name for entry in path.parent.iterdir()} <= {"file"}
        writer(path)
        assert [entry.name for entry in path.parent.iterdir()] == ["file"]
        assert path.read_bytes() == b"new"


# The real writers, at some of their steps


@pytest.fixture(scope="module")
def found(run: Run, tmp_path_factory: pytest.TempPathFactory) -> ValidatedDataset:
    room = tmp_path_factory.mktemp("faults") / "room"
    run("init", room)
    return validated(load_project(room))


def chosen(steps: tuple[str, ...], name: str, count: int) -> Iterator[tuple[int, int | str]]:
    """Choose steps that change something, and faults, the same each time."""
    dice = random.Random(name)
    for step in dice.sample([*failing_steps(steps, KILL)], count):
        yield step, dice.choice(FAULTS)


def test_a_build_writes_all_or_nothing(tmp_path: Path) -> None:
    found = validated(load_project(PEBBLES))

    def build(site: Path) -> None:
        site_build.build(found, site, processes=1, index=lambda _folder, _language: None)

    site = tmp_path / "0" / "site"
    steps = attempt(lambda: build(site)).steps
    wanted = tree_of(site)
    assert len(wanted) > 50
    for number, (failing, fault) in enumerate(chosen(steps, "build", 25), start=1):
        site = tmp_path / str(number) / "site"
        attempt(lambda: build(site), failing, fault)  # noqa: B023
        assert not site.exists() or tree_of(site) == wanted


def test_a_new_project_is_whole_or_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What ships with the package is read from a disk without faults.
    shipped = list(
        scaffolding.read_template(resources.files("mipex_kg.project") / "template", PurePosixPath())
    )
    monkeypatch.setattr(scaffolding, "read_template", lambda *_: iter(shipped))

    def init(folder: Path) -> None:
        scaffold(folder, name="room", title=None, base=None)

    first = tmp_path / "first"
    steps = attempt(lambda: init(first)).steps
    wanted = tree_of(first)
    for fault in FAULTS:
        for number in failing_steps(steps, fault):
            folder = tmp_path / f"{number}-{fault}" / "room"
            folder.parent.mkdir()
            attempt(lambda: init(folder), number, fault)  # noqa: B023
            assert not folder.exists() or tree_of(folder) == wanted
            if not folder.exists():
                init(folder)
            assert tree_of(folder) == wanted


def test_a_page_gets_its_block_or_is_as_it_was(found: ValidatedDataset, tmp_path: Path) -> None:
    embedding = Embedding(Publication(found), ["Ada Brook"])

    def embed(page: Path) -> None:
        for changed in change_pages({page: True}, embedding.plan, is_check=False):
            if changed.error:
                raise changed.error

    old = "<title>Ada</title>"
    first = tmp_path / "first.html"
    first.write_text(old)
    steps = attempt(lambda: embed(first)).steps
    new = first.read_text()
    assert "Ada Brook" in new
    for fault in FAULTS:
        for number in failing_steps(steps, fault):
            page = tmp_path / f"{number}-{fault}" / "page.html"
            page.parent.mkdir()
            page.write_text(old)
            outcome = attempt(lambda: embed(page), number, fault)  # noqa: B023
            assert page.read_text() in (old, new)
            assert outcome.is_killed or [p.name for p in page.parent.iterdir()] == ["page.html"]


def test_an_error_says_what_and_where(tmp_path: Path) -> None:
    for fault in (errno.EIO, errno.EACCES, errno.ENOSPC):
        path = tmp_path / f"{fault}" / "file"
        path.parent.mkdir()
        steps = attempt(lambda: export(path)).steps  # noqa: B023
        for failing in failing_steps(steps, fault):
            error = attempt(lambda: export(path), failing, fault).error  # noqa: B023
            if error is not None:
                assert isinstance(error, KgError)
                assert str(path) in error.message
                assert os.strerror(fault) in error.message
