"""Making a project of files that are there, and telling what was decided and what wasn't."""

from __future__ import annotations

import os
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from string import Template

import pyoxigraph as ox

from mipex_kg.adoption.base import namespace
from mipex_kg.adoption.front_page import load_front_page
from mipex_kg.adoption.kinds import OTHER, is_nearly_all
from mipex_kg.adoption.prefixes import name_prefix
from mipex_kg.adoption.settings_text import AdoptedSettings, checks_text
from mipex_kg.adoption.sources import AdoptedFile, AdoptedFiles, read_sources
from mipex_kg.adoption.survey import Survey
from mipex_kg.adoption.wholes import Wholes
from mipex_kg.dataset.outside import find_nameless, tell_nameless
from mipex_kg.dataset.words import ENGLISH
from mipex_kg.project.files import is_note, walk
from mipex_kg.project.project import load_project
from mipex_kg.project.scaffold import base_of, name_of, read_template, require_title, titled
from mipex_kg.project.settings import FILE_NAME
from mipex_kg.rdf.jsonld.known_contexts import UnknownContextError
from mipex_kg.rdf.namespaces import PREFIXES, SCHEMA, SCHEMA_HTTPS, compact, shorten
from mipex_kg.rdf.parsing import ParsedFile
from mipex_kg.system.errors import SourceError, UsageError
from mipex_kg.system.new_folder import write_new_folder
from mipex_kg.system.plain_path import PlainPath
from mipex_kg.system.writing import write_atomically
from mipex_kg.validation.judging import validate_project
from mipex_kg.validation.lost import lost
from mipex_kg.validation.report import Finding, Severity, plural

# What nothing can be published with.
_FIRM = frozenset({"alike"})
_ROLES = ("data", "ontology", "shapes")
# What Markdown, or a text of the front page, would take for markup.
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~&!])")
_MOST_SHOWN = 5
# So many files are named that are not read for the same reason; of more, one fewer.
_MOST_ALIKE = 3
# So often files are read again, if the base that they show isn't that by which they were read.
_MOST_READ_AGAIN = 2
# What a message says of one file only.
_PARTICULARS = re.compile(r'"[^"]*"?|<[^>]*>?|(?<!\S)\S+:\S*')


@dataclass(frozen=True)
class Adoption:
    """What came of it.

    :param decided: what was found, and what the settings make of it: a topic and what is said of it
    :param undecided: what is left to the owner, in sentences
    """

    written: tuple[Path, ...]
    decided: tuple[tuple[str, str], ...]
    undecided: tuple[str, ...]


def adopt(
    directory: Path,
    given: Sequence[Path],
    *,
    copy: bool = False,
    name: str | None = None,
    title: str | None = None,
    base: str | None = None,
    contexts: Mapping[str, Path] | None = None,
) -> Adoption:
    """Make a project of files that are there.

    :param directory: a new folder, or one in which no file has the name of one of the project's
    :param given: the files, and folders with such
    :param copy: whether they are copied into the project; else the settings name them
    :param name: of the project; the folder's if not given
    :param title: of the graph; found in the data if not given
    :param base: IRI that the names of things begin with; found in the data if not given
    :param contexts: files of remote contexts, by the IRIs with which documents name them; they are
        copied into the project
    :raises UsageError: when the folder is a project already, or the name or base can't be used
    :raises SourceError: when a file that is named can't be read
    :raises OutputError: when the files can't be written
    """
    if (directory / FILE_NAME).exists():
        raise UsageError(
            f"{directory} is a project already: it has a {FILE_NAME}.",
            hint="Name files of data in its settings, under [files].",
        )
    is_named, name = name is not None, name_of(directory, name)
    require_title(title)
    contexts = contexts or {}
    survey = _survey(given, base_of(name, base), contexts, is_base_given=base is not None)
    if not is_named and name in survey.documents:  # whose files would have the names of the dumps
        name += "-data"
    adopter = _Adopter(directory, survey, copy, name, title, base, contexts)
    files = adopter.files()
    write_new_folder(directory, files, PlainPath(FILE_NAME), is_shared=True)
    checks, firm = _violated(directory)
    if checks:
        path = directory / FILE_NAME
        write_atomically(path, files[PlainPath(FILE_NAME)] + checks_text(checks).encode())
    return Adoption(
        tuple(directory / path for path in files),
        (*adopter.decided(), *_softened(checks)),
        (*adopter.undecided(), *firm),
    )


