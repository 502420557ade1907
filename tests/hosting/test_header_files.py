"""`_headers` and `_redirects`, read as their hosts say that they read them.

Cloudflare's documentation: an asterisk matches greedily any characters, one in a rule; all rules
that match count, and values of one header are joined. 100 rules, lines of 2,000 characters.
Netlify's: the first redirect that matches counts, and an exclamation mark puts it before a file.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from mipex_kg.hosting.rules import POLICY
from mipex_kg.media_types import media_type
from tests.conftest import ROOT, Run


@pytest.fixture(scope="module", params=["netlify", "cloudflare"])
def site(
    request: pytest.FixtureRequest,
    run: Run,
    bundled_site: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    folder = tmp_path_factory.mktemp("headers") / "site"
    shutil.copytree(bundled_site, folder, copy_function=os.link)
    run("--project", ROOT, "hosting", request.param, "-o", folder)
    return folder


def rules(site: Path) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for line in (site / "_headers").read_text().splitlines():
        assert len(line) <= 2000
        if line.startswith("/"):
            assert line.count("*") <= 1
            found[line] = {}
        elif line.startswith("  "):
            name, value = line.strip().split(": ", 1)
            found[list(found)[-1]][name] = value
    assert len(found) <= 100
    return found


def headers(site: Path, path: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for pattern, values in rules(site).items():
        if re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), f"/{path}"):
            for name, value in values.items():
                found.setdefault(name, []).append(value)
    return found


def paths(site: Path) -> list[str]:
    files = (p.relative_to(site).as_posix() for p in site.rglob("*") if p.is_file())
    return sorted(p for p in files if not p.startswith("_"))


def test_no_header_is_given_twice(site: Path) -> None:
    for path in paths(site)[::7]:
        assert all(len(values) == 1 for values in headers(site, path).values()), path


def test_every_file_gets_what_it_needs(site: Path) -> None:
    known = {".html", ".css", ".js", ".json", ".csv", ".txt", ".xml", ".svg", ".gz"}
    for path in paths(site)[::11]:
        given = headers(site, path)
        assert given["Content-Security-Policy"] == [POLICY]
        assert given["Access-Control-Allow-Origin"] == ["*"]
        if "Content-Type" in given:
            assert given["Content-Type"] == [media_type(path).header]
        elif not path.startswith("pagefind/"):
            assert Path(path).suffix in known
            assert ".linkset." not in path


def test_what_never_changes_is_kept(site: Path) -> None:
    hashed = [p for p in paths(site) if re.search(r"assets/\w+-[0-9A-Z]{8}\.|/fragment/", p)]
    assert len(hashed) > 5
    for path in paths(site):
        if path in hashed:
            assert "immutable" in headers(site, path)["Cache-Control"][0]
    assert "Cache-Control" not in headers(site, "assets/style.css")
    assert "Cache-Control" not in headers(site, "index.html")


def test_each_thing_leads_to_its_page(site: Path) -> None:
    file = site / "_redirects"
    if not file.exists():
        return
    lines = [line.split() for line in file.read_text().splitlines() if line[0] == "/"]
    assert len(lines) > 400
    for source, target, status in lines:
        assert status == "302!"
        assert (site / target[1:]).is_file()
        assert (site / f"{source[1:]}.ttl").is_file()
        assert not (site / source[1:]).is_file()


def test_cloudflare_gets_no_redirects_that_would_go_round(run: Run, tmp_path: Path) -> None:
    run("--project", ROOT, "hosting", "cloudflare", "-o", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["_headers"]
