"""``check`` finds nothing to fix where ``serve`` serves the site."""

from __future__ import annotations

import json

from tests.conftest import LIGHTHOUSES, Run
from tests.serving.conftest import Serving


def test_serve_gives_each_client_what_it_asks_for(run: Run, lighthouses: Serving) -> None:
    """Of a small site, which has things, documents, pages and tables too."""
    arguments = ("check", lighthouses.address, "--only", "server", "-f", "json")
    told = json.loads(run("--project", LIGHTHOUSES, *arguments).text)
    assert {f["check"] for f in told["findings"]} == {"server/address"}
    assert told["readers"][0]["violations"] == told["readers"][0]["warnings"] == 0
