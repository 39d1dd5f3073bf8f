"""What is not known, as an interval: traits of this neck, noise, and the network's own error.

Three head markers do not tell how upper and lower neck share a movement, nor how stiff they are. A
second network sees the frame, the forces that the first gives for the likeliest neck, what they
could be in others (``possible``), and how uncertain traits and markers are. It says how far the
truth spreads about the mean over all that is possible, as a multiple of how far forces spread over
traits and noise in this frame, so that little is in doubt where little depends on them. Its
intervals are then widened or narrowed, muscle by muscle, until they cover the stated share of
people and movements kept apart for that (conformalised regression: Romano, Patterson and Candes
2019, arXiv 1905.03222).
"""

from typing import Final

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Int

from nuchal.arrays import Array, Muscles, Scalar
from nuchal.networks.equilibrium.domain import COVERAGE
from nuchal.networks.equilibrium.proposal import FEATURES
from nuchal.networks.equilibrium.records import Doubt, Evidence, Interval, Network, Spread
from nuchal.networks.equilibrium.window import NOISE_LEVELS_RAD

_TRAITS: Final = ("known traits", "traits known in part", "unknown traits")
_NOISES: Final = ("", ", noisy markers", ", very noisy markers")
# Each has margins of its own.
SITUATIONS: Final = tuple(traits + noise for noise in _NOISES for traits in _TRAITS)
SPREAD_HIDDEN: Final = (128, 96)
_SQUEEZE: Final = 100.0
# Mean doubt over the traits, as a share of how people differ, from which they are unknown.
_HARDLY_LEARNT: Final = 0.9
_LEAST_SCALE: Final = 1e-5
# Over maximal isometric force, where neither traits nor noise matter.
_REACH: Final = 2e-4
# The same for every radian of noise.
_REACH_OF_NOISE: Final = 2.0
_HARMLESS_NOISE_RAD: Final = 1e-3
_LOG_RANGE: Final = 12.0
_VERY_NOISY_RAD: Final = 5e-3
_WIDEST_TAIL: Final = 0.25
_TAILS: Final = 41


def spread_inputs(muscles: int, traits: int) -> int:
    """How many numbers the second network sees of a frame."""
    return len(FEATURES) + 3 * muscles + 6 + traits + 4


def spread_features(frame: Evidence) -> Float[Array, " inputs"]:
    """What the second network sees of one frame.

    It has places for the moment that the forces leave open. That is nothing but the rounding of
    single precision in every frame that it was trained on, and intervals must not hang on it.
    """
    answer, possible, doubt = frame.answer, frame.possible, frame.doubt
    gate = _gate(doubt)
    level = jnp.log10(jnp.maximum(doubt.noise_rad, NOISE_LEVELS_RAD[0]) / NOISE_LEVELS_RAD[0])
    squeezed = jnp.arcsinh(frame.seen)
    kept = 1.0 - gate * (1.0 - possible.kept)
    wide = jnp.stack([level, gate, jnp.max(doubt.traits), kept])
    missing = jnp.zeros_like(answer.missing)
    away = jnp.arcsinh(_SQUEEZE * possible.sd)
    mean = answer.active + gate * (possible.mean - answer.active)
    return jnp.concatenate([squeezed, answer.active, mean, away, missing, doubt.traits, wide])


def moments_of(network: Network, frame: Evidence) -> tuple[Muscles, Muscles]:
    """Mean and scale of one frame's forces over maximal isometric force."""
    size = network(spread_features(frame))
    answer, possible, doubt = frame.answer, frame.possible, frame.doubt
    reach = possible.sd + _REACH_OF_NOISE * doubt.noise_rad + _REACH
    mean = answer.active + _gate(doubt) * (possible.mean - answer.active)
    return mean, _LEAST_SCALE + reach * jnp.exp(jnp.clip(size, -_LOG_RANGE, _LOG_RANGE))


def interval(spread: Spread, frame: Evidence) -> Interval:
    """Interval of one frame's forces."""
    mean, scale = moments_of(spread.network, frame)
    below, above = jnp.asarray(spread.margins)[:, situation(frame.doubt)]
    return Interval(
        mean=mean,
        low=jnp.maximum(mean - below * scale, 0.0),
        high=jnp.maximum(mean + above * scale, 0.0),
    )


def situation(doubt: Doubt) -> Int[Array, ""]:
    """Index into :data:`SITUATIONS`."""
    noisy = (doubt.noise_rad > NOISE_LEVELS_RAD[0]).astype(int)
    noise = noisy + (doubt.noise_rad > _VERY_NOISY_RAD)
    in_doubt = jnp.any(doubt.traits > 0.0)
    unknown = jnp.mean(doubt.traits) > _HARDLY_LEARNT
    return 3 * noise + in_doubt.astype(int) + unknown.astype(int)


def margins_of(
    truth: Float[np.ndarray, "s muscles"],
    mean: Float[np.ndarray, "s muscles"],
    scale: Float[np.ndarray, "s muscles"],
) -> Float[np.ndarray, "2 muscles"]:
    """Margins, in scales, that leave out equal shares of true forces below and above the mean.

    The narrowest that hold the stated share of the frames. That can be more on either side than
    half of what may be left out: no force is below zero, and many are just that.
    """
    least = 0.5 * (1.0 - COVERAGE)
    tails = np.linspace(least, _WIDEST_TAIL, _TAILS)
    low, high = np.quantile((truth - mean) / scale, [tails, 1.0 - tails], axis=0)
    chosen = np.zeros(truth.shape[1], dtype=int)
    for k in range(1, len(tails)):
        inside = (truth >= np.maximum(mean + low[k] * scale, 0.0)) & (
            truth <= mean + high[k] * scale
        )
        chosen = np.where(inside.mean(axis=0) >= COVERAGE, k, chosen)
    muscle = np.arange(truth.shape[1])
    return np.stack([-low[chosen, muscle], high[chosen, muscle]]).astype(np.float32)


def _gate(doubt: Doubt) -> Scalar:
    """0 where nothing is uncertain, which leaves the forces as they are; 1 where much is."""
    noise = jnp.clip(jnp.log10(jnp.maximum(doubt.noise_rad, 1e-9) / _HARMLESS_NOISE_RAD), 0.0, 1.0)
    return jnp.minimum(jnp.max(doubt.traits) + noise, 1.0)
