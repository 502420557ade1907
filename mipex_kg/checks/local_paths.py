"""Paths of the machine on which a site was built: no file of the site may name one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from mipex_kg.checks.references import Spot
from mipex_kg.checks.site import BuiltSite
from mipex_kg.system import reading
from mipex_kg.validation.report import Finding, Severity

CHECK = "local"
# Of files that people and programs read as text.
_SUFFIXES = (
    *(".html", ".ttl", ".trig", ".nt", ".nq", ".jsonld", ".rdf", ".json", ".xml"),
    *(".csv", ".tsv", ".txt", ".cff", ".rq", ".md"),
)
_SCHEME = b"file:/"
# As an IRI or an address is written: "Profile: …" is none.
_LOCAL = re.compile(rb"""(?<=[<>"'=(,\s])file:/[^\s"'<>]*""", re.IGNORECASE)


def readable_files(site: BuiltSite) -> list[str]:
    """Name the files that are here and can be looked through."""
    return [name for name in site.named(_SUFFIXES) if site.path(name).is_file()]


def check_local_paths(site: BuiltSite, names: Iterable[str]) -> Iterator[Finding]:
    """Find the first ``file:`` address of each file.

    :param names: of the files to look through
    """
    for name in names:
        data = reading.read_bytes(site.path(name))
        # To look for the pattern in each byte takes ten times as long as this.
        if _SCHEME in data.lower() and (found := _LOCAL.search(data)):
            line = data.count(b"\n", 0, found.start()) + 1
            before = data[data.rfind(b"\n", 0, found.start()) + 1 : found.start()]
            column = len(before.decode("utf-8", "replace")) + 1
            shown = found[0].decode("utf-8", "replace")
            yield Finding(
                Severity.VIOLATION,
                CHECK,
                f"{shown} is a path of one machine.",
                "Name the thing by an IRI under the base in the data, and build again.",
                place=site.place(name, Spot(line, column, line, column + len(shown))),
            )
