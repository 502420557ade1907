"""`_headers` and `_redirects`, read as their hosts say that they read them.

Cloudflare's documentation: an asterisk matches greedily any characters, one in a rule, and stands
in values as `:splat`; a placeholder matches up to the next slash. All rules that match count, one
after the other: `! Link` takes away what those before it gave, and values of one header are joined.
100 rules, lines of 2,000 characters. Addresses of pages have no `.html`.
Netlify's: in a path, asterisks and placeholders match, and values stand as they are. The first
redirect that matches counts, and an exclamation mark puts it before a file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from mipex_kg.project.media_types import media_type
from mipex_kg.project.project import load_project
from mipex_kg.rdf.iris import to_uri
from mipex_kg.serving.site import ServedSite, open_site
from mipex_kg.site.hosting.headers_file import cloudflare_files, netlify_files
from mipex_kg.site.hosting.rules import POLICY, Rules, link_header
from tests.conftest import ROOT, Run

HOSTS = ("netlify", "cloudflare")


class Rule(NamedTuple):
    path: str
    detached: list[str]
    headers: list[tuple[str, str]]

    def match(self, path: str) -> re.Match[str] | None:
        return pattern_of(self.path).fullmatch(path)


@cache
def pattern_of(path: str) -> re.Pattern[str]:
    """Make what matches as the path of a rule does."""
    if not set("*:") & set(path):
        return re.compile(re.escape(path))
    parts = re.split(r"(\*|:[A-Za-z]\w*)", path)
    kinds = {"*": "(?P<splat>.*)"}
    written = (kinds.get(p, f"(?P<{p[1:]}>[^/]+)" if p[:1] == ":" else re.escape(p)) for p in parts)
    return re.compile("".join(written))


class Host:
    """A host that has read its `_headers`."""

    def __init__(self, name: str, text: str) -> None:
        self.is_cloudflare = name == "cloudflare"
        self.rules = list(self._read(text))
        assert len({rule.path for rule in self.rules}) == len(self.rules)
        self._exact = {
            rule.path: n for n, rule in enumerate(self.rules) if not set("*:") & set(rule.path)
        }
        self._patterns = [n for n, rule in enumerate(self.rules) if rule.path not in self._exact]
        self.headers = cache(self._headers)

    def _read(self, text: str) -> Iterator[Rule]:
        rule = None
        for line in text.splitlines():
            assert not self.is_cloudflare or len(line) <= 2000
            if line.startswith("/"):
                assert line.count("*") <= 1
                if rule:
                    yield rule
                rule = Rule(line, [], [])
            elif line.startswith("  "):
                assert rule
                if line.startswith("  ! "):
                    assert self.is_cloudflare
                    rule.detached.append(line[4:])
                else:
                    name, value = line.strip().split(": ", 1)
                    rule.headers.append((name, value))
        assert rule
        yield rule

    def _headers(self, path: str) -> dict[str, list[str]]:
        """Give the headers of what is at a path, as it is in a request."""
        found: dict[str, list[str]] = {}
        exact = {self._exact[path]} if path in self._exact else set()
        for number in sorted({*self._patterns, *exact}):
            rule = self.rules[number]
            if match := rule.match(path):
                for name in rule.detached:
                    found.pop(name, None)
                for name, template in rule.headers:
                    value = template
                    for key, replaced in match.groupdict().items() if self.is_cloudflare else ():
                        value = value.replace(f":{key}", replaced)
                    found.setdefault(name, []).append(value)
        return found

    def addresses(self, file: str) -> list[str]:
        """Give the addresses under which a file is sent."""
        if not file.endswith(".html"):
            return [f"/{file}"]
        folder = re.sub(r"(^|/)index\.html$", r"\1", file)
        if self.is_cloudflare:
            return [f"/{folder.removesuffix('.html')}"]
        return [f"/{file}"] if folder == file else [f"/{file}", f"/{folder}"]


class Site(NamedTuple):
    folder: Path
    served: ServedSite
    files: list[str]


@pytest.fixture(scope="module")
def site(bundled_site: Path) -> Site:
    files = (path.relative_to(bundled_site) for path in bundled_site.rglob("*") if path.is_file())
    served = open_site(bundled_site, load_project(ROOT))
    return Site(bundled_site, served, sorted(file.as_posix() for file in files))


@pytest.fixture(scope="module")
def written(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    folders = {}
    for host in HOSTS:
        folders[host] = tmp_path_factory.mktemp(host)
        run("--project", ROOT, "hosting", host, "-o", folders[host])
    return folders.__getitem__


@pytest.fixture(scope="module", params=HOSTS)
def host(request: pytest.FixtureRequest, written: Callable[[str], Path]) -> Host:
    return Host(request.param, (written(request.param) / "_headers").read_text())


def test_a_host_reads_no_more_rules_than_it_says(host: Host) -> None:
    assert not host.is_cloudflare or len(host.rules) <= 100


def test_no_header_is_given_twice(host: Host, site: Site) -> None:
    for file in site.files:
        for address in host.addresses(file):
            assert all(len(values) == 1 for values in host.headers(address).values()), address


def test_every_file_gets_what_it_needs(host: Host, site: Site) -> None:
    known = {".html", ".css", ".js", ".json", ".csv", ".txt", ".xml", ".svg", ".gz"}
    known |= {".png", ".woff2"}
    for file in site.files:
        given = host.headers(f"/{file}")
        assert given["Content-Security-Policy"] == [POLICY]
        assert given["Access-Control-Allow-Origin"] == ["*"]
        if "Content-Type" in given:
            assert given["Content-Type"] == [media_type(file).header]
        elif not file.startswith("pagefind/"):
            assert Path(file).suffix in known
            assert ".linkset." not in file


def test_search_engines_are_asked_to_leave_out_what_is_for_programs(host: Host, site: Site) -> None:
    for file in site.files:
        expected = site.served.headers(file).get("X-Robots-Tag")
        for address in host.addresses(file):
            assert host.headers(address).get("X-Robots-Tag") == (expected and [expected]), address


def test_pages_and_documents_lead_to_their_link_sets_and_nothing_else_does(
    host: Host, site: Site
) -> None:
    announced = 0
    for file in site.files:
        expected = site.served.headers(file).get("Link")
        for address in host.addresses(file):
            assert host.headers(address).get("Link") == (expected and [expected]), address
        announced += expected is not None
    assert announced > 2500


def test_addresses_that_lead_on_announce_what_is_there(host: Host, site: Site) -> None:
    for file in site.files:
        stem = file.removesuffix(".html")
        if file.endswith(".html"):
            for address in (f"/{file}", f"/{stem}"):
                for value in host.headers(address).get("Link", []):
                    assert (site.folder / value[2:].partition(">")[0]).is_file(), address


def test_what_never_changes_is_kept(host: Host, site: Site) -> None:
    hashed = [p for p in site.files if re.search(r"assets/\w+-[0-9A-Z]{8}\.|/fragment/", p)]
    assert len(hashed) > 5
    for file in hashed:
        assert "immutable" in host.headers(f"/{file}")["Cache-Control"][0]
    for file in ("assets/style.css", "index.html", "data.html"):
        assert all("Cache-Control" not in host.headers(path) for path in host.addresses(file))


def test_each_thing_leads_to_its_page(written: Callable[[str], Path], site: Site) -> None:
    text = (written("netlify") / "_redirects").read_text()
    lines = [line.split() for line in text.splitlines() if line[0] == "/"]
    assert len(lines) > 400
    for source, target, status in lines:
        assert status == "302!"
        assert (site.folder / target[1:]).is_file()
        assert (site.folder / f"{source[1:]}.ttl").is_file()
        assert not (site.folder / source[1:]).is_file()


def test_cloudflare_gets_no_redirects_that_would_go_round(written: Callable[[str], Path]) -> None:
    assert [path.name for path in written("cloudflare").iterdir()] == ["_headers"]


# ---- Other sites ---------------------------------------------------------------------------------


def rules_of(pages: list[str], things: list[str], path: str = "/kg/") -> Rules:
    return Rules(
        "room", "https://e/", f"https://e{path}", things=frozenset(things), pages=frozenset(pages)
    )


@pytest.mark.parametrize("name", HOSTS)
def test_a_site_below_a_path_and_names_of_any_letters(name: str) -> None:
    things = ["person/ada", "café/ä", "edition/2020.1", "edition/a.csv", "void"]
    rules = rules_of(["index", "class/index", "data", *things], things)
    files = {"netlify": netlify_files, "cloudflare": cloudflare_files}[name](rules)
    host = Host(name, files["_headers"].decode())
    for stem in rules.pages:
        address = f"/kg/{stem.removesuffix('index')}" if stem.endswith("index") else f"/kg/{stem}"
        if not host.is_cloudflare and not stem.endswith("index"):
            address += ".html"
        assert host.headers(to_uri(address))["Link"] == [link_header(to_uri(f"/kg/{stem}"))]
        assert "X-Robots-Tag" not in host.headers(to_uri(address))
    for stem in things:
        for suffix in ("ttl", "trig", "jsonld", "rdf", "nt"):
            address = to_uri(f"/kg/{stem}.{suffix}")
            assert host.headers(address)["Link"] == [link_header(to_uri(f"/kg/{stem}"))]
    for file in (
        "room.ttl",
        "room.nq",
        "context.jsonld",
        "query/all.ttl",
        ".well-known/void",
        "404",
    ):
        assert "Link" not in host.headers(f"/kg/{file}"), file
    assert "Link" not in host.headers("/other.ttl")


def test_more_pages_with_dots_than_cloudflare_takes_rules() -> None:
    pages = [f"edition/20.{number:03}" for number in range(200)]
    files = cloudflare_files(rules_of(pages, pages, "/"))
    host = Host("cloudflare", files["_headers"].decode())
    assert len(host.rules) == 100
    assert host.headers("/edition/20.000")["Link"] == [link_header("/edition/20.000")]
    assert "Link" not in host.headers("/edition/20.199")
    assert host.headers("/edition/20.199.ttl")["Link"] == [link_header("/edition/20.199")]


@pytest.mark.parametrize("name", HOSTS)
def test_names_that_a_rule_would_take_for_a_pattern_are_left_out(name: str) -> None:
    things = ["a/:b", "a/*", "a/:b.c", "a/?d"]
    files = {"netlify": netlify_files, "cloudflare": cloudflare_files}[name](
        rules_of(things, things)
    )
    host = Host(name, files["_headers"].decode())
    assert not any(thing in rule.path for thing in ("a/:", "a/*", "a/?") for rule in host.rules)


@pytest.mark.parametrize("name", HOSTS)
def test_the_build_writes_the_same(run: Run, tmp_path: Path, name: str) -> None:
    room = tmp_path / "room"
    run("init", room)
    with (room / "mipex-kg.toml").open("a") as settings:
        settings.write(f'\n[hosting]\nfiles = ["{name}"]\n')
    run("--project", room, "build", "-o", tmp_path / "site")
    run("--project", room, "hosting", name, "-o", tmp_path / "rules")
    for file in (tmp_path / "rules").iterdir():
        assert (tmp_path / "site" / file.name).read_bytes() == file.read_bytes()


def test_two_hosts_that_read_the_same_file(run: Run, tmp_path: Path) -> None:
    room = tmp_path / "room"
    run("init", room)
    with (room / "mipex-kg.toml").open("a") as settings:
        settings.write('\n[hosting]\nfiles = ["netlify", "apache", "cloudflare"]\n')
    outcome = run("--project", room, "build", "-o", tmp_path / "site", code=2)
    assert "cloudflare and another of the hosts read the same file, _headers" in outcome.err
    assert not (tmp_path / "site").exists()
