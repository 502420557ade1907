"""Programs: what a regular expression does, in steps that a machine takes one by one.

The form is that of Thompson and Pike: a step takes a character, asks where it is, or leads on to
other steps without taking anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from mipex_kg.validation.patterns.characters import Characters
from mipex_kg.validation.patterns.syntax import (
    BackReference,
    Choice,
    Expression,
    InputEnd,
    OneOf,
    PatternError,
    PatternGroup,
    Repeat,
    Sequence,
    Start,
)

_LARGEST = 50_000


@dataclass
class Step:
    """A step of a program.

    :param members: the set of which it takes a character, if it takes one
    :param anchor: ``^`` or ``$`` if it asks for the beginning or the end
    :param saves: the slot in which it notes the position, if it does
    :param repeats: the number of the group that it takes again, if it does
    :param following: the numbers of the steps that come next; none if the text is matched
    """

    members: Characters | None = None
    anchor: str = ""
    saves: int | None = None
    repeats: int | None = None
    following: tuple[int, ...] = ()


@dataclass
class Program:
    """The steps of a regular expression; step 0 is that of a match.

    :param start: the number of the first step
    :param groups: how many groups there are
    """

    steps: list[Step] = field(default_factory=lambda: [Step()])
    start: int = 0
    groups: int = 0

    @property
    def has_back_references(self) -> bool:
        """Whether it takes again what a group has taken."""
        return any(step.repeats is not None for step in self.steps)


def make_program(expression: Expression) -> Program:
    """Make the program of a regular expression.

    :raises PatternError: when it has too many steps
    """
    program = Program()
    program.start = _add(program, expression, 0)
    return program


def _step(program: Program, step: Step) -> int:
    if len(program.steps) >= _LARGEST:
        raise PatternError("its quantities are too large")
    program.steps.append(step)
    return len(program.steps) - 1


def _add(program: Program, expression: Expression, following: int) -> int:
    """Add the steps of an expression.

    :param following: the number of the step that comes after it
    :returns: the number of its first step
    """
    match expression:
        case OneOf():
            return _step(program, Step(expression.members, following=(following,)))
        case Start() | InputEnd():
            anchor = "^" if isinstance(expression, Start) else "$"
            return _step(program, Step(anchor=anchor, following=(following,)))
        case BackReference():
            return _step(program, Step(repeats=expression.number, following=(following,)))
        case Sequence():
            for part in reversed(expression.parts):
                following = _add(program, part, following)
            return following
        case Choice():
            firsts = tuple(_add(program, branch, following) for branch in expression.branches)
            return _step(program, Step(following=firsts))
        case PatternGroup():
            return _add_group(program, expression, following)
        case Repeat():
            return _add_repeat(program, expression, following)


def _add_group(program: Program, group: PatternGroup, following: int) -> int:
    program.groups = max(program.groups, group.number)
    end = _step(program, Step(saves=2 * group.number + 1, following=(following,)))
    inner = _add(program, group.part, end)
    return _step(program, Step(saves=2 * group.number, following=(inner,)))


def _add_repeat(program: Program, repeat: Repeat, following: int) -> int:
    if repeat.most is None:
        loop = _step(program, Step())
        inner = _add(program, repeat.part, loop)
        program.steps[loop].following = (inner, following)
        following = loop
    else:
        end = following
        # Each of the rest may be the last: then all that follow are left out at once.
        for _ in range(repeat.most - repeat.least):
            inner = _add(program, repeat.part, following)
            following = _step(program, Step(following=(inner, end)))
    for _ in range(repeat.least):
        following = _add(program, repeat.part, following)
    return following
