"""What the asker of a query should know besides its answer: what is missing, and likely slips."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import pyoxigraph as ox

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.rdf.namespaces import SCHEMA, SCHEMA_HTTPS, XSD, shorten
from mipex_kg.rdf.terms import is_iri, text_of
from mipex_kg.sparql import query_text
from mipex_kg.sparql.query_text import Query, Token
from mipex_kg.sparql.rewriting import literals_in
from mipex_kg.system.errors import nearest
from mipex_kg.system.phases import phase

# Seconds for which likely slips are looked for once a query has found nothing.
SUGGESTING = 1.0
# Of more than so many, the number is told.
_MOST_LOST = 3


@phase("Looking for likely slips")
def warnings_of(text: str, dataset: Dataset, *, is_found: bool) -> tuple[str, ...]:
    """Find what the asker should know: a graph that isn't there, a likely slip.

    This comes after the answer, which waits for nothing and which no search can cost: likely slips
    are looked for in a large dataset for as long as anybody would wait, and no longer.

    :param text: of a query that was answered
    :param is_found: whether its answer holds anything
    """
    query = Query(query_text.resolve(text), dataset.prefixes)
    found = [*_lost(dataset), *_absent_graphs(query, dataset), *_unbound(query)]
    if not is_found:
        found += _in_time(slips(query, dataset), SUGGESTING)
    return tuple(dict.fromkeys(found))


def _in_time(sentences: Iterator[str], seconds: float) -> Iterator[str]:
    """Give sentences for so many seconds; each takes as long as one look through the dataset."""
    end = time.monotonic() + seconds
    for sentence in sentences:
        yield sentence
        if time.monotonic() > end:
            return


def _lost(dataset: Dataset) -> Iterator[str]:
    """Say what of the files got lost, since no query can find it."""
    yield from dataset.lost[:_MOST_LOST]
    if len(dataset.lost) > _MOST_LOST:
        yield (
            f"Of what the files say, {len(dataset.lost) - _MOST_LOST} more parts get lost. "
            "`mipex-kg validate` lists them."
        )


def _absent_graphs(query: Query, dataset: Dataset) -> list[str]:
    asked = dict.fromkeys([*query.default_graphs, *query.named_graphs])
    present = {text_of(graph) for graph in dataset.graph_names} if asked else set()
    return [
        f"There is no graph <{iri}>, so nothing was read from it.{_nearest(iri, present, dataset)}"
        for iri in asked
        if iri not in present
    ]


def _unbound(query: Query) -> Iterator[str]:
    """Find variables that are asked for and that nothing in the query gives a value."""
    tokens = query.tokens
    start = begin = _find(tokens, query.form or "", 0)
    if query.form == "CONSTRUCT" and tokens[start + 1].text == "{":
        begin = _end(tokens, start + 1)
    begin = _find(tokens, "{", begin)
    end = _end(tokens, begin)
    values = _find(tokens, "VALUES", end)
    aliases = {token for before, token in pairwise(tokens) if before.text.upper() == "AS"}
    bound = _variables([*tokens[begin:end], *aliases, *tokens[values:]])
    for name in _variables([*tokens[start:begin], *tokens[end:]]):
        if name not in bound:
            near = nearest(name, list(bound), cutoff=0.6)
            meant = f" Did you mean ?{near}?" if near else ""
            yield f"?{name} is asked for and stands nowhere else, so it never has a value.{meant}"


def _find(tokens: Sequence[Token], word: str, begin: int) -> int:
    """Find where a word or a sign is; the number of tokens where it isn't."""
    places = range(begin, len(tokens))
    return next((at for at in places if tokens[at].text.upper() == word), len(tokens))


def _end(tokens: Sequence[Token], begin: int) -> int:
    """Find where the braces end that begin at a token."""
    depth = 0
    for at in range(begin, len(tokens)):
        depth += {"{": 1, "}": -1}.get(tokens[at].text, 0)
        if not depth:
            return at + 1
    return len(tokens)


def _variables(tokens: Iterable[Token]) -> dict[str, None]:
    return {token.text[1:]: None for token in tokens if token.kind == "variable"}


def slips(query: Query, dataset: Dataset) -> Iterator[str]:
    """Guess why a query found nothing: names in it that the dataset doesn't have.

    :returns: a sentence for each, with the name that was probably meant
    """
    for prefix, namespace in query.declared_prefixes.items():
        usual = dataset.prefixes.get(prefix)
        if usual not in (None, namespace):
            yield f"The query says {prefix}: is <{namespace}>; in this graph it is <{usual}>."
    yield from _language_slips(query, dataset)
    yield from _datatype_slips(query, dataset)
    iris = (iri for iri in dict.fromkeys(query.iris()) if not iri.startswith(XSD))
    unknown = [iri for iri in iris if not _has(iri, dataset)]
    terms = _terms(dataset) if unknown else set()
    for iri in unknown:
        if iri.startswith((SCHEMA, SCHEMA_HTTPS)) and not iri.startswith(dataset.schema_org):
            own = dataset.schema_org
            yield f"<{iri}> is not used: the graph has schema.org's terms as <{own}…>."
        else:
            meant = _nearest(iri, terms, dataset)
            yield f"{_shown(iri, dataset)} occurs nowhere in the graph.{meant}"


def _language_slips(query: Query, dataset: Dataset) -> Iterator[str]:
    """Find strings that the dataset has with a language tag only."""
    for text in query.plain_strings():
        terms = (quad.object for quad in dataset.saying(text))
        found = [term for term in terms if isinstance(term, ox.Literal) and term.value == text]
        if found and all(term.language for term in found):
            yield f'"{text}" is in the graph with a language only, such as {found[0]}.'


def _datatype_slips(query: Query, dataset: Dataset) -> Iterator[str]:
    """Find values that the dataset has in another form, or with another datatype."""
    asked = [literal for literal in literals_in(query) if literal not in dataset.by_object]
    if not asked:
        return
    worth = dataset.forms.worth
    for term in dataset.by_object:
        if isinstance(term, ox.Literal) and term.datatype.value.startswith(XSD):
            for literal in asked:
                if literal.datatype != XSD.term("string") and worth(term) == worth(literal):
                    yield f"{literal} is in the graph as {term}: FILTER(?x = …) compares by value."


def _has(iri: str, dataset: Dataset) -> bool:
    """Tell whether a dataset has an IRI; what a query has as one may be none."""
    if not is_iri(iri):
        return False
    node = ox.NamedNode(iri)
    places = (dataset.by_subject, dataset.by_object, dataset.predicates, dataset.graph_names)
    return any(node in place for place in places)


def _terms(dataset: Dataset) -> set[str]:
    nodes = {
        term
        for quad in dataset.quads
        for term in (quad.subject, quad.predicate, quad.object, quad.graph_name)
    }
    return {node.value for node in nodes if isinstance(node, ox.NamedNode)}


def _nearest(iri: str, known: set[str], dataset: Dataset) -> str:
    near = nearest(iri, sorted(known), cutoff=0.8)
    return f" Did you mean {_shown(near, dataset)}?" if near else ""


def _shown(iri: str, dataset: Dataset) -> str:
    return shorten(iri, dataset.prefixes)
