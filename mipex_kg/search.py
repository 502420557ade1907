"""The index with which visitors search a site without a server, made by Pagefind.

Pagefind writes the values of its filters in another order each time; they are put into order here,
so that the same pages give the same bytes.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from mipex_kg.errors import OutputError

FOLDER = "pagefind"
# What Pagefind's files begin with, before their content in CBOR (RFC 8949).
_HEAD = b"pagefind_dcd"
# The marks at facts, which would become a part of the word before them.
_MARKS = ".mark"
# Its ready-made interfaces: the site has its own.
_UNUSED = ("pagefind-*ui.*", "pagefind-highlight.js")


def find_indexer() -> Path | None:
    """Find Pagefind's program; there is none for some machines."""
    try:
        # Imported here, as it is a program more than a library, and not made for every machine.
        from pagefind_bin import get_executable

        return Path(get_executable())
    except (ImportError, FileNotFoundError):
        return None


def write_index(site: Path, language: str) -> bool:
    """Index the pages of a folder, and write the index into a folder within it.

    :param site: the folder with the pages, in which there is no index yet
    :param language: of the words, for their endings
    :returns: whether there is an index: without Pagefind there is none
    :raises OutputError: when Pagefind fails
    """
    indexer = find_indexer()
    if indexer is None:
        return False
    with tempfile.TemporaryDirectory(prefix=f".{FOLDER}-", dir=site) as temporary:
        output = Path(temporary) / FOLDER
        options = ["--force-language", language, "--exclude-selectors", _MARKS]
        command = [indexer, "--site", site, "--output-path", output, *options]
        done = subprocess.run(  # noqa: S603 - the program is Pagefind's own
            [str(part) for part in command], capture_output=True, check=False, text=True
        )
        if done.returncode or not output.is_dir():
            said = (done.stderr or done.stdout).strip().splitlines()
            raise OutputError(
                f"The search index can't be made: {said[-1] if said else 'Pagefind failed'}."
            )
        for pattern in _UNUSED:
            for file in output.glob(pattern):
                file.unlink()
        _put_in_order(output)
        output.rename(site / FOLDER)
    return True


def _put_in_order(folder: Path) -> None:
    """Sort the filters and their values, and name the files after their new content."""
    import cbor2  # imported here: only a site whose pages changed is indexed

    entry = json.loads((folder / "pagefind-entry.json").read_bytes())
    for language in entry["languages"].values():
        path = folder / f"pagefind.{language['hash']}.pf_meta"
        meta = _read(path, cbor2)
        # A meta file is a list: version, pages, chunks of the index, filters, sorts, fields.
        meta[3] = sorted([name, _sorted_filter(folder, key, cbor2)] for name, key in meta[3])
        tag = language["hash"].rpartition("_")[0]
        path.unlink()
        language["hash"] = _write(folder, "pagefind.{}.pf_meta", tag, meta, 10, cbor2)
    text = json.dumps(entry, ensure_ascii=False, separators=(",", ":"))
    (folder / "pagefind-entry.json").write_text(text, encoding="utf-8")


def _sorted_filter(folder: Path, key: str, cbor2: Any) -> str:
    path = folder / "filter" / f"{key}.pf_filter"
    name, values = _read(path, cbor2)
    path.unlink()
    tag = key.rpartition("_")[0]
    return _write(folder, "filter/{}.pf_filter", tag, [name, sorted(values)], 7, cbor2)


def _read(path: Path, cbor2: Any) -> Any:
    return cbor2.loads(gzip.decompress(path.read_bytes()).removeprefix(_HEAD))


def _write(folder: Path, pattern: str, tag: str, content: Any, digits: int, cbor2: Any) -> str:
    """Write a file as Pagefind does, named by a part of its content's hash; give that name.

    It is not compressed, which Pagefind's script allows for: what a compressor makes of it depends
    on its version.
    """
    data = cbor2.dumps(content)
    key = f"{tag}_{hashlib.sha1(data, usedforsecurity=False).hexdigest()[:digits]}"
    (folder / pattern.format(key)).write_bytes(_HEAD + data)
    return key
