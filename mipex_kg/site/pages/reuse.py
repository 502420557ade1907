"""What others take from a page: how it is cited, and what they paste into pages of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from markupsafe import Markup, escape

from mipex_kg.project.project import Project
from mipex_kg.rdf.html.webpage import CLOSING, OPENING
from mipex_kg.rdf.terms import Node, text_of
from mipex_kg.site.pages.citations import citations, in_text, make_reference
from mipex_kg.site.pages.keepers import Keepers
from mipex_kg.site.pages.wording import TaggedText
from mipex_kg.site.structured_data import ToldThings

# What is longer is left to the command line.
_LONGEST = 6_000
# Pages of others have styles of their own: a card brings nothing but a frame.
_CARD = """\
<article lang="{language}" style="border: 1px solid; border-radius: 0.4em; padding: 1em; \
max-width: 32em">
<p><strong><a href="{address}">{title}</a></strong></p>
{said}<p><small>{source} <a href="{site}">{container}</a>{licence}</small></p>
</article>"""
_SAID = "<p>{}</p>\n"
_LICENCE = ', <a rel="license" href="{}">{}</a>'


class Pasted(NamedTuple):
    """Markup to paste, as a page shows it: escaped once more.

    :param card: a few words on the thing, with a link to its page
    :param snippet: its structured data; empty where there are none, or too many
    """

    card: Markup
    snippet: Markup


class Link(NamedTuple):
    """An address, and what it is called."""

    address: str
    name: TaggedText


@dataclass(frozen=True)
class Reuse:
    """Writes what others take from the pages of one site, in one language.

    :param title: of the site, as is ``language`` that of its pages
    :param source: the words before the title where a card names it
    """

    project: Project
    keepers: Keepers
    title: str
    licence: Link | None
    source: str
    language: str

    def told(
        self,
        thing: Node,
        structured: ToldThings,
        title: str,
        text: str,
        address: str,
        *,
        is_private: bool,
    ) -> Mapping[str, object]:
        """Tell the page of a thing how it is cited, and what can be pasted.

        Of private persons there is nothing to paste: their pages ask not to be spread.

        :param structured: what its structured data tell
        :param text: what the thing is, in a sentence
        :param address: of its page
        """
        name = text_of(thing)
        keepers = self.keepers
        reference = make_reference(title, self.title, keepers.name, keepers.changed, name)
        target = address if self.project.is_placed else name
        pasted = None if is_private else self._pasted(structured, title, text, target)
        return {"citations": citations(reference), "pasted": pasted}

    def _pasted(self, structured: ToldThings, title: str, text: str, address: str) -> Pasted:
        is_placed, licence = self.project.is_placed, ""
        if self.licence:
            name = self.licence.name.on_page(self.language)
            licence = _LICENCE.format(escape(self.licence.address), name)
        card = _CARD.format(
            language=escape(self.language),
            address=escape(address),
            title=escape(title),
            said=_SAID.format(escape(text)) if text else "",
            source=escape(self.source),
            site=escape(self.project.site if is_placed else self.project.base),
            container=escape(self.title),
            licence=licence,
        )
        block = structured.block()
        script = f"{OPENING}\n{block}\n{CLOSING}"
        is_short = 0 < len(block) <= _LONGEST
        # Both are escaped.
        card, snippet = in_text(card), in_text(script) if is_short else ""
        return Pasted(Markup(card), Markup(snippet))  # noqa: S704
