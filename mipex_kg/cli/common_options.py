"""Options of every command: they can be given before its name or after it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path

import click
from click.core import ParameterSource

from mipex_kg.cli import terminal
from mipex_kg.cli.names import PROGRAM

# What click says of arguments that a command doesn't take, up to their number.
_TOO_MANY = "Got unexpected extra argument"
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
            help="Project directory. Default: $MIPEX_KG_PROJECT, then the nearest parent with "
            "mipex-kg.toml, then (for commands that only show it) the bundled graph.",
        ),
        click.Option(
            ["--bundled"],
            is_flag=True,
            allow_from_autoenv=False,
            callback=_choose_bundled,
            expose_value=False,
            help="Use the bundled graph, in whichever directory you are.",
        ),
        click.Option(
            ["-q", "--quiet"],
            is_flag=True,
            callback=_set_verbosity,
            expose_value=False,
            help="Show only results and errors: no progress, notes or summaries.",
        ),
        click.Option(
            ["-v", "--verbose"],
            is_flag=True,
            callback=_set_verbosity,
            expose_value=False,
            help="Show more on standard error: which files are read, and which are skipped.",
        ),
        click.Option(
            ["--profile"],
            is_flag=True,
            callback=_profile,
            expose_value=False,
            help="Show on standard error, in the end, where the time went.",
        ),
        click.Option(
            ["-V", "--version"],
            is_flag=True,
            is_eager=True,
            allow_from_autoenv=False,
            callback=_show_version,
            expose_value=False,
            help="Show the version and exit.",
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


def options_instead(error: click.ClickException) -> str:
    """Name the options of a command to which more arguments were given than it takes.

    :returns: a sentence; an empty text where that isn't what was wrong, or none has a value
    """
    ctx = error.ctx if isinstance(error, click.UsageError) else None
    if ctx is None or not error.message.startswith(_TOO_MANY):
        return ""
    options = (p for p in ctx.command.params if isinstance(p, click.Option) and not p.hidden)
    shown = [f"{o.opts[0]} {o.metavar}" for o in options if o.metavar and not o.is_flag]
    return f"Values are given by options: {', '.join(shown)}." if shown else ""


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


def _show_version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    del param
    if value and not ctx.resilient_parsing:
        from importlib import metadata  # here, since it takes a while

        click.echo(f"{PROGRAM}, version {metadata.version(PROGRAM)}")
        ctx.exit()


def _profile(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    del param
    if value and not ctx.resilient_parsing:
        terminal.profile()


def _set_verbosity(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if not value or ctx.resilient_parsing:
        return
    if ctx.meta.setdefault(_VERBOSITY, param.name) != param.name:
        raise click.UsageError("Choose one of --quiet and --verbose.")
    if param.name == "quiet":
        terminal.silence()
    else:
        terminal.say_more()
