"""Workers: sentences instead of tracebacks, crashes that stay with the file, no leftovers."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from nuchal.app.answers import Refusal, tell, told, without_folders
from nuchal.app.choices import Choices
from nuchal.app.limits import PageLimits
from nuchal.app.look import Look, look_at
from nuchal.app.work import Workers


@pytest.fixture(scope="module")
def workers(tmp_path_factory):
    with contextlib.closing(Workers(tmp_path_factory.mktemp("root"))) as workers:
        yield workers


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """Of one visitor, whose process is started once."""
    return tmp_path_factory.mktemp("home")


def do(workers: Workers, task, home: Path, *arguments):
    return asyncio.run(workers.do(task, home, *arguments))


def test_the_sentence_is_the_commands_own_without_the_servers_folder(workers, home) -> None:
    path = home / "files" / "trial.c3d"
    path.parent.mkdir()
    path.write_text("nothing of the kind")
    found = do(workers, look_at, home, path, None, Choices(), home / "p.json")
    assert isinstance(found, Refusal)
    assert found.sentence.startswith("trial.c3d: is named .c3d")
    assert str(home) not in found.sentence


def test_a_crash_is_told_and_the_next_file_is_read(workers, home, root) -> None:
    crashed = do(workers, os._exit, home, 3)
    assert isinstance(crashed, Refusal)
    assert "crash" in crashed.sentence
    path = root / "examples" / "demo_recording.trc"
    found = do(workers, look_at, home, path, None, Choices(), home / "p.json")
    assert isinstance(found, Look)
    assert found.found["TP"] == "TP"


def test_a_fault_of_ours_is_one_sentence_and_the_rest_goes_to_the_log(
    workers, home, caplog
) -> None:
    found = do(workers, int, home, "seven")
    assert found == Refusal(
        "This is a fault of the program, not of your input: ValueError; please report it with "
        "what you did. Details are where nuchal app was started."
    )
    assert "seven" in caplog.text


@pytest.fixture
def hurried(tmp_path):
    """Little time, little memory, one at a time."""
    limits = PageLimits(
        looks_at_once=1, look_s=3.0, look_memory_bytes=500_000_000, analysis_s=60.0, rest_s=0.0
    )
    with contextlib.closing(Workers(tmp_path, limits)) as workers:
        yield workers


def homes(folder: Path, *names: str) -> list[Path]:
    for name in names:
        (folder / name).mkdir()
    return [folder / name for name in names]


@pytest.mark.slow
def test_what_takes_too_long_is_ended_and_said_to_be(hurried, tmp_path) -> None:
    said = do(hurried, time.sleep, tmp_path, 60.0).sentence
    assert said.startswith("Reading took more than 0.05 min, the limit of this page")
    assert do(hurried, abs, tmp_path, -3) == 3


@pytest.mark.slow
def test_what_needs_too_much_memory_is_ended_with_its_children(
    hurried, tmp_path, patiently
) -> None:
    said = "Reading needed more than 0.5 GB of memory, the limit of this page"
    assert do(hurried, bytearray, tmp_path, 9_000_000_000).sentence.startswith(said)
    swells = "import os, sys, time; print(os.getpid(), file=open(sys.argv[1], 'w', buffering=1));"
    swells += "kept = b'1' * 600_000_000; time.sleep(60)"
    child = [sys.executable, "-c", swells, str(tmp_path / "pid")]
    assert do(hurried, subprocess.check_call, tmp_path, child).sentence.startswith(said)
    pid = int((tmp_path / "pid").read_text())
    patiently(lambda: not psutil.pid_exists(pid), patience_s=5.0)
    assert list(tmp_path.glob("temporary-*")) == []


@pytest.mark.slow
def test_no_process_works_for_two_and_none_stays_with_nothing_to_do(hurried, tmp_path) -> None:
    a, b = homes(tmp_path, "a", "b")
    first = do(hurried, os.getpid, a)
    assert do(hurried, os.getpid, a) == first
    other = do(hurried, os.getpid, b)
    assert other != first
    assert not psutil.pid_exists(first)
    hurried.rest()
    assert not psutil.pid_exists(other)


@pytest.mark.slow
def test_a_crash_costs_nobody_else_anything(tmp_path) -> None:
    a, b = homes(tmp_path, "a", "b")

    async def at_once(workers: Workers) -> tuple:
        patient = asyncio.create_task(workers.do_long(time.sleep, a, 8.0))
        looking = asyncio.create_task(workers.do(time.sleep, a, 6.0))
        await asyncio.sleep(1.0)
        crashed = await workers.do(os._exit, b, 3)
        crashed_long = await workers.do_long(os.abort, b)
        assert not patient.done()
        return crashed, crashed_long, await looking, await patient

    with contextlib.closing(Workers(tmp_path, PageLimits())) as workers:
        crashed, crashed_long, *others = asyncio.run(at_once(workers))
    assert "made its reader crash" in crashed.sentence
    assert "The analysis crashed" in crashed_long.sentence
    assert others == [None, None]


@pytest.mark.slow
def test_a_visitor_who_leaves_takes_their_processes_along(tmp_path) -> None:
    async def leaving(workers: Workers) -> tuple:
        pid = await workers.do(os.getpid, tmp_path)
        running = asyncio.create_task(workers.do_long(time.sleep, tmp_path, 60.0))
        await asyncio.sleep(1.0)
        workers.forget(tmp_path)
        return pid, await asyncio.wait_for(running, 10.0)

    with contextlib.closing(Workers(tmp_path, PageLimits())) as workers:
        pid, stopped = asyncio.run(leaving(workers))
    assert not psutil.pid_exists(pid)
    assert "stopped" in stopped.sentence


@pytest.mark.slow
def test_a_study_ends_when_it_is_told_to_with_all_that_works_for_it(tmp_path) -> None:
    sleeps = "import os, sys, time; print(os.getpid(), file=open(sys.argv[1], 'w', buffering=1));"
    child = [sys.executable, "-c", f"{sleeps} time.sleep(60)", str(tmp_path / "pid")]

    async def stopping(workers: Workers) -> Refusal:
        running = asyncio.create_task(workers.do_study(subprocess.check_call, tmp_path, child))
        waiting = asyncio.create_task(workers.do_study(os.getpid, tmp_path.parent))
        while not (tmp_path / "pid").exists():
            await asyncio.sleep(0.1)
        assert not waiting.done()
        workers.stop_study(tmp_path)
        assert isinstance(await waiting, int)
        return await asyncio.wait_for(running, 10.0)

    with contextlib.closing(Workers(tmp_path, PageLimits())) as workers:
        stopped = asyncio.run(stopping(workers))
    assert "cancelled" in stopped.sentence
    assert not psutil.pid_exists(int((tmp_path / "pid").read_text()))


def test_a_missing_file_is_no_traceback(workers, home) -> None:
    found = do(workers, os.stat, home, str(home / "gone"))
    assert found == Refusal("gone: No such file or directory.")


def test_progress_reaches_the_other_process(tmp_path) -> None:
    path = tmp_path / "progress.json"
    assert told(path) == ("starting", 0.0)
    tell(path, "solving", 1.7)
    assert told(path) == ("solving", 1.0)
    path.write_text("[")
    assert told(path) == ("starting", 0.0)


def test_folders_are_nothing_to_a_visitor(tmp_path) -> None:
    said = f"{tmp_path}/files/a.trc: broken; see {tmp_path}/work/person.toml."
    assert without_folders(said, tmp_path) == "a.trc: broken; see person.toml."


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="the system has no SIGKILL")
def test_a_server_that_is_killed_leaves_neither_workers_nor_files(
    serving, patiently, tmp_path
) -> None:
    with serving(tmp_path) as server:
        children = f"/proc/{server.process.pid}/task/{server.process.pid}/children"
        if not Path(children).exists():
            pytest.skip("the system does not list children")
        patiently(lambda: len(Path(children).read_text().split()) >= 2)
        workers = [int(pid) for pid in Path(children).read_text().split()]
        assert list(tmp_path.glob(".nuchal-*"))
        server.process.kill()
        patiently(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers))
        patiently(lambda: not list(tmp_path.glob(".nuchal-*")))
