"""The settings of a project that is adopted, as a file with comments that say what was found."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from mipex_kg.project.settings_file import PREFIXES_TABLE
from mipex_kg.rdf.terms import CONTROLS


@dataclass(frozen=True)
class AdoptedSettings:
    """What the settings say.

    :param found: what the files are, and what was left out of them, in sentences
    :param base_remark: what is to be known of the base
    :param more_bases: what other names begin with
    :param ignores_scheme: whether http: and https: are the same in names
    :param languages: each with a remark
    :param files: what is read besides the project's own folders, by the name of the setting
    :param contexts: files with copies of remote contexts, by the IRIs of these
    :param classes: CURIEs, each with the number of its members
    """

    found: Sequence[str]
    name: str
    title: str
    description: str
    base: str
    base_remark: str
    more_bases: Sequence[str]
    ignores_scheme: bool
    languages: Sequence[tuple[str, int]]
    publisher: str
    licence: str
    files: Mapping[str, Sequence[str]]
    contexts: Mapping[str, str]
    prefixes: Mapping[str, str]
    classes: Sequence[tuple[str, int]]

    def text(self) -> str:
        """Write them."""
        return "\n".join([*self._project(), *self._files(), *self._prefixes(), *self._pages(), ""])

    def _project(self) -> Iterator[str]:
        yield from map(_comment, self.found)
        yield "[project]"
        yield f"name = {quoted(self.name)}"
        yield f"title = {quoted(self.title)}"
        if self.description:
            yield f"description = {quoted(self.description)}"
        yield _comment(self.base_remark)
        yield f"base = {quoted(self.base)}"
        if self.more_bases:
            yield "# Many other IRIs begin so."
            yield f"more_bases = {_list(self.more_bases)}"
        if self.ignores_scheme:
            yield "# IRIs begin with http: and with https:, which count as the same."
            yield "ignore_scheme = true"
        yield "# Where the built folder will lie, if that is somewhere else:"
        yield '# site = "https://example.org/"'
        if self.languages:
            counts = ", ".join(f"{tag} ({number:,})" for tag, number in self.languages)
            yield _comment(f"The languages of labels, each with the number of things: {counts}.")
        else:
            yield "# No labels have language tags; the pages will be in English."
        yield f"languages = {_list(tag for tag, _ in self.languages or [('en', 0)])}"
        yield "# Who publishes it, where they answer, and under which licence:"
        yield _set("publisher", self.publisher, "The readers")
        yield _set("contact", "", "mailto:readers@example.org")
        yield _set("licence", self.licence, "https://creativecommons.org/licenses/by/4.0/")

    def _files(self) -> Iterator[str]:
        if self.files:
            yield "\n# What is read besides data/, ontology/ and shapes/: paths from here."
            yield "[files]"
            yield from (f"{key} = {_list(paths)}" for key, paths in self.files.items())
        if self.contexts:
            yield "\n# Copies of the contexts that documents name."
            yield "[contexts]"
            yield from (f"{quoted(k)} = {quoted(v)}" for k, v in self.contexts.items())
        yield "\n# Where a file comes from, for its page and for `why`:"
        yield '# [sources."data/people.ttl"]'
        yield '# title = "…"'
        yield '# author = "…"'
        yield '# licence = "https://creativecommons.org/licenses/by/4.0/"'
        yield '# address = "https://example.org/people.ttl"'

    def _prefixes(self) -> Iterator[str]:
        if self.prefixes:
            yield "\n# Those that the files declare and use, and those of the classes below."
            yield f"[{PREFIXES_TABLE}]"
            yield from (f"{quoted(k)} = {quoted(v)}" for k, v in sorted(self.prefixes.items()))

    def _pages(self) -> Iterator[str]:
        if self.classes:
            counts = ", ".join(f"{curie} ({number:,})" for curie, number in self.classes)
            yield f"\n# What visitors browse by, the largest first: {counts}."
            yield "[pages]"
            yield f"classes = {_list(curie for curie, _ in self.classes)}"


def checks_text(checks: Mapping[str, int]) -> str:
    """Write the levels of checks that found violations in what is there.

    :param checks: the number of the findings of each
    """
    lines = [
        "",
        "# These checks find violations in what is there. As warnings, they let it be published.",
        "# `mipex-kg validate` shows them; once they are fixed, take the line away.",
        "[checks]",
        *(
            f"{quoted(name)} = {quoted('warning')}  # {number:,} found"
            for name, number in sorted(checks.items())
        ),
        "",
    ]
    return "\n".join(lines)


def quoted(text: str) -> str:
    """Write a text for TOML, without characters that none should have.

    >>> quoted('a "b"')
    '"a \\\\"b\\\\""'
    """
    return json.dumps(CONTROLS.sub("", text), ensure_ascii=False)


def _list(texts: Iterable[str]) -> str:
    items = [quoted(text) for text in texts]
    line = f"[{', '.join(items)}]"
    return line if len(line) < 80 else "[\n" + "".join(f"  {item},\n" for item in items) + "]"


def _set(key: str, value: str, example: str) -> str:
    return f"{key} = {quoted(value)}" if value else f"# {key} = {quoted(example)}"


def _comment(text: str) -> str:
    return "# " + " ".join(CONTROLS.sub("", text).split())
