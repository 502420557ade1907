"""Rendering: Jinja templates, the project's own before the engine's, and what they all know."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from functools import cached_property, partial
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

import jinja2
import platformdirs
import pyoxigraph as ox
from markupsafe import Markup

from mipex_kg.project.project import Project
from mipex_kg.site.pages.here import Here
from mipex_kg.site.pages.keepers import Keepers
from mipex_kg.site.pages.notes import Notes
from mipex_kg.site.pages.sandbox import ProjectTemplates, Sandbox
from mipex_kg.site.pages.template_code import direct, shown
from mipex_kg.site.pages.wording import Name, TaggedText, Wording
from mipex_kg.site.signposting import Landing
from mipex_kg.system.bounds import bounded
from mipex_kg.system.errors import KgError, SourceError


class SiteView(NamedTuple):
    """What templates know of the project, all of it text."""

    title: str
    description: str
    publisher: str
    contact: str
    licence: str
    base: str
    site: str
    is_placed: bool
    endpoint: str
    languages: tuple[str, ...]


def view_of(project: Project, texts: Mapping[str, str]) -> SiteView:
    """Give what templates may know of a project: no folder of this machine is part of it.

    :param texts: of the interface, which may have its title and description in their language
    """
    said = {name: texts.get(f"site-{name}") for name in ("title", "description")}
    fields: Iterator[Any] = (said.get(name) or getattr(project, name) for name in SiteView._fields)
    return SiteView(*fields)


# What templates may call, besides the methods of texts and the like.
_METHODS: Mapping[type, frozenset[str]] = {
    Here: frozenset(
        {
            "to",
            "to_folder",
            "to_language",
            "own_id",
            "near",
            "href",
            "class_href",
            "sign",
            "lit",
            "is_elsewhere",
            "is_unlisted",
            "label",
            "link",
            "notation",
            "value",
            "block",
            "marks",
        }
        | {"back", "url", "lang", "tag", "direction"}
    ),
    Wording: frozenset({"label", "property", "plural", "class_name", "language", "curie"}),
    Notes: frozenset({"by_kind", "further"}),
    Landing: frozenset({"links"}),
}


class Templates:
    """The templates of pages: the project's own, and those that the engine has.

    Templates of the project come before those of the same name that the engine has. They run in a
    sandbox, since anyone who builds a project need not have written it.

    :param wording: in the language of the pages
    :param shared: what every template knows
    """

    def __init__(
        self, project: Project, wording: Wording, shared: Mapping[str, Any] | None = None
    ) -> None:
        self.folder = project.templates
        self._own = ProjectTemplates(self.folder, project.files) if self.folder.is_dir() else None
        self.environment = self._make_environment()
        prepare(self.environment, wording)
        self.environment.globals.update(shared or {})
        self._compiled: dict[str, jinja2.Template] = {}

    def _make_environment(self) -> jinja2.Environment:
        engine = jinja2.PackageLoader("mipex_kg.site.pages")
        options: dict[str, Any] = {
            "loader": jinja2.ChoiceLoader([self._own, engine] if self._own else [engine]),
            "autoescape": True,
            "auto_reload": False,
            "undefined": jinja2.StrictUndefined,
            "trim_blocks": True,
            "lstrip_blocks": True,
            "keep_trailing_newline": True,
            "bytecode_cache": _bytecode_cache("sandbox" if self._own else "engine"),
        }
        kind = partial(Sandbox, _METHODS) if self._own else jinja2.Environment
        return direct(kind(**options))

    @property
    def are_own(self) -> bool:
        """Whether the project has some of its own."""
        return self._own is not None

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of all that make pages."""
        return frozenset(self.environment.list_templates(("html",)))

    @property
    def own_names(self) -> list[str]:
        """The names of those of the project that make pages."""
        names = self._own.list_templates() if self._own else []
        return [name for name in names if name.endswith(".html")]

    def get(self, name: str) -> jinja2.Template:
        """Compile a template, unless that is done.

        :raises SourceError: when it is one of the project's, and doesn't parse
        """
        found = self._compiled.get(name)
        if found is None:
            found = self._compiled[name] = self._compile(name)
            # Jinja's chain of mappings takes longer to copy for a page than many a page to write.
            found.globals = dict(found.globals)
        return found

    def _compile(self, name: str) -> jinja2.Template:
        try:
            return self.environment.get_template(name)
        except jinja2.TemplateSyntaxError as error:
            raise self.unparsed(error) from None

    def unparsed(self, error: jinja2.TemplateSyntaxError) -> Exception:
        """Say where a template of the project does not parse; one of ours is our bug."""
        if error.filename is None or not Path(error.filename).is_relative_to(self.folder):
            return error
        message = f"The template does not parse: {(error.message or '').rstrip('.')}."
        return SourceError(message, path=Path(error.filename), line=error.lineno)


