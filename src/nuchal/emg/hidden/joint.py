"""Any joint: what files tell of it becomes trials that a person's model is fitted to and reads.

A network sees how the joint moves. Files of lengths and moment arms do not say the angles, but
lengths are functions of them; so it sees the lengths' principal components, with their speeds and
accelerations.
"""

from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from jaxtyping import Float
from scipy.interpolate import BSpline, make_interp_spline

from nuchal.emg.hidden.muscles import JointTask, MuscleSystem
from nuchal.emg.hidden.trials import HIGHEST_RATE_HZ, SHORTEST_S, WINDOW_S, Trial, Trials
from nuchal.emg.hidden.windows import window_length, windows_covering
from nuchal.errors import RecordingError
from nuchal.findings import Finding

# Of the lengths' variance that the network sees, unless that takes more than twice as many
# components as there are coordinates, and two.
_SEEN_SHARE: Final = 0.9999
_DEGREE: Final = 5


class Sampled(NamedTuple):
    """A table of a file.

    Attributes:
        time: [s], increasing.
    """

    source: Path
    time: Float[np.ndarray, " t"]
    values: Float[np.ndarray, "t ..."]


class JointRecording(NamedTuple):
    """One trial as its files tell it, each table on times of its own.

    Attributes:
        held_out: Whether it is read by the model without being fitted.
        length: Of muscle and tendon [m], shape (t, m).
        moment_arms: ``-dL/dq`` [m], shape (t, d, m).
        moment: That muscles have to supply [N m], shape (t, d).
        channels: Shares of the MVC, shape (t, c).
    """

    name: str
    held_out: bool
    length: Sampled
    moment_arms: Sampled
    moment: Sampled
    channels: Sampled

    @property
    def span(self) -> tuple[float, float]:
        """From when to when all is known [s]."""
        tables = (self.length, self.moment_arms, self.moment, self.channels)
        return max(x.time[0] for x in tables), min(x.time[-1] for x in tables)


class Joint(NamedTuple):
    """One person's joint, with all trials."""

    system: MuscleSystem
    labels: tuple[str, ...]
    coordinates: tuple[str, ...]
    recordings: tuple[JointRecording, ...]
    findings: tuple[Finding, ...]


def cut_joint(joint: Joint) -> Trials:
    """All trials at one rate, in windows of one length.

    Raises:
        RecordingError: a trial has no two seconds in which all of its tables are known.
    """
    rate = min(HIGHEST_RATE_HZ, *(_rate(one.length.time) for one in joint.recordings))
    times = [_times(one, rate) for one in joint.recordings]
    longest = round(WINDOW_S * rate)
    frames = window_length([(0, len(time)) for time in times], longest=longest)
    seen = _components(joint)
    trials = [
        _cut(one, time, frames, seen) for one, time in zip(joint.recordings, times, strict=True)
    ]
    return Trials(trials, joint.system, joint.labels, joint.coordinates, joint.findings)


def _rate(time: Float[np.ndarray, " t"]) -> float:
    return float(1.0 / np.median(np.diff(time)))


def _times(one: JointRecording, rate_hz: float) -> Float[np.ndarray, " t"]:
    first, last = one.span
    if last - first < SHORTEST_S:
        tables = (one.length, one.moment, one.channels)
        raise RecordingError(
            "joint.no_stretch",
            one.length.source.parent,
            trial=one.name,
            shortest_s=SHORTEST_S,
            spans=[f"{x.source.name} {x.time[0]:.2f}-{x.time[-1]:.2f} s" for x in tables],
        )
    return np.asarray(first + np.arange(int((last - first) * rate_hz + 1e-6) + 1) / rate_hz)


def _components(joint: Joint) -> Float[np.ndarray, "m k"]:
    """Directions of the lengths, over optimal fibre lengths, that hold nearly all variance."""
    optimal = np.asarray(joint.system.optimal_fibre_length)
    every = np.concatenate([one.length.values for one in joint.recordings]) / optimal
    _, size, ways = np.linalg.svd(every - every.mean(axis=0), full_matrices=False)
    held = np.cumsum(size**2) / max(float(np.sum(size**2)), 1e-30)
    count = min(int(np.sum(held < _SEEN_SHARE)) + 1, 2 * len(joint.coordinates) + 2)
    return np.asarray((ways[:count] / optimal).T)


def _cut(
    one: JointRecording, time: np.ndarray, frames: int, seen: Float[np.ndarray, "m k"]
) -> Trial:
    whole = _task(one, time, seen)
    windows = windows_covering(0, len(time), frames)
    parts = [slice(window.first, window.first + frames) for window in windows]
    return Trial(
        name=one.name,
        source=one.length.source,
        held_out=one.held_out,
        load_kg=None,
        time=time,
        windows=windows,
        known=np.ones(len(time), bool),
        tasks=[JointTask(**{k: v[part] for k, v in vars(whole).items()}) for part in parts],
        neck=None,
    )


def _task(one: JointRecording, time: np.ndarray, seen: Float[np.ndarray, "m k"]) -> JointTask:
    """A whole trial on an even grid; speeds are those of quintic splines through the lengths."""
    length = _spline(one.length)
    value, speed, acceleration = (length(time, nu=order) for order in range(3))
    channels = one.channels
    straight = [np.interp(time, channels.time, column) for column in channels.values.T]
    return JointTask(
        time=time,
        motion=np.concatenate([x @ seen for x in (value, speed, acceleration)], axis=1),
        length=value,
        velocity=speed,
        moment_arms=_spline(one.moment_arms)(time),
        moment=_spline(one.moment)(time),
        channels=np.clip(np.stack(straight, axis=1), 0.0, None),
    )


def _spline(table: Sampled) -> BSpline:
    return make_interp_spline(table.time, table.values, k=_DEGREE)
