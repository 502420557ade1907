"""What the tests share: the command line as a user calls it, and the bundled dataset."""

from __future__ import annotations

import csv
import fcntl
import gc
import importlib
import io
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, Protocol

import pytest

from mipex_kg.dataset.assembly import load_project_dataset
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.project.project import Project, bundled_directory, load_project
from mipex_kg.project.settings import FILE_NAME
from mipex_kg.sparql import named_queries, query_text
from tests import asking
from tests.commands import Commands, Standby, wait_for_no_disk
from tests.standing_by import fold_memory
from tests.translations import OTHERS

ROOT = Path(__file__).parent.parent
# Where no file may grow, Python would leave half of a module's bytecode to all who come after.
NO_BYTECODE = {"PYTHONDONTWRITEBYTECODE": "1"}
SHARED = ROOT.parent / "shared"
LIGHTHOUSES = ROOT / "tests" / "lighthouses"
PEBBLES = ROOT / "tests" / "pebbles"
BUNDLED_SITE = load_project(bundled_directory()).site


def absent(what: str) -> NoReturn:
    """Skip a test for want of a file or program; in CI, where all of them are, fail."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} is absent, and CI has to have it.")
    pytest.skip(f"{what} is absent.")


def shared_file(relative: str, variable: str | None = None) -> Path:
    """Find reference material beside the repository, or where an environment variable says."""
    folder = Path(os.environ[variable]) if variable and os.environ.get(variable) else None
    path = folder / Path(*Path(relative).parts[1:]) if folder else SHARED / relative
    if not path.exists():
        absent(str(path))
    return path


def w3c_suite(name: str) -> Path:
    """Find one of W3C's suites that nobody has to have: too large to lie beside the repository."""
    folder = Path(os.environ.get("MIPEX_KG_W3C_TESTS") or SHARED / "w3c") / name
    if not folder.is_dir():
        pytest.skip(f"{folder} is absent: clone W3C's repository there to run its tests.")
    return folder


def tool(name: str) -> Path:
    """Find a file of the tools that `make test` fetches with npm."""
    path = ROOT / "tests" / "tools" / "node_modules" / name
    if not path.is_file():
        absent(f"{name}, which `make test` fetches if there is npm,")
    return path


@contextmanager
def processor_time(seconds: float) -> Iterator[None]:
    """Let no more time go by than this, of the processor's: however busy it is with others."""

    def end(_number: int, _frame: object) -> NoReturn:
        raise AssertionError(f"It takes more than {seconds} seconds of the processor's time.")

    before = signal.signal(signal.SIGVTALRM, end)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


@dataclass(frozen=True)
class Outcome:
    """What a call of the command line came to."""

    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        return self.out.decode()


class Run(Protocol):
    def __call__(
        self, *arguments: str | Path, stdin: bytes = b"", cwd: Path | None = None, code: int = 0
    ) -> Outcome: ...


def pytest_collection_finish() -> None:
    """Load what each child that judges would load again, and look for garbage in none of it.

    Else it is looked for in what thousands of tests are, each time that one makes much.
    """
    importlib.import_module("pyshacl")
    gc.collect()
    gc.freeze()
    fold_memory()


@pytest.fixture(scope="session", autouse=True)
def _heeded_signals() -> None:
    """Have processes heed signals, also where the tests run under nohup or in the background."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def _no_disk() -> None:
    wait_for_no_disk()


@pytest.fixture(scope="session", autouse=True)
def _measured_once() -> None:
    """Let a fork save what it has reached itself: by itself, coverage saves its parent's, too."""
    if coverage := sys.modules.get("coverage"):
        parents: list[Any] = []

        def forget() -> None:
            for parent in filter(None, parents):
                parent.save = lambda: None

        os.register_at_fork(
            before=lambda: parents.append(coverage.Coverage.current()), after_in_child=forget
        )


@pytest.fixture(scope="session")
def environment(shared: Path) -> dict[str, str]:
    """Set up an environment in which no setting or cache of the user's plays a part.

    What one process of the tests has found out about the bundled project, the others know.
    """
    # Without its bytecode, the hundreds of processes would compile the whole tool each.
    ours = ("MIPEX_KG", "PYTHONDONTWRITEBYTECODE")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
    return {
        **kept,
        "XDG_CACHE_HOME": str(shared / "cache"),
        "PYTHONWARNINGS": "error",
        "COLUMNS": "100",
    }


def with_ours(environment: dict[str, str]) -> dict[str, str]:
    """Have processes of Python's, and theirs, import what is beside the tests."""
    path = os.pathsep.join([str(ROOT), *filter(None, [environment.get("PYTHONPATH")])])
    return {**environment, "PYTHONPATH": path}


@pytest.fixture(scope="session")
def standby(environment: dict[str, str]) -> Iterator[Standby]:
    """Have a process stand by which has loaded the tool."""
    with closing(Standby(["tests.loaded"], with_ours(environment))) as standby:
        yield standby


