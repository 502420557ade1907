"""What the usual clients get for a thing's address: the document that their `Accept` prefers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote, urljoin

from mipex_kg.checks.checked_site import CheckedSite
from mipex_kg.checks.client import Response, SiteClient
from mipex_kg.checks.mirror import MOST_HOPS, Mirror, on_many
from mipex_kg.project import layout
from mipex_kg.rdf import formats
from mipex_kg.rdf.negotiation import VARIANTS, choose
from mipex_kg.system.errors import RemoteError
from mipex_kg.validation.report import Finding, Severity

RULES = "Put the rules that `mipex-kg hosting` writes into the server."
_MOST_THINGS = 8


class UsualClient(NamedTuple):
    """A usual client, and what it says that it takes.

    :param is_program: whether it comes for data
    """

    name: str
    accept: str | None
    is_program: bool = False


CLIENTS = (
    UsualClient("a browser", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
    UsualClient(
        "Google",
        "text/html,application/xhtml+xml,application/signed-exchange;v=b3,"
        "application/xml;q=0.9,*/*;q=0.8",
    ),
    UsualClient("curl, CKAN or udata", "*/*"),
    UsualClient("a client that says nothing", None),
    UsualClient("rdflib, for Turtle", "text/turtle, application/x-turtle, */*;q=0.1", True),
    UsualClient("rdflib, for RDF/XML", "application/rdf+xml, */*;q=0.1", True),
    UsualClient(
        "rdflib, for JSON-LD", "application/ld+json, application/json;q=0.9, */*;q=0.1", True
    ),
    UsualClient(
        "Jena",
        "text/turtle,application/n-triples;q=0.9,application/ld+json;q=0.8,"
        "application/rdf+xml;q=0.7,*/*;q=0.3",
        True,
    ),
)


def choose_things(mirror: Mirror) -> list[str]:
    """Choose things to ask for: one of each kind, by the folders of their documents."""
    names = {name for name, _ in mirror.there()}
    suffixes = [format.suffix for format in formats.OF_DOCUMENTS]
    stems = sorted(map(layout.name_of_page, filter(layout.is_page, names)))
    chosen: dict[str, str] = {}
    for stem in stems:
        if "/" in stem and any(stem + suffix in names for suffix in suffixes):
            chosen.setdefault(stem.rpartition("/")[0], stem)
    return list(chosen.values())[:_MOST_THINGS]


def negotiate(checked: CheckedSite, mirror: Mirror, things: Iterable[str]) -> Iterator[Finding]:
    """Ask for things as each client does: on the site's host, and where their names begin."""
    project, root = checked.project, mirror.client.root
    is_name = project.base.startswith((project.site, root))
    here = _Host(mirror, mirror.client, project.site, is_name=is_name)
    yield from here.findings(list(things))
    if mirror.names is not None and not is_name:
        there = _Host(mirror, mirror.names, project.site, is_name=True)
        yield from there.findings(list(things))


class _Wrong(NamedTuple):
    """What is wrong with what a client gets."""

    severity: Severity
    check: str
    message: str


@dataclass(frozen=True)
class _Host:
    """A host that is asked for things.

    :param site: the address for which the site was built
    :param is_name: whether what is asked there is the name of a thing
    """

    mirror: Mirror
    client: SiteClient
    site: str
    is_name: bool

    def findings(self, things: Iterable[str]) -> Iterator[Finding]:
        """Find what clients don't get as they want it; what goes wrong alike is told once."""
        clients: dict[tuple[str, _Wrong], list[str]] = defaultdict(list)
        for thing in things:
            try:
                for kind in CLIENTS:
                    if wrong := self._wrong(thing, kind):
                        clients[thing, wrong].append(kind.name)
            except RemoteError as error:
                told = f"leads nowhere: {str(error).rstrip('.')}"
                yield on_many(
                    self.mirror, Severity.VIOLATION, "negotiation", [thing], told, str(error.hint)
                )
                return
        alike: dict[tuple[str, _Wrong], list[str]] = defaultdict(list)
        for (thing, wrong), names in clients.items():
            who = "all clients" if len(names) == len(CLIENTS) else "; ".join(names)
            alike[who, wrong].append(thing)
        for (who, wrong), found in alike.items():
            told = wrong.message.replace("{clients}", who)
            yield on_many(
                self.mirror, wrong.severity, wrong.check, found, told + self._where, RULES
            )

    def _wrong(self, thing: str, kind: UsualClient) -> _Wrong | None:
        """Tell what is wrong with what a client gets; it is worse where names lie here."""
        answer, got = self._led(thing, kind)
        wanted = choose(kind.accept, [v for v in VARIANTS if self.mirror.has(f"{thing}.{v.name}")])
        if wanted is None:
            return None
        grave = Severity.VIOLATION if self.is_name else Severity.WARNING
        missed = Severity.WARNING if self.is_name else Severity.INFO
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

    @property
    def _where(self) -> str:
        return "" if self.client is self.mirror.client else f", by its name at {self.client.root}"

    def _led(self, thing: str, kind: UsualClient) -> tuple[Response, str | None]:
        """Ask for a thing.

        :returns: the first answer, and the suffix of the document to which it leads in the end
        """
        first = answer = self.client.ask(quote(thing), kind.accept)
        root = self.client.root
        for _ in range(MOST_HOPS):
            if answer.location is None:
                same = (v.name for v in VARIANTS if answer.type == v.media_type)
                return first, next(same, None) if answer.status == 200 else None
            address = urljoin(root + quote(thing), answer.location)
            target = self.mirror.inner(address, quote(thing), self.site)
            stem, _, suffix = (target or "").rpartition(".")
            if stem == quote(thing):
                return first, suffix if self.mirror.has(f"{thing}.{suffix}") else None
            if target != quote(thing) or root == self.mirror.client.root:
                return first, None
            # The name leads to the same thing on the site's host.
            root = self.mirror.client.root
            answer = self.mirror.client.ask(target, kind.accept)
        return first, None
