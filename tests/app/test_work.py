"""Workers: sentences instead of tracebacks, crashes that stay with the file, no leftovers."""

import asyncio
import contextlib
import os
import signal
from pathlib import Path

import pytest

from nuchal.app.choices import Choices
from nuchal.app.look import Look, look_at
from nuchal.app.answers import Refusal, tell, told, without_folders
from nuchal.app.work import Workers


@pytest.fixture(scope="module")
def workers(tmp_path_factory):
    with contextlib.closing(Workers(tmp_path_factory.mktemp("root"))) as workers:
        yield workers


def do(workers: Workers, task, home: Path, *arguments):
    return asyncio.run(workers.do(task, home, *arguments))


def test_the_sentence_is_the_commands_own_without_the_servers_folder(workers, tmp_path) -> None:
    path = tmp_path / "files" / "trial.c3d"
    path.parent.mkdir()
    path.write_text("nothing of the kind")
    found = do(workers, look_at, tmp_path, path, None, Choices(), tmp_path / "p.json")
    assert isinstance(found, Refusal)
    assert found.sentence.startswith("trial.c3d: is named .c3d")
    assert str(tmp_path) not in found.sentence


def test_a_crash_is_told_and_the_next_file_is_read(workers, tmp_path, root) -> None:
    crashed = do(workers, os._exit, tmp_path, 3)
    assert isinstance(crashed, Refusal)
    assert "crash" in crashed.sentence
    path = root / "examples" / "demo_recording.trc"
    found = do(workers, look_at, tmp_path, path, None, Choices(), tmp_path / "p.json")
    assert isinstance(found, Look)
    assert found.found["TP"] == "TP"


def test_a_fault_of_ours_is_one_sentence_and_the_rest_goes_to_the_log(
    workers, tmp_path, caplog
) -> None:
    found = do(workers, int, tmp_path, "seven")
    assert found == Refusal(
        "This is a fault of the program, not of your input: ValueError; please report it with "
        "what you did. Details are where nuchal app was started."
    )
    assert "seven" in caplog.text


def test_a_missing_file_is_no_traceback(workers, tmp_path) -> None:
    found = do(workers, os.stat, tmp_path, str(tmp_path / "gone"))
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
        assert list(tmp_path.glob("nuchal-page-*"))
        server.process.kill()
        patiently(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers))
        patiently(lambda: not list(tmp_path.glob("nuchal-page-*")))
