"""``mipex-kg completion``: what a shell needs to complete commands, options and names."""

from __future__ import annotations

import os

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    add_completion_class,
    get_completion_class,
    shell_complete,
)

from mipex_kg.cli.choices import NamedChoice
from mipex_kg.cli.names import COMPLETION, PROGRAM

_SHELLS = ("bash", "zsh", "fish")
# Bash takes a word apart at colons, which CURIEs have. So it is given the line, and takes back only
# what comes after the last colon.
_BASH = """\
%(complete_func)s() {
    local IFS=$'\\n' response type value
    response=$(env COMP_LINE="${COMP_LINE:0:COMP_POINT}" COMP_WORDBREAKS="$COMP_WORDBREAKS" \\
        %(complete_var)s=bash_complete "$1")
    COMPREPLY=()
    for completion in $response; do
        IFS=',' read -r type value <<< "$completion"
        case $type in
            dir) compopt -o dirnames ;;
            file) compopt -o default ;;
            *) COMPREPLY+=("$(printf %%q "$value")")
               [[ $value == */ || $value == *= ]] && compopt -o nospace 2> /dev/null ;;
        esac
    done
}
complete -F %(complete_func)s %(prog_name)s
"""


class _Bash(BashComplete):
    """Completes for Bash, in which a word may have a colon in it."""

    source_template = _BASH

    def source(self) -> str:
        """Write the script, for any Bash."""
        return self.source_template % self.source_vars()

    def get_completion_args(self) -> tuple[list[str], str]:
        """Take the line apart: what is complete, and what is not."""
        from click.shell_completion import split_arg_string

        line = os.environ["COMP_LINE"]
        words = split_arg_string(line)
        incomplete = words.pop() if words and not line[-1:].isspace() else ""
        return words[1:], incomplete

    def format_completion(self, item: CompletionItem[str]) -> str:
        """Give what Bash puts instead of the part that it takes for the word."""
        value = item.value
        _, typed = self.get_completion_args()
        for sign in ":=":
            if sign in os.environ.get("COMP_WORDBREAKS", "") and sign in typed:
                kept = typed.rpartition(sign)[0] + sign
                value = value.removeprefix(kept)
        return f"{item.type},{value}"


def complete(cli: click.Command, instruction: str) -> int:
    """Answer a shell.

    :param instruction: what it wants, as its script puts it
    :returns: the exit code
    """
    add_completion_class(_Bash)
    return shell_complete(cli, {}, PROGRAM, COMPLETION, instruction)


@click.command("completion", short_help="Generate a completion script for your shell.")
@click.argument("shell", type=NamedChoice(_SHELLS))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Generate a script with which SHELL completes commands, options, queries and things.

    The Tab key then completes `mipex-kg describe per` to a person in the current project. Things
    are offered by the end of their IRI, and by a label that begins with what you type.

    \b
    Bash: add to ~/.bashrc
      eval "$(mipex-kg completion bash)"
    Zsh: add to ~/.zshrc, after compinit
      eval "$(mipex-kg completion zsh)"
    Fish: add to ~/.config/fish/config.fish
      eval (mipex-kg completion fish | string collect)
    \b
    Example:
      mipex-kg completion bash
    """
    add_completion_class(_Bash)
    found = get_completion_class(shell)
    assert found is not None  # noqa: S101 - click knows all of them
    click.echo(found(ctx.find_root().command, {}, PROGRAM, COMPLETION).source())
