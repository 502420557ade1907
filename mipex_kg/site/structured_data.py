"""Structured data: what a web page tells search engines of a thing, as JSON-LD in schema.org terms.

A block is the graph's schema.org projection of the thing, no more and no less, beside what it says
of the page itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

import pyoxigraph as ox

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.project.project import Project
from mipex_kg.rdf import languages, serialization
from mipex_kg.rdf.jsonld.expanded import Json, expanded
from mipex_kg.rdf.jsonld.frames import GENERAL, MAIN_ENTITY, Frame, load_frames
from mipex_kg.rdf.jsonld.framing import Root, framed
from mipex_kg.rdf.jsonld.pretty import pretty
from mipex_kg.rdf.namespaces import RDF, SCHEMA, TYPE, in_http
from mipex_kg.rdf.terms import Node, Term, text_of
from mipex_kg.site.catalogue.schema_org import InSchemaOrg
from mipex_kg.site.equivalents import Equivalents
from mipex_kg.site.privacy import Privacy, find_privacy
from mipex_kg.system.errors import UsageError

_NAME, _URL, _DESCRIPTION = (SCHEMA.term(name) for name in ("name", "url", "description"))
_DATASET = SCHEMA.term("Dataset")
_NOTHING = ox.NamedNode("urn:x-mipex-kg:nothing")
_LIST = frozenset((RDF.term("first"), RDF.term("rest")))
# As many terms are remembered to be of schema.org or not.
_TERMS = 1 << 12
_SCHEMA_TERM = re.compile(re.escape(SCHEMA) + r"[A-Za-z0-9]+\Z")
# What HTML, XML or JavaScript could take for something else.
_UNSAFE = re.compile("[<>&\x7f-\x9f\u2028\u2029\ufdd0-\ufdef\ufffe\uffff]")
# What would begin an expression where pages are templates; of JSON itself, nothing does.
_EXPRESSIONS = ("{{", "{%", "{#", "${", "#{", "@{")
_EXPRESSION = re.compile(r"[{$#@](?=\{)|\{(?=[%#])")


class PageNode(NamedTuple):
    """What a page's structured data say of the page itself.

    :param iri: the page's address
    :param cls: local name of ``schema:WebPage`` or a kind of it
    :param language: of the page's text; None for the project's first one
    """

    iri: str
    name: str
    cls: str = "AboutPage"
    description: str = ""
    language: str | None = None


class StructuredData:
    """The schema.org projection of a project's dataset, and blocks of it for web pages.

    :raises SourceError: when a frame of the project is not one
    """

    def __init__(self, project: Project, dataset: Dataset) -> None:
        self.project, self.dataset = project, dataset
        self.frames: Mapping[str, Frame] = load_frames(self.project.frame_files, self.project.files)
        self.catalogue = InSchemaOrg(self.project, self.dataset)
        self._equivalents = Equivalents(self.dataset)
        self.privacy: Privacy = find_privacy(self.dataset)

    def of(self, things: Iterable[Node]) -> ToldThings:
        """Prepare to tell of some things; what several blocks share is made once."""
        return ToldThings(self, tuple(things))

    def projection(self, things: Iterable[Node]) -> list[ox.Triple]:
        """Choose the triples that a page about some things tells in the terms of schema.org.

        A term of schema.org is ``http://schema.org/`` with letters and digits behind it; one with
        https: counts as such. Of all graphs together, the inferred ones too, those are:

        1. of the things, and of the nested nodes (roles, posts, blank nodes, cells of lists, files
           of a dataset) that they lead to by properties of schema.org, directly or through other
           nested nodes: every triple whose predicate is a property of schema.org, or ``rdf:first``
           or ``rdf:rest``, and every ``rdf:type`` with a class of schema.org
        2. of whatever else those triples link to, if anything is said of it: its types in
           schema.org, its name in the language of the page and ``schema:url``; of a
           ``schema:Dataset`` also ``schema:description``, without which search engines take none

        What the catalogue says in DCAT counts as said in schema.org, as ``InSchemaOrg`` maps it; so
        do names, descriptions and classes of other vocabularies, as ``Equivalents`` maps them.
        Texts in the language of the page have no language tag. People who are marked as private
        are left out where ``Privacy`` says so. What points to the things is not among them: a page
        describes its subject.

        :returns: each once, in no particular order
        """
        return self.of(things).triples

    def block(self, things: Iterable[Node], page: PageNode | None = None) -> str:
        """Write the JSON text of a page's ``<script type="application/ld+json">``.

        It brings its own context, every number is in it as text with its type, and nothing
        in it can end the script. The first thing is the page's main entity, and the frame of its
        class says what is at the top; the other things are what the page is also about.

        :param page: None for a page of someone else, of which only the things are told
        :returns: an empty text when there is nothing to tell: no page, and nothing of the things
            in the terms of schema.org
        """
        return self.of(things).block(page)

    def require_block(self, things: Sequence[Node]) -> str:
        """Write the JSON text for a page of someone else.

        :raises UsageError: when there is nothing to tell
        """
        if block := self.block(things):
            return block
        names = " and ".join(map(str, things)) or "nothing"
        raise UsageError(f"Nothing is said of {names} in the terms of schema.org.")

    def said(self, node: Term) -> list[ox.Triple]:
        """Give what is said of a node, in the terms of schema.org or in those of equivalents."""
        said = [*self._stated(node), *self.catalogue.about(node)]
        return [*said, *self._equivalents.missing(node, {triple.predicate for triple in said})]

    def _stated(self, node: Term) -> Iterator[ox.Triple]:
        """Give what is said of a node in the terms of schema.org."""
        for quad in self.dataset.about(node):
            predicate = quad.predicate
            if predicate == TYPE:
                if (cls := _in_schema_org(quad.object)) is not None:
                    yield ox.Triple(quad.subject, TYPE, cls)
            elif (known := _told_property(predicate)) is not None:
                yield ox.Triple(quad.subject, known, quad.object)

    def is_part(self, node: Node) -> bool:
        """Tell whether a node is told with what leads to it, and not by itself."""
        return self.dataset.is_nested(node) or self.catalogue.is_file(node)

    def page(self, page: PageNode, others: Sequence[str]) -> list[Json]:
        """Describe the page and the site that it is part of, in expanded JSON-LD."""
        project = self.project
        site = project.site + "#website"
        return [
            {"@id": page.iri, "@type": [SCHEMA + page.cls]}
            | _text("name", page.name)
            | _text("description", page.description)
            | _text("inLanguage", page.language or project.languages[0])
            | _links("url", [page.iri] if project.is_placed else [])
            | _links("license", [project.licence] if project.licence else [])
            | _links("isPartOf", [site])
            | _links("about", others),
            {"@id": site, "@type": [SCHEMA + "WebSite"]}
            | _text("name", project.title)
            | _links("url", [project.site] if project.is_placed else []),
        ]


class ToldThings:
    """What is told of some things: the same in the block of their page and in one to paste.

    :param things: the first is what a page is about
    """

    def __init__(self, data: StructuredData, things: Sequence[Node]) -> None:
        self._data, self._things = data, things
        self._known: dict[Term, list[ox.Triple]] = {}

    @cached_property
    def triples(self) -> list[ox.Triple]:
        """The triples that are told, as ``StructuredData.projection`` says."""
        things, is_part = self._things, self._data.is_part
        hidden_from = self._data.privacy.hidden_from
        hidden = frozenset.intersection(*map(hidden_from, things or [_NOTHING]))
        language = self._language(things[0] if things else None)
        chosen: dict[ox.Triple, None] = {}
        inner: set[Term] = set(things)
        near: set[Term] = set()
        waiting = list(inner)
        while waiting:
            for triple in self._said(waiting.pop()):
                other = triple.object
                if other in hidden:
                    continue
                chosen[untagged(triple, language)] = None
                if isinstance(other, ox.Literal) or triple.predicate == TYPE or other in inner:
                    continue
                if is_part(other):
                    inner.add(other)
                    waiting.append(other)
                else:
                    near.add(other)
        for node in near:
            for triple in self._summed_up(node, language):
                chosen[untagged(triple, language)] = None
        return list(chosen)

    @cached_property
    def _ordered(self) -> list[ox.Quad]:
        return serialization.canonical(ox.Quad(*triple) for triple in self.triples)

    def _said(self, node: Term) -> list[ox.Triple]:
        found = self._known.get(node)
        if found is None:
            found = self._known[node] = self._data.said(node)
        return found

    def _summed_up(self, node: Term, language: str) -> Iterator[ox.Triple]:
        """Give what a page says of a node that its subject links to."""
        said = self._said(node)
        wanted = {TYPE, _URL}
        if any(triple.object == _DATASET for triple in said):
            wanted.add(_DESCRIPTION)
        yield from (triple for triple in said if triple.predicate in wanted)
        names = [triple for triple in said if triple.predicate == _NAME]
        if names:
            wishes = [language, *self._data.project.languages]
            best = min(names, key=lambda name: _preference(name.object, wishes))
            yield ox.Triple(best.subject, _NAME, ox.Literal(text_of(best.object)))

    def _values(self, node: Term | None, predicate: ox.NamedNode) -> list[Term]:
        return [t.object for t in self._said(node) if t.predicate == predicate] if node else []

    def block(self, page: PageNode | None = None) -> str:
        """Write the JSON text of a block, as ``StructuredData.block`` says."""
        subjects = {triple.subject for triple in self.triples}
        told = [thing for thing in self._things if thing in subjects]
        if not told and page is None:
            return ""
        main = told[0] if told else None
        frame = self._frame(main)
        roots = [Root(text_of(thing), self._frame(thing).entity) for thing in told]
        nodes = expanded(self._ordered)
        if page is not None:
            # What the block leads to from elsewhere needs no link from the page.
            linked = {text_of(triple.object) for triple in self.triples}
            others = [root.iri for root in roots[1:] if root.iri not in linked]
            of_page = self._data.page(page, others)
            if main is None or MAIN_ENTITY in frame.properties:
                of_page[0] |= _links(MAIN_ENTITY, [root.iri for root in roots[:1]])
                roots.insert(0, Root(page.iri, frame))
            else:
                _node(nodes, roots[0].iri).update(_links("mainEntityOfPage", [page.iri]))
            nodes += of_page
        return script_safe(pretty(framed(nodes, roots, self._data.dataset.schema_org)))

    def _frame(self, thing: Node | None) -> Frame:
        """Give the frame for a thing: that of the first of its classes, in order, to have one."""
        frames = self._data.frames
        names = sorted(text_of(cls).removeprefix(SCHEMA) for cls in self._values(thing, TYPE))
        return next((frames[name] for name in names if name in frames), GENERAL)

    def _language(self, thing: Node | None) -> str:
        """Choose the language of plain texts, such that the thing's own name is one of them."""
        wishes, names = self._data.project.languages, self._values(thing, _NAME)
        tags = {name.language or "" for name in names if isinstance(name, ox.Literal)}
        if not names or "" in tags:
            return wishes[0]
        return min(tags, key=lambda tag: (languages.preference(tag, wishes), tag))


