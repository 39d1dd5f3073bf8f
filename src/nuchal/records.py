"""The nouns of the story: frozen records that rooms hand to one another."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal

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
from nuchal.conventions import Preset
from nuchal.findings import Finding, Found, finding

Engine = Literal["jax", "opensim"]
Method = Literal["optimisation", "network", "paper"]


@dataclass(frozen=True, kw_only=True)
class Subject:
    """The measures of one person. Checked where they are read (``io.subject``).

    Attributes:
        neck_length_m: C7 to tragion, vertical, sitting upright [m].
        shoulder_width_m: Biacromial breadth [m].
        head_and_neck_mass_kg: Everything above T1 [kg]; 8 % of body mass where it was not given.
        body_mass_kg: None where it was not given.
        head_height_m: Tragion to top of head [m].
        range_deg: How far the head turns on the thorax, by direction, where it was measured.
        strength_Nm: Isometric strength by direction, where it was measured: the moment about C7-T1,
            in rotation the axial one.
        muscle_area_cm2: Physiological cross-sectional areas of single muscles, one side each, where
            imaging measured them.
        markers: Names in the recording of our markers, e.g. ``{"TP": "Top.Head"}``.
        emg: Names of the EMG channels, e.g. ``{"right_sternocleidomastoid": "EMG 1"}``.
    """

    neck_length_m: float
    shoulder_width_m: float
    head_and_neck_mass_kg: float
    body_mass_kg: float | None = None
    head_breadth_m: float | None = None
    head_length_m: float | None = None
    head_height_m: float | None = None
    sex: Literal["female", "male"] | None = None
    age_years: float | None = None
    range_deg: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    strength_Nm: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    muscle_area_cm2: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    markers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    emg: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, kw_only=True)
class Recording:
    """Markers as they were recorded, in metres, in the laboratory's own axes.

    Attributes:
        names: Each once.
        time: [s].
        positions: [m]; zero where not visible.
        units: Unit of length that the file stated, e.g. ``mm``.
        vertical: Which laboratory axis points up, where the file says so.
        twice: Names that several markers of the file have, of which the first is here.
        notes: What had to be assumed or repaired in reading.
    """

    source: Path
    names: tuple[str, ...]
    time: Time
    positions: Float[Array, "t m 3"]
    visible: Bool[Array, "t m"]
    rate_hz: float
    units: str
    vertical: Literal["X", "Y", "Z"] | None = None
    twice: tuple[str, ...] = ()
    notes: tuple[Finding, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CoordinateRecording:
    """The six coordinates over time as a file gave them [rad].

    Attributes:
        known: Frames that the file has; all of them if not given.
    """

    source: Path
    time: Time
    q: CoordsT
    rate_hz: float
    known: Bool[Array, " t"] | None = None
    notes: tuple[Finding, ...] = ()


class Motion(eqx.Module):
    """The six coordinates over time, with their derivatives.

    Attributes:
        time: [s].
        q: [rad].
        qd: [rad/s].
        qdd: [rad/s^2].
        status: ``errors.Status`` of each frame.
    """

    time: Time
    q: CoordsT
    qd: CoordsT
    qdd: CoordsT
    status: StatusT


class HeadLoad(eqx.Module):
    """A mass fixed to the head: helmet, headset.

    Attributes:
        mass: [kg].
        place: Its centre of mass in the skull frame [m].
    """

    mass: Float[Array, ""]
    place: Vec3


class HeadWrench(eqx.Module):
    """What pushes and pulls at the head from outside, in the skull's axes, about its origin.

    Attributes:
        force: On the head [N].
        moment: [N m].
    """

    force: Float[Array, "*t 3"]
    moment: Float[Array, "*t 3"]


@dataclass(frozen=True, kw_only=True)
class HeadForces:
    """n forces on the head over a recording, in the skull's axes; its origin is the C0-C1 joint.

    Attributes:
        source: File that they are from.
        names: Of the forces.
        force: As they act on the head [N].
        point: Where they act [m].
        torque: Free moment beside the force [N m].
        delay_s: How late the file's clock was taken to be [s].
    """

    source: Path
    names: tuple[str, ...]
    force: Float[np.ndarray, "t n 3"]
    point: Float[np.ndarray, "t n 3"]
    torque: Float[np.ndarray, "t n 3"]
    delay_s: float


class WantedActivation(eqx.Module):
    """Activations that muscles are drawn to, from EMG, one frame or many.

    Attributes:
        activation: [0, 1]; zero where not known.
        known: Muscles whose activation was measured.
    """

    activation: Float[Array, "*t muscles"]
    known: Bool[Array, "*t muscles"]


class JointMoments(eqx.Module):
    """Moments about the six coordinates, one frame or many [N m].

    ``net = inertial - passive - external``: what the muscles have to supply. ``inertial`` is
    M q'' + C + G.

    Attributes:
        passive: Of the bushings, as they act on the neck.
        external: Of what is on the head, as it acts on the neck: weight and inertia of a load, and
            forces from outside.
    """

    net: Float[Array, "*t 6"]
    inertial: Float[Array, "*t 6"]
    passive: Float[Array, "*t 6"]
    external: Float[Array, "*t 6"]


class MuscleForces(eqx.Module):
    """Forces of all muscles over time, wherever they come from.

    Attributes:
        force: Along the tendon, active and (where the preset has it) passive [N].
        activation: [0, 1].
        passive: The passive part of ``force`` [N].
        reserve: Moment that the muscles could not supply [N m].
        saturated: At full activation.
        optimality: KKT residual of the recruitment problem, dimensionless; zero where none was
            solved.
    """

    force: Float[Array, "*t muscles"]
    activation: Float[Array, "*t muscles"]
    passive: Float[Array, "*t muscles"]
    reserve: Float[Array, "*t 6"]
    saturated: Bool[Array, "*t muscles"]
    optimality: Float[Array, "*t"]
    status: Int[Array, "*t"]


class JointReactions(eqx.Module):
    """Load on the eight levels, C7-T1 to C0-C1, of the upper body on the lower [N].

    Attributes:
        compression: Along the lower vertebra's axis, positive pressing together.
        anterior_shear: Positive where the upper body is pushed forward.
        right_shear: Positive where the upper body is pushed to the right.
    """

    compression: Float[Array, "*t 8"]
    anterior_shear: Float[Array, "*t 8"]
    right_shear: Float[Array, "*t 8"]


@dataclass(frozen=True, kw_only=True)
class Tracking:
    """How well the coordinates explain the markers.

    Attributes:
        residual: Root mean square distance of the head markers [m].
        undetermined: Share of each coordinate that the rhythm supplied and the markers did not, 0
            to 1.
        coordinate_sd: Standard deviation of each coordinate for the stated marker error and rhythm
            [rad].
    """

    residual: Time
    worst_marker: str
    undetermined: Coords
    coordinate_sd: Coords


@dataclass(frozen=True, kw_only=True)
class Intervals:
    """Where true forces lie with the stated probability.

    Attributes:
        low: [N].
        high: [N].
    """

    low: MusclesT
    high: MusclesT
    coverage: float


@dataclass(frozen=True, kw_only=True)
class LearntTraits:
    """How a person's traits differ from those of their neck, before and after a recording.

    Attributes:
        names: Of the traits (``model.traits``).
        mean: As this recording shows them; forces are those of the neck as it is.
        before_sd: Standard deviation of what was known before the recording.
        doubt: What the intervals take for unknown, as a share of how people differ.
        frames: Frames that they were learnt from.
    """

    names: tuple[str, ...]
    mean: Float[np.ndarray, " traits"]
    sd: Float[np.ndarray, " traits"]
    before_sd: Float[np.ndarray, " traits"]
    doubt: Float[np.ndarray, " traits"]
    frames: int


@dataclass(frozen=True, kw_only=True)
class Correction:
    """What the exact solver changed about a prediction.

    Attributes:
        rms_moved_n: How far forces moved, over all muscles and the solved frames [N].
        largest_moved_n: [N].
        largest_muscle: Index of the muscle that moved so far.
        newton_steps: Mean of a frame, started from the prediction.
        newton_steps_unaided: The same started from nothing, over some of the frames.
    """

    rms_moved_n: float
    largest_moved_n: float
    largest_muscle: int
    newton_steps: float
    newton_steps_unaided: float


# In what a frame can be unlike a network's training frames.
RESPECTS: Final = ("posture", "speed", "acceleration", "body", "load")


@dataclass(frozen=True, kw_only=True)
class NetworkFindings:
    """What a network tells beside its forces.

    Attributes:
        weights: Where they are from.
        intervals: Of the forces that the person's own traits would give.
        distance: From the training frames, in each of ``RESPECTS``; beyond 1 is outside.
        traits: None where the recording gave the coordinates themselves.
    """

    weights: str
    intervals: Intervals
    distance: Float[np.ndarray, "t 5"]
    traits: LearntTraits | None
    correction: Correction | None


@dataclass(frozen=True, kw_only=True)
class PaperFindings:
    """What the paper's networks tell beside their forces.

    Attributes:
        weights: Where they are from.
        predicted: Forces as they came, before they were held within what muscles can do [N].
        distance: From the nearest training input; beyond 1 is outside.
    """

    weights: str
    predicted: MusclesT
    distance: Float[np.ndarray, " t"]


@dataclass(frozen=True, kw_only=True)
class AssistedChannel:
    """How far one channel's muscles are from its EMG, without the EMG in the objective and with it.

    Attributes:
        label: Our name of the channel's place.
        muscles: Those beneath it; all are drawn to the channel's activation.
        r: Pearson's, without and with; None where it cannot be told.
        rmse: Root mean square difference as a share of the maximum, likewise.
    """

    label: str
    channel: str
    muscles: tuple[str, ...]
    r: tuple[float | None, float | None]
    rmse: tuple[float | None, float | None]


@dataclass(frozen=True, kw_only=True)
class Assistance:
    """EMG in the objective of the static optimisation.

    Attributes:
        weight: Of the squared difference from the measured activations.
        delay_s: How late the EMG's clock was taken to be [s].
    """

    weight: float
    emg_file: Path
    delay_s: float
    channels: tuple[AssistedChannel, ...]


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """Everything that ``nuchal estimate`` found out about one recording.

    Attributes:
        head_angles_deg: Flexion, right bending and right rotation of the head on the thorax, as
            markers on the thorax see them.
        length: Muscle-tendon lengths [m].
        moment_arms: [m/rad].
        tracking: None where the recording gave the coordinates themselves.
        quality: Frames whose forces can be used: solved, within range, no gap.
        method_reason: Why this method.
        network: Of ``method="network"`` only.
        paper: Of ``method="paper"`` only.
        head_forces: Forces from outside on the head, where there are any.
        assistance: Of forces that EMG took part in finding only.
        intervals: Of a network's forces, and of those of a motion that is in doubt.
    """

    source: Path
    subject: Subject
    preset: Preset
    engine: Engine
    motion: Motion
    moments: JointMoments
    forces: MuscleForces
    reactions: JointReactions
    head_angles_deg: Float[np.ndarray, "t 3"]
    length: MusclesT
    moment_arms: Float[Array, "t 6 muscles"]
    tracking: Tracking | None
    assumptions: tuple[Finding, ...]
    quality: MaskT
    method: Method = "optimisation"
    method_reason: Finding = field(default_factory=lambda: finding(Found.METHOD_AS_ASKED))
    network: NetworkFindings | None = None
    paper: PaperFindings | None = None
    head_forces: HeadForces | None = None
    assistance: Assistance | None = None
    intervals: Intervals | None = None


@dataclass(frozen=True, kw_only=True)
class LabelledMotions:
    """Necks in motion with the forces of their muscles, as data to learn from.

    n subjects, t frames each. Single precision where there is much of it.

    Attributes:
        subject: Each one's number in the population.
        measures: Neck length [m], shoulder width [m], mass of head and neck [kg].
        load_mass_kg: What the head carries; zero is a bare head.
        load_place_m: In the skull's frame.
        traits: Of each one's neck (``model.traits``).
        reach: How far each one goes to each of ``DIRECTIONS``, over the mean of any age.
        time: [s].
        markers: TP, LH, RH in the thorax frame [m].
        q: [rad].
        qd: [rad/s].
        qdd: [rad/s^2].
        force: Tendon force [N].
        status: ``errors.Status`` of every frame.
        about: How the data were made: preset, motion, seeds, settings, versions.
    """

    subject: Int[np.ndarray, " n"]
    measures: Float[np.ndarray, "n 3"]
    load_mass_kg: Float[np.ndarray, " n"]
    load_place_m: Float[np.ndarray, "n 3"]
    traits: Float[np.ndarray, "n traits"]
    reach: Float[np.ndarray, "n 6"]
    time: Float[np.ndarray, " t"]
    markers: Float[np.ndarray, "n t 3 3"]
    q: Float[np.ndarray, "n t 6"]
    qd: Float[np.ndarray, "n t 6"]
    qdd: Float[np.ndarray, "n t 6"]
    force: Float[np.ndarray, "n t muscles"]
    activation: Float[np.ndarray, "n t muscles"]
    status: Int[np.ndarray, "n t"]
    about: Mapping[str, Any]

    @property
    def recipe(self) -> Mapping[str, Any]:
        """What the data were made from; empty where they do not say."""
        recipe = self.about.get("recipe")
        return recipe if isinstance(recipe, Mapping) else {}
