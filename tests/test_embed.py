"""Blocks in web pages: exactly one, where crawlers read it, and every other byte as it was."""

from __future__ import annotations

import json
import os
import re
import shutil
import warnings
from pathlib import Path
from typing import Any

import extruct
import html5lib
import pyoxigraph as ox
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mipex_kg.rdf.html.webpage import CLOSING, OPENING, WebPage, read_page
from mipex_kg.site.embedding import covering, find_pages
from mipex_kg.system.errors import SourceError
from tests.conftest import LIGHTHOUSES, ROOT, Outcome, Run

MESSY = ROOT / "tests" / "messy_html"
PAGES = sorted(path for path in MESSY.iterdir() if path.suffix not in (".md", ""))
JSON = """{
  "@context": {"@vocab": "http://schema.org/"},
  "name": "\\u003c/script\\u003e \\u00e9"
}"""
BASE = "https://w3id.org/mipex-kg/"
MPG = "Migration Policy Group"


@pytest.fixture
def run(run: Run) -> Run:
    """Call the command line; pages get blocks from the bundled graph, unless another is named."""

    def call(*arguments: str | Path, **options: Any) -> Outcome:
        bundled = ["--bundled"] if arguments[0] == "embed" else []
        return run(*bundled, *arguments, **options)

    return call


def page(data: bytes, path: str = "page.html") -> WebPage:
    return read_page(data, Path(path))


def text_of(data: bytes) -> str:
    """Decode a page such that each of its bytes can be told from the others."""
    codec = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}.get(data[:2], "latin-1")
    return data.decode(codec)


# ---- Laws that hold for any page -----------------------------------------------------------------


def assert_laws(before: bytes) -> bytes | None:
    """Check what must be true of any page; give it with its block, or None if it has no place."""
    try:
        after = page(before).with_block(JSON)
    except SourceError as error:
        assert "no place" in error.message
        return None
    assert page(after).with_block(JSON) == after, "twice is once"
    assert page(after).without_block() == before, "taken out, nothing is left"
    old, new = text_of(before), text_of(after)
    start = new.index(OPENING)
    end = new.index(CLOSING, start) + len(CLOSING)
    assert new[:start] + new[end:] == old, "one piece more, all else the same"
    ours = [script.text.strip() for script in page(after).json_ld if script.is_ours]
    assert ours == [JSON]
    return after


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_messy_pages_keep_every_other_byte(path: Path) -> None:
    before = path.read_bytes()
    if path.name == "with_our_block.html":
        after = page(before).with_block(JSON)
        assert page(after).without_block() == page(before).without_block()
        assert page(after).with_block(JSON) == after
    else:
        after_or_none = assert_laws(before)
        assert (after_or_none is None) == (path.name == "only_an_open_comment.html")
        after = after_or_none or before


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_another_parser_finds_the_same_document_and_the_block(path: Path) -> None:
    """Not the parser by which we checked before we wrote."""
    before = page(path.read_bytes()).without_block()
    if path.name == "only_an_open_comment.html":
        return
    assert_another_parser_agrees(before, page(before).with_block(JSON))


def assert_another_parser_agrees(before: bytes, after: bytes) -> None:
    old, new = tree_of(before), tree_of(after)
    scripts = [s for s in new.iter("script") if s.get("data-mipex-kg") is not None]
    assert [(script.text or "").strip() for script in scripts] == [JSON]
    cut(new, scripts[0])
    assert flat(new) == flat(old)


def tree_of(data: bytes) -> Any:
    text = text_of(data).removeprefix("\ufeff").removeprefix("\u00ef\u00bb\u00bf")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return html5lib.parse(text, namespaceHTMLElements=False)


def is_read(data: bytes) -> bool:
    """Tell whether html5lib can read a page: at some tables with SVG it gives up."""
    try:
        tree_of(data)
    except AssertionError:
        return False
    return True


def cut(tree: Any, element: Any) -> None:
    """Take an element out, and leave the text that follows it."""
    parent = next(node for node in tree.iter() if element in list(node))
    place = list(parent).index(element)
    before = parent[place - 1] if place else None
    if before is None:
        parent.text = (parent.text or "") + (element.tail or "")
    else:
        before.tail = (before.tail or "") + (element.tail or "")
    parent.remove(element)


