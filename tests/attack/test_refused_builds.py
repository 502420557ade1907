"""A build that is refused, whatever for, leaves the site as it was: bytes, modes, times and links.

``MIPEX_KG_EXAMPLES`` says how many projects are tried with each fault, in place of one.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from mipex_kg import cli
from tests.conftest import Run

pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
EXAMPLES = int(os.environ.get("MIPEX_KG_EXAMPLES", "1"))
BASE = "https://room.example/"
NAMES = st.from_regex(r"[a-z]{1,8}(-[a-z]{1,8})?", fullmatch=True)
T = TypeVar("T")


class Draw(Protocol):
    """Chooses a value."""

    def __call__(self, strategy: st.SearchStrategy[T]) -> T: ...


Fault = Callable[[Path, Draw], object]


def added(file: str, text: str) -> Fault:
    """Add something to the end of a file, which may be a new one."""

    def spoil(project: Path, draw: Draw) -> None:
        path = project / file
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text() if path.exists() else ""
        path.write_text(before + text.replace("NAME", draw(NAMES)))

    return spoil


def changed(file: str, old: str, new: str) -> Fault:
    """Put something else in the place of a part of a file."""

    def spoil(project: Path, draw: Draw) -> None:
        path = project / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new.replace("NAME", draw(NAMES)), 1))

    return spoil


def fact(text: str) -> Fault:
    return added("data/notice.trig", f"says:keeper {{ {text} }}\n")


def cut(project: Path, draw: Draw) -> None:
    """Cut a file off in the middle of a statement."""
    file = draw(st.sampled_from(["data/notice.trig", "data/catalogue.trig", "shapes/things.ttl"]))
    text = (project / file).read_text().rstrip()
    (project / file).write_text(text[: -draw(st.integers(1, 2))])


def linked(name: str, target: str) -> Fault:
    return lambda project, _draw: (project / name).symlink_to(target)


def linked_copy(project: Path, file: str) -> None:
    """Put a file of the same name into another folder, by a link."""
    path = project / file
    (path.parent / "more").mkdir()
    (path.parent / "more" / path.name).symlink_to(path)


def hand_made(project: Path, draw: Draw) -> None:
    """Put a file into the site where the build would write one of a new thing."""
    name = draw(NAMES.filter(lambda name: name != "ada-brook"))
    fact(f'person:{name} a schema:Person ; schema:name "New" .')(project, draw)
    suffix = draw(st.sampled_from([".html", ".ttl", ".trig", ".jsonld", ".rdf", ".nt"]))
    path = project / "site" / "person" / f"{name}{suffix}"
    path.write_text("by hand")


LANGUAGE = 'languages = ["en"]'
FAULTS: Mapping[str, Fault] = {
    "a file that is cut off": cut,
    "a file that is not UTF-8": lambda project, _draw: (project / "data/x.ttl").write_bytes(
        b"\xff"
    ),
    "a file with a NUL": added("data/NAME.ttl", "# \0"),
    "a word too much in data": added("data/notice.trig", "NAME\n"),
    "a word too much in the ontology": added("ontology/x.ttl", "NAME\n"),
    "a word too much in a query": added("queries/keepers.rq", "NAME\n"),
    "a word too much in a rule": added("ontology/rules/works-for.rq", "NAME\n"),
    "a word too much in the context": added("ontology/context.jsonld", "NAME\n"),
    "a prefix that is not declared": fact("NAMExyz:a a schema:Person ."),
    "a rule without a title": changed("ontology/rules/works-for.rq", "# title", "# NAME"),
    "a rule that makes nodes": changed("ontology/rules/works-for.rq", "?place .\n}", "[] .\n}"),
    "a rule that asks others": changed(
        "ontology/rules/works-for.rq", "WHERE {", "WHERE { SERVICE <http://NAME.invalid/> {}"
    ),
    "an unknown setting": changed("mipex-kg.toml", LANGUAGE, f"{LANGUAGE}\nxNAME = 1"),
    "an unknown table": added("mipex-kg.toml", "\n[xNAME]\n"),
    "a setting of another kind": changed("mipex-kg.toml", LANGUAGE, "languages = 1"),
    "a base that is no address": changed("mipex-kg.toml", f'base = "{BASE}"', 'base = "NAME"'),
    "a shape that is not well-formed": added(
        "shapes/x.ttl",
        '<u:x> a <http://www.w3.org/ns/shacl#NodeShape> ; <http://www.w3.org/ns/shacl#or> "NAME" .',
    ),
    "a query of the same name": lambda project, _draw: linked_copy(project, "queries/keepers.rq"),
    "texts whose names differ in case": added("pages/Index.md", "# NAME\n"),
    "a violation of a shape": fact("person:NAME a schema:Person ."),
    "a thing that is not described": fact("person:ada-brook schema:knows person:NAMEx ."),
    "a fact outside a graph": added("data/notice.trig", 'person:NAMEx schema:name "x" .\n'),
    "a graph that is based on nothing": added(
        "data/notice.trig", 'says:NAMEx { person:ada-brook schema:alternateName "x" }\n'
    ),
    "a date that is none": fact('person:ada-brook schema:birthDate "2020-02-30" .'),
    "names that differ in case": fact(
        'person:NAME a schema:Person ; schema:name "x" . '
        'person:Ada-Brook a schema:Person ; schema:name "x" .'
    ),
    "a name that leads out": fact('<../NAME> schema:name "x" ; schema:knows <%2e%2e/NAME> .'),
    "a licence that is text": added(
        "data/catalogue.trig", '<dataset/facts> dct:license "NAME" .\n'
    ),
    "a dataset without a title": added("data/catalogue.trig", "<dataset/NAMEx> a dcat:Dataset .\n"),
    "a text without a heading": changed("pages/index.md", "# ", "NAME "),
    "a template with a fault": added("pages/templates/thing.html", "{% if NAME %}"),
    "a file twice": lambda project, _draw: shutil.copy(
        project / "data/notice.trig", project / "data/notice.ttl"
    ),
    "a name twice in JSON-LD": added("data/NAME.jsonld", '{"@id": "u:a", "@id": "u:b"}'),
    "a context from elsewhere": added("data/NAME.jsonld", '{"@context": "http://e.invalid/"}'),
    "a link that leads nowhere": linked("data/x.ttl", "nowhere"),
    "a file by hand where one is to be written": hand_made,
}


def state_of(folder: Path) -> dict[str, tuple[int | str, ...]]:
    """Tell all that can be told of what is in a folder."""
    found: dict[str, tuple[int | str, ...]] = {}
    for path in [folder, *folder.rglob("*")]:
        told = path.lstat()
        content = b""
        if stat.S_ISLNK(told.st_mode):
            content = os.fsencode(path.readlink())
        elif stat.S_ISREG(told.st_mode):
            content = path.read_bytes()
        hash = hashlib.sha256(content).hexdigest()
        times = told.st_mtime_ns if stat.S_ISREG(told.st_mode) else 0
        found[str(path.relative_to(folder))] = (
            *(told.st_mode, told.st_uid, told.st_gid, told.st_ino, told.st_nlink),
            *(times, hash),
        )
    return found


@pytest.fixture(scope="module")
def good(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a project with a site, in which others have put something too."""
    project = tmp_path_factory.mktemp("refused") / "good"
    run("init", project, "--name", "room", "--base", BASE)
    run("--project", project, "build", "-o", project / "site")
    (project / "site" / "CNAME").write_text("room.example")
    (project / "site" / "drafts").mkdir(mode=0o750)
    (project / "site" / "latest").symlink_to("index.html")
    return project


@pytest.mark.parametrize("what", FAULTS)
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=EXAMPLES == 1,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_a_refused_build_leaves_the_site_as_it_was(
    good: Path, capfd: pytest.CaptureFixture[str], what: str, data: st.DataObject
) -> None:
    with TemporaryDirectory(dir=good.parent) as folder:
        project = Path(shutil.copytree(good, Path(folder, "project"), symlinks=True))
        for name in data.draw(st.sets(NAMES, max_size=3)):
            fact(f'<person/of-{name}> a schema:Person ; schema:name "{name}" .')(project, data.draw)
        FAULTS[what](project, data.draw)
        before = state_of(project / "site")
        code = cli.run(["--project", str(project), "build", "-o", str(project / "site")])
        assert code in (1, 2, 3, 4), what
        assert state_of(project / "site") == before
        assert not list(project.glob(".site*"))
    told = capfd.readouterr()
    assert told.err.startswith("Error: ")
    assert "Traceback" not in told.err
