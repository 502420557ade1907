"""Building again: nothing is made in vain, dates are true, and several processes write the same."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench import generate
from mipex_kg import cli
from mipex_kg.project.project import Project, at_site, load_project
from mipex_kg.site import build as site_build
from mipex_kg.site.build import Built
from mipex_kg.site.pages import pages as site_pages
from mipex_kg.site.pages.pages import Pages
from mipex_kg.site.thing_pages import ThingPage
from mipex_kg.system.errors import OutputError, UsageError
from mipex_kg.system.manifest import today
from mipex_kg.system.replacement import private_folder
from mipex_kg.validation.validated import ValidatedDataset, validated
from tests.commands import HUNG
from tests.conftest import PEBBLES, Run, own_cache

DAYS = {"2026-01-31": "1769817600", "2026-02-01": "1769904000", "2026-03-01": "1772323200"}


@pytest.fixture
def pebbles(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PEBBLES, tmp_path / "pebbles"))


@pytest.fixture(scope="module")
def staff(tmp_path_factory: pytest.TempPathFactory) -> ValidatedDataset:
    """Make a project that is large enough to be written by several processes."""
    root = tmp_path_factory.mktemp("staff") / "staff"
    generate.write_project(root, 80)
    return validated(load_project(root))


def build(
    found: ValidatedDataset, site: Path, processes: int = 2, *, is_anew: bool = False
) -> Built:
    return site_build.build(
        found, site, processes=processes, index=lambda _folder, _language: None, is_anew=is_anew
    )


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


def modified(site: Path) -> dict[str, str]:
    told: dict[str, str] = json.loads((site / "manifest.json").read_bytes())["modified"]
    return told


def change(pebbles: Path, before: str = '"red"', after: str = '"grey"') -> None:
    data = pebbles / "data" / "pebbles.ttl"
    text = data.read_text()
    assert before in text
    data.write_text(text.replace(before, after))


# Nothing in vain


class MadeInVainError(Exception):
    """Something was made."""


def is_made_again(pebbles: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> bool:
    """Tell whether a build makes anything, and doesn't just see that all is there."""

    def refuse(*_arguments: object, **_options: object) -> Built:
        raise MadeInVainError

    monkeypatch.chdir(pebbles)
    with monkeypatch.context() as patched:
        patched.setattr("mipex_kg.site.build_cache.build", refuse)
        code = cli.run(["build", *arguments])
    assert code in (0, cli.OUR_BUG)
    return code == cli.OUR_BUG


@pytest.fixture
def built(pebbles: Path, tmp_path: Path, shared: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Build a small project, with a cache of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(own_cache(tmp_path / "cache", shared)))
    monkeypatch.chdir(pebbles)
    assert cli.run(["build"]) == 0
    return pebbles