def flat(tree: Any) -> list[object]:
    return [
        (str(node.tag), sorted(map(str, node.items())), node.text or "", node.tail or "")
        for node in tree.iter()
    ]


# fmt: off
PIECES = st.sampled_from([
    "<!doctype html>", "<html>", "<html lang=en>", "</html>", "<head>", "</head>", "<HEAD>",
    "</HEAD >", "<body>", "</body>", "<title>", "</title>", "<meta charset=utf-8>",
    "<meta http-equiv=content-type content='x'>", "<base href=x>", "<link rel=about href=x>",
    "<script>", "</script>", "<script type=application/ld+json>", "<style>", "</style>", "<!--",
    "-->", "<!-->", "<!", "<?php echo '</head>' ?>", "<% > %>", "{{ '</body>' }}", "{% if a > b %}",
    "<noscript>", "</noscript>", "<template>", "</template>", "<svg>", "</svg>", "<math>",
    "<![CDATA[", "]]>", "<p>", "</p>", "<table>", "<tr>", "</table>", "<select>", "<option>",
    "<textarea>", "</textarea>", "<frameset>", "</frameset>", "<frame>", "<noframes>",
    "<plaintext>", "<b>", "</b>", "<i>", "<a href=x>", "<img src=x alt='</head>'>", "<br/>",
    "</br>", "<input", '"', "'", ">", "=", "&amp", "&#0;", "text", "é", "日本", "\r\n", "\n", "\r",
    " ", "\t", "\x0c", "<iframe>", "<xmp>", "<form>", "<foreignObject>", "<desc>",
])
# fmt: on
ANY_PAGE = st.lists(PIECES, max_size=14).map("".join)


@settings(max_examples=200, deadline=None)
@given(ANY_PAGE, st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "latin-1"]))
@example("<title>x</title>", "utf-8")
@example("<p>a<meta charset=utf-8>", "latin-1")
@example("x</br><meta charset=utf-8><math><svg>", "utf-8")
@example("<b><meta charset=utf-8><svg></p>", "utf-8")
@example("<table><svg><html>", "utf-8")
def test_any_page_keeps_every_other_byte(text: str, encoding: str) -> None:
    if encoding == "latin-1":
        text = text.replace("charset=utf-8", "charset=latin1")
    before = text.encode(encoding, "replace")
    after = assert_laws(before)
    # html5lib takes some pages for framesets that browsers don't take for one, and doesn't leave
    # SVG and MathML where </p> and </br> end them for browsers (HTML, 13.2.6.5).
    stays = re.search(r"<(?:svg|math)>.*</(?:p|br)>", text, re.DOTALL)
    if after is not None and "<frameset>" not in text and not stays and is_read(before):
        assert_another_parser_agrees(before, after)


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=60) | st.lists(PIECES.map(str.encode) | st.binary(max_size=3)).map(b"".join)
)
def test_any_bytes_are_written_well_or_refused(data: bytes) -> None:
    try:
        page(data)
    except SourceError:
        return
    if b"data-mipex-kg" not in data:
        assert_laws(data)


# What a page declares, and how Python names what it is in, with a byte order mark if it has one.
ENCODINGS = {
    "UTF-8": ("utf-8", "<meta charset=utf-8>"),
    "UTF-8 with a mark": ("utf-8-sig", ""),
    "UTF-8 with a mark and a wrong name": ("utf-8-sig", "<meta charset=windows-1252>"),
    "UTF-8 that calls itself UTF-16": ("utf-8", "<meta charset=utf-16>"),
    "UTF-16": ("utf-16", ""),
    "windows-1252": ("cp1252", "<meta charset=windows-1252>"),
    "Latin-1": ("latin-1", "<meta http-equiv=content-type content='text/html; charset=latin1'>"),
    "undeclared": ("cp1252", ""),
    "KOI8-R": ("koi8-r", "<meta charset=koi8-r>"),
    "Shift_JIS": ("shift_jis", "<meta charset=shift_jis>"),
    "EUC-JP": ("euc-jp", "<meta charset=euc-jp>"),
    "Big5": ("big5", "<meta charset=big5>"),
    "GB 18030": ("gb18030", "<meta charset=gb18030>"),
}
# Some letters, and those whose last byte is a backslash or a brace.
LETTERS = "é\u2019 Миграция 移民 表ソ功許"


