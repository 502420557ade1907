"""What is rebuilt is served anew; with `--reload` the server builds, and shows mistakes."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.commands import Commands
from tests.conftest import Run
from tests.serving.conftest import Serving, children, serving, until

COUNT = 'SELECT ?n { ?s schema:name ?n FILTER(STR(?n) = "Ada Brook the Second") }'


@dataclass(frozen=True)
class Room:
    """A small project, and the file that is edited."""

    folder: Path
    file: Path

    def edit(self, old: str, new: str) -> None:
        text = self.file.read_text()
        assert old in text
        self.file.write_text(text.replace(old, new))


@pytest.fixture
def room(tmp_path: Path, run: Run) -> Room:
    folder = tmp_path / "room"
    run("init", folder)
    settings = folder / "mipex-kg.toml"
    settings.write_text(settings.read_text().replace("# site =", "site ="))
    files = [path for path in folder.glob("data/**/*") if "Ada Brook" in path.read_text()]
    return Room(folder, files[0])


def names(server: Serving) -> bool:
    answer = server.query(COUNT)
    return answer.status == 200 and bool(json.loads(answer.body)["results"]["bindings"])


def test_a_new_build_takes_the_old_ones_place(
    room: Room, tmp_path: Path, commands: Commands, run: Run
) -> None:
    with serving(tmp_path, commands, project=room.folder) as server:
        page = server.ask("/person/ada-brook.html")
        workers = children(server.process.pid)
        assert not names(server)
        room.edit('"Ada Brook"', '"Ada Brook the Second"')
        run("--project", room.folder, "build", "-o", tmp_path / "site")
        until(lambda: names(server))
        again = server.ask("/person/ada-brook.html", If_None_Match=page.headers["etag"])
        assert again.status == 200
        assert b"Ada Brook the Second" in again.body
        # The old workers are gone, and as many new ones are there.
        until(lambda: not set(workers) & set(children(server.process.pid)))
        until(lambda: len(children(server.process.pid)) == len(workers))
        assert "Traceback" not in server.log


def test_reload(room: Room, tmp_path: Path, commands: Commands) -> None:
    with serving(tmp_path, commands, "--reload", project=room.folder) as server:
        page = server.ask("/person/ada-brook.html")
        assert page.body.count(b'<script src="/-/reload.js" defer></script></body>') == 1
        assert page.headers["cache-control"] == "no-store"
        assert int(page.headers["content-length"]) == len(page.body)
        assert b"location.reload()" in server.ask("/-/reload.js").body
        version = server.ask("/-/version").body
        turtle = server.ask("/person/ada-brook.ttl").body

        room.edit('schema:name "Ada Brook"', 'schema:nmae "Ada Brook"')
        until(lambda: server.ask("/").status == 500)
        broken = server.ask("/person/ada-brook.html")
        line = next(
            number
            for number, text in enumerate(room.file.read_text().splitlines(), start=1)
            if "schema:nmae" in text
        )
        places = re.findall(r"data/notice\.trig:(\d+):\d+: violation", broken.body.decode())
        # What misses a name is the thing, which begins a line or two before.
        assert any(0 <= line - int(place) <= 2 for place in places)
        assert b"The data is not valid" in broken.body
        assert "reload.js" in broken.body.decode()
        assert server.ask("/-/version").body != version
        # Programs go on with what was valid.
        assert server.ask("/person/ada-brook.ttl").body == turtle

        room.edit('schema:nmae "Ada Brook"', 'schema:name "Ada Brook the Second"')
        until(lambda: b"Ada Brook the Second" in server.ask("/person/ada-brook.html").body)
        until(lambda: names(server))
        assert "Traceback" not in server.log


def test_a_change_reloads_a_page_once(room: Room, tmp_path: Path, commands: Commands) -> None:
    """Also where the index for searching follows later, and the answers to queries."""
    entry = Path("pagefind", "pagefind-entry.json")
    with serving(tmp_path, commands, "--reload", project=room.folder) as server:
        index = server.ask(f"/{entry}").body
        seen = [server.ask("/-/version").body]

        def look() -> None:
            version = server.ask("/-/version").body
            if version != seen[-1]:
                seen.append(version)
                assert b"the Second" in server.ask("/person/ada-brook.html").body

        def is_whole() -> bool:
            look()
            is_told = "Rebuilt" in server.log
            return is_told and names(server) and server.ask(f"/{entry}").body != index

        room.edit('"Ada Brook"', '"Ada Brook the Second"')
        until(is_whole)
        assert len(seen) == 2


def test_a_store_elsewhere_need_not_be_asked_anew(
    room: Room, tmp_path: Path, commands: Commands, run: Run
) -> None:
    """Only the documents are those of the new build; and no store must be there for them."""
    asked = ("--endpoint", "http://127.0.0.1:9/")
    with serving(tmp_path, commands, *asked, project=room.folder) as server:
        workers = children(server.process.pid)
        room.edit('"Ada Brook"', '"Ada Brook the Second"')
        run("--project", room.folder, "build", "-o", tmp_path / "site")
        until(lambda: b"the Second" in server.ask("/person/ada-brook.html").body)
        assert children(server.process.pid) == workers
        assert server.query(COUNT).status == 503
