"""The command line: parse, call, print, exit. One module per command."""

from __future__ import annotations

import contextlib
import errno
import importlib
import os
import sys
from pathlib import Path
from typing import Any, TextIO

import click

from mipex_kg.cli.common_options import (
    common_options,
    options_instead,
    with_common_options,
)
from mipex_kg.cli.names import COMPLETION, PROGRAM
from mipex_kg.cli.terminal import clear, finish, show_error, show_phases
from mipex_kg.system.bounds import claim_process
from mipex_kg.system.errors import KgError, OutputError, UsageError, cannot_write, suggestion

COMMANDS = (
    "query",
    "describe",
    "why",
    "init",
    "validate",
    "cite",
    "coverage",
    "build",
    "serve",
    "check",
    "export",
    "embed",
    "push",
    "hosting",
    "completion",
)
INTERRUPTED, CLOSED_PIPE, OUR_BUG = 130, 141, 70


class LazyGroup(click.Group):
    """Imports a command's module only when the command is called: start-up is a feature."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands in the order in which one meets them."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"mipex_kg.cli.{cmd_name}").command
        return with_common_options(command)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is named; for one that isn't there, name the nearest."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-") and not ctx.resilient_parsing:
            message = f"No such command: {name}. {suggestion(name, COMMANDS)}"
            raise click.UsageError(message.rstrip(), ctx)
        return super().resolve_command(ctx, args)


@click.group(
    cls=LazyGroup,
    context_settings={
        "help_option_names": ["-h", "--help"],
        "auto_envvar_prefix": "MIPEX_KG",
    },
    params=common_options(),
)
def cli() -> None:
    """Publish a curated knowledge graph: every fact with its source.

    \b
    A first look:
      mipex-kg query --list
      mipex-kg init reading-room
      cd reading-room
      mipex-kg validate
      mipex-kg build

    The help of each command has examples that work in the project you are in. The options below can
    also be given after the command.
    """
    show_phases()


def main() -> None:
    """Run the command line, and end with the exit code that ``errors`` promises.

    The process ends without the interpreter's own clean-up, which takes longer than many a query.
    """
    stdout: TextIO | None = sys.stdout
    if stdout is None:
        show_error(OutputError("Standard output is closed.", hint="Write > /dev/null instead."))
        os._exit(OutputError.exit_code)
    # python -u would lose the rest of what a pipe takes only a part of; a character that the
    # locale lacks is not a reason to fail.
    sys.stdout = os.fdopen(
        stdout.fileno(), "w", encoding=stdout.encoding, errors="replace", closefd=False
    )
    claim_process()
    code = run()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, AttributeError):
            stream.flush()
    os._exit(code)


def run(arguments: list[str] | None = None) -> int:
    """Run the command line.

    :param arguments: instead of those of the process
    :returns: the exit code
    """
    if instruction := os.environ.get(COMPLETION):
        from mipex_kg.cli.completion import complete  # imported here, as only shells ask for it

        return complete(cli, instruction)
    try:
        return _run(arguments)
    finally:
        finish()


def _run(arguments: list[str] | None) -> int:
    try:
        try:
            result: Any = cli.main(
                arguments,
                prog_name=PROGRAM,
                standalone_mode=False,
                color=False if os.environ.get("NO_COLOR") else None,
            )
        finally:
            clear()
        sys.stdout.flush()
    except (BrokenPipeError, SystemExit):  # which is what click makes of the former
        # Python flushes once more as it ends: give it somewhere to flush to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CLOSED_PIPE
    except (KeyboardInterrupt, click.Abort):
        click.echo("Interrupted.", err=True)
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        if hint := options_instead(error):
            click.echo(f"Hint: {hint}", err=True)
        return error.exit_code
    except KgError as error:
        show_error(error)
        return error.exit_code
    except OSError as error:
        if error.filename is not None:
            return _bug()
        if error.errno == errno.ENOENT:  # what has no name, and isn't there, is where we stand
            show_error(UsageError("The current directory no longer exists.", hint="Go to another."))
            return UsageError.exit_code
        # Else only what is open already has no name: that is where results go.
        show_error(cannot_write(Path("Standard output"), error))
        return OutputError.exit_code
    except Exception:  # noqa: BLE001 - the last resort, so that a bug of ours is told from a user's mistake
        return _bug()
    return result if isinstance(result, int) else 0


def _bug() -> int:
    import traceback  # imported here, as it takes a while and is rarely needed

    traceback.print_exc()
    click.echo("This is a bug in mipex-kg. Please report it with the lines above.", err=True)
    return OUR_BUG
