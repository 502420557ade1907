"""What a build takes over from the last one is what it would make; the rest is made again."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest

from bench import generate
from mipex_kg.dataset.assembly import load_project_dataset
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.dataset.digests import Digests
from mipex_kg.dataset.traced_dataset import traced
from mipex_kg.dataset.traces import WHOLE
from mipex_kg.project import layout
from mipex_kg.project.project import load_project
from mipex_kg.rdf.quads import Quad
from mipex_kg.site import build_traces
from mipex_kg.site.build import Built, build
from mipex_kg.site.build_traces import BuildTraces
from mipex_kg.site.documents import Publication
from mipex_kg.site.pages.pages import Pages
from mipex_kg.site.thing_pages import ThingPage
from mipex_kg.system import stamps
from mipex_kg.system.cache import Cache
from mipex_kg.system.errors import UsageError
from mipex_kg.system.folder import Folder
from mipex_kg.system.manifest import read_manifest
from mipex_kg.validation.validated import ValidatedDataset
from tests.conftest import LIGHTHOUSES, PEBBLES, ROOT, Run, own_cache
from tests.random_edits import HARBOUR, build_edited, hashes, steps


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(own_cache(tmp_path / "cache", shared)))
    monkeypatch.delenv("MIPEX_KG_NO_CACHE", raising=False)


def built(root: Path, site: Path, *, is_anew: bool = False) -> Built:
    found = build_edited(root, site, is_anew=is_anew)
    assert isinstance(found, Built), found
    return found


def change(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


@pytest.fixture
def harbour(tmp_path: Path) -> Path:
    return Path(shutil.copytree(HARBOUR, tmp_path / "harbour"))


@pytest.fixture
def pebbles(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PEBBLES, tmp_path / "pebbles"))


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory, shared: Path) -> tuple[Path, BuildTraces]:
    """Build a project, and give what is remembered of it."""
    folder = tmp_path_factory.mktemp("first")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(own_cache(folder / "cache", shared)))
        built(HARBOUR, folder / "site")
        traces = build_traces.recall(folder / "site")
    assert traces
    return folder / "site", traces


@pytest.fixture
def site(first: tuple[Path, BuildTraces], tmp_path: Path) -> Path:
    """Give a site as a build has just written it."""
    site, traces = first
    copied = Path(shutil.copytree(site, tmp_path / "site"))
    build_traces.remember(copied, traces)
    files = [path for path in copied.rglob("*") if path.is_file()]
    names = (path.relative_to(copied).as_posix() for path in files)
    states = (stamps.state_of(path.lstat()) for path in files)
    stamps.remember(copied, dict(zip(names, states, strict=True)))
    return copied


# Passages of texts and what each says are hundreds, and alike in what they read.
OF_A_KIND = 12


def pages_of(publication: Publication, only: frozenset[str] | None) -> list[ThingPage]:
    """Give the pages about things of these names; if any will do, some of each kind."""
    if only is not None:
        return [publication.thing_pages[name] for name in sorted(only)]
    kinds: dict[str, list[ThingPage]] = {}
    for page in publication.thing_pages.values():
        kinds.setdefault(page.name.rpartition("/")[0], []).append(page)
    return [page for kind in kinds.values() for page in kind[:: len(kind) // OF_A_KIND + 1]]


@cache
def reads(
    root: Path, *, backwards: bool, only: frozenset[str] | None = None
) -> dict[str, frozenset[tuple[str, object]]]:
    """Make pages about things and their documents, and give what was read for each.

    :param only: the names of those that are to be made, if not all are
    """
    project = load_project(root)
    dataset = load_project_dataset(project)
    validated = ValidatedDataset(project, lambda: dataset, isolated=False)
    publication = Publication(validated, traced(dataset))
    first = Pages(publication)
    found: dict[str, frozenset[tuple[str, object]]] = {}
    jobs = [
        (pages.path_of(page.name), pages, page, things)
        for pages in (first, *(() if root == ROOT else first.others_in_languages()))
        for page in pages_of(publication, only)
        for things in [page.things]
    ]
    for name, pages, page, things in reversed(jobs) if backwards else jobs:
        with publication.dataset.trace.recording() as of_page:
            pages.thing(page)
            list(pages.linksets(page))
        with publication.dataset.trace.recording() as of_document:
            rendering = publication.rendering(publication.document(things), things)
            for format in project.formats_of(page.document):
                with suppress(UsageError):
                    rendering.write(format)
        found[name], found[f"{name} data"] = frozenset(of_page), frozenset(of_document)
    return found


@pytest.mark.parametrize("root", [HARBOUR, LIGHTHOUSES, ROOT], ids=["harbour", "lighthouses", "us"])
def test_what_is_read_does_not_depend_on_what_was_made_before(root: Path) -> None:
    # A cache that doesn't hand on what its values came from would hide it from all but the first.
    # Labels of blank nodes are others each time that files are read.
    one, other = (
        {name: {(kind, str(term)) for kind, term in some} for name, some in made.items()}
        for made in (reads(root, backwards=False), reads(root, backwards=True))
    )
    named = {
        name: {read for read in one[name] ^ other[name] if not read[1].startswith("_:")}
        for name in one
    }
    assert {name: some for name, some in named.items() if some} == {}


@pytest.mark.parametrize("root", [HARBOUR, LIGHTHOUSES], ids=["harbour", "lighthouses"])
def test_only_ontologies_read_the_whole(root: Path) -> None:
    pages = {name for name, some in reads(root, backwards=False).items() if WHOLE in some}
    assert {Path(name).name for name in pages} <= {"terms.html", "ontology.html"}


def test_what_a_page_reads_does_not_grow_with_all_that_there_is(tmp_path: Path) -> None:
    """Else it would be made again whenever something else changes, and take the longer."""
    read = []
    pages = frozenset({"person/p1", "post/p1", "passage/list/p1", "graph/list/p1"})
    for things in (100, 300):
        generate.write_project(tmp_path / str(things), things)
        found = reads(tmp_path / str(things), backwards=False, only=pages)
        read.append({page: len(found[f"{page}.html"]) for page in pages})
    assert read[0] == read[1]


@pytest.mark.parametrize(("source", "seed"), [(HARBOUR, 1), (HARBOUR, 2), (LIGHTHOUSES, 1)])
def test_after_any_edit_all_is_as_if_made_from_nothing(
    source: Path, seed: int, tmp_path: Path
) -> None:
    tried = list(steps(source, tmp_path, seed, 5))
    assert [step for step in tried if step.differing] == []
    assert any(step.unchanged > step.written for step in tried)


def written(site: Path, before: dict[str, str]) -> set[str]:
    return {name for name, hash in hashes(site).items() if before.get(name) != hash}


def test_one_name_concerns_the_pages_that_show_it(harbour: Path, site: Path) -> None:
    before = hashes(site)
    change(harbour / "data" / "boats.ttl", '"Wren"', '"Wren II"')
    assert built(harbour, site).unchanged > 100
    changed = {Path(name) for name in written(site, before) if name.endswith(".html")}
    about = {p.stem for p in changed if p.parent.name in ("boat", "person", "rig", "voyage", "log")}
    # It is near the tern, and sailed by Kit and Ida.
    assert about == {"wren", "tern", "kit", "ida"}


@pytest.mark.parametrize(
    "edit",
    [
        ("mipex-kg.toml", 'publisher = "The harbour office"', 'publisher = "The port"'),
        ("ontology/terms.ttl", 'h:Boat a owl:Class ; rdfs:label "Boat"@en', "h:Boat a owl:Class"),
        ("data/boats.ttl", "p:mo a schema:Person ;", "p:mo a schema:Person ; kg:noIndex true ;"),
    ],
)
def test_what_concerns_every_page_changes_every_page(
    edit: tuple[str, str, str], harbour: Path, site: Path, tmp_path: Path
) -> None:
    name, before, after = edit
    path = harbour / name
    change(path, before, after.replace("kg:noIndex", "<https://w3id.org/mipex-kg/kg#noIndex>"))
    built(harbour, site)
    built(harbour, tmp_path / "anew", is_anew=True)
    assert hashes(site) == hashes(tmp_path / "anew")


@pytest.mark.parametrize(
    "said",
    [
        "p:kit schema:address [ schema:streetAddress 'Quay 9' ] .",  # of someone who is private
        "b:nut a [ a owl:Class ; owl:complementOf h:Dinghy ] .",
        "b:auk h:seenAt [ h:near [ h:near b:auk ] ] .",
    ],
)
def test_blank_nodes_do_not_make_all_be_made_again(
    said: str, harbour: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their labels are others each time that files are read."""
    boats = harbour / "data" / "boats.ttl"
    owl = "@prefix owl: <http://www.w3.org/2002/07/owl#> ."
    boats.write_text(f"{boats.read_text()}\n{owl}\n{said}\n")
    built(harbour, tmp_path / "site")
    drawn: list[str] = []
    thing = Pages.thing

    def draw(pages: Pages, page: ThingPage) -> bytes:
        drawn.append(pages.path_of(page.name))
        return thing(pages, page)

    monkeypatch.setattr(Pages, "thing", draw)
    change(boats, '"Auk"', '"Awk"')
    built(harbour, tmp_path / "site")
    made = set(drawn)
    built(harbour, tmp_path / "anew", is_anew=True)
    assert 0 < len(made) < len(set(drawn)) / 2
    assert hashes(tmp_path / "site") == hashes(tmp_path / "anew")


