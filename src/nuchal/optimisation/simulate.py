"""The story of mechanics: from a neck and its motion to forces and loads."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Int

from nuchal.arrays import Array, Muscles, MusclesT
from nuchal.batches import in_chunks, of_frames
from nuchal.dynamics.inverse import BodyMotion, body_motion, joint_moments
from nuchal.dynamics.muscles.hill import Capacity, activation_of_force, capacity
from nuchal.dynamics.paths import Paths, muscle_paths
from nuchal.dynamics.reactions import joint_reactions
from nuchal.errors import Status
from nuchal.model.anatomy import Anatomy
from nuchal.optimisation import terms
from nuchal.optimisation.problem import Pairing, RecruitmentProblem
from nuchal.optimisation.settings import RecruitmentSettings
from nuchal.optimisation.solvers.exact import Hint, Recruitment, hint_from, recruit
from nuchal.optimisation.solvers.recording import recruit_whole
from nuchal.records import HeadLoad, JointMoments, JointReactions, Motion, MuscleForces

_SATURATED = 1.0 - 1e-9


class State(eqx.Module):
    """What the neck does in one frame, or in many.

    Attributes:
        q: [rad].
        qd: [rad/s].
        qdd: [rad/s^2].
        gravity: In the thorax frame [m/s^2].
        status: What tracking had to say.
    """

    q: Float[Array, "*t 6"]
    qd: Float[Array, "*t 6"]
    qdd: Float[Array, "*t 6"]
    gravity: Float[Array, "*t 3"]
    status: Int[Array, "*t"]


class FrameMechanics(eqx.Module):
    """What is known of a frame before muscles are recruited.

    Attributes:
        share: Active force at full activation over maximal isometric force.
    """

    body: BodyMotion
    paths: Paths
    capacity: Capacity
    moments: JointMoments
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
) -> Simulation:
    """Forces of all muscles over a motion of one neck.

    ``gravity`` is that of each frame in the thorax frame [m/s^2], for a trunk that leans; without
    it the anatomy's own.
    """
    states = states_of(anatomy, motion, gravity)
    if settings.rate == "off":
        return in_chunks(lambda part: _simulate_frames(anatomy, part, settings, load), states)
    mechanics, solution = in_chunks(
        lambda part: _recruit_frames(anatomy, part, settings, load), states
    )
    price = terms.rate_price(settings, step_of(motion))
    problems, share, pairing = mechanics.problem, mechanics.share, terms.pairing(settings)
    if settings.rate == "causal":
        solution = recruit_causally(problems, share, price, solution, pairing)
    else:
        solution = recruit_whole(problems, share, price, solution, pairing)
    return in_chunks(
        lambda part: finish_frames(anatomy, part, settings, load),
        (motion.status, mechanics, solution),
    )


def states_of(
    anatomy: Anatomy, motion: Motion, gravity: Float[Array, "t 3"] | None = None
) -> State:
    """The frames of a motion, with the anatomy's own gravity unless another is given."""
    if gravity is None:
        gravity = np.tile(anatomy.gravity, (len(motion.time), 1))
    return State(motion.q, motion.qd, motion.qdd, gravity, motion.status)


def step_of(motion: Motion) -> float:
    """Time from one frame to the next [s]."""
    return float(np.median(np.diff(motion.time))) if len(motion.time) > 1 else 1.0


def mechanics_of_frame(
    anatomy: Anatomy,
    state: State,
    settings: RecruitmentSettings,
    load: HeadLoad,
) -> FrameMechanics:
    """Geometry, capacity, moments and the recruitment problem of one frame."""
    anatomy = eqx.tree_at(lambda a: a.gravity, anatomy, state.gravity)
    body = body_motion(anatomy, state.q, state.qd, state.qdd)
    paths = muscle_paths(anatomy, body.poses, body.jacobians)
    able = capacity(
        anatomy,
        paths.length,
        paths.velocity(state.qd),
        family=settings.curves,
        projection=settings.projection,
    )
    moments = joint_moments(anatomy, body, state.q, state.qd, load)
    problem = terms.frame_problem(settings, anatomy, paths, able, moments.net)
    share = terms.strength(settings, anatomy, able) / anatomy.max_isometric_force
    return FrameMechanics(body, paths, able, moments, problem, share)


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
    passive = able.passive if settings.passive else jnp.zeros(72)
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
    reactions = joint_reactions(anatomy, mechanics.body, paths, force, load)
    return Simulation(mechanics.moments, forces, reactions, paths.length, paths.moment_arms)


@eqx.filter_jit
def recruit_causally(
    problems: RecruitmentProblem,
    share: MusclesT,
    price: Array,
    start: Recruitment,
    pairing: Pairing,
) -> Recruitment:
    """The rate term against the frame before only, as live use has to do it.

    The first frame starts from its solution without the rate term.
    """

    def follow(
        carried: tuple[Muscles, Hint], frame: tuple[RecruitmentProblem, Muscles]
    ) -> tuple[tuple[Muscles, Hint], Recruitment]:
        (before, hint), (problem, mine) = carried, frame
        solution = recruit(terms.with_rate(problem, mine, before, price), pairing, hint)
        return (solution.activation * mine, hint_from(solution)), solution

    first = jax.tree.map(lambda x: x[0], start)
    begin = first.activation * share[0], hint_from(first)
    _, solutions = jax.lax.scan(follow, begin, (problems, share))
    return solutions


@eqx.filter_jit
def _recruit_frames(
    anatomy: Anatomy, states: State, settings: RecruitmentSettings, load: HeadLoad
) -> tuple[FrameMechanics, Recruitment]:
    def one(state: State) -> tuple[FrameMechanics, Recruitment]:
        mechanics = mechanics_of_frame(anatomy, state, settings, load)
        return mechanics, recruit(mechanics.problem, terms.pairing(settings))

    return of_frames(one, states)


@eqx.filter_jit
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


@eqx.filter_jit
def _simulate_frames(
    anatomy: Anatomy, states: State, settings: RecruitmentSettings, load: HeadLoad
) -> Simulation:
    return of_frames(lambda state: _simulate_frame(anatomy, state, settings, load), states)


@eqx.filter_jit
def forces_of_frames(
    anatomy: Anatomy, states: State, settings: RecruitmentSettings, load: HeadLoad
) -> MuscleForces:
    """Forces alone, without the rate term: what is not asked for is not worked out."""
    return of_frames(lambda state: _simulate_frame(anatomy, state, settings, load).forces, states)


def _simulate_frame(
    anatomy: Anatomy, state: State, settings: RecruitmentSettings, load: HeadLoad
) -> Simulation:
    mechanics = mechanics_of_frame(anatomy, state, settings, load)
    solution = recruit(mechanics.problem, terms.pairing(settings))
    return result_of_frame(anatomy, mechanics, Solved(solution, state.status), settings, load)
