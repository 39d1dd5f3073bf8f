"""Classical static optimisation and joint reactions against OpenSim's on the same frames."""

from collections.abc import Callable

import numpy as np
import pytest

from nuchal.dynamics.inverse import no_load
from nuchal.errors import Status
from nuchal.io.opensim.engine import OpensimNeck
from nuchal.io.opensim.engine_frames import opensim_estimate, static_optimisation
from nuchal.io.opensim.engine_result import EngineResult, as_simulation
from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import generic_anatomy
from nuchal.model.scaling import personalise
from nuchal.movements.standard import standard_movement
from nuchal.optimisation.settings import PRESET_SETTINGS
from nuchal.optimisation.simulate import Simulation, simulate
from nuchal.optimisation.terms import Reserve
from nuchal.records import HeadLoad, Motion, Subject

pytestmark = pytest.mark.slow


CLASSICAL = PRESET_SETTINGS["classical"].recruitment
WORST_N = 4.0
"""Largest difference of a force while OpenSim's IPOPT stops at its default tolerance of 1e-4: it
leaves activations up to 0.007 above their bound, and trapezius makes 525 N at full activation."""

HEAVY = HeadLoad(np.array(20.0), np.array([0.05, 0.1, 0.0]))
ANVIL = HeadLoad(np.array(60.0), np.array([0.05, 0.1, 0.0]))
"""More than the neck can carry in some of the poses; in most of them."""


def part_of_standard_movement() -> Motion:
    """Every fifteenth of its 600 frames."""
    motion = standard_movement()
    fields = (motion.time, motion.q, motion.qd, motion.qdd, motion.status)
    return Motion(*(np.asarray(field)[::15] for field in fields))


Case = tuple[Anatomy, Motion, HeadLoad | None]


@pytest.fixture(
    scope="module",
    params=[
        "standard movement",
        pytest.param("wide movement", marks=pytest.mark.slow),
        pytest.param("person with load", marks=pytest.mark.slow),
    ],
)
def case(
    request: pytest.FixtureRequest,
    people: list[Subject],
    helmet: HeadLoad,
    movement: Callable[[int], Motion],
) -> Case:
    if request.param == "standard movement":
        return generic_anatomy(), part_of_standard_movement(), None
    if request.param == "wide movement":
        return generic_anatomy(), movement(30), None
    return personalise(people[1]), part_of_standard_movement(), helmet


@pytest.fixture(scope="module")
def theirs(case: Case) -> EngineResult:
    anatomy, motion, load = case
    return opensim_estimate(anatomy, motion, load=load)


@pytest.fixture(scope="module")
def mine(case: Case) -> Simulation:
    anatomy, motion, load = case
    return simulate(anatomy, motion, CLASSICAL, no_load() if load is None else load)


def test_every_frame_is_solved(mine: Simulation, theirs: EngineResult) -> None:
    assert np.all(np.asarray(mine.forces.status) == Status.OK)
    assert np.all(theirs.reserve == 0.0)


def test_objective_is_not_above_opensims(mine: Simulation, theirs: EngineResult) -> None:
    effort = np.sum(np.asarray(mine.forces.activation) ** 2, axis=1)
    assert np.all(effort <= np.sum(theirs.activation**2, axis=1))


def test_muscles_balance_opensims_moments(mine: Simulation, theirs: EngineResult) -> None:
    """Our forces, OpenSim's moment arms and OpenSim's net moments."""
    supplied = np.einsum("tkm,tm->tk", theirs.moment_arms, np.asarray(mine.forces.force))
    np.testing.assert_allclose(supplied, theirs.moments.net, rtol=0, atol=1e-8)


def test_forces(mine: Simulation, theirs: EngineResult) -> None:
    difference = np.abs(np.asarray(mine.forces.force) - theirs.force)
    assert np.median(difference) <= 0.5
    assert difference.max() <= WORST_N


