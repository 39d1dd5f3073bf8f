"""What can be seen of labelled motions, and what of them is in doubt: to train and to judge by."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import jax
import numpy as np
from jaxtyping import Bool, Float, Shaped

from nuchal.movements.random_settings import PERSONAL_RHYTHM_SD
from nuchal.networks.equilibrium.cell import Answer
from nuchal.networks.equilibrium.head_motion import Coordinates, HeadMotion
from nuchal.networks.equilibrium.intervals import Doubt, Evidence
from nuchal.networks.equilibrium.proposal import Network
from nuchal.networks.equilibrium.rhythms_in_doubt import Possible, only_possible
from nuchal.networks.equilibrium.sequence import Central
from nuchal.networks.equilibrium.window import LATENCY_FRAMES, NOISE_LEVELS_RAD, TOLD_FRAME
from nuchal.networks.training.many_necks import Crowd, crowd_forces, crowd_in_doubt, seen_states
from nuchal.optimisation.solvers.fixed_steps import Descent

# Frames after which a force that leans on the frame before has forgotten how it began.
SETTLING_FRAMES: Final = 12


@dataclass(frozen=True, kw_only=True)
class Seen:
    """Frames as a network sees them, beside the truth; s samples.

    Attributes:
        answer: Of the first network.
        possible: What it says under other rhythms.
        truth: True active force, likewise.
    """

    features: Float[np.ndarray, "s 27"]
    answer: Answer
    possible: Possible
    doubt: Doubt
    truth: Float[np.ndarray, "s muscles"]

    @property
    def evidence(self) -> Evidence:
        """What the second network is given."""
        return Evidence(self.features, self.answer, self.possible, self.doubt)


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """What is in doubt about each person of a crowd.

    Attributes:
        level: Which of ``NOISE_LEVELS_RAD`` the head angles have, (n,).
        rhythm: What is believed of the upper neck's share.
    """

    rhythm_sd: Float[np.ndarray, "n 3"]
    level: np.ndarray
    rhythm: Float[np.ndarray, "n 3"]


def known_rhythm(crowd: Crowd, level: int = 0) -> Conditions:
    """Everybody's rhythm is known."""
    count = len(crowd)
    return Conditions(
        rhythm_sd=np.zeros((count, 3), np.float32),
        level=np.full(count, level),
        rhythm=crowd.rhythm,
    )


def population_only(
    crowd: Crowd, population: Sequence[float], unknown: Sequence[bool], level: int = 0
) -> Conditions:
    """Of the parts said to be unknown, only the population's mean and spread are known."""
    hidden = np.asarray(unknown)
    rhythm = np.where(hidden, np.asarray(population), crowd.rhythm)
    sd = np.where(hidden, np.asarray(PERSONAL_RHYTHM_SD), 0.0)
    return Conditions(
        rhythm_sd=np.tile(sd, (len(crowd), 1)).astype(np.float32),
        level=np.full(len(crowd), level),
        rhythm=rhythm.astype(np.float32),
    )


def mixed_conditions(crowd: Crowd, dice: np.random.Generator) -> Conditions:
    """All kinds of doubt, drawn person by person, to train and to set margins on.

    Nothing in doubt; yaw alone; pitch and roll as far as a recording teaches them and yaw; all.
    Half are seen through noise. What is believed lies off the truth by as much as is said.
    """
    count = len(crowd)
    kind = dice.integers(4, size=count)
    taught = dice.uniform(0.3, 0.8, size=(count, 2))
    share = np.zeros((count, 3))
    share[:, 2] = kind > 0
    share[kind == 2, :2] = taught[kind == 2]
    share[kind == 3, :2] = 1.0
    sd = share * PERSONAL_RHYTHM_SD
    off = np.clip(dice.normal(size=(count, 3)), -3.0, 3.0)
    noisy = dice.random(count) < 0.5
    level = np.where(noisy, dice.integers(2, len(NOISE_LEVELS_RAD), size=count), 0)
    return Conditions(
        rhythm_sd=sd.astype(np.float32),
        level=level,
        rhythm=(crowd.rhythm + off * sd).astype(np.float32),
    )


def see(
    crowd: Crowd,
    filters: Float[np.ndarray, "l 3 w"],
    proposal: Network,
    conditions: Conditions,
    dice: np.random.Generator,
    descent: Descent | None = None,
) -> Seen:
    """Look at a crowd through marker windows; solved frames only, one row each."""
    noise = np.asarray(NOISE_LEVELS_RAD)[conditions.level]
    noise = np.where(conditions.level > 0, noise, 0.0)
    angles = crowd.angles + noise[:, None, None] * dice.normal(size=crowd.angles.shape)
    _, states = seen_states(
        crowd, filters[conditions.level], angles.astype(np.float32), conditions.rhythm
    )
    central = crowd_forces(proposal, crowd, states, descent)
    about = Doubt(conditions.rhythm_sd, noise.astype(np.float32))
    possible = possible_of(proposal, crowd, states, central, about)
    keep = settled(crowd)
    frames = keep.shape[1]

    def each(values: np.ndarray) -> np.ndarray:
        shape = (len(crowd), frames, *values.shape[1:])
        return np.asarray(np.broadcast_to(values[:, None], shape)[keep])

    doubt = Doubt(each(np.asarray(about.rhythm_sd)), each(np.asarray(about.noise_rad)))
    return Seen(
        features=np.asarray(central.seen)[keep],
        answer=jax.tree.map(lambda x: np.asarray(x)[keep], central.answer),
        possible=jax.tree.map(lambda x: np.asarray(x)[keep], possible),
        doubt=doubt,
        truth=told(crowd.active)[keep],
    )


def possible_of(
    proposal: Network,
    crowd: Crowd,
    states: Coordinates,
    central: Central,
    doubt: Doubt,
) -> Possible:
    """What forces could be; those that are given, where nothing is in doubt about anybody."""
    if not doubt.exists:
        return only_possible(np.asarray(central.answer.active))
    return crowd_in_doubt(proposal, crowd, states, np.asarray(doubt.rhythm_sd))


def settled(crowd: Crowd) -> Bool[np.ndarray, "n t2"]:
    """Frames with a whole window behind them that are solved and, if need be, settled.

    Where forces lean on the frame before, that is no frame soon after one that muscles cannot
    balance: what it had instead of forces lingers.
    """
    usable = told(crowd.usable)
    if crowd.settings.recruitment.causal is None:
        return usable.copy()
    before = np.zeros((len(usable), SETTLING_FRAMES), dtype=bool)
    run = np.lib.stride_tricks.sliding_window_view(
        np.concatenate([before, usable], axis=1), SETTLING_FRAMES + 1, axis=1
    )
    return np.asarray(run.all(axis=2))


def head_told(motion: HeadMotion) -> HeadMotion:
    """The part of a motion that windows tell of."""
    return HeadMotion(
        *(told(np.asarray(x)) for x in (motion.angle, motion.rate, motion.acceleration))
    )


def told(values: Shaped[np.ndarray, "n t *k"]) -> Shaped[np.ndarray, "n t2 *k"]:
    """Of values over time, those at the frames that windows tell of."""
    return values[:, TOLD_FRAME : values.shape[1] - LATENCY_FRAMES]
