"""Mistakes in TOML: each is named in plain words, at its place, with what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mipex_kg.project.toml_mistakes import explain
from mipex_kg.project.toml_places import parse_toml
from mipex_kg.system.errors import SourceError
from tests.conftest import Run, processor_time

# Each is in a line of its own below the head of a table.
HEAD = '[project]\nname = "room"\n'
MISTAKES = [
    # a text without quotes
    ("title = Ada Brook", "3:9: “Ada Brook” is not in quotes.", 'Write "Ada Brook".'),
    ("title = Ada  # a comment", "3:9: “Ada” is not in quotes.", 'Write "Ada".'),
    ("title = Ada, Zoë", "3:9: “Ada, Zoë” is not in quotes.", 'Write "Ada, Zoë".'),
    ("title = Ada's", "3:9: “Ada's” is not in quotes.", 'Write "Ada\'s".'),
    ('title = Ada"', "3:9: “Ada\"” is not in quotes.", 'Write "Ada".'),
    ("site = https://e.org/#a", "3:8: “https://e.org/#a” is not", '"https://e.org/#a"'),
    ("site = <https://e.org/>", "3:8: “<https://e.org/>” is not", '"https://e.org/"'),
    ("map = C:\\data", "3:7: “C:\\data” is not in quotes.", "'C:\\data'"),
    ("title = 12 Main Street", "3:9: “12 Main Street” is not", '"12 Main Street"'),
    ("title = 1.2.2024", "3:9: “1.2.2024” is not in quotes.", '"1.2.2024"'),
    ("title = 007", "3:9: “007” is not in quotes.", '"007"'),
    ("languages = [en, de]", "3:14: “en” is not in quotes.", 'Write "en".'),
    ('languages = [\n  "en",\n  de\n]', "5:3: “de” is not in quotes.", 'Write "de".'),
    # what has other words elsewhere
    ("a = True", "3:5: “True” is not a truth value", "lower case"),
    ("a = yes", "3:5: “yes” is not a truth value", "Write true or false"),
    ("a = [No]", "3:6: “No” is not a truth value", "Write true or false"),
    ("a = null", "3:5: TOML has no empty value", "# before it"),
    ("a = None", "3:5: TOML has no empty value", "Remove the line"),
    ("a = 1,5", "3:5: A number has a point", "Write 1.5."),
    # quotation marks
    ('a = "b', "3:5: The text that begins here has no end.", 'Close it with "'),
    ('a = "b\nc = "d"', "3:5: The text that begins here has no end.", "several lines"),
    ("a = 'b\nc = 1", "3:5: The text that begins here has no end.", "Close it with '"),
    ('a = """b\nc = 1', "3:5: The text that begins here has no end.", 'Close it with """'),
    ("a = “b”", "3:5: “ is not a quotation mark", "straight one"),
    ('a = "b”', "3:5: The text that begins here has no end.", 'straight ", and not with ”'),
    ('a = "say "b" to"', "3:11: The text ended at the quotation mark", '\\" for'),
    ("a = 'it's'", "3:9: The text ended at the quotation mark", '\\" for'),
    # backslashes
    (r'a = "C:\Users\ada"', "3:8: In double quotes a backslash", "single quotes"),
    (r'a = "C:\data"', "3:8: In double quotes a backslash", "single quotes"),
    (r'a = "C:\\ok\x"', "3:12: In double quotes a backslash", "single quotes"),
    ('a = "C:\\new\\"', "3:5: The text that begins here has no end.", "single quotes"),
    # the signs between
    ('a: "b"', "3:2: Between a name and its value is =", 'name = "value"'),
    ("a : 1", "3:3: Between a name and its value is =", "="),
    ('a "b"', "3:3: An = is missing before the value", "a name, = and a value"),
    ("a true", "3:3: An = is missing before the value", "="),
    ("see below", "3:5: This line has no =", "begins with #"),
    ("a =", "3:4: A value is missing", "behind the ="),
    ("a = # b", "3:5: A value is missing", "behind the ="),
    ("a == 1", "3:4: A value is missing before “=”", "too much"),
    ("= 1", "3:1: A name is missing", "="),
    ("a = 1;", "3:6: No semicolon ends a line", "Remove"),
    ('a = "b",', "3:8: No comma ends a line", '["a", "b"]'),
    ('a = "b", "c"', "3:8: Several values must be in brackets", '["a", "b"]'),
    ("a = 1 b = 2", "3:7: The value before this ends its line", "new line"),
    ('a = ["b" "c"]', "3:10: A comma is missing", '["a", "b"]'),
    ('a = {b = 1,\n c = 2}', "3:5: The braces that begin here", "[pages]"),
    # names
    ("my key = 1", "3:4: A name has letters", '"my name"'),
    ("größe = 1", "3:3: A name has letters", '"my name"'),
    ('schema:name = "a"', "3:7: A name with a colon must be in quotes", '"schema:Person"'),
    ("[my table]", "3:5: A name has letters", "without spaces"),
    ("name = 2", "3:1: name is there already, in line 2.", "Remove one"),
    ('name = [\n  "a",\n]', "3:1: name is there already, in line 2.", "Remove one"),
    ("[project]", "3:1: [project] is there already, in line 1.", "below that one"),
    ("[project.name]\na = 1", "3:1: [project.name] is there already: as a table", "two"),
    # brackets
    ('a = ["b",\nc = 1', "3:5: The list that begins here is not closed", "Write ]"),
    ('a = ["b"\nc = 1', "3:5: The list that begins here is not closed", "Write ]"),
    ('a = ["b",\n[pages]\nc = 1', "3:5: The list that begins here is not closed", "Write ]"),
    ('a = ["b"\n[pages]\nc = 1', "3:5: The list that begins here is not closed", "Write ]"),
    ('a = ["b"', "3:5: The list that begins here is not closed", "Write ]"),
    ("[pages", "3:7: The head of a table has no end", "Write ]"),
    ("]", "3:1: This ] closes nothing", "Remove"),
    ("a = 1 }", "3:7: This } closes nothing", "Remove"),
    # comments, and other languages
    ("// a", "3:1: This begins no comment", "#"),
    ("/* a */", "3:1: This begins no comment", "#"),
    ("; a", "3:1: This begins no comment", "#"),
    ("a = 1 // b", "3:7: This begins no comment", "#"),
    ('{"a": 1}', "3:1: This is JSON", "name = "),
    ("- a", "3:3: This line has no =", "="),
    # what can't be seen
    ("a\u00a0= 1", "3:2: There is an invisible character here: no-break space", "Delete"),
    ("a = \u200b1", "3:5: There is an invisible character here: zero width", "Delete"),
    ('a = "b\x01"', "3:7: There is an invisible character here: U+0001", "Delete"),
    ("a = 1\rb = 2\r", "3:6: The line ends here with a character of old Macs", "LF"),
]  # fmt: skip


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(("text", "words", "hint"), MISTAKES)
def test_a_mistake(text: str, words: str, hint: str, end: str) -> None:
    with pytest.raises(SourceError) as raised:
        parse_toml((HEAD + text + "\n").replace("\n", end), Path("a.toml"))
    assert f"a.toml:{words}" in str(raised.value)
    assert hint in str(raised.value.hint)


def test_what_has_no_words_is_said_as_the_parser_says_it() -> None:
    with pytest.raises(SourceError, match=r"^a.toml: It is not valid TOML: "):
        parse_toml("a = " + "9" * 5000, Path("a.toml"))


PIECES = [*"[]{}=,\n\r\"'\\#: a1é", "\r\n", '"""']


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join), st.integers(0, 20))
def test_whatever_the_text_and_the_place_there_is_an_answer(text: str, gave_up: int) -> None:
    found = explain(text, min(gave_up, len(text)))
    assert found is None or (found.message and found.hint and 0 <= found.at <= len(text))


