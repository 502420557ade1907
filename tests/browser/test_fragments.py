"""A link to a thing that shares a document leads to the thing, whatever its fragment is."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from tests.browser.serving import serve
from tests.conftest import Run

SETTINGS = '[project]\nname = "odd"\ntitle = "Odd"\nbase = "https://e.test/"\n'
FRAGMENTS = ("ä%20", "%20", "ö", "🗼%C3%A4", "é%c3%a4", "a'b", "語%22", "%ff")
TARGET = "document.querySelector(':target')?.textContent"


def test_each_fragment_has_its_place(chromium: Browser, run: Run, tmp_path: Path) -> None:
    facts = ["@prefix s: <http://schema.org/> . @base <https://e.test/> ."]
    facts += [f'<n#{f}> a s:Place ; s:name "Place {n}"@en .' for n, f in enumerate(FRAGMENTS)]
    facts += [f'<from> a s:Person ; s:name "From"@en ; s:knows <n#{">, <n#".join(FRAGMENTS)}> .']
    (tmp_path / "data").mkdir()
    (tmp_path / "mipex-kg.toml").write_text(SETTINGS)
    (tmp_path / "data" / "facts.ttl").write_text("\n".join(facts))
    run("--project", tmp_path, "build", "-o", tmp_path / "site")
    with serve(tmp_path / "site") as site:
        page = chromium.new_page()
        for number, fragment in enumerate(FRAGMENTS):
            name = f"Place {number}"
            page.goto(site.url("from.html"))
            page.get_by_role("link", name=name, exact=True).first.click()
            page.wait_for_url("**/n.html#*")
            assert name in page.evaluate(TARGET), fragment
            # And who follows the name of the thing comes there as well.
            page.goto("about:blank")
            page.goto(site.url(f"n.html#{fragment}"))
            assert name in page.evaluate(TARGET), fragment
        page.close()
