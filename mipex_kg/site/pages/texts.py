"""The project's own texts: pages in Markdown, the front page's among them."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from markupsafe import Markup

from mipex_kg.project import layout
from mipex_kg.project.project import Project
from mipex_kg.site.pages.wording import TaggedText
from mipex_kg.system import reading
from mipex_kg.system.errors import SourceError
from mipex_kg.system.snapshot import Reader

# Texts that are on a page of the engine's, by the page's name.
_PLACED = frozenset(
    {
        layout.FRONT,
        layout.DATA,
        layout.QUERIES,
        layout.RULES,
        layout.NETWORK,
        layout.SEARCH,
        layout.ASK,
        layout.ABOUT,
    }
)
# A value of the graph in a text: {{ query:column parameter=value }}
_PLACEHOLDER = re.compile(r"\{\{ *([\w.-]+)(?::(\w+))?((?: +[\w-]+=[^\s{}]+)*) *\}\}")
# A link to what is in the site, by its path.
_LINK = re.compile(r'href="([^"#/][^"]*)"')
# What begins a link to another site.
_ABROAD = re.compile(r'<a (?=href="https?://)')
# What Markdown would take for markup.
_MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+!|~-])")


class Wanted(NamedTuple):
    """A value that a text takes from the graph: one in the first row that a named query gives.

    :param column: of the row; the first one if none is named
    :param line: of the text that has it, from 1
    """

    query: str
    column: str | None
    parameters: Mapping[str, str]
    path: Path
    line: int


# Answers named queries: for each value that is wanted, the text that a page shows.
Answer = Callable[[Sequence[Wanted]], Sequence[str]]


@dataclass(frozen=True)
class ProjectText:
    """A text of the project.

    :param name: of its file without the suffix, and of its page
    :param language: if it is not that of the page
    :param lead: what stands between the title and the first heading, as HTML
    :param rest: what follows, as HTML
    """

    name: str
    title: str
    lead: str
    rest: str
    language: str = ""

    @property
    def html(self) -> str:
        """All that follows the title."""
        return self.lead + self.rest

    @property
    def summary(self) -> str:
        """The first paragraph, without markup."""
        return Markup(self.lead.partition("</p>")[0]).striptags()  # noqa: S704 - made of Markdown

    @property
    def heading(self) -> TaggedText:
        """The title, which is written with its language."""
        return TaggedText(self.title, self.language)

    @property
    def is_own_page(self) -> bool:
        """Whether it makes a page of its own, and not a part of one that the engine makes."""
        return self.name not in _PLACED

    def lent(self, language: str) -> ProjectText:
        """Give the text for the pages in a language that has none of its own, one folder below.

        :param language: of the text itself
        """
        html = (_LINK.sub(_climbing, part) for part in (self.lead, self.rest))
        lead, rest = (_marked(part, language) for part in html)
        return replace(self, lead=lead, rest=rest, language=language)


def find_taken(files: Mapping[str, Path], taken: Container[str]) -> Iterator[SourceError]:
    """Find texts with the name of a page that the engine makes.

    :param files: by the names of the texts
    :param taken: names of pages; a list in several parts has the name of its first
    """
    for name, path in files.items():
        above, _, last = name.rpartition("/")
        is_part = last.isdecimal() and above.startswith(layout.class_page(""))
        first_part = above if is_part else name
        if name in taken or first_part in taken:
            yield SourceError(
                "A page of the engine's has this name.", path=path, hint="Rename the text."
            )


def taken_names(project: Project, classes: Iterable[str]) -> set[str]:
    """Name the pages in whose place no text can be.

    :param classes: the names that their pages have, or may have
    """
    queries = (layout.query(path.stem) for path in project.query_files)
    return {layout.NOT_FOUND, layout.CLASSES, *queries, *map(layout.class_page, classes)}


def load_texts(
    files: Mapping[str, Path], answer: Answer, reader: Reader = reading
) -> dict[str, ProjectText]:
    """Read the project's texts by their names, with the values that they take from the graph.

    :param files: by the names of the texts
    :raises SourceError: when one can't be read, has no title, or wants a value that is not there
    """
    # Lines end in one way, so that they are counted and read as editors show them.
    written = {n: "\n".join(reading.lines(reader.read_text(p))) for n, p in files.items()}
    wanted = [each for name, text in written.items() for each in _wanted(files[name], text)]
    values = iter(answer(wanted)) if wanted else iter(())
    return {
        name: _load(
            name, files[name], _PLACEHOLDER.sub(lambda _: _MARKUP.sub(r"\\\1", next(values)), text)
        )
        for name, text in written.items()
    }


def _wanted(path: Path, text: str) -> list[Wanted]:
    found = []
    for match in _PLACEHOLDER.finditer(text):
        pairs = (pair.partition("=") for pair in match[3].split())
        parameters = {name: value for name, _, value in pairs}
        found.append(
            Wanted(match[1], match[2], parameters, path, text.count("\n", 0, match.start()) + 1)
        )
    return found


def _load(name: str, path: Path, text: str) -> ProjectText:
    from markdown_it import MarkdownIt  # imported here: a project may have no texts

    title = re.match(r"\s*# +([^ \n][^\n]*)\n", text + "\n")
    heading = title[1].rstrip("#").rstrip() if title else ""
    if title is None or not heading:
        raise SourceError("The text has no title.", path=path, line=1, hint="Begin it with `# …`.")
    # HTML in a text stays text: what a page loads and runs, the engine alone decides.
    markdown = MarkdownIt("commonmark", {"html": False}).enable(["table"]).disable("image")
    heading = Markup(markdown.renderInline(heading)).striptags()  # noqa: S704 - as above
    written = _reachable(_ABROAD.sub('<a class="elsewhere" ', markdown.render(text[title.end() :])))
    lead, mark, rest = written.partition("<h2>")
    return ProjectText(name, heading, lead, mark + rest)


def _marked(html: str, language: str) -> str:
    return f'<div lang="{language}">{html}</div>' if html else ""


def _climbing(link: re.Match[str]) -> str:
    """Let a link in a text of the first language lead to the same file from one folder below.

    Pages lie in that folder too; all else, and what names another folder, is above.
    """
    is_page = layout.is_page(link[1].partition("#")[0])
    return f'href="{link[1]}"' if is_page or urlsplit(link[1]).scheme else f'href="../{link[1]}"'


def _reachable(html: str) -> str:
    """Let what may be wider than a phone be moved sideways, with the keyboard too."""
    html = html.replace("<pre>", '<pre tabindex="0">')
    html = html.replace("<table>", '<div class="table" tabindex="0"><table>')
    return html.replace("</table>", "</table></div>")
