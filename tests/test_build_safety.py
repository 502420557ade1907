"""Whatever stops a build, and wherever: the last good output stays, or the next build fixes it."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mipex_kg.project.project import load_project
from mipex_kg.site import build as site_build
from mipex_kg.site import build_traces
from mipex_kg.site.build import Built
from mipex_kg.system import kernel
from mipex_kg.system.errors import OutputError, UsageError
from mipex_kg.system.folder import Folder
from mipex_kg.system.manifest import hash_of
from mipex_kg.system.replacement import private_folder, recover
from mipex_kg.validation.validated import ValidatedDataset, validated
from tests.conftest import LIGHTHOUSES, NO_BYTECODE, PEBBLES, Run, own_cache


def build(found: ValidatedDataset, site: Path) -> Built:
    """Build without the index for searching, which takes longer than all else."""
    return site_build.build(found, site, index=lambda _folder, _language: None)


MIPEX_KG = [sys.executable, "-m", "mipex_kg"]


def hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def identities(folder: Path) -> dict[str, tuple[int, int]]:
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_ino, path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module", autouse=True)
def _cache(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Remember builds where no other test does."""
    with pytest.MonkeyPatch.context() as patch:
        cache = own_cache(tmp_path_factory.mktemp("cache"), shared)
        patch.setenv("XDG_CACHE_HOME", str(cache))
        yield


@pytest.fixture(scope="module")
def pebbles(tmp_path_factory: pytest.TempPathFactory) -> dict[str, ValidatedDataset]:
    """Make a small project, once as it is and once with another fact and another thing.

    A file more of a kind tells nothing that the first doesn't, so there are few.
    """
    folder = tmp_path_factory.mktemp("pebbles")
    for name in ("old", "new"):
        shutil.copytree(PEBBLES, folder / name)
    data = folder / "new" / "data" / "pebbles.ttl"
    text = data.read_text()
    for before, after in (('"red"', '"grey"'), ("pebble/flint", "pebble/chert")):
        assert before in text
        text = text.replace(before, after)
    data.write_text(text)
    return {name: validated(load_project(folder / name)) for name in ("old", "new")}


