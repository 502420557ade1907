"""The licences of all that runs: ``python -m release.licences`` prints them, a package a line.

It fails where a licence would bind the whole (GPL, AGPL) or isn't known, and names those that have
conditions for changes to the package itself (LGPL, MPL). It looks at what is installed: the
package's requirements with those of its extras, theirs, and what is bundled into the SPARQL page.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from boolean.boolean import ParseError
from license_expression import ExpressionError, LicenseExpression, get_spdx_licensing
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT = "mipex-kg"
FREE, CONDITIONS, UNKNOWN, REFUSED = "", "conditions for changes", "unknown", "refused"
_WORST = (FREE, CONDITIONS, UNKNOWN, REFUSED)
# What follows from a licence, and the words by which it is known; the first that fits.
_WORDS = (
    (CONDITIONS, r"LGPL|(?:Lesser|Library) General Public"),
    (REFUSED, r"GPL|Affero|General Public|SSPL|Server Side Public"),
    (CONDITIONS, r"\bMPL|Mozilla Public"),
    (FREE, r"\b(?:MIT|0?BSD|Apache|ISC|PSF|Python Software|Unlicense|Zlib|W3C|HPND)\b"),
    (FREE, r"\b(?:CC0|CC-BY-4|BSL-1|OFL-1)\b"),
)
# What begins the licence of a bundled package: its name, version and licence.
BUNDLED = re.compile(r"^(\S+) (\d\S*) \((.+)\)$", re.MULTILINE)


class Part(NamedTuple):
    """A package, and how it names its licence."""

    name: str
    version: str
    licence: str

    @property
    def kind(self) -> str:
        """What follows from the licence."""
        return kind_of(self.licence)


def kind_of(licence: str) -> str:
    """Tell what follows from a licence: of alternatives the freest counts, else the least free.

    >>> kind_of("MIT"), kind_of("MPL-2.0 AND MIT"), kind_of("GPL-3.0-only OR Apache-2.0")
    ('', 'conditions for changes', '')
    >>> kind_of("GNU Affero General Public License v3 (AGPLv3)"), kind_of("as you like")
    ('refused', 'unknown')
    """
    try:
        parsed = get_spdx_licensing().parse(licence)
    except (ExpressionError, ParseError):
        return _of_words(licence)
    return UNKNOWN if parsed is None else _of_expression(parsed)


def _of_expression(expression: LicenseExpression) -> str:
    if not expression.args:
        return _of_words(str(expression))
    choose = min if expression.operator.strip() == "OR" else max
    return choose((_of_expression(part) for part in expression.args), key=_WORST.index)


def _of_words(words: str) -> str:
    found = (kind for kind, known in _WORDS if re.search(known, words, re.IGNORECASE))
    return next(found, UNKNOWN)


def wanted(name: str, extras: frozenset[str] = frozenset()) -> Iterator[Part]:
    """Give what a package wants, in the versions that are installed, and what those want."""
    seen: set[tuple[str, frozenset[str]]] = set()
    waiting = [(name, extras)]
    while waiting:
        name, extras = waiting.pop()
        if (name, extras) in seen:
            continue
        known = {other for other, _ in seen}
        seen.add((name, extras))
        installed = metadata.distribution(name)
        if name not in known:
            yield Part(name, installed.version, _licence(installed.metadata))
        for requirement in map(Requirement, installed.requires or ()):
            marker = requirement.marker
            if marker is None or any(marker.evaluate({"extra": e}) for e in (extras or {""})):
                waiting.append((canonicalize_name(requirement.name), frozenset(requirement.extras)))


def _licence(told: metadata.PackageMetadata) -> str:
    if "License-Expression" in told:
        return told["License-Expression"]
    classifiers = told.get_all("Classifier") or []
    last = (text.rpartition(" :: ")[2] for text in classifiers if text.startswith("License :: "))
    names = [name for name in last if name != "OSI Approved"]
    texts = told.get_all("License") or [""]
    return " AND ".join(names) or texts[0].partition("\n")[0]


def bundled() -> Iterator[Part]:
    """Give the packages whose code is in the browser's files."""
    file = ROOT / "mipex_kg" / "site" / "_assets" / "LICENCES.txt"
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    for name, version, licence in BUNDLED.findall(text):
        yield Part(name, version, licence)


def main() -> int:
    """Print the report."""
    extras = frozenset(metadata.metadata(PROJECT).get_all("Provides-Extra") or ())
    parts = [*sorted(wanted(PROJECT, extras)), *bundled()]
    for part in parts:
        note = f"  [{part.kind}]" if part.kind else ""
        print(f"{part.name} {part.version}  {part.licence or 'not told'}{note}")
    bad = [part.name for part in parts if part.kind in (REFUSED, UNKNOWN)]
    print(f"{len(parts)} packages, {len(bad)} with a licence that is refused or not known.")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
