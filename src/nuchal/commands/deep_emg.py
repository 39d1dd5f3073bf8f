"""Recordings with EMG of one person become excitations of all muscles, and their error."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from nuchal.commands.deep_emg_files import file_names, write_deep_emg
from nuchal.commands.emg_signals import EmgReading, read_signals
from nuchal.commands.head_forces import head_forces_of, refuse_unfit
from nuchal.commands.options import HeadForceOptions, HeadForceReading, RecordingOptions
from nuchal.commands.run import Progress, Result, run_into, silent
from nuchal.commands.tracked import read_and_track
from nuchal.emg.hidden.courses import DeepEmg
from nuchal.emg.hidden.person import fit_and_read
from nuchal.emg.hidden.records import HiddenSettings
from nuchal.emg.hidden.trials import Recorded, cut_alike
from nuchal.errors import NuchalError, Setting, need_extra
from nuchal.findings import Assumed, finding
from nuchal.io.subject import read_subject
from nuchal.model.anatomy import Anatomy
from nuchal.optimisation.own_strength import neck_of
from nuchal.plain_text import plain_line
from nuchal.records import HeadLoad, Subject
from nuchal.report.summaries.hidden_emg import DeepEmgSummary


@dataclass(frozen=True, kw_only=True)
class DeepEmgOptions(RecordingOptions, EmgReading, HeadForceReading, HiddenSettings):
    """What :func:`run_deep_emg` may be told beside the recordings and the person.

    Attributes:
        hold_out: Recordings that are read, but not fitted.
        emg: Files of the EMG, one a recording and then one a held-out recording; the recordings
            themselves if not given.
        load_kg: On the head: one for all, or one a recording and then one a held-out recording
            [kg].
        load_place_m: Centre of the load in the skull frame [m]; the head's own centre of mass if
            not given.
        delay_s: How late the EMG's clock is in every recording [s]; None trusts the files' clocks.
        force: Files of forces on the head from outside, one a recording and then one a held-out
            recording; None where none act.
        figures: Draw a figure of each recording.
    """

    hold_out: tuple[Path, ...] = ()
    emg: tuple[Path, ...] = ()
    load_kg: tuple[float, ...] = (0.0,)
    load_place_m: tuple[float, float, float] | None = None
    delay_s: float | None = None
    force: tuple[Path | None, ...] = ()
    figures: bool = True


class _Given(NamedTuple):
    """One recording as it was asked for."""

    recording: Path
    emg: Path | None
    load_kg: float
    outside: HeadForceOptions
    held_out: bool


def run_deep_emg(
    recordings: Sequence[Path],
    *,
    subject: Path | None,
    out: Path,
    options: DeepEmgOptions,
    progress: Progress = silent,
) -> Result[DeepEmg, DeepEmgSummary]:
    """Fit one person's muscles and recruitment, and find the excitations of all muscles.

    Args:
        recordings: markers or coordinates; C3D and Nexus CSV may hold the EMG as well.
        subject: the person's measures, a ``person.toml``; ``[emg]`` may name channels. None is
            refused, as without a person there is no neck.
        out: the folder for the results; whole or not at all.
        options: everything else.
        progress: told what is being done and which share of it is.

    Raises:
        NuchalError: something given cannot be used; the message says what to do.
    """
    given = _given(tuple(recordings), options)
    if subject is None:
        raise NuchalError("hidden_emg.no_subject", remedy=Setting("subject"))
    if not options.mvc:
        raise NuchalError("hidden_emg.no_mvc", remedy=Setting("mvc"))
    need_extra("hidden-emg")
    sources = [x for one in given for x in (one.recording, one.emg, one.outside.force)]
    return run_into(
        out,
        inputs=(subject, *sources, *options.mvc, options.static),
        names=file_names([one.recording.stem for one in given], figures=True),
        find=lambda: _find(given, subject, options, progress),
        write=lambda found, folder: write_deep_emg(found, folder, figures=options.figures),
        progress=progress,
    )


def _find(
    given: Sequence[_Given], subject: Path, options: DeepEmgOptions, progress: Progress
) -> DeepEmg:
    person = read_subject(subject)
    anatomy = neck_of(person, "recommended")
    trials = cut_alike([_read(one, person, anatomy, options) for one in given], anatomy)
    stiff = finding(Assumed.GENERIC_STIFFNESS, head_and_neck_mass_kg=person.head_and_neck_mass_kg)
    trials = trials._replace(findings=(*trials.findings, stiff))
    return fit_and_read(trials, options, progress)


def _given(recordings: tuple[Path, ...], options: DeepEmgOptions) -> list[_Given]:
    """Which recording goes with which EMG and load.

    Raises:
        NuchalError: there are more or fewer of them than recordings, or two share a name.
    """
    every = (*recordings, *options.hold_out)
    if not recordings:
        raise NuchalError("hidden_emg.no_recording", joint=Setting("joint"))
    stems = [plain_line(path.stem) for path in every]
    twice = next((stem for stem in stems if stems.count(stem) > 1), None)
    if twice is not None:
        raise NuchalError("hidden_emg.same_name", name=twice)
    counts: dict[str, Any] = {"recordings": len(every), "hold_out": Setting("hold_out")}
    if options.emg and len(options.emg) != len(every):
        counts |= {"given": len(options.emg)}
        raise NuchalError("hidden_emg.count_of_emg", remedy=Setting("emg"), **counts)
    if len(options.load_kg) not in (1, len(every)):
        counts |= {"given": len(options.load_kg)}
        raise NuchalError("hidden_emg.count_of_loads", remedy=Setting("load_kg"), **counts)
    if options.force and len(options.force) != len(every):
        counts |= {"given": len(options.force)}
        raise NuchalError("hidden_emg.count_of_forces", remedy=Setting("force"), **counts)
    loads = options.load_kg * (len(every) if len(options.load_kg) == 1 else 1)
    emg = options.emg or (None,) * len(every)
    outside = _outside(options, len(every))
    return [
        _Given(path, file, load, pushed, k >= len(recordings))
        for k, (path, file, load, pushed) in enumerate(zip(every, emg, loads, outside, strict=True))
    ]


def _outside(options: DeepEmgOptions, count: int) -> list[HeadForceOptions]:
    """Forces from outside of every recording, as their settings mean them.

    Raises:
        NuchalError: settings without forces, or forces without a frame of reference.
    """
    meant = {one.name: getattr(options, one.name) for one in fields(HeadForceReading)}
    if not any(options.force):
        refuse_unfit(HeadForceOptions(**meant))
        return [HeadForceOptions()] * count
    found = []
    for file in options.force:
        found.append(HeadForceOptions() if file is None else HeadForceOptions(**meant, force=file))
        refuse_unfit(found[-1])
    return found


def _read(given: _Given, person: Subject, anatomy: Anatomy, options: DeepEmgOptions) -> Recorded:
    """Markers and EMG of one recording.

    Raises:
        RecordingError: a file cannot be used; the message says what to do.
    """
    place = options.load_place_m or tuple(np.asarray(anatomy.mass_centre[-1]))
    signals = read_signals(given.recording, given.emg, person, options)
    tracked = read_and_track(given.recording, person, anatomy, options)
    pushed = head_forces_of(tracked, anatomy, given.outside, options)
    return Recorded(
        source=given.recording,
        signals=signals,
        tracked=tracked,
        load=HeadLoad(np.asarray(given.load_kg), np.asarray(place)),
        held_out=given.held_out,
        delay_s=options.delay_s,
        head_forces=None if pushed is None else pushed.forces,
        findings=() if pushed is None else pushed.findings,
    )
