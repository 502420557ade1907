"""The documentation is true: its commands print what it shows, its pages are fresh, its links lead.

The commands of a page's ``console`` blocks run one after the other in a copy of the project. Lines
after ``> `` continue a command; ``…`` stands for whatever is left out. A comment above a block does
to a file what the reader is asked to do:

- ``<!-- append: FILE -->``: the block is added at the end of the file, which may be new
- ``<!-- edit: FILE -->``: the block is a diff; its lines with ``-`` become those with ``+``
"""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from mipex_kg.cli import COMMANDS
from mipex_kg.dataset.provenance import KINDS
from mipex_kg.project.levels import OF_VALIDATE
from mipex_kg.project.project import ENVIRONMENT_VARIABLE
from mipex_kg.project.settings import SETTINGS
from mipex_kg.rdf.namespaces import KG
from mipex_kg.sparql.named_queries import TYPES
from mipex_kg.validation.writers import WRITERS
from tests.commands import HUNG, MIPEX_KG, Standby
from tests.conftest import ROOT, Ask

DOCS = ROOT / "docs"
GENERATED = {DOCS / name for name in ("commands.md", "settings.md", "checks.md")}
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
WRITTEN = [page for page in PAGES if page not in GENERATED]
CONTENT = ("data", "ontology", "pages", "queries", "shapes")

