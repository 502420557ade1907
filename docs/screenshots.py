"""Take the pictures of ``docs/gallery.md``: ``make screenshots``, with Chromium.

They are of the bundled site, and of ``mipex-kg init``'s.
"""

from __future__ import annotations

import argparse
import contextlib
import shutil
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, sync_playwright

PICTURES = Path(__file__).parent / "pictures"
_QUALITY = 75
_WIDE, _NARROW = (1280, 860), (390, 844)


@dataclass(frozen=True)
class Picture:
    """A picture of a page.

    :param page: a path in the site
    :param asked: whether to run the query of the page first
    """

    name: str
    page: str
    size: tuple[int, int] = _WIDE
    scheme: Literal["light", "dark"] = "light"
    asked: bool = False


BUNDLED = (
    Picture("home", "index.html"),
    Picture("person", "person/giacomo-solano.html"),
    Picture("person-dark", "person/giacomo-solano.html", _NARROW, "dark"),
    Picture("source", "source/who-produces-mipex.html"),
    Picture("class", "class/organisation.html"),
    Picture("sparql", "sparql.html", asked=True),
)
NEW = (Picture("new-project", "index.html"),)


def main() -> None:
    """Serve both sites, and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bundled", type=Path, help="the folder of the bundled site")
    parser.add_argument("new", type=Path, help="the folder of the site of a new project")
    options = parser.parse_args()
    path = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if not path:
        sys.exit("Chromium is needed.")
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for site, pictures in ((options.bundled, BUNDLED), (options.new, NEW)):
            with served(site) as root:
                take(browser, root, pictures)


@contextlib.contextmanager
def served(site: Path) -> Iterator[str]:
    """Serve a folder on this machine alone, and give its address."""
    handler = partial(SimpleHTTPRequestHandler, directory=site)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def take(browser: Browser, root: str, pictures: tuple[Picture, ...]) -> None:
    """Write the pictures of pages of one site."""
    for picture in pictures:
        width, height = picture.size
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=picture.scheme,
        )
        page = context.new_page()
        page.goto(root + picture.page, wait_until="networkidle")
        if picture.asked:
            page.get_by_role("button", name="Run").click()
            page.get_by_role("table").first.wait_for()
        page.screenshot(path=PICTURES / f"{picture.name}.jpg", type="jpeg", quality=_QUALITY)
        context.close()


if __name__ == "__main__":
    main()
