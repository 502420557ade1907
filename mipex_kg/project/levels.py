"""How serious the findings of a check are: by default, and as a project sets it in ``[checks]``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from mipex_kg.rdf.namespaces import expand
from mipex_kg.rdf.terms import is_iri
from mipex_kg.system.errors import nearest

OFF = "off"
LEVELS = (OFF, "info", "warning", "violation")


class Default(NamedTuple):
    """How serious the findings of a check are, unless the project says otherwise.

    :param strict: in a project whose facts are strict
    :param plain: in any other: only what the standards demand is a violation
    """

    strict: str
    plain: str


# The checks of `validate` that are not shapes. What each finds, docs/curating-facts.md tells.
OF_VALIDATE: Mapping[str, Default] = {
    "graph-rests-on-nothing": Default("violation", OFF),
    "graph-without-facts": Default("warning", "warning"),
    "passage-without-facts": Default("warning", "warning"),
    "quote-length": Default("violation", "warning"),
    "fact-outside-graph": Default("violation", OFF),
    "undescribed": Default("violation", "warning"),
    "unlabelled": Default("violation", "warning"),
    "schema-https": Default("violation", "warning"),
    "unknown-term": Default("warning", "warning"),
    "blank-node": Default("warning", OFF),
    "alike": Default("violation", "violation"),
    "unexpanded-curie": Default("violation", "warning"),
    "misspelt-namespace": Default("warning", "warning"),
    "local-iri": Default("violation", "violation"),
    "date": Default("violation", "warning"),
    "decimal-comma": Default("warning", "warning"),
    "ill-typed": Default("violation", "warning"),
    "unknown-datatype": Default("violation", "warning"),
    # What DCAT-AP demands.
    "catalogue-resource": Default("violation", "violation"),
    "catalogue-text": Default("violation", "violation"),
    "catalogue-date": Default("violation", "violation"),
    "catalogue-title": Default("violation", "violation"),
    "unsafe-iri": Default("violation", "violation"),
    "case-collision": Default("violation", "info"),
    "shared-address": Default("violation", "warning"),
    "site-file": Default("violation", "info"),
    "outside-bases": Default(OFF, "info"),
    "nameless": Default(OFF, "warning"),
    "unread-file": Default("warning", "warning"),
    "nothing-read": Default("violation", "violation"),
    "no-statement": Default("warning", "warning"),
    "unused-class": Default("warning", "warning"),
    "unused-source": Default("warning", "warning"),
    "unknown-language": Default("warning", "warning"),
    "words": Default("warning", "warning"),
    # The integrity conditions of SKOS.
    "skos-scheme": Default("warning", "warning"),
    "skos-collection": Default("warning", "warning"),
    "skos-labels": Default("warning", "warning"),
    "skos-preferred-label": Default("warning", "warning"),
    "skos-circle": Default("warning", "warning"),
    "skos-related": Default("warning", "warning"),
    "skos-exact-match": Default("warning", "warning"),
    # What JSON-LD leaves out.
    "not-an-iri": Default("violation", "warning"),
    "not-a-language": Default("violation", "warning"),
    "free-value": Default("violation", "warning"),
    "relative-type": Default("warning", "warning"),
    "dropped-key": Default("warning", "warning"),
    "rounded": Default("warning", "warning"),
    "direction": Default("warning", "warning"),
    "null": Default("warning", "info"),
    "index": Default("warning", "info"),
    # Pages in HTML of which nothing is read.
    "no-json-ld": Default("warning", "warning"),
    # What is wrong with the shapes themselves.
    "recursive-shapes": Default("warning", "warning"),
    "unknown-shacl-term": Default("warning", "warning"),
    "not-true": Default("warning", "warning"),
    "import-not-read": Default("warning", "warning"),
}
# The checks of `check`, each of which finds things of several grades.
OF_CHECK = (
    *("dcat-ap", "ckan", "udata", "quality", "google", "croissant", "void", "signposting"),
    *("sitemap", "links", "local", "labels", "licences", "jsonld", "server"),
)


def wrong_check(name: str, prefixes: Mapping[str, str]) -> str | None:
    """Tell why nothing can be set by a name; None if it is a check or a shape.

    >>> wrong_check("dates", {})
    "has no check 'dates'. Did you mean date?"
    """
    whole = name.partition("/")[0]
    if name in OF_VALIDATE or whole in OF_CHECK:
        return None
    if ":" in name:
        known = is_iri(expand(name, prefixes) or "")
        return None if known else f"names a shape by {name!r}, whose prefix is not known."
    near = nearest(name, [*OF_VALIDATE, *OF_CHECK])
    return f"has no check {name!r}." + (f" Did you mean {near}?" if near else "")


class Levels:
    """How serious the findings of each check are, in one project.

    :param set: by names of checks, and by CURIEs of shapes
    """

    def __init__(
        self, set: Mapping[str, str], prefixes: Mapping[str, str], *, is_strict: bool
    ) -> None:
        self._set = {expand(name, prefixes) or name: level for name, level in set.items()}
        self._is_strict = is_strict

    def of(self, check: str) -> str | None:
        """Tell the level of what a check finds.

        :param check: its name, or the IRI of a shape
        :returns: None where neither the project nor the engine says
        """
        if level := self._set.get(check):
            return level
        default = OF_VALIDATE.get(check)
        if default is None:
            return None
        return default.strict if self._is_strict else default.plain

    def most(self, check: str) -> str:
        """Tell how grave a finding of one of the checks of ``check`` may be."""
        return self._set.get(check, LEVELS[-1])
