"""Queries that want to reach other hosts, to take the engine down, or to write."""

from __future__ import annotations

import faulthandler
import itertools
import re
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest

from mipex_kg.dataset import query_warnings, querying, rules
from mipex_kg.dataset.assembly import load_files
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.sparql import named_queries, query_text
from mipex_kg.system.errors import KgError, QueryError, SourceError
from tests import asking
from tests.conftest import Run

PREFIXES = "PREFIX x: <{0}> PREFIX SERVICEx: <u:> PREFIX service: <u:> PREFIX : <{0}> "
QUOTES = '"""'


@dataclass(frozen=True)
class Listener:
    """A port at which someone listens, and never answers."""

    socket: socket.socket

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.socket.getsockname()[1]}/"

    def was_called(self) -> bool:
        try:
            connection, _ = self.socket.accept()
        except BlockingIOError:
            return False
        connection.close()
        return True


@pytest.fixture
def listener() -> Iterator[Listener]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield Listener(server)


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    path = tmp_path_factory.mktemp("graph") / "graph.trig"
    path.write_text("<u:g> { <u:s> <u:p> 1, 2 } <u:h> { <u:s> <u:p> 2, 3 }")
    return load_files([path], {"": "u:"})


@pytest.fixture
def quiet_crashes() -> Iterator[None]:
    """Let a child that the engine takes down die without pytest's own report of it."""
    was_enabled = faulthandler.is_enabled()
    faulthandler.disable()
    yield
    if was_enabled:
        faulthandler.enable(sys.__stderr__ or sys.stderr)


def ask(text: str, dataset: Dataset, *, allow_remote: bool = False) -> querying.Answer:
    """Ask as the command line does, parameters bound before."""
    bound = named_queries.bind_freely(text, {}, dataset.prefixes)
    format = "csv" if query_text.Query(bound, {}).form == "SELECT" else None
    return asking.answer(bound, dataset, format=format, allow_remote=allow_remote, timeout=2)


SPELLINGS = (
    "SERVICE <{0}> {{ ?a ?b ?c }}",
    "service silent <{0}> {{ ?a ?b ?c }}",
    "SERVICE\t<{0}>\r\n{{ }}",
    "SERVICE # SERVICE\n # \n <{0}> {{ }}",
    "SERVICE<{0}>{{ }}",
    "SERVICE x: {{ }}",
    # The variable comes bound.
    "BIND(<{0}> AS ?host) SERVICE ?host {{ }}",
    "BIND(<{0}> AS ?host)SERVICE?host{{}}",
    # Escapes, which SPARQL allows anywhere.
    "\\u0053ERVICE <{0}> {{ }}",
    "SERV\\U00000049C\\u0045 <{0}> {{ }}",
    # The engine asks for no space between words.
    "{{ ?s ?p true }}SERVICE <{0}> {{ }}",
    "?s ?p ?o SERVICESILENT<{0}>{{ }}",
    "OPTIONAL {{ ?s ?p 1 }} VALUES ?v {{ 1e0 }}SERVICE <{0}> {{ }}",
    "SERVICEx:y {{ }}",
    "SERVICESILENTx:y {{ }}",
    "service:y {{ }}",
    "GRAPH ?g {{ service:y # here\n {{ }} }}",
    # Strings and IRIs that end where one doesn't expect it.
    'OPTIONAL {{ ?s ?p "\\u0022" }} SERVICE <{0}> {{ }} OPTIONAL {{ ?s ?p "\\u0022" }}',
    'OPTIONAL {{ ?s ?p "\\u005Cu0022" }} SERVICE <{0}> {{ }} OPTIONAL {{ ?s ?p "\\u005Cu0022" }}',
    "OPTIONAL {{ ?s ?p '\\\\' }} SERVICE <{0}> {{ }} OPTIONAL {{ ?s ?p '' }}",
    f'VALUES ?v {{{{ {QUOTES}x" }}}} SERVICE <{{0}}> {{{{ }}}} # \\q {QUOTES}\n',
    "OPTIONAL {{ ?s <http://e/#\\u0062> ?o }} SERVICE <{0}> {{ }}\n",
    "FILTER(1 <2) SERVICE <{0}> {{ }} FILTER(2> 1)",
    # Further down.
    "FILTER EXISTS {{ SERVICE <{0}> {{ }} }}",
    "{{ SELECT * {{ ?s ?p ?o . SERVICE <{0}> {{ }} }} }}",
)


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("form", ["SELECT *", "ASK", "CONSTRUCT { ?s ?p ?o } WHERE"])
def test_no_spelling_reaches_another_host(
    graph: Dataset, listener: Listener, spelling: str, form: str
) -> None:
    text = f"{PREFIXES.format(listener.address)} {form} {{ {spelling.format(listener.address)} }}"
    with pytest.raises(QueryError, match="SERVICE would send") as error:
        ask(text, graph)
    assert error.value.hint == "Only `mipex-kg query --allow-remote` sends it."
    assert not listener.was_called()


