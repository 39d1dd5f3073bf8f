"""The rate term over whole recordings, against one large programme and finer sampling."""

from collections.abc import Callable
from dataclasses import replace

import equinox as eqx
import jax
import numpy as np
import pytest

from nuchal.dynamics.inverse import no_load
from nuchal.errors import Status
from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import generic_system
from nuchal.optimisation.causal import recruit_causally
from nuchal.optimisation.problem import RecruitmentProblem
from nuchal.optimisation.settings import PRESET_SETTINGS
from nuchal.optimisation.simulate import simulate
from nuchal.optimisation.solvers.exact import STIFF_PRICE, Recruitment
from nuchal.optimisation.solvers.recording import recruit_whole
from nuchal.optimisation.terms import CausalRate, Effort, Energy, Rate, Symmetry
from nuchal.records import HeadLoad

FRAMES = 8
PAPER = replace(
    PRESET_SETTINGS["paper"].recruitment,
    terms=(Effort(of="force", deep=0.8), Energy(weight=0.01), Rate(weight=3.0), Symmetry()),
)
PARTNERS = np.array(generic_system().partners)
ANVIL = HeadLoad(np.array(45.0), np.array([0.05, 0.1, 0.0]))
Case = tuple[RecruitmentProblem, np.ndarray, Recruitment, float]


@pytest.fixture(scope="module")
def case_of(
    anatomy: Anatomy, mechanics: Callable, solve: Callable, movement: Callable[..., Callable]
) -> Callable[..., Case]:
    """Frames of a quick movement, their shares, own solutions and the price of change."""

    def of(
        *, load: HeadLoad | None = None, reserve_price: float = np.inf, tempo: float = 1.0
    ) -> Case:
        motion = movement(tempo=tempo)(0.5 + 0.05 * np.arange(FRAMES))
        found = mechanics(anatomy, motion, PAPER, load)
        problems = eqx.tree_at(
            lambda p: p.reserve_price, found.problem, np.full(FRAMES, reserve_price)
        )
        alone = jax.tree.map(np.asarray, solve(problems, "soft"))
        return problems, found.share, alone, float(PAPER.price_of_change(0.01))

    return of


def whole(case: Case, price: float | None = None) -> Recruitment:
    problems, share, alone, usual = case
    return recruit_whole(problems, share, np.asarray(usual if price is None else price), alone)


@pytest.mark.slow
@pytest.mark.parametrize("reserve_price", [np.inf, 0.05])
def test_one_programme_over_all_frames(
    reserve_price: float, case_of: Callable[..., Case], clarabel_solve: Callable
) -> None:
    case = case_of(reserve_price=reserve_price)
    problems, share, alone, price = case
    mine = whole(case)
    theirs = clarabel_solve(problems, "soft", share, price)
    np.testing.assert_array_equal(mine.status, Status.OK)
    np.testing.assert_allclose(mine.activation, theirs.activation, rtol=0, atol=2e-5)
    np.testing.assert_allclose(mine.reserve, theirs.reserve, rtol=0, atol=2e-5)
    assert np.all(np.asarray(mine.optimality) < 1e-8)
    assert np.abs(np.asarray(mine.activation) - alone.activation).max() > 1e-3
    assert np.any(np.asarray(mine.activation) == 0.0)


