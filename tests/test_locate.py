"""The places of quads: the token at each place, parsed alone, is the quad's term."""

from __future__ import annotations

import doctest
import os
import re
import tracemalloc
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from random import Random

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mipex_kg.rdf import locate as module
from mipex_kg.rdf.locate import LocateError, Position, Span, locate
from tests.conftest import absent, processor_time

BASE = "http://base.example/dir/file"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
HEAD = "@prefix : <http://e/> .\n"
TURTLE, TRIG = ox.RdfFormat.TURTLE, ox.RdfFormat.TRIG
N_TRIPLES, N_QUADS = ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS


# --- The law -------------------------------------------------------------------------------


@lru_cache(1)
def lines_of(text: str) -> list[str]:
    return re.split(r"(?<=\n)|(?<=\r)(?!\n)", text.removeprefix("\ufeff"))


def cut(text: str, span: Span) -> str:
    """Return what a span covers, by splitting into lines: not as the module does it."""
    lines = lines_of(text)
    if span.line == span.end_line:
        return lines[span.line - 1][span.column - 1 : span.end_column - 1]
    first, *middle, last = lines[span.line - 1 : span.end_line]
    return "".join([first[span.column - 1 :], *middle, last[: span.end_column - 1]])


class Law:
    """Checks a document: as many positions as quads, and each token means its term."""

    def __init__(self, text: str, syntax: ox.RdfFormat) -> None:
        self.text = text
        reader = ox.parse(text.removeprefix("\ufeff"), format=syntax, base_iri=BASE)
        self.quads = list(reader)
        self.header = f"@base <{reader.base_iri or BASE}> .\n" + "".join(
            f"@prefix {name}: <{iri}> .\n" for name, iri in reader.prefixes.items()
        )
        self.meanings: dict[str, Term] = {}
        self.nodes: dict[tuple[str, Span], Term] = {}

    def check(self) -> list[Position]:
        positions = list(locate(self.text))
        assert len(positions) == len(self.quads)
        for quad, position in zip(self.quads, positions, strict=True):
            if position.predicate == position.object:
                self.check_cell(quad, position)
            else:
                assert self.meaning(position.predicate) == quad.predicate
                self.check_term(quad.subject, position.subject)
                self.check_term(quad.object, position.object)
            self.check_graph(quad, position)
        self.check_places()
        return positions

    def check_places(self) -> None:
        """No node has two places, but a list's first cell: its bracket and the first element."""
        nodes = {span: node for (kind, span), node in self.nodes.items() if kind == "node"}
        cells = {span: node for (kind, span), node in self.nodes.items() if kind == "cell"}
        assert len(set(nodes.values())) == len(nodes)
        assert len(set(cells.values())) == len(cells)
        for span, node in nodes.items():
            if cut(self.text, span) == "(":
                assert node == cells[min(cell for cell in cells if cell > span)]

    def check_cell(self, quad: ox.Quad, position: Position) -> None:
        self.check_node(quad.subject, ("cell", position.subject))
        if quad.predicate.value == RDF + "first":
            assert position.subject == position.object
            self.check_term(quad.object, position.object)
        else:
            assert quad.predicate.value == RDF + "rest"
            assert position.subject < position.object
            if quad.object == ox.NamedNode(RDF + "nil"):
                assert cut(self.text, position.object) == ")"
            else:
                self.check_node(quad.object, ("cell", position.object))

    def check_term(self, term: Term, span: Span) -> None:
        token = cut(self.text, span)
        if token == "(" or token.startswith("["):
            self.check_node(term, ("node", span))
        else:
            assert self.meaning(span) == term

    def check_node(self, term: Term, key: tuple[str, Span]) -> None:
        """One place stands for one blank node."""
        assert isinstance(term, ox.BlankNode)
        assert self.nodes.setdefault(key, term) == term

    def check_graph(self, quad: ox.Quad, position: Position) -> None:
        if isinstance(quad.graph_name, ox.DefaultGraph):
            assert position.graph is None
        else:
            assert position.graph
            self.check_term(quad.graph_name, position.graph)

    def meaning(self, span: Span) -> Term:
        token = cut(self.text, span)
        assert token == token.strip()
        if token == "a":
            return ox.NamedNode(RDF + "type")
        if token not in self.meanings:
            (quad,) = ox.parse(f"{self.header}<s:> <p:> {token} .", format=TURTLE)
            self.meanings[token] = quad.object
        return self.meanings[token]


