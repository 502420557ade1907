"""What a release is made of: pinned packages, licences, a list of parts, the browser's files."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from release.licences import CONDITIONS, REFUSED, UNKNOWN, Part, kind_of, wanted
from tests.conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONSTRAINTS = {path.stem: path for path in (ROOT / "constraints").glob("*.txt")}
PYTHONS = ("3.11.2", "3.12.0", "3.13.0", "3.14.0")
WROTE = "run `make constraints`"


# ---- Constraints


def pins(name: str) -> dict[str, list[Requirement]]:
    """Read a file of constraints: what it pins, by name."""
    text = CONSTRAINTS[name].read_text(encoding="utf-8")
    found: dict[str, list[Requirement]] = {}
    for line in re.findall(r"^[a-z0-9].*?(?= \\$)", text, re.MULTILINE):
        requirement = Requirement(line)
        found.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return found


def group(name: str) -> list[str]:
    """Read a dependency group, with those that it includes."""
    found: list[str] = []
    for entry in PROJECT["dependency-groups"][name]:
        found += [entry] if isinstance(entry, str) else group(entry["include-group"])
    return found


def stated(name: str) -> list[str]:
    """What the project says itself that must be there."""
    runtime: list[str] = PROJECT["project"]["dependencies"]
    extras: dict[str, list[str]] = PROJECT["project"].get("optional-dependencies", {})
    development = [*runtime, *group("dev"), *(each for extra in extras.values() for each in extra)]
    return {
        "build": [*PROJECT["build-system"]["requires"], *group("build")],
        "runtime": runtime,
        "development": development,
    }[name]


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("name", ["build", "runtime", "development"])
def test_what_the_project_wants_is_pinned_for_each_python(name: str, python: str) -> None:
    pinned = pins(name)
    here = {str(key): str(value) for key, value in default_environment().items()}
    there = here | {"python_full_version": python, "python_version": python.rpartition(".")[0]}
    for text in stated(name):
        requirement = Requirement(text)
        fitting = [
            pin
            for pin in pinned.get(canonicalize_name(requirement.name), [])
            if pin.marker is None or pin.marker.evaluate(there)
        ]
        assert len(fitting) == 1, f"{text}: {WROTE}"
        version = next(iter(fitting[0].specifier)).version
        assert requirement.specifier.contains(version), f"{text}, but {version}: {WROTE}"


@pytest.mark.parametrize("name", ["ckan", "udata"])
def test_what_the_harvesters_want_is_pinned(name: str) -> None:
    text = (ROOT / "tests" / "harvest" / f"requirements-{name}.txt").read_text(encoding="utf-8")
    named = {canonicalize_name(line) for line in re.findall(r"^([\w.-]+)==", text, re.MULTILINE)}
    assert set(pins(name)) == named, WROTE


def test_packages_have_one_version_everywhere() -> None:
    development = pins("development")
    for name in ("build", "runtime"):
        for package, pinned in pins(name).items():
            assert {str(p.specifier) for p in pinned} <= {
                str(p.specifier) for p in development[package]
            }, WROTE


@pytest.mark.parametrize("name", sorted(CONSTRAINTS))
def test_each_package_has_its_hashes_and_no_file_an_address(name: str) -> None:
    text = CONSTRAINTS[name].read_text(encoding="utf-8")
    entries = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(entries) == sum(map(len, pins(name).values())) > 5
    for entry in entries:
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", entry), entry
    assert "://" not in text
    assert "-url" not in text


# ---- Licences


@pytest.mark.parametrize(
    ("licence", "kind"),
    [
        ("MIT", ""),
        ("BSD License", ""),
        ("Apache Software License AND MIT License", ""),
        ("MIT OR GPL-2.0-only", ""),
        ("MPL-2.0", CONDITIONS),
        ("Mozilla Public License 2.0 (MPL 2.0)", CONDITIONS),
        ("LGPL-3.0-only", CONDITIONS),
        ("GNU Lesser General Public License v3 or later (LGPLv3+)", CONDITIONS),
        ("LGPL-2.1-or-later OR GPL-2.0-or-later", CONDITIONS),
        ("GPL-3.0-or-later", REFUSED),
        ("GNU General Public License v2 (GPLv2)", REFUSED),
        ("GNU Affero General Public License v3", REFUSED),
        ("MIT AND AGPL-3.0-only", REFUSED),
        ("MIT AND (GPL-2.0-only OR AGPL-3.0-only)", REFUSED),
        ("", UNKNOWN),
        ("Dual License", UNKNOWN),
    ],
)
def test_what_follows_from_a_licence(licence: str, kind: str) -> None:
    assert kind_of(licence) == kind


def test_all_that_runs_is_looked_at() -> None:
    found = {part.name.lower() for part in wanted("mipex-kg")}
    assert {"mipex-kg", "rdflib", "pyoxigraph", "pagefind-bin", "h11"} <= found
    assert not {"pytest", "mypy"} & found


def test_the_report_names_and_refuses(tmp_path: Path) -> None:
    """A package that is installed in its folder alone is a dependency under the GPL."""
    for name, wants, licence in (
        ("mipex-kg", "Requires-Dist: other", "MIT"),
        ("other", "", "GPL-3.0-only"),
    ):
        folder = tmp_path / f"{name.replace('-', '_')}-1.0.dist-info"
        folder.mkdir()
        head = f"Metadata-Version: 2.4\nName: {name}\nVersion: 1.0\nLicense-Expression: {licence}\n"
        (folder / "METADATA").write_text(head + wants)
    done = subprocess.run(
        [sys.executable, "-m", "release.licences"],
        env={**os.environ, "PYTHONPATH": f"{tmp_path}:{ROOT}"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1, done.stderr
    assert "other 1.0  GPL-3.0-only  [refused]" in done.stdout


def test_what_is_installed_here_is_fit_to_ship() -> None:
    unfit = [part for part in wanted("mipex-kg") if part.kind in (REFUSED, UNKNOWN)]
    assert unfit == []
    assert Part("x", "1", "MPL-2.0").kind == CONDITIONS


# ---- What is built


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy what a build reads, without the browser's files."""
    copy = tmp_path_factory.mktemp("sources") / "mipex-kg"
    ignored = shutil.ignore_patterns("node_modules", "_assets", "__pycache__", "test_*", "tools")
    for name in (
        "constraints",
        "data",
        "mipex_kg",
        "ontology",
        "pages",
        "queries",
        "release",
        "shapes",
    ):
        shutil.copytree(ROOT / name, copy / name, ignore=ignored)
    for file in ("pyproject.toml", "README.md", "LICENSE", "LICENSE-DATA.md", "mipex-kg.toml"):
        shutil.copy(ROOT / file, copy)
    return copy