@pytest.mark.parametrize("what", ENCODINGS)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", ["", "\n"], ids=["no last line end", "a last line end"])
def test_a_page_keeps_its_encoding_and_its_line_ends(what: str, end: str, last: str) -> None:
    codec, declared = ENCODINGS[what]
    lines = ["<!doctype html>", f"<html><head>{declared}<title>{LETTERS}</title>", "</head>"]
    text = end.join([*lines, f"<body><p>{LETTERS}</body></html>"]) + last
    after = assert_laws(text.encode(codec, "ignore"))
    assert after is not None
    ends = re.findall(r"\r\n|\n|\r", text_of(after).removesuffix(last))
    assert set(ends) == {end}


def test_most_pages_have_a_place() -> None:
    """The laws would also hold if no page ever got a block."""
    found = [path for path in PAGES if path.name != "with_our_block.html"]
    assert sum(assert_laws(path.read_bytes()) is not None for path in found) == len(found) - 1


# ---- Where it goes -------------------------------------------------------------------------------


def place_in(name: str) -> tuple[str, str]:
    """Tell what stands right before a block and right behind it."""
    text = page((MESSY / name).read_bytes()).with_block(JSON).decode("utf-8", "replace")
    before, _, rest = text.partition(OPENING)
    return before[-24:].strip(), rest.partition(CLOSING)[2][:24].strip()


@pytest.mark.parametrize(
    ("name", "before", "behind"),
    [
        ("word_press.html", "</script>", "</head>"),
        ("old_cms_windows_1252.html", "TYPE=text/css>", "</HEAD>"),
        ("head_in_comments.html", "<!-- </head> -->", "</head>"),
        ("script_with_head_inside.html", "</script>", "</head>"),
        ("noscript_pixel_in_head.html", 'example/">', "</head>"),
        ("minified_without_head_and_body.html", "color:red}</style>", "<h1>Hi</h1>"),
        ("frameset_without_head.html", "", "<frameset"),
        ("text_only.html", "Just a line of text.", ""),
        ("nothing_is_closed.html", "href=2.html>", "</head>|<body>"),
        ("late_charset.html", 'charset="iso-8859-1">', "<p>"),
        ("charset_without_head.html", "</title>", "Érkezés"),
        ("script_that_opens_a_comment.html", "<title>Scripts</title>", "<script>"),
        ("title_without_end.html", "<meta charset=utf-8>", "<title>Never closed"),
        ("plaintext.html", "</title>", "<plaintext>"),
        ("comment_without_end.html", "</title>", "</head>"),
        ("comment_before_text.html", "Just text", ""),
        ("comment_before_an_endless_title.html", "by hand -->", "<title>"),
    ],
)
def test_a_block_stands_at_the_end_of_the_head(name: str, before: str, behind: str) -> None:
    found = place_in(name)
    assert found[0].endswith(before.split("|", maxsplit=1)[0])
    assert found[1].startswith(tuple(behind.split("|")))


SERVER_CODE = [
    (MESSY / "php_page.php").read_bytes(),
    (MESSY / "asp_page.asp.html").read_bytes(),
    (MESSY / "angular_template.html").read_bytes(),
    b'<body><p>x<?php if ($n > 0) echo "</body>"; ?><p>y',
    b'<body><p>x<?= 1 > 0 ? "</body>" : ""',
    b'<body><p>x<% If n > 0 Then Write("</body>") %><p>y',
    b'<body><p>x{{ "</body>" }}<p>y',
    b'<body><p>x{% if "</body>" %}<p>y',
]


@pytest.mark.parametrize("data", SERVER_CODE)
def test_no_block_stands_within_code_of_a_server_or_template(data: bytes) -> None:
    try:
        after = page(data).with_block(JSON).decode()
    except SourceError:
        assert b"?>" not in data, "only code without an end leaves no place"
        return
    start = after.index(OPENING)
    for opening, closing in (("<?", "?>"), ("<%", "%>"), ("{{", "}}"), ("{%", "%}")):
        assert after.count(opening, 0, start) == after.count(closing, 0, start)


def test_a_declared_encoding_stays_where_browsers_look_for_it() -> None:
    data = b"<p>x<meta charset=windows-1251>" + "Миграция".encode("cp1251")
    after = page(data).with_block(JSON)
    assert after.index(b"charset") < after.index(OPENING.encode())


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_block_uses_the_line_ends_of_its_page(end: str) -> None:
    after = page(f"<html>{end}<head>{end}</head>".encode()).with_block(JSON).decode()
    assert set(re.findall(r"\r\n|\n|\r", after)) == {end}


