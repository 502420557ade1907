"""Files that are broken, hostile or misplaced: named in one sentence, and never half-read."""

from __future__ import annotations

import errno
import os
import re
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from mipex_kg import cli
from mipex_kg.project.project import load_project
from mipex_kg.rdf import formats, parsing
from mipex_kg.rdf.terms import text_of
from mipex_kg.system.errors import SourceError
from tests.conftest import Run

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
CONSTRUCT = "CONSTRUCT WHERE { ?s ?p ?o }"


def rdfxml(value: str, declarations: str = "") -> str:
    head = f"<!DOCTYPE r [{declarations}]>" if declarations else ""
    return (
        f'{head}<rdf:RDF xmlns:rdf="{RDF}" xmlns:e="http://e/">'
        f'<rdf:Description rdf:about="http://e/s"><e:p>{value}</e:p></rdf:Description></rdf:RDF>'
    )


def entities(levels: int, width: int = 10) -> str:
    more = (f'<!ENTITY e{n} "{f"&e{n - 1};" * width}">' for n in range(1, levels + 1))
    return "".join(['<!ENTITY e0 "0123456789">', *more])


class Long(NamedTuple):
    """What is too long to be in memory while other tests run: each fork would copy its pages."""

    times: int
    before: bytes
    repeated: bytes
    after: bytes = b""

    def encode(self) -> bytes:
        return self.before + self.repeated * self.times + self.after


def refusal(name: str, content: bytes | str | Long, folder: Path) -> SourceError:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(SourceError) as error:
        parsing.parse_file(path)
    assert error.value.exit_code == 3
    assert error.value.path == path
    assert "\n" not in error.value.message
    return error.value


@pytest.mark.parametrize("suffix", [format.suffix for format in formats.FORMATS])
@pytest.mark.parametrize(
    ("content", "words", "place"),
    [
        ("ä".encode("latin-1"), "The byte 0xE4 is not UTF-8.", (1, 1)),
        ("\n\nxä".encode("cp1252"), "The byte 0xE4 is not UTF-8.", (3, 2)),
        ("x".encode("utf-16-le").join([b"\xff\xfe", b""]), "This is UTF-16, not UTF-8.", None),
        ("x".encode("utf-16-be").join([b"\xfe\xff", b""]), "This is UTF-16, not UTF-8.", None),
        ('@base <é> . "x"'.encode("utf-16-le"), "It looks like UTF-16, and must be UTF-8.", None),
        ('{"é": "x"}'.encode("utf-16-be"), "It looks like UTF-16, and must be UTF-8.", None),
        (b"\xef\xbb\xbf\n\0", "There is a NUL character, which no text file has.", (2, 1)),
    ],
    ids=["Latin-1", "Windows-1252", "UTF-16LE", "UTF-16BE", "LE", "BE", "NUL"],
)
def test_wrong_bytes_are_named_in_every_format(
    tmp_path: Path, suffix: str, content: bytes, words: str, place: tuple[int, int] | None
) -> None:
    error = refusal(f"facts{suffix}", content, tmp_path)
    assert error.message == words
    assert (error.line, error.column) == (place or (None, None))


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.ttl", Long(30_000_000, b"", b"\xff"), "The byte 0xFF is not UTF-8."),
        ("a.ttl", Long(30_000_000, b"", b"a"), "longer than 16 MB"),
        ("a.ttl", Long(5_000_000, b'<e:a> <e:b> "', b"x", b'" '), "followed by a dot"),
        ("a.jsonld", Long(30_000_000, b'{"a": "', b"x"), "It is not JSON: Unterminated string"),
        ("a.rdf", Long(30_000_000, b"<rdf>", b"x"), "It is not XML: no element found."),
        ("a.nt", "<e:a> <e:b> <e:c> <e:g> .", "followed by a dot"),
        ("a.ttl", "<!DOCTYPE html>\n<html></html>", "1:1: This is HTML or XML"),
        ("a.ttl", "<e:a> <e:b> <<( <e:a> <e:b> <e:c> )>> .", "triple term of RDF 1.2"),
        ("a.rdf", "", "1:1: It is not XML: no element found."),
        ("a.rdf", "no XML at all", "1:1: It is not XML: syntax error."),
        ("a.rdf", rdfxml("x").replace("</rdf:RDF>", ""), "It is not XML: no element found."),
        ("a.rdf", "\n" + rdfxml("x").replace("</e:p>", "</e:q>"), "It is not XML: mismatched tag."),
        ("a.rdf", rdfxml("&x;", '<!ENTITY x SYSTEM "file:///etc/passwd">'), "ENTITY"),
        ("a.rdf", rdfxml("&nowhere;"), "It is not XML: undefined entity."),
        # Ten to the ninth characters, by nesting; and by repeating one that is long.
        ("a.rdf", rdfxml("&e8;", entities(8)), "more than 100 MB of text"),
        ("a.rdf", rdfxml("&e5;" * 200, entities(5)), "more than 100 MB of text"),
        ("a.jsonld", "", "It is not JSON"),
        ("a.jsonld", "null", "It is not JSON-LD"),
        ("a.jsonld", '"text"', "It is not JSON-LD"),
        ("a.jsonld", '{"http://e/p": NaN}', "NaN is not a value of JSON"),
        ("a.jsonld", '{"http://e/p": ' + "9" * 5000 + "}", "larger than JSON-LD's numbers"),
        ("a.jsonld", '{"http://e/p": "\\ud800"}', "half a surrogate pair"),
        ("a.jsonld", '{"@id": "http://e/\\udfff", "http://e/p": 1}', "half a surrogate pair"),
        ("a.jsonld", '{"http://e/p": {"@value": "a", "@language": "e n"}}', "language"),
        ("a.jsonld", '{"@context": {"a": "b", "b": "a"}, "a": 1}', "Cyclical context"),
        ("a.jsonld", '{"@id": 5}', '"@id" value must be a string'),
        ("a.jsonld", "[" * 100, "A value is missing"),
        ("a.jsonld", "[" * 100_000 + "]" * 100_000, "nested too deeply"),
        ("a.jsonld", '{"http://e/p":' * 900 + "1" + "}" * 900, "nested too deeply"),
    ],
)
def test_what_does_not_parse(tmp_path: Path, name: str, content: str | Long, words: str) -> None:
    assert words in str(refusal(name, content, tmp_path))


