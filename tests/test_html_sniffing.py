"""What is HTML by what it holds: pages get their block whatever they are called, others nothing."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from mipex_kg.rdf.html.sniffing import blanked, is_whole_page
from mipex_kg.rdf.html.webpage import OPENING, read_html, view_of
from mipex_kg.site.embedding import find_pages
from mipex_kg.system.errors import SourceError
from tests.conftest import Run

XHTML = 'xmlns="http://www.w3.org/1999/xhtml"'
WHOLE: Mapping[str, bytes] = {
    "doctype": b"<!doctype html><p>x",
    "old doctype": b'<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN"><title>x</title>',
    "white space first": b"\r\n\t <!DOCTYPE\nHTML><p>x",
    "comments first": b"<!-- a > b --><!--> <!---> <html><p>x",
    "conditional comments": b"<!--[if !IE]><!--> <html> <!--<![endif]-->",
    "capitals": b"<HTML><BODY>x",
    "head only": b"<title>x</title><p>y",
    "UTF-8 with a mark": b"\xef\xbb\xbf<!doctype html>\xc3\xa9",
    "UTF-16": b"\xff\xfe" + "<html><p>é".encode("utf-16-le"),
    "windows-1252": b"<meta charset=windows-1252><title>\xe9</title>",
    "XHTML": f'<?xml version="1.0"?>\n<html {XHTML}><head/><body/></html>'.encode(),
    "XHTML with a style sheet": f'<?xml-stylesheet href="a"?><html {XHTML}><body/></html>'.encode(),
    "a word processor's": b'<html xmlns:o="urn:o" xmlns="http://www.w3.org/TR/REC-html40"><p>x',
    "PHP first": b"<?php if ($a->b > 1) { echo '<p>'; } ?>\n<!doctype html><p>x",
    "PHP's short tags": b"<? include 'a' ?><html><p>x",
    "ASP first": b"<%@ Language=VBScript %>\r\n<% If 1 > 0 %><html><p>x",
    "Jinja first": b"{# a <b> #}{% set c = '>' %}{{ d }}<!doctype html><p>x",
    "front matter": b"---\ntitle: <b>A</b>\n---\n<!doctype html><head></head><p>x",
    "TOML front matter": b"+++\r\ntitle = '<b>'\r\n+++\r\n<html><p>x",
}
PARTS: Mapping[str, bytes] = {
    "a paragraph": b"<p>Hello",
    "a link": b"<a href=x>y</a>",
    "a script": b"<script>a](b)</script><div>",
    "the end of a page": b"</div></body></html>",
    "a comment": b"<!-- a -->\n",
    "a block of Jinja": b"{% extends 'a' %}\n{% block b %}<section>x",
    "code in a page": b"<pre>\n# a\n```\n[b](c)\n</pre><p># a",
    "XHTML in part": f"<div {XHTML}></div>".encode(),
}
OTHERS: Mapping[str, tuple[bytes, str]] = {
    "empty": (b"", "1:1: It is not HTML: it is empty."),
    "only a mark": (b"\xef\xbb\xbf", "1:1: It is not HTML: it is empty."),
    "white space": (b" \r\n\t", "2:2: It is not HTML: it is empty."),
    "PHP": (
        b"<?php class A { const B = '<p>'; }",
        "1:35: It is not HTML: it has only code",
    ),
    "front matter only": (b"---\na: b\n---\n", "4:1: It is not HTML: it has only code"),
    "a text": (b"Hello <b>world</b>", "1:1: It is not HTML: it begins with 'Hello <b>world</b>'."),
    "UTF-8": ("Café".encode(), "1:1: It is not HTML: it begins with 'Café'."),
    "a README": (b"# A\n\n<p>b", "1:1: It is not HTML: it begins with '# A'."),
    "a README with a logo": (
        b"<!-- a -->\n<p align=center><img src=a></p>\n\n# A\n",
        "2:1: It is not HTML, but Markdown with tags: there is '# A' in its text.",
    ),
    "a README with badges": (b"<div>\n\n[a](b)\n</div>", "1:1: It is not HTML, but Markdown"),
    "Markdown of a site": (
        b"---\na: b\n---\n## C\n<p>d",
        "4:1: It is not HTML: it begins with '## C'.",
    ),
    "CSV": (b"name,page\na,<html>\n", "1:1: It is not HTML: it begins with 'name,page'."),
    "quoted CSV": (b'"<p>a</p>","b"\n', '1:1: It is not HTML: it begins with \'"<p>a</p>","b"\'.'),
    "Turtle": (b"@prefix a: <b> .", "1:1: It is not HTML: it begins with '@prefix a: <b> .'."),
    "N-Triples": (b"<http://a/> <http://b/> <c:d> .", "1:1: It is not HTML: it begins with "),
    "relative Turtle": (b"# a\n<p> a <b> .".split(b"\n")[1], "1:1: It is not HTML: it is RDF"),
    "relative triples": (b"<s> <p> <i> .\n<a> <b> 'c' .", "1:1: It is not HTML: it is RDF"),
    "JSON": (b'{"a": "<html>"}', '1:1: It is not HTML: it begins with \'{"a": "<html>"}\'.'),
    "JSON in a list": (b'["<p>"]', "1:1: It is not HTML: it begins with '[\"<p>\"]'."),
    "YAML": (b"a: <p>\n", "1:1: It is not HTML: it begins with 'a: <p>'."),
    "SVG": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "1:1: It is XML, and not XHTML: "),
    "SVG with a doctype": (
        b"<!DOCTYPE svg PUBLIC 'a'><svg/>",
        "1:1: It is not HTML: its doctype is",
    ),
    "a feed": (b'<?xml version="1.0"?>\n<feed/>', "2:1: It is XML, and not XHTML: it begins with"),
    "XML with HTML's names": (b"<?xml version='1.0'?><p/>", "1:22: It is XML, and not XHTML: "),
    "XHTML in XML": (f"<?xml version='1'?><p {XHTML}/>".encode(), "1:20: It is XML, and not XHTML"),
    "DocBook": (b'<article xmlns="http://docbook.org/ns/docbook"/>', "1:1: It is XML, and not"),
    "RDF/XML": (b'<rdf:RDF xmlns="a"/>', "1:1: It is XML, and not XHTML: it begins with"),
    "a sitemap": (b"<urlset><url/></urlset>", "1:1: It is not HTML: it begins with '<urlset>"),
    "JavaScript": (b"a < b; '<p>'", "1:1: It is not HTML: it begins with"),
    "a letter": (b"Content-Type: text/html\n\n<html>", "1:1: It is not HTML: it begins with"),
    "XML without a root": (b"<?xml version='1'?><!-- a -->", "1:30: It is not HTML: it has only"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0", "1:1: It is not HTML: it is a binary file."),
    "an archive": (b"\x1f\x8b\x08\0<html>", "1:1: It is not HTML: it is a binary file."),
    "UTF-16 without a mark": (
        "<p>".encode("utf-16-le"),
        "1:1: It is not HTML: it is a binary file.",
    ),
    "half a tag": (b"<p", "1:1: It is not HTML: it begins with '<p'."),
    "half a comment": (b"<!-- <p>", "1:1: It is not HTML: it begins with '<!-- <p>'."),
}


@pytest.mark.parametrize("what", [*WHOLE, *PARTS])
def test_html_is_known_and_gets_its_block(what: str) -> None:
    data = {**WHOLE, **PARTS}[what]
    page = read_html(data, Path("page"))
    changed = page.with_block("{}")
    assert read_html(changed, Path("page")).without_block() == data
    assert len(list(read_html(changed, Path("page")).json_ld)) == 1
    assert is_whole_page(view_of(data)) == (what in WHOLE)


@pytest.mark.parametrize("what", OTHERS)
def test_what_is_not_html_is_refused(what: str) -> None:
    data, message = OTHERS[what]
    with pytest.raises(SourceError) as caught:
        read_html(data, Path("page.html"))
    assert str(caught.value).startswith(f"page.html:{message}")
    assert "begin it with <!doctype html>" in (caught.value.hint or "")
    assert not is_whole_page(view_of(data))


@pytest.mark.parametrize(
    "before",
    [
        "<?php $a->b(1 > 2, '</head>'); ?>\n",
        "---\na: <b>\nb: </head>\n---\n",
        "<% 1 > 0 %>{{ a > b }}",
    ],
)
def test_code_above_a_page_does_not_move_its_block(before: str) -> None:
    html = "<!doctype html>\n<html><head><meta charset=utf-8></head><body><p>x</body></html>"
    after = read_html((before + html).encode(), Path("page")).with_block("{}").decode()
    assert after.startswith(before)
    assert after.index("charset") < after.index(OPENING) < after.index("</head><body>")


def test_places_behind_code_are_those_of_the_file() -> None:
    data = b"---\r\na: <b>\r\n---\r\n<!-- -->\r\n  <meta name=about content=X>"
    (mention,) = read_html(data, Path("page")).subjects
    assert (mention.text, mention.line, mention.column) == ("X", 5, 3)


def test_lines_of_code_stay_lines() -> None:
    assert blanked("<?php\r\na ?><p>\n{{ b }}") == "     \r\n    <p>\n{{ b }}"


# ---- The command ---------------------------------------------------------------------------------

MPG = "Migration Policy Group"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a folder of pages and others, none of which is what its name says."""
    pages = {"page": WHOLE["doctype"], "a.php": WHOLE["PHP first"], "b.xhtml": WHOLE["XHTML"]}
    others = {f"{n}.html": data for n, (data, _) in enumerate(OTHERS.values())}
    known = {
        "data.csv": "CSV",
        "a.ttl": "Turtle",
        "README": "a README",
        "a.svg": "SVG",
        "a.png": "a picture",
    }
    others |= {name: OTHERS[what][0] for name, what in known.items()}
    for name, data in {**pages, **others, "old.html~": WHOLE["doctype"]}.items():
        (tmp_path / name).write_bytes(data)
    return tmp_path


