"""Writing a report for editors, for CI systems, and as SHACL's own report."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET  # only ever writes

import pyoxigraph as ox

from mipex_kg.rdf import formats, serialization
from mipex_kg.rdf.namespaces import KG, SH, TYPE, XSD, expand, shorten
from mipex_kg.rdf.terms import Node, Term, text_of, visible
from mipex_kg.validation.report import Finding, ReaderReport, Report, Severity
from mipex_kg.validation.text_writer import (
    details_of,
    file_of,
    place_text,
    rule_of,
    shown_path,
    write_text,
)

_SARIF_LEVELS = {
    Severity.VIOLATION: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "note",
}
_GITHUB_LEVELS = {**_SARIF_LEVELS, Severity.INFO: "notice"}


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
        "file": place and file_of(place),
        "line": (place and place.line) or None,
        "column": (place and place.column) or None,
        "endLine": (place and place.end_line) or None,
        "endColumn": (place and place.end_column) or None,
    }


def write_sarif(report: Report, prefixes: Mapping[str, str]) -> str:
    """Write findings as SARIF 2.1.0, which code scanning tools read."""
    rules = sorted({rule_of(finding) for finding in report.findings})
    indexes = {rule: index for index, rule in enumerate(rules)}
    driver = {
        "name": "mipex-kg",
        "rules": [
            {"id": rule, "shortDescription": {"text": shorten(rule, prefixes)}} for rule in rules
        ],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_sarif_result(finding, indexes) for finding in report.findings],
    }
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return _dump({"$schema": schema, "version": "2.1.0", "runs": [run]})


def _sarif_result(finding: Finding, indexes: Mapping[str, int]) -> dict[str, Any]:
    text = finding.message if finding.hint is None else f"{finding.message}\n{finding.hint}"
    result: dict[str, Any] = {
        "ruleId": rule_of(finding),
        "ruleIndex": indexes[rule_of(finding)],
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
    by_file = groupby(report.findings, key=lambda finding: finding.place and file_of(finding.place))
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
    title = f"{place_text(finding)} {_for_xml(finding.message)}"
    return ET.SubElement(suite, "testcase", classname=name, name=title)


def _failure(case: ET.Element, finding: Finding, prefixes: Mapping[str, str]) -> None:
    message = _for_xml(finding.message)
    failure = ET.SubElement(case, "failure", type=finding.severity.value, message=message)
    failure.text = _junit_details(finding, prefixes)


def _junit_details(finding: Finding, prefixes: Mapping[str, str]) -> str:
    details = [f"{key}: {value}" for key, value in details_of(finding, prefixes).items()]
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
            properties = {"file": file_of(place), **properties}
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
            triples.add(ox.Triple(node, KG.term("place"), ox.Literal(place_text(finding))))
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
