"""The wheel is what users get: it works in an empty directory, with the graph that ships in it."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT

# A wheel holds these folders of the checkout; nothing else of it may slip in.
BUNDLED = ("data", "ontology", "pages", "queries", "shapes")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    subprocess.run([*command, str(ROOT)], check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path) -> Path:
    """Unpack the wheel as an installer would, beside the libraries of this environment."""
    target = wheel.parent / "site-packages"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    return target


def test_the_wheel_holds_the_project_and_nothing_else(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    prefix = "mipex_kg/_bundled/"
    shipped = {name.removeprefix(prefix) for name in names if name.startswith(prefix)}
    tracked = subprocess.run(
        [
            "git",
            "ls-files",
            "--cached",
            "--others",
            "--exclude-standard",
            *BUNDLED,
            "mipex-kg.toml",
        ],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    assert shipped == {name for name in tracked if (ROOT / name).is_file()}
    others = {name.partition("/")[::2] for name in names if not name.startswith("mipex_kg/")}
    manual = {name.rpartition("/")[2] for folder, name in others if folder.endswith(".data")}
    assert manual == {page.name for page in (ROOT / "docs" / "man").iterdir()}
    folders = {folder.rpartition(".")[2] for folder, _ in others}
    assert folders == {"data", "dist-info"}, "only the package, its manual and its metadata"


# One after the other. A new project has a page of each kind, and its texts in the wheel alone; that
# the wheel holds all of the bundled project is seen above.
COMMANDS = (
    (["--version"], "mipex-kg"),
    (["--help"], "coverage"),
    (["query", "people"], "Anna Busquets"),
    (["query", "--list"], "countries-of-group"),
    (["--bundled", "validate"], "no findings"),
    (["describe", "country:ES", "-l", "es"], "España"),
    (["why", "Anna Busquets", "name"], "who-produces-mipex"),
    (["export", "-f", "nquads"], "<https://w3id.org/mipex-kg/person/anna-busquets>"),
    (["init", "new"], "files written"),
    (["--project", "new", "build", "-o", "site"], "files written"),
)


def test_ten_commands_in_an_empty_directory(
    installed: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    for arguments, expected in COMMANDS:
        done = subprocess.run(
            [sys.executable, "-m", "mipex_kg", *arguments],
            cwd=tmp_path,
            env={**environment, "PYTHONPATH": str(installed)},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, (arguments, done.stderr)
        assert expected in done.stdout, arguments
    assert len(COMMANDS) == 10


def test_the_installed_package_is_the_one_that_runs(
    installed: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    code = "import mipex_kg.project.project as p; print(p.bundled_directory())"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**environment, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(done.stdout.strip()) == installed / "mipex_kg" / "_bundled"