@pytest.mark.parametrize("shown", ["at.addresses.pages", "at.addresses.missing"])
def test_a_template_that_counts_what_there_is_follows_it(
    shown: str, pebbles: Path, tmp_path: Path
) -> None:
    template = pebbles / "pages" / "templates" / "thing.html"
    template.parent.mkdir(parents=True)
    template.write_text(f"{{{{ {shown} | length }}}}")
    built(pebbles, tmp_path / "site")
    data = pebbles / "data" / "pebbles.ttl"
    new = '<pebble/new> a schema:Thing ; schema:name "New" ; schema:about <pebble/no> .'
    data.write_text(f"{data.read_text()}\n{new}\n")
    built(pebbles, tmp_path / "site")
    built(pebbles, tmp_path / "anew", is_anew=True)
    assert hashes(tmp_path / "site") == hashes(tmp_path / "anew")


@pytest.mark.parametrize("name", ["part.html", ".part.html", "part.html~", ".parts/part.html"])
def test_what_a_template_includes_decides_how_pages_look(name: str, pebbles: Path) -> None:
    """What is not the project's is no template: nothing would tell that it has changed."""
    template, part = (pebbles / "pages" / "templates" / each for each in ("thing.html", name))
    part.parent.mkdir(parents=True)
    template.write_text(f"{{% include '{name}' ignore missing %}}")
    sites = {}
    for text in ("one", "other"):
        part.write_text(text)
        built(pebbles, pebbles.parent / "site")
        sites[text] = (pebbles.parent / "site" / "pebble" / "agate.html").read_text()
    assert (sites["other"], sites["one"]) in (("other", "one"), ("", ""))


