"""The project directory: where its files are, and what its settings make of them."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

from mipex_kg.project.settings import BY_NAME, FILE_NAME, Settings
from mipex_kg.project.settings_file import read_settings
from mipex_kg.system.errors import SourceError, UsageError

ENVIRONMENT_VARIABLE = "MIPEX_KG_PROJECT"


@dataclass(frozen=True, kw_only=True)
class Project(Settings):
    """A directory with data, an ontology, shapes and queries, and the settings that hold for it.

    :param root: the directory that holds ``mipex-kg.toml``
    """

    root: Path

    @property
    def data_files(self) -> list[Path]:
        """Files with facts, in a stable order."""
        return _files(self.root / "data", (".trig", ".ttl", ".nq", ".nt", ".jsonld", ".rdf"))

    @property
    def ontology_files(self) -> list[Path]:
        """Files with the ontology and the concept schemes."""
        return _files(self.root / "ontology", (".ttl", ".trig", ".rdf", ".nt"))

    @property
    def shapes_files(self) -> list[Path]:
        """Files with SHACL shapes."""
        return _files(self.root / "shapes", (".ttl", ".trig", ".rdf", ".nt", ".jsonld"))

    @property
    def rule_files(self) -> list[Path]:
        """CONSTRUCT queries that infer."""
        return _files(self.root / "ontology" / "rules", (".rq",))

    @property
    def query_files(self) -> list[Path]:
        """Named queries."""
        return _files(self.root / "queries", (".rq",))

    @property
    def context_file(self) -> Path:
        """The JSON-LD context that documents are compacted with."""
        return self.root / "ontology" / "context.jsonld"

    @property
    def frame_files(self) -> list[Path]:
        """JSON-LD frames, each named after the class whose members it shapes in web pages."""
        return _files(self.root / "ontology" / "frames", (".jsonld",))

    @property
    def page_files(self) -> list[Path]:
        """Texts of the front page and of pages of the project's own, in Markdown."""
        return _files(self.root / "pages", (".md",))

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
        folders = ("data", "ontology", "shapes", "queries")
        files = (file for folder in folders for file in _files(self.root / folder))
        return [file for file in files if file not in read and file.suffix.lower() != ".md"]

    def iri(self, path: str) -> str:
        """Name something under the base.

        :param path: a path relative to the base, such as ``graph/record``
        """
        return self.base + path


def find_project(directory: Path | None = None) -> Project:
    """Find and load the project to work on.

    It is the one named, else the one in ``MIPEX_KG_PROJECT``, else that of the nearest
    ``mipex-kg.toml`` from the working directory upwards, else the bundled one.

    :param directory: the project directory
    :raises UsageError: when there is no project there, or a setting is wrong
    """
    if directory is None and (named := os.environ.get(ENVIRONMENT_VARIABLE)):
        directory = Path(named)
    if directory is None:
        here = Path.cwd()
        upwards = (folder for folder in (here, *here.parents) if (folder / FILE_NAME).is_file())
        directory = next(upwards, None) or bundled_directory()
    return load_project(directory)


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
    values = read_settings(root / FILE_NAME)
    return Project(root=root, **{**values, "site": values["site"] or values["base"]})


def _files(folder: Path, suffixes: tuple[str, ...] = ()) -> list[Path]:
    """List the files below a folder by their path, the same order on every machine.

    A link that leads nowhere is listed too, so that whoever reads it says so.

    :param suffixes: in lower case; none for all
    :raises SourceError: when a folder may not be read: what is in it would be left out silently
    """
    walk = os.walk(folder, onerror=_refuse_unreadable)
    files = (Path(inner, name) for inner, _folders, names in walk for name in names)
    found = (
        path
        for path in files
        if (not suffixes or path.suffix.lower() in suffixes)
        and not path.name.startswith(".")
        and (path.is_file() or (path.is_symlink() and not path.exists()))
    )
    return sorted(found, key=lambda path: path.relative_to(folder).as_posix())


def _refuse_unreadable(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise SourceError(f"It can't be read: {error.strerror}.", path=Path(error.filename))
