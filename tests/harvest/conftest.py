"""Calling the harvesters, and the catalogues that they are given."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest

from tests.commands import HUNG, Commands, Standby
from tests.conftest import ROOT, Run, absent
from tests.harvest.stated import Stated, stated_in
from tests.harvest.web import Web, serve

SCRIPTS = ROOT / "mipex_kg" / "checks" / "harvesters"
# What the scripts import.
MODULES = {
    "ckan": ("ckan.logic.validators", "ckan.plugins.toolkit", "ckanext.dcat.processors", "yaml"),
    "udata": (
        *("mongomock", "udata.api", "udata.frontend", "udata.settings", "udata.app"),
        *(f"udata.core.{name}.models" for name in ("contact_point", "dataservices", "dataset")),
        *("udata.harvest.actions", "udata.harvest.models", "udata.harvest.backends.dcat"),
    ),
}
# A dictionary of what came out, as JSON gives it.
Found = dict[str, Any]


class InCkan(Protocol):
    def __call__(
        self, *files: Path, profile: str = "euro_dcat_ap_3", forms: bool = False, seed: int = 0
    ) -> list[Found]: ...


class InUdata(Protocol):
    def __call__(self, *portals: list[str]) -> list[list[Found]]: ...


def python_of(harvester: str) -> Path:
    """Find the Python that has a harvester."""
    environment = ROOT / ".harvest" / harvester
    if not (environment / ".installed").exists():
        absent(f"The environment of {harvester}, which `make harvesters` sets up,")
    return environment / "bin" / "python"


@pytest.fixture(scope="session")
def harvesters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Path]]:
    """Give a Python that has loaded a harvester by its name, which takes a second or two.

    It orders sets by the seed 0.
    """
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL_ENV"))}
    folder = tmp_path_factory.mktemp("harvesters")
    with contextlib.ExitStack() as stack:

        def start(name: str) -> Path:
            path = folder / name
            if not path.exists():
                environment = {**kept, "PYTHONHASHSEED": "0"}
                standby = Standby(MODULES[name], environment, python_of(name))
                path.write_text(stack.enter_context(contextlib.closing(standby)).program())
                path.chmod(0o755)
            return path

        yield start


def _ask(harvester: str, python: Path, request: Found, **variables: str) -> Any:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL_ENV"))}
    done = subprocess.run(
        [python, SCRIPTS / f"in_{harvester}.py"],
        input=json.dumps(request).encode(),
        capture_output=True,
        env={**kept, **variables},
        timeout=HUNG,
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


@pytest.fixture(scope="session")
def in_ckan(harvesters: Callable[[str], Path]) -> InCkan:
    """Let CKAN's parser read catalogues, each by itself; the seed orders sets."""
    formats = {".ttl": "turtle", ".rdf": "xml", ".jsonld": "json-ld"}

    def call(
        *files: Path, profile: str = "euro_dcat_ap_3", forms: bool = False, seed: int = 0
    ) -> list[Found]:
        named = [(str(file), formats[file.suffix]) for file in files]
        request = {"profile": profile, "forms": forms, "files": named}
        python = python_of("ckan") if seed else harvesters("ckan")
        answers: list[Found] = _ask("ckan", python, request, PYTHONHASHSEED=str(seed))
        return answers

    return call


@pytest.fixture(scope="session")
def in_udata(harvesters: Callable[[str], Path]) -> InUdata:
    """Let portals of udata harvest, each of them its addresses one after the other."""

    def call(*portals: list[str]) -> list[list[Found]]:
        answers: list[list[Found]] = _ask("udata", harvesters("udata"), {"portals": portals})
        return answers

    return call


@pytest.fixture(scope="session")
def web() -> Iterator[Web]:
    with serve() as web:
        yield web


@pytest.fixture(scope="session")
def site(bundled_site: Path) -> Path:
    return bundled_site


@pytest.fixture(scope="session")
def stated(site: Path) -> dict[str, Stated]:
    """What the graph says of each dataset, asked in SPARQL."""
    return stated_in(site / "mipex-kg.ttl", site / "catalog.ttl")


@pytest.fixture(scope="session")
def editions(
    run: Run, commands: Commands, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path]:
    """Build a new project on a first of January; change it, and build it on a first of February."""
    room = tmp_path_factory.mktemp("editions")
    project, folder = room / "project", room / "site"
    run("init", project)

    def build(day: str, name: str) -> Path:
        arguments = ("--project", project, "build", "-o", folder)
        code, _, err = commands.having({"SOURCE_DATE_EPOCH": day}).call(arguments, b"", room)
        assert code == 0, err
        return Path(shutil.copy(folder / "catalog.ttl", room / name))

    before = build("1704067200", "january.ttl")
    catalogue = project / "data" / "catalogue.trig"
    text = catalogue.read_text(encoding="utf-8")
    catalogue.write_text(text.replace('"Facts"', '"More facts"'), encoding="utf-8")
    return before, build("1706745600", "february.ttl")
