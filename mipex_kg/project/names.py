"""The names of things: which IRIs are a project's own, and which files of its site are about them.

One rule for everything that writes, links, serves or looks for a file; docs/site.md describes it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import unquote

from mipex_kg.project import layout
from mipex_kg.rdf import formats
from mipex_kg.rdf.iris import normalized, to_uri
from mipex_kg.system.plain_path import LONGEST, LONGEST_STEP

# What a document's files end in.
SUFFIXES = (
    layout.HTML,
    layout.LINKSET_JSON,
    layout.LINKSET_TEXT,
    *(format.suffix for format in formats.OF_DOCUMENTS),
)
# nginx takes no word of more than 4,096 bytes in its settings, where addresses are patterns.
LONGEST_ADDRESS = 3700
_ROOM = max(map(len, SUFFIXES))
# What some file system or shell takes for something else, or an address for a part of its syntax.
_FORBIDDEN = frozenset('%\\:*?"<>|#[]^`{}')
# What Windows takes for a device, whatever the suffix.
_DEVICES = frozenset(
    (
        *("CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"),
        *(f"{port}{number}" for port in ("COM", "LPT") for number in "0123456789¹²³"),
    )
)
_HASH_DIGITS, _TOLD = 16, 60
_HASHED = re.compile(rf"~[0-9a-f]{{{_HASH_DIGITS}}}\Z")
_UNTOLD = re.compile(r"[^A-Za-z0-9._]+")
# As many IRIs are remembered with their addresses.
_MANY = 1 << 14


class Address(NamedTuple):
    """Where the document of a thing is asked for; IRIs that clients take for one have one.

    :param path: below the site, with the query if there is one, escaped as in a request
    :param key: what makes it unique: the path, or the whole address in angle brackets
    """

    path: str
    key: str

    @property
    def hashed(self) -> str:
        """The file name, without its suffix, that no other address has."""
        return hashed(self.key)


def hashed(key: str) -> str:
    """Make a file name, without its suffix, of what can't be one as it stands.

    >>> hashed("id?n=5")
    'id-n-5~5a0796568c68f67a'
    """
    told = _UNTOLD.sub("-", unquote(key)).strip("-.")[:_TOLD] or "thing"
    return f"{told}~{sha256(key.encode()).hexdigest()[:_HASH_DIGITS]}"


def absolute_key(address: str) -> str:
    """Make the key of an address that doesn't begin as the project's names do."""
    return f"<{address}>"


# The document about what is named as the base itself: the front page is about the whole.
FRONT_DOCUMENT = hashed("")


def folded(name: str) -> str:
    """Give what two file names have in common that are one file on some machine."""
    return unicodedata.normalize("NFC", name).casefold()


class _Base(NamedTuple):
    """What names begin with, normalized.

    :param root: what the paths of their files are relative to
    :param coined: what the names begin with that the engine gives
    """

    start: str
    root: str
    coined: str

    def covers(self, address: str, iri: str) -> bool:
        """Tell whether an IRI begins like this, or is this without its last sign.

        :param address: the IRI without its fragment
        """
        is_base = address in (self.start.removesuffix("#"), self.start.removesuffix("/"))
        return is_base or iri.startswith(self.start) or address.startswith(self.coined)


@dataclass(frozen=True)
class Names:
    """The names of one project's things.

    :param bases: what the names begin with; the engine's own begin with the first
    :param site: where the site lies
    :param ignores_scheme: whether ``http`` and ``https`` are one
    :param own: what the site calls documents and pages of its own, without a suffix, and folded
    :param own_files: what it calls other files in its outermost folder, folded
    :param own_folders: where it has its pages in other languages, folded and without a slash
    """

    bases: tuple[str, ...]
    site: str
    ignores_scheme: bool = False
    own: frozenset[str] = frozenset()
    own_files: frozenset[str] = frozenset()
    own_folders: frozenset[str] = frozenset()

    @cached_property
    def _bases(self) -> tuple[_Base, ...]:
        return tuple(
            _Base(self._normalized(base), self._normalized(root_of(base)), self._normalized(coined))
            for base in self.bases
            if (coined := coined_start(base))
        )

    @cached_property
    def _site(self) -> str:
        return self._normalized(self.site)

    def _normalized(self, iri: str) -> str:
        return self._in_one_scheme(normalized(iri))

    def _in_one_scheme(self, iri: str) -> str:
        is_http = self.ignores_scheme and iri.startswith("http://")
        return f"https://{iri.removeprefix('http://')}" if is_http else iri

    def covers(self, iri: str) -> bool:
        """Tell whether an IRI is the project's own."""
        return self.address(iri) is not None

    def address(self, iri: str) -> Address | None:
        """Tell where the document of a thing is asked for; None if it isn't the project's.

        >>> names = Names(("http://e/a/", "http://e/v#"), "http://e/")
        >>> names.address("http://e/a/../a/Straße#x")
        Address(path='Stra%C3%9Fe', key='Stra%C3%9Fe')
        >>> names.address("http://e/v#x")
        Address(path='v', key='<http://e/v>')
        """
        return self._known_addresses(iri)

    @cached_property
    def _known_addresses(self) -> Callable[[str], Address | None]:
        """Find addresses, and remember those that pages link to again and again."""
        return lru_cache(_MANY)(self._find_address)

    def _find_address(self, iri: str) -> Address | None:
        whole = self._normalized(iri)
        address = whole.partition("#")[0]
        if address.find("?") == len(address) - 1:  # programs aren't told of a query that is empty
            address = address[:-1]
        for number, base in enumerate(self._bases):
            if base.covers(address, whole):
                if f"{address}/" == base.start:
                    address = base.start
                prefix = self._prefix(number, base, address)
                path = address.removeprefix(prefix)
                return Address(path, absolute_key(address) if number else path)
        return None

    def _prefix(self, number: int, base: _Base, address: str) -> str:
        """Give what is left out of an address: of further bases, the site's if it lies there."""
        return self._site if number and address.startswith(self._site) else base.root

    def part(self, iri: str, place: str) -> Address | None:
        """Give a thing that has a place in a document a page below the document's.

        >>> Names(("http://e/",), "http://e/").part("http://e/list#a", "a")
        Address(path='list/a', key='list#a')
        """
        address, fragment = self.address(iri), to_uri(place)
        if address is None:
            return None
        folder = address.path.rstrip("/")
        return Address(f"{folder}/{fragment}" if folder else fragment, f"{address.key}#{fragment}")

    def requests(self, iri: str) -> set[str]:
        """Give the paths with which clients ask for a thing, below the site, without a slash first.

        Some normalize an address, others send it as it is written. What is the site's own file is
        left out, and so are the front and what lies on another host.
        """
        address = self.address(iri)
        if address is None:
            return set()
        prefix = self._bases[0].root if address.key == address.path else self._site
        if address.key not in (address.path, absolute_key(prefix + address.path)):
            return set()
        written = self._in_one_scheme(to_uri(iri.partition("#")[0]))
        is_whole = written.startswith(prefix)
        paths = {address.path, written.removeprefix(prefix) if is_whole else address.path}
        return {path for path in paths if path and not self.is_own_file(path)}

    def files(self, addresses: Iterable[Address]) -> dict[Address, str]:
        """Name the files about each address, without their suffix: each its own, on any machine.

        Of addresses whose files would be one, the first keeps the plain name. No file is at the
        address of another thing.
        """
        found: dict[Address, str] = {}
        taken: set[str] = set()
        ordered = sorted(set(addresses), key=_precedence)
        asked = {_decoded(address.path) for address in ordered}
        for address in ordered:
            name = self.plain(address) or address.hashed
            if folded(name) in taken or any(f"{name}{suffix}" in asked for suffix in SUFFIXES):
                name = address.hashed
            taken.add(folded(name))
            found[address] = name
        return found

    def plain(self, address: Address) -> str | None:
        """Give the path of an address as a file name, if all machines and servers take it for that.

        >>> names = Names(("http://e/",), "http://e/", own=frozenset({"index"}))
        >>> [names.plain(Address(path, path)) for path in ("a%20b", "a/", "a:b", "Index")]
        ['a b', 'a/index', None, None]
        """
        text = _decoded(address.path)
        if text is None:
            return None
        name = text + layout.FRONT if text.endswith("/") else text
        *folders, _last = steps = name.split("/")
        is_plain = (
            all(map(_is_plain_step, steps))
            and not any(map(_is_file_like, folders))
            and len(name.encode()) <= LONGEST - _ROOM
            and not has_hash(name)
            and folded(name) not in self.own
            and not self.is_own_file(name)
            and not (folders and folded(steps[0]) in self._taken_folders)
        )
        return name if is_plain else None

    @cached_property
    def _taken_folders(self) -> frozenset[str]:
        return frozenset((*layout.FOLDERS, *self.own_files, *self.own_folders))

    def is_own_file(self, path: str) -> bool:
        """Tell whether a path is that of a file of the site that is about no thing.

        >>> Names(("http://e/",), "http://e/", own=frozenset({"data"})).is_own_file("data.html")
        True
        """
        name = folded(path)
        if self.is_translated(name):
            return True
        if not name.endswith(SUFFIXES):
            return name in self.own_files
        stems = (name.removesuffix(suffix) for suffix in SUFFIXES if name.endswith(suffix))
        return name in self.own_files or any(stem in self.own for stem in stems)

    def is_translated(self, path: str) -> bool:
        """Tell whether a path is that of a page in another language than the first.

        >>> names = Names(("http://e/",), "http://e/", own_folders=frozenset({"fr"}))
        >>> [names.is_translated(path) for path in ("fr/", "fr/ada.html", "fr/ada", "fr")]
        [True, True, False, False]
        """
        folder, slash, rest = folded(path).partition("/")
        is_page = not rest or rest.endswith(("/", layout.HTML))
        return bool(slash) and is_page and folder in self.own_folders

    def fault(self, iri: str) -> str | None:
        """Tell why a thing can't be asked for over HTTP; None if it can."""
        address = self.address(iri)
        if address is None:
            return None
        if "%00" in address.path:
            return "it has the character U+0000, which servers refuse"
        if len(address.path) > LONGEST_ADDRESS:
            return f"as an address it has more than {LONGEST_ADDRESS:,} characters"
        return None


