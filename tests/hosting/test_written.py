"""How much is written is a setting, and everything that names files follows it: also servers."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from lxml import html

from mipex_kg.project.project import load_project
from mipex_kg.site.hosting.capacity import CAPACITIES, excesses
from mipex_kg.system.errors import SettingsError
from tests.commands import Commands
from tests.conftest import ROOT, Run
from tests.hosting import servers
from tests.hosting.servers import Server
from tests.serving.conftest import serving

BASE = "http://e.example/kg/"
SETTINGS = f"""[project]
name = "few"
title = "Few"
publisher = "Few"
licence = "https://creativecommons.org/licenses/by/4.0/"
base = "{BASE}"
[documents]
formats = ["jsonld", "turtle"]
linksets = false
[pages]
entries = 2
sections = 2
[hosting]
files = ["cloudflare"]
"""
DATA = f"""@base <{BASE}> .
@prefix s: <https://schema.org/> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
<person/ada> a s:Person ; s:name "Ada"@en .
<person/ben> a s:Person ; s:name "Ben"@en .
<person/cy> a s:Person ; s:name "Cy"@en .
<list#a> a s:Place ; s:name "A"@en .
<list#b> a s:Place ; s:name "B"@en .
<list#c> a s:Place ; s:name "C"@en .
<catalog> a dcat:Catalog ; dcat:dataset <dataset/few> .
<dataset/few> a dcat:Dataset ; <http://purl.org/dc/terms/title> "Few"@en ;
  <http://purl.org/dc/terms/description> "Few files."@en .
