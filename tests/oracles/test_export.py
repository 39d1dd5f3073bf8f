"""What we write is a whole OpenSim model: its figures, its extras, and that it runs."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import opensim
import pytest

from nuchal.conventions import COORDINATES, MARKERS
from nuchal.errors import EngineError, OutputError
from nuchal.io.opensim.engine import OpensimNeck
from nuchal.io.opensim.model import write_osim
from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import MUSCLES, generic_anatomy
from nuchal.model.scaling import personalise
from nuchal.model.source import bushing_names, source_bodies
from nuchal.records import HeadLoad, Subject

CURVES = (
    "ActiveForceLengthCurve",
    "ForceVelocityCurve",
    "FiberForceLengthCurve",
    "TendonForceLengthCurve",
)


def vector(values: opensim.Vec3) -> list[float]:
    return [values.get(i) for i in range(values.size())]


def test_bodies_and_bushings_are_the_published_ones(
    exported_neck: OpensimNeck, reference_neck: OpensimNeck
) -> None:
    for body in source_bodies():
        mine, theirs = (
            n.model.getBodySet().get(body.name) for n in (exported_neck, reference_neck)
        )
        assert mine.getMass() == theirs.getMass()
        assert vector(mine.get_mass_center()) == vector(theirs.get_mass_center())
        assert vector(mine.get_inertia()) == vector(theirs.get_inertia())
        assert (
            mine.get_attached_geometry(0).getPropertyByName("mesh_file").toString()
            == theirs.get_attached_geometry(0).getPropertyByName("mesh_file").toString()
        )
    for name in bushing_names():
        mine, theirs = (
            opensim.BushingForce.safeDownCast(n.model.getForceSet().get(name))
            for n in (exported_neck, reference_neck)
        )
        for kind in ("rotational_stiffness", "rotational_damping", "translational_stiffness"):
            assert vector(getattr(mine, f"get_{kind}")()) == vector(
                getattr(theirs, f"get_{kind}")()
            )


@pytest.mark.parametrize("name", MUSCLES[::6])
def test_muscle_parameters_are_the_published_ones(
    name: str, exported_neck: OpensimNeck, reference_neck: OpensimNeck
) -> None:
    mine, theirs = (
        opensim.Millard2012EquilibriumMuscle.safeDownCast(n.model.getMuscles().get(name))
        for n in (exported_neck, reference_neck)
    )
    for fact in (
        "max_isometric_force",
        "optimal_fiber_length",
        "tendon_slack_length",
        "pennation_angle_at_optimal",
        "max_contraction_velocity",
        "minimum_activation",
        "fiber_damping",
        "maximum_pennation_angle",
    ):
        ours, published = (getattr(m, f"get_{fact}")() for m in (mine, theirs))
        assert ours == pytest.approx(published, rel=1e-15), fact
    for kind in CURVES:
        ours, published = (getattr(m, f"get_{kind}")() for m in (mine, theirs))
        x = np.linspace(0.4, 1.8, 50)
        np.testing.assert_allclose(
            [ours.calcValue(float(v)) for v in x], [published.calcValue(float(v)) for v in x]
        )


def test_muscle_points_lie_on_the_bodies_of_the_source(
    exported_neck: OpensimNeck, reference_neck: OpensimNeck
) -> None:
    count = 0
    for name in MUSCLES:
        mine, theirs = (
            n.model.getMuscles().get(name).getGeometryPath().getPathPointSet()
            for n in (exported_neck, reference_neck)
        )
        assert mine.getSize() == theirs.getSize()
        for p in range(mine.getSize()):
            ours, published = (
                opensim.PathPoint.safeDownCast(points.get(p)) for points in (mine, theirs)
            )
            assert ours.getBody().getName() == published.getBody().getName()
            assert vector(ours.get_location()) == vector(published.get_location())
            count += 1
    assert count == 186


def test_coordinates_and_couplers(exported_neck: OpensimNeck) -> None:
    coordinates = exported_neck.model.getCoordinateSet()
    assert coordinates.getSize() == 24
    assert exported_neck.model.getConstraintSet().getSize() == 18
    for name, (low, high) in zip(
        COORDINATES, np.asarray(generic_anatomy().coordinate_range), strict=True
    ):
        assert coordinates.get(name).getRangeMin() == low
        assert coordinates.get(name).getRangeMax() == high


def test_couplers_hold_when_opensim_assembles(exported_neck: OpensimNeck) -> None:
    """Only the six are set; OpenSim itself finds the eighteen that follow."""
    model, q = exported_neck.model, [0.2, -0.05, 0.4, 0.5, -0.3, 0.25]
    exported_neck.move(np.array(q))
    lengths = exported_neck.lengths()
    exported_neck.move(np.zeros(6))
    for name, value in zip(COORDINATES, q, strict=True):
        model.getCoordinateSet().get(name).setValue(exported_neck.state, value, False)
    model.assemble(exported_neck.state)
    model.realizeVelocity(exported_neck.state)
    np.testing.assert_allclose(exported_neck.lengths(), lengths, atol=1e-6)


@pytest.mark.parametrize("person", [None, 0, 1])
def test_opensim_simulates_it(person: int | None, people: list[Subject], tmp_path: Path) -> None:
    anatomy = generic_anatomy() if person is None else personalise(people[person])
    path = tmp_path / "neck.osim"
    write_osim(path, anatomy, name="person")
    model = opensim.Model(str(path))
    state = model.initSystem()
    assert model.getName() == "person"
    model.equilibrateMuscles(state)
    manager = opensim.Manager(model)
    manager.initialize(state)
    end = manager.integrate(0.05)
    moved = [model.getCoordinateSet().get(c).getValue(end) for c in COORDINATES]
    assert end.getTime() == pytest.approx(0.05)
    assert 1e-6 < np.abs(moved).max() < 0.5


def test_locked_thorax_stands_still(tmp_path: Path) -> None:
    anatomy = generic_anatomy()
    path = tmp_path / "neck.osim"
    write_osim(path, anatomy, locked_thorax=True)
    neck = OpensimNeck(path, anatomy)
    coordinates = neck.model.getCoordinateSet()
    locked = [
        coordinates.get(i).getName()
        for i in range(coordinates.getSize())
        if coordinates.get(i).getLocked(neck.state)
    ]
    assert locked == ["gndpitch", "gndroll", "gndyaw", "spine_tx", "spine_ty", "spine_tz"]


def test_a_load_weighs_what_it_should(
    export: Callable[..., OpensimNeck], helmet: HeadLoad, exported_neck: OpensimNeck
) -> None:
    loaded = export(generic_anatomy(), helmet)
    more = loaded.model.getTotalMass(loaded.state) - exported_neck.model.getTotalMass(
        exported_neck.state
    )
    assert more == pytest.approx(1.4, abs=1e-12)


def test_markers_of_the_paper_are_there(exported_neck: OpensimNeck) -> None:
    for name in MARKERS:
        assert exported_neck.model.getMarkerSet().contains(name)
    assert exported_neck.model.getMarkerSet().getSize() == 10


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"nowhere/neck\.osim: cannot be written"):
        write_osim(tmp_path / "nowhere" / "neck.osim", generic_anatomy())
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_no_model(tmp_path: Path) -> None:
    anatomy: Anatomy = generic_anatomy()
    path = tmp_path / "neck.osim"
    path.write_text("not a model")
    with pytest.raises(EngineError, match=r"neck\.osim: OpenSim cannot open this model"):
        OpensimNeck(path, anatomy)
