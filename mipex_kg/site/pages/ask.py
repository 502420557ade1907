"""The SPARQL page: what its script is told, and the files that it loads."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import resources

import pyoxigraph as ox

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.project import layout
from mipex_kg.project.project import Project
from mipex_kg.rdf import formats
from mipex_kg.rdf.namespaces import TYPE, in_http
from mipex_kg.rdf.terms import Term
from mipex_kg.site.pages.addresses import root
from mipex_kg.site.pages.assets import Assets
from mipex_kg.site.pages.query_forms import QueryForms, ReadyQuery
from mipex_kg.site.pages.wording import Wording
from mipex_kg.sparql import named_queries
from mipex_kg.sparql.named_queries import NamedQuery, in_groups

# Seconds after which a query is stopped.
_LIMIT = 60
# What the editor holds at first; it makes sense in any graph.
_FIRST = """\
# What is in the graph?
SELECT ?class (COUNT(DISTINCT ?thing) AS ?things)
WHERE { ?thing a ?class }
GROUP BY ?class
ORDER BY DESC(?things) ?class"""


@dataclass(frozen=True, repr=False)
class Ask:
    """What the page shows and what its script is told.

    :param folder: where the page lies
    """

    project: Project
    dataset: Dataset
    library: Sequence[NamedQuery]
    wording: Wording
    assets: Assets
    folder: str = ""
    first: str = _FIRST

    @property
    def quads(self) -> str:
        """How many quads the engine loads."""
        return self.wording.numbers.whole(len(self.dataset.quads))

    @property
    def megabytes(self) -> str:
        """The size of the engine, as it is fetched."""
        size = len(self.assets.files[self.assets.engine]) / 1e6
        return self.wording.numbers.decimal(f"{size:.1f}")

    @property
    def settings_path(self) -> str:
        """The file with what the script is told."""
        return layout.ask_settings(self.folder)

    @cached_property
    def groups(self) -> list[tuple[str, list[ReadyQuery]]]:
        """The named queries that can be asked, in their groups."""
        forms = QueryForms(self.dataset, self.wording)
        made = (
            (group.title, list(filter(None, map(forms.ready, group.queries))))
            for group in in_groups(self.library)
        )
        return [(title, queries) for title, queries in made if queries]

    @property
    def queries(self) -> list[ReadyQuery]:
        """The named queries that can be asked."""
        return [query for _, queries in self.groups for query in queries]

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Give the files that the page loads, with their names relative to the site."""
        for name, data in self.assets.files.items():
            yield layout.ASSETS + name, data
        style = layout.ASK_STYLE.removeprefix(layout.ASSETS)
        file = resources.files("mipex_kg.site.pages") / "static" / style
        yield layout.ASK_STYLE, file.read_bytes()

    def settings(self) -> tuple[str, bytes]:
        """Give the file with what the script is told, with its name relative to the site."""
        settings = json.dumps(self._settings(), ensure_ascii=False, indent=0)
        return self.settings_path, settings.encode()

    def _settings(self) -> dict[str, object]:
        """Give what the script is told. Addresses are relative to the page."""
        prefix = "ask-"
        engine, way = self.assets.engine, root(self.folder)
        size = len(self.assets.files[engine])
        return {
            "base": self.project.base,
            "dump": f"{way}{self.project.name}{formats.NQUADS.suffix}",
            "worker": way + layout.ASSETS + self.assets.worker,
            "engine": {"path": way + layout.ASSETS + engine, "bytes": size},
            "limit": _LIMIT,
            "language": self.dataset.languages[0],
            "labels": self._labels(),
            "table": self._table_words(),
            "prefixes": dict(self.dataset.prefixes),
            "queries": [_told(query) for query in self.queries],
            "terms": self._vocabulary(),
            "texts": {
                key.removeprefix(prefix): text
                for key, text in self.wording.interface.items()
                if key.startswith(prefix)
            },
        }

    def _table_words(self) -> dict[str, str]:
        """Give the words of a table to work with; what is saved has buttons of its own."""
        keys = {"filter": "table-filter", "shown": "table-shown"}
        keys |= {key: key for key in ("columns", "copy", "copied")}
        return {name: self.wording.interface[key] for name, key in keys.items()}

    def _labels(self) -> list[str]:
        """Name the properties that name things, the one to prefer first, as they are written."""
        used = self.dataset.naming & self.dataset.predicates
        rank = {label: number for number, label in enumerate(self.dataset.labels)}
        return [node.value for node in sorted(used, key=lambda node: rank[in_http(node)])]

    def _vocabulary(self) -> list[tuple[str, str]]:
        """List the properties and classes that the graph uses, with their labels.

        Of these a query can name what has an IRI.
        """
        used: set[Term] = {quad.predicate for quad in self.dataset.quads}
        used |= {quad.object for quad in self.dataset.quads if quad.predicate == TYPE}
        named = (term for term in used if isinstance(term, ox.NamedNode))
        return sorted((term.value, self.dataset.label(term) or "") for term in named)


def _told(query: ReadyQuery) -> dict[str, object]:
    fields = [
        field._asdict() | {"choices": [choice._asdict() for choice in field.choices]}
        for field in query.fields
    ]
    return query._asdict() | {"fields": fields}


def make_ask(
    project: Project, dataset: Dataset, wording: Wording, assets: Assets | None, folder: str = ""
) -> Ask | None:
    """Make the page, if its files are there.

    :param folder: where it lies
    :raises SourceError: when a named query can't be read
    """
    if assets is None:
        return None
    library = named_queries.load_queries(project.query_files, project.files)
    return Ask(project, dataset, tuple(library.values()), wording, assets, folder)
