"""Templates of a project: they see values, and reach no file, process or host."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mipex_kg.dataset.assembly import load_project_dataset
from mipex_kg.project.project import Project, load_project
from mipex_kg.site.documents import Publication
from mipex_kg.site.pages import rendering
from mipex_kg.site.pages.pages import Pages
from mipex_kg.site.pages.rendering import Renderer
from mipex_kg.system.bounds import bounded
from mipex_kg.system.child_process import run_isolated
from mipex_kg.system.errors import SourceError
from mipex_kg.validation.validated import ValidatedDataset
from tests.conftest import LIGHTHOUSES, Run

Try = Callable[[str], str]


@pytest.fixture
def room(run: Run, tmp_path: Path) -> Path:
    run("init", "room", cwd=tmp_path)
    (tmp_path / "room" / "pages" / "templates").mkdir(parents=True)
    return tmp_path / "room"


@pytest.fixture
def attempt(room: Path, run: Run) -> Try:
    """Build with this as the template of a person, which must fail and write nothing."""

    def build(template: str) -> str:
        (room / "pages" / "templates" / "Person.html").write_text(template)
        error = run("build", cwd=room, code=3).err
        assert not (room / "site").exists()
        return error

    return build


# What stands for the machine in a template's reach, and a few ways to go on from there.
STARTS = (
    "site",
    "at",
    "at.addresses",
    "at.classes",
    "at.wording",
    "at.wording.dataset",
    "about",
    "about.thing",
    "notes",
    "notes.grounds",
    "notes.grounds.dataset",
    "(notes.by_kind() | first)[1][0].ground.rule",
    "t",
    "landing",
    "alternates[0]",
    "self",
    "cycler",
    "namespace",
    "range",
    "loop",
)
WAYS = (
    ".root.read_text()",
    ".root",
    ".path.write_text('x')",
    ".dataset.store.dump",
    ".project.root.joinpath('x').touch()",
    ".__class__.__mro__",
    "|attr('__class__')",
    "['__class__']",
    "|map(attribute='__class__')|list",
    ".__init__.__globals__",
    ".render",
)


@pytest.fixture
def render(room: Path) -> Try:
    """Render a template as that of a person's page."""
    project = load_project(room)
    name = "person/ada-brook"

    def render(template: str) -> str:
        (room / "pages" / "templates" / "Person.html").write_text(template)
        pages = Pages(Publication(ValidatedDataset(project, lambda: dataset)))
        return pages.thing(pages.publication.thing_pages[name]).decode()

    dataset = load_project_dataset(project)
    return render


@pytest.fixture
def rendered(room: Path, render: Try) -> Try:
    """Render a template like this; give its words, or those of the error."""

    def words(template: str) -> str:
        try:
            return render(template)
        except SourceError as error:
            assert (error.path, error.line) == (room / "pages" / "templates" / "Person.html", 1)
            return error.message

    return words


@pytest.mark.parametrize("start", STARTS)
def test_nothing_of_the_machine_is_in_reach(room: Path, rendered: Try, start: str) -> None:
    """Whichever way a template goes on from a value, it ends with an error or without a secret."""
    before = sorted(room.rglob("*"))
    for way in WAYS:
        words = rendered(f"<p>{{{{ ({start}){way} }}}}</p>")
        is_refused = "can't be rendered" in words or "Undefined" in words
        assert is_refused or words in ("<p>[]</p>", "<p>../</p>"), (way, words)
    changed = [path for path in sorted(room.rglob("*")) if path not in before]
    assert changed == [room / "pages" / "templates" / "Person.html"]


def test_a_file_is_not_read_and_the_word_is_clear(attempt: Try) -> None:
    assert "has no attribute 'root'" in attempt("{{ site.root.read_text() }}")


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("\n{{ 1 / 0 }}", "Person.html:2: The template can't be rendered: division by zero"),
        ("\n\n{{ about.label.value + 1 }}", "Person.html:3: The template can't be rendered"),
        ("{{ about.nothing }}", "Person.html:1: The template can't be rendered"),
        ("{{ at.link() }}", "Person.html:1: The template can't be rendered"),
        ("{% extends 'nothing.html' %}", "Person.html:1: The template can't be rendered"),
        ("{% include 'part.txt' %}", "part.txt:2: The template does not parse"),
        ("{% include '../../mipex-kg.toml' %}", "Person.html:1: The template can't be rendered"),
        ("{% include '/etc/passwd' %}", "Person.html:1: The template can't be rendered"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "Person.html:1: The template can't"),
        ("{{ 'x' * 10 ** 9 }}", "Person.html:1: The template can't be rendered: a text or list"),
        ("{{ 10 ** 1000000 }}", "Person.html:1: The template can't be rendered"),
        ("{{ range(10 ** 9) | list }}", "Person.html:1: The template can't be rendered"),
        ("{{ '%c' | format(-1) }}", "Person.html:1: The template can't be rendered"),
        ("{% set _ = t.update({'skip': 'x'}) %}", "Person.html:1: The template can't"),
        ("{% set _ = at.classes.members.clear() %}", "Person.html:1: The template can't"),
    ],
)
def test_an_error_in_a_template_is_the_editors(
    room: Path, render: Try, template: str, words: str
) -> None:
    (room / "pages" / "templates" / "part.txt").write_text("fine\n{% if %}")
    with pytest.raises(SourceError) as error:
        render(template)
    path, line, message = error.value.path, error.value.line, error.value.message
    assert f"{path and path.name}:{line}: {message}".startswith(words)


