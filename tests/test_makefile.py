"""The Makefile finds a Python that works, whatever is in PATH before it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Protocol

import pytest

from tests.conftest import ROOT, absent

BROKEN = "echo 'this version is not installed' >&2; exit 127"
OLD = "exit 1"
GOOD = f'exec "{sys.executable}" "$@"'


class Choose(Protocol):
    def __call__(self, *folders: dict[str, str]) -> str: ...


@pytest.fixture
def choose(tmp_path: Path) -> Choose:
    """Ask for the Python that is chosen, given the folders of PATH with what is in them."""
    make = shutil.which("make")
    if make is None:
        absent("make")
    show = tmp_path / "show.mk"
    show.write_text("show:\n\t@:; echo '$(PYTHON)'\n")  # the colon has a shell run it

    def choose(*folders: dict[str, str]) -> str:
        paths = []
        for number, folder in enumerate(folders):
            path = tmp_path / str(number)
            path.mkdir()
            for name, body in folder.items():
                (path / name).write_text(f"#!/bin/sh\n{body}\n")
                (path / name).chmod(0o755)
            paths.append(str(path))
        command = [make, "--silent", "-f", "Makefile", "-f", str(show), "show"]
        done = subprocess.run(
            command, cwd=ROOT, env={"PATH": ":".join(paths)}, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.replace(str(tmp_path), "").strip()

    return choose


@pytest.mark.parametrize(
    ("folders", "expected"),
    [
        (({"python3": GOOD},), "/0/python3"),
        (({"python3.12": GOOD, "python3": OLD},), "/0/python3.12"),
        (({"python3.14": GOOD},), "/0/python3.14"),
        (({"python": GOOD},), "/0/python"),
        # A version manager's name for what isn't installed hides the system's.
        (({"python3.11": BROKEN, "python3": BROKEN}, {"python3.11": GOOD}), "/1/python3.11"),
        (({"python3": BROKEN}, {"python3": OLD}, {"python3": GOOD}), "/2/python3"),
        (({"python3": BROKEN, "python": OLD},), ""),
        ((), ""),
    ],
)
def test_a_python_that_works_is_chosen(
    choose: Choose, folders: tuple[dict[str, str], ...], expected: str
) -> None:
    assert choose(*folders) == expected
