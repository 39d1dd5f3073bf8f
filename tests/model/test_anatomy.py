"""The package's tables against the published file, read as plain XML, and against anatomy."""

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from nuchal.conventions import BODIES, COORDINATES
from nuchal.model import tables
from nuchal.model.anatomy import Anatomy
from nuchal.model.angles import within_range
from nuchal.model.generic import MUSCLE_GROUPS, MUSCLE_LAYERS, MUSCLES, generic_anatomy

REFERENCE = "reference/neck_hyoid_1.2/HYOID_1.2_ScaledStrenght_UpdatedInertia.osim"
MUSCLE = "Millard2012EquilibriumMuscle"


@pytest.fixture(scope="module")
def model(shared: Path) -> ET.Element:
    return ET.parse(shared / REFERENCE).getroot()


@pytest.fixture(scope="module")
def anatomy() -> Anatomy:
    return generic_anatomy()


def text_of(element: ET.Element, path: str) -> str:
    found = element.findtext(path)
    assert found is not None, path
    return found


def numbers(element: ET.Element, path: str) -> np.ndarray:
    return np.array([float(x) for x in text_of(element, path).split()])


def frames_of(model: ET.Element) -> Iterator[tuple[str, str, ET.Element, ET.Element]]:
    """Parent, child and their offset frames of every joint."""
    joints = model.find(".//JointSet/objects")
    assert joints is not None
    for joint in joints:
        frames = {f.get("name"): f for f in joint.iter("PhysicalOffsetFrame")}
        ends = [frames[text_of(joint, f"socket_{side}_frame")] for side in ("parent", "child")]
        names = [text_of(f, "socket_parent").split("/")[-1] for f in ends]
        yield names[0], names[1], ends[0], ends[1]


def pose(frame: ET.Element) -> tuple[Rotation, np.ndarray]:
    """An offset frame in its body: body-fixed x-y-z angles and translation."""
    turn = Rotation.from_euler("XYZ", numbers(frame, "orientation"))
    return turn, numbers(frame, "translation")


def test_masses_centres_and_inertias(model: ET.Element, anatomy: Anatomy) -> None:
    bodies = {b.get("name"): b for b in model.iter("Body")}
    for k, name in enumerate(BODIES):
        body = bodies[name]
        assert float(anatomy.mass[k]) == float(text_of(body, "mass"))
        np.testing.assert_array_equal(anatomy.mass_centre[k], numbers(body, "mass_center"))
        xx, yy, zz, xy, xz, yz = numbers(body, "inertia")
        expected = [[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]]
        np.testing.assert_array_equal(anatomy.inertia[k], expected)


PARAMETERS = {
    "max_isometric_force": "max_isometric_force",
    "optimal_fiber_length": "optimal_fibre_length",
    "tendon_slack_length": "tendon_slack_length",
    "pennation_angle_at_optimal": "pennation_at_optimal",
}


def test_muscles_and_their_parameters(model: ET.Element, anatomy: Anatomy) -> None:
    muscles = list(model.iter(MUSCLE))
    assert tuple(m.get("name") for m in muscles) == MUSCLES
    for tag, field in PARAMETERS.items():
        published = [float(text_of(m, tag)) for m in muscles]
        np.testing.assert_allclose(getattr(anatomy, field), published, rtol=1e-12)


def on_chain(model: ET.Element) -> dict[str, tuple[str, Rotation, np.ndarray]]:
    """Which moving body carries each body, and where."""
    placed = {name: (name, Rotation.identity(), np.zeros(3)) for name in BODIES}
    waiting = list(frames_of(model))
    while waiting:
        parent, child, at_parent, at_child = waiting.pop(0)
        if child in placed:
            continue
        if parent not in placed:
            waiting.append((parent, child, at_parent, at_child))
            continue
        carrier, rotation, origin = placed[parent]
        (turn, shift), (back, from_child) = pose(at_parent), pose(at_child)
        turned = rotation * turn * back.inv()
        centre = origin + rotation.apply(shift)
        placed[child] = (carrier, turned, centre - turned.apply(from_child))
    return placed


