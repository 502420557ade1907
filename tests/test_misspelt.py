"""What is misspelt on the command line gets the nearest of what there is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from mipex_kg.cli import COMMANDS, cli
from mipex_kg.cli.choices import NamedChoice
from tests.conftest import Run


def choices() -> Iterator[tuple[str, click.Parameter]]:
    """Find the options and arguments of all commands that take one of several words."""
    context = click.Context(cli)
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None
        for parameter in command.params:
            if isinstance(parameter.type, click.Choice):
                yield f"{name} {parameter.name}", parameter


CHOICES = list(choices())


@pytest.mark.parametrize(("where", "parameter"), CHOICES, ids=[where for where, _ in CHOICES])
def test_a_misspelt_choice_gets_the_nearest(where: str, parameter: click.Parameter) -> None:
    assert isinstance(parameter.type, NamedChoice), where
    for word in parameter.type.choices:
        if len(word) > 3:
            with pytest.raises(click.BadParameter, match=rf"Did you mean {word}\?$"):
                parameter.type.convert(word[:-2] + word[-1] + word[-2], parameter, None)
    with pytest.raises(click.BadParameter, match=r"'\.$"):
        parameter.type.convert("~~~~~~~~", parameter, None)


REPEATED = [(where, parameter) for where, parameter in CHOICES if parameter.multiple]


@pytest.mark.parametrize(("where", "parameter"), REPEATED, ids=[where for where, _ in REPEATED])
def test_several_choices_at_once_are_shown_one_by_one(
    where: str, parameter: click.Parameter
) -> None:
    assert isinstance(parameter.type, NamedChoice), where
    first, second = parameter.type.choices[:2]
    option = parameter.opts[0]
    with pytest.raises(click.BadParameter, match=rf"Write {option} {first} {option} {second}\.$"):
        parameter.type.convert(f"{first},{second}", parameter, None)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("serve", "--port", "70000"), "'70000' is not a whole number from 0 to 65535."),
        (("serve", "--cache", "-1"), "'-1' is not a whole number from 0 up."),
        (("serve", "--timeout", "0"), "'0' is not a number above 0 and at most "),
        (("query", "--timeout", "soon", "ASK {}"), "'soon' is not a number above 0."),
        (("export", "-o", "x.tll"), "Did you mean .ttl? Use .ttl, .trig, "),
        (("export", "-o", "x.csv"), ".csv is not a suffix of an RDF format."),
        (("query", "keepers", "-o", "x.cvs"), "Did you mean .csv? Use .csv, .tsv, "),
        (("query", "keepers", "-o", "x.ttl"), "A table can't be written as .ttl."),
        (("query", "keepers", "-o", "x.xlsx"), "A table can't be written as .xlsx."),
        (("query", "CONSTRUCT WHERE { ?s ?p ?o }", "-o", "x.csv"), "A graph can't be written as"),
        (("query", "CONSTRUCT WHERE { ?s ?p ?o }", "-o", "x.tll"), "Did you mean .ttl? Use .ttl"),
        (("query", "CONSTRUCT WHERE { ?s ?p ?o }", "-f", "turtel"), "Did you mean turtle?"),
        (("query", "keeprs"), "Did you mean keepers?"),
        (("build", "folder"), "Values are given by options: -o DIR,"),
        (("export", "Ada Brook"), "--thing THING"),
        (("describe", "--langauge", "de", "Ada Brook"), "Did you mean '--language'?"),
    ],
    ids=str,
)
def test_what_can_not_be_is_refused_with_what_can(
    run: Run, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    run("init", tmp_path / "room")
    outcome = run(*arguments, cwd=tmp_path / "room", code=2)
    assert words in outcome.err
    assert not list((tmp_path / "room").glob("x.*"))
