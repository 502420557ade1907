"""What the browser tests share: Chromium, the bundled site, and pages that are watched.

A page that is opened here fails its test when it writes an error to the console, breaks the policy
under which it is served, or asks another host for anything.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    sync_playwright,
)

from tests.browser.serving import Site, serve
from tests.conftest import LIGHTHOUSES, Run, absent, tool

# The rules of WCAG 2.2 AA, and what axe's makers hold to be good beyond them.
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
# Those of them that have to do with colours.
OF_COLOURS = ["color-contrast", "link-in-text-block"]
WIDTHS = (360, 1280)
SiteOf = Callable[[str], Site]
NETWORK = """
[network]
classes = ["schema:Person", "lh:Lighthouse"]
"""
# A text with everything that may be wider than a phone.
OWN_PAGE = """
# Anreise

Vom Hafen fährt die *Halligfähre*. Auskunft gibt die Leuchtturmwärterdienstwohnungsverwaltung.

## Fahrplan

| Abfahrt | Ankunft | Schiff | Bemerkung |
| --- | --- | --- | --- |
| 08:15 | 09:40 | „Graue Möwe“ | Niedrigwasserfahrplanänderungsvorbehalt |

    fahrplan --hafen Norderhallig --turm "Alter Finger" --tag Montag --ausgabe kalenderdatei.ics

1. Fähre
2. Fußweg, siehe [alle Türme](class/leuchtturm.html)
"""
# Leave three of what lies side by side and is made alike: of rows, entries, sections, squares on
# the map, which have a class for their place. The cells of a row stay, each below its heading.
THIN = """() => {
  const named = element => (element.getAttribute('class') ?? '')
    .replace(/\\b(?:col|row)-\\d+ /g, '')
  const made = element => [element, ...element.querySelectorAll('*')]
    .map(each => `${each.localName}.${named(each)}`).join()
  for (const parent of document.querySelectorAll('body *:not(tr, select)')) {
    const count = {}
    for (const child of [...parent.children]) {
      const how = made(child)
      count[how] = (count[how] ?? 0) + 1
      if (count[how] > 3) child.remove()
    }
  }
}"""
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    # A query engine that is loaded for a question or two isn't worth being made faster.
    "--js-flags=--liftoff-only",
)


def program(*names: str) -> str:
    """Find Chromium, best the one without windows, which opens a page in a quarter of the time."""
    paths = map(shutil.which, names or ("chromium-headless-shell", "chromium"))
    return next(filter(None, paths), None) or absent("Chromium")


@contextmanager
def running(playwright: Playwright, path: str) -> Iterator[Browser]:
    """Run a browser."""
    browser = playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
    try:
        yield browser
    finally:
        browser.close()


# It keeps an event loop running, in which nothing else can run one: not for longer than a module.
@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    program()  # without a browser, what drives it may lack something as well
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """Start the system's Chromium."""
    with running(playwright, program()) as browser:
        yield browser


@pytest.fixture(scope="session")
def site(bundled_site: Path) -> Iterator[Site]:
    """Serve the bundled site."""
    with serve(bundled_site) as served:
        yield served


@pytest.fixture(scope="session")
def translated(translated_site: Path) -> Iterator[Site]:
    """Serve the bundled site in all of its languages."""
    with serve(translated_site) as served:
        yield served


