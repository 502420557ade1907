"""Telling HTML by what a file holds, whatever its name: as browsers sniff, and for templates too.

Browsers tell HTML by its first tag (https://mimesniff.spec.whatwg.org/#identifying-a-resource-with-
an-unknown-mime-type). Here any element of HTML counts, not only the commonest. What a template
engine or a server takes out is skipped first. A page without a doctype may also be something else
that begins with such a tag, which is looked at.
"""

from __future__ import annotations

import contextlib
import re
from pathlib import Path
from typing import NamedTuple

import turbohtml

from mipex_kg.system.errors import SourceError

# Elements that only the whole of a page has, and the others of HTML, those too that it had once.
_OF_PAGES = frozenset(("html", "head", "title", "base", "link", "meta", "body", "frameset"))
_OTHERS = """
    a abbr acronym address applet area article aside audio b basefont bdi bdo bgsound big blink
    blockquote br button canvas caption center cite code col colgroup data datalist dd del details
    dfn dialog dir div dl dt em embed fieldset figcaption figure font footer form frame h1 h2 h3 h4
    h5 h6 header hgroup hr i iframe img input ins isindex kbd keygen label legend li listing main
    map mark marquee menu menuitem meter nav nobr noembed noframes noscript object ol optgroup
    option output p param picture plaintext pre progress q rb rbc rp rt rtc ruby s samp script
    search section select selectedcontent slot small source span strike strong style sub summary
    sup table tbody td template textarea tfoot th thead time tr track tt u ul var video wbr xmp
"""
_ELEMENTS = _OF_PAGES.union(_OTHERS.split())
_XHTML = "http://www.w3.org/1999/xhtml"
_FRONT_MATTER = re.compile(
    r"(---|\+\+\+)[ \t]*[\r\n](?:.*?[\r\n])??\1[ \t]*(?=[\r\n]|\Z)", re.DOTALL
)
# Of PHP, ASP, JSP, ERB; of Jinja, Liquid, Twig, Handlebars and the like.
_CODE = re.compile(
    r"<\?(?!xml).*?(?:\?>|\Z)|<%.*?(?:%>|\Z)|\{\{.*?\}\}+|\{%.*?%\}|\{#.*?#\}", re.DOTALL
)
_BEFORE_MARKUP = re.compile(
    r"[ \t\n\r\f]+|<!--(?:>|->|.*?--!?>)|<!\[[^>]*>|(?P<xml><\?xml[^>]*>)", re.DOTALL
)
_DOCTYPE = re.compile(r"<!doctype\s*([^\s>]*)", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-z][^\s/><]*)(?=[\s/>])([^<>]*)", re.IGNORECASE)
_NAMESPACE = re.compile(r"""\sxmlns\s*=\s*["']([^"']*)""")
# What binary files have, and no text (https://mimesniff.spec.whatwg.org/#binary-data-byte).
_BINARY = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_HEADER = 1445
# A heading, a fence, a link: within a text, since HTML comes first.
_MARKDOWN = re.compile(r"[\r\n] {0,3}(?:#{1,6}[ \t]|```|~~~)[^\r\n]*|\]\(")
_VERBATIM = ("script", "style", "pre", "code", "textarea", "template", "svg")
_MOST_SHOWN = 24
_HINT = "Only pages in HTML are read or changed. If it is one, begin it with <!doctype html>."


class Beginning(NamedTuple):
    """What is in a page before its first tag or text.

    :param code: what a template engine or a server takes out, from where to where
    :param end: where the first tag or text is
    :param is_xml: whether there is an XML declaration
    """

    code: tuple[slice, ...]
    end: int
    is_xml: bool


def beginning_of(view: str) -> Beginning:
    """Find the first tag or text of a page, behind comments, front matter and code of servers.

    >>> beginning_of("<!-- a --> <?php b ?><p>")
    Beginning(code=(slice(11, 21, None),), end=21, is_xml=False)
    """
    place, code, is_xml = 0, [], False
    if front := _FRONT_MATTER.match(view):
        place = front.end()
        code.append(slice(0, place))
    while True:
        if found := _CODE.match(view, place):
            code.append(slice(*found.span()))
        elif found := _BEFORE_MARKUP.match(view, place):
            is_xml |= found["xml"] is not None
        else:
            return Beginning(tuple(code), place, is_xml)
        place = found.end()


