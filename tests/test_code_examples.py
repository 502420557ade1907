"""The examples of code on the page of the data: those that can run here do."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from lxml import html

from tests.conftest import BUNDLED_SITE, absent

NAMES = ["curl", "Python: mipex_kg", "Python: rdflib", "Python: pandas", "R", "JavaScript"]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def shown(bundled_site: Path) -> Iterator[dict[str, str]]:
    """Give the examples by their names, with the address at which the site is served here."""
    page = html.fromstring((bundled_site / "data.html").read_bytes())
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=bundled_site)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/"
        yield {
            box.cssselect("summary")[0].text: box.cssselect("pre")[0]
            .text_content()
            .replace(BUNDLED_SITE, address)
            for box in page.cssselect(".code details")
        }
        server.shutdown()


def test_all_are_there(shown: dict[str, str]) -> None:
    assert list(shown) == NAMES
    assert all("http://127.0.0.1" in text for name, text in shown.items() if "mipex_kg" not in name)


def _ran(program: str, *arguments: str, cwd: Path) -> str:
    if shutil.which(program) is None:
        absent(f"{program}, which runs an example,")
    done = subprocess.run([program, *arguments], cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_python(
    shown: dict[str, str],
    bundled_site: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    if shutil.which("curl") is None:
        absent("curl")
    _ran("sh", "-c", shown["curl"], cwd=tmp_path)
    dump = (bundled_site / "mipex-kg.trig").read_bytes()
    assert (tmp_path / "mipex-kg.trig").read_bytes() == dump
    exec(shown["Python: mipex_kg"], {})
    assert len(capsys.readouterr().out.splitlines()) >= 10
    exec(shown["Python: rdflib"], {})
    assert int(capsys.readouterr().out) > 5000
    exec(shown["Python: pandas"], {})
    assert "person" in capsys.readouterr().out


def test_javascript(shown: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "example.mjs").write_text(shown["JavaScript"])
    assert int(_ran("node", "example.mjs", cwd=tmp_path)) > 100


def test_r(shown: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "example.R").write_text(shown["R"])
    assert "name" in _ran("Rscript", "example.R", cwd=tmp_path).lower()
