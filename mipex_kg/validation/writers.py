"""Writing a report: for people, for editors, for CI systems, and as SHACL's own report."""

from __future__ import annotations

import json
import textwrap
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET  # only ever writes

import pyoxigraph as ox

from mipex_kg.rdf import formats, serialization
from mipex_kg.rdf.namespaces import KG, SH, TYPE, XSD, expand, shorten
from mipex_kg.rdf.terms import CONTROLS, Node, Term, text_of, visible
from mipex_kg.validation.report import Finding, Place, ReaderReport, Report, Severity

_COLORS = {Severity.VIOLATION: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}
_SARIF_LEVELS = {
    Severity.VIOLATION: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "note",
}
_GITHUB_LEVELS = {**_SARIF_LEVELS, Severity.INFO: "notice"}
_MAX_SNIPPET = 160


def write_text(report: Report, prefixes: Mapping[str, str]) -> str:
    """Write findings as compilers do, each with the line it is about."""
    import click

    blocks = []
    for finding in report.findings:
        severity = click.style(finding.severity.value, fg=_COLORS[finding.severity], bold=True)
        where, message = click.style(_where(finding), bold=True), visible(finding.message)
        lines = [f"{where}: {severity}: {message}"]
        lines += _snippet(finding.place)
        details = _details(finding, prefixes)
        lines += [f"  {name:<6} {visible(value)}" for name, value in details.items()]
        if finding.hint:
            hint = visible(finding.hint).replace("\n", "\n         ")
            lines.append(f"  {click.style('hint', fg='cyan')}   {hint}")
        blocks.append("\n".join(lines) + "\n")
    if report.parts:
        blocks.append(_table(report.parts))
    checked = f"{report.checked:,} triples checked: " if report.checked else ""
    return "\n".join([*blocks, f"{checked}{report.counts()}.\n"])


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


def _where(finding: Finding) -> str:
    place = finding.place
    if place is None:
        return "(inferred)" if finding.focus is not None else "(project)"
    parts = (visible(_file(place)), place.line, place.column)
    return ":".join(str(part) for part in parts if part)


def _file(place: Place) -> str:
    return place.address or shown_path(place.path)


