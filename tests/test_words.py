"""The words of pages: each language has them all, with the same places for values."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from mipex_kg.dataset.catalogue.properties import DATES, RESOURCES, TEXTS
from mipex_kg.dataset.words import TERMS, english, faults, load_words, shipped_languages
from mipex_kg.rdf.namespaces import DCAT, DCATAP, DCT, PREFIXES
from tests.conftest import ROOT

WORDS = ROOT / "mipex_kg" / "site" / "pages"
OTHERS = [language for language in shipped_languages() if language != "en"]
COMMON = tomllib.loads((WORDS / "vocabularies.toml").read_text())


def shipped(language: str) -> dict[str, Any]:
    return tomllib.loads((WORDS / f"interface.{language}.toml").read_text(encoding="utf-8"))


def test_the_interface_is_in_five_languages() -> None:
    assert shipped_languages() == ["en", "ca", "de", "es", "fr"]


@pytest.mark.parametrize("language", OTHERS)
def test_each_language_has_all_words_and_no_others(language: str) -> None:
    own = shipped(language).keys() - {TERMS}
    wanted = english().texts.keys()
    assert own == wanted, f"missing: {sorted(wanted - own)}; needless: {sorted(own - wanted)}"


@pytest.mark.parametrize("language", OTHERS)
def test_the_places_for_values_are_those_of_english(language: str) -> None:
    document = shipped(language)
    prefixes = {**PREFIXES, **COMMON["prefixes"]}
    assert list(faults(document, prefixes)) == []
    for key, text in english().texts.items():
        assert places(document[key]) == places(text), key


def places(text: str) -> list[str]:
    return sorted(part.partition("}")[0] for part in text.split("{")[1:])


@pytest.mark.parametrize("language", OTHERS)
def test_each_language_has_words_for_what_people_know(language: str) -> None:
    """What a language has no words for is said in English, and marked as such."""
    own = load_words(language).terms
    for curie in ("Person", "Organization", "Country", "Dataset", "CreativeWork"):
        assert f"http://schema.org/{curie}" in own["name"].keys() & own["plural"].keys()


@pytest.mark.parametrize("language", OTHERS)
def test_each_language_has_words_for_what_catalogues_say(language: str) -> None:
    """Who reads of a dataset on a page reads of no term of DCAT's in another language."""
    own = load_words(language).terms["property"]
    ours = (str(DCAT), str(DCATAP), str(DCT))
    said = {p.value for p in (*RESOURCES, *TEXTS, *DATES) if p.value.startswith(ours)}
    assert sorted(said - own.keys()) == []
    contact = {key for key in own if key.startswith(COMMON["prefixes"]["vcard"])}
    assert {key.rpartition("#")[2] for key in contact} >= {"fn", "hasEmail", "hasTelephone"}


@pytest.mark.parametrize("language", OTHERS)
def test_languages_have_words_for_the_same_terms(language: str) -> None:
    own, other = load_words(language).terms, load_words(OTHERS[0]).terms
    assert {table: set(own[table]) for table in own} == {table: set(other[table]) for table in own}


def test_no_word_is_needless() -> None:
    """Each key is in the code or a template, or begins as those do that are put together there."""
    families = (
        "language-",
        "ask-",
        "rule-",
        "terms-",
        "severity-",
        "search-",
        "mark-",
        "owl-",
        "find-",
    )
    folders = (ROOT / "mipex_kg" / name for name in ("dataset", "site"))
    code = (path for folder in folders for path in folder.rglob("*.py"))
    places = [*code, *WORDS.glob("templates/*.html")]
    texts = "".join(path.read_text(encoding="utf-8") for path in places)
    for key in english().texts:
        is_put_together = key.startswith(families) or key.endswith(("-title", "-lead"))
        assert is_put_together or f'"{key}"' in texts or f"'{key}'" in texts, key
