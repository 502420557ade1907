"""Random patterns match what elementpath says, which translates them for Python's own engine."""

from __future__ import annotations

import random
import re

import pytest
from elementpath.regex import translate_pattern

from mipex_kg.validation.patterns import Pattern, PatternError

ATOMS = (
    *"abcAB1 -",
    ".",
    "[abc]",
    "[^ab]",
    "[a-c-[b]]",
    r"[\d-]",
    r"\d",
    r"\D",
    r"\s",
    r"\S",
    r"\i",
    r"\C",
    r"\p{Lu}",
    r"\P{L}",
    r"\p{IsBasicLatin}",
    r"\.",
    r"\$",
    "^",
    "$",
)
QUANTIFIERS = ("", "", "", "*", "+", "?", "{2}", "{1,2}", "{0,1}", "{2,}", "*?", "+?")
ALPHABET = "abcABß1٣ -.$\n\rÄé_:"
FLAGS = {"": 0, "s": re.DOTALL, "m": re.MULTILINE, "i": re.IGNORECASE}


def pattern_of(chance: random.Random, depth: int = 0) -> str:
    """Make a random pattern."""
    branches = []
    for _ in range(chance.choice((1, 1, 2))):
        parts = []
        for _ in range(chance.randrange(4)):
            nested = depth < 2 and chance.random() < 0.25
            atom = f"({pattern_of(chance, depth + 1)})" if nested else chance.choice(ATOMS)
            # What repeats nothing is refused by Python's engine here and there.
            quantifier = "" if atom in ("^", "$") else chance.choice(QUANTIFIERS)
            parts.append(atom + quantifier)
        branches.append("".join(parts))
    return "|".join(branches)


@pytest.mark.parametrize("flags", FLAGS)
def test_a_pattern_matches_what_elementpath_says(flags: str) -> None:
    chance = random.Random(f"patterns {flags}")
    matched = 0
    for _ in range(700):
        pattern = pattern_of(chance)
        if flags == "i" and "[" in pattern + "\\p":
            pattern = re.sub(r"\[[^]]*\]+|\\[pP]\{\w+\}", "x", pattern)
        ours = Pattern(pattern, flags)
        translated = translate_pattern(pattern, flags=FLAGS[flags], xsd_version="1.1")
        theirs = re.compile(translated, FLAGS[flags])
        for _ in range(6):
            text = "".join(chance.choice(ALPHABET) for _ in range(chance.randrange(7)))
            expected = theirs.search(text) is not None
            assert ours.matches(text) is expected, (pattern, text, translated)
            matched += expected
    assert 500 < matched < 4000


def test_a_word_character_is_none_of_punctuation_space_and_the_rest() -> None:
    """As the standard has it; elementpath goes by Python, which knows other words."""
    assert [c for c in "a1٣$+_-. \x07é" if Pattern(r"\w").matches(c)] == list("a1٣$+é")
    assert [c for c in "a1$_-." if Pattern(r"\W").matches(c)] == list("_-.")


def test_a_back_reference_tries_what_there_is_and_no_more() -> None:
    assert Pattern(r"^(a|ab)(c|bcd)(d*)\2$").matches("abcdbcd")
    assert Pattern(r"(\w)\1", "i").matches("bOok")
    assert not Pattern(r"^(\w+)\s\1$").matches("one two")
    assert not Pattern(r"^(a*)*(b*)*\1\2c$").matches("a" * 200 + "b" * 200)


@pytest.mark.parametrize(
    "pattern",
    ["(a+)+b", "(a|a)*b", "(a*)*b", "a*a*a*a*a*a*b", "(.*)(.*)(.*)(.*)b", "((a{0,9}){0,9}){0,9}b"],
)
def test_what_takes_others_for_ever_takes_no_longer_than_the_text(pattern: str) -> None:
    """Each character is looked at once: with ten times the text, ten times the work."""
    compiled = Pattern(pattern)
    assert not compiled.matches("a" * 20_000)
    assert compiled.matches("a" * 20_000 + "b")


@pytest.mark.parametrize(
    "pattern",
    [
        *("a{1000000}", "((a{100}){100}){100}", "(" * 5000, "[" * 5000, "a{2,1}", "(?=a)"),
        *(r"\b", r"\A", "[b-a]", "[]", "*", "a|*", r"\p{Foo}", r"\2(a)", "a{,2}", "}", "]"),
    ],
)
def test_what_is_not_a_pattern_of_xpath_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        Pattern(pattern)


def test_a_long_text_and_a_large_pattern_come_to_an_end() -> None:
    assert not Pattern("^.{0,2000}$").matches("ab" * 1500)
    assert Pattern("^.{0,2000}$").matches("ab" * 1000)
    assert not Pattern(r"(\p{L}{1,300} ?){1,50}!").matches("äb " * 500)
