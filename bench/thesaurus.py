"""A thesaurus of any size in five languages, as a project that builds.

``python -m bench.thesaurus DIR --concepts N`` writes one: a tree of concepts with labels, other
names, definitions, related concepts and mappings, and collections of some of them.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

BASE = "https://example.org/thesaurus/"
LANGUAGES = ("en", "de", "fr", "es", "it")
NARROWER, PER_COLLECTION = 8, 100
# Parts of made-up names: a concept is called by the digits of its number in each language.
SYLLABLES = {
    "en": ("ash", "bay", "cove", "dell", "elm", "fen", "glen", "heath"),
    "de": ("au", "bach", "damm", "eck", "feld", "grund", "hain", "moor"),
    "fr": ("aune", "bois", "clos", "dune", "etang", "foret", "gue", "lac"),
    "es": ("alto", "bosque", "cerro", "duna", "era", "faro", "golfo", "lago"),
    "it": ("argine", "bosco", "colle", "duna", "erba", "fonte", "golfo", "lido"),
}
SETTINGS = f"""[project]
name = "thesaurus"
title = "Thesaurus of places"
description = "Made-up words for places, in five languages."
base = "{BASE}"
languages = ["en", "de", "fr", "es", "it"]

[prefixes]
concept = "{BASE}concept/"

[labels.complete]
"skos:Concept" = ["en", "de", "fr", "es", "it"]
"""
HEADER = f"""@base <{BASE}> .
@prefix c: <{BASE}concept/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

<scheme> a skos:ConceptScheme ; skos:prefLabel "Places"@en, "Orte"@de, "Lieux"@fr, "Lugares"@es,
    "Luoghi"@it .
"""


def name(number: int, language: str) -> str:
    """Name a concept: by the digits of its number to the base of eight, as words.

    >>> name(1, "en"), name(10, "de")
    ('Bay', 'Bachdamm')
    """
    digits = [int(digit) for digit in f"{number:o}"]
    return "".join(SYLLABLES[language][digit] for digit in digits).capitalize()


def write_thesaurus(root: Path, concepts: int) -> None:
    """Write a project with so many concepts.

    :param root: a new folder
    """
    files = {
        "mipex-kg.toml": SETTINGS,
        "data/places.ttl": "".join([HEADER, *_concepts(concepts), *_collections(concepts)]),
    }
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")


def _concepts(number: int) -> Iterator[str]:
    for n in range(number):
        labels = ", ".join(f'"{name(n, tag)} {n}"@{tag}' for tag in LANGUAGES)
        above = (
            f"skos:broader c:{n // NARROWER} ;" if n >= NARROWER else "skos:topConceptOf <scheme> ;"
        )
        yield (
            f"c:{n} a skos:Concept ; skos:inScheme <scheme> ; {above}\n"
            f'    skos:notation "{n:o}" ; skos:prefLabel {labels} ;\n'
            f'    skos:altLabel "Place {n}"@en ; skos:related c:{(n + 1) % number} ;\n'
            f'    skos:definition "The place that has the number {n}."@en ;\n'
            f"    skos:exactMatch <https://example.net/places/{n}> .\n"
        )


def _collections(concepts: int) -> Iterator[str]:
    for first in range(0, concepts, PER_COLLECTION):
        members = ", ".join(
            f"c:{n}" for n in range(first, min(first + PER_COLLECTION, concepts), 10)
        )
        yield (
            f"<collection/{first}> a skos:Collection ; skos:inScheme <scheme> ;\n"
            f'    skos:prefLabel "Places from {first}"@en ; skos:member {members} .\n'
        )


def main() -> None:
    """Write a thesaurus."""
    parser = argparse.ArgumentParser(prog="python -m bench.thesaurus", description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--concepts", type=int, default=8000)
    options = parser.parse_args()
    write_thesaurus(options.directory, options.concepts)


if __name__ == "__main__":
    main()
