"""The search for garbage is put off while a dataset is read, and is afterwards as it was."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from mipex_kg.dataset.assembly import load_files
from mipex_kg.rdf import parsing
from mipex_kg.system.errors import SourceError
from mipex_kg.system.garbage import keeping_all


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    was_enabled = gc.isenabled()
    gc.enable()
    yield
    (gc.enable if was_enabled else gc.disable)()


def test_nothing_is_looked_through_while_files_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.ttl"
    path.write_text("<e:a> <e:p> 1 .")
    parse, seen = parsing.parse_text, []

    def looking(*arguments: object, **options: object) -> object:
        seen.append(gc.isenabled())
        return parse(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(parsing, "parse_text", looking)
    load_files([path])
    assert seen == [False]
    assert gc.isenabled()
    path.write_text("nonsense")
    with pytest.raises(SourceError):
        load_files([path])
    assert gc.isenabled()


def test_whoever_wants_no_search_gets_none_afterwards() -> None:
    gc.disable()
    with keeping_all():
        pass
    assert not gc.isenabled()


def test_threads_may_come_and_go_in_any_order() -> None:
    entered, left = threading.Event(), threading.Event()

    def work() -> None:
        with keeping_all():
            entered.set()
            left.wait()

    thread = threading.Thread(target=work)
    with keeping_all():
        thread.start()
        entered.wait()
    assert not gc.isenabled()
    left.set()
    thread.join()
    assert gc.isenabled()


def test_a_forked_process_can_use_it() -> None:
    with keeping_all():
        pid = os.fork()
        if pid == 0:
            with keeping_all():
                os._exit(gc.isenabled())
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
