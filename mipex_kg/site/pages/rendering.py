"""Rendering: Jinja templates, the project's own before the engine's, and what they all know."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib import resources
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

import jinja2
import platformdirs
import pyoxigraph as ox
from markupsafe import Markup, escape

from mipex_kg.project.project import Project
from mipex_kg.rdf.terms import Node, Term
from mipex_kg.site.pages.addresses import Addresses, elsewhere
from mipex_kg.site.pages.classes import Classes
from mipex_kg.site.pages.notes import Mark, Notes
from mipex_kg.site.pages.sandbox import ProjectTemplates, Sandbox
from mipex_kg.site.pages.thing import ThingValue
from mipex_kg.site.pages.wording import TaggedText, Wording
from mipex_kg.site.signposting import Landing, TypedLink
from mipex_kg.system.errors import KgError, SourceError


def load_interface() -> dict[str, str]:
    """Read the texts of the interface."""
    file = resources.files("mipex_kg.site.pages") / "interface.toml"
    return {key: str(text) for key, text in tomllib.loads(file.read_text("utf-8")).items()}


class SiteView(NamedTuple):
    """What templates know of the project, all of it text."""

    title: str
    description: str
    publisher: str
    contact: str
    licence: str
    base: str
    site: str
    endpoint: str
    languages: tuple[str, ...]


def view_of(project: Project) -> SiteView:
    """Give what templates may know of a project: no folder of this machine is part of it."""
    return SiteView(**{name: getattr(project, name) for name in SiteView._fields})


# Not shown as text: it would tell more than the page does.
@dataclass(frozen=True, repr=False)
class Here:
    """A page that is being written: its links lead from here.

    :param path: of the page, relative to the site
    :param root: how the way from the page to any other begins
    :param unlisted: things that the site's own search does not find
    :param _marked: the anchors of the notes that marks so far lead to
    """

    path: str
    root: str
    addresses: Addresses
    classes: Classes
    wording: Wording
    unlisted: frozenset[Node] = frozenset()
    _marked: set[str] = field(default_factory=set)

    @property
    def url(self) -> str:
        """Where the page lies."""
        return self.addresses.site + self.path

    def to(self, path: str) -> str:
        """Link to a page or a file of the site by its path."""
        return self.root + path

    def near(self, link: TypedLink) -> str:
        """Link to where a typed link leads: from here, if that is a file of the site."""
        is_own = not link.is_name and link.href.startswith(self.addresses.site)
        return self.to(link.href.removeprefix(self.addresses.site)) if is_own else link.href

    def href(self, term: Term) -> str | None:
        """Link to the page of a thing, or to its address elsewhere; to this page not at all."""
        page = self.addresses.place_of(term)
        if page is None:
            return elsewhere(term)
        return None if page == self.path else self.to(page)

    def class_href(self, cls: Term) -> str | None:
        """Link to the list of a class's members, else to what the class means."""
        page = self.classes.page(cls)
        return self.to(page) if page else self.href(cls)

    def is_elsewhere(self, term: Term) -> bool:
        """Tell whether a link leads to another site."""
        return self.addresses.place_of(term) is None

    def is_unlisted(self, term: Term) -> bool:
        """Tell whether a thing is not for search engines, and so not for the front page."""
        return term in self.unlisted

    def label(self, term: Term) -> TaggedText:
        """Name a thing."""
        return self.wording.label(term)

    def link(self, term: Term, words: TaggedText | None = None) -> Markup:
        """Write the link to a thing, or its name alone where there is nowhere to go.

        :param words: in place of the thing's name
        """
        text = escape(words or self.label(term))
        page = self.addresses.place_of(term)
        if page == self.path:
            return text
        if page is not None:
            hidden = " data-pagefind-ignore" if term in self.unlisted else ""
            link = f'<a href="{self.root}{escape(page)}"{hidden}>{text}</a>'
            return Markup(link)  # noqa: S704 - escaped
        address = elsewhere(term)
        if address is None:
            return text
        return Markup(f'<a href="{escape(address)}" class="elsewhere">{text}</a>')  # noqa: S704

    def value(self, value: ThingValue) -> Markup:
        """Write a value, linked and marked."""
        return self.link(value.term, value.text) + self.marks(value.marks)

    def marks(self, marks: Iterable[Mark]) -> Markup:
        """Write the marks of a fact, each with words for those who can't see it."""
        return Markup("").join(map(self._mark, marks))

    def _mark(self, mark: Mark) -> Markup:
        kind = mark.kind.replace(" ", "-")
        words = escape(self.wording.interface[f"mark-{kind}"].format(text=mark.text))
        # The first of the marks that lead to a note is where the note leads back to.
        place = "" if mark.anchor in self._marked else f' id="at-{mark.anchor}"'
        self._marked.add(mark.anchor)
        return Markup(  # noqa: S704 - the rest is our own
            f'<a class="mark {kind}"{place} href="#{mark.anchor}" aria-label="{words}">'
            f"{mark.text}</a>"
        )

    def back(self, mark: Mark) -> Markup:
        """Write the mark of a note, which leads back to the fact; to the first of several."""
        kind = mark.kind.replace(" ", "-")
        if mark.anchor not in self._marked:
            return Markup(f'<span class="mark {kind}">{mark.text}</span>')  # noqa: S704
        words = escape(self.wording.interface["back-to-fact"].format(text=mark.text))
        return Markup(  # noqa: S704
            f'<a class="mark {kind}" href="#at-{mark.anchor}" aria-label="{words}">{mark.text}</a>'
        )