def test_what_is_there_is_not_made_again(
    built: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = identities(built / "site")
    capsys.readouterr()
    assert not is_made_again(built, monkeypatch)
    assert f"site: 0 files written, {len(before)} unchanged, 0 removed." in capsys.readouterr().out
    assert identities(built / "site") == before


CHANGES: dict[str, Callable[[Path], object]] = {
    "a fact": change,
    "a page's text": lambda root: (root / "pages" / "about.md").write_text("# About\n\nUs.\n"),
    "a template": lambda root: touched(root / "pages" / "templates" / "thing.html"),
    "a frame": lambda root: touched(root / "ontology" / "frames" / "Thing.jsonld"),
    "a setting": lambda root: append(root / "mipex-kg.toml", "# A word.\n"),
    "a file by hand": lambda root: (root / "site" / "pebbles.ttl").write_text("scribble"),
    "a file of the same length": lambda root: scribbled(root / "site" / "pebbles.ttl"),
    "a file that is gone": lambda root: (root / "site" / "index.html").unlink(),
    "the manifest": lambda root: append(root / "site" / "manifest.json", "\n"),
    "the cache": lambda root: shutil.rmtree(root.parent / "cache"),
    "a damaged cache": lambda root: damaged(root.parent / "cache" / "mipex-kg" / "built"),
}


def touched(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{}")


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text() + text)


def scribbled(path: Path) -> None:
    """Change a byte, and leave length and time as they were."""
    data, times = path.read_bytes(), path.stat()
    path.write_bytes(data[:-2] + b"!" + data[-1:])
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def damaged(folder: Path) -> None:
    (file,) = folder.iterdir()
    file.write_text('{"manifest": 5')


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def put_back(folder: Path, kept: dict[Path, bytes]) -> None:
    """Let a folder have the files that it had."""
    for path in contents(folder).keys() - kept.keys():
        path.unlink()
    for path, data in kept.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def test_any_change_is_noticed(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And what is as it was when it was built isn't made again, though it was changed meanwhile."""
    kept = contents(built.parent)
    for what, change_something in CHANGES.items():
        change_something(built)
        assert is_made_again(built, monkeypatch), what
        put_back(built.parent, kept)
        assert not is_made_again(built, monkeypatch), what


def test_another_place_or_address_is_another_site(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert is_made_again(built, monkeypatch, "-o", "elsewhere")
    assert is_made_again(built, monkeypatch, "--site", "https://example.net/")
    # What is given is known, though addresses begin so anyway.
    assert is_made_again(built, monkeypatch, "--site", load_project(built).site)


def test_what_changes_while_a_build_runs_is_not_taken_for_built(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(built)
    thing = Pages.thing

    def changing(self: Pages, page: ThingPage) -> bytes:
        change(built, '"grey"', '"black"') if page.name == "index" else None
        (built / "pages" / "about.md").write_text(f"# About {page.name}\n")
        return thing(self, page)

    with monkeypatch.context() as patched:
        patched.setattr(Pages, "thing", changing)
        assert cli.run(["build"]) == 0
    assert is_made_again(built, monkeypatch)


def test_a_damaged_file_is_mended(built: Path) -> None:
    before = hashes(built / "site")
    scribbled(built / "site" / "pebbles.ttl")
    assert hashes(built / "site") != before
    assert cli.run(["build"]) == 0
    assert hashes(built / "site") == before


# The day of the last change


def test_the_day_is_that_of_the_source_else_of_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    for day, epoch in DAYS.items():
        monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
        assert today() == day
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    before = datetime.now(UTC).date().isoformat()
    assert before <= today() <= datetime.now(UTC).date().isoformat()


@pytest.mark.parametrize("epoch", ["yesterday", "-1", "1.5", " 1", "٣", "9" * 30])
def test_a_day_that_is_none_is_refused(pebbles: Path, epoch: str) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("SOURCE_DATE_EPOCH", epoch)
        with pytest.raises(UsageError, match="SOURCE_DATE_EPOCH") as error:
            today()
        assert error.value.hint
        with pytest.raises(UsageError, match="SOURCE_DATE_EPOCH"):
            build(validated(load_project(pebbles)), pebbles / "site", processes=1)
    assert not (pebbles / "site").exists()


def placed(pebbles: Path) -> Project:
    """Load a project whose site is somewhere."""
    return at_site(load_project(pebbles), "https://brook.net/")


def test_dates_are_true_across_builds(pebbles: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, third = DAYS
    site = pebbles / "site"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", DAYS[first])
    build(validated(placed(pebbles)), site)
    assert set(modified(site).values()) == {first}
    assert modified(site).keys() == hashes(site).keys() - {"manifest.json"}

    monkeypatch.setenv("SOURCE_DATE_EPOCH", DAYS[second])
    before = identities(site)
    build(validated(placed(pebbles)), site)
    assert identities(site) == before

    old = hashes(site)
    change(pebbles)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", DAYS[third])
    build(validated(placed(pebbles)), site)
    new = hashes(site)
    days = modified(site)
    assert days["pebble/agate.html"] == third
    assert days["pebble/flint.html"] == first
    assert days == {name: third if new[name] != old.get(name) else first for name in days}
    listed = (site / "sitemap.xml").read_text()
    for name, day in (("pebble/agate.html", third), ("pebble/flint.html", first)):
        assert f"{name}</loc><lastmod>{day}</lastmod>" in listed


def test_a_file_that_was_changed_by_hand_keeps_its_day(
    pebbles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is published is what it was: someone scribbled on it in between, that's all."""
    first, second, _ = DAYS
    monkeypatch.setenv("SOURCE_DATE_EPOCH", DAYS[first])
    build(validated(load_project(pebbles)), pebbles / "site")
    scribbled(pebbles / "site" / "index.html")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", DAYS[second])
    assert build(validated(load_project(pebbles)), pebbles / "site").written == 1
    assert modified(pebbles / "site")["index.html"] == first


def test_a_manifest_without_days_is_one_of_ours(
    pebbles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, _ = DAYS
    monkeypatch.setenv("SOURCE_DATE_EPOCH", DAYS[first])
    found = validated(load_project(pebbles))
    build(found, pebbles / "site")
    file = pebbles / "site" / "manifest.json"
    document = json.loads(file.read_bytes())
    del document["modified"]
    file.write_text(json.dumps(document))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", DAYS[second])
    build(found, pebbles / "site")
    assert modified(pebbles / "site")["index.html"] == second


# Several processes


def test_as_many_processes_as_one_likes_write_the_same(
    staff: ValidatedDataset, tmp_path: Path
) -> None:
    one = build(staff, tmp_path / "one", processes=1)
    for processes in (5, 2):
        several = build(staff, tmp_path / "several", processes=processes)
        assert hashes(tmp_path / "several") == hashes(tmp_path / "one")
        assert several.omitted == one.omitted
    assert several.unchanged == one.written
    assert several.written == 0


def test_two_documents_of_one_name_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No matter who wrote them: the pages of things and of the site itself are written apart."""
    # Of texts that is found before anything is written; what else there may be, in the end.
    monkeypatch.setattr(site_pages, "find_taken", lambda *_: iter(()))
    generate.write_project(tmp_path / "staff", 40)
    text = tmp_path / "staff" / "pages" / "class" / "index.md"
    text.parent.mkdir(parents=True)
    text.write_text("# Classes\n")
    found = validated(load_project(tmp_path / "staff"))
    for processes in (1, 2):
        with pytest.raises(UsageError, match=r"written to class/index\.html"):
            build(found, tmp_path / "site", processes=processes)
        assert [path.name for path in tmp_path.iterdir()] == ["staff"]


def test_a_process_that_is_killed_leaves_the_last_output(
    staff: ValidatedDataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    build(staff, site)
    before = identities(site)
    monkeypatch.setattr(Pages, "thing", lambda *_: os.kill(os.getpid(), signal.SIGKILL))
    with pytest.raises(OutputError, match="was killed"):
        build(staff, site, is_anew=True)
    assert identities(site) == before
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_an_error_in_a_process_leaves_the_last_output(
    staff: ValidatedDataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object) -> bytes:
        raise OSError(errno.ENOSPC, "No space left on device", str(tmp_path / "x"))

    site = tmp_path / "site"
    build(staff, site)
    before = identities(site)
    monkeypatch.setattr(Pages, "thing", full)
    with pytest.raises(OutputError, match="No space left"):
        build(staff, site, is_anew=True)
    assert identities(site) == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_build_leaves_the_last_output(
    environment: dict[str, str], run: Run, tmp_path: Path, number: int
) -> None:
    generate.write_project(tmp_path / "staff", 300)
    run("--project", tmp_path / "staff", "export", "-f", "nquads")
    site, new = tmp_path / "site", private_folder(tmp_path / "site")
    site.mkdir()
    command = [sys.executable, "-m", "mipex_kg", "--project", "staff", "build"]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, start_new_session=True
    ) as process:
        while len(list(new.rglob("*.html"))) < 30:
            assert process.poll() is None
            time.sleep(0.02)
        os.killpg(process.pid, number) if number == signal.SIGINT else process.kill()
        _, said = process.communicate(timeout=HUNG)
    assert list(site.iterdir()) == []
    if number == signal.SIGINT:
        assert process.returncode == 130
        assert said.strip() == b"Interrupted."
        assert sorted(path.name for path in tmp_path.iterdir()) == ["site", "staff"]
    # Whatever is built there next clears away what is left.
    build(validated(load_project(PEBBLES)), site)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["site", "staff"]


# The index for searching


def test_the_index_is_kept_while_no_page_changes(pebbles: Path) -> None:
    calls = []

    def index(folder: Path, language: str) -> dict[str, bytes]:
        calls.append(language)
        return {"words": "".join(sorted(hashes(folder))).encode()}

    site = pebbles / "site"

    def again() -> Built:
        return site_build.build(validated(load_project(pebbles)), site, index=index)

    again()
    assert calls == ["en"]
    assert "pagefind/words" in json.loads((site / "manifest.json").read_bytes())["sha256"]
    before = identities(site)
    (site / "pebbles.nt").write_text("scribble")
    assert again().written == 1
    assert calls == ["en"]
    assert identities(site)["pagefind/words"] == before["pagefind/words"]
    scribbled(site / "pagefind" / "words")
    again()
    assert calls == ["en"] * 2
    change(pebbles)
    again()
    assert calls == ["en"] * 3


def test_a_site_without_an_index_says_so(pebbles: Path) -> None:
    built = build(validated(load_project(pebbles)), pebbles / "site")
    assert [omission for omission in built.omitted if "Pagefind" in omission]
    assert not (pebbles / "site" / "pagefind").exists()


# Another address


def test_the_site_can_lie_elsewhere_for_once(run: Run, tmp_path: Path) -> None:
    run("init", room := tmp_path / "room")
    run("build", cwd=room)
    base, there = load_project(room).base, "https://example.net/graph/"
    run("build", "--site", there, "-o", "other", cwd=room)
    page = (room / "other" / "person" / "ada-brook.html").read_text()
    assert f'<link rel="canonical" href="{there}person/ada-brook.html">' in page
    assert there in (room / "other" / "sitemap.xml").read_text()
    for suffix in ("ttl", "nt", "rdf", "jsonld"):
        name = f"person/ada-brook.{suffix}"
        assert (room / "other" / name).read_bytes() == (room / "site" / name).read_bytes()
        assert base.encode() in (room / "other" / name).read_bytes()


@pytest.mark.parametrize(
    "address", ["example.net", "https://example.net", "ftp://example.net/", "https://a b/", "", "/"]
)
def test_what_is_no_address_is_refused(pebbles: Path, run: Run, address: str) -> None:
    outcome = run("build", "--site", address, cwd=pebbles, code=2)
    assert "can't be at" in outcome.err
    assert "ends with a slash" in outcome.err
    assert not (pebbles / "site").exists()