LATIN = '<?xml version="1.0" encoding="ISO-8859-1"?>\n'


@pytest.mark.parametrize(
    ("name", "content", "hint"),
    [
        *(
            (f"a{suffix}", f"<http://e.test/a b> <http://e.test/p> <http://e.test/c>{end}", "%20")
            for suffix in (".nt", ".nq", ".ttl", ".trig")
            for end in (" .", " .\n")
        ),
        ("a.rdf", rdfxml("Q & A"), "Write &amp; for an &"),
        ("a.rdf", rdfxml("é &").replace("</e:p>", "é</e:p>"), "Write &amp; for an &"),
        ("a.rdf", rdfxml("?a=1&b=2"), "Write &amp; for an &"),
        ("a.rdf", rdfxml("x").replace("<e:p>", '<e:p e:q="a&b=1">'), "Write &amp; for an &"),
        ("a.rdf", rdfxml("1 < 2"), "Write &lt; for a <"),
        ("a.rdf", rdfxml("x").replace("<e:p>", '<e:p e:q="a<b">'), "Write &lt; for a <"),
        ("a.rdf", rdfxml("&eacute;"), "write the character itself"),
        ("a.rdf", rdfxml("x").replace("e:p>", "f:p>"), "Declare the prefix"),
        ("a.rdf", rdfxml("x").replace("<e:p>", '<e:p lang="pl">'), "Write xml:lang for lang."),
        ("a.rdf", rdfxml("x").replace("e:p>", "p>"), "Give p a prefix."),
        ("a.rdf", LATIN + rdfxml("é"), 'Write encoding="UTF-8" there.'),
        ("a.rdf", (LATIN + rdfxml("é")).encode("latin-1"), 'Then write encoding="UTF-8"'),
        ("a.jsonld", '{"http://e/p": 1, }', "Remove it."),
        ("a.jsonld", '{"http://e/p": [1,\n2,\n]}', "Remove it."),
        ("a.trig", "<u:g> { <u:a> <u:b> <u:c> .\n<u:h> { <u:a> <u:b> <u:c> }", "Write } before"),
        ("a.trig", "<u:g> { <u:a> <u:b> <u:c> .\nGRAPH <u:h> {}", "Write } before"),
    ],
)
def test_the_same_slip_has_a_hint_in_each_format(
    tmp_path: Path, name: str, content: str | bytes, hint: str
) -> None:
    assert hint in (refusal(name, content, tmp_path).hint or "")


