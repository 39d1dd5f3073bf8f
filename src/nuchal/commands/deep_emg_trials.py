"""Recordings and their EMG become trials that a person's model can be fitted to and can read."""

from operator import itemgetter
from pathlib import Path
from typing import Final, NamedTuple

import jax
import numpy as np
from jaxtyping import Bool, Float
from scipy.interpolate import make_interp_spline

from nuchal.commands.deep_emg_options import DeepEmgOptions
from nuchal.commands.emg_clock import clock_sentence, stated_clock
from nuchal.commands.emg_options import EmgOptions
from nuchal.commands.emg_signals import Signals, read_signals
from nuchal.commands.tracked import read_and_track
from nuchal.emg.hidden.muscles import JointTask, stack_trials
from nuchal.emg.hidden.neck import neck_task
from nuchal.emg.hidden.windows import Window, long_stretches, window_length, windows_covering
from nuchal.emg.mapping import MappedChannel
from nuchal.emg.signals import at_times
from nuchal.errors import NuchalError, RecordingError, Status
from nuchal.model.anatomy import Anatomy
from nuchal.records import HeadLoad, Motion, Subject
from nuchal.report.text import sentence
from nuchal.tracking.pipeline import TrackedMotion

HIGHEST_RATE_HZ: Final = 50.0
_WINDOW_S: Final = 4.0
_SHORTEST_S: Final = 2.0
_KNOWN: Final = (Status.OK, Status.BEYOND_RANGE)


class Given(NamedTuple):
    """One recording as it was asked for."""

    recording: Path
    emg: Path | None
    load_kg: float
    held_out: bool


class Read(NamedTuple):
    """One recording, read."""

    given: Given
    tracked: TrackedMotion
    signals: Signals


class Trial(NamedTuple):
    """One recording cut into windows of one length.

    Attributes:
        time: [s], evenly spaced.
        known: Which frames lie in some window.
        tasks: One a window.
    """

    given: Given
    time: Float[np.ndarray, " t"]
    windows: list[Window]
    known: Bool[np.ndarray, " t"]
    tasks: list[JointTask]


class Trials(NamedTuple):
    """All recordings, alike."""

    trials: list[Trial]
    mapped: tuple[MappedChannel, ...]
    sentences: tuple[str, ...]


def given_recordings(recordings: tuple[Path, ...], options: DeepEmgOptions) -> list[Given]:
    """Which recording goes with which EMG and load.

    Raises:
        NuchalError: there are more or fewer of them than recordings, or two share a name.
    """
    every = (*recordings, *options.hold_out)
    if not recordings:
        raise NuchalError("No recording to fit was given; name one or more.")
    stems = [path.stem for path in every]
    twice = next((stem for stem in stems if stems.count(stem) > 1), None)
    if twice is not None:
        raise NuchalError(
            f"Two recordings are named {twice}, and so would be their results; rename one."
        )
    if options.emg and len(options.emg) != len(every):
        raise NuchalError(
            f"--emg was given {len(options.emg)} times for {len(every)} recordings; give it once "
            "for each, those of --hold-out last, or leave it out where recordings hold their EMG."
        )
    if len(options.load_kg) not in (1, len(every)):
        raise NuchalError(
            f"--load-kg was given {len(options.load_kg)} times for {len(every)} recordings; give "
            "it once for all or once for each, those of --hold-out last."
        )
    loads = options.load_kg * (len(every) if len(options.load_kg) == 1 else 1)
    emg = options.emg or (None,) * len(every)
    return [
        Given(path, file, load, k >= len(recordings))
        for k, (path, file, load) in enumerate(zip(every, emg, loads, strict=True))
    ]


def read_one(given: Given, person: Subject, anatomy: Anatomy, options: DeepEmgOptions) -> Read:
    """Markers and EMG of one recording.

    Raises:
        RecordingError: a file cannot be used; the message says what to do.
    """
    asked = EmgOptions(
        emg=given.emg,
        mvc=options.mvc,
        channels=options.channels,
        delay_s=options.delay_s,
        rate_hz=options.rate_hz,
        units=options.units,
        conditioning=options.conditioning,
    )
    signals = read_signals(given.recording, {**person.emg, **options.channels}, asked)
    return Read(given, read_and_track(given.recording, person, anatomy, options.estimate), signals)


def cut_alike(reads: list[Read], anatomy: Anatomy, options: DeepEmgOptions) -> Trials:
    """All recordings at one rate, with the same channels, in windows of one length.

    Raises:
        NuchalError: fewer than two channels are alive in all of them.
        RecordingError: a recording has no two seconds of motion and EMG together.
    """
    mapped = _common(reads)
    rate = min(HIGHEST_RATE_HZ, *(read.tracked.rate_hz for read in reads))
    sentences, sampled = [*_left_out(reads, mapped)], []
    for read in reads:
        name = read.given.recording.name
        one, said = _sampled(read, mapped, rate, options)
        sampled.append(one)
        own = (*read.tracked.assumptions, *read.signals.sentences, *said)
        sentences += [
            f"{name}: {words}" if len(reads) > 1 else words for words in map(sentence, own)
        ]
    every = [stretch for one in sampled for stretch in one.stretches]
    frames = window_length(every, longest=round(_WINDOW_S * rate))
    trials = [
        _cut(read.given, one, frames, anatomy, options)
        for read, one in zip(reads, sampled, strict=True)
    ]
    return Trials(trials, mapped, tuple(dict.fromkeys(sentences)))


