"""A site on a server: what the usual clients get, and what a server may do that nobody trusts."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import re
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

import pytest

from mipex_kg.checks.apart import run_apart
from mipex_kg.checks.client import SiteClient, check_address
from mipex_kg.checks.mirror import Mirror, bring, is_safe
from mipex_kg.checks.registry import CheckedSite, run_checks
from mipex_kg.project.media_types import media_type
from mipex_kg.project.project import Project, load_project
from mipex_kg.rdf.negotiation import VARIANTS, choose
from mipex_kg.system.errors import RemoteError, UsageError
from mipex_kg.validation.report import Finding, ReaderReport, Severity
from tests.catalogues import set_up
from tests.conftest import Run
from tests.test_readers import COVERAGE, SETTINGS, SITE


@dataclass
class Reply:
    """What a server sends; a fault changes it before it goes."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


class Request(NamedTuple):
    method: str
    path: str
    headers: dict[str, str]


# What is kept of the site where only the server matters.
KEPT = ("assets/style", "person/ada-brook", "dataset/", ".well-known/")
Fault = Callable[[Request, Reply], None]


def answer(folder: Path, request: Request) -> Reply:
    """Answer as a good server does, by our rules, written anew."""
    name = unquote(request.path.partition("?")[0]).lstrip("/") or "index.html"
    common = {"Access-Control-Allow-Origin": "*"}
    path = folder / name
    if path.is_file():
        data = path.read_bytes()
        tag = f'"{hashlib.sha256(data).hexdigest()[:16]}"'
        headers = {**common, "Content-Type": media_type(name).header, "ETag": tag}
        if (folder / f"{name.rpartition('.')[0]}.linkset.json").exists():
            stem = f"/{name.rpartition('.')[0]}.linkset.json"
            headers["Link"] = f'<{stem}>; rel="linkset"; type="application/linkset+json"'
        if request.headers.get("if-none-match") == tag:
            return Reply(304, headers)
        return Reply(200, headers, data)
    if (folder / f"{name}.ttl").is_file():
        there = [v for v in VARIANTS if (folder / f"{name}.{v.name}").is_file()]
        chosen = choose(request.headers.get("accept"), there)
        assert chosen is not None
        return Reply(303, {**common, "Location": f"/{name}.{chosen.name}", "Vary": "Accept"})
    return Reply(404, {"Content-Type": "text/html; charset=utf-8"}, b"<p>Nothing.")


class Served(NamedTuple):
    """A site on a server.

    :param faults: what goes wrong, one after the other
    :param asked: all that it was asked
    """

    folder: Path
    address: str
    faults: list[Fault]
    asked: list[Request]


@contextlib.contextmanager
def serve(folder: Path) -> Iterator[Served]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Else what comes after the head of an answer waits until that has been acknowledged.
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            given = {name.lower(): value for name, value in self.headers.items()}
            request = Request(self.command, self.path, given)
            served.asked.append(request)
            reply = answer(folder, request)
            for fault in served.faults:
                fault(request, reply)
            self.send_response(reply.status)
            reply.headers.setdefault("Content-Length", str(len(reply.body)))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(reply.body)

        do_HEAD = do_GET  # noqa: N815 - as its parent names it

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served = Served(folder, f"http://127.0.0.1:{server.server_port}/", [], [])
    thread = threading.Thread(target=partial(server.serve_forever, 0.05), daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="module")