def test_a_comma_too_many_is_shown(tmp_path: Path) -> None:
    error = refusal("a.jsonld", '{"http://e/p": [1,\n2 ,\n]}', tmp_path)
    assert error.message == "It is not JSON: there is a comma before ]."
    assert (error.line, error.column) == (2, 3)


IN_FORMATS = {
    ".ttl": "# Boats\n@prefix e: <http://e.test/> .\ne:a e:b e:c .",
    ".rdf": rdfxml("x"),
    ".jsonld": '{"@id": "http://e.test/a", "http://e.test/b": 1}',
    ".nt": '<http://e.test/a> <http://e.test/b> "c" .',
}


@pytest.mark.parametrize(
    ("name", "suffix"),
    [
        *((name, ".ttl") for name in ("a.nt", "a.nq", "a.rdf", "a.jsonld")),
        *((name, ".rdf") for name in ("a.ttl", "a.trig", "a.nt", "a.nq", "a.jsonld")),
        *((name, ".jsonld") for name in ("a.ttl", "a.trig", "a.nt", "a.nq", "a.rdf")),
        *((name, ".nt") for name in ("a.rdf", "a.jsonld")),
    ],
)
def test_a_file_that_is_in_another_format_than_its_name_says(
    tmp_path: Path, name: str, suffix: str
) -> None:
    error = refusal(name, IN_FORMATS[suffix], tmp_path)
    assert f"If it is, let its name end in {suffix}." in (error.hint or "")


def test_what_is_wrong_in_a_format_keeps_its_hint(tmp_path: Path) -> None:
    for name, text in (
        ("a.ttl", "@prefix e: <http://e.test/>\ne:a e:b 1.2.2024 ."),
        ("a.rdf", "<a"),
    ):
        assert "It looks like" not in (refusal(name, text, tmp_path).hint or "")


@pytest.mark.parametrize(
    "document",
    [
        '{"@context": "http://127.0.0.1:9/c", "a": 1}',
        '{"@context": ["http://127.0.0.1:9/c", {"a": "http://e/a"}], "a": 1}',
        '{"@context": {"@import": "http://127.0.0.1:9/c"}, "a": 1}',
        '{"@context": {"a": {"@id": "http://e/a", "@context": "http://127.0.0.1:9/c"}}, "a": {}}',
        '{"@graph": [{"@context": "http://127.0.0.1:9/c"}]}',
    ],
)
def test_no_context_is_fetched(tmp_path: Path, document: str) -> None:
    error = refusal("a.jsonld", document, tmp_path)
    assert error.message == "It names the remote context http://127.0.0.1:9/c, which is not loaded."
    assert error.hint == "Put the context's terms into the document itself, under @context."


@pytest.mark.parametrize("iri", ["context.jsonld", "file:///etc/passwd", "/etc/passwd"])
def test_no_context_is_read_from_disk(tmp_path: Path, iri: str) -> None:
    (tmp_path / "context.jsonld").write_text('{"@context": {"a": "http://e/a"}}')
    error = refusal("a.jsonld", f'{{"@context": "{iri}", "a": 1}}', tmp_path)
    assert "which is not loaded" in error.message


def test_entities_of_ordinary_files_are_read(tmp_path: Path) -> None:
    """Such as Protégé writes them, for namespaces."""
    path = tmp_path / "a.rdf"
    path.write_text(rdfxml("&e2; and &x;", entities(2) + '<!ENTITY x "y">'))
    (quad,) = parsing.parse_file(path).quads
    assert text_of(quad.object) == "0123456789" * 100 + " and y"


def test_what_is_long_but_sound_is_read(tmp_path: Path) -> None:
    text = "x" * 5_000_000
    (tmp_path / "a.ttl").write_text(f'<e:a> <e:b> "{text}" .')
    (quad,) = parsing.parse_file(tmp_path / "a.ttl").quads
    assert text_of(quad.object) == text


