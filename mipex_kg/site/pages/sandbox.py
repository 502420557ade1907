"""The sandbox in which templates run: they see values, never the objects that made them.

A template comes from a project, and anyone who builds a project need not have written it. Jinja's
own sandbox lets a template call every public method of whatever it is given, ``Path.write_text``
too. Here nothing is visible unless a rule below says so.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import pyoxigraph as ox
from jinja2.environment import TemplateModule
from jinja2.exceptions import SecurityError
from jinja2.loaders import split_template_path
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Cycler, Joiner, Namespace
from markupsafe import Markup

from mipex_kg.project.files import skipped_name
from mipex_kg.site.pages.wording import Name
from mipex_kg.system.errors import SourceError
from mipex_kg.system.snapshot import Snapshot

# The packages whose named tuples and data classes are made to be shown.
_VIEWS = ("mipex_kg.site.pages.", "mipex_kg.site.signposting")
# What else is shown: records of other packages that hold texts, numbers and terms.
_RECORDS = frozenset(
    {"Passage", "Ground", "NamedQuery", "QueryGroup", "Parameter", "Column", "Table"}
)
# Values whose methods change nothing and reach nothing.
_PLAIN = (str, Name, Markup, bytes, int, float, bool, type(None))
_CONTAINERS = (tuple, list, dict, Mapping, AbstractSet)
_TERMS = (ox.NamedNode, ox.BlankNode, ox.Literal, ox.Triple)
_OF_JINJA = (TemplateModule, LoopContext, Cycler, Joiner, Namespace)
_READING = frozenset({"get", "items", "keys", "values", "count", "index"})
_OF_TERMS = frozenset({"value", "language", "datatype"})
# A text that a template makes by repeating another may be so long, in characters or items.
_LONGEST = 1_000_000


class ProjectTemplates(jinja2.FileSystemLoader):
    """Loads the templates in a folder, and none that a link brings in from outside it.

    What is hidden or left behind by an editor is not the project's, as in all of its folders.

    :param files: reads them
    """

    def __init__(self, folder: Path, files: Snapshot) -> None:
        super().__init__(folder)
        self._files = files

    def list_templates(self) -> list[str]:
        """Name the templates, relative to the folder."""
        found = self._files.once(tuple(self.searchpath), super().list_templates)
        return [name for name in found if _is_ours(name)]

    def get_source(
        self, environment: jinja2.Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        """Read a template.

        :raises jinja2.TemplateNotFound: when there is none of that name
        :raises SourceError: when it is not in the folder itself, or not text
        """
        del environment
        [folder] = self.searchpath
        path = Path(folder, *split_template_path(template))
        if path.exists() and not path.resolve().is_relative_to(Path(folder).resolve()):
            hint = "Put a copy of the file in its place."
            raise SourceError("The template is a link out of its folder.", path=path, hint=hint)
        if not _is_ours(template) or not self._files.holds(path):
            raise jinja2.TemplateNotFound(template)
        return self._files.read_text(path), str(path), lambda: True


def _is_ours(template: str) -> bool:
    return not any(map(skipped_name, split_template_path(template)))


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, in which nothing is visible unless it is allowed.

    :param methods: by class: the methods that templates may call on its instances

    >>> sandbox = Sandbox({}, undefined=jinja2.StrictUndefined)
    >>> sandbox.from_string("{{ path.name }}").render(path=Path("/etc/passwd"))
    Traceback (most recent call last):
    ...
    jinja2.exceptions.SecurityError: access to attribute 'name' of 'PosixPath' object is unsafe.
    """

    intercepted_binops = frozenset({"*", "**"})

    def __init__(self, methods: Mapping[type, frozenset[str]], **options: Any) -> None:
        super().__init__(**options)
        self._methods = methods
        self.globals.pop("lipsum", None)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Tell whether a template may see this attribute of this object."""
        if not super().is_safe_attribute(obj, attr, value):
            return False
        if attr in self._methods.get(type(obj), ()):
            return True
        if isinstance(obj, _OF_JINJA) or type(obj) in _PLAIN:
            return True
        if isinstance(obj, _TERMS):
            return attr in _OF_TERMS
        kind: Any = type(obj)
        if is_view(kind):
            return attr in _fields(kind) and self._is_value(value)
        return isinstance(obj, _CONTAINERS) and attr in _READING

    def _is_value(self, value: Any) -> bool:
        kind: Any = type(value)
        is_data = isinstance(value, (*_PLAIN, *_CONTAINERS, *_TERMS))
        return is_view(kind) or kind in self._methods or (is_data and not hasattr(value, "_fields"))

    def call_binop(
        self, context: jinja2.runtime.Context, operator: str, left: Any, right: Any
    ) -> Any:
        """Multiply, but nothing into what would fill the memory.

        :raises SecurityError: when the result would be too long
        """
        if operator == "**" and abs(right) > 64:
            raise SecurityError(f"{right} is too large an exponent")
        if operator == "*":
            times = [value for value in (left, right) if isinstance(value, int)]
            sizes = [len(value) for value in (left, right) if hasattr(value, "__len__")]
            if sizes and times and sizes[0] * times[0] > _LONGEST:
                raise SecurityError(f"a text or list of more than {_LONGEST:,} is too long")
        return super().call_binop(context, operator, left, right)


@cache
def is_view(kind: type[Any]) -> bool:
    """Tell whether instances of a class are made to be shown: texts, numbers, terms, and lists."""
    is_record = dataclasses.is_dataclass(kind) or hasattr(kind, "_fields")
    is_ours = kind.__module__.startswith(_VIEWS) or (
        kind.__module__.startswith("mipex_kg.") and kind.__name__ in _RECORDS
    )
    return is_record and is_ours


@cache
def _fields(kind: type[Any]) -> frozenset[str]:
    """Name the fields and properties of a view."""
    fields = getattr(kind, "_fields", None) or [f.name for f in dataclasses.fields(kind)]
    found = (name for cls in kind.__mro__ for name, v in vars(cls).items() if _is_property(v))
    return frozenset(name for name in (*fields, *found) if not name.startswith("_"))


def _is_property(value: object) -> bool:
    return isinstance(value, property) or type(value).__name__ == "cached_property"