def test_the_host_is_called_where_that_is_allowed(graph: Dataset, listener: Listener) -> None:
    """Were it not, the tests above would prove nothing."""
    with pytest.raises(QueryError, match="longer than 2 seconds"):
        ask(f"SELECT * {{ SERVICE <{listener.address}> {{ ?s ?p ?o }} }}", graph, allow_remote=True)
    assert listener.was_called()


@pytest.mark.parametrize(
    "text",
    [
        'ASK { BIND("SERVICE <u:x> {}" AS ?x) }',
        "ASK { BIND('''a ' SERVICE <u:x> {} ''' AS ?x) }",
        "ASK { } # SERVICE <u:x> {}",
        "ASK { # \\u000A SERVICE <u:x> {}\n}",
        "PREFIX service: <u:> ASK { OPTIONAL { ?s service:p ?o . ?s :SERVICE ?t } }",
        "ASK { OPTIONAL { ?SERVICE <u:SERVICE> ?service } }",
        "PREFIX service: <u:> ASK { GRAPH ?g { ?s service:p ?o } }",
        'ASK { BIND("\\"SERVICE" AS ?x) BIND("\\u0022SERVICE" AS ?y) }',
    ],
)
def test_what_only_looks_like_a_call_is_answered(graph: Dataset, text: str) -> None:
    assert ask(text, graph).text == "true\n"


def test_escapes_stand_for_their_characters(graph: Dataset) -> None:
    text = r'S\u0045LECT ("\u0022\U0001F600" AS ?\u0078) ?o { ?s <u:\u0070> ?o } ORDER BY ?o'
    assert ask(text, graph).text == 'x,o\r\n"""😀",1\r\n"""😀",2\r\n"""😀",3\r\n'


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <u:a> <u:b> <u:c> }",
        "PREFIX x: <u:> # a comment\n DELETE WHERE { ?s ?p ?o }",
        "BASE <u:> CLEAR ALL",
        "LOAD <file:///etc/passwd>",
        "DROP GRAPH <u:g>",
        "WITH <u:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "\\u0043LEAR ALL { }",
    ],
)
def test_nothing_is_written(graph: Dataset, text: str) -> None:
    with pytest.raises(QueryError, match="updates are not allowed"):
        ask(text, graph)


def test_an_update_after_a_query_is_no_query(graph: Dataset) -> None:
    with pytest.raises(QueryError, match="doesn't parse"):
        ask("ASK { } ; CLEAR ALL", graph)
    assert ask("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", graph).text == "n\r\n3\r\n"


DEEP = {
    "groups": "ASK { " + "{ " * 5_000 + "}" * 5_000 + " }",
    "optional": "ASK { " + "OPTIONAL { ?s ?p ?o " * 5_000 + "}" * 5_000 + " }",
    "exists": "ASK { " + "FILTER EXISTS { ?s ?p ?o " * 5_000 + "}" * 5_000 + " }",
    "selects": "SELECT * { " + "{ SELECT * { " * 5_000 + "} }" * 5_000 + " }",
    "not": "ASK { FILTER(" + "!" * 20_000 + "true) }",
    "minus": "ASK { FILTER(" + "- " * 20_000 + "1 = 1) }",
    "brackets": "ASK { FILTER(" + "(" * 20_000 + "1" + ")" * 20_000 + " = 1) }",
    "functions": "ASK { FILTER(" + "STR(" * 20_000 + "1" + ")" * 20_000 + " = '1') }",
    "paths": "ASK { ?s " + "(" * 20_000 + "<u:p>" + ")" * 20_000 + " ?o }",
    "stars": "ASK { ?s " + "(" * 20_000 + "<u:p>" + ")*" * 20_000 + " ?o }",
    "inverses": "ASK { ?s " + "^(" * 20_000 + "<u:p>" + ")" * 20_000 + " ?o }",
    "blank nodes": "ASK { ?s ?p " + "[ ?p " * 20_000 + "1" + "]" * 20_000 + " }",
    "lists": "ASK { ?s ?p " + "( " * 20_000 + ")" * 20_000 + " }",
    "triple terms": "ASK { ?s ?p " + "<<( ?s ?p " * 5_000 + "1" + ")>>" * 5_000 + " }",
}
LONG = {
    "alternatives": "ASK { " + " UNION ".join(["{ ?s ?p ?o }"] * 3_000) + " }",
    "disjunction": "ASK { FILTER(" + " || ".join(["false"] * 3_000) + " || true) }",
    "values": "ASK { VALUES ?x { " + "1 " * 60_000 + "} }",
    "in": "ASK { FILTER(1 IN (" + ", ".join(["2"] * 20_000) + ", 1)) }",
    "string": 'ASK { FILTER("' + "x" * 1_000_000 + '" != "") }',
    "comment": "ASK { # " + "x" * 3_000_000 + "\n }",
    "variable": "ASK { OPTIONAL { ?" + "x" * 1_000_000 + " ?p ?o } }",
    "quotes": "ASK { FILTER(" + QUOTES + ' ""' * 300_000 + " " + QUOTES + " != '') }",
    "spaces": "ASK" + " " * 3_000_000 + "{ }",
}


