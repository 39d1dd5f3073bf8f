"""The draws behind free movements: which postures, when, how fast, and with what sway.

A movement is laid out as a plan: moves of minimum jerk from posture to posture, of which at most
two run at once, and a few waves of sway. Everything comes from one counter-based key.
"""

import math
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import ndtri
from jaxtyping import Float

from nuchal.arrays import Array, Scalar
from nuchal.movements.minimum_jerk import PEAK_ACCELERATION, PEAK_SPEED
from nuchal.movements.random_settings import FreeSettings

# Least share of the highest acceleration that a move is allowed.
_LEAST_FORCE = 0.4
# Length of a move whose peak speed is the tempo's; it rises with the square root of length.
_REFERENCE_RAD = 1.0
_SWAY_WAVES = 3


class Plan(NamedTuple):
    """Moves in the order of their beginning; before the first the head rests.

    Attributes:
        start: [s].
        duration: [s].
        posture: From where to where: move k leads from k to k + 1 [rad].
        sway: Amplitudes [rad].
        pace: Angular frequencies of the sway [rad/s].
    """

    start: Float[Array, " k"]
    duration: Float[Array, " k"]
    posture: Float[Array, "k1 3"]
    sway: Float[Array, "w 3"]
    pace: Float[Array, "w 3"]
    phase: Float[Array, "w 3"]


class _Dice(NamedTuple):
    """All that a movement leaves to chance, evenly between 0 and 1.

    Attributes:
        direction: Of the postures, and of the centre last.
    """

    direction: Float[Array, "k2 3"]
    out: Float[Array, " k2"]
    speed: Float[Array, " k"]
    force: Float[Array, " k"]
    held: Float[Array, " k"]
    pause: Float[Array, " k"]
    overlap: Float[Array, " k"]
    waves: Float[Array, "3 w 3"]
    pure: Scalar
    axis: Scalar
    width: Scalar
    centre: Scalar
    tempo: Scalar
    flow: Scalar
    sway: Scalar


def draw_plan(settings: FreeSettings, key: Array, reach: Float[Array, "6"] | None = None) -> Plan:
    """Draw the postures, how fast and when they are gone to, and the sway.

    ``reach`` is how far the region goes to each of ``DIRECTIONS`` [rad], if not as far as settings
    say.
    """
    dice = _throw(key, settings.moves)
    posture = _postures(settings, dice, _region(settings) if reach is None else reach)
    length = jnp.linalg.norm(jnp.diff(posture, axis=0), axis=1)
    duration = _durations(settings, dice, length)
    held = dice.held < settings.hold_share
    pause = dice.pause * settings.longest_hold_s
    shorter = jnp.minimum(duration[1:], duration[:-1])
    flow = 1.0 - (1.0 - dice.flow) * dice.overlap[1:]
    shared = settings.most_overlap * flow * shorter
    step = jnp.where(held[1:], pause[1:], -shared) + duration[:-1]
    first = jnp.where(held[0], pause[0], 0.0)
    sway, pace, phase = _sway(settings, dice)
    return Plan(
        start=jnp.concatenate([jnp.array([-2.0, -1.0]), first + jnp.cumsum(jnp.append(0.0, step))]),
        duration=jnp.concatenate([jnp.ones(2), duration]),
        posture=jnp.concatenate([posture[:1], posture[:1], posture]),
        sway=sway,
        pace=pace,
        phase=phase,
    )


def region_share(settings: FreeSettings, total: Float[Array, "*n 3"]) -> Float[Array, "*n"]:
    """How far out postures lie: 1 on the border of the ellipsoid of those that are drawn.

    ``total`` holds pitch, roll and yaw of the head on the thorax [rad].
    """
    share: Array = jnp.linalg.norm(total / _sides(_region(settings), total), axis=-1)
    return share


def stream_key(seed: int | Array, stream: int, index: int | Array) -> Array:
    """The key of one stream of draws, by an index: the same in whatever order it is asked for."""
    root = jax.random.key(seed, impl="threefry2x32")
    key: Array = jax.random.fold_in(jax.random.fold_in(root, stream), index)
    return key


