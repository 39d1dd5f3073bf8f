"""Head and torso of a person who wears sensors, from a recording to the axes of the neck.

With S a body's rotation in the file's fixed axes, S0 the same in the neutral pose and F the neck's
axes there (rows forward, up and right), a body strapped on anyhow has turned by

    W = F S S0^T F^T

in the axes of the neck. Of the torso's W_T and the head's W_H the head has turned on the torso by
W_T^T W_H, and gravity is W_T^T g.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from nuchal.conventions import GRAVITY_M_S2
from nuchal.errors import RecordingError, Setting
from nuchal.findings import Assumed, Finding, finding
from nuchal.orientations import OrientationRecording
from nuchal.tracking.observation import TrackingSettings
from nuchal.tracking.turned.bodies import Bodies, choose_bodies
from nuchal.tracking.turned.bridge import bridged
from nuchal.tracking.turned.facing import find_facing
from nuchal.tracking.turned.leaps import leaps
from nuchal.tracking.turned.still import Still, find_still


@dataclass(frozen=True, kw_only=True)
class Worn:
    """How sensors sit on a person: what takes their rotations to the axes of the neck.

    Attributes:
        places: Of the head and, if it is recorded, the torso among the recording's bodies.
        head: Rotation in the neutral pose, in the file's fixed axes.
        torso: Likewise; identity of one that is not recorded.
        axes: Rows forward, up and right of the person, in the file's fixed axes.
    """

    places: tuple[int, ...]
    head: Float[np.ndarray, "3 3"]
    torso: Float[np.ndarray, "3 3"]
    axes: Float[np.ndarray, "3 3"]

    def on_torso(
        self, head: Float[np.ndarray, "t 3 3"], torso: Float[np.ndarray, "t 3 3"]
    ) -> tuple[Float[np.ndarray, "t 3 3"], Float[np.ndarray, "t 3"]]:
        """Rotation of the head on the torso, and gravity in the torso [m/s^2], in neck's axes."""
        turned_head, turned_torso = (
            self.axes @ now @ then.T @ self.axes.T
            for now, then in ((head, self.head), (torso, self.torso))
        )
        back = np.swapaxes(turned_torso, 1, 2)
        return back @ turned_head, back @ np.array([0.0, -GRAVITY_M_S2, 0.0])


@dataclass(frozen=True, kw_only=True)
class Turned:
    """How a person's head is turned on the torso, and how the torso leans.

    Attributes:
        head: Rotation of the head on the torso, in the axes of the neck: forward, up, right.
        gravity: In the axes of the torso [m/s^2].
        neutral_s: Middle of the neutral pose; of a static trial, the start [s].
        trunk_seen: Whether the torso was recorded.
        known: Frames in which both are.
        filled: Frames that were not recorded, but filled.
        worn: How the sensors sit.
        is_quiet: Whether the neutral pose is one in which the person held still, or was stated.
    """

    source: OrientationRecording
    head: Float[np.ndarray, "t 3 3"]
    gravity: Float[np.ndarray, "t 3"]
    neutral_s: float
    trunk_seen: bool
    known: Bool[np.ndarray, " t"]
    filled: Bool[np.ndarray, " t"]
    worn: Worn
    is_quiet: bool
    findings: tuple[Finding, ...]


@dataclass(frozen=True, kw_only=True)
class Posed:
    """Head and torso in the file's axes, and their neutral pose, wherever the person faces.

    Attributes:
        neutral_s: As of :class:`Turned`.
        known: Frames in which both are.
        recorded: Those of them that were not filled.
        findings: Of the recording, the bodies, leaps and the neutral pose.
    """

    recording: OrientationRecording
    bodies: Bodies
    head: Float[np.ndarray, "t 3 3"]
    torso: Float[np.ndarray, "t 3 3"]
    known: Bool[np.ndarray, " t"]
    recorded: Bool[np.ndarray, " t"]
    still: Still
    neutral_s: float
    findings: tuple[Finding, ...]