def stacked(tasks: list[JointTask], *, count: int) -> list[JointTask]:
    """Windows in lots of so many, so that code is compiled once; the last window fills up."""
    filled = tasks + tasks[-1:] * (-len(tasks) % count)
    return [stack_trials(filled[k : k + count]) for k in range(0, len(filled), count)]


class _Sampled(NamedTuple):
    motion: Motion
    gravity: np.ndarray
    channels: np.ndarray
    stretches: list[tuple[int, int]]


def _common(reads: list[Read]) -> tuple[MappedChannel, ...]:
    labels = [[m.label for m in read.signals.mapped] for read in reads]
    mapped = tuple(m for m in reads[0].signals.mapped if all(m.label in some for some in labels))
    if len(mapped) < 2:
        found = ", ".join(m.label for m in mapped) or "none"
        raise NuchalError(
            "Hidden muscles need two or more live channels that all recordings have; found "
            f"{found}: name them with --channel, or measure more."
        )
    return mapped


def _left_out(reads: list[Read], mapped: tuple[MappedChannel, ...]) -> list[str]:
    kept = {m.label for m in mapped}
    lost = {m.label for read in reads for m in read.signals.mapped} - kept
    return [f"Left out, as not every recording has it: {label}." for label in sorted(lost)]


def _sampled(
    read: Read, mapped: tuple[MappedChannel, ...], rate_hz: float, options: DeepEmgOptions
) -> tuple[_Sampled, list[str]]:
    """Motion and channels on one grid, and the stretches in which both are known."""
    given, motion = read.given, read.tracked.motion
    times = np.asarray(motion.time)
    time = times[0] + np.arange(int((times[-1] - times[0]) * rate_hz + 1e-6) + 1) / rate_hz
    known = np.isin(np.asarray(motion.status), _KNOWN)
    moving = np.interp(time, times, known.astype(float)) > 1.0 - 1e-9
    clock = stated_clock(given.recording, read.signals.raw, float(times[0]), options.delay_s)
    place = [read.signals.envelopes.names.index(_of(read, m.label)) for m in mapped]
    values, heard = at_times(read.signals.envelopes, time, delay_s=clock.delay_s)
    usable = moving & heard[:, place].all(axis=1)
    stretches, short = long_stretches(usable, shortest=round(_SHORTEST_S * rate_hz))
    if not stretches:
        raise RecordingError(
            given.recording,
            f"has no {_SHORTEST_S:g} s in which the motion and all {len(mapped)} channels are "
            "known together; see --delay, --max-gap and --channel.",
        )
    said = [clock_sentence(clock)]
    lost = len(time) - int(usable.sum()) + short
    if lost:
        said.append(
            f"{lost / rate_hz:.2f} s are left out: motion or EMG is not known there, or for less "
            f"than {_SHORTEST_S:g} s."
        )
    gravity = np.stack([np.interp(time, times, g) for g in np.asarray(read.tracked.gravity).T], 1)
    q, qd, qdd = (_at(times, np.asarray(x), time) for x in (motion.q, motion.qd, motion.qdd))
    sampled = Motion(time, q, qd, qdd, np.zeros(len(time), int))
    return _Sampled(sampled, gravity, values[:, place], stretches), said


def _of(read: Read, label: str) -> str:
    return next(m.channel for m in read.signals.mapped if m.label == label)


def _at(times: np.ndarray, values: np.ndarray, time: np.ndarray) -> np.ndarray:
    return np.asarray(make_interp_spline(times, values, k=3)(np.clip(time, times[0], times[-1])))


def _cut(
    given: Given, sampled: _Sampled, frames: int, anatomy: Anatomy, options: DeepEmgOptions
) -> Trial:
    windows = [w for first, end in sampled.stretches for w in windows_covering(first, end, frames)]
    place = options.estimate.load_place_m or tuple(np.asarray(anatomy.mass_centre[-1]))
    load = HeadLoad(np.asarray(given.load_kg), np.asarray(place))
    known, tasks = np.zeros(len(sampled.motion.time), bool), []
    for window in windows:
        part = slice(window.first, window.first + frames)
        motion: Motion = jax.tree.map(itemgetter(part), sampled.motion)
        channels = sampled.channels[part]
        tasks.append(neck_task(anatomy, motion, load, channels, sampled.gravity[part]))
        known[slice(*window.keep)] = True
    return Trial(given, np.asarray(sampled.motion.time), windows, known, tasks)