def test_a_long_line_is_shown_in_part(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text('<e:a> <e:b> "' + "x" * 5_000_000 + '" ')
    (tmp_path / "s.ttl").write_text("")
    outcome = run("validate", "a.ttl", "--shapes", "s.ttl", cwd=tmp_path, code=3)
    assert outcome.text.startswith("a.ttl:1:5000016: violation:")
    assert len(outcome.out) < 1000


def test_no_file_steers_the_terminal(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_bytes(b'<e:a> <e:b> "\x1b[2J\x07" nix')
    (tmp_path / "s.ttl").write_text("")
    outcome = run("validate", "a.ttl", "--shapes", "s.ttl", cwd=tmp_path, code=3)
    assert "a.ttl:1:" in outcome.text
    assert not set(b"\x1b\x07") & set(outcome.out)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["validate", "PLACE"], "Error: PLACE: "),
        (["validate", "PLACE", "-f", "json"], "Error: PLACE: "),
        (["validate", os.devnull, "--shapes", "PLACE"], "Error: PLACE: "),
        (["query", CONSTRUCT, "--data", "PLACE"], "PLACE: "),
        (["query", "PLACE.rq"], "PLACE.rq: "),
        (["--bundled", "cite", "PLACE", "words"], "PLACE: "),
        (["coverage", "PLACE"], "PLACE: "),
    ],
)
@pytest.mark.parametrize("kind", ["missing", "directory", "loop", "endless name"])
def test_a_place_where_no_file_is(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    arguments: list[str],
    words: str,
    kind: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    name = "x" * 300 + ".ttl" if kind == "endless name" else "x.ttl"
    for place in (Path(name), Path(f"{name}.rq")):
        if kind == "directory":
            place.mkdir()
        elif kind == "loop":
            place.symlink_to(place)
    assert cli.run([argument.replace("PLACE", name) for argument in arguments]) == 3
    captured = capsys.readouterr()
    said = captured.out + captured.err
    assert words.replace("PLACE", name) in said
    reason = {
        "missing": "There is no such file.",
        "directory": "This is a directory, not a file.",
        "loop": "symbolic links",
        "endless name": "File name too long",
    }[kind]
    assert reason in said
    assert "violation" not in said
    assert "Traceback" not in said


@pytest.mark.skipif(os.geteuid() == 0, reason="Root reads every file.")
def test_an_unreadable_file(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "secret.ttl"
    path.write_text("")
    path.chmod(0)
    assert "Permission denied" in run("query", CONSTRUCT, "--data", path, code=3).err


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="There is no /proc here.")
def test_a_file_that_fails_while_it_is_read(run: Run, tmp_path: Path) -> None:
    """What not even root can read: reading fails although opening doesn't."""
    (tmp_path / "memory.ttl").symlink_to("/proc/self/mem")
    error = run("query", CONSTRUCT, "--data", tmp_path / "memory.ttl", code=3).err
    assert "memory.ttl: It can't be read: Input/output error." in error


def test_pipes_are_read(run: Run, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.ttl")
    writer = subprocess.Popen(["sh", "-c", f"echo '<e:a> <e:b> 1 .' > {tmp_path / 'pipe.ttl'}"])
    assert "<e:b> 1" in run("query", CONSTRUCT, "--data", tmp_path / "pipe.ttl").text
    assert writer.wait() == 0


UNREAD = (
    "data/facts",
    "data/facts.csv",
    "data/facts.txt",
    "ontology/rules/rule.sparql",
    "queries/all.sparql",
    "shapes/shapes.shacl",
)


def test_a_file_of_a_project_is_not_passed_over_in_silence(run: Run, tmp_path: Path) -> None:
    room = tmp_path / "room"
    run("init", room)
    for name in (*UNREAD, "data/NOTES.md", "data/.hidden.ttl", "sources/more.pdf"):
        (room / name).write_text("lorem ipsum\n")
    shown = run("validate", cwd=room).text
    named = re.findall(r"^(.+): warning: Nothing reads this file", shown, re.MULTILINE)
    assert sorted(named) == sorted(UNREAD)
    assert shown.endswith(f"{len(UNREAD)} warnings.\n")
    assert run("validate", "--severity", "warning", cwd=room, code=1)
    # In capitals a suffix counts all the same, so that this one is read, and doesn't parse.
    (room / "data" / "facts.txt").rename(room / "data" / "facts.TTL")
    assert "data/facts.TTL:1:1: violation" in run("validate", cwd=room, code=3).text


def test_a_folder_that_may_not_be_read_is_not_passed_over_in_silence(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("init", tmp_path / "room")
    room = load_project(tmp_path / "room")
    scan = os.scandir

    def refused(path: str) -> object:
        if Path(path).name == "data":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return scan(path)

    # Anyone who is root may read everything.
    monkeypatch.setattr(os, "scandir", refused)
    with pytest.raises(
        SourceError, match=r"/data: It can't be read: Permission denied\.$"
    ) as error:
        _ = room.data_files
    assert error.value.path == room.root / "data"


def test_a_link_to_nowhere_is_not_passed_over_in_silence(run: Run, tmp_path: Path) -> None:
    run("init", tmp_path / "room")
    (tmp_path / "room" / "data" / "more.ttl").symlink_to("nowhere.ttl")
    outcome = run("validate", cwd=tmp_path / "room", code=3)
    assert (
        "data/more.ttl: violation: It is a link that leads nowhere: there is no nowhere.ttl."
        in outcome.text
    )


SHAPES = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix e: <http://e/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
e:S a sh:NodeShape ; sh:targetClass e:T ; """


@pytest.mark.parametrize(
    ("shapes", "words"),
    [
        ("sh:property [ sh:minCount 1 ] .", "not well-formed"),
        ('sh:property [ sh:path e:p ; sh:minCount "x" ] .', "minCount"),
        ('sh:property [ sh:path e:p ; sh:pattern "(" ] .', "a parenthesis is not closed"),
        ("sh:property [ sh:path [] ; sh:minCount 1 ] .", "sh:path"),
        ("sh:property [ sh:path ( e:p ) ; sh:minCount 1 ] .", "has fewer than two"),
        ("sh:in e:l . e:l rdf:first 1 ; rdf:rest e:l .", "sh:in: a list is not well-formed"),
        ('sh:sparql [ sh:select "SELECT nix" ] .', "not well-formed"),
        ('sh:sparql [ sh:select "SELECT $this { $this ?p ?o MINUS { ?s ?p 1 } }" ] .', "MINUS"),
        ('sh:sparql [ sh:select "SELECT $this { sErViCe <e:e> { $this ?p ?o } }" ] .', "SERVICE"),
        (r'sh:sparql [ sh:select "SELECT $this { \\u0053ERVICE <e:e> { } }" ] .', "SERVICE"),
        ('sh:sparql [ sh:ask "ASK FROM <file:///etc/passwd> { $this ?p ?o }" ] .', "FROM"),
        ("sh:not [ " * 2000 + "sh:nodeKind sh:IRI " + "]" * 2000 + " .", "too deep"),
        (
            f'sh:sparql [ sh:select "SELECT $this {{ {"{" * 3000}{"}" * 3000} }}" ] .',
            "nested too deeply",
        ),
    ],
)
def test_ill_formed_shapes(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, shapes: str, words: str
) -> None:
    data, path = tmp_path / "data.ttl", tmp_path / "shapes.ttl"
    data.write_text("<http://e/s> a <http://e/T> .")
    path.write_text(SHAPES + shapes)
    assert cli.run(["validate", str(data), "--shapes", str(path)]) == 3
    captured = capsys.readouterr()
    assert words in captured.err
    assert str(path) in captured.err
    assert "Traceback" not in captured.err
    assert captured.out == ""


def memory_limit(megabytes: int) -> Callable[[], None]:
    return lambda: resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20,) * 2)


def test_an_entity_bomb_takes_no_memory(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "bomb.rdf").write_text(rdfxml("&e12;", entities(12)))
    command = [sys.executable, "-m", "mipex_kg", "query", CONSTRUCT, "--data", "bomb.rdf"]
    done = subprocess.run(
        command,
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        preexec_fn=memory_limit(1000),
    )
    assert done.returncode == 3
    message = b"Error: bomb.rdf:1:723: Its XML entities stand for more than 100 MB of text.\n"
    assert done.stderr == message


@pytest.mark.parametrize(
    ("rest", "place"),
    [
        ('"1", "x"@ar--rtl .', (2, 18)),
        ("1 ;\n <e:q> <<( <e:a> <e:b> <e:c> )>> .", (3, 8)),
        ("1 {| <e:q> 1 |} .", (2, 16)),
    ],
)
def test_what_is_of_rdf_1_2_is_refused_at_its_place(rest: str, place: tuple[int, int]) -> None:
    with pytest.raises(SourceError, match=r"of RDF 1\.2") as error:
        parsing.parse_text(f"# A file.\n<e:a> <e:p> {rest}", formats.TURTLE, Path("a.ttl"))
    assert (error.value.line, error.value.column) == place
