"""How good a preset's networks are on people and movements that they have never seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import equinox as eqx
import jax
import numpy as np
from jaxtyping import Bool, Float

from nuchal.movements.random_settings import PERSONAL_RHYTHM_SD
from nuchal.networks.equilibrium.inference import NeckNetwork
from nuchal.networks.equilibrium.intervals import Doubt, Evidence, Interval, Spread, interval
from nuchal.networks.equilibrium.sequence import in_single
from nuchal.networks.training.accuracy import Accuracy, accuracy
from nuchal.networks.training.conditions import Conditions, Seen, see
from nuchal.networks.training.many_necks import (
    Crowd,
    coordinates_for,
    crowd_forces,
    crowd_in_doubt,
    true_head_motion,
)
from nuchal.optimisation.solvers.fixed_steps import Descent
from nuchal.tracking.inverse_kinematics import RHYTHM

# A drawn rhythm under which more than this is missing cannot be: the frame did happen.
_BALANCED_NM: Final = 1e-2
_THOROUGH: Final = Descent(stiffening=20)


@dataclass(frozen=True, kw_only=True)
class Judged:
    """Predicted against true forces on one test set; one entry for each muscle.

    Attributes:
        coverage: Share of the true forces that lie in their intervals.
        width: Mean width of the intervals over maximal isometric force.
        balanced: Share of the frames whose central forces balance the net moments within 0.01 N m.
    """

    accuracy: Accuracy
    coverage: Float[np.ndarray, " muscles"]
    width: Float[np.ndarray, " muscles"]
    balanced: float


@dataclass(frozen=True, kw_only=True)
class Ceiling:
    """R2 with an unknown rhythm, muscle by muscle, all of the same frames.

    Attributes:
        best: Of the mean over all rhythms that are possible, everything else known exactly.
        central: Of the forces for the population's rhythm.
    """

    best: Float[np.ndarray, " muscles"]
    network: Float[np.ndarray, " muscles"]
    central: Float[np.ndarray, " muscles"]
    flat: Bool[np.ndarray, " muscles"]


@dataclass(frozen=True, kw_only=True)
class Trials:
    """Every figure about a preset's networks.

    Attributes:
        windows: From marker windows, by what is in doubt.
        noise: From windows of noisy markers.
        recordings: From recordings smoothed as a whole, by what they suffered.
        ceilings: By what of the rhythm is unknown.
        starts: Known rhythm, with fewer Newton steps and from a start that is not learnt.
        beyond: Share of frames found outside of the domain, by respect, for each kind of stranger.
        rhythm_error: Root mean square error of pitch, roll and yaw share, by how they are known.
    """

    windows: Mapping[str, Judged]
    noise: Mapping[str, Judged]
    recordings: Mapping[str, Judged]
    ceilings: Mapping[str, Ceiling]
    starts: Mapping[str, Judged]
    beyond: Mapping[str, Mapping[str, float]]
    rhythm_error: Mapping[str, tuple[float, float, float]]


def judge(
    network: NeckNetwork, crowd: Crowd, conditions: Conditions, dice: np.random.Generator
) -> Judged:
    """Judge what windows of a crowd's markers tell."""
    seen = see(crowd, np.asarray(network.filters), network.proposal, conditions, dice)
    return judge_seen(network, crowd, seen)


def judge_seen(network: NeckNetwork, crowd: Crowd, seen: Seen) -> Judged:
    """Judge frames however they were seen."""
    within = in_single(_within)(network.spread, seen.evidence)
    strength = maximal_force(crowd)
    inside = (seen.truth >= within.low) & (seen.truth <= within.high)
    missing = np.abs(np.asarray(seen.answer.missing)).max(axis=1)
    return Judged(
        accuracy=accuracy(
            seen.truth * strength, np.asarray(within.mean) * strength, maximal_force_n=strength
        ),
        coverage=inside.mean(axis=0),
        width=np.asarray(within.high - within.low).mean(axis=0, dtype=float),
        balanced=float((missing < _BALANCED_NM).mean()),
    )


