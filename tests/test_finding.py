"""Finding by name: what is meant comes first, slips are forgiven, and little is loaded for it."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from mipex_kg.project import layout
from mipex_kg.site.finding.entries import OTHERS, ClassNames, Findable
from mipex_kg.site.finding.shards import SHARD, WHOLE, index_files
from mipex_kg.site.finding.words import fold, is_code, words
from mipex_kg.site.pages.assets import Assets, find_finder
from tests.conftest import ROOT, Ask, Run, absent

# What is typed, and the page that has to be first.
WANTED = {
    # Names: whole, in part, begun, in another order
    "Giacomo Solano": "person/giacomo-solano",
    "huddleston": "person/thomas-huddleston",
    "Ingleby, David": "person/david-ingleby",
    "isab": "person/isabelle-chopin",
    "M. Crul": "person/maurice-crul",
    "migration policy": "organisation/mpg",
    "Institute European University": "organisation/eui",
    "centre for global": "organisation/cgd-europe",
    # Slips of the keys
    "Solanno": "person/giacomo-solano",
    "Thomas Hudleston": "person/thomas-huddleston",
    "Kahanek": "person/martin-kahanec",
    "Pasetti Fransesco": "person/francesco-pasetti",
    "Maastrict Univercity": "organisation/maastricht-university",
    "Chzechia": "country/CZ",
    "hudlest": "person/thomas-huddleston",
    "oslano": "person/giacomo-solano",
    # Acronyms and codes
    "MPG": "organisation/mpg",
    "cidob": "organisation/cidob",
    "WZB": "organisation/wzb",
    "UK": "country/GB",
    "u.k.": "country/GB",
    "DE": "country/DE",
    "us": "country/US",
    "CHE": "country/CH",
    "MIPEX": "series/mipex",
    # Names in other languages, with their accents and without
    "Allemagne": "country/DE",
    "espana": "country/ES",
    "ÖSTERREICH": "country/AT",
    "Oesterreich": "country/AT",
    "Països Baixos": "country/NL",
    "nuova zelanda": "country/NZ",
    # Other and older names, original names
    "Turkey": "country/TR",
    "Czech Republic": "country/CZ",
    "great britain": "country/GB",
    "the Netherlands": "country/NL",
    "universite libre": "organisation/ulb",
    "Center for Global Development": "organisation/cgd-europe",
    # What people do, and what else there is
    "Principal investigator": "kind/principal-investigator",
    "research director": "person/thomas-huddleston",
    "770121": "grant/crossmigration",
    "fifth edition": "edition/mipex-2020",
    "antidiscrimination": "programme/anti-discrimination-and-equality",
    "coordination team": "group/coordination-team",
    "countries": "class/country",
}


def ask_for(site: Path, texts: Sequence[str], language: str = "en") -> list[dict[str, Any]]:
    """Ask a site's own script what it would suggest for each of some texts, one after the other."""
    node = shutil.which("node") or absent("Node.js")
    if not list((site / "assets").glob("suggestions-*.js")):
        absent("The script that suggests names (make assets)")
    script = ROOT / "tests" / "find_names.mjs"
    asked = subprocess.run(
        [node, script, site, language],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=False,
    )
    assert not asked.stderr
    found: list[dict[str, Any]] = json.loads(asked.stdout)
    return found


def paths(answer: dict[str, Any]) -> list[str]:
    return [each["path"] for each in answer["found"]]


def test_what_is_meant_comes_first(translated_site: Path) -> None:
    answers = ask_for(translated_site, list(WANTED))
    first = {each["text"]: next(iter(paths(each)), "") for each in answers}
    assert first == {text: f"{name}.html" for text, name in WANTED.items()}


def test_it_is_said_by_which_name_a_thing_was_found(translated_site: Path) -> None:
    by_code, by_name, in_german = (
        *ask_for(translated_site, ["GBR", "United King"]),
        *ask_for(translated_site, ["GBR"], "de"),
    )
    first = by_code["found"][0]
    assert (first["name"], first["also"]) == ("United Kingdom", "GBR")
    assert first["kind"] == {"name": "Country", "plural": "Countries", "sign": 2}
    assert by_name["found"][0]["also"] == ""
    assert in_german["found"][0]["name"] == "Vereinigtes Königreich"