@pytest.mark.parametrize(
    "filler", ['a{0} = "b"\n', "[a{0}]\n", '"\\n", ', "[", "# \\\n", "'''", "="]
)
def test_long_files_take_as_long_as_they_are_long(filler: str) -> None:
    text = "a = 1\n" + "".join(filler.replace("{0}", str(n)) for n in range(50_000))
    with processor_time(5):
        explain(text + "a = b", len(text) + 4)
        explain(text + "a = 1", len(text) + 5)


TITLE = 'title = "Room"'


@pytest.mark.parametrize(
    ("head", "above", "hint"),
    [
        (
            "[project]",
            f"{TITLE}\n[project]",
            "Did you mean project.title? It stands below [project].",
        ),
        ("[pages]", f"[pages]\n{TITLE}", "Did you mean project.title? It stands below [project]."),
        ("[prefixes]", f"[prefixes]\n{TITLE}", "If it is project.title, write it below [project]."),
    ],
)
def test_a_setting_below_another_head_is_sent_to_its_own(
    run: Run, tmp_path: Path, head: str, above: str, hint: str
) -> None:
    run("init", "room", cwd=tmp_path)
    settings = tmp_path / "room" / "mipex-kg.toml"
    settings.write_text(settings.read_text().replace(head, above, 1))
    assert hint in run("validate", cwd=tmp_path / "room", code=2).err
