"""Training and test samples: what a network is given of labelled motions, beside the truth."""

from dataclasses import dataclass
from typing import Final, TypeVar

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool, Float, Int

from nuchal.arrays import Array
from nuchal.model.traits import trait_sd
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
from nuchal.networks.equilibrium.traits_in_doubt import only_possible
from nuchal.networks.equilibrium.window import (
    LATENCY_FRAMES,
    NOISE_LEVELS_RAD,
    OUTPUT_FRAME,
    WINDOW_FRAMES,
    head_motion,
)
from nuchal.networks.training.necks import (
    Necks,
    believed,
    for_each_neck,
    forces_of,
    possible_forces_of,
)
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
        doubt: Of the traits, as a share of how people differ.
        off: What is believed of them less what they are.
    """

    level: Int[np.ndarray, " n"]
    doubt: Float[np.ndarray, "n traits"]
    off: Float[np.ndarray, "n traits"]


def known_traits(necks: Necks, level: int = 0) -> Conditions:
    """Everybody's traits are known."""
    none = np.zeros_like(necks.traits)
    return Conditions(level=np.full(len(necks), level), doubt=none, off=none)


def population_only(necks: Necks, doubt: Float[np.ndarray, " traits"]) -> Conditions:
    """Of the traits that are in doubt, only the population's mean is known, and its spread."""
    return Conditions(
        level=np.zeros(len(necks), int),
        doubt=np.tile(doubt, (len(necks), 1)).astype(np.float32),
        off=np.where(doubt > 0.0, -necks.traits, 0.0).astype(np.float32),
    )


def mixed_conditions(necks: Necks, dice: np.random.Generator) -> Conditions:
    """All kinds of doubt, drawn person by person, to train and to set margins on.

    Nothing in doubt; all alike in part; each trait in part; all. Half are seen through noise. What
    is believed lies off the truth by as much as is said.
    """
    count, traits = necks.traits.shape
    kind = dice.integers(4, size=(count, 1))
    alike, apart = dice.uniform(0.3, 0.8, (count, 1)), dice.uniform(0.3, 1.0, (count, traits))
    doubt = np.select([kind == 0, kind == 1, kind == 2], [0.0, alike, apart], 1.0)
    sd = doubt * trait_sd(necks.settings.neck)
    off = np.clip(dice.normal(size=(count, traits)), -3.0, 3.0) * sd
    noisy = dice.random(count) < 0.5
    level = np.where(noisy, dice.integers(2, len(NOISE_LEVELS_RAD), size=count), 0)
    return Conditions(level=level, doubt=doubt.astype(np.float32), off=off.astype(np.float32))


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
    taken = believed(necks, conditions.off)
    _, states = window_states(taken, filters[conditions.level], path)
    central = forces_of(proposal, taken, states, descent)
    doubt = Doubt(conditions.doubt, noise.astype(np.float32))
    possible = possible_under(proposal, taken, states, central, doubt)
    return chosen_samples(necks, central, possible, doubt, settled(necks))


def window_states(
    necks: Necks,
    filters: Float[np.ndarray, "n 3 w"],
    angles: Float[np.ndarray, "n t 3"],
) -> tuple[HeadMotion, Coordinates]:
    """Head motion and states as windows give them, (n, t - w + 1, ...): the first whole one on.

    Each person has a filter, and angles of the head as measured [rad].
    """
    return for_each_neck(necks, _window_states, filters, angles)


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
    return possible_forces_of(proposal, necks, states, np.asarray(doubt.traits))


def chosen_samples(
    necks: Necks, central: Central, possible: Possible, doubt: Doubt, keep: Bool[np.ndarray, "n t2"]
) -> Samples:
    """One row for each frame that is kept, of frames that windows give; a doubt for each person."""
    traits = np.asarray(doubt.traits)
    each = Doubt(
        np.broadcast_to(traits[:, None], (*keep.shape, traits.shape[-1])),
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


def _window_states(person: Person, filters: Array, angles: Array) -> tuple[HeadMotion, Coordinates]:
    def frame(start: Array) -> tuple[HeadMotion, Coordinates]:
        window = jax.lax.dynamic_slice_in_dim(angles, start, WINDOW_FRAMES)
        head = head_motion(filters, window)
        return head, coordinates_of(person.anatomy, head)

    starts = jnp.arange(angles.shape[0] - WINDOW_FRAMES + 1)
    found: tuple[HeadMotion, Coordinates] = jax.vmap(frame)(starts)
    return found
