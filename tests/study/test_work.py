"""What is finished is kept, what is broken is left out, and nothing else is done again."""

import os
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import distributed
import pytest

from nuchal.commands.study import work
from nuchal.commands.study.keeping import MADE_FROM
from nuchal.commands.study.plan import Visit
from nuchal.commands.study.work import assess_visits, fitting_workers, folder_of
from nuchal.errors import NuchalError, OutputError, RecordingError, StudyError


class Bench:
    """Two people, and in place of assessments a file that says what went in."""

    def __init__(self, home: Path) -> None:
        self.home, self.out = home, home / "out"
        self.asked: list[str] = []
        self.problem: Callable[[tuple[Path, ...]], None] = lambda _: None
        for name in ("p1", "p2"):
            (home / name).mkdir()
            for file in ("person.toml", "a.trc", "b.trc"):
                (home / name / file).write_text(f"{name} {file}")

    def assess(self, recordings: tuple[Path, ...], *, out: Path, **_: Any) -> None:
        self.problem(recordings)
        self.asked.append(recordings[0].parent.name)
        out.mkdir(parents=True, exist_ok=True)
        (out / "assessment.json").write_text(" ".join(path.read_text() for path in recordings))

    def run(
        self, options: dict[str, Any] | None = None, **where: Any
    ) -> dict[str, tuple[Any, bool]]:
        """What became of each person; who was assessed stands in ``asked``."""
        self.asked.clear()
        visits = [
            Visit(
                person=name,
                session="1",
                group="all",
                recordings=(self.home / name / "a.trc", self.home / name / "b.trc"),
                subject=self.home / name / "person.toml",
            )
            for name in ("p1", "p2")
        ]
        runs = assess_visits(visits, self.out, options or {}, **where)
        return {visit.person: (lost, kept) for visit, lost, kept in runs}

    def folder(self, name: str) -> Path:
        return self.out / "people" / name / "1"


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    made = Bench(tmp_path)
    monkeypatch.setattr(work, "run_assess", made.assess)
    return made


def test_where_it_lies(bench: Bench) -> None:
    bench.run()
    assert bench.asked == ["p1", "p2"]
    assert (bench.folder("p1") / MADE_FROM).stat().st_mode & 0o777 == 0o600
    visit = Visit(person="p", session="s", group="g", recordings=(), subject=Path())
    assert folder_of(Path("out"), visit) == Path("out/people/p/s")


def test_what_is_whole_is_kept(bench: Bench) -> None:
    bench.run()
    again = bench.run()
    assert bench.asked == []
    assert again == {"p1": ((), True), "p2": ((), True)}


@pytest.mark.parametrize("file", ["a.trc", "person.toml"])
def test_a_changed_input_is_assessed_again(bench: Bench, file: str) -> None:
    bench.run()
    (bench.home / "p1" / file).write_text("changed")
    bench.run()
    assert bench.asked == ["p1"]
    bench.run()
    assert bench.asked == []


def test_other_options_are_assessed_again(bench: Bench) -> None:
    bench.run({"necks": 1})
    bench.run({"necks": 2})
    assert bench.asked == ["p1", "p2"]


@pytest.mark.parametrize("damage", ["cut", "gone", "unmarked", "garbled"])
def test_what_is_not_whole_is_assessed_again(bench: Bench, damage: str) -> None:
    bench.run()
    file, mark = bench.folder("p2") / "assessment.json", bench.folder("p2") / MADE_FROM
    if damage == "cut":
        file.write_text("{")
    elif damage == "gone":
        file.unlink()
    elif damage == "unmarked":
        mark.unlink()
    else:
        mark.write_text("{")
    bench.run()
    assert bench.asked == ["p2"]


def test_a_run_that_ends_between_two_results_leaves_none_that_counts(bench: Bench) -> None:
    """Inputs change, the new result is written, the run dies, and the inputs change back."""
    bench.run()
    recording = bench.home / "p1" / "a.trc"
    old = recording.read_text()
    recording.write_text("new")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(work, "remember", lambda *_: (_ for _ in ()).throw(OutputError("page.busy")))
        with pytest.raises(OutputError):
            bench.run()
    assert "new" in (bench.folder("p1") / "assessment.json").read_text()
    recording.write_text(old)
    bench.run()
    assert "p1" in bench.asked
    assert "new" not in (bench.folder("p1") / "assessment.json").read_text()


def test_a_broken_recording_is_left_out_and_the_others_are_assessed(bench: Bench) -> None:
    broken = bench.home / "p1" / "a.trc"

    def problem(recordings: tuple[Path, ...]) -> None:
        if broken in recordings:
            raise RecordingError("recording.nothing_visible", broken)

    bench.problem = problem
    found = bench.run()
    ((one,), kept) = found["p1"]
    assert (one.person, one.session, one.recording, kept) == ("p1", "1", "a.trc", False)
    assert one.reason == RecordingError("recording.nothing_visible").sentence()
    assert found["p2"] == ((), False)
    assert bench.run()["p1"] == ((one,), True)


@pytest.mark.parametrize("fault", [NuchalError("subject.no_mass"), KeyError("x"), OSError("y")])
def test_a_person_who_cannot_be_assessed_stops_nobody(bench: Bench, fault: Exception) -> None:
    def problem(recordings: tuple[Path, ...]) -> None:
        if recordings[0].parent.name == "p1":
            raise fault

    bench.problem = problem
    found = bench.run()
    ((one,), _) = found["p1"]
    assert one.recording is None
    assert one.reason
    assert found["p2"] == ((), False)
    bench.problem = lambda _: None
    bench.run()
    assert bench.asked == ["p1"]


def test_results_that_cannot_be_written_stop_all(bench: Bench) -> None:
    def problem(_: tuple[Path, ...]) -> None:
        raise OutputError("output.no_name", bench.out)

    bench.problem = problem
    with pytest.raises(OutputError):
        bench.run()


def test_on_a_cluster(bench: Bench) -> None:
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None
    ) as cluster:
        found = bench.run(cluster=cluster.scheduler_address)
    assert sorted(bench.asked) == ["p1", "p2"]
    assert found == {"p1": ((), False), "p2": ((), False)}
    assert bench.run() == {"p1": ((), True), "p2": ((), True)}


def test_a_worker_that_died_is_one_sentence() -> None:
    future: Future = Future()
    future.set_exception(BrokenProcessPool())
    visit = Visit(person="p", session="s", group="g", recordings=(), subject=Path())
    with pytest.raises(StudyError) as found:
        work._outcome(visit, future)
    assert found.value.what == "study.worker_died"


def test_as_many_workers_as_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    assert 1 <= fitting_workers() <= os.cpu_count()
    monkeypatch.setattr(work, "_VISIT_BYTES", 10**18)
    assert fitting_workers() == 1