def test_pages_are_found_in_a_folder_whatever_they_are_called(folder: Path) -> None:
    found = {path.name for path in find_pages([str(folder)])}
    assert {name for name in found if not name[0].isdigit()} == {"page", "a.php", "b.xhtml"}
    (folder / "part.php").write_bytes(PARTS["a paragraph"])
    assert folder / "part.php" not in find_pages([str(folder)])
    assert folder / "part.php" in find_pages([str(folder / "part.php")])


@pytest.mark.parametrize("named", [".", "*"])
@pytest.mark.parametrize("options", [["--thing", MPG], ["--remove"], ["--extract"]])
def test_what_is_not_html_is_left_alone(
    run: Run, folder: Path, named: str, options: list[str]
) -> None:
    os.mkfifo(folder / "pipe")
    before = {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    done = run("--bundled", "embed", *options, named, cwd=folder, code=3)
    changed = {path.name for path, data in before.items() if path.read_bytes() != data}
    wanted = {"page", "a.php", "b.xhtml"} | ({"old.html~"} if named == "*" else set())
    assert changed == (wanted if options[0] == "--thing" else set())
    refused = len(OTHERS) + (5 if named == "*" else 0)
    assert done.err.count("It is ") >= refused
    assert "Error: 1.html:1:1: It is not HTML: it is empty." in done.err


@pytest.mark.parametrize("what", ["CSV", "Turtle", "a README", "JSON", "SVG", "a picture", "empty"])
def test_a_file_that_is_named_and_is_not_html_is_refused(
    run: Run, tmp_path: Path, what: str
) -> None:
    (tmp_path / "file").write_bytes(OTHERS[what][0])
    os.utime(tmp_path / "file", ns=(1, 1))
    for options in (["--thing", MPG], ["--thing", MPG, "--check"], ["--remove"], ["--extract"]):
        done = run("--bundled", "embed", *options, "file", cwd=tmp_path, code=3)
        assert f"Error: file:{OTHERS[what][1]}" in done.err
        assert "Hint: Only pages in HTML are read or changed." in done.err
    assert (tmp_path / "file").read_bytes() == OTHERS[what][0]
    assert (tmp_path / "file").stat().st_mtime_ns == 1
