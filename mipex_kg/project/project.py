"""The project directory: where its files are, and what its settings make of them."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from mipex_kg.project import layout
from mipex_kg.project.files import Skipped, Walk, is_note, require_names, walk
from mipex_kg.project.levels import Levels
from mipex_kg.project.names import Names, coined_start, own_names, root_of
from mipex_kg.project.placeholders import is_placeholder
from mipex_kg.project.settings import BY_NAME, FILE_NAME, Settings
from mipex_kg.project.settings_file import read_settings
from mipex_kg.rdf import formats
from mipex_kg.rdf.formats import Format
from mipex_kg.rdf.iris import to_uri
from mipex_kg.rdf.jsonld.known_contexts import KnownContexts, file_name
from mipex_kg.rdf.negotiation import DEFAULT, VARIANTS, Variant
from mipex_kg.system import log
from mipex_kg.system.errors import UsageError
from mipex_kg.system.snapshot import Snapshot

ENVIRONMENT_VARIABLE = "MIPEX_KG_PROJECT"
# A file of statements is read once, whatever its name; a query by another name is another query.
_STATEMENTS = ("data", "ontology", "shapes")
FOLDERS = (*_STATEMENTS, "queries", "pages")


@dataclass(frozen=True, kw_only=True)
class Project(Settings):
    """A directory with data, an ontology, shapes and queries, and the settings that hold for it.

    :param root: the directory that holds ``mipex-kg.toml``
    :param home: the address of the site by the settings, also where it is taken for another
    :param is_placed: whether it is known where the site is; else its address only stands for one
    :param files: its files as they were when they were first read
    """

    root: Path
    home: str = ""
    is_placed: bool = False
    files: Snapshot = field(default_factory=Snapshot, repr=False, compare=False)

    def files_in(self, folder: str, *suffixes: str) -> list[Path]:
        """List the files in one of the project's folders, in a stable order.

        :param folder: relative to the root
        :param suffixes: in lower case; none for all
        :raises SourceError: when a folder may not be read
        """
        files = self._walked(folder).files
        return [path for path in files if not suffixes or path.suffix.lower() in suffixes]

    def _walked(self, folder: str) -> Walk:
        return self._walk(self.root / folder, once=folder in _STATEMENTS)

    def _walk(self, folder: Path, *, once: bool = True) -> Walk:
        return self.files.once(folder, lambda: walk(folder, once=once))

    def name_of(self, path: Path) -> str:
        """Name a file as the settings do: by its path from the project folder."""
        return Path(os.path.relpath(path, self.root)).as_posix()

    def place_of(self, path: Path) -> str:
        """Tell where a file of data is within the folder that is read, with slashes."""
        for folder in (self.root / "data", *self._outer_folders):
            if path.is_relative_to(folder):
                return path.relative_to(folder).as_posix()
        return path.name

    @property
    def skipped_files(self) -> list[Skipped]:
        """What is in the project's folders and not read, with the reason."""
        return [skipped for folder in FOLDERS for skipped in self._walked(folder).skipped] + [
            skipped for folder in self._outer_folders for skipped in self._walk(folder).skipped
        ]

    @property
    def data_files(self) -> list[Path]:
        """Files with facts, in a stable order."""
        return self._statements("data", self.more_data)

    @property
    def ontology_files(self) -> list[Path]:
        """Files with the ontology and the concept schemes."""
        files = self._statements("ontology", self.more_ontology)
        others = {self.context_file, *self.files_in("ontology/frames")}
        return [path for path in files if path not in others]

    @property
    def shapes_files(self) -> list[Path]:
        """Files with SHACL shapes."""
        return self._statements("shapes", self.more_shapes)

    def _statements(self, folder: str, more: Sequence[str]) -> list[Path]:
        """List the files with statements: of a folder, and those that the settings name."""
        found = self._with_statements(self.files_in(folder))
        if not more:
            return found
        for place in self._places(more):
            if place.is_dir():
                found += self._with_statements(self._walk(place).files)
            else:  # whatever it is called: if it can't be read, that is an error
                found.append(place)
        return list({path.resolve(): path for path in reversed(found)}.values())[::-1]

    def _with_statements(self, files: Sequence[Path]) -> list[Path]:
        """Choose what in a folder is RDF, but for what the settings say is a context."""
        found = [path for path in files if formats.of_file(path)]
        if not self.remote_contexts:
            return found
        contexts = {path.resolve() for path in self.context_files}
        return [path for path in found if path.resolve() not in contexts]

    def _places(self, names: Sequence[str]) -> list[Path]:
        """Find files and folders that the settings name by their paths from the root."""
        places = [(self.root / name).resolve() for name in names]
        for name, place in zip(names, places, strict=True):
            if self.root.resolve().is_relative_to(place):
                raise UsageError(
                    f"{self.root / FILE_NAME}: the folder {name!r} holds the project itself.",
                    hint="Name the files in it, or a folder that has nothing else.",
                )
        return places

    @property
    def outside(self) -> list[Path]:
        """The files and folders that the settings name besides the project's own.

        :raises UsageError: when one holds the project itself
        """
        return self._places([*self.more_data, *self.more_ontology, *self.more_shapes])

    @property
    def places_beyond(self) -> frozenset[Path]:
        """Where what is read is besides the project folder: by the settings, or by links in it.

        Names that lead elsewhere are here with what they lead to, and a folder that a link leads to
        by each folder in it that has files.

        :raises UsageError: when a place holds the project itself
        :raises SourceError: when a folder may not be read
        """
        root = self.root.resolve()
        named = (*self.more_data, *self.more_ontology, *self.more_shapes)
        places = {*self.outside, *(Path(os.path.normpath(root / name)) for name in named)}
        folders = [self._walked(folder) for folder in FOLDERS]
        for path in (path for walked in folders for path in walked.files):
            folder = path.parent.resolve()
            places.add(path.resolve() if folder.is_relative_to(root) else folder)
        return frozenset(place for place in places if not place.is_relative_to(root))

    def is_made_of(self, path: Path) -> bool:
        """Tell whether a file is one that the project is made of: one of its files, or settings.

        :raises UsageError: when a place that the settings name holds the project itself
        """
        root, found = self.root.resolve(), path.resolve()
        folders = (root / folder for folder in FOLDERS)
        places = (root / FILE_NAME, *folders, *self.outside, *self.context_files)
        return any(found.is_relative_to(place.resolve()) for place in places)

    @property
    def _outer_folders(self) -> list[Path]:
        return [place for place in self.outside if place.is_dir()]

    @property
    def rule_files(self) -> list[Path]:
        """CONSTRUCT queries that infer, each named after its file.

        :raises SourceError: when two have one name
        """
        return self._named("ontology/rules", layout.SPARQL_QUERY, "rule")

    @property
    def query_files(self) -> list[Path]:
        """Named queries, each named after its file.

        :raises SourceError: when two have one name
        """
        return self._named("queries", layout.SPARQL_QUERY, "query")

    def _named(self, folder: str, suffix: str, what: str) -> list[Path]:
        files = self.files_in(folder, suffix)
        require_names(((path.stem, path) for path in files), what)
        return files

    @property
    def context_file(self) -> Path:
        """The JSON-LD context that documents are compacted with."""
        return self.root / "ontology" / "context.jsonld"

    @property
    def context_files(self) -> list[Path]:
        """The files of all JSON-LD contexts with which documents are read or written."""
        own = [self.context_file] if self.files.holds(self.context_file) else []
        return [*own, *(self.root / path for path in self.remote_contexts.values())]

    @cached_property
    def contexts(self) -> KnownContexts:
        """The contexts that its files may name: its own, at its addresses, and the settings'."""
        addresses = (self.base, self.home, self.site)
        own = {at + layout.CONTEXT: self.context_file for at in addresses}
        remote = {iri: self.root / path for iri, path in self.remote_contexts.items()}
        return KnownContexts(own | remote, self.files, _advice)

    @property
    def frame_files(self) -> list[Path]:
        """JSON-LD frames, each named after the class whose members it shapes in web pages."""
        return self._named("ontology/frames", formats.JSONLD.suffix, "frame")

    @property
    def page_files(self) -> list[Path]:
        """Texts of the front page and of pages of the project's own, in Markdown.

        :raises SourceError: when two would be the same page
        """
        files = self.files_in("pages", ".md")
        names = (path.relative_to(self.root / "pages").with_suffix("") for path in files)
        require_names(zip(map(Path.as_posix, names), files, strict=True), "page")
        return files

    @property
    def templates(self) -> Path:
        """The folder with the project's own templates for pages."""
        return self.root / "pages" / "templates"

    @property
    def words_folder(self) -> Path:
        """The folder with the project's own words for the interface, a file for each language."""
        return self.root / "pages" / layout.WORDS

    @property
    def map_file(self) -> Path:
        """Where each tile of the map is, drawn as rows of codes."""
        return self.root / "pages" / "map.txt"

    @property
    def unread_files(self) -> list[Path]:
        """Files in the project's folders that nothing reads: most likely wrongly named."""
        read = {
            *self.data_files,
            *self.ontology_files,
            *self.shapes_files,
            *self.rule_files,
            *self.query_files,
            *self.frame_files,
            self.context_file,
            *self.context_files,
            *map(Path.resolve, self.context_files),
        }
        return [file for files in self._content().values() for file in files if file not in read]

    @property
    def unread_folders(self) -> list[Path]:
        """Folders that have files, of which nothing reads any."""
        unread = set(self.unread_files)
        return [folder for folder, files in self._content().items() if files and unread >= {*files}]

    @property
    def passed_over(self) -> list[Skipped]:
        """What is skipped, by its name a file of RDF, in folders that hold nothing else."""
        return [
            skipped
            for folder, files in self._content().items()
            if not files
            for skipped in self._walk(folder, once=folder.name in _STATEMENTS).skipped
            if any(suffix in skipped.path.name.lower() for suffix in formats.SUFFIXES)
        ]

    @property
    def empty_folders(self) -> list[Path]:
        """Folders that the settings name and in which there is nothing."""
        walked = {folder: self._walk(folder) for folder in self._outer_folders}
        return [folder for folder, walk in walked.items() if not any(walk)]

    def _content(self) -> dict[Path, list[Path]]:
        """List what is in the folders in which everything should be read, but for notes."""
        found = {self.root / name: self.files_in(name) for name in (*_STATEMENTS, "queries")}
        found |= {folder: self._walk(folder).files for folder in self._outer_folders}
        return {k: [f for f in files if not is_note(f)] for k, files in found.items()}

    def iri(self, path: str) -> str:
        """Name something under the base.

        :param path: a path relative to the base, such as ``graph/record``
        """
        return coined_start(self.base) + path

    @cached_property
    def names(self) -> Names:
        """The names of its things, and of the files that are about them."""
        folder = self.root / "pages"
        texts = (path.relative_to(folder).with_suffix("").as_posix() for path in self.page_files)
        own, own_files = own_names(self.name, texts)
        bases = (self.base, *self.more_bases)
        folders = frozenset(name.rstrip("/") for name in self.language_folders.values() if name)
        return Names(bases, to_uri(self.site), self.ignore_scheme, own, own_files, folders)

    @cached_property
    def language_folders(self) -> Mapping[str, str]:
        """The languages in which there are pages, each with the folder in which these lie.

        The first has none: its pages lie at the root.
        """
        first, *others = dict.fromkeys(self.page_languages or self.languages[:1])
        return {first: "", **{tag: layout.language_folder(tag) for tag in others}}

    @cached_property
    def text_files(self) -> Mapping[str, Mapping[str, Path]]:
        """The project's texts in each language of its pages, by the names of their pages.

        Those in the first are in `pages`, those in any other in a folder in it of its name.
        """
        found: dict[str, dict[str, Path]] = {tag: {} for tag in self.language_folders}
        folders = {folder: tag for tag, folder in self.language_folders.items() if folder}
        first = next(iter(found))
        for path in self.page_files:
            name = path.relative_to(self.root / "pages").with_suffix("").as_posix()
            step, slash, rest = name.partition("/")
            tag = folders.get(step.lower() + slash) if slash else None
            found[tag or first][rest if tag else name] = path
        return found

    def formats_of(self, document: str) -> tuple[Format, ...]:
        """Tell the formats in which a document is written.

        :param document: its name, relative to the site and without a suffix
        """
        # Each portal harvests the catalogue in the one format that it knows.
        if document == layout.CATALOGUE:
            return formats.OF_DOCUMENTS
        return tuple(f for f in formats.OF_DOCUMENTS if f.name in self.document_formats)

    @cached_property
    def variants(self) -> tuple[Variant, ...]:
        """What a thing's address may lead to: its page, and its document in each format."""
        written = {format.suffix[1:] for format in self.formats_of("")}
        return tuple(v for v in VARIANTS if v is DEFAULT or v.name in written)

    @property
    def is_strict(self) -> bool:
        """Whether each fact must be in a named graph that says what it is based on."""
        return self.facts == "strict"

    @cached_property
    def levels(self) -> Levels:
        """How serious the findings of each check are."""
        return Levels(self.check_levels, self.prefixes, is_strict=self.is_strict)