# --- The W3C's files -----------------------------------------------------------------------


def suite() -> list[Path]:
    repository = Path(__file__).parents[1]
    root = os.environ.get("MIPEX_KG_W3C_TESTS") or repository.parent / "shared" / "w3c"
    return sorted(Path(root, "shacl").rglob("*.ttl"))


def test_w3c_shacl_suite() -> None:
    files = suite()
    if not files:
        absent("W3C's SHACL suite, in the folder that MIPEX_KG_W3C_TESTS names,")
    assert len(files) >= 140
    quads = 0
    for path in files:
        text = path.read_bytes().decode()
        try:
            quads += len(Law(text, TURTLE).check())
        except (AssertionError, LocateError) as error:
            raise AssertionError(f"in {path}") from error
    assert quads >= 5000


# --- Documents by hypothesis ---------------------------------------------------------------

# № becomes a number that is different in each token, so that no two tokens mean the same.
IRIS = [":n№", "<http://e/№>", "<rel#№>", "ex.a-é:№.b", ":%41\\~x.№", ":№:𐐷\u00b7", "<\\u00e9/№>"]
IRIS += [":a.№..b", "true:№", ":\\.№\\.", "::№", ":漢№"]
LABELS = ["_:b№", "_:№.x-y", "_:é№_"]
STRINGS = ['"№"', "'№\\''", '"""№\n"" \'\'\' # . \\""""', "'''№\r\n'' \"\"\"'''", '"№ 𝒳 é̂ #<"']
LITERALS = [*STRINGS, '"№"@en', "'№'@en--ltr", '"№"@de-AT-1996', '"№"^^:d', "'''№'''^^<http://d/>"]
LITERALS += ['"№" @en', '"№"\r\n^^ # "\r  :d', "№", "+№", "-№.5", ".№", "№e3", "№.e-3", "№.5E+1"]
LITERALS += [".№e3", "true", "false"]
Tokens = list[str]
Part = st.SearchStrategy[Tokens]


def tokens_of(*options: str | Sequence[str]) -> Part:
    return st.sampled_from(
        [
            [token]
            for option in options
            for token in ([option] if isinstance(option, str) else option)
        ]
    )


def joined(parts: Sequence[Tokens], separator: str | None = None) -> Tokens:
    tokens: Tokens = []
    for part in parts:
        tokens += [separator, *part] if separator and tokens else part
    return tokens


def predicates(objects: Part) -> Part:
    """Make predicate object lists, with all the odd semicolons that the grammar permits."""
    some = st.lists(objects, min_size=1, max_size=3).map(lambda parts: joined(parts, ","))
    pair = st.tuples(tokens_of("a", IRIS), some).map(joined)
    semicolons = st.integers(0, 2).map(lambda count: [";"] * count)
    return st.tuples(
        st.lists(pair, min_size=1, max_size=3).map(lambda parts: joined(parts, ";")), semicolons
    ).map(joined)


def nested(inner: Part) -> Part:
    bracket = predicates(inner).map(lambda tokens: ["[", *tokens, "]"])
    collection = st.lists(inner, max_size=4).map(lambda parts: ["(", *joined(parts), ")"])
    return bracket | collection