def test_a_block_is_ascii_whatever_the_page_is_written_in(run: Run, tmp_path: Path) -> None:
    for name in ("old_cms_windows_1252.html", "shift_jis.html", "bom_utf_8.html"):
        shutil.copy(MESSY / name, tmp_path)
        run("embed", "--thing", "country:ES", tmp_path / name)
        before, after = (MESSY / name).read_bytes(), (tmp_path / name).read_bytes()
        assert {b for b in after if b > 127} == {b for b in before if b > 127}
        assert len(after) > len(before) + 200


# ---- What is refused -----------------------------------------------------------------------------

REFUSED = {
    b"<meta charset=utf-8>\n<p>\xe9": "page.html:2:4: The byte 0xE9 is not UTF-8.",
    b"<p>\r\nx\0": "page.html:2:2: There is a NUL character, which no web page has.",
    b"\xff\xfe<": "page.html:1:1: The byte 0x3C is not UTF-16LE.",
    b"<meta charset=iso-2022-jp>": "page.html: It says that it is in ISO-2022-JP",
    b"<meta charset=hz-gb-2312>": "page.html: It says that it is in an encoding that browsers",
    b"<!-- x": "page.html: There is no place in it where a script could go.",
    b"<p>\n<script data-mipex-kg></script>\n <script data-mipex-kg></script>": (
        "page.html:3:2: There are 2 blocks with data-mipex-kg."
    ),
    b"<p>\n<script data-mipex-kg>{": "page.html:2:1: Its block has no </script>.",
}


