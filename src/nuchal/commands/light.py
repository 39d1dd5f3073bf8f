"""Forces of a neck in some frames and nothing else, by code that an estimate has compiled."""

from typing import NamedTuple

import jax
import numpy as np
from jaxtyping import Bool, Float

from nuchal.arrays import Array, MaskT, MusclesT
from nuchal.commands.plan import Plan, network_person
from nuchal.dynamics.pipeline import states_of, step_of
from nuchal.errors import Status
from nuchal.networks.equilibrium.inference import forces_alone
from nuchal.optimisation.simulate import simulate
from nuchal.records import Method, Motion


class LightForces(NamedTuple):
    """Of frames: forces along the tendon [N], and whether they balance a posture that is known."""

    force: MusclesT
    balanced: MaskT


def light_forces(
    plan: Plan, method: Method, motion: Motion, gravity: Float[Array, "t 3"] | None = None
) -> LightForces:
    """Forces of a plan's neck; ``gravity`` in the thorax frame [m/s^2], upright if not given."""
    if method == "network" and plan.network is not None:
        states, step_s = states_of(plan.anatomy, motion, gravity), step_of(motion)
        network, person = plan.network[0], network_person(plan)
        force, balanced = forces_alone(network, person, states, plan.settings, step_s=step_s)
        return LightForces(force, balanced & (np.asarray(motion.status) == Status.OK))
    found = simulate(plan.anatomy, motion, plan.settings, plan.load, gravity).forces
    return LightForces(np.asarray(found.force), np.asarray(found.status) == Status.OK)


def some_frames(motion: Motion, which: Bool[np.ndarray, " t"]) -> Motion:
    """Frames of a motion."""
    some: Motion = jax.tree.map(lambda x: np.asarray(x)[which], motion)
    return some
