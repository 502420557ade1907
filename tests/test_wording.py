"""Plain English in all that people read: what a native editor would rewrite occurs nowhere."""

from __future__ import annotations

import io
import re
import subprocess
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

# A phrase, and what to write: the second column is what a failure shows.
PATTERNS = {
    r"(?<!there )(?<!there’)\b(?:is|are|was|were) no "
    r"(?!longer|more|less|other|such|one\b|room|graver|recursion)": "“is not a …”",
    r"\banew\b": "“again”, or “rebuild”, “rewrite”",
    r"\bmend(?:s|ed|ing)?\b": "“fix”",
    r"\bst(?:ands?|ood|anding) in\b(?! for)(?!s)": "“is in”",
    r"\bsite (?:lies|lay|lie) (?:at|in|below|under)\b": "“the site is at”",
    r"\blies (?:at|in|below|beside|under)\b": "“is at”",
    r"\bwhoever\b": "“anyone who”",
    r"\bsomebody\b": "“someone”, or “a person”",
    r"\bwith (?:the|its) language said\b": "“with a language tag”",
    r"\brest(?:s|ed|ing)? on\b": "“is based on”, or “comes from”",
    r"\bin place of\b": "“instead of”",
    r"\bwithout it: ": "“Default: ”",
    r"\blook whether\b|\bsee to (?:it|this|that|the)\b": "“check that”",
    r"\b(?:has|have) to be\b(?<!nothing has to be)": "“must be”, or “needs to be”",
    r"\bbelongs? into\b": "“goes in”",
    r"\btells (?:the|what|which|how|where|whether|when|of|that|it|nothing)\b": "“says”, “shows”",
    r"\bask(?:s|ed|ing)? the (?:graph|dataset)\b": "“query”",
    r"\bone row an? ": "“one row per”",
    r"\bsmall letters\b": "“lower case”",
    r"\bwhole or not at all\b": "“atomically”",
    r"\bended from outside\b": "“killed”",
    r"\w’(?:t|re|ll|ve)\b": "a straight apostrophe in contractions, as everywhere",
}
# Files, and a part of what stands in them, that keep such a phrase; and why.
EXCEPTIONS: dict[str, dict[str, str]] = {}
# What is quoted is as its author wrote it.
QUOTES = re.compile(r'oa:(?:exact|prefix|suffix) "(?:[^"\\]|\\.)*"|“[^”]*”|"""(?=\Z)')
READ = {".py", ".md", ".toml", ".ttl", ".trig", ".rq", ".js", ".css", ".html", ".ipynb", ".svg"}
# Pages that docs/generate.py writes from what is read here; tests, and what others wrote.
LEFT_OUT = re.compile(
    r"docs/(?:api|checks|commands|settings)\.md|tests/|mipex_kg/site/_assets/|LICENSE|"
    r"docs/upstream/"
)


def paths() -> list[Path]:
    names = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    found = (ROOT / name for name in names if not LEFT_OUT.match(name))
    return [path for path in found if path.suffix in READ and path.is_file()]


def words(path: Path) -> str:
    """Give the text of a file that is for people, in one line."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        text = " ".join(_texts_of_python(text))
    else:
        text = re.sub(r"(?m)^\s*(?:#+|//+|\*|;)\s", "", QUOTES.sub("", text))
    return re.sub(r"\s+", " ", text)


def _texts_of_python(text: str) -> Iterator[str]:
    """Give comments and literals: those that go on in the next line, as one."""
    literals = {tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING)}
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.string.lstrip("#: ")
        elif token.type in literals:
            yield re.sub(r"^\w{0,2}(\"\"\"|\"|')|(\"\"\"|\"|')$", "", token.string)


def found_in(text: str) -> Iterator[tuple[str, str]]:
    """Find phrases to rewrite.

    :returns: each with the words around it, and what to write
    """
    for pattern, better in PATTERNS.items():
        for match in re.finditer(pattern, text, re.IGNORECASE):
            yield text[max(0, match.start() - 40) : match.end() + 40], better


@pytest.mark.parametrize(
    ("text", "is_plain"),
    [
        ("This is no query.", False),
        ("There is no query.", True),
        ("It is no longer there.", True),
        ("Mend it, then build anew.", False),
        ("Recommend it.", True),
        ("The facts that\nstand in data/", False),
        ("It stands in for a name.", True),
        ("the rest of it", True),
        ("It rests on a passage.", False),
        ("The title has to be a text.", False),
        ("Nothing has to be loaded.", True),
        ("The file tells what it is.", False),
    ],
)
def test_the_patterns_find_what_they_should(text: str, is_plain: bool) -> None:
    assert (not list(found_in(re.sub(r"\s+", " ", text)))) == is_plain


def test_texts_of_python_are_read_as_people_see_them() -> None:
    source = '"""It rests\n    on this."""\n# It has\n# to be\nx = ("in place"\n    f" of {x}")\n'
    text = re.sub(r"\s+", " ", " ".join(_texts_of_python(source)))
    assert len(list(found_in(text))) == 3


def test_everything_that_people_read_is_in_plain_english() -> None:
    faults: list[str] = []
    used: set[tuple[str, str]] = set()
    for path in paths():
        name = path.relative_to(ROOT).as_posix()
        kept = EXCEPTIONS.get(name, {})
        for excerpt, better in found_in(words(path)):
            if reasons := [part for part in kept if part in excerpt]:
                used.update((name, part) for part in reasons)
            else:
                faults.append(f"{name}: write {better} in “…{excerpt}…”")
    assert not faults, "\n".join(faults)
    assert used == {(name, part) for name, kept in EXCEPTIONS.items() for part in kept}