"""
SERVERS = ("nginx", "apache", "serve")


@dataclass(frozen=True)
class Few:
    project: Path
    site: Path
    servers: dict[str, Server]


@pytest.fixture(scope="module")
def few(run: Run, work: Path, commands: Commands) -> Iterator[Few]:
    folder = work / "few"
    (project := folder / "project").joinpath("data").mkdir(parents=True)
    (project / "mipex-kg.toml").write_text(SETTINGS)
    (project / "data" / "facts.ttl").write_text(DATA)
    run("--project", project, "build", "-o", folder / "serve" / "site")
    for host in ("nginx", "apache"):
        run("--project", project, "hosting", host, "-o", folder / "rules")
        (folder / host).mkdir()
    shutil.copytree(folder / "serve" / "site", folder / "root" / "kg")
    shutil.copy(folder / "rules" / ".htaccess", folder / "root" / "kg")
    http, server = ((folder / "rules" / f"few.{b}.conf").read_text() for b in ("http", "server"))
    ports = [servers.free_port() for _ in range(2)]
    with (
        servers.nginx(folder / "nginx", folder / "root", ports[0], http, server) as nginx,
        servers.apache(folder / "apache", folder / "root", ports[1]) as apache,
        serving(folder / "serve", commands, project=project) as served,
    ):
        yield Few(
            project, folder / "root" / "kg", {"nginx": nginx, "apache": apache, "serve": served}
        )


def test_a_document_is_a_page_and_a_file_for_each_format(few: Few) -> None:
    files = sorted(path.name for path in (few.site / "person").iterdir())
    names = ("ada", "ben", "cy")
    assert files == [f"{n}.{suffix}" for n in names for suffix in ("html", "jsonld", "ttl")]
    assert not list(few.site.rglob("*.linkset.*"))
    for whole in ("few", "catalog"):  # portals want the one that they know
        assert {"." + s for s in ("ttl", "trig", "jsonld", "rdf", "nt")} <= {
            path.suffix for path in few.site.glob(f"{whole}.*")
        }


def test_lists_and_documents_are_parted_as_the_settings_say(few: Few) -> None:
    assert (few.site / "class" / "person" / "2.html").is_file()
    assert not (few.site / "class" / "person" / "3.html").exists()
    assert sorted(path.name for path in (few.site / "list").glob("*.html")) == [
        "a.html",
        "b.html",
        "c.html",
    ]


def test_the_page_names_just_what_there_is(few: Few) -> None:
    page = html.fromstring((few.site / "person" / "ada.html").read_bytes())
    own = [link for link in page.xpath("//@href") if "person/ada." in link]
    assert {link.rpartition(".")[2] for link in own} - {"html"} == {"ttl", "jsonld"}
    assert not page.xpath("//link[@rel='linkset']")
    described = page.xpath("//link[@rel='describedby']/@href")
    assert all((few.site / "person" / link).resolve().is_file() for link in described)
    listed = json.loads((few.site / "manifest.json").read_text())["sha256"]
    there = {p.relative_to(few.site).as_posix() for p in few.site.rglob("*") if p.is_file()}
    assert set(listed) | {"manifest.json", ".htaccess"} == there


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize(
    ("accept", "suffix"),
    [
        ("*/*", "html"),
        ("text/turtle", "ttl"),
        ("application/json", "jsonld"),
        ("application/rdf+xml, text/turtle;q=0.1", "ttl"),
        ("application/trig, text/html;q=0.5", "html"),
    ],
)
def test_a_client_gets_the_best_of_what_there_is(
    few: Few, server: str, accept: str, suffix: str
) -> None:
    answer = few.servers[server].ask("/kg/person/ada", accept)
    assert answer.status == 303
    assert answer.headers["location"].endswith(f"/kg/person/ada.{suffix}")


@pytest.mark.parametrize("server", SERVERS)
def test_who_takes_none_of_it_is_told_what_there_is(few: Few, server: str) -> None:
    answer = few.servers[server].ask("/kg/person/ada", "application/rdf+xml")
    assert answer.status == 406
    assert b"text/turtle" in answer.body
    assert b"rdf+xml" not in answer.body


@pytest.mark.parametrize("server", SERVERS)
def test_the_front_gives_programs_what_is_written(few: Few, server: str) -> None:
    accept = "application/rdf+xml, application/ld+json;q=0.5"
    answer = few.servers[server].ask("/kg/", accept)
    assert answer.headers.get("location", "").endswith("/kg/catalog.jsonld")


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("path", ["person/ada.html", "person/ada.ttl", "class/person.html", ""])
def test_no_header_names_a_link_set(few: Few, server: str, path: str) -> None:
    answer = few.servers[server].ask(f"/kg/{path}", "text/html")
    assert answer.status == 200
    assert "linkset" not in answer.headers.get("link", "")


def test_a_server_of_ours_names_the_other_formats(few: Few) -> None:
    link = few.servers["serve"].ask("/kg/person/ada.html").headers["link"]
    assert link.count('rel="alternate"') == 2
    assert "Link:" not in (few.site / "_headers").read_text()


def test_checks_find_nothing_missing(run: Run, few: Few) -> None:
    checks = ("signposting", "links", "sitemap", "jsonld", "void")
    only = [part for check in checks for part in ("--only", check)]
    told = run("--project", few.project, "check", few.site, *only, "-f", "json")
    assert [f["message"] for f in json.loads(told.text)["findings"]] == []


def test_hosting_says_which_hosts_take_so_many_files(run: Run, few: Few, tmp_path: Path) -> None:
    told = run("--project", few.project, "hosting", "--built", few.site).text
    count = sum(path.is_file() for path in few.site.rglob("*"))
    assert told.startswith(f"{few.site}: {count} files, ")
    assert "Cloudflare Pages: 20,000 files, 25 MiB in one file (on the free plan" in told
    assert "too much" not in told
    with (few.site / "large.bin").open("wb") as large:
        large.truncate(26 << 20)
    told = run("--project", few.project, "hosting", "--built", few.site).text
    assert "  too much: large.bin has 26 MiB, and 25 MiB are the most\n" in told
    absent = run("hosting", "--built", tmp_path)
    assert "was not built" in absent.err


def test_what_is_too_much_is_told_of_files_folders_and_sizes() -> None:
    many = {f"a/{n}": 1 for n in range(54_001)}
    assert list(excesses("netlify", many)) == ["54,001 files in a, and 54,000 are the most"]
    assert list(excesses("cloudflare", many)) == ["54,001 files, and 20,000 are the most"]
    assert list(excesses("github", {"a": 2 * 10**9})) == ["2 GB in all, and 1 GB are the most"]
    assert list(excesses("nginx", many)) == []
    page = (ROOT / "docs" / "hosting.md").read_text()
    assert all(capacity.source in page for capacity in CAPACITIES.values())


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"jsonld", ', '"ttl", ', "documents.formats can't be 'ttl'. Did you mean 'turtle'?"),
        ('["jsonld", "turtle"]', "[]", "documents.formats can't be []."),
        ("linksets = false", 'linksets = "no"', "documents.linksets must be true or false."),
        ("entries = 2", "entries = 0", "pages.entries must be a whole number from 1."),
        ("sections = 2", "sections = true", "pages.sections must be a whole number from 1."),
    ],
)
def test_wrong_values_are_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    (tmp_path / "mipex-kg.toml").write_text(SETTINGS.replace(old, new))
    with pytest.raises(SettingsError) as error:
        load_project(tmp_path)
    assert error.value.message == message