@lru_cache(_TERMS)
def _told_property(predicate: ox.NamedNode) -> ox.NamedNode | None:
    """Give a property as the engine knows it, if it is one that is told; else None."""
    return predicate if predicate in _LIST else _in_schema_org(predicate)


@lru_cache(_TERMS)
def _in_schema_org(term: Term) -> ox.NamedNode | None:
    """Give a term of schema.org as the engine knows it; None for any other."""
    known = in_http(term) if isinstance(term, ox.NamedNode) else None
    return known if known and _SCHEMA_TERM.match(known.value) else None


def _text(name: str, text: str) -> Json:
    return {SCHEMA + name: [{"@value": text}]} if text else {}


def as_http(triple: ox.Triple) -> ox.Triple:
    """Write the property of a statement, and the class that it gives, as the engine knows them."""
    cls = triple.object
    if triple.predicate == TYPE and isinstance(cls, ox.NamedNode):
        return ox.Triple(triple.subject, TYPE, in_http(cls))
    return ox.Triple(triple.subject, in_http(triple.predicate), cls)


def untagged(triple: ox.Triple, language: str) -> ox.Triple:
    """Give a text in the language of the page no language tag, as search engines read it best.

    >>> name = ox.Triple(ox.NamedNode("e:a"), _NAME, ox.Literal("Ada", language="en-GB"))
    >>> untagged(name, "en").object.language, untagged(name, "de").object.language
    (None, 'en-gb')
    """
    text = triple.object
    if not isinstance(text, ox.Literal) or not text.language:
        return triple
    if not languages.covers(language, text.language):
        return triple
    return ox.Triple(triple.subject, triple.predicate, ox.Literal(text.value))


def _preference(name: Term, wishes: Sequence[str]) -> tuple[object, str]:
    tag = name.language if isinstance(name, ox.Literal) else ""
    return languages.preference(tag or "", wishes), text_of(name)


def _links(name: str, iris: Sequence[str]) -> Json:
    return {SCHEMA + name: [{"@id": iri} for iri in iris]} if iris else {}


def _node(nodes: Iterable[Json], iri: str) -> Json:
    return next(node for node in nodes if node["@id"] == iri)


def script_safe(text: str) -> str:
    r"""Escape what could end a script, or be taken for markup or an expression, in JSON text.

    >>> script_safe('"</script>{{{"')
    '"\\u003c/script\\u003e\\u007b\\u007b{"'
    """
    text = _UNSAFE.sub(_escaped, text)
    if any(expression in text for expression in _EXPRESSIONS):
        text = _EXPRESSION.sub(_escaped, text)
    return text


def _escaped(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"
