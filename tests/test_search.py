"""The index for searching: its pages come in the order of their names, and failures are told."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import cbor2
import pytest

from mipex_kg.project import layout
from mipex_kg.site import search
from mipex_kg.system.errors import OutputError

NAMES = ["zebra.html", "b/wolf.html", "b/ant.html", "a.html", "b.html", "é.html"]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    if search.find_indexer() is None:
        pytest.skip("Pagefind is not made for this machine.")
    for name in NAMES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        body = f'<body data-pagefind-body data-pagefind-filter="kind:k"><h1>{name}</h1>Some words.'
        (tmp_path / name).write_text(f'<!doctype html><html lang="en"><title>x</title>{body}')
    return tmp_path


def write_index(site: Path, language: str) -> bool:
    files = search.make_index(site, language)
    for name, data in (files or {}).items():
        path = site / layout.INDEX / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return files is not None


def content(path: Path) -> bytes:
    data = path.read_bytes()
    if data.startswith(b"\x1f\x8b"):
        data = gzip.decompress(data)
    return data.removeprefix(b"pagefind_dcd")


def test_pages_are_numbered_by_their_names(site: Path) -> None:
    """Whichever order the file system gives: another one would give other files."""
    assert write_index(site, "en")
    folder = site / layout.INDEX
    (meta,) = folder.glob("*.pf_meta")
    pages = [page[0] for page in cbor2.loads(content(meta))[1]]
    urls = [json.loads(content(folder / f"fragment/{page}.pf_fragment"))["url"] for page in pages]
    assert urls == ["/a.html", "/b/ant.html", "/b/wolf.html", "/b.html", "/zebra.html", "/é.html"]


def test_only_what_the_site_needs_is_kept(site: Path) -> None:
    assert write_index(site, "en")
    assert not [path for path in (site / layout.INDEX).rglob("*") if "-ui" in path.name]
    assert not list(site.glob(".pagefind*"))


def test_an_indexer_that_ends_is_told(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "find_indexer", lambda: Path("/bin/false"))
    with pytest.raises(OutputError, match="Pagefind has ended"):
        write_index(site, "en")
    assert not (site / layout.INDEX).exists()


def test_what_the_indexer_complains_of_is_told(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "_MARKS", 7)
    with pytest.raises(OutputError, match="The search index can't be made: "):
        write_index(site, "en")
    assert not (site / layout.INDEX).exists()


def test_without_an_indexer_there_is_no_index(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "find_indexer", lambda: None)
    assert not write_index(site, "en")
    assert not (site / layout.INDEX).exists()
