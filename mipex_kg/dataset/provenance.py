"""Why do we say this? What a fact is based on: passage, reasoning, authority, or rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import pyoxigraph as ox

from mipex_kg.dataset import rules
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.dataset.passages import Passage, is_passage, read_passage
from mipex_kg.dataset.querying import engine_errors
from mipex_kg.dataset.rules import Rule
from mipex_kg.project.project import Project
from mipex_kg.rdf.namespaces import DC, DCT, KG, PROV, SCHEMA, TYPE
from mipex_kg.rdf.quads import Quad
from mipex_kg.rdf.terms import Node, Term, text_of
from mipex_kg.sparql import query_text
from mipex_kg.sparql.lexical import decoded
from mipex_kg.sparql.rewriting import rewritten

# What people call the kinds of graphs.
KINDS = {
    KG.term("StatedGraph"): "stated",
    KG.term("EditorialGraph"): "concluded",
    KG.term("ReferenceGraph"): "looked up",
    KG.term("FileGraph"): "given",
    KG.term("SchemaGraph"): "defined",
    KG.term("RecordGraph"): "recorded",
    KG.term("InferredGraph"): "inferred",
}


class FileSource(NamedTuple):
    """Where a file comes from; what is not known is empty."""

    title: str
    author: str
    address: str

    def in_words(self) -> str:
        """Write it in a line.

        >>> FileSource("The list", "The guild", "https://guild.example/").in_words()
        '“The list” by The guild <https://guild.example/>'
        """
        parts = (f"“{self.title}”", f"by {self.author}", f"<{self.address}>")
        known = zip(parts, self, strict=True)
        return " ".join(part for part, value in known if value)


@dataclass(frozen=True)
class Ground:
    """What one graph gives as the reason for its facts.

    :param kind: one of the values of ``KINDS``
    :param reasoning: the editors' sentence, of what was concluded
    :param authorities: who says so, of what was looked up
    :param licence: under which the authority lets it be used
    :param rights: what else is to be said about its use
    :param file_source: where the file comes from, of what was given, if that is known
    :param rule: that inferred it
    :param premises: the quads from which it was inferred
    """

    graph: Node
    kind: str
    passages: tuple[Passage, ...] = ()
    reasoning: ox.Literal | None = None
    authorities: tuple[Term, ...] = ()
    licence: str = ""
    rights: str = ""
    file_source: FileSource | None = None
    rule: Rule | None = field(default=None, repr=False)
    premises: tuple[Quad, ...] = ()


def kind_of(dataset: Dataset, of: Quad | Term) -> str:
    """Tell in a word how a graph, or that of a quad, came by its facts."""
    graph = of.graph_name if isinstance(of, Quad) else of
    if isinstance(graph, ox.DefaultGraph):  # of files that are not a project's
        return "unexplained"
    types = (t for t in dataset.values(graph, TYPE) if isinstance(t, ox.NamedNode))
    return next((KINDS[t] for t in types if t in KINDS), "unexplained")


def ground(project: Project, dataset: Dataset, quad: Quad, *, with_premises: bool = True) -> Ground:
    """Tell what a quad is based on.

    :param with_premises: whether to look for what an inferred quad follows from
    :raises SourceError: when a rule can't be read any more
    """
    graph = quad.graph_name
    assert not isinstance(graph, ox.DefaultGraph)  # noqa: S101 - a project's quads have graphs
    if kind_of(dataset, graph) != "inferred":
        return ground_of_graph(dataset, graph)
    rule = _rule_of(project, graph)
    premises = tuple(_premises(dataset, rule, quad)) if rule and with_premises else ()
    return Ground(graph, "inferred", rule=rule, premises=premises)


def ground_of_graph(dataset: Dataset, graph: Node) -> Ground:
    """Tell what a graph gives as the reason for its facts; of an inferred one, just that it is."""
    kind = kind_of(dataset, graph)
    if kind == "inferred":
        return Ground(graph, kind)
    derived = dataset.values(graph, PROV.term("wasDerivedFrom"))
    passages = (read_passage(dataset, node) for node in derived if is_passage(dataset, node))
    return Ground(
        graph,
        kind,
        passages=tuple(sorted(passages, key=lambda passage: passage.start)),
        reasoning=dataset.literal(graph, KG.term("reasoning")),
        authorities=tuple(dataset.values(graph, PROV.term("wasAttributedTo"))),
        licence=_joined(dataset, graph, DCT.term("license")),
        rights=_joined(dataset, graph, DCT.term("rights")),
        file_source=_file_source(dataset, graph) if kind == "given" else None,
    )


def _joined(dataset: Dataset, graph: Node, predicate: ox.NamedNode) -> str:
    values = dataset.values(graph, predicate)
    return "; ".join(dataset.label(value) or text_of(value) for value in values)


def _file_source(dataset: Dataset, graph: Node) -> FileSource | None:
    names = (DCT.term("title"), DC.term("creator"), DCT.term("source"))
    found = FileSource(*(_joined(dataset, graph, name) for name in names))
    return found if any(found) else None


def address(dataset: Dataset, node: Term) -> str:
    """Give the address at which people find a source or an authority, else its IRI."""
    return dataset.text(node, SCHEMA.term("url")) or text_of(node)


def _rule_of(project: Project, graph: Node) -> Rule | None:
    name = text_of(graph).removeprefix(project.iri("graph/rule/"))
    paths = [path for path in project.rule_files if path.stem == name]
    return rules.load_rules(paths, project.files)[0] if paths else None


def _premises(dataset: Dataset, rule: Rule, quad: Quad) -> Iterator[Quad]:
    """Run the rule's WHERE again, and give the quads between the nodes that it matched."""
    prologue, _, where = split_construct(rule.text)
    asked = query_text.Query(f"{prologue} SELECT * WHERE {where}", dataset.prefixes)
    # The word "a" is not an IRI in the text.
    mentioned = {*asked.iris(), TYPE.value}
    solution = next(_matches(dataset, rule, quad), None)
    bound = {decoded(term) for term in solution or () if isinstance(term, Term)}
    seen = {quad.triple}
    for node in sorted(bound, key=str):
        for premise in dataset.about(node):
            fits = premise.object in bound or text_of(premise.object) in mentioned
            # What the same rule inferred is not a ground for it.
            own = premise.graph_name == quad.graph_name and not _is_chain(quad, premise)
            if (
                fits
                and premise.predicate.value in mentioned
                and premise.triple not in seen
                and not own
            ):
                seen.add(premise.triple)
                yield premise


