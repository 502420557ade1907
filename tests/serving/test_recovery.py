"""A server goes on, whatever happens to its folder: with what is there now, or with what was."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import http.client
import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from random import Random

import pytest

from mipex_kg.serving.fork_server import Setup
from mipex_kg.serving.pool import Pool, PoolLimits
from mipex_kg.serving.site import identify
from mipex_kg.system.errors import OutputError
from tests.commands import HUNG, Commands
from tests.conftest import Run
from tests.serving.conftest import Serving, children, play, serving, until

PAGE = "person/ada-brook.html"
NAMES = "SELECT ?n { ?s a schema:Person ; schema:name ?n }"


@pytest.fixture(scope="module")
def built(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a project and its site."""
    folder = tmp_path_factory.mktemp("built")
    run("init", folder / "room")
    settings = folder / "room" / "mipex-kg.toml"
    settings.write_text(settings.read_text().replace("# site =", "site ="))
    run("--project", folder / "room", "build", "-o", folder / "site")
    return folder


@pytest.fixture
def room(built: Path, tmp_path: Path) -> Path:
    shutil.copytree(built, tmp_path, dirs_exist_ok=True)
    return tmp_path / "room"


@pytest.fixture
def server(room: Path, tmp_path: Path, commands: Commands) -> Iterator[Serving]:
    with serving(tmp_path, commands, project=room) as started:
        yield started
        assert "Traceback" not in started.log


def test_a_file_that_was_touched_is_served(server: Serving) -> None:
    path = server.folder / PAGE
    before = server.ask(f"/{PAGE}")
    os.utime(path)
    touched = server.ask(f"/{PAGE}", If_None_Match=before.headers["etag"])
    assert (touched.status, touched.body) == (304, b"")
    path.write_bytes(path.read_bytes().replace(b"Ada Brook", b"Ada B."))
    edited = server.ask(f"/{PAGE}", If_None_Match=before.headers["etag"])
    assert (edited.status, edited.body) == (200, path.read_bytes())
    assert edited.headers["etag"] != before.headers["etag"]


def test_dates_that_no_file_should_have(server: Serving) -> None:
    path = server.folder / PAGE
    for seconds in (-1e11, -1, 0, 4e9, 1e11):
        with contextlib.suppress(OSError):
            os.utime(path, (seconds, seconds))
        answer = server.ask(f"/{PAGE}", Range="bytes=0-9")
        assert answer.status == 206
        again = server.ask(f"/{PAGE}", If_Modified_Since=answer.headers["last-modified"])
        # A date to come is told as now, which is another one a second later (RFC 9110, 8.8.2.1).
        is_to_come = seconds > time.time()
        assert again.status == 304 or (is_to_come and again.status == 200)


def test_files_come_and_go(server: Serving) -> None:
    folder = server.folder
    assert server.ask("/notes/a.txt").status == 404
    (folder / "notes").mkdir()
    (folder / "notes" / "a.txt").write_text("here\n")
    (folder / "notes" / ".b.txt").write_text("not here\n")
    (folder / "notes" / "pipe").touch()
    assert server.ask("/notes/a.txt").body == b"here\n"
    assert server.ask("/notes/.b.txt").status == 404
    (folder / "notes" / "a.txt").unlink()
    assert server.ask("/notes/a.txt").status == 404
    (folder / "person" / "ada-brook.nt").unlink()
    assert server.where("/person/ada-brook", "application/n-triples") == 406
    assert server.where("/person/ada-brook", "text/turtle") == "/person/ada-brook.ttl"


def test_what_is_no_file_is_not_there(server: Serving, tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "a.txt").write_text("secret")
    (server.folder / "link").symlink_to(tmp_path / "secret")
    (server.folder / "link.txt").symlink_to(tmp_path / "secret" / "a.txt")
    os.mkfifo(server.folder / "pipe.txt")
    for path in ("/link/a.txt", "/link.txt", "/link", "/pipe.txt", "/person", "/person/x/y"):
        assert server.ask(path).status == 404, path


