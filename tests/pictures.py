"""What the tests of the map and of the network share: a page to render a picture on."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import jinja2
import pyoxigraph as ox
from markupsafe import Markup, escape

from mipex_kg.rdf.terms import Term
from mipex_kg.site.pages.rendering import prepare
from mipex_kg.site.pages.wording import Wording
from tests.conftest import ROOT

_STATIC = ROOT / "mipex_kg" / "site" / "pages" / "static"
STYLES, DARK = ((_STATIC / f"{name}.css").read_text() for name in ("pictures", "dark"))


class At:
    """A page that links to any thing by its IRI."""

    def __init__(self, wording: Wording) -> None:
        self.wording = wording

    def own_id(self, name: str) -> str:
        return name

    def href(self, term: Term) -> str:
        assert isinstance(term, ox.NamedNode)
        return term.value

    def sign(self, cls: Term) -> str:
        assert isinstance(cls, ox.NamedNode)
        return "sign sign-0"

    def link(self, term: Term) -> Markup:
        return Markup(f'<a href="{escape(self.href(term))}">{escape(self.wording.label(term))}</a>')


def render(macro: str, picture: object, wording: Wording) -> ET.Element:
    """Write a picture as a page has it; what is not well-formed fails."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("mipex_kg.site.pages"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    prepare(environment, wording)
    template = {"tile_map": "_tiles.html", "network": "_network.html"}[macro]
    source = f'{{% from "{template}" import {macro} %}}{{{{ {macro}(picture, at) }}}}'
    text = environment.from_string(source).render(picture=picture, at=At(wording))
    # What HTML has beyond XML: elements without an end, attributes without a value.
    text = re.sub(r"<input([^>]*)>", r"<input\1/>", text)
    text = re.sub(r" (checked|hidden|data-[a-z-]+)(?=[ />])", r' \1=""', text)
    return ET.fromstring(text.strip())


def words(element: ET.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def check_classes(element: ET.Element, known: str) -> None:
    """Make sure that nothing is styled in the page, and that each class has a style.

    :param known: classes of the site's own stylesheet
    """
    for child in element.iter():
        assert "style" not in child.attrib
        for name in (child.get("class") or "").split():
            assert name in known.split() or re.search(rf"\.{name}\b", STYLES), name
