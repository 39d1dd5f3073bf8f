"""Recordings with EMG of one person become excitations of all muscles, and their error."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from nuchal.commands.deep_emg_files import file_names, write_deep_emg
from nuchal.commands.emg_signals import EmgReading, read_signals
from nuchal.commands.options import RecordingOptions
from nuchal.commands.run import Progress, Result, run_into, silent
from nuchal.commands.tracked import read_and_track
from nuchal.emg.hidden.person import fit_and_read
from nuchal.emg.hidden.records import DeepEmg, HiddenSettings
from nuchal.emg.hidden.trials import Recorded, cut_alike
from nuchal.errors import NuchalError, Setting
from nuchal.io.subject import read_subject
from nuchal.model.anatomy import Anatomy
from nuchal.optimisation.own_strength import neck_of
from nuchal.plain_text import plain_line
from nuchal.records import HeadLoad, Subject
from nuchal.report.summaries.hidden_emg import DeepEmgSummary


@dataclass(frozen=True, kw_only=True)
class DeepEmgOptions(RecordingOptions, EmgReading, HiddenSettings):
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
        figures: Draw a figure of each recording.
    """

    hold_out: tuple[Path, ...] = ()
    emg: tuple[Path, ...] = ()
    load_kg: tuple[float, ...] = (0.0,)
    load_place_m: tuple[float, float, float] | None = None
    delay_s: float | None = None
    figures: bool = True


class _Given(NamedTuple):
    """One recording as it was asked for."""

    recording: Path
    emg: Path | None
    load_kg: float
    held_out: bool


def run_deep_emg(
    recordings: Sequence[Path],
    *,
    subject: Path,
    out: Path,
    options: DeepEmgOptions,
    progress: Progress = silent,
) -> Result[DeepEmg, DeepEmgSummary]:
    """Fit one person's muscles and recruitment, and find the excitations of all muscles.

    Args:
        recordings: markers or coordinates; C3D and Nexus CSV may hold the EMG as well.
        subject: the person's measures, a ``person.toml``; ``[emg]`` may name channels.
        out: the folder for the results; whole or not at all.
        options: everything else.
        progress: told what is being done and which share of it is.

    Raises:
        NuchalError: something given cannot be used; the message says what to do.
    """
    given = _given(tuple(recordings), options)
    if not options.mvc:
        raise NuchalError("hidden_emg.no_mvc", remedy=Setting("mvc"))

    sources = [*(one.recording for one in given), *(one.emg for one in given)]
    return run_into(
        out,
        inputs=(subject, *sources, *options.mvc, options.static),
        names=file_names([one.recording for one in given], figures=True),
        find=lambda: _find(given, read_subject(subject), options, progress),
        write=lambda found, folder: write_deep_emg(found, folder, figures=options.figures),
        progress=progress,
    )


def _find(
    given: Sequence[_Given], person: Subject, options: DeepEmgOptions, progress: Progress
) -> DeepEmg:
    anatomy = neck_of(person, "recommended")
    trials = cut_alike([_read(one, person, anatomy, options) for one in given], anatomy)
    return fit_and_read(trials, person.head_and_neck_mass_kg, anatomy, options, progress)


def _given(recordings: tuple[Path, ...], options: DeepEmgOptions) -> list[_Given]:
    """Which recording goes with which EMG and load.

    Raises:
        NuchalError: there are more or fewer of them than recordings, or two share a name.
    """
    every = (*recordings, *options.hold_out)
    if not recordings:
        raise NuchalError("hidden_emg.no_recording")
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
    loads = options.load_kg * (len(every) if len(options.load_kg) == 1 else 1)
    emg = options.emg or (None,) * len(every)
    return [
        _Given(path, file, load, k >= len(recordings))
        for k, (path, file, load) in enumerate(zip(every, emg, loads, strict=True))
    ]


def _read(given: _Given, person: Subject, anatomy: Anatomy, options: DeepEmgOptions) -> Recorded:
    """Markers and EMG of one recording.

    Raises:
        RecordingError: a file cannot be used; the message says what to do.
    """
    place = options.load_place_m or tuple(np.asarray(anatomy.mass_centre[-1]))
    return Recorded(
        source=given.recording,
        signals=read_signals(given.recording, given.emg, person, options),
        tracked=read_and_track(given.recording, person, anatomy, options),
        load=HeadLoad(np.asarray(given.load_kg), np.asarray(place)),
        held_out=given.held_out,
        delay_s=options.delay_s,
    )
