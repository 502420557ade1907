"""Going through the tokens of a query, one after the other."""

from __future__ import annotations

from collections.abc import Sequence

from mipex_kg.sparql.query_text import Token
from mipex_kg.sparql.structure import StructureError


class TokenReader:
    """Goes through tokens.

    :param tokens: those that mean something
    """

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.at = 0

    @property
    def text(self) -> str:
        """The text of the token, a word in capitals; empty at the end."""
        if self.at >= len(self.tokens):
            return ""
        token = self.tokens[self.at]
        return token.text.upper() if token.kind == "word" else token.text

    @property
    def kind(self) -> str:
        """The kind of the token; empty at the end."""
        return self.tokens[self.at].kind if self.at < len(self.tokens) else ""

    def take(self, *texts: str) -> None:
        """Go on to the next token.

        :param texts: of which the token must be one; any will do if there are none
        :raises StructureError: if it is another, or there is none
        """
        if texts and self.text not in texts:
            raise StructureError(f"{self.text!r} instead of {' or '.join(texts)}")
        if self.at >= len(self.tokens):
            raise StructureError("the end")
        self.at += 1

    def took(self, *texts: str) -> bool:
        """Go on to the next token if this is one of some texts, and tell whether it is."""
        if self.text in texts:
            self.at += 1
            return True
        return False

    def literal_or_iri(self) -> None:
        """Go on behind a literal, an IRI or a blank node.

        :raises StructureError: if there is none
        """
        if self.kind == "string":
            self.take()
            if self.text == "^":
                self.take("^")
                self.take("^")
                self.take()
            elif self.kind == "word" and self.text.startswith("@"):
                self.take()
        elif self.kind == "number" or self.text in ("+", "-"):
            self.took("+", "-")
            if self.kind != "number":
                raise StructureError("no number")
            self.take()
        elif self.kind in ("iri", "pname", "blank") or self.text in ("TRUE", "FALSE", "A"):
            self.take()
        else:
            raise StructureError(f"{self.text!r} is not a term")
