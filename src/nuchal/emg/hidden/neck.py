"""The neck as a joint of ``emg.hidden.muscles``, and what its levels carry under told forces."""

from typing import Final

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool, Float

from nuchal.arrays import Array, Coords, MomentArms, Muscles
from nuchal.batches import in_chunks, of_frames
from nuchal.conventions import LEFT_SUFFIX
from nuchal.dynamics.pipeline import State, frame_mechanics, states_of, under
from nuchal.dynamics.reactions import joint_reactions
from nuchal.emg.hidden.courses import NeckFrames, NeckLoads, Pulls
from nuchal.emg.hidden.forces import WIDE, load_between, load_variance
from nuchal.emg.hidden.muscles import JointTask, MuscleSystem, channels_of
from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import MUSCLE_GROUPS, MUSCLES
from nuchal.programs.kept import kept
from nuchal.records import HeadLoad, HeadWrench, JointMoments, JointReactions, Motion

# Sternocleidomastoid right and left, upper trapezius right and left, as He, Liu, Li (2026).
NECK_CHANNELS: Final = (
    ("stern_mast", "cleid_mast", "cleid_occ"),
    ("stern_mast_L", "cleid_mast_L", "cleid_occ_L"),
    ("trap_cl", "trap_acr"),
    ("trap_cl_L", "trap_acr_L"),
)


# Which groups an electrode over one of these hears beside it, on its own side.
_BESIDE: Final = {
    "sternocleidomastoid": ("infrahyoid", "scalenes", "splenius", "levator scapulae"),
    "trapezius": ("splenius", "semispinalis", "levator scapulae"),
    "splenius": ("trapezius", "semispinalis", "levator scapulae", "sternocleidomastoid"),
    "semispinalis": ("trapezius", "splenius", "suboccipitals"),
    "levator scapulae": ("trapezius", "splenius", "scalenes", "sternocleidomastoid"),
    "scalenes": ("sternocleidomastoid", "levator scapulae", "infrahyoid"),
    "infrahyoid": ("sternocleidomastoid", "suprahyoid", "longus"),
    "suprahyoid": ("infrahyoid", "sternocleidomastoid"),
}


def neck_system(
    anatomy: Anatomy, seen: tuple[tuple[str, ...], ...] = NECK_CHANNELS
) -> MuscleSystem:
    """A neck's muscles and which channel sees which; bushings stand for passive resistance."""
    curves = [anatomy.topology.curves[i] for i in anatomy.topology.muscle_curves]
    return MuscleSystem(
        max_isometric_force=anatomy.max_isometric_force,
        optimal_fibre_length=anatomy.optimal_fibre_length,
        tendon_slack_length=anatomy.tendon_slack_length,
        pennation_at_optimal=anatomy.pennation_at_optimal,
        max_velocity=np.array([c.max_contraction_velocity for c in curves]),
        passive_scale=np.zeros(anatomy.system.size),
        names=anatomy.system.muscles,
        seen=channels_of(anatomy.system.muscles, seen),
        beside=tuple(_beside(channel) for channel in seen),
    )


def _beside(channel: tuple[str, ...]) -> tuple[int, ...]:
    """Muscles of one side that an electrode over a channel's muscles may hear as well."""
    own = {MUSCLE_GROUPS[MUSCLES.index(name)] for name in channel}
    heard = {group for name in own for group in _BESIDE.get(name, ())} | own
    left = channel[0].endswith(LEFT_SUFFIX)
    return tuple(
        i
        for i, (name, group) in enumerate(zip(MUSCLES, MUSCLE_GROUPS, strict=True))
        if group in heard and name.endswith(LEFT_SUFFIX) == left and name not in channel
    )