def test_path_points_on_the_moving_bodies(model: ET.Element, anatomy: Anatomy) -> None:
    """All 186, those on scapulae, clavicles, rib cage and jaw carried over to their chain."""
    placed = on_chain(model)
    bodies, points = [], []
    for muscle in model.iter(MUSCLE):
        for point in muscle.iter("PathPoint"):
            name = text_of(point, "socket_parent_frame").split("/")[-1]
            carrier, rotation, origin = placed[name]
            bodies.append(BODIES.index(carrier))
            points.append(rotation.apply(numbers(point, "location")) + origin)
    assert len(points) == 186
    np.testing.assert_array_equal(anatomy.topology.point_body, bodies)
    np.testing.assert_allclose(anatomy.points, points, rtol=0, atol=1e-9)


def test_segments_join_the_points_of_one_muscle(model: ET.Element, anatomy: Anatomy) -> None:
    owner = [k for k, m in enumerate(model.iter(MUSCLE)) for _ in m.iter("PathPoint")]
    expected = [(p, p + 1, m) for p, m in enumerate(owner[:-1]) if owner[p + 1] == m]
    topology = anatomy.topology
    found = zip(topology.segment_start, topology.segment_end, topology.segment_muscle, strict=True)
    assert sorted(found) == expected


def test_joint_centres_in_both_bodies(model: ET.Element, anatomy: Anatomy) -> None:
    ends = {child: (parent, a, b) for parent, child, a, b in frames_of(model)}
    for j, child in enumerate(BODIES[1:]):
        parent, at_parent, at_child = ends[child]
        assert parent == BODIES[j]
        np.testing.assert_allclose(anatomy.parent_offset[j], numbers(at_parent, "translation"))
        np.testing.assert_allclose(anatomy.child_offset[j], numbers(at_child, "translation"))
        for frame in (at_parent, at_child):
            np.testing.assert_array_equal(numbers(frame, "orientation"), np.zeros(3))


def test_bushings(model: ET.Element, anatomy: Anatomy) -> None:
    found = {
        text_of(b, "socket_frame2").split("/")[-1].replace("_offset", ""): b
        for b in model.iter("BushingForce")
    }
    stiffness = np.array([numbers(b, "rotational_stiffness") for b in found.values()])
    damping = np.array([numbers(b, "rotational_damping") for b in found.values()])
    assert len(found) == 8
    np.testing.assert_allclose(anatomy.bushing_stiffness, stiffness)
    np.testing.assert_allclose(anatomy.bushing_damping, damping)


def test_ranges_and_gravity(model: ET.Element, anatomy: Anatomy) -> None:
    found = {c.get("name"): numbers(c, "range") for c in model.iter("Coordinate")}
    expected = [found[name] for name in COORDINATES]
    np.testing.assert_allclose(anatomy.coordinate_range, expected, rtol=1e-9)
    np.testing.assert_allclose(anatomy.gravity, numbers(model, ".//gravity"), rtol=1e-12)


def test_couplers(model: ET.Element, anatomy: Anatomy) -> None:
    """Each of the 24 joint angles is one line through the origin of one coordinate."""
    slopes = []
    for coupler in model.iter("CoordinateCouplerConstraint"):
        x, y = numbers(coupler, ".//x"), numbers(coupler, ".//y")
        assert len(x) == 2
        assert np.interp(0.0, x, y) == pytest.approx(0.0, abs=1e-12)
        driver = text_of(coupler, "independent_coordinate_names").split()[0]
        slopes.append((driver, round(float((y[-1] - y[0]) / (x[-1] - x[0])), 9)))
    mine = [
        (COORDINATES[k], round(float(anatomy.coupling[j, a, k]), 9))
        for j, a, k in np.argwhere(np.asarray(anatomy.coupling) != 0.0)
    ]
    assert len(mine) == 24
    assert len(slopes) == 18
    for slope in slopes:
        assert slope in mine
        mine.remove(slope)


