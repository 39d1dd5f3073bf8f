"""Made movements and made EMG for ``emg_recovery.py``."""

from typing import NamedTuple

import numpy as np
from scipy import ndimage

from nuchal.emg.signals import EmgRecording
from nuchal.synthetic.emg import SyntheticEmg, SyntheticSettings, synthetic_emg

STEP_S = 0.01
NAMES = ("RSCM", "LSCM", "RUT", "LUT")


class Movement(NamedTuple):
    time: np.ndarray
    activation: np.ndarray


def movement(duration_s: float, peak: float, seed: int, channels: int = 4) -> Movement:
    """Bursts at random times, half a second to a second and a half long, over a rest of 1 %."""
    dice = np.random.default_rng(seed)
    time = np.arange(round(duration_s / STEP_S)) * STEP_S
    level = np.full((len(time), channels), 0.01)
    for k in range(channels):
        for _ in range(max(2, int(duration_s / 3))):
            start, width, part = dice.uniform((0, 0.5, 0.3), (duration_s - 1.5, 1.5, 1.0))
            on = (time >= start) & (time < start + width)
            shape = peak * part * np.sin(np.pi * (time[on] - start) / width) ** 2
            level[on, k] = np.maximum(level[on, k], shape)
    return Movement(time, level)


def made(moved: Movement, seed: int, **settings: object) -> SyntheticEmg:
    names = NAMES[: moved.activation.shape[1]]
    return synthetic_emg(
        moved.time, moved.activation, names=names, settings=SyntheticSettings(**settings), seed=seed
    )


def step_bursts(level: float, seed: int) -> tuple[list[tuple[float, float]], EmgRecording]:
    """Bursts with edges of 50 ms, and when they begin and end."""
    dice = np.random.default_rng(seed)
    time = np.arange(0, 12.0, 1e-3)
    activation, true, start = np.zeros((len(time), 1)), [], 0.7
    while start < 10.5:
        width = dice.uniform(0.4, 1.2)
        edge = np.clip(np.minimum(time - start, start + width - time) / 0.05, 0.0, 1.0)
        activation[:, 0] = np.maximum(activation[:, 0], level * dice.uniform(0.8, 1.2) * edge)
        true.append((start, start + width))
        start += width + dice.uniform(0.6, 1.5)
    recording = synthetic_emg(
        time, activation, names=("a",), settings=SyntheticSettings(noise_uv=3.0), seed=seed
    ).recording
    return true, recording


def alike(duration_s: float, r: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Two smooth curves whose true correlation is r."""
    count = round(duration_s / STEP_S)
    noise = np.random.default_rng(seed).standard_normal((count + 400, 3))
    slow = ndimage.gaussian_filter1d(noise, 0.25 / STEP_S, axis=0)[200:-200]
    slow /= ndimage.gaussian_filter1d(np.eye(1, 401, 200)[0], 0.25 / STEP_S).std() * np.sqrt(401)
    common, own, other = slow.T
    a, b = (np.sqrt(r) * common + np.sqrt(1.0 - r) * part for part in (own, other))
    return a, b