@pytest.mark.slow
def test_frames_beyond_the_muscles_pay_for_reserves(
    case_of: Callable[..., Case], clarabel_solve: Callable
) -> None:
    case = case_of(load=ANVIL)
    problems, share, alone, price = case
    beyond = alone.status == Status.INFEASIBLE
    assert beyond.any()
    stiff = eqx.tree_at(lambda p: p.reserve_price, problems, np.where(beyond, STIFF_PRICE, np.inf))
    mine, theirs = whole(case), clarabel_solve(stiff, "soft", share, price)
    np.testing.assert_array_equal(mine.status, alone.status)
    np.testing.assert_allclose(mine.reserve, theirs.reserve, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(mine.activation, theirs.activation, rtol=0, atol=1e-4)


@pytest.mark.slow
def test_a_rate_that_costs_nothing_leaves_frames_alone(case_of: Callable[..., Case]) -> None:
    case = case_of()
    problems, share, alone, _ = case
    np.testing.assert_allclose(whole(case, 0.0).activation, alone.activation, atol=1e-9)
    causal = recruit_causally(problems, share, np.asarray(0.0))
    np.testing.assert_allclose(causal.activation, alone.activation, rtol=0, atol=1e-9)


@pytest.mark.slow
def test_one_frame_is_its_own_recording(case_of: Callable[..., Case]) -> None:
    problems, share, alone, price = case_of()
    first = jax.tree.map(lambda x: x[:1], (problems, share, alone))
    mine = recruit_whole(*first[:2], np.asarray(price), first[2])
    np.testing.assert_allclose(mine.activation, alone.activation[:1], rtol=0, atol=1e-9)


@pytest.mark.slow
def test_causal_is_each_frame_after_the_last(
    case_of: Callable[..., Case], clarabel_solve: Callable
) -> None:
    """Frame by frame with Clarabel, handing F / F_max on."""
    problems, share, alone, price = case_of()
    mine = recruit_causally(problems, share, np.asarray(price))
    before = alone.activation[0] * share[0]
    for k in range(FRAMES):
        rated = eqx.tree_at(
            lambda p: (p.curvature, p.slope),
            jax.tree.map(lambda x, k=k: x[k : k + 1], problems),
            (
                (problems.curvature[k] + price * share[k] ** 2)[None],
                (problems.slope[k] - price * share[k] * before)[None],
            ),
        )
        theirs = clarabel_solve(rated, "soft").activation[0]
        np.testing.assert_allclose(mine.activation[k], theirs, rtol=0, atol=2e-5)
        before = theirs * share[k]


def unlike(case: Case) -> float:
    """Largest difference of F / F_max between looking back and seeing the whole."""
    problems, share, _, price = case
    causal = recruit_causally(problems, share, np.asarray(price))
    return float(np.abs(share * (causal.activation - whole(case).activation)).max())


@pytest.mark.slow
def test_causal_comes_to_the_whole_as_movement_slows(case_of: Callable[..., Case]) -> None:
    """Away from a standstill both lag; the lag goes with speed."""
    quick, slow = unlike(case_of(tempo=1.0)), unlike(case_of(tempo=0.05))
    assert quick > 1e-3
    assert slow < 0.2 * quick


@pytest.mark.slow
def test_sampling_twice_as_often_changes_nothing(
    anatomy: Anatomy, mechanics: Callable, solve: Callable, movement: Callable[..., Callable]
) -> None:
    """0.5 s at 100 and at 200 Hz, with a rate dear enough to matter. The sum over frames is a
    rectangle rule in time, so that the difference is of the second order away from the ends."""
    found = mechanics(anatomy, movement(tempo=1.5)(np.arange(101) / 200.0), PAPER, None)
    alone = jax.tree.map(np.asarray, solve(found.problem, "soft"))
    dear = Rate(weight=10.0)
    fine = (found.problem, found.share, alone)
    forces = []
    for frames, step in ((fine, 0.005), (jax.tree.map(lambda x: x[::2], fine), 0.01)):
        problems, share, start = frames
        price = dear.price(step)
        forces.append(share * recruit_whole(problems, share, price, start).activation)
    inside = slice(5, -5)
    between = np.abs(forces[0][::2] - forces[1])[inside].max()
    gained = np.abs(forces[1] - (found.share * alone.activation)[::2])[inside].max()
    assert gained > 0.01
    assert between < 0.02 * gained


@pytest.mark.slow
def test_looking_back_lags_by_its_time_whatever_the_rate(
    anatomy: Anatomy, mechanics: Callable, solve: Callable, movement: Callable[..., Callable]
) -> None:
    """The same half second at 200 and 400 Hz; halving the step halves what is left.

    The last frame is repeated, which what came before cannot see, so that all are as long.
    """
    found = mechanics(anatomy, movement(tempo=1.5)(np.arange(401) / 800.0), PAPER, None)
    alone = jax.tree.map(np.asarray, solve(found.problem, "soft"))
    dear = CausalRate(weight=3.0)
    forces = []
    for every in (1, 2, 4):
        rows = np.minimum(np.arange(401) * every, 400)
        problems, share = jax.tree.map(
            lambda x, rows=rows: np.asarray(x)[rows], (found.problem, found.share)
        )
        price = dear.price(every / 800.0)
        mine = recruit_causally(problems, share, price)
        forces.append((share * mine.activation)[: 400 // every + 1 : 4 // every])
    finer, coarser = np.abs(forces[0] - forces[1]).max(), np.abs(forces[1] - forces[2]).max()
    gained = np.abs(forces[2] - (found.share * alone.activation)[::4]).max()
    assert gained > 0.01
    assert coarser < 0.2 * gained
    assert finer == pytest.approx(0.5 * coarser, rel=0.25)


@pytest.mark.slow
def test_a_single_frame_and_gaps(anatomy: Anatomy, movement: Callable[..., Callable]) -> None:
    motion = movement()(np.arange(7) / 100.0)
    status = np.array([0, 0, 1, 1, 2, 0, 0])
    gappy = eqx.tree_at(lambda m: m.status, motion, status)
    found = simulate(anatomy, gappy, PAPER, no_load()).forces
    np.testing.assert_array_equal(found.status, status)
    assert np.all(np.isfinite(found.force))
    one = jax.tree.map(lambda x: np.asarray(x)[:1], motion)
    alone = simulate(anatomy, one, PAPER, no_load())
    made = np.einsum("tkm,tm->tk", alone.moment_arms, np.asarray(alone.forces.force))
    np.testing.assert_allclose(made, alone.moments.net, rtol=0, atol=1e-8)
    np.testing.assert_array_equal(alone.forces.status, [0])


def test_hard_pairs_stay_equal_over_a_whole_recording(
    case_of: Callable[..., Case], pair: Callable, solve: Callable, clarabel_solve: Callable
) -> None:
    """On the mirrored part of the moments, which equal sides can make."""
    problems, share, _, price = case_of(reserve_price=0.05)
    alone = jax.tree.map(np.asarray, solve(problems, "hard"))
    mine = recruit_whole(pair(problems, "hard"), share, np.asarray(price), alone)
    theirs = clarabel_solve(problems, "hard", share, price)
    a = np.asarray(mine.activation)
    np.testing.assert_array_equal(a, a[:, PARTNERS])
    np.testing.assert_allclose(a, theirs.activation, rtol=0, atol=2e-5)
    assert np.all(np.asarray(mine.optimality) < 1e-8)