def test_the_order_of_what_is_said_is_part_of_the_whole() -> None:
    a, b, p = (ox.NamedNode(f"u:{name}") for name in "abp")
    quads = [Quad(a, p, a), Quad(b, p, a), Quad(a, p, b)]
    one, other = (
        Digests(Dataset(tuple(some), (), {}), {}) for some in (quads, quads[::2] + quads[1:2])
    )
    whole = one.key(*WHOLE)
    assert one.get(whole) != other.get(whole)


def test_a_file_that_was_changed_by_hand_is_written_again(harbour: Path, site: Path) -> None:
    before = hashes(site)
    (site / "boat" / "auk.html").unlink()
    (site / "boat" / "tern.html").write_text("<p>Mine</p>")
    (site / "boat" / "tern.ttl").write_text("")
    assert built(harbour, site).written == 3
    assert hashes(site) == before


def test_nothing_is_taken_over_where_all_is_wanted(
    harbour: Path, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []
    thing = Pages.thing

    def draw(pages: Pages, page: ThingPage) -> bytes:
        drawn.append(page.name)
        return thing(pages, page)

    monkeypatch.setattr(Pages, "thing", draw)
    built(harbour, site)
    assert drawn == []
    built(harbour, site, is_anew=True)
    assert len(drawn) == 2 * len(set(drawn)) > 20


def test_an_index_that_was_kept_for_a_look_is_made_by_the_next_build(
    pebbles: Path, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    built(pebbles, site)
    made: list[str] = []

    def index(folder: Path, _language: str) -> dict[str, bytes]:
        made.append(text := (folder / "pebble" / "agate.html").read_text())
        return {"all": text.encode()}

    def build_with(*, keeps_index: bool) -> None:
        project = load_project(pebbles)
        found = ValidatedDataset(project, lambda: load_project_dataset(project), isolated=False)
        build(found, site, processes=1, index=index, keeps_index=keeps_index)

    build_with(keeps_index=True)  # there is none yet that could be kept
    assert len(made) == 1
    change(pebbles / "data" / "pebbles.ttl", '"Agate"', '"Achate"')
    build_with(keeps_index=True)
    assert len(made) == 1
    assert "Achate" in (site / "pebble" / "agate.html").read_text()
    assert "Achate" not in (site / layout.INDEX / "all").read_text()
    build_with(keeps_index=False)
    assert "Achate" in (site / layout.INDEX / "all").read_text()
    build_with(keeps_index=False)
    assert len(made) == 2


def test_the_command_makes_the_index_after_a_look(run: Run, pebbles: Path, tmp_path: Path) -> None:
    build = ("--project", pebbles, "build", "-o", tmp_path / "site")
    run(*build)
    change(pebbles / "data" / "pebbles.ttl", '"red"', '"grey"')
    run(*build, "--keep-index")
    before = hashes(tmp_path / "site")
    run(*build)
    index = {name for name in written(tmp_path / "site", before) if name.startswith(layout.INDEX)}
    assert index


def _damaged(data: bytes) -> Iterable[bytes]:
    yield b""
    yield data[: len(data) // 2]
    yield data[:-1] + bytes([data[-1] ^ 1])
    yield b"\xff" * 100


def test_damaged_traces_are_none(pebbles: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    built(pebbles, site)
    before = hashes(site)
    [path] = (Path(str(build_traces._cache()._folder))).iterdir()
    for data in _damaged(path.read_bytes()):
        path.write_bytes(data)
        assert build_traces.recall(site) is None
        built(pebbles, site)
        assert hashes(site) == before


def test_without_a_cache_all_is_made(
    harbour: Path, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = hashes(site)
    monkeypatch.setenv("MIPEX_KG_NO_CACHE", "1")
    assert Cache("traces", 1).get("0") is None
    assert build_traces.recall(site) is None
    built(harbour, site)
    assert hashes(site) == before


def test_a_file_system_without_links_gets_copies(
    harbour: Path, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    before = hashes(site)
    monkeypatch.setattr("os.link", refuse)
    change(harbour / "data" / "boats.ttl", '"Auk"', '"Awk"')
    assert built(harbour, site).unchanged > 100
    assert hashes(site).keys() == before.keys()


def test_the_command_makes_all_again(run: Run, pebbles: Path, tmp_path: Path) -> None:
    run("--project", pebbles, "build", "-o", tmp_path / "site")
    again = run("--project", pebbles, "build", "-o", tmp_path / "site", "--all")
    assert ": 0 files written" in again.text


def _rewritten(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"<h1>", b"<H1>"))


def _put_in_its_place(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(path.read_bytes().replace(b"<h1>", b"<H1>"))
    os.utime(other, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    other.replace(path)


def _rewritten_with_its_time(path: Path) -> None:
    found = path.stat()
    _rewritten(path)
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))


@pytest.mark.parametrize("has_changed", [True, False])
def test_a_page_of_the_same_size_is_not_taken_for_the_one_that_was_written(
    pebbles: Path, tmp_path: Path, run: Run, has_changed: bool
) -> None:
    """A build that looks for what it may keep finds it, and one that looks whether all is there."""
    site = tmp_path / "site"
    run("--project", pebbles, "build", "-o", site)
    page = site / "pebble" / "agate.html"
    before = page.read_bytes()
    assert b"<h1>" in before
    for change_page in (_rewritten, _put_in_its_place, _rewritten_with_its_time):
        if has_changed:
            change(pebbles / "mipex-kg.toml", "[project]", "# A remark\n[project]")
        change_page(page)
        run("--project", pebbles, "build", "-o", site)
        assert page.read_bytes() == before, change_page


def test_what_is_kept_is_not_read(
    harbour: Path, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: set[str] = set()
    of_folder = Folder.read

    def noted(folder: Folder, name: str) -> tuple[bytes, os.stat_result] | None:
        read.add(name)
        return of_folder(folder, name)

    monkeypatch.setattr(Folder, "read", noted)
    again = built(harbour, site)
    assert again.unchanged > 2 * len(read)
    assert "index.html" in read
    assert read.isdisjoint({"auk.html", "auk.ttl", "auk.linkset.json"})


def test_a_manifest_of_another_build_has_other_stamps(site: Path) -> None:
    found = read_manifest(site)
    assert found
    names = found.hashes
    assert stamps.recall(site, names).keys() == names.keys()
    assert stamps.recall(site, [*names, "one more"]) == {}
    os.utime(site / layout.MANIFEST, ns=(0, 0))
    assert stamps.recall(site, names) == {}
