"""How fast pages are in a browser on a slow phone, as Lighthouse judges them."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.measure import MIPEX_KG, note, run, table, workplace
from bench.serve import HOST, Peer, Words, running

PAGES = ("index.html", "country/ES.html", "class/person.html", "sparql.html")
HEADER = ["page", "performance", "largest paint", "blocked", "shift", "transferred"]
# What comes to pass in a browser differs from run to run: the median counts.
RUNS = 5
_LIGHTHOUSE = Path(__file__).parents[1] / "tests/tools/node_modules/lighthouse/cli/index.js"
_FLAGS = "--headless=new --no-sandbox --disable-dev-shm-usage --disable-gpu"


def main(arguments: Sequence[str] | None = None) -> None:
    """Build the bundled project, serve it, and print a table."""
    parser = argparse.ArgumentParser(prog="python -m bench.pages", description=__doc__)
    parser.add_argument("--pages", nargs="+", default=PAGES, help="paths in the site")
    parser.add_argument("--times", type=int, default=RUNS, help=f"runs of each (default: {RUNS})")
    options = parser.parse_args(arguments)
    chromium = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if not (_LIGHTHOUSE.is_file() and shutil.which("node") and chromium):
        sys.exit("Node.js, Chromium and Lighthouse are needed: `make test` fetches the last.")
    with workplace() as work:
        site = work / "site"
        built = run([[MIPEX_KG, "build", "--bundled", "-o", site]], work)
        if built.code:
            sys.exit(f"The build failed:\n{(work / 'errors').read_text()}")
        ours: Words = [MIPEX_KG, "serve", site, "--log", "none", "--port"]
        rows = []
        with running(Peer("mipex-kg", lambda port: [*ours, str(port)]), work) as server:
            for page in options.pages:
                note(f"{page} …")
                url = f"http://{HOST}:{server.port}/{page}"
                rows.append([page, *median([judge(url, chromium) for _ in range(options.times)])])
    print(f"## Pages, the median of {options.times} runs of Lighthouse\n")
    print(table(HEADER, rows))


def judge(url: str, chromium: str) -> dict[str, Any]:
    """Let Lighthouse open a page, as on a slow phone."""
    options = ["--quiet", "--output=json", "--only-categories=performance"]
    options += [f"--chrome-flags={_FLAGS}", "--no-enable-error-reporting"]
    done = subprocess.run(
        ["node", str(_LIGHTHOUSE), url, *options],
        capture_output=True,
        check=True,
        env={**os.environ, "CHROME_PATH": chromium},
    )
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def median(reports: Sequence[dict[str, Any]]) -> list[str]:
    """Give the columns of a table from the reports of one page."""

    def of(audit: str) -> float:
        values = (float(report["audits"][audit]["numericValue"]) for report in reports)
        return statistics.median(values)

    scores = [report["categories"]["performance"]["score"] for report in reports]
    return [
        f"{statistics.median(scores):.2f}",
        f"{of('largest-contentful-paint') / 1000:.1f} s",
        f"{of('total-blocking-time'):.0f} ms",
        f"{of('cumulative-layout-shift'):.3f}",
        f"{of('total-byte-weight') / 1024:.0f} KiB",
    ]


if __name__ == "__main__":
    main()