@pytest.fixture(scope="session")
def commands(
    standby: Standby, environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Commands:
    return Commands(standby, with_ours(environment), tmp_path_factory.mktemp("commands"))


@pytest.fixture(scope="session")
def run(commands: Commands, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Call ``mipex-kg`` as a process of its own; the exit code must be the one expected."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")

    def call(
        *arguments: str | Path, stdin: bytes = b"", cwd: Path | None = None, code: int = 0
    ) -> Outcome:
        found, out, err = commands.call(arguments, stdin, cwd or elsewhere)
        outcome = Outcome(found, out, err.decode())
        assert outcome.code == code, outcome.err or outcome.text
        if code != 70:
            assert "Traceback" not in outcome.err, outcome.err
        return outcome

    return call


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of what is made once, for the tests in all processes."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


def own_cache(folder: Path, shared: Path) -> Path:
    """Make the user's cache in a folder, for those who are to find nothing that others remember.

    They do find compiled templates: to compile them takes longer than to build a small project.
    """
    for cache in (shared / "cache", folder):
        (cache / "mipex-kg").mkdir(mode=0o700, parents=True, exist_ok=True)
    templates = shared / "cache" / "mipex-kg" / "templates"
    templates.mkdir(mode=0o700, exist_ok=True)
    (folder / "mipex-kg" / "templates").symlink_to(templates)
    return folder


@contextmanager
def made_by_one(path: Path) -> Iterator[None]:
    """Let one process at a time look whether something is there, and make it."""
    path.parent.mkdir(exist_ok=True)
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def bundled_project(shared: Path) -> Path:
    """Copy the bundled project, with pages in its first language alone.

    Most of what can be wrong with a page is so in each language, and five take five times as long.
    """
    folder = shared / "bundled" / "project"
    with made_by_one(folder):
        if not folder.exists():
            made = folder.with_name("being-made")
            for name in ("data", "ontology", "pages", "queries", "shapes"):
                shutil.copytree(ROOT / name, made / name)
            for language in OTHERS:
                shutil.rmtree(made / "pages" / language)
            settings = (ROOT / FILE_NAME).read_text(encoding="utf-8")
            alone = settings.replace('languages = ["en", "fr", "es", "ca", "de"]', "", 1)
            assert alone != settings
            (made / FILE_NAME).write_text(alone, encoding="utf-8")
            made.rename(folder)
    return folder


@pytest.fixture(scope="session")
def bundled_site(run: Run, bundled_project: Path) -> Path:
    """Build the bundled project in English, for all tests that only read its site."""
    site = bundled_project.with_name("site")
    with made_by_one(site):
        if not site.exists():
            # Given like this, the site has what needs an address that is known.
            run("--project", bundled_project, "build", "-o", site, "--site", BUNDLED_SITE)
    return site


@pytest.fixture(scope="session")
def unplaced_site(run: Run, bundled_project: Path, bundled_site: Path) -> Path:
    """Build the bundled site as `serve` does, which can be told no address."""
    site = bundled_site.with_name("unplaced")
    with made_by_one(site):
        if not site.exists():
            # What is the same in both is not written again.
            shutil.copytree(bundled_site, site, copy_function=os.link)
            run("--project", bundled_project, "build", "-o", site)
    return site


@pytest.fixture(scope="session")
def translated_site(run: Run, shared: Path) -> Path:
    """Build the bundled project as it is, in all of its languages, for tests of these."""
    site = shared / "bundled" / "translated"
    with made_by_one(site):
        if not site.exists():
            run("--bundled", "build", "-o", site, "--site", BUNDLED_SITE)
    return site


@pytest.fixture(scope="session")
def lighthouses_site(run: Run, shared: Path) -> Path:
    """Build the second project, for all tests that only read its site."""
    site = shared / "bundled" / "lighthouses"
    with made_by_one(site):
        if not site.exists():
            run("--project", LIGHTHOUSES, "build", "-o", site)
    return site


@pytest.fixture(scope="session")
def project() -> Project:
    return load_project(bundled_directory())


@pytest.fixture(scope="session")
def dataset(project: Project) -> Dataset:
    return load_project_dataset(project)


Ask = Callable[..., list[tuple[str, ...]]]


@pytest.fixture(scope="session")
def ask(project: Project, dataset: Dataset) -> Ask:
    """Ask the bundled graph: a named query or SPARQL, with its parameters as text."""
    known = named_queries.load_queries(project.query_files)

    def ask(query: str, **parameters: str) -> list[tuple[str, ...]]:
        if "{" in query:
            text = named_queries.bind_freely(query, parameters, dataset.prefixes)
        else:
            text = named_queries.bind(
                named_queries.find_query(query, known), parameters, dataset.prefixes
            )
        output = asking.answer(text, dataset, format="csv").text
        rows = list(csv.reader(io.StringIO(output)))
        if query_text.Query(text, {}).form == "ASK":
            return [tuple(row) for row in rows]
        return [tuple(row) for row in rows[1:]]

    return ask
