"""The project and the graph that a command works on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mipex_kg.api.graph import KnowledgeGraph
from mipex_kg.cli import terminal

if TYPE_CHECKING:
    from mipex_kg.project.project import Project


def open_project(
    directory: Path | None, *, needs_own: bool = False, instead: str = "--project"
) -> Project:
    """Find the project that was named, or the one in which the user is.

    Where it is the bundled one, and nobody asked for that, a note says so: who thinks that it is
    their own graph would take its answers for theirs.

    :param needs_own: whether the bundled one must be asked for
    :param instead: the options that name what to take instead of it
    :raises UsageError: when there is no project there, or a setting is wrong
    :raises SourceError: when the settings can't be read
    """
    # Imported here: files are queried in less time without.
    from mipex_kg.project.project import find_project, project_directory

    found = find_project(directory, needs_own=needs_own)
    if project_directory(directory) is None:
        terminal.note(
            f"There is no project here, so the bundled “{found.title}” is used. Name another with "
            f"{instead}; --bundled hides this note."
        )
    return found


def open_graph(
    project: Path | None, *, site: str | None = None, needs_own: bool = False
) -> KnowledgeGraph:
    """Open the graph of the project that was named, or of the one in which the user is.

    Its work is done in processes of their own, which Ctrl-C and a time limit can end.

    :param site: the address at which its site will be, instead of the setting
    :param needs_own: whether the bundled one must be asked for
    :raises UsageError: when there is no project there, or a setting is wrong
    :raises SourceError: when the settings can't be read
    """
    # Imported here: files are queried in less time without.
    from mipex_kg.project.project import at_site

    found = open_project(project, needs_own=needs_own)
    return KnowledgeGraph(found if site is None else at_site(found, site), isolated=True)
