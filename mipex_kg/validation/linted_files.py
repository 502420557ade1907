"""What the lints of any files look at: what is in them, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.rdf.namespaces import shorten
from mipex_kg.rdf.parsing import ParsedFile
from mipex_kg.rdf.quads import Quad
from mipex_kg.rdf.terms import Term
from mipex_kg.validation.places import Places
from mipex_kg.validation.report import Finding, Severity


@dataclass(frozen=True)
class LintedFiles:
    """What the lints of any files look at."""

    dataset: Dataset
    places: Places

    @property
    def own_files(self) -> list[ParsedFile]:
        """The files."""
        return list(self.dataset.files)

    def shown(self, term: Term | ox.DefaultGraph) -> str:
        """Write a node as an editor would, as a CURIE where one fits."""
        if isinstance(term, ox.NamedNode):
            return shorten(term.value, self.dataset.prefixes)
        return str(term)

    def finding(
        self,
        check: str,
        message: str,
        hint: str,
        *,
        at: Quad | Term,
        term: Term | ox.DefaultGraph | None = None,
        file: ParsedFile | None = None,
    ) -> Finding:
        """Make a finding about a quad, or about a thing where it is described.

        How serious it is, the project's levels tell in the end.

        :param term: which of the quad's terms is to blame; its object unless it is given
        :param file: the one of the quad that is meant, where several may state the same
        """
        if isinstance(at, Quad):
            return Finding(
                Severity.VIOLATION,
                check,
                message,
                hint,
                at.subject,
                path=self.shown(at.predicate),
                value=at.object,
                place=self.places.of_quad(at, term, file),
            )
        return Finding(
            Severity.VIOLATION, check, message, hint, at, place=self.places.of_subject(at)
        )