TERMS = tokens_of(IRIS, LABELS, LITERALS, "[]", "[ \t]", "[#c\n]", "()", "(#)\r)")
OBJECTS: Part = st.recursive(TERMS, nested, max_leaves=12)
NAMES = tokens_of(IRIS, LABELS, "[]", "[ \r\n]")
SUBJECTS = NAMES | nested(OBJECTS)
TRIPLES = st.tuples(SUBJECTS, predicates(OBJECTS)).map(joined)
TRIPLES |= predicates(OBJECTS).map(lambda tokens: ["[", *tokens, "]"])
DIRECTIVES = st.sampled_from(
    [
        ["@prefix", "p:", "<http://p/>", "."],
        ["pReFix", "p.q:", "<http://p/#>"],
        ["@version", '"1.2"', "."],
        ["VERSION", "'1.2'"],
        ["@base", f"<{BASE}>", "."],
        ["BASE", f"<{BASE}>"],
    ]
)
TURTLE_BLOCKS = DIRECTIVES | TRIPLES.map(lambda tokens: [*tokens, "."])


def block(name: Tokens, triples: list[Tokens], last: Tokens) -> Tokens:
    return [*name, "{", *joined(triples, "."), *(last if triples else []), "}"]


GRAPHS = st.builds(
    block,
    st.just([]) | NAMES | NAMES.map(lambda name: ["gRaPH", *name]),
    st.lists(TRIPLES, max_size=3),
    st.sampled_from([[], ["."]]),
)
TRIG_BLOCKS = TURTLE_BLOCKS | GRAPHS
SPACES = [" ", "\n", "\r\n", "\r", "\t ", " # <a> \"'''( [ 𝒳\n", "#\r\n", "\n\n  "]
PREFIXES = "\n".join(
    f"@prefix {name}: <http://{number}.e/> ."
    for number, name in enumerate(["", "ex.a-é", "true", "x"])
)


def glues(left: str, right: str) -> bool:
    """Tell whether two tokens need no space between them."""
    if (left + right)[0] in "[(" and right in ("]", ")"):
        return left not in "[("
    return left in set("[](){};,") or right in set("[](){};,.") or right[0] == "<"


def render(tokens: Tokens, random: Random) -> str:
    text, left = random.choice(["", "\ufeff"]) + PREFIXES + "\n", "."
    for number, token in enumerate(tokens):
        if not glues(left, token) or random.random() < 0.5:
            text += "".join(random.choices(SPACES, k=random.randint(1, 2)))
        text += token.replace("№", str(number + 10))
        left = token
    return text + random.choice(["", *SPACES])


def documents(blocks: Part) -> st.SearchStrategy[str]:
    tokens = st.lists(blocks, max_size=5).map(joined)
    # A number for all spaces is drawn much faster than each of them.
    return st.builds(render, tokens, st.integers(0, 1 << 32).map(Random))


RELAXED = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)


# Who locates isn't told which syntax it is, and TriG has all that Turtle has.
@settings(RELAXED, max_examples=30)
@given(documents(TURTLE_BLOCKS))
def test_any_turtle(text: str) -> None:
    Law(text, TURTLE).check()


@RELAXED
@given(documents(TRIG_BLOCKS))
def test_any_trig(text: str) -> None:
    Law(text, TRIG).check()


WORDS = st.text("ab.é𝒳\"'\\\n\r\t #<>\u2028", max_size=6)
NODES = st.sampled_from("abcd").map(lambda name: ox.NamedNode(f"http://e/{name}"))
BLANKS = st.integers(0, 3).map(lambda number: ox.BlankNode(f"b{number}"))
VALUES = WORDS.map(ox.Literal) | st.builds(lambda word: ox.Literal(word, language="en-gb"), WORDS)
VALUES |= st.builds(lambda word, node: ox.Literal(word, datatype=node), WORDS, NODES)
VALUES |= (st.integers() | st.booleans()).map(ox.Literal)
QUADS = st.builds(
    ox.Quad,
    NODES | BLANKS,
    NODES,
    NODES | BLANKS | VALUES,
    NODES | BLANKS | st.just(ox.DefaultGraph()),
)


