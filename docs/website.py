"""Make a website of the documentation: ``make docs-site`` writes it to ``build/docs-site``.

Zensical wants all pages in one folder, and ours are where readers of the repository look for them.
So what the README leads to is copied, link by link, and every link stays as it is. The menu is the
list in ``docs/README.md``.
"""

from __future__ import annotations

import json
import posixpath
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parents[1]
OUTPUT = ROOT / "build" / "docs-site"
_START, _CONTENTS = "README.md", "docs/README.md"
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s#]+)[^)]*\)")
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|/", re.IGNORECASE)
_HEAD = re.compile(r"(?:\*\*(.+)\*\*|## (.+))")
_ENTRY = re.compile(r"- \[(.+?)\]\((\S+?)\)")


def linked(start: str) -> Iterator[str]:
    """Give the paths, from the root, of all files of ours that a page leads to."""
    found, waiting = {start}, [start]
    while waiting:
        name = waiting.pop()
        yield name
        if not name.endswith(".md"):
            continue
        for target in _LINK.findall((ROOT / name).read_text(encoding="utf-8")):
            path = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(target)))
            is_ours = not _ELSEWHERE.match(target) and (ROOT / path).is_file()
            if is_ours and path not in found:
                found.add(path)
                waiting.append(path)


def menu(contents: str) -> list[dict[str, object]]:
    """Make a menu of a page of lists under headings.

    >>> menu("**First**\\n\\n- [A](a.md): the first.\\n## Then\\n- [B](../b.md)")
    [{'Home': 'README.md'}, {'First': [{'A': 'docs/a.md'}]}, {'Then': [{'B': 'b.md'}]}]
    """
    found: list[dict[str, object]] = [{"Home": _START}]
    entries: list[dict[str, str]] = []
    for line in contents.splitlines():
        if head := _HEAD.fullmatch(line):
            entries = []
            found.append({head[1] or head[2]: entries})
        elif entry := _ENTRY.match(line):
            path = posixpath.normpath(posixpath.join(posixpath.dirname(_CONTENTS), entry[2]))
            if path != _START:
                entries.append({entry[1]: path})
    return found


def settings() -> dict[str, object]:
    """Give the settings of Zensical, which are those of MkDocs."""
    themes = [("light", "default", "dark"), ("dark", "slate", "light")]
    return {
        "site_name": "mipex-kg",
        "site_description": "Publish facts as linked data, each with its source.",
        "docs_dir": "pages",
        "site_dir": "site",
        "nav": menu((ROOT / _CONTENTS).read_text(encoding="utf-8")),
        "strict": True,
        "use_directory_urls": False,  # so that it can be read from files
        "theme": {
            "name": "material",
            "font": False,  # nothing is loaded from other hosts
            "features": ["navigation.indexes", "navigation.top", "content.code.copy"],
            "palette": [
                {
                    "media": f"(prefers-color-scheme: {name})",
                    "scheme": scheme,
                    "primary": "teal",
                    "toggle": {"icon": "material/brightness-6", "name": f"Switch to {other}"},
                }
                for name, scheme, other in themes
            ],
        },
        "markdown_extensions": ["admonition", "pymdownx.highlight", "pymdownx.superfences"],
        "plugins": [{"search": {}}],
        "validation": {"links": {"anchors": "warn", "unrecognized_links": "warn"}},
    }


def main(zensical: Path) -> None:
    """Write the website.

    :param zensical: the program
    """
    with tempfile.TemporaryDirectory() as folder:
        for name in linked(_START):
            copy = Path(folder) / "pages" / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, copy)
        # JSON is YAML.
        Path(folder, "mkdocs.yml").write_text(json.dumps(settings()), encoding="utf-8")
        subprocess.run([zensical, "build", "--strict"], check=True, cwd=folder)  # noqa: S603
        shutil.rmtree(OUTPUT, ignore_errors=True)
        shutil.copytree(Path(folder) / "site", OUTPUT)
    print(f"Open {OUTPUT.relative_to(ROOT)}/index.html.")


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute())
