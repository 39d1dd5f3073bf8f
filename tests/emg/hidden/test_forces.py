"""Excitations through muscles to forces and loads: by hand, and as ``estimate`` has them."""

import jax
import numpy as np
import pytest

from nuchal.dynamics.external import wrench_of
from nuchal.emg.hidden.courses import NeckFrames, Pulls
from nuchal.emg.hidden.forces import (
    WIDE,
    carry,
    carry_with_intervals,
    force_between,
    load_between,
    load_variance,
    shared_part,
)
from nuchal.emg.hidden.muscles import ACTIVATION_TIME_S, JointTask, MuscleSystem, fibre_forces
from nuchal.emg.hidden.neck import neck_loads, neck_task
from nuchal.emg.hidden.nmm_fit import read_trials
from nuchal.emg.hidden.nmm_intervals import (
    FLOOR,
    ReadingWithIntervals,
    fit_committee,
    read_with_intervals,
)
from nuchal.emg.hidden.records import Fit, Model, NmmSettings
from nuchal.model.generic import generic_anatomy
from nuchal.movements.standard import standard_movement
from nuchal.optimisation.settings import PRESET_SETTINGS
from nuchal.optimisation.simulate import simulate
from nuchal.records import HeadForces, HeadLoad

from .conftest import SMALL

FRAMES = 60


def test_spread_and_error_add_as_squares() -> None:
    members = np.array([[10.0], [10.0], [16.0]])[None]
    spread = WIDE * np.sqrt(8.0)
    found = force_between(Pulls(members, np.array([[7.0]]), np.array([[14.0]]), *np.zeros((2, 1))))
    assert found.value == 10.0
    np.testing.assert_allclose(found.low, 10.0 - np.hypot(spread, 3.0))
    np.testing.assert_allclose(found.high, 10.0 + np.hypot(spread, 4.0))
    weak = Pulls(members - 9.0, np.array([[0.0]]), np.array([[2.0]]), *np.zeros((2, 1)))
    assert force_between(weak).low == 0.0
    load = load_between(members, np.array([[2.0]]))
    np.testing.assert_allclose(load.high - load.value, WIDE * np.sqrt(8.0 + 4.0))


@pytest.mark.parametrize("shared", [0.0, 0.6])
def test_the_variance_of_a_load_is_that_of_drawn_errors(shared: float) -> None:
    """Errors of eight forces that leave two moments as they are, drawn and projected."""
    dice = np.random.default_rng(4)
    sd, arms, loads = dice.uniform(0.5, 2.0, 8), dice.normal(size=(2, 8)), dice.normal(size=(3, 8))
    own, common = dice.normal(size=(200_000, 8)), dice.normal(size=(200_000, 1))
    errors = sd * (np.sqrt(1.0 - shared) * own + np.sqrt(shared) * common)
    moments = errors @ arms.T
    gain = np.linalg.lstsq(moments, errors, rcond=None)[0]
    left = (errors - moments @ gain) @ loads.T
    told = load_variance(loads, arms, sd, np.asarray(shared))
    np.testing.assert_allclose(told, left.var(axis=0), rtol=0.02)
    balanced = load_variance(arms, arms, sd, np.asarray(shared))
    np.testing.assert_allclose(balanced, 0.0, atol=1e-6)


def test_errors_that_channels_share_are_seen(lived: tuple[JointTask, np.ndarray, Model]) -> None:
    trials, _, _ = lived
    known = np.asarray(trials.channels)
    dice = np.random.default_rng(2)
    for part in (0.0, 0.5, 1.0):
        common, own = dice.normal(size=(*known.shape[:2], 1)), dice.normal(size=known.shape)
        off = 0.1 * (np.sqrt(part) * common + np.sqrt(1.0 - part) * own)
        blind = (known + off * FLOOR) / (1.0 - off)
        doubted = ReadingWithIntervals(None, known, blind, ())
        assert shared_part(trials, doubted) == pytest.approx(part, abs=0.12)


def test_forces_are_those_of_the_personal_muscles(
    lived: tuple[JointTask, np.ndarray, Model],
) -> None:
    """Force by hand from activation, and the moments of the forces are the model's own."""
    trials, _, himself = lived
    read = read_trials(himself, trials, SMALL)
    told = carry(Fit(himself, None, np.zeros(1)), trials, read)
    able = fibre_forces(himself.muscles.system, trials.length, trials.velocity)
    by_hand = np.asarray(read.activation) * np.asarray(able.active) + np.asarray(able.passive)
    force = force_between(told.pulls)
    np.testing.assert_allclose(force.value, by_hand, atol=1e-9)
    np.testing.assert_array_equal(force.low, force.high)
    moment = np.einsum("ntdm,ntm->ntd", trials.moment_arms, force.value)
    np.testing.assert_allclose(moment, read.moment, atol=1e-9)


