"""How near networks come to the truth on one test set, and how near anybody could come."""

import dataclasses
from typing import Final

import jax
import numpy as np
from jaxtyping import Bool, Float

from nuchal.batches import in_single
from nuchal.model.traits import trait_sd
from nuchal.networks.accuracy import FLAT_SHARE, accuracy
from nuchal.networks.equilibrium.domain import MOST_OUTSIDE, OF_THE_PERSON
from nuchal.networks.equilibrium.intervals import interval
from nuchal.networks.equilibrium.records import (
    Doubt,
    Evidence,
    HeadMotion,
    Interval,
    NeckNetwork,
    Person,
    Spread,
)
from nuchal.networks.training.necks import (
    Necks,
    believed,
    coordinates_for,
    distances,
    forces_of,
    possible_forces_of,
    true_head_motion,
)
from nuchal.networks.training.records import Ceiling, Score
from nuchal.networks.training.samples import (
    Conditions,
    Samples,
    population_only,
    samples_from_windows,
)
from nuchal.optimisation.solvers.fixed_steps import Descent
from nuchal.programs.kept import kept
from nuchal.records import RESPECTS, HeadLoad

# A drawn neck in which more than this is missing cannot be: the frame did happen.
_BALANCED_NM: Final = 1e-2
_THOROUGH: Final = Descent(stiffening=20)


def score_windows(
    network: NeckNetwork, necks: Necks, conditions: Conditions, dice: np.random.Generator
) -> Score:
    """Score the forces of frames seen through marker windows."""
    filters = np.asarray(network.filters)
    found = samples_from_windows(necks, filters, network.proposal, conditions, dice)
    return score(network, necks, found)


def score(network: NeckNetwork, necks: Necks, samples: Samples) -> Score:
    """Score the forces of samples, however they were seen."""
    within = in_single(_intervals)(network.spread, samples.evidence)
    strength, truth = necks.maximal_force, samples.truth
    inside = (truth >= within.low) & (truth <= within.high)
    missing = np.abs(np.asarray(samples.evidence.answer.missing)).max(axis=1)
    return Score(
        accuracy=accuracy(
            truth * strength, np.asarray(within.mean) * strength, maximal_force_n=strength
        ),
        coverage=inside.mean(axis=0),
        width=np.asarray(within.high - within.low).mean(axis=0, dtype=float),
        balanced=float((missing < _BALANCED_NM).mean()),
    )


def ceiling(
    network: NeckNetwork,
    necks: Necks,
    doubt: Float[np.ndarray, " traits"],
    dice: np.random.Generator,
    *,
    draws: int = 12,
) -> Ceiling:
    """What anybody could know, and what the network does.

    Every frame happens again in necks drawn from the population; what the forces then have in
    common is all that can be predicted. Necks in which a frame could not happen are left out.
    ``doubt`` says what is not known of each trait, as a share of how people differ.
    """
    motion, sd = true_head_motion(necks), doubt * trait_sd(necks.settings.neck)
    truth, balanced = [], []
    for _ in range(draws):
        drawn = sd * np.clip(dice.normal(size=necks.traits.shape), -3.0, 3.0)
        other = believed(necks, np.where(doubt > 0.0, drawn - necks.traits, 0.0))
        states = coordinates_for(other, motion)
        found = forces_of(network.proposal, other, states, _THOROUGH).answer
        truth.append(found.active)
        balanced.append(np.abs(np.asarray(found.missing)).max(axis=2) < _BALANCED_NM)
    mean, central = _mean_and_central(network, necks, motion, doubt)
    return _compared(np.stack(truth), np.stack(balanced), mean, central)