def has_hash(name: str) -> bool:
    """Tell whether servers don't find a file by its address alone, as they decode it.

    >>> has_hash(hashed("a:b")), has_hash("person/ada")
    (True, False)
    """
    return _HASHED.search(name) is not None


def address_of_file(site: str, name: str) -> str:
    """Write the address of a file of a site.

    >>> address_of_file("http://e/", "a b.html")
    'http://e/a%20b.html'
    """
    return to_uri(site + name)


def file_at(site: str, address: str) -> str | None:
    """Name the file of a site that is at an address; None if that is elsewhere."""
    return unquote(address.removeprefix(site)) if address.startswith(site) else None


def root_of(base: str) -> str:
    """Give the folder of a base on the web, to which paths are relative; else the base.

    >>> root_of("http://e.org/id?n="), root_of("http://e.org/v#"), root_of("urn:x:")
    ('http://e.org/', 'http://e.org/', 'urn:x:')
    """
    address = re.split("[?#]", base, maxsplit=1)[0]
    is_web = address.startswith(("http://", "https://"))
    return address[: address.rfind("/") + 1] if is_web else address


def coined_start(base: str) -> str:
    """Give what the names begin with that the engine gives: none of them is a fragment or a query.

    >>> coined_start("http://e.org/v#"), coined_start("http://e.org/v/")
    ('http://e.org/v/', 'http://e.org/v/')
    """
    address = re.split("[?#]", base, maxsplit=1)[0]
    return base if address == base else f"{address.rstrip('/')}/"


