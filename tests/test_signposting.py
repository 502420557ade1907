"""Each page's typed links say what the graph says, in three ways that agree, and lead somewhere.

But for the last test, nothing here uses the code that makes them: links are read from the built
pages and link sets, and the graph from the dump.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urljoin

import pyoxigraph as ox
import pytest
import signposting
from lxml import html

from mipex_kg.site.signposting import Landing, linkset_files, to_json, to_text
from tests.conftest import BUNDLED_SITE, LIGHTHOUSES, Run
from tests.translations import parted

TYPES = {
    ".ttl": "text/turtle",
    ".trig": "application/trig",
    ".jsonld": "application/ld+json",
    ".rdf": "application/rdf+xml",
    ".nt": "application/n-triples",
}
# What describes the dataset that the dumps are files of, and nothing else.
OF_WHOLE = {
    "croissant.json": "application/ld+json",
    "CITATION.cff": "text/plain",
    "datacite.json": "application/vnd.datacite.datacite+json",
}
NAMES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "schema": "http://schema.org/",
}
RELS = ("cite-as", "type", "author", "license", "describedby", "item", "collection", "linkset")
IANA = "https://www.iana.org/assignments/media-types/"


class Link(NamedTuple):
    rel: str
    href: str
    type: str | None = None


@dataclass(frozen=True)
class Site:
    """A built site, the address that it is for, where it is served, and the graph of its dump."""

    folder: Path
    address: str
    served: str
    base: str
    store: ox.Store
    _read: dict[str, list[Link]] = field(default_factory=dict)

    def ask(self, query: str) -> list[tuple[str, ...]]:
        found = self.store.query(query, prefixes=NAMES)
        assert isinstance(found, ox.QuerySolutions)
        return [tuple(term.value for term in row) for row in found]

    def pages(self) -> list[str]:
        """Name the pages in the first language, which have the links of all translations."""
        every = (path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*.html"))
        return sorted(path for path in every if path != "404.html" and not parted(path)[0])

    def things(self) -> list[str]:
        """Name the documents that describe a thing."""
        return [p[:-5] for p in self.pages() if (self.folder / f"{p[:-5]}.trig").exists()]

    def links(self, page: str) -> list[Link]:
        if page not in self._read:
            self._read[page] = self._links(page)
        return self._read[page]

    def _links(self, page: str) -> list[Link]:
        tree = html.fromstring((self.folder / page).read_bytes())
        return [
            Link(rel, urljoin(self.address + page, element.get("href")), element.get("type"))
            for element in tree.xpath("/html/head/link")
            for rel in element.get("rel").split()
            if rel in RELS
        ]

    def targets(self, page: str, rel: str) -> list[str]:
        return [link.href for link in self.links(page) if link.rel == rel]

    def linkset(self, page: str) -> dict[str, list[Link]]:
        document = json.loads((self.folder / f"{page[:-5]}.linkset.json").read_bytes())
        return {
            context.pop("anchor"): [
                Link(rel, target["href"], target.get("type"))
                for rel, targets in context.items()
                for target in targets
            ]
            for context in document["linkset"]
        }


class _Handler(SimpleHTTPRequestHandler):
    """Sends files as if they had been made for the address of the server."""

    extensions_map = {  # noqa: RUF012 - as its parent has it
        **SimpleHTTPRequestHandler.extensions_map,
        **TYPES,
        ".csv": "text/csv",
        ".nq": "application/n-quads",
        ".json": "application/json",
        ".txt": "text/plain",
        ".rq": "application/sparql-query",
    }

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        here = f"http://{self.headers['Host']}/"
        data = path.read_bytes().replace(BUNDLED_SITE.encode(), here.encode())
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@pytest.fixture(scope="module", params=["mipex", "lighthouses"])
def site(
    request: pytest.FixtureRequest,
    run: Run,
    bundled_site: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Site]:
    bases = {"mipex": "https://w3id.org/mipex-kg/", "lighthouses": "https://lighthouses.example/"}
    folder = bundled_site
    if request.param == "lighthouses":
        folder = tmp_path_factory.mktemp("signposts") / "site"
        run("--project", LIGHTHOUSES, "build", "-o", folder, "--site", BUNDLED_SITE)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(folder)))
    served = f"http://127.0.0.1:{server.server_port}/"
    store = ox.Store()
    (dump,) = folder.glob("*.nq")
    store.extend(ox.Quad(*quad.triple) for quad in ox.parse(path=str(dump)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Site(folder, BUNDLED_SITE, served, bases[request.param], store)
    server.shutdown()
    server.server_close()


def catalogue(site: Site) -> str | None:
    rows = site.ask("SELECT ?c { ?c a dcat:Catalog }")
    return rows[0][0].removeprefix(site.base) if rows else None


def test_every_page_has_one_name_under_the_base(site: Site) -> None:
    things = set(site.things())
    assert len(things) > 20
    for page in site.pages():
        name = page[:-5]
        expected = name if name in things else "" if name == "index" else page
        assert site.targets(page, "cite-as") == [site.base + expected]
    assert not re.findall(rb'rel="(?:cite-as|linkset)"', (site.folder / "404.html").read_bytes())


def test_types_are_those_of_the_graph(site: Site) -> None:
    types: dict[str, set[str]] = {}
    for thing, cls in site.ask("SELECT ?s ?c { ?s a ?c FILTER(isIRI(?s)) }"):
        types.setdefault(thing, set()).add(cls)
    same = {"Catalog": "DataCatalog", "Dataset": "Dataset", "Distribution": "DataDownload"}
    for name in site.things():
        asserted = types.get(site.base + name, set())
        known = {c for c in asserted if c.startswith("http://schema.org/")}
        kinds = {c.replace("http:", "https:") for c in known}
        kinds |= {
            f"https://schema.org/{same[local]}"
            for local in same
            if NAMES["dcat"] + local in asserted
        }
        told = site.targets(f"{name}.html", "type")
        assert told[0] == "https://schema.org/AboutPage"
        assert set(told[1:]) == (kinds or asserted), name
        assert len(told) == len(set(told))


def test_documents_are_all_that_there_are(site: Site) -> None:
    whole = catalogue(site)
    of_catalogue = {(f"{site.address}{whole}{s}", TYPES[s]) for s in (".ttl", ".jsonld", ".rdf")}
    for page in site.pages():
        name = page[:-5]
        own = {
            (f"{site.address}{name}{s}", TYPES[s])
            for s in TYPES
            if (site.folder / f"{name}{s}").exists()
        }
        expected = own | (of_catalogue if whole else set())
        if page == "dataset/facts.html" and whole:
            expected |= {(site.address + file, type) for file, type in OF_WHOLE.items()}
        told = [(link.href, link.type) for link in site.links(page) if link.rel == "describedby"]
        assert set(told) == expected, page
        assert len(told) == len(expected)


def test_author_and_licence(site: Site) -> None:
    publishers = site.ask("SELECT DISTINCT ?p { ?c a dcat:Catalog ; dct:publisher ?p }")
    settings = "https://creativecommons.org/licenses/by/4.0/"
    licence = [settings] if catalogue(site) else []
    for page in site.pages():
        assert site.targets(page, "author") == [iri for (iri,) in publishers]
        assert site.targets(page, "license") == licence
    assert bool(publishers) == bool(catalogue(site)) == ("mipex" in site.base)


def test_a_dataset_offers_its_distributions(site: Site) -> None:
    rows = site.ask(
        "SELECT ?d ?url ?type { ?d dcat:distribution ?f . ?f dcat:downloadURL ?url ; "
        "dcat:mediaType ?type }"
    )
    by_dataset: dict[str, set[tuple[str, str]]] = {}
    for dataset, url, type in rows:
        by_dataset.setdefault(dataset, set()).add((url, type.removeprefix(IANA)))
    assert bool(by_dataset) == bool(catalogue(site))
    for name in site.things():
        items = {(k.href, k.type) for k in site.links(f"{name}.html") if k.rel == "item"}
        assert items == by_dataset.get(site.base + name, set())
    for dataset in by_dataset:
        page = f"{dataset.removeprefix(site.base)}.html"
        assert f"{site.address}{catalogue(site)}.html" in site.targets(page, "collection")
        listed = site.linkset(f"{catalogue(site)}.html")[f"{site.address}{catalogue(site)}.html"]
        assert Link("item", site.address + page, "text/html") in listed


def test_lists_and_their_members_name_each_other(site: Site) -> None:
    listed: dict[str, set[str]] = {}
    for page in site.pages():
        for other in site.targets(page, "collection"):
            listed.setdefault(other, set()).add(site.address + page)
    assert len(listed) > 3
    for address, members in listed.items():
        links = site.linkset(address.removeprefix(site.address))[address]
        pages = {k.href for k in links if k.rel == "item" and k.type == "text/html"}
        assert pages == members, address


def test_files_that_a_page_offers_lead_back(site: Site) -> None:
    dumps = {
        f"{site.address}{path.name}"
        for suffix in (*TYPES, ".nq")
        for path in site.folder.glob(f"{next(site.folder.glob('*.nq')).stem}{suffix}")
    }
    described = (path.name for path in site.folder.glob("query/*.csv-metadata.json"))
    tables = {f"{site.address}query/{name.removesuffix('-metadata.json')}" for name in described}
    assert {link.href for link in site.links("data.html") if link.rel == "item"} == dumps | tables
    for page in ("data.html", *(p for p in site.pages() if p.startswith("query/"))):
        links = site.linkset(page)
        for item in site.targets(page, "item"):
            assert Link("collection", site.address + page, "text/html") in links[item]
            assert (site.folder / item.removeprefix(site.address)).is_file()


def test_link_sets_say_the_same_and_more(site: Site) -> None:
    for page in site.pages():
        address, links = site.address + page, site.linkset(page)
        here = links[address]
        assert [k for k in here if k.type != "text/html" or k.rel != "item"] == site.links(page)
        for document in site.targets(page, "describedby"):
            assert Link("describes", address, "text/html") in links[document]
            assert {k.href for k in links[document] if k.rel == "linkset"} == set(
                site.targets(page, "linkset")
            )
        assert in_text(site, page) == {(a, *k) for a, ks in links.items() for k in ks}


def in_text(site: Site, page: str) -> set[tuple[str | None, ...]]:
    """Read a link set in HTTP's syntax."""
    text = (site.folder / f"{page[:-5]}.linkset.txt").read_text("ascii")
    found: set[tuple[str | None, ...]] = set()
    for href, parameters in re.findall(r"<([^>]*)>((?:; [a-z]+=\"[^\"]*\")+)(?:,\n|\n\Z)", text):
        known = dict(re.findall(r'; ([a-z]+)="([^"]*)"', parameters))
        found.add((known["anchor"], known["rel"], href, known.get("type")))
    assert len(found) == text.count("\n")
    return found