@pytest.mark.parametrize(("data", "message"), REFUSED.items())
def test_what_cannot_be_helped_is_named_with_its_place(data: bytes, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        page(data).with_block(JSON)
    assert str(caught.value).startswith(message)
    assert caught.value.hint or "NUL" in message


def test_a_block_in_a_comment_is_none() -> None:
    old = f"<head><!-- {OPENING}{{}}{CLOSING} --></head>".encode()
    after = page(old).with_block(JSON)
    assert after.count(OPENING.encode()) == 2
    assert page(after).without_block() == old


# ---- The command ---------------------------------------------------------------------------------


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Make a small website: a page that says what it is about, two that don't."""
    folder = tmp_path / "site"
    (folder / "en").mkdir(parents=True)
    link = f'<link rel="about" href="{BASE}organisation/mpg">'
    (folder / "about.html").write_text(f"<html><head>{link}</head><body>MPG</body></html>\n")
    (folder / "en" / "team.html").write_text("<title>Team</title>\n")
    (folder / "contact.htm").write_text("<p>Contact\n")
    (folder / "notes.txt").write_text("no page")
    return folder


def blocks(path: Path) -> list[Any]:
    """Read a page's blocks by a tool of others."""
    found: list[Any] = extruct.extract(path.read_text(), syntaxes=["json-ld"])["json-ld"]
    return found


def test_a_page_that_says_what_it_is_about_gets_its_block(run: Run, site: Path) -> None:
    done = run("embed", "about.html", cwd=site)
    assert done.text == "about.html: written (organisation:mpg)\n1 page: 1 written.\n"
    assert done.err == ""
    assert [(block["@type"], block["name"]) for block in blocks(site / "about.html")] == [
        ("Organization", MPG)
    ]


def test_twice_is_once_and_a_fresh_page_is_not_touched(run: Run, site: Path) -> None:
    run("embed", "about.html", cwd=site)
    os.utime(site / "about.html", ns=(1, 1))
    done = run("embed", "about.html", cwd=site)
    assert (done.text, done.err) == ("1 page: 1 fresh.\n", "")
    assert (site / "about.html").stat().st_mtime_ns == 1


def test_a_folder_is_gone_through_and_what_nobody_named_is_left_alone(run: Run, site: Path) -> None:
    before = (site / "contact.htm").read_bytes()
    done = run("embed", "site", cwd=site.parent)
    assert done.text.splitlines() == [
        "site/about.html: written (organisation:mpg)",
        "3 pages: 1 written, 2 not covered.",
    ]
    assert (site / "contact.htm").read_bytes() == before


def test_a_page_that_was_named_and_is_about_nothing_is_a_finding(run: Run, site: Path) -> None:
    done = run("embed", "contact.htm", "about.html", cwd=site, code=1)
    assert "contact.htm: Nothing says what this page is about." in done.err
    assert "Hint: Name a thing with --thing" in done.err
    assert done.text.startswith("about.html: written")


def test_a_pattern_in_quotes_names_pages(run: Run, site: Path) -> None:
    done = run("embed", "**/*.htm*", "--thing", MPG, cwd=site)
    assert done.text.count(": written (organisation:mpg)") == 3


def test_check_writes_nothing_and_fails_on_what_is_stale(run: Run, site: Path) -> None:
    before = (site / "about.html").read_bytes()
    done = run("embed", "--check", ".", cwd=site, code=1)
    assert done.text.startswith("about.html: stale (organisation:mpg)\n")
    assert (site / "about.html").read_bytes() == before
    run("embed", ".", cwd=site)
    done = run("embed", "--check", ".", cwd=site)
    assert done.text == "3 pages: 1 fresh, 2 not covered.\n"
    text = (site / "about.html").read_text()
    (site / "about.html").write_text(text.replace(MPG, "Someone else"))
    run("embed", "--check", ".", cwd=site, code=1)
    run("embed", ".", cwd=site)
    assert (site / "about.html").read_text() == text


def test_remove_gives_the_page_back(run: Run, site: Path) -> None:
    before = (site / "about.html").read_bytes()
    run("embed", ".", cwd=site)
    done = run("embed", "--remove", ".", cwd=site)
    assert done.text == "about.html: removed\n3 pages: 1 removed, 2 fresh.\n"
    assert (site / "about.html").read_bytes() == before


def test_a_block_that_nothing_accounts_for_any_more_is_a_finding(run: Run, site: Path) -> None:
    run("embed", "--thing", MPG, "contact.htm", cwd=site)
    for options in ([], ["--check"]):
        done = run("embed", *options, ".", cwd=site, code=1)
        assert "contact.htm: It has a block, but nothing says any more" in done.err
        assert "1 left over" in done.text


def test_print_gives_the_block_to_paste(run: Run, tmp_path: Path) -> None:
    snippet = run("embed", "--print", "--thing", "organisation:mpg", "--thing", "country:DE")
    path = tmp_path / "page.html"
    path.write_text(f"<!doctype html><title>x</title>\n{snippet.text}<p>y")
    names = [block["name"] for block in blocks(path)[0]["@graph"]]
    assert MPG in names
    assert snippet.out.isascii()
    pasted = run("embed", "--check", "--thing", "organisation:mpg", "--thing", "country:DE", path)
    assert pasted.text == "1 page: 1 fresh.\n"
    run("embed", "--print", "--thing", MPG, "-o", tmp_path / "block.html")
    assert (tmp_path / "block.html").read_text().startswith(OPENING)


def test_extract_shows_what_a_crawler_reads(run: Run, tmp_path: Path) -> None:
    shutil.copy(MESSY / "other_json_ld.html", tmp_path / "page.html")
    run("embed", "--thing", "Giacomo Solano", "page.html", cwd=tmp_path)
    done = run("embed", "--extract", "page.html", cwd=tmp_path, code=3)
    heads = [line for line in done.text.splitlines() if line.startswith("#")]
    assert heads[0] == "# page.html:5:36: 2 triples"
    assert re.fullmatch(r"# page.html:\d+:\d+: \d+ triples, written by mipex-kg embed", heads[-1])
    assert "page.html:9:88: It is not JSON: " in done.err
    quads = list(ox.parse(done.text, ox.RdfFormat.TURTLE))
    assert len(quads) > 12
    assert any(quad.object == ox.Literal("Us &amp; them") for quad in quads), "as crawlers read it"
    assert "# The page doesn't say its address" in heads[1]
    assert "<https://page.invalid/#us>" in done.text
    assert "file:" not in done.text


def test_extract_of_our_block_is_the_graph_s_projection(run: Run, site: Path) -> None:
    run("embed", "about.html", cwd=site)
    read = run("embed", "--extract", "about.html", cwd=site).text
    wanted = run("export", "--thing", "organisation:mpg", "-f", "ntriples").text
    triples = {str(quad.triple) for quad in ox.parse(read, ox.RdfFormat.TURTLE)}
    # In a web page, texts in its language have no tag.
    untagged = {line.removesuffix(" .").replace('"@en', '"') for line in wanted.splitlines()}
    assert triples <= untagged
    assert len(triples) >= 6


def test_extract_names_a_page_without_any(run: Run, site: Path) -> None:
    assert run("embed", "--extract", "contact.htm", cwd=site).text == "# contact.htm: no JSON-LD\n"


def test_extract_loads_no_context_but_knows_schema_org_s(run: Run, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(
        '<script type="application/ld+json">{"@context": "https://elsewhere.example/c", "a": 1}'
        '</script><link rel=canonical href="https://here.example/p/">'
        '<script type="application/ld+json">{"@context": ["https://schema.org/"], "@id": "#x",'
        '"@type": "Event"}</script>'
    )
    done = run("embed", "--extract", "page.html", cwd=tmp_path, code=3)
    assert "page.html:1:49: It names the remote context https://elsewhere.example/c" in done.err
    assert "<https://here.example/p/#x>\n  a schema:Event" in done.text


# ---- What a page is about ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        f'<link rel="about" href="{BASE}organisation/mpg">',
        f"<LINK HREF='{BASE}organisation/mpg' REL='alternate ABOUT'>",
        '<link rel=about href="organisation:mpg">',
        '<meta name="about" content="Migration Policy Group">',
        '<meta name="About" content="&#77;igration Policy Group ">',
        '<meta name="about" content="MPG">',
    ],
)
def test_pages_say_what_they_are_about(run: Run, tmp_path: Path, written: str) -> None:
    (tmp_path / "page.html").write_text(f"<title>x</title>{written}<p>y")
    done = run("embed", "page.html", cwd=tmp_path)
    assert done.text.startswith("page.html: written (organisation:mpg)\n")


