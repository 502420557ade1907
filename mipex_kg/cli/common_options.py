"""Options of every command: they may stand before its name or after it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path

import click
from click.core import ParameterSource

from mipex_kg.cli import terminal

_VERBOSITY, _CHOICE = "mipex_kg.verbosity", "mipex_kg.project"


def common_options() -> list[click.Parameter]:
    """Make the options."""
    return [
        click.Option(
            ["--project"],
            type=click.Path(path_type=Path, file_okay=False),
            metavar="DIR",
            callback=_choose_project,
            expose_value=False,
            help="The project to work on. Default: that of MIPEX_KG_PROJECT, else the nearest "
            "mipex-kg.toml upwards, else, if nothing is published, the graph that ships with "
            "mipex-kg.",
        ),
        click.Option(
            ["--bundled"],
            is_flag=True,
            allow_from_autoenv=False,
            callback=_choose_bundled,
            expose_value=False,
            help="Work on the graph that ships with mipex-kg, wherever you are.",
        ),
        click.Option(
            ["-q", "--quiet"],
            is_flag=True,
            callback=_set_verbosity,
            expose_value=False,
            help="Say nothing but results and errors: no progress, notes or summaries.",
        ),
        click.Option(
            ["-v", "--verbose"],
            is_flag=True,
            callback=_set_verbosity,
            expose_value=False,
            help="Say more on standard error: which files are read, and which are left out.",
        ),
    ]


def with_common_options(command: click.Command) -> click.Command:
    """Let a command take the options after its name too, where its help does not list them."""
    options = common_options()
    for option in options:
        assert isinstance(option, click.Option)  # noqa: S101 - all of them are
        # What the environment says of the program is read once, before the name of the command.
        option.hidden, option.allow_from_autoenv = True, False
    command = copy.copy(command)
    command.params = [*command.params, *options]
    return command


def _choose_project(ctx: click.Context, param: click.Parameter, value: Path | None) -> None:
    if value is not None:
        _choose(ctx, param, lambda: value)


def _choose_bundled(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value:
        from mipex_kg.project.project import bundled_directory  # here, since it takes a while

        _choose(ctx, param, bundled_directory)


def _choose(ctx: click.Context, param: click.Parameter, find: Callable[[], Path]) -> None:
    """Remember which project is meant: what the command line says goes before the environment."""
    if ctx.get_parameter_source(param.name or "") is ParameterSource.ENVIRONMENT:
        ctx.obj = ctx.obj or find()
        return
    if ctx.meta.setdefault(_CHOICE, param.name) != param.name:
        raise click.UsageError("Choose one of --project and --bundled.")
    ctx.obj = find()


def _set_verbosity(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if not value or ctx.resilient_parsing:
        return
    if ctx.meta.setdefault(_VERBOSITY, param.name) != param.name:
        raise click.UsageError("Choose one of --quiet and --verbose.")
    if param.name == "quiet":
        terminal.silence()
    else:
        terminal.say_more()