class Renderer:
    """Renders pages.

    :param wording: in the language of the pages
    :param shared: what every template knows
    """

    def __init__(self, project: Project, wording: Wording, shared: Mapping[str, Any]) -> None:
        self._is_placed, self._interface = project.is_placed, wording.interface
        self._keepers: Keepers = shared["keepers"]
        self._templates = Templates(project, wording, shared)

    def render(self, names: Sequence[str], here: Here, **values: Any) -> bytes:
        """Render the first of some templates that there is.

        :param names: without the suffix
        :raises SourceError: when a template of the project is wrong
        """
        known = self._templates.names
        name = next(f"{name}.html" for name in names if f"{name}.html" in known)
        try:
            template = self._templates.get(name)
            with bounded(ONE_PAGE, MEMORY) if self._templates.are_own else nullcontext():
                text: str = template.render(at=here, report=self._report(here, values), **values)
        except KgError:
            raise
        except jinja2.TemplateSyntaxError as error:  # of what a template includes
            raise self._templates.unparsed(error) from None
        except Exception as error:  # whatever a template does, it is raised again or explained
            if not (place := self._place(error.__traceback__)):
                raise
            path, line = place
            words = str(error) or _WITHOUT_WORDS.get(type(error), type(error).__name__)
            message = f"The template can't be rendered: {words.rstrip('.')}."
            raise SourceError(message, path=path, line=line, hint=_HINT) from None
        return text.encode()

    def _report(self, here: Here, values: Mapping[str, Any]) -> str:
        """Give the address at which an error on a page is reported.

        Where nobody knows where the page is, the name of what it is about identifies it.
        """
        about = values.get("about")
        unplaced = about.thing.value if about else here.path
        page = here.url if self._is_placed else unplaced
        return self._keepers.report(str(values["title"]), page, self._interface)

    def _place(self, traceback: TracebackType | None) -> tuple[Path, int] | None:
        """Find the line of the project's own templates in which an error arose, if it did in one.

        Jinja gives the frames of a template its file and its lines.
        """
        place = None
        while traceback:
            path = Path(traceback.tb_frame.f_code.co_filename)
            if path.is_relative_to(self._templates.folder):
                place = path, traceback.tb_lineno
            traceback = traceback.tb_next
        return place

    def preload(self) -> None:
        """Compile all templates, which is worth while before processes share the work.

        :raises SourceError: when a template of the project doesn't parse
        """
        for name in sorted(self._templates.names):
            self._templates.get(name)


def _breaking(text: str) -> Markup:
    """Let a text with an address in it break behind its marks, and not within words.

    >>> _breaking("https://e.org/a?b")
    Markup('https://<wbr>e.<wbr>org/<wbr>a?<wbr>b')
    """
    return Markup("<wbr>").join(re.split(r"(?<=[/.#?&=_-])(?=\w)", text))


def prepare(environment: jinja2.Environment, wording: Wording) -> None:
    """Let templates write texts and numbers in a language, and know its words as ``t``."""

    def written(value: Any) -> Any:
        text = value.tagged if isinstance(value, Name) else value
        if isinstance(value, ox.Literal):
            text = wording.label(value)
        return wording.write(text) if isinstance(text, TaggedText) else text

    environment.finalize = written
    vars(environment)["show"] = shown(written)
    environment.globals["t"] = wording.interface
    environment.tests["literal"] = lambda term: isinstance(term, ox.Literal)
    environment.filters.update(FILTERS, number=wording.numbers.whole, foreign=wording.foreign)


# How templates write numbers, texts without their language, addresses, and the names of places on a
# page.
FILTERS: Mapping[str, Callable[[Any], str]] = {
    "number": "{:,}".format,
    "plain": str,
    "breaking": _breaking,
    "anchor": lambda text: text.replace(" ", "-"),
}
# Seconds and bytes that a page may take which a template of the project makes.
ONE_PAGE, MEMORY = 60.0, 1 << 30
_WITHOUT_WORDS: dict[type[Exception], str] = {MemoryError: "it takes too much memory"}
_HINT = "What templates know is listed in docs/site.md, under “Templates of your own”."


def _bytecode_cache(kind: str) -> jinja2.BytecodeCache | None:
    """Keep compiled templates in the user's cache; where that can't be, compile them each time.

    :param kind: of environment: the sandbox compiles the same template to other code
    """
    folder = platformdirs.user_cache_path("mipex-kg") / "templates"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return None
    if not os.access(folder, os.W_OK):
        return None
    return jinja2.FileSystemBytecodeCache(str(folder), f"{kind}-direct-%s.cache")
