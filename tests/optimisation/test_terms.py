"""Every term of the objective by hand, and gone where its weight is zero."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import generic_system
from nuchal.optimisation.causal import Carried, with_rate
from nuchal.optimisation.problem import RecruitmentProblem, objective
from nuchal.optimisation.settings import PRESET_SETTINGS, RecruitmentSettings
from nuchal.optimisation.simulate import FrameMechanics, frame_problem
from nuchal.optimisation.terms import (
    CausalRate,
    Effort,
    Energy,
    Equality,
    Measured,
    Rate,
    Reserve,
    Symmetry,
    faded,
    metabolic_power,
)
from nuchal.records import WantedActivation

MUSCLES, MUSCLE_LAYERS = generic_system().muscles, generic_system().layers
PAPER = PRESET_SETTINGS["paper"].recruitment
PLAIN = RecruitmentSettings()
"""Activation squared, passive fibre force, no other term."""


@pytest.fixture(scope="module")
def frame(
    anatomy: Anatomy, mechanics: Callable[..., FrameMechanics], movement: Callable[..., Callable]
) -> FrameMechanics:
    """One moving frame, before recruitment."""
    motion = movement()(np.linspace(0.0, 2.0, 8))
    return jax.tree.map(lambda x: x[3], mechanics(anatomy, motion, PLAIN))


@pytest.fixture(scope="module")
def programme(anatomy: Anatomy, frame: FrameMechanics) -> Callable[..., RecruitmentProblem]:
    def of(settings: RecruitmentSettings) -> RecruitmentProblem:
        arms, net = frame.paths.moment_arms, frame.moments.net
        return jax.tree.map(
            np.asarray, frame_problem(settings, anatomy, arms, frame.capacity, net)[0]
        )

    return of


def minetti_alexander(v: np.ndarray) -> np.ndarray:
    """Metabolic power over F_max v_max at a shortening speed of v v_max, their eq. for phi."""
    return (0.054 + 0.506 * v + 2.46 * v**2) / (1 - 1.13 * v + 12.8 * v**2 - 1.64 * v**3)


@pytest.mark.slow
def test_metabolic_power(anatomy: Anatomy, frame: FrameMechanics) -> None:
    """F_max v_max phi, with v_max = 10 optimal lengths a second, over its mean at v = 0."""
    vmax = 10.0 * np.asarray(anatomy.optimal_fibre_length)
    shortening = -np.asarray(frame.capacity.norm_fibre_velocity)
    assert shortening.min() < -0.005
    assert shortening.max() > 0.005
    watt = anatomy.max_isometric_force * vmax * minetti_alexander(shortening)
    at_rest = np.mean(anatomy.max_isometric_force * vmax * 0.054)
    found = metabolic_power(anatomy, frame.capacity)
    np.testing.assert_allclose(found, watt / at_rest, rtol=1e-12)
    assert np.all(np.asarray(found) > 0.0)


@pytest.mark.slow
def test_energy_is_linear_in_activation(programme: Callable[..., RecruitmentProblem]) -> None:
    without, once, twice = (programme(PLAIN.with_term(Energy(weight=w))) for w in (0.0, 0.01, 0.02))
    np.testing.assert_array_equal(without.slope, np.zeros(72))
    np.testing.assert_allclose(twice.slope, 2.0 * once.slope, rtol=1e-14)
    np.testing.assert_array_equal(once.curvature, without.curvature)


@pytest.mark.parametrize("layer", ["deep", "superficial", "hyoid"])
def test_layers_weigh_apart(layer: str, programme: Callable[..., RecruitmentProblem]) -> None:
    """Second derivative of w a^2 is 2 w."""
    found = programme(PLAIN.weighted(layer, 0.3)).curvature
    expected = np.where(np.array(MUSCLE_LAYERS) == layer, 0.6, 2.0)
    np.testing.assert_allclose(found, expected, rtol=1e-14)


def test_a_weight_of_zero_stays_convex(programme: Callable[..., RecruitmentProblem]) -> None:
    found = programme(PLAIN.weighted("deep", 0.0)).curvature
    assert np.all(found > 0.0)
    assert found[MUSCLE_LAYERS.index("deep")] < 1e-5


def test_squared_force_within_what_length_and_speed_allow(
    anatomy: Anatomy, frame: FrameMechanics, programme: Callable[..., RecruitmentProblem]
) -> None:
    """Effort counts F / F_max; a muscle that is at half of its strength costs a quarter."""
    found = programme(PLAIN.with_term(Effort(of="force")))
    share = np.asarray(frame.capacity.active / anatomy.max_isometric_force)
    np.testing.assert_allclose(found.curvature, np.maximum(2.0 * share**2, 1e-6), rtol=1e-12)


def test_bounds_of_force(
    anatomy: Anatomy, frame: FrameMechanics, programme: Callable[..., RecruitmentProblem]
) -> None:
    arms = np.asarray(frame.paths.moment_arms)
    own = programme(PLAIN).moment_per_activation
    np.testing.assert_allclose(own, arms * frame.capacity.active, rtol=1e-14)
    isometric = programme(replace(PLAIN, capacity="isometric")).moment_per_activation
    np.testing.assert_allclose(isometric, arms * anatomy.max_isometric_force, rtol=1e-14)


def test_passive_fibres_take_their_share_of_the_moment(
    frame: FrameMechanics, programme: Callable[..., RecruitmentProblem]
) -> None:
    with_them, without = (programme(replace(PLAIN, passive=p)) for p in (True, False))
    taken = np.asarray(frame.paths.moment_arms) @ np.asarray(frame.capacity.passive)
    assert np.abs(taken).max() > 1e-3
    np.testing.assert_allclose(without.moment - with_them.moment, taken, rtol=0, atol=1e-13)
    np.testing.assert_array_equal(without.moment, frame.moments.net)


def test_lowest_activation(programme: Callable[..., RecruitmentProblem]) -> None:
    lowest = programme(replace(PLAIN, lowest_activation="minimum")).low
    np.testing.assert_array_equal(lowest, np.full(72, 0.01))
    np.testing.assert_array_equal(programme(PLAIN).low, np.zeros(72))


@pytest.mark.parametrize(("given", "price"), [(None, np.inf), (2.0, 2.0)])
def test_price_of_reserves(
    given: float | None, price: float, programme: Callable[..., RecruitmentProblem]
) -> None:
    found = programme(PLAIN if given is None else PLAIN.with_term(Reserve(price=given)))
    assert float(found.reserve_price) == price


PURE = {"pitch1": 0, "pitch2": 3}


@pytest.mark.parametrize("coordinate", range(6))
def test_symmetry_fades_as_the_moment_turns_sideways(coordinate: int) -> None:
    """Full (2 w, for w d^2) in the sagittal plane; at 10 N m sideways the square of 0.5 in 10."""
    net = jnp.asarray(10.0 * np.eye(6)[coordinate])
    weight = float(faded(1.5, net))
    if coordinate in PURE.values():
        assert weight == pytest.approx(3.0, rel=1e-12)
    else:
        assert weight == pytest.approx(3.0 * 0.25 / 100.25, rel=1e-12)


def test_symmetry_fades_without_a_jump() -> None:
    turns = np.linspace(0.0, np.pi / 2, 200)
    net = np.zeros((200, 6))
    net[:, 3], net[:, 4] = 5.0 * np.cos(turns), 5.0 * np.sin(turns)
    weights = np.array([float(faded(1.0, jnp.asarray(moment))) for moment in net])
    assert np.all(np.diff(weights) < 0.0)
    assert np.abs(np.diff(weights)).max() < 0.02 * weights[0]
    still = float(faded(1.0, jnp.zeros(6)))
    assert still == pytest.approx(weights[0])


def test_equality_pairs_without_a_weight(programme: Callable[..., RecruitmentProblem]) -> None:
    equal, soft = (programme(PLAIN.with_term(t)) for t in (Equality(), Symmetry()))
    assert equal.equal
    assert equal.symmetry is None
    assert soft.symmetry is not None
    assert not programme(PLAIN).paired


@pytest.mark.parametrize(("name", "kind"), [("rate", CausalRate), ("symmetry", Symmetry)])
def test_a_weight_brings_a_term_in_and_zero_drops_it(name: str, kind: type) -> None:
    given = PLAIN.weighted(name, 0.5)
    assert given.terms[1:] == (kind(weight=0.5),)
    assert given.weighted(name, 0.0) == PLAIN


def test_a_rate_costs_as_much_as_holding_after_its_time() -> None:
    """A change of F_max within tau: w (tau / dt)^2 (dt / tau)^2 = w for each unit of F^2."""
    rate = Rate(weight=0.7, time_s=0.03)
    for step in (0.01, 0.03):
        price = float(rate.price(step))
        assert 0.5 * price * (step / 0.03) ** 2 == pytest.approx(0.7, rel=1e-12)


def test_looking_back_is_a_first_order_lag() -> None:
    """Effort f^2 with the rate is implicit Euler of w tau df/dt = -f: to exp(-1) after w tau."""
    rate = CausalRate(weight=2.0, time_s=0.03)
    step = 1e-5
    price, force = float(rate.price(step)), 1.0
    for _ in range(round(0.06 / step)):
        force = price * force / (2.0 + price)
    assert force == pytest.approx(np.exp(-1.0), rel=1e-3)


def test_with_rate_adds_the_squared_change(programme: Callable[..., RecruitmentProblem]) -> None:
    """p (share a - before)^2 / 2, less what does not depend on a, at random activations."""
    rng = np.random.default_rng(0)
    problem, (share, before) = programme(PLAIN), rng.uniform(0.0, 1.0, (2, 72))
    rated = with_rate(problem, share, Carried(before, np.array(3.0)))
    for a in rng.uniform(0.0, 1.0, (3, 72)):
        added = 0.5 * (rated.curvature - problem.curvature) * a**2
        added = added + (rated.slope - problem.slope) * a
        expected = 1.5 * ((share * a - before) ** 2 - before**2)
        np.testing.assert_allclose(added, expected, rtol=0, atol=1e-12)


def test_presets_hold_the_terms_that_they_claim(
    frame: FrameMechanics, programme: Callable[..., RecruitmentProblem]
) -> None:
    """The paper's: squared force, layers, energy, rate, symmetry of 1; recommended: dear hyoid
    muscles, tone, no passive fibre force; OpenSim's: none of them."""
    effort, energy, rate, symmetry = PAPER.terms
    assert isinstance(effort, Effort)
    assert effort.of == "force"
    assert effort.deep != effort.superficial
    assert PAPER.capacity == "isometric"
    assert isinstance(energy, Energy)
    assert energy.weight > 0.0
    assert rate == CausalRate()
    assert symmetry == Symmetry(weight=1.0)
    recommended = programme(PRESET_SETTINGS["recommended"].recruitment)
    hyoid = np.array(MUSCLE_LAYERS) == "hyoid"
    np.testing.assert_array_equal(recommended.curvature, np.where(hyoid, 20.0, 2.0))
    np.testing.assert_array_equal(recommended.low, np.full(72, 0.01))
    np.testing.assert_array_equal(recommended.moment, frame.moments.net)
    classical = programme(PRESET_SETTINGS["classical"].recruitment)
    np.testing.assert_array_equal(classical.curvature, np.full(len(MUSCLES), 2.0))
    np.testing.assert_array_equal(classical.slope, np.zeros(72))
    assert classical.symmetry is None