def _mean_and_central(
    network: NeckNetwork, necks: Necks, motion: HeadMotion, doubt: Float[np.ndarray, " traits"]
) -> tuple[np.ndarray, np.ndarray]:
    """The network's mean force, and its force of the mean neck."""
    conditions = population_only(necks, doubt)
    mean_necks = believed(necks, conditions.off)
    states = coordinates_for(mean_necks, motion)
    central = forces_of(network.proposal, mean_necks, states)
    possible = possible_forces_of(network.proposal, mean_necks, states, conditions.doubt)
    frames = central.seen.shape[:2]
    traits = np.broadcast_to(doubt.astype(np.float32), (*frames, len(doubt)))
    unsure = Doubt(traits, np.zeros(frames, np.float32))
    evidence: Evidence = jax.tree.map(
        lambda x: np.asarray(x).reshape(-1, *np.shape(x)[2:]),
        Evidence(central.seen, central.answer, possible, unsure),
    )
    mean = np.asarray(in_single(_intervals)(network.spread, evidence).mean)
    active = np.asarray(central.answer.active)
    return mean.reshape(active.shape), active


def _compared(
    truth: Float[np.ndarray, "d n t muscles"],
    possible: Bool[np.ndarray, "d n t"],
    network: Float[np.ndarray, "n t muscles"],
    central: Float[np.ndarray, "n t muscles"],
) -> Ceiling:
    count = possible.sum(axis=0)
    weight = (possible & (count >= 2))[..., None].astype(float)
    each = np.maximum(count, 2)[..., None]
    total = weight.sum()

    def mean(values: np.ndarray) -> np.ndarray:
        found: np.ndarray = (weight * values).sum(axis=(0, 1, 2)) / total
        return found

    sd = np.sqrt(mean((truth - mean(truth)) ** 2))
    flat = sd < FLAT_SHARE

    def r2(error: np.ndarray) -> np.ndarray:
        return np.where(flat, 0.0, 1.0 - error / np.where(flat, 1.0, sd**2))

    of_frame = (weight * truth).sum(axis=0) / each
    return Ceiling(
        best=r2(mean((truth - of_frame) ** 2 * each / (each - 1.0))),
        network=r2(mean((truth - network) ** 2)),
        central=r2(mean((truth - central) ** 2)),
        flat=flat,
    )


@kept
def _intervals(spread: Spread, frames: Evidence) -> Interval:
    found: Interval = jax.lax.map(lambda x: interval(spread, x), frames, batch_size=256)
    return found


def outside_shares(network: NeckNetwork, necks: Necks) -> dict[str, dict[str, float]]:
    """People and movements unlike those of the training, and whether that is seen."""
    motion, people = true_head_motion(necks), necks.people

    def outside(moved: HeadMotion, people: Person = people) -> dict[str, float]:
        others = dataclasses.replace(necks, people=people)
        away = distances(network.domain, others, moved) > 1.0
        share = dict(zip(RESPECTS, away.mean(axis=(0, 1)).tolist(), strict=True))
        any_way = away.any(axis=2).mean(axis=1)
        of_person = away[..., [RESPECTS.index(x) for x in OF_THE_PERSON]].any(axis=(1, 2))
        refused = (any_way > MOST_OUTSIDE) | of_person
        return share | {"any": float(any_way.mean()), "refused": float(refused.mean())}

    def scaled(angle: float, rate: float, acceleration: float) -> HeadMotion:
        return HeadMotion(
            motion.angle * angle, motion.rate * rate, motion.acceleration * acceleration
        )

    load, larger = people.load, people.scales * 4.0 / 3.0
    heavy = jax.vmap(HeadLoad)(np.full_like(load.mass, 6.0), load.place)
    return {
        "like those of training": outside(motion),
        "twice as fast": outside(scaled(1.0, 2.0, 4.0)),
        "three times as fast": outside(scaled(1.0, 3.0, 9.0)),
        "half as far again": outside(scaled(1.5, 1.5, 1.5)),
        "bodies a third larger": outside(motion, Person(people.anatomy, larger, load)),
        "loads of 6 kg": outside(motion, Person(people.anatomy, people.scales, heavy)),
    }