def even_numbers(key: Array, count: int) -> Float[Array, " n"]:
    """Even numbers between 0 and 1, never one of these."""
    tiny = float(np.finfo(np.float64).tiny)
    return jax.random.uniform(key, (count,), jnp.float64, tiny, 1.0)


def _throw(key: Array, moves: int) -> _Dice:
    """All in one draw, which compiles sooner than many."""
    each = ((moves + 2, 3), (moves + 2,)) + 5 * ((moves,),)
    shapes = (*each, (3, _SWAY_WAVES, 3), *(7 * ((),)))
    ends = np.cumsum([math.prod(shape) for shape in shapes])
    parts = jnp.split(even_numbers(key, int(ends[-1])), ends[:-1])
    return _Dice(*(part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)))


def _postures(settings: FreeSettings, dice: _Dice, reach: Float[Array, "6"]) -> Float[Array, "n 3"]:
    """Postures inside the region, gathered about one of them as far as the movement is wide.

    A movement is pure (about one axis) or goes anywhere. Being drawn together towards the centre
    leaves postures inside, for the region is convex.
    """
    axis = jax.nn.one_hot(jnp.floor(3.0 * dice.axis).astype(int), 3)
    pure = dice.pure < settings.pure_share
    raw = ndtri(dice.direction)
    about_one = jnp.where(axis > 0.0, jnp.sign(raw), settings.impurity * raw)
    raw = jnp.where(pure, about_one, raw)
    out = dice.out[:, None] ** settings.outward
    share = out * raw / jnp.linalg.norm(raw, axis=1, keepdims=True)
    room = 1.0 - settings.largest_sway_rad / jnp.min(reach)
    inside = room * share * _sides(reach, share)
    width = jnp.minimum(settings.narrowest + jnp.sqrt(dice.width), 1.0)
    centre = inside[-1] * dice.centre
    drawn_in: Array = centre + width * (inside[:-1] - centre)
    return drawn_in


def _durations(settings: FreeSettings, dice: _Dice, length: Float[Array, " k"]) -> Array:
    """How long moves take: as their speed asks, and no shorter than acceleration allows [s]."""
    slowest, fastest = jnp.log(settings.slowest_rad_s), jnp.log(settings.fastest_rad_s)
    tempo = slowest + (fastest - slowest) * dice.tempo
    each = tempo + settings.tempo_sd * ndtri(dice.speed)
    speed = jnp.exp(jnp.clip(each, slowest, fastest)) * jnp.sqrt(length / _REFERENCE_RAD)
    force = (_LEAST_FORCE + (1.0 - _LEAST_FORCE) * dice.force) * settings.sharpest_rad_s2
    asked = jnp.clip(PEAK_SPEED * length / speed, settings.shortest_s, settings.longest_s)
    allowed = jnp.maximum(
        PEAK_SPEED * length / settings.fastest_rad_s, jnp.sqrt(PEAK_ACCELERATION * length / force)
    )
    longer: Array = jnp.maximum(asked, allowed)
    return longer


def _sway(settings: FreeSettings, dice: _Dice) -> tuple[Array, Array, Array]:
    """Amplitudes, angular frequencies and phases of the waves of the sway, about each axis."""
    size, pace, turn = dice.waves
    most = settings.largest_sway_rad * dice.sway**2 / 3.0**0.5
    slow, quick = settings.sway_hz
    hz = slow * jnp.exp(jnp.log(quick / slow) * pace)
    return most * size / jnp.sum(size, axis=0), 2.0 * jnp.pi * hz, 2.0 * jnp.pi * turn


def _region(settings: FreeSettings) -> Float[Array, "6"]:
    flexion, extension, bending, rotation = settings.reach_rad
    return jnp.asarray([flexion, extension, bending, bending, rotation, rotation])


def _sides(reach: Float[Array, "6"], total: Float[Array, "*n 3"]) -> Float[Array, "*n 3"]:
    """Semi-axes of the region on the side of each posture [rad]."""
    flexion, extension, right, left, turned_right, turned_left = reach
    below = jnp.stack([flexion, left, turned_right])
    above = jnp.stack([extension, right, turned_left])
    sides: Array = jnp.where(total < 0.0, below, above)
    return sides