def drawn(muscles: Sequence[int], activation: float) -> WantedActivation:
    known = np.isin(np.arange(len(MUSCLES)), muscles)
    return WantedActivation(np.where(known, activation, 0.0), known)


@pytest.mark.parametrize("settings", [PLAIN, PAPER], ids=["physiological", "isometric"])
def test_measured_muscles_are_drawn_to_their_emg(
    settings: RecruitmentSettings, anatomy: Anatomy, frame: FrameMechanics
) -> None:
    """The objective rises by weight times the squared difference of activation, whatever the
    programme's own unknown is."""
    wanted = drawn([5, 40], 0.3)
    arms, net = frame.paths.moment_arms, frame.moments.net
    assisted = settings.with_term(Measured(weight=7.0))
    given = (anatomy, arms, frame.capacity, net)
    bare, share = frame_problem(settings, *given)
    problem, _ = frame_problem(assisted, *given, wanted)
    x = np.random.default_rng(1).uniform(0.05, 0.9, len(MUSCLES))
    rise = objective(problem, x) - objective(bare, x)
    force = x * np.asarray(share * anatomy.max_isometric_force)
    there = np.array([force[m] / float(frame.capacity.active[m]) for m in (5, 40)])
    expected = 7.0 * float(np.sum((there - 0.3) ** 2 - 0.3**2))
    assert float(rise) == pytest.approx(expected, rel=1e-9)
    assert np.all(np.asarray(problem.curvature) >= np.asarray(bare.curvature))


def test_without_emg_the_term_is_not_there(anatomy: Anatomy, frame: FrameMechanics) -> None:
    given = (anatomy, frame.paths.moment_arms, frame.capacity, frame.moments.net)
    bare = frame_problem(PLAIN, *given)[0]
    termed = frame_problem(PLAIN.with_term(Measured(weight=7.0)), *given)[0]
    for mine, theirs in zip(jax.tree.leaves(termed), jax.tree.leaves(bare), strict=True):
        np.testing.assert_array_equal(mine, theirs)
