"""Pages and stylesheets pass the Nu HTML checker, with not so much as a warning."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import SiteOf
from tests.browser.serving import Site
from tests.browser.test_every_page import loaded
from tests.commands import HUNG
from tests.conftest import absent, tool

# Container queries, which the checker of CSS doesn't know yet.
UNKNOWN_YET = ("“container-type”", "“@container”")
UNKNOWN_UNIT = "cqi"
# It runs too shortly for what Java spends on making its programs faster to be worth it.
JAVA = ("-XX:TieredStopAtLevel=1", "-Xss4m")


def check(*folders: Path) -> list[dict[str, Any]]:
    """Check all pages and stylesheets of some folders."""
    java = shutil.which("java")
    if java is None:
        absent("Java")
    jar = tool("vnu-jar/build/dist/vnu.jar")
    options = ["--format", "json", "--exit-zero-always", "--skip-non-html", "--also-check-css"]
    command: list[str | Path] = [java, *JAVA, "-jar", str(jar), *options, "--stdout", *folders]
    done = subprocess.run(command, capture_output=True, text=True, timeout=HUNG)
    if "UnsupportedClassVersionError" in done.stderr:
        absent("Java 17")
    messages: list[dict[str, Any]] = json.loads(done.stdout)["messages"]
    return messages


def is_fault(message: dict[str, Any]) -> bool:
    """Tell whether a message is about a fault, and not about what the checker doesn't know."""
    if message["type"] == "info" and message.get("subType") != "warning":
        return False
    path = Path(message["url"].removeprefix("file:"))
    if path.suffix != ".css":
        return True
    line = path.read_text().splitlines()[message["lastLine"] - 1]
    is_unknown = "Parse Error" in message["message"] and UNKNOWN_UNIT in line
    return not is_unknown and not any(name in message["message"] for name in UNKNOWN_YET)


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("faulty")
    (folder / "page.html").write_text(
        '<!doctype html><html lang="en"><title>x</title><p id="a"><p id="a">'
    )
    (folder / "style.css").write_text("p { colour: red }")
    return folder


@pytest.fixture(scope="module")
def faults(site: Site, translated: Site, lighthouses: Site, faulty: Path) -> list[dict[str, Any]]:
    """Check all at once: it takes the checker longer to start than to read a small site."""
    pages = [each.folder / path for each in (site, translated) for path in loaded(each)]
    folders = (site.folder / "assets", lighthouses.folder, faulty)
    return list(filter(is_fault, check(*pages, *folders)))


@pytest.mark.parametrize("project", ["mipex", "translated", "lighthouses"])
def test_the_checker_finds_nothing(
    site_of: SiteOf, faults: list[dict[str, Any]], project: str
) -> None:
    folder = str(site_of(project).folder)
    found = [
        f"{message['url'].partition(folder)[2]}:{message.get('lastLine')}: "
        f"{message['message']} {message.get('extract', '')}"
        for message in faults
        if f"{folder}/" in message["url"]
    ]
    assert not found, "\n".join(found)


def test_the_checker_would_find_something(faults: list[dict[str, Any]], faulty: Path) -> None:
    found = [message["url"] for message in faults if f"{faulty}/" in message["url"]]
    assert {Path(url).name for url in found} == {"page.html", "style.css"}