def shown_path(path: Path) -> str:
    """Write a path as short as it can be from where the user stands.

    Bytes of a name that are no UTF-8 are written as escapes: reports are UTF-8.
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


def _details(finding: Finding, prefixes: Mapping[str, str]) -> dict[str, str]:
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


def write_json(report: Report, prefixes: Mapping[str, str]) -> str:
    """Write findings as JSON: terms in N-Triples syntax, places by line and column."""
    del prefixes
    return _dump(
        {
            "valid": report.is_valid,
            "triples": report.checked,
            "findings": [_json(finding) for finding in report.findings],
        }
        | ({"readers": [_json_part(part) for part in report.parts]} if report.parts else {})
    )


def _json_part(part: ReaderReport) -> dict[str, Any]:
    numbers = Counter(finding.severity for finding in part.findings)
    return {
        "name": part.name,
        "title": part.title,
        "asked": not part.skipped,
        "sees": part.sees or part.skipped,
        **{f"{severity.value}s": numbers[severity] for severity in Severity},
    }


def _json(finding: Finding) -> dict[str, Any]:
    place = finding.place
    return {
        "severity": finding.severity.value,
        "message": finding.message,
        "hint": finding.hint,
        "check": finding.check,
        "shape": finding.shape,
        "focus": finding.focus and str(finding.focus),
        "path": finding.path,
        "value": finding.value and str(finding.value),
        "file": place and _file(place),
        "line": (place and place.line) or None,
        "column": (place and place.column) or None,
        "endLine": (place and place.end_line) or None,
        "endColumn": (place and place.end_column) or None,
    }


def write_sarif(report: Report, prefixes: Mapping[str, str]) -> str:
    """Write findings as SARIF 2.1.0, which code scanning tools read."""
    rules = sorted({_rule(finding) for finding in report.findings})
    driver = {
        "name": "mipex-kg",
        "rules": [
            {"id": rule, "shortDescription": {"text": shorten(rule, prefixes)}} for rule in rules
        ],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_sarif_result(finding, rules) for finding in report.findings],
    }
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return _dump({"$schema": schema, "version": "2.1.0", "runs": [run]})


def _rule(finding: Finding) -> str:
    return finding.shape or finding.check


def _sarif_result(finding: Finding, rules: list[str]) -> dict[str, Any]:
    text = finding.message if finding.hint is None else f"{finding.message}\n{finding.hint}"
    result: dict[str, Any] = {
        "ruleId": _rule(finding),
        "ruleIndex": rules.index(_rule(finding)),
        "level": _SARIF_LEVELS[finding.severity],
        "message": {"text": text},
    }
    if place := finding.place:
        physical: dict[str, Any] = {"artifactLocation": {"uri": place.address or _uri(place.path)}}
        if place.line:
            physical["region"] = {
                "startLine": place.line,
                "startColumn": place.column,
                "endLine": place.end_line,
                "endColumn": place.end_column,
            }
        result["locations"] = [{"physicalLocation": physical}]
    return result


def _uri(path: Path) -> str:
    shown = shown_path(path)
    uri = (Path("/") / shown).as_uri()
    return uri if Path(shown).is_absolute() else uri.removeprefix("file:///")


def write_junit(report: Report, prefixes: Mapping[str, str]) -> str:
    """Write findings as JUnit's XML: a failed test each, a suite per file or per reader.

    Control characters, which XML can't hold, are written as escapes.
    """
    command = "check" if report.parts else "validate"
    root = ET.Element("testsuites", name=f"mipex-kg {command}")
    by_file = groupby(report.findings, key=lambda finding: finding.place and _file(finding.place))
    for file, group in () if report.parts else by_file:
        members = list(group)
        name = _for_xml(file) if file else "project"
        suite = _suite(root, name, len(members), len(members))
        for finding in members:
            _failure(_case(suite, name, finding), finding, prefixes)
    for part in report.parts:
        _junit_part(root, part, prefixes)
    if not len(root):
        ET.SubElement(
            _suite(root, "project", 1, 0), "testcase", classname="project", name="is valid"
        )
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _suite(root: ET.Element, name: str, tests: int, failures: int) -> ET.Element:
    return ET.SubElement(root, "testsuite", name=name, tests=str(tests), failures=str(failures))


def _case(suite: ET.Element, name: str, finding: Finding) -> ET.Element:
    title = f"{_where(finding)} {_for_xml(finding.message)}"
    return ET.SubElement(suite, "testcase", classname=name, name=title)


def _failure(case: ET.Element, finding: Finding, prefixes: Mapping[str, str]) -> None:
    message = _for_xml(finding.message)
    failure = ET.SubElement(case, "failure", type=finding.severity.value, message=message)
    failure.text = _junit_details(finding, prefixes)


def _junit_details(finding: Finding, prefixes: Mapping[str, str]) -> str:
    details = [f"{key}: {value}" for key, value in _details(finding, prefixes).items()]
    return _for_xml("\n".join([*details, finding.hint or ""]).strip())


def _junit_part(root: ET.Element, part: ReaderReport, prefixes: Mapping[str, str]) -> None:
    """Write a suite for a reader: what it may not have fails, and all else is told as output."""
    failed = [f for f in part.findings if f.severity is Severity.VIOLATION]
    suite = _suite(root, part.title, len(part.findings) or 1, len(failed))
    for finding in part.findings:
        case = _case(suite, part.name, finding)
        if finding.severity is Severity.VIOLATION:
            _failure(case, finding, prefixes)
        else:
            output = f"{finding.severity.value}\n{_junit_details(finding, prefixes)}"
            ET.SubElement(case, "system-out").text = output
    if not part.findings:
        case = ET.SubElement(suite, "testcase", classname=part.name, name=_for_xml(part.sees))
        if part.skipped:
            suite.set("skipped", "1")
            case.set("name", "not asked")
            ET.SubElement(case, "skipped", message=_for_xml(part.skipped))


def _for_xml(text: str) -> str:
    return visible(text).replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff")


def write_github(report: Report, prefixes: Mapping[str, str]) -> str:
    """Write findings as the workflow commands that annotate lines on GitHub."""
    del prefixes
    lines = []
    for finding in report.findings:
        level, place = _GITHUB_LEVELS[finding.severity], finding.place
        properties = {"title": finding.severity.value}
        if place is not None:
            properties = {"file": _file(place), **properties}
            if place.line:
                numbers = (place.line, place.end_line, place.column, place.end_column)
                names = ("line", "endLine", "col", "endColumn")
                properties |= dict(zip(names, map(str, numbers), strict=True))
        written = ",".join(f"{name}={_escaped(value)}" for name, value in properties.items())
        text = finding.message if finding.hint is None else f"{finding.message} {finding.hint}"
        lines.append(f"::{level} {written}::{_escaped(text, data=True)}\n")
    return "".join(lines)


def _escaped(text: str, *, data: bool = False) -> str:
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text if data else text.replace(":", "%3A").replace(",", "%2C")


def write_turtle(report: Report, prefixes: Mapping[str, str]) -> str:
    """Write a SHACL validation report, with our own checks as results and the places of all."""
    conforms, result_link = SH.term("conforms"), SH.term("result")
    top = next((t.subject for t in report.judged if t.predicate == conforms), ox.BlankNode())
    triples = _judged(report, top) - {t for t in report.judged if t.predicate == conforms}
    triples.add(ox.Triple(top, TYPE, SH.term("ValidationReport")))
    verdict = "false" if report.findings else "true"
    triples.add(ox.Triple(top, conforms, ox.Literal(verdict, datatype=XSD.term("boolean"))))
    for finding in report.findings:
        node = ox.BlankNode(finding.result) if finding.result else ox.BlankNode()
        if finding.result is None:
            triples.add(ox.Triple(top, result_link, node))
            triples |= _own_result(node, finding, prefixes)
        if finding.place is not None:
            triples.add(ox.Triple(node, KG.term("place"), ox.Literal(_where(finding))))
        if finding.hint:
            triples.add(ox.Triple(node, KG.term("hint"), ox.Literal(finding.hint, language="en")))
    quads = [ox.Quad(*triple) for triple in triples]
    return serialization.write(quads, formats.TURTLE, prefixes).decode()


def _judged(report: Report, top: Node) -> set[ox.Triple]:
    """Take from SHACL's report what is reached without the results that are not shown."""
    about: dict[Term, list[ox.Triple]] = defaultdict(list)
    for triple in report.judged:
        about[triple.subject].append(triple)
    shown = {finding.result for finding in report.findings}
    kept: set[ox.Triple] = set()
    waiting: list[Term] = [top]
    while waiting:
        for triple in about.pop(waiting.pop(), ()):
            is_result = triple.predicate == SH.term("result")
            if not is_result or text_of(triple.object) in shown:
                kept.add(triple)
                waiting.append(triple.object)
    return kept


def _own_result(
    node: ox.BlankNode, finding: Finding, prefixes: Mapping[str, str]
) -> set[ox.Triple]:
    path = expand(finding.path or "", prefixes)
    severity = SH.term(finding.severity.value.capitalize())
    values: dict[ox.NamedNode, Term | None] = {
        TYPE: SH.term("ValidationResult"),
        SH.term("resultSeverity"): severity,
        SH.term("sourceConstraintComponent"): KG.term("CheckConstraintComponent"),
        SH.term("resultPath"): None if path is None else ox.NamedNode(path),
        KG.term("check"): ox.Literal(finding.check),
        SH.term("resultMessage"): ox.Literal(finding.message, language="en"),
        SH.term("focusNode"): finding.focus,
        SH.term("value"): finding.value,
    }
    return {ox.Triple(node, key, value) for key, value in values.items() if value is not None}


def _dump(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


WRITERS: Mapping[str, Callable[[Report, Mapping[str, str]], str]] = {
    "text": write_text,
    "json": write_json,
    "sarif": write_sarif,
    "junit": write_junit,
    "github": write_github,
    "turtle": write_turtle,
}
