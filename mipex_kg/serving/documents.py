"""The documents of the site: what a built folder holds, at the addresses where it belongs.

A thing's address leads, with 303, to the document that the client prefers. How a file is sent is
what `hosting.rules` says, as on any other host; beyond that, a server can say all links of a page
as headers, and what a document is the alternative of.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

import anyio
from anyio.to_thread import run_sync
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from mipex_kg.rdf import formats
from mipex_kg.rdf.media_types import media_type
from mipex_kg.rdf.negotiation import DEFAULT, Variant, choose
from mipex_kg.serving.conditional import (
    SMALLEST,
    Unsatisfiable,
    compress,
    is_unchanged,
    takes_gzip,
    wanted_range,
)
from mipex_kg.serving.problem import MEDIA_TYPE, not_allowed, problem
from mipex_kg.serving.site import ServedSite
from mipex_kg.site import signposting
from mipex_kg.site.hosting.rules import EVERYWHERE, OF_PAGES, OF_PREFLIGHT, REVALIDATE
from mipex_kg.site.signposting import TypedLink, linkset_names

METHODS = ("GET", "HEAD", "OPTIONS")
NOT_FOUND = "404.html"
# More than this is sent piece by piece, and not compressed; more than that in all isn't kept.
_LARGE, _PIECE, _KEPT = 16 << 20, 1 << 18, 64 << 20
# What is small takes less time to compress than to hand over to a thread.
_SMALL = 1 << 16
# Proxies refuse headers of more than a few kilobytes.
_LONGEST_LINKS = 3000
# A path in an address: all that RFC 3986 lets stand there as it is.
_SAFE = "/:@!$&'()*+,;=~"
# Formats in which a comment can be sent to a client that would parse whatever it gets.
_COMMENTED = (formats.TURTLE, formats.TRIG, formats.NTRIPLES)
# What is sent in place of a document that isn't there, to those who don't want a page.
_ABSENT = (
    Variant("html", DEFAULT.media_type, DEFAULT.accepted),
    Variant("problem", MEDIA_TYPE, (MEDIA_TYPE, "application/json", formats.JSONLD.media_type)),
    *(Variant("comment", format.media_type, (format.media_type,)) for format in _COMMENTED),
)


class ContentCache:
    """Contents that were sent lately, up to so many bytes in all."""

    def __init__(self, most: int = _KEPT) -> None:
        self._most, self._size = most, 0
        self._contents: OrderedDict[tuple[str, str], bytes] = OrderedDict()

    def get(self, key: tuple[str, str]) -> bytes | None:
        """Give a content, if it was kept."""
        if (found := self._contents.get(key)) is not None:
            self._contents.move_to_end(key)
        return found

    def put(self, key: tuple[str, str], data: bytes) -> None:
        """Keep a content, and let go of those that nobody has asked for the longest."""
        self._size += len(data) - len(self._contents.pop(key, b""))
        self._contents[key] = data
        while self._size > self._most:
            self._size -= len(self._contents.popitem(last=False)[1])


class Documents:
    """Answers what is asked of the site's files.

    :param site: gives the site as it is now
    """

    def __init__(self, site: Callable[[], ServedSite]) -> None:
        self._site = site
        self._kept = ContentCache()
        self._headers: OrderedDict[tuple[str, str], dict[str, str]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        response = await self.answer(Request(scope))
        await response(scope, receive, send)

    async def answer(self, request: Request) -> Response:
        """Find the answer to a request."""
        if request.method == "OPTIONS":
            return preflight(*METHODS)
        if request.method not in METHODS:
            return not_allowed(request.method, *METHODS)
        site = self._site()
        path, headers = request.scope["path"], request.headers
        if not path.startswith(site.rules.path):
            return await self.absent(site, path, headers)
        name = path.removeprefix(site.rules.path)
        if not name and (page := _front(site, headers)):
            return page
        if name in site.files and name != NOT_FOUND:
            return await self.file(site, name, headers)
        if name.endswith("/") or not name:
            index = f"{name}index.html"
            found = index in site.files
            answer = await (self.file(site, index, headers) if found else self._no(site, request))
            if not name:
                answer.headers["Vary"] = "Accept, Accept-Encoding"
            return answer
        return _thing(site, name, headers) or await self._no(site, request)

    async def _no(self, site: ServedSite, request: Request) -> Response:
        return await self.absent(site, request.scope["path"], request.headers)

    async def absent(self, site: ServedSite, path: str, headers: Headers) -> Response:
        """Say that there is nothing here: a page to people, a sentence in its syntax to a client.

        :param path: as it was asked for
        """
        chosen = choose(headers.get("accept"), _ABSENT)
        detail = f"There is nothing at {path}"
        vary = {"Vary": "Accept"}
        if chosen and chosen.name == "html" and NOT_FOUND in site.files:
            body = await self._content(site, NOT_FOUND, packed=False)
            more = {**EVERYWHERE, **OF_PAGES, **vary, "Cache-Control": REVALIDATE}
            return Response(body, HTTPStatus.NOT_FOUND, more, media_type(NOT_FOUND).header)
        if chosen and chosen.name == "comment":
            body = f"# {json.dumps(detail)[1:-1]}.\n".encode()
            return Response(body, HTTPStatus.NOT_FOUND, {**EVERYWHERE, **vary}, chosen.media_type)
        return problem(HTTPStatus.NOT_FOUND, f"{detail}.", headers=vary)

    async def file(self, site: ServedSite, name: str, headers: Headers) -> Response:
        """Send a file, or what is wanted of it.

        :param name: relative to the site
        """
        found = site.files[name]
        packable = not media_type(name).is_packed and SMALLEST < found.size <= _LARGE
        packed = packable and "range" not in headers and takes_gzip(headers)
        tag = f'"{found.tag}-gzip"' if packed else f'"{found.tag}"'
        sent = {**self._headers_of(site, name), "ETag": tag, "Last-Modified": found.modified}
        if packable:
            sent["Vary"] = "Accept-Encoding"
        if is_unchanged(headers, tag, found.modified):
            return Response(None, HTTPStatus.NOT_MODIFIED, sent)
        if packed:
            sent["Content-Encoding"] = "gzip"
        else:
            sent["Accept-Ranges"] = "bytes"
        try:
            wanted = wanted_range(headers, found.size, tag, found.modified)
            return await self._sent(site, name, sent, wanted, packed=packed)
        except Unsatisfiable:
            more = {"Content-Range": f"bytes */{found.size}"}
            detail = f"The file has {found.size} bytes, and the range begins behind them."
            status = HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
            return problem(status, detail, headers=more)
        except OSError:
            # Somebody is building the site anew, which will be seen in a moment.
            status, more = HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": "1"}
            return problem(status, "The site is being replaced by a new one.", headers=more)

    async def _sent(
        self,
        site: ServedSite,
        name: str,
        sent: dict[str, str],
        wanted: tuple[int, int] | None,
        *,
        packed: bool,
    ) -> Response:
        size = site.files[name].size
        start, end = wanted or (0, size)
        status = HTTPStatus.PARTIAL_CONTENT if wanted else HTTPStatus.OK
        if wanted:
            sent["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
        if size > _LARGE:
            sent["Content-Length"] = str(end - start)
            return StreamingResponse(_pieces(site.folder / name, start, end), status, sent)
        data = await self._content(site, name, packed=packed)
        return Response(data[start:end] if wanted else data, status, sent)

    async def _content(self, site: ServedSite, name: str, *, packed: bool) -> bytes:
        """Read a file, or what was kept of it."""
        key = (name, site.files[name].tag + ("-gzip" if packed else ""))
        if (data := self._kept.get(key)) is None:
            data = site.read(name)
            if packed:
                data = compress(data) if len(data) < _SMALL else await run_sync(compress, data)
            self._kept.put(key, data)
        return data

    def _headers_of(self, site: ServedSite, name: str) -> dict[str, str]:
        """Give the headers of a file, which are the same each time."""
        key = (name, site.files[name].tag)
        if (known := self._headers.get(key)) is None:
            known = self._headers[key] = headers_of(site, name)
            if len(self._headers) > _MOST_HEADERS:
                self._headers.popitem(last=False)
        return known


_MOST_HEADERS = 10_000


async def _pieces(path: Path, start: int, end: int) -> AsyncIterator[bytes]:
    async with await anyio.open_file(path, "rb") as file:
        await file.seek(start)
        while start < end and (piece := await file.read(min(_PIECE, end - start))):
            start += len(piece)
            yield piece


def preflight(*methods: str) -> Response:
    """Tell a browser what it may ask for."""
    allowed = {"Access-Control-Allow-Methods": ", ".join(methods), "Allow": ", ".join(methods)}
    return Response(None, HTTPStatus.NO_CONTENT, {**EVERYWHERE, **OF_PREFLIGHT, **allowed})


def headers_of(site: ServedSite, name: str) -> dict[str, str]:
    """Give the headers with which a file is sent, all links among them that fit.

    :param name: relative to the site
    """
    sent = site.rules.headers(name)
    if "Link" in sent:
        stem = name.rpartition(".")[0]
        links = [signposting.header(link) for link in _signposts(site, name)]
        links += _alternates(site, stem, besides=name)
        if sum(map(len, links)) <= _LONGEST_LINKS:
            sent["Link"] = ", ".join(links)
    return sent


def _signposts(site: ServedSite, name: str) -> list[TypedLink]:
    """Read the typed links of a page or a document from its link set."""
    linkset = linkset_names(name.rpartition(".")[0])[0]
    try:
        contexts = json.loads(site.read(linkset))["linkset"]
    except (OSError, KeyError, ValueError):
        return [TypedLink("linkset", address(site, linkset), media_type(linkset).name)]
    anchor = signposting.uri(site.rules.site + name)
    return [
        TypedLink(rel, target["href"], target.get("type", ""))
        for context in contexts
        if context["anchor"] == anchor
        for rel, targets in context.items()
        if rel not in ("anchor", "item")
        for target in targets
    ]


def _alternates(site: ServedSite, stem: str, besides: str = "") -> list[str]:
    return [
        f'<{address(site, file)}>; rel="alternate"; type="{variant.media_type}"'
        for variant in site.variants(stem)
        if (file := f"{stem}.{variant.name}") != besides
    ]


def address(site: ServedSite, name: str) -> str:
    """Write the path of a file as it stands in an address."""
    return quote(site.rules.path + name, safe=_SAFE)


def _front(site: ServedSite, headers: Headers) -> Response | None:
    """Send programs from the front to the data; people get the page, and so does who takes none."""
    front = site.rules.front
    chosen = choose(headers.get("accept"))
    if not front or chosen in (None, DEFAULT) or chosen not in site.variants(front):
        return None
    return _see_other(site, front, f"{front}.{chosen.name}")


def _thing(site: ServedSite, stem: str, headers: Headers) -> Response | None:
    """Lead from a thing to the document about it that a client prefers."""
    variants = site.variants(stem)
    if not variants:
        return None
    # A page alone is what there is, whoever asks.
    chosen = choose(headers.get("accept"), variants) if len(variants) > 1 else variants[0]
    if chosen is not None:
        return _see_other(site, stem, f"{stem}.{chosen.name}")
    there = [
        {"href": address(site, f"{stem}.{variant.name}"), "type": variant.media_type}
        for variant in variants
    ]
    types = ", ".join(variant.media_type for variant in variants)
    return problem(
        HTTPStatus.NOT_ACCEPTABLE,
        f"This is described in: {types}.",
        headers={"Vary": "Accept", "Link": ", ".join(_alternates(site, stem))},
        available=there,
    )


def _see_other(site: ServedSite, stem: str, file: str) -> Response:
    more = {
        **EVERYWHERE,
        "Location": address(site, file),
        "Vary": "Accept",
        "Cache-Control": REVALIDATE,
        "Link": ", ".join(_alternates(site, stem)),
    }
    return Response(None, HTTPStatus.SEE_OTHER, more)
