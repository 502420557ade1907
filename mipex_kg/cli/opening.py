"""The graph that a command works on, as the API gives it."""

from __future__ import annotations

from pathlib import Path

from mipex_kg.api.graph import KnowledgeGraph


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
    from mipex_kg.project.project import at_site, find_project

    found = find_project(project, needs_own=needs_own)
    return KnowledgeGraph(found if site is None else at_site(found, site), isolated=True)
