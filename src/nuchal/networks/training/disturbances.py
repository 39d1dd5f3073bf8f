"""What recordings suffer from, done to clean ones: noise, gaps, other rates, misplaced markers."""

from dataclasses import dataclass
from typing import Final

import jax
import numpy as np
from jaxtyping import Float
from scipy.interpolate import CubicSpline

from nuchal.networks.equilibrium.records import Doubt, HeadMotion, NeckNetwork
from nuchal.networks.equilibrium.window import angle_noise, marker_angles_of, noise_of_windows
from nuchal.networks.training.necks import Necks, coordinates_for, forces_of
from nuchal.networks.training.samples import (
    Samples,
    at_window_frames,
    chosen_samples,
    possible_under,
    settled,
)
from nuchal.tracking.smoothing import smooth, usable_cutoff

# Of the smoothing that recordings undergo.
CUTOFF_HZ: Final = 6.0
GAP_S: Final = 0.1
_EDGE_FRAMES: Final = 20


@dataclass(frozen=True, kw_only=True)
class Disturbance:
    """What is done to the markers of a recording.

    Attributes:
        noise_m: White, of every marker and axis.
        gaps_share: Of the frames, lost in gaps of :data:`GAP_S`.
        misplaced_m: Every marker sits this far, in a direction of its own, from where the model has
            it.
        calibrated: Whether a neutral pose has told where markers sit.
    """

    noise_m: float = 0.0
    rate_hz: float = 100.0
    gaps_share: float = 0.0
    misplaced_m: float = 0.0
    calibrated: bool = True


def samples_from_recordings(
    network: NeckNetwork,
    necks: Necks,
    markers: Float[np.ndarray, "n t 3 3"],
    how: Disturbance,
    dice: np.random.Generator,
) -> Samples:
    """Solved frames of recordings: disturbed, then smoothed as a whole; traits are known."""
    angles, step = _measured(necks, markers, how, dice), necks.step_s
    time = np.arange(angles.shape[1]) * step
    pairs = [_smoothed(time, one, how, dice) for one in angles]
    motion: HeadMotion = jax.tree.map(
        lambda *x: np.stack(x).astype(np.float32), *(moved for moved, _ in pairs)
    )
    noise = noise_of_windows(
        np.asarray(network.filter_errors, float),
        float(np.median([found for _, found in pairs])),
        step_s=1.0 / how.rate_hz,
        cutoff_hz=CUTOFF_HZ,
    )
    states = coordinates_for(necks, motion)
    central = forces_of(network.proposal, necks, states)
    doubt = Doubt(np.zeros_like(necks.traits), np.full(len(necks), noise, np.float32))
    possible = possible_under(network.proposal, necks, states, central, doubt)
    keep = settled(necks).copy()
    keep[:, :_EDGE_FRAMES] = keep[:, -_EDGE_FRAMES:] = False
    return chosen_samples(necks, *at_window_frames((central, possible)), doubt, keep)


def _measured(
    necks: Necks,
    markers: Float[np.ndarray, "n t 3 3"],
    how: Disturbance,
    dice: np.random.Generator,
) -> Float[np.ndarray, "n t 3"]:
    """Head angles from markers that are noisy and sit elsewhere on the head."""
    local = np.asarray(necks.people.anatomy.markers, float)
    away = dice.normal(size=local.shape)
    away *= how.misplaced_m / np.linalg.norm(away, axis=2, keepdims=True)
    turned = _head_rotations(local, markers)
    seen = markers + np.einsum("ntij,nmj->ntmi", turned, away)
    seen = seen + how.noise_m * dice.normal(size=seen.shape)
    believed = local + away if how.calibrated else local
    return marker_angles_of(believed, seen)


def _head_rotations(
    local: Float[np.ndarray, "n 3 3"], markers: Float[np.ndarray, "n t 3 3"]
) -> Float[np.ndarray, "n t 3 3"]:
    """Rotation of each head, exact as the markers are clean: three of them span space."""
    shape = local - local.mean(axis=1, keepdims=True)
    moved = markers - markers.mean(axis=2, keepdims=True)

    def spanned(points: np.ndarray) -> np.ndarray:
        a, b = points[..., 1, :] - points[..., 0, :], points[..., 2, :] - points[..., 0, :]
        return np.stack([a, b, np.cross(a, b)], axis=-1)

    return np.asarray(spanned(moved) @ np.linalg.inv(spanned(shape))[:, None])


def _smoothed(
    time: Float[np.ndarray, " t"],
    angles: Float[np.ndarray, "t 3"],
    how: Disturbance,
    dice: np.random.Generator,
) -> tuple[HeadMotion, float]:
    """One recording at its own rate, with gaps, smoothed and read at the frames of ``time``.

    Beside it, the noise that shows in it.
    """
    at = np.arange(0.0, time[-1] + 1e-9, 1.0 / how.rate_hz)
    clean = np.isclose(how.rate_hz, 1.0 / (time[1] - time[0]))
    values = angles if clean else CubicSpline(time, angles)(at)
    known = np.ones(len(at), dtype=bool)
    length = max(1, round(GAP_S * how.rate_hz))
    for _ in range(round(how.gaps_share * len(at) / length)):
        first = int(dice.integers(1, len(at) - length - 1))
        known[first : first + length] = False
    curve = smooth(at[known], values[known], cutoff_hz=usable_cutoff(CUTOFF_HZ, at[known]), at=time)
    return HeadMotion(curve.value, curve.rate, curve.acceleration), angle_noise(values)