def _is_chain(quad: Quad, premise: Quad) -> bool:
    """Tell whether a rule builds on itself: the same property, one link further along."""
    return quad.predicate == premise.predicate and quad.predicate != TYPE


def _matches(dataset: Dataset, rule: Rule, quad: Quad) -> Iterator[ox.QuerySolution]:
    """Give the solutions of the rule's WHERE for which its template makes the quad."""
    prologue, template, where = split_construct(rule.text)
    for triple in _template_triples(prologue, template, dataset):
        bindings = _unify(triple, quad)
        if bindings is None:
            continue
        query = query_text.Query(f"{prologue} SELECT * WHERE {where}", dataset.prefixes)
        with engine_errors(query):
            found = dataset.store.query(
                rewritten(query, dataset.forms),
                prefixes=dict(dataset.prefixes),
                substitutions={
                    ox.Variable(name): dataset.forms.encoded(term)
                    if isinstance(term, ox.Literal)
                    else term
                    for name, term in bindings.items()
                },
            )
            assert isinstance(found, ox.QuerySolutions)  # noqa: S101 - it is a SELECT
            yield from found


_VARIABLE_SCHEME = "urn:x-mipex-kg-variable:"


def split_construct(text: str) -> tuple[str, str, str]:
    """Take a CONSTRUCT query apart: prologue, template, and the group of its WHERE.

    >>> split_construct("PREFIX : <u:> CONSTRUCT { ?s :p ?o } WHERE { ?o :q ?s }")
    ('PREFIX : <u:> ', '{ ?s :p ?o }', '{ ?o :q ?s }')
    """
    pieces = list(query_text.tokens(text))
    start = next(
        i for i, t in enumerate(pieces) if t.kind == "word" and t.text.upper() == "CONSTRUCT"
    )
    opening = next(i for i in range(start, len(pieces)) if pieces[i].text == "{")
    closing = next(i for i in range(opening, len(pieces)) if pieces[i].text == "}")
    group = next(i for i in range(closing, len(pieces)) if pieces[i].text == "{")
    join = "".join
    texts = [token.text for token in pieces]
    return join(texts[:start]), join(texts[opening : closing + 1]), join(texts[group:])


def _template_triples(prologue: str, template: str, dataset: Dataset) -> list[ox.Triple]:
    """Parse a template as Turtle, which it is once its variables are IRIs."""
    written = "".join(
        f"<{_VARIABLE_SCHEME}{token.text[1:]}>" if token.kind == "variable" else token.text
        for token in query_text.tokens(template[1:-1])
    ).strip()
    query = query_text.Query(prologue, dataset.prefixes)
    prefixes = {**dataset.prefixes, **query.declared_prefixes}
    head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in prefixes.items())
    body = written.removesuffix(".") + " ."
    return [quad.triple for quad in ox.parse(head + body, format=ox.RdfFormat.TURTLE)]


def _unify(pattern: ox.Triple, quad: Quad) -> dict[str, Term] | None:
    """Bind a pattern's variables so that it becomes the quad's triple, if that can be."""
    bindings: dict[str, Term] = {}
    for wanted, term in zip(pattern, quad.triple, strict=True):
        if isinstance(wanted, ox.NamedNode) and wanted.value.startswith(_VARIABLE_SCHEME):
            name = wanted.value.removeprefix(_VARIABLE_SCHEME)
            if bindings.setdefault(name, term) != term:
                return None
        elif wanted != term:
            return None
    return bindings