@pytest.mark.parametrize("syntax", [TURTLE, TRIG, N_TRIPLES, N_QUADS], ids=str)
@RELAXED
@given(quads=st.lists(QUADS, max_size=8))
def test_what_oxigraph_writes(syntax: ox.RdfFormat, quads: list[ox.Quad]) -> None:
    written = quads if syntax.supports_datasets else [quad.triple for quad in quads]
    data = ox.serialize(written, format=syntax, prefixes={"ex": "http://e/"})
    assert data is not None
    assert len(Law(data.decode(), syntax).check()) == len(quads)


@RELAXED
@given(
    st.lists(
        st.sampled_from([*"[](){}.,;<>\"'@^:_#~|\\\n 1a", "<a>", ":b ", "prefix ", '"""', "[] "])
    )
)
@example(["[", ":b ", "[", ")"])
def test_what_is_no_rdf_ends_in_its_own_error(parts: list[str]) -> None:
    try:
        positions = list(locate("".join(parts)))
    except LocateError as error:
        assert str(error)
    else:
        assert all(isinstance(position, Position) for position in positions)


# --- By hand -------------------------------------------------------------------------------

# For each quad its subject, predicate, object and graph: the token and its column in line 2.
EXAMPLES: dict[str, list[str]] = {
    ":a :p :b .": [":a/1 :p/4 :b/7"],
    ":a a 1, 'x' ; ; :q true ;.": [":a/1 a/4 1/6", ":a/1 a/4 'x'/9", ":a/1 :q/17 true/20"],
    ":a.b :p :c.": [":a.b/1 :p/6 :c/9"],
    ":a :p 1.": [":a/1 :p/4 1/7"],
    ":a :p 1.5.": [":a/1 :p/4 1.5/7"],
    ":a :p .5,1.e3,-1E-3.": [":a/1 :p/4 .5/7", ":a/1 :p/4 1.e3/10", ":a/1 :p/4 -1E-3/15"],
    ":a :p true.": [":a/1 :p/4 true/7"],
    ":a :p _:b.c.": [":a/1 :p/4 _:b.c/7"],
    "_:a:p 1 .": ["_:a/1 :p/4 1/7"],
    ":\\~\\.a%41.\\- :p : .": [":\\~\\.a%41.\\-/1 :p/14 :/17"],
    ":a :p 'é𝒳'@fr, :b .": [":a/1 :p/4 'é𝒳'@fr/7", ":a/1 :p/4 :b/16"],
    ":a :p '' , '''''' .": [":a/1 :p/4 ''/7", ":a/1 :p/4 ''''''/12"],
    ":a :p 'x' ^^ :d .": [":a/1 :p/4 'x' ^^ :d/7"],
    ":a :p 'x'@en--rtl.": [":a/1 :p/4 'x'@en--rtl/7"],
    "[ :p 1 ] .": ["[/1 :p/3 1/6"],
    "[ :p 1 ] :q 2 .": ["[/1 :p/3 1/6", "[/1 :q/10 2/13"],
    "[ ] :p [] .": ["[ ]/1 :p/5 []/8"],
    ":a :p [ :q 1 ] .": ["[/7 :q/9 1/12", ":a/1 :p/4 [/7"],
    # A string is complete with the next token only: the bracket, whose quad goes first.
    ":a :p [ :q 'x' ] .": [":a/1 :p/4 [/7", "[/7 :q/9 'x'/12"],
    ":a :p [ :q 'x'@en ] .": ["[/7 :q/9 'x'@en/12", ":a/1 :p/4 [/7"],
    ":a :p () .": [":a/1 :p/4 ()/7"],
    "() :p :a .": ["()/1 :p/4 :a/7"],
    "(1) :p :a .": ["1/2 1/2 1/2", "1/2 )/3 )/3", "(/1 :p/5 :a/8"],
    ":a :p (1 2) .": [
        "1/8 1/8 1/8",
        ":a/1 :p/4 (/7",
        "2/10 2/10 2/10",
        "1/8 2/10 2/10",
        "2/10 )/11 )/11",
    ],
    ":a :p ('x') .": [":a/1 :p/4 (/7", "'x'/8 )/11 )/11", "'x'/8 'x'/8 'x'/8"],
    ":a :p ([]) .": [":a/1 :p/4 (/7", "[]/8 []/8 []/8", "[]/8 )/10 )/10"],
    ":a :p (()) .": [":a/1 :p/4 (/7", "()/8 ()/8 ()/8", "()/8 )/10 )/10"],
    ":a :p ((1)) .": [
        ":a/1 :p/4 (/7",
        "1/9 1/9 1/9",
        "(/8 (/8 (/8",
        "1/9 )/10 )/10",
        "(/8 )/11 )/11",
    ],
    ":a :p ([:q 1]) .": [":a/1 :p/4 (/7", "[/8 :q/9 1/12", "[/8 [/8 [/8", "[/8 )/14 )/14"],
    "PREFIX p: <http://p/> p:a p:b p:c .": ["p:a/23 p:b/27 p:c/31"],
    "BASE <http://p/> <> <p> <#> .": ["<>/18 <p>/21 <#>/25"],
    "VERSION '1.2' :a :b :c .": [":a/15 :b/18 :c/21"],
    "@version '1.2' . :a :b :c .": [":a/18 :b/21 :c/24"],
    ":g { :a :p :b }": [":a/6 :p/9 :b/12 :g/1"],
    "GRAPH :g { :a :p 'x' }": [":a/12 :p/15 'x'/18 :g/7"],
    "{ :a :p :b . } :a :p :c .": [":a/3 :p/6 :b/9", ":a/16 :p/19 :c/22"],
    "[ ]{ :a :p 1 } _:g{[:p 2].}": [":a/6 :p/9 1/12 [ ]/1", "[/20 :p/21 2/24 _:g/16"],
    ":g {} :a :p :b .": [":a/7 :p/10 :b/13"],
    ":a :p :b .#c\r:a :p :c .": [":a/1 :p/4 :b/7", ":a/3:1 :p/3:4 :c/3:7"],
    ":a :p '''\r\n\r\n''', 1 .": [":a/1 :p/4 '''\r\n\r\n'''/7", ":a/1 :p/4 1/4:6"],
}