def blanked(view: str) -> str:
    r"""Put spaces for the code that a page begins with, which no browser sees; lines stay lines.

    >>> blanked("---\na: <b>\n---\n<p>{{ c }}")
    '   \n      \n   \n<p>{{ c }}'
    """
    beginning = beginning_of(view)
    pieces, done = [], 0
    for code in beginning.code:
        pieces += [view[done : code.start], re.sub(r"[^\r\n]", " ", view[code])]
        done = code.stop
    return "".join([*pieces, view[done:]])


def is_whole_page(view: str) -> bool:
    """Tell whether a text begins as only a whole page in HTML does, not a part of one.

    >>> is_whole_page("<!doctype html><p>"), is_whole_page("<title>a"), is_whole_page("<p>a")
    (True, True, False)
    """
    beginning = beginning_of(view)
    if _fault(view, beginning):
        return False
    if _DOCTYPE.match(view, beginning.end):
        return True
    tag = _TAG.match(view, beginning.end)
    return tag is not None and not tag[1] and tag[2].lower() in _OF_PAGES


def require_html(view: str, path: Path) -> None:
    """Refuse what is not HTML.

    :param view: the text of a file, each byte that is not in UTF-16 as one character
    :raises SourceError: with what it is, as far as that can be told, and where that is seen
    """
    beginning = beginning_of(view)
    fault = _fault(view, beginning)
    if fault is None and not _DOCTYPE.match(view, beginning.end):
        fault = _turtle(view) or (None if is_whole_page(view) else _markdown(view))
    if fault:
        ends = list(re.finditer(r"\r\n|\n|\r", view[: beginning.end]))
        column = beginning.end - (ends[-1].end() if ends else 0) + 1
        raise SourceError(fault, path=path, line=len(ends) + 1, column=column, hint=_HINT)


def _fault(view: str, beginning: Beginning) -> str | None:
    """Tell why a text doesn't begin as HTML does."""
    start = beginning.end
    if start == len(view):
        if not beginning.is_xml and blanked(view).strip():
            return None  # comments, which browsers take for HTML
        what = "it has only code or declarations" if view.strip() else "it is empty"
        return f"It is not HTML: {what}."
    if doctype := _DOCTYPE.match(view, start):
        is_html = doctype[1].lower() == "html"
        return None if is_html else f"It is not HTML: its doctype is {_shown(doctype[1])}."
    tag = _TAG.match(view, start)
    name = tag[2].lower() if tag else ""
    namespace = _NAMESPACE.search(tag[3]) if tag else None
    is_xml = beginning.is_xml or (namespace is not None and namespace[1] != _XHTML)
    # Whatever its namespace: word processors write their own into pages.
    if name == "html" or (name in _ELEMENTS and not is_xml):
        return None
    begins = f"it begins with {_shown(view[start : start + _HEADER])}"
    if _BINARY.search(view[:_HEADER]):
        return "It is not HTML: it is a binary file."
    if is_xml:
        return f"It is XML, and not XHTML: {begins}."
    return f"It is not HTML: {begins}."


def _turtle(view: str) -> str | None:
    """Tell a file of RDF, whose relative IRIs look like tags: ``<a> <b> <p> .``."""
    # Imported here: most pages have a doctype.
    import pyoxigraph as ox

    try:
        quads = ox.parse(view, ox.RdfFormat.TRIG, base_iri="https://page.invalid/")
        is_rdf = sum(1 for _ in quads) > 0  # all of it: a page may begin like RDF
    except SyntaxError:
        return None
    return "It is not HTML: it is RDF, in Turtle or TriG." if is_rdf else None


def _markdown(view: str) -> str | None:
    """Tell Markdown that begins with a tag: it has headings, fences or links in its text."""
    document = turbohtml.parse(blanked(view))
    for element in list(document.iter_elements(_VERBATIM)):
        element.decompose()
    for text in document.strings:
        if found := _MARKDOWN.search(text):
            shown = _shown(found[0])
            return f"It is not HTML, but Markdown with tags: there is {shown} in its text."
    return None


def _shown(text: str) -> str:
    """Show the beginning of a text, in UTF-8 if that is what its bytes are."""
    line = text.strip().splitlines()[0] if text.strip() else ""
    with contextlib.suppress(UnicodeError):
        line = line.encode("latin-1").decode()
    return repr(line if len(line) <= _MOST_SHOWN else f"{line[:_MOST_SHOWN]}…")
