"""The index with which visitors search a site without a server, made by Pagefind.

The same pages give the same bytes: Pagefind numbers pages in the order in which it gets them, so
they are handed to it one after the other; and it writes the values of its filters in another order
each time, which is fixed afterwards.
"""

from __future__ import annotations

import base64
import contextlib
import gzip
import hashlib
import json
import os
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatch
from functools import partial
from pathlib import Path
from typing import IO, Any, Self, cast

from mipex_kg.project import layout
from mipex_kg.site.searched_part import is_searched, language_of, searched_part
from mipex_kg.system.errors import OutputError

# What Pagefind's files begin with, before their content in CBOR (RFC 8949).
_HEAD = b"pagefind_dcd"
# The marks at facts, which would become a part of the word before them.
_MARKS = ".mark"
# Headings that every page has, and of columns: in an excerpt, words that say nothing.
_HEADINGS = ".facts > h2, .pointing > h2, .translations > h2, article thead, article caption"
_ENTRY = "pagefind-entry.json"
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


def make_index(site: Path, language: str) -> dict[str, bytes] | None:
    """Index the pages of a folder.

    :param site: the folder with the pages
    :param language: of the words, for their endings; of each page its own, if empty
    :returns: the files of the index by their names; None without Pagefind
    :raises OutputError: when Pagefind fails
    """
    indexer = find_indexer()
    if indexer is None:
        return None
    return _put_in_order(_index(indexer, site, language))


def _index(indexer: Path, site: Path, language: str) -> dict[str, bytes]:
    """Index the pages of each language by a Pagefind of its own: one uses one processor.

    :returns: what the site needs of their files
    """
    groups = _groups(site, language)
    index = partial(_index_group, indexer, site, language)
    if len(groups) == 1:
        return index(groups[0])
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return _merged(list(pool.map(index, groups)))


def _groups(site: Path, language: str) -> list[Sequence[Path]]:
    """Group the pages that are searched by language, as Pagefind does; else they are together.

    Where no page says what is searched of it, all are.
    """
    groups: dict[str, list[Path]] = defaultdict(list)
    pages = sorted(site.rglob(layout.page("*")))
    for page in pages:
        text = page.read_text("utf-8")
        if is_searched(text):
            groups[language or language_of(text)].append(page)
    if "" not in groups:
        return [*groups.values()] or [pages]
    return [sorted(page for group in groups.values() for page in group)]


def _index_group(
    indexer: Path, site: Path, language: str, pages: Iterable[Path]
) -> dict[str, bytes]:
    """Hand pages to Pagefind, and take its files: those that it writes itself may be cut off."""
    with _Pagefind(indexer) as pagefind:
        config: dict[str, object] = {"exclude_selectors": [_MARKS, _HEADINGS]}
        config |= {"force_language": language} if language else {}
        number = pagefind.ask("NewIndex", config=config)["index_id"]
        for page in pages:
            name, text = page.relative_to(site).as_posix(), searched_part(page.read_text("utf-8"))
            # While it takes in one, the next is made ready.
            pagefind.tell("AddFile", index_id=number, file_path=name, file_contents=text)
        files = pagefind.ask("GetFiles", index_id=number)["files"]
    return {
        file["path"]: base64.b64decode(file["content"])
        for file in files
        if not any(fnmatch(file["path"], pattern) for pattern in _UNUSED)
    }


def _merged(indexes: Iterable[Mapping[str, bytes]]) -> dict[str, bytes]:
    """Make one index of those of several languages: only the entry to them has all."""
    files: dict[str, bytes] = {}
    languages: dict[str, object] = {}
    for index in indexes:
        files |= index
        languages |= json.loads(index[_ENTRY])["languages"]
    return files | {
        _ENTRY: json.dumps({**json.loads(files[_ENTRY]), "languages": languages}).encode()
    }


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
        self._is_waiting = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._requests, self._answers):
            # What was not sent when it ended can't be.
            with contextlib.suppress(BrokenPipeError):
                pipe.close()

    def tell(self, kind: str, **values: object) -> None:
        """Send a request whose answer is of no interest, once there is one to the request before.

        :raises OutputError: when that is an error, or there is none
        """
        request = {"message_id": 0, "payload": {"type": kind, **values}}
        message = base64.b64encode(json.dumps(request).encode()) + b","
        self._listen()
        with contextlib.suppress(BrokenPipeError):
            self._requests.write(message)
            self._requests.flush()
        self._is_waiting = True

    def ask(self, kind: str, **values: object) -> dict[str, Any]:
        """Send a request, and wait for the answer.

        :raises OutputError: when it is an error, or there is none
        """
        self.tell(kind, **values)
        return self._listen()

    def _listen(self) -> dict[str, Any]:
        if not self._is_waiting:
            return {}
        self._is_waiting = False
        parts: list[bytes] = []
        while not (parts and parts[-1].endswith(b",")):
            part = os.read(self._answers.fileno(), _PART)
            if not part:
                raise OutputError("The search index can't be made: Pagefind has ended.")
            parts.append(part)
        payload: dict[str, Any] = json.loads(base64.b64decode(b"".join(parts)[:-1]))["payload"]
        if payload["type"] == "Error":
            raise OutputError(f"The search index can't be made: {payload['message']}.")
        return payload


def _put_in_order(files: dict[str, bytes]) -> dict[str, bytes]:
    """Sort languages, filters and their values, and name the files after their new content."""
    entry = json.loads(files.pop(_ENTRY))
    entry["languages"] = dict(sorted(entry["languages"].items()))
    for language in entry["languages"].values():
        tag, _, _ = language["hash"].rpartition("_")
        meta = _read(files.pop(f"pagefind.{language['hash']}.pf_meta"))
        # A meta file is a list: version, pages, chunks of the index, filters, sorts, fields.
        meta[3] = sorted([name, _sorted_filter(files, key)] for name, key in meta[3])
        language["hash"] = _add(files, "pagefind.{}.pf_meta", tag, meta, 10)
    files[_ENTRY] = json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode()
    return files


def _sorted_filter(files: dict[str, bytes], key: str) -> str:
    name, values = _read(files.pop(f"filter/{key}.pf_filter"))
    tag, _, _ = key.rpartition("_")
    return _add(files, "filter/{}.pf_filter", tag, [name, sorted(values)], 7)


def _read(data: bytes) -> Any:
    import cbor2  # imported here: only a site whose pages changed is indexed

    return cbor2.loads(gzip.decompress(data).removeprefix(_HEAD))


def _add(files: dict[str, bytes], pattern: str, tag: str, content: Any, digits: int) -> str:
    """Add a file such as Pagefind makes, named by a part of its content's hash; give that name.

    It is not compressed, which Pagefind's script allows for: what a compressor makes of it depends
    on its version.
    """
    import cbor2  # as above

    data = cbor2.dumps(content)
    key = f"{tag}_{hashlib.sha1(data, usedforsecurity=False).hexdigest()[:digits]}"
    files[pattern.format(key)] = _HEAD + data
    return key