def shown(text: str, span: Span) -> str:
    line = f"{span.line}:" if span.line != 2 else ""
    return f"{cut(text, span)}/{line}{span.column}"


@pytest.mark.parametrize("body", EXAMPLES)
def test_example(body: str) -> None:
    text = HEAD + body
    positions = Law(text, TRIG).check()
    quads = [" ".join(shown(text, span) for span in spans if span) for spans in positions]
    assert quads == EXAMPLES[body]


def test_span_has_an_exclusive_end() -> None:
    (position,) = locate("<s> <p>\n'''a\r\n𝒳'''@en .")
    assert position.predicate == Span(1, 5, 1, 8)
    assert position.object == Span(2, 1, 3, 8)


def test_byte_order_mark_is_no_column() -> None:
    assert list(locate("\ufeff<s> <p> <o> .\n")) == list(locate("<s> <p> <o> .\n"))


def test_nquads_name_the_graph_last() -> None:
    text = '<a:> <b:> "x" <c:g> .\n_:a <b:> "x"@en _:g.\n<a:><b:><c:><d:>.\n<a:> <b:> "x" .'
    graphs = [position.graph for position in Law(text, N_QUADS).check()]
    assert graphs == [Span(1, 15, 1, 20), Span(2, 17, 2, 20), Span(3, 13, 3, 17), None]


def test_prefixes_may_change() -> None:
    text = HEAD + ":a :p :b . @prefix : <http://other/> . :a :p :b ."
    assert [position.subject.column for position in locate(text)] == [1, 40]


