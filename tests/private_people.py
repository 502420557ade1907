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
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not path.is_file() or parted(name)[1] in (TEAM, "404.html", ".htaccess"):
            continue
        sent = {key.lower(): value for key, value in headers(name).items()}
        data = path.read_bytes()
        held = gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data
        held += "\n".join(sent.values()).encode()
        is_left_out = "noindex" in sent.get("x-robots-tag", "") or _ASKS in held
        if not is_left_out and any(name in held for name in wanted):
            yield name


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
