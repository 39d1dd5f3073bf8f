"""The nouns of the story: frozen records that rooms hand to one another."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import equinox as eqx
import numpy as np
from jaxtyping import Bool, Float, Int

from nuchal.arrays import (
    Array,
    Coords,
    CoordsT,
    MaskT,
    MusclesT,
    StatusT,
    Time,
    Vec3,
)
from nuchal.conventions import HEAD_MASS_SHARE, Preset

Engine = Literal["jax", "opensim"]
Method = Literal["optimisation", "network"]


@dataclass(frozen=True, kw_only=True)
class Subject:
    """The measures of one person. Checked where they are read (``io.subject``)."""

    neck_length_m: float
    """C7 to tragion, vertical, sitting upright [m]."""
    shoulder_width_m: float
    """Biacromial breadth [m]."""
    head_mass_kg: float
    """Head and neck together [kg]; 8 % of body mass where it was not given."""
    head_breadth_m: float | None = None
    head_length_m: float | None = None
    head_height_m: float | None = None
    """Tragion to top of head [m]."""
    sex: Literal["female", "male"] | None = None
    age_years: float | None = None
    markers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Names in the recording of our markers, e.g. ``{"TP": "Top.Head"}``."""
    emg: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Names of the EMG channels, e.g. ``{"right_sternocleidomastoid": "EMG 1"}``."""

    @property
    def body_mass_kg(self) -> float:
        """The body mass of which the head mass is 8 %."""
        return self.head_mass_kg / HEAD_MASS_SHARE


@dataclass(frozen=True, kw_only=True)
class Recording:
    """Markers as they were recorded, in metres, in the laboratory's own axes."""

    source: Path
    names: tuple[str, ...]
    time: Time
    """[s]."""
    positions: Float[Array, "t m 3"]
    """[m]; zero where not visible."""
    visible: Bool[Array, "t m"]
    rate_hz: float
    units: str
    """Unit of length that the file stated, e.g. ``mm``."""
    vertical: Literal["X", "Y", "Z"] | None = None
    """Which laboratory axis points up, where the file says so."""
    notes: tuple[str, ...] = ()
    """What had to be assumed or repaired in reading."""


@dataclass(frozen=True, kw_only=True)
class CoordinateRecording:
    """The six coordinates over time as a file gave them [rad]."""

    source: Path
    time: Time
    q: CoordsT
    rate_hz: float
    notes: tuple[str, ...] = ()


class Motion(eqx.Module):
    """The six coordinates over time, with their derivatives."""

    time: Time
    """[s]."""
    q: CoordsT
    """[rad]."""
    qd: CoordsT
    """[rad/s]."""
    qdd: CoordsT
    """[rad/s^2]."""
    status: StatusT
    """``errors.Status`` of each frame."""


class HeadLoad(eqx.Module):
    """A mass fixed to the head: helmet, headset."""

    mass: Float[Array, ""]
    """[kg]."""
    place: Vec3
    """Its centre of mass in the skull frame [m]."""


class JointMoments(eqx.Module):
    """Moments about the six coordinates, one frame or many [N m].

    ``net = inertial - passive - external``: what the muscles have to supply. ``inertial`` is
    M q'' + C + G.
    """

    net: Float[Array, "*t 6"]
    inertial: Float[Array, "*t 6"]
    passive: Float[Array, "*t 6"]
    """Of the bushings, as they act on the neck."""
    external: Float[Array, "*t 6"]
    """Of the load on the head, as it acts on the neck: its weight and its inertia."""


class MuscleForces(eqx.Module):
    """Forces of the 72 muscles over time, wherever they come from."""

    force: Float[Array, "*t 72"]
    """Along the tendon, active and (where the preset has it) passive [N]."""
    activation: Float[Array, "*t 72"]
    """[0, 1]."""
    passive: Float[Array, "*t 72"]
    """The passive part of ``force`` [N]."""
    reserve: Float[Array, "*t 6"]
    """Moment that the muscles could not supply [N m]."""
    saturated: Bool[Array, "*t 72"]
    """At full activation."""
    optimality: Float[Array, "*t"]
    """KKT residual of the recruitment problem, dimensionless."""
    status: Int[Array, "*t"]


class JointReactions(eqx.Module):
    """Load on the eight levels, C7-T1 to C0-C1, of the upper body on the lower [N]."""

    compression: Float[Array, "*t 8"]
    """Along the lower vertebra's axis, positive pressing together."""
    anterior_shear: Float[Array, "*t 8"]
    """Positive where the upper body is pushed forward."""
    right_shear: Float[Array, "*t 8"]
    """Positive where the upper body is pushed to the right."""


