"""The source's own bodies, joints, coordinates and markers, before the thorax became one body.

The mechanics need only the moving chain of ``conventions.BODIES``. Exchange with other software
needs the rest: shoulder blades, clavicles, ribcage and jaw, welded in place.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final, Literal, TypeAlias

import numpy as np

from nuchal.conventions import BODIES, COORDINATES, JOINT_AXES
from nuchal.model import tables
from nuchal.model.skeleton import welds

Triple: TypeAlias = tuple[float, float, float]


@dataclass(frozen=True, kw_only=True)
class SourceBody:
    """One body of the source, with its inertia and where it is welded to the moving chain.

    Attributes:
        carrier: The body of the moving chain that carries it; itself, where it belongs to the
            chain.
        rotation: From its frame to the carrier's.
        translation: Its origin in the carrier's frame [m].
        mass: [kg].
        mass_centre: [m].
        inertia: About the centre of mass: xx, yy, zz, xy, xz, yz [kg m^2].
    """

    name: str
    mesh: str
    carrier: str
    rotation: tuple[Triple, Triple, Triple]
    translation: Triple
    mass: float
    mass_centre: Triple
    inertia: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class SourceJoint:
    """One joint of the source.

    Attributes:
        parent_offset: [m].
        parent_orientation: Body-fixed x, y, z angles [rad].
        child_offset: [m].
    """

    name: str
    kind: Literal["weld", "spherical"]
    parent: str
    child: str
    parent_offset: Triple
    parent_orientation: Triple
    child_offset: Triple


@dataclass(frozen=True, kw_only=True)
class SourceCoordinate:
    """One of the twenty-four joint coordinates of the source, in the order of its joints.

    Attributes:
        level: Index of its joint in the moving chain.
        axis_index: Index of its axis in ``conventions.JOINT_AXES``.
        driver: Index of the coordinate that it follows in ``conventions.COORDINATES``.
    """

    name: str
    joint: str
    axis: Literal["z", "x", "y"]
    level: int
    axis_index: int
    driver: int

    @property
    def independent(self) -> bool:
        """Whether it is one of the six coordinates itself; the others are coupled to one."""
        return self.name == COORDINATES[self.driver]


@dataclass(frozen=True, kw_only=True)
class SourceMarker:
    """A marker of the tables.

    Attributes:
        place: [m].
    """

    name: str
    body: str
    place: Triple


@dataclass(frozen=True, kw_only=True)
class SourcePoint:
    """A muscle path point on the body that the source puts it on.

    Attributes:
        place: [m].
    """

    muscle: str
    body: str
    place: Triple


@cache
def source_bodies() -> tuple[SourceBody, ...]:
    """All fifteen bodies."""
    where = welds()
    return tuple(
        SourceBody(
            name=row["body"],
            mesh=row["mesh"],
            carrier=where[row["body"]].body,
            rotation=tuple(_triple(r) for r in where[row["body"]].rotation),  # type: ignore[arg-type]
            translation=_triple(where[row["body"]].translation),
            mass=float(row["mass_kg"]),
            mass_centre=_read(row, "com_{}_m"),
            inertia=tuple(float(row[f"i{a}_kgm2"]) for a in _INERTIA),
        )
        for row in tables.rows("bodies")
    )


@cache
def source_joints() -> tuple[SourceJoint, ...]:
    """All fifteen joints, from ground outwards."""
    return tuple(
        SourceJoint(
            name=row["joint"],
            kind="weld" if row["kind"] == "weld" else "spherical",
            parent=row["parent"],
            child=row["child"],
            parent_offset=_read(row, "parent_{}_m"),
            parent_orientation=_read(row, "parent_r{}_rad"),
            child_offset=_read(row, "child_{}_m"),
        )
        for row in tables.rows("joints")
    )


@cache
def source_coordinates() -> tuple[SourceCoordinate, ...]:
    """The twenty-four coordinates: six independent ones and eighteen that follow them."""
    level = {joint.child: i for i, joint in enumerate(_spherical())}
    joints = {joint.name: joint for joint in _spherical()}
    assert tuple(level) == BODIES[1:]
    return tuple(
        SourceCoordinate(
            name=row["name_in_source"],
            joint=row["joint"],
            axis=row["axis"],  # type: ignore[arg-type]
            level=level[joints[row["joint"]].child],
            axis_index=JOINT_AXES.index(row["axis"]),
            driver=COORDINATES.index(row["coordinate"]),
        )
        for row in tables.rows("coupling")
    )


@cache
def source_markers() -> tuple[SourceMarker, ...]:
    """The markers of the tables, those of the paper included."""
    return tuple(
        SourceMarker(name=row["marker"], body=row["body"], place=_read(row, "{}_m"))
        for row in tables.rows("markers")
    )


@cache
def source_points() -> tuple[SourcePoint, ...]:
    """The muscle path points, in the order of ``Anatomy.points``."""
    return tuple(
        SourcePoint(muscle=row["muscle"], body=row["body"], place=_read(row, "{}_m"))
        for row in tables.rows("path_points")
    )


@cache
def bushing_names() -> tuple[str, ...]:
    """Names of the eight bushings, from C7-T1 upwards."""
    return tables.names("bushings", "bushing")


_INERTIA: Final = ("xx", "yy", "zz", "xy", "xz", "yz")


def _spherical() -> tuple[SourceJoint, ...]:
    return tuple(joint for joint in source_joints() if joint.kind == "spherical")


def _read(row: tables.Row, column: str) -> Triple:
    x, y, z = (float(row[column.format(axis)]) for axis in "xyz")
    return x, y, z


def _triple(values: np.ndarray) -> Triple:
    x, y, z = (float(v) for v in values)
    return x, y, z