def room(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Project:
    root = tmp_path_factory.mktemp("served") / "room"
    run("init", root)
    set_up(root, SETTINGS)
    catalogue = root / "data" / "catalogue.trig"
    catalogue.write_text(catalogue.read_text() + COVERAGE)
    text = (root / "mipex-kg.toml").read_text()
    (root / "mipex-kg.toml").write_text(text.replace("https://example.org/room/", f"{SITE}"))
    for path in root.rglob("*.trig"):
        path.write_text(path.read_text().replace("https://example.org/room/", SITE))
    return load_project(root)


@pytest.fixture(scope="module")
def built(run: Run, room: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("served") / "site"
    run("--project", room.root, "build", "-o", folder)
    return folder


@pytest.fixture
def whole(built: Path) -> Iterator[Served]:
    """Serve the site as it was built."""
    with serve(built) as served:
        yield served


@pytest.fixture(scope="module")
def part(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a site of a part of the files, which are asked for in less time."""
    folder = tmp_path_factory.mktemp("served") / "part"
    manifest = json.loads((built / "manifest.json").read_text())
    kept = {n: h for n, h in manifest["sha256"].items() if n.startswith(KEPT) or "/" not in n}
    for name in kept:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(built / name, folder / name)
    (folder / "manifest.json").write_text(json.dumps({**manifest, "sha256": kept}))
    return folder


@pytest.fixture
def site(part: Path, tmp_path: Path) -> Iterator[Served]:
    """Serve a part of the site, which a test may spoil."""
    with serve(Path(shutil.copytree(part, tmp_path / "site"))) as served:
        yield served


@dataclass
class Asked:
    """Asks a server, and keeps what was asked."""

    room: Project
    folder: Path
    open: contextlib.ExitStack

    def mirror(self, site: Served) -> Mirror:
        self.folder.mkdir(exist_ok=True)
        client = self.open.enter_context(SiteClient(site.address))
        return bring(client, self.room, self.folder)

    def parts(self, site: Served, *names: str) -> list[ReaderReport]:
        subject = CheckedSite(self.room, self.folder, self.mirror(site))
        return list(run_checks(subject, names).parts)

    def by_names(self, site: Served, address: str) -> list[Finding]:
        """What it finds where the names of things begin with another address."""
        mirror, room = self.mirror(site), replace(self.room, base=address)
        mirror.names = self.open.enter_context(SiteClient(address))
        [part] = run_checks(CheckedSite(room, self.folder, mirror), ["server"]).parts
        return [f for f in part.findings if f.check == "server/negotiation"]

    def findings(self, site: Served) -> list[Finding]:
        """What the check of the server finds, but for the address, which is always another."""
        [part] = self.parts(site, "server")
        return [f for f in part.findings if f.check != "server/address"]


@pytest.fixture
def ask(room: Project, tmp_path: Path) -> Iterator[Asked]:
    with contextlib.ExitStack() as open:
        yield Asked(room, tmp_path / "mirror", open)


def one(found: list[Finding]) -> Finding:
    assert len(found) == 1, [f.message for f in found]
    return found[0]


def on(pattern: str, change: Callable[[Reply], None]) -> Fault:
    """Make a fault of what is answered to some paths."""

    def fault(request: Request, reply: Reply) -> None:
        if re.fullmatch(pattern, request.path):
            change(reply)

    return fault


def header(name: str, value: str | None) -> Callable[[Reply], None]:
    def change(reply: Reply) -> None:
        reply.headers.pop(name, None)
        if value is not None:
            reply.headers[name] = value

    return change


def gzipped(reply: Reply) -> None:
    reply.headers["Content-Encoding"] = "gzip"
    reply.body = gzip.compress(reply.body)


def becomes(status: int, **headers: str) -> Callable[[Reply], None]:
    def change(reply: Reply) -> None:
        reply.status, reply.body = status, b""
        reply.headers = {name.replace("_", "-"): value for name, value in headers.items()}

    return change


# ---- A server as it should be


def test_a_good_server_gives_all_clients_what_they_ask_for(ask: Asked, site: Served) -> None:
    [part] = ask.parts(site, "server")
    finding = one(list(part.findings))
    assert (finding.check, finding.severity) == ("server/address", Severity.INFO)
    assert finding.message == f"The site was built for {SITE}: there its readers are sent."
    assert re.match(r"\d+ files; asked as 8 clients for \d things", part.sees)


def test_the_checks_of_a_folder_see_the_same_on_a_server(
    ask: Asked, whole: Served, room: Project
) -> None:
    names = ["dcat-ap", "ckan", "udata", "quality", "void", "signposting", "sitemap", "links"]
    served = ask.parts(whole, *names)
    lying = run_checks(CheckedSite(room, whole.folder), names).parts
    assert [(p.sees, p.result) for p in served] == [(p.sees, p.result) for p in lying]
    assert all(part.result == "ok" for part in served)


def test_findings_tell_the_address(ask: Asked, site: Served) -> None:
    page = site.folder / "data.html"
    page.write_text('<!doctype html><title>x</title><a href="gone.html">x</a>')
    [part] = ask.parts(site, "links")
    [finding] = [f for f in part.findings if "gone.html" in f.message]
    assert finding.place is not None
    assert finding.place.address == f"{site.address}data.html"
    assert finding.message == "There is no gone.html in the site."


def test_the_command_asks_a_server(run: Run, room: Project, site: Served) -> None:
    outcome = run("--project", room.root, "check", site.address, "--only", "server")
    assert outcome.text.endswith("\n\n1 info.\n")
    site.faults.append(on("/catalog.ttl", header("Content-Type", "text/plain")))
    arguments = ("check", site.address.rstrip("/"), "--only", "server", "-f", "sarif")
    text = run("--project", room.root, *arguments, code=1).text
    [told] = json.loads(text)["runs"]
    [result] = [r for r in told["results"] if r["level"] == "error"]
    location = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location["uri"] == f"{site.address}catalog.ttl"


def answers(document: object) -> Callable[[Reply], None]:
    """Answer as a SPARQL service does."""

    def change(reply: Reply) -> None:
        reply.status, reply.body = 200, json.dumps(document).encode()
        reply.headers = {"Content-Type": "application/sparql-results+json"}

    return change


SERVICES: tuple[tuple[Callable[[Reply], None], str], ...] = (
    (answers({"head": {}, "boolean": True}), ""),
    (answers({"head": {}, "boolean": False}), "has nothing"),
    (answers({"head": {}}), "doesn't answer a query in JSON"),
    (answers([]), "doesn't answer a query in JSON"),
    (becomes(404), "answers 404 to a query"),
    (becomes(307, Location="/other"), "answers 307 to a query"),
)


def of_service(ask: Asked, mirror: Mirror, endpoint: str) -> list[Finding]:
    room = replace(ask.room, endpoint=endpoint)
    [part] = run_checks(CheckedSite(room, ask.folder, mirror), ["server"]).parts
    return [f for f in part.findings if f.check == "server/service"]


def test_the_service_that_is_announced_answers(ask: Asked, site: Served) -> None:
    """It is asked where the site is, if it is part of it, and else where it is."""
    mirror = ask.mirror(site)
    for at, services in ((SITE, SERVICES), (site.address, SERVICES[:2])):
        for reply, told in services:
            site.faults[:] = [on(r"/sparql\?query=ASK.*", reply)]
            found = of_service(ask, mirror, f"{at}sparql")
            expected = f"{at}sparql is announced as a SPARQL service, and {told}."
            assert [f.message for f in found] == ([expected] if told else [])
    asked = [request for request in site.asked if request.path.startswith("/sparql?")]
    assert {request.headers["accept"] for request in asked} == {"application/sparql-results+json"}
    assert len(asked) == len(SERVICES) + 2


def test_a_service_that_nobody_runs(ask: Asked, site: Served) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}/sparql"
    finding = one(of_service(ask, ask.mirror(site), address))
    assert finding.severity is Severity.VIOLATION
    assert finding.message.startswith(
        f"{address} is announced as a SPARQL service, and gives no answer: {address}?query="
    )
    assert finding.message.endswith("cannot be reached: nothing answers there.")


def test_no_other_host_is_asked_and_nothing_is_sent_but_questions(
    ask: Asked, site: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    hosts = []
    connect = socket.create_connection

    def watched(address: tuple[str, int], *more: Any, **named: Any) -> socket.socket:
        hosts.append(address[0])
        return connect(address, *more, **named)

    monkeypatch.setattr(socket, "create_connection", watched)
    ask.mirror(site)
    assert set(hosts) == {"127.0.0.1"}
    assert {request.method for request in site.asked} == {"GET", "HEAD"}


def test_a_site_without_a_manifest_is_known_by_its_sitemap(ask: Asked, site: Served) -> None:
    (site.folder / "manifest.json").unlink()
    mirror = ask.mirror(site)
    names = {name for name, _ in mirror.there()}
    pages = {p.relative_to(site.folder).as_posix() for p in site.folder.rglob("*.html")}
    assert names >= pages - {"404.html"}
    assert names >= {"room.ttl", "room.nq", "assets/style.css"}


# ---- A server that does something else


@pytest.mark.parametrize(
    ("fault", "check", "severity", "message"),
    [
        (
            on("/catalog.ttl", header("Content-Type", "text/plain")),
            "type",
            Severity.VIOLATION,
            "catalog.ttl comes as text/plain, and not as text/turtle.",
        ),
        (
            on(r"/person/.*\.trig", header("Content-Type", "application/octet-stream")),
            "type",
            Severity.WARNING,
            "comes as application/octet-stream, and not as application/trig",
        ),
        (
            on("/data.html", header("Content-Type", None)),
            "type",
            Severity.VIOLATION,
            "data.html comes as nothing, and not as text/html.",
        ),
        (
            on(r"/.*\.ttl", header("Content-Type", "text/turtle")),
            "charset",
            Severity.WARNING,
            "comes without charset=utf-8, and udata reads it as Latin-1; the same goes for",
        ),
        (
            on(r"/room\.nt", header("Access-Control-Allow-Origin", None)),
            "cors",
            Severity.WARNING,
            "room.nt can't be read by scripts of other sites.",
        ),
        (
            on(r"/room\.nt", header("Access-Control-Allow-Origin", "https://only.example")),
            "cors",
            Severity.WARNING,
            "room.nt can't be read by scripts of other sites.",
        ),
        (
            on("/room.trig", gzipped),
            "encoding",
            Severity.WARNING,
            "room.trig comes compressed, also for clients that take no compression.",
        ),
        (
            on("/room.trig", becomes(404)),
            "gone",
            Severity.VIOLATION,
            "room.trig is answered with 404.",
        ),
        (
            on("/catalog.jsonld", becomes(301, Location="/room.jsonld")),
            "moved",
            Severity.VIOLATION,
            "catalog.jsonld is redirected, which udata doesn't follow.",
        ),
        (
            on("/data.html", becomes(308, Location="https://elsewhere.example/")),
            "moved",
            Severity.WARNING,
            "data.html is redirected.",
        ),
        (
            on(r"/no-such-page.*", becomes(200, Content_Type="text/html")),
            "nowhere",
            Severity.VIOLATION,
            "What isn't there is answered with 200, and not with 404.",
        ),
        (
            on(r"/catalog\.ttl", header("ETag", None)),
            "etag",
            Severity.WARNING,
            "It has no ETag, so that it is sent again each time.",
        ),
        (
            on(r"/catalog\.ttl", lambda reply: setattr(reply, "status", 200)),
            "etag",
            Severity.WARNING,
            "It hasn't changed, and is answered with 200, not 304.",
        ),
        (
            on("/", header("Link", None)),
            "link",
            Severity.INFO,
            "The Link header does not name the link set, although the page does.",
        ),
        (
            on("/", header("Link", f'<{SITE}gone.json>; rel="linkset"')),
            "link",
            Severity.VIOLATION,
            "The Link header leads to gone.json, not to a link set.",
        ),
        (
            on("/person/ada-brook", becomes(404)),
            "negotiation",
            Severity.VIOLATION,
            "person/ada-brook leads to nothing (404), for all clients.",
        ),
        (
            on("/person/ada-brook", becomes(303, Location="https://elsewhere.example/")),
            "negotiation",
            Severity.VIOLATION,
            "person/ada-brook leads to another place, for all clients.",
        ),
        (
            on("/person/ada-brook", header("Vary", "Accept-Encoding")),
            "vary",
            Severity.WARNING,
            "person/ada-brook leads each client elsewhere, and no Vary header tells caches.",
        ),
        (
            on("/person/ada-brook", lambda reply: setattr(reply, "status", 302)),
            "see-other",
            Severity.INFO,
            "person/ada-brook leads on with 302, as if a thing were its document, and not 303.",
        ),
    ],
)
def test_what_a_server_does_otherwise_is_found(
    ask: Asked, site: Served, fault: Fault, check: str, severity: Severity, message: str
) -> None:
    site.faults.append(fault)
    found = [f for f in ask.findings(site) if f.check == f"server/{check}"]
    finding = one(found)
    assert message in finding.message
    assert finding.severity is severity
    assert finding.hint
    assert finding.place is not None
    assert finding.place.address.startswith(site.address)


def test_data_that_may_name_who_is_left_out(site: Served, room: Project, tmp_path: Path) -> None:
    root = Path(shutil.copytree(room.root, tmp_path / "marked"))
    notice = root / "data" / "notice.trig"
    text, number = re.subn(
        r"(?m)^(says:\S+ \{\n)(?=  person:ada-brook )",
        r"\1  person:ada-brook kg:noIndex true .\n",
        notice.read_text(),
        count=1,
    )
    assert number == 1
    notice.write_text(text)
    project = load_project(root)

    def found(folder: Path) -> list[Finding]:
        folder.mkdir()
        with SiteClient(site.address) as client:
            checked = CheckedSite(project, folder, bring(client, project, folder))
            [part] = run_checks(checked, ["server"]).parts
        return [finding for finding in part.findings if finding.check == "server/private"]

    finding = one(found(tmp_path / "shown"))
    assert finding.severity is Severity.WARNING
    assert "may name a person marked with kg:noIndex; the same goes for" in finding.message
    site.faults.append(on(r"/.*\..*(?<!html)", header("X-Robots-Tag", "NoIndex, nofollow")))
    assert not found(tmp_path / "left-out")


def test_a_host_that_knows_pages_only_gives_programs_no_data(ask: Asked, site: Served) -> None:
    site.faults.append(on("/person/ada-brook", becomes(303, Location="/person/ada-brook.html")))
    found = [f for f in ask.findings(site) if f.check == "server/negotiation"]
    assert {f.severity for f in found} == {Severity.WARNING}
    assert any(
        "to .html where .ttl is preferred, for rdflib, for Turtle; Jena" in f.message for f in found
    )


def test_half_an_upload_is_found(ask: Asked, site: Served) -> None:
    (site.folder / "data.html").write_bytes((site.folder / "data.html").read_bytes() + b"\n")
    finding = one(ask.findings(site))
    assert finding.message == "data.html is not what the manifest says, as after half an upload."


# ---- Names that begin elsewhere


def leads_to(start: str, suffix: str = "") -> Fault:
    """Let a host of names lead to the site, to a document or to the thing's address there."""

    def fault(request: Request, reply: Reply) -> None:
        chosen = choose(request.headers.get("accept"))
        assert chosen is not None
        end = suffix or f".{chosen.name}"
        location = f"{start}{request.path[1:]}{end if suffix != '-' else ''}"
        becomes(303, Location=location, Vary="Accept")(reply)

    return fault


@pytest.fixture
def names(tmp_path: Path) -> Iterator[Served]:
    """A host of names, as w3id.org is one."""
    (tmp_path / "names").mkdir()
    with serve(tmp_path / "names") as served:
        yield served


@pytest.mark.parametrize("suffix", ["", "-"])
def test_names_lead_to_the_site(ask: Asked, site: Served, names: Served, suffix: str) -> None:
    # Where the site is to lie, and so to what is asked here.
    names.faults.append(leads_to(SITE, suffix))
    assert ask.by_names(site, names.address) == []
    assert len(names.asked) >= 16


def test_names_that_lead_elsewhere(ask: Asked, site: Served, names: Served) -> None:
    names.faults.append(leads_to("https://elsewhere.example/"))
    finding = one(ask.by_names(site, names.address))
    assert finding.severity is Severity.VIOLATION
    assert "leads to another place, for all clients, by its name at" in finding.message
    assert names.address in finding.message


def test_names_that_lead_programs_to_pages(ask: Asked, site: Served, names: Served) -> None:
    names.faults.append(leads_to(SITE, ".html"))
    found = ask.by_names(site, names.address)
    assert {f.severity for f in found} == {Severity.WARNING}
    assert any("leads to .html where .ttl is preferred" in f.message for f in found)


def test_a_host_of_names_that_is_silent(ask: Asked, site: Served) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    finding = one(ask.by_names(site, f"http://127.0.0.1:{port}/"))
    assert finding.severity is Severity.VIOLATION
    assert "leads nowhere: " in finding.message
    assert "nothing answers there" in finding.message


# ---- A server that nobody trusts


@pytest.mark.parametrize(
    "name",
    [
        "../outside",
        "/etc/outside",
        "a/../../outside",
        "a\\..\\outside",
        "a\0b",
        "x" * 300,
        "",
        "./a",
    ],
)
def test_names_lead_nowhere_but_into_the_folder(ask: Asked, site: Served, name: str) -> None:
    assert not is_safe(name)
    manifest = {"sha256": {name: "00", "room.ttl": "00"}}
    (site.folder / "manifest.json").write_text(json.dumps(manifest))
    site.faults.append(
        lambda request, reply: becomes(200)(reply) if "outside" in request.path else None
    )
    assert name not in ask.mirror(site).fetched
    assert not list(ask.folder.parent.rglob("outside*"))


def test_a_name_that_is_a_folder_too(ask: Asked, site: Served) -> None:
    manifest = {"sha256": dict.fromkeys(["a.html", "a.html/b.html"], "00")}
    (site.folder / "manifest.json").write_text(json.dumps(manifest))
    site.faults.append(on("/a.html.*", becomes(200)))
    assert ask.mirror(site).fetched["a.html/b.html"].is_there


def test_redirects_in_a_circle_come_to_an_end(ask: Asked, site: Served) -> None:
    site.faults.append(on("/data.html", becomes(302, Location="/data.html")))
    fetched = ask.mirror(site).fetched["data.html"]
    assert not fetched.is_there
    assert len(fetched.hops) == 5


def test_an_answer_without_an_end_is_cut(site: Served) -> None:
    site.faults.append(on("/", lambda reply: setattr(reply, "body", b"x" * 100_000)))
    with SiteClient(site.address, most=1000) as client:
        found = client.ask("")
    assert (len(found.body), found.is_whole) == (1000, False)


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_what_takes_too_long_to_check_is_ended(ask: Asked, site: Served) -> None:
    subject = CheckedSite(ask.room, ask.folder, ask.mirror(site))
    with pytest.raises(RemoteError, match=r"takes more than 0\.01 seconds"):
        run_apart(partial(run_checks, subject, ["jsonld"]), seconds=0.01)
    assert (
        run_apart(partial(run_checks, subject, ["server"])).parts
        == run_checks(subject, ["server"]).parts
    )


@contextlib.contextmanager
def raw(send: Callable[[socket.socket], None]) -> Iterator[str]:
    """Run a server that sends what it likes to one client after the other."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        over = threading.Event()

        def work() -> None:
            while not over.is_set():
                with contextlib.suppress(OSError):
                    connection, _ = listening.accept()
                    with connection:
                        connection.recv(65536)
                        send(connection)

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        yield address
        over.set()
        with contextlib.suppress(OSError), socket.create_connection(listening.getsockname()):
            pass
        thread.join(timeout=10)


def test_bytes_that_trickle_in_are_not_waited_for() -> None:
    left = list(range(10_000))

    def trickle(connection: socket.socket) -> None:
        """Send a header that goes on for minutes, a byte at a time, as long as someone listens."""
        connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
        while left:
            connection.sendall(b"x")
            left.pop()
            time.sleep(0.02)

    with (
        raw(trickle) as address,
        pytest.raises(RemoteError, match=r"an answer takes more than 0\.3 seconds"),
    ):
        SiteClient(address, whole=0.3).ask("")
    assert left, "it listened to the end"


def test_silence_is_not_waited_for() -> None:
    with (
        raw(lambda _connection: time.sleep(1.5)) as address,
        pytest.raises(RemoteError, match="the server is silent"),
    ):
        SiteClient(address, silent=0.2).ask("")


@pytest.mark.parametrize(
    "sent", [b"nonsense\r\n\r\n", b"", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nx"]
)
def test_what_is_not_http_is_an_error(run: Run, room: Project, sent: bytes) -> None:
    with raw(lambda connection: connection.sendall(sent)) as address:
        outcome = run("--project", room.root, "check", address, code=4)
    assert f"{address} cannot be reached: " in outcome.err
    assert "Check that the server runs" in outcome.err


def test_nobody_answers(run: Run, room: Project) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    outcome = run("--project", room.root, "check", f"http://127.0.0.1:{port}/", code=4)
    assert "nothing answers there." in outcome.err


def test_an_address_without_a_site(run: Run, room: Project, site: Served) -> None:
    outcome = run("--project", room.root, "check", f"{site.address}elsewhere/", code=2)
    assert f"There is no site at {site.address}elsewhere/: it answers 404." in outcome.err


@pytest.mark.parametrize(
    "address",
    [
        *("ftp://example.org/", "file:///etc/passwd", "https://", "http://[::1", "https://a:b/"),
        *("https://me:secret@example.org/", "https://example.org/?q=1", "https://example.org/#a"),
    ],
)
def test_what_is_no_address_of_a_site(run: Run, address: str) -> None:
    with pytest.raises(UsageError):
        check_address(address)
    outcome = run("check", address, code=2)
    assert "is not a valid site URL." in outcome.err
