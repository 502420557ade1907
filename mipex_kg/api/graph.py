"""A knowledge graph as Python sees it: opened, asked, explained and validated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mipex_kg.api.answers import Graph, Table
from mipex_kg.api.questions import Given, bound_text
from mipex_kg.api.reading import ReadGraph
from mipex_kg.dataset import query_warnings, querying
from mipex_kg.sparql.results import UNLIMITED
from mipex_kg.system.errors import UsageError

# Each is imported where it is used: a query is answered in less time without the rest.
if TYPE_CHECKING:
    from mipex_kg.api.valid_graph import ValidGraph
    from mipex_kg.dataset.description import Description
    from mipex_kg.dataset.explanation import Explanation
    from mipex_kg.rdf.jsonld.known_contexts import KnownContexts
    from mipex_kg.sparql.named_queries import NamedQuery
    from mipex_kg.validation.report import Report


def open(
    *sources: str | PathLike[str],
    base: str | None = None,
    contexts: Mapping[str, str | PathLike[str]] | None = None,
    site: str | None = None,
    isolated: bool = False,
) -> KnowledgeGraph:
    """Open a knowledge graph; its data are read when they are first needed.

    :param sources: a project's folder, or RDF files; nothing for the graph that ships with
        mipex-kg
    :param base: what relative IRIs in files are resolved against. Default: they are refused
    :param contexts: files with copies of the remote contexts that JSON-LD in files names, by their
        IRIs. Default: only schema.org's is known
    :param site: the address at which a project's site will be, instead of the setting ``site``
    :param isolated: whether queries, rules and validation run in child processes: those can be
        ended, and die alone of what the engine can't take
    :raises UsageError: when there is no such project or file, or a setting is wrong
    :raises SourceError: when the settings can't be read

    >>> open("reading-room").ask("ASK { person:ada-brook a schema:Person }")
    True
    """
    paths = [Path(source) for source in sources]
    if absent := [path for path in paths if not path.exists()]:
        raise UsageError(
            f"There is no file or folder {str(absent[0])!r}.",
            hint="Name a project's folder, or RDF files.",
        )
    if paths and not any(path.is_dir() for path in paths):
        if site is not None:
            raise UsageError("Only a project has a site.", hint="Name a project's folder.")
        return KnowledgeGraph(
            None, paths, base=base, contexts=_known(contexts or {}), isolated=isolated
        )
    if base is not None:
        raise UsageError("A project has a base of its own.", hint="Change it in mipex-kg.toml.")
    if contexts is not None:
        raise UsageError("A project has contexts of its own.", hint="Name more in mipex-kg.toml.")
    if len(paths) > 1:
        raise UsageError("A project is opened by itself.", hint="Name one folder, or RDF files.")
    # Imported here: files are opened in less time without.
    from mipex_kg.project.project import at_site, bundled_directory, load_project

    project = load_project(paths[0] if paths else bundled_directory())
    return KnowledgeGraph(at_site(project, site) if site else project, isolated=isolated)


def _known(contexts: Mapping[str, str | PathLike[str]]) -> KnownContexts:
    # Imported here: a project is opened in less time without.
    from mipex_kg.rdf.jsonld.known_contexts import KnownContexts

    return KnownContexts(
        {iri: Path(path) for iri, path in contexts.items()},
        advice=lambda iri: f"Download it, and name the file: contexts={{{iri!r}: 'FILE'}}",
    )


class KnowledgeGraph(ReadGraph):
    """A knowledge graph, as it was when it was first read.

    Nothing is printed, and nothing of the calling process is changed. Threads may share it.

    :param project: whose graph it is, or whose named queries, shapes and prefixes are used for the
        files; None for files alone
    :param files: instead of the project's data
    :param base: what relative IRIs in files are resolved against. Default: the project's base, or
        they are refused
    :param contexts: remote contexts that JSON-LD in the files may name. Default: the project's, or
        none but schema.org's
    :param isolated: whether queries, rules and validation run in child processes
    """

    def __repr__(self) -> str:
        named = ", ".join(map(str, self._files)) if self._files else self._project.title
        return f"<KnowledgeGraph: {named}>"

    # Questions

    @property
    def queries(self) -> Mapping[str, NamedQuery]:
        """The project's named queries, by their names.

        :raises SourceError: when one can't be read

        >>> open("reading-room").queries["keepers"].title
        'Who keeps which place'
        """
        from mipex_kg.sparql.named_queries import load_queries

        return load_queries(self._project.query_files, self._project.files)

    def sparql(
        self, query: str | Path, /, parameters: Mapping[str, Given] | None = None, **named: Given
    ) -> str:
        """Give the text of a query in SPARQL, with its parameters filled in.

        :param query: SPARQL; or the name of a query of the project; or the path of a file that
            ends in ``.rq``
        :param parameters: values by the names of variables: values of Python, or text as on the
            command line, where a CURIE is an IRI
        :param named: the same, as arguments
        :raises UsageError: when there is no such query, or a value doesn't fit
        :raises SourceError: when the query's file can't be read

        >>> open("reading-room").sparql("SELECT ?p { ?p schema:name ?name }", name="Ada Brook")
        'SELECT ?p { ?p schema:name "Ada Brook" }'
        """
        given = {**(parameters or {}), **named}
        return bound_text(query, given, self.prefixes, lambda: self.queries)

    def query(
        self,
        query: str | Path,
        /,
        parameters: Mapping[str, Given] | None = None,
        *,
        timeout: float | None = None,
        allow_remote: bool = False,
        **named: Given,
    ) -> Table:
        """Answer a SELECT query.

        The default graph is the merge of all graphs; ``GRAPH ?g { … }`` says which says what.

        :param query: SPARQL; or the name of a query of the project; or the path of a file that
            ends in ``.rq``
        :param parameters: values by the names of variables
        :param timeout: seconds, if the graph is isolated
        :param allow_remote: whether SERVICE may call other hosts
        :param named: parameters, as arguments
        :raises UsageError: when there is no such query, or a value doesn't fit
        :raises QueryError: when the query is malformed, refused, too deep, or too slow
        :raises SourceError: when a file can't be read

        >>> kg = open("reading-room")
        >>> kg.query("keepers", day="Sa")[0]
        Row(place='Reading Room', keeper='Ada Brook')
        >>> kg.query("SELECT ?p { ?p schema:name ?name }", name="Ada Brook")[0].p
        IRI('https://example.org/reading-room/person/ada-brook')
        """
        text = self.sparql(query, parameters, **named)
        result, warnings, _ = self._solve(text, timeout, allow_remote)
        if not isinstance(result, querying.Solutions):
            raise _other_form(text, "query")
        return Table(*result, warnings, self.prefixes)

    def ask(
        self,
        query: str | Path,
        /,
        parameters: Mapping[str, Given] | None = None,
        *,
        timeout: float | None = None,
        allow_remote: bool = False,
        **named: Given,
    ) -> bool:
        """Answer an ASK query.

        The parameters, and what is raised, are those of ``query``.

        >>> open("reading-room").ask("ASK { ?person a schema:Person }")
        True
        """
        text = self.sparql(query, parameters, **named)
        result, _, _ = self._solve(text, timeout, allow_remote)
        if not isinstance(result, bool):
            raise _other_form(text, "ask")
        return result

    def construct(
        self,
        query: str | Path,
        /,
        parameters: Mapping[str, Given] | None = None,
        *,
        timeout: float | None = None,
        allow_remote: bool = False,
        **named: Given,
    ) -> Graph:
        """Answer a CONSTRUCT or DESCRIBE query.

        The parameters, and what is raised, are those of ``query``.

        >>> graph = open("reading-room").construct("DESCRIBE person:ada-brook")
        >>> any(triple.object.value == "Ada Brook" for triple in graph)
        True
        """
        text = self.sparql(query, parameters, **named)
        result, warnings, _ = self._solve(text, timeout, allow_remote)
        if isinstance(result, bool | querying.Solutions):
            raise _other_form(text, "construct")
        return Graph(result, warnings, self.prefixes)

    def _solve(self, text: str, timeout: float | None, allow_remote: bool) -> querying.Solved:
        found = self._run(
            lambda: querying.solve(text, self._asked, allow_remote=allow_remote), timeout
        )
        return found._replace(warnings=self._warnings(text, is_found=found.is_found))

    def _warnings(self, text: str, *, is_found: bool) -> tuple[str, ...]:
        return query_warnings.warnings_of(text, self._asked, is_found=is_found)

    def answer(
        self,
        query: str | Path,
        /,
        parameters: Mapping[str, Given] | None = None,
        *,
        format: str | None = None,
        timeout: float | None = None,
        allow_remote: bool = False,
        width: int = UNLIMITED,
        **named: Given,
    ) -> querying.Answer:
        """Answer a query of any form as text.

        The other parameters, and what is raised, are those of ``query``.

        :param format: ``table``, ``csv``, ``tsv``, ``json``, ``xml`` or ``markdown``; for graphs
            the name of an RDF format. Default: ``table``, ``turtle``
        :param width: of the terminal, for ``table``

        >>> open("reading-room").answer("ASK { ?person a schema:Person }").text
        'true\\n'
        """
        text = self.sparql(query, parameters, **named)
        found = self._run(
            lambda: querying.answer(
                text,
                self._asked,
                format=format,
                allow_remote=allow_remote,
                width=width,
            ),
            timeout,
        )
        return found._replace(warnings=self._warnings(text, is_found=found.is_found))

    # Things

    def describe(self, thing: str, *, language: str | None = None) -> Description:
        """Describe a thing in words: what it is, what is said of it, and what points to it.

        :param thing: an IRI, a CURIE, the path of an IRI below the base, or a label
        :param language: to prefer for labels and texts, such as ``de``
        :raises UsageError: when there is no such thing, or there are several
        :raises SourceError: when a file can't be read

        >>> open("reading-room").describe("Ada Brook").types
        ('schema:Person',)
        """
        from mipex_kg.dataset import description, things

        languages = (language.lower(), *self._asked.languages) if language else None
        node = things.find_thing(thing, self._asked)
        return description.describe(self._asked, node, languages)

    def why(self, thing: str, property: str | None = None, value: str | None = None) -> Explanation:
        """Explain what the facts about a thing are based on.

        :param thing: an IRI, a CURIE, the path of an IRI below the base, or a label
        :param property: only facts with this property: an IRI, a CURIE, a label or a local name
        :param value: only facts with this value: a text, or the name of a thing
        :raises UsageError: when there is no such thing, property or value
        :raises SourceError: when a file can't be read

        >>> open("reading-room").why("Ada Brook", "schema:name").facts[0].basis.kind
        'stated'
        """
        from mipex_kg.dataset.explanation import explain

        # What is inferred is explained by a query.
        return self._run(lambda: explain(self._project, self._asked, thing, property, value), None)

    def jsonld(self, *things: str) -> dict[str, Any]:
        """Give the JSON-LD that a web page about things tells search engines, in schema.org terms.

        :param things: an IRI, a CURIE, the path of an IRI below the base, or a label, each; the
            first is what the page is mainly about
        :raises UsageError: when there is no such thing, or nothing to say about it
        :raises SourceError: when a file can't be read

        >>> open("reading-room").jsonld("person/ada-brook")["name"]
        'Ada Brook'
        """
        import json

        from mipex_kg.dataset.things import find_thing
        from mipex_kg.site.structured_data import StructuredData

        nodes = [find_thing(thing, self._dataset) for thing in things]
        found: dict[str, Any] = json.loads(
            StructuredData(self._project, self._dataset).require_block(nodes)
        )
        return found

    # Validation

    def validate(self, shapes: Sequence[str | PathLike[str]] = ()) -> Report:
        """Validate the graph: syntax, shapes, and what each fact is based on.

        :param shapes: files to judge by, and by nothing else. Default: the project's own shapes,
            and what no shape can see; for files instead of a project's data, its shapes if there is
            one, and whether values are of their datatypes
        :raises SourceError: when a file isn't there, or the shapes are not well-formed

        >>> open("reading-room").validate().is_valid
        True
        """
        if self._files or shapes:
            from mipex_kg.validation import judging

            data = self._files or (*self._project.data_files, *self._project.ontology_files)
            own = self._given.shapes_files if self._given else []
            given = [Path(path) for path in shapes]
            return judging.validate_files(
                data,
                given or own,
                base=self._base,
                contexts=self._contexts,
                isolated=self._isolated,
                by_shapes_alone=bool(given),
            )
        from mipex_kg.site import clean_reports
        from mipex_kg.validation import validity_cache

        key = clean_reports.key(self._project)
        if found := clean_reports.recall(key):
            return found
        report = self._judged()
        if report.is_valid:
            validity_cache.remember(validity_cache.key(self._project))
        clean_reports.remember(key, report)
        return report

    def _judged(self) -> Report:
        """Validate the project, whatever was found before."""
        from mipex_kg.site.refusals import find_refusals
        from mipex_kg.validation import judging

        others = partial(find_refusals, self._project, isolated=self._isolated)
        if "_dataset" in self.__dict__:  # read, and so readable
            return judging.validate_dataset(
                self._project, self._dataset, isolated=self._isolated, others=others
            )
        return judging.validate_project(self._project, isolated=self._isolated, others=others)

    def validated(self) -> ValidGraph:
        """Make sure that the graph is valid; only what is valid can be published.

        What was found valid before is remembered, and not judged again.

        :raises FindingsError: when it is not valid; ``validate`` gives the findings
        :raises SourceError: when a file can't be read

        >>> open("reading-room").validated()
        <ValidGraph: Reading room>
        """
        with self.validating() as candidate:
            candidate.confirm()
        return candidate

    @contextmanager
    def validating(self) -> Iterator[ValidGraph]:
        """Work with the graph while another process judges it, if the graph is isolated.

        Nothing is published before it is known to be valid. Where the graph isn't isolated, it is
        judged first.

        :raises FindingsError: when it is not valid
        :raises SourceError: when a file can't be read
        """
        from mipex_kg.api.valid_graph import ValidGraph
        from mipex_kg.validation.validated import validating

        with validating(
            self._project, load=lambda: self._dataset, isolated=self._isolated
        ) as candidate:
            yield ValidGraph(candidate)


def _other_form(text: str, method: str) -> UsageError:
    """Say which method answers a query of this form."""
    from mipex_kg.sparql.query_text import Query

    form = Query(text, {}).form or "SELECT"
    methods = {"SELECT": "query", "ASK": "ask"}
    return UsageError(
        f"This is a query by {form}, which the method {method!r} doesn't answer.",
        hint=f"Use the method {methods.get(form, 'construct')!r}.",
    )
