"""The story of mechanics: from a neck and its motion to forces and loads."""

from typing import Final

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Float

from nuchal.arrays import Array, Coords, MomentArms, Muscles
from nuchal.batches import in_chunks, of_frames
from nuchal.dynamics.muscles.fibres import Capacity, activation_of_force
from nuchal.dynamics.pipeline import (
    Mechanics,
    State,
    frame_mechanics,
    states_of,
    step_of,
    under,
)
from nuchal.dynamics.reactions import joint_reactions
from nuchal.errors import Status
from nuchal.model.anatomy import Anatomy
from nuchal.optimisation.causal import recruit_causally
from nuchal.optimisation.problem import RecruitmentProblem
from nuchal.optimisation.settings import RecruitmentSettings
from nuchal.optimisation.solvers.exact import Recruitment, recruit
from nuchal.optimisation.solvers.recording import recruit_whole
from nuchal.optimisation.terms import Frame
from nuchal.programs.kept import kept
from nuchal.records import (
    HeadLoad,
    HeadWrench,
    JointMoments,
    JointReactions,
    Motion,
    MuscleForces,
    WantedActivation,
)

_SATURATED: Final = 1.0 - 1e-9
# Keeps the problem strictly convex for a muscle that can make no force.
_LEAST_CURVATURE: Final = 1e-6


class FrameMechanics(Mechanics):
    """Mechanics of a frame and the recruitment problem that they make.

    Attributes:
        share: Active force at full activation over maximal isometric force.
    """

    problem: RecruitmentProblem
    share: Muscles


class Solved(eqx.Module):
    """A frame's recruitment, and what tracking had to say of the frame."""

    recruitment: Recruitment
    status: Array


class Simulation(eqx.Module):
    """Forces and all that led to them, over the frames of a motion.

    Attributes:
        length: Muscle-tendon lengths [m].
        moment_arms: [m/rad].
    """

    moments: JointMoments
    forces: MuscleForces
    reactions: JointReactions
    length: Float[Array, "*t muscles"]
    moment_arms: Float[Array, "*t 6 muscles"]


def simulate(
    anatomy: Anatomy,
    motion: Motion,
    settings: RecruitmentSettings,
    load: HeadLoad,
    gravity: Float[Array, "t 3"] | None = None,
    *,
    wrench: HeadWrench | None = None,
    wanted: WantedActivation | None = None,
) -> Simulation:
    """Forces of all muscles over a motion of one neck.

    ``gravity`` is that of each frame in the thorax frame [m/s^2], for a trunk that leans; without
    it the anatomy's own. Frame by frame, ``wrench`` is of forces from outside on the head, and
    ``wanted`` what EMG says of the activations, for a term of the objective that asks for it.
    """
    states = states_of(anatomy, motion, gravity, wrench=wrench, wanted=wanted)
    if settings.rate is None:
        return in_chunks(lambda part: _simulate_frames(anatomy, part, settings, load), states)
    price = settings.price_of_change(step_of(motion))
    if settings.causal:
        known = in_chunks(lambda part: mechanics_of_frames(anatomy, part, settings, load), states)
        solution = recruit_causally(known.problem, known.share, price)
    else:
        known, alone = in_chunks(
            lambda part: _recruit_frames(anatomy, part, settings, load), states
        )
        solution = recruit_whole(known.problem, known.share, price, alone)
    return in_chunks(
        lambda part: finish_frames(anatomy, part, settings, load),
        (motion.status, known, solution),
    )


def mechanics_of_frame(
    anatomy: Anatomy, state: State, settings: RecruitmentSettings, load: HeadLoad
) -> FrameMechanics:
    """Geometry, capacity, moments and the recruitment problem of one frame."""
    known = frame_mechanics(
        anatomy, state, load, family=settings.curves, projection=settings.projection
    )
    arms = known.paths.moment_arms
    net, wanted = known.moments.net, state.wanted
    problem, share = frame_problem(settings, anatomy, arms, known.capacity, net, wanted)
    return FrameMechanics(**vars(known), problem=problem, share=share)


