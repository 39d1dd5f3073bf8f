"""Chunks cannot be seen, gravity is each frame's own, and the gravest status is told."""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Literal

import equinox as eqx
import jax
import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from nuchal.batches import FRAMES_AT_ONCE, ordered
from nuchal.dynamics.inverse import no_load
from nuchal.dynamics.muscles.hill import capacity
from nuchal.dynamics.pipeline import inverse_dynamics
from nuchal.errors import Status
from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import generic_anatomy
from nuchal.model.scaling import personalise
from nuchal.optimisation.many import simulate_many
from nuchal.optimisation.settings import RecruitmentSettings
from nuchal.optimisation.simulate import Simulation, simulate
from nuchal.optimisation.terms import CausalRate
from nuchal.records import HeadLoad, Motion, Subject

SETTINGS = RecruitmentSettings()
"""With passive fibre force."""
HELMET = HeadLoad(np.array(1.5), np.array([0.02, 0.1, 0.0]))
ANVIL = HeadLoad(np.array(60.0), np.array([0.05, 0.1, 0.0]))


def first(motion: Motion, start: int, count: int) -> Motion:
    return jax.tree.map(lambda x: np.asarray(x)[start : start + count], motion)


@pytest.fixture(scope="module")
def anatomy() -> Anatomy:
    """Whose base stands still, so that gravity is the same for the whole neck."""
    return generic_anatomy("source")


@pytest.fixture(scope="module")
def motion(movement: Callable[..., Callable]) -> Motion:
    return movement()(np.arange(401) / 100.0)


@pytest.fixture(scope="module")
def long(anatomy: Anatomy, motion: Motion) -> Simulation:
    return simulate(anatomy, motion, SETTINGS, no_load())


@pytest.mark.parametrize("count", [1, 199, 200, 201])
def test_chunks_cannot_be_seen(
    count: int, anatomy: Anatomy, motion: Motion, long: Simulation
) -> None:
    """The same frames from the middle of a longer recording, to rounding."""
    assert FRAMES_AT_ONCE == 200
    found = simulate(anatomy, first(motion, 57, count), SETTINGS, no_load())
    for mine, whole in zip(jax.tree.leaves(found), jax.tree.leaves(long), strict=True):
        assert len(mine) == count
        np.testing.assert_allclose(mine, np.asarray(whole)[57 : 57 + count], rtol=0, atol=1e-9)


def test_frames_alone_are_frames_of_the_whole(
    anatomy: Anatomy, motion: Motion, long: Simulation
) -> None:
    for k in (0, 199, 200, 400):
        alone = simulate(anatomy, first(motion, k, 1), SETTINGS, no_load())
        np.testing.assert_allclose(alone.forces.force[0], long.forces.force[k], atol=1e-9)


def test_forces_are_activations_of_the_hill_relation(
    anatomy: Anatomy, motion: Motion, long: Simulation
) -> None:
    """Force is activation times what length and speed allow, and the passive part; moment arms
    times force balance the net moments."""
    every = eqx.filter_jit(jax.vmap(lambda length, speed: capacity(anatomy, length, speed)))
    speed = -np.einsum("tk,tkm->tm", motion.qd, long.moment_arms)
    able = every(long.length, speed)
    forces = long.forces
    expected = np.asarray(forces.activation * able.active + able.passive)
    np.testing.assert_allclose(forces.force, expected, rtol=0, atol=1e-8)
    np.testing.assert_allclose(forces.passive, able.passive, rtol=0, atol=1e-9)
    ok = np.asarray(forces.status) == Status.OK
    made = np.einsum("tkm,tm->tk", long.moment_arms, np.asarray(forces.force))
    assert ok.mean() > 0.9
    np.testing.assert_allclose(made[ok], np.asarray(long.moments.net)[ok], rtol=0, atol=1e-8)