_BLOCK = re.compile(
    r"(?:^<!-- (?P<action>append|edit): (?P<file>\S+) -->\n\n?)?"
    r"^(?P<indent> *)```(?P<language>\w*)\n(?P<body>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Block:
    """A fenced block of a page, and what a comment above it says to do with it."""

    page: Path
    line: int
    language: str
    body: str
    action: str | None
    file: str | None


def blocks(page: Path) -> Iterator[Block]:
    text = page.read_text(encoding="utf-8")
    for match in _BLOCK.finditer(text):
        line = text.count("\n", 0, match.start("body")) + 1
        yield Block(page, line, match["language"], match["body"], match["action"], match["file"])


def prose(page: Path) -> str:
    """Give a page's text without its blocks."""
    return _BLOCK.sub("", page.read_text(encoding="utf-8"))


def commands(block: Block) -> Iterator[tuple[str, str]]:
    """Split a console block into commands, each with the output that is shown."""
    for part in re.split(r"^\$ ", block.body, flags=re.MULTILINE)[1:]:
        command, *rest = part.splitlines()
        while rest and rest[0].startswith("> "):
            command += "\n" + rest.pop(0).removeprefix("> ")
        yield command, "\n".join(rest)


def matches(shown: str, printed: str) -> bool:
    """Compare output, but for what is left out: ``…`` in a line, or lines where it stands alone."""
    pattern = "".join(
        r"(?:.*\n)*"
        if line.strip() == "…"
        else re.escape(line.rstrip()).replace("…", ".*") + r"[ ]*\n"
        for line in shown.strip("\n").splitlines()
    )
    return re.fullmatch(pattern, printed and printed.rstrip("\n") + "\n") is not None


class Session:
    """A terminal, in which directories change and the last exit code is known."""

    def __init__(self, directory: Path, environment: dict[str, str]) -> None:
        self.directory, self.environment, self.code = directory, environment, 0

    def run(self, command: str) -> str:
        if command.startswith("cd "):
            self.directory /= command.removeprefix("cd ")
            return ""
        done = subprocess.run(
            ["bash", "-c", f"(exit {self.code}); {command}"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=self.directory,
            env=self.environment,
            timeout=HUNG,
        )
        self.code = done.returncode
        # CSV ends its lines with CR LF, as its standard has it: a terminal shows no difference.
        return done.stdout.decode().replace("\r\n", "\n")

    def change(self, block: Block) -> None:
        path = self.directory / str(block.file)
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        if block.action == "append":
            path.parent.mkdir(exist_ok=True)
            path.write_text(f"{text}\n{block.body}" if text else block.body, encoding="utf-8")
            return
        old, new = (_side(block.body, mark) for mark in "-+")
        assert text.count(old) == 1, f"{block.page}:{block.line}: it does not occur exactly once"
        path.write_text(text.replace(old, new), encoding="utf-8")


def _side(diff: str, mark: str) -> str:
    kept = (line for line in diff.splitlines(keepends=True) if line[:1] in (" ", mark))
    return "".join(line[1:] for line in kept)


@pytest.fixture
def session(
    tmp_path: Path, bundled_project: Path, environment: dict[str, str], standby: Standby
) -> Session:
    """Open a terminal in a copy of the project, with ``mipex-kg`` on its path."""
    work, programs = tmp_path / "work", tmp_path / "bin"
    shutil.copytree(bundled_project, work)
    programs.mkdir()
    program = programs / "mipex-kg"
    program.write_text(standby.program(*MIPEX_KG))
    program.chmod(0o755)
    path = f"{programs}:{environment['PATH']}"
    return Session(work, {**environment, "PATH": path, "COLUMNS": "80", "LC_ALL": "C.UTF-8"})


def shown_pages() -> list[Path]:
    return [page for page in WRITTEN if any(b.language == "console" for b in blocks(page))]


@pytest.mark.parametrize("page", shown_pages(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_commands_print_what_is_shown(page: Path, session: Session) -> None:
    for block in blocks(page):
        if block.action:
            session.change(block)
        for command, shown in commands(block) if block.language == "console" else ():
            printed = session.run(command)
            where = f"{page.relative_to(ROOT)}:{block.line}: {command}"
            assert matches(shown, printed), f"{where}\n--- printed:\n{printed}--- shown:\n{shown}"
            assert session.code == 0 or printed, f"{where}: fails in silence"


def test_an_output_that_differs_is_noticed() -> None:
    assert matches("a … c\n…\nz", "a b c\nmore\nlines\nz\n")
    assert matches("", "")
    assert not matches("a b", "a c\n")
    assert not matches("", "a\n")
    assert not matches("a\n…\nz", "a\nb\n")


def test_every_kind_of_reader_sees_the_tool_at_work() -> None:
    names = {page.relative_to(ROOT).as_posix() for page in shown_pages()}
    pages = {"README.md", "docs/tutorial.md", "docs/curating-facts.md", "docs/querying.md"}
    assert names >= pages


# ---- Generated pages -----------------------------------------------------------------------------


def script(name: str) -> Any:
    """Import a script of the documentation."""
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def generate() -> Callable[[Sequence[str], Path], int]:
    """Give what writes the generated pages, of which each is made once."""
    module = script("generate")
    module.PAGES = {name: cache(write) for name, write in module.PAGES.items()}
    main: Callable[[Sequence[str], Path], int] = module.main
    return main


def test_generated_pages_are_fresh() -> None:
    command = [sys.executable, str(DOCS / "generate.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_stale_page_is_noticed_and_written(
    generate: Callable[[Sequence[str], Path], int], tmp_path: Path
) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    assert generate(["--check"], folder) == 1
    assert not list(folder.iterdir()), "--check writes nothing"
    assert generate([], folder) == 0
    assert generate(["--check"], folder) == 0
    assert {path.name for path in folder.iterdir()} >= {page.name for page in GENERATED}
    page = folder / "settings.md"
    page.write_text(page.read_text().replace("project.base", "project.bass"))
    assert generate(["--check"], folder) == 1
    assert generate(["--chekc"], folder) == 2


# ---- Nothing is left out -------------------------------------------------------------------------


def modules() -> set[str]:
    package = ROOT / "mipex_kg"
    paths = (path.relative_to(package).as_posix() for path in package.rglob("*.py"))
    return {path for path in paths if not path.endswith("__init__.py")}


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("README.md", {f"mipex-kg {command}" for command in COMMANDS}),
        ("docs/commands.md", {f"## mipex-kg {command}\n" for command in COMMANDS}),
        ("docs/settings.md", {f"`{setting.key}`" for setting in SETTINGS}),
        ("docs/settings.md", {ENVIRONMENT_VARIABLE, "[prefixes]"}),
        ("docs/curating-facts.md", {f"`{name}`" for name in OF_VALIDATE}),
        ("docs/curating-facts.md", {f"`kg:{kind.value.removeprefix(KG)}`" for kind in KINDS}),
        ("docs/curating-facts.md", {f"`{name}`" for name in WRITERS}),
        ("docs/querying.md", {f"`{name}`" for name in TYPES}),
        ("docs/architecture.md", {f"`{module}`" for module in modules()}),
    ],
)
def test_everything_is_mentioned(page: str, names: set[str]) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    assert not {name for name in names if name not in text}


def test_what_the_architecture_names_is_there() -> None:
    text = (DOCS / "architecture.md").read_text(encoding="utf-8")
    places = set(re.findall(r"`([a-z_]+/[a-z_./]*)`", text))
    roots = (ROOT, ROOT / "mipex_kg")
    # In a graph, in the cache, and in the wheel.
    elsewhere = {"graph/rule/", "compiled/", "mipex_kg/_bundled/"}
    absent = {name for name in places if not any((root / name).exists() for root in roots)}
    assert absent <= elsewhere


def test_every_own_term_is_explained(ask: Ask) -> None:
    rows = ask("""SELECT ?term { ?term rdfs:isDefinedBy ?ontology
        FILTER (STRSTARTS(STR(?term), "https://w3id.org/mipex-kg/")) }""")
    terms = {row[0].rpartition("#")[2] for row in rows if "#" in row[0]}
    assert len(terms) > 30
    text = (DOCS / "data-model.md").read_text(encoding="utf-8")
    assert not {name for name in terms if f":{name}`" not in text}


def test_every_notice_that_reference_data_ask_for_is_given(ask: Ask) -> None:
    notice = (ROOT / "LICENSE-DATA.md").read_text(encoding="utf-8")
    flat = " ".join(notice.split())
    for label, rights, licence, text in ask("""
        SELECT ?label ?rights ?licence ?text {
          ?graph a kg:ReferenceGraph ; rdfs:label ?label .
          OPTIONAL { ?graph dct:rights ?rights }
          OPTIONAL { ?graph dct:license ?licence OPTIONAL { ?licence dct:description ?text } }
        }"""):
        assert label in flat
        assert " ".join(rights.split()) in flat, label
        assert licence in flat, label
        assert " ".join(text.split()) in flat, label


def test_the_version_is_the_same_everywhere() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert f"\nversion: {version}\n" in (ROOT / "CITATION.cff").read_text()
    assert f"## [{version}]" in (ROOT / "CHANGELOG.md").read_text()


# ---- Links ---------------------------------------------------------------------------------------

_LINK = re.compile(r"!?\[[^\]]*\]\(<?([^)>\s]+)>?\)")


def anchors(page: Path) -> set[str]:
    """Name the anchors of a page's headings, as the usual hosts make them."""
    titles = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles)
    return set(plain)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    for link in _LINK.findall(prose(page)):
        path, _, anchor = link.partition("#")
        if re.match(r"[a-z]+:", link):
            assert link.startswith("https://"), link
            continue
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert target.is_relative_to(ROOT), link
        assert not anchor or anchor in anchors(target), link


def test_every_page_can_be_reached_from_the_index() -> None:
    index = DOCS / "README.md"
    linked = {(DOCS / link.partition("#")[0]).resolve() for link in _LINK.findall(prose(index))}
    missing = {page for page in DOCS.rglob("*.md") if page != index} - linked
    assert not missing


# ---- The website of the documentation ------------------------------------------------------------


def test_the_website_has_all_pages_and_a_menu_of_them() -> None:
    website = script("website")
    names = set(website.linked("README.md"))
    pages = {page.relative_to(ROOT).as_posix() for page in DOCS.rglob("*.md")}
    assert names > pages
    assert {name for name in names if name.startswith("docs/pictures/")}
    entries = website.menu((DOCS / "README.md").read_text(encoding="utf-8"))
    assert entries[0] == {"Home": "README.md"}
    parts = [entry for part in entries[1:] for entry in next(iter(part.values()))]
    shown = {path for entry in parts for path in entry.values()}
    assert shown >= pages - {"docs/README.md", "docs/upstream/README.md"}
