"""The project's own texts: pages in Markdown, the front page's among them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from markdown_it import MarkdownIt
from markupsafe import Markup

from mipex_kg.project import layout
from mipex_kg.system import reading
from mipex_kg.system.errors import SourceError
from mipex_kg.system.snapshot import Reader

# Texts that stand on a page of the engine's, by the page's name.
_PLACED = frozenset(
    {
        layout.FRONT,
        layout.DATA,
        layout.QUERIES,
        layout.RULES,
        layout.NETWORK,
        layout.SEARCH,
        layout.ASK,
    }
)
# A value of the graph in a text: {{ query:column parameter=value }}
_PLACEHOLDER = re.compile(r"\{\{ *([\w.-]+)(?::(\w+))?((?: +[\w-]+=[^\s{}]+)*) *\}\}")
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
    :param lead: what stands between the title and the first heading, as HTML
    :param rest: what follows, as HTML
    """

    name: str
    title: str
    lead: str
    rest: str

    @property
    def html(self) -> str:
        """All that follows the title."""
        return self.lead + self.rest

    @property
    def summary(self) -> str:
        """The first paragraph, without markup."""
        return Markup(self.lead.partition("</p>")[0]).striptags()  # noqa: S704 - made of Markdown

    @property
    def is_own_page(self) -> bool:
        """Whether it makes a page of its own, and not a part of one that the engine makes."""
        return self.name not in _PLACED


def load_texts(
    folder: Path, paths: list[Path], answer: Answer, reader: Reader = reading
) -> dict[str, ProjectText]:
    """Read the project's texts by their names, with the values that they take from the graph.

    :raises SourceError: when one can't be read, has no title, or wants a value that is not there
    """
    written = {path: reader.read_text(path) for path in paths}
    wanted = [each for path, text in written.items() for each in _wanted(path, text)]
    values = iter(answer(wanted)) if wanted else iter(())
    texts = [
        _load(folder, path, _PLACEHOLDER.sub(lambda _: _MARKUP.sub(r"\\\1", next(values)), text))
        for path, text in written.items()
    ]
    return {text.name: text for text in texts}


def _wanted(path: Path, text: str) -> list[Wanted]:
    found = []
    for match in _PLACEHOLDER.finditer(text):
        pairs = (pair.partition("=") for pair in match[3].split())
        parameters = {name: value for name, _, value in pairs}
        found.append(
            Wanted(match[1], match[2], parameters, path, text.count("\n", 0, match.start()) + 1)
        )
    return found


def _load(folder: Path, path: Path, text: str) -> ProjectText:
    title = re.match(r"\s*# +([^ \n][^\n]*)\n", text + "\n")
    heading = title[1].rstrip("#").rstrip() if title else ""
    if title is None or not heading:
        raise SourceError("The text has no title.", path=path, line=1, hint="Begin it with `# …`.")
    # HTML in a text stays text: what a page loads and runs, the engine alone decides.
    markdown = MarkdownIt("commonmark", {"html": False}).enable(["table"]).disable("image")
    written = _reachable(markdown.render(text[title.end() :]))
    lead, mark, rest = written.partition("<h2>")
    name = path.relative_to(folder).with_suffix("").as_posix()
    return ProjectText(name, heading, lead, mark + rest)


def _reachable(html: str) -> str:
    """Let what may be wider than a phone be moved sideways, with the keyboard too."""
    html = html.replace("<pre>", '<pre tabindex="0">')
    html = html.replace("<table>", '<div class="table" tabindex="0"><table>')
    return html.replace("</table>", "</table></div>")