def test_nothing_is_found_for_nothing(translated_site: Path) -> None:
    assert [each["found"] for each in ask_for(translated_site, ["", "…", "xyzzyplugh qwrtz"])] == [
        [],
        [],
        [],
    ]


def test_who_is_left_out_of_search_engines_is_not_in_the_index(
    translated_site: Path, ask: Ask
) -> None:
    text = (translated_site / layout.NAMES).read_text()
    private = ask("SELECT ?person ?name { ?person kg:noIndex true ; schema:name ?name }")
    assert private
    for iri, name in private:
        assert name not in text
        assert iri.rpartition("/")[2] not in text


def test_all_that_is_in_the_index_is_there(translated_site: Path) -> None:
    told = json.loads((translated_site / layout.NAMES).read_bytes())
    found = [row[0] for row in told["rows"]]
    assert len(found) == len(set(found)) > 300
    for path in found:
        page, _, place = path.partition("#")
        text = (translated_site / page).read_text()
        assert 'name="robots" content="noindex"' not in text or page.startswith("class/")
        assert not place or f'id="{place}"' in text


def test_every_page_has_a_form_that_needs_no_script(translated_site: Path) -> None:
    for name, action in {"index": "search.html", "person/marc-helbling": "../search.html"}.items():
        text = (translated_site / layout.page(name)).read_text()
        assert f'action="{action}"' in text
        assert '<input id="find" type="search" name="q"' in text


KINDS = {"en": lambda _kind: ClassNames("Person", "People")}


def _sign(_kind: object) -> int:
    return 3


@pytest.fixture(scope="module")
def many() -> list[Findable]:
    """Ten thousand people with different names, as many as a large site has things."""
    first = ["Ada", "Björn", "Chloé", "Dagny", "Eszter", "Fatima", "Giulia", "Håkon", "Ines", "Jo"]
    parts = ["ber", "lund", "mar", "quist", "ros", "stein", "ters", "vik", "wall", "zen"]
    return [
        Findable(
            f"person/{number}.html",
            None,
            OTHERS,
            f"{first[number % 10]} {_surname(number // 10, parts)}",
            codes=(f"P{number}",),
        )
        for number in range(10_000)
    ]


def _surname(number: int, parts: list[str]) -> str:
    return "".join(parts[int(digit)] for digit in f"{number:03}").capitalize()


def test_a_large_index_is_divided_and_little_of_it_is_loaded(
    many: list[Findable], translated_site: Path, tmp_path: Path
) -> None:
    files = index_files(many, KINDS, _sign)
    assert max(map(len, files.values())) < 2 * SHARD
    assert sum(len(data) for data in files.values()) > WHOLE
    (tmp_path / "assets" / "names").mkdir(parents=True)
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    for script in (translated_site / "assets").glob("suggestions-*.js"):
        shutil.copy(script, tmp_path / "assets")
    wanted = {
        "Dagny Marmarmar": 2223,
        "marmarmar dagny": 2223,
        "Dagny Mrmarmar": 2223,
        "Hakon Lundvikzen": 1797,
        "Hakon Lundvikz": 1797,
        "Chloe Lumdvikzne": 1792,
        "P4321": 4321,
        "Ines Ulndvikzen": 1798,
    }
    for text, number in wanted.items():
        (answer,) = ask_for(tmp_path, [text])
        assert paths(answer)[0] == f"person/{number}.html", text
        assert answer["bytes"] + len(_script(tmp_path)) < 300_000, text


def _script(site: Path) -> bytes:
    (script,) = (site / "assets").glob("suggestions-*.js")
    return script.read_bytes()


def test_what_is_loaded_with_a_page_is_small(translated_site: Path) -> None:
    assert len(gzip.compress(_script(translated_site))) < 12_000
    assert (translated_site / layout.FIND_SCRIPT).stat().st_size < 1500


def test_a_small_index_is_one_file() -> None:
    files = index_files(
        [Findable("a.html", "a", OTHERS, "Ä", {"de": "B"}, codes=("C",))], KINDS, _sign
    )
    assert list(files) == [layout.NAMES]
    assert json.loads(files[layout.NAMES]) == {
        "kinds": {"en": [["Person", "People"]]},
        "signs": [3],
        "rows": [["a.html", 0, 1, "Ä", {"de": "B"}, [], ["C"]]],
    }
    empty = {"kinds": {"en": []}, "signs": [], "rows": []}
    assert json.loads(index_files([], KINDS, _sign)[layout.NAMES]) == empty


