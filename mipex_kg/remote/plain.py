"""Writing a query in the plainest SPARQL 1.1, which every store takes for the same.

Stores differ in where a comment ends, when escapes are resolved, which prefixes are declared, and
which words there are besides SPARQL's. Where they differ from the engine here, a query that was
looked at here could be another one there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

import pyoxigraph as ox

from mipex_kg.rdf.namespaces import expand
from mipex_kg.sparql import query_text
from mipex_kg.sparql.query_text import Query, Token
from mipex_kg.system.errors import QueryError

# SPARQL 1.1, section 19.8, without what declares names, chooses graphs, or asks other hosts; and
# language tags, and what is left of a number such as 1e6.
_WORD = re.compile(
    r"""
    SELECT | CONSTRUCT | DESCRIBE | ASK | DISTINCT | REDUCED | WHERE | AS
  | GROUP | BY | HAVING | ORDER | ASC | DESC | LIMIT | OFFSET | VALUES | UNDEF
  | OPTIONAL | GRAPH | UNION | MINUS | FILTER | BIND | EXISTS | NOT | IN | A | TRUE | FALSE
  | COUNT | SUM | MIN | MAX | AVG | SAMPLE | GROUP_CONCAT | SEPARATOR
  | STR | LANG | LANGMATCHES | DATATYPE | BOUND | IRI | URI | BNODE | STRLANG | STRDT
  | SAMETERM | ISIRI | ISURI | ISBLANK | ISLITERAL | ISNUMERIC | COALESCE | IF
  | RAND | ABS | CEIL | FLOOR | ROUND | UUID | STRUUID | MD5 | SHA1 | SHA256 | SHA384 | SHA512
  | CONCAT | SUBSTR | STRLEN | REPLACE | UCASE | LCASE | ENCODE_FOR_URI | REGEX
  | CONTAINS | STRSTARTS | STRENDS | STRBEFORE | STRAFTER
  | NOW | YEAR | MONTH | DAY | HOURS | MINUTES | SECONDS | TIMEZONE | TZ
  | @.* | E(?:-?[0-9]+)?
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
# What a path may consist of, besides brackets, IRIs and `a`.
_OF_PATHS = frozenset("/|^!*+?")


def plain(
    query: Query, base: str | None = None, graph: Callable[[str], str] = lambda name: name
) -> str:
    """Write a query without prologue, comments and dataset clauses, with each term in full.

    :param query: one that the engine here has understood
    :param base: what relative IRIs are resolved against, if the query doesn't say
    :param graph: gives the name to write for that of a graph
    :raises QueryError: when it has a word that isn't one of SPARQL 1.1

    >>> plain(Query("PREFIX e: <u:> ASK FROM e:g { ?s e:p 'a\\u0022' } # …", {}))
    'ASK  { ?s <u:p> "a\\\\"" }'
    """
    written: list[str] = []
    prefixes = dict(query.default_prefixes)
    rest = query_text.tokens(query.text)
    for token in rest:
        word = token.text.upper() if token.kind == "word" else ""
        if word == "BASE":
            base = _iri(_next(rest), base)
        elif word == "PREFIX":
            name = _next(rest).text.removesuffix(":")
            prefixes[name] = _iri(_next(rest), base)
        elif word == "FROM":
            if _next(rest).text.upper() == "NAMED":
                _next(rest)
        elif word == "GRAPH":
            name = _written(_next(rest), prefixes, base)
            chosen = f"<{graph(name[1:-1])}>" if name.startswith("<") else name
            written.append(f"GRAPH {chosen}")
        else:
            written.append(_written(token, prefixes, base))
    return "".join(written).strip()


def goes_far(query: Query) -> bool:
    """Tell whether a query in plain SPARQL has a path of any length, with ``*`` or ``+``.

    >>> goes_far(Query("SELECT * { ?s (<u:p>|^<u:q>)+ ?o }", {}))
    True
    >>> goes_far(Query("SELECT * { ?s <u:p> ?o FILTER((?o + 1) * 2 > 3) }", {}))
    False
    """
    # For each bracket that is open, whether all in it may be steps of a path; and what came last.
    groups, is_step = [True], False
    for token in query.tokens:
        if is_step and token.text in ("*", "+"):
            return True
        if token.text == "(":
            groups.append(True)
            is_step = False
        elif token.text == ")" and len(groups) > 1:
            is_step = groups.pop()
            groups[-1] &= is_step
        else:
            is_step = token.kind == "iri" or token.text in ("a", "A")
            groups[-1] &= is_step or token.text in _OF_PATHS
    return False


def _next(rest: Iterator[Token]) -> Token:
    nothing = Token("", "")
    return next((token for token in rest if token.kind not in ("space", "comment")), nothing)


def _written(token: Token, prefixes: Mapping[str, str], base: str | None) -> str:
    match token.kind:
        case "space" | "comment":
            return " "
        case "iri":
            return f"<{_iri(token, base)}>"
        case "pname":
            name = re.sub(r"\\(.)", r"\1", token.text)
            return f"<{expand(name, prefixes)}>"
        case "string":
            return str(_parsed(f"<u:s> <u:p> {token.text}", None).object)
        case "word" if not _WORD.fullmatch(token.text):
            raise QueryError(
                f"{token.text} is not a word of SPARQL 1.1, in which the store is asked."
            )
        case _:
            return token.text


def _iri(token: Token, base: str | None) -> str:
    """Resolve an IRI as the engine does."""
    found = _parsed(f"{token.text} <u:p> <u:o>", base).subject
    assert isinstance(found, ox.NamedNode)  # noqa: S101 - it is in angle brackets
    return found.value


def _parsed(triple: str, base: str | None) -> ox.Quad:
    quads: list[ox.Quad] = list(ox.parse(f"{triple} .", ox.RdfFormat.TURTLE, base_iri=base))
    return quads[0]
