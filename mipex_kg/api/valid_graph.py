"""A graph that is valid, as Python sees it: what can be published, and in which ways."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, overload

from mipex_kg.rdf import formats
from mipex_kg.site.documents import Publication
from mipex_kg.system.errors import UsageError, suggestion
from mipex_kg.validation.validated import ValidatedDataset

if TYPE_CHECKING:
    from mipex_kg.rdf.formats import Format
    from mipex_kg.remote.pushing import Change
    from mipex_kg.site.build import Built
    from mipex_kg.site.embedding import EmbeddedPage

Progress = Callable[[int, int], None]


def _unseen(_done: int, _total: int) -> None:
    """Show nothing."""


class ValidGraph:
    """A graph that is valid, which ``KnowledgeGraph.validated`` makes sure of.

    :param validated: the engine's own, of which everything that publishes is made
    """

    def __init__(self, validated: ValidatedDataset) -> None:
        self._validated = validated

    def __repr__(self) -> str:
        return f"<ValidGraph: {self._validated.project.title}>"

    def confirm(self) -> None:
        """Wait until it is known whether the graph is valid.

        :raises FindingsError: when it is not
        """
        self._validated.confirm(True)

    @cached_property
    def _compiled(self) -> ValidatedDataset:
        """The graph as it was compiled, if it was: for what needs its quads alone."""
        return self._validated.compiled()

    @cached_property
    def _publication(self) -> Publication:
        """The graph, ready to be written."""
        return Publication(self._compiled)

    def build(
        self,
        output: str | PathLike[str] = "site",
        *,
        progress: Progress = _unseen,
        is_anew: bool = False,
        keeps_index: bool = False,
    ) -> Built:
        """Write the site: dumps, documents and a page for each thing, all of it or nothing.

        Only what has changed since the last build into the folder is made again.

        :param output: the folder: a new one, an empty one, or one that an earlier build wrote
        :param progress: called with what is done and what there is to do
        :param is_anew: whether every file is made again, whatever has changed
        :param keeps_index: whether the last index for searching will do, for a quick look
        :returns: what was written, and what was left out
        :raises UsageError: when the folder is not one that a build may replace
        :raises OutputError: when it can't be written; what was there stays
        :raises FindingsError: when a label is missing of which the project wants none to be
        """
        from mipex_kg.site.build_cache import rebuild

        return rebuild(
            self._validated,
            Path(output),
            progress=progress,
            is_anew=is_anew,
            keeps_index=keeps_index,
        )

    @overload
    def export(
        self,
        output: None = None,
        *,
        format: str | None = None,
        thing: str | None = None,
        graph: str | None = None,
        of_class: str | None = None,
    ) -> str: ...

    @overload
    def export(
        self,
        output: str | PathLike[str],
        *,
        format: str | None = None,
        thing: str | None = None,
        graph: str | None = None,
        of_class: str | None = None,
    ) -> None: ...

    def export(
        self,
        output: str | PathLike[str] | None = None,
        *,
        format: str | None = None,
        thing: str | None = None,
        graph: str | None = None,
        of_class: str | None = None,
    ) -> str | None:
        """Write the graph, or a part of it, in an RDF format: same facts, same text.

        TriG, N-Quads and JSON-LD keep the named graphs; the other formats have their merge.

        :param output: a file to replace
        :param format: the name of an RDF format. Default: as the file's suffix says, else ``trig``
        :param thing: only the document of this thing
        :param graph: only this named graph
        :param of_class: only the members of this class
        :returns: the text, if no file is named
        :raises UsageError: when there is no such part, the format can't express it, or the file
            would be a part of the project
        :raises OutputError: when the file can't be written
        """
        path = None if output is None else Path(output)
        chosen = chosen_format(format, path)
        project = self._validated.project
        if path and path.parent.is_dir() and project.is_made_of(path):
            raise UsageError(
                f"{path} would be one of the files that {project.root} is made of, so that the "
                "project would read its own export.",
                hint="Write it to another folder.",
            )
        self.confirm()
        data = self._part(chosen, thing, graph, of_class)
        if path is None:
            return data.decode()
        from mipex_kg.system.writing import write_atomically

        write_atomically(path, data)
        return None

    def _part(
        self, format: Format, thing: str | None, graph: str | None, of_class: str | None
    ) -> bytes:
        from mipex_kg.dataset.things import find_thing

        named = [part for part in (thing, graph, of_class) if part is not None]
        if len(named) > 1:
            raise UsageError("Choose one of a thing, a graph and a class.")
        publication = self._publication
        if not named:
            return publication.write(publication.dataset.columns, format)
        node = find_thing(named[0], publication.dataset)
        if thing is not None:
            return publication.write_thing([node], publication.document([node]), format)
        quads = publication.of_graph(node) if graph else publication.of_class(node)
        return publication.write(quads, format)

    def snippet(self, *things: str) -> str:
        """Give the JSON-LD about things as HTML, to be pasted into a page.

        :param things: an IRI, a CURIE, the path of an IRI below the base, or a label, each
        :raises UsageError: when there is no such thing, or nothing to say about it
        """
        from mipex_kg.site.embedding import Embedding

        self.confirm()
        return Embedding(self._publication, things).snippet()

    def embed(
        self,
        *pages: str | PathLike[str],
        things: Sequence[str] = (),
        check: bool = False,
        on_page: Callable[[EmbeddedPage], None] = lambda _page: None,
    ) -> list[EmbeddedPage]:
        """Put JSON-LD about things into web pages, one marked block each, or keep it fresh.

        A page that can't be helped is reported, and the others go on.

        :param pages: files, folders with pages, or patterns
        :param things: what the pages are about. Default: what they say themselves, else what
            ``[embed]`` in the settings says
        :param check: whether to write nothing, and only find out what would be written
        :param on_page: called with what was done, after each page
        :returns: what was done with each page
        :raises UsageError: when there are no such pages or things
        """
        from mipex_kg.site import embedding

        found = embedding.find_pages(map(str, pages))
        self.confirm()
        plan = embedding.Embedding(self._publication, things).plan
        done = []
        for page in embedding.change_pages(found, plan, is_check=check):
            on_page(page)
            done.append(page)
        return done

    def push(
        self,
        url: str,
        *,
        store: str | None = None,
        merged: bool | None = None,
        prune: bool = False,
        dry_run: bool = False,
        progress: Progress = _unseen,
    ) -> list[Change]:
        """Bring the named graphs to a SPARQL store, and touch no other graph there.

        :param url: of the store
        :param store: what kind it is. Default: as the store says
        :param merged: whether to push the merge of all graphs too. Default: unless the store's
            default graph is that merge
        :param prune: whether to drop the graphs there that the project no longer has
        :param dry_run: whether to change nothing, and only find out what would change
        :param progress: called with what is done and what there is to do
        :returns: what changed, graph by graph
        :raises UsageError: when the store is of another kind, or can't be asked in this way
        :raises RemoteError: when it can't be reached, or doesn't answer as it should
        """
        from mipex_kg.remote.client import StoreClient
        from mipex_kg.remote.graph_store import open_store
        from mipex_kg.remote.pushing import Push

        with StoreClient(url if url.endswith("/") else f"{url}/") as client:
            self.confirm()
            pushing = Push(self._compiled, open_store(client, store), merged, prune)
            # What there is to load is not known before all is compared.
            changes = pushing.plan(lambda done, total: progress(done, total + 1))
            compared = len(changes)
            if not dry_run and any(change.kind not in ("same", "left") for change in changes):
                pushing.apply(
                    changes, lambda done, total: progress(compared + done, compared + total)
                )
        return changes


def chosen_format(name: str | None, output: Path | None) -> Format:
    """Choose a format: the one named, else the one of the file's suffix, else TriG.

    :raises UsageError: when there is no such format, or the suffix tells none
    """
    if name is not None:
        return formats.named(name)
    if output is None or not output.suffix:
        return formats.TRIG
    if found := formats.by_suffix(output):
        return found
    known = [each.suffix for each in formats.FORMATS]
    raise UsageError(
        f"{output.suffix} is not a suffix of an RDF format.",
        hint=f"{suggestion(output.suffix, known)} "
        f"Use {', '.join(known)}, or name the format.".lstrip(),
    )
