"""One setting: what kind of value it takes, and what is wrong with one that it can't take."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from mipex_kg.project.toml_places import TomlPath
from mipex_kg.rdf.namespaces import expand
from mipex_kg.rdf.terms import is_iri
from mipex_kg.system.errors import nearest
from mipex_kg.system.plain_path import fault_of

_CHOICES = re.compile(r"[a-z]+(\|[a-z]+)+")
LANGUAGE_TAG = "[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*"


class Fault(NamedTuple):
    """What is wrong with a value.

    :param path: leads from the setting to the part of the value that is wrong
    :param message: follows the name of the setting
    :param is_key: whether it is the key there, and not what it stands for
    """

    path: TomlPath
    message: str
    is_key: bool = False


class Kind(NamedTuple):
    """A kind of value.

    :param name: for the documentation
    :param wanted: what a value of another kind should have been
    :param read: makes the setting's value of one of TOML's
    """

    name: str
    wanted: str
    is_one: Callable[[object], bool]
    read: Callable[[Any], Any] = lambda value: value


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_table_of_lists(value: object) -> bool:
    return isinstance(value, dict) and all(map(_are_texts, value.values()))


def _lists(table: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {key: tuple(items) for key, items in table.items()}


_TEXT = Kind("text", "text in quotes", lambda value: isinstance(value, str))
_FLAG = Kind("`true` or `false`", "true or false", lambda value: isinstance(value, bool))
_NUMBER = Kind(
    "number",
    "a whole number from 1",
    lambda value: isinstance(value, int) and not isinstance(value, bool) and value > 0,
)
_TEXTS = Kind("list of texts", "a list of texts", _are_texts, tuple)
_TABLE_OF_TEXTS = Kind(
    "table of texts",
    "a table of texts in quotes",
    lambda value: isinstance(value, dict) and all(isinstance(v, str) for v in value.values()),
)
_TABLES = Kind(
    "tables of texts",
    "a table of tables of texts in quotes",
    lambda value: isinstance(value, dict) and all(map(_TABLE_OF_TEXTS.is_one, value.values())),
)
_TABLE_OF_LISTS = Kind(
    "table of lists",
    "a table of lists of texts",
    _is_table_of_lists,
    _lists,
)
_TABLES_OF_LISTS = Kind(
    "tables of lists",
    "a table of tables of lists of texts",
    lambda value: isinstance(value, dict) and all(map(_is_table_of_lists, value.values())),
    lambda value: {key: _lists(table) for key, table in value.items()},
)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Setting:
    """One key of ``mipex-kg.toml``.

    :param key: the section and the key in it; without a dot, the whole section is the value
    :param help: what it is for, for the documentation and for those who got it wrong
    :param form: a pattern that each text of its value must match
    :param is_required: whether a project must have it, and in a list, an item
    :param names_terms: whether its texts are CURIEs, or the keys of its table
    :param lists_terms: whether the texts in its table are CURIEs as well, each with a caret before
        it if it is of a property as seen from its value
    :param is_class: whether these terms are classes, of which there should be members
    :param is_address: whether its texts are IRIs
    :param are_files: whether its texts are files in the project, by their paths from its folder
    :param are_tags: whether its texts are language tags, which are compared in lower case
    :param meant: gives what is meant by a text that doesn't match the form, if that can be told
    :param wrong_key: says what is wrong with a key of its table, given the known prefixes
    """

    key: str
    kind: Kind
    help: str
    default: Any = None
    form: str = ""
    is_required: bool = False
    names_terms: bool = False
    lists_terms: bool = False
    is_class: bool = False
    is_address: bool = False
    are_files: bool = False
    are_tags: bool = False
    meant: Callable[[str], str | None] = lambda _text: None
    wrong_key: Callable[[str, Mapping[str, str]], str | None] = lambda _key, _prefixes: None

    @property
    def path(self) -> TomlPath:
        """Where it is in the file."""
        return tuple(self.key.split("."))

    @property
    def _choices(self) -> list[str]:
        """The words that it takes, if its form lists them."""
        return self.form.split("|") if _CHOICES.fullmatch(self.form) else []

    def faults(self, value: object, prefixes: Mapping[str, str]) -> Iterator[Fault]:
        """Find what is wrong with a value.

        :param prefixes: that CURIEs may have
        """
        if not self.kind.is_one(value):
            yield Fault((), f"must be {self.kind.wanted}.")
            return
        if self.is_required and not value:
            yield Fault((), f"can't be {value!r}.")
        for path, text in _texts(value):
            if self.form and not re.fullmatch(self.form, text):
                meant = self.meant(text) or nearest(text, self._choices)
                question = f" Did you mean {meant!r}?" if meant else ""
                yield Fault(path, f"can't be {text!r}.{question}")
            elif self.is_address and text and not is_iri(text):
                yield Fault(path, f"{text!r} is not a valid IRI.")
            elif self.are_files and (wrong := fault_of(text)):
                reason = "it is absolute" if text.startswith("/") else wrong
                yield Fault(path, f"can't name {text!r}: {reason}.")
        for path in _keys(value):
            if wrong := self.wrong_key(str(path[-1]), prefixes):
                yield Fault(path, wrong, is_key=True)
        listed = _texts(value) if self.lists_terms else ()
        ways = ((path, text.removeprefix("^")) for path, text in listed)
        for path, curie in (*self.terms(value), *ways):
            if curie and not is_iri(expand(curie, prefixes) or ""):
                message = f"{curie!r} is not a CURIE with a known prefix."
                yield Fault(path, message, isinstance(value, dict) and len(path) == 1)

    def terms(self, value: object) -> Iterable[tuple[TomlPath, str]]:
        """Give the CURIEs of terms that a value has, each with the path to it."""
        if not self.names_terms:
            return ()
        return (((key,), key) for key in value) if isinstance(value, dict) else _texts(value)

    def texts(self, value: object) -> Iterable[tuple[TomlPath, str]]:
        """Give the texts that a value has, each with the path to it."""
        return _texts(value)

    def read(self, value: Any) -> Any:
        """Make the setting's value of one of TOML's that has no faults."""
        if not self.are_tags:
            return self.kind.read(value)
        lowered = (
            {key: [tag.lower() for tag in tags] for key, tags in value.items()}
            if isinstance(value, dict)
            else [tag.lower() for tag in value]
        )
        return self.kind.read(lowered)


def _texts(value: object, path: TomlPath = ()) -> Iterator[tuple[TomlPath, str]]:
    """Give the texts that a value holds, each with the path to it."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list | tuple | dict):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _texts(item, (*path, key))


