"""Documents are served as the rules of hosting say, and things lead to them."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mipex_kg.project.media_types import media_type
from mipex_kg.serving.documents import Content, ContentCache
from mipex_kg.site.hosting.rules import POLICY
from tests.commands import HUNG, Commands
from tests.conftest import LIGHTHOUSES, Ask, Run
from tests.hosting.test_servers import ACCEPTED, FIREFOX, REFUSED, THING
from tests.private_people import asking, open_names
from tests.serving.conftest import Serving, children, serving
from tests.translations import parted

# Beside those that every server is asked with.
MORE_ACCEPTED: tuple[tuple[str, str], ...] = (
    ("text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8, text/turtle;q=0", "html"),
    ("application/rdf+xml, text/xml;q=0.5, application/xml;q=0.5", "rdf"),
    ("text/n3, text/turtle;q=0.9, application/rdf+xml;q=0.8", "ttl"),
    ("application/sparql-results+json, application/json;q=0.5", "jsonld"),
    ("text/turtle;version=1.2, application/n-triples;q=0.5", "ttl"),
    ("*/*;q=0.5, text/html;q=0.4, application/xhtml+xml;q=0.4", "ttl"),
)


@pytest.mark.parametrize(("accept", "expected"), [*ACCEPTED, *MORE_ACCEPTED])
def test_a_thing_leads_to_the_document_that_a_client_prefers(
    served: Serving, accept: str | None, expected: str
) -> None:
    answer = served.ask(f"/{THING}", accept)
    assert (answer.status, answer.headers["location"]) == (303, f"/{THING}.{expected}")
    assert answer.tokens("vary") == {"accept"}
    assert f'</{THING}.ttl>; rel="alternate"; type="text/turtle"' in answer.headers["link"]


@pytest.mark.parametrize("accept", REFUSED)
def test_a_client_that_takes_no_document_is_told_what_there_is(
    served: Serving, accept: str
) -> None:
    answer = served.ask(f"/{THING}", accept)
    assert (answer.status, answer.headers["content-type"]) == (406, "application/problem+json")
    available = json.loads(answer.body)["available"]
    assert {"href": f"/{THING}.ttl", "type": "text/turtle"} in available
    assert len(available) == 6
    assert answer.tokens("vary") == {"accept"}


def test_enough_headers_are_tried() -> None:
    assert len({*ACCEPTED, *MORE_ACCEPTED}) + len(REFUSED) >= 60


def test_every_file_is_sent_as_what_it_is(served: Serving) -> None:
    paths = sorted(path for path in served.folder.rglob("*") if path.is_file())
    names = [path.relative_to(served.folder).as_posix() for path in paths]
    assert len(names) > 4000
    # One of each kind and folder: all of them would take long.
    chosen = {(name.partition(".")[2], name.rpartition("/")[0]): name for name in names}
    for name in chosen.values():
        if name == "404.html":
            continue
        answer = served.ask(f"/{name}")
        assert answer.status == 200, name
        assert answer.headers["content-type"] == media_type(name).header
        assert answer.body == (served.folder / name).read_bytes()
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["x-content-type-options"] == "nosniff"
        is_page = name.endswith(".html")
        assert answer.headers.get("content-security-policy") == (POLICY if is_page else None)


def test_search_engines_are_asked_to_leave_out_what_is_for_programs(
    served: Serving, ask: Ask
) -> None:
    """All of it, and no page: so that no file or header that they may show names a private person.

    So are the answers that are not files.
    """
    people = ask("SELECT ?person ?name { ?person kg:noIndex true ; schema:name ?name }")
    private = {text.rpartition("/")[2] for row in people for text in row}
    assert private
    with asking(served.port) as headers:

        def checked(file: str) -> dict[str, str]:
            sent = {name.lower(): value for name, value in headers(file).items()}
            is_shown = media_type(file).is_for_search_engines
            assert sent.get("x-robots-tag") == (None if is_shown else "noindex"), file
            return sent

        assert not list(open_names(served.folder, private, checked))
    answers = [
        served.query("SELECT ?name { ?person kg:noIndex true ; schema:name ?name }"),
        served.query("CONSTRUCT { ?s ?p ?o } { ?s kg:noIndex true ; ?p ?o }", "text/turtle"),
        served.query("SELECT nothing"),
        served.ask("/query/group-members.json?group=group:coordination-team"),
        served.ask("/query/group-members.csv?group=nothing:at-all"),
        served.ask("/openapi.json"),
        served.ask(f"/{THING}.ttl", Range="bytes=9999999-"),
        served.ask("/nothing", "text/turtle"),
        served.ask("/nothing", "application/json"),
        served.ask("/", method="PUT"),
    ]
    for answer in answers:
        assert answer.headers["x-robots-tag"] == "noindex", answer
    for answer in (served.ask("/nothing"), served.ask(f"/{THING}"), served.ask("/sparql", FIREFOX)):
        assert "x-robots-tag" not in answer.headers


def test_an_etag_for_each_encoding(served: Serving) -> None:
    path = f"/{THING}.ttl"
    plain = served.ask(path, Accept_Encoding="identity")
    packed = served.ask(path, Accept_Encoding="br;q=1.0, gzip;q=0.8, *;q=0.1")
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert plain.headers["etag"] != packed.headers["etag"]
    for answer, encoding in ((plain, "identity"), (packed, "gzip")):
        assert "accept-encoding" in answer.tokens("vary")
        etag = answer.headers["etag"]
        for known in (etag, f'"x", W/{etag}', "*"):
            again = served.ask(path, Accept_Encoding=encoding, If_None_Match=known)
            assert (again.status, again.body) == (304, b"")
            assert again.headers["etag"] == etag
            assert "accept-encoding" in again.tokens("vary")
    other = served.ask(path, Accept_Encoding="identity", If_None_Match=packed.headers["etag"])
    assert other.status == 200


@pytest.mark.parametrize("encoding", ["gzip;q=0", "gzip;q=0, *", "identity, gzip;q=0.5", "br", ""])
def test_who_does_not_like_gzip_gets_none(served: Serving, encoding: str) -> None:
    answer = served.ask(f"/{THING}.ttl", Accept_Encoding=encoding)
    assert "content-encoding" not in answer.headers


def test_since_when(served: Serving) -> None:
    path = f"/{THING}.ttl"
    modified = served.ask(path).headers["last-modified"]
    old = "Thu, 01 Jan 1970 00:00:00 GMT"
    assert served.ask(path, If_Modified_Since=modified).status == 304
    assert served.ask(path, If_Modified_Since=old).status == 200
    assert served.ask(path, If_Modified_Since="yesterday").status == 200
    # The tag tells more than the time.
    assert served.ask(path, If_Modified_Since=modified, If_None_Match='"x"').status == 200


@pytest.mark.parametrize(
    ("wanted", "part"),
    [
        ("bytes=0-9", slice(0, 10)),
        ("bytes=5-", slice(5, None)),
        ("bytes=-7", slice(-7, None)),
        ("bytes=0-99999999999", slice(0, None)),
        ("Bytes = 1 - 2", slice(1, 3)),
    ],
)
def test_a_range(served: Serving, wanted: str, part: slice) -> None:
    whole = (served.folder / f"{THING}.ttl").read_bytes()
    answer = served.ask(f"/{THING}.ttl", Range=wanted, Accept_Encoding="gzip")
    assert (answer.status, answer.body) == (206, whole[part])
    start = range(len(whole))[part].start
    size = len(whole[part])
    assert answer.headers["content-range"] == f"bytes {start}-{start + size - 1}/{len(whole)}"
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize(
    "wanted", ["bytes=3-2", "lines=1-2", "bytes=", "bytes=a-b", "bytes=0-1,x", "bytes=-", "x"]
)
def test_a_range_that_is_none_is_everything(served: Serving, wanted: str) -> None:
    answer = served.ask(f"/{THING}.ttl", Range=wanted)
    assert (answer.status, len(answer.body)) == (200, int(answer.headers["content-length"]))


def test_a_range_behind_the_end(served: Serving) -> None:
    size = (served.folder / f"{THING}.ttl").stat().st_size
    for wanted in (f"bytes={size}-", "bytes=-0"):
        answer = served.ask(f"/{THING}.ttl", Range=wanted)
        assert answer.status == 416
        assert answer.headers["content-range"] == f"bytes */{size}"


def test_a_range_of_what_is_not_the_same_any_more(served: Serving) -> None:
    etag = served.ask(f"/{THING}.ttl").headers["etag"]
    assert served.ask(f"/{THING}.ttl", Range="bytes=0-1", If_Range=etag).status == 206
    assert served.ask(f"/{THING}.ttl", Range="bytes=0-1", If_Range='"old"').status == 200


def test_what_is_not_there(served: Serving) -> None:
    page = (served.folder / "404.html").read_bytes()
    for path in ("/nothing", "/person/nobody", "/person", "/person/", "/nothing.ttl", "/404.html"):
        answer = served.ask(path, FIREFOX)
        assert (answer.status, answer.body) == (404, page), path
        assert answer.headers["content-security-policy"] == POLICY
    told = served.ask("/person/nobody", "application/ld+json, application/json;q=0.5")
    assert told.headers["content-type"] == "application/problem+json"
    assert json.loads(told.body)["detail"] == "There is nothing at /person/nobody."
    # What parses Turtle whatever it gets has something to parse.
    for accept in ("text/turtle", "application/n-triples", "application/trig"):
        answer = served.ask("/person/no%0Abody", accept)
        assert answer.body == b"# There is nothing at /person/no\\nbody.\n"
        assert answer.status == 404


def test_the_front(served: Serving) -> None:
    assert served.where("/", "text/turtle") == "/catalog.ttl"
    for accept in (None, FIREFOX, "image/png"):
        answer = served.ask("/", accept)
        assert (answer.status, answer.body) == (200, (served.folder / "index.html").read_bytes())
        assert "accept" in answer.tokens("vary")
    assert served.ask("/class/").status == 200


def test_a_page_about_no_thing_has_one_document(served: Serving) -> None:
    for accept in (None, "text/turtle", "image/png"):
        assert served.where("/class/person", accept) == "/class/person.html"


def test_signposts_and_alternatives(served: Serving) -> None:
    link = served.ask(f"/{THING}.html").headers["link"]
    for wanted in (
        f'<https://w3id.org/mipex-kg/{THING}>; rel="cite-as"',
        '<https://schema.org/Person>; rel="type"',
        f'<https://mipex-kg.example.org/{THING}.ttl>; rel="describedby"; type="text/turtle"',
        f'{THING}.linkset.json>; rel="linkset"; type="application/linkset+json"',
        f'</{THING}.trig>; rel="alternate"; type="application/trig"',
    ):
        assert wanted in link
    assert len(link) < 4000
    link = served.ask(f"/{THING}.ttl").headers["link"]
    assert 'rel="describes"; type="text/html"' in link
    assert f"</{THING}.ttl>" not in link
    assert "link" not in served.ask("/query/people.csv").headers


def test_long_links_are_left_to_the_link_set(served: Serving) -> None:
    pages = (path.relative_to(served.folder) for path in served.folder.glob("*/*.html"))
    for name in (page.as_posix() for page in pages if not parted(page.as_posix())[0]):
        answer = served.ask(f"/{name}", method="HEAD")
        assert 'rel="linkset"' in answer.headers["link"], name
        assert len(answer.headers["link"]) < 4000, name


def test_methods(served: Serving) -> None:
    answer = served.ask(f"/{THING}", method="OPTIONS")
    assert answer.status == 204
    assert "GET" in answer.headers["access-control-allow-methods"]
    assert served.ask(f"/{THING}.ttl", method="POST").headers["allow"] == "GET, HEAD, OPTIONS"
    for path in (f"/{THING}.ttl", f"/{THING}", "/nothing", "/"):
        got, head = served.ask(path), served.ask(path, method="HEAD")
        assert (head.status, head.body) == (got.status, b"")
        assert head.headers.get("content-length") == got.headers.get("content-length")


@pytest.mark.parametrize(
    "path",
    [
        "/person/%2e/giacomo-solano",
        "/person/x/../giacomo-solano",
        "/../person/giacomo-solano",
        "/\\evil.example/%2e%2e/" + THING,
    ],
)
def test_dots_are_taken_out_of_a_path_as_clients_do(served: Serving, path: str) -> None:
    assert served.where(path, "text/turtle") == f"/{THING}.ttl"


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example/%2e%2e/" + THING,
        f"/{THING}%0d%0aX-Injected:1",
        "/../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/..%2f..%2fmipex-kg.toml",
        "/%00",
        "/%ff%fe",
        "/.htaccess",
        "/" + "a/" * 5000,
    ],
)
def test_no_path_leads_elsewhere(served: Serving, path: str) -> None:
    answer = served.ask(path, "text/turtle")
    assert answer.status in (400, 404)
    assert "location" not in answer.headers
    assert "x-injected" not in answer.headers


def test_links_and_hidden_files_are_not_served(
    tmp_path: Path, commands: Commands, lighthouses_site: Path
) -> None:
    shutil.copytree(lighthouses_site, tmp_path / "site", copy_function=os.link)
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "site" / "leak.txt").symlink_to(tmp_path / "secret.txt")
    (tmp_path / "site" / ".hidden.txt").write_text("secret")
    (tmp_path / "site" / "CNAME").write_text("here\n")
    with serving(tmp_path, commands, project=LIGHTHOUSES) as started:
        assert started.ask("/leak.txt").status == 404
        assert started.ask("/.hidden.txt").status == 404
        answer = started.ask("/CNAME")
        assert (answer.status, answer.body) == (200, b"here\n")


def test_a_site_below_a_path(tmp_path: Path, commands: Commands, run: Run) -> None:
    project = tmp_path / "project"
    run("init", project)
    settings = project / "mipex-kg.toml"
    text = settings.read_text()
    changed = text.replace('# site = "https://example.org/"', 'site = "https://example.org/graph/"')
    assert changed != text
    settings.write_text(changed)
    with serving(tmp_path, commands, project=project) as started:
        answer = started.ask("/")
        assert (answer.status, answer.headers["location"]) == (307, "/graph/")
        assert started.ask("/graph/").status == 200
        assert started.ask("/index.html").status == 404
        _require_way_to_the_service(started)


def _require_way_to_the_service(started: Serving) -> None:
    """Ask for it where it isn't: whoever does is told where it is."""
    hint = "SPARQL queries are asked at /graph/sparql."
    for path in ("/sparql", "/graph/", "/graph/openapi.json", "/"):
        answer = started.ask(path, method="POST")
        assert (answer.status, json.loads(answer.body)["hint"]) == (405, hint), path
    assert "hint" not in json.loads(started.ask("/sparql", method="DELETE").body)
    asked = started.ask("/sparql?query=ASK%7B%7D", "application/sparql-results+json")
    assert (asked.status, json.loads(asked.body)["hint"]) == (404, hint)
    absent = started.ask("/elsewhere", "application/json")
    assert "hint" not in json.loads(absent.body)


