"""Where a site names the people who are marked as private, for all that search engines may show."""

from __future__ import annotations

import contextlib
import gzip
import http.client
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from tests.commands import HUNG
from tests.translations import parted

Headers = Mapping[str, str]
# What search engines may show although it names them: the team that the source lists them in.
TEAM = "group/coordination-team.html"
_ASKS = b'<meta name="robots" content="noindex">'


def open_names(
    folder: Path, private: Iterable[str], headers: Callable[[str], Headers]
) -> Iterator[str]:
    """Find the files that name someone, in what they hold or in a header, and may be shown.

    :param private: names, and last parts of addresses
    :param headers: gives those with which a file is sent, by its name
    """
    wanted = [name.encode() for name in private]
    held = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and parted(name)[1] not in (TEAM, "404.html", ".htaccess"):
            data = path.read_bytes()
            held[name] = gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data

    def names_someone(name: str, data: bytes) -> bool:
        return any(someone in data or someone in name.encode() for someone in wanted)

    # Headers are made by kinds of files, and of what the files of the same thing hold. To ask for
    # those of all others would take long.
    chosen = {_thing(name) for name, data in held.items() if names_someone(name, data)}
    kinds = {(name.rpartition("/")[0], name.partition(".")[2]): name for name in held}
    of_each = set(kinds.values())
    for name, data in held.items():
        if _thing(name) not in chosen and name not in of_each:
            continue
        sent = {key.lower(): value for key, value in headers(name).items()}
        is_left_out = "noindex" in sent.get("x-robots-tag", "") or _ASKS in data
        said = data + "\n".join(sent.values()).encode()
        if not is_left_out and any(someone in said for someone in wanted):
            yield name


def _thing(name: str) -> str:
    """Tell what a file is about: that of a page, a document and a link set is the same."""
    folder, _, file = name.rpartition("/")
    return f"{folder}/{file.partition('.')[0]}"


@contextlib.contextmanager
def asking(port: int) -> Iterator[Callable[[str], Headers]]:
    """Give what asks a server on this machine for a file's headers, over one connection."""
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=HUNG)) as client:

        def headers(name: str) -> Headers:
            client.request("HEAD", f"/{name}", headers={"Accept": "*/*"})
            answer = client.getresponse()
            answer.read()
            assert answer.status == 200, name
            return dict(answer.getheaders())

        yield headers
