"""Reading ``mipex-kg.toml``: whatever is wrong in it is said with its file, line and column."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from mipex_kg.project.files import skipped_name
from mipex_kg.project.setting import Fault, Setting
from mipex_kg.project.settings import BY_NAME, FILE_NAME, SETTINGS
from mipex_kg.project.toml_places import TomlPath, TomlPlaces, parse_toml
from mipex_kg.rdf.namespaces import PREFIXES, SCHEMA_HTTPS
from mipex_kg.rdf.terms import is_iri
from mipex_kg.system import reading
from mipex_kg.system.errors import SettingsError, UsageError, nearest
from mipex_kg.system.snapshot import Reader

PREFIXES_TABLE = "prefixes"
_SECTIONS = {setting.key.partition(".")[0] for setting in SETTINGS} | {PREFIXES_TABLE}
_PREFIX = re.compile(r"([^\W\d_]([\w.-]*[\w-])?)?\Z")
_BARE_KEY = re.compile("[A-Za-z0-9_-]+")


def read_settings(path: Path, reader: Reader = reading) -> dict[str, Any]:
    """Read a project's settings.

    :param path: of its ``mipex-kg.toml``
    :param reader: reads it
    :returns: the value of each field of ``Settings`` by its name
    :raises UsageError: when there is no such file
    :raises SettingsError: when a setting is wrong, missing or unknown, with its place
    :raises SourceError: when the file can't be read, or is not TOML
    """
    if _is_missing(path):
        raise UsageError(
            f"{path.parent} is not a project: it has no {FILE_NAME}.",
            hint="Name another with --project, or make a new one with `mipex-kg init`.",
        )
    return _SettingsFile(path, reader.read_text(path)).values()


def _is_missing(path: Path) -> bool:
    """Tell whether there is nothing of this name: what may not be read is there all the same."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


class _SettingsFile:
    def __init__(self, path: Path, text: str) -> None:
        self.path, self.text = path, text
        self.document = parse_toml(text, path)

    def values(self) -> dict[str, Any]:
        """Read all settings.

        :raises SettingsError: for the first in the file that is wrong, else for one that is missing
        """
        prefixes = self._known_prefixes()
        wrong = [*self._unknown_keys(), *self._wrong_prefixes()]
        missing = []
        values: dict[str, Any] = {"prefixes": prefixes}
        for name, setting in BY_NAME.items():
            value = self._value(setting.path)
            if value is not None:
                faults = list(setting.faults(value, prefixes))
                if setting.are_files and not faults:
                    faults = list(self._wrong_files(setting, value))
                wrong += (self._fault(setting, fault) for fault in faults)
                values[name] = setting.default if faults else setting.read(value)
            elif setting.is_required and not setting.default:
                missing.append(
                    self._error(setting.path, f"{setting.key} is missing. {setting.help}")
                )
            else:
                values[name] = setting.default
        for error in [*sorted(wrong, key=_place), *missing]:
            raise error
        return values

    def _value(self, path: TomlPath) -> Any:
        value: Any = self.document
        for key in path:
            value = value.get(key) if isinstance(value, dict) else None
        return value

    def _unknown_keys(self) -> Iterator[SettingsError]:
        known = {setting.key for setting in SETTINGS}
        for section, table in self.document.items():
            if section not in _SECTIONS:
                yield self._unknown((section,), sorted(_SECTIONS))
            elif not isinstance(table, dict):
                message = f"{section} must be a table, written as [{section}]."
                yield self._error((section,), message)
            else:
                for key in () if section in (PREFIXES_TABLE, *known) else table:
                    if f"{section}.{key}" not in known:
                        yield self._unknown((section, key), sorted(known))

    def _unknown(self, path: TomlPath, known: Sequence[str]) -> SettingsError:
        key = ".".join(map(str, path))
        if whole := _in_any_table(str(path[-1])):
            hint = f"Did you mean {whole}? It stands below [{whole.rpartition('.')[0]}]."
        elif near := nearest(key, known):
            hint = f"Did you mean {near}?"
        else:
            hint = f"Known are: {', '.join(known)}."
        return self._error(path, f"{key} is not a setting.", hint=hint, is_key=True)

    def _wrong_files(self, setting: Setting, value: object) -> Iterator[Fault]:
        """Find files that are not there, or not the project's."""
        root = self.path.parent
        for path, name in setting.texts(value):
            file = root / name
            reasons = (reason for step in name.split("/") if (reason := skipped_name(step)))
            if reason := next(reasons, None):
                yield Fault(path, f"can't name {name!r}, which is skipped, since {reason}.")
            elif not file.resolve().is_relative_to(root.resolve()):
                yield Fault(path, f"can't name {name!r}: a link leads out of the project.")
            elif not file.is_file():
                yield Fault(path, f"names {name!r}, and there is no such file.")

    def _fault(self, setting: Setting, fault: Fault) -> SettingsError:
        path = (*setting.path, *fault.path)
        inner = () if fault.is_key else (key for key in fault.path if isinstance(key, str))
        message = f"{'.'.join((setting.key, *map(_as_key, inner)))} {fault.message}"
        return self._error(path, message, hint=setting.help, is_key=fault.is_key)

    def _declared(self) -> Mapping[str, object]:
        declared = self.document.get(PREFIXES_TABLE, {})
        return declared if isinstance(declared, dict) else {}

    def _known_prefixes(self) -> Mapping[str, str]:
        """Give the engine's own prefixes and the project's."""
        declared = {prefix: iri for prefix, iri in self._declared().items() if isinstance(iri, str)}
        return {**PREFIXES, **declared}

    def _wrong_prefixes(self) -> Iterator[SettingsError]:
        for prefix, iri in self._declared().items():
            path = (PREFIXES_TABLE, prefix)
            if not _PREFIX.match(prefix):
                yield self._error(path, f"{prefix!r} can't be a prefix.", is_key=True)
            elif not isinstance(iri, str) or not is_iri(iri):
                hint = None
                if whole := _in_any_table(prefix):
                    hint = f"If it is {whole}, write it below [{whole.rpartition('.')[0]}]."
                message = f"The prefix {prefix!r} must stand for an IRI, in quotes."
                yield self._error(path, message, hint=hint)
            elif iri != PREFIXES.get(prefix, iri) and (prefix, iri) != ("schema", SCHEMA_HTTPS):
                yield self._error(path, f"{prefix}: is <{PREFIXES[prefix]}> in every project.")

    def _error(
        self, path: TomlPath, message: str, *, hint: str | None = None, is_key: bool = False
    ) -> SettingsError:
        places = TomlPlaces(self.text)
        place = places.of_key(path) if is_key else places.of_value(path)
        line, column = place or (None, None)
        return SettingsError(message, path=self.path, line=line, column=column, hint=hint)


def _as_key(name: str) -> str:
    """Write a key as TOML does, where it is part of a longer one."""
    return name if _BARE_KEY.fullmatch(name) else f'"{name}"'


def _in_any_table(name: str) -> str | None:
    """Find the setting with this name, in whichever table it belongs."""
    return next((each.key for each in SETTINGS if each.key.endswith(f".{name}")), None)


def _place(error: SettingsError) -> tuple[int, int]:
    return error.line or 0, error.column or 0
