"""Starting nginx and Apache on loopback, and asking them without the comforts of a client."""

from __future__ import annotations

import contextlib
import http.client
import itertools
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.commands import HUNG
from tests.conftest import absent

NGINX = """
daemon off;
{user}
worker_processes 1;
pid {work}/nginx.pid;
error_log {work}/error.log notice;
events {{}}
http {{
    access_log off;
    client_body_temp_path {work}/body;
    proxy_temp_path {work}/proxy;
    fastcgi_temp_path {work}/fastcgi;
    uwsgi_temp_path {work}/uwsgi;
    scgi_temp_path {work}/scgi;
    {http}
    server {{
        listen 127.0.0.1:{port};
        root {root};
        {server}
    }}
}}
"""
# A host that allows little: of what it has on, nothing may get in the way.
APACHE = """
ServerRoot {work}
ServerName 127.0.0.1
PidFile {work}/apache.pid
ErrorLog {work}/error.log
Listen 127.0.0.1:{port}
{modules}
TypesConfig /etc/mime.types
{user}
DocumentRoot {root}
{more}
AddLanguage en .en
AddEncoding x-gzip .gz
<Directory {root}>
    Options FollowSymLinks Indexes
    AllowOverride FileInfo
    Require all granted
</Directory>
"""
MODULES = (
    "mpm_event",
    "authz_core",
    "autoindex",
    "deflate",
    "dir",
    "filter",
    "headers",
    "mime",
    "negotiation",
    "rewrite",
)
APACHE_MODULES = Path("/usr/lib/apache2/modules")


@dataclass(frozen=True)
class Answer:
    """What a server has sent."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def tokens(self, name: str) -> set[str]:
        """Give the parts of a header that is a list, in lower case."""
        return {t.strip().lower() for t in self.headers.get(name, "").split(",") if t.strip()}


@dataclass(frozen=True)
class Server:
    """A running server."""

    port: int
    work: Path

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def ask(self, path: str, accept: str | None = None, method: str = "GET", **more: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=HUNG)
        headers = {name.replace("_", "-"): value for name, value in more.items()}
        headers |= {} if accept is None else {"Accept": accept}
        with contextlib.closing(connection):
            connection.request(method, path, headers=headers)
            answer = connection.getresponse()
            found: dict[str, str] = {}
            for name, value in answer.getheaders():
                known = found.get(name.lower())
                found[name.lower()] = f"{known}, {value}" if known else value
            return Answer(answer.status, found, answer.read())

    def where(self, path: str, accept: str | None = None) -> str | int:
        """Tell where a path leads, relative to the server, or the status if nowhere."""
        answer = self.ask(path, accept)
        location = answer.headers.get("location", "")
        return location.removeprefix(self.address) if answer.status == 303 else answer.status

    @property
    def log(self) -> str:
        return (self.work / "error.log").read_text()


# Below those that systems give to whatever asks for any: of these, one that is free now may be
# another's when a server starts. Each of the processes that test has some of its own.
_OWN = 400
_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_ports = itertools.count(20_000 + _WORKER * _OWN)


def free_port() -> int:
    for port in itertools.islice(_ports, _OWN):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("No port is free.")


def program(*names: str) -> str:
    """Find a server's program, which may lie where only administrators look."""
    path = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))
    found = next((p for name in names if (p := shutil.which(name, path=path))), None)
    return found or absent(names[0])


@contextlib.contextmanager
def nginx(work: Path, root: Path, port: int, http: str, server: str) -> Iterator[Server]:
    user = "user root;" if os.getuid() == 0 else ""
    text = NGINX.format(work=work, root=root, port=port, http=http, server=server, user=user)
    (work / "nginx.conf").write_text(text)
    command = [program("nginx"), "-p", str(work), "-c", str(work / "nginx.conf")]
    with running(command, Server(port, work)) as started:
        yield started


@contextlib.contextmanager
def apache(work: Path, root: Path, port: int, more: str = "") -> Iterator[Server]:
    command = program("apache2", "httpd")
    if not APACHE_MODULES.is_dir():
        absent(str(APACHE_MODULES))
    modules = "\n".join(
        f"LoadModule {name}_module {APACHE_MODULES}/mod_{name}.so" for name in MODULES
    )
    user = "User www-data\nGroup www-data" if os.getuid() == 0 else ""
    text = APACHE.format(work=work, root=root, port=port, modules=modules, user=user, more=more)
    (work / "apache.conf").write_text(text)
    arguments = [command, "-D", "FOREGROUND", "-f", str(work / "apache.conf")]
    with running(arguments, Server(port, work)) as started:
        yield started


@contextlib.contextmanager
def running(command: list[str], server: Server) -> Iterator[Server]:
    """Start a server, wait until it answers, and end it."""
    with (server.work / "output").open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
    try:
        deadline = time.monotonic() + 60
        while True:
            is_there = process.poll() is None
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", server.port)):
                if is_there:
                    break
            if process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError((server.work / "output").read_text())
            time.sleep(0.05)
        yield server
    finally:
        process.terminate()
        process.wait(timeout=HUNG)