def test_lenient_iris_and_strings() -> None:
    text = '<a b{}> <p> "two\nlines" .'
    assert len(list(ox.parse(text, format=TURTLE, lenient=True))) == 1
    (position,) = locate(text)
    assert position == (Span(1, 1, 1, 8), Span(1, 9, 1, 12), Span(1, 13, 2, 7), None)


RDF12 = [
    ":a :p <<( :a :p :b )>> .",
    "<< :a :p :b >> :q 1 .",
    ":a :p << :a :p :b ~ :r >> .",
    ":a :p :b {| :q 1 |} .",
    ":a :p :b ~ :r .",
]


@pytest.mark.parametrize("body", RDF12)
def test_statements_about_triples_are_refused(body: str) -> None:
    assert list(ox.parse(HEAD + body, format=TURTLE))
    with pytest.raises(LocateError, match="line 2, column"):
        list(locate(HEAD + body))


BROKEN = [":a :p ] .", ":a :p ) .", ":a :p [ :q 1 .", ":a :p (1 ; 2) .", ":a b :c .", "b :c :d ."]
BROKEN += [
    ":a",
    ":a :p :b",
    ":a :p [ :q",
    ":a :p [ :q 1 ] ; :r (",
    ":a :p [ :q 1 1 ] .",
    ":a :p 1, 2 3 .",
]


@pytest.mark.parametrize("body", BROKEN)
def test_what_is_out_of_place_is_refused(body: str) -> None:
    with pytest.raises(LocateError):
        list(locate(HEAD + body))


def test_quads_before_the_unknown_have_a_position() -> None:
    positions = locate("<a> <b> <c> . <a> <b> <c> ~ <d> .")
    assert next(positions).object == Span(1, 9, 1, 12)
    with pytest.raises(LocateError):
        next(positions)


@pytest.mark.parametrize(("before", "after"), [("[:p ", "]"), ("(", ")"), ("[:p (", ")]")])
def test_deep_nesting(before: str, after: str) -> None:
    depth = 5_000
    text = f"{HEAD}:a :p {before * depth}1{after * depth} ."
    quads = list(ox.parse(text, format=TURTLE))
    assert len(list(locate(text))) == len(quads) > depth


# Too long for quadratic time, and for regular expressions that keep a note of each round.
def long(rounds: int) -> dict[str, str]:
    """Make texts of so many rounds."""
    return {
        "string": "'''" + "\\n''" * rounds + "'''",
        "escapes": '"' + "\\n" * rounds + '"',
        "name": ":" + "a." * rounds + "a",
        "escaped name": ":" + r"\," * rounds + "a",
        "datatype": "'x'" + " #\n" * rounds + "^^" + "#\n" * 5 * rounds + ":" + r"\," * 5 * rounds,
        "blank": "[" + " #\n" * rounds + "]",
        "list": "(" + "1 " * (rounds // 2) + ")",
        "objects": "1 ," * (rounds // 2) + "2",
    }


LONG = long(200_000)
OF_ONE_TOKEN = sorted(set(LONG) - {"list", "objects"})


@pytest.mark.parametrize("name", LONG)
def test_long_documents_take_linear_time(name: str) -> None:
    with processor_time(30):
        assert len(list(locate(f"<s> <p> {LONG[name]} ."))) in (1, 100_001, 200_001)


@pytest.mark.parametrize("name", OF_ONE_TOKEN)
def test_a_long_token_takes_little_memory(name: str) -> None:
    text = f"<s> <p> {long(40_000)[name]} ."
    re.purge()  # what is compiled isn't part of it
    tracemalloc.start()
    try:
        # The token and the offsets of lines, and little else.
        next(locate(text))
        assert tracemalloc.get_traced_memory()[1] < 2 * len(text) + 50 * text.count("\n") + 3e5
    finally:
        tracemalloc.stop()


def test_doctests_run() -> None:
    failed, attempted = doctest.testmod(module)
    assert not failed
    assert attempted >= 3