def _survey(
    given: Sequence[Path], provisional: str, contexts: Mapping[str, Path], *, is_base_given: bool
) -> Survey:
    """Look at files; relative IRIs of any terms belong to the base that the other names show.

    What they are resolved against may show another base, and so files may be read again.
    """
    survey, base = Survey(read_sources(given, provisional, contexts), provisional), provisional
    for _ in range(_MOST_READ_AGAIN):
        found = None if is_base_given or survey.is_relative else survey.base
        if found is None or found.iri == base or not survey.has_below(base):
            break
        base = found.iri
        survey = Survey(read_sources(given, base, contexts), provisional)
    return survey


def _violated(directory: Path) -> tuple[Mapping[str, int], list[str]]:
    """Count the violations in a project, by what sets their level, and tell those that stay."""
    project = load_project(directory)
    report = validate_project(project)
    found: Counter[str] = Counter()
    firm: list[str] = []
    for finding in report.findings:
        if finding.severity is Severity.VIOLATION and finding.check in _FIRM:
            firm.append(f"Nothing can be published yet: {finding.message} {finding.hint or ''}")
        elif finding.severity is Severity.VIOLATION:
            shape = finding.shape and compact(finding.shape, project.prefixes)
            found[shape or compact(finding.check, project.prefixes) or finding.check] += 1
    return found, firm