def own_names(name: str, texts: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Collect what a site calls files of its own: documents and pages without a suffix, and others.

    :param name: of the project, after which the dumps are called
    :param texts: names of the project's own pages
    """
    of_whole = (name + format.suffix for format in formats.FORMATS)
    own = frozenset(map(folded, (*layout.OWN_PAGES, *layout.OWN_DOCUMENTS, name, *texts)))
    return own, frozenset(map(folded, (*layout.OWN_FILES, *of_whole)))


@lru_cache(1 << 12)
def _decoded(path: str) -> str | None:
    """Decode the path of an address; None if that doesn't lead back to it."""
    try:
        text = unquote(path, errors="strict")
    except UnicodeDecodeError:
        return None
    is_plain = all(char.isprintable() and char not in _FORBIDDEN for char in text)
    is_composed = unicodedata.normalize("NFC", text) == text
    return text if is_plain and is_composed and to_uri(text) == path else None


def _is_plain_step(step: str) -> bool:
    """Tell whether a step of a path can be the name of a file that has one more suffix."""
    return (
        bool(step)
        and step[0] not in ". "
        and step[-1] != " "
        and step.partition(".")[0].rstrip().upper() not in _DEVICES
        and len(step.encode()) <= LONGEST_STEP - _ROOM
    )


def _is_file_like(folder: str) -> bool:
    """Tell whether a folder would be in the way of a file, or Windows would cut its name."""
    return folder.endswith(".") or folded(folder).endswith(SUFFIXES)


def _precedence(address: Address) -> tuple[bool, bool, str]:
    return address.key != address.path, address.path.endswith("/"), address.key
