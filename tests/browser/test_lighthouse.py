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
SCRIPT = Path(__file__).with_name("lighthouse.mjs")


def measure(*urls: str) -> list[dict[str, Any]]:
    """Let Lighthouse judge pages."""
    node = shutil.which("node") or absent("Node.js")
    tools = tool("lighthouse/package.json").parents[1]
    done = subprocess.run(
        [node, SCRIPT, tools, ",".join(FULL), *urls],
        capture_output=True,
        text=True,
        timeout=HUNG,
        env={**os.environ, "CHROME_PATH": program()},
    )
    assert done.returncode == 0, done.stderr
    reports: list[dict[str, Any]] = json.loads(done.stdout)
    return reports


@pytest.fixture(scope="module")
def private(site: Site) -> str:
    """Name a page that is kept from search engines."""
    pages = [path for path in (site.folder / "person").glob("*.html") if is_private(path)]
    return min(pages).relative_to(site.folder).as_posix()


@pytest.fixture(scope="module")
def reports(site: Site, private: str) -> dict[str, dict[str, Any]]:
    """Judge all pages at once: it takes Lighthouse longer to start than to judge one."""
    paths = [path for path in (*PAGES, private) if (site.folder / path).is_file()]
    return dict(zip(paths, measure(*map(site.url, paths)), strict=True))


def score(report: dict[str, Any], category: str) -> float:
    return float(report["categories"][category]["score"])


def failed(report: dict[str, Any], category: str) -> list[str]:
    """Name the audits that count and were not passed."""
    counting = [ref["id"] for ref in report["categories"][category]["auditRefs"] if ref["weight"]]
    return [name for name in counting if report["audits"][name]["score"] not in (1, None)]


@pytest.mark.parametrize("path", PAGES)
def test_lighthouse_gives_full_marks(reports: dict[str, dict[str, Any]], path: str) -> None:
    report = reports.get(path) or absent(f"{path} (make assets)")
    assert {name: failed(report, name) for name in FULL} == {name: [] for name in FULL}
    assert [score(report, name) for name in FULL] == [1, 1, 1]


def test_a_private_page_is_kept_from_search_engines_and_else_is_as_good(
    reports: dict[str, dict[str, Any]], private: str
) -> None:
    report = reports[private]
    assert {name: failed(report, name) for name in FULL} == {
        "accessibility": [],
        "best-practices": [],
        "seo": ["is-crawlable"],
    }


def is_private(path: Path) -> bool:
    return '<meta name="robots" content="noindex">' in path.read_text()
