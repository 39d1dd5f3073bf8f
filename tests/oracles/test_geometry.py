"""Lengths, moment arms and markers are OpenSim's, for the generic neck and for anyone's."""

from collections.abc import Callable

import jax
import numpy as np
import pytest

from nuchal.conventions import MARKERS
from nuchal.dynamics.paths import muscle_paths
from nuchal.io.opensim.engine import OpensimNeck
from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import generic_anatomy
from nuchal.model.kinematics import body_jacobians, body_poses, marker_positions, skull_points
from nuchal.model.scaling import GENERIC_SUBJECT, personalise
from nuchal.model.source import source_markers
from nuchal.records import Subject

BOUND_M = 1e-6


@jax.jit
def ours(anatomy: Anatomy, q: np.ndarray) -> tuple[jax.Array, jax.Array, jax.Array]:
    """Lengths, moment arms and markers in one frame."""
    poses = body_poses(anatomy, q)
    paths = muscle_paths(anatomy, poses, body_jacobians(anatomy, q, poses))
    return paths.length, paths.moment_arms, marker_positions(anatomy, q)


def assert_same_geometry(anatomy: Anatomy, neck: OpensimNeck, poses: np.ndarray) -> None:
    """Compare one neck in many poses, head markers where the model has them."""
    has_markers = neck.model.getMarkerSet().contains("TP")
    for q in poses:
        neck.move(q)
        length, arms, markers = ours(anatomy, q)
        np.testing.assert_allclose(length, neck.lengths(), rtol=0, atol=BOUND_M)
        np.testing.assert_allclose(arms, neck.moment_arms(), rtol=0, atol=BOUND_M)
        if has_markers:
            np.testing.assert_allclose(markers, neck.markers(), rtol=0, atol=BOUND_M)


def test_generic_neck_is_the_published_one(
    reference_neck: OpensimNeck, poses: Callable[[int, int], np.ndarray]
) -> None:
    assert_same_geometry(generic_anatomy(), reference_neck, poses(100, 1))


def test_skull_markers_of_the_published_neck(
    reference_neck: OpensimNeck, poses: Callable[[int, int], np.ndarray]
) -> None:
    """The published file has no TP, LH, RH; its own four skull markers stand in for them."""
    chosen = [m for m in source_markers() if m.body == "skull" and m.name not in MARKERS]
    assert len(chosen) == 4
    local = np.array([m.place for m in chosen])
    every_pose = jax.jit(jax.vmap(skull_points, in_axes=(None, 0, None)))
    mine = every_pose(generic_anatomy(), poses(100, 1), local)
    for q, places in zip(poses(100, 1), mine, strict=True):
        reference_neck.move(q)
        theirs = reference_neck.markers(tuple(m.name for m in chosen))
        np.testing.assert_allclose(places, theirs, rtol=0, atol=BOUND_M)


def test_exported_generic_neck(
    exported_neck: OpensimNeck, poses: Callable[[int, int], np.ndarray]
) -> None:
    assert_same_geometry(generic_anatomy(), exported_neck, poses(100, 2))


def test_exported_neck_moves_as_the_published_one(
    exported_neck: OpensimNeck,
    reference_neck: OpensimNeck,
    poses: Callable[[int, int], np.ndarray],
) -> None:
    names = tuple(m.name for m in source_markers() if m.name not in MARKERS)
    assert len(names) == 7
    for q in poses(20, 3):
        exported_neck.move(q)
        reference_neck.move(q)
        for ask in (OpensimNeck.lengths, OpensimNeck.moment_arms):
            np.testing.assert_allclose(ask(exported_neck), ask(reference_neck), atol=1e-12)
        np.testing.assert_allclose(
            exported_neck.markers(names), reference_neck.markers(names), atol=1e-12
        )


@pytest.mark.parametrize("person", range(20))
def test_personalised_necks(
    person: int,
    people: list[Subject],
    export: Callable[[Anatomy], OpensimNeck],
    poses: Callable[[int, int], np.ndarray],
) -> None:
    anatomy = personalise(people[person])
    assert_same_geometry(anatomy, export(anatomy), poses(20, 100 + person))


def test_default_measures_give_the_generic_neck(export: Callable[[Anatomy], OpensimNeck]) -> None:
    same = export(personalise(GENERIC_SUBJECT))
    generic = export(generic_anatomy())
    q = np.array([0.1, -0.05, 0.3, 0.4, 0.2, -0.3])
    same.move(q)
    generic.move(q)
    np.testing.assert_allclose(same.lengths(), generic.lengths(), rtol=0, atol=1e-15)


def test_bones_stay_with_their_muscles(
    people: list[Subject], export: Callable[[Anatomy], OpensimNeck]
) -> None:
    """Shoulder blades and clavicles move sideways with the shoulder, in proportion."""
    for subject in people[:3]:
        wide = subject.shoulder_width_m / GENERIC_SUBJECT.shoulder_width_m
        neck = export(personalise(subject))
        generic = export(generic_anatomy())
        for bone in ("rscapula", "lscapula", "rclavicle", "lclavicle"):
            z, z0 = (
                n.model.getBodySet().get(bone).getPositionInGround(n.state).get(2)
                for n in (neck, generic)
            )
            assert z / z0 == pytest.approx(wide, abs=1e-12)


def test_unit_tension_is_the_moment_arm_solver(
    exported_neck: OpensimNeck, poses: Callable[[int, int], np.ndarray]
) -> None:
    """The quick way to ask OpenSim for moment arms gives what its own solver gives."""
    for q in poses(4, 5):
        exported_neck.move(q)
        quick = exported_neck.moment_arms()
        exported_neck.move(q)
        np.testing.assert_allclose(quick, exported_neck.solver_moment_arms(), atol=1e-12)