def test_net_moments_and_their_parts(mine: Simulation, theirs: EngineResult) -> None:
    for part in ("net", "inertial", "passive", "external"):
        ours, opensims = (np.asarray(getattr(x.moments, part)) for x in (mine, theirs))
        np.testing.assert_allclose(ours, opensims, rtol=0, atol=1e-6)


@pytest.mark.slow
def test_forces_are_the_same_where_opensim_goes_on(export: Callable[..., OpensimNeck]) -> None:
    """With IPOPT's tolerance at 1e-10 instead of 1e-4 the difference is gone."""
    anatomy, motion = generic_anatomy(), part_of_standard_movement()
    mine = simulate(anatomy, motion, CLASSICAL, no_load()).forces
    activation = static_optimisation(export(anatomy), motion, convergence=1e-10)
    np.testing.assert_allclose(mine.activation, activation, rtol=0, atol=1e-5)


def test_frames_that_muscles_cannot_balance(movement: Callable[[int], Motion]) -> None:
    """Both engines say so: OpenSim takes to its reserves, and ours calls them infeasible."""
    anatomy, motion = generic_anatomy(), movement(6)
    theirs = opensim_estimate(anatomy, motion, load=ANVIL)
    mine = simulate(anatomy, motion, CLASSICAL, ANVIL).forces
    beyond = np.abs(theirs.reserve).max(axis=1) > 0.0
    assert beyond.sum() >= 3
    assert np.array_equal(np.asarray(mine.status) == Status.INFEASIBLE, beyond)
    assert np.all(np.asarray(mine.optimality) <= 1e-6)
    for force, reserve in ((theirs.force, theirs.reserve), (mine.force, mine.reserve)):
        supplied = np.einsum("tkm,tm->tk", theirs.moment_arms, np.asarray(force))
        np.testing.assert_allclose(supplied + reserve, theirs.moments.net, atol=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("loaded", [False, True])
def test_priced_reserves(
    loaded: bool, movement: Callable[[int], Motion], export: Callable[..., OpensimNeck]
) -> None:
    """Actuators of 1 N m beside the muscles: a reserve costs its square, as an activation does."""
    load = HEAVY if loaded else None
    anatomy, motion = generic_anatomy(), movement(6)
    priced = CLASSICAL.with_term(Reserve(price=2.0))
    mine = simulate(anatomy, motion, priced, load or no_load()).forces
    neck = export(anatomy, load, reserves=True)
    activation = static_optimisation(neck, motion, convergence=1e-10)
    assert np.abs(mine.reserve).max() > 1e-3
    np.testing.assert_allclose(mine.activation, activation, rtol=0, atol=1e-5)


def test_joint_reactions_under_our_forces(
    case: Case, mine: Simulation, export: Callable[..., OpensimNeck]
) -> None:
    """As OpenSim's JointReaction analysis has them, by level, in the lower vertebra's axes."""
    anatomy, motion, load = case
    neck = export(anatomy, load)
    ours = np.stack(
        [
            np.asarray(mine.reactions.anterior_shear),
            -np.asarray(mine.reactions.compression),
            np.asarray(mine.reactions.right_shear),
        ],
        axis=-1,
    )
    assert ours[..., 1].max() < -30.0
    for k in range(len(motion.time)):
        neck.move(motion.q[k], motion.qd[k])
        neck.pull(mine.forces.force[k])
        np.testing.assert_allclose(ours[k], neck.level_forces(), rtol=0, atol=1e-6)


def test_opensims_answer_in_our_form(case: Case, theirs: EngineResult) -> None:
    """Its KKT residual is what IPOPT's tolerance leaves, and far above ours."""
    anatomy, motion, _ = case
    simulation = as_simulation(anatomy, motion, theirs)
    optimality = np.asarray(simulation.forces.optimality)
    assert np.all((optimality > 1e-6) & (optimality < 0.03))
    assert np.array_equal(simulation.forces.status, np.asarray(motion.status))
    assert simulation.length.shape == (len(motion.time), 72)