SAMPLE = ["index.html", "data.html", "ontology.html", "queries.html"]


def served(site: Site, page: str, rel: str) -> list[str]:
    return [target.replace(site.address, site.served) for target in site.targets(page, rel)]


def test_the_signposting_package_reads_them_all(site: Site) -> None:
    pages = [page for page in SAMPLE if (site.folder / page).exists()]
    pages += [f"{name}.html" for name in site.things()[::40]]
    for page in pages:
        found = signposting.find_signposting_html(site.served + page)
        assert str(found.citeAs.target) == site.targets(page, "cite-as")[0]
        assert {str(s.target) for s in found.describedBy} == set(served(site, page, "describedby"))
        assert {str(s.target) for s in found.types} == set(site.targets(page, "type"))
        collections = served(site, page, "collection")
        assert str(found.collection.target) in collections if collections else not found.collection
        sets = [signposting.find_signposting_linkset(str(s.target)) for s in found.linksets]
        assert len(sets) == 2
        for links in sets:
            here = links.for_context(site.served + page)
            assert set(found.signposts) <= set(here.signposts)
            assert here.citeAs.target == found.citeAs.target


@pytest.mark.parametrize(
    "own", ["https://e.org/a", "https://e.org/ä b", "https://e.org/a%00", "https://e.org/x.linkset"]
)
def test_link_sets_that_are_shared_name_each_page_by_its_own_address(own: str) -> None:
    """A page's address is put into what was written for another; neighbours begin like it."""
    sets = [
        Landing(
            f"{address}.html",
            address,
            [own, "https://schema.org/Person"],
            documents=[f"{address}.ttl", f"{address}1.ttl", f"{address}.ttl"],
            collections=["https://e.org/class/Person.html", f"{address}.html"],
            linksets=[f"{address}.linkset.json", f"{address}.linkset.txt"],
        )
        for address in (own, f"{own}/1", own)
    ]
    for landing in sets:
        written = [text for _, text in linkset_files("a.html", landing)]
        assert written == [to_json(landing.linkset()), to_text(landing.linkset())]
