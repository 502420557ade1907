"""How much each host takes, by its own documentation, and whether a site is more than that."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

_MIB, _GB = 1 << 20, 10**9


class Capacity(NamedTuple):
    """What a host takes of one site; None where it names no limit.

    :param files: how many
    :param in_folder: how many directly in one folder
    :param file_size: of the largest, in bytes
    :param size: of all, in bytes
    :param note: what else there is to be said of the numbers
    :param source: where the host says so
    """

    files: int | None = None
    in_folder: int | None = None
    file_size: int | None = None
    size: int | None = None
    note: str = ""
    source: str = ""


# By the names of `hosts.HOSTS`; what isn't here, takes whatever its disk takes.
CAPACITIES: Mapping[str, Capacity] = {
    "netlify": Capacity(in_folder=54_000, source="https://docs.netlify.com/site-deploys/overview/"),
    "cloudflare": Capacity(
        files=20_000,
        file_size=25 * _MIB,
        note="on the free plan; 100,000 files on the others",
        source="https://developers.cloudflare.com/pages/platform/limits/",
    ),
    "github": Capacity(
        size=_GB,
        source="https://docs.github.com/en/pages/getting-started-with-github-pages/"
        "github-pages-limits",
    ),
}


def sizes_in(folder: Path) -> dict[str, int]:
    """Measure the files of a built site.

    :returns: sizes in bytes, by the names relative to the folder
    """
    return {
        path.relative_to(folder).as_posix(): path.stat().st_size
        for where, _, names in os.walk(folder)
        for name in names
        if (path := Path(where, name)).is_file()
    }


def excesses(host: str, sizes: Mapping[str, int]) -> Iterator[str]:
    """Say in what a site is more than a host takes.

    :param sizes: of its files, by their names

    >>> list(excesses("cloudflare", {"a.nq": 30 << 20, "b.html": 9}))
    ['a.nq has 30 MiB, and 25 MiB are the most']
    """
    most = CAPACITIES.get(host, Capacity())
    if most.files is not None and len(sizes) > most.files:
        yield f"{len(sizes):,} files, and {most.files:,} are the most"
    if most.in_folder is not None:
        folders = Counter(name.rpartition("/")[0] or "the outermost folder" for name in sizes)
        yield from (
            f"{count:,} files in {folder}, and {most.in_folder:,} are the most"
            for folder, count in sorted(folders.items())
            if count > most.in_folder
        )
    if most.file_size is not None:
        yield from (
            f"{name} has {of_bytes(size)}, and {of_bytes(most.file_size)} are the most"
            for name, size in sorted(sizes.items())
            if size > most.file_size
        )
    if most.size is not None and (total := sum(sizes.values())) > most.size:
        yield f"{of_bytes(total)} in all, and {of_bytes(most.size)} are the most"


def of_bytes(size: int) -> str:
    """Write a size for people, in the units that hosts use.

    >>> of_bytes(25 << 20), of_bytes(10**9), of_bytes(1234)
    ('25 MiB', '1 GB', '0.1 MiB')
    """
    if size >= _GB:
        return f"{size / _GB:.3g} GB"
    return f"{max(size / _MIB, 0.1):.3g} MiB"


def limits(host: str) -> str:
    """Say how much a host takes, in a few words."""
    most = CAPACITIES.get(host, Capacity())
    told = (
        f"{most.files:,} files" if most.files else "",
        f"{most.in_folder:,} files in one folder" if most.in_folder else "",
        f"{of_bytes(most.file_size)} in one file" if most.file_size else "",
        f"{of_bytes(most.size)} in all" if most.size else "",
    )
    words = ", ".join(filter(None, told)) or "as many files as the disk takes"
    return f"{words} ({most.note})" if most.note else words
