"""Recordings and their EMG become trials that a person's model can be fitted to and can read."""

from collections.abc import Sequence
from dataclasses import replace
from operator import itemgetter
from pathlib import Path
from typing import Final, NamedTuple

import jax
import numpy as np
from jaxtyping import Bool, Float
from scipy.interpolate import make_interp_spline

from nuchal.conventions import COORDINATES
from nuchal.dynamics.external import wrench_of
from nuchal.emg.clock import clock_finding, stated_clock
from nuchal.emg.hidden.courses import NeckFrames
from nuchal.emg.hidden.muscles import JointTask, MuscleSystem, stack_trials
from nuchal.emg.hidden.neck import neck_system, neck_task
from nuchal.emg.hidden.windows import Window, long_stretches, window_length, windows_covering
from nuchal.emg.mapping import MappedChannel
from nuchal.emg.records import Signals
from nuchal.emg.signals import at_times
from nuchal.errors import POSTURE_KNOWN, NuchalError, RecordingError, Setting
from nuchal.findings import Finding, Found, finding
from nuchal.model.anatomy import Anatomy
from nuchal.records import HeadForces, HeadLoad, HeadWrench, Motion
from nuchal.tracking.motion import TrackedMotion

HIGHEST_RATE_HZ: Final = 50.0
WINDOW_S: Final = 4.0
SHORTEST_S: Final = 2.0


class Recorded(NamedTuple):
    """One recording, read.

    Attributes:
        load: On the head.
        held_out: Whether it is read by the model without being fitted.
        delay_s: How late the EMG's clock is [s]; None trusts the files' clocks.
        head_forces: From outside, over the frames of the motion.
        findings: What there is to say of these.
    """

    source: Path
    tracked: TrackedMotion
    signals: Signals
    load: HeadLoad
    held_out: bool
    delay_s: float | None
    head_forces: HeadForces | None = None
    findings: tuple[Finding, ...] = ()


class Trial(NamedTuple):
    """One recording cut into windows of one length.

    Attributes:
        held_out: Whether it is read by the model without being fitted.
        load_kg: On the head; None where there is none.
        time: [s], evenly spaced.
        known: Which frames lie in some window.
        tasks: One a window.
        neck: None of any other joint.
    """

    name: str
    source: Path
    held_out: bool
    load_kg: float | None
    time: Float[np.ndarray, " t"]
    windows: list[Window]
    known: Bool[np.ndarray, " t"]
    tasks: list[JointTask]
    neck: NeckFrames | None


class Trials(NamedTuple):
    """All recordings, with the same channels at one rate.

    Attributes:
        system: Generic muscles.
        labels: Of the channels.
        coordinates: That the muscles move.
    """

    trials: list[Trial]
    system: MuscleSystem
    labels: tuple[str, ...]
    coordinates: tuple[str, ...]
    findings: tuple[Finding, ...]


def cut_alike(recordings: Sequence[Recorded], anatomy: Anatomy) -> Trials:
    """All recordings at one rate, with the same channels, in windows of one length.

    Raises:
        NuchalError: fewer than two channels are alive in all of them.
        RecordingError: a recording has no two seconds of motion and EMG together.
    """
    mapped = _common(recordings)
    rate = min(HIGHEST_RATE_HZ, *(one.tracked.rate_hz for one in recordings))
    findings: list[Finding] = [*_left_out(recordings, mapped)]
    sampled = []
    for one in recordings:
        at_rate, said = _sampled(one, mapped, rate)
        sampled.append(at_rate)
        own = (*one.tracked.assumptions, *one.signals.findings, *said, *one.findings)
        findings += own if len(recordings) == 1 else (_about(one.source.name, x) for x in own)
    every = [stretch for one in sampled for stretch in one.stretches]
    frames = window_length(every, longest=round(WINDOW_S * rate))
    trials = [
        _cut(one, at_rate, frames, anatomy)
        for one, at_rate in zip(recordings, sampled, strict=True)
    ]
    system = neck_system(anatomy, tuple(m.muscles for m in mapped))
    labels = tuple(m.label for m in mapped)
    return Trials(trials, system, labels, COORDINATES, tuple(findings))


def stacked(tasks: list[JointTask], *, count: int) -> list[JointTask]:
    """Windows in lots of so many, so that code is compiled once; the last window fills up."""
    filled = tasks + tasks[-1:] * (-len(tasks) % count)
    return [stack_trials(filled[k : k + count]) for k in range(0, len(filled), count)]


class _Sampled(NamedTuple):
    motion: Motion
    gravity: np.ndarray
    wrench: HeadWrench | None
    channels: np.ndarray
    stretches: list[tuple[int, int]]


