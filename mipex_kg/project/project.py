"""The project directory: where its files are, and what its settings make of them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from mipex_kg.project import layout
from mipex_kg.project.files import Skipped, Walk, require_names, walk
from mipex_kg.project.levels import Levels
from mipex_kg.project.settings import BY_NAME, FILE_NAME, Settings
from mipex_kg.project.settings_file import read_settings
from mipex_kg.rdf import formats
from mipex_kg.system import log
from mipex_kg.system.errors import UsageError
from mipex_kg.system.snapshot import Snapshot

ENVIRONMENT_VARIABLE = "MIPEX_KG_PROJECT"
# A file of statements is read once, whatever its name; a query by another name is another query.
_STATEMENTS = ("data", "ontology", "shapes")
_FOLDERS = (*_STATEMENTS, "queries", "pages")


@dataclass(frozen=True, kw_only=True)
class Project(Settings):
    """A directory with data, an ontology, shapes and queries, and the settings that hold for it.

    :param root: the directory that holds ``mipex-kg.toml``
    :param home: the address of the site by the settings, also where it is taken for another
    :param files: its files as they were when they were first read
    """

    root: Path
    home: str = ""
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
        return [skipped for folder in _FOLDERS for skipped in self._walked(folder).skipped] + [
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
        found = [path for path in self.files_in(folder) if formats.of_file(path)]
        if not more:
            return found
        for place in self._places(more):
            if place.is_dir():
                found += (path for path in self._walk(place).files if formats.of_file(path))
            else:  # whatever it is called: if it can't be read, that is an error
                found.append(place)
        return list({path.resolve(): path for path in reversed(found)}.values())[::-1]

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
        }
        return [file for files in self._content().values() for file in files if file not in read]

    @property
    def unread_folders(self) -> list[Path]:
        """Folders that have files, of which nothing reads any."""
        unread = set(self.unread_files)
        return [folder for folder, files in self._content().items() if files and unread >= {*files}]

    def _content(self) -> dict[Path, list[Path]]:
        """List what is in the folders in which everything should be read, but for notes."""
        found = {self.root / name: self.files_in(name) for name in (*_STATEMENTS, "queries")}
        found |= {folder: self._walk(folder).files for folder in self._outer_folders}
        return {k: [f for f in files if not _is_note(f)] for k, files in found.items()}

    def iri(self, path: str) -> str:
        """Name something under the base.

        :param path: a path relative to the base, such as ``graph/record``
        """
        return self.base + path

    @property
    def is_strict(self) -> bool:
        """Whether each fact must be in a named graph that says what it is based on."""
        return self.facts == "strict"

    @cached_property
    def levels(self) -> Levels:
        """How grave what each check finds is."""
        return Levels(self.check_levels, self.prefixes, is_strict=self.is_strict)


def _is_note(path: Path) -> bool:
    """Tell whether a file is a text beside the others, such as README.md."""
    return path.suffix.lower() == ".md"


def find_project(directory: Path | None = None, *, is_written: bool = False) -> Project:
    """Find and load the project to work on.

    It is the one named, else the one in ``MIPEX_KG_PROJECT``, else that of the nearest
    ``mipex-kg.toml`` from the working directory upwards, else the bundled one.

    :param directory: the project directory
    :param is_written: whether it is published somewhere: then the bundled one must be asked for
    :raises UsageError: when there is no project there, or a setting is wrong
    """
    if directory is None and (named := os.environ.get(ENVIRONMENT_VARIABLE)):
        directory = Path(named)
    if directory is None:
        here = Path.cwd()
        upwards = (folder for folder in (here, *here.parents) if (folder / FILE_NAME).is_file())
        directory = next(upwards, None)
    if directory is None and is_written:
        raise UsageError(
            f"There is no project here: neither this folder nor one above it has a {FILE_NAME}.",
            hint="Name one with --project, or take the graph that ships with mipex-kg: --bundled.",
        )
    return load_project(directory or bundled_directory())


def at_site(project: Project, site: str) -> Project:
    """Give a project as it is when its site lies at another address.

    :param site: ends with a slash
    :raises UsageError: when that is no address
    """
    setting = BY_NAME["site"]
    if any(setting.faults(site, project.prefixes)):
        raise UsageError(f"The site can't be at {site!r}.", hint=setting.help)
    return replace(project, site=site)


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
    values["site"] = values["site"] or values["base"]
    project = Project(root=root, home=values["site"], files=files, **values)
    if log.is_read():
        log.info(f"The project is {root.absolute()}.")
        for skipped in project.skipped_files:
            log.info(f"{skipped.path}: skipped, since {skipped.reason}.")
    return project