def _advice(iri: str) -> str:
    return (
        f"Download it into the project, and name the file in {FILE_NAME}:\n"
        f'[contexts]\n{json.dumps(iri, ensure_ascii=False)} = "contexts/{file_name(iri)}"'
    )


def find_project(directory: Path | None = None, *, needs_own: bool = False) -> Project:
    """Find and load the project to work on.

    It is the one named, else the one in ``MIPEX_KG_PROJECT``, else that of the nearest
    ``mipex-kg.toml`` from the working directory upwards, else the bundled one.

    :param directory: the project directory
    :param needs_own: whether the bundled one must be asked for, lest another graph is published
    :raises UsageError: when there is no project there, or a setting is wrong
    """
    directory = project_directory(directory)
    if directory is None and needs_own:
        raise UsageError(
            f"There is no project here: neither this folder nor one above it has a {FILE_NAME}.",
            hint="Name one with --project, or take the graph that ships with mipex-kg: --bundled.",
        )
    return load_project(directory or bundled_directory())


def project_directory(directory: Path | None = None) -> Path | None:
    """Tell in which folder the project to work on is; None where only the bundled one is left.

    :param directory: the one that was named
    """
    if directory is None and (named := os.environ.get(ENVIRONMENT_VARIABLE)):
        directory = Path(named)
    if directory is not None:
        return directory
    here = Path.cwd()
    return next((each for each in (here, *here.parents) if (each / FILE_NAME).is_file()), None)