# What templates may call, besides the methods of texts and the like.
_METHODS: Mapping[type, frozenset[str]] = {
    Here: frozenset(
        {
            "to",
            "near",
            "href",
            "class_href",
            "is_elsewhere",
            "is_unlisted",
            "label",
            "link",
            "value",
            "marks",
        }
        | {"back", "url"}
    ),
    Wording: frozenset({"label", "property", "plural", "class_name", "language", "curie"}),
    Notes: frozenset({"by_kind"}),
    Landing: frozenset({"links"}),
}


class Renderer:
    """Renders pages.

    Templates of the project come before those of the same name that the engine has. They run in a
    sandbox, since anyone who builds a project need not have written it.

    :param shared: what every template knows
    """

    def __init__(self, project: Project, interface: Mapping[str, str], shared: Mapping[str, Any]):
        self._folder, self._files = project.templates, project.files
        self._environment = self._make_environment()
        self._environment.globals.update(shared, t=interface)
        self._environment.tests["literal"] = lambda term: isinstance(term, ox.Literal)
        self._environment.filters["anchor"] = lambda text: text.replace(" ", "-")
        self._names = frozenset(self._environment.list_templates(("html",)))

    def _make_environment(self) -> jinja2.Environment:
        is_own = self._folder.is_dir()
        own = [ProjectTemplates(self._folder, self._files)] if is_own else []
        options: dict[str, Any] = {
            "loader": jinja2.ChoiceLoader([*own, jinja2.PackageLoader("mipex_kg.site.pages")]),
            "autoescape": True,
            "auto_reload": False,
            "undefined": jinja2.StrictUndefined,
            "trim_blocks": True,
            "lstrip_blocks": True,
            "keep_trailing_newline": True,
            "bytecode_cache": _bytecode_cache("sandbox" if is_own else "engine"),
        }
        kind = partial(Sandbox, _METHODS) if is_own else jinja2.Environment
        return kind(**options)

    def render(self, names: Sequence[str], here: Here, **values: Any) -> bytes:
        """Render the first of some templates that there is.

        :param names: without the suffix
        :raises SourceError: when a template of the project is wrong
        """
        name = next(f"{name}.html" for name in names if f"{name}.html" in self._names)
        try:
            text: str = self._template(name).render(at=here, **values)
        except KgError:
            raise
        except jinja2.TemplateSyntaxError as error:  # of what a template includes
            raise self._unparsed(error) from None
        except Exception as error:  # whatever a template does, it is raised again or explained
            if not (place := self._place(error.__traceback__)):
                raise
            path, line = place
            words = str(error) or type(error).__name__
            message = f"The template can't be rendered: {words.rstrip('.')}."
            raise SourceError(message, path=path, line=line, hint=_HINT) from None
        return text.encode()

    def _place(self, traceback: TracebackType | None) -> tuple[Path, int] | None:
        """Find the line of the project's own templates in which an error arose, if it did in one.

        Jinja gives the frames of a template its file and its lines.
        """
        place = None
        while traceback:
            path = Path(traceback.tb_frame.f_code.co_filename)
            if path.is_relative_to(self._folder):
                place = path, traceback.tb_lineno
            traceback = traceback.tb_next
        return place

    def preload(self) -> None:
        """Compile all templates, which is worth while before processes share the work.

        :raises SourceError: when a template of the project doesn't parse
        """
        for name in sorted(self._names):
            self._template(name)

    def _template(self, name: str) -> jinja2.Template:
        try:
            return self._environment.get_template(name)
        except jinja2.TemplateSyntaxError as error:
            raise self._unparsed(error) from None

    def _unparsed(self, error: jinja2.TemplateSyntaxError) -> Exception:
        """Say where a template of the project does not parse; one of ours is our bug."""
        if error.filename is None or not Path(error.filename).is_relative_to(self._folder):
            return error
        message = f"The template does not parse: {(error.message or '').rstrip('.')}."
        return SourceError(message, path=Path(error.filename), line=error.lineno)


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
    return jinja2.FileSystemBytecodeCache(str(folder), f"{kind}-%s.cache")