def neck_task(
    anatomy: Anatomy,
    motion: Motion,
    load: HeadLoad,
    channels: Float[Array, "t c"],
    gravity: Float[Array, "t 3"] | None = None,
    wrench: HeadWrench | None = None,
) -> JointTask:
    """One trial: geometry, moments by inverse dynamics, and what a network sees of it.

    The network sees forces from outside in the moments that they make.

    Args:
        anatomy: the person's neck.
        motion: the six coordinates of t frames, evenly spaced.
        load: what the head carries.
        channels: measured excitations, frame by frame.
        gravity: of each frame in the thorax frame [m/s^2]; the anatomy's own without.
        wrench: of forces from outside on the head, frame by frame.
    """
    states = states_of(anatomy, motion, gravity, wrench=wrench)
    length, velocity, arms, moment = _mechanics(anatomy, states, load)
    carried = np.append(np.asarray(load.place), np.asarray(load.mass))
    seen = [motion.q, motion.qd, motion.qdd, np.tile(carried, (len(motion.time), 1))]
    return JointTask(
        time=np.asarray(motion.time),
        motion=np.concatenate([np.asarray(x) for x in seen], axis=1),
        length=np.asarray(length),
        velocity=np.asarray(velocity),
        moment_arms=np.asarray(arms),
        moment=np.asarray(moment),
        channels=np.asarray(channels),
    )


@kept
def _mechanics(
    anatomy: Anatomy, states: State, load: HeadLoad
) -> tuple[Array, Array, Array, Array]:
    def frame(state: State) -> tuple[Muscles, Muscles, MomentArms, Coords]:
        known = frame_mechanics(anatomy, state, load)
        paths = known.paths
        return paths.length, paths.velocity(state.qd), paths.moment_arms, known.moments.net

    length, velocity, arms, net = jax.vmap(frame)(jax.tree.map(jnp.asarray, states))
    return length, velocity, arms, net


def neck_loads(neck: NeckFrames, known: Bool[np.ndarray, " t"], pulls: Pulls) -> NeckLoads:
    """Moments and reactions in the known frames, under the forces that were told of them."""
    motion, gravity, wrench = jax.tree.map(
        lambda x: np.asarray(x)[known], (neck.motion, neck.gravity, neck.wrench)
    )
    states = states_of(neck.anatomy, motion, gravity, wrench=wrench)
    sd = (pulls.stronger - pulls.weaker) / (2.0 * WIDE)
    moments, each, doubt = in_chunks(
        lambda part: _loads(neck.anatomy, part, neck.load),
        (states, pulls.members, sd, pulls.shared, pulls.together),
    )
    pairs = zip(vars(each).values(), vars(doubt).values(), strict=True)
    ends = zip(*(load_between(load, off) for load, off in pairs), strict=True)
    reactions, low, high = (JointReactions(*parts) for parts in ends)
    return NeckLoads(
        frames=neck,
        motion=motion,
        moments=moments,
        reactions=reactions,
        low=low,
        high=high,
    )


@kept
def _loads(
    anatomy: Anatomy, frames: tuple[State, Array, Array, Array, Array], load: HeadLoad
) -> tuple[JointMoments, JointReactions, JointReactions]:
    """Moments, reactions to each of k sets of forces, and what the forces' error adds (an sd).

    Frames are states, forces (t, k, m), standard deviations of their errors (t, m), the part of
    these that is shared (t), and the relative error of all forces at once (t).
    """

    def one(
        frame: tuple[State, Array, Array, Array, Array],
    ) -> tuple[JointMoments, JointReactions, JointReactions]:
        state, forces, sd, shared, together = frame
        known = frame_mechanics(anatomy, state, load)
        felt, paths = under(anatomy, known.gravity), known.paths

        def carried(force: Muscles) -> JointReactions:
            return joint_reactions(felt, known.body, paths, force, load, known.wrench)

        slopes = jax.jacfwd(carried)(forces[0])

        def doubted(slope: Array) -> Array:
            each = load_variance(slope, paths.moment_arms, sd, shared)
            return jnp.sqrt(each + (together * (slope @ forces[0])) ** 2)

        doubt = jax.tree.map(doubted, slopes)
        return known.moments, jax.vmap(carried)(forces), doubt

    return of_frames(one, frames)