def test_gravity_of_a_trunk_that_leans(anatomy: Anatomy, motion: Motion, helmet: HeadLoad) -> None:
    """As if each frame's neck had been told its own gravity."""
    some = first(motion, 0, 4)
    lean = Rotation.from_euler("z", [[0.0], [20.0], [45.0], [-30.0]], degrees=True)
    gravity = lean.apply(np.tile(anatomy.gravity, (4, 1)))
    found = simulate(anatomy, some, SETTINGS, helmet, gravity)
    upright = simulate(anatomy, some, SETTINGS, helmet)
    ask = jax.jit(inverse_dynamics)
    for k in range(4):
        told = eqx.tree_at(lambda a: a.gravity, anatomy, gravity[k])
        expected = ask(told, some.q[k], some.qd[k], some.qdd[k], helmet)
        np.testing.assert_allclose(found.moments.net[k], expected.net, rtol=0, atol=1e-10)
        np.testing.assert_allclose(found.moments.external[k], expected.external, atol=1e-10)
    np.testing.assert_allclose(found.forces.force[0], upright.forces.force[0], atol=1e-9)
    assert np.abs(found.moments.net[2] - upright.moments.net[2]).max() > 1.0
    told = eqx.tree_at(lambda a: a.gravity, anatomy, gravity[2])
    alone = simulate(told, first(some, 2, 1), SETTINGS, helmet)
    for mine, theirs in zip(
        jax.tree.leaves(found.reactions), jax.tree.leaves(alone.reactions), strict=True
    ):
        np.testing.assert_allclose(mine[2], theirs[0], rtol=0, atol=1e-8)


TRACKED = [Status.OK, Status.GAP, Status.BEYOND_RANGE]


def test_the_gravest_status_is_told(anatomy: Anatomy, motion: Motion) -> None:
    """A gap says so whatever the muscles found; what they failed at outranks a wide posture."""
    some = eqx.tree_at(lambda m: m.status, first(motion, 0, 3), np.array(TRACKED))
    light = simulate(anatomy, some, SETTINGS, no_load()).forces
    heavy = simulate(anatomy, some, SETTINGS, ANVIL).forces
    np.testing.assert_array_equal(light.status, TRACKED)
    expected = [Status.INFEASIBLE, Status.GAP, Status.INFEASIBLE]
    np.testing.assert_array_equal(heavy.status, expected)
    assert np.all(np.abs(np.asarray(heavy.reserve)).max(axis=1) > 1.0)
    np.testing.assert_array_equal(light.reserve, np.zeros((3, 6)))


def test_saturated_muscles_are_those_at_full_activation(anatomy: Anatomy, motion: Motion) -> None:
    heavy = simulate(anatomy, first(motion, 0, 3), SETTINGS, ANVIL).forces
    saturated = np.asarray(heavy.saturated)
    assert saturated.any()
    assert not saturated.all()
    assert np.all(np.asarray(heavy.activation)[saturated] > 1.0 - 1e-8)


@pytest.mark.slow
@pytest.mark.parametrize(("rate", "longest"), [("off", 401), ("causal", 230)])
def test_many_necks_are_each_neck_alone(
    rate: Literal["off", "causal"], longest: int, anatomy: Anatomy, motion: Motion
) -> None:
    """In order, to rounding, whatever the lengths of their recordings.

    Looking back is compiled for each length anew: two of them, each neck alone first.
    """
    settings = SETTINGS.with_term(CausalRate()) if rate == "causal" else SETTINGS
    long_neck = personalise(
        Subject(neck_length_m=0.13, shoulder_width_m=0.4, head_and_neck_mass_kg=5.0)
    )
    cases = [
        (anatomy, first(motion, 57, 230), no_load()),
        (long_neck, first(motion, 0, 230), HELMET),
        (long_neck, first(motion, 0, longest), no_load()),
        (anatomy, first(motion, 3, 7), no_load()),
    ]
    alone = [simulate(neck, part, settings, load).forces for neck, part, load in cases]
    for forces, one in zip(simulate_many(iter(cases), settings), alone, strict=True):
        for mine, theirs in zip(jax.tree.leaves(forces), jax.tree.leaves(one), strict=True):
            np.testing.assert_allclose(mine, theirs, rtol=0, atol=1e-9)


def test_an_endless_stream_is_taken_as_it_is_asked_for() -> None:
    taken = []

    def endless() -> Iterator[int]:
        for k in count():
            taken.append(k)
            yield k

    squares = ordered(lambda k: k * k, endless(), threads=2)
    assert [next(squares) for _ in range(50)] == [k * k for k in range(50)]
    squares.close()
    assert len(taken) < 60
