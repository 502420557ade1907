"""Making a project of files that are there."""

from __future__ import annotations

import os
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from string import Template

from mipex_kg.adoption.decisions import Decisions
from mipex_kg.adoption.kinds import OTHER, is_nearly_all
from mipex_kg.adoption.settings_text import AdoptedSettings, checks_text
from mipex_kg.adoption.sources import AdoptedFile, AdoptedFiles, read_sources
from mipex_kg.adoption.survey import Survey
from mipex_kg.adoption.telling import tell_decided, tell_undecided
from mipex_kg.project.files import is_note, walk
from mipex_kg.project.project import load_project
from mipex_kg.project.scaffold import base_of, name_of, read_template, require_title
from mipex_kg.project.settings import FILE_NAME
from mipex_kg.rdf.namespaces import SCHEMA, compact
from mipex_kg.system.errors import SourceError, UsageError
from mipex_kg.system.new_folder import write_new_folder
from mipex_kg.system.plain_path import PlainPath
from mipex_kg.system.writing import write_atomically
from mipex_kg.validation.judging import validate_project
from mipex_kg.validation.report import Severity

# What nothing can be published with.
_FIRM = frozenset({"alike"})
_ROLES = ("data", "ontology", "shapes")
# What Markdown, or a text of the front page, would take for markup.
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~&!])")
# So often files are read again, if the base that they show isn't that by which they were read.
_MOST_READ_AGAIN = 2


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
    decisions = Decisions(survey, name, title, base)
    files = _Adopter(directory, decisions, copy, contexts).files()
    write_new_folder(directory, files, PlainPath(FILE_NAME), is_shared=True)
    checks, firm = _violated(directory)
    if checks:
        path = directory / FILE_NAME
        write_atomically(path, files[PlainPath(FILE_NAME)] + checks_text(checks).encode())
    return Adoption(
        tuple(directory / path for path in files),
        (*tell_decided(decisions), *_softened(checks)),
        (*tell_undecided(decisions), *firm),
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
    found: Counter[str] = Counter()
    try:
        report = validate_project(project)
    except SourceError as error:  # such as shapes that can't be judged by
        return found, [f"Nothing can be published yet: {error} {error.hint or ''}"]
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
    """Makes the files of a project from what was found and decided."""

    def __init__(
        self, directory: Path, decisions: Decisions, copy: bool, contexts: Mapping[str, Path]
    ) -> None:
        self.directory, self.decisions = directory, decisions
        self.sources: AdoptedFiles = decisions.survey.sources
        self.is_copied, self.contexts = copy, contexts

    def files(self) -> dict[PlainPath, bytes]:
        """Give the files of the project, by their names in it."""
        copied = self._copied() if self.is_copied else {}
        template = resources.files("mipex_kg.adoption") / "template"
        values = {
            **self.decisions.words,
            "title": _escaped(self.decisions.title),
            "lead": _escaped(self._lead()),
            "schema": self.decisions.prefixes.get("schema", str(SCHEMA)),
        }
        texts = {
            path: Template(text).substitute(values).encode()
            for folder in ("every", self.decisions.survey.kind.name)
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
        kind = self.decisions.survey.kind
        is_whole = self.decisions.head or is_nearly_all(kind, self.decisions.survey.types)
        own = self.decisions.words[f"lead_{(kind if is_whole else OTHER).name}"]
        return self.decisions.of_head("description") or own

    def _settings(
        self, files: Mapping[str, Sequence[str]], contexts: Mapping[Path, PlainPath]
    ) -> AdoptedSettings:
        return AdoptedSettings(
            found=self._found(),
            name=self.decisions.name,
            title=self.decisions.title,
            description=self.decisions.of_head("description"),
            base=self.decisions.base,
            base_remark=self._base_remark(),
            more_bases=self.decisions.more_bases,
            ignores_scheme=self.decisions.survey.has_two_schemes and not self.decisions.is_given,
            languages=self.decisions.survey.languages,
            publisher=self.decisions.wholes.agreed("publisher"),
            licence=self.decisions.wholes.agreed("licence"),
            files=files,
            contexts={iri: contexts[path.resolve()] for iri, path in self.contexts.items()},
            prefixes=self.decisions.prefixes,
            classes=self.decisions.classes,
        )

    def _found(self) -> list[str]:
        left = [f"Not read: {error}" for error in self.sources.left_out]
        return [f"Made by `mipex-kg init --from`, of {self.decisions.contents()}.", *left]

    def _base_remark(self) -> str:
        if self.decisions.is_given:
            return "How the IRIs of things begin."
        survey = self.decisions.survey
        if survey.base is None or survey.is_relative:
            return "How the IRIs of things begin. Choose it: the data don't say it."
        covered = f"{survey.base.covered:,} of {len(survey.types):,} do"
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


def _free(wanted: Path, taken: Collection[str]) -> PlainPath:
    """Give a path that no other file has, by a number if it must be."""
    number, place = 1, wanted
    while (found := PlainPath(place.as_posix())) in taken:
        number += 1
        stem, dot, suffixes = wanted.name.partition(".")
        place = wanted.with_name(f"{stem}-{number}{dot}{suffixes}")
    return found


def _escaped(text: str) -> str:
    return _MARKUP.sub(r"\\\1", text)
