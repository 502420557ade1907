"""One account of a thing: what terminal, JSON, notebook and pages write of it."""

from __future__ import annotations

import pyoxigraph as ox

from mipex_kg.dataset.account import Part
from mipex_kg.dataset.accounts import Account, Accounts
from mipex_kg.dataset.arrangement import read_arrangement
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.dataset.description import describe
from mipex_kg.dataset.rows import Rows
from mipex_kg.dataset.words import english
from mipex_kg.rdf.namespaces import PREFIXES
from mipex_kg.site.pages.wording import Wording

E = "https://e.test/"
HEAD = """@prefix : <https://e.test/> . @prefix schema: <http://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
"""
SAID = """:a a :Poet ; schema:name "Ada"@en , "Adele"@fr ; schema:description "A poet."@en ;
   skos:hiddenLabel "Adda" ; skos:exactMatch <https://other.test/a> ; :born "1815" ;
   dcat:distribution :file ; skos:narrower :b ; :lives [ :street "Mill Lane" ] .
:file :size 3 . :c skos:broader :a . :d :knows :a . :e :all ( :d :a ) .
:role a :Role ; schema:name "Ada, head"@en ; :who :a ; :of :club .
:post a :Post ; :who :a .
"""


def dataset_of(said: str, **options: object) -> Dataset:
    quads = tuple(ox.parse(HEAD + said, format=ox.RdfFormat.TURTLE))
    nested = frozenset(ox.NamedNode(E + name) for name in ("Role", "Post"))
    return Dataset(quads, (), PREFIXES, nested_classes=nested, **options)  # type: ignore[arg-type]


def account_of(dataset: Dataset, name: str = "a") -> Account:
    """Give the account that pages write."""
    rows = Rows(dataset, Wording(dataset, english()), dataset.languages)
    nested = sorted(dataset.nested_classes, key=str)
    return Accounts(rows, nested).of(ox.NamedNode(E + name))


def local(term: object) -> str:
    return str(getattr(term, "value", term)).removeprefix(E)


def test_numbers_in_names_of_properties_count_as_such() -> None:
    dataset = dataset_of(':a :P10 "x" ; :P9 "x" ; :P101 "x" ; :Écart "x" ; skos:altLabel "A" .')
    names = [row.name for row in account_of(dataset).groups[0].rows]
    assert names == ["alternative label", "écart", "P9", "P10", "P101"]
    told = [each.name for each in describe(dataset, ox.NamedNode(E + "a")).facts]
    assert [name for name in told if name.startswith("P")] == ["P9", "P10", "P101"]


def test_every_statement_has_its_part() -> None:
    account = account_of(dataset_of(SAID))
    ends = {part: {local(said.end) for said in account.of(part)} for part in Part}
    inner = {end for end in ends[Part.FACT] if end not in ("1815", "b", "c")}
    assert len(inner) == 1, "the address, which has no name"
    assert ends == {
        Part.NAME: {"Ada"},
        Part.LEAD: {"A poet."},
        Part.CLASS: {"Poet"},
        Part.FACT: {"1815", "b", "c"} | inner,
        Part.FOREIGN: {"Adele"},
        Part.MAPPING: {"https://other.test/a"},
        Part.FILE: {"file"},
        Part.BETWEEN: {"role", "post"},
        Part.SEARCHED: {"Adda"},
        Part.POINTING: {"d", "e"},
    }


def test_nodes_that_are_linked_alike_are_joined_with_what_they_say() -> None:
    (group,) = account_of(dataset_of(SAID)).groups
    (joined,) = group.joined
    assert [local(cls) for cls in joined.classes] == ["Post", "Role"]
    told = {local(node): {local(said.end) for said in joined.nodes[node]} for node in joined.nodes}
    assert told == {"role": {"club"}, "post": set()}


def test_what_is_without_a_name_is_within_what_it_belongs_to() -> None:
    (group,) = account_of(dataset_of(SAID)).groups
    (value,) = next(row.values for row in group.rows if row.name == "lives")
    assert value.within is not None
    assert [row.name for row in value.within.rows] == ["street"]


def test_what_is_said_in_the_other_direction_is_a_fact() -> None:
    told = describe(dataset_of(SAID), ox.NamedNode(E + "a"))
    (narrower,) = (fact for fact in told.facts if fact.name == "narrower")
    assert [value.text for value in narrower.values] == [f"<{E}b>", f"<{E}c>"]
    narrower_of_skos = f"{PREFIXES['skos']}narrower"
    assert {p.value for v in narrower.values for p in v.properties} == {narrower_of_skos}
    assert {fact.name for fact in told.pointing} == {"knows", "all", "who"}


def test_a_group_takes_what_is_said_in_the_other_direction_as_it_reads() -> None:
    groups = {":Poet": {"Below": ["skos:narrower"], "Above": ["skos:broader"]}}
    prefixes = {**PREFIXES, "": E}
    arrangement = read_arrangement(groups, (), {}, prefixes)
    account = account_of(dataset_of(SAID, arrangement=arrangement))
    rows = {g.heading: {local(v.term) for r in g.rows for v in r.values} for g in account.groups}
    assert rows["Below"] == {"b", "c"}
    assert "Above" not in rows


def test_a_list_without_an_end_has_one_here() -> None:
    said = ":x :p _:l . _:l rdf:first :a ; rdf:rest _:m . _:m rdf:first :b ; rdf:rest _:l ."
    (pointing,) = describe(dataset_of(said), ox.NamedNode(E + "b")).pointing
    assert [value.text for value in pointing.values] == [f"<{E}x>"]


def test_a_description_and_a_page_tell_the_same() -> None:
    """Terminal and pages write one account: their words and their layout differ, nothing else."""
    dataset = dataset_of(SAID + ":a skos:broader :top . :top schema:name 'Top'@en .")
    account, told = account_of(dataset), describe(dataset, ox.NamedNode(E + "a"))
    shown = [value for row in (*told.facts, *told.pointing) for value in row.values]
    said = [said for said in account.said if said.part is not Part.CLASS]
    assert {value.term for value in shown} == {each.end for each in said}
    assert {v.term for v in shown if v.is_folded} == {s.end for s in said if s.is_folded}


def test_the_members_of_a_class_are_not_listed_in_its_description() -> None:
    assert describe(dataset_of(SAID), ox.NamedNode(E + "Poet")).pointing == ()
