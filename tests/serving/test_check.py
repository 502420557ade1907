"""``check`` finds nothing to fix where ``serve`` serves the site."""

from __future__ import annotations

import json

from tests.conftest import ROOT, Run
from tests.serving.conftest import Serving


def test_serve_gives_each_client_what_it_asks_for(run: Run, served: Serving) -> None:
    arguments = ("check", served.address, "--only", "server", "-f", "json")
    told = json.loads(run("--project", ROOT, *arguments).text)
    assert {f["check"] for f in told["findings"]} == {"server/address"}
    assert told["readers"][0]["violations"] == told["readers"][0]["warnings"] == 0
