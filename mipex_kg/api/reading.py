"""How a graph is read: when it is first needed, in this process or in others, and once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from mipex_kg.rdf.namespaces import PREFIXES
from mipex_kg.rdf.quads import for_engine
from mipex_kg.system.errors import QueryError, UsageError
from mipex_kg.system.phases import phase

# Each is imported where it is used: a query is answered in less time without the rest.
if TYPE_CHECKING:
    import pyoxigraph as ox
    import rdflib

    from mipex_kg.dataset.dataset import Dataset
    from mipex_kg.project.project import Project
    from mipex_kg.rdf.jsonld.known_contexts import KnownContexts

T = TypeVar("T")


class ReadGraph:
    """What a ``KnowledgeGraph``, whose parameters these are, reads when it is first needed."""

    def __init__(
        self,
        project: Project | None,
        files: Sequence[Path] = (),
        *,
        base: str | None = None,
        contexts: KnownContexts | None = None,
        isolated: bool = False,
    ) -> None:
        self._given, self._files, self._isolated = project, tuple(files), isolated
        self._contexts = project.contexts if project and contexts is None else contexts
        self._base = base or (project.base if project else None)

    @property
    def _project(self) -> Project:
        """The project.

        :raises UsageError: when there are files alone
        """
        if self._given is None:
            raise UsageError(
                "RDF files alone are not a project, and this takes one.",
                hint="Make one with `mipex-kg init`, and open its folder.",
            )
        return self._given

    @property
    def prefixes(self) -> Mapping[str, str]:
        """The prefixes that need no declaration in queries, and name things."""
        if self._given is not None and not self._files:
            return self._given.prefixes
        return self._dataset.prefixes

    @cached_property
    def _dataset(self) -> Dataset:
        """All quads of the graph, which are read when they are first needed."""
        from mipex_kg.dataset.assembly import load_files, load_project_dataset

        if self._files:
            return load_files(
                self._files,
                self._given.prefixes if self._given else PREFIXES,
                base=self._base,
                contexts=self._contexts,
            )
        return load_project_dataset(self._project, isolated=self._isolated)

    @cached_property
    def _asked(self) -> Dataset:
        """The dataset that answers questions: what was compiled before, where that is possible."""
        if self._files or "_dataset" in self.__dict__:
            return self._dataset
        from mipex_kg.dataset.compiled import load_for_questions

        return load_for_questions(self._project, isolated=self._isolated)

    @property
    def quads(self) -> tuple[ox.Quad, ...]:
        """All quads, each with its graph, as they are in the files; what rules infer is there too.

        :raises SourceError: when a file can't be read
        """
        return tuple(for_engine(self._dataset.quads))

    def to_rdflib(self) -> rdflib.Dataset:
        """Give all graphs as a dataset of rdflib's.

        :raises SourceError: when a file can't be read
        """
        from mipex_kg.api.in_rdflib import rdflib_dataset

        return rdflib_dataset(self.quads, self.prefixes)

    def _run(self, work: Callable[[], T], timeout: float | None) -> T:
        """Do what the engine may hold up for ever, or die of."""
        if not self._isolated:
            if timeout is not None:
                raise UsageError(
                    "Only a query in a process of its own can be ended.",
                    hint="Open the graph with isolated=True.",
                )
            return work()
        from mipex_kg.system.child_process import run_isolated

        run_isolated = phase("Answering the query")(run_isolated)
        # Loaded here, so that the next query needs no loading, and that time counts for the query.
        self._asked.prepare()
        try:
            return run_isolated(work, timeout=timeout)
        except QueryError:
            if self._asked.is_whole():
                raise
        del self._asked  # it is made again
        self._asked.prepare()
        return run_isolated(work, timeout=timeout)
