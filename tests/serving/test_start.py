"""What ``mipex-kg serve`` does as it starts."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.commands import Commands, Standby
from tests.conftest import LIGHTHOUSES, with_ours
from tests.serving.conftest import serving, until


@pytest.mark.skipif(sys.platform != "linux", reason="Elsewhere, a browser is found in other ways.")
def test_a_browser_is_led_to_the_site(tmp_path: Path, environment: dict[str, str]) -> None:
    """By a server that loads what it needs itself; those of other tests find it loaded."""
    opener, told = tmp_path / "bin" / "xdg-open", tmp_path / "told"
    opener.parent.mkdir()
    opener.write_text(f'#!/bin/sh\necho "$1" > {told}.new && mv {told}.new {told}\n')
    opener.chmod(0o755)
    found = {**with_ours(environment), "PATH": f"{opener.parent}:{environment['PATH']}"}
    with (
        closing(Standby([], found)) as standby,
        serving(
            tmp_path, Commands(standby, found, tmp_path), "--open", project=LIGHTHOUSES
        ) as server,
    ):
        until(told.exists)
        address = told.read_text().strip()
        assert address in server.line.split()
        assert f"{address}sparql" in server.line.split()
        assert server.ask("/").status == 200
