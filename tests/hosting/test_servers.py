"""nginx and Apache answer as the rules say: the same documents to the same clients."""

from __future__ import annotations

import random

import pytest

from mipex_kg.project.media_types import media_type
from mipex_kg.rdf import negotiation
from mipex_kg.site.hosting.rules import POLICY
from tests.conftest import Ask
from tests.hosting.conftest import Hosted
from tests.private_people import asking, open_names

THING = "person/giacomo-solano"
FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
SAFARI = (
    "application/xml,application/xhtml+xml,text/html;q=0.9,text/plain;q=0.8,image/png,*/*;q=0.5"
)
RDFLIB = "text/turtle, application/rdf+xml;q=0.9, application/n-triples;q=0.8, */*;q=0.1"
JENA = (
    "text/turtle,application/n-triples;q=0.9,application/ld+json;q=0.8,"
    "application/rdf+xml;q=0.7,*/*;q=0.3"
)
JENA_QUADS = "application/trig,application/n-quads;q=0.9,text/turtle;q=0.8,*/*;q=0.1"

# What a client sends, and the document that it gets.
ACCEPTED: tuple[tuple[str | None, str], ...] = (
    (None, "html"),
    ("", "html"),
    ("*/*", "html"),
    ("*", "html"),
    (FIREFOX, "html"),
    (SAFARI, "html"),
    (RDFLIB, "ttl"),
    (JENA, "ttl"),
    (JENA_QUADS, "trig"),
    ("application/json, text/plain, */*;q=0.9", "jsonld"),
    ("application/json, text/plain, */*", "html"),
    ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", "html"),
    ("text/turtle", "ttl"),
    ("TEXT/Turtle", "ttl"),
    ("application/trig", "trig"),
    ("application/ld+json", "jsonld"),
    ("application/json", "jsonld"),
    ("application/rdf+xml", "rdf"),
    ("application/n-triples", "nt"),
    ("application/xhtml+xml", "html"),
    ("text/*", "html"),
    ("application/*", "html"),
    ("application/*, text/html;q=0", "html"),
    ("text/html;q=0.5, text/turtle", "ttl"),
    ("text/html;q=0.5, text/turtle;q=0.4", "html"),
    ("text/turtle;q=0.91, application/trig;q=0.915", "trig"),
    ("text/turtle;q=0.9, application/trig;q=0.90", "ttl"),
    ("text/turtle;q=0.009, application/trig;q=0.01", "trig"),
    ("application/n-triples;q=0.001", "nt"),
    ("text/html;q=0, */*", "html"),
    ("text/html;q=0, application/xhtml+xml;q=0, */*", "ttl"),
    ("*/*;q=0.1, application/rdf+xml;q=0.2", "rdf"),
    ("text/*;q=0.3, text/html;q=0.2, application/xhtml+xml;q=0", "ttl"),
    ("text/turtle;charset=utf-8", "ttl"),
    ("text/turtle;charset=utf-8;q=0.1, application/rdf+xml;q=0.2", "rdf"),
    ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', "jsonld"),
    ('application/ld+json;profile="a,text/turtle;q=1";q=0.3, application/trig;q=0.2', "jsonld"),
    ("text/turtle ; q=0.2 , application/trig ; q=0.3", "trig"),
    ("text/turtle; q=1.0, text/html; q=0.999", "ttl"),
    ("text/turtle;q=1.000, text/html", "html"),
    ("text/turtle;Q=0.2, application/rdf+xml;q=0.3", "rdf"),
    ("text/turtle;q=", "ttl"),
    ("text/turtle;q=abc", "ttl"),
    ("application/vnd.example+json, text/turtle;q=0.2", "ttl"),
    (",,text/turtle,,", "ttl"),
)
REFUSED = (
    "image/png",
    "text/html;q=0",
    "*/*;q=0",
    "text/turtle;q=0.0",
    "text/turtle;q=0.0004",
    "text/turtle;q=7",
    "text/turtle-star",
    "text",
    "application/vnd.example.turtle",
    'x/y;p="a, text/turtle',
    "garbage///;;;===",
)


@pytest.mark.parametrize(("accept", "expected"), ACCEPTED)
def test_a_thing_leads_to_the_document_that_a_client_prefers(
    hosted: Hosted, accept: str | None, expected: str
) -> None:
    chosen = negotiation.choose(accept)
    assert chosen is not None
    assert chosen.name == expected
    for server in (hosted.nginx, hosted.apache):
        assert server.where(f"/{THING}", accept) == f"{THING}.{expected}"
    assert hosted.w3id.where(f"/{THING}", accept) == f"{hosted.site}{THING}.{expected}"


@pytest.mark.parametrize("accept", REFUSED)
def test_a_client_that_takes_no_document_is_told_what_there_is(hosted: Hosted, accept: str) -> None:
    assert negotiation.choose(accept) is None
    for server in (hosted.nginx, hosted.apache, hosted.w3id):
        answer = server.ask(f"/{THING}", accept)
        assert answer.status == 406
        assert b"text/turtle (.ttl)" in answer.body
        assert "accept" in answer.tokens("vary")


