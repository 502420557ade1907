"""Every JSON-LD file and block of the site says the same to four processors, and what it should.

PyLD, jsonld.js, rdflib and Oxigraph read all of them. What they read is compared as RDF, with blank
nodes named by RDFC-1.0. Documents and dumps have to say what is in their N-Triples and N-Quads.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

import pyoxigraph as ox
import pytest
import rdflib
from pyld import jsonld as pyld

from mipex_kg.project.project import Project
from mipex_kg.rdf.serialization import canonical
from tests.catalogues import lines
from tests.commands import HUNG
from tests.conftest import ROOT, absent, tool

SCRIPT = re.compile(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', re.DOTALL)


def _csvw() -> dict[str, Any]:
    """Write W3C's context of CSVW, as far as the tables' metadata need it."""
    kinds: dict[str, tuple[dict[str, Any], str]] = {
        "text": ({"@language": None}, "delimiter encoding lang lineTerminators name null "),
        "more text": ({"@language": None}, "primaryKey quoteChar separator"),
        "list of texts": ({"@language": None, "@container": "@list"}, "columnReference"),
        "text of a language": ({"@container": "@language"}, "titles"),
        "truth": ({"@type": "xsd:boolean"}, "doubleQuote header required"),
        "template": ({"@type": "csvw:uriTemplate"}, "aboutUrl propertyUrl valueUrl"),
        "address": ({"@type": "xsd:anyURI"}, "resource url"),
        "node": ({"@type": "@id"}, "dialect foreignKeys reference tableSchema"),
        "nodes": ({"@type": "@id", "@container": "@set"}, "tables"),
        "list of nodes": ({"@type": "@id", "@container": "@list"}, "columns"),
        "name of a type": ({"@type": "@vocab"}, "datatype"),
    }
    # The plural is for JSON alone.
    single = {"columns": "column", "foreignKeys": "foreignKey", "tables": "table"}
    single |= {"titles": "title"}
    terms = {
        term: {"@id": f"csvw:{single.get(term, term)}", **kind}
        for kind, names in kinds.values()
        for term in names.split()
    }
    xsd = "http://www.w3.org/2001/XMLSchema#"
    types = {
        name: f"xsd:{name}" for name in ["anyURI", "boolean", "date", "gYear", "integer", "string"]
    }
    prefixes = {"csvw": "http://www.w3.org/ns/csvw#", "dc": "http://purl.org/dc/terms/"}
    return {"@context": {**prefixes, "xsd": xsd, **{t: f"xsd:{t}" for t in types}, **terms}}


# The contexts that are named by their addresses.
CONTEXTS = {"http://www.w3.org/ns/csvw": _csvw()}


class Text(NamedTuple):
    """A file or a block.

    :param base: the address at which it lies
    """

    text: str
    base: str


Texts = Mapping[str, Text]
# What is read of each text: canonical N-Quads.
Read = Mapping[str, list[str]]


class Site(NamedTuple):
    folder: Path
    texts: Texts


@pytest.fixture(scope="module")
def site(bundled_site: Path, project: Project) -> Site:
    texts = {}
    for path in sorted(path for path in bundled_site.rglob("*") if path.is_file()):
        name, found = path.relative_to(bundled_site).as_posix(), []
        if name.endswith((".jsonld", "-metadata.json")) or name == "croissant.json":
            found = [path.read_text()]
        elif name.endswith(".html"):
            found = SCRIPT.findall(path.read_text())
        for number, text in enumerate(found):
            texts[f"{name}#{number}" if number else name] = Text(text, project.site + name)
    return Site(bundled_site, texts)


# ---- The processors ------------------------------------------------------------------------------


def inlined(text: str) -> str:
    """Put contexts instead of their addresses, for those who can't be told what lies there."""
    for iri, document in CONTEXTS.items():
        text = text.replace(f'"{iri}"', json.dumps(document["@context"]))
    return text


def by_oxigraph(texts: Texts) -> Read:
    return {
        name: [str(quad) for quad in canonical(_parsed(text, base))]
        for name, (text, base) in texts.items()
    }


def _parsed(text: str, base: str) -> Iterator[ox.Quad]:
    return ox.parse(inlined(text), format=ox.RdfFormat.JSON_LD, base_iri=base)


def _load(iri: str, _options: object) -> dict[str, Any]:
    return {"contextUrl": None, "documentUrl": iri, "document": CONTEXTS[iri]}


def by_pyld(texts: Texts) -> Read:
    options = {"format": "application/n-quads", "documentLoader": _load}
    return {
        name: lines(pyld.to_rdf(json.loads(text), {**options, "base": base}))
        for name, (text, base) in texts.items()
    }


def by_rdflib(texts: Texts) -> Read:
    read = {}
    # It writes numbers anew unless told not to, and warns of what it uses itself.
    with mock.patch("rdflib.NORMALIZE_LITERALS", False), warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        for name, (text, base) in texts.items():
            found = rdflib.Dataset().parse(data=inlined(text), format="json-ld", publicID=base)
            read[name] = lines(found.serialize(format="nquads"))
    return read


def by_jsonld_js(texts: Texts) -> Read:
    node = shutil.which("node") or absent("node")
    asked = {"texts": {name: text._asdict() for name, text in texts.items()}, "contexts": CONTEXTS}
    done = subprocess.run(
        [node, ROOT / "tests" / "jsonld_to_nquads.mjs", tool("jsonld/package.json")],
        input=json.dumps(asked).encode(),
        capture_output=True,
        timeout=HUNG,
    )
    assert done.returncode == 0, done.stderr.decode()
    return {name: lines(nquads) for name, nquads in json.loads(done.stdout).items()}


@pytest.fixture(scope="module")
def expected(site: Site) -> Read:
    """Say what each text should: a document what its N-Triples say, others what Oxigraph reads."""
    read = dict(by_oxigraph(site.texts))
    compared = 0
    for name in read:
        for suffix in (".nq", ".nt"):
            path = site.folder / f"{name.removesuffix('.jsonld')}{suffix}"
            if name.endswith(".jsonld") and path.is_file():
                read[name] = lines(path.read_bytes())
                compared += 1
                break
    assert compared > 440
    return read


@pytest.mark.parametrize("read", [by_oxigraph, by_pyld, by_rdflib, by_jsonld_js])
def test_four_processors_read_the_same(
    site: Site, expected: Read, read: Callable[[Texts], Read]
) -> None:
    found = read(site.texts)
    assert found.keys() == site.texts.keys()
    different = [name for name in found if found[name] != expected[name]]
    assert not different, (different[:5], set(found[different[0]]) ^ set(expected[different[0]]))


def test_all_json_ld_of_the_site_is_read(site: Site, expected: Read) -> None:
    pages = [name for name in expected if ".html" in name]
    assert len(pages) == len(list(site.folder.rglob("*.html")))
    for name in ("catalog.jsonld", "croissant.json", "mipex-kg.jsonld", "kg.jsonld"):
        assert len(expected[name]) > 250, name
    tables = [name for name in expected if name.endswith("-metadata.json")]
    assert len(tables) == 6
    silent = [name for name, quads in expected.items() if not quads]
    assert silent == ["context.jsonld"], "which says what terms mean, and nothing else"
