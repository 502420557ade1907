"""schema.org by http: and by https: whichever a project uses, what is made of it is the same."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from tests.conftest import Run

HTTP, HTTPS = "http://schema.org/", "https://schema.org/"
FRAME = """{"@context": {"@vocab": "http://schema.org/"}, "@type": "Person",
 "worksFor": {"@embed": "@never"}, "email": {}}"""
_BLOCK = re.compile(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', re.DOTALL)


@pytest.fixture(scope="module")
def rooms(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rooms")


@pytest.fixture(scope="module")
def made(rooms: Path, run: Run) -> Callable[[str], Path]:
    """Make the example with one of the two namespaces, and its site."""

    def make(namespace: str) -> Path:
        room = rooms / namespace.partition(":")[0]
        if not room.exists():
            run("init", room, "--name", "room", "--base", "https://room.test/")
            (room / "ontology" / "frames").mkdir()
            (room / "ontology" / "frames" / "person.jsonld").write_text(FRAME)
            (room / "page.html").write_text(
                "<html><head><title>x</title></head><body></body></html>"
            )
            if namespace == HTTPS:
                for path in room.rglob("*.*"):
                    if path.is_file():
                        path.write_text(path.read_text().replace(HTTP, HTTPS))
                declare(room)
            run("build", cwd=room)
        return room

    return make


def declare(room: Path) -> None:
    settings = room / "mipex-kg.toml"
    text = settings.read_text()
    settings.write_text(text.replace("[prefixes]", f'[prefixes]\nschema = "{HTTPS}"', 1))


def blocks(page: Path) -> list[object]:
    texts: list[str] = _BLOCK.findall(page.read_text())
    return [json.loads(text) for text in texts]


def told(page: Path) -> str:
    """Give the text of a page, without tags."""
    return " ".join(re.sub(r"(?s)<script.*?</script>|<[^>]*>", " ", page.read_text()).split())


def test_the_data_are_valid_with_either(made: Callable[[str], Path], run: Run) -> None:
    for namespace in (HTTP, HTTPS):
        assert "no findings" in run("validate", cwd=made(namespace)).text


@pytest.mark.parametrize(
    "page", ["person/ada-brook", "place/reading-room", "source/notice", "class/index"]
)
def test_pages_and_their_json_ld_are_the_same(made: Callable[[str], Path], page: str) -> None:
    pages = [made(namespace) / "site" / f"{page}.html" for namespace in (HTTP, HTTPS)]
    assert told(pages[0]) == told(pages[1]).replace(HTTPS, HTTP)
    first, second = map(blocks, pages)
    assert json.dumps(first).replace(HTTP, HTTPS) == json.dumps(second)
    assert HTTP not in json.dumps(second)


def test_what_is_published_has_the_project_s_own(made: Callable[[str], Path]) -> None:
    sites = [made(namespace) / "site" for namespace in (HTTP, HTTPS)]
    for name in ("person/ada-brook.ttl", "person/ada-brook.jsonld"):
        first, second = ({str(q) for q in ox.parse(path=site / name)} for site in sites)
        assert {quad.replace(HTTP, HTTPS) for quad in first} == second


def test_checks_find_the_same(made: Callable[[str], Path], run: Run) -> None:
    results = []
    for namespace in (HTTP, HTTPS):
        outcome = run(
            "check", "-f", "json", "--only", "jsonld", "--only", "google", cwd=made(namespace)
        )
        results.append(json.loads(outcome.text)["findings"])
    assert results[0] == results[1]


def test_embedded_blocks_have_the_project_s_own(made: Callable[[str], Path], run: Run) -> None:
    found = []
    for namespace in (HTTP, HTTPS):
        room = made(namespace)
        settings = room / "mipex-kg.toml"
        if "[embed]" not in settings.read_text():
            settings.write_text(
                settings.read_text() + '\n[embed]\n"page.html" = ["person:ada-brook"]\n'
            )
        run("embed", "page.html", cwd=room)
        found.append(json.dumps(blocks(room / "page.html")))
    assert '"@type": "Person"' in found[0]
    assert found[0].replace(HTTP, HTTPS) == found[1]


def test_the_other_one_is_found(made: Callable[[str], Path], run: Run, tmp_path: Path) -> None:
    for own, other in ((HTTP, HTTPS), (HTTPS, HTTP)):
        room = shutil.copytree(made(own), tmp_path / own.partition(":")[0])
        (room / "queries" / "other.rq").write_text(
            f"# title: Other\n\nPREFIX s: <{other}>\nSELECT * {{ ?s s:name ?o }}\n"
        )
        outcome = run("validate", cwd=room, code=1)
        assert "other.rq:3:12" in outcome.text
        assert "is not" in outcome.text
        told = run("query", f"SELECT * {{ ?s <{other}name> ?o }}", cwd=room).err
        assert f"the graph has schema.org's terms as <{own}…>" in " ".join(told.split())


def test_schema_stands_for_nothing_else(run: Run, tmp_path: Path) -> None:
    run("init", tmp_path / "room")
    settings = tmp_path / "room" / "mipex-kg.toml"
    text = settings.read_text().replace("[prefixes]", '[prefixes]\nschema = "https://s.test/"', 1)
    settings.write_text(text)
    assert "schema: is <http://schema.org/>" in run("validate", cwd=tmp_path / "room", code=2).err
