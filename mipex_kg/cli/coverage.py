"""``mipex-kg coverage``: hold the facts against the text of a source."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from mipex_kg.cli.opening import open_project
from mipex_kg.cli.output import emit, format_option, output_option
from mipex_kg.cli.terminal import width
from mipex_kg.dataset import things
from mipex_kg.dataset.assembly import load_project_dataset
from mipex_kg.dataset.coverage import Coverage, SourceLine, check_coverage
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.rdf.namespaces import shorten
from mipex_kg.rdf.terms import visible

FINDINGS = 1


@click.command("coverage", short_help="Compare the recorded facts with a source text.")
@click.argument("source", type=click.Path(path_type=Path), metavar="SOURCE.txt")
@format_option
@output_option
@click.pass_obj
def command(project: Path | None, source: Path, format: str, output: Path | None) -> int:
    """Check the passages of a source against its text, and every line of the text for facts.

    SOURCE.txt is your own copy of the text: projects keep no copies of what others wrote. Each
    quote must be found at its offsets, and each line needs a fact, or a reason why it states none.

    Exit codes: 0 fine, 1 findings.

    \b
    Example:
      mipex-kg coverage sources/notice.txt
    """
    dataset = load_project_dataset(open_project(project))
    coverage = check_coverage(dataset, source)
    if format == "json":
        emit(_json(coverage, dataset).encode(), output)
    else:
        emit(_text(coverage, dataset), output)
    return FINDINGS if coverage.problems else 0


def _text(coverage: Coverage, dataset: Dataset) -> str:
    lines = [click.style(things.name(coverage.source, dataset), bold=True), ""]
    lines.append("line  facts  text")
    for line in coverage.lines:
        count = str(line.facts) if line.facts else ("none" if line.dismissed else "?")
        room = max(width() - 13, 20)
        text = visible(line.text if len(line.text) <= room else line.text[: room - 1] + "…")
        lines.append(f"{line.number:>4}  {count:>5}  {text}")
        lines += [f"{'':13}no fact: {visible(reason)}" for reason in line.dismissed]
    lines += ["", *_summary(coverage)]
    lines += [
        f"{click.style('problem', fg='red')}: {visible(problem)}" for problem in coverage.problems
    ]
    return "\n".join(lines) + "\n"


def _summary(coverage: Coverage) -> list[str]:
    total = len(coverage.lines)
    left = total - coverage.with_facts - coverage.only_dismissed
    quotes = len({passage.iri for line in coverage.lines for passage in line.passages})
    dismissed = sum(len(line.dismissed) for line in coverage.lines)
    return [
        f"lines with facts: {coverage.with_facts} of {total} "
        f"({_percent(coverage.with_facts, total)}); "
        f"dismissed with a reason: {coverage.only_dismissed} "
        f"({_percent(coverage.only_dismissed, total)}); left: {left} ({_percent(left, total)})",
        f"quotes checked: {quotes}; dismissed passages: {dismissed}; "
        f"problems: {len(coverage.problems) or 'none'}",
    ]


def _percent(part: int, total: int) -> str:
    return f"{100 * part / total if total else 0:.1f}%"


def _json(coverage: Coverage, dataset: Dataset) -> str:
    document = {
        "source": coverage.source.value,
        "lines": [_json_line(line, dataset) for line in coverage.lines],
        "problems": list(coverage.problems),
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _json_line(line: SourceLine, dataset: Dataset) -> dict[str, Any]:
    return {
        "line": line.number,
        "facts": line.facts,
        "dismissed": list(line.dismissed),
        "passages": [shorten(passage.iri, dataset.prefixes) for passage in line.passages],
    }
