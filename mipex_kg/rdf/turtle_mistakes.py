"""Mistakes in Turtle and TriG, in words for those who write it by hand, and what to do about each.

The engine says which rule of its grammar failed. What was meant shows in the characters there.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from mipex_kg.rdf.namespaces import PREFIXES
from mipex_kg.system import reading
from mipex_kg.system.errors import nearest


class Mistake(NamedTuple):
    """What is wrong, and what to do if there is something to say."""

    message: str
    hint: str | None


def explain(said: str, text: str, line: int, column: int) -> Mistake:
    """Say what is wrong with a text that the engine refuses.

    :param said: by the engine, without the place
    :param line: where it gave up, from 1
    :param column: in code points, from 1

    >>> explain("Ada is not a valid RDF object", ":a :name Ada Brook .", 1, 10).message
    '“Ada Brook” is neither an address nor in quotes.'
    """
    lines = reading.lines(text)
    written = lines[line - 1] if line <= len(lines) else ""
    before, rest = written[: column - 1], written[column - 1 :]
    if missing := re.search(r"prefix (\S*:) has not been declared", said):
        return _undeclared(missing[1], said, text, rest)
    if any(date.start() < column <= date.end() for date in _DATE.finditer(written)):
        return Mistake(*_NO_DATE)
    for kind in _MISTAKES:
        if (
            re.match(kind.said, said)
            and re.search(kind.before, before)
            and (found := re.match(kind.rest, rest))
        ):
            return kind.mistake(found[0].rstrip() or rest[:1])
    return Mistake(f"{said[:1].upper()}{said[1:]}.", None)


def _undeclared(prefix: str, said: str, text: str, rest: str) -> Mistake:
    if prefix in ("http:", "https:"):
        address = re.split(r"[;,.]?(?:\s|$)", rest, maxsplit=1)[0]
        return Mistake("An address must be in angle brackets.", f"Write <{address}>.")
    # Imported here: hardly a file has mistakes.
    from mipex_kg.rdf.jsonld.schema_org_context import COMMON_PREFIXES

    namespace = {**COMMON_PREFIXES, **PREFIXES}.get(prefix[:-1])
    declared = re.findall(r"^\s*@?prefix\s+(\S*:)", text, re.IGNORECASE | re.MULTILINE)
    if namespace:
        hint = f"Add the line: @prefix {prefix} <{namespace}> ."
    elif near := nearest(prefix, declared, cutoff=0.8):
        hint = f"Did you mean {near}?"
    else:
        hint = f"Add a line such as: @prefix {prefix} <https://…> . (or copy it from another file)"
    return Mistake(f"{said}.", hint)


class _MistakeKind(NamedTuple):
    """A kind of mistake.

    :param said: how the engine's sentence begins
    :param rest: how the line goes on where the engine gave up, and what ``{found}`` stands for;
        ``{name}`` is the name of its first character
    :param before: how the line ends before that
    """

    said: str
    rest: str
    message: str
    hint: str | None = None
    before: str = ""

    def mistake(self, found: str) -> Mistake:
        """Say what is wrong, in the words that stand there."""
        first = found[:1] or " "
        name = unicodedata.name(first, f"U+{ord(first):04X}").lower()
        values = {"{found}": found, "{name}": name}
        message, hint = (
            text and re.sub(r"\{(?:found|name)\}", lambda field: values[field[0]], text)
            for text in (self.message, self.hint)
        )
        return Mistake(message or "", hint)


_DATE = re.compile(
    r"(?<![\w\"'/#.-])(?:\d{4}([-./])\d{1,2}\1\d{1,2}|\d{1,2}([-./])\d{1,2}\2\d{4})(?!\w)"
)
_NO_DATE = ("A date must be in quotes.", 'Write it as "2020-12-31"^^xsd:date: year, month, day.')
_ENDS = "A full stop ends a statement, a semicolon goes on about the same thing."
_WORD = r"[^\s<>\"'{}()\[\],;]+"

_MISTAKES = (
    _MistakeKind(
        "",
        r"(?i:<!DOCTYPE|<html|<\?xml)",
        "This is HTML or XML, and neither Turtle nor TriG.",
        "Save the data themselves, or give the file the suffix of its format.",
    ),
    _MistakeKind(
        ".* (?:is not a valid|is expected)",
        "(?i:@?(?:prefix|base)\\b)",
        "The statement before this has no end.",
        _ENDS,
    ),
    _MistakeKind(
        "'.' is not allowed",
        "[“”„‟‘’‚‛«»‹›]",
        "{found} is not a quotation mark of Turtle.",
        'Use the straight one: "…". Word processors turn it into others.',
    ),
    _MistakeKind(
        "'.*' is not allowed",
        r"[^\S ]|[\u00ad\u200b-\u200f\u2028-\u202f\u2060\ufeff]",
        "There is an invisible character here: {name}.",
        "Delete it, and type a space if there should be one. It may come with copied text.",
    ),
    _MistakeKind(
        "",
        "//|/[*]|<!--",
        "This begins no comment.",
        "A comment begins with # and ends with its line.",
    ),
    _MistakeKind(
        "'/' is not allowed",
        "/",
        "A short name can't have a slash.",
        "Write the address in full, in angle brackets: <https://…>. Or write \\/ for the slash.",
        before=r"[\w-]$",
    ),
    _MistakeKind(
        "Invalid IRI code point ' '",
        "<",
        "The address has a space in it.",
        "Remove the space, or write %20 for it. Perhaps a > is missing before it.",
    ),
    _MistakeKind(
        "Invalid IRI code point '\n",
        "<",
        "The address has no end on its line.",
        "Close it with >.",
    ),
    _MistakeKind(
        "Invalid IRI code point",
        "",
        "An address has a character in it that none may have.",
        "Remove it, or write it as % and two digits. Perhaps the > is missing before it.",
    ),
    _MistakeKind(
        "Unexpected end of file",
        "\"\"\"|'''|\"|'",
        "The text that begins here has no end.",
        "Close it with {found}",
    ),
    _MistakeKind(
        "Unexpected end of file",
        "<",
        "The address that begins here has no end.",
        "Close it with >.",
    ),
    _MistakeKind(
        "Unexpected end",
        "",
        "The file ends within a statement or a graph.",
        "Perhaps a full stop is missing at its end, or the } of a graph.",
    ),
    _MistakeKind(
        "Line jumps are not allowed",
        "",
        "A text in quotes must end on its line.",
        'Close the quotes. A text of several lines has three at each end: """…""".',
    ),
    _MistakeKind(
        "The escape sequence|Unexpected escape character",
        "",
        "A backslash has a meaning in texts, and none before this.",
        "Write \\\\ for a backslash.",
    ),
    _MistakeKind(
        "Unexpected character",
        "_",
        "A language tag has a hyphen, and no underscore.",
        "Write it as in @de-AT.",
        before="@[A-Za-z]+$",
    ),
    _MistakeKind(
        "The given language|A language code|A subtag may be",
        "",
        "This is not a language tag.",
        "A tag is a code such as @en. Declarations begin with @prefix or @base.",
    ),
    _MistakeKind(
        "The PREFIX keyword should",
        _WORD,
        "A prefix ends with a colon.",
        "Write {found}: with a colon.",
    ),
    _MistakeKind(
        "A '}' or a '.' is",
        "",
        "A full stop or a semicolon is missing before this, or the } of a graph.",
        _ENDS,
    ),
    _MistakeKind(
        "A dot is expected", "", "A full stop or a semicolon is missing before this.", _ENDS
    ),
    _MistakeKind(
        "blank node property lists should", "", "A ] or a semicolon is missing before this."
    ),
    _MistakeKind(
        ".* is not a valid RDF object",
        r"[.;,}\])]",
        "A value is missing before “{found}”.",
        "Write it, or remove what stands before it.",
    ),
    _MistakeKind(
        ".* is not a valid RDF object",
        "a(?= )",
        "“a” stands where a value should be.",
        "Perhaps something is missing before it: a full stop, a value, or the { of a graph.",
    ),
    _MistakeKind(
        ".* is not a valid RDF object",
        "(?i:true|false)\\b",
        "“{found}” is neither an address nor in quotes.",
        "The truth values are true and false, in lower case.",
    ),
    _MistakeKind(
        ".* is not a valid RDF object",
        r"\w[^;,.\"{}\[\]]*",
        "“{found}” is neither an address nor in quotes.",
        'If it is a text, write "{found}". An address has a prefix, or angle brackets.',
    ),
    _MistakeKind(
        ".* is not a valid (?:predicate|subject|graph|RDF subject)",
        r"\{|(?i:GRAPH)\b",
        "A graph begins here, and the one before it has no end.",
        "Write } before it, where that graph ends.",
    ),
    _MistakeKind(
        ".* is not a valid predicate",
        "[.;,}]",
        "A property and its value are missing before “{found}”.",
        _ENDS,
    ),
    _MistakeKind(
        ".* is not a valid predicate",
        r"\w[\w-]*",
        "“{found}” is not a property.",
        "A property has a prefix, as schema:name has; only a, for “is a”, has none. "
        "No name has a space in it.",
    ),
    _MistakeKind(
        ".* is not a valid (?:subject|graph|RDF subject)",
        "\\w",
        "The text ended at the quotation mark before this.",
        'Within a text, write \\" for a quotation mark. A language begins with @, as in "…"@en.',
        before="[\"']$",
    ),
    _MistakeKind(
        r"\. is not a valid",
        "",
        "After PREFIX and BASE without @ there is no full stop.",
        "Write @prefix or @base, or remove the full stop.",
        before=r"(?i:^\s*(?:prefix|base)\b)",
    ),
    _MistakeKind(r"\. is not a valid", "", "There is a full stop too many.", "Remove it."),
    _MistakeKind(
        r"[}\])>] is not a valid",
        "",
        "This {found} closes nothing.",
        "Remove it, or look for what should be open.",
    ),
    _MistakeKind(
        "[;,] is not a valid", "", "The {found} follows nothing.", f"{_ENDS} Remove one of them."
    ),
    _MistakeKind(
        ".* is not a valid (?:subject|graph|RDF subject)",
        f"\"[^\"]*\"|'[^']*'|{_WORD}",
        "No statement can begin with {found}.",
        f"{_ENDS} Perhaps the one before this is wrong.",
    ),
    _MistakeKind(".* is not a valid", _WORD, "“{found}” can't stand here."),
)
