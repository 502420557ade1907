"""Threads that use the engine at once all come to an end, whatever they meet first."""

import subprocess
import sys

FRESH = """
import os, signal, threading

import pyoxigraph as ox

import mipex_kg.rdf

def triples():
    list(ox.parse(b"<u:s> <u:p> <u:o no> .", ox.RdfFormat.N_TRIPLES))

def results():
    ox.parse_query_results(b"[]", format=ox.QueryResultsFormat.JSON)

def turtle():
    list(ox.parse(b"<u:s> <u:p> ", ox.RdfFormat.TURTLE))

def query():
    ox.Store().query("SELCT")

def fail(together, work):
    together.wait()
    try:
        work()
    except SyntaxError:
        pass

for _ in range(60):
    child = os.fork()
    if not child:
        signal.alarm(60)
        together = threading.Barrier(8)
        works = (triples, results, turtle, query) * 2
        threads = [threading.Thread(target=fail, args=(together, work)) for work in works]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        raise SystemExit("two threads wait for each other")
"""


def test_first_errors_of_several_threads_do_not_wait_for_each_other() -> None:
    """Each child is as fresh as its parent: in one of ten, two threads would wait forever."""
    ended = subprocess.run(
        [sys.executable, "-c", FRESH], capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, "")
