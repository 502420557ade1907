"""Traces: what is read of a dataset while something is made of it.

A later build compares what was read with what there is now, and makes again only what read
something that has changed (verifying traces, as build systems call them).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from typing import Any, Generic, TypeAlias, TypeVar, overload

from mipex_kg.rdf.quads import Quad

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
# What is read of a term: as the subject, the object, the predicate or the graph of quads.
SUBJECT, OBJECT, PREDICATE, GRAPH = "subject", "object", "predicate", "graph"
# What the site knows of it: where it is, its main class, and what else is known of all at once.
ADDRESS, MAIN_CLASS, MEMBERS, LISTING = "address", "main class", "members", "listing"
CATALOGUED, PASSAGE, RULE = "catalogued", "passage", "rule"


# What was read: of a kind, which is one of these, of a term.
Reads: TypeAlias = AbstractSet[tuple[str, object]]
# Whatever changes, this does.
WHOLE = ("whole", None)


class Trace:
    """Notes what is read while it is recording; otherwise, nothing.

    >>> trace = Trace()
    >>> trace.note("subject", "a")
    >>> with trace.recording() as reads:
    ...     trace.note("subject", "b")
    >>> sorted(reads)
    [('subject', 'b')]
    """

    def __init__(self) -> None:
        self._reads: set[tuple[str, object]] | None = None

    def note(self, kind: str, term: object) -> None:
        """Note what is read of a term."""
        if self._reads is not None:
            self._reads.add((kind, term))

    def note_all(self, reads: Iterable[tuple[str, object]]) -> None:
        """Note what was read before, of which something was kept."""
        if self._reads is not None:
            self._reads.update(reads)

    @contextmanager
    def recording(self) -> Iterator[Reads]:
        """Record what is read in a block, apart from what was read around it."""
        outer, self._reads = self._reads, set()
        try:
            yield self._reads
        finally:
            self._reads = outer


class TracedCache(Generic[K, V]):
    """A cache of what is found out by key: who takes something from it reads what that came from.

    :param find: finds it out

    >>> trace = Trace()
    >>> cache = TracedCache(trace, lambda key: trace.note("subject", key) or key.upper())
    >>> for _ in range(2):
    ...     with trace.recording() as reads:
    ...         print(cache("a"), sorted(reads))
    A [('subject', 'a')]
    A [('subject', 'a')]
    """

    def __init__(self, trace: Trace, find: Callable[[K], V]) -> None:
        self._trace, self._find = trace, find
        self._found: dict[K, tuple[V, Reads]] = {}

    def __call__(self, key: K) -> V:
        """Give what is known of a key."""
        found = self._found.get(key)
        if found is None:
            with self._trace.recording() as reads:
                value = self._find(key)
            found = self._found[key] = value, frozenset(reads)
        self._trace.note_all(found[1])
        return found[0]


class TracedProperty(Generic[V]):
    """A cached property of something that has a trace: who asks for it reads what it came from.

    :param find: finds it out

    >>> class Counted:
    ...     trace = Trace()
    ...     @TracedProperty
    ...     def number(self): return self.trace.note("subject", "a") or 1
    >>> counted = Counted()
    >>> for _ in range(2):
    ...     with counted.trace.recording() as reads:
    ...         print(counted.number, sorted(reads))
    1 [('subject', 'a')]
    1 [('subject', 'a')]
    """

    def __init__(self, find: Callable[[Any], V]) -> None:
        self._find, self.__doc__ = find, find.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = f"{name} (traced)"

    def __get__(self, instance: Any, owner: type | None = None) -> V:
        caches = vars(instance)
        if self._name not in caches:
            caches[self._name] = TracedCache[None, V](
                instance.trace, lambda _: self._find(instance)
            )
        cache: TracedCache[None, V] = caches[self._name]
        return cache(None)


class TracedMapping(Mapping[K, V]):
    """A mapping from terms: who looks one up reads what there is of it, in a position.

    :param kind: the position
    """

    def __init__(self, trace: Trace, kind: str, known: Mapping[K, V]) -> None:
        self._trace, self._kind, self._known = trace, kind, known

    def __getitem__(self, key: K) -> V:
        self._trace.note(self._kind, key)
        return self._known[key]

    def get(self, key: K, default: Any = None, /) -> Any:
        """Give what there is of a term."""
        self._trace.note(self._kind, key)
        return self._known.get(key, default)

    def __contains__(self, key: object) -> bool:
        self._trace.note(self._kind, key)
        return key in self._known

    def __iter__(self) -> Iterator[K]:
        self._trace.note(*WHOLE)
        return iter(self._known)

    def __len__(self) -> int:
        self._trace.note(*WHOLE)
        return len(self._known)

    def items(self) -> Any:
        """Give all pairs."""
        self._trace.note(*WHOLE)
        return self._known.items()

    def values(self) -> Any:
        """Give all values."""
        self._trace.note(*WHOLE)
        return self._known.values()


class TracedQuads(Sequence[Quad]):
    """All quads of a dataset: who goes through them reads the whole."""

    def __init__(self, trace: Trace, quads: Sequence[Quad]) -> None:
        self._trace, self._quads = trace, quads

    @overload
    def __getitem__(self, index: int) -> Quad: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Quad]: ...

    def __getitem__(self, index: int | slice) -> Quad | Sequence[Quad]:
        self._trace.note(*WHOLE)
        return self._quads[index]

    def __iter__(self) -> Iterator[Quad]:
        self._trace.note(*WHOLE)
        return iter(self._quads)

    def __len__(self) -> int:
        self._trace.note(*WHOLE)
        return len(self._quads)
