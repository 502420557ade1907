"""The project directory: where its files are and what its ``mipex-kg.toml`` says."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

from mipex_kg.errors import SourceError, UsageError, nearest
from mipex_kg.namespaces import PREFIXES, expand
from mipex_kg.terms import is_iri

FILE_NAME = "mipex-kg.toml"
ENVIRONMENT_VARIABLE = "MIPEX_KG_PROJECT"
_PREFIX = re.compile(r"([^\W\d_]([\w.-]*[\w-])?)?\Z")


class Setting(NamedTuple):
    """One key of ``mipex-kg.toml``: its type, its default, and what it is for.

    ``form`` is a pattern that its value, or each of its values, has to match.
    """

    key: str
    kind: type
    help: str
    default: Any = None
    required: bool = False
    form: str = ""


SETTINGS = (
    Setting(
        "project.name",
        str,
        "Name of the project; the dumps are called after it.",
        required=True,
        form=r"[A-Za-z0-9][A-Za-z0-9._-]*",
    ),
    Setting("project.title", str, "Title of the knowledge graph.", required=True),
    Setting("project.description", str, "What the knowledge graph is about.", default=""),
    Setting(
        "project.base",
        str,
        "IRI that names of things begin with; ends with a slash and never changes.",
        required=True,
        form="(https?|urn):.*/",
    ),
    Setting(
        "project.site",
        str,
        "Address at which the built site lies, ends with a slash; `base` unless given.",
        form="https?://.*/",
    ),
    Setting(
        "project.languages",
        list,
        "Languages in which labels are shown, the preferred one first.",
        default=("en",),
        form="[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*",
    ),
    Setting(
        "project.publisher",
        str,
        "Who publishes the graph, as pages and citations name them.",
        default="",
    ),
    Setting(
        "project.contact",
        str,
        "Where questions about the graph are answered: an address that begins with `mailto:` or "
        "`https:`.",
        default="",
        form="(mailto:[^@]+@.+|https?://.+)",
    ),
    Setting(
        "project.licence",
        str,
        "Address of the licence under which the graph is published.",
        default="",
        form="https?://.*",
    ),
    Setting(
        "labels.also",
        list,
        "Properties whose values also find a thing on the command line, as CURIEs.",
        default=(),
    ),
    Setting(
        "labels.complete",
        dict,
        "For each class, as a CURIE: the languages in which every member needs a label.",
        default={},
        form="[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*",
    ),
    Setting(
        "labels.strict",
        bool,
        "Whether nothing is built while a label of `labels.complete` is missing.",
        default=False,
    ),
    Setting(
        "documents.nested",
        list,
        "Classes whose members are written whole in the documents of the things they link.",
        default=(),
    ),
    Setting(
        "pages.classes",
        list,
        "Classes that visitors browse by, the most important one first, as CURIEs.",
        default=(),
    ),
    Setting(
        "map.class",
        str,
        "Class whose members are the tiles of the map, as a CURIE.",
        default="",
    ),
    Setting(
        "map.code",
        str,
        "Property whose value stands on a tile, and finds its place, as a CURIE.",
        default="",
    ),
    Setting(
        "map.group",
        str,
        "Property whose value decides the colour of a tile, as a CURIE.",
        default="",
    ),
    Setting(
        "network.classes",
        list,
        "Classes whose members the picture of the network shows, one column each, as CURIEs.",
        default=(),
    ),
    Setting(
        "catalogue.tables",
        list,
        "Named queries whose answers the catalogue offers as tables.",
        default=(),
    ),
    Setting(
        "catalogue.endpoint",
        str,
        "Address at which questions in SPARQL are answered, if there is such a service.",
        default="",
        form="https?://.+",
    ),
    Setting(
        "hosting.files",
        list,
        "Hosts whose rules `build` writes into the site, of apache, cloudflare, github, netlify.",
        default=(),
        form="apache|cloudflare|github|netlify",
    ),
    Setting(
        "embed",
        dict,
        "For each web page, by its path or a pattern: the things that `embed` writes into it.",
        default={},
    ),
)
_SECTIONS = {setting.key.partition(".")[0] for setting in SETTINGS} | {"prefixes"}
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
    if not re.fullmatch(setting.form, site) or not is_iri(site):
        raise UsageError(f"The site can't lie at {site!r}.", hint=setting.help)
    return replace(project, site=site)


def bundled_directory() -> Path:
    """Locate the project that ships with the package.

    An editable install has no copy of it inside the package: there it is the checkout.
    """
    package = Path(__file__).parent
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
    # Imported here: `query --data` needs no project.
    import tomllib

    path = root / FILE_NAME
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise UsageError(
            f"{root} is no project: it has no {FILE_NAME}.",
            hint="Name another with --project, or make a new one with `mipex-kg init`.",
        ) from None
    except OSError as error:
        raise SourceError(f"It can't be read: {error.strerror}.", path=path) from None
    except UnicodeDecodeError:
        raise SourceError("It is not UTF-8.", path=path, hint="Save it as UTF-8.") from None
    except (ValueError, RecursionError) as error:
        raise SourceError(f"It is not valid TOML: {error}.", path=path) from None
    return _project(root, document, path)


def _project(root: Path, document: dict[str, Any], path: Path) -> Project:
    _check_keys(document, path)
    values = {setting.key: _value(setting, document, path) for setting in SETTINGS}
    base, site = values["project.base"], values["project.site"] or values["project.base"]
    addresses = (values[key] for key in ("project.contact", "catalogue.endpoint"))
    for iri in (base, site, *filter(None, addresses)):
        if not is_iri(iri):
            raise UsageError(f"{path}: {iri!r} is not a valid IRI.")
    prefixes = _prefixes(document.get("prefixes", {}), path)
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


def _check_keys(document: Mapping[str, Any], path: Path) -> None:
    known = {setting.key for setting in SETTINGS}
    for section, table in document.items():
        if section not in _SECTIONS:
            raise _unknown(section, sorted(_SECTIONS), path)
        if not isinstance(table, dict):
            raise UsageError(f"{path}: {section} has to be a table, written as [{section}].")
        for key in () if section in ("prefixes", *known) else table:
            if f"{section}.{key}" not in known:
                raise _unknown(f"{section}.{key}", sorted(known), path)


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


def _unknown(key: str, known: Sequence[str], path: Path) -> UsageError:
    near = nearest(key, known)
    hint = f"Did you mean {near}?" if near else f"Known are: {', '.join(known)}."
    return UsageError(f"{path}: {key} is not a setting.", hint=hint)


# What a value of each kind is called, and how it is told.
_KINDS: Mapping[type, tuple[str, Callable[[object], bool]]] = {
    str: ("text in quotes", lambda value: isinstance(value, str)),
    bool: ("true or false", lambda value: isinstance(value, bool)),
    list: ("a list of texts", lambda value: _is_texts(value)),
    dict: (
        "a table of lists of texts",
        lambda value: isinstance(value, dict) and all(map(_is_texts, value.values())),
    ),
}


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _value(setting: Setting, document: Mapping[str, Any], path: Path) -> Any:
    section, _, key = setting.key.partition(".")
    table = document.get(section, {})
    value = table.get(key) if key else table
    if value is None:
        if setting.required:
            raise UsageError(f"{path}: {setting.key} is missing. {setting.help}")
        return setting.default
    wanted, is_kind = _KINDS[setting.kind]
    if not is_kind(value):
        raise UsageError(f"{path}: {setting.key} has to be {wanted}.")
    if setting.form and not all(
        items and all(re.fullmatch(setting.form, item) for item in items) for items in _parts(value)
    ):
        raise UsageError(f"{path}: {setting.key} can't be {value!r}.", hint=setting.help)
    return value


def _parts(value: Any) -> Iterable[Sequence[str]]:
    """Give the lists of texts of which a value is made."""
    if isinstance(value, str):
        return ([value],)
    return value.values() if isinstance(value, dict) else (value,)


def _files(folder: Path, suffixes: tuple[str, ...] = ()) -> list[Path]:
    """List the files below a folder by their path, the same order on every machine.

    A link that leads nowhere is listed too, so that whoever reads it says so.

    :param suffixes: in lower case; none for all
    """
    found = (
        path
        for path in folder.rglob("*")
        if (not suffixes or path.suffix.lower() in suffixes)
        and not path.name.startswith(".")
        and (path.is_file() or (path.is_symlink() and not path.exists()))
    )
    return sorted(found, key=lambda path: path.relative_to(folder).as_posix())
