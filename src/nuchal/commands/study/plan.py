"""From a study's file and its folders to the visits that are assessed, and those that cannot be."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from nuchal.commands.folder import recordings_in
from nuchal.commands.study.given import Correction, StudyFile, read_study
from nuchal.errors import NuchalError, Phrase, StudyError, phrase
from nuchal.plain_text import plain_line
from nuchal.report.summaries.study import LeftOut

# What a session is called where there is but one, and a group likewise.
ONLY_SESSION: Final = "1"
ONLY_GROUP: Final = "all"
_PERSON: Final = "sub-"
_SESSION: Final = "ses-"
_MOTION: Final = "*_motion.tsv"
_BESIDE: Final = ("_channels.tsv", "_motion.json")


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One session of one person.

    Attributes:
        recordings: In the order in which they are assessed.
        subject: The person's measures.
        static: A static trial.
        spontaneous: Those of the recordings that show free movement.
        relocation: Those in which the head comes back to where it was.
    """

    person: str
    session: str
    group: str
    recordings: tuple[Path, ...]
    subject: Path
    static: Path | None = None
    spontaneous: tuple[Path, ...] = ()
    relocation: tuple[Path, ...] = ()

    @property
    def inputs(self) -> tuple[Path, ...]:
        """Every file that goes in."""
        beside = (file for path in self.recordings for file in files_beside(path))
        static = () if self.static is None else (self.static,)
        return (*self.recordings, *beside, self.subject, *static)


@dataclass(frozen=True, kw_only=True)
class StudyPlan:
    """What there is to do.

    Attributes:
        groups: In the order of the file.
        sessions: Likewise.
        options: What the file sets of ``AssessOptions``.
    """

    visits: tuple[Visit, ...]
    left_out: tuple[LeftOut, ...]
    groups: tuple[str, ...]
    sessions: tuple[str, ...]
    options: Mapping[str, Any]
    correction: Correction


def plan_study(path: Path, out: Path) -> StudyPlan:
    """Find every person's recordings.

    Args:
        path: ``STUDY.toml``.
        out: where results will lie, which hold no recordings.

    Raises:
        StudyError: the file is wrong, or nobody is where it says.
    """
    said = read_study(path)
    home = (path.parent / said.folder).resolve()
    if not home.is_dir():
        raise StudyError("study.no_folder", path, folder=said.folder)
    people = _people(path, home, said, out.resolve())
    sessions = _sessions(said, [home / name for name in people])
    groups = said.groups or {ONLY_GROUP: list(people)}
    of = {name: group for group, those in groups.items() for name in those}
    visits, left_out = [], []
    for name in people:
        if name not in of:
            why = reason("study.in_no_group")
            left_out.append(LeftOut(person=plain_line(name), reason=why))
            continue
        for session, folder in _folders(home / name, sessions, said):
            try:
                visits.append(_visit(home / name, folder, session, of[name], said))
            except StudyError as error:
                why = error.sentence()
                left_out.append(LeftOut(person=plain_line(name), session=session, reason=why))
    return StudyPlan(
        visits=tuple(visits),
        left_out=tuple(left_out),
        groups=tuple(groups),
        sessions=sessions or (ONLY_SESSION,),
        options=said.options,
        correction=said.statistics.correction,
    )


def files_beside(recording: Path) -> tuple[Path, ...]:
    """What belongs to a recording of BIDS motion."""
    if not recording.name.endswith("_motion.tsv"):
        return ()
    stem = recording.name.removesuffix("_motion.tsv")
    every = (recording.with_name(stem + ending) for ending in _BESIDE)
    return tuple(path for path in every if path.is_file())


def reason(code: str, **values: Any) -> str:
    """Why something is left out, as a sentence without a file."""
    return NuchalError(code, **values).sentence()


def _people(path: Path, home: Path, said: StudyFile, out: Path) -> tuple[str, ...]:
    """Names of the people's folders: all that are there, and no results."""
    start = _PERSON if said.layout == "bids" else ""
    there = sorted(one.name for one in home.iterdir() if one.is_dir())
    names = [name for name in there if name.startswith(start) and not name.startswith(".")]
    names = [name for name in names if (home / name).resolve() != out]
    for group, those in said.groups.items():
        for name in those:
            if name not in names:
                raise StudyError(
                    "study.no_such_person", path, name=name, group=group, folder=said.folder
                )
    known = {name for those in said.groups.values() for name in those}
    found = tuple(n for n in names if n in known or _is_person(home / n, said))
    if not found:
        raise StudyError("study.nobody", path, folder=said.folder, subject=said.subject)
    for name in found:
        if out.is_relative_to((home / name).resolve()):
            raise StudyError("study.out_in_person", out, person=name)
    return found


def _is_person(folder: Path, said: StudyFile) -> bool:
    """Whether a folder holds measures, at its top or in a session's."""
    places = (folder, *(one for one in folder.iterdir() if one.is_dir()))
    return any((place / said.subject).is_file() for place in places)


def _sessions(said: StudyFile, people: Sequence[Path]) -> tuple[str, ...]:
    """Names of the sessions' folders; in BIDS those that are there if none are named."""
    if said.sessions or said.layout == "folders":
        return tuple(said.sessions)
    there = {one.name for person in people for one in person.glob(f"{_SESSION}*") if one.is_dir()}
    return tuple(sorted(there))


def _folders(person: Path, sessions: Sequence[str], said: StudyFile) -> Iterator[tuple[str, Path]]:
    """Sessions and the folders that hold their recordings."""
    deeper = "motion" if said.layout == "bids" else "."
    for session in sessions:
        yield session, person / session / deeper
    if not sessions:
        yield ONLY_SESSION, person / deeper


def _visit(person: Path, folder: Path, session: str, group: str, said: StudyFile) -> Visit:
    """One session.

    Raises:
        StudyError: it lacks its folder, its recordings or the person's measures.
    """
    homes = dict.fromkeys((folder, folder.parent if said.layout == "bids" else folder, person))
    if not folder.is_dir():
        raise StudyError("study.no_session", folder=f"{folder.relative_to(person.parent)}")
    subject = _nearest(homes, said.subject)
    if subject is None:
        raise StudyError("study.no_subject", name=said.subject)
    pattern = said.recordings or (_MOTION if said.layout == "bids" else None)
    recordings = recordings_in(folder, pattern, without=(said.subject, said.static))
    if not recordings:
        raise StudyError("study.no_recordings", pattern=_pattern_words(said))
    return Visit(
        person=plain_line(person.name),
        session=session,
        group=group,
        recordings=recordings,
        subject=subject,
        static=None if said.static is None else _nearest(homes, said.static),
        spontaneous=_matching(recordings, said.spontaneous),
        relocation=_matching(recordings, said.relocation),
    )


def _pattern_words(said: StudyFile) -> str | Phrase:
    return said.recordings or phrase("study.any_recording")


def _nearest(folders: Mapping[Path, None], name: str) -> Path | None:
    return next((one / name for one in folders if (one / name).is_file()), None)


def _matching(recordings: Sequence[Path], pattern: str | None) -> tuple[Path, ...]:
    if pattern is None:
        return ()
    return tuple(one for one in recordings if one.match(pattern))
