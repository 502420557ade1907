"""Run the notebook of examples, and write what each cell shows into it.

``python docs/run_notebook.py`` writes it; with ``--check`` it only tells, by exit code 1, that it
is stale.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).with_name("examples.ipynb")
# What the same cells show another time is the same, but for this.
_FLEETING = ("execution", "ExecuteTime")


def executed(path: Path = NOTEBOOK) -> Any:
    """Run a notebook in a kernel of its own, and give it with what its cells show.

    :raises CellExecutionError: when a cell fails
    :raises ValueError: when one writes to standard error
    """
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(
        notebook,
        timeout=120,
        resources={"metadata": {"path": str(path.parent)}},
        # It warns that others on this machine might listen.
        extra_arguments=["--IPKernelApp.log_level=ERROR"],
    ).execute()
    for cell in notebook.cells:
        if any(output.get("name") == "stderr" for output in cell.get("outputs", ())):
            raise ValueError(f"It writes to standard error: {cell.source}")
        for name in _FLEETING:
            cell.metadata.pop(name, None)
    # Which Python has run it is not what it is about.
    notebook.metadata.language_info = {"name": "python"}
    return notebook


def main(arguments: Sequence[str]) -> int:
    """Run the notebook, and write or check it.

    :returns: the exit code
    """
    if set(arguments) - {"--check"}:
        print(__doc__, file=sys.stderr)
        return 2
    text = nbformat.writes(executed())
    is_stale = NOTEBOOK.read_text(encoding="utf-8") != text + "\n"
    if is_stale and not arguments:
        NOTEBOOK.write_text(text + "\n", encoding="utf-8")
    if is_stale:
        print(f"{NOTEBOOK.name} {'is stale: run `make docs`' if arguments else 'written'}.")
    return 1 if is_stale and arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