def test_a_folder_that_is_away_for_a_moment(server: Serving) -> None:
    aside = server.folder.with_name("aside")
    server.folder.rename(aside)
    answer = server.ask(f"/{PAGE}")
    assert (answer.status, answer.headers["retry-after"]) == (503, "1")
    aside.rename(server.folder)
    assert server.ask(f"/{PAGE}").status == 200


def test_a_link_set_that_somebody_wrote(server: Serving) -> None:
    linkset = server.folder / "person" / "ada-brook.linkset.json"
    anchor = f"https://example.org/{PAGE}"
    for text in (
        "",
        "[]",
        '{"linkset": 5}',
        '{"linkset": [{}]}',
        "[" * 100_000,
        f'{{"linkset": [{{"anchor": "{anchor}", "item": 1, "type": ["x"]}}]}}',
    ):
        linkset.write_text(text)
        answer = server.ask(f"/{PAGE}")
        assert answer.status == 200
        assert 'ada-brook.linkset.json>; rel="linkset"' in answer.headers["link"]
    link = f'{{"anchor": "{anchor}", "type": [{{"href": "a\\r\\nX: \\u0416"}}]}}'
    linkset.write_text(f'{{"linkset": [{link}]}}')
    assert server.ask(f"/{PAGE}").headers["link"].startswith('<a%0D%0AX:%20%D0%96>; rel="type"')


def version(number: int) -> bytes:
    """Write a page of its own length, which says which it is from any part."""
    return (f"<!doctype html><title>{number}</title>" + f"<p>{number}" * (500 + number)).encode()


def test_every_answer_is_whole_while_files_are_replaced(server: Serving) -> None:
    """As `rsync` does: a new file is written beside the old one, and renamed."""
    path, pages = server.folder / "page.html", [version(number) for number in range(8)]
    path.write_bytes(pages[0])
    is_over = threading.Event()

    def replace() -> None:
        made = Random(1)
        while not is_over.is_set():
            new = path.with_name(".page.new")
            new.write_bytes(made.choice(pages))
            new.replace(path)
            time.sleep(0.001)

    def ask(seed: int) -> set[bytes]:
        made, seen = Random(seed), set()
        for _ in range(150):
            wanted = made.choice([{}, {"Accept_Encoding": "gzip"}, {"Range": "bytes=100-1999"}])
            answer = server.ask("/page.html", None, **wanted)
            body = answer.body
            if "Accept_Encoding" in wanted:
                body = gzip.decompress(body)
            elif wanted:
                assert answer.status == 206
                page = next(page for page in pages if page[100:2000] == body)
                assert answer.headers["content-range"] == f"bytes 100-1999/{len(page)}"
                body = page
            assert body in pages
            tag = hashlib.sha256(body).hexdigest()[:32]
            assert answer.headers["etag"].strip('"').removesuffix("-gzip") == tag
            seen.add(body)
        return seen

    with ThreadPoolExecutor(4) as threads:
        replacing = threads.submit(replace)
        seen = set().union(*threads.map(ask, range(3)))
        is_over.set()
        replacing.result()
    assert len(seen) > 2


