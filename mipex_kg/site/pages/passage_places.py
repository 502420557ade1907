"""Where the passages stand that facts are based on: on their own pages, and in their sources."""

from __future__ import annotations

import re
from typing import NamedTuple

import pyoxigraph as ox

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.dataset.passages import Passage, passages_of
from mipex_kg.dataset.provenance import address
from mipex_kg.project.setting import LANGUAGE_TAG
from mipex_kg.rdf.namespaces import DCT, SCHEMA
from mipex_kg.site.pages.notes import address_in_source
from mipex_kg.site.pages.wording import TaggedText, Wording

# What says in which language a source is.
_LANGUAGE = (SCHEMA.term("inLanguage"), DCT.term("language"))
_TAG = re.compile(LANGUAGE_TAG)


class PassagePlace(NamedTuple):
    """Where a passage stands: its own page, and its source.

    :param section: the heading that it is under
    :param language: in which the source is; empty if nothing says it
    """

    node: ox.NamedNode
    source_node: ox.NamedNode
    source: TaggedText
    section: TaggedText
    address: str
    language: str


def passage_places(dataset: Dataset, wording: Wording) -> dict[str, PassagePlace]:
    """Tell where each passage of a dataset stands, by its IRI."""
    return {passage.iri: _place(passage, dataset, wording) for passage in passages_of(dataset)}


def _place(passage: Passage, dataset: Dataset, wording: Wording) -> PassagePlace:
    source = ox.NamedNode(passage.source)
    there = address_in_source(address(dataset, source), passage)
    said = (text for p in _LANGUAGE for text in dataset.texts(source, p))
    language = next(filter(_TAG.fullmatch, said), "")
    section = TaggedText(passage.section, language)
    label = wording.label(source)
    return PassagePlace(ox.NamedNode(passage.iri), source, label, section, there, language)
