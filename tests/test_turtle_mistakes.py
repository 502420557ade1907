"""Mistakes in Turtle and TriG: each is named in plain words, at its place, with what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from mipex_kg.rdf import formats
from mipex_kg.rdf.parsing import format_of, parse_text
from mipex_kg.system.errors import SourceError

HEAD = "@prefix p: <http://e/> .\np:g {\n  p:a a p:T ;\n    p:name "
NAME = '"Ada Brook" .\n}\n'


# What follows the head, or is one.
IN_A_GRAPH = [
    ("Ada Brook .\n}", "4:12: “Ada Brook” is neither an address nor in quotes.", '"Ada Brook"'),
    ("“Ada Brook” .\n}", "4:12: “ is not a quotation mark", "straight"),
    ('"Ada Brook .\n}', "4:12: The text that begins here has no end", 'Close it with "'),
    ('"Ada\nBrook" .\n}', "4:16: A text in quotes must end on its line", '"""'),
    ('"Ada Brook .', "4:12: The text that begins here has no end", 'Close it with "'),
    ('"""Ada Brook" .\n}', "4:12: The text that begins here has no end", 'with """'),
    ('"Ada "the" Brook" .\n}', "4:18: The text ended at the quotation mark", '\\" for'),
    (
        f'"Ada"\n  p:b a p:T .\n{"}"}',
        "5:3: A full stop or a semicolon is missing",
        "A full stop",
    ),
    (
        f'"Ada" .\n  p:b p:c p:d ;\n    p:e .\n{"}"}',
        "6:9: A value is missing before “.”",
        "Write",
    ),
    (f'"Ada" .\n  p:b .\n{"}"}', "5:7: A property and its value are missing", "semicolon"),
    ('"Ada" .', "The file ends within a statement or a graph", "} of a graph"),
    ('"Ada" ..\n}', "4:19: There is a full stop too many", "Remove"),
    ('"Ada" .\n}}', "5:2: This } closes nothing", "look for what"),
    ('"Ada" ; name "x" .\n}', "4:20: “name” is not a property", "schema:name"),
    ('"Ada" ; is p:U .\n}', "4:20: “is” is not a property", "“is a”"),
    ('"Ada", p:b "x" .\n}', "4:23: No statement can begin with", "semicolon"),
    ('"Ada", , "x" .\n}', "4:19: A value is missing before “,”", "remove"),
    ("1.2.2024 .\n}", "4:15: A date must be in quotes", "xsd:date"),
    ("2024-02-01 .\n}", "4:16: A date must be in quotes", "year, month, day"),
    ("1/2/2024 .\n}", "4:13: A date must be in quotes", "xsd:date"),
    ("<http://e/a b> .\n}", "4:12: The address has a space in it", "%20"),
    ("<http://e/[> .\n}", "4:12: An address has a character in it", "% and two digits"),
    ('"Ada" . ;\n}', "4:20: The ; follows nothing", "Remove one"),
    ("<http://e/a\n> .\n}", "4:12: The address has no end on its line", ">"),
    (
        "https://e.org/a .\n}",
        "4:12: An address must be in angle brackets",
        "<https://e.org/a>.",
    ),
    ("p:b/c .\n}", "4:15: A short name can't have a slash", "<https://…>"),
    ("True .\n}", "4:12: “True” is neither", "lower case"),
    ('"x"@de_AT .\n}', "4:18: A language tag has a hyphen", "@de-AT"),
    ('"x"@englishlanguage .\n}', "This is not a language tag", "@en"),
    ('"C:\\Users\\ada" .\n}', "4:17: A backslash", "\\\\ for a backslash"),
    ('"Ada"\u00a0.\n}', "4:17: There is an invisible character here: no-break space", "Delete"),
    ("p:b\u200b .\n}", "4:15: There is an invisible character here: zero width", "Delete"),
    ('"Ada" . // a comment\n}', "4:20: This begins no comment", "#"),
    ('"Ada" .\n}\n<!-- a comment -->', "6:1: This begins no comment", "#"),
    ('"2020-12-31"^^xsd:date .\n}', "4:26: The prefix xsd:", "XMLSchema#> ."),
    ("peo:b .\n}", "4:12: The prefix peo: has not been declared", "@prefix peo: <https://…> ."),
    ('"Ada" .\n}\nperson:b a p:T .', "The prefix person:", "copy it from another file"),
]
AT_THE_HEAD = [
    ("@prefix p: <http://e/>\n@base <http://e/> .", "2:1: The statement before this", "ends"),
    ("prefix p: <http://e/> .", "1:23: After PREFIX and BASE without @", "remove"),
    ("@prefix p <http://e/> .", "1:9: A prefix ends with a colon", "Write p: with"),
    ("@prefix people: <http://e/> . poeple:a a people:b .", "poeple:", "Did you mean people:?"),
    ("@prefix p: <http://e/> .\np:g\n  p:a a p:T .", "3:7: “a” stands where", "{ of a graph"),
]


@pytest.mark.parametrize(
    ("text", "words", "hint"),
    [*((HEAD + text, words, hint) for text, words, hint in IN_A_GRAPH), *AT_THE_HEAD],
)
def test_a_mistake(text: str, words: str, hint: str) -> None:
    with pytest.raises(SourceError) as raised:
        parse_text(text, formats.TRIG, Path("a.trig"))
    assert words in str(raised.value)
    assert hint in str(raised.value.hint)


def test_a_graph_in_turtle() -> None:
    with pytest.raises(SourceError, match="A graph begins here, and Turtle has none") as raised:
        parse_text(HEAD + NAME, formats.TURTLE, Path("a.ttl"))
    assert "Rename the file to a.trig" in str(raised.value.hint)


def test_without_the_mistake_it_is_read() -> None:
    assert len(parse_text(HEAD + NAME, formats.TRIG, Path("a.trig")).quads) == 2


@pytest.mark.parametrize("name", ["a.ttl", "a.nt"])
@pytest.mark.parametrize(
    "text", ["<u:a> { <u:a> <u:b> 1 }", "GRAPH <u:a> { <u:a> <u:b> 1 }", "{ <u:a> <u:b> 1 }"]
)
def test_a_graph_is_told_where_there_can_be_none(name: str, text: str) -> None:
    with pytest.raises(SourceError, match="A graph begins here"):
        parse_text(text, format_of(Path(name)), Path(name))


def test_a_brace_in_a_text_is_not_taken_for_a_graph() -> None:
    for text in ('<u:a> <u:b> "{x}", no:y .', '<u:a> <u:b> "{x}" <u:c> .'):
        with pytest.raises(SourceError) as raised:
            parse_text(text, format_of(Path("a.ttl")), Path("a.ttl"))
        assert "graph begins" not in raised.value.message