def at_site(project: Project, site: str) -> Project:
    """Give a project as it is when its site is at another address.

    :param site: ends with a slash
    :raises UsageError: when that is not an address
    """
    setting = BY_NAME["site"]
    if any(setting.faults(site, project.prefixes)):
        raise UsageError(
            f"The site can't be at {site!r}.",
            hint="Its address begins with http:// or https:// and ends with a slash, such as "
            "https://example.org/graph/.",
        )
    return replace(project, site=site, is_placed=True)


def bundled_directory() -> Path:
    """Locate the project that ships with the package.

    An editable install has no copy of it inside the package: there it is the checkout.
    """
    package = Path(__file__).parents[1]
    bundled = package / "_bundled"
    return bundled if bundled.is_dir() else package.parent


def load_project(root: Path) -> Project:
    """Read a project's settings.

    :param root: the project directory
    :raises UsageError: when there is no ``mipex-kg.toml``, or a setting is wrong
    :raises SourceError: when ``mipex-kg.toml`` can't be read

    >>> load_project(bundled_directory()).name
    'mipex-kg'
    """
    files = Snapshot()
    values = read_settings(root / FILE_NAME, files)
    is_placed = bool(values["site"]) and not is_placeholder(values["site"])
    values["site"] = values["site"] or root_of(values["base"])
    home = values["site"]
    project = Project(root=root, home=home, is_placed=is_placed, files=files, **values)
    if log.is_read():
        log.info(f"The project is {root.absolute()}.")
        for skipped in project.skipped_files:
            log.info(f"{skipped.path}: skipped, since {skipped.reason}.")
    return project
