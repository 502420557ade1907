"""Matching a text against a pattern in time that grows no faster than the text.

All ways through a program are followed at once, a character at a time, and what comes of a set of
steps and a character is remembered: nothing is ever tried twice, so no pattern runs for ever. Only
back-references need trying one way after the other; there the number of tries is limited.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from mipex_kg.validation.patterns.characters import cases
from mipex_kg.validation.patterns.program import make_program
from mipex_kg.validation.patterns.syntax import parse

# How much of what was found is kept, in steps of programs.
_REMEMBERED = 4_000_000
# How many steps may be looked at, and how many states tried, before a text counts as not matched.
_WORK = 20_000_000
_TRIES = 300_000
# What is before a position and after it.
_EDGE, _NEWLINE, _OTHER = 0, 1, 2


class _Reached(NamedTuple):
    """What can be reached from some steps without taking a character.

    :param steps: those that take one
    :param is_match: whether the end of the program is reached
    """

    steps: tuple[int, ...]
    is_match: bool


class _State:
    """Where one is in a text: which steps wait, and what is before them.

    :param waiting: the steps
    :param before: the kind of the character before, or that there is none
    :param taken: what comes of each character that was met here
    """

    __slots__ = ("before", "taken", "waiting")

    def __init__(self, waiting: frozenset[int], before: int) -> None:
        self.waiting, self.before = waiting, before
        self.taken: dict[str, _State | bool] = {}


class Pattern:
    r"""A regular expression of XPath.

    :param pattern: its text
    :param flags: of ``fn:matches``
    :raises PatternError: when it is none

    >>> Pattern(r"^\p{Lu}").matches("Ada"), Pattern("^[A-Z]{2}$").matches("DE\n")
    (True, False)
    >>> Pattern("^(a+)+$").matches("a" * 10_000 + "!")
    False
    >>> Pattern(r"(.)\1").matches("book")
    True
    """

    def __init__(self, pattern: str, flags: str = "") -> None:
        self._program = make_program(parse(pattern, flags))
        self._flags = flags
        self._by_trying = self._program.has_back_references
        self._reached: dict[tuple[frozenset[int], int, int], _Reached] = {}
        self._states: dict[tuple[frozenset[int], int], _State] = {}
        self._remembered = 0
        self._room = max(_REMEMBERED // len(self._program.steps), 100)
        self._work = 0
        self._start = frozenset((self._program.start,))
        self._can_start_later = self._may_start_later()

    def matches(self, text: str) -> bool:
        """Tell whether some part of a text is matched.

        Where that would take too long, the text counts as one that is not matched: which only
        a pattern with back-references can bring about, or one that is thousands of times larger
        than it looks, on a long text.
        """
        return self._try(text) if self._by_trying else self._follow(text)

    def _follow(self, text: str) -> bool:
        self._work = 0
        state = self._state(self._start, _EDGE)
        for character in text:
            following = state.taken.get(character)
            if following is None:
                if self._work > _WORK:
                    return False
                following = self._take(state, character)
            if isinstance(following, bool):
                return following
            state = following
        return self._reach(state.waiting, state.before, _EDGE).is_match

    def _take(self, state: _State, character: str) -> _State | bool:
        """Tell what comes of a character: another state, or whether all is matched."""
        after = _kind(character)
        steps, is_match = self._reach(state.waiting, state.before, after)
        following: _State | bool = is_match
        if not is_match:
            self._work += len(steps)
            taking = (self._program.steps[number] for number in steps)
            waiting = frozenset(
                number
                for step in taking
                if step.members is not None and step.members(character)
                for number in step.following
            )
            if self._can_start_later:
                waiting |= self._start
            if waiting:
                following = self._state(waiting, after)
        self._remembered += 1
        if self._remembered > self._room:
            self._forget()
        state.taken[character] = following
        return following

    def _forget(self) -> None:
        for state in self._states.values():
            state.taken.clear()  # states lead to one another, in circles
        self._states.clear()
        self._remembered = 0

    def _state(self, waiting: frozenset[int], before: int) -> _State:
        found = self._states.get((waiting, before))
        if found is None:
            found = self._states[waiting, before] = _State(waiting, before)
        return found

    def _may_start_later(self) -> bool:
        """Tell whether a match may begin after the beginning of a text."""
        contexts = ((before, after) for before in (_NEWLINE, _OTHER) for after in range(3))
        return any(any(self._reach(self._start, *context)) for context in contexts)

    def _reach(self, waiting: frozenset[int], before: int, after: int) -> _Reached:
        key = (waiting, before, after)
        found = self._reached.get(key)
        if found is None:
            _make_room(self._reached, self._room)
            found = self._reached[key] = self._find_reached(waiting, before, after)
        return found

    def _find_reached(self, waiting: frozenset[int], before: int, after: int) -> _Reached:
        seen, stack, taking = set(waiting), list(waiting), []
        while stack:
            number = stack.pop()
            step = self._program.steps[number]
            if step.members is not None:
                taking.append(number)
            elif not step.anchor or self._is_at(step.anchor, before, after):
                new = set(step.following) - seen
                seen |= new
                stack.extend(new)
        self._work += len(seen)
        return _Reached(tuple(sorted(taking)), 0 in seen)

    def _is_at(self, anchor: str, before: int, after: int) -> bool:
        """Tell whether an anchor fits between what is before it and after it."""
        by_line = "m" in self._flags
        if anchor == "^":
            return before == _EDGE or (by_line and before == _NEWLINE and after != _EDGE)
        return after == _EDGE or (by_line and after == _NEWLINE)

    def _try(self, text: str) -> bool:
        seen: set[tuple[int, int, tuple[int, ...]]] = set()
        nothing = (-1,) * (2 * self._program.groups + 2)
        for first in range(len(text) + 1):
            stack = [(self._program.start, first, nothing)]
            while stack:
                state = stack.pop()
                if state in seen:
                    continue
                if len(seen) >= _TRIES:
                    return False
                seen.add(state)
                if state[0] == 0:
                    return True
                stack.extend(reversed(self._following(text, *state)))
        return False

    def _following(
        self, text: str, number: int, position: int, saved: tuple[int, ...]
    ) -> list[tuple[int, int, tuple[int, ...]]]:
        """Give the states that may come after one."""
        step = self._program.steps[number]
        if step.members is not None:
            if position == len(text) or not step.members(text[position]):
                return []
            position += 1
        elif step.anchor:
            before = _kind(text[position - 1]) if position else _EDGE
            after = _kind(text[position]) if position < len(text) else _EDGE
            if not self._is_at(step.anchor, before, after):
                return []
        elif step.saves is not None:
            saved = (*saved[: step.saves], position, *saved[step.saves + 1 :])
        elif step.repeats is not None:
            start, end = saved[2 * step.repeats : 2 * step.repeats + 2]
            again = text[max(start, 0) : max(end, 0)]
            if not self._is_same(again, text[position : position + len(again)]):
                return []
            position += len(again)
        return [(following, position, saved) for following in step.following]

    def _is_same(self, first: str, second: str) -> bool:
        if "i" not in self._flags:
            return first == second
        return len(first) == len(second) and all(
            cases(a) & cases(b) for a, b in zip(first, second, strict=True)
        )


def _kind(character: str) -> int:
    return _NEWLINE if character == "\n" else _OTHER


def _make_room(remembered: dict[Any, Any], most: int) -> None:
    if len(remembered) >= most:
        remembered.clear()


@lru_cache(maxsize=200)
def compiled(pattern: str, flags: str = "") -> Pattern:
    """Compile a pattern; the last ones are kept.

    :raises PatternError: when it is none
    """
    return Pattern(pattern, flags)
