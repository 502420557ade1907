"""Whatever a thing is called, its address leads to what is known of it, on every server."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, unquote, urljoin, urlsplit

import pyoxigraph as ox
import pytest
from markupsafe import escape

from mipex_kg.project.names import Address, Names, folded
from mipex_kg.rdf.iris import normalized, to_uri
from tests.commands import Commands
from tests.conftest import Run
from tests.hosting import servers
from tests.hosting.servers import Server
from tests.serving.conftest import serving

HOST = "http://e.example"
BASE = f"{HOST}/kg/"
SERVERS = ("nginx", "apache", "serve")
NAMES = (
    *("C++", "p:1", "p@1", "Straße", "a%20b", "a%2Fb", "x%2f", "a,b;c=d", "it's", "(x)", "a&b"),
    *("?id=5", "id?n=5", "id?n=6", "id", "x?a=b/../c", "s/", "s", "s/index", "deep/er/", "Straße/"),
    *("x" * 400, "ö" * 400, "日" * 400, "." * 400, "a//b", "a/../c", "./d", "dot.", "dot./x"),
    *("con", "aux.txt", "nul/x", "COM1", "*", "$x", "!", "~t", ".hidden", "x/.y", "sp%20", "/lead"),
    *("index", "404", "data", "search", "context", "void", "odd", "INDEX", "Data", "sitemap", "_x"),
    *("class/concept", "query/x", "assets/x", "pagefind/x", "robots.txt/x", "robots"),
    *("thing", "thing/inner", "thing.ttl", "thing.html/x", "case", "CASE", "Case", "case/inner"),
    *("%41bc", "%FFx", "100%25", "q%3Fx", "h%23x", "é", "e\u0301", "%C3%A9", "e%CC%81", "%c3%b6:"),
    *("ﬁ", "fi", "İ", "मराठी", "😀", "list#a", "list#b", "page/#a", "thing~0123456789abcdef"),
    *("q:1", "q%3A1"),
)
PARTS = (
    *("a", "B", "b", "ß", "SS", "é", ".", "..", "/", "//", "?", "?a=", "&", "%2F", "%20", "%41"),
    *("index", "con", ".ttl", ".html", "data", "~", ":", "@", "+", "*", "'", "%25", "%e4", "日"),
)


def made(number: int) -> list[str]:
    """Make names of parts that are hard to tell apart."""
    choice = random.Random(8)
    return ["".join(choice.choices(PARTS, k=choice.randint(1, 6))) for _ in range(number)]


def is_served(name: str) -> bool:
    """Tell whether a name is one of the site's own things, and not of a file that it has itself."""
    address = Names((BASE,), BASE).address(BASE + name)
    return address is not None and address.path != ""


@pytest.fixture(scope="module")
def iris() -> list[str]:
    return [BASE + name for name in dict.fromkeys((*NAMES, *made(150))) if is_served(name)]


@pytest.fixture(scope="module")
def named(run: Run, work: Path, commands: Commands, iris: list[str]) -> Iterator[dict[str, Server]]:
    """Serve a site whose things have such names, by each server."""
    folder = work / "names"
    project = folder / "project"
    (project / "data").mkdir(parents=True)
    (project / "mipex-kg.toml").write_text(
        f'[project]\nname = "odd"\ntitle = "Odd"\nbase = "{BASE}"\n[hosting]\nfiles = ["apache"]\n'
    )
    triples = (f'<{iri}> <http://schema.org/name> "{iri}"@en .\n' for iri in iris)
    (project / "data" / "facts.ttl").write_text("".join(triples), "utf-8")
    run("--project", project, "validate")
    run("--project", project, "build", "-o", folder / "site")
    for host in ("nginx", "apache"):
        run("--project", project, "hosting", host, "-o", folder / "rules")
    shutil.copytree(folder / "site", folder / "root" / "kg")
    http, server = ((folder / "rules" / f"odd.{b}.conf").read_text() for b in ("http", "server"))
    for name in SERVERS:
        (folder / name).mkdir()
    shutil.move(folder / "site", folder / "serve" / "site")
    ports = [servers.free_port() for _ in range(2)]
    more = f"Include {folder}/rules/odd.vhost.conf"
    with (
        servers.nginx(folder / "nginx", folder / "root", ports[0], http, server) as nginx,
        servers.apache(folder / "apache", folder / "root", ports[1], more) as apache,
        serving(folder / "serve", commands, project=project) as served,
    ):
        yield {"nginx": nginx, "apache": apache, "serve": served}


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize(("accept", "suffix"), [("text/turtle", ".ttl"), ("text/html", ".html")])
def test_each_thing_is_found_at_its_address(
    named: dict[str, Server], iris: list[str], server: str, accept: str, suffix: str
) -> None:
    missed: list[object] = []
    for iri in iris:
        path = quote(iri.partition("#")[0].removeprefix(HOST), safe="%/?:@!$&'()*+,;=~")
        answer = named[server].ask(path, accept)
        there = urlsplit(urljoin(f"http://h{path}", answer.headers.get("location", ""))).path
        found = named[server].ask(there, accept)
        text = escape(iri)
        if (answer.status, found.status) != (303, 200) or not there.endswith(suffix):
            missed.append((iri, answer.status, there, found.status))
        elif suffix == ".ttl":
            subjects = {t.subject for t in ox.parse(found.body, ox.RdfFormat.TURTLE)}
            if ox.NamedNode(iri) not in subjects:
                missed.append((iri, there))
        elif text.encode() not in found.body:
            missed.append((iri, there))
    assert not missed, missed


@pytest.mark.parametrize("server", SERVERS)
def test_each_thing_is_found_by_those_who_escape_all_signs(
    named: dict[str, Server], iris: list[str], server: str
) -> None:
    """So does ``encodeURIComponent``; what has that very address comes first."""
    own = {normalized(iri.partition("#")[0]) for iri in iris}
    missed: list[object] = []
    for iri in iris:
        path, question_mark, query = iri.partition("#")[0].removeprefix(BASE).partition("?")
        steps = "/".join(quote(step, safe="%~") for step in path.split("/"))
        if normalized(f"{BASE}{steps}{question_mark}{query}") in own - {normalized(iri)}:
            continue
        found = set()
        for sent in (steps, quote(path, safe="%/:@!$&'()*+,;=~")):
            asked = to_uri(f"/kg/{sent}{question_mark}{query}")
            answer = named[server].ask(asked, "text/turtle")
            there = urljoin(f"http://h{asked}", answer.headers.get("location", ""))
            found.add((answer.status, unquote(urlsplit(there).path)))
        if len(found) > 1:
            missed.append((iri, found))
    assert not missed, missed


def test_each_address_has_files_of_its_own(iris: list[str]) -> None:
    names = Names((BASE,), BASE, own=frozenset({"index"}))
    addresses = {address for iri in iris if (address := names.address(iri))}
    files = names.files(addresses)
    assert len(files) == len(addresses)
    assert len(set(map(folded, files.values()))) == len(files)


def test_a_new_thing_leaves_the_files_of_the_others_where_they_are(iris: list[str]) -> None:
    names = Names((BASE,), BASE)
    addresses = [address for iri in iris if (address := names.address(iri))]
    before = names.files(addresses)
    after = names.files([*addresses, Address("another/thing", "another/thing")])
    assert {address: after[address] for address in before} == before