@pytest.mark.parametrize(
    "written",
    [
        '<meta name="about us" content="MPG">',
        '<meta property="about" content="MPG">',
        '<!-- <meta name="about" content="MPG"> -->',
        '<a rel="about" href="organisation:mpg">x</a>',
        '<template><meta name="about-us" content="MPG"></template>',
    ],
)
def test_what_only_looks_like_it_says_nothing(run: Run, tmp_path: Path, written: str) -> None:
    (tmp_path / "page.html").write_text(written)
    run("embed", "page.html", cwd=tmp_path, code=1)


def test_what_a_page_names_wrongly_is_shown_with_its_place(run: Run, site: Path) -> None:
    (site / "wrong.html").write_text('<title>x</title>\n  <meta name="about" content="MPX">\n')
    done = run("embed", ".", cwd=site, code=3)
    assert "wrong.html:2:3: No item found for 'MPX'." in done.err
    assert "about.html: written" in done.text, "the others go on"


def with_settings(folder: Path, mapping: str) -> Path:
    """Make a project whose settings say which page is about what."""
    project = folder / "project"
    shutil.copytree(LIGHTHOUSES, project)
    with (project / "mipex-kg.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n[embed]\n{mapping}")
    return project


def test_settings_tell_what_a_page_is_about(run: Run, site: Path, tmp_path: Path) -> None:
    mapping = '"en/*.html" = ["Okke Brahms"]\n"team.html" = ["tower:graue-moewe"]\n'
    project = with_settings(tmp_path, mapping)
    (site / "en" / "tower.html").write_text("<p>x")
    done = run("--project", project, "embed", "site/en", "site/contact.htm", cwd=tmp_path, code=1)
    lines = done.text.splitlines()
    assert lines[:2] == [
        "site/en/team.html: written (tower:graue-moewe)",
        "site/en/tower.html: written (keeper:okke-brahms)",
    ]
    assert "contact.htm: Nothing says" in done.err


def test_the_command_goes_before_the_page_and_the_page_before_the_settings(
    run: Run, site: Path, tmp_path: Path
) -> None:
    project = with_settings(tmp_path, '"*.html" = ["tower:alter-finger"]\n')
    link = '<meta name="about" content="tower:graue-moewe">'
    (site / "about.html").write_text(f"<head>{link}</head>")
    own = run("--project", project, "embed", "about.html", cwd=site)
    assert own.text.startswith("about.html: written (tower:graue-moewe)\n")
    told = run("--project", project, "embed", "--thing", "tower:alter-finger", ".", cwd=site)
    assert told.text.count("written (tower:alter-finger)") == 3


