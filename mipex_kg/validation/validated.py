"""The dataset that is valid: the only thing that is ever published."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property, partial

from mipex_kg.dataset.assembly import load_project_dataset
from mipex_kg.dataset.compiled import find_compiled
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.project.project import Project
from mipex_kg.system import log
from mipex_kg.system.child_process import Running, running
from mipex_kg.system.errors import FindingsError, OutputError, SourceError
from mipex_kg.system.phases import phase
from mipex_kg.validation import validity_cache
from mipex_kg.validation.judging import validate_dataset
from mipex_kg.validation.report import Finding

# By how much judging gives way to writing, where both want the same processors.
_NICENESS = 10


@dataclass(frozen=True)
class ValidatedDataset:
    """A project's dataset that is valid: the only thing that is ever published.

    :param load: gives the dataset; what was found valid before need not be loaded to be known
    :param confirm: to be called before it is published: where the verdict is still out, waits for
        it if told to, and raises `FindingsError` if it isn't valid
    :param key: of the verdict in the validity cache; None if it isn't remembered
    :param isolated: whether work is done in child processes, which may be ended
    :param is_remembered: whether it was found valid before, so that it need not be read to be known
    """

    project: Project
    load: Callable[[], Dataset]
    confirm: Callable[[bool], None] = lambda _wait: None
    key: str | None = None
    isolated: bool = True
    is_remembered: bool = False

    @cached_property
    def dataset(self) -> Dataset:
        """The dataset."""
        return self.load()

    def compiled(self) -> ValidatedDataset:
        """Give the same as it was compiled, if it was: in less time, but without its files."""
        found = find_compiled(self.project) if self.is_remembered else None
        return replace(self, load=lambda: found) if found is not None else self


def validated(
    project: Project, *, load: Callable[[], Dataset] | None = None, isolated: bool = True
) -> ValidatedDataset:
    """Make sure that a project's dataset is valid.

    What was valid once is remembered by the hash of all that went in.

    :param load: gives the dataset, if it may have been loaded already
    :param isolated: whether it is judged in a child process
    :raises SourceError: when a file can't be read
    :raises FindingsError: when it is not valid
    """
    with validating(project, load=load, isolated=isolated) as candidate:
        candidate.confirm(True)
    return candidate


@contextmanager
def validating(
    project: Project, *, load: Callable[[], Dataset] | None = None, isolated: bool = True
) -> Iterator[ValidatedDataset]:
    """Give a project's dataset, to be worked with while another process judges it.

    :param load: gives the dataset, if it may have been loaded already
    :param isolated: whether it is judged in a child process; else it is judged first
    :raises SourceError: when a file can't be read
    :raises FindingsError: when it is judged first, and is not valid
    """
    load = load or partial(load_project_dataset, project, isolated=isolated)
    key = validity_cache.key(project)
    if validity_cache.knows(key):
        log.info("It was found valid before, and is not validated again.")
        yield ValidatedDataset(project, load, key=key, isolated=isolated, is_remembered=True)
        return
    dataset = load()
    if not isolated:
        _require_valid(project, dataset, isolated=False)
        validity_cache.remember(key)
        yield ValidatedDataset(project, lambda: dataset, key=key, isolated=False)
        return
    killed = OutputError(
        "The process that was validating was killed.",
        hint="The machine may be out of memory.",
    )
    with running(partial(_judge, project, dataset), killed) as judging:
        verdict = _Verdict(judging, key)
        try:
            yield ValidatedDataset(project, lambda: dataset, verdict.confirm, key)
        except Exception:
            # What is not valid may be what went wrong: then the findings are to be said.
            verdict.confirm(True)
            raise


def _judge(project: Project, dataset: Dataset) -> None:
    """Judge in a process of its own, which gives way to what is written meanwhile: that is more."""
    os.nice(_NICENESS)
    _require_valid(project, dataset, isolated=True)


def _require_valid(project: Project, dataset: Dataset, *, isolated: bool) -> None:
    report = validate_dataset(project, dataset, isolated=isolated)
    if report.unreadable:
        raise _source_error(report.findings[0])
    if not report.is_valid:
        raise FindingsError(
            f"The data is not valid, so nothing was written: {report.counts()}.",
            hint="`mipex-kg validate` shows each finding with its file, line and column.",
        )


def _source_error(finding: Finding) -> SourceError:
    place = finding.place
    assert place is not None  # noqa: S101 - it is of a file
    line, column = place.line or None, place.column or None
    return SourceError(
        finding.message, path=place.path, line=line, column=column, hint=finding.hint
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
        with phase("Waiting for the verdict"):
            self._judging.result()
        validity_cache.remember(self._key)
