"""The project directory: where its files are, and what its settings make of them."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from mipex_kg.project.settings import FILE_NAME, SETTINGS, read_settings
from mipex_kg.rdf.namespaces import PREFIXES, expand
from mipex_kg.rdf.terms import is_iri
from mipex_kg.system.errors import SourceError, UsageError

ENVIRONMENT_VARIABLE = "MIPEX_KG_PROJECT"
_PREFIX = re.compile(r"([^\W\d_]([\w.-]*[\w-])?)?\Z")


# Settings whose values are CURIEs; those of a table are its keys.
_CURIES = (
    "labels.also",
    "labels.complete",
    "documents.nested",
    "pages.classes",
    "map.class",
    "map.code",
    "map.group",
    "network.classes",
)


@dataclass(frozen=True)
class Project:
    """A directory with data, an ontology, shapes and queries, and the settings that hold for it.

    :param root: the directory that holds ``mipex-kg.toml``
    """

    root: Path
    name: str
    title: str
    description: str
    base: str
    site: str
    languages: tuple[str, ...]
    prefixes: Mapping[str, str]
    also_labels: tuple[str, ...]
    nested_classes: tuple[str, ...]
    publisher: str = ""
    licence: str = ""
    contact: str = ""
    tables: tuple[str, ...] = ()
    endpoint: str = ""
    complete_labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    strict_labels: bool = False
    page_classes: tuple[str, ...] = ()
    map_class: str = ""
    map_code: str = ""
    map_group: str = ""
    network_classes: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    embedded: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

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
    setting = next(setting for setting in SETTINGS if setting.key == "project.site")
    if not setting.admits(site) or not is_iri(site):
        raise UsageError(f"The site can't lie at {site!r}.", hint=setting.help)
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
    path = root / FILE_NAME
    values = read_settings(path)
    base, site = values["project.base"], values["project.site"] or values["project.base"]
    addresses = (values[key] for key in ("project.contact", "catalogue.endpoint"))
    for iri in (base, site, *filter(None, addresses)):
        if not is_iri(iri):
            raise UsageError(f"{path}: {iri!r} is not a valid IRI.")
    prefixes = _prefixes(values["prefixes"], path)
    for key in _CURIES:
        written = values[key]
        for curie in [written] if isinstance(written, str) else written:
            if curie and not is_iri(expand(curie, prefixes) or ""):
                raise UsageError(f"{path}: {key}: {curie!r} is no CURIE with a known prefix.")
    return Project(
        root=root,
        name=values["project.name"],
        title=values["project.title"],
        description=values["project.description"],
        base=base,
        site=site,
        languages=tuple(language.lower() for language in values["project.languages"]),
        prefixes=prefixes,
        also_labels=tuple(values["labels.also"]),
        nested_classes=tuple(values["documents.nested"]),
        publisher=values["project.publisher"],
        licence=values["project.licence"],
        contact=values["project.contact"],
        tables=tuple(values["catalogue.tables"]),
        endpoint=values["catalogue.endpoint"],
        complete_labels=_lowered(values["labels.complete"]),
        strict_labels=values["labels.strict"],
        page_classes=tuple(values["pages.classes"]),
        map_class=values["map.class"],
        map_code=values["map.code"],
        map_group=values["map.group"],
        network_classes=tuple(values["network.classes"]),
        hosts=tuple(values["hosting.files"]),
        embedded={page: tuple(things) for page, things in values["embed"].items()},
    )


def _lowered(languages: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Write language tags as they are compared."""
    return {curie: tuple(tag.lower() for tag in tags) for curie, tags in languages.items()}


def _prefixes(declared: Mapping[str, Any], path: Path) -> Mapping[str, str]:
    """Check the project's prefixes, and add the engine's own."""
    for prefix, iri in declared.items():
        if not isinstance(iri, str) or not is_iri(iri) or not _PREFIX.match(prefix):
            raise UsageError(
                f"{path}: [prefixes] maps prefixes to IRIs, each in quotes: {prefix!r}."
            )
        if iri != PREFIXES.get(prefix, iri):
            raise UsageError(f"{path}: {prefix}: is <{PREFIXES[prefix]}> in every project.")
    return {**PREFIXES, **declared}


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
