"""Asking again, giving up, and keeping secrets."""

from __future__ import annotations

import stat
from pathlib import Path

import httpx
import pytest

from mipex_kg.remote.client import BusyError, StoreClient
from mipex_kg.remote.credentials import (
    PASSWORD,
    TOKEN,
    USER,
    Answering,
    Credentials,
    find_credentials,
)
from mipex_kg.remote.graph_store import GraphStore, open_store
from mipex_kg.remote.stores import OXIGRAPH
from mipex_kg.system.errors import KgError, RemoteError, UsageError
from tests.remote.conftest import RunAs, Script

SECRET = "s3cret-of-nobody"


@pytest.fixture(autouse=True)
def nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let no account of the user's play a part."""
    for name in (USER, PASSWORD, TOKEN, "NETRC"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


def test_a_busy_store_is_asked_again_each_time_later(script: Script) -> None:
    waits: list[float] = []
    script.answer(503)
    script.answer(429, Retry_After="7")
    script.answer(500)
    script.answer(502, Retry_After="86400")
    script.answer(200, b"done")
    with StoreClient(script.address, sleep=waits.append) as client:
        assert client.send("GET", "").content == b"done"
    assert waits == [0.5, 7, 2, 60]


def test_in_the_end_it_is_given_up(script: Script) -> None:
    for _ in range(5):
        script.answer(503, b"Not now.", Content_Type="text/plain")
    with (
        StoreClient(script.address, sleep=lambda _: None) as client,
        pytest.raises(BusyError) as caught,
    ):
        client.send("PUT", "store", content=b"x")
    assert caught.value.message == f"{script.address}store answers 503: Not now."
    assert len(script.seen) == 5


@pytest.mark.parametrize("status", [302, 400, 403, 404, 501])
def test_a_refusal_is_final(script: Script, status: int) -> None:
    script.answer(status, b"<p>no</p>", Content_Type="text/html", Location="http://e.example/")
    with (
        StoreClient(script.address) as client,
        pytest.raises(RemoteError, match=rf"answers {status}\.(\n|$)"),
    ):
        client.send("GET", "")
    assert len(script.seen) == 1, "nobody else is asked, and nothing twice"


def test_a_host_that_is_not_there_is_said_to_be_so() -> None:
    client = StoreClient("http://127.0.0.1:9/", sleep=lambda _: None)
    with client, pytest.raises(BusyError, match="cannot be reached"):
        client.send("GET", "")


def test_an_update_is_divided_by_what_a_store_takes_at_once(script: Script) -> None:
    for _ in range(3):
        script.answer(204)
    kind = OXIGRAPH._replace(most_bytes=100, most_operations=2)
    parts = ["x" * 60, "y" * 30, "z", "w" * 200]
    with StoreClient(script.address, sleep=lambda _: None) as client:
        GraphStore(client, kind).replace((), (), parts)
    updates = [body.decode().split(" ;\n") for _, _, _, body in script.seen]
    assert updates == [parts[:2], parts[2:3], parts[3:]]


def test_a_move_that_may_have_been_done_is_not_done_twice(script: Script) -> None:
    script.answer(503)
    # One of the two graphs is no longer where it was loaded.
    script.answer(
        200,
        b'{"results": {"bindings": [{"g": {"value": "e:b1"}, "n": {"value": "1"}}]}}',
    )
    script.answer(204)
    with StoreClient(script.address, sleep=lambda _: None) as client:
        GraphStore(client, OXIGRAPH).replace([("e:a1", "e:a"), ("e:b1", "e:b")])
    updates = [body for _, path, _, body in script.seen if path == "/update"]
    assert [update.count(b"MOVE") for update in updates] == [2, 1]
    assert b"b1" in updates[1]


def test_a_store_is_told_by_its_server_or_named(script: Script) -> None:
    script.answer(404, Server="nginx")
    with StoreClient(script.address) as client:
        with pytest.raises(UsageError, match=r"says it is .*nginx"):
            open_store(client, None)
        assert open_store(client, "oxigraph").kind is OXIGRAPH


@pytest.mark.parametrize(
    "address",
    ["", "store", "ftp://e.org/", "http://", "http://e.org:x/", "http://e.org/?a=b", "http://e/#a"],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match="is not a valid store URL"):
        StoreClient(address)


def test_an_address_with_a_password_is_refused_without_showing_it(run_as: RunAs) -> None:
    for command in (["--bundled", "push"], ["query", "ASK {}", "--endpoint"]):
        outcome = run_as(*command, f"http://ada:{SECRET}@127.0.0.1/", variables={}, code=2)
        assert SECRET not in outcome.err
        assert USER in outcome.err


@pytest.mark.parametrize(
    ("variables", "sent"),
    [
        ({USER: "ada", PASSWORD: SECRET}, "Basic "),
        ({TOKEN: SECRET}, f"Bearer {SECRET}"),
    ],
)
def test_who_we_are_is_said_once_asked_and_shown_nowhere(
    run_as: RunAs, script: Script, variables: dict[str, str], sent: str
) -> None:
    script.answer(401, WWW_Authenticate="Basic realm=x")
    script.answer(403, b"Not you.", Content_Type="text/plain")
    asked = ["query", "ASK FROM <e:a> {}", "--endpoint", script.address]
    outcome = run_as(*asked, variables=variables, code=4)
    assert "Not you" in outcome.err
    assert SECRET not in outcome.err + outcome.text
    given = [headers.get("authorization", "") for _, _, headers, _ in script.seen]
    assert given[0] == ""
    assert given[1].startswith(sent)


def test_a_netrc_file_says_who_we_are_to_its_host_alone(tmp_path: Path) -> None:
    path = tmp_path / ".netrc"
    path.write_text(f"machine store.example login ada password {SECRET}\n")
    path.chmod(stat.S_IRUSR | stat.S_IWUSR)
    assert find_credentials("store.example", {}) == Credentials("ada", SECRET)
    assert find_credentials("other.example", {}) is None
    named = tmp_path / "other"
    named.write_text(f"machine store.example\n{SECRET}")
    with pytest.raises(UsageError, match="is not a netrc file: see line 2") as caught:
        find_credentials("store.example", {"NETRC": str(named)})
    assert SECRET not in str(caught.value)
    assert SECRET not in repr(Credentials("ada", SECRET, SECRET))


def test_half_an_account_is_refused() -> None:
    with pytest.raises(UsageError, match="Only one of"):
        find_credentials("e.org", {USER: "ada"})


@pytest.mark.parametrize(
    ("url", "way"),
    [
        ("https://e.org/", "Basic realm=x"),
        ("http://127.0.0.1/", "Basic realm=x"),
        ("http://[::1]/", "Basic realm=x"),
        ("http://localhost/", "Basic realm=x"),
        ("http://e.org/", 'Digest realm="x", nonce="n", qop="auth"'),
    ],
)
def test_passwords_travel_where_nobody_reads_them(url: str, way: str) -> None:
    assert SECRET not in _said(url, way)
    assert _said(url, way).split()[0] == way.split(maxsplit=1)[0]


def test_passwords_do_not_travel_in_the_clear() -> None:
    with pytest.raises(KgError, match="a password that all on the way can read"):
        _said("http://e.org/", "Basic realm=x")


def _said(url: str, way: str) -> str:
    """Answer 401, and tell what is said then."""
    flow = Answering(Credentials("ada", SECRET)).auth_flow(httpx.Request("GET", url))
    request = next(flow)
    assert "authorization" not in request.headers
    asks = httpx.Response(401, headers={"WWW-Authenticate": way}, request=request)
    request = flow.send(asks)
    if "authorization" not in request.headers:  # which is how a digest begins
        request = flow.send(asks)
    return request.headers["authorization"]
