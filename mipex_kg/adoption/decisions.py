"""What is decided of a project that is made of files: its base, title, classes and so on."""

from __future__ import annotations

import pyoxigraph as ox

from mipex_kg.adoption.base import namespace
from mipex_kg.adoption.front_page import load_front_page
from mipex_kg.adoption.prefixes import name_prefix
from mipex_kg.adoption.survey import Survey
from mipex_kg.adoption.wholes import Wholes
from mipex_kg.dataset.words import ENGLISH
from mipex_kg.project.scaffold import titled
from mipex_kg.rdf.namespaces import PREFIXES
from mipex_kg.validation.report import plural


class Decisions:
    """What is decided, by what was found and what the owner wants.

    :param name: of the project
    :param title: that the owner wants; else found, or made of the name
    :param base: that the owner wants; else found
    """

    def __init__(self, survey: Survey, name: str, title: str | None, base: str | None) -> None:
        self.survey, self.name = survey, name
        found_base = None if survey.is_relative else survey.base
        self.base = base or (found_base.iri if found_base else survey.provisional)
        self.is_given = base is not None
        self.more_bases = () if self.is_given else survey.more_bases
        self.wholes = Wholes(survey)
        self.head = self.wholes.whole
        found = survey.title(self.head) if self.head else ""
        self.is_titled, self.is_title_found = bool(title or found), bool(found and not title)
        self.title = title or found or titled(name)
        self.language = survey.languages[0][0] if survey.languages else ENGLISH
        self.words = load_front_page().get(self.language, load_front_page()[ENGLISH])
        self.prefixes = dict(survey.prefixes)
        # Where nothing has an address, nothing is below a base.
        bases = (self.base, *self.more_bases) if base or survey.base else ("",)
        self.classes = [(self._curie(cls), number) for cls, number in survey.classes(bases)]

    def of_head(self, what: str) -> str:
        """Give what is said of what stands for the whole, such as its ``description``."""
        return str(getattr(self.survey, what)(self.head)) if self.head else ""

    def contents(self) -> str:
        """Say what the project is made of."""
        read = self.survey.sources.read
        what = plural(len(read), "file")
        quads = plural(sum(len(source.file.quads) for source in read), "statement")
        return f"{what} with {quads}, {self.survey.kind.said}"

    def _curie(self, cls: ox.NamedNode) -> str:
        """Write a class as a CURIE, and know its prefix from now on."""
        space, known = namespace(cls.value), {**PREFIXES, **self.prefixes}
        if space not in known.values():
            self.prefixes[name_prefix(space, known)] = space
        known = {**PREFIXES, **self.prefixes}
        prefix = next(prefix for prefix, iri in known.items() if iri == space)
        return f"{prefix}:{cls.value.removeprefix(space)}"
