"""Writes a neck as an OpenSim 4 model; needs no OpenSim.

The bodies, joints, couplers, bushings and muscles keep the names of the source, Mortensen,
Vasavada and Merryweather (2018), doi 10.1371/journal.pone.0199912. Couplers are straight lines
through zero. Meshes have the source's names and are scaled; OpenSim shows those that it ships.
"""

from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

import numpy as np

from nuchal.conventions import BODIES, MARKERS
from nuchal.io.opensim.parts import (
    ZEROS,
    Placed,
    Placement,
    bushings,
    leaf,
    linear,
    muscles,
    named,
    objects,
    place,
    row,
)
from nuchal.io.output import replace_file
from nuchal.model.anatomy import Anatomy
from nuchal.model.source import (
    SourceCoordinate,
    SourceJoint,
    source_coordinates,
    source_joints,
    source_markers,
)
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
        name: Name of the model.
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
    model = named(root, "Model", name)
    named(model, "Ground", "ground")
    leaf(model, "gravity", row(anatomy.gravity))
    leaf(model, "credits", CREDITS)
    leaf(model, "publications", PUBLICATIONS)
    leaf(model, "length_units", "meters")
    leaf(model, "force_units", "N")
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
        _inertial(named(parent, "Body", HEAD_LOAD), row(load.mass), ZEROS, row(np.zeros(6)))


def _body(parent: ET.Element, placement: Placement, anatomy: Anatomy) -> None:
    body = placement.body
    element = named(parent, "Body", body.name)
    mesh = named(ET.SubElement(element, "attached_geometry"), "Mesh", f"{body.name}_geom_1")
    leaf(mesh, "socket_frame", "..")
    leaf(mesh, "scale_factors", row(placement.scale))
    leaf(mesh, "mesh_file", body.mesh)
    if body.name not in BODIES:
        _inertial(element, row(body.mass), row(body.mass_centre), row(body.inertia))
        return
    b = BODIES.index(body.name)
    moment = np.asarray(anatomy.inertia[b])
    six = (*moment.diagonal(), moment[0, 1], moment[0, 2], moment[1, 2])
    _inertial(element, row(anatomy.mass[b]), row(anatomy.mass_centre[b]), row(six))


def _inertial(element: ET.Element, mass: str, centre: str, inertia: str) -> None:
    leaf(element, "mass", mass)
    leaf(element, "mass_center", centre)
    leaf(element, "inertia", inertia)


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
            weld = named(parent, "WeldJoint", joint.name)
            start = np.array(joint.parent_offset) + placed.bodies[joint.child].shift
            turn = row(joint.parent_orientation)
            _frames(weld, (joint.parent, row(start), turn), (joint.child, row(joint.child_offset)))
    if load is not None:
        weld = named(parent, "WeldJoint", f"{HEAD_LOAD}_weld")
        _frames(weld, ("skull", row(load.place), ZEROS), (HEAD_LOAD, ZEROS))


def _frames(joint: ET.Element, parent: tuple[str, str, str], child: tuple[str, str]) -> None:
    """The two frames of a joint: body, translation and, on the parent, orientation."""
    leaf(joint, "socket_parent_frame", f"{parent[0]}_offset")
    leaf(joint, "socket_child_frame", f"{child[0]}_offset")
    frames = ET.SubElement(joint, "frames")
    for body, translation, orientation in (parent, (*child, ZEROS)):
        frame = named(frames, "PhysicalOffsetFrame", f"{body}_offset")
        leaf(frame, "socket_parent", "/ground" if body == "ground" else f"/bodyset/{body}")
        leaf(frame, "translation", translation)
        leaf(frame, "orientation", orientation)


def _neck_joint(parent: ET.Element, joint: SourceJoint, anatomy: Anatomy) -> None:
    element = named(parent, "CustomJoint", joint.name)
    mine = [c for c in source_coordinates() if c.joint == joint.name]
    level = mine[0].level
    coordinates = ET.SubElement(element, "coordinates")
    for c in mine:
        limits = anatomy.coordinate_range[c.driver] if c.independent else (-np.pi, np.pi)
        _coordinate(coordinates, c.name, row(limits), clamped=c.independent, locked=False)
    start, end = row(anatomy.parent_offset[level]), row(anatomy.child_offset[level])
    _frames(element, (joint.parent, start, ZEROS), (joint.child, end))
    transform = ET.SubElement(element, "SpatialTransform")
    for tag, c in zip(_ROTATIONS, mine, strict=True):
        _axis(transform, tag, c.axis, c.name, _slope(anatomy, c) if c.independent else 1.0)
    for tag, axis in zip(_TRANSLATIONS, "xyz", strict=True):
        _axis(transform, tag, axis, "", 0.0)


def _thorax_joint(parent: ET.Element, joint: SourceJoint) -> None:
    element = named(parent, "CustomJoint", joint.name)
    coordinates = ET.SubElement(element, "coordinates")
    for name, tag, _ in _THORAX:
        limit = np.pi if tag in _ROTATIONS else 1.0
        _coordinate(coordinates, name, row((-limit, limit)), clamped=True, locked=True)
    _frames(element, (joint.parent, ZEROS, ZEROS), (joint.child, ZEROS))
    transform = ET.SubElement(element, "SpatialTransform")
    for name, tag, axis in _THORAX:
        _axis(transform, tag, axis, name, 1.0)


def _coordinate(parent: ET.Element, name: str, limits: str, *, clamped: bool, locked: bool) -> None:
    element = named(parent, "Coordinate", name)
    leaf(element, "default_value", "0.0")
    leaf(element, "range", limits)
    leaf(element, "clamped", str(clamped).lower())
    leaf(element, "locked", str(locked).lower())


def _axis(transform: ET.Element, tag: str, axis: str, coordinate: str, slope: float) -> None:
    element = named(transform, "TransformAxis", tag)
    leaf(element, "coordinates", coordinate)
    leaf(element, "axis", _DIRECTION[axis])
    if coordinate:
        linear(element, slope=slope, name="function")
    else:
        leaf(named(element, "Constant", "function"), "value", "0.0")


def _slope(anatomy: Anatomy, coordinate: SourceCoordinate) -> float:
    return float(anatomy.coupling[coordinate.level, coordinate.axis_index, coordinate.driver])


def _couplers(parent: ET.Element, anatomy: Anatomy) -> None:
    independent = {c.driver: c.name for c in source_coordinates() if c.independent}
    for c in source_coordinates():
        if c.independent:
            continue
        coupler = named(parent, "CoordinateCouplerConstraint", f"{c.name}_con")
        linear(ET.SubElement(coupler, "coupled_coordinates_function"), slope=_slope(anatomy, c))
        leaf(coupler, "independent_coordinate_names", independent[c.driver])
        leaf(coupler, "dependent_coordinate_name", c.name)


def _markers(parent: ET.Element, anatomy: Anatomy, placed: Placed) -> None:
    for marker in source_markers():
        where = np.array(marker.place) * placed.bodies[marker.body].scale
        if marker.name in MARKERS:
            where = np.asarray(anatomy.markers[MARKERS.index(marker.name)])
        element = named(parent, "Marker", marker.name)
        leaf(element, "socket_parent_frame", f"/bodyset/{marker.body}")
        leaf(element, "location", row(where))
        leaf(element, "fixed", "true" if marker.name in MARKERS else "false")
