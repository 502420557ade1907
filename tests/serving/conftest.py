"""The bundled site, served by ``mipex-kg serve`` as a process of its own."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.conftest import ROOT
from tests.hosting.servers import Server


@dataclass(frozen=True)
class Serving(Server):
    """A running ``mipex-kg serve``, and the folder that it serves."""

    folder: Path
    process: subprocess.Popen[bytes]

    @property
    def log(self) -> str:
        return (self.work / "log").read_text()


@contextlib.contextmanager
def serving(
    work: Path, environment: dict[str, str], *options: str, project: Path = ROOT
) -> Iterator[Serving]:
    """Serve a project from a folder, at any port, until the end."""
    site = work / "site"
    command = [sys.executable, "-m", "mipex_kg", "--project", str(project)]
    command += ["serve", str(site), "--port", "0", *options]
    with (work / "log").open("wb") as log:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=log, env=environment, cwd=work
        )
    assert process.stdout is not None
    try:
        ready, _, _ = select.select([process.stdout], [], [], 90)
        line = process.stdout.readline().decode() if ready else ""
        assert " at http://" in line, (work / "log").read_text()
        port = urlsplit(line.split(" at ")[1].split()[0]).port
        assert port
        yield Serving(port, work, site, process)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=20)
        finally:
            process.kill()
            process.stdout.close()


@pytest.fixture(scope="session")
def served(
    tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]
) -> Iterator[Serving]:
    with serving(tmp_path_factory.mktemp("served"), environment) as started:
        yield started


def until(condition: object, seconds: float = 10) -> None:
    """Wait until something holds."""
    assert callable(condition)
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "It didn't come to that."
        time.sleep(0.05)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
