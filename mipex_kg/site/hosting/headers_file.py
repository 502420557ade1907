"""Rules for hosts that read ``_headers`` and ``_redirects``: Netlify and Cloudflare Pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from mipex_kg.project import layout
from mipex_kg.project.media_types import BY_PATH, BY_SUFFIX
from mipex_kg.rdf import formats
from mipex_kg.rdf.iris import to_uri
from mipex_kg.rdf.negotiation import DEFAULT
from mipex_kg.site.hosting.rules import (
    EVERYWHERE,
    FOR_EVER,
    OF_DATA,
    OF_PAGES,
    Rules,
    link_header,
)

# Files of which these hosts don't know the type, or not this one.
_UNKNOWN = (
    layout.LINKSET_JSON,
    layout.LINKSET_TEXT,
    layout.CSVW,
    layout.CROISSANT,
    layout.DATACITE,
    *(format.suffix for format in formats.FORMATS),
    ".cff",
    layout.SPARQL_QUERY,
    ".webmanifest",
)
# How names of files for programs end. Of two endings that a name may have, the shorter is enough.
_DATA_SUFFIXES = tuple(
    suffix
    for suffix, kind in BY_SUFFIX.items()
    if not kind.is_for_search_engines
    and not any(suffix.endswith(other) for other in BY_SUFFIX if other != suffix)
)
# Folders whose files are named after what they hold.
_HASHED_FOLDERS = tuple(f"{layout.INDEX}/{name}/" for name in ("fragment", "index", "filter"))
# Files that the build writes into every site in a format of documents, though they are of no thing.
_OF_NO_THING = (layout.CONTEXT, layout.VOID, layout.query("*", formats.TURTLE.suffix))
# So many rules Cloudflare reads.
_MOST = 100
# Takes away what an earlier rule gave, which a value of this one would be joined to.
_DETACH = "! Link"
_DETACH_OF_DATA = tuple(f"! {name}" for name in OF_DATA)
# What stands for something else in the path of a rule, or ends a path.
_SPECIAL = frozenset("*:?")

# The lines of each rule, by its path.
_Rows: TypeAlias = dict[str, list[str]]


def cloudflare_files(rules: Rules) -> dict[str, bytes]:
    """Write the headers. There are no redirects: the host already leads away from ``.html``.

    Since it takes few rules, link sets are announced by patterns: of what isn't there too.
    """
    rows = _merged(_link_patterns(rules), _headers(rules))
    dotted = (name for name in sorted(rules.pages) if "." in name.rpartition("/")[2])
    exact = [name for name in dotted if _SPECIAL.isdisjoint(name)][: _MOST - len(rows)]
    addresses = (to_uri(rules.path + name) for name in exact)
    pages = {
        address: [
            *(_DETACH_OF_DATA if address.endswith(_DATA_SUFFIXES) else ()),
            _DETACH,
            *_lines(_link(address)),
        ]
        for address in addresses
    }
    return {layout.HEADERS: _written(_merged(rows, pages), rules)}


def netlify_files(rules: Rules) -> dict[str, bytes]:
    """Write the headers, and redirects from each thing to its page.

    No part of a path can be in a header there: each page and document has a rule of its own.
    """
    rows = _merged(_headers(rules), dict(_exact_links(rules)))
    return {layout.HEADERS: _written(rows, rules), layout.REDIRECTS: _redirects(rules)}


def _headers(rules: Rules) -> _Rows:
    """Give headers such that no two rules give the same one: hosts would join their values."""
    path = rules.path
    headers = {
        f"{path}*": {**EVERYWHERE, **OF_PAGES},
        **{f"{path}*{suffix}": {"Content-Type": BY_SUFFIX[suffix].header} for suffix in _UNKNOWN},
        **{path + name: {"Content-Type": kind.header} for name, kind in BY_PATH.items()},
    }
    data = {
        **{f"{path}*{suffix}": OF_DATA for suffix in _DATA_SUFFIXES},
        **{
            path + name: OF_DATA for name, kind in BY_PATH.items() if not kind.is_for_search_engines
        },
    }
    caching = {
        **{path + name: {"Cache-Control": FOR_EVER} for name in rules.hashed},
        **{f"{path}{folder}*": {"Cache-Control": FOR_EVER} for folder in _HASHED_FOLDERS},
    }
    return _merged(
        *(
            {where: _lines(values) for where, values in part.items()}
            for part in (headers, data, caching)
        )
    )


def _link_patterns(rules: Rules) -> _Rows:
    """Announce link sets by patterns: the last one that matches detaches what others gave.

    Pages have no suffix there. What has one is not a page, unless it is a document.
    """
    if not rules.has_linksets:
        return {}
    path = rules.path
    of_none = [name for name in _OF_NO_THING if name.rpartition(".")[0] not in rules.things]
    dumps = [] if rules.name in rules.things else [f"{rules.name}.:suffix"]
    none = [
        path + name
        for name in (*of_none, *dumps, *BY_PATH, layout.NOT_FOUND, layout.NOT_FOUND_PAGE)
    ]
    here = _link(f"{path}:splat")
    return {
        f"{path}*": _lines(here),
        path: [_DETACH, *_lines(_link(path + layout.FRONT))],
        f"{path}*/": [_DETACH, *_lines(_link(f"{path}:splat/{layout.FRONT}"))],
        f"{path}*.:suffix": [_DETACH],
        **{f"{path}*.{variant.name}": _lines(here) for variant in rules.variants},
        **{where: [_DETACH] for where in none},
        **{f"{path}{folder}*": [_DETACH] for folder in rules.folders},
    }


def _exact_links(rules: Rules) -> Iterator[tuple[str, list[str]]]:
    """Announce the link set of each page and of each document, wherever it is asked for."""
    for name in sorted(filter(_SPECIAL.isdisjoint, rules.pages)):
        link = _lines(_link(to_uri(rules.path + name)))
        for variant in rules.variants:
            file = f"{name}.{variant.name}"
            if "Link" in rules.headers(file):
                yield to_uri(rules.path + file), link
        if name.rpartition("/")[2] == layout.FRONT:
            yield to_uri(rules.path + name.removesuffix(layout.FRONT)), link


def _link(stem: str) -> dict[str, str]:
    return {"Link": link_header(stem)}


def _lines(headers: Mapping[str, str]) -> list[str]:
    return [f"{name}: {value}" for name, value in headers.items()]


def _merged(*parts: _Rows) -> _Rows:
    """Put together what is said of the same path: of two rules, a host may see the last alone."""
    merged: _Rows = {}
    for part in parts:
        for path, lines in part.items():
            merged[path] = [*merged.get(path, ()), *lines]
    return merged


def _written(rows: _Rows, rules: Rules) -> bytes:
    lines = [f"# How {rules.site} is served, written by mipex-kg."]
    for path, inner in rows.items():
        lines += [path, *(f"  {line}" for line in inner)]
    return ("\n".join(lines) + "\n").encode()


def _redirects(rules: Rules) -> bytes:
    """Write a redirect per thing; the mark says that it comes before the file of that name.

    Rules with placeholders would catch the documents as well.
    """
    rows = [f"# Where the things of {rules.site} have their pages, written by mipex-kg."]
    rows += (
        f"{to_uri(rules.path + name)} {to_uri(rules.path + name)}.{DEFAULT.name} 302!"
        for name in sorted(rules.things)
    )
    # What has a sign for something else in it can't be said here.
    rows += (
        f"{rules.path}{path} {to_uri(rules.path + name)}.{DEFAULT.name} 302!"
        for path, name in rules.unfound.items()
        if _SPECIAL.isdisjoint(path)
    )
    return ("\n".join(rows) + "\n").encode()
