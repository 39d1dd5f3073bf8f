"""A person's own rhythm between upper and lower neck, estimated from a whole recording.

The same head rotation carries the head to slightly different places as upper and lower neck share
it otherwise: some 30 mm a radian of pitch or roll that the one takes from the other, nothing at all
for yaw. In one frame that drowns in what markers and joint centres are misplaced by. Over a whole
recording a misplacement stays what it is, in the thorax or on the head, while the rhythm's trace
goes with the movement. So all are estimated together, as the most probable under stated priors:

    c(t) = p(s, angles(t)) + o + R(t) b + noise

with c the markers' mean place, p where the model has it for the rhythm s, o and b the
misplacements. Linear in all but s, and nearly so in that (Gauss-Newton; Tarantola 2005,
doi 10.1137/1.9780898717921).
"""

from dataclasses import dataclass
from functools import partial
from typing import Final

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Int

from nuchal.arrays import Array, Coords, Mat33, Vec3
from nuchal.batches import in_chunks, of_frames
from nuchal.conventions import RHYTHM
from nuchal.model.anatomy import Anatomy
from nuchal.model.kinematics import body_poses, skull_points
from nuchal.movements.random_settings import PERSONAL_RHYTHM_SD
from nuchal.networks.equilibrium.window import marker_angles
from nuchal.spatial import angles_zxy

_ROUNDS: Final = 4
_FIRST_NOISE_M: Final = 0.005
# Frames this far apart count as independent.
_APART_S: Final = 0.2
_NEWTON_STEPS: Final = 3


@dataclass(frozen=True, kw_only=True)
class RhythmPriors:
    """What is believed before the recording is seen.

    Attributes:
        least_noise_m: Of the markers' mean place from one fifth of a second to the next: more where
            the recording itself shows more.
    """

    rhythm: tuple[float, float, float] = RHYTHM
    rhythm_sd: tuple[float, float, float] = PERSONAL_RHYTHM_SD
    thorax_misplacement_m: float = 0.015
    head_misplacement_m: float = 0.01
    least_noise_m: float = 0.001


@dataclass(frozen=True)
class RhythmEstimate:
    """The upper neck's part of pitch, roll and yaw, and how sure that is.

    Attributes:
        frames: That it was estimated from.
    """

    share: Float[np.ndarray, "3"]
    sd: Float[np.ndarray, "3"]
    frames: int


def population_rhythm(priors: RhythmPriors | None = None) -> RhythmEstimate:
    """What is believed of anybody."""
    priors = priors or RhythmPriors()
    return RhythmEstimate(np.array(priors.rhythm), np.array(priors.rhythm_sd), 0)


def estimate_rhythm(
    anatomy: Anatomy,
    time: Float[np.ndarray, " t"],
    markers: Float[np.ndarray, "t 3 3"],
    priors: RhythmPriors | None = None,
) -> RhythmEstimate:
    """The rhythm of one person from a recording.

    ``time`` [s] and ``markers``, TP, LH, RH in the thorax frame [m], leave out frames with gaps;
    ``priors`` say what is believed beforehand.
    """
    priors = priors or RhythmPriors()
    chosen = _apart(time)
    if not len(chosen):
        return population_rhythm(priors)
    noise, seen = _FIRST_NOISE_M, np.asarray(markers)[chosen]
    mean = np.concatenate([priors.rhythm, np.zeros(6)])
    sd = np.repeat(
        [1.0, priors.thorax_misplacement_m, priors.head_misplacement_m], 3
    ) * np.concatenate([priors.rhythm_sd, np.ones(6)])
    found = mean
    for _ in range(_ROUNDS):
        residual, slope = in_chunks(partial(_linearise, anatomy, jnp.asarray(found)), seen)
        rows = slope.reshape(-1, 9) / noise
        left = residual.reshape(-1) / noise
        precision = rows.T @ rows + np.diag(1.0 / sd**2)
        step = np.linalg.solve(precision, rows.T @ left + (mean - found) / sd**2)
        found = found + step
        unexplained = noise * (left - rows @ step)
        noise = max(priors.least_noise_m, float(np.sqrt(np.mean(unexplained**2))))
    spread = np.sqrt(np.diagonal(np.linalg.inv(precision)))
    return RhythmEstimate(found[:3], spread[:3], len(chosen))


def _apart(time: Float[np.ndarray, " t"]) -> np.ndarray:
    """Indices of frames at least :data:`_APART_S` apart."""
    if not len(time):
        return np.zeros(0, dtype=int)
    slot = np.floor((time - time[0]) / _APART_S + 1e-9)
    return np.flatnonzero(np.diff(slot, prepend=-1.0) > 0.0)


@eqx.filter_jit
def _linearise(
    anatomy: Anatomy, found: Float[Array, "9"], markers: Float[Array, "t 3 3"]
) -> tuple[Float[Array, "t 3"], Float[Array, "t 3 9"]]:
    """What is left of the markers' mean place [m], and the slope of its model."""

    def one(seen: Float[Array, "3 3"]) -> tuple[Vec3, Float[Array, "3 9"]]:
        angle = marker_angles(anatomy.markers, seen)
        place, slope, turned = _place(anatomy, found[:3], angle)
        left = jnp.mean(seen, axis=0) - (place + found[3:6] + turned @ found[6:])
        return left, jnp.concatenate([slope, jnp.eye(3), turned], axis=1)

    return of_frames(one, markers)


def _place(anatomy: Anatomy, share: Vec3, angle: Vec3) -> tuple[Vec3, Mat33, Mat33]:
    """Where a rhythm has the markers' middle [m], its slope by the rhythm, the head's rotation."""
    middle = jnp.mean(anatomy.markers, axis=0, keepdims=True)
    by_total = jnp.concatenate([jnp.diag(share), jnp.diag(1.0 - share)])

    def angle_and_place(q: Coords) -> Float[Array, "6"]:
        turned = body_poses(anatomy, q).rotation[-1]
        return jnp.concatenate([angles_zxy(turned), skull_points(anatomy, q, middle)[0]])

    def newton(_: Int[Array, ""], total: Vec3) -> Vec3:
        q = by_total @ total
        slope = jnp.asarray(jax.jacfwd(angle_and_place)(q))[:3] @ by_total
        return jnp.asarray(total + jnp.linalg.solve(slope, angle - angle_and_place(q)[:3]))

    total = jax.lax.fori_loop(0, _NEWTON_STEPS, newton, angle)
    q = by_total @ total
    slope = jnp.asarray(jax.jacfwd(angle_and_place)(q))
    by_share = jnp.concatenate([jnp.diag(total), -jnp.diag(total)])
    follows = -jnp.linalg.solve(slope[:3] @ by_total, slope[:3] @ by_share)
    place = angle_and_place(q)[3:]
    return place, slope[3:] @ (by_share + by_total @ follows), body_poses(anatomy, q).rotation[-1]