def _about(name: str, said: Finding) -> Finding:
    return replace(said, about=name)


def _common(recordings: Sequence[Recorded]) -> tuple[MappedChannel, ...]:
    labels = [[m.label for m in one.signals.mapped] for one in recordings]
    first = recordings[0].signals.mapped
    mapped = tuple(m for m in first if all(m.label in some for some in labels))
    if len(mapped) < 2:
        found = tuple(m.label for m in mapped)
        raise NuchalError("hidden_emg.few_channels", remedy=Setting("channels"), channels=found)
    return mapped


def _left_out(recordings: Sequence[Recorded], mapped: tuple[MappedChannel, ...]) -> list[Finding]:
    kept = {m.label for m in mapped}
    lost = {m.label for one in recordings for m in one.signals.mapped} - kept
    return [finding(Found.CHANNEL_NOT_IN_ALL, channel=label) for label in sorted(lost)]


def _sampled(
    recorded: Recorded, mapped: tuple[MappedChannel, ...], rate_hz: float
) -> tuple[_Sampled, list[Finding]]:
    """Motion and channels on one grid, and the stretches in which both are known."""
    motion, signals = recorded.tracked.motion, recorded.signals
    times = np.asarray(motion.time)
    time = times[0] + np.arange(int((times[-1] - times[0]) * rate_hz + 1e-6) + 1) / rate_hz
    known = np.isin(np.asarray(motion.status), POSTURE_KNOWN)
    moving = np.interp(time, times, known.astype(float)) > 1.0 - 1e-9
    clock = stated_clock(recorded.source, signals.raw, float(times[0]), recorded.delay_s)
    names = {m.label: m.channel for m in signals.mapped}
    place = [signals.envelopes.names.index(names[m.label]) for m in mapped]
    values, heard = at_times(signals.envelopes, time, delay_s=clock.delay_s)
    usable = moving & heard[:, place].all(axis=1)
    stretches, short = long_stretches(usable, shortest=round(SHORTEST_S * rate_hz))
    if not stretches:
        raise RecordingError(
            "hidden_emg.no_stretch",
            recorded.source,
            remedy=(Setting("delay_s"), Setting("max_gap_s"), Setting("channels")),
            shortest_s=SHORTEST_S,
            channels=len(mapped),
        )
    said = [clock_finding(clock)]
    lost = len(time) - int(usable.sum()) + short
    if lost:
        seconds = {"lost_s": lost / rate_hz, "shortest_s": SHORTEST_S}
        said.append(finding(Found.FRAMES_LEFT_OUT, **seconds))
    weight = np.asarray(recorded.tracked.gravity).T
    gravity = np.stack([np.interp(time, times, g) for g in weight], 1)
    q, qd, qdd = (_at(times, np.asarray(x), time) for x in (motion.q, motion.qd, motion.qdd))
    sampled = Motion(time, q, qd, qdd, np.zeros(len(time), int))
    wrench = None if recorded.head_forces is None else wrench_of(recorded.head_forces)
    pushed = jax.tree.map(lambda x: _at(times, np.asarray(x), time), wrench)
    return _Sampled(sampled, gravity, pushed, values[:, place], stretches), said


def _at(times: np.ndarray, values: np.ndarray, time: np.ndarray) -> np.ndarray:
    return np.asarray(make_interp_spline(times, values, k=3)(np.clip(time, times[0], times[-1])))


def _cut(recorded: Recorded, sampled: _Sampled, frames: int, anatomy: Anatomy) -> Trial:
    load, motion = recorded.load, sampled.motion
    windows = [w for first, end in sampled.stretches for w in windows_covering(first, end, frames)]
    known, tasks = np.zeros(len(motion.time), bool), []
    for window in windows:
        part = slice(window.first, window.first + frames)
        own, gravity, wrench = jax.tree.map(
            itemgetter(part), (motion, sampled.gravity, sampled.wrench)
        )
        tasks.append(neck_task(anatomy, own, load, sampled.channels[part], gravity, wrench))
        known[slice(*window.keep)] = True
    times = np.asarray(recorded.tracked.motion.time)
    return Trial(
        name=recorded.source.stem,
        source=recorded.source,
        held_out=recorded.held_out,
        load_kg=float(load.mass),
        time=np.asarray(motion.time),
        windows=windows,
        known=known,
        tasks=tasks,
        neck=NeckFrames(
            anatomy, motion, sampled.gravity, load, sampled.wrench, recorded.head_forces, times
        ),
    )