def test_health(served: Serving) -> None:
    answer = served.ask("/-/health")
    assert (answer.status, answer.body) == (200, b"ok\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_graceful_end(lighthouses: Serving, number: int) -> None:
    assert lighthouses.ask("/").status == 200
    lighthouses.process.send_signal(number)
    assert lighthouses.process.wait(timeout=HUNG) == 0
    assert "Traceback" not in lighthouses.log


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_end_of_the_whole_group_is_graceful(lighthouses: Serving, number: int) -> None:
    assert lighthouses.ask("/").status == 200
    for pid in (*children(lighthouses.process.pid), lighthouses.process.pid):
        os.kill(pid, number)
    assert lighthouses.process.wait(timeout=HUNG) == 0
    assert "has ended" not in lighthouses.log


def test_a_port_that_is_taken(served: Serving, bundled_project: Path, run: Run) -> None:
    arguments = (served.folder, "--port", str(served.port))
    outcome = run("--project", bundled_project, "serve", *arguments, code=2)
    assert "The port is already in use. Choose another with --port." in outcome.err


def test_data_that_is_not_valid_is_not_served(tmp_path: Path, run: Run) -> None:
    project = tmp_path / "project"
    run("init", project)
    (project / "data" / "broken.ttl").write_text("<a> <b> .")
    outcome = run("--project", project, "serve", tmp_path / "site", "--port", "0", code=3)
    assert "broken.ttl:1:" in outcome.err


def test_a_head_without_an_end_is_refused(served: Serving) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=HUNG) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
        received = b""
        for _ in range(100):
            client.sendall(b"X: " + b"y" * 1000 + b"\r\n")
            time.sleep(0.001)
            client.settimeout(0.01)
            try:
                received = client.recv(1000)
                break
            except (TimeoutError, ConnectionError):
                continue
        assert received.startswith(b"HTTP/1.1 431 ")