@pytest.fixture(scope="session")
def lighthouses(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Build a second project, with a page of its own and a network, and serve it."""
    project = tmp_path_factory.mktemp("second") / "lighthouses"
    shutil.copytree(LIGHTHOUSES, project)
    settings = project / "mipex-kg.toml"
    settings.write_text(settings.read_text() + NETWORK)
    (project / "pages").mkdir()
    (project / "pages" / "anreise.md").write_text(OWN_PAGE)
    folder = project.parent / "site"
    run("--project", project, "build", "-o", folder)
    with serve(folder) as served:
        yield served


@pytest.fixture
def site_of(request: pytest.FixtureRequest) -> SiteOf:
    """Give the site of a project by its name."""
    fixtures = {"mipex": "site", "translated": "translated", "lighthouses": "lighthouses"}
    return lambda project: request.getfixturevalue(fixtures[project])


def new_profile(browser: Browser) -> BrowserContext:
    """Have a browser forget all that it has loaded and stored."""
    profile = browser.new_context(accept_downloads=True)
    profile.set_default_timeout(180_000)
    return profile


@dataclass
class Visitor:
    """Opens pages and watches them.

    :param profile: in which it opens all of them, where each need not be the first
    :param expected: parts of complaints that a test provokes
    """

    browser: Browser
    site: Site
    profile: BrowserContext | None = None
    expected: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    _contexts: list[BrowserContext] = field(default_factory=list)
    _pages: list[Page] = field(default_factory=list)

    def open(
        self, path: str, *, dark: bool = False, width: int = 1280, site: Site | None = None
    ) -> Page:
        """Open a page of the site, or any address."""
        page = (self.profile or self._own_profile()).new_page()
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="dark" if dark else "light")
        self._pages.append(page)
        served = site or self.site
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self._see(request.url, served))
        page.goto(path if ":" in path else served.url(path))
        return page

    def _own_profile(self) -> BrowserContext:
        self._contexts.append(new_profile(self.browser))
        return self._contexts[-1]

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.text} ({message.location['url']})")

    def _see(self, url: str, served: Site) -> None:
        if not url.startswith((served.address, "file:", "blob:", "data:")):
            self.complaints.append(f"asked another host: {url}")

    def close(self) -> list[str]:
        """Close all pages; tell what they complained of and no test expected."""
        for page in self._pages:
            page.close()
        for context in self._contexts:
            context.close()
        return self.unexpected()

    def unexpected(self) -> list[str]:
        """Tell what the pages complained of and no test expected."""
        return [said for said in self.complaints if not any(part in said for part in self.expected)]


class Stroller(Visitor):
    """Goes from page to page in one tab: to open another takes three times as long as to go on."""

    def open(
        self, path: str, *, dark: bool = False, width: int = 1280, site: Site | None = None
    ) -> Page:
        """Go to a page of the site, or to any address."""
        self._served = site or self.site
        if not self._pages:
            return super().open(path, dark=dark, width=width, site=site)
        (page,) = self._pages
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(media="screen", color_scheme="dark" if dark else "light")
        page.goto(path if ":" in path else self._served.url(path))
        return page

    def _see(self, url: str, _first: Site) -> None:
        super()._see(url, self._served)


@pytest.fixture(scope="module")
def _stroller(chromium: Browser, site: Site) -> Iterator[Stroller]:
    stroller = Stroller(chromium, site)
    yield stroller
    stroller.close()


@pytest.fixture
def stroller(_stroller: Stroller) -> Iterator[Stroller]:
    """Open watched pages one after the other, in tests that leave nothing behind in the browser."""
    with heard(_stroller):
        yield _stroller


@contextmanager
def heard(stroller: Stroller) -> Iterator[None]:
    """Make sure that no page complains of what wasn't expected."""
    yield
    stroller.open("about:blank")  # what the last page had to say, it has said by then
    complaints = stroller.unexpected()
    stroller.complaints.clear()
    stroller.expected.clear()
    assert not complaints, "\n".join(complaints)


@pytest.fixture
def visitor(chromium: Browser, site: Site) -> Iterator[Visitor]:
    """Open watched pages in the test."""
    visitor = Visitor(chromium, site)
    yield visitor
    complaints = visitor.close()
    assert not complaints, "\n".join(complaints)


@pytest.fixture(scope="module")
def profile(chromium: Browser) -> Iterator[BrowserContext]:
    with closing(new_profile(chromium)) as profile:
        yield profile


@pytest.fixture
def regular(chromium: Browser, site: Site, profile: BrowserContext) -> Iterator[Visitor]:
    """Open watched pages in a browser that has loaded their files for other tests before."""
    visitor = Visitor(chromium, site, profile)
    yield visitor
    complaints = visitor.close()
    assert not complaints, "\n".join(complaints)


@pytest.fixture(scope="session")
def axe() -> str:
    """Read axe-core."""
    return tool("axe-core/axe.min.js").read_text()


def violations(page: Page, axe: str, *, dark: bool = False) -> list[str]:
    """Name what axe finds wrong on a page as it stands, each with the elements concerned.

    :param dark: to look at its colours in the dark as well, where nothing else is another
    """
    if page.evaluate("window.axe === undefined"):
        page.evaluate(axe)
    found = _judged(page, list(RULES))
    if dark:
        page.emulate_media(color_scheme="dark")
        in_the_dark = _judged(page, {"type": "rule", "values": OF_COLOURS})
        found += [f"in the dark: {violation}" for violation in in_the_dark]
        page.emulate_media(color_scheme="light")
    return found


def _judged(page: Page, rules: list[str] | dict[str, object]) -> list[str]:
    options = {"runOnly": rules, "resultTypes": ["violations"], "preload": False}
    found = page.evaluate("options => axe.run(options)", options)
    return [
        f"{violation['id']}: {node['html']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def file_address(path: Path) -> str:
    """Give the address at which a browser opens a file."""
    return path.as_uri()
