"""Values that are one of several words: a misspelt one gets the nearest."""

from __future__ import annotations

from typing import Any

import click

from mipex_kg.system.errors import suggestion


class NamedChoice(click.Choice[str]):
    """One of several words."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Take one of the words.

        :raises click.BadParameter: when it is none of them, with the one that may be meant
        """
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter as error:
            words = str(value).split(",")
            if param and param.multiple and len(words) > 1 and {*words} <= {*self.choices}:
                repeated = " ".join(f"{param.opts[0]} {word}" for word in words)
                self.fail(f"{value!r} is several at once. Write {repeated}.", param, ctx)
            self.fail(
                f"{error.message} {suggestion(str(value), self.choices)}".rstrip(), param, ctx
            )
