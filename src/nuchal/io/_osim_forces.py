"""Muscles and bushings of a neck as OpenSim's XML."""

from typing import Final
from xml.etree import ElementTree as ET

import numpy as np

from nuchal.conventions import BODIES
from nuchal.io._placement import Placed
from nuchal.io._xml import ZEROS, leaf, named, row
from nuchal.model.anatomy import MUSCLES, Anatomy, CurveParameters
from nuchal.model.source import bushing_names, source_points

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
"""OpenSim's names of the curve parameters, and ours."""


def muscles(parent: ET.Element, anatomy: Anatomy, placed: Placed) -> None:
    """Add the 72 muscles."""
    paths: dict[str, list[int]] = {name: [] for name in MUSCLES}
    for p, point in enumerate(source_points()):
        paths[point.muscle].append(p)
    for index, name in enumerate(MUSCLES):
        _muscle(parent, anatomy, placed, index, paths[name])


def bushings(parent: ET.Element, anatomy: Anatomy) -> None:
    """Add the rotational bushing of each joint."""
    for j, name in enumerate(bushing_names()):
        bushing = named(parent, "BushingForce", name)
        leaf(bushing, "socket_frame1", f"/bodyset/{BODIES[j]}")
        leaf(bushing, "socket_frame2", f"/bodyset/{BODIES[j + 1]}")
        leaf(bushing, "rotational_stiffness", row(anatomy.bushing_stiffness[j]))
        leaf(bushing, "translational_stiffness", ZEROS)
        leaf(bushing, "rotational_damping", row(anatomy.bushing_damping[j]))
        leaf(bushing, "translational_damping", ZEROS)


def _muscle(
    parent: ET.Element, anatomy: Anatomy, placed: Placed, index: int, points: list[int]
) -> None:
    name = MUSCLES[index]
    topology = anatomy.topology
    curves = topology.curves[topology.muscle_curves[index]]
    muscle = named(parent, "Millard2012EquilibriumMuscle", name)
    _path(muscle, name, placed, points)
    optimal = row(anatomy.optimal_fibre_length[index])
    leaf(muscle, "max_isometric_force", row(anatomy.max_isometric_force[index]))
    leaf(muscle, "optimal_fiber_length", optimal)
    leaf(muscle, "tendon_slack_length", row(anatomy.tendon_slack_length[index]))
    leaf(muscle, "pennation_angle_at_optimal", row(anatomy.pennation_at_optimal[index]))
    leaf(muscle, "max_contraction_velocity", row(curves.max_contraction_velocity))
    leaf(muscle, "fiber_damping", row(curves.fibre_damping))
    leaf(muscle, "default_fiber_length", optimal)
    leaf(muscle, "minimum_activation", row(anatomy.minimum_activation[index]))
    leaf(muscle, "maximum_pennation_angle", row(curves.max_pennation_rad))
    _curves(muscle, name, curves)


def _path(muscle: ET.Element, name: str, placed: Placed, points: list[int]) -> None:
    path = named(muscle, "GeometryPath", "path")
    members = ET.SubElement(ET.SubElement(path, "PathPointSet"), "objects")
    for number, p in enumerate(points, start=1):
        point = named(members, "PathPoint", f"{name}-P{number}")
        leaf(point, "socket_parent_frame", f"/bodyset/{source_points()[p].body}")
        leaf(point, "location", row(np.asarray(placed.points[p])))


def _curves(muscle: ET.Element, name: str, curves: CurveParameters) -> None:
    for kind, columns in _CURVES.items():
        curve = named(muscle, kind, f"{name}_{kind}")
        for tag, ours in columns.items():
            leaf(curve, tag, row(getattr(curves, ours)))
