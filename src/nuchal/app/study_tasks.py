"""What workers do of a study: look at a dropped folder, and assess everybody in it."""

import multiprocessing
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import nuchal
from nuchal.app.study_records import (
    Doing,
    Over,
    PersonSeen,
    StudyDone,
    StudySeen,
    Wishes,
    tell_study,
)
from nuchal.commands.folder import PERSON_FILE, recordings_in
from nuchal.commands.study.given import Layout, StudyFile, read_study
from nuchal.commands.study.given_text import study_text
from nuchal.commands.study.plan import ONLY_GROUP, ONLY_SESSION, StudyPlan, plan_study, reason
from nuchal.commands.study.work import fitting_workers, folder_of
from nuchal.errors import NuchalError, StudyError
from nuchal.io.output.files import replace_file
from nuchal.plain_text import plain_line
from nuchal.report.summaries.study import LeftOut

STUDY_FILE: Final = "study.toml"
# What is written for a run; no file that was dropped is hidden.
_WRITTEN: Final = ".study.toml"
# What this process takes itself beside those that assess.
_OWN_BYTES: Final = 700_000_000


def look_at_study(folder: Path, wishes: Wishes, out: Path) -> StudySeen:
    """See who is in a folder, and what is missing.

    Args:
        folder: it was dropped.
        wishes: what was chosen.
        out: where results will lie.

    Raises:
        NuchalError: the study's file is wrong, or nobody is there.
    """
    given, file = _given(folder)
    if given is not None:
        plan_study(given, out)
    said = _with_sessions(file, wishes)
    home = (folder / said.folder).resolve()
    everybody = _planned(folder, said.model_copy(update={"groups": {}}), out, given)
    names = [v.person for v in everybody.visits] + [one.person for one in everybody.left_out]
    names = sorted(set(names))
    of = {name: group for group, those in said.groups.items() for name in those}
    plan = _planned(folder, _with_groups(said, wishes), out, given)
    people = [
        PersonSeen(
            name=name,
            group=of.get(name, ""),
            visits={v.session: len(v.recordings) for v in everybody.visits if v.person == name},
        )
        for name in names
    ]
    return StudySeen(
        file=None if given is None else given.name,
        people=tuple(people),
        groups=() if plan.groups == (ONLY_GROUP,) else plan.groups,
        sessions=() if plan.sessions == (ONLY_SESSION,) else plan.sessions,
        folders=() if file.sessions or file.layout == "bids" else _folders_of(home, names),
        missing=(*map(_sentence, plan.left_out), *_no_people(home, names, said)),
    )


def assess_study(
    folder: Path, wishes: Wishes, out: Path, *, told: Path, memory_bytes: int
) -> StudyDone:
    """Assess everybody in a folder, as ``nuchal study`` does.

    Args:
        folder: it was dropped.
        wishes: what was chosen.
        out: the results; what an earlier run left there is used again where nothing has changed.
        told: where progress is written.
        memory_bytes: what all processes may have together.

    Raises:
        NuchalError: something given cannot be used.
    """
    given, said = _given(folder)
    plan = _planned(folder, _with_groups(_with_sessions(said, wishes), wishes), out, given)
    _forget_others(out, plan)
    workers = _may_have_children(memory_bytes)
    over: list[Over] = []
    try:
        result = nuchal.run_study(
            folder / _WRITTEN,
            out=out,
            options=nuchal.StudyOptions(workers=workers),
            progress=lambda doing, share: tell_study(
                told, Doing(doing=doing, share=share, workers=workers, over=over)
            ),
            on_visit=lambda visit, lost, _kept: over.append(
                Over(visit.person, visit.session, " ".join(map(_of_recording, lost)))
            ),
        )
    except StudyError as problem:
        if problem.what == "study.worker_died":
            raise NuchalError("page.study_worker_died") from problem
        raise
    replace_file(out / STUDY_FILE, (folder / _WRITTEN).read_bytes())
    found = result.summary
    return StudyDone(
        visits=tuple((one.person, one.session) for one in found.visits),
        reports=tuple(f"{one.folder}/report.html" for one in found.visits),
        left_out=tuple(map(_sentence, found.left_out)),
        kept=result.found.kept,
        tests=len(found.statistics),
    )


