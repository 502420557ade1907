"""The readers' own tools, where there are any: CKAN's parser, udata's harvest, mlcroissant.

Each runs in a process of its own, by the Python that was named for it, or by ours if that has it.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib import metadata, resources
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from mipex_kg.project.media_types import media_type
from mipex_kg.validation.report import Finding, Place, Severity

_SECONDS = 300


class Tool(NamedTuple):
    """A reader's own tool.

    :param name: of its distribution
    :param module: by which one knows that it is there
    """

    name: str
    module: str
    script: str


# By the checks in which they look too.
TOOLS: Mapping[str, Tool] = {
    "ckan": Tool("ckanext-dcat", "ckanext.dcat", "in_ckan.py"),
    "udata": Tool("udata", "udata", "in_udata.py"),
    "croissant": Tool("mlcroissant", "mlcroissant", "in_mlcroissant.py"),
}


class Told(NamedTuple):
    """What a tool said.

    :param answer: None if it said nothing
    :param problem: why it said nothing, though it was there
    """

    answer: Any = None
    problem: str = ""


def ask_tool(check: str, pythons: Mapping[str, Path], request: object) -> Told | None:
    """Let a reader's tool look.

    :param check: in which it looks
    :param pythons: by which tools are run, by the names of the checks
    :param request: what it is asked, as its script says
    :returns: None if there is no such tool
    """
    tool, python = TOOLS[check], pythons.get(check)
    if python is None and not _is_here(tool):
        return None
    # What our libraries are warned of is nothing that others' are to fail by.
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONWARNINGS"}
    if python is not None:  # which has libraries of its own
        kept = {k: v for k, v in kept.items() if not k.startswith(("PYTHON", "VIRTUAL_ENV"))}
    with resources.as_file(resources.files("mipex_kg.checks.harvesters") / tool.script) as script:
        try:
            done = subprocess.run(  # noqa: S603 - the user has named it
                [str(python or sys.executable), str(script)],
                input=json.dumps(request).encode(),
                capture_output=True,
                env=kept,
                timeout=_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Told(problem=f"it takes more than {_SECONDS} seconds")
        except OSError as error:
            return Told(problem=f"{python} can't be run: {error.strerror}")
    if done.returncode:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        return Told(problem=lines[-1] if lines else f"it ended with {done.returncode}")
    return Told(json.loads(done.stdout))


def _is_here(tool: Tool) -> bool:
    try:
        return find_spec(tool.module) is not None
    except ModuleNotFoundError:
        return False


def by_whom(check: str, told: Told | None) -> str:
    """Say for the table who has looked."""
    tool = TOOLS[check]
    if told is None:
        return f"by rule (no {tool.name})"
    if told.problem:
        return f"by rule ({tool.name} failed)"
    with contextlib.suppress(metadata.PackageNotFoundError):
        return f"by {tool.name} {metadata.version(tool.name)}"
    return f"by {tool.name}"


def problems(check: str, told: Told | None) -> Iterator[Finding]:
    """Tell that a tool that should look could not."""
    if told is not None and told.problem:
        yield Finding(
            Severity.VIOLATION,
            "tool",
            f"{TOOLS[check].name} could not look: {told.problem}.",
            "Fix its installation, or name another Python with --tool.",
        )


def said(check: str, message: str, severity: Severity, place: Path, hint: str) -> Finding:
    """Make a finding of what a tool has said."""
    return Finding(severity, "tool", f"{TOOLS[check].name}: {message}", hint, place=Place(place))


@contextlib.contextmanager
def on_loopback(folder: Path) -> Iterator[str]:
    """Serve a folder to this machine alone, for tools that only read what is on the web.

    :returns: its address
    """
    handler = partial(_Handler, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=partial(server.serve_forever, 0.05), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(SimpleHTTPRequestHandler):
    def guess_type(self, path: str | os.PathLike[str]) -> str:
        return media_type(os.fspath(path)).header

    def list_directory(self, path: str | os.PathLike[str]) -> None:
        del path
        self.send_error(404)

    def log_message(self, format: str, *args: object) -> None:
        pass
