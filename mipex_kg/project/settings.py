"""The settings of a project: what ``mipex-kg.toml`` may say, and reading it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from mipex_kg.system.errors import SourceError, UsageError, nearest

FILE_NAME = "mipex-kg.toml"


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

    def admits(self, value: Any) -> bool:
        """Tell whether a value, or each of its values, has the form."""
        return not self.form or all(
            items and all(re.fullmatch(self.form, item) for item in items)
            for items in _parts(value)
        )


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


def read_settings(path: Path) -> dict[str, Any]:
    """Read a project's settings.

    :param path: of its ``mipex-kg.toml``
    :returns: the value of each setting by its key, and the table of prefixes
    :raises UsageError: when there is no such file, or a setting is wrong
    :raises SourceError: when it can't be read
    """
    # Imported here: `query --data` needs no project.
    import tomllib

    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise UsageError(
            f"{path.parent} is no project: it has no {FILE_NAME}.",
            hint="Name another with --project, or make a new one with `mipex-kg init`.",
        ) from None
    except OSError as error:
        raise SourceError(f"It can't be read: {error.strerror}.", path=path) from None
    except UnicodeDecodeError:
        raise SourceError("It is not UTF-8.", path=path, hint="Save it as UTF-8.") from None
    except (ValueError, RecursionError) as error:
        raise SourceError(f"It is not valid TOML: {error}.", path=path) from None
    _check_keys(document, path)
    values = {setting.key: _value(setting, document, path) for setting in SETTINGS}
    return {**values, "prefixes": document.get("prefixes", {})}


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
    if not setting.admits(value):
        raise UsageError(f"{path}: {setting.key} can't be {value!r}.", hint=setting.help)
    return value


def _parts(value: Any) -> Iterable[Sequence[str]]:
    """Give the lists of texts of which a value is made."""
    if isinstance(value, str):
        return ([value],)
    return value.values() if isinstance(value, dict) else (value,)
