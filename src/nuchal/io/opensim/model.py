"""Writes a neck as an OpenSim 4 model; needs no OpenSim.

The bodies, joints, couplers, bushings and muscles keep the names of the source, Mortensen,
Vasavada and Merryweather (2018), doi 10.1371/journal.pone.0199912. Couplers are straight lines
through zero. Meshes have the source's names and are scaled; OpenSim shows those that it ships.
"""

import re
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

import numpy as np

from nuchal.conventions import BODIES, MARKERS
from nuchal.io.opensim.parts import (
    ZEROS,
    Numbers,
    Placed,
    Placement,
    add,
    bushings,
    fill,
    muscles,
    objects,
    place,
)
from nuchal.io.output.files import replace_file
from nuchal.model.anatomy import Anatomy
from nuchal.model.source import (
    SourceCoordinate,
    SourceJoint,
    source_coordinates,
    source_joints,
    source_markers,
)
from nuchal.plain_text import plain_line
from nuchal.records import HeadLoad

CREDITS: Final = (
    "Generic neck: Jonathan Mortensen, University of Utah (MIT licence). Written by nuchal."
)
PUBLICATIONS: Final = (
    "Mortensen JD, Vasavada AN, Merryweather AS. The inclusion of hyoid muscles improve moment "
    "generating capacity and dynamic simulations in musculoskeletal models of the head and neck. "
    "PLoS ONE 13(6):e0199912, 2018. doi 10.1371/journal.pone.0199912"
)
# Name of the body that carries a load on the head.
HEAD_LOAD: Final = "head_load"
# OpenSim opens no model with these in its name.
_NOT_IN_NAMES: Final = re.compile(r"[\\/*+\s]")

_DIRECTION: Final = {"x": "1 0 0", "y": "0 1 0", "z": "0 0 1"}
_ROTATIONS: Final = ("rotation1", "rotation2", "rotation3")
_TRANSLATIONS: Final = ("translation1", "translation2", "translation3")
_THORAX: Final = (
    ("gndpitch", "rotation1", "z"),
    ("gndroll", "rotation2", "x"),
    ("gndyaw", "rotation3", "y"),
    ("spine_tx", "translation1", "x"),
    ("spine_ty", "translation2", "y"),
    ("spine_tz", "translation3", "z"),
)


def write_osim(
    path: Path,
    anatomy: Anatomy,
    *,
    name: str = "neck",
    load: HeadLoad | None = None,
    locked_thorax: bool = False,
) -> None:
    """Write a neck as an OpenSim 4 model.

    Args:
        path: The ``.osim`` file; it is replaced whole or not at all.
        anatomy: The neck.
        name: Name of the model; what OpenSim takes in no name becomes ``_``.
        load: A mass on the head, welded to the skull as a body ``head_load``.
        locked_thorax: Give the thorax the source's six locked coordinates, ``gndpitch`` to
            ``spine_tz``, rather than weld it to the ground.

    Raises:
        OutputError: The file cannot be written there.
    """
    root = osim_tree(anatomy, name=name, load=load, locked_thorax=locked_thorax)
    ET.indent(root, space="\t")
    replace_file(path, ET.tostring(root, encoding="UTF-8", xml_declaration=True) + b"\n")


def osim_tree(
    anatomy: Anatomy,
    *,
    name: str = "neck",
    load: HeadLoad | None = None,
    locked_thorax: bool = False,
) -> ET.Element:
    """The XML of :func:`write_osim`, with the same arguments."""
    placed = place(anatomy)
    root = ET.Element("OpenSimDocument", Version="40000")
    model = add(root, "Model", _NOT_IN_NAMES.sub("_", plain_line(name)))
    add(model, "Ground", "ground")
    fill(model, gravity=anatomy.gravity, credits=CREDITS, publications=PUBLICATIONS)
    fill(model, length_units="meters", force_units="N")
    _bodies(objects(model, "BodySet"), anatomy, placed, load)
    _joints(objects(model, "JointSet"), anatomy, placed, load, locked_thorax=locked_thorax)
    _couplers(objects(model, "ConstraintSet"), anatomy)
    forces = objects(model, "ForceSet")
    muscles(forces, anatomy, placed)
    bushings(forces, anatomy)
    _markers(objects(model, "MarkerSet"), anatomy, placed)
    return root


def _bodies(parent: ET.Element, anatomy: Anatomy, placed: Placed, load: HeadLoad | None) -> None:
    for placement in placed.bodies.values():
        _body(parent, placement, anatomy)
    if load is not None:
        still = np.zeros(6)
        add(parent, "Body", HEAD_LOAD, mass=load.mass, mass_center=ZEROS, inertia=still)


def _body(parent: ET.Element, placement: Placement, anatomy: Anatomy) -> None:
    body = placement.body
    element = add(parent, "Body", body.name)
    add(
        add(element, "attached_geometry"), "Mesh", f"{body.name}_geom_1",
        socket_frame="..", scale_factors=placement.scale, mesh_file=body.mesh,
    )  # fmt: skip
    if body.name not in BODIES:
        fill(element, mass=body.mass, mass_center=body.mass_centre, inertia=body.inertia)
        return
    b = BODIES.index(body.name)
    moment = np.asarray(anatomy.inertia[b])
    six = (*moment.diagonal(), moment[0, 1], moment[0, 2], moment[1, 2])
    fill(element, mass=anatomy.mass[b], mass_center=anatomy.mass_centre[b], inertia=six)


