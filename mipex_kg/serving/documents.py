"""The documents of the site: what a built folder holds, at the addresses where it belongs.

A thing's address leads, with 303, to the document that the client prefers. How a file is sent is
what `hosting.rules` says, as on any other host; beyond that, a server can say all links of a page
as headers, and what a document is the alternative of.
"""

from __future__ import annotations

import json
import logging
from collections import OrderedDict
from collections.abc import Callable
from hashlib import sha256
from http import HTTPStatus
from typing import NamedTuple, TypeAlias
from urllib.parse import quote, unquote

from anyio.to_thread import run_sync
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from mipex_kg.project import layout
from mipex_kg.project.media_types import media_type
from mipex_kg.project.names import absolute_key, hashed
from mipex_kg.rdf import formats
from mipex_kg.rdf.iris import normalized, to_uri, with_plain_signs
from mipex_kg.rdf.negotiation import DEFAULT, Variant, choose
from mipex_kg.serving.coding import SMALLEST, compress, takes_gzip
from mipex_kg.serving.file_response import OpenFileResponse, is_unchanged, wants_ranges
from mipex_kg.serving.problem import MEDIA_TYPE, problem
from mipex_kg.serving.site import OpenFile, ServedSite, Version
from mipex_kg.site import signposting
from mipex_kg.site.hosting.rules import (
    EVERYWHERE,
    OF_PAGES,
    REVALIDATE,
    link_header,
)
from mipex_kg.site.signposting import TypedLink

_LOGGER = logging.getLogger(__name__)
NOT_FOUND = layout.NOT_FOUND_PAGE
# More than this is sent piece by piece, and not compressed; more than that in all isn't kept.
_LARGE, _KEPT = 16 << 20, 64 << 20
# What is small takes less time to read than to hand over to a thread.
_SMALL = 1 << 16
_MOST_HEADERS = 10_000
# A page and one format at least: what is a thing, and no list.
_MORE_THAN_PAGE = 2
# Proxies refuse headers of more than a few kilobytes.
_LONGEST_LINKS = 3000
# A path in an address: all that RFC 3986 lets be there as it is.
_SAFE = "/:@!$&'()*+,;=~"
# Formats in which a comment can be sent to a client that would parse whatever it gets.
_COMMENTED = (formats.TURTLE, formats.TRIG, formats.NTRIPLES)
# What is sent instead of a document that isn't there, to those who don't want a page.
_ABSENT = (
    Variant("html", DEFAULT.media_type, DEFAULT.accepted),
    Variant("problem", MEDIA_TYPE, (MEDIA_TYPE, "application/json", formats.JSONLD.media_type)),
    *(Variant("comment", format.media_type, (format.media_type,)) for format in _COMMENTED),
)


class Content(NamedTuple):
    """What a file holds, as it is sent.

    :param tag: the ``ETag``
    :param data: None where it is too much to be read at once
    """

    tag: str
    data: bytes | None = None


# A file's name, whether it is compressed, and which state of it that is.
_Key: TypeAlias = tuple[str, bool, Version]


class ContentCache:
    """Contents that were sent lately, up to so many bytes in all."""

    def __init__(self, most: int = _KEPT) -> None:
        self._most, self._size = most, 0
        self._contents: OrderedDict[_Key, Content] = OrderedDict()

    def get(self, key: _Key) -> Content | None:
        """Give a content, if it was kept."""
        if (found := self._contents.get(key)) is not None:
            self._contents.move_to_end(key)
        return found

    def put(self, key: _Key, content: Content) -> None:
        """Keep a content, and let go of those that nobody has asked for the longest."""
        self._size += len(content.data or b"")
        if known := self._contents.pop(key, None):
            self._size -= len(known.data or b"")
        self._contents[key] = content
        while self._size > self._most:
            self._size -= len(self._contents.popitem(last=False)[1].data or b"")