def test_what_is_kept_is_bounded() -> None:
    kept = ContentCache(10)

    def key(name: str) -> tuple[str, bool, tuple[int, ...]]:
        return name, False, (1,)

    five, six = Content('"5"', b"12345"), Content('"6"', b"123456")
    for name in "abc":
        kept.put(key(name), five)
    assert kept.get(key("a")) is None
    assert kept.get(key("c")) == five
    kept.put(key("d"), six)
    assert kept.get(key("b")) is None
    kept.put(key("e"), Content('"11"', b"x" * 11))
    assert kept.get(key("e")) is None


def test_a_web_server_is_loaded_by_no_other_command(environment: dict[str, str]) -> None:
    code = (
        "import sys, mipex_kg.cli.build, mipex_kg.cli.serve\n"
        "print([name for name in ('starlette', 'uvicorn', 'anyio') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True)
    assert done.stdout == b"[]\n", done.stderr


def test_a_folder_that_may_be_misspelt_is_not_built(
    tmp_path: Path, run: Run, lighthouses_site: Path
) -> None:
    shutil.copytree(lighthouses_site, tmp_path / "site", copy_function=os.link)
    outcome = run("--project", LIGHTHOUSES, "serve", tmp_path / "sitte", "--port", "0", code=2)
    told = " ".join(outcome.err.split())
    assert f"{tmp_path}/sitte isn't there, and {tmp_path}/site is a site of this project." in told
    assert f"mipex-kg build -o {tmp_path}/sitte" in told
    assert not (tmp_path / "sitte").exists()