def frame_problem(
    settings: RecruitmentSettings,
    anatomy: Anatomy,
    moment_arms: MomentArms,
    capacity: Capacity,
    net: Coords,
    wanted: WantedActivation | None = None,
) -> tuple[RecruitmentProblem, Muscles]:
    """The problem of one frame by itself, and active over maximal isometric force at full effort.

    ``net`` are the moments that muscles have to supply [N m], ``wanted`` what EMG says.
    """
    isometric = settings.capacity == "isometric"
    force = anatomy.max_isometric_force if isometric else capacity.active
    share = force / anatomy.max_isometric_force
    frame = Frame(anatomy, capacity, share, net, wanted)
    parts = [term.part(frame) for term in settings.terms]
    symmetries = [part.symmetry for part in parts if part.symmetry is not None]
    prices = [part.reserve_price for part in parts if part.reserve_price is not None]
    idle, full = jnp.zeros(anatomy.system.size), jnp.ones(anatomy.system.size)
    curvature = sum((part.curvature for part in parts), idle)
    zero = settings.lowest_activation == "zero"
    problem = RecruitmentProblem(
        curvature=jnp.maximum(curvature, _LEAST_CURVATURE),
        slope=jnp.asarray(sum((part.slope for part in parts), idle)),
        symmetry=sum(symmetries[1:], symmetries[0]) if symmetries else None,
        moment_per_activation=moment_arms * force,
        moment=net - moment_arms @ capacity.passive if settings.passive else net,
        low=idle if zero else anatomy.minimum_activation,
        high=full,
        reserve_price=jnp.asarray(sum(prices) if prices else jnp.inf),
        partners=anatomy.system.partners,
        equal=any(part.equal for part in parts),
    )
    return problem, share


def result_of_frame(
    anatomy: Anatomy,
    mechanics: FrameMechanics,
    solved: Solved,
    settings: RecruitmentSettings,
    load: HeadLoad,
) -> Simulation:
    """Forces, activations and reactions of one frame once its muscles are recruited."""
    solution, status = solved.recruitment, solved.status
    able, paths = mechanics.capacity, mechanics.paths
    passive = able.passive if settings.passive else jnp.zeros_like(able.passive)
    active = solution.activation * mechanics.share * anatomy.max_isometric_force
    force = active + passive
    physiological = settings.capacity == "physiological"
    activation = solution.activation if physiological else activation_of_force(able, active)
    worst = jnp.where(solution.status == Status.OK, status, solution.status)
    forces = MuscleForces(
        force=force,
        activation=activation,
        passive=passive,
        reserve=solution.reserve,
        saturated=(activation >= _SATURATED) & (able.active > 0.0),
        optimality=solution.optimality,
        status=jnp.where(status == Status.GAP, status, worst),
    )
    felt = under(anatomy, mechanics.gravity)
    reactions = joint_reactions(felt, mechanics.body, paths, force, load, mechanics.wrench)
    return Simulation(mechanics.moments, forces, reactions, paths.length, paths.moment_arms)


@kept
def mechanics_of_frames(
    anatomy: Anatomy, states: State, settings: RecruitmentSettings, load: HeadLoad
) -> FrameMechanics:
    """:func:`mechanics_of_frame` of many frames."""
    return of_frames(lambda state: mechanics_of_frame(anatomy, state, settings, load), states)


@kept
def _recruit_frames(
    anatomy: Anatomy, states: State, settings: RecruitmentSettings, load: HeadLoad
) -> tuple[FrameMechanics, Recruitment]:
    def one(state: State) -> tuple[FrameMechanics, Recruitment]:
        mechanics = mechanics_of_frame(anatomy, state, settings, load)
        return mechanics, recruit(mechanics.problem)

    return of_frames(one, states)


@kept
def finish_frames(
    anatomy: Anatomy,
    frames: tuple[Array, FrameMechanics, Recruitment],
    settings: RecruitmentSettings,
    load: HeadLoad,
) -> Simulation:
    """:func:`result_of_frame` of many frames: tracking's status, mechanics, recruitment."""

    def one(frame: tuple[Array, FrameMechanics, Recruitment]) -> Simulation:
        status, mechanics, solution = frame
        return result_of_frame(anatomy, mechanics, Solved(solution, status), settings, load)

    return of_frames(one, frames)


@kept
def _simulate_frames(
    anatomy: Anatomy, states: State, settings: RecruitmentSettings, load: HeadLoad
) -> Simulation:
    return of_frames(lambda state: _simulate_frame(anatomy, state, settings, load), states)


@kept
def forces_of_frames(
    anatomy: Anatomy, states: State, settings: RecruitmentSettings, load: HeadLoad
) -> MuscleForces:
    """Forces alone, without the rate term: what is not asked for is not worked out."""
    return of_frames(lambda state: _simulate_frame(anatomy, state, settings, load).forces, states)


def _simulate_frame(
    anatomy: Anatomy, state: State, settings: RecruitmentSettings, load: HeadLoad
) -> Simulation:
    mechanics = mechanics_of_frame(anatomy, state, settings, load)
    solution = recruit(mechanics.problem)
    return result_of_frame(anatomy, mechanics, Solved(solution, state.status), settings, load)
