"""The visits of a study, assessed side by side in processes of their own."""

import multiprocessing
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import (
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    as_completed,
)
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from nuchal.commands.assess import AssessOptions, run_assess
from nuchal.commands.cluster import cluster_of
from nuchal.commands.study.keeping import fingerprint_of, forget, kept, remember
from nuchal.commands.study.plan import Visit, files_beside, reason
from nuchal.errors import NuchalError, OutputError, RecordingError, Setting, StudyError
from nuchal.io.output.hidden import sweep
from nuchal.plain_text import file_name, plain_line
from nuchal.programs.memory import share_memory
from nuchal.report.summaries.study import LeftOut

# Visits after which a process gives back its memory by ending; another takes its place.
_VISITS_A_PROCESS: Final = 12
# What one visit takes, and some room.
_VISIT_BYTES: Final = 1_600_000_000
Done = tuple[Visit, tuple[LeftOut, ...], bool]


def fitting_workers(allowed_bytes: int | None = None) -> int:
    """How many visits fit at a time: this machine's processors and its memory, or what is allowed.

    Args:
        allowed_bytes: of memory, for all of them together.
    """
    cores = os.cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):
        cores = len(os.sched_getaffinity(0))
    if allowed_bytes is not None:
        cores = min(cores, allowed_bytes // _VISIT_BYTES)
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        cores = min(cores, memory // _VISIT_BYTES)
    return max(1, cores)


def folder_of(out: Path, visit: Visit) -> Path:
    """Where a visit's assessment lies."""
    return out / "people" / visit.person / visit.session


def assess_visits(
    visits: Sequence[Visit],
    out: Path,
    options: Mapping[str, Any],
    *,
    workers: int = 1,
    cluster: str | None = None,
) -> Iterator[Done]:
    """Assess what is not there yet; each visit as it is finished.

    Args:
        visits: all of a study.
        out: the study's folder, which workers elsewhere have to see too.
        options: what the study sets of ``AssessOptions``.
        workers: how many processes of this machine do it; one is this process itself.
        cluster: address of a Dask scheduler whose workers do it instead.

    Yields:
        The visit, what was left out of it or that it was left out itself, and whether it was there.

    Raises:
        StudyError: a worker process died.
        OutputError: results cannot be written.
    """
    waiting = []
    for visit in visits:
        there = _there(visit, out, options)
        if there is None:
            waiting.append(visit)
        else:
            yield visit, there, True
    if not waiting:
        return
    place = _executor(min(workers, len(waiting))) if cluster is None else cluster_of(cluster)
    with place as pool:
        running = {pool.submit(assess_visit, one, out, options): one for one in waiting}
        for future in as_completed(running):
            yield running[future], _outcome(running[future], future), False


def assess_visit(visit: Visit, out: Path, options: Mapping[str, Any]) -> tuple[LeftOut, ...]:
    """Assess one visit into its folder; a recording that cannot be used is left out.

    Raises:
        NuchalError: nothing is left, or something else cannot be used.
    """
    folder = folder_of(out, visit)
    fingerprint = fingerprint_of(visit, options)
    if folder.is_dir():
        forget(folder)
    recordings, left_out = visit.recordings, []
    while True:
        try:
            run_assess(
                recordings,
                subject=visit.subject,
                out=folder,
                options=_options(visit, recordings, options),
            )
            break
        except RecordingError as error:
            broken = [one for one in recordings if error.file in (one, *files_beside(one))]
            if not broken or len(recordings) == 1:
                raise
            left_out.append(_lost(visit, error.sentence(), file_name(broken[0])))
            recordings = tuple(one for one in recordings if one not in broken)
    remember(folder, fingerprint, left_out)
    return tuple(left_out)


def _options(visit: Visit, recordings: Sequence[Path], options: Mapping[str, Any]) -> AssessOptions:
    return AssessOptions(
        **options,
        static=visit.static,
        spontaneous=tuple(one for one in visit.spontaneous if one in recordings),
        relocation=tuple(one for one in visit.relocation if one in recordings),
    )


def _there(visit: Visit, out: Path, options: Mapping[str, Any]) -> tuple[LeftOut, ...] | None:
    folder = folder_of(out, visit)
    for place in (folder.parent, folder):
        sweep(place)
    try:
        return kept(folder, fingerprint_of(visit, options))
    except OSError:  # an input that cannot be read is said where it is assessed
        return None


def _outcome(visit: Visit, future: "Future[tuple[LeftOut, ...]]") -> tuple[LeftOut, ...]:
    """What was left out: one broken file stops nobody else."""
    error = future.exception()
    if error is None:
        return future.result()
    if isinstance(error, BrokenProcessPool):
        raise StudyError("study.worker_died", workers=Setting("workers")) from error
    if isinstance(error, OutputError) or not isinstance(error, Exception):
        raise error
    return (_lost(visit, _sentence(error)),)


def _lost(visit: Visit, reason: str, recording: str | None = None) -> LeftOut:
    return LeftOut(person=visit.person, session=visit.session, recording=recording, reason=reason)


def _sentence(error: Exception) -> str:
    """Why a visit is left out; of paths only the file's name, for reports are passed on."""
    if isinstance(error, NuchalError):
        file = "" if error.file is None else f"{file_name(error.file)}: "
        return f"{file}{error.sentence()}"
    if isinstance(error, OSError):
        file = f"{file_name(Path(str(error.filename)))}: " if error.filename else ""
        return f"{file}{plain_line(error.strerror or str(error))}."
    return reason("study.fault", kind=type(error).__name__, words=str(error))


@contextmanager
def _executor(workers: int) -> Iterator[Executor]:
    """One worker is this process itself."""
    if workers == 1:
        pool: Executor = ThreadPoolExecutor(max_workers=1)
    else:
        pool = ProcessPoolExecutor(
            max_workers=workers,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_begin,
            max_tasks_per_child=_VISITS_A_PROCESS,
        )
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _begin() -> None:
    """A worker whose study was killed ends, too; what it was writing never appears."""
    share_memory()
    threading.Thread(target=_wait_for_the_end, daemon=True).start()


def _wait_for_the_end() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
