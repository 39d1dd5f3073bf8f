"""Training and test samples: what a network is given of labelled motions, beside the truth."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool, Float, Int

from nuchal.arrays import Array
from nuchal.movements.random_settings import PERSONAL_RHYTHM_SD
from nuchal.networks.equilibrium.head_motion import coordinates_of
from nuchal.networks.equilibrium.records import (
    Central,
    Coordinates,
    Doubt,
    Evidence,
    HeadMotion,
    Network,
    Person,
    Possible,
)
from nuchal.networks.equilibrium.rhythms_in_doubt import only_possible
from nuchal.networks.equilibrium.window import (
    LATENCY_FRAMES,
    NOISE_LEVELS_RAD,
    OUTPUT_FRAME,
    WINDOW_FRAMES,
    head_motion,
)
from nuchal.networks.training.necks import Necks, for_each_neck, forces_of, possible_forces_of
from nuchal.optimisation.solvers.fixed_steps import Descent

_T = TypeVar("_T")
# Frames after which a force that leans on the frame before has forgotten how it began.
SETTLING_FRAMES: Final = 12


@dataclass(frozen=True, kw_only=True)
class Samples:
    """Frames as the second network sees them, beside the truth; s samples.

    Attributes:
        truth: True active force over maximal isometric force.
    """

    evidence: Evidence
    truth: Float[np.ndarray, "s muscles"]


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """What is uncertain about each person.

    Attributes:
        level: Which of ``NOISE_LEVELS_RAD`` the head angles have.
        rhythm: What is believed of the upper neck's share.
    """

    rhythm_sd: Float[np.ndarray, "n 3"]
    level: Int[np.ndarray, " n"]
    rhythm: Float[np.ndarray, "n 3"]


def known_rhythm(necks: Necks, level: int = 0) -> Conditions:
    """Everybody's rhythm is known."""
    return population_only(necks, (0.0, 0.0, 0.0), (False, False, False), level)


def population_only(
    necks: Necks, population: Sequence[float], unknown: Sequence[bool], level: int = 0
) -> Conditions:
    """Of the parts said to be unknown, only the population's mean and spread are known."""
    hidden = np.asarray(unknown)
    rhythm = np.where(hidden, np.asarray(population), necks.rhythm)
    sd = np.where(hidden, np.asarray(PERSONAL_RHYTHM_SD), 0.0)
    return Conditions(
        rhythm_sd=np.tile(sd, (len(necks), 1)).astype(np.float32),
        level=np.full(len(necks), level),
        rhythm=rhythm.astype(np.float32),
    )


def mixed_conditions(necks: Necks, dice: np.random.Generator) -> Conditions:
    """All kinds of doubt, drawn person by person, to train and to set margins on.

    Nothing in doubt; yaw alone; pitch and roll as far as a recording shows them and yaw; all.
    Half are seen through noise. What is believed lies off the truth by as much as is said.
    """
    count = len(necks)
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
        rhythm=(necks.rhythm + off * sd).astype(np.float32),
    )


def samples_from_windows(
    necks: Necks,
    filters: Float[np.ndarray, "l 3 w"],
    proposal: Network,
    conditions: Conditions,
    dice: np.random.Generator,
    descent: Descent | None = None,
) -> Samples:
    """All solved frames of people who are seen through marker windows."""
    noise = np.asarray(NOISE_LEVELS_RAD)[conditions.level]
    noise = np.where(conditions.level > 0, noise, 0.0)
    angles = necks.angles + noise[:, None, None] * dice.normal(size=necks.angles.shape)
    path = angles.astype(np.float32)
    _, states = window_states(necks, filters[conditions.level], path, conditions.rhythm)
    central = forces_of(proposal, necks, states, descent)
    doubt = Doubt(conditions.rhythm_sd, noise.astype(np.float32))
    possible = possible_under(proposal, necks, states, central, doubt)
    return chosen_samples(necks, central, possible, doubt, settled(necks))


def window_states(
    necks: Necks,
    filters: Float[np.ndarray, "n 3 w"],
    angles: Float[np.ndarray, "n t 3"],
    rhythm: Float[np.ndarray, "n 3"],
) -> tuple[HeadMotion, Coordinates]:
    """Head motion and states as windows give them, (n, t - w + 1, ...): the first whole one on.

    Each person has a filter, angles of the head as measured [rad], and a rhythm that is believed.
    """
    return for_each_neck(necks, _window_states, filters, angles, rhythm)


def windows(angles: Float[np.ndarray, "n t 3"]) -> Float[np.ndarray, "n t2 w 3"]:
    """All windows of head angles, as views."""
    view = np.lib.stride_tricks.sliding_window_view(angles, WINDOW_FRAMES, axis=1)
    return np.moveaxis(view, 3, 2)


def possible_under(
    proposal: Network, necks: Necks, states: Coordinates, central: Central, doubt: Doubt
) -> Possible:
    """What forces could be; those that are given, where nothing is in doubt about anybody."""
    if not doubt.exists:
        return only_possible(np.asarray(central.answer.active))
    return possible_forces_of(proposal, necks, states, np.asarray(doubt.rhythm_sd))


def chosen_samples(
    necks: Necks, central: Central, possible: Possible, doubt: Doubt, keep: Bool[np.ndarray, "n t2"]
) -> Samples:
    """One row for each frame that is kept, of frames that windows give; a doubt for each person."""
    each = Doubt(
        np.broadcast_to(np.asarray(doubt.rhythm_sd)[:, None], (*keep.shape, 3)),
        np.broadcast_to(np.asarray(doubt.noise_rad)[:, None], keep.shape),
    )
    evidence = Evidence(central.seen, central.answer, possible, each)
    return Samples(
        evidence=jax.tree.map(lambda x: np.asarray(x)[keep], evidence),
        truth=at_window_frames(necks.active)[keep],
    )


def settled(necks: Necks) -> Bool[np.ndarray, "n t2"]:
    """Frames with a whole window behind them that are solved and, if need be, settled.

    Where forces lean on the frame before, that is no frame soon after one that muscles cannot
    balance: what it had instead of forces lingers.
    """
    usable = at_window_frames(necks.usable)
    if necks.settings.recruitment.causal is None:
        return usable.copy()
    before = np.zeros((len(usable), SETTLING_FRAMES), dtype=bool)
    run = np.lib.stride_tricks.sliding_window_view(
        np.concatenate([before, usable], axis=1), SETTLING_FRAMES + 1, axis=1
    )
    return np.asarray(run.all(axis=2))


def at_window_frames(values: _T) -> _T:
    """Of values over time, (n, t, ...), those at the frames that windows give."""

    def part(x: np.ndarray) -> np.ndarray:
        return np.asarray(x)[:, OUTPUT_FRAME : x.shape[1] - LATENCY_FRAMES]

    kept: _T = jax.tree.map(part, values)
    return kept


def _window_states(
    person: Person, filters: Array, angles: Array, share: Array
) -> tuple[HeadMotion, Coordinates]:
    def frame(start: Array) -> tuple[HeadMotion, Coordinates]:
        window = jax.lax.dynamic_slice_in_dim(angles, start, WINDOW_FRAMES)
        head = head_motion(filters, window)
        return head, coordinates_of(person.anatomy, share, head)

    starts = jnp.arange(angles.shape[0] - WINDOW_FRAMES + 1)
    found: tuple[HeadMotion, Coordinates] = jax.vmap(frame)(starts)
    return found
