"""``check`` finds nothing to fix where nginx or Apache serve the site by the generated rules."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import LIGHTHOUSES, Run
from tests.hosting.conftest import Hosted, hosting


@pytest.fixture(scope="module")
def lighthouses(run: Run, work: Path) -> Iterator[Hosted]:
    """Serve a small site, which has things, documents, pages and tables too."""
    with hosting(run, LIGHTHOUSES, "lighthouses", work / "lighthouses") as hosted:
        yield hosted


@pytest.mark.parametrize("name", ["nginx", "apache"])
def test_a_server_with_our_rules_gives_each_client_what_it_asks_for(
    run: Run, lighthouses: Hosted, name: str
) -> None:
    address, site = lighthouses.server(name).address, lighthouses.site
    checks = [part for check in ("server", "dcat-ap", "void") for part in ("--only", check)]
    arguments = ("check", address, "--site", site, *checks, "-f", "json")
    told = json.loads(run("--project", LIGHTHOUSES, *arguments).text)
    found = {(f["check"], f["message"]) for f in told["findings"]}
    expected = {
        ("server/address", f"The site was built for {site}: there its readers are sent."),
        ("dcat-ap/placeholder", f"{site} is a placeholder address."),
    }
    assert {f for f in found if "mailto:" not in f[1]} <= expected
    readers = {reader["name"]: reader for reader in told["readers"]}
    assert int(readers["server"]["sees"].split()[0].replace(",", "")) > 500
    assert readers["server"]["violations"] == readers["server"]["warnings"] == 0
