"""The SPARQL page: what its script is told, and the files that it loads."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from typing import NamedTuple

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.project import layout
from mipex_kg.project.project import Project
from mipex_kg.rdf import formats
from mipex_kg.rdf.namespaces import LABELS, TYPE, compact
from mipex_kg.rdf.terms import Term, text_of
from mipex_kg.sparql import named_queries, query_text
from mipex_kg.sparql.named_queries import NamedQuery

# Seconds after which a query is stopped.
_LIMIT = 60
# The lines that a named query begins with.
_HEADER = r"\A(?:#[^\n:]*:[^\n]*\n|\s*\n)+"
# What the editor holds at first; it makes sense in any graph.
_FIRST = """\
# What is in the graph?
SELECT ?class (COUNT(DISTINCT ?thing) AS ?things)
WHERE { ?thing a ?class }
GROUP BY ?class
ORDER BY DESC(?things) ?class"""


class Assets(NamedTuple):
    """The bundled files of the page, which ``make assets`` makes.

    :param page: name of the page's script
    :param worker: name of the script in which the engine runs
    :param engine: name of the engine, compressed WebAssembly
    :param version: of the engine
    :param licences: name of the file with the licences of all that is bundled
    :param files: contents by name
    """

    page: str
    worker: str
    engine: str
    version: str
    licences: str
    files: Mapping[str, bytes]


def load_assets() -> Assets | None:
    """Read the bundled files; there are none where nobody has made them."""
    folder = resources.files("mipex_kg.site") / "_assets"
    listing = folder / "assets.json"
    if not listing.is_file():
        return None
    told = json.loads(listing.read_bytes())
    files = {name: (folder / name).read_bytes() for name in told.pop("files")}
    return Assets(**told, files=files)


class ReadyQuery(NamedTuple):
    """A named query as the page offers it, the defaults of its parameters filled in."""

    name: str
    title: str
    description: str
    text: str


@dataclass(frozen=True, repr=False)
class Ask:
    """What the page shows and what its script is told.

    :param interface: the texts of the interface
    """

    project: Project
    dataset: Dataset
    library: Sequence[NamedQuery]
    interface: Mapping[str, str]
    assets: Assets
    first: str = _FIRST

    @property
    def quads(self) -> int:
        """How many quads the engine loads."""
        return len(self.dataset.quads)

    @property
    def megabytes(self) -> str:
        """The size of the engine, as it is fetched."""
        return f"{len(self.assets.files[self.assets.engine]) / 1e6:.1f}"

    @cached_property
    def queries(self) -> list[ReadyQuery]:
        """The named queries that can be asked as they stand, by their titles."""
        ready = [
            ReadyQuery(query.name, query.title, query.description, self._text(query))
            for query in self.library
            if all(parameter.default is not None for parameter in query.parameters)
        ]
        return sorted(ready, key=lambda query: (query.title.casefold(), query.name))

    def _text(self, query: NamedQuery) -> str:
        """Fill in the defaults, and say in comments what they are; the rest is said beside it."""
        prefixes = self.dataset.prefixes
        body = re.sub(_HEADER, "", named_queries.bind(query, {}, prefixes))
        told = "".join(
            f"# {parameter.name} = {parameter.default}: {parameter.description}\n"
            for parameter in query.parameters
        )
        return told + readable(body, prefixes).rstrip()

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Give the files that the page loads, with their names relative to the site."""
        for name, data in self.assets.files.items():
            yield layout.ASSETS + name, data
        style = layout.ASK_STYLE.removeprefix(layout.ASSETS)
        file = resources.files("mipex_kg.site.pages") / "static" / style
        yield layout.ASK_STYLE, file.read_bytes()
        settings = json.dumps(self._settings(), ensure_ascii=False, indent=0)
        yield layout.ASK_SETTINGS, settings.encode()

    def _settings(self) -> dict[str, object]:
        """Give what the script is told. Addresses are relative to the page."""
        prefix = "ask-"
        engine = self.assets.engine
        return {
            "base": self.project.base,
            "dump": f"{self.project.name}{formats.NQUADS.suffix}",
            "worker": layout.ASSETS + self.assets.worker,
            "engine": {"path": layout.ASSETS + engine, "bytes": len(self.assets.files[engine])},
            "limit": _LIMIT,
            "language": self.dataset.languages[0],
            "labels": [label.value for label in LABELS],
            "prefixes": dict(self.dataset.prefixes),
            "queries": [query._asdict() for query in self.queries],
            "terms": self._vocabulary(),
            "texts": {
                key.removeprefix(prefix): text
                for key, text in self.interface.items()
                if key.startswith(prefix)
            },
        }

    def _vocabulary(self) -> list[tuple[str, str]]:
        """List the properties and classes that the graph uses, with their labels."""
        used: set[Term] = {quad.predicate for quad in self.dataset.quads}
        used |= {quad.object for quad in self.dataset.quads if quad.predicate == TYPE}
        return sorted((text_of(term), self.dataset.label(term) or "") for term in used)


def make_ask(
    project: Project, dataset: Dataset, interface: Mapping[str, str], assets: Assets | None
) -> Ask | None:
    """Make the page, if its files are there.

    :raises SourceError: when a named query can't be read
    """
    if assets is None:
        return None
    library = named_queries.load_queries(project.query_files, project.files)
    return Ask(project, dataset, tuple(library.values()), interface, assets)


def readable(text: str, prefixes: Mapping[str, str]) -> str:
    """Write the IRIs in a query as CURIEs, where there is one.

    >>> readable("ASK { <http://schema.org/name> ?p ?o }", {"schema": "http://schema.org/"})
    'ASK { schema:name ?p ?o }'
    """
    known = {**prefixes, **query_text.Query(text, {}).declared_prefixes}
    return "".join(
        (token.kind == "iri" and compact(token.text[1:-1], known)) or token.text
        for token in query_text.tokens(text)
    )
