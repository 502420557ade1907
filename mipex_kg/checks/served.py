"""What the usual clients get from a server: statuses, redirects, types, CORS, caching, negotiation.

What only some servers can do is no fault: it is told as a note. What a reader of data needs is one.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote

from mipex_kg import formats, manifest
from mipex_kg.catalogue.record import DOCUMENT
from mipex_kg.checks.client import ORIGIN, Answer, Client
from mipex_kg.checks.mirror import Mirror
from mipex_kg.checks.signposts import read_text
from mipex_kg.checks.subject import Subject, View
from mipex_kg.hosting.negotiation import VARIANTS, choose
from mipex_kg.media_types import media_type
from mipex_kg.signposting import linkset_names
from mipex_kg.validation.report import Finding, Place, Severity, plural


class Kind(NamedTuple):
    """A usual client, and what it says that it takes.

    :param is_program: whether it comes for data
    """

    name: str
    accept: str | None
    is_program: bool = False


CLIENTS = (
    Kind("a browser", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
    Kind(
        "Google",
        "text/html,application/xhtml+xml,application/signed-exchange;v=b3,"
        "application/xml;q=0.9,*/*;q=0.8",
    ),
    Kind("curl, CKAN or udata", "*/*"),
    Kind("a client that says nothing", None),
    Kind("rdflib, for Turtle", "text/turtle, application/x-turtle, */*;q=0.1", True),
    Kind("rdflib, for RDF/XML", "application/rdf+xml, */*;q=0.1", True),
    Kind("rdflib, for JSON-LD", "application/ld+json, application/json;q=0.9, */*;q=0.1", True),
    Kind(
        "Jena",
        "text/turtle,application/n-triples;q=0.9,application/ld+json;q=0.8,"
        "application/rdf+xml;q=0.7,*/*;q=0.3",
        True,
    ),
)
# What harvesters and browsers can't do without the right type of; the rest is only pity.
_CATALOGUE = frozenset(f"{DOCUMENT}{f.suffix}" for f in (formats.TURTLE, formats.RDFXML))
_HARVESTED = _CATALOGUE | {f"{DOCUMENT}{formats.JSONLD.suffix}"}
_NEEDED = frozenset({"text/html", "text/css", "text/javascript"})
_DATA = frozenset({*(f.media_type for f in formats.FORMATS), "text/csv"})
# What is shown for what isn't there, and may be answered as that.
_FOR_NOTHING = frozenset({"404.html"})
_MOST_THINGS = 8
_NOWHERE = "no-such-page-8d1f0c.html"
_RULES = "Put the rules that `mipex-kg hosting` writes into the server."
_UPLOAD = "Upload all that the build wrote."


def check_served(subject: Subject) -> View:
    """Play the clients, and tell what they get."""
    mirror = subject.mirror
    if mirror is None:
        return View(skipped="Give an address, to ask its server.")
    there = sum(1 for _ in mirror.there())
    things = _things(mirror)
    sees = f"{plural(there, 'file')}; asked as {len(CLIENTS)} clients for {len(things)} things"
    return View(sees, list(_Served(subject, mirror).findings(things)))


def _things(mirror: Mirror) -> list[str]:
    """Choose things to ask for: one of each kind, by the folders of their documents."""
    names = {name for name, _ in mirror.there()}
    stems = sorted(n.removesuffix(".html") for n in names if n.endswith(".html"))
    chosen: dict[str, str] = {}
    for stem in stems:
        if "/" in stem and f"{stem}{formats.TURTLE.suffix}" in names:
            chosen.setdefault(stem.rpartition("/")[0], stem)
    return list(chosen.values())[:_MOST_THINGS]


class _Wrong(NamedTuple):
    """What is wrong with what a client gets."""

    severity: Severity
    check: str
    message: str


@dataclass(frozen=True)
class _Served:
    subject: Subject
    mirror: Mirror

    @property
    def client(self) -> Client:
        return self.mirror.client

    def findings(self, things: Iterable[str]) -> Iterator[Finding]:
        """Find all that is not as clients want it."""
        yield from self._address()
        yield from self._manifest()
        yield from self._nowhere()
        yield from self._files()
        yield from self._types()
        yield from self._open()
        yield from self._unchanged()
        yield from self._announced()
        yield from self._negotiated(things)

    def _address(self) -> Iterator[Finding]:
        site = self.subject.project.site
        if self.client.root != site:
            message = f"The site was built for {site}: there its readers are sent."
            hint = "Give that address with --site to build, if it isn't meant."
            yield self._finding(Severity.INFO, "address", message, hint, "")
        if self.mirror.left:
            message = f"{plural(self.mirror.left, 'file')} more were not asked for."
            yield self._finding(Severity.WARNING, "left", message, "Check the folder too.", "")

    def _manifest(self) -> Iterator[Finding]:
        if self.mirror.fetched[manifest.NAME].is_there and not self._built():
            message = "It is not a manifest, so that nobody can tell what belongs to the site."
            yield self._finding(Severity.WARNING, "manifest", message, _UPLOAD, manifest.NAME)

    def _built(self) -> Mapping[str, str]:
        """Give the hashes of the files that were built, as far as the server tells them."""
        path = self.mirror.folder / manifest.NAME
        built = manifest.read_manifest(self.mirror.folder) if path.is_file() else None
        return built.hashes if built else {}

    def _nowhere(self) -> Iterator[Finding]:
        answer = self.client.ask(_NOWHERE)
        if answer.status not in (404, 410):
            message = f"What isn't there is answered with {answer.status}, and not with 404."
            hint = "Clients take it for a page. Let the server answer 404."
            yield self._finding(Severity.VIOLATION, "nowhere", message, hint, _NOWHERE)

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
            yield self._many(Severity.VIOLATION, "gone", names, told, _UPLOAD)
        for is_harvested, names in moved.items():
            severity = Severity.VIOLATION if is_harvested else Severity.WARNING
            told = "is redirected, which udata doesn't follow" if is_harvested else "is redirected"
            hint = "Let the server send it at its own address."
            yield self._many(severity, "moved", names, told, hint)
        if names := list(self._other_content()):
            told = "is not what the manifest says, as after half an upload"
            yield self._many(Severity.VIOLATION, "changed", names, told, _UPLOAD)

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
            yield self._many(severity, "type", names, told, _RULES)
        if bare:
            told = "comes without charset=utf-8, and udata reads it as Latin-1"
            yield self._many(Severity.WARNING, "charset", bare, told, _RULES)

    def _open(self) -> Iterator[Finding]:
        closed = [
            name
            for name, fetched in self.mirror.there()
            if media_type(name).name in _DATA and not _is_open(fetched.answer)
        ]
        if closed:
            told = "can't be read by scripts of other sites"
            hint = "Let the server send `Access-Control-Allow-Origin: *`."
            yield self._many(Severity.WARNING, "cors", closed, told, hint)

    def _unchanged(self) -> Iterator[Finding]:
        """Find out whether what hasn't changed is sent again."""
        for name in ("", f"{DOCUMENT}.ttl"):
            first = self.client.ask(name)
            if first.status != 200:
                continue
            tag, day = (first.headers.get(header) for header in ("etag", "last-modified"))
            given = {"If_None_Match": tag} if tag else {"If_Modified_Since": day} if day else {}
            if not given:
                message = "It has no ETag, so that it is sent again each time."
                yield self._finding(Severity.WARNING, "etag", message, _RULES, name)
                continue
            again = self.client.ask(name, **{key: str(value) for key, value in given.items()})
            if again.status != 304:
                message = f"It hasn't changed, and is answered with {again.status}, not 304."
                yield self._finding(Severity.WARNING, "etag", message, _RULES, name)

    def _announced(self) -> Iterator[Finding]:
        """Find out whether the page's link set is told in a header too."""
        if "index.html" not in self.mirror.fetched or not self._has(linkset_names("index")[0]):
            return
        link = self.client.ask("").headers.get("link", "")
        links = [link for links in read_text(link).values() for link in links]
        leads = dict.fromkeys(self._inner(s.href, "") for s in links if s.rel == "linkset")
        if not leads:
            message = "No Link header tells where the link set is; the page does."
            yield self._finding(Severity.INFO, "link", message, _RULES, "")
        for lead in leads:
            if lead is None or not self._has(lead):
                message = f"The Link header leads to {lead or 'another site'}, not to a link set."
                yield self._finding(Severity.VIOLATION, "link", message, _RULES, "")

    def _inner(self, address: str, path: str) -> str | None:
        """Tell where an address leads: one for which the site was built is taken to lie here."""
        site = self.subject.project.site
        if address.startswith(site):
            return address.removeprefix(site)
        return self.client.inner(address, path)

    def _has(self, name: str) -> bool:
        found = self.mirror.fetched.get(name)
        return found is not None and found.is_there

    def _negotiated(self, things: Iterable[str]) -> Iterator[Finding]:
        """Ask for things as each client does; what goes wrong alike is told once."""
        clients: dict[tuple[str, _Wrong], list[str]] = defaultdict(list)
        for thing in things:
            for kind in CLIENTS:
                if wrong := self._wrong(thing, kind):
                    clients[thing, wrong].append(kind.name)
        alike: dict[tuple[str, _Wrong], list[str]] = defaultdict(list)
        for (thing, wrong), names in clients.items():
            who = "all clients" if len(names) == len(CLIENTS) else "; ".join(names)
            alike[who, wrong].append(thing)
        for (who, wrong), found in alike.items():
            told = wrong.message.replace("{clients}", who)
            yield self._many(wrong.severity, wrong.check, found, told, _RULES)

    def _wrong(self, thing: str, kind: Kind) -> _Wrong | None:
        """Tell what is wrong with what a client gets; it is worse where names lie here."""
        answer = self.client.ask(quote(thing), kind.accept)
        wanted = choose(kind.accept, [v for v in VARIANTS if self._has(f"{thing}.{v.name}")])
        if wanted is None:
            return None
        project = self.subject.project
        is_name = project.base.startswith((project.site, self.client.root))
        grave = Severity.VIOLATION if is_name else Severity.WARNING
        missed = Severity.WARNING if is_name else Severity.INFO
        got = self._led(thing, answer)
        if got is None:
            led = "another place" if answer.location else f"nothing ({answer.status})"
            return _Wrong(grave, "negotiation", f"leads to {led}, for {{clients}}")
        if got != wanted.name:
            message = f"leads to .{got} where .{wanted.name} is preferred, for {{clients}}"
            return _Wrong(missed if kind.is_program else grave, "negotiation", message)
        if answer.location is not None and answer.status != 303:
            message = f"leads on with {answer.status}, as if a thing were its document, and not 303"
            return _Wrong(Severity.INFO, "see-other", message)
        if answer.location is not None and not {"accept", "*"} & answer.tokens("vary"):
            message = "leads each client elsewhere, and no Vary header tells caches"
            return _Wrong(Severity.WARNING, "vary", message)
        return None

    def _led(self, thing: str, answer: Answer) -> str | None:
        """Tell which of its documents a thing leads to, by the suffix."""
        if answer.status == 200:
            same = (v.name for v in VARIANTS if answer.type == v.media_type)
            return next(same, None)
        if answer.location is None:
            return None
        target = self._inner(answer.location, quote(thing))
        stem, _, suffix = (target or "").rpartition(".")
        return suffix if stem == quote(thing) and self._has(f"{thing}.{suffix}") else None

    def _many(
        self, severity: Severity, check: str, names: list[str], told: str, hint: str
    ) -> Finding:
        """Tell of one of several files, and how many they are."""
        name = min(names, key=lambda name: (name.count("/"), name))
        others = len(names) - 1
        more = f"; the same goes for {plural(others, 'other')}" if others else ""
        message = f"{name} {told}{more}."
        return self._finding(severity, check, message, hint, name)

    def _finding(
        self, severity: Severity, check: str, message: str, hint: str, name: str
    ) -> Finding:
        address = self.client.root + quote(name)
        place = Place(self.mirror.folder / name, address=address)
        return Finding(severity, check, message, hint, place=place)


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


def _is_utf8(answer: Answer) -> bool:
    parameters = answer.headers.get("content-type", "").lower().replace('"', "").replace(" ", "")
    return "charset=utf-8" in parameters


def _is_open(answer: Answer) -> bool:
    return answer.headers.get("access-control-allow-origin", "") in ("*", ORIGIN)