@pytest.mark.usefixtures("quiet_crashes")
@pytest.mark.parametrize("name", DEEP)
def test_a_deep_query_ends_in_an_answer_or_a_sentence(graph: Dataset, name: str) -> None:
    try:
        answer = asking.answer(DEEP[name], graph, timeout=60)
    except QueryError as error:
        assert re.search("levels deep|operators|doesn't parse", error.message)
    else:
        assert answer.text


@pytest.mark.usefixtures("quiet_crashes")
@pytest.mark.parametrize("name", LONG)
def test_a_long_query_is_answered_or_refused(graph: Dataset, name: str) -> None:
    try:
        assert asking.answer(LONG[name], graph, timeout=60).text == "true\n"
    except QueryError as error:
        assert "ran out of stack" in error.message


def test_the_command_line_survives_depth(run: Run) -> None:
    for name in ("groups", "not"):
        outcome = run("query", "--bundled", "-", stdin=DEEP[name].encode(), code=4)
        assert outcome.out == b""
        assert len(outcome.err.splitlines()) == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "must contain SELECT, ASK"),
        ("{}", "must contain SELECT, ASK"),
        ("# ASK {}", "must contain SELECT, ASK"),
        ("ASK", "doesn't parse"),
        ("SELECT * { ?s ?p }", "doesn't parse"),
        ("SELECT * { ?s nix:p ?o }", "The prefix nix: is not declared"),
        ("SELECT * { ?s <relative> ?o }", "relative"),
        ("SELECT ?x (COUNT(*) AS ?n) { ?x ?y ?z }", "must be in GROUP BY"),
        ("ASK { ?s ?p '\ud800' }", "not UTF-8"),
        ("ASK { ?s ?p ?o } extra", "doesn't parse"),
        ("SELECT * { ?s ?p 'open }", "doesn't parse"),
        ("ASK { FILTER(<u:unknown>(1)) }", "custom function"),
    ],
)
def test_what_is_no_query(graph: Dataset, text: str, words: str) -> None:
    with pytest.raises(QueryError) as error:
        ask(text, graph)
    assert words in error.value.message
    assert error.value.exit_code == 4


def test_graphs_that_share_a_triple_repeat_no_row(graph: Dataset) -> None:
    text = "SELECT ?o {} {{ <u:s> <u:p> ?o }} ORDER BY ?o"
    assert ask(text.format("FROM <u:g> FROM <u:h>"), graph).text == "o\r\n1\r\n2\r\n3\r\n"
    assert ask(text.format("FROM <u:g>"), graph).text == "o\r\n1\r\n2\r\n"
    # The escape is the engine's to resolve, and ours to see through.
    assert ask(text.format("FROM <u:\\u0067>"), graph).text == "o\r\n1\r\n2\r\n"
    absent = ask(text.format("FROM <u:g> FROM <u:nowhere>"), graph)
    assert absent.text == "o\r\n1\r\n2\r\n"
    assert absent.warnings[0].startswith("There is no graph <u:nowhere>")


# Rules ask the same engine.


def rule(folder: Path, where: str, template: str = "?s <u:q> 1") -> rules.Rule:
    path = folder / "rule.rq"
    path.write_text(f"# title: Rule\nCONSTRUCT {{ {template} }} WHERE {{ {where} }}")
    return rules.load_rules([path])[0]


