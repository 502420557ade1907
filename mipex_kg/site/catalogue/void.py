"""VoID: what a graph is made of, counted, so that a program sees whether it is worth reading.

All counts are of the merge of all graphs, as the dumps in the triple formats hold it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from itertools import count
from urllib.parse import urlsplit

import pyoxigraph as ox

from mipex_kg.project import layout
from mipex_kg.rdf import formats
from mipex_kg.rdf.namespaces import DCAT, DCT, FOAF, KG, SCHEMA, SKOS, TYPE, VOID, XSD, in_http
from mipex_kg.rdf.terms import Node, Term, text_of
from mipex_kg.site.catalogue.measured import Catalogue
from mipex_kg.site.documents import Publication

# Links that say: this is the same as, or close to, that thing of another dataset.
_LINKS = (
    SCHEMA.term("sameAs"),
    *(SKOS.term(f"{kind}Match") for kind in ("exact", "close", "broad", "narrow")),
    ox.NamedNode("http://www.w3.org/2002/07/owl#sameAs"),
)
# What a dataset says of itself in both vocabularies.
_SHARED = tuple(
    DCT.term(name)
    for name in ("title", "description", "license", "publisher", "issued", "modified", "subject")
)
_FEATURES = {
    formats.TURTLE: "Turtle",
    formats.TRIG: "TriG",
    formats.NQUADS: "N-Quads",
    formats.NTRIPLES: "N-Triples",
    formats.JSONLD: "JSON-LD",
    formats.RDFXML: "RDF_XML",
}
_MOST_EXAMPLES = 5


def describe_in_void(publication: Publication, catalogue: Catalogue) -> list[ox.Triple]:
    """Describe the dataset that the dumps hold; nothing if the catalogue has none."""
    if catalogue.whole is None:
        return []
    return list(_Statistics(publication, catalogue, catalogue.whole).triples())


class _Statistics:
    def __init__(self, publication: Publication, catalogue: Catalogue, whole: ox.NamedNode) -> None:
        self.project, self.dataset = publication.project, publication.dataset
        self.catalogue, self.whole = catalogue, whole
        self.document = self.project.site + layout.VOID
        self.merged = list(publication.dataset.merged())
        self._parts = count()

    def triples(self) -> Iterator[ox.Triple]:
        """Give the whole description."""
        document = ox.NamedNode(self.document)
        title = ox.Literal(f"{self.project.title}: VoID", language=self.project.languages[0])
        yield ox.Triple(document, TYPE, VOID.term("DatasetDescription"))
        yield ox.Triple(document, DCT.term("title"), title)
        yield ox.Triple(document, FOAF.term("primaryTopic"), self.whole)
        yield ox.Triple(self.whole, TYPE, VOID.term("Dataset"))
        for predicate in _SHARED:
            for value in self.catalogue.values(self.whole, predicate):
                yield ox.Triple(self.whole, predicate, value)
        yield from self._places()
        yield from self._counts()
        yield from self._classes()
        yield from self._properties()
        yield from self._linksets()

    def _of_whole(self, name: str, *values: Term) -> Iterator[ox.Triple]:
        for value in values:
            yield ox.Triple(self.whole, VOID.term(name), value)

    def _places(self) -> Iterator[ox.Triple]:
        """Tell where the graph lies, in which formats, and what to look at first."""
        project = self.project
        homepage = ox.NamedNode(project.site)
        yield ox.Triple(self.whole, FOAF.term("homepage"), homepage)
        yield from self._of_whole("uriSpace", *map(ox.Literal, (project.base, *project.more_bases)))
        yield from self._of_whole("exampleResource", *self._examples())
        dumps = {f"{project.site}{project.name}{f.suffix}": f for f in formats.FORMATS}
        for file in self.catalogue.values(self.whole, DCAT.term("distribution")):
            for address in self.catalogue.texts(file, DCAT.term("downloadURL")):
                if format := dumps.get(address):
                    feature = f"http://www.w3.org/ns/formats/{_FEATURES[format]}"
                    yield from self._of_whole("dataDump", ox.NamedNode(address))
                    yield from self._of_whole("feature", ox.NamedNode(feature))
        if project.endpoint:
            yield from self._of_whole("sparqlEndpoint", ox.NamedNode(project.endpoint))

    def _examples(self) -> list[Node]:
        """Choose one member of each class that visitors browse by, who is known to the public."""
        listed = [self.dataset.node(curie) for curie in self.project.page_classes]
        found = (self._example(cls) for cls in listed or self._most_frequent())
        return list(dict.fromkeys(node for node in found if node))[:_MOST_EXAMPLES]

    def _example(self, cls: Term) -> Node | None:
        ours = (m for m in self.dataset.members(cls) if self._is_own(m))
        shown = (m for m in ours if not self.dataset.values(m, KG.term("noIndex")))
        return min(shown, key=text_of, default=None)

    def _most_frequent(self) -> list[Term]:
        counted = Counter(
            t.object
            for t in self.merged
            if t.predicate == TYPE and not text_of(t.object).startswith(KG)
        )
        return sorted(counted, key=lambda cls: (-counted[cls], text_of(cls)))

    def _is_own(self, term: Term) -> bool:
        return isinstance(term, ox.NamedNode) and self.project.names.covers(term.value)

    def _counts(self) -> Iterator[ox.Triple]:
        merged = self.merged
        subjects = {t.subject for t in merged}
        predicates = {t.predicate for t in merged}
        classes = {t.object for t in merged if t.predicate == TYPE}
        counts = {
            "triples": len(merged),
            "entities": sum(1 for s in subjects if self._is_own(s)),
            "distinctSubjects": len(subjects),
            "distinctObjects": len({t.object for t in merged}),
            "properties": len(predicates),
            "classes": len(classes),
        }
        for name, number in counts.items():
            yield from self._of_whole(name, _count(number))
        spaces = {_namespace(text_of(t)) for t in predicates | classes}
        yield from self._of_whole("vocabulary", *map(ox.NamedNode, sorted(spaces)))

    def _classes(self) -> Iterator[ox.Triple]:
        members: dict[Term, set[Term]] = defaultdict(set)
        for triple in self.merged:
            if triple.predicate == TYPE:
                members[triple.object].add(triple.subject)
        for cls in sorted(members, key=text_of):
            counts = {"entities": len(members[cls])}
            yield from self._part("classPartition", "class", cls, counts)

    def _properties(self) -> Iterator[ox.Triple]:
        used: dict[Term, list[ox.Triple]] = defaultdict(list)
        for triple in self.merged:
            used[triple.predicate].append(triple)
        for predicate in sorted(used, key=text_of):
            triples = used[predicate]
            counts = {
                "triples": len(triples),
                "distinctSubjects": len({t.subject for t in triples}),
                "distinctObjects": len({t.object for t in triples}),
            }
            yield from self._part("propertyPartition", "property", predicate, counts)

    def _part(
        self, link: str, of: str, term: Term, counts: Mapping[str, int]
    ) -> Iterator[ox.Triple]:
        part = ox.BlankNode(f"part{next(self._parts)}")
        yield from self._of_whole(link, part)
        yield ox.Triple(part, VOID.term(of), term)
        for name, number in counts.items():
            yield ox.Triple(part, VOID.term(name), _count(number))

    def _linksets(self) -> Iterator[ox.Triple]:
        """Count the links to other datasets, by the kind of link and the host of its target."""
        found: Counter[tuple[ox.NamedNode, str]] = Counter()
        for triple in (
            t for t in self.merged if in_http(t.predicate) in _LINKS and _is_web(t.object)
        ):
            if self._is_own(triple.subject) and not self._is_own(triple.object):
                found[triple.predicate, _host(triple.object)] += 1
        for (predicate, host), number in sorted(found.items(), key=str):
            yield from self._linkset(predicate, host, number)

    def _linkset(self, predicate: ox.NamedNode, host: str, number: int) -> Iterator[ox.Triple]:
        name = urlsplit(host).netloc
        links = ox.NamedNode(f"{self.document}#links-{_local(predicate)}-{name}")
        target = ox.NamedNode(f"{self.document}#dataset-{name}")
        yield from self._of_whole("subset", links)
        yield ox.Triple(links, TYPE, VOID.term("Linkset"))
        yield ox.Triple(links, VOID.term("linkPredicate"), predicate)
        yield ox.Triple(links, VOID.term("subjectsTarget"), self.whole)
        yield ox.Triple(links, VOID.term("objectsTarget"), target)
        yield ox.Triple(links, VOID.term("triples"), _count(number))
        yield ox.Triple(target, TYPE, VOID.term("Dataset"))
        yield ox.Triple(target, DCT.term("title"), ox.Literal(name))
        yield ox.Triple(target, VOID.term("uriSpace"), ox.Literal(host))


def _is_web(term: Term) -> bool:
    return isinstance(term, ox.NamedNode) and term.value.startswith(("http://", "https://"))


def _host(term: Term) -> str:
    """Give the beginning that the addresses of a host share.

    >>> _host(ox.NamedNode("http://www.wikidata.org/entity/Q42"))
    'http://www.wikidata.org/'
    """
    parts = urlsplit(text_of(term))
    return f"{parts.scheme}://{parts.netloc}/"


def _namespace(iri: str) -> str:
    """Give the part of a term's IRI that its vocabulary shares.

    >>> _namespace("http://xmlns.com/foaf/0.1/name"), _namespace("http://e.org/terms#a/b")
    ('http://xmlns.com/foaf/0.1/', 'http://e.org/terms#')
    """
    space, hash_sign, _ = iri.partition("#")
    return space + hash_sign if hash_sign else iri[: iri.rfind("/") + 1] or iri


def _local(term: ox.NamedNode) -> str:
    return term.value.removeprefix(_namespace(term.value))


def _count(number: int) -> ox.Literal:
    return ox.Literal(str(number), datatype=XSD.term("integer"))
