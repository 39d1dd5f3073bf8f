"""The neck as data: names, bodies, joints, bushings, muscles and markers of one person.

Everything that needs a number of muscles, an order or a name reads it from the system of the
anatomy that it was given (``anatomy.system``), so that another neck needs no change of code.
"""

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from nuchal.arrays import Array, Muscles, Vec3
from nuchal.conventions import LEFT_SUFFIX

Partners = tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class System:
    """Names, order and neutral posture of a neck; hashable, so a constant of compiled code.

    Attributes:
        muscles: Names, in the order of every array of muscles; ``_L`` ends those of the left.
        partners: Index of the same muscle on the other side.
        groups: Anatomical group of each muscle.
        layers: ``deep``, ``superficial`` or ``hyoid``, of each muscle.
        levels: Joints of the chain, from below.
        neutral: The coordinates in the neutral posture [rad].
        landmarks: Points of the bones that recordings are laid on, in the order of
            ``Anatomy.landmarks``.
    """

    muscles: tuple[str, ...]
    partners: Partners
    groups: tuple[str, ...]
    layers: tuple[str, ...]
    coordinates: tuple[str, ...]
    levels: tuple[str, ...]
    neutral: tuple[float, ...]
    landmarks: tuple[str, ...]

    @property
    def size(self) -> int:
        """Number of muscles."""
        return len(self.muscles)

    @cached_property
    def index(self) -> dict[str, int]:
        """Place of each muscle by its name."""
        return {name: k for k, name in enumerate(self.muscles)}

    @cached_property
    def left(self) -> tuple[bool, ...]:
        """Which muscles are on the left."""
        return tuple(name.endswith(LEFT_SUFFIX) for name in self.muscles)

    @cached_property
    def fingerprint(self) -> str:
        """Short digest of all that forces by network depend on: names, order, neutral posture."""
        facts = (
            self.muscles,
            self.partners,
            self.layers,
            self.coordinates,
            self.levels,
            self.neutral,
        )
        return sha256(repr(facts).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class CurveParameters:
    """Dimensionless shape of one muscle's Millard (2013) curves, doi 10.1115/1.4023390."""

    fal_min_norm_length: float
    fal_transition_norm_length: float
    fal_max_norm_length: float
    fal_shallow_slope: float
    fal_minimum: float
    fv_concentric_slope_at_vmax: float
    fv_concentric_slope_near_vmax: float
    fv_isometric_slope: float
    fv_eccentric_slope_at_vmax: float
    fv_eccentric_slope_near_vmax: float
    fv_max_eccentric: float
    fv_concentric_curviness: float
    fv_eccentric_curviness: float
    fpe_strain_at_zero_force: float
    fpe_strain_at_one_norm_force: float
    ft_strain_at_one_norm_force: float
    max_contraction_velocity: float
    fibre_damping: float
    max_pennation_rad: float


@dataclass(frozen=True)
class Topology:
    """What is attached to what; hashable, so that it is a constant of compiled code.

    ``point_body[p]`` is the index in ``conventions.BODIES`` of path point p, and
    ``point_source[p]`` the bone of the tables, which may be welded to it; ``landmark_body`` is the
    body of each landmark. Segment s runs from point ``segment_start[s]`` to ``segment_end[s]`` and
    belongs to ``segment_muscle[s]``; the first segments of all muscles come first, in the muscles'
    order. ``curves[muscle_curves[m]]`` are the curves of muscle m.
    """

    point_body: tuple[int, ...]
    point_source: tuple[str, ...]
    landmark_body: tuple[int, ...]
    segment_start: tuple[int, ...]
    segment_end: tuple[int, ...]
    segment_muscle: tuple[int, ...]
    curves: tuple[CurveParameters, ...]
    muscle_curves: tuple[int, ...]

    def sum_over_segments(
        self, of_segment: Float[Array, "*k segments"]
    ) -> Float[Array, "*k muscles"]:
        """Add up, for every muscle, a quantity of its segments."""
        n = len(self.muscle_curves)
        rest = np.equal.outer(self.segment_muscle[n:], range(n)).astype(float)
        return jnp.asarray(of_segment[..., :n] + of_segment[..., n:] @ rest)


class PassiveCurves(eqx.Module):
    """How discs, ligaments and facets resist, by joint, axis (x, y, z) and direction.

    Beyond the neutral zone an angle of ``softness ln(1 + steepness M)`` goes with a moment M.

    Attributes:
        softness: [rad].
        steepness: [1/(N m)].
        neutral_zone: Angle that meets no resistance yet [rad].
    """

    softness: Float[Array, "8 3 2"]
    steepness: Float[Array, "8 3 2"]
    neutral_zone: Float[Array, "8 3 2"]


class Anatomy(eqx.Module):
    """One person's neck. Vectors of a body are in that body's frame.

    Bodies are those of ``conventions.BODIES``; joint j carries body j + 1 on body j.

    Attributes:
        parent_offset: Joint centre in the parent body [m].
        child_offset: Joint centre in the child body [m].
        coupling: Joint angle about z, x, y per coordinate [rad/rad]; constant, the couplers are
            linear.
        mass: Mass [kg].
        mass_centre: Centre of mass [m].
        inertia: Moment of inertia about the centre of mass [kg m^2].
        bushing_stiffness: Stiffness about x, y, z of the bushing at each joint [N m/rad].
        bushing_damping: Damping about x, y, z of the bushing at each joint [N m s/rad].
        passive_curves: What resists in place of the bushings' stiffness; None leaves it to them.
        rhythm: Upper neck's part of pitch, roll and yaw in a neck without curves; None where they
            share a movement out.
        thorax_share: What the upper thorax takes of the head's rotation on the thorax about z, x
            and y; None leaves all of it to the neck.
        points: Muscle path points [m], on the bodies that ``topology.point_body`` names.
        max_isometric_force: [N].
        optimal_fibre_length: [m].
        tendon_slack_length: [m].
        pennation_at_optimal: [rad].
        markers: TP, LH, RH on the skull [m].
        landmarks: Points of bones that ``system.landmarks`` names, on their bodies [m].
        coordinate_range: Smallest and largest value of each coordinate in the generic neck [rad].
        head_range: How far the head can turn on the thorax, to each of ``clinical.DIRECTIONS``
            [rad]; None: no farther than the coordinates.
        gravity: [m/s^2], in ground.
    """

    parent_offset: Float[Array, "8 3"]
    child_offset: Float[Array, "8 3"]
    coupling: Float[Array, "8 3 6"]
    mass: Float[Array, "9"]
    mass_centre: Float[Array, "9 3"]
    inertia: Float[Array, "9 3 3"]
    bushing_stiffness: Float[Array, "8 3"]
    bushing_damping: Float[Array, "8 3"]
    passive_curves: PassiveCurves | None
    rhythm: Vec3 | None
    thorax_share: Vec3 | None
    points: Float[Array, "points 3"]
    max_isometric_force: Muscles
    optimal_fibre_length: Muscles
    tendon_slack_length: Muscles
    pennation_at_optimal: Muscles
    minimum_activation: Muscles
    markers: Float[Array, "3 3"]
    landmarks: Float[Array, "landmarks 3"]
    coordinate_range: Float[Array, "6 2"]
    head_range: Float[Array, "6"] | None
    gravity: Vec3
    topology: Topology = eqx.field(static=True)
    system: System = eqx.field(static=True)

    @property
    def thorax_origin(self) -> Vec3:
        """The T1-C7 joint centre in ground [m]: origin of the thorax frame."""
        return self.parent_offset[0]
