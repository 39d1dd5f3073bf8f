"""From region to muscles, in closed constructions and against the neck's own mechanics."""

import dataclasses

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from nuchal.assessment.healthy import healthy_movement
from nuchal.assessment.muscles.exertion import exerted
from nuchal.assessment.ranges.reached import Ranges
from nuchal.assessment.reaching import NAMED_SHARE, reaching_of
from nuchal.assessment.records import Healthy, HealthyForces
from nuchal.dynamics.inverse import no_load
from nuchal.dynamics.paths import muscle_paths
from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import generic_anatomy
from nuchal.model.kinematics import body_jacobians, body_poses
from nuchal.optimisation.settings import PRESET_SETTINGS
from nuchal.optimisation.simulate import simulate

MAXIMUM = np.full(72, 100.0)
STEP = 8
"""Every so many frames of the healthy movement."""


def swing(frames: int = 201) -> np.ndarray:
    """Right bending by 40 degrees and back, and then left likewise."""
    bending = 40.0 * np.sin(np.linspace(0.0, 2.0 * np.pi, frames))
    return np.stack([0.0 * bending, bending, 0.0 * bending], axis=1)


def reach(**less: float) -> Ranges:
    """Forty degrees to all sides, but for some."""
    names = ("flexion", "extension", "right", "left", "turned_right", "turned_left")
    every = dict.fromkeys(names, 40.0) | less
    return Ranges(reach_deg=np.array(list(every.values())), corner_deg=np.full(4, 60.0))


def made(angles: np.ndarray, force: np.ndarray, arms: np.ndarray) -> HealthyForces:
    usable = np.ones(len(angles), bool)
    return HealthyForces(
        whose="own",
        exertion=exerted(force, usable, angles),
        activation=force / MAXIMUM,
        moment_arms=np.broadcast_to(arms, (len(angles), *arms.shape)),
    )


@pytest.fixture(scope="module")
def closed() -> HealthyForces:
    """Beyond 20 degrees muscles 1 and 2 pull right by 6 and 2 N m, 3 left by 1; 4 only extends."""
    angles, arms = swing(), np.zeros((6, 72))
    arms[1, 1], arms[4, 2], arms[1, 3], arms[0, 4] = 0.06, 0.02, -0.01, 0.05
    force = np.full((len(angles), 72), 0.0)
    force[:, 1:5] = np.where(angles[:, 1:2] > 20.0, 100.0, 40.0)
    return made(angles, force, arms)


def test_muscles_are_those_that_carry_the_moment_of_the_direction(closed: HealthyForces) -> None:
    (found,) = reaching_of(reach(right=20.0), closed, MAXIMUM)
    assert found.direction == "right bending"
    assert found.beyond_deg == pytest.approx(20.0, abs=0.1)
    # Net moments are 5 and 2 N m, so that muscles 1 and 2 carry 6 * 5 and 2 * 2 along them.
    one, *others = found.muscles
    assert not others
    assert one.muscle == 1
    assert one.carried == pytest.approx(30.0 / 34.0)
    assert one.carried >= NAMED_SHARE
    assert one.force_n == pytest.approx(100.0)
    assert one.share == pytest.approx(1.0)
    assert one.more == pytest.approx(0.6)


def test_who_goes_as_far_is_asked_for_nothing(closed: HealthyForces) -> None:
    assert reaching_of(reach(), closed, MAXIMUM) == ()
    assert reaching_of(reach(right=35.0), closed, MAXIMUM) == ()


def test_frames_that_cannot_be_used_do_not_count(closed: HealthyForces) -> None:
    spoilt = np.abs(closed.exertion.angles_deg[:, 1] - 38.0) > 1.0
    force = np.where(spoilt[:, None], closed.exertion.force, 1e6)
    exertion = dataclasses.replace(closed.exertion, force=force, usable=spoilt)
    (found,) = reaching_of(
        reach(right=20.0), dataclasses.replace(closed, exertion=exertion), MAXIMUM
    )
    assert found.muscles[0].force_n == pytest.approx(100.0)
    nothing = dataclasses.replace(exertion, usable=np.zeros_like(spoilt))
    none = dataclasses.replace(closed, exertion=nothing)
    assert reaching_of(reach(right=20.0), none, MAXIMUM) == ()


