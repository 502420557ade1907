"""Pages that no parser should be given: they are refused by name, and the others go on."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import turbohtml

from mipex_kg.checks.references import references, style_references
from mipex_kg.checks.site import BuiltSite
from mipex_kg.rdf.html.webpage import read_page
from mipex_kg.site.crawler import read_blocks
from mipex_kg.system.errors import SourceError
from tests.attack.growth import require_linear
from tests.conftest import LIGHTHOUSES, Run

pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
GOOD = b'<title>x</title><script type="application/ld+json">{"@id": "u:a", "u:p": 1}</script>'
HUGE: Mapping[str, Callable[[], bytes]] = {
    "50 MB of elements": lambda: b"<div>" * 10_000_000,
    "50 MB of text": lambda: b"x" * 50_000_000,
    "many tags": lambda: b"<b>" * 1_100_000,
    "many tags in UTF-16": lambda: b"\xff\xfe" + ("<b>" * 1_100_000).encode("utf-16-le"),
    "attributes for one element": lambda: b"".join(b"<body a%d>" % n for n in range(20_000)),
    "attributes for the root": lambda: b"".join(b"<HTML a%d>" % n for n in range(20_000)),
}


@pytest.mark.parametrize("what", HUGE)
def test_a_page_that_is_too_much_is_named_and_the_others_go_on(
    run: Run, tmp_path: Path, what: str
) -> None:
    (tmp_path / "a.html").write_bytes(HUGE[what]())
    (tmp_path / "b.html").write_bytes(GOOD)
    lighthouses = ("--project", LIGHTHOUSES)
    told = run(*lighthouses, "embed", "--extract", ".", cwd=tmp_path, code=3)
    assert "Error: a.html: It has " in told.err
    assert "<u:a>\n  <u:p> 1 ." in told.text
    told = run("embed", "--remove", ".", cwd=tmp_path, code=3)
    assert told.text == "2 pages: 1 with an error, 1 fresh.\n"


BLOCKS: Mapping[str, tuple[str, str]] = {
    "digits": (
        '{"u:p": ' + "9" * 400 + "}",
        "This number is larger than JSON-LD's numbers can be.",
    ),
    "a large exponent": ('{"u:p": 1e400}', "This number is larger than JSON-LD's numbers can be."),
    "levels": ('{"u:p":' * 50_000 + "1" + "}" * 50_000, "It is nested too deeply: "),
    "lists": ("[" * 50_000 + "]" * 50_000, "It is nested too deeply: "),
    "items": (f'{{"u:p": [{"1," * 2_000_000}1]}}', "Up to here, the page has more than 100,000"),
    "no JSON": ("{" * 50_000, "It is"),
    "half a character": (r'{"u:p": "\ud800"}', "This text has half a surrogate pair"),
}


def page_with(*blocks: str) -> bytes:
    scripts = (f'<script type="application/ld+json">{block}</script>' for block in blocks)
    return f"<!doctype html><title>x</title>{''.join(scripts)}".encode()


@pytest.mark.parametrize("what", BLOCKS)
def test_a_block_that_is_too_much_is_named_and_the_others_go_on(
    run: Run, tmp_path: Path, what: str
) -> None:
    block, message = BLOCKS[what]
    (tmp_path / "a.html").write_bytes(page_with('{"@id": "u:b", "u:p": 2}', block))
    (tmp_path / "b.html").write_bytes(GOOD)
    lighthouses = ("--project", LIGHTHOUSES)
    told = run(*lighthouses, "embed", "--extract", ".", cwd=tmp_path, code=3)
    assert f": {message}" in told.err
    assert told.err.startswith("Error: a.html:1:")
    assert "<u:b>\n  <u:p> 2 ." in told.text
    assert "<u:a>\n  <u:p> 1 ." in told.text


def test_many_blocks_may_not_hold_more_than_one_may() -> None:
    """From all of a page, only so much is read."""
    items = ",".join("1" * 30_000)
    blocks = [f'{{"@id": "u:a", "u:p": [{items}]}}'] * 6
    found = list(read_blocks(read_page(page_with(*blocks), Path("page.html"))))
    assert [reading.error is None for reading in found] == [True] * 3 + [False] * 3


def test_a_check_goes_on_behind_what_cannot_be_read(tmp_path: Path) -> None:
    """A pipe would be read for ever, and a link may lead to itself."""
    for number, (block, _) in enumerate(BLOCKS.values()):
        (tmp_path / f"{number}.html").write_bytes(page_with(block))
    (tmp_path / "huge.html").write_bytes(HUGE["50 MB of elements"]())
    (tmp_path / "good.html").write_bytes(GOOD)
    (tmp_path / "loop.html").symlink_to("loop.html")
    os.mkfifo(tmp_path / "pipe.html")
    site = BuiltSite(tmp_path, "https://site.example/")
    assert set(site.pages) == {"good.html", *(f"{n}.html" for n in range(len(BLOCKS)))}
    assert [error.path.name for error in site.unreadable] == ["huge.html"]
    for name in site.pages:
        (reading,) = read_blocks(site.page(name))
        assert (reading.error is None) == (name == "good.html")


# What takes parsers long that are built in the plainest way.
GROWING: Mapping[str, Callable[[int], bytes]] = {
    "open elements": lambda n: b"<div>" * n,
    "formatting": lambda n: b"<b><i><p>" * n + b"</b>" * n,
    "tables": lambda n: b"<table><b>x" * n,
    "end tags": lambda n: b"<div>" * n + b"</p></x>" * n,
    "attributes": lambda n: b"<a " + b" ".join(b"a%d" % i for i in range(n)) + b">",
    "templates": lambda n: b"<template>" * n,
    "scripts": lambda n: b"<script type=application/ld+json>1</script>" * n,
    "scripts in templates": lambda n: b"<template><script data-mipex-kg></script>" * n,
    "comments": lambda n: b"<!-- --><!-" * n,
    "code of servers": lambda n: b"{{{%<%<?php" * n,
    "halves of code": lambda n: b"{{ x {% x }" * n + b"%" * n,
    "line ends": lambda n: b"\r\r\n" * n,
    "references": lambda n: b"&notit;&#0;&" * n,
}


@pytest.mark.parametrize("what", GROWING)
def test_what_a_page_takes_grows_as_the_page_does(what: str) -> None:
    def work(data: bytes) -> None:
        page = read_page(data, Path("page.html"))
        assert page.address is None
        assert len(list(page.subjects)) == 0
        assert all(script.line for script in page.json_ld)
        try:
            page.with_block("{}")
        except SourceError:
            return

    require_linear(work, GROWING[what])


REFERENCES: Mapping[str, Callable[[int], str]] = {
    "commas": lambda n: f'<img srcset="{"," * n}">',
    "spaces": lambda n: f'<img srcset="{" " * n}">',
    "addresses": lambda n: f'<img srcset="{"a " * n}">',
    "images": lambda n: f'<img srcset="{"a,, b 2x," * n}">',
    "brackets": lambda n: f'<img srcset="{"a (" * n}">',
    "comments without an end": lambda n: f"<style>{'/* x ' * n}</style>",
    "comments": lambda n: f"<style>{'/* */ ' * n}</style>",
    "spaces in an address": lambda n: f"<style>url({' ' * n}</style>",
    "addresses without an end": lambda n: f"<style>{'url(a' * n}</style>",
    "quotes": lambda n: f"<style>{QUOTE * n}</style>",
    "styles": lambda n: f'<p style="{"url(a)" * n}">',
}
QUOTE = "url('"


@pytest.mark.parametrize("what", REFERENCES)
def test_what_a_page_refers_to_is_found_in_time_that_grows_as_it_does(what: str) -> None:
    def work(page: str) -> None:
        document = turbohtml.parse(page, source_locations=True)
        for _ in references(document):
            pass
        for _ in style_references(page):
            pass

    require_linear(work, REFERENCES[what])


@pytest.mark.parametrize(
    ("srcset", "addresses"),
    [
        ("a.png", ["a.png"]),
        (" a.png 1x , b.png 2x ", ["a.png", "b.png"]),
        ("a.png,b.png", ["a.png,b.png"]),
        ("a.png, b.png", ["a.png", "b.png"]),
        (",,,a.png,,, b.png", ["a.png", "b.png"]),
        ("data:x,y 1x, b", ["data:x,y", "b"]),
        ("a (1, 2) 3x, b", ["a", "b"]),
        ("a (1, 2", ["a"]),
        ("", []),
        (", ,", []),
    ],
)
def test_the_images_of_a_srcset(srcset: str, addresses: list[str]) -> None:
    document = turbohtml.parse(f'<img srcset="{srcset}">', source_locations=True)
    assert [found.address for found, _ in references(document)] == addresses
