"""Sites behind real servers, each started once."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import BUNDLED_SITE, Run
from tests.hosting import servers
from tests.hosting.servers import Server


@dataclass(frozen=True)
class Hosted:
    """A site, as it is served by each server, and its names by the folder for w3id.org."""

    folder: Path
    site: str
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
def hosted(run: Run, bundled_project: Path, bundled_site: Path, work: Path) -> Iterator[Hosted]:
    folder = work / "bundled"
    # Apache is told beside them what it needs to know.
    shutil.copytree(bundled_site, folder / "site", copy_function=os.link)
    with hosting(run, bundled_project, "mipex-kg", folder, BUNDLED_SITE) as hosted:
        yield hosted


@contextlib.contextmanager
def hosting(
    run: Run, folder: Path, name: str, work: Path, site: str | None = None
) -> Iterator[Hosted]:
    """Serve a project's site, by the rules that are made for each server.

    :param name: the project's
    :param work: where the site is, or is built
    :param site: the address for which it was built; that of nginx, if it is built now
    """
    work.mkdir(exist_ok=True)
    for server in ("nginx", "apache2"):
        servers.program(server)
    ports = {host: servers.free_port() for host in ("nginx", "apache", "w3id")}
    project = ("--project", folder)
    if site is None:
        site = f"http://127.0.0.1:{ports['nginx']}/"
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
        yield Hosted(work / "site", site, nginx, apache, w3id)
