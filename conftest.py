"""Where the examples in docstrings run: beside the project that ``mipex-kg init`` makes."""

from __future__ import annotations

from pathlib import Path

import pytest
from _pytest.doctest import DoctestItem

from mipex_kg.project.scaffold import scaffold


@pytest.fixture(scope="session")
def example_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder with the project ``reading-room``, for examples that need one."""
    folder = tmp_path_factory.mktemp("examples")
    scaffold(folder / "reading-room", name=None, title=None, base=None)
    return folder


@pytest.fixture(autouse=True)
def _beside_the_example(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if isinstance(request.node, DoctestItem):
        folder = request.getfixturevalue("example_folder")
        monkeypatch.chdir(folder)
        monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
