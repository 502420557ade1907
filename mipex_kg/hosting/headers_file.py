"""Rules for hosts that read ``_headers`` and ``_redirects``: Netlify and Cloudflare Pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mipex_kg import formats
from mipex_kg.hosting.negotiation import DEFAULT
from mipex_kg.hosting.rules import EVERYWHERE, FOR_EVER, OF_PAGES, Rules
from mipex_kg.media_types import BY_PATH, BY_SUFFIX
from mipex_kg.signposting import uri

# Files of which these hosts don't know the type, or not this one.
_UNKNOWN = (
    ".linkset.json",
    ".linkset.txt",
    "-metadata.json",
    "croissant.json",
    "datacite.json",
    *(format.suffix for format in formats.FORMATS),
    ".rq",
    ".webmanifest",
)
# Folders whose files are named after what they hold.
_HASHED_FOLDERS = ("pagefind/fragment/", "pagefind/index/", "pagefind/filter/")


def cloudflare_files(rules: Rules) -> dict[str, bytes]:
    """Write the headers. There are no redirects: the host already leads away from ``.html``."""
    return {"_headers": _headers(rules)}


def netlify_files(rules: Rules) -> dict[str, bytes]:
    """Write the headers, and redirects from each thing to its page."""
    return {"_headers": _headers(rules), "_redirects": _redirects(rules)}


def _headers(rules: Rules) -> bytes:
    """Write headers such that no two rules give the same one: hosts would join their values."""
    path = rules.path
    rows = [f"# How {rules.site} is served, written by mipex-kg."]
    rows += _rule(f"{path}*", {**EVERYWHERE, **OF_PAGES})
    for suffix in _UNKNOWN:
        rows += _rule(f"{path}*{suffix}", {"Content-Type": BY_SUFFIX[suffix].header})
    for name, kind in BY_PATH.items():
        rows += _rule(path + name, {"Content-Type": kind.header})
    for name in [*rules.hashed, *(f"{folder}*" for folder in _HASHED_FOLDERS)]:
        rows += _rule(path + name, {"Cache-Control": FOR_EVER})
    return ("\n".join(rows) + "\n").encode()


def _rule(path: str, headers: Mapping[str, str]) -> Iterator[str]:
    yield path
    yield from (f"  {name}: {value}" for name, value in headers.items())


def _redirects(rules: Rules) -> bytes:
    """Write a redirect per thing; the mark says that it comes before the file of that name.

    Rules with placeholders would catch the documents as well.
    """
    rows = [f"# Where the things of {rules.site} have their pages, written by mipex-kg."]
    rows += (
        f"{uri(rules.path + name)} {uri(rules.path + name)}.{DEFAULT.name} 302!"
        for name in sorted(rules.things)
    )
    return ("\n".join(rows) + "\n").encode()
