"""The base: what the names of most things begin with, down to a slash."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Container, Iterator
from typing import NamedTuple

# Of the names on a host, so large a part is below a base; the rest is said.
_MOST = 0.95
# On hosts that many people share, the first step of a path tells whose a name is.
_SHARED = ("w3id.org", "purl.org", "www.w3.org", "doi.org", "hdl.handle.net", "github.com")
# Registers that many link to, and describe in passing: the names of their things are theirs.
AUTHORITIES = tuple(
    f"{scheme}://{host}"
    for scheme in ("http", "https")
    for host in (
        *("d-nb.info/", "dbpedia.org/", "id.loc.gov/", "isni.org/", "orcid.org/", "ror.org/"),
        *("publications.europa.eu/resource/authority/", "sws.geonames.org/", "viaf.org/"),
        *(
            "id.worldcat.org/",
            "www.wikidata.org/",
            "vocab.getty.edu/",
            "www.geonames.org/",
            "www.w3.org/",
        ),
    )
)
_HOST = re.compile(rf"https?://(?:(?:{'|'.join(map(re.escape, _SHARED))})/)?[^/?#]+/")
_WITHOUT_PATH = re.compile(r"(https?://[^/?#]+)(?=[?#]|\Z)")


class Base(NamedTuple):
    """What names begin with.

    :param covered: how many of them
    :param outside: namespaces of the others, with their numbers, the largest first
    """

    iri: str
    covered: int
    outside: tuple[tuple[str, int], ...]


def namespace(iri: str) -> str:
    """Give what a name begins with, down to its last number sign or slash.

    >>> namespace("http://www.w3.org/ns/prov#Entity"), namespace("urn:isbn:1")
    ('http://www.w3.org/ns/prov#', 'urn:isbn:')
    """
    return re.split(r"[^#/:]*\Z", iri, maxsplit=1)[0]


def is_below(name: str, bases: tuple[str, ...]) -> bool:
    """Tell whether a name begins with one of some bases; a host's is its address with a slash, too.

    >>> is_below("http://e.org", ("http://e.org/",)), is_below("http://e.org#a", ("http://e.org/",))
    (True, True)
    """
    return _with_path(name).startswith(bases)


def _with_path(name: str) -> str:
    return _WITHOUT_PATH.sub(r"\1/", name, count=1)


def find_base(
    names: Collection[str], heads: Collection[str] = (), vocabularies: Container[str] = ()
) -> Base | None:
    """Find the base of most of some names.

    It is the longest address that ends with a slash and with which nearly all names on their host
    begin; no name of what heads the others, such as a concept scheme, is left out.

    :param heads: the names of what heads others
    :param vocabularies: namespaces in which things are described without being the data's own
    :returns: None if none of them is an address on the web

    >>> names = [f"https://e.org/thesaurus/c{n}" for n in range(50)]
    >>> find_base(names)
    Base(iri='https://e.org/thesaurus/', covered=50, outside=())
    >>> find_base([*names, "https://e.org/thesaurus"], ["https://e.org/thesaurus"]).iri
    'https://e.org/'
    >>> find_base(["http://e.org/v#a", "http://e.org/v#b", "urn:x:1"])
    Base(iri='http://e.org/', covered=2, outside=(('urn:x:', 1),))
    >>> find_base(["https://w3id.org/boats/a", "https://w3id.org/boats/b", "https://w3id.org/c/d"])
    Base(iri='https://w3id.org/boats/', covered=2, outside=(('https://w3id.org/c/', 1),))
    """
    own = [name for name in names if namespace(name) not in vocabularies] or list(names)
    counts = Counter(step for name in own for step in _steps(_with_path(name)))
    hosts = [step for step in counts if _HOST.fullmatch(step)]
    if not hosts:
        return None
    base = max(hosts, key=lambda host: (counts[host], host))
    least = _MOST * counts[base]
    kept = [_with_path(head) for head in heads if is_below(head, (base,))]
    while inner := [
        step
        for step in counts
        if step.startswith(base)
        and step.count("/") == base.count("/") + 1
        and counts[step] >= least
        and all(head.startswith(step) for head in kept)
    ]:
        base = inner[0]
    outside = Counter(namespace(name) for name in names if not is_below(name, (base,)))
    return Base(base, len(names) - outside.total(), tuple(outside.most_common()))


def _steps(iri: str) -> Iterator[str]:
    """Give the addresses above a name that end with a slash, from its host downwards.

    >>> list(_steps("https://e.org/a/b#c/d"))
    ['https://e.org/', 'https://e.org/a/']
    """
    path = re.split("[?#]", iri, maxsplit=1)[0]
    if host := _HOST.match(path):
        for slash in re.finditer("/", path):
            if slash.end() >= host.end():
                yield path[: slash.end()]
