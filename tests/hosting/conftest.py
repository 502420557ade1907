"""Sites behind real servers, each started once."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.hosting import servers
from tests.hosting.servers import Server


@dataclass(frozen=True)
class Hosted:
    """A site, as it is served by each server, and its names by the folder for w3id.org."""

    folder: Path
    nginx: Server
    apache: Server
    w3id: Server

    def server(self, name: str) -> Server:
        found: Server = getattr(self, name)
        return found


@pytest.fixture(scope="session")
def work() -> Iterator[Path]:
    """Make a folder that a server may read which runs as someone else."""
    folder = Path(tempfile.mkdtemp(prefix="hosting-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def hosted(run: Run, bundled_project: Path, work: Path) -> Iterator[Hosted]:
    with hosting(run, bundled_project, "mipex-kg", work / "bundled") as hosted:
        yield hosted


@contextlib.contextmanager
def hosting(run: Run, folder: Path, name: str, work: Path) -> Iterator[Hosted]:
    """Build a project and serve its site, by the rules that are made for each server.

    :param name: the project's
    """
    work.mkdir()
    for server in ("nginx", "apache2"):
        servers.program(server)
    ports = {host: servers.free_port() for host in ("nginx", "apache", "w3id")}
    site = f"http://127.0.0.1:{ports['nginx']}/"
    project = ("--project", folder)
    run(*project, "build", "-o", work / "site", "--site", site)
    for host in ("nginx", "apache", "w3id"):
        (work / host).mkdir()
        run(*project, "hosting", host, "--site", site, "-o", work / f"{host}-rules")
    shutil.copy(work / "apache-rules" / ".htaccess", work / "site")
    http, server = (
        (work / "nginx-rules" / f"{name}.{block}.conf").read_text() for block in ("http", "server")
    )
    with (
        servers.nginx(work / "nginx", work / "site", ports["nginx"], http, server) as nginx,
        servers.apache(work / "apache", work / "site", ports["apache"]) as apache,
        servers.apache(work / "w3id", work / "w3id-rules", ports["w3id"]) as w3id,
    ):
        yield Hosted(work / "site", nginx, apache, w3id)