LOOPS = "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}"
DOUBLED = (
    "{% set n = namespace(x='x') %}{% for a in range(60) %}{% set n.x = n.x ~ n.x %}{% endfor %}"
)


@pytest.mark.parametrize(
    ("template", "words"),
    [
        (LOOPS, "it takes more than 0.5 seconds"),
        (DOUBLED, "it takes too much memory"),
        ("{{ 'x' | center(10 ** 12) }}", "it takes too much memory"),
        ("{{ (['x' * 100000] * 100000) | join }}", "it takes too much memory"),
        ("{{ ('x' * 100000) | replace('x', 'y' * 1000000) }}", "it takes too much memory"),
    ],
)
def test_a_template_has_an_end(
    rendered: Try, template: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_time = "seconds" in words
    monkeypatch.setattr(rendering, "ONE_PAGE", 0.5 if is_time else 120.0)
    monkeypatch.setattr(rendering, "MEMORY", 1 << 28)
    told = run_isolated(lambda: rendered(template))
    assert told.startswith(f"The template can't be rendered: {words}"), told


def test_in_a_process_of_others_no_alarm_is_set() -> None:
    before = signal.getsignal(signal.SIGALRM)
    with bounded(0.001, 1):
        assert signal.getsignal(signal.SIGALRM) is before


def test_a_template_that_is_not_text_is_refused(room: Path, run: Run) -> None:
    (room / "pages" / "templates" / "Person.html").write_bytes(b"\xff\xfe\x00")
    assert "Person.html" in run("build", cwd=room, code=3).err


@pytest.mark.parametrize("way", ["the template", "what it includes", "a folder"])
def test_a_link_out_of_the_folder_is_refused(room: Path, run: Run, way: str) -> None:
    folder, secret = room / "pages" / "templates", room.parent / "secret.html"
    secret.write_text("a secret")
    included = "part.html"
    if way == "the template":
        (folder / "Person.html").symlink_to(secret)
    elif way == "what it includes":
        (folder / "part.html").symlink_to(secret)
    else:
        (folder / "deep").symlink_to(room.parent)
        included = "deep/secret.html"
    if way != "the template":
        (folder / "Person.html").write_text(f"{{% include '{included}' %}}")
    error = run("build", cwd=room, code=3).err
    assert "The template is a link out of its folder." in error
    assert not (room / "site").exists()


def test_a_link_inside_the_folder_is_followed(room: Path, run: Run) -> None:
    folder = room / "pages" / "templates"
    (folder / "part.html").write_text("<p id='mine'>part</p>")
    (folder / "also.html").symlink_to("part.html")
    (folder / "Person.html").write_text("{% include 'also.html' %}")
    run("build", cwd=room)
    assert "id='mine'" in (room / "site" / "person" / "ada-brook.html").read_text()


def test_the_tools_own_templates_are_the_same_in_the_sandbox(
    room: Path, run: Run, tmp_path: Path
) -> None:
    """All that they use is allowed, so that a project's own can do the same."""
    for name in ("reading-room", "lighthouses"):
        project = tmp_path / name
        shutil.copytree(LIGHTHOUSES if name == "lighthouses" else room, project)
        shutil.rmtree(project / "pages" / "templates", ignore_errors=True)
        run("build", "-o", tmp_path / "plain", cwd=project)
        (project / "pages" / "templates").mkdir(parents=True)
        run("build", "-o", tmp_path / "sandboxed", cwd=project)
        plain, boxed = (
            {p.name: p.read_bytes() for p in (tmp_path / f).rglob("*.html")}
            for f in ("plain", "sandboxed")
        )
        assert plain == boxed
        for folder in ("plain", "sandboxed"):
            shutil.rmtree(tmp_path / folder)


def test_no_value_in_reach_tells_where_the_project_is(
    room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a template writes of what it sees, no path of this machine is in it."""
    project: Project = load_project(room)
    pages = Pages(Publication(ValidatedDataset(project, lambda: load_project_dataset(project))))
    seen: dict[int, object] = {}

    def look(_self: Renderer, _names: object, here: object, **values: Any) -> bytes:
        waiting: list[object] = [here, *values.values(), *pages._shared().values()]
        while waiting:
            value = waiting.pop()
            if id(value) in seen:
                continue
            seen[id(value)] = value
            assert os.fspath(room) not in str(value), type(value)
            environment: Any = pages.renderer._templates.environment
            for name in (n for n in dir(value) if not n.startswith("_")):
                try:
                    found = getattr(value, name)
                except Exception:  # noqa: BLE001 - a property may fail as it likes
                    continue
                if environment.is_safe_attribute(value, name, found):
                    waiting.append(found)
        return b""

    (room / "pages" / "templates" / "x.html").write_text("")
    monkeypatch.setattr(Renderer, "render", look)
    for page in pages.publication.thing_pages.values():
        pages.thing(page)
    list(pages.others())
    assert len(seen) > 100
