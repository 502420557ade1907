"""What is taken from a page: citations in four formats, a card, and structured data."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from lxml import html
from markupsafe import Markup

from mipex_kg.site.pages.citations import Citable, citations, make_reference
from tests.conftest import BUNDLED_SITE, Run

PERSON = "https://w3id.org/mipex-kg/person/giacomo-solano"
PRIVATE = "person/sara-bortoletti.html"
# What citeproc-py 0.11.1 makes of our CSL-JSON, by APA's style of February 2026, for a reference
# without a year: with one it leaves out the day of access, which a page that may change needs.
BY_CITEPROC = (
    "maintainers. (n.d.). Giacomo Solano. MIPEX Knowledge Graph. "
    "Retrieved November 29, 2026, from https://w3id.org/x"
)
APA = (
    "mipex-kg maintainers. (2026). Giacomo Solano. MIPEX knowledge graph. "
    f"Retrieved [date], from {PERSON}"
)
BIBTEX = f"""\
@misc{{mipex-kg-person-giacomo-solano,
  author = {{{{mipex-kg maintainers}}}},
  title = {{{{Giacomo Solano}}}},
  howpublished = {{MIPEX knowledge graph}},
  year = {{2026}},
  url = {{{PERSON}}},
  urldate = {{}}
}}"""
RIS = f"""\
TY  - ELEC
AU  - mipex-kg maintainers,
TI  - Giacomo Solano
T2  - MIPEX knowledge graph
PY  - 2026
UR  - {PERSON}
Y2  - {""}
ER  - """


def document(site: Path, name: str) -> html.HtmlElement:
    return html.fromstring((site / name).read_bytes())


def boxes(page: html.HtmlElement) -> dict[str, str]:
    """Give what the boxes of a page hold, by their names."""
    return {pre.get("aria-label"): pre.text_content() for pre in page.cssselect(".reuse pre")}


def written(reference: Citable) -> dict[str, str]:
    """Write a reference in each format, as a reader without a script sees it."""
    return {
        c.format: html.fromstring(f"<p>{c.text}</p>").text_content() for c in citations(reference)
    }


def test_a_page_is_cited_in_four_formats(bundled_site: Path) -> None:
    shown = boxes(document(bundled_site, "person/giacomo-solano.html"))
    assert (shown["APA"], shown["BibTeX"], shown["RIS"]) == (APA, BIBTEX, RIS)
    assert json.loads(shown["CSL-JSON"]) == [
        {
            "id": "mipex-kg-person-giacomo-solano",
            "type": "webpage",
            "title": "Giacomo Solano",
            "container-title": "MIPEX knowledge graph",
            "author": [{"literal": "mipex-kg maintainers"}],
            "issued": {"date-parts": [[2026]]},
            "URL": PERSON,
            "accessed": {"date-parts": [[]]},
        }
    ]


def test_apa_is_that_of_a_processor() -> None:
    ours = make_reference(
        "Giacomo Solano", "MIPEX Knowledge Graph", "maintainers", "", "https://w3id.org/x"
    )
    assert written(ours)["APA"].replace("[date]", "November 29, 2026") == BY_CITEPROC


@pytest.mark.parametrize(
    ("title", "author", "apa"),
    [
        ("What?", "Room Inc.", "Room Inc. (2026). What? Room. Retrieved [date], from u:a"),
        ("Ada", "Room", "Room. (2026). Ada. Retrieved [date], from u:a"),
        ("Ada", "", "Ada. (2026). Room. Retrieved [date], from u:a"),
        ("Room", "", "Room. (2026). Retrieved [date], from u:a"),
    ],
)
def test_nothing_is_said_twice(title: str, author: str, apa: str) -> None:
    assert written(make_reference(title, "Room", author, "2026-11-29", "u:a"))["APA"] == apa


def test_what_means_something_in_a_format_is_only_text() -> None:
    title = "A & B {c} 50% $x_1 #~^\\ \ue000\n</pre><script>"
    found = citations(make_reference(title, "R", "", "", "https://e.org/a{b}/ü"))
    assert not any("<script" in each.text for each in found)
    texts = written(make_reference(title, "R", "", "", "https://e.org/a{b}/ü"))
    assert r"A \& B \{c\} 50\% \$x\_1 \#\textasciitilde{}" in texts["BibTeX"]
    assert "TI  - A & B {c} 50% $x_1 #~^\\ </pre><script>\n" in texts["RIS"]
    assert json.loads(texts["CSL-JSON"])[0]["title"].startswith("A & B {c} 50%")
    assert all("a%7Bb%7D/%C3%BC" in text for text in texts.values())


def test_a_card_is_markup_that_leads_to_the_page(bundled_site: Path) -> None:
    card = boxes(document(bundled_site, "person/giacomo-solano.html"))["A card"]
    element = html.fromstring(card)
    assert [a.get("href") for a in element.cssselect("a")] == [
        f"{BUNDLED_SITE}person/giacomo-solano.html",
        BUNDLED_SITE,
        "https://creativecommons.org/licenses/by/4.0/",
    ]
    assert "Principal investigator" in element.text_content()
    assert not element.cssselect("script, link, img")


def test_the_snippet_is_what_embed_writes(bundled_site: Path, run: Run) -> None:
    snippet = boxes(document(bundled_site, "person/giacomo-solano.html"))["Structured data"]
    assert snippet == run("embed", "--print", "--thing", "person:giacomo-solano").text.strip()


def test_of_private_persons_there_is_nothing_to_paste(bundled_site: Path) -> None:
    page = document(bundled_site, PRIVATE)
    assert list(boxes(page)) == ["APA", "BibTeX", "RIS", "CSL-JSON"]


def test_names_are_escaped_twice_in_a_card(run: Run, tmp_path: Path) -> None:
    run("init", tmp_path / "room", "--title", '<b>"Room"</b> & more')
    room = tmp_path / "room"
    run("build", cwd=room)
    page = document(room / "site", "person/ada-brook.html")
    card = boxes(page)["A card"]
    assert Markup.escape('<b>"Room"</b> & more') in card
    # Nobody knows where the pages are: the card leads to what is named.
    thing = "https://example.org/room/person/ada-brook"
    assert html.fromstring(card).cssselect("a")[0].get("href") == thing


def test_files_are_listed_with_their_sizes(bundled_site: Path) -> None:
    page = document(bundled_site, "data.html")
    for link in page.cssselect("td a[type]"):
        path = bundled_site / str(link.get("href"))
        cells = link.getparent().getparent()
        if "csvm" not in link.get("type"):
            assert f"{path.stat().st_size:,} bytes" in cells.text_content()
