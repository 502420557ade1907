"""Lighthouse gives the site full marks; how fast it is, `python -m bench.pages` measures."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import program
from tests.browser.serving import Site
from tests.commands import HUNG
from tests.conftest import absent, tool

FULL = ("accessibility", "best-practices", "seo")
PAGES = ("index.html", "person/david-ingleby.html", "sparql.html")
FLAGS = "--headless=new --no-sandbox --disable-dev-shm-usage --disable-gpu"


def measure(url: str, categories: tuple[str, ...]) -> dict[str, Any]:
    """Let Lighthouse judge a page."""
    node = shutil.which("node") or absent("Node.js")
    script = tool("lighthouse/cli/index.js")
    options = [
        "--quiet",
        "--output=json",
        f"--only-categories={','.join(categories)}",
        f"--chrome-flags={FLAGS}",
        "--no-enable-error-reporting",
    ]
    done = subprocess.run(
        [node, str(script), url, *options],
        capture_output=True,
        text=True,
        timeout=HUNG,
        env={**os.environ, "CHROME_PATH": program()},
    )
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def score(report: dict[str, Any], category: str) -> float:
    return float(report["categories"][category]["score"])


def failed(report: dict[str, Any], category: str) -> list[str]:
    """Name the audits that count and were not passed."""
    counting = [ref["id"] for ref in report["categories"][category]["auditRefs"] if ref["weight"]]
    return [name for name in counting if report["audits"][name]["score"] not in (1, None)]


@pytest.mark.parametrize("path", PAGES)
def test_lighthouse_gives_full_marks(site: Site, path: str) -> None:
    if not (site.folder / path).is_file():
        absent(f"{path} (make assets)")
    report = measure(site.url(path), FULL)
    assert {name: failed(report, name) for name in FULL} == {name: [] for name in FULL}
    assert [score(report, name) for name in FULL] == [1, 1, 1]


def test_a_private_page_is_kept_from_search_engines_and_else_is_as_good(site: Site) -> None:
    private = [path for path in (site.folder / "person").glob("*.html") if is_private(path)]
    page = min(private).relative_to(site.folder).as_posix()
    report = measure(site.url(page), FULL)
    assert {name: failed(report, name) for name in FULL} == {
        "accessibility": [],
        "best-practices": [],
        "seo": ["is-crawlable"],
    }


def is_private(path: Path) -> bool:
    return '<meta name="robots" content="noindex">' in path.read_text()
