"""How a page is cited: APA, BibTeX, RIS and CSL-JSON, with the day of access left to the reader."""

from __future__ import annotations

import html
import json
import re
import unicodedata
from functools import cache
from typing import NamedTuple

from markupsafe import Markup, escape

from mipex_kg.rdf.iris import to_uri

# Where the day of access comes: a character that is in no text, since it belongs to nobody.
_DAY = "\ue000"
_BLANK = {"apa": "[date]", "csl": "[]"}
# What has a meaning in BibTeX, and how it is written there.
_BIBTEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{character: f"\\{character}" for character in "{}&%$#_"},
}


class Citable(NamedTuple):
    """What citing a page takes.

    :param title: of what the page is about
    :param container: the title of the site
    :param author: who publishes it; empty if nobody has said, as the year may be
    :param year: in which the data last changed
    :param address: the permanent link
    :param key: a name for the entry, of letters, digits and hyphens
    """

    title: str
    container: str
    author: str
    year: str
    address: str
    key: str


class Citation(NamedTuple):
    """A reference in one format; the day of access is in an element that a script fills in."""

    format: str
    text: Markup


def make_reference(title: str, container: str, author: str, changed: str, address: str) -> Citable:
    """Make the reference of a page.

    :param changed: the day on which the data last changed; empty if it isn't known
    :param address: the IRI of what the page is about
    """
    title, container, author = (
        " ".join(text.replace(_DAY, "").split()) for text in (title, container, author)
    )
    address = address.replace(_DAY, "")
    return Citable(title, container, author, changed[:4], to_uri(address), _key(address))


def _key(address: str) -> str:
    """Name an entry after the last steps of an address.

    >>> _key("https://e.org/id/person/zoë#x")
    'person-zoe-x'
    """
    steps = re.split(r"[/#]", address.partition("://")[2] or address)[1:]
    text = unicodedata.normalize("NFKD", "-".join(steps[-3:])).encode("ascii", "ignore").decode()
    key = re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-").removeprefix("id-")
    return key or "page"


def citations(reference: Citable) -> list[Citation]:
    """Write a reference in each format."""
    return [
        Citation("APA", _with_day(apa(reference), "apa")),
        Citation("BibTeX", _with_day(bibtex(reference), "bibtex")),
        Citation("RIS", _with_day(ris(reference), "ris")),
        Citation("CSL-JSON", _with_day(csl_json(reference), "csl")),
    ]


def apa(reference: Citable) -> str:
    """Write a reference as the 7th edition of APA's manual has it: a page that may change.

    >>> one = Citable("Ada Brook", "Room", "The readers", "2026", "https://e.org/ada", "ada")
    >>> apa(one).replace(_DAY, "[date]")
    'The readers. (2026). Ada Brook. Room. Retrieved [date], from https://e.org/ada'
    >>> apa(one._replace(author="", year="")).replace(_DAY, "[date]")
    'Ada Brook. (n.d.). Room. Retrieved [date], from https://e.org/ada'
    """
    year = f"({reference.year or 'n.d.'})"
    title = "" if reference.container == reference.title else reference.title
    leading, *rest = filter(None, (reference.author, title, reference.container))
    rest = [text for text in rest if text != leading]
    said = " ".join(map(_ended, (leading, year, *rest)))
    return f"{said} Retrieved {_DAY}, from {reference.address}"


def _ended(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."


def bibtex(reference: Citable) -> str:
    """Write a reference for LaTeX, in UTF-8."""
    fields = {
        "author": f"{{{_in_bibtex(reference.author)}}}" if reference.author else "",
        "title": f"{{{_in_bibtex(reference.title)}}}",
        "howpublished": _in_bibtex(reference.container),
        "year": reference.year,
        "url": reference.address.replace("{", "%7B").replace("}", "%7D"),
        "urldate": _DAY,
    }
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value)
    return f"@misc{{{reference.key},\n{lines}\n}}"


def _in_bibtex(text: str) -> str:
    return "".join(_BIBTEX.get(character, character) for character in text)


def ris(reference: Citable) -> str:
    """Write a reference for reference managers; a comma marks the author as an organisation."""
    fields = (
        ("TY", "ELEC"),
        ("AU", f"{reference.author}," if reference.author else ""),
        ("TI", reference.title),
        ("T2", reference.container),
        ("PY", reference.year),
        ("UR", reference.address),
        ("Y2", _DAY),
    )
    return "\n".join([*(f"{name}  - {value}" for name, value in fields if value), "ER  - "])


def csl_json(reference: Citable) -> str:
    """Write a reference as CSL-JSON, which Zotero, Pandoc and Citation.js read."""
    item = {
        "id": reference.key,
        "type": "webpage",
        "title": reference.title,
        "container-title": reference.container,
        "author": [{"literal": reference.author}] if reference.author else None,
        "issued": {"date-parts": [[int(reference.year)]]} if reference.year else None,
        "URL": reference.address,
        "accessed": {"date-parts": _DAY},
    }
    said = {name: value for name, value in item.items() if value}
    return json.dumps([said], ensure_ascii=False, indent=1).replace(f'"{_DAY}"', f"[{_DAY}]")


def _with_day(text: str, format: str) -> Markup:
    """Mark where the day of access comes, which a reader with a script finds filled in."""
    before, _, after = map(in_text, text.partition(_DAY))
    return Markup(before + _place_of_day(format) + after)  # noqa: S704 - escaped


@cache
def _place_of_day(format: str) -> str:
    return f'<span data-accessed="{escape(format)}">{escape(_BLANK.get(format, ""))}</span>'


def in_text(text: str) -> str:
    """Escape a text between tags, where quotation marks are nothing but that."""
    return html.escape(text, quote=False)