class Documents:
    """Answers what is asked of the site's files.

    :param site: gives the site as it is now
    """

    def __init__(self, site: Callable[[], ServedSite]) -> None:
        self._site = site
        self._kept = ContentCache()
        self._headers: OrderedDict[tuple[object, ...], dict[str, str]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        response = await self.answer(Request(scope))
        await response(scope, receive, send)

    async def answer(self, request: Request) -> Response:
        """Find the answer to a request."""
        site = self._site()
        path, headers = request.scope["path"], request.headers
        if not path.startswith(site.rules.path):
            return await self.absent(site, path, headers)
        below = _asked(request).removeprefix(site.rules.path)
        return await self._found(site, below, headers) or await self.absent(site, path, headers)

    async def _found(self, site: ServedSite, below: str, headers: Headers) -> Response | None:
        """Answer with what there is at an address: a file, or what leads to those about a thing.

        :param below: the address relative to the site, with the query if there is one
        """
        path, question_mark, _query = below.partition("?")
        name = unquote(path)
        try:
            if question_mark and (thing := _hashed(site, below)):
                return _thing(site, thing, headers)
            if not name:
                return await self._front(site, headers)
            is_file = not name.endswith("/") and name != NOT_FOUND
            page = await self.file(site, name, headers) if is_file else None
            if page is not None:
                return page
            if thing := _hashed(site, path):
                return _thing(site, thing, headers)
            if name.endswith("/"):
                name += layout.FRONT
                if len(site.variants(name)) < _MORE_THAN_PAGE:
                    return await self.file(site, layout.page(name), headers)
            # What is a folder's thing is asked for without the slash, too.
            return _thing(site, name, headers) or _thing(site, f"{name}/{layout.FRONT}", headers)
        except OSError as error:
            _LOGGER.warning("%s can't be sent: %s", name or "The front page", error)
            return _unavailable("The file can't be read now.")

    async def _front(self, site: ServedSite, headers: Headers) -> Response | None:
        """Send programs to the data; people get the page, and so do those who take none."""
        front, chosen = site.rules.front, choose(headers.get("accept"), site.rules.variants)
        if front and chosen and chosen != DEFAULT and chosen in site.variants(front):
            return _see_other(site, front, f"{front}.{chosen.name}")
        page = await self.file(site, layout.FRONT_PAGE, headers)
        if page is not None:
            page.headers["Vary"] = "Accept, Accept-Encoding"
        return page

    async def absent(self, site: ServedSite, path: str, headers: Headers) -> Response:
        """Say that there is nothing here: a page to people, a sentence in its syntax to a client.

        :param path: as it was asked for
        """
        if not site.is_there:
            return _unavailable("The site is being replaced by a new one.")
        chosen = choose(headers.get("accept"), _ABSENT)
        detail = f"There is nothing at {path}"
        vary = {"Vary": "Accept"}
        if chosen and chosen.name == "html" and site.has(NOT_FOUND):
            more = {**EVERYWHERE, **OF_PAGES, **vary, "Cache-Control": REVALIDATE}
            body = site.read(NOT_FOUND)
            return Response(body, HTTPStatus.NOT_FOUND, more, media_type(NOT_FOUND).header)
        if chosen and chosen.name == "comment":
            body = f"# {json.dumps(detail)[1:-1]}.\n".encode()
            return Response(body, HTTPStatus.NOT_FOUND, {**EVERYWHERE, **vary}, chosen.media_type)
        # Who doesn't know below which path the site is asks for the service elsewhere.
        hint = site.where_to_ask if path.endswith(f"/{layout.SERVICE}") else None
        return problem(HTTPStatus.NOT_FOUND, f"{detail}.", headers=vary, hint=hint)

    async def file(self, site: ServedSite, name: str, headers: Headers) -> Response | None:
        """Send a file as it is now, or what is wanted of it; None if it isn't there.

        :param name: relative to the site
        """
        opened = site.open(name)
        if opened is None:
            return None
        response: Response | None = None
        try:
            response = await self._of_open_file(site, name, opened, headers)
        finally:
            if not isinstance(response, OpenFileResponse):
                opened.close()
        return response

    async def _of_open_file(
        self, site: ServedSite, name: str, opened: OpenFile, headers: Headers
    ) -> Response:
        packable = not media_type(name).is_packed and SMALLEST < opened.size <= _LARGE
        ranged = wants_ranges(headers)
        packed = packable and not ranged and takes_gzip(headers)
        content = await self._content(name, opened, packed=packed)
        sent = {
            **await self._headers_of(site, name, opened),
            "ETag": content.tag,
            "Last-Modified": opened.modified,
            "Accept-Ranges": "bytes",
        }
        if packable:
            sent["Vary"] = "Accept-Encoding"
        if packed:
            sent["Content-Encoding"] = "gzip"
            del sent["Accept-Ranges"]
        if is_unchanged(sent, headers):
            return Response(None, HTTPStatus.NOT_MODIFIED, sent)
        if ranged or content.data is None:
            return OpenFileResponse(opened, sent)
        return Response(content.data, HTTPStatus.OK, sent)

    async def _content(self, name: str, opened: OpenFile, *, packed: bool) -> Content:
        """Read an open file, or what was kept of it; of a large one, only its tag."""
        if opened.size > _LARGE:
            return Content(f'"{opened.version[3]:x}-{opened.size:x}"')
        key = (name, packed, opened.version)
        if (content := self._kept.get(key)) is None:
            if packed:
                plain = await self._content(name, opened, packed=False)
                tag = f'{plain.tag[:-1]}-gzip"'
                content = Content(tag, await compress(plain.data or b""))
            else:
                is_small = opened.size < _SMALL
                data = opened.read() if is_small else await run_sync(opened.read)
                content = Content(f'"{sha256(data).hexdigest()[:32]}"', data)
            if opened.is_settled:
                self._kept.put(key, content)
        return content

    async def _headers_of(self, site: ServedSite, name: str, opened: OpenFile) -> dict[str, str]:
        """Give the headers of a file, which depend on its link set too."""
        linkset = layout.linksets(name.rpartition(".")[0])[0]
        key = (name, opened.version, site.version(linkset))
        if (known := self._headers.get(key)) is None:
            known = self._headers[key] = await run_sync(headers_of, site, name)
            if len(self._headers) > _MOST_HEADERS:
                self._headers.popitem(last=False)
        return known


def _asked(request: Request) -> str:
    """Give the path and the query that are asked for, in the one way that names are compared in."""
    scope = request.scope
    raw = scope.get("raw_path") or quote(scope["path"], safe=_SAFE).encode()
    query = scope["query_string"]
    address = b"http://host" + raw + (b"?" + query if query else b"")
    return normalized(address.decode("latin-1")).removeprefix("http://host")


def _hashed(site: ServedSite, below: str) -> str | None:
    """Name the document of what has an address that can't be a file name as it stands."""
    place = site.rules.site.partition("://")[2]
    keys = (
        key
        for way in dict.fromkeys((below, with_plain_signs(below)))
        for key in (way, *(absolute_key(f"{s}://{place}{way}") for s in ("http", "https")))
    )
    return next((name for key in keys if site.variants(name := hashed(key))), None)


def _unavailable(detail: str) -> Response:
    return problem(HTTPStatus.SERVICE_UNAVAILABLE, detail, headers={"Retry-After": "1"})


def headers_of(site: ServedSite, name: str) -> dict[str, str]:
    """Give the headers with which a file is sent, all links among them that fit.

    :param name: relative to the site
    """
    sent = site.headers(name)
    stem, _, suffix = name.rpartition(".")
    is_linked = "Link" in sent
    if is_linked or suffix in {variant.name for variant in site.variants(stem)}:
        links = [
            *(_signposts(site, name, stem) if is_linked else ()),
            *_alternates(site, stem, besides=name),
        ]
        if links and sum(map(len, links)) <= _LONGEST_LINKS:
            sent["Link"] = ", ".join(links)
    return sent


def _signposts(site: ServedSite, name: str, stem: str) -> list[str]:
    """Write the typed links of a page or a document, as its link set has them.

    :param stem: the name without its suffix
    """
    linkset = layout.linksets(stem)[0]
    anchor = to_uri(site.rules.site + name)
    try:
        links = [
            signposting.header(TypedLink(rel, target["href"], target.get("type", "")))
            for context in json.loads(site.read(linkset))["linkset"]
            if context["anchor"] == anchor
            for rel, targets in context.items()
            if rel not in ("anchor", "item")
            for target in targets
        ]
        if all(link.isascii() and link.isprintable() for link in links):
            return links
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        # Nothing of ours: it may have been written by hand.
        pass
    return [link_header(to_uri(site.rules.path + stem))]


def _alternates(site: ServedSite, stem: str, besides: str = "") -> list[str]:
    return [
        f'<{address(site, file)}>; rel="alternate"; type="{variant.media_type}"'
        for variant in site.variants(stem)
        if (file := f"{stem}.{variant.name}") != besides
    ]


def address(site: ServedSite, name: str) -> str:
    """Write the path of a file as it is in an address."""
    return quote(site.rules.path + name, safe=_SAFE)


def _thing(site: ServedSite, stem: str, headers: Headers) -> Response | None:
    """Lead from a thing to the document about it that a client prefers."""
    variants = site.variants(stem)
    if not variants:
        return None
    # There is only a page, for every client.
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
