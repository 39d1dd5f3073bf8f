"""Mechanics of one frame: all that is known before muscles are recruited."""

import equinox as eqx
import numpy as np
from jaxtyping import Float, Int

from nuchal.arrays import Array, Coords, Vec3
from nuchal.dynamics.inverse import (
    BodyMotion,
    body_motion,
    inertial_moments,
    load_moments,
    wrench_moments,
)
from nuchal.dynamics.muscles.fibres import Capacity, CurveFamily, Projection
from nuchal.dynamics.muscles.hill import capacity
from nuchal.dynamics.passive import passive_moments
from nuchal.dynamics.paths import Paths, muscle_paths
from nuchal.model.anatomy import Anatomy
from nuchal.model.kinematics import base_rotation, head_on_thorax
from nuchal.records import HeadLoad, HeadWrench, JointMoments, Motion, WantedActivation


class State(eqx.Module):
    """What the neck does in one frame, or in many.

    Attributes:
        q: [rad].
        qd: [rad/s].
        qdd: [rad/s^2].
        gravity: In the thorax frame [m/s^2].
        status: What tracking had to say.
        wrench: Of forces from outside on the head; None where there are none.
        wanted: What EMG says of the activations; None where there is none.
    """

    q: Float[Array, "*t 6"]
    qd: Float[Array, "*t 6"]
    qdd: Float[Array, "*t 6"]
    gravity: Float[Array, "*t 3"]
    status: Int[Array, "*t"]
    wrench: HeadWrench | None = None
    wanted: WantedActivation | None = None


class Mechanics(eqx.Module):
    """Motion of the bodies, geometry and capacity of the muscles, and moments, of one frame.

    Attributes:
        gravity: As the first thoracic vertebra feels it, in ground [m/s^2].
        wrench: Of forces from outside on the head.
    """

    body: BodyMotion
    gravity: Vec3
    wrench: HeadWrench | None
    paths: Paths
    capacity: Capacity
    moments: JointMoments


def states_of(
    anatomy: Anatomy,
    motion: Motion,
    gravity: Float[Array, "t 3"] | None = None,
    *,
    wrench: HeadWrench | None = None,
    wanted: WantedActivation | None = None,
) -> State:
    """The frames of a motion, with the anatomy's own gravity unless another is given."""
    if gravity is None:
        gravity = np.tile(anatomy.gravity, (len(motion.time), 1))
    return State(motion.q, motion.qd, motion.qdd, gravity, motion.status, wrench, wanted)


def step_of(motion: Motion) -> float:
    """Time from one frame to the next [s]."""
    return float(np.median(np.diff(motion.time))) if len(motion.time) > 1 else 1.0


def frame_mechanics(
    anatomy: Anatomy,
    state: State,
    load: HeadLoad,
    *,
    family: CurveFamily = "millard",
    projection: Projection = "pennation",
) -> Mechanics:
    """Mechanics of one frame; ``state`` says which way gravity points in the thorax frame."""
    gravity = _on_base(anatomy, state)
    anatomy = under(anatomy, gravity)
    body = body_motion(anatomy, state.q, state.qd, state.qdd)
    paths = muscle_paths(anatomy, body.poses, body.jacobians)
    able = capacity(
        anatomy, paths.length, paths.velocity(state.qd), family=family, projection=projection
    )
    moments = joint_moments(anatomy, body, state.q, state.qd, load, state.wrench)
    return Mechanics(body, gravity, state.wrench, paths, able, moments)


def under(anatomy: Anatomy, gravity: Vec3) -> Anatomy:
    """A neck under another gravity, in ground [m/s^2]."""
    other: Anatomy = eqx.tree_at(lambda a: a.gravity, anatomy, gravity)
    return other


def _on_base(anatomy: Anatomy, state: State) -> Vec3:
    """Gravity as the first thoracic vertebra feels it, which turns along with the head [m/s^2]."""
    if anatomy.thorax_share is None:
        return state.gravity
    return base_rotation(anatomy, head_on_thorax(anatomy, state.q)).T @ state.gravity


def inverse_dynamics(
    anatomy: Anatomy, q: Coords, qd: Coords, qdd: Coords, load: HeadLoad
) -> JointMoments:
    """Moments about the six coordinates in one frame [N m]."""
    return joint_moments(anatomy, body_motion(anatomy, q, qd, qdd), q, qd, load)


def joint_moments(
    anatomy: Anatomy,
    motion: BodyMotion,
    q: Coords,
    qd: Coords,
    load: HeadLoad,
    wrench: HeadWrench | None = None,
) -> JointMoments:
    """Moments about the six coordinates in one frame [N m], from the motion of the bodies.

    M(q) q'' + C(q, q') + G(q) = R(q) F + tau_passive + tau_external (He, Liu, Li 2026, eq. 1,
    doi 10.3390/s26020752): ``net`` is what R(q) F has to be.
    """
    inertial = inertial_moments(anatomy, motion)
    passive = passive_moments(anatomy, q, qd)
    external = load_moments(anatomy, motion, load)
    if wrench is not None:
        external = external + wrench_moments(motion, wrench)
    return JointMoments(inertial - passive - external, inertial, passive, external)