def test_any_header_is_read_alike(hosted: Hosted) -> None:
    made = random.Random(4)
    types = [type for variant in negotiation.VARIANTS for type in variant.accepted]
    ranges = [*types, "*/*", "text/*", "application/*", "image/png", "*", "x"]
    parameters = ["", "", ";q=1", ";q=0", ";q=.5", ";q=0.{}", ";a=b;q=0.{}", '; p="q=1,"; q=0.{}']
    for _ in range(150):
        items = [
            made.choice(ranges) + made.choice(parameters).format(made.randrange(1000))
            for _ in range(made.randint(1, 5))
        ]
        accept = made.choice((",", ", ", " , ")).join(items)
        chosen = negotiation.choose(accept)
        expected = f"{THING}.{chosen.name}" if chosen else 406
        assert hosted.nginx.where(f"/{THING}", accept) == expected, accept
        assert hosted.apache.where(f"/{THING}", accept) == expected, accept


@pytest.mark.parametrize("name", ["nginx", "apache"])
class TestServer:
    """What holds on each server."""

    @pytest.mark.parametrize(
        ("path", "type"),
        [
            (f"{THING}.html", "text/html; charset=utf-8"),
            (f"{THING}.ttl", "text/turtle; charset=utf-8"),
            (f"{THING}.trig", "application/trig"),
            (f"{THING}.jsonld", "application/ld+json"),
            (f"{THING}.rdf", "application/rdf+xml"),
            (f"{THING}.nt", "application/n-triples"),
            (f"{THING}.linkset.json", "application/linkset+json"),
            (f"{THING}.linkset.txt", "application/linkset"),
            ("mipex-kg.nq", "application/n-quads"),
            ("query/people.csv", "text/csv; charset=utf-8"),
            ("query/people.json", "application/json"),
            ("query/people.rq", "application/sparql-query"),
            ("assets/style.css", "text/css; charset=utf-8"),
            ("assets/search.js", "text/javascript; charset=utf-8"),
            ("assets/icon.svg", "image/svg+xml"),
            ("sitemap.xml", "application/xml"),
            ("robots.txt", "text/plain; charset=utf-8"),
            (".well-known/void", "text/turtle; charset=utf-8"),
        ],
    )
    def test_files_are_sent_as_what_they_are(
        self, hosted: Hosted, name: str, path: str, type: str
    ) -> None:
        answer = hosted.server(name).ask(f"/{path}")
        assert answer.status == 200
        assert answer.headers["content-type"] == type
        assert answer.body == (hosted.folder / path).read_bytes()
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "public, max-age=0, must-revalidate"
        assert answer.headers.get("content-security-policy") == (
            POLICY if type.startswith("text/html") else None
        )

    def test_files_named_after_their_content_are_kept(self, hosted: Hosted, name: str) -> None:
        kept = [p for p in hosted.folder.glob("assets/*") if p.name.split("-")[0] == "editor"]
        kept += list(hosted.folder.glob("pagefind/fragment/*"))[:1]
        assert len(kept) == 2
        for path in kept:
            answer = hosted.server(name).ask(f"/{path.relative_to(hosted.folder).as_posix()}")
            assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"

    def test_packed_files_come_as_they_are(self, hosted: Hosted, name: str) -> None:
        (engine,) = hosted.folder.glob("assets/*.wasm.gz")
        answer = hosted.server(name).ask(f"/assets/{engine.name}", Accept_Encoding="gzip")
        assert answer.headers["content-type"] == "application/gzip"
        assert "content-encoding" not in answer.headers
        assert answer.body == engine.read_bytes()

    @pytest.mark.parametrize("encoding", ["identity", "gzip"])
    def test_what_has_not_changed_is_not_sent_again(
        self, hosted: Hosted, name: str, encoding: str
    ) -> None:
        server, path = hosted.server(name), f"/{THING}.ttl"
        first = server.ask(path, Accept_Encoding=encoding)
        assert first.headers.get("content-encoding", "identity") == encoding
        assert "accept-encoding" in first.tokens("vary")
        again = server.ask(path, Accept_Encoding=encoding, If_None_Match=first.headers["etag"])
        assert (again.status, again.body) == (304, b"")

    def test_what_is_not_there(self, hosted: Hosted, name: str) -> None:
        page = (hosted.folder / "404.html").read_bytes()
        for path in ("/nothing", "/person/nobody", "/person", "/person/", "/nothing.ttl"):
            answer = hosted.server(name).ask(path, "text/turtle")
            assert (answer.status, answer.body) == (404, page), path
            assert answer.headers["content-security-policy"] == POLICY
            assert "link" not in answer.headers

    def test_a_redirect_tells_what_it_depends_on(self, hosted: Hosted, name: str) -> None:
        answer = hosted.server(name).ask(f"/{THING}?x=1", "text/turtle")
        assert answer.status == 303
        assert answer.tokens("vary") >= {"accept"}
        assert answer.headers["location"].endswith(f"/{THING}.ttl")
        assert answer.headers["access-control-allow-origin"] == "*"

    def test_documents_are_never_redirected(self, hosted: Hosted, name: str) -> None:
        for suffix in ("html", "ttl", "trig", "jsonld", "rdf", "nt"):
            assert hosted.server(name).ask(f"/{THING}.{suffix}", "image/png").status == 200

    def test_the_front(self, hosted: Hosted, name: str) -> None:
        server = hosted.server(name)
        assert server.where("/", "text/turtle") == "catalog.ttl"
        for accept in (None, FIREFOX, "image/png"):
            answer = server.ask("/", accept)
            assert (answer.status, answer.body) == (
                200,
                (hosted.folder / "index.html").read_bytes(),
            )
            assert "accept" in answer.tokens("vary")

    def test_a_page_about_no_thing_has_one_document(self, hosted: Hosted, name: str) -> None:
        for accept in (None, "text/turtle", "image/png"):
            assert hosted.server(name).where("/class/person", accept) == "class/person.html"

    @pytest.mark.parametrize("path", [THING, "ontology", "class/person", "class/index"])
    def test_signposts(self, hosted: Hosted, name: str, path: str) -> None:
        wanted = f'</{path}.linkset.json>; rel="linkset"; type="application/linkset+json"'
        assert hosted.server(name).ask(f"/{path}.html").headers["link"] == wanted
        if (hosted.folder / f"{path}.ttl").exists():
            assert hosted.server(name).ask(f"/{path}.ttl").headers["link"] == wanted

    def test_files_without_link_sets_announce_none(self, hosted: Hosted, name: str) -> None:
        for path in ("/mipex-kg.ttl", "/query/people.csv", "/void.ttl", f"/{THING}.linkset.json"):
            assert "link" not in hosted.server(name).ask(path).headers

    def test_search_engines_are_asked_to_leave_out_what_is_for_programs(
        self, hosted: Hosted, name: str, ask: Ask
    ) -> None:
        """All of it, and no page: so that no file or header that they may show names a person."""
        people = ask("SELECT ?person ?name { ?person kg:noIndex true ; schema:name ?name }")
        private = {text.rpartition("/")[2] for row in people for text in row}
        assert private
        with asking(hosted.server(name).port) as headers:

            def checked(file: str) -> dict[str, str]:
                sent = dict(headers(file))
                is_shown = media_type(file).is_for_search_engines
                assert sent.get("X-Robots-Tag") == (None if is_shown else "noindex"), file
                return sent

            assert not list(open_names(hosted.folder, private, checked))

    def test_what_leads_on_or_has_not_changed_is_not_left_out(
        self, hosted: Hosted, name: str
    ) -> None:
        server = hosted.server(name)
        tag = server.ask(f"/{THING}.html").headers["etag"]
        for answer in (
            server.ask(f"/{THING}"),
            server.ask(f"/{THING}.html", If_None_Match=tag),
            server.ask("/nothing"),
        ):
            assert answer.status in (303, 304, 404)
            assert "x-robots-tag" not in answer.headers

    def test_browsers_may_ask_whether_they_may_ask(self, hosted: Hosted, name: str) -> None:
        answer = hosted.server(name).ask(f"/{THING}", method="OPTIONS")
        assert answer.status == 204
        assert "GET" in answer.headers["access-control-allow-methods"]

    def test_head_has_no_body(self, hosted: Hosted, name: str) -> None:
        answer = hosted.server(name).ask(f"/{THING}.ttl", method="HEAD")
        assert (answer.status, answer.body) == (200, b"")
        assert hosted.server(name).ask(f"/{THING}.ttl", method="POST").status == 405

    @pytest.mark.parametrize(
        "path",
        [
            f"//evil.example/%2e%2e/{THING}",
            f"/\\evil.example/%2e%2e/{THING}",
            f"/{THING}%0d%0aX-Injected:1",
            "/../../etc/passwd",
            "/%2e%2e/%2e%2e/etc/passwd",
        ],
    )
    def test_no_path_leads_elsewhere(self, hosted: Hosted, name: str, path: str) -> None:
        server = hosted.server(name)
        answer = server.ask(path, "text/turtle")
        assert answer.headers.get("location", server.address).startswith(server.address)
        assert answer.status in (303, 400, 403, 404)
        assert "x-injected" not in answer.headers


def test_names_lead_to_files_and_to_the_front(hosted: Hosted) -> None:
    site, w3id = hosted.site, hosted.w3id
    for file in (f"{THING}.ttl", "query/people.csv", ".well-known/void", "class/person.html"):
        assert w3id.where(f"/{file}", "image/png") == f"{site}{file}"
    assert w3id.where("/", "text/turtle") == f"{site}catalog.ttl"
    assert w3id.where("/") == site
    answer = w3id.ask(f"/{THING}", "text/turtle")
    assert answer.tokens("vary") == {"accept"}
    assert answer.headers["access-control-allow-origin"] == "*"


def test_servers_have_nothing_to_complain_of(hosted: Hosted) -> None:
    assert "[warn]" not in hosted.nginx.log
    assert "uninitialized" not in hosted.nginx.log
    assert "alert]" not in hosted.apache.log + hosted.w3id.log
