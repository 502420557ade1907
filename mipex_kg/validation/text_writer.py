"""Writing a report as text for people, with the line that each finding is about."""

from __future__ import annotations

import textwrap
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import pyoxigraph as ox

from mipex_kg.rdf.namespaces import shorten
from mipex_kg.rdf.terms import CONTROLS, Term, visible
from mipex_kg.validation.report import Finding, Place, ReaderReport, Report, Severity, plural

_COLORS = {Severity.VIOLATION: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}
_MAX_SNIPPET = 160
# Of more findings of one kind, only some are written for people.
_MANY, _SHOWN = 20, 3
# Of more findings in all, the largest kinds are counted so, too.
_MOST = 100
_Kind: TypeAlias = tuple[Severity, str]


def write_text(report: Report, prefixes: Mapping[str, str], *, is_whole: bool = False) -> str:
    """Write findings as compilers do, each with the line it is about.

    :param is_whole: write each finding; else many of one kind are counted, with some of them
    """
    kinds: dict[_Kind, list[Finding]] = defaultdict(list)
    for finding in report.findings:
        kinds[finding.severity, rule_of(finding)].append(finding)
    many = set() if is_whole else _counted({kind: len(found) for kind, found in kinds.items()})
    each = (f for f in report.findings if (f.severity, rule_of(f)) not in many)
    blocks = [_block(finding, prefixes) for finding in each]
    for kind in sorted(many, key=lambda kind: (kind[0].rank, kind[1])):
        number, name = len(kinds[kind]), shorten(kind[1], prefixes).strip("<>")
        head = f"{_styled(kind[0])}: {number:,} × {name}, for instance:\n"
        blocks += [head, *(_block(finding, prefixes) for finding in kinds[kind][:_SHOWN])]
    if report.parts:
        blocks.append(_table(report.parts))
    checked = f"{report.extent()}: " if report.checked else ""
    more = " --all shows each of them." if many else ""
    return "\n".join([*blocks, f"{checked}{report.counts()}.{more}\n"])


def _counted(kinds: Mapping[_Kind, int]) -> set[_Kind]:
    """Choose the kinds of which only some findings are written: the largest, while all are many.

    :param kinds: how many findings there are of each
    """
    found, left = set(), sum(kinds.values())
    for kind, number in sorted(kinds.items(), key=lambda each: (-each[1], each[0][1])):
        if number > _MANY or (left > _MOST and number > _SHOWN):
            found.add(kind)
            left -= number
    return found


def write_screened(report: Report, prefixes: Mapping[str, str]) -> str:
    """Write how many targets of each shape were judged, and why all of them, a line for each."""
    targets, judged = (sum(getattr(s, n) for s in report.screened) for n in ("targets", "judged"))
    shapes = plural(len(report.screened), "shape")
    lines = [f"Of {plural(targets, 'target')} of {shapes}, {judged:,} were judged one by one:"]
    width = len(f"{max((s.targets for s in report.screened), default=0):,}")
    for shape in report.screened:
        why = f": {shape.reason}" if shape.reason else ""
        numbers = f"{shape.judged:>{width},} of {shape.targets:>{width},}"
        lines.append(f"  {numbers}  {visible(f'{_shown(shape.shape, prefixes)}{why}')}")
    return "\n".join(lines) + "\n"


def _block(finding: Finding, prefixes: Mapping[str, str]) -> str:
    import click

    head, message = click.style(place_text(finding), bold=True), visible(finding.message)
    lines = [f"{head}: {_styled(finding.severity)}: {message}"]
    lines += _snippet(finding.place)
    details = details_of(finding, prefixes)
    lines += [f"  {name:<6} {visible(value)}" for name, value in details.items()]
    if finding.hint:
        hint = visible(finding.hint).replace("\n", "\n         ")
        lines.append(f"  {click.style('hint', fg='cyan')}   {hint}")
    return "\n".join(lines) + "\n"


def _styled(severity: Severity) -> str:
    import click

    return click.style(severity.value, fg=_COLORS[severity], bold=True)


def _table(parts: Sequence[ReaderReport]) -> str:
    """Write what each reader sees, a line for each."""
    import shutil

    import click

    rows = [(part.title, part.result, visible(part.sees or part.skipped)) for part in parts]
    first, second = (max(len(row[column]) for row in rows) + 2 for column in (0, 1))
    margin = " " * (first + second)
    width = max(min(shutil.get_terminal_size().columns, 100) - len(margin), 20)
    lines = []
    for part, (title, result, sees) in zip(parts, rows, strict=True):
        color = _color(part)
        shown = click.style(f"{result:<{second}}", fg=color, bold=bool(part.findings))
        text = f"\n{margin}".join(textwrap.wrap(sees, width))
        lines.append(f"{title:<{first}}{shown}{text}".rstrip() + "\n")
    return "".join(lines)


def _color(part: ReaderReport) -> str:
    if part.skipped:
        return "bright_black"
    worst = min((finding.severity for finding in part.findings), key=_rank, default=None)
    return _COLORS[worst] if worst else "green"


def _rank(severity: Severity) -> int:
    return severity.rank


def place_text(finding: Finding) -> str:
    """Write where a finding is, as compilers do."""
    place = finding.place
    if place is None:
        return "(inferred)" if finding.focus is not None else "(project)"
    parts = (visible(file_of(place)), place.line, place.column)
    return ":".join(str(part) for part in parts if part)


def file_of(place: Place) -> str:
    """Name the file of a place, or the address that it was fetched from."""
    return place.address or shown_path(place.path)


def shown_path(path: Path) -> str:
    """Write a path as short as it can be from where the user stands.

    Bytes of a name that are not UTF-8 are written as escapes: reports are UTF-8.
    """
    here = Path.cwd()
    absolute = path.absolute()
    shown = str(absolute.relative_to(here) if absolute.is_relative_to(here) else path)
    return shown.encode("utf-8", "backslashreplace").decode()


def _snippet(place: Place | None) -> list[str]:
    if place is None or not place.snippet:
        return []
    # A tab is as wide as the reader's terminal has it: the mark below repeats it.
    start = max(place.column - _MAX_SNIPPET // 2, 0)
    # One character for one: the mark below has to stay where it belongs.
    written = CONTROLS.sub("\ufffd", place.snippet[start : start + _MAX_SNIPPET])
    before = "".join("\t" if c == "\t" else " " for c in place.snippet[start : place.column - 1])
    end = place.end_column if place.end_line == place.line else len(place.snippet) + 1
    width = max(min(end - place.column, _MAX_SNIPPET - len(before)), 1)
    number = str(place.line)
    return [f"  {number} | {written}", f"  {' ' * len(number)} | {before}{'^' * width}"]


def details_of(finding: Finding, prefixes: Mapping[str, str]) -> dict[str, str]:
    """Give what else is known of a finding, by names."""
    shape = None if finding.shape is None else shorten(finding.shape, prefixes)
    own = None if finding.check.startswith("http") else finding.check
    details = {
        "focus": _shown(finding.focus, prefixes),
        "path": finding.path,
        "value": _shown(finding.value, prefixes),
        "shape": shape,
        "check": own,
    }
    return {name: value for name, value in details.items() if value}


def _shown(term: Term | None, prefixes: Mapping[str, str]) -> str | None:
    if isinstance(term, ox.NamedNode):
        return shorten(term.value, prefixes)
    return None if term is None else str(term)


def rule_of(finding: Finding) -> str:
    """Name the kind of a finding: its shape, else its check."""
    return finding.shape or finding.check