@pytest.fixture(scope="module")
def built(
    pebbles: dict[str, ValidatedDataset], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    """Build each."""
    folder = tmp_path_factory.mktemp("trees")
    return {name: build(found, folder / name).output for name, found in pebbles.items()}


@pytest.fixture(scope="module")
def trees(built: dict[str, Path]) -> dict[str, dict[str, str]]:
    """Tell what a build of each gives."""
    return {name: hashes(output) for name, output in built.items()}


def restore(built: dict[str, Path], site: Path) -> None:
    """Put the old site back as a build would write it, with what that would remember."""
    if site.exists():
        shutil.rmtree(site)
    shutil.copytree(built["old"], site)
    traces = build_traces.recall(built["old"])
    assert traces
    build_traces.remember(site, traces)


# The same bytes


def reversed_copy(source: Path, target: Path) -> None:
    """Copy a folder so that its files come to lie in the opposite order on the disk."""
    target.mkdir()
    for entry in sorted(source.iterdir(), reverse=True):
        if entry.is_dir():
            reversed_copy(entry, target / entry.name)
        else:
            (target / entry.name).write_bytes(entry.read_bytes())


def test_same_bytes_from_another_place(
    run: Run, environment: dict[str, str], shared: Path, tmp_path: Path
) -> None:
    """The lighthouses have blank nodes, a list, and a file in each syntax."""
    run("--project", LIGHTHOUSES, "build", "-o", tmp_path / "first")
    reversed_copy(LIGHTHOUSES, tmp_path / "Ä b")
    for seed, zone, locale in (("0", "Pacific/Kiritimati", "C"), ("7", "America/Adak", "tr_TR")):
        other = {
            **environment,
            "TZ": zone,
            "LC_ALL": locale,
            "LANG": locale,
            "LANGUAGE": locale,
            "PYTHONHASHSEED": seed,
            "XDG_CACHE_HOME": str(own_cache(tmp_path / f"cache{seed}", shared)),
        }
        command = [*MIPEX_KG, "build", "-o", f"site{seed}"]
        subprocess.run(command, env=other, cwd=tmp_path / "Ä b", check=True, capture_output=True)
        assert hashes(tmp_path / "Ä b" / f"site{seed}") == hashes(tmp_path / "first")


def test_a_changed_fact_touches_its_documents_alone(run: Run, tmp_path: Path) -> None:
    project = shutil.copytree(LIGHTHOUSES, tmp_path / "lighthouses")
    run("build", cwd=project)
    before, identical = hashes(project / "site"), identities(project / "site")
    data = project / "data" / "hafenbote.trig"
    data.write_text(data.read_text().replace("lh:heightInMetres 34", "lh:heightInMetres 35"))
    run("build", cwd=project)
    after = identities(project / "site")
    touched = {name for name in after if after[name] != identical.get(name)}
    assert touched == {
        name for name, value in hashes(project / "site").items() if value != before.get(name)
    }
    assert {name.partition(".")[0] for name in touched if not name.startswith("pagefind/")} == {
        "lighthouses",  # the dumps
        "manifest",
        "tower/graue-moewe",
        # The pages that list the fact.
        "graph/hafenbote/hoehe",
        "passage/hafenbote/hoehe",
        "ontology",
        "query/towers",
    }


def test_the_manifest_tells_the_hash_of_every_other_file(
    pebbles: dict[str, ValidatedDataset], tmp_path: Path
) -> None:
    site = build(pebbles["old"], tmp_path / "site").output
    manifest = json.loads((site / "manifest.json").read_bytes())
    found = hashes(site)
    del found["manifest.json"]
    assert manifest["sha256"] == found


# Stopped at any step. attack/test_disk_faults.py stops the writing of a few files at each of them,
# kill after kill too: here is what a whole build has besides, at some steps.

EXCHANGE = "mipex_kg.exchange"
STEPS = ("os.rename", "os.link", "os.mkdir", "os.remove", "os.rmdir", EXCHANGE)


def changes_files(event: str, arguments: tuple[object, ...]) -> bool:
    is_opened = event == "open" and isinstance(arguments[2], int)
    return event in STEPS or bool(is_opened and arguments[2] & (os.O_WRONLY | os.O_RDWR))  # type: ignore[operator]


@pytest.fixture(params=["exchanged", "renamed"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Let folders change places as the system can, or by two renames."""
    way: str = request.param
    if way == "renamed":
        monkeypatch.setattr(kernel, "exchange", no_exchange)
    return way


def no_exchange(*_names: str, **_folders: int) -> None:
    raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))


def swap_of(steps: list[str], way: str) -> int:
    """Tell the step at which the old tree leaves its place."""
    if way == "exchanged":
        return steps.index(EXCHANGE)
    return [n for n, step in enumerate(steps) if step == "os.rename"][1]


def killed_at(step: int, found: ValidatedDataset, site: Path) -> bool:
    """Build in a child process that dies before its n-th change to the disk.

    :returns: whether it came to that
    """
    child = os.fork()
    if child == 0:
        done = 0

        def count(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal done
            if changes_files(event, arguments):
                done += 1
                if done > step:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
        with contextlib.suppress(BaseException):
            build(found, site)
            os._exit(0)
        os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


def steps_of_a_build(found: ValidatedDataset, site: Path) -> list[str]:
    """List the steps that a build takes, from a child: an audit hook can't be taken back."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        taken: list[str] = []
        sys.addaudithook(lambda e, a: taken.append(e) if changes_files(e, a) else None)
        build(found, site)
        os.write(writing, json.dumps(taken).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        steps: list[str] = json.load(pipe)
    os.waitpid(child, 0)
    return steps


def neighbours(site: Path) -> list[str]:
    return sorted(path.name for path in site.parent.iterdir() if path != site)


def test_a_kill_at_any_step_leaves_one_whole_tree(
    pebbles: dict[str, ValidatedDataset],
    built: dict[str, Path],
    trees: dict[str, dict[str, str]],
    tmp_path: Path,
    way: str,
) -> None:
    site = tmp_path / "site"
    restore(built, site)
    steps = steps_of_a_build(pebbles["new"], site)
    swap = swap_of(steps, way)
    chosen = {*range(0, swap, 40), *range(swap - 1, swap + 4), len(steps) - 1}
    for step in sorted(chosen):
        restore(built, site)
        assert killed_at(step, pebbles["new"], site), step
        if step == swap + 1 and way == "renamed":
            # Between the two renames the old tree is beside its place, whole.
            assert not site.exists()
            assert hashes(private_folder(site) / "old") == trees["old"]
        else:
            assert hashes(site) == trees["old" if step <= swap else "new"], step
        build(pebbles["new"], site)
        assert hashes(site) == trees["new"], step
        assert neighbours(site) == [], step
    assert not killed_at(len(steps) + 1, pebbles["new"], site)


@pytest.mark.usefixtures("way")
def test_kill_after_kill_is_mended(
    pebbles: dict[str, ValidatedDataset], trees: dict[str, dict[str, str]], tmp_path: Path
) -> None:
    """The build that would fix is killed as well, and the one after it."""
    site = tmp_path / "site"
    build(pebbles["old"], site)
    count = len(steps_of_a_build(pebbles["new"], site))
    dice = random.Random(11)
    for _ in range(3):
        for _ in range(dice.randint(2, 4)):
            killed_at(dice.randrange(count), pebbles[dice.choice(["old", "new"])], site)
            if site.exists():
                assert hashes(site) in trees.values()
            else:
                assert hashes(private_folder(site) / "old") in trees.values()
        build(pebbles["new"], site)
        assert hashes(site) == trees["new"]
        assert neighbours(site) == []


def test_a_first_build_that_is_killed_leaves_nothing_that_looks_whole(
    pebbles: dict[str, ValidatedDataset], trees: dict[str, dict[str, str]], tmp_path: Path
) -> None:
    (tmp_path / "whole").mkdir()
    count = len(steps_of_a_build(pebbles["old"], tmp_path / "whole" / "site"))
    for step in range(0, count * 3 // 4, count // 10):
        site = tmp_path / f"{step}" / "site"
        assert killed_at(step, pebbles["old"], site)
        assert not site.exists()
        build(pebbles["old"], site)
        assert hashes(site) == trees["old"]
        assert neighbours(site) == []


def test_half_a_removed_tree_never_comes_back(
    pebbles: dict[str, ValidatedDataset], trees: dict[str, dict[str, str]], tmp_path: Path, way: str
) -> None:
    """Killed while the old tree is removed, and then the new one is deleted by hand."""
    site = tmp_path / "site"
    build(pebbles["old"], site)
    swap = swap_of(steps_of_a_build(pebbles["new"], site), way)
    for step in range(swap + 4, swap + 60, 18):
        assert killed_at(step, pebbles["old"], site)
        assert list(private_folder(site).iterdir())
        shutil.rmtree(site)
        assert build(pebbles["new"], site).unchanged == 0, step
        assert hashes(site) == trees["new"]


@pytest.fixture
def image(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no tree that is in its place be renamed, as in a layer of a container's image."""
    move = Folder.move_to

    def refused(self: Folder, name: str, target: Folder, target_name: str) -> None:
        if name == "site":
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
        move(self, name, target, target_name)

    def exchange(*_names: str, **_folders: int) -> None:
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))

    monkeypatch.setattr(Folder, "move_to", refused)
    monkeypatch.setattr(kernel, "exchange", exchange)


@pytest.mark.usefixtures("image")
def test_a_tree_that_cannot_be_renamed_is_replaced_all_the_same(
    pebbles: dict[str, ValidatedDataset],
    built: dict[str, Path],
    trees: dict[str, dict[str, str]],
    tmp_path: Path,
) -> None:
    site = tmp_path / "site"
    restore(built, site)
    (site / "CNAME").write_text("e.org")
    steps = steps_of_a_build(pebbles["new"], site)
    assert neighbours(site) == []
    assert hashes(site) == {**trees["new"], "CNAME": hash_of(b"e.org")}
    removal = len(steps) - steps[::-1].index("os.rename") - 1
    for step in range(removal - 210, removal + 8, 32):
        restore(built, site)
        assert killed_at(step, pebbles["new"], site)
        recover(site)
        assert hashes(site) in trees.values(), step
    build(pebbles["new"], site)
    assert neighbours(site) == []


def test_a_folder_of_somebody_else_is_no_rest_of_a_tree(
    pebbles: dict[str, ValidatedDataset], tmp_path: Path
) -> None:
    """A build was stopped, and then someone began a folder of that name."""
    site = tmp_path / "site"
    build(pebbles["old"], site)
    private_folder(site).mkdir()
    site.rename(private_folder(site) / "old")
    site.mkdir()
    (site / "mine.txt").write_text("mine")
    recover(site)
    assert (site / "mine.txt").read_text() == "mine"
    with pytest.raises(UsageError, match="not created by mipex-kg"):
        build(pebbles["new"], site)
    assert (site / "mine.txt").read_text() == "mine"


NAMED = """@prefix schema: <http://schema.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
<https://pebbles.example/shape/named> a sh:NodeShape ;
  sh:targetClass schema:Thing ;
  sh:property <https://pebbles.example/shape/name> .
<https://pebbles.example/shape/name> a sh:PropertyShape ;
  sh:path schema:name ;
  sh:minCount 1 ;
  sh:message "It needs a name."@en .
"""


def test_what_a_kill_moved_aside_is_put_back_as_it_was(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when the data, by now, is not valid, or not readable."""
    folder = shutil.copytree(PEBBLES, tmp_path / "pebbles")
    site, data = folder / "site", folder / "data" / "pebbles.ttl"
    (folder / "shapes").mkdir()
    (folder / "shapes" / "named.ttl").write_text(NAMED)
    run("build", cwd=folder)
    text = data.read_text()
    monkeypatch.setattr(kernel, "exchange", no_exchange)
    swap = swap_of(steps_of_a_build(validated(load_project(folder)), site), "renamed")
    before = identities(site)
    for change, code in (
        (text, 0),
        (text.replace('schema:name "Flint"', "schema:age 7"), 1),
        (text + "nonsense", 3),
    ):
        data.write_text(text)
        assert killed_at(swap + 1, validated(load_project(folder)), site)
        assert not site.exists()
        data.write_text(change)
        run("build", cwd=folder, code=code)
        assert identities(site) == before


@pytest.mark.parametrize("limit", [0, 300, 3_000])
def test_a_disk_that_fills_up(
    run: Run, environment: dict[str, str], tmp_path: Path, limit: int
) -> None:
    """No file may become larger than so many bytes, which stops root as well."""
    folder = shutil.copytree(PEBBLES, tmp_path / "pebbles")
    site, data = folder / "site", folder / "data" / "pebbles.ttl"
    run("build", cwd=folder)
    before = identities(site)
    data.write_text(data.read_text().replace('"red"', '"grey"'))
    run("export", cwd=folder)
    done = subprocess.run(
        [*MIPEX_KG, "build"],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
        cwd=folder,
        env={**environment, **NO_BYTECODE},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 5
    assert done.stderr.endswith("can't be written: File too large.\n")
    assert identities(site) == before
    assert [name for name in neighbours(site) if name.startswith(".")] == []
    run("build", cwd=folder)
    assert '"grey"' in (site / "pebble" / "agate.ttl").read_text()


def test_init_leaves_no_half_project(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for name in ("new", "empty"):
        done = subprocess.run(
            [*MIPEX_KG, "init", name],
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, 1_000)),
            cwd=tmp_path,
            env={**environment, **NO_BYTECODE},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 5
        assert "can't be written: File too large." in done.stderr
    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")] == ["empty"]


# Several at once


def test_of_builds_at_once_each_succeeds_or_refuses(
    run: Run, environment: dict[str, str], tmp_path: Path
) -> None:
    run("init", tmp_path / "room")
    run("export", cwd=tmp_path / "room")
    processes = [
        subprocess.Popen(
            [*MIPEX_KG, "build"],
            cwd=tmp_path / "room",
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    ends = [(process.communicate()[1], process.returncode) for process in processes]
    assert {code for _, code in ends} <= {0, 5}
    assert 0 in {code for _, code in ends}
    assert all("Another build is writing" in said for said, code in ends if code == 5)
    site = tmp_path / "room" / "site"
    assert json.loads((site / "manifest.json").read_bytes())["sha256"].keys() == (
        hashes(site).keys() - {"manifest.json"}
    )
    assert [name for name in neighbours(site) if name.startswith(".")] == []


def test_a_lock_that_a_killed_build_left_hinders_nobody(
    pebbles: dict[str, ValidatedDataset], tmp_path: Path
) -> None:
    private_folder(tmp_path / "site").mkdir()
    build(pebbles["old"], tmp_path / "site")
    assert neighbours(tmp_path / "site") == []


def test_a_lock_on_a_file_that_is_gone_is_none(
    pebbles: dict[str, ValidatedDataset], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The build that held it ended, and took the file along, between our opening and locking."""
    lock = fcntl.flock

    def late(file: int, operation: int) -> None:
        private_folder(tmp_path / "site").rmdir()
        lock(file, operation)

    monkeypatch.setattr(fcntl, "flock", late)
    with pytest.raises(OutputError, match="Another build is writing"):
        build(pebbles["old"], tmp_path / "site")


# Where to


@pytest.mark.parametrize("output", [".", "..", "/", "../room", "link"])
def test_no_build_takes_the_ground_from_under_one(
    pebbles: dict[str, ValidatedDataset],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    output: str,
) -> None:
    """The folder is replaced by a new one: anyone who is in it would stand nowhere."""
    (tmp_path / "room").mkdir()
    monkeypatch.chdir(tmp_path / "room")
    if output == "link":
        (tmp_path / "room" / "link").symlink_to("../room")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(UsageError, match="You are in") as error:
        build(pebbles["old"], Path(output))
    assert error.value.exit_code == 2
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    "output", ["data", "data/site", "ontology/a/b", "shapes/site", "queries/x"]
)
def test_no_build_goes_where_the_next_would_read_it(run: Run, tmp_path: Path, output: str) -> None:
    run("init", tmp_path / "room")
    before = sorted((tmp_path / "room").rglob("*"))
    outcome = run("build", "-o", output, cwd=tmp_path / "room", code=2)
    assert "contains the project's own files" in outcome.err
    assert sorted((tmp_path / "room").rglob("*")) == before


@pytest.mark.parametrize(
    "manifest",
    [
        "",
        "{}",
        "[]",
        "null",
        '"mipex-kg"',
        '{"generator": "another", "sha256": {}}',
        '{"generator": "mipex-kg"}',
        '{"generator": "mipex-kg", "sha256": 5}',
        "[" * 100_000,
        "\0",
    ],
)
def test_a_manifest_of_others_is_not_ours(
    pebbles: dict[str, ValidatedDataset], tmp_path: Path, manifest: str
) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "manifest.json").write_text(manifest)
    with pytest.raises(UsageError, match="not created by mipex-kg"):
        build(pebbles["old"], site)
    assert hashes(site).keys() == {"manifest.json"}
    assert neighbours(site) == []


def test_an_empty_folder_is_taken(pebbles: dict[str, ValidatedDataset], tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    assert build(pebbles["old"], tmp_path / "site").written > 50


def test_a_damaged_file_is_written_anew(
    pebbles: dict[str, ValidatedDataset], trees: dict[str, dict[str, str]], tmp_path: Path
) -> None:
    site = tmp_path / "site"
    build(pebbles["old"], site)
    (site / "pebble" / "agate.ttl").write_text("scribble")
    (site / "pebbles.ttl").unlink()
    built = build(pebbles["old"], site)
    assert (built.written, built.removed) == (2, 0)
    assert hashes(site) == trees["old"]


def test_links_of_others_are_not_followed(
    pebbles: dict[str, ValidatedDataset], tmp_path: Path
) -> None:
    """Neither into a folder elsewhere, nor when the old tree is removed."""
    site, elsewhere = tmp_path / "a" / "site", tmp_path / "elsewhere"
    build(pebbles["old"], site)
    elsewhere.mkdir()
    (elsewhere / "diary.txt").write_text("mine")
    (site / "more").symlink_to(elsewhere)
    (site / "nowhere").symlink_to("gone")
    build(pebbles["new"], site)
    assert hashes(elsewhere).keys() == {"diary.txt"}
    assert (site / "more").readlink() == elsewhere
    assert (site / "nowhere").is_symlink()


def test_a_name_that_no_disk_takes(run: Run, tmp_path: Path) -> None:
    run("init", tmp_path / "room")
    outcome = run("build", "-o", "x" * 300, cwd=tmp_path / "room", code=5)
    assert "File name too long" in outcome.err