def see_posed(
    recording: OrientationRecording,
    settings: TrackingSettings,
    static: OrientationRecording | None = None,
) -> Posed:
    """What is seen without knowing which axes are up and ahead.

    Args:
        recording: of head and torso, or the head alone.
        settings: which bodies they are, gaps and neutral pose.
        static: of the same sensors, worn alike, in the neutral pose.

    Raises:
        RecordingError: bodies or a neutral pose that cannot be told.
    """
    bodies = choose_bodies(recording, settings.head_name, settings.torso_name)
    pair = _pair(recording, bodies, settings)
    if static is None:
        still = find_still(recording, pair.head, pair.torso, pair.known, settings.neutral_window_s)
    else:
        still = see_posed(static, settings).still
    return Posed(
        recording=recording,
        bodies=bodies,
        head=pair.head,
        torso=pair.torso,
        known=pair.known,
        recorded=pair.recorded,
        still=still,
        neutral_s=float(recording.time[0] if static else recording.time[still.middle]),
        findings=(*recording.notes, *bodies.findings, *pair.findings, still.finding),
    )


def see_turned(
    recording: OrientationRecording,
    settings: TrackingSettings,
    static: OrientationRecording | None = None,
) -> Turned:
    """What a recording of orientations shows of a person.

    Args:
        recording: of head and torso, or the head alone.
        settings: which bodies they are, axes, gaps and neutral pose.
        static: of the same sensors, worn alike, in the neutral pose.

    Raises:
        RecordingError: bodies, axes or a neutral pose that cannot be told.
    """
    return facing_of(see_posed(recording, settings, static), settings)


def facing_of(posed: Posed, settings: TrackingSettings) -> Turned:
    """:func:`see_turned` of what was seen already.

    Raises:
        RecordingError: axes that cannot be told.
    """
    still, trunk_seen = posed.still, posed.bodies.torso is not None
    facing = find_facing(
        posed.recording,
        still,
        posed.head,
        by_head=not trunk_seen,
        up=settings.up,
        forward=settings.forward,
        nod_s=settings.nod_window_s,
    )
    places = posed.bodies.places
    worn = Worn(places=places, head=still.head, torso=still.torso, axes=facing.axes)
    on_torso, gravity = worn.on_torso(posed.head, posed.torso)
    return Turned(
        source=posed.recording,
        head=on_torso,
        gravity=gravity,
        neutral_s=posed.neutral_s,
        trunk_seen=trunk_seen,
        known=posed.known,
        filled=posed.known & ~posed.recorded,
        worn=worn,
        is_quiet=still.finding.level == "found",
        findings=(*posed.findings, facing.finding),
    )


class _Pair(NamedTuple):
    """Rotations of head and torso, where both are known, and where both were recorded."""

    head: Float[np.ndarray, "t 3 3"]
    torso: Float[np.ndarray, "t 3 3"]
    known: Bool[np.ndarray, " t"]
    recorded: Bool[np.ndarray, " t"]
    findings: tuple[Finding, ...]


def _pair(recording: OrientationRecording, bodies: Bodies, settings: TrackingSettings) -> _Pair:
    """Head and torso without leaps, short gaps filled."""
    time, rotation = np.asarray(recording.time), np.asarray(recording.rotation)
    places = bodies.places
    turned, known = rotation[:, places], np.asarray(recording.known)[:, places]
    leapt = np.stack([leaps(turned[:, k], known[:, k], time) for k in range(len(places))], axis=1)
    recorded = known & ~leapt
    filled = [
        bridged(turned[:, k], recorded[:, k], time, settings.max_gap_s) for k in range(len(places))
    ]
    whole = np.asarray(np.all([one[1] for one in filled], axis=0))
    if not whole.any():
        names = [recording.names[k] for k in places]
        raise RecordingError(
            "turned.never_known", recording.source, remedy=Setting("head_name"), names=names
        )
    still = np.tile(np.eye(3), (len(time), 1, 1))
    torso = filled[1][0] if len(filled) > 1 else still
    said = _leapt(np.flatnonzero(leapt.any(axis=1)), time)
    return _Pair(filled[0][0], torso, whole, np.asarray(recorded.all(axis=1)), said)


def _leapt(frames: np.ndarray, time: np.ndarray) -> tuple[Finding, ...]:
    if frames.size == 0:
        return ()
    first = int(frames[0])
    values = {"frames": float(frames.size), "first": first + 1, "time_s": float(time[first])}
    return (finding(Assumed.LEAPT, **values),)
