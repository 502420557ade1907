"""Croissant: what programs for machine learning learn of the tables, and whether it is true."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from mipex_kg.checks.checked_site import CheckedSite, View
from mipex_kg.checks.site import BuiltSite
from mipex_kg.checks.tools import Told, ask_tool, by_whom, problems, said
from mipex_kg.project import layout
from mipex_kg.site.catalogue.measured import whole_dataset
from mipex_kg.system import reading
from mipex_kg.system.errors import SourceError
from mipex_kg.validation.report import Finding, Place, Severity, plural, unreadable

CHECK = "croissant"
_VERSIONS = tuple(f"http://mlcommons.org/croissant/{version}" for version in ("1.0", "1.1"))
_REQUIRED = ("name", "description", "url", "license", "creator", "datePublished")
_OF_FILES = ("name", "contentUrl", "encodingFormat")
_HINT = "Rebuild the site and upload all files."
# Where what is missing is stated.
_WHERE = {
    "license": "Set project.licence in mipex-kg.toml.",
    "creator": "State dct:creator of the dataset in data/catalogue.trig.",
}
# Where schema.org's terms must be for those who read Croissant.
_NAMESPACE = "https://schema.org/"


def check_croissant(checked: CheckedSite) -> View:
    """Read the description of the tables, and hold it against the tables."""
    site = checked.site
    names = [n for n in sorted(site.files) if n.rpartition("/")[2] == layout.CROISSANT]
    if not names and not checked.has_catalogue:
        return View(skipped=checked.without_catalogue)
    if not names and whole_dataset(checked.project, checked.dataset) is None:
        return View(skipped="No dataset of the catalogue holds the whole graph (kg:holds).")
    if not names:
        message = f"There is no {layout.CROISSANT} that describes the files of the datasets."
        hint = "Set project.publisher and project.licence in mipex-kg.toml, and rebuild."
        return View("nothing", [Finding(Severity.WARNING, CHECK, message, hint)])
    read = [_read(name, site) for name in names]
    found = [finding for one in read for finding in one.findings()]
    files, records = (sum(len(one.listed(key)) for one in read) for key in _PARTS)
    asked = [(name, _ask(site.path(name), checked)) for name in names]
    for name, told in asked:
        found += [*_said(told, site.path(name)), *problems(CHECK, told)]
    seen = f"{plural(files, 'file')}, {plural(records, 'record set')}"
    return View(f"{seen}, {by_whom(CHECK, asked[0][1])}", found)


def _ask(path: Path, checked: CheckedSite) -> Told | None:
    if not path.is_file():
        return None
    return ask_tool(CHECK, checked.pythons, {"file": str(path.absolute())})


def _said(told: Told | None, path: Path) -> Iterator[Finding]:
    for severity, key in ((Severity.VIOLATION, "errors"), (Severity.WARNING, "warnings")):
        for message in told.answer[key] if told and told.answer else ():
            yield said(CHECK, message, severity, path, _HINT)


_PARTS = ("distribution", "recordSet")


def _read(name: str, site: BuiltSite) -> _CroissantFile:
    try:
        document = json.loads(reading.read_text(site.path(name)))
    except SourceError as error:
        return _CroissantFile(name, site, {}, tuple(unreadable([error]).findings))
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        broken = Finding(
            Severity.VIOLATION,
            CHECK,
            "It is not a JSON object.",
            _HINT,
            place=Place(site.path(name)),
        )
        return _CroissantFile(name, site, {}, (broken,))
    return _CroissantFile(name, site, document)


@dataclass(frozen=True)
class _CroissantFile:
    """A file in Croissant.

    :param broken: why it can't be read
    """

    name: str
    site: BuiltSite
    document: dict[str, Any]
    broken: tuple[Finding, ...] = ()

    def findings(self) -> Iterator[Finding]:
        """Find what a reader would miss, and what isn't true."""
        if self.broken:
            yield from self.broken
            return
        if _vocabulary(self.document.get("@context")) != _NAMESPACE:
            message = f"Its context doesn't take terms from {_NAMESPACE}."
            yield self._finding(message, "@context")
        told = _texts(self.document.get("conformsTo"))
        if not set(told) & set(_VERSIONS):
            message = "It doesn't say that it is Croissant 1.0 or 1.1, and is read as 0.8."
            yield self._finding(message, "conformsTo")
        for key in _REQUIRED:
            if not self.document.get(key):
                yield self._finding(f"It doesn't say {key}.", key, hint=_WHERE.get(key, _HINT))
        for file in self.listed("distribution"):
            yield from self._file(file)
        known = {str(file.get("@id")): file for file in self.listed("distribution")}
        for records in self.listed("recordSet"):
            yield from self._records(records, known)

    def listed(self, key: str) -> list[dict[str, Any]]:
        """Give the members of a list that are objects."""
        return [item for item in _items(self.document.get(key)) if isinstance(item, dict)]

    def _file(self, file: dict[str, Any]) -> Iterator[Finding]:
        if "FileSet" in str(file.get("@type")):
            return
        label = str(file.get("@id") or file.get("name") or "A file")
        for key in _OF_FILES:
            if not file.get(key):
                yield self._finding(f"{label} has no {key}.", key)
        told = str(file.get("sha256") or "")
        if not told and not file.get("md5"):
            yield self._finding(f"{label} has no sha256.", "sha256")
        address = str(file.get("contentUrl") or "")
        if address and not self.site.answers(address):
            yield self._finding(f"{address} is not there.", "contentUrl", address)
        name = self._described(file)
        if told and name is not None and self._contents.sha256(name) != told.lower():
            yield self._finding(f"{label} is not the file described.", "sha256", told)

    def _described(self, file: dict[str, Any]) -> str | None:
        """Name the file that is described, if it lies here."""
        address = str(file.get("contentUrl") or "")
        try:
            target = self.site.target(address, self.name) if address else None
        except ValueError:
            return None
        if target is None or target.name is None or not target.is_inside:
            return None
        return target.name if self.site.path(target.name).is_file() else None

    @cached_property
    def _contents(self) -> _Contents:
        return _Contents(self.site)

    def _records(self, records: dict[str, Any], known: dict[str, Any]) -> Iterator[Finding]:
        for field in _items(records.get("field")):
            label = str(field.get("@id") or field.get("name")) if isinstance(field, dict) else ""
            source = field.get("source") if isinstance(field, dict) else None
            if not isinstance(source, dict):
                continue
            file = _id(source.get("fileObject") or source.get("fileSet"))
            if file not in known:
                yield self._finding(f"{label} comes from {file}, which isn't described.", "source")
                continue
            extract = source.get("extract")
            column = extract.get("column") if isinstance(extract, dict) else None
            header = self._header(known[file])
            if column and header is not None and column not in header:
                message = f"{label} is the column {column}, which the table lacks."
                yield self._finding(message, "column", str(column))

    def _header(self, file: dict[str, Any]) -> list[str] | None:
        name = self._described(file)
        if name is None or file.get("encodingFormat") != "text/csv":
            return None
        return self._contents.header(name)

    def _finding(self, message: str, path: str, value: str = "", hint: str = _HINT) -> Finding:
        return Finding(
            Severity.VIOLATION,
            CHECK,
            message,
            hint,
            path=path,
            value=ox.Literal(value) if value else None,
            place=Place(self.site.path(self.name)),
        )


class _Contents:
    """What the described files hold: each is read once, however often it is described."""

    def __init__(self, site: BuiltSite) -> None:
        self._site = site
        self.sha256, self.header = cache(self._sha256), cache(self._header)

    def _sha256(self, name: str) -> str:
        return hashlib.sha256(reading.read_bytes(self._site.path(name))).hexdigest()

    def _header(self, name: str) -> list[str] | None:
        """Read the names of a table's columns; None if they can't be read."""
        text = reading.read_bytes(self._site.path(name)).decode("utf-8-sig", "replace")
        try:
            return next(csv.reader(io.StringIO(text)), [])
        except csv.Error:
            return None


def _vocabulary(context: object) -> str | None:
    """Tell where a context takes its terms from; the last one counts."""
    found = None
    for part in _items(context):
        if isinstance(part, dict) and "@vocab" in part:
            found = str(part["@vocab"])
        elif isinstance(part, str) and part.rstrip("/") == "https://schema.org":
            found = _NAMESPACE
    return found


def _items(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _texts(value: object) -> list[str]:
    return [_id(item) for item in _items(value)]


def _id(value: object) -> str:
    """Take a reference for the name that it holds."""
    return str(value.get("@id")) if isinstance(value, dict) else str(value)