@pytest.mark.parametrize("spelling", ["SERVICE <{0}> {{ }}", "?s ?p true }}SERVICE <{0}> {{"])
def test_no_rule_reaches_another_host(listener: Listener, tmp_path: Path, spelling: str) -> None:
    with pytest.raises(SourceError, match="SERVICE"):
        rule(tmp_path, f"{{ ?s ?p ?o }} {{ {spelling.format(listener.address)} }}")
    assert not listener.was_called()


@pytest.mark.usefixtures("quiet_crashes")
def test_a_rule_that_ends_its_process_is_named_among_others(
    graph: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "good").mkdir()
    good = rule(tmp_path / "good", "?s ?p ?o")
    monkeypatch.setattr(rules, "guard", lambda _query: None)
    deep = rule(tmp_path, "?s ?p ?o " + "{ " * 5_000 + "}" * 5_000)
    with pytest.raises(KgError) as error:
        rules.infer(lambda: graph.store, [good, deep], {})
    assert str(error.value).startswith(f"{deep.path}: The rule is too large for the engine")
    assert error.value.exit_code == 3


@pytest.mark.parametrize("steps", [1, 60, 300])
def test_a_chain_of_many_steps_comes_to_its_end(tmp_path: Path, steps: int) -> None:
    nodes = [ox.NamedNode(f"u:{number}") for number in range(steps + 1)]
    part_of = ox.NamedNode("u:part")
    store = ox.Store()
    store.extend(ox.Quad(a, part_of, b) for a, b in itertools.pairwise(nodes))
    # One link further in each round.
    upwards = rule(tmp_path, "<u:0> <u:part> ?b . ?b <u:part> ?c", "<u:0> <u:part> ?c")
    added = rules.infer(lambda: store, [upwards], {})["rule"]
    assert {triple.object for triple in added} == set(nodes[2:])


@pytest.mark.parametrize("isolated", [True, False])
def test_rules_that_feed_each_other_for_ever(
    graph: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, isolated: bool
) -> None:
    monkeypatch.setattr(rules, "MAX_ROUNDS", 70)
    (tmp_path / "good").mkdir()
    good = rule(tmp_path / "good", "?s ?p ?o", "?s <u:q> ?o")
    counting = rule(tmp_path, "?s <u:p> ?n BIND(?n + 1 AS ?m)", "?s <u:p> ?m")
    with pytest.raises(SourceError, match="still add triples after 70 rounds") as error:
        rules.infer(
            lambda: graph.store, [good._replace(name="good"), counting], {}, isolated=isolated
        )
    assert counting.path.name in str(error.value)


def test_a_rule_that_takes_too_long_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "ONE_RUN", 0.5)
    store = ox.Store()
    store.extend(
        ox.Quad(ox.NamedNode(f"u:{n}"), ox.NamedNode("u:p"), ox.Literal(n)) for n in range(300)
    )
    (tmp_path / "good").mkdir()
    good = rule(tmp_path / "good", "?s <u:nothing> ?o")._replace(name="good")
    slow = rule(tmp_path, "?a ?p ?b . ?c ?q ?d . ?e ?r ?f . ?g ?t ?h . FILTER(?b+?d+?f+?h < 0)")
    slow = slow._replace(text=slow.text.replace("?s <u:q> 1", "?a <u:q> 1"))
    with pytest.raises(SourceError, match=r"The rule took longer than 0\.5 seconds") as error:
        rules.infer(lambda: store, [good, slow], {})
    assert error.value.path == slow.path


def test_all_runs_of_rules_together_come_to_an_end(
    graph: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "ALL_RUNS", 0.0)
    counting = rule(tmp_path, "?s <u:p> ?n BIND(?n + 1 AS ?m)", "?s <u:p> ?m")
    with pytest.raises(SourceError, match="The rules take more than 0 seconds") as error:
        rules.infer(lambda: graph.store, [counting], {})
    assert error.value.path == counting.path


def test_suggestions_come_after_the_answer_and_take_no_longer_than_anybody_waits(
    graph: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = " ".join(f"OPTIONAL {{ ?s <u:misspelt{n}> ?o{n} }}" for n in range(40))
    text = f"SELECT * {{ ?s a <u:Nothing> {asked} }}"
    few = {"limit": 0.0, "plenty": 60.0}
    found = {}
    for name, seconds in few.items():
        monkeypatch.setattr(query_warnings, "SUGGESTING", seconds)
        # An answer takes a moment; what is looked for after it does not count.
        found[name] = asking.answer(text, graph, format="csv", timeout=20)
    assert found["limit"].text == found["plenty"].text
    assert len(found["limit"].warnings) < len(found["plenty"].warnings)
    assert len(found["plenty"].warnings) > 40
