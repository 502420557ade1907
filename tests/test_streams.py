"""Pipes that close, disks that fill up, terminals of another kind, and signals."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests import standing_by
from tests.commands import HUNG, Standby
from tests.commands import MIPEX_KG as AS_MODULE
from tests.conftest import NO_BYTECODE, Run, absent

MIPEX_KG = [sys.executable, "-m", "mipex_kg"]
# Each writes more than one line; together they go every way in which a command can write.
WRITING = (
    ["--help"],
    ["query", "--list"],
    ["query", "SELECT * { ?s ?p ?o }"],
    ["query", "CONSTRUCT WHERE { ?s ?p ?o }"],
    ["validate"],
    ["validate", "-f", "sarif"],
    ["export", "-f", "jsonld"],
    ["describe", "Ada Brook"],
    ["why", "Ada Brook"],
    ["coverage", "sources/notice.txt"],
    ["cite", "sources/notice.txt", "Saturdays"],
    ["build"],
)
# Five times all triples with all: more than anybody waits for.
ENDLESS = "".join(f"?a{i} ?b{i} ?c{i} . " for i in range(5))
ENDLESS_QUERY = f"SELECT (COUNT(*) AS ?n) {{ {ENDLESS} }}"
ENDLESS_RULE = f"""# title: Endless
CONSTRUCT {{ ?s <http://e/n> ?n }}
WHERE {{ ?s a <http://schema.org/Library> {{ SELECT (COUNT(*) AS ?n) {{ {ENDLESS} }} }} }}
"""
ENDLESS_SHAPE = '''
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix schema: <http://schema.org/> .
<https://example.org/room/shape/Endless> a sh:NodeShape ;
  sh:targetClass schema:Person ;
  sh:sparql [ sh:message "It takes for ever." ; sh:select """SELECT $this { $this ?p ?o .
    ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER (STRLEN(STR(?l)) < 0) }""" ] .
'''


@pytest.fixture(scope="module")
def room(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a small project, and find it valid, so that no command has to judge it again."""
    folder = tmp_path_factory.mktemp("streams") / "room"
    run("init", folder)
    run("export", cwd=folder)
    return folder


def copy_with(room: Path, target: Path, name: str, text: str) -> Path:
    subprocess.run(["cp", "-R", str(room), str(target)], check=True)
    (target / name).write_text(text)
    return target


# Pipes and devices


Ended = Callable[[list[str], int], tuple[int, str]]


@pytest.fixture
def ended(standby: Standby, room: Path, environment: dict[str, str], tmp_path: Path) -> Ended:
    """Call a command with a standard output; give the exit code and what it says of it."""

    def call(arguments: list[str], output: int) -> tuple[int, str]:
        request = standing_by.Request([*AS_MODULE, *arguments], str(room), environment)
        with Path(os.devnull).open("rb") as nothing, (tmp_path / "stderr").open("wb") as said:
            files = [nothing.fileno(), output, said.fileno()]
            code = standing_by.call(standby.address, request, files, HUNG)
        return code, (tmp_path / "stderr").read_text()

    return call


@pytest.mark.parametrize("arguments", WRITING, ids=" ".join)
def test_a_closed_pipe(ended: Ended, arguments: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    found = ended(arguments, writing)
    os.close(writing)
    assert found == (141, "")


@pytest.mark.parametrize("unbuffered", ["", "1"], ids=["buffered", "unbuffered"])
def test_a_pipe_that_closes_midway(environment: dict[str, str], unbuffered: str) -> None:
    """The output is larger than a pipe, so that a write is cut short."""
    process = subprocess.Popen(
        [*MIPEX_KG, "query", "SELECT * { ?s ?p ?o . ?t ?p ?q } LIMIT 20000"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**environment, "PYTHONUNBUFFERED": unbuffered},
    )
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline() == b"s,p,o,t,q\r\n"
    process.stdout.close()
    assert (process.wait(), process.stderr.read()) == (141, b"")
    process.stderr.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="There is no /dev/full here.")
@pytest.mark.parametrize("arguments", WRITING, ids=" ".join)
def test_a_full_device(ended: Ended, arguments: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        code, said = ended(arguments, full.fileno())
    assert code == 5
    assert said.splitlines() == [
        "Error: Standard output can't be written: No space left on device.",
        "Hint: Free some space, and run it again.",
    ]


@pytest.mark.parametrize(
    ("command", "code", "words"),
    [
        ("query keepers >&-", 5, "Standard output is closed."),
        ("build >&-", 5, "Standard output is closed."),
        ("query - <&-", 2, "Standard input is closed"),
        ("query nix 2>&-", 2, ""),
        ("query keepers 2>&-", 0, ""),
    ],
)
def test_a_stream_that_was_closed_before(
    room: Path, environment: dict[str, str], command: str, code: int, words: str
) -> None:
    done = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m mipex_kg {command}"],
        capture_output=True,
        text=True,
        cwd=room,
        env=environment,
    )
    assert done.returncode == code
    assert words in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8"])
def test_a_terminal_of_another_encoding(
    room: Path, environment: dict[str, str], encoding: str
) -> None:
    done = subprocess.run(
        [*MIPEX_KG, "why", "Ada Brook", "name"],
        capture_output=True,
        cwd=room,
        env={**environment, "PYTHONIOENCODING": encoding},
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"kept by Ada Brook" in done.stdout


def test_arguments_that_are_no_text(room: Path, run: Run) -> None:
    broken = os.fsdecode(b"\xff")
    assert "not UTF-8" in run("query", f"SELECT ('{broken}' AS ?x) {{}}", cwd=room, code=4).err
    assert "not UTF-8" in run("query", "keepers", "-p", f"day={broken}", cwd=room, code=2).err
    assert "No item found for" in run("why", broken, cwd=room, code=2).err
    assert "no such file" in run("validate", f"{broken}.ttl", cwd=room, code=3).err.lower()


def test_a_working_directory_that_is_gone(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "gone").mkdir()
    for command in ("query totals", "build"):
        done = subprocess.run(
            ["sh", "-c", f"rmdir ../gone; {sys.executable} -m mipex_kg {command}; mkdir ../gone"],
            cwd=tmp_path / "gone",
            env={**environment, "PYTHONPATH": str(Path(__file__).parent.parent)},
            capture_output=True,
            text=True,
        )
        assert "Error: The current directory no longer exists." in done.stderr
        assert "Traceback" not in done.stderr


# Files to write


def test_a_link_is_written_through(room: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "link.csv").symlink_to("target.csv")
    run("query", "keepers", "-o", tmp_path / "link.csv", cwd=room)
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "target.csv").read_bytes() == b"place,keeper\r\nReading Room,Ada Brook\r\n"


def test_a_pipe_is_written_to_and_not_replaced(
    room: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    """A device, such as /dev/null, is no other thing; as root it could be replaced by a file."""
    os.mkfifo(tmp_path / "pipe")
    # Someone reads, but waits for nothing: a command that replaces the pipe never opens it.
    reading = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    command = [*MIPEX_KG, "query", "keepers", "-o", str(tmp_path / "pipe")]
    assert subprocess.run(command, cwd=room, env=environment).returncode == 0
    assert (tmp_path / "pipe").is_fifo()
    assert os.read(reading, 1000) == b"place,keeper\r\nReading Room,Ada Brook\r\n"
    os.close(reading)


def test_the_mode_of_a_file_stays(room: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "private.csv").write_text("old")
    (tmp_path / "private.csv").chmod(0o600)
    run("query", "keepers", "-o", tmp_path / "private.csv", cwd=room)
    assert (tmp_path / "private.csv").stat().st_mode & 0o777 == 0o600


def limited(bytes_per_file: int) -> Callable[[], None]:
    """Make every file end there, as on a disk that fills up: root too gets an error."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_per_file, bytes_per_file))


@pytest.mark.parametrize("before", [None, "the last good one"])
def test_a_disk_that_fills_up_leaves_the_file_as_it_was(
    room: Path, environment: dict[str, str], tmp_path: Path, before: str | None
) -> None:
    output = tmp_path / "all.ttl"
    if before:
        output.write_text(before)
    done = subprocess.run(
        [*MIPEX_KG, "export", "-o", str(output)],
        preexec_fn=limited(1000),
        cwd=room,
        env={**environment, **NO_BYTECODE},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 5
    assert done.stderr == f"Error: {output} can't be written: File too large.\n"
    assert [path.name for path in tmp_path.iterdir()] == (["all.ttl"] if before else [])
    assert before is None or output.read_text() == before


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("no/such/folder.ttl", "Make the folder first."),
        ("mipex-kg.toml/x.ttl", "Not a directory"),
        ("x" * 300 + ".ttl", "File name too long"),
        ("/proc/x.ttl", "can't be written"),
    ],
)
def test_an_output_that_cannot_be(room: Path, run: Run, output: str, words: str) -> None:
    before = sorted(room.rglob("*"))
    assert words in run("export", "-o", output, cwd=room, code=5).err
    assert sorted(room.rglob("*")) == before


# Signals


def children(process: int) -> list[int]:
    """List the processes below one."""
    listing = Path(f"/proc/{process}/task/{process}/children")
    if not Path("/proc/self/task").exists():
        absent("/proc with the children of a process")
    try:
        direct = [int(child) for child in listing.read_text().split()]
    except FileNotFoundError:
        return []
    return [*direct, *(child for below in direct for child in children(below))]


def is_running(process: int) -> bool:
    try:
        status = Path(f"/proc/{process}/stat").read_text()
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def until(condition: Callable[[], object]) -> None:
    """Wait for something that has to come, and give up after a minute."""
    for _ in range(1200):
        if condition():
            return
        time.sleep(0.05)
    pytest.fail("It didn't come.")


@contextmanager
def started(
    arguments: list[str], cwd: Path, environment: dict[str, str]
) -> Iterator[subprocess.Popen[str]]:
    """Start a command as the leader of a group of its own, which a terminal would interrupt."""
    process = subprocess.Popen(
        [*MIPEX_KG, *arguments],
        cwd=cwd,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )
    try:
        yield process
    finally:
        # Should a test fail, nothing of it may go on for ever.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def interrupt(process: subprocess.Popen[str]) -> None:
    below = [process.pid, *children(process.pid)]
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=HUNG)
    assert (process.returncode, out, err.strip()) == (130, "", "Interrupted.")
    until(lambda: not any(map(is_running, below)))


def test_ctrl_c_ends_a_query(room: Path, environment: dict[str, str]) -> None:
    with started(["query", ENDLESS_QUERY], room, environment) as process:
        until(lambda: any(map(is_busy, children(process.pid))))
        interrupt(process)


def is_busy(process: int) -> bool:
    """Tell whether a process has computed for a while, which loading does not take."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return False
    return int(fields[11]) > os.sysconf("SC_CLK_TCK") / 4


@pytest.mark.parametrize("command", ["validate", "build", "query keepers", "export"])
def test_ctrl_c_ends_a_rule(
    room: Path, environment: dict[str, str], tmp_path: Path, command: str
) -> None:
    endless = copy_with(room, tmp_path / "room", "ontology/rules/endless.rq", ENDLESS_RULE)
    before = sorted(endless.rglob("*"))
    with started(command.split(), endless, environment) as process:
        until(lambda: any(map(is_busy, children(process.pid))))
        interrupt(process)
    assert sorted(endless.rglob("*")) == before


@pytest.mark.parametrize("command", ["validate", "build"])
def test_ctrl_c_ends_a_judgement(
    room: Path, environment: dict[str, str], tmp_path: Path, command: str
) -> None:
    endless = copy_with(room, tmp_path / "room", "shapes/endless.ttl", ENDLESS_SHAPE)
    before = sorted(endless.rglob("*"))
    with started([command], endless, environment) as process:
        # A build judges in a process of its own, while pages are written. To load takes less.
        until(lambda: any(seconds(p) > 1.25 for p in (process.pid, *children(process.pid))))
        interrupt(process)
    assert sorted(endless.rglob("*")) == before


def seconds(process: int) -> float:
    if not is_running(process):
        return 0
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) / os.sysconf("SC_CLK_TCK")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGHUP])
def test_no_query_outlives_its_command(
    room: Path, environment: dict[str, str], number: signal.Signals
) -> None:
    with started(["query", ENDLESS_QUERY], room, environment) as process:
        until(lambda: any(map(is_busy, children(process.pid))))
        below = children(process.pid)
        process.send_signal(number)
        assert process.wait() == -number
        until(lambda: not any(map(is_running, below)))


def test_a_timeout_ends_the_query_and_its_process(
    room: Path, environment: dict[str, str], run: Run
) -> None:
    outcome = run("query", ENDLESS_QUERY, "--timeout", "0.3", cwd=room, code=4)
    assert "longer than 0.3 seconds" in outcome.err
    with started(["query", ENDLESS_QUERY, "--timeout", "1"], room, environment) as process:
        until(lambda: children(process.pid) or process.poll() is not None)
        below = children(process.pid)
        assert process.wait() == 4
        until(lambda: not any(map(is_running, below)))


@pytest.mark.parametrize("timeout", ["0", "-1", "inf", "nan", "1e30", "soon"])
def test_a_timeout_that_is_none(room: Path, run: Run, timeout: str) -> None:
    run("query", "keepers", "--timeout", timeout, cwd=room, code=2)
