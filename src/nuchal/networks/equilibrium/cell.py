"""From a frame's state to muscle forces: a network proposes, mechanics answers.

Three steps, all of them fixed in length, so that they are one small network to whoever runs them.
Geometry, capacity and net moments of the frame come from the personalised neck. A network proposes
the six multipliers of the recruitment problem (``proposal``). A fixed number of Newton steps
(``optimisation.solvers.fixed_steps``) makes the forces balance the moments. Everything is in single
precision.

In the ``paper`` preset forces lean on those of the frame before, so the cell carries them on.
"""

import jax.numpy as jnp

from nuchal.arrays import Vec3
from nuchal.dynamics.pipeline import State
from nuchal.model.anatomy import Anatomy
from nuchal.networks.equilibrium.proposal import Network, features
from nuchal.networks.equilibrium.records import Answer, Known
from nuchal.optimisation.causal import Carried, with_rate
from nuchal.optimisation.settings import RecruitmentSettings
from nuchal.optimisation.simulate import mechanics_of_frame
from nuchal.optimisation.solvers.fixed_steps import Balanced, Descent, ease, stiffen
from nuchal.records import HeadLoad


def mechanics(
    anatomy: Anatomy,
    scales: Vec3,
    settings: RecruitmentSettings,
    state: State,
    load: HeadLoad,
    carried: Carried,
) -> Known:
    """The recruitment problem of one frame and what the network sees of it."""
    frame = mechanics_of_frame(anatomy, state, settings, load)
    problem = frame.problem
    if settings.causal:
        problem = with_rate(problem, frame.share, carried)
    seen = features(state.q, state.qd, frame.moments.net, problem, scales)
    passive = frame.capacity.passive if settings.passive else jnp.zeros_like(frame.share)
    return Known(problem, seen, frame.share, passive)


def answer(network: Network, anatomy: Anatomy, known: Known, descent: Descent) -> Answer:
    """Forces of one frame."""
    found = eased(network, known, descent)
    if descent.stiffening:
        found = stiffen(known.problem, found, descent)
    return answer_of(anatomy, known, found)


def eased(network: Network, known: Known, descent: Descent) -> Balanced:
    """The proposal after the easing."""
    return ease(known.problem, network(known.features), descent)


def answer_of(anatomy: Anatomy, known: Known, found: Balanced) -> Answer:
    """Forces of the muscles so activated."""
    active = found.activation * known.share
    return Answer(
        force=active * anatomy.max_isometric_force + known.passive,
        active=active,
        missing=found.missing,
        multiplier=found.multiplier,
    )