@dataclass(frozen=True, kw_only=True)
class Tracking:
    """How well the coordinates explain the markers."""

    residual: Time
    """Root mean square distance of the head markers [m]."""
    worst_marker: str
    undetermined: Coords
    """Share of each coordinate that the rhythm supplied and the markers did not, 0 to 1."""
    coordinate_sd: Coords
    """Standard deviation of each coordinate for the stated marker error and rhythm [rad]."""


@dataclass(frozen=True, kw_only=True)
class Intervals:
    """Where true forces lie with the stated probability."""

    low: MusclesT
    """[N]."""
    high: MusclesT
    """[N]."""
    coverage: float


@dataclass(frozen=True, kw_only=True)
class LearntRhythm:
    """The upper neck's part of pitch, roll and yaw, before and after a recording was seen."""

    share: Float[np.ndarray, "3"]
    sd: Float[np.ndarray, "3"]
    population_share: Float[np.ndarray, "3"]
    population_sd: Float[np.ndarray, "3"]
    tracked_share: Float[np.ndarray, "3"]
    """That of the coordinates as tracked, which the forces belong to."""
    doubt: Float[np.ndarray, "3"]
    """What the intervals take for the standard deviation: about the share as tracked."""
    frames: int
    """Frames that it was learnt from."""


@dataclass(frozen=True, kw_only=True)
class Correction:
    """What the exact solver changed about a prediction."""

    rms_moved_n: float
    """How far forces moved, over all muscles and the solved frames [N]."""
    largest_moved_n: float
    """[N]."""
    largest_muscle: int
    """Index of the muscle that moved so far."""
    newton_steps: float
    """Mean of a frame, started from the prediction."""
    newton_steps_unaided: float
    """The same started from nothing, over some of the frames."""


@dataclass(frozen=True, kw_only=True)
class NetworkFindings:
    """What a network tells beside its forces."""

    weights: str
    """Where they are from."""
    intervals: Intervals
    """Of the forces that the person's own rhythm would give."""
    distance: Float[np.ndarray, "t 5"]
    """From the training frames, in each of ``surrogate.domain.RESPECTS``; beyond 1 is outside."""
    rhythm: LearntRhythm | None
    """None where the recording gave the coordinates themselves, and so the rhythm."""
    correction: Correction | None


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """Everything that ``nuchal estimate`` found out about one recording."""

    source: Path
    subject: Subject
    preset: Preset
    engine: Engine
    motion: Motion
    moments: JointMoments
    forces: MuscleForces
    reactions: JointReactions
    length: MusclesT
    """Muscle-tendon lengths [m]."""
    moment_arms: Float[Array, "t 6 72"]
    """[m/rad]."""
    tracking: Tracking | None
    """None where the recording gave the coordinates themselves."""
    assumptions: tuple[str, ...]
    quality: MaskT
    """Frames whose forces can be used: solved, within range, no gap."""
    method: Method = "optimisation"
    method_reason: str = "as asked"
    """Why this method: the end of a sentence."""
    network: NetworkFindings | None = None
    """Of ``method="network"`` only."""


@dataclass(frozen=True, kw_only=True)
class LabelledMotions:
    """Necks in motion with the forces of their muscles, as data to learn from.

    n subjects, t frames each. Single precision where there is much of it.
    """

    subject: Int[np.ndarray, " n"]
    """Each one's number in the population."""
    measures: Float[np.ndarray, "n 3"]
    """Neck length [m], shoulder width [m], head mass [kg]."""
    load_mass_kg: Float[np.ndarray, " n"]
    """What the head carries; zero is a bare head."""
    load_place_m: Float[np.ndarray, "n 3"]
    """In the skull's frame."""
    rhythm: Float[np.ndarray, "n 3"]
    """Upper neck's part of pitch, roll and yaw."""
    time: Float[np.ndarray, " t"]
    """[s]."""
    markers: Float[np.ndarray, "n t 3 3"]
    """TP, LH, RH in the thorax frame [m]."""
    q: Float[np.ndarray, "n t 6"]
    """[rad]."""
    qd: Float[np.ndarray, "n t 6"]
    """[rad/s]."""
    qdd: Float[np.ndarray, "n t 6"]
    """[rad/s^2]."""
    force: Float[np.ndarray, "n t 72"]
    """Tendon force [N]."""
    activation: Float[np.ndarray, "n t 72"]
    status: Int[np.ndarray, "n t"]
    """``errors.Status`` of every frame."""
    about: Mapping[str, object]
    """How the data were made: preset, motion, seeds, settings, versions."""