def test_a_file_that_shrinks_on_its_way_is_no_whole(server: Serving) -> None:
    path = server.folder / "large.nt"
    with path.open("wb") as file:
        file.truncate(256 << 20)
    with socket.create_connection(("127.0.0.1", server.port), timeout=HUNG) as client:
        client.sendall(b"GET /large.nt HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        answer = http.client.HTTPResponse(client)
        answer.begin()
        assert (answer.status, answer.length) == (200, 256 << 20)
        os.truncate(path, 1000)
        with pytest.raises(http.client.IncompleteRead):
            answer.read()
    until(lambda: "/large.nt has changed while it was being sent" in server.log)
    assert server.ask("/large.nt").status == 200


# Builds that can't be served


def spoil_dump(site: Path, _room: Path) -> None:
    (site / "room.nq").write_bytes(b"<a> <b>")


def spoil_manifest(site: Path, _room: Path) -> None:
    (site / "manifest.json").write_bytes(b"{")


def remove_dump(site: Path, _room: Path) -> None:
    (site / "room.nq").unlink()
    os.utime(site / "manifest.json")


def spoil_settings(site: Path, room: Path) -> None:
    (room / "mipex-kg.toml").write_text("[project\n")
    os.utime(site / "manifest.json")


def spoil_query(site: Path, room: Path) -> None:
    (room / "queries" / "keepers.rq").write_bytes(b"\xff")
    os.utime(site / "manifest.json")


@pytest.mark.parametrize(
    "spoil", [spoil_dump, spoil_manifest, remove_dump, spoil_settings, spoil_query]
)
def test_a_build_that_is_broken_is_skipped(
    server: Serving, room: Path, run: Run, spoil: Callable[[Path, Path], None]
) -> None:
    sound = shutil.copytree(room, room.with_name("sound"))
    before, workers = server.query(NAMES), set(children(server.process.pid))
    page = server.ask(f"/{PAGE}").body
    assert before.status == 200
    spoil(server.folder, room)
    until(lambda: "The new build can't be served, so the one before still is: " in server.log, 30)
    assert server.query(NAMES).body == before.body
    assert server.ask(f"/{PAGE}").body == page
    # Nothing is left of what couldn't be started.
    until(lambda: set(children(server.process.pid)) == workers)

    shutil.rmtree(room)
    sound.rename(room)
    for path in (room / "data").rglob("*.trig"):
        path.write_text(path.read_text().replace('"Ada Brook"', '"Ada Brook the Second"'))
    (server.folder / "manifest.json").unlink(missing_ok=True)
    shutil.rmtree(server.folder)
    run("--project", room, "build", "-o", server.folder)
    until(lambda: b"Ada Brook the Second" in server.query(NAMES).body)
    assert b"Ada Brook the Second" in server.ask(f"/{PAGE}").body
    assert server.log.count("The new build can't be served") == 1


def has_renewed(server: Serving, times: int) -> bool:
    return server.log.count("new one is served now") == times


def test_a_dump_that_arrives_after_its_manifest(server: Serving, run: Run, room: Path) -> None:
    """As it does where the files are copied one by one."""
    for path in (room / "data").rglob("*.trig"):
        path.write_text(path.read_text().replace('"Ada Brook"', '"Ada Brook the Second"'))
    new = room.with_name("new")
    run("--project", room, "build", "-o", new)
    for number, name in enumerate(("manifest.json", "room.nq"), start=1):
        before = identify(server.folder, "room")
        shutil.copy(new / name, server.folder / f".{name}")
        (server.folder / f".{name}").replace(server.folder / name)
        assert identify(server.folder, "room") != before
        until(partial(has_renewed, server, number))
    until(lambda: b"Ada Brook the Second" in server.query(NAMES).body)


def test_a_pool_that_does_not_start_is_closed(tmp_path: Path) -> None:
    (tmp_path / "broken.nq").write_bytes(b"<a> <b>")
    before = children(os.getpid())

    async def start() -> None:
        with pytest.raises(OutputError, match=r"broken\.nq can't be loaded: "):
            await Pool(
                Setup(tmp_path / "broken.nq", {}, 1 << 28, 1 << 20, 10), PoolLimits(5, 2)
            ).__aenter__()
        assert children(os.getpid()) == before

    play(start())


def test_a_settled_identity_does_not_change_with_links(tmp_path: Path) -> None:
    for name in ("manifest.json", "a.nq"):
        (tmp_path / name).write_text("{}")
    before = identify(tmp_path, "a")
    os.link(tmp_path / "a.nq", tmp_path / "other")
    assert identify(tmp_path, "a") == before
    assert identify(tmp_path, "b") != before
    assert not identify(tmp_path / "none", "a").manifest
