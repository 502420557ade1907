"""The settings of a project: the one table of what ``mipex-kg.toml`` may say.

Reading the file, the defaults, the documentation and what the code asks of a project all come from
this table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from mipex_kg.project.levels import wrong_check
from mipex_kg.project.setting import (
    LANGUAGE_TAG,
    Setting,
    flag,
    table_of_lists,
    table_of_texts,
    tables,
    text,
    texts,
)

FILE_NAME = "mipex-kg.toml"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of a project, by the names that the code calls them.

    :param prefixes: those of the project, and the engine's own
    """

    prefixes: Mapping[str, str]
    name: str = text(
        "project.name",
        "Name of the project; the dumps are called after it.",
        is_required=True,
        form=r"[A-Za-z0-9][A-Za-z0-9._-]*",
    )
    title: str = text("project.title", "Title of the knowledge graph.", is_required=True)
    description: str = text("project.description", "What the knowledge graph is about.")
    base: str = text(
        "project.base",
        "IRI that names of things begin with; ends with a slash and never changes.",
        is_required=True,
        is_address=True,
        form="(https?|urn):.*/",
    )
    site: str = text(
        "project.site",
        "Address at which the built site is, ends with a slash; `base` unless given.",
        is_address=True,
        form="https?://.*/",
    )
    languages: tuple[str, ...] = texts(
        "project.languages",
        "Languages in which labels are shown, the preferred one first.",
        default=("en",),
        is_required=True,
        are_tags=True,
        form=LANGUAGE_TAG,
    )
    publisher: str = text(
        "project.publisher", "Who publishes the graph, as pages and citations name them."
    )
    contact: str = text(
        "project.contact",
        "Where questions about the graph are answered: an address that begins with `mailto:` or "
        "`https:`.",
        is_address=True,
        form="(mailto:[^@]+@.+|https?://.+)",
    )
    licence: str = text(
        "project.licence",
        "Address of the licence under which the graph is published.",
        is_address=True,
        form="https?://.*",
    )
    facts: str = text(
        "project.facts",
        "How files become facts. `plain`: as they are, what is in no named graph in a graph for "
        "each file. `strict`: each fact must be in a named graph that says what it is based on.",
        default="plain",
        form="plain|strict",
    )
    more_data: tuple[str, ...] = texts(
        "files.data",
        "Files and folders with data besides those in `data/`: paths from the project folder.",
    )
    more_ontology: tuple[str, ...] = texts(
        "files.ontology", "The same for the ontology and the concept schemes."
    )
    more_shapes: tuple[str, ...] = texts("files.shapes", "The same for SHACL shapes.")
    sources: Mapping[str, Mapping[str, str]] = tables(
        "sources",
        "For each file of data, by its path from the project folder, where it comes from: "
        "`title`, `author`, `licence` and `address`.",
        keys=("title", "author", "licence", "address"),
    )
    check_levels: Mapping[str, str] = table_of_texts(
        "checks",
        "How grave the findings of each check are: `off`, `info`, `warning` or `violation`.",
        form="off|info|warning|violation",
        wrong_key=wrong_check,
    )
    also_labels: tuple[str, ...] = texts(
        "labels.also",
        "Properties whose values also find a thing on the command line, as CURIEs.",
        names_terms=True,
    )
    complete_labels: Mapping[str, tuple[str, ...]] = table_of_lists(
        "labels.complete",
        "For each class, as a CURIE: the languages in which every member needs a label.",
        names_terms=True,
        are_tags=True,
        form=LANGUAGE_TAG,
    )
    strict_labels: bool = flag(
        "labels.strict", "Whether nothing is built while a label of `labels.complete` is missing."
    )
    nested_classes: tuple[str, ...] = texts(
        "documents.nested",
        "Classes whose members are written whole in the documents of the things they link.",
        names_terms=True,
    )
    page_classes: tuple[str, ...] = texts(
        "pages.classes",
        "Classes that visitors browse by, the most important one first, as CURIEs.",
        names_terms=True,
    )
    map_class: str = text(
        "map.class", "Class whose members are the tiles of the map, as a CURIE.", names_terms=True
    )
    map_code: str = text(
        "map.code",
        "Property whose value is written on a tile, and finds its place, as a CURIE.",
        names_terms=True,
    )
    map_group: str = text(
        "map.group",
        "Property whose value decides the colour of a tile, as a CURIE.",
        names_terms=True,
    )
    network_classes: tuple[str, ...] = texts(
        "network.classes",
        "Classes whose members the picture of the network shows, one column each, as CURIEs.",
        names_terms=True,
    )
    tables: tuple[str, ...] = texts(
        "catalogue.tables", "Named queries whose answers the catalogue offers as tables."
    )
    endpoint: str = text(
        "catalogue.endpoint",
        "Address at which questions in SPARQL are answered, if there is such a service.",
        is_address=True,
        form="https?://.+",
    )
    hosts: tuple[str, ...] = texts(
        "hosting.files",
        "Hosts whose rules `build` writes into the site, of apache, cloudflare, github, netlify.",
        form="apache|cloudflare|github|netlify",
    )
    embedded: Mapping[str, tuple[str, ...]] = table_of_lists(
        "embed",
        "For each web page, by its path or a pattern: the things that `embed` writes into it.",
    )


# The settings by the names that the code calls them.
BY_NAME: Mapping[str, Setting] = {
    field.name: field.metadata["setting"]
    for field in fields(Settings)
    if "setting" in field.metadata
}
SETTINGS = tuple(BY_NAME.values())
