"""The generic neck, read from the package's tables.

It is that of Mortensen, Vasavada and Merryweather (2018), doi 10.1371/journal.pone.0199912.
"""

from functools import cache
from typing import Final, Literal, TypeAlias

import numpy as np

from nuchal.arrays import Muscles
from nuchal.conventions import BODIES, COORDINATES, GRAVITY_M_S2, LEFT_SUFFIX, LEVELS
from nuchal.model import skeleton, tables
from nuchal.model.anatomy import Anatomy, CurveParameters, PassiveCurves, System, Topology
from nuchal.model.norms import farthest_deg

Form: TypeAlias = Literal["source", "living"]

# Upper over total of the source's ranges of pitch, roll and yaw.
_RHYTHM: Final = (0.33, 0.15, 0.58)

# What the upper thorax takes of the head's pitch, roll and yaw on the thorax. Of 69.5 degrees of
# yaw the neck has 56.3 (Ishii et al. 2004); of pitch and roll it is less, and nobody's figure.
_THORAX_SHARE: Final = (0.05, 0.05, 0.19)

# Of the source's damping, a tenth of its stiff bushings, what makes a neck turn as heavily as a
# relaxed one does (``tables/SOURCE.md``).
_DAMPING_SHARE: Final = 0.55

# Axis of a joint, and its two directions: negative and positive angles.
_DIRECTIONS: Final = (
    ("lateral_bending", "lateral_bending"),
    ("axial_rotation", "axial_rotation"),
    ("flexion", "extension"),
)


@cache
def generic_system() -> System:
    """The system of the package's tables: 72 muscles, six coordinates, eight levels."""
    muscles = tables.names("muscles", "muscle")
    return System(
        muscles=muscles,
        partners=tuple(muscles.index(_partner(name)) for name in muscles),
        groups=tables.names("muscles", "group"),
        layers=tables.names("muscles", "layer"),
        coordinates=COORDINATES,
        levels=LEVELS,
        neutral=(0.0,) * len(COORDINATES),
        landmarks=tables.names("landmarks", "landmark"),
    )


def _partner(name: str) -> str:
    left = name.endswith(LEFT_SUFFIX)
    return name.removesuffix(LEFT_SUFFIX) if left else name + LEFT_SUFFIX


@cache
def generic_anatomy(form: Form = "source") -> Anatomy:
    """The generic neck from the package's tables.

    ``"source"`` is the source's, with vertebral inertias forty to ninety times what half a kilogram
    of neck can have, and a constant rhythm. ``"living"`` takes inertias of a cylinder of the ANSUR
    II neck girth, passive curves in place of linear bushings, less damping, short rotators of the
    size that is dissected, and an upper thorax that turns along (see ``tables/SOURCE.md``).
    """
    living = form == "living"
    table = "inertias_anatomical" if living else "bodies"
    mass, centre, inertia = skeleton.inertial_properties(table)
    muscles = "muscles_living" if living else "muscles"
    return Anatomy(
        parent_offset=skeleton.chain_joints("parent"),
        child_offset=skeleton.chain_joints("child"),
        coupling=skeleton.coupling(),
        mass=mass,
        mass_centre=centre,
        inertia=inertia,
        bushing_stiffness=tables.numbers("bushings", [f"k{a}_Nm_rad" for a in "xyz"]),
        bushing_damping=(_DAMPING_SHARE if living else 1.0)
        * tables.numbers("bushings", [f"d{a}_Nms_rad" for a in "xyz"]),
        passive_curves=_passive_curves() if living else None,
        rhythm=None if living else np.array(_RHYTHM),
        thorax_share=np.array(_THORAX_SHARE) if living else None,
        points=skeleton.points_on_chain("path_points"),
        max_isometric_force=_muscle_column("max_isometric_force_N", muscles),
        optimal_fibre_length=_muscle_column("optimal_fibre_length_m", muscles),
        tendon_slack_length=_muscle_column("tendon_slack_length_m", muscles),
        pennation_at_optimal=_muscle_column("pennation_at_optimal_rad"),
        minimum_activation=_muscle_column("minimum_activation"),
        markers=skeleton.head_markers(),
        landmarks=skeleton.points_on_chain("landmarks"),
        coordinate_range=tables.numbers("coordinates", ["min_rad", "max_rad"]),
        head_range=np.radians(farthest_deg(None)) if living else None,
        gravity=np.array([0.0, -GRAVITY_M_S2, 0.0]),
        topology=_topology(),
        system=generic_system(),
    )


@cache
def head_share() -> float:
    """Share of the head alone, skull and brain, in the mass of everything above T1."""
    mass = generic_anatomy().mass
    return float(mass[-1] / mass[1:].sum())


def _passive_curves() -> PassiveCurves:
    rows = {(row["level"], row["direction"]): row for row in tables.rows("passive_curves")}

    def column(name: str) -> np.ndarray:
        return np.array(
            [
                [[float(rows[level, way][name]) for way in ways] for ways in _DIRECTIONS]
                for level in LEVELS
            ]
        )

    return PassiveCurves(
        softness=np.radians(column("softness_deg")),
        steepness=column("steepness_per_Nm"),
        neutral_zone=np.radians(column("neutral_zone_deg")),
    )


def _muscle_column(column: str, table: str = "muscles") -> Muscles:
    return tables.numbers(table, [column])[:, 0]


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


# Until every room reads them from the system that it is given; no new one.
MUSCLES = generic_system().muscles
MUSCLE_GROUPS = generic_system().groups
MUSCLE_LAYERS = generic_system().layers
