"""The settings of a project: the one table of what ``mipex-kg.toml`` may say.

Reading the file, the defaults, the documentation and what the code asks of a project all come from
this table.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields

from mipex_kg.project.levels import wrong_check
from mipex_kg.project.setting import (
    LANGUAGE_TAG,
    Setting,
    flag,
    number,
    table_of_lists,
    table_of_texts,
    tables,
    tables_of_lists,
    text,
    texts,
)
from mipex_kg.rdf.formats import OF_DOCUMENTS
from mipex_kg.rdf.jsonld.known_contexts import is_context_iri

FILE_NAME = "mipex-kg.toml"
# Which pages have pictures of their own for sharing.
NONE, ONE, EACH = "none", "site", "each"
# What names may begin with: on the web, at least a host and a slash.
_WEB, _OTHER = r"https?://[^/?#]+/.*", r"(?!https?:)[A-Za-z][A-Za-z0-9+.-]*:.+"
# It ends in a sign, or what begins like it would go on with its last word.
_BASE = rf"(?:{_WEB}|{_OTHER})(?<![^\W_])"


def _with_a_slash(base: str) -> str | None:
    """Give a base that lacks only its last sign with a slash.

    >>> _with_a_slash("https://example.org/room"), _with_a_slash("urn:x"), _with_a_slash("room")
    ('https://example.org/room/', 'urn:x:', None)
    """
    end = "/" if base.startswith("http") else ":"
    return base + end if re.fullmatch(_BASE, base + end) else None


def _wrong_context(iri: str, _prefixes: Mapping[str, str]) -> str | None:
    if is_context_iri(iri):
        return None
    return f"can't be of {iri!r}: the IRI of a context begins with http:// or https://."


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of a project, by the names that the code calls them.

    :param prefixes: those of the project, and the engine's own
    """

    prefixes: Mapping[str, str]
    name: str = text(
        "project.name",
        "Name of the project, such as `reading-room`; the dumps are called after it.",
        is_required=True,
        form=r"[A-Za-z0-9][A-Za-z0-9._-]*",
    )
    title: str = text("project.title", "Title of the knowledge graph.", is_required=True)
    description: str = text("project.description", "What the knowledge graph is about.")
    base: str = text(
        "project.base",
        "Base IRI: how the IRIs of things begin, such as `https://example.org/id/`, "
        "`https://example.org/terms#` or `urn:x:`; ends in `/`, `#` or another character that "
        "isn't a letter or digit, and never changes.",
        is_required=True,
        is_address=True,
        form=_BASE,
        meant=_with_a_slash,
    )
    more_bases: tuple[str, ...] = texts(
        "project.more_bases",
        "Other ways in which IRIs of its things begin, such as `https://example.org/terms#`.",
        is_address=True,
        form=_BASE,
        meant=_with_a_slash,
    )
    ignore_scheme: bool = flag(
        "project.ignore_scheme",
        "Whether IRIs that differ only in `http:` and `https:` are the same.",
    )
    site: str = text(
        "project.site",
        "Address of the built site; ends with a slash. Unless given, addresses of files "
        "begin with `base` down to its last slash. While it isn't given, or is at a host for "
        "examples such as `https://example.org/`, pages have no canonical address, and there is no "
        "sitemap.",
        is_address=True,
        form="https?://.*/",
    )
    languages: tuple[str, ...] = texts(
        "project.languages",
        "Languages in which labels are shown, such as `en` or `pt-BR`, the preferred one first.",
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
        "Where questions about the graph are answered: an address such as "
        "`mailto:readers@example.org` or `https://example.org/contact`.",
        is_address=True,
        form="(mailto:[^@]+@.+|https?://.+)",
    )
    report: str = text(
        "project.report",
        "Where readers report errors, such as "
        "`https://example.org/issues/new?title={title}&body={page}`: `{page}` becomes the address "
        "of the page, and `{title}` its title. Unless given, `contact`.",
        form=r"https?://(?:[^\s<>\"{}|\\^`]|\{(?:page|title)\})+",
    )
    licence: str = text(
        "project.licence",
        "Address of the licence under which the graph is published, such as "
        "`https://creativecommons.org/licenses/by/4.0/`.",
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
    remote_contexts: Mapping[str, str] = table_of_texts(
        "contexts",
        "For each remote context that JSON-LD names, by its IRI: the file with a copy of it, by "
        "its path from the project folder. None is fetched; without a copy, only schema.org's is "
        "known.",
        are_files=True,
        wrong_key=_wrong_context,
    )
    sources: Mapping[str, Mapping[str, str]] = tables(
        "sources",
        "For each file of data, by its path from the project folder, where it comes from: "
        "`title`, `author`, `licence` and `address`.",
        keys=("title", "author", "licence", "address"),
    )
    check_levels: Mapping[str, str] = table_of_texts(
        "checks",
        "How serious the findings of each check are: `off`, `info`, `warning` or `violation`.",
        form="off|info|warning|violation",
        wrong_key=wrong_check,
    )
    labels: tuple[str, ...] = texts(
        "labels.properties",
        "Properties whose values name things, the one to prefer first, as CURIEs. Default: "
        "`schema:name`, `skos:prefLabel`, `rdfs:label`, `dct:title`, `foaf:name`, `dc:title` and "
        "`vcard:fn`; of SKOS-XL's labels, `skosxl:literalForm`.",
        names_terms=True,
    )
    also_labels: tuple[str, ...] = texts(
        "labels.also",
        "Properties whose values find a thing too, in the terminal and on the site, as CURIEs.",
        names_terms=True,
    )
    nameless_classes: tuple[str, ...] = texts(
        "labels.unneeded",
        "Classes, as CURIEs, whose members need no name and are drawn within the things that they "
        "belong to, besides those of addresses, periods, coordinates, amounts and selectors.",
        names_terms=True,
    )
    complete_labels: Mapping[str, tuple[str, ...]] = table_of_lists(
        "labels.complete",
        "For each class, as a CURIE: the languages, such as `en`, in which every member needs a "
        "label.",
        names_terms=True,
        is_class=True,
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
        is_class=True,
    )
    document_formats: tuple[str, ...] = texts(
        "documents.formats",
        "Formats in which the document of each thing is written besides its page, of `turtle`, "
        "`trig`, `jsonld`, `rdfxml` and `ntriples`. The whole graph and the catalogue have all.",
        default=tuple(format.name for format in OF_DOCUMENTS),
        is_required=True,
        form="|".join(format.name for format in OF_DOCUMENTS),
    )
    has_linksets: bool = flag(
        "documents.linksets",
        "Whether the typed links of each page are also written as two files, its link sets.",
        default=True,
    )
    page_classes: tuple[str, ...] = texts(
        "pages.classes",
        "Classes that visitors browse by, the most important one first, as CURIEs.",
        names_terms=True,
        is_class=True,
    )
    page_facts: Mapping[str, Mapping[str, tuple[str, ...]]] = tables_of_lists(
        "pages.facts",
        "For each class, as a CURIE: the groups in which a page shows what is said of a member, in "
        "order. Each has a heading, or an empty text for none, and a list of properties, of "
        "properties that point to the member, such as `^schema:member`, and of classes in "
        "`documents.nested`, whose members are a table.",
        names_terms=True,
        lists_terms=True,
        is_class=True,
    )
    folded: tuple[str, ...] = texts(
        "pages.folded",
        "Classes and properties that pages show only among all statements, as CURIEs.",
        names_terms=True,
    )
    page_columns: Mapping[str, tuple[str, ...]] = table_of_lists(
        "pages.columns",
        "For each class, as a CURIE: the properties, such as `schema:jobTitle` or "
        "`^schema:member`, that are the columns of the list of its members.",
        names_terms=True,
        lists_terms=True,
        is_class=True,
    )
    page_languages: tuple[str, ...] = texts(
        "pages.languages",
        "Languages in which the site has pages, such as `en` and `fr`: those in the first are at "
        "the root, those in any other in a folder of its name. Default: the first of "
        "`project.languages` alone.",
        are_tags=True,
        form=LANGUAGE_TAG,
    )
    most_entries: int = number(
        "pages.entries",
        "How many entries the list of a class has on one page; the rest is on further pages.",
        default=200,
    )
    most_searched: int = number(
        "pages.searched",
        "Up to how many pages, in each language, their whole text is searched. A larger site is "
        "searched by names, other names, codes and roles alone: an index of the text takes longer "
        "than all else, the more so the larger the site is. If the tool was installed without "
        "`make assets`, nothing finds names, and the text is always searched.",
        default=5000,
    )
    most_sections: int = number(
        "pages.sections",
        "How many things of one document, such as `list#a` and `list#b`, share its page; where "
        "there are more, each has a page.",
        default=60,
    )
    pictures: str = text(
        "pages.pictures",
        "Pictures that networks and messengers show beside a link to a page. `site`: one for all "
        "pages, with the title of the site. `each`: besides, one with its name for each member of "
        "the classes that visitors browse by. `none`: no pictures. While `project.site` isn't "
        "known there are none.",
        default=ONE,
        form=f"{NONE}|{ONE}|{EACH}",
    )
    map_class: str = text(
        "map.class",
        "Class whose members are the tiles of the map, as a CURIE.",
        names_terms=True,
        is_class=True,
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
        is_class=True,
    )
    tables: tuple[str, ...] = texts(
        "catalogue.tables", "Named queries whose answers the catalogue offers as tables."
    )
    endpoint: str = text(
        "catalogue.endpoint",
        "Address at which questions in SPARQL are answered, such as `https://example.org/sparql`, "
        "if there is such a service.",
        is_address=True,
        form="https?://.+",
    )
    hosts: tuple[str, ...] = texts(
        "hosting.files",
        "Hosts whose rules `build` writes into the site, of `apache`, `cloudflare`, `github` and "
        "`netlify`.",
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
