"""Write the reference pages, and parts of other pages, from what the program itself says.

``python docs/generate.py`` writes them; with ``--check`` it only tells, by exit code 1, that one
of them is stale.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from mipex_kg.cli import COMMANDS, cli
from mipex_kg.project.levels import OF_VALIDATE
from mipex_kg.project.project import ENVIRONMENT_VARIABLE, load_project
from mipex_kg.project.setting import Setting
from mipex_kg.project.settings import FILE_NAME, SETTINGS
from mipex_kg.rdf.namespaces import PREFIXES, RDFS, SCHEMA, SCHEMA_HTTPS, shorten
from mipex_kg.system.cache import OFF

FOLDER = Path(__file__).parent
ROOT = FOLDER.parent
NOTE = "<!-- Written by docs/generate.py: change what it is made of, then run `make docs`. -->"

# A context that parses nothing, on a terminal of 80 columns.
_QUIET: dict[str, Any] = {
    "resilient_parsing": True,
    "terminal_width": 80,
    "max_content_width": 80,
}
VARIABLES = {
    ENVIRONMENT_VARIABLE: "The project to work on, if `--project` names none.",
    "XDG_CACHE_HOME": "Where caches go on Linux. In `mipex-kg/valid/` there, an empty file stands "
    "for each dataset that was found valid, and `mipex-kg/compiled/` holds what was read and "
    "inferred, for the next query. They can be deleted at any time.",
    OFF: "Set to anything, nothing is kept in the user's cache, or taken from it.",
    "COLUMNS": "How wide the terminal is, if that is not to be found out.",
}
SHAPES_QUERY = """
PREFIX sh: <http://www.w3.org/ns/shacl#>
SELECT ?shape ?name ?message ?severity WHERE {
  { ?shape a sh:NodeShape } UNION { ?shape a sh:PropertyShape }
  ?shape sh:name ?name ; sh:message ?message ; sh:severity ?severity .
}
ORDER BY ?shape
"""


GRAPHS_QUERY = """
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX kg: <https://w3id.org/mipex-kg/kg#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?graph ?label ?licence ?rights WHERE {
  ?graph a kg:ReferenceGraph ; rdfs:label ?label .
  OPTIONAL { ?graph dct:license ?licence }
  OPTIONAL { ?graph dct:rights ?rights }
}
ORDER BY ?graph ?licence ?rights
"""
LICENCES_QUERY = """
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?licence ?label ?text WHERE {
  ?licence a dct:LicenseDocument ; skos:prefLabel ?label ; dct:description ?text .
}
ORDER BY ?licence
"""


def commands_page() -> str:
    """Write the help of every command."""
    parts = [
        "# Commands",
        "What `--help` says of each command. What the exit codes mean is in "
        "[architecture.md](architecture.md#exit-codes); settings in [settings.md](settings.md).",
    ]
    with cli.make_context("mipex-kg", [], **_QUIET) as parent:
        parts += ["## mipex-kg", _block(cli.get_help(parent))]
        for name in COMMANDS:
            command = cli.get_command(parent, name)
            if command is None:
                raise LookupError(name)
            with command.make_context(name, [], parent, **_QUIET) as context:
                parts += [f"## mipex-kg {name}", _block(command.get_help(context))]
    return _page(parts)


def _block(text: str) -> str:
    lines = (line.rstrip() for line in text.splitlines())
    return "\n".join(["```text", *lines, "```"])


def settings_page() -> str:
    """Write a table of the settings, and one of the environment variables."""
    rows = [_setting_row(setting) for setting in SETTINGS]
    return _page(
        [
            "# Settings",
            f"A project is a folder with a file `{FILE_NAME}`. Keys that are not listed here are "
            "refused, so that a slip of spelling does not go unnoticed.",
            _table(("key", "value", "default", "what it is for"), rows),
            "## Checks",
            "In `[checks]`, the findings of a check are made `info`, `warning` or `violation`, or "
            "turned `off`. A violation keeps the graph from being published. These are the checks "
            "of `validate` besides the shapes, with their defaults where `project.facts` is "
            "`strict` and where it is `plain`; [what each finds](curating-facts.md#what-validate-"
            "finds) is described elsewhere:",
            _table(
                ("check", "strict", "plain"),
                [(f"`{name}`", each.strict, each.plain) for name, each in OF_VALIDATE.items()],
            ),
            'A shape is set by its CURIE, in quotes: `"shape:Person" = "warning"`. Checks of '
            "[`check`](checking-a-site.md) are set by their names: nothing that one finds is graver"
            " than that. A kind of findings, such as `dcat-ap/placeholder`, is set by itself.",
            "## Prefixes",
            "The table `[prefixes]` maps prefixes to the IRIs that they stand for. They need no "
            "declaration in queries, things can be named with them on the command line, and they "
            "shorten what is shown and written. These are there without being listed, and stand "
            "for the same in every project:",
            _table(("prefix", "IRI"), [(f"`{k}:`", f"`{v}`") for k, v in sorted(PREFIXES.items())]),
            f'One may be another: `schema = "{SCHEMA_HTTPS}"` says that the project writes '
            "schema.org so. Pages, JSON-LD and checks take either; what is published, blocks in "
            "web pages too, has the project's own, and `validate` finds the other one "
            "(`schema-https`).",
            "## Environment variables",
            _table(("variable", "what it is for"), [(f"`{k}`", v) for k, v in VARIABLES.items()]),
            "## Which project",
            f"The first of these: the folder of `--project`; that of `{ENVIRONMENT_VARIABLE}`; the "
            f"nearest folder with a `{FILE_NAME}`, from where you are upwards; the graph of MIPEX "
            "that ships with mipex-kg. The last one is read anywhere, with a note that says so if "
            "`--bundled` doesn't ask for it, but published only where "
            "`--bundled` asks for it: outside a project, `build`, `serve`, `push`, `embed` and "
            "`hosting -o` refuse to write.",
        ]
    )


def _setting_row(setting: Setting) -> tuple[str, ...]:
    if setting.is_required and not setting.default:
        default = "an error"
    elif not setting.default:
        default = "–"
    else:
        default = f"`{json.dumps(setting.default)}`"
    return f"`{setting.key}`", setting.kind.name, default, setting.help


def checks_page() -> str:
    """List what the shapes ask, file by file, with the message that an editor sees."""
    parts = [
        "# What the shapes ask",
        "The message is in the findings of `mipex-kg validate`, with the line that it is about "
        "and a hint. What is checked besides, since no shape can see it, is in "
        "[curating-facts.md](curating-facts.md#what-validate-finds). A *warning* does not keep "
        "anything from being published; a *violation* does.",
        "## Of every project",
        "Passages, sources and graphs: `mipex_kg/validation/shapes.ttl`.",
        _shapes_table(ROOT / "mipex_kg" / "validation" / "shapes.ttl"),
        "## Of the MIPEX graph",
    ]
    for path in load_project(ROOT).shapes_files:
        parts += [f"### {path.relative_to(ROOT).as_posix()}", _shapes_table(path)]
    return _page(parts)


def _shapes_table(path: Path) -> str:
    store = ox.Store()
    store.load(path=path, format=ox.RdfFormat.TURTLE)
    rows = []
    for shape, name, message, severity in _select(store, SHAPES_QUERY):
        local, grave = (iri.replace("#", "/").rpartition("/")[2] for iri in (shape, severity))
        rows.append((f"`{local}`", name, message, grave.lower()))
    return _table(("shape", "about", "message", "severity"), rows)


def architecture_page() -> str:
    """Put the list of modules into the page on the architecture."""
    package = ROOT / "mipex_kg"
    rows = []
    for path in sorted(package.rglob("*.py")):
        name, document = path.relative_to(package).as_posix(), ast.parse(path.read_text("utf-8"))
        summary = (ast.get_docstring(document) or "").partition("\n")[0]
        rows.append((f"`{name}`", summary.replace("``", "`")))
    return _with_part("architecture.md", "modules", _table(("module", "what it does"), rows))


def data_model_page() -> str:
    """Put the tables of our own terms into the page on the data model."""
    project = load_project(ROOT)
    mipex = _terms_table(ROOT / "ontology" / "mipex.ttl", project.prefixes)
    engine = _terms_table(ROOT / "mipex_kg" / "dataset" / "kg.ttl", project.prefixes)
    parts = [
        "The project's, defined in `ontology/mipex.ttl`:",
        mipex,
        "The tool's, the same for every project, defined in `mipex_kg/dataset/kg.ttl`:",
        engine,
    ]
    return _with_part("data-model.md", "terms", "\n\n".join(parts))


def _terms_table(path: Path, prefixes: Mapping[str, str]) -> str:
    """Write the terms of an ontology in the order in which the file has them."""
    comments: dict[str, str] = {}
    uses: dict[str, list[str]] = {}
    for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE):
        term = shorten(str(getattr(quad.subject, "value", "")), prefixes)
        if quad.predicate == RDFS.term("comment") and isinstance(quad.object, ox.Literal):
            comments[term] = quad.object.value
        elif quad.predicate == SCHEMA.term("domainIncludes"):
            used_of = shorten(str(getattr(quad.object, "value", "")), prefixes)
            uses.setdefault(term, []).append(f"`{used_of}`")
    if not uses:
        return _table(("term", "what it says"), [(f"`{k}`", v) for k, v in comments.items()])
    rows = [(f"`{term}`", ", ".join(uses.get(term, [])), text) for term, text in comments.items()]
    return _table(("term", "used of", "what it says"), rows)


def notices_page() -> str:
    """Put the notices that the reference data ask for into the licence of the data."""
    store = ox.Store()
    for path in sorted((ROOT / "data" / "reference").glob("*.trig")):
        store.load(path=path, format=ox.RdfFormat.TRIG)
    held: dict[tuple[str, str], list[str]] = {}
    for _graph, label, licence, rights in _select(store, GRAPHS_QUERY):
        held.setdefault((licence and f"<{licence}>", rights), []).append(label)
    rows = [(*terms, "; ".join(labels)) for terms, labels in sorted(held.items())]
    parts = [_table(("licence", "notice", "what it is about"), rows)]
    for licence, label, text in _select(store, LICENCES_QUERY):
        parts += [f"### {label}", f"<{licence}>", f"```text\n{text}\n```"]
    return _with_part("../LICENSE-DATA.md", "notices", "\n\n".join(parts))


def _select(store: ox.Store, query: str) -> Iterator[list[str]]:
    """Give the rows of a query as text; what is unbound is empty."""
    found = store.query(query)
    if not isinstance(found, ox.QuerySolutions):
        raise TypeError(query)
    for row in found:
        yield [str(getattr(value, "value", "")) for value in row]


def _with_part(name: str, part: str, text: str) -> str:
    """Replace the part of a page that stands between two comments."""
    begin = f"<!-- The {part} are written by docs/generate.py: see `make docs`. -->"
    end = f"<!-- End of the {part}. -->"
    page = (FOLDER / name).read_text(encoding="utf-8")
    pattern = re.compile(f"(?<={re.escape(begin)}\n).*?(?={re.escape(end)})", re.DOTALL)
    written, count = pattern.subn(lambda _: f"\n{text}\n\n", page)
    if count != 1:
        raise LookupError(f"{name} has no place for the {part}: {begin} … {end}")
    return written


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def _page(parts: Sequence[str]) -> str:
    title, *rest = parts
    return "\n\n".join([title, NOTE, *rest]) + "\n"


def manual() -> Iterator[tuple[str, str]]:
    """Write the pages of the manual."""
    _find_beside()
    import man_pages

    return ((f"man/{name}", text) for name, text in man_pages.pages())


def _find_beside() -> None:
    """Find modules beside this file, which may have been loaded by its path alone."""
    sys.path.insert(0, str(FOLDER))


def api_page() -> str:
    """Write what Python sees, from the docstrings."""
    _find_beside()
    import api_reference

    return _page(
        [
            "# The API",
            "What `import mipex_kg` offers. How to use it is described in "
            "[In Python and notebooks](python.md). These names are kept by the rules of "
            "[Semantic Versioning](https://semver.org/): what is not on this page may change at "
            "any time. `mipex_kg.__version__` is the version that is installed. In the examples, "
            "`reading-room` is the project that `mipex-kg init reading-room` makes.",
            *api_reference.groups(),
        ]
    )


PAGES: dict[str, Callable[[], str]] = {
    "api.md": api_page,
    "commands.md": commands_page,
    "settings.md": settings_page,
    "checks.md": checks_page,
    "architecture.md": architecture_page,
    "data-model.md": data_model_page,
    "../LICENSE-DATA.md": notices_page,
}


def stale(folder: Path) -> Iterator[tuple[Path, str]]:
    """Give the pages that are not what they should be, and what they should be."""
    for name, text in [*((name, write()) for name, write in PAGES.items()), *manual()]:
        path = folder / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            yield path, text


def main(arguments: Sequence[str], folder: Path = FOLDER) -> int:
    """Write the pages, or check them.

    :returns: the exit code
    """
    if set(arguments) - {"--check"}:
        print(__doc__, file=sys.stderr)
        return 2
    changed = list(stale(folder))
    for path, text in changed:
        if not arguments:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        print(f"{path.name} {'is stale: run `make docs`' if arguments else 'written'}.")
    return 1 if changed and arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