def _joints(
    parent: ET.Element,
    anatomy: Anatomy,
    placed: Placed,
    load: HeadLoad | None,
    *,
    locked_thorax: bool,
) -> None:
    for joint in source_joints():
        if joint.kind == "spherical":
            _neck_joint(parent, joint, anatomy)
        elif joint.parent == "ground" and locked_thorax:
            _thorax_joint(parent, joint)
        else:
            weld = add(parent, "WeldJoint", joint.name)
            start = np.array(joint.parent_offset) + placed.bodies[joint.child].shift
            turn = joint.parent_orientation
            _frames(weld, (joint.parent, start, turn), (joint.child, joint.child_offset))
    if load is not None:
        weld = add(parent, "WeldJoint", f"{HEAD_LOAD}_weld")
        _frames(weld, ("skull", load.place, ZEROS), (HEAD_LOAD, ZEROS))


def _frames(
    joint: ET.Element, parent: tuple[str, Numbers, Numbers], child: tuple[str, Numbers]
) -> None:
    """The two frames of a joint: body, translation and, on the parent, orientation."""
    ends = f"{parent[0]}_offset", f"{child[0]}_offset"
    fill(joint, socket_parent_frame=ends[0], socket_child_frame=ends[1])
    frames = add(joint, "frames")
    for end, (body, at, turn) in zip(ends, (parent, (*child, ZEROS)), strict=True):
        of = "/ground" if body == "ground" else f"/bodyset/{body}"
        add(frames, "PhysicalOffsetFrame", end, socket_parent=of, translation=at, orientation=turn)


def _neck_joint(parent: ET.Element, joint: SourceJoint, anatomy: Anatomy) -> None:
    element = add(parent, "CustomJoint", joint.name)
    mine = [c for c in source_coordinates() if c.joint == joint.name]
    level = mine[0].level
    coordinates = add(element, "coordinates")
    for c in mine:
        limits = anatomy.coordinate_range[c.driver] if c.independent else (-np.pi, np.pi)
        _coordinate(coordinates, c.name, limits, clamped=c.independent, locked=False)
    start, end = anatomy.parent_offset[level], anatomy.child_offset[level]
    _frames(element, (joint.parent, start, ZEROS), (joint.child, end))
    transform = add(element, "SpatialTransform")
    for tag, c in zip(_ROTATIONS, mine, strict=True):
        _axis(transform, tag, c.axis, c.name, _slope(anatomy, c) if c.independent else 1.0)
    for tag, axis in zip(_TRANSLATIONS, "xyz", strict=True):
        _axis(transform, tag, axis, "", 0.0)


def _thorax_joint(parent: ET.Element, joint: SourceJoint) -> None:
    element = add(parent, "CustomJoint", joint.name)
    coordinates = add(element, "coordinates")
    for name, tag, _ in _THORAX:
        limit = np.pi if tag in _ROTATIONS else 1.0
        _coordinate(coordinates, name, (-limit, limit), clamped=True, locked=True)
    _frames(element, (joint.parent, ZEROS, ZEROS), (joint.child, ZEROS))
    transform = add(element, "SpatialTransform")
    for name, tag, axis in _THORAX:
        _axis(transform, tag, axis, name, 1.0)


def _coordinate(
    parent: ET.Element, name: str, limits: Numbers, *, clamped: bool, locked: bool
) -> None:
    flags = {"clamped": clamped, "locked": locked}
    add(parent, "Coordinate", name, default_value=0.0, range=limits, **flags)


def _axis(transform: ET.Element, tag: str, axis: str, coordinate: str, slope: float) -> None:
    direction = _DIRECTION[axis]
    element = add(transform, "TransformAxis", tag, coordinates=coordinate, axis=direction)
    if coordinate:
        add(element, "LinearFunction", "function", coefficients=(slope, 0.0))
    else:
        add(element, "Constant", "function", value=0.0)


def _slope(anatomy: Anatomy, coordinate: SourceCoordinate) -> float:
    return float(anatomy.coupling[coordinate.level, coordinate.axis_index, coordinate.driver])


def _couplers(parent: ET.Element, anatomy: Anatomy) -> None:
    independent = {c.driver: c.name for c in source_coordinates() if c.independent}
    for c in source_coordinates():
        if c.independent:
            continue
        coupler = add(parent, "CoordinateCouplerConstraint", f"{c.name}_con")
        function = add(coupler, "coupled_coordinates_function")
        add(function, "LinearFunction", coefficients=(_slope(anatomy, c), 0.0))
        fill(coupler, independent_coordinate_names=independent[c.driver])
        fill(coupler, dependent_coordinate_name=c.name)


def _markers(parent: ET.Element, anatomy: Anatomy, placed: Placed) -> None:
    for marker in source_markers():
        where = np.array(marker.place) * placed.bodies[marker.body].scale
        if marker.name in MARKERS:
            where = np.asarray(anatomy.markers[MARKERS.index(marker.name)])
        frame, fixed = f"/bodyset/{marker.body}", marker.name in MARKERS
        add(parent, "Marker", marker.name, socket_parent_frame=frame, location=where, fixed=fixed)
