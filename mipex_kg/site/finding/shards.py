"""The files of the index: one where there is little, else one for each range of words.

The files are lists of entries, of which the browser makes what it searches: so that they depend on
nothing but the graph, and a visitor loads those parts alone that hold what they type.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from mipex_kg.project import layout
from mipex_kg.site.finding.entries import ClassNames, Findable, PageKind
from mipex_kg.site.finding.words import words

# So many bytes are loaded whole before the first suggestion; of a divided index, so many at a time.
WHOLE, SHARD = 200_000, 24_000
# So many entries are found by one word of a divided index: the words beside it find the others.
_MOST = 120


class _Row(NamedTuple):
    """An entry as it is written, with the words that find it.

    :param order: the less, the sooner it is kept where there are too many
    """

    text: str
    words: frozenset[str]
    order: tuple[int, int]


def index_files(
    entries: Iterable[Findable],
    words_of: Mapping[str, Callable[[PageKind], ClassNames]],
    sign_of: Callable[[PageKind], int | None],
) -> Mapping[str, bytes]:
    """Write the index.

    :param words_of: say what is found, by the tags of the languages in which there are pages
    :param sign_of: numbers the sign of what is found
    :returns: the files by their names, relative to the site
    """
    kinds: dict[PageKind, int] = {}
    rows = [_row(entry, kinds.setdefault(entry.kind, len(kinds))) for entry in entries]
    told = {
        "kinds": {tag: [*map(say, kinds)] for tag, say in words_of.items()},
        "signs": [*map(sign_of, kinds)],
    }
    if sum(len(row.text.encode()) for row in rows) <= WHOLE:
        whole = f'{_json(told)[:-1]},"rows":{_list(row.text for row in rows)}}}'
        return {layout.NAMES: whole.encode()}
    shards = list(_divide(rows))
    starts = [_shortest(before, start) for before, start, _ in shards]
    files = {layout.NAMES: _json({**told, "starts": starts}).encode()}
    for number, (_, _, inside) in enumerate(shards):
        files[layout.names_part(number)] = _list(rows[each].text for each in inside).encode()
    return files


def _row(entry: Findable, kind: int) -> _Row:
    """Write an entry: what is empty at the end is left out."""
    lists = (entry.others, entry.codes, entry.roles)
    row = [entry.path, kind, entry.rank, entry.name, entry.translations, *lists]
    while not row[-1] and len(row) > 4:
        row.pop()
    texts = (entry.name, *entry.translations.values(), *(text for each in lists for text in each))
    found_by = frozenset(word for text in texts for word in words(text))
    return _Row(_json(row), found_by, (entry.rank, len(entry.name)))


def _divide(rows: Sequence[_Row]) -> Iterator[tuple[str, str, list[int]]]:
    """Divide entries by their words into ranges that are about as large.

    :returns: of each range the word before it, its first word, and the numbers of its entries
    """
    by_word: dict[str, list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        for word in row.words:
            by_word[word].append(number)
    before, start, size = "", "", 0
    inside: dict[int, None] = {}
    last = ""
    for word in sorted(by_word, key=_order):
        if size > SHARD:
            yield before, start, list(inside)
            before, start, size, inside = last, word, 0, {}
        found = by_word[word]
        if len(found) > _MOST:
            found = sorted(found, key=lambda number: (rows[number].order, number))[:_MOST]
        for number in found:
            if number not in inside:
                inside[number] = None
                size += len(rows[number].text)
        last = word
    yield before, start, list(inside)


def _order(word: str) -> bytes:
    """Sort as JavaScript compares."""
    return word.encode("utf-16-be", "surrogatepass")


def _shortest(before: str, word: str) -> str:
    """Cut a word down to what the one before it does not begin with.

    >>> _shortest("northern", "norway"), _shortest("", "a")
    ('norw', 'a')
    """
    for length in range(1, len(word)):
        if not before.startswith(word[:length]):
            return word[:length]
    return word


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _list(texts: Iterable[str]) -> str:
    return "[" + ",\n".join(texts) + "]"
