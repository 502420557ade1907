"""Finding quads in a file of N-Quads without reading the rest of it: by what they are about or say.

Beside the file is an index: numbers that stand for texts, sorted, and where the lines begin in
which they are. Texts are told apart without their case, so that one index finds terms and names.
"""

from __future__ import annotations

import hashlib
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import starmap
from typing import TypeVar

import pyoxigraph as ox

from mipex_kg.rdf.local_names import local_name
from mipex_kg.rdf.quads import Quad
from mipex_kg.rdf.terms import Node, Term, text_of

K = TypeVar("K")
V = TypeVar("V")


class QuadLines:
    r"""The quads of a file, each read when it is wanted, in the order of the file.

    :param data: the file, in N-Quads
    :param indexes: what ``indexes_of`` made of it

    >>> knows = Quad(*map(ox.NamedNode, ["e:/ada", "e:/knows", "e:/Bo"]))
    >>> called = Quad(knows.object, ox.NamedNode("e:/name"), ox.Literal("BO", language="de"))
    >>> data = "".join(f"{quad} .\n" for quad in (knows, called)).encode()
    >>> lines = QuadLines(data, indexes_of([knows, called], data.splitlines(keepends=True)))
    >>> lines.about(ox.NamedNode("e:/ada")) == lines.pointing_to(knows.object) == [knows]
    True
    >>> lines.saying("bo") == [called], lines.of_local_name("ADA")
    (True, [<NamedNode value=e:/ada>])
    """

    def __init__(self, data: bytes, indexes: Sequence[bytes]) -> None:
        self._data = data
        self._subjects, self._objects, self._local_names = map(_Index, indexes)

    def about(self, subject: Term) -> list[Quad]:
        """Give the quads with this subject."""
        found = self._read(self._subjects.starts(text_of(subject)))
        return [quad for quad in found if quad.subject == subject]

    def pointing_to(self, value: Term) -> list[Quad]:
        """Give the quads with this object."""
        found = self._read(self._objects.starts(text_of(value)))
        return [quad for quad in found if quad.object == value]

    def saying(self, text: str) -> list[Quad]:
        """Give the quads whose object is a literal with this text, whatever its case."""
        folded = text.casefold()
        found = (q for q in self._read(self._objects.starts(text)) if _is_literal(q.object))
        return [quad for quad in found if text_of(quad.object).casefold() == folded]

    def of_local_name(self, name: str) -> list[ox.NamedNode]:
        """Give the subjects whose IRIs end in this, whatever its case."""
        found = (quad.subject for quad in self._read(self._local_names.starts(name)))
        nodes = dict.fromkeys(node for node in found if isinstance(node, ox.NamedNode))
        return [node for node in nodes if local_name(node).casefold() == name.casefold()]

    def _read(self, starts: Iterable[int]) -> Iterator[Quad]:
        data = self._data
        lines = b"".join(data[start : data.index(b"\n", start) + 1] for start in starts)
        return starmap(Quad, ox.parse(lines, format=ox.RdfFormat.N_QUADS))


def indexes_of(quads: Iterable[Quad], lines: Iterable[bytes]) -> tuple[bytes, bytes, bytes]:
    """Make the indexes of a file: of subjects, of objects, and of the ends of subjects' IRIs.

    :param quads: what is in it
    :param lines: the same, with their line ends
    """
    subjects, objects, start = [], [], 0
    firsts: dict[Node, int] = {}
    for quad, line in zip(quads, lines, strict=True):
        subjects.append((text_of(quad.subject), start))
        objects.append((text_of(quad.object), start))
        firsts.setdefault(quad.subject, start)
        start += len(line)
    named = [(local_name(n), at) for n, at in firsts.items() if isinstance(n, ox.NamedNode)]
    return _index(subjects), _index(objects), _index(named)


def _index(places: Iterable[tuple[str, int]]) -> bytes:
    """Sort places by texts: all the numbers of texts, then all the places."""
    known: dict[str, int] = {}
    found = []
    for text, start in places:
        if (number := known.get(text)) is None:
            number = known[text] = _number(text)
        found.append((number, start))
    found.sort()
    return b"".join(array("Q", part).tobytes() for part in zip(*found, strict=True))


class _Index:
    def __init__(self, data: bytes) -> None:
        numbers = memoryview(data).cast("Q")
        half = len(numbers) // 2
        self._numbers, self._starts = numbers[:half], numbers[half:]

    def starts(self, text: str) -> Iterator[int]:
        """Tell where the lines begin that may have a text; another may have the same number."""
        number = _number(text)
        at = bisect_left(self._numbers, number)
        while at < len(self._numbers) and self._numbers[at] == number:
            yield self._starts[at]
            at += 1


def _number(text: str) -> int:
    data = text.casefold().encode(errors="surrogatepass")
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest())


def _is_literal(term: Term) -> bool:
    return isinstance(term, ox.Literal)


class Looked(Mapping[K, V]):
    """A mapping whose values are looked up when they are asked for; what is empty isn't there.

    :param find: gives the value of a key
    :param whole: gives all of it, for those who look through it
    """

    def __init__(self, find: Callable[[K], V], whole: Callable[[], Mapping[K, V]]) -> None:
        self._find, self._whole = find, whole
        self._known: dict[K, V] = {}
        self._all: Mapping[K, V] | None = None

    def _read(self) -> Mapping[K, V]:
        if self._all is None:
            self._all = self._whole()
        return self._all

    def __getitem__(self, key: K) -> V:
        if self._all is not None:
            return self._all[key]
        if key not in self._known:
            self._known[key] = self._find(key)
        if not (found := self._known[key]):
            raise KeyError(key)
        return found

    def __iter__(self) -> Iterator[K]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())
