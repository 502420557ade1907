"""Telling what was decided of a project that is made of files, and what is left to its owner."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

import pyoxigraph as ox

from mipex_kg.adoption.base import namespace
from mipex_kg.adoption.decisions import Decisions
from mipex_kg.adoption.front_page import load_front_page
from mipex_kg.adoption.survey import Survey
from mipex_kg.dataset.outside import find_nameless, tell_nameless
from mipex_kg.project.settings import FILE_NAME
from mipex_kg.rdf.jsonld.known_contexts import UnknownContextError
from mipex_kg.rdf.namespaces import SCHEMA, SCHEMA_HTTPS, shorten
from mipex_kg.rdf.parsing import ParsedFile
from mipex_kg.system.errors import SourceError
from mipex_kg.validation.lost import lost
from mipex_kg.validation.report import Finding, plural

_MOST_SHOWN = 5
# So many files are named that are not read for the same reason; of more, one fewer.
_MOST_ALIKE = 3
# What a message says of one file only.
_PARTICULARS = re.compile(r'"[^"]*"?|<[^>]*>?|(?<!\S)\S+:\S*')


def tell_decided(decisions: Decisions) -> Iterator[tuple[str, str]]:
    """Tell what was found, and what was made of it."""
    survey = decisions.survey
    yield "data", decisions.contents()
    yield "base", ", ".join([decisions.base, *decisions.more_bases])
    if survey.languages:
        yield "languages", ", ".join(f"{tag} ({n:,})" for tag, n in survey.languages)
    if decisions.is_titled:
        of = ""
        if decisions.is_title_found and decisions.head:
            of = f", of {shorten(decisions.head.value, decisions.prefixes)}"
        yield "title", f"“{decisions.title}”{of}"
    if decisions.classes:
        yield "classes", ", ".join(f"{curie} ({n:,})" for curie, n in decisions.classes)
    by_role = Counter(role for source in survey.sources.read for role in source.roles)
    if set(by_role) != {"data"}:
        yield "read as", ", ".join(f"{role} ({by_role[role]:,})" for role in by_role)
    http, https = survey.schema_org[SCHEMA], survey.schema_org[SCHEMA_HTTPS]
    if http or https:
        yield "schema.org", SCHEMA_HTTPS if https > http else str(SCHEMA)


def tell_undecided(decisions: Decisions) -> Iterator[str]:
    """Tell what was not decided."""
    survey = decisions.survey
    yield from _left_out(survey.sources.left_out)
    yield from _lost(source.file for source in survey.sources.read)
    base = survey.base
    if not decisions.is_given and (base is None or survey.is_relative):
        why = "The IRIs are relative" if base else "Too few things have an http(s) IRI"
        yield f"{why}: choose project.base, or give one with --base."
    own = [decisions.base, *decisions.more_bases]
    outside = [n for n in survey.types if not survey.is_below(n.value, own)]
    if outside:
        spaces = Counter(_beginning(name.value) for name in outside)
        shown = ", ".join(f"{space} ({n:,})" for space, n in spaces.most_common(_MOST_SHOWN))
        more = ", …" if len(spaces) > _MOST_SHOWN else ""
        bases = "the bases" if decisions.more_bases else "the base"
        yield f"{plural(len(outside), 'IRI')} outside {bases}: {shown}{more}."
    if nameless := find_nameless(survey.dataset.by_subject, survey.dataset):
        yield tell_nameless(nameless, survey.dataset)
    yield from _untold_of_whole(decisions)
    if not survey.languages:
        yield "No labels have language tags; the pages will be in English."
    elif survey.names_without_language > max(n for _, n in survey.languages):
        number = plural(survey.names_without_language, "thing")
        first = survey.languages[0][0]
        yield f"The labels of {number} have no language tag; they are taken to be in {first!r}."
    if decisions.language not in load_front_page():
        yield f"pages/index.md is in English: there are no words in {decisions.language} for it."
    http, https = survey.schema_org[SCHEMA], survey.schema_org[SCHEMA_HTTPS]
    if http and https:
        yield f"Terms of schema.org begin with http ({http:,}) and with https ({https:,})."


def _untold_of_whole(decisions: Decisions) -> Iterator[str]:
    """Tell what is not said of the whole, and which parts it is said of."""
    parts = decisions.wholes.parts
    if not decisions.is_titled:
        what = "No title for the whole" if parts else "No title"
        yield f"{what} found: set project.title and the heading of pages/index.md."
    if parts:
        yield f"Each of these stands for a part of it: {_told(decisions, parts)}."
    candidates = decisions.wholes.candidates
    if decisions.is_title_found and len(candidates) > 1:
        yield (
            f"{len(candidates):,} things may stand for the whole; the title is that of "
            f"{decisions.head}."
        )
    for what in ("licence", "publisher"):
        if decisions.of_head(what) and not decisions.wholes.agreed(what):
            parts_told = _told(decisions, candidates)
            yield f"project.{what} is left open, since parts differ: {parts_told}."


def _told(decisions: Decisions, parts: Sequence[ox.NamedNode]) -> str:
    """Name things that stand for parts, each with what it would give to the whole."""
    shown = "; ".join(_described(decisions.survey, part) for part in parts[:_MOST_SHOWN])
    return shown + ("; …" if len(parts) > _MOST_SHOWN else "")


def _described(survey: Survey, part: ox.NamedNode) -> str:
    title = survey.title(part)
    found = ((what, getattr(survey, what)(part)) for what in ("licence", "publisher"))
    more = ", ".join(f"{what} {text}" for what, text in found if text)
    return f"{part}{f' “{title}”' if title else ''}{f' ({more})' if more else ''}"


def _left_out(errors: Sequence[SourceError]) -> Iterator[str]:
    """Tell which files are not read: of many for the same reason, the first ones and how many."""
    by_reason: dict[str, list[SourceError]] = defaultdict(list)
    for error in errors:
        by_reason[_PARTICULARS.sub("", error.message)].append(error)
    for alike in by_reason.values():
        shown = alike if len(alike) <= _MOST_ALIKE else alike[: _MOST_ALIKE - 1]
        yield from (f"Not read: {error}" for error in shown)
        if left := len(alike) - len(shown):
            yield f"Not read for the same reason: {left:,} more, which {FILE_NAME} lists."
    contexts = [error.hint for error in errors if isinstance(error, UnknownContextError)]
    yield from (hint for hint in dict.fromkeys(contexts) if hint)


def _lost(files: Iterable[ParsedFile]) -> Iterator[str]:
    """Tell what files say and no statement does: of each kind the first, and how many."""
    by_kind: dict[str, list[Finding]] = defaultdict(list)
    for finding in lost(files):
        by_kind[finding.check].append(finding)
    for first, *others in by_kind.values():
        more = f" `mipex-kg validate` shows {len(others):,} more of this kind." if others else ""
        yield f"{first.place}: {first.message}{more}"


def _beginning(name: str) -> str:
    """Give what a name has in common with others: all of it, if that is the host alone.

    >>> _beginning("http://e.test/a"), _beginning("http://e.test")
    ('http://e.test/', 'http://e.test')
    """
    found = namespace(name)
    return name if found.endswith("://") else found