def _softened(checks: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    if checks:
        names = ", ".join(f"{name} ({number:,})" for name, number in sorted(checks.items()))
        yield "checks", f"what these find is a warning, so that it can be published: {names}"


class _Adopter:
    """Makes the files of a project from what was found.

    :param base: that the owner wants
    """

    def __init__(
        self,
        directory: Path,
        survey: Survey,
        copy: bool,
        name: str,
        title: str | None,
        base: str | None,
        contexts: Mapping[str, Path],
    ) -> None:
        self.directory, self.survey, self.name = directory, survey, name
        self.sources: AdoptedFiles = survey.sources
        found_base = None if survey.is_relative else survey.base
        self.base = base or (found_base.iri if found_base else survey.provisional)
        self.is_given, self.is_copied = base is not None, copy
        self.contexts = contexts
        self.more_bases = () if self.is_given else survey.more_bases
        self.wholes = Wholes(survey)
        self.head = self.wholes.whole
        found = survey.title(self.head) if self.head else ""
        self.is_titled, self.is_title_found = bool(title or found), bool(found and not title)
        self.title = title or found or titled(name)
        self.language = survey.languages[0][0] if survey.languages else ENGLISH
        self.words = load_front_page().get(self.language, load_front_page()[ENGLISH])
        self.prefixes = dict(survey.prefixes)
        # Where nothing has an address, nothing is below a base.
        bases = (self.base, *self.more_bases) if base or survey.base else ("",)
        self.classes = [(self._curie(cls), number) for cls, number in survey.classes(bases)]

    def _of_head(self, what: str) -> str:
        return str(getattr(self.survey, what)(self.head)) if self.head else ""

    def _curie(self, cls: ox.NamedNode) -> str:
        """Write a class as a CURIE, and know its prefix from now on."""
        space, known = namespace(cls.value), {**PREFIXES, **self.prefixes}
        if space not in known.values():
            self.prefixes[name_prefix(space, known)] = space
        known = {**PREFIXES, **self.prefixes}
        prefix = next(prefix for prefix, iri in known.items() if iri == space)
        return f"{prefix}:{cls.value.removeprefix(space)}"

    def files(self) -> dict[PlainPath, bytes]:
        """Give the files of the project, by their names in it."""
        copied = self._copied() if self.is_copied else {}
        template = resources.files("mipex_kg.adoption") / "template"
        values = {
            **self.words,
            "title": _escaped(self.title),
            "lead": _escaped(self._lead()),
            "schema": self.prefixes.get("schema", str(SCHEMA)),
        }
        texts = {
            path: Template(text).substitute(values).encode()
            for folder in ("every", self.survey.kind.name)
            for path, text in read_template(template / folder)
        }
        contexts = self._context_places()
        settings = self._settings(self._named(copied), contexts).text().encode()
        written = {PlainPath(str(path)): text for path, text in texts.items()}
        data = {path: source.file.path.read_bytes() for path, source in copied.items()}
        root = self.directory.resolve()
        data |= {to: path.read_bytes() for path, to in contexts.items() if path != root / to}
        return {**data, **written, PlainPath(FILE_NAME): settings}

    def _lead(self) -> str:
        kind = self.survey.kind
        is_whole = self.head or is_nearly_all(kind, self.survey.types)
        own = self.words[f"lead_{(kind if is_whole else OTHER).name}"]
        return self._of_head("description") or own

    def _settings(
        self, files: Mapping[str, Sequence[str]], contexts: Mapping[Path, PlainPath]
    ) -> AdoptedSettings:
        return AdoptedSettings(
            found=self._found(),
            name=self.name,
            title=self.title,
            description=self._of_head("description"),
            base=self.base,
            base_remark=self._base_remark(),
            more_bases=self.more_bases,
            ignores_scheme=self.survey.has_two_schemes and not self.is_given,
            languages=self.survey.languages,
            publisher=self.wholes.agreed("publisher"),
            licence=self.wholes.agreed("licence"),
            files=files,
            contexts={iri: contexts[path.resolve()] for iri, path in self.contexts.items()},
            prefixes=self.prefixes,
            classes=self.classes,
        )

    def _found(self) -> list[str]:
        left = [f"Not read: {error}" for error in self.sources.left_out]
        return [f"Made by `mipex-kg init --from`, of {self._contents()}.", *left]

    def _contents(self) -> str:
        files, quads = len(self.sources.read), sum(len(s.file.quads) for s in self.sources.read)
        what = f"{plural(files, 'file')} with {plural(quads, 'statement')}"
        return f"{what}, {self.survey.kind.said}"

    def _base_remark(self) -> str:
        if self.is_given:
            return "How the IRIs of things begin."
        if self.survey.base is None or self.survey.is_relative:
            return "How the IRIs of things begin. Choose it: the data don't say it."
        covered = f"{self.survey.base.covered:,} of {len(self.survey.types):,} do"
        return f"How the IRIs of things begin: {covered}."

    # Which files are read

    def _copied(self) -> dict[PlainPath, AdoptedFile]:
        """Choose a place in the project for each file."""
        places: dict[PlainPath, AdoptedFile] = {}
        for source in self.sources.read:
            path = source.file.path
            if self._own_role(path):
                continue
            within = path.relative_to(source.given) if source.given != path else Path(path.name)
            places[_free(Path(source.roles[0], within), places)] = source
        return places

    def _context_places(self) -> dict[Path, PlainPath]:
        """Tell where in the project the file of each remote context is, or is copied to."""
        root, places = self.directory.resolve(), dict[Path, PlainPath]()
        for path in dict.fromkeys(map(Path.resolve, self.contexts.values())):
            if path.is_relative_to(root):
                places[path] = PlainPath(path.relative_to(root).as_posix())
            else:
                places[path] = _free(Path("contexts", path.name), places.values())
        return places

    def _named(self, copied: Mapping[PlainPath, AdoptedFile]) -> dict[str, list[str]]:
        """Tell what the settings name, by the keys: whole folders where all in them is read so."""
        root = self.directory.resolve()
        found: dict[str, dict[str, None]] = defaultdict(dict)
        places = {id(source): path for path, source in copied.items()}
        for source in self.sources.read:
            path = source.file.path
            own = source.roles[0] if id(source) in places else self._own_role(path)
            place = root / places[id(source)] if id(source) in places else path
            if own is None and self._is_named_whole(source):
                place = source.given
            for role in source.roles:
                if role != own:
                    found[role][Path(os.path.relpath(place.resolve(), root)).as_posix()] = None
        return {role: list(found[role]) for role in _ROLES if found[role]}

    def _own_role(self, path: Path) -> str | None:
        """Tell what a file is read for already, by the folder of the project that it is in."""
        inner = path.resolve()
        folders = ((role, self.directory.resolve() / role) for role in _ROLES)
        return next((role for role, folder in folders if inner.is_relative_to(folder)), None)

    def _is_named_whole(self, source: AdoptedFile) -> bool:
        if source.given == source.file.path:
            return False
        folder = source.given.resolve()
        if self.directory.resolve().is_relative_to(folder):
            return False
        alike = {s.file.path for s in self.sources.read if s.roles == source.roles}
        return {path for path in walk(source.given).files if not is_note(path)} <= alike

    # What is told

    def decided(self) -> Iterator[tuple[str, str]]:
        """Tell what was found, and what was made of it."""
        yield "data", self._contents()
        yield "base", ", ".join([self.base, *self.more_bases])
        if self.survey.languages:
            yield "languages", ", ".join(f"{tag} ({n:,})" for tag, n in self.survey.languages)
        if self.is_titled:
            of = ""
            if self.is_title_found and self.head:
                of = f", of {shorten(self.head.value, self.prefixes)}"
            yield "title", f"“{self.title}”{of}"
        if self.classes:
            yield "classes", ", ".join(f"{curie} ({n:,})" for curie, n in self.classes)
        by_role = Counter(role for source in self.sources.read for role in source.roles)
        if set(by_role) != {"data"}:
            yield "read as", ", ".join(f"{role} ({by_role[role]:,})" for role in by_role)
        http, https = self.survey.schema_org[SCHEMA], self.survey.schema_org[SCHEMA_HTTPS]
        if http or https:
            yield "schema.org", SCHEMA_HTTPS if https > http else str(SCHEMA)

    def undecided(self) -> Iterator[str]:
        """Tell what was not decided."""
        yield from _left_out(self.sources.left_out)
        yield from _lost(source.file for source in self.sources.read)
        base = self.survey.base
        if not self.is_given and (base is None or self.survey.is_relative):
            why = "The IRIs are relative" if base else "Too few things have an http(s) IRI"
            yield f"{why}: choose project.base, or give one with --base."
        own = [self.base, *self.more_bases]
        outside = [n for n in self.survey.types if not self.survey.is_below(n.value, own)]
        if outside:
            spaces = Counter(_beginning(name.value) for name in outside)
            shown = ", ".join(f"{space} ({n:,})" for space, n in spaces.most_common(_MOST_SHOWN))
            more = ", …" if len(spaces) > _MOST_SHOWN else ""
            bases = "the bases" if self.more_bases else "the base"
            yield f"{plural(len(outside), 'IRI')} outside {bases}: {shown}{more}."
        if nameless := find_nameless(self.survey.dataset.by_subject, self.survey.dataset):
            yield tell_nameless(nameless, self.survey.dataset)
        yield from self._untold_of_whole()
        if not self.survey.languages:
            yield "No labels have language tags; the pages will be in English."
        elif self.survey.names_without_language > max(n for _, n in self.survey.languages):
            number = plural(self.survey.names_without_language, "thing")
            first = self.survey.languages[0][0]
            yield f"The labels of {number} have no language tag; they are taken to be in {first!r}."
        if self.language not in load_front_page():
            yield f"pages/index.md is in English: there are no words in {self.language} for it."
        http, https = self.survey.schema_org[SCHEMA], self.survey.schema_org[SCHEMA_HTTPS]
        if http and https:
            yield f"Terms of schema.org begin with http ({http:,}) and with https ({https:,})."

    def _untold_of_whole(self) -> Iterator[str]:
        """Tell what is not said of the whole, and which parts it is said of."""
        parts = self.wholes.parts
        if not self.is_titled:
            what = "No title for the whole" if parts else "No title"
            yield f"{what} found: set project.title and the heading of pages/index.md."
        if parts:
            yield f"Each of these stands for a part of it: {self._told(parts)}."
        candidates = self.wholes.candidates
        if self.is_title_found and len(candidates) > 1:
            yield (
                f"{len(candidates):,} things may stand for the whole; the title is that of "
                f"{self.head}."
            )
        for what in ("licence", "publisher"):
            if self._of_head(what) and not self.wholes.agreed(what):
                yield f"project.{what} is left open, since parts differ: {self._told(candidates)}."

    def _told(self, parts: Sequence[ox.NamedNode]) -> str:
        """Name things that stand for parts, each with what it would give to the whole."""
        shown = "; ".join(map(self._described, parts[:_MOST_SHOWN]))
        return shown + ("; …" if len(parts) > _MOST_SHOWN else "")

    def _described(self, part: ox.NamedNode) -> str:
        title = self.survey.title(part)
        found = ((what, getattr(self.survey, what)(part)) for what in ("licence", "publisher"))
        more = ", ".join(f"{what} {text}" for what, text in found if text)
        return f"{part}{f' “{title}”' if title else ''}{f' ({more})' if more else ''}"


def _free(wanted: Path, taken: Collection[str]) -> PlainPath:
    """Give a path that no other file has, by a number if it must be."""
    number, place = 1, wanted
    while (found := PlainPath(place.as_posix())) in taken:
        number += 1
        stem, dot, suffixes = wanted.name.partition(".")
        place = wanted.with_name(f"{stem}-{number}{dot}{suffixes}")
    return found


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


def _escaped(text: str) -> str:
    return _MARKUP.sub(r"\\\1", text)


def _beginning(name: str) -> str:
    """Give what a name has in common with others: all of it, if that is the host alone.

    >>> _beginning("http://e.test/a"), _beginning("http://e.test")
    ('http://e.test/', 'http://e.test')
    """
    found = namespace(name)
    return name if found.endswith("://") else found
