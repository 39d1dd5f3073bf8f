"""A person's own traits, estimated from a whole recording.

The same head rotation carries the head to slightly different places as upper and lower neck share
it otherwise: some 30 mm a radian of pitch or roll that the one takes from the other, nothing at all
for yaw. In one frame that drowns in what markers and joint centres are misplaced by. Over a whole
recording a misplacement stays what it is, in the thorax or on the head, while the traits' trace
goes with the movement. So all are estimated together, as the most probable under stated priors:

    c(t) = p(s, angles(t)) + o + R(t) b + noise

with c the markers' mean place, p where the model has it for the traits s, o and b the
misplacements. Linear in all but s, and nearly so in that (Gauss-Newton; Tarantola 2005,
doi 10.1137/1.9780898717921).
"""

from dataclasses import dataclass
from functools import partial
from typing import Final

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from nuchal.arrays import Array, Vec3
from nuchal.batches import in_chunks, of_frames
from nuchal.model.anatomy import Anatomy
from nuchal.model.kinematics import base_rotation, points_on_base
from nuchal.model.traits import Traits, trait_sd, with_traits
from nuchal.networks.equilibrium.head_motion import posture_of
from nuchal.networks.equilibrium.window import marker_angles
from nuchal.programs.kept import kept
from nuchal.spatial import rotation_zxy

_ROUNDS: Final = 4
_FIRST_NOISE_M: Final = 0.005
# Frames this far apart count as independent.
_APART_S: Final = 0.2


@dataclass(frozen=True, kw_only=True)
class Misplaced:
    """What is believed of the markers before the recording is seen.

    Attributes:
        least_noise_m: Of the markers' mean place from one fifth of a second to the next: more where
            the recording itself shows more.
    """

    thorax_m: float = 0.015
    head_m: float = 0.01
    least_noise_m: float = 0.001


@dataclass(frozen=True)
class TraitsEstimate:
    """How a person's traits differ from those of their neck, and how sure that is.

    Attributes:
        frames: That they were estimated from.
    """

    traits: Float[np.ndarray, " traits"]
    sd: Float[np.ndarray, " traits"]
    frames: int


def estimate_traits(
    anatomy: Anatomy,
    time: Float[np.ndarray, " t"],
    markers: Float[np.ndarray, "t 3 3"],
    doubt: Float[np.ndarray, " traits"],
    misplaced: Misplaced | None = None,
) -> TraitsEstimate:
    """The traits of one person from a recording.

    ``time`` [s] and ``markers``, TP, LH, RH in the thorax frame [m], leave out frames with gaps;
    ``doubt`` is what is not known of the traits beforehand, as a share of how people differ.
    """
    misplaced = misplaced or Misplaced()
    prior, chosen = trait_sd(anatomy) * doubt, _apart(time)
    count = len(prior)
    if not len(chosen):
        return TraitsEstimate(np.zeros(count), prior, 0)
    noise, seen = _FIRST_NOISE_M, np.asarray(markers)[chosen]
    sd = np.concatenate([prior, np.repeat([misplaced.thorax_m, misplaced.head_m], 3)])
    found = np.zeros(count + 6)
    for _ in range(_ROUNDS):
        residual, slope = in_chunks(partial(_linearise, anatomy, jnp.asarray(found)), seen)
        rows = slope.reshape(-1, count + 6) * sd / noise
        left = residual.reshape(-1) / noise
        precision = rows.T @ rows + np.eye(count + 6)
        step = np.linalg.solve(precision, rows.T @ left - found / np.where(sd > 0.0, sd, 1.0))
        found = found + sd * step
        unexplained = noise * (left - rows @ step)
        noise = max(misplaced.least_noise_m, float(np.sqrt(np.mean(unexplained**2))))
    spread = sd * np.sqrt(np.diagonal(np.linalg.inv(precision)))
    return TraitsEstimate(found[:count], spread[:count], len(chosen))


def _apart(time: Float[np.ndarray, " t"]) -> np.ndarray:
    """Indices of frames at least :data:`_APART_S` apart."""
    if not len(time):
        return np.zeros(0, dtype=int)
    slot = np.floor((time - time[0]) / _APART_S + 1e-9)
    return np.flatnonzero(np.diff(slot, prepend=-1.0) > 0.0)


@kept
def _linearise(
    anatomy: Anatomy, found: Float[Array, " n"], markers: Float[Array, "t 3 3"]
) -> tuple[Float[Array, "t 3"], Float[Array, "t 3 n"]]:
    """What is left of the markers' mean place [m], and the slope of its model."""
    traits, on_thorax, on_head = found[:-6], found[-6:-3], found[-3:]

    def one(seen: Float[Array, "3 3"]) -> tuple[Vec3, Float[Array, "3 n"]]:
        angle = marker_angles(anatomy.markers, seen)
        turned = rotation_zxy(angle)

        def place(traits: Traits) -> Vec3:
            return _place(with_traits(anatomy, traits), angle)

        left = jnp.mean(seen, axis=0) - (place(traits) + on_thorax + turned @ on_head)
        slope = jnp.asarray(jax.jacfwd(place)(traits))
        return left, jnp.concatenate([slope, jnp.eye(3), turned], axis=1)

    return of_frames(one, markers)


def _place(anatomy: Anatomy, angle: Vec3) -> Vec3:
    """Where a neck that turns the head so has the markers' middle [m]."""
    middle = jnp.mean(anatomy.markers, axis=0, keepdims=True)
    on_base = points_on_base(anatomy, posture_of(anatomy, angle), middle)[0]
    return jnp.asarray(base_rotation(anatomy, angle) @ on_base)
