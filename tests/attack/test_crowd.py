"""A mixed crowd, with valid clients in it: not one of their answers is wrong.

A few seconds of it; `CROWD_SECONDS=60` and `python -m bench.crowd` are the whole.
"""

from __future__ import annotations

import os
from pathlib import Path

from bench import crowd
from bench.rude import ROLES
from tests.commands import Commands
from tests.serving.conftest import children, play, serving, until

SECONDS = float(os.environ.get("CROWD_SECONDS", "3"))


def test_not_one_answer_is_wrong_in_a_crowd(
    tmp_path: Path, commands: Commands, bundled_project: Path, unplaced_site: Path
) -> None:
    crowd.allow_connections()
    limits = ("--timeout", "2", "--workers", "4", "--cache", "0")
    with serving(
        tmp_path, commands, *limits, project=bundled_project, site=unplaced_site
    ) as server:
        tally = play(crowd.crowd(server.port, server.folder, "mipex-kg", SECONDS))
        assert not tally.wrong
        assert set(tally.right) >= {*crowd.WAYS, "half-closed", "afterwards"}
        assert set(tally.rude) == set(ROLES)
        assert all(got.total() for got in tally.rude.values())
        # What is too large or too long is said to be.
        assert tally.rude["huge heads"][431]
        assert set(tally.rude["endless queries"]) <= {0, 503}
        # The process from which workers come, and the workers.
        until(lambda: len(children(server.process.pid)) == 1 + 4)
        assert server.process.poll() is None
        assert "Traceback" not in server.log
