"""Small helpers for writing OpenSim's XML with numbers in full precision."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias
from xml.etree import ElementTree as ET

import numpy as np
from jaxtyping import Float

from nuchal.arrays import Array
from nuchal.conventions import BODIES
from nuchal.model.anatomy import Anatomy, PassiveCurves
from nuchal.model.generic import MUSCLES, generic_anatomy
from nuchal.model.passive import START_RAD, STRAIGHT_ABOVE_NM, curve_moments
from nuchal.model.source import SourceBody, bushing_names, source_bodies, source_points

Numbers: TypeAlias = float | Sequence[float] | Float[Array, "..."]

ZEROS: Final = (0.0, 0.0, 0.0)


def row(values: Numbers) -> str:
    """Numbers separated by spaces, such that reading them gives the same numbers again."""
    return " ".join(repr(float(v)) for v in np.ravel(np.asarray(values, dtype=np.float64)))


def add(
    parent: ET.Element, tag: str, name: str | None = None, **leaves: str | bool | Numbers
) -> ET.Element:
    """Add an element, with a name where one is given, and the leaves that it holds, in order."""
    element = ET.SubElement(parent, tag, {} if name is None else {"name": name})
    fill(element, **leaves)
    return element


def fill(element: ET.Element, **leaves: str | bool | Numbers) -> None:
    """Add elements that hold text, numbers, or true and false."""
    for tag, value in leaves.items():
        text = str(value).lower() if isinstance(value, bool) else value
        ET.SubElement(element, tag).text = text if isinstance(text, str) else row(text)


def objects(model: ET.Element, tag: str) -> ET.Element:
    """Add a set to the model and return the element that takes its members."""
    return add(add(model, tag, tag.lower()), "objects")


@dataclass(frozen=True, kw_only=True)
class Placement:
    """One of the source's bodies as it is in one person.

    Attributes:
        shift: How far its origin moved against the generic neck, in the carrier's frame [m].
        scale: How its points are scaled along its own axes; for meshes and markers.
    """

    body: SourceBody
    shift: Float[np.ndarray, "3"]
    scale: Float[np.ndarray, "3"]


@dataclass(frozen=True, kw_only=True)
class Placed:
    """All of the source's bodies and path points as they are in one person.

    Attributes:
        points: Path points in the frames of the bodies that the source puts them on [m].
    """

    bodies: dict[str, Placement]
    points: Float[np.ndarray, "186 3"]


def place(anatomy: Anatomy) -> Placed:
    """Put the bodies and points of the source where this person has them."""
    moved = np.asarray(anatomy.points) - np.asarray(generic_anatomy().points)
    generic = np.array([point.place for point in source_points()])
    owner = np.array([point.body for point in source_points()])
    local = generic + moved
    bodies: dict[str, Placement] = {}
    for body in source_bodies():
        mine = owner == body.name
        rotation = np.array(body.rotation)
        shift = np.zeros(3)
        if body.carrier != body.name:
            on_chain = generic[mine] @ rotation.T + np.array(body.translation)
            factor = _scale(on_chain, on_chain + moved[mine], np.ones(3))
            shift = np.array(body.translation) * (factor - 1.0)
            local[mine] = generic[mine] + (moved[mine] - shift) @ rotation
        carrier = bodies[body.carrier].scale if body.carrier in bodies else np.ones(3)
        scale = _scale(generic[mine], local[mine], carrier)
        bodies[body.name] = Placement(body=body, shift=shift, scale=scale)
    return Placed(bodies=bodies, points=local)


def _scale(
    generic: Float[np.ndarray, "n 3"],
    personal: Float[np.ndarray, "n 3"],
    otherwise: Float[np.ndarray, "3"],
) -> Float[np.ndarray, "3"]:
    """Scale factor along each axis that fits two sets of points best, in least squares."""
    extent = np.sum(generic**2, axis=0)
    fitted = np.sum(generic * personal, axis=0) / np.where(extent > 0.0, extent, 1.0)
    return np.where(extent > 0.0, fitted, otherwise)


# OpenSim's names of the curve parameters, and ours.
_CURVES: Final = {
    "ActiveForceLengthCurve": {
        "min_norm_active_fiber_length": "fal_min_norm_length",
        "transition_norm_fiber_length": "fal_transition_norm_length",
        "max_norm_active_fiber_length": "fal_max_norm_length",
        "shallow_ascending_slope": "fal_shallow_slope",
        "minimum_value": "fal_minimum",
    },
    "ForceVelocityCurve": {
        "concentric_slope_at_vmax": "fv_concentric_slope_at_vmax",
        "concentric_slope_near_vmax": "fv_concentric_slope_near_vmax",
        "isometric_slope": "fv_isometric_slope",
        "eccentric_slope_at_vmax": "fv_eccentric_slope_at_vmax",
        "eccentric_slope_near_vmax": "fv_eccentric_slope_near_vmax",
        "max_eccentric_velocity_force_multiplier": "fv_max_eccentric",
        "concentric_curviness": "fv_concentric_curviness",
        "eccentric_curviness": "fv_eccentric_curviness",
    },
    "FiberForceLengthCurve": {
        "strain_at_zero_force": "fpe_strain_at_zero_force",
        "strain_at_one_norm_force": "fpe_strain_at_one_norm_force",
    },
    "TendonForceLengthCurve": {"strain_at_one_norm_force": "ft_strain_at_one_norm_force"},
}


def muscles(parent: ET.Element, anatomy: Anatomy, placed: Placed) -> None:
    """Add the 72 muscles."""
    paths: dict[str, list[int]] = {name: [] for name in MUSCLES}
    for p, point in enumerate(source_points()):
        paths[point.muscle].append(p)
    for index, name in enumerate(MUSCLES):
        _muscle(parent, anatomy, placed, index, paths[name])


def bushings(parent: ET.Element, anatomy: Anatomy) -> None:
    """Add what resists in each joint: a linear bushing, or one whose moments are curves."""
    for j, name in enumerate(bushing_names()):
        frames = {
            "socket_frame1": f"/bodyset/{BODIES[j]}",
            "socket_frame2": f"/bodyset/{BODIES[j + 1]}",
        }
        damping = {"rotational_damping": anatomy.bushing_damping[j], "translational_damping": ZEROS}
        if anatomy.passive_curves is None:
            stiffness = anatomy.bushing_stiffness[j]
            add(
                parent, "BushingForce", name, **frames,
                rotational_stiffness=stiffness, translational_stiffness=ZEROS, **damping,
            )  # fmt: skip
        else:
            moments = {
                f"M{axis}_expression": curve_expression(
                    anatomy.passive_curves, j, k, f"theta_{axis}"
                )
                for k, axis in enumerate("xyz")
            }
            add(parent, "ExpressionBasedBushingForce", name, **frames, **moments, **damping)


def curve_expression(curves: PassiveCurves, joint: int, axis: int, angle: str) -> str:
    """The moment of ``model.passive.resistance`` about one axis, as OpenSim reads formulas."""
    sides, start = [], START_RAD
    for way, sign in enumerate(("-", "")):
        at = joint, axis, way
        softness, steepness = float(curves.softness[at]), float(curves.steepness[at])
        steep = 1.0 + STRAIGHT_ABOVE_NM * steepness
        beyond = f"({sign}{angle} - {float(curves.neutral_zone[at])!r})"
        starting = f"square(min(max({beyond} + {start!r}, 0), {2.0 * start!r})) / {4.0 * start!r}"
        x = f"({starting} + max({beyond} - {start!r}, 0)) / {softness!r}"
        curved = f"min({x}, {float(np.log(steep))!r})"
        sides.append(f"(exp({curved}) - 1 + {steep!r} * ({x} - {curved})) / {steepness!r}")
    rest = curve_moments(curves, np.zeros(curves.softness.shape))[joint, axis]
    return f"{sides[1]} - {sides[0]} - {float(rest[1] - rest[0])!r}"


def _muscle(
    parent: ET.Element, anatomy: Anatomy, placed: Placed, index: int, points: list[int]
) -> None:
    name = MUSCLES[index]
    topology = anatomy.topology
    curves = topology.curves[topology.muscle_curves[index]]
    muscle = add(parent, "Millard2012EquilibriumMuscle", name)
    _path(muscle, name, placed, points)
    fill(
        muscle,
        max_isometric_force=anatomy.max_isometric_force[index],
        optimal_fiber_length=anatomy.optimal_fibre_length[index],
        tendon_slack_length=anatomy.tendon_slack_length[index],
        pennation_angle_at_optimal=anatomy.pennation_at_optimal[index],
        max_contraction_velocity=curves.max_contraction_velocity,
        fiber_damping=curves.fibre_damping,
        default_fiber_length=anatomy.optimal_fibre_length[index],
        minimum_activation=anatomy.minimum_activation[index],
        maximum_pennation_angle=curves.max_pennation_rad,
    )
    for kind, columns in _CURVES.items():
        numbers = {tag: getattr(curves, ours) for tag, ours in columns.items()}
        add(muscle, kind, f"{name}_{kind}", **numbers)


def _path(muscle: ET.Element, name: str, placed: Placed, points: list[int]) -> None:
    members = add(add(add(muscle, "GeometryPath", "path"), "PathPointSet"), "objects")
    for number, p in enumerate(points, start=1):
        frame = f"/bodyset/{source_points()[p].body}"
        label = f"{name}-P{number}"
        add(members, "PathPoint", label, socket_parent_frame=frame, location=placed.points[p])