def test_who_never_went_there_has_no_end_to_compare_with(closed: HealthyForces) -> None:
    angles = closed.exertion.angles_deg
    far = np.abs(angles[:, 1]) > 8.0
    exertion = exerted(closed.exertion.force, far, angles)
    (found,) = reaching_of(
        reach(right=5.0), dataclasses.replace(closed, exertion=exertion), MAXIMUM
    )
    assert [one.more for one in found.muscles] == [None] * len(found.muscles)


def length_of(neck: Anatomy, q: jax.Array) -> jax.Array:
    poses = body_poses(neck, q)
    return jnp.asarray(muscle_paths(neck, poses, body_jacobians(neck, q, poses)).length)


@pytest.fixture(scope="module")
def neck() -> Anatomy:
    return generic_anatomy("living")


@pytest.fixture(scope="module")
def healthy(neck: Anatomy) -> Healthy:
    found = healthy_movement(45.0, neck)
    some = jax.tree.map(lambda x: np.asarray(x)[::STEP], found.motion)
    return dataclasses.replace(found, motion=some, angles_deg=found.angles_deg[::STEP])


@pytest.fixture(scope="module")
def forces(neck: Anatomy, healthy: Healthy) -> HealthyForces:
    """By static optimisation."""
    settings = PRESET_SETTINGS["recommended"].recruitment
    found = simulate(neck, healthy.motion, settings, no_load())
    force = np.asarray(found.forces.force)
    return HealthyForces(
        whose="own",
        exertion=exerted(force, np.ones(len(force), bool), healthy.angles_deg),
        activation=np.asarray(found.forces.activation),
        moment_arms=np.asarray(found.moment_arms),
    )


@pytest.mark.slow
@pytest.mark.parametrize(("way", "side"), [(2, "right"), (3, "left")])
def test_a_neck_that_lacks_bending_needs_what_bends_it_or_holds_it(
    neck: Anatomy, healthy: Healthy, forces: HealthyForces, way: int, side: str
) -> None:
    """Each muscle's length, moved by finite differences about bending, says which way it pulls."""
    ranges = healthy.ranges
    short = ranges.reach_deg.copy()
    short[way] = 0.4 * short[way]
    found = reaching_of(
        Ranges(reach_deg=short, corner_deg=ranges.corner_deg),
        forces,
        np.asarray(neck.max_isometric_force),
    )
    (there,) = [one for one in found if one.direction == f"{side} bending"]
    sign = 1.0 if side == "right" else -1.0
    bent = healthy.angles_deg[:, 1] * sign
    middle = int(np.argmin(np.abs(bent - 0.8 * bent.max()) + np.abs(healthy.angles_deg[:, 0])))
    q, small = jnp.asarray(healthy.motion.q[middle]), 1e-5
    lengths = eqx.filter_jit(length_of)
    net = np.asarray(forces.moment_arms)[middle] @ np.asarray(forces.exertion.force)[middle]
    pull = np.zeros(72)
    for k in (1, 4):
        step = small * jnp.eye(6)[k]
        slope = (lengths(neck, q + step) - lengths(neck, q - step)) / (2.0 * small)
        pull -= np.asarray(slope) * net[k]
    assert len(there.muscles) >= 3
    assert all(pull[one.muscle] > 0.0 for one in there.muscles)
    assert sum(one.carried for one in there.muscles) >= NAMED_SHARE
    assert [one.carried for one in there.muscles] == sorted(
        (one.carried for one in there.muscles), reverse=True
    )


@pytest.mark.slow
def test_both_sides_of_a_symmetric_neck_ask_for_each_others_muscles(
    neck: Anatomy, healthy: Healthy, forces: HealthyForces
) -> None:
    short = healthy.ranges.reach_deg * [1, 1, 0.5, 0.5, 1, 1]
    ranges = Ranges(reach_deg=short, corner_deg=healthy.ranges.corner_deg)
    found = reaching_of(ranges, forces, np.asarray(neck.max_isometric_force))
    named = {one.direction: one.muscles for one in found}
    right, left = named["right bending"], named["left bending"]
    partners = neck.system.partners
    assert {partners[one.muscle] for one in right[:4]} == {one.muscle for one in left[:4]}