def ceiling(
    network: NeckNetwork,
    crowd: Crowd,
    unknown: Sequence[bool],
    dice: np.random.Generator,
    *,
    draws: int = 12,
) -> Ceiling:
    """What anybody could know, and what the network does.

    Every frame happens again under rhythms drawn from the population; what the forces then have in
    common is all that can be predicted. Rhythms under which a frame could not happen are left out.

    Args:
        network: to be judged.
        crowd: people in motion, each with a rhythm.
        unknown: which parts of the rhythm are hidden: of pitch, roll, yaw.
        dice: for the draws.
        draws: rhythms for every frame.
    """
    hidden = np.asarray(unknown)
    motion = true_head_motion(crowd)
    truth, weight = [], []
    for _ in range(draws):
        off = np.clip(dice.normal(size=(len(crowd), 3)), -3.0, 3.0) * PERSONAL_RHYTHM_SD
        drawn = np.where(hidden, RHYTHM + off, crowd.rhythm).astype(np.float32)
        states = coordinates_for(crowd, motion, drawn)
        found = crowd_forces(network.proposal, crowd, states, _THOROUGH).answer
        truth.append(found.active)
        weight.append(np.abs(np.asarray(found.missing)).max(axis=2) < _BALANCED_NM)
    believed = np.where(hidden, RHYTHM, crowd.rhythm).astype(np.float32)
    states = coordinates_for(crowd, motion, believed)
    central = crowd_forces(network.proposal, crowd, states)
    sd = np.where(hidden, PERSONAL_RHYTHM_SD, 0.0).astype(np.float32)
    frames = central.seen.shape[:2]
    doubt = Doubt(np.broadcast_to(sd, (*frames, 3)), np.zeros(frames, np.float32))
    each = np.broadcast_to(sd, (len(crowd), 3))
    possible = crowd_in_doubt(network.proposal, crowd, states, each)
    frames_in_doubt = _flatten(Evidence(central.seen, central.answer, possible, doubt))
    mean = in_single(_within)(network.spread, frames_in_doubt).mean.reshape(*frames, 72)
    return _compare(
        np.stack(truth), np.stack(weight), np.asarray(mean), np.asarray(central.answer.active)
    )


def maximal_force(crowd: Crowd) -> Float[np.ndarray, " muscles"]:
    """Maximal isometric forces [N], the same in everybody."""
    every = np.asarray(crowd.people.anatomy.max_isometric_force, float)
    first: np.ndarray = every.reshape(-1, 72)[0]
    return first


def _compare(
    truth: Float[np.ndarray, "d n t muscles"],
    possible: Bool[np.ndarray, "d n t"],
    network: Float[np.ndarray, "n t muscles"],
    central: Float[np.ndarray, "n t muscles"],
) -> Ceiling:
    count = possible.sum(axis=0)
    enough = count >= 2
    weight = (possible & enough)[..., None].astype(float)
    each = np.maximum(count, 2)[..., None]
    mean = (weight * truth).sum(axis=0) / each
    within = (weight * (truth - mean) ** 2).sum(axis=0) * each / (each - 1.0)
    total = weight.sum()
    grand = (weight * truth).sum(axis=(0, 1, 2)) / total
    variance = (weight * (truth - grand) ** 2).sum(axis=(0, 1, 2)) / total
    sd = np.sqrt(variance)
    flat = sd < 0.002

    def r2(error: np.ndarray) -> np.ndarray:
        explained: np.ndarray = 1.0 - error / np.where(flat, 1.0, variance)
        return np.where(flat, 0.0, explained)

    def of(predicted: np.ndarray) -> np.ndarray:
        error: np.ndarray = (weight * (truth - predicted) ** 2).sum(axis=(0, 1, 2)) / total
        return r2(error)

    return Ceiling(
        best=r2(within.sum(axis=(0, 1)) / total),
        network=of(network),
        central=of(central),
        flat=flat,
    )


def _flatten(tree: object) -> object:
    return jax.tree.map(lambda x: np.asarray(x).reshape(-1, *np.shape(x)[2:]), tree)


@eqx.filter_jit
def _within(spread: Spread, frames: Evidence) -> Interval:
    found: Interval = jax.lax.map(lambda x: interval(spread, x), frames, batch_size=256)
    return found
