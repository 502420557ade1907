"""What is in files that nobody has described: names, languages, classes, what they are about."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from mipex_kg.adoption.base import AUTHORITIES, Base, find_base, is_below, namespace
from mipex_kg.adoption.kinds import KINDS, OTHER, KindOfData, kind_of
from mipex_kg.adoption.prefixes import name_prefix
from mipex_kg.adoption.sources import TERMS, AdoptedFiles
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.dataset.words import shipped_languages
from mipex_kg.rdf.declared_prefixes import declared
from mipex_kg.rdf.namespaces import (
    DC,
    DCT,
    KG,
    LABELS,
    OF_LITTLE,
    OWL,
    PREFIXES,
    RDFS,
    SCHEMA,
    SCHEMA_HTTPS,
    SKOS,
    TYPE,
    in_http,
)
from mipex_kg.rdf.prose import prose_of
from mipex_kg.rdf.quads import Quad, QuadColumns
from mipex_kg.rdf.terms import Term, is_iri, text_of
from mipex_kg.rdf.vocabularies import vocabularies_of_others

# Of the things with names in the language that has the most, so large a part has one in another
# that the data are in that one, too.
_SPOKEN = 0.1
# What is shorter may be the heading of a paragraph.
_HEADING = 50
# So many classes visitors are led to.
_MOST_CLASSES = 6
# What so large a part of the names begins with is a base of its own.
_MANY = 0.1
# What a single name begins with is none.
_FEWEST = 2
# A vocabulary is described in passing where fewer of the names than this are its.
_IN_PASSING = 0.1
_DESCRIPTIONS = (
    *(DCT.term("description"), DC.term("description"), SCHEMA.term("description")),
    *(DCT.term("abstract"), SKOS.term("definition")),
    *(RDFS.term("comment"), SKOS.term("scopeNote")),
)
_LICENCES = (
    DCT.term("license"),
    SCHEMA.term("license"),
    ox.NamedNode("http://creativecommons.org/ns#license"),
)
_PUBLISHERS = tuple(space.term("publisher") for space in (DCT, DC, SCHEMA))
_TITLES = (DCT.term("title"), DC.term("title"), *LABELS)
# Prefixes that programs make up: rdflib and others, and Jena.
_MADE_UP = re.compile(r"(?:ns|j\.)\d+")
# Ontologies name the annotation properties of others that they use.
_ONLY_NAMED = {OWL.term("AnnotationProperty")}


@dataclass(frozen=True)
class Survey:
    """What is in some files.

    :param provisional: what their relative IRIs were resolved against
    """

    sources: AdoptedFiles
    provisional: str

    @cached_property
    def dataset(self) -> Dataset:
        """What all of them state but the shapes."""
        files = tuple(s.file for s in self.sources.read if s.roles != ("shapes",))
        return Dataset(QuadColumns(quad for file in files for quad in file.quads), files, PREFIXES)

    @cached_property
    def types(self) -> Mapping[ox.NamedNode, set[Term]]:
        """The classes of each thing that has a name; what has none has no class."""
        found: dict[ox.NamedNode, set[Term]] = {}
        for quad in self.dataset.quads:
            if isinstance(quad.subject, ox.NamedNode):
                classes = found.setdefault(quad.subject, set())
                if quad.predicate == TYPE:
                    classes.add(quad.object)
        return found

    @cached_property
    def kind(self) -> KindOfData:
        """What they are mostly about."""
        return kind_of(self.types)

    @cached_property
    def base(self) -> Base | None:
        """What many names begin with; None if hardly any is an address."""
        base = self._base_of([node.value for node in self.types])
        return base if base and base.covered >= _MANY * len(self.types) else None

    @cached_property
    def more_bases(self) -> tuple[str, ...]:
        """What many of the other names begin with; the same host by another scheme is none."""
        found = [self.base.iri] if self.base else []
        while found:
            rest = [
                node.value
                for node in self.types
                if self.is_own(node) and not self.is_below(node.value, found)
            ]
            base = self._base_of(rest) if rest else None
            if base is None or base.covered < max(_FEWEST, _MANY * len(self.types)):
                break
            found.append(base.iri)
        return tuple(found[1:])

    def is_own(self, node: ox.NamedNode) -> bool:
        """Tell whether a thing is none of others', of which the data say something in passing."""
        others = (*self._of_others, *AUTHORITIES)
        return self.types[node] != _ONLY_NAMED and not node.value.startswith(others)

    @cached_property
    def has_two_schemes(self) -> bool:
        """Whether names on the host of the base begin with http: and with https:."""
        twin = _twin(self.base.iri) if self.base else ""
        return bool(twin) and any(node.value.startswith(twin) for node in self.types)

    def is_below(self, name: str, bases: Sequence[str]) -> bool:
        """Tell whether a name begins with one of some bases, by either scheme if both are used."""
        twins = map(_twin, bases) if self.has_two_schemes else ()
        return is_below(name, (*bases, *twins))

    def _base_of(self, names: Sequence[str]) -> Base | None:
        spaces = Counter(map(namespace, names))
        used = {namespace(term.value) for term in self._vocabulary if term.value}
        passing = {space for space in used if spaces[space] <= _IN_PASSING * len(names)}
        heads = (*self.all_heads, *self.dataset.members(SKOS.term("Collection")))
        return find_base(names, [text_of(head) for head in heads], passing | {*self._of_others})

    @cached_property
    def _of_others(self) -> tuple[str, ...]:
        """Vocabularies that others keep: ontologies say something of terms of theirs."""
        return vocabularies_of_others({node.value for node in self.types})

    def has_below(self, base: str) -> bool:
        """Tell whether any term, be it a thing, a property or a class, begins with a base."""
        parts = ("subject", "predicate", "object")
        terms = (term for part in parts for term in self.dataset.columns.all_of(part))
        return any(isinstance(t, ox.NamedNode) and t.value.startswith(base) for t in terms)

    @cached_property
    def documents(self) -> frozenset[str]:
        """The first steps of names behind the base: documents, or folders of such."""
        base = self.base.iri if self.base else self.provisional
        inner = (node.value[len(base) :] for node in self.types if node.value.startswith(base))
        return frozenset(re.split("[#/?]", name, maxsplit=1)[0] for name in inner)

    @cached_property
    def is_relative(self) -> bool:
        """Whether most names are relative to their files, which don't say where those belong."""
        return self.base is not None and self.base.iri.startswith(self.provisional)

    @cached_property
    def languages(self) -> tuple[tuple[str, int], ...]:
        """The languages of names, each with the number of things that have one in it.

        The first has the most; English comes before what has hardly more. It comes first, too,
        where most names have no language and there are no words for pages in the commonest one.
        """
        named = {tag: things for tag, things in self._named.items() if tag}
        most = max(map(len, named.values()), default=0)
        order = sorted(
            named,
            key=lambda tag: (-round(len(named[tag]) / most, 1), tag != "en", -len(named[tag]), tag),
        )
        spoken = [(tag, len(named[tag])) for tag in order if len(named[tag]) >= _SPOKEN * most]
        if (
            self.names_without_language > most
            and spoken
            and spoken[0][0] not in shipped_languages()
        ):
            first = ("en", len(named.get("en", ())))
            spoken = [first, *(each for each in spoken if each != first)]
        return tuple(spoken)

    @cached_property
    def names_without_language(self) -> int:
        """How many things have names in no language alone."""
        named = self._named
        tagged = {thing for tag, things in named.items() if tag for thing in things}
        return len(named.get("", set()) - tagged)

    @cached_property
    def _named(self) -> Mapping[str, set[Term]]:
        """The things with a name in each language, and in none."""
        named: dict[str, set[Term]] = defaultdict(set)
        for quad in self.dataset.quads:
            if in_http(quad.predicate) in _TITLES and isinstance(quad.object, ox.Literal):
                tag = (quad.object.language or "").partition("-")[0].lower()
                named[tag].add(quad.subject)
        return named

    @cached_property
    def prefixes(self) -> Mapping[str, str]:
        """The prefixes that the files declare and use, besides those of every project.

        What has the empty one, or one that a program made up, gets a better one.
        """
        used = {namespace(term.value) for quad in self.dataset.quads for term in _names(quad)}
        found: dict[str, str] = {}
        if self.schema_org[SCHEMA_HTTPS] > self.schema_org[SCHEMA]:
            found["schema"] = SCHEMA_HTTPS
        pairs = [
            ("" if _MADE_UP.fullmatch(prefix) else prefix, iri)
            for file in self.dataset.files
            for prefix, iri in declared(file).items()
        ]
        for prefix, iri in sorted(pairs, key=lambda pair: not pair[0]):
            known = {**PREFIXES, **found}
            is_wanted = prefix not in known and iri not in known.values()
            if is_wanted and any(each.startswith(iri) for each in used):
                found[prefix or name_prefix(iri, known)] = iri
        return found

    def classes(self, bases: Sequence[str]) -> tuple[tuple[ox.NamedNode, int], ...]:
        """Give the largest classes of things with a name under some bases, with their numbers.

        Members with labels count first, for by hashes nobody browses; in an ontology, names of
        terms are words.
        Graphs, which our own exports describe, are nothing to browse by.
        """
        counts: Counter[ox.NamedNode] = Counter()
        labelled: Counter[ox.NamedNode] = Counter()
        worded = self.kind.members & TERMS
        for node, classes in self.types.items():
            if self.is_below(node.value, bases):
                own = [cls for cls in classes if isinstance(cls, ox.NamedNode)]
                counts.update(own)
                is_worded = not worded.isdisjoint(own) or self.dataset.label(node)
                labelled.update(own if is_worded else ())
        order = sorted(counts.items(), key=lambda e: (-labelled[e[0]], -e[1], e[0].value))
        found = [e for e in order if e[0] not in OF_LITTLE and not e[0].value.startswith(KG)]
        return tuple(found[:_MOST_CLASSES])

    @cached_property
    def all_heads(self) -> list[ox.NamedNode]:
        """What stands for the whole, or for a part of it: schemes, ontologies, catalogues."""
        classes = {cls for kind in (*KINDS, OTHER) for cls in kind.heads} - OTHER.heads
        return [node for node, own in self.types.items() if not own.isdisjoint(classes)]

    def title(self, head: ox.NamedNode) -> str:
        """Name what stands for a whole, in the first language; empty if it has no name."""
        return self._text(head, _TITLES)

    def description(self, head: ox.NamedNode) -> str:
        """Say what it is, as far as a paragraph does."""
        return self._text(head, _DESCRIPTIONS)

    def licence(self, head: ox.NamedNode) -> str:
        """Give the address of its licence; empty if there is none, or several."""
        found = {text_of(v) for p in _LICENCES for v in self.dataset.values(head, p)}
        address = found.pop() if len(found) == 1 else ""
        return address if address.startswith(("http://", "https://")) and is_iri(address) else ""

    def publisher(self, head: ox.NamedNode) -> str:
        """Name who publishes it; empty if nobody is named, or several are."""
        found = {v for p in _PUBLISHERS for v in self.dataset.values(head, p)}
        if len(found) != 1:
            return ""
        who = found.pop()
        return _line(who.value) if isinstance(who, ox.Literal) else self._text(who, _TITLES)

    def _text(self, node: Term, properties: Sequence[ox.NamedNode]) -> str:
        languages = [tag for tag, _ in self.languages[:1]]
        found = self.dataset.literal(node, *properties, languages=languages)
        return _line(prose_of(found)) if found else ""

    @cached_property
    def schema_org(self) -> Mapping[str, int]:
        """How often terms of schema.org are used, by how they begin."""
        counts = Counter({str(SCHEMA): 0, SCHEMA_HTTPS: 0})
        for term in self._vocabulary:
            for space in counts:
                counts[space] += term.value.startswith(space)
        return counts

    @cached_property
    def _vocabulary(self) -> list[ox.NamedNode]:
        """The properties and classes of all statements, each as often as it is used."""
        terms = (q.object if q.predicate == TYPE else q.predicate for q in self.dataset.quads)
        return [term for term in terms if isinstance(term, ox.NamedNode)]


def _twin(base: str) -> str:
    """Write an address with the other scheme of the web."""
    scheme, colon, rest = base.partition(":")
    return ("http" if scheme == "https" else "https") + colon + rest


def _names(quad: Quad) -> Iterator[ox.NamedNode]:
    for term in (quad.subject, quad.predicate, quad.object):
        if isinstance(term, ox.NamedNode):
            yield term


def _line(text: str) -> str:
    """Write the first paragraph of a text in one line; a heading above it is none."""
    parts = [" ".join(part.split()) for part in text.split("\n\n") if part.strip()]
    return next((part for part in parts if len(part) >= _HEADING), "".join(parts[:1]))
