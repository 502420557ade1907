"""Named queries as the SPARQL page offers them: ready to ask, with a form for their parameters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import pyoxigraph as ox

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.rdf.namespaces import TYPE, XSD, compact, expand
from mipex_kg.rdf.terms import Term
from mipex_kg.site.pages.wording import Wording
from mipex_kg.sparql import named_queries, query_text
from mipex_kg.sparql.named_queries import NamedQuery, Parameter
from mipex_kg.sparql.substitution import substitute
from mipex_kg.system.errors import UsageError

# The lines that a named query begins with.
_HEADER = r"\A(?:#[^\n:]*:[^\n]*\n|\s*\n)+"
# What a pattern has where a value goes, before the parameter's name.
PLACE = "param:"
# A value of each type, to see whether a pattern does what binding does.
_SAMPLES = {
    "iri": "urn:mipex-kg:sample",
    "string": "sample",
    "integer": "52",
    "decimal": "0.5",
    "boolean": "true",
    "date": "2018-03-01",
}
# More things than these are looked for by their names in the editor.
_MOST_CHOICES = 200


class FormChoice(NamedTuple):
    """A value that a form suggests."""

    value: str
    label: str


class FormField(NamedTuple):
    """A field of a form.

    :param default: empty if the visitor has to give a value
    """

    name: str
    type: str
    default: str
    description: str
    choices: tuple[FormChoice, ...]


class ReadyQuery(NamedTuple):
    """A named query as the page offers it.

    :param text: with the defaults of its parameters, if all have one
    :param pattern: with a term that is called as the parameter, after ``PLACE``, for each value
    """

    name: str
    title: str
    description: str
    group: str
    text: str
    pattern: str
    fields: tuple[FormField, ...]


@dataclass(frozen=True)
class QueryForms:
    """Makes named queries ready for visitors."""

    dataset: Dataset
    wording: Wording

    def ready(self, query: NamedQuery) -> ReadyQuery | None:
        """Make a query ready; None if it needs a value that no form can put in."""
        needs_value = any(parameter.default is None for parameter in query.parameters)
        pattern = self._pattern(query) if query.parameters else ""
        if needs_value and not pattern:
            return None
        prefixes = self.dataset.prefixes
        text = query.text if needs_value else named_queries.bind(query, {}, prefixes)
        fields = tuple(map(self._field, query.parameters)) if pattern else ()
        texts = (self._written(text), self._written(pattern))
        return ReadyQuery(query.name, query.title, query.description, query.group, *texts, fields)

    def _written(self, text: str) -> str:
        """Leave out the header, which is said beside the query, and shorten IRIs."""
        return readable(re.sub(_HEADER, "", text), self.dataset.prefixes).rstrip()

    def _pattern(self, query: NamedQuery) -> str:
        """Put a place in for each value; give nothing if that isn't what binding values does."""
        prefixes = self.dataset.prefixes
        values = {p.name: p.default or _SAMPLES[p.type] for p in query.parameters}
        places = {parameter.name: _place(parameter) for parameter in query.parameters}
        try:
            pattern = substitute(query.text, places, prefixes)
            bound = named_queries.bind(query, values, prefixes)
        except UsageError:
            return ""
        filled = pattern
        for name, type, *_ in query.parameters:
            term = named_queries.typed_term(values[name], type, prefixes, name)
            filled = filled.replace(str(places[name]), str(term))
        return pattern if filled == bound else ""

    def _field(self, parameter: Parameter) -> FormField:
        choices = tuple(self._choices(parameter)) if parameter.type == "iri" else ()
        told = parameter.name, parameter.type, parameter.default or "", parameter.description
        return FormField(*told, choices if len(choices) <= _MOST_CHOICES else ())

    def _choices(self, parameter: Parameter) -> Iterator[FormChoice]:
        """Suggest the things that are of the kind of the default: of its smallest class."""
        dataset = self.dataset
        iri = expand(parameter.default or "", dataset.prefixes)
        classes = dataset.values(ox.NamedNode(iri), TYPE) if iri else ()
        members = min((dataset.members(cls) for cls in classes), key=len, default=())
        for thing in sorted(members, key=self.wording.name_order):
            if isinstance(thing, ox.NamedNode):
                value = compact(thing.value, dataset.prefixes) or f"<{thing.value}>"
                yield FormChoice(value, self.wording.label(thing).value)


def _place(parameter: Parameter) -> Term:
    name = f"{PLACE}{parameter.name}"
    if parameter.type == "iri":
        return ox.NamedNode(name)
    if parameter.type == "string":
        return ox.Literal(name)
    return ox.Literal(name, datatype=XSD.term(parameter.type))


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
