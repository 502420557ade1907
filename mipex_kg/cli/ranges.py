"""Options that are numbers in a range, which help and refusals tell in words."""

from __future__ import annotations

from typing import Any

import click


class _InWords(click.ParamType[Any]):
    """What types of numbers have in common.

    :cvar kind: of numbers
    """

    kind: str
    min: Any
    max: Any
    min_open: bool

    def _describe_range(self) -> str:
        least, most = self.min, self.max and int(self.max)
        if self.min_open:
            return f"above {least}" + (f" and at most {most}" if most else "")
        return f"from {least}" + (f" to {most}" if most else " up")

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"{value!r} is not {self.kind} {self._describe_range()}.", param, ctx)


class WholeNumber(_InWords, click.IntRange):
    """A whole number from a least one on.

    >>> WholeNumber(0, 65535).convert("70000", None, None)
    Traceback (most recent call last):
    click.exceptions.BadParameter: '70000' is not a whole number from 0 to 65535.
    """

    kind = "a whole number"


class Number(_InWords, click.FloatRange):
    """A number above a least one.

    >>> Number(min=0, min_open=True).convert("0", None, None)
    Traceback (most recent call last):
    click.exceptions.BadParameter: '0' is not a number above 0.
    """

    kind = "a number"