def test_python_and_the_browser_take_names_apart_alike(tmp_path: Path) -> None:
    """A part of the index is of use only if the browser looks for its words in it."""
    names = [
        *("Łódź", "Straße", "U.K.", "U.S.A.", "J.R. Smith", "Côte d’Ivoire", "anti-discrimination"),
        *(
            "ΟΔΥΣΣΕΥΣ",
            "Αθήνα",
            "Ærø",
            "Москва",
            "東京都",
            "ソウル서울",
            "القاهرة",
            "İstanbul",
            "ﬁn_a b",
        ),
        *("grid.12380.38", "Ares (2017) 5627812–770121", "naïve café", "x²", "हिन्दी", "O'Brien-Li"),
    ]
    script = tmp_path / "fold.mjs"
    folding = (ROOT / "mipex_kg/site/browser/src/finding/folding.js").as_uri()
    script.write_text(
        f"import {{ fold, wordsOfName }} from {json.dumps(folding)};\n"
        "import { readFileSync } from 'node:fs';\n"
        "const names = JSON.parse(readFileSync(0, 'utf8'));\n"
        "console.log(JSON.stringify(names.map((name) => [fold(name), wordsOfName(name)])));\n"
    )
    node = shutil.which("node") or absent("Node.js")
    asked = subprocess.run(
        [node, "--no-warnings", script],
        input=json.dumps(names),
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(asked.stdout) == [[fold(name), list(words(name))] for name in names]


def test_codes_are_told_from_names() -> None:
    assert [is_code(text) for text in ("MPG", "EU28", "008", "A-1", "ΕΕ")] == [True] * 5
    assert [is_code(text) for text in ("Malta", "日本", "MPG Brussels", "A" * 17)] == [False] * 4


PROJECT = """
[project]
name = "t"
title = "T"
base = "https://example.org/t/"
[prefixes]
schema = "http://schema.org/"
skos = "http://www.w3.org/2004/02/skos/core#"
x = "https://example.org/t/x#"
[labels]
also = ["x:call"]
[pages]
classes = ["schema:Place"]
languages = ["en", "de"]
"""
DATA = """
@base <https://example.org/t/> .
@prefix schema: <http://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix x: <https://example.org/t/x#> .
@prefix xl: <http://www.w3.org/2008/05/skos-xl#> .
<place/a> a schema:Place ; schema:name "Tower"@en, "Turm"@de ; skos:altLabel "Old light" ;
  x:call "DKXY" ; skos:notation "T-1" ; xl:altLabel <label/a> .
<label/a> a xl:Label ; xl:literalForm "Beacon"@en .
<thing/b> a schema:Thing ; schema:name "Old light" .
<person/c> a schema:Person ; schema:name "Cy" ; schema:jobTitle "Keeper" .
"""


@pytest.fixture(scope="module")
def towers(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("towers")
    (root / "data").mkdir()
    (root / "mipex-kg.toml").write_text(PROJECT)
    (root / "data" / "data.ttl").write_text(DATA)
    run("--project", root, "build", "-o", root / "site")
    return root / "site"


def test_a_page_in_another_language_suggests_pages_in_it(towers: Path) -> None:
    text = (towers / "de" / "place" / "a.html").read_text()
    assert 'action="../search.html"' in text
    assert 'data-assets="../../assets/" data-pages="../" data-language="de"' in text
    (answer,) = ask_for(towers, ["dkxy"], "de")
    assert answer["found"][0]["name"] == "Turm"
    assert answer["found"][0]["kind"]["name"] == "Ort"


def test_other_names_are_those_of_the_settings_and_of_common_vocabularies(towers: Path) -> None:
    wanted = {
        "turm": "place/a",
        "dkxy": "place/a",
        "t-1": "place/a",
        "beacon": "place/a",
        "keeper": "person/c",
        # What is called just so comes before what is also called so.
        "old light": "thing/b",
    }
    first = {each["text"]: paths(each)[0] for each in ask_for(towers, list(wanted))}
    assert first == {text: f"{name}.html" for text, name in wanted.items()}


def test_the_script_is_found_among_the_bundled_files_if_it_is_there() -> None:
    assert find_finder(Assets("a", "b", "c", "1", "d", {"suggestions-0A.js": b""}))
    assert find_finder(None) is None
    assert find_finder(Assets("a", "b", "c", "1", "d", {"a": b""})) is None
