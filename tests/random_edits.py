"""Random edits of projects: after each, a build that takes over what it can is one from nothing.

``python -m tests.random_edits 500`` tries many; ``--project DIR`` does so on a copy of a project.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import pyoxigraph as ox
from jinja2 import UndefinedError

from mipex_kg.dataset.assembly import load_project_dataset, parse_project_file
from mipex_kg.project.project import load_project
from mipex_kg.project.settings import FILE_NAME
from mipex_kg.site.build import Built, build
from mipex_kg.system.errors import KgError
from mipex_kg.validation.validated import ValidatedDataset

HARBOUR = Path(__file__).parent / "harbour"
_LEFT_OUT = shutil.ignore_patterns(
    *(".*", "site", "node_modules", "tests", "mipex_kg", "docs", "bench")
)
_LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"')
_IRI = re.compile(r"<[^>]*>")
_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_OWL, _RDFS = "http://www.w3.org/2002/07/owl#", "http://www.w3.org/2000/01/rdf-schema#"
# What is said of properties and classes decides what pages fold and how they name things.
_TELLING = (
    f"<{_RDFS}subClassOf>",
    f"<{_RDFS}subPropertyOf>",
    f"<{_RDFS}label>",
    f"<{_OWL}inverseOf>",
    "<http://www.w3.org/2004/02/skos/core#broader>",
    "<http://www.w3.org/2004/02/skos/core#inScheme>",
    "<https://w3id.org/mipex-kg/kg#noIndex>",
)
_SETTINGS: tuple[tuple[str, str, str], ...] = (
    ("pages", "entries", "3"),
    ("pages", "entries", "200"),
    ("pages", "sections", "2"),
    ("pages", "sections", "60"),
    ("documents", "linksets", "false"),
    ("documents", "linksets", "true"),
    ("documents", "formats", '["turtle"]'),
    ("documents", "formats", '["turtle", "jsonld", "trig"]'),
)
_TEMPLATES = (
    '{% extends "_engine/thing.html" %}',
    "<!doctype html><html><head><title>{{ title }}</title></head><body>{{ main_class }}"
    "{% for cls in at.classes.members %}{{ at.classes.members[cls] | length }}{% endfor %}"
    "</body></html>",
)


@dataclass
class Edited:
    """A project whose data are in lines, to be changed one after the other.

    :param root: the folder of the project
    """

    root: Path
    rng: random.Random
    files: list[Path] = field(default_factory=list)

    def lines(self, path: Path) -> list[str]:
        return path.read_text(encoding="utf-8").splitlines()

    def write(self, path: Path, lines: list[str]) -> None:
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")

    def line(self) -> tuple[Path, list[str], int]:
        """Choose a statement."""
        path = self.rng.choice([file for file in self.files if file.stat().st_size])
        lines = self.lines(path)
        return path, lines, self.rng.randrange(len(lines))

    def term(self) -> str:
        """Choose what some statement is about."""
        _path, lines, at = self.line()
        return lines[at].partition(" ")[0]

    def edit(self) -> str:
        """Change something, and tell what."""
        kind = self.rng.choice(EDITS)
        return f"{kind.__name__}: {kind(self)}"


Edit: TypeAlias = Callable[[Edited], str]


def _text(project: Edited) -> str:
    path, lines, at = project.line()
    lines[at] = _LITERAL.sub(lambda found: f'"{found[1]} {project.rng.randrange(9)}"', lines[at])
    project.write(path, lines)
    return lines[at]


def _drop(project: Edited) -> str:
    path, lines, at = project.line()
    gone = lines.pop(at)
    project.write(path, lines)
    return gone


def _add(project: Edited) -> str:
    """Say of one thing what is said of another."""
    path, lines, at = project.line()
    new = f"{project.term()} {lines[at].partition(' ')[2]}"
    lines.insert(project.rng.randrange(len(lines) + 1), new)
    project.write(path, lines)
    return new


def _link(project: Edited) -> str:
    """Link two things by a property that says much, or by any."""
    path, lines, at = project.line()
    _, predicate, _rest = lines[at].split(" ", 2)
    predicate = project.rng.choice([predicate, *_TELLING])
    graph = _graph(lines[at])
    value = '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>'
    value = value if "noIndex" in predicate else project.term()
    if predicate.startswith("_:"):
        return ""
    new = f"{project.term()} {predicate} {value}{graph} ."
    project.write(path, [*lines, new])
    return new


def _graph(line: str) -> str:
    last = line.removesuffix(" .").rpartition(" ")[2]
    quad = next(iter(ox.parse(line, format=ox.RdfFormat.N_QUADS)))
    return "" if isinstance(quad.graph_name, ox.DefaultGraph) else f" {last}"


def _swap(project: Edited) -> str:
    path, lines, at = project.line()
    other = project.rng.randrange(len(lines))
    lines[at], lines[other] = lines[other], lines[at]
    project.write(path, lines)
    return f"{at}, {other}"


def _rename(project: Edited) -> str:
    """Call a thing otherwise, wherever it is named."""
    old = project.term()
    if old.startswith("_:"):
        return ""
    new = f"{old[:-1]}-{project.rng.randrange(9)}>"
    for path in project.files:
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(old, new), encoding="utf-8")
    return f"{old} {new}"


def _turn(project: Edited) -> str:
    """Make a thing a member of another class."""
    path, lines, at = project.line()
    classes = [line for line in lines if f" {_TYPE} " in line]
    if not classes:
        return ""
    new = f"{project.term()} {project.rng.choice(classes).partition(' ')[2]}"
    lines[at:at] = [new]
    project.write(path, lines)
    return new


def _set(project: Edited) -> str:
    path = project.root / FILE_NAME
    table, key, value = project.rng.choice(_SETTINGS)
    lines = [line for line in project.lines(path) if not line.startswith(f"{key} = ")]
    head = f"[{table}]"
    if head not in lines:
        lines += [head]
    lines.insert(lines.index(head) + 1, f"{key} = {value}")
    project.write(path, lines)
    return f"{table}.{key} = {value}"


def _title(project: Edited) -> str:
    path, title = project.root / FILE_NAME, f"title = {project.rng.randrange(99)!r}"
    text = path.read_text(encoding="utf-8")
    title = title.replace("= ", '= "') + '"'
    path.write_text(re.sub(r"(?m)^title = .*$", title, text, count=1), encoding="utf-8")
    return title


def _template(project: Edited) -> str:
    path = project.root / "pages" / "templates" / "thing.html"
    if path.exists():
        path.unlink()
        return "none"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(project.rng.choice(_TEMPLATES[1:]), encoding="utf-8")
    return "one"


def _page(project: Edited) -> str:
    path = project.root / "pages" / project.rng.choice(["about.md", "index.md", "more.md"])
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"# A title\n\nSaid {project.rng.randrange(99)} times.\n", encoding="utf-8")
    return path.name


EDITS: tuple[Edit, ...] = (
    *(_text, _text, _text, _drop, _drop, _add, _add, _link, _link, _link, _swap, _rename, _turn),
    *(_set, _title, _template, _page),
)


def edited_copy(source: Path, root: Path, seed: int) -> Edited:
    """Copy a project, with its data and its ontology in lines that can be changed by themselves."""
    shutil.copytree(source, root, ignore=_LEFT_OUT)
    project, edited = load_project(root), Edited(root, random.Random(seed))
    settings = root / FILE_NAME
    found = dict.fromkeys((*project.data_files, *project.ontology_files))
    # What lies elsewhere is not a copy, and stays as it is.
    for path in (path for path in found if path.resolve().is_relative_to(root.resolve())):
        quads = parse_project_file(path, project).quads
        has_graphs = any(not isinstance(q.graph_name, ox.DefaultGraph) for q in quads)
        path.unlink()
        file = path.with_suffix(".nq" if has_graphs else ".nt")
        file.write_text("".join(f"{quad} .\n" for quad in quads), encoding="utf-8")
        edited.files.append(file)
        # What is said of a file in the settings is of what it has become.
        told = settings.read_text(encoding="utf-8").replace(f"/{path.name}", f"/{file.name}")
        settings.write_text(told, encoding="utf-8")
    return edited


def build_edited(root: Path, site: Path, *, is_anew: bool) -> Built | str:
    """Build, valid or not; what is wrong is told where nothing can be built."""
    try:
        project = load_project(root)
        found = ValidatedDataset(project, lambda: load_project_dataset(project), isolated=False)
        return build(found, site, processes=1, index=lambda *_: None, is_anew=is_anew)
    except (KgError, UndefinedError) as error:  # of data that are not valid, in a template
        return str(error).replace(str(site), "")


def hashes(site: Path) -> dict[str, str]:
    return {
        path.relative_to(site).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in site.rglob("*")
        if path.is_file()
    }


@dataclass(frozen=True)
class Step:
    """An edit, and what became of it.

    :param differing: the files that an incremental build wrote otherwise
    """

    edit: str
    written: int
    unchanged: int
    differing: tuple[str, ...]


def steps(source: Path, folder: Path, seed: int, number: int) -> Iterator[Step]:
    """Edit a copy of a project again and again, and build it in both ways after each."""
    edited = edited_copy(source, folder / "project", seed)
    again, anew, before = folder / "again", folder / "anew", folder / "before"
    first = build_edited(edited.root, again, is_anew=False)
    assert isinstance(first, Built), first
    for _ in range(number):
        shutil.copytree(edited.root, before)
        edit = edited.edit()
        shutil.rmtree(anew, ignore_errors=True)
        built = build_edited(edited.root, again, is_anew=False)
        expected = build_edited(edited.root, anew, is_anew=True)
        if isinstance(built, str) or isinstance(expected, str):
            yield Step(edit, 0, 0, () if built == expected else (f"{built} / {expected}",))
            shutil.rmtree(edited.root)
            before.rename(edited.root)
            continue
        found, wanted = hashes(again), hashes(anew)
        names = found.keys() | wanted.keys()
        differing = tuple(sorted(n for n in names if found.get(n) != wanted.get(n)))
        yield Step(edit, built.written, built.unchanged, differing)
        shutil.rmtree(before)


def main() -> None:
    """Try many edits."""
    parser = argparse.ArgumentParser(prog="python -m tests.random_edits", description=__doc__)
    parser.add_argument("number", type=int, help="of seeds")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--edits", type=int, default=10, help="of each seed")
    parser.add_argument("--project", type=Path, default=HARBOUR)
    options = parser.parse_args()
    wrong = tried = written = unchanged = 0
    for seed in range(options.first, options.first + options.number):
        with tempfile.TemporaryDirectory() as folder:
            os.environ["XDG_CACHE_HOME"] = f"{folder}/cache"
            for step in steps(options.project, Path(folder), seed, options.edits):
                tried, written = tried + 1, written + step.written
                unchanged += step.unchanged
                if step.differing:
                    wrong += 1
                    print(f"seed {seed}: {step.edit}: {step.differing[:5]}", flush=True)
    print(f"{tried} edits, {wrong} differ; {written} files written, {unchanged} unchanged.")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
