"""Web pages in the editor's browser: they can't read what is served on this machine."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from mipex_kg.serving.host import is_loopback
from tests.commands import HUNG, Commands
from tests.conftest import LIGHTHOUSES
from tests.serving.conftest import Serving, serving, until

PROJECT = LIGHTHOUSES
PAGE = "/lighthouse/hook.html"


@pytest.fixture(scope="module")
def lighthouses(
    tmp_path_factory: pytest.TempPathFactory, commands: Commands, lighthouses_site: Path
) -> Iterator[Serving]:
    work = tmp_path_factory.mktemp("lighthouses")
    allowed = ("--allow-host", "Proxied.example")
    with serving(work, commands, *allowed, project=PROJECT, site=lighthouses_site) as started:
        yield started


@pytest.fixture(scope="module")
def drafts(tmp_path_factory: pytest.TempPathFactory, commands: Commands) -> Iterator[Serving]:
    work = tmp_path_factory.mktemp("drafts")
    with serving(work, commands, "--reload", project=PROJECT) as started:
        yield started


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8000", "localhost.evil.example", "127.0.0.1.evil.example", "a"],
)
@pytest.mark.parametrize("path", ["/", "/sparql?query=ASK{}", "/-/health", "/nothing"])
def test_a_name_that_leads_here_is_not_answered_for(
    lighthouses: Serving, drafts: Serving, host: str, path: str
) -> None:
    for server in (lighthouses, drafts):
        answer = server.ask(path, Host=host)
        assert answer.status == 421
        assert f"doesn't answer for {host.partition(':')[0]}" in answer.body.decode()


@pytest.mark.parametrize(
    "host",
    ["localhost", "LOCALHOST:1", "site.localhost", "127.0.0.1:80", "[::1]:8000", "proxied.example"],
)
def test_hosts_that_are_this_one(lighthouses: Serving, host: str) -> None:
    assert lighthouses.ask("/", Host=host).status == 200


def test_the_sites_own_host_is_this_one(lighthouses: Serving) -> None:
    """A proxy on the same machine may keep the name under which the site is known."""
    assert lighthouses.ask("/", Host="lighthouses.example").status == 200


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (b"", 400),
        (b"Host: localhost\r\nHost: localhost\r\n", 400),
        (b"Host: \r\n", 400),
        (b"Host: a b\r\n", 400),
        (b"Host: localhost\r\n", 200),
    ],
)
def test_a_request_says_once_which_host_it_is_for(
    lighthouses: Serving, lines: bytes, status: int
) -> None:
    """RFC 9112, 3.2."""
    with socket.create_connection(("127.0.0.1", lighthouses.port), timeout=HUNG) as client:
        client.sendall(b"GET /-/health HTTP/1.1\r\n" + lines + b"Connection: close\r\n\r\n")
        answer = http.client.HTTPResponse(client)
        answer.begin()
        assert answer.status == status


def test_an_old_client_need_not(lighthouses: Serving) -> None:
    with socket.create_connection(("127.0.0.1", lighthouses.port), timeout=HUNG) as client:
        client.sendall(b"GET /-/health HTTP/1.0\r\n\r\n")
        assert client.recv(1000).startswith(b"HTTP/1.1 200 ")


def test_whoever_lets_others_in_is_known_by_any_name(
    tmp_path: Path, commands: Commands, lighthouses_site: Path
) -> None:
    open_to, site = ("--host", "0.0.0.0"), lighthouses_site
    with serving(tmp_path, commands, *open_to, project=PROJECT, site=site) as server:
        assert server.ask("/", Host="any.example").status == 200


def test_only_this_machine_is_told_by_its_address() -> None:
    assert is_loopback("127.8.8.8")
    assert not any(map(is_loopback, ("0.0.0.0", "192.0.2.1", "example.org", "::ffff:192.0.2.1")))


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", PAGE),
        ("GET", PAGE.replace(".html", ".ttl")),
        ("GET", PAGE.removesuffix(".html")),
        ("GET", "/nothing"),
        ("GET", "/sparql?query=ASK%7B%7D"),
        ("GET", "/sparql?query=ASK"),
        ("GET", "/openapi.json"),
        ("GET", "/-/health"),
        ("GET", "/-/version"),
        ("GET", "/-/reload.js"),
        ("OPTIONS", "/sparql"),
        ("OPTIONS", PAGE),
        ("PUT", PAGE),
    ],
)
def test_drafts_are_read_by_no_other_site(
    drafts: Serving, lighthouses: Serving, method: str, path: str
) -> None:
    answer = drafts.ask(path, method=method, Origin="https://evil.example")
    assert not [name for name in answer.headers if name.startswith("access-control-")]
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    # What is published may be read by all.
    if path[:3] != "/-/":
        published = lighthouses.ask(path, method=method, Origin="https://evil.example")
        assert published.headers["access-control-allow-origin"] == "*"


def test_what_reloads_is_only_read(drafts: Serving) -> None:
    for path in ("/-/version", "/-/reload.js"):
        assert drafts.ask(path, method="PUT").status == 405
    until(lambda: drafts.ask("/-/version").status == 200)
