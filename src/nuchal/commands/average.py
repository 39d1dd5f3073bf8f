"""``nuchal average``: several people's recordings become one standard movement."""

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from nuchal.commands.folder import PERSON_FILE, some_recordings_in
from nuchal.commands.options import RecordingOptions
from nuchal.commands.run import Progress, silent
from nuchal.commands.tracked import read_and_track
from nuchal.conventions import COORDINATES, Preset
from nuchal.errors import RecordingError, Setting, need_extra
from nuchal.io.opensim.storage import write_storage
from nuchal.io.output.files import check_replaceable, refuse_to_replace, replaced
from nuchal.io.subject import read_subject
from nuchal.model.norms import norm_of
from nuchal.movements.average_people import AveragedMovement, PersonsTrial, average_people
from nuchal.optimisation.own_strength import neck_of
from nuchal.plain_text import file_name

_SIGNS: Final = "extension, right bending and left rotation are positive"


@dataclass(frozen=True, kw_only=True)
class AverageOptions(RecordingOptions):
    """The options of ``nuchal average``.

    Attributes:
        static: The name of a static trial in every person's folder, or one file for all.
        pattern: Which files of a folder are recordings, like ``trial_*/markers.csv``; all that have
            the suffix of a recording unless given.
        preset: Whose neck shares out what the head does.
    """

    pattern: str | None = None
    preset: Preset = "recommended"


@dataclass(frozen=True)
class _Recorded:
    """A recording, whose it is, and the folder that stands for that person."""

    path: Path
    folder: Path


def run_average(
    recordings: Sequence[Path],
    *,
    out: Path,
    subject: Path | None = None,
    options: AverageOptions,
    progress: Progress = silent,
) -> AveragedMovement:
    """Average several people's movements, and write the standard movement as coordinates.

    Args:
        recordings: folders, one a person, or single files, whose folder stands for the person.
        out: the ``.mot`` to write; replaced whole or not at all.
        subject: the measures of everybody in whose folder there is no ``person.toml``.
        options: everything else.
        progress: told what is being done and which share of it is.

    Raises:
        NuchalError: something given cannot be used; the message says what to do.
    """
    need_extra("average")
    found = [one for given in recordings for one in _found(given, options)]
    people = [subject, *(one.folder / PERSON_FILE for one in found)]
    statics = [options.static and one.folder / options.static for one in found]
    refuse_to_replace(out, people, "output.is_the_person")
    refuse_to_replace(out, [*(one.path for one in found), *statics], "output.is_a_recording")
    check_replaceable(out)
    trials = []
    for k, one in enumerate(found):
        progress(f"tracking {file_name(one.path)}", 0.9 * k / len(found))
        trials.append(_tracked(one, subject, options))
    progress("averaging", 0.9)
    averaged = average_people(trials, norm_of(None).mean_deg)
    _write(averaged, out)
    progress("done", 1.0)
    return averaged


def _found(given: Path, options: AverageOptions) -> Iterator[_Recorded]:
    """The recordings of a folder, or the one that was given."""
    if not given.is_dir():
        yield _Recorded(given, given.parent)
        return
    static = None if options.static is None else options.static.name
    for path in some_recordings_in(given, options.pattern, static=static):
        yield _Recorded(path, given)


def _tracked(one: _Recorded, subject: Path | None, options: AverageOptions) -> PersonsTrial:
    person = one.folder / PERSON_FILE
    if not person.exists():
        if subject is None:
            raise RecordingError("recording.whose", one.path, remedy=Setting("subject"))
        person = subject
    measures = read_subject(person)
    anatomy = neck_of(measures, options.preset)
    static = options.static
    if static is not None and (one.folder / static).exists():
        options = dataclasses.replace(options, static=one.folder / static)
    tracked = read_and_track(one.path, measures, anatomy, options)
    return PersonsTrial(
        person=str(one.folder), motion=tracked.motion, angles_deg=tracked.head_angles_deg(anatomy)
    )


def _write(averaged: AveragedMovement, out: Path) -> None:
    motion = averaged.motion
    with replaced(out) as draft:
        write_storage(
            draft,
            name=out.stem,
            labels=COORDINATES,
            time=np.asarray(motion.time),
            data=np.degrees(np.asarray(motion.q)),
            in_degrees=True,
            note=f"mean of {averaged.people} people; degrees, {_SIGNS}",
        )
