"""Answers of queries as tables for people: heads in words, things by their names, as links."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyoxigraph as ox
import pytest

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.dataset.words import english
from mipex_kg.rdf.namespaces import XSD
from mipex_kg.rdf.terms import Term
from mipex_kg.site.pages.answers import AnswerTable, lay_out
from mipex_kg.site.pages.library import MOST_ROWS, AnsweredQuery
from mipex_kg.site.pages.wording import Wording
from mipex_kg.sparql.named_queries import Column, NamedQuery

MPG = ox.NamedNode("https://w3id.org/mipex-kg/organisation/mpg")
CIDOB = ox.NamedNode("https://w3id.org/mipex-kg/organisation/cidob")
NAME = ox.Literal("Migration Policy Group", language="en")


def laid_out(
    dataset: Dataset,
    columns: Sequence[str],
    *rows: tuple[Term | None, ...],
    declared: tuple[Column, ...] = (),
) -> AnswerTable:
    query = NamedQuery("q", "Q", "", (), "", declared)
    return lay_out(AnsweredQuery(query, "", tuple(columns), rows), Wording(dataset, english()))


def titles(table: AnswerTable) -> list[str]:
    return [head.title for head in table.heads]


def test_a_column_that_says_a_name_again_is_left_out(dataset: Dataset) -> None:
    columns = ("organisation", "organisationName")
    assert titles(laid_out(dataset, columns, (MPG, NAME), (CIDOB, None))) == ["Organisation"]
    other = (CIDOB, ox.Literal("CIDOB, printed so"))
    table = laid_out(dataset, columns, (MPG, NAME), other)
    assert titles(table) == ["Organisation", "Organisation name"]
    assert titles(laid_out(dataset, columns, (None, None))) == ["Organisation", "Organisation name"]
    assert titles(laid_out(dataset, ("name", "x"), (NAME, MPG))) == ["Name", "X"]


def test_the_values_of_a_list_are_each_by_itself(dataset: Dataset) -> None:
    declared = (Column("who", "iri", is_list=True), Column("what", is_list=True))
    row = (ox.Literal(f"{MPG.value}; not an address; "), ox.Literal("a; b"))
    (cells,) = laid_out(dataset, ("who", "what"), row, declared=declared).rows
    assert cells == (
        (MPG, ox.Literal("not an address")),
        (ox.Literal("a"), ox.Literal("b")),
    )
    (cells,) = laid_out(dataset, ("who", "what"), row).rows
    assert [len(cell) for cell in cells] == [1, 1], "only where the header says so"


@pytest.mark.parametrize(
    ("values", "is_number"),
    [
        (["1", "-2.5", "1e3"], True),
        (["1", ""], False),
        (["2020-01-01"], False),
        (["12", "twelve"], False),
    ],
)
def test_columns_of_numbers(dataset: Dataset, values: list[str], is_number: bool) -> None:
    rows = [(ox.Literal(value, datatype=XSD.term("decimal")),) for value in values]
    assert laid_out(dataset, ["n"], *rows, (None,)).heads[0].is_number is is_number


def test_no_more_rows_than_anyone_reads(dataset: Dataset) -> None:
    rows = [(ox.Literal(str(number)),) for number in range(MOST_ROWS + 5)]
    assert len(laid_out(dataset, ["n"], *rows).rows) == MOST_ROWS


def test_the_page_of_a_query_has_a_table_to_work_with(bundled_site: Path) -> None:
    page = (bundled_site / "query" / "group-members.html").read_text()
    table = page[page.index("<data-table") : page.index("</data-table>")]
    assert '<th scope="col">Person</th><th scope="col">Role</th>' in table
    assert '<th scope=row><a href="../person/giacomo-solano.html">Giacomo Solano</a></th>' in table
    assert 'data-filter="Filter rows"' in table
    assert '<script src="../assets/tables.js" defer>' in page
    assert (bundled_site / "assets" / "tables.js").is_file()
    people = (bundled_site / "query" / "people.html").read_text()
    assert people.count('<span class="item"><a href="../organisation/') > 1


@pytest.mark.parametrize(
    ("page", "has_tables"),
    [
        ("network.html", True),
        ("class/country.html", True),
        ("class/person.html", True),
        ("class/grant.html", False),
        ("person/anna-busquets.html", False),
        ("queries.html", False),
    ],
)
def test_only_pages_with_tables_load_their_script(
    bundled_site: Path, page: str, has_tables: bool
) -> None:
    text = (bundled_site / page).read_text()
    assert ("assets/tables.js" in text) is ("<data-table" in text) is has_tables