def mirror_gaps(anatomy: Anatomy) -> dict[str, float]:
    """How far each left muscle's points lie from the mirror image of the right one's [m]."""
    owner = np.array([MUSCLES.index(row["muscle"]) for row in tables.rows("path_points")])
    points = np.asarray(anatomy.points)
    gaps = {}
    for k, name in enumerate(MUSCLES):
        if not name.endswith("_L"):
            left = points[owner == MUSCLES.index(name + "_L")] * [1.0, 1.0, -1.0]
            gaps[name] = float(np.abs(points[owner == k] - left).max())
    return gaps


def test_differences_of_left_and_right_are_kept(anatomy: Anatomy) -> None:
    """Up to 1.2 mm in the hyoid muscles that SOURCE.md names; nothing to speak of elsewhere."""
    uneven = {name: gap for name, gap in mirror_gaps(anatomy).items() if gap > 1e-4}
    assert set(uneven) <= {"Geniohyoid", "Stylohyoid_Lat", "Stylohyoid_Med"}
    assert 0.9e-3 < max(uneven.values()) < 1.25e-3


def principal(inertia: np.ndarray) -> np.ndarray:
    return np.linalg.eigvalsh(np.asarray(inertia))


def test_anatomical_inertias_are_those_of_cylinders(anatomy: Anatomy) -> None:
    """Radius from a girth of 397.6 mm; height from one joint to the next."""
    person, radius = generic_anatomy("living"), 0.3976 / (2.0 * np.pi)
    table = {row["body"]: row for row in tables.rows("inertias_anatomical")}
    centres = np.cumsum(
        np.asarray(anatomy.parent_offset)
        - np.concatenate([np.zeros((1, 3)), anatomy.child_offset[:-1]]),
        axis=0,
    )
    heights = np.diff(centres[:, 1])
    for k, body in enumerate(BODIES[1:-1], start=1):
        mass, height = float(anatomy.mass[k]), float(table[body]["cylinder_height_m"])
        assert height == pytest.approx(heights[k - 1], abs=1e-5)
        about, across = mass * radius**2 / 2, mass * (3 * radius**2 + height**2) / 12
        expected = np.diag([across, about, across])
        np.testing.assert_allclose(person.inertia[k], expected, rtol=2e-3, atol=0)
        assert np.sum(principal(person.inertia[k])[:2]) >= principal(person.inertia[k])[2]
        assert np.sum(principal(anatomy.inertia[k])[:2]) < principal(anatomy.inertia[k])[2]
    np.testing.assert_array_equal(person.inertia[-1], anatomy.inertia[-1])
    np.testing.assert_array_equal(person.mass, anatomy.mass)


def test_layers_and_groups() -> None:
    """30 deep, 22 superficial and 20 hyoid muscles; both sides in the same layer and group."""
    assert [MUSCLE_LAYERS.count(x) for x in ("deep", "superficial", "hyoid")] == [30, 22, 20]
    for kinds in (MUSCLE_LAYERS, MUSCLE_GROUPS):
        of = dict(zip(MUSCLES, kinds, strict=True))
        assert all(of[name] == of[name.removesuffix("_L")] for name in MUSCLES)
    layer = dict(zip(MUSCLES, MUSCLE_LAYERS, strict=True))
    assert layer["stern_mast"] == layer["trap_cl"] == layer["semi_cap_sklc5"] == "superficial"
    assert layer["long_cap_sklc4"] == layer["obl_cap_inf"] == "deep"
    assert layer["digastric_post"] == "hyoid"


def test_how_far_beyond_the_range(anatomy: Anatomy) -> None:
    low, high = np.asarray(anatomy.coordinate_range).T
    np.testing.assert_array_equal(within_range(anatomy, 0.5 * (low + high)), np.zeros(6))
    np.testing.assert_array_equal(within_range(anatomy, high), np.zeros(6))
    np.testing.assert_allclose(within_range(anatomy, high + 0.2), np.full(6, 0.2), rtol=1e-12)
    np.testing.assert_allclose(within_range(anatomy, low - 0.1), np.full(6, -0.1), rtol=1e-12)
