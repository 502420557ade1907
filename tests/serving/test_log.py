"""What the server says of its work: the access log, timings, and slow queries by name."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from mipex_kg.serving.log import AccessLog
from tests.commands import Commands
from tests.conftest import LIGHTHOUSES
from tests.serving.conftest import Serving, play, serving, until

LINE = (
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z 127\.0\.0\.1 GET /sparql\?query=ASK\+%7B%7D 200 "
    r"\d+ \d+\.\dms"
)
SLOW = "SELECT (COUNT(*) AS ?n)\n{ ?a ?b ?c . ?d ?e ?f }"


def test_a_line_for_each_request(served: Serving) -> None:
    served.query("ASK {}")
    until(lambda: re.search(LINE, served.log))


def test_timings(served: Serving) -> None:
    timing = served.query("ASK {}").headers["server-timing"]
    assert re.fullmatch(r"queue;dur=\d+\.\d, query;dur=\d+\.\d, total;dur=\d+\.\d", timing)
    assert served.ask("/index.html").headers["server-timing"].startswith("total;dur=")


def test_json_and_slow_queries(tmp_path: Path, commands: Commands, lighthouses_site: Path) -> None:
    triples = " . ".join(f"?a{n} ?b{n} ?c{n}" for n in range(4))
    options, site = ("--log", "json", "--timeout", "1"), lighthouses_site
    with serving(tmp_path, commands, *options, project=LIGHTHOUSES, site=site) as one:
        one.query(f"SELECT (COUNT(*) AS ?n)\n{{ {triples} }}", User_Agent="a \x9f b")
        until(lambda: '"slow": ' in one.log)
        told = json.loads(one.log.splitlines()[-1])
    assert told["slow"].startswith("SELECT (COUNT(*) AS ?n) { ?a0 ?b0 ?c0 .")
    assert told["status"] == 503
    assert 900 < told["query_ms"] <= told["ms"]
    assert (told["method"], told["client"]) == ("GET", "127.0.0.1")
    assert told["agent"] == "a \ufffd b"


@pytest.mark.parametrize("format", ["text", "json", "none"])
def test_nobody_writes_lines_of_their_own(format: str) -> None:
    lines: list[str] = []

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        scope["state"] |= {"timings": {"queue": 0.0, "query": 5.0}, "query": "ASK\n{}\x1b[0m"}
        await Response(b"12345")(scope, receive, send)

    async def log() -> None:
        async def send(_message: object) -> None:
            return

        scope = {
            "type": "http",
            "method": "GET",
            "path": "/a",
            "raw_path": b"/a\x1b[2J" + b"x" * 1000,
            "headers": [],
        }
        await AccessLog(application, format, lines.append)(scope, send, send)  # type: ignore[arg-type]

    play(log())
    assert all("\n" not in line and "\x1b" not in line and len(line) < 900 for line in lines)
    assert len(lines) == {"text": 2, "json": 1, "none": 0}[format]
    if format == "text":
        assert lines[1].endswith("slow query, 5000.0ms: ASK {}\ufffd[0m")