def _given(folder: Path) -> tuple[Path | None, StudyFile]:
    """The study's file at the top, and what it says; the defaults without one.

    Raises:
        NuchalError: there are several, it is wrong, or it leads out of the folder.
    """
    tops = [one for one in sorted(folder.glob("*.toml")) if not one.name.startswith(".")]
    tops = [one for one in tops if one.name != PERSON_FILE and one.is_file()]
    named = [one for one in tops if one.name == STUDY_FILE] or tops
    if not named:
        return None, StudyFile(layout=_layout(folder))
    if len(named) > 1:
        raise NuchalError("page.study_several_files", names=[one.name for one in named])
    said = read_study(named[0])
    if not (folder / said.folder).resolve().is_relative_to(folder.resolve()):
        raise StudyError("page.study_elsewhere", named[0], folder=said.folder)
    return named[0], said


def _layout(folder: Path) -> Layout:
    """That of BIDS motion where all folders are of it."""
    people = [one for one in folder.iterdir() if one.is_dir()]
    are_subjects = all(one.name.startswith("sub-") for one in people)
    return "bids" if are_subjects and any(folder.rglob("*_motion.tsv")) else "folders"


def _with_sessions(said: StudyFile, wishes: Wishes) -> StudyFile:
    if wishes.sessions is None:
        return said
    return _checked(said.model_copy(update={"sessions": list(wishes.sessions)}), *wishes.sessions)


def _with_groups(said: StudyFile, wishes: Wishes) -> StudyFile:
    """The file's groups first, those that were made on the page in the order of people."""
    if wishes.groups is None:
        return said
    groups: dict[str, list[str]] = {name: [] for name in said.groups}
    for person, group in wishes.groups.items():
        if group:
            groups.setdefault(group, []).append(person)
    made = {name: those for name, those in groups.items() if those}
    return _checked(said.model_copy(update={"groups": made}), *made)


def _checked(said: StudyFile, *names: str) -> StudyFile:
    """What was typed on the page names a folder or a group.

    Raises:
        NuchalError: it does not.
    """
    for name in names:
        if plain_line(name) != name or set(name) & set("/\\") or name in (".", ".."):
            raise NuchalError("page.study_no_name", name=plain_line(name))
        if names.count(name) > 1:
            raise NuchalError("page.study_named_twice", name=name)
    return said


def _planned(folder: Path, said: StudyFile, out: Path, given: Path | None) -> StudyPlan:
    """Write what is to be done, and plan it.

    Raises:
        NuchalError: nobody is there.
    """
    path = folder / _WRITTEN
    path.write_text(study_text(said), "utf-8")
    try:
        return plan_study(path, out)
    except StudyError as problem:
        if problem.what == "study.nobody" and given is None:
            raise NuchalError("page.study_nobody", subject=said.subject) from problem
        raise


def _folders_of(home: Path, names: Sequence[str]) -> tuple[str, ...]:
    """Folders with recordings that every person has: they may be sessions."""
    count = Counter(
        one.name
        for name in names
        for one in sorted((home / name).iterdir())
        if one.is_dir() and recordings_in(one)
    )
    return tuple(name for name, times in sorted(count.items()) if times == len(names))


def _no_people(home: Path, names: Sequence[str], said: StudyFile) -> Iterator[str]:
    """Folders that hold recordings and are not counted as people."""
    for one in sorted(home.iterdir()):
        if one.is_dir() and one.name not in names and recordings_in(one):
            why = reason("page.study_no_measures", subject=said.subject)
            yield f"{plain_line(one.name)}: {why}"


def _sentence(one: LeftOut) -> str:
    session = None if one.session == ONLY_SESSION else one.session
    where = ", ".join(part for part in (one.person, session) if part)
    return f"{where}: {_of_recording(one)}"


def _of_recording(one: LeftOut) -> str:
    return one.reason if one.recording is None else f"{one.recording}: {one.reason}"


def _forget_others(out: Path, plan: StudyPlan) -> None:
    """Remove assessments of who takes no part any more."""
    wanted = {folder_of(out, visit) for visit in plan.visits}
    for folder in out.glob("people/*/*"):
        if folder not in wanted:
            shutil.rmtree(folder, ignore_errors=True)


def _may_have_children(memory_bytes: int) -> int:
    """How many people are assessed at a time, each in a child of this process."""
    multiprocessing.current_process().daemon = False
    os.environ["TMPDIR"] = tempfile.gettempdir()
    return fitting_workers(memory_bytes - _OWN_BYTES)
