"""The neck as data: bodies, joints, bushings, muscles and markers of one person.

The generic neck is that of Mortensen, Vasavada and Merryweather (2018),
doi 10.1371/journal.pone.0199912, read from the package's tables.
"""

from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeAlias

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from nuchal.arrays import Array, CoordsT, MaskT, Muscles, Vec3
from nuchal.conventions import BODIES, GRAVITY_M_S2
from nuchal.model import skeleton, tables
from nuchal.model.system import System, generic_system

_RANGE_TOLERANCE_RAD = 1e-9

Inertias: TypeAlias = Literal["source", "anatomical"]

# Until every room reads them from the system that it is given.
MUSCLES = generic_system().muscles
MUSCLE_GROUPS = generic_system().groups
MUSCLE_LAYERS = generic_system().layers


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
        points: Muscle path points [m], on the bodies that ``topology.point_body`` names.
        max_isometric_force: [N].
        optimal_fibre_length: [m].
        tendon_slack_length: [m].
        pennation_at_optimal: [rad].
        markers: TP, LH, RH on the skull [m].
        landmarks: Points of bones that ``system.landmarks`` names, on their bodies [m].
        coordinate_range: Smallest and largest value of each coordinate in the generic neck [rad].
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
    points: Float[Array, "points 3"]
    max_isometric_force: Muscles
    optimal_fibre_length: Muscles
    tendon_slack_length: Muscles
    pennation_at_optimal: Muscles
    minimum_activation: Muscles
    markers: Float[Array, "3 3"]
    landmarks: Float[Array, "landmarks 3"]
    coordinate_range: Float[Array, "6 2"]
    gravity: Vec3
    topology: Topology = eqx.field(static=True)
    system: System = eqx.field(static=True)

    @property
    def thorax_origin(self) -> Vec3:
        """The T1-C7 joint centre in ground [m]: origin of the thorax frame."""
        return self.parent_offset[0]


@cache
def generic_anatomy(inertias: Inertias = "source") -> Anatomy:
    """The generic neck from the package's tables.

    ``inertias``: ``"source"`` keeps the source's vertebral inertias, forty to ninety times what
    half a kilogram of neck can have; ``"anatomical"`` takes a cylinder of the ANSUR II neck
    girth (see ``tables/SOURCE.md``).
    """
    table = "bodies" if inertias == "source" else "inertias_anatomical"
    mass, centre, inertia = skeleton.inertial_properties(table)
    return Anatomy(
        parent_offset=skeleton.chain_joints("parent"),
        child_offset=skeleton.chain_joints("child"),
        coupling=skeleton.coupling(),
        mass=mass,
        mass_centre=centre,
        inertia=inertia,
        bushing_stiffness=tables.numbers("bushings", [f"k{a}_Nm_rad" for a in "xyz"]),
        bushing_damping=tables.numbers("bushings", [f"d{a}_Nms_rad" for a in "xyz"]),
        points=skeleton.points_on_chain("path_points"),
        max_isometric_force=_muscle_column("max_isometric_force_N"),
        optimal_fibre_length=_muscle_column("optimal_fibre_length_m"),
        tendon_slack_length=_muscle_column("tendon_slack_length_m"),
        pennation_at_optimal=_muscle_column("pennation_at_optimal_rad"),
        minimum_activation=_muscle_column("minimum_activation"),
        markers=skeleton.head_markers(),
        landmarks=skeleton.points_on_chain("landmarks"),
        coordinate_range=tables.numbers("coordinates", ["min_rad", "max_rad"]),
        gravity=np.array([0.0, -GRAVITY_M_S2, 0.0]),
        topology=_topology(),
        system=generic_system(),
    )


def _muscle_column(column: str) -> Muscles:
    return tables.numbers("muscles", [column])[:, 0]


def _topology() -> Topology:
    welds, index = skeleton.welds(), generic_system().index
    points = tables.rows("path_points")
    muscle = [index[row["muscle"]] for row in points]
    starts = [p for p in range(len(points) - 1) if muscle[p] == muscle[p + 1]]
    starts.sort(key=lambda p: p > 0 and muscle[p - 1] == muscle[p])
    names = tables.names("curves", "curves")
    columns = list(CurveParameters.__dataclass_fields__)
    return Topology(
        point_body=tuple(BODIES.index(welds[row["body"]].body) for row in points),
        point_source=tables.names("path_points", "body"),
        landmark_body=tuple(BODIES.index(name) for name in tables.names("landmarks", "body")),
        segment_start=tuple(starts),
        segment_end=tuple(p + 1 for p in starts),
        segment_muscle=tuple(muscle[p] for p in starts),
        curves=tuple(
            CurveParameters(*map(float, row)) for row in tables.numbers("curves", columns)
        ),
        muscle_curves=tuple(names.index(n) for n in tables.names("muscles", "curves")),
    )


def within_range(anatomy: Anatomy, q: Float[Array, "*t 6"]) -> Float[np.ndarray, "*t 6"]:
    """How far each coordinate lies beyond the generic neck's range [rad]; zero inside."""
    low, high = np.asarray(anatomy.coordinate_range).T
    return np.asarray(np.maximum(q - high, 0.0) + np.minimum(q - low, 0.0))


def beyond_range(anatomy: Anatomy, q: CoordsT) -> MaskT:
    """Postures of which a coordinate lies beyond the generic neck's range."""
    return np.asarray(np.abs(within_range(anatomy, q)).max(axis=1) > _RANGE_TOLERANCE_RAD)
