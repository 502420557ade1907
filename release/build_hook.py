"""What a build does besides packing: it says what is missing, and lists what is inside.

The wheel gets a list of its parts, a CycloneDX SBOM in ``.dist-info/sboms`` (PEP 770): the packages
whose code is bundled into the SPARQL page, and those that are wanted to run it, in the versions of
``constraints/runtime.txt``, with which it was tested. The same sources give the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from cyclonedx.factory.license import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.builders.utils import get_reproducible_timestamp
from packageurl import PackageURL
from packaging.requirements import Requirement

ASSETS = "mipex_kg/site/_assets"
LOCK = "mipex_kg/site/browser/package-lock.json"
CONSTRAINTS = "constraints/runtime.txt"
# A build with this in its environment fails where it would warn, as a release has to.
COMPLETE = "MIPEX_KG_BUILD_COMPLETE"
MISSING = (
    f"The browser's files are missing: {ASSETS} is made by `make assets`, which needs npm. "
    "Without them, sites have no SPARQL page."
)
# What begins the licence of a bundled package: its name, version and licence.
_BUNDLED = re.compile(r"^(\S+) (\d\S*) \((.+)\)$", re.MULTILINE)
_NAMESPACE = UUID("0f1d6a3e-5d0b-4b55-9d0c-6b0a3f8f2b57")


class BuildHook(BuildHookInterface[Any]):
    """Runs before a wheel or an archive of the sources is packed."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Check that the browser's files are there, and write a wheel's list of parts."""
        if version == "editable":
            return
        root = Path(self.root)
        if not (root / ASSETS / "assets.json").is_file():
            if os.environ.get(COMPLETE):
                raise FileNotFoundError(MISSING)
            self.app.display_warning(MISSING)
        if self.target_name == "wheel":
            self._folder = Path(tempfile.mkdtemp())
            file = self._folder / f"{self.metadata.core.name}.cdx.json"
            project = self.metadata.core
            file.write_text(
                bill_of_materials(
                    root, project.name, self.metadata.version, project.license_expression
                )
            )
            build_data["sbom_files"].append(str(file))

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what was written only to be packed."""
        del version, build_data, artifact_path
        if self.target_name == "wheel" and hasattr(self, "_folder"):
            shutil.rmtree(self._folder)


def bill_of_materials(root: Path, name: str, version: str, licence: str) -> str:
    """List the parts of a wheel that is built of the sources in ``root``."""
    project = Component(
        name=name,
        version=version,
        type=ComponentType.APPLICATION,
        bom_ref=name,
        purl=PackageURL("pypi", None, name, version),
        licenses=[LicenseFactory().make_with_expression(licence)],
        components=_bundled(root),
    )
    wanted = {component.name: component for component in _wanted(root)}
    bom = Bom(components=wanted.values())
    bom.metadata.component = project
    bom.metadata.timestamp = datetime.fromtimestamp(get_reproducible_timestamp(), UTC)
    for source, target in _edges(root, name):
        bom.register_dependency(project if source == name else wanted[source], [wanted[target]])
    # The number is the same for the same content.
    bom.serial_number = _NAMESPACE
    content = JsonV1Dot6(bom).output_as_string()
    bom.serial_number = uuid5(_NAMESPACE, hashlib.sha256(content.encode()).hexdigest())
    return f"{JsonV1Dot6(bom).output_as_string(indent=1)}\n"


def _bundled(root: Path) -> Iterator[Component]:
    """Give the packages whose code is in the browser's files."""
    licences = root / ASSETS / "LICENCES.txt"
    if not licences.is_file():
        return
    lock = json.loads((root / LOCK).read_bytes())["packages"]
    for name, version, licence in _BUNDLED.findall(licences.read_text(encoding="utf-8")):
        scope, _, short = name.rpartition("/")
        sha512 = lock[f"node_modules/{name}"]["integrity"].removeprefix("sha512-")
        yield Component(
            name=short,
            group=scope or None,
            version=version,
            bom_ref=f"npm:{name}",
            purl=PackageURL("npm", scope or None, short, version),
            licenses=[LicenseFactory().make_with_expression(licence)],
            hashes=[HashType(alg=HashAlgorithm.SHA_512, content=base64.b64decode(sha512).hex())],
        )


def _wanted(root: Path) -> Iterator[Component]:
    for requirement, _ in _constraints(root):
        version = str(requirement.specifier).removeprefix("==")
        purl = PackageURL("pypi", None, requirement.name, version)
        yield Component(name=requirement.name, version=version, purl=purl, bom_ref=requirement.name)


def _edges(root: Path, project: str) -> Iterator[tuple[str, str]]:
    """Tell which package wants which."""
    for requirement, wanted_by in _constraints(root):
        for source in wanted_by:
            yield source if source != f"{project} (pyproject.toml)" else project, requirement.name


def _constraints(root: Path) -> Iterator[tuple[Requirement, list[str]]]:
    """Read the constraints: each package, and what it is wanted by."""
    text = re.sub(r" \\\n +--hash=\S+", "", (root / CONSTRAINTS).read_text(encoding="utf-8"))
    for entry in re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]:
        line, *comments = entry.splitlines()
        words = (comment.strip().removeprefix("# via").strip("# ") for comment in comments)
        yield Requirement(line), [word for word in words if word and not word.startswith("-c ")]
