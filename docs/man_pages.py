"""The pages of the manual, made of the help of the commands."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

import click
from click_man.man import ManPage

import mipex_kg
from mipex_kg.cli import COMMANDS, cli


def pages() -> Iterator[tuple[str, str]]:
    """Write the page of each command, with its file's name."""
    with cli.make_context("mipex-kg", [], resilient_parsing=True) as parent:
        commands = [(name, cli.get_command(parent, name)) for name in COMMANDS]
        listed = [(name, command.get_short_help_str(200)) for name, command in commands if command]
        yield "mipex-kg.1", _page(parent, "Publish a curated knowledge graph.", listed)
        for name, command in commands:
            if command is not None:
                with command.make_context(name, [], parent, resilient_parsing=True) as context:
                    yield f"mipex-kg-{name}.1", _page(context, command.get_short_help_str(200))


def _page(
    context: click.Context, summary: str, commands: list[tuple[str, str]] | None = None
) -> str:
    command = context.command
    page = ManPage(context.command_path)
    page.version = f"mipex-kg {mipex_kg.__version__}"
    # What is written again must be the same: a page has its version, and no date.
    page.date = ""
    page.short_help = _text(summary.removesuffix("."))
    page.synopsis = " ".join(command.collect_usage_pieces(context))
    page.description = _paragraphs(command.help or "")
    options = (each for each in command.get_params(context) if isinstance(each, click.Option))
    records = (each.get_help_record(context) for each in options)
    page.options = [(names, _text(help)) for names, help in filter(None, records)]
    page.commands = [(name, _text(help)) for name, help in commands or ()]
    return str(page)


def _paragraphs(help: str) -> str:
    r"""Write paragraphs; what click is told by ``\b`` to leave as it is, is left so here.

    >>> _paragraphs("One\ntwo.\n\n\b\nExamples:\n  a -b")
    'One\ntwo.\n\n.nf\nExamples:\n  a \\-b\n.fi'
    """
    found = (part.strip("\n") for part in inspect.cleandoc(help).split("\n\n"))
    return "\n\n".join(map(_paragraph, found))


def _paragraph(text: str) -> str:
    if not text.startswith("\b\n"):
        return _text(text)
    return f".nf\n{_text(text[2:])}\n.fi"


def _text(text: str) -> str:
    r"""Escape what would be a request to the formatter, and hyphens, which are to be copied.

    >>> _text(".rq or -\n'x'")
    '\\&.rq or \\-\n\\&\'x\''
    """
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"^(?=[.'])", r"\\&", escaped, flags=re.MULTILINE)
