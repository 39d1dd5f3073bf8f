"""From a window of the head's turns to forces with intervals: one call of compiled code a frame.

Networks and mechanics are those of ``networks.equilibrium.live``. Where the head's turn itself is
in doubt, as sensors leave it, the same window is looked at in turns that are as likely, and what
they change of the forces widens the intervals as in recordings (``commands.likely``).
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, NamedTuple, TypeAlias

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import scipy
from jaxtyping import Float

from nuchal.arrays import Array, Muscles, Scalar
from nuchal.batches import single
from nuchal.model.angles import CLINICAL_SIGNS
from nuchal.model.kinematics import head_on_thorax
from nuchal.networks.equilibrium.live import (
    Before,
    LiveForces,
    Seen,
    forces_alone_seen,
    forces_seen,
    nothing_before,
)
from nuchal.networks.equilibrium.records import NeckNetwork, Person
from nuchal.optimisation.settings import RecruitmentSettings
from nuchal.programs.compiler import compiler_options
from nuchal.spatial import angles_zxy
from nuchal.streaming.records import LiveFrame

_UPPER: Final = 0.95


class Carry(eqx.Module):
    """What a frame is told of the one before.

    Attributes:
        before: Of the turns as measured.
        active: Of each of the turns that are as likely.
    """

    before: Before
    active: Float[Array, "k muscles"]


class Window(NamedTuple):
    """What is seen of the head over the last ticks.

    Attributes:
        heads: Its turns, those as measured first, then those that are as likely.
        level: Of noise in them; see ``live.Seen``.
        gravity: In the trunk [m/s^2].
    """

    heads: Float[np.ndarray, "n w 3 3"]
    level: int
    gravity: Float[np.ndarray, "3"]


class Outcome(eqx.Module):
    """A frame's forces, what the head does, and what the next one is to be told."""

    forces: LiveForces
    angles: Float[Array, "3"]
    carry: Carry


class Whose(eqx.Module):
    """The person, and the network and settings of one preset."""

    network: NeckNetwork
    settings: RecruitmentSettings
    person: Person


Step: TypeAlias = Callable[[Window, Carry], tuple[LiveFrame, Carry]]


def stepper(whose: Whose, *, doubt: Float[np.ndarray, " traits"], count: int) -> tuple[Step, Carry]:
    """The arithmetic of every frame for one person, and what the first frame is told.

    Args:
        whose: the person, and how forces are found.
        doubt: of the person's traits, as a share of how people differ.
        count: of turns that are as likely as those that were measured; zero where nothing is in
            doubt.
    """
    numbers, rest = eqx.partition(whose, eqx.is_array_like)
    leaves, shape = jax.tree.flatten(single(numbers))
    with jax.enable_x64(False):
        leaves = [jnp.asarray(leaf) for leaf in leaves]

    @partial(jax.jit, compiler_options=compiler_options(alone=True))
    def work(leaves: Sequence[jax.Array], seen: Seen, carry: Carry) -> Outcome:
        return _frame(eqx.combine(jax.tree.unflatten(shape, leaves), rest), seen, carry)

    unsure = np.asarray(doubt, np.float32)

    def step(window: Window, carry: Carry) -> tuple[LiveFrame, Carry]:
        seen = Seen(
            angles=np.asarray(window.heads, np.float32),
            level=np.asarray(window.level, np.int32),
            gravity=np.asarray(window.gravity, np.float32),
            traits=np.zeros_like(unsure),
            doubt=unsure,
        )
        with jax.enable_x64(False):
            found = work(leaves, seen, carry)
            return _as_frame(jax.device_get(found)), found.carry

    muscles = len(whose.person.anatomy.max_isometric_force)
    first = Carry(nothing_before(muscles), jnp.zeros((count, muscles)))
    return step, jax.tree.map(lambda x: np.asarray(x, np.float32), first)


def _frame(whose: Whose, seen: Seen, carry: Carry) -> Outcome:
    """Forces of a window; ``seen`` has the head's rotations in place of its angles."""
    angles = jax.vmap(jax.vmap(angles_zxy))(seen.angles)
    measured = eqx.tree_at(lambda s: s.angles, seen, angles[0])
    network, settings, person = whose.network, whose.settings, whose.person
    found = forces_seen(network, settings, person, measured, carry.before)
    active = carry.active
    if len(active):
        found, active = _widened(whose, found, measured, angles[1:], carry)
    before = Before(found.carried, jnp.ones_like(carry.before.there))
    return Outcome(found, head_on_thorax(person.anatomy, found.q), Carry(before, active))


def _widened(
    whose: Whose,
    found: LiveForces,
    seen: Seen,
    angles: Float[Array, "k w 3"],
    carry: Carry,
) -> tuple[LiveForces, Float[Array, "k muscles"]]:
    """Intervals that hold what turns as likely give, too."""
    there: Scalar = carry.before.there

    def one(window: Float[Array, "w 3"], active: Muscles) -> tuple[Muscles, Muscles]:
        other = eqx.tree_at(lambda s: s.angles, seen, window)
        network, settings, person = whose.network, whose.settings, whose.person
        return forces_alone_seen(network, settings, person, other, active, there)

    forces, active = jax.vmap(one)(angles, carry.active)
    quantile = float(scipy.stats.t.ppf(_UPPER, len(carry.active)))
    half = quantile * jnp.sqrt(jnp.mean((forces - found.central) ** 2, axis=0))
    low = jnp.maximum(found.force - jnp.hypot(half, found.force - found.low), 0.0)
    high = found.force + jnp.hypot(half, found.high - found.force)
    return eqx.tree_at(lambda f: (f.low, f.high), found, (low, high)), active


def _as_frame(found: Outcome) -> LiveFrame:
    forces = found.forces
    return LiveFrame(
        time=0.0,
        q=np.asarray(forces.q, float),
        angles_deg=np.rad2deg(np.asarray(found.angles, float)) * CLINICAL_SIGNS,
        force=np.asarray(forces.force, float),
        low=np.asarray(forces.low, float),
        high=np.asarray(forces.high, float),
        activation=np.asarray(forces.active, float),
        missing=np.asarray(forces.missing, float),
        like_training=bool(np.all(forces.distance <= 1.0)),
    )
