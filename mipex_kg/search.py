"""The index with which visitors search a site without a server, made by Pagefind.

The same pages give the same bytes: Pagefind numbers pages in the order in which it gets them, so
they are handed to it one after the other; and it writes the values of its filters in another order
each time, which is mended afterwards.
"""

from __future__ import annotations

import base64
import contextlib
import gzip
import hashlib
import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import IO, Any, Self, cast

from mipex_kg.errors import OutputError

FOLDER = "pagefind"
# What Pagefind's files begin with, before their content in CBOR (RFC 8949).
_HEAD = b"pagefind_dcd"
# The marks at facts, which would become a part of the word before them.
_MARKS = ".mark"
# So many bytes of an answer are read at once.
_PART = 1 << 16
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
        with _Pagefind(indexer) as pagefind:
            config = {"force_language": language, "exclude_selectors": [_MARKS]}
            number = pagefind.ask("NewIndex", config=config)["index_id"]
            for page in sorted(site.rglob("*.html")):
                name, text = page.relative_to(site).as_posix(), page.read_text("utf-8")
                pagefind.ask("AddFile", index_id=number, file_path=name, file_contents=text)
            pagefind.ask("WriteFiles", index_id=number, output_path=str(output))
        for pattern in _UNUSED:
            for file in output.glob(pattern):
                file.unlink()
        _put_in_order(output)
        output.rename(site / FOLDER)
    return True


class _Pagefind:
    """Pagefind's program as a service: each message is JSON in base64, ended by a comma."""

    def __init__(self, indexer: Path) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - the program is Pagefind's own
            [str(indexer), "--service"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._requests = cast("IO[bytes]", self._process.stdin)
        self._answers = cast("IO[bytes]", self._process.stdout)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._requests, self._answers):
            # What was not sent when it ended can't be.
            with contextlib.suppress(BrokenPipeError):
                pipe.close()

    def ask(self, kind: str, **values: object) -> dict[str, Any]:
        """Send a request, and wait for the answer.

        :raises OutputError: when it is an error, or there is none
        """
        request = {"message_id": 0, "payload": {"type": kind, **values}}
        answer: dict[str, Any] = json.loads(self._exchange(json.dumps(request).encode()))
        payload: dict[str, Any] = answer["payload"]
        if payload["type"] == "Error":
            raise OutputError(f"The search index can't be made: {payload['message']}.")
        return payload

    def _exchange(self, request: bytes) -> bytes:
        answer = b""
        with contextlib.suppress(BrokenPipeError):
            self._requests.write(base64.b64encode(request) + b",")
            self._requests.flush()
            while not answer.endswith(b",") and (part := os.read(self._answers.fileno(), _PART)):
                answer += part
        if not answer:
            raise OutputError("The search index can't be made: Pagefind has ended.")
        return base64.b64decode(answer.removesuffix(b","))


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
