"""What a server sends: statuses, redirects, media types, CORS, caching, link sets.

What only some servers can do is not a fault: it is reported as a note. What a reader
of data needs is one.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from mipex_kg.checks.checked_site import CheckedSite, View
from mipex_kg.checks.client import ORIGIN, Response, SiteClient
from mipex_kg.checks.mirror import Mirror, on_many, on_one
from mipex_kg.checks.negotiated import CLIENTS, RULES, choose_things, negotiate
from mipex_kg.checks.signposts import read_text
from mipex_kg.project import layout
from mipex_kg.project.media_types import media_type
from mipex_kg.rdf import formats
from mipex_kg.site.privacy import find_privacy
from mipex_kg.system import manifest
from mipex_kg.system.errors import RemoteError
from mipex_kg.validation.report import Finding, Severity, plural

# What harvesters and browsers can't do without the right type of; the rest is only pity.
_CATALOGUE = frozenset(map(layout.catalogue, (formats.TURTLE, formats.RDFXML)))
_HARVESTED = _CATALOGUE | {layout.catalogue(formats.JSONLD)}
_NEEDED = frozenset({"text/html", "text/css", "text/javascript"})
_DATA = frozenset({*(f.media_type for f in formats.FORMATS), "text/csv"})
# What is shown for what isn't there, and may be answered as that.
_FOR_NOTHING = frozenset({layout.NOT_FOUND_PAGE})
# By which of these words a server asks search engines to leave out what it sends.
_LEFT_OUT = frozenset({"noindex", "none"})
_NOWHERE = "no-such-page-8d1f0c.html"
_UPLOAD = "Upload all that the build wrote."
# Whether a service has anything at all, in whichever graph.
_QUERY = "ASK { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
_RESULTS = "application/sparql-results+json"


def check_served(checked: CheckedSite) -> View:
    """Play the clients, and report what they get."""
    mirror = checked.mirror
    if mirror is None:
        return View(skipped="Give an address, to ask its server.")
    there = sum(1 for _ in mirror.there())
    things = choose_things(mirror)
    sees = f"{plural(there, 'file')}; asked as {len(CLIENTS)} clients for {len(things)} things"
    return View(sees, list(_Served(checked, mirror).findings(things)))


@dataclass(frozen=True)
class _Served:
    checked: CheckedSite
    mirror: Mirror

    @property
    def client(self) -> SiteClient:
        return self.mirror.client

    def findings(self, things: Iterable[str]) -> Iterator[Finding]:
        """Find all that is not as clients want it."""
        yield from self._address()
        yield from self._manifest()
        yield from self._nowhere()
        yield from self._files()
        yield from self._types()
        yield from self._packed()
        yield from self._open()
        yield from self._private()
        yield from self._unchanged()
        yield from self._announced()
        yield from self._service()
        yield from negotiate(self.checked, self.mirror, things)

    def _address(self) -> Iterator[Finding]:
        site = self.checked.project.site
        if self.client.root != site:
            message = f"The site was built for {site}: there its readers are sent."
            hint = "Give that address with --site to build, if it isn't meant."
            yield on_one(self.mirror, Severity.INFO, "address", message, hint, "")
        if self.mirror.left:
            message = f"{plural(self.mirror.left, 'file')} more were not asked for."
            yield on_one(
                self.mirror, Severity.WARNING, "left", message, "Check the folder too.", ""
            )

    def _manifest(self) -> Iterator[Finding]:
        if self.mirror.fetched[layout.MANIFEST].is_there and not self._built():
            message = "It is not a manifest, so the site's files cannot be identified."
            yield on_one(
                self.mirror, Severity.WARNING, "manifest", message, _UPLOAD, layout.MANIFEST
            )

    def _built(self) -> Mapping[str, str]:
        """Give the hashes of the files that were built, as far as the server tells them."""
        path = self.mirror.folder / layout.MANIFEST
        built = manifest.read_manifest(self.mirror.folder) if path.is_file() else None
        return built.hashes if built else {}

    def _nowhere(self) -> Iterator[Finding]:
        answer = self.client.ask(_NOWHERE)
        if answer.status not in (404, 410):
            message = f"What isn't there is answered with {answer.status}, and not with 404."
            hint = "Clients will treat it as a page. Configure the server to return 404."
            yield on_one(self.mirror, Severity.VIOLATION, "nowhere", message, hint, _NOWHERE)

    def _files(self) -> Iterator[Finding]:
        """Find files that are not there, that lie elsewhere, or that aren't what was built."""
        gone, moved = defaultdict(list), defaultdict(list)
        for name, fetched in self.mirror.fetched.items():
            if not fetched.is_there and name in self.mirror.listed and name not in _FOR_NOTHING:
                gone[fetched.answer.status].append(name)
            if fetched.hops:
                moved[name in _HARVESTED].append(name)
        for status, names in gone.items():
            told = f"is answered with {status}" if status else "isn't answered"
            yield on_many(self.mirror, Severity.VIOLATION, "gone", names, told, _UPLOAD)
        for is_harvested, names in moved.items():
            severity = Severity.VIOLATION if is_harvested else Severity.WARNING
            told = "is redirected, which udata doesn't follow" if is_harvested else "is redirected"
            hint = "Let the server send it at its own address."
            yield on_many(self.mirror, severity, "moved", names, told, hint)
        if names := list(self._other_content()):
            told = "is not what the manifest says, as after half an upload"
            yield on_many(self.mirror, Severity.VIOLATION, "changed", names, told, _UPLOAD)

    def _other_content(self) -> Iterator[str]:
        for name, sha256 in self._built().items():
            path = self.mirror.folder / name
            if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
                yield name

    def _types(self) -> Iterator[Finding]:
        """Find files that come as something else, and texts whose encoding nobody tells."""
        wrong: dict[tuple[str, str, bool], list[str]] = defaultdict(list)
        bare = []
        for name, fetched in self.mirror.there():
            kind, given = media_type(name), fetched.answer.type
            is_needed = name in _HARVESTED or kind.name in _NEEDED
            if given != kind.name and not _is_alike(given, kind.name):
                wrong[kind.name, given or "nothing", is_needed].append(name)
            elif kind.name == formats.TURTLE.media_type and not _is_utf8(fetched.answer):
                bare.append(name)
        for (expected, given, is_needed), names in sorted(wrong.items()):
            severity = Severity.VIOLATION if is_needed else Severity.WARNING
            told = f"comes as {given}, and not as {expected}"
            yield on_many(self.mirror, severity, "type", names, told, RULES)
        if bare:
            told = "comes without charset=utf-8, and udata reads it as Latin-1"
            yield on_many(self.mirror, Severity.WARNING, "charset", bare, told, RULES)

    def _packed(self) -> Iterator[Finding]:
        """Find what comes packed although it was asked for as it is."""
        there = self.mirror.there()
        packed = [name for name, fetched in there if "content-encoding" in fetched.answer.headers]
        if packed:
            told = "comes compressed, also for clients that take no compression"
            hint = "Let the server compress only what Accept-Encoding allows."
            yield on_many(self.mirror, Severity.WARNING, "encoding", packed, told, hint)

    def _open(self) -> Iterator[Finding]:
        closed = [
            name
            for name, fetched in self.mirror.there()
            if media_type(name).name in _DATA and not _is_open(fetched.answer)
        ]
        if closed:
            told = "can't be read by scripts of other sites"
            hint = "Let the server send `Access-Control-Allow-Origin: *`."
            yield on_many(self.mirror, Severity.WARNING, "cors", closed, told, hint)

    def _private(self) -> Iterator[Finding]:
        """Find what search engines may show, and may name a person who is to be left out."""
        if not find_privacy(self.checked.dataset).marked:
            return
        shown = [
            name
            for name, fetched in self.mirror.there()
            if not media_type(name).is_for_search_engines
            and fetched.answer.tokens("x-robots-tag").isdisjoint(_LEFT_OUT)
        ]
        if shown:
            told = "may be shown by search engines, and may name a person marked with kg:noIndex"
            hint = "Let the server send `X-Robots-Tag: noindex` with all that is not a page."
            yield on_many(self.mirror, Severity.WARNING, "private", shown, told, hint)

    def _unchanged(self) -> Iterator[Finding]:
        """Find out whether what hasn't changed is sent again."""
        for name in ("", layout.catalogue(formats.TURTLE)):
            first = self.client.ask(name)
            if first.status != 200:
                continue
            tag, day = (first.headers.get(header) for header in ("etag", "last-modified"))
            given = {"If_None_Match": tag} if tag else {"If_Modified_Since": day} if day else {}
            if not given:
                message = "It has no ETag, so that it is sent again each time."
                yield on_one(self.mirror, Severity.WARNING, "etag", message, RULES, name)
                continue
            again = self.client.ask(name, **{key: str(value) for key, value in given.items()})
            if again.status != 304:
                message = f"It hasn't changed, and is answered with {again.status}, not 304."
                yield on_one(self.mirror, Severity.WARNING, "etag", message, RULES, name)

    def _announced(self) -> Iterator[Finding]:
        """Find out whether the page's link set is told in a header too."""
        if layout.FRONT_PAGE not in self.mirror.fetched or not self.mirror.has(
            layout.linksets(layout.FRONT)[0]
        ):
            return
        link = self.client.ask("").headers.get("link", "")
        links = [link for links in read_text(link).values() for link in links]
        leads = dict.fromkeys(
            self.mirror.inner(s.href, "", self.checked.project.site)
            for s in links
            if s.rel == "linkset"
        )
        if not leads:
            message = "The Link header does not name the link set, although the page does."
            yield on_one(self.mirror, Severity.INFO, "link", message, RULES, "")
        for lead in leads:
            if lead is None or not self.mirror.has(lead):
                message = f"The Link header leads to {lead or 'another site'}, not to a link set."
                yield on_one(self.mirror, Severity.VIOLATION, "link", message, RULES, "")

    def _service(self) -> Iterator[Finding]:
        """Find out whether the SPARQL service is one that the site announces, and has something."""
        service = self.checked.project.endpoint
        if not service:
            return
        try:
            answer = self._asked_of(service)
            told = _no_answer(answer)
        except RemoteError as error:
            told = f"gives no answer: {error.message.rstrip('.')}"
        if told:
            message = f"{service} is announced as a SPARQL service, and {told}."
            hint = "Start it, or take catalogue.endpoint out of mipex-kg.toml."
            name = layout.catalogue(formats.TURTLE)
            yield on_one(self.mirror, Severity.VIOLATION, "service", message, hint, name)

    def _asked_of(self, service: str) -> Response:
        """Ask the service: where the site is, if it belongs to the site, else where it is said."""
        query = f"{'&' if '?' in service else '?'}query={quote(_QUERY)}"
        site = self.checked.project.site
        if service.startswith(site):
            return self.client.ask(service.removeprefix(site) + query, _RESULTS)
        with SiteClient(service) as elsewhere:
            return elsewhere.ask(query, _RESULTS)


def _no_answer(answer: Response) -> str:
    """Tell what is wrong with the answer to the query; nothing if all is well."""
    if answer.status != 200:
        return f"answers {answer.status} to a query"
    try:
        is_true = json.loads(answer.body)["boolean"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return "doesn't answer a query in JSON"
    return "" if is_true is True else "has nothing"


def _is_alike(given: str, expected: str) -> bool:
    """Tell whether a type is as good as another.

    >>> _is_alike("application/xhtml+xml", "text/html"), _is_alike("text/xml", "application/xml")
    (False, True)
    """
    pairs: Mapping[str, set[str]] = {
        "application/xml": {"text/xml"},
        "text/javascript": {"application/javascript"},
        "image/x-icon": {"image/vnd.microsoft.icon"},
        "application/octet-stream": {given},
    }
    return given in pairs.get(expected, ())


def _is_utf8(answer: Response) -> bool:
    parameters = answer.headers.get("content-type", "").lower().replace('"', "").replace(" ", "")
    return "charset=utf-8" in parameters


def _is_open(answer: Response) -> bool:
    return answer.headers.get("access-control-allow-origin", "") in ("*", ORIGIN)