def _keys(value: object, path: TomlPath = ()) -> Iterator[TomlPath]:
    """Give the paths of the innermost tables' keys."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _keys(item, (*path, key)) if isinstance(item, dict) else [(*path, key)]


def text(key: str, help: str, *, default: str = "", **more: Any) -> Any:
    """Declare a setting whose value is a text."""
    return _declared(Setting(key=key, kind=_TEXT, help=help, default=default, **more))


def flag(key: str, help: str, *, default: bool = False) -> Any:
    """Declare a setting that is on or off."""
    return _declared(Setting(key=key, kind=_FLAG, help=help, default=default))


def number(key: str, help: str, *, default: int) -> Any:
    """Declare a setting whose value is a number of things."""
    return _declared(Setting(key=key, kind=_NUMBER, help=help, default=default))


def texts(key: str, help: str, *, default: tuple[str, ...] = (), **more: Any) -> Any:
    """Declare a setting whose value is a list of texts."""
    return _declared(Setting(key=key, kind=_TEXTS, help=help, default=default, **more))


def table_of_lists(key: str, help: str, **more: Any) -> Any:
    """Declare a setting whose value is a table, with a list of texts for each key."""
    return _declared(Setting(key=key, kind=_TABLE_OF_LISTS, help=help, default={}, **more))


def tables_of_lists(key: str, help: str, **more: Any) -> Any:
    """Declare a setting whose value is a table of tables, with a list of texts for each key."""
    return _declared(Setting(key=key, kind=_TABLES_OF_LISTS, help=help, default={}, **more))


def table_of_texts(key: str, help: str, **more: Any) -> Any:
    """Declare a setting whose value is a table, with a text for each key."""
    return _declared(Setting(key=key, kind=_TABLE_OF_TEXTS, help=help, default={}, **more))


def tables(key: str, help: str, *, keys: tuple[str, ...]) -> Any:
    """Declare a setting whose value is a table of tables, each with some of these keys."""

    def wrong(key: str, _prefixes: Mapping[str, str]) -> str | None:
        return None if key in keys else f"has {', '.join(keys)}, and not {key!r}."

    setting = Setting(key=key, kind=_TABLES, help=help, default={}, wrong_key=wrong)
    return _declared(setting)


def _declared(setting: Setting) -> Any:
    """Make the field of a data class that holds a setting's value."""
    metadata = {"setting": setting}
    if setting.is_required and not setting.default:
        return dataclasses.field(metadata=metadata)
    if isinstance(setting.default, dict):
        return dataclasses.field(default_factory=dict, metadata=metadata)
    return dataclasses.field(default=setting.default, metadata=metadata)
