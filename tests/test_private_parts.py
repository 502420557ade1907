"""Packages into whose private parts we reach: pinned to a minor version, and watched.

When a test here fails, a package has moved. Read its changes beside the module of ours that is
named, run that module's tests, and only then write the new version and digest here.
"""

from __future__ import annotations

import hashlib
import inspect
import tomllib
from importlib.metadata import version
from typing import NamedTuple

import pytest
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from tests.conftest import ROOT


class Reached(NamedTuple):
    """A package, and where we rely on what it doesn't promise.

    :param minor: the version that we know
    """

    package: str
    minor: str
    ours: str


REACHED = (
    Reached("uvicorn", "0.54", "mipex_kg/serving/connection.py, cycle.py: its protocol"),
    Reached("jinja2", "3.1", "mipex_kg/site/pages/template_code.py: how its compiler writes"),
    Reached("pagefind", "1.5", "mipex_kg/site/search.py: the messages of its service, its index"),
)
# Of the classes that our own are made of.
UVICORN = {
    HttpToolsProtocol: "18fdf324b11bf160",
    RequestResponseCycle: "e67d470d435dcc1c",
}


@pytest.mark.parametrize("reached", REACHED, ids=lambda reached: reached.package)
def test_the_version_is_one_that_is_known(reached: Reached) -> None:
    given = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    pinned = next(text for text in given if text.startswith(reached.package))
    major, minor = map(int, reached.minor.split("."))
    least, _, below = pinned.partition(">=")[2].partition(",<")
    assert f"{least}.".startswith(f"{reached.minor}."), reached.ours
    assert below == f"{major}.{minor + 1}", reached.ours
    assert version(reached.package).startswith(f"{reached.minor}."), reached.ours


@pytest.mark.parametrize("cls", UVICORN, ids=lambda cls: cls.__name__)
def test_what_is_reached_into_is_as_it_was(cls: type) -> None:
    found = hashlib.sha256(inspect.getsource(cls).encode()).hexdigest()[:16]
    assert found == UVICORN[cls], "uvicorn's protocol has moved: see serving/connection.py"