def test_a_wrong_setting_stops_all(run: Run, site: Path, tmp_path: Path) -> None:
    project = with_settings(tmp_path, '"*.html" = ["tower:alter-fanger"]\n')
    before = (site / "about.html").read_bytes()
    done = run("--project", project, "embed", site, code=2)
    assert "embed: '*.html': There is no tower:alter-fanger" in done.err
    assert "Did you mean tower:alter-finger?" in done.err
    assert (site / "about.html").read_bytes() == before


@pytest.mark.parametrize(
    ("patterns", "path", "chosen"),
    [
        (["team.html"], "en/team.html", "team.html"),
        (["en/team.html", "team.html"], "de/team.html", "team.html"),
        (["*.html", "en/*.html"], "en/team.html", "en/*.html"),
        (["en/**/*.html"], "en/a/b/team.html", "en/**/*.html"),
        (["en/**/*.html"], "en/team.html", "en/**/*.html"),
        (["en/*.html"], "en/a/team.html", ""),
        (["en/**"], "en/a/team.html", "en/**"),
        (["**/en/**/**/team.html"], "en/a/team.html", "**/en/**/**/team.html"),
        (["en**/team.html"], "en/a/team.html", ""),
        (["/srv/www/en/team.html"], "en/team.html", "/srv/www/en/team.html"),
        (["/www/en/team.html"], "en/team.html", ""),
        (["t?am.html"], "team.html", "t?am.html"),
        (["eam.html", "team.htm", "TEAM.html", "t.am.html"], "team.html", ""),
        (["*.html", "team*"], "team.html", "*.html"),
        (["./en/team.html"], "en/team.html", "./en/team.html"),
        (["[a].html"], "[a].html", "[a].html"),
    ],
)
def test_patterns_cover_pages_by_the_end_of_their_path(
    patterns: list[str], path: str, chosen: str
) -> None:
    assert covering(dict.fromkeys(patterns), Path("/srv/www") / path) == chosen


def test_hidden_folders_are_not_gone_through(site: Path) -> None:
    (site / ".git").mkdir()
    (site / ".git" / "x.html").write_text("<p>")
    found = find_pages([str(site), str(site / "about.html")])
    assert sorted(path.name for path in found) == ["about.html", "contact.htm", "team.html"]
    assert [path.name for path, is_named in found.items() if is_named] == ["about.html"]


CONTEXT = '"@context": "https://schema.org"'


@pytest.mark.parametrize(
    ("block", "triples"),
    [
        (
            f'{{{CONTEXT}, "id": "https://x.test/#p", "type": "Person", "schema:version": "1"}}',
            ["<https://x.test/#p>", "a schema:Person", 'schema:version "1"'],
        ),
        (
            f'{{{CONTEXT}, "@type": ["schema:Person", "dcat:Dataset"]}}',
            ["a schema:Person, dcat:Dataset"],
        ),
        (
            f'{{{CONTEXT}, "@id": "u:a", "sameAs": ["https://x.test/", "b"], "name": "c"}}',
            ['schema:name "c"', "schema:sameAs <https://e.org/b>, <https://x.test/>"],
        ),
        (
            f'{{{CONTEXT}, "@id": "u:a", "startDate": "2026-01-31"}}',
            ['schema:startDate "2026-01-31"^^schema:Date'],
        ),
        (
            '{"@context": ["http://www.schema.org/", {"n": "name"}], "@id": "u:a", "n": "x"}',
            ['schema:name "x"'],
        ),
        (
            '{"@context": {"@vocab": "http://schema.org/"}, "@id": "u:a", "id": "x"}',
            ['schema:id "x"'],
        ),
    ],
)
def test_schema_orgs_context_is_read_as_it_is(
    run: Run, tmp_path: Path, block: str, triples: list[str]
) -> None:
    head = '<link rel="canonical" href="https://e.org/a">'
    script = f'<script type="application/ld+json">{block}</script>'
    (tmp_path / "page.html").write_text(head + script)
    told = run("embed", "--extract", "page.html", cwd=tmp_path).text
    for triple in triples:
        assert triple in told