def build(
    sources: Path, out: Path, *options: str, **variables: str
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), *options]
    kept = {
        k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "MIPEX_KG_BUILD_COMPLETE")
    }
    return subprocess.run(
        [*command, str(sources)], capture_output=True, text=True, env={**kept, **variables}
    )


def test_a_build_without_the_browsers_files_says_so(sources: Path, tmp_path: Path) -> None:
    done = build(sources, tmp_path, "--wheel")
    assert done.returncode == 0, done.stderr
    assert "The browser's files are missing" in done.stdout + done.stderr
    parts = bill(next(tmp_path.glob("*.whl")))
    assert "components" not in parts["metadata"]["component"], "nothing is bundled"


def test_a_release_without_them_is_refused(sources: Path, tmp_path: Path) -> None:
    done = build(sources, tmp_path, "--sdist", MIPEX_KG_BUILD_COMPLETE="1")
    assert done.returncode != 0
    assert "The browser's files are missing" in done.stdout + done.stderr
    assert not list(tmp_path.iterdir())


@pytest.fixture(scope="module")
def whole(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the archive of the sources, and the wheel of that, with something to bundle."""
    copy = tmp_path_factory.mktemp("whole") / "mipex-kg"
    shutil.copytree(sources, copy)
    assets = copy / "mipex_kg" / "site" / "_assets"
    assets.mkdir()
    (assets / "assets.json").write_text("{}")
    (assets / "LICENCES.txt").write_text(
        "oxigraph 0.5.11 (MIT OR Apache-2.0)\n\nwords (and more)\n"
    )
    out = copy.parent / "dist"
    done = build(copy, out, MIPEX_KG_BUILD_COMPLETE="1")
    assert done.returncode == 0, done.stderr
    assert "missing" not in done.stdout + done.stderr
    return out


def bill(wheel: Path) -> Any:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (n for n in archive.namelist() if ".dist-info/sboms/" in n)
        assert name.endswith(".dist-info/sboms/mipex-kg.cdx.json")
        return json.loads(archive.read(name))


def test_the_archive_of_the_sources_and_its_wheel_have_the_browsers_files(whole: Path) -> None:
    with tarfile.open(next(whole.glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert "mipex_kg/site/_assets/assets.json" in names
    with zipfile.ZipFile(next(whole.glob("*.whl"))) as packed:
        assert "mipex_kg/site/_assets/assets.json" in packed.namelist()


def test_the_bill_of_materials_is_valid_and_names_all(whole: Path) -> None:
    parts = bill(next(whole.glob("*.whl")))
    schemas = resources.files("cyclonedx.schema") / "_res"
    schema = json.loads((schemas / "bom-1.6.SNAPSHOT.schema.json").read_text(encoding="utf-8"))
    store = {
        f"http://cyclonedx.org/schema/{name}.SNAPSHOT.schema.json": json.loads(
            (schemas / f"{name}.SNAPSHOT.schema.json").read_text(encoding="utf-8")
        )
        for name in ("spdx", "jsf-0.82")
    }
    resolver = jsonschema.RefResolver(schema["$id"], schema, store=store)
    jsonschema.Draft7Validator(schema, resolver=resolver).validate(parts)
    (bundled,) = parts["metadata"]["component"]["components"]
    assert bundled["purl"] == "pkg:npm/oxigraph@0.5.11"
    assert len(bundled["hashes"][0]["content"]) == 128
    assert {part["name"] for part in parts["components"]} == set(pins("runtime"))
    edges = {edge["ref"]: set(edge.get("dependsOn", ())) for edge in parts["dependencies"]}
    direct = {canonicalize_name(Requirement(text).name) for text in stated("runtime")}
    assert edges["mipex-kg"] == direct, WROTE
    assert "h11" in edges["httpcore"]


def test_two_builds_give_the_same_bytes(whole: Path, tmp_path: Path) -> None:
    done = build(whole.parent / "mipex-kg", tmp_path)
    assert done.returncode == 0, done.stderr
    for file in whole.iterdir():
        assert (tmp_path / file.name).read_bytes() == file.read_bytes()
