"""What a shell offers where a name is wanted: names of queries, things, properties and classes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, TypeAlias

import click

# Each is imported where it is used: a command that is run completes nothing.
if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from mipex_kg.dataset.dataset import Dataset
    from mipex_kg.project.project import Project
    from mipex_kg.sparql.named_queries import NamedQuery

Offer: TypeAlias = "Callable[[click.Context, click.Parameter, str], list[CompletionItem[str]]]"


def _offering(find: Callable[[click.Context, str], Iterator[CompletionItem[str]]]) -> Offer:
    """Let a shell see what is found; where the project can't be read, that is nothing."""

    def offer(
        ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem[str]]:
        del param
        from mipex_kg.system.errors import KgError

        try:
            return list(find(ctx, incomplete))
        except KgError:
            return []

    return offer


def _item(value: str, help: str | None) -> CompletionItem[str]:
    from click.shell_completion import CompletionItem

    return CompletionItem(value, help=help)


def _queries(ctx: click.Context, incomplete: str) -> Iterator[CompletionItem[str]]:
    for query in _named_queries(ctx):
        if query.name.startswith(incomplete):
            yield _item(query.name, query.title)


def _parameters(ctx: click.Context, incomplete: str) -> Iterator[CompletionItem[str]]:
    """Offer the parameters of the query that is named already, else those of all queries."""
    asked = ctx.params.get("query")
    queries = [query for query in _named_queries(ctx) if asked in (None, query.name)]
    found = {parameter.name: parameter for query in queries for parameter in query.parameters}
    for name in sorted(found):
        if f"{name}=".startswith(incomplete):
            yield _item(f"{name}=", found[name].description or found[name].type)


def _named_queries(ctx: click.Context) -> Iterable[NamedQuery]:
    from mipex_kg.sparql.named_queries import load_queries

    project = _project(ctx)
    return load_queries(project.query_files, project.files).values()


def _things(ctx: click.Context, incomplete: str) -> Iterator[CompletionItem[str]]:
    """Offer things: by the end of their IRI or the beginning of a label; by CURIE after a colon."""
    from mipex_kg.dataset.things import labels_of

    project = _project(ctx)
    dataset = _stated(project)
    folded = incomplete.casefold()
    for node, labels in sorted(labels_of(dataset).items(), key=lambda item: item[0].value):
        name = _name(node.value, incomplete, project)
        label = dataset.label(node)
        is_graph = node in dataset.graph_names
        by_label = any(each.casefold().startswith(folded) for each in labels) and not is_graph
        if name and (name.startswith(incomplete) or (folded and by_label)):
            yield _item(name, label)


def _graphs(ctx: click.Context, incomplete: str) -> Iterator[CompletionItem[str]]:
    project = _project(ctx)
    dataset = _stated(project)
    for iri in sorted(graph.value for graph in dataset.graph_names if hasattr(graph, "value")):
        name = _name(iri, incomplete, project)
        if name and name.startswith(incomplete):
            yield _item(name, dataset.label(dataset.node(iri)))


def _classes(ctx: click.Context, incomplete: str) -> Iterator[CompletionItem[str]]:
    from mipex_kg.rdf.namespaces import TYPE, shorten
    from mipex_kg.rdf.terms import text_of

    dataset = _stated(_project(ctx))
    classes = {quad.object for quad in dataset.quads if quad.predicate == TYPE}
    for cls in sorted(classes, key=text_of):
        name = shorten(text_of(cls), dataset.prefixes)
        if name.startswith(incomplete):
            yield _item(name, dataset.label(cls))


def _properties(ctx: click.Context, incomplete: str) -> Iterator[CompletionItem[str]]:
    """Offer the properties of the thing that is named already, by their local names."""
    from mipex_kg.dataset import things
    from mipex_kg.rdf.local_names import local_name

    dataset = _stated(_project(ctx))
    node = things.find_thing(ctx.params.get("thing") or "", dataset)
    predicates = {quad.predicate for quad in dataset.about(node)}
    for predicate in sorted(predicates, key=lambda predicate: predicate.value):
        name = local_name(predicate)
        if name.startswith(incomplete):
            yield _item(name, things.property_name(predicate, dataset))


def _name(iri: str, incomplete: str, project: Project) -> str | None:
    """Name a thing in the way that was begun; None if it has no such name."""
    from mipex_kg.rdf.namespaces import compact

    if "://" in incomplete:
        return iri
    if ":" in incomplete:
        return compact(iri, project.prefixes)
    base = next(filter(iri.startswith, (project.base, *project.more_bases)), None)
    return None if base is None else iri.removeprefix(base)


def _project(ctx: click.Context) -> Project:
    from mipex_kg.project.project import find_project

    return find_project(ctx.obj)


def _stated(project: Project) -> Dataset:
    """Read what is stated: rules name nothing, and who waits for a name waits for no rule."""
    from mipex_kg.dataset.assembly import stated_dataset

    return stated_dataset(project)


complete_queries = _offering(_queries)
complete_parameters = _offering(_parameters)
complete_things = _offering(_things)
complete_graphs = _offering(_graphs)
complete_classes = _offering(_classes)
complete_properties = _offering(_properties)
