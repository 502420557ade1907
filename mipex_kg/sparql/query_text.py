"""What the text of a SPARQL query says, read without running it.

The engine answers queries; this module only splits a text into the tokens of SPARQL 1.1's grammar
(section 19.8) to see what the engine can't be asked: whether a service is called, which graphs the
dataset clauses name, which IRIs are meant, and where a parameter's variable stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import pyoxigraph as ox

from mipex_kg.rdf.namespaces import expand
from mipex_kg.system import reading

_ECHAR = r"\\[tbnrf\"'\\]"
_UCHAR = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
# What these match, but for strings without an end, is exactly what the engine's own lexer takes for
# a string, an IRI or a comment: else a query could hide a word from us that the engine sees.
_OPAQUE = rf"""
    (?P<comment>\#[^\r\n]*)
  | (?P<string>\"{{3}}(?:\"{{0,2}}(?:[^\"\\]|{_ECHAR}|{_UCHAR}))*\"{{3}}
      | '{{3}}(?:'{{0,2}}(?:[^'\\]|{_ECHAR}|{_UCHAR}))*'{{3}}
      | \"(?:[^\"\\\r\n]|{_ECHAR}|{_UCHAR})*\" | '(?:[^'\\\r\n]|{_ECHAR}|{_UCHAR})*')
  | (?P<open>\"(?:[^\"\\\r\n]|{_ECHAR}|{_UCHAR})* | '(?:[^'\\\r\n]|{_ECHAR}|{_UCHAR})*)
  | (?P<iri><(?:[^<>\"{{}}|^`\\\x00-\x20]|{_UCHAR})*>)
"""
_LOCAL = r"[\w:-]|%[0-9A-Fa-f]{2}|\\[_~.!$&'()*+,;=/?\#@%-]"
_TOKEN = re.compile(
    rf"""
    (?P<space>\s+)
  | {_OPAQUE}
  | (?P<variable>[?$]\w+)
  | (?P<blank>_:\w(?:[\w.-]*[\w-])?)
  | (?P<pname>(?:[^\W\d_](?:[\w.-]*[\w-])?)?:(?:(?:{_LOCAL})(?:(?:{_LOCAL}|\.)*(?:{_LOCAL}))?)?)
  | (?P<run>[^\W\d_][\w.-]*)(?!:)
  | (?P<word>@?[A-Za-z_][\w-]*)
  | (?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)[eE][+-]?[0-9]+|[0-9]*\.[0-9]+|[0-9]+)
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
# Words and dots that no colon follows: they are looked through once, and not again from each dot.
_PART = re.compile(r"(?P<word>[A-Za-z_][\w-]*)|(?P<other>.)", re.DOTALL)
_LANGUAGE = "@[A-Z]+(-[A-Z0-9]+)*"
# Compiled where it is used, as hardly a query has escapes.
_ESCAPE = rf"(?x){_OPAQUE} | (?P<escape>{_UCHAR})"
# What the names of files with queries end in.
SUFFIX = ".rq"
FORMS = frozenset({"SELECT", "CONSTRUCT", "DESCRIBE", "ASK"})
# Functions that go by the hour, or by chance.
_VOLATILE = frozenset({"NOW", "RAND", "UUID", "STRUUID"})
_UPDATES = frozenset(
    {"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"}
)


class Token(NamedTuple):
    """A piece of a query's text: its kind (a group of the pattern above) and how it is written."""

    kind: str
    text: str


def resolve(text: str) -> str:
    r"""Resolve what the engine doesn't: escapes (SPARQL 1.1, section 19.2), and dots in bases.

    It resolves escapes in strings and IRIs, where what one stands for never ends them.

    >>> resolve(r'\u0041SK { ?s ?p "\u0022" }')
    'ASK { ?s ?p "\\u0022" }'
    """
    if "\\" in text:
        text = re.sub(
            _ESCAPE, lambda match: _unescaped(match[0]) if match["escape"] else match[0], text
        )
    return _with_plain_bases(text) if "/." in text and "base" in text.lower() else text


def _with_plain_bases(text: str) -> str:
    """Write bases without dots, as long as they were: errors name columns."""
    from mipex_kg.rdf.iris import without_dots  # imported here: hardly a query has a BASE

    written, before = [], ""
    for kind, piece in tokens(text):
        is_base = kind == "iri" and before == "BASE"
        written.append(f"<{without_dots(piece[1:-1])}>".ljust(len(piece)) if is_base else piece)
        if kind not in ("space", "comment"):
            before = piece.upper()
    return "".join(written)


def _unescaped(text: str) -> str:
    return re.sub(_UCHAR, _character, text)


def _character(match: re.Match[str]) -> str:
    code = int(match[0][2:], 16)
    stands_for_none = 0xD800 <= code <= 0xDFFF or code > 0x10FFFF
    return match[0] if stands_for_none else chr(code)


def is_volatile(text: str) -> bool:
    r"""Tell whether a query goes by the hour or by chance, however it is written.

    >>> is_volatile(r"ASK { FILTER (\u004eOW() > ?day) }")
    True
    """
    return Query(resolve(text), {}).is_volatile


def tokens(text: str, *, without: Collection[str] = ()) -> Iterator[Token]:
    """Split a query into tokens, white space and comments included.

    :param without: kinds that are left out nevertheless

    >>> [token.text for token in tokens("ASK {?s a :T}", without=("space",))]
    ['ASK', '{', '?s', 'a', ':T', '}']
    """
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind in without:
            continue
        if kind == "run":
            for part in _PART.finditer(match[0]):
                yield Token(part.lastgroup or "other", part[0])
        else:
            # What begins like a string and doesn't end is nothing.
            yield Token("other" if kind is None or kind == "open" else kind, match[0])


@dataclass(frozen=True)
class Query:
    """The text of a query, and what can be told from it.

    :param text: SPARQL
    :param default_prefixes: prefixes that need no declaration

    >>> query = Query("SELECT * FROM :g WHERE { SERVICE <http://e/> {} }", {"": "http://g/"})
    >>> query.form, query.default_graphs, query.calls_service
    ('SELECT', ['http://g/g'], True)
    """

    text: str
    default_prefixes: Mapping[str, str]

    @cached_property
    def tokens(self) -> list[Token]:
        """The tokens that mean something: neither white space nor comments."""
        return list(tokens(self.text, without=("space", "comment")))

    @cached_property
    def _words(self) -> list[str]:
        return [token.text.upper() if token.kind == "word" else "" for token in self.tokens]

    @cached_property
    def form(self) -> str | None:
        """``SELECT``, ``CONSTRUCT``, ``DESCRIBE`` or ``ASK``; None if it is not a query."""
        return next((word for word in self._words if word in FORMS), None)

    @property
    def is_volatile(self) -> bool:
        """Whether the same query over the same graph may have another answer each time.

        >>> Query("SELECT (NOW() AS ?now) {}", {}).is_volatile
        True
        """
        return not _VOLATILE.isdisjoint(self._words)

    @property
    def is_update(self) -> bool:
        """Whether the first word that isn't part of the prologue is one of SPARQL Update."""
        prologue = {"", "PREFIX", "BASE"}
        return next((word for word in self._words if word not in prologue), "") in _UPDATES

    @property
    def calls_service(self) -> bool:
        """Whether it would ask another endpoint.

        The engine needs no space around a word: ``trueSERVICE`` ends in a call for it, and
        ``SERVICEx:y {`` begins with one, unless a graph may be named there.

        >>> Query("SELECT * { GRAPH service:a { ?s ?p ?o } }", {}).calls_service
        False
        """
        if "SERVICE" not in self.text.upper():
            return False
        depth, before = 0, ""
        for word, token, after in zip(self._words, self.tokens, self._texts_after, strict=True):
            if "SERVICE" in word and not re.fullmatch(_LANGUAGE, word):
                return True
            may_call = token.kind == "pname" and depth and before != "GRAPH" and after == "{"
            if may_call and "SERVICE" in token.text.partition(":")[0].upper():
                return True
            depth += (token.text == "{") - (token.text == "}")
            before = word
        return False

    @property
    def _texts_after(self) -> list[str]:
        return [*(token.text for token in self.tokens[1:]), ""]

    @cached_property
    def declared_prefixes(self) -> dict[str, str]:
        """The prefixes that the query declares itself."""
        declared = {}
        for word, name, iri in zip(self._words, self.tokens[1:], self.tokens[2:], strict=False):
            if word == "PREFIX" and name.kind == "pname" and iri.kind == "iri":
                declared[name.text.removesuffix(":")] = self._absolute(iri)
        return declared

    @cached_property
    def _base(self) -> str:
        """What relative IRIs are resolved against: the IRI after ``BASE``."""
        pairs = zip(self._words, self.tokens[1:], strict=False)
        bases = [iri.text[1:-1] for word, iri in pairs if word == "BASE" and iri.kind == "iri"]
        return _unescaped(bases[-1]) if bases else ""

    def _absolute(self, token: Token) -> str:
        iri = _unescaped(token.text[1:-1])
        if not self._base:
            return iri
        # Imported here: hardly a query has a BASE.
        from mipex_kg.rdf.iris import resolve

        return resolve(iri, self._base)

    @cached_property
    def default_graphs(self) -> list[str]:
        """The IRIs after ``FROM``."""
        return [iri for iri, named in self._dataset_clauses() if not named]

    @cached_property
    def named_graphs(self) -> list[str]:
        """The IRIs after ``FROM NAMED``."""
        return [iri for iri, named in self._dataset_clauses() if named]

    def _dataset_clauses(self) -> Iterator[tuple[str, bool]]:
        for position, word in enumerate(self._words):
            if word == "FROM":
                named = self._words[position + 1 : position + 2] == ["NAMED"]
                graph = self.tokens[position + 1 + named : position + 2 + named]
                if graph and (iri := self.iri(graph[0])):
                    yield iri, named

    @cached_property
    def _used_prefixes(self) -> list[str]:
        names = (token.text.partition(":")[0] for token in self.tokens if token.kind == "pname")
        return list(dict.fromkeys(names))

    @property
    def unknown_prefixes(self) -> list[str]:
        """The prefixes that are used but declared nowhere."""
        lacking = (prefix for prefix in self._used_prefixes if prefix not in self.default_prefixes)
        return [prefix for prefix in lacking if prefix not in self.declared_prefixes]

    @cached_property
    def lacking_prefixes(self) -> dict[str, str]:
        """Those of the default prefixes that the query needs."""
        known = self.default_prefixes
        return {prefix: known[prefix] for prefix in self._used_prefixes if prefix in known}

    @cached_property
    def selects_all(self) -> bool:
        """Whether its columns are those of ``SELECT *``."""
        start = self._words.index("SELECT") if "SELECT" in self._words else len(self._words)
        return any(token.text == "*" for token in self.tokens[start + 1 : start + 3])

    @property
    def columns(self) -> list[str]:
        """The columns that the outermost SELECT names; none for ``SELECT *``.

        >>> Query("SELECT DISTINCT ?a (COUNT(?x) AS ?n) { ?a :p ?x }", {}).columns
        ['a', 'n']
        """
        found, depth = [], 0
        start = self._words.index("SELECT") + 1 if "SELECT" in self._words else len(self._words)
        for before, token in zip(self._words[start - 1 :], self.tokens[start:], strict=False):
            if not depth and token.text.upper() in ("{", "WHERE", "FROM"):
                break
            depth += (token.text == "(") - (token.text == ")")
            if token.kind == "variable" and (not depth or (depth == 1 and before == "AS")):
                found.append(token.text[1:])
        return found

    def place_of(self, is_meant: Callable[[Token], bool]) -> tuple[int, int]:
        """Tell where the first token stands that is meant: line and column, from 1.

        >>> Query("ASK {\\n  ?s :p x:o }", {}).place_of(lambda token: token.text == "x:o")
        (2, 9)
        """
        before = ""
        for token in tokens(self.text):
            if token.kind not in ("space", "comment") and is_meant(token):
                break
            before += token.text
        return reading.place_behind(before)

    def variables(self) -> list[str]:
        """Name the variables in the order in which the text first has them."""
        names = (token.text[1:] for token in self.tokens if token.kind == "variable")
        return list(dict.fromkeys(names))

    def plain_strings(self) -> Iterator[str]:
        """Give the strings that have neither escapes, nor a language, nor a datatype."""
        for token, after in zip(self.tokens, [*self.tokens[1:], Token("", "")], strict=True):
            if (
                token.kind == "string"
                and after.text[:1] not in ("@", "^")
                and "\\" not in token.text
            ):
                yield token.text.strip("\"'")

    def literal(self, start: int, end: int) -> ox.Literal | None:
        """Read the literal that some tokens are; None if they are not one.

        >>> Query("ASK { ?s ?p '1'^^x:byte }", {"x": "http://x/"}).literal(4, 8)
        <Literal value=1 datatype=<NamedNode value=http://x/byte>>
        """
        parts = self.tokens[start:end]
        text = "".join(token.text for token in parts)
        if parts[0].kind == "string" and len(parts) == 4:
            text = f"{parts[0].text}^^<{self.iri(parts[3])}>"
        elif not (parts[0].kind == "string" or parts[-1].kind == "number"):
            return None
        # A literal of SPARQL is one of Turtle.
        document = f"<u:s> <u:p> {text} ."
        try:
            (quad,) = ox.parse(document, format=ox.RdfFormat.TURTLE)
        except SyntaxError:
            return None
        return quad.object if isinstance(quad.object, ox.Literal) else None

    def iris(self) -> Iterator[str]:
        """Give the IRIs that are in the query, but for those that declare prefixes."""
        for position, token in enumerate(self.tokens):
            declares = self._words[max(position - 2, 0) : position]
            if (
                "PREFIX" not in declares
                and "BASE" not in declares[-1:]
                and (iri := self.iri(token))
            ):
                yield iri

    def iri(self, token: Token) -> str | None:
        """Give the IRI that a token stands for; None if it is none."""
        if token.kind == "iri":
            return self._absolute(token)
        if token.kind != "pname":
            return None
        return expand(
            re.sub(r"\\(.)", r"\1", token.text),
            {**self.default_prefixes, **self.declared_prefixes},
        )


def select(text: str, variables: Sequence[str]) -> str:
    """Name the columns of a ``SELECT *``.

    >>> select("SELECT * { ?b :p ?a }", ["b", "a"])
    'SELECT ?b ?a { ?b :p ?a }'
    """
    pieces = [token.text for token in tokens(text)]
    pieces[pieces.index("*")] = " ".join(f"?{name}" for name in variables)
    return "".join(pieces)


def header(text: str) -> dict[str, list[str]]:
    """Read the ``# key: value`` lines that a query's text begins with.

    A key may stand more than once. A key of two words, such as ``param group``, is kept whole.

    >>> header("# title: People\\n# param a: iri\\nSELECT …")
    {'title': ['People'], 'param a': ['iri']}
    """
    found: dict[str, list[str]] = {}
    for line in reading.lines(text):
        if not line.startswith("#"):
            break
        key, colon, value = line.lstrip("# ").partition(":")
        if colon:
            found.setdefault(key.strip(), []).append(value.strip())
    return found
