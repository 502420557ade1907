"""The dataset that is valid: the only thing that is ever published."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from mipex_kg.dataset.assembly import assemble, parse_project_files
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.project.project import Project
from mipex_kg.system.child_process import Running, running
from mipex_kg.system.errors import FindingsError, OutputError
from mipex_kg.validation import validity_cache
from mipex_kg.validation.judging import validate_dataset

# By how much judging gives way to writing, where both want the same processors.
_NICENESS = 10


@dataclass(frozen=True)
class ValidatedDataset:
    """A project's dataset that is valid: the only thing that is ever published.

    :param confirm: to be called before it is: where the verdict is still out, waits for it if told
        to, and raises `FindingsError` if it isn't valid
    """

    project: Project
    dataset: Dataset
    confirm: Callable[[bool], None] = lambda _wait: None


def validated(project: Project, published: Project | None = None) -> ValidatedDataset:
    """Load a project's dataset and make sure that it is valid.

    What was valid once is remembered by the hash of all that went in.

    :param published: the project as it is at another address, where it is to lie
    :raises SourceError: when a file can't be read
    :raises FindingsError: when it is not valid
    """
    with validating(project, published) as candidate:
        candidate.confirm(True)
    return ValidatedDataset(candidate.project, candidate.dataset)


@contextmanager
def validating(project: Project, published: Project | None = None) -> Iterator[ValidatedDataset]:
    """Load a project's dataset, to be worked with while another process judges it.

    :param published: the project as it is at another address, where it is to lie
    :raises SourceError: when a file can't be read
    """
    published = published or project
    key = validity_cache.key(project, published)
    dataset = assemble(published, parse_project_files(project))
    if validity_cache.knows(key):
        yield ValidatedDataset(published, dataset)
        return
    killed = OutputError(
        "The process that was validating has been ended from outside.",
        hint="Perhaps there is too little memory for all that runs.",
    )
    with running(partial(_judge, project, dataset), killed) as judging:
        verdict = _Verdict(judging, key)
        yield ValidatedDataset(published, dataset, verdict.confirm)


def _judge(project: Project, dataset: Dataset) -> None:
    """Judge in a process of its own, which gives way to what is written meanwhile: that is more."""
    os.nice(_NICENESS)
    _require_valid(project, dataset)


def _require_valid(project: Project, dataset: Dataset) -> None:
    report = validate_dataset(project, dataset)
    if not report.is_valid:
        raise FindingsError(
            f"The data is not valid, so nothing was written: {report.counts()}.",
            hint="`mipex-kg validate` shows each finding with its file, line and column.",
        )


class _Verdict:
    """What another process finds.

    :param key: under which to remember that all is valid; None if that isn't remembered
    """

    def __init__(self, judging: Running[None], key: str | None) -> None:
        self._judging, self._key = judging, key
        self._is_known = False

    def confirm(self, wait: bool) -> None:
        """Raise what the other process raises, as soon as that is known."""
        if self._is_known or not (wait or self._judging.is_done()):
            return
        self._is_known = True
        self._judging.result()
        validity_cache.remember(self._key)