@pytest.mark.slow
def test_intervals_of_forces_hold_those_of_every_member(
    system: MuscleSystem, lived: tuple[JointTask, np.ndarray, Model]
) -> None:
    trials, _, _ = lived
    settings = NmmSettings(**(vars(SMALL) | {"steps": 20, "reading_steps": 20}))
    committee = fit_committee(system, trials, settings)
    doubted = read_with_intervals(committee, trials, settings)
    activation, pulls = carry_with_intervals(committee, trials, doubted)
    assert np.all(activation.low <= activation.value + 1e-12)
    assert np.all(activation.value <= activation.high + 1e-12)
    steps = np.abs(np.diff(activation.high, axis=1))
    assert steps.max() < 1.0 - np.exp(-trials.step_s / (0.3 * ACTIVATION_TIME_S))
    assert pulls.members.shape == (*np.shape(trials.length)[:2], 4, 5)
    assert np.all(pulls.weaker <= pulls.members[..., 0, :] + 1e-9)
    assert np.all(pulls.members[..., 0, :] <= pulls.stronger + 1e-9)
    force = force_between(pulls)
    sd = pulls.members.std(axis=-2)
    assert np.all(force.high - force.value >= WIDE * sd - 1e-9)
    assert np.all(force.low >= 0.0)
    own = committee.without[0].model.muscles.system
    able = fibre_forces(own, trials.length, trials.velocity)
    theirs = np.asarray(doubted.members[0].activation) * np.asarray(able.active)
    np.testing.assert_allclose(pulls.members[..., 1, :], theirs + np.asarray(able.passive))


@pytest.mark.slow
def test_reactions_are_those_of_estimate_under_the_same_forces() -> None:
    """With a load, a strap and a trunk that leans; forces that static optimisation found."""
    anatomy, motion = generic_anatomy("living"), standard_movement(frames=FRAMES)
    load = HeadLoad(np.array(0.5), np.array([0.02, 0.1, 0.0]))
    gravity = np.tile([1.0, -9.7, 0.5], (FRAMES, 1))
    grow = np.linspace(0.0, 15.0, FRAMES)[:, None, None]
    strap = HeadForces(
        source=None,
        names=("strap",),
        force=grow * np.array([1.0, 0.2, 0.1]),
        point=np.tile([0.1, 0.08, 0.0], (FRAMES, 1, 1)),
        torque=np.zeros((FRAMES, 1, 3)),
        delay_s=0.0,
    )
    wrench = wrench_of(strap)
    settings = PRESET_SETTINGS["recommended"].recruitment
    known = simulate(anatomy, motion, settings, load, gravity, wrench=wrench)
    force = np.asarray(known.forces.force)
    frames = NeckFrames(anatomy, motion, gravity, load, wrench, strap, np.asarray(motion.time))
    half = np.arange(FRAMES) >= FRAMES // 2
    members = np.stack([force, 1.1 * force], axis=1)[half]
    shared = np.full(half.sum(), 0.4)
    doubted = Pulls(members, 0.8 * force[half], 1.2 * force[half], shared, 0.0 * shared)
    found = neck_loads(frames, half, doubted)
    for name, theirs in vars(known.reactions).items():
        mine = np.asarray(getattr(found.reactions, name))
        np.testing.assert_allclose(mine, np.asarray(theirs)[half], atol=1e-8)
        assert np.all(np.asarray(getattr(found.low, name)) <= mine)
        assert np.all(mine <= np.asarray(getattr(found.high, name)))
    np.testing.assert_allclose(found.moments.net, np.asarray(known.moments.net)[half], atol=1e-9)
    assert np.abs(found.moments.external).max() > 1.0
    none = 0.0 * shared
    sure = neck_loads(frames, half, Pulls(members, force[half], force[half], none, none))
    spread = WIDE * np.abs(sure.reactions.compression - sure.low.compression)
    assert np.all(spread <= WIDE * np.abs(found.reactions.compression - found.low.compression))
    alone, nothing = force[half][:, None], neck_loads(frames, half, _same(0.0 * force[half]))
    off = neck_loads(frames, half, Pulls(alone, force[half], force[half], none, none + 0.1))
    by_muscles = np.asarray(off.reactions.compression - nothing.reactions.compression)
    wide = np.asarray(off.high.compression - off.reactions.compression)
    np.testing.assert_allclose(wide, WIDE * 0.1 * np.abs(by_muscles), rtol=1e-6)
    task = neck_task(anatomy, motion, load, np.zeros((FRAMES, 4)), gravity, wrench)
    np.testing.assert_allclose(task.moment, known.moments.net, atol=1e-9)
    np.testing.assert_array_equal(jax.tree.leaves(found.motion)[0], np.asarray(motion.time)[half])


def _same(force: np.ndarray) -> Pulls:
    """Forces that nobody doubts."""
    return Pulls(force[:, None], force, force, *np.zeros((2, len(force))))