@pytest.mark.parametrize(
    ("before", "after", "is_inert"),
    [
        ("<template>", "</template>", True),
        ("<template><div><p>", "", True),
        ("<template><template></template>", "</template>", True),
        ("<table><template><tr><td>", "</table></template>", True),
        ("<template></template>", "", False),
        ("<div><p>", "</div>", False),
    ],
)
def test_what_stands_in_a_template_is_inert(before: str, after: str, is_inert: bool) -> None:
    inner = f'<link rel="canonical" href="https://e.org/a"><meta name="about" content="x">{OPENING}'
    data = f"<body>{before}{inner}{{}}{CLOSING}{after}".encode()
    found = page(data)
    assert (found.address is None) == is_inert
    assert (not list(found.subjects)) == is_inert
    assert (not list(found.json_ld)) == is_inert
    assert (found.block is None) == is_inert
    if is_inert:
        changed = page(found.with_block("{}"))
        assert changed.without_block() == data
        assert len(list(changed.json_ld)) == 1


# ---- Files ---------------------------------------------------------------------------------------


def test_mode_and_links_are_kept(run: Run, site: Path) -> None:
    (site / "about.html").chmod(0o640)
    (site / "index.html").symlink_to("about.html")
    run("embed", "index.html", cwd=site)
    assert (site / "index.html").is_symlink()
    assert (site / "about.html").stat().st_mode & 0o777 == 0o640
    assert OPENING in (site / "about.html").read_text()
    assert {path.name for path in site.iterdir()} >= {"about.html", "index.html"}
    assert not [path for path in site.iterdir() if path.name.startswith(".")]


def test_pages_that_cannot_be_helped_do_not_stop_the_others(run: Run, site: Path) -> None:
    (site / "bad.html").write_bytes(b"<meta charset=utf-8>\xff")
    (site / "two.html").write_text("<script data-mipex-kg></script><script data-mipex-kg></script>")
    before = {path: path.read_bytes() for path in site.glob("[bt]*.html")}
    done = run("embed", "--thing", MPG, ".", cwd=site, code=3)
    assert "bad.html:1:21: The byte 0xFF is not UTF-8." in done.err
    assert "two.html:1:32: There are 2 blocks with data-mipex-kg." in done.err
    assert done.text.endswith("5 pages: 3 written, 2 with an error.\n")
    assert before == {path: path.read_bytes() for path in before}


def test_data_that_is_not_valid_is_not_embedded(run: Run, site: Path, tmp_path: Path) -> None:
    project = with_settings(tmp_path, "")
    with (project / "data" / "hafenbote.trig").open("a", encoding="utf-8") as file:
        file.write("\n<https://lighthouses.example/x> <https://lighthouses.example/y> 1 .\n")
    done = run("--project", project, "embed", "--thing", "tower:alter-finger", site, code=1)
    assert "The data is not valid, so nothing was written" in done.err
    assert OPENING not in (site / "about.html").read_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Name a page, or a folder with pages."),
        (["nowhere.html"], "There is no page nowhere.html."),
        (["--print"], "--print prints a block for what --thing names, and takes no page."),
        (["--check", "--remove", "."], "Choose one of --check, --remove, --print and --extract."),
        (["--remove", "--thing", "MPG", "."], "--thing says what to write"),
        (["-o", "x.html", "."], "-o is for --print and --extract"),
        (["--thing", "Nobody", "."], "No item found for 'Nobody'."),
        (["--thing", "<https://www.migpolgroup.com>", "."], "Nothing is said of"),
    ],
)
def test_wrong_usage_is_named_and_nothing_is_written(
    run: Run, site: Path, arguments: list[str], message: str
) -> None:
    before = {path: path.read_bytes() for path in site.rglob("*.htm*")}
    assert message in run("embed", *arguments, cwd=site, code=2).err
    assert before == {path: path.read_bytes() for path in before}


def test_a_folder_without_pages_is_named(run: Run, tmp_path: Path) -> None:
    done = run("embed", tmp_path, code=2)
    assert "There is no page in it." in done.err


def test_a_block_is_json_that_ends_no_script(run: Run) -> None:
    snippet = run("embed", "--print", "--thing", "edition:mipex-2020").text
    body = snippet.removeprefix(OPENING).removesuffix(CLOSING + "\n")
    assert "<" not in body
    assert json.loads(body)["@type"] == "Dataset"
